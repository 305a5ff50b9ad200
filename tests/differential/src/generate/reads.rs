//! Random Query and Scan requests.

use super::expressions::Placeholders;
use super::items::of_table;
use super::{Draw, STREAM, Step};
use serde_json::{Map, Value};

impl Draw {
    pub fn query(&mut self) {
        let table = self.table();
        let mut request = of_table(&table);
        let mut keys = table.keys.clone();
        let mut global = false;
        if !table.indexes.is_empty() && self.one_in(2) {
            let index = &table.indexes[self.below(table.indexes.len())];
            request.insert("IndexName".into(), index.name.as_str().into());
            keys = index.keys.clone();
            global = index.global;
        }
        let mut held = Placeholders::default();
        let legacy = self.one_in(5);
        if legacy {
            request.insert("KeyConditions".into(), self.key_conditions(&keys));
            if self.one_in(3) {
                request.insert("QueryFilter".into(), self.filter(&keys));
                self.conditional_operator(&mut request);
            }
        } else {
            request.insert("KeyConditionExpression".into(), self.key_condition(&keys, &mut held).into());
            if self.one_in(3) {
                let filter = self.condition(&table.keys, 1, &mut held);
                request.insert("FilterExpression".into(), filter.into());
            }
        }
        self.selected(&table.keys, legacy, &mut request, &mut held);
        if self.one_in(4) {
            request.insert("ScanIndexForward".into(), self.one_in(2).into());
        }
        if self.one_in(4) && (!global || self.one_in(10)) {
            request.insert("ConsistentRead".into(), self.one_in(2).into());
        }
        held.into_request(&mut request);
        // In an index, items of one key have no order that is defined.
        let ordered = !request.contains_key("IndexName");
        if self.one_in(3) {
            let limit = 1 + self.below(4);
            request.insert("Limit".into(), limit.into());
        }
        let sorted_by = keys.get(1).map(|(name, _)| *name).filter(|_| !ordered);
        let step = Step { to_the_end: !ordered, sorted_by, ..Step::plain("Query", request.into()) };
        self.push_spoilt(step);
    }

    pub fn scan(&mut self) {
        let table = self.table();
        let mut request = of_table(&table);
        if !table.indexes.is_empty() && self.one_in(3) {
            let index = &table.indexes[self.below(table.indexes.len())];
            request.insert("IndexName".into(), index.name.as_str().into());
        }
        let mut held = Placeholders::default();
        let legacy = self.one_in(5);
        if legacy {
            request.insert("ScanFilter".into(), self.filter(&table.keys));
            self.conditional_operator(&mut request);
        } else if self.one_in(2) {
            let filter = self.condition(&table.keys, 2, &mut held);
            request.insert("FilterExpression".into(), filter.into());
        }
        self.selected(&table.keys, legacy, &mut request, &mut held);
        held.into_request(&mut request);
        if self.one_in(4) {
            request.insert("Limit".into(), (1 + self.below(4)).into());
        }
        self.push_spoilt(Step::whole("Scan", request.into()));
    }

    fn selected(
        &mut self,
        keys: &[super::schema::KeyAttribute],
        legacy: bool,
        request: &mut Map<String, Value>,
        held: &mut Placeholders,
    ) {
        match self.below(8) {
            0 => {
                request.insert("Select".into(), "COUNT".into());
            }
            1 => {
                let select =
                    self.pick(&["ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"]);
                request.insert("Select".into(), select.into());
            }
            2 | 3 if legacy => {
                request.insert("AttributesToGet".into(), self.attributes_to_get(keys));
            }
            2 | 3 => {
                request.insert("ProjectionExpression".into(), self.projection(keys, held).into());
            }
            _ => {}
        }
        self.metered(request);
    }

    /// Reads everything back, so that what writes did is seen even where no request looked.
    pub fn read_everything(&mut self) {
        for table in self.tables.clone() {
            let request = of_table(&table);
            self.steps.push(Step::plain(STREAM, request.clone().into()));
            self.steps.push(Step::whole("Scan", request.clone().into()));
            for index in &table.indexes {
                let mut request = request.clone();
                request.insert("IndexName".into(), index.name.as_str().into());
                self.steps.push(Step::whole("Scan", request.into()));
            }
        }
    }
}
