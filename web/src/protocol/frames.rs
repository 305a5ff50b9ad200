//! Messages as bytes: what is said in one go, one frame behind the other.
//!
//! Owns the form. What there is much of, calls of the workspace and their answers, has a frame in which the texts of requests and responses and
//! the packed events stand as they are: to write them into JSON and read them out of it took longer than to carry a request out. All else is
//! the JSON of an envelope. Never looks into a text. There is no version in it: a page and a worker of two builds say so to each other in JSON
//! before anything else, and a frame of a kind that is not known is refused.
//!
//! A frame is its kind (u8) and its parts; a number is a little-endian u32 (a time and a call's number, two of them), a part its length and its bytes:
//!
//! - 0: the JSON of a message
//! - 1: [`ToWorker::Call`] in the workspace: number, operation, request
//! - 2: [`FromWorker::Reply`] with a response: number, time, response, events
//! - 3: [`FromWorker::Reply`] without one, for a reason of page and worker alone: number, time, reason. So it can be said before the rest of the
//!   worker's code has come, which the JSON of an answer is part of, and above all when it does not come

use super::packed::Happened;
use super::{ClientError, FromWorker, Place, ToWorker};

const JSON: u8 = 0;
const CALL: u8 = 1;
const RESPONSE: u8 = 2;
const REFUSAL: u8 = 3;

/// A message that has a form in bytes.
pub trait Framed: Sized {
    /// Appends its frame.
    fn frame(&self, bytes: &mut Vec<u8>);
    /// Reads the frame of that kind; the error says why it is none.
    fn unframe(kind: u8, parts: &mut Parts<'_>) -> Result<Self, String>;
}

/// The frames of messages.
pub fn frames<T: Framed>(messages: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    messages.iter().for_each(|message| message.frame(&mut bytes));
    bytes
}

/// The messages of frames; the error says what is wrong with them.
pub fn messages<T: Framed>(bytes: &[u8]) -> Result<Vec<T>, String> {
    each(bytes, T::unframe)
}

fn each<T>(
    bytes: &[u8],
    unframe: impl Fn(u8, &mut Parts<'_>) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let (mut parts, mut messages) = (Parts(bytes), Vec::new());
    while let [kind, rest @ ..] = parts.0 {
        parts = Parts(rest);
        messages.push(unframe(*kind, &mut parts)?);
    }
    Ok(messages)
}

/// A message of the page as it came. What is JSON is read when its turn comes: most of the code that reads it is in the rest of the worker's
/// module, which may have to be brought first.
#[derive(Debug, PartialEq)]
pub enum Arrived {
    /// A call of the workspace.
    Call(ToWorker),
    /// The JSON of another message.
    Json(Vec<u8>),
}

impl Arrived {
    /// The messages of frames; the error says what is wrong with them.
    pub fn messages(bytes: &[u8]) -> Result<Vec<Arrived>, String> {
        each(bytes, Arrived::unframe)
    }

    fn unframe(kind: u8, parts: &mut Parts<'_>) -> Result<Arrived, String> {
        match kind {
            JSON => Ok(Arrived::Json(parts.part()?.to_vec())),
            CALL => {
                let (id, operation, request) = (parts.u64()?, parts.text()?, parts.text()?);
                Ok(Arrived::Call(ToWorker::Call { id, place: Place::Workspace, operation, request }))
            }
            _ => Err(format!("no message has kind {kind}")),
        }
    }

    /// Reads it; the error says why it is none.
    pub fn read(self) -> Result<ToWorker, String> {
        match self {
            Arrived::Call(call) => Ok(call),
            Arrived::Json(json) => serde_json::from_slice(&json).map_err(|error| error.to_string()),
        }
    }

    /// What it is, as its JSON has it, with the number of whoever waits for an answer: without reading the rest of it.
    pub fn envelope(&self) -> (&str, Option<u64>) {
        let json = match self {
            Arrived::Call(ToWorker::Call { id, .. }) => return ("call", Some(*id)),
            Arrived::Call(_) => return ("", None),
            Arrived::Json(json) => std::str::from_utf8(json).unwrap_or_default(),
        };
        let inside = json.strip_prefix("{\"").unwrap_or(json.trim_matches('"'));
        let (kind, inside) = inside.split_once("\":{").unwrap_or((inside, ""));
        let number = inside.strip_prefix("\"id\":").unwrap_or_default();
        let digits = number.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(number.len());
        (kind, number[..digits].parse().ok())
    }
}

/// The parts of a frame that are not read yet.
pub struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or("a frame is cut off")?;
        self.0 = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.take(4).map(|bytes| u32::from_le_bytes(bytes.try_into().expect("four bytes")))
    }

    fn u64(&mut self) -> Result<u64, String> {
        self.take(8).map(|bytes| u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
    }

    fn part(&mut self) -> Result<&'a [u8], String> {
        let length = self.u32()?;
        self.take(length as usize)
    }

    fn text(&mut self) -> Result<String, String> {
        let text = std::str::from_utf8(self.part()?).map_err(|_| "a text is not UTF-8")?;
        Ok(text.to_owned())
    }

    fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, String> {
        serde_json::from_slice(self.part()?).map_err(|error| error.to_string())
    }
}

fn part(bytes: &mut Vec<u8>, part: &[u8]) {
    let length = u32::try_from(part.len()).expect("a message is below 4 GB");
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(part);
}

fn json<T: serde::Serialize>(bytes: &mut Vec<u8>, message: &T) {
    bytes.push(JSON);
    part(bytes, &serde_json::to_vec(message).expect("a message is plain data"));
}

impl Framed for ToWorker {
    fn frame(&self, bytes: &mut Vec<u8>) {
        let ToWorker::Call { id, place: Place::Workspace, operation, request } = self else {
            return json(bytes, self);
        };
        bytes.push(CALL);
        bytes.extend_from_slice(&id.to_le_bytes());
        part(bytes, operation.as_bytes());
        part(bytes, request.as_bytes());
    }

    fn unframe(kind: u8, parts: &mut Parts<'_>) -> Result<ToWorker, String> {
        Arrived::unframe(kind, parts)?.read()
    }
}

impl Framed for FromWorker {
    fn frame(&self, bytes: &mut Vec<u8>) {
        let (kind, id, now_ms, text) = match self {
            FromWorker::Reply { id, now_ms, result: Ok(response), .. } => (RESPONSE, id, now_ms, response),
            FromWorker::Reply { id, now_ms, result: Err(ClientError::Protocol { message }), events }
                if events.is_empty() =>
            {
                (REFUSAL, id, now_ms, message)
            }
            _ => return json(bytes, self),
        };
        bytes.push(kind);
        bytes.extend_from_slice(&id.to_le_bytes());
        bytes.extend_from_slice(&now_ms.to_le_bytes());
        part(bytes, text.as_bytes());
        if let FromWorker::Reply { result: Ok(_), events, .. } = self {
            part(bytes, events.packed());
        }
    }

    fn unframe(kind: u8, parts: &mut Parts<'_>) -> Result<FromWorker, String> {
        match kind {
            JSON => parts.json(),
            RESPONSE => {
                let (id, now_ms, response) = (parts.u64()?, parts.u64()?, parts.text()?);
                let events = Happened::unpacked(parts.part()?)?;
                Ok(FromWorker::Reply { id, now_ms, result: Ok(response), events })
            }
            REFUSAL => {
                let (id, now_ms, message) = (parts.u64()?, parts.u64()?, parts.text()?);
                let (result, events) = (Err(ClientError::Protocol { message }), Happened::default());
                Ok(FromWorker::Reply { id, now_ms, result, events })
            }
            _ => Err(format!("no message has kind {kind}")),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use engine::world::World;
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::VERSION;

    fn spoken() -> Vec<ToWorker> {
        let call = |id, place, request: &str| ToWorker::Call {
            id,
            place,
            operation: "PutItem".into(),
            request: request.into(),
        };
        vec![
            ToWorker::Hello {
                version: VERSION,
                workspace: "é".into(),
                sandbox: false,
                again: true,
                kept: false,
            },
            call(1 << 52, Place::Workspace, r#"{"Item":{"id":{"S":"ß\n"}}}"#),
            call(2, Place::Traffic, "{}"),
            call(3, Place::Workspace, ""),
            ToWorker::StopTraffic,
        ]
    }

    fn spoken_first() -> ToWorker {
        spoken().swap_remove(0)
    }

    fn answered() -> Vec<FromWorker> {
        let events = World::new(Default::default()).execute("us-east-1", 1, "ListTables", b"{}").events;
        let reply = |id, result, events: Happened| FromWorker::Reply {
            id,
            now_ms: 1_700_000_000_000,
            result,
            events,
        };
        vec![
            FromWorker::Loaded { version: VERSION, tab: "a".into() },
            reply(7, Ok(r#"{"TableNames":["ü"]}"#.into()), events.clone().into()),
            reply(8, Err(ClientError::Protocol { message: "no".into() }), events.clone().into()),
            reply(9, Err(ClientError::Protocol { message: "no".into() }), Happened::default()),
            reply(10, Err(ClientError::Storage { message: "no".into() }), Happened::default()),
            FromWorker::Events { events: events.into() },
            reply(u64::MAX, Ok(String::new()), Happened::default()),
        ]
    }

    #[test]
    fn what_is_said_in_one_go_is_heard_in_its_order() {
        assert_eq!(messages::<ToWorker>(&frames(&spoken())), Ok(spoken()));
        assert_eq!(messages::<FromWorker>(&frames(&answered())), Ok(answered()));
        assert_eq!(messages::<ToWorker>(&[]), Ok(Vec::new()));
    }

    #[test]
    fn who_said_what_is_known_before_it_is_read() {
        let message = |json: &str| Arrived::Json(json.as_bytes().to_vec());
        let call =
            ToWorker::Call { id: 7, place: Place::Traffic, operation: "Scan".into(), request: "{}".into() };
        let spoken =
            [spoken(), vec![call, ToWorker::ReadAside { id: 9 }, ToWorker::KeepTraffic { id: 1 << 53 }]]
                .concat();
        for mut said in spoken {
            let arrived = Arrived::messages(&frames(std::slice::from_ref(&said))).expect("a frame");
            assert_eq!(arrived[0].envelope().1, said.id_mut().copied(), "{said:?}");
        }
        let hello = frames(&[spoken_first()]);
        assert_eq!(Arrived::messages(&hello).expect("a frame")[0].envelope(), ("hello", None));
        assert_eq!(message(r#""stopTraffic""#).envelope(), ("stopTraffic", None));
        assert_eq!(
            message(r#"{"timeline":{"id":12,"ask":{"glance":{}}}}"#).envelope(),
            ("timeline", Some(12))
        );
        for none in ["", "{", "{\"", "{\"id\":7}", "{\"a\":{\"id\":\"7\"}}", "\u{e9}"] {
            assert_eq!(message(none).envelope().1, None, "{none}");
        }
    }

    #[test]
    fn what_is_cut_off_or_of_an_unknown_kind_is_refused() {
        for message in &answered() {
            let whole = frames(std::slice::from_ref(message));
            for length in 1..whole.len() {
                assert!(messages::<FromWorker>(&whole[..length]).is_err(), "{length} of {message:?}");
            }
        }
        let answer = frames(&answered()[1..2]);
        assert!(messages::<ToWorker>(&[9]).is_err() && messages::<ToWorker>(&answer).is_err());
        let no_text = [CALL, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xff, 0, 0, 0, 0];
        assert_eq!(messages::<ToWorker>(&no_text), Err("a text is not UTF-8".to_owned()));
    }

    proptest! {
        #[test]
        fn bytes_of_anyone_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in 0_u8..4) {
            let bytes = [&[kind][..], &bytes].concat();
            if let Ok(read) = messages::<ToWorker>(&bytes) {
                prop_assert_eq!(messages::<ToWorker>(&frames(&read)), Ok(read));
            }
            let _ = messages::<FromWorker>(&bytes);
        }
    }
}
