//! A learner watches a table's changes arrive in its stream, and moves an iterator from record to record.

use e2e::{Browser, Site, Size};

/// A table with the Accounts sample, its stream switched on, one change made.
async fn stream(site: &Site, size: Size, view_type: &str) -> Browser {
    let browser = Browser::open(size).await;
    browser.goto(&site.url("?page=transactions")).await;
    browser.click("[data-action=load-accounts]").await;
    browser.wait_gone("[data-action=load-accounts]").await;
    browser.goto(&site.url("?page=streams&table=Accounts")).await;
    browser.wait_text(".empty-state", "Accounts has no stream").await;
    browser.choose("[name=view-type]", view_type).await;
    browser.click("[data-action=enable-stream]").await;
    browser.find("[data-shard-state=open]").await;
    browser
}

#[tokio::test]
async fn a_learner_sees_a_stream_record_with_old_and_new_image() {
    let site = Site::open();
    let browser = stream(&site, Size::Desktop, "NEW_AND_OLD_IMAGES: the item before and after").await;
    browser.click("[data-action=make-change]").await;
    browser.wait_count("[data-record=MODIFY]", 1).await;
    browser.click("[data-action=make-change]").await;
    browser.wait_count("[data-record=MODIFY]", 2).await;

    browser.click("[data-action=next]").await;
    browser.wait_text("[data-event-name=MODIFY]", "1 added").await;
    browser.wait_text("[data-attribute=touched][data-change=added] [data-side=new]", "1").await;
    // The keyboard steps the iterator here, not the timeline.
    browser.press(".").await;
    browser.wait_text("[data-attribute=touched][data-change=changed] [data-side=old]", "1").await;
    assert_eq!(browser.text("[data-attribute=touched] [data-side=new]").await, "2");
    browser.wait_count("[data-marker=after]", 1).await;
    browser.press(",").await;
    browser.wait_count("[data-attribute=touched][data-change=added]", 1).await;
    browser.wait_count("[data-marker=before]", 1).await;
    browser.wait_text("[data-part=identity]", "a client").await;

    // LATEST stands behind what is there: only what comes from now on is read.
    browser.choose("[name=iterator-type]", "LATEST").await;
    browser.wait_text("[data-part=iterator]", "behind the newest record").await;
    browser.click("[data-action=next]").await;
    browser.wait_text("[data-part=iterator]", "gave no record").await;
    browser.click("[data-action=make-change]").await;
    browser.wait_count("[data-record=MODIFY]", 3).await;
    browser.click("[data-action=next]").await;
    browser.wait_text("[data-attribute=touched] [data-side=new]", "3").await;
    browser.screenshot("streams").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_stream_of_keys_shows_on_a_phone_what_it_keeps() {
    let site = Site::open();
    let browser = stream(&site, Size::Phone, "KEYS_ONLY: the key alone").await;
    browser.click("[data-action=make-change]").await;
    browser.click("[data-record=MODIFY] button").await;
    browser.wait_text("[data-event-name=MODIFY]", "KEYS_ONLY").await;
    browser.wait_count("[data-attribute]", 1).await;
    browser.wait_count("[data-attribute][data-change=key]", 1).await;
    assert_eq!(browser.eval("return document.documentElement.scrollWidth", vec![]).await, 390);
    browser.screenshot("streams-phone").await;
    browser.finish().await;
}
