//! The parts of the frame: top bar, rail, banners, timeline strip with its list of events, palette, the screens that stand in for a page.
//! Like every component they get props and give callbacks; `app` joins them with the state.

mod banners;
mod clock_bar;
mod comparison;
mod event_list;
mod palette;
mod palette_list;
mod past_banner;
mod rail;
mod remote_banner;
mod screens;
mod shortcuts;
mod skip_link;
mod tab_role;
mod timeline_strip;
mod top_bar;

pub use banners::{Banners, StatusLine};
pub use clock_bar::ClockBar;
pub use comparison::Comparison;
pub use event_list::EventList;
pub use palette::Palette;
pub use palette_list::PaletteList;
pub use past_banner::PastBanner;
pub use rail::Rail;
pub use remote_banner::RemoteBanner;
pub use screens::{FaultScreen, OpeningScreen, WaitingScreen};
pub use shortcuts::{Shortcut, Shortcuts};
pub use skip_link::SkipLink;
pub use tab_role::TabRole;
pub use timeline_strip::{StripMoment, TimelineStrip};
pub use top_bar::{TopBar, WorkspaceChoice};
