//! Somebody asks what was there before: they step back, look at the tables and items of then, compare, branch, and send the
//! link to the step.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};

/// Sends a request on the Query page and waits for its answer.
async fn send(browser: &Browser, operation: &str, request: &Value) {
    browser.choose("[name=operation]", operation).await;
    browser.fill("[name=request]", &request.to_string()).await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
}

fn put(id: &str, state: &str) -> Value {
    json!({"TableName": "Orders", "Item": {"id": {"S": id}, "state": {"S": state}}})
}

/// The number of the event that is shown, once one is.
async fn shown(browser: &Browser) -> u64 {
    let event = browser.attribute("[data-banner=past]", "data-event").await;
    event.and_then(|event| event.parse().ok()).expect("the banner names its event")
}

/// Puts the playhead on the first event of that kind that the list has.
async fn choose(browser: &Browser, kind: &str) {
    browser.choose("[name=event-kind]", kind).await;
    browser.click(&*format!(".event-rows [data-kind={kind}]")).await;
    browser.find(&*format!(".event-rows [data-kind={kind}][aria-current=true]")).await;
}

#[tokio::test]
async fn a_reader_steps_back_sees_the_items_of_then_branches_and_compares() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=query")).await;
    let table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    send(&browser, "CreateTable", &table).await;
    browser.find("[aria-label=Tables] [data-table=Orders][data-status=ACTIVE]").await;
    send(&browser, "PutItem", &put("o1", "new")).await;
    send(&browser, "PutItem", &put("o1", "paid")).await;
    send(&browser, "PutItem", &put("o2", "new")).await;

    // The list of events, filtered: three items were written.
    browser.click("[data-action=events]").await;
    browser.choose("[name=event-kind]", "written").await;
    browser.find(".event-count[data-total='3']").await;
    browser.fill("[name=event-key]", "o1").await;
    browser.find(".event-count[data-total='2']").await;
    choose(&browser, "written").await;
    let first_write = shown(&browser).await;
    browser.click("[data-action=pin-a]").await;

    // Everything is as of then: one item, in its first state.
    let here = browser.eval("return location.search", vec![]).await;
    let here = here.as_str().unwrap_or_default();
    assert!(here.contains(&format!("event={first_write}")) && here.contains("event-key=o1"), "{here}");
    browser.click("[data-tab=data]").await;
    browser.wait_text("[data-page=data]", "new").await;
    browser.wait_count("[data-page=data] tbody tr[aria-rowindex]", 1).await;
    browser.screenshot("past-data").await;

    // A step goes to the next event that matches: the second write of the same item.
    browser.press(".").await;
    let second_write = browser
        .until("the second write", async || Some(shown(&browser).await).filter(|event| *event > first_write))
        .await;
    browser.wait_text("[data-page=data]", "paid").await;
    browser.click("[data-action=clear-filter]").await;

    // What would write is refused, and says what to do.
    browser.click("[data-tab=query]").await;
    browser.choose("[name=operation]", "PutItem").await;
    browser.fill("[name=request]", &put("o3", "new").to_string()).await;
    browser.click("[data-action=run]").await;
    browser.find("[data-exception='In the past']").await;
    browser.wait_text("[data-exception='In the past']", "PutItem writes").await;
    assert_eq!(shown(&browser).await, second_write);

    // The two moments of the table, compared; the second is pinned while live.
    browser.click("[data-action=back-to-live]").await;
    browser.wait_gone("[data-banner=past]").await;
    browser.click("[data-action=pin-b]").await;
    browser.click("[data-action=compare]").await;
    browser.wait_text(".comparison-count", "1 added, 0 removed, 1 changed, 0 the same.").await;
    browser.wait_text(".difference[data-fate=changed]", "new → paid").await;
    browser.screenshot("past-compare").await;
    browser.click("dialog[open] [aria-label=Close]").await;

    // A branch from the first write is a workspace of its own, and goes on from there.
    browser.press(",").await;
    browser.find("[data-banner=past]").await;
    choose(&browser, "written").await;
    browser.click("[data-action=branch]").await;
    browser.fill("[name=branch-name]", "What if").await;
    browser.click("[data-action=create-branch]").await;
    browser.find("body[data-ready='What if']").await;
    browser.find("[aria-label=Tables] [data-table=Orders][data-status=ACTIVE]").await;
    let scan = json!({"TableName": "Orders", "ConsistentRead": true});
    send(&browser, "Scan", &scan).await;
    browser.wait_count("[aria-label=Items] tbody tr[aria-rowindex]", 1).await;
    send(&browser, "PutItem", &put("o9", "branched")).await;
    browser.reload().await;
    browser.find("body[data-ready='What if']").await;
    send(&browser, "Scan", &scan).await;
    browser.wait_count("[aria-label=Items] tbody tr[aria-rowindex]", 2).await;
    browser.finish().await;
}
