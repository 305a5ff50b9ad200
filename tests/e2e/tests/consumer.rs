//! A learner puts an event source on a stream, steps it batch by batch, and sees what comes of records that fail.

use e2e::{Browser, Site, Size};

/// The Accounts sample with a stream, and the form of a new event source on it.
async fn form(site: &Site, size: Size) -> Browser {
    let browser = Browser::open(size).await;
    browser.goto(&site.url("?page=transactions")).await;
    browser.click("[data-action=load-accounts]").await;
    browser.wait_gone("[data-action=load-accounts]").await;
    browser.goto(&site.url("?page=streams&table=Accounts")).await;
    browser.choose("[name=view-type]", "NEW_AND_OLD_IMAGES: the item before and after").await;
    browser.click("[data-action=enable-stream]").await;
    browser.find("[data-shard-state=open]").await;
    browser.click("[data-tab=consumer]").await;
    browser.click("[data-action=new-source]").await;
    browser.fill("[name=attribute]", "touched").await;
    browser
}

/// Steps until the function has returned once.
async fn a_batch(browser: &Browser) {
    browser.click("[data-action=step-batch]:not([disabled])").await;
    browser.find(".consumer-view[data-busy=false]").await;
}

#[tokio::test]
async fn a_total_is_added_up_batch_by_batch() {
    let site = Site::open();
    let browser = form(&site, Size::Desktop).await;
    browser.wait_text(".consumer-form", "It is not there yet").await;
    browser.click("[data-action=save-source]").await;
    browser.wait_text(".consumer-next", "Nothing to do").await;
    browser.click("[data-action=change-items]").await;
    browser.find("[data-next=POLL]").await;
    browser.find(".consumer-view[data-busy=false]").await;
    // One step at a time: the shard is read, the batch is with the function, the function returns.
    browser.press("n").await;
    browser.find("[data-next=INVOKE]").await;
    browser.press("n").await;
    browser.find("[data-lane='0'][data-status=IN_FLIGHT]").await;
    browser.press("n").await;
    browser.find("[data-sum=handled][data-count='4']").await;
    browser.find("[data-invocation='1'][data-result=OK]").await;
    browser.screenshot("consumer").await;
    browser.click("[data-action=outcome-AccountsTotals]").await;
    browser.wait_text("main", "touched").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_poisoned_record_blocks_its_shard_until_it_is_isolated() {
    let site = Site::open();
    let browser = form(&site, Size::Desktop).await;
    browser
        .choose("[name=failure]", "at a poisoned record: attribute_exists(dynamodb.NewImage.poison)")
        .await;
    browser.click("[data-action=save-source]").await;
    browser.click("[data-action=poison-item]").await;
    browser.find("[data-next=POLL]").await;
    a_batch(&browser).await;
    browser.find("[data-lane='0'][data-status=BLOCKED]").await;
    browser.wait_text(".consumer-blocked", "is blocked").await;
    browser.find("[data-sum=handled][data-count='0']").await;

    // The batch is cut in two until the record is alone, and given up.
    browser.click("[data-action=edit-source]").await;
    browser.click("[name=BisectBatchOnFunctionError]").await;
    browser.fill("[name=MaximumRetryAttempts]", "1").await;
    browser.fill("[name=Destination]", "arn:aws:sqs:us-east-1:000000000000:failed").await;
    browser.click("[data-action=save-source]").await;
    for invocation in 2..=6 {
        a_batch(&browser).await;
        browser.find(&format!("[data-invocation='{invocation}']")).await;
    }
    browser.find("[data-sum=discarded][data-count='1']").await;
    browser.find("[data-sum=handled][data-count='3']").await;
    browser.find(".consumer-view[data-steps='0']").await;
    browser.find("[data-node='01'][data-result=ERROR]").await;
    browser.find("[data-condition=RetryAttemptsExhausted]").await;
    browser.screenshot("consumer-poisoned").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_partial_batch_response_keeps_what_was_handled_on_a_phone() {
    let site = Site::open();
    let browser = form(&site, Size::Phone).await;
    browser
        .choose("[name=failure]", "at a poisoned record: attribute_exists(dynamodb.NewImage.poison)")
        .await;
    browser.click("[name=ReportBatchItemFailures]").await;
    browser.click("[data-action=save-source]").await;
    browser.click("[data-action=poison-item]").await;
    browser.find("[data-next=POLL]").await;
    a_batch(&browser).await;
    browser.find("[data-invocation='1'][data-result=PARTIAL]").await;
    browser.find("[data-sum=handled][data-count='1']").await;
    browser.find("[data-attempts='1'][data-next=true]").await;
    assert_eq!(browser.eval("return document.documentElement.scrollWidth", vec![]).await, 390);
    browser.screenshot("consumer-phone").await;
    browser.finish().await;
}
