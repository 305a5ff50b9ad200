//! C#: the AWS SDK for .NET, version 4.
//!
//! Follows [AmazonDynamoDBClient](https://docs.aws.amazon.com/sdkfornet/v4/apidocs/items/DynamoDBv2/TDynamoDBClient.html).

use data_encoding::BASE64;

use super::layout::{Doc, bare_block, padded_block, text};
use super::literal::quote;
use super::shape::{self, Kind};
use super::tree::{self, Attribute, Field, Tree};
use super::{Call, page_member};

const STEP: &str = "    ";

/// The program.
pub fn program(call: &Call) -> String {
    let operation = call.operation;
    let space = if call.of_streams() { "Amazon.DynamoDBStreams" } else { "Amazon.DynamoDBv2" };
    let client = if call.of_streams() { "AmazonDynamoDBStreams" } else { "AmazonDynamoDB" };
    let reads_items = call.pages && page_member(operation) == "Items";
    let count = tree::field(&call.fields, "Select") == Some(&Tree::Enum("Select", "COUNT".into()));
    let mut out = String::from("using System;\nusing System.Collections.Generic;\n");
    let request = structure(&format!("{operation}Request"), &call.fields, call.fields.len() > 1);
    let code = text(&request, STEP, 1);
    if code.contains("MemoryStream") {
        out += "using System.IO;\n";
    }
    if call.endpoint.is_none() {
        out += "using Amazon;\n";
    }
    out += &format!("using {space};\n");
    if reads_items && !count {
        out += "using Amazon.DynamoDBv2.DocumentModel;\n";
    }
    out += &format!("using {space}.Model;\n\n");
    let config = match call.endpoint {
        None => format!("RegionEndpoint.GetBySystemName({})", quote(call.region)),
        Some(url) => format!(
            "new {client}Config {{ ServiceURL = {}, AuthenticationRegion = {} }}",
            quote(url),
            quote(call.region)
        ),
    };
    let made = Doc::Row(vec![
        "using var client = ".into(),
        bare_block(format!("new {client}Client("), vec![config.into()], ")"),
        ";".into(),
    ]);
    out += &text(&made, STEP, 0);
    out += &format!("\n\ntry\n{{\n    var request = {};\n", code.trim_start());
    if call.pages {
        let pages = format!("client.Paginators.{operation}(request)");
        out += &match (count, page_member(operation)) {
            (true, _) => format!(
                "    await foreach (var page in {pages}.Responses)\n    {{\n        Console.WriteLine(page.Count);\n    }}\n"
            ),
            (false, "Items") => format!(
                "    await foreach (var item in {pages}.Items)\n    {{\n        Console.WriteLine(Document.FromAttributeMap(item).ToJsonPretty());\n    }}\n"
            ),
            (false, member) => format!(
                "    await foreach (var name in {pages}.{member})\n    {{\n        Console.WriteLine(name);\n    }}\n"
            ),
        };
    } else {
        out += &format!("    var response = await client.{operation}Async(request);\n");
        out += "    Console.WriteLine(response.HttpStatusCode);\n";
        out += shown(operation);
    }
    out += "}\n";
    for name in &call.exceptions {
        out += &format!("catch ({name} e)\n{{\n");
        out += &format!("    Console.Error.WriteLine($\"{name}: {{e.Message}}\");\n");
        if *name == "TransactionCanceledException" {
            out += "    e.CancellationReasons.ForEach(reason => Console.Error.WriteLine(reason.Code));\n";
        }
        out += "    Environment.ExitCode = 1;\n}\n";
    }
    if call.exceptions.is_empty() {
        out += &format!("catch ({client}Exception e)\n{{\n");
        out += "    Console.Error.WriteLine($\"{e.ErrorCode}: {e.Message}\");\n    Environment.ExitCode = 1;\n}\n";
    }
    out
}

/// What of the answer is shown besides.
fn shown(operation: &str) -> &'static str {
    match operation {
        "Query" | "Scan" => "    Console.WriteLine($\"{response.Items.Count} items\");\n",
        "GetItem" => "    Console.WriteLine(string.Join(\", \", response.Item?.Keys ?? []));\n",
        "ListTables" => "    Console.WriteLine(string.Join(\", \", response.TableNames));\n",
        "DescribeTable" => "    Console.WriteLine(response.Table.TableStatus);\n",
        "CreateTable" | "UpdateTable" | "DeleteTable" => {
            "    Console.WriteLine(response.TableDescription.TableStatus);\n"
        }
        _ => "",
    }
}

fn structure(name: &str, fields: &[Field], broken: bool) -> Doc {
    let members = fields.iter().map(|field| member(field.name, value(&field.value))).collect();
    let whole = padded_block(format!("new {name} {{"), members, "}");
    if broken { whole.broken() } else { whole }
}

fn member(name: &str, value: Doc) -> Doc {
    Doc::Row(vec![format!("{name} = ").into(), value])
}

fn entry(name: &str, value: Doc) -> Doc {
    Doc::Row(vec![format!("[{}] = ", quote(name)).into(), value])
}

fn value(tree: &Tree) -> Doc {
    match tree {
        Tree::Text(text) => quote(text).into(),
        Tree::Enum(of, word) if shape::has_word(of, word) => format!("{of}.{word}").into(),
        Tree::Enum(_, word) => quote(word).into(),
        Tree::Integer(number) | Tree::Long(number) | Tree::Double(number) => number.as_str().into(),
        Tree::Flag(flag) => flag.to_string().into(),
        Tree::Blob(bytes) => blob(bytes),
        Tree::Time(seconds) => format!("DateTime.UnixEpoch.AddSeconds({seconds})").into(),
        Tree::Attribute(one) => attribute(one),
        Tree::List(of, list) => {
            padded_block(format!("new List<{}> {{", type_name(of)), list.iter().map(value).collect(), "}")
        }
        Tree::Map(of, map) => {
            let map = map.iter().map(|(name, one)| entry(name, value(one))).collect();
            padded_block(format!("new Dictionary<string, {}> {{", type_name(of)), map, "}")
        }
        Tree::Struct(name, fields) => structure(name, fields, false),
    }
}

fn type_name(kind: &Kind) -> String {
    match kind {
        // The members that list words of an enumeration list texts.
        Kind::Text | Kind::Enum(_) => "string".into(),
        Kind::Struct(name) => (*name).into(),
        Kind::Integer => "int".into(),
        Kind::Long => "long".into(),
        Kind::Double => "double".into(),
        Kind::Flag => "bool".into(),
        Kind::Blob => "MemoryStream".into(),
        Kind::Time => "DateTime".into(),
        Kind::Attribute => "AttributeValue".into(),
        Kind::List(of) => format!("List<{}>", type_name(of)),
        Kind::Map(of) => format!("Dictionary<string, {}>", type_name(of)),
    }
}

fn blob(bytes: &[u8]) -> Doc {
    format!("new MemoryStream(Convert.FromBase64String(\"{}\"))", BASE64.encode(bytes)).into()
}

fn attribute(value: &Attribute) -> Doc {
    let of = |kind: &str, inner: Doc| padded_block("new AttributeValue {", vec![member(kind, inner)], "}");
    let list = |kind: &str, all: Vec<Doc>| padded_block(format!("new List<{kind}> {{"), all, "}");
    let texts = |all: &[String]| list("string", all.iter().map(|text| quote(text).into()).collect());
    match value {
        Attribute::S(text) => of("S", quote(text).into()),
        Attribute::N(number) => of("N", quote(number).into()),
        Attribute::B(bytes) => of("B", blob(bytes)),
        Attribute::Bool(flag) => of("BOOL", flag.to_string().into()),
        Attribute::Null => of("NULL", "true".into()),
        Attribute::M(map) => {
            let map = map.iter().map(|(name, one)| entry(name, attribute(one))).collect();
            of("M", padded_block("new Dictionary<string, AttributeValue> {", map, "}"))
        }
        Attribute::L(all) => of("L", list("AttributeValue", all.iter().map(attribute).collect())),
        Attribute::Ss(all) => of("SS", texts(all)),
        Attribute::Ns(all) => of("NS", texts(all)),
        Attribute::Bs(all) => of("BS", list("MemoryStream", all.iter().map(|bytes| blob(bytes)).collect())),
    }
}
