//! Somebody decides how to pay: what a month costs, on demand or provisioned, from typed rates and from what ran.

use e2e::{Browser, Site, Size};

/// An amount of the bill's last row: on demand, provisioned, auto scaling.
async fn total(browser: &Browser, place: usize) -> Option<String> {
    let cell = format!(".cost-total td:nth-of-type({place})");
    browser.attribute(&cell, "data-amount").await
}

#[tokio::test]
async fn an_architect_checks_the_document_s_numbers_and_edits_a_price() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=cost")).await;
    browser.click("[data-tab=typed]").await;
    browser.click("[data-action=carts]").await;
    browser.choose("[name=preset]", "2024 and earlier").await;
    browser.find(".cost-total [data-amount='$1,166.40']").await;
    browser.choose("[name=reads]", "Eventually consistent").await;
    browser.find(".cost-total [data-amount='$907.20']").await;
    browser.click("[data-action=black-friday]").await;
    browser.find(".cost-total [data-amount='$3,888.00']").await;
    browser.choose("[name=period]", "A month, 730 h").await;
    browser.find(".cost-total [data-amount='$17,082.00']").await;
    browser.wait_text("[data-part=verdict]", "provisioned costs").await;
    browser.wait_text("[data-part=reserved]", "80,000 RCU and 20,000 WCU").await;
    browser.find(".cost-total [data-plan=reserved-3][data-amount='$4,099.68']").await;
    browser.choose("[name=class]", "Standard-IA").await;
    browser.find(".cost-total [data-plan=provisioned][data-amount='$21,352.50']").await;
    browser.choose("[name=class]", "Each table's own").await;
    browser.screenshot("cost-typed").await;

    browser.click("[data-part=challenge] summary").await;
    browser.find("[data-claim=normal] [data-amount='$1,166.40']").await;
    browser.find("[data-claim=normal] [data-amount='$907.20']").await;
    browser.find("[data-claim=black-friday] [data-amount='$3,888.00']").await;
    browser.find("[data-claim=provisioned] [data-amount='$17,082.00']").await;

    // A price of one's own, kept over a reload, and given up again.
    browser.click("[data-action=edit-prices]").await;
    browser.fill("[name=price-read_unit_hour]", "free").await;
    browser.wait_text(".cost-prices", "A decimal").await;
    browser.fill("[name=price-read_unit_hour]", "0").await;
    browser.find(".cost-prices[data-edited=true]").await;
    browser.find(".cost-total [data-amount='$9,490.00']").await;
    browser.reload().await;
    browser.find(".cost-total [data-amount='$9,490.00']").await;
    browser.click("[data-action=undo-prices]").await;
    browser.find(".cost-total [data-amount='$17,082.00']").await;

    browser.fill("[name=requests]", "many").await;
    browser.wait_text(".cost-typed", "A whole number.").await;
    browser.finish().await;
}

#[tokio::test]
async fn traffic_is_metered_by_table_and_index() {
    let site = Site::open();
    let browser = Browser::open(Size::Phone).await;
    browser.goto(&site.url("?page=query")).await;
    let table = r#"{"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "status", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{"IndexName": "by-status", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}]}]}"#;
    browser.choose("[name=operation]", "CreateTable").await;
    browser.fill("[name=request]", table).await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.goto(&site.url("?page=heat&table=Orders")).await;
    browser.fill("[name=rate]", "40").await;
    browser.fill("[name=read_percent]", "0").await;
    browser.click("[data-action=start-traffic]:enabled").await;
    browser.find("[data-traffic=running]").await;
    browser.choose("[name=page]", "Cost").await;
    browser.find(".cost-run[data-place=traffic]").await;
    for row in ["tr[data-table=Orders]:not([data-index])", "tr[data-index=by-status]"] {
        browser
            .until("what it costs on demand", async || {
                let amount = browser.attribute(&format!("{row} .cost-money"), "data-amount").await?;
                (amount != "$0.00").then_some(())
            })
            .await;
    }
    let all = total(&browser, 1).await.expect("a total");
    assert!(all.starts_with('$') && all != "$0.00", "{all}");
    browser.screenshot("cost-run-phone").await;
    browser.finish().await;
}
