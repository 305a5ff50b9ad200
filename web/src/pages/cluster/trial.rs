//! The rounds of the consistency lab: what each read saw, who answered, and how many reads were stale.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::EmptyState;
use crate::state::cluster::{Sighting, span};

/// How a read was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Strongly consistent, of the table.
    Strong,
    /// Eventually consistent, of the table.
    Eventual,
    /// Of the global index.
    Index,
}

/// One round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The version that had been written last.
    pub newest: u64,
    /// Whether this round wrote it.
    pub wrote: bool,
    /// The reads, in their order.
    pub reads: Vec<(Asked, Sighting)>,
}

impl Trial {
    fn of(&self, asked: Asked) -> impl Iterator<Item = &Sighting> {
        self.reads.iter().filter(move |(how, _)| *how == asked).map(|(_, sighting)| sighting)
    }
}

/// How many reads of that kind there were, and how many of them were stale.
pub fn counts(trials: &[Trial], asked: Asked) -> (usize, usize) {
    let all = || trials.iter().flat_map(move |trial| trial.of(asked));
    (all().count(), all().filter(|sighting| sighting.is_stale()).count())
}

/// The props of [`TrialTable`].
#[derive(Properties, PartialEq)]
pub struct TrialTableProps {
    /// The rounds, newest first.
    pub trials: Rc<Vec<Trial>>,
    /// Whether an index is read too.
    pub with_index: bool,
}

/// The rounds side by side.
#[component]
pub fn TrialTable(props: &TrialTableProps) -> Html {
    if props.trials.is_empty() {
        return html! {
            <EmptyState icon="scale" title="Nothing was read yet">
                <p>{ "Write, then read: the three kinds of reads stand side by side, each with the replica that answered and how far that was behind." }</p>
            </EmptyState>
        };
    }
    let kinds = [
        (Asked::Strong, "Strongly consistent"),
        (Asked::Eventual, "Eventually consistent"),
        (Asked::Index, "Global index"),
    ];
    let kinds: Vec<_> =
        kinds.into_iter().filter(|(asked, _)| props.with_index || *asked != Asked::Index).collect();
    let head = |(asked, label): &(Asked, &'static str)| {
        let (reads, stale) = counts(&props.trials, *asked);
        html! {
            <th scope="col" data-asked={slug(*asked)} data-reads={reads.to_string()} data-stale={stale.to_string()}>
                { *label }<small>{ format!("{stale} of {reads} stale") }</small>
            </th>
        }
    };
    html! {
        <table class="trials" aria-label="What the reads saw">
            <thead><tr><th scope="col">{ "Written" }</th>{ for kinds.iter().map(head) }</tr></thead>
            <tbody>
                { for props.trials.iter().map(|trial| html! {
                    <tr>
                        <th scope="row">{ format!("v{}", trial.newest) }if !trial.wrote { <small>{ "read again" }</small> }</th>
                        { for kinds.iter().map(|(asked, _)| html! {
                            <td data-asked={slug(*asked)}>{ for trial.of(*asked).map(sighting) }</td>
                        }) }
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

fn slug(asked: Asked) -> &'static str {
    match asked {
        Asked::Strong => "strong",
        Asked::Eventual => "eventual",
        Asked::Index => "index",
    }
}

fn sighting(seen: &Sighting) -> Html {
    let version = seen.version.map_or_else(|| "nothing".to_owned(), |version| format!("v{version}"));
    let by = seen.served.map(|served| {
        let role = if served.leader { "leader" } else { "follower" };
        let behind = match served.lag_ms {
            0 => String::new(),
            lag_ms => format!(", {} behind", span(lag_ms)),
        };
        (served.zone.name(), format!("p{} {role} {}{behind}", served.partition, served.zone.name()))
    });
    let (zone, words) = by.map_or((None, String::new()), |(zone, words)| (Some(zone), words));
    html! {
        <span class="sighting" data-stale={seen.is_stale().to_string()} data-zone={zone}>
            <b>{ version }</b>{ if seen.is_stale() { "stale" } else { "fresh" } }<small>{ words }</small>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_reads_are_counted_by_kind() {
        let saw = |version| Sighting { version: Some(version), newest: 2, served: None };
        let reads = vec![(Asked::Strong, saw(2)), (Asked::Eventual, saw(1)), (Asked::Eventual, saw(2))];
        let trials = [Trial { newest: 2, wrote: true, reads }];
        assert_eq!(counts(&trials, Asked::Strong), (1, 0));
        assert_eq!(counts(&trials, Asked::Eventual), (2, 1));
        assert_eq!(counts(&trials, Asked::Index), (0, 0));
    }
}
