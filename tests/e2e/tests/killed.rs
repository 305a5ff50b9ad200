//! Killed at random moments: the page's process, its worker and the whole browser, 32 times while writes stream in. Behind each
//! everything that was acknowledged is there, and no transaction by half.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use e2e::{Browser, Profile, Site, Size};
use serde_json::{Value, json};

/// The seed of the moments.
const SEED: u64 = 20_261_126;
/// So often everything is killed: the browser in every fourth round, the worker in another, the page's process in the others.
const ROUNDS: u64 = 32;

/// Sends requests to the page's worker past the page, and counts what is acknowledged: a put of one item by its number, every fifth
/// a transaction of two.
const STREAM: &str = r#"
window.Worker = class extends window.Worker {
  constructor(...all) { super(...all); window.theWorker = this; }
};
// A call as a frame, and the replies of a post of frames (web/src/protocol/frames.rs).
const framed = (id, operation, request) => {
  const parts = [operation, JSON.stringify(request)].map((text) => new TextEncoder().encode(text));
  const bytes = new Uint8Array(parts.reduce((length, part) => length + 4 + part.length, 9));
  const view = new DataView(bytes.buffer);
  bytes[0] = 1;
  view.setBigUint64(1, BigInt(id), true);
  let at = 9;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
};
const replies = (data) => {
  const view = new DataView(data.buffer);
  const all = [];
  for (let at = 0; at < data.length; ) {
    const kind = data[at];
    const from = at + (kind === 0 ? 5 : 21);
    const length = view.getUint32(from - 4, true);
    const text = new TextDecoder().decode(data.subarray(from, from + length));
    const id = kind === 0 ? 0 : Number(view.getBigUint64(at + 1, true));
    at = from + length;
    if (kind === 0) { all.push(JSON.parse(text).reply); }
    if (kind === 2) { all.push({ id, result: { Ok: text } }); at += 4 + view.getUint32(at, true); }
    if (kind === 3) { all.push({ id, result: { Err: text } }); }
  }
  return all;
};
window.ask = (id, operation, request) => new Promise((done) => {
  const worker = window.theWorker;
  const heard = (event) => {
    const said = replies(event.data).find((reply) => reply && reply.id === id);
    if (said) { worker.removeEventListener('message', heard); done(said.result); }
  };
  worker.addEventListener('message', heard);
  worker.postMessage(framed(id, operation, request));
});
window.stream = (from) => {
  window.acknowledged = [];
  let next = from;
  const item = (id) => ({ id: { S: id }, text: { S: 'x'.repeat(100) } });
  const one = async () => {
    for (;;) {
      const n = next++;
      const put = (side) => ({ Put: { TableName: 'Kept', Item: item(`${side}-${n}`) } });
      const result = n % 5 === 0
        ? await window.ask(1e9 + n, 'TransactWriteItems', { TransactItems: [put('left'), put('right')] })
        : await window.ask(1e9 + n, 'PutItem', { TableName: 'Kept', Item: item(`one-${n}`) });
      if ('Ok' in result) { window.acknowledged.push(n); }
    }
  };
  for (let under = 0; under < 8; under += 1) { one(); }
};
window.everything = async () => {
  const ids = [];
  let start;
  do {
    const request = { TableName: 'Kept', ConsistentRead: true, ProjectionExpression: 'id', ExclusiveStartKey: start };
    const result = await window.ask(2e9 + ids.length, 'Scan', request);
    const page = JSON.parse(result.Ok);
    ids.push(...page.Items.map((item) => item.id.S));
    start = page.LastEvaluatedKey;
  } while (start);
  return ids;
};
"#;

async fn opened(browser: &Browser, site: &Site) {
    browser.before_every_page(STREAM).await;
    browser.goto(&site.url("?page=query")).await;
    browser.wait_gone("[data-banner=report]").await;
}

/// Everything that was acknowledged is there, and no transaction by half.
async fn check(browser: &Browser, acknowledged: &BTreeSet<u64>, round: u64) {
    browser.find("nav [data-table=Kept][data-status=ACTIVE]").await;
    let ids = browser.eval("return window.everything()", vec![]).await;
    let ids: BTreeSet<String> =
        ids.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    for number in acknowledged {
        let of = |side: &str| ids.contains(&format!("{side}-{number}"));
        let is_there = if number % 5 == 0 { of("left") && of("right") } else { of("one") };
        assert!(is_there, "round {round}: {number} was acknowledged and is gone; {} are there", ids.len());
    }
    for id in ids.iter().filter_map(|id| id.strip_prefix("left-")) {
        assert!(ids.contains(&format!("right-{id}")), "round {round}: transaction {id} is there by half");
    }
    let halves = |side: &str| ids.iter().filter(|id| id.starts_with(side)).count();
    assert_eq!(halves("left-"), halves("right-"), "round {round}");
}

#[tokio::test]
async fn what_was_acknowledged_is_there_behind_every_kill() {
    let site = Site::open();
    let profile = Arc::new(Profile::fresh());
    let mut browser = Browser::open_with(Size::Desktop, &profile).await;
    browser.open_tab().await;
    opened(&browser, &site).await;
    let table = json!({"TableName": "Kept", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]});
    browser.eval("return window.ask(1, 'CreateTable', arguments[0])", vec![table]).await;
    browser.find("nav [data-table=Kept][data-status=ACTIVE]").await;

    let mut random = SEED;
    let mut acknowledged = BTreeSet::new();
    let mut next = 1;
    let started = Instant::now();
    for round in 0..ROUNDS {
        // xorshift64
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let enough = 1 + random % 120;
        let renderer = if round % 4 > 1 { Some(browser.renderer().await) } else { None };
        browser.eval("window.stream(arguments[0])", vec![json!(next)]).await;
        let told = browser
            .until("enough acknowledged writes", async || {
                let told = browser.eval("return window.acknowledged", vec![]).await;
                let told: Vec<u64> = told.as_array()?.iter().filter_map(Value::as_u64).collect();
                (told.len() as u64 >= enough).then_some(told)
            })
            .await;
        acknowledged.extend(told);
        next = acknowledged.last().copied().unwrap_or(0) + 10_000;
        match renderer {
            Some(renderer) => {
                browser.kill_renderer(renderer);
                browser.go_to_tab(0).await;
                browser.open_tab().await;
                opened(&browser, &site).await;
            }
            None if round % 4 == 0 => {
                browser.kill();
                browser = Browser::open_with(Size::Desktop, &profile).await;
                browser.open_tab().await;
                opened(&browser, &site).await;
            }
            None => {
                browser.eval("window.theWorker.terminate()", vec![]).await;
                browser.wait_text("[data-banner=report]", "background worker had ended").await;
            }
        }
        check(&browser, &acknowledged, round).await;
    }
    println!("{ROUNDS} kills, {} acknowledged writes, {} s", acknowledged.len(), started.elapsed().as_secs());
    browser.finish().await;
}
