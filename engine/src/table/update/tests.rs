//! UpdateTable: tables of requests and what the service answers them.

use serde_json::{Value, json};

use super::super::schema::{IndexStatus, WarmThroughput};
use super::*;
use crate::api::decode::decode;
use crate::error::{ApiError, ErrorKind};
use crate::table::create::{Naming, create};
use crate::table::delete::delete;
use crate::table::lifecycle::advance;

const NOW_MS: u64 = 1_795_348_800_000;

fn attributes(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"AttributeName": name, "AttributeType": "S"})).collect()
}

fn key(name: &str) -> Value {
    json!([{"AttributeName": name, "KeyType": "HASH"}])
}

fn units(read: u64, write: u64) -> Value {
    json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write})
}

fn index(name: &str, attribute: &str) -> Value {
    json!({"IndexName": name, "KeySchema": key(attribute), "Projection": {"ProjectionType": "ALL"}})
}

fn provisioned_index(name: &str, attribute: &str) -> Value {
    let mut index = index(name, attribute);
    index["ProvisionedThroughput"] = units(1, 1);
    index
}

/// An ACTIVE table with the key `a`, changed by `with`; null removes a member.
fn table(with: Value) -> Table {
    let mut request = json!({
        "TableName": "Orders",
        "AttributeDefinitions": attributes(&["a"]),
        "KeySchema": key("a"),
        "BillingMode": "PAY_PER_REQUEST",
    });
    for (name, value) in with.as_object().unwrap() {
        request[name] = value.clone();
    }
    let naming =
        Naming { id: 1, uuid: String::new(), region: "r", account_id: "1", now_ms: NOW_MS, instant: true };
    create(&decode(request.to_string().as_bytes()).unwrap(), &naming).unwrap()
}

fn on_demand() -> Table {
    table(json!({}))
}

/// Provisioned with 5 and 5 units, with a GSI `by_b` of 1 and 1 unit.
fn provisioned() -> Table {
    table(json!({"BillingMode": null, "ProvisionedThroughput": units(5, 5),
        "AttributeDefinitions": attributes(&["a", "b"]),
        "GlobalSecondaryIndexes": [provisioned_index("by_b", "b")]}))
}

fn at(table: &Table, with: Value, now_ms: u64, instant: bool) -> Result<Updated> {
    let mut request = json!({"TableName": "Orders"});
    for (name, value) in with.as_object().unwrap() {
        request[name] = value.clone();
    }
    let request = decode(request.to_string().as_bytes()).unwrap();
    assert_eq!(table_name(&request)?, "Orders");
    update(table, &request, now_ms, instant)
}

fn updated(table: &Table, with: Value) -> Table {
    at(table, with.clone(), NOW_MS, false).unwrap_or_else(|error| panic!("{with}: {error}")).table
}

fn refusal(table: &Table, with: Value) -> ApiError {
    at(table, with.clone(), NOW_MS, false).expect_err(&with.to_string())
}

fn create_by_c() -> Value {
    json!({"AttributeDefinitions": attributes(&["c"]), "GlobalSecondaryIndexUpdates": [{"Create": index("by_c", "c")}]})
}

fn delete_index(name: &str) -> Value {
    json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]})
}

fn invalid(what: &str) -> String {
    format!("One or more parameter values were invalid: {what}")
}

#[test]
fn what_is_refused_by_itself() {
    let nothing = words::nothing_to_update(true).message;
    let (sse, class) = (json!({"Enabled": true}), json!("STANDARD"));
    let stream = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
    let create = create_by_c();
    let plus = |name: &str, value: &Value| {
        let mut both = create.clone();
        both[name] = value.clone();
        both
    };
    let same = json!([{"Delete": {"IndexName": "abc"}}, {"Delete": {"IndexName": "abc"}}]);
    let two = json!([{"Delete": {"IndexName": "abc"}, "Update": {"IndexName": "abd"}}]);
    for (with, message) in [
        (json!({}), nothing.clone()),
        (json!({"GlobalSecondaryIndexUpdates": []}), nothing.clone()),
        (json!({"AttributeDefinitions": attributes(&["a"])}), nothing.clone()),
        (json!({"KeySchema": key("b")}), nothing),
        (
            json!({"GlobalSecondaryIndexUpdates": [], "DeletionProtectionEnabled": true}),
            invalid("List of GlobalSecondaryIndexUpdates is empty"),
        ),
        (
            json!({"ProvisionedThroughput": {"ReadCapacityUnits": 4}}),
            "1 validation error detected: Value null at 'provisionedThroughput.writeCapacityUnits' failed to satisfy \
             constraint: Member must not be null"
                .into(),
        ),
        (
            json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "a"}}]}),
            "1 validation error detected: Value 'a' at 'globalSecondaryIndexUpdates.1.member.delete.indexName' failed to \
             satisfy constraint: Member must have length greater than or equal to 3"
                .into(),
        ),
        (
            json!({"GlobalSecondaryIndexUpdates": [{}]}),
            invalid(
                "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
                 GlobalSecondaryIndexUpdate.Delete must not be null",
            ),
        ),
        (
            json!({"GlobalSecondaryIndexUpdates": same}),
            invalid("Only one global secondary index update per index is allowed simultaneously. Index: abc"),
        ),
        (
            json!({"GlobalSecondaryIndexUpdates": two}),
            invalid("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"),
        ),
        (
            json!({"GlobalSecondaryIndexUpdates": [{"Create": index("by_c", "c")}]}),
            invalid("AttributeDefinitions is not specified for index: by_c"),
        ),
        (
            json!({"AttributeDefinitions": attributes(&["x"]),
                "GlobalSecondaryIndexUpdates": [{"Create": index("by_a", "a")}]}),
            invalid(
                "Some index key attributes are not defined in AttributeDefinitions. Keys: [a], AttributeDefinitions: [x]",
            ),
        ),
        (
            plus("SSESpecification", &sse),
            invalid("Server-Side Encryption modification must be the only operation in the request"),
        ),
        (plus("TableClass", &class), invalid("TableClass modification must be the only operation in the request")),
        (
            plus("DeletionProtectionEnabled", &json!(true)),
            invalid("DeletionProtection modification must be the only operation in the request"),
        ),
        (
            plus("WarmThroughput", &json!({"ReadUnitsPerSecond": 13000})),
            invalid("Create global secondary index cannot be specified when updating WarmThroughput"),
        ),
        (
            plus("ProvisionedThroughput", &units(2, 2)),
            invalid("You cannot create or delete index while updating table IOPS"),
        ),
        (
            plus("StreamSpecification", &stream),
            invalid("You cannot create or delete index while changing stream status"),
        ),
        (
            plus("OnDemandThroughput", &json!({"MaxReadRequestUnits": 5})),
            invalid("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"),
        ),
        (
            json!({"StreamSpecification": stream, "ProvisionedThroughput": units(2, 2)}),
            invalid("You cannot modify stream status while updating table IOPS"),
        ),
        (
            json!({"BillingMode": "PROVISIONED"}),
            invalid("ProvisionedThroughput must be specified when BillingMode is PROVISIONED"),
        ),
        (
            json!({"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": units(2, 2)}),
            invalid("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST"),
        ),
        (
            json!({"StreamSpecification": {"StreamEnabled": true}}),
            invalid("If stream is being enabled then UpdateViewType is required"),
        ),
        (
            json!({"StreamSpecification": {"StreamEnabled": false, "StreamViewType": "KEYS_ONLY"}}),
            invalid("If stream is being disabled, then UpdateViewType must not be specified"),
        ),
    ] {
        assert_eq!(refusal(&on_demand(), with.clone()).message, message, "{with}");
    }
}

#[test]
fn what_a_table_refuses() {
    let local = json!({"IndexName": "local", "Projection": {"ProjectionType": "ALL"}, "KeySchema":
        [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}]});
    let with_local = table(json!({
        "AttributeDefinitions": attributes(&["a", "b", "c"]),
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}],
        "LocalSecondaryIndexes": [local],
    }));
    let update = |update: Value| json!({"GlobalSecondaryIndexUpdates": [{"Update": update}]});
    let by_b =
        |read, write| update(json!({"IndexName": "by_b", "ProvisionedThroughput": units(read, write)}));
    let mut again = create_by_c();
    again["GlobalSecondaryIndexUpdates"][0]["Create"]["IndexName"] = json!("by_b");
    let mut provisioned_c = create_by_c();
    provisioned_c["GlobalSecondaryIndexUpdates"][0]["Create"]["ProvisionedThroughput"] = units(1, 1);
    let mut to_provisioned = on_demand();
    to_provisioned.indexes = provisioned().indexes;
    for (table, with, message) in [
        (on_demand(), json!({"ProvisionedThroughput": units(1, 1)}), words::throughput_on_demand().message),
        (provisioned(), json!({"ProvisionedThroughput": units(5, 5)}), words::same_throughput(5, 5).message),
        (
            provisioned(),
            json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(5, 5)}),
            words::same_throughput(5, 5).message,
        ),
        (
            to_provisioned,
            json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(5, 5)}),
            invalid("ProvisionedThroughput must be specified for index: by_b"),
        ),
        (provisioned(), by_b(1, 1), words::same_index_throughput("by_b", 1, 1).message),
        (
            on_demand(),
            update(json!({"IndexName": "ghost", "ProvisionedThroughput": units(1, 1)})),
            "Requested resource not found: Index ghost for table Orders".into(),
        ),
        (
            on_demand(),
            delete_index("ghost"),
            "Requested resource not found: Index ghost for table Orders".into(),
        ),
        (
            with_local.clone(),
            delete_index("local"),
            "Cannot delete an index that is not a GlobalSecondaryIndex: local".into(),
        ),
        (
            with_local,
            update(json!({"IndexName": "local", "ProvisionedThroughput": units(1, 1)})),
            "Cannot update an index that is not a GlobalSecondaryIndex: local".into(),
        ),
        (provisioned(), again, "Attempting to create an index which already exists".into()),
        (
            provisioned(),
            create_by_c(),
            invalid("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: by_c"),
        ),
        (
            on_demand(),
            provisioned_c,
            invalid(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: by_c when BillingMode is \
                 PAY_PER_REQUEST",
            ),
        ),
        (
            on_demand(),
            json!({"StreamSpecification": {"StreamEnabled": false}}),
            "Table has no stream to disable: TableName: Orders".into(),
        ),
        (
            provisioned(),
            json!({"OnDemandThroughput": {"MaxReadRequestUnits": 5}}),
            invalid(
                "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED",
            ),
        ),
        (
            on_demand(),
            json!({"WarmThroughput": {"ReadUnitsPerSecond": 100}}),
            invalid(
                "Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, decreasing \
                 WarmThroughput is not supported",
            ),
        ),
        (
            on_demand(),
            json!({"SSESpecification": {"Enabled": false}}),
            invalid("Table is already encrypted by default"),
        ),
    ] {
        assert_eq!(refusal(&table, with.clone()).message, message, "{with}");
    }
    let mut creations = create_by_c();
    creations["GlobalSecondaryIndexUpdates"] =
        json!([{"Create": index("by_c", "c")}, {"Delete": {"IndexName": "by_d"}}]);
    assert_eq!(refusal(&on_demand(), creations), words::one_online_index());
}

#[test]
fn an_index_is_allocated_filled_and_active() {
    let created = at(&on_demand(), create_by_c(), NOW_MS, false).unwrap();
    assert_eq!(created.steps, []);
    let mut table = created.table;
    let state =
        |table: &Table| (table.status, table.index("by_c").map(|index| (index.status, index.backfilling)));
    assert_eq!(state(&table), (TableStatus::Updating, Some((IndexStatus::Creating, Some(false)))));
    assert_eq!(table.attribute_definitions.len(), 2);

    assert_eq!(refusal(&table, create_by_c()).message, words::index_exists().message);
    let mut other = create_by_c();
    other["GlobalSecondaryIndexUpdates"][0]["Create"]["IndexName"] = json!("by_d");
    assert_eq!(refusal(&table, other), words::one_online_index());
    assert_eq!(
        refusal(&table, delete_index("by_c")).message,
        "Attempt to change a resource which is still in use: Index creation is in resource allocation phase. Retry \
         deletion during backfilling phase or when the index is active. Table: Orders Index: by_c"
    );
    assert_eq!(
        refusal(
            &table,
            json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}})
        )
        .message,
        "Attempt to change a resource which is still in use: Can't change stream status when an index is being created"
    );
    assert_eq!(
        delete(&table, NOW_MS, false).unwrap_err().message,
        "Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, \
         updated, or deleted."
    );

    let filled_ms = NOW_MS + lifecycle::ALLOCATING_MS;
    assert_eq!(advance(&mut table, filled_ms, false), [Step::Activated, Step::IndexBackfill(1)]);
    assert_eq!(state(&table), (TableStatus::Active, Some((IndexStatus::Creating, Some(true)))));
    assert!(table.indexes[0].is_maintained() && !table.indexes[0].is_readable());
    assert_eq!(advance(&mut table, filled_ms + lifecycle::BACKFILLING_MS, false), [Step::IndexActivated(1)]);
    assert_eq!(state(&table), (TableStatus::Active, Some((IndexStatus::Active, None))));

    let mut table = updated(&table, delete_index("by_c"));
    assert_eq!(state(&table), (TableStatus::Updating, Some((IndexStatus::Deleting, None))));
    assert_eq!(
        refusal(&table, json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(1, 1)})).message,
        "Attempt to change a resource which is still in use: Can't change table IOPS when an index is being deleted. \
         Table: Orders Indexes: [by_c]"
    );
    assert_eq!(advance(&mut table, u64::MAX, false), [Step::Activated, Step::IndexRemoved(1)]);
    assert_eq!((state(&table), table.attribute_definitions.len()), ((TableStatus::Active, None), 1));
    let table = at(&table, create_by_c(), NOW_MS, true).unwrap();
    assert_eq!(table.table.index("by_c").unwrap().id, 2, "a number is never used twice");
    assert_eq!(table.steps, [Step::Activated, Step::IndexBackfill(2), Step::IndexActivated(2)]);
}

#[test]
fn what_a_table_defines_stands_against_a_new_definition() {
    let mut with = create_by_c();
    with["AttributeDefinitions"] = json!([{"AttributeName": "a", "AttributeType": "N"},
        {"AttributeName": "c", "AttributeType": "N"}, {"AttributeName": "unused", "AttributeType": "S"}]);
    let table = updated(&on_demand(), with);
    let types: Vec<_> =
        table.attribute_definitions.iter().map(|a| (a.name.as_str(), a.attribute_type.name())).collect();
    assert_eq!(types, [("a", "S"), ("c", "N")]);
}

#[test]
fn throughput_changes_when_updating_ends() {
    let mut table = updated(&provisioned(), json!({"ProvisionedThroughput": units(9, 5)}));
    assert_eq!((table.status, table.throughput.read_units), (TableStatus::Updating, 5));
    assert_eq!(
        refusal(&table, json!({"ProvisionedThroughput": units(7, 7)})).message,
        "Attempt to change a resource which is still in use: Table IOPS are currently being updated. Table: Orders"
    );
    assert!(updated(&table, json!({"DeletionProtectionEnabled": true})).deletion_protection);
    assert_eq!(advance(&mut table, NOW_MS + lifecycle::UPDATING_MS, false), [Step::Activated]);
    assert_eq!((table.throughput.read_units, table.throughput.last_increase_ms), (9, Some(NOW_MS)));
    assert_eq!(table.warm, WarmThroughput { read_units: 9, write_units: 5 });

    for (left, decreases) in [(8, 1), (7, 2), (6, 3), (5, 4)] {
        table = at(&table, json!({"ProvisionedThroughput": units(left, 5)}), NOW_MS, true).unwrap().table;
        assert_eq!(table.throughput.decreases_today, decreases);
    }
    let fifth = refusal(&table, json!({"ProvisionedThroughput": units(4, 5)}));
    assert_eq!(fifth.kind, ErrorKind::LimitExceeded);
    assert_eq!(
        fifth.message,
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first \
         4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. \
         Number of decreases today: 4. Last decrease at Sunday, November 22, 2026 12:00:00 PM UTC. Next decrease can be \
         made at Sunday, November 22, 2026 1:00:00 PM UTC"
    );
    let later = at(&table, json!({"ProvisionedThroughput": units(4, 5)}), NOW_MS + 3_600_000, true).unwrap();
    assert_eq!(later.table.throughput.decreases_today, 5);
    assert_eq!(later.table.warm, WarmThroughput { read_units: 9, write_units: 5 }, "it never drops");
}

#[test]
fn the_billing_mode_switches_there_and_back() {
    let mut table = updated(&provisioned(), json!({"BillingMode": "PAY_PER_REQUEST"}));
    assert_eq!((table.status, table.billing_mode), (TableStatus::Updating, BillingMode::Provisioned));
    let switched_ms = NOW_MS + lifecycle::UPDATING_MS;
    assert_eq!(advance(&mut table, switched_ms, false), [Step::Activated, Step::IndexActivated(1)]);
    assert_eq!(table.on_demand_since_ms, Some(switched_ms));
    let none = WarmThroughput { read_units: 12000, write_units: 4000 };
    assert_eq!((table.throughput.read_units, table.indexes[0].throughput.read_units), (0, 0));
    assert_eq!((table.warm, table.indexes[0].warm), (none, none));

    table = updated(&table, json!({"OnDemandThroughput": {"MaxReadRequestUnits": 50}}));
    table = updated(&table, json!({"OnDemandThroughput": {"MaxWriteRequestUnits": 60}}));
    let both = table.on_demand.unwrap();
    assert_eq!((both.max_read_units, both.max_write_units), (Some(50), Some(60)), "members merge");
    let cleared = json!({"OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}});
    assert_eq!(updated(&table, cleared).on_demand, None);

    let back = json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(3, 4),
        "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by_b", "ProvisionedThroughput": units(1, 2)}}]});
    let back = at(&table, back, switched_ms, true).unwrap();
    assert_eq!(back.steps, [Step::Activated, Step::IndexActivated(1)]);
    let table = back.table;
    assert_eq!((table.billing_mode, table.on_demand), (BillingMode::Provisioned, None));
    assert_eq!((table.throughput.write_units, table.indexes[0].throughput.write_units), (4, 2));
    assert_eq!((table.throughput.decreases_today, table.pending), (0, None));
    assert_eq!(table.on_demand_since_ms, Some(switched_ms), "it stays known when it last was on demand");
}

#[test]
fn a_stream_goes_on_off_and_on_under_a_new_label() {
    let on = json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}});
    let off = json!({"StreamSpecification": {"StreamEnabled": false}});
    let first = at(&on_demand(), on.clone(), NOW_MS, true).unwrap();
    assert_eq!(first.stream, Some(StreamSwitch::On));
    assert_eq!(first.table.stream.as_ref().unwrap().label, "2026-11-22T12:00:00.000");
    assert_eq!(
        refusal(&first.table, on.clone()).message,
        "Table already has an enabled stream: TableName: Orders"
    );
    let second = at(&first.table, off, NOW_MS, true).unwrap();
    assert_eq!(second.stream, Some(StreamSwitch::Off));
    assert_eq!(second.table.stream_arn(), first.table.stream_arn(), "it lingers");
    let third = at(&second.table, on, NOW_MS, true).unwrap();
    assert_eq!(third.table.stream.unwrap().label, "2026-11-22T12:00:00.001");
}

#[test]
fn a_table_goes_when_nothing_holds_it() {
    let mut table = on_demand();
    table.deletion_protection = true;
    assert_eq!(delete(&table, NOW_MS, false).unwrap_err(), words::protected_against_deletion());
    table.deletion_protection = false;
    let (mut deleting, _, steps) = delete(&table, NOW_MS, false).unwrap();
    assert_eq!((deleting.status, steps), (TableStatus::Deleting, vec![]));
    let in_use = "Attempt to change a resource which is still in use: Table is being deleted: Orders";
    assert_eq!(delete(&deleting, NOW_MS, false).unwrap_err().message, in_use);
    assert_eq!(refusal(&deleting, json!({"DeletionProtectionEnabled": true})).message, in_use);
    assert_eq!(advance(&mut deleting, NOW_MS + lifecycle::DELETING_MS, false), [Step::Removed]);
    assert_eq!(delete(&table, NOW_MS, true).unwrap().2, [Step::Removed]);
}
