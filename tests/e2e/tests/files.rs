//! Somebody brings items in files of other tools, and takes them along: gzip, exports to S3, CSV.

use std::fs;
use std::path::PathBuf;

use e2e::{Browser, Site, Size};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec;
use serde_json::{Value, json};

fn carts() -> Value {
    json!({
        "TableName": "Carts", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "user", "AttributeType": "S"}],
    })
}

/// Bytes as a file of gzip, [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952).
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    file.extend(compress_to_vec(bytes, 6));
    file.extend(crc32fast::hash(bytes).to_le_bytes());
    file.extend((bytes.len() as u32).to_le_bytes());
    file
}

fn gunzip(file: &[u8]) -> Vec<u8> {
    decompress_to_vec(&file[10..file.len() - 8]).expect("gzip without a name")
}

fn written(browser: &Browser, name: &str, bytes: &[u8]) -> PathBuf {
    let path = browser.profile().folder().join(name);
    fs::write(&path, bytes).expect("the profile can be written to");
    path
}

async fn open_carts(browser: &Browser, site: &Site) {
    browser.create_table(site, &carts()).await;
    browser.goto(&site.url("?page=data&table=Carts")).await;
    browser.click("[data-action=import]").await;
}

async fn export(browser: &Browser, form: &str) {
    browser.click("[data-action=export]").await;
    browser.click(&format!("[data-value={form}]")).await;
}

#[tokio::test]
async fn a_user_drops_an_export_to_s3_as_it_lies_there_and_takes_the_table_out_again() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_carts(&browser, &site).await;
    let line = |user: &str| {
        format!("{{\"Item\":{{\"user\":{{\"S\":\"{user}\"}},\"tags\":{{\"SS\":[\"a\",\"b\"]}}}}}}\n")
    };
    let one = [line("ada"), line("bob")].concat();
    let two = [line("cleo"), "{\"Item\":{\"n\":{\"N\":\"1\"}}}\n".to_owned()].concat();
    let listed = |name: &str, items: usize| {
        json!({"itemCount": items, "md5Checksum": "x", "etag": "y", "dataFileS3Key": format!("AWSDynamoDB/01/data/{name}")}).to_string()
    };
    let manifest = [listed("a1.json.gz", 2), listed("b2.json.gz", 3), listed("c3.json.gz", 1)].join("\n");
    let files = [
        written(&browser, "manifest-files.json", manifest.as_bytes()),
        written(&browser, "manifest-summary.json", b"{\"version\":\"2020-06-30\"}"),
        written(&browser, "a1.json.gz", &gzip(one.as_bytes())),
        written(&browser, "b2.json.gz", &gzip(two.as_bytes())),
    ];
    browser.upload_all("[name=import-file]", &files).await;
    let read = browser.wait_text(".import-read", "2 files of items").await;
    for says in [
        "4 records in them",
        "1 of the 3 data files that the manifest lists are not among those you chose: c3.json.gz.",
        "b2.json.gz has 2 items; the manifest says 3.",
        "manifest-summary.json",
    ] {
        assert!(read.contains(says), "{says} in {read}");
    }
    browser.screenshot("import-s3").await;
    browser.click("[data-action=start-import]").await;
    browser.wait_count("[data-import=done]", 1).await;
    let rejected = browser.texts(".rejected tbody tr").await;
    assert_eq!(rejected.len(), 1, "{rejected:?}");
    assert!(
        rejected[0].starts_with("b2.json.gz 2 2 ") && rejected[0].contains("Missing the key user"),
        "{rejected:?}"
    );
    browser.click("[data-action=close-import]").await;
    browser.wait_text("[data-part=range]", "1–3 of 3 items").await;

    export(&browser, "gzip").await;
    let file = browser.downloaded("Carts.dynamodb.json.gz").await;
    let text = String::from_utf8(gunzip(&file)).expect("text");
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    lines.sort_by_key(|line| line["Item"]["user"]["S"].to_string());
    let item = |user: &str| json!({"Item": {"user": {"S": user}, "tags": {"SS": ["a", "b"]}}});
    assert_eq!(lines, [item("ada"), item("bob"), item("cleo")]);
    browser.click("[data-action=import]").await;
    browser.upload("[name=import-file]", &written(&browser, "again.json.gz", &file)).await;
    browser.click("[data-action=start-import]").await;
    browser.wait_text("[data-count=replaced-in-table]", "3").await;

    // A file that is cut off is no file, and nothing of it goes in.
    browser.upload("[name=import-file]", &written(&browser, "cut.json.gz", &file[..file.len() - 12])).await;
    browser.wait_text("[data-import=failed]", "damaged or cut off").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_user_sees_and_changes_what_the_columns_of_a_csv_file_are() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    open_carts(&browser, &site).await;
    let csv = "user,total,zip,paid,tags\nada,12.50,007,true,\"{\"\"SS\"\":[\"\"x\"\"]}\"\n\"bob, jr\",3,10115,false,\ncleo,4\n";
    browser.upload("[name=import-file]", &written(&browser, "carts.csv", csv.as_bytes())).await;
    browser.wait_text("[data-part=columns]", "3 rows").await;
    let kind = async |column: &str| {
        browser.attribute(&format!("[data-column={column}] select"), "value").await.unwrap_or_default()
    };
    assert_eq!(kind("total").await, "Number (N)");
    assert_eq!(kind("zip").await, "String (S)");
    assert_eq!(kind("paid").await, "Boolean (BOOL)");
    assert_eq!(kind("tags").await, "DynamoDB JSON");
    browser.screenshot("import-csv").await;
    browser.choose("[data-column=paid] select", "leave out").await;
    browser.click("[data-action=read-columns]").await;
    browser.wait_text(".import-read", "2 items to put").await;
    browser.wait_text(".rejected", "it has 2 cells, and the first line has 5").await;
    browser.click("[data-action=start-import]").await;
    browser.wait_count("[data-import=done]", 1).await;
    browser.click("[data-action=close-import]").await;
    browser.wait_text("[data-part=range]", "1–2 of 2 items").await;

    export(&browser, "csv").await;
    let file = String::from_utf8(browser.downloaded("Carts.csv").await).expect("text");
    let mut lines: Vec<&str> = file.lines().collect();
    lines[1..].sort_unstable();
    let expected =
        ["user,tags,total,zip", "\"bob, jr\",,3,10115", "ada,\"{\"\"SS\"\":[\"\"x\"\"]}\",12.5,007"];
    assert_eq!(lines, expected);
    export(&browser, "jsonl").await;
    let file = String::from_utf8(browser.downloaded("Carts.jsonl").await).expect("text");
    assert!(
        file.lines().any(|line| line == r#"{"tags":["x"],"total":12.5,"user":"ada","zip":"007"}"#),
        "{file}"
    );
    browser.finish().await;
}
