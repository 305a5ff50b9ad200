//! Reading a ClientRequestToken: its length, and the digest of the parameters that it stands for.

use crate::error::constraint::Constraint;
use crate::error::{ApiError, Result, constraint};
use crate::limits;
use crate::transaction::Token;

/// From 1 to 36 characters.
pub fn check(token: Option<&str>) -> Result<()> {
    match token.map(|token| token.chars().count() as u64) {
        Some(0) => Err(constraint::violation("ClientRequestToken", Constraint::MinLength(1))),
        Some(length) if length > limits::REQUEST_TOKEN_LENGTH => Err(constraint::violation(
            "ClientRequestToken",
            Constraint::MaxLength(limits::REQUEST_TOKEN_LENGTH),
        )),
        _ => Ok(()),
    }
}

/// The token with the digest of the request's parameters: objects sort their keys, so that spelling does not matter.
pub fn read(token: Option<String>, request: &[u8]) -> Result<Option<Token>> {
    let Some(text) = token else { return Ok(None) };
    let mut value: serde_json::Value =
        serde_json::from_slice(request).map_err(|_| ApiError::validation("the request is no JSON"))?;
    if let Some(members) = value.as_object_mut() {
        members.remove("ClientRequestToken");
    }
    Ok(Some(Token { text, digest: digest(value.to_string().as_bytes()) }))
}

/// Makes it the token of other parameters: those that a pattern's templates became. `parameters` is their JSON, its keys sorted.
/// Whether the text can be a token.
pub fn renew(token: &mut Token, text: &str, parameters: &[u8]) -> bool {
    if check(Some(text)).is_err() {
        return false;
    }
    text.clone_into(&mut token.text);
    token.digest = digest(parameters);
    true
}

fn digest(parameters: &[u8]) -> String {
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(parameters))
}
