//! Statements as whole requests: nothing in one makes the engine panic, pages come to the whole answer across reopens, a token
//! that was meddled with is refused, and what happens is told as for the other operations.

use proptest::prelude::*;
use serde_json::{Value, json};

use engine::timeline::EventKind;
use engine::world::{Config, Outcome, World};

fn config() -> Config {
    Config { instant: true, throttle: false, lag: false, ..Config::default() }
}

fn run(world: &mut World, operation: &str, request: &Value) -> Outcome {
    world.execute("us-east-1", 1_000, operation, request.to_string().as_bytes())
}

fn ask(world: &mut World, operation: &str, request: &Value) -> Result<Value, String> {
    let response = run(world, operation, request).response;
    response
        .map(|bytes| serde_json::from_slice(&bytes).expect("a response is JSON"))
        .map_err(|error| error.message)
}

/// A table with an index of either kind and 24 items in three collections.
fn world() -> World {
    let mut world = World::new(config());
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let key = |hash: &str, range: &str| json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
    let table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("pk"), attribute("sk"), attribute("kind"), attribute("rank")],
        "KeySchema": key("pk", "sk"),
        "GlobalSecondaryIndexes": [
            {"IndexName": "by-kind", "KeySchema": key("kind", "sk"), "Projection": {"ProjectionType": "ALL"}}],
        "LocalSecondaryIndexes": [
            {"IndexName": "by-rank", "KeySchema": key("pk", "rank"), "Projection": {"ProjectionType": "KEYS_ONLY"}}],
    });
    ask(&mut world, "CreateTable", &table).unwrap();
    for n in 0..24 {
        let item = json!({
            "pk": {"S": (["a", "b", "c"][n % 3])}, "sk": {"S": format!("{n:02}")}, "kind": {"S": (["x", "y"][n % 2])},
            "rank": {"S": format!("{:02}", 23 - n)}, "n": {"N": n.to_string()},
            "m": {"M": {"x": {"S": "y"}}}, "l": {"L": [{"N": "1"}]}, "ss": {"SS": ["a", "b"]},
        });
        ask(&mut world, "PutItem", &json!({"TableName": "Orders", "Item": item})).unwrap();
    }
    world
}

const SELECTS: [&str; 10] = [
    "SELECT pk, sk FROM Orders",
    "SELECT pk, sk FROM Orders WHERE n > 5 AND n < 20",
    "SELECT pk, sk FROM Orders WHERE pk = 'a'",
    "SELECT pk, sk FROM Orders WHERE pk = 'b' AND sk > '04' ORDER BY sk DESC",
    "SELECT pk, sk FROM Orders WHERE pk IN ['c', 'a'] ORDER BY pk DESC, sk ASC",
    "SELECT pk, sk FROM Orders WHERE pk = 'a' AND (sk < '06' OR sk > '12') OR pk = 'c' AND n IN [2, 5]",
    "SELECT pk, sk FROM Orders.\"by-kind\" WHERE kind = 'x' AND sk BETWEEN '03' AND '18'",
    "SELECT pk, sk FROM Orders.\"by-kind\"",
    "SELECT pk, sk, n FROM Orders.\"by-rank\" WHERE pk = 'b' ORDER BY rank DESC",
    "SELECT pk, sk FROM Orders.\"by-rank\" WHERE pk IN ['a', 'b'] AND rank > '05'",
];

/// What statements are made of, and what they are not.
const PARTS: [&str; 96] = [
    "SELECT",
    "FROM",
    "WHERE",
    "INSERT INTO",
    "VALUE",
    "UPDATE",
    "SET",
    "REMOVE",
    "DELETE FROM",
    "RETURNING",
    "ALL OLD *",
    "MODIFIED NEW *",
    "ORDER BY",
    "ASC",
    "DESC",
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "IS",
    "IS NOT",
    "MISSING",
    "NULL",
    "EXISTS",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<<",
    ">>",
    ",",
    ".",
    ":",
    ";",
    "*",
    "?",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "/",
    "||",
    "Orders",
    "\"Orders\"",
    "Orders.\"by-kind\"",
    "Nowhere",
    "pk",
    "sk",
    "n",
    "m",
    "m.x",
    "l[0]",
    "ss",
    "kind",
    "rank",
    "'a'",
    "'04'",
    "''",
    "'it''s'",
    "1",
    "0",
    "-1",
    "1e126",
    "1.5e-200",
    "99999999999",
    "true",
    "false",
    "begins_with(",
    "contains(",
    "attribute_type(",
    "size(",
    "attribute_exists(",
    "if_not_exists(",
    "list_append(",
    "set_add(",
    "set_delete(",
    "CASE",
    "WHEN",
    "CAST(",
    "LIMIT",
    "VALUES",
    "AS",
    "@",
    "`1`",
    "--",
    "/*",
    "*/",
    "\"",
    "'",
];

/// Statements that are nearly right: one with a part of it replaced, left out or put in.
fn statement() -> impl Strategy<Value = String> {
    let whole = prop_oneof![
        proptest::sample::select(&SELECTS[..]).prop_map(str::to_owned),
        Just("SELECT m.x, l[0] FROM Orders WHERE pk = 'a' AND sk = '00' AND NOT size(ss) IN [ 1 , ? ]".to_owned()),
        Just("INSERT INTO Orders VALUE { 'pk' : 'a' , 'sk' : ? , 'l' : [ 1 , { 'x' : << 'a' >> } ] }".to_owned()),
        Just(
            "UPDATE Orders SET n = n + 1 , m.x = if_not_exists( z , ? ) REMOVE l[0] WHERE pk = 'a' AND sk = '00' \
             RETURNING MODIFIED NEW *"
                .to_owned()
        ),
        Just("UPDATE Orders SET ss = set_add( ss , << 'c' >> ) WHERE pk = 'a' AND sk = '03' AND n > 1".to_owned()),
        Just("FROM Orders WHERE pk = 'b' AND sk = '01' SET l = list_append( l , [ 2 ] )".to_owned()),
        Just("DELETE FROM Orders WHERE pk = 'c' AND sk = '02' AND m.x = 'y' RETURNING ALL OLD *".to_owned()),
        Just("EXISTS ( SELECT * FROM Orders WHERE pk = 'a' AND sk = '00' AND n = 0 )".to_owned()),
    ];
    let part = || proptest::sample::select(&PARTS[..]);
    let changed = (whole, proptest::collection::vec((any::<prop::sample::Index>(), 0..3, part()), 0..4))
        .prop_map(|(text, changes)| {
            let mut parts: Vec<&str> = text.split(' ').collect();
            for (at, how, part) in changes {
                let at = at.index(parts.len().max(1));
                match how {
                    0 => parts.insert(at, part),
                    1 if at < parts.len() => parts[at] = part,
                    _ if at < parts.len() => drop(parts.remove(at)),
                    _ => {}
                }
            }
            parts.join(" ")
        });
    let soup = proptest::collection::vec(part(), 0..24).prop_map(|parts| parts.join(" "));
    prop_oneof![6 => changed, 2 => soup, 1 => ".{0,40}"]
}

fn parameters() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        Just(json!({"S": "04"})),
        Just(json!({"N": "2"})),
        Just(json!({"N": "x"})),
        Just(json!({"BOOL": true})),
        Just(json!({"L": [{"NULL": true}]})),
        Just(json!({"SS": ["c"]})),
        Just(json!({})),
    ];
    proptest::collection::vec(value, 0..3).prop_map(Value::Array)
}

fn one() -> impl Strategy<Value = Value> {
    (statement(), parameters(), any::<bool>()).prop_map(|(statement, parameters, with)| match with {
        true => json!({"Statement": statement, "Parameters": parameters}),
        false => json!({"Statement": statement}),
    })
}

/// The items of all pages, and how many there were; `between` happens before each.
fn pages(world: &mut World, statement: &str, limit: u64, mut between: impl FnMut(&mut World)) -> Vec<Value> {
    let mut items = Vec::new();
    let mut token = Value::Null;
    for _ in 0..100 {
        between(world);
        let request = json!({"Statement": statement, "Limit": limit, "NextToken": token});
        let mut page = ask(world, "ExecuteStatement", &request).unwrap();
        items.append(page["Items"].as_array_mut().unwrap());
        token = page["NextToken"].take();
        if token.is_null() {
            return items;
        }
    }
    panic!("{statement} never ends");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_statement_makes_the_engine_panic(all in proptest::collection::vec(one(), 1..5), limit in 0..4) {
        let mut world = world();
        for one in &all {
            let mut request = one.clone();
            request["Limit"] = json!(limit);
            request["ReturnConsumedCapacity"] = json!("INDEXES");
            if let Ok(page) = ask(&mut world, "ExecuteStatement", &request) && page["NextToken"].is_string() {
                request["NextToken"] = page["NextToken"].clone();
                prop_assert!(ask(&mut world, "ExecuteStatement", &request).is_ok(), "{request}");
            }
        }
        let _ = ask(&mut world, "BatchExecuteStatement", &json!({"Statements": all}));
        let _ = ask(&mut world, "ExecuteTransaction", &json!({"TransactStatements": all}));
    }

    #[test]
    fn a_token_that_was_meddled_with_is_refused(at: prop::sample::Index, with in "[A-Za-z0-9+/=_-]", cut: bool) {
        let mut world = world();
        let mut request = json!({"Statement": SELECTS[2], "Limit": 3});
        let page = ask(&mut world, "ExecuteStatement", &request).unwrap();
        let token = page["NextToken"].as_str().unwrap();
        let at = at.index(token.len());
        let meddled = if cut { token[..at].to_owned() } else { format!("{}{with}{}", &token[..at], &token[at + 1..]) };
        prop_assume!(meddled != token && !meddled.is_empty());
        request["NextToken"] = json!(meddled);
        prop_assert!(ask(&mut world, "ExecuteStatement", &request).is_err(), "{token} became {meddled}");
    }
}

#[test]
fn pages_come_to_the_whole_answer_and_survive_reopens() {
    let mut world = world();
    for statement in SELECTS {
        let whole = pages(&mut world, statement, 1_000, |_| {});
        assert!(!whole.is_empty(), "{statement}");
        for limit in [1, 2, 5, 23, 24] {
            let reopened = pages(&mut world, statement, limit, |world| {
                let snapshot = world.snapshot();
                *world = World::restore(config(), &snapshot).expect("a snapshot can be opened");
            });
            assert_eq!(reopened, whole, "{statement} by {limit}");
        }
    }
}

/// What happened, without the request's name.
fn kinds(outcome: &Outcome) -> Vec<String> {
    let kind = |event: &EventKind| {
        let shown = format!("{event:?}");
        shown.split([' ', '{']).next().unwrap_or_default().to_owned()
    };
    outcome.events.iter().map(|event| kind(&event.kind)).collect()
}

#[test]
fn what_happens_is_told_as_for_the_other_operations() {
    let key = json!({"pk": {"S": "a"}, "sk": {"S": "00"}});
    let new = json!({"pk": {"S": "z"}, "sk": {"S": "00"}, "kind": {"S": "x"}});
    let one = json!({":n": {"N": "7"}});
    let changed = json!({
        "TableName": "Orders", "Key": key, "UpdateExpression": "SET n = :n",
        "ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeValues": one,
    });
    for (statement, operation, request) in [
        (
            "SELECT * FROM Orders WHERE pk = 'a' AND sk > '04'",
            "Query",
            json!({
                "TableName": "Orders", "KeyConditionExpression": "pk = :p AND sk > :s",
                "ExpressionAttributeValues": {":p": {"S": "a"}, ":s": {"S": "04"}},
            }),
        ),
        ("SELECT * FROM Orders", "Scan", json!({"TableName": "Orders"})),
        (
            "DELETE FROM Orders WHERE pk = 'a' AND sk = '00'",
            "DeleteItem",
            json!({"TableName": "Orders", "Key": key}),
        ),
        ("UPDATE Orders SET n = 7 WHERE pk = 'a' AND sk = '00'", "UpdateItem", changed.clone()),
        (
            "INSERT INTO Orders VALUE {'pk': 'z', 'sk': '00', 'kind': 'x'}",
            "PutItem",
            json!({"TableName": "Orders", "Item": new, "ConditionExpression": "attribute_not_exists(pk)"}),
        ),
    ] {
        let by_statement = run(&mut world(), "ExecuteStatement", &json!({"Statement": statement}));
        let by_operation = run(&mut world(), operation, &request);
        assert_eq!(kinds(&by_statement), kinds(&by_operation), "{statement}");
        assert!(by_statement.response.is_ok() && by_operation.response.is_ok());
    }
    let statement = json!({"Statement": "UPDATE Orders SET n = 7 WHERE pk = 'a' AND sk = '00'"});
    let by_statement = run(&mut world(), "ExecuteTransaction", &json!({"TransactStatements": [statement]}));
    let by_operation =
        run(&mut world(), "TransactWriteItems", &json!({"TransactItems": [{"Update": changed}]}));
    assert_eq!(kinds(&by_statement), kinds(&by_operation));
}

#[test]
fn depth_takes_no_stack() {
    let deep = |open: &str, inner: &str, close: &str| {
        let levels = 8_000 / (open.len() + close.len());
        format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
    };
    let nested = [
        deep("(", "n = 1", ")"),
        deep("NOT ", "n = 1", ""),
        deep("", "n = 1", " AND n = 1"),
        deep("", "n = 1", " OR pk = 'a' AND n = 1"),
        deep("(n = 1 OR ", "n = 1", ")"),
        deep("NOT (n = 1 AND ", "n = 1", ")"),
        format!("n = {}", deep("[", "1", "]")),
        format!("n = {}", deep("{'a':", "1", "}")),
        format!("n = {}", deep("- ", "1", "")),
        format!("n = {}", deep("size(", "n", ")")),
        format!("n = {}", deep("1 + ", "n", "")),
        deep("n", "", "[0]"),
        format!("n{} = 1", deep("", "", ".n")),
        deep("(SELECT * FROM Orders WHERE ", "n", ")"),
        deep("CASE WHEN ", "n", " THEN 1 END"),
    ];
    let run = move || {
        let mut world = world();
        for condition in &nested {
            for statement in [
                format!("SELECT * FROM Orders WHERE {condition}"),
                format!("UPDATE Orders SET z = {condition} WHERE pk = 'a' AND sk = '00'"),
                format!("DELETE FROM Orders WHERE pk = 'a' AND sk = '00' AND {condition}"),
            ] {
                let _ = ask(&mut world, "ExecuteStatement", &json!({"Statement": statement}));
            }
        }
    };
    // A worker's stack in the browser is 1 MB; without optimizations everything takes eight times as much.
    let stack_bytes = if cfg!(debug_assertions) { 2 << 20 } else { 256 << 10 };
    std::thread::Builder::new().stack_size(stack_bytes).spawn(run).unwrap().join().unwrap();
}
