//! On-demand backups: made, listed, looked at, restored, deleted. Those of tables that are gone stay.

use std::rc::Rc;

use engine::table::lifecycle::iso_date;
use serde_json::{Value, json};
use yew::prelude::*;

use super::read::Reading;
use crate::components::{Badge, Button, ButtonKind, Field};
use crate::hooks::use_client;
use crate::state::backups::{Summary, free_name};
use crate::state::explanation::size;

/// The props of [`OnDemand`].
#[derive(Properties, PartialEq)]
pub struct OnDemandProps {
    /// The table, where one is chosen.
    pub table: Option<String>,
    /// What was read.
    pub reading: Rc<Reading>,
    /// What the new table is called.
    pub target: String,
    /// Whether nothing can be changed now.
    pub locked: bool,
    /// Sends a request.
    pub onsend: Callback<(&'static str, Value)>,
}

fn described(description: &Value) -> Html {
    let (source, features) = (&description["SourceTableDetails"], &description["SourceTableFeatureDetails"]);
    let names = |list: &str| {
        let all = features[list].as_array().into_iter().flatten();
        all.filter_map(|index| index["IndexName"].as_str()).collect::<Vec<_>>().join(", ")
    };
    let keys = source["KeySchema"].as_array().into_iter().flatten();
    let keys: Vec<String> = keys
        .map(|key| {
            let of = |name: &str| key[name].as_str().unwrap_or_default();
            format!("{} {}", of("AttributeName"), of("KeyType"))
        })
        .collect();
    let rows = [
        ("ItemCount", source["ItemCount"].to_string()),
        ("BillingMode", source["BillingMode"].as_str().unwrap_or_default().to_owned()),
        ("KeySchema", keys.join(", ")),
        ("GlobalSecondaryIndexes", names("GlobalSecondaryIndexes")),
        ("LocalSecondaryIndexes", names("LocalSecondaryIndexes")),
        ("BackupArn", description["BackupDetails"]["BackupArn"].as_str().unwrap_or_default().to_owned()),
    ];
    html! {
        <dl class="backups-described">
            { for rows.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| html! { <><dt>{ name }</dt><dd>{ text }</dd></> }) }
        </dl>
    }
}

/// On-demand backups.
#[component]
pub fn OnDemand(props: &OnDemandProps) -> Html {
    let api = use_client();
    let typed = use_state_eq(|| None::<String>);
    let looked = use_state_eq(|| None::<(String, Value)>);
    let backups = &props.reading.backups;
    let table = props.table.clone().unwrap_or_default();
    let suggested =
        free_name(&format!("{table}-backup"), |name| backups.iter().any(|backup| backup.name == name));
    let name = (*typed).clone().unwrap_or(suggested);
    let onname = {
        let typed = typed.setter();
        Callback::from(move |text: String| typed.set(Some(text)))
    };
    let oncreate = {
        let (typed, onsend) = (typed.setter(), props.onsend.clone());
        let request = json!({ "TableName": table, "BackupName": name });
        Callback::from(move |()| {
            typed.set(None);
            onsend.emit(("CreateBackup", request.clone()));
        })
    };
    let row = |backup: &Summary| {
        let arn = backup.arn.clone();
        let restore = json!({ "TargetTableName": props.target, "BackupArn": arn });
        let onrestore = props.onsend.reform(move |()| ("RestoreTableFromBackup", restore.clone()));
        let delete = json!({ "BackupArn": arn });
        let ondelete = props.onsend.reform(move |()| ("DeleteBackup", delete.clone()));
        let opened = looked.as_ref().filter(|(of, _)| *of == arn).map(|(_, description)| description);
        let onlook = {
            let (api, looked, is_open) = (api.clone(), looked.setter(), opened.is_some());
            Callback::from(move |()| {
                if is_open {
                    return looked.set(None);
                }
                let (api, looked, arn) = (api.clone(), looked.clone(), arn.clone());
                wasm_bindgen_futures::spawn_local(async move {
                    let answer = api.look("DescribeBackup", &json!({ "BackupArn": arn })).await;
                    looked.set(answer.map(|answer| (arn, answer["BackupDescription"].clone())));
                });
            })
        };
        html! {
            <li key={backup.arn.clone()} data-backup={backup.name.clone()} data-of={backup.table.clone()}>
                <div class="backups-one">
                    <b>{ &backup.name }</b>
                    <span>{ format!("of {}", backup.table) }</span>
                    <Badge text={backup.status.clone()} tone="good" />
                    <Badge text={backup.backup_type.clone()} title={if backup.backup_type == "SYSTEM" { "Made by itself when the table was deleted with point-in-time recovery on; kept for 35 days" } else { "Made by CreateBackup; kept until it is deleted" }} />
                    <span>{ size(backup.size_bytes) }</span>
                    <time>{ iso_date(backup.created_ms) }</time>
                    if let Some(at_ms) = backup.expires_ms {
                        <span>{ format!("until {}", iso_date(at_ms)) }</span>
                    }
                </div>
                <div class="backups-acts">
                    <Button label={format!("Restore into {}", props.target)} icon="history" onclick={onrestore} disabled={props.locked} action="restore-backup" />
                    <Button label={if opened.is_some() { "Close" } else { "Describe" }} kind={ButtonKind::Quiet} onclick={onlook} action="describe-backup" />
                    <Button label="Delete" icon="trash-2" kind={ButtonKind::Quiet} onclick={ondelete} disabled={props.locked} action="delete-backup" />
                </div>
                if let Some(description) = opened { { described(description) } }
            </li>
        }
    };
    html! {
        <section class="backups-ondemand" aria-label="On-demand backups" data-count={backups.len().to_string()}>
            <h3>{ "On-demand backups" }</h3>
            if props.table.is_some() {
                <div class="backups-fields">
                    <Field label="Backup name" name="backup-name" mono={true} value={name} oninput={onname} disabled={props.locked} />
                    <Button label="Create a backup" icon="save" kind={ButtonKind::Primary} onclick={oncreate} disabled={props.locked} action="create-backup" />
                </div>
            }
            if backups.is_empty() {
                <p class="backups-words">{ "A backup holds the whole table as it stands, consumes no capacity, and stays until it is deleted, even when its table is gone." }</p>
            } else {
                <ul>{ for backups.iter().map(row) }</ul>
            }
        </section>
    }
}
