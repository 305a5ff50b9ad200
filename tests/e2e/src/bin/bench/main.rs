//! How fast the built site is in a real browser: each figure a line `NAME VALUE UNIT`, for `cargo xtask bench --browser`.
//!
//! The page is used as a person uses it; what is measured is the page's own clock, its frames and its long tasks (those of 50 ms
//! and more, which the browser tells). Beside what it takes to draw the heatmap stands a ratio to the least that it could: the
//! same pixels filled with one colour and put on a canvas.

mod storage;

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};
use std::time::Duration;

/// A million carts are written before Black Friday begins.
const FILLING: Duration = Duration::from_secs(600);
/// Its rate is at its peak by then, in milliseconds from the start, and for nine minutes more.
const PEAK_MS: f64 = 62_000.0;
/// How long is measured, in milliseconds of real time.
const MEASURED_MS: f64 = 20_000.0;
/// The heatmap's columns: seconds.
const COLUMNS: u64 = 600;
/// Its rows: partitions.
const ROWS: u64 = 1_000;
/// A table and 20 indexes have 840 within the default quotas; the rest are split by hand, 40 of each of so many.
const SPLIT: usize = 4;
/// So many first visits are measured.
const FIRST_VISITS: usize = 7;
/// So many drawings are measured.
const DRAWINGS: u64 = 24;

/// Counts frames and long tasks from now on.
const WATCH: &str = "window.bench = { frames: 0, tasks: 0, longest: 0, from: performance.now() };
    const step = () => { window.bench.frames++; requestAnimationFrame(step); };
    requestAnimationFrame(step);
    new PerformanceObserver(list => {
        for (const task of list.getEntries()) {
            window.bench.tasks++;
            window.bench.longest = Math.max(window.bench.longest, task.duration);
        }
    }).observe({ entryTypes: ['longtask'] });";

/// What was counted, how long for, and where the workspace's clock stands.
const READ: &str = "const { frames, tasks, longest, from } = window.bench;
    return { frames, tasks, longest, took: performance.now() - from,
        at: Number(document.querySelector('.clock-time').dataset.ms) }";

/// Collects how long each drawing took, in `window.drawn`.
const COLLECT: &str = "window.drawn = [];
    const canvas = document.querySelector('.heat-canvas');
    window.collecting?.disconnect();
    window.collecting = new MutationObserver(() => window.drawn.push(Number(canvas.dataset.drawMs)));
    window.collecting.observe(canvas, { attributes: true, attributeFilter: ['data-draw-ms'] });";

/// The median of filling as many pixels as the heatmap has with one colour and putting them on a canvas, in milliseconds.
const LEAST: &str = "const { width, height } = document.querySelector('.heat-canvas');
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const pen = canvas.getContext('2d'), times = [];
    for (let round = 0; round < 25; round++) {
        const start = performance.now(), image = new ImageData(width, height);
        new Uint32Array(image.data.buffer).fill(0xff204060 + round);
        pen.putImageData(image, 0, 0);
        times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[12]";

fn print(name: &str, value: f64, unit: &str) {
    println!("{name} {value:.3} {unit}");
}

async fn number(browser: &Browser, script: &str) -> f64 {
    browser.eval(script, vec![]).await.as_f64().unwrap_or(f64::NAN)
}

/// Makes a table on the Query page.
async fn create(browser: &Browser, site: &Site, table: &Value) {
    browser.goto(&site.url("?page=query")).await;
    browser.choose("[name=operation]", "CreateTable").await;
    browser.fill("[name=request]", &table.to_string()).await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    browser.find("[aria-label=Tables] [data-status=ACTIVE]").await;
}

/// As fast as the machine can, or as the wall clock goes.
async fn speed(browser: &Browser, name: &str) {
    browser.click("[data-action=clock-speed]").await;
    browser.click(&format!("[popover] [data-value='{name}']")).await;
    browser.find(&format!(".clock-bar[data-speed='{name}']")).await;
}

const NOW: &str = "return Number(document.querySelector('.clock-time').dataset.ms)";

/// The document's Black Friday in its steady peak: 100,000 requests a second, as fast as the worker can.
async fn black_friday(site: &Site) {
    let browser = Browser::open(Size::Desktop).await;
    // The page has a map of its own beside it.
    create(&browser, site, &table("Orders", 12_000, 0)).await;
    browser.goto(&site.url("?page=heat&table=Orders")).await;
    browser.choose("[name=source]", "Black Friday: a million carts").await;
    browser.click("[data-action=start-traffic]:enabled").await;
    browser
        .until_within(FILLING, "the carts to be there", async || {
            (browser.count("[data-part=achieved]").await > 0).then_some(())
        })
        .await;
    let start_ms = number(&browser, NOW).await;
    speed(&browser, "max").await;
    browser
        .until_within(FILLING, "the peak", async || {
            (number(&browser, NOW).await >= start_ms + PEAK_MS).then_some(())
        })
        .await;
    let before_ms = number(&browser, NOW).await;
    browser.eval(WATCH, vec![]).await;
    let seen = browser
        .until_within(Duration::from_secs(120), "the stretch to be over", async || {
            let seen = browser.eval(READ, vec![]).await;
            (seen["took"].as_f64()? >= MEASURED_MS).then_some(seen)
        })
        .await;
    let of = |name: &str| seen[name].as_f64().unwrap_or(f64::NAN);
    let sent = browser.attribute("[data-part=achieved]", "data-achieved").await;
    let sent = sent.and_then(|sent| sent.parse::<f64>().ok()).unwrap_or(0.0);
    if sent < 90_000.0 {
        browser.fault(&format!("{sent} requests a second are no peak")).await;
    }
    print("black_friday_browser_realtime_ratio", (of("at") - before_ms) / of("took"), "x");
    print("black_friday_browser_frames_per_second", of("frames") * 1_000.0 / of("took"), "frames/s");
    print("black_friday_browser_longest_task", of("longest"), "ms");
    print("black_friday_browser_long_tasks", of("tasks"), "tasks");
    browser.finish().await;
}

/// A table on demand with so many global indexes, each warm for so many units a second.
fn table(name: &str, units: u64, indexes: usize) -> Value {
    let warm = json!({"ReadUnitsPerSecond": units, "WriteUnitsPerSecond": units});
    let attribute = |at: usize| format!("a{at}");
    let attributes = std::iter::once("id".to_owned()).chain((0..indexes).map(attribute));
    let attributes: Vec<Value> =
        attributes.map(|name| json!({"AttributeName": name, "AttributeType": "S"})).collect();
    let of_index = |at: usize| {
        json!({"IndexName": format!("by-{}", attribute(at)), "KeySchema": [{"AttributeName": attribute(at), "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"}, "WarmThroughput": warm})
    };
    let mut table = json!({"TableName": name, "AttributeDefinitions": attributes, "BillingMode": "PAY_PER_REQUEST",
        "WarmThroughput": warm, "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]});
    if indexes > 0 {
        table["GlobalSecondaryIndexes"] = (0..indexes).map(of_index).collect();
    }
    table
}

/// Splits every partition that the Cluster page shows.
const SPLIT_ALL: &str =
    "const all = document.querySelectorAll('[aria-label=Partitions] [data-action=split]');
    all.forEach(button => button.click());
    return all.length";

/// 1,000 partitions by 600 seconds, drawn anew as time goes by.
async fn heatmap(site: &Site) {
    let browser = Browser::open(Size::Desktop).await;
    create(&browser, site, &table("Wide", 40_000, 20)).await;
    for index in 0..SPLIT {
        browser.goto(&site.url(&format!("?page=cluster&table=Wide&index=by-a{index}"))).await;
        browser.find("[aria-label=Partitions] [data-action=split]").await;
        let before = number(&browser, SPLIT_ALL).await as u64;
        browser
            .until("the splits", async || {
                let rows = browser.attribute("[aria-label=Partitions]", "aria-rowcount").await?;
                (rows.parse::<u64>().ok()? >= 2 * before).then_some(())
            })
            .await;
    }
    let screen =
        |density: u32| json!({"width": 1900, "height": 1000, "deviceScaleFactor": density, "mobile": false});
    browser.cdp("Emulation.setDeviceMetricsOverride", screen(1)).await;
    browser.goto(&site.url(&format!("?page=heat&table=Wide&window={COLUMNS}"))).await;
    browser.click("[data-action=light-traffic]:enabled").await;
    browser.find(".heat-map").await;
    let start_ms = number(&browser, NOW).await;
    speed(&browser, "max").await;
    browser
        .until_within(FILLING, "ten minutes of heat", async || {
            (number(&browser, NOW).await >= start_ms + (COLUMNS * 1_000) as f64).then_some(())
        })
        .await;
    speed(&browser, "1x").await;
    let rows = browser.attribute(".heat-map", "data-rows").await.and_then(|rows| rows.parse::<u64>().ok());
    if rows.is_none_or(|rows| rows < ROWS) {
        browser.fault(&format!("{rows:?} rows are too few")).await;
    }
    for (density, name) in [(1, "heatmap_draw"), (2, "heatmap_draw_2x")] {
        browser.cdp("Emulation.setDeviceMetricsOverride", screen(density)).await;
        browser.eval(COLLECT, vec![]).await;
        browser.eval(WATCH, vec![]).await;
        let mut drawn = browser
            .until_within(Duration::from_secs(120), "drawings", async || {
                let drawn = browser.eval("return window.drawn", vec![]).await;
                let drawn: Vec<f64> = drawn.as_array()?.iter().filter_map(Value::as_f64).collect();
                (drawn.len() as u64 >= DRAWINGS).then_some(drawn)
            })
            .await;
        let seen = browser.eval(READ, vec![]).await;
        drawn.sort_by(f64::total_cmp);
        let median = drawn[drawn.len() / 2];
        let least = number(&browser, LEAST).await;
        print(&format!("{name}_ms"), median, "ms");
        print(&format!("{name}_longest_ms"), drawn[drawn.len() - 1], "ms");
        print(&format!("{name}_ratio"), median / least, "x");
        print(&format!("{name}_longest_task"), seen["longest"].as_f64().unwrap_or(f64::NAN), "ms");
    }
    browser.screenshot("heat-wide").await;
    browser.finish().await;
}

/// Notes when the page could be used for the first time: the doors are there, and a click on one is answered.
const NOTE_USABLE: &str = "new MutationObserver((_, observer) => {
        if (!document.querySelector('body[data-ready] [data-door]')) return;
        window.usable = performance.now();
        observer.disconnect();
    }).observe(document, { attributes: true, childList: true, subtree: true })";

/// Notes the long tasks of the page until it could be used: how many, the longest, and by how much all of them are longer than 50 ms.
const NOTE_TASKS: &str = "window.tasks = { count: 0, longest: 0, blocking: 0 };
    new PerformanceObserver(list => {
        for (const { startTime, duration } of list.getEntries().filter(task => !(task.startTime > window.usable))) {
            window.tasks.count++;
            window.tasks.longest = Math.max(window.tasks.longest, duration);
            window.tasks.blocking += duration - 50;
        }
    }).observe({ type: 'longtask', buffered: true })";

/// What a first visit downloads, how soon it can be looked at and used, and what keeps the page from answering until then: the median of some,
/// each with a browser of its own.
async fn first_visit() {
    let (mut painted, mut usable, mut kilobytes) = (Vec::new(), Vec::new(), 0.0);
    let (mut tasks, mut longest, mut blocking) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..FIRST_VISITS {
        let site = Site::open();
        let browser = Browser::open(Size::Desktop).await;
        browser.before_every_page(NOTE_USABLE).await;
        browser.before_every_page(NOTE_TASKS).await;
        browser.goto(&site.url("")).await;
        browser.find("[data-part=glimpse][data-state=moving]").await;
        let paint = "return performance.getEntriesByName('first-contentful-paint')[0].startTime";
        painted.push(number(&browser, paint).await);
        usable.push(number(&browser, "return window.usable").await);
        for (name, all) in [("count", &mut tasks), ("longest", &mut longest), ("blocking", &mut blocking)] {
            all.push(number(&browser, &format!("return window.tasks.{name}")).await);
        }
        browser.finish().await;
        if painted.len() == FIRST_VISITS {
            kilobytes = site.sent_sizes().iter().map(|size| size.brotli).sum::<u64>() as f64 / 1_000.0;
        }
    }
    for (name, mut all, unit) in [
        ("first_paint_ms", painted, "ms"),
        ("usable_ms", usable, "ms"),
        ("first_visit_long_tasks", tasks, "tasks"),
        ("first_visit_longest_task_ms", longest, "ms"),
        ("first_visit_blocking_ms", blocking, "ms"),
    ] {
        all.sort_by(f64::total_cmp);
        print(name, all[FIRST_VISITS / 2], unit);
    }
    print("first_visit_brotli_kb", kilobytes, "kB");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    if "first_visit_brotli_kb first_paint_ms usable_ms".contains(&wanted) || wanted.starts_with("first_visit")
    {
        first_visit().await;
    }
    let site = Site::open();
    if "heatmap_draw".contains(&wanted) {
        heatmap(&site).await;
    }
    if "black_friday_browser".contains(&wanted) {
        black_friday(&site).await;
    }
    if "durable_puts".contains(&wanted) {
        storage::puts(&site).await;
    }
    for (name, items) in [("100k", 100_000), ("1m", 1_000_000)] {
        if format!("bulk_{name} open_{name} memory_{name}").contains(&wanted) {
            storage::bulk(&site, items, name).await;
        }
    }
    if "ten_million_writes".contains(&wanted) {
        storage::flat(&site).await;
    }
}
