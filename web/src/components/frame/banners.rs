//! What must be known about the workspace, and the status line.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Icon};
use crate::protocol::Storage;
use crate::state::notice::Notice;

/// The props of [`Banners`].
#[derive(Properties, PartialEq)]
pub struct BannersProps {
    /// Where the workspace is kept.
    pub storage: Option<Storage>,
    /// Whether a newer version is open in another tab.
    pub outdated: bool,
    /// Load the page again.
    pub onreload: Callback<()>,
    /// Notes about the opening that were not put away.
    pub report: Vec<String>,
    /// Whether damaged parts of the journal are set aside.
    pub aside: bool,
    /// Save them as a file.
    pub onaside: Callback<()>,
    /// Save everything that is stored as a file.
    pub onsave: Callback<()>,
    /// Put the notes away.
    pub onread: Callback<()>,
}

/// Banners over the page.
#[component]
pub fn Banners(props: &BannersProps) -> Html {
    html! {
        <>
            if props.outdated {
                <div class="banner" role="alert" data-banner="outdated">
                    <Icon name="triangle-alert" />
                    <p>
                        <b>{ "Another tab has a newer version of Dynascope." }</b>
                        { " It has the workspace now, with everything that was acknowledged. Reload this tab to go on." }
                    </p>
                    <Button label="Reload the page" icon="rotate-cw" onclick={props.onreload.clone()} action="reload" />
                </div>
            }
            if let Some(Storage::Memory { reason }) = &props.storage {
                <div class="banner" role="status" data-banner="memory">
                    <Icon name="triangle-alert" />
                    <p><b>{ "In memory only." }</b>{ " Nothing survives a reload: " }{ reason }</p>
                </div>
            }
            if !props.report.is_empty() {
                <div class="banner" role="status" data-banner="report">
                    <Icon name="info" />
                    <ul>{ for props.report.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
                    if props.aside {
                        <Button label="Save what was set aside" icon="save" kind={ButtonKind::Quiet} onclick={props.onaside.clone()} action="save-aside" />
                        <Button label="Save all that is stored" icon="save" kind={ButtonKind::Quiet} onclick={props.onsave.clone()} action="save-stored" />
                    }
                    <Button label="Understood" kind={ButtonKind::Quiet} onclick={props.onread.clone()} action="read-report" />
                </div>
            }
        </>
    }
}

/// The props of [`StatusLine`].
#[derive(Properties, PartialEq)]
pub struct StatusLineProps {
    /// What stands there.
    pub notice: Option<Notice>,
}

/// The status line: always there for screen readers, in sight while it says something.
#[component]
pub fn StatusLine(props: &StatusLineProps) -> Html {
    let level = props.notice.as_ref().map(|notice| notice.level.name());
    html! {
        <div class="status-line" role="status" aria-live="polite" data-level={level}>
            if let Some(notice) = &props.notice {
                <span>{ &notice.text }</span>
            }
        </div>
    }
}
