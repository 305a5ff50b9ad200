//! The builder of a sandbox for somebody's document: the choices, the HTML, and the sandbox as its reader will meet it.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::copy_field::CopyField;
use super::site_address;
use super::snippet::Sandbox;
use crate::components::{Button, Field, Select, SelectOption};
use crate::hooks::{Fetched, use_catalogue};
use crate::pages;
use crate::state::route::Page;
use crate::state::theme::Theme;

/// The props of [`Embedding`].
#[derive(Properties, PartialEq)]
pub struct EmbeddingProps {
    /// The fragment that carries the design; none while it is being made.
    pub fragment: Option<AttrValue>,
    /// What the design is called.
    pub name: AttrValue,
}

/// The lowest and the highest that a sandbox is made, in CSS pixels.
const HEIGHTS: std::ops::RangeInclusive<u32> = 200..=4000;

/// The builder.
#[component]
pub fn Embedding(props: &EmbeddingProps) -> Html {
    let sandbox = use_state_eq(Sandbox::default);
    let height = use_state_eq(|| Sandbox::default().height.to_string());
    let shown = use_state_eq(|| None::<String>);
    let change = |what: fn(&mut Sandbox, &str)| {
        let (now, setter) = ((*sandbox).clone(), sandbox.setter());
        Callback::from(move |value: String| {
            let mut next = now.clone();
            what(&mut next, &value);
            setter.set(next);
        })
    };
    let check = |label: &'static str, name: &'static str, on: bool, what: fn(&mut Sandbox, bool)| {
        let (now, setter) = ((*sandbox).clone(), sandbox.setter());
        let onchange = Callback::from(move |event: Event| {
            let mut next = now.clone();
            what(&mut next, event.target_unchecked_into::<HtmlInputElement>().checked());
            setter.set(next);
        });
        html! { <label class="check"><input type="checkbox" {name} checked={on} {onchange} /><span>{ label }</span></label> }
    };
    let panel = |page: Page, label: &'static str| {
        let (now, setter) = ((*sandbox).clone(), sandbox.setter());
        let on = sandbox.panels.contains(&page);
        let onchange = Callback::from(move |_: Event| {
            let mut next = now.clone();
            next.panels = Page::ALL
                .into_iter()
                .filter(|one| if *one == page { !on } else { now.panels.contains(one) })
                .collect();
            setter.set(next);
        });
        html! { <label class="check"><input type="checkbox" name="embed-panel" value={page.slug()} checked={on} {onchange} /><span>{ label }</span></label> }
    };
    let onheight = {
        let (now, setter, typed) = ((*sandbox).clone(), sandbox.setter(), height.setter());
        Callback::from(move |text: String| {
            if let Some(height) = text.trim().parse().ok().filter(|height| HEIGHTS.contains(height)) {
                setter.set(Sandbox { height, ..now.clone() });
            }
            typed.set(text);
        })
    };
    let height_fault = (height.trim().parse().ok() != Some(sandbox.height))
        .then(|| AttrValue::from(format!("A number of pixels, {} to {}.", HEIGHTS.start(), HEIGHTS.end())));
    let tabs = || pages::PAGES.iter().filter(|entry| entry.tab && entry.page != Page::Share);
    let views: Vec<SelectOption> =
        tabs().map(|entry| SelectOption::new(entry.page.slug(), entry.label)).collect();
    let themes = vec![
        SelectOption::new("system", "As the reader’s system"),
        SelectOption::new("light", "Light"),
        SelectOption::new("dark", "Dark"),
    ];
    let forms = vec![
        SelectOption::new("element", "Element, by embed.js"),
        SelectOption::new("frame", "Plain iframe, without a script"),
    ];
    let catalogue = use_catalogue();
    let mut lessons = vec![SelectOption::new("", "This design")];
    if let Fetched::Here(list) = &catalogue {
        lessons.extend(
            list.iter().map(|one| SelectOption::new(one.name.clone(), format!("Lesson: {}", one.title))),
        );
    }
    let (lesson, step) = sandbox.lesson.clone().unwrap_or_default();
    let base = site_address();
    let told = match &catalogue {
        Fetched::Here(list) => list.iter().find(|one| one.name == lesson).map(|one| &*one.title),
        _ => None,
    };
    let title = format!("{} in Dynascope", told.unwrap_or(&props.name));
    let html = props.fragment.as_ref().map(|fragment| sandbox.html(&base, fragment, &title));
    let address = props.fragment.as_ref().map(|fragment| sandbox.address(&base, fragment));
    let onpreview = {
        let (setter, shown, address) = (shown.setter(), shown.is_some(), address.clone());
        Callback::from(move |()| setter.set(address.clone().filter(|_| !shown)))
    };
    // What is shown follows the choices.
    let preview = address.filter(|_| shown.is_some());
    html! {
        <section class="share-section" aria-label="Embed">
            <h2>{ "In a page of your own" }</h2>
            <p>{ "A bare sandbox that starts afresh with every visit: nothing of the reader’s is touched." }</p>
            <div class="embed-choices">
                <Select label="Holds" name="embed-lesson" options={lessons} value={lesson.clone()}
                    onchange={change(|sandbox, name| sandbox.lesson = (!name.is_empty()).then(|| (name.to_owned(), 1)))} />
                if sandbox.lesson.is_some() {
                    <Field label="From step" name="embed-step" input_type="number" value={step.to_string()}
                        oninput={change(|sandbox, text| if let (Some((_, step)), Ok(typed)) = (&mut sandbox.lesson, text.trim().parse::<u32>()) {
                            *step = typed.max(1);
                        })} />
                } else {
                <Select label="Shows" name="embed-page" options={views} value={sandbox.view.slug()}
                    onchange={change(|sandbox, slug| sandbox.view = Page::from_slug(slug).unwrap_or(sandbox.view))} />
                }
                <Select label="Theme" name="embed-theme" options={themes} value={sandbox.theme.name()}
                    onchange={change(|sandbox, name| sandbox.theme = Theme::from_name(name))} />
                <Field label="Height" name="embed-height" input_type="number" value={(*height).clone()} oninput={onheight} error={height_fault}
                    disabled={sandbox.auto_height && sandbox.element} />
                <Select label="As" name="embed-form" options={forms} value={if sandbox.element { "element" } else { "frame" }}
                    onchange={change(|sandbox, form| sandbox.element = form == "element")} />
            </div>
            <fieldset class="embed-pages">
                <legend class="field-label">{ "Pages to choose from" }</legend>
                { for tabs().map(|entry| panel(entry.page, entry.label)) }
            </fieldset>
            <div class="embed-pages">
                if sandbox.element {
                    { check("As high as the page in it", "embed-auto-height", sandbox.auto_height, |sandbox, on| sandbox.auto_height = on) }
                }
                { check("Read-only: the reader looks and changes nothing", "embed-read-only", sandbox.read_only, |sandbox, on| sandbox.read_only = on) }
                { check("Runs by itself: the first request, or the traffic", "embed-autorun", sandbox.autorun, |sandbox, on| sandbox.autorun = on) }
            </div>
            <CopyField label="HTML" name="snippet" value={html.map(AttrValue::from)} button="Copy HTML" rows=4 />
            <div class="share-actions">
                <Button label={if shown.is_some() { "Hide the preview" } else { "Preview" }} icon="eye" onclick={onpreview}
                    disabled={props.fragment.is_none()} action="preview-embed" />
            </div>
            if let Some(address) = preview {
                <iframe class="embed-preview" key={address.clone()} src={address} title="The sandbox as its reader meets it" height={sandbox.height.to_string()} />
            }
        </section>
    }
}
