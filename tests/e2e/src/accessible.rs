//! What is asked of every screen for those who see little, use no mouse or want nothing to move: axe-core's rules of WCAG 2.2 A and AA, and
//! what it does not ask (`accessible.js`), in two sizes and both themes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use thirtyfour::Key;

use crate::{Browser, Size};

/// The screens that were looked at, and what was found on them.
pub struct Looks<'a> {
    browser: &'a Browser,
    found: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Looks<'a> {
    /// Brings the checks into every document that this browser opens from now on.
    pub async fn begin(browser: &'a Browser) -> Looks<'a> {
        let modules = xtask::setup::node::prepare().unwrap_or_else(|failure| panic!("{failure}"));
        let axe = std::fs::read_to_string(modules.join("axe-core/axe.min.js"));
        let axe = axe.unwrap_or_else(|error| panic!("axe-core: {error}"));
        browser.before_every_page(&format!("{axe};\n{}", include_str!("accessible.js"))).await;
        let looks = Looks { browser, found: BTreeMap::new() };
        looks.prefer("light").await;
        looks
    }

    async fn prefer(&self, scheme: &str) {
        let features = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.browser.cdp("Emulation.setEmulatedMedia", features).await;
    }

    /// Looks at what is shown: what only the theme can change is asked of both themes. Leaves a desktop's size behind.
    pub async fn look(&mut self, screen: &str) {
        let contrast = json!(["color-contrast"]);
        let looks = [
            (Size::Phone, "dark", Value::Null),
            (Size::Desktop, "light", Value::Null),
            (Size::Desktop, "dark", contrast),
        ];
        for (size, scheme, only) in looks {
            self.browser.resize(size).await;
            self.prefer(scheme).await;
            let focus = size == Size::Desktop && only.is_null();
            if focus {
                // The focus is seen where the last thing that was used is the keyboard.
                self.browser.press(Key::Shift + "").await;
            }
            let options = json!({"only": only, "focus": focus});
            let found = self.browser.eval("return accessible.look(arguments[0])", vec![options]).await;
            let Value::Array(lines) = found else { panic!("{screen}: {found}") };
            for line in lines {
                let line = line.as_str().unwrap_or_default().to_owned();
                let place = format!("{screen}, {size:?}, {scheme}");
                if !self.found.contains_key(&line) {
                    eprintln!("{place}: {line}");
                }
                self.found.entry(line).or_default().insert(place);
            }
        }
    }

    /// Fails if anything was found.
    pub fn end(self) {
        let found = self.found.iter().map(|(what, places)| format!("{what}\n    on {places:?}"));
        let found: Vec<String> = found.collect();
        assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    }
}
