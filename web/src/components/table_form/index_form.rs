//! One secondary index of a design as a form.

use engine::limits::GLOBAL_INDEX_KEY_ATTRIBUTES;
use yew::prelude::*;

use super::key_field::KeyField;
use super::scaling_form::ScalingForm;
use crate::components::{Badge, Button, ButtonKind, Field, Select, SelectOption, Term};
use crate::state::design::check::IndexPlace;
use crate::state::design::{IndexDesign, KeyPart};

/// The props of [`IndexForm`].
#[derive(Properties, PartialEq)]
pub struct IndexFormProps {
    /// A GSI; an LSI otherwise.
    pub global: bool,
    /// Where it stands in its list.
    pub at: usize,
    /// The index.
    pub index: IndexDesign,
    /// The table's partition key.
    pub hash: KeyPart,
    /// Whether the table is provisioned, and so each GSI too.
    pub provisioned: bool,
    /// Whether auto scaling can be set here: it is no part of the request itself.
    #[prop_or_default]
    pub scales: bool,
    /// The index as the table has it, where it has.
    #[prop_or_default]
    pub base: Option<IndexDesign>,
    /// The table exists: an LSI of it is as it is.
    pub live: bool,
    /// What is wrong.
    pub notes: Vec<(IndexPlace, String)>,
    /// Attribute names to offer.
    pub suggestions: Vec<AttrValue>,
    /// It was changed.
    pub onchange: Callback<IndexDesign>,
    /// Take it out.
    pub onremove: Callback<()>,
}

/// One index.
#[component]
pub fn IndexForm(props: &IndexFormProps) -> Html {
    let index = &props.index;
    let kind = if props.global { "gsi" } else { "lsi" };
    let fixed = props.live && !props.global;
    let name = |field: &str| format!("{kind}-{}-{field}", props.at);
    let note = |place: IndexPlace| {
        props.notes.iter().find(|(other, _)| *other == place).map(|(_, text)| text.clone())
    };
    let note_value = |place| note(place).map(AttrValue::from);
    let change = |change: fn(&mut IndexDesign, String)| {
        let index = index.clone();
        props.onchange.reform(move |text| {
            let mut index = index.clone();
            change(&mut index, text);
            index
        })
    };
    let onscale = {
        let index = index.clone();
        props.onchange.reform(move |scaling| IndexDesign { scaling, ..index.clone() })
    };
    let replaced = props.base.as_ref().is_some_and(|base| !base.same_definition(index));
    let projections = vec![
        SelectOption::new("ALL", "ALL: every attribute"),
        SelectOption::new("KEYS_ONLY", "KEYS_ONLY: keys alone"),
        SelectOption::new("INCLUDE", "INCLUDE: keys and these"),
    ];
    let new_badge = props.live && props.global && props.base.is_none();
    html! {
        <fieldset class="index-form" data-index-form={format!("{kind}-{}", props.at)}>
            <legend class="visually-hidden">{ format!("{} {}", kind.to_uppercase(), index.name) }</legend>
            <div class="index-head">
                <Field label="Index name" name={name("name")} value={index.name.clone()} mono={true} disabled={fixed}
                    oninput={change(|index, text| index.name = text)} error={note_value(IndexPlace::Name)} placeholder="status-index" />
                if new_badge {
                    <Badge text="new" tone="accent" />
                }
                <Button label="Remove this index" icon="trash-2" icon_only={true} kind={ButtonKind::Quiet} disabled={fixed}
                    title={if fixed { "A local index lives as long as its table." } else { "Remove this index" }}
                    onclick={props.onremove.clone()} action={name("remove")} />
            </div>
            <div class="index-grid">
                if props.global {
                    { keys(props, false, &note) }
                } else {
                    <KeyField label="Partition key" name={name("hash")} part={props.hash.clone()} fixed={true}
                        onchange={Callback::noop()} hint="The table’s, always." />
                }
                { keys(props, true, &note) }
            </div>
            <div class="index-grid">
                <div>
                    <Select label="Projection" name={name("projection")} options={projections} value={index.projection.clone()}
                        onchange={change(|index, text| index.projection = text)} disabled={fixed} />
                    <p class="field-hint">{ projection_hint(props.global, &index.projection) }</p>
                </div>
                if index.projection == "INCLUDE" {
                    <Field label="Non-key attributes, one a line" name={name("attributes")} value={index.attributes.clone()} mono={true}
                        rows={3} disabled={fixed} oninput={change(|index, text| index.attributes = text)}
                        error={note_value(IndexPlace::Attributes)} hint="1 to 20 here, 100 over all of the table’s indexes." />
                }
                if props.global && props.provisioned {
                    <div class="units">
                        <Field label="Read units (RCU)" name={name("read")} value={index.units.read.clone()}
                            oninput={change(|index, text| index.units.read = text)} error={note_value(IndexPlace::Read)} />
                        <Field label="Write units (WCU)" name={name("write")} value={index.units.write.clone()}
                            oninput={change(|index, text| index.units.write = text)} error={note_value(IndexPlace::Write)} />
                    </div>
                }
                if props.global && !props.provisioned {
                    <div class="units">
                        <Field label="Maximum read units" name={name("most-read")} value={index.most.read.clone()} placeholder="none"
                            oninput={change(|index, text| index.most.read = text)} error={note_value(IndexPlace::MostRead)} />
                        <Field label="Maximum write units" name={name("most-write")} value={index.most.write.clone()} placeholder="none"
                            oninput={change(|index, text| index.most.write = text)} error={note_value(IndexPlace::MostWrite)} />
                    </div>
                }
            </div>
            if props.global && props.provisioned && props.scales {
                <ScalingForm name={name("scale")} scaling={index.scaling.clone()} onchange={onscale} />
            }
            if replaced {
                <p class="design-note" data-note="replaced">{ "An index’s key and projection are fixed when it is created. This change \
                    deletes the index and builds it anew, one UpdateTable each; queries on it fail meanwhile." }</p>
            }
        </fieldset>
    }
}

fn projection_hint(global: bool, projection: &str) -> Html {
    match (projection, global) {
        ("ALL", _) => {
            html! { { "Each write is carried over whole: the fastest reads, the most storage and write units." } }
        }
        (_, true) => {
            html! { <>{ "A query gets what is in the " }<Term word="projection" />{ "; for the rest it asks the table by key." }</> }
        }
        (_, false) => {
            html! { <>{ "What is not in the " }<Term word="projection" />{ " is fetched from the table, for read units more an item." }</> }
        }
    }
}

/// A change of a key's attributes.
type Change = Box<dyn Fn(&mut Vec<KeyPart>, KeyPart)>;

/// The partition key's or the sort key's attributes of the index, and how to have another one.
fn keys(props: &IndexFormProps, range: bool, note: &impl Fn(IndexPlace) -> Option<String>) -> Html {
    let index = &props.index;
    let fixed = props.live && !props.global;
    let parts = if range { &index.range } else { &index.hash };
    let (word, field) = if range { ("Sort key", "range") } else { ("Partition key", "hash") };
    let kind = if props.global { "gsi" } else { "lsi" };
    let most = if props.global { GLOBAL_INDEX_KEY_ATTRIBUTES } else { 1 };
    let with = |change: Change| {
        let index = index.clone();
        props.onchange.reform(move |part| {
            let mut index = index.clone();
            change(if range { &mut index.range } else { &mut index.hash }, part);
            index
        })
    };
    let least = usize::from(!(range && props.global));
    html! {
        <div class="index-keys">
            { for parts.iter().enumerate().map(|(at, part)| {
                let place = if range { IndexPlace::Range(at) } else { IndexPlace::Hash(at) };
                let label = if at == 0 { word.to_owned() } else { format!("{word}, attribute {}", at + 1) };
                let name = if at == 0 { format!("{kind}-{}-{field}", props.at) } else { format!("{kind}-{}-{field}-{at}", props.at) };
                let onremove = (parts.len() > least).then(|| {
                    with(Box::new(move |parts, _| drop(parts.remove(at)))).reform(|()| KeyPart::default())
                });
                html! {
                    <KeyField key={at} {label} {name} part={part.clone()} {fixed} error={note(place)} {onremove}
                        suggestions={props.suggestions.clone()} onchange={with(Box::new(move |parts, part| parts[at] = part))} />
                }
            }) }
            if parts.len() < most && props.global {
                <Button label={match (range, parts.is_empty()) {
                        (true, true) => "Add a sort key",
                        (true, false) => "Add a sort key attribute",
                        (false, _) => "Add a partition key attribute",
                    }} icon="plus" kind={ButtonKind::Quiet} action={format!("{kind}-{}-add-{field}", props.at)}
                    title={format!("A GSI’s partition key and sort key have up to {most} attributes each.")}
                    onclick={with(Box::new(|parts, part| parts.push(part))).reform(|()| KeyPart::default())} />
            }
        </div>
    }
}
