//! Somebody who has outgrown the tab asks a real endpoint from the same pages, and copies tables both ways. What signs the requests is
//! nowhere afterwards.

use e2e::{Browser, Site, Size};
use endpoint::{Endpoint, Options};
use serde_json::{Value, json};

const SECRET: &str = "wJalrXUtnFEMIsecretOfTheReader";
const TOKEN: &str = "FwoGZXIvYXdzEBsessionTokenOfTheReader";

/// Everything that the page could have kept: its storage, all of IndexedDB, its caches, its address, its history's state and what it
/// shows. Bytes are read as letters.
const KEPT: &str = "
    const letters = value => {
        if (value instanceof ArrayBuffer) value = new Uint8Array(value);
        if (ArrayBuffer.isView(value)) return Array.from(value, byte => String.fromCharCode(byte)).join('');
        if (Array.isArray(value)) return value.map(letters).join(' ');
        if (value && typeof value === 'object') return Object.entries(value).map(([name, one]) => name + letters(one)).join(' ');
        return String(value);
    };
    const done = request => new Promise((take, fail) => { request.onsuccess = () => take(request.result); request.onerror = fail; });
    return (async () => {
        const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href,
            JSON.stringify(history.state), document.documentElement.outerHTML];
        document.querySelectorAll('input, textarea').forEach(field => found.push(field.value));
        let records = 0;
        for (const { name } of await indexedDB.databases()) {
            const database = await done(indexedDB.open(name));
            for (const store of database.objectStoreNames) {
                const all = database.transaction(store).objectStore(store);
                for (const one of [...await done(all.getAllKeys()), ...await done(all.getAll())]) { found.push(letters(one)); records += 1; }
            }
            database.close();
        }
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) found.push(request.url);
        }
        return [found.join('\\n'), records];
    })();";

/// The document in a link.
const UNPACKED: &str = "
    const data = arguments[0].split('#d=1.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).text();";

/// From now on the page is answered as by an endpoint whose key may not list tables.
const REFUSE_LISTS: &str = "
    const ask = window.fetch;
    const refused = JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', Message: 'not authorized to perform: dynamodb:ListTables' });
    window.fetch = (url, request) => new Headers(request?.headers).get('x-amz-target')?.endsWith('.ListTables')
        ? Promise.resolve(new Response(refused, { status: 400 })) : ask(url, request);
    return true;";

/// Whether nothing that the page keeps or shows has the secret or the token in it.
async fn nothing_is_kept(browser: &Browser) {
    let found = browser.eval(KEPT, vec![]).await;
    let text = found[0].as_str().expect("a text");
    assert!(found[1].as_u64() > Some(2), "the journal was read: {} records", found[1]);
    assert!(text.contains("Orders"), "the workspace was read");
    for secret in [SECRET, TOKEN] {
        assert!(!text.contains(secret), "{secret} is kept");
    }
}

/// Sends a request from the Query page.
async fn run(browser: &Browser, operation: &str, request: &Value) {
    browser.choose("[name=operation]", operation).await;
    browser.fill("textarea[name=request]", &request.to_string()).await;
    browser.click("[data-action=run]").await;
}

#[tokio::test]
async fn a_real_endpoint_is_asked_from_the_same_pages_and_no_credential_is_kept() {
    // It has a runtime of its own.
    let start = || Endpoint::start(&Options { port: 0, ..Options::default() });
    let there = std::thread::spawn(start).join().expect("it starts").expect("an endpoint");
    let address = format!("http://{}", there.address());
    let site = Site::open();
    let mut browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.click("[data-action=load-orders]").await;
    browser.find("[aria-label=Tables] [data-table=Orders][data-status=ACTIVE]").await;
    browser.click("[data-action=workspace]").await;
    browser.click("[data-value=connect]").await;
    browser.fill("[name=endpoint]", &address).await;
    browser.fill("[name=access-key]", "AKIDREADER").await;
    browser.click("[data-action=connect]").await;
    browser.wait_text("[role=alert]", "A secret access key is needed").await;
    browser.fill("[name=secret-key]", SECRET).await;
    browser.fill("[name=session-token]", TOKEN).await;
    browser.screenshot("connect-form").await;
    browser.click("[data-action=connect]").await;
    browser.wait_text("[data-banner=remote]", &address).await;
    browser.wait_count("[aria-label=Tables] [data-table]", 0).await;

    // A write is asked for, and one that is refused is not sent.
    browser.click("[data-action=connect-query]").await;
    let table = json!({
        "TableName": "There", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
    });
    run(&browser, "CreateTable", &table).await;
    browser.wait_text("[data-question]", "CreateTable changes There").await;
    browser.click("[data-action=refuse-write]").await;
    browser.wait_text("[data-exception]", "CreateTable was not sent").await;
    assert_eq!(browser.count("[aria-label=Tables] [data-table]").await, 0);
    browser.click("[data-action=run]").await;
    browser.screenshot("connect-question").await;
    browser.click("[data-action=send-write]").await;
    browser.find("[aria-label=Tables] [data-table=There][data-status=ACTIVE]").await;
    run(&browser, "PutItem", &json!({ "TableName": "There", "Item": { "k": { "S": "one" } } })).await;
    browser.click("[data-action=allow-writes]").await;
    let second =
        json!({ "TableName": "There", "Item": { "k": { "S": "two" } }, "ReturnConsumedCapacity": "TOTAL" });
    run(&browser, "PutItem", &second).await;
    browser.wait_text("[data-told='1']", "1 unit").await;
    run(&browser, "Scan", &json!({ "TableName": "There" })).await;
    browser.wait_count(".item-table tbody tr[aria-rowindex]", 2).await;
    browser.screenshot("connect-query").await;
    run(&browser, "Query", &json!({ "TableName": "Nowhere" })).await;
    browser.find("[data-exception=ValidationException], [data-exception=ResourceNotFoundException]").await;
    browser.click("[role=tab][data-tab=heat]").await;
    browser.wait_text(".empty-state", "A real endpoint does not show this").await;

    // A table comes here, and one goes there.
    browser.click("[data-action=copy-to-see]").await;
    browser.click("[data-side=there] [name=copy-there]").await;
    browser.click("[data-action=copy-from-there]").await;
    browser.wait_text("[data-copied=There]", "is in the workspace, with 2 items").await;
    browser.click("[data-side=here] [value=Orders]").await;
    browser.click("[data-action=copy-from-here]").await;
    browser.wait_text("dialog[open]", "1 table will be made (Orders) and 402 items written").await;
    browser.click("[data-action=confirm-copy]").await;
    browser.wait_text("[data-copied=Orders]", "is at the endpoint, with 402 items").await;
    browser.screenshot("connect-copied").await;
    browser.click("[data-action=refresh-remote]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    nothing_is_kept(&browser).await;

    // Tables that are named are asked for by name, and no others; one that is made meanwhile comes along.
    browser.click("[data-action=disconnect]").await;
    browser.wait_gone("[data-banner=remote]").await;
    browser.eval(REFUSE_LISTS, vec![]).await;
    ask_to_connect(&browser, &address).await;
    browser.wait_text("[data-note=name-tables]", "This key may not list tables").await;
    browser.fill("[name=table-names]", "There, Nowhere").await;
    browser.click("[data-action=connect]").await;
    browser.wait_text("[data-banner=remote]", &address).await;
    browser.wait_text("[data-banner=remote] [role=alert]", "Not all of its tables can be read").await;
    browser.wait_count("[aria-label=Tables] [data-table]", 1).await;
    browser.screenshot("connect-named").await;

    // The engine answers again, and the copy can be looked into.
    browser.click("[data-action=disconnect]").await;
    browser.wait_gone("[data-banner=remote]").await;
    browser.find("[aria-label=Tables] [data-table=There][data-status=ACTIVE]").await;
    browser.click("[data-action=share]").await;
    let link = async || browser.attribute("[name=link]", "value").await.filter(|link| link.contains("#d="));
    let link = browser.until("a link", link).await;
    let shared = browser.eval(UNPACKED, vec![json!(link)]).await;
    let shared = shared.as_str().expect("a document");
    assert!(shared.contains("There") && !shared.contains(SECRET) && !shared.contains(TOKEN));
    nothing_is_kept(&browser).await;
    browser.reload().await;
    browser.find("[aria-label=Tables] [data-table=There]").await;
    assert_eq!(browser.count("[data-banner=remote]").await, 0);
    nothing_is_kept(&browser).await;
    // The refused Query, and the policy that no table has.
    browser.expect_console("400").await;
    browser.finish().await;
}

/// Answers the question before a write.
async fn answer(browser: &Browser, words: &str, action: &str) {
    browser.wait_text("[data-question]", words).await;
    browser.click(&format!("[data-action={action}]")).await;
    browser.wait_gone(&format!("[data-question] [data-action={action}]")).await;
}

/// Fills in the form for that address, and sends it.
async fn ask_to_connect(browser: &Browser, address: &str) {
    browser.click("[data-action=workspace]").await;
    browser.click("[data-value=connect]").await;
    for (field, value) in [("endpoint", address), ("access-key", "AKIDREADER"), ("secret-key", SECRET)] {
        browser.fill(&format!("[name={field}]"), value).await;
    }
    browser.click("[data-action=connect]").await;
}

/// Connects to that address.
async fn connect(browser: &Browser, address: &str) {
    ask_to_connect(browser, address).await;
    browser.wait_text("[data-banner=remote]", address).await;
}

#[tokio::test]
async fn a_sample_is_loaded_at_an_endpoint_filled_by_entity_and_migrated_there_over_a_lost_connection() {
    let start = || Endpoint::start(&Options { port: 0, ..Options::default() });
    let there = std::thread::spawn(start).join().expect("it starts").expect("an endpoint");
    let address = format!("http://{}", there.address());
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    connect(&browser, &address).await;
    browser.click("[data-action=from-sample]").await;
    browser.click("[data-sample=app-data] [data-action=load-there]:enabled").await;
    answer(&browser, "CreateTable changes AppData", "send-write").await;
    answer(&browser, "BatchWriteItem", "allow-writes").await;
    browser.find("[data-sample=app-data] [data-action=open-there]").await;

    // The entities came along, and make more items there.
    let table = "nav [data-table=AppData] > .rail-table";
    browser.click(table).await;
    browser.click("[role=tab][data-tab=design]").await;
    browser.click("[data-action=entities]").await;
    browser.wait_count(".entities-table tbody tr", 4).await;
    browser.click("[data-action=sample-data]").await;
    browser.click("[data-action=make-sample]").await;
    browser.click("[data-action=write-sample]:enabled").await;
    browser.find(".sample-data[data-job=written] [data-written]:not([data-written='0'])").await;

    // Another table with a local index; the page is reloaded while it is kept in step.
    browser.click(table).await;
    browser.click("[data-action=edit]").await;
    browser.click("[data-action=migrate]").await;
    browser.click("[data-action=add-lsi]").await;
    browser.fill("[name=lsi-0-name]", "by-status").await;
    browser.fill("[name=lsi-0-range]", "status").await;
    browser.click("[data-action=begin-migration]:enabled").await;
    answer(&browser, "CreateTable changes AppData-v2", "send-write").await;
    answer(&browser, "UpdateTable changes AppData", "send-write").await;
    answer(&browser, "AppData-v2", "allow-writes").await;
    browser.find("[data-migrate=follow]").await;
    browser.reload().await;
    browser.find("[data-action=workspace]").await;
    connect(&browser, &address).await;
    browser.click(table).await;
    browser.click("[role=tab][data-tab=design]").await;
    browser.click("[data-action=edit]").await;
    browser.click("[data-action=migrate]").await;
    browser.find("[data-migrate=left]").await;
    browser.click("[data-action=go-on-migration]").await;
    browser.find("[data-migrate=follow]").await;
    browser.click("[data-action=compare-tables]").await;
    browser.find("[data-same=true]").await;
    browser.click("[data-action=finish-migration]").await;
    answer(&browser, "UpdateTable changes AppData", "send-write").await;
    browser.find("[data-migrate=done]").await;
    browser.finish().await;
}
