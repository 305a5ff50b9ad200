//! A teacher's first lesson: the Orders sample, read in every way that its keys and indexes allow, and still there after
//! a reload.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};

/// Runs a Query and waits for its own answer.
async fn query(browser: &Browser, request: Value, answer: &str) {
    browser.fill("textarea[name=request]", &request.to_string()).await;
    browser.click("[data-action=run]").await;
    browser.wait_text(".result[data-state=ready][data-stale=false] .result-summary", answer).await;
}

fn of_user123(more: Value) -> Value {
    let mut request = json!({
        "TableName": "Orders", "KeyConditionExpression": "user_id = :u",
        "ExpressionAttributeValues": {":u": {"S": "user123"}}
    });
    for (name, value) in more.as_object().expect("members") {
        request[name] = value.clone();
    }
    request
}

#[tokio::test]
async fn a_teacher_loads_orders_queries_it_every_way_and_finds_it_again_after_a_reload() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.click("[data-action=load-orders]").await;
    browser.wait_gone("[data-loading]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.replicated().await;
    browser.choose("select[name=operation]", "Query").await;

    // By user: one item collection, in one partition of four, and which replica answered.
    query(&browser, of_user123(json!({})), "48 items").await;
    let told = browser.wait_text(".what-happened", "1 partition of 4").await;
    assert!(told.contains("48 evaluated, 48 returned"), "{told}");
    assert!(told.contains("served by "), "{told}");
    browser.screenshot("orders-query").await;

    // By order id between two dates.
    let january = json!({
        "KeyConditionExpression": "user_id = :u AND order_id BETWEEN :a AND :b",
        "ExpressionAttributeValues": {":u": {"S": "user123"}, ":a": {"S": "2024-01-01"}, ":b": {"S": "2024-01-31"}}
    });
    query(&browser, of_user123(january), "12 items").await;

    // By the local index, newest first.
    let newest = json!({"IndexName": "created_at-index", "ScanIndexForward": false, "Limit": 3});
    query(&browser, of_user123(newest), "3 items").await;
    let shown = browser.texts(".item-table tbody td:nth-child(2)").await;
    let mut sorted = shown.clone();
    sorted.sort();
    sorted.reverse();
    assert_eq!(shown, sorted, "descending by created_at");

    // By the status index, which is eventually consistent and has partitions of its own.
    let shipped = json!({
        "TableName": "Orders", "IndexName": "status-index", "KeyConditionExpression": "#s = :s",
        "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "shipped"}}
    });
    query(&browser, shipped.clone(), "56 items").await;
    browser.wait_text(".what-happened", "status-index").await;

    browser.reload().await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.choose("select[name=operation]", "Query").await;
    query(&browser, shipped, "56 items").await;

    // Refused before any partition was asked, which is told too.
    browser.fill("textarea[name=request]", &json!({"TableName": "Nowhere"}).to_string()).await;
    browser.click("[data-action=run]").await;
    browser.wait_text(".happened-section[data-section=Refused]", "0 RCU, 0 WCU").await;
    browser.wait_text(".what-happened", "Refused before it was routed").await;
    query(&browser, of_user123(json!({})), "48 items").await;

    // Dark, and as narrow as a phone.
    browser.prefer_colors("dark").await;
    browser.screenshot("orders-query-dark").await;
    browser.resize(Size::Phone).await;
    browser.screenshot("orders-query-phone").await;
    browser.finish().await;
}
