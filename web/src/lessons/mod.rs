//! Lessons: text, questions to predict, requests to try and tasks that are checked against the engine. Pure.
//!
//! A lesson is a Markdown file of `static/lessons`, so that a teacher writes one without Rust, and reads well as plain Markdown:
//!
//! ```text
//! ---
//! title: Partitions and hashing
//! section: 1
//! sample: orders.json
//! ---
//! What the lesson is about, in a paragraph.
//!
//! ## Where does a key land?
//! view: cluster Orders
//!
//! Markdown…
//!
//! ~~~question
//! How many partitions answer a Query by user_id?
//! - [x] One
//! - [ ] All of them
//! The partition key's hash names one.
//! ~~~
//!
//! ~~~request Query
//! {"TableName": "Orders", …}
//! ~~~
//!
//! ~~~task
//! Write an order of user123 that costs 99.
//! hint: PutItem takes the whole item, its keys included.
//! check: Query {"TableName": "Orders", …}
//!   Count >= 1
//!   Items[0].total.N = "99"
//! solution: PutItem {"TableName": "Orders", …}
//! ~~~
//! ```
//!
//! Each `##` begins a step, which is linkable; `view:` under it names the page, table and index that stand beside the text. A `request` may
//! be followed by the exception that it is refused with. A task has one check or more, each a request and what its answer is to be
//! ([`expect`]); its solution is what the tests send.
//!
//! What only an answer tells (a stream's ARN, a shard, an iterator) is looked up in front of a request's JSON, in a step or a task's check:
//!
//! ```text
//! ~~~request DescribeStream
//! let stream: DescribeTable {"TableName": "Orders"} Table.LatestStreamArn
//! {"StreamArn": "<stream>"}
//! ~~~
//! ```
//!
//! Two more parts let time pass and traffic run. A wait moves the workspace's clock ahead by `s`, `m`, `h` or `d`; traffic is a recipe of the
//! engine's [`Recipe`], under a name, which the Heat page carries out in a copy of the workspace. What is expected of it is what the tests compare
//! with its counts: `sent`, `succeeded`, `throttled`, `retries`, `givenUp`, `refused`.
//!
//! ```text
//! ~~~wait 31d
//! The carts are older than 30 days then.
//! ~~~
//!
//! ~~~traffic One hot key
//! {"version": 1, "seed": 1, "durationMs": 10000, "rate": {"shape": "constant", "perSecond": 1500}, "patterns": [{"name": "put", "operation": "PutItem", "request": {…}}]}
//!   throttled > 0
//! ~~~
//! ```
//!
//! - [`read`] a file's text as a lesson, with the line of what is wrong
//! - [`lookup`] what is looked up in front of a request
//! - [`expect`] what an answer is to be
//! - [`catalogue`] the list of all lessons, [`progress`] how far somebody is in one

pub mod catalogue;
pub mod expect;
pub mod lookup;
pub mod progress;
pub mod read;

use engine::workload::Recipe;
use serde_json::Value;

use expect::Expectation;
use lookup::Lookup;

/// A lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Its title.
    pub title: String,
    /// The section of the course that it belongs to.
    pub section: String,
    /// The file of `static/samples` that it begins with; an empty workspace where there is none.
    pub sample: Option<String>,
    /// What it is about, as Markdown.
    pub about: String,
    /// Its steps, of which there is at least one.
    pub steps: Vec<Step>,
}

/// A step of a lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its heading.
    pub title: String,
    /// What stands beside it.
    pub view: Option<View>,
    /// Its parts, in order.
    pub blocks: Vec<Block>,
}

/// A page of the interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The page's name in an address.
    pub page: String,
    /// The table.
    pub table: Option<String>,
    /// The index, of that table.
    pub index: Option<String>,
}

/// A part of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Markdown.
    Text(String),
    /// A question to be answered before what follows is told.
    Question {
        /// The question.
        prompt: String,
        /// The answers, at least two, and whether each is right; one is.
        answers: Vec<(String, bool)>,
        /// What is told then, as Markdown.
        reveal: String,
    },
    /// A request to be tried.
    Request {
        /// What is sent.
        call: Call,
        /// The exception that it is refused with.
        refused: Option<String>,
    },
    /// Time that passes: the workspace's clock is moved ahead.
    Wait {
        /// By how much, in milliseconds.
        ms: u64,
        /// How that is written: `31d`.
        shown: String,
        /// What for, as Markdown; may be empty.
        text: String,
    },
    /// Traffic to be run in a copy of the workspace.
    Traffic {
        /// What it is called.
        name: String,
        /// What it is made from.
        recipe: Box<Recipe>,
        /// What its counts are to be.
        expectations: Vec<Expectation>,
    },
    /// Something to be done.
    Task {
        /// What, as Markdown.
        text: String,
        /// What helps.
        hints: Vec<String>,
        /// What shows that it is done: all of them.
        checks: Vec<Check>,
        /// What does it.
        solution: Vec<Call>,
    },
}

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The API action.
    pub operation: String,
    /// Its JSON; `"<name>"` stands for what was looked up.
    pub request: Value,
    /// What is looked up first, in order.
    pub lookups: Vec<Lookup>,
}

/// A request, and what its answer is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The request, which only reads.
    pub call: Call,
    /// All of which hold.
    pub expectations: Vec<Expectation>,
}

impl Lesson {
    /// What stands beside a step, by its number from zero: its own view, or that of the last step before it that has one.
    pub fn view_at(&self, step: usize) -> Option<&View> {
        self.steps.iter().take(step + 1).rev().find_map(|step| step.view.as_ref())
    }
}

impl Call {
    /// The table that it names, where it names one.
    pub fn table(&self) -> Option<&str> {
        self.request["TableName"].as_str()
    }
}

impl Check {
    /// Whether the answer is as it is to be; an answer that is a refusal is none.
    pub fn holds(&self, answer: Option<&Value>) -> bool {
        answer.is_some_and(|answer| self.expectations.iter().all(|one| one.holds(answer)))
    }
}
