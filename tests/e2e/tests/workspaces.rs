//! Somebody keeps several workspaces: names, copies, deletion and its undo, and files of whole ones.

use std::fs;
use std::path::PathBuf;

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};

/// A file of a workspace, made by hand as its form is described: `web/src/share/archive.rs`.
struct File {
    bytes: Vec<u8>,
    frames: u64,
    crcs: crc32fast::Hasher,
}

impl File {
    fn begin(name: &str) -> File {
        let mut file = File { bytes: b"DYNF\x01\0\0\0".to_vec(), frames: 0, crcs: crc32fast::Hasher::new() };
        file.frame(b'H', 0, json!({"name": name, "exportedMs": 1}).to_string().as_bytes());
        file
    }

    fn frame(&mut self, kind: u8, number: u64, body: &[u8]) {
        let mut head = vec![kind, 0, 0, 0];
        head.extend(number.to_le_bytes());
        head.extend((body.len() as u32).to_le_bytes());
        head.extend((body.len() as u32).to_le_bytes());
        let crc = crc32fast::hash(&[head.as_slice(), body].concat()).to_le_bytes();
        self.bytes.extend([head.as_slice(), &crc, body].concat());
        self.crcs.update(&crc);
        self.frames += 1;
    }

    fn end(mut self) -> Vec<u8> {
        let (crc, frames) = (self.crcs.clone().finalize().to_le_bytes(), self.frames);
        self.frame(b'E', frames, &crc);
        self.bytes
    }
}

/// A commit of these bytes, as the journal stores it: `web/src/worker/segment.rs`.
fn segment(sequence: u64, payload: &[u8]) -> Vec<u8> {
    let mut bytes = b"DYNS\x01\0\0\0".to_vec();
    bytes.extend(sequence.to_le_bytes());
    bytes.extend(1u64.to_le_bytes());
    bytes.extend((payload.len() as u32).to_le_bytes());
    let crc = crc32fast::hash(&[bytes.as_slice(), payload].concat());
    bytes.extend(crc.to_le_bytes());
    bytes.extend(payload);
    bytes
}

fn carts() -> Value {
    json!({
        "TableName": "Carts", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "user", "AttributeType": "S"}],
    })
}

/// The databases of workspaces that the browser holds.
async fn databases(browser: &Browser) -> Vec<String> {
    let script = "return (async () => (await indexedDB.databases()).map(it => it.name))()";
    let names = browser.eval(script, vec![]).await;
    let mut names: Vec<String> = names
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str()?.strip_prefix("dynascope:workspace:").map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// A file for the browser to read, in its profile.
fn written(browser: &Browser, name: &str, bytes: &[u8]) -> PathBuf {
    let path = browser.profile().folder().join(name);
    fs::write(&path, bytes).expect("the profile can be written to");
    path
}

async fn opened(browser: &Browser, name: &str) {
    browser.wait_count(&format!("[data-workspace='{name}'][data-open=true]"), 1).await;
    browser.wait_text("[data-action=workspace]", name).await;
}

#[tokio::test]
async fn a_user_renames_copies_and_deletes_a_workspace_and_puts_it_back() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.create_table(&site, &carts()).await;
    browser.click("[data-action=workspace]").await;
    browser.click("[popover] [data-value=all]").await;
    opened(&browser, "My workspace").await;
    let bytes = browser.wait_text("[data-workspace='My workspace'] [data-part=bytes]", "B").await;
    assert!(!bytes.starts_with("0 "), "{bytes}");
    browser.wait_text("[data-part=room]", "used of the").await;
    browser.screenshot("workspaces").await;

    browser.click("[data-workspace='My workspace'] [data-action=rename]").await;
    browser.fill("[name=workspace-new-name]", "Reviews").await;
    browser.click("[data-action=save-name]").await;
    opened(&browser, "Reviews").await;
    browser.reload().await;
    opened(&browser, "Reviews").await;
    browser.wait_text(".rail", "Carts").await;

    browser.click("[data-workspace=Reviews] [data-action=duplicate]").await;
    browser.find("[data-workspace='Reviews copy']").await;
    browser.click("[data-workspace='Reviews copy'] [data-action=open]").await;
    opened(&browser, "Reviews copy").await;
    browser.wait_text(".rail", "Carts").await;

    browser.click("[data-workspace='Reviews copy'] [data-action=delete]").await;
    browser.wait_text("[data-banner=removed]", "“Reviews copy” is deleted.").await;
    opened(&browser, "Reviews").await;
    browser.find("[data-deleted='Reviews copy'] [data-action=put-back]").await;
    browser.screenshot("workspaces-deleted").await;
    browser.click("[data-action=undo-delete]").await;
    opened(&browser, "Reviews copy").await;
    browser.wait_text(".rail", "Carts").await;
    browser.wait_gone("[data-banner=removed]").await;

    let before = databases(&browser).await;
    browser.click("[data-workspace='Reviews copy'] [data-action=delete]").await;
    browser.click("[data-deleted='Reviews copy'] [data-action=discard]").await;
    browser.wait_gone("[data-deleted='Reviews copy']").await;
    browser.wait_gone("[data-banner=removed]").await;
    assert_eq!(databases(&browser).await.len(), before.len() - 1, "its database is gone");
    browser.finish().await;
}

#[tokio::test]
async fn the_browser_is_asked_to_keep_things_with_the_first_write_and_not_before() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    let count = "navigator.storage.persist = () => { window.asked = (window.asked ?? 0) + 1; return Promise.resolve(true); };";
    browser.before_every_page(count).await;
    // The sample of the first minute is nobody's own.
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    assert_eq!(browser.eval("return window.asked ?? 0", vec![]).await, 0);
    browser.create_table(&site, &carts()).await;
    let asked = async || (browser.eval("return window.asked ?? 0", vec![]).await == 1).then_some(());
    browser.until("the browser to be asked", asked).await;
    browser.finish().await;
}

#[tokio::test]
async fn a_user_takes_a_whole_workspace_along_as_a_file() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.create_table(&site, &carts()).await;
    browser.goto(&site.url("?page=data&table=Carts")).await;
    let lines: Vec<String> =
        (0..300).map(|number| format!(r#"{{"user":"u{number}","n":{number}}}"#)).collect();
    browser.click("[data-action=import]").await;
    browser
        .upload("[name=import-file]", &written(&browser, "carts.jsonl", lines.join("\n").as_bytes()))
        .await;
    browser.click("[data-action=start-import]").await;
    browser.wait_count("[data-import=done]", 1).await;

    browser.goto(&site.url("?page=workspaces")).await;
    browser.click("[data-workspace='My workspace'] [data-action=export-workspace]").await;
    let file = browser.downloaded("My workspace.dynascope").await;
    assert!(file.starts_with(b"DYNF\x01\0\0\0"), "{:?}", &file[..8]);

    // Into a browser that has never seen it.
    let other = Browser::open(Size::Desktop).await;
    other.goto(&site.url("?page=workspaces")).await;
    opened(&other, "My workspace").await;
    let path = written(&other, "carts.dynascope", &file);
    other.upload("[name=workspace-file]", &path).await;
    opened(&other, "My workspace 2").await;
    other.wait_text(".rail", "Carts").await;
    other.reload().await;
    other.goto(&site.url("?page=data&table=Carts")).await;
    other.wait_text("[data-part=range]", "of 300 items").await;

    // What is damaged, cut off or something else leaves nothing.
    other.goto(&site.url("?page=workspaces")).await;
    let before = databases(&other).await;
    let mut damaged = file.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let cut = &file[..file.len() - 30];
    let bad = [
        ("damaged", damaged.as_slice(), "damaged"),
        ("cut", cut, "cut off"),
        ("text", b"{}", "not a file of a workspace"),
    ];
    for (name, bytes, says) in bad {
        let path = written(&other, &format!("{name}.dynascope"), bytes);
        other.upload("[name=workspace-file]", &path).await;
        other.wait_text("[data-work=failed]", says).await;
        other.screenshot(&format!("workspace-file-{name}")).await;
        other.click("[data-action=dismiss-work]").await;
        other.wait_gone("[data-work=failed]").await;
    }
    // Well formed, and of a snapshot that is none: an opening would complain, so it does not stay.
    let mut forged = File::begin("Forged");
    forged.frame(b'S', 1, &segment(1, b"\x08\0\0\0nonsense"));
    let forged = forged.end();
    other.upload("[name=workspace-file]", &written(&other, "forged.dynascope", &forged)).await;
    other.wait_text("[data-work=failed]", "The journal is damaged at commit 1").await;
    assert_eq!(databases(&other).await, before);
    assert_eq!(other.texts("[data-workspace] [data-action=open]").await, ["My workspace", "My workspace 2"]);
    other.finish().await;
    browser.finish().await;
}

/// Presses Cancel as soon as long work is in its second half, and notes how far it was.
const CANCEL_IN_SECOND_HALF: &str = "
    const watch = new MutationObserver(() => {
        const bar = document.querySelector('[data-work=running] progress');
        if (!bar || bar.value < 50) return;
        watch.disconnect();
        window.cancelledAt = bar.value;
        [...document.querySelectorAll('[data-work=running] button')].find(button => button.textContent.includes('Cancel')).click();
    });
    watch.observe(document.body, { subtree: true, childList: true, attributes: true });";

#[tokio::test]
async fn an_import_that_is_cancelled_in_the_middle_leaves_nothing() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=workspaces")).await;
    opened(&browser, "My workspace").await;
    let before = databases(&browser).await;
    // So many commits that reading them takes long enough to be stopped.
    let mut file = File::begin("Long");
    (1..=150_000).for_each(|sequence| file.frame(b'S', sequence, &segment(sequence, &[])));
    let file = file.end();
    browser.upload("[name=workspace-file]", &written(&browser, "long.dynascope", &file)).await;
    browser.wait_text("[data-work=running]", "Importing long.dynascope").await;
    browser.screenshot("workspace-importing").await;
    browser.click(("[data-work=running] button", "Cancel")).await;
    browser.wait_text("[data-work=failed]", "It was cancelled: nothing of it is left.").await;
    assert_eq!(databases(&browser).await, before);

    // Once more, when all of it is written and being checked: that is the second half.
    browser.click("[data-action=dismiss-work]").await;
    browser.wait_gone("[data-work=failed]").await;
    browser.eval(CANCEL_IN_SECOND_HALF, vec![]).await;
    // Commits of so many changes, all of nothing, that to replay them takes longer than to read them.
    let nothing = vec![0; 4 * 100_000];
    let mut file = File::begin("Checked");
    (1..=60).for_each(|sequence| file.frame(b'S', sequence, &segment(sequence, &nothing)));
    let file = file.end();
    browser.upload("[name=workspace-file]", &written(&browser, "checked.dynascope", &file)).await;
    browser.wait_text("[data-work=failed]", "It was cancelled: nothing of it is left.").await;
    let cancelled_at = browser.eval("return window.cancelledAt", vec![]).await;
    assert!(cancelled_at.as_f64().is_some_and(|percent| (50.0..100.0).contains(&percent)), "{cancelled_at}");
    assert_eq!(databases(&browser).await, before);
    assert_eq!(browser.texts("[data-workspace] [data-action=open]").await, ["My workspace"]);
    browser.finish().await;
}

#[tokio::test]
async fn a_file_whose_readers_code_does_not_come_is_refused_and_can_be_tried_again() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    site.withhold(Some("worker_rest-"));
    browser.goto(&site.url("?page=workspaces")).await;
    let path = written(&browser, "empty.dynascope", &File::begin("Empty").end());
    browser.upload("[name=workspace-file]", &path).await;
    browser.wait_text("[data-work=failed]", "A part of the engine could not be loaded").await;
    browser.screenshot("workspace-no-code").await;
    browser.click("[data-action=dismiss-work]").await;
    site.withhold(None);
    browser.upload("[name=workspace-file]", &path).await;
    opened(&browser, "Empty").await;
    browser.finish().await;
}
