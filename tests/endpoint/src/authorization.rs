//! Who may call: Signature Version 4 as far as its form goes.
//!
//! Owns the refusal of requests that are not signed or signed badly, in the service's order: which kind of signature,
//! missing parameters, the date, `Host`, the algorithm, the credential and its scope. Checks no signature and
//! knows no key: any credentials do, and every region is at home here.
//!
//! Follows [Signature Version 4](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html) and what
//! [dynalite](https://github.com/architect/dynalite) recorded of the service.

use crate::time::{basic, parse_basic};
use engine::error::authentication as words;
use engine::error::{ApiError, Result};
use hyper::header::{AUTHORIZATION, DATE, HeaderMap, HeaderValue};
use std::borrow::Cow;

/// How far a signature's time may be from the clock.
const WINDOW_MINUTES: u64 = 15;
const WINDOW_MS: u64 = WINDOW_MINUTES * 60 * 1000;
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a signature says, from wherever it stands.
struct Signature<'a> {
    algorithm: Cow<'a, str>,
    credential: Cow<'a, str>,
    signed_headers: Cow<'a, str>,
    date: Cow<'a, str>,
    // A presigned request says itself how long it lives.
    in_header: bool,
}

/// What a request says of who sends it, read once.
pub struct Claim<'a> {
    headers: &'a HeaderMap,
    header: Option<(&'a str, Parameters<'a>)>,
    query: &'a str,
}

/// The parameters of an Authorization header, each where it first stands.
#[derive(Default)]
struct Parameters<'a> {
    credential: Option<&'a str>,
    signature: Option<&'a str>,
    signed_headers: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads the Authorization header.
    pub fn new(headers: &'a HeaderMap, query: &'a str) -> Claim<'a> {
        let header = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or(""));
        Claim { headers, header: header.map(|header| (header, Parameters::read(header))), query }
    }

    /// Refuses a request that is not signed as Signature Version 4 wants it.
    pub fn check(&self, now_ms: u64) -> Result<()> {
        let in_query = parameters(self.query).any(|(name, _)| name == "X-Amz-Algorithm");
        match (&self.header, in_query) {
            (Some(_), true) => Err(words::header_and_query()),
            (Some((header, parameters)), false) if header.trim_start().starts_with("AWS4-") => {
                from_header(header, parameters, self.headers)?.check(now_ms)
            }
            (None, true) => from_query(self.query)?.check(now_ms),
            _ => Err(words::missing_token()),
        }
    }

    /// The region of the credential's scope: `us-east-1` of `KEY/20260101/us-east-1/dynamodb/aws4_request`.
    pub fn region(&self) -> Option<Cow<'a, str>> {
        match &self.header {
            Some((_, parameters)) => region_of(parameters.credential?).map(Cow::Borrowed),
            None => {
                let credential = find(parameters(self.query), "X-Amz-Credential")?;
                region_of(&credential).map(|region| region.to_owned().into())
            }
        }
    }
}

fn region_of(credential: &str) -> Option<&str> {
    let region = credential.split('/').nth(2)?;
    let plain = !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    plain.then_some(region)
}

impl<'a> Parameters<'a> {
    /// Of the `name=value` pairs behind the algorithm, apart by commas or blanks.
    fn read(header: &'a str) -> Parameters<'a> {
        let mut parameters = Parameters::default();
        // By bytes: every request has this header, and it is the longest.
        let apart = |byte: &u8| matches!(byte, b',' | b' ');
        for pair in header.as_bytes().split(apart).skip(1).filter_map(|pair| std::str::from_utf8(pair).ok()) {
            for (name, place) in [
                ("Credential=", &mut parameters.credential),
                ("Signature=", &mut parameters.signature),
                ("SignedHeaders=", &mut parameters.signed_headers),
            ] {
                if let Some(value) = pair.strip_prefix(name) {
                    place.get_or_insert(value);
                }
            }
        }
        parameters
    }
}

fn from_header<'a>(
    header: &'a str,
    parameters: &Parameters<'a>,
    headers: &'a HeaderMap,
) -> Result<Signature<'a>> {
    let Parameters { credential, signature, signed_headers } = *parameters;
    let text = |value: Option<&'a HeaderValue>| value.and_then(|value| value.to_str().ok());
    let date = text(headers.get("x-amz-date")).or_else(|| text(headers.get(DATE)));
    let given = |parameter: Option<&'a str>| parameter.filter(|value| !value.is_empty());
    match (given(credential), given(signature), given(signed_headers), date) {
        (Some(credential), Some(_), Some(signed_headers), Some(date)) => Ok(Signature {
            algorithm: header.split_whitespace().next().unwrap_or("").into(),
            credential: credential.into(),
            signed_headers: signed_headers.into(),
            date: date.into(),
            in_header: true,
        }),
        _ => {
            let named =
                [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed_headers)];
            let missing = named.into_iter().filter(|(_, value)| given(*value).is_none());
            let missing: Vec<&str> = missing.map(|(name, _)| name).collect();
            Err(words::header_incomplete(&missing, date.is_none(), header))
        }
    }
}

fn from_query(query: &str) -> Result<Signature<'_>> {
    let parameter = |name| find(parameters(query), name).filter(|value| !value.is_empty());
    let missing: Vec<&str> =
        ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"]
            .into_iter()
            .filter(|&name| parameter(name).is_none())
            .collect();
    if !missing.is_empty() {
        return Err(words::query_incomplete(&missing));
    }
    let value = |name| parameter(name).unwrap_or_default();
    Ok(Signature {
        algorithm: value("X-Amz-Algorithm"),
        credential: value("X-Amz-Credential"),
        signed_headers: value("X-Amz-SignedHeaders"),
        date: value("X-Amz-Date"),
        in_header: false,
    })
}

impl Signature<'_> {
    fn check(&self, now_ms: u64) -> Result<()> {
        let at_ms = parse_basic(&self.date);
        self.check_date(at_ms, now_ms)?;
        if !self.signed_headers.split(';').any(|name| name.eq_ignore_ascii_case("host")) {
            return Err(words::host_unsigned());
        }
        if self.algorithm != ALGORITHM {
            return Err(words::algorithm_unsupported(&self.algorithm));
        }
        self.check_scope(at_ms.is_some())
    }

    fn check_date(&self, at_ms: Option<u64>, now_ms: u64) -> Result<()> {
        let Some(at_ms) = at_ms else {
            // The `Date` header may be HTTP's own; it was the client's library that wrote it.
            return if self.date.contains(',') { Ok(()) } else { Err(words::date_malformed(&self.date)) };
        };
        let (oldest, newest) = (now_ms.saturating_sub(WINDOW_MS), now_ms + WINDOW_MS);
        if !self.in_header || (oldest..=newest).contains(&at_ms) {
            return Ok(());
        }
        let refuse: fn(&str, &str, &str, u64) -> ApiError =
            if at_ms < oldest { words::expired } else { words::not_yet_current };
        let edge = if at_ms < oldest { oldest } else { newest };
        Err(refuse(&self.date, &basic(edge), &basic(now_ms), WINDOW_MINUTES))
    }

    fn check_scope(&self, dated: bool) -> Result<()> {
        let mut parts = self.credential.trim_end_matches('/').split('/');
        let five: [Option<&str>; 5] = std::array::from_fn(|_| parts.next());
        let ([Some(_), Some(day), Some(_), Some(service), Some(terminator)], None) = (five, parts.next())
        else {
            return Err(words::credential_malformed(&self.credential));
        };
        let wrong_service = service != "dynamodb";
        let wrong_terminator = (terminator != "aws4_request").then_some(terminator);
        let wanted = self.date.get(..8).filter(|_| dated);
        let wrong_day =
            wanted.filter(|&wanted| wanted != day).map(|wanted| (day, wanted, self.date.as_ref()));
        if wrong_service || wrong_terminator.is_some() || wrong_day.is_some() {
            return Err(words::credential_scope(wrong_service, wrong_terminator, wrong_day));
        }
        Ok(())
    }
}

/// The query's parameters, decoded; one without a value has an empty one.
fn parameters(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}

fn find<N: AsRef<str>, V>(pairs: impl Iterator<Item = (N, V)>, name: &str) -> Option<V> {
    pairs.into_iter().find(|(found, _)| found.as_ref() == name).map(|(_, value)| value)
}

/// `%2F` is `/`; what is no escape stays.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escape = (byte == b'%')
            .then(|| {
                after.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok())
            })
            .flatten();
        bytes.push(escape.unwrap_or(byte));
        rest = if escape.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    const NOW_MS: u64 = 1_370_771_115_000;

    /// The headers of a request.
    fn headers(authorization: Option<&str>, date: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [("authorization", authorization), ("x-amz-date", date)] {
            if let Some(value) = value {
                headers.insert(name, value.parse().unwrap());
            }
        }
        headers
    }

    #[test]
    fn a_signature_is_refused_for_the_first_thing_that_is_wrong() {
        let whole = "AWS4-HMAC-SHA256 Credential=A/20130609/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
        let now = "20130609T094515Z";
        for (authorization, date, refusal) in [
            (whole, now, ""),
            (
                "AWS4-HMAC-SHA256 Credential=A/20130609/eu-west-1/dynamodb/aws4_request/,SignedHeaders=a;Host,Signature=0",
                now,
                "",
            ),
            (
                whole,
                "201",
                "Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601",
            ),
            (
                whole,
                "20130301T000000Z",
                "Signature expired: 20130301T000000Z is now earlier than 20130609T093015Z (20130609T094515Z - 15 min.)",
            ),
            (
                whole,
                "30200101T010101Z",
                "Signature not yet current: 30200101T010101Z is still later than 20130609T100015Z (20130609T094515Z + 15 min.)",
            ),
            (
                "AWS4-X Credential=a, SignedHeaders=date, Signature=0",
                now,
                "'Host' must be a 'SignedHeader' in the AWS Authorization.",
            ),
            (
                "AWS4-HMAC-SHA25 Credential=a, SignedHeaders=host, Signature=0",
                now,
                "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). ",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=0",
                now,
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0",
                now,
                "Credential should be scoped to correct service: 'dynamodb'. Credential should be scoped with a valid \
                 terminator: 'aws4_request', not 'e'. Date in Credential scope does not match YYYYMMDD from ISO-8601 \
                 version of date from HTTP: 'b' != '20130609', from '20130609T094515Z'. ",
            ),
        ] {
            let checked = Claim::new(&headers(Some(authorization), Some(date)), "").check(NOW_MS);
            assert_eq!(
                checked.map_or_else(|error| error.message, |()| String::new()),
                refusal,
                "{authorization}"
            );
        }
    }

    #[test]
    fn the_query_can_hold_the_signature() {
        let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20130609%2Feu-west-1%2Fdynamodb%2Faws4_request&X-Amz-Date=20130609T094515Z&X-Amz-Expires=9&X-Amz-SignedHeaders=host&X-Amz-Signature=0";
        let headers = headers(None, None);
        let claim = Claim::new(&headers, query);
        assert!(claim.check(NOW_MS).is_ok());
        assert_eq!(claim.region().as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn the_region_is_the_third_part_of_the_credential() {
        let of =
            |authorization| Claim::new(&headers(Some(authorization), None), "").region().map(Cow::into_owned);
        let whole = "AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
        assert_eq!(of(whole).as_deref(), Some("eu-west-1"));
        assert_eq!(of("AWS4-HMAC-SHA256 Credential=AKID/20261122, Signature=0"), None);
        assert_eq!(of("AWS4-HMAC-SHA256"), None);
    }

    #[test]
    fn escapes_are_decoded_and_everything_else_stays() {
        assert_eq!(decoded("a%2Fb%2f%zz%2"), "a/b/%zz%2");
        assert_eq!(decoded("plain"), "plain");
    }
}
