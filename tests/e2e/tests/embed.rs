//! An author puts a sandbox into a page of documentation.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use e2e::{Browser, Site, Size};

/// Somebody's page, on an origin of its own, stopped when dropped.
struct Host {
    port: u16,
    stopping: Arc<AtomicBool>,
    serving: Option<JoinHandle<()>>,
}

impl Host {
    fn serve(html: String) -> Host {
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
                let _ = stream.and_then(|stream| answer(stream, &html));
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

fn answer(mut stream: TcpStream, html: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let (status, body) = if first.contains(" /docs ") { ("200 OK", html) } else { ("204 No Content", "") };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

/// The HTML that the Share page offers for the Orders sample.
async fn snippet(site: &Site) -> String {
    let author = Browser::open(Size::Desktop).await;
    author.goto(&site.url("")).await;
    author.click("[data-action=load-orders]").await;
    author.find("[data-page=query]").await;
    author.click("[data-action=share]").await;
    author.fill("[name=share-name]", "Orders").await;
    author.find("[data-length]").await;
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
    browser.goto(&site.url("?page=query")).await;
    assert_eq!(browser.text("[data-action=workspace]").await, "Sample");
    browser.finish().await;
}
