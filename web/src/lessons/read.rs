//! A lesson's file as a lesson. What cannot be read is told with its line, counted from one.

use engine::workload::Recipe;
use serde_json::Value;

use super::expect::{Expectation, Path};
use super::lookup::Lookup;
use super::{Block, Call, Check, Lesson, Step, View};
use crate::protocol::retry::reads;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from one.
    pub line: usize,
    /// In a sentence.
    pub reason: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

fn fault<T>(line: usize, reason: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { line, reason: reason.into() })
}

/// A line with its number.
type Line<'a> = (usize, &'a str);

/// The most that a lesson's file holds, in bytes.
pub const LESSON_BYTES_MAX: usize = 256_000;

/// Reads a lesson.
pub fn read(text: &str) -> Result<Lesson, Fault> {
    if text.len() > LESSON_BYTES_MAX {
        return fault(1, format!("a lesson has at most {LESSON_BYTES_MAX} bytes"));
    }
    let lines: Vec<Line> = text.lines().enumerate().map(|(at, line)| (at + 1, line)).collect();
    let (mut lesson, body) = head(&lines)?;
    let mut parts = body.split_inclusive(|(_, line)| line.starts_with("## ")).peekable();
    // Each piece ends with the heading of the next.
    let mut heading = None;
    while let Some(piece) = parts.next() {
        let (content, next) = match piece.split_last() {
            Some((last, content)) if last.1.starts_with("## ") => (content, Some(*last)),
            _ => (piece, None),
        };
        match heading {
            None => lesson.about = joined(content),
            Some(heading) => lesson.steps.push(step(heading, content)?),
        }
        heading = next;
        if let (Some(heading), None) = (heading, parts.peek()) {
            lesson.steps.push(step(heading, &[])?);
        }
    }
    match lesson.steps.is_empty() {
        true => fault(lines.len().max(1), "a lesson has a step at least, which begins with `## `"),
        false => Ok(lesson),
    }
}

/// What stands between the two lines of dashes.
fn head<'a>(lines: &'a [Line<'a>]) -> Result<(Lesson, &'a [Line<'a>]), Fault> {
    let is_rule = |(_, line): &Line| line.trim_end() == "---";
    let end = lines.iter().skip(1).position(is_rule).map(|end| end + 1);
    let (Some(end), true) = (end, lines.first().is_some_and(is_rule)) else {
        return fault(1, "a lesson begins with its title between two lines of `---`");
    };
    let mut lesson = Lesson {
        title: String::new(),
        section: String::new(),
        sample: None,
        about: String::new(),
        steps: Vec::new(),
    };
    for (at, line) in &lines[1..end] {
        let Some((name, value)) = line.split_once(':') else {
            return fault(*at, "`name: value` is expected");
        };
        let value = value.trim().to_owned();
        match name.trim() {
            "title" => lesson.title = value,
            "section" => lesson.section = value,
            "sample" => lesson.sample = Some(value),
            other => return fault(*at, format!("`{other}` is none of title, section, sample")),
        }
    }
    match lesson.title.is_empty() || lesson.section.is_empty() {
        true => fault(1, "title and section are needed"),
        false => Ok((lesson, &lines[end + 1..])),
    }
}

fn joined(lines: &[Line]) -> String {
    lines.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn step((at, heading): Line, mut lines: &[Line]) -> Result<Step, Fault> {
    let title = heading.trim_start_matches('#').trim().to_owned();
    if title.is_empty() {
        return fault(at, "a step has a title");
    }
    let mut view = None;
    if let Some(((_, first), rest)) = lines.split_first()
        && let Some(named) = first.strip_prefix("view:")
    {
        let mut names = named.split_whitespace().map(str::to_owned);
        let Some(page) = names.next() else { return fault(at + 1, "a page's name is missing") };
        view = Some(View { page, table: names.next(), index: names.next() });
        lines = rest;
    }
    let mut blocks = Vec::new();
    let mut text: Vec<Line> = Vec::new();
    while let Some((first, rest)) = lines.split_first() {
        let Some(info) = first.1.strip_prefix("~~~") else {
            text.push(*first);
            lines = rest;
            continue;
        };
        let Some(end) = rest.iter().position(|(_, line)| line.trim_end() == "~~~") else {
            return fault(first.0, "this part is not ended by `~~~`");
        };
        push_text(&mut blocks, &mut text);
        blocks.push(part((first.0, info.trim()), &rest[..end])?);
        lines = &rest[end + 1..];
    }
    push_text(&mut blocks, &mut text);
    Ok(Step { title, view, blocks })
}

fn push_text(blocks: &mut Vec<Block>, text: &mut Vec<Line>) {
    let joined = joined(text);
    if !joined.is_empty() {
        blocks.push(Block::Text(joined));
    }
    text.clear();
}

fn part((at, info): Line, lines: &[Line]) -> Result<Block, Fault> {
    let mut words = info.split_whitespace();
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some("question"), None, ..) => question(at, lines),
        (Some("request"), Some(operation), refused, None) => {
            let text = body(lines);
            let (call, rest) = call(at + 1, operation, &text)?;
            match rest.trim().is_empty() {
                true => Ok(Block::Request { call, refused: refused.map(str::to_owned) }),
                false => fault(at, "behind the request's JSON nothing follows"),
            }
        }
        (Some("task"), None, ..) => task(at, lines),
        (Some("wait"), Some(shown), None, _) => match duration_ms(shown) {
            Some(ms) => Ok(Block::Wait { ms, shown: shown.to_owned(), text: joined(lines) }),
            None => fault(at, "a wait is at most 400 days, written as 90s, 15m, 4h or 31d"),
        },
        (Some("traffic"), Some(_), ..) => traffic(at, info, lines),
        _ => fault(
            at,
            "`question`, `request OPERATION`, `request OPERATION EXCEPTION`, `wait TIME`, `traffic NAME` or `task` is expected",
        ),
    }
}

fn question(at: usize, lines: &[Line]) -> Result<Block, Fault> {
    let mark = |line: &str| match line.get(..6) {
        Some("- [x] ") => Some(true),
        Some("- [ ] ") => Some(false),
        _ => None,
    };
    let answers: Vec<(String, bool)> = lines
        .iter()
        .filter_map(|(_, line)| mark(line).map(|right| (line[6..].trim().to_owned(), right)))
        .collect();
    let first = lines.iter().position(|(_, line)| mark(line).is_some()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|(_, line)| mark(line).is_some()).unwrap_or(lines.len());
    let (prompt, reveal) = (joined(&lines[..first]), joined(lines.get(last + 1..).unwrap_or_default()));
    let right = answers.iter().filter(|(_, right)| *right).count();
    match (prompt.is_empty(), answers.len() >= 2 && right == 1, reveal.is_empty()) {
        (true, ..) => fault(at, "a question asks something"),
        (_, false, _) => {
            fault(at, "a question has two answers at least, `- [ ] …`, and one of them is right, `- [x] …`")
        }
        (.., true) => fault(at, "a question tells, behind its answers, why"),
        _ => Ok(Block::Question { prompt, answers, reveal }),
    }
}

fn body(lines: &[Line]) -> String {
    lines.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n")
}

/// A time as `90s`, `15m`, `4h` or `31d`, in milliseconds.
fn duration_ms(text: &str) -> Option<u64> {
    const UNITS: [(char, u64); 4] = [('s', 1_000), ('m', 60_000), ('h', 3_600_000), ('d', 86_400_000)];
    let (number, unit) = UNITS.iter().find_map(|(name, ms)| Some((text.strip_suffix(*name)?, ms)))?;
    let ms = number.parse::<u64>().ok()?.checked_mul(*unit)?;
    (1..=400 * 86_400_000).contains(&ms).then_some(ms)
}

/// A JSON object, and what stands behind it.
fn object(at: usize, text: &str) -> Result<(Value, &str), Fault> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let object = match values.next() {
        Some(Ok(object)) if object.is_object() => object,
        Some(Err(error)) => {
            return fault(at + error.line().saturating_sub(1), format!("the request is no JSON: {error}"));
        }
        _ => return fault(at, "a request is a JSON object"),
    };
    Ok((object, &text[values.byte_offset()..]))
}

/// A request with what is looked up in front of it, and what stands behind its JSON.
fn call<'a>(mut at: usize, operation: &str, mut text: &'a str) -> Result<(Call, &'a str), Fault> {
    let mut lookups = Vec::new();
    while let Some(named) = text.trim_start().strip_prefix("let ") {
        let (line, rest) = named.split_once('\n').unwrap_or((named, ""));
        lookups.push(lookup(at, line)?);
        (at, text) = (at + 1, rest);
    }
    let (request, rest) = object(at, text)?;
    Ok((Call { operation: operation.to_owned(), request, lookups }, rest))
}

/// `NAME: OPERATION JSON PATH`, on one line.
fn lookup(at: usize, line: &str) -> Result<Lookup, Fault> {
    let parts =
        line.split_once(':').and_then(|(name, rest)| Some((name, rest.trim_start().split_once(' ')?)));
    let Some((name, (operation, rest))) = parts else {
        return fault(at, "`let NAME: OPERATION JSON PATH` is expected");
    };
    let (request, path) = object(at, rest)?;
    if !reads(operation, &request) {
        return fault(at, format!("a lookup only reads, and {operation} may write"));
    }

    let Some(path) = Path::read(path.trim()) else {
        return fault(at, "behind a lookup's JSON stands a path into its answer");
    };
    Ok(Lookup { name: name.trim().to_owned(), operation: operation.to_owned(), request, path })
}

/// The lines that say what an answer is to be.
fn expectations(at: usize, text: &str) -> Result<Vec<Expectation>, Fault> {
    let wanted = text.lines().filter(|line| !line.trim().is_empty());
    wanted.map(|line| Expectation::read(line).map_err(|reason| Fault { line: at, reason })).collect()
}

fn traffic(at: usize, info: &str, lines: &[Line]) -> Result<Block, Fault> {
    let text = body(lines);
    let (recipe, behind) = object(at + 1, &text)?;
    let recipe: Recipe = match serde_json::from_value(recipe) {
        Ok(recipe) => recipe,
        Err(error) => return fault(at, format!("the traffic is no recipe: {error}")),
    };
    let expectations = expectations(at, behind)?;
    match expectations.is_empty() {
        true => fault(at, "traffic says what its counts are to be"),
        false => {
            let name = info.strip_prefix("traffic").unwrap_or(info).trim().to_owned();
            Ok(Block::Traffic { name, recipe: Box::new(recipe), expectations })
        }
    }
}

/// What a task's lines begin with.
const NAMES: [&str; 3] = ["hint:", "check:", "solution:"];

fn task(at: usize, lines: &[Line]) -> Result<Block, Fault> {
    let begins = |line: &str| NAMES.into_iter().find(|name| line.starts_with(name));
    let first = lines.iter().position(|(_, line)| begins(line).is_some()).unwrap_or(lines.len());
    let text = joined(&lines[..first]);
    let (mut hints, mut checks, mut solution) = (Vec::new(), Vec::new(), Vec::new());
    let mut left = &lines[first..];
    while let Some(((at, line), rest)) = left.split_first() {
        let end = rest.iter().position(|(_, line)| begins(line).is_some()).unwrap_or(rest.len());
        let name = begins(line).unwrap_or_default();
        let own = [&[(*at, &line[name.len()..])], &rest[..end]].concat();
        left = &rest[end..];
        if name == "hint:" {
            hints.push(joined(&own));
            continue;
        }
        let all = body(&own);
        let Some((operation, json)) = all.trim_start().split_once(char::is_whitespace) else {
            return fault(*at, "an operation and its JSON are expected");
        };
        let before = &all[..all.len() - json.len()];
        let (call, behind) = call(at + before.matches('\n').count(), operation, json)?;
        if name == "solution:" {
            if !behind.trim().is_empty() {
                return fault(
                    *at,
                    "behind a solution's JSON nothing follows: each request is a `solution:` of its own",
                );
            }
            solution.push(call);
            continue;
        }
        if !reads(&call.operation, &call.request) {
            return fault(*at, format!("a check only reads, and {} may write", call.operation));
        }
        let expectations = expectations(*at, behind)?;
        if expectations.is_empty() {
            return fault(*at, "a check says what its answer is to be");
        }
        checks.push(Check { call, expectations });
    }
    match (text.is_empty(), checks.is_empty(), solution.is_empty()) {
        (true, ..) => fault(at, "a task says what is to be done"),
        (_, true, _) => fault(at, "a task has a `check:`"),
        (.., true) => fault(at, "a task has a `solution:`"),
        _ => Ok(Block::Task { text, hints, checks, solution }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const WHOLE: &str = "---
title: Keys
section: 2
sample: orders.json
---
About keys.

## First
view: query Orders status-index

Some *text*.

~~~question
One or two?
- [ ] One
- [x] Two
Because.
~~~
More.

~~~request PutItem ConditionalCheckFailedException
{\"TableName\": \"Orders\",
 \"Item\": {}}
~~~

~~~wait 31d
A month.
~~~

~~~traffic One hot key
{\"version\": 1, \"seed\": 7, \"durationMs\": 1000, \"rate\": {\"shape\": \"constant\", \"perSecond\": 5},
 \"patterns\": [{\"name\": \"get\", \"operation\": \"GetItem\", \"request\": {}}]}
  throttled = 0
~~~

## Second

~~~task
Do it.
hint: So.
check: Query {\"TableName\": \"Orders\"}
  Count >= 1
  Items[0].id.S = \"a b\"
check: GetItem
  let a: ListTables {\"Limit\": 1} TableNames[0]
  {\"TableName\": \"<a>\"}
  Item exists
solution: PutItem {\"TableName\": \"Orders\"}
solution: DeleteItem
  {\"TableName\": \"Orders\"}
~~~
";

    #[test]
    fn a_whole_lesson_is_read() {
        let lesson = read(WHOLE).expect("sound");
        assert_eq!(
            (lesson.title.as_str(), lesson.section.as_str(), lesson.about.as_str()),
            ("Keys", "2", "About keys.")
        );
        assert_eq!(lesson.sample.as_deref(), Some("orders.json"));
        let [first, second] = &lesson.steps[..] else { panic!("two steps: {lesson:?}") };
        let view =
            View { page: "query".into(), table: Some("Orders".into()), index: Some("status-index".into()) };
        assert_eq!((first.title.as_str(), first.view.as_ref()), ("First", Some(&view)));
        let [
            Block::Text(text),
            Block::Question { answers, reveal, .. },
            Block::Text(more),
            Block::Request { call, refused },
            Block::Wait { ms, shown, text: month },
            Block::Traffic { name, recipe, expectations },
        ] = &first.blocks[..]
        else {
            panic!("{:?}", first.blocks)
        };
        assert_eq!((*ms, shown.as_str(), month.as_str()), (31 * 86_400_000, "31d", "A month."));
        assert_eq!(
            (name.as_str(), recipe.seed, recipe.patterns.len(), expectations.len()),
            ("One hot key", 7, 1, 1)
        );
        assert_eq!((text.as_str(), more.as_str(), reveal.as_str()), ("Some *text*.", "More.", "Because."));
        assert_eq!(answers, &[("One".to_owned(), false), ("Two".to_owned(), true)]);
        assert_eq!(call.request, json!({"TableName": "Orders", "Item": {}}));
        assert_eq!(refused.as_deref(), Some("ConditionalCheckFailedException"));
        let [Block::Task { hints, checks, solution, .. }] = &second.blocks[..] else {
            panic!("{:?}", second.blocks)
        };
        assert_eq!((hints.len(), checks.len(), solution.len()), (1, 2, 2));
        let looked_up = &checks[1].call.lookups[0];
        assert_eq!((looked_up.name.as_str(), looked_up.operation.as_str()), ("a", "ListTables"));
        assert_eq!(checks[1].call.request, json!({"TableName": "<a>"}));
        assert!(checks[0].holds(Some(&json!({"Count": 1, "Items": [{"id": {"S": "a b"}}]}))));
        assert!(!checks[0].holds(Some(&json!({"Count": 1, "Items": []}))));
        assert!(!checks[1].holds(None));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let fails = |from: &str, to: &str, line: usize, part: &str| {
            assert!(WHOLE.contains(from), "{from}");
            let fault = read(&WHOLE.replacen(from, to, 1)).expect_err(to);
            assert!(fault.line == line && fault.reason.contains(part), "{from} → {to}: {fault}");
        };
        fails("title: Keys", "titel: Keys", 2, "titel");
        fails("title: Keys\n", "", 1, "title");
        fails("---\ntitle", "title", 1, "two lines");
        fails("- [ ] One\n", "", 13, "two answers");
        fails("Because.\n", "", 13, "why");
        fails("\"Item\": {}}", "\"Item\": {}", 23, "no JSON");
        fails("~~~wait 31d", "~~~wait 31", 26, "400 days");
        fails("~~~wait 31d", "~~~wait 401d", 26, "400 days");
        fails("\"seed\": 7, ", "", 30, "no recipe");
        fails("  throttled = 0\n", "", 30, "its counts");
        fails("~~~task", "~~~tsak", 38, "expected");
        fails("Count >= 1", "Count ~ 1", 41, "contains");
        fails("check: GetItem\n", "check: PutItem\n", 44, "only reads");
        fails("ListTables", "DeleteTable", 45, "only reads");
        fails(" TableNames[0]", "", 45, "a path");
        fails("  Item exists\n", "", 44, "what its answer");
        assert!(read("").is_err());
        let no_steps = "---\ntitle: A\nsection: 1\n---\nText.\n";
        assert!(read(no_steps).expect_err("no step").reason.contains("## "));
    }
}
