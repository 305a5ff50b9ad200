//! Somebody's browser lacks what the page would use: the page goes on without it and says what that means, or says in words what is missing.

use std::fs;
use std::path::{Path, PathBuf};

use e2e::{Browser, Site, Size};
use xtask::files;
use xtask::server::Server;

/// A script that takes features away, by their paths from the global object.
fn hide(paths: &[&str]) -> String {
    format!(
        "for (const path of {paths:?}) {{
            const names = path.split('.'), last = names.pop();
            const owner = names.reduce((of, name) => of?.[name], globalThis);
            if (!owner) continue;
            delete owner[last];
            if (last in owner) Object.defineProperty(owner, last, {{ value: undefined, configurable: true }});
        }}\n"
    )
}

/// The site with a worker that lacks this, whose scripts no browser lets a test reach.
fn without_in_worker(name: &str, paths: &[&str]) -> Server {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    for (path, source) in files::all(Site::open().folder()).unwrap_or_else(|failure| panic!("{failure}")) {
        let target = folder.join(path);
        fs::create_dir_all(target.parent().unwrap_or(Path::new(""))).expect("a folder");
        fs::copy(source, target).expect("a copy");
    }
    let loader = folder.join("worker_loader.js");
    let text = fs::read_to_string(&loader).expect("the worker's loader");
    fs::write(&loader, format!("{}{text}", hide(paths))).expect("it is written");
    Server::start(&folder, 0, "/people/dynascope/").expect("a server")
}

/// What the page and its worker can do without.
const OPTIONAL: [&str; 11] = [
    "navigator.locks",
    "BroadcastChannel",
    "CompressionStream",
    "DecompressionStream",
    "navigator.storage",
    "navigator.serviceWorker",
    "navigator.clipboard",
    "navigator.connection",
    "OffscreenCanvas",
    "ResizeObserver",
    "IDBTransaction.prototype.durability",
];

#[tokio::test]
async fn without_what_is_optional_all_goes_on_and_it_is_said_what_that_means() {
    let server = without_in_worker("lacking-optional", &OPTIONAL);
    let url = server.url();
    let browser = Browser::open(Size::Desktop).await;
    browser.before_every_page(&hide(&OPTIONAL)).await;
    browser.goto(&url).await;
    browser.find("[data-part=glimpse][data-state=moving]").await;
    browser.wait_text("[data-banner=report]", "have a workspace open in one tab at a time").await;
    browser.wait_text("[data-banner=report]", "how durable a write is").await;
    browser.screenshot("lacking").await;
    browser.click("[data-action=load-orders]").await;
    browser.click("[data-page=query] [data-action=run]:enabled").await;
    browser.find("[aria-label=Items] tbody tr[aria-rowindex]").await;
    browser.click("[role=tab][data-tab=heat]").await;
    browser.find("[data-page=heat] [aria-label='Traffic generator']").await;
    browser.goto(&format!("{url}?page=share")).await;
    browser.find("[data-page=share] [name=link]").await;
    // Copying is refused by the browser, and the page says so.
    browser.click("[data-page=share] [data-action=copy-link]").await;
    // All of it was stored, and is there again.
    browser.goto(&format!("{url}?page=query")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.finish().await;
}

#[tokio::test]
async fn without_a_place_to_store_it_runs_in_memory_and_says_so() {
    let server = without_in_worker("lacking-storage", &["indexedDB"]);
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&server.url()).await;
    browser.wait_text("[data-banner=memory]", "Nothing survives a reload").await;
    browser.click("[data-action=load-orders]").await;
    browser.click("[data-page=query] [data-action=run]:enabled").await;
    browser.find("[aria-label=Items] tbody tr[aria-rowindex]").await;
    browser.finish().await;
}

#[tokio::test]
async fn without_what_it_cannot_do_without_the_page_names_it() {
    let site = Site::open();
    let mut browser = Browser::open(Size::Desktop).await;
    browser.before_every_page(&hide(&["WebAssembly", "HTMLElement.prototype.popover"])).await;
    browser.goto_elsewhere(&site.url("")).await;
    browser.wait_text("[role=alert]", "this browser lacks WebAssembly, popover").await;
    browser.wait_text("[role=alert]", "It needs a current browser").await;
    browser.expect_console("Dynascope could not start").await;
    browser.finish().await;
}
