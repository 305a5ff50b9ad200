//! The tables of a real endpoint that were named by hand: a key may be let to its tables and not to ListTables.
//!
//! Owns the list, in memory alone as all of the connection is, and how it is read out of what was typed.

use std::rc::Rc;

use yew::Reducible;

use crate::state::design::check::odd_character;

/// The names; none where the endpoint lists its tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    /// In the order in which they were named.
    pub list: Option<Rc<Vec<String>>>,
}

/// What can happen to them.
pub enum NamedAction {
    /// Another connection, with these.
    Begin(Option<Vec<String>>),
    /// One more: it was named, or made.
    Add(String),
}

impl Reducible for Named {
    type Action = NamedAction;

    fn reduce(self: Rc<Self>, action: NamedAction) -> Rc<Self> {
        match (action, &self.list) {
            (NamedAction::Begin(list), _) => Rc::new(Named { list: list.map(Rc::new) }),
            (NamedAction::Add(name), Some(list)) if !list.contains(&name) => {
                let longer = list.iter().cloned().chain([name]).collect();
                Rc::new(Named { list: Some(Rc::new(longer)) })
            }
            // Who lists tables finds it there.
            (NamedAction::Add(_), _) => self,
        }
    }
}

/// The names in a text, apart by commas or blanks, each once; none where there is none, or what cannot be one.
pub fn names_in(text: &str) -> Result<Option<Vec<String>>, String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|name| !name.is_empty()) {
        if let Some(odd) = odd_character(name) {
            return Err(format!("{name} is no table’s name: “{odd}” cannot stand in one."));
        }
        if names.iter().all(|other| other != name) {
            names.push(name.to_owned());
        }
    }
    Ok((!names.is_empty()).then_some(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_once_each_and_one_that_is_made_comes_along() {
        assert_eq!(names_in(" "), Ok(None));
        let names = names_in("Orders, Users\nOrders").expect("names");
        assert_eq!(names, Some(vec!["Orders".to_owned(), "Users".to_owned()]));
        assert!(names_in("a/b").is_err_and(|why| why.contains("a/b")));
        let named = Rc::new(Named::default()).reduce(NamedAction::Add("T".into()));
        assert_eq!(named.list, None, "the endpoint lists them");
        let named = named.reduce(NamedAction::Begin(names)).reduce(NamedAction::Add("T".into()));
        let named = named.reduce(NamedAction::Add("T".into()));
        assert_eq!(named.list.as_ref().map(|list| list.len()), Some(3));
    }
}
