//! Somebody who sees little, uses no mouse, or wants nothing to move, opens every screen.
//!
//! The pages are those of the list of keys, which is the registry's own: a page that is not visited here fails the test.

use std::collections::BTreeSet;

use e2e::{Browser, Looks, Site, Size};
use serde_json::json;
use thirtyfour::Key;

/// The letter after `g` of every page, and its name in the address.
const PAGES: [(&str, &str); 17] = [
    ("d", "design"),
    ("p", "patterns"),
    ("b", "data"),
    ("q", "query"),
    ("h", "heat"),
    ("c", "cluster"),
    ("t", "transactions"),
    ("s", "streams"),
    ("r", "regions"),
    ("o", "backups"),
    ("m", "cost"),
    ("a", "advice"),
    ("k", "share"),
    ("x", "exchange"),
    ("e", "connect"),
    ("w", "workspaces"),
    ("l", "learn"),
];

/// A walk through the screens, and what is looked at on the way.
struct Walk<'a> {
    browser: &'a Browser,
    visited: BTreeSet<&'static str>,
    looks: Looks<'a>,
}

impl Walk<'_> {
    async fn look(&mut self, screen: &str) {
        self.looks.look(screen).await;
    }

    /// Goes to a page by its keys, and looks at it.
    async fn go(&mut self, slug: &'static str) {
        let (letter, _) =
            PAGES.iter().find(|(_, page)| *page == slug).unwrap_or_else(|| panic!("no page {slug}"));
        self.browser.eval("document.activeElement?.blur()", vec![]).await;
        self.browser.press("g").await;
        self.browser.press(*letter).await;
        self.browser.find(&format!("[data-page={slug}]")).await;
        self.visited.insert(slug);
    }

    /// Opens what a click opens, looks at it, and closes it by Escape.
    async fn over(&mut self, click: &str, opened: &str, screen: &str) {
        self.browser.click(click).await;
        self.browser.find(opened).await;
        self.look(screen).await;
        self.browser.press(Key::Escape + "").await;
        self.browser.wait_gone(opened).await;
    }
}

#[tokio::test]
async fn every_screen_is_for_everybody() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    let looks = Looks::begin(&browser).await;
    let mut walk = Walk { browser: &browser, visited: BTreeSet::new(), looks };

    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.find("[data-part=glimpse][data-state=moving]").await;
    walk.look("start").await;

    // The list of keys has every page, and this test has what the list has.
    browser.click("[data-action=keys]").await;
    browser.find("dialog[open] .shortcuts").await;
    let keys = browser.texts("dialog[open] .shortcuts dt").await;
    let letters: BTreeSet<&str> =
        keys.iter().filter_map(|keys| keys.strip_prefix('g')).map(str::trim).collect();
    let known: BTreeSet<&str> = PAGES.iter().map(|(letter, _)| *letter).collect();
    assert_eq!(letters, known, "every page is visited by this test");
    walk.look("the list of keys").await;
    browser.press(Key::Escape + "").await;
    browser.wait_gone("dialog[open]").await;

    while_traffic_runs(&mut walk).await;
    of_tables(&mut walk).await;
    of_requests(&mut walk).await;
    by_keyboard(&mut walk).await;
    of_transactions_and_streams(&mut walk).await;
    of_the_frame(&mut walk).await;
    of_the_rest(&mut walk, &site).await;
    taught_and_embedded(&mut walk, &site).await;

    let visited: BTreeSet<&str> = PAGES.iter().map(|(_, page)| *page).collect();
    assert_eq!(walk.visited, visited);
    walk.looks.end();
    browser.finish().await;
}

/// Heat, and what is beside it.
async fn while_traffic_runs(walk: &mut Walk<'_>) {
    let browser = walk.browser;
    walk.go("heat").await;
    browser.find("[data-traffic=running]").await;
    browser.find(".heat-map").await;
    walk.look("heat").await;
    browser.click("[data-action=pause]").await;
    browser.click("[data-action=as-table]").await;
    walk.look("heat as a table").await;
    browser.click("[data-action=as-table]").await;
    browser.click("[data-tab=arrivals]").await;
    walk.look("heat: arrivals").await;
    browser.click("[data-tab=latency]").await;
    walk.look("heat: latency").await;
    browser.click("[data-action=compose]").await;
    browser.find("[data-part=composer]").await;
    walk.look("the composer").await;
    browser.click("[data-action=close-composer]").await;
    browser.click("[data-action=stop-traffic]").await;
    browser.find("[data-traffic=stopped]").await;
    walk.look("heat: stopped").await;
    browser.click("[data-action=discard-traffic]").await;
    browser.find("[data-action=start-traffic]").await;
    walk.look("heat: no traffic").await;
    browser.click("[data-action=compare]").await;
    browser.find("[data-action=compare-cart]").await;
    walk.look("heat: two designs").await;
}

/// The tables and their items.
async fn of_tables(walk: &mut Walk<'_>) {
    let browser = walk.browser;
    browser.click("[aria-label=Tables] [data-table=Orders] > .rail-table").await;
    walk.go("design").await;
    browser.find("[data-action=edit], [data-action=delete-table]").await;
    walk.look("design").await;
    walk.over("[data-action=delete-table]", "dialog[open] [name=delete-name]", "design: delete").await;
    browser.click("[data-action=edit]").await;
    browser.find("[data-designer]").await;
    walk.look("design: edit").await;
    walk.go("data").await;
    browser.find(".item-table tbody tr[aria-rowindex]").await;
    walk.look("data").await;
    browser.click(".item-table tbody tr[aria-rowindex]").await;
    browser.find("[data-action=save-item]").await;
    walk.look("data: an item").await;
    browser.click("[data-action=close-item]").await;
    browser.click("[data-action=import]").await;
    browser.find("[data-action=choose-file]").await;
    walk.look("data: import").await;
    browser.click("[data-action=close-import]").await;
    walk.go("patterns").await;
    browser.click("[data-action=take-saved]").await;
    browser.find("[data-action=run-all]").await;
    walk.look("patterns").await;
    browser.click("[data-action=run-all]").await;
    browser.find("[data-verdict]:not([data-verdict=not-run])").await;
    walk.look("patterns: run").await;
    browser.click("[data-action=new-pattern]").await;
    browser.find("[name=pattern-name]").await;
    walk.look("patterns: a new one").await;
    walk.go("cluster").await;
    browser.find("[aria-label=Partitions] tr[data-partition]").await;
    walk.look("cluster").await;
    browser.click("[data-tab=lab]").await;
    browser.click("[data-action=lab-write]:enabled").await;
    walk.look("cluster: reading and writing").await;
    browser.click("[data-tab=settings]").await;
    browser.find("[name=PartitionSizeBytes]").await;
    walk.look("cluster: settings").await;
}

/// A request, its answer and its refusal.
async fn of_requests(walk: &mut Walk<'_>) {
    let browser = walk.browser;
    walk.go("query").await;
    browser.choose("[name=operation]", "Scan").await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("[aria-label=Items] tbody tr[aria-rowindex]").await;
    walk.look("query").await;
    browser.fill("textarea[name=request]", "{\"TableName\": \"Orders\", \"Limit\": 0}").await;
    browser.click("[data-action=run]:enabled").await;
    browser.find("[data-exception=ValidationException]").await;
    walk.look("query: refused").await;
    browser.fill("textarea[name=request]", "{\"TableName\": ").await;
    walk.look("query: no JSON").await;
    browser.choose("[name=operation]", "Query").await;
    walk.look("query: Query").await;
}

/// Transactions, streams and what reads them.
async fn of_transactions_and_streams(walk: &mut Walk<'_>) {
    let browser = walk.browser;
    walk.go("transactions").await;
    browser.click("[data-action=load-accounts]").await;
    browser.wait_gone("[data-action=load-accounts]").await;
    browser.click("[data-action=examples]").await;
    browser.find("[popover]:popover-open [data-value=transfer]").await;
    walk.look("transactions: examples").await;
    browser.click("[popover] [data-value=transfer]").await;
    browser.find("[data-action=begin]").await;
    walk.look("transactions").await;
    browser.click("[data-action=begin]").await;
    browser.click("[data-action=start-1]").await;
    browser.click("[data-action=deliver-1]").await;
    browser.wait_count("[data-row]", 2).await;
    walk.look("transactions: prepared").await;
    browser.click("[data-action=draw-all]").await;
    browser.wait_gone("[data-action=draw-all]").await;
    browser.click("[data-action=explore]").await;
    browser.find("[data-serializable]").await;
    walk.look("transactions: explored").await;
    walk.go("streams").await;
    browser.click("[aria-label=Tables] [data-table=Accounts] > .rail-table").await;
    browser.click("[data-action=enable-stream]").await;
    browser.find("[data-tree-shard][data-shard-state=open]").await;
    browser.click("[data-action=make-change]").await;
    browser.find("[data-record=MODIFY]").await;
    walk.look("streams").await;
    browser.click("[data-record=MODIFY] button").await;
    browser.click("[data-action=stand]").await;
    walk.look("streams: a record").await;
    browser.click("[data-tab=views]").await;
    walk.look("streams: views").await;
    browser.click("[aria-label='Shards as'] [data-tab=table]").await;
    walk.look("streams: shards as a table").await;
    browser.click("[data-tab=consumer]").await;
    browser.click("[data-action=new-source]").await;
    walk.look("consumer: a new source").await;
    browser.fill("[name=attribute]", "touched").await;
    browser.click("[data-action=save-source]").await;
    browser.click("[data-action=change-items]").await;
    browser.click("[data-action=step-batch]:not([disabled])").await;
    browser.find("[data-invocation='1']").await;
    walk.look("consumer").await;
}

/// What is around the pages: menus, dialogs, the timeline, the drawer.
async fn of_the_frame(walk: &mut Walk<'_>) {
    let browser = walk.browser;
    walk.go("query").await;
    walk.over("[data-action=palette]", "[name=palette]", "the palette").await;
    browser.click("[data-action=palette]").await;
    browser.press("zzzz").await;
    walk.look("the palette: nothing").await;
    // The first time it empties the field.
    browser.press(Key::Escape + "").await;
    browser.press(Key::Escape + "").await;
    browser.wait_gone("[name=palette]").await;
    walk.over("[data-action=workspace]", "[popover]:popover-open [data-value=new]", "the workspace's menu")
        .await;
    for (value, screen) in
        [("new", "a new workspace"), ("durability", "durability"), ("delete", "delete the workspace")]
    {
        browser.click("[data-action=workspace]").await;
        walk.over(&format!("[popover] [data-value={value}]"), "dialog[open]", screen).await;
    }
    browser.click("[data-action=events]").await;
    browser.find(".event-count").await;
    walk.look("the events").await;
    browser.press(",").await;
    browser.find("[data-banner=past]").await;
    walk.look("in the past").await;
    walk.over("[data-action=branch]", "dialog[open] [name=branch-name]", "branch").await;
    browser.click("[data-action=pin-a]").await;
    browser.press(",").await;
    browser.click("[data-action=pin-b]").await;
    walk.over("[data-action=compare]", "dialog[open] .comparison-count", "two moments").await;
    browser.click("[data-action=back-to-live]").await;
    browser.wait_gone("[data-banner=past]").await;
    browser.resize(Size::Phone).await;
    browser.click("[data-action=drawer]").await;
    walk.look("the drawer").await;
    browser.resize(Size::Phone).await;
    browser.press(Key::Escape + "").await;
    browser.resize(Size::Desktop).await;
}

/// The pages that follow from what was done.
async fn of_the_rest(walk: &mut Walk<'_>, site: &Site) {
    let browser = walk.browser;
    walk.go("regions").await;
    browser.find("[data-action=add-replica]").await;
    walk.look("regions").await;
    walk.go("backups").await;
    browser.find("[data-action=create-backup]").await;
    walk.look("backups").await;
    walk.go("cost").await;
    walk.look("cost").await;
    browser.click("[data-tab=typed]").await;
    browser.click("[data-part=challenge] summary").await;
    walk.look("cost: typed").await;
    browser.click("[data-action=edit-prices]").await;
    walk.look("cost: prices").await;
    walk.go("advice").await;
    walk.look("advice").await;
    walk.go("share").await;
    browser.find("[data-length]").await;
    browser.click("[data-action=qr]").await;
    browser.find("[data-qr]").await;
    walk.look("share").await;
    walk.go("exchange").await;
    walk.look("exchange").await;
    browser.click("[data-tab=import]").await;
    walk.look("exchange: import").await;
    walk.go("connect").await;
    walk.look("connect").await;
    walk.go("workspaces").await;
    walk.look("workspaces").await;
    walk.over("[data-action=rename]", "dialog[open] [name=workspace-new-name]", "rename").await;
    browser.eval("location.hash = 'd=1.broken'", vec![]).await;
    browser.find("[data-banner=link]").await;
    walk.look("a broken link").await;
    browser.click("[data-action=dismiss-link]").await;
    walk.go("design").await;
    browser.click("[data-action=samples], [data-action=from-sample]").await;
    browser.find("[data-sample=users]").await;
    walk.look("samples").await;
    browser.click("[data-action=new-table]").await;
    browser.find("[data-designer=new]").await;
    browser.click("[data-action=add-gsi]").await;
    browser.click("[data-action=send]").await;
    walk.look("a new table, refused").await;
    browser.goto(&site.url("?page=design&paste")).await;
    browser.find("[name=pasted]").await;
    walk.look("a pasted table").await;
}

/// Where the focus is: what has it, and in which part of the frame.
async fn here(browser: &Browser) -> (String, String) {
    let here = browser.eval("return accessible.here()", vec![]).await;
    let text = |name: &str| here[name].as_str().unwrap_or_default().to_owned();
    let at = (text("name"), text("part"));
    assert!(here["stays"] == false || at.1 == "body", "the focus stays where it is: {here}");
    assert!(here["seen"] == true || at.1 == "body", "the focus is out of sight: {here}");
    at
}

/// The Tab key from the top of the page to its end, and into what opens and back.
async fn by_keyboard(walk: &mut Walk<'_>) {
    let browser = walk.browser;
    walk.go("query").await;
    browser.eval("accessible.top()", vec![]).await;
    browser.press(Key::Tab + "").await;
    assert!(here(browser).await.0.contains("skip-link"), "the first stop");
    let mut parts = Vec::new();
    for _ in 0..150 {
        browser.press(Key::Tab + "").await;
        let (name, part) = here(browser).await;
        if part == "body" || name.contains("skip-link") {
            break;
        }
        if parts.last() != Some(&part) {
            parts.push(part);
        }
    }
    assert_eq!(parts, ["top-bar", "rail", "tab-row", "page", "strip"], "once round");

    // Past the bar and the tables.
    browser.eval("document.querySelector('[data-action=skip]').focus()", vec![]).await;
    browser.press(Key::Enter + "").await;
    assert_eq!(here(browser).await.1, "main");
    browser.press(Key::Tab + "").await;
    assert_eq!(here(browser).await.1, "tab-row");

    // What opens takes the focus, holds it, and gives it back.
    for (action, opened) in
        [("keys", "dialog[open]"), ("palette", "dialog[open]"), ("workspace", "[popover]:popover-open")]
    {
        let button = format!("[data-action={action}]");
        browser.eval("document.querySelector(arguments[0]).focus()", vec![json!(button)]).await;
        browser.press(Key::Enter + "").await;
        browser.find(opened).await;
        let inside = format!("return !!document.activeElement.closest('{opened}')");
        browser
            .until("the focus inside", async || (browser.eval(&inside, vec![]).await == true).then_some(()))
            .await;
        if opened == "dialog[open]" {
            for _ in 0..4 {
                browser.press(Key::Tab + "").await;
                let part = here(browser).await.1;
                assert!(part == "dialog" || part == "body", "{action}: {part}");
            }
        }
        browser.press(Key::Escape + "").await;
        browser.wait_gone(opened).await;
        let back = format!("return document.activeElement.matches('{button}')");
        browser
            .until("the focus back", async || (browser.eval(&back, vec![]).await == true).then_some(()))
            .await;
    }
}

/// A lesson, and a sandbox in somebody's document.
async fn taught_and_embedded(walk: &mut Walk<'_>, site: &Site) {
    walk.go("learn").await;
    walk.browser.find("[data-lesson=partitions]").await;
    walk.look("learn").await;
    walk.browser.goto(&site.url("?lesson=partitions&step=1")).await;
    walk.browser.find("aside[data-lesson=partitions]").await;
    walk.look("a lesson").await;
    walk.browser.goto(&site.url("?embed&page=query&embed-panels=query+data")).await;
    walk.browser.find("[data-page=query]").await;
    walk.look("a sandbox").await;
}
