//! What the browser does to storage while a workspace is open: it fills, is deleted, closes, is wanted by others. Each is told on the
//! page, nothing that was acknowledged is lost, and what was typed stays.

use e2e::{Browser, Site, Size};
use serde_json::json;
use std::time::Duration;

const DATABASE: &str = "dynascope:workspace:Sample";

/// The sample on the Query page, with a worker that can be reached.
async fn open(site: &Site) -> Browser {
    opened(Browser::open(Size::Desktop).await, site).await
}

async fn opened(browser: Browser, site: &Site) -> Browser {
    browser
        .before_every_page(
            "window.Worker = class extends window.Worker {
        constructor(...all) { super(...all); window.theWorker = this; } }",
        )
        .await;
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.goto(&site.url("?page=query")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser
}

fn origin(site: &Site) -> String {
    let url = site.url("");
    let path = url.match_indices('/').nth(2).map_or(url.len(), |(at, _)| at);
    url[..path].to_owned()
}

/// Text that takes its room on a disk that compresses, too.
fn noise(length: usize) -> String {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        char::from(b'0' + (state >> 8) as u8 % 64)
    };
    std::iter::repeat_with(&mut next).filter(char::is_ascii_alphanumeric).take(length).collect()
}

async fn put(browser: &Browser, order: &str, filler: usize) -> String {
    let item = json!({"user_id": {"S": "user900"}, "order_id": {"S": order}, "note": {"S": noise(filler)}});
    let request = json!({"TableName": "Orders", "Item": item}).to_string();
    browser.choose("[name=operation]", "PutItem").await;
    let fill = "const field = document.querySelector('[name=request]'); field.value = arguments[0];
        field.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.eval(fill, vec![json!(request)]).await;
    browser.click("[data-action=run]").await;
    request
}

/// All is there behind a reload.
async fn all_there(browser: &Browser, count: &str) {
    browser.reload().await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", count).await;
    browser.wait_gone("[data-banner=report]").await;
}

#[tokio::test]
async fn a_full_disk_refuses_the_write_and_keeps_what_was_typed() {
    let site = Site::open();
    let (browser, origin) = (Browser::open(Size::Desktop).await, origin(&site));
    // Before anything is stored: the browser remembers for a while how much room there was.
    browser.cdp("Storage.overrideQuotaForOrigin", json!({"origin": origin, "quotaSize": 1_500_000})).await;
    let browser = opened(browser, &site).await;
    let mut typed = String::new();
    for number in 0..12 {
        typed = put(&browser, &format!("large {number}"), 300_000).await;
        browser.find("[aria-label=Answer]:not([data-state=loading])").await;
        if browser.count("[data-exception='Not stored']").await > 0 {
            break;
        }
    }
    let said = browser.text("[data-exception='Not stored']").await;
    assert!(said.contains("no room left"), "{said}");
    assert_eq!(browser.attribute("[name=request]", "value").await.as_deref(), Some(typed.as_str()));
    browser.screenshot("storage-full").await;
    browser.cdp("Storage.overrideQuotaForOrigin", json!({"origin": origin})).await;
    // Room is there again once the browser has looked.
    browser
        .until_within(Duration::from_secs(90), "room for the write", async || {
            browser.click("[data-action=run]").await;
            browser.find("[aria-label=Answer]:not([data-state=loading])").await;
            (browser.count("[aria-label=Answer][data-state=ready]").await > 0).then_some(())
        })
        .await;
    let count = browser.text("nav [data-table=Orders] > .rail-table").await;
    all_there(&browser, count.trim_start_matches("Orders").trim()).await;
    browser.finish().await;
}

#[tokio::test]
async fn a_database_that_another_tab_deletes_is_written_again() {
    let site = Site::open();
    let browser = open(&site).await;
    browser.open_tab().await;
    // A sandbox touches no storage of its own.
    browser.goto(&site.url("?embed")).await;
    let delete = "return new Promise((done, failed) => {
        const asked = indexedDB.deleteDatabase(arguments[0]);
        asked.onsuccess = () => done(true);
        asked.onerror = () => failed(asked.error);
    })";
    assert_eq!(browser.eval(delete, vec![json!(DATABASE)]).await, true);
    browser.go_to_tab(0).await;
    browser.wait_text("[data-banner=report]", "nothing is lost").await;
    all_there(&browser, "402").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_tab_lets_a_newer_version_have_the_database_and_asks_to_be_reloaded() {
    let site = Site::open();
    let browser = open(&site).await;
    browser.open_tab().await;
    browser.goto(&site.url("?embed")).await;
    let upgrade = "return new Promise((done, failed) => {
        const asked = indexedDB.open(arguments[0], 2);
        asked.onsuccess = () => { asked.result.close(); done(true); };
        asked.onerror = () => failed(asked.error);
    })";
    assert_eq!(browser.eval(upgrade, vec![json!(DATABASE)]).await, true);
    browser.go_to_tab(0).await;
    browser.wait_text("[data-banner=outdated]", "newer version").await;
    browser.screenshot("outdated").await;
    browser.find("[data-action=reload]").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_killed_worker_is_started_again_and_what_was_typed_stays() {
    let site = Site::open();
    let browser = open(&site).await;
    put(&browser, "before", 10).await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.fill("[name=request]", "half a requ").await;
    browser.eval("window.theWorker.terminate()", vec![]).await;
    browser.wait_text("[data-banner=report]", "background worker had ended").await;
    browser.screenshot("worker-killed").await;
    assert_eq!(browser.attribute("[name=request]", "value").await.as_deref(), Some("half a requ"));
    put(&browser, "afterwards", 10).await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    all_there(&browser, "404").await;
    browser.finish().await;
}
