//! Several tabs of one workspace, each a session, over real BroadcastChannels and Web Locks, in a dedicated worker.

use engine::timeline::Event;
use futures_channel::mpsc;
use futures_util::StreamExt;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web::protocol::clock::{ClockChange, Speed};
use web::protocol::{ClientError, FromWorker, ToWorker, VERSION};
use web::worker::channel::of_workspace;

use crate::tab::{Tab, get, put};

impl Tab {
    async fn others(&mut self) -> (bool, u32) {
        match self.hear(|message| matches!(message, FromWorker::Tabs { .. })).await {
            FromWorker::Tabs { leads, others } => (leads, others),
            other => panic!("{other:?}"),
        }
    }

    /// Waits until a page that did not ask is told of a PutItem.
    async fn sees_a_put(&mut self) {
        let names = |event: &Event| format!("{event:?}").contains("PutItem");
        self.hear(|message| matches!(message, FromWorker::Events { events } if events.iter().any(names)))
            .await;
    }
}

/// The first tab, which leads, and its table; whatever an earlier run left is gone.
async fn leader(workspace: &str) -> Tab {
    let (mut tab, ready) = Tab::renewed(workspace).await;
    assert!(ready.leads && !ready.again);
    tab.with_table().await;
    tab
}

async fn follower(workspace: &str) -> Tab {
    let mut tab = Tab::start(workspace);
    let ready = tab.ready().await;
    assert_eq!((ready.workspace.as_str(), ready.leads, ready.again), (workspace, false, false));
    tab
}

#[wasm_bindgen_test]
async fn another_tab_reads_and_writes_through_the_leader_and_all_see_what_happens() {
    let mut first = leader("passed").await;
    let mut second = follower("passed").await;
    assert_eq!(first.others().await, (true, 1));
    let mut third = follower("passed").await;
    assert_eq!((first.others().await, third.others().await), ((true, 2), (false, 2)));

    second.ok("PutItem", &put("a")).await;
    first.sees_a_put().await;
    third.sees_a_put().await;
    assert!(first.ok("GetItem", &get("a")).await.contains("\"Item\""));
    first.ok("PutItem", &put("b")).await;
    second.sees_a_put().await;
    assert!(third.ok("GetItem", &get("b")).await.contains("\"Item\""));
    let refused = third.call("PutItem", "{}");
    assert!(matches!(third.reply(refused).await, Err(ClientError::Api { .. })));

    // One clock for all.
    let id = 900;
    third.send(ToWorker::SetClock { id, change: ClockChange::Speed { speed: Speed::Sixty } });
    third.reply(id).await.expect("the clock is set");
    let told = |message: &FromWorker| matches!(message, FromWorker::Clock { clock } if clock.pace.speed == Speed::Sixty);
    first.hear(told).await;
    second.hear(told).await;

    drop(third);
    assert_eq!(first.others().await, (true, 1));
}

#[wasm_bindgen_test]
async fn when_the_leader_is_gone_another_goes_on_with_everything() {
    let mut first = leader("goes on").await;
    let mut tabs = [follower("goes on").await, follower("goes on").await];
    first.ok("PutItem", &put("first")).await;
    tabs[0].ok("PutItem", &put("second")).await;
    drop(first);
    let mut leads = 0;
    for tab in &mut tabs {
        let ready = tab.ready().await;
        assert!(ready.again && ready.report.is_empty(), "{:?}", ready.report);
        leads += u32::from(ready.leads);
    }
    assert_eq!(leads, 1);
    for tab in &mut tabs {
        assert!(tab.ok("GetItem", &get("first")).await.contains("\"Item\""));
        assert!(tab.ok("GetItem", &get("second")).await.contains("\"Item\""));
        tab.ok("PutItem", &put("later")).await;
    }
}

#[wasm_bindgen_test]
async fn a_leader_that_opens_another_workspace_leaves_nothing_undecided() {
    let mut first = leader("left").await;
    let mut second = follower("left").await;
    first.send(ToWorker::OpenWorkspace { workspace: "left for".into() });
    let ids: Vec<u64> = (0..20).map(|n| second.call("PutItem", &put(&n.to_string()))).collect();
    for id in ids {
        second.reply(id).await.expect("written by one leader or the other");
    }
    assert!(first.ready().await.leads);
    // It comes back, and follows.
    first.send(ToWorker::OpenWorkspace { workspace: "left".into() });
    let ready = first.ready().await;
    assert_eq!((ready.leads, ready.again), (false, false));
    assert!(first.ok("GetItem", &get("19")).await.contains("\"Item\""));
}

#[wasm_bindgen_test]
async fn a_workspace_that_others_have_open_is_not_deleted() {
    let mut first = leader("kept").await;
    let mut second = follower("kept").await;
    for tab in [&mut first, &mut second] {
        tab.send(ToWorker::DeleteWorkspace { workspace: "kept".into() });
        let ready = tab.ready().await;
        assert!(ready.report[0].contains("open in another tab") && ready.workspace == "kept");
    }
    second.ok("PutItem", &put("still here")).await;
}

/// Says on a workspace's channel that a tab of that version is there.
fn say(workspace: &str, version: u32) {
    let channel = web_sys::BroadcastChannel::new(&of_workspace(workspace)).expect("a channel");
    let said = format!(r#"{{"version":{version},"tab":"other","says":"here"}}"#);
    channel.post_message(&js_sys::Uint8Array::from(said.as_bytes())).expect("it is said");
    channel.close();
}

#[wasm_bindgen_test]
async fn a_tab_that_meets_a_newer_version_lets_the_workspace_go_and_says_so() {
    let mut old = leader("newer").await;
    old.ok("PutItem", &put("kept")).await;
    say("newer", VERSION + 1);
    old.hear(|message| matches!(message, FromWorker::Outdated)).await;
    let id = old.call("GetItem", &get("kept"));
    let Err(ClientError::Protocol { message }) = old.reply(id).await else { panic!("a refusal") };
    assert!(message.contains("Reload"), "{message}");
    let mut new = Tab::start("newer");
    assert!(new.ready().await.leads, "the workspace is free");
    assert!(new.ok("GetItem", &get("kept")).await.contains("\"Item\""));
}

#[wasm_bindgen_test]
async fn an_older_version_is_answered_so_that_it_learns_of_this_one() {
    let _tab = leader("older").await;
    let channel = web_sys::BroadcastChannel::new(&of_workspace("older")).expect("a channel");
    let (heard, mut answers) = mpsc::unbounded();
    let listener = wasm_bindgen::closure::Closure::<dyn FnMut(web_sys::MessageEvent)>::new(
        move |event: web_sys::MessageEvent| {
            let bytes: js_sys::Uint8Array = event.data().unchecked_into();
            let _ = heard.unbounded_send(String::from_utf8_lossy(&bytes.to_vec()).into_owned());
        },
    );
    channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    say("older", VERSION - 1);
    loop {
        let said = answers.next().await.expect("somebody speaks");
        if said.contains("\"here\"") && said.contains(&format!("\"version\":{VERSION}")) {
            break;
        }
    }
    channel.close();
}
