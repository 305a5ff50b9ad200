//! Somebody reads the documentation, page by page, and runs what is in it.

use e2e::{Browser, Looks, Site, Size};
use serde_json::{Value, json};

/// The names of the pages, in their order.
async fn pages(browser: &Browser) -> Vec<String> {
    let links = "return [...document.querySelectorAll('nav[aria-label=Documentation] a')].map(a => a.getAttribute('href'))";
    let links: Value = browser.eval(links, vec![]).await;
    links.as_array().into_iter().flatten().filter_map(|link| link.as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn every_page_is_for_everybody_and_its_programs_print_what_it_says() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    let mut looks = Looks::begin(&browser).await;
    browser.goto(&site.url("docs/")).await;
    let pages = pages(&browser).await;
    assert!(pages.len() > 5, "{pages:?}");
    let (mut ran, mut sandboxes) = (0, 0);
    for page in &pages {
        browser.goto(&site.url(&format!("docs/{page}"))).await;
        browser.find("nav[aria-label=Documentation] [aria-current=page]").await;
        // A sandbox is there when it is come to, and shows its page.
        let count =
            browser.eval("return document.querySelectorAll('dynascope-sandbox').length", vec![]).await;
        for at in 0..count.as_u64().unwrap_or(0) {
            let come = "document.querySelectorAll('dynascope-sandbox')[arguments[0]].scrollIntoView()";
            browser.eval(come, vec![json!(at)]).await;
            let frame = format!(
                "return document.querySelectorAll('dynascope-sandbox')[{at}].shadowRoot.querySelector('iframe')"
            );
            browser.enter_frame_of(&frame).await;
            browser.find("[data-frame=embed] [data-page]").await;
            browser.wait_text("[role=status][data-level=done]", "is loaded").await;
            browser.leave_frame().await;
            sandboxes += 1;
        }
        let snippets =
            browser.eval("return document.querySelectorAll('[data-snippet]').length", vec![]).await;
        for at in 1..=snippets.as_u64().unwrap_or(0) {
            let name = format!("[data-snippet='{}-{at}.js']", page.trim_end_matches(".html"));
            browser.click(format!("{name} [data-action=run]").as_str()).await;
            let printed = browser.text(format!("{name} [data-part=printed][data-done]").as_str()).await;
            let wanted =
                "return document.querySelector(arguments[0] + ' ~ .answer [data-part=answer]').textContent";
            let wanted = browser.eval(wanted, vec![json!(name)]).await;
            assert_eq!(printed.trim(), wanted.as_str().unwrap_or_default().trim(), "{name}");
            ran += 1;
        }
        looks.look(page).await;
    }
    assert!(ran >= 3 && sandboxes >= 3, "{ran} programs, {sandboxes} sandboxes");

    // The theme is the site's own choice.
    browser.click("[data-action=theme]").await;
    browser.click("[data-action=theme]").await;
    browser.find("html[data-theme=dark]").await;
    browser.goto(&site.url("?page=query")).await;
    browser.find("html[data-theme=dark]").await;
    looks.end();
    browser.finish().await;
}
