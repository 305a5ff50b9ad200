//! The words of PartiQL statements.
//!
//! Owns every message about a statement, from its text to its NextToken. Never reads one: `partiql` finds the fault.
//!
//! The wording follows answers of the service recorded in 2026 (paritysuite/dynamodb-conformance, and the captures in
//! floci-io/floci), and where those say nothing DynamoDB Local 3, which has the service's own translation of statements.

use std::fmt::{self, Display};

use super::expression::Fault;
use super::{ApiError, ErrorKind};

/// Where a token stands: line and column from 1, and its length, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// At least 1.
    pub length: u32,
}

impl Position {
    /// The place that a message tells at its end.
    pub fn told(message: &str) -> Option<Position> {
        let mut numbers = message.rsplit(' ').next()?.splitn(3, ':').map(|part| part.parse::<u32>().ok());
        let (line, column, length) = (numbers.next()??, numbers.next()??, numbers.next()??);
        (line > 0 && column > 0 && length > 0).then_some(Position { line, column, length })
    }
}

impl Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.line, self.column, self.length)
    }
}

/// A statement that cannot be read; `detail` is empty where the lexer gave up.
pub fn malformed(detail: impl Display) -> ApiError {
    ApiError::validation(format!("Statement wasn't well formed, can't be processed: {detail}"))
}

fn placed(message: impl Display, at: Position) -> ApiError {
    ApiError::validation(format!("{message} at {at}"))
}

/// A fault that expressions have as well: there it stands behind the parameter's name, here by itself.
pub fn fault(fault: &Fault) -> ApiError {
    ApiError::validation(fault.message())
}

/// A statement that is an expression.
pub fn unsupported_operation(name: &str) -> ApiError {
    ApiError::validation(format!("Unsupported operation: {name}"))
}

/// A statement of another kind, in a batch.
pub fn batch_operation() -> ApiError {
    ApiError::validation("Invalid operation. Only select, insert, update and delete operations are valid")
}

/// EXISTS, or another operator, outside of a transaction.
pub fn exists_outside_transaction() -> ApiError {
    ApiError::validation("EXISTS can only be used in ExecuteTransaction write requests.")
}

/// An expression that is no EXISTS, in a transaction.
pub fn unsupported_in_transaction() -> ApiError {
    ApiError::validation("Unsupported operation in transaction.")
}

/// A name for the table.
pub fn aliasing() -> ApiError {
    ApiError::validation("Aliasing is not supported")
}

/// A join, or several tables.
pub fn several_sources() -> ApiError {
    ApiError::validation("Only select from a single table or index is supported.")
}

/// FROM something that is no name.
pub fn unexpected_source() -> ApiError {
    ApiError::validation("Unexpected from source")
}

/// `FROM table[0]`.
pub fn source_list() -> ApiError {
    ApiError::validation("Invalid list expression in source.")
}

/// `FROM table.index.more`.
pub fn source_too_long() -> ApiError {
    ApiError::validation("A path may contain at most 2 components in the FROM clause")
}

/// `INSERT INTO table.more`.
pub fn insert_source() -> ApiError {
    ApiError::validation("FROM clause may only contain a single table name in data manipulation statements")
}

/// A name that is no table's.
pub fn table_name() -> ApiError {
    ApiError::validation(
        "Table name should be within the length [3, 255] and only contain 'a-z', 'A-Z', '0-9', '-', '_', '.'.",
    )
}

/// `""` in a path.
pub fn empty_component() -> ApiError {
    ApiError::validation("Path component cannot be an empty string")
}

/// A step of a path, or a selected expression, that is no name and no index.
pub fn unexpected_component(at: Position) -> ApiError {
    placed("Unexpected path component", at)
}

/// `a.*`.
pub fn unpivot_component(at: Position) -> ApiError {
    placed("Unpivot path component like a.*.b are not supported", at)
}

/// `a[*]`.
pub fn wildcard_component(at: Position) -> ApiError {
    placed("Wildcard path component like a[*].b are not supported", at)
}

/// A negative or huge index.
pub fn list_index(digits: &str, at: Position) -> ApiError {
    placed(format_args!("List index is not within the allowable range; index: [{digits}]"), at)
}

/// `SELECT a.*`.
pub fn hierarchy() -> ApiError {
    ApiError::validation("Changing item's hierarchy while reading isn't supported")
}

/// SELECT VALUE, PIVOT.
pub fn select_value() -> ApiError {
    ApiError::validation("Select projection doesn't support value or pivot keywords")
}

/// Two selected paths that end in one name.
pub fn duplicate_selected(name: &str) -> ApiError {
    ApiError::validation(format!("Duplicate identifiers in select clause: {name}"))
}

/// GROUP BY, HAVING, LIMIT, OFFSET.
pub fn unsupported_clause(name: &str, at: Option<Position>) -> ApiError {
    let message = format!("Unsupported clause: {name}");
    at.map_or_else(|| ApiError::validation(&message), |at| placed(&message, at))
}

/// A construct that no expression of DynamoDB has.
pub fn unsupported_token(name: &str, at: Option<Position>) -> ApiError {
    let message = format!("Unsupported token in expression: {name}");
    at.map_or_else(|| ApiError::validation(&message), |at| placed(&message, at))
}

/// A function that there is not.
pub fn unknown_function(name: &str, at: Position) -> ApiError {
    placed(format_args!("Unrecognized function: {name}"), at)
}

/// A condition's function in SET.
pub fn function_in_update(name: &str) -> ApiError {
    ApiError::validation(format!("The function is not allowed in an update expression; function: {name}"))
}

/// An update's function in WHERE.
pub fn function_in_condition(name: &str) -> ApiError {
    ApiError::validation(format!("The function is not allowed in a condition expression; function: {name}"))
}

/// A type's name in `attribute_type` that is none: the service lists the types in another order than for expressions.
pub fn unknown_type_name(name: &str) -> ApiError {
    ApiError::validation(format!(
        "Invalid attribute type name found; type: {name}, valid types: {{N,BS,L,B,NULL,M,S,SS,NS,BOOL}}"
    ))
}

/// An operator that conditions do not have.
pub fn condition_operator(name: &str) -> ApiError {
    ApiError::validation(format!("Unsupported operator in Condition Expression. Operator: {name}"))
}

/// An operator that updates do not have.
pub fn update_operator(name: &str) -> ApiError {
    ApiError::validation(format!("Unsupported operator in Update Expression. Operator: {name}"))
}

/// IS in SET.
pub fn is_in_update() -> ApiError {
    ApiError::validation("IS operator is not supported in update expressions")
}

/// WHERE with something that is no condition.
pub fn where_not_boolean() -> ApiError {
    ApiError::validation("WHERE clause must contain an expression that resolves to a boolean")
}

/// AND or OR of something that is no condition.
pub fn and_or_operand() -> ApiError {
    ApiError::validation("The arguments to AND/OR must be Expressions")
}

/// NOT of something that is no condition.
pub fn not_operand() -> ApiError {
    ApiError::validation("The argument to NOT must be a Type or Expression")
}

/// IN without a list.
pub fn in_operands() -> ApiError {
    ApiError::validation(
        "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq with \
         at least one member",
    )
}

/// `= MISSING`.
pub fn missing_literal() -> ApiError {
    ApiError::validation("MISSING must be compared using IS operator")
}

/// IS of something that is no name, path or literal.
pub fn is_operand() -> ApiError {
    ApiError::validation("The left hand side argument to IS must be a Variable Reference, Literal, or Path")
}

/// IS with a type that items do not have.
pub fn is_type(name: &str, at: Position) -> ApiError {
    placed(
        format_args!(
            "Unsupported data type for IS operator: {name}. Supported data types are [MISSING, NULL, BOOLEAN, BLOB, \
             STRING, NUMERIC, STRUCT, TUPLE, LIST]"
        ),
        at,
    )
}

/// Something that no attribute value is made of.
pub fn data_type(name: &str, root: &str, at: Position) -> ApiError {
    placed(format_args!("Unsupported data type: {name} under key {root}"), at)
}

/// A literal in backquotes.
pub fn ion_literal(name: &str, root: &str, at: Position) -> ApiError {
    placed(format_args!("Ion Literals are not supported: {name} under key {root}"), at)
}

/// `<<>>`.
pub fn empty_bag() -> ApiError {
    ApiError::validation("Empty bags are not supported")
}

/// A set of something else than numbers or strings; `at` where one member is neither.
pub fn bag_member(at: Option<Position>) -> ApiError {
    let message = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags";
    at.map_or_else(|| ApiError::validation(message), |at| placed(message, at))
}

/// A set literal with a string twice.
pub fn duplicate_strings(members: &[String]) -> ApiError {
    ApiError::validation(format!(
        "One or more parameter values were invalid: Input collection [{}] contains duplicates.",
        members.join(", ")
    ))
}

/// A set literal with a number twice.
pub fn duplicate_numbers(members: &[String], root: &str) -> ApiError {
    ApiError::validation(format!(
        "One or more parameter values were invalid: Input collection [{}] contains duplicates! under {root}",
        members.join(", ")
    ))
}

/// A map literal with a key twice.
pub fn duplicate_key(key: &str, root: &str, at: Position) -> ApiError {
    placed(format_args!("Duplicate keys in tuple. Key: {key} under {root}"), at)
}

/// A map literal with a key that is no string.
pub fn key_type(name: &str, root: &str, at: Position) -> ApiError {
    placed(format_args!("Tuple keys must be of type String. Actual type: {name} under {root}"), at)
}

/// `-0.0`.
pub fn negative_zero(root: &str, at: Position) -> ApiError {
    placed(format_args!("Negative zero decimal is not supported under key {root}"), at)
}

/// A literal's number or nesting that breaks a rule, with the place within the value.
pub fn under(message: &str, root: &str) -> ApiError {
    ApiError::validation(format!("{message} under {root}"))
}

/// Lists and maps that a literal nests too deeply.
pub fn literal_nested(root: &str) -> ApiError {
    under("Nesting Levels have exceeded supported limits", root)
}

/// The same of a parameter.
pub fn parameter_nested() -> ApiError {
    ApiError::validation(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
    )
}

/// More or fewer `?` than parameters.
pub fn parameter_count() -> ApiError {
    ApiError::validation("Number of parameters in request and statement don't match.")
}

/// INSERT of something that is no map literal.
pub fn insert_format(at: Position) -> ApiError {
    placed(
        "Unsupported format in item expression. Please use struct format {...} to express item values for insert \
         statement.",
        at,
    )
}

/// INSERT … VALUES, INSERT of several items.
pub fn insert_several() -> ApiError {
    ApiError::validation(
        "Unsupported operation: Inserting multiple items in a single statement is not supported, use \"INSERT INTO \
         tableName VALUE item\" instead",
    )
}

/// INSERT … AT.
pub fn insert_at(at: Position) -> ApiError {
    placed("AT is not supported in insert statements.", at)
}

/// INSERT … RETURNING.
pub fn insert_returning() -> ApiError {
    ApiError::validation("RETURNING is not supported in INSERT")
}

/// UPDATE … INSERT INTO.
pub fn insert_from(at: Position) -> ApiError {
    placed("Unsupported FROM ... WHERE ... clause in INSERT statement.", at)
}

/// RETURNING with several elements.
pub fn several_returning() -> ApiError {
    ApiError::validation("Invalid syntax with multiple returning elements in RETURNING clause")
}

/// RETURNING of something else than `*`.
pub fn returning_column() -> ApiError {
    ApiError::validation("Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause")
}

/// DELETE … RETURNING of anything but ALL OLD *.
pub fn delete_returning(what: &str) -> ApiError {
    ApiError::validation(format!(
        "Invalid returning clause: RETURNING {what} *. Only RETURNING ALL OLD * is allowed in DELETE statements."
    ))
}

/// SET_ADD or SET_DELETE without exactly two arguments.
pub fn set_operation_count(name: &str, at: Position) -> ApiError {
    placed(format_args!("{name} must have exactly two arguments"), at)
}

/// SET_ADD or SET_DELETE of another attribute than the one that is assigned.
pub fn set_operation_first(name: &str, at: Position) -> ApiError {
    placed(format_args!("The first argument to {name} must equal the assignment value"), at)
}

/// SET_ADD or SET_DELETE of something that is no set.
pub fn set_operation_second(name: &str, at: Position) -> ApiError {
    placed(format_args!("The second argument to {name} must be a value with type SET"), at)
}

/// A write without its item's whole key.
pub fn incomplete_key() -> ApiError {
    ApiError::validation("Where clause does not contain a mandatory equality on all key attributes")
}

/// A write with two values for one key attribute.
pub fn multiple_conditions(name: &str) -> ApiError {
    ApiError::validation(format!(
        "Multiple conditions on same key {name}. Only single item Update/Insert/Delete are supported"
    ))
}

/// A condition within a key attribute.
pub fn nested_key(name: &str) -> ApiError {
    ApiError::validation(format!(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key {name}"
    ))
}

/// An inserted item without a key attribute.
pub fn key_absent(name: &str) -> ApiError {
    ApiError::validation(format!("Key attribute should be present in the item: Key {name}"))
}

/// A key attribute's value is of another type than the schema says.
pub fn key_mismatch(name: &str) -> ApiError {
    ApiError::validation(format!(
        "Key attribute's data type should match its data type in table's schema: Key {name}"
    ))
}

/// A write into an index.
pub fn write_to_index() -> ApiError {
    ApiError::validation("This operation is not supported on an index")
}

/// The table has no such index.
pub fn index_not_found() -> ApiError {
    ApiError::validation("The table does not have the specified index")
}

/// A read of an index whose key has several HASH or several RANGE attributes.
pub fn multi_attribute_key() -> ApiError {
    ApiError::validation(
        "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys.",
    )
}

/// ConsistentRead of a global index.
pub fn consistent_read_on_global_index() -> ApiError {
    ApiError::validation("Strongly consistent read is not supported on Global Secondary Indexes")
}

/// A keyed read of an index that filters on what the index does not hold.
pub fn filter_not_projected(index: &str, names: &[&str]) -> ApiError {
    ApiError::validation(format!(
        "One or more parameter values were invalid: Secondary index {index} does not project one or more filter \
         attributes: [{}]",
        names.join(", ")
    ))
}

/// Two branches of OR that select one item.
pub fn overlapping() -> ApiError {
    ApiError::validation("Overlapping conditions with range keys are not supported in where clause")
}

/// More than 50 reads out of one statement.
pub fn too_many_reads() -> ApiError {
    ApiError::validation("Too many decomposed read operations for a given query.")
}

/// ORDER BY without WHERE.
pub fn order_without_where() -> ApiError {
    ApiError::validation("Must have WHERE clause in the statement when using ORDER BY clause.")
}

/// ORDER BY of a scan.
pub fn order_without_hash() -> ApiError {
    ApiError::validation(
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
    )
}

/// ORDER BY over several partition keys, without the partition key.
pub fn order_lacks_hash() -> ApiError {
    ApiError::validation(
        "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.",
    )
}

/// ORDER BY an attribute that is no key.
pub fn order_by_other(name: &str) -> ApiError {
    ApiError::validation(format!("Attribute {name} in ORDER BY clause must be part of the primary key"))
}

/// ORDER BY an expression.
pub fn order_by_expression(shown: &str) -> ApiError {
    ApiError::validation(format!("Argument to ORDER BY must be of type VariableReference. Type: {shown}"))
}

/// An INSERT of a key that is taken.
pub const DUPLICATE_ITEM: &str = "Duplicate primary key exists in table";

/// See [`DUPLICATE_ITEM`].
pub fn duplicate_item() -> ApiError {
    ApiError::new(ErrorKind::DuplicateItem, DUPLICATE_ITEM)
}

/// A NextToken that is none.
pub fn next_token_invalid() -> ApiError {
    ApiError::validation("Invalid NextToken")
}

/// A NextToken of another statement.
pub fn next_token_mismatch() -> ApiError {
    ApiError::validation("NextToken does not match request")
}

/// Reads and writes in one batch.
pub fn batch_mixed() -> ApiError {
    ApiError::validation("Read and write requests together in the same batch is not supported.")
}

/// A batch's SELECT that does not name one item of the table by its key, and nothing else.
pub fn batch_select() -> ApiError {
    ApiError::validation(
        "Select statements within BatchExecuteStatement must specify the primary key in the where clause.",
    )
}

/// Reads and writes in one transaction.
pub fn transaction_mixed() -> ApiError {
    ApiError::validation(
        "ExecuteTransaction API does not support both read and write operations in the same request.",
    )
}

/// A transaction's SELECT that does not name one item of the table by its key, and nothing else.
pub fn transaction_select() -> ApiError {
    ApiError::validation(
        "Select statements within ExecuteTransaction must specify the primary key in the where clause.",
    )
}

/// A transaction's SELECT from an index.
pub fn transaction_index() -> ApiError {
    ApiError::validation("Reads on indices are not supported within transactions.")
}

/// EXISTS over an index.
pub fn exists_index() -> ApiError {
    ApiError::validation("Operations on indices are not supported in transactions")
}

/// EXISTS that does not name one item and a condition.
pub fn exists_condition() -> ApiError {
    ApiError::validation("EXISTS() must contain a single item read with additional condition")
}

/// RETURNING in a transaction.
pub fn transaction_returning() -> ApiError {
    ApiError::validation("RETURNING clause is not supported in ExecuteTransaction.")
}

/// A fault of one statement of a transaction.
pub fn in_transaction(at: usize, error: ApiError) -> ApiError {
    let message = format!("Validation failed in TransactStatements[{at}]: {}", error.message);
    ApiError { message, ..error }
}

/// The code of a statement's error in the answer of a batch.
pub fn batch_code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ConditionalCheckFailed => "ConditionalCheckFailed",
        ErrorKind::DuplicateItem => "DuplicateItem",
        ErrorKind::InternalServerError => "InternalServerError",
        ErrorKind::ItemCollectionSizeLimitExceeded => "ItemCollectionSizeLimitExceeded",
        ErrorKind::ProvisionedThroughputExceeded => "ProvisionedThroughputExceeded",
        ErrorKind::RequestLimitExceeded => "RequestLimitExceeded",
        ErrorKind::ResourceNotFound => "ResourceNotFound",
        ErrorKind::Throttling => "ThrottlingError",
        ErrorKind::TransactionConflict => "TransactionConflict",
        _ => "ValidationError",
    }
}
