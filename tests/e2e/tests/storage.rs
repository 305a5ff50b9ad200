//! What stands in the way of keeping things, and what becomes of it: no storage, another tab, a stopped engine, damage.

use std::sync::Arc;

use e2e::{Browser, Profile, Site, Size};
use serde_json::{Value, json};

/// Opens the sample of the first minute and waits until all of it is there.
async fn sample(browser: &Browser, site: &Site) {
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
}

#[tokio::test]
async fn where_nothing_can_be_kept_a_banner_says_so_and_everything_works() {
    let site = Site::open();
    let browser = Browser::open_refusing_storage(Size::Desktop).await;
    sample(&browser, &site).await;
    browser.wait_text("[data-banner=memory]", "In memory only. Nothing survives a reload").await;
    browser.screenshot("memory-banner").await;
    browser.click("[data-action=load-orders]").await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_sandbox_needs_no_storage() {
    let site = Site::open();
    let browser = Browser::open_refusing_storage(Size::Desktop).await;
    browser.goto(&site.url("?embed&lesson=partitions")).await;
    browser.find("[data-lesson=partitions] [data-part=question]").await;
    browser.click("[data-part=request] [data-action=try]:enabled").await;
    browser.find("[data-part=request][data-state=answered]").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_stopped_engine_says_why_and_a_reload_brings_everything_back() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser
        .before_every_page(
            "window.Worker = class extends window.Worker {
        constructor(...a) { super(...a); window.theWorker = this; } }",
        )
        .await;
    sample(&browser, &site).await;
    browser.eval("window.theWorker.postMessage(new Uint8Array([123]))", vec![]).await;
    let said = browser.wait_text("[data-screen=fault]", "The engine stopped").await;
    assert!(said.contains("The page sent what cannot be read"), "{said}");
    browser.screenshot("fault").await;
    browser.click(("button", "Reload the page")).await;
    browser.wait_gone("[data-screen=fault]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.finish().await;
}

#[tokio::test]
async fn how_durable_writes_are_is_chosen_shown_and_kept() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    sample(&browser, &site).await;
    let open = async || {
        browser.click("[data-action=workspace]").await;
        browser.click("[popover] [data-value=durability]").await;
        browser.wait_text("dialog[open]", "What “acknowledged” means in Sample").await;
    };
    let chosen = "return document.querySelector('[name=durability]:checked').value";
    open().await;
    assert_eq!(browser.eval(chosen, vec![]).await, "strict");
    browser.click("dialog[open] [name=durability][value=relaxed]").await;
    browser.wait_text(".top-bar", "relaxed").await;
    browser.screenshot("durability").await;
    browser.click(("dialog[open] button", "Close")).await;

    // It is the workspace's, not the page's.
    browser.reload().await;
    browser.wait_text(".top-bar", "relaxed").await;
    open().await;
    assert_eq!(browser.eval(chosen, vec![]).await, "relaxed");
    let read = browser.wait_text("dialog[open] [data-opening=read]", "every checksum was verified").await;
    assert!(!read.contains("and 0 commits"), "{read}");
    browser.click("dialog[open] [name=durability][value=strict]").await;
    browser.wait_gone((".top-bar .badge", "relaxed")).await;
    browser.click(("dialog[open] button", "Close")).await;
    browser.reload().await;
    open().await;
    assert_eq!(browser.eval(chosen, vec![]).await, "strict");
    browser.finish().await;
}

/// One bit of a workspace's newest segment turns over.
async fn damage(browser: &Browser, workspace: &str) {
    let damage = "return new Promise((resolve, reject) => {
        const open = indexedDB.open(`dynascope:workspace:${arguments[0]}`);
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
            const transaction = open.result.transaction('segments', 'readwrite');
            const segments = transaction.objectStore('segments');
            const last = segments.openCursor(null, 'prev');
            last.onsuccess = () => {
                const bytes = last.result.value;
                bytes[bytes.length - 1] ^= 1;
                last.result.update(bytes);
            };
            transaction.oncomplete = () => { open.result.close(); resolve(true); };
        };
    })";
    assert_eq!(browser.eval(damage, vec![json!(workspace)]).await, true);
}

#[tokio::test]
async fn behind_damage_all_that_is_stored_is_saved_and_the_workspace_goes_on() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=query")).await;
    let send = async |operation: &str, request: &Value| {
        browser.choose("[name=operation]", operation).await;
        browser.fill("[name=request]", &request.to_string()).await;
        browser.click("[data-action=run]:enabled").await;
        browser.find("[aria-label=Answer][data-state=ready]").await;
    };
    let table = json!({"TableName": "Notes", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]});
    send("CreateTable", &table).await;
    browser.find("nav [data-table=Notes][data-status=ACTIVE]").await;
    let put = |id: &str| json!({"TableName": "Notes", "Item": {"id": {"S": id}}});
    send("PutItem", &put("before")).await;
    send("PutItem", &put("damaged")).await;
    damage(&browser, "My workspace").await;
    browser.reload().await;
    browser
        .wait_text(
            "[data-banner=report]",
            "Everything before it is here; 1 commit from there on are kept aside",
        )
        .await;

    browser.click("[data-banner=report] [data-action=save-stored]").await;
    let saved: Value = serde_json::from_slice(&browser.downloaded("stored.dynascope.json").await).unwrap();
    assert_eq!(saved["workspace"], "My workspace");
    let parts = saved["stored"].as_array().unwrap();
    let named = |start: &str| {
        let named =
            parts.iter().filter(|part| part["name"].as_str().is_some_and(|name| name.starts_with(start)));
        let bytes = named.map(|part| part["base64"].as_str().unwrap_or_default().to_owned());
        bytes.collect::<Vec<_>>()
    };
    // Every segment that is read, each whole (`DYNS` begins like this in base64), and the damaged one beside them.
    let (segments, aside) = (named("segments "), named("aside "));
    assert!(segments.len() > 1 && segments.iter().all(|bytes| bytes.starts_with("RFlOU")), "{saved}");
    assert!(aside.len() == 1 && aside[0].starts_with("RFlOU"), "{saved}");
    assert_eq!(named("meta head").len(), 1, "{saved}");

    // What was before the damage is there, what comes is stored behind it.
    send("PutItem", &put("afterwards")).await;
    browser.reload().await;
    browser.wait_gone("[data-banner=report]").await;
    send("Scan", &json!({"TableName": "Notes"})).await;
    let answer = browser.wait_text("[aria-label=Answer]", "afterwards").await;
    assert!(answer.contains("before") && !answer.contains("damaged"), "{answer}");
    browser.finish().await;
}

#[tokio::test]
async fn what_was_set_aside_as_damaged_can_be_saved_as_a_file() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    sample(&browser, &site).await;
    damage(&browser, "Sample").await;
    browser.reload().await;
    browser.wait_text("[data-banner=report]", "The journal is damaged at commit").await;
    browser.screenshot("damage-report").await;
    browser.click("[data-action=save-aside]").await;
    let file = browser.profile().downloads().join("set-aside.dynascope.json");
    browser.until("the saved file", async || file.is_file().then_some(())).await;
    let saved: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(saved["workspace"], "Sample");
    let name = saved["aside"][0]["name"].as_str().unwrap_or_default();
    assert!(name.contains("segment"), "{saved}");
    // `DYNS` in base64 begins like this.
    assert!(saved["aside"][0]["base64"].as_str().unwrap_or_default().starts_with("RFlOU"), "{saved}");

    // The banner can go; the way to the file stays in the workspace's menu.
    browser.click("[data-action=read-report]").await;
    browser.wait_gone("[data-banner=report]").await;
    browser.click("[data-action=workspace]").await;
    browser.find("[popover] [data-value=aside]").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_document_that_a_closed_tab_left_half_loaded_is_taken_away() {
    let site = Site::open();
    let profile = Arc::new(Profile::fresh());
    let file = profile.folder().join("big.dynascope.json");
    let items: Vec<Value> = (0..40_000)
        .map(|number| json!({"id": {"S": format!("reading-{number}")}, "note": {"S": "x".repeat(number % 40)}}))
        .collect();
    let document = json!({"dynascope": 1, "name": "Big", "items": {"Readings": items}, "tables": [{
        "TableName": "Readings", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}]});
    std::fs::write(&file, document.to_string()).unwrap();

    let browser = Browser::open_with(Size::Desktop, &profile).await;
    browser.open_tab().await;
    sample(&browser, &site).await;
    browser.upload("[name=document]", &file).await;
    browser.wait_text("[data-action=workspace]", "Big").await;
    browser.find("nav [data-table=Readings][data-status=ACTIVE]").await;
    browser.find("[data-loading=running]").await;
    browser.close_tab().await;

    browser.goto(&site.url("")).await;
    browser.wait_text("[role=status][data-level=done]", "the half that was there is taken away").await;
    browser.wait_text("[data-action=workspace]", "Sample").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.click("[data-action=workspace]").await;
    browser.find("[popover] [data-value^='open:']").await;
    assert_eq!(browser.texts("[popover] [data-value^='open:']").await, ["Sample"]);
    browser.finish().await;
}

#[tokio::test]
async fn a_reload_finds_the_buckets_as_they_were_emptied() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=query")).await;
    let send = async |operation: &str, request: &Value| {
        browser.choose("[name=operation]", operation).await;
        // At once, as pasting does: typing so much takes long.
        let paste = "const field = document.querySelector('[name=request]');
            Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(field, arguments[0]);
            field.dispatchEvent(new InputEvent('input', { bubbles: true }))";
        browser.find("[name=request]").await;
        browser.eval(paste, vec![request.to_string().into()]).await;
        browser.click("[data-action=run]:enabled").await;
    };
    let table = json!({"TableName": "Small", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]});
    send("CreateTable", &table).await;
    browser.find("[data-table=Small][data-status=ACTIVE]").await;
    // 390 units of the 300 that five idle minutes would keep: it is long until there is one again.
    let put = |bytes: usize| json!({"TableName": "Small", "Item": {"id": {"S": "a"}, "text": {"S": "x".repeat(bytes)}}});
    send("PutItem", &put(390_000)).await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    let saved = "return indexedDB.databases().then(all => Promise.all(all
            .filter(one => one.name.startsWith('dynascope:workspace:'))
            .map(one => new Promise((resolve, reject) => {
                const open = indexedDB.open(one.name);
                open.onerror = () => reject(open.error);
                open.onsuccess = () => {
                    const read = open.result.transaction('meta').objectStore('meta').get('spent');
                    read.onsuccess = () => { open.result.close(); resolve(read.result !== undefined); };
                };
            }))))
        .then(found => found.includes(true))";
    browser
        .until("what was consumed to be saved", async || {
            (browser.eval(saved, vec![]).await == Value::Bool(true)).then_some(())
        })
        .await;
    browser.reload().await;
    send("PutItem", &put(1)).await;
    browser.find("[data-exception=ProvisionedThroughputExceededException]").await;
    browser.finish().await;
}
