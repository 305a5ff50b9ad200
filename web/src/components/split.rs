//! Two panes and the bar between them, by the
//! [window splitter pattern](https://www.w3.org/WAI/ARIA/apg/patterns/windowsplitter/). Side by side; one above the other
//! where there is no room (the style sheet decides).

use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// The props of [`Split`].
#[derive(Properties, PartialEq)]
pub struct SplitProps {
    /// What the bar divides.
    pub label: AttrValue,
    /// The first pane.
    pub first: Html,
    /// The second pane.
    pub second: Html,
    /// The first pane's share at the beginning, in percent.
    #[prop_or(50)]
    pub percent: u32,
}

const LEAST: u32 = 20;

/// Two panes.
#[component]
pub fn Split(props: &SplitProps) -> Html {
    let node = use_node_ref();
    let percent = use_state_eq(|| props.percent);
    let dragging = use_state_eq(|| false);
    {
        let node = node.clone();
        use_effect_with(*percent, move |percent| {
            if let Some(split) = node.cast::<HtmlElement>() {
                // The name and value are well formed, so this cannot fail.
                let _ = split.style().set_property("--split", &format!("{percent}%"));
            }
        });
    }
    let set = {
        let percent = percent.setter();
        move |to: u32| percent.set(to.clamp(LEAST, 100 - LEAST))
    };
    let onpointerdown = {
        let dragging = dragging.setter();
        Callback::from(move |event: PointerEvent| {
            event.prevent_default();
            let bar = event.target_unchecked_into::<Element>();
            // Fails only where the pointer is gone already.
            let _ = bar.set_pointer_capture(event.pointer_id());
            dragging.set(true);
        })
    };
    let onpointermove = {
        let (node, set, on) = (node.clone(), set.clone(), *dragging);
        Callback::from(move |event: PointerEvent| {
            let Some(split) = node.cast::<Element>().filter(|_| on) else { return };
            let rect = split.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
            set((share * 100.0).round().max(0.0) as u32);
        })
    };
    let onpointerup = {
        let dragging = dragging.setter();
        Callback::from(move |_: PointerEvent| dragging.set(false))
    };
    let onkeydown = {
        let now = *percent;
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowLeft" => now.saturating_sub(2),
                "ArrowRight" => now + 2,
                "Home" => LEAST,
                "End" => 100 - LEAST,
                _ => return,
            };
            event.prevent_default();
            set(to);
        })
    };
    html! {
        <div class="split" ref={node} data-dragging={dragging.to_string()}>
            <div class="split-pane">{ props.first.clone() }</div>
            <div class="split-bar" role="separator" tabindex="0" aria-orientation="vertical" aria-label={props.label.clone()}
                aria-valuenow={percent.to_string()} aria-valuemin={LEAST.to_string()}
                aria-valuemax={(100 - LEAST).to_string()} {onpointerdown} {onpointermove} {onpointerup} {onkeydown} />
            <div class="split-pane">{ props.second.clone() }</div>
        </div>
    }
}
