//! A learner watches a table's changes arrive in its stream, steps from record to record, and moves iterators along its shards.

use e2e::{Browser, Site, Size};
use serde_json::json;
use thirtyfour::Key;

/// A table with the Accounts sample, its stream switched on.
async fn stream(site: &Site, size: Size, view_type: &str) -> Browser {
    let browser = Browser::open(size).await;
    browser.goto(&site.url("?page=transactions")).await;
    browser.click("[data-action=load-accounts]").await;
    browser.wait_gone("[data-action=load-accounts]").await;
    browser.goto(&site.url("?page=streams&table=Accounts")).await;
    browser.wait_text(".empty-state", "Accounts has no stream").await;
    browser.choose("[name=view-type]", view_type).await;
    browser.click("[data-action=enable-stream]").await;
    browser.find("[data-tree-shard][data-shard-state=open]").await;
    browser
}

const WHOLE: &str = "NEW_AND_OLD_IMAGES: the item before and after";

/// Makes changes of one item, until the shard that takes them has `count` records.
async fn change(browser: &Browser, count: usize) {
    browser.click("[data-action=make-change]").await;
    browser.wait_count("[data-record=MODIFY]", count).await;
}

/// The shards that are drawn, as texts of state and partition.
async fn shards(browser: &Browser) -> Vec<String> {
    let list = browser
        .eval(
            "return [...document.querySelectorAll('[data-tree-shard]')].map(s => s.dataset.shardState + ' ' + s.dataset.partition)",
            vec![],
        )
        .await;
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// Moves the workspace's clock ahead by the page's menu.
async fn ahead(browser: &Browser, label: &str) {
    browser.click("[data-action=ahead]").await;
    browser.click(format!("[popover]:popover-open [role=menuitem][data-value='{label}']").as_str()).await;
    browser.find("[data-action=make-change]:enabled").await;
}

/// Draws one thing to the left end of another with the mouse.
async fn drag(browser: &Browser, what: &str, to: &str) {
    let place = async |css: &str, share: f64| -> (f64, f64) {
        let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
            return [box.left + box.width * arguments[1], box.top + box.height / 2]";
        let place = browser.eval(script, vec![json!(css), json!(share)]).await;
        (place[0].as_f64().expect("a number"), place[1].as_f64().expect("a number"))
    };
    let (from, to) = (place(what, 0.5).await, place(to, 0.0).await);
    let mouse = async |kind: &str, (x, y): (f64, f64)| {
        let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
        browser.cdp("Input.dispatchMouseEvent", event).await;
    };
    mouse("mousePressed", from).await;
    for step in 1..=4 {
        let share = f64::from(step) / 4.0;
        mouse("mouseMoved", (from.0 + (to.0 - from.0) * share, from.1)).await;
    }
    mouse("mouseReleased", (to.0, from.1)).await;
}

#[tokio::test]
async fn a_learner_sees_a_stream_record_with_old_and_new_image() {
    let site = Site::open();
    let browser = stream(&site, Size::Desktop, WHOLE).await;
    change(&browser, 1).await;
    change(&browser, 2).await;

    // The keyboard steps from record to record here, not on the timeline.
    browser.press(".").await;
    browser.wait_text("[data-event-name=MODIFY]", "1 added").await;
    browser.wait_text("[data-attribute=touched][data-change=added] [data-side=new]", "1").await;
    browser.press(".").await;
    browser.wait_text("[data-attribute=touched][data-change=changed] [data-side=old]", "1").await;
    assert_eq!(browser.text("[data-attribute=touched] [data-side=new]").await, "2");
    browser.press(",").await;
    browser.wait_count("[data-attribute=touched][data-change=added]", 1).await;
    browser.wait_text("[data-part=identity]", "a client").await;

    // The request that made it, on the timeline.
    browser.wait_text("[data-part=maker]", "UpdateItem").await;
    browser.click("[data-part=maker] [data-action=event]").await;
    browser.find(".strip[data-live=false]").await;
    browser.wait_text(".strip-event", "MODIFY").await;
    browser.wait_count("[data-record][data-playhead]", 1).await;
    browser.click("[data-action=live]").await;

    // What the other view types would hold of it.
    browser.click("[data-tab=views]").await;
    browser.wait_count("[data-view-type]", 4).await;
    browser.find("[data-view-type=NEW_AND_OLD_IMAGES][aria-current=true]").await;
    browser.find("[data-view-type=KEYS_ONLY] [data-part=NewImage][data-held=left-out]").await;
    browser.find("[data-view-type=OLD_IMAGE] [data-part=OldImage][data-held=held]").await;
    let size = async |view: &str| -> u64 {
        let size = browser.attribute(format!("[data-view-type={view}]").as_str(), "data-size").await;
        size.and_then(|text| text.parse().ok()).expect("the size is known")
    };
    let (keys, new) = (size("KEYS_ONLY").await, size("NEW_IMAGE").await);
    let (old, both) = (size("OLD_IMAGE").await, size("NEW_AND_OLD_IMAGES").await);
    assert_eq!(both, new + old - keys, "keys are counted once");
    browser.screenshot("streams-views").await;
    browser.finish().await;
}

#[tokio::test]
async fn an_iterator_reads_on_is_moved_and_expires() {
    let site = Site::open();
    let browser = stream(&site, Size::Desktop, WHOLE).await;
    for count in 1..=3 {
        change(&browser, count).await;
    }
    browser.click("[data-action=stand]").await;
    browser.wait_text("[data-part=iterator]", "before the oldest record").await;
    browser.find("[data-record][aria-rowindex='1'][data-marker=before]").await;
    browser.click("[data-action=get-records]").await;
    browser.wait_text("[data-part=iterator]", "gave 1 record").await;
    browser.wait_count("[data-record][data-given]", 1).await;
    browser.find("[data-record][aria-rowindex='2'][data-marker=before]").await;
    browser.wait_text("[data-attribute=touched] [data-side=new]", "1").await;

    // Moved by the keyboard it is asked for anew, AT_SEQUENCE_NUMBER; at the end it is LATEST.
    browser.eval("document.querySelector('.line-marker').focus()", vec![]).await;
    browser.press(Key::Right + "").await;
    browser.find(".line-marker[aria-valuenow='2'][aria-valuetext^=AT_SEQUENCE_NUMBER]").await;
    browser.wait_text("[data-part=iterator]", "cannot be put elsewhere").await;
    browser.press("n").await;
    browser.wait_text("[data-attribute=touched] [data-side=new]", "3").await;
    browser.choose("[name=iterator-type]", "LATEST").await;
    browser.click("[data-action=stand]").await;
    browser.wait_text("[data-part=iterator]", "behind the newest record").await;
    browser.click("[data-action=get-records]").await;
    browser.wait_text("[data-part=iterator]", "gave no record").await;
    change(&browser, 4).await;
    browser.click("[data-action=get-records]").await;
    browser.wait_text("[data-attribute=touched] [data-side=new]", "4").await;

    // Dragged to the left end, the second one is TRIM_HORIZON.
    drag(&browser, ".line-marker[data-iterator='2'] .marker-flag", ".line-base").await;
    browser.find(".line-marker[data-iterator='2'][aria-valuenow='0'][aria-valuetext^=TRIM_HORIZON]").await;
    browser.wait_text("[data-marker='2'] [data-part=expiry]", "left").await;
    browser.screenshot("streams-iterators").await;

    // A quarter of an hour later it is of no use.
    ahead(&browser, "0").await;
    browser.wait_count("[data-marker][data-state=expired]", 2).await;
    browser.click("[data-action=get-records]").await;
    browser.find("[data-exception=ExpiredIteratorException]").await;
    browser.click("[data-action=renew]").await;
    browser.wait_count("[data-marker][data-state=expired]", 1).await;
    browser.click("[data-action=get-records]").await;
    browser.wait_text("[data-attribute=touched] [data-side=new]", "1").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_split_closes_a_shard_and_its_children_go_on() {
    let site = Site::open();
    let browser = stream(&site, Size::Desktop, WHOLE).await;
    let before = shards(&browser).await;
    change(&browser, 1).await;
    browser.click("[data-record=MODIFY] button").await;
    // The shard that took the change, and its partition.
    let partition =
        browser.attribute("[data-tree-shard][aria-selected=true]", "data-partition").await.unwrap();
    browser.click("[data-action=split]").await;
    browser
        .find(format!("[data-tree-shard][data-partition='{partition}'][data-shard-state=closed]").as_str())
        .await;
    browser.wait_count("[data-tree-shard]", before.len() + 2).await;
    browser.wait_count("[data-joint=split][role=button]", 1).await;

    // The joint leads to the split on the timeline.
    browser.click("[data-joint=split]").await;
    browser.wait_text(".strip-event", "split").await;
    browser.find("[data-joint=split][aria-current=true]").await;
    browser.click("[data-action=live]").await;

    // The same item's next change is in a child; at the parent's end an iterator is led there.
    browser.click("[data-action=make-change]").await;
    browser.click("[data-action=item]").await;
    browser.wait_count("[data-record=MODIFY]", 2).await;
    browser.wait_count(".stream-of", 2).await;
    browser.press(".").await;
    browser.wait_text("[data-attribute=touched] [data-side=new]", "2").await;
    browser.press(",").await;
    browser.wait_text("[data-attribute=touched] [data-side=new]", "1").await;
    browser.click("[data-action=item]").await;
    browser.wait_count("[data-record=MODIFY]", 1).await;
    browser.click("[data-action=stand]").await;
    browser.wait_text("[data-part=iterator]", "before the oldest record").await;
    browser.click("[data-action=get-records]").await;
    browser.wait_text("[data-part=iterator]", "closed shard's end").await;
    browser.wait_count("[data-action=child]", 2).await;
    browser.screenshot("streams-tree").await;
    browser.click("[data-action=child]").await;
    browser.find("[data-tree-shard][aria-selected=true][data-shard-state=open]").await;
    browser.click("[aria-label='Shards as'] [data-tab=table]").await;
    browser.wait_text("[data-row-shard][aria-selected=true]", "was split (REQUESTED)").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_day_later_the_records_are_trimmed() {
    let site = Site::open();
    let browser = stream(&site, Size::Desktop, WHOLE).await;
    change(&browser, 1).await;
    change(&browser, 2).await;
    browser.click("[data-record=MODIFY] button").await;
    browser.find("[data-number]").await;
    ahead(&browser, "2").await;
    // Every four hours a shard was followed by another of the same partition.
    browser.find("[data-joint=rolled-over]").await;
    // What was read once stays in sight as trimmed, left of the line of 24 hours.
    browser.wait_count("[data-record=MODIFY][data-trimmed]", 2).await;
    browser.find(".line-gone").await;
    browser.choose("[name=iterator-type]", "AT_SEQUENCE_NUMBER").await;
    browser.click("[data-action=stand]").await;
    browser.find("[data-exception=TrimmedDataAccessException]").await;
    browser.screenshot("streams-trimmed").await;
    browser.click("[data-action=renew]").await;
    browser.wait_text("[data-part=iterator]", "oldest record that is not trimmed").await;
    browser.find(".line-marker[aria-valuenow='2']").await;
    browser.click("[data-action=get-records]").await;
    browser.wait_text("[data-part=iterator]", "no NextShardIterator").await;
    browser.find("[data-action=child]").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_view_type_is_fixed_and_an_earlier_stream_can_still_be_read() {
    let site = Site::open();
    let browser = stream(&site, Size::Desktop, WHOLE).await;
    change(&browser, 1).await;
    browser.click("[data-action=settings]").await;
    browser.choose(".stream-settings [name=view-type]", "KEYS_ONLY: the key alone").await;
    browser.click("[data-action=change-view]").await;
    browser.wait_text("[data-exception=ValidationException]", "already has an enabled stream").await;
    browser.click("[data-action=disable-first]").await;
    browser.wait_text(".stream-bar", "DISABLED").await;
    browser.find(".stream-settings[data-enabled=false]").await;
    browser.wait_count("[data-tree-shard][data-shard-state=open]", 0).await;
    ahead(&browser, "0").await;
    browser.click("[data-action=enable-stream]").await;
    browser.find("[data-tree-shard][data-shard-state=open]").await;
    browser.find("[name=stream]").await;
    browser.wait_text(".stream-bar", "KEYS_ONLY").await;
    change(&browser, 1).await;
    browser.click("[data-record=MODIFY] button").await;
    browser.wait_count("[data-attribute]", 1).await;
    let earlier = browser.texts("[name=stream] option").await;
    let earlier =
        earlier.iter().find(|text| text.contains("(earlier)")).expect("the earlier stream is offered");
    browser.choose("[name=stream]", earlier).await;
    browser.wait_text(".stream-bar", "NEW_AND_OLD_IMAGES").await;
    browser.wait_count("[data-record=MODIFY]", 1).await;
    browser.finish().await;
}

#[tokio::test]
async fn a_request_leads_to_its_record() {
    let site = Site::open();
    let browser = stream(&site, Size::Desktop, WHOLE).await;
    browser.click("[data-kind=page] [data-tab=query]").await;
    browser.choose("[name=operation]", "PutItem").await;
    let item =
        json!({"account_id": {"S": "new"}, "address": {"M": {"city": {"S": "Bern"}, "zip": {"N": "1"}}}});
    browser.fill("[name=request]", &json!({"TableName": "Accounts", "Item": item}).to_string()).await;
    browser.click("[data-action=run]").await;
    browser.find("[aria-label=Answer][data-state=ready]").await;
    let item =
        json!({"account_id": {"S": "new"}, "address": {"M": {"city": {"S": "Basel"}, "zip": {"N": "1"}}}});
    browser.fill("[name=request]", &json!({"TableName": "Accounts", "Item": item}).to_string()).await;
    browser.click("[data-action=run]").await;
    browser.wait_text("[data-section=Streams]", "MODIFY").await;
    browser.click("[data-section=Streams] [data-action=record]").await;
    browser.wait_text("[data-attribute='address.city'][data-change=changed] [data-side=old]", "Bern").await;
    browser.wait_text("[data-part=maker]", "PutItem").await;
    browser.finish().await;
}

#[tokio::test]
async fn a_stream_of_keys_shows_on_a_phone_what_it_keeps() {
    let site = Site::open();
    let browser = stream(&site, Size::Phone, "KEYS_ONLY: the key alone").await;
    browser.click("[data-action=make-change]").await;
    browser.click("[data-record=MODIFY] button").await;
    browser.wait_text("[data-event-name=MODIFY]", "KEYS_ONLY").await;
    browser.wait_count("[data-attribute]", 1).await;
    browser.wait_count("[data-attribute][data-change=key]", 1).await;
    assert_eq!(browser.eval("return document.documentElement.scrollWidth", vec![]).await, 390);
    browser.screenshot("streams-phone").await;
    browser.finish().await;
}

#[tokio::test]
async fn simulated_traffic_has_its_records_in_the_streams_of_its_branch() {
    let site = Site::open();
    let browser = stream(&site, Size::Desktop, WHOLE).await;
    browser.goto(&site.url("?page=heat&table=Accounts")).await;
    browser.click("[data-action=light-traffic]:enabled").await;
    browser.fill("[name=rate]", "50").await;
    browser.fill("[name=read_percent]", "0").await;
    browser.click("[data-action=start-traffic]:enabled").await;
    browser.find("[data-traffic=running]").await;
    browser.click("[data-kind=page] [data-tab=streams]").await;
    browser.find("[data-tree-shard][data-shard-state=open]").await;
    assert_eq!(browser.count("[data-record]").await, 0, "nothing was written in the workspace");
    browser.choose("[name=stream-place]", "The traffic's branch").await;
    browser.wait_text(".stream-traffic", "has streams of its own").await;
    browser.find("[data-record=INSERT], [data-record=MODIFY]").await;
    browser.screenshot("stream-traffic").await;
    browser.finish().await;
}
