//! The HTML that puts a sandbox into somebody's document. Pure.

use std::fmt::Write as _;

use crate::state::route::{Page, Route};
use crate::state::theme::Theme;

/// How the sandbox is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Sandbox {
    /// The page that it shows first.
    pub view: Page,
    /// The pages that its reader chooses from; none where it is `view` alone.
    pub panels: Vec<Page>,
    /// In CSS pixels.
    pub height: u32,
    /// As high as the page in it, which only the element can be.
    pub auto_height: bool,
    /// The lesson beside the page, and its step from one: it says what is shown, and brings its own tables.
    pub lesson: Option<(String, u32)>,
    /// Light, dark, or as the reader's system has it.
    pub theme: Theme,
    /// The reader looks and changes nothing.
    pub read_only: bool,
    /// What the page is for goes on by itself.
    pub autorun: bool,
    /// As the element of `embed.js`, which speaks with its document; else as a plain frame, which needs no script.
    pub element: bool,
}

impl Default for Sandbox {
    fn default() -> Sandbox {
        Sandbox {
            view: Page::Query,
            panels: Vec::new(),
            height: 560,
            auto_height: false,
            lesson: None,
            theme: Theme::System,
            read_only: false,
            autorun: false,
            element: true,
        }
    }
}

impl Sandbox {
    /// The address of the sandbox: the site at `base` without its navigation.
    pub fn address(&self, base: &str, fragment: &str) -> String {
        let mut route = Route { page: self.view, ..Route::default() }.with("embed", Some(String::new()));
        if let Some((lesson, step)) = &self.lesson {
            route = Route { page: Page::Start, ..route }.with_lesson(lesson, Some(*step as usize));
        }
        if !self.panels.is_empty() {
            route = route.with("embed-panels", Some(self.slugs()));
        }
        if self.theme != Theme::System {
            route = route.with("embed-theme", Some(self.theme.name().to_owned()));
        }
        for (name, on) in [("embed-read-only", self.read_only), ("embed-autorun", self.autorun)] {
            if on {
                route = route.with(name, Some(String::new()));
            }
        }
        match self.lesson {
            Some(_) => format!("{base}{}", route.query()),
            None => format!("{base}{}#{fragment}", route.query()),
        }
    }

    /// What is to be pasted into the document.
    pub fn html(&self, base: &str, fragment: &str, title: &str) -> String {
        let title = escape(title);
        if !self.element {
            return format!(
                "<iframe src=\"{}\"\n  title=\"{title}\" width=\"100%\" height=\"{}\" loading=\"lazy\"\n  allow=\"clipboard-write\" style=\"border: 1px solid #c9c9c2; border-radius: 6px\"></iframe>",
                escape(&self.address(base, fragment)),
                self.height,
            );
        }
        // The page may be addressed by its file's name.
        let folder = base.rfind('/').map_or(base, |end| &base[..=end]);
        let shown = match &self.lesson {
            Some((lesson, step)) => format!("lesson=\"{}\" step=\"{step}\"", escape(lesson)),
            None => format!("view=\"{}\"", self.view.slug()),
        };
        let height = if self.auto_height { "auto".to_owned() } else { self.height.to_string() };
        let mut html = format!(
            "<script src=\"{}embed.js\" defer></script>\n<dynascope-sandbox title=\"{title}\"\n  {shown} height=\"{height}\"",
            escape(folder),
        );
        if self.theme != Theme::System {
            // Writing to a String cannot fail.
            let _ = write!(html, " theme=\"{}\"", self.theme.name());
        }
        if !self.panels.is_empty() {
            let _ = write!(html, " panels=\"{}\"", self.slugs());
        }
        for (name, on) in [("read-only", self.read_only), ("autorun", self.autorun)] {
            if on {
                let _ = write!(html, " {name}");
            }
        }
        let _ = match self.lesson {
            Some(_) => write!(html, "></dynascope-sandbox>"),
            None => write!(html, "\n  src=\"{}#{fragment}\"></dynascope-sandbox>", escape(base)),
        };
        html
    }

    fn slugs(&self) -> String {
        let slugs: Vec<&str> = self.panels.iter().map(|page| page.slug()).collect();
        slugs.join(" ")
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://example.org/d/";

    #[test]
    fn a_plain_frame_is_sound_html_and_says_all_in_its_address() {
        let frame = Sandbox { element: false, ..Sandbox::default() };
        let html = frame.html(BASE, "d=1.abc", "Orders \"review\" <1>");
        assert!(html.contains("src=\"https://example.org/d/?page=query&amp;embed#d=1.abc\""), "{html}");
        assert!(html.contains("title=\"Orders &quot;review&quot; &lt;1&gt;\""), "{html}");
        let all = Sandbox {
            panels: vec![Page::Data, Page::Query],
            theme: Theme::Dark,
            read_only: true,
            autorun: true,
            ..frame
        };
        assert_eq!(
            all.address(BASE, "d=1.abc"),
            "https://example.org/d/?page=query&embed&embed-autorun&embed-panels=data+query&embed-read-only&embed-theme=dark#d=1.abc"
        );
    }

    #[test]
    fn the_element_carries_what_differs_from_what_it_is_by_itself() {
        let html = Sandbox::default().html(BASE, "d=1.abc", "Orders");
        assert_eq!(
            html,
            "<script src=\"https://example.org/d/embed.js\" defer></script>\n<dynascope-sandbox title=\"Orders\"\n  view=\"query\" height=\"560\"\n  src=\"https://example.org/d/#d=1.abc\"></dynascope-sandbox>"
        );
        let all = Sandbox {
            panels: vec![Page::Heat],
            theme: Theme::Light,
            read_only: true,
            autorun: true,
            ..Sandbox::default()
        };
        let html = all.html(BASE, "d=1.abc", "Orders");
        assert!(html.contains(" theme=\"light\" panels=\"heat\" read-only autorun\n"), "{html}");
    }

    #[test]
    fn a_lesson_says_what_is_shown_and_a_page_may_be_as_high_as_it_is() {
        let sandbox =
            Sandbox { lesson: Some(("ttl".to_owned(), 2)), auto_height: true, ..Sandbox::default() };
        let html = sandbox.html(BASE, "d=1.abc", "Time to Live");
        assert!(
            html.ends_with(
                "<dynascope-sandbox title=\"Time to Live\"\n  lesson=\"ttl\" step=\"2\" height=\"auto\"></dynascope-sandbox>"
            ),
            "{html}"
        );
        assert_eq!(
            sandbox.address(BASE, "d=1.abc"),
            "https://example.org/d/?page=start&embed&lesson=ttl&step=2"
        );
    }
}
