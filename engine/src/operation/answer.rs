//! Responses, written straight into bytes.

use serde::Serialize;

use crate::access::Region;
use crate::error::Result;
use crate::model::json::{write_encoded, write_map, write_text};
use crate::model::{AttributeValue, Item};

/// A JSON object in the making.
#[derive(Clone, Debug)]
pub struct Answer(Vec<u8>);

impl Answer {
    /// An empty object.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Answer {
        Answer(vec![b'{'])
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        write_text(name, &mut self.0);
        self.0.push(b':');
    }

    /// An item, a key, attributes.
    pub fn item(&mut self, name: &str, item: &Item) {
        self.name(name);
        write_map(item, &mut self.0);
    }

    /// An item as it is stored.
    pub fn stored(&mut self, name: &str, encoded: &[u8]) -> Result<()> {
        self.name(name);
        write_encoded(encoded, &mut self.0).map_err(Region::internal)
    }

    /// Anything that writes itself.
    pub fn written(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        self.name(name);
        write(&mut self.0)
    }

    /// A list of anything that writes itself.
    pub fn list<T>(
        &mut self,
        name: &str,
        list: impl IntoIterator<Item = T>,
        mut element: impl FnMut(T, &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        self.name(name);
        self.0.push(b'[');
        for (at, value) in list.into_iter().enumerate() {
            if at > 0 {
                self.0.push(b',');
            }
            element(value, &mut self.0)?;
        }
        self.0.push(b']');
        Ok(())
    }

    /// Anything that is JSON.
    pub fn value<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.name(name);
        serde_json::to_writer(&mut self.0, value).expect("an answer is always JSON");
    }

    /// The same, where there is something.
    pub fn optional<T: Serialize>(&mut self, name: &str, value: Option<T>) {
        if let Some(value) = value {
            self.value(name, &value);
        }
    }

    /// An object within.
    pub fn nested(&mut self, name: &str, answer: Answer) {
        self.name(name);
        self.0.extend_from_slice(&answer.finish());
    }

    /// The bytes.
    pub fn finish(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}

/// The bytes of a shape.
pub fn of<T: Serialize>(response: &T) -> Vec<u8> {
    serde_json::to_vec(response).expect("an answer is always JSON")
}

/// A value as JSON, for the few places that build JSON of parts.
pub fn value_json(value: &AttributeValue) -> serde_json::Value {
    let mut bytes = Vec::new();
    crate::model::json::write_value(value, &mut bytes);
    serde_json::from_slice(&bytes).expect("a value is always JSON")
}
