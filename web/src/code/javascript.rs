//! JavaScript: the AWS SDK v3's own client, whose values are AttributeValues, and its document client, whose values are
//! JavaScript's own.
//!
//! Follows [@aws-sdk/client-dynamodb](https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/dynamodb/) and
//! [@aws-sdk/lib-dynamodb](https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/package/-aws-sdk-lib-dynamodb/).

use data_encoding::BASE64;

use super::layout::{Doc, bare_block, block, padded_block, text};
use super::literal::{is_small_whole, quote};
use super::tree::{self, Attribute, Field, Tree};
use super::{Call, page_member};

const STEP: &str = "  ";

/// The program with the client.
pub fn client(call: &Call) -> String {
    let (package, class) = match call.of_streams() {
        true => ("@aws-sdk/client-dynamodb-streams", "DynamoDBStreamsClient"),
        false => ("@aws-sdk/client-dynamodb", "DynamoDBClient"),
    };
    let used = match call.pages {
        true => format!("paginate{}", call.operation),
        false => format!("{}Command", call.operation),
    };
    let mut out = format!("import {{ {class}, {used} }} from \"{package}\";\n\n");
    out += &format!("const client = new {class}({});\n\n", place(call));
    out + &body(call, &used, &object(&call.fields, false))
}

/// The program with the document client.
pub fn document(call: &Call) -> Result<String, String> {
    let name = match call.operation {
        "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem" | "BatchGetItem" | "BatchWriteItem" => {
            call.operation.trim_end_matches("Item")
        }
        "TransactGetItems" | "TransactWriteItems" => call.operation.trim_end_matches("Items"),
        "Query" | "Scan" | "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction" => {
            call.operation
        }
        other => {
            return Err(format!(
                "The document client has no command for {other}, which holds no items: the client makes it."
            ));
        }
    };
    if tree::any_named(&call.fields, "__proto__") {
        return Err(
            "The document client loses an attribute that is named __proto__: the client keeps it.".into()
        );
    }
    let used = if call.pages { format!("paginate{name}") } else { format!("{name}Command") };
    let large = |value: &Attribute| match value {
        Attribute::N(number) => !is_double(number),
        Attribute::Ns(numbers) => numbers.iter().any(|number| !is_double(number)),
        _ => false,
    };
    let number = if tree::any_attribute(&call.fields, &large) { ", NumberValue" } else { "" };
    let mut out = "import { DynamoDBClient } from \"@aws-sdk/client-dynamodb\";\n".to_owned();
    out +=
        &format!("import {{ DynamoDBDocumentClient{number}, {used} }} from \"@aws-sdk/lib-dynamodb\";\n\n");
    let made =
        format!("const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));\n\n", place(call));
    Ok(out + &made + &body(call, &used, &object(&call.fields, true)))
}

fn place(call: &Call) -> String {
    let endpoint = call.endpoint.map_or_else(String::new, |url| format!(", endpoint: {}", quote(url)));
    format!("{{ region: {}{endpoint} }}", quote(call.region))
}

fn body(call: &Call, used: &str, request: &Doc) -> String {
    let mut out = String::from("try {\n");
    if call.pages {
        let pages = bare_block(format!("{used}("), vec!["{ client }".into(), request.clone()], ")");
        out += &format!("  for await (const page of {}) {{\n", text(&pages, STEP, 1).trim_start());
        let count = tree::field(&call.fields, "Select") == Some(&Tree::Enum("Select", "COUNT".into()));
        let member = page_member(call.operation);
        out += &match count {
            true => "    console.log(page.Count);\n".to_owned(),
            false => format!("    for (const one of page.{member}) {{\n      console.log(one);\n    }}\n"),
        };
        out += "  }\n";
    } else {
        let made = Doc::Row(vec![format!("new {used}(").into(), request.clone(), ")".into()]);
        let sent = Doc::Row(vec!["client.send(".into(), made, ")".into()]);
        out += &format!("  const response = await {};\n", text(&sent, STEP, 1).trim_start());
        out += "  console.log(response);\n";
    }
    out += "} catch (error) {\n";
    let mut first = true;
    for name in &call.exceptions {
        out += &format!("  {}if (error.name === \"{name}\") {{\n", if first { "" } else { "} else " });
        out += &match *name {
            "TransactionCanceledException" => {
                format!("    console.error(\"{name}:\", error.message, error.CancellationReasons);\n")
            }
            _ => format!("    console.error(\"{name}:\", error.message);\n"),
        };
        first = false;
    }
    out += match first {
        true => "  console.error(`${error.name}: ${error.message}`);\n",
        false => "  } else {\n    throw error;\n  }\n",
    };
    out + "  process.exitCode = 1;\n}\n"
}

/// A member's name, in quotes where it needs them.
fn key(name: &str) -> String {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let plain =
        !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(letter);
    // `__proto__: x` would set the prototype, not a member.
    match (plain, name) {
        (_, "__proto__") => "[\"__proto__\"]".to_owned(),
        (true, name) => name.to_owned(),
        (false, name) => quote(name),
    }
}

fn entry(name: &str, value: Doc) -> Doc {
    Doc::Row(vec![format!("{}: ", key(name)).into(), value])
}

fn object(fields: &[Field], native: bool) -> Doc {
    let many = fields.len() > 1;
    let object = members(fields, native);
    if many { object.broken() } else { object }
}

fn members(fields: &[Field], native: bool) -> Doc {
    padded_block(
        "{",
        fields.iter().map(|field| entry(field.name, value(&field.value, native))).collect(),
        "}",
    )
}

fn value(tree: &Tree, native: bool) -> Doc {
    match tree {
        Tree::Text(text) | Tree::Enum(_, text) => quote(text).into(),
        Tree::Integer(number) | Tree::Long(number) | Tree::Double(number) => number.as_str().into(),
        Tree::Flag(flag) => flag.to_string().into(),
        Tree::Blob(bytes) => blob(bytes),
        Tree::Time(seconds) => format!("new Date({seconds} * 1000)").into(),
        Tree::Attribute(one) if native => self::native(one),
        Tree::Attribute(one) => attribute(one),
        Tree::List(_, list) => block("[", list.iter().map(|one| value(one, native)).collect(), "]"),
        Tree::Map(_, map) => {
            padded_block("{", map.iter().map(|(name, one)| entry(name, value(one, native))).collect(), "}")
        }
        Tree::Struct(_, fields) => members(fields, native),
    }
}

fn blob(bytes: &[u8]) -> Doc {
    format!("Buffer.from(\"{}\", \"base64\")", BASE64.encode(bytes)).into()
}

fn attribute(value: &Attribute) -> Doc {
    let of = |kind: &str, inner: Doc| padded_block("{", vec![entry(kind, inner)], "}");
    let texts = |list: &[String]| block("[", list.iter().map(|text| quote(text).into()).collect(), "]");
    match value {
        Attribute::S(text) => of("S", quote(text).into()),
        Attribute::N(number) => of("N", quote(number).into()),
        Attribute::B(bytes) => of("B", blob(bytes)),
        Attribute::Bool(flag) => of("BOOL", flag.to_string().into()),
        Attribute::Null => of("NULL", "true".into()),
        Attribute::M(map) => {
            let map = map.iter().map(|(name, one)| entry(name, attribute(one))).collect();
            of("M", padded_block("{", map, "}"))
        }
        Attribute::L(list) => of("L", block("[", list.iter().map(attribute).collect(), "]")),
        Attribute::Ss(list) => of("SS", texts(list)),
        Attribute::Ns(list) => of("NS", texts(list)),
        Attribute::Bs(list) => of("BS", block("[", list.iter().map(|bytes| blob(bytes)).collect(), "]")),
    }
}

/// Whether JavaScript's number holds it exactly: a whole number, or a short decimal fraction that is written the same again.
fn is_double(number: &str) -> bool {
    let short = number.bytes().filter(u8::is_ascii_digit).count() <= 15 && !number.contains(['e', 'E']);
    is_small_whole(number)
        || (short
            && number.parse::<f64>().is_ok_and(|value| value.to_string() == number && value.abs() >= 1e-6))
}

fn native(value: &Attribute) -> Doc {
    let number = |number: &String| match is_double(number) {
        true => number.as_str().into(),
        false => format!("NumberValue.from(\"{number}\")").into(),
    };
    let set = |list: Vec<Doc>| Doc::Row(vec!["new Set(".into(), block("[", list, "]"), ")".into()]);
    match value {
        Attribute::S(text) => quote(text).into(),
        Attribute::N(one) => number(one),
        Attribute::B(bytes) => blob(bytes),
        Attribute::Bool(flag) => flag.to_string().into(),
        Attribute::Null => "null".into(),
        Attribute::M(map) => {
            padded_block("{", map.iter().map(|(name, one)| entry(name, native(one))).collect(), "}")
        }
        Attribute::L(list) => block("[", list.iter().map(native).collect(), "]"),
        Attribute::Ss(list) => set(list.iter().map(|text| quote(text).into()).collect()),
        Attribute::Ns(list) => set(list.iter().map(number).collect()),
        Attribute::Bs(list) => set(list.iter().map(|bytes| blob(bytes)).collect()),
    }
}
