//! Sizes as DynamoDB meters them.
//!
//! Follows [item sizes and formats](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html):
//! a string is its UTF-8 bytes, a list or map has 3 bytes of overhead and one for each element.

use super::{AttributeValue, Map};

/// The size of a value in bytes, without its name.
pub fn value_bytes(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => number.size_bytes(),
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::Bool(_) | AttributeValue::Null => 1,
        AttributeValue::M(map) => 3 + map.len() + map_bytes(map),
        AttributeValue::L(list) => 3 + list.iter().map(|v| 1 + value_bytes(v)).sum::<usize>(),
        AttributeValue::Ss(set) => set.iter().map(String::len).sum(),
        AttributeValue::Ns(set) => set.iter().map(|n| n.size_bytes()).sum(),
        AttributeValue::Bs(set) => set.iter().map(Vec::len).sum(),
    }
}

fn map_bytes(map: &Map) -> usize {
    map.iter().map(|(name, value)| name.len() + value_bytes(value)).sum()
}

/// The size of an item in bytes: the names and values of its attributes.
pub fn item_bytes(item: &Map) -> usize {
    map_bytes(item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_s_rules() {
        let nested: Map =
            [("a".to_string(), AttributeValue::L(vec![AttributeValue::Bool(true)]))].into_iter().collect();
        assert_eq!(value_bytes(&AttributeValue::s("é")), 2);
        assert_eq!(value_bytes(&AttributeValue::L(vec![])), 3);
        assert_eq!(value_bytes(&AttributeValue::L(vec![AttributeValue::Null])), 5);
        // 3 for the map, 1 for its element, 1 for the name, 5 for the list of one Boolean.
        assert_eq!(value_bytes(&AttributeValue::M(nested.clone())), 10);
        assert_eq!(item_bytes(&nested), 6);
    }
}
