//! A workspace in several tabs: one leads, the others work through it, and go on when it is gone.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};

/// Opens the Query page in a new tab.
async fn another_tab(browser: &Browser, site: &Site) {
    browser.open_tab().await;
    browser.goto(&site.url("?page=query")).await;
    browser.find("nav [data-table=Orders][data-status=ACTIVE]").await;
}

/// A first tab with the sample, and so many others that follow it; the last of them is shown.
async fn tabs(site: &Site, others: usize) -> Browser {
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    // Without traffic of its own.
    browser.goto(&site.url("?page=query")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    for _ in 0..others {
        another_tab(&browser, site).await;
        browser.find("[data-role=follows]").await;
    }
    browser
}

/// Writes a request on the Query page and runs it.
async fn run(browser: &Browser, operation: &str, request: &Value) {
    browser.choose("[name=operation]", operation).await;
    browser.fill("[name=request]", &request.to_string()).await;
    browser.click("[data-action=run]").await;
}

fn put(order: &str) -> Value {
    json!({"TableName": "Orders", "Item": {"user_id": {"S": "user900"}, "order_id": {"S": order}, "total": {"N": "1"}}})
}

fn get(order: &str) -> Value {
    let key = json!({"user_id": {"S": "user900"}, "order_id": {"S": order}});
    json!({"TableName": "Orders", "Key": key, "ConsistentRead": true})
}

#[tokio::test]
async fn every_tab_works_and_sees_what_the_others_do() {
    let site = Site::open();
    let browser = tabs(&site, 2).await;
    run(&browser, "PutItem", &put("from the third")).await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.screenshot("tab-follows").await;
    for tab in [1, 0] {
        browser.go_to_tab(tab).await;
        browser.wait_text("nav [data-table=Orders] > .rail-table", "403").await;
    }
    browser.find("[data-role=leads]").await;
    browser.screenshot("tab-leads").await;
    run(&browser, "PutItem", &put("from the first")).await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.go_to_tab(2).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "404").await;
    run(&browser, "GetItem", &get("from the first")).await;
    browser.wait_text("[aria-label=Answer]", "from the first").await;
    // One looks at the past, and the others do not.
    browser.press(",").await;
    browser.find("[data-banner=past]").await;
    browser.go_to_tab(1).await;
    assert_eq!(browser.count("[data-banner=past]").await, 0);
    browser.finish().await;
}

#[tokio::test]
async fn when_the_leading_tab_is_closed_another_goes_on_with_what_was_typed() {
    let site = Site::open();
    let browser = tabs(&site, 1).await;
    run(&browser, "PutItem", &put("before")).await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    let typed = get("before").to_string();
    browser.choose("[name=operation]", "GetItem").await;
    browser.fill("[name=request]", &typed).await;
    browser.go_to_tab(0).await;
    browser.close_tab().await;
    browser.wait_gone("[data-role]").await;
    assert_eq!(browser.attribute("[name=request]", "value").await.as_deref(), Some(typed.as_str()));
    browser.click("[data-action=run]").await;
    browser.wait_text("[aria-label=Answer]", "before").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_write_under_way_in_a_killed_tab_is_undecided_and_the_others_go_on() {
    let site = Site::open();
    let browser = tabs(&site, 2).await;
    browser.go_to_tab(0).await;
    let leader = browser.renderer().await;
    let any = json!({"TableName": "Orders", "Limit": 1});
    for tab in [2, 1] {
        browser.go_to_tab(tab).await;
        run(&browser, "Scan", &any).await;
        browser.find("[aria-label=Answer][data-state=ready]").await;
    }
    // The leader hears nothing any more, and nobody knows: one tab writes, the other reads.
    browser.freeze(leader);
    run(&browser, "PutItem", &put("under way")).await;
    browser.find("[aria-label=Answer][data-state=loading]").await;
    browser.go_to_tab(2).await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=loading]").await;
    let started = std::time::Instant::now();
    browser.kill_renderer(leader);
    browser.find("[aria-label=Answer][data-state=ready]").await;
    println!("the read was answered {} ms after the leader was killed", started.elapsed().as_millis());
    browser.go_to_tab(1).await;
    let said = browser.text("[data-exception=Undecided]").await;
    assert!(
        said.contains("GetItem of") && said.contains("under way") && said.contains("in Orders"),
        "{said}"
    );
    browser.screenshot("undecided").await;
    assert_eq!(
        browser.attribute("[name=request]", "value").await.as_deref(),
        Some(put("under way").to_string().as_str())
    );
    run(&browser, "PutItem", &put("afterwards")).await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "403").await;
    browser.finish().await;
}
