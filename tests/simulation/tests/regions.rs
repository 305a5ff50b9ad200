//! A global table in three regions, written everywhere while links break and regions go dark: once all is mended, every region holds the same,
//! of each two writes that were called concurrent the later one won, and a journal leads to the same bytes.

use engine::random::Random;
use engine::world::{Config, World};
use serde_json::{Value, json};

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-northeast-1"];
const START_MS: u64 = 1_750_000_000_000;

struct Run {
    world: World,
    journal: Vec<u8>,
    now_ms: u64,
}

impl Run {
    fn new(seed: u64) -> Run {
        let config = Config { seed, throttle: false, instant: true, ..Config::default() };
        let mut run = Run { world: World::new(config), journal: Vec::new(), now_ms: START_MS };
        let table = json!({"TableName": "Carts", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]});
        run.call(REGIONS[0], "CreateTable", &table).expect("a table");
        for region in &REGIONS[1..] {
            let replica =
                json!({"TableName": "Carts", "ReplicaUpdates": [{"Create": {"RegionName": region}}]});
            run.call(REGIONS[0], "UpdateTable", &replica).expect("a replica");
        }
        run
    }

    /// Sends a request to a region by way of the workspace's own.
    fn call(&mut self, region: &str, operation: &str, request: &Value) -> Result<Value, String> {
        let wrapped = json!({"RegionName": region, "Operation": operation, "Request": request}).to_string();
        let outcome = self.world.execute(REGIONS[0], self.now_ms, "Dynascope.InRegion", wrapped.as_bytes());
        self.journal.extend_from_slice(&outcome.changes);
        match outcome.response {
            Ok(answer) => Ok(serde_json::from_slice(&answer).expect("JSON")),
            Err(error) => Err(error.to_string()),
        }
    }

    fn wait(&mut self, ms: u64) {
        self.now_ms += ms;
        let advanced = self.world.advance(self.now_ms, 10_000);
        assert_eq!(advanced.at_ms, self.now_ms, "what is due comes to an end");
        self.journal.extend_from_slice(&advanced.outcome.changes);
    }

    fn look(&mut self, region: &str) -> Value {
        self.call(region, "Dynascope.DescribeReplica", &json!({"TableName": "Carts"})).expect("an answer")
    }

    fn is_dark(&mut self, region: &str) -> bool {
        self.look(region)["RegionStatus"] == "DARK"
    }

    /// One thing that somebody does, or that befalls.
    fn step(&mut self, random: &mut Random, number: u64) {
        let pick = |random: &mut Random, count: usize| random.below(count as u64) as usize;
        let here = REGIONS[pick(random, 3)];
        let other = REGIONS[pick(random, 3)];
        let key = json!({"id": {"S": pick(random, 4).to_string()}});
        match random.below(12) {
            0..5 => {
                let mut item = key;
                item["from"] = json!({"S": format!("{here} {number}")});
                let dark = self.is_dark(here);
                let put = self.call(here, "PutItem", &json!({"TableName": "Carts", "Item": item}));
                assert_eq!(put.is_err(), dark, "{put:?}");
            }
            5 => drop(self.call(here, "DeleteItem", &json!({"TableName": "Carts", "Key": key}))),
            6 | 7 if here != other => {
                let link = json!({"RegionName": other, "Broken": random.below(2) == 0, "LagMilliseconds": random.below(3) * 700});
                self.call(here, "Dynascope.UpdateLink", &link).expect("a link");
            }
            8 => {
                let status = if random.below(3) == 0 { "DARK" } else { "UP" };
                self.call(here, "Dynascope.UpdateRegion", &json!({"Status": status})).expect("a region");
            }
            _ => self.wait(random.below(1500)),
        }
    }

    fn mend(&mut self) {
        for here in REGIONS {
            self.call(here, "Dynascope.UpdateRegion", &json!({"Status": "UP"})).expect("a region");
            for other in REGIONS.iter().filter(|other| **other != here) {
                self.call(here, "Dynascope.UpdateLink", &json!({"RegionName": other})).expect("a link");
            }
        }
        self.wait(60_000);
    }
}

/// A stamp, in the order by which the later write is told.
fn stamp(side: &Value) -> (u64, u64, String) {
    let written = &side["Written"];
    let number = |name: &str| written[name].as_u64().expect("a number");
    (number("AtMilliseconds"), number("Count"), written["RegionName"].as_str().expect("a region").to_owned())
}

fn history(seed: u64) -> (Run, usize) {
    let (mut run, mut random) = (Run::new(seed), Random::new(seed));
    for number in 0..150 {
        run.step(&mut random, number);
    }
    run.mend();
    let all = REGIONS.map(|region| run.look(region));
    let mut conflicts = 0;
    for one in &all {
        assert_eq!(one["Items"], all[0]["Items"], "seed {seed}: every region holds the same");
        assert_eq!(one["Links"], json!([]), "seed {seed}: everything has arrived");
        for met in one["Conflicts"].as_array().expect("a list") {
            assert!(stamp(&met["Winner"]) > stamp(&met["Loser"]), "seed {seed}: {met}");
            let both = [stamp(&met["Winner"]).2, stamp(&met["Loser"]).2];
            assert!(both[0] != both[1] && both.iter().any(|region| one["RegionName"] == region.as_str()));
            conflicts += 1;
        }
        for held in one["Items"].as_array().expect("a list") {
            let by = held["Written"]["RegionName"].as_str().expect("a region");
            let from = held["Item"]["from"]["S"].as_str().expect("a text");
            assert!(from.starts_with(by), "seed {seed}: {held}");
        }
    }
    (run, conflicts)
}

#[test]
fn regions_agree_once_everything_is_mended_and_the_later_write_won() {
    let mut conflicts = 0;
    for seed in 1..=24 {
        let (mut run, met) = history(seed);
        conflicts += met;
        let live = REGIONS.map(|region| run.look(region));
        run.world = World::new(Config { seed, throttle: false, instant: true, ..Config::default() });
        run.world.replay(&run.journal).expect("the journal is whole");
        assert_eq!(REGIONS.map(|region| run.look(region)), live, "seed {seed}");
    }
    assert!(conflicts > 100, "the histories have conflicts: {conflicts}");
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (one, other) = (history(7).0, history(7).0);
    assert_eq!(one.world.snapshot(), other.world.snapshot());
    assert_eq!(one.journal, other.journal);
}
