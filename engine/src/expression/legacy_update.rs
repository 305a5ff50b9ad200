//! AttributeUpdates, which UpdateExpression replaced, as the same actions.
//!
//! Owns what PUT, ADD and DELETE take; ADD appends to a list here, as no expression's does. What they do to an item is in
//! `update_apply`.
//!
//! Follows [AttributeUpdates](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html).

use super::update::{Action, Change, Expression, Update, long_name};
use crate::api::item::{AttributeUpdates, AttributeValueUpdate};
use crate::error::Result;
use crate::error::constraint::{Constraint, Violations};
use crate::error::legacy::Layer;
use crate::model::{AttributeType, DocumentPath};

/// Notes actions that are none.
pub fn check_actions(violations: &mut Violations, updates: Option<&AttributeUpdates>) {
    const ACTIONS: &[&str] = &["ADD", "DELETE", "PUT"];
    for (attribute, update) in updates.into_iter().flatten() {
        if let Some(action) = update.action.as_deref().filter(|action| !ACTIONS.contains(action)) {
            let member = format!("attributeUpdates.{attribute}.member.action");
            violations.add(Some(&action), &member, Constraint::Enum(ACTIONS));
        }
    }
}

/// The update that AttributeUpdates ask for. The actions' names were checked.
pub fn attribute_updates(updates: AttributeUpdates, layer: Layer) -> Result<Update> {
    if updates.contains_key("") {
        return Err(layer.empty_name());
    }
    let mut actions = Vec::with_capacity(updates.len());
    for (attribute, update) in updates {
        actions.push(Action { path: DocumentPath::attribute(attribute), change: change(update, layer)? });
    }
    Ok(Update::from_attribute_updates(actions))
}

fn change(update: AttributeValueUpdate, layer: Layer) -> Result<Change> {
    use AttributeType::{Bs, L, N, Ns, Ss};
    let value = update.value.map(|value| value.read().map_err(|error| layer.value(error))).transpose()?;
    match (update.action.as_deref().unwrap_or("PUT"), value) {
        ("DELETE", None) => Ok(Change::Remove),
        (_, None) => Err(layer.update_without_value()),
        ("PUT", Some(value)) => Ok(Change::Set(Expression::Value(value))),
        (action, Some(value)) => match (action, value.attribute_type()) {
            ("ADD", N | Ss | Ns | Bs | L) => Ok(Change::Add(value)),
            ("DELETE", Ss | Ns | Bs) => Ok(Change::Delete(value)),
            (action, refused) => Err(layer.update_type(action, long_name(refused))),
        },
    }
}
