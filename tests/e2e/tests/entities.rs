//! An architect says what a single table holds, fills it with sample data whose references hold, sees each index's share of it, and moves it
//! into a table with a local index while somebody writes to it.

use e2e::{Browser, Site, Size};

/// Puts an item as the Query page does, without leaving the page's document.
async fn put(browser: &Browser, sort: &str) {
    browser.click("[data-tab=query]").await;
    browser.choose("[name=operation]", "PutItem").await;
    let item =
        serde_json::json!({ "PK": { "S": "USER#user120" }, "SK": { "S": sort }, "total": { "N": "5" } });
    let request = serde_json::json!({ "TableName": "AppData", "Item": item });
    browser.fill("textarea[name=request]", &request.to_string()).await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.eval("history.back()", vec![]).await;
}

#[tokio::test]
async fn a_single_table_is_told_by_entity_filled_with_sample_data_and_migrated_while_it_is_written() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=design&samples")).await;
    browser.click("[data-sample=app-data] [data-action=load]:enabled").await;
    browser.find("nav [data-table=AppData]").await;
    browser.wait_gone("[data-loading]").await;

    // What it holds, and what is wrong as soon as it is typed.
    browser.goto(&site.url("?page=design&table=AppData&entities")).await;
    browser.wait_count(".entities-table tbody tr", 4).await;
    browser.click("tr[data-entity=Order] .pattern-name").await;
    browser.wait_text(".entity-editor", "It is in GSI1 where status is open (sparse).").await;
    browser.fill("[name=entity-key-SK]", "ORDER#{order_nr}").await;
    browser.wait_text(".entity-editor", "Order has no attribute order_nr.").await;
    browser.fill("[name=entity-key-SK]", "PROFILE").await;
    browser.wait_text(".entity-editor", "Order and User could have the same key").await;
    browser.fill("[name=entity-key-SK]", "ORDER#{order_id}").await;
    browser.fill("[name=entity-note]", "Under its user").await;
    browser.click("[data-action=save-entity]:enabled").await;
    browser.find("[data-action=save-entity]:disabled").await;
    browser.screenshot("entities").await;

    // Sample data: seen first, then written.
    browser.click("[data-action=sample-data]").await;
    browser.click("[data-action=make-sample]").await;
    browser.find(".sample-data[data-job=shown]").await;
    browser.wait_text("[data-action=made-User]", "User 12").await;
    browser.click("[data-action='made-Order item']").await;
    browser.wait_text(".sample-items", "ITEM#prod9").await;
    browser.screenshot("sample-data").await;
    browser.click("[data-action=write-sample]:enabled").await;
    browser.find(".sample-data[data-job=written] [data-written]:not([data-written='0'])").await;

    // Collections by entity, and which of them the index has.
    browser.click("[data-action=see-collections]").await;
    browser.click("[data-action=facet-Order]").await;
    browser.wait_text("[data-facet=Order]", "created_at, status, total, type").await;
    browser
        .wait_text(".collections-presence [data-entity=Order]", "in GSI1 where status is open (sparse)")
        .await;
    browser.find(".collections-presence [data-entity=User][data-present=false]").await;
    browser.screenshot("collections-by-entity").await;

    // Kept with the workspace; and a local index needs another table.
    browser.goto(&site.url("?page=design&table=AppData&edit")).await;
    browser.click("[data-action=migrate]").await;
    browser.find("[data-note=not-needed]").await;
    browser.click("[data-action=add-lsi]").await;
    browser.wait_text("[data-part=refused]", "needs a name").await;
    browser.fill("[name=lsi-0-name]", "by-total").await;
    browser.fill("[name=lsi-0-range]", "total").await;
    browser.choose("[name=lsi-0-range-type]", "Number").await;
    browser.screenshot("migrate").await;
    browser.click("[data-action=begin-migration]:enabled").await;
    browser.find("[data-migrate=follow]").await;
    put(&browser, "ORDER#late").await;
    browser.wait_text("[data-figure=carried]", "1").await;
    browser.wait_text("[data-figure=lag]", "none").await;
    browser.click("[data-action=compare-tables]").await;
    browser.find("[data-same=true]").await;
    browser.screenshot("migrate-follow").await;
    put(&browser, "ORDER#later").await;
    browser.wait_text("[data-figure=carried]", "2").await;
    browser.wait_gone("[data-same]").await;
    browser.click("[data-action=finish-migration]").await;
    browser.find("[data-migrate=done]").await;
    browser.click("[data-action=leave-migration]").await;
    browser.wait_text("[data-view=AppData-v2]", "by-total").await;

    // One that is taken back leaves the old table as it was; one that a closed page left is told, and taken back too.
    for closed in [false, true] {
        browser.goto(&site.url("?page=design&table=AppData&migrate")).await;
        browser.click("[data-action=begin-migration]:enabled").await;
        browser.find("[data-migrate=follow]").await;
        if closed {
            // Another tab leaves it to this one, and is told once this one has stopped.
            browser.open_tab().await;
            browser.goto(&site.url("?page=design&table=AppData&migrate")).await;
            browser
                .wait_text("[data-migrate=elsewhere]", "Another tab is migrating AppData to AppData-v3")
                .await;
            browser.screenshot("migrate-elsewhere").await;
            assert_eq!(
                browser.count("[data-action=go-on-migration], [data-action=cancel-migration]").await,
                0
            );
            browser.go_to_tab(0).await;
            browser.goto(&site.url("?page=query")).await;
            browser.go_to_tab(1).await;
            browser.wait_text("[data-migrate=left]", "A migration to AppData-v3 was broken off").await;
            // What the page had not carried over is, before it is taken back.
            browser.screenshot("migrate-left").await;
            browser.click("[data-action=go-on-migration]").await;
            browser.find("[data-migrate=follow]").await;
            put(&browser, "ORDER#latest").await;
            browser.wait_text("[data-figure=carried]", "1").await;
        }
        browser.click("[data-action=cancel-migration]").await;
        browser.find("[data-migrate=form]").await;
        browser.wait_gone("nav [data-table=AppData-v3]").await;
    }
    browser.goto(&site.url("?page=design&table=AppData")).await;
    let stream = browser.text("[data-view=AppData] [data-fact=Stream]").await;
    assert!(!stream.contains("NEW_AND_OLD_IMAGES"), "{stream}");
    browser.finish().await;
}

#[tokio::test]
async fn an_entity_of_one_s_own_is_made_on_a_phone_and_sent_along() {
    let site = Site::open();
    let browser = Browser::open(Size::Phone).await;
    let table = serde_json::json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
    });
    browser.goto(&site.url("?page=query")).await;
    browser.choose("[name=operation]", "CreateTable").await;
    browser.fill("textarea[name=request]", &table.to_string()).await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.goto(&site.url("?page=design&table=Orders&entities")).await;
    browser.click("[data-action=new-entity]").await;
    browser.click("[data-action=save-entity]").await;
    browser.wait_text(".entity-editor", "An entity needs a name.").await;
    browser.fill("[name=entity-name]", "Order").await;
    browser.fill("[name=entity-key-id]", "ORDER#{nr :4}").await;
    browser.wait_text(".entity-editor", "Order has no attribute nr.").await;
    browser.fill("[name=attribute-0]", "nr").await;
    browser.click("[data-action=save-entity]").await;
    browser.find("tr[data-entity=Order][data-level=sound]").await;
    browser.screenshot("entity-phone").await;
    browser.click("[data-action=sample-data]").await;
    browser.click("[data-action=make-sample]").await;
    browser.wait_text(".sample-items", "ORDER#0001").await;

    // A link carries it to somebody else, as soon as its table can be read.
    browser.goto(&site.url("?page=design&table=Orders")).await;
    browser.wait_text("[data-page=design]", "ACTIVE").await;
    browser.goto(&site.url("?page=share")).await;
    browser.wait_text(".share-page", "1 entity").await;
    let link = browser
        .until("the link", async || {
            browser.attribute("[name=link]", "value").await.filter(|link| link.contains("#d="))
        })
        .await;
    let other = Browser::open(Size::Desktop).await;
    other.goto(&link).await;
    other.find("nav [data-table=Orders]").await;
    other.wait_gone("[data-loading]").await;
    other.goto(&site.url("?page=design&table=Orders&entities")).await;
    other.wait_text("tr[data-entity=Order]", "ORDER#{nr :4}").await;
    other.finish().await;
    browser.finish().await;
}
