//! The API's actions, one thin file each.
//!
//! An action decodes its request, checks it in the service's order, lets `access`, `table`, `transaction` do it, and
//! writes the response. Actions never call each other, and never commit.

pub mod answer;
pub mod direct;
pub mod in_region;
pub mod parameters;

mod batch_execute_statement;
mod batch_get_item;
mod batch_write_item;
mod bulk_of;
mod cancel_bulk_operation;
mod check_expressions;
mod constraints;
mod create_backup;
mod create_global_table;
mod create_table;
mod delete_backup;
mod delete_item;
mod delete_resource_policy;
mod delete_table;
mod describe_backup;
mod describe_bulk_operation;
mod describe_contents;
mod describe_continuous_backups;
mod describe_contributor_insights;
mod describe_endpoints;
mod describe_global_table;
mod describe_global_table_settings;
mod describe_history;
mod describe_limits;
mod describe_replica;
mod describe_shards;
mod describe_stream;
mod describe_table;
mod describe_table_replica_auto_scaling;
mod describe_time_to_live;
mod event_source_mapping;
mod execute_statement;
mod execute_transaction;
mod explore_transactions;
mod get_item;
mod get_records;
mod get_resource_policy;
mod get_shard_iterator;
mod list_backups;
mod list_buckets;
mod list_bulk_operations;
mod list_contributor_insights;
mod list_global_tables;
mod list_partitions;
mod list_streams;
mod list_tables;
mod list_tags_of_resource;
mod locate_key;
mod partition_of;
mod policy_of;
mod put_item;
mod put_resource_policy;
mod query;
mod read_page;
mod restore_table_from_backup;
mod restore_table_to_point_in_time;
mod scan;
mod search_vectors;
mod split_partition;
mod start_bulk_put_items;
mod statement_request;
pub mod step_event_source_mapping;
mod run_request;
mod run_transactions;
mod run_view;
mod stream_of;
mod tag_resource;
mod tags_of;
mod transact_get_items;
mod transact_read_request;
mod transact_request;
mod transact_token;
mod transact_write_items;
pub mod unfinished;
mod untag_resource;
mod update_auto_scaling;
mod update_continuous_backups;
mod update_contributor_insights;
mod update_global_table;
mod update_global_table_settings;
mod update_item;
mod update_link;
mod update_region;
mod update_replica;
mod update_simulation;
mod update_table;
mod update_table_replica_auto_scaling;
mod update_time_to_live;
mod write_parameters;

use crate::access::{Context, Region};
use crate::error::Result;

/// An action: the request's JSON in, the response's out.
pub type Operation = fn(&mut Region, &mut Context, &[u8]) -> Result<Vec<u8>>;

macro_rules! operations {
    ($($name:literal => $execute:path,)*) => {
        /// The names of all actions: DynamoDB's own, and the inspector's `Dynascope.…`.
        pub const NAMES: &[&str] = &[$($name),*];

        /// The action of that name.
        pub fn find(name: &str) -> Option<Operation> {
            Some(match name {
                $($name => $execute,)*
                _ => return None,
            })
        }
    };
}

operations! {
    "BatchExecuteStatement" => batch_execute_statement::execute,
    "BatchGetItem" => batch_get_item::execute,
    "BatchWriteItem" => batch_write_item::execute,
    "CancelBulkOperation" => cancel_bulk_operation::execute,
    "CreateBackup" => create_backup::execute,
    "CreateGlobalTable" => create_global_table::execute,
    "CreateTable" => create_table::execute,
    "DeleteBackup" => delete_backup::execute,
    "DeleteItem" => delete_item::execute,
    "DeleteResourcePolicy" => delete_resource_policy::execute,
    "DeleteTable" => delete_table::execute,
    "DescribeBackup" => describe_backup::execute,
    "DescribeBulkOperation" => describe_bulk_operation::execute,
    "DescribeContinuousBackups" => describe_continuous_backups::execute,
    "DescribeContributorInsights" => describe_contributor_insights::execute,
    "DescribeEndpoints" => describe_endpoints::execute,
    "DescribeGlobalTable" => describe_global_table::execute,
    "DescribeGlobalTableSettings" => describe_global_table_settings::execute,
    "DescribeLimits" => describe_limits::execute,
    "DescribeStream" => describe_stream::execute,
    "DescribeTable" => describe_table::execute,
    "DescribeTableReplicaAutoScaling" => describe_table_replica_auto_scaling::execute,
    "DescribeTimeToLive" => describe_time_to_live::execute,
    "ExecuteStatement" => execute_statement::execute,
    "ExecuteTransaction" => execute_transaction::execute,
    "GetItem" => get_item::execute,
    "GetRecords" => get_records::execute,
    "GetResourcePolicy" => get_resource_policy::execute,
    "GetShardIterator" => get_shard_iterator::execute,
    "ListBackups" => list_backups::execute,
    "ListBulkOperations" => list_bulk_operations::execute,
    "ListContributorInsights" => list_contributor_insights::execute,
    "ListGlobalTables" => list_global_tables::execute,
    "ListStreams" => list_streams::execute,
    "ListTables" => list_tables::execute,
    "ListTagsOfResource" => list_tags_of_resource::execute,
    "PutItem" => put_item::execute,
    "PutResourcePolicy" => put_resource_policy::execute,
    "Query" => query::execute,
    "RestoreTableFromBackup" => restore_table_from_backup::execute,
    "RestoreTableToPointInTime" => restore_table_to_point_in_time::execute,
    "Scan" => scan::execute,
    "SearchVectors" => search_vectors::execute,
    "StartBulkPutItems" => start_bulk_put_items::execute,
    "TagResource" => tag_resource::execute,
    "TransactGetItems" => transact_get_items::execute,
    "TransactWriteItems" => transact_write_items::execute,
    "UntagResource" => untag_resource::execute,
    "UpdateContinuousBackups" => update_continuous_backups::execute,
    "UpdateContributorInsights" => update_contributor_insights::execute,
    "UpdateGlobalTable" => update_global_table::execute,
    "UpdateGlobalTableSettings" => update_global_table_settings::execute,
    "UpdateItem" => update_item::execute,
    "UpdateTable" => update_table::execute,
    "UpdateTableReplicaAutoScaling" => update_table_replica_auto_scaling::execute,
    "UpdateTimeToLive" => update_time_to_live::execute,
    "Dynascope.BeginTransactions" => run_transactions::begin,
    "Dynascope.CheckExpressions" => check_expressions::execute,
    "Dynascope.CreateEventSourceMapping" => event_source_mapping::create,
    "Dynascope.DeleteEventSourceMapping" => event_source_mapping::delete,
    "Dynascope.DescribeContents" => describe_contents::execute,
    "Dynascope.DescribeHistory" => describe_history::execute,
    "Dynascope.DescribeReplica" => describe_replica::execute,
    "Dynascope.DescribeShards" => describe_shards::execute,
    "Dynascope.DescribeSimulation" => update_simulation::describe,
    "Dynascope.DescribeAutoScaling" => update_auto_scaling::describe,
    "Dynascope.DescribeTransactions" => run_transactions::describe,
    "Dynascope.EndTransactions" => run_transactions::end,
    "Dynascope.ExploreTransactions" => explore_transactions::execute,
    "Dynascope.GetEventSourceMapping" => event_source_mapping::get,
    "Dynascope.ListBuckets" => list_buckets::execute,
    "Dynascope.ListDiscardedBatches" => step_event_source_mapping::discarded,
    "Dynascope.ListEventSourceMappings" => event_source_mapping::list,
    "Dynascope.ListInvocations" => step_event_source_mapping::invocations,
    "Dynascope.ListLinks" => update_link::list,
    "Dynascope.ListPartitions" => list_partitions::execute,
    "Dynascope.LocateKey" => locate_key::execute,
    "Dynascope.SplitPartition" => split_partition::execute,
    "Dynascope.StepEventSourceMapping" => step_event_source_mapping::step,
    "Dynascope.StepTransactions" => run_transactions::step,
    "Dynascope.UpdateAutoScaling" => update_auto_scaling::update,
    "Dynascope.UpdateEventSourceMapping" => event_source_mapping::update,
    "Dynascope.UpdateLink" => update_link::update,
    "Dynascope.UpdateRegion" => update_region::execute,
    "Dynascope.UpdateReplica" => update_replica::replica,
    "Dynascope.UpdateSimulation" => update_simulation::update,
    "Dynascope.UpdateZone" => update_replica::zone,
}

/// Whether a request only reads. A PartiQL request does where its statements select.
pub fn reads_only(name: &str, request: &[u8]) -> bool {
    match name {
        "BatchExecuteStatement" | "ExecuteStatement" | "ExecuteTransaction" => selects(request),
        "BatchGetItem" | "Query" | "Scan" | "SearchVectors" | "TransactGetItems" => true,
        in_region::NAME => {
            in_region::read(request).is_ok_and(|inner| reads_only(&inner.operation, &inner.request))
        }
        "Dynascope.CheckExpressions" | "Dynascope.ExploreTransactions" | "Dynascope.LocateKey" => true,
        _ => {
            let verb = name.strip_prefix("Dynascope.").unwrap_or(name);
            ["Describe", "Get", "List"].iter().any(|reading| verb.starts_with(reading))
        }
    }
}

/// Whether all statements of a PartiQL request select; so does what cannot be read, which is refused anyway.
fn selects(request: &[u8]) -> bool {
    let request: serde_json::Value = serde_json::from_slice(request).unwrap_or_default();
    let listed = request["Statements"].as_array().or(request["TransactStatements"].as_array());
    let mut statements =
        listed.into_iter().flatten().chain([&request]).filter_map(|one| one["Statement"].as_str());
    statements.all(|statement| {
        let word: String = statement.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
        word.eq_ignore_ascii_case("SELECT")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_is_told_from_what_writes() {
        let reads: Vec<&str> = NAMES.iter().copied().filter(|name| reads_only(name, b"{}")).collect();
        let writes =
            ["Put", "Update", "Delete", "Create", "Step", "Begin", "End", "Start", "Split", "Restore"];
        assert!(reads.len() > 30 && reads.len() < NAMES.len() - 30, "{reads:?}");
        for verb in writes {
            assert!(
                reads.iter().all(|name| !name.trim_start_matches("Dynascope.").starts_with(verb)),
                "{verb}"
            );
        }
        assert!(!reads_only("BatchWriteItem", b"{}") && !reads_only("TransactWriteItems", b"{}"));
    }

    #[test]
    fn a_statement_reads_where_it_selects() {
        assert!(reads_only("ExecuteStatement", br#"{"Statement": " select * FROM T"}"#));
        assert!(!reads_only("ExecuteStatement", br#"{"Statement": "DELETE FROM T WHERE id = '1'"}"#));
        let both = br#"{"Statements": [{"Statement": "SELECT * FROM T"}, {"Statement": "INSERT INTO T VALUE {'id': '1'}"}]}"#;
        assert!(!reads_only("BatchExecuteStatement", both));
    }
}
