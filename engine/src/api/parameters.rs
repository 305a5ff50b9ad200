//! What stands first among the faults of a statement's parameters.
//!
//! The service reads parameters in the order of the body, so that values nested beyond the limit are told before a bad number
//! that stands behind them. What a request is read into has lost that order; this walks the body again, and only where a
//! number is bad. It keeps a stack of its own, so that no depth is too much.

use crate::limits::NESTING_LEVELS;
use crate::model::Number;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Object,
    List,
    Numbers,
}

/// A walk through a body that is JSON.
struct Walk<'a> {
    body: &'a [u8],
    at: usize,
    stack: Vec<Inside>,
    /// The member whose value comes next.
    key: Option<&'a [u8]>,
}

impl<'a> Walk<'a> {
    /// The text from behind a quote to the next; it is taken.
    fn string(&mut self) -> &'a [u8] {
        let start = self.at;
        while let Some(byte) = self.body.get(self.at) {
            match byte {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let text = self.body.get(start..self.at).unwrap_or_default();
        self.at += 1;
        text
    }

    fn is_member(&self) -> bool {
        let rest = self.body.get(self.at..).unwrap_or_default();
        self.stack.last() == Some(&Inside::Object)
            && rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
    }
}

fn is_number(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| Number::parse(text).is_ok())
}

/// Whether the parameters of a statement nest beyond the limit before their first bad number. `statement` is its place in
/// the request's list, none where the request is one statement.
pub fn nest_before_a_bad_number(request: &[u8], statement: Option<usize>) -> bool {
    // The objects and lists around the list of parameters.
    let around = if statement.is_some() { 3 } else { 1 };
    let mut walk = Walk { body: request, at: 0, stack: Vec::new(), key: None };
    let (mut statements, mut in_parameters) = (0, false);
    while let Some(byte) = request.get(walk.at) {
        walk.at += 1;
        let depth = walk.stack.len();
        // Values stand in the list at odd levels, their lists, maps and sets at even ones.
        let level = depth.saturating_sub(around);
        match byte {
            b'"' => {
                let text = walk.string();
                if walk.is_member() {
                    walk.key = Some(text);
                    continue;
                }
                let scalar = level % 2 == 0 && walk.key == Some(b"N");
                let counts = scalar || walk.stack.last() == Some(&Inside::Numbers);
                if in_parameters && level > 1 && counts && !is_number(text) {
                    return false;
                }
            }
            b'{' | b'[' => {
                let key = walk.key.take();
                let named = statement.is_none_or(|statement| statements == statement + 1);
                in_parameters |= depth == around && named && *byte == b'[' && key == Some(b"Parameters");
                statements += usize::from(*byte == b'{' && depth + 1 == around);
                let container = level % 2 == 0 && matches!(key, Some(b"L" | b"M"));
                if in_parameters && container && level / 2 >= NESTING_LEVELS {
                    return true;
                }
                walk.stack.push(match (byte, key) {
                    (b'{', _) => Inside::Object,
                    (_, Some(b"NS")) => Inside::Numbers,
                    _ => Inside::List,
                });
            }
            b'}' | b']' => {
                walk.stack.pop();
                walk.key = None;
                in_parameters &= walk.stack.len() > around;
            }
            b',' => walk.key = None,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deep(levels: usize, leaf: &str) -> String {
        format!(r#"{}{leaf}{}"#, r#"{"M":{"a":"#.repeat(levels), "}}".repeat(levels))
    }

    #[test]
    fn the_order_of_the_body_counts() {
        let (bad, leaf) = (r#"{"N":"x"}"#, r#"{"S":"N"}"#);
        let many = deep(32, leaf);
        for (parameters, nests) in [
            (format!("[{bad}]"), false),
            (format!("[{many}, {bad}]"), true),
            (format!("[{bad}, {many}]"), false),
            (format!("[{}]", deep(32, bad)), true),
            (format!("[{}]", deep(31, bad)), false),
            (format!(r#"[{{"M":{{"d":{many},"b":{bad}}}}}]"#), true),
            (format!(r#"[{{"M":{{"b":{bad},"d":{many}}}}}]"#), false),
            (format!(r#"[{{"NS":["1","x"]}},{many}]"#), false),
            (format!(r#"[{{"NS":["1","2"]}},{{"SS":["x"]}},{many},{bad}]"#), true),
        ] {
            let one = format!(r#"{{"Statement":"[{{\"","Parameters":{parameters}}}"#);
            assert_eq!(nest_before_a_bad_number(one.as_bytes(), None), nests, "{one}");
            let batch = format!(r#"{{"Statements":[{{"Statement":"x"}},{one},{{"Parameters":[{bad}]}}]}}"#);
            assert_eq!(nest_before_a_bad_number(batch.as_bytes(), Some(1)), nests, "{batch}");
            assert!(!nest_before_a_bad_number(batch.as_bytes(), Some(2)), "{batch}");
        }
    }
}
