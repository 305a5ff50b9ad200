//! Ids that join a label with its field.

use std::cell::Cell;

use yew::prelude::*;

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(1) };
}

/// An id that no other element has; the same for this component's whole life.
#[hook]
pub fn use_id() -> AttrValue {
    (*use_memo((), |()| {
        let number = NEXT.get();
        NEXT.set(number + 1);
        AttrValue::from(format!("id-{number}"))
    }))
    .clone()
}
