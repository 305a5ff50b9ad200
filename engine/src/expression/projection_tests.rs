//! Tables of projections, as DynamoDB Local answers.

use super::super::condition::tests::{item, names};
use super::*;
use crate::error::expression::Envelope;

fn compiled(text: &str) -> std::result::Result<Projection, String> {
    let names = names("a");
    let mut placeholders = Placeholders::new(Some(&names), None, Envelope::Bare).unwrap();
    Projection::compile(text, &mut placeholders)
        .map_err(|error| error.message.replace("Invalid ProjectionExpression: ", ""))
}

#[test]
fn what_is_refused() {
    let overlap = |one: &str, two: &str| {
        format!(
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [{one}], path two: [{two}]"
        )
    };
    let conflict = |one: &str, two: &str| overlap(one, two).replace("overlap", "conflict");
    let deep = format!("a{}", ".b".repeat(33));
    let depth = "The document path has too many nesting levels; nesting levels: 34";
    let undefined =
        "An expression attribute name used in the document path is not defined; attribute name: #q";
    for (text, message) in [
        ("a, a", overlap("a", "a")),
        ("#a, a", overlap("a", "a")),
        ("m, m.x", overlap("m", "m, x")),
        ("m.x, m", overlap("m, x", "m")),
        ("a, a.b, a.c", overlap("a", "a, c")),
        ("a.c, b, a.b, a", overlap("a, b", "a")),
        ("a, b, a.x, b.x", overlap("b", "b, x")),
        ("b.x, a.x, b, a", overlap("a, x", "b")),
        ("q.x.q, q.x, m", overlap("q, x, q", "q, x")),
        ("q[1], q[1], b, l.l", overlap("q, [1]", "q, [1]")),
        ("q.q, q.q.x[2], a.l", overlap("q, q", "q, q, x, [2]")),
        ("l[1], l[0], l[1]", overlap("l, [1]", "l, [1]")),
        ("l[0], l.x", conflict("l, [0]", "l, x")),
        ("b, b, a[0], a.x", conflict("a, [0]", "a, x")),
        ("name, a, a", "Attribute name is a reserved keyword; reserved keyword: name".into()),
        ("#q, a, a", overlap("a", "a")),
        ("a, a, #q", undefined.into()),
        (&deep, depth.into()),
    ] {
        assert_eq!(compiled(text).unwrap_err(), message, "{text}");
    }
}

#[test]
fn what_is_taken_of_an_item() {
    let whole = item("a: 5, l: [1, 2, {q: 3, w: 4}], m: {x: 1, y: {z: 1, w: 2}}");
    for (text, part) in [
        ("a", "a: 5"),
        ("a, m.x, m.y.z", "a: 5, m: {x: 1, y: {z: 1}}"),
        ("m.y.w, m.x, m.y.z", "m: {x: 1, y: {w: 2, z: 1}}"),
        ("l[2], l[0]", "l: [1, {q: 3, w: 4}]"),
        ("l[2].q, l[0]", "l: [1, {q: 3}]"),
        ("l[2].q, l[2].w", "l: [{q: 3, w: 4}]"),
        ("q, m.q, l[9], a.b", ""),
        ("a[0], m[0], l.x", ""),
        ("m.q, m.x", "m: {x: 1}"),
    ] {
        assert_eq!(compiled(text).unwrap().apply(&whole), item(part), "{text}");
    }
    let attributes = Projection::from_attributes(["a", "q"]);
    assert_eq!(attributes.apply(&whole), item("a: 5"));
    let repeated = ["m", "a", "m"].map(DocumentPath::attribute).to_vec();
    assert_eq!(Projection::from_paths(repeated).apply(&whole).len(), 2);
}
