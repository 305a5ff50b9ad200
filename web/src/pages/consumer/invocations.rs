//! What the function was given, the newest first: each invocation with its records, duplicates marked, and what came of it.

use std::collections::BTreeMap;

use engine::consumer::progress::Logged;
use yew::prelude::*;

use super::lanes::duration;
use super::source::tone;
use crate::components::Badge;
use crate::state::explanation::{clock, plural};

/// The props of [`Invocations`] and [`BatchTree`].
#[derive(Properties, PartialEq)]
pub struct InvocationsProps {
    /// The invocations, the newest first.
    pub invocations: Vec<Logged>,
}

fn then(invocation: &Logged) -> &'static str {
    match invocation.then.as_deref() {
        Some("DONE") => "done",
        Some("RETRY") => "to be tried again",
        Some("BISECT") => "cut in two",
        Some("DISCARD") => "given up",
        _ => "under way",
    }
}

fn part_name(part: &str) -> String {
    if part.is_empty() { String::new() } else { format!(" part {part}") }
}

/// The invocations.
#[component]
pub fn Invocations(props: &InvocationsProps) -> Html {
    if props.invocations.is_empty() {
        return html! { <p class="consumer-hint">{ "The function was not invoked yet." }</p> };
    }
    html! {
        <ol class="invocations">
            { for props.invocations.iter().map(|one| {
                let result = one.result.clone().unwrap_or_else(|| "IN FLIGHT".into());
                let what = match one.is_final_invoke_for_window {
                    true => "the window's end".to_owned(),
                    false => plural(one.record_count, "record"),
                };
                let rest = one.record_count.saturating_sub(one.records.len() as u64);
                html! {
                    <li key={one.invocation.to_string()} data-invocation={one.invocation.to_string()} data-result={result.clone()} data-then={one.then.clone()}>
                        <details>
                            <summary>
                                <span class="invocation-number">{ one.invocation }</span>
                                <span class="invocation-what">
                                    { format!("batch {}{}: {what}", one.batch, part_name(&one.part)) }
                                    if one.redelivered_count > 0 {
                                        { " " }
                                        <Badge text={format!("{} again", one.redelivered_count)} tone="warning"
                                            title="Records that the function was given before: delivery is at least once" />
                                    }
                                </span>
                                <Badge text={result} tone={tone(one.result.as_deref())} />
                                <span class="invocation-then">{ then(one) }</span>
                                <span class="invocation-age">{ duration(one.iterator_age_milliseconds) }</span>
                            </summary>
                            if let Some(error) = &one.error {
                                <p class="invocation-error">{ error }</p>
                            }
                            <p>{ format!("At {}, {} sent.", clock(one.started_milliseconds), plural(one.requests, "request")) }</p>
                            <ul class="invocation-records">
                                { for one.records.iter().map(|record| {
                                    let failed = one.failed_sequence_number.as_ref() == Some(&record.sequence_number);
                                    html! {
                                        <li data-failed={failed.then_some("true")} data-redelivered={record.redelivered.then_some("true")}>
                                            <Badge text={record.event_name.clone()} tone={match record.event_name.as_str() {
                                                "INSERT" => "good",
                                                "REMOVE" => "bad",
                                                _ => "write",
                                            }} />
                                            <code>{ &record.key }</code>
                                            if record.redelivered {
                                                <small>{ "again" }</small>
                                            }
                                            if failed {
                                                <small class="lane-failed">{ "failed here" }</small>
                                            }
                                        </li>
                                    }
                                }) }
                                if rest > 0 {
                                    <li>{ format!("and {}", plural(rest, "more record")) }</li>
                                }
                            </ul>
                        </details>
                    </li>
                }
            }) }
        </ol>
    }
}

/// A part of a batch with all its attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    records: u64,
    attempts: usize,
    result: Option<String>,
    then: Option<String>,
}

/// The newest batch that was cut in two, and its parts in the order of the records.
fn tree(invocations: &[Logged]) -> Option<(u64, BTreeMap<String, Node>)> {
    let batch = invocations.iter().find(|one| !one.part.is_empty())?.batch;
    let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
    // From the oldest on, so that the last attempt's result stays.
    for one in invocations.iter().rev().filter(|one| one.batch == batch) {
        let node = nodes.entry(one.part.clone()).or_default();
        node.records = one.record_count;
        node.attempts += 1;
        (node.result, node.then) = (one.result.clone(), one.then.clone());
    }
    Some((batch, nodes))
}

/// How the newest batch that was cut in two was isolated: a tree of its parts.
#[component]
pub fn BatchTree(props: &InvocationsProps) -> Html {
    let Some((batch, nodes)) = tree(&props.invocations) else { return Html::default() };
    html! {
        <section class="batch-tree">
            <h4>{ format!("Batch {batch}, cut in two") }</h4>
            <ul role="tree" aria-label={format!("The parts of batch {batch}")}>
                { for nodes.iter().map(|(part, node)| html! {
                    <li role="treeitem" aria-level={(part.len() + 1).to_string()} data-node={part.clone()} data-depth={part.len().min(8).to_string()}
                        data-result={node.result.clone()}>
                        <span>{ if part.is_empty() { "whole batch".to_owned() } else { format!("part {part}") } }</span>
                        <span>{ plural(node.records, "record") }</span>
                        <Badge text={node.result.clone().unwrap_or_else(|| "IN FLIGHT".into())} tone={tone(node.result.as_deref())} />
                        if node.attempts > 1 {
                            <small>{ plural(node.attempts as u64, "attempt") }</small>
                        }
                        if node.then.as_deref() == Some("DISCARD") {
                            <small class="lane-failed">{ "given up" }</small>
                        }
                    </li>
                }) }
            </ul>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_each_part_once_with_its_last_result() {
        let one = |batch, part: &str, result: &str| Logged {
            batch,
            part: part.into(),
            result: Some(result.into()),
            ..Logged::default()
        };
        let newest_first = [
            one(2, "", "OK"),
            one(1, "1", "OK"),
            one(1, "0", "ERROR"),
            one(1, "0", "ERROR"),
            one(1, "", "ERROR"),
        ];
        let (batch, nodes) = tree(&newest_first).unwrap();
        assert_eq!(batch, 1);
        let shown: Vec<_> = nodes.iter().map(|(part, node)| (part.as_str(), node.attempts)).collect();
        assert_eq!(shown, [("", 1), ("0", 2), ("1", 1)]);
        assert_eq!(tree(&[one(1, "", "OK")]), None);
    }
}
