//! Two pinned moments, compared: the table is read at both, and what differs is shown.

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use crate::client::transfer::scan_all;
use crate::components::frame::Comparison;
use crate::components::{Dialog, ErrorPanel, Field, Progress, Select, SelectOption};
use crate::hooks::{Api, use_client, use_route, use_tables, use_timeline};
use crate::protocol::ClientError;
use crate::state::compare::{Item, ItemDifference, compare};
use crate::state::explanation::clock;
use crate::state::timeline::Pin;

/// More items than this of one moment are not compared.
const MOST: usize = 100_000;

/// What the comparison came to.
type Compared = Result<(Vec<ItemDifference>, usize), ClientError>;

/// The props of [`CompareDialog`].
#[derive(Properties, PartialEq)]
pub struct CompareDialogProps {
    /// The two moments; none while the dialog is closed.
    pub pins: Option<[Pin; 2]>,
    /// It was closed.
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn CompareDialog(props: &CompareDialogProps) -> Html {
    let (api, route, tables, timeline) = (use_client(), use_route(), use_tables(), use_timeline());
    let chosen = use_state_eq(|| None::<String>);
    let key = use_state_eq(String::new);
    let compared = use_state(|| None::<Rc<Compared>>);
    let mut names: Vec<String> = tables.list.iter().map(|table| table.name.clone()).collect();
    names.extend(timeline.subjects.tables.iter().cloned());
    names.sort();
    names.dedup();
    let table = (*chosen).clone().or_else(|| route.route.table.clone()).filter(|table| names.contains(table));
    let table = table.or_else(|| names.first().cloned()).unwrap_or_default();
    {
        let compared = compared.setter();
        let newest = use_mut_ref(|| 0_u32);
        use_effect_with((props.pins, table.clone()), move |(pins, table)| {
            *newest.borrow_mut() += 1;
            let number = *newest.borrow();
            compared.set(None);
            let Some(pins) = *pins else { return };
            let table = table.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let found = read_both(&api, &table, pins).await;
                if *newest.borrow() == number {
                    compared.set(Some(Rc::new(found)));
                }
            });
        });
    }
    let options = names.iter().map(|name| SelectOption::new(name.clone(), name.clone())).collect::<Vec<_>>();
    let onchange = {
        let chosen = chosen.setter();
        Callback::from(move |name| chosen.set(Some(name)))
    };
    let oninput = {
        let key = key.setter();
        Callback::from(move |text| key.set(text))
    };
    let title = props.pins.map_or_else(String::new, |[a, b]| {
        format!("{} and {}: events {} and {}", clock(a.at_ms), clock(b.at_ms), a.event, b.event)
    });
    let wanted = |one: &&ItemDifference| Value::from(one.key.clone()).to_string().contains(key.as_str());
    html! {
        <Dialog open={props.pins.is_some()} wide={true} {title} onclose={props.onclose.clone()}>
            <div class="compare-form">
                <Select label="Table" name="compare-table" {options} value={table} {onchange} />
                <Field label="Item" name="compare-key" input_type="search" placeholder="part of its key" value={(*key).clone()} {oninput} />
            </div>
            { match compared.as_deref() {
                None => html! { <Progress label="Reading both moments …" /> },
                Some(Err(error)) => html! { <ErrorPanel error={error.clone()} /> },
                Some(Ok((differences, same))) => html! {
                    <Comparison differences={differences.iter().filter(wanted).cloned().collect::<Vec<_>>()} same={*same} />
                },
            } }
        </Dialog>
    }
}

/// Reads a table at both moments and compares them.
async fn read_both(api: &Api, table: &str, pins: [Pin; 2]) -> Compared {
    let [a, b] = pins.map(|pin| api.looking_at(Some(pin.event)));
    let mut keys = Vec::new();
    for door in [&a, &b] {
        let described = door.look("DescribeTable", &json!({ "TableName": table })).await.unwrap_or_default();
        let schema = described["Table"]["KeySchema"].as_array().cloned().unwrap_or_default();
        if keys.is_empty() {
            keys =
                schema.iter().filter_map(|part| part["AttributeName"].as_str().map(str::to_owned)).collect();
        }
    }
    let (before, after) = (read(&a, table).await?, read(&b, table).await?);
    Ok(compare(&before, &after, &keys))
}

async fn read(door: &Api, table: &str) -> Result<Vec<Item>, ClientError> {
    let items = match scan_all(&door.quiet(), table, |count| count <= MOST).await {
        // At that moment there was no such table, or none yet.
        Err(ClientError::Api { name, .. }) if name == "ResourceNotFoundException" => return Ok(Vec::new()),
        other => other?,
    };
    let items = items.ok_or_else(|| ClientError::Past {
        message: format!(
            "{table} has more than {MOST} items at one of the moments: they are too many to compare here."
        ),
    })?;
    Ok(items.into_iter().filter_map(|item| item.as_object().cloned()).collect())
}
