//! Somebody opens Dynascope in a train, and finds a newer one at home.

use std::fs;
use std::path::{Path, PathBuf};

use e2e::{Browser, Site, Size};
use serde_json::json;
use xtask::files;
use xtask::server::Server;

fn copy(from: &Path, to: &Path) {
    for (path, source) in files::all(from).unwrap_or_else(|failure| panic!("{failure}")) {
        let target = to.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(source, target).unwrap();
    }
}

/// Another version of the site: the page's title and the service worker say so.
fn renew(folder: &Path) {
    for (file, from, to) in [
        ("index.html", "<title>Dynascope", "<title>New Dynascope"),
        ("sw.js", "VERSION = \"", "VERSION = \"new"),
    ] {
        let path = folder.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }
}

/// How many files are kept.
const KEPT: &str = "return caches.keys().then(async names => {
    const caches_ = await Promise.all(names.map(name => caches.open(name)));
    const keys = await Promise.all(caches_.map(cache => cache.keys()));
    return keys.flat().length;
})";

/// Waits until so many files are kept.
async fn all_kept(browser: &Browser, files: usize) {
    let all = async || (browser.eval(KEPT, vec![]).await == json!(files)).then_some(());
    browser.until(&format!("{files} files to be kept"), all).await;
}

#[tokio::test]
async fn the_site_opens_without_a_network_and_says_when_a_newer_one_is_there() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("offline-site");
    let _ = fs::remove_dir_all(&folder);
    copy(Site::open().folder(), &folder);
    let names = fs::read_to_string(folder.join("sw.js")).unwrap();
    let names = names.split_once("const FILES = ").unwrap().1.split_once(';').unwrap().0.to_owned();
    let files = serde_json::from_str::<Vec<String>>(&names).unwrap().len();
    assert!(files > 20, "{names}");

    let server = Server::start(&folder, 0, "/people/dynascope/").unwrap();
    let url = server.url();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&url).await;
    browser.click("[data-action=load-orders]").await;
    browser.find("[data-page=query] [name=operation]").await;
    all_kept(&browser, files).await;
    drop(server);

    // Nothing answers any more.
    browser.goto(&format!("{url}?page=query")).await;
    browser.choose("[name=operation]", "Scan").await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("[aria-label=Items] tbody tr[aria-rowindex]").await;
    browser.click("[role=tab][data-tab=cluster]").await;
    browser.find("[data-page=cluster] svg").await;

    renew(&folder);
    let port = url.split(['/', ':']).find_map(|part| part.parse().ok()).unwrap();
    let server = Server::start(&folder, port, "/people/dynascope/").unwrap();
    browser.reload().await;
    browser.find("[data-banner=update]").await;
    browser.screenshot("update").await;
    browser.click("[data-action=update]").await;
    browser.wait_gone("[data-banner=update]").await;
    browser.ready().await;
    assert_eq!(browser.eval("return document.title", vec![]).await, "New Dynascope");
    browser.find("[aria-label=Tables] [data-table=Orders]").await;
    // The older one is not kept any more.
    all_kept(&browser, files).await;
    browser.finish().await;
    drop(server);
}

#[tokio::test]
async fn a_sandbox_keeps_nothing_of_the_site() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?embed&page=query")).await;
    browser.find("[data-page=query]").await;
    let registered = "return navigator.serviceWorker.getRegistrations().then(all => all.length)";
    assert_eq!(browser.eval(registered, vec![]).await, 0);
    browser.finish().await;
}
