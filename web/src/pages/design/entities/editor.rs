//! An entity's fields: its name and table, the templates of the key attributes, its attributes, how many sample data has; and what is to be
//! said of each, beside it and at once.

use std::rc::Rc;

use yew::prelude::*;

use super::attributes::Attributes;
use crate::components::{Button, ButtonKind, Field, Select, SelectOption};
use crate::hooks::{use_tables, use_top};
use crate::protocol::entity::Entity;
use crate::state::entities::check::{Finding, Level, Place, findings};
use crate::state::entities::key_attributes;

/// The props of [`Editor`].
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The entity as it stands.
    pub entity: Rc<Entity>,
    /// Where it stands among them; none for a new one.
    pub at: Option<usize>,
    /// All of them.
    pub entities: Rc<Vec<Entity>>,
    /// Keep this.
    pub onsave: Callback<Entity>,
    /// Leave it as it was.
    pub oncancel: Callback<()>,
    /// Take it out, where it is there.
    #[prop_or_default]
    pub onremove: Option<Callback<()>>,
}

/// A change of the entity by a typed text.
type Change = Box<dyn Fn(&mut Entity, String)>;

/// What is to be said at a place: what is wrong as an error, else what is worth knowing.
pub fn said(found: &[Finding], place: &Place) -> (Option<AttrValue>, Option<AttrValue>) {
    let of = |level: fn(Level) -> bool| {
        let all = found.iter().filter(|one| one.place == *place && level(one.level));
        let texts: Vec<&str> = all.map(|one| one.text.as_str()).collect();
        (!texts.is_empty()).then(|| AttrValue::from(texts.join(" ")))
    };
    (of(|level| level > Level::Note), of(|level| level == Level::Note))
}

/// Only the digits: how many there are is a whole number.
fn whole(text: &str) -> u32 {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(5).collect();
    digits.parse().unwrap_or_default()
}

/// The fields.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let (tables, node) = (use_tables(), use_top());
    let draft = use_state_eq(|| (*props.entity).clone());
    let tried = use_state_eq(|| false);
    let (all, at) = {
        let mut all = (*props.entities).clone();
        let at = props.at.unwrap_or(all.len());
        match all.get_mut(at) {
            Some(one) => one.clone_from(&draft),
            None => all.push((*draft).clone()),
        }
        (Rc::new(all), at)
    };
    let found = Rc::new(findings(at, &all, &tables));
    let change = {
        let setter = draft.setter();
        Callback::from(move |next: Entity| setter.set(next))
    };
    let edit = |how: Change| {
        let (draft, change) = ((*draft).clone(), change.clone());
        Callback::from(move |text: String| {
            let mut next = draft.clone();
            how(&mut next, text);
            change.emit(next);
        })
    };
    let nameless = found.iter().any(|one| one.place == Place::Name);
    let onsave = {
        let (onsave, draft, tried) = (props.onsave.clone(), (*draft).clone(), tried.setter());
        Callback::from(move |()| match nameless {
            true => tried.set(true),
            false => onsave.emit(draft.clone()),
        })
    };
    // That a new one has no name yet is said once somebody wants to keep it.
    let name_error = said(&found, &Place::Name).0.filter(|_| *tried || !draft.name.is_empty());
    let mut options: Vec<SelectOption> =
        tables.list.iter().map(|table| SelectOption::new(table.name.clone(), table.name.clone())).collect();
    if tables.get(&draft.table).is_none() {
        options.insert(0, SelectOption::new(draft.table.clone(), draft.table.clone()));
    }
    let keys = tables.get(&draft.table).map(|table| key_attributes(table)).unwrap_or_default();
    let others = all.iter().enumerate().filter(|(other, _)| *other != at);
    let mut pers = vec![SelectOption::new("", "in all")];
    pers.extend(
        others.map(|(_, other)| SelectOption::new(other.name.clone(), format!("for each {}", other.name))),
    );
    let (amount_error, _) = said(&found, &Place::Amount);
    let changed = *draft != *props.entity || props.at.is_none();
    html! {
        <section ref={node} class="pattern-editor entity-editor" aria-label="Entity">
            <div class="pattern-fields">
                <Field label="Name" name="entity-name" value={draft.name.clone()} error={name_error} placeholder="Order"
                    oninput={edit(Box::new(|one, text| one.name = text))} />
                <Select label="In the table" name="entity-table" {options} value={draft.table.clone()} error={said(&found, &Place::Table).0}
                    onchange={edit(Box::new(|one, text| one.table = text))} />
                <Field label="What it is" name="entity-note" value={draft.note.clone()} oninput={edit(Box::new(|one, text| one.note = text))} />
            </div>
            <fieldset class="pattern-expects">
                <legend>{ "Key templates" }</legend>
                <div class="entity-keys">
                    { for keys.iter().map(|(key, kind, role)| {
                        let (error, note) = said(&found, &Place::Key(key.clone()));
                        let own = draft.attribute(key).is_some();
                        let placeholder = match (own, role.starts_with("sort")) {
                            (true, _) => format!("{{{key}}}: the attribute itself"),
                            (false, true) => "ORDER#{order_id}".to_owned(),
                            (false, false) => "USER#{user_id}".to_owned(),
                        };
                        let of = key.clone();
                        let oninput = edit(Box::new(move |one, text| match text.is_empty() {
                            true => drop(one.keys.remove(&of)),
                            false => drop(one.keys.insert(of.clone(), text)),
                        }));
                        html! {
                            <Field key={key.clone()} label={format!("{key} ({kind}, {role})")} name={format!("entity-key-{key}")} mono={true}
                                value={draft.keys.get(key).cloned().unwrap_or_default()} {placeholder} {error} hint={note} {oninput} />
                        }
                    }) }
                </div>
                <p class="patterns-words">
                    { "Attributes stand in braces: " }<code>{ "ORDER#{order_date}#{order_id}" }</code>{ "; " }<code>{ "{n :5}" }</code>
                    { " fills up with zeros; " }<code>{ "OPEN#{status=open}" }</code>{ " is there only where status is open; " }<code>{ "{?status=open}" }</code>{ " too, and writes nothing." }
                </p>
            </fieldset>
            <Attributes entity={Rc::new((*draft).clone())} entities={all.clone()} {at} {found} change={change.clone()} />
            <fieldset class="pattern-expects">
                <legend>{ "In sample data" }</legend>
                <div class="pattern-fields">
                    <Field label="At least" name="entity-least" input_type="number" value={draft.amount.least.to_string()}
                        oninput={edit(Box::new(|one, text| one.amount.least = whole(&text)))} />
                    <Field label="At most" name="entity-most" input_type="number" value={draft.amount.most.to_string()} error={amount_error}
                        oninput={edit(Box::new(|one, text| one.amount.most = whole(&text)))} />
                    <Select label="Of it" name="entity-per" options={pers} value={draft.amount.per.clone().unwrap_or_default()}
                        onchange={edit(Box::new(|one, text| one.amount.per = Some(text).filter(|text| !text.is_empty())))} />
                </div>
            </fieldset>
            <div class="pattern-buttons">
                <Button label="Save" icon="save" kind={ButtonKind::Primary} onclick={onsave} disabled={!changed} action="save-entity" />
                <Button label={if changed { "Cancel" } else { "Close" }} onclick={props.oncancel.clone()} action="cancel-entity" />
                if let Some(onremove) = &props.onremove {
                    <span class="top-space"></span>
                    <Button label="Take out" icon="trash-2" kind={ButtonKind::Quiet} onclick={onremove.clone()} action="remove-entity" />
                }
            </div>
        </section>
    }
}
