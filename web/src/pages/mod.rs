//! The pages: each joins components, hooks and the client. A page never draws a thing of its own that a component could,
//! never keeps what the state keeps, and knows no other page.
//!
//! # To add a page
//!
//! 1. Make `pages/<page>/mod.rs` with `#[component] pub fn <Page>Page() -> Html` and declare the module below.
//! 2. Its [`crate::state::route::Page`] stands there already; add a new one where it does not.
//! 3. Add one line to [`PAGES`], in the order of the tabs. From then on it has its tab, its key (`g`, then its letter) and its
//!    address `?page=<slug>&table=…&index=…`. What is not in this list is nowhere in the interface.
//! 4. Its style sheet is `static/css/<page>.css`, linked from `static/index.html`; colours and sizes come from `tokens.css`.
//!
//! Inside a page: `use_route()` says which table is chosen (`tables.chosen(route.table.as_deref())`), and
//! `route.go.emit(route.with("row", Some(…)))` keeps a page's own parameters in the address; `use_call()` runs an operation
//! and holds its state; `use_client().call(…)` is the same as a future, for work of many calls; [`WhatHappened`] and
//! [`ErrorPanel`] draw what came of it; `use_loader()` loads a whole document. The rail opens `?page=design&new` and `?page=design&samples`.
//!
//! [`WhatHappened`]: crate::components::WhatHappened
//! [`ErrorPanel`]: crate::components::ErrorPanel

use yew::prelude::*;

use crate::state::route::Page;

pub mod advice;
pub mod backups;
pub mod cluster;
pub mod connect;
pub mod cost;
pub mod consumer;
pub mod data;
pub mod design;
pub mod exchange;
pub mod heat;
pub mod learn;
pub mod patterns;
pub mod query;
pub mod regions;
pub mod share;
pub mod start;
pub mod streams;
pub mod transactions;
pub mod workspaces;

/// A page in the interface.
pub struct PageEntry {
    /// Which.
    pub page: Page,
    /// Its tab.
    pub label: &'static str,
    /// Its icon in the sprite.
    pub icon: &'static str,
    /// The letter after `g`.
    pub letter: &'static str,
    /// Whether it has a tab (the others have buttons instead: in the top bar, in the workspace menu, on Design and Share).
    pub tab: bool,
    /// Draws it.
    pub view: fn() -> Html,
}

/// Every page there is, in the order of the tabs.
pub const PAGES: &[PageEntry] = &[
    PageEntry {
        page: Page::Design,
        label: "Design",
        icon: "pencil",
        letter: "d",
        tab: true,
        view: || html! { <design::DesignPage /> },
    },
    PageEntry {
        page: Page::Patterns,
        label: "Patterns",
        icon: "list-checks",
        letter: "p",
        tab: true,
        view: || html! { <patterns::PatternsPage /> },
    },
    PageEntry {
        page: Page::Data,
        label: "Data",
        icon: "table-2",
        letter: "b",
        tab: true,
        view: || html! { <data::DataPage /> },
    },
    PageEntry {
        page: Page::Query,
        label: "Query",
        icon: "terminal",
        letter: "q",
        tab: true,
        view: || html! { <query::QueryPage /> },
    },
    PageEntry {
        page: Page::Heat,
        label: "Heat",
        icon: "flame",
        letter: "h",
        tab: true,
        view: || html! { <heat::HeatPage /> },
    },
    PageEntry {
        page: Page::Cluster,
        label: "Cluster",
        icon: "server",
        letter: "c",
        tab: true,
        view: || html! { <cluster::ClusterPage /> },
    },
    PageEntry {
        page: Page::Transactions,
        label: "Transactions",
        icon: "git-merge",
        letter: "t",
        tab: true,
        view: || html! { <transactions::TransactionsPage /> },
    },
    PageEntry {
        page: Page::Streams,
        label: "Streams",
        icon: "radio",
        letter: "s",
        tab: true,
        view: || html! { <streams::StreamsPage /> },
    },
    PageEntry {
        page: Page::Regions,
        label: "Regions",
        icon: "copy",
        letter: "r",
        tab: true,
        view: || html! { <regions::RegionsPage /> },
    },
    PageEntry {
        page: Page::Backups,
        label: "Backups",
        icon: "history",
        letter: "o",
        tab: true,
        view: || html! { <backups::BackupsPage /> },
    },
    PageEntry {
        page: Page::Cost,
        label: "Cost",
        icon: "scale",
        letter: "m",
        tab: true,
        view: || html! { <cost::CostPage /> },
    },
    PageEntry {
        page: Page::Advice,
        label: "Advice",
        icon: "info",
        letter: "a",
        tab: true,
        view: || html! { <advice::AdvicePage /> },
    },
    PageEntry {
        page: Page::Share,
        label: "Share",
        icon: "share-2",
        letter: "k",
        tab: false,
        view: || html! { <share::SharePage /> },
    },
    PageEntry {
        page: Page::Exchange,
        label: "Export and import",
        icon: "file-json",
        letter: "x",
        tab: false,
        view: || html! { <exchange::ExchangePage /> },
    },
    PageEntry {
        page: Page::Connect,
        label: "Connect to a real endpoint",
        icon: "server",
        letter: "e",
        tab: false,
        view: || html! { <connect::ConnectPage /> },
    },
    PageEntry {
        page: Page::Workspaces,
        label: "Workspaces",
        icon: "layers",
        letter: "w",
        tab: false,
        view: || html! { <workspaces::WorkspacesPage /> },
    },
    PageEntry {
        page: Page::Learn,
        label: "Learn",
        icon: "book-open",
        letter: "l",
        tab: true,
        view: || html! { <learn::LearnPage /> },
    },
];

/// The entry of a page, or Query's where there is no such page.
pub fn entry(page: Page) -> &'static PageEntry {
    let of = |page| PAGES.iter().find(|entry| entry.page == page);
    of(page).or_else(|| of(Page::Query)).unwrap_or(&PAGES[0])
}

/// Whether there is such a page.
pub fn has(page: Page) -> bool {
    PAGES.iter().any(|entry| entry.page == page)
}

/// Whether a page has something to show of a real endpoint: the others show what only the engine knows.
pub fn is_of_endpoints(page: Page) -> bool {
    matches!(
        page,
        Page::Design | Page::Data | Page::Query | Page::Exchange | Page::Connect | Page::Workspaces
    )
}
