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

/// A table, opened on the Query page.
async fn open_orders(browser: &Browser, site: &Site) {
    browser.goto(&site.url("?page=query")).await;
    let table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    });
    send(browser, "CreateTable", &table).await;
    browser.find("[aria-label=Tables] [data-table=Orders][data-status=ACTIVE]").await;
}

#[tokio::test]
async fn a_link_to_a_step_opens_at_it_in_another_browser() {
    let site = Site::open();
    let teacher = Browser::open(Size::Desktop).await;
    open_orders(&teacher, &site).await;
    send(&teacher, "PutItem", &put("o1", "new")).await;
    send(&teacher, "PutItem", &put("o1", "paid")).await;
    teacher.click("[data-action=events]").await;
    choose(&teacher, "written").await;
    let event = shown(&teacher).await;
    let told = teacher.text(".event-rows [data-kind=written][aria-current=true]").await;
    teacher.click("[data-tab=data]").await;
    teacher.wait_text("[data-page=data]", "new").await;

    // What is put on the clipboard is the link.
    let clipboard = "navigator.clipboard.writeText = async text => { window.copied = text }";
    teacher.eval(clipboard, vec![]).await;
    teacher.click("[data-action=link-event]").await;
    let link = teacher
        .until("the link", async || {
            teacher.eval("return window.copied", vec![]).await.as_str().map(str::to_owned)
        })
        .await;
    assert!(link.contains(&format!("event={event}")) && link.contains("#d=1."), "{link}");
    teacher.finish().await;

    // A fresh browser sends the same requests again, and stands at the same event with the same item.
    let student = Browser::open(Size::Desktop).await;
    student.goto(&link).await;
    student.find(&*format!("[data-banner=past][data-event='{event}']")).await;
    let here = student.text(".event-rows [data-kind=written][aria-current=true]").await;
    assert_eq!(here, told, "the same event is marked in the list");
    student.wait_count("[data-page=data] tbody tr[aria-rowindex]", 1).await;
    student.wait_text("[data-page=data]", "new").await;
    student.screenshot("past-link").await;
    student.click("[data-action=back-to-live]").await;
    student.wait_text("[data-page=data]", "paid").await;
    student.finish().await;
}

#[tokio::test]
async fn an_explanation_and_a_stream_record_lead_to_their_event_and_the_events_are_exported() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_orders(&browser, &site).await;
    send(&browser, "PutItem", &put("o1", "new")).await;

    // A line of the explanation.
    let line = "[data-section=Streams] .happened-line";
    browser.find(line).await;
    let event = browser.attribute(line, "data-event").await.expect("a line names its event");
    browser.click(line).await;
    browser.find(&*format!("[data-banner=past][data-event='{event}']")).await;
    browser.find(&*format!("{line}[data-event='{event}'][aria-current=true]")).await;
    browser.click("[data-action=back-to-live]").await;
    browser.wait_gone("[data-banner=past]").await;

    // The record that it made.
    browser.click("[data-section=Streams] [data-action=record]").await;
    browser.wait_text("[data-part=maker]", "PutItem").await;
    browser.click("[data-part=maker] [data-action=event]").await;
    browser.find(&*format!("[data-banner=past][data-event='{event}']")).await;
    browser.click("[data-action=back-to-live]").await;

    // All events of the request, filtered and exported.
    browser.click("[data-part=maker] [data-action=request]").await;
    browser.find("[data-banner=past]").await;
    browser.click("[data-action=events]").await;
    browser.click("[data-action=export-events]").await;
    let events: Value = browser
        .until("the export", async || {
            let folder = std::fs::read_dir(browser.profile().downloads()).ok()?;
            let file =
                folder.flatten().find(|file| file.path().extension().is_some_and(|end| end == "json"))?;
            serde_json::from_slice(&std::fs::read(file.path()).ok()?).ok()
        })
        .await;
    let events = events.as_array().expect("a list of events");
    let kinds: Vec<String> = events.iter().map(|event| event.to_string()).collect();
    assert!(events.len() > 4 && kinds.iter().any(|kind| kind.contains("o1")), "{kinds:?}");
    let requests: std::collections::BTreeSet<String> =
        events.iter().map(|event| event["request"].to_string()).collect();
    assert_eq!(requests.len(), 1, "of one request alone");
    browser.finish().await;
}
