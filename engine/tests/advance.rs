//! A jump ahead is the same as waiting: same state, same events at the same times, same changes for the journal.

use proptest::prelude::*;
use serde_json::{Value, json};

use engine::timeline::{Event, EventKind};
use engine::world::{Config, World};

const REGION: &str = "us-east-1";
const START_MS: u64 = 1_767_225_600_000;
const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// A world, its time, and all that came of it.
struct Run {
    world: World,
    now_ms: u64,
    changes: Vec<u8>,
    events: Vec<Event>,
}

impl Run {
    /// A table with TTL, a stream, point-in-time recovery and an index that lags, made at the service's pace.
    fn start() -> Run {
        let world = World::new(Config { throttle: false, ..Config::default() });
        let mut run = Run { world, now_ms: START_MS, changes: Vec::new(), events: Vec::new() };
        run.ok("CreateTable", json!({
            "TableName": "Sessions", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "kind", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "GlobalSecondaryIndexes": [{"IndexName": "by-kind", "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}]}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}
        }));
        run.jump(60_000);
        run.ok(
            "UpdateTimeToLive",
            json!({
            "TableName": "Sessions", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "until"}}),
        );
        run.ok(
            "UpdateContinuousBackups",
            json!({
            "TableName": "Sessions", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true,
                "RecoveryPeriodInDays": 1}}),
        );
        run.jump(2 * HOUR_MS);
        run
    }

    fn call(&mut self, operation: &str, request: &Value) -> Result<Value, String> {
        let outcome = self.world.execute(REGION, self.now_ms, operation, request.to_string().as_bytes());
        self.changes.extend(outcome.changes);
        self.events.extend(outcome.events);
        let body = outcome.response.map_err(|error| error.to_string())?;
        Ok(serde_json::from_slice(&body).expect("a response is JSON"))
    }

    fn ok(&mut self, operation: &str, request: Value) -> Value {
        self.call(operation, &request).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// Moves on in slices of at most so many moments.
    fn sliced(&mut self, by_ms: u64, moments: usize) {
        self.now_ms += by_ms;
        loop {
            let advance = self.world.advance(self.now_ms, moments);
            self.changes.extend(advance.outcome.changes);
            self.events.extend(advance.outcome.events);
            if advance.at_ms == self.now_ms {
                return;
            }
        }
    }

    fn jump(&mut self, by_ms: u64) {
        self.sliced(by_ms, usize::MAX);
    }

    fn put(&mut self, id: u8, lives_s: Option<u64>) {
        let mut item = json!({"id": {"S": format!("item-{id}")}, "kind": {"S": format!("kind-{}", id % 3)}});
        if let Some(lives_s) = lives_s {
            item["until"] = json!({"N": (self.now_ms / 1000 + lives_s).to_string()});
        }
        self.ok("PutItem", json!({"TableName": "Sessions", "Item": item}));
    }

    fn times(&self, wanted: impl Fn(&EventKind) -> bool) -> Vec<u64> {
        self.events.iter().filter(|event| wanted(&event.kind)).map(|event| event.at_ms - START_MS).collect()
    }

    /// All that two runs must share.
    fn bytes(&self) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        (
            self.world.snapshot(),
            self.changes.clone(),
            serde_json::to_vec(&self.events).expect("events are JSON"),
        )
    }
}

#[derive(Clone, Debug)]
enum Act {
    Put { id: u8, lives_s: Option<u64> },
    Delete { id: u8 },
    Wait { ms: u64 },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..12u8, proptest::option::of(0..300_000u64)).prop_map(|(id, lives_s)| Act::Put { id, lives_s }),
        1 => (0..12u8).prop_map(|id| Act::Delete { id }),
        2 => (0..20_000_000u64).prop_map(|ms| Act::Wait { ms }),
    ]
}

fn done(acts: &[Act], mut wait: impl FnMut(&mut Run, u64)) -> Run {
    let mut run = Run::start();
    for act in acts {
        match act {
            Act::Put { id, lives_s } => run.put(*id, *lives_s),
            Act::Delete { id } => {
                run.ok(
                    "DeleteItem",
                    json!({"TableName": "Sessions", "Key": {"id": {"S": format!("item-{id}")}}}),
                );
            }
            Act::Wait { ms } => wait(&mut run, *ms),
        }
    }
    run
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_jump_is_the_same_as_small_steps_and_as_slices(
        acts in proptest::collection::vec(act(), 1..24),
        days in 0..6u64,
        step_ms in 60_000..9_000_000u64,
        moments in 1..5usize,
    ) {
        let finish = |mut run: Run, wait: &mut dyn FnMut(&mut Run, u64)| {
            wait(&mut run, days * DAY_MS + 1);
            run.ok("Scan", json!({"TableName": "Sessions"}));
            run.bytes()
        };
        let mut jump = |run: &mut Run, ms: u64| run.jump(ms);
        let mut steps = |run: &mut Run, ms: u64| {
            let mut left_ms = ms;
            while left_ms > 0 {
                let by_ms = left_ms.min(step_ms);
                run.jump(by_ms);
                left_ms -= by_ms;
            }
        };
        let mut slices = |run: &mut Run, ms: u64| run.sliced(ms, moments);
        let jumped = finish(done(&acts, &mut jump), &mut jump);
        prop_assert!(jumped == finish(done(&acts, &mut jump), &mut jump), "the same jump twice");
        prop_assert!(jumped == finish(done(&acts, &mut steps), &mut steps), "steps of {step_ms} ms");
        prop_assert!(jumped == finish(done(&acts, &mut slices), &mut slices), "slices of {moments} moments");
    }
}

#[test]
fn everything_on_the_way_happens_at_its_own_time_and_in_its_order() {
    let mut run = Run::start();
    let first = run.now_ms - START_MS;
    run.put(1, Some(90_000));
    run.put(2, Some(200_000));
    run.jump(4 * DAY_MS);
    let minute_behind = |seconds: u64| ((first / 1000 + seconds) / 60 + 1) * 60_000;
    let expired = run.times(|kind| matches!(kind, EventKind::Expired { .. }));
    assert_eq!(expired, [minute_behind(90_000), minute_behind(200_000)]);
    // A record of each removal, trimmed a day later; the two of the puts went before.
    let trimmed = run.times(|kind| matches!(kind, EventKind::ShardTrimmed { .. }));
    assert_eq!(trimmed.first(), Some(&(first + DAY_MS + 1)));
    assert!(trimmed.contains(&(expired[0] + DAY_MS + 1)), "{trimmed:?}");
    let closed = run.times(|kind| matches!(kind, EventKind::ShardClosed { .. }));
    assert!(
        closed.len() > 4 * 20
            && closed.iter().all(|at_ms| at_ms % (4 * HOUR_MS) == closed[0] % (4 * HOUR_MS))
    );
    assert!(run.events.is_sorted_by_key(|event| event.at_ms), "the order is time's");
    let ids: Vec<u64> = run.events.iter().map(|event| event.id).collect();
    assert!(ids.windows(2).all(|pair| pair[1] == pair[0] + 1), "no number is left out");
    assert_eq!(run.world.now_ms(), run.now_ms);
}

#[test]
fn a_crowd_that_expires_at_once_goes_in_pieces_at_one_time() {
    let mut run = Run::start();
    let until = (run.now_ms / 1000 + 500).to_string();
    for batch in 0..100 {
        let puts: Vec<Value> = (0..25)
            .map(|n| json!({"PutRequest": {"Item": {"id": {"S": format!("{batch}-{n}")}, "until": {"N": until}}}}))
            .collect();
        run.ok("BatchWriteItem", json!({"RequestItems": {"Sessions": puts}}));
    }
    run.events.clear();
    run.now_ms += HOUR_MS;
    let mut most = 0;
    loop {
        let advance = run.world.advance(run.now_ms, 1);
        let expired = advance.outcome.events.iter().filter(|e| matches!(e.kind, EventKind::Expired { .. }));
        most = most.max(expired.count());
        run.events.extend(advance.outcome.events);
        if advance.at_ms == run.now_ms {
            break;
        }
    }
    let expired = run.times(|kind| matches!(kind, EventKind::Expired { .. }));
    assert_eq!((expired.len(), most), (2_500, 250));
    assert!(expired.iter().all(|at_ms| *at_ms == expired[0]));
    assert_eq!(run.ok("Scan", json!({"TableName": "Sessions", "Select": "COUNT"}))["Count"], 0);
}
