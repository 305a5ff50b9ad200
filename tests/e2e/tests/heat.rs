//! Somebody wants to see how requests spread over partitions.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};
use thirtyfour::Key;

const ORDERS: &str = r#"{"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "user_id", "AttributeType": "S"}, {"AttributeName": "order_id", "AttributeType": "S"}, {"AttributeName": "status", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}, {"AttributeName": "order_id", "KeyType": "RANGE"}], "GlobalSecondaryIndexes": [{"IndexName": "status-index", "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}"#;
const SMALL: &str = r#"{"TableName": "Small", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}, "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}"#;
/// Its index has far less capacity than the table.
const HELD: &str = r#"{"TableName": "Held", "ProvisionedThroughput": {"ReadCapacityUnits": 1000, "WriteCapacityUnits": 1000}, "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "status", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "GlobalSecondaryIndexes": [{"IndexName": "by-status", "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}]}"#;
const ITEM: &str = r#"{"TableName": "Orders", "Item": {"user_id": {"S": "user101"}, "order_id": {"S": "1"}, "status": {"S": "paid"}}}"#;

/// The heatmap.
const MAP: &str = ".heat-map";

/// The table's own partitions in the table of cells.
const OWN: &str = "tr[data-partition]:not([data-index])";

/// Sends a request on the Query page.
async fn send(browser: &Browser, operation: &str, request: &str) {
    browser.choose("[name=operation]", operation).await;
    browser.fill("[name=request]", request).await;
    browser.click("[data-action=run]:enabled").await;
}

/// Makes a table and goes to its heat once it is there.
async fn open_heat(browser: &Browser, site: &Site, table: &str, request: &str) {
    browser.goto(&site.url("?page=query")).await;
    send(browser, "CreateTable", request).await;
    browser.find(&format!("[data-table={table}]")).await;
    browser.goto(&site.url(&format!("?page=heat&table={table}"))).await;
}

/// Makes the table and writes one item to it, then stops the map: how much was written to each partition.
async fn write_once(browser: &Browser, site: &Site) -> Vec<u64> {
    browser.goto(&site.url("?page=query")).await;
    send(browser, "CreateTable", ORDERS).await;
    browser.find("[data-table=Orders][data-status=ACTIVE]").await;
    send(browser, "PutItem", ITEM).await;
    browser.click("[data-tab=heat]").await;
    browser.click("[data-action=pause]").await;
    browser.click("[data-action=as-table]").await;
    let writes = numbers(browser, OWN, "data-writes").await;
    browser.click("[data-action=as-table]").await;
    writes
}

/// Goes to the cell of the one write by the keyboard: what the map tells of it.
async fn find_write(browser: &Browser, writes: &[u64], told_of: &str) -> String {
    let row = writes.iter().position(|half_units| *half_units > 0).expect("one partition was written");
    browser.eval("document.querySelector('[aria-roledescription=heatmap]').focus()", vec![]).await;
    browser.press(Key::Right).await;
    for _ in 0..row {
        browser.press(Key::Down).await;
    }
    browser
        .until("the cell of the write", async || {
            let script =
                "return document.querySelector('[aria-roledescription=heatmap] [role=status]').textContent";
            let told = browser.eval(script, vec![]).await.as_str()?.to_owned();
            if told.contains(told_of) {
                return Some(told);
            }
            browser.press(Key::Left).await;
            None
        })
        .await
}

/// A number in an attribute of every row.
async fn numbers(browser: &Browser, rows: &str, attribute: &str) -> Vec<u64> {
    let script = "return [...document.querySelectorAll(arguments[0])].map(row => Number(row.getAttribute(arguments[1])))";
    let found = browser.eval(script, vec![rows.into(), attribute.into()]).await;
    found.as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
}

/// How many different colours the canvas has.
async fn colours(browser: &Browser) -> u64 {
    let script = "const canvas = document.querySelector('[data-page=heat] canvas');
        if (!canvas) return 0;
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return new Set(new Uint32Array(pixels.buffer)).size";
    browser.eval(script, vec![]).await.as_u64().unwrap_or(0)
}

#[tokio::test]
async fn a_teacher_starts_zipf_traffic_on_orders_and_sees_partitions_heat_up() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_heat(&browser, &site, "Orders", ORDERS).await;
    browser.find("[data-action=light-traffic]:enabled").await;
    browser.fill("[name=rate]", "100").await;
    browser.fill("[name=read_percent]", "20").await;
    browser.choose("[name=keys]", "Zipf: a few are hot").await;
    browser.fill("[name=key_count]", "20").await;
    browser.click("[data-action=start-traffic]").await;
    browser.find("[data-traffic=running]").await;

    // Nothing, the titles between the bands, and more than one degree of heat.
    browser.until("a drawn canvas", async || (colours(&browser).await > 4).then_some(())).await;
    browser.screenshot("heat").await;

    browser.click("[data-action=as-table]").await;
    let writes = browser
        .until("heat in every partition, one hotter than the others", async || {
            let mut writes = numbers(&browser, OWN, "data-writes").await;
            writes.sort_unstable();
            (writes.len() == 4 && writes[0] > 0 && writes[3] > 2 * writes[0]).then_some(writes)
        })
        .await;
    let of_index = numbers(&browser, "tr[data-index=status-index]", "data-writes").await;
    assert_eq!(of_index.len(), 4, "the index has a band of its own: {writes:?}");
    assert!(of_index.iter().sum::<u64>() > 0, "the index is written too");
    browser.find("[data-finding=hot-partition], [data-finding=hot-key]").await;
    browser.find("[data-achieved='100']").await;

    browser.click("[data-action=stop-traffic]").await;
    browser.find("[data-traffic=stopped]").await;
    // The copy's items are shown until it is discarded: the workspace has none.
    assert!(numbers(&browser, OWN, "data-items").await.iter().sum::<u64>() > 0);
    browser.click("[data-action=discard-traffic]").await;
    browser
        .until("the workspace, without items", async || {
            (numbers(&browser, OWN, "data-items").await == [0; 4]).then_some(())
        })
        .await;
    browser.finish().await;
}

#[tokio::test]
async fn an_index_that_holds_its_table_up_is_told_with_what_it_lacks_and_where_it_shows() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_heat(&browser, &site, "Held", HELD).await;
    for (name, value) in [("rate", "100"), ("read_percent", "0"), ("key_count", "3")] {
        browser.fill(&format!("[name={name}]"), value).await;
    }
    browser.click("[data-action=start-traffic]").await;
    // The burst of the index's one unit is used up first.
    browser
        .wait_text(
            "[data-finding=back-pressure]",
            "by-status cannot take its writes, and refuses those of Held",
        )
        .await;
    browser.wait_text("[data-finding=back-pressure]", "it has 1 WCU, the table has 1,000 WCU").await;
    browser.find("[data-finding=few-keys]").await;
    browser.screenshot("findings").await;
    browser.click("[data-finding=back-pressure] [data-action=finding-cell]").await;
    browser.wait_text("[data-part=cell]", "by-status").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_table_of_low_capacity_shows_what_was_throttled() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_heat(&browser, &site, "Small", SMALL).await;
    browser.fill("[name=rate]", "200").await;
    browser.fill("[name=read_percent]", "0").await;
    browser.click("[data-action=start-traffic]").await;
    // The burst of five minutes at one unit a second is used up first.
    browser
        .until("throttled requests", async || {
            let shown = browser.attribute("[data-part=throttled]", "data-throttled").await?;
            (shown.parse::<u64>().ok()? > 0).then_some(())
        })
        .await;
    browser.wait_text("[data-part=limit]", "1 WCU a second, provisioned").await;
    // The clients send again what was throttled, and give it up in the end.
    for (part, attribute) in
        [("[data-part=retries]", "data-retries"), ("[data-part=given-up]", "data-given-up")]
    {
        browser
            .until(part, async || {
                let shown = browser.attribute(part, attribute).await?;
                (shown.parse::<u64>().ok()? > 0).then_some(())
            })
            .await;
    }
    browser.screenshot("heat-throttled").await;
    browser.click("[data-tab=throttles]").await;
    browser.click("[data-action=as-table]").await;
    browser
        .until("a row with throttles", async || {
            (numbers(&browser, OWN, "data-total").await.first()? > &0).then_some(())
        })
        .await;
    browser.find("td[data-throttled=true]").await;
    browser.finish().await;
}

#[tokio::test]
async fn my_own_request_is_a_cell_that_the_keyboard_finds() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    let writes = write_once(&browser, &site).await;
    assert_eq!(writes.iter().sum::<u64>(), 2, "one write unit is two halves: {writes:?}");
    let told = find_write(&browser, &writes, "1 WCU, 0.1 % of 1,000 WCU").await;
    assert!(told.contains("leader az-"), "{told}");
    browser.finish().await;
}

/// The seconds that the map shows: the first, and the one behind the last.
async fn shown(browser: &Browser) -> Option<(u64, u64)> {
    let from = browser.attribute(MAP, "data-from").await?.parse().ok()?;
    Some((from, browser.attribute(MAP, "data-to").await?.parse().ok()?))
}

/// A place on the map in CSS pixels of the window: a share of the cells' width, and so far from the top.
async fn place(browser: &Browser, share: f64, y: f64) -> (f64, f64) {
    let script = "const map = document.querySelector('.heat-map');
        map.scrollIntoView({block: 'nearest'});
        const canvas = map.querySelector('canvas').getBoundingClientRect();
        return [canvas.left + arguments[0] * canvas.width, map.getBoundingClientRect().top + arguments[1]]";
    let place = browser.eval(script, vec![share.into(), y.into()]).await;
    (place[0].as_f64().unwrap_or(0.0), place[1].as_f64().unwrap_or(0.0))
}

/// What the mouse does at a place of the window.
async fn mouse(browser: &Browser, what: &str, (x, y): (f64, f64), shift: bool) {
    let modifiers = if shift { 8 } else { 0 };
    let event = json!({ "type": what, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1, "modifiers": modifiers });
    browser.cdp("Input.dispatchMouseEvent", event).await;
}

/// Draws with the mouse over the map, from one place to another.
async fn drag(browser: &Browser, from: (f64, f64), to: (f64, f64), shift: bool) {
    let (from, to) = (place(browser, from.0, from.1).await, place(browser, to.0, to.1).await);
    mouse(browser, "mousePressed", from, shift).await;
    for step in 1..=4 {
        let share = f64::from(step) / 4.0;
        let at = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        mouse(browser, "mouseMoved", at, shift).await;
    }
    mouse(browser, "mouseReleased", to, shift).await;
}

/// A finished download.
async fn downloaded(browser: &Browser, name: &str) -> Vec<u8> {
    let path = browser.profile().downloads().join(name);
    browser
        .until(&format!("the download {name}"), async || {
            std::fs::read(&path).ok().filter(|bytes| !bytes.is_empty())
        })
        .await
}

#[tokio::test]
async fn an_architect_zooms_into_a_spike_on_both_axes_and_back() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_heat(&browser, &site, "Orders", ORDERS).await;
    browser.click("[data-action=light-traffic]:enabled").await;
    browser.find(".heat-map[data-rows='8']").await;
    browser.click("[data-action=pause]").await;
    let all = browser.until("the paused time", async || shown(&browser).await).await;

    // A stretch of time, hardly any height: a quarter of it.
    drag(&browser, (0.5, 100.0), (0.75, 102.0), false).await;
    let part = browser
        .until("a shorter stretch", async || {
            shown(&browser).await.filter(|(from, to)| to - from < all.1 - all.0)
        })
        .await;
    assert!(part.0 > all.0 && part.1 < all.1, "{part:?} in {all:?}");
    assert!((28..=32).contains(&(part.1 - part.0)), "a quarter of two minutes: {part:?}");
    browser.find("[data-action=follow]").await;

    // Shift moves it: a third of the width to the right shows what was before.
    drag(&browser, (0.3, 100.0), (0.6, 100.0), true).await;
    browser
        .until("earlier time", async || {
            shown(&browser).await.filter(|(from, to)| *from < part.0 && to - from == part.1 - part.0)
        })
        .await;

    // The wheel comes nearer to what is under it, and rows with it over their labels.
    let wheel = "const map = document.querySelector('.heat-map'), box = map.getBoundingClientRect();
        map.dispatchEvent(new WheelEvent('wheel', {clientX: box.left + arguments[0], clientY: box.top + 80, deltaY: arguments[1], bubbles: true, cancelable: true}))";
    let before = shown(&browser).await.expect("the map is there");
    browser.eval(wheel, vec![600.into(), (-300).into()]).await;
    browser
        .until("nearer time", async || {
            shown(&browser).await.filter(|(from, to)| to - from < before.1 - before.0)
        })
        .await;
    let labels = browser.count(".heat-row-label").await;
    browser.eval(wheel, vec![20.into(), (-300).into()]).await;
    browser
        .until("fewer rows", async || (browser.count(".heat-row-label").await < labels).then_some(()))
        .await;
    browser.screenshot("heat-zoomed").await;

    browser.click("[data-action=reset]").await;
    browser.find("[data-action=pause]").await;
    browser
        .until("all of it", async || shown(&browser).await.filter(|(from, to)| to - from >= all.1 - all.0))
        .await;
    browser.wait_count(".heat-row-label", labels).await;
    browser.finish().await;
}

#[tokio::test]
async fn a_learner_opens_a_cell_its_request_and_what_happened_in_it() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    let writes = write_once(&browser, &site).await;
    find_write(&browser, &writes, "1 WCU").await;
    browser.press(Key::Enter).await;
    browser.wait_text("[data-part=requests-title]", "1 REQUEST").await;
    browser.wait_text("[data-part=keys]", "user101").await;
    browser.wait_text(".heat-panel-facts", "Share of the limit").await;
    let request = browser.text(".heat-requests button").await;
    assert!(request.contains("PutItem") && request.contains("user_id = user101"), "{request}");
    browser.click(".heat-requests button").await;
    browser.wait_text("[data-part=explanation]", "What happened").await;
    browser.find("[data-part=explanation] [data-partition]").await;
    browser.screenshot("heat-cell").await;

    // One of its lines leads to its event on the timeline.
    let line = "[data-part=explanation] .happened-line";
    let event = browser.attribute(line, "data-event").await.expect("a line names its event");
    browser.click(line).await;
    browser.find(&*format!("[data-banner=past][data-event='{event}']")).await;
    browser.click("[data-action=back-to-live]").await;
    browser.wait_gone("[data-banner=past]").await;
    browser.click("[data-action=close-cell]").await;
    browser.wait_gone("[data-part=cell]").await;

    // The mouse chooses a cell too: the newest of the first row, in which nothing happened.
    let at = place(&browser, 0.99, 70.0).await;
    mouse(&browser, "mousePressed", at, false).await;
    mouse(&browser, "mouseReleased", at, false).await;
    browser.wait_text("[data-part=requests-title]", "0 REQUESTS").await;
    browser.finish().await;
}

#[tokio::test]
async fn an_author_takes_the_picture_and_the_figures_along() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_heat(&browser, &site, "Orders", ORDERS).await;
    browser.click("[data-action=light-traffic]:enabled").await;
    browser.until("a drawn canvas", async || (colours(&browser).await > 3).then_some(())).await;
    browser.click("[data-action=pause]").await;
    browser.click("[data-action=export]").await;
    browser.click("[data-value=csv]").await;
    let text = String::from_utf8(downloaded(&browser, "Orders-heat.csv").await).expect("it is a text");
    let head = text.lines().next().expect("it has a head");
    assert!(head.starts_with("time,seconds,table,index,partition,first_hash,"), "{head}");
    let columns = head.split(',').count();
    assert!(text.lines().count() > 4, "{text}");
    assert!(text.lines().all(|line| line.split(',').count() == columns), "{text}");
    assert!(text.lines().any(|line| line.contains(",Orders,status-index,")), "{text}");
    browser.click("[data-action=export]").await;
    browser.click("[data-value=png]").await;
    let picture = downloaded(&browser, "Orders-heat.png").await;
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    assert!(picture.len() > 5_000, "{}", picture.len());
    browser.finish().await;
}

#[tokio::test]
async fn the_hottest_keys_are_rows_in_their_order() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_heat(&browser, &site, "Orders", ORDERS).await;
    browser.fill("[name=key_count]", "12").await;
    browser.fill("[name=rate]", "60").await;
    browser.click("[data-action=start-traffic]").await;
    browser.find(".heat-map").await;
    browser.choose("[name=rows]", "Hottest keys").await;
    browser.click("[data-action=as-table]").await;
    let keys = browser
        .until("a row for each key", async || {
            let script = "return [...document.querySelectorAll('tr[data-key]:not([data-index])')].map(row => row.dataset.key)";
            let keys = browser.eval(script, vec![]).await;
            (keys.as_array()?.len() == 12).then_some(keys)
        })
        .await;
    let keys: Vec<&str> = keys.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(keys, sorted);
    assert!(keys.iter().all(|key| !key.starts_with("hash ")), "{keys:?}");
    browser.finish().await;
}
