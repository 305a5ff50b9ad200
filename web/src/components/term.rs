//! A term of DynamoDB's with its definition on hover and focus.

use yew::prelude::*;

use super::use_id;

/// The terms and their definitions.
const TERMS: &[(&str, &str)] = &[
    ("partition key", "The attribute whose hash decides which partition keeps the item."),
    ("sort key", "The attribute by which the items of one partition key are ordered."),
    ("item collection", "All items of one partition key, in a table and its local secondary indexes."),
    (
        "LastEvaluatedKey",
        "The key at which a page ended. Given back as ExclusiveStartKey, it opens the next page.",
    ),
    (
        "RCU",
        "Read capacity unit: one strongly consistent read of up to 4 KB, or two eventually consistent ones.",
    ),
    ("WCU", "Write capacity unit: one write of up to 1 KB."),
    ("evaluated", "Items that were read, and paid for, before the filter."),
    (
        "consistent read",
        "A read that the leader answers, so that it sees every acknowledged write. It costs twice.",
    ),
    (
        "GSI",
        "Global secondary index: its own key and partitions, written after the table, read eventually consistently.",
    ),
    ("LSI", "Local secondary index: the table's partition key with another sort key, written with the item."),
    ("projection", "The attributes that an index holds beside the keys, or that a read returns."),
    ("modelled", "Simulated by a stated model, since the service does not publish how it does this."),
    ("leader", "The one replica of a partition that takes writes and strongly consistent reads."),
];

/// The props of [`Term`].
#[derive(Properties, PartialEq)]
pub struct TermProps {
    /// One of the known terms, as it is written; an unknown one is plain text.
    pub word: AttrValue,
    /// The text to show in its place, a plural for example.
    #[prop_or_default]
    pub text: Option<AttrValue>,
}

/// A term with its definition.
#[component]
pub fn Term(props: &TermProps) -> Html {
    let id = use_id();
    let text = props.text.clone().unwrap_or_else(|| props.word.clone());
    match TERMS.iter().find(|(term, _)| *term == props.word.as_str()) {
        Some((_, definition)) => html! {
            <span class="term" tabindex="0" aria-describedby={id.clone()}>
                { text }<span class="term-definition" role="tooltip" {id}>{ *definition }</span>
            </span>
        },
        None => html! { { text } },
    }
}
