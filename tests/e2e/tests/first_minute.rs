//! Somebody opens Dynascope for the first time.

use e2e::{Browser, Site, Size};
use serde_json::json;
use thirtyfour::Key;

/// How many different colours the heatmap has.
async fn colours(browser: &Browser) -> u64 {
    let script = "const canvas = document.querySelector('[data-part=glimpse] canvas');
        if (!canvas) return 0;
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return new Set(new Uint32Array(pixels.buffer)).size";
    browser.eval(script, vec![]).await.as_u64().unwrap_or(0)
}

/// The number of the newest commit of the workspace.
async fn commits(browser: &Browser, workspace: &str) -> f64 {
    let script = "return new Promise((resolve, reject) => {
        const open = indexedDB.open('dynascope:workspace:' + arguments[0]);
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
            const reading = open.result.transaction(['meta', 'segments']);
            const head = reading.objectStore('meta').get('head');
            const last = reading.objectStore('segments').openKeyCursor(null, 'prev');
            reading.oncomplete = () => { open.result.close(); resolve(Math.max(head.result ?? 0, last.result?.key ?? 0)); };
        };
    })";
    browser.eval(script, vec![workspace.into()]).await.as_f64().unwrap_or(0.0)
}

#[tokio::test]
async fn the_first_visit_shows_a_sample_with_moving_heat_and_three_doors() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.wait_count("[data-door]", 3).await;
    browser.find("[data-part=glimpse][data-state=moving]").await;
    // Nothing, the title, and more than one degree of heat.
    browser.until("heat that moves", async || (colours(&browser).await > 5).then_some(())).await;
    browser.screenshot("first-minute").await;

    // The traffic is not part of the workspace: nothing of it is written.
    let before = browser
        .until("the sample to settle", async || {
            let before = commits(&browser, "Sample").await;
            let drawn = colours(&browser).await;
            browser
                .until("the picture to go on", async || (colours(&browser).await != drawn).then_some(()))
                .await;
            (commits(&browser, "Sample").await == before).then_some(before)
        })
        .await;
    assert!(before > 0.0, "the sample itself is stored");

    browser.click("[data-action=watch-heat]").await;
    browser.find("[data-traffic=running]").await;
    browser.click("[data-action=stop-traffic]").await;
    browser.find("[data-traffic=stopped]").await;

    // The address alone leads back to the doors; one's own design begins in a workspace of its own.
    browser.goto(&site.url("")).await;
    browser.click("[data-action=start-new]").await;
    browser.wait_text("[data-action=workspace]", "My workspace").await;
    browser.find("[data-designer=new]").await;
    browser.wait_count("nav [data-table]", 0).await;
    browser.finish().await;
}

#[tokio::test]
async fn the_first_minute_fits_a_phone() {
    let site = Site::open();
    let browser = Browser::open(Size::Phone).await;
    browser.goto(&site.url("")).await;
    browser.find("[data-part=glimpse][data-state=moving]").await;
    browser.wait_count("[data-door]", 3).await;
    assert_eq!(browser.eval("return document.documentElement.scrollWidth", vec![]).await, 390);
    let inside = "return document.querySelector('[data-page=start]').scrollWidth";
    assert_eq!(browser.eval(inside, vec![]).await, 390);
    browser.click("[data-action=load-orders]").await;
    browser.find("[data-page=query]").await;
    browser.finish().await;
}

/// In the first moments a click met the loading of the sample, and was lost or loaded it twice; later it could not be made until all was there.
#[tokio::test]
async fn clicks_on_the_sample_before_it_is_there_lead_to_it_once() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    // As soon as the button can be pressed, twice.
    let press = "new MutationObserver((_, observer) => {
            const button = document.querySelector('[data-action=load-orders]:enabled');
            if (!button) return;
            observer.disconnect();
            button.click();
            button.click();
            window.tablesThen = document.querySelectorAll('nav [data-table]').length;
        }).observe(document, { attributes: true, childList: true, subtree: true })";
    browser.before_every_page(press).await;
    browser.goto(&site.url("")).await;
    browser.find("[data-page=query]").await;
    assert_eq!(browser.eval("return window.tablesThen", vec![]).await, 0, "it can be pressed before that");
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.wait_gone("[data-loading]").await;
    browser.wait_count("nav [data-table]", 1).await;
    browser.finish().await;
}

#[tokio::test]
async fn a_sample_that_was_asked_for_and_cancelled_is_loaded_when_it_is_asked_for_again() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    // As soon as both can be pressed: the door, which waits from then on, and what cancels.
    let press = "new MutationObserver((_, observer) => {
            const door = document.querySelector('[data-action=load-orders]:enabled');
            const cancel = document.querySelector('[data-loading=running] button');
            if (!door || !cancel) return;
            observer.disconnect();
            door.click();
            setTimeout(() => {
                window.waited = door.ariaBusy;
                cancel.click();
            }, 100);
        }).observe(document, { attributes: true, childList: true, subtree: true })";
    browser.before_every_page(press).await;
    browser.goto(&site.url("")).await;
    let waited = "return window.waited";
    let waited = browser
        .until("the cancel", async || browser.eval(waited, vec![]).await.as_str().map(str::to_owned))
        .await;
    assert_eq!(waited, "true");
    browser.wait_gone("[data-loading]").await;
    browser.wait_text("[data-action=load-orders]:enabled", "Load Orders").await;
    browser.wait_count("nav [data-table]", 0).await;
    browser.find("[data-page=start]").await;

    browser.click("[data-action=load-orders]").await;
    browser.find("[data-page=query]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.finish().await;
}

#[tokio::test]
async fn the_palette_finds_pages_tables_and_operations() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.press(Key::Control + "k").await;
    browser.find("[name=palette]:focus").await;
    browser.press("batchw").await;
    browser.wait_text("[role=option][aria-selected=true]", "BatchWriteItem").await;
    browser.screenshot("palette").await;
    browser.press(Key::Enter + "").await;
    browser.find(".request-form[data-operation=BatchWriteItem]").await;
    browser.wait_gone("[name=palette]").await;

    // A saved request, from another page.
    browser.click("[data-tab=heat]").await;
    browser.find("[data-page=heat]").await;
    browser.click("[data-action=palette]").await;
    browser.press("One order").await;
    browser.press(Key::Enter + "").await;
    browser.find("[data-page=query] .request-form[data-operation=GetItem]").await;

    // An index of a table, on the page where one is.
    browser.press(Key::Control + "k").await;
    browser.press("status-index").await;
    browser.press(Key::Enter + "").await;
    browser.find("[data-index=status-index] [aria-current=true]").await;

    // A lesson, and that it begins again.
    browser.press(Key::Control + "k").await;
    browser.press("backups and point").await;
    browser.wait_text("[role=option][aria-selected=true]", "lesson").await;
    browser.press(Key::Enter + "").await;
    browser.find("[data-page=backups]").await;
    browser.wait_text("[data-action=workspace]", "Lesson: Backups").await;
    // Beside it the pages are a list, and in a wide window tabs, all of them in sight.
    browser.find("select[name=page]").await;
    let wide = json!({"width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": false});
    browser.cdp("Emulation.setDeviceMetricsOverride", wide).await;
    browser.find("[role=tab][data-tab=learn]").await;
    let hidden = "const row = document.querySelector('[role=tablist][aria-label=Pages]'); return row.scrollWidth - row.clientWidth";
    assert_eq!(browser.eval(hidden, vec![]).await, 0, "no tab is out of sight");
    browser.screenshot("lesson-wide").await;
    browser.resize(Size::Desktop).await;
    browser.press(Key::Control + "k").await;
    browser.press("begin the lesson").await;
    browser.press(Key::Enter + "").await;
    browser.click("[data-action=confirm-reset]").await;
    browser.wait_gone("[data-action=confirm-reset]").await;
    browser.finish().await;
}
