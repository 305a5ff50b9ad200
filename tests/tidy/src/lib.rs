//! The layout's rules, as a test.
//!
//! [`layers`] holds the order of the engine's modules, [`rules`] everything that one file shows by itself, [`programs`] what a program of
//! tests would miss; all read text that [`scrub`] has freed of comments, strings and tests. `tests/tree.rs` runs them over the whole tree; each rule
//! has a test of its own which shows that it does fail on a bad example.
//!
//! It reads sources as text and knows no more of Rust than it needs: what it cannot see, a reviewer must.

pub mod layers;
pub mod programs;
pub mod rules;
pub mod scrub;
pub mod tree;

use std::fmt;

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The file, from the workspace's root.
    pub path: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// A source file.
#[derive(Clone, Debug)]
pub struct Source {
    /// From the workspace's root, with `/`.
    pub path: String,
    /// As it is.
    pub text: String,
}

impl Source {
    /// Whether the whole file is compiled for tests only: `tests.rs`, `…_tests.rs`, or a file of a folder `tests`.
    fn is_test(&self) -> bool {
        let stem = self.path.trim_end_matches(".rs");
        stem.ends_with("_tests") || stem.split('/').any(|part| part == "tests")
    }

    /// A violation at this byte of the text.
    fn at(&self, offset: usize, message: impl Into<String>) -> Violation {
        let line = self.text[..offset].matches('\n').count() + 1;
        Violation { path: self.path.clone(), line, message: message.into() }
    }

    /// A violation of the whole file.
    fn whole(&self, message: impl Into<String>) -> Violation {
        Violation { path: self.path.clone(), line: 0, message: message.into() }
    }
}
