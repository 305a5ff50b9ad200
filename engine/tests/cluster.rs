//! Splits and failures through the door: what follows from each, in which order, and that nothing is lost.

use serde_json::{Value, json};

use engine::timeline::{EventKind, SplitCause, Zone};
use engine::world::{Config, World};

const REGION: &str = "us-east-1";

/// A world with a clock.
struct Door {
    world: World,
    now_ms: u64,
    events: Vec<EventKind>,
}

impl Door {
    fn new(config: Config) -> Door {
        let config = Config { instant: true, throttle: false, ..config };
        Door { world: World::new(config), now_ms: 1_800_000_000_000, events: Vec::new() }
    }

    fn call(&mut self, operation: &str, request: Value) -> Result<Value, String> {
        let outcome = self.world.execute(REGION, self.now_ms, operation, request.to_string().as_bytes());
        self.events.extend(outcome.events.into_iter().map(|event| event.kind));
        match outcome.response {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).expect("a response is JSON")),
            Err(error) => Err(error.kind.name().to_string()),
        }
    }

    fn ok(&mut self, operation: &str, request: Value) -> Value {
        let shown = request.to_string();
        self.call(operation, request).unwrap_or_else(|error| panic!("{operation} {shown}: {error}"))
    }

    /// Lets time pass, through every moment at which something is due.
    fn pass(&mut self, time_ms: u64) {
        let until_ms = self.now_ms + time_ms;
        while let Some(due_ms) = self.world.next_due_ms().filter(|due_ms| *due_ms <= until_ms) {
            self.now_ms = self.now_ms.max(due_ms);
            let ticked = self.world.tick(self.now_ms);
            self.events.extend(ticked.events.into_iter().map(|event| event.kind));
        }
        self.now_ms = until_ms;
    }

    /// A table of `owner` and `n`, with the global index `by-status`; one partition each.
    fn create(&mut self) {
        let attribute = |name, kind| json!({"AttributeName": name, "AttributeType": kind});
        let throughput = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5});
        self.ok(
            "CreateTable",
            json!({
                "TableName": "Tab",
                "AttributeDefinitions": [attribute("owner", "S"), attribute("n", "N"), attribute("status", "S")],
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
                "ProvisionedThroughput": throughput,
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by-status", "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": throughput,
                    "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}]
                }]
            }),
        );
    }

    fn put(&mut self, owner: &str, n: u64) -> Result<Value, String> {
        let item = json!({"owner": {"S": owner}, "n": {"N": n.to_string()}, "status": {"S": "open"}});
        self.call("PutItem", json!({"TableName": "Tab", "Item": item}))
    }

    fn partitions(&mut self, index: Option<&str>) -> Vec<Value> {
        let listed = self.ok("Dynascope.ListPartitions", json!({"TableName": "Tab"}));
        let all = listed["Partitions"].as_array().expect("partitions");
        all.iter().filter(|one| one["IndexName"].as_str() == index).cloned().collect()
    }

    fn switch(&mut self, index: Option<&str>, zone: &Value, action: &str) {
        let partition = self.partitions(index)[0]["PartitionId"].clone();
        let mut request = json!({"TableName": "Tab", "Partition": partition, "Zone": zone, "Action": action});
        if let Some(index) = index {
            request["IndexName"] = index.into();
        }
        self.ok("Dynascope.UpdateReplica", request);
    }

    fn open_in_index(&mut self) -> Result<usize, String> {
        let request = json!({
            "TableName": "Tab", "IndexName": "by-status", "KeyConditionExpression": "#s = :s",
            "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "open"}}
        });
        self.call("Query", request).map(|page| page["Items"].as_array().map_or(0, Vec::len))
    }
}

#[test]
fn every_acknowledged_write_survives_the_loss_of_any_one_zone() {
    for (seed, lag_percent) in (0..10).flat_map(|seed| [(seed, 100), (seed, 10_000)]) {
        for zone in Zone::ALL {
            let mut door = Door::new(Config { seed, ..Config::default() });
            // Followers that are minutes behind have the writes in their logs all the same.
            door.ok("Dynascope.UpdateSimulation", json!({"LagPercent": lag_percent}));
            door.create();
            for n in 0..20 {
                door.put("a", n).expect("it is acknowledged");
                door.now_ms += n % 3;
            }
            // In the very moment of the last acknowledgement.
            door.ok("Dynascope.UpdateZone", json!({"Zone": zone.name(), "Status": "DARK"}));
            door.pass(3_000);
            let found =
                door.ok("Scan", json!({"TableName": "Tab", "ConsistentRead": true, "Select": "COUNT"}));
            assert_eq!(found["Count"], 20, "seed {seed}, {zone:?}");
            door.put("a", 20).expect("two of three are there");
            door.pass(100 * lag_percent);
            for _ in 0..5 {
                let found = door.ok("Scan", json!({"TableName": "Tab", "Select": "COUNT"}));
                assert_eq!(found["Count"], 21, "whichever replica answers");
            }
        }
    }
}

#[test]
fn what_follows_from_a_leader_s_failure_happens_in_order_and_in_its_time() {
    let mut door = Door::new(Config { lag: false, ..Config::default() });
    door.create();
    let leader = door.partitions(None)[0]["LeaderZone"].clone();
    let from_ms = door.now_ms;
    door.switch(None, &leader, "KILL");
    let mut told = Vec::new();
    while let Some(due_ms) = door.world.next_due_ms() {
        door.events.clear();
        door.pass(due_ms - door.now_ms);
        told.extend(door.events.iter().map(|event| (due_ms - from_ms, event.clone())));
    }
    let told: Vec<(u64, &str)> = told
        .iter()
        .map(|(after_ms, event)| {
            let name = match event {
                EventKind::LeaseExpired { .. } => "lease over",
                EventKind::LeaderElected { zone, .. } if json!(zone.name()) != leader => "another elected",
                EventKind::LogReplicaAdded { .. } => "log replica",
                EventKind::ReplicaHealed { .. } => "healed",
                _ => "something else",
            };
            (*after_ms, name)
        })
        .collect();
    let expected =
        [(2_000, "lease over"), (2_000, "another elected"), (5_000, "log replica"), (300_000, "healed")];
    assert_eq!(told, expected);
}

#[test]
fn an_index_whose_leader_has_failed_holds_its_table_s_writes_back_only_as_long_as_nobody_can_lead_it() {
    let mut door = Door::new(Config { lag: false, ..Config::default() });
    door.create();
    door.put("a", 1).expect("all is well");
    let leader = door.partitions(Some("by-status"))[0]["LeaderZone"].clone();
    door.switch(Some("by-status"), &leader, "KILL");
    door.put("a", 2).expect("the table's own partition is well");
    assert_eq!(door.open_in_index(), Ok(1), "the index takes the entry when it has a leader again");
    door.pass(1_999);
    assert_eq!(door.open_in_index(), Ok(1));
    door.pass(1);
    assert_eq!(door.open_in_index(), Ok(2));
    // With two zones dark, nobody can say when that will be.
    door.pass(400_000);
    for zone in ["az-a", "az-b"] {
        door.ok("Dynascope.UpdateZone", json!({"Zone": zone, "Status": "DARK"}));
    }
    door.pass(10_000);
    assert_eq!(door.put("a", 3), Err("InternalServerError".into()));
    assert_eq!(door.open_in_index(), Ok(2), "az-c's replica answers");
    door.ok("Dynascope.UpdateZone", json!({"Zone": "az-c", "Status": "DARK"}));
    assert_eq!(door.open_in_index(), Err("InternalServerError".into()));
}

#[test]
fn a_hot_key_among_others_is_put_on_a_partition_of_its_own() {
    let mut door = Door::new(Config { lag: false, ..Config::default() });
    door.create();
    door.ok("Dynascope.UpdateSimulation", json!({"HeatSeconds": 10, "SplitSeconds": 30}));
    for n in 0..30 {
        door.put("a", n).expect("a put");
    }
    // Six of ten reads are for one of the items. A hundred units a second are not hot.
    for second in 0..20 {
        for n in 0..100 {
            let n = if n % 10 < 6 { 7 } else { (second * 13 + n * 7) % 30 };
            let key = json!({"owner": {"S": "a"}, "n": {"N": n.to_string()}});
            let get = json!({"Keys": [key], "ConsistentRead": true});
            door.ok("BatchGetItem", json!({"RequestItems": {"Tab": get}}));
        }
        door.pass(1_000);
    }
    assert!(!door.events.iter().any(|event| matches!(event, EventKind::SplitStarted { .. })));
    assert_eq!(door.partitions(None).len(), 1);
    let partition = door.partitions(None)[0].clone();
    assert_eq!(partition["SplitOutlook"], "ISOLATES");
    assert_eq!(partition["HottestKeys"][0]["Key"], "owner = a, n = 7");
    let split = json!({"TableName": "Tab", "Partition": partition["PartitionId"]});
    door.ok("Dynascope.SplitPartition", split);
    let counts: Vec<Value> = door.partitions(None).iter().map(|one| one["ItemCount"].clone()).collect();
    assert_eq!(counts, [7, 1, 22]);
    let split = door.events.iter().find_map(|event| match event {
        EventKind::PartitionSplit { into, cause, cut_at, .. } => Some((into.len(), *cause, cut_at.clone())),
        _ => None,
    });
    let (parts, cause, cut_at) = split.expect("it is told");
    assert_eq!((parts, cause), (3, SplitCause::Requested));
    assert!(cut_at.iter().all(|at| at.ends_with("owner = a, n = 7")), "{cut_at:?}");
    // Alone, it cannot be split any further.
    let alone = door.partitions(None)[1]["PartitionId"].clone();
    let again = door.call("Dynascope.SplitPartition", json!({"TableName": "Tab", "Partition": alone}));
    assert_eq!(again, Err("ValidationException".into()));
    let query = json!({
        "TableName": "Tab", "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#o": "owner"},
        "ExpressionAttributeValues": {":o": {"S": "a"}}, "ScanIndexForward": false
    });
    let items = door.ok("Query", query)["Items"].as_array().expect("items").clone();
    let numbers: Vec<String> =
        items.iter().map(|item| item["n"]["N"].as_str().unwrap_or("").to_owned()).collect();
    assert_eq!(numbers, (0..30).rev().map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn what_keeps_a_partition_hot_decides_whether_it_is_split() {
    let mut door = Door::new(Config { lag: false, ..Config::default() });
    door.create();
    door.ok("Dynascope.UpdateSimulation", json!({"HeatSeconds": 5, "SplitSeconds": 30}));
    let text = "x".repeat(390_000);
    let mut written = 0;
    let mut heat = |door: &mut Door, n: &dyn Fn(u64) -> u64, windows: u64| {
        for _ in 0..windows {
            // Eleven writes of 381 units in five seconds.
            for _ in 0..11 {
                written += 1;
                let item =
                    json!({"owner": {"S": "a"}, "n": {"N": n(written).to_string()}, "text": {"S": text}});
                door.ok("PutItem", json!({"TableName": "Tab", "Item": item}));
            }
            door.pass(5_000);
        }
    };
    let declined = |door: &Door| -> Vec<String> {
        let reason = |event: &EventKind| match event {
            EventKind::SplitDeclined { reason, .. } => Some(reason.clone()),
            _ => None,
        };
        door.events.iter().filter_map(reason).collect()
    };
    let started = |door: &Door| -> Vec<SplitCause> {
        let cause = |event: &EventKind| match event {
            EventKind::SplitStarted { cause, .. } => Some(*cause),
            _ => None,
        };
        door.events.iter().filter_map(cause).collect()
    };
    heat(&mut door, &|_| 7, 3);
    assert_eq!(declined(&door), ["SINGLE_KEY"], "told once, as long as it lasts");
    door.pass(600_000);
    heat(&mut door, &|written| written, 3);
    assert_eq!(declined(&door), ["SINGLE_KEY", "RISING_KEYS"]);
    assert_eq!((started(&door), door.partitions(None).len()), (vec![], 1));
    door.pass(600_000);
    heat(&mut door, &|written| if written % 10 < 7 { 7 } else { written * 7 % 30 }, 3);
    assert_eq!(started(&door), [SplitCause::HotKey]);
    door.pass(600_000);
    let parts = door.partitions(None);
    assert_eq!((parts.len(), &parts[1]["ItemCount"]), (3, &json!(1)));
}

#[test]
fn a_stepped_transaction_waits_for_a_partition_that_has_no_leader() {
    let mut door = Door::new(Config { lag: false, ..Config::default() });
    door.create();
    let put = |n: u64| {
        let item = json!({"owner": {"S": "a"}, "n": {"N": n.to_string()}});
        json!({"Put": {"TableName": "Tab", "Item": item}})
    };
    let request = json!({"TransactItems": [put(1), put(2)]});
    let clients = json!({"Clients": [{"Operation": "TransactWriteItems", "Request": request}]});
    door.ok("Dynascope.BeginTransactions", clients);
    for step in ["start 1", "deliver 1", "deliver 2"] {
        door.ok("Dynascope.StepTransactions", json!({"Step": step}));
    }
    let leader = door.partitions(None)[0]["LeaderZone"].clone();
    door.switch(None, &leader, "KILL");
    let rest = json!({"Seed": 1, "Count": 100});
    // What can be done is done: the decision is made, and its messages wait.
    let waiting = door.ok("Dynascope.StepTransactions", rest.clone());
    assert_eq!((&waiting["Over"], &waiting["Clients"][0]["Stage"]), (&json!(false), &json!("Committing")));
    assert_eq!(door.call("Dynascope.StepTransactions", rest.clone()), Err("InternalServerError".into()));
    door.pass(2_000);
    let done = door.ok("Dynascope.StepTransactions", rest);
    assert_eq!((&done["Over"], &done["Clients"][0]["Response"]), (&json!(true), &json!({})));
    let found = door.ok("Scan", json!({"TableName": "Tab", "ConsistentRead": true, "Select": "COUNT"}));
    assert_eq!(found["Count"], 2);
}

#[test]
fn an_index_whose_replica_failed_goes_on_in_time_at_the_others() {
    for seed in 0..20 {
        let mut door = Door::new(Config { seed, ..Config::default() });
        door.create();
        door.put("a", 0).expect("all is well");
        door.switch(Some("by-status"), &json!("az-b"), "KILL");
        // What the failed replica need not wait for is due earlier than what the others still lack.
        for n in 1..5 {
            door.pass(1);
            let put = door.put("a", n);
            assert!(put.is_ok(), "{put:?}");
        }
        door.pass(10_000);
        assert_eq!(door.open_in_index(), Ok(5));
    }
}

#[test]
fn a_hot_key_of_an_index_is_listed_once_however_many_items_have_it() {
    let mut door = Door::new(Config::default());
    door.create();
    for n in 0..6 {
        door.put(["a", "b"][n as usize % 2], n).expect("a put");
    }
    let index = door.partitions(Some("by-status"))[0]["HottestKeys"].clone();
    assert_eq!(index, json!([{"Key": "status = open", "Share": 1.0}]));
    let table = door.partitions(None)[0]["HottestKeys"].clone();
    assert_eq!(table.as_array().map(Vec::len), Some(5), "of a table each item is a key: {table}");
}
