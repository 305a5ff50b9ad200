//! What was acknowledged is there again: after a reload, and after the browser was killed in the middle of writes.

use std::collections::BTreeMap;
use std::sync::Arc;

use e2e::{Browser, Profile, Site, Size};
use serde_json::{Value, json};

/// Sends a request on the Query page and waits for its answer.
async fn send(browser: &Browser, operation: &str, request: &Value) {
    browser.choose("[name=operation]", operation).await;
    browser.fill("[name=request]", &request.to_string()).await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
}

#[tokio::test]
async fn a_reload_keeps_everything() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.click("[data-action=load-orders]").await;
    browser.find("[data-page=query]").await;
    browser.find("[aria-label=Tables] [data-table=Orders][data-status=ACTIVE]").await;
    let item =
        json!({"user_id": {"S": "user101"}, "order_id": {"S": "2026-11-22#9"}, "total": {"N": "12.75"}});
    send(&browser, "PutItem", &json!({"TableName": "Orders", "Item": item})).await;
    let key = json!({"user_id": {"S": "user101"}, "order_id": {"S": "2026-11-22#9"}});
    send(&browser, "GetItem", &json!({"TableName": "Orders", "Key": key, "ConsistentRead": true})).await;
    browser.wait_text("[aria-label=Answer]", "12.75").await;
    let whole = "Orders\n403\nLSI\ncreated_at-index\n402\nGSI\nstatus-index\n402";
    let counted = async || (browser.texts("[aria-label=Tables] [data-table]").await == [whole]).then_some(());
    browser.until("the item, and all of the sample's", counted).await;

    browser.reload().await;
    browser.find("[aria-label=Tables] [data-table=Orders][data-status=ACTIVE]").await;
    browser.until("the same tables, indexes and counts", counted).await;
    // What was being written stands there as well.
    assert_eq!(browser.attribute("[name=operation]", "value").await.as_deref(), Some("GetItem"));
    browser.click("[data-action=run]").await;
    browser.wait_text("[aria-label=Answer]", "12.75").await;
    browser.finish().await;
}

/// So many records are imported…
const RECORDS: usize = 30_000;
/// …and the browser is killed when so many are acknowledged.
const ENOUGH: usize = 2_000;

fn record(number: usize) -> Value {
    json!({"id": format!("reading-{number:05}"), "value": number * 7 % 1_000, "note": "x".repeat(number % 40)})
}

/// How many items the page says are written: `2,450 of 30,000`.
async fn acknowledged(browser: &Browser) -> Option<usize> {
    let text = browser.texts("[data-import=writing] [role=status]").await.pop()?;
    let (done, _) = text.split_once(" of ")?;
    let digits: String = done.rsplit([' ', '\n']).next()?.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[tokio::test]
async fn a_killed_browser_comes_back_with_every_acknowledged_write() {
    let site = Site::open();
    let profile = Arc::new(Profile::fresh());
    let file = profile.folder().join("readings.jsonl");
    let lines: Vec<String> = (0..RECORDS).map(|number| record(number).to_string()).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();

    let browser = Browser::open_with(Size::Desktop, &profile).await;
    browser.goto(&site.url("?page=query")).await;
    let table = json!({
        "TableName": "Readings", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    send(&browser, "CreateTable", &table).await;
    browser.find("[aria-label=Tables] [data-table=Readings][data-status=ACTIVE]").await;
    browser.click("[data-tab=data]").await;
    browser.click(("button", "Import")).await;
    browser.upload("[name=import-file]", &file).await;
    browser.click("[data-action=start-import]").await;
    let written = browser
        .until("enough acknowledged writes", async || {
            acknowledged(&browser).await.filter(|done| *done >= ENOUGH)
        })
        .await;
    browser.kill();
    assert!(written < RECORDS, "the browser was killed in the middle");

    let browser = Browser::open_with(Size::Desktop, &profile).await;
    browser.goto(&site.url("?page=data")).await;
    browser.find("[aria-label=Tables] [data-table=Readings][data-status=ACTIVE]").await;
    browser.wait_gone("[data-banner=report]").await;
    browser.click("[data-action=export]").await;
    browser.click("[popover] [data-value=plain]").await;
    let export = profile.downloads().join("Readings.json");
    browser.until("the exported file", async || export.is_file().then_some(())).await;
    let items: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&export).unwrap()).unwrap();
    let kept: BTreeMap<String, Value> =
        items.into_iter().map(|item| (item["id"].as_str().unwrap_or_default().to_owned(), item)).collect();
    // The import acknowledges its batches in the file's order.
    for number in 0..written {
        let record = record(number);
        let id = record["id"].as_str().unwrap_or_default();
        assert_eq!(kept.get(id), Some(&record), "{written} were acknowledged, {} are there", kept.len());
    }
    // Besides, at most what was under way: whole records of the file, each as it was sent.
    assert!(kept.len() <= RECORDS);
    for (id, item) in &kept {
        let number: usize = id.trim_start_matches("reading-").parse().unwrap();
        assert_eq!(*item, record(number));
    }
    browser.finish().await;
}
