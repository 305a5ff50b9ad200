//! That a real endpoint answers, and which: never to be mistaken for the engine.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Icon, Progress};

/// The props of [`RemoteBanner`].
#[derive(Properties, PartialEq)]
pub struct RemoteBannerProps {
    /// Its address.
    pub url: AttrValue,
    /// The region that requests are signed for.
    pub region: AttrValue,
    /// The access key's first letters.
    pub hint: AttrValue,
    /// That its tables, or some of them, cannot be read, and why.
    #[prop_or_default]
    pub fault: Option<AttrValue>,
    /// The table that is being copied, the items that are, of about how many.
    #[prop_or_default]
    pub copying: Option<(String, u64, u64)>,
    /// Stop copying.
    pub oncancel: Callback<()>,
    /// Read the tables again.
    pub onrefresh: Callback<()>,
    /// Go to what can be copied.
    pub oncopy: Callback<()>,
    /// Ask the engine again.
    pub ondisconnect: Callback<()>,
}

/// The banner.
#[component]
pub fn RemoteBanner(props: &RemoteBannerProps) -> Html {
    html! {
        <>
            <div class="banner remote-banner" role="status" data-banner="remote" data-endpoint={props.url.clone()}>
                <Icon name="server" />
                <p>
                    { "A real endpoint answers: " }<b>{ &props.url }</b>
                    { format!(", {}, with the key {}: what is written there is written, and asked for first.", props.region, props.hint) }
                    if let Some(fault) = &props.fault {
                        <span class="field-error" role="alert">{ " " }{ fault }</span>
                    }
                </p>
                <Button label="Read again" icon="rotate-cw" icon_only={true} kind={ButtonKind::Quiet} onclick={props.onrefresh.clone()} action="refresh-remote" />
                <Button label="Copy tables" icon="copy" kind={ButtonKind::Quiet} onclick={props.oncopy.clone()} action="to-connect" />
                <Button label="Disconnect" icon="x" onclick={props.ondisconnect.clone()} action="disconnect" />
            </div>
            if let Some((table, done, about)) = &props.copying {
                <div class="loading-bar" data-copying={table.clone()}>
                    <Progress label={format!("Copying {table}")} done={*done} total={(*about > 0).then_some(*about)} oncancel={props.oncancel.clone()} />
                </div>
            }
        </>
    }
}
