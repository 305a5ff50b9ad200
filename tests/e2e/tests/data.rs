//! Somebody looks after a table's items: one by one, and a file at a time.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[tokio::test]
async fn a_user_adds_edits_and_deletes_an_item_and_sees_it_after_a_reload() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.create_table(&site, &carts()).await;
    browser.goto(&site.url("?page=data&table=Carts")).await;
    browser.wait_text(".data-items", "Carts has no items yet").await;

    browser.click("[data-action=add-first]").await;
    browser.fill("[data-attribute=user] [name=value]", "ada").await;
    add_attribute(&browser, "total", "Number", "12.50").await;
    browser.click("[data-action=save-item]").await;
    browser.wait_text(".item-panel[data-phase=ready] h2", "ada").await;
    assert_eq!(cells(&browser, 0).await, ["ada", "12.5"]);

    // What DynamoDB refuses is said in its words beside the attribute, and what was typed stays.
    browser.fill("[data-attribute=total] [name=value]", "twelve").await;
    browser.click("[data-action=save-item]").await;
    let refusal = "The parameter cannot be converted to a numeric value: twelve";
    browser.wait_text("[data-attribute=total] [data-exception=ValidationException]", refusal).await;
    let typed = browser.attribute("[data-attribute=total] [name=value]", "value").await;
    assert_eq!(typed.as_deref(), Some("twelve"));
    browser.fill("[data-attribute=total] [name=value]", "13").await;
    browser.click(("[role=tab]", "DynamoDB JSON")).await;
    let text = browser.attribute("textarea[name=item]", "value").await.unwrap_or_default();
    let item: Value = serde_json::from_str(&text).expect("the item as DynamoDB JSON");
    assert_eq!(item, json!({ "user": { "S": "ada" }, "total": { "N": "13" } }));
    browser.click("[data-action=save-item]").await;
    browser.wait_count(".item-panel[data-phase=ready][data-changed=false]", 1).await;

    browser.reload().await;
    browser.wait_count(".item-table tbody tr[aria-rowindex]", 1).await;
    assert_eq!(cells(&browser, 0).await, ["ada", "13"]);
    browser.screenshot("data-item").await;

    browser.click(".item-table tbody tr[aria-rowindex]").await;
    browser.click("[data-action=delete-item]").await;
    browser.wait_text("[data-part=deleted]", "Deleted ada.").await;
    browser.wait_text(".data-items", "Carts has no items yet").await;
    browser.click("[data-action=put-back]").await;
    browser.wait_count(".item-table tbody tr[aria-rowindex]", 1).await;
    assert_eq!(cells(&browser, 0).await, ["ada", "13"]);
    browser.click(".item-table tbody tr[aria-rowindex]").await;
    browser.click("[data-action=delete-item]").await;
    browser.wait_text(".data-items", "Carts has no items yet").await;
    browser.reload().await;
    browser.wait_text(".data-items", "Carts has no items yet").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_user_imports_a_file_with_bad_records_and_gets_a_report() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.create_table(&site, &carts()).await;
    browser.goto(&site.url("?page=data&table=Carts")).await;
    let lines = [
        r#"{"user": "ada", "total": 1}"#,
        r#"{"total": 2}"#,
        r#"{"user": 7, "total": 3}"#,
        r#"{"user": "bob", "total": "#,
        r#"{"Item": {"user": {"S": "cleo"}, "tags": {"SS": ["a", "b"]}}}"#,
        r#"{"user": "ada", "total": 6}"#,
        r#"{"user": "", "total": 7}"#,
    ];
    let file = written(&browser, "carts.jsonl", &lines.join("\n"));
    import(&browser, &file).await;
    let report = "[data-part=import-report]";
    browser.wait_text(report, "carts.jsonl → Carts").await;
    assert_eq!(counts(&browser).await, ["2", "1", "0", "4"]);
    let rejected = browser.texts(".rejected tbody tr").await;
    let expected = [
        (2, "One or more parameter values were invalid: Missing the key user in the item"),
        (3, "One or more parameter values were invalid: Type mismatch for key user expected: S actual: N"),
        (4, "it is not JSON"),
        (7, "The AttributeValue for a key attribute cannot contain an empty string value. Key: user"),
    ];
    assert_eq!(rejected.len(), expected.len(), "{rejected:#?}");
    for (row, (line, reason)) in rejected.iter().zip(expected) {
        assert!(row.starts_with(&format!("{line} {line} ")) && row.contains(reason), "{row}");
    }
    browser.screenshot("data-import-report").await;
    browser.click("[data-action=save-rejected]").await;
    let saved = downloaded(&browser, "carts.jsonl rejected.csv").await;
    assert_eq!(saved.lines().count(), 5, "{saved}");

    browser.click("[data-action=close-import]").await;
    browser.wait_text("[data-part=range]", "1–2 of 2 items").await;
    let table = browser.text(".item-table tbody").await;
    assert!(table.contains("cleo") && table.contains("ada") && !table.contains("bob"), "{table}");

    // Once more: now the table has them already.
    import(&browser, &file).await;
    browser.wait_text("[data-count=replaced-in-table]", "2").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_user_who_saves_what_somebody_else_changed_is_told_and_loses_nothing() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.create_table(&site, &carts()).await;
    browser.goto(&site.url("?page=data&table=Carts")).await;
    let file = written(&browser, "one.json", r#"[{"user": "ada", "total": 1, "note": "old"}]"#);
    import(&browser, &file).await;
    browser.click("[data-action=close-import]").await;
    browser.click(".item-table tbody tr[aria-rowindex]").await;
    browser.fill("[data-attribute=note] [name=value]", "mine").await;
    browser.click("[data-action=close-item]").await;
    browser.wait_text(".item-unsaved", "What you typed here is not saved.").await;
    browser.click("[data-action=keep-editing]").await;
    browser.wait_gone(".item-unsaved").await;
    let other = written(&browser, "other.json", r#"[{"user": "ada", "total": 2, "note": "old"}]"#);
    import(&browser, &other).await;
    browser.click("[data-action=close-import]").await;

    browser.click("[data-action=save-item]").await;
    browser
        .wait_text("[data-exception=ConditionalCheckFailedException]", "The conditional request failed")
        .await;
    assert_eq!(browser.texts(".differences tbody tr").await, ["total 1 2"]);
    let typed = browser.attribute("[data-attribute=note] [name=value]", "value").await;
    assert_eq!(typed.as_deref(), Some("mine"));
    browser.screenshot("data-conflict").await;
    browser.click("[data-action=merge]").await;
    browser.wait_count(".item-panel[data-phase=ready][data-changed=false]", 1).await;
    assert_eq!(cells(&browser, 0).await, ["ada", "mine", "2"]);
    browser.finish().await;
}

#[tokio::test]
async fn a_user_exports_a_table_and_imports_it_again_without_a_loss() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.create_table(&site, &carts()).await;
    browser.goto(&site.url("?page=data&table=Carts")).await;
    let lines = r#"{"Item":{"n":{"N":"1.23456789012345678901234567890"},"tags":{"SS":["a","b"]},"user":{"S":"ada"}}}"#;
    import(&browser, &written(&browser, "in.jsonl", lines)).await;
    browser.click("[data-action=close-import]").await;
    browser.click("[data-action=export]").await;
    browser.click("[data-value=lines]").await;
    let exported = downloaded(&browser, "Carts.dynamodb.jsonl").await;
    let expected = lines.replace("67890\"", "6789\"");
    assert_eq!(exported, format!("{expected}\n"));
    browser.click("[data-action=export]").await;
    browser.click("[data-value=plain]").await;
    let exported = downloaded(&browser, "Carts.json").await;
    assert!(exported.contains(r#""n":1.2345678901234567890123456789"#), "{exported}");
    browser.finish().await;
}

#[tokio::test]
async fn the_20_000_flights() {
    let flights = flights();
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    let table = json!({
        "TableName": "Flights",
        "AttributeDefinitions": [attribute("origin"), attribute("date"), attribute("destination")],
        "KeySchema": [
            { "AttributeName": "origin", "KeyType": "HASH" },
            { "AttributeName": "date", "KeyType": "RANGE" },
        ],
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-destination",
            "KeySchema": [
                { "AttributeName": "destination", "KeyType": "HASH" },
                { "AttributeName": "date", "KeyType": "RANGE" },
            ],
            "Projection": { "ProjectionType": "ALL" },
        }],
    });
    browser.create_table(&site, &table).await;
    browser.goto(&site.url("?page=data&table=Flights")).await;
    // How long the page ever stands still, from here on.
    let watch = "window.longest = 0; let last = performance.now(); const look = () => { const now = performance.now();
        window.longest = Math.max(window.longest, now - last); last = now; setTimeout(look, 5); }; look();";
    browser.eval(watch, vec![]).await;
    browser.click("[data-action=import]").await;
    browser.upload("[name=import-file]", &flights).await;
    browser.wait_text(".import-read", "20,000 records in the file").await;
    browser.screenshot("data-flights-read").await;
    browser.click("[data-action=start-import]").await;
    browser.wait_text("[data-part=import-report]", "flights-20k.json → Flights").await;
    assert_eq!(counts(&browser).await, ["19,924", "76", "0", "0"]);
    browser.screenshot("data-flights-report").await;
    let longest = browser.eval("return window.longest", vec![]).await.as_f64().unwrap_or(f64::MAX);
    let took = browser.text(".import-took").await;
    println!("the import took {took}; the page stood still for {longest:.0} ms at most");
    // A slow machine, or an unoptimised build, is slow in both.
    let took_ms = took.trim_end_matches(" s").parse::<f64>().expect("seconds") * 1_000.0;
    assert!(longest < f64::max(1_000.0, took_ms / 5.0), "the page stood still for {longest} ms of {took}");

    browser.click("[data-action=close-import]").await;
    browser.wait_text("[data-part=range]", "1–100 of 19,924 items").await;
    browser.choose("[name=size]", "5000 a page").await;
    let range = browser.wait_text("[data-part=range]", "1–5,000 of 19,924 items").await;
    assert!(!range.is_empty());
    let drawn = browser.count(".item-table tbody tr[aria-rowindex]").await;
    assert!(drawn < 100, "of 5,000 rows only those in sight are drawn, not {drawn}");
    browser.click("[data-action=next-page]").await;
    browser.wait_text("[data-part=range]", "5,001–10,000 of 19,924 items").await;
    browser.click("[data-action=previous-page]").await;
    browser.wait_text("[data-part=range]", "1–5,000 of 19,924 items").await;
    browser.screenshot("data-flights").await;

    // The index follows by itself.
    browser.choose("[name=place]", "by-destination").await;
    browser.wait_text("[data-part=range]", "of 19,924 items").await;
    browser.reload().await;
    browser.wait_text("[data-part=range]", "of 19,924 items").await;
    browser.finish().await;
}

fn carts() -> Value {
    json!({
        "TableName": "Carts",
        "AttributeDefinitions": [attribute("user")],
        "KeySchema": [{ "AttributeName": "user", "KeyType": "HASH" }],
        "BillingMode": "PAY_PER_REQUEST",
    })
}

fn attribute(name: &str) -> Value {
    json!({ "AttributeName": name, "AttributeType": "S" })
}

async fn add_attribute(browser: &Browser, name: &str, kind: &str, value: &str) {
    browser.click("[data-action=add-attribute]").await;
    browser.fill("[data-attribute=''] [name=attribute]", name).await;
    let row = format!("[data-attribute={name}]");
    browser.choose(&format!("{row} [name=type]"), kind).await;
    browser.fill(&format!("{row} [name=value]"), value).await;
}

/// The texts of a row's cells.
async fn cells(browser: &Browser, row: usize) -> Vec<String> {
    browser.texts(&format!(".item-table tbody tr[aria-rowindex='{}'] td", row + 2)).await
}

/// The report's numbers: put, replaced in the file, replaced in the table, rejected.
async fn counts(browser: &Browser) -> Vec<String> {
    browser.texts("[data-count] b").await
}

async fn import(browser: &Browser, file: &Path) {
    browser.click("[data-action=import]").await;
    browser.upload("[name=import-file]", file).await;
    browser.click("[data-action=start-import]").await;
    browser.wait_count("[data-import=done]", 1).await;
}

/// A file for the browser to read, in its profile.
fn written(browser: &Browser, name: &str, text: &str) -> PathBuf {
    let path = browser.profile().folder().join(name);
    fs::write(&path, text).expect("the profile can be written to");
    path
}

/// The text of a file that the browser saves.
async fn downloaded(browser: &Browser, name: &str) -> String {
    let path = browser.profile().downloads().join(name);
    browser
        .until(&format!("the download {name}"), async || {
            fs::read_to_string(&path).ok().filter(|t| !t.is_empty())
        })
        .await
}

/// The flights, from the package that publishes them.
fn flights() -> PathBuf {
    const PACKAGE: &str = "vega-datasets@3.2.1";
    let folder = xtask::root().join("target").join("vega-datasets");
    let file = folder.join("package").join("data").join("flights-20k.json");
    if file.is_file() {
        return file;
    }
    fs::create_dir_all(&folder).expect("target can be written to");
    let run = |program: &str, arguments: &[&str]| {
        let done = Command::new(program).args(arguments).current_dir(&folder).output();
        match done {
            Ok(done) if done.status.success() => String::from_utf8_lossy(&done.stdout).into_owned(),
            Ok(done) => panic!("{program} {arguments:?}: {}", String::from_utf8_lossy(&done.stderr)),
            Err(error) => panic!(
                "this test takes its data from the npm package {PACKAGE}, with npm and tar: {program}: {error}"
            ),
        }
    };
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let packed = run(npm, &["pack", "--silent", PACKAGE]);
    let archive = packed.lines().last().unwrap_or_default().trim().to_owned();
    run("tar", &["-xzf", &archive, "package/data/flights-20k.json"]);
    assert!(file.is_file(), "{PACKAGE} has no data/flights-20k.json");
    file
}
