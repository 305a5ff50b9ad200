//! The items of tables that a recipe's own stand in place of: copied from the world as it was into the other design.
//!
//! Owns the old tables' removal and the copying, page by page. An item that is none of the new table's (it lacks an attribute of the
//! key, or has one of another type) is left out and counted. Takes no capacity and leaves nothing behind that lags: whoever
//! drives it has turned both off.

use serde_json::{Value, json};

use super::filling::call;
use super::recipe::Recipe;
use crate::error::{ErrorKind, Result};
use crate::world::World;

/// So many items are copied at a time.
const PAGE: u64 = 25;
/// How long a table may take to be gone, in milliseconds.
const DELETING_MS: u64 = 600_000;

/// Items on their way into another design.
#[derive(Clone, Debug)]
pub(super) struct Takeover {
    /// The world as it was.
    source: World,
    /// The tables that are left, the next one last.
    tables: Vec<String>,
    /// Where the next page begins.
    from: Value,
    /// How many items were copied, and how many left out.
    pub copied: u64,
    pub left_out: u64,
    /// How many there are.
    pub of: u64,
}

impl Takeover {
    /// Removes what the recipe's tables stand in place of: the items to copy, and when the tables are gone. None where there is
    /// no table of such a name.
    pub fn begin(
        world: &mut World,
        region: &str,
        now_ms: u64,
        recipe: &Recipe,
    ) -> Result<Option<(Takeover, u64)>> {
        let names = recipe.tables.iter().filter_map(|table| table["TableName"].as_str());
        let tables: Vec<String> =
            names.filter(|name| world.schema(region, name).is_some()).map(str::to_owned).rev().collect();
        if tables.is_empty() {
            return Ok(None);
        }
        let mut source = world.branch();
        call(
            &mut source,
            region,
            now_ms,
            "Dynascope.UpdateSimulation",
            &json!({ "Throttle": false, "Lag": false }),
        )?;
        let (mut at_ms, mut of) = (now_ms, 0);
        for name in &tables {
            let named = json!({ "TableName": name });
            let described = call(world, region, at_ms, "DescribeTable", &named)?;
            of += described["Table"]["ItemCount"].as_u64().unwrap_or(0);
            if described["Table"]["DeletionProtectionEnabled"] == true {
                let unprotected = json!({ "TableName": name, "DeletionProtectionEnabled": false });
                call(world, region, at_ms, "UpdateTable", &unprotected)?;
            }
            call(world, region, at_ms, "DeleteTable", &named)?;
            while world.schema(region, name).is_some() && at_ms < now_ms + DELETING_MS {
                at_ms += 1_000;
                world.advance(at_ms, usize::MAX);
            }
        }
        Ok(Some((Takeover { source, tables, from: Value::Null, copied: 0, left_out: 0, of }, at_ms)))
    }

    /// Whether everything was looked at.
    pub fn is_over(&self) -> bool {
        self.tables.is_empty()
    }

    /// Copies another page.
    pub fn advance(&mut self, world: &mut World, region: &str, now_ms: u64) -> Result<()> {
        let Some(name) = self.tables.last() else { return Ok(()) };
        let mut scan = json!({ "TableName": name, "Limit": PAGE, "ConsistentRead": true });
        if !self.from.is_null() {
            scan["ExclusiveStartKey"] = self.from.take();
        }
        let mut page = call(&mut self.source, region, now_ms, "Scan", &scan)?;
        for item in page["Items"].as_array().into_iter().flatten() {
            let put = json!({ "TableName": name, "Item": item });
            match call(world, region, now_ms, "PutItem", &put) {
                Ok(_) => self.copied += 1,
                Err(error) if error.kind == ErrorKind::Validation => self.left_out += 1,
                Err(error) => return Err(error),
            }
        }
        self.from = page["LastEvaluatedKey"].take();
        if self.from.is_null() {
            self.tables.pop();
        }
        Ok(())
    }
}
