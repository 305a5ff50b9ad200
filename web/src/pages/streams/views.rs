//! What a stream of each view type would hold of one change: the engine's own record, asked four times.
//!
//! Follows [StreamSpecification](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html).

use std::rc::Rc;

use engine::api::value::{WireMap, read_item};
use engine::model::Item;
use engine::stream::Record as EngineRecord;
use engine::table::StreamView;
use serde_json::{Map, Value};
use yew::prelude::*;

use super::diff::text;
use super::record::{Images, Record};
use crate::state::explanation::size;

/// The four view types.
const VIEWS: [StreamView; 4] =
    [StreamView::KeysOnly, StreamView::NewImage, StreamView::OldImage, StreamView::NewAndOldImages];

/// One image in a record of some view type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The record holds it.
    Held,
    /// The view type holds it, and there was none.
    None,
    /// The view type leaves it out.
    LeftOut,
    /// The view type holds it; this stream does not, so that nobody can say.
    Unknown,
}

/// What a record of a view type holds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    view: StreamView,
    old: Part,
    new: Part,
    /// `SizeBytes`; none where an image is not known.
    size_bytes: Option<usize>,
}

fn item(image: &Map<String, Value>) -> Option<Item> {
    let wire: WireMap = serde_json::from_value(Value::Object(image.clone())).ok()?;
    read_item(wire).ok()
}

/// What each view type would hold of a change of which this record is known.
fn held(record: &Record, images: &Images) -> Vec<Held> {
    let known = |image: &str| record.is_whole() || record.view_type == image;
    let read = |image: &Option<Map<String, Value>>| image.as_ref().and_then(item);
    let (there_before, there_after) = (record.event_name != "INSERT", record.event_name != "REMOVE");
    let of = |view: StreamView| {
        let asked = EngineRecord {
            position: 0,
            at_ms: 0,
            view,
            keys: item(&images.keys).unwrap_or_default(),
            old: there_before.then(|| read(&images.old).unwrap_or_default()),
            new: there_after.then(|| read(&images.new).unwrap_or_default()),
            by_ttl: record.by_ttl,
        };
        let part = |wanted: bool, there: bool, known: bool, held: bool| match (wanted, there, known) {
            (false, ..) => Part::LeftOut,
            (_, false, _) => Part::None,
            (_, _, true) if held => Part::Held,
            _ => Part::Unknown,
        };
        let wants_old = matches!(view, StreamView::OldImage | StreamView::NewAndOldImages);
        let wants_new = matches!(view, StreamView::NewImage | StreamView::NewAndOldImages);
        let old = part(wants_old, there_before, known("OLD_IMAGE"), asked.old_image().is_some());
        let new = part(wants_new, there_after, known("NEW_IMAGE"), asked.new_image().is_some());
        let whole = old != Part::Unknown && new != Part::Unknown;
        Held { view, old, new, size_bytes: whole.then(|| asked.size_bytes()) }
    };
    VIEWS.into_iter().map(of).collect()
}

/// The props of [`ViewTypes`].
#[derive(Properties, PartialEq)]
pub struct ViewTypesProps {
    /// The record.
    pub record: Rc<Record>,
}

/// The four view types side by side.
#[component]
pub fn ViewTypes(props: &ViewTypesProps) -> Html {
    let record = &props.record;
    let images = record.images();
    html! {
        <div class="stream-views">
            { for held(record, &images).into_iter().map(|held| {
                let name = held.view.name();
                let this = name == record.view_type;
                let size = held.size_bytes.map_or_else(|| "SizeBytes not known".to_owned(), |bytes| size(bytes as u64));
                html! {
                    <section key={name} class="stream-view" data-view-type={name} aria-current={this.then_some("true")}
                        data-size={held.size_bytes.map(|bytes| bytes.to_string())}>
                        <header><code>{ name }</code><small>{ if this { format!("this stream, {size}") } else { size } }</small></header>
                        { image("Keys", Part::Held, Some(&images.keys)) }
                        { image("OldImage", held.old, images.old.as_ref()) }
                        { image("NewImage", held.new, images.new.as_ref()) }
                    </section>
                }
            }) }
            if !record.is_whole() {
                <p class="stream-hint">{ format!("This stream keeps {}: what it does not keep of a change cannot be had later. Only NEW_AND_OLD_IMAGES knows all four.", record.view_type) }</p>
            }
        </div>
    }
}

fn image(name: &'static str, part: Part, image: Option<&Map<String, Value>>) -> Html {
    let (state, said) = match part {
        Part::Held => ("held", None),
        Part::None => ("none", Some("there was none")),
        Part::LeftOut => ("left-out", Some("not in the record")),
        Part::Unknown => ("unknown", Some("not kept by this stream")),
    };
    html! {
        <div class="stream-view-part" data-part={name} data-held={state}>
            <h4>{ name }</h4>
            if let Some(said) = said {
                <p>{ said }</p>
            } else {
                <dl>
                    { for image.into_iter().flatten().map(|(name, value)| html! {
                        <div key={name.clone()}><dt>{ name }</dt><dd>{ text(value) }</dd></div>
                    }) }
                </dl>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::super::record;
    use super::*;
    use serde_json::json;

    fn of(event: &str, view: &str, images: Value) -> Vec<(Part, Part, Option<usize>)> {
        let mut change = json!({"Keys": {"id": {"S": "a"}}, "SequenceNumber": "1", "StreamViewType": view});
        for (name, image) in images.as_object().unwrap() {
            change[name] = image.clone();
        }
        let answer = json!({"Records": [{"eventName": event, "dynamodb": change}]});
        let record = record::read(&answer).remove(0);
        held(&record, &record.images())
            .into_iter()
            .map(|held| (held.old, held.new, held.size_bytes))
            .collect()
    }

    #[test]
    fn a_whole_record_tells_all_four() {
        use Part::*;
        let images = json!({"OldImage": {"id": {"S": "a"}, "n": {"N": "1"}}, "NewImage": {"id": {"S": "a"}}});
        let told = of("MODIFY", "NEW_AND_OLD_IMAGES", images);
        assert_eq!(
            told,
            [
                (LeftOut, LeftOut, Some(3)),
                (LeftOut, Held, Some(6)),
                (Held, LeftOut, Some(9)),
                (Held, Held, Some(12))
            ]
        );
        let told = of("INSERT", "NEW_AND_OLD_IMAGES", json!({"NewImage": {"id": {"S": "a"}}}));
        assert_eq!(told[2], (None, LeftOut, Some(3)));
    }

    #[test]
    fn what_a_stream_does_not_keep_is_not_known() {
        use Part::*;
        let told = of("MODIFY", "NEW_IMAGE", json!({"NewImage": {"id": {"S": "a"}}}));
        assert_eq!(told[1], (LeftOut, Held, Some(6)));
        assert_eq!(told[2], (Unknown, LeftOut, Option::None));
        assert_eq!(told[3], (Unknown, Held, Option::None));
        assert_eq!(of("REMOVE", "KEYS_ONLY", json!({}))[1], (LeftOut, None, Some(3)));
    }
}
