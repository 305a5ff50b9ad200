//! The layout's rules, as a test.
