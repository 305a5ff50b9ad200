//! A real browser on the built site, for tests that are one person's goal each.
//!
//! A test file of `tests/` reads like this:
//!
//! ```no_run
//! use e2e::{Browser, Site, Size};
//!
//! # async fn test() {
//! let site = Site::open();                                  // dist/, served from a sub-path on a free port
//! let browser = Browser::open(Size::Desktop).await;         // Chromium with a fresh profile
//! browser.goto(&site.url("?page=query")).await;             // waits for <body data-ready>
//! browser.fill("[name=table]", "Orders").await;             // every action waits for its element
//! browser.click(("button", "Run")).await;                   // a selector, or a selector and the visible text
//! browser.wait_text("[data-part=result]", "shipped").await; // every wait has a deadline and says what it saw
//! browser.screenshot("query").await;                        // target/screenshots/query.png
//! browser.finish().await;                                   // fails if the console has an error
//! # }
//! ```
//!
//! Selectors are by `data-*` and `aria-*` attributes and by visible text, not by class. What belongs where:
//! - [`Site`] serves the folder that `DYNASCOPE_DIST` names, else `dist/` (`cargo xtask dist` makes it).
//! - [`Browser`] is the guard: it starts chromedriver on a free port, and when it goes, also in a panic, the whole tree
//!   of processes is killed. [`Browser::finish`] must be called at a test's end; it reads the console. A console
//!   error that the test provokes is taken out with [`Browser::expect_console`]. [`Browser::kill`] is SIGKILL at once.
//! - [`Profile`] is the browser's folder on disk: open it again after a kill to see what survived.
//! - A failing action takes a screenshot, `target/screenshots/failed-….png`.
//!
//! It never sleeps: it waits for conditions, asked again at short intervals until a deadline.

mod accessible;
mod browser;
mod page;
mod processes;
mod profile;
mod site;

pub use accessible::Looks;
pub use browser::{Browser, Size};
pub use page::Target;
pub use profile::Profile;
pub use site::Site;
