//! How far a migration is: its steps with what they send, what was copied and carried over, whether both tables hold the same, and what
//! cutting over takes.

use yew::prelude::*;

use crate::components::{Badge, Button, ButtonKind, EmptyState, ErrorPanel, Progress as Bar};
use crate::hooks::{use_migration, use_remote, use_route, use_tables};
use crate::state::explanation::{clock, count, plural};
use crate::state::json_text::print;
use crate::state::migration::plan::{Compared, Plan, Step, StepLine};
use crate::state::migration::{Migration, Phase};
use crate::state::route::Page;

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Its turn has not come.
    Waiting,
    /// It is under way.
    Now,
    /// It is done.
    Done,
    /// It failed.
    Failed,
}

impl StepState {
    fn name(self) -> &'static str {
        match self {
            StepState::Waiting => "waiting",
            StepState::Now => "now",
            StepState::Done => "done",
            StepState::Failed => "failed",
        }
    }
}

/// The steps of a plan, each with what it sends.
pub fn step_list(plan: &Plan, state: impl Fn(Step) -> StepState, open: bool) -> Html {
    html! {
        <ol class="migrate-list">
            { for plan.steps().into_iter().map(|StepLine { step, words, sent }| {
                let state = state(step);
                let badge = match state {
                    StepState::Waiting => None,
                    StepState::Now => Some(("now", "accent")),
                    StepState::Done => Some(("done", "good")),
                    StepState::Failed => Some(("failed", "bad")),
                };
                html! {
                    <li key={step.name()} data-step={step.name()} data-state={state.name()}>
                        <p>{ words }{ " " }if let Some((text, tone)) = badge { <Badge {text} {tone} /> }</p>
                        <p class="migrate-sent">{ for sent.iter().map(|(operation, _)| html! { <Badge text={*operation} tone="plain" /> }) }</p>
                        if open {
                            { for sent.iter().filter_map(|(operation, request)| Some((operation, request.as_ref()?))).map(|(operation, request)| html! {
                                <details><summary>{ format!("{operation} request") }</summary><pre>{ print(request) }</pre></details>
                            }) }
                        }
                    </li>
                }
            }) }
        </ol>
    }
}

fn state_of(migration: &Migration, step: Step) -> StepState {
    match (&migration.phase, migration.step()) {
        (Phase::Done, _) => StepState::Done,
        (Phase::Failed(at, _), _) if *at == step => StepState::Failed,
        (_, Some(at)) if at == step => StepState::Now,
        (_, Some(at)) if step < at => StepState::Done,
        _ => StepState::Waiting,
    }
}

/// The page.
#[component]
pub fn Progress() -> Html {
    let (migrator, tables, route, remote) = (use_migration(), use_tables(), use_route(), use_remote());
    let migration = &migrator.state;
    {
        // An endpoint's items are counted when its tables are read.
        let refresh = remote.connection.is_some().then(|| remote.refresh.clone());
        use_effect_with((migration.step(), migration.counts.carried), move |_| {
            if let Some(refresh) = refresh {
                refresh.emit(());
            }
        });
    }
    let back = |button: &'static str, what: Option<String>| {
        let (go, to) = (route.go.clone(), route.route.at(Page::Design).on(what, None));
        let dismiss = migrator.dismiss.clone();
        let onclick = Callback::from(move |()| {
            go.emit(to.clone());
            dismiss.emit(());
        });
        html! { <Button label={button} kind={ButtonKind::Primary} {onclick} action="leave-migration" /> }
    };
    let cancel = |label: &'static str| {
        html! { <Button {label} icon="undo-2" onclick={migrator.cancel.clone()} action="cancel-migration" /> }
    };
    if let Phase::Left(mark, at) = &migration.phase {
        let go_on = at.map(|_| {
            html! {
                <Button label="Go on" icon="play" kind={ButtonKind::Primary} onclick={migrator.go_on.clone()} action="go-on-migration"
                    title="From where it was broken off: what is done stays done." />
            }
        });
        let gone_on = match at {
            Some(_) => format!(
                "Going on copies what is not copied and carries over what was written to {} since, as far as its stream goes back, 24 hours. ",
                mark.from
            ),
            None => String::new(),
        };
        let copied = match (migration.counts.copied, migration.counts.carried) {
            (0, 0) => String::new(),
            (copied, carried) => format!(
                " By then {} had been copied and {} carried over.",
                plural(copied, "item"),
                plural(carried, "record")
            ),
        };
        return html! {
            <section class="migrate" aria-label="Migration" data-migrate="left">
                <EmptyState icon="triangle-alert" title={format!("A migration to {} was broken off", mark.to)}
                    actions={html! { <>{ cancel("Take it back") }{ for go_on }</> }}>
                    <p>{ format!("The page was closed or disconnected while {} was being filled from {}: it is not whole, and no longer kept in step.{copied}", mark.to, mark.from) }</p>
                    <p>{ format!("{gone_on}Taking it back deletes {}{}; {} is as it was.", mark.to,
                        if mark.stream { " and ends the stream that was begun" } else { "" }, mark.from) }</p>
                </EmptyState>
            </section>
        };
    }
    if let Phase::Elsewhere(mark) = &migration.phase {
        return html! {
            <section class="migrate" aria-label="Migration" data-migrate="elsewhere">
                <EmptyState icon="copy" title={format!("Another tab is migrating {} to {}", mark.from, mark.to)} actions={Html::default()}>
                    <p>{ "One tab of this browser does that at a time: go on there. Should that tab be closed before it is done, it can be gone on with here." }</p>
                </EmptyState>
            </section>
        };
    }
    let Some(plan) = migration.plan.clone() else {
        return html! { <p class="opening" role="status">{ "Taking it back…" }</p> };
    };
    let (from, to) = (plan.from.clone(), plan.to.clone());
    let items = |name: &str| tables.get(name).map_or("—".to_owned(), |table| count(table.item_count));
    let counts = &migration.counts;
    let name = match &migration.phase {
        Phase::Idle | Phase::Left(..) | Phase::Elsewhere(_) => "",
        Phase::At(Step::Follow) => "follow",
        Phase::At(_) => "at",
        Phase::Comparing => "comparing",
        Phase::TakingBack => "taking-back",
        Phase::Failed(..) => "failed",
        Phase::Done => "done",
    };
    let following = migration.phase == Phase::At(Step::Follow);
    html! {
        <section class="migrate" aria-label="Migration" data-migrate={name}>
            <header class="design-header">
                <div>
                    <h1>{ format!("{from} → {to}") }</h1>
                    <p class="design-lead">{ match &migration.phase {
                        Phase::Done => format!("{to} is whole. {from} and what is in it stay as they are: delete it once nobody asks for it."),
                        Phase::TakingBack => format!("Taking back {to}…"),
                        _ => format!("{from} is only read: whoever uses it goes on as before."),
                    } }</p>
                </div>
                <div class="design-actions">
                    { match &migration.phase {
                        Phase::Done => back("To the new table", Some(to.clone())),
                        Phase::TakingBack => Html::default(),
                        Phase::Failed(..) if migration.failed_at().is_some() => html! {
                            <>
                                { cancel("Take it back") }
                                <Button label="Go on" icon="play" kind={ButtonKind::Primary} onclick={migrator.go_on.clone()} action="go-on-migration"
                                    title="With the step that failed: what is done stays done." />
                            </>
                        },
                        _ => cancel("Cancel and take back"),
                    } }
                </div>
            </header>
            if let Phase::Failed(_, error) = &migration.phase {
                <ErrorPanel error={error.clone()} />
            }
            if migration.step() == Some(Step::Copy) && !matches!(migration.phase, Phase::Failed(..)) {
                <Bar label="Scan and BatchWriteItem" done={counts.copied} total={(migration.total > 0).then_some(migration.total.max(counts.copied))} />
            }
            <dl class="migrate-counts">
                { figure("Items in the old table", "old", items(&from)) }
                { figure("Items in the new table", "new", items(&to)) }
                { figure("Copied", "copied", count(counts.copied)) }
                { figure("Records carried over", "carried", count(counts.carried)) }
                { figure("Newest record written at", "newest", counts.last_record_s.map_or("—".to_owned(), |at| clock(at * 1_000))) }
                { figure("Lag", "lag", match (following || migration.phase == Phase::Done, migration.caught_up) {
                    (true, true) => "none: nothing more is in the stream".to_owned(),
                    (true, false) => "reading on".to_owned(),
                    (false, _) => "—".to_owned(),
                }) }
            </dl>
            if counts.left_out > 0 {
                <p class="design-note" role="alert" data-part="left-out">{ format!("{} could not be written to {to}: {}.", plural(counts.left_out, "item"), counts.reasons.join("; ")) }</p>
            }
            if following || migration.phase == Phase::Comparing {
                <section class="migrate-cut" aria-label="Cut over">
                    <h2>{ "Cut over" }</h2>
                    <ol>
                        <li>{ format!("Let your readers ask {to}: it is filled, and what is written to {from} follows within a second or so.") }</li>
                        <li>{ format!("Stop writing to {from}, and wait until the lag is none.") }</li>
                        <li>
                            { "Compare both tables. " }
                            <Button label="Compare" icon="scale" onclick={migrator.compare.clone()} busy={migration.phase == Phase::Comparing} action="compare-tables" />
                            { compared(migration.compared.as_ref()) }
                        </li>
                        <li>
                            { format!("Write to {to} from now on, and end the carrying over. ") }
                            <Button label="Finish" icon="check" kind={ButtonKind::Primary} onclick={migrator.finish.clone()} disabled={!following} action="finish-migration" />
                        </li>
                    </ol>
                </section>
            }
            <h2 class="migrate-title">{ "Steps" }</h2>
            { step_list(&plan, |step| state_of(migration, step), true) }
        </section>
    }
}

fn figure(label: &'static str, name: &'static str, value: String) -> Html {
    html! { <div><dt>{ label }</dt><dd data-figure={name}>{ value }</dd></div> }
}

/// What a comparison found.
fn compared(found: Option<&Compared>) -> Html {
    let Some(found) = found else { return Html::default() };
    let text = match found.is_same() {
        true => format!("Both hold the same {}.", plural(found.same, "item")),
        false => format!(
            "{} the same, {} missing, {} different, {} too many: {}",
            count(found.same),
            count(found.missing),
            count(found.differing),
            count(found.extra),
            found.keys.join(", ")
        ),
    };
    html! {
        <p role="status" data-same={found.is_same().to_string()} class={if found.is_same() { "migrate-same" } else { "field-error" }}>
            { text }
            if found.homeless > 0 {
                { format!(" {} of the old table cannot be in the new one.", plural(found.homeless, "item")) }
            }
        </p>
    }
}
