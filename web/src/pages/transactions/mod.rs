//! Transactions: clients side by side, each with a transaction or a plain request, taken message by message. What is drawn is
//! what the engine's coordinators and partitions did, or would do in one of all the interleavings there are.

mod clients;
mod diagram;
mod director;
mod examples;
mod explored;
mod layout;
mod next;
mod sample;
mod scene;

use serde_json::{Value, json};
use web_sys::KeyboardEvent;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, ErrorPanel, Menu, MenuEntry};
use crate::hooks::{
    draft_key, is_editing, saved, set_saved, use_client, use_keys, use_notices, use_session, use_tables,
};
use crate::state::notice::{Level, NoticeAction};
use clients::{Clients, Draft, request_of};
use diagram::{Diagram, Standings};
use director::{Director, Job, StageAction, use_director};
use examples::{EXAMPLES, Example, example};
use explored::{Found, Variant, VariantForm};
use next::NextSteps;
use scene::Scene;

/// The request of Explore all.
fn exploration(clients: &[Value], variant: &Variant) -> Value {
    let mut request = json!({ "Clients": clients, "Crashes": variant.crashes, "Repeats": variant.repeats });
    if !variant.without.is_empty() {
        request["Without"] = variant.without.as_str().into();
    }
    request
}

/// The page.
#[component]
pub fn TransactionsPage() -> Html {
    let session = use_session();
    let tables = use_tables();
    let director = use_director();
    let stage = director.stage.clone();
    let chosen = use_state_eq(|| EXAMPLES[0].id);
    let selected = use_state_eq(|| None::<usize>);
    let variant = use_state_eq(Variant::default);
    let seed = use_state_eq(|| 1_u64);
    let kept_as = draft_key(&format!("transactions:{}", session.workspace));
    let drafts = use_state_eq({
        let kept_as = kept_as.clone();
        move || {
            saved(&kept_as).and_then(|text| clients::kept(&text)).unwrap_or_else(|| (EXAMPLES[0].clients)())
        }
    });
    let change = {
        let setter = drafts.setter();
        use_callback(kept_as, move |next: Vec<Draft>, kept_as| {
            set_saved(kept_as, &clients::keep(&next));
            setter.set(next);
        })
    };
    let shown = stage.shown();
    let steps = shown.as_ref().map_or(0, |scene| scene.trail.len());
    // Whatever happens, the newest step is told.
    {
        let selected = selected.setter();
        use_effect_with((steps, stage.replay), move |_| selected.set(None));
    }
    let under_way = stage.scene.as_ref().is_some_and(|scene| !scene.over);
    let requests = request_of(&drafts);
    let ask = |job: Job| {
        let ask = director.ask.clone();
        Callback::from(move |()| ask.emit(job.clone()))
    };
    let example = example(&chosen).unwrap_or(&EXAMPLES[0]);
    let begin = ask(Job::Begin(requests.clone().unwrap_or_default(), &[]));
    let draw = {
        let (ask, seed) = (director.ask.clone(), seed.clone());
        move |count: usize| {
            let (ask, seed) = (ask.clone(), seed.clone());
            Callback::from(move |()| ask.emit(Job::Draw(*seed, count)))
        }
    };
    use_page_keys(match (stage.replay, under_way, stage.busy) {
        (None, true, false) => Some(draw(1)),
        _ => None,
    });
    let onexample = {
        let (change, chosen, ask, stage) =
            (change.clone(), chosen.setter(), director.ask.clone(), stage.dispatcher());
        let variant = variant.setter();
        Callback::from(move |id: AttrValue| {
            let Some(example) = examples::example(&id) else { return };
            let next = (example.clients)();
            chosen.set(example.id);
            stage.dispatch(StageAction::Clear);
            let explored = example.broken.map(|(without, repeats)| Variant {
                without: without.to_owned(),
                repeats,
                ..Variant::default()
            });
            match (request_of(&next), &explored) {
                (Some(requests), Some(broken)) => ask.emit(Job::Explore(exploration(&requests, broken))),
                (Some(requests), None) if !example.steps.is_empty() => {
                    ask.emit(Job::Begin(requests, example.steps));
                }
                _ => {}
            }
            variant.set(explored.unwrap_or_default());
            change.emit(next);
        })
    };
    let clear = {
        let stage = stage.dispatcher();
        Callback::from(move |()| stage.dispatch(StageAction::Clear))
    };
    let toolbar = html! {
        <div class="tx-bar" role="toolbar" aria-label="Transactions">
            if stage.replay.is_some() {
                { replay_bar(&director) }
            } else if under_way {
                <Button label="A step" icon="step-forward" kind={ButtonKind::Primary} keys="n" onclick={draw(1)} action="draw" disabled={stage.busy}
                    title="One of the steps that can happen next, drawn by the seed" />
                <Button label="All to the end" icon="skip-forward" onclick={draw(500)} action="draw-all" disabled={stage.busy} />
                <label class="short-number">{ "Seed" }
                    <input type="number" name="seed" min="1" value={seed.to_string()} oninput={{
                        let seed = seed.setter();
                        Callback::from(move |event: InputEvent| {
                            let typed = event.target_unchecked_into::<web_sys::HtmlInputElement>().value();
                            seed.set(typed.parse().unwrap_or(1));
                        })
                    }} />
                </label>
                <Button label="Start over" icon="undo-2" kind={ButtonKind::Quiet} onclick={ask(Job::End)} action="end" disabled={stage.busy}
                    title="Gives up what is not decided: nothing of it happens. What is decided is carried out" />
            } else {
                if stage.scene.is_some() {
                    <Button label="Start over" icon="undo-2" kind={ButtonKind::Primary} onclick={clear} action="clear" />
                } else {
                    <Button label="Begin" icon="play" kind={ButtonKind::Primary} onclick={begin} action="begin" disabled={stage.busy || requests.is_none()}
                        title="Puts the clients side by side; none has sent anything yet" />
                }
                <Menu label="Examples" icon="book-open" action="examples" entries={entries(&chosen)} onselect={onexample} empty="" />
            }
            if !under_way && stage.replay.is_none() {
                <VariantForm variant={(*variant).clone()} onchange={{
                    let variant = variant.setter();
                    Callback::from(move |next| variant.set(next))
                }} onexplore={ask(Job::Explore(exploration(&requests.clone().unwrap_or_default(), &variant)))}
                    disabled={requests.is_none()} busy={stage.busy} />
            }
        </div>
    };
    let missing = tables.loaded
        && drafts.iter().any(|draft| draft.text.contains("\"Accounts\""))
        && tables.get("Accounts").is_none();
    let told = selected.or(steps.checked_sub(1));
    let onselect = {
        let selected = selected.setter();
        Callback::from(move |row| selected.set(Some(row)))
    };
    html! {
        <div class="tx-page" data-busy={stage.busy.to_string()}>
            { toolbar }
            <LoadAccounts {missing} />
            if let Some(error) = &stage.failure {
                <ErrorPanel error={error.clone()} />
            }
            if let Some(scene) = shown {
                { play(&director, &scene, told, onselect, example) }
            } else {
                <p class="tx-note">{ example.note }</p>
                <Clients drafts={(*drafts).clone()} onchange={change} />
            }
            if let (Some(explored), None) = (&stage.explored, stage.replay) {
                <Found explored={(**explored).clone()} onreplay={{
                    let stage = stage.dispatcher();
                    Callback::from(move |()| stage.dispatch(StageAction::Replay(Some(0))))
                }} />
            }
        </div>
    }
}

fn entries(chosen: &str) -> Vec<MenuEntry> {
    let entry = |example: &Example| MenuEntry {
        checked: Some(example.id == chosen),
        ..MenuEntry::new(example.id, example.title)
    };
    EXAMPLES.iter().map(entry).collect()
}

/// The buttons that step through the counterexample.
fn replay_bar(director: &Director) -> Html {
    let stage = &director.stage;
    let at = stage.replay.unwrap_or(0);
    let counterexample = stage.explored.as_ref().and_then(|explored| explored.counterexample.as_ref());
    let last = counterexample.map_or(0, |counterexample| counterexample.trail.len());
    let go = |to: Option<usize>| {
        let stage = stage.dispatcher();
        Callback::from(move |()| stage.dispatch(StageAction::Replay(to)))
    };
    html! {
        <>
            <Button label="Back" icon="step-back" onclick={go(Some(at.saturating_sub(1)))} disabled={at == 0} action="replay-back" />
            <Button label="Next" icon="step-forward" kind={ButtonKind::Primary} onclick={go(Some((at + 1).min(last)))} disabled={at == last} action="replay-next" />
            <Button label="To the end" icon="skip-forward" onclick={go(Some(last))} disabled={at == last} action="replay-end" />
            <span class="tx-soft" data-part="replay-at">{ format!("step {at} of {last}") }</span>
            <Button label="Close" icon="x" kind={ButtonKind::Quiet} onclick={go(None)} action="replay-close" />
        </>
    }
}

/// The run, or the moment of the counterexample, with what is told of it.
fn play(
    director: &Director,
    scene: &Scene,
    told: Option<usize>,
    onselect: Callback<usize>,
    example: &'static Example,
) -> Html {
    let stage = &director.stage;
    let taken = told.and_then(|row| scene.trail.get(row));
    let why = stage.explored.as_ref().and_then(|explored| explored.counterexample.as_ref());
    let why = why.filter(|counterexample| stage.replay == Some(counterexample.trail.len()));
    let onstep = director.ask.reform(Job::Step);
    html! {
        <>
            <div class="tx-story" data-part="story" role="status">
                if let Some(taken) = taken {
                    <p class="tx-told">{ &taken.told }</p>
                    if let Some(rule) = &taken.rule {
                        <p class="tx-rule" data-part="rule">{ rule }</p>
                    }
                } else {
                    <p class="tx-told">{ "No client has sent anything yet." }</p>
                    <p class="tx-rule">{ example.note }</p>
                }
                if let Some(counterexample) = why {
                    <p class="tx-why" data-part="why">{ &counterexample.why }</p>
                }
            </div>
            <Standings scene={scene.clone()} />
            <div class="tx-lower" data-under-way={(stage.replay.is_none() && !scene.over).to_string()}>
                <Diagram scene={scene.clone()} selected={told} {onselect} />
                if stage.replay.is_none() && !scene.over {
                    <NextSteps scene={scene.clone()} busy={stage.busy} {onstep} />
                }
            </div>
        </>
    }
}

/// `n` takes a step.
#[hook]
fn use_page_keys(step: Option<Callback<()>>) {
    let pressed = use_callback(step, |event: KeyboardEvent, step| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if let (true, "n", Some(step)) = (plain && !is_editing(&event), event.key().as_str(), step) {
            event.prevent_default();
            step.emit(());
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
