//! Runs of several clients and their exploration, by the door.

use engine::world::{Config, World};
use serde_json::{Value, json};

const REGION: &str = "us-east-1";

struct Bank {
    world: World,
    now_ms: u64,
}

impl Bank {
    fn open(balances: &[(&str, i64)]) -> Bank {
        let config = Config { instant: true, lag: false, throttle: false, ..Config::default() };
        let mut bank = Bank { world: World::new(config), now_ms: 1_700_000_000_000 };
        bank.ok(
            "CreateTable",
            json!({
                "TableName": "Accounts", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
            }),
        );
        for (id, balance) in balances {
            let item = json!({"id": {"S": id}, "balance": {"N": balance.to_string()}});
            bank.ok("PutItem", json!({"TableName": "Accounts", "Item": item}));
        }
        bank
    }

    fn call(&mut self, operation: &str, request: &Value) -> Result<Value, String> {
        let outcome = self.world.execute(REGION, self.now_ms, operation, request.to_string().as_bytes());
        let response = outcome.response.map_err(|error| error.to_string())?;
        Ok(serde_json::from_slice(&response).unwrap())
    }

    fn ok(&mut self, operation: &str, request: Value) -> Value {
        self.call(operation, &request).unwrap_or_else(|error| panic!("{operation} {request}: {error}"))
    }

    fn step(&mut self, step: &str) -> Value {
        self.ok("Dynascope.StepTransactions", json!({ "Step": step }))
    }

    fn balance(&mut self, id: &str) -> i64 {
        let key = json!({"id": {"S": id}});
        let item = self.ok("GetItem", json!({"TableName": "Accounts", "Key": key, "ConsistentRead": true}));
        item["Item"]["balance"]["N"].as_str().unwrap().parse().unwrap()
    }
}

fn update(id: &str, expression: &str, condition: Option<&str>, amount: i64) -> Value {
    let mut update = json!({
        "TableName": "Accounts", "Key": {"id": {"S": id}}, "UpdateExpression": expression,
        "ExpressionAttributeValues": {":a": {"N": amount.to_string()}}
    });
    if let Some(condition) = condition {
        update["ConditionExpression"] = condition.into();
    }
    update
}

fn transfer(from: &str, to: &str, amount: i64) -> Value {
    json!({"Operation": "TransactWriteItems", "Request": {"TransactItems": [
        {"Update": update(from, "SET balance = balance - :a", Some("balance >= :a"), amount)},
        {"Update": update(to, "SET balance = balance + :a", None, amount)}
    ]}})
}

fn read_both(one: &str, other: &str) -> Value {
    let get = |id: &str| json!({"Get": {"TableName": "Accounts", "Key": {"id": {"S": id}}}});
    json!({"Operation": "TransactGetItems", "Request": {"TransactItems": [get(one), get(other)]}})
}

fn add(id: &str, amount: i64) -> Value {
    json!({"Operation": "UpdateItem", "Request": update(id, "SET balance = balance + :a", None, amount)})
}

#[test]
fn every_interleaving_of_two_transfers_is_as_one_after_the_other() {
    let mut bank = Bank::open(&[("a", 250), ("b", 40)]);
    let request = json!({"Clients": [transfer("a", "b", 200), transfer("a", "b", 100)]});
    let explored = bank.ok("Dynascope.ExploreTransactions", request);
    assert_eq!(explored["Serializable"], true, "{explored}");
    assert_eq!(explored["Wrong"], "0");
    assert!(explored["Ends"].as_array().unwrap().len() >= 3, "{explored}");
    assert_eq!((bank.balance("a"), bank.balance("b")), (250, 40), "exploring changes nothing");
}

#[test]
fn without_the_pending_check_money_that_is_not_there_is_spent() {
    let mut bank = Bank::open(&[("a", 250), ("b", 40)]);
    let clients = json!([transfer("a", "b", 200), transfer("a", "b", 100)]);
    let request = json!({"Clients": clients, "Without": "PendingCheck"});
    let explored = bank.ok("Dynascope.ExploreTransactions", request);
    assert_eq!(explored["Serializable"], false);
    let wrong = &explored["Counterexample"];
    let (trail, standings) = (wrong["Trail"].as_array().unwrap(), wrong["Standings"].as_array().unwrap());
    assert_eq!(standings.len(), trail.len() + 1, "where all stands before the first step and after each");
    assert_eq!(explored["Ends"][0]["Verdict"], "NotSerial");
}

#[test]
fn without_the_timestamp_check_a_late_message_makes_a_transfer_happen_twice() {
    let mut bank = Bank::open(&[("a", 250), ("b", 40)]);
    let clients = json!([transfer("a", "b", 100)]);
    let request = json!({"Clients": clients, "Without": "TimestampCheck", "Repeats": 1});
    let explored = bank.ok("Dynascope.ExploreTransactions", request);
    assert_eq!(explored["Ends"][0]["Verdict"], "NotSerial", "{}", explored["Ends"]);
    let request = json!({"Clients": clients, "Repeats": 1, "Crashes": 1});
    let explored = bank.ok("Dynascope.ExploreTransactions", request);
    assert_eq!(explored["Serializable"], true, "{}", explored["Counterexample"]["Trail"]);
}

#[test]
fn without_the_timestamp_check_the_later_transaction_may_come_first() {
    let mut bank = Bank::open(&[("a", 250), ("b", 40)]);
    let clients = json!([transfer("a", "b", 200), transfer("b", "a", 100)]);
    let explored =
        bank.ok("Dynascope.ExploreTransactions", json!({"Clients": clients, "Without": "TimestampCheck"}));
    assert_eq!(explored["Ends"][0]["Verdict"], "AgainstTimestamps", "{}", explored["Ends"]);
}

#[test]
fn without_a_timestamp_on_what_was_only_checked_an_earlier_write_comes_after_the_check() {
    let mut bank = Bank::open(&[("a", 250), ("b", 40), ("c", 60)]);
    let check = json!({ "ConditionCheck": { "TableName": "Accounts", "Key": { "id": { "S": "b" } },
        "ConditionExpression": "balance > :none", "ExpressionAttributeValues": { ":none": { "N": "0" } } } });
    let mut checking = transfer("a", "c", 5);
    checking["Request"]["TransactItems"][0] = check;
    let clients = json!([transfer("b", "a", 40), checking]);
    let request = json!({"Clients": clients, "Without": "CheckedTimestamp"});
    let explored = bank.ok("Dynascope.ExploreTransactions", request);
    assert_eq!(explored["Ends"][0]["Verdict"], "AgainstTimestamps", "{}", explored["Ends"]);
    assert!(explored["Counterexample"]["Trail"].as_array().is_some_and(|trail| !trail.is_empty()));
    let explored = bank.ok("Dynascope.ExploreTransactions", json!({ "Clients": clients }));
    assert_eq!(explored["Serializable"], true, "{}", explored["Counterexample"]["Trail"]);
}

#[test]
fn a_crash_and_a_plain_write_in_between_are_as_one_after_the_other() {
    let mut bank = Bank::open(&[("a", 250), ("b", 40)]);
    let clients = json!([transfer("a", "b", 100), add("a", 5), read_both("a", "b")]);
    let request = json!({"Clients": clients, "MostStates": 200_000});
    let explored = bank.ok("Dynascope.ExploreTransactions", request);
    assert_eq!(explored["Serializable"], true, "{}", explored["Counterexample"]["Trail"]);
    let clients = json!([transfer("a", "b", 100), add("a", 5)]);
    let request = json!({"Clients": clients, "Crashes": 1, "MostStates": 200_000});
    let explored = bank.ok("Dynascope.ExploreTransactions", request);
    assert_eq!(explored["Serializable"], true, "{}", explored["Counterexample"]["Trail"]);
}

#[test]
fn too_large_a_scenario_is_refused() {
    let mut bank = Bank::open(&[("a", 250), ("b", 40)]);
    let clients = json!([transfer("a", "b", 1), transfer("b", "a", 1), transfer("a", "b", 2)]);
    let refusal = bank
        .call("Dynascope.ExploreTransactions", &json!({"Clients": clients, "MostStates": 50}))
        .expect_err("it should be refused");
    assert!(refusal.contains("more than 50 states"), "{refusal}");
    let walks = json!({"Clients": clients, "Walks": 50, "Seed": 3, "Crashes": 1, "Repeats": 1});
    let explored = bank.ok("Dynascope.ExploreTransactions", walks);
    assert_eq!((&explored["Interleavings"], &explored["Serializable"]), (&json!("50"), &json!(true)));
}

#[test]
fn a_run_is_taken_step_by_step_and_goes_on_after_a_reopen() {
    let mut bank = Bank::open(&[("a", 250), ("b", 40)]);
    bank.ok("Dynascope.BeginTransactions", json!({"Clients": [transfer("a", "b", 100), add("b", 5)]}));
    bank.step("start 1");
    bank.step("start 2");
    let run = bank.step("deliver 3");
    assert_eq!(run["Clients"][1]["Stage"], "Over", "the plain write comes before the prepare: {run}");
    let snapshot = bank.world.snapshot();
    let config = Config { instant: true, lag: false, throttle: false, ..Config::default() };
    bank.world = World::restore(config, &snapshot).expect("it opens");
    let run = bank.step("deliver 2");
    let told = run["Trail"][3]["Told"].as_str().unwrap();
    assert!(told.contains("refuses: it was written at"), "{told}");
    let run = bank.ok("Dynascope.StepTransactions", json!({"Seed": 5, "Count": 100}));
    assert_eq!((&run["Over"], bank.balance("a"), bank.balance("b")), (&json!(true), 250, 45));
    let error = &run["Clients"][0]["Error"];
    assert_eq!(error["CancellationReasons"][1]["Code"], "TransactionConflict", "{error}");
    assert_eq!(bank.ok("Dynascope.DescribeTransactions", json!({})), json!({"Clients": []}));
}

#[test]
fn the_same_seed_twice_gives_the_same_run() {
    let all = |seed: u64| {
        let mut bank = Bank::open(&[("a", 250), ("b", 40)]);
        let clients = json!([transfer("a", "b", 100), transfer("b", "a", 10), read_both("a", "b")]);
        bank.ok("Dynascope.BeginTransactions", json!({ "Clients": clients }));
        bank.ok("Dynascope.StepTransactions", json!({"Seed": seed, "Count": 200}))
    };
    assert_eq!(all(3)["Over"], true);
    assert_eq!(all(3), all(3));
    assert_ne!(all(3)["Trail"], all(4)["Trail"]);
}
