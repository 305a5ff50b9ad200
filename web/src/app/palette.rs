//! The palette: its dialog, and while it is shown what there is to choose from ([`choices`]).

mod choices;

use yew::prelude::*;

use super::rest::WithRest;
use crate::components::frame::{Palette, WorkspaceChoice};
use choices::Choices;

/// The props of [`CommandPalette`].
#[derive(Properties, PartialEq)]
pub struct CommandPaletteProps {
    /// Whether it is shown.
    pub open: bool,
    /// It is to be closed.
    pub onclose: Callback<()>,
    /// A workspace was chosen.
    pub onworkspace: Callback<WorkspaceChoice>,
    /// Another theme.
    pub ontheme: Callback<()>,
    /// The list of keys.
    pub onkeys: Callback<()>,
}

/// The palette.
#[component]
pub fn CommandPalette(props: &CommandPaletteProps) -> Html {
    let CommandPaletteProps { open, onclose, onworkspace, ontheme, onkeys } = props;
    html! {
        <Palette open={*open} {onclose}>
            if *open {
                <WithRest><Choices {onclose} {onworkspace} {ontheme} {onkeys} /></WithRest>
            }
        </Palette>
    }
}
