//! CreateTable: tables of requests and what the service answers them.

use serde_json::{Value, json};

use super::*;
use crate::api::decode::decode;
use crate::error::ErrorKind;
use crate::table::describe::{Counts, describe};
use crate::table::lifecycle::{Step, advance};

const NOW_MS: u64 = 1_795_348_800_123;

fn naming(instant: bool) -> Naming<'static> {
    Naming {
        id: 1,
        uuid: "00000000-0000-4000-8000-000000000000".into(),
        region: "eu-west-2",
        account_id: "123456789012",
        now_ms: NOW_MS,
        instant,
    }
}

/// A request for a table with the string key `a`, on demand, changed by `with`; null removes a member.
fn request(with: Value) -> api::CreateTableInput {
    let mut request = json!({
        "TableName": "Orders",
        "AttributeDefinitions": attributes(&["a"]),
        "KeySchema": keys(&["a"]),
        "BillingMode": "PAY_PER_REQUEST",
    });
    for (name, value) in with.as_object().unwrap() {
        request[name] = value.clone();
    }
    decode(request.to_string().as_bytes()).unwrap()
}

fn made(with: Value) -> Table {
    create(&request(with), &naming(false)).unwrap()
}

fn refusal(with: Value) -> String {
    create(&request(with), &naming(false)).unwrap_err().message
}

fn attributes(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"AttributeName": name, "AttributeType": "S"})).collect()
}

/// One HASH, then RANGE.
fn keys(names: &[&str]) -> Value {
    let key_type = |at: usize| if at == 0 { "HASH" } else { "RANGE" };
    let element = |(at, name): (usize, &&str)| json!({"AttributeName": name, "KeyType": key_type(at)});
    names.iter().enumerate().map(element).collect()
}

fn typed_keys(elements: &[(&str, &str)]) -> Value {
    elements.iter().map(|(name, kind)| json!({"AttributeName": name, "KeyType": kind})).collect()
}

fn index(name: &str, keys: Value) -> Value {
    json!({"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}})
}

fn projecting(name: &str, projection: Value) -> Value {
    json!({"IndexName": name, "KeySchema": keys(&["b"]), "Projection": projection})
}

fn one_error(what: &str) -> String {
    format!("1 validation error detected: {what}")
}

fn invalid(what: &str) -> String {
    format!("One or more parameter values were invalid: {what}")
}

#[test]
fn what_the_framework_refuses() {
    for (with, message) in [
        (json!({"TableName": null}), "The parameter 'TableName' is required but was not present in the request".into()),
        (
            json!({"TableName": "ab", "KeySchema": []}),
            one_error(
                "Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
            ),
        ),
        (
            json!({"AttributeDefinitions": null, "KeySchema": null}),
            "2 validation errors detected: Value null at 'attributeDefinitions' failed to satisfy constraint: Member must \
             not be null; Value null at 'keySchema' failed to satisfy constraint: Member must not be null"
                .into(),
        ),
        (
            json!({"BillingMode": "INVALID_MODE"}),
            one_error(
                "Value 'INVALID_MODE' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set: \
                 [PROVISIONED, PAY_PER_REQUEST]",
            ),
        ),
        (
            json!({"KeySchema": [{"AttributeName": "a", "KeyType": "INVALID"}]}),
            one_error(
                "Value 'INVALID' at 'keySchema.1.member.keyType' failed to satisfy constraint: Member must satisfy enum \
                 value set: [HASH, RANGE]",
            ),
        ),
        (
            json!({"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "SS"}]}),
            one_error(
                "Value 'SS' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must \
                 satisfy enum value set: [B, N, S]",
            ),
        ),
        (
            json!({"KeySchema": keys(&["pk", "sk", "extra"])}),
            one_error(
                "Value '[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=sk, \
                 keyType=RANGE), KeySchemaElement(attributeName=extra, keyType=RANGE)]' at 'keySchema' failed to satisfy \
                 constraint: Member must have length less than or equal to 2",
            ),
        ),
        (
            json!({"KeySchema": [], "ProvisionedThroughput": {"ReadCapacityUnits": 0}}),
            "3 validation errors detected: Value null at 'provisionedThroughput.writeCapacityUnits' failed to satisfy \
             constraint: Member must not be null; Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy \
             constraint: Member must have value greater than or equal to 1; Value '[]' at 'keySchema' failed to satisfy \
             constraint: Member must have length greater than or equal to 1"
                .into(),
        ),
        (
            json!({"LocalSecondaryIndexes": [index("aa", keys(&["a", "b"]))],
                "GlobalSecondaryIndexes": [index("zz", keys(&["b"]))]}),
            "2 validation errors detected: Value 'zz' at 'globalSecondaryIndexes.1.member.indexName' failed to satisfy \
             constraint: Member must have length greater than or equal to 3; Value 'aa' at \
             'localSecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must have length greater than \
             or equal to 3"
                .into(),
        ),
        (
            json!({"GlobalSecondaryIndexes": [projecting("abc", json!({"ProjectionType": "all", "NonKeyAttributes": []}))]}),
            "2 validation errors detected: Value 'all' at 'globalSecondaryIndexes.1.member.projection.projectionType' failed \
             to satisfy constraint: Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]; Value '[]' at \
             'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' failed to satisfy constraint: Member must have \
             length greater than or equal to 1"
                .into(),
        ),
        (
            json!({"StreamSpecification": {}}),
            one_error(
                "Value null at 'streamSpecification.streamEnabled' failed to satisfy constraint: Member must not be null",
            ),
        ),
    ] {
        assert_eq!(refusal(with.clone()), message, "{with}");
    }
}

#[test]
fn what_keys_and_definitions_are_refused_for() {
    let (ab, abc) = (attributes(&["a", "b"]), attributes(&["a", "b", "c"]));
    for (with, message) in [
        (
            json!({"AttributeDefinitions": []}),
            "Invalid KeySchema: Some index key attribute have no definition".into(),
        ),
        (
            json!({"KeySchema": keys(&["a", "a"])}),
            "Invalid KeySchema: Some index key attribute have no definition".into(),
        ),
        (
            json!({"KeySchema": keys(&["b"])}),
            invalid(
                "Some index key attributes are not defined in AttributeDefinitions. Keys: [b], AttributeDefinitions: [a]",
            ),
        ),
        (
            json!({"AttributeDefinitions": ab, "KeySchema": keys(&["a", "a"])}),
            "Both the Hash Key and the Range Key element in the KeySchema have the same name".into(),
        ),
        (
            json!({"AttributeDefinitions": ab, "KeySchema": typed_keys(&[("a", "HASH"), ("b", "HASH")])}),
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type".into(),
        ),
        (
            json!({"AttributeDefinitions": ab, "KeySchema": typed_keys(&[("a", "RANGE"), ("b", "HASH")])}),
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type".into(),
        ),
        (
            json!({"AttributeDefinitions": ab}),
            invalid(
                "Number of attributes in KeySchema does not exactly match number of attributes defined in \
                 AttributeDefinitions",
            ),
        ),
        (
            json!({"AttributeDefinitions": abc, "GlobalSecondaryIndexes": [index("abc", keys(&["b"]))]}),
            invalid(
                "Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c], keys used: [a, b]",
            ),
        ),
        (json!({"AttributeDefinitions": attributes(&["a", "a"])}), "Attribute Name is duplicated: a".into()),
    ] {
        assert_eq!(refusal(with.clone()), message, "{with}");
    }
}

#[test]
fn what_local_indexes_are_refused_for() {
    let table = |list: Value| {
        json!({"AttributeDefinitions": attributes(&["a", "b"]), "KeySchema": keys(&["a", "b"]),
            "LocalSecondaryIndexes": list})
    };
    let many: Value = (0..6).map(|at| index(&format!("abc{at}"), keys(&["a", "b"]))).collect();
    for (with, message) in [
        (table(json!([])), "List of LocalSecondaryIndexes is empty"),
        (
            json!({"AttributeDefinitions": attributes(&["a", "b"]),
                "LocalSecondaryIndexes": [index("abc", keys(&["a", "b"]))]}),
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
        ),
        (
            table(json!([index("abc", keys(&["b"]))])),
            "Index KeySchema does not have a range key for index: abc",
        ),
        (
            table(json!([index("abc", keys(&["b", "a"]))])),
            "Index KeySchema does not have the same leading hash key as table KeySchema for index: abc. index hash key: b, \
             table hash key: a",
        ),
        (
            table(json!([index("abc", keys(&["a", "c"]))])),
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [a, c], AttributeDefinitions: [a, b]",
        ),
        (
            table(json!([index("abc", keys(&["a", "b"])), index("abc", keys(&["a", "b"]))])),
            "Duplicate index name: abc",
        ),
        (table(many), "Number of LocalSecondaryIndexes exceeds per-table limit of 5"),
    ] {
        assert_eq!(refusal(with.clone()), invalid(message), "{with}");
    }
}

#[test]
fn what_global_indexes_and_projections_are_refused_for() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let table = |list: Value| json!({"AttributeDefinitions": attributes(&["a", "b"]), "GlobalSecondaryIndexes": list});
    let wide = |keys: Value| json!({"AttributeDefinitions": attributes(&names[..6]), "GlobalSecondaryIndexes": [index("abc", keys)]});
    let include =
        |attributes: &[String]| json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": attributes});
    let eighteen: Vec<String> = (0..18).map(|at| format!("x{at}")).collect();
    let many: Value = (0..21).map(|at| index(&format!("abc{at}"), keys(&["b"]))).collect();
    let much: Value = (0..6).map(|at| projecting(&format!("abc{at}"), include(&eighteen))).collect();
    let of = |kind: &'static str| move |name: &&'static str| (*name, kind);
    let five_hash: Vec<(&str, &str)> = names[1..6].iter().map(of("HASH")).collect();
    let mut five_range: Vec<(&str, &str)> = names[..6].iter().map(of("RANGE")).collect();
    five_range[0].1 = "HASH";
    for (with, message) in [
        (table(json!([])), invalid("List of GlobalSecondaryIndexes is empty")),
        (table(many), invalid("GlobalSecondaryIndex count exceeds the per-table limit of 20")),
        (table(json!([projecting("abc", json!({}))])), invalid("Unknown ProjectionType: null")),
        (
            table(json!([projecting("abc", json!({"ProjectionType": "INCLUDE"}))])),
            invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"),
        ),
        (
            table(json!([projecting(
                "abc",
                json!({"ProjectionType": "KEYS_ONLY", "NonKeyAttributes": ["x"]})
            )])),
            invalid("ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified"),
        ),
        (
            table(json!([projecting("abc", include(&["x".into(), "x".into()]))])),
            invalid("Duplicate element in NonKeyAttributes: x"),
        ),
        (table(much), words::too_many_projected().message),
        (
            wide(typed_keys(&five_hash)),
            invalid("The KeySchema exceeds the maximum allowed number of HASH key attributes"),
        ),
        (
            wide(typed_keys(&five_range)),
            invalid("The KeySchema exceeds the maximum allowed number of RANGE key attributes"),
        ),
        (
            json!({"AttributeDefinitions": attributes(&names[..3]),
                "GlobalSecondaryIndexes": [index("abc", typed_keys(&[("a", "HASH"), ("b", "RANGE"), ("c", "HASH")]))]}),
            invalid("All HASH key attributes must precede RANGE key attributes in the KeySchema"),
        ),
        (
            table(json!([index("abc", typed_keys(&[("b", "HASH"), ("b", "HASH")]))])),
            "The KeySchema contains multiple key attributes with the same name".into(),
        ),
        (
            table(json!([index("abc", typed_keys(&[("b", "RANGE"), ("a", "HASH")]))])),
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type".into(),
        ),
    ] {
        assert_eq!(refusal(with.clone()), message, "{with}");
    }
}

#[test]
fn what_capacity_streams_and_the_rest_are_refused_for() {
    let units = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
    let mut provisioned = index("abc", keys(&["b"]));
    provisioned["ProvisionedThroughput"] = units.clone();
    let ab = attributes(&["a", "b"]);
    let tags = |count: usize| -> Value {
        (0..count).map(|at| json!({"Key": at.to_string(), "Value": ""})).collect()
    };
    let both =
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED";
    for (with, message) in [
        (json!({"BillingMode": null}), invalid(both)),
        (json!({"BillingMode": "PROVISIONED"}), invalid(both)),
        (json!({"ProvisionedThroughput": units}), words::throughput_on_demand().message),
        (
            json!({"BillingMode": "PROVISIONED",
                "ProvisionedThroughput": {"ReadCapacityUnits": 1_000_000_000_001u64, "WriteCapacityUnits": 1}}),
            "Given value 1000000000001 for ReadCapacityUnits is out of bounds".into(),
        ),
        (
            json!({"AttributeDefinitions": ab, "GlobalSecondaryIndexes": [provisioned]}),
            invalid("ProvisionedThroughput should not be specified for index: abc when BillingMode is PAY_PER_REQUEST"),
        ),
        (
            json!({"AttributeDefinitions": ab, "GlobalSecondaryIndexes": [index("abc", keys(&["b"]))],
                "BillingMode": null, "ProvisionedThroughput": units}),
            invalid("ProvisionedThroughput is not specified for index: abc"),
        ),
        (
            json!({"BillingMode": null, "ProvisionedThroughput": units, "OnDemandThroughput": {"MaxReadRequestUnits": 1}}),
            invalid("MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED."),
        ),
        (
            json!({"OnDemandThroughput": {"MaxWriteRequestUnits": 0}}),
            invalid("Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range"),
        ),
        (
            json!({"OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}}),
            invalid("Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range"),
        ),
        (
            json!({"WarmThroughput": {"ReadUnitsPerSecond": 100}}),
            invalid("Requested ReadUnitsPerSecond for WarmThroughput for table is lower than initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial"),
        ),
        (
            json!({"StreamSpecification": {"StreamEnabled": true}}),
            invalid("Table is being created with a stream enabled, UpdateViewType is required"),
        ),
        (
            json!({"StreamSpecification": {"StreamEnabled": false, "StreamViewType": "NEW_IMAGE"}}),
            invalid("Table is being created with a stream disabled, UpdateViewType should not be specified"),
        ),
        (
            json!({"TableClass": "X"}),
            "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, \
             STANDARD_INFREQUENT_ACCESS]."
                .into(),
        ),
        (
            json!({"SSESpecification": {"Enabled": true, "SSEType": "AES256"}}),
            invalid("SSEType AES256 is not supported"),
        ),
        (json!({"Tags": tags(51)}), "Number of Tags exceed the current limit for the provided ResourceArn".into()),
        (
            json!({"Tags": [{"Key": "aws:x", "Value": ""}]}),
            "Tag Key cannot be prefixed with aws:, Key: aws:x".into(),
        ),
    ] {
        assert_eq!(refusal(with.clone()), message, "{with}");
    }
    let too_much = json!({"BillingMode": null,
        "ProvisionedThroughput": {"ReadCapacityUnits": 40001, "WriteCapacityUnits": 1}});
    let table = create(&request(too_much), &naming(false)).unwrap();
    let refused = crate::table::quota::check(None, &table, std::iter::empty(), "eu-west-2").unwrap_err();
    assert_eq!(refused.kind, ErrorKind::LimitExceeded);
    assert!(crate::table::quota::check_count(2499).is_ok());
    assert_eq!(
        crate::table::quota::check_count(2500).unwrap_err().message,
        "Subscriber limit exceeded: There is a limit of 2500 tables per subscriber"
    );
}

#[test]
fn a_simple_table_is_described_as_the_service_does() {
    let mut table = made(json!({}));
    let described =
        |table: &Table| serde_json::to_value(describe(table, NOW_MS, |_| Counts::default())).unwrap();
    let mut expected = json!({
        "AttributeDefinitions": attributes(&["a"]),
        "TableName": "Orders",
        "KeySchema": keys(&["a"]),
        "TableStatus": "CREATING",
        "CreationDateTime": 1_795_348_800.123,
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        "TableSizeBytes": 0,
        "ItemCount": 0,
        "TableArn": "arn:aws:dynamodb:eu-west-2:123456789012:table/Orders",
        "TableId": "00000000-0000-4000-8000-000000000000",
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "DeletionProtectionEnabled": false,
    });
    assert_eq!(described(&table), expected);
    assert_eq!(advance(&mut table, NOW_MS + 2999, false), []);
    assert_eq!(advance(&mut table, NOW_MS + 3000, false), [Step::Activated]);
    expected["TableStatus"] = json!("ACTIVE");
    expected["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] = json!(1_795_348_800.123);
    expected["WarmThroughput"] =
        json!({"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"});
    assert_eq!(described(&table), expected);
}

#[test]
fn a_table_with_everything_is_described_as_the_service_does() {
    let units = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 6});
    let global = json!({"IndexName": "by_c", "KeySchema": keys(&["c", "a"]), "ProvisionedThroughput": units,
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["z", "y"]}});
    let with = json!({
        "AttributeDefinitions": attributes(&["c", "b", "a"]),
        "KeySchema": keys(&["a", "b"]),
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": units,
        "LocalSecondaryIndexes": [index("local", keys(&["a", "c"]))],
        "GlobalSecondaryIndexes": [global],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "SSESpecification": {"Enabled": true},
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "DeletionProtectionEnabled": true,
        "Tags": [{"Key": "team", "Value": "a"}],
    });
    let mut table = made(with.clone());
    assert_eq!(
        advance(&mut table, NOW_MS + 5000, false),
        [Step::Activated, Step::IndexActivated(1), Step::IndexActivated(2)]
    );
    assert_eq!(table.tags, [("team".to_owned(), "a".to_owned())]);
    let counts = |id| Counts { item_count: 10 + u64::from(id), size_bytes: 100 + u64::from(id) };
    let arn = "arn:aws:dynamodb:eu-west-2:123456789012:table/Orders";
    let throughput = json!({"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 5, "WriteCapacityUnits": 6});
    let warm = json!({"ReadUnitsPerSecond": 5, "WriteUnitsPerSecond": 6, "Status": "ACTIVE"});
    let expected = json!({
        "AttributeDefinitions": attributes(&["a", "b", "c"]),
        "TableName": "Orders",
        "KeySchema": keys(&["a", "b"]),
        "TableStatus": "ACTIVE",
        "CreationDateTime": 1_795_348_800.123,
        "ProvisionedThroughput": throughput,
        "TableSizeBytes": 100,
        "ItemCount": 10,
        "TableArn": arn,
        "TableId": "00000000-0000-4000-8000-000000000000",
        "LocalSecondaryIndexes": [{
            "IndexName": "local",
            "KeySchema": keys(&["a", "c"]),
            "Projection": {"ProjectionType": "ALL"},
            "IndexSizeBytes": 101,
            "ItemCount": 11,
            "IndexArn": format!("{arn}/index/local"),
        }],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by_c",
            "KeySchema": keys(&["c", "a"]),
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["y", "z"]},
            "IndexStatus": "ACTIVE",
            "ProvisionedThroughput": throughput,
            "IndexSizeBytes": 102,
            "ItemCount": 12,
            "IndexArn": format!("{arn}/index/by_c"),
            "WarmThroughput": warm,
        }],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "LatestStreamLabel": "2026-11-22T12:00:00.123",
        "LatestStreamArn": format!("{arn}/stream/2026-11-22T12:00:00.123"),
        "SSEDescription": {
            "Status": "ENABLED",
            "SSEType": "KMS",
            "KMSMasterKeyArn": "arn:aws:kms:eu-west-2:123456789012:alias/aws/dynamodb",
        },
        "TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
        "DeletionProtectionEnabled": true,
        "WarmThroughput": warm,
    });
    assert_eq!(serde_json::to_value(describe(&table, NOW_MS, counts)).unwrap(), expected);
    let mut instant = create(&request(with), &naming(true)).unwrap();
    assert_eq!(instant.status, TableStatus::Active);
    instant.id = table.id;
    instant.backups_from_ms = table.backups_from_ms;
    assert_eq!(instant, table, "at once, but the same");
    let stored: Table = serde_json::from_slice(&serde_json::to_vec(&table).unwrap()).unwrap();
    assert_eq!(stored, table);
}

#[test]
fn a_taken_name_is_refused_by_the_state_of_its_table() {
    let mut table = made(json!({}));
    assert_eq!(
        taken(&table).message,
        "Attempt to change a resource which is still in use: Table is being created: Orders"
    );
    advance(&mut table, u64::MAX, false);
    assert_eq!(
        (taken(&table).kind, taken(&table).message.as_str()),
        (ErrorKind::ResourceInUse, "Table already exists: Orders")
    );
}

#[test]
fn a_uuid_is_one_of_version_four() {
    let uuid = crate::table::uuid(&mut crate::random::Random::new(1));
    let parts: Vec<&str> = uuid.split('-').collect();
    assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert!(parts[2].starts_with('4') && parts[3].starts_with(['8', '9', 'a', 'b']), "{uuid}");
    assert_eq!(uuid, crate::table::uuid(&mut crate::random::Random::new(1)));
}

#[test]
fn a_global_index_may_have_four_and_four_key_attributes() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let kind = |at: usize| if at < 4 { "HASH" } else { "RANGE" };
    let elements: Vec<(&str, &str)> = names.iter().enumerate().map(|(at, name)| (*name, kind(at))).collect();
    let table = made(json!({"AttributeDefinitions": attributes(&names),
        "GlobalSecondaryIndexes": [index("abc", typed_keys(&elements))]}));
    let keys = &table.index("abc").unwrap().keys;
    assert_eq!((keys.hash.len(), keys.range.len()), (4, 4));
    assert_eq!(keys.range[3].name, "h");
}
