//! The new table as a form, begun from the old one; beside it the steps of the migration with what each sends.

use std::rc::Rc;

use yew::prelude::*;

use super::super::designer::design_of;
use super::progress::{StepState, step_list};
use crate::components::table_form::TableForm;
use crate::components::{Button, ButtonKind, Split};
use crate::hooks::{use_client, use_migration, use_remote, use_route, use_session, use_tables};
use crate::state::design::check::{Place, problems};
use crate::state::design::{TableDesign, scaling};
use crate::state::migration::plan::Plan;
use crate::state::route::Page;
use crate::state::tables::TableDescription;

/// The props of [`Form`].
#[derive(Properties, PartialEq)]
pub struct FormProps {
    /// The old table.
    pub table: Rc<TableDescription>,
}

/// The first name of the form `Orders-v2` that is free.
fn name_of(table: &str, taken: impl Fn(&str) -> bool) -> String {
    let (base, number) = match table.rsplit_once("-v") {
        Some((base, digits)) => match digits.parse::<u32>() {
            Ok(number) => (base, number.saturating_add(1)),
            Err(_) => (table, 2),
        },
        None => (table, 2),
    };
    let mut names = (number..).map(|number| format!("{base}-v{number}"));
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// The plan of a design; or why there can be none.
fn plan_of(table: &TableDescription, design: &TableDesign, taken: bool) -> Result<Plan, String> {
    if taken && design.name != table.name {
        return Err(format!("There is a table {} already.", design.name));
    }
    let time_to_live = Some(design.time_to_live.clone()).filter(|attribute| !attribute.is_empty());
    let scaled = scaling::requests(&design.name, None, design);
    let plan = Plan::new(table, design.create_request(), time_to_live, scaled)?;
    match problems(design, None).into_iter().next() {
        Some(problem) => Err(problem.text),
        None => Ok(plan),
    }
}

/// The form.
#[component]
pub fn Form(props: &FormProps) -> Html {
    let (api, session, tables, route) = (use_client(), use_session(), use_tables(), use_route());
    let migrator = use_migration();
    let connected = use_remote().connection.is_some();
    let table = &props.table;
    // The old table, and the new one as it is typed.
    let design = use_state_eq(|| None::<(TableDesign, TableDesign)>);
    {
        let (api, setter, tables) = (api.clone(), design.setter(), tables.clone());
        use_effect_with(table.name.clone(), move |name| {
            let name = name.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let Some(old) = design_of(&api, &name).await else { return };
                let new = name_of(&name, |name| tables.get(name).is_some());
                setter.set(Some((old.clone(), TableDesign { name: new, ..old })));
            });
        });
    }
    let Some((old, shown)) = (*design).clone() else {
        return html! { <p class="opening" role="status">{ "Reading the table…" }</p> };
    };
    let plan = plan_of(table, &shown, tables.get(&shown.name).is_some());
    let notes: Vec<(Place, String)> = problems(&shown, None)
        .into_iter()
        .filter(|one| !one.unfinished)
        .map(|one| (one.place, one.text))
        .collect();
    let onchange = {
        let (setter, old) = (design.setter(), old.clone());
        Callback::from(move |next: TableDesign| setter.set(Some((old.clone(), next))))
    };
    let onstart = {
        let (start, plan, items) = (migrator.start.clone(), plan.clone().ok(), table.item_count);
        Callback::from(move |()| {
            if let Some(plan) = &plan {
                start.emit((plan.clone(), items));
            }
        })
    };
    let onback = {
        let (go, to) = (route.go.clone(), route.route.at(Page::Design).on(Some(table.name.clone()), None));
        Callback::from(move |()| go.emit(to.clone()))
    };
    let forbidden = plan.as_ref().is_ok_and(Plan::moves) || shown.locals != old.locals;
    html! {
        <section class="designer migrate" aria-label="Migrate to a new table" data-migrate="form">
            <header class="design-header">
                <div>
                    <h1>{ format!("Migrate {}", table.name) }</h1>
                    <p class="design-lead">{ "A table’s key and its local indexes are made with it. To change them, a new table is made, filled from this one, and kept in \
                        step with it by its stream until you cut over. This table is only read." }</p>
                </div>
                <div class="design-actions">
                    <Button label="The table" icon="undo-2" kind={ButtonKind::Quiet} onclick={onback} action="to-table" />
                    <Button label="Begin" icon="play" kind={ButtonKind::Primary} onclick={onstart} action="begin-migration"
                        disabled={plan.is_err() || !session.is_ready()} />
                </div>
            </header>
            <Split label="The new table and the steps" percent={56}
                first={html! { <TableForm design={Rc::new(shown.clone())} base={None::<Rc<TableDesign>>} notes={Rc::new(notes)} {onchange} disabled={false} scales={!connected} /> }}
                second={html! {
                    <div class="migrate-steps">
                        <h2>{ "What it does" }</h2>
                        { match &plan {
                            Err(why) => html! { <p class="field-error" role="alert" data-part="refused">{ why }</p> },
                            Ok(plan) => html! {
                                <>
                                    if !forbidden {
                                        <p class="design-note" data-note="not-needed">{ "Key and local indexes are as they were: UpdateTable does the rest without a new table (under Change)." }</p>
                                    }
                                    { step_list(plan, |_| StepState::Waiting, true) }
                                    <p class="field-hint">{ "Not carried over: tags, resource policy, backups and point-in-time recovery, Contributor Insights, event sources \
                                        on the stream. Access patterns and entities keep the old table’s name." }</p>
                                    if connected {
                                        <p class="design-note" data-note="remote">{ "At a real endpoint auto scaling stays behind too: Application Auto Scaling, another service, sets it.                                             Each write is asked for first; writes of items can be allowed for the new table all at once." }</p>
                                    }
                                </>
                            },
                        } }
                    </div>
                }} />
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_table_is_called_like_the_old_one() {
        let taken = |name: &str| name == "Orders-v3";
        assert_eq!(name_of("Orders", taken), "Orders-v2");
        assert_eq!(name_of("Orders-v2", taken), "Orders-v4");
        assert_eq!(name_of("Orders-very", taken), "Orders-very-v2");
    }

    #[test]
    fn what_stands_in_the_way_is_said() {
        let old = serde_json::json!({ "TableName": "Orders", "TableStatus": "ACTIVE",
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }] });
        let table = TableDescription::read(&old).expect("a table");
        let design = TableDesign { name: "Orders-v2".into(), on_demand: true, ..TableDesign::read(&old) };
        assert!(plan_of(&table, &design, false).is_ok_and(|plan| !plan.moves()));
        assert_eq!(plan_of(&table, &design, true), Err("There is a table Orders-v2 already.".into()));
        let odd = TableDesign { name: "x".into(), ..design.clone() };
        assert!(plan_of(&table, &odd, false).is_err_and(|why| why.contains("at least 3")));
        let same = TableDesign { name: "Orders".into(), ..design };
        assert!(plan_of(&table, &same, true).is_err_and(|why| why.contains("another name")));
    }
}
