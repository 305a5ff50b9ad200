//! An exception as the body of an answer.
//!
//! The members follow the API's own model: `message`, but `Message` in the three exceptions of the
//! transactions, and in a SerializationException, as the service was observed to send it; `ThrottlingReasons`, but
//! `throttlingReasons` in a ThrottlingException. An empty message
//! is left out, as the service does for an unknown operation.

use super::throttling::ThrottlingReason;
use super::{ApiError, CancellationReason, ErrorKind};
use crate::model::json::{write_map, write_text};

impl ErrorKind {
    /// The name of the body's member that holds the message.
    fn message_member(self) -> &'static str {
        match self {
            ErrorKind::AccessDenied
            | ErrorKind::IdempotentParameterMismatch
            | ErrorKind::Serialization
            | ErrorKind::TransactionCanceled
            | ErrorKind::TransactionInProgress => "Message",
            _ => "message",
        }
    }

    /// The name of the body's member that holds the reasons of throttling.
    fn throttling_member(self) -> &'static str {
        match self {
            ErrorKind::Throttling => "throttlingReasons",
            _ => "ThrottlingReasons",
        }
    }
}

impl ApiError {
    /// The body of the answer: `{"__type":"com.amazonaws.dynamodb.v20120810#…","message":"…"}`, with the
    /// `Item` of a failed condition, the `CancellationReasons` of a transaction or the reasons of throttling.
    pub fn to_json(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(128 + self.message.len());
        body.extend_from_slice(b"{\"__type\":");
        write_text(&self.kind.wire_type(), &mut body);
        if !self.reasons.is_empty() {
            body.extend_from_slice(b",\"CancellationReasons\":[");
            for (at, reason) in self.reasons.iter().enumerate() {
                if at > 0 {
                    body.push(b',');
                }
                write_reason(reason, &mut body);
            }
            body.push(b']');
        }
        if let Some(item) = &self.item {
            body.extend_from_slice(b",\"Item\":");
            write_map(item, &mut body);
        }
        if !self.throttling.is_empty() {
            body.push(b',');
            write_text(self.kind.throttling_member(), &mut body);
            body.extend_from_slice(b":[");
            for (at, reason) in self.throttling.iter().enumerate() {
                if at > 0 {
                    body.push(b',');
                }
                write_throttling(reason, &mut body);
            }
            body.push(b']');
        }
        if !self.message.is_empty() {
            body.push(b',');
            write_text(self.kind.message_member(), &mut body);
            body.push(b':');
            write_text(&self.message, &mut body);
        }
        body.push(b'}');
        body
    }
}

fn write_throttling(reason: &ThrottlingReason, body: &mut Vec<u8>) {
    body.extend_from_slice(b"{\"reason\":");
    write_text(&reason.reason, body);
    body.extend_from_slice(b",\"resource\":");
    write_text(&reason.resource, body);
    body.push(b'}');
}

fn write_reason(reason: &CancellationReason, body: &mut Vec<u8>) {
    body.extend_from_slice(b"{\"Code\":");
    write_text(reason.code, body);
    if let Some(item) = &reason.item {
        body.extend_from_slice(b",\"Item\":");
        write_map(item, body);
    }
    if let Some(message) = &reason.message {
        body.extend_from_slice(b",\"Message\":");
        write_text(message, body);
    }
    body.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::unknown_operation;

    fn body(error: &ApiError) -> String {
        String::from_utf8(error.to_json()).expect("JSON is UTF-8")
    }

    #[test]
    fn an_exception_has_its_type_and_its_message() {
        let error = ApiError::validation("One \"or\" more");
        assert_eq!(
            body(&error),
            r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"One \"or\" more"}"#
        );
        assert_eq!(
            body(&unknown_operation()),
            r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#
        );
    }

    #[test]
    fn the_reasons_of_throttling_are_named_as_the_exception_s_model_has_them() {
        let reason =
            ThrottlingReason { reason: "TableReadAccountLimitExceeded".into(), resource: "arn".into() };
        let of = |kind| body(&ApiError { throttling: vec![reason.clone()], ..ApiError::new(kind, "Slower") });
        assert_eq!(
            of(ErrorKind::RequestLimitExceeded),
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#RequestLimitExceeded\",\
             \"ThrottlingReasons\":[{\"reason\":\"TableReadAccountLimitExceeded\",\"resource\":\"arn\"}],\
             \"message\":\"Slower\"}"
        );
        assert_eq!(
            of(ErrorKind::Throttling),
            "{\"__type\":\"com.amazon.coral.availability#ThrottlingException\",\
             \"throttlingReasons\":[{\"reason\":\"TableReadAccountLimitExceeded\",\"resource\":\"arn\"}],\
             \"message\":\"Slower\"}"
        );
    }

    #[test]
    fn a_cancelled_transaction_lists_its_reasons_in_order() {
        let mut error = ApiError::new(ErrorKind::TransactionCanceled, "Transaction cancelled");
        error.reasons = vec![
            CancellationReason::none(),
            CancellationReason {
                code: "ConditionalCheckFailed",
                message: Some("The conditional request failed".into()),
                item: None,
            },
        ];
        assert_eq!(
            body(&error),
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\",\
             \"CancellationReasons\":[{\"Code\":\"None\"},\
             {\"Code\":\"ConditionalCheckFailed\",\"Message\":\"The conditional request failed\"}],\
             \"Message\":\"Transaction cancelled\"}"
        );
    }
}
