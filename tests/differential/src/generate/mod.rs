//! Random scripts of requests: everything follows from the seed.
//!
//! Owns the drawing: schemas, values, expressions, requests, and the spoiling of some of them. Sends nothing and knows no
//! answer, so a script can be shortened and run again.

mod batches;
mod expressions;
mod items;
mod legacy;
mod mutate;
mod reads;
mod schema;
mod tables;
mod values;

use engine::random::Random;
use schema::Table;
use serde_json::{Map, Value};

/// One request of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// `PutItem`.
    pub operation: String,
    /// Its JSON.
    pub request: Value,
    /// Whether it is asked again with each answer's LastEvaluatedKey, to the end, and the pages are compared as one: where the
    /// order of items is not defined.
    pub to_the_end: bool,
}

/// The script of a seed: some tables, and that many requests.
pub fn script(seed: u64, requests: usize) -> Vec<Step> {
    let mut draw = Draw { random: Random::new(seed), tables: Vec::new(), steps: Vec::new() };
    for number in 0..1 + draw.below(2) {
        draw.create_table(number);
    }
    while draw.steps.len() < requests {
        draw.step();
    }
    draw.read_everything();
    draw.steps
}

/// What is being drawn.
struct Draw {
    random: Random,
    tables: Vec<Table>,
    steps: Vec<Step>,
}

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.random.below(bound as u64) as usize
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    fn table(&mut self) -> Table {
        let at = self.below(self.tables.len());
        self.tables[at].clone()
    }

    fn push(&mut self, operation: &str, request: Map<String, Value>) {
        self.push_spoilt(operation, Value::Object(request), false);
    }

    /// One request in six is spoilt.
    fn push_spoilt(&mut self, operation: &str, mut request: Value, to_the_end: bool) {
        if self.one_in(6) {
            self.spoil(&mut request);
        }
        with_actions(&mut request);
        self.steps.push(Step { operation: operation.to_owned(), request, to_the_end });
    }

    fn step(&mut self) {
        match self.below(100) {
            0..24 => self.put_item(),
            24..40 => self.update_item(),
            40..46 => self.delete_item(),
            46..56 => self.get_item(),
            56..70 => self.query(),
            70..78 => self.scan(),
            78..83 => self.batch_write_item(),
            83..87 => self.batch_get_item(),
            87..92 => self.transact_write_items(),
            92..95 => self.transact_get_items(),
            _ => self.table_operation(),
        }
    }
}

/// DynamoDB Local drops an update of a legacy request that has no `Action`, and from then on holds another item.
fn with_actions(request: &mut Value) {
    let Some(updates) = request.get_mut("AttributeUpdates").and_then(Value::as_object_mut) else { return };
    for update in updates.values_mut().filter_map(Value::as_object_mut) {
        if update.contains_key("Value") {
            update.entry("Action").or_insert_with(|| "PUT".into());
        }
    }
}
