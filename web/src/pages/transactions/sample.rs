//! The sample that the bank transfer is about, loaded into the open workspace.

use crate::client::transfer::load;
use crate::hooks::{Api, read_site};
use crate::share::Document;

/// Loads `samples/accounts.json`; says why it cannot.
pub async fn load_accounts(api: &Api, now_ms: u64) -> Result<(), String> {
    let text = read_site("samples/accounts.json").await?;
    let document = Document::parse(&text).map_err(|error| error.to_string())?;
    let loaded = load(api, &document, now_ms, |_, _| {}).await;
    loaded.map_err(|error| format!("{} of {} was refused: {:?}", error.operation, error.table, error.error))
}
