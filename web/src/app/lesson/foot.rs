//! The lesson's foot: the steps beside this one, all of them, and behind the last one the next lesson.

use yew::prelude::*;

use crate::components::{Button, ButtonKind};
use crate::hooks::{Fetched, use_catalogue, use_route};
use crate::state::route::Page;

/// The props of [`Foot`].
#[derive(Properties, PartialEq)]
pub struct FootProps {
    /// The lesson's name.
    pub name: String,
    /// The titles of its steps.
    pub titles: Vec<AttrValue>,
    /// The step that is shown, from zero.
    pub at: usize,
    /// Another step, from zero.
    pub onstep: Callback<usize>,
}

/// The foot.
#[component]
pub fn Foot(props: &FootProps) -> Html {
    let FootProps { titles, at, .. } = props;
    let at = *at;
    let to = |step: usize| props.onstep.reform(move |()| step);
    html! {
        <footer class="lesson-foot">
            <Button label="Back" icon="chevron-left" icon_only={true} disabled={at == 0} onclick={to(at.saturating_sub(1))} action="step-back" />
            <ol class="lesson-steps" aria-label="Steps">
                { for titles.iter().enumerate().map(|(step, title)| {
                    let onclick = props.onstep.reform(move |_: MouseEvent| step);
                    html! {
                        <li>
                            <button type="button" {onclick} data-step={(step + 1).to_string()} title={title.clone()}
                                aria-label={format!("Step {}: {title}", step + 1)} aria-current={(step == at).then_some("step")}>
                                { step + 1 }
                            </button>
                        </li>
                    }
                }) }
            </ol>
            if at + 1 < titles.len() {
                <Button label="Next" kind={ButtonKind::Primary} onclick={to(at + 1)} action="step-next" />
            } else {
                <Onward name={props.name.clone()} />
            }
        </footer>
    }
}

#[derive(Properties, PartialEq)]
struct OnwardProps {
    name: String,
}

/// What comes behind the last step.
#[component]
fn Onward(props: &OnwardProps) -> Html {
    let (route, catalogue) = (use_route(), use_catalogue());
    let next = match &catalogue {
        Fetched::Here(list) => {
            let here = list.iter().position(|entry| entry.name == props.name);
            here.and_then(|here| list.get(here + 1)).cloned()
        }
        _ => None,
    };
    match next {
        Some(next) => {
            let title = format!("Next lesson: {}", next.title);
            let onclick = Callback::from(move |()| {
                // Which page stands beside it, the lesson says.
                let place = route.route.at(Page::Start).on(None, None);
                route.go.emit(place.with_lesson(&next.name, Some(1)));
            });
            html! { <Button label="Next lesson" icon="arrow-right" {title} kind={ButtonKind::Primary} {onclick} action="next-lesson" /> }
        }
        None => {
            let onclick =
                Callback::from(move |()| route.go.emit(route.route.without_lesson().at(Page::Learn)));
            html! { <Button label="All lessons" kind={ButtonKind::Primary} {onclick} action="all-lessons" /> }
        }
    }
}
