//! What a real endpoint tells of a request, in the place of what happened: the units that it counted, where it was asked for them.

use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use crate::components::EmptyState;

/// The props of [`ToldThere`].
#[derive(Properties, PartialEq)]
pub struct ToldThereProps {
    /// The last answer.
    pub answer: Option<Rc<Value>>,
}

/// One line of units: whose, and how many.
#[derive(Debug, PartialEq)]
struct Units {
    of: String,
    units: String,
}

/// The units in an answer, by table and index.
fn units(answer: &Value) -> Vec<Units> {
    let told = &answer["ConsumedCapacity"];
    let all = told.as_array().map_or_else(|| vec![told], |list| list.iter().collect());
    let mut lines = Vec::new();
    for one in all.into_iter().filter(|one| one.is_object()) {
        let table = one["TableName"].as_str().unwrap_or_default();
        lines.extend(line(table.to_owned(), one));
        lines.extend(line(format!("{table}, the table alone"), &one["Table"]));
        for (kind, indexes) in
            [("LSI", &one["LocalSecondaryIndexes"]), ("GSI", &one["GlobalSecondaryIndexes"])]
        {
            for (index, capacity) in indexes.as_object().into_iter().flatten() {
                lines.extend(line(format!("{kind} {index}"), capacity));
            }
        }
    }
    lines
}

fn line(of: String, capacity: &Value) -> Option<Units> {
    let units = capacity["CapacityUnits"].as_f64()?;
    Some(Units { of, units: format!("{units} {}", if units == 1.0 { "unit" } else { "units" }) })
}

/// What is told.
#[component]
pub fn ToldThere(props: &ToldThereProps) -> Html {
    let lines = props.answer.as_ref().map_or_else(Vec::new, |answer| units(answer));
    html! {
        <section class="what-happened" aria-label="What the endpoint tells" data-told={lines.len().to_string()}>
            if lines.is_empty() {
                <EmptyState icon="eye" title="A real endpoint does not show what happened inside">
                    <p>{ "It counts the units where ReturnConsumedCapacity is TOTAL or INDEXES. The partitions, the replica and its lag are seen \
                          on a copy of the table in the workspace." }</p>
                </EmptyState>
            } else {
                <header><h2>{ "Consumed capacity" }</h2></header>
                <dl class="exchange-offers">
                    { for lines.into_iter().map(|Units { of, units }| html! { <><dt>{ of }</dt><dd>{ units }</dd></> }) }
                </dl>
            }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn units_are_told_by_table_and_index() {
        let answer = json!({ "ConsumedCapacity": { "TableName": "T", "CapacityUnits": 1.5, "Table": { "CapacityUnits": 0.5 },
            "GlobalSecondaryIndexes": { "g": { "CapacityUnits": 1.0 } } } });
        let told: Vec<String> =
            units(&answer).into_iter().map(|line| format!("{}: {}", line.of, line.units)).collect();
        assert_eq!(told, ["T: 1.5 units", "T, the table alone: 0.5 units", "GSI g: 1 unit"]);
        assert_eq!(
            units(&json!({ "ConsumedCapacity": [{ "TableName": "T", "CapacityUnits": 2 }] })).len(),
            1
        );
        assert!(units(&json!({})).is_empty());
    }
}
