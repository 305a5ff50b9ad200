//! A teacher sends a design to a student.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};

/// The sample's table and its indexes, with all of their items.
const ORDERS: &str = "Orders\n402\nLSI\ncreated_at-index\n402\nGSI\nstatus-index\n402";

/// Opens the site and loads the Orders sample.
async fn open_orders(site: &Site) -> Browser {
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.click("[data-action=load-orders]").await;
    browser.find("[data-page=query]").await;
    browser.find("[aria-label=Tables] [data-table=Orders][data-status=ACTIVE]").await;
    until_tables(&browser, &[ORDERS.to_owned()]).await;
    browser
}

/// The tables and indexes on the left, with their counts.
async fn tables(browser: &Browser) -> Vec<String> {
    browser.texts("[aria-label=Tables] [data-table]").await
}

/// Waits until the tables and indexes on the left are these, with these counts: what is counted follows what is stored.
async fn until_tables(browser: &Browser, wanted: &[String]) {
    let same = async || (tables(browser).await == wanted).then_some(());
    browser.until("the same tables, indexes and counts", same).await;
}

/// The first items that a Scan of the table shows; how many fit depends on the window.
async fn items(browser: &Browser) -> Vec<String> {
    browser.choose("[name=operation]", "Scan").await;
    browser.click("[data-action=run]").await;
    browser.wait_text("[aria-label=Answer]", "items").await;
    browser.find("[aria-label=Items] tbody tr[aria-rowindex]").await;
    let mut rows = browser.texts("[aria-label=Items] tbody tr[aria-rowindex]").await;
    rows.truncate(8);
    rows
}

/// The names of the saved requests.
async fn saved_requests(browser: &Browser) -> Vec<String> {
    browser.click("[data-action=saved]").await;
    browser.find("[popover] [data-value]").await;
    let names = browser.texts("[popover] [data-value]").await;
    browser.click("[data-action=saved]").await;
    browser.wait_gone("[popover] [data-value]").await;
    names
}

/// The link on the Share page, once it is made, and its length.
async fn link(browser: &Browser) -> String {
    browser.find("[data-length]").await;
    let link = browser.attribute("[name=link]", "value").await.unwrap_or_default();
    assert_eq!(browser.attribute("[data-length]", "data-length").await, Some(link.len().to_string()));
    assert!(link.contains("#d=1."), "{link}");
    link
}

#[tokio::test]
async fn a_teacher_shares_orders_and_a_student_sees_the_same_design_and_items() {
    let site = Site::open();
    let teacher = open_orders(&site).await;
    let (tables_before, requests_before) = (tables(&teacher).await, saved_requests(&teacher).await);
    let items_before = items(&teacher).await;
    teacher.click("[data-action=share]").await;
    teacher.fill("[name=share-name]", "Orders for Monday").await;
    let link = link(&teacher).await;
    teacher.screenshot("share").await;
    teacher.finish().await;

    let student = Browser::open(Size::Desktop).await;
    student.goto(&link).await;
    student.wait_text("[data-action=workspace]", "Orders for Monday").await;
    student.wait_text("[role=status][data-level=done]", "is loaded").await;
    student.find("[data-page=query]").await;
    student.used_up().await;
    until_tables(&student, &tables_before).await;
    assert_eq!(saved_requests(&student).await, requests_before);
    student.screenshot("shared-link-opened").await;
    assert_eq!(items(&student).await, items_before);

    student.reload().await;
    student.wait_text("[data-action=workspace]", "Orders for Monday").await;
    student.find("[aria-label=Tables] [data-table=Orders]").await;
    until_tables(&student, &tables_before).await;
    assert_eq!(items(&student).await, items_before);
    // The same design, items and requests give the same link.
    student.click("[data-action=share]").await;
    assert_eq!(self::link(&student).await, link);
    student.click("[data-action=workspace]").await;
    student.find("[popover] [data-value^='open:']").await;
    let workspaces = student.texts("[popover] [data-value^='open:']").await;
    assert_eq!(workspaces, ["Orders for Monday"], "nobody asked for another one");
    student.finish().await;
}

#[tokio::test]
async fn a_link_opens_on_its_page_and_may_carry_a_seed_in_place_of_items() {
    let site = Site::open();
    let teacher = Browser::open(Size::Desktop).await;
    teacher.goto(&site.url("?page=design&samples")).await;
    teacher.click("[data-sample=app-data] [data-action=load]:enabled").await;
    teacher.find("nav [data-table=AppData]").await;
    teacher.wait_gone("[data-loading]").await;
    teacher.goto(&site.url("?page=share&table=AppData")).await;
    let whole = link(&teacher).await;
    teacher.click("[name=seeded]").await;
    teacher.fill("[name=seed]", "x").await;
    teacher.wait_text(".share-what", "A whole number.").await;
    teacher.fill("[name=seed]", "7").await;
    teacher.choose("[name=opens]", "Item collections").await;
    let seeded = teacher
        .until("a shorter link", async || {
            let link = teacher.attribute("[name=link]", "value").await?;
            (link.contains("collections#d=") && link.len() < whole.len()).then_some(link)
        })
        .await;
    teacher.screenshot("share-seed").await;
    teacher.finish().await;

    let mut seen = Vec::new();
    for _ in 0..2 {
        let student = Browser::open(Size::Desktop).await;
        student.goto(&seeded).await;
        student.wait_text("[role=status][data-level=done]", "is loaded").await;
        student.used_up().await;
        student.find("[data-page=design] .collections-presence").await;
        student.screenshot("shared-seed-opened").await;
        // Behind an opening the count comes whole.
        student.reload().await;
        seen.push(student.text("nav [data-table=AppData] > .rail-table").await);
        student.finish().await;
    }
    assert!(seen[0] == seen[1] && !seen[0].ends_with(" 0"), "the same items everywhere: {seen:?}");
}

#[tokio::test]
async fn a_link_opened_twice_makes_two_workspaces_and_overwrites_nothing() {
    let site = Site::open();
    let browser = open_orders(&site).await;
    browser.click("[data-action=share]").await;
    let link = link(&browser).await;
    let fragment = link.split_once('#').map(|(_, fragment)| fragment).unwrap_or_default();
    for name in ["Orders", "Orders 2"] {
        browser.eval("location.hash = arguments[0]", vec![json!(fragment)]).await;
        browser.wait_text("[data-action=workspace]", name).await;
        browser.wait_text("[role=status][data-level=done]", "is loaded").await;
        browser.used_up().await;
    }
    browser.click("[data-action=workspace]").await;
    browser.click("[popover] [data-value='open:Sample']").await;
    browser.find("[aria-label=Tables] [data-table=Orders]").await;
    browser.finish().await;
}

#[tokio::test]
async fn without_items_the_link_is_short_and_the_file_has_them_all() {
    let site = Site::open();
    let browser = open_orders(&site).await;
    let before = tables(&browser).await;
    browser.click("[data-action=share]").await;
    let whole = link(&browser).await;
    browser.click("[data-action=save-file]").await;
    let file = browser.profile().downloads().join("orders.dynascope.json");
    browser.until("the saved file", async || file.is_file().then_some(())).await;
    let saved: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(saved["tables"][0]["TableName"], "Orders");
    browser.click("[name=items][value=Orders]").await;
    browser
        .until("a shorter link", async || {
            let link = browser.attribute("[name=link]", "value").await?;
            (!link.is_empty() && link.len() < whole.len()).then_some(())
        })
        .await;
    browser.upload("[name=document]", &file).await;
    browser.wait_text("[data-action=workspace]", "Orders").await;
    browser.wait_text("[role=status][data-level=done]", "is loaded").await;
    until_tables(&browser, &before).await;
    browser.finish().await;
}

#[tokio::test]
async fn a_broken_link_says_so_and_harms_nothing() {
    let site = Site::open();
    let browser = open_orders(&site).await;
    let before = tables(&browser).await;
    browser.click("[data-action=share]").await;
    let whole = link(&browser).await;
    let cut = &whole[..whole.len() - 40];
    for (broken, said) in [
        (cut.to_owned(), "cut off"),
        (site.url("#d=7.abc"), "newer Dynascope"),
        (site.url("#d=1.%%%"), "cut off"),
    ] {
        let fragment = broken.split_once('#').map(|(_, fragment)| fragment).unwrap_or_default();
        browser.eval("location.hash = arguments[0]", vec![json!(fragment)]).await;
        browser.wait_text("[data-banner=link]", said).await;
        assert_eq!(browser.text("[data-action=workspace]").await, "Sample");
        browser.click("[data-action=dismiss-link]").await;
        browser.wait_gone("[data-banner=link]").await;
        assert_eq!(browser.eval("return location.hash", vec![]).await, "");
    }
    // A sound link whose design the engine refuses: its workspace goes again.
    let pack = "const text = new Blob([arguments[0]]).stream().pipeThrough(new CompressionStream('deflate'));
        return new Response(text).bytes().then(bytes => {
            const data = btoa(String.fromCharCode(...bytes));
            location.hash = 'd=1.' + data.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
        })";
    let table = json!({"TableName": "!", "KeySchema": [], "AttributeDefinitions": []});
    let document = json!({"dynascope": 1, "name": "Refused", "tables": [table]});
    browser.eval(pack, vec![json!(document.to_string())]).await;
    browser.wait_text("[data-loading=failed]", "Everything is as it was before").await;
    browser.screenshot("share-refused").await;
    browser.wait_text("[data-action=workspace]", "Sample").await;
    browser.click("[data-action=dismiss-loading]").await;
    browser.find("[aria-label=Tables] [data-table=Orders]").await;
    until_tables(&browser, &before).await;
    browser.click("[data-action=workspace]").await;
    browser.find("[popover] [data-value^='open:']").await;
    assert_eq!(browser.texts("[popover] [data-value^='open:']").await.len(), 1);
    browser.finish().await;

    let fresh = Browser::open(Size::Phone).await;
    fresh.goto(&site.url("#d=1.broken")).await;
    fresh.wait_text("[data-banner=link]", "cut off").await;
    fresh.screenshot("share-broken-phone").await;
    fresh.finish().await;
}
