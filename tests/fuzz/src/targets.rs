//! The readers that are fuzzed, each with the inputs to begin with and its format's words.
//!
//! A target says nothing of right answers: only that an answer comes, and that what it must say of itself (JSON, a number that reads
//! back as itself) holds.

use crate::files;
use engine::model::{Number, codec};
use engine::world::{Config, World};
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use web::protocol::frames::{frames, messages};
use web::protocol::{FromWorker, Place, ToWorker};
use web::worker::segment::{self, Describing, InMemory, Manifest, Rebuild, Segment, Stored};

const REGION: &str = "us-east-1";
const NOW_MS: u64 = 1_767_225_600_000;

/// A reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A whole request: the operation's name, a line's end, the body.
    Request,
    /// An expression of any kind.
    Expression,
    /// A number's text.
    Number,
    /// Changes as the engine replays them, snapshots as it restores them, and an item's encoding.
    Journal,
    /// What the browser's database holds.
    Database,
    /// A link or a design document.
    Link,
    /// A traffic recipe.
    Recipe,
    /// A workspace's file.
    Archive,
    /// A file of items: JSON of any form, CSV, the manifest of an export.
    Items,
    /// A snapshot whose checksum holds.
    Image,
    /// What page and worker say to each other, events packed.
    Frames,
    /// A design in another's words: CloudFormation, Terraform, NoSQL Workbench and the others.
    Design,
}

/// All of them.
pub const TARGETS: [Target; 12] = [
    Target::Request,
    Target::Expression,
    Target::Number,
    Target::Journal,
    Target::Database,
    Target::Link,
    Target::Recipe,
    Target::Archive,
    Target::Items,
    Target::Image,
    Target::Frames,
    Target::Design,
];

/// A target that is ready.
pub struct Prepared {
    target: Target,
    world: World,
    /// What the mutations begin with.
    pub inputs: Vec<Vec<u8>>,
}

impl Target {
    /// Its name, and its corpus's.
    pub fn name(self) -> &'static str {
        match self {
            Target::Request => "request",
            Target::Expression => "expression",
            Target::Number => "number",
            Target::Journal => "journal",
            Target::Database => "database",
            Target::Link => "link",
            Target::Recipe => "recipe",
            Target::Archive => "archive",
            Target::Items => "items",
            Target::Image => "image",
            Target::Frames => "frames",
            Target::Design => "design",
        }
    }

    /// Where its corpus is.
    pub fn folder(self) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(self.name())
    }

    /// Words of its format.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Target::Request => &[
                "\"S\"",
                "\"N\"",
                "\"B\"",
                "\"SS\"",
                "\"NULL\"",
                "\"L\"",
                "\"M\"",
                "null",
                "true",
                "1e999",
                "-1",
                "[]",
                "{}",
                "\"\"",
                "\\u0000",
                "\\ud800",
                "\"TableName\"",
                "\"Key\"",
                "\"Item\"",
                "\"Limit\"",
                "\"Expected\"",
                "\"AttributeUpdates\"",
                "\"ExpressionAttributeValues\"",
                "\"ConditionExpression\"",
                "\"RequestItems\"",
                "\"TransactItems\"",
                "\"ExclusiveStartKey\"",
                "\"Statement\"",
                "9223372036854775808",
                ",",
                ":",
                "é",
            ],
            Target::Expression => &[
                "AND",
                "OR",
                "NOT",
                "BETWEEN",
                "IN",
                "(",
                ")",
                ",",
                "SET ",
                "REMOVE ",
                "ADD ",
                "DELETE ",
                "=",
                "<>",
                "<=",
                "+",
                "-",
                "size(",
                "contains(",
                "begins_with(",
                "attribute_exists(",
                "attribute_type(",
                "if_not_exists(",
                "list_append(",
                ":a",
                ":n",
                ":l",
                "#n",
                "[0]",
                "[99999999999999999999]",
                ".",
                "a",
                "n",
                "l",
                "m",
                "é",
                "\0",
                "SELECT ",
                "FROM ",
                "WHERE ",
                "INSERT INTO ",
                "VALUE ",
                "<<",
                ">>",
                "'",
                "\"",
                "MISSING",
                "IS ",
            ],
            Target::Number => &[
                "0",
                "1",
                "-",
                "+",
                ".",
                "e",
                "E",
                "E-130",
                "E125",
                "E126",
                "99999999999999999999999999999999999999",
                "e2147483648",
                "e-2147483649",
                "e99999999999999999999",
                "00000000000000000000000000000000000000000",
                " ",
                "é",
                "Infinity",
                "NaN",
            ],
            Target::Link | Target::Recipe | Target::Items => &[
                "\"",
                ",",
                ";",
                "\t",
                "\n",
                "\r\n",
                ":",
                "{",
                "}",
                "[",
                "]",
                "{}",
                "[]",
                "null",
                "true",
                "-1",
                "1e999",
                "007",
                "18446744073709551615",
                "0.1",
                "\"S\"",
                "\"N\"",
                "\"SS\"",
                "\"M\"",
                "\"Item\"",
                "\"Items\"",
                "\"dynascope\":1",
                "\"tables\"",
                "\"items\"",
                "\"history\"",
                "\"epoch\"",
                "\"patterns\"",
                "\"rate\"",
                "\"weight\":0",
                "{zipf 1..50}",
                "{uniform 1..0}",
                "{row}",
                "#d=1.",
                "é",
                "\u{feff}",
            ],
            Target::Design => files::DESIGN_WORDS,
            Target::Journal | Target::Database | Target::Archive | Target::Image | Target::Frames => {
                &["\u{0}", "\u{1}", "\u{7f}", "us-east-1", "\u{0}\u{0}\u{0}\u{0}", "Things"]
            }
        }
    }

    /// Makes the target ready.
    ///
    /// # Panics
    /// Where its corpus cannot be read.
    pub fn prepare(self) -> Prepared {
        let mut world =
            World::new(Config { instant: true, lag: false, throttle: false, ..Config::default() });
        let mut changes = Vec::new();
        for (operation, request) in fixture() {
            let outcome = world.execute(REGION, NOW_MS, operation, request.to_string().as_bytes());
            assert!(outcome.response.is_ok(), "{operation}: {:?}", outcome.response);
            changes.push(outcome.changes);
        }
        let position = world.position();
        world.durable(position);
        let mut inputs = self.corpus();
        match self {
            Target::Request => inputs.extend(
                fixture().iter().map(|(operation, request)| format!("{operation}\n{request}").into_bytes()),
            ),
            Target::Journal => {
                inputs.extend(changes.iter().cloned());
                inputs.push(changes.concat());
                inputs.push(world.snapshot());
            }
            Target::Database => {
                inputs.push(Segment::encode(1, NOW_MS, &changes));
                inputs.push(Manifest::of(&[world.snapshot()], 1, NOW_MS).encode());
                let mut describing = Describing::packed(1, NOW_MS);
                inputs.push(describing.pack(&world.snapshot()).1);
                inputs.push(describing.manifest().encode());
            }
            Target::Link => inputs.extend(files::links()),
            Target::Recipe => inputs.extend(files::recipes()),
            Target::Archive => inputs.extend(files::archives(&world.snapshot(), &changes)),
            Target::Items => inputs.extend(files::items_corpus()),
            Target::Image => inputs.push(world.snapshot()),
            Target::Frames => inputs.extend(said(&mut world)),
            Target::Design => inputs.extend(files::designs()),
            Target::Expression | Target::Number => {}
        }
        Prepared { target: self, world, inputs }
    }

    /// The inputs that are kept.
    ///
    /// # Panics
    /// Where they cannot be read.
    pub fn corpus(self) -> Vec<Vec<u8>> {
        let Ok(entries) = fs::read_dir(self.folder()) else { return Vec::new() };
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
        files.sort();
        // One input a line in a `.txt`, one a file else.
        let mut inputs = Vec::new();
        for file in files {
            let bytes = fs::read(&file).expect("a corpus's file can be read");
            match file.extension().is_some_and(|extension| extension == "txt") {
                true => inputs.extend(bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec)),
                false => inputs.push(bytes),
            }
        }
        inputs
    }
}

impl Prepared {
    /// Reads one input.
    ///
    /// # Panics
    /// Where the reader does, or breaks a promise.
    pub fn read(&mut self, input: &[u8]) {
        match self.target {
            Target::Request => self.request(input),
            Target::Expression => self.expression(input),
            Target::Number => number(input),
            Target::Journal => self.journal(input),
            Target::Database => database(input),
            Target::Link => files::link(input),
            Target::Recipe => files::recipe(input),
            Target::Archive => files::archive(input),
            Target::Items => files::items(input),
            Target::Image => files::image(input),
            Target::Frames => heard(input),
            Target::Design => files::design(input),
        }
    }

    fn execute(&mut self, operation: &str, body: &[u8]) {
        let outcome = self.world.execute(REGION, NOW_MS, operation, body);
        let answer = match outcome.response {
            Ok(answer) => answer,
            Err(error) => error.to_json(),
        };
        let empty = answer.is_empty();
        assert!(empty || serde_json::from_slice::<Value>(&answer).is_ok(), "the answer is no JSON");
        // What was done is undone, so that each input meets the same items.
        self.world.wind_back();
    }

    fn request(&mut self, input: &[u8]) {
        let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
        let operation = String::from_utf8_lossy(&input[..end]).into_owned();
        self.execute(&operation, input.get(end + 1..).unwrap_or(b""));
    }

    /// The text as every kind of expression.
    fn expression(&mut self, input: &[u8]) {
        let text = String::from_utf8_lossy(input).into_owned();
        let values = json!({":a": {"S": "a"}, ":n": {"N": "1"}, ":l": {"L": [{"S": "x"}]}});
        let with = |mut request: Value| {
            request["TableName"] = "Things".into();
            for (member, value) in [
                ("ExpressionAttributeNames", json!({"#n": "n"})),
                ("ExpressionAttributeValues", values.clone()),
            ] {
                request[member] = value;
            }
            request.to_string()
        };
        let key = json!({"id": {"S": "a"}, "at": {"N": "1"}});
        for (operation, request) in [
            ("DeleteItem", json!({"Key": key, "ConditionExpression": text})),
            ("UpdateItem", json!({"Key": key, "UpdateExpression": text})),
            ("Query", json!({"KeyConditionExpression": text})),
            (
                "Scan",
                json!({"ProjectionExpression": text, "FilterExpression": "a = :a AND n = :n AND l = :l AND n = #n"}),
            ),
        ] {
            self.execute(operation, with(request).as_bytes());
        }
        self.execute("ExecuteStatement", json!({ "Statement": text }).to_string().as_bytes());
    }

    fn journal(&mut self, input: &[u8]) {
        // Damage is told; what is not damaged can be read.
        let config = Config { instant: true, lag: false, throttle: false, ..Config::default() };
        let mut world = World::new(config.clone());
        let _ = world.replay(input);
        let _ = World::restore(config, input);
        let _ = codec::decode(input);
    }
}

fn number(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let Ok(number) = Number::parse(&text) else { return };
    let shown = number.to_string();
    assert!(shown.len() < 200, "{shown}");
    assert_eq!(Number::parse(&shown), Ok(number), "{text} is shown as {shown}");
    let mut key = Vec::new();
    number.write_key(&mut key);
    assert_eq!(Number::read_key(&key), Some((number, key.len())), "{text}");
}

/// A state that only counts.
struct Counted;

impl Rebuild for Counted {
    type State = usize;
    type Restoring = usize;
    fn fresh(&self) -> usize {
        0
    }
    fn begin(&self) -> usize {
        0
    }
    fn take(&self, restoring: &mut usize, piece: &[u8]) -> Result<(), String> {
        *restoring += piece.len();
        Ok(())
    }
    fn restore(&self, restoring: usize) -> Result<usize, String> {
        Ok(restoring)
    }
    fn replay(&self, state: &mut usize, record: &[u8]) -> Result<(), String> {
        *state += record.len();
        Ok(())
    }
    fn settle(&self, _: &mut usize) -> Result<(), String> {
        Ok(())
    }
}

fn database(input: &[u8]) {
    if let Ok(read) = Segment::decode(input) {
        let again = Segment::encode(read.sequence, read.now_ms, &read.records);
        assert_eq!(Segment::decode(&again), Ok(read));
        // What is packed can be packed in other ways; all else has one form.
        if [&again, input].iter().all(|segment| segment[4] == 1) {
            assert_eq!(again, input);
        }
    }
    if let Ok(read) = Manifest::decode(input) {
        assert_eq!(read.encode(), input);
    }
    let stored = || Stored::Bytes(input.to_vec());
    let parts = InMemory {
        manifest: Some(stored()),
        pieces: vec![(1, 0, stored())],
        segments: vec![(1, stored()), (2, stored())],
        head: Some(2),
    };
    let _ = segment::recover(&Counted, &parts.found(), &parts).now_or_never().expect("nothing waits");
}

/// A table with an index of each kind and some items; then one good request of every operation.
fn fixture() -> Vec<(&'static str, Value)> {
    let key = json!({"id": {"S": "a"}, "at": {"N": "1"}});
    let item = json!({
        "id": {"S": "a"}, "at": {"N": "1"}, "a": {"S": "text"}, "n": {"N": "-1.5E3"}, "l": {"L": [{"S": "x"}, {"M": {"y": {"N": "1"}}}]},
        "m": {"M": {"x": {"BOOL": true}}}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}, "b": {"B": "AAE="}, "z": {"NULL": true}
    });
    let keys = |hash: &str, range: &str| json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
    vec![
        (
            "CreateTable",
            json!({
                "TableName": "Things", "BillingMode": "PAY_PER_REQUEST", "KeySchema": keys("id", "at"),
                "AttributeDefinitions": [
                    {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"},
                    {"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}
                ],
                "LocalSecondaryIndexes": [
                    {"IndexName": "here", "KeySchema": keys("id", "n"), "Projection": {"ProjectionType": "KEYS_ONLY"}}
                ],
                "GlobalSecondaryIndexes": [
                    {"IndexName": "there", "KeySchema": keys("a", "n"), "Projection": {"ProjectionType": "ALL"}}
                ],
                "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}
            }),
        ),
        (
            "PutItem",
            json!({"TableName": "Things", "Item": item, "ReturnValues": "ALL_OLD", "ReturnConsumedCapacity": "INDEXES"}),
        ),
        (
            "UpdateItem",
            json!({
                "TableName": "Things", "Key": key, "UpdateExpression": "SET #n = if_not_exists(c, :n) + n, l[1] = :a REMOVE z ADD ns :ns",
                "ConditionExpression": "size(l) > :n AND (a = :a OR NOT contains(ss, :a) OR a IN (:a, b))", "ReturnValues": "ALL_NEW",
                "ExpressionAttributeNames": {"#n": "name"},
                "ExpressionAttributeValues": {":n": {"N": "1"}, ":a": {"S": "text"}, ":ns": {"NS": ["3"]}}
            }),
        ),
        (
            "UpdateItem",
            json!({
                "TableName": "Things", "Key": key, "AttributeUpdates": {"c": {"Action": "ADD", "Value": {"N": "1"}}},
                "Expected": {"a": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "t"}]}, "q": {"Exists": false}},
                "ConditionalOperator": "OR"
            }),
        ),
        (
            "GetItem",
            json!({"TableName": "Things", "Key": key, "ProjectionExpression": "l[1].y, m.x, a", "ConsistentRead": true}),
        ),
        (
            "Query",
            json!({
                "TableName": "Things", "IndexName": "there", "KeyConditionExpression": "a = :a AND n BETWEEN :l AND :h",
                "ExpressionAttributeValues": {":a": {"S": "text"}, ":l": {"N": "-1E4"}, ":h": {"N": "0"}}, "Limit": 1,
                "ScanIndexForward": false, "ExclusiveStartKey": {"id": {"S": "a"}, "at": {"N": "1"}, "a": {"S": "text"}, "n": {"N": "-1"}}
            }),
        ),
        (
            "Scan",
            json!({"TableName": "Things", "ScanFilter": {"a": {"ComparisonOperator": "NOT_NULL"}}, "Segment": 0, "TotalSegments": 2}),
        ),
        ("BatchGetItem", json!({"RequestItems": {"Things": {"Keys": [key], "AttributesToGet": ["a"]}}})),
        (
            "BatchWriteItem",
            json!({"RequestItems": {"Things": [
                {"PutRequest": {"Item": {"id": {"S": "b"}, "at": {"N": "2"}}}}, {"DeleteRequest": {"Key": {"id": {"S": "c"}, "at": {"N": "3"}}}}
            ]}}),
        ),
        (
            "TransactWriteItems",
            json!({"TransactItems": [
                {"Put": {"TableName": "Things", "Item": {"id": {"S": "t"}, "at": {"N": "1"}}, "ConditionExpression": "attribute_not_exists(id)"}},
                {"ConditionCheck": {"TableName": "Things", "Key": key, "ConditionExpression": "attribute_exists(id)"}}
            ], "ClientRequestToken": "once"}),
        ),
        ("TransactGetItems", json!({"TransactItems": [{"Get": {"TableName": "Things", "Key": key}}]})),
        ("DescribeTable", json!({"TableName": "Things"})),
        ("UpdateTable", json!({"TableName": "Things", "BillingMode": "PAY_PER_REQUEST"})),
        (
            "UpdateTimeToLive",
            json!({"TableName": "Things", "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": true}}),
        ),
        ("ListTables", json!({"Limit": 1})),
        ("ListStreams", json!({"TableName": "Things"})),
    ]
}

/// Calls and what they came to, as page and worker say them.
fn said(world: &mut World) -> [Vec<u8>; 2] {
    let mut told = Vec::new();
    let calls = [("ListTables", "{}"), ("GetItem", r#"{"TableName":"Things","Key":{"id":{"S":"a"}}}"#)].map(
        |(operation, request)| {
            let outcome = world.execute(REGION, NOW_MS, operation, request.as_bytes());
            let events = outcome.events.into();
            let result = outcome.response.map(|json| String::from_utf8_lossy(&json).into_owned());
            match result {
                Ok(json) => told.push(FromWorker::Reply { id: 1, now_ms: NOW_MS, result: Ok(json), events }),
                Err(_) => told.push(FromWorker::Events { events }),
            }
            let (operation, request) = (operation.to_owned(), request.to_owned());
            ToWorker::Call { id: 1, place: Place::Workspace, operation, request }
        },
    );
    told.push(FromWorker::Outdated);
    [frames(&calls), frames(&told)]
}

fn heard(input: &[u8]) {
    if let Ok(calls) = messages::<ToWorker>(input) {
        assert_eq!(messages::<ToWorker>(&frames(&calls)).as_ref(), Ok(&calls), "it is said as it was heard");
    }
    if let Ok(told) = messages::<FromWorker>(input) {
        assert_eq!(messages::<FromWorker>(&frames(&told)).as_ref(), Ok(&told), "it is said as it was heard");
    }
}
