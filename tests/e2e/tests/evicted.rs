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

/// The browser deletes all databases of the site, as it does where the disk is full.
async fn evict(browser: &Browser, site: &Site) {
    let all = json!({"origin": origin(site), "storageTypes": "indexeddb"});
    browser.cdp("Storage.clearDataForOrigin", all).await;
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
    let (mut typed, mut stored) = (String::new(), 402);
    for number in 0..12 {
        typed = put(&browser, &format!("large {number}"), 300_000).await;
        browser.find("[aria-label=Answer]:not([data-state=loading])").await;
        if browser.count("[data-exception='Not stored']").await > 0 {
            break;
        }
        stored += 1;
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
    // What was refused is stored now.
    all_there(&browser, &(stored + 1).to_string()).await;
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
async fn what_the_browser_evicts_while_it_is_open_is_written_again_and_what_was_not_open_is_named() {
    let site = Site::open();
    let browser = open(&site).await;
    browser.goto(&site.url("?page=workspaces")).await;
    browser.click("[data-workspace=Sample] [data-action=duplicate]").await;
    browser.find("[data-workspace='Sample copy']").await;
    browser.click("[data-workspace=Sample] [data-action=rename]").await;
    browser.fill("[name=workspace-new-name]", "Lessons").await;
    browser.click("[data-action=save-name]").await;
    browser.find("[data-workspace=Lessons][data-open=true]").await;
    evict(&browser, &site).await;
    let said = browser.wait_text("[data-banner=report]", "nothing of it is lost").await;
    assert!(said.contains("Those that were not open are gone: “Sample copy”."), "{said}");
    browser.screenshot("storage-evicted").await;
    browser.find("[data-workspace=Lessons][data-open=true]").await;
    browser.wait_gone("[data-workspace='Sample copy']").await;
    // It goes on, and the next write is as durable as ever.
    browser.goto(&site.url("?page=query")).await;
    put(&browser, "afterwards", 10).await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    all_there(&browser, "403").await;
    browser.wait_text("[data-action=workspace]", "Lessons").await;
    browser.finish().await;
}

#[tokio::test]
async fn what_the_browser_evicted_while_it_was_closed_is_told() {
    let site = Site::open();
    let browser = open(&site).await;
    put(&browser, "gone", 10).await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.goto_elsewhere("about:blank").await;
    evict(&browser, &site).await;
    browser.goto(&site.url("?page=query")).await;
    let said = browser.wait_text("[data-banner=report]", "The browser has deleted what was stored").await;
    assert!(said.contains("“Sample”"), "{said}");
    browser.screenshot("storage-evicted-closed").await;
    // Told once, and everything works.
    browser.choose("[name=operation]", "ListTables").await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.reload().await;
    browser.wait_gone("[data-banner=report]").await;
    // Where the browser forgets everything, it is a first visit.
    browser.goto_elsewhere("about:blank").await;
    browser.cdp("Storage.clearDataForOrigin", json!({"origin": origin(&site), "storageTypes": "all"})).await;
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.wait_gone("[data-banner=report]").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_connection_that_the_browser_closes_by_itself_is_made_anew() {
    let site = Site::open();
    let browser = open(&site).await;
    browser.open_tab().await;
    browser.goto_elsewhere("chrome://indexeddb-internals").await;
    let close = "return new Promise((done) => {
        const inside = (root) => [...root.querySelectorAll('*')].flatMap((one) =>
            one.shadowRoot ? [one, ...inside(one.shadowRoot)] : [one]);
        const look = () => {
            const closing = inside(document).filter((one) => /force-close/.test(one.className) && one.offsetParent);
            if (closing.length === 0) { return setTimeout(look, 50); }
            closing.forEach((one) => one.click());
            done(closing.length);
        };
        look();
    })";
    let closed = browser.eval(close, vec![]).await;
    assert!(closed.as_u64().is_some_and(|closed| closed > 0), "{closed}");
    browser.go_to_tab(0).await;
    for order in ["first", "second"] {
        put(&browser, order, 10).await;
        browser.find("[aria-label=Answer][data-state=ready]").await;
    }
    assert_eq!(browser.count("[data-banner=report]").await, 0, "nothing was deleted");
    all_there(&browser, "404").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_tab_lets_a_newer_version_have_the_database_and_asks_to_be_reloaded() {
    let site = Site::open();
    let browser = open(&site).await;
    browser.open_tab().await;
    browser.goto(&site.url("?embed")).await;
    let upgrade = "return new Promise((done, failed) => {
        const asked = indexedDB.open(arguments[0], 99);
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

#[tokio::test]
async fn a_copy_or_a_file_that_has_no_room_is_refused_and_leaves_nothing() {
    let site = Site::open();
    let (browser, origin) = (Browser::open(Size::Desktop).await, origin(&site));
    // There is room for one of it and not for two.
    let room = json!({"origin": origin, "quotaSize": 6_000_000});
    browser.cdp("Storage.overrideQuotaForOrigin", room).await;
    let browser = opened(browser, &site).await;
    let used = async || {
        let used = browser.eval("return navigator.storage.estimate().then(it => it.usage)", vec![]).await;
        used.as_u64().unwrap_or_default()
    };
    let mut items = 402;
    while used().await < 3_600_000 {
        put(&browser, &format!("large {items}"), 380_000).await;
        browser.find("[aria-label=Answer][data-state=ready]").await;
        items += 1;
    }
    browser.goto(&site.url("?page=workspaces")).await;
    browser.click("[data-workspace=Sample] [data-action=export-workspace]").await;
    let file = browser.profile().downloads().join("Sample.dynascope");
    browser.until("the file", async || file.is_file().then_some(())).await;
    let databases = "return indexedDB.databases().then(all => all.map(one => one.name).sort())";
    let before = browser.eval(databases, vec![]).await;

    let refused = async |what: &str| {
        let said = browser.wait_text("[data-work=failed]", "no room left").await;
        assert!(said.contains(what), "{said}");
        browser.screenshot("workspace-no-room").await;
        browser.click("[data-action=dismiss-work]").await;
        browser.wait_gone("[data-work=failed]").await;
        assert_eq!(browser.eval(databases, vec![]).await, before);
        assert_eq!(browser.texts("[data-workspace] [data-action=open]").await, ["Sample"]);
    };
    browser.click("[data-workspace=Sample] [data-action=duplicate]").await;
    refused("Sample was not copied").await;
    browser.upload("[name=workspace-file]", &file).await;
    refused("Sample.dynascope was not imported").await;

    // Once there is room both are made, and what was there is as it was.
    browser.cdp("Storage.overrideQuotaForOrigin", json!({"origin": origin})).await;
    browser
        .until_within(Duration::from_secs(90), "room for the copy", async || {
            browser.click("[data-workspace=Sample] [data-action=duplicate]").await;
            browser.find("[data-work=failed], [data-workspace='Sample copy']").await;
            if browser.count("[data-workspace='Sample copy']").await > 0 {
                return Some(());
            }
            browser.click("[data-action=dismiss-work]").await;
            None
        })
        .await;
    browser.upload("[name=workspace-file]", &file).await;
    browser.find("[data-workspace='Sample 2'][data-open=true]").await;
    for workspace in ["Sample copy", "Sample"] {
        browser.click(&format!("[data-workspace='{workspace}'] [data-action=open]")).await;
        browser.find(&format!("[data-workspace='{workspace}'][data-open=true]")).await;
        browser.wait_text("nav [data-table=Orders] > .rail-table", &items.to_string()).await;
    }
    browser.finish().await;
}
