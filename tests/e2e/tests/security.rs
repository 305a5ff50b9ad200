//! What comes from outside cannot do anything here: no script of another's runs, no text becomes HTML.

use std::fs;

use e2e::{Browser, Site, Size};
use serde_json::json;

#[tokio::test]
async fn no_injected_script_runs_under_the_content_security_policy() {
    let site = Site::open();
    let mut browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=query")).await;
    let policy = "return document.querySelector('meta[http-equiv=Content-Security-Policy]').content";
    let policy = browser.eval(policy, vec![]).await;
    let policy = policy.as_str().expect("a policy");
    for rule in
        ["default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "object-src 'none'", "base-uri 'self'"]
    {
        assert!(policy.contains(rule), "{rule} in {policy}");
    }
    for loose in ["'unsafe-inline'", "'unsafe-eval'", "*;"] {
        let scripts =
            policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap_or_default();
        assert!(!scripts.contains(loose.trim_end_matches(';')), "{loose} in {scripts}");
    }
    // As an attacker would who got HTML into the page: an element with a script, handlers, an address that is a script, and a text
    // that a timer is to evaluate. The browser tells of each that it stops.
    let inject = "window.ran = []; window.stopped = 0;
        document.addEventListener('securitypolicyviolation', () => { window.stopped += 1; });
        const script = document.createElement('script');
        script.textContent = 'window.ran.push(\"inline\")';
        document.body.append(script);
        const box = document.createElement('div');
        box.innerHTML = '<button onclick=\"window.ran.push(&quot;handler&quot;)\"></button><img src=\"x:\" onerror=\"window.ran.push(&quot;error&quot;)\">';
        document.body.append(box);
        box.querySelector('button').click();
        const address = document.createElement('a');
        address.href = 'javascript:window.ran.push(\"address\")';
        document.body.append(address);
        address.click();
        setTimeout('window.ran.push(\"eval\")', 0);";
    browser.eval(inject, vec![]).await;
    let all = async || (browser.eval("return window.stopped", vec![]).await.as_u64()? >= 5).then_some(());
    browser.until("all five to be stopped", all).await;
    assert_eq!(browser.eval("return window.ran", vec![]).await, json!([]));
    browser.expect_console("Content Security Policy").await;
    browser.finish().await;
}

#[tokio::test]
async fn what_items_say_is_text_wherever_it_is_shown() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    let table = json!({
        "TableName": "Carts", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "user", "AttributeType": "S"}],
    });
    browser.create_table(&site, &table).await;
    browser.goto(&site.url("?page=data&table=Carts")).await;
    let evil = "<img src=x onerror=window.ran=1><b id=evil>";
    let path = browser.profile().folder().join("<i id=evil>.jsonl");
    fs::write(&path, json!({"user": evil, "<u id=evil>": {"k": evil}}).to_string())
        .expect("the profile can be written to");
    browser.click("[data-action=import]").await;
    browser.upload("[name=import-file]", &path).await;
    browser.wait_text(".import-read", "<i id=evil>.jsonl").await;
    browser.click("[data-action=start-import]").await;
    browser.wait_count("[data-import=done]", 1).await;
    browser.click("[data-action=close-import]").await;
    browser.wait_text(".item-table tbody", evil).await;
    browser.click(".item-table tbody tr[aria-rowindex]").await;
    browser.wait_text(".item-panel h2", evil).await;
    let found = browser
        .eval("return [document.querySelectorAll('#evil, img[src=x]').length, window.ran ?? 0]", vec![])
        .await;
    assert_eq!(found, json!([0, 0]));
    browser.finish().await;
}

#[tokio::test]
async fn nothing_that_the_page_keeps_is_a_credential_and_no_message_from_a_frame_is_heard() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    let kept = browser.eval("return [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie].join(' ')", vec![]).await;
    let kept = kept.as_str().unwrap_or_default().to_ascii_lowercase();
    for secret in ["accesskey", "secret", "credential", "sessiontoken", "password"] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
    // A message that looks as the worker's do changes nothing: the page listens to its own worker alone.
    let post = "const heard = new Promise(done => window.addEventListener('message', () => done(true), { once: true }));
        window.postMessage(new TextEncoder().encode(JSON.stringify({fault: {message: 'x'}})), '*');
        return heard";
    assert_eq!(browser.eval(post, vec![]).await, json!(true));
    browser.click("[data-action=load-orders]").await;
    browser.find("[data-page=query]").await;
    assert_eq!(browser.count("[data-screen=fault]").await, 0);
    browser.finish().await;
}
