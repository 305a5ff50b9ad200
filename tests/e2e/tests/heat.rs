//! Somebody wants to see how requests spread over partitions.

use e2e::{Browser, Site, Size};
use serde_json::Value;
use thirtyfour::Key;

const ORDERS: &str = r#"{"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "user_id", "AttributeType": "S"}, {"AttributeName": "order_id", "AttributeType": "S"}, {"AttributeName": "status", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}, {"AttributeName": "order_id", "KeyType": "RANGE"}], "GlobalSecondaryIndexes": [{"IndexName": "status-index", "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}"#;
const SMALL: &str = r#"{"TableName": "Small", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}, "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}"#;
const ITEM: &str = r#"{"TableName": "Orders", "Item": {"user_id": {"S": "user101"}, "order_id": {"S": "1"}, "status": {"S": "paid"}}}"#;

/// The table's own partitions in the table of cells.
const OWN: &str = "tr[data-partition]:not([data-index])";

/// Sends a request on the Query page.
async fn send(browser: &Browser, operation: &str, request: &str) {
    browser.choose("[name=operation]", operation).await;
    browser.fill("[name=request]", request).await;
    browser.click("[data-action=run]:enabled").await;
}

/// Makes a table and goes to its heat once it is there.
async fn open_heat(browser: &Browser, site: &Site, table: &str, request: &str) {
    browser.goto(&site.url("?page=query")).await;
    send(browser, "CreateTable", request).await;
    browser.find(&format!("[data-table={table}]")).await;
    browser.goto(&site.url(&format!("?page=heat&table={table}"))).await;
}

/// A number in an attribute of every row.
async fn numbers(browser: &Browser, rows: &str, attribute: &str) -> Vec<u64> {
    let script = "return [...document.querySelectorAll(arguments[0])].map(row => Number(row.getAttribute(arguments[1])))";
    let found = browser.eval(script, vec![rows.into(), attribute.into()]).await;
    found.as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

/// How many different colours the canvas has.
async fn colours(browser: &Browser) -> u64 {
    let script = "const canvas = document.querySelector('[data-page=heat] canvas');
        if (!canvas) return 0;
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return new Set(new Uint32Array(pixels.buffer)).size";
    browser.eval(script, vec![]).await.as_u64().unwrap_or(0)
}

#[tokio::test]
async fn a_teacher_starts_zipf_traffic_on_orders_and_sees_partitions_heat_up() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_heat(&browser, &site, "Orders", ORDERS).await;
    browser.find("[data-action=light-traffic]:enabled").await;
    browser.fill("[name=rate]", "100").await;
    browser.fill("[name=read_percent]", "20").await;
    browser.choose("[name=keys]", "Zipf: a few are hot").await;
    browser.fill("[name=key_count]", "20").await;
    browser.click("[data-action=start-traffic]").await;
    browser.find("[data-traffic=running]").await;

    // Nothing, the titles between the bands, and more than one degree of heat.
    browser.until("a drawn canvas", async || (colours(&browser).await > 4).then_some(())).await;
    browser.screenshot("heat").await;

    browser.click("[data-action=as-table]").await;
    let writes = browser
        .until("heat in every partition, one hotter than the others", async || {
            let mut writes = numbers(&browser, OWN, "data-writes").await;
            writes.sort_unstable();
            (writes.len() == 4 && writes[0] > 0 && writes[3] > 2 * writes[0]).then_some(writes)
        })
        .await;
    let of_index = numbers(&browser, "tr[data-index=status-index]", "data-writes").await;
    assert_eq!(of_index.len(), 4, "the index has a band of its own: {writes:?}");
    assert!(of_index.iter().sum::<u64>() > 0, "the index is written too");
    browser.wait_text("[data-part=findings]", "One partition of 4 took").await;
    browser.find("[data-achieved='100']").await;

    browser.click("[data-action=stop-traffic]").await;
    browser.find("[data-traffic=stopped]").await;
    assert_eq!(numbers(&browser, OWN, "data-items").await, [0; 4], "traffic changes no items");
    browser.finish().await;
}

#[tokio::test]
async fn a_table_of_low_capacity_shows_what_was_throttled() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_heat(&browser, &site, "Small", SMALL).await;
    browser.fill("[name=rate]", "200").await;
    browser.fill("[name=read_percent]", "0").await;
    browser.click("[data-action=start-traffic]").await;
    // The burst of five minutes at one unit a second is used up first.
    browser
        .until("throttled requests", async || {
            let shown = browser.attribute("[data-part=throttled]", "data-throttled").await?;
            (shown.parse::<u64>().ok()? > 0).then_some(())
        })
        .await;
    browser.wait_text("[data-part=limit]", "1 WCU a second, provisioned").await;
    browser.screenshot("heat-throttled").await;
    browser.click("[data-tab=throttles]").await;
    browser.click("[data-action=as-table]").await;
    browser
        .until("a row with throttles", async || {
            (numbers(&browser, OWN, "data-total").await.first()? > &0).then_some(())
        })
        .await;
    browser.find("td[data-throttled=true]").await;
    browser.finish().await;
}

#[tokio::test]
async fn my_own_request_is_a_cell_that_the_keyboard_finds() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=query")).await;
    send(&browser, "CreateTable", ORDERS).await;
    browser.find("[data-table=Orders][data-status=ACTIVE]").await;
    send(&browser, "PutItem", ITEM).await;
    browser.click("[data-tab=heat]").await;
    browser.click("[data-action=pause]").await;
    browser.click("[data-action=as-table]").await;
    let writes = numbers(&browser, OWN, "data-writes").await;
    assert_eq!(writes.iter().sum::<u64>(), 2, "one write unit is two halves: {writes:?}");

    browser.click("[data-action=as-table]").await;
    let row = writes.iter().position(|half_units| *half_units > 0).expect("one partition was written");
    browser.eval("document.querySelector('[aria-roledescription=heatmap]').focus()", vec![]).await;
    browser.press(Key::Right).await;
    for _ in 0..row {
        browser.press(Key::Down).await;
    }
    let told = browser
        .until("the cell of the write", async || {
            let script =
                "return document.querySelector('[aria-roledescription=heatmap] [role=status]').textContent";
            let told = browser.eval(script, vec![]).await.as_str()?.to_owned();
            if told.contains("1 WCU, 0.1 % of 1,000 WCU") {
                return Some(told);
            }
            browser.press(Key::Left).await;
            None
        })
        .await;
    assert!(told.contains("leader az-"), "{told}");
    browser.finish().await;
}
