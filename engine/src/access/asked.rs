//! What a page is asked for, as its event tells it.
//!
//! Owns the reading of a compiled filter and projection for the timeline; evaluates nothing.

use crate::expression::{Comparator, Condition, Operand, Test};
use crate::model::DocumentPath;
use crate::timeline::{Asked, FilterTest, Filtered};

/// The top-level attribute that a test is about, where it is about one and nothing else of the item.
fn attribute(value: &Operand) -> Option<&str> {
    match value {
        Operand::Path(path) if path.is_top_level() => Some(path.root()),
        _ => None,
    }
}

fn is_value(operand: &Operand) -> bool {
    matches!(operand, Operand::Value(_))
}

/// What a test that must hold by itself tests; none where it is not one of those that a key can be tested by.
fn alone(test: &Test) -> Option<Filtered> {
    let (name, kind) = match test {
        Test::Compare { comparator, left, right } => {
            let name = match (attribute(left), attribute(right)) {
                (Some(name), None) if is_value(right) => name,
                (None, Some(name)) if is_value(left) => name,
                _ => return None,
            };
            let kind = match comparator {
                Comparator::Equal => FilterTest::Equal,
                Comparator::NotEqual => FilterTest::Other,
                _ => FilterTest::Range,
            };
            (name, kind)
        }
        Test::Between { value, low, high } if is_value(low) && is_value(high) => {
            (attribute(value)?, FilterTest::Range)
        }
        Test::BeginsWith { value, prefix } if is_value(prefix) => (attribute(value)?, FilterTest::Range),
        Test::Exists(path) if path.is_top_level() => (path.root(), FilterTest::Exists),
        _ => return None,
    };
    Some(Filtered { attribute: name.to_owned(), test: kind })
}

fn filtered(filter: &Condition) -> Vec<Filtered> {
    let parts: Vec<&Test> = match filter.test() {
        Test::And(parts) => parts.iter().collect(),
        one => vec![one],
    };
    let mut found: Vec<Filtered> = parts.into_iter().filter_map(alone).collect();
    for name in filter.attributes() {
        if found.iter().all(|one| one.attribute != name) {
            found.push(Filtered { attribute: name.to_owned(), test: FilterTest::Other });
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What a page is asked for; none where it is everything that its key names.
pub(super) fn asked(filter: Option<&Condition>, returned: Option<&[DocumentPath]>) -> Option<Box<Asked>> {
    if filter.is_none() && returned.is_none() {
        return None;
    }
    let names = |paths: &[DocumentPath]| {
        let mut names: Vec<String> = paths.iter().map(|path| path.root().to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    Some(Box::new(Asked { filter: filter.map(filtered).unwrap_or_default(), returned: returned.map(names) }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::expression::{Envelope, ExpressionKind, Placeholders};
    use crate::model::AttributeValue;

    fn of(text: &str) -> Vec<(String, FilterTest)> {
        let all = [(":a", "x"), (":b", "y")].map(|(name, text)| (name.to_owned(), AttributeValue::s(text)));
        let used = all.into_iter().filter(|(name, _)| text.contains(name.as_str()));
        let values: BTreeMap<String, AttributeValue> = used.collect();
        let values = (!values.is_empty()).then_some(&values);
        let mut placeholders = Placeholders::new(None, values, Envelope::Bare).expect("they are read");
        let condition = Condition::compile(ExpressionKind::FilterExpression, text, &mut placeholders);
        let asked = asked(Some(&condition.expect(text)), None).expect("it filters");
        asked.filter.into_iter().map(|one| (one.attribute, one.test)).collect()
    }

    #[test]
    fn what_must_hold_by_itself_is_told_from_the_rest() {
        let named = |list: &[(&str, FilterTest)]| -> Vec<(String, FilterTest)> {
            list.iter().map(|(name, test)| ((*name).to_owned(), *test)).collect()
        };
        assert_eq!(of("kind = :a"), named(&[("kind", FilterTest::Equal)]));
        assert_eq!(of(":a = kind AND begins_with(place, :b)"), {
            named(&[("kind", FilterTest::Equal), ("place", FilterTest::Range)])
        });
        assert_eq!(of("kind = :a OR place = :b"), {
            named(&[("kind", FilterTest::Other), ("place", FilterTest::Other)])
        });
        assert_eq!(of("attribute_exists(flag)"), named(&[("flag", FilterTest::Exists)]));
        assert_eq!(of("NOT kind = :a"), named(&[("kind", FilterTest::Other)]));
        assert_eq!(of("a.b = :a"), named(&[("a", FilterTest::Other)]));
    }

    #[test]
    fn a_projection_is_told_by_its_top_level_attributes() {
        let paths =
            [DocumentPath::attribute("b"), DocumentPath::attribute("a"), DocumentPath::attribute("a")];
        assert_eq!(
            asked(None, Some(&paths)).expect("it projects").returned,
            Some(vec!["a".into(), "b".into()])
        );
        assert_eq!(asked(None, None), None);
    }
}
