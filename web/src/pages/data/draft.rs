//! An item while a person edits it: as a form of rows, as plain JSON or as DynamoDB JSON.
//!
//! Owns what was typed, and never loses it: a view is left only when what stands in it can be read. What DynamoDB would
//! refuse is not judged here.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::value::{TYPES, is_json, plain_item, pretty, text_of, value_of};
use crate::share::export;
use crate::state::json_text::{self, JsonFault, print};
use crate::state::reducible;
use crate::state::tables::Keys;

/// An item in DynamoDB JSON.
pub type Item = Map<String, Value>;

/// How the item is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// A row an attribute.
    #[default]
    Form,
    /// Plain JSON.
    Plain,
    /// DynamoDB JSON.
    Typed,
}

impl View {
    /// All of them, with the names of their tabs.
    pub const ALL: [(View, &str, &str); 3] = [
        (View::Form, "form", "Form"),
        (View::Plain, "plain", "JSON"),
        (View::Typed, "typed", "DynamoDB JSON"),
    ];
}

/// One attribute in the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Stays the same while the row is there.
    pub id: u32,
    /// The attribute's name.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// Its value's text.
    pub text: String,
    /// A key attribute: its name and type are the table's.
    pub key: bool,
}

/// Why a draft is no item yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A row cannot be read.
    Row(u32, String),
    /// The JSON text breaks.
    Text(JsonFault),
}

/// The item and what was typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// How it is shown.
    pub view: View,
    /// The form's rows: keys first.
    pub rows: Vec<Row>,
    /// The JSON views' text.
    pub text: String,
    /// The item as it was read; none for a new one.
    pub original: Option<Item>,
    /// What stood in the way of another view, or of saving.
    pub fault: Option<Fault>,
    keys: Vec<(String, String)>,
    next_id: u32,
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum DraftAction {
    /// Begin anew with this.
    Open(Box<Draft>),
    /// A row's name.
    Name(u32, String),
    /// A row's type.
    Kind(u32, String),
    /// A row's value.
    Text(u32, String),
    /// One more attribute.
    Add,
    /// One attribute fewer.
    Remove(u32),
    /// The JSON views' text.
    Whole(String),
    /// Another view.
    Show(View),
    /// Say what stands in the way.
    Check,
    /// The item that is stored now, as the draft's new ground: what was typed stays.
    Rebase(Item),
}

impl Draft {
    /// A new item: the table's key attributes, empty.
    pub fn blank(keys: &Keys) -> Draft {
        let mut draft = Draft { keys: pairs(keys), ..Draft::default() };
        for (name, kind) in draft.keys.clone() {
            draft.push(name, kind, String::new(), true);
        }
        draft
    }

    /// An item to edit, shown as `view`.
    pub fn of(item: Item, keys: &Keys, view: View) -> Draft {
        let mut draft = Draft { view, keys: pairs(keys), original: Some(item.clone()), ..Draft::default() };
        draft.fill(&item);
        draft
    }

    /// The same content as a new item.
    pub fn copy_of(item: &Item, keys: &Keys, view: View) -> Draft {
        let mut draft = Draft { view, keys: pairs(keys), ..Draft::default() };
        draft.fill(item);
        draft
    }

    /// What stands there as an item.
    pub fn item(&self) -> Result<Item, Fault> {
        match self.view {
            View::Form => self.item_of_rows(),
            View::Plain => {
                json_text::parse(&self.text).map_err(Fault::Text)?;
                let original = self.original.clone().map(Value::Object);
                match plain_item(&self.text, original.as_ref()) {
                    Ok(Value::Object(item)) => Ok(item),
                    Ok(_) => Err(first("An item is a JSON object.")),
                    Err(message) => Err(first(&message)),
                }
            }
            View::Typed => match json_text::parse(&self.text).map_err(Fault::Text)? {
                Value::Object(item) => Ok(item),
                _ => Err(first("An item is a JSON object: {\"name\": {\"S\": \"value\"}}.")),
            },
        }
    }

    /// Whether something was typed that is not saved.
    pub fn is_changed(&self) -> bool {
        match (&self.original, self.item()) {
            (Some(original), Ok(item)) => *original != item,
            (None, Ok(item)) => {
                item.iter().any(|(name, value)| match self.keys.iter().any(|key| key.0 == *name) {
                    true => !text_of(value).1.is_empty(),
                    false => true,
                })
            }
            (_, Err(_)) => true,
        }
    }

    /// Whether saving would write another item than the one that was read: its key was changed.
    pub fn is_other_key(&self) -> bool {
        let (Some(original), Ok(item)) = (&self.original, self.item()) else { return false };
        self.keys.iter().any(|(name, _)| original.get(name) != item.get(name))
    }

    /// The transition.
    pub fn apply(&mut self, action: DraftAction) {
        match action {
            DraftAction::Open(draft) => *self = *draft,
            DraftAction::Name(id, name) => self.edit(id, |row| row.name = name),
            DraftAction::Kind(id, kind) => self.edit(id, |row| change_kind(row, kind)),
            DraftAction::Text(id, text) => self.edit(id, |row| row.text = text),
            DraftAction::Add => self.push(String::new(), "S".to_owned(), String::new(), false),
            DraftAction::Remove(id) => {
                self.rows.retain(|row| row.id != id || row.key);
                self.fault = None;
            }
            DraftAction::Whole(text) => {
                self.text = text;
                self.fault = None;
            }
            DraftAction::Show(view) => self.show(view),
            DraftAction::Check => self.fault = self.item().err(),
            DraftAction::Rebase(item) => self.original = Some(item),
        }
    }

    fn edit(&mut self, id: u32, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.id == id) {
            change(row);
        }
        self.fault = None;
    }

    fn push(&mut self, name: String, kind: String, text: String, key: bool) {
        self.rows.push(Row { id: self.next_id, name, kind, text, key });
        self.next_id += 1;
    }

    fn show(&mut self, view: View) {
        if view == self.view {
            return;
        }
        match self.item() {
            Ok(item) => {
                self.view = view;
                self.fault = None;
                self.fill(&item);
            }
            Err(fault) => self.fault = Some(fault),
        }
    }

    /// Puts an item into the view.
    fn fill(&mut self, item: &Item) {
        let whole = Value::Object(item.clone());
        match self.view {
            View::Plain => self.text = pretty(&export::plain_item(&whole)),
            View::Typed => self.text = print(&whole),
            View::Form => {
                self.rows.clear();
                for (name, kind) in self.keys.clone() {
                    let (kind, text) = item.get(&name).map_or((kind, String::new()), text_of);
                    self.push(name, kind, text, true);
                }
                for (name, value) in item {
                    if !self.keys.iter().any(|key| key.0 == *name) {
                        let (kind, text) = text_of(value);
                        self.push(name.clone(), kind, text, false);
                    }
                }
            }
        }
    }

    fn item_of_rows(&self) -> Result<Item, Fault> {
        let mut item = Item::new();
        let mut seen = BTreeMap::new();
        for row in &self.rows {
            if row.name.is_empty() && row.text.is_empty() {
                continue;
            }
            if row.name.is_empty() {
                return Err(Fault::Row(row.id, "The attribute needs a name.".to_owned()));
            }
            if seen.insert(&row.name, row.id).is_some() {
                return Err(Fault::Row(row.id, format!("There is an attribute {} already.", row.name)));
            }
            let value = value_of(&row.kind, &row.text).map_err(|message| Fault::Row(row.id, message))?;
            item.insert(row.name.clone(), value);
        }
        Ok(item)
    }
}

reducible!(Draft, DraftAction);

fn pairs(keys: &Keys) -> Vec<(String, String)> {
    keys.all().map(|key| (key.name.clone(), key.attribute_type.clone())).collect()
}

fn first(message: &str) -> Fault {
    Fault::Text(JsonFault { line: 1, column: 1, message: message.to_owned() })
}

/// Another type: a text that the new type cannot have makes room for its empty value, any other stays.
fn change_kind(row: &mut Row, kind: String) {
    if !TYPES.iter().any(|(known, _)| *known == kind) {
        return;
    }
    let is_empty = matches!(row.text.as_str(), "" | "{}" | "[]" | "true" | "false");
    if is_empty {
        row.text = match kind.as_str() {
            "M" => "{}".to_owned(),
            "L" | "SS" | "NS" | "BS" => "[]".to_owned(),
            "BOOL" => "true".to_owned(),
            _ => String::new(),
        };
    } else if kind == "BOOL" {
        row.text = "true".to_owned();
    } else if is_json(&kind) && kind != "M" && !is_json(&row.kind) {
        // One value becomes the first of the set or list.
        let element = if kind == "NS" && row.kind == "N" {
            row.text.clone()
        } else {
            Value::from(row.text.as_str()).to_string()
        };
        row.text = format!("[{element}]");
    }
    row.kind = kind;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::state::tables::KeyPart;

    fn keys() -> Keys {
        let part = |name: &str, kind: &str| KeyPart { name: name.into(), attribute_type: kind.into() };
        Keys { hash: vec![part("id", "S")], range: vec![part("at", "N")] }
    }

    fn item(value: Value) -> Item {
        value.as_object().cloned().expect("an object")
    }

    fn row_named<'a>(draft: &'a Draft, name: &str) -> &'a Row {
        draft.rows.iter().find(|row| row.name == name).expect("a row")
    }

    fn order() -> Item {
        item(json!({
            "id": { "S": "a" }, "at": { "N": "5" }, "tags": { "SS": ["x", "y"] },
            "to": { "M": { "city": { "S": "Ulm" } } },
        }))
    }

    #[test]
    fn a_new_item_begins_with_the_keys_and_is_unchanged_until_typed_in() {
        let mut draft = Draft::blank(&keys());
        let names: Vec<_> =
            draft.rows.iter().map(|row| (row.name.as_str(), row.kind.as_str(), row.key)).collect();
        assert_eq!(names, [("id", "S", true), ("at", "N", true)]);
        assert!(!draft.is_changed());
        draft.apply(DraftAction::Text(0, "a".into()));
        draft.apply(DraftAction::Text(1, "7".into()));
        draft.apply(DraftAction::Add);
        draft.apply(DraftAction::Name(2, "total".into()));
        draft.apply(DraftAction::Kind(2, "N".into()));
        draft.apply(DraftAction::Text(2, "1.50".into()));
        assert!(draft.is_changed());
        assert_eq!(
            draft.item(),
            Ok(item(json!({ "id": { "S": "a" }, "at": { "N": "7" }, "total": { "N": "1.50" } })))
        );
    }

    #[test]
    fn an_item_is_the_same_in_every_view() {
        let mut draft = Draft::of(order(), &keys(), View::Form);
        for view in [View::Plain, View::Typed, View::Plain, View::Form, View::Typed, View::Form] {
            draft.apply(DraftAction::Show(view));
            assert_eq!((draft.view, draft.item()), (view, Ok(order())));
            assert!(!draft.is_changed());
        }
        assert_eq!(
            draft.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
            ["id", "at", "tags", "to"]
        );
    }

    #[test]
    fn a_view_that_cannot_be_read_is_not_left_and_loses_nothing() {
        let mut draft = Draft::of(order(), &keys(), View::Plain);
        draft.apply(DraftAction::Whole("{\"id\": \"a\",\n \"at\": }".into()));
        draft.apply(DraftAction::Show(View::Form));
        assert_eq!((draft.view, draft.text.as_str()), (View::Plain, "{\"id\": \"a\",\n \"at\": }"));
        assert!(matches!(&draft.fault, Some(Fault::Text(fault)) if fault.line == 2));
        draft.apply(DraftAction::Whole("{\"id\": \"a\", \"at\": 5}".into()));
        assert_eq!(draft.fault, None);
        draft.apply(DraftAction::Show(View::Form));
        assert_eq!(draft.view, View::Form);
        let id = row_named(&draft, "at").id;
        draft.apply(DraftAction::Kind(id, "M".into()));
        draft.apply(DraftAction::Show(View::Typed));
        assert!(matches!(&draft.fault, Some(Fault::Row(row, _)) if *row == id));
        assert_eq!(row_named(&draft, "at").text, "5");
    }

    #[test]
    fn rows_without_a_name_or_with_the_same_are_found() {
        let mut draft = Draft::of(order(), &keys(), View::Form);
        draft.apply(DraftAction::Add);
        assert_eq!(draft.item(), Ok(order()), "an empty row is no attribute");
        let id = draft.rows.last().expect("a row").id;
        draft.apply(DraftAction::Text(id, "x".into()));
        assert_eq!(draft.item(), Err(Fault::Row(id, "The attribute needs a name.".into())));
        draft.apply(DraftAction::Name(id, "tags".into()));
        assert_eq!(draft.item(), Err(Fault::Row(id, "There is an attribute tags already.".into())));
        draft.apply(DraftAction::Remove(id));
        draft.apply(DraftAction::Remove(0));
        assert_eq!(draft.item(), Ok(order()), "a key attribute stays");
    }

    #[test]
    fn another_key_is_another_item() {
        let mut draft = Draft::of(order(), &keys(), View::Form);
        let id = row_named(&draft, "id").id;
        draft.apply(DraftAction::Text(id, "b".into()));
        assert!(draft.is_other_key());
        draft.apply(DraftAction::Text(id, "a".into()));
        assert!(!draft.is_other_key() && !draft.is_changed());
    }

    #[test]
    fn a_type_keeps_the_text_where_it_can() {
        let row = |kind: &str, text: &str, to: &str| {
            let mut row = Row { id: 0, name: "a".into(), kind: kind.into(), text: text.into(), key: false };
            change_kind(&mut row, to.into());
            row.text
        };
        assert_eq!(row("S", "12", "N"), "12");
        assert_eq!(row("S", "", "M"), "{}");
        assert_eq!(row("M", "{}", "S"), "");
        assert_eq!(row("S", "a", "SS"), "[\"a\"]");
        assert_eq!(row("N", "1.50", "NS"), "[1.50]");
        assert_eq!(row("S", "x", "M"), "x");
    }
}
