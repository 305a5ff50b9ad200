//! The composer: a whole recipe, in the map's place. What is typed is kept for the workspace until it is composed anew.

use std::rc::Rc;

use yew::prelude::*;

use super::arrivals::Kind;
use super::draft::{Draft, PATTERNS_MAX, PatternDraft};
use super::form::{name_of, named};
use super::keys::Keys;
use super::log_form::LogForm;
use super::number::number;
use super::pattern_form::PatternForm;
use super::quick::{PRESETS, Quick, suggested};
use super::rate_form::RateForm;
use super::starting::Starting;
use crate::components::{Button, ButtonKind, ErrorPanel, Field, JsonEditor, Select, SelectOption};
use crate::hooks::{
    recipe_key, saved, set_saved, use_client, use_heat, use_notices, use_route, use_session, use_top,
};
use crate::protocol::traffic::Workload;
use crate::state::json_text::parse;
use crate::state::notice::{Level, NoticeAction};
use crate::state::tables::TableDescription;

/// Puts a recipe into the composer of a workspace. A log's rows are with the recipe, not with what is typed.
pub fn open_in_composer(workspace: &str, workload: &Workload) {
    if let Ok(text) = serde_json::to_string(&Draft::of(workload)) {
        set_saved(&recipe_key(workspace), &text);
    }
}

/// The props of [`Composer`].
#[derive(Properties, PartialEq)]
pub struct ComposerProps {
    /// The tables that there are.
    pub tables: Vec<Rc<TableDescription>>,
    /// The table that is shown.
    pub table: Option<Rc<TableDescription>>,
    /// Starts traffic.
    pub starting: Starting,
}

const CONSISTENCIES: [(Option<bool>, &str, &str); 3] = [
    (None, "mixed", "As the requests have it"),
    (Some(false), "eventual", "Eventually consistent"),
    (Some(true), "strong", "Strongly consistent"),
];

/// The composer.
#[component]
pub fn Composer(props: &ComposerProps) -> Html {
    let node = use_top();
    let (heat, api, route, session, notices) =
        (use_heat(), use_client(), use_route(), use_session(), use_notices());
    let draft = {
        let (table, heat, workspace) = (props.table.clone(), heat.clone(), session.workspace.clone());
        use_state_eq(move || {
            let kept =
                saved(&recipe_key(&workspace)).and_then(|text| serde_json::from_str::<Draft>(&text).ok());
            let mut draft = kept.filter(|draft| !draft.patterns.is_empty()).unwrap_or_else(|| {
                let first = Quick::preset("constant").and_then(|quick| quick.workload(table.as_deref()).ok());
                first.as_ref().map(Draft::of).unwrap_or_else(Draft::without_patterns)
            });
            // A log's rows come from the recipe that it was saved with.
            if draft.arrivals.is_log()
                && let Some(recipe) = heat.recipes.iter().find(|recipe| recipe.name == draft.name)
            {
                draft.log = recipe.recipe.replay.clone();
            }
            draft
        })
    };
    let set = {
        let (draft, workspace) = (draft.setter(), session.workspace.clone());
        Callback::from(move |next: Draft| {
            if let Ok(text) = serde_json::to_string(&next) {
                set_saved(&recipe_key(&workspace), &text);
            }
            draft.set(next);
        })
    };
    let parsed = draft.workload();
    let faults = parsed.as_ref().err().cloned().unwrap_or_default();
    let fault = |name: &str| faults.get(name).map(|text| AttrValue::from(text.clone()));
    let changed = |change: fn(&mut Draft, String)| {
        let (draft, set) = ((*draft).clone(), set.clone());
        Callback::from(move |text: String| {
            let mut draft = draft.clone();
            change(&mut draft, text);
            set.emit(draft);
        })
    };
    let field = |label: &'static str, name: &'static str, value: &str, change: fn(&mut Draft, String)| {
        html! { <Field {label} name={format!("compose-{name}")} value={value.to_owned()} oninput={changed(change)} error={fault(name)} mono={true} /> }
    };
    let onfrom = {
        let (table, recipes, set) = (props.table.clone(), heat.recipes.clone(), set.clone());
        Callback::from(move |chosen: String| {
            let workload = match chosen.strip_prefix("recipe:") {
                Some(name) => recipes.iter().find(|recipe| recipe.name == name).cloned(),
                None => Quick::preset(&chosen).and_then(|quick| quick.workload(table.as_deref()).ok()),
            };
            if let Some(workload) = workload {
                set.emit(Draft::of(&workload));
            }
        })
    };
    let onpattern = {
        let (draft, set) = ((*draft).clone(), set.clone());
        Callback::from(move |(at, pattern): (usize, PatternDraft)| {
            let mut draft = draft.clone();
            draft.patterns[at] = pattern;
            set.emit(draft);
        })
    };
    let onremove = {
        let (draft, set) = ((*draft).clone(), set.clone());
        Callback::from(move |at: usize| {
            let mut draft = draft.clone();
            draft.patterns.remove(at);
            set.emit(draft);
        })
    };
    let add = |more: Vec<PatternDraft>| {
        let (draft, set) = ((*draft).clone(), set.clone());
        Callback::from(move |()| {
            let mut draft = draft.clone();
            draft.patterns.extend(more.iter().cloned());
            draft.patterns.truncate(PATTERNS_MAX);
            set.emit(draft);
        })
    };
    let one = PatternDraft {
        name: format!("pattern {}", draft.patterns.len() + 1),
        operation: "GetItem".into(),
        weight: "1".into(),
        request: "{\n  \"TableName\": \"\"\n}".into(),
        variables: String::new(),
    };
    let suggestions = props.table.as_deref().and_then(|table| suggested(table, 50, Keys::Zipf, 1_000));
    let suggestions: Vec<PatternDraft> = suggestions.iter().flatten().map(PatternDraft::of).collect();
    let full = draft.patterns.len() >= PATTERNS_MAX;
    let start = {
        let (starting, parsed) = (props.starting.clone(), parsed.clone());
        Callback::from(move |()| {
            if let Ok(workload) = &parsed {
                starting.start.emit(workload.clone());
            }
        })
    };
    let keep = {
        let (api, parsed, recipes, notices) =
            (api.clone(), parsed.clone(), heat.recipes.clone(), notices.dispatcher());
        Callback::from(move |()| {
            let Ok(workload) = &parsed else { return };
            let kept = api.keep_recipes(workload.in_front_of(&recipes));
            let notices = notices.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let said = match kept.await {
                    Ok(()) => (Level::Done, "The recipe is kept with the workspace.".to_owned()),
                    Err(error) => (Level::Failed, crate::state::lesson::show(&error).message),
                };
                notices.dispatch(NoticeAction::Say(said.0, said.1));
            });
        })
    };
    let back = {
        let route = route.clone();
        Callback::from(move |()| route.go.emit(route.route.with("view", None)))
    };
    let duration_ms = number(&draft.duration_s, 1, 604_800).ok().map(|seconds| seconds * 1_000);
    let presets = PRESETS.iter().map(|(name, label)| SelectOption::under("Presets", *name, *label));
    let recipes = heat.recipes.iter().map(|recipe| {
        SelectOption::under("This workspace", format!("recipe:{}", recipe.name), recipe.name.clone())
    });
    let from: Vec<SelectOption> =
        std::iter::once(SelectOption::new("", "Choose…")).chain(presets).chain(recipes).collect();
    let spread = if draft.poisson { "poisson" } else { "even" };
    html! {
        <section ref={node} class="compose" aria-label="Compose traffic" data-part="composer">
            <header class="compose-header">
                <h2>{ "Compose traffic" }</h2>
                <Button label="Back to the map" icon="chevron-left" kind={ButtonKind::Quiet} onclick={back} action="close-composer" />
            </header>
            <div class="compose-fields">
                <Field label="Name" name="compose-name" value={draft.name.clone()} oninput={changed(|draft, text| draft.name = text)} error={fault("name")} />
                <Select label="Start from" name="compose-from" options={from} value="" onchange={onfrom} />
            </div>
            <h3>{ "How often" }</h3>
            <RateForm arrivals={draft.arrivals.clone()} faults={faults.clone()} {duration_ms} onchange={ {
                let (draft, set) = ((*draft).clone(), set.clone());
                Callback::from(move |arrivals| set.emit(Draft { arrivals, ..draft.clone() }))
            } } />
            if draft.arrivals.kind == Kind::Log {
                <LogForm rows={draft.log.clone()} error={fault("log")} onrows={ {
                    let (draft, set) = ((*draft).clone(), set.clone());
                    Callback::from(move |log| set.emit(Draft { log, ..draft.clone() }))
                } } />
            }
            <div class="compose-fields">
                <Select label="Spread" name="compose-spread" value={spread} onchange={changed(|draft, name| draft.poisson = name == "poisson")} options={vec![
                    SelectOption::new("even", "Even distances"),
                    SelectOption::new("poisson", "Poisson: clients that know nothing of each other"),
                ]} />
                { field(if draft.arrivals.is_log() { "Ends after, s (empty: behind the log)" } else { "Ends after, s (empty: never)" }, "duration", &draft.duration_s, |draft, text| draft.duration_s = text) }
                { field("Seed", "seed", &draft.seed, |draft, text| draft.seed = text) }
            </div>
            <h3>{ "Who" }</h3>
            <div class="compose-fields">
                { field("Clients", "clients", &draft.clients, |draft, text| draft.clients = text) }
                { field("Attempts (1: no retries)", "attempts", &draft.attempts, |draft, text| draft.attempts = text) }
                <Select label="Reads" name="compose-consistency" value={name_of(&CONSISTENCIES, &draft.consistency())}
                    options={CONSISTENCIES.iter().map(|(_, name, label)| SelectOption::new(*name, *label)).collect::<Vec<_>>()}
                    onchange={changed(|draft, name| if let Some(strong) = named(&CONSISTENCIES, &name).flatten() { draft.set_consistency(strong) })} />
            </div>
            <p class="heat-note">
                { "Each client sends again as the AWS SDKs' standard mode does: a wait drawn evenly from 0 to min(20 s, base · 2^retries), the base \
                   1 s after throttling and 25 ms after a fault; a quota of 500 tokens, of which a retry takes 5 or 14." }
            </p>
            <h3>{ "What" }</h3>
            if let Some(text) = fault("patterns") {
                <p class="field-error" role="alert">{ text }</p>
            }
            { for draft.patterns.iter().enumerate().map(|(at, pattern)| html! {
                <PatternForm key={at} {at} pattern={pattern.clone()} onchange={onpattern.clone()} onremove={onremove.clone()} faults={faults.clone()}
                    tables={props.tables.clone()} />
            }) }
            <div class="heat-buttons">
                <Button label="Add a pattern" icon="plus" onclick={add(vec![one])} disabled={full} action="add-pattern" />
                if let (Some(table), false) = (&props.table, suggestions.is_empty()) {
                    <Button label={format!("Suggest patterns for {}", table.name)} onclick={add(suggestions)} disabled={full} action="suggest-patterns" />
                }
            </div>
            <details class="compose-more" data-part="templates">
                <summary>{ "What stands in braces" }</summary>
                { holes() }
            </details>
            <details class="compose-more" open={!draft.tables.is_empty()} data-part="brought">
                <summary>{ "Tables and items that it brings along" }</summary>
                <p class="heat-note">{ "A list of CreateTable requests; then a list of {\"count\": …, \"pattern\": {\"name\", \"operation\", \"request\", \"variables\"}}, written \
                    before it begins as an import would, without capacity." }</p>
                { json_list("Tables", "tables", &draft.tables, changed(|draft, text| draft.tables = text), fault("tables")) }
                { json_list("Items first", "fill", &draft.fill, changed(|draft, text| draft.fill = text), fault("fill")) }
            </details>
            if let Some(refused) = &props.starting.refused {
                <ErrorPanel error={refused.clone()} />
            }
            <footer class="compose-footer">
                <Button label="Start traffic" icon="play" kind={ButtonKind::Primary} onclick={start} busy={props.starting.busy} disabled={parsed.is_err()}
                    action="start-composed" />
                <Button label="Keep the recipe" onclick={keep} disabled={parsed.is_err()} action="keep-recipe" />
                if !faults.is_empty() {
                    <span class="field-error" data-part="fault-count">{ format!("{} to set right above", crate::state::explanation::plural(faults.len() as u64, "field")) }</span>
                }
            </footer>
        </section>
    }
}

/// An editor of a JSON list, empty for none.
fn json_list(
    label: &'static str,
    name: &'static str,
    text: &str,
    oninput: Callback<String>,
    fault: Option<AttrValue>,
) -> Html {
    let broken = parse(text).err().filter(|_| !text.trim().is_empty());
    let told = fault.filter(|_| broken.is_none());
    html! {
        <>
            <h4>{ label }</h4>
            <JsonEditor {label} name={format!("compose-{name}")} value={text.to_owned()} {oninput} fault={broken} />
            if let Some(told) = told {
                <p class="field-error" role="alert">{ told }</p>
            }
        </>
    }
}

/// The holes of templates, as the engine's `template` module has them.
fn holes() -> Html {
    const HOLES: [(&str, &str); 11] = [
        ("{seq} {seq 100}", "1, 2, 3 … or from 100 on"),
        ("{uniform 1..500}", "a whole number, each as often as any other"),
        ("{zipf 1..500} {zipf 1..500 1.2}", "the n-th in proportion to 1/n, or to 1/n to that power"),
        ("{hot 1% of 1..500 gets 90%}", "the first of them, so many, take so much of the requests"),
        ("{shard 0..9}", "a random suffix that spreads one key over several"),
        (
            "{now} {now s} {now iso} {now s +30d}",
            "the time in milliseconds, in seconds, as text; later by d, h, m or s",
        ),
        ("{today}", "the date, 2026-11-27"),
        ("{text 50..450}", "a text of that length"),
        ("{pick red|green|blue}", "one of them"),
        ("{client} {row}", "the client's number; the key of the row that is replayed"),
        (
            "{name}",
            "what the variable of that name became in this request; :5 behind a number fills it up with zeros",
        ),
    ];
    html! {
        <dl class="compose-holes">
            { for HOLES.iter().map(|(hole, what)| html! { <><dt><code>{ *hole }</code></dt><dd>{ *what }</dd></> }) }
        </dl>
    }
}
