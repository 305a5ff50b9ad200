//! What the page knows, as small slices: data, actions, transitions.
//!
//! A slice is a plain value with an `apply(action)` that yields the next value; [`yew::Reducible`] is only the thin
//! wrapper over it. Nothing here touches the browser, so every transition is tested natively. Drawing is in
//! `components`, reaching the engine is in `hooks`.
//!
//! | slice | holds |
//! |---|---|
//! | [`session`] | workspace, storage, report, waiting, fault |
//! | [`tables`] | the tables' descriptions, as DescribeTable gave them |
//! | [`timeline`] | the newest events, the playhead, the filter |
//! | [`heat`] | the newest seconds of heat and the traffic that runs |
//! | [`clock`] | the workspace's clock, as it was last told |
//! | [`cluster`] | partitions and replicas as they are drawn, and what a read of the consistency lab saw |
//! | [`code_text`] | code as it is coloured to be read |
//! | [`route`] | where you are: the query string |
//! | [`palette`] | the palette's entries, and what typed letters mean |
//! | [`patterns`] | a design's access patterns, and what their uses came to |
//! | [`theme`] | light, dark, or the system's |
//! | [`loading`] | the document that is being loaded, and how far it is |
//! | [`migration`] | a migration into a new table, and how far it is
//! | [`notice`] | the status line |
//! | [`requests`] | saved requests and the history |
//! | [`attribute`] | attribute values as forms hold them, and placeholders |
//! | [`sampled`] | requests of a cell of the heatmap, a line each |
//! | [`call`] | one call's progress, with the last good answer kept |
//! | [`explanation`] | what the events of one request say, ready to be drawn |
//! | [`lesson`] | exceptions explained in a sentence |
//! | [`request`] | a request as forms change it: members, placeholders, rows of a batch or transaction |
//! | [`design`] | a table as it is being designed, and the rules of a design |
//! | [`entities`] | a design's entities: their templates, what is wrong with them, sample data, which of them an item is |
//! | [`place`] | the timeline's place in the address |
//! | [`collections`] | items as nested collections |
//! | [`compare`] | two moments of a table's items, compared |
//! | [`expression_text`] | expressions and statements as the editors show them |
//! | [`expression_fault`] | what is wrong with the expressions of a request, and where |
//! | [`completion`] | what may be written where the caret stands |
//! | [`json_text`] | JSON as the editors show it, and where it breaks |

pub mod attribute;
pub mod backups;
pub mod call;
pub mod clock;
pub mod code_text;
pub mod cost;
pub mod cluster;
pub mod collections;
pub mod compare;
pub mod design;
pub mod entities;
pub mod completion;
pub mod explanation;
pub mod expression_fault;
pub mod expression_text;
pub mod heat;
pub mod json_text;
pub mod lesson;
pub mod loading;
pub mod migration;
pub mod notice;
pub mod palette;
pub mod patterns;
pub mod place;
pub mod regions;
pub mod request;
pub mod requests;
pub mod route;
pub mod scaling;
pub mod sampled;
pub mod session;
pub mod tables;
pub mod theme;
pub mod timeline;
pub mod work;

/// Makes a slice with an `apply(&mut self, Action)` a [`yew::Reducible`].
macro_rules! reducible {
    ($slice:ty, $action:ty) => {
        impl yew::Reducible for $slice {
            type Action = $action;
            fn reduce(self: std::rc::Rc<Self>, action: Self::Action) -> std::rc::Rc<Self> {
                let mut next = self;
                std::rc::Rc::make_mut(&mut next).apply(action);
                next
            }
        }
    };
}
pub(crate) use reducible;
