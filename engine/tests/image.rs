//! A world that is restored in the middle of a run goes on to the byte as the one that was never stopped.

use serde_json::{Value, json};

use engine::random::Random;
use engine::world::{Config, Outcome, Restoring, World};

const REGION: &str = "us-east-1";
const START_MS: u64 = 1_800_000_000_000;

fn send(world: &mut World, now_ms: u64, operation: &str, request: &Value) -> Outcome {
    world.execute(REGION, now_ms, operation, request.to_string().as_bytes())
}

fn config() -> Config {
    Config { instant: true, ..Config::default() }
}

/// The requests that make a provisioned table with an index, a stream and auto scaling, whose capacity does not suffice, and one
/// on demand.
fn making() -> [(&'static str, Value); 3] {
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let throughput = json!({"ReadCapacityUnits": 3, "WriteCapacityUnits": 3});
    let orders = json!({
        "TableName": "Orders", "ProvisionedThroughput": throughput,
        "AttributeDefinitions": [attribute("user"), attribute("at"), attribute("status")],
        "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-status", "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": throughput,
            "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}]
        }],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}
    });
    let carts = json!({
        "TableName": "Carts", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [attribute("id")],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
    });
    let scaling = json!({
        "TableName": "Orders",
        "ProvisionedWriteCapacityAutoScalingUpdate": {
            "MinimumUnits": 3, "MaximumUnits": 40,
            "ScalingPolicyUpdate": {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0}}
        }
    });
    [("CreateTable", orders), ("CreateTable", carts), ("Dynascope.UpdateAutoScaling", scaling)]
}

/// A world with these tables.
fn world() -> World {
    let mut world = World::new(config());
    for (operation, request) in making() {
        let outcome = send(&mut world, START_MS, operation, &request);
        outcome.response.unwrap_or_else(|error| panic!("{operation}: {}", error.message));
    }
    world
}

/// Spends the burst of five minutes.
fn spend(world: &mut World) {
    let text = json!({"S": "x".repeat(9_000)});
    let put = json!({"TableName": "Orders", "Item": {"user": {"S": "u"}, "at": {"S": "1"}, "text": text}});
    while send(world, START_MS + 1, "PutItem", &put).response.is_ok() {}
}

fn request(random: &mut Random) -> (&'static str, Value) {
    let user = format!("u{}", random.below(4));
    let at = format!("{}", random.below(6));
    let key = json!({"user": {"S": user}, "at": {"S": at}});
    let status = ["new", "paid", "sent"][random.below(3) as usize];
    let strong = random.below(3) == 0;
    match random.below(7) {
        0..3 => {
            let text = "x".repeat(random.below(2_000) as usize);
            let item =
                json!({"user": {"S": user}, "at": {"S": at}, "status": {"S": status}, "text": {"S": text}});
            ("PutItem", json!({"TableName": "Orders", "Item": item}))
        }
        3 => ("DeleteItem", json!({"TableName": "Orders", "Key": key})),
        4 => ("GetItem", json!({"TableName": "Orders", "Key": key, "ConsistentRead": strong})),
        5 => (
            "Query",
            json!({
                "TableName": "Orders", "IndexName": "by-status", "KeyConditionExpression": "#s = :s",
                "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": status}}
            }),
        ),
        _ => ("PutItem", json!({"TableName": "Carts", "Item": {"id": {"S": user}}})),
    }
}

#[test]
fn a_world_goes_on_from_its_image_to_the_byte() {
    for seed in 0..6 {
        let (mut one, mut random) = (world(), Random::new(seed));
        let mut now_ms = START_MS;
        spend(&mut one);
        let mut refused = 0;
        for step in 0..900 {
            now_ms += random.below(if step % 300 == 0 { 60_000 } else { 30 });
            let (operation, asked) = request(&mut random);
            refused += usize::from(send(&mut one, now_ms, operation, &asked).response.is_err());
        }
        let image = one.image();
        let mut two = World::restore(config(), &image).expect("it opens");
        assert!(two.image() == image, "seed {seed}: nothing was lost and nothing came");
        let plain = one.snapshot();
        assert!(
            plain.len() < image.len() && two.snapshot() == plain,
            "seed {seed}: the journal's state is the same"
        );
        for step in 0..900 {
            now_ms += random.below(if step % 300 == 7 { 60_000 } else { 30 });
            let (operation, asked) = request(&mut random);
            let (a, b) =
                (send(&mut one, now_ms, operation, &asked), send(&mut two, now_ms, operation, &asked));
            assert_eq!(a.response, b.response, "seed {seed}, step {step}: {operation}");
            assert_eq!(a.events, b.events, "seed {seed}, step {step}: {operation}");
            assert_eq!((&a.tallies, a.latency_us), (&b.tallies, b.latency_us), "seed {seed}, step {step}");
            assert!(a.changes == b.changes, "seed {seed}, step {step}: {operation}");
            refused += usize::from(a.response.is_err());
        }
        assert!(one.image() == two.image(), "seed {seed}");
        assert!(refused > 20, "seed {seed}: tokens mattered: {refused}");
    }
}

#[test]
fn a_plain_snapshot_opens_with_full_buckets() {
    let mut world = world();
    spend(&mut world);
    let put = json!({"TableName": "Orders", "Item": {"user": {"S": "u"}, "at": {"S": "1"}}});
    let mut reopened = World::restore(config(), &world.snapshot()).expect("it opens");
    assert!(send(&mut reopened, START_MS + 1, "PutItem", &put).response.is_ok());
    let mut kept = World::restore(config(), &world.image()).expect("it opens");
    assert!(send(&mut kept, START_MS + 1, "PutItem", &put).response.is_err());
}

#[test]
fn an_image_in_pieces_is_of_the_moment_at_which_it_began_whatever_happens_meanwhile() {
    for seed in 0..4 {
        let (mut world, mut random) = (world(), Random::new(seed));
        let mut now_ms = START_MS;
        let mut spend_some = |world: &mut World, count: usize| {
            for _ in 0..count {
                now_ms += random.below(400);
                let (operation, asked) = request(&mut random);
                send(world, now_ms, operation, &asked);
            }
            world.durable(world.position());
        };
        spend_some(&mut world, 400);
        let (expected, mut imaging) = (world.image(), world.begin_image());
        let mut restoring = Restoring::new(config());
        let mut pieces = 0;
        while let Some(piece) = world.image_piece(&mut imaging, 2_000) {
            restoring.take(&piece).expect("it is whole");
            pieces += 1;
            spend_some(&mut world, 20);
        }
        world.end_image();
        let restored = restoring.end().expect("it is whole");
        assert!(pieces > 20 && restored.image() == expected, "seed {seed}: {pieces} pieces");
    }
}

#[test]
fn a_journal_and_what_was_consumed_open_with_the_buckets_and_minutes_as_they_were() {
    for seed in 0..4 {
        let (mut one, mut random, mut journal) = (World::new(config()), Random::new(seed), Vec::new());
        let mut now_ms = START_MS;
        for (operation, request) in making() {
            journal.extend(send(&mut one, START_MS, operation, &request).changes);
        }
        let text = json!({"S": "x".repeat(9_000)});
        let put =
            json!({"TableName": "Orders", "Item": {"user": {"S": "u"}, "at": {"S": "1"}, "text": text}});
        loop {
            let outcome = send(&mut one, START_MS + 1, "PutItem", &put);
            journal.extend(outcome.changes);
            if outcome.response.is_err() {
                break;
            }
        }
        for step in 0..500 {
            now_ms += random.below(if step % 250 == 9 { 40_000 } else { 30 });
            let (operation, asked) = request(&mut random);
            journal.extend(send(&mut one, now_ms, operation, &asked).changes);
        }
        let replayed = || {
            let mut world = World::new(config());
            world.replay(&journal).expect("it replays");
            world
        };
        let (mut two, mut full, spent) = (replayed(), replayed(), one.spent());
        two.take_up_spent(&spent).expect("it is read");
        assert_eq!(two.spent().len(), spent.len(), "seed {seed}");
        let (mut refused, mut admitted) = (0, 0);
        for step in 0..500 {
            now_ms += random.below(if step % 250 == 99 { 60_000 } else { 30 });
            let (operation, asked) = request(&mut random);
            let of = |world: &mut World| send(world, now_ms, operation, &asked).response;
            let (a, b, c) = (of(&mut one), of(&mut two), of(&mut full));
            if operation != "GetItem" && operation != "Query" {
                // Which replica serves a read hangs on those that are behind, of which a journal knows nothing.
                assert_eq!(a, b, "seed {seed}, step {step}: {operation}");
                refused += usize::from(a.is_err());
                admitted += usize::from(a.is_err() && c.is_ok());
            }
        }
        assert!(
            refused > 20 && admitted > 20,
            "seed {seed}: {refused} refused, {admitted} with full buckets"
        );
        let described = |world: &mut World| {
            send(world, now_ms + 120_000, "DescribeTable", &json!({"TableName": "Orders"})).response
        };
        assert_eq!(described(&mut one), described(&mut two), "seed {seed}: auto scaling did the same");
    }
}

#[test]
fn an_image_without_its_end_is_refused() {
    let image = world().image();
    for at in 1..image.len() {
        assert!(World::restore(Config::default(), &image[..at]).is_err(), "torn at {at}");
    }
}

#[test]
fn an_image_opens_wherever_its_pieces_were_cut() {
    let image = world().image();
    for size in [1, 2, 700, 1 << 20] {
        let mut restoring = Restoring::new(Config { instant: true, ..Config::default() });
        image.chunks(size).for_each(|piece| restoring.take(piece).expect("it is whole"));
        assert!(restoring.end().expect("it is whole").image() == image, "pieces of {size}");
    }
}

#[test]
fn a_snapshot_that_was_taken_later_knows_better_than_what_was_consumed_before() {
    let mut world = world();
    let before = world.spent();
    spend(&mut world);
    let mut kept = World::restore(config(), &world.image()).expect("it opens");
    kept.take_up_spent(&before).expect("it is read");
    let put = json!({"TableName": "Orders", "Item": {"user": {"S": "u"}, "at": {"S": "1"}}});
    assert!(send(&mut kept, START_MS + 1, "PutItem", &put).response.is_err());
    assert!(kept.take_up_spent(&before[..before.len() / 2]).is_err(), "half of it is damage");
}
