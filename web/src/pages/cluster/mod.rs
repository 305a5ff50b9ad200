//! Cluster: a table's partitions on the hash ring and in the three zones, their tokens, what fails and heals there, a key followed
//! to its partition, auto scaling, and the consistency lab. All of it is the engine's state and its events: of the branch in which
//! traffic runs while it does, of the workspace otherwise.

mod lab;
mod levels;
mod locate;
mod log;
mod partitions;
mod place;
mod read;
mod replica;
mod ring;
mod scaling;
mod settings;
mod trial;
mod view;

use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, Tab, Tabs};
use crate::hooks::{AtPlace, use_branch_tables, use_heat, use_route, use_tables};
use crate::protocol::Place;
use crate::state::cluster::Partition;
use crate::state::route::Page;
use lab::ConsistencyLab;
use place::PlaceChoice;
use scaling::AutoScaling;
use settings::SimulationSettings;
use view::Partitions;

/// The page's own parameter in the address: the workspace is wanted though traffic runs.
const IN: &str = "in";

/// The page.
#[component]
pub fn ClusterPage() -> Html {
    let (tables, route, heat) = (use_tables(), use_route(), use_heat());
    let branch = use_branch_tables();
    if !tables.loaded {
        return Html::default();
    }
    let view = route.route.rest.get("view").map_or("partitions", String::as_str).to_owned();
    // The lab writes items of the reader's own: always in the workspace.
    let in_workspace = route.route.rest.get(IN).is_some_and(|place| place == "workspace") || view == "lab";
    let has_branch = branch.is_some();
    let branch = branch.filter(|_| !in_workspace);
    let wanted = route.route.table.as_deref();
    let in_branch = branch.as_ref().and_then(|branch| {
        let named = |name: &str| branch.iter().find(|table| table.name == name).cloned();
        let busy = heat.traffic.as_ref().and_then(|traffic| named(traffic.tables.first()?));
        wanted.and_then(named).or(busy).or_else(|| branch.first().cloned())
    });
    let place = if in_branch.is_some() { Place::Traffic } else { Place::Workspace };
    let Some(table) = in_branch.or_else(|| tables.chosen(wanted).cloned()) else {
        let onclick = {
            let route = route.clone();
            Callback::from(move |()| {
                route.go.emit(route.route.at(Page::Design).with("samples", Some(String::new())))
            })
        };
        return html! {
            <EmptyState icon="server" title="A cluster keeps tables" actions={html! {
                <Button label="Load a sample" icon="book-open" kind={ButtonKind::Primary} {onclick} action="samples" />
            }}>
                <p>{ "Every table is cut into partitions by the hash of its partition key, and every partition has a replica in each of three zones. First there has to be a table." }</p>
            </EmptyState>
        };
    };
    let tabs = vec![
        Tab::new("partitions", "Partitions"),
        Tab::new("scaling", "Auto scaling"),
        Tab::new("lab", "Consistency lab"),
        Tab::new("settings", "Simulation"),
    ];
    let onselect = {
        let route = route.clone();
        Callback::from(move |view: AttrValue| {
            let view = (view != "partitions").then(|| view.to_string());
            route.replace.emit(route.route.with("view", view));
        })
    };
    let to_regions = {
        let route = route.clone();
        Callback::from(move |()| route.go_to(Page::Regions))
    };
    let onplace = {
        let route = route.clone();
        Callback::from(move |place: Place| {
            let place = (place == Place::Workspace).then(|| "workspace".to_owned());
            route.replace.emit(route.route.with(IN, place));
        })
    };
    let key = format!("{place:?} {}", table.name);
    let index = route.route.index.clone();
    html! {
        <div class="cluster-page" data-view={view.clone()}>
            <div class="cluster-head">
                <Tabs label="Cluster" {tabs} selected={view.clone()} {onselect} />
                <Button label="Regions" icon="server" kind={ButtonKind::Quiet} onclick={to_regions} action="to-regions" title="The table in several Regions: a global table" />
                if view != "lab" {
                    <PlaceChoice {place} {has_branch} {onplace} />
                }
            </div>
            <AtPlace {place}>
                { match view.as_str() {
                    "lab" => html! { <ConsistencyLab {key} {table} /> },
                    "scaling" => html! { <AutoScaling {key} {table} {index} {place} /> },
                    "settings" => html! { <SimulationSettings key={format!("{place:?}")} {place} /> },
                    _ => html! {
                        <Partitions {key} {table} {index} {place} others={branch.filter(|_| place == Place::Traffic)} />
                    },
                } }
            </AtPlace>
        </div>
    }
}

/// How a partition is called on the page: `p7`.
fn called(partition: &Partition) -> String {
    format!("p{}", partition.partition_id)
}
