//! What an event source mapping did, in a line.

use engine::timeline::SourceEvent;

use super::{clock, plural};

/// The mark, the tone and the sentence; `function` is the function's name.
pub(super) fn tell(function: &str, event: &SourceEvent) -> (String, &'static str, String) {
    let of = |batch: u64, part: &str| match part {
        "" => format!("batch {batch}"),
        part => format!("part {part} of batch {batch}"),
    };
    match event {
        SourceEvent::Polled { records, filtered } => {
            let left_out = if *filtered == 0 { String::new() } else { format!(", {filtered} filtered out") };
            (
                "polled".into(),
                "stream",
                format!("{} read for {function}{left_out}", plural(*records, "record")),
            )
        }
        SourceEvent::Invoked { invocation, batch, part, records, redelivered, iterator_age_ms, .. } => {
            let again =
                if *redelivered == 0 { String::new() } else { format!(", {redelivered} of them again") };
            let text = format!(
                "{function} is given {} of {}{again}: invocation {invocation}, iterator age {iterator_age_ms} ms",
                plural(*records, "record"),
                of(*batch, part),
            );
            ("invoked".into(), "stream", text)
        }
        SourceEvent::Succeeded { invocation, requests } => {
            let sent = plural(*requests, "request");
            ("returned".into(), "passed", format!("{function} has done invocation {invocation} with {sent}"))
        }
        SourceEvent::Failed { invocation, error, reported } => {
            let at =
                reported.as_ref().map_or(String::new(), |number| format!("; it reported record {number}"));
            ("failed".into(), "refused", format!("{function}, invocation {invocation}: {error}{at}"))
        }
        SourceEvent::Bisected { batch, part, first, second } => {
            let text = format!("{} is cut in two: {first} and {second} records", of(*batch, part));
            ("bisected".into(), "plain", text)
        }
        SourceEvent::Retries { batch, part, attempts, at_ms } => {
            let failed = plural(*attempts, "failed attempt");
            let text = format!(
                "{} is tried again at {} after {failed}: until then its lane is blocked",
                of(*batch, part),
                clock(*at_ms)
            );
            ("retries".into(), "plain", text)
        }
        SourceEvent::Discarded { records, condition, destination } => {
            let told =
                destination.as_ref().map_or("nobody is told".to_owned(), |arn| format!("told to {arn}"));
            let text = format!("{} given up, {condition}: {told}", plural(*records, "record"));
            ("discarded".into(), "refused", text)
        }
        SourceEvent::WindowEnded { start_ms, early } => {
            let early = if *early { ", early: its state had grown too large" } else { "" };
            (
                "window".into(),
                "plain",
                format!("the window that began at {} is over{early}", clock(*start_ms)),
            )
        }
    }
}
