//! ListTables: one page of the tables' names.
//!
//! Owns the checks and the paging; the names come from the caller, sorted by their bytes. Never sees a
//! table.
//!
//! Follows [ListTables](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html).

use super::name;
use crate::api::table as api;
use crate::error::Result;
use crate::error::constraint::Violations;

/// The most names of a page, and how many there are where none is asked for.
const PAGE: i32 = 100;

/// The page of `names` (sorted) that the request asks for. The last page names no LastEvaluatedTableName.
pub fn list<'n>(
    request: &api::ListTablesInput,
    names: impl Iterator<Item = &'n str>,
) -> Result<api::ListTablesOutput> {
    let mut violations = Violations::default();
    let start = request.exclusive_start_table_name.as_deref();
    if let Some(start) = start {
        name::check(&mut violations, start, "exclusiveStartTableName");
    }
    let limit = request.limit.unwrap_or(PAGE);
    violations.at_least(i64::from(limit), "limit", 1);
    violations.at_most(i64::from(limit), "limit", i64::from(PAGE));
    violations.into_result()?;
    let mut names = names.filter(|name| start.is_none_or(|start| *name > start));
    let page: Vec<String> = names.by_ref().take(limit as usize).map(str::to_owned).collect();
    let more = names.next().is_some();
    Ok(api::ListTablesOutput {
        last_evaluated_table_name: page.last().filter(|_| more).cloned(),
        table_names: Some(page),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(
        start: Option<&str>,
        limit: Option<i32>,
    ) -> std::result::Result<(Vec<String>, Option<String>), String> {
        let request = api::ListTablesInput { exclusive_start_table_name: start.map(str::to_owned), limit };
        let page = list(&request, ["Aaa", "bbb", "ccc"].into_iter()).map_err(|error| error.message)?;
        Ok((page.table_names.unwrap(), page.last_evaluated_table_name))
    }

    #[test]
    fn pages_end_without_a_start_for_another() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(page(None, None), Ok((names(&["Aaa", "bbb", "ccc"]), None)));
        assert_eq!(page(None, Some(2)), Ok((names(&["Aaa", "bbb"]), Some("bbb".into()))));
        assert_eq!(page(Some("bbb"), Some(1)), Ok((names(&["ccc"]), None)));
        assert_eq!(
            page(Some("abc"), Some(1)),
            Ok((names(&["bbb"]), Some("bbb".into()))),
            "it need not exist"
        );
        assert_eq!(page(Some("zzz"), None), Ok((vec![], None)));
    }

    #[test]
    fn what_is_refused() {
        let failed = "failed to satisfy constraint: Member must";
        for (start, limit, message) in [
            (None, Some(0), format!("Value '0' at 'limit' {failed} have value greater than or equal to 1")),
            (
                None,
                Some(101),
                format!("Value '101' at 'limit' {failed} have value less than or equal to 100"),
            ),
            (
                Some("a;b"),
                None,
                format!(
                    "Value 'a;b' at 'exclusiveStartTableName' {failed} satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
                ),
            ),
        ] {
            assert_eq!(page(start, limit), Err(format!("1 validation error detected: {message}")));
        }
    }
}
