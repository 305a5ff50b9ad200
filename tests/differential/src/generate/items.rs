//! Random requests for one item: PutItem, UpdateItem, DeleteItem, GetItem.

use super::Draw;
use super::expressions::Placeholders;
use super::schema::{KeyAttribute, Table};
use serde_json::{Map, Value};

impl Draw {
    pub fn put_item(&mut self) {
        let table = self.table();
        let mut request = of_table(&table);
        let mut item = self.item(&table);
        if self.one_in(30) {
            item["c"] = serde_json::json!({"S": "x".repeat(500 + self.below(9000))});
        }
        request.insert("Item".into(), item);
        self.conditional(&table, &mut request, &["NONE", "ALL_OLD"]);
        self.push("PutItem", request);
    }

    pub fn delete_item(&mut self) {
        let table = self.table();
        let mut request = of_table(&table);
        request.insert("Key".into(), self.key(&table));
        self.conditional(&table, &mut request, &["NONE", "ALL_OLD"]);
        self.push("DeleteItem", request);
    }

    pub fn update_item(&mut self) {
        let table = self.table();
        let mut request = of_table(&table);
        request.insert("Key".into(), self.key(&table));
        let views = ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"];
        if self.one_in(5) {
            let updates = self.attribute_updates(&table.keys);
            request.insert("AttributeUpdates".into(), updates);
            self.expected(&table.keys, &mut request);
            self.returned(&mut request, &views);
        } else {
            let mut held = Placeholders::default();
            if !self.one_in(12) {
                request.insert("UpdateExpression".into(), self.update(&table.keys, &mut held).into());
            }
            if self.one_in(4) {
                let condition = self.condition(&table.keys, 2, &mut held);
                request.insert("ConditionExpression".into(), condition.into());
                self.on_failure(&mut request);
            }
            self.returned(&mut request, &views);
            held.into_request(&mut request);
        }
        self.push("UpdateItem", request);
    }

    pub fn get_item(&mut self) {
        let table = self.table();
        let mut request = of_table(&table);
        request.insert("Key".into(), self.key(&table));
        self.projected(&table.keys, &mut request);
        if self.one_in(3) {
            request.insert("ConsistentRead".into(), self.one_in(2).into());
        }
        self.metered(&mut request);
        self.push("GetItem", request);
    }

    /// A condition of either kind, or none, and what is returned.
    fn conditional(&mut self, table: &Table, request: &mut Map<String, Value>, views: &[&str]) {
        match self.below(8) {
            0 => self.expected(&table.keys, request),
            1..4 => {
                let mut held = Placeholders::default();
                let condition = self.condition(&table.keys, 2, &mut held);
                request.insert("ConditionExpression".into(), condition.into());
                self.on_failure(request);
                held.into_request(request);
            }
            _ => {}
        }
        self.returned(request, views);
    }

    fn on_failure(&mut self, request: &mut Map<String, Value>) {
        if self.one_in(3) {
            let view = self.pick(&["ALL_OLD", "NONE"]);
            request.insert("ReturnValuesOnConditionCheckFailure".into(), view.into());
        }
    }

    fn returned(&mut self, request: &mut Map<String, Value>, views: &[&str]) {
        if self.one_in(2) {
            let view = views[self.below(views.len())];
            request.insert("ReturnValues".into(), view.into());
        }
        if self.one_in(10) {
            request.insert("ReturnItemCollectionMetrics".into(), "SIZE".into());
        }
        self.metered(request);
    }

    /// Sometimes asks for what was consumed.
    pub fn metered(&mut self, request: &mut Map<String, Value>) {
        if self.one_in(4) {
            let kind = self.pick(&["NONE", "TOTAL", "INDEXES"]);
            request.insert("ReturnConsumedCapacity".into(), kind.into());
        }
    }

    /// A projection of either kind, or none.
    pub fn projected(&mut self, keys: &[KeyAttribute], request: &mut Map<String, Value>) {
        match self.below(6) {
            0 => {
                let names = self.attributes_to_get(keys);
                request.insert("AttributesToGet".into(), names);
            }
            1 | 2 => {
                let mut held = Placeholders::default();
                let projection = self.projection(keys, &mut held);
                request.insert("ProjectionExpression".into(), projection.into());
                held.into_request(request);
            }
            _ => {}
        }
    }
}

/// A request that names the table.
pub fn of_table(table: &Table) -> Map<String, Value> {
    Map::from_iter([("TableName".to_owned(), Value::from(table.name.as_str()))])
}
