//! What a page uses to reach the state and the engine. Owns the contexts and the browser side effects that belong to the
//! state (address, theme, saved requests); draws nothing.
//!
//! | hook | gives |
//! |---|---|
//! | [`use_client`] | [`Api`]: `call(operation, request)`, traffic, workspaces; never changes |
//! | [`use_call`] | one call's [`crate::state::call::CallState`] and `run(operation, request)` |
//! | [`use_session`], [`use_tables`], [`use_timeline`], [`use_heat`], [`use_requests`], [`use_pattern_runs`], [`use_notices`] | a slice's handle: `.field` to read, `.dispatch(action)` |
//! | [`use_clock`], [`use_workspace_ms`] | the workspace's clock, and its running time |
//! | [`use_loader`] | [`Loader`]: loads a document into this workspace or a new one, wherever the reader goes meanwhile |
//! | [`use_catalogue`], [`use_lesson`], [`use_progress`] | the list of lessons, one of them, and how far the reader is in it |
//! | [`use_work`] | [`Worker`]: copies, exports and imports whole workspaces |
//! | [`use_remote`] | [`Remote`]: the real endpoint that is asked in the engine's place, where the page is connected to one |
//! | [`use_route`] | the address, and `go(route)` |
//! | [`use_width`], [`use_dark`], [`use_wheel`], [`next_frame`], [`put_pixels`] | what drawing on a canvas needs |
//!
//! Every reply's events go to the timeline by themselves, and a change of tables is read again by itself: a page never
//! does either.

mod api;
mod autorun;
mod branch;
mod browser;
mod call;
mod clock;
mod files;
mod drawing;
mod hosted;
mod keys;
mod lessons;
mod partitions;
mod remote;
mod loading;
mod migration;
mod route;
mod slices;
mod storage;
mod work;

pub use api::{Api, use_client};
pub use autorun::use_asked_run;
pub use branch::{AtPlace, use_branch_tables};
pub use browser::{
    draft_key, forget, import_key, is_sandbox, recipe_key, saved, set_saved, use_interval, use_theme, use_top,
};
pub use call::{CallHandle, use_call};
pub use clock::use_workspace_ms;
pub use drawing::{
    blank_canvas, download_png, next_frame, pen, precise_ms, put_pixels, set_size, use_dark, use_wheel,
    use_width,
};
pub use files::{copy_text, download, download_blob, download_url, read_file, read_site};
pub use hosted::read_hosted;
pub use keys::{is_editing, use_keys};
pub use lessons::{
    Catalogue, Change, Fetched, keep_progress, kept_progress, use_catalogue, use_lesson, use_progress,
};
pub use loading::{Destination, Loader, LoadingProvider, free_name, saved_requests, use_loader};
pub use migration::{MigrationProvider, Migrator, use_migration};
pub use partitions::use_partition_totals;
pub use remote::{
    CopyState, Direction, Done, Question, Remote, RemoteProvider, Verdict, ask_json, describe_all, names_in,
    use_remote,
};
pub use route::{RouteHandle, use_route, use_route_provider};
pub use slices::{
    Clocks, FIRST_WORKSPACE, Heats, Noticer, PatternRunner, RequestLists, SAMPLE_WORKSPACE, Sessions, Slices,
    SlicesProvider, TableLists, Timelines, use_clock, use_heat, use_notices, use_pattern_runs, use_requests,
    use_session, use_tables, use_timeline,
};
pub use storage::{StorageUse, storage_use};
pub use work::{WorkProvider, Worker, use_work};
