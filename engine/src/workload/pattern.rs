//! Access patterns: requests written as DynamoDB's JSON with templates for values, compiled once.
//!
//! Owns the compiling and the filling. A pattern of an operation that has a direct form ([`Direct`]) is decoded and checked
//! once, and only its values are filled in; any other is filled in as text and comes in by the JSON door. Draws nothing but
//! the values of its own templates, and never decides when.

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
const OPERATIONS: [&str; 13] = [
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
    /// Its request. The text of each `S`, `N` and `B` may be a template.
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
enum Scalar {
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
    variables: Vec<Template>,
    templates: Vec<(Scalar, Template)>,
    json: Vec<Piece>,
    direct: Option<Direct>,
    /// Which template each of the direct form's scalars is filled by.
    slots: Vec<Option<usize>>,
    held: Vec<String>,
    values: Vec<String>,
}

/// What stands for a template while a pattern is compiled.
fn marker(at: usize) -> String {
    format!("\u{1}template {at}\u{1}")
}

fn number_marker(at: usize) -> String {
    format!("9{at:06}7E+90")
}

/// Finds the templated scalars of a request, and puts `mark` in their place.
fn find(value: &mut Value, found: &mut Vec<(Scalar, String)>, mark: &dyn Fn(Scalar, usize) -> String) {
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
        if !OPERATIONS.contains(&pattern.operation.as_str()) {
            return Err(refused(words::operation_unknown(&pattern.operation)));
        }
        dictionary.variables.clear();
        let read =
            |text: &str, dictionary: &mut Dictionary| Template::read(text, dictionary).map_err(refused);
        let variables: Vec<Template> =
            pattern.variables.values().map(|text| read(text, dictionary)).collect::<Result<_>>()?;
        dictionary.variables = pattern.variables.keys().cloned().collect();
        let (mut request, mut found) = (pattern.request.clone(), Vec::new());
        find(&mut request, &mut found, &|_, at| marker(at));
        let templates: Vec<(Scalar, Template)> = found
            .iter()
            .map(|(scalar, text)| Ok((*scalar, read(text, dictionary)?)))
            .collect::<Result<_>>()?;
        let mut compiled = Compiled {
            operation: pattern.operation.clone(),
            held: vec![String::new(); variables.len()],
            values: vec![String::new(); templates.len()],
            variables,
            json: cut(&request, templates.len()),
            templates,
            direct: None,
            slots: Vec::new(),
        };
        // What is wrong with the request itself is told before it is sent for the first time.
        let mut trial = compiled.clone();
        trial.draw(&Moment::default(), &mut Random::new(0));
        if let Some(error) = world.prepare(region, &pattern.operation, &trial.json()).err() {
            return Err(refused(error));
        }
        compiled.take_direct_form(pattern, world, region);
        Ok(compiled)
    }

    /// Finds the direct form and the places of the templates in it. Where one is not found, or a value is checked where an
    /// expression is compiled (BETWEEN's bounds), the pattern stays with its JSON.
    fn take_direct_form(&mut self, pattern: &AccessPattern, world: &mut World, region: &str) {
        let mut request = pattern.request.clone();
        find(&mut request, &mut Vec::new(), &|scalar, at| match scalar {
            Scalar::S => marker(at),
            Scalar::N => number_marker(at),
            Scalar::B => BASE64.encode(marker(at).as_bytes()),
        });
        let text = request.to_string();
        if text.to_ascii_uppercase().contains("BETWEEN") {
            return;
        }
        let Ok(Some(mut direct)) = world.prepare(region, &self.operation, text.as_bytes()) else { return };
        let markers: Vec<AttributeValue> = (0..self.templates.len())
            .filter_map(|at| match self.templates[at].0 {
                Scalar::S => Some(AttributeValue::S(marker(at))),
                Scalar::N => Number::parse(&number_marker(at)).ok().map(AttributeValue::N),
                Scalar::B => Some(AttributeValue::B(marker(at).into_bytes())),
            })
            .collect();
        let mut slots = Vec::new();
        direct.scalars_mut(&mut |value| slots.push(markers.iter().position(|marker| marker == value)));
        if (0..self.templates.len()).all(|at| slots.contains(&Some(at))) {
            self.slots = slots;
            self.direct = Some(direct);
        }
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
        for (template, into) in self.variables.iter_mut().zip(&mut self.held) {
            into.clear();
            template.write(moment, &[], random, into);
        }
        for ((_, template), into) in self.templates.iter_mut().zip(&mut self.values) {
            into.clear();
            template.write(moment, &self.held, random, into);
        }
    }

    /// The values of this request, to be sent once more later.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Takes up the values of an earlier request.
    pub fn take_up(&mut self, values: Vec<String>) {
        self.values = values;
    }

    /// The request as JSON, with its values.
    pub fn json(&self) -> Vec<u8> {
        let mut json = Vec::new();
        for piece in &self.json {
            match piece {
                Piece::Text(text) => json.extend_from_slice(text),
                Piece::Value(at) => match self.templates[*at].0 {
                    Scalar::S | Scalar::N => write_text(&self.values[*at], &mut json),
                    Scalar::B => write_text(&BASE64.encode(self.values[*at].as_bytes()), &mut json),
                },
            }
        }
        json
    }

    /// Fills the values into the direct form; whether that could be done.
    fn fill(&mut self) -> bool {
        let Compiled { direct: Some(direct), slots, values, .. } = self else { return false };
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
        fits
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
