//! First visits to a watched site, one after the other and then several at once, for `cargo xtask first-visit`: of each module a line of its name
//! and, function by function, whether it ran.

use e2e::{Browser, Site, Size};
use std::io::{Write, stdout};
use std::thread;
use std::time::Duration;

/// So long a first visit is watched, in milliseconds.
const WATCHED_MS: f64 = 60_000.0;

/// What ran of the page, and of the worker, which is asked on a channel.
const RAN: &str = "const js = document.querySelector('script[data-js]').dataset.js;
    return import(new URL(js, document.baseURI)).then(page => new Promise(resolve => {
        const channel = new BroadcastChannel('ran');
        channel.onmessage = told => {
            channel.close();
            resolve({ app: Array.from(new Uint8Array(page.initSync().ran.buffer)).join(''), worker: told.data });
        };
        channel.postMessage('tell');
    }))";

/// From now on the rest of no module comes.
const WITHOUT_REST: &str = "window.joinRest = () => new Promise(() => {})";

/// From now on it fails to come.
const REST_FAILS: &str = "window.joinRest = () => Promise.reject(new Error('It does not come.'))";

/// So many visits come at once when the machine is to be busy: what waits for another, and how much comes together, is different then.
const AT_ONCE: usize = 4;
/// So often they come.
const ROUNDS: usize = 3;

fn main() {
    let site = Site::open();
    visit(&site, Size::Desktop);
    visit(&site, Size::Phone);
    for _ in 0..ROUNDS {
        thread::scope(|scope| {
            for number in 0..AT_ONCE {
                let size = if number % 2 == 0 { Size::Desktop } else { Size::Phone };
                let site = &site;
                scope.spawn(move || visit(site, size));
            }
        });
    }
}

/// One visit from its beginning to its end.
#[tokio::main(flavor = "current_thread")]
async fn visit(site: &Site, size: Size) {
    let browser = Browser::open(size).await;
    browser.goto(&site.url("")).await;
    browser.find("[data-part=glimpse][data-state=moving]").await;
    let minutes = Duration::from_secs(240);
    let over = format!("return performance.now() >= {WATCHED_MS}");
    browser
        .until_within(minutes, "the minute to be over", async || {
            browser.eval(&over, vec![]).await.as_bool()?.then_some(())
        })
        .await;
    // What leads to another page is run by the first one, and so is what is said where that does not come.
    browser.eval(WITHOUT_REST, vec![]).await;
    for door in ["load-orders", "watch-heat", "samples"] {
        browser.click(&format!("[data-action={door}]")).await;
        browser.find(".page .opening").await;
        browser.eval("history.back()", vec![]).await;
        browser.find("[data-page=start]").await;
    }
    browser.eval(REST_FAILS, vec![]).await;
    browser.click("[data-action=load-orders]").await;
    browser.click("[data-action=bring-rest]").await;
    browser.find("[data-action=bring-rest]").await;
    let ran = browser.eval(RAN, vec![]).await;
    // A line at a time, whoever else has one.
    let mut said = stdout().lock();
    for module in ["app", "worker"] {
        writeln!(said, "{module} {}", ran[module].as_str().unwrap_or_default()).expect("somebody reads it");
    }
    drop(said);
    browser.finish().await;
}
