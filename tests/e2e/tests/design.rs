//! Somebody designs tables: a teacher loads a sample, a user makes a table of their own and changes it.

use e2e::{Browser, Site, Size};

async fn value(browser: &Browser, field: &str) -> String {
    browser.attribute(field, "value").await.unwrap_or_default()
}

#[tokio::test]
async fn a_teacher_loads_the_orders_sample() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.wait_text("[data-page=start]", "A DynamoDB that you can see inside").await;
    browser.wait_count("[data-door]", 3).await;
    browser.screenshot("start").await;

    // It is loaded by itself; the page of requests opens on it, with a request of the sample to run.
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.click("[data-action=load-orders]").await;
    browser.find("[data-page=query]").await;
    browser.click("[data-tab=design]").await;
    browser.wait_text("[data-view=Orders]", "402 items").await;
    browser.wait_text("[data-fact=Partitions]", "partition").await;
    browser.wait_text("[data-index-row=created_at-index]", "LSI").await;
    browser.wait_text("[data-index-row=status-index]", "GSI").await;
    browser.screenshot("design-view").await;

    // A second time nothing is overwritten: it goes into a workspace of its own.
    browser.click("[data-action=from-sample]").await;
    browser.wait_text("[data-sample=orders]", "Orders is a table of this workspace").await;
    browser.screenshot("design-gallery").await;
    browser.click("[data-sample=orders] [data-action=load-new]").await;
    browser.find("body[data-ready=Orders]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.wait_gone("[data-loading]").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_sample_that_is_cancelled_leaves_nothing_behind() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=design&samples")).await;
    browser.click("[data-sample=users] [data-action=load]").await;
    browser.find("nav [data-table=Users]").await;
    browser.click(("[data-loading=running] button", "Cancel")).await;
    browser.wait_gone("nav [data-table=Users]").await;
    browser.wait_gone("[data-loading]").await;
    browser.wait_text("nav", "There is no table yet.").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_user_designs_a_table_with_a_gsi_and_an_lsi_and_sees_it_in_the_rail() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=design&new")).await;
    browser.fill("[name=table-name]", "Tickets").await;
    browser.fill("[name=hash]", "venue").await;
    // A local index is another sort key, so the table needs one first.
    browser.wait_text("[data-note=lsi]", "needs a sort key first").await;
    browser.click("[data-action=add-range]").await;
    browser.fill("[name=range]", "seat").await;
    browser.click("[data-action=add-gsi]").await;
    browser.fill("[name=gsi-0-name]", "by-owner").await;
    browser.fill("[name=gsi-0-hash]", "owner").await;
    browser.click("[data-action=add-lsi]").await;
    browser.fill("[name=lsi-0-name]", "by-price").await;
    browser.choose("[name=lsi-0-range-type]", "Number").await;
    browser.fill("[name=lsi-0-range]", "price").await;
    browser.fill("[name=ttl]", "ends_at").await;
    let request = value(&browser, "[name=request-0]").await;
    assert!(request.contains("\"by-owner\"") && request.contains("\"by-price\""), "{request}");
    browser.screenshot("design-new").await;
    browser.click("[data-action=send]").await;
    browser.wait_text("nav [data-table=Tickets][data-status=CREATING]", "CREATING").await;
    browser.wait_text("[data-view=Tickets]", "by ends_at").await;
    browser.find("nav [data-table=Tickets] [data-index=by-owner]").await;
    browser.find("nav [data-table=Tickets] [data-index=by-price]").await;

    // On the live table: no local index more, and two global ones one after the other.
    browser.click("[data-action=edit]").await;
    browser.wait_text("[data-note=lsi]", "made with its table").await;
    for (at, name) in [(1, "by-date"), (2, "by-price-of-all")] {
        browser.click("[data-action=add-gsi]").await;
        browser.fill(&format!("[name=gsi-{at}-name]"), name).await;
        browser.fill(&format!("[name=gsi-{at}-hash]"), "bought_at").await;
    }
    browser.wait_count("[data-operation=UpdateTable]", 2).await;
    browser.screenshot("design-change").await;
    browser.click("[data-action=send]").await;
    browser.wait_text("[data-step=settling]", "backfilling").await;
    browser.wait_text("[data-view=Tickets] [data-index-row=by-price-of-all]", "ACTIVE").await;

    // What is served at most, and the class: each by an UpdateTable of its own.
    browser.click("[data-action=edit]").await;
    browser.fill("[name=most-read]", "100").await;
    browser.fill("[name=gsi-1-most-write]", "50").await;
    browser.choose("[name=class]", "STANDARD_INFREQUENT_ACCESS: much is stored, little is asked").await;
    browser.wait_count("[data-operation=UpdateTable]", 3).await;
    browser.screenshot("design-maximums").await;
    browser.click("[data-action=send]").await;
    browser.wait_text("[data-fact=Capacity]", "at most 100 read units a second").await;
    browser.wait_text("[data-fact='Table class']", "STANDARD_INFREQUENT_ACCESS").await;
    browser.wait_text("[data-index-row=by-date]", "at most 50 write units a second").await;
    browser.finish().await;
}

#[tokio::test]
async fn bad_names_are_refused_beside_the_field_and_nothing_typed_is_lost() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=design&new")).await;
    browser.fill("[name=table-name]", "my table").await;
    browser.wait_text(".field:has([name=table-name])", "A space cannot stand in a name").await;
    browser.fill("[name=hash]", "id").await;
    browser.click("[data-action=send]").await;
    // The service's own words, and the rule at the field; the field is where the reader is taken.
    browser.wait_text("[data-step=failed] [data-exception=ValidationException]", "at 'tableName'").await;
    browser.find("[name=table-name][aria-invalid=true]:focus").await;
    browser.screenshot("design-refused").await;

    // A reload, and a JSON that breaks in the middle of a word, take nothing away.
    browser.reload().await;
    assert_eq!(value(&browser, "[name=table-name]").await, "my table");
    assert_eq!(value(&browser, "[name=hash]").await, "id");
    browser.fill("[name=request-0]", "{\"TableName\": ").await;
    browser.wait_text("[data-note=broken]", "cannot be read yet").await;
    browser.reload().await;
    assert_eq!(value(&browser, "[name=request-0]").await, "{\"TableName\": ");
    assert_eq!(value(&browser, "[name=hash]").await, "id");
    browser
        .fill(
            "[name=request-0]",
            r#"{"TableName": "Mine", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}], "BillingMode": "PAY_PER_REQUEST"}"#,
        )
        .await;
    assert_eq!(value(&browser, "[name=table-name]").await, "Mine");
    browser.click("[data-action=send]").await;
    browser.wait_text("[data-view=Mine]", "ACTIVE").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_pasted_describe_table_becomes_a_table_and_is_deleted_by_its_name() {
    let site = Site::open();
    let browser = Browser::open(Size::Phone).await;
    browser.goto(&site.url("?page=design&paste")).await;
    let described = r#"{"Table": {"TableName": "Music", "TableStatus": "ACTIVE", "ItemCount": 3,
        "AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}], "DeletionProtectionEnabled": true,
        "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 2, "NumberOfDecreasesToday": 0}}}"#;
    browser.fill("[name=pasted]", described).await;
    browser.find("[data-pasted=Music]").await;
    browser.click("[data-action=use-pasted]").await;
    assert_eq!(value(&browser, "[name=read]").await, "7");
    browser.screenshot("design-phone").await;
    browser.click("[data-action=send]").await;
    browser.wait_text("[data-view=Music]", "Provisioned: 7 RCU, 2 WCU").await;
    assert_eq!(browser.eval("return document.documentElement.scrollWidth", vec![]).await, 390);

    browser.click("[data-action=delete-table]").await;
    browser.fill("[name=delete-name]", "Music").await;
    browser.click("[data-action=confirm-delete]").await;
    browser.wait_text("dialog [data-exception]", "protected against deletion").await;
    browser.click(("dialog button", "Cancel")).await;
    browser.click("[data-action=edit]").await;
    browser.click("[name=protected]").await;
    browser.click("[data-action=send]").await;
    browser.wait_text("[data-fact='Deletion protection']", "off").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_file_from_a_colleague_opens_in_a_workspace_of_its_own() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    // What is no link is said beside the field.
    browser.fill("[name=link]", "https://example.org/").await;
    browser.click("[data-action=open-link]").await;
    browser.wait_text("[data-door=open]", "not a Dynascope link").await;
    let file = xtask::root().join("static/samples/users.json");
    browser.upload("[name=document]", &file).await;
    browser.find("body[data-ready=users]").await;
    browser.wait_text("nav [data-table=Users] > .rail-table", "60").await;
    browser.wait_gone("[data-loading]").await;
    browser.wait_text("[data-action=workspace]", "users").await;
    browser.finish().await;
}

#[tokio::test]
async fn item_collections_stand_beside_those_of_an_index() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=design&samples")).await;
    browser.click("[data-sample=app-data] [data-action=load]:enabled").await;
    browser.find("nav [data-table=AppData]").await;
    browser.wait_gone("[data-loading]").await;
    browser.click("[data-tab=design]").await;
    browser.click("[data-action=collections]").await;
    // A user's profile and orders are one collection; what an item is its sort key says.
    let user = "[data-side=table] tbody[data-collection='USER#user123']";
    browser.wait_text(&format!("{user} tr:first-child"), "USER#user123").await;
    browser.wait_text(user, "ORDER").await;
    // The index has the same items by another key.
    browser.find("[data-side=index] tbody[data-collection]").await;
    browser.wait_text("[data-side=index]", "item collection").await;
    browser.screenshot("design-collections").await;
    browser.click("[data-action=to-table]").await;
    browser.find("[data-view=AppData]").await;
    browser.finish().await;
}
