//! What somebody downloads who comes for the first time, and what only when it is needed.

use e2e::{Browser, Site, Size};
use serde_json::json;
use xtask::sizes;

/// The rest of the page's module, of its style sheets and of the worker's module, as far as they were sent.
fn rest(site: &Site) -> Vec<String> {
    site.sent().into_iter().filter(|path| path.contains("_rest-")).collect()
}

#[tokio::test]
async fn a_first_visit_downloads_what_it_runs_and_a_page_brings_the_rest() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.find("[data-part=glimpse][data-state=moving]").await;
    // Some seconds of traffic.
    let seen = browser.attribute(".clock-time", "data-ms").await;
    browser
        .until("the clock to go on", async || {
            let [from, to] = [seen.clone()?, browser.attribute(".clock-time", "data-ms").await?]
                .map(|ms| ms.parse::<u64>().unwrap_or(0));
            (to >= from + 10_000).then_some(())
        })
        .await;
    assert!(rest(&site).is_empty(), "a first visit brings {:?}: `cargo xtask first-visit`", rest(&site));
    let bytes: u64 = site.sent_sizes().iter().map(|size| size.brotli).sum();
    assert!(bytes < sizes::FIRST_VISIT_MAX_BYTES, "a first visit downloads {bytes} bytes");

    browser.click("[data-action=load-orders]").await;
    browser.find("[data-page=query] [name=operation]").await;
    let sent = |of: &str| rest(&site).iter().filter(|path| path.starts_with(of)).count();
    assert_eq!([sent("app_"), sent("pages_")], [1, 1]);
    browser.choose("[name=operation]", "Scan").await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    assert_eq!(rest(&site).len(), 3, "{:?}", rest(&site));
    browser.finish().await;
}

#[tokio::test]
async fn a_page_whose_code_does_not_come_says_so_and_is_tried_again() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.find("[data-part=glimpse][data-state=moving]").await;
    browser.cdp("Network.enable", json!({})).await;
    browser.cdp("Network.setBlockedURLs", json!({"urls": ["*pages_rest-*"]})).await;
    browser.click("[role=tab][data-tab=design]").await;
    browser.wait_text("[data-page=design] [data-screen=rest]", "pages_rest").await;
    browser.cdp("Network.setBlockedURLs", json!({"urls": ["*app_rest-*"]})).await;
    browser.click("[data-action=bring-rest]").await;
    browser.wait_text("[data-page=design] [data-screen=rest]", "fetch").await;
    browser.cdp("Network.setBlockedURLs", json!({"urls": []})).await;
    browser.click("[data-action=bring-rest]").await;
    browser.find("[data-page=design] [data-action]").await;
    browser.wait_gone("[data-screen=rest]").await;
    browser.finish().await;
}
