//! A log to be replayed: CSV of time, operation and key, as rows of a recipe. Pure.
//!
//! The first line may name the columns (`time,operation,key` in any order); without it they are in that order. A time is in
//! milliseconds, or in seconds with a fraction, or a date of ISO 8601; the first row is the log's start. Fields may be quoted
//! as RFC 4180 has it. Read in stretches, so that a long log does not hold the page.

use engine::workload::Row;

/// The most rows.
pub const ROWS_MAX: usize = 100_000;
/// The largest log, in bytes.
pub const BYTES_MAX: usize = 16_000_000;
/// A log may go on for so long: a week, in milliseconds.
const SPAN_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// What is wrong with a log, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFault {
    /// The line, from 1.
    pub line: usize,
    /// What.
    pub message: String,
}

impl std::fmt::Display for LogFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Line {}: {}", self.line, self.message)
    }
}

/// Which column is which.
#[derive(Clone, Copy, Debug)]
struct Columns {
    time: usize,
    operation: usize,
    key: usize,
}

/// The reading of a log.
pub struct LogReader<'a> {
    text: &'a str,
    line: usize,
    columns: Option<Columns>,
    rows: Vec<Row>,
}

impl<'a> LogReader<'a> {
    /// From the first line on; refused where it is too large.
    pub fn new(text: &'a str) -> Result<LogReader<'a>, LogFault> {
        if text.len() > BYTES_MAX {
            let message = format!("The log is larger than {} MB.", BYTES_MAX / 1_000_000);
            return Err(LogFault { line: 1, message });
        }
        Ok(LogReader { text: text.trim_start_matches('\u{feff}'), line: 0, columns: None, rows: Vec::new() })
    }

    /// How many bytes are left to read.
    pub fn left(&self) -> usize {
        self.text.len()
    }

    /// Reads so many lines more; whether the end was reached.
    pub fn advance(&mut self, lines: usize) -> Result<bool, LogFault> {
        for _ in 0..lines {
            if self.text.is_empty() {
                return Ok(true);
            }
            let (line, rest) = self.text.split_once('\n').unwrap_or((self.text, ""));
            self.text = rest;
            self.line += 1;
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() {
                continue;
            }
            self.read(line).map_err(|message| LogFault { line: self.line, message })?;
        }
        Ok(self.text.is_empty())
    }

    fn read(&mut self, line: &str) -> Result<(), String> {
        let fields = fields(line)?;
        let Some(columns) = self.columns else {
            let named = columns_of(&fields);
            self.columns = Some(named.unwrap_or(Columns { time: 0, operation: 1, key: 2 }));
            return if named.is_some() { Ok(()) } else { self.read(line) };
        };
        let field = |at: usize, name: &str| {
            let field = fields.get(at).map(|field| field.trim()).filter(|field| !field.is_empty());
            field.ok_or_else(|| format!("There is no {name}: a row is time, operation, key."))
        };
        let at_ms = time_ms(field(columns.time, "time")?)?;
        let (operation, key) = (field(columns.operation, "operation")?, field(columns.key, "key")?);
        if let Some(last) = self.rows.last().filter(|last| last.at_ms > at_ms) {
            return Err(format!("Times must ascend: {at_ms} comes after {}.", last.at_ms));
        }
        if self.rows.first().is_some_and(|first| at_ms - first.at_ms > SPAN_MS) {
            return Err("A log may go on for a week at most.".to_owned());
        }
        if self.rows.len() >= ROWS_MAX {
            return Err(format!("A log may have {ROWS_MAX} rows at most."));
        }
        self.rows.push(Row { at_ms, operation: operation.to_owned(), key: key.to_owned() });
        Ok(())
    }

    /// The rows, whose times count from the first.
    pub fn rows(mut self) -> Result<Vec<Row>, LogFault> {
        let Some(first_ms) = self.rows.first().map(|row| row.at_ms) else {
            return Err(LogFault { line: self.line.max(1), message: "The log has no rows.".to_owned() });
        };
        self.rows.iter_mut().for_each(|row| row.at_ms -= first_ms);
        Ok(self.rows)
    }
}

/// The fields of a line.
fn fields(line: &str) -> Result<Vec<String>, String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let field = fields.last_mut().expect("there is a first");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.trim().is_empty() => {
                field.clear();
                quoted = true;
            }
            ',' if !quoted => fields.push(String::new()),
            other => field.push(other),
        }
    }
    if quoted { Err("A quote is not closed.".to_owned()) } else { Ok(fields) }
}

/// The columns that a first line names; none where it is a row.
fn columns_of(fields: &[String]) -> Option<Columns> {
    let place = |names: &[&str]| {
        let is_it = |field: &String| names.contains(&field.trim().to_ascii_lowercase().as_str());
        fields.iter().position(is_it)
    };
    Some(Columns {
        time: place(&["time", "timestamp", "at", "at_ms", "ms"])?,
        operation: place(&["operation", "action", "pattern"])?,
        key: place(&["key", "partition_key", "pk"])?,
    })
}

/// A time in milliseconds.
fn time_ms(text: &str) -> Result<u64, String> {
    if let Ok(ms) = text.parse::<u64>() {
        return Ok(ms);
    }
    if let Some((seconds, fraction)) = text.split_once('.')
        && let (Ok(seconds), true) = (seconds.parse::<u64>(), !fraction.is_empty())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
    {
        let millis: String = fraction.chars().chain("00".chars()).take(3).collect();
        return Ok(seconds.saturating_mul(1_000).saturating_add(millis.parse().unwrap_or(0)));
    }
    iso_ms(text).ok_or_else(|| {
        format!("{text:?} is no time: milliseconds, seconds with a fraction, or 2026-11-27T08:00:00.000Z.")
    })
}

/// A date of ISO 8601 in UTC.
fn iso_ms(text: &str) -> Option<u64> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, time) = text.split_once(['T', ' '])?;
    let numbers = |text: &str, by: char| {
        text.split(by).map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<u64>>>()
    };
    let [year, month, day] = numbers(date, '-')?.try_into().ok()?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(time, ':')?.try_into().ok()?;
    let fits = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !fits || !fraction.bytes().all(|byte| byte.is_ascii_digit()) || fraction.is_empty() {
        return None;
    }
    let millis: String = fraction.chars().chain("00".chars()).take(3).collect();
    // Days by the civil calendar, years beginning in March.
    let (shifted, place) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (153 * place + 2) / 5 + day - 1;
    let days = days.checked_sub(719_468)?;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000 + millis.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Row>, LogFault> {
        let mut reader = LogReader::new(text)?;
        while !reader.advance(2)? {}
        reader.rows()
    }

    fn row(at_ms: u64, operation: &str, key: &str) -> Row {
        Row { at_ms, operation: operation.into(), key: key.into() }
    }

    #[test]
    fn rows_are_read_with_and_without_names_in_any_order() {
        let rows = [row(0, "GetItem", "u1"), row(1_500, "add to the cart", "a,\"b\"")];
        assert_eq!(read("1000,GetItem,u1\n2500,add to the cart,\"a,\"\"b\"\"\"\n"), Ok(rows.to_vec()));
        let named = "key,Time,operation\r\nu1,1.000,GetItem\r\n\r\n\"a,\"\"b\"\"\",2.5,add to the cart";
        assert_eq!(read(named), Ok(rows.to_vec()));
        let iso = "2026-11-27T08:00:00Z,GetItem,u1\n2026-11-27 08:00:01.5Z,add to the cart,\"a,\"\"b\"\"\"";
        assert_eq!(read(iso), Ok(rows.to_vec()));
        assert_eq!(iso_ms("2026-11-22T12:00:00Z"), Some(1_795_348_800_000));
        assert_eq!(iso_ms("1970-01-01T00:00:00.25"), Some(250));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let fault = |text: &str| read(text).expect_err("it is wrong").to_string();
        assert_eq!(fault("time,operation,key\n"), "Line 1: The log has no rows.");
        assert_eq!(
            fault("1,GetItem,a\n2,GetItem"),
            "Line 2: There is no key: a row is time, operation, key."
        );
        assert_eq!(fault("5,GetItem,a\n\n4,GetItem,a"), "Line 3: Times must ascend: 4 comes after 5.");
        assert!(fault("noon,GetItem,a").starts_with("Line 1: \"noon\" is no time"));
        assert_eq!(fault("1,GetItem,\"a"), "Line 1: A quote is not closed.");
        assert_eq!(fault("1,GetItem,a\n999999999,GetItem,a"), "Line 2: A log may go on for a week at most.");
        assert!(
            fault(&"1,GetItem,a\n".repeat(ROWS_MAX + 1)).starts_with(&format!("Line {}: ", ROWS_MAX + 1))
        );
        assert_eq!(fault(&" ".repeat(BYTES_MAX + 1)), "Line 1: The log is larger than 16 MB.");
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
            let _ = read(&text);
        }

        #[test]
        fn quoted_keys_come_back(keys in proptest::collection::vec("[ -~]{1,12}", 1..20)) {
            let kept: Vec<&String> = keys.iter().filter(|key| !key.trim().is_empty()).collect();
            let line = |key: &&String| format!("7,Query,\"{}\"\n", key.replace('"', "\"\""));
            let text: String = kept.iter().map(line).collect();
            if let Ok(rows) = read(&text) {
                let read: Vec<String> = rows.into_iter().map(|row| row.key).collect();
                let wanted: Vec<String> = kept.iter().map(|key| key.trim().to_owned()).collect();
                proptest::prop_assert_eq!(read, wanted);
            } else {
                proptest::prop_assert!(kept.is_empty());
            }
        }
    }
}
