//! The design as a text in somebody else's words.

use std::collections::BTreeSet;
use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::left_out::LeftOutList;
use crate::components::{
    Button, ButtonKind, CodeView, EmptyState, ErrorPanel, Progress, Select, SelectOption,
};
use crate::exchange::{Carried, Design, Format, export};
use crate::hooks::{copy_text, download, use_client, use_notices, use_route, use_session, use_tables};
use crate::pages::data::ExportMenu;
use crate::pages::share::gather::{Chosen, Read, design_name, gather};
use crate::protocol::ClientError;
use crate::share::Document;
use crate::state::notice::{Level, NoticeAction};

/// How far the reading is.
#[derive(Clone, PartialEq)]
enum Reading {
    Under(String),
    Done(Rc<Document>),
    Failed(ClientError),
}

/// The format that is shown where the address names none.
const FIRST: Format = Format::CloudFormation;

/// The name of the file.
fn file_name(design: &str, format: Format) -> String {
    let letter = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = design.chars().map(letter).collect();
    let name = name.trim_matches('-');
    format!("{}.{}", if name.is_empty() { "design" } else { name }, format.ending())
}

/// A choice of tables and a format, and the text.
#[component]
pub fn ExportPane() -> Html {
    let (api, session, tables, route) = (use_client(), use_session(), use_tables(), use_route());
    let notices = use_notices();
    let left = use_state_eq(BTreeSet::<String>::new);
    let with_items = use_state_eq(|| true);
    let reading = use_state_eq(|| Reading::Under(String::new()));
    let attempt = use_state_eq(|| 0_u32);
    let format = route.route.rest.get("format").and_then(|slug| Format::from_slug(slug)).unwrap_or(FIRST);
    let items = *with_items && format.takes_items();
    let chosen: Vec<Chosen> = tables
        .list
        .iter()
        .filter(|table| !left.contains(&table.name))
        .map(|table| Chosen { table: table.name.clone(), items })
        .collect();
    {
        let (api, reading) = (api.clone(), reading.setter());
        let deps = (
            tables.list.clone(),
            chosen.clone(),
            design_name(session.name(), &tables.list).to_owned(),
            *attempt,
            tables.loaded,
        );
        use_effect_with(deps, move |(_, chosen, name, _, loaded)| {
            let current = Rc::new(std::cell::Cell::new(true));
            if *loaded {
                let (chosen, name, current) = (chosen.clone(), name.clone(), current.clone());
                wasm_bindgen_futures::spawn_local(async move {
                    let progress = |table: &str, _| {
                        if current.get() {
                            reading.set(Reading::Under(table.to_owned()));
                        }
                        current.get()
                    };
                    let read = Read::default();
                    let found = gather(&api.quiet(), &read, &name, &chosen, Vec::new(), progress).await;
                    match found {
                        _ if !current.get() => {}
                        Ok(Some(document)) => reading.set(Reading::Done(Rc::new(document))),
                        Ok(None) => {}
                        Err(error) => reading.set(Reading::Failed(error)),
                    }
                });
            }
            move || current.set(false)
        });
    }
    let model = session.model.clone();
    let document = match &*reading {
        Reading::Done(document) => Some(document.clone()),
        _ => None,
    };
    let carried = use_memo((document, format, model), |(document, format, model)| {
        let document = document.as_ref()?;
        let document = (**document).clone().with_model((**model).clone());
        let mut left_out = Vec::new();
        let design = Design::of(&document, &mut left_out).ok()?;
        let mut carried = export(&design, *format);
        left_out.append(&mut carried.left_out);
        Some((design.name, Carried { left_out, ..carried }))
    });
    let onformat = {
        let route = route.clone();
        Callback::from(move |slug: String| route.replace.emit(route.route.with("format", Some(slug))))
    };
    let ontable = |name: String| {
        let left = left.clone();
        Callback::from(move |event: Event| {
            let mut next = (*left).clone();
            match event.target_unchecked_into::<HtmlInputElement>().checked() {
                true => next.remove(&name),
                false => next.insert(name.clone()),
            };
            left.set(next);
        })
    };
    let onitems = {
        let setter = with_items.setter();
        Callback::from(move |event: Event| {
            setter.set(event.target_unchecked_into::<HtmlInputElement>().checked());
        })
    };
    let say = |level, text: String| NoticeAction::Say(level, text);
    let onsave = {
        let (carried, notices) = (carried.clone(), notices.dispatcher());
        Callback::from(move |()| {
            let Some((name, carried)) = &*carried else { return };
            let file = file_name(name, format);
            notices.dispatch(match download(&file, "text/plain;charset=utf-8", &carried.text) {
                Ok(()) => say(Level::Done, format!("{file} is saved.")),
                Err(_) => say(Level::Failed, "The browser did not take the file.".to_owned()),
            });
        })
    };
    let oncopy = {
        let (carried, notices) = (carried.clone(), notices.dispatcher());
        Callback::from(move |()| {
            let Some((_, carried)) = &*carried else { return };
            let (text, notices) = (carried.text.clone(), notices.clone());
            wasm_bindgen_futures::spawn_local(async move {
                notices.dispatch(match copy_text(&text).await {
                    true => say(Level::Done, "It is on the clipboard.".to_owned()),
                    false => say(
                        Level::Failed,
                        "The browser does not let this page use the clipboard: save it as a file.".to_owned(),
                    ),
                });
            });
        })
    };
    let again = {
        let (setter, next) = (attempt.setter(), *attempt + 1);
        Callback::from(move |()| setter.set(next))
    };
    if tables.loaded && tables.list.is_empty() {
        return html! {
            <EmptyState icon="file-json" title="There is nothing to export yet">
                <p>{ "Make a table first, or import a design." }</p>
            </EmptyState>
        };
    }
    let formats: Vec<SelectOption> =
        Format::ALL.into_iter().map(|format| SelectOption::new(format.slug(), format.label())).collect();
    html! {
        <div class="exchange-columns" data-pane="export" data-format={format.slug()}>
            <section class="exchange-side" tabindex="0" aria-label="What is exported">
                <Select label="Format" name="format" options={formats} value={format.slug()} onchange={onformat} />
                <fieldset class="exchange-tables">
                    <legend>{ "Tables" }</legend>
                    { for tables.list.iter().map(|table| html! {
                        <label class="check" key={table.name.clone()}>
                            <input type="checkbox" name="table" value={table.name.clone()} checked={!left.contains(&table.name)}
                                onchange={ontable(table.name.clone())} />
                            <span>{ &table.name }</span>
                        </label>
                    }) }
                </fieldset>
                if format.takes_items() {
                    <label class="check">
                        <input type="checkbox" name="with-items" checked={*with_items} onchange={onitems} />
                        <span>{ "Items too" }</span>
                    </label>
                }
                <fieldset class="exchange-tables" data-part="items">
                    <legend>{ "Items as files" }</legend>
                    { for tables.list.iter().map(|table| html! {
                        <div class="exchange-actions" key={table.name.clone()}>
                            <ExportMenu table={table.name.clone()} keys={table.keys.names()} item_count={table.item_count} />
                            <span>{ &table.name }</span>
                        </div>
                    }) }
                </fieldset>
                if let Some((_, carried)) = &*carried {
                    <LeftOutList left_out={carried.left_out.clone()} />
                }
            </section>
            <section class="exchange-main" aria-label="Preview">
                <div class="exchange-actions">
                    <Button label="Copy" icon="copy" disabled={carried.is_none()} onclick={oncopy} action="copy-export" />
                    <Button label="Save as file" icon="download" kind={ButtonKind::Primary} disabled={carried.is_none()} onclick={onsave}
                        action="save-export" />
                </div>
                { match (&*reading, &*carried) {
                    (Reading::Failed(error), _) => html! {
                        <ErrorPanel error={error.clone()} actions={html! { <Button label="Read again" onclick={again} action="read-again" /> }} />
                    },
                    (Reading::Under(table), _) => html! {
                        <Progress label={if table.is_empty() { "Reading".to_owned() } else { format!("Reading {table}") }} />
                    },
                    (Reading::Done(_), Some((name, carried))) => html! {
                        <CodeView label={file_name(name, format)} text={carried.text.clone()} language={format.language()} />
                    },
                    (Reading::Done(_), None) => html! {
                        <p class="field-error" role="alert">{ "The tables’ descriptions cannot be read." }</p>
                    },
                } }
            </section>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_after_the_design_and_its_format() {
        assert_eq!(file_name("Orders, v2!", Format::Terraform), "orders--v2.tf");
        assert_eq!(file_name("…", Format::CloudFormation), "design.template.yaml");
    }
}
