//! Real endpoints: DynamoDB itself, ScyllaDB Alternator, DynamoDB Local, asked over HTTP with Signature Version 4.
//!
//! Everything but `send` is pure. Never keeps a credential anywhere but in memory: [`Credentials`] cannot be serialised, and what is
//! printed of them for debugging is the access key's first letters. Never decides whether a request may be sent: who asks does.
//!
//! - `endpoint` where it is: the address, its region, its streams
//! - `credentials` what signs, and how it is read out of what people paste
//! - `sign` Signature Version 4
//! - `request` one call as HTTP, and the answer as the page reads it
//! - `write` what a request would change there
//! - `send` the browser's fetch
//!
//! Follows [the low-level API](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html).

mod credentials;
mod endpoint;
mod request;
mod send;
mod sign;
mod write;

pub use credentials::{Credentials, Pasted};
pub use endpoint::Endpoint;
pub use request::{Prepared, prepare, read};
pub use send::ask;
pub use write::Write;

/// A text of fewer letters is no secret that has to be kept out of what is shown.
const SECRET_LETTERS: usize = 16;

/// A real endpoint, and who asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Where it is.
    pub endpoint: Endpoint,
    /// The region that requests are signed for.
    pub region: String,
    /// What signs them.
    pub credentials: Credentials,
}

impl Connection {
    /// The text of a refusal without the secret and the session token, should it repeat one of them. What is shorter than any secret of
    /// AWS is none: DynamoDB Local takes `x`.
    pub fn without_secrets(&self, text: String) -> String {
        let secrets = [Some(self.credentials.secret()), self.credentials.session_token()];
        let secrets = secrets.into_iter().flatten().filter(|secret| secret.len() >= SECRET_LETTERS);
        secrets
            .fold(text, |text, secret| if text.contains(secret) { text.replace(secret, "…") } else { text })
    }
}
