//! An architect asks what could be better, is told with numbers, and tries it on a copy.

use e2e::{Browser, Site, Size};
use serde_json::json;

const ORDERS: &str = r#"{"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "user", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]}"#;
const SCAN: &str = r##"{"TableName": "Orders", "FilterExpression": "#s = :s", "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "sent"}}}"##;
const CARD: &str = "[data-advice=scan-for-index]";

/// Sends a request on the Query page, once the one before is answered.
async fn send(browser: &Browser, operation: &str, request: &str) {
    browser.choose("[name=operation]", operation).await;
    browser.fill("[name=request]", request).await;
    browser.click("[data-action=run]:enabled").await;
}

#[tokio::test]
async fn a_scan_is_advised_an_index_and_both_designs_are_compared() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=query")).await;
    send(&browser, "CreateTable", ORDERS).await;
    browser.find("[data-table=Orders][data-status=ACTIVE]").await;
    let put = |number: usize| {
        let status = ["placed", "paid", "sent", "delivered"][number % 4];
        json!({ "PutRequest": { "Item": {
            "user": { "S": format!("u{}", number % 5) }, "at": { "S": format!("{number:03}") },
            "status": { "S": status }, "note": { "S": "x".repeat(300) },
        } } })
    };
    let puts: Vec<_> = (0..24).map(put).collect();
    let batch = json!({ "RequestItems": { "Orders": puts } });
    send(&browser, "BatchWriteItem", &batch.to_string()).await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.replicated().await;
    send(&browser, "Scan", SCAN).await;
    browser.wait_text(".what-happened", "24 evaluated, 6 returned").await;

    browser.click("[data-tab=advice]").await;
    browser.wait_text(CARD, "Scans of Orders look for one value of status.").await;
    browser.wait_text(&format!("{CARD} [data-part=seen]"), "24 items looked at, 6 returned (25 %)").await;
    browser.wait_text(&format!("{CARD} [data-part=what]"), "a global index by-status").await;
    browser.screenshot("advice").await;

    browser.click(&format!("{CARD} [data-action=try-advice]:enabled")).await;
    browser.wait_text("[data-part=proposed]", "Scans of Orders look for one value of status.").await;
    browser.wait_text("[data-part=compared] th:nth-child(3)", "With the index by-status").await;
    // Both sides get the same requests, and what each of them consumed is told.
    browser
        .until("what both came to", async || {
            let first = browser.text("[data-figure=succeeded] [data-side=first]").await;
            let second = browser.text("[data-figure=succeeded] [data-side=second]").await;
            (first != "0" && second != "0").then_some(())
        })
        .await;
    browser.wait_text("[data-figure=read-units] [data-side=second]", "RCU").await;
    browser.screenshot("advice-tried").await;

    // The change itself, ready to be sent.
    browser.click("[data-tab=advice]").await;
    browser.click(&format!("{CARD} [data-action=open-change]")).await;
    browser.find("[name=operation]").await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("nav.rail [data-index=by-status]").await;
    browser.finish().await;
}
