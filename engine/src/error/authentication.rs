//! The words for requests that are not signed, or signed badly.
//!
//! As the service was seen to send them (published in architect/dynalite's tests and notes against it). The engine itself
//! knows no signature: whoever speaks HTTP looks at it, and finds the words here.

use super::{ApiError, ErrorKind};

/// Neither an `Authorization` header nor `X-Amz-Algorithm` in the query.
pub fn missing_token() -> ApiError {
    ApiError::new(ErrorKind::MissingAuthenticationToken, "Request is missing Authentication Token")
}

/// Both of them.
pub fn header_and_query() -> ApiError {
    invalid("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")
}

/// The header lacks these parameters, or there is no date.
pub fn header_incomplete(missing: &[&str], no_date: bool, authorization: &str) -> ApiError {
    let mut words = String::new();
    for parameter in missing {
        words.push_str(&format!("Authorization header requires '{parameter}' parameter. "));
    }
    if no_date {
        words.push_str(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
        );
    }
    incomplete(format!("{words}Authorization={authorization}"))
}

/// The query lacks these parameters.
pub fn query_incomplete(missing: &[&str]) -> ApiError {
    let mut words = String::new();
    for parameter in missing {
        words.push_str(&format!("AWS query-string parameters must include '{parameter}'. "));
    }
    incomplete(format!("{words}Re-examine the query-string parameters."))
}

/// A date that is not `20130609T100000Z`.
pub fn date_malformed(date: &str) -> ApiError {
    incomplete(format!(
        "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
    ))
}

/// Signed too long ago: the date, the oldest that would do, the time now.
pub fn expired(date: &str, oldest: &str, now: &str, minutes: u64) -> ApiError {
    invalid(format!("Signature expired: {date} is now earlier than {oldest} ({now} - {minutes} min.)"))
}

/// Signed in the future: the date, the newest that would do, the time now.
pub fn not_yet_current(date: &str, newest: &str, now: &str, minutes: u64) -> ApiError {
    invalid(format!(
        "Signature not yet current: {date} is still later than {newest} ({now} + {minutes} min.)"
    ))
}

/// `host` is not among the headers that are signed.
pub fn host_unsigned() -> ApiError {
    invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.")
}

/// An algorithm other than AWS4-HMAC-SHA256.
pub fn algorithm_unsupported(algorithm: &str) -> ApiError {
    incomplete(format!("Unsupported AWS 'algorithm': '{algorithm}' (only AWS4-HMAC-SHA256 for now). "))
}

/// A credential that is not `keyid/date/region/service/term`.
pub fn credential_malformed(credential: &str) -> ApiError {
    incomplete(format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
    ))
}

/// A credential whose scope is another service, has no terminator, or is of another day than the date.
pub fn credential_scope(
    wrong_service: bool,
    terminator: Option<&str>,
    day: Option<(&str, &str, &str)>,
) -> ApiError {
    let mut words = String::new();
    if wrong_service {
        words.push_str("Credential should be scoped to correct service: 'dynamodb'. ");
    }
    if let Some(terminator) = terminator {
        words.push_str(&format!(
            "Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'. "
        ));
    }
    if let Some((scope, wanted, date)) = day {
        words.push_str(&format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope}' != \
             '{wanted}', from '{date}'. "
        ));
    }
    invalid(words)
}

fn incomplete(words: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::IncompleteSignature, words)
}

fn invalid(words: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::InvalidSignature, words)
}
