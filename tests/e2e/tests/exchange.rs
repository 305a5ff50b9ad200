//! An architect takes a design out as code, and brings one in.

use e2e::{Browser, Site, Size};

/// A template as people write them: short functions, a parameter, a resource that is no table.
const TEMPLATE: &str = "\
Parameters:
  Stage: { Type: String, Default: dev }
Resources:
  Carts:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub '${Stage}-carts'
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - { AttributeName: user_id, AttributeType: S }
        - { AttributeName: product_id, AttributeType: S }
      KeySchema:
        - { AttributeName: user_id, KeyType: HASH }
        - { AttributeName: product_id, KeyType: RANGE }
      GlobalSecondaryIndexes:
        - IndexName: by-product
          KeySchema: [{ AttributeName: product_id, KeyType: HASH }]
          Projection: { ProjectionType: KEYS_ONLY }
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 9 }
      TimeToLiveSpecification: { AttributeName: expires_at, Enabled: true }
      Tags: [{ Key: team, Value: shop }]
  Topic:
    Type: AWS::SNS::Topic
";

/// Opens the page's import with a file of that text.
async fn take(browser: &Browser, name: &str, text: &str) {
    let file = browser.profile().downloads().join(name);
    std::fs::write(&file, text).expect("a file");
    browser.upload("[name=import-design]", &file).await;
}

#[tokio::test]
async fn a_design_goes_out_as_terraform_and_comes_back_as_the_same_table() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.click("[data-action=load-orders]").await;
    browser.find("[aria-label=Tables] [data-table=Orders][data-status=ACTIVE]").await;
    browser.click("[data-action=share]").await;
    browser.click("[data-action=to-export]").await;
    browser.wait_text(".code-view", "AWS::DynamoDB::Table").await;
    browser.screenshot("export-cloudformation").await;
    browser.choose("[name=format]", "Terraform").await;
    let terraform = browser.wait_text(".code-view", "resource \"aws_dynamodb_table\" \"orders\"").await;
    assert!(terraform.contains("local_secondary_index"), "{terraform}");
    browser.wait_text("[data-left-out='0']", "Nothing is left out").await;
    browser.click("[data-action=save-export]").await;
    let saved = browser.downloaded("orders.tf").await;
    let saved = String::from_utf8(saved).expect("text");
    assert!(saved.starts_with("# Orders\n"), "{saved}");

    browser.click("[data-tab=import]").await;
    take(&browser, "orders.tf", &saved.replace("\"Orders\"", "\"Orders2\"")).await;
    browser.wait_text("[data-import=read]", "This is a Terraform configuration").await;
    browser.click("[data-action=import-here]").await;
    browser.find("[aria-label=Tables] [data-table=Orders2][data-status=ACTIVE]").await;
    let indexes = browser.texts("[aria-label=Tables] [data-table]").await;
    assert!(indexes.len() >= 2, "{indexes:?}");
    browser.finish().await;
}

#[tokio::test]
async fn a_template_is_looked_at_made_whole_and_exported_again() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("?page=exchange&import")).await;
    take(&browser, "template.yaml", TEMPLATE).await;
    browser.wait_text("[data-import=read]", "This is a CloudFormation template").await;
    let made = browser.text("[data-made=dev-carts]").await;
    for fact in [
        "user_id, product_id",
        "on-demand",
        "1 global index",
        "Time to Live",
        "point-in-time recovery",
        "tags",
    ] {
        assert!(made.contains(fact), "{fact} in {made}");
    }
    browser.wait_text("[data-left-out='1']", "AWS::SNS::Topic is no table").await;
    assert_eq!(browser.count("[aria-label=Tables] [data-table=dev-carts]").await, 0, "nothing is made yet");
    browser.screenshot("import-template").await;
    browser.click("[data-action=import-here]").await;
    browser.find("[aria-label=Tables] [data-table=dev-carts][data-status=ACTIVE]").await;
    browser.wait_text("[role=status][data-level=done]", "is loaded").await;
    browser.goto(&site.url("?page=exchange&format=cloudformation")).await;
    let text = browser.wait_text(".code-view", "RecoveryPeriodInDays: 9").await;
    for part in ["AttributeName: expires_at", "Key: team", "IndexName: by-product", "TableName: dev-carts"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    browser.finish().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_told_by_its_line_and_nothing_is_lost() {
    let site = Site::open();
    let browser = Browser::open(Size::Phone).await;
    browser.goto(&site.url("?page=exchange&import")).await;
    let broken = TEMPLATE.replace("KeySchema:\n        - {", "KeySchema:\n        - [{");
    take(&browser, "broken.yaml", &broken).await;
    browser.find(".json-fault[data-line]").await;
    browser.wait_text("[data-import=refused]", "Nothing is lost and nothing is made").await;
    assert_eq!(browser.count("[data-action=import-here]").await, 0);
    browser.screenshot("import-refused").await;
    browser.reload().await;
    browser.find(".json-fault[data-line]").await;
    let kept = browser.eval("return document.querySelector('[name=import-text]').value", vec![]).await;
    assert_eq!(kept, broken.as_str());
    browser.click("[data-action=clear-import]").await;
    browser.wait_gone(".json-fault").await;
    browser.finish().await;
}
