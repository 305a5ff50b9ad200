//! A teacher shows how transactions prepare, decide and commit, what other clients meet in between, and that every way it can go is
//! as if one had come after the other.

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

/// Chooses an example, and waits until so many steps of it are taken.
async fn example(browser: &Browser, name: &str, steps: usize) {
    browser.click("[data-action=examples]").await;
    browser.click(format!("[data-value={name}]").as_str()).await;
    browser.wait_count("[data-row]", steps).await;
}

/// Takes a step: `deliver 3`.
async fn step(browser: &Browser, step: &str) {
    let before = browser.count("[data-row]").await;
    browser.click(format!("[data-action={}]", step.replace(' ', "-")).as_str()).await;
    browser.wait_count("[data-row]", before + 1).await;
}

/// What stands in an item's row.
async fn item(browser: &Browser, name: &str, part: &str) {
    browser.wait_text(format!("[data-item={name}] [data-part=value]").as_str(), part).await;
}

async fn client(browser: &Browser, number: usize, part: &str) {
    browser.wait_text(format!("[data-client-row='{number}'] [data-part=standing]").as_str(), part).await;
}

async fn to_the_end(browser: &Browser) {
    browser.click("[data-action=draw-all]").await;
    browser.wait_gone("[data-action=draw-all]").await;
}

#[tokio::test]
async fn a_teacher_steps_through_the_bank_transfer() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    example(&browser, "transfer", 0).await;
    browser.click("[data-action=begin]").await;
    step(&browser, "start 1").await;
    browser.wait_text(STORY, "a prepare message goes to each of its 2 items").await;
    step(&browser, "deliver 1").await;
    browser.wait_text(STORY, "balance >= 100 holds").await;
    browser.wait_count("[data-item][data-held=true]", 1).await;

    // The teacher's page is loaded again in the middle: the run goes on where it stood.
    browser.reload().await;
    browser.wait_count("[data-row]", 2).await;
    for one in ["deliver 2", "deliver 3", "deliver 4", "decide 1"] {
        step(&browser, one).await;
    }
    browser.wait_count("[data-item][data-held=true]", 2).await;
    step(&browser, "deliver 5").await;
    item(&browser, "account1", "balance 150").await;
    item(&browser, "account2", "balance 40").await;
    step(&browser, "deliver 6").await;
    item(&browser, "account2", "balance 140").await;
    browser.wait_text(STORY, "All of it happened").await;
    browser.wait_count("[data-item][data-held=true]", 0).await;
    browser.screenshot("transactions-transfer").await;
    browser.finish().await;
}

#[tokio::test]
async fn insufficient_funds_cancels_with_reasons_per_item() {
    let site = Site::open();
    let browser = accounts(&site, Size::Phone).await;
    example(&browser, "insufficient", 1).await;
    to_the_end(&browser).await;
    client(&browser, 1, "TransactionCanceledException").await;
    browser.wait_count("[data-reason=ConditionalCheckFailed]", 1).await;
    browser.wait_count("[data-reason=None]", 1).await;
    item(&browser, "account1", "balance 250").await;
    assert_eq!(browser.eval("return document.documentElement.scrollWidth", vec![]).await, 390);
    browser.screenshot("transactions-phone").await;
    browser.finish().await;
}

#[tokio::test]
async fn of_two_transfers_in_conflict_one_is_refused() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    example(&browser, "conflict", 3).await;
    step(&browser, "deliver 3").await;
    browser.wait_text(STORY, "holds it").await;
    browser.wait_text("[data-part=rule]", "refused to every other").await;
    to_the_end(&browser).await;
    client(&browser, 1, "done").await;
    browser.wait_count("[data-reason=TransactionConflict]", 1).await;
    browser.finish().await;
}

#[tokio::test]
async fn a_plain_write_against_a_prepared_item_is_refused() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    example(&browser, "held", 3).await;
    step(&browser, "deliver 4").await;
    client(&browser, 2, "TransactionConflictException").await;
    to_the_end(&browser).await;
    item(&browser, "account1", "balance 150").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_read_in_the_middle_is_of_what_is_committed_or_is_rejected() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    example(&browser, "read", 9).await;
    step(&browser, "deliver 7").await;
    client(&browser, 2, "done").await;
    browser.wait_text("[data-part=rule]", "never waits").await;
    step(&browser, "deliver 9").await;
    browser.wait_text(STORY, "is about to write it").await;
    to_the_end(&browser).await;
    client(&browser, 3, "TransactionCanceledException").await;
    item(&browser, "account2", "balance 140").await;
    browser.finish().await;
}

#[tokio::test]
async fn the_same_token_twice_transfers_once() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    example(&browser, "token", 1).await;
    step(&browser, "start 2").await;
    client(&browser, 2, "TransactionInProgressException").await;
    for one in ["deliver 1", "deliver 2", "deliver 3", "deliver 4", "decide 1", "deliver 5", "deliver 6"] {
        step(&browser, one).await;
    }
    browser.click("[data-action=start-3]").await;
    client(&browser, 3, "answered as the first time").await;
    item(&browser, "account1", "balance 240").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_coordinator_that_stopped_is_recovered_from_the_ledger() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    example(&browser, "crash", 8).await;
    client(&browser, 1, "coordinator stopped").await;
    browser.wait_count("[data-item=account2][data-held=true]", 1).await;
    step(&browser, "recover 1").await;
    browser.wait_text(STORY, "“commit” goes to every item again").await;
    to_the_end(&browser).await;
    item(&browser, "account2", "balance 140").await;
    client(&browser, 1, "done").await;
    browser.finish().await;
}

#[tokio::test]
async fn every_way_that_two_transfers_can_go_is_explored() {
    let site = Site::open();
    let browser = accounts(&site, Size::Desktop).await;
    example(&browser, "conflict", 3).await;
    // Nothing was decided: what was begun is given up, and the accounts are as they were.
    browser.click("[data-action=end]").await;
    browser.click("[data-action=explore]").await;
    browser.wait_count("[data-serializable=true]", 1).await;
    browser.wait_count("[data-verdict=Serial]", 2).await;
    browser.choose("[name=without]", "Broken: no pending check").await;
    browser.click("[data-action=explore]").await;
    browser.wait_text("[data-part=counterexample]", "No order of the requests").await;
    browser.click("[data-action=replay]").await;
    browser.click("[data-action=replay-next]").await;
    browser.wait_text("[data-part=replay-at]", "step 1 of").await;
    browser.click("[data-action=replay-end]").await;
    browser.wait_text("[data-part=why]", "No order of the requests").await;
    browser.screenshot("transactions-counterexample").await;
    browser.finish().await;
}

#[tokio::test]
async fn each_broken_protocol_shows_the_shortest_way_that_it_gets_wrong() {
    let site = Site::open();
    let browser = accounts(&site, Size::Phone).await;
    for (name, why) in
        [("late", "No order of the requests"), ("order", "timestamp"), ("checked", "timestamp")]
    {
        example(&browser, name, 0).await;
        browser.find("[data-serializable=false]").await;
        browser.wait_text("[data-part=counterexample]", why).await;
        browser.click("[data-action=replay]").await;
        browser.wait_text("[data-part=replay-at]", "step 0 of").await;
        browser.click("[data-action=replay-end]").await;
        browser.wait_text("[data-part=why]", why).await;
        browser.screenshot(&format!("transactions-{name}")).await;
        browser.click("[data-action=replay-close]").await;
        browser.wait_gone("[data-part=replay-at]").await;
    }
    browser.finish().await;
}
