//! The legacy conditions: every operator against an item, and how they meet a key.

use super::*;
use crate::error::expression::Envelope;
use crate::model::Item;

const LAYER: Layer = Layer::Current(Envelope::Bare);

fn item() -> Item {
    let s = |text: &str| AttributeValue::s(text);
    [
        ("s", s("text")),
        ("n", AttributeValue::N(5.into())),
        ("ss", AttributeValue::string_set(vec!["x".into(), "y".into()]).unwrap()),
        ("null", AttributeValue::Null),
        ("a.b", s("dotted")),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

fn read(json: serde_json::Value) -> Expected {
    crate::api::decode::from_value(json).unwrap()
}

fn expects(json: serde_json::Value) -> Result<Option<bool>> {
    Ok(expected(Some(read(json)), None, LAYER)?.map(|condition| condition.evaluate(Some(&item()))))
}

#[test]
fn every_operator_means_what_its_expression_does() {
    for (name, operator, values, holds) in [
        ("s", "EQ", serde_json::json!([{"S": "text"}]), true),
        ("s", "EQ", serde_json::json!([{"S": "other"}]), false),
        ("nothing", "NE", serde_json::json!([{"S": "text"}]), true),
        ("n", "NE", serde_json::json!([{"N": "5.0"}]), false),
        ("n", "LE", serde_json::json!([{"N": "5"}]), true),
        ("n", "LT", serde_json::json!([{"N": "5"}]), false),
        ("n", "GE", serde_json::json!([{"N": "5"}]), true),
        ("n", "GT", serde_json::json!([{"N": "4"}]), true),
        ("n", "GT", serde_json::json!([{"S": "4"}]), false),
        ("n", "BETWEEN", serde_json::json!([{"N": "4"}, {"N": "5"}]), true),
        ("n", "IN", serde_json::json!([{"N": "4"}, {"N": "5"}]), true),
        ("n", "IN", serde_json::json!([{"S": "5"}]), false),
        ("s", "BEGINS_WITH", serde_json::json!([{"S": "te"}]), true),
        ("s", "CONTAINS", serde_json::json!([{"S": "ex"}]), true),
        ("ss", "CONTAINS", serde_json::json!([{"S": "x"}]), true),
        ("ss", "NOT_CONTAINS", serde_json::json!([{"S": "x"}]), false),
        ("n", "NOT_CONTAINS", serde_json::json!([{"S": "x"}]), true),
        ("nothing", "NOT_CONTAINS", serde_json::json!([{"S": "x"}]), false),
        ("null", "NULL", serde_json::json!([]), false),
        ("nothing", "NULL", serde_json::json!([]), true),
        ("null", "NOT_NULL", serde_json::json!([]), true),
        ("a.b", "EQ", serde_json::json!([{"S": "dotted"}]), true),
    ] {
        let condition =
            serde_json::json!({name: {"ComparisonOperator": operator, "AttributeValueList": values}});
        assert_eq!(expects(condition), Ok(Some(holds)), "{name} {operator} {values}");
    }
}

#[test]
fn a_value_is_expected_or_nothing_is() {
    let value = serde_json::json!({"S": "text"});
    assert_eq!(expects(serde_json::json!({"s": {"Value": value}})), Ok(Some(true)));
    assert_eq!(expects(serde_json::json!({"s": {"Value": value, "Exists": true}})), Ok(Some(true)));
    assert_eq!(expects(serde_json::json!({"s": {"Exists": false}})), Ok(Some(false)));
    assert_eq!(
        expects(serde_json::json!({"s": {"Value": value, "ComparisonOperator": "NE"}})),
        Ok(Some(false))
    );
    assert_eq!(expects(serde_json::json!({})), Ok(None));
}

#[test]
fn conditions_are_joined_as_asked() {
    let two = serde_json::json!({"s": {"Exists": false}, "nothing": {"Exists": false}});
    let joined = |operator| {
        expected(Some(read(two.clone())), operator, LAYER).unwrap().unwrap().evaluate(Some(&item()))
    };
    assert!(!joined(None));
    assert!(!joined(Some("AND")));
    assert!(joined(Some("OR")));
}

#[test]
fn keys_are_asked_only_for_what_an_index_can_follow() {
    let conditions = |operator: &str| -> Conditions {
        crate::api::decode::from_value(serde_json::json!({
            "p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "1"}]},
            "r": {"ComparisonOperator": operator, "AttributeValueList": [{"S": "1"}]},
        }))
        .unwrap()
    };
    let part = |name| super::super::KeyPart { name, attribute_type: AttributeType::S };
    let bound = |operator, range: &[super::super::KeyPart]| {
        key_conditions(conditions(operator), LAYER)
            .unwrap()
            .bind(&[part("p")], range, None)
            .map_err(|e| e.message)
    };
    assert!(bound("GT", &[part("r")]).unwrap().range.is_some());
    assert_eq!(
        bound("CONTAINS", &[part("r")]).unwrap_err(),
        "Attempted conditional constraint is not an indexable operation"
    );
    assert_eq!(bound("CONTAINS", &[part("q")]).unwrap_err(), "Query condition missed key schema element: q");
}
