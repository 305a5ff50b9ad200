//! A design of somebody else's: pasted, chosen or dropped; looked at, and then made.

use std::rc::Rc;

use web_sys::{DragEvent, Event, HtmlInputElement};
use yew::prelude::*;

use super::left_out::LeftOutList;
use crate::components::{Badge, Button, ButtonKind, Icon, JsonEditor};
use crate::exchange::design::key_names;
use crate::exchange::{Fault, Table, Taken, import};
use crate::hooks::{
    Destination, import_key, read_file, saved, set_saved, use_loader, use_remote, use_session, use_tables,
};
use crate::state::explanation::plural;
use crate::state::json_text::JsonFault;

/// The largest text that is kept for a later visit, in bytes.
const KEPT_BYTES: usize = 500_000;

/// A text or a file, and what will be made of it.
#[component]
pub fn ImportPane() -> Html {
    let (session, tables, loader) = (use_session(), use_tables(), use_loader());
    let connected = use_remote().connection.is_some();
    let key = import_key(&session.workspace);
    let text = use_state_eq({
        let key = key.clone();
        move || saved(&key).unwrap_or_default()
    });
    let refused = use_state_eq(|| None::<String>);
    let chooser = use_node_ref();
    let read = use_memo(text.clone(), |text| match text.trim().is_empty() {
        true => None,
        false => Some(import(text)),
    });
    let take = {
        let (text, refused) = (text.setter(), refused.setter());
        use_callback(key, move |next: String, key| {
            set_saved(key, if next.len() <= KEPT_BYTES { &next } else { "" });
            refused.set(None);
            text.set(next);
        })
    };
    let take_file = {
        let (take, refused) = (take.clone(), refused.setter());
        Callback::from(move |file: web_sys::File| {
            let (take, refused) = (take.clone(), refused.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match read_file(&file).await {
                    Ok(text) => take.emit(text),
                    Err(reason) => refused.set(Some(reason)),
                }
            });
        })
    };
    let onchange = {
        let take_file = take_file.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let file = input.files().and_then(|files| files.get(0));
            // The same file can be chosen again.
            input.set_value("");
            file.into_iter().for_each(|file| take_file.emit(file));
        })
    };
    let ondrop = Callback::from(move |event: DragEvent| {
        event.prevent_default();
        let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        file.into_iter().for_each(|file| take_file.emit(file));
    });
    let ondragover = Callback::from(|event: DragEvent| event.prevent_default());
    let choose = {
        let chooser = chooser.clone();
        Callback::from(move |()| {
            chooser.cast::<HtmlInputElement>().into_iter().for_each(|input| input.click());
        })
    };
    let clear = {
        let take = take.clone();
        Callback::from(move |()| take.emit(String::new()))
    };
    let fault = match &*read {
        Some(Err(Fault { line, column, message })) if *line > 0 => {
            Some(JsonFault { line: *line, column: *column, message: message.clone() })
        }
        _ => None,
    };
    let load = |taken: &Taken, destination| {
        let (load, document) = (loader.load.clone(), Rc::new(taken.design.document()));
        Callback::from(move |()| load.emit((document.clone(), destination)))
    };
    let busy = loader.state.is_busy();
    html! {
        <div class="exchange-columns" data-pane="import" {ondrop} {ondragover}>
            <section class="exchange-main" aria-label="The text">
                <div class="exchange-actions">
                    <Button label="Choose a file…" icon="upload" onclick={choose} action="choose-import" />
                    <Button label="Clear" kind={ButtonKind::Quiet} disabled={text.is_empty()} onclick={clear} action="clear-import" />
                </div>
                <JsonEditor label="A design to import" name="import-text" value={(*text).clone()} oninput={take} {fault} />
                <input type="file" class="visually-hidden" ref={chooser} {onchange} name="import-design" tabindex="-1"
                    accept=".json,.yaml,.yml,.tf,.js,.ts,.mjs,.template,.txt" aria-label="A file with a design" />
            </section>
            <section class="exchange-side" tabindex="0" aria-label="What will be made" aria-live="polite">
                if connected {
                    <p class="item-note">{ "It is made in the workspace, not at the endpoint: from there it can be copied." }</p>
                }
                if let Some(reason) = &*refused {
                    <p class="field-error" role="alert">{ reason }</p>
                }
                { match &*read {
                    None => html! { <Offers /> },
                    Some(Err(fault)) if fault.line > 0 => html! {
                        <p class="exchange-refused" data-import="refused">
                            { format!("It cannot be read yet: see line {}. Nothing is lost and nothing is made.", fault.line) }
                        </p>
                    },
                    Some(Err(fault)) => html! {
                        <p class="field-error" role="alert" data-import="refused">{ &fault.message }</p>
                    },
                    Some(Ok(taken)) => {
                        let clash: Vec<&str> = taken.design.tables.iter().map(Table::name).filter(|name| tables.get(name).is_some()).collect();
                        html! {
                            <>
                                <h2 data-import="read">{ format!("This is {}", taken.format) }</h2>
                                <ul class="exchange-made">{ for taken.design.tables.iter().map(table_line) }</ul>
                                <LeftOutList left_out={taken.left_out.clone()} />
                                if !clash.is_empty() {
                                    <p class="field-hint">{ format!("{} is here already: the design becomes a new workspace.", clash.join(", ")) }</p>
                                }
                                <div class="exchange-actions">
                                    if clash.is_empty() {
                                        <Button label="Make it here" kind={ButtonKind::Primary} disabled={busy} {busy}
                                            onclick={load(taken, Destination::Here)} action="import-here" />
                                    }
                                    <Button label="Make it in a new workspace" kind={if clash.is_empty() { ButtonKind::Plain } else { ButtonKind::Primary }}
                                        disabled={busy} onclick={load(taken, Destination::NewWorkspace)} action="import-new" />
                                </div>
                            </>
                        }
                    }
                } }
            </section>
        </div>
    }
}

/// What can be pasted.
#[component]
fn Offers() -> Html {
    let offers = [
        ("CloudFormation and AWS SAM", "a template in YAML or JSON, short functions too"),
        ("Terraform", "aws_dynamodb_table, with variables by their defaults"),
        ("The AWS CLI", "what describe-table prints, or a CreateTable request"),
        ("NoSQL Workbench", "a model, with its items"),
        ("OneTable", "a schema, as JSON or as its script"),
        ("ElectroDB", "the script of its entities"),
    ];
    html! {
        <>
            <h2>{ "Paste, choose or drop a design" }</h2>
            <dl class="exchange-offers">
                { for offers.into_iter().map(|(name, what)| html! { <div><dt>{ name }</dt><dd>{ what }</dd></div> }) }
            </dl>
            <p class="field-hint">{ "It stays in this browser. Nothing is made before you say so." }</p>
        </>
    }
}

fn table_line(table: &Table) -> Html {
    let create = &table.create;
    let keys =
        [key_names(&create.key_schema, "HASH"), key_names(&create.key_schema, "RANGE")].concat().join(", ");
    let locals = create.local_secondary_indexes.as_ref().map_or(0, Vec::len) as u64;
    let mut facts: Vec<String> =
        vec![if table.on_demand() { "on-demand".to_owned() } else { "provisioned".to_owned() }];
    for (count, word) in [
        (table.globals().len() as u64, "global index"),
        (locals, "local index"),
        (create.vector_indexes.as_ref().map_or(0, Vec::len) as u64, "vector index"),
        (table.items.len() as u64, "item"),
    ] {
        match (count, word.strip_suffix("index")) {
            (0, _) => {}
            (1, _) | (_, None) => facts.push(plural(count, word)),
            (_, Some(kind)) => facts.push(format!("{count} {kind}indexes")),
        }
    }
    for (is_set, word) in [
        (table.stream().is_some(), "stream"),
        (table.time_to_live.is_some(), "Time to Live"),
        (table.recovery_days.is_some(), "point-in-time recovery"),
        (!table.scaling.is_empty(), "auto scaling"),
        (create.tags.as_ref().is_some_and(|tags| !tags.is_empty()), "tags"),
        (create.resource_policy.is_some(), "resource policy"),
    ] {
        facts.extend(is_set.then(|| word.to_owned()));
    }
    html! {
        <li data-made={table.name().to_owned()}>
            <p><Icon name="table-2" /><b>{ table.name().to_owned() }</b>{ " " }<Badge text={keys} /></p>
            <p class="exchange-facts">{ facts.join(" · ") }</p>
        </li>
    }
}
