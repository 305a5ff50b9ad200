//! What is drawn: props in, callbacks out. A component knows no client, no context and no page; pages join them.
//!
//! Every state that a reader sees is in an `aria-*` or `data-*` attribute, which the style sheets and the browser tests
//! select by. Computed places are set through the CSSOM or as SVG attributes, never by a `style` attribute: the
//! Content-Security-Policy forbids it. Each component has its own file here and its own style sheet in `static/css`.

mod badge;
mod button;
mod code_view;
pub mod completion;
mod dialog;
mod empty_state;
mod error_panel;
mod explanation;
mod expression_field;
mod field;
mod icon;
mod id;
mod item_table;
mod json_editor;
mod json_tree;
mod markdown;
mod menu;
mod progress;
mod select;
mod split;
mod tabs;
mod taken_out;
mod term;
pub mod frame;
pub mod request_form;
pub mod table_form;

pub use badge::Badge;
pub use button::{Button, ButtonKind};
pub use code_view::CodeView;
pub use dialog::Dialog;
pub use empty_state::EmptyState;
pub use error_panel::ErrorPanel;
pub use explanation::WhatHappened;
pub use expression_field::ExpressionField;
pub use field::Field;
pub use icon::Icon;
pub use id::use_id;
pub use item_table::{ItemTable, JsonItem, cell_text, columns_of};
pub use json_editor::JsonEditor;
pub use json_tree::JsonTree;
pub use markdown::Markdown;
pub use menu::{Menu, MenuEntry};
pub use progress::Progress;
pub use select::{Select, SelectOption};
pub use split::Split;
pub use tabs::{Tab, Tabs};
pub use taken_out::use_taking_out;
pub use term::Term;
