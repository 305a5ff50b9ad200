//! An entity's attributes: a row each with its name, its type, what sample data has in it, and whether it is only a part of keys.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::editor::said;
use crate::components::{Button, ButtonKind, Field, Select, SelectOption};
use crate::protocol::entity::{ATTRIBUTES_MAX, Attribute, Entity, Kind};
use crate::state::entities::check::{Finding, Place};
use crate::state::entities::source::{ALWAYS, CHOICES, split};

/// The props of [`Attributes`].
#[derive(Properties, PartialEq)]
pub struct AttributesProps {
    /// The entity as it is typed.
    pub entity: Rc<Entity>,
    /// All of them, it among them.
    pub entities: Rc<Vec<Entity>>,
    /// Where it stands.
    pub at: usize,
    /// What is to be said.
    pub found: Rc<Vec<Finding>>,
    /// It was changed.
    pub change: Callback<Entity>,
}

/// A change of one attribute by a typed text.
type Change = Box<dyn Fn(&mut Attribute, String)>;
/// A change of all of them.
type ListChange = Box<dyn Fn(&mut Vec<Attribute>)>;

/// What can be referred to: `User.user_id` of every other entity.
fn references(entities: &[Entity], at: usize) -> Vec<AttrValue> {
    let others = entities.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
    let of = |other: &Entity| {
        let name = other.name.clone();
        other
            .attributes
            .iter()
            .map(move |one| AttrValue::from(format!("{name}.{}", one.name)))
            .collect::<Vec<_>>()
    };
    others.flat_map(of).collect()
}

/// The rows.
#[component]
pub fn Attributes(props: &AttributesProps) -> Html {
    let entity = &props.entity;
    let edit = |at: usize, how: Change| {
        let (entity, change) = (entity.clone(), props.change.clone());
        Callback::from(move |text: String| {
            let mut next = (*entity).clone();
            how(&mut next.attributes[at], text);
            change.emit(next);
        })
    };
    let whole = |how: ListChange| {
        let (entity, change) = (entity.clone(), props.change.clone());
        Callback::from(move |()| {
            let mut next = (*entity).clone();
            how(&mut next.attributes);
            change.emit(next);
        })
    };
    let kinds: Vec<SelectOption> =
        Kind::ALL.iter().map(|kind| SelectOption::new(kind.name(), kind.name())).collect();
    let words: Vec<SelectOption> = std::iter::once(SelectOption::new("", "Choose…"))
        .chain(CHOICES.iter().chain([&ALWAYS]).map(|(word, _, label)| SelectOption::new(*word, *label)))
        .collect();
    let known = references(&props.entities, props.at);
    let row = |(at, attribute): (usize, &Attribute)| {
        let (name_error, _) = said(&props.found, &Place::Attribute(at));
        let (sample_error, _) = said(&props.found, &Place::Sample(at));
        let (word, behind) = split(&attribute.sample);
        let choice = CHOICES.iter().chain([&ALWAYS]).find(|(one, ..)| *one == word);
        // A word that needs nothing behind it has no second field.
        let needs = choice.is_none_or(|(word, behind, _)| !behind.is_empty() || *word == "of");
        let first = known.first().map(ToString::to_string).unwrap_or_default();
        let onword = edit(
            at,
            Box::new(move |one, word| {
                let behind = CHOICES.iter().chain([&ALWAYS]).find(|(known, ..)| *known == word);
                let behind = behind.map_or("", |(_, behind, _)| *behind);
                let behind = if word == "of" { first.as_str() } else { behind };
                one.sample = format!("{word} {behind}").trim().to_owned();
                match word.as_str() {
                    "number" | "price" | "seconds" | "expires" if one.kind != Kind::NS => one.kind = Kind::N,
                    "yes" => one.kind = Kind::BOOL,
                    _ => {}
                }
            }),
        );
        let onbehind = {
            let word = word.to_owned();
            edit(
                at,
                Box::new(move |one, behind| one.sample = format!("{word} {behind}").trim_start().to_owned()),
            )
        };
        let onkind = edit(
            at,
            Box::new(|one, name| {
                one.kind = Kind::ALL.into_iter().find(|kind| kind.name() == name).unwrap_or_default();
            }),
        );
        let onkey_only = {
            let edit = edit(at, Box::new(|one, on| one.key_only = on == "true"));
            edit.reform(|event: Event| {
                event.target_unchecked_into::<HtmlInputElement>().checked().to_string()
            })
        };
        let suggestions = if word == "of" { known.clone() } else { Vec::new() };
        html! {
            <li key={at} data-attribute={attribute.name.clone()}>
                <Field label="Attribute" hide_label={at > 0} name={format!("attribute-{at}")} value={attribute.name.clone()} mono={true}
                    error={name_error} oninput={edit(at, Box::new(|one, text| one.name = text))} placeholder="order_id" />
                <Select label="Type" hide_label={at > 0} name={format!("attribute-{at}-type")} options={kinds.clone()}
                    value={attribute.kind.name()} onchange={onkind} />
                <Select label="Sample data" hide_label={at > 0} name={format!("attribute-{at}-word")} options={words.clone()} value={word.to_owned()}
                    onchange={onword} error={sample_error.clone().filter(|_| !needs)} />
                if needs {
                    <Field label="Which" hide_label={at > 0} name={format!("attribute-{at}-behind")} value={behind.to_owned()} mono={true}
                        error={sample_error} {suggestions} oninput={onbehind} />
                } else {
                    <span></span>
                }
                <label class="check" title="Items have no attribute of this name: it stands in their keys alone.">
                    <input type="checkbox" name={format!("attribute-{at}-key-only")} checked={attribute.key_only} onchange={onkey_only} />
                    <span>{ "only in keys" }</span>
                </label>
                <Button label={format!("Take out {}", attribute.name)} icon="x" icon_only={true} kind={ButtonKind::Quiet}
                    onclick={whole(Box::new(move |all| drop(all.remove(at))))} action={format!("remove-attribute-{at}")} />
            </li>
        }
    };
    html! {
        <fieldset class="pattern-expects">
            <legend>{ "Attributes" }</legend>
            <ol class="entity-attributes">{ for entity.attributes.iter().enumerate().map(row) }</ol>
            <div>
                <Button label="Add an attribute" icon="plus" kind={ButtonKind::Quiet} action="add-attribute"
                    disabled={entity.attributes.len() >= ATTRIBUTES_MAX} onclick={whole(Box::new(|all| all.push(Attribute::default())))} />
            </div>
        </fieldset>
    }
}
