//! The readers of what comes from outside by a link or a file: each in one function, with the inputs to begin with.
//!
//! Checksums keep a mutated input from getting far. Whoever makes a file to do harm signs it too: here the checksums are put right
//! again behind the mutation, so that what stands behind them is reached.

use engine::timeline::{Event, Tally};
use engine::workload::{AccessPattern, Filling, Onlooker, Recipe, Run, Tables};
use engine::world::{Config, World};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde_json::{Value, json};
use web::exchange::{Format, export, import};
use web::share::archive::{self, Head, Part, Writer};
use web::share::csv::{self, CellType, Reading};
use web::share::import::{plan, records};
use web::share::load::steps;
use web::share::{Document, batch, link};
use web::worker::segment::{Manifest, Segment};

const REGION: &str = "us-east-1";
const NOW_MS: u64 = 1_767_225_600_000;

fn config() -> Config {
    Config { instant: true, lag: false, throttle: false, ..Config::default() }
}

fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

/// A design with items, requests and traffic.
fn document() -> Document {
    let mut document = Document::new("Orders");
    document.tables.push(json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "TimeToLive": {"AttributeName": "ttl"}
    }));
    document.items.insert("Orders".into(), vec![json!({"id": {"S": "1"}, "ttl": {"N": "1767225600"}})]);
    document.epoch = Some(1_767_225_600);
    document.relative_times.insert("Orders".into(), vec!["ttl".into()]);
    document
}

/// A link, and what its data unpacks to read as a document.
pub fn link(input: &[u8]) {
    let text = text(input);
    if let Ok(document) = link::decode(&text) {
        let again = link::encode(&document).expect("what a link carried fits into one");
        assert_eq!(link::decode(&again), Ok(document));
    }
    read_document(&text);
}

fn read_document(text: &str) {
    if let Ok(document) = Document::parse(text) {
        assert!(!steps(&document, NOW_MS).is_empty() || document.tables.is_empty());
    }
}

/// Links to begin with.
pub fn links() -> Vec<Vec<u8>> {
    let fragment = link::encode(&document()).expect("it is small");
    vec![fragment.into_bytes(), document().to_json().into_bytes()]
}

/// Nobody looks on.
struct Nobody;

impl Onlooker for Nobody {
    fn saw(&mut self, _tallies: &[Tally], _events: Vec<Event>) {}
}

/// A traffic recipe: read, checked and run for a little.
pub fn recipe(input: &[u8]) {
    let Ok(recipe) = serde_json::from_slice::<Recipe>(input) else { return };
    if recipe.check().is_err() {
        return;
    }
    let mut world = World::new(config());
    let table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]
    });
    world.execute(REGION, NOW_MS, "CreateTable", table.to_string().as_bytes());
    // In slices, as the worker does: what a recipe brings along may be more than anybody waits for.
    let Ok(mut filling) = Filling::begin(&world, REGION, NOW_MS, recipe, Tables::More) else { return };
    if filling.advance(20).is_err() {
        return;
    }
    if let Ok(mut run) = Run::filled(filling, NOW_MS) {
        run.advance(NOW_MS + 50, 20, &mut Nobody);
    }
}

/// Recipes to begin with.
pub fn recipes() -> Vec<Vec<u8>> {
    let of = |recipe: &Recipe| serde_json::to_vec(recipe).expect("a recipe is plain data");
    let put = AccessPattern {
        name: "put".into(),
        operation: "PutItem".into(),
        request: json!({"TableName": "Orders", "Item": {"id": {"S": "u-{zipf 1..50}"}, "n": {"N": "{uniform 1..9}"}}}),
        weight: 1,
        variables: Default::default(),
    };
    let small =
        Recipe { patterns: vec![put], tables: Vec::new(), fill: Vec::new(), ..Recipe::black_friday(3) };
    vec![of(&Recipe::black_friday(7)), of(&small)]
}

/// A workspace's file: as it stands, and with its checksums put right.
pub fn archive(input: &[u8]) {
    let unpack = |packed: &[u8], length: usize| decompress_to_vec_with_limit(packed, length).ok();
    for bytes in [input.to_vec(), signed(input)] {
        let Ok(parts) = archive::read_all(&bytes, unpack) else { continue };
        let mut writer = Writer::default();
        let mut again = archive::start();
        for part in &parts {
            again.extend(writer.frame(part, None));
        }
        again.extend(writer.end());
        assert_eq!(archive::read_all(&again, unpack), Ok(parts.clone()));
        for part in parts {
            match part {
                Part::Manifest(bytes) => drop(Manifest::decode(&bytes)),
                Part::Segment(_, bytes) => drop(Segment::decode(&bytes)),
                _ => {}
            }
        }
    }
}

/// The same file with every frame's checksum, and the end's, as they must be.
fn signed(input: &[u8]) -> Vec<u8> {
    let mut file = input.to_vec();
    let mut at = archive::START_BYTES;
    let mut crcs = crc32fast::Hasher::new();
    while let Some(head) = file.get(at..at + archive::HEAD_BYTES) {
        let stored = u32::from_le_bytes([head[16], head[17], head[18], head[19]]) as usize;
        let body = at + archive::HEAD_BYTES;
        let Some(end) = body.checked_add(stored).filter(|end| *end <= file.len()) else { break };
        if file[at] == b'E' && stored == 4 {
            let sum = crcs.clone().finalize();
            file[body..end].copy_from_slice(&sum.to_le_bytes());
        }
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&file[at..at + 20]);
        hasher.update(&file[body..end]);
        let crc = hasher.finalize().to_le_bytes();
        file[at + 20..at + 24].copy_from_slice(&crc);
        crcs.update(&crc);
        at = end;
    }
    file
}

/// Files of workspaces to begin with.
pub fn archives(snapshot: &[u8], changes: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let parts = [
        Part::Head(Head { name: "Orders".into(), exported_ms: NOW_MS }),
        Part::Note("clock".into(), b"{}".to_vec()),
        Part::Requests("{\"saved\":[]}".into()),
        Part::Manifest(Manifest::of(&[snapshot], 1, NOW_MS).encode()),
        Part::Piece(0, snapshot.to_vec()),
        Part::Segment(2, Segment::encode(2, NOW_MS, changes)),
    ];
    let mut writer = Writer::default();
    let mut file = archive::start();
    for part in &parts {
        file.extend(writer.frame(part, Some(compress_to_vec(&archive::body_of(part), 6))));
    }
    file.extend(writer.end());
    vec![file]
}

/// A file of items, of any form, and a manifest of an export.
pub fn items(input: &[u8]) {
    let text = text(input);
    let keys = [("id".to_owned(), "S".to_owned())];
    if let Ok(records) = records(&text) {
        let plan = plan(records.collect(), &keys);
        let planned: usize = plan.batches.iter().map(Vec::len).sum();
        assert_eq!(planned, plan.items);
    }
    if let Ok(listed) = batch::manifest(&text) {
        batch::differences(&listed, &[]);
    }
    if let Ok(mut reading) = Reading::begin(&text, &keys) {
        while reading.read(50) {}
        let mut sheet = reading.end();
        for cells in CellType::ALL {
            sheet.columns.iter_mut().for_each(|column| column.cells = cells);
            (0..sheet.len()).for_each(|at| drop(sheet.record(at)));
        }
        let columns: Vec<String> = sheet.columns.iter().map(|column| column.name.clone()).collect();
        let lines = (0..sheet.len()).filter_map(|at| csv::item_line(&columns, &sheet.record(at)?.item.ok()?));
        lines.for_each(drop);
    }
}

/// Files of items to begin with.
pub fn items_corpus() -> Vec<Vec<u8>> {
    let all: [&str; 6] = [
        "[{\"id\":\"1\",\"n\":1.5e3,\"l\":[1,null,{\"a\":true}]},\n{\"id\":\"2\"}]",
        "{\"Item\":{\"id\":{\"S\":\"1\"},\"n\":{\"N\":\"1\"},\"ss\":{\"SS\":[\"a\"]}}}\n{\"Item\":{\"id\":{\"S\":\"2\"}}}",
        "{\"Items\":[{\"id\":{\"S\":\"1\"}}],\"Count\":1}",
        "id,n,t,b\n1,1.5,\"{\"\"SS\"\":[\"\"a\"\"]}\",true\n\"a,\"\"b\"\"\n\",007,,false\n",
        "id;n\n1;\"[1,2]\"\n",
        "{\"itemCount\":8,\"md5Checksum\":\"x\",\"etag\":\"y\",\"dataFileS3Key\":\"a/data/b.json.gz\"}\n",
    ];
    all.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// A snapshot whose checksum holds, whatever stands in it: a world that is restored of it answers, or says that it is damaged.
pub fn image(input: &[u8]) {
    let mut bytes = input.to_vec();
    let body = bytes.len().saturating_sub(4);
    let crc = crc32fast::hash(&bytes[..body]).to_le_bytes();
    bytes.truncate(body);
    bytes.extend(crc);
    let Ok(mut world) = World::restore(config(), &bytes) else { return };
    let now_ms = world.now_ms().min(u64::MAX / 4);
    for (operation, request) in [
        ("ListTables", json!({})),
        ("DescribeTable", json!({"TableName": "Things"})),
        ("Scan", json!({"TableName": "Things"})),
        ("Scan", json!({"TableName": "Things", "IndexName": "there"})),
        (
            "Query",
            json!({
                "TableName": "Things", "IndexName": "there", "KeyConditionExpression": "a = :a",
                "ExpressionAttributeValues": {":a": {"S": "text"}}
            }),
        ),
        ("PutItem", json!({"TableName": "Things", "Item": {"id": {"S": "new"}, "at": {"N": "1"}}})),
        ("ListStreams", json!({})),
        ("Dynascope.ListPartitions", json!({"TableName": "Things"})),
    ] {
        let answer: Value = json!(request);
        world.execute(REGION, now_ms, operation, answer.to_string().as_bytes());
    }
    world.tick(now_ms + 1_000);
}

/// Words of the formats of designs.
pub const DESIGN_WORDS: &[&str] = &[
    "\n",
    "  ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "'",
    "`",
    "${",
    "%{",
    "<<EOT\n",
    "&a ",
    "*a",
    "<<: *a",
    "!Ref ",
    "!Sub ",
    "!If [a, b, c]",
    "Fn::FindInMap",
    "Conditions:",
    "for_each = ",
    "dynamic \"x\" {",
    "count = 2\n",
    "var.x",
    "//",
    "/*",
    "=>",
    "null",
    "-1",
    "1e999",
    "\"N\"",
    "AWS::DynamoDB::Table",
    "aws_dynamodb_table",
    "é",
    "\u{feff}",
];

/// A design in whichever of the formats, and all that it can be written in again.
pub fn design(input: &[u8]) {
    let Ok(taken) = import(&text(input)) else { return };
    for format in Format::ALL {
        let carried = export(&taken.design, format);
        // What was written of a design that nobody has checked need not be read; but it is looked at to its end.
        let _ = import(&carried.text);
    }
}

/// Designs to begin with: one with every setting there is, in each format.
pub fn designs() -> Vec<Vec<u8>> {
    let whole = include_str!("../../../web/src/exchange/fixtures/everything.json");
    let taken = import(whole).expect("the design with everything is read");
    let written = Format::ALL.into_iter().map(|format| export(&taken.design, format).text.into_bytes());
    written.chain([whole.as_bytes().to_vec()]).collect()
}
