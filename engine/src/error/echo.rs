//! How the older validation framework prints the requests of a BatchWriteItem and the actions of a transaction: as Java's
//! toString does, every member by its name, those that are not set as `null`.
//!
//! Follows what us-east-1 answers to BatchWriteItem, as recorded in 2026 by paritysuite/dynamodb-conformance
//! (error-messages/batchWriteItem and captures/cross-region-latest); other regions print an object's identity in place of a
//! value's members. Of a transaction only what stands around the list was recorded: its actions are printed by the same
//! rules, with the members in the order of the API's model.

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

/// Prints one element of a list.
pub type Print = fn(&mut fmt::Formatter<'_>, &Value) -> fmt::Result;

/// A TransactItems list, printed by [`transact_write_item`] or [`transact_get_item`]. As deep as the parsed JSON is.
pub struct Actions<'a>(pub &'a Value, pub Print);

impl fmt::Display for Actions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.0, self.1)
    }
}

/// How a member is printed.
#[derive(Clone, Copy)]
enum Shape {
    Attributes,
    Names,
    Text,
}

const CONDITION: [(&str, Shape); 4] = [
    ("ConditionExpression", Shape::Text),
    ("ExpressionAttributeNames", Shape::Names),
    ("ExpressionAttributeValues", Shape::Attributes),
    ("ReturnValuesOnConditionCheckFailure", Shape::Text),
];
const KEY: (&str, Shape) = ("Key", Shape::Attributes);
const TABLE: (&str, Shape) = ("TableName", Shape::Text);
const PUT: [(&str, Shape); 2] = [("Item", Shape::Attributes), TABLE];
const UPDATE: [(&str, Shape); 3] = [KEY, ("UpdateExpression", Shape::Text), TABLE];
const GET: [(&str, Shape); 4] =
    [KEY, TABLE, ("ProjectionExpression", Shape::Text), ("ExpressionAttributeNames", Shape::Names)];

/// A TransactWriteItem.
pub fn transact_write_item(f: &mut fmt::Formatter<'_>, item: &Value) -> fmt::Result {
    f.write_str("TransactWriteItem(")?;
    action(f, item, "ConditionCheck", [KEY, TABLE].iter().chain(&CONDITION))?;
    f.write_str(", ")?;
    action(f, item, "Put", PUT.iter().chain(&CONDITION))?;
    f.write_str(", ")?;
    action(f, item, "Delete", [KEY, TABLE].iter().chain(&CONDITION))?;
    f.write_str(", ")?;
    action(f, item, "Update", UPDATE.iter().chain(&CONDITION))?;
    f.write_str(")")
}

/// A TransactGetItem.
pub fn transact_get_item(f: &mut fmt::Formatter<'_>, item: &Value) -> fmt::Result {
    f.write_str("TransactGetItem(")?;
    action(f, item, "Get", GET.iter())?;
    f.write_str(")")
}

/// The API's name in camel case.
fn member_of(name: &str) -> String {
    name[..1].to_ascii_lowercase() + &name[1..]
}

fn action<'m>(
    f: &mut fmt::Formatter<'_>,
    item: &Value,
    class: &str,
    members: impl Iterator<Item = &'m (&'m str, Shape)>,
) -> fmt::Result {
    write!(f, "{}=", member_of(class))?;
    let Some(given) = item.get(class).filter(|given| !given.is_null()) else { return f.write_str("null") };
    write!(f, "{class}(")?;
    for (at, (name, shape)) in members.enumerate() {
        let separator = if at == 0 { "" } else { ", " };
        write!(f, "{separator}{}=", member_of(name))?;
        match (given.get(name).filter(|value| !value.is_null()), shape) {
            (None, _) => f.write_str("null")?,
            (Some(value), Shape::Attributes) => map(f, value, attribute_value)?,
            (Some(value), Shape::Names) => map(f, value, plain)?,
            (Some(value), Shape::Text) => plain(f, value)?,
        }
    }
    f.write_str(")")
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
    fn an_action_has_its_members_in_the_model_s_order() {
        let list = json!([
            {"Put": {"Item": {}, "TableName": "T", "ExpressionAttributeNames": {"#a": "a"}}},
            {"Update": {"TableName": "T", "UpdateExpression": "SET a = :a"}},
        ]);
        assert_eq!(
            Actions(&list, transact_write_item).to_string(),
            "[TransactWriteItem(conditionCheck=null, put=Put(item={}, tableName=T, conditionExpression=null, \
             expressionAttributeNames={#a=a}, expressionAttributeValues=null, returnValuesOnConditionCheckFailure=null), \
             delete=null, update=null), TransactWriteItem(conditionCheck=null, put=null, delete=null, \
             update=Update(key=null, updateExpression=SET a = :a, tableName=T, conditionExpression=null, \
             expressionAttributeNames=null, expressionAttributeValues=null, returnValuesOnConditionCheckFailure=null))]"
        );
        assert_eq!(
            Actions(&json!([{"Get": {"Key": {}, "TableName": "T"}}]), transact_get_item).to_string(),
            "[TransactGetItem(get=Get(key={}, tableName=T, projectionExpression=null, expressionAttributeNames=null))]"
        );
    }

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
