//! The requests behind a cell of the heatmap, a line each. Pure.

use std::rc::Rc;

use engine::timeline::{Event, EventKind};

use super::explanation::{clock, half};

/// One request, in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sampled {
    /// What happened in it.
    pub events: Rc<Vec<Event>>,
    /// `12:04:31.207`.
    pub time: String,
    /// The API action.
    pub operation: String,
    /// The key that it was first routed to, as text.
    pub key: String,
    /// `1 WCU`, `0.5 RCU`; empty where it consumed nothing.
    pub units: String,
    /// The latency that the model gives it, in microseconds.
    pub latency_us: Option<u64>,
    /// Whether it was throttled.
    pub throttled: bool,
    /// The exception's name; none for a success.
    pub error: Option<String>,
}

/// Parts events into those of one request each: they come one request after the other.
pub fn requests_of(events: Vec<Event>) -> Vec<Rc<Vec<Event>>> {
    let mut requests: Vec<Vec<Event>> = Vec::new();
    for event in events {
        // The numbers of two branches of the world may be the same.
        let begins = matches!(event.kind, EventKind::RequestReceived { .. });
        match requests.last_mut() {
            Some(last) if !begins && last.last().is_some_and(|before| before.request == event.request) => {
                last.push(event)
            }
            _ => requests.push(vec![event]),
        }
    }
    requests.into_iter().map(Rc::new).collect()
}

impl Sampled {
    /// Reads a request's events.
    pub fn read(events: Rc<Vec<Event>>) -> Sampled {
        let mut sampled = Sampled {
            time: events.first().map(|event| clock(event.at_ms)).unwrap_or_default(),
            operation: String::new(),
            key: String::new(),
            units: String::new(),
            latency_us: None,
            throttled: false,
            error: None,
            events: events.clone(),
        };
        for event in events.iter() {
            match &event.kind {
                EventKind::RequestReceived { operation, .. } => sampled.operation = operation.clone(),
                EventKind::Routed { key, .. } if sampled.key.is_empty() => sampled.key = key.clone(),
                EventKind::Throttled { .. } => sampled.throttled = true,
                EventKind::RequestFinished { error, consumed, latency_us, .. } => {
                    let read = (consumed.read_half_units, "RCU");
                    let written = (consumed.write_half_units, "WCU");
                    let units = [read, written].into_iter().filter(|(units, _)| *units > 0);
                    let units: Vec<String> =
                        units.map(|(units, unit)| format!("{} {unit}", half(units))).collect();
                    sampled.units = units.join(", ");
                    sampled.latency_us = Some(*latency_us);
                    sampled.error = error.clone();
                }
                _ => {}
            }
        }
        sampled
    }

    /// Whether it came to the key of that hash.
    pub fn has_hash(&self, hash: u64) -> bool {
        let wanted = format!("{hash:016x}");
        let routed = |event: &Event| matches!(&event.kind, EventKind::Routed { hash: Some(hash), .. } if *hash == wanted);
        self.events.iter().any(routed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::timeline::{Access, Consumed, Target, Zone};

    fn events(request: u64) -> Vec<Event> {
        let routed = EventKind::Routed {
            target: Target { table: "Orders".into(), index: None },
            partition: 1,
            hash: Some(format!("{:016x}", 77)),
            key: "user_id = 7".into(),
            access: Access::Write,
            zone: Zone::A,
            leader: true,
            lag_ms: 0,
        };
        let finished = EventKind::RequestFinished {
            error: None,
            message: None,
            consumed: Consumed { read_half_units: 1, write_half_units: 4 },
            latency_us: 4_000,
        };
        let received = EventKind::RequestReceived { operation: "PutItem".into(), table: None };
        let kinds = [received, routed, finished].into_iter();
        kinds.map(|kind| Event { id: 1, at_ms: 61_500, request: Some(request), region: None, kind }).collect()
    }

    #[test]
    fn a_request_is_a_line() {
        let told = Sampled::read(Rc::new(events(3)));
        assert_eq!(
            (told.time.as_str(), told.operation.as_str(), told.key.as_str(), told.units.as_str()),
            ("00:01:01.500", "PutItem", "user_id = 7", "0.5 RCU, 2 WCU")
        );
        assert_eq!(
            (told.latency_us, told.throttled, told.has_hash(77), told.has_hash(78)),
            (Some(4_000), false, true, false)
        );
    }

    #[test]
    fn two_requests_of_the_same_number_are_two() {
        let all: Vec<Event> = [3, 3, 4].into_iter().flat_map(events).collect();
        let parted = requests_of(all);
        assert_eq!(parted.iter().map(|events| events.len()).collect::<Vec<_>>(), [3, 3, 3]);
    }
}
