//! How fast and how large what is stored is: the site's worker, spoken to in its own messages, beside IndexedDB, PGlite and SQLite
//! in the same browser.

use crate::print;
use e2e::{Browser, Profile, Site, Size};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use xtask::server::Server;

const SCRIPT: &str = include_str!("storage.js");
/// SQLite's worker, which stands beside the packages of the peers while it is measured.
const SQLITE: &str = include_str!("sqlite.mjs");
/// Names the folder with the packages of the peers.
const PEERS: &str = "DYNASCOPE_BENCH_BROWSER_PEERS";
/// The longest that one of these may take.
const PATIENCE: Duration = Duration::from_secs(900);
const MILLION: u64 = 1_000_000;
/// So long a browser is left alone before it is weighed.
const REST: Duration = Duration::from_secs(5);
/// So many items take next to nothing, and need all the code that many need.
const FEW: u64 = 100;
/// An item's size as DynamoDB counts it, in bytes.
const ITEM_BYTES: f64 = 200.0;

/// Runs a function of the script on the page that is open, to its end.
async fn run(browser: &Browser, call: &str) -> Value {
    let script = format!(
        "{SCRIPT}
        window.result = null;
        {call}.then(value => window.result = {{ value }}, error => window.result = {{ error: String(error.stack ?? error) }});"
    );
    browser.eval(&script, vec![]).await;
    let done = browser
        .until_within(PATIENCE, call, async || {
            Some(browser.eval("return window.result", vec![]).await).filter(|result| !result.is_null())
        })
        .await;
    if let Some(error) = done["error"].as_str() {
        browser.fault(&format!("{call}: {error}")).await;
    }
    done["value"].clone()
}

async fn figure(browser: &Browser, call: &str) -> f64 {
    run(browser, call).await.as_f64().unwrap_or(f64::NAN)
}

/// Ends a browser that was at pages without an icon.
async fn finish(mut browser: Browser) {
    browser.expect_console("favicon.ico").await;
    browser.finish().await;
}

/// Single writes: the site's against one IndexedDB transaction each, PGlite and SQLite.
pub async fn puts(site: &Site) {
    let browser = Browser::open(Size::Desktop).await;
    let base = format!("{:?}", site.url(""));
    browser.goto_elsewhere(&site.url("boot.js")).await;
    let rates = run(&browser, &format!("puts({base}, 32)")).await;
    let [ours, one, many] = ["ours", "one", "many"].map(|name| rates[name].as_f64().unwrap_or(f64::NAN));
    print("durable_puts", ours, "puts/s");
    print("indexeddb_awaited_puts", one, "puts/s");
    print("indexeddb_32_puts", many, "puts/s");
    print("durable_puts_vs_indexeddb", ours / one, "x");
    print("durable_puts_vs_indexeddb_32", ours / many, "x");
    let Some(packages) = std::env::var_os(PEERS).map(PathBuf::from) else {
        return finish(browser).await;
    };
    std::fs::write(packages.join("bench-sqlite.mjs"), SQLITE)
        .expect("the packages' folder can be written to");
    let server = Server::start(&packages, 0, "/").expect("a free port");
    browser.goto_elsewhere(&format!("{}@electric-sql/pglite/package.json", server.url())).await;
    let packages = format!("{:?}", server.url());
    let pglite = figure(&browser, &format!("pglite({packages}, 100)")).await;
    let sqlite = figure(&browser, &format!("sqlite({packages}, 1000)")).await;
    print("pglite_inserts", pglite, "puts/s");
    print("sqlite_opfs_inserts", sqlite, "puts/s");
    print("durable_puts_vs_pglite", ours / pglite, "x");
    print("durable_puts_vs_sqlite_opfs", ours / sqlite, "x");
    finish(browser).await;
}

/// What the browser takes in memory a moment after all that was asked of it, in bytes.
async fn at_rest(browser: &Browser) -> u64 {
    tokio::time::sleep(REST).await;
    browser.resident_bytes()
}

/// A bulk load, opening it again, and what it then takes in memory against its items: what the browser grows by from where it has a few items open.
pub async fn bulk(site: &Site, items: u64, name: &str) {
    let profile = Arc::new(Profile::fresh());
    let base = format!("{:?}", site.url(""));
    let browser = Browser::open_with(Size::Desktop, &profile).await;
    browser.goto_elsewhere(&site.url("boot.js")).await;
    let loaded = run(&browser, &format!("bulk({base}, {items})")).await;
    print(&format!("bulk_{name}_seconds"), loaded["seconds"].as_f64().unwrap_or(f64::NAN), "s");
    print(&format!("open_{name}_ms"), loaded["openMs"].as_f64().unwrap_or(f64::NAN), "ms");
    run(&browser, &format!("bulk({base}, {FEW})")).await;
    finish(browser).await;

    let browser = Browser::open_with(Size::Desktop, &profile).await;
    browser.goto_elsewhere(&site.url("boot.js")).await;
    run(&browser, &format!("hold({base}, 'bulk-{FEW}')")).await;
    let before = at_rest(&browser).await;
    run(&browser, &format!("(window.held.end(), hold({base}, 'bulk-{items}'))")).await;
    let growth = at_rest(&browser).await.saturating_sub(before) as f64;
    print(&format!("memory_{name}_ratio"), growth / (items as f64 * ITEM_BYTES), "x");
    finish(browser).await;
}

/// Ten times a million writes of the same items: the last million's time against the second's, and the memory at the end against
/// that after the first, when what is kept for a while has not all come yet, and after the fifth.
pub async fn flat(site: &Site) {
    let browser = Browser::open(Size::Desktop).await;
    browser.goto_elsewhere(&site.url("boot.js")).await;
    let base = format!("{:?}", site.url(""));
    let (mut seconds, mut resident) = (Vec::new(), Vec::new());
    while seconds.len() < 10 {
        seconds.push(figure(&browser, &format!("again({base}, {MILLION})")).await);
        resident.push(browser.resident_bytes() as f64);
    }
    print("ten_million_writes_seconds", seconds.iter().sum(), "s");
    print("ten_million_last_vs_second_time", seconds[9] / seconds[1], "x");
    print("ten_million_last_vs_first_memory", resident[9] / resident[0], "x");
    print("ten_million_last_vs_fifth_memory", resident[9] / resident[4], "x");
    finish(browser).await;
}
