//! Python: boto3's client, whose values are AttributeValues, and its resource, whose values are Python's own.
//!
//! Follows [Boto3's DynamoDB reference](https://docs.aws.amazon.com/boto3/latest/reference/services/dynamodb.html).

use data_encoding::BASE64;

use super::layout::{Doc, block, text};
use super::literal::{is_small_whole, quote, snake};
use super::tree::{self, Attribute, Field, Tree};
use super::{Call, page_member};

const STEP: &str = "    ";

/// The operations that a Table has itself.
const OF_TABLE: [&str; 6] = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"];
/// The operations that the resource has itself.
const OF_RESOURCE: [&str; 2] = ["BatchGetItem", "BatchWriteItem"];

/// The program with a client.
pub fn client(call: &Call) -> String {
    let service = if call.of_streams() { "dynamodbstreams" } else { "dynamodb" };
    let mut out = imports(call, false);
    out += "import boto3\n\n";
    out += &format!("client = boto3.client({}{})\n\ntry:\n", quote(service), place(call));
    if call.pages {
        let paginator =
            format!("    paginator = client.get_paginator({})\n    ", quote(&snake(call.operation)));
        out += &paginator;
        out += &format!("for page in {}:\n", under("paginator.paginate(", arguments(&call.fields, false), 1));
        out += &each_of_page(call, "page", 2);
    } else {
        let name = snake(call.operation);
        out += &format!(
            "    response = {}\n",
            under(&format!("client.{name}("), arguments(&call.fields, false), 1)
        );
        out += "    print(response)\n";
    }
    out + &handlers(call, "client")
}

/// The program with a resource.
pub fn resource(call: &Call) -> Result<String, String> {
    if call.of_streams() {
        return Err("boto3 has no resource of DynamoDB Streams: its client reads them.".into());
    }
    let mut out = imports(call, true);
    out += "import boto3\n\n";
    out += &format!("dynamodb = boto3.resource(\"dynamodb\"{})\n", place(call));
    let name = snake(call.operation);
    let table = tree::text(&call.fields, "TableName").filter(|_| OF_TABLE.contains(&call.operation));
    let fields: Vec<Field> =
        call.fields.iter().filter(|field| table.is_none() || field.name != "TableName").cloned().collect();
    let object = match table {
        Some(table) => {
            out += &format!("table = dynamodb.Table({})\n", quote(table));
            "table"
        }
        None if OF_RESOURCE.contains(&call.operation) => "dynamodb",
        None => "dynamodb.meta.client",
    };
    out += "\ntry:\n";
    if call.pages && table.is_some() {
        let request = under("dict(", arguments(&fields, true), 1);
        out += &format!("    request = {request}\n    while True:\n");
        out += &format!("        response = table.{name}(**request)\n");
        out += &each_of_page(call, "response", 2);
        out += "        if \"LastEvaluatedKey\" not in response:\n            break\n";
        out += "        request[\"ExclusiveStartKey\"] = response[\"LastEvaluatedKey\"]\n";
    } else if call.pages {
        out += &format!("    paginator = dynamodb.meta.client.get_paginator({})\n", quote(&name));
        out += &format!("    for page in {}:\n", under("paginator.paginate(", arguments(&fields, true), 1));
        out += &each_of_page(call, "page", 2);
    } else {
        out +=
            &format!("    response = {}\n", under(&format!("{object}.{name}("), arguments(&fields, true), 1));
        out += "    print(response)\n";
    }
    Ok(out + &handlers(call, "dynamodb.meta.client"))
}

fn imports(call: &Call, native: bool) -> String {
    let mut out = String::new();
    let bytes = |value: &Attribute| matches!(value, Attribute::B(_) | Attribute::Bs(_));
    if tree::any_attribute(&call.fields, &bytes) {
        out += "import base64\n";
    }
    if any_time(&call.fields) {
        out += "from datetime import datetime, timezone\n";
    }
    let decimal = |value: &Attribute| match value {
        Attribute::N(number) => !is_small_whole(number),
        Attribute::Ns(numbers) => numbers.iter().any(|number| !is_small_whole(number)),
        _ => false,
    };
    if native && tree::any_attribute(&call.fields, &decimal) {
        out += "from decimal import Decimal\n";
    }
    if out.is_empty() { out } else { out + "\n" }
}

fn any_time(fields: &[Field]) -> bool {
    fields.iter().any(|field| matches!(field.value, Tree::Time(_)))
}

fn place(call: &Call) -> String {
    let region = format!(", region_name={}", quote(call.region));
    region + &call.endpoint.map_or_else(String::new, |url| format!(", endpoint_url={}", quote(url)))
}

fn arguments(fields: &[Field], native: bool) -> Vec<Doc> {
    let argument =
        |field: &Field| Doc::Row(vec![format!("{}=", field.name).into(), value(&field.value, native)]);
    fields.iter().map(argument).collect()
}

/// A call, broken where it has several arguments.
fn under(open: &str, arguments: Vec<Doc>, depth: usize) -> String {
    let many = arguments.len() > 1;
    let call = block(open, arguments, ")");
    let call = if many { call.broken() } else { call };
    text(&call, STEP, depth).trim_start().to_owned()
}

fn each_of_page(call: &Call, page: &str, depth: usize) -> String {
    let indent = STEP.repeat(depth);
    if tree::field(&call.fields, "Select") == Some(&Tree::Enum("Select", "COUNT".into())) {
        return format!("{indent}print({page}[\"Count\"])\n");
    }
    let (one, member) =
        (if call.operation == "ListTables" { "name" } else { "item" }, page_member(call.operation));
    format!("{indent}for {one} in {page}[\"{member}\"]:\n{indent}    print({one})\n")
}

fn handlers(call: &Call, client: &str) -> String {
    let mut out = String::new();
    for name in &call.exceptions {
        out += &format!("except {client}.exceptions.{name} as error:\n");
        if *name == "TransactionCanceledException" {
            out += "    for reason in error.response[\"CancellationReasons\"]:\n        print(reason)\n";
        }
        out += &format!("    raise SystemExit(f\"{name}: {{error}}\")\n");
    }
    if call.exceptions.is_empty() {
        out += &format!("except {client}.exceptions.ClientError as error:\n");
        out += "    raise SystemExit(f\"{error.response['Error']['Code']}: {error}\")\n";
    }
    out
}

fn value(tree: &Tree, native: bool) -> Doc {
    let entry = |name: &str, value: Doc| Doc::Row(vec![format!("{}: ", quote(name)).into(), value]);
    match tree {
        Tree::Text(text) | Tree::Enum(_, text) => quote(text).into(),
        Tree::Integer(number) | Tree::Long(number) | Tree::Double(number) => number.as_str().into(),
        Tree::Flag(flag) => truth(*flag).into(),
        Tree::Blob(bytes) => blob(bytes),
        Tree::Time(seconds) => format!("datetime.fromtimestamp({seconds}, timezone.utc)").into(),
        Tree::Attribute(one) if native => self::native(one),
        Tree::Attribute(one) => attribute(one),
        Tree::List(_, list) => block("[", list.iter().map(|one| value(one, native)).collect(), "]"),
        Tree::Map(_, map) => {
            block("{", map.iter().map(|(name, one)| entry(name, value(one, native))).collect(), "}")
        }
        Tree::Struct(_, fields) => block(
            "{",
            fields.iter().map(|field| entry(field.name, value(&field.value, native))).collect(),
            "}",
        ),
    }
}

fn truth(flag: bool) -> &'static str {
    if flag { "True" } else { "False" }
}

fn blob(bytes: &[u8]) -> Doc {
    format!("base64.b64decode(\"{}\")", BASE64.encode(bytes)).into()
}

/// `{"S": "text"}`.
fn attribute(value: &Attribute) -> Doc {
    let of =
        |kind: &str, inner: Doc| block("{", vec![Doc::Row(vec![format!("\"{kind}\": ").into(), inner])], "}");
    let texts = |list: &[String]| block("[", list.iter().map(|text| quote(text).into()).collect(), "]");
    match value {
        Attribute::S(text) => of("S", quote(text).into()),
        Attribute::N(number) => of("N", quote(number).into()),
        Attribute::B(bytes) => of("B", blob(bytes)),
        Attribute::Bool(flag) => of("BOOL", truth(*flag).into()),
        Attribute::Null => of("NULL", "True".into()),
        Attribute::M(map) => {
            let entry = |(name, one): &(String, Attribute)| {
                Doc::Row(vec![format!("{}: ", quote(name)).into(), attribute(one)])
            };
            of("M", block("{", map.iter().map(entry).collect(), "}"))
        }
        Attribute::L(list) => of("L", block("[", list.iter().map(attribute).collect(), "]")),
        Attribute::Ss(list) => of("SS", texts(list)),
        Attribute::Ns(list) => of("NS", texts(list)),
        Attribute::Bs(list) => of("BS", block("[", list.iter().map(|bytes| blob(bytes)).collect(), "]")),
    }
}

/// `"text"`, `Decimal("1.5")`, `{"a", "b"}`.
fn native(value: &Attribute) -> Doc {
    let number = |number: &String| match is_small_whole(number) {
        true => number.as_str().into(),
        false => format!("Decimal(\"{number}\")").into(),
    };
    match value {
        Attribute::S(text) => quote(text).into(),
        Attribute::N(one) => number(one),
        Attribute::B(bytes) => blob(bytes),
        Attribute::Bool(flag) => truth(*flag).into(),
        Attribute::Null => "None".into(),
        Attribute::M(map) => {
            let entry = |(name, one): &(String, Attribute)| {
                Doc::Row(vec![format!("{}: ", quote(name)).into(), native(one)])
            };
            block("{", map.iter().map(entry).collect(), "}")
        }
        Attribute::L(list) => block("[", list.iter().map(native).collect(), "]"),
        // `{}` would be a dict; the service refuses an empty set in any case.
        Attribute::Ss(list) if list.is_empty() => "set()".into(),
        Attribute::Ns(list) if list.is_empty() => "set()".into(),
        Attribute::Bs(list) if list.is_empty() => "set()".into(),
        Attribute::Ss(list) => block("{", list.iter().map(|text| quote(text).into()).collect(), "}"),
        Attribute::Ns(list) => block("{", list.iter().map(number).collect(), "}"),
        Attribute::Bs(list) => block("{", list.iter().map(|bytes| blob(bytes)).collect(), "}"),
    }
}
