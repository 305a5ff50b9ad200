//! Somebody sends traffic to a design: composed, replayed from a log, kept or discarded, and on two designs side by side.

use e2e::{Browser, Site, Size};

const ORDERS: &str = r#"{"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "user_id", "AttributeType": "S"}, {"AttributeName": "order_id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}, {"AttributeName": "order_id", "KeyType": "RANGE"}]}"#;

/// Makes the table and goes to the Heat page, to that view of it.
async fn open(browser: &Browser, site: &Site, view: &str) {
    browser.goto(&site.url("?page=query")).await;
    browser.choose("[name=operation]", "CreateTable").await;
    browser.fill("[name=request]", ORDERS).await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("[data-table=Orders][data-status=ACTIVE]").await;
    browser.goto(&site.url(&format!("?page=heat&table=Orders{view}"))).await;
}

/// Puts a text into a field at once, as pasting does.
async fn paste(browser: &Browser, field: &str, text: &str) {
    browser.find(field).await;
    let script = "const field = document.querySelector(arguments[0]);
        const kind = field.tagName === 'TEXTAREA' ? HTMLTextAreaElement : HTMLInputElement;
        Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(field, arguments[1]);
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));";
    browser.eval(script, vec![field.into(), text.into()]).await;
}

/// How many requests the running traffic sends a second, once some are.
async fn sent(browser: &Browser) -> u64 {
    browser
        .until("requests that are sent", async || {
            let rate = browser.attribute("[data-part=achieved]", "data-achieved").await?;
            rate.parse::<u64>().ok().filter(|rate| *rate > 0)
        })
        .await
}

/// How many items the table has, read on the Query page.
async fn items(browser: &Browser, site: &Site) -> u64 {
    browser.goto(&site.url("?page=query&table=Orders")).await;
    browser.choose("[name=operation]", "Scan").await;
    browser
        .fill("[name=request]", r#"{"TableName": "Orders", "Select": "COUNT", "ConsistentRead": true}"#)
        .await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    let script = "const found = /Count\\D*([0-9][0-9,]*)/.exec(document.querySelector('[aria-label=Answer]').innerText);
        return found ? Number(found[1].replaceAll(',', '')) : null";
    browser.until("a count", async || browser.eval(script, vec![]).await.as_u64()).await
}

#[tokio::test]
async fn an_architect_composes_traffic_and_is_told_at_the_field_what_is_wrong() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open(&browser, &site, "").await;
    browser.click("[data-action=compose]").await;
    browser.find("[data-part=composer]").await;
    browser.choose("[name=compose-from]", "Spike: ten times as much for 30 s").await;
    browser.find("[data-part=curve][data-peak='2000']").await;
    browser.fill("[name=compose-name]", "A sale").await;

    // What is typed stays, whatever it is, and is told where it is wrong.
    browser.fill("[name=rate-high]", "lots").await;
    browser.wait_text("[data-part=composer]", "A whole number from 0 to 200,000.").await;
    browser.find("[data-action=start-composed]:disabled").await;
    browser.fill("[name=rate-high]", "300").await;
    paste(
        &browser,
        "[data-pattern='0'] [name=pattern-request]",
        "{\"TableName\": \"Orders\", \"Key\": {\"user_id\": {\"S\": \"{zipff 1..9}\"}}}",
    )
    .await;
    browser.wait_text("[data-pattern='0'] [data-part=template-fault]", "zipff").await;
    browser.reload().await;
    let kept =
        browser.attribute("[data-pattern='0'] [name=pattern-request]", "value").await.unwrap_or_default();
    assert!(kept.contains("zipff"), "{kept}");
    browser.click("[data-pattern='0'] [data-action=remove-pattern]").await;

    // A key distribution writes its template.
    browser.choose("[data-pattern='0'] [name=pattern-keys]", "Today's date with a random suffix").await;
    browser.click("[data-pattern='0'] [data-action=write-keys]").await;
    browser.wait_text("[data-pattern='0']", "user_id is {today}#{shard 0..9} now.").await;
    browser.screenshot("traffic-compose").await;
    browser.click("[data-action=start-composed]:enabled").await;
    browser.find("[data-traffic=running]").await;
    browser.wait_text("[data-part=traffic-name]", "A sale").await;
    assert!(sent(&browser).await > 0);
    browser.wait_text("[data-part=cost]", "a month").await;
    browser.wait_text("[data-part=latency]", "p99").await;
    browser.find("[data-recipe='A sale']").await;
    browser.click("[data-action=stop-traffic]").await;
    browser.click("[data-action=discard-traffic]").await;
    browser.wait_gone("[data-part=traffic-status]").await;
    assert_eq!(items(&browser, &site).await, 0, "discarded");
    browser.finish().await;
}

#[tokio::test]
async fn what_traffic_wrote_is_kept_and_its_recipe_is_offered_after_a_reload() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open(&browser, &site, "").await;
    browser.fill("[name=rate]", "100").await;
    browser.fill("[name=read_percent]", "0").await;
    browser.click("[data-action=start-traffic]:enabled").await;
    sent(&browser).await;
    browser.click("[data-action=stop-traffic]").await;
    browser.click("[data-action=keep-traffic]").await;
    browser.wait_gone("[data-part=ending]").await;
    let kept = items(&browser, &site).await;
    assert!(kept > 0);
    browser.reload().await;
    assert_eq!(items(&browser, &site).await, kept, "it is durable");
    browser.goto(&site.url("?page=heat&table=Orders")).await;
    browser.find("[data-action=start-recipe]").await;
    browser.click("[data-action=start-recipe]").await;
    sent(&browser).await;
    browser.click("[data-action=stop-traffic]").await;

    // Its link has the recipe too.
    browser.goto(&site.url("?page=share")).await;
    browser.wait_text(".share-what", "1 traffic recipe").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_small_black_friday_brings_its_table_is_seen_kept_and_there_after_a_reload() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open(&browser, &site, "&view=compose").await;
    browser.choose("[name=compose-from]", "Black Friday: a million carts").await;
    browser.find("[data-part=curve][data-peak='100000']").await;
    let fill = browser.attribute("[name=compose-fill]", "value").await.expect("items first");
    paste(&browser, "[name=compose-fill]", &fill.replace("1000000", "3000")).await;
    browser.click("[data-action=start-composed]:enabled").await;
    browser.find("[data-traffic=running]").await;
    browser
        .until("the map of its table", async || {
            let address = browser.eval("return location.search", vec![]).await;
            let rows = browser.count(".heat-row-label").await;
            (address.as_str()?.contains("table=shopping_carts") && rows >= 4).then_some(())
        })
        .await;
    browser.screenshot("traffic-black-friday").await;
    browser.click("[data-action=stop-traffic]").await;
    browser.click("[data-action=keep-traffic]").await;
    browser.find("[data-table=shopping_carts]").await;
    browser.reload().await;
    browser.find("[data-table=shopping_carts][data-status=ACTIVE]").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_log_is_replayed_row_by_row() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open(&browser, &site, "&view=compose").await;
    browser.choose("[name=rate-kind]", "A log file (CSV)").await;
    paste(&browser, "[name=log-text]", "time,operation,key\n0,PutItem,u1\n5,Nothing").await;
    browser.click("[data-action=read-log]").await;
    browser.wait_text("[data-part=log]", "Line 3: There is no key").await;

    let rows: String = (0..400).map(|row| format!("{},PutItem,u{}\n", row * 10, row % 7)).collect();
    let log = browser.profile().downloads().join("log.csv");
    std::fs::write(&log, format!("time,operation,key\n{rows}")).expect("the log is written");
    browser.upload("[name=log-file]", &log).await;
    browser.find("[data-part=log-rows][data-rows='400']").await;
    // Only the pattern that puts an item stays.
    let listed = "return [...document.querySelectorAll('[name=pattern-operation]')].map(one => one.value)";
    loop {
        let operations = browser.eval(listed, vec![]).await;
        let operations = operations.as_array().cloned().unwrap_or_default();
        let Some(other) = operations.iter().rposition(|operation| operation != "PutItem") else { break };
        browser.click(&*format!("[data-pattern='{other}'] [data-action=remove-pattern]")).await;
        browser.wait_count("[name=pattern-operation]", operations.len() - 1).await;
    }
    browser.choose("[data-pattern='0'] [name=pattern-keys]", "The key of a log's row").await;
    browser.click("[data-pattern='0'] [data-action=write-keys]").await;
    browser.wait_text("[data-pattern='0']", "user_id is {row} now.").await;
    browser.click("[data-action=start-composed]:enabled").await;
    sent(&browser).await;
    browser.wait_text(".heat-page", "Orders").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_teacher_compares_two_partition_keys_side_by_side() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open(&browser, &site, "&view=compare").await;
    browser.click("[data-action=compare-date]").await;
    browser.find("[data-compare=running]").await;
    browser.wait_count(".compare-map[data-state=drawn]", 2).await;
    let share = async |side: &str| {
        let text = browser.text(format!("[data-figure=throttled] [data-side={side}]").as_str()).await;
        text.trim_end_matches(" %").parse::<f64>().ok()
    };
    browser
        .until("one design throttled, the other not", async || {
            (share("first").await? > 10.0 && share("second").await? < 1.0).then_some(())
        })
        .await;
    browser.wait_text("[data-figure=throttled] [data-side=difference]", "points").await;
    browser.wait_text("[data-figure=reasons]", "TableWriteKeyRangeThroughputExceeded").await;
    browser.wait_text("[data-figure=cost]", "$").await;
    browser.screenshot("traffic-compare").await;
    browser.click("[data-action=stop-compare]").await;
    browser.find("[data-compare=stopped]").await;
    browser.resize(Size::Phone).await;
    browser.screenshot("traffic-compare-phone").await;
    browser.click("[data-action=discard-compare]").await;
    browser.wait_gone("[data-part=compared]").await;
    browser.finish().await;
}

#[tokio::test]
async fn an_architect_compares_user_id_with_product_id_as_the_partition_key() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open(&browser, &site, "&view=compare").await;
    browser.click("[data-action=compare-cart]").await;
    browser.find("[data-compare=running]").await;
    browser.wait_text("[data-part=compared] thead", "user_id is the partition key").await;
    browser.wait_text("[data-part=compared] thead", "product_id is the partition key").await;
    let of = async |figure: &str, side: &str| {
        let text = browser.text(format!("[data-figure={figure}] [data-side={side}]").as_str()).await;
        text.trim_end_matches(" %").parse::<f64>().ok()
    };
    browser
        .until("throttling under the few products, none under the many users", async || {
            (of("throttled", "first").await? < 1.0 && of("throttled", "second").await? > 4.0).then_some(())
        })
        .await;
    // The same traffic: only the hottest partition's share and what follows from it differ.
    browser.wait_text("[data-figure=hottest] [data-side=difference]", "points").await;
    browser.wait_text("[data-figure=reasons]", "KeyRangeThroughputExceeded").await;
    browser.screenshot("traffic-compare-carts").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_table_of_the_workspace_and_its_other_design_begin_with_the_same_items() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open(&browser, &site, "").await;
    browser.goto(&site.url("?page=query&table=Orders")).await;
    browser.choose("[name=operation]", "BatchWriteItem").await;
    let put = |n: u32| {
        format!(
            r#"{{"PutRequest": {{"Item": {{"user_id": {{"S": "u{n}"}}, "order_id": {{"S": "o{n}"}}}}}}}}"#
        )
    };
    let puts: Vec<String> = (0..20).map(put).collect();
    let batch = format!(r#"{{"RequestItems": {{"Orders": [{}]}}}}"#, puts.join(","));
    paste(&browser, "[name=request]", &batch).await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.goto(&site.url("?page=heat&table=Orders&view=compare")).await;
    browser.click("[data-part=sides] summary").await;
    browser.choose("[name=compare-from]", "This table, its keys swapped").await;
    browser.click("[data-action=start-compare]:enabled").await;
    browser.find("[data-compare=running]").await;
    browser.wait_text("[data-part=compared] thead", "order_id is the partition key").await;
    browser
        .until("both with the workspace's items", async || {
            let texts = browser.texts("[data-figure=items] td").await;
            (texts.first()? == "20" && texts.get(1)? == "20").then_some(())
        })
        .await;
    browser.click("[data-action=stop-compare]").await;
    browser.click("[data-action=discard-compare]").await;
    assert_eq!(items(&browser, &site).await, 20, "the workspace is as it was");
    browser.finish().await;
}
