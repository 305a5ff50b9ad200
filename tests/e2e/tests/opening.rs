//! Somebody opens Dynascope, wherever it is hosted.

use e2e::{Browser, Profile, Site, Size};
use std::sync::Arc;

#[tokio::test]
async fn the_page_opens_from_a_sub_path_without_a_console_error() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    assert_eq!(browser.eval("return document.title", vec![]).await, "Dynascope");
    browser.screenshot("opening").await;
    browser.finish().await;
}

#[tokio::test]
async fn the_page_opens_on_a_phone_and_does_not_scroll_sideways() {
    let site = Site::open();
    let browser = Browser::open(Size::Phone).await;
    browser.goto(&site.url("")).await;
    assert_eq!(browser.eval("return innerWidth", vec![]).await, 390);
    assert_eq!(browser.eval("return document.documentElement.scrollWidth", vec![]).await, 390);
    browser.screenshot("opening-phone").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_console_error_is_noticed() {
    let site = Site::open();
    let mut browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.eval("console.error('this went wrong')", vec![]).await;
    browser.expect_console("this went wrong").await;
    browser.finish().await;
}

#[tokio::test]
async fn the_policy_stops_inline_styles_and_scripts() {
    let site = Site::open();
    let mut browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    let add = "const e = document.createElement('p'); e.setAttribute('style', 'color: red'); document.body.append(e)";
    browser.eval(add, vec![]).await;
    browser.expect_console("Content Security Policy").await;
    browser.finish().await;
}

#[tokio::test]
async fn what_a_killed_browser_had_stored_is_there_again() {
    let site = Site::open();
    let profile = Arc::new(Profile::fresh());
    let browser = Browser::open_with(Size::Desktop, &profile).await;
    browser.goto(&site.url("")).await;
    // The harness's own test: the page's journal has its tests elsewhere.
    let store = "return new Promise((resolve, reject) => {
        const open = indexedDB.open('harness', 1);
        open.onupgradeneeded = () => open.result.createObjectStore('s');
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
            const t = open.result.transaction('s', 'readwrite', { durability: 'strict' });
            t.objectStore('s').put('kept', 'k');
            t.oncomplete = () => resolve(true);
        };
    })";
    assert_eq!(browser.eval(store, vec![]).await, true);
    browser.kill();

    let browser = Browser::open_with(Size::Desktop, &profile).await;
    browser.goto(&site.url("")).await;
    let load = "return new Promise((resolve, reject) => {
        const open = indexedDB.open('harness', 1);
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
            const get = open.result.transaction('s').objectStore('s').get('k');
            get.onsuccess = () => resolve(get.result);
        };
    })";
    assert_eq!(browser.eval(load, vec![]).await, "kept");
    browser.finish().await;
}
