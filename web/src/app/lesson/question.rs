//! A question: an answer is given first, then it is told which is right, and why.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Icon, Markdown};

/// The props of [`Question`].
#[derive(Properties, PartialEq)]
pub struct QuestionProps {
    /// The question, as Markdown.
    pub prompt: String,
    /// The answers, and whether each is right.
    pub answers: Vec<(String, bool)>,
    /// What is told then, as Markdown.
    pub reveal: String,
    /// The answer that was given; none inside where it was told without one.
    pub given: Option<Option<usize>>,
    /// An answer is given.
    pub ongive: Callback<Option<usize>>,
}

/// A question.
#[component]
pub fn Question(props: &QuestionProps) -> Html {
    let told = props.given.is_some();
    let given = props.given.flatten();
    let is_right = given.map(|given| props.answers.get(given).is_some_and(|(_, right)| *right));
    let state = match (told, is_right) {
        (false, _) => "asked",
        (true, Some(true)) => "right",
        (true, Some(false)) => "wrong",
        (true, None) => "told",
    };
    html! {
        <section class="lesson-part lesson-question" aria-label="Question" data-part="question" data-state={state}>
            <h4><Icon name="circle-help" />{ "Predict" }</h4>
            <Markdown text={props.prompt.clone()} heading={5} />
            <ul class="lesson-answers">
                { for props.answers.iter().enumerate().map(|(at, (text, right))| {
                    let onclick = props.ongive.reform(move |_: MouseEvent| Some(at));
                    let mark = match (told, right, given == Some(at)) {
                        (true, true, _) => Some("right"),
                        (true, false, true) => Some("wrong"),
                        _ => None,
                    };
                    html! {
                        <li>
                            <button type="button" class="lesson-answer" disabled={told} aria-pressed={(given == Some(at)).to_string()}
                                data-mark={mark} data-answer={(at + 1).to_string()} {onclick}>
                                if let Some(mark) = mark {
                                    <Icon name={if mark == "right" { "check" } else { "x" }} />
                                }
                                <Markdown text={text.clone()} heading={5} />
                                if mark == Some("right") {
                                    <span class="visually-hidden">{ " (right)" }</span>
                                }
                            </button>
                        </li>
                    }
                }) }
            </ul>
            if told {
                <div class="lesson-reveal" role="status">
                    <p><b>{ match is_right {
                        Some(true) => "That is right.",
                        Some(false) => "It is another one.",
                        None => "So it is:",
                    } }</b></p>
                    <Markdown text={props.reveal.clone()} heading={5} />
                </div>
            } else {
                <Button label="Tell me" kind={ButtonKind::Quiet} onclick={props.ongive.reform(|()| None)} action="tell" />
            }
        </section>
    }
}
