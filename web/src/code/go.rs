//! Go: the AWS SDK v2.
//!
//! Formatted as gofmt does. Follows [service/dynamodb](https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/service/dynamodb): what may be left out is a pointer.

use super::layout::{Doc, block, text};
use super::literal::{pascal, quote};
use super::shape::{self, Kind};
use super::tree::{self, Attribute, Field, Tree};
use super::{Call, page_member};

const STEP: &str = "\t";

/// The program.
pub fn program(call: &Call) -> String {
    let operation = call.operation;
    let package = if call.of_streams() { "dynamodbstreams" } else { "dynamodb" };
    let input = block(format!("&{package}.{operation}Input{{"), members(&call.fields), "}");
    let input = if call.fields.len() > 1 { input.broken() } else { input };
    let code = text(&input, STEP, 1);
    let code = code.trim_start();
    let handles = !call.exceptions.is_empty() && !call.pages;
    let mut standard = vec!["context", "fmt", "log"];
    standard.extend(handles.then_some("errors"));
    standard.extend(code.contains("time.").then_some("time"));
    standard.sort_unstable();
    let mut out = String::from("package main\n\nimport (\n");
    standard.iter().for_each(|name| out += &format!("\t\"{name}\"\n"));
    let sdk = "github.com/aws/aws-sdk-go-v2";
    out.push('\n');
    if code.contains("aws.") || call.endpoint.is_some() {
        out += &format!("\t\"{sdk}/aws\"\n");
    }
    out += &format!("\t\"{sdk}/config\"\n\t\"{sdk}/service/{package}\"\n");
    if code.contains("types.") || handles {
        out += &format!("\t\"{sdk}/service/{package}/types\"\n");
    }
    out += ")\n\nfunc main() {\n\tctx := context.Background()\n";
    out +=
        &format!("\tcfg, err := config.LoadDefaultConfig(ctx, config.WithRegion({}))\n", quote(call.region));
    out += "\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n";
    out += &match call.endpoint {
        None => format!("\tclient := {package}.NewFromConfig(cfg)\n\n"),
        Some(url) => format!(
            "\tclient := {package}.NewFromConfig(cfg, func(o *{package}.Options) {{\n\t\to.BaseEndpoint = aws.String({})\n\t}})\n\n",
            quote(url)
        ),
    };
    if call.pages {
        out += &format!("\tpages := {package}.New{operation}Paginator(client, {code})\n");
        out += "\tfor pages.HasMorePages() {\n\t\tpage, err := pages.NextPage(ctx)\n";
        out += "\t\tif err != nil {\n\t\t\tlog.Fatal(err)\n\t\t}\n";
        let count = tree::field(&call.fields, "Select") == Some(&Tree::Enum("Select", "COUNT".into()));
        out += &match count {
            true => "\t\tfmt.Println(page.Count)\n".to_owned(),
            false => {
                let member = page_member(operation);
                format!(
                    "\t\tfor _, one := range page.{member} {{\n\t\t\tfmt.Printf(\"%+v\\n\", one)\n\t\t}}\n"
                )
            }
        };
        return out + "\t}\n}\n";
    }
    out += &format!("\tresponse, err := client.{operation}(ctx, {code})\n\tif err != nil {{\n");
    for (at, name) in call.exceptions.iter().enumerate() {
        let variable = format!("failure{}", if at == 0 { String::new() } else { (at + 1).to_string() });
        out += &format!("\t\tvar {variable} *types.{name}\n\t\tif errors.As(err, &{variable}) {{\n");
        out += &match *name {
            "TransactionCanceledException" => {
                format!("\t\t\tlog.Fatalf(\"{name}: %+v\", {variable}.CancellationReasons)\n")
            }
            _ => format!("\t\t\tlog.Fatalf(\"{name}: %s\", {variable}.ErrorMessage())\n"),
        };
        out += "\t\t}\n";
    }
    out + "\t\tlog.Fatal(err)\n\t}\n\tfmt.Printf(\"%+v\\n\", *response)\n}\n"
}

fn members(fields: &[Field]) -> Vec<Doc> {
    let member = |field: &Field| Doc::Pair(format!("{}:", field.name), Box::new(pointed(&field.value)));
    fields.iter().map(member).collect()
}

/// A member's value: texts, numbers, truths and structures behind a pointer.
fn pointed(tree: &Tree) -> Doc {
    let of = |function: &str, text: &str| format!("aws.{function}({text})").into();
    match tree {
        Tree::Text(text) => of("String", &quote(text)),
        Tree::Integer(number) => of("Int32", number),
        Tree::Long(number) => of("Int64", number),
        Tree::Double(number) => of("Float64", number),
        Tree::Flag(flag) => of("Bool", &flag.to_string()),
        Tree::Time(seconds) => of("Time", &time(seconds)),
        Tree::Struct(name, fields) => block(format!("&types.{name}{{"), members(fields), "}"),
        other => value(other, false),
    }
}

/// A value; `inner` where the type stands on the list or map around it.
fn value(tree: &Tree, inner: bool) -> Doc {
    match tree {
        Tree::Text(text) => quote(text).into(),
        Tree::Enum(of, word) => match shape::has_word(of, word) {
            true => format!("types.{of}{}", pascal(word)).into(),
            false => format!("types.{of}({})", quote(word)).into(),
        },
        Tree::Integer(number) | Tree::Long(number) | Tree::Double(number) => number.as_str().into(),
        Tree::Flag(flag) => flag.to_string().into(),
        Tree::Blob(bytes) => blob(bytes),
        Tree::Time(seconds) => time(seconds).into(),
        Tree::Attribute(one) => attribute(one),
        Tree::List(of, list) => {
            let open = if inner { "{".to_owned() } else { format!("[]{}{{", type_name(of)) };
            block(open, list.iter().map(|one| value(one, true)).collect(), "}")
        }
        Tree::Map(of, map) => {
            let open = if inner { "{".to_owned() } else { format!("map[string]{}{{", type_name(of)) };
            block(open, map.iter().map(|(name, one)| entry(name, value(one, true))).collect(), "}")
        }
        Tree::Struct(name, fields) => {
            let open = if inner { "{".to_owned() } else { format!("types.{name}{{") };
            block(open, members(fields), "}")
        }
    }
}

fn entry(name: &str, value: Doc) -> Doc {
    Doc::Pair(format!("{}:", quote(name)), Box::new(value))
}

fn type_name(kind: &Kind) -> String {
    match kind {
        Kind::Text => "string".into(),
        Kind::Enum(name) | Kind::Struct(name) => format!("types.{name}"),
        Kind::Integer => "int32".into(),
        Kind::Long => "int64".into(),
        Kind::Double => "float64".into(),
        Kind::Flag => "bool".into(),
        Kind::Blob => "[]byte".into(),
        Kind::Time => "time.Time".into(),
        Kind::Attribute => "types.AttributeValue".into(),
        Kind::List(of) => format!("[]{}", type_name(of)),
        Kind::Map(of) => format!("map[string]{}", type_name(of)),
    }
}

fn time(seconds: &str) -> String {
    match seconds.parse::<i64>() {
        Ok(whole) => format!("time.Unix({whole}, 0)"),
        Err(_) => format!("time.UnixMilli(int64({seconds} * 1000))"),
    }
}

fn blob(bytes: &[u8]) -> Doc {
    let letters: String = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("[]byte(\"{letters}\")").into()
}

fn attribute(value: &Attribute) -> Doc {
    let of = |kind: &str, inner: Doc| {
        block(
            format!("&types.AttributeValueMember{kind}{{"),
            vec![Doc::Pair("Value:".into(), Box::new(inner))],
            "}",
        )
    };
    let list = |kind: &str, list: Vec<Doc>| block(format!("[]{kind}{{"), list, "}");
    let texts = |all: &[String]| list("string", all.iter().map(|text| quote(text).into()).collect());
    match value {
        Attribute::S(text) => of("S", quote(text).into()),
        Attribute::N(number) => of("N", quote(number).into()),
        Attribute::B(bytes) => of("B", blob(bytes)),
        Attribute::Bool(flag) => of("BOOL", flag.to_string().into()),
        Attribute::Null => of("NULL", "true".into()),
        Attribute::M(map) => {
            let map = map.iter().map(|(name, one)| entry(name, attribute(one))).collect();
            of("M", block("map[string]types.AttributeValue{", map, "}"))
        }
        Attribute::L(all) => of("L", list("types.AttributeValue", all.iter().map(attribute).collect())),
        Attribute::Ss(all) => of("SS", texts(all)),
        Attribute::Ns(all) => of("NS", texts(all)),
        Attribute::Bs(all) => of("BS", list("[]byte", all.iter().map(|bytes| blob(bytes)).collect())),
    }
}
