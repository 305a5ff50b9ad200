//! Somebody learns: finds a lesson, predicts, tries, fails at a task and does it, comes back later, and presents it to others.

use e2e::{Browser, Site, Size};
use thirtyfour::Key;

/// Does what a task asks for as its solution does: all hints, the solution, and sending it.
async fn give_up(browser: &Browser) {
    for _ in 0..6 {
        if browser.count("[data-action=solve]").await > 0 {
            break;
        }
        browser.click("[data-action=hint]").await;
    }
    browser.click("[data-action=solve]").await;
    browser.find("[data-part=task][data-state=done]").await;
}

#[tokio::test]
async fn a_lesson_is_done_kept_linked_and_presented() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    browser.find("[data-part=glimpse][data-state=moving]").await;
    browser.click("[data-action=learn]").await;
    browser.find("[data-page=learn] [data-lesson=partitions][data-state=new]").await;
    browser.screenshot("learn").await;
    browser.click("[data-lesson=partitions] [data-action=open-lesson]").await;

    // It is done in a workspace of its own, beside the page that its step is about.
    browser.find("[data-page=cluster]").await;
    browser.wait_text("[data-action=workspace]", "Lesson: ").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.wait_gone("[data-bench]").await;
    browser.screenshot("lesson").await;

    // A request is sent as it stands; what follows a question is told once it is answered, and leaves
    // what was tried as it is.
    browser.click("[data-part=request] [data-action=try]").await;
    browser.find("[data-part=request][data-state=answered]").await;
    browser.wait_count("[data-part=request]", 1).await;
    browser.click("[data-part=question][data-state=asked] [data-answer='1']").await;
    browser.find("[data-part=question] [data-mark=right]").await;
    browser.find("[data-operation='Dynascope.LocateKey'][data-state=answered]").await;
    browser.click("[data-operation=Query] [data-action=try]").await;
    browser.wait_text("[data-operation=Query] [data-part=headline]", "partition").await;
    // What was answered stays.
    browser.wait_count("[data-part=request][data-state=answered]", 2).await;

    // The next step's task is not done before it is done.
    browser.click("[data-action=step-next]").await;
    browser.click("[data-part=question] [data-action=tell]").await;
    browser.find("[data-part=question][data-state=told]").await;
    browser.click("[data-part=task] [data-action=check]").await;
    browser.wait_text("[data-part=missing]", "Not yet").await;
    give_up(&browser).await;
    browser.screenshot("lesson-done").await;

    // A reload comes back to the step, with what was answered and done, in the lesson's workspace.
    let address = browser.eval("return location.search", vec![]).await;
    let address = address.as_str().expect("an address").to_owned();
    assert!(address.contains("lesson=partitions") && address.contains("step=2"), "{address}");
    browser.reload().await;
    browser.find("[data-part=task][data-state=done]").await;
    browser.find("[data-part=question][data-state=told]").await;
    browser.wait_gone("[data-bench]").await;
    browser.click("[data-action=close-lesson]").await;
    browser.wait_gone("[data-part=task]").await;
    browser.click("[data-tab=learn]").await;
    browser.find("[data-lesson=partitions]:not([data-state=new])").await;

    // The link to a step opens there, in the same workspace, whatever was open.
    browser.goto(&site.url("?lesson=partitions&step=1")).await;
    browser.find("[data-page=cluster]").await;
    browser.wait_gone("[data-part=question][data-state=asked]").await;
    browser.find("[data-part=question] [data-mark=right]").await;
    browser.wait_text("[data-action=workspace]", "Lesson: ").await;

    // A step may stand beside another page: the page goes along.
    browser.click("[data-step='5']").await;
    browser.find("[data-page=heat]").await;
    browser.click("[data-step='1']").await;
    browser.find("[data-page=cluster]").await;

    // Presented, it is stepped by the keys of a remote control; Escape leaves.
    browser.click("[data-action=present]").await;
    browser.find("[data-presents=true]").await;
    browser.wait_gone(".top-bar").await;
    browser.wait_gone("nav [data-table]").await;
    browser.screenshot("lesson-presented").await;
    browser.press(Key::PageDown + "").await;
    browser.find("[data-step='2'][aria-current=step]").await;
    browser.press(Key::Left + "").await;
    browser.find("[data-step='1'][aria-current=step]").await;
    browser.press(Key::Escape + "").await;
    browser.find(".top-bar").await;

    // Begun again, all is as at first.
    browser.click("[data-action=reset-lesson]").await;
    browser.click("[data-action=confirm-reset]").await;
    browser.find("[data-part=question][data-state=asked]").await;
    browser.wait_gone("[data-bench]").await;
    browser.wait_text("nav [data-table=Orders] > .rail-table", "402").await;
    browser.resize(Size::Phone).await;
    assert_eq!(browser.eval("return document.documentElement.scrollWidth", vec![]).await, 390);
    browser.screenshot("lesson-phone").await;
    browser.finish().await;
}
