//! Somebody does not want to wait: they stop the workspace's time, run it faster, and move it ahead by days.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};
use thirtyfour::Key;

/// Sends a request on the Query page and waits for its answer.
async fn send(browser: &Browser, operation: &str, request: &Value) {
    browser.choose("[name=operation]", operation).await;
    browser.fill("[name=request]", &request.to_string()).await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
}

/// The workspace's time, as the strip shows it.
async fn now_ms(browser: &Browser) -> u64 {
    let shown = browser.attribute(".strip time[data-ms]", "data-ms").await;
    shown.and_then(|text| text.parse().ok()).expect("the strip shows the time")
}

/// Waits until the strip shows that time.
async fn until_ms(browser: &Browser, wanted: impl Fn(u64) -> bool) -> u64 {
    browser
        .until("the workspace's time", async || Some(now_ms(browser).await).filter(|now_ms| wanted(*now_ms)))
        .await
}

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn a_session_that_expires_in_two_days_is_gone_after_a_move_ahead_and_a_reload_keeps_that() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=query")).await;
    let table = json!({
        "TableName": "Sessions", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    send(&browser, "CreateTable", &table).await;
    browser.find("[aria-label=Tables] [data-table=Sessions][data-status=ACTIVE]").await;
    let ttl = json!({"TableName": "Sessions", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "until"}});
    send(&browser, "UpdateTimeToLive", &ttl).await;
    // TTL takes up to an hour to be enabled.
    browser.click("[data-action=clock-ahead]").await;
    browser.click(("[popover] [role=menuitem]", "1 hour")).await;
    browser.click("[data-action=clock-run]").await;
    browser.find(".clock-bar[data-paused=true][data-moving=false]").await;
    let start_ms = now_ms(&browser).await;

    let until = (start_ms / 1000 + 2 * 86_400).to_string();
    let item = json!({"id": {"S": "s1"}, "until": {"N": until}});
    send(&browser, "PutItem", &json!({"TableName": "Sessions", "Item": item})).await;
    let get = json!({"TableName": "Sessions", "Key": {"id": {"S": "s1"}}, "ConsistentRead": true});
    send(&browser, "GetItem", &get).await;
    browser.wait_text("[aria-label=Answer]", &until).await;

    browser.click("[data-action=clock-ahead]").await;
    browser.click("[popover] [data-value='604800000']").await;
    until_ms(&browser, |now_ms| now_ms == start_ms + 7 * DAY_MS).await;
    browser.find(".clock-bar[data-moving=false]").await;
    browser.screenshot("clock-ahead").await;
    let gone = async || {
        browser.click("[data-action=run]").await;
        browser
            .until("an answer without the item", async || {
                let text = browser.text("[aria-label=Answer]").await;
                (!text.contains(&until)).then_some(())
            })
            .await;
    };
    gone().await;

    browser.reload().await;
    browser.find(".clock-bar[data-paused=true]").await;
    assert_eq!(now_ms(&browser).await, start_ms + 7 * DAY_MS, "the clock stands where it stood");
    browser.find("[aria-label=Tables] [data-table=Sessions][data-status=ACTIVE]").await;
    assert_eq!(browser.attribute("[name=operation]", "value").await.as_deref(), Some("GetItem"));
    gone().await;
    browser.finish().await;
}

#[tokio::test]
async fn the_clock_is_run_by_keys_and_by_the_palette() {
    let site = Site::open();
    let browser = Browser::open(Size::Phone).await;
    browser.goto(&site.url("?page=query")).await;
    browser.find(".clock-bar[data-paused=false][data-speed='1x']").await;
    let first_ms = now_ms(&browser).await;
    until_ms(&browser, |now_ms| now_ms > first_ms).await;

    let body = async |keys: &str| {
        browser.eval("document.activeElement.blur()", vec![]).await;
        browser.press(keys).await;
    };
    body("p").await;
    browser.find(".clock-bar[data-paused=true]").await;
    body(">").await;
    browser.find(".clock-bar[data-speed='2x']").await;
    body("<").await;
    browser.find(".clock-bar[data-speed='1x']").await;
    let paused_ms = now_ms(&browser).await;

    browser.press(Key::Control + "k").await;
    browser.fill("dialog[open] input", "clock ahead 1 day").await;
    browser.press(Key::Enter + "").await;
    until_ms(&browser, |now_ms| now_ms == paused_ms + DAY_MS).await;

    // A step goes to what happens next: the table becomes ACTIVE.
    let table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    send(&browser, "CreateTable", &table).await;
    body("]").await;
    send(&browser, "DescribeTable", &json!({"TableName": "Orders"})).await;
    browser.wait_text("[aria-label=Answer]", "ACTIVE").await;
    assert!(now_ms(&browser).await > paused_ms + DAY_MS);
    browser.screenshot("clock-phone").await;
    browser.finish().await;
}
