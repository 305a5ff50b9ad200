//! ARNs: reading the ones that requests give, and telling what of DynamoDB's they name.
//!
//! Owns the parts of an ARN and the refusals that every kind of `ResourceArn` shares; knows no table that exists.
//!
//! Follows [ARN format](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html) and, for
//! the refusals and their order, the API findings that the ACK project published in October 2026.

use super::name;
use crate::error::Result;
use crate::error::constraint::null;
use crate::error::resource as words;
use crate::error::table::ensure;

/// Where an engine stands: what the ARNs of its own tables say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home<'a> {
    /// The region's name.
    pub region: &'a str,
    /// The account's number.
    pub account_id: &'a str,
}

impl Home<'_> {
    /// The partition that the region is in.
    pub fn partition(&self) -> &'static str {
        match self.region.split('-').next() {
            Some("cn") => "aws-cn",
            Some("us") if self.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }
}

/// The parts of `arn:partition:service:region:account:resource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// The service.
    pub service: &'a str,
    /// The region.
    pub region: &'a str,
    /// The account.
    pub account_id: &'a str,
    /// All that follows.
    pub resource: &'a str,
}

/// What of DynamoDB's an ARN names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource<'a> {
    /// A table.
    Table(&'a str),
    /// A table's stream, by its label.
    Stream(&'a str, &'a str),
    /// A table's index.
    Index(&'a str, &'a str),
    /// Anything else of the service's, or nothing of it.
    Other,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; a text that is none is refused with the part that is missing.
    pub fn parse(text: &'a str) -> Result<Arn<'a>> {
        let mut rest = text.strip_prefix("arn:").ok_or_else(|| words::arn_without_prefix(text))?;
        let mut part = |missing: &str| match rest.split_once(':') {
            Some((part, after)) => {
                rest = after;
                Ok(part)
            }
            None => Err(words::arn_part_missing(missing, text)),
        };
        let partition = part("Second colon partition")?;
        let service = part("Third colon vendor")?;
        let region = part("Fourth colon (region/namespace delimiter)")?;
        let account_id = part("Fifth colon (namespace/relative-id delimiter)")?;
        Ok(Arn { partition, service, region, account_id, resource: rest })
    }

    /// What it names.
    pub fn names(&self) -> Resource<'a> {
        let Some(resource) = self.resource.strip_prefix("table/").filter(|_| self.service == "dynamodb")
        else {
            return Resource::Other;
        };
        match resource.splitn(3, '/').collect::<Vec<_>>()[..] {
            [table] => Resource::Table(table),
            [table, "index", index] => Resource::Index(table, index),
            [table, "stream", label] => Resource::Stream(table, label),
            _ => Resource::Other,
        }
    }
}

/// The table or stream that a `ResourceArn` of the tags' operations names: the table's name, none for a stream,
/// which has no tags.
pub fn of_tagged<'a>(arn: Option<&'a str>, home: Home<'_>) -> Result<Option<&'a str>> {
    let text = arn.ok_or_else(words::arn_missing)?;
    let arn = Arn::parse(text)?;
    let table = match arn.names() {
        Resource::Table(table) => Some(table),
        Resource::Stream(..) => None,
        Resource::Index(..) => return Err(words::arn_of_an_index(text)),
        Resource::Other => return Err(words::arn_of_another_resource(text)),
    };
    if arn.account_id != home.account_id {
        return Err(words::access_denied());
    }
    let known = arn.region == home.region && table.is_none_or(name::is_a_name);
    if known { Ok(table) } else { Err(words::table_arn_invalid(text)) }
}

/// What the `ResourceArn` of the policies' operations names: a table, or a table and the label of its stream.
pub fn of_policy<'a>(arn: Option<&'a str>, home: Home<'_>) -> Result<(&'a str, Option<&'a str>)> {
    let text = arn.ok_or_else(|| null("resourceArn"))?;
    let arn = Arn::parse(text)?;
    let named = match arn.names() {
        Resource::Table(table) => (table, None),
        Resource::Stream(table, label) => (table, Some(label)),
        Resource::Index(..) => return Err(words::arn_of_an_index(text)),
        Resource::Other => return Err(words::arn_of_another_resource(text)),
    };
    let near = (arn.partition, arn.region) == (home.partition(), home.region);
    ensure(near && name::is_a_name(named.0), || words::resource_arn_elsewhere(text))?;
    ensure(arn.account_id == home.account_id, words::resource_of_another_account)?;
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Home<'static> = Home { region: "us-east-1", account_id: "000000000000" };

    #[test]
    fn an_arn_names_a_table_its_stream_or_its_index() {
        for (resource, expected) in [
            ("table/Orders", Resource::Table("Orders")),
            ("table/Orders/index/by-date", Resource::Index("Orders", "by-date")),
            (
                "table/Orders/stream/2026-10-09T00:29:04.041",
                Resource::Stream("Orders", "2026-10-09T00:29:04.041"),
            ),
            ("table/Orders/backup/017", Resource::Other),
            ("global-table/Orders", Resource::Other),
        ] {
            let text = format!("arn:aws:dynamodb:us-east-1:000000000000:{resource}");
            assert_eq!(Arn::parse(&text).unwrap().names(), expected);
        }
        assert_eq!(Arn::parse("arn:aws:s3:::table/Orders").unwrap().names(), Resource::Other);
    }

    #[test]
    fn what_tags_are_put_on_is_a_table_of_this_account_and_region() {
        let of = |arn: &str| {
            of_tagged(Some(arn), HOME).map(|table| table.map(str::to_owned)).map_err(|e| e.message)
        };
        assert_eq!(of("arn:aws:dynamodb:us-east-1:000000000000:table/Orders"), Ok(Some("Orders".into())));
        assert_eq!(of("arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/x"), Ok(None));
        let invalid = |what: &str| Err(format!("One or more parameter values were invalid: {what}"));
        let refused = |arn: &str, what: &str| assert_eq!(of(arn), invalid(&format!("{what}{arn}")));
        refused("Orders", "ARNs must start with 'arn:': ");
        refused("arn:aws", "Second colon partition not found: ");
        refused(
            "arn:aws:dynamodb:us-east-1:000000000000",
            "Fifth colon (namespace/relative-id delimiter) not found: ",
        );
        refused("arn:aws:s3:::bucket", "Provided Arn is not a DynamoDB resource arn: ");
        let of_index =
            "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ";
        refused("arn:aws:dynamodb:us-east-1:000000000000:table/Orders/index/x", of_index);
        for arn in [
            "arn:aws:dynamodb:eu-west-1:000000000000:table/Orders",
            "arn:aws:dynamodb:us-east-1:000000000000:table/ab",
        ] {
            assert_eq!(
                of(arn),
                Err(format!("Invalid TableArn: Invalid ResourceArn provided as input {arn}"))
            );
        }
        assert_eq!(
            of("arn:aws:dynamodb:us-east-1:000000000001:table/Orders"),
            Err("Access is denied".into())
        );
    }
}
