//! Somebody wants to see what the service hides: partitions in three zones, a leader that fails, and a read that is stale.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};

/// Sends a request on the Query page and waits for its answer.
async fn send(browser: &Browser, operation: &str, request: &Value) {
    browser.choose("[name=operation]", operation).await;
    browser.fill("[name=request]", &request.to_string()).await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
}

/// CreateTable of Orders with a global index.
fn orders() -> Value {
    json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "user_id", "AttributeType": "S"}, {"AttributeName": "status", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{"IndexName": "by-status", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}]}],
    })
}

/// Orders with a few items, seen on the Cluster page.
async fn open_cluster(browser: &Browser, site: &Site) {
    browser.goto(&site.url("?page=query")).await;
    send(browser, "CreateTable", &orders()).await;
    browser.find("[aria-label=Tables] [data-table=Orders][data-status=ACTIVE]").await;
    for user in ["user1", "user2", "user3", "user4"] {
        let item = json!({"user_id": {"S": user}, "status": {"S": "paid"}});
        send(browser, "PutItem", &json!({"TableName": "Orders", "Item": item})).await;
    }
    browser.goto(&site.url("?page=cluster&table=Orders")).await;
    browser.find("[aria-label=Partitions] tr[data-partition]").await;
}

/// How many rows of partitions there are.
const ROWS: &str = "[aria-label=Partitions] tr[data-partition]";

#[tokio::test]
async fn an_architect_follows_a_key_kills_its_leader_and_sees_another_one_elected() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_cluster(&browser, &site).await;
    browser.wait_count(ROWS, 4).await;
    browser.wait_count(".ring-part", 4).await;

    browser.fill("[name=locate-user_id]", "user1").await;
    browser.click("[data-action=locate]").await;
    let partition = browser.attribute("[data-part=located] [data-partition]", "data-partition").await;
    let partition = partition.expect("the key has a partition");
    let row = format!("[aria-label=Partitions] tr[data-partition='{partition}']");
    browser.find(&format!("{row}[aria-selected=true]")).await;
    browser.find(&format!(".ring-part[data-partition='{partition}'][data-chosen=true]")).await;
    browser.screenshot("cluster").await;

    // While the clock stands nothing follows by itself, so every stage can be looked at.
    browser.click("[data-action=clock-run]").await;
    browser.find(".clock-bar[data-paused=true]").await;
    let leader = browser.attribute(&row, "data-leader").await.expect("it has a leader");
    browser.click(&format!("{row} .cluster-replica[data-zone='{leader}'] [data-action=kill]")).await;
    browser
        .find(&format!(
            "{row}[data-writes=false] .cluster-replica[data-zone='{leader}'][data-standing=failed]"
        ))
        .await;
    browser.wait_text(&row, "lease runs out").await;
    browser.screenshot("cluster-leader-failed").await;

    // The lease runs out: another replica leads. Then a log replica comes, and within minutes all is well again.
    browser.click("[data-action=clock-ahead]").await;
    browser.click("[popover] [data-value='60000']").await;
    browser
        .until("another leader", async || {
            let now = browser.attribute(&row, "data-leader").await?;
            (now != leader && browser.count(&format!("{row}[data-writes=true]")).await == 1).then_some(())
        })
        .await;
    browser.find(&format!("{row} .cluster-replica[data-zone='{leader}'][data-standing=log]")).await;
    browser.click("[data-action=clock-ahead]").await;
    browser.click("[popover] [data-value='600000']").await;
    browser.find(&format!("{row} .cluster-replica[data-zone='{leader}'][data-standing=follower]")).await;
    let told = browser.text("[aria-label='What happened here']").await;
    assert!(told.contains("leads") || told.contains("leader"), "{told}");
    browser.finish().await;
}

#[tokio::test]
async fn a_zone_goes_dark_and_a_partition_is_split_by_hand() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_cluster(&browser, &site).await;
    browser.click("[data-action=dark-az-a]").await;
    browser.find(".zone-head[data-zone=az-a][data-dark=true]").await;
    browser
        .until("every replica of the zone down", async || {
            let failed = browser
                .count(".cluster-replica[data-zone=az-a]:is([data-standing=failed], [data-standing=log])")
                .await;
            (failed == 4).then_some(())
        })
        .await;
    browser.click("[data-action=dark-az-a]").await;
    browser.find(".zone-head[data-zone=az-a][data-dark=false]").await;

    let first = browser.attribute(ROWS, "data-partition").await.expect("a partition");
    browser.click(&format!("[aria-label=Partitions] tr[data-partition='{first}'] [data-action=split]")).await;
    browser.wait_count(ROWS, 5).await;
    browser.wait_gone(&format!("[aria-label=Partitions] tr[data-partition='{first}']")).await;
    browser.wait_text("[aria-label=Partitions]", &format!("of p{first}")).await;
    browser.finish().await;
}

#[tokio::test]
async fn a_learner_sees_stale_reads_while_the_clock_stands() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_cluster(&browser, &site).await;
    browser.click("[data-tab=lab]").await;
    browser.click("[data-action=lab-pause]").await;
    browser.find("[data-action=lab-tick]").await;
    for round in 1..=3 {
        browser.click("[data-action=lab-write]:enabled").await;
        browser.find(&format!("[data-trials='{round}'][data-busy=false]")).await;
    }
    let stale = async |asked: &str| -> u64 {
        let shown = browser.attribute(&format!("th[data-asked={asked}]"), "data-stale").await;
        shown.and_then(|text| text.parse().ok()).expect("a count")
    };
    assert_eq!(stale("strong").await, 0, "the leader has every acknowledged write");
    assert!(stale("eventual").await > 0, "a follower that stands still misses the last write");
    assert_eq!(stale("index").await, 3, "the index is written after its table");
    browser.screenshot("consistency-lab").await;

    // A minute later everything has arrived everywhere.
    browser.click("[data-action=clock-ahead]").await;
    browser.click("[popover] [data-value='60000']").await;
    browser.find(".clock-bar[data-moving=false]").await;
    browser.click("[data-action=lab-read]:enabled").await;
    browser.find("[data-trials='4'][data-busy=false]").await;
    let first_row = "table[aria-label='What the reads saw'] tbody tr:first-child";
    assert_eq!(browser.count(&format!("{first_row} [data-stale=true]")).await, 0);
    assert_eq!(browser.count(&format!("{first_row} [data-stale=false]")).await, 5);
    browser.click("[data-action=lab-remove]").await;
    browser.find("[data-trials='0']").await;
    browser.finish().await;
}

#[tokio::test]
async fn the_simulation_is_set_and_stays_set() {
    let site = Site::open();
    let browser = Browser::open(Size::Phone).await;
    browser.goto(&site.url("?page=query")).await;
    send(&browser, "CreateTable", &orders()).await;
    browser.goto(&site.url("?page=cluster&table=Orders")).await;
    browser.click("[data-tab=settings]").await;
    browser.choose("[name=CapacityModel]", "Static division (until 2017)").await;
    browser.fill("[name=PartitionSizeBytes]", "many").await;
    browser.click("[data-action=save-simulation]").await;
    browser.wait_text(".cluster-settings", "A whole number.").await;
    browser.fill("[name=PartitionSizeBytes]", "65,536").await;
    browser.click("[data-action=save-simulation]:enabled").await;
    browser.find(".cluster-settings[data-changed=false]").await;
    browser.screenshot("cluster-settings-phone").await;
    browser.reload().await;
    browser.find(".cluster-settings").await;
    assert_eq!(browser.attribute("[name=CapacityModel]", "value").await.as_deref(), Some("STATIC"));
    assert_eq!(browser.attribute("[name=PartitionSizeBytes]", "value").await.as_deref(), Some("65536"));
    browser.finish().await;
}

/// A small provisioned table with traffic on it, seen on the Cluster page.
async fn open_busy(browser: &Browser, site: &Site, view: &str) {
    browser.goto(&site.url("?page=query")).await;
    let table = json!({
        "TableName": "Carts", "ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10},
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    send(browser, "CreateTable", &table).await;
    browser.goto(&site.url("?page=heat&table=Carts")).await;
    browser.fill("[name=rate]", "40").await;
    browser.fill("[name=read_percent]", "0").await;
    browser.click("[data-action=start-traffic]:enabled").await;
    browser.find("[data-traffic=running]").await;
    browser.click("[data-tab=cluster]").await;
    browser.find(".cluster-place[data-place=traffic]").await;
    if view != "partitions" {
        browser.click(&format!("[data-tab={view}]")).await;
    }
}

#[tokio::test]
async fn a_teacher_sees_tokens_drain_in_the_traffic_and_kills_a_leader_there_alone() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_busy(&browser, &site, "partitions").await;
    // 40 writes a second of 10 provisioned ones are taken from the burst.
    let burst = ".token-bars .level[data-access=writes][data-part=burst]";
    browser
        .until("a burst that drains", async || {
            let left = browser.attribute(burst, "data-left").await?;
            (left != "2,990").then_some(())
        })
        .await;
    browser.find("td.partition-tokens .level[data-access=writes]").await;
    browser.screenshot("cluster-tokens").await;

    browser.choose("[name=model]", "Static division (until 2017)").await;
    browser.find(".token-levels[data-model=STATIC]").await;
    browser.click(&format!("{ROWS} .cluster-replica[data-standing=leader] [data-action=kill]")).await;
    browser.find(".cluster-replica:is([data-standing=failed], [data-standing=log])").await;
    browser.wait_text("[aria-label='What happened here']", "failed").await;

    // The workspace has neither.
    browser.click("[data-action=place-workspace]").await;
    browser.find(".cluster-place[data-place=workspace]").await;
    browser.find(".token-levels[data-model=GLOBAL_ADMISSION_CONTROL]").await;
    assert_eq!(browser.count(".cluster-replica:is([data-standing=failed], [data-standing=log])").await, 0);
    browser.finish().await;
}

#[tokio::test]
async fn an_architect_sets_auto_scaling_and_sees_it_scale_out_under_traffic() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_busy(&browser, &site, "scaling").await;
    browser.fill("[name=write-minimum]", "5").await;
    browser.fill("[name=write-maximum]", "many").await;
    browser.click("[data-action=write-scale]").await;
    browser.wait_text(".scaling-form [role=alert]", "whole numbers").await;
    browser.fill("[name=write-maximum]", "500").await;
    browser.click("[data-action=write-scale]").await;
    browser.find(".scaling-part[data-access=writes] .scaling-form[data-on=true]").await;
    browser.click("[data-action=scaling-speed]").await;
    browser.click("[popover] [data-value='60x']").await;
    // Two minutes above the target, and it is set so that 40 a second are 70 % of it.
    let writes = ".scaling-part[data-access=writes]";
    browser.find(&format!("{writes} .scaling-steps li[data-to]")).await;
    browser
        .until("more provisioned", async || {
            let units = browser.attribute(&format!("{writes} .scaling-now"), "data-provisioned").await?;
            (units.parse::<u64>().ok()? > 10).then_some(())
        })
        .await;
    browser.find(&format!("{writes} .scaling-consumed")).await;
    browser.screenshot("cluster-scaling").await;
    browser.finish().await;
}
