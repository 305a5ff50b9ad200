//! Exceptions explained: one sentence of why, and the rule's number where it has one.
//!
//! A table of patterns, nothing else; the exception's own words are never changed or replaced. The first row that fits is
//! taken, so the particular stand before the general. Follows
//! [Error handling](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html) and
//! [Quotas](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html).

use crate::protocol::ClientError;

/// One sentence for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson {
    exception: &'static str,
    /// Every one of these occurs in the message, in small letters.
    pattern: &'static [&'static str],
    /// Why it happens.
    pub why: &'static str,
    /// The rule, with its number.
    pub rule: Option<&'static str>,
}

const fn lesson(
    exception: &'static str,
    pattern: &'static [&'static str],
    why: &'static str,
    rule: Option<&'static str>,
) -> Lesson {
    Lesson { exception, pattern, why, rule }
}

const VALIDATION: &str = "ValidationException";

/// The particular before the general.
static LESSONS: &[Lesson] = &[
    lesson(
        VALIDATION,
        &["reserved keyword"],
        "The name is one of DynamoDB's reserved words. Write a placeholder such as #s in the expression and give the name in ExpressionAttributeNames.",
        Some("573 reserved words, in any case of letters"),
    ),
    lesson(
        VALIDATION,
        &["item size", "exceeded"],
        "An item counts the bytes of its attribute names and of its values together. Move large content elsewhere, or split the item.",
        Some("400 KB an item"),
    ),
    lesson(
        VALIDATION,
        &["key element does not match the schema"],
        "A key must have exactly the table's key attributes, each of its declared type: no more, no fewer, no others.",
        None,
    ),
    lesson(
        VALIDATION,
        &["missing the key"],
        "Every item carries its whole primary key: the partition key and, where the table has one, the sort key.",
        None,
    ),
    lesson(
        VALIDATION,
        &["query condition missed key schema element"],
        "A Query names one partition key by equality; a condition on the sort key is optional, one on any other attribute is a filter.",
        None,
    ),
    lesson(
        VALIDATION,
        &["query key condition not supported"],
        "The partition key is tested by = alone. The sort key takes one of =, <, <=, >, >=, BETWEEN and begins_with, once.",
        None,
    ),
    lesson(
        VALIDATION,
        &["filter expression can only contain non-primary key"],
        "Key attributes belong in the KeyConditionExpression: there they narrow what is read, and paid for.",
        None,
    ),
    lesson(
        VALIDATION,
        &["cannot update attribute", "part of the key"],
        "A primary key never changes. Write a new item and delete the old one, in one transaction if both must happen.",
        None,
    ),
    lesson(
        VALIDATION,
        &["two document paths overlap"],
        "One update may change each path only once, and not a path and its parent together.",
        None,
    ),
    lesson(
        VALIDATION,
        &["document path", "invalid for update"],
        "The path leads through something that is not there. Create the parent map or list first, or set it whole.",
        None,
    ),
    lesson(
        VALIDATION,
        &["value provided in", "unused"],
        "Every placeholder that is given must be used in an expression: a leftover is often a misspelt name.",
        None,
    ),
    lesson(
        VALIDATION,
        &["an expression attribute value used in expression is not defined"],
        "The expression names a :placeholder that ExpressionAttributeValues does not give.",
        None,
    ),
    lesson(
        VALIDATION,
        &["an expression attribute name used in the document path is not defined"],
        "The expression names a #placeholder that ExpressionAttributeNames does not give.",
        None,
    ),
    lesson(
        VALIDATION,
        &["consistent read", "global secondary index"],
        "A global secondary index is written after its table, so no read of it can be strongly consistent.",
        None,
    ),
    lesson(
        VALIDATION,
        &["does not have the specified index"],
        "The table has no index of that name. Its indexes are listed under it on the left.",
        None,
    ),
    lesson(
        VALIDATION,
        &["too many items requested for the batchgetitem"],
        "One BatchGetItem takes a limited number of keys. Ask in several calls.",
        Some("100 keys and 16 MB a call"),
    ),
    lesson(
        VALIDATION,
        &["writerequests", "less than or equal to 25"],
        "One BatchWriteItem takes a limited number of puts and deletes. Write in several calls.",
        Some("25 writes and 16 MB a call"),
    ),
    lesson(VALIDATION, &["duplicates"], "A batch may name each key only once.", None),
    lesson(
        VALIDATION,
        &["multiple operations on one item"],
        "A transaction may act on each item only once: join the condition and the write in one action.",
        Some("100 actions and 4 MB a transaction"),
    ),
    lesson(
        VALIDATION,
        &["type mismatch for key"],
        "A key attribute must have the type that the table, or an index on that attribute, declares for it.",
        None,
    ),
    lesson(
        VALIDATION,
        &["empty string value"],
        "A key attribute, of a table or an index, may not be empty. Any other attribute may.",
        None,
    ),
    lesson(
        VALIDATION,
        &["number overflow"],
        "Numbers are exact, and have a range.",
        Some("38 significant digits, up to 9.99…E+125"),
    ),
    lesson(
        VALIDATION,
        &["attempting to store more than 38 significant digits"],
        "Numbers are exact: DynamoDB refuses rather than rounds.",
        Some("38 significant digits"),
    ),
    lesson(
        VALIDATION,
        &["incorrect operand type"],
        "The function or operator does not take a value of that type. The type stands beside the value: {\"S\": …}, {\"N\": …}.",
        None,
    ),
    lesson(
        VALIDATION,
        &["syntax error"],
        "The expression does not parse at the token that the message names. Values never stand in an expression: use :placeholders.",
        None,
    ),
    lesson(
        VALIDATION,
        &["number of attributes in keyschema does not exactly match"],
        "AttributeDefinitions lists exactly the attributes that a key of the table or of an index uses: DynamoDB knows no other columns.",
        None,
    ),
    lesson(
        VALIDATION,
        &["validation error", "detected"],
        "A parameter is outside of what the API's model allows, so the request was refused before the table was looked at.",
        None,
    ),
    lesson(
        VALIDATION,
        &[],
        "The request was understood as JSON but breaks a rule of the API. Nothing was read or written.",
        None,
    ),
    lesson(
        "ConditionalCheckFailedException",
        &[],
        "The item, as it stood at that moment, did not meet the condition. Nothing was written, and the write units were consumed all the same.",
        None,
    ),
    lesson(
        "TransactionCanceledException",
        &["conditionalcheckfailed"],
        "At least one action's condition did not hold, so none of the actions took place. The reasons stand in the order of the actions.",
        None,
    ),
    lesson(
        "TransactionCanceledException",
        &["transactionconflict"],
        "Another write or transaction held one of the items at that moment. Nothing took place: try again.",
        None,
    ),
    lesson(
        "TransactionCanceledException",
        &[],
        "None of the actions took place. The reasons stand in the order of the actions.",
        None,
    ),
    lesson(
        "TransactionConflictException",
        &[],
        "A transaction holds the item at this moment. Try again when it is over.",
        None,
    ),
    lesson(
        "TransactionInProgressException",
        &[],
        "A transaction of the same ClientRequestToken is still running.",
        None,
    ),
    lesson(
        "IdempotentParameterMismatchException",
        &[],
        "This ClientRequestToken was used with other parameters. A repeated transaction repeats its request exactly.",
        Some("a token is remembered for 10 minutes"),
    ),
    lesson(
        "ProvisionedThroughputExceededException",
        &[],
        "The table's, the index's or one partition's tokens are used up. Wait and try again with growing pauses, raise the capacity, or spread the keys.",
        Some("3,000 read and 1,000 write units a second for one partition"),
    ),
    lesson(
        "ThrottlingException",
        &[],
        "Requests came faster than the table, or one partition of it, may serve them now. Try again with growing pauses.",
        Some("3,000 read and 1,000 write units a second for one partition"),
    ),
    lesson(
        "ItemCollectionSizeLimitExceededException",
        &[],
        "With a local secondary index, all items of one partition key and their index entries must stay together.",
        Some("10 GB an item collection"),
    ),
    lesson(
        "ResourceInUseException",
        &[],
        "The table exists already, or is just being created, changed or deleted. Wait for ACTIVE, or choose another name.",
        None,
    ),
    lesson(
        "ResourceNotFoundException",
        &["stream"],
        "There is no such stream or shard, or it was trimmed.",
        Some("stream records are kept for 24 hours"),
    ),
    lesson(
        "ResourceNotFoundException",
        &[],
        "There is no such table in this workspace and region, or it is not ACTIVE yet.",
        None,
    ),
    lesson(
        "LimitExceededException",
        &[],
        "Too many tables or indexes are changing at once, or a setting was changed too often.",
        Some("up to 500 table operations at once; one GSI created or deleted by an UpdateTable"),
    ),
    lesson(
        "ExpiredIteratorException",
        &[],
        "Ask for a new shard iterator.",
        Some("an iterator lives 15 minutes"),
    ),
    lesson(
        "TrimmedDataAccessException",
        &[],
        "The records at that position were trimmed. Begin again at TRIM_HORIZON.",
        Some("stream records are kept for 24 hours"),
    ),
    lesson(
        "SerializationException",
        &[],
        "The JSON is well formed, but a parameter has the wrong shape. An attribute value is an object of one member: {\"S\": \"text\"}, {\"N\": \"12\"}.",
        None,
    ),
    lesson(
        "UnknownOperationException",
        &[],
        "DynamoDB has no operation of that name, or Dynascope does not answer it.",
        None,
    ),
    lesson(
        "ReplicatedWriteConflictException",
        &[],
        "Another Region is writing the item at this moment, and the table is strongly consistent over its Regions. Send it again.",
        None,
    ),
    lesson(
        "InvalidRestoreTimeException",
        &[],
        "Only a moment from EarliestRestorableDateTime to LatestRestorableDateTime can be restored; the latest is five minutes behind now.",
        Some("1 to 35 days"),
    ),
    lesson(
        "TableAlreadyExistsException",
        &[],
        "A restore makes a new table, and never writes into one that is there. Choose another name.",
        None,
    ),
    lesson("InternalServerError", &[], "The service could not carry it out. Try again.", None),
];

/// The lesson of an exception.
pub fn lesson_of(exception: &str, message: &str) -> Option<&'static Lesson> {
    let message = message.to_lowercase();
    LESSONS.iter().find(|lesson| {
        lesson.exception == exception && lesson.pattern.iter().all(|part| message.contains(part))
    })
}

/// A fault as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The exception's name, or ours.
    pub name: String,
    /// Its exact message.
    pub message: String,
    /// Why, in a sentence.
    pub why: Option<&'static str>,
    /// The rule's number.
    pub rule: Option<&'static str>,
}

/// How to show a fault.
pub fn show(error: &ClientError) -> Shown {
    let own = |name: &str, message: &str, why| Shown {
        name: name.into(),
        message: message.into(),
        why: Some(why),
        rule: None,
    };
    match error {
        ClientError::Api { name, message, .. } => {
            let lesson = lesson_of(name, message);
            Shown {
                name: name.clone(),
                message: message.clone(),
                why: lesson.map(|lesson| lesson.why),
                rule: lesson.and_then(|lesson| lesson.rule),
            }
        }
        ClientError::Storage { message } => own(
            "Not stored",
            message,
            "The browser could not store the write, so it did not happen. What you typed is still here.",
        ),
        ClientError::LeaderChanged { check } => own(
            "Undecided",
            check,
            "The tab or worker that led the workspace ended while the request was under way, and a write is not sent twice: it was \
             carried out wholly or not at all. What you typed is still here.",
        ),
        ClientError::Past { message } => own(
            "In the past",
            message,
            "Go back to live to go on in this workspace, or branch from this moment into a new one and go on there.",
        ),
        ClientError::Remote { message } => own(
            "Not from the endpoint",
            message,
            "The page asks a real endpoint while it is connected to one. What you typed is still here.",
        ),
        ClientError::Protocol { message } => own(
            "No answer",
            message,
            "Page and worker did not understand each other. Reload the page; everything acknowledged is stored.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_particular_lesson_comes_first() {
        let api = |name: &str, message: &str| ClientError::Api {
            name: name.into(),
            message: message.into(),
            body: String::new(),
        };
        let shown = show(&api(
            VALIDATION,
            "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: status",
        ));
        assert!(shown.why.unwrap().contains("#s") && shown.rule.unwrap().contains("573"));
        assert!(show(&api(VALIDATION, "Whatever")).why.unwrap().contains("Nothing was read"));
        assert_eq!(show(&api("StrangeException", "?")).why, None);
    }

    #[test]
    fn every_lesson_can_be_reached() {
        for (at, lesson) in LESSONS.iter().enumerate() {
            let message = lesson.pattern.join(" … ");
            let found = lesson_of(lesson.exception, &message).unwrap();
            assert!(std::ptr::eq(found, lesson), "row {at} ({message:?}) is hidden by {:?}", found.pattern);
        }
    }
}
