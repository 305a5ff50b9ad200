//! Lessons: the list, one of them, and how far the reader is in it. Their files are the site's; the progress is kept in the browser, as
//! drafts are, and every change of it is made to what is kept, so that two tabs lose nothing to each other.

use std::rc::Rc;

use yew::prelude::*;

use super::browser::{saved, set_saved};
use super::read_site;
use crate::lessons::Lesson;
use crate::lessons::catalogue::{Entry, FOLDER, read_list};
use crate::lessons::progress::Progress;
use crate::lessons::read;

/// Something of the site that is being read, was read, or cannot be.
#[derive(Clone, Debug, PartialEq)]
pub enum Fetched<T> {
    /// It is being read.
    Coming,
    /// It was read.
    Here(T),
    /// Why not.
    Fault(String),
}

/// All lessons, in their order.
pub type Catalogue = Fetched<Rc<Vec<Entry>>>;

async fn read_catalogue() -> Result<Vec<Entry>, String> {
    read_list(&read_site(&format!("{FOLDER}/index.json")).await?)
}

/// Reads the list of lessons.
#[hook]
pub fn use_catalogue() -> Catalogue {
    let list = use_state_eq(|| Fetched::Coming);
    let setter = list.setter();
    use_effect_with((), move |()| {
        wasm_bindgen_futures::spawn_local(async move {
            setter
                .set(read_catalogue().await.map_or_else(Fetched::Fault, |list| Fetched::Here(Rc::new(list))));
        });
    });
    (*list).clone()
}

async fn read_lesson(name: &str) -> Result<Lesson, String> {
    let list = read_catalogue().await?;
    let entry = list.iter().find(|entry| entry.name == name);
    let entry = entry.ok_or_else(|| format!("There is no lesson “{name}” here."))?;
    let text = read_site(&format!("{FOLDER}/{}", entry.file)).await?;
    read::read(&text).map_err(|fault| format!("{}, {fault}", entry.file))
}

/// Reads the lesson of that name.
#[hook]
pub fn use_lesson(name: &str) -> Fetched<Rc<Lesson>> {
    let lesson = use_state_eq(|| (String::new(), Fetched::Coming));
    let (setter, newest) = (lesson.setter(), use_mut_ref(String::new));
    use_effect_with(name.to_owned(), move |name| {
        newest.borrow_mut().clone_from(name);
        let name = name.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let read =
                read_lesson(&name).await.map_or_else(Fetched::Fault, |lesson| Fetched::Here(Rc::new(lesson)));
            // Another lesson may have been opened meanwhile.
            if *newest.borrow() == name {
                setter.set((name, read));
            }
        });
    });
    // The last lesson's text is not this one's.
    match &*lesson {
        (of, read) if of == name => read.clone(),
        _ => Fetched::Coming,
    }
}

fn key(name: &str) -> String {
    format!("lesson:{name}")
}

/// How far the reader is in a lesson.
pub fn kept_progress(name: &str) -> Progress {
    Progress::read(saved(&key(name)).as_deref())
}

/// Changes what is kept of a lesson; what it is from now on.
pub fn keep_progress(name: &str, change: impl FnOnce(&mut Progress)) -> Progress {
    let mut progress = kept_progress(name);
    change(&mut progress);
    if let Ok(text) = serde_json::to_string(&progress) {
        set_saved(&key(name), &text);
    }
    progress
}

/// A change of the progress in a lesson.
pub type Change = Box<dyn FnOnce(&mut Progress)>;

/// How far the reader is in a lesson, and how to change it.
#[hook]
pub fn use_progress(name: &str) -> (Rc<Progress>, Callback<Change>) {
    // Only asks to be drawn again: what counts is what is kept.
    let known = use_state_eq(|| (name.to_owned(), Rc::new(kept_progress(name))));
    let change = {
        let setter = known.setter();
        use_callback(name.to_owned(), move |change: Change, name: &String| {
            setter.set((name.clone(), Rc::new(keep_progress(name, change))));
        })
    };
    let progress = match &*known {
        (of, progress) if of == name => progress.clone(),
        _ => Rc::new(kept_progress(name)),
    };
    (progress, change)
}
