//! The messages between a sandbox in somebody's document and that document, in both directions.
//!
//! A message is an object with `dynascope` (the version, [`VERSION`]), `type` and the fields below; DynamoDB's requests and answers
//! are JSON in it. Whoever sends is not trusted: [`read`] takes what is of this version, of these types and not too large, and says
//! what is wrong with the rest.

use engine::timeline::Event;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ClientError;
use crate::state::route::{Page, Route};

/// Raised with every change after which an old document would not understand.
pub const VERSION: u64 = 1;

/// The largest message that is taken, in bytes of JSON: the largest request that DynamoDB takes is 16 MB.
pub const MESSAGE_MAX_BYTES: usize = 16 << 20;

/// What the document asks for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromHost {
    /// Send a request to the engine. Answered by [`ToHost::Response`] of the same id.
    Request {
        /// The document's number for it.
        id: u64,
        /// The API action.
        operation: String,
        /// Its JSON.
        #[serde(default)]
        request: Value,
    },
    /// Begin anew with a design document (the file that Share saves). Answered by [`ToHost::Response`] once it is loaded.
    SetDesign {
        /// The document's number for it.
        id: u64,
        /// The design document.
        design: Value,
    },
    /// Show a page, and on it a table and an index.
    SetView {
        /// The page's name, as it stands in an address.
        page: String,
        /// The table.
        table: Option<String>,
        /// The index, of that table.
        index: Option<String>,
    },
    /// Show the workspace as it was at an event; live where there is none.
    Step {
        /// The event's number.
        event: Option<u64>,
    },
    /// Light, dark, or as the reader's system has it.
    Theme {
        /// `light`, `dark` or `system`.
        theme: String,
    },
}

/// What the document is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ToHost {
    /// The sandbox takes messages.
    Ready,
    /// The answer of that number.
    Response {
        /// The document's number.
        id: u64,
        /// 200, or as the service answers: 400 for what is wrong with the request, 500 for what is wrong here.
        status: u16,
        /// The answer's JSON.
        body: Value,
    },
    /// What happened, in order.
    Event {
        /// The events, as the timeline exports them.
        events: Vec<Event>,
    },
    /// How high all of the page is, in CSS pixels.
    Height {
        /// That.
        pixels: u32,
    },
    /// A message that was not understood, and why.
    Refused {
        /// The document's number for it, where it has one: there is no other answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<u64>,
        /// In a sentence.
        reason: String,
    },
}

impl ToHost {
    /// The answer to a request.
    pub fn answer(id: u64, result: Result<String, ClientError>) -> ToHost {
        let (status, text) = match result {
            Ok(text) => (200, text),
            Err(ClientError::Api { name, body, .. }) => {
                (if name == "InternalServerError" { 500 } else { 400 }, body)
            }
            Err(error) => (500, crate::state::lesson::show(&error).message),
        };
        // What is not JSON is a sentence.
        let body = serde_json::from_str(&text).unwrap_or_else(|_| serde_json::json!({"message": text}));
        ToHost::Response { id, status, body }
    }

    /// The message as JSON.
    pub fn text(&self) -> String {
        let mut message = serde_json::to_value(self).expect("messages are always JSON");
        message["dynascope"] = VERSION.into();
        message.to_string()
    }
}

/// Reads a message. None for what is not meant for a sandbox; the refusal of what is and cannot be understood.
pub fn read(text: &str) -> Option<Result<FromHost, ToHost>> {
    if text.len() > MESSAGE_MAX_BYTES {
        // It is not read, not even for its number: `embed.js` sends none.
        let reason = format!("A message has at most {MESSAGE_MAX_BYTES} bytes.");
        return Some(Err(ToHost::Refused { id: None, reason }));
    }
    // Depth is bounded by the parser.
    let message: Value = serde_json::from_str(text).ok()?;
    let id = message["id"].as_u64();
    let refused = |reason| ToHost::Refused { id, reason };
    match message.get("dynascope")?.as_u64() {
        Some(VERSION) => Some(
            serde_json::from_value(message)
                .map_err(|error| refused(format!("The message cannot be read: {error}."))),
        ),
        _ => Some(Err(refused(format!("This sandbox understands messages of version {VERSION}.")))),
    }
}

/// The origin whose messages a sandbox at this address takes, and whom it tells: none that is not named.
pub fn host(route: &Route) -> Option<&str> {
    let origin = route.rest.get("embed-origin").filter(|_| route.embed())?;
    let plain = |rest: &str| !rest.is_empty() && !rest.contains(['/', '?', '#', '*', ' ']);
    let named = ["https://", "http://"].iter().any(|scheme| origin.strip_prefix(scheme).is_some_and(plain));
    named.then_some(origin)
}

/// Whether the reader of a sandbox at this address may look and not write: its document's own requests go on.
pub fn read_only(route: &Route) -> bool {
    route.embed() && route.rest.contains_key("embed-read-only")
}

/// Whether a sandbox at this address goes on by itself with what its page is for, once its design is there.
pub fn autorun(route: &Route) -> bool {
    route.embed() && route.rest.contains_key("embed-autorun")
}

/// The pages that a sandbox at this address lets its reader choose from: none where it shows one alone.
pub fn panels(route: &Route) -> Vec<Page> {
    let named = route.rest.get("embed-panels").map(String::as_str).unwrap_or_default();
    named.split([' ', ',']).filter_map(Page::from_slug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_of_others_are_none_of_ours_and_broken_ones_are_refused() {
        let read = |message: Value| read(&message.to_string());
        assert_eq!(read(json!({"type": "request", "id": 1})), None);
        assert_eq!(super::read("webpackHotUpdate"), None);
        assert!(
            matches!(read(json!({"dynascope": 2, "type": "step"})), Some(Err(ToHost::Refused { id: None, reason })) if reason.contains("version 1"))
        );
        assert!(
            matches!(read(json!({"dynascope": 1, "type": "eval", "id": 9})), Some(Err(ToHost::Refused { id: Some(9), reason })) if reason.contains("eval"))
        );
        assert_eq!(
            read(
                json!({"dynascope": 1, "type": "request", "id": 7, "operation": "ListTables", "request": {"Limit": 1}})
            ),
            Some(Ok(FromHost::Request {
                id: 7,
                operation: "ListTables".into(),
                request: json!({"Limit": 1})
            }))
        );
        assert_eq!(read(json!({"dynascope": 1, "type": "step"})), Some(Ok(FromHost::Step { event: None })));
        let large =
            format!("{{\"dynascope\":1,\"type\":\"step\",\"x\":\"{}\"}}", "x".repeat(MESSAGE_MAX_BYTES));
        assert!(matches!(super::read(&large), Some(Err(_))));
        let deep = format!(
            "{{\"dynascope\":1,\"type\":\"request\",\"request\":{}{}",
            "[".repeat(5000),
            "]".repeat(5000)
        );
        assert_eq!(super::read(&deep), None);
    }

    #[test]
    fn an_answer_is_the_services_with_its_status() {
        let error = ClientError::Api {
            name: "ValidationException".into(),
            message: "no".into(),
            body: r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}"#.into(),
        };
        let told: Value = serde_json::from_str(&ToHost::answer(3, Err(error)).text()).expect("JSON");
        assert_eq!(told["body"]["message"], "no");
        assert_eq!(
            (&told["dynascope"], &told["type"], &told["id"], &told["status"]),
            (&json!(1), &json!("response"), &json!(3), &json!(400))
        );
        let told = ToHost::answer(4, Ok("{\"TableNames\":[]}".into()));
        assert_eq!(told, ToHost::Response { id: 4, status: 200, body: json!({"TableNames": []}) });
        let lost = ClientError::Storage { message: "The disk is full.".into() };
        assert!(
            matches!(ToHost::answer(5, Err(lost)), ToHost::Response { status: 500, body, .. } if body["message"].is_string())
        );
    }

    #[test]
    fn only_an_origin_that_the_address_names_is_spoken_with() {
        let host = |query: &str| host(&Route::parse(query)).map(str::to_owned);
        assert_eq!(
            host("?embed&embed-origin=https%3A%2F%2Fdocs.example%3A8443").as_deref(),
            Some("https://docs.example:8443")
        );
        assert_eq!(
            host("?embed-origin=https%3A%2F%2Fdocs.example"),
            None,
            "the reader's own Dynascope takes none"
        );
        for wrong in [
            "?embed",
            "?embed&embed-origin=*",
            "?embed&embed-origin=null",
            "?embed&embed-origin=https%3A%2F%2Fa.example%2Fpath",
        ] {
            assert_eq!(host(wrong), None, "{wrong}");
        }
        assert_eq!(
            panels(&Route::parse("?embed&embed-panels=data+query+nothing")),
            [Page::Data, Page::Query]
        );
    }
}
