//! Every lesson is run to its end: its requests are answered or refused as it says, and each task's checks fail until its solution was sent.
//!
//! `LESSON=05` in the environment runs the lessons whose file's name has that text, and prints each answer.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

use engine::error::ApiError;
use engine::timeline::{Event, Tally};
use engine::workload::{Onlooker, Recipe, Run, Second};
use engine::world::{Config, World};
use serde_json::{Value, json};
use web::lessons::catalogue::{Entry, read_list, write_list};
use web::lessons::lookup::Sending;
use web::lessons::read::read;
use web::lessons::{Block, Call, Check, Lesson};
use web::pages::has;
use web::share::Document;
use web::share::load::{self, Step};
use web::state::route::Page;

const REGION: &str = "us-east-1";
/// 2026-01-01.
const START_MS: u64 = 1_767_225_600_000;
/// Between two requests everything becomes visible, and tables and indexes become ACTIVE.
const PAUSE_MS: u64 = 60_000;

/// Looks on at no traffic.
struct Nobody;

impl Onlooker for Nobody {
    fn saw(&mut self, _tallies: &[Tally], _events: Vec<Event>) {}
}

struct Class {
    world: World,
    now_ms: u64,
}

impl Class {
    fn open(lesson: &Lesson) -> Class {
        let mut class = Class { world: World::new(Config::default()), now_ms: START_MS };
        let Some(sample) = &lesson.sample else { return class };
        let text = fs::read_to_string(statics().join("samples").join(sample)).expect("the sample is there");
        let document = Document::parse(&text).expect("the sample can be read");
        for step in load::steps(&document, START_MS) {
            match step {
                Step::Call { operation, request } => drop(class.send(operation, &request).expect(operation)),
                Step::AwaitActive { .. } => {}
                Step::MapEventSource { table, mut request } => {
                    let table = class.send("DescribeTable", &json!({ "TableName": table })).expect("a table");
                    request["EventSourceArn"] = table["Table"]["LatestStreamArn"].clone();
                    class.send("Dynascope.CreateEventSourceMapping", &request).expect("a source");
                }
            }
        }
        class
    }

    /// Sends a request after a pause; its answer, or the name of the exception.
    fn send(&mut self, operation: &str, request: &Value) -> Result<Value, String> {
        self.wait(PAUSE_MS);
        let outcome = self.world.execute(REGION, self.now_ms, operation, request.to_string().as_bytes());
        let answer = outcome.response.map_err(|error| error.kind.name().to_owned())?;
        Ok(serde_json::from_slice(&answer).expect("answers are JSON"))
    }

    /// Sends a call, what it looks up first.
    fn call(&mut self, call: &Call) -> Result<Value, String> {
        let mut sending = Sending::new(call);
        loop {
            let (operation, request, is_last) = sending.next();
            let answer = self.send(operation, &request)?;
            if is_last {
                return Ok(answer);
            }
            sending.take(&answer)?;
        }
    }

    fn wait(&mut self, ms: u64) {
        self.now_ms += ms;
        while self.world.now_ms() < self.now_ms {
            self.world.advance(self.now_ms, 1_000);
        }
    }

    /// Runs traffic in a copy of the world; what it came to.
    fn run(&mut self, recipe: &Recipe) -> Result<Value, String> {
        self.wait(PAUSE_MS);
        let words = |error: ApiError| error.message;
        let mut run = Run::start(&self.world, REGION, self.now_ms, recipe.clone()).map_err(words)?;
        while !run.advance(u64::MAX, 10_000, &mut Nobody).is_over {}
        let counts = Second::sum(run.seconds().values());
        Ok(serde_json::to_value(counts).expect("counts"))
    }

    fn holds(&mut self, check: &Check) -> bool {
        let answer = self.call(&check.call).ok();
        check.holds(answer.as_ref())
    }
}

fn statics() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../static")
}

/// Which lessons are run, where not all are.
fn only() -> Option<String> {
    env::var("LESSON").ok()
}

/// Shows somebody who writes a lesson what is answered.
fn print(place: &str, what: &str, answer: &Result<Value, String>) {
    if only().is_some() {
        match answer {
            Ok(answer) => println!("{place}: {what}: {answer}"),
            Err(refused) => println!("{place}: {what}: refused: {refused}"),
        }
    }
}

fn lessons() -> Vec<(String, Lesson)> {
    let mut lessons = Vec::new();
    for entry in fs::read_dir(statics().join("lessons")).expect("the lessons").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") && only().is_none_or(|only| name.contains(&only)) {
            let text = fs::read_to_string(entry.path()).expect("text");
            lessons.push((name.clone(), read(&text).unwrap_or_else(|fault| panic!("{name}: {fault}"))));
        }
    }
    lessons.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(!lessons.is_empty());
    lessons
}

#[test]
fn every_lesson_can_be_done() {
    thread::scope(|scope| {
        for (name, lesson) in lessons() {
            scope.spawn(move || is_done(&name, &lesson));
        }
    });
}

/// Does a lesson, step by step.
fn is_done(name: &str, lesson: &Lesson) {
    let mut class = Class::open(lesson);
    for (at, step) in lesson.steps.iter().enumerate() {
        let place = format!("{name}, step {}", at + 1);
        for block in &step.blocks {
            match block {
                Block::Text(_) | Block::Question { .. } => {}
                Block::Request { call, refused } => {
                    let answer = class.call(call);
                    print(&place, &call.operation, &answer);
                    assert_eq!(answer.err(), *refused, "{place}: {} {}", call.operation, call.request);
                }
                Block::Wait { ms, .. } => class.wait(*ms),
                Block::Traffic { name, recipe, expectations } => {
                    let counts = class.run(recipe).unwrap_or_else(|error| panic!("{place}: {name}: {error}"));
                    print(&place, name, &Ok(counts.clone()));
                    for expected in expectations {
                        assert!(expected.holds(&counts), "{place}: {name}: {expected:?} of {counts}");
                    }
                }
                Block::Task { text, checks, solution, .. } => {
                    let done = checks.iter().all(|check| class.holds(check));
                    assert!(!done, "{place}: done before it is begun: {text}");
                    for call in solution {
                        if let Err(refused) = class.call(call) {
                            panic!(
                                "{place}: the solution is refused: {refused}: {} {}",
                                call.operation, call.request
                            );
                        }
                    }
                    for check in checks {
                        assert!(class.holds(check), "{place}: the solution does not do it: {check:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_lesson_asks_for_a_prediction() {
    for (name, lesson) in lessons() {
        let asks = |block: &Block| matches!(block, Block::Question { .. });
        assert!(lesson.steps.iter().flat_map(|step| &step.blocks).any(asks), "{name} asks nothing");
    }
}

#[test]
fn the_list_is_of_the_folder() {
    if only().is_some() {
        return;
    }
    let list: Vec<Entry> = lessons().iter().map(|(file, lesson)| Entry::of(file, lesson)).collect();
    let names: BTreeSet<&str> = list.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names.len(), list.len(), "two lessons have the same name");
    let path = statics().join("lessons/index.json");
    if env::var_os("LESSONS").is_some_and(|wanted| wanted == "write") {
        fs::write(&path, write_list(&list)).expect("the list can be written");
    }
    let committed = read_list(&fs::read_to_string(&path).expect("the list"));
    assert!(committed == Ok(list), "write the list anew: LESSONS=write cargo test -q -p web --test lessons");
}

#[test]
fn a_page_stands_beside_every_step() {
    for (name, lesson) in lessons() {
        assert!(lesson.view_at(0).is_some(), "{name}: the first step says what stands beside it");
        for view in lesson.steps.iter().filter_map(|step| step.view.as_ref()) {
            assert!(Page::from_slug(&view.page).is_some_and(has), "{name}: {} is no page", view.page);
        }
    }
}
