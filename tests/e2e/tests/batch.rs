//! Somebody reads two orders at once, by the form of BatchGetItem, and sees the request grow beside it.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};

/// The request as it stands in the editor.
async fn request(browser: &Browser) -> Value {
    let text = browser.eval("return document.querySelector('textarea[name=request]').value", vec![]).await;
    serde_json::from_str(text.as_str().expect("the editor's text")).expect("JSON")
}

#[tokio::test]
async fn a_user_reads_two_orders_by_the_form() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.click("[data-action=load-orders]").await;
    browser.wait_gone("[data-loading]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;

    // Two orders that there are, found by a query.
    browser.choose("select[name=operation]", "Query").await;
    let query = json!({
        "TableName": "Orders", "KeyConditionExpression": "user_id = :u", "Limit": 3,
        "ExpressionAttributeValues": {":u": {"S": "user123"}}
    });
    browser.fill("textarea[name=request]", &query.to_string()).await;
    browser.click("[data-action=run]").await;
    browser.wait_text(".result[data-state=ready][data-stale=false] .result-summary", "3 items").await;
    let mut cells = browser.texts(".item-table tbody td:nth-child(2)").await;
    cells.truncate(2);
    assert_eq!(cells.len(), 2);

    // The form: a row for each order.
    browser.choose("select[name=operation]", "BatchGetItem").await;
    // What stands below is still the answer to the query, and says so.
    browser.wait_text(".result-summary", "The answer to Query: 3 items").await;
    browser.click("[data-action=add-get]").await;
    browser.wait_count(".request-row", 2).await;
    for (row, order) in cells.iter().enumerate() {
        let field = |name: &str| format!("[data-row=\"{}\"] input[name={name}]", row + 1);
        browser.fill(field("user_id").as_str(), "user123").await;
        browser.fill(field("order_id").as_str(), order).await;
    }
    browser.click("[data-row=\"1\"] input[name=ConsistentRead]").await;
    let keys: Vec<Value> =
        cells.iter().map(|order| json!({"user_id": {"S": "user123"}, "order_id": {"S": order}})).collect();
    let whole = json!({"RequestItems": {"Orders": {"Keys": keys, "ConsistentRead": true}}});
    assert_eq!(request(&browser).await, whole);
    browser.screenshot("batch-get").await;
    browser.click("[data-action=run]").await;
    browser.wait_text(".result[data-state=ready][data-stale=false] .result-summary", "2 items").await;
    let mut shown = browser.texts(".item-table tbody").await.join(" ");
    for order in &cells {
        assert!(shown.contains(order.as_str()), "{order} in {shown}");
        shown = shown.replacen(order.as_str(), "", 1);
    }

    // And the JSON changes the form.
    let one = json!({"RequestItems": {"Orders": {"Keys": [keys[1]], "ConsistentRead": true}}});
    browser.fill("textarea[name=request]", &one.to_string()).await;
    browser.wait_count(".request-row", 1).await;
    assert_eq!(
        browser.attribute("[data-row=\"1\"] input[name=order_id]", "value").await,
        Some(cells[1].clone())
    );
    browser.finish().await;
}

#[tokio::test]
async fn a_user_writes_an_item_of_a_batch_as_plain_json() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.click("[data-action=load-orders]").await;
    browser.wait_gone("[data-loading]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.choose("select[name=operation]", "BatchWriteItem").await;
    browser.click("[data-row=\"2\"] [data-action=remove-row]").await;
    browser.wait_count(".request-row", 1).await;
    browser.click(".item-text > summary").await;
    browser.fill("textarea[name=item-json]", r#"{"user_id": "new", "order_id": "1", "total": 12.50}"#).await;
    let item = json!({"user_id": {"S": "new"}, "order_id": {"S": "1"}, "total": {"N": "12.50"}});
    let whole = json!({"RequestItems": {"Orders": [{"PutRequest": {"Item": item}}]}});
    assert_eq!(request(&browser).await, whole);
    browser.click("[data-action=run]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "403").await;

    // Every other form opens too.
    for operation in
        ["TransactGetItems", "TransactWriteItems", "UpdateTimeToLive", "GetShardIterator", "CreateTable"]
    {
        browser.choose("select[name=operation]", operation).await;
        browser.wait_count(&format!(".request-form[data-operation={operation}]"), 1).await;
    }
    browser.click("[data-action=open-designer]").await;
    browser.wait_gone(".query-page").await;
    browser.finish().await;
}
