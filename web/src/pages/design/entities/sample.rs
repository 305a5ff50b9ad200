//! Sample data: what a seed makes of the entities, shown before anything is written; then written by BatchWriteItem.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;

use crate::client::transfer::{ImportReport, import_all};
use crate::components::{Button, ButtonKind, ErrorPanel, Field, ItemTable, Progress};
use crate::hooks::{
    use_client, use_notices, use_remote, use_route, use_session, use_tables, use_workspace_ms,
};
use crate::protocol::entity::Entity;
use crate::state::entities::sample::{Sample, generate, plans};
use crate::state::explanation::{count, plural};
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;

/// How often the workspace's time is looked at, in milliseconds.
const TIME_MS: u32 = 10_000;

/// The props of [`SampleData`].
#[derive(Properties, PartialEq)]
pub struct SampleDataProps {
    /// The entities.
    pub entities: Rc<Vec<Entity>>,
}

/// How far it is.
#[derive(Clone, PartialEq)]
enum Job {
    Idle,
    Shown(Rc<Sample>),
    Writing(Rc<Sample>, usize),
    Written(Rc<Sample>, Rc<ImportReport>),
    /// It cannot be made.
    Refused(String),
}

/// The panel.
#[component]
pub fn SampleData(props: &SampleDataProps) -> Html {
    let (api, session, tables, route) = (use_client(), use_session(), use_tables(), use_route());
    let notices = use_notices().dispatcher();
    let remote = use_remote();
    let endpoint = remote.connection.map(|connection| connection.endpoint.url());
    let now_ms = use_workspace_ms(TIME_MS);
    let seed = use_state_eq(|| "1".to_owned());
    let job = use_state_eq(|| Job::Idle);
    let shown = use_state_eq(|| None::<String>);
    let cancelled = use_memo((), |()| Cell::new(false));
    let number = seed.trim().parse::<u64>().ok();
    let onmake = {
        let (job, entities, tables) = (job.setter(), props.entities.clone(), tables.clone());
        Callback::from(move |()| {
            let Some(number) = number else { return };
            job.set(match generate(&entities, &tables, number, now_ms) {
                Ok(sample) => Job::Shown(Rc::new(sample)),
                Err(why) => Job::Refused(why),
            });
        })
    };
    let onseed = {
        let (seed, job) = (seed.setter(), job.setter());
        Callback::from(move |text: String| {
            seed.set(text);
            job.set(Job::Idle);
        })
    };
    let sample = match &*job {
        Job::Shown(sample) | Job::Writing(sample, _) | Job::Written(sample, _) => Some(sample.clone()),
        Job::Idle | Job::Refused(_) => None,
    };
    let onwrite = {
        let (api, job, sample, cancelled) = (api, job.setter(), sample.clone(), cancelled.clone());
        Callback::from(move |()| {
            let Some(sample) = sample.clone() else { return };
            let refresh = remote.refresh.clone();
            cancelled.set(false);
            job.set(Job::Writing(sample.clone(), 0));
            let (api, job, cancelled, notices) =
                (api.clone(), job.clone(), cancelled.clone(), notices.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let progress = |done| {
                    job.set(Job::Writing(sample.clone(), done));
                    !cancelled.get()
                };
                let mut whole = ImportReport::default();
                for (_, part) in import_all(&api, plans(&sample), progress).await {
                    whole.written += part.written;
                    whole.overwritten += part.overwritten;
                    whole.rejected.extend(part.rejected);
                    (whole.stopped, whole.cancelled) = (part.stopped, part.cancelled);
                }
                // An endpoint's items are counted when its tables are read.
                refresh.emit(());
                let whole_way = whole.stopped.is_none() && whole.rejected.is_empty() && !whole.cancelled;
                let level = if whole_way { Level::Done } else { Level::Failed };
                notices.dispatch(NoticeAction::Say(
                    level,
                    format!("{} of sample data written.", plural(whole.written as u64, "item")),
                ));
                job.set(Job::Written(sample, Rc::new(whole)));
            });
        })
    };
    let onlook = {
        let (go, to) = (route.go.clone(), route.route.at(Page::Design));
        let table = props.entities.first().map(|one| one.table.clone());
        Callback::from(move |()| go.emit(to.on(table.clone(), None).with("collections", Some(String::new()))))
    };
    let writing = matches!(&*job, Job::Writing(..));
    let total = sample.as_ref().map_or(0, |sample| sample.made.len());
    let made = sample.as_ref().map(|sample| {
        let chosen = shown.as_ref().filter(|name| sample.made.iter().any(|one| one.entity == **name));
        let chosen = chosen.cloned().or_else(|| sample.made.first().map(|one| one.entity.clone()));
        preview(sample, chosen.as_deref(), &tables, {
            let setter = shown.setter();
            Callback::from(move |name| setter.set(Some(name)))
        })
    });
    html! {
        <section class="pattern-editor sample-data" aria-label="Sample data" data-job={match &*job {
            Job::Idle => "idle",
            Job::Shown(_) => "shown",
            Job::Writing(..) => "writing",
            Job::Written(..) => "written",
            Job::Refused(_) => "refused",
        }}>
            <h2>{ "Sample data" }</h2>
            <p class="patterns-words">{ "Items of every entity, each reference to an item that is made with it. The same seed makes the same items: written again, they replace themselves. \
                Nothing is written before you say so." }</p>
            if let Some(url) = endpoint {
                <p class="design-note" data-note="remote">{ format!("The entities are the workspace’s, the items go to the tables of {url}: each write there is asked for first.") }</p>
            }
            <div class="patterns-drive-fields">
                <Field label="Seed" name="sample-seed" value={(*seed).clone()} oninput={onseed} disabled={writing}
                    error={number.is_none().then(|| AttrValue::from("A whole number."))} />
                <Button label="Make" icon="play" onclick={onmake} action="make-sample" disabled={number.is_none() || writing} />
                <Button label={match total { 0 => "Write".to_owned(), items => format!("Write {}", plural(items as u64, "item")) }} icon="upload"
                    kind={ButtonKind::Primary} onclick={onwrite} action="write-sample" busy={writing} disabled={total == 0 || !session.is_ready()} />
            </div>
            { match &*job {
                Job::Refused(why) => html! { <p class="field-error" role="alert">{ why }</p> },
                Job::Writing(_, done) => html! {
                    <Progress label="BatchWriteItem, 25 items each" done={*done as u64} total={total as u64}
                        oncancel={ let cancelled = cancelled.clone(); Callback::from(move |()| cancelled.set(true)) } />
                },
                Job::Written(_, report) => written(report, onlook),
                Job::Idle | Job::Shown(_) => html! {},
            } }
            { made.unwrap_or_default() }
        </section>
    }
}

/// What became of the writing.
fn written(report: &ImportReport, onlook: Callback<()>) -> Html {
    html! {
        <div class="sample-report" role="status" data-written={report.written.to_string()}>
            <p>
                { format!("{} written", plural(report.written as u64, "item")) }
                if report.overwritten > 0 { { format!(", {} of them in the place of items with the same key", count(report.overwritten as u64)) } }
                if report.cancelled { { "; stopped by you, what was written stays" } }
                { "." }
            </p>
            if let Some((_, why)) = report.rejected.first() {
                <p class="field-error" role="alert">{ format!("{} refused. The first: {why}", plural(report.rejected.len() as u64, "item")) }</p>
            }
            if let Some(error) = &report.stopped {
                <ErrorPanel error={error.clone()} />
            }
            <Button label="See the item collections" icon="layers" onclick={onlook} action="see-collections" />
        </div>
    }
}

/// How many items of each entity there are, and the items of one.
fn preview(
    sample: &Sample,
    chosen: Option<&str>,
    tables: &crate::state::tables::Tables,
    onchoose: Callback<String>,
) -> Html {
    let of_chosen: Vec<_> = sample.made.iter().filter(|one| Some(one.entity.as_str()) == chosen).collect();
    let keys = of_chosen.first().and_then(|one| tables.get(&one.table)).map(|table| table.keys.names());
    let items = of_chosen.iter().filter_map(|one| one.item.as_object().cloned()).collect::<Vec<_>>();
    html! {
        <>
            <div class="entity-chips" role="group" aria-label="Made of each entity">
                { for sample.counts().into_iter().map(|(name, items)| {
                    let pressed = Some(name.as_str()) == chosen;
                    let onclick = {
                        let (onchoose, name) = (onchoose.clone(), name.clone());
                        Callback::from(move |()| onchoose.emit(name.clone()))
                    };
                    html! { <Button key={name.clone()} label={format!("{name} {}", count(items as u64))} {pressed} {onclick} action={format!("made-{name}")} /> }
                }) }
            </div>
            { for sample.spent.iter().map(|(name, items)| html! {
                <p class="field-hint" data-spent={name.clone()}>{ format!("{} of {name} could not be made: every key that was drawn was there already.", plural(*items as u64, "item")) }</p>
            }) }
            <div class="sample-items">
                <ItemTable label="Sample data" items={Rc::new(items)} keys={keys.unwrap_or_default()} />
            </div>
        </>
    }
}
