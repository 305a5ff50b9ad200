//! YAML as JSON values, with the short forms of CloudFormation's functions as their long ones.
//!
//! Owns the reading of YAML's plain scalars (those of YAML 1.2's core schema) and the limits: how deep, how many values an alias may
//! make. Follows [Intrinsic functions](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html).

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::{Map, Value, json};

use super::Fault;

/// How deep values may be nested.
const DEPTH_MAX: usize = 100;
/// So many values in all, those that aliases repeat counted again.
const VALUES_MAX: usize = 200_000;

/// A value that is being filled.
enum Open {
    List(Vec<Value>),
    /// Its members, the name whose value comes next, and what it takes over where it has no such member.
    Object(Map<String, Value>, Option<String>, Map<String, Value>),
}

struct Frame {
    open: Open,
    anchor: usize,
    tag: Option<String>,
}

/// Reads the first document of a text.
pub fn parse(text: &str) -> Result<Value, Fault> {
    let mut reader = Reader { frames: Vec::new(), anchors: BTreeMap::new(), values: 0 };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let marker = error.marker();
            Fault::at(marker.line(), marker.col() + 1, error.info())
        })?;
        if let Some(value) = reader.event(event, span)? {
            return Ok(value);
        }
    }
    Ok(Value::Null)
}

struct Reader {
    frames: Vec<Frame>,
    anchors: BTreeMap<usize, (Value, usize)>,
    values: usize,
}

impl Reader {
    /// Takes an event; the document's value when it is whole.
    fn event(&mut self, event: Event, span: Span) -> Result<Option<Value>, Fault> {
        let fault = |message: &str| Fault::at(span.start.line(), span.start.col() + 1, message);
        match event {
            Event::Alias(anchor) => {
                let found = self.anchors.get(&anchor).cloned();
                let (value, size) = found.ok_or_else(|| fault("this alias has no anchor"))?;
                self.values += size;
                self.put(value, span)
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_deref();
                let value = match (style, short_form(tag)) {
                    (_, Some(function)) => called(&function, Value::from(&*text)),
                    (ScalarStyle::Plain, None) if tag.is_none() => plain(&text),
                    _ => Value::from(&*text),
                };
                self.values += 1;
                self.keep(anchor, &value, 1);
                self.put(value, span)
            }
            Event::SequenceStart(anchor, tag) => {
                self.open(Open::List(Vec::new()), anchor, tag.as_deref(), span).map(|()| None)
            }
            Event::MappingStart(anchor, tag) => self
                .open(Open::Object(Map::new(), None, Map::new()), anchor, tag.as_deref(), span)
                .map(|()| None),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(frame) = self.frames.pop() else { return Ok(None) };
                let value = match frame.open {
                    Open::List(list) => Value::Array(list),
                    Open::Object(object, _, taken_over) => {
                        Value::Object(taken_over.into_iter().chain(object).collect())
                    }
                };
                let value = match &frame.tag {
                    Some(function) => called(function, value),
                    None => value,
                };
                if frame.anchor > 0 {
                    let size = count(&value);
                    self.keep(frame.anchor, &value, size);
                }
                self.put(value, span)
            }
            _ => Ok(None),
        }
    }

    fn open(&mut self, open: Open, anchor: usize, tag: Option<&Tag>, span: Span) -> Result<(), Fault> {
        if self.frames.len() >= DEPTH_MAX {
            return Err(Fault::at(span.start.line(), span.start.col() + 1, "this is nested too deeply"));
        }
        self.values += 1;
        self.frames.push(Frame { open, anchor, tag: short_form(tag) });
        Ok(())
    }

    fn keep(&mut self, anchor: usize, value: &Value, size: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), size));
        }
    }

    /// Puts a value where it belongs; gives it back where it belongs nowhere: it is the document.
    fn put(&mut self, value: Value, span: Span) -> Result<Option<Value>, Fault> {
        let fault = |message: &str| Fault::at(span.start.line(), span.start.col() + 1, message);
        if self.values > VALUES_MAX {
            return Err(fault("its aliases make too many values"));
        }
        let Some(frame) = self.frames.last_mut() else { return Ok(Some(value)) };
        match &mut frame.open {
            Open::List(list) => list.push(value),
            Open::Object(object, name, taken_over) => match name.take() {
                None => {
                    *name = Some(match value {
                        Value::String(text) => text,
                        Value::Null | Value::Array(_) | Value::Object(_) => {
                            return Err(fault("a name must be a text"));
                        }
                        other => other.to_string(),
                    });
                }
                Some(merged) if merged == "<<" => {
                    let members = value.as_object().cloned().into_iter().flatten();
                    taken_over.extend(members);
                }
                Some(name) if object.contains_key(&name) => {
                    return Err(fault(&format!("“{name}” stands here twice")));
                }
                Some(name) => drop(object.insert(name, value)),
            },
        }
        Ok(None)
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(count).sum::<usize>(),
        Value::Object(object) => 1 + object.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// The function of a tag of its own, `!Sub`; none for YAML's own tags.
fn short_form(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| tag.handle == "!")?;
    Some(match tag.suffix.as_str() {
        name @ ("Ref" | "Condition") => name.to_owned(),
        name => format!("Fn::{name}"),
    })
}

fn called(function: &str, argument: Value) -> Value {
    let argument = match (function, &argument) {
        ("Fn::GetAtt", Value::String(text)) => match text.split_once('.') {
            Some((of, attribute)) => json!([of, attribute]),
            None => argument,
        },
        _ => argument,
    };
    json!({ function: argument })
}

/// A plain scalar by YAML 1.2's core schema.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => {
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            // 012 and an account's number are texts for people who write them.
            let whole = digits.bytes().all(|byte| byte.is_ascii_digit())
                && (digits.len() == 1 || !digits.starts_with('0'));
            if whole && let Ok(number) = text.parse::<i64>() {
                return json!(number);
            }
            let decimal = digits.starts_with(|c: char| c.is_ascii_digit())
                && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
                && digits.contains('.');
            match text.parse::<f64>() {
                Ok(number) if decimal => json!(number),
                _ => Value::from(text),
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::exchange::text::yaml;
    use proptest::prelude::*;

    #[test]
    fn short_functions_become_long_ones() {
        let text = "A: !Ref T\nB: !GetAtt T.Stream.Arn\nC: !Sub '${X}-y'\nD: !Join ['-', [a, !Ref B]]\nE: !If\n  - C\n  - 1\n  - 2\n";
        let expected = json!({
            "A": { "Ref": "T" }, "B": { "Fn::GetAtt": ["T", "Stream.Arn"] }, "C": { "Fn::Sub": "${X}-y" },
            "D": { "Fn::Join": ["-", ["a", { "Ref": "B" }]] }, "E": { "Fn::If": ["C", 1, 2] },
        });
        assert_eq!(parse(text), Ok(expected));
    }

    #[test]
    fn scalars_are_what_they_look_like() {
        let text =
            "a: 5\nb: '5'\nc: true\nd: 012345678901\ne: 1.5\nf: 2010-09-09\ng:\nh: yes\ni: |\n  x\n  y\n";
        let expected = json!({ "a": 5, "b": "5", "c": true, "d": "012345678901", "e": 1.5, "f": "2010-09-09", "g": null,
            "h": "yes", "i": "x\ny\n" });
        assert_eq!(parse(text), Ok(expected));
    }

    #[test]
    fn anchors_repeat_and_merge_but_do_not_explode() {
        let text = "a: &k {x: 1, y: 2}\nb: *k\nc:\n  <<: *k\n  y: 3\n";
        let expected = json!({ "a": { "x": 1, "y": 2 }, "b": { "x": 1, "y": 2 }, "c": { "x": 1, "y": 3 } });
        let read = parse(text).expect("YAML");
        assert_eq!(read["b"], expected["b"]);
        assert_eq!(read["c"]["x"], 1);
        let mut bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
        for n in 1..9 {
            let of = ["*a"; 10].map(|a| format!("{a}{}", n - 1)).join(",");
            bomb.push_str(&format!("a{n}: &a{n} [{of}]\n"));
        }
        assert!(parse(&bomb).is_err_and(|fault| fault.message.contains("too many")));
        let deep = "[".repeat(10_000);
        assert!(parse(&deep).is_err());
    }

    #[test]
    fn a_fault_has_its_place() {
        let fault = parse("a: 1\nb: [1, 2\nc: 3\n").expect_err("no YAML");
        assert!(fault.line >= 2, "{fault:?}");
        let fault = parse("a: 1\na: 2\n").expect_err("twice");
        assert_eq!((fault.line, fault.message.as_str()), (2, "“a” stands here twice"));
    }

    fn values() -> impl Strategy<Value = Value> {
        let text = prop_oneof![
            "[ -~]{0,12}",
            "\\PC{0,6}",
            "[a-z\n\t:#'\"]{0,8}",
            "(true|no|1|0x1|1.0|~|-|2010-09-09)"
        ];
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<i32>().prop_map(|number| json!(number)),
            text.prop_map(|text: String| Value::from(text)),
            Just(Value::Null),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                proptest::collection::btree_map("[ -;A-~=]{1,8}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(value in values()) {
            let text = yaml(&value);
            // A name alone may be a function's, or YAML's merging.
            prop_assert_eq!(parse(&text), Ok(value), "{}", text);
        }

        #[test]
        fn nothing_that_is_typed_breaks_it(text in "[-a-z:&*!<>|'\"\\[\\]{},#\n ]{0,60}") {
            let _ = parse(&text);
        }
    }
}
