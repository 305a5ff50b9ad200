//! The picture: the coordinator at the left, a lane for each item, the messages from top to bottom as they happened.

use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use super::interlude::Interlude;
use super::stage::{Line, Read, Stage};
use super::standing::{Action, Message, Standing, Verdict};
use crate::components::{Badge, cell_text};

/// The props of [`Picture`].
#[derive(Properties, PartialEq)]
pub struct PictureProps {
    /// What is drawn.
    pub stage: Stage,
    /// The line that is told.
    pub selected: Option<usize>,
    /// A line was chosen.
    pub onselect: Callback<usize>,
}

/// The picture.
#[component]
pub fn Picture(props: &PictureProps) -> Html {
    let Some(standing) = props.stage.standing.clone() else { return Html::default() };
    let lines = props.stage.lines();
    let others = !props.stage.interludes.is_empty();
    let lanes = standing.actions.iter().enumerate().map(|(at, action)| {
        let of = |list: &[Read]| list.get(at).cloned().flatten();
        lane(&standing, at, action, of(&props.stage.before), of(&props.stage.now))
    });
    let mut sent = 0;
    let rows = lines.iter().enumerate().map(|(row, line)| {
        if let Line::Message(at, _) = line {
            sent = at + 1;
        }
        draw(props, &standing, row, line, sent, others)
    });
    let width = 148 + 188 * standing.actions.len() + if others { 132 } else { 0 };
    html! {
        <div class="tx-stage" tabindex="0" role="region" aria-label="The messages of the transaction">
            <table class="tx-picture" width={width.to_string()} data-transaction={standing.number.to_string()}>
                <colgroup>
                    <col width="148" />
                    { for standing.actions.iter().map(|_| html! { <col width="188" /> }) }
                    if others { <col width="132" /> }
                </colgroup>
                <thead>
                    <tr>
                        <th scope="col" class="tx-coordinator">
                            <span class="tx-who">{ "Coordinator" }</span>
                            <span class="tx-sub">{ format!("transaction t{}", standing.number) }</span>
                            <span class="tx-sub" title="Transactions are ordered by their timestamps.">{ format!("stamped {}", standing.timestamp) }</span>
                            <Badge text={standing.phase.name()} tone={match standing.decision() {
                                Some(true) => "good",
                                Some(false) => "bad",
                                None => "transaction",
                            }} />
                        </th>
                        { for lanes }
                        if others {
                            <th scope="col" class="tx-coordinator"><span class="tx-who">{ "Another client" }</span></th>
                        }
                    </tr>
                </thead>
                <tbody>
                    { for rows }
                    if let Some(next) = standing.next {
                        <tr class="tx-next">
                            <td><span class="tx-ahead">{ next.name() }</span></td>
                            { for (0..standing.actions.len()).map(|at| html! { <td class="tx-life" data-held={standing.holds(at).to_string()}></td> }) }
                            if others { <td></td> }
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

fn lane(standing: &Standing, at: usize, action: &Action, before: Read, now: Read) -> Html {
    let held = standing.holds(at);
    let (verdict, tone) = match &action.verdict {
        None => ("not asked", "plain"),
        Some(Verdict::Accepted) => ("accepted", "good"),
        Some(Verdict::Refused(..)) => ("refused", "bad"),
    };
    let place = match action.partition {
        Some(partition) => format!("{} · partition {partition}", action.table),
        None => action.table.clone(),
    };
    let held_text = if held { format!("held by t{}", standing.number) } else { "free".to_owned() };
    html! {
        <th scope="col" class="tx-lane" data-item={(at + 1).to_string()} data-held={held.to_string()} data-verdict={verdict}>
            <span class="tx-who">{ format!("Item {}", at + 1) }<Badge text={action.kind.clone()} tone="write" /></span>
            <code class="tx-key" title={action.key.clone()}>{ &action.key }</code>
            <span class="tx-sub">{ place }</span>
            { value(&action.key, before, now) }
            <span class="tx-state"><Badge text={held_text} tone={if held { "transaction" } else { "plain" }} /><Badge text={verdict} {tone} /></span>
        </th>
    }
}

const SHOWN: usize = 3;

/// An item's attributes, those that changed first, with what they were.
fn value(key: &str, before: Read, now: Read) -> Html {
    let Some(now) = now else {
        let was = if before.is_some() { "deleted" } else { "no such item" };
        return html! { <p class="tx-value" data-part="value"><i>{ was }</i></p> };
    };
    let text = |value: &Value| {
        let typed = value.as_object().and_then(|map| map.iter().next());
        typed.map_or_else(String::new, |(kind, value)| cell_text(kind, value))
    };
    let key_names: Vec<&str> = key.split(", ").filter_map(|part| part.split(" = ").next()).collect();
    let mut shown: Vec<(bool, String, String, Option<String>)> = now
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !key_names.contains(&name.as_str()))
        .map(|(name, value)| {
            let old = before.as_ref().and_then(|item| item.get(name));
            let changed = before.is_none() || old != Some(value);
            (!changed, name.clone(), text(value), old.filter(|_| changed).map(text))
        })
        .collect();
    shown.sort_by_key(|(same, ..)| *same);
    let more = shown.len().saturating_sub(SHOWN);
    html! {
        <dl class="tx-value" data-part="value">
            { for shown.into_iter().take(SHOWN).map(|(same, name, value, old)| html! {
                <div data-changed={(!same).to_string()}>
                    <dt>{ name }</dt>
                    <dd>if let Some(old) = old { <s>{ old }</s>{ " → " } }<b>{ value }</b></dd>
                </div>
            }) }
            if more > 0 { <div class="tx-more">{ format!("and {more} more") }</div> }
        </dl>
    }
}

fn chip(mark: &str, tone: &str, text: String) -> Html {
    html! { <span class="tx-chip" data-tone={tone.to_owned()}><span aria-hidden="true">{ mark.to_owned() }</span>{ text }</span> }
}

/// What the partition did with a message.
fn answer(standing: &Standing, message: Message) -> Html {
    let action = message.action().and_then(|at| standing.actions.get(at));
    let accepted = action.is_some_and(|action| action.verdict == Some(Verdict::Accepted));
    match (message, action.and_then(|action| action.verdict.as_ref())) {
        (Message::Prepare(_), Some(Verdict::Refused(code, _))) => chip("✕", "bad", code.clone()),
        (Message::Prepare(_), _) => chip("✓", "good", "accepted, held".into()),
        (Message::Commit(_), _) => match action.map(|action| action.kind.as_str()) {
            Some("ConditionCheck") => chip("✓", "good", "let go".into()),
            Some("Delete") => chip("✓", "good", "deleted".into()),
            _ => chip("✓", "good", "written".into()),
        },
        _ if accepted => chip("↺", "plain", "let go".into()),
        _ => chip("·", "plain", "was not held".into()),
    }
}

fn draw(
    props: &PictureProps,
    standing: &Rc<Standing>,
    row: usize,
    line: &Line,
    sent: usize,
    others: bool,
) -> Html {
    let onclick = props.onselect.reform(move |_: MouseEvent| row);
    let current = (props.selected == Some(row)).to_string();
    let held = |at: usize| standing.holds_after(at, sent).to_string();
    let count = standing.actions.len();
    match line {
        Line::Message(_, message) => {
            let target = message.action();
            let label = match message {
                Message::Prepare(_) => "Prepare",
                Message::Decide => "Decide",
                Message::Commit(_) => "Commit",
                Message::Cancel(_) => "Cancel",
            };
            let cells = (0..count).map(|at| match target {
                Some(target) if at < target => html! { <td class="tx-life" data-held={held(at)} data-line="through"></td> },
                Some(target) if at == target => html! {
                    <td class="tx-life" data-held={held(at)}><span class="tx-end" data-from="left">{ answer(standing, *message) }</span></td>
                },
                _ => html! { <td class="tx-life" data-held={held(at)}></td> },
            });
            let decided = (*message == Message::Decide).then(|| match standing.decision() {
                Some(true) => chip("✓", "good", "commit".into()),
                _ => chip("✕", "bad", "cancel".into()),
            });
            html! {
                <tr key={format!("m{row}")} data-message={message.name()} aria-current={current.clone()}>
                    <td class="tx-start" data-line={if target.is_some() { "out" } else { "none" }}>
                        <button type="button" class="tx-message" {onclick} aria-pressed={current} aria-label={message.name()}>{ label }</button>
                        { for decided }
                    </td>
                    { for cells }
                    if others { <td></td> }
                </tr>
            }
        }
        Line::Between(one) => {
            let cells = (0..count).map(|at| match at.cmp(&one.item) {
                std::cmp::Ordering::Greater => html! { <td class="tx-life" data-held={held(at)} data-line="through"></td> },
                std::cmp::Ordering::Equal => html! {
                    <td class="tx-life" data-held={held(at)}><span class="tx-end" data-from="right">{ between(one) }</span></td>
                },
                std::cmp::Ordering::Less => html! { <td class="tx-life" data-held={held(at)}></td> },
            });
            html! {
                <tr key={format!("b{row}")} data-between={one.operation.clone()} aria-current={current.clone()}>
                    <td></td>
                    { for cells }
                    <td class="tx-start" data-line="in">
                        <button type="button" class="tx-message" {onclick} aria-pressed={current}>{ &one.operation }</button>
                    </td>
                </tr>
            }
        }
    }
}

fn between(one: &Interlude) -> Html {
    match &one.outcome {
        Ok(_) => chip("✓", if one.reads() { "read" } else { "write" }, one.mark()),
        Err(_) => chip("✕", "bad", one.mark()),
    }
}
