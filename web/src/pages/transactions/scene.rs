//! A run as the engine describes it: clients, messages, items, what can happen next and what did.

use serde::Deserialize;
use serde_json::Value;

use crate::components::{JsonItem, cell_text};

/// A run, or a moment of one.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Scene {
    /// The clients.
    pub clients: Vec<Client>,
    /// The messages on their way.
    pub messages: Vec<Message>,
    /// The items of all clients.
    pub items: Vec<Item>,
    /// What can happen next.
    pub steps: Vec<Next>,
    /// What happened.
    pub trail: Vec<Taken>,
    /// Whether every client is answered and nothing is on its way.
    pub over: bool,
}

/// A client.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Client {
    /// The API action.
    pub operation: String,
    /// Its request.
    pub request: Value,
    /// Where it stands.
    pub stage: String,
    /// Whether its coordinator stopped.
    pub crashed: bool,
    /// What it asks for, item by item.
    pub actions: Vec<Action>,
    /// The number of its transaction.
    pub transaction: Option<u64>,
    /// Its timestamp.
    pub timestamp: Option<u64>,
    /// The answer.
    pub response: Option<Value>,
    /// Whether its token was known.
    #[serde(default)]
    pub again: bool,
    /// The exception.
    pub error: Option<Value>,
}

/// What a client asks of one item.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Action {
    /// The table.
    pub table: String,
    /// The key, as text.
    pub key: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Message {
    /// Its number.
    pub message: u32,
    /// The client that it is of, from 1.
    pub client: usize,
    /// The item that it is about, from 0 in the client's order.
    pub action: usize,
    /// What it is called.
    pub name: String,
    /// Whether it goes from the partition to the coordinator.
    pub to_coordinator: bool,
    /// Whether it is held up.
    pub delayed: bool,
}

/// An item with what its partition remembers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
pub struct Item {
    /// The table.
    pub table: String,
    /// The key, as text.
    pub key: String,
    /// Its partition.
    pub partition: Option<u32>,
    /// The timestamp that a transaction must be later than.
    pub timestamp: u64,
    /// The transaction that holds it.
    pub pending: Option<u64>,
    /// The item; none where there is none.
    pub item: Option<JsonItem>,
}

/// Something that can happen next.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Next {
    /// The step, as the engine takes it.
    pub step: String,
    /// Whether it is something going wrong.
    pub fault: bool,
    /// The client, from 1.
    pub client: Option<usize>,
    /// The message.
    pub message: Option<u32>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Taken {
    /// The step.
    pub step: String,
    /// The client, from 1.
    pub client: usize,
    /// What happened, in words.
    pub told: String,
    /// The messages that went out.
    pub sent: Vec<Message>,
    /// The message that it was about.
    pub message: Option<Message>,
    /// The rule that decided.
    pub rule: Option<String>,
}

impl Taken {
    /// The kind of step: `deliver`, `crash`…
    pub fn kind(&self) -> &str {
        self.step.split(' ').next().unwrap_or_default()
    }
}

impl Client {
    /// What the client is called in the picture: its transaction, or the request.
    pub fn name(&self, number: usize) -> String {
        match self.transaction {
            Some(transaction) => format!("t{transaction}"),
            None => format!("client {number}"),
        }
    }

    /// How it ended or where it stands, in a few words, and its colour.
    pub fn standing(&self) -> (String, &'static str) {
        if let Some(error) = &self.error {
            let name = error["__type"].as_str().and_then(|name| name.rsplit('#').next());
            return (name.unwrap_or("refused").to_owned(), "bad");
        }
        if self.again {
            return ("answered as the first time".into(), "good");
        }
        if self.response.is_some() {
            return ("done".into(), "good");
        }
        if self.crashed {
            return ("coordinator stopped".into(), "warning");
        }
        let text = match self.stage.as_str() {
            "Waiting" => "not sent",
            "Sent" => "on its way",
            "Preparing" => "preparing",
            "Committing" => "committing",
            "Cancelling" => "cancelling",
            "FirstRound" => "reading",
            "SecondRound" => "reading again",
            _ => "given up",
        };
        (text.into(), if self.stage == "Waiting" { "plain" } else { "transaction" })
    }
}

impl Scene {
    /// The lane of an item among all: what a client's action is about.
    pub fn lane(&self, client: usize, action: usize) -> Option<usize> {
        let action = self.clients.get(client.checked_sub(1)?)?.actions.get(action)?;
        self.items.iter().position(|item| item.table == action.table && item.key == action.key)
    }

    /// An item's key without its attribute's name, where it has but one.
    pub fn item_name(&self, lane: usize) -> String {
        let key = self.items.get(lane).map(|item| item.key.as_str()).unwrap_or_default();
        match key.split_once(" = ") {
            Some((_, value)) if !value.contains(" = ") => value.to_owned(),
            _ => key.to_owned(),
        }
    }

    fn message(&self, id: Option<u32>) -> Option<&Message> {
        self.messages.iter().find(|message| Some(message.message) == id)
    }

    fn client_name(&self, client: usize) -> String {
        client
            .checked_sub(1)
            .and_then(|at| self.clients.get(at))
            .map_or_else(String::new, |one| one.name(client))
    }

    /// Where a message goes, in words: `Prepare of t1 arrives at account1`.
    fn arrival(&self, message: &Message) -> String {
        let item = self.lane(message.client, message.action).map(|lane| self.item_name(lane));
        let (item, client) = (item.unwrap_or_default(), self.client_name(message.client));
        match message.to_coordinator {
            true => format!("“{}” from {item} reaches {client}", message.name),
            false => format!("“{}” of {client} reaches {item}", message.name),
        }
    }

    /// A step in words.
    pub fn label(&self, next: &Next) -> String {
        let client = self.client_name(next.client.unwrap_or_default());
        let message = self.message(next.message);
        let kind = next.step.split(' ').next().unwrap_or_default();
        match (kind, message) {
            ("start", _) => format!("Client {} sends its request", next.client.unwrap_or_default()),
            ("decide", _) => format!("The coordinator of {client} decides"),
            ("crash", _) => format!("The coordinator of {client} stops"),
            ("recover", _) => format!("A recovery manager goes on with {client}"),
            ("resume", Some(message)) => format!("Let “{}” of {client} go on", message.name),
            (_, Some(message)) => self.arrival(message),
            _ => next.step.clone(),
        }
    }

    /// A step that was taken, in a few words.
    pub fn short(&self, taken: &Taken) -> String {
        let client = self.client_name(taken.client);
        match (taken.kind(), &taken.message) {
            ("start", _) => format!("client {} sends", taken.client),
            ("decide", _) => format!("{client} decides"),
            ("crash", _) => format!("{client} stops"),
            ("recover", _) => format!("{client} recovered"),
            ("repeat", Some(message)) => format!("{} doubled", message.name),
            ("delay", Some(message)) => format!("{} held up", message.name),
            ("resume", Some(message)) => format!("{} goes on", message.name),
            (_, Some(message)) => {
                let item = self.lane(message.client, message.action).map(|lane| self.item_name(lane));
                let item = item.unwrap_or_default();
                match message.to_coordinator {
                    true => format!("{item} → {client}: {}", message.name),
                    false => format!("{client} → {item}: {}", message.name),
                }
            }
            _ => taken.step.clone(),
        }
    }
}

/// An item without its key, on a line: `balance 250, owner Ada`.
pub fn line_of(item: &Item) -> String {
    let Some(attributes) = &item.item else { return "not there".into() };
    let keys: Vec<&str> = item.key.split(", ").filter_map(|part| part.split(" = ").next()).collect();
    let rest = attributes.iter().filter(|(name, _)| !keys.contains(&name.as_str()));
    let cells = rest.filter_map(|(name, value)| {
        let (kind, value) = value.as_object()?.iter().next()?;
        Some(format!("{name} {}", cell_text(kind, value)))
    });
    cells.collect::<Vec<_>>().join(", ")
}

/// What was found in all interleavings.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Explored {
    /// States looked at.
    pub states: u64,
    /// Interleavings, a number as text.
    pub interleavings: String,
    /// How many of them are wrong, a number as text.
    pub wrong: String,
    /// Whether none is.
    pub serializable: bool,
    /// The clients and items before the first step.
    pub standing: Scene,
    /// What they come to.
    pub ends: Vec<End>,
    /// The shortest that is wrong.
    pub counterexample: Option<Counterexample>,
}

/// What interleavings that end alike come to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct End {
    /// Each client's result: `Written`, `Read`, or an exception.
    pub results: Vec<String>,
    /// The items at the end.
    pub items: Vec<Option<JsonItem>>,
    /// `Serial`, `AgainstTimestamps`, `NotSerial` or `StaysHeld`.
    pub verdict: String,
    /// The clients one after another.
    pub order: Option<Vec<usize>>,
    /// How many, a number as text.
    pub interleavings: String,
}

/// An interleaving that is wrong, with where all stands before its first step and after each.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Counterexample {
    /// The steps.
    pub trail: Vec<Taken>,
    /// The moments, one more than steps.
    pub standings: Vec<Scene>,
    /// Why it is wrong.
    pub why: String,
}

impl Counterexample {
    /// The moment after so many steps.
    pub fn at(&self, steps: usize) -> Scene {
        let mut scene = self.standings.get(steps).cloned().unwrap_or_default();
        scene.trail = self.trail.iter().take(steps).cloned().collect();
        scene.steps.clear();
        scene
    }
}

/// A long number with its thousands apart.
pub fn grouped(number: &str) -> String {
    let mut text = String::new();
    for (at, digit) in number.chars().enumerate() {
        if at > 0 && (number.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            ["7", "999", "1000", "239022", "1234567"].map(grouped),
            ["7", "999", "1,000", "239,022", "1,234,567"]
        );
    }

    #[test]
    fn an_item_is_a_line_without_its_key() {
        let item: Item = serde_json::from_str(
            r#"{"Table": "A", "Key": "id = a", "Item": {"balance": {"N": "250"}, "id": {"S": "a"}}}"#,
        )
        .unwrap();
        assert_eq!(line_of(&item), "balance 250");
        assert_eq!(line_of(&Item::default()), "not there");
    }
}
