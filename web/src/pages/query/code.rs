//! The request as a program: language, where it goes, copy and save.

use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use crate::code::{Flavour, Program, write};
use crate::components::{Button, ButtonKind, CodeView, EmptyState, Field, Select, SelectOption};
use crate::exchange::Language;
use crate::hooks::{copy_text, download, saved, set_saved, use_notices, use_tables};
use crate::state::notice::{Level, NoticeAction};
use crate::state::tables::TableDescription;

/// Where the language and the address that were last chosen are kept, for all workspaces.
const FLAVOUR: &str = "code-flavour";
const ENDPOINT: &str = "code-endpoint";
/// A local endpoint where none was typed yet: where DynamoDB Local and this project's endpoint listen.
const LOCAL: &str = "http://127.0.0.1:8000";

/// How a program is coloured.
fn language(flavour: Flavour) -> Language {
    match flavour {
        Flavour::PythonClient | Flavour::PythonResource => Language::Python,
        Flavour::JavaScriptClient | Flavour::JavaScriptDocument => Language::JavaScript,
        Flavour::Java => Language::Java,
        Flavour::Go => Language::Go,
        Flavour::Rust => Language::Rust,
        Flavour::CSharp => Language::CSharp,
        Flavour::Cli => Language::Shell,
        Flavour::PartiQl => Language::PartiQl,
    }
}

/// The region that the tables are in.
fn region(tables: &[Rc<TableDescription>]) -> String {
    let arn = tables.iter().find_map(|table| table.body["TableArn"].as_str());
    arn.and_then(|arn| arn.split(':').nth(3))
        .filter(|region| !region.is_empty())
        .unwrap_or("us-east-1")
        .to_owned()
}

/// The names of the keys of a table or index.
fn keys(tables: &[Rc<TableDescription>], table: &str, index: Option<&str>) -> Option<Vec<String>> {
    let table = tables.iter().find(|other| other.name == table)?;
    Some(table.keys_of(index).names())
}

/// The props of [`CodePane`].
#[derive(Properties, PartialEq)]
pub struct CodePaneProps {
    /// The API action.
    pub operation: AttrValue,
    /// Its request.
    pub request: Rc<Value>,
}

/// The request as a program.
#[component]
pub fn CodePane(props: &CodePaneProps) -> Html {
    let (tables, notices) = (use_tables(), use_notices());
    let flavour =
        use_state_eq(|| saved(FLAVOUR).and_then(|id| Flavour::of(&id)).unwrap_or(Flavour::PythonClient));
    // An empty address is the region's own.
    let endpoint = use_state_eq(|| saved(ENDPOINT).unwrap_or_default());
    let text = use_memo(
        (props.operation.clone(), props.request.clone(), *flavour, (*endpoint).clone(), tables.list.clone()),
        |(operation, request, flavour, endpoint, tables)| {
            let keys = |table: &str, index: Option<&str>| keys(tables, table, index);
            let endpoint = Some(endpoint.trim()).filter(|url| !url.is_empty());
            write(*flavour, &Program { operation, request, region: &region(tables), endpoint, keys: &keys })
        },
    );
    let onflavour = {
        let setter = flavour.setter();
        Callback::from(move |id: String| {
            set_saved(FLAVOUR, &id);
            Flavour::of(&id).into_iter().for_each(|flavour| setter.set(flavour));
        })
    };
    let set_endpoint = {
        let setter = endpoint.setter();
        Callback::from(move |url: String| {
            set_saved(ENDPOINT, &url);
            setter.set(url);
        })
    };
    let onwhere =
        set_endpoint.reform(|to: String| if to == "local" { LOCAL.to_owned() } else { String::new() });
    let say = {
        let notices = notices.dispatcher();
        move |level, text: &str| notices.dispatch(NoticeAction::Say(level, text.to_owned()))
    };
    let oncopy = {
        let (text, say) = (text.clone(), say.clone());
        Callback::from(move |()| {
            let (text, say) = (text.clone(), say.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let Ok(text) = &*text else { return };
                match copy_text(text).await {
                    true => say(Level::Done, "The program is on the clipboard."),
                    false => say(
                        Level::Failed,
                        "The browser does not let this page use the clipboard: save it as a file.",
                    ),
                }
            });
        })
    };
    let onsave = {
        let (text, name) = (text.clone(), file_name(&props.operation, *flavour));
        Callback::from(move |()| {
            let Ok(text) = &*text else { return };
            if download(&name, "text/plain;charset=utf-8", text).is_err() {
                say(Level::Failed, "The browser did not take the file.");
            }
        })
    };
    let flavours: Vec<SelectOption> =
        Flavour::ALL.into_iter().map(|one| SelectOption::new(one.id(), one.label())).collect();
    let places =
        vec![SelectOption::new("service", "DynamoDB"), SelectOption::new("local", "A local endpoint")];
    let local = !endpoint.is_empty();
    // PartiQL goes nowhere by itself.
    let goes = *flavour != Flavour::PartiQl;
    html! {
        <section class="code-pane" aria-label="Code" data-flavour={flavour.id()}>
            <div class="code-pane-bar">
                <Select label="Language" name="flavour" options={flavours} value={flavour.id()} onchange={onflavour} />
                if goes {
                    <Select label="Goes to" name="goes-to" options={places} value={if local { "local" } else { "service" }} onchange={onwhere} />
                }
                if goes && local {
                    <Field label="Address" name="code-endpoint" mono={true} value={(*endpoint).clone()} oninput={set_endpoint} />
                }
                <Button label="Copy" icon="copy" disabled={text.is_err()} onclick={oncopy} action="copy-code" />
                <Button label="Save as file" icon="download" kind={ButtonKind::Quiet} disabled={text.is_err()} onclick={onsave} action="save-code" />
            </div>
            { match &*text {
                Ok(text) => html! {
                    <CodeView label={format!("{} as {}", props.operation, flavour.label())} text={text.clone()} language={language(*flavour)} />
                },
                Err(sentence) => html! {
                    <EmptyState icon="terminal" title="No code for this"><p>{ sentence.clone() }</p></EmptyState>
                },
            } }
        </section>
    }
}

/// What the file is called.
fn file_name(operation: &str, flavour: Flavour) -> String {
    match flavour {
        // Java wants the name of the class.
        Flavour::Java => format!("{operation}Example.java"),
        flavour => format!("{operation}.{}", flavour.extension()),
    }
}
