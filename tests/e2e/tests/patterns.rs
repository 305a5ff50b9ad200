//! An architect starts from access patterns: the design challenge is loaded, its patterns are run, one fails what is expected of it, and
//! they drive the traffic.

use e2e::{Browser, Site, Size};
use serde_json::json;

/// The row of a pattern.
fn row(name: &str) -> String {
    format!("tr[data-pattern='{name}']")
}

#[tokio::test]
async fn an_architect_runs_the_challenge_s_patterns_and_sees_which_design_holds() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=design&samples")).await;
    browser.click("[data-sample=design-challenge] [data-action=load]:enabled").await;
    browser.find("nav [data-table=orders_by_date_shard]").await;
    browser.wait_gone("[data-loading]").await;
    browser.click("[data-tab=patterns]").await;
    browser.wait_count(".patterns-table tbody tr", 8).await;
    browser.wait_text(&row("Get the cart"), "estimated").await;

    browser.click("[data-action=run-all]").await;
    for held in ["Get the cart", "Add to the cart", "Place an order, keyed by date and shard"] {
        browser.find(&format!("{}[data-verdict=passed]", row(held))).await;
    }
    for failed in [
        "Get the cart, keyed by product",
        "Add to the cart, keyed by product",
        "Place an order, keyed by date",
    ] {
        browser.find(&format!("{}[data-verdict=failed]", row(failed))).await;
    }
    browser.wait_text("[data-part=tally]", "3 fail").await;
    browser.wait_text(&row("Get the cart, keyed by product"), "Scan").await;
    browser.screenshot("patterns").await;

    // What was measured stays, and the bill counts it.
    browser.click("[data-tab=cost]").await;
    browser.find("[data-part=by-pattern] tr[data-pattern='Get the cart'][data-measured=true]").await;
    browser.screenshot("cost-by-pattern").await;
    browser.click("[data-tab=patterns]").await;
    browser.find(&format!("{}[data-verdict=passed]", row("Get the cart"))).await;

    // Why: the scan looks at everybody's carts.
    browser.click(&format!("{} .pattern-name", row("Get the cart, keyed by product"))).await;
    browser.wait_text(".pattern-tests [data-passed=false]", "It scans").await;
    browser.wait_text(".pattern-detail .what-happened", "evaluated").await;
    browser.screenshot("patterns-failed").await;
    browser.click(&format!("{} .pattern-name", row("Place an order, keyed by date"))).await;
    browser.wait_text(".pattern-tests [data-passed=false]", "3,000 WCU a second of the 1,000").await;

    // What is expected is changed, and the pattern is to be run again.
    browser.click(&format!("{} .pattern-name", row("Get the cart"))).await;
    browser.click("[data-action=edit-pattern]").await;
    browser.fill("[name=expects-units]", "0.3").await;
    browser.click("[data-action=save-pattern]").await;
    browser.wait_text(".pattern-editor", "Units, whole or with a half").await;
    browser.fill("[name=expects-units]", "0").await;
    browser.click("[data-action=save-pattern]").await;
    browser.find(".pattern-detail[data-verdict=not-run]").await;
    browser.click("[data-action=run-pattern]").await;
    browser.wait_text(".pattern-tests [data-passed=false]", "0.5 units, at most 0 expected").await;

    // Kept with the workspace.
    browser.reload().await;
    browser.wait_count(".patterns-table tbody tr", 8).await;
    browser.find(&format!("{}[data-verdict=not-run]", row("Get the cart"))).await;

    // At a hundredth of their rates they are traffic, and the recipe is kept.
    browser.choose("[name=drive-percent]", "a hundredth of their rates").await;
    browser.click("[data-action=drive-traffic]:enabled").await;
    browser.find("[data-page=heat] [data-traffic=running]").await;
    browser.find("[data-recipe='Access patterns']").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_pattern_of_one_s_own_is_made_sent_along_and_taken_out() {
    let site = Site::open();
    let browser = Browser::open(Size::Phone).await;
    browser.goto(&site.url("?page=query")).await;
    let table = serde_json::json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
    });
    browser.choose("[name=operation]", "CreateTable").await;
    browser.fill("textarea[name=request]", &table.to_string()).await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    // A table that is being created takes no items yet.
    browser.goto(&site.url("?page=design&table=Orders")).await;
    browser.wait_text("[data-page=design]", "ACTIVE").await;
    browser.goto(&site.url("?page=patterns&table=Orders")).await;
    browser.click("[data-action=new-pattern]").await;
    browser.choose("[name=pattern-operation]", "PutItem").await;
    browser.click("[data-action=save-pattern]").await;
    browser.wait_text(".pattern-editor", "An access pattern needs a name.").await;
    browser.fill("[name=pattern-name]", "Place an order").await;
    browser.fill("[name=pattern-times]", "20").await;
    browser
        .fill(
            "[name=pattern-request]",
            r#"{"TableName": "Orders", "Item": {"id": {"S": "order-{uniform 1..9000}"}}}"#,
        )
        .await;
    browser.fill("[name=expects-units]", "1").await;
    browser.click("[data-action=save-pattern]").await;
    browser.click("[data-action=run-pattern]").await;
    browser.find(".pattern-detail[data-verdict=passed]").await;
    let sight = "const { top } = document.querySelector('.pattern-detail').getBoundingClientRect(); return top >= 0 && top < innerHeight / 2";
    browser
        .until("the pattern in sight", async || (browser.eval(sight, vec![]).await == true).then_some(()))
        .await;
    browser.screenshot("patterns-phone").await;

    // A link carries it to somebody else.
    browser.goto(&site.url("?page=share")).await;
    browser.wait_text(".share-page", "1 access pattern").await;
    let link = browser
        .until("the link", async || {
            browser.attribute("[name=link]", "value").await.filter(|link| link.contains("#d="))
        })
        .await;
    let other = Browser::open(Size::Desktop).await;
    other.goto(&link).await;
    other.find("nav [data-table=Orders]").await;
    other.wait_gone("[data-loading]").await;
    other.click("[data-tab=patterns]").await;
    other.wait_text(&row("Place an order"), "20 / s").await;
    other.finish().await;

    browser.goto(&site.url("?page=patterns&pattern=Place+an+order")).await;
    browser.click("[data-action=remove-pattern]").await;
    browser.wait_text(".patterns-page", "What is asked of this design?").await;
    browser.screenshot("pattern-taken-out").await;
    browser.click("[data-action=undo-remove]").await;
    browser.wait_text(&row("Place an order"), "20 / s").await;
    browser.wait_gone("[data-banner=taken-out]").await;
    browser.finish().await;
}

/// The tab is gone as soon as it says so: its tables were taken for the half of something once, and its patterns were not.
#[tokio::test]
async fn what_is_said_to_be_loaded_stays_whatever_follows() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=design&samples")).await;
    browser.click("[data-sample=design-challenge] [data-action=load]:enabled").await;
    browser.wait_text("[role=status][data-level=done]", "is loaded").await;
    browser.goto(&site.url("?page=patterns")).await;
    browser.find(&row("Get the cart")).await;
    browser.find("nav [data-table=orders_by_date]").await;
    let marked = "return Object.keys(localStorage).filter(key => key.includes('loading:'))";
    assert_eq!(browser.eval(marked, vec![]).await, json!([]));

    // What a broken off loading had made goes with all that asks it.
    browser.choose("[name=drive-percent]", "a hundredth of their rates").await;
    browser.click("[data-action=drive-traffic]:enabled").await;
    browser.find("[data-page=heat] [data-recipe]").await;
    let mark = json!({"name": "Half", "tables": ["orders_by_date"], "made": false});
    let set = "const workspace = document.querySelector('[data-action=workspace]').textContent.trim();
        localStorage.setItem(`dynascope:loading:${workspace}`, arguments[0])";
    browser.eval(set, vec![mark.to_string().into()]).await;
    browser.reload().await;
    browser
        .wait_text("[role=status][data-level=done]", "“Half” was being loaded when its tab was closed")
        .await;
    browser.wait_gone("nav [data-table=orders_by_date]").await;
    browser.wait_gone("[data-recipe]").await;
    browser.click("[data-tab=patterns]").await;
    browser.find(&row("Get the cart")).await;
    browser.wait_gone(&row("Place an order, keyed by date")).await;
    browser.find(&row("Place an order, keyed by date and shard")).await;
    browser.finish().await;
}
