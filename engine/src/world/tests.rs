//! What holds for the door as a whole: the same calls give the same bytes, and every way back leads to the same state.

use serde_json::{Value, json};

use super::{Config, Outcome, World};
use crate::timeline::{Event, EventKind};

const REGION: &str = "us-east-1";
const START_MS: u64 = 1_700_000_000_000;

struct Session {
    world: World,
    now_ms: u64,
    journal: Vec<u8>,
    events: Vec<Event>,
}

impl Session {
    fn new(config: Config) -> Session {
        Session { world: World::new(config), now_ms: START_MS, journal: Vec::new(), events: Vec::new() }
    }

    fn raw(&mut self, operation: &str, request: &Value) -> Outcome {
        let outcome = self.world.execute(REGION, self.now_ms, operation, request.to_string().as_bytes());
        self.journal.extend_from_slice(&outcome.changes);
        self.events = outcome.events.clone();
        outcome
    }

    fn ok(&mut self, operation: &str, request: Value) -> Value {
        let response = self.raw(operation, &request).response;
        let bytes = response.unwrap_or_else(|error| panic!("{operation} {request}: {error}"));
        serde_json::from_slice(&bytes).unwrap()
    }

    fn refused(&mut self, operation: &str, request: Value) -> String {
        self.raw(operation, &request).response.expect_err("it should be refused").to_string()
    }

    fn accounts(&mut self) {
        self.ok(
            "CreateTable",
            json!({
                "TableName": "Accounts", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "owner", "AttributeType": "S"}
                ],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by-owner", "Projection": {"ProjectionType": "ALL"},
                    "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}]
                }],
                "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}
            }),
        );
        self.now_ms += 60_000;
        for (id, balance) in [("a", "100"), ("b", "50")] {
            self.put(id, balance);
        }
    }

    fn put(&mut self, id: &str, balance: &str) {
        let item = json!({"id": {"S": id}, "owner": {"S": "o"}, "balance": {"N": balance}});
        self.ok("PutItem", json!({"TableName": "Accounts", "Item": item}));
    }

    fn balance(&mut self, id: &str) -> String {
        let key = json!({"TableName": "Accounts", "Key": {"id": {"S": id}}, "ConsistentRead": true});
        self.ok("GetItem", key)["Item"]["balance"]["N"].as_str().unwrap().to_string()
    }
}

fn transfer(amount: &str) -> Value {
    let update = |id: &str, sign: &str, condition: Option<&str>| {
        let mut update = json!({
            "TableName": "Accounts", "Key": {"id": {"S": id}},
            "UpdateExpression": format!("SET balance = balance {sign} :amount"),
            "ExpressionAttributeValues": {":amount": {"N": amount}}
        });
        if let Some(condition) = condition {
            update["ConditionExpression"] = condition.into();
        }
        json!({ "Update": update })
    };
    json!({"TransactItems": [update("a", "-", Some("balance >= :amount")), update("b", "+", None)]})
}

fn run_of(request: Value) -> Value {
    json!({ "Clients": [{ "Operation": "TransactWriteItems", "Request": request }] })
}

/// Takes steps until the run is over, and gives how its one client ended.
fn step_to_the_end(session: &mut Session) -> Value {
    let run = session.ok("Dynascope.StepTransactions", json!({ "Seed": 1, "Count": 100 }));
    assert_eq!(run["Over"], true, "{run}");
    run["Clients"][0].clone()
}

#[test]
fn a_transfer_moves_all_or_nothing() {
    let mut session = Session::new(Config::default());
    session.accounts();
    session.ok("TransactWriteItems", transfer("30"));
    assert_eq!((session.balance("a"), session.balance("b")), ("70".into(), "80".into()));
    let refusal = session.refused("TransactWriteItems", transfer("71"));
    assert!(refusal.ends_with("specific reasons [ConditionalCheckFailed, None]"), "{refusal}");
    assert_eq!((session.balance("a"), session.balance("b")), ("70".into(), "80".into()));
}

#[test]
fn a_stepped_transfer_ends_as_an_ordinary_one_does() {
    let mut session = Session::new(Config::default());
    session.accounts();
    session.ok("Dynascope.BeginTransactions", run_of(transfer("30")));
    assert_eq!(step_to_the_end(&mut session)["Response"], json!({}));
    assert_eq!((session.balance("a"), session.balance("b")), ("70".into(), "80".into()));
    assert_eq!(session.ok("Dynascope.DescribeTransactions", json!({}))["Clients"], json!([]));
}

#[test]
fn a_write_between_is_refused_once_the_item_is_held() {
    let mut session = Session::new(Config::default());
    session.accounts();
    // Held: the plain write loses, a plain read does not even notice.
    session.ok("Dynascope.BeginTransactions", run_of(transfer("30")));
    for step in ["start 1", "deliver 1", "deliver 2"] {
        session.ok("Dynascope.StepTransactions", json!({ "Step": step }));
    }
    session.world = World::restore(Config::default(), &session.world.snapshot()).unwrap();
    let put = json!({"TableName": "Accounts", "Item": {"id": {"S": "a"}, "balance": {"N": "0"}}});
    let refusal = session.refused("PutItem", put);
    assert_eq!(refusal, "TransactionConflictException: Transaction is ongoing for the item");
    assert!(session.events.iter().any(|event| matches!(event.kind, EventKind::Conflict { .. })));
    assert_eq!(session.balance("a"), "100");
    let get = json!({"TransactItems": [{"Get": {"TableName": "Accounts", "Key": {"id": {"S": "a"}}}}]});
    assert!(session.refused("TransactGetItems", get).ends_with("[TransactionConflict]"));
    assert_eq!(step_to_the_end(&mut session)["Response"], json!({}));
    assert_eq!((session.balance("a"), session.balance("b")), ("70".into(), "80".into()));
}

#[test]
fn a_token_is_good_for_ten_minutes_and_for_its_own_parameters_only() {
    let mut session = Session::new(Config::default());
    session.accounts();
    let with_token = |amount: &str| {
        let mut request = transfer(amount);
        request["ClientRequestToken"] = "token-1".into();
        request
    };
    session.ok("TransactWriteItems", with_token("10"));
    session.ok("TransactWriteItems", with_token("10"));
    assert_eq!(session.balance("a"), "90", "done once");
    let refusal = session.refused("TransactWriteItems", with_token("11"));
    assert!(refusal.starts_with("IdempotentParameterMismatchException"), "{refusal}");
    session.now_ms += 10 * 60 * 1000;
    session.ok("TransactWriteItems", with_token("10"));
    assert_eq!(session.balance("a"), "80", "forgotten after ten minutes");
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let run = || {
        let mut session = Session::new(Config::default());
        session.accounts();
        let mut bytes = Vec::new();
        for n in 0..50 {
            session.now_ms += 7;
            session.put(["a", "b", "c"][n % 3], &n.to_string());
            let scan = session.raw("Scan", &json!({"TableName": "Accounts", "IndexName": "by-owner"}));
            bytes.extend(scan.response.unwrap());
            bytes.extend(serde_json::to_vec(&scan.events).unwrap());
        }
        (bytes, session.journal, session.world.snapshot())
    };
    assert_eq!(run(), run());
}

#[test]
fn a_replayed_journal_and_a_restored_snapshot_are_the_same_state() {
    let mut session = Session::new(Config::default());
    session.accounts();
    session.ok("TransactWriteItems", transfer("30"));
    session.ok("DeleteItem", json!({"TableName": "Accounts", "Key": {"id": {"S": "b"}}}));
    let snapshot = session.world.snapshot();
    let mut replayed = World::new(Config::default());
    replayed.replay(&session.journal).unwrap();
    assert_eq!(replayed.snapshot(), snapshot);
    assert_eq!(World::restore(Config::default(), &snapshot).unwrap().snapshot(), snapshot);

    let describe = json!({"TableName": "Accounts"});
    let of = |world: &mut World| {
        let outcome =
            world.execute(REGION, START_MS + 90_000, "DescribeTable", describe.to_string().as_bytes());
        serde_json::from_slice::<Value>(&outcome.response.unwrap()).unwrap()["Table"]["ItemCount"].clone()
    };
    assert_eq!(of(&mut replayed), 1);
}

#[test]
fn winding_back_undoes_what_is_not_durable_and_nothing_else() {
    let mut session = Session::new(Config::default());
    session.accounts();
    session.world.durable(session.world.position());
    let durable = session.world.snapshot();
    session.put("a", "1");
    session.ok("DeleteTable", json!({"TableName": "Accounts"}));
    session.now_ms += 60_000;
    assert!(
        session.refused("Scan", json!({"TableName": "Accounts"})).starts_with("ResourceNotFoundException")
    );
    session.world.wind_back();
    assert_eq!(session.balance("a"), "100");
    let mut fresh = World::restore(Config::default(), &durable).unwrap();
    let scan = json!({"TableName": "Accounts", "ConsistentRead": true}).to_string();
    let of =
        |world: &mut World| world.execute(REGION, session.now_ms, "Scan", scan.as_bytes()).response.unwrap();
    assert_eq!(of(&mut session.world), of(&mut fresh));
}

#[test]
fn an_eventually_consistent_read_can_be_stale_and_a_strong_one_never_is() {
    let mut session = Session::new(Config::default());
    session.accounts();
    let mut stale = 0;
    for n in 1..200 {
        session.now_ms += 2_000;
        session.put("a", &n.to_string());
        assert_eq!(session.balance("a"), n.to_string());
        session.now_ms += 3;
        let get = json!({"TableName": "Accounts", "Key": {"id": {"S": "a"}}});
        let read = session.ok("GetItem", get)["Item"]["balance"]["N"].as_str().unwrap().to_string();
        if read != n.to_string() {
            assert_eq!(
                read,
                if n == 1 { "100".to_string() } else { (n - 1).to_string() },
                "the state before"
            );
            stale += 1;
        }
    }
    // Two replicas of three lag by 5 ms and more.
    assert!((100..160).contains(&stale), "{stale} of 199 reads were stale");
}

#[test]
fn a_global_index_follows_its_table_and_says_when_it_has() {
    let mut session = Session::new(Config::default());
    session.accounts();
    session.now_ms += 60_000;
    let item = json!({"id": {"S": "c"}, "owner": {"S": "new"}});
    session.ok("PutItem", json!({"TableName": "Accounts", "Item": item}));
    let visible_at_ms = session
        .events
        .iter()
        .find_map(|event| match event.kind {
            EventKind::IndexWritten { visible_at_ms, .. } => Some(visible_at_ms),
            _ => None,
        })
        .expect("the index is written");
    let query = json!({
        "TableName": "Accounts", "IndexName": "by-owner", "KeyConditionExpression": "#o = :o",
        "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "new"}}
    });
    session.now_ms = visible_at_ms - 1;
    assert_eq!(session.ok("Query", query.clone())["Count"], 0);
    session.now_ms = visible_at_ms;
    assert_eq!(session.ok("Query", query)["Count"], 1);
    assert!(session.events.iter().any(|event| matches!(event.kind, EventKind::IndexPropagated { .. })));
}

#[test]
fn expired_items_go_at_the_next_sweep_and_the_stream_says_who_did_it() {
    let mut session = Session::new(Config::default());
    session.accounts();
    let specification = json!({"Enabled": true, "AttributeName": "ttl"});
    session
        .ok("UpdateTimeToLive", json!({"TableName": "Accounts", "TimeToLiveSpecification": specification}));
    session.now_ms += 60_000;
    let second = session.now_ms / 1000 + 10;
    let item = json!({"id": {"S": "gone"}, "ttl": {"N": second.to_string()}});
    session.ok("PutItem", json!({"TableName": "Accounts", "Item": item}));
    let key = json!({"TableName": "Accounts", "Key": {"id": {"S": "gone"}}, "ConsistentRead": true});
    session.now_ms += 11_000;
    assert!(session.ok("GetItem", key.clone())["Item"].is_object(), "expired, and still there");
    session.now_ms += 60_000;
    assert!(session.ok("GetItem", key)["Item"].is_null());
    assert!(session.events.iter().any(|event| matches!(event.kind, EventKind::Expired { .. })));
    let stream = session.ok("ListStreams", json!({}))["Streams"][0]["StreamArn"].clone();
    let shards =
        session.ok("DescribeStream", json!({"StreamArn": stream}))["StreamDescription"]["Shards"].clone();
    let mut removed = 0;
    for shard in shards.as_array().unwrap() {
        let request =
            json!({"StreamArn": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
        let iterator = session.ok("GetShardIterator", request)["ShardIterator"].clone();
        let records = session.ok("GetRecords", json!({"ShardIterator": iterator}))["Records"].clone();
        for record in records.as_array().unwrap().iter().filter(|record| record["eventName"] == "REMOVE") {
            assert_eq!(record["userIdentity"]["PrincipalId"], "dynamodb.amazonaws.com");
            removed += 1;
        }
    }
    assert_eq!(removed, 1);
}

#[test]
fn every_shard_s_records_are_trimmed_by_their_own_age() {
    let mut session = Session::new(Config::default());
    session.accounts();
    // Four partitions: the two highest bits of a key's hash are its partition.
    let in_partition = |wanted: u64| {
        let keys = (0..).map(|n| format!("key{n}"));
        keys.into_iter().find(|key| crate::model::key::hash(key.as_bytes()) >> 62 == wanted).unwrap()
    };
    session.now_ms += 25 * 3_600_000;
    session.ok("Scan", json!({"TableName": "Accounts"}));
    let (older, newer) = (in_partition(3), in_partition(0));
    session.put(&older, "1");
    session.now_ms += 3_600_000;
    session.put(&newer, "1");
    // The older record stands in a later shard than the newer one, and goes first all the same.
    session.now_ms += 23 * 3_600_000 + 1;
    session.ok("Scan", json!({"TableName": "Accounts"}));
    let trimmed = |session: &Session| {
        let records = session.events.iter().map(|event| match event.kind {
            EventKind::ShardTrimmed { records, .. } => records,
            _ => 0,
        });
        records.sum::<u64>()
    };
    assert_eq!(trimmed(&session), 1);
    session.now_ms += 3_600_000;
    session.ok("Scan", json!({"TableName": "Accounts"}));
    assert_eq!(trimmed(&session), 1);
}

#[test]
fn what_a_write_replaced_is_kept_until_every_follower_has_the_write() {
    let mut session = Session::new(Config { instant: true, lag: true, ..Config::default() });
    session.accounts();
    for amount in 0..200_u32 {
        session.now_ms += 10;
        session.put("a", &amount.to_string());
        let position = session.world.position();
        session.world.durable(position);
    }
    let reaches =
        |session: &mut Session, position| session.world.engine(REGION).region().store.reaches(position);
    let newest = session.world.engine(REGION).position();
    assert!(reaches(&mut session, newest - 1), "no follower can have the newest write yet");
    session.now_ms += 2_000;
    session.put("a", "0");
    assert!(!reaches(&mut session, newest - 1), "every follower has had it for a second");
}
