//! PartiQL: the statements that do what a request does, as far as PartiQL has words for it.
//!
//! Owns what differs: INSERT refuses an item that is there where PutItem replaces it, UPDATE one that is not where UpdateItem makes
//! it. Such a difference stands as a comment before the statement; what has no words is told in a sentence instead.
//!
//! Follows [PartiQL for DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html).

use super::expression::{Placeholders, clause, literal, quoted, update};
use super::tree::{Attribute, Field, Tree, field, text};
use super::{Call, Keys};

/// Parameters that stand for expressions, which are read nowhere here.
const LEGACY: [&str; 9] = [
    "AttributesToGet",
    "AttributeUpdates",
    "ConditionalOperator",
    "Conditions",
    "Expected",
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
    "Segment",
];

/// The statements of a request.
pub fn statements(call: &Call, keys: Keys) -> Result<String, String> {
    let fields = call.fields.as_slice();
    let told = |all: Vec<String>, through: &str| match all.as_slice() {
        [one] => format!("{one}\n"),
        all => format!("-- The statements of one {through}.\n\n{}\n", all.join("\n\n")),
    };
    Ok(match call.operation {
        "GetItem" => format!("{}\n", get(fields)?),
        "PutItem" => format!("{}\n", put(fields, keys)?),
        "UpdateItem" => format!("{}\n", change(fields)?),
        "DeleteItem" => format!("{}\n", delete(fields)?),
        "Query" | "Scan" => format!("{}\n", read(fields, keys)?),
        "BatchGetItem" => told(batch_get(fields)?, "BatchExecuteStatement"),
        "BatchWriteItem" => told(batch_write(fields)?, "BatchExecuteStatement"),
        "TransactGetItems" | "TransactWriteItems" => told(transaction(fields, keys)?, "ExecuteTransaction"),
        "ExecuteStatement" => format!("{}\n", bound(fields)?),
        "BatchExecuteStatement" => told(list(fields, "Statements")?, call.operation),
        "ExecuteTransaction" => told(list(fields, "TransactStatements")?, call.operation),
        other => return Err(format!("PartiQL reads and writes items; it has no statement for {other}.")),
    })
}

fn refuse_legacy(fields: &[Field]) -> Result<(), String> {
    match LEGACY.iter().find(|name| field(fields, name).is_some()) {
        Some(name) => Err(format!("PartiQL has nothing for {name}.")),
        None => Ok(()),
    }
}

fn table(fields: &[Field]) -> Result<&str, String> {
    text(fields, "TableName").ok_or_else(|| "There is no TableName.".into())
}

fn map<'a>(fields: &'a [Field], name: &str) -> Result<&'a [(String, Tree)], String> {
    match field(fields, name) {
        Some(Tree::Map(_, map)) => Ok(map),
        _ => Err(format!("There is no {name}.")),
    }
}

/// `"id" = '1' AND "at" = 5`.
fn key_of(key: &[(String, Tree)]) -> Result<String, String> {
    let test = |(name, value): &(String, Tree)| match value {
        Tree::Attribute(value) => Ok(format!("{} = {}", quoted(name), literal(value)?)),
        _ => Err(format!("{name} has no value.")),
    };
    Ok(key.iter().map(test).collect::<Result<Vec<_>, String>>()?.join(" AND "))
}

/// Conditions joined by AND; one with an OR in parentheses.
fn both(first: String, second: Option<String>) -> String {
    match second {
        None => first,
        Some(second) if first.is_empty() => second,
        Some(second) if second.contains(" OR ") => format!("{first} AND ({second})"),
        Some(second) => format!("{first} AND {second}"),
    }
}

fn expression(fields: &[Field], name: &str) -> Result<Option<String>, String> {
    text(fields, name).map(|text| clause(text, &Placeholders(fields))).transpose()
}

fn columns(fields: &[Field]) -> Result<String, String> {
    Ok(expression(fields, "ProjectionExpression")?
        .map_or("*".into(), |columns| columns.replace(",", ", ").replace(",  ", ", ")))
}

fn get(fields: &[Field]) -> Result<String, String> {
    refuse_legacy(fields)?;
    let (columns, table) = (columns(fields)?, quoted(table(fields)?));
    Ok(format!("SELECT {columns} FROM {table} WHERE {}", key_of(map(fields, "Key")?)?))
}

fn put(fields: &[Field], keys: Keys) -> Result<String, String> {
    refuse_legacy(fields)?;
    let name = table(fields)?;
    let note = match text(fields, "ConditionExpression") {
        None => "-- INSERT refuses an item whose key is there already; PutItem replaces it.\n",
        Some(condition) => {
            let condition = clause(condition, &Placeholders(fields))?;
            let hash = keys(name, None).and_then(|keys| keys.first().cloned());
            let new = hash.is_some_and(|hash| condition == format!("{} IS MISSING", quoted(&hash)));
            if !new {
                return Err(
                    "INSERT takes no condition but its own: that there is no item of the key yet.".into()
                );
            }
            ""
        }
    };
    Ok(note.to_owned() + &insert(name, map(fields, "Item")?)?)
}

fn insert(table: &str, item: &[(String, Tree)]) -> Result<String, String> {
    let attribute = |(name, value): &(String, Tree)| match value {
        Tree::Attribute(value) => Some((name.clone(), value.clone())),
        _ => None,
    };
    let item = Attribute::M(item.iter().filter_map(attribute).collect());
    Ok(format!("INSERT INTO {} VALUE {}", quoted(table), literal(&item)?))
}

fn returning(fields: &[Field]) -> &'static str {
    match field(fields, "ReturnValues") {
        Some(Tree::Enum(_, word)) => match word.as_str() {
            "ALL_OLD" => " RETURNING ALL OLD *",
            "ALL_NEW" => " RETURNING ALL NEW *",
            "UPDATED_OLD" => " RETURNING MODIFIED OLD *",
            "UPDATED_NEW" => " RETURNING MODIFIED NEW *",
            _ => "",
        },
        _ => "",
    }
}

fn change(fields: &[Field]) -> Result<String, String> {
    refuse_legacy(fields)?;
    let text = text(fields, "UpdateExpression");
    let text = text.ok_or("UPDATE needs something to change: there is no UpdateExpression.")?;
    let (clauses, counts) = update(text, &Placeholders(fields))?;
    let condition = both(key_of(map(fields, "Key")?)?, expression(fields, "ConditionExpression")?);
    let mut out = String::from("-- UPDATE refuses a key without an item; UpdateItem makes one.\n");
    if counts {
        out += "-- It adds to a number that is there; ADD begins at 0 where there is none.\n";
    }
    Ok(out + &format!("UPDATE {} {clauses} WHERE {condition}{}", quoted(table(fields)?), returning(fields)))
}

fn delete(fields: &[Field]) -> Result<String, String> {
    refuse_legacy(fields)?;
    let condition = both(key_of(map(fields, "Key")?)?, expression(fields, "ConditionExpression")?);
    Ok(format!("DELETE FROM {} WHERE {condition}{}", quoted(table(fields)?), returning(fields)))
}

fn read(fields: &[Field], keys: Keys) -> Result<String, String> {
    refuse_legacy(fields)?;
    if field(fields, "Select") == Some(&Tree::Enum("Select", "COUNT".into())) {
        return Err("PartiQL for DynamoDB counts nothing: Select COUNT has no statement.".into());
    }
    if field(fields, "ExclusiveStartKey").is_some() {
        return Err(
            "A statement goes on from a NextToken, not from a key: ExclusiveStartKey has no words.".into()
        );
    }
    let name = table(fields)?;
    let index = text(fields, "IndexName");
    let from = index.map_or_else(|| quoted(name), |index| format!("{}.{}", quoted(name), quoted(index)));
    let condition = expression(fields, "KeyConditionExpression")?.unwrap_or_default();
    let condition = both(condition, expression(fields, "FilterExpression")?);
    let mut out = format!("SELECT {} FROM {from}", columns(fields)?);
    if !condition.is_empty() {
        out += &format!(" WHERE {condition}");
    }
    if field(fields, "ScanIndexForward") == Some(&Tree::Flag(false)) {
        let sort = keys(name, index).filter(|keys| keys.len() > 1).and_then(|keys| keys.last().cloned());
        let sort = sort.ok_or("The sort key of this table is not known here, and ORDER BY names it.")?;
        out += &format!(" ORDER BY {} DESC", quoted(&sort));
    }
    Ok(out)
}

fn batch_get(fields: &[Field]) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for (table, entry) in map(fields, "RequestItems")? {
        let Tree::Struct(_, entry) = entry else { continue };
        refuse_legacy(entry)?;
        let Some(Tree::List(_, keys)) = field(entry, "Keys") else { continue };
        for key in keys {
            let Tree::Map(_, key) = key else { continue };
            all.push(format!("SELECT {} FROM {} WHERE {}", columns(entry)?, quoted(table), key_of(key)?));
        }
    }
    Ok(all)
}

fn batch_write(fields: &[Field]) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for (table, writes) in map(fields, "RequestItems")? {
        let Tree::List(_, writes) = writes else { continue };
        for write in writes {
            let Tree::Struct(_, write) = write else { continue };
            if let Some(Tree::Struct(_, put)) = field(write, "PutRequest") {
                all.push(insert(table, map(put, "Item")?)?);
            }
            if let Some(Tree::Struct(_, delete)) = field(write, "DeleteRequest") {
                all.push(format!("DELETE FROM {} WHERE {}", quoted(table), key_of(map(delete, "Key")?)?));
            }
        }
    }
    if let Some(first) = all.first_mut().filter(|first| first.starts_with("INSERT")) {
        *first = format!(
            "-- INSERT refuses an item whose key is there already; a PutRequest replaces it.\n{first}"
        );
    }
    Ok(all)
}

fn transaction(fields: &[Field], keys: Keys) -> Result<Vec<String>, String> {
    let Some(Tree::List(_, actions)) = field(fields, "TransactItems") else {
        return Err("There are no TransactItems.".into());
    };
    let mut all = Vec::new();
    for action in actions {
        let Tree::Struct(_, members) = action else { continue };
        for Field { name, value } in members {
            let Tree::Struct(_, inner) = value else { continue };
            all.push(match *name {
                "Get" => get(inner)?,
                "Put" => put(inner, keys)?,
                "Update" => change(inner)?,
                "Delete" => delete(inner)?,
                _ => {
                    let condition = expression(inner, "ConditionExpression")?;
                    let condition = both(key_of(map(inner, "Key")?)?, condition);
                    format!("EXISTS(SELECT * FROM {} WHERE {condition})", quoted(table(inner)?))
                }
            });
        }
    }
    Ok(all)
}

fn list(fields: &[Field], member: &str) -> Result<Vec<String>, String> {
    let Some(Tree::List(_, statements)) = field(fields, member) else {
        return Err(format!("There are no {member}."));
    };
    let inner = statements.iter().filter_map(|one| match one {
        Tree::Struct(_, fields) => Some(bound(fields)),
        _ => None,
    });
    inner.collect()
}

/// A statement with its parameters where their question marks stand.
fn bound(fields: &[Field]) -> Result<String, String> {
    use crate::state::expression_text::{Dialect, Token, tokens};
    let statement = text(fields, "Statement").ok_or("There is no Statement.")?;
    let mut values = match field(fields, "Parameters") {
        Some(Tree::List(_, values)) => values.as_slice(),
        _ => &[],
    }
    .iter();
    let mut out = String::new();
    for (kind, part) in tokens(statement, Dialect::PartiQl) {
        match (kind, part) {
            (Token::Value, _) => match values.next() {
                Some(Tree::Attribute(value)) => out += &literal(value)?,
                _ => return Err("There are fewer Parameters than question marks.".into()),
            },
            (_, part) => out += part,
        }
    }
    Ok(out)
}
