//! An author puts a sandbox into a page of documentation.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use e2e::{Browser, Site, Size};
use serde_json::json;

/// Somebody's page and what it loads, on an origin of its own, stopped when dropped.
struct Host {
    port: u16,
    stopping: Arc<AtomicBool>,
    serving: Option<JoinHandle<()>>,
}

impl Host {
    fn serve(html: String) -> Host {
        Host::serve_with(html, String::new())
    }

    fn serve_with(html: String, script: String) -> Host {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = stopping.clone();
        let serving = thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                // A visitor that goes away in the middle is no error.
                let _ = stream.and_then(|stream| answer(stream, &html, &script));
            }
        });
        Host { port, stopping, serving: Some(serving) }
    }

    /// `localhost` is another site than the sandbox's `127.0.0.1`.
    fn url(&self) -> String {
        format!("http://localhost:{}/docs", self.port)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        if let Some(serving) = self.serving.take() {
            let _ = serving.join();
        }
    }
}

fn answer(mut stream: TcpStream, html: &str, script: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let (status, kind, body) = match first.split(' ').nth(1) {
        Some("/docs") => ("200 OK", "text/html", html),
        Some("/document.js") => ("200 OK", "text/javascript", script),
        Some("/design.json") => ("200 OK", "application/json", DESIGN),
        _ => ("204 No Content", "text/plain", ""),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

/// A design that somebody hosts: the oldest there is.
const DESIGN: &str = include_str!("../../../web/src/share/fixtures/format-1.json");

/// The HTML that the Share page offers for the Orders sample.
async fn snippet(site: &Site) -> String {
    let author = Browser::open(Size::Desktop).await;
    author.goto(&site.url("")).await;
    author.click("[data-action=load-orders]").await;
    author.find("[data-page=query]").await;
    author.click("[data-action=share]").await;
    author.fill("[name=share-name]", "Orders").await;
    author.find("[data-length]").await;
    for (holds, title) in
        [("Lesson: Partitions and hashing", "Partitions and hashing"), ("This design", "Orders")]
    {
        author.choose("[name=embed-lesson]", holds).await;
        let told = format!("title=\"{title} in Dynascope\"");
        let snippet =
            async || author.attribute("[name=snippet]", "value").await.filter(|html| html.contains(&told));
        author.until(&told, snippet).await;
    }
    author.choose("[name=embed-form]", "Plain iframe, without a script").await;
    author.choose("[name=embed-theme]", "Dark").await;
    author.click("[data-action=preview-embed]").await;
    author.enter_frame("iframe").await;
    author.wait_text("[role=status][data-level=done]", "is loaded").await;
    author.leave_frame().await;
    author.screenshot("embed-builder").await;
    let html = author.attribute("[name=snippet]", "value").await.unwrap_or_default();
    assert!(html.starts_with("<iframe src=\"http://127.0.0.1:"), "{html}");
    author.finish().await;
    html
}

#[tokio::test]
async fn an_embed_in_an_iframe_on_another_origin_runs_a_query() {
    let site = Site::open();
    let snippet = snippet(&site).await;
    let page = format!("<!doctype html><title>Docs</title><body data-ready><h1>Orders</h1>{snippet}</body>");
    let host = Host::serve(page);
    let reader = Browser::open(Size::Desktop).await;
    reader.goto(&host.url()).await;
    reader.enter_frame("iframe").await;
    reader.wait_text("[role=status][data-level=done]", "is loaded").await;
    reader.choose("[name=operation]", "Scan").await;
    reader.click("[data-action=run]").await;
    reader.find("[aria-label=Items] tbody tr[aria-rowindex]").await;
    for navigation in ["[aria-label=Tables]", "[role=tablist][aria-label=Pages]", "[data-action=workspace]"] {
        assert_eq!(reader.count(navigation).await, 0, "{navigation}");
    }
    assert_eq!(reader.count("[data-banner]").await, 1, "one line says that nothing is kept");
    assert_eq!(reader.eval("return document.documentElement.dataset.theme", vec![]).await, "dark");
    let kept = "return indexedDB.databases().then(all => all.length + localStorage.length)";
    assert_eq!(reader.eval(kept, vec![]).await, 0, "nothing of the reader's is touched");
    reader.leave_frame().await;
    reader.screenshot("embed").await;

    // With every visit it is as it was.
    reader.reload().await;
    reader.enter_frame("iframe").await;
    reader.wait_text("[role=status][data-level=done]", "is loaded").await;
    assert_eq!(reader.text("[data-frame=embed] [data-part=name]").await, "Orders");

    // The state goes along into the whole Dynascope.
    reader.click("[data-action=open-in-dynascope]").await;
    reader.follow_window().await;
    reader.ready().await;
    reader.wait_text("[data-action=workspace]", "Orders").await;
    reader.find("[aria-label=Tables] [data-table=Orders][data-status=ACTIVE]").await;
    reader.wait_text("[role=status][data-level=done]", "is loaded").await;
    reader.screenshot("embed-opened").await;
    reader.finish().await;
}

#[tokio::test]
async fn a_sandbox_at_the_sites_own_address_leaves_the_readers_workspace_alone() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.click("[data-action=load-orders]").await;
    browser.find("[data-page=query]").await;
    browser.click("[data-action=share]").await;
    browser.find("[data-length]").await;
    let link = browser.attribute("[name=link]", "value").await.unwrap_or_default();
    let fragment = link.split_once('#').map(|(_, fragment)| fragment).unwrap_or_default();
    browser.goto(&site.url("")).await;
    let kept = "return JSON.stringify(Object.entries(localStorage).sort())";
    let before = browser.eval(kept, vec![]).await;

    browser.goto(&site.url(&format!("?embed&page=data#{fragment}"))).await;
    browser.wait_text("[role=status][data-level=done]", "is loaded").await;
    browser.find("[data-page=data]").await;
    assert_eq!(browser.eval(kept, vec![]).await, before);

    // What a page is for goes on by itself where the document wants it, and a lesson stands beside it.
    browser.goto(&site.url(&format!("?embed&embed-autorun&page=heat#{fragment}"))).await;
    browser.find("[data-traffic=running]").await;
    browser.goto(&site.url("?embed&lesson=partitions")).await;
    browser.find("[data-lesson=partitions] [data-part=question]").await;
    browser.find("[data-frame=embed] [data-page=cluster]").await;
    browser.click("[data-part=request] [data-action=try]:enabled").await;
    browser.find("[data-part=request][data-state=answered]").await;
    browser.screenshot("embed-lesson").await;
    assert_eq!(browser.eval(kept, vec![]).await, before);
    browser.goto(&site.url("?page=query")).await;
    assert_eq!(browser.text("[data-action=workspace]").await, "Sample");

    // The whole Dynascope opens on the page that the sandbox shows.
    browser.goto(&site.url(&format!("?embed&page=data#{fragment}"))).await;
    browser.wait_text("[role=status][data-level=done]", "is loaded").await;
    browser.click("[data-action=open-in-dynascope]").await;
    browser.follow_window().await;
    browser.ready().await;
    browser.wait_text("[role=status][data-level=done]", "is loaded").await;
    browser.find("[data-page=data]").await;
    browser.find("[data-action=workspace]").await;
    browser.finish().await;
}

/// The documents' script with the AWS SDK for JavaScript v3 in it, as an author's own tools would bundle it.
fn bundled() -> String {
    let modules = xtask::setup::node::prepare().unwrap_or_else(|failure| panic!("{failure}"));
    let documents = xtask::root().join("tests/e2e/documents");
    let mut esbuild = Command::new("node");
    esbuild.arg(modules.join("esbuild/bin/esbuild")).arg(documents.join("document.js"));
    esbuild.args(["--bundle", "--format=iife", "--log-level=error"]).env("NODE_PATH", &modules);
    let done = esbuild.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

const FRAME_OF: &str = "return document.getElementById('NAME').shadowRoot.querySelector('iframe')";

#[tokio::test]
async fn the_real_sdk_of_a_document_on_another_origin_speaks_with_its_sandbox() {
    let site = Site::open();
    let page = include_str!("../documents/sandbox.html").replace("SITE", &site.url(""));
    let host = Host::serve_with(page, bundled());
    let reader = Browser::open(Size::Desktop).await;
    reader.goto(&host.url()).await;
    let ask = async |what: &str| reader.eval(&format!("return documentation.{what}"), vec![]).await;

    // The design in the element is there, and its request was sent by itself.
    reader.enter_frame_of(&FRAME_OF.replace("NAME", "inline")).await;
    reader.find("[aria-label=Items] tbody tr[aria-rowindex]").await;
    assert_eq!(reader.eval("return document.documentElement.dataset.theme", vec![]).await, "dark");
    assert_eq!(reader.texts("[role=tablist][aria-label=Pages] [role=tab]").await, ["Data", "Query"]);
    reader.leave_frame().await;

    assert_eq!(
        ask("sdk()").await,
        json!({
            "lines": [[4, "ab", "0.255.4"], [5, "ab", "0.255.5"]],
            "pages": 3,
            "scanned": 5,
            "condition": [true, "The conditional request failed"],
            "cancelled": ["TransactionCanceledException", ["ConditionalCheckFailed"]],
            "missing": ["ResourceNotFoundException", 400],
        })
    );
    let told = ask("told()").await;
    assert!(told["events"].as_u64() > Some(20) && told["kinds"].as_u64() > Some(3), "{told}");
    assert!(told["height"].as_u64() > Some(300) && told["height"] != 520, "as high as its page: {told}");
    assert!(told["wrong"].as_str().is_some_and(|reason| reason.contains("99")), "{told}");
    let refused = told["refused"].to_string();
    assert!(refused.contains("eval") && refused.contains("version 1"), "{told}");
    assert_eq!(
        ask("elsewhere()").await,
        0,
        "an address that names another origin is deaf and dumb to this one"
    );

    // The document turns the pages and the time.
    ask("sandbox().setView('data', 'Cart')").await;
    ask("sandbox().setTheme('light')").await;
    reader.enter_frame_of(&FRAME_OF.replace("NAME", "inline")).await;
    reader.find("[data-page=data]").await;
    reader.wait_text("[data-page=data]", "ada").await;
    reader.find("html[data-theme=light]").await;
    reader.leave_frame().await;
    reader.screenshot("embed-element").await;
    ask("sandbox().step(1)").await;
    reader.enter_frame_of(&FRAME_OF.replace("NAME", "inline")).await;
    reader
        .until("the moment before the table", async || {
            (!reader.text("[data-page=data]").await.contains("ada")).then_some(())
        })
        .await;
    reader.leave_frame().await;

    // Its reader may look, and the document may write.
    assert_eq!(ask("readOnly()").await, json!({"id": {"S": "one"}}));
    reader.enter_frame_of(&FRAME_OF.replace("NAME", "linked")).await;
    reader.choose("[name=operation]", "DeleteTable").await;
    reader.click("[data-action=run]").await;
    reader.wait_text("[role=alert]", "read-only").await;
    reader.choose("[name=operation]", "Scan").await;
    reader.click("[data-action=run]").await;
    reader.find("[aria-label=Items] tbody tr[aria-rowindex]").await;
    reader.leave_frame().await;

    // Every message has its answer, and who is moved begins anew.
    let answered = ask("answered()").await;
    assert_eq!(answered["designs"], json!(["First", "Second", "Third"]));
    assert_eq!(answered["tables"], json!(["Third"]));
    assert_eq!(answered["large"], "A message has at most 16777216 bytes.");
    assert!(answered["odd"].as_str().is_some_and(|why| why.contains("operation")), "{answered}");
    assert_eq!(ask("moved()").await, json!(["Orders"]));
    reader.finish().await;
}

#[tokio::test]
async fn a_design_that_somebody_hosts_is_opened_from_there() {
    let site = Site::open();
    let host = Host::serve(String::new());
    let at = host.url().replace("/docs", "/design.json");
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.click("[data-action=load-orders]").await;
    browser.find("[data-page=query]").await;
    browser.click("[data-action=share]").await;
    browser.fill("[name=hosted-at]", "ftp://somewhere").await;
    browser.wait_text("[data-page=share]", "not an https address").await;
    browser.fill("[name=hosted-at]", &at).await;
    browser.find("[name=hosted-link]").await;
    let link = browser.attribute("[name=hosted-link]", "value").await.unwrap_or_default();
    browser.click("[data-action=qr]").await;
    browser.find("[data-qr]").await;
    let document: serde_json::Value = serde_json::from_str(DESIGN).unwrap();
    let name = document["name"].as_str().unwrap();
    let fragment = link.split_once('#').map(|(_, fragment)| fragment).unwrap_or_default();
    browser.eval("location.hash = arguments[0]", vec![json!(fragment)]).await;
    browser.wait_text("[data-action=workspace]", name).await;
    browser.used_up().await;
    assert!(browser.text("[data-action=workspace]").await.starts_with(name));

    browser.eval("location.hash = arguments[0]", vec![json!(format!("{fragment}-not"))]).await;
    browser.wait_text("[data-banner=link]", "answered 204").await;
    browser.click("[data-action=dismiss-link]").await;
    browser.wait_gone("[data-banner=link]").await;
    browser.finish().await;
}
