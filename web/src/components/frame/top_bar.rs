//! Brand, workspace, theme, share.

use yew::prelude::*;

use super::TabRole;
use crate::components::{Badge, Button, ButtonKind, Icon, Menu, MenuEntry};
use crate::state::theme::Theme;

/// What was chosen in the workspace menu.
#[derive(Clone, Debug, PartialEq)]
pub enum WorkspaceChoice {
    /// Open this one.
    Open(String),
    /// Ask for a name and make a new one.
    New,
    /// Show all of them.
    All,
    /// Save what was found damaged in the open one.
    Aside,
    /// Ask how durable writes to the open one are to be.
    Durability,
    /// Go where a real endpoint is connected to.
    Connect,
    /// Ask whether to delete the open one.
    Delete,
}

/// The props of [`TopBar`].
#[derive(Properties, PartialEq)]
pub struct TopBarProps {
    /// The open workspace's id.
    pub workspace: AttrValue,
    /// All workspaces: the id of each, and what it is called.
    pub workspaces: Vec<(String, String)>,
    /// Whether the open workspace has damaged parts that were set aside.
    pub aside: bool,
    /// Whether writes to the open workspace are durable in the relaxed way.
    pub relaxed: bool,
    /// Whether this tab leads the workspace.
    pub leads: bool,
    /// How many other tabs have it open.
    pub others: u32,
    /// The workspace menu was used.
    pub onworkspace: Callback<WorkspaceChoice>,
    /// The theme.
    pub theme: Theme,
    /// Another theme was chosen.
    pub ontheme: Callback<Theme>,
    /// Whether the drawer with the tables is open (in narrow windows only).
    pub drawer: bool,
    /// The drawer's button was pressed.
    pub ondrawer: Callback<()>,
    /// Open the palette.
    pub onpalette: Callback<()>,
    /// Show the keys.
    pub onkeys: Callback<()>,
    /// Share, where there is such a page.
    #[prop_or_default]
    pub onshare: Option<Callback<()>>,
}

/// The top bar.
#[component]
pub fn TopBar(props: &TopBarProps) -> Html {
    let mut entries: Vec<MenuEntry> = props
        .workspaces
        .iter()
        .map(|(id, name)| MenuEntry {
            value: format!("open:{id}").into(),
            label: name.clone().into(),
            checked: Some(*id == props.workspace.as_str()),
            ..MenuEntry::default()
        })
        .collect();
    entries.push(MenuEntry {
        icon: Some("plus".into()),
        divided: true,
        ..MenuEntry::new("new", "New workspace…")
    });
    entries.push(MenuEntry { icon: Some("layers".into()), ..MenuEntry::new("all", "All workspaces…") });
    if props.aside {
        entries.push(MenuEntry {
            icon: Some("save".into()),
            ..MenuEntry::new("aside", "Save what was set aside as damaged")
        });
    }
    entries.push(MenuEntry { icon: Some("save".into()), ..MenuEntry::new("durability", "Durability…") });
    let connect = MenuEntry::new("connect", "Connect to a real endpoint…");
    entries.push(MenuEntry { icon: Some("server".into()), ..connect });
    entries.push(MenuEntry {
        icon: Some("trash-2".into()),
        danger: true,
        ..MenuEntry::new("delete", "Delete this workspace…")
    });
    let onselect = props.onworkspace.reform(|value: AttrValue| match value.strip_prefix("open:") {
        Some(name) => WorkspaceChoice::Open(name.to_owned()),
        None if value == "delete" => WorkspaceChoice::Delete,
        None if value == "all" => WorkspaceChoice::All,
        None if value == "connect" => WorkspaceChoice::Connect,
        None if value == "aside" => WorkspaceChoice::Aside,
        None if value == "durability" => WorkspaceChoice::Durability,
        None => WorkspaceChoice::New,
    });
    let called = props.workspaces.iter().find(|(id, _)| *id == props.workspace.as_str());
    let called = called.map_or(props.workspace.clone(), |(_, name)| name.clone().into());
    let (icon, label) = match props.theme {
        Theme::System => ("sun-moon", "Theme: as the system"),
        Theme::Light => ("sun", "Theme: light"),
        Theme::Dark => ("moon", "Theme: dark"),
    };
    let theme = props.theme;
    html! {
        <header class="top-bar">
            <button type="button" class="button drawer-button" data-kind="quiet" aria-label="Tables" data-action="drawer"
                aria-expanded={props.drawer.to_string()} onclick={props.ondrawer.reform(|_: MouseEvent| ())}>
                <Icon name="menu" />
            </button>
            <span class="brand"><Icon name="brand" /><b>{ "Dynascope" }</b></span>
            <span class="brand-divider" aria-hidden="true"></span>
            <Menu label={called} {entries} {onselect} action="workspace" title="Workspace" />
            if props.relaxed {
                <Badge text="relaxed" tone="warning" title="Durability is relaxed: a loss of the machine's power may take the last moments with it." />
            }
            <TabRole leads={props.leads} others={props.others} />
            <span class="top-space"></span>
            <button type="button" class="button palette-button" data-action="palette"
                title="Search or do anything (Ctrl K, ⌘ K)" onclick={props.onpalette.reform(|_: MouseEvent| ())}>
                <Icon name="search" /><span>{ "Search or do anything" }</span><kbd>{ "Ctrl K" }</kbd>
            </button>
            <span class="top-space"></span>
            <Button label="Keys" icon="keyboard" icon_only={true} kind={ButtonKind::Quiet} onclick={props.onkeys.clone()} action="keys" />
            <Button {label} {icon} icon_only={true} kind={ButtonKind::Quiet} action="theme"
                onclick={props.ontheme.reform(move |()| theme.next())} />
            if let Some(onshare) = &props.onshare {
                <Button label="Share" icon="share-2" onclick={onshare.clone()} action="share" />
            }
        </header>
    }
}
