//! How the older validation framework prints the requests of a BatchWriteItem: as Java's toString does, every
//! member by its name, those that are not set as `null`.
//!
//! Follows what us-east-1 answers, as recorded in 2026 by paritysuite/dynamodb-conformance (error-messages/batchWriteItem
//! and captures/cross-region-latest); other regions print an object's identity in place of a value's members.

use std::fmt;

use serde_json::Value;

/// The members of an AttributeValue there, and the name each has in a request; some are none of the API's.
const MEMBERS: [(&str, &str); 16] = [
    ("s", "S"),
    ("n", "N"),
    ("b", "B"),
    ("iNT", ""),
    ("dECIMAL", ""),
    ("dOUBLE", ""),
    ("sS", "SS"),
    ("nS", "NS"),
    ("bS", "BS"),
    ("iNTSET", ""),
    ("dECIMALSET", ""),
    ("dOUBLESET", ""),
    ("m", "M"),
    ("l", "L"),
    ("nULL", "NULL"),
    ("bOOL", "BOOL"),
];

/// A RequestItems map, `{Things=[WriteRequest(putRequest=…, deleteRequest=null)]}`. As deep as the parsed JSON is.
pub struct WriteRequests<'a>(pub &'a Value);

impl fmt::Display for WriteRequests<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        map(f, self.0, |f, writes| list(f, writes, write_request))
    }
}

fn write_request(f: &mut fmt::Formatter<'_>, write: &Value) -> fmt::Result {
    f.write_str("WriteRequest(putRequest=")?;
    single(f, write.get("PutRequest"), ("PutRequest", "item", "Item"))?;
    f.write_str(", deleteRequest=")?;
    single(f, write.get("DeleteRequest"), ("DeleteRequest", "key", "Key"))?;
    f.write_str(")")
}

fn single(f: &mut fmt::Formatter<'_>, given: Option<&Value>, names: (&str, &str, &str)) -> fmt::Result {
    let Some(given) = given.filter(|given| !given.is_null()) else { return f.write_str("null") };
    let (class, member, name) = names;
    write!(f, "{class}({member}=")?;
    match given.get(name) {
        Some(item) => map(f, item, attribute_value)?,
        None => f.write_str("null")?,
    }
    f.write_str(", workloadProfileName=null)")
}

fn attribute_value(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    f.write_str("AttributeValue(")?;
    for (at, (member, name)) in MEMBERS.iter().enumerate() {
        let separator = if at == 0 { "" } else { ", " };
        write!(f, "{separator}{member}=")?;
        match (*name, value.get(name)) {
            (_, None | Some(Value::Null)) => f.write_str("null")?,
            ("M", Some(members)) => map(f, members, attribute_value)?,
            ("L", Some(elements)) => list(f, elements, attribute_value)?,
            ("SS" | "NS" | "BS", Some(elements)) => list(f, elements, plain)?,
            (_, Some(other)) => plain(f, other)?,
        }
    }
    f.write_str(")")
}

fn plain(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::String(text) => f.write_str(text),
        other => write!(f, "{other}"),
    }
}

fn map(
    f: &mut fmt::Formatter<'_>,
    value: &Value,
    each: impl Fn(&mut fmt::Formatter<'_>, &Value) -> fmt::Result,
) -> fmt::Result {
    f.write_str("{")?;
    for (at, (name, value)) in value.as_object().into_iter().flatten().enumerate() {
        let separator = if at == 0 { "" } else { ", " };
        write!(f, "{separator}{name}=")?;
        each(f, value)?;
    }
    f.write_str("}")
}

fn list(
    f: &mut fmt::Formatter<'_>,
    value: &Value,
    each: impl Fn(&mut fmt::Formatter<'_>, &Value) -> fmt::Result,
) -> fmt::Result {
    f.write_str("[")?;
    for (at, value) in value.as_array().into_iter().flatten().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        each(f, value)?;
    }
    f.write_str("]")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_member_is_named() {
        let value = json!({"T": [{"PutRequest": {"Item": {"pk": {"S": "a"}, "l": {"L": [{"BOOL": true}]}}}}, {"DeleteRequest": {"Key": {}}}]});
        let null = |from: usize, to: usize| {
            MEMBERS[from..to]
                .iter()
                .map(|(member, _)| format!("{member}=null"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let expected = format!(
            "{{T=[WriteRequest(putRequest=PutRequest(item={{l=AttributeValue({}, l=[AttributeValue({}, bOOL=true)], {}), \
             pk=AttributeValue(s=a, {})}}, workloadProfileName=null), deleteRequest=null), \
             WriteRequest(putRequest=null, deleteRequest=DeleteRequest(key={{}}, workloadProfileName=null))]}}",
            null(0, 13),
            null(0, 15),
            null(14, 16),
            null(1, 16),
        );
        assert_eq!(WriteRequests(&value).to_string(), expected);
    }
}
