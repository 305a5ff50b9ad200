//! Somebody makes and changes a table on the Query page, by the form or by the JSON.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};

/// The request as it stands in the editor.
async fn request(browser: &Browser) -> Value {
    let text = browser.eval("return document.querySelector('textarea[name=request]').value", vec![]).await;
    serde_json::from_str(text.as_str().expect("the editor's text")).expect("JSON")
}

async fn value(browser: &Browser, field: &str) -> String {
    browser.attribute(field, "value").await.unwrap_or_default()
}

#[tokio::test]
async fn a_table_is_made_and_changed_by_the_forms_of_its_operations() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=query")).await;
    browser.choose("select[name=operation]", "CreateTable").await;
    browser.fill("[name=table-name]", "Tickets").await;
    browser.fill("[name=hash]", "event").await;
    browser.fill("[name=range]", "seat").await;
    browser.choose("[name=range-type]", "Number").await;
    browser.click("[data-action=add-gsi]").await;
    browser.fill("[name=gsi-0-name]", "by-holder").await;
    browser.fill("[name=gsi-0-hash]", "holder").await;
    browser.choose("[name=gsi-0-projection]", "KEYS_ONLY: keys alone").await;
    browser.click("[data-action=add-lsi]").await;
    browser.fill("[name=lsi-0-name]", "by-price").await;
    browser.fill("[name=lsi-0-range]", "price").await;
    browser.choose("[name=stream]", "NEW_IMAGE: the item after").await;
    let attribute = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
    let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    let whole = json!({
        "TableName": "Tickets", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [key("event", "HASH"), key("seat", "RANGE")],
        "AttributeDefinitions": [
            attribute("event", "S"), attribute("seat", "N"), attribute("price", "S"), attribute("holder", "S")],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-holder", "KeySchema": [key("holder", "HASH")], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
        "LocalSecondaryIndexes": [{
            "IndexName": "by-price", "KeySchema": [key("event", "HASH"), key("price", "RANGE")],
            "Projection": {"ProjectionType": "ALL"}}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
    });
    assert_eq!(request(&browser).await, whole);
    browser.screenshot("create-table-form").await;

    // The JSON changes the form, and what the form does not know stays.
    let mut typed = whole.clone();
    typed["TableName"] = "Seats".into();
    typed["TableClass"] = "STANDARD".into();
    browser.fill("textarea[name=request]", &typed.to_string()).await;
    assert_eq!(value(&browser, "[name=table-name]").await, "Seats");
    browser.fill("[name=gsi-0-name]", "of-holder").await;
    let now = request(&browser).await;
    assert_eq!((&now["TableClass"], &now["TableName"]), (&json!("STANDARD"), &json!("Seats")));
    browser.click("[data-action=run]").await;
    browser.find("nav [data-table=Seats][data-status=ACTIVE] [data-index=of-holder]").await;

    // Another index, later: by UpdateTable's form.
    browser.click("nav [data-table=Seats] > .rail-table").await;
    browser.choose("select[name=operation]", "UpdateTable").await;
    assert_eq!(request(&browser).await, json!({"TableName": "Seats"}));
    browser.click("[data-action=create-gsi]").await;
    browser.fill("[name=gsi-0-name]", "by-seat").await;
    browser.fill("[name=gsi-0-hash]", "seat").await;
    let change = request(&browser).await;
    assert_eq!(change["AttributeDefinitions"], json!([attribute("seat", "N")]), "the type is the table's");
    assert_eq!(
        change["GlobalSecondaryIndexUpdates"],
        json!([{"Create": {"IndexName": "by-seat", "KeySchema": [key("seat", "HASH")], "Projection": {"ProjectionType": "ALL"}}}])
    );
    browser.screenshot("update-table-form").await;
    browser.click("[data-action=run]").await;
    browser.find("nav [data-table=Seats][data-status=ACTIVE] [data-index=by-seat][data-status=ACTIVE]").await;

    // And it goes again; the JSON of it makes the form.
    let gone =
        json!({"TableName": "Seats", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-seat"}}]});
    browser.fill("textarea[name=request]", &gone.to_string()).await;
    assert_eq!(value(&browser, "[data-index-change='0'] select").await, "by-seat");
    browser.click("[data-action=run]").await;
    browser.wait_gone("nav [data-index=by-seat]").await;
    browser.choose("[name=BillingMode]", "Provisioned").await;
    browser.fill(".request-form [name=read]", "7").await;
    browser.fill(".request-form [name=write]", "3").await;
    browser.click("[data-action=gsi-0-remove]").await;
    browser.choose("[name=protected]", "On").await;
    assert_eq!(
        request(&browser).await,
        json!({"TableName": "Seats", "BillingMode": "PROVISIONED", "DeletionProtectionEnabled": true,
            "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 3}})
    );
    browser.finish().await;
}

#[tokio::test]
async fn a_table_is_tagged_and_backed_up_by_the_forms() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.click("[data-action=load-orders]").await;
    browser.choose("select[name=operation]", "TagResource").await;
    browser.fill("[name=tag-0-key]", "owner").await;
    browser.click("[data-action=add-tag]").await;
    browser.fill("[name=tag-1-key]", "stage").await;
    browser.fill("[name=tag-1-value]", "test").await;
    let tags = json!([{"Key": "owner", "Value": "shop"}, {"Key": "stage", "Value": "test"}]);
    assert_eq!(request(&browser).await["Tags"], tags);
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.choose("select[name=operation]", "ListTagsOfResource").await;
    browser.click("[data-action=run]").await;
    browser.wait_text("[aria-label=Answer]", "stage").await;

    browser.choose("select[name=operation]", "UpdateContinuousBackups").await;
    browser.fill("[name=RecoveryPeriodInDays]", "7").await;
    let recovery = json!({"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 7});
    assert_eq!(request(&browser).await["PointInTimeRecoverySpecification"], recovery);
    browser.choose("select[name=operation]", "CreateBackup").await;
    browser.click("[data-action=run]").await;
    browser.wait_text("[aria-label=Answer]", "Orders-backup").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_statement_of_partiql_is_run_by_its_form() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.click("[data-action=load-orders]").await;
    browser.replicated().await;
    browser.choose("select[name=operation]", "ExecuteStatement").await;
    browser.fill("[name=parameter-1]", "user123").await;
    let whole = json!({
        "Statement": "SELECT * FROM \"Orders\" WHERE \"user_id\" = ?", "Parameters": [{"S": "user123"}]});
    assert_eq!(request(&browser).await, whole);
    browser.click("[data-action=run]").await;
    browser.wait_text(".result[data-state=ready][data-stale=false] .result-summary", "48 items").await;
    browser.screenshot("partiql").await;

    browser.choose("select[name=operation]", "ExecuteTransaction").await;
    browser.fill("[name=parameter-1]", "new").await;
    browser.fill("[name=parameter-2]", "1").await;
    browser.click("[data-action=run]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "403").await;
    browser.finish().await;
}
