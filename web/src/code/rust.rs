//! Rust: the AWS SDK's builders.
//!
//! Follows [aws-sdk-dynamodb](https://docs.rs/aws-sdk-dynamodb): a structure's builder can fail where a member must be given.

use super::layout::{Doc, block, text};
use super::literal::{pascal, rust_quote, snake};
use super::shape::{self, Kind, Shape};
use super::tree::{self, Attribute, Field, Tree};
use super::{Call, page_member};

const STEP: &str = "    ";

/// The program.
pub fn program(call: &Call) -> String {
    let service = if call.of_streams() { "aws_sdk_dynamodbstreams" } else { "aws_sdk_dynamodb" };
    let request = request(call);
    let code = text(&request, STEP, 1);
    let code = code.trim_start();
    let error = format!("{}Error", call.operation);
    let mut uses = vec![format!("use {service}::Client;\n")];
    if !call.pages {
        let path = snake(call.operation);
        match call.exceptions.is_empty() {
            true => uses.push(format!("use {service}::error::DisplayErrorContext;\n")),
            false => uses.push(format!("use {service}::operation::{path}::{error};\n")),
        }
    }
    let primitives: Vec<&str> = ["Blob", "DateTime"].into_iter().filter(|name| names(code, name)).collect();
    match primitives.as_slice() {
        [] => {}
        [one] => uses.push(format!("use {service}::primitives::{one};\n")),
        all => uses.push(format!("use {service}::primitives::{{{}}};\n", all.join(", "))),
    }
    let types = types(call);
    match types.as_slice() {
        [] => {}
        [one] => uses.push(format!("use {service}::types::{one};\n")),
        all => {
            let list = all.iter().map(|name| name.as_str().into()).collect();
            let list = text(&block(format!("use {service}::types::{{"), list, "}"), STEP, 0);
            uses.push(format!("{list};\n"));
        }
    }
    if names(code, "HashMap") {
        uses.push("use std::collections::HashMap;\n".into());
    }
    uses.sort();
    let mut out = uses.concat();
    out += "\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n";
    let mut calls: Vec<Doc> = vec![format!(".region({})", rust_quote(call.region)).into()];
    calls.extend(call.endpoint.map(|url| Doc::from(format!(".endpoint_url({})", rust_quote(url)))));
    calls.extend([".load()".into(), ".await".into()]);
    let begun = "aws_config::defaults(aws_config::BehaviorVersion::latest())";
    let config =
        Doc::Row(vec!["let config = ".into(), Doc::Chain(Box::new(begun.into()), calls), ";".into()]);
    out += &text(&config, STEP, 1);
    out += "\n    let client = Client::new(&config);\n\n";
    if call.pages {
        out += &format!("    let mut pages = {code};\n    while let Some(page) = pages.next().await {{\n");
        out += "        let page = page?;\n";
        let count = tree::field(&call.fields, "Select") == Some(&Tree::Enum("Select", "COUNT".into()));
        out += &match (count, page_member(call.operation)) {
            (true, _) => "        println!(\"{}\", page.count());\n".to_owned(),
            (false, member) => {
                format!(
                    "        for one in page.{}() {{\n            println!(\"{{one:?}}\");\n        }}\n",
                    snake(member)
                )
            }
        };
        return out + "    }\n    Ok(())\n}\n";
    }
    out += &format!("    let result = {code};\n    match result {{\n");
    out +=
        "        Ok(response) => {\n            println!(\"{response:?}\");\n            Ok(())\n        }\n";
    if call.exceptions.is_empty() {
        out += "        Err(error) => Err(format!(\"{}\", DisplayErrorContext(&error)).into()),\n    }\n}\n";
        return out;
    }
    out += "        Err(error) => match error.into_service_error() {\n";
    for name in &call.exceptions {
        let variant = pascal(name);
        let told = match *name {
            "TransactionCanceledException" => "{error}: {:?}\", error.cancellation_reasons()",
            _ => "{error}\"",
        };
        out += &format!("            {error}::{variant}(error) => Err(format!(\"{told}).into()),\n");
    }
    out + "            error => Err(error.into()),\n        },\n    }\n}\n"
}

/// Whether a word stands in the code as one.
fn names(code: &str, word: &str) -> bool {
    code.contains(&format!("{word}::"))
}

fn request(call: &Call) -> Doc {
    let mut calls: Vec<Doc> = vec![format!(".{}()", snake(call.operation)).into()];
    calls.extend(call.fields.iter().flat_map(setters));
    calls.extend(match call.pages {
        true => [".into_paginator()".into(), ".send()".into()],
        false => [".send()".into(), ".await".into()],
    });
    Doc::Chain(Box::new("client".into()), calls)
}

/// The names of the structures and enumerations that the request uses.
fn types(call: &Call) -> Vec<String> {
    fn gather(tree: &Tree, found: &mut Vec<String>) {
        match tree {
            Tree::Attribute(_) => found.push("AttributeValue".into()),
            Tree::Enum(of, _) => found.push(pascal(of)),
            Tree::List(_, list) => list.iter().for_each(|one| gather(one, found)),
            Tree::Map(_, map) => map.iter().for_each(|(_, one)| gather(one, found)),
            Tree::Struct(name, fields) => {
                found.push(pascal(name));
                fields.iter().for_each(|field| gather(&field.value, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    call.fields.iter().for_each(|field| gather(&field.value, &mut found));
    found.sort();
    found.dedup();
    found
}

/// A member's setters: one for a value, one for each element of a list and each entry of a map.
fn setters(field: &Field) -> Vec<Doc> {
    let name = snake(field.name);
    let call = |arguments: Vec<Doc>| block(format!(".{name}("), arguments, ")");
    match &field.value {
        Tree::List(_, list) if list.is_empty() => vec![format!(".set_{name}(Some(Vec::new()))").into()],
        Tree::Map(_, map) if map.is_empty() => vec![format!(".set_{name}(Some(Default::default()))").into()],
        Tree::List(_, list) => list.iter().map(|one| call(vec![value(one, false)])).collect(),
        Tree::Map(_, map) => {
            map.iter().map(|(key, one)| call(vec![rust_quote(key).into(), value(one, false)])).collect()
        }
        one => vec![call(vec![value(one, false)])],
    }
}

/// A value; `owned` where a text must be a String.
fn value(tree: &Tree, owned: bool) -> Doc {
    match tree {
        Tree::Text(text) if owned => format!("{}.into()", rust_quote(text)).into(),
        Tree::Text(text) => rust_quote(text).into(),
        Tree::Enum(of, word) => match shape::has_word(of, word) {
            true => format!("{}::{}", pascal(of), pascal(word)).into(),
            false => format!("{}::from({})", pascal(of), rust_quote(word)).into(),
        },
        Tree::Integer(number) | Tree::Long(number) => number.as_str().into(),
        Tree::Double(number) if number.contains(['.', 'e', 'E']) => number.as_str().into(),
        Tree::Double(number) => format!("{number}.0").into(),
        Tree::Flag(flag) => flag.to_string().into(),
        Tree::Blob(bytes) => blob(bytes),
        Tree::Time(seconds) if seconds.contains(['.', 'e', 'E']) => {
            format!("DateTime::from_secs_f64({seconds})").into()
        }
        Tree::Time(seconds) => format!("DateTime::from_secs({seconds})").into(),
        Tree::Attribute(one) => attribute(one),
        Tree::List(_, list) => block("vec![", list.iter().map(|one| value(one, true)).collect(), "]"),
        Tree::Map(_, map) => {
            let map = map.iter().map(|(key, one)| entry(key, value(one, true))).collect();
            hash_map(map)
        }
        Tree::Struct(name, fields) => {
            let mut calls: Vec<Doc> = fields.iter().flat_map(setters).collect();
            let fails = shape::structure(name).is_some_and(fails);
            calls.push(if fails { ".build()?" } else { ".build()" }.into());
            Doc::Chain(Box::new(format!("{}::builder()", pascal(name)).into()), calls)
        }
    }
}

/// Whether a structure's builder can fail: where a member must be given that is no structure itself.
fn fails(shape: &Shape) -> bool {
    let simple = |kind: &Kind| !matches!(kind, Kind::Struct(_) | Kind::Attribute);
    shape.members.iter().any(|member| member.required && simple(&member.kind))
}

fn entry(key: &str, value: Doc) -> Doc {
    block("(", vec![format!("{}.into()", rust_quote(key)).into(), value], ")")
}

fn hash_map(entries: Vec<Doc>) -> Doc {
    match entries.is_empty() {
        true => "HashMap::new()".into(),
        false => Doc::Row(vec!["HashMap::from(".into(), block("[", entries, "]"), ")".into()]),
    }
}

fn blob(bytes: &[u8]) -> Doc {
    let letters: String = bytes.iter().map(|byte| std::ascii::escape_default(*byte).to_string()).collect();
    format!("Blob::new(b\"{letters}\".to_vec())").into()
}

fn attribute(value: &Attribute) -> Doc {
    let of =
        |kind: &str, inner: Doc| Doc::Row(vec![format!("AttributeValue::{kind}(").into(), inner, ")".into()]);
    let texts = |list: &[String]| {
        block("vec![", list.iter().map(|text| format!("{}.into()", rust_quote(text)).into()).collect(), "]")
    };
    match value {
        Attribute::S(text) => of("S", format!("{}.into()", rust_quote(text)).into()),
        Attribute::N(number) => of("N", format!("{}.into()", rust_quote(number)).into()),
        Attribute::B(bytes) => of("B", blob(bytes)),
        Attribute::Bool(flag) => of("Bool", flag.to_string().into()),
        Attribute::Null => of("Null", "true".into()),
        Attribute::M(map) => {
            of("M", hash_map(map.iter().map(|(key, one)| entry(key, attribute(one))).collect()))
        }
        Attribute::L(list) => of("L", block("vec![", list.iter().map(attribute).collect(), "]")),
        Attribute::Ss(list) => of("Ss", texts(list)),
        Attribute::Ns(list) => of("Ns", texts(list)),
        Attribute::Bs(list) => of("Bs", block("vec![", list.iter().map(|bytes| blob(bytes)).collect(), "]")),
    }
}
