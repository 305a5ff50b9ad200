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
mod statements;
mod tables;
mod values;

use engine::random::Random;
use schema::Table;
use serde_json::{Map, Value};

/// The step that reads a table's whole stream: the operations that this takes, from the stream's ARN to its last record, as one.
pub const STREAM: &str = "GetRecords";

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
    /// The attribute that the items must come in the order of, where only their order beside that is not defined: an index's
    /// sort key.
    pub sorted_by: Option<&'static str>,
}

impl Step {
    /// A step whose answer is compared as it is.
    fn plain(operation: &str, request: Value) -> Step {
        Step { operation: operation.to_owned(), request, to_the_end: false, sorted_by: None }
    }

    /// A step whose pages are compared as one, without regard to the order of items.
    fn whole(operation: &str, request: Value) -> Step {
        Step { to_the_end: true, ..Step::plain(operation, request) }
    }
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
        self.push_spoilt(Step::plain(operation, request.into()));
    }

    /// One request in six is spoilt.
    fn push_spoilt(&mut self, mut step: Step) {
        if self.one_in(6) {
            self.spoil(&mut step.request);
        }
        with_actions(&mut step.request);
        self.steps.push(step);
    }

    fn step(&mut self) {
        match self.below(108) {
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
            95..100 => self.table_operation(),
            _ => self.statement(),
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
