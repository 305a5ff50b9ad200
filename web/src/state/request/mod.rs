//! A request as forms change it: the JSON is the one truth, each change is made in it, and what a form does not know stays.
//!
//! Pure. [`edit`] changes members and finds placeholders, [`key_condition`] reads and writes a key condition attribute by
//! attribute, [`rows`] takes the reads and writes of a batch or transaction apart and puts them back, [`table_change`] does the
//! same with what an UpdateTable changes. [`operations`] says what the form of each operation holds, [`template`] what its request begins as.

pub mod edit;
pub mod key_condition;
pub mod operations;
pub mod rows;
pub mod table_change;
pub mod template;
