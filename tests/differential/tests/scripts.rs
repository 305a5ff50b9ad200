//! The scripts themselves: what needs no DynamoDB Local.

use differential::compare::{differences, order};
use differential::generate::script;
use differential::run::{Answer, Refusal};
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn a_seed_is_one_script() {
    assert_eq!(script(7, 60), script(7, 60));
    assert_ne!(script(7, 60), script(8, 60));
}

#[test]
fn a_hundred_seeds_draw_every_operation() {
    let drawn: BTreeSet<String> =
        (0..100).flat_map(|seed| script(seed, 60)).map(|step| step.operation).collect();
    let expected = [
        "BatchExecuteStatement",
        "BatchGetItem",
        "BatchWriteItem",
        "CreateTable",
        "DeleteItem",
        "DeleteTable",
        "DescribeTable",
        "DescribeTimeToLive",
        "ExecuteStatement",
        "ExecuteTransaction",
        "GetItem",
        "GetRecords",
        "ListTables",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
        "UpdateTable",
        "UpdateTimeToLive",
    ];
    assert_eq!(drawn.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn what_may_differ_is_set_aside_and_nothing_else() {
    let item = |n: &str, ss: [&str; 2]| Answer::Response(json!({"Item": {"n": {"N": n}, "ss": {"SS": ss}}}));
    assert_eq!(differences("GetItem", false, &item("10", ["a", "b"]), &item("1E1", ["b", "a"])), []);
    let found = differences("GetItem", false, &item("10", ["a", "b"]), &item("11", ["a", "b"]));
    assert_eq!((found.len(), found[0].at.as_str()), (1, "Item.n.N"));

    let items = |order: [u8; 2]| {
        Answer::Response(json!({"Items": order.map(|n| json!({"n": {"N": n.to_string()}}))}))
    };
    assert_eq!(differences("Scan", true, &items([1, 2]), &items([2, 1])), []);
    assert_eq!(differences("Query", false, &items([1, 2]), &items([2, 1])).len(), 2);

    assert_eq!(order("n", &items([1, 2]), &items([1, 2])), None);
    assert_eq!(order("n", &items([1, 2]), &items([2, 1])).map(|found| found.at), Some("order".to_owned()));
    assert_eq!(order("sk", &items([1, 2]), &items([2, 1])), None, "an attribute that the items do not have");

    let refusal = |message: &str| {
        Answer::Refusal(Refusal {
            name: "ValidationException".into(),
            message: message.into(),
            body: json!({}),
        })
    };
    assert_eq!(differences("GetItem", false, &refusal("a"), &refusal("a")), []);
    assert_eq!(differences("GetItem", false, &refusal("a"), &refusal("b"))[0].at, "refusal");
    assert_eq!(differences("GetItem", false, &refusal("a"), &items([1, 2])).len(), 1);
}
