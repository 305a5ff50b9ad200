//! Simulated traffic in the messages: what is asked for, and how it stands.
//!
//! Owns their shapes. What traffic is made from is the engine's [`Recipe`].

use std::collections::BTreeSet;

use engine::insight::HeatReport;
use engine::timeline::{Consumed, PartitionId};
use engine::workload::Recipe;
use serde::{Deserialize, Serialize};

use super::named;

pub use engine::workload::Second as TrafficSecond;

/// A recipe under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    /// What it is called: "Black Friday".
    pub name: String,
    /// What it is made from.
    pub recipe: Recipe,
}

impl Workload {
    /// Recipes with this one in front, in place of one of the same name; the last ones go where they are too many.
    pub fn in_front_of(&self, recipes: &[Workload]) -> Vec<Workload> {
        let others = recipes.iter().filter(|one| one.name != self.name).cloned();
        std::iter::once(self.clone()).chain(others).take(RECIPES).collect()
    }

    /// The tables that its requests name, sorted.
    pub fn tables(&self) -> Vec<String> {
        let named = self.recipe.patterns.iter().flat_map(|pattern| named::tables(&pattern.request));
        named.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
    }
}

/// So many recipes are kept with a workspace.
const RECIPES: usize = 8;

/// How far traffic is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TrafficPhase {
    /// The items that are there before it begins are being written.
    Filling {
        /// So many are…
        written: u64,
        /// …of so many.
        of: u64,
    },
    /// Requests are being sent.
    Running,
    /// Nothing is sent any more. Its copy of the workspace is still there.
    Stopped {
        /// The recipe is over; otherwise it was stopped.
        over: bool,
    },
    /// The items that are there before it begins were refused.
    Failed {
        /// The engine's words.
        reason: String,
    },
}

/// Traffic as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrafficState {
    /// The number of the order that started it.
    pub run: u64,
    /// What it is called.
    pub name: String,
    /// The tables that its requests name, sorted.
    pub tables: Vec<String>,
    /// How far it is.
    pub phase: TrafficPhase,
    /// How many requests a second its recipe asks for now.
    pub rate: u64,
    /// How many clients there are, and how often each sends a request at most.
    pub clients: (u32, u32),
    /// When it began, in the workspace's time…
    pub started_ms: u64,
    /// …where it is…
    pub now_ms: u64,
    /// …and when it is over; none where it goes on until it is stopped.
    pub ends_ms: Option<u64>,
    /// How many of the page's requests have changed the workspace since it began: keeping the traffic's copy of it would take
    /// them back.
    pub changes_since: u64,
    /// What it came to.
    pub figures: TrafficFigures,
}

/// What traffic came to since it began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrafficFigures {
    /// Refusals for want of capacity, by the service's reason: each attempt counts.
    pub throttled: Vec<(String, u64)>,
    /// What its tables and their global indexes used.
    pub usage: Vec<Usage>,
    /// The partition that served the most, and its share of all capacity, in thousandths.
    pub hottest: Option<(PartitionId, u32)>,
    /// How many partitions served something.
    pub partitions: u32,
}

/// What a table or a global index used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// The table.
    pub table: String,
    /// The global index; none for the table with its local ones.
    pub index: Option<String>,
    /// Whether it is paid for by requests.
    pub on_demand: bool,
    /// Otherwise its read capacity units…
    pub read_units: u64,
    /// …and its write capacity units.
    pub write_units: u64,
    /// What was consumed.
    pub consumed: Consumed,
    /// What it stores, in bytes.
    pub storage_bytes: u64,
}

/// One side of a comparison, a few times a second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SideReport {
    /// What changed of its heat since the last message.
    pub report: HeatReport,
    /// How it stands.
    pub traffic: TrafficState,
    /// The seconds that changed since the last message, each as a whole.
    pub seconds: Vec<(u64, TrafficSecond)>,
    /// The items that it began with…
    pub items: u64,
    /// …and those of the workspace's table that are none of its design: they lack an attribute of its key, or have it of another
    /// type.
    pub left_out: u64,
}

impl TrafficState {
    /// Whether requests are sent, or will be as soon as all is there.
    pub fn is_running(&self) -> bool {
        matches!(self.phase, TrafficPhase::Filling { .. } | TrafficPhase::Running)
    }
}

#[cfg(test)]
mod tests {
    use engine::workload::AccessPattern;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_tables_of_a_workload_are_those_that_its_requests_name() {
        let mut workload = Workload { name: "n".into(), recipe: Recipe::black_friday(1) };
        assert_eq!(workload.tables(), ["shopping_carts"]);
        let pattern = |request: Value| AccessPattern { request, ..workload.recipe.patterns[0].clone() };
        let patterns = vec![
            pattern(json!({ "RequestItems": { "B": [], "A": [] } })),
            pattern(
                json!({ "TransactItems": [{ "Put": { "TableName": "C" } }, { "Update": { "TableName": "A" } }] }),
            ),
            pattern(json!({ "Statement": "SELECT * FROM D" })),
        ];
        workload.recipe.patterns = patterns;
        assert_eq!(workload.tables(), ["A", "B", "C"]);
    }

    #[test]
    fn the_newest_of_a_name_is_kept_and_no_more_than_so_many() {
        let named = |name: &str, seed| Workload { name: name.into(), recipe: Recipe::black_friday(seed) };
        let mut kept = Vec::new();
        for number in 0..12 {
            kept = named(&format!("{}", number % 10), number).in_front_of(&kept);
        }
        assert_eq!(kept.len(), RECIPES);
        assert_eq!((kept[0].name.as_str(), kept[0].recipe.seed), ("1", 11));
        assert_eq!(kept.iter().filter(|one| one.name == "1").count(), 1);
    }
}
