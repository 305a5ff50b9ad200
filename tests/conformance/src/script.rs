//! The format of a script, described for its readers in `scripts/README.md`.
//!
//! Owns reading the text into steps. Runs nothing.

use serde_json::Value;

/// One step of a script, with the line it begins on.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// From 1.
    pub line: usize,
    /// What to do.
    pub action: Action,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `== title`: a new part of the script.
    Title(String),
    /// `@ world …`: begins again with an empty world of these settings.
    World(Vec<String>),
    /// `@ advance 90s`: moves the clock by that many milliseconds, and does what is due by then.
    Advance(u64),
    /// `@ traffic 200/s for 60s`, or with `over 25`: the next request is sent so often, evenly, and its answer counts what came of it.
    Traffic {
        /// Requests in a second.
        per_second: u64,
        /// For how long.
        for_ms: u64,
        /// After so many the numbers begin anew.
        over: Option<u64>,
    },
    /// `@ reopen`: closes the world and opens it again from what was stored.
    Reopen,
    /// `@ region eu-west-1`: the requests from here on are that region's.
    Region(String),
    /// A request and its answer.
    Call(Box<Call>),
}

/// A request and what must come back.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// `PutItem`.
    pub operation: String,
    /// The request: JSON where it can be read as such, the very text otherwise.
    pub request: Request,
    /// What must come back.
    pub answer: Answer,
}

/// The request's body.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// JSON, whose `"<name>"` strings are replaced.
    Json(Value),
    /// A text that is not JSON, sent as it stands.
    Text(String),
}

/// What must come back.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// `=> {…}`: this response.
    Response {
        /// The response's JSON.
        body: Value,
        /// `=> in any order`: lists are compared without regard to order.
        any_order: bool,
    },
    /// `!! Exception: message`.
    Exception {
        /// The exception's name.
        name: String,
        /// Its message, word for word; `...` for any.
        message: String,
        /// What else the exception carries: `Item`, `CancellationReasons`.
        members: Option<Value>,
    },
}

/// Reads a script. The error says where and why.
pub fn parse(text: &str) -> Result<Vec<Step>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut steps = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (line, start) = (at + 1, lines[at]);
        at += 1;
        let action = if let Some(title) = start.strip_prefix("== ") {
            Action::Title(title.trim().to_owned())
        } else if let Some(directive) = start.strip_prefix("@ ") {
            directive_of(directive).map_err(|reason| format!("line {line}: {reason}"))?
        } else if start.starts_with('#') || start.trim().is_empty() {
            continue;
        } else if start.starts_with(|c: char| c.is_ascii_uppercase()) {
            let request_end = (at..lines.len()).find(|&n| is_answer(lines[n]));
            let request_end = request_end.ok_or(format!("line {line}: the request has no answer"))?;
            let answer_end =
                (request_end + 1..lines.len()).find(|&n| ends_answer(lines[n])).unwrap_or(lines.len());
            at = answer_end;
            let request = [&[start], &lines[line..request_end]].concat().join("\n");
            let answer = lines[request_end..answer_end].join("\n");
            call_of(&request, &answer).map_err(|reason| format!("line {line}: {reason}"))?
        } else {
            return Err(format!("line {line}: neither a comment, a title, a directive nor a request"));
        };
        steps.push(Step { line, action });
    }
    Ok(steps)
}

fn is_answer(line: &str) -> bool {
    line.starts_with("=> ") || line.starts_with("!! ")
}

/// An answer goes on over indented lines and closing brackets.
fn ends_answer(line: &str) -> bool {
    !line.starts_with([' ', '}', ']'])
}

fn directive_of(text: &str) -> Result<Action, String> {
    let mut words = text.split_whitespace();
    match words.next() {
        Some("world") => Ok(Action::World(words.map(str::to_owned).collect())),
        Some("reopen") => Ok(Action::Reopen),
        Some("region") => Ok(Action::Region(words.next().ok_or("which region?")?.to_owned())),
        Some("advance") => Ok(Action::Advance(time_ms(words.next().ok_or("advance by how much?")?)?)),
        Some("traffic") => {
            let refuse = || format!("write `traffic 200/s for 60s`, not: {text}");
            let given: Vec<&str> = words.collect();
            let (rate, time, over) = match given[..] {
                [rate, "for", time] => (rate, time, None),
                [rate, "for", time, "over", count] => (rate, time, Some(count)),
                _ => return Err(refuse()),
            };
            let positive = |text: &str| text.parse().ok().filter(|number| *number > 0).ok_or_else(refuse);
            Ok(Action::Traffic {
                per_second: positive(rate.strip_suffix("/s").unwrap_or_default())?,
                for_ms: time_ms(time)?,
                over: over.map(positive).transpose()?,
            })
        }
        _ => Err(format!("no such directive: {text}")),
    }
}

/// The milliseconds of `90s`.
fn time_ms(time: &str) -> Result<u64, String> {
    let unit = time.trim_start_matches(|c: char| c.is_ascii_digit());
    let count: u64 = time[..time.len() - unit.len()].parse().map_err(|_| format!("no time: {time}"))?;
    let unit_ms = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(format!("no unit of time: {unit}")),
    };
    Ok(count * unit_ms)
}

fn call_of(request: &str, answer: &str) -> Result<Action, String> {
    let (operation, body) = request.split_once(char::is_whitespace).unwrap_or((request, "{}"));
    let body = body.trim();
    let request = match serde_json::from_str(body) {
        Ok(value) => Request::Json(value),
        Err(_) if body.starts_with("text ") => Request::Text(body["text ".len()..].to_owned()),
        Err(error) => {
            return Err(format!("the request is no JSON (write `text …` where that is meant): {error}"));
        }
    };
    let (mark, rest) = answer.split_at(3);
    let answer = if mark == "=> " {
        let (body, any_order) = match rest.strip_prefix("in any order") {
            Some(body) => (body, true),
            None => (rest, false),
        };
        let body = serde_json::from_str(body).map_err(|error| format!("the response is no JSON: {error}"))?;
        Answer::Response { body, any_order }
    } else {
        let (first, members) = rest.split_once('\n').unwrap_or((rest, ""));
        let (name, message) = first.split_once(": ").unwrap_or((first.trim_end_matches(':'), ""));
        let members = match members.trim() {
            "" => None,
            members => Some(
                serde_json::from_str(members)
                    .map_err(|error| format!("the exception's members are no JSON: {error}"))?,
            ),
        };
        Answer::Exception { name: name.to_owned(), message: message.to_owned(), members }
    };
    Ok(Action::Call(Box::new(Call { operation: operation.to_owned(), request, answer })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_script_is_read_step_by_step() {
        let text = "# comment\n== Title\n@ advance 2m\nListTables {}\n=> {\n  \"TableNames\": []\n}\n\nGetItem\n{\"A\": 1}\n!! ValidationException: No: really\n  {\"Item\": {}}\nScan text [\n!! SerializationException:\n";
        let steps = parse(text).unwrap();
        assert_eq!(steps.iter().map(|step| step.line).collect::<Vec<_>>(), [2, 3, 4, 9, 13]);
        assert_eq!(steps[1].action, Action::Advance(120_000));
        let call = |operation: &str, request, answer| {
            Action::Call(Box::new(Call { operation: operation.into(), request, answer }))
        };
        let response = Answer::Response { body: json!({"TableNames": []}), any_order: false };
        assert_eq!(steps[2].action, call("ListTables", Request::Json(json!({})), response));
        let exception = Answer::Exception {
            name: "ValidationException".into(),
            message: "No: really".into(),
            members: Some(json!({"Item": {}})),
        };
        assert_eq!(steps[3].action, call("GetItem", Request::Json(json!({"A": 1})), exception));
        let silent = Answer::Exception {
            name: "SerializationException".into(),
            message: String::new(),
            members: None,
        };
        assert_eq!(steps[4].action, call("Scan", Request::Text("[".into()), silent));
    }

    #[test]
    fn a_broken_script_is_refused_with_its_line() {
        for (text, reason) in [
            ("\nListTables {}\n", "line 2: the request has no answer"),
            ("@ wait 2s\n", "line 1: no such directive: wait 2s"),
            ("@ advance 2w\n", "line 1: no unit of time: w"),
            ("@ traffic 0/s for 2s\n", "line 1: write `traffic 200/s for 60s`, not: traffic 0/s for 2s"),
            ("  {}\n", "line 1: neither a comment, a title, a directive nor a request"),
        ] {
            assert_eq!(parse(text).unwrap_err(), reason);
        }
    }
}
