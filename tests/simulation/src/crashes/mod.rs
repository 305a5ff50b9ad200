//! Crashes: the real journal and the real world over a database that fails at every point.
//!
//! A seed is a life of one workspace: groups of writes and transactions are committed, snapshots are made between them, and faults
//! come at drawn transactions. After each crash the workspace is opened again and compared with what was acknowledged: all of it is
//! there, of the group that was under way all or nothing, and no transaction by half. A group that was refused without a crash is
//! not there.

pub mod disk;

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use engine::random::Random;
use engine::world::{Config, World};
use futures_util::FutureExt;
use serde_json::{Value, json};
use web::worker::disk::{Durability, Failure};
use web::worker::durable::Durable;
use web::worker::journal::Sizes;

use disk::{FAULTS, Failing, Fault};

const REGION: &str = "us-east-1";
const START_MS: u64 = 1_700_000_000_000;
/// How many keys there are.
const KEYS: u64 = 12;
/// How many groups a life has.
const GROUPS: u64 = 40;

/// What a life came to: enough to see that it was no idle one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// Groups that were acknowledged.
    pub acknowledged: u64,
    /// Groups that were refused.
    pub refused: u64,
    /// Groups that were executed while another was being committed.
    pub overlapped: u64,
    /// Groups that were committed while a snapshot was being made.
    pub drawn: u64,
    /// Openings behind a crash.
    pub openings: u64,
    /// Openings that found damage, and set it aside.
    pub damaged: u64,
    /// Groups that were under way at a crash, and are there.
    pub kept: u64,
    /// Groups that the power took with it, where durability was relaxed.
    pub lost: u64,
    /// Times everything was written again.
    pub rewritten: u64,
    /// Openings that read a snapshot.
    pub snapshots: u64,
    /// The faults that came.
    pub faults: BTreeMap<&'static str, u64>,
}

impl Life {
    /// Adds another.
    pub fn add(&mut self, other: &Life) {
        self.acknowledged += other.acknowledged;
        self.refused += other.refused;
        self.overlapped += other.overlapped;
        self.drawn += other.drawn;
        self.openings += other.openings;
        self.damaged += other.damaged;
        self.kept += other.kept;
        self.lost += other.lost;
        self.rewritten += other.rewritten;
        self.snapshots += other.snapshots;
        for (fault, count) in &other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
    }
}

/// The items by their keys.
type Model = BTreeMap<String, String>;

/// A world with an empty table, to begin every life with.
pub struct Beginning(World);

impl Beginning {
    /// Makes it.
    ///
    /// # Panics
    /// Where the table does not become ACTIVE.
    pub fn new() -> Beginning {
        let mut world = World::new(Config { throttle: false, ..Config::default() });
        let table = json!({"TableName": "Notes", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]});
        send(&mut world, START_MS, "CreateTable", &table);
        while world.now_ms() < START_MS + 60_000 {
            world.advance(START_MS + 60_000, 1);
        }
        let described = send(&mut world, START_MS + 60_000, "DescribeTable", &json!({"TableName": "Notes"}));
        assert_eq!(described.0["Table"]["TableStatus"], "ACTIVE");
        world.durable(world.position());
        Beginning(world)
    }
}

impl Default for Beginning {
    fn default() -> Beginning {
        Beginning::new()
    }
}

/// Sends a request; the answer and its changes.
fn send(world: &mut World, now_ms: u64, operation: &str, request: &Value) -> (Value, Vec<u8>) {
    let outcome = world.execute(REGION, now_ms, operation, request.to_string().as_bytes());
    let answer = outcome.response.unwrap_or_else(|error| panic!("{operation} {request}: {}", error.message));
    (serde_json::from_slice(&answer).expect("the answer is JSON"), outcome.changes)
}

struct Run<'a> {
    seed: u64,
    random: Random,
    disk: Failing,
    config: &'a Config,
    sizes: Sizes,
    durable: Durable<Failing>,
    relaxed: bool,
    now_ms: u64,
    /// What was acknowledged: the model behind each group since the last strictly durable one, the newest last.
    acknowledged: Vec<Model>,
    stamp: u64,
    /// The faults that came before the one that is planned.
    seen: u64,
    life: Life,
}

/// The lives of many seeds. The error names the one that went wrong; what went wrong with it was printed.
pub fn lives(seeds: Range<u64>) -> Result<Life, String> {
    let beginning = Beginning::new();
    let mut all = Life::default();
    for seed in seeds {
        let life = catch_unwind(AssertUnwindSafe(|| run(seed, &beginning)));
        all.add(&life.map_err(|_| format!("the life of seed {seed} went wrong"))?);
    }
    Ok(all)
}

/// The same on as many threads as asked, which share the seeds.
pub fn lives_on(seeds: Range<u64>, threads: usize) -> Result<Life, String> {
    let threads = threads.max(1) as u64;
    let each = seeds.end.saturating_sub(seeds.start).div_ceil(threads).max(1);
    let part = |number: u64| {
        let from = seeds.start.saturating_add(number * each).min(seeds.end);
        from..from.saturating_add(each).min(seeds.end)
    };
    thread::scope(|scope| {
        let parts = (0..threads).map(|number| scope.spawn(move || lives(part(number))));
        let parts: Vec<_> = parts.collect();
        let mut all = Life::default();
        for lived in parts {
            all.add(&lived.join().unwrap_or_else(|_| Err("a thread was lost".to_owned()))?);
        }
        Ok(all)
    })
}

/// The life of a seed.
///
/// # Panics
/// Where something that was acknowledged is gone, or something is there by half.
pub fn run(seed: u64, beginning: &Beginning) -> Life {
    let config = Config { throttle: false, ..Config::default() };
    let mut random = Random::new(seed ^ 0x0c4a_5e5d);
    let disk = Failing::new(seed);
    // Small pieces and few segments, so that every life has snapshots in many pieces, and groups of which some move the head.
    let sizes = Sizes { chunk_bytes: 700, segments: 3 + random.below(12), bytes: 1 << 20, load_records: 3 };
    let opened = Durable::open(disk.clone(), sizes, &config, START_MS).now_or_never();
    let (mut durable, _) = opened.expect("nothing waits").expect("it is empty");
    let begun = durable.replace(beginning.0.clone(), START_MS + 60_000).now_or_never();
    begun.expect("nothing waits").expect("no fault is planned");
    let relaxed = seed.is_multiple_of(4);
    let mut run = Run {
        seed,
        random,
        disk,
        config: &config,
        sizes,
        durable,
        relaxed,
        now_ms: START_MS + 60_000,
        acknowledged: vec![Model::new()],
        stamp: 0,
        seen: 0,
        life: Life::default(),
    };
    run.choose_durability();
    run.plan();
    for _ in 0..GROUPS {
        run.group();
    }
    run.life.faults = run.disk.0.borrow().faults.clone();
    run.life
}

impl Run<'_> {
    fn choose_durability(&mut self) {
        let durability = if self.relaxed { Durability::Relaxed } else { Durability::Strict };
        if let Some(journal) = self.durable.journal() {
            let kept = journal.keep_durability(durability).now_or_never().expect("nothing waits");
            kept.expect("no fault is planned");
        }
    }

    /// The next fault. None before what was deleted is written again: who loses both memory and storage has lost.
    fn plan(&mut self) {
        if self.disk.is_empty() {
            return;
        }
        self.seen = self.disk.faults();
        let fault = match self.random.below(2) {
            0 => Fault::Crash,
            _ => FAULTS[self.random.below(FAULTS.len() as u64) as usize],
        };
        let after = self.random.below(14);
        self.disk.plan(after, fault);
    }

    /// A group of writes: executed, committed together, and a piece of a snapshot beside it or behind it. Half of them are executed while the group
    /// before is being committed.
    fn group(&mut self) {
        let mut model = self.acknowledged.last().cloned().unwrap_or_default();
        self.writes(&mut model);
        if self.random.below(2) == 0 && self.durable.take_off(self.now_ms) {
            let mut next = model.clone();
            self.writes(&mut next);
            self.draw();
            let landed = self.durable.land().now_or_never().expect("nothing waits");
            self.life.overlapped += 1;
            // Where it was refused, what was executed meanwhile is taken back with it; where everything was written again, that is there too.
            if !self.came_to(&landed, model, Some(next.clone())) || landed.is_err() {
                return;
            }
            model = next;
        }
        let stored = self.durable.commit(self.now_ms).now_or_never().expect("nothing waits");
        if !self.came_to(&stored, model, None) {
            return;
        }
        // Now and then, and where a group was refused: reading all of it takes longer than writing it.
        if stored.is_err() || self.random.below(8) == 0 {
            self.check("behind a commit");
        }
        // A failure here is no harm, but for a crash.
        let _ = self.durable.advance_snapshot(self.now_ms).now_or_never().expect("nothing waits");
        if self.disk.has_crashed() {
            self.open_again(Vec::new());
        } else if self.disk.faults() > self.seen {
            self.plan();
        }
    }

    /// A piece of a snapshot beside the commit that is under way.
    fn draw(&mut self) {
        self.life.drawn += u64::from(self.durable.is_drawing());
        // A failure here is no harm, but for a crash, which the commit meets as well.
        let _ = self.durable.drawn();
        self.durable.draw();
    }

    fn writes(&mut self, model: &mut Model) {
        for _ in 0..=self.random.below(4) {
            self.write(model);
        }
    }

    /// What a commit came to, of a group and maybe of the next one; false behind a crash, when the workspace was opened again.
    fn came_to(&mut self, stored: &Result<(), Failure>, model: Model, next: Option<Model>) -> bool {
        self.life.rewritten += u64::from(self.durable.take_rewritten());
        match stored {
            Ok(()) => {
                self.life.acknowledged += 1;
                self.acknowledged.push(model);
                if !self.relaxed {
                    self.acknowledged.drain(..self.acknowledged.len() - 1);
                }
            }
            Err(_) if self.disk.has_crashed() => {
                self.open_again(std::iter::once(model).chain(next).collect());
                return false;
            }
            Err(_) => {
                self.life.refused += 1;
                self.check("behind a refusal");
            }
        }
        true
    }

    /// One write, or a transaction of two.
    fn write(&mut self, model: &mut Model) {
        self.now_ms += 1 + self.random.below(20);
        self.stamp += 1;
        let stamp = self.stamp.to_string();
        let key = self.random.below(KEYS);
        let item = |id: &str| json!({"id": {"S": id}, "n": {"N": stamp}, "text": {"S": "x".repeat(40)}});
        let changes = if self.random.below(3) == 0 {
            let (left, right) = (format!("left {key}"), format!("right {key}"));
            let put = |id: &str| json!({"Put": {"TableName": "Notes", "Item": item(id)}});
            let request = json!({"TransactItems": [put(&left), put(&right)]});
            model.insert(left, stamp.clone());
            model.insert(right, stamp.clone());
            send(&mut self.durable.world, self.now_ms, "TransactWriteItems", &request).1
        } else {
            let id = format!("single {key}");
            let request = json!({"TableName": "Notes", "Item": item(&id)});
            model.insert(id, stamp.clone());
            send(&mut self.durable.world, self.now_ms, "PutItem", &request).1
        };
        self.durable.record(changes);
    }

    /// What is there.
    fn items(&mut self) -> Model {
        let request = json!({"TableName": "Notes", "ConsistentRead": true});
        let mut world = self.durable.world.clone();
        let answer = send(&mut world, self.now_ms, "Scan", &request).0;
        let items = answer["Items"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let items: Model = items.iter().map(|item| (text(&item["id"]["S"]), text(&item["n"]["N"]))).collect();
        for key in 0..KEYS {
            let side = |side: &str| items.get(&format!("{side} {key}"));
            assert_eq!(side("left"), side("right"), "seed {}: a transaction is there by half", self.seed);
        }
        items
    }

    fn check(&mut self, when: &str) {
        let items = self.items();
        assert_eq!(Some(&items), self.acknowledged.last(), "seed {}: {when}", self.seed);
    }

    /// Opens the workspace again, behind a crash in the middle of whatever; `under_way` are the groups that were being
    /// committed: nothing, the first or both may be there.
    fn open_again(&mut self, under_way: Vec<Model>) {
        let power = self.random.below(2) == 0;
        self.disk.restart(power);
        // The opening may crash too.
        if self.random.below(4) == 0 {
            self.disk.plan(0, Fault::Crash);
        }
        loop {
            let opened =
                Durable::open(self.disk.clone(), self.sizes, self.config, self.now_ms).now_or_never();
            let opened = opened.expect("nothing waits");
            self.life.openings += 1;
            if self.disk.has_crashed() {
                self.disk.restart(power);
                continue;
            }
            let (durable, opened) = opened.expect("it can be read");
            assert!(opened.refused.is_none(), "seed {}: {:?}", self.seed, opened.refused);
            self.life.damaged += u64::from(!opened.report.is_empty());
            self.life.snapshots += u64::from(opened.opening.snapshot_bytes > 0);
            self.durable = durable;
            break;
        }
        self.disk.restart(false);
        let items = self.items();
        let newest = self.acknowledged.last().cloned().unwrap_or_default();
        if under_way.contains(&items) && items != newest {
            self.life.kept += 1;
        } else if items != newest {
            let at = self.acknowledged.iter().rposition(|model| *model == items);
            let may_lose = self.relaxed && power;
            assert!(
                may_lose && at.is_some(),
                "seed {}: there is {items:?}, acknowledged was {newest:?}, under way was {under_way:?}",
                self.seed
            );
            self.life.lost += 1;
        }
        self.acknowledged = vec![items];
        self.choose_durability();
        self.plan();
    }
}
