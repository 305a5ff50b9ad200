//! Java: the AWS SDK v2's builders.
//!
//! Follows [DynamoDbClient](https://sdk.amazonaws.com/java/api/latest/software/amazon/awssdk/services/dynamodb/DynamoDbClient.html).

use data_encoding::BASE64;

use super::layout::{Doc, bare_block, text};
use super::literal::{lower_camel, quote};
use super::shape;
use super::tree::{self, Attribute, Field, Tree};
use super::{Call, page_member};

const STEP: &str = "    ";
/// What `Map.of` takes.
const ENTRIES: usize = 10;

/// The program.
pub fn program(call: &Call) -> String {
    let operation = call.operation;
    let client = if call.of_streams() { "DynamoDbStreamsClient" } else { "DynamoDbClient" };
    let package = if call.of_streams() { "dynamodb.streams" } else { "dynamodb" };
    let request = structure(&format!("{operation}Request"), &call.fields);
    let code = text(&request, STEP, 3);
    let code = code.trim_start();
    let mut imports = Vec::new();
    imports.extend(call.endpoint.map(|_| "java.net.URI"));
    let java = [
        ("Instant.", "java.time.Instant"),
        ("Base64.", "java.util.Base64"),
        ("List.of", "java.util.List"),
        ("Map.", "java.util.Map"),
    ];
    imports.extend(java.into_iter().filter(|(used, _)| code.contains(used)).map(|(_, name)| name));
    let mut out: String = imports.iter().map(|name| format!("import {name};\n")).collect();
    if !imports.is_empty() {
        out.push('\n');
    }
    if code.contains("SdkBytes.") {
        out += "import software.amazon.awssdk.core.SdkBytes;\n";
    }
    out += "import software.amazon.awssdk.regions.Region;\n";
    out += &format!("import software.amazon.awssdk.services.{package}.{client};\n");
    out += "import software.amazon.awssdk.services.dynamodb.model.*;\n\n";
    out += &format!("public class {operation}Example {{\n    public static void main(String[] args) {{\n");
    let mut calls: Vec<Doc> = vec![format!(".region(Region.of({}))", quote(call.region)).into()];
    calls
        .extend(call.endpoint.map(|url| Doc::from(format!(".endpointOverride(URI.create({}))", quote(url)))));
    calls.push(".build()".into());
    let built = Doc::Chain(Box::new(format!("{client}.builder()").into()), calls);
    out += &format!("        try ({client} client = {}) {{\n", text(&built, STEP, 3).trim_start());
    out += &format!("            {operation}Request request = {code};\n");
    let method = lower_camel(operation);
    out += &match (call.pages, tree::field(&call.fields, "Select")) {
        (true, Some(Tree::Enum(_, word))) if word == "COUNT" => {
            format!(
                "            client.{method}Paginator(request).forEach(page -> System.out.println(page.count()));\n"
            )
        }
        (true, _) => {
            let member = lower_camel(page_member(operation));
            format!(
                "            client.{method}Paginator(request).{member}().forEach(System.out::println);\n"
            )
        }
        (false, _) => format!(
            "            {operation}Response response = client.{method}(request);\n            System.out.println(response);\n"
        ),
    };
    for name in &call.exceptions {
        out += &format!("        }} catch ({name} e) {{\n");
        out += &match *name {
            "TransactionCanceledException" => {
                format!("            System.err.println(\"{name}: \" + e.cancellationReasons());\n")
            }
            _ => format!("            System.err.println(\"{name}: \" + e.getMessage());\n"),
        };
        out += "            System.exit(1);\n";
    }
    if call.exceptions.is_empty() {
        out += "        } catch (DynamoDbException e) {\n";
        out += "            System.err.println(e.awsErrorDetails().errorCode() + \": \" + e.getMessage());\n";
        out += "            System.exit(1);\n";
    }
    out + "        }\n    }\n}\n"
}

fn structure(name: &str, fields: &[Field]) -> Doc {
    let mut calls: Vec<Doc> = fields.iter().map(setter).collect();
    calls.push(".build()".into());
    Doc::Chain(Box::new(format!("{name}.builder()").into()), calls)
}

fn setter(field: &Field) -> Doc {
    let name = lower_camel(field.name);
    // A list of words that are not all known is given as texts.
    let unknown = |one: &Tree| matches!(one, Tree::Enum(of, word) if !shape::has_word(of, word));
    if let Tree::List(_, list) = &field.value
        && list.iter().any(unknown)
    {
        let words = list.iter().filter_map(|one| match one {
            Tree::Enum(_, word) => Some(quote(word).into()),
            _ => None,
        });
        return bare_block(format!(".{name}WithStrings("), words.collect(), ")");
    }
    bare_block(format!(".{name}("), vec![value(&field.value)], ")")
}

fn value(tree: &Tree) -> Doc {
    match tree {
        Tree::Text(text) => quote(text).into(),
        Tree::Enum(of, word) if shape::has_word(of, word) => format!("{of}.{word}").into(),
        Tree::Enum(_, word) => quote(word).into(),
        Tree::Integer(number) => number.as_str().into(),
        Tree::Long(number) => format!("{number}L").into(),
        Tree::Double(number) if number.contains(['.', 'e', 'E']) => number.as_str().into(),
        Tree::Double(number) => format!("{number}.0").into(),
        Tree::Flag(flag) => flag.to_string().into(),
        Tree::Blob(bytes) => blob(bytes),
        Tree::Time(seconds) => match seconds.parse::<i64>() {
            Ok(whole) => format!("Instant.ofEpochSecond({whole}L)").into(),
            Err(_) => format!("Instant.ofEpochMilli((long) ({seconds} * 1000))").into(),
        },
        Tree::Attribute(one) => attribute(one),
        Tree::List(_, list) => bare_block("List.of(", list.iter().map(value).collect(), ")"),
        Tree::Map(_, map) => self::map(map.iter().map(|(name, one)| (name, value(one))).collect()),
        Tree::Struct(name, fields) => structure(name, fields),
    }
}

fn map(entries: Vec<(&String, Doc)>) -> Doc {
    if entries.len() > ENTRIES {
        let entry =
            |(name, value): (&String, Doc)| bare_block("Map.entry(", vec![quote(name).into(), value], ")");
        return bare_block("Map.ofEntries(", entries.into_iter().map(entry).collect(), ")");
    }
    let pair = |(name, value): (&String, Doc)| Doc::Row(vec![format!("{}, ", quote(name)).into(), value]);
    bare_block("Map.of(", entries.into_iter().map(pair).collect(), ")")
}

fn blob(bytes: &[u8]) -> Doc {
    format!("SdkBytes.fromByteArray(Base64.getDecoder().decode(\"{}\"))", BASE64.encode(bytes)).into()
}

fn attribute(value: &Attribute) -> Doc {
    let of = |kind: &str, inner: Doc| {
        Doc::Row(vec![format!("AttributeValue.from{kind}(").into(), inner, ")".into()])
    };
    let list = |list: Vec<Doc>| bare_block("List.of(", list, ")");
    let texts = |all: &[String]| list(all.iter().map(|text| quote(text).into()).collect());
    match value {
        Attribute::S(text) => of("S", quote(text).into()),
        Attribute::N(number) => of("N", quote(number).into()),
        Attribute::B(bytes) => of("B", blob(bytes)),
        Attribute::Bool(flag) => of("Bool", flag.to_string().into()),
        Attribute::Null => of("Nul", "true".into()),
        Attribute::M(entries) => {
            of("M", map(entries.iter().map(|(name, one)| (name, attribute(one))).collect()))
        }
        Attribute::L(all) => of("L", list(all.iter().map(attribute).collect())),
        Attribute::Ss(all) => of("Ss", texts(all)),
        Attribute::Ns(all) => of("Ns", texts(all)),
        Attribute::Bs(all) => of("Bs", list(all.iter().map(|bytes| blob(bytes)).collect())),
    }
}
