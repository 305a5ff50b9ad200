//! [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html).

use crate::access::lifecycle::record_status;
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::table::{CreateTableInput, TableDescriptionOutput};
use crate::error::{Result, table as words};
use crate::table::create::{Naming, create};
use crate::table::{name, quota};

use super::answer;
use super::describe_table::description;

/// Makes a table.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: CreateTableInput = decode_rare(request)?;
    let naming = Naming {
        id: region.counters.tables as u32 + 1,
        uuid: crate::table::uuid(&mut region.random),
        region: &region.settings.region,
        account_id: &region.settings.account_id,
        now_ms: context.now_ms,
        instant: region.settings.instant,
    };
    let table = create(&input, &naming)?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    match region.tables.get(&table.name) {
        Some(state) if state.saved.table.restore.is_some() => {
            return Err(words::table_being_used(&table.name));
        }
        Some(_) => return Err(words::table_exists(&table.name)),
        None => {}
    }
    quota::check_count(region.tables.len())?;
    let others = region.tables.values().map(|state| &state.saved.table);
    quota::check(None, &table, others, &region.settings.region)?;
    region.counters.tables += 1;
    let (name, has_stream) = (table.name.clone(), table.stream.as_ref().is_some_and(|stream| stream.enabled));
    record_status(&table, table.status.name(), context);
    region.create_table(table, context);
    if has_stream {
        region.open_shards(&name, context);
        region.save_table(&name, context.now_ms);
    }
    let table_description = Some(description(region, &name, context.now_ms)?);
    Ok(answer::of(&TableDescriptionOutput { table_description }))
}
