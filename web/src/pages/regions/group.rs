//! Which Regions a table is in: a replica more, or the table's consistency made STRONG.

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use super::Send;
use crate::components::{Badge, Button, ButtonKind, Select, SelectOption};
use crate::hooks::use_route;
use crate::state::explanation::plural;
use crate::state::regions::{GlobalTable, REGIONS, set_of};
use crate::state::route::Page;

/// The props of [`Group`].
#[derive(Properties, PartialEq)]
pub struct GroupProps {
    /// The table's name.
    pub table: String,
    /// It in its Regions.
    pub global: Rc<GlobalTable>,
    /// Whether nothing can be changed now.
    pub locked: bool,
    /// Sends a request.
    pub onsend: Callback<Send>,
}

/// So many Regions are shown side by side.
const MOST: usize = 3;

/// The bar above the Regions.
#[component]
pub fn Group(props: &GroupProps) -> Html {
    let chosen = use_state_eq(|| "eu-west-1".to_owned());
    let route = use_route();
    let global = &props.global;
    let Some(home) = global.home() else { return Html::default() };
    let update = |changes: Value| {
        let mut request = changes;
        request["TableName"] = props.table.as_str().into();
        let region = home.region_name.clone();
        props.onsend.reform(move |()| Send {
            region: region.clone(),
            operation: "UpdateTable",
            request: request.clone(),
        })
    };
    let taken = |region: &str| {
        region == home.region_name || home.members.iter().any(|member| member.region_name == region)
    };
    let free: Vec<&str> = REGIONS.into_iter().filter(|region| !taken(region)).collect();
    let region = free.iter().find(|region| **region == *chosen).or(free.first()).copied().unwrap_or_default();
    let onregion = {
        let chosen = chosen.setter();
        Callback::from(move |region: String| chosen.set(region))
    };
    let onnew = Callback::from(move |()| {
        route.go.emit(route.route.at(Page::Design).with("new", Some(String::new())))
    });
    let under_way = global.under_way();
    let set = set_of(&home.region_name);
    let create = |region: &str| json!({ "Create": { "RegionName": region } });
    let [three, witness] = [
        json!({ "MultiRegionConsistency": "STRONG", "ReplicaUpdates": set.iter().map(|region| create(region)).collect::<Vec<_>>() }),
        json!({ "MultiRegionConsistency": "STRONG", "ReplicaUpdates": [create(set[0])], "GlobalTableWitnessUpdates": [create(set[1])] }),
    ];
    html! {
        <header class="regions-head">
            <h2>{ &props.table }</h2>
            if home.members.is_empty() {
                <Badge text="one Region" />
            } else if global.is_strong() {
                <Badge text="STRONG" tone="accent" title="MultiRegionConsistency: STRONG (MRSC)" />
            } else {
                <Badge text="EVENTUAL" title="MultiRegionConsistency: EVENTUAL (MREC)" />
            }
            if under_way > 0 {
                <span class="regions-way" role="status">{ format!("{} not everywhere yet", plural(under_way as u64, "write")) }</span>
            }
            <span class="regions-space"></span>
            if home.members.is_empty() && home.item_count > 0 {
                <Button label="New empty table" icon="plus" kind={ButtonKind::Quiet} onclick={onnew} action="new-table" title="Strong consistency is for an empty table" />
            }
            if !global.is_strong() && home.members.len() + 1 < MOST {
                <Select label="Region" hide_label={true} name="region" options={free.iter().map(|one| SelectOption::new(*one, *one)).collect::<Vec<_>>()}
                    value={region.to_owned()} onchange={onregion} disabled={props.locked} />
                <Button label="Add a replica" icon="plus" kind={ButtonKind::Primary} disabled={props.locked} action="add-replica"
                    onclick={update(json!({ "ReplicaUpdates": [create(region)] }))} />
            }
            if home.members.is_empty() {
                <Button label="Strong, three replicas" disabled={props.locked} onclick={update(three)} action="strong-three"
                    title={format!("MultiRegionConsistency STRONG, with replicas in {} and {}: the table must be empty", set[0], set[1])} />
                <Button label="Strong, with a witness" disabled={props.locked} onclick={update(witness)} action="strong-witness"
                    title={format!("MultiRegionConsistency STRONG, with a replica in {} and a witness in {}: the table must be empty", set[0], set[1])} />
            }
        </header>
    }
}
