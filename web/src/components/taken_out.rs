//! What was taken out of a list of the design a moment ago, with a way back.

use yew::prelude::*;

use super::{Button, ButtonKind, Icon};

/// A list from which things are taken out, and put back.
pub struct TakingOut {
    /// Takes out the one at this place.
    pub take: Callback<usize>,
    /// What was taken out last, and the way back.
    pub bar: Option<Html>,
}

/// Takes things out of a `list` that `keep` keeps, each of a name of its own, and puts the last one back where it was. `show` hears which one is
/// to be seen then, by its name.
#[hook]
pub fn use_taking_out<T: Clone + PartialEq + 'static>(
    list: &[T],
    name: fn(&T) -> &String,
    keep: &Callback<Vec<T>>,
    show: &Callback<Option<String>>,
) -> TakingOut {
    let taken = use_state_eq(|| None::<(usize, T)>);
    let take = {
        let (list, taken, keep, show) = (list.to_vec(), taken.setter(), keep.clone(), show.clone());
        Callback::from(move |at: usize| {
            let mut next = list.clone();
            taken.set(Some((at, next.remove(at))));
            keep.emit(next);
            show.emit(None);
        })
    };
    let onread = {
        let taken = taken.setter();
        Callback::from(move |()| taken.set(None))
    };
    let bar = taken.as_ref().map(|(at, one)| {
        let (at, one, onread_too) = (*at, one.clone(), onread.clone());
        let (list, keep, show) = (list.to_vec(), keep.clone(), show.clone());
        let named = name(&one).clone();
        let onundo = Callback::from(move |()| {
            let mut next = list.clone();
            if next.iter().all(|other| name(other) != name(&one)) {
                next.insert(at.min(next.len()), one.clone());
                keep.emit(next);
            }
            onread_too.emit(());
            show.emit(Some(name(&one).clone()));
        });
        html! {
            <div class="banner" role="status" data-banner="taken-out">
                <Icon name="trash-2" />
                <p>{ format!("“{named}” is taken out of the design.") }</p>
                <Button label="Undo" icon="undo-2" onclick={onundo} action="undo-remove" />
                <Button label="Understood" kind={ButtonKind::Quiet} onclick={onread.clone()} action="dismiss-removed" />
            </div>
        }
    });
    TakingOut { take, bar }
}
