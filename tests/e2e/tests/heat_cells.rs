//! Somebody looks closely at the heatmap: a cell's values, the same cells as a table, what arrives at an index, a key's own row.

use std::cell::Cell;

use e2e::{Browser, Site, Size};
use serde_json::Value;
use thirtyfour::Key;

const ORDERS: &str = r#"{"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "user_id", "AttributeType": "S"}, {"AttributeName": "order_id", "AttributeType": "S"}, {"AttributeName": "status", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}, {"AttributeName": "order_id", "KeyType": "RANGE"}], "GlobalSecondaryIndexes": [{"IndexName": "status-index", "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}"#;

/// Makes the table, starts traffic of so many requests a second with these keys, four fifths of it writes, and looks at its heat.
async fn busy(browser: &Browser, site: &Site, rate: &str, keys: &str) {
    browser.goto(&site.url("?page=query")).await;
    browser.choose("[name=operation]", "CreateTable").await;
    browser.fill("[name=request]", ORDERS).await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("[data-table=Orders][data-status=ACTIVE]").await;
    browser.goto(&site.url("?page=heat&table=Orders")).await;
    browser.fill("[name=rate]", rate).await;
    browser.fill("[name=read_percent]", "20").await;
    browser.choose("[name=keys]", keys).await;
    browser.click("[data-action=start-traffic]:enabled").await;
    browser.find("[data-traffic=running]").await;
    browser.find(".heat-map").await;
}

/// Presses a key until the part of the page that has the focus is the wanted one.
async fn press_until_focused(browser: &Browser, key: Key, css: &str) {
    let script = "return document.activeElement?.matches(arguments[0]) ?? false";
    for _ in 0..80 {
        if browser.eval(script, vec![css.into()]).await == Value::Bool(true) {
            return;
        }
        browser.press(key.clone()).await;
    }
    browser.fault(&format!("the keyboard does not reach {css}")).await
}

#[tokio::test]
async fn a_reader_points_at_a_cell_and_copies_what_it_says() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    busy(&browser, &site, "60", "Uniform: all alike").await;
    // Some seconds are in view.
    browser.find("[data-achieved='60']").await;
    browser.click("[data-action=pause]").await;
    browser.eval("document.querySelector('.heat-map').focus()", vec![]).await;
    browser.press(Key::Left).await;
    // The newest seconds may still be empty, and what is known of the others be told a moment later: back and forth over some of them.
    let pressed = Cell::new(0);
    browser
        .until("a cell with a write and its hottest key", async || {
            let told = browser.text("[data-part=tooltip]").await;
            if told.contains("WCU") && told.contains(" % of 1,000 WCU") && told.contains("of the requests") {
                return Some(());
            }
            browser.press(if pressed.get() % 20 < 10 { Key::Left } else { Key::Right }).await;
            pressed.set(pressed.get() + 1);
            None
        })
        .await;
    let told = browser.text("[data-part=tooltip]").await;
    for part in ["leader az-", "Orders · ", "…"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Lines have no height that a driver would call displayed.
    for (part, count) in [(".heat-cross", 2), ("[data-axis=time] path", 1), ("[data-axis=rows] path", 1)] {
        let drawn = "return document.querySelectorAll(arguments[0]).length";
        assert_eq!(browser.eval(drawn, vec![part.into()]).await, Value::from(count), "{part}");
    }
    browser.screenshot("heat-tooltip").await;

    browser.press(Key::Enter).await;
    browser.find("[data-part=cell] [data-part=keys] .heat-copy").await;
    let permissions = serde_json::json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
    browser.cdp("Browser.grantPermissions", permissions).await;
    let names = browser.texts("[data-part=cell] dt").await;
    for name in ["Time", "Value", "Share of the limit", "Row", "Hashes", "Throttled"] {
        assert!(names.iter().any(|shown| shown.eq_ignore_ascii_case(name)), "{name}: {names:?}");
    }
    let texts = browser.texts("[data-part=cell] .heat-copy span:first-child").await;
    assert!(texts.len() > names.len(), "the keys are among them: {texts:?}");
    for (at, text) in texts.iter().enumerate() {
        let click = "document.querySelectorAll('[data-part=cell] .heat-copy')[arguments[0]].click()";
        browser.eval(click, vec![at.into()]).await;
        browser
            .until(&format!("{text} on the clipboard"), async || {
                let copied = browser.eval("return navigator.clipboard.readText()", vec![]).await;
                (copied.as_str()? == text).then_some(())
            })
            .await;
    }
    browser.find(".heat-copy[data-copied=true]").await;
    browser.finish().await;
}

#[tokio::test]
async fn the_keyboard_reaches_the_same_cells_as_a_table() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    busy(&browser, &site, "60", "Uniform: all alike").await;
    press_until_focused(&browser, Key::Tab, "[data-action=as-table]").await;
    browser.press(Key::Enter).await;
    browser.find("tr[data-partition]").await;
    // Every row and every column is named.
    let unnamed = "return [...document.querySelectorAll('tr[data-partition]')].filter(row => row.querySelector('th[scope=row]')?.textContent === '').length
        + [...document.querySelectorAll('.heat-table thead th')].filter(head => head.textContent === '' || head.scope === '').length";
    assert_eq!(browser.eval(unnamed, vec![]).await, Value::from(0));
    browser.finish().await;
}

#[tokio::test]
async fn what_arrives_at_an_index_is_told_with_how_far_it_is_behind() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    busy(&browser, &site, "100", "Uniform: all alike").await;
    let told = browser.wait_text(".heat-title.index", "ms behind").await;
    assert!(told.contains("arrivals/s"), "{told}");
    browser.click("[data-tab=arrivals]").await;
    browser.click("[data-action=as-table]").await;
    let totals = |rows: &'static str| {
        let browser = &browser;
        async move {
            let script = "return [...document.querySelectorAll(arguments[0])].reduce((sum, row) => sum + Number(row.dataset.total), 0)";
            browser.eval(script, vec![rows.into()]).await.as_u64()
        }
    };
    browser
        .until("entries that arrived", async || {
            (totals("tr[data-index=status-index]").await? > 0).then_some(())
        })
        .await;
    assert_eq!(totals("tr[data-partition]:not([data-index])").await, Some(0), "nothing arrives at a table");
    browser.screenshot("heat-arrivals").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_finding_about_a_key_leads_to_its_row_among_the_keys() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    busy(&browser, &site, "200", "Hot key: one takes half").await;
    browser.choose("[name=rows]", "Hottest keys").await;
    browser.find("[data-finding=hot-key]").await;
    browser.screenshot("heat-keys").await;
    let open = "document.querySelector('[data-finding=hot-key] details').open = true";
    browser.eval(open, vec![]).await;
    browser.click("[data-finding=hot-key] [data-action=finding-cell]").await;
    let title = browser.text("[data-part=cell] h2").await;
    let finding = browser.text("[data-finding=hot-key]").await;
    let key = title.split(" · ").next().unwrap_or_default();
    assert!(!key.is_empty() && finding.contains(key), "{key} in {finding}");
    browser.finish().await;
}
