//! The words for the parameters that expressions replaced: Expected, AttributeUpdates, KeyConditions, QueryFilter,
//! ScanFilter, ConditionalOperator, AttributesToGet.
//!
//! As architect/dynalite published them and DynamoDB Local 3 still answers; that the single-item writes put them in the
//! framework's envelope was recorded in October 2026 by paritysuite/dynamodb-conformance.

use std::fmt::Display;

use super::ApiError;
use super::expression::Envelope;
use super::table::invalid;
use super::value::ValueError;

/// Which of the service's layers reads an operation's conditions, which shows in its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// PutItem, UpdateItem, DeleteItem (counted); Query (bare).
    Current(Envelope),
    /// Scan.
    Older,
}

impl Layer {
    /// A value that is none.
    pub fn value(self, error: ValueError) -> ApiError {
        match self {
            Layer::Current(envelope) => error.refuse(envelope),
            Layer::Older => ApiError::from(error),
        }
    }

    /// Any other fault found before a table is looked at.
    pub fn refuse(self, message: impl Display) -> ApiError {
        match self {
            Layer::Current(envelope) => envelope.refuse(message),
            Layer::Older => ApiError::validation(message.to_string()),
        }
    }

    fn invalid(self, detail: impl Display) -> ApiError {
        self.refuse(invalid(detail).message)
    }

    /// An attribute without a name.
    pub fn empty_name(self) -> ApiError {
        self.refuse("Empty attribute name")
    }

    /// `Exists: true` (or none) without a value.
    pub fn value_missing(self, attribute: &str, exists: Option<bool>) -> ApiError {
        let exists = if exists.is_some() { "true" } else { "null" };
        self.invalid(format_args!(
            "Value must be provided when Exists is {exists} for Attribute: {attribute}"
        ))
    }

    /// `Exists: false` with a value.
    pub fn value_not_expected(self, attribute: &str) -> ApiError {
        self.invalid(format_args!("Value cannot be used when Exists is false for Attribute: {attribute}"))
    }

    /// `Value` and `AttributeValueList`.
    pub fn value_and_list(self, attribute: &str) -> ApiError {
        self.invalid(format_args!(
            "Value and AttributeValueList cannot be used together for Attribute: {attribute}"
        ))
    }

    /// `Exists` and `ComparisonOperator`.
    pub fn exists_and_operator(self, attribute: &str) -> ApiError {
        self.invalid(format_args!(
            "Exists and ComparisonOperator cannot be used together for Attribute: {attribute}"
        ))
    }

    /// `AttributeValueList` alone.
    pub fn list_without_operator(self, attribute: &str) -> ApiError {
        self.invalid(format_args!(
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: {attribute}"
        ))
    }

    /// An operator that compares, with nothing to compare with.
    pub fn operator_without_value(self, operator: &str, attribute: &str) -> ApiError {
        self.invalid(format_args!(
            "Value or AttributeValueList must be used with ComparisonOperator: {operator} for Attribute: {attribute}"
        ))
    }

    /// Too many values for the operator, or too few.
    pub fn argument_count(self, operator: &str) -> ApiError {
        self.invalid(format_args!("Invalid number of argument(s) for the {operator} ComparisonOperator"))
    }

    /// Values of several types.
    pub fn argument_types(self) -> ApiError {
        self.invalid("AttributeValues inside AttributeValueList must be of same type")
    }

    /// A value of a type that the operator does not take.
    pub fn argument_type(self, operator: &str, type_name: &str) -> ApiError {
        self.invalid(format_args!(
            "ComparisonOperator {operator} is not valid for {type_name} AttributeValue type"
        ))
    }

    /// BETWEEN with bounds the wrong way round.
    pub fn between_order(self) -> ApiError {
        self.refuse(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
        )
    }

    /// ConditionalOperator with nothing to join.
    pub fn operator_without_conditions(self) -> ApiError {
        self.refuse("ConditionalOperator cannot be used without Filter or Expected")
    }

    /// ConditionalOperator with one condition.
    pub fn operator_with_one_condition(self) -> ApiError {
        self.refuse("ConditionalOperator can only be used when Filter or Expected has two or more elements")
    }

    /// A ConditionalOperator that is none. Sic: the service lists ALL for AND.
    pub fn unknown_conditional_operator(self) -> ApiError {
        self.refuse("Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]")
    }

    /// PUT or ADD without a value.
    pub fn update_without_value(self) -> ApiError {
        self.invalid("Only DELETE action is allowed when no attribute value is specified")
    }

    /// ADD or DELETE with a value of a type that it does not take; the type under its long name.
    pub fn update_type(self, action: &str, type_name: &str) -> ApiError {
        let with = if action == "DELETE" { " with value" } else { "" };
        self.invalid(format_args!("{action} action{with} is not supported for the type {type_name}"))
    }

    /// AttributesToGet with an attribute twice.
    pub fn duplicate_attribute(self, name: &str) -> ApiError {
        self.invalid(format_args!("Duplicate value in attribute name: {name}"))
    }

    /// Parameters of both kinds: their names, joined by commas.
    pub fn mixed(self, legacy: &str, expressions: &str) -> ApiError {
        self.refuse(format_args!(
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \
             {{{legacy}}} Expression parameters: {{{expressions}}}"
        ))
    }
}

/// KeyConditions without a condition.
pub fn key_conditions_empty() -> ApiError {
    ApiError::validation("Conditions must be at least length 1")
}

/// KeyConditions with an operator that no index can follow.
pub fn not_indexable() -> ApiError {
    ApiError::validation("Attempted conditional constraint is not an indexable operation")
}

/// A QueryFilter on a key attribute.
pub fn query_filter_on_key(name: &str) -> ApiError {
    ApiError::validation(format!(
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: {name}"
    ))
}

/// ADD or DELETE on an attribute of another type.
pub fn update_type_mismatch() -> ApiError {
    ApiError::validation("Type mismatch for attribute to update")
}
