//! "Paste a describe-table": what `aws dynamodb describe-table` prints becomes a design.

use serde_json::{Value, json};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog, JsonEditor};
use crate::share::load::table_of;
use crate::state::design::TableDesign;
use crate::state::json_text::{JsonFault, parse};

/// A design out of what DescribeTable answers (or CreateTable, UpdateTable, DeleteTable do), the description alone, or a
/// CreateTable request; none where it is none of these.
pub fn design_of(pasted: &Value) -> Option<TableDesign> {
    let described = |table: &Value| table_of(&json!({ "Table": table }), None);
    let request = match () {
        () if pasted["Table"].is_object() => described(&pasted["Table"]),
        () if pasted["TableDescription"].is_object() => described(&pasted["TableDescription"]),
        () if pasted["TableName"].is_string() && pasted["TableStatus"].is_string() => described(pasted),
        () if pasted["TableName"].is_string() && pasted["KeySchema"].is_array() => Some(pasted.clone()),
        () => None,
    };
    request.filter(|request| request["KeySchema"].is_array()).map(|request| TableDesign::read(&request))
}

/// The props of [`PasteDialog`].
#[derive(Properties, PartialEq)]
pub struct PasteDialogProps {
    /// Whether it is shown.
    pub open: bool,
    /// It was closed.
    pub onclose: Callback<()>,
    /// The design that was pasted.
    pub onpaste: Callback<TableDesign>,
}

/// The dialog.
#[component]
pub fn PasteDialog(props: &PasteDialogProps) -> Html {
    let text = use_state_eq(String::new);
    let read = parse(&text);
    let typed = !text.trim().is_empty();
    let design = read.as_ref().ok().and_then(design_of);
    let fault: Option<JsonFault> = read.as_ref().err().filter(|_| typed).cloned();
    let strange = typed && read.is_ok() && design.is_none();
    let onuse = {
        let (design, text, onpaste) = (design.clone(), text.setter(), props.onpaste.clone());
        Callback::from(move |()| {
            if let Some(design) = design.clone() {
                text.set(String::new());
                onpaste.emit(design);
            }
        })
    };
    let oninput = {
        let text = text.setter();
        Callback::from(move |typed| text.set(typed))
    };
    html! {
        <Dialog open={props.open} title="Paste a describe-table" onclose={props.onclose.clone()} wide={true}
            actions={html! { <>
                <Button label="Cancel" onclick={props.onclose.clone()} />
                <Button label="Use it" kind={ButtonKind::Primary} disabled={design.is_none()} onclick={onuse} action="use-pasted" />
            </> }}>
            <p>{ "The output of " }<code>{ "aws dynamodb describe-table --table-name …" }</code>{ ", or a CreateTable request. It stays in this browser." }</p>
            <div class="paste-editor">
                <JsonEditor label="describe-table output" name="pasted" value={(*text).clone()} {oninput} {fault} />
            </div>
            if strange {
                <p class="field-error" role="alert">{ "This is JSON, but no table: it has no Table, TableDescription or KeySchema in it." }</p>
            } else if let Some(design) = design {
                <p class="field-hint" data-pasted={design.name.clone()}>{ format!("{}: {} global and {} local indexes. Items and Time to Live are no part of a description.",
                    design.name, design.globals.len(), design.locals.len()) }</p>
            }
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described() -> Value {
        json!({
            "TableName": "Music", "TableStatus": "ACTIVE", "ItemCount": 4, "CreationDateTime": "2024-01-01T00:00:00Z",
            "TableArn": "arn:aws:dynamodb:us-east-1:111122223333:table/Music",
            "AttributeDefinitions": [
                { "AttributeName": "Artist", "AttributeType": "S" }, { "AttributeName": "Year", "AttributeType": "N" }],
            "KeySchema": [{ "AttributeName": "Artist", "KeyType": "HASH" }],
            "ProvisionedThroughput": { "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 10, "WriteCapacityUnits": 5 },
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-year", "IndexStatus": "ACTIVE", "IndexSizeBytes": 0, "ItemCount": 0, "IndexArn": "arn",
                "KeySchema": [{ "AttributeName": "Year", "KeyType": "HASH" }], "Projection": { "ProjectionType": "KEYS_ONLY" },
                "ProvisionedThroughput": { "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 2, "WriteCapacityUnits": 3 },
            }],
        })
    }

    #[test]
    fn every_form_of_a_description_becomes_the_same_design() {
        let design = design_of(&json!({ "Table": described() })).expect("a design");
        assert_eq!((design.name.as_str(), design.hash.name.as_str()), ("Music", "Artist"));
        assert!(!design.on_demand && design.units.read == "10");
        assert_eq!(
            (design.globals[0].hash[0].kind.as_str(), design.globals[0].units.write.as_str()),
            ("N", "3")
        );
        assert_eq!(design_of(&described()).as_ref(), Some(&design));
        assert_eq!(design_of(&json!({ "TableDescription": described() })).as_ref(), Some(&design));
        assert_eq!(design_of(&design.create_request()).as_ref(), Some(&design));
    }

    #[test]
    fn anything_else_is_told_apart() {
        for strange in
            [json!({}), json!([1]), json!({ "Table": {} }), json!({ "TableNames": ["a"] }), json!("text")]
        {
            assert_eq!(design_of(&strange), None, "{strange}");
        }
    }
}
