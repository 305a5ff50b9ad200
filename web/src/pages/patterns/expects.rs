//! What is expected of one use of a pattern: fields that may stay empty.

use std::rc::Rc;

use yew::prelude::*;

use super::editor::check;
use crate::components::Field;
use crate::state::patterns::draft::{Faults, PatternDraft};

/// The props of [`Expects`].
#[derive(Properties, PartialEq)]
pub struct ExpectsProps {
    /// The pattern's fields.
    pub draft: Rc<PatternDraft>,
    /// They were changed.
    pub change: Callback<PatternDraft>,
    /// What is wrong with them.
    pub faults: Rc<Faults>,
}

/// The fields.
#[component]
pub fn Expects(props: &ExpectsProps) -> Html {
    let draft = &props.draft;
    let field = |label: &'static str,
                 name: &'static str,
                 of: &'static str,
                 value: &str,
                 how: fn(&mut PatternDraft, String)| {
        let (draft, change) = (draft.clone(), props.change.clone());
        let oninput = Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            how(&mut next, text);
            change.emit(next);
        });
        let error = props.faults.get(of).map(|why| AttrValue::from(why.clone()));
        html! { <Field {label} {name} value={value.to_owned()} placeholder="any" {oninput} {error} /> }
    };
    let flag = |label: &'static str, name: &'static str, on: bool, how: fn(&mut PatternDraft, bool)| {
        let (draft, change) = (draft.clone(), props.change.clone());
        check(
            name,
            label,
            on,
            Callback::from(move |on| {
                let mut next = (*draft).clone();
                how(&mut next, on);
                change.emit(next);
            }),
        )
    };
    html! {
        <fieldset class="pattern-expects">
            <legend>{ "Expected of one use" }</legend>
            <div class="pattern-fields">
                { field("Units, at most", "expects-units", "units", &draft.units, |draft, text| draft.units = text) }
                { field("Partitions, at most", "expects-partitions", "partitions", &draft.partitions, |draft, text| draft.partitions = text) }
                { field("Milliseconds, at most (modelled)", "expects-latency", "latency_ms", &draft.latency_ms, |draft, text| draft.latency_ms = text) }
                { field("Returned of what is looked at, %, at least", "expects-returned", "returned", &draft.returned, |draft, text| draft.returned = text) }
            </div>
            { flag("Nothing is scanned", "expects-no-scan", draft.no_scan, |draft, on| draft.no_scan = on) }
            { flag("At its rate no partition key takes more than a partition serves", "expects-no-hot-key", draft.no_hot_key, |draft, on| draft.no_hot_key = on) }
        </fieldset>
    }
}
