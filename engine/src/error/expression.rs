//! What is wrong with an expression, in the service's words.
//!
//! Owns every message about ConditionExpression, FilterExpression, KeyConditionExpression, UpdateExpression,
//! ProjectionExpression and their placeholders. Never looks at an expression: `expression` finds the fault.
//!
//! The wording follows answers of the service and of DynamoDB Local 3; the envelope around faults of a write is
//! the validation framework of 2026 as recorded in paritysuite/dynamodb-conformance.

use std::fmt::Display;
use std::ops::Range;

use super::ApiError;

/// Which parameter an expression was given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ExpressionKind {
    ConditionExpression,
    FilterExpression,
    KeyConditionExpression,
    ProjectionExpression,
    SearchConditionExpression,
    UpdateExpression,
}

impl ExpressionKind {
    /// The parameter's name.
    pub fn name(self) -> &'static str {
        match self {
            ExpressionKind::ConditionExpression => "ConditionExpression",
            ExpressionKind::FilterExpression => "FilterExpression",
            ExpressionKind::KeyConditionExpression => "KeyConditionExpression",
            ExpressionKind::ProjectionExpression => "ProjectionExpression",
            ExpressionKind::SearchConditionExpression => "SearchConditionExpression",
            ExpressionKind::UpdateExpression => "UpdateExpression",
        }
    }
}

/// How a request words the faults of its expressions: the single-item writes count them, as the framework of 2026
/// does; reads do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// PutItem, UpdateItem, DeleteItem: `1 validation error detected: …`.
    Counted,
    /// Everything else.
    Bare,
}

impl Envelope {
    /// The exception for a fault found before any table is looked at.
    pub fn refuse(self, message: impl Display) -> ApiError {
        ApiError::validation(match self {
            Envelope::Counted => format!("1 validation error detected: {message}"),
            Envelope::Bare => message.to_string(),
        })
    }
}

/// What in an expression's text a fault is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The expression as a whole.
    Whole,
    /// These bytes.
    Bytes(Range<usize>),
    /// This word: an attribute, a placeholder, a function.
    Word(String),
}

/// What is wrong inside one expression, before its kind is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(Box<Said>);

/// What it is and what it is about: behind a pointer, since the parser's frames hold it at every depth.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    message: String,
    about: About,
}

impl Fault {
    fn about_that(message: String, about: About) -> Fault {
        Fault(Box::new(Said { message, about }))
    }

    fn whole(message: String) -> Fault {
        Fault::about_that(message, About::Whole)
    }

    fn word(word: &str, message: String) -> Fault {
        Fault::about_that(message, About::Word(word.to_owned()))
    }

    /// What it is about.
    pub fn about(&self) -> &About {
        &self.0.about
    }

    /// The message by itself, as PartiQL has it.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The message with the parameter's name before it.
    pub fn within(&self, kind: ExpressionKind) -> String {
        format!("Invalid {}: {}", kind.name(), self.0.message)
    }
}

/// An expression without a character in it.
pub fn empty() -> Fault {
    Fault::whole("The expression can not be empty;".into())
}

/// More than 4 KB; conditions of every kind say how much.
pub fn too_long(size_bytes: Option<usize>) -> Fault {
    let size = size_bytes.map_or(String::new(), |bytes| format!(" expression size: {bytes}"));
    Fault::whole(format!("Expression size has exceeded the maximum allowed size;{size}"))
}

/// A token that the grammar does not allow there, the bytes `at`; `near` is the text from the token before to the token after.
pub fn syntax(token: &str, near: &str, at: Range<usize>) -> Fault {
    let message = format!("Syntax error; token: \"{token}\", near: \"{near}\"");
    Fault::about_that(message, About::Bytes(at))
}

/// `((a = :v))`.
pub fn redundant_parentheses() -> Fault {
    Fault::whole("The expression has redundant parentheses;".into())
}

/// A second SET (REMOVE, ADD, DELETE) section.
pub fn section_twice(section: &str) -> Fault {
    Fault::word(section, format!("The \"{section}\" section can only be used once in an update expression;"))
}

/// A reserved word as an attribute name, as it was written.
pub fn reserved_word(word: &str) -> Fault {
    Fault::word(word, format!("Attribute name is a reserved keyword; reserved keyword: {word}"))
}

/// A list index above 2^31 - 1.
pub fn list_index(digits: &str) -> Fault {
    Fault::whole(format!("List index is not within the allowable range; index: [{digits}]"))
}

/// A path of more than 32 steps.
pub fn path_too_deep(levels: usize) -> Fault {
    Fault::whole(format!("The document path has too many nesting levels; nesting levels: {levels}"))
}

/// `#name` without an entry.
pub fn undefined_name(placeholder: &str) -> Fault {
    Fault::word(
        placeholder,
        format!(
            "An expression attribute name used in the document path is not defined; attribute name: {placeholder}"
        ),
    )
}

/// `:value` without an entry.
pub fn undefined_value(placeholder: &str) -> Fault {
    Fault::word(
        placeholder,
        format!(
            "An expression attribute value used in expression is not defined; attribute value: {placeholder}"
        ),
    )
}

/// More operators than the limit; the service stops counting one above it.
pub fn too_many_operators(count: usize) -> Fault {
    Fault::whole(format!("The expression contains too many operators; operator count: {count}"))
}

/// More than 100 operands of IN.
pub fn too_many_in_operands(count: usize) -> Fault {
    Fault::whole(format!("The IN operator is provided with too many operands; number of operands: {count}"))
}

/// No function has that name.
pub fn unknown_function(name: &str) -> Fault {
    Fault::word(name, format!("Invalid function name; function: {name}"))
}

/// An update's function in a condition, or the other way round.
pub fn function_not_allowed(name: &str, kind: ExpressionKind) -> Fault {
    let place = match kind {
        ExpressionKind::UpdateExpression => "an update expression",
        _ => "a condition expression",
    };
    Fault::word(name, format!("The function is not allowed in {place}; function: {name}"))
}

/// `size(a)` as a condition, `attribute_exists(a)` as an operand.
pub fn function_misplaced(name: &str) -> Fault {
    Fault::word(
        name,
        format!("The function is not allowed to be used this way in an expression; function: {name}"),
    )
}

/// The wrong number of operands.
pub fn operand_count(function: &str, count: usize) -> Fault {
    Fault::word(
        function,
        format!(
            "Incorrect number of operands for operator or function; operator or function: {function}, number of operands: {count}"
        ),
    )
}

/// An operand of a type that can never do.
pub fn operand_type(operator: &str, operand: &str) -> Fault {
    Fault::word(
        operator,
        format!(
            "Incorrect operand type for operator or function; operator or function: {operator}, operand type: {operand}"
        ),
    )
}

/// An operand of ADD or DELETE of a type that can never do; the type under its long name.
pub fn section_operand_type(section: &str, operand: &str) -> Fault {
    Fault::word(
        section,
        format!(
            "Incorrect operand type for operator or function; operator: {section}, operand type: {operand}, typeSet: ALLOWED_FOR_{section}_OPERAND"
        ),
    )
}

/// A function's first operand must be a path.
pub fn path_required(function: &str) -> Fault {
    Fault::word(
        function,
        format!("Operator or function requires a document path; operator or function: {function}"),
    )
}

/// `a = a`.
pub fn operands_not_distinct(operator: &str, path: &str) -> Fault {
    Fault::word(
        operator,
        format!(
            "The first operand must be distinct from the remaining operands for this operator or function; operator: {operator}, first operand: {path}"
        ),
    )
}

/// BETWEEN with bounds the wrong way round.
pub fn between_order(low: &str, high: &str) -> Fault {
    Fault::whole(format!(
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {low}, upper bound operand: AttributeValue: {high}"
    ))
}

/// BETWEEN with bounds of two types.
pub fn between_types(low: &str, high: &str) -> Fault {
    Fault::whole(format!(
        "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {low}, upper bound operand: AttributeValue: {high}"
    ))
}

/// `attribute_type(a, :t)` with no type's name.
pub fn unknown_type_name(name: &str) -> Fault {
    Fault::whole(format!(
        "Invalid attribute type name found; type: {name}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
    ))
}

/// Two paths of which one holds the other.
pub fn paths_overlap(one: &str, two: &str) -> Fault {
    Fault::whole(format!(
        "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: {one}, path two: {two}"
    ))
}

/// Two paths that want one place to be a map and a list.
pub fn paths_conflict(one: &str, two: &str) -> Fault {
    Fault::whole(format!(
        "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: {one}, path two: {two}"
    ))
}

/// ExpressionAttributeNames without an expression.
pub const NAMES_WITHOUT_EXPRESSION: &str =
    "ExpressionAttributeNames can only be specified when using expressions";

/// ExpressionAttributeValues without an expression that could use them; `missing` says which are not there,
/// `ConditionExpression is null`, and is left out inside the envelope.
pub fn values_without_expression(missing: &str, envelope: Envelope) -> ApiError {
    let message = "ExpressionAttributeValues can only be specified when using expressions";
    match envelope {
        Envelope::Counted => envelope.refuse(message),
        Envelope::Bare => envelope.refuse(format_args!("{message}: {missing}")),
    }
}

/// An empty map of placeholders; `map` is the parameter's name.
pub fn placeholders_empty(map: &str) -> String {
    format!("{map} must not be empty")
}

/// A placeholder that is not `#` or `:` and letters, digits, `_`.
pub fn placeholder_syntax(map: &str, key: &str) -> String {
    format!("{map} contains invalid key: Syntax error; key: \"{key}\"")
}

/// The names, or the values, are too many bytes in all.
pub fn placeholders_too_large(map: &str) -> String {
    format!("{map} exceeds max size")
}

/// Names and values are too many bytes together.
pub const PLACEHOLDERS_TOO_LARGE: &str =
    "Combined size of ExpressionAttributeNames and ExpressionAttributeValues exceeds max size";

/// A placeholder of more than 255 characters.
pub fn placeholder_too_long(map: &str, size: usize) -> String {
    format!(
        "{map} contains invalid key: The expression attribute map contains a key that is too long; size of key: {size}"
    )
}

/// A placeholder for no attribute name.
pub fn name_empty(key: &str) -> String {
    format!("ExpressionAttributeNames contains invalid value: Empty attribute name for key {key}")
}

/// A placeholder for too long an attribute name.
pub fn name_too_long(key: &str) -> String {
    format!(
        "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than 65536 bytes for key {key}"
    )
}

/// Placeholders that no expression used.
pub fn placeholders_unused(map: &str, keys: &[&str]) -> String {
    format!("Value provided in {map} unused in expressions: keys: {{{}}}", keys.join(", "))
}

/// An operator that a key condition cannot have.
pub fn key_condition_operator(operator: &str) -> ApiError {
    ApiError::validation(format!("Invalid operator used in KeyConditionExpression: {operator}"))
}

/// `p = q`.
pub fn key_condition_two_names() -> ApiError {
    ApiError::validation(
        "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
    )
}

/// `:v = :w`.
pub fn key_condition_no_name() -> ApiError {
    ApiError::validation("Invalid condition in KeyConditionExpression: No key attribute specified")
}

/// `:v BETWEEN p AND :w`.
pub fn key_condition_operand_order(operator: &str) -> ApiError {
    ApiError::validation(format!(
        "Invalid condition in KeyConditionExpression: {operator} operator must have the key attribute as its first operand"
    ))
}

/// `size(p) = :v`.
pub fn key_condition_nested() -> ApiError {
    ApiError::validation("KeyConditionExpressions cannot contain nested operations")
}

/// `a.x = :v` on what is no key attribute.
pub fn key_condition_nested_attribute() -> ApiError {
    ApiError::validation("KeyConditionExpressions cannot have conditions on nested attributes")
}

/// Two conditions on one attribute.
pub fn key_condition_repeated() -> ApiError {
    ApiError::validation(
        "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
    )
}

/// `p.x = :v`, in a key condition or a filter.
pub fn key_attribute_not_scalar(name: &str) -> ApiError {
    ApiError::validation(format!(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: {name}"
    ))
}

/// `SET x.y = :v` on an index's key attribute x (recorded from the service by scylladb's alternator tests).
pub fn index_key_not_scalar(name: &str) -> ApiError {
    ApiError::validation(format!(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: {name}"
    ))
}

/// More conditions than the key has attributes.
pub fn key_condition_count(conditions: usize, attributes: usize) -> ApiError {
    ApiError::validation(format!(
        "The number of query conditions ({conditions}) exceeds the number of key attributes defined in the schema ({attributes})"
    ))
}

/// A key condition that no query can follow.
pub fn key_condition_not_supported() -> ApiError {
    ApiError::validation("Query key condition not supported")
}

/// A condition on something else than this key attribute.
pub fn key_condition_missing(name: &str) -> ApiError {
    ApiError::validation(format!("Query condition missed key schema element: {name}"))
}

/// HASH attributes of a multi-attribute key without an equality.
pub fn hash_equality_missing(names: &[&str]) -> ApiError {
    ApiError::validation(format!(
        "HASH key attributes {} must have equality conditions specified in the query",
        names.join(", ")
    ))
}

/// RANGE attributes of a multi-attribute key without an equality before one with a condition.
pub fn range_equality_missing(names: &[&str], because: &str) -> ApiError {
    ApiError::validation(format!(
        "RANGE key attributes {} must have equality conditions specified in the query because a condition is present on key attribute {because}",
        names.join(", ")
    ))
}

/// A value of another type than the key attribute's.
pub fn key_condition_type() -> ApiError {
    ApiError::validation(
        "One or more parameter values were invalid: Condition parameter type does not match schema type",
    )
}

/// An empty string or binary as a key's value; `index` where an index is queried, `type_name` is `string` or `binary`.
pub fn key_condition_empty_value(name: &str, type_name: &str, index: Option<&str>) -> ApiError {
    ApiError::validation(match index {
        None => format!(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {type_name} value. Key: {name}"
        ),
        Some(index) => format!(
            "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty {type_name} value. IndexName: {index}, IndexKey: {name}"
        ),
    })
}

/// A filter on a key attribute.
pub fn filter_on_key(name: &str) -> ApiError {
    ApiError::validation(format!(
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}"
    ))
}

/// An update of a key attribute.
pub fn update_of_key(name: &str) -> ApiError {
    ApiError::validation(format!(
        "One or more parameter values were invalid: Cannot update attribute {name}. This attribute is part of the key"
    ))
}

/// The update reads what is not there.
pub fn update_attribute_missing() -> ApiError {
    ApiError::validation("The provided expression refers to an attribute that does not exist in the item")
}

/// The update reads a value of another type than its operator takes.
pub fn update_operand_type() -> ApiError {
    ApiError::validation("An operand in the update expression has an incorrect data type")
}

/// The update writes where no map or list is.
pub fn update_path_invalid() -> ApiError {
    ApiError::validation("The document path provided in the update expression is invalid for update")
}

/// A sum that no Number can hold. The service answers this for too many digits as well.
pub fn number_overflow() -> ApiError {
    ApiError::validation(
        "Number overflow. Attempting to store a number with magnitude larger than supported range",
    )
}

/// A sum closer to zero than a Number can be.
pub fn number_underflow() -> ApiError {
    ApiError::validation(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    )
}
