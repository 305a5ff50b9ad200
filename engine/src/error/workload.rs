//! The words for recipes of simulated traffic: they are read by whoever writes one, never sent by the service.

use super::ApiError;

/// A brace that nothing closes or opens.
pub fn brace_alone(text: &str) -> ApiError {
    ApiError::validation(super::consumer::brace_alone(text))
}

/// A hole that is none.
pub fn hole_unknown(hole: &str) -> ApiError {
    ApiError::validation(format!(
        "\"{{{hole}}}\" is no hole of a template: there are seq, uniform, zipf, hot, shard, now, today, text, pick, client, \
         row and the pattern's variables."
    ))
}

/// A recipe of another version.
pub fn version_unknown(version: u32) -> ApiError {
    ApiError::validation(format!("This recipe is of version {version}, which is not known here."))
}

/// A recipe without a pattern that is ever chosen.
pub fn no_pattern() -> ApiError {
    ApiError::validation("A recipe needs a pattern with a weight above 0.")
}

/// An operation that is none, or that traffic cannot send.
pub fn operation_unknown(operation: &str) -> ApiError {
    ApiError::validation(format!("Traffic cannot send {operation}: it reads and writes items."))
}

/// A pattern that is refused.
pub fn pattern_refused(name: &str, error: &ApiError) -> ApiError {
    ApiError { message: format!("{name}: {}", error.message), ..error.clone() }
}

/// A planned pattern without a name.
pub fn pattern_nameless() -> ApiError {
    ApiError::validation("An access pattern needs a name.")
}

/// A planned pattern whose request is none.
pub fn request_no_object() -> ApiError {
    ApiError::validation("Its request is not a JSON object.")
}

/// A number of a planned pattern that is too large.
pub fn number_too_large(what: &str, most: u64) -> ApiError {
    ApiError::validation(format!("Its {what} is above {most}."))
}
