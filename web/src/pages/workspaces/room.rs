//! How much of the browser's storage this site uses.

use yew::prelude::*;

use crate::hooks::StorageUse;
use crate::state::explanation::size;

/// The props of [`Room`].
#[derive(Properties, PartialEq)]
pub struct RoomProps {
    /// What the browser says.
    pub room: StorageUse,
}

/// Usage, quota, and whether it is kept.
#[component]
pub fn Room(props: &RoomProps) -> Html {
    let StorageUse { usage, quota, persisted } = props.room;
    let kept = match persisted {
        true => "The browser keeps it until you delete it, also when the disk is short.",
        false => {
            "The browser may clear it when the disk is short. It is asked to keep it with your first write; a file of a workspace is safe \
             anywhere."
        }
    };
    html! {
        <section class="workspaces-room" aria-label="Room in this browser" data-persisted={persisted.to_string()}>
            <h2>{ "Room in this browser" }</h2>
            if quota > 0 {
                <meter min="0" max={quota.to_string()} value={usage.to_string()} high={(quota / 10 * 9).to_string()}
                    aria-label="Storage used" />
                <p data-part="room">{ format!("{} used of the {} that this browser gives the site.", size(usage), size(quota)) }</p>
            } else {
                <p data-part="room">{ format!("{} used. This browser does not say how much there is.", size(usage)) }</p>
            }
            <p class="item-note">{ kept }</p>
        </section>
    }
}
