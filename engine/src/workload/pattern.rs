//! Access patterns: requests written as DynamoDB's JSON with templates for values, compiled once.
//!
//! Owns the compiling and the filling. A pattern is decoded and checked once ([`Direct`]), and only its values are filled in, and its
//! ClientRequestToken. What cannot be told apart from the rest of an expression (the name of a type in `attribute_type`) is filled
//! in as text, and comes in by the JSON door, as does a request whose values would not be read: its refusal is the same. Draws
//! nothing but the values of its own templates, and never decides when.

use std::borrow::Cow;
use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::template::{Dictionary, Moment, Template};
use crate::error::{ApiError, Result, workload as words};
use crate::model::braces::is_braced;
use crate::model::json::write_text;
use crate::model::{AttributeValue, Number};
use crate::operation::direct::Direct;
use crate::random::Random;
use crate::timeline::Detail;
use crate::world::{Outcome, World};

/// The operations that traffic sends.
pub const TRAFFIC_OPERATIONS: [&str; 13] = [
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
];

/// What traffic does again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessPattern {
    /// What it is called: "add to the cart".
    pub name: String,
    /// The API action.
    pub operation: String,
    /// Its request. The text of each `S`, `N` and `B` may be a template, and its ClientRequestToken.
    pub request: Value,
    /// How often it is chosen, beside the others.
    #[serde(default = "one")]
    pub weight: u32,
    /// Templates that are filled once a request, to be used in several places of it: by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
}

fn one() -> u32 {
    1
}

/// The type of a templated value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    S,
    N,
    B,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(Vec<u8>),
    /// The value of the template in that place.
    Value(usize),
}

/// A pattern that can be sent.
#[derive(Clone, Debug)]
pub struct Compiled {
    operation: String,
    drawn: Drawn,
    json: Vec<Piece>,
    /// The JSON without the ClientRequestToken, and which template that is, where there is one.
    token: Option<(Vec<Piece>, usize)>,
    direct: Option<Direct>,
    /// Which template each of the direct form's scalars is filled by.
    slots: Vec<Option<usize>>,
}

/// The templates of a pattern's request, and what was drawn for them last.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    variables: Vec<Template>,
    templates: Vec<(Scalar, Template)>,
    held: Vec<String>,
    values: Vec<String>,
}

impl Drawn {
    /// Reads the templates of a request with those of its variables, and puts [`marker`]s in their places; and which of them is the
    /// request's token.
    pub(super) fn read(
        request: &mut Value,
        variables: &BTreeMap<String, String>,
        dictionary: &mut Dictionary,
    ) -> Result<(Drawn, Option<usize>)> {
        dictionary.variables.clear();
        let held = variables.values().map(|text| Template::read(text, dictionary));
        let held: Vec<Template> = held.collect::<Result<_>>()?;
        dictionary.variables = variables.keys().cloned().collect();
        let mut found = Vec::new();
        find(request, &mut found, &|_, at| marker(at));
        let token = find_token(request, &mut found, marker);
        let templates = found.iter().map(|(scalar, text)| Ok((*scalar, Template::read(text, dictionary)?)));
        let templates: Vec<(Scalar, Template)> = templates.collect::<Result<_>>()?;
        let drawn = Drawn {
            held: vec![String::new(); held.len()],
            values: vec![String::new(); templates.len()],
            variables: held,
            templates,
        };
        Ok((drawn, token))
    }

    /// How many templates there are.
    pub(super) fn count(&self) -> usize {
        self.templates.len()
    }

    /// Draws the values of the next request.
    pub(super) fn draw(&mut self, moment: &Moment, random: &mut Random) {
        for (template, into) in self.variables.iter_mut().zip(&mut self.held) {
            into.clear();
            template.write(moment, &[], random, into);
        }
        for ((_, template), into) in self.templates.iter_mut().zip(&mut self.values) {
            into.clear();
            template.write(moment, &self.held, random, into);
        }
    }

    /// What was drawn for a template, as it stands in the request's JSON.
    pub(super) fn text(&self, at: usize) -> Cow<'_, str> {
        match self.templates[at].0 {
            Scalar::S | Scalar::N => Cow::Borrowed(&self.values[at]),
            Scalar::B => Cow::Owned(BASE64.encode(self.values[at].as_bytes())),
        }
    }
}

/// What stands for a template while a pattern is compiled.
fn marker(at: usize) -> String {
    format!("\u{1}template {at:06}\u{1}")
}

/// What stands for a number. It is next to the number that a request was seen with, so that bounds stay in order.
fn number_marker(at: usize, seen: &str) -> String {
    let point = if seen.contains('.') { "" } else { "." };
    let beside = format!("{seen}{point}0000000{at:06}7");
    if Number::parse(&beside).is_ok() { beside } else { format!("9{at:06}7E+90") }
}

/// The parameter that a repeated request is known by.
const TOKEN: &str = "ClientRequestToken";

/// Finds the templated scalars of a request, and puts `mark` in their place.
pub(super) fn find(
    value: &mut Value,
    found: &mut Vec<(Scalar, String)>,
    mark: &dyn Fn(Scalar, usize) -> String,
) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| find(value, found, mark)),
        Value::Object(members) => {
            if members.len() == 1 {
                for (name, scalar) in [("S", Scalar::S), ("N", Scalar::N), ("B", Scalar::B)] {
                    if let Some(Value::String(text)) = members.get_mut(name)
                        && is_braced(text)
                    {
                        let marked = mark(scalar, found.len());
                        found.push((scalar, std::mem::replace(text, marked)));
                        return;
                    }
                }
            }
            members.iter_mut().for_each(|(_, value)| find(value, found, mark));
        }
        _ => {}
    }
}

/// Finds the request's token, template or not, and puts `mark` in its place; the number that it has among the templates.
pub(super) fn find_token(
    request: &mut Value,
    found: &mut Vec<(Scalar, String)>,
    mark: impl Fn(usize) -> String,
) -> Option<usize> {
    let Some(Value::String(text)) = request.get_mut(TOKEN) else { return None };
    let at = found.len();
    found.push((Scalar::S, std::mem::replace(text, mark(at))));
    Some(at)
}

/// The JSON of a request, cut where the templates' values belong.
fn cut(request: &Value, templates: usize) -> Vec<Piece> {
    let text = request.to_string();
    let mut places: Vec<(usize, usize, usize)> = (0..templates)
        .filter_map(|at| {
            let quoted = Value::String(marker(at)).to_string();
            Some((text.find(&quoted)?, quoted.len(), at))
        })
        .collect();
    places.sort_unstable();
    let mut pieces = Vec::new();
    let mut from = 0;
    for (start, length, at) in places {
        pieces.push(Piece::Text(text.as_bytes()[from..start].to_vec()));
        pieces.push(Piece::Value(at));
        from = start + length;
    }
    pieces.push(Piece::Text(text.as_bytes()[from..].to_vec()));
    pieces
}

impl Compiled {
    /// Compiles a pattern for a world, whose answer it is where the request cannot be sent at all.
    pub fn new(
        pattern: &AccessPattern,
        world: &mut World,
        region: &str,
        dictionary: &mut Dictionary,
    ) -> Result<Compiled> {
        let refused = |error: ApiError| words::pattern_refused(&pattern.name, &error);
        if !TRAFFIC_OPERATIONS.contains(&pattern.operation.as_str()) {
            return Err(refused(words::operation_unknown(&pattern.operation)));
        }
        let mut request = pattern.request.clone();
        let (drawn, token) = Drawn::read(&mut request, &pattern.variables, dictionary).map_err(refused)?;
        let count = drawn.count();
        let mut compiled = Compiled {
            operation: pattern.operation.clone(),
            drawn,
            json: cut(&request, count),
            token: token.map(|at| {
                if let Some(members) = request.as_object_mut() {
                    members.remove(TOKEN);
                }
                (cut(&request, count), at)
            }),
            direct: None,
            slots: Vec::new(),
        };
        // What is wrong with the request itself is told before it is sent for the first time.
        let mut trial = compiled.clone();
        trial.draw(&Moment::default(), &mut Random::new(0));
        if let Some(error) = world.prepare(region, &pattern.operation, &trial.json()).err() {
            return Err(refused(error));
        }
        compiled.take_direct_form(pattern, &trial.drawn.values, world, region);
        Ok(compiled)
    }

    /// Finds the direct form and the places of the templates in it, by what stands there instead: beside what a request was `seen`
    /// with, so that what held of it holds again. Where one is not found, the pattern stays with its JSON.
    fn take_direct_form(
        &mut self,
        pattern: &AccessPattern,
        seen: &[String],
        world: &mut World,
        region: &str,
    ) {
        let count = self.drawn.count();
        // Bounds that were equal may be named in either order.
        for rank in [|at: usize, _: usize| at, |at: usize, count: usize| count - 1 - at] {
            let text = |at: usize| format!("{}{}", seen[at], marker(rank(at, count)));
            let number = |at: usize| number_marker(rank(at, count), &seen[at]);
            let mut request = pattern.request.clone();
            let mut found = Vec::new();
            find(&mut request, &mut found, &|scalar, at| match scalar {
                Scalar::S => text(at),
                Scalar::N => number(at),
                Scalar::B => BASE64.encode(text(at).as_bytes()),
            });
            find_token(&mut request, &mut found, marker);
            let marked = |at: usize| match self.drawn.templates[at].0 {
                Scalar::S => Some(AttributeValue::S(text(at))),
                Scalar::N => Number::parse(&number(at)).ok().map(AttributeValue::N),
                Scalar::B => Some(AttributeValue::B(text(at).into_bytes())),
            };
            let markers: Vec<AttributeValue> = (0..count).filter_map(marked).collect();
            let prepared = world.prepare(region, &self.operation, request.to_string().as_bytes());
            if let Ok(Some(direct)) = prepared
                && self.take_up_form(direct, &markers)
            {
                return;
            }
        }
    }

    /// Takes up a direct form, if each template has its place in it.
    fn take_up_form(&mut self, mut direct: Direct, markers: &[AttributeValue]) -> bool {
        let mut slots = Vec::new();
        direct.scalars_mut(&mut |value| slots.push(markers.iter().position(|marker| marker == value)));
        let token = self.token.as_ref().map(|(_, at)| *at);
        let all = (0..self.drawn.count()).all(|at| Some(at) == token || slots.contains(&Some(at)));
        if all {
            self.slots = slots;
            self.direct = Some(direct);
        }
        all
    }

    /// Whether it comes in by the direct door.
    pub fn is_direct(&self) -> bool {
        self.direct.is_some()
    }

    /// The API action.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Draws the values of the next request.
    pub fn draw(&mut self, moment: &Moment, random: &mut Random) {
        self.drawn.draw(moment, random);
    }

    /// The values of this request, to be sent once more later.
    pub fn values(&self) -> &[String] {
        &self.drawn.values
    }

    /// Takes up the values of an earlier request.
    pub fn take_up(&mut self, values: Vec<String>) {
        self.drawn.values = values;
    }

    /// The request as JSON, with its values.
    pub fn json(&self) -> Vec<u8> {
        self.written(&self.json)
    }

    fn written(&self, pieces: &[Piece]) -> Vec<u8> {
        let mut json = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => json.extend_from_slice(text),
                Piece::Value(at) => write_text(&self.drawn.text(*at), &mut json),
            }
        }
        json
    }

    /// Fills the values into the direct form; whether that could be done.
    fn fill(&mut self) -> bool {
        let parameters = self.token.as_ref().map(|(pieces, at)| (self.written(pieces), *at));
        let Compiled { direct: Some(direct), slots, drawn: Drawn { values, .. }, .. } = self else {
            return false;
        };
        let (mut slots, mut fits) = (slots.iter(), true);
        direct.scalars_mut(&mut |scalar| {
            let Some(Some(at)) = slots.next() else { return };
            let text = &values[*at];
            match scalar {
                AttributeValue::S(into) => {
                    into.clear();
                    into.push_str(text);
                }
                AttributeValue::B(into) => {
                    into.clear();
                    into.extend_from_slice(text.as_bytes());
                }
                other => match Number::parse(text) {
                    Ok(number) => *other = AttributeValue::N(number),
                    Err(_) => fits = false,
                },
            }
        });
        let renewed =
            parameters.is_none_or(|(parameters, at)| direct.renew_token(&self.drawn.values[at], &parameters));
        fits && renewed && direct.is_sound()
    }

    /// Sends the request with its values.
    pub fn send(&mut self, world: &mut World, region: &str, now_ms: u64, detail: Detail) -> Outcome {
        let filled = self.fill();
        match &mut self.direct {
            Some(direct) if filled => world.perform(region, now_ms, detail, direct),
            _ => world.execute_with(region, now_ms, detail, &self.operation, &self.json()),
        }
    }
}
