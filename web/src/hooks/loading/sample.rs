//! The sample data that a document asks for by its seed.

use std::rc::Rc;

use crate::client::transfer::{LoadError, import_all};
use crate::hooks::Api;
use crate::hooks::slices::read_tables;
use crate::protocol::ClientError;
use crate::protocol::entity::Entity;
use crate::state::entities::sample::{generate, plans};
use crate::state::tables::Tables;

/// Makes it of the entities, and writes it into the tables that are there.
pub async fn write(
    api: &Api,
    entities: &[Entity],
    seed: u64,
    now_ms: u64,
    progress: impl Fn(usize, usize),
) -> Result<(), LoadError> {
    let failed = |table: &str, error| {
        Err(LoadError { operation: "Sample data".into(), table: table.to_owned(), error })
    };
    let list = read_tables(api).await.unwrap_or_default();
    let tables = Tables { list: list.into_iter().map(Rc::new).collect(), ..Tables::default() };
    let sample = match generate(entities, &tables, seed, now_ms) {
        Ok(sample) => sample,
        Err(message) => return failed("", ClientError::Protocol { message }),
    };
    let total = sample.made.len();
    let told = |done| {
        progress(done, total);
        true
    };
    for (table, report) in import_all(api, plans(&sample), told).await {
        let refused = report.rejected.into_iter().next();
        let refused = refused.map(|(_, message)| ClientError::Protocol { message });
        if let Some(error) = report.stopped.or(refused) {
            return failed(&table, error);
        }
    }
    Ok(())
}
