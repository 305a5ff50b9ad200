//! Random legacy parameters: AttributeUpdates, Expected, KeyConditions, filters, AttributesToGet.

use super::Draw;
use super::schema::KeyAttribute;
use super::values::ATTRIBUTES;
use serde_json::{Map, Value, json};

impl Draw {
    fn name(&mut self, keys: &[KeyAttribute]) -> &'static str {
        if self.one_in(10) {
            keys[self.below(keys.len())].0
        } else {
            ATTRIBUTES[self.below(ATTRIBUTES.len())]
        }
    }

    pub fn attributes_to_get(&mut self, keys: &[KeyAttribute]) -> Value {
        let mut names: Vec<&str> = (0..1 + self.below(3)).map(|_| self.name(keys)).collect();
        names.sort_unstable();
        names.dedup();
        json!(names)
    }

    pub fn attribute_updates(&mut self, keys: &[KeyAttribute]) -> Value {
        let mut updates = Map::new();
        for _ in 0..1 + self.below(3) {
            let name = self.name(keys);
            let mut update = Map::new();
            let action = self.pick(&["PUT", "PUT", "ADD", "DELETE"]);
            update.insert("Action".into(), action.into());
            if action != "DELETE" || self.one_in(3) {
                update.insert("Value".into(), self.attribute(name));
            }
            updates.insert(name.into(), update.into());
        }
        updates.into()
    }

    pub fn expected(&mut self, keys: &[KeyAttribute], request: &mut Map<String, Value>) {
        let mut expected = Map::new();
        for _ in 0..1 + self.below(2) {
            let name = self.name(keys);
            let condition = match self.below(4) {
                0 => json!({"Exists": false}),
                1 => json!({"Exists": true, "Value": self.attribute(name)}),
                2 => json!({"Value": self.attribute(name)}),
                _ => self.comparison(name),
            };
            expected.insert(name.into(), condition);
        }
        request.insert("Expected".into(), expected.into());
        self.conditional_operator(request);
    }

    pub fn conditional_operator(&mut self, request: &mut Map<String, Value>) {
        if self.one_in(3) {
            let operator = self.pick(&["AND", "OR"]);
            request.insert("ConditionalOperator".into(), operator.into());
        }
    }

    pub fn filter(&mut self, keys: &[KeyAttribute]) -> Value {
        let mut filter = Map::new();
        for _ in 0..1 + self.below(2) {
            let name = self.name(keys);
            filter.insert(name.into(), self.comparison(name));
        }
        filter.into()
    }

    fn comparison(&mut self, name: &str) -> Value {
        let operator = self.pick(&[
            "EQ",
            "NE",
            "LE",
            "LT",
            "GE",
            "GT",
            "NOT_NULL",
            "NULL",
            "CONTAINS",
            "NOT_CONTAINS",
            "BEGINS_WITH",
            "IN",
            "BETWEEN",
        ]);
        let count = match operator {
            "NULL" | "NOT_NULL" => 0,
            "BETWEEN" => 2,
            "IN" => 1 + self.below(3),
            _ => 1,
        };
        let values: Vec<Value> = (0..count).map(|_| self.attribute(name)).collect();
        if count == 0 {
            json!({ "ComparisonOperator": operator })
        } else {
            json!({"ComparisonOperator": operator, "AttributeValueList": values})
        }
    }

    pub fn key_conditions(&mut self, keys: &[KeyAttribute]) -> Value {
        let mut conditions = Map::new();
        let hash = self.key_value(keys[0]);
        conditions
            .insert(keys[0].0.into(), json!({"ComparisonOperator": "EQ", "AttributeValueList": [hash]}));
        if let Some(&range) = keys.get(1).filter(|_| !self.one_in(3)) {
            let operator = self.pick(&["EQ", "LE", "LT", "GE", "GT", "BEGINS_WITH", "BETWEEN"]);
            let count = if operator == "BETWEEN" { 2 } else { 1 };
            let values: Vec<Value> = (0..count).map(|_| self.key_value(range)).collect();
            conditions.insert(
                range.0.into(),
                json!({"ComparisonOperator": operator, "AttributeValueList": values}),
            );
        }
        conditions.into()
    }
}
