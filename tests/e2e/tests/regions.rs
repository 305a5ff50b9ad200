//! An architect puts a table into two Regions, breaks the link between them, sees which of two writes wins, and restores what was lost from
//! the moment before.

use e2e::{Browser, Site, Size};
use serde_json::json;

/// How the Regions page says where it is.
fn link(from: &str, to: &str) -> String {
    format!("[data-region={from}] [data-to={to}]")
}

/// Makes a table of that name, with the key `id`.
async fn make_table(browser: &Browser, site: &Site, name: &str) {
    let table = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
    });
    browser.create_table(site, &table).await;
    browser.find(&format!("[aria-label=Tables] [data-table={name}][data-status=ACTIVE]")).await;
}

#[tokio::test]
async fn an_architect_sees_which_of_two_writes_wins_and_restores_the_moment_before() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    make_table(&browser, &site, "Orders").await;
    browser.click("[role=tab][data-tab=design]").await;
    browser.click("[aria-label=Tables] [data-table=Orders]").await;
    browser.click("[data-action=to-regions]").await;

    // A replica more: CREATING, then ACTIVE.
    browser.click("[data-action=add-replica]").await;
    browser.find("[data-region=eu-west-1][data-status=CREATING]").await;
    browser.find("[data-region=eu-west-1][data-status=ACTIVE]").await;

    // Both ways are broken: each Region writes, and neither hears of the other.
    for (from, to) in [("us-east-1", "eu-west-1"), ("eu-west-1", "us-east-1")] {
        browser.click(&format!("{} [data-action=link]", link(from, to))).await;
        browser.find(&format!("{}[data-broken=true]", link(from, to))).await;
    }
    browser.click("[data-action=write-all]").await;
    browser.find("[aria-label='Items side by side'][data-differing='1']").await;
    browser.find(&format!("{}[data-waiting='1']", link("us-east-1", "eu-west-1"))).await;
    browser.screenshot("regions").await;
    for (from, to) in [("us-east-1", "eu-west-1"), ("eu-west-1", "us-east-1")] {
        browser.click(&format!("{} [data-action=link]", link(from, to))).await;
    }
    browser.find("[aria-label='Writes that lost'][data-count='1']").await;
    browser.find("[aria-label='Items side by side'][data-differing='0']").await;
    browser.screenshot("regions-lost").await;

    // A dark Region answers nobody; what it missed arrives when it is back.
    browser.click("[data-region=eu-west-1] [data-action=outage]").await;
    browser.find("[data-region=eu-west-1][data-dark=true]").await;
    browser.click(".regions-act[data-region=eu-west-1] [data-action=read]").await;
    browser.wait_text(".regions-act[data-region=eu-west-1]", "InternalServerError").await;
    // What is asked of another Region is a step of the timeline, and can be gone back to.
    browser
        .wait_text("[aria-label=Timeline] [data-event]", "eu-west-1: answered with InternalServerError")
        .await;
    browser.press(",").await;
    browser.find("[data-banner=past]").await;
    browser.wait_text("[aria-label=Timeline] [data-event]", "eu-west-1: ").await;
    browser.press("l").await;
    browser.wait_gone("[data-banner=past]").await;
    browser.click(".regions-act[data-region=us-east-1] [data-action=delete]").await;
    browser.find("[data-region=eu-west-1][data-held=true][data-differs=true]").await;
    browser.click("[data-region=eu-west-1] [data-action=outage]").await;
    browser.wait_text("[aria-label='Items side by side']", "holds no item").await;

    // Point-in-time recovery: a moment is chosen on the drawn time, and restored into a new table.
    browser.click("[role=tab][data-tab=backups]").await;
    browser.click("[data-action=recovery-on]").await;
    browser.find("[data-enabled=true]").await;
    browser.click("[role=tab][data-tab=regions]").await;
    browser.click(".regions-act[data-region=us-east-1] [data-action=write]").await;
    browser.wait_text(".regions-act[data-region=us-east-1]", "UpdateItem").await;
    browser.click("[role=tab][data-tab=backups]").await;
    browser.click("[data-action=ahead]").await;
    // Unless another moment is chosen the latest is shown, which is behind the write once it has been read anew.
    browser.wait_gone("[data-action=ahead]").await;
    browser.find(".backups-preview[data-items='1']").await;
    browser.click("[data-action=latest]").await;
    browser.find(".backups-preview[data-items='1']").await;
    browser.click("[data-action=before-write]").await;
    browser.find(".backups-preview[data-items='0']").await;
    browser.find("[data-since='not there yet']").await;
    browser.screenshot("backups").await;
    browser.click("[data-action=latest]").await;
    browser.find(".backups-preview[data-items='1']").await;
    browser.click("[data-action=restore-moment]").await;
    browser.find("[data-restoring=Orders-restored]").await;

    // A backup on demand, and its refusal in the service's words.
    browser.click("[data-action=create-backup]").await;
    browser.find("[data-backup=Orders-backup]").await;
    browser.fill("[name=target]", "Orders").await;
    browser.click("[data-backup=Orders-backup] [data-action=restore-backup]").await;
    browser.find("[data-exception=TableAlreadyExistsException]").await;
    browser.click("[data-backup=Orders-backup] [data-action=delete-backup]").await;
    browser.wait_gone("[data-backup=Orders-backup]").await;
    browser.find("[aria-label=Tables] [data-table=Orders-restored][data-status=ACTIVE]").await;

    // Strong consistency with a witness, whose Region fails and recovers.
    make_table(&browser, &site, "Ledger").await;
    browser.goto(&site.url("?page=regions&table=Ledger")).await;
    browser.click("[data-action=strong-witness]").await;
    browser.click("[data-witness=true] [data-action=outage]").await;
    browser.find("[data-witness=true][data-dark=true]").await;
    browser.click("[data-witness=true] [data-action=outage]").await;
    browser.find("[data-witness=true][data-dark=false]").await;
    browser.finish().await;
}

#[tokio::test]
async fn three_regions_one_of_which_hears_late_and_what_that_costs() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    make_table(&browser, &site, "Orders").await;
    browser.goto(&site.url("?page=regions&table=Orders")).await;
    for region in ["eu-west-1", "sa-east-1"] {
        browser.choose("[name=region]", region).await;
        browser.click("[data-action=add-replica]").await;
        browser.find(&format!("[data-region={region}][data-status=ACTIVE]")).await;
    }
    browser.wait_count(".region", 3).await;
    assert_eq!(browser.count("[data-action=add-replica]").await, 0, "three are the most here");

    // The far Region hears a minute late, the near one at once.
    let late = link("us-east-1", "sa-east-1");
    browser.choose(format!("{late} select").as_str(), "+ 1 min").await;
    browser.click(".regions-act[data-region=us-east-1] [data-action=write]").await;
    browser.wait_text(".regions-act[data-region=us-east-1]", "UpdateItem").await;
    browser.find(&format!("{late}[data-waiting='1'][data-broken=false]")).await;
    browser.find(&format!("{}[data-waiting='0']", link("us-east-1", "eu-west-1"))).await;
    browser.find("[aria-label='Items side by side'][data-differing='1']").await;
    browser.screenshot("regions-three").await;

    // Ten writes a second of 1 KB: 26.28 million WRU a month, and twice that of replicated ones.
    browser.wait_text(".regions-facts", "1 replicated WRU (rWRU) in each of 2 other Regions: 3 in all").await;
    let replicated = browser.text("[data-part=replicated]").await;
    assert_eq!(replicated, "$32.85", "52.56 million at $0.625 a million");
    browser.finish().await;
}
