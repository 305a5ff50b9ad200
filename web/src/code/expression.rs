//! Expressions in PartiQL's words: names and values put where their placeholders stand.
//!
//! Owns the way from the text of an expression to that of a clause, and what of expressions PartiQL has no words for. Never
//! judges an expression: what is wrong in it stays wrong.

use super::tree::{Attribute, Field, Tree, field};
use crate::state::expression_text::{Dialect, Token, tokens};

/// The names and values that placeholders stand for.
pub struct Placeholders<'a>(pub &'a [Field]);

impl Placeholders<'_> {
    fn entry(&self, member: &str, placeholder: &str) -> Option<&Tree> {
        match field(self.0, member)? {
            Tree::Map(_, map) => map.iter().find(|(name, _)| name == placeholder).map(|(_, value)| value),
            _ => None,
        }
    }

    fn name(&self, placeholder: &str) -> Result<String, String> {
        match self.entry("ExpressionAttributeNames", placeholder) {
            Some(Tree::Text(name)) => Ok(quoted(name)),
            _ => Err(format!("{placeholder} stands for no name.")),
        }
    }

    fn value(&self, placeholder: &str) -> Result<&Attribute, String> {
        match self.entry("ExpressionAttributeValues", placeholder) {
            Some(Tree::Attribute(value)) => Ok(value),
            _ => Err(format!("{placeholder} stands for no value.")),
        }
    }
}

/// A name in double quotes.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A value as PartiQL writes it.
pub fn literal(value: &Attribute) -> Result<String, String> {
    let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let join = |all: Vec<String>| all.join(", ");
    Ok(match value {
        Attribute::S(one) => text(one),
        Attribute::N(number) => number.clone(),
        Attribute::Bool(flag) => flag.to_string(),
        Attribute::Null => "NULL".into(),
        Attribute::L(list) => format!("[{}]", join(list.iter().map(literal).collect::<Result<_, _>>()?)),
        Attribute::M(map) => {
            let entry =
                |(name, value): &(String, Attribute)| Ok(format!("{}: {}", text(name), literal(value)?));
            format!("{{{}}}", join(map.iter().map(entry).collect::<Result<_, String>>()?))
        }
        Attribute::Ss(all) => format!("<<{}>>", join(all.iter().map(|one| text(one)).collect())),
        Attribute::Ns(all) => format!("<<{}>>", all.join(", ")),
        Attribute::B(_) | Attribute::Bs(_) => {
            return Err(
                "PartiQL has no literal of bytes: they are given as Parameters of a statement.".into()
            );
        }
    })
}

/// The tokens of an expression without its white space.
fn words(text: &str) -> Vec<(Token, &str)> {
    tokens(text, Dialect::Expression).into_iter().filter(|(kind, _)| *kind != Token::Space).collect()
}

/// A condition, filter, key condition, projection or operand.
pub fn clause(text: &str, placeholders: &Placeholders) -> Result<String, String> {
    write(&words(text), placeholders)
}

fn write(words: &[(Token, &str)], placeholders: &Placeholders) -> Result<String, String> {
    let mut out = String::new();
    // What each open parenthesis becomes when it closes.
    let mut ends: Vec<&str> = Vec::new();
    let mut words = words.iter().peekable();
    let mut behind_in = false;
    while let Some((kind, word)) = words.next() {
        let was_in = std::mem::take(&mut behind_in);
        match (kind, *word) {
            (Token::Function, function) => {
                // Its parenthesis.
                words.next();
                match function {
                    "attribute_exists" => ends.push(" IS NOT MISSING"),
                    "attribute_not_exists" => ends.push(" IS MISSING"),
                    "if_not_exists" => return Err("PartiQL has no if_not_exists.".into()),
                    function => {
                        apart(&mut out, &format!("{function}("));
                        ends.push(")");
                    }
                }
            }
            (Token::Sign, "(") => {
                apart(&mut out, if was_in { "[" } else { "(" });
                ends.push(if was_in { "]" } else { ")" });
            }
            (Token::Sign, ")") => out.push_str(ends.pop().unwrap_or(")")),
            (Token::Sign, sign @ ("." | "," | "[" | "]")) => out.push_str(sign),
            // `<=` and `<>` are one sign.
            (Token::Sign, sign @ ("=" | ">")) if out.ends_with(['<', '>']) => out.push_str(sign),
            (Token::Name, name) => apart(&mut out, &placeholders.name(name)?),
            (Token::Value, value) => apart(&mut out, &literal(placeholders.value(value)?)?),
            (Token::Attribute, name) => apart(&mut out, &quoted(name)),
            (Token::Keyword, keyword) => {
                behind_in = keyword.eq_ignore_ascii_case("IN");
                apart(&mut out, &keyword.to_uppercase());
            }
            (_, other) => apart(&mut out, other),
        }
    }
    Ok(out)
}

/// Adds a part with a space before it, but where it belongs to what stands there.
fn apart(out: &mut String, part: &str) {
    if !out.is_empty() && !out.ends_with(['(', '[', '.']) {
        out.push(' ');
    }
    out.push_str(part);
}

/// An UpdateExpression as the clauses of UPDATE, and whether it counts from a missing attribute, which UPDATE does not.
pub fn update(text: &str, placeholders: &Placeholders) -> Result<(String, bool), String> {
    let (mut clauses, mut counts) = (Vec::new(), false);
    let mut section = "";
    let words = words(text);
    let mut rest = words.as_slice();
    while let Some((kind, word)) = rest.first() {
        if *kind == Token::Keyword || *word == "," {
            section = if *kind == Token::Keyword { word } else { section };
            rest = &rest[1..];
            continue;
        }
        let mut depth = 0;
        let ends = |(kind, word): &(Token, &str)| {
            match *word {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            depth == 0 && (*word == "," || *kind == Token::Keyword)
        };
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let (action, after) = rest.split_at(length);
        rest = after;
        clauses.push(match section.to_ascii_uppercase().as_str() {
            "SET" => format!("SET {}", write(action, placeholders)?),
            "REMOVE" => format!("REMOVE {}", write(action, placeholders)?),
            section => {
                let Some(((Token::Value, operand), path)) = action.split_last() else {
                    return Err(format!("{section} takes a path and a value."));
                };
                let (path, value) = (write(path, placeholders)?, placeholders.value(operand)?);
                match (section, value) {
                    ("ADD", Attribute::N(number)) => {
                        counts = true;
                        format!("SET {path} = {path} + {number}")
                    }
                    ("ADD", set) => format!("SET {path} = set_add({path}, {})", literal(set)?),
                    (_, set) => format!("SET {path} = set_delete({path}, {})", literal(set)?),
                }
            }
        });
    }
    Ok((clauses.join(" "), counts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::tree;
    use serde_json::json;

    #[test]
    fn placeholders_and_functions_become_partiql() {
        let request = json!({"TableName": "T", "Key": {"id": {"S": "1"}},
            "ExpressionAttributeNames": {"#s": "status"},
            "ExpressionAttributeValues": {":a": {"S": "it's"}, ":n": {"N": "5"}, ":s": {"SS": ["x"]}}});
        let fields = tree::read("UpdateItem", &request).unwrap();
        let placeholders = Placeholders(&fields);
        let clause = |text: &str| clause(text, &placeholders).unwrap();
        assert_eq!(
            clause("#s = :a and (size(a[0].b) <= :n)"),
            "\"status\" = 'it''s' AND (size(\"a\"[0].\"b\") <= 5)"
        );
        assert_eq!(
            clause("#s IN (:a, :n) OR NOT attribute_exists(a.b)"),
            "\"status\" IN ['it''s', 5] OR NOT \"a\".\"b\" IS NOT MISSING"
        );
        assert_eq!(
            clause("attribute_not_exists(#s) AND begins_with(a, :a)"),
            "\"status\" IS MISSING AND begins_with(\"a\", 'it''s')"
        );
        let update = |text: &str| update(text, &placeholders);
        assert_eq!(
            update("SET #s = :a, b = list_append(b, :n) REMOVE c[1], d ADD n :n, t :s DELETE u :s").unwrap(),
            (
                "SET \"status\" = 'it''s' SET \"b\" = list_append(\"b\", 5) REMOVE \"c\"[1] REMOVE \"d\" \
                 SET \"n\" = \"n\" + 5 SET \"t\" = set_add(\"t\", <<'x'>>) SET \"u\" = set_delete(\"u\", <<'x'>>)"
                    .to_owned(),
                true
            )
        );
        assert!(update("SET a = if_not_exists(a, :n)").is_err());
    }
}
