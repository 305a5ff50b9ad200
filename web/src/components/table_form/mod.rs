//! A design as a form: every control says where a limit of DynamoDB's stops it.

mod index_form;
mod key_field;
mod scaling_form;

use std::rc::Rc;

use engine::limits::{GLOBAL_INDEXES, LOCAL_INDEXES};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::state::design::check::{IndexPlace, Place};
use crate::state::design::{IndexDesign, KeyPart, STANDARD, TableDesign};
pub use index_form::IndexForm;
use key_field::KeyField;
use scaling_form::ScalingForm;

use crate::components::{Button, ButtonKind, Field, Select, SelectOption, Term};

/// The props of [`TableForm`].
#[derive(Properties, PartialEq)]
pub struct TableFormProps {
    /// The design.
    pub design: Rc<TableDesign>,
    /// The table as it is, where there is one.
    pub base: Option<Rc<TableDesign>>,
    /// What is wrong, and where.
    pub notes: Rc<Vec<(Place, String)>>,
    /// The design was changed.
    pub onchange: Callback<TableDesign>,
    /// Not now.
    pub disabled: bool,
    /// Whether Time to Live can be set here: it is no part of CreateTable itself.
    #[prop_or(true)]
    pub time_to_live: bool,
    /// Whether auto scaling can: it is no part of the API either.
    #[prop_or(true)]
    pub scales: bool,
}

impl TableFormProps {
    fn note(&self, place: Place) -> Option<String> {
        self.notes.iter().find(|(other, _)| *other == place).map(|(_, text)| text.clone())
    }

    fn note_value(&self, place: Place) -> Option<AttrValue> {
        self.note(place).map(AttrValue::from)
    }

    fn edit<T: 'static>(&self, change: impl Fn(&mut TableDesign, T) + 'static) -> Callback<T> {
        let design = self.design.clone();
        self.onchange.reform(move |value| {
            let mut next = (*design).clone();
            change(&mut next, value);
            next
        })
    }
}

/// The form.
#[component]
pub fn TableForm(props: &TableFormProps) -> Html {
    let design = &props.design;
    let live = props.base.is_some();
    html! {
        <fieldset class="table-form" disabled={props.disabled}>
            <legend class="visually-hidden">{ "The table" }</legend>
            <section class="form-section">
                <Field label="Table name" name="table-name" value={design.name.clone()} mono={true} disabled={live}
                    oninput={props.edit(|t, text| t.name = text)} error={props.note_value(Place::Name)} placeholder="Orders"
                    hint={if live { "A table keeps its name for life." } else { "3 to 255 of a–z, A–Z, 0–9, “_”, “-” and “.”" }} />
            </section>
            { primary_key(props, live) }
            { capacity(props) }
            { globals(props) }
            { locals(props, live) }
            { others(props, live) }
        </fieldset>
    }
}

fn primary_key(props: &TableFormProps, live: bool) -> Html {
    let design = &props.design;
    html! {
        <section class="form-section">
            <h2>{ "Primary key" }</h2>
            <div class="key-grid">
                <KeyField label="Partition key" name="hash" part={design.hash.clone()} fixed={live} error={props.note(Place::Hash)}
                    onchange={props.edit(|t, part| t.hash = part)} hint="Its hash decides the partition." />
                if let Some(range) = &design.range {
                    <KeyField label="Sort key" name="range" part={range.clone()} fixed={live} error={props.note(Place::Range)}
                        onchange={props.edit(|t, part| t.range = Some(part))} hint="Orders the items of one partition key."
                        onremove={(!live).then(|| props.edit(|t, ()| t.range = None))} />
                } else if !live {
                    <div class="key-add">
                        <Button label="Add a sort key" icon="plus" kind={ButtonKind::Quiet} action="add-range"
                            onclick={props.edit(|t, ()| t.range = Some(KeyPart::default()))} />
                    </div>
                }
            </div>
            if live {
                <p class="field-hint">{ "The primary key cannot change: it decides where every item is. Another key is another table." }</p>
            }
        </section>
    }
}

fn capacity(props: &TableFormProps) -> Html {
    let design = &props.design;
    let mode = |label: &'static str, on_demand: bool, action: &'static str| {
        html! {
            <Button {label} pressed={design.on_demand == on_demand} {action}
                onclick={props.edit(move |t, ()| t.on_demand = on_demand)} />
        }
    };
    html! {
        <section class="form-section">
            <h2>{ "Capacity" }</h2>
            <div class="segments" role="group" aria-label="Capacity mode">
                { mode("On-demand", true, "on-demand") }
                { mode("Provisioned", false, "provisioned") }
            </div>
            if design.on_demand {
                <p class="field-hint">{ "Each request is paid for. A new table serves up to 4,000 write and 12,000 read units a second, \
                    and twice its former peak after that." }</p>
                <div class="units">
                    <Field label="Maximum read units" name="most-read" value={design.most.read.clone()} placeholder="none"
                        error={props.note_value(Place::MostRead)} oninput={props.edit(|t, text| t.most.read = text)} />
                    <Field label="Maximum write units" name="most-write" value={design.most.write.clone()} placeholder="none"
                        error={props.note_value(Place::MostWrite)} oninput={props.edit(|t, text| t.most.write = text)} />
                </div>
                <p class="field-hint">{ "OnDemandThroughput: what is beyond a maximum is throttled, and not paid for. Each GSI has its own." }</p>
            } else {
                <div class="units">
                    <Field label="Read units (RCU)" name="read" value={design.units.read.clone()} error={props.note_value(Place::Read)}
                        oninput={props.edit(|t, text| t.units.read = text)} hint={read_hint(&design.units.read)} />
                    <Field label="Write units (WCU)" name="write" value={design.units.write.clone()} error={props.note_value(Place::Write)}
                        oninput={props.edit(|t, text| t.units.write = text)} hint={write_hint(&design.units.write)} />
                </div>
                if props.scales {
                    <ScalingForm name="scale" scaling={design.scaling.clone()} onchange={props.edit(|t, scaling| t.scaling = scaling)} />
                }
                if !design.globals.is_empty() {
                    <p class="field-hint">{ "Every GSI has units of its own, below. One with too few write units throttles the table’s writes." }</p>
                }
            }
        </section>
    }
}

fn read_hint(typed: &str) -> String {
    match typed.trim().parse::<u64>() {
        Ok(units) => format!(
            "{units} strongly or {} eventually consistent reads of 4 KB a second.",
            units.saturating_mul(2)
        ),
        Err(_) => "One strongly consistent read of 4 KB a second each.".into(),
    }
}

fn write_hint(typed: &str) -> String {
    match typed.trim().parse::<u64>() {
        Ok(units) => format!("{units} writes of 1 KB a second."),
        Err(_) => "One write of 1 KB a second each.".into(),
    }
}

fn suggestions(design: &TableDesign) -> Vec<AttrValue> {
    design.definitions().into_iter().map(|part| AttrValue::from(part.name.clone())).collect()
}

fn globals(props: &TableFormProps) -> Html {
    let design = &props.design;
    let count = design.globals.len();
    let full = count >= GLOBAL_INDEXES;
    let base = |name: &str| {
        props.base.as_ref().and_then(|base| base.globals.iter().find(|index| index.name == name).cloned())
    };
    html! {
        <section class="form-section" data-section="gsi">
            <h2>{ "Global secondary indexes" }<span class="section-count">{ format!("{count} of {GLOBAL_INDEXES}") }</span></h2>
            <p class="field-hint"><Term word="GSI" text="A GSI" />{ " can come and go at any time, one by each UpdateTable." }</p>
            { for design.globals.iter().enumerate().map(|(at, index)| html! {
                <IndexForm key={at} global={true} {at} index={index.clone()} hash={design.hash.clone()}
                    provisioned={!design.on_demand} scales={props.scales} base={base(&index.name)} live={props.base.is_some()}
                    notes={notes(props, |place| match place { Place::Global(of, part) if of == at => Some(part), _ => None })}
                    suggestions={suggestions(design)} onchange={props.edit(move |t, index| t.globals[at] = index)}
                    onremove={props.edit(move |t, ()| drop(t.globals.remove(at)))} />
            }) }
            { section_note(props, Place::Globals) }
            <Button label="Add a global index" icon="plus" disabled={full} action="add-gsi"
                title={full.then(|| AttrValue::from(format!("A table has at most {GLOBAL_INDEXES} global secondary indexes.")))}
                onclick={props.edit(|t, ()| t.globals.push(IndexDesign::fresh(true)))} />
        </section>
    }
}

fn locals(props: &TableFormProps, live: bool) -> Html {
    let design = &props.design;
    let count = design.locals.len();
    let reason = match () {
        () if live => Some(
            "A local index is made with its table and lives as long: its entries stand in the table’s own \
                            partitions. On a live table only a global index can be added; another local one needs a new table.",
        ),
        () if design.range.is_none() => Some(
            "A local index sorts the items of a partition key another way, so the table \
                                              needs a sort key first.",
        ),
        () if count >= LOCAL_INDEXES => Some("A table has at most 5 local secondary indexes."),
        () => None,
    };
    html! {
        <section class="form-section" data-section="lsi">
            <h2>{ "Local secondary indexes" }<span class="section-count">{ format!("{count} of {LOCAL_INDEXES}") }</span></h2>
            if let Some(reason) = reason {
                <p class="design-note" data-note="lsi">{ reason }</p>
            } else {
                <p class="field-hint"><Term word="LSI" text="An LSI" />{ " can only be made now, with the table. With one, an " }
                    <Term word="item collection" />{ " is at most 10 GB." }</p>
            }
            { for design.locals.iter().enumerate().map(|(at, index)| html! {
                <IndexForm key={at} global={false} {at} index={index.clone()} hash={design.hash.clone()} provisioned={false} {live}
                    notes={notes(props, |place| match place { Place::Local(of, part) if of == at => Some(part), _ => None })}
                    suggestions={suggestions(design)} onchange={props.edit(move |t, index| t.locals[at] = index)}
                    onremove={props.edit(move |t, ()| drop(t.locals.remove(at)))} />
            }) }
            { section_note(props, Place::Locals) }
            <Button label="Add a local index" icon="plus" disabled={reason.is_some()} title={reason.map(AttrValue::from)} action="add-lsi"
                onclick={props.edit(|t, ()| t.locals.push(IndexDesign::fresh(false)))} />
        </section>
    }
}

fn notes(props: &TableFormProps, of: impl Fn(Place) -> Option<IndexPlace>) -> Vec<(IndexPlace, String)> {
    props.notes.iter().filter_map(|(place, text)| Some((of(*place)?, text.clone()))).collect()
}

fn section_note(props: &TableFormProps, place: Place) -> Html {
    match props.note(place) {
        Some(text) => html! { <p class="field-error" role="alert">{ text }</p> },
        None => html! {},
    }
}

/// No stream, and the views that a stream can have.
pub fn stream_views() -> Vec<SelectOption> {
    vec![
        SelectOption::new("", "No stream"),
        SelectOption::new("KEYS_ONLY", "KEYS_ONLY: the keys of what changed"),
        SelectOption::new("NEW_IMAGE", "NEW_IMAGE: the item after"),
        SelectOption::new("OLD_IMAGE", "OLD_IMAGE: the item before"),
        SelectOption::new("NEW_AND_OLD_IMAGES", "NEW_AND_OLD_IMAGES: both"),
    ]
}

fn table_classes() -> Vec<SelectOption> {
    vec![
        SelectOption::new(STANDARD, "STANDARD: for most tables"),
        SelectOption::new(
            "STANDARD_INFREQUENT_ACCESS",
            "STANDARD_INFREQUENT_ACCESS: much is stored, little is asked",
        ),
    ]
}

fn others(props: &TableFormProps, live: bool) -> Html {
    let design = &props.design;
    let base = props.base.as_deref();
    let views = stream_views();
    let moved = base.is_some_and(|base| {
        !base.time_to_live.is_empty()
            && !design.time_to_live.is_empty()
            && base.time_to_live != design.time_to_live
    });
    let switched = base.is_some_and(|base| {
        !base.stream.is_empty() && !design.stream.is_empty() && base.stream != design.stream
    });
    let protect = props.edit(|t, on| t.protected = on);
    let onprotect =
        protect.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <section class="form-section">
            <h2>{ if props.time_to_live { "Stream, Time to Live, table class, protection" } else { "Stream, table class, protection" } }</h2>
            <div class="key-grid">
                <div>
                    <Select label="Stream" name="stream" options={views} value={design.stream.clone()}
                        onchange={props.edit(|t, view| t.stream = view)} error={props.note_value(Place::Stream)} />
                    <p class="field-hint">{ if switched {
                        "A stream’s view is fixed: this ends the stream and begins another, one UpdateTable each."
                    } else {
                        "Each change as a record, kept for 24 hours."
                    } }</p>
                </div>
                if props.time_to_live {
                <Field label="Time to Live attribute" name="ttl" value={design.time_to_live.clone()} mono={true} placeholder="none"
                    oninput={props.edit(|t, text| t.time_to_live = text)} error={props.note_value(Place::TimeToLive)}
                    hint={if moved {
                        "Switched off for the old attribute, then on for this one. DynamoDB wants a pause between the two: the second is refused before it is over."
                    } else if live {
                        "A number: seconds since 1970. Set by UpdateTimeToLive, not by UpdateTable."
                    } else {
                        "A number: seconds since 1970. Set after CreateTable, by UpdateTimeToLive."
                    }} />
                }
                <div>
                    <Select label="Table class" name="class" options={table_classes()} value={design.class_name().to_owned()}
                        onchange={props.edit(|t, class: String| t.class = if class == STANDARD { String::new() } else { class })}
                        error={props.note_value(Place::Class)} />
                    <p class="field-hint">{ "Infrequent access stores for 60 % less and asks 25 % more for requests. It changes at most twice in 30 days." }</p>
                </div>
            </div>
            <label class="check">
                <input type="checkbox" name="protected" checked={design.protected} onchange={onprotect} />
                { "Deletion protection: DeleteTable is refused while it is on." }
            </label>
            if !props.time_to_live {
                <p class="field-hint">{ "Time to Live is switched on after CreateTable, by UpdateTimeToLive." }</p>
            }
        </section>
    }
}
