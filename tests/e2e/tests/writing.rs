//! Somebody writes a request with what the editor offers, sees what is wrong underlined, and takes the request along as a program.

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};

/// The request as it stands in the editor.
async fn request(browser: &Browser) -> Value {
    let text = browser.eval("return document.querySelector('textarea[name=request]').value", vec![]).await;
    serde_json::from_str(text.as_str().expect("the editor's text")).expect("JSON")
}

/// What stands in a field.
async fn written(browser: &Browser, field: &str) -> String {
    let script = format!("return document.querySelector('{field}').value");
    browser.eval(&script, vec![]).await.as_str().unwrap_or_default().to_owned()
}

/// Presses one key where the focus is.
async fn key(browser: &Browser, key: char) {
    browser.press(key.to_string()).await;
}

const ENTER: char = '\u{e007}';
const TAB: char = '\u{e004}';
const ESCAPE: char = '\u{e00c}';
const DOWN: char = '\u{e015}';

#[tokio::test]
async fn a_request_is_written_with_completion_corrected_and_taken_along_as_a_program() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    let table = json!({"TableName": "Bills", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "user_id", "AttributeType": "S"}]});
    browser.create_table(&site, &table).await;
    browser.find("[aria-label=Tables] [data-table=Bills][data-status=ACTIVE]").await;
    browser.choose("select[name=operation]", "PutItem").await;
    let item = json!({"user_id": {"S": "u1"}, "amount": {"N": "5"}, "status": {"S": "open"}});
    browser.fill("textarea[name=request]", &json!({"TableName": "Bills", "Item": item}).to_string()).await;
    browser.click("[data-action=run]").await;
    browser.wait_text("nav [data-table=Bills] > .rail-table", "1").await;

    // An attribute that an item has is offered; Enter takes it.
    browser.click("nav [data-table=Bills] > .rail-table").await;
    browser.goto(&site.url("?page=query&table=Bills")).await;
    browser.choose("select[name=operation]", "Scan").await;
    let field = "textarea[name=FilterExpression]";
    browser.fill(field, "am").await;
    browser.find(".completion [data-entry=amount][aria-selected=true]").await;
    key(&browser, ENTER).await;
    assert_eq!(written(&browser, field).await, "amount");
    browser.press(" > > :least").await;
    // The engine's own words, at the engine's own place.
    browser.wait_text(".expression-fault[data-start='9'][data-end='10']", "Syntax error; token: \">\"").await;
    browser.find(".expression-colours mark").await;
    browser.find(".json-colours mark[data-soft]").await;
    browser.screenshot("expression-fault").await;

    // A reserved word gets its placeholder, by the arrows and Tab.
    browser.fill(field, "amount > :least AND s").await;
    browser.find(".completion [data-entry=status]").await;
    browser.screenshot("completion").await;
    key(&browser, ESCAPE).await;
    browser.wait_gone(".completion").await;
    browser.press("t").await;
    browser.find(".completion [data-entry=status][aria-selected=true]").await;
    key(&browser, DOWN).await;
    browser.find(".completion [aria-selected=true]").await;
    key(&browser, TAB).await;
    let now = request(&browser).await;
    assert_eq!(now["FilterExpression"], "amount > :least AND #status");
    assert_eq!(now["ExpressionAttributeNames"], json!({"#status": "status"}));

    // In the JSON, parameters and their words.
    browser.fill("textarea[name=request]", r#"{"TableName": "Bills", "Sel"#).await;
    browser.find(".json-cell .completion [data-entry=Select][aria-selected=true]").await;
    key(&browser, TAB).await;
    browser.press(r#"": "COUNT"}"#).await;
    assert_eq!(request(&browser).await, json!({"TableName": "Bills", "Select": "COUNT"}));

    // The same request as a program, here and in the language that was last chosen.
    browser.click("[aria-label='Show the request as'] [data-tab=code]").await;
    browser.choose("select[name=flavour]", "Rust").await;
    browser.wait_text(".code-view", ".select(Select::Count)").await;
    browser.choose("select[name=goes-to]", "A local endpoint").await;
    browser.wait_text(".code-view", "http://127.0.0.1:8000").await;
    browser.screenshot("code").await;
    browser.choose("select[name=flavour]", "PartiQL").await;
    browser.wait_text(".code-pane", "Select COUNT has no statement").await;
    browser.choose("select[name=flavour]", "AWS CLI").await;
    browser.wait_text(".code-view", "aws dynamodb scan").await;
    browser.click("[data-action=run]").await;
    browser.click("[aria-label='Show the answer as'] [data-tab=code]").await;
    browser.wait_text("[aria-label=Answer] .code-view", "--select COUNT").await;
    browser.finish().await;
}
