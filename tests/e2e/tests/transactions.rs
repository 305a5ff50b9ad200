//! A teacher shows how a transaction prepares, decides and commits, and what another client meets in between.

use e2e::{Browser, Site, Size};

const STORY: &str = "[data-part=story]";

/// Opens the page with the Accounts sample.
async fn accounts(site: &Site, size: Size) -> Browser {
    let browser = Browser::open(size).await;
    browser.goto(&site.url("?page=transactions")).await;
    browser.click("[data-action=load-accounts]").await;
    browser.wait_gone("[data-action=load-accounts]").await;
    browser
}

async fn example(browser: &Browser, name: &str) {
    browser.click("[data-action=examples]").await;
    browser.click(format!("[data-value={name}]").as_str()).await;
}

/// What stands in an item's lane.
async fn item(browser: &Browser, number: usize, part: &str) {
    browser.wait_text(format!("[data-item='{number}'] [data-part=value]").as_str(), part).await;
}

#[tokio::test]
async fn a_teacher_steps_through_the_bank_transfer() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    browser.click("[data-action=step]").await;
    browser.wait_text(STORY, "No item was asked yet").await;
    browser.wait_count("[data-item][data-held=true]", 0).await;

    browser.click("[data-action=step]").await;
    browser.wait_text(STORY, "tested balance >= 100: it holds").await;
    browser.wait_count("[data-item='1'][data-held=true]", 1).await;
    browser.wait_count("[data-item='2'][data-held=true]", 0).await;

    // The teacher's page is loaded again in the middle: the transaction goes on where it stood.
    browser.reload().await;
    browser.wait_count("[data-message='Prepare item 1']", 1).await;
    browser.click("[data-action=step]").await;
    browser.wait_count("[data-item][data-held=true]", 2).await;
    browser.click("[data-action=step]").await;
    browser.wait_text(STORY, "commit").await;
    browser.wait_text("[data-message=Decide]", "commit").await;

    // Between two commits one item is new and the other old.
    browser.click("[data-action=step]").await;
    item(&browser, 1, "250 → 150").await;
    item(&browser, 2, "40").await;
    browser.click("[data-action=step]").await;
    item(&browser, 2, "40 → 140").await;
    browser.wait_text(STORY, "All of it happened").await;
    browser.wait_count("[data-item][data-held=true]", 0).await;
    browser.screenshot("transactions-transfer").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_write_in_between_is_refused_and_the_transfer_goes_on() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    example(&browser, "held").await;
    browser.wait_count("[data-item='1'][data-held=true]", 1).await;
    browser.click("[data-action=send-other]").await;
    browser.wait_text("[data-part=other-answer]", "TransactionConflictException").await;
    browser.wait_text("[data-between=UpdateItem]", "TransactionConflict").await;

    // A plain read takes no notice.
    browser.choose("[name=other-operation]", "GetItem").await;
    browser.click("[data-action=send-other]").await;
    browser.wait_text("[data-part=other-answer]", "balance 250").await;

    browser.click("[data-action=finish]").await;
    item(&browser, 1, "250 → 150").await;
    item(&browser, 2, "40 → 140").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_write_before_the_prepare_cancels_the_transfer() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    example(&browser, "before").await;
    browser.wait_count("[data-item='1'][data-held=true]", 1).await;
    browser.click("[data-action=send-other]").await;
    browser.wait_text("[data-part=other-answer]", "its partition will refuse").await;
    item(&browser, 2, "40 → 45").await;
    browser.click("[data-action=step]").await;
    browser.wait_text(STORY, "written after this transaction was stamped").await;
    browser.click("[data-action=finish]").await;
    browser.wait_count("[data-reason=None]", 1).await;
    browser.wait_text("[data-reason=TransactionConflict]", "Transaction is ongoing for the item").await;
    item(&browser, 1, "250").await;
    browser.finish().await;
}

#[tokio::test]
async fn insufficient_funds_cancels_with_reasons_per_item() {
    let site = Site::open();
    let browser = accounts(&site, Size::Phone).await;
    example(&browser, "insufficient").await;
    browser.click("[data-action=run]").await;
    browser.wait_text("[data-exception]", "[ConditionalCheckFailed, None]").await;
    let reason =
        browser.wait_text("[data-reason=ConditionalCheckFailed]", "The conditional request failed").await;
    assert!(reason.contains("account1"), "{reason}");
    assert!(reason.contains("250"), "the item as it was is handed out: {reason}");
    browser.wait_count("[data-reason=None]", 1).await;
    item(&browser, 1, "250").await;
    item(&browser, 2, "40").await;
    assert_eq!(browser.eval("return document.documentElement.scrollWidth", vec![]).await, 390);
    browser.screenshot("transactions-phone").await;
    browser.finish().await;
}

#[tokio::test]
async fn the_same_token_twice_transfers_once() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    example(&browser, "token").await;
    browser.click("[data-action=run]").await;
    item(&browser, 1, "250 → 240").await;
    browser.click("[data-action=run]").await;
    browser.wait_text(STORY, "nothing was written").await;

    // The form and the JSON are one request.
    browser.fill("[data-row='1'] [data-placeholder=':amount'] input", "11").await;
    let json = browser.attribute("[name=request]", "value").await.unwrap_or_default();
    assert!(json.contains("{\"N\": \"11\"}"), "{json}");
    browser.click("[data-action=run]").await;
    browser.wait_text("[data-exception=IdempotentParameterMismatchException]", "token").await;
    browser.finish().await;
}
