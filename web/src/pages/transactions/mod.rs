//! Transactions: one is built as rows and as JSON in step, run at once or stepped message by message, while another client
//! writes in between. What is drawn is what the engine's coordinator did.

mod conductor;
mod interlude;
mod other;
mod picture;
mod presets;
mod reasons;
mod sample;
mod stage;
mod standing;
mod story;

use std::rc::Rc;

use serde_json::Value;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use crate::components::request_form::RequestForm;
use crate::components::{Button, ButtonKind, EmptyState, ErrorPanel, JsonEditor, Menu, MenuEntry};
use crate::hooks::{
    draft_key, is_editing, saved, set_saved, use_client, use_keys, use_notices, use_session, use_tables,
    use_timeline,
};
use crate::state::json_text::{JsonFault, parse, print};
use crate::state::notice::{Level, NoticeAction};
use crate::state::request::edit;
use crate::state::request::operations::{OPERATIONS, Operation, operation};
use crate::state::request::rows::{Row, Shape, rows};
use crate::state::timeline::TimelineAction;
use conductor::{Conductor, Job, use_conductor};
use interlude::Place;
use other::OtherClient;
use picture::Picture;
use presets::{PRESETS, Preset, preset};
use reasons::Reasons;
use stage::{Line, Stage, StageAction};

/// What is being written.
#[derive(Clone, Debug, PartialEq)]
struct Draft {
    text: String,
    /// As the text last was when it could be read.
    request: Rc<Value>,
    fault: Option<JsonFault>,
}

impl Draft {
    fn of(request: Value) -> Draft {
        Draft { text: print(&request), request: Rc::new(request), fault: None }
    }

    fn typed(&self, text: String) -> Draft {
        match parse(&text) {
            Ok(request) => Draft { text, request: Rc::new(request), fault: None },
            Err(fault) => Draft { text, request: self.request.clone(), fault: Some(fault) },
        }
    }
}

/// The operation that the page is about.
fn the_operation() -> &'static Operation {
    operation("TransactWriteItems").unwrap_or(&OPERATIONS[0])
}

/// The page.
#[component]
pub fn TransactionsPage() -> Html {
    let session = use_session();
    let tables = use_tables();
    let timeline = use_timeline();
    let conductor = use_conductor();
    let stage = conductor.stage.clone();
    let chosen = use_state_eq(|| PRESETS[0].id);
    let selected = use_state_eq(|| None::<usize>);
    let draft_key = draft_key(&format!("transactions:{}", session.workspace));
    let draft = use_state_eq({
        let draft_key = draft_key.clone();
        move || {
            let first = Draft::of((PRESETS[0].request)());
            saved(&draft_key).map_or(first.clone(), |text| first.typed(text))
        }
    });
    let change = {
        let setter = draft.setter();
        use_callback(draft_key, move |next: Draft, draft_key| {
            set_saved(draft_key, &next.text);
            setter.set(next);
        })
    };
    // Whatever happens, the newest line is told.
    let lines = stage.lines();
    {
        let selected = selected.setter();
        use_effect_with(lines.len(), move |_| selected.set(None));
    }
    let under_way = stage.under_way().is_some();
    let busy = stage.busy;
    let can_send = draft.fault.is_none() && !busy;
    let ask = |job: Job| {
        let ask = conductor.ask.clone();
        Callback::from(move |()| ask.emit(job.clone()))
    };
    let run = ask(Job::Run(draft.text.clone()));
    let step = match under_way {
        true => ask(Job::Step { all: false }),
        false => ask(Job::Begin(draft.text.clone(), 0)),
    };
    use_page_keys(
        (can_send && !under_way).then(|| run.clone()),
        (can_send || under_way && !busy).then(|| step.clone()),
    );
    let onpreset = {
        let (change, chosen, ask, stage) =
            (change.clone(), chosen.setter(), conductor.ask.clone(), stage.dispatcher());
        Callback::from(move |id: AttrValue| {
            let Some(preset) = preset(&id) else { return };
            let next = Draft::of((preset.request)());
            stage.dispatch(StageAction::Clear);
            if let Some(messages) = preset.messages {
                ask.emit(Job::Begin(next.text.clone(), messages));
            }
            chosen.set(preset.id);
            change.emit(next);
        })
    };
    let onedit = {
        let (change, draft) = (change.clone(), (*draft).clone());
        Callback::from(move |edit| {
            let mut request = (*draft.request).clone();
            edit::apply(&mut request, edit);
            change.emit(Draft::of(request));
        })
    };
    let ontext = {
        let (change, draft) = (change.clone(), (*draft).clone());
        Callback::from(move |text| change.emit(draft.typed(text)))
    };
    let example = preset(&chosen).unwrap_or(&PRESETS[0]);
    let entries: Vec<MenuEntry> = PRESETS
        .iter()
        .map(|preset| MenuEntry {
            checked: Some(preset.id == *chosen),
            ..MenuEntry::new(preset.id, preset.title)
        })
        .collect();
    let next = stage.under_way().and_then(|standing| standing.next);
    let undecided = stage.under_way().is_some_and(|standing| standing.decision().is_none());
    let toolbar = html! {
        <div class="tx-bar" role="toolbar" aria-label="Transaction">
            if under_way {
                <Button label={format!("Next: {}", next.map_or_else(String::new, |next| next.name()))} icon="step-forward"
                    kind={ButtonKind::Primary} keys="n" onclick={step} action="step" disabled={busy} />
                <Button label="To the end" icon="skip-forward" onclick={ask(Job::Step { all: true })} action="finish" disabled={busy} />
                if undecided {
                    <Button label="Abandon" icon="x" kind={ButtonKind::Quiet} onclick={ask(Job::Abandon)} action="abandon" disabled={busy}
                        title="The coordinator gives it up: cancel is decided, and every item that is held is let go" />
                }
            } else {
                <Button label="Run" icon="play" kind={ButtonKind::Primary} keys="Ctrl ↵" onclick={run} action="run" disabled={!can_send} />
                <Button label="Step" icon="step-forward" keys="n" onclick={step} action="step" disabled={!can_send}
                    title="Begin it, and send one message at a time" />
                <Menu label="Examples" icon="book-open" action="examples" {entries} onselect={onpreset} empty="" />
            }
            { for stage.others.iter().map(|number| html! {
                <Button key={*number} label={format!("Show t{number}")} kind={ButtonKind::Quiet} action="show-other"
                    title="Another transaction that is under way" onclick={ask(Job::Show(*number))} disabled={busy} />
            }) }
        </div>
    };
    let onselect = {
        let (selected, timeline, stage, lines) =
            (selected.setter(), timeline.clone(), stage.clone(), lines.clone());
        Callback::from(move |row: usize| {
            selected.set(Some(row));
            let event = match (lines.get(row), &stage.standing) {
                (Some(Line::Message(_, message)), Some(standing)) => {
                    standing.event_of(*message, timeline.events().iter().map(|event| &**event))
                }
                (Some(Line::Between(one)), _) => one.event,
                _ => None,
            };
            if let Some(event) = event {
                timeline.dispatch(TimelineAction::Seek(event));
            }
        })
    };
    let told = selected.or(lines.len().checked_sub(1));
    let missing = tables.loaded
        && rows(Shape::Actions, &draft.request).iter().any(|row| row.table() == "Accounts")
        && tables.get("Accounts").is_none();
    html! {
        <div class="tx-page">
            { toolbar }
            <LoadAccounts {missing} />
            <details class="tx-request" open={stage.standing.is_none()} key={stage.standing.is_some().to_string()}>
                <summary data-action="request">{ "The request" }<span class="tx-note">{ example.note }</span></summary>
                <div class="tx-editors">
                    <RequestForm operation={the_operation()} request={draft.request.clone()} tables={tables.list.clone()}
                        stale={draft.fault.is_some()} {onedit} />
                    <JsonEditor label="TransactWriteItems request" name="request" value={draft.text.clone()} oninput={ontext}
                        fault={draft.fault.clone()} />
                </div>
            </details>
            { show(&conductor, told, onselect, example, &tables) }
        </div>
    }
}

/// What is on the stage.
fn show(
    conductor: &Conductor,
    told: Option<usize>,
    onselect: Callback<usize>,
    example: &'static Preset,
    tables: &crate::hooks::TableLists,
) -> Html {
    let stage = &conductor.stage;
    if let Some(error) = &stage.failure {
        return html! { <ErrorPanel error={error.clone()} /> };
    }
    if stage.repeated {
        return html! {
            <p class="tx-story" data-part="story" role="status">
                { "This ClientRequestToken was used for the same request within the last ten minutes: no message was sent, nothing \
                   was written, and the answer is that of the first time." }
            </p>
        };
    }
    let Some(standing) = stage.standing.clone() else {
        return html! {
            <EmptyState icon="git-merge" title="No transaction was sent yet">
                <p>{ "Run does it at once. Step sends one message at a time: you see which item is held, what another client's write \
                      meets, and why a transaction is cancelled." }</p>
            </EmptyState>
        };
    };
    let lines = stage.lines();
    let sentence = match told.and_then(|row| lines.get(row)) {
        Some(Line::Message(_, message)) => story::tell(&standing, *message),
        Some(Line::Between(one)) => one.tell(&standing),
        None => story::begun(&standing),
    };
    let last = stage.interludes.last().map(|last| (last.clone(), last.tell(&standing)));
    html! {
        <>
            <div class="tx-story" data-part="story" role="status">
                <p class="tx-told">{ sentence }</p>
                <p class="tx-what-next">{ story::next(&standing) }</p>
            </div>
            <div class="tx-lower" data-under-way={(!standing.is_over()).to_string()}>
                <div class="tx-left">
                    <Picture stage={(**stage).clone()} selected={told} {onselect} />
                    if let Some(error) = &standing.error {
                        <Reasons standing={standing.clone()} error={error.clone()} />
                    }
                </div>
                if !standing.is_over() {
                    <OtherClient key={format!("{} {}", standing.number, example.id)} places={places(stage, tables)} first={example.other} {last}
                        busy={stage.busy} onsend={conductor.ask.clone()} />
                }
            </div>
        </>
    }
}

/// The items of the transaction on the stage, for the other client.
fn places(stage: &Stage, tables: &crate::hooks::TableLists) -> Vec<Place> {
    let actions = rows(Shape::Actions, &stage.request);
    let place = |(at, row): (usize, &Row)| {
        let table = row.table();
        let keys = tables.get(table).map(|table| &table.keys);
        let name = stage.standing.as_ref().and_then(|standing| standing.actions.get(at));
        Place {
            table: table.to_owned(),
            name: name.map(|action| action.key.clone()).unwrap_or_default(),
            key: row.key(keys).unwrap_or_default(),
            now: stage.now.get(at).cloned().flatten(),
        }
    };
    actions.iter().enumerate().map(place).collect()
}

/// Ctrl-Enter runs, `n` steps.
#[hook]
fn use_page_keys(run: Option<Callback<()>>, step: Option<Callback<()>>) {
    let pressed = use_callback((run, step), |event: KeyboardEvent, (run, step)| {
        let control = event.ctrl_key() || event.meta_key();
        let does = match event.key().as_str() {
            "Enter" if control => run,
            "n" if !control && !event.alt_key() && !is_editing(&event) => step,
            _ => return,
        };
        if let Some(does) = does {
            event.prevent_default();
            does.emit(());
        }
    });
    use_keys(pressed);
}

#[derive(Properties, PartialEq)]
struct LoadAccountsProps {
    missing: bool,
}

/// Offers the sample that the bank transfer is about; stands there until all of it is loaded.
#[component]
fn LoadAccounts(props: &LoadAccountsProps) -> Html {
    let api = use_client();
    let session = use_session();
    let notices = use_notices();
    let busy = use_state_eq(|| false);
    let onclick = {
        let (api, now_ms, notices, busy) = (api.clone(), session.now_ms, notices.dispatcher(), busy.setter());
        Callback::from(move |()| {
            busy.set(true);
            let (api, notices, busy) = (api.clone(), notices.clone(), busy.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let said = match sample::load_accounts(&api, now_ms).await {
                    Ok(()) => NoticeAction::Say(Level::Done, "The sample “Bank accounts” is loaded.".into()),
                    Err(why) => NoticeAction::Say(Level::Failed, why),
                };
                notices.dispatch(said);
                busy.set(false);
            });
        })
    };
    if !props.missing && !*busy {
        return Html::default();
    }
    html! {
        <div class="tx-missing" role="note">
            <p>{ "The bank transfer is about the table Accounts, which is not in this workspace." }</p>
            <Button label="Load the Accounts sample" icon="database" kind={ButtonKind::Primary} {onclick} busy={*busy} action="load-accounts" />
        </div>
    }
}
