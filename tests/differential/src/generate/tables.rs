//! Random requests that create, describe, change and delete tables.

use super::Draw;
use super::items::of_table;
use super::schema::{Table, attribute_definitions, throughput};
use serde_json::{Map, Value, json};

impl Draw {
    pub fn table_operation(&mut self) {
        match self.below(10) {
            0..3 => {
                let request = self.named();
                self.push("DescribeTable", request);
            }
            3 => {
                let mut request = Map::new();
                if self.one_in(2) {
                    request.insert("Limit".into(), (1 + self.below(3)).into());
                }
                if self.one_in(3) {
                    request.insert("ExclusiveStartTableName".into(), "Table0".into());
                }
                self.push("ListTables", request);
            }
            4 | 5 => self.update_table(),
            6 => self.time_to_live(),
            7 => self.create_again(),
            _ => self.delete_and_create(),
        }
    }

    /// A table's name, sometimes of one that is not there.
    fn named(&mut self) -> Map<String, Value> {
        let mut request = of_table(&self.table());
        if self.one_in(6) {
            let name = self.pick(&["Nowhere", "ab", "bad name", ""]);
            request.insert("TableName".into(), name.into());
        }
        request
    }

    fn update_table(&mut self) {
        let mut request = self.named();
        match self.below(5) {
            0 => {
                request.insert("BillingMode".into(), "PAY_PER_REQUEST".into());
            }
            1 => {
                request.insert("BillingMode".into(), "PROVISIONED".into());
                request.insert("ProvisionedThroughput".into(), throughput(4, 6));
            }
            2 => {
                request.insert("ProvisionedThroughput".into(), throughput(7, 7));
            }
            3 => {
                request.insert("DeletionProtectionEnabled".into(), false.into());
            }
            _ => {
                let at = self.below(self.tables.len());
                let mut table = self.tables[at].clone();
                request.insert("TableName".into(), table.name.as_str().into());
                let global = table.indexes.iter().position(|index| index.global);
                let change = match global.filter(|_| self.one_in(2)) {
                    Some(at) => json!({"Delete": {"IndexName": table.indexes.remove(at).name}}),
                    None => {
                        let index = self.index(&table, 5 + table.indexes.len(), true);
                        request.insert("AttributeDefinitions".into(), attribute_definitions(&index.keys));
                        let created = self.index_request(&index, false);
                        table.indexes.push(index);
                        json!({ "Create": created })
                    }
                };
                request.insert("GlobalSecondaryIndexUpdates".into(), json!([change]));
                self.tables[at] = table;
            }
        }
        self.push("UpdateTable", request);
    }

    fn time_to_live(&mut self) {
        let mut request = self.named();
        if self.one_in(2) {
            self.push("DescribeTimeToLive", request);
            return;
        }
        let specification = json!({"AttributeName": "ttl", "Enabled": !self.one_in(4)});
        request.insert("TimeToLiveSpecification".into(), specification);
        self.push("UpdateTimeToLive", request);
    }

    /// A table of a name that is taken, or a schema that is spoilt.
    fn create_again(&mut self) {
        let table = self.table();
        let mut request = self.table_request(&table);
        if self.one_in(2) {
            request["TableName"] = "Spoilt".into();
            self.spoil(&mut request);
        }
        self.steps.push(super::Step::plain("CreateTable", request));
        let gone = json!({"TableName": "Spoilt"});
        self.steps.push(super::Step::plain("DeleteTable", gone));
    }

    fn delete_and_create(&mut self) {
        if !self.one_in(3) {
            let mut request = Map::new();
            request.insert("TableName".into(), "Nowhere".into());
            self.push("DeleteTable", request);
            return;
        }
        let at = self.below(self.tables.len());
        let Table { name, .. } = self.tables.remove(at);
        let number = name.trim_start_matches("Table").parse().unwrap_or(0);
        self.steps.push(super::Step::plain("DeleteTable", json!({"TableName": name})));
        self.create_table(number);
    }
}
