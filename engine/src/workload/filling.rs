//! What is there before traffic begins: the branch, the recipe's tables and their items.
//!
//! Owns the branch until the run takes it over. Writes by no more requests than it is told, so that whoever drives it keeps its
//! own pace; how the work is sliced changes nothing of what is written. An import takes no capacity and leaves nothing behind
//! that lags.

use serde_json::{Value, json};

use super::pattern::{AccessPattern, Compiled};
use super::recipe::Recipe;
use super::takeover::Takeover;
use super::template::{Dictionary, Moment};
use crate::error::Result;
use crate::random::Random;
use crate::timeline::Detail;
use crate::world::{Outcome, World};

/// How long a recipe's tables may take to become ACTIVE, in milliseconds.
const CREATING_MS: u64 = 600_000;

/// A recipe whose branch is being made ready.
#[derive(Clone, Debug)]
pub struct Filling {
    pub(super) recipe: Recipe,
    pub(super) world: World,
    pub(super) region: String,
    pub(super) start_ms: u64,
    pub(super) patterns: Vec<Compiled>,
    pub(super) random: Random,
    dictionary: Dictionary,
    /// How the simulation was set before capacity and lag were turned off; none where they were not.
    before: Option<Value>,
    /// The part that is being written, and how many of its requests are done.
    part: usize,
    done: u64,
    pattern: Option<Compiled>,
    written: u64,
    /// What the recipe's tables take over.
    takeover: Option<Takeover>,
}

/// What a recipe's tables are beside the world's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// More tables: the world must have none of such a name.
    More,
    /// Other designs: each stands in place of the world's table of its name, and takes over its items.
    InPlace,
}

impl Filling {
    /// Branches off a world at `now_ms`, makes the recipe's tables and compiles its patterns. The error is about the recipe,
    /// or the engine's answer.
    pub fn begin(
        world: &World,
        region: &str,
        now_ms: u64,
        recipe: Recipe,
        tables: Tables,
    ) -> Result<Filling> {
        recipe.check()?;
        let mut world = world.branch();
        let (takeover, gone_ms) = match tables {
            Tables::More => None,
            Tables::InPlace => Takeover::begin(&mut world, region, now_ms, &recipe)?,
        }
        .map_or((None, now_ms), |(takeover, gone_ms)| (Some(takeover), gone_ms));
        let start_ms = make_tables(&mut world, region, gone_ms, &recipe)?;
        let mut dictionary = Dictionary::default();
        let compile = |pattern: &AccessPattern| Compiled::new(pattern, &mut world, region, &mut dictionary);
        let patterns = recipe.patterns.iter().map(compile).collect::<Result<_>>()?;
        let before = match recipe.fill.is_empty() && takeover.is_none() {
            true => None,
            false => {
                let before = call(&mut world, region, start_ms, "Dynascope.DescribeSimulation", &json!({}))?;
                let off = json!({ "Throttle": false, "Lag": false });
                call(&mut world, region, start_ms, "Dynascope.UpdateSimulation", &off)?;
                Some(before)
            }
        };
        Ok(Filling {
            random: Random::new(recipe.seed),
            region: region.to_owned(),
            recipe,
            world,
            start_ms,
            patterns,
            dictionary,
            before,
            part: 0,
            done: 0,
            pattern: None,
            written: 0,
            takeover,
        })
    }

    /// Writes so many more items at most; whether all are there.
    pub fn advance(&mut self, budget: u64) -> Result<bool> {
        if let Some(takeover) = &mut self.takeover
            && !takeover.is_over()
        {
            // A page stands for what a slice may do.
            takeover.advance(&mut self.world, &self.region, self.start_ms)?;
            return Ok(false);
        }
        for _ in 0..budget {
            let Some(part) = self.recipe.fill.get(self.part) else { return Ok(true) };
            if self.done >= part.count {
                (self.part, self.done, self.pattern) = (self.part + 1, 0, None);
                continue;
            }
            let pattern = match &mut self.pattern {
                Some(pattern) => pattern,
                none => {
                    let (world, dictionary) = (&mut self.world, &mut self.dictionary);
                    none.insert(Compiled::new(&part.pattern, world, &self.region, dictionary)?)
                }
            };
            pattern.draw(&Moment { now_ms: self.start_ms, client: 1, row: "" }, &mut self.random);
            pattern.send(&mut self.world, &self.region, self.start_ms, Detail::Counted).response?;
            self.done += 1;
            self.written += 1;
        }
        Ok(self.part >= self.recipe.fill.len())
    }

    /// How many items were written, and how many there are to write.
    pub fn progress(&self) -> (u64, u64) {
        let all = self.recipe.fill.iter().fold(0u64, |sum, part| sum.saturating_add(part.count));
        let (copied, to_copy) =
            self.takeover.as_ref().map_or((0, 0), |taken| (taken.copied + taken.left_out, taken.of));
        (self.written + copied, all.saturating_add(to_copy))
    }

    /// How many items of the tables that the recipe's own stand in place of were taken over, and how many are none of the new
    /// design's.
    pub fn taken_over(&self) -> (u64, u64) {
        self.takeover.as_ref().map_or((0, 0), |taken| (taken.copied, taken.left_out))
    }

    /// The recipe.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// When its tables are ACTIVE, in milliseconds of the epoch.
    pub fn start_ms(&self) -> u64 {
        self.start_ms
    }

    /// The branch, for a request of somebody else's: a look at what is there already.
    pub fn execute(&mut self, operation: &str, request: &[u8]) -> Outcome {
        self.world.execute(&self.region, self.start_ms, operation, request)
    }

    /// Turns capacity and lag on again as they were.
    pub(super) fn end(&mut self) -> Result<()> {
        if let Some(before) = self.before.take() {
            let simulation = json!({ "Throttle": before["Throttle"], "Lag": before["Lag"] });
            call(&mut self.world, &self.region, self.start_ms, "Dynascope.UpdateSimulation", &simulation)?;
        }
        Ok(())
    }
}

/// One request of its own.
pub(super) fn call(
    world: &mut World,
    region: &str,
    now_ms: u64,
    operation: &str,
    request: &Value,
) -> Result<Value> {
    let body = request.to_string();
    let answer = world.execute_with(region, now_ms, Detail::Counted, operation, body.as_bytes()).response?;
    Ok(serde_json::from_slice(&answer).unwrap_or_default())
}

/// Makes the recipe's tables and waits until they are ACTIVE: when that is.
fn make_tables(world: &mut World, region: &str, now_ms: u64, recipe: &Recipe) -> Result<u64> {
    for table in &recipe.tables {
        call(world, region, now_ms, "CreateTable", table)?;
    }
    let names = recipe.tables.iter().map(|table| table["TableName"].clone());
    let mut at_ms = now_ms;
    for name in names {
        let wanted = json!({ "TableName": name });
        while at_ms < now_ms + CREATING_MS {
            let described = call(world, region, at_ms, "DescribeTable", &wanted)?;
            if described["Table"]["TableStatus"] == "ACTIVE" {
                break;
            }
            at_ms += 1_000;
        }
    }
    Ok(at_ms)
}
