//! The style sheets of what a first visit does not show: one file, which comes with the rest of the page.
//!
//! `static/index.html` marks them by `data-later`. The page names the one file in their place by a link without effect, which
//! `static/rest.js` makes a style sheet.

/// What marks a style sheet that comes later.
const MARK: &str = "data-later";

/// A page without its later style sheets, and the paths of these in their order.
#[derive(Debug, PartialEq, Eq)]
pub struct Taken {
    /// The page's text up to the first of them.
    before: String,
    /// The page's text behind it, without the others.
    after: String,
    /// Where each was, as the page names it.
    pub paths: Vec<String>,
}

impl Taken {
    /// The page that brings the file of this name later.
    pub fn naming(&self, file: &str) -> String {
        format!("{}<link rel=\"later\" href=\"./{file}\">{}", self.before, self.after)
    }
}

/// Takes the later style sheets out of a page. `None` where it names none.
pub fn take(page: &str) -> Option<Taken> {
    let (mut before, mut after, mut paths) = (None, String::new(), Vec::new());
    let mut left = page;
    while let Some(at) = left.find("<link") {
        let end = left[at..].find('>').map_or(left.len(), |end| at + end + 1);
        let (text, link) = (&left[..at], &left[at..end]);
        after.push_str(text);
        match path(link) {
            Some(path) => {
                before.get_or_insert_with(|| std::mem::take(&mut after));
                paths.push(path.to_owned());
            }
            None => after.push_str(link),
        }
        left = &left[end..];
    }
    after.push_str(left);
    before.map(|before| Taken { before, after, paths })
}

/// The path that a link names, if it is a later style sheet.
fn path(link: &str) -> Option<&str> {
    link.contains(MARK).then_some(())?;
    let (_, from) = link.split_once("href=\"./")?;
    from.split_once('"').map(|(path, _)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_style_sheets_become_one_and_the_others_stay() {
        let page = "<link rel=\"icon\" href=\"i.svg\"><link rel=\"stylesheet\" href=\"./a-1.css\"/>\n\
            <link rel=\"stylesheet\" href=\"./b-2.css\" data-later/><link rel=\"stylesheet\" href=\"./c-3.css\" data-later/><p>";
        let taken = take(page).unwrap();
        assert_eq!(taken.paths, ["b-2.css", "c-3.css"]);
        assert_eq!(
            taken.naming("pages.css"),
            "<link rel=\"icon\" href=\"i.svg\"><link rel=\"stylesheet\" href=\"./a-1.css\"/>\n<link rel=\"later\" href=\"./pages.css\"><p>"
        );
        assert_eq!(take(&taken.naming("pages.css")), None);
    }
}
