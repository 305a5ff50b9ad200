//! The words of the validation framework: "1 validation error detected: …".
//!
//! Two styles stand side by side in the service, as recorded in 2026 by paritysuite/dynamodb-conformance.
//! The item operations have moved to a new framework: the first violation only, the parameter in its API
//! spelling, no value ([`violation`], [`enumeration`]). The table operations, and a few checks of the
//! item operations, still speak the former style: up to ten violations, the parameter in camel case, its
//! value echoed ([`Violations`], [`echoed`]).

use std::fmt;

use super::{ApiError, Result};

/// What a member must satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint<'a> {
    /// It must be there.
    NotNull,
    /// Its length: characters of a string, members of a list or map.
    MinLength(u64),
    /// See [`Constraint::MinLength`].
    MaxLength(u64),
    /// Its value.
    MinValue(i64),
    /// Its value.
    MaxValue(i64),
    /// A regular expression's text.
    Pattern(&'a str),
    /// One of these, in the order the service lists them.
    Enum(&'a [&'a str]),
    /// What every key of a map must satisfy.
    MapKeys(&'a [Constraint<'a>]),
    /// What every value of a map must satisfy.
    MapValues(&'a [Constraint<'a>]),
}

impl fmt::Display for Constraint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constraint::NotNull => f.write_str("Member must not be null"),
            Constraint::MinLength(n) => write!(f, "Member must have length greater than or equal to {n}"),
            Constraint::MaxLength(n) => write!(f, "Member must have length less than or equal to {n}"),
            Constraint::MinValue(n) => write!(f, "Member must have value greater than or equal to {n}"),
            Constraint::MaxValue(n) => write!(f, "Member must have value less than or equal to {n}"),
            Constraint::Pattern(p) => write!(f, "Member must satisfy regular expression pattern: {p}"),
            Constraint::Enum(values) => {
                write!(f, "Member must satisfy enum value set: [{}]", values.join(", "))
            }
            Constraint::MapKeys(constraints) => write!(f, "Map keys must {}", Each(constraints)),
            Constraint::MapValues(constraints) => write!(f, "Map value must {}", Each(constraints)),
        }
    }
}

/// What each of them must satisfy.
struct Each<'a>(&'a [Constraint<'a>]);

impl fmt::Display for Each<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        write!(f, "satisfy constraint: [{}]", all.join(", "))
    }
}

/// Puts a message of its own into the framework's envelope: `1 validation error detected: …`.
pub fn enveloped(message: impl fmt::Display) -> ApiError {
    ApiError::validation(format!("1 validation error detected: {message}"))
}

/// The new style: `Value at 'TableName' failed to satisfy constraint: …`. `member` is the API's spelling.
pub fn violation(member: &str, constraint: Constraint<'_>) -> ApiError {
    enveloped(format_args!("Value at '{member}' failed to satisfy constraint: {constraint}"))
}

/// The new style for an enumeration, which names no parameter.
pub fn enumeration(values: &[&str]) -> ApiError {
    enveloped(format_args!("Failed to satisfy constraint: {}", Constraint::Enum(values)))
}

/// The former style, one violation. `member` in camel case; no value is `null`.
pub fn echoed(value: Option<&dyn fmt::Display>, member: &str, constraint: Constraint<'_>) -> ApiError {
    let mut violations = Violations::default();
    violations.add(value, member, constraint);
    violations.into_error()
}

/// The former style's `Value null at 'tableName' failed to satisfy constraint: Member must not be null`.
pub fn null(member: &str) -> ApiError {
    echoed(None, member, Constraint::NotNull)
}

/// What the former style gathers before it answers: the first ten violations of a request.
#[derive(Clone, Debug, Default)]
pub struct Violations(Vec<String>);

impl Violations {
    /// How many are reported at most.
    const REPORTED: usize = 10;

    /// Notes a violation; `value` is echoed in quotes, none is `null`.
    pub fn add(&mut self, value: Option<&dyn fmt::Display>, member: &str, constraint: Constraint<'_>) {
        if self.0.len() >= Self::REPORTED {
            return;
        }
        self.0.push(match value {
            Some(value) => {
                format!("Value '{value}' at '{member}' failed to satisfy constraint: {constraint}")
            }
            None => format!("Value null at '{member}' failed to satisfy constraint: {constraint}"),
        });
    }

    /// Notes what another check refused, in its own words.
    pub fn note<T>(&mut self, checked: Result<T>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(error) => {
                if self.0.len() < Self::REPORTED {
                    let own = error.message.strip_prefix("1 validation error detected: ");
                    self.0.push(own.unwrap_or(&error.message).to_owned());
                }
                None
            }
        }
    }

    /// Notes that the member is missing, where it is; gives it back.
    pub fn required<'v, T>(&mut self, value: &'v Option<T>, member: &str) -> Option<&'v T> {
        if value.is_none() {
            self.add(None, member, Constraint::NotNull);
        }
        value.as_ref()
    }

    /// Checks a string's length in characters.
    pub fn length(&mut self, text: &str, member: &str, min: u64, max: u64) {
        let length = text.chars().count() as u64;
        if length < min {
            self.add(Some(&text), member, Constraint::MinLength(min));
        }
        if length > max {
            self.add(Some(&text), member, Constraint::MaxLength(max));
        }
    }

    /// Checks a number's lower bound.
    pub fn at_least(&mut self, value: i64, member: &str, min: i64) {
        if value < min {
            self.add(Some(&value), member, Constraint::MinValue(min));
        }
    }

    /// Checks a number's upper bound.
    pub fn at_most(&mut self, value: i64, member: &str, max: i64) {
        if value > max {
            self.add(Some(&value), member, Constraint::MaxValue(max));
        }
    }

    /// Checks that the text is one of `values`.
    pub fn one_of(&mut self, text: &str, member: &str, values: &[&str]) {
        if !values.contains(&text) {
            self.add(Some(&text), member, Constraint::Enum(values));
        }
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The exception, where something was noted.
    pub fn into_result(self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(self.into_error()) }
    }

    fn into_error(self) -> ApiError {
        let plural = if self.0.len() == 1 { "" } else { "s" };
        ApiError::validation(format!(
            "{} validation error{plural} detected: {}",
            self.0.len(),
            self.0.join("; ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_style_names_the_parameter_and_no_value() {
        assert_eq!(
            violation("TableName", Constraint::MinLength(1)).message,
            "1 validation error detected: Value at 'TableName' failed to satisfy constraint: Member must have length \
             greater than or equal to 1"
        );
        assert_eq!(
            enumeration(&["ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATE_NEW", "NONE"]).message,
            "1 validation error detected: Failed to satisfy constraint: Member must satisfy enum value set: \
             [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
        );
    }

    #[test]
    fn the_former_style_echoes_and_lists_ten_at_most() {
        assert_eq!(
            null("tableName").message,
            "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null"
        );
        let mut violations = Violations::default();
        violations.length("ab", "tableName", 3, 255);
        violations.at_least(0, "limit", 1);
        assert_eq!(
            violations.clone().into_result().unwrap_err().message,
            "2 validation errors detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have \
             length greater than or equal to 3; Value '0' at 'limit' failed to satisfy constraint: Member must have value \
             greater than or equal to 1"
        );
        for _ in 0..20 {
            violations.at_most(101, "limit", 100);
        }
        assert!(violations.into_result().unwrap_err().message.starts_with("10 validation errors detected: "));
        assert!(Violations::default().into_result().is_ok());
    }
}
