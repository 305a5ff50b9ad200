//! Signature Version 4: the Authorization header of a request.
//!
//! Pure, and of no service in particular. Follows
//! [AWS Signature Version 4](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html) and is tested
//! on the cases that AWS published with it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::Credentials;

/// The algorithm's name.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a signature is good for.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// When: `20150830T123600Z`.
    pub at: &'a str,
    /// Where: `us-east-1`.
    pub region: &'a str,
    /// For what: `dynamodb`.
    pub service: &'a str,
}

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// `POST`.
    pub method: &'a str,
    /// The path, encoded.
    pub path: &'a str,
    /// The query's parameters, encoded and in order.
    pub query: &'a str,
    /// The headers, by their names in small letters.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

/// The Authorization header of that request.
pub fn authorization(credentials: &Credentials, scope: Scope, request: Signed) -> String {
    let mut headers: Vec<(&str, String)> = request
        .headers
        .iter()
        .map(|(name, value)| (*name, value.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect();
    headers.sort();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let Signed { method, path, query, body, .. } = request;
    let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{}", hash(body));
    let day = scope.at.get(..8).unwrap_or_default();
    let place = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
    let text = format!("{ALGORITHM}\n{}\n{place}\n{}", scope.at, hash(canonical.as_bytes()));
    let key = key(credentials.secret(), day, scope.region, scope.service);
    let signature = hex(&mac(&key, text.as_bytes()));
    format!(
        "{ALGORITHM} Credential={}/{place}, SignedHeaders={names}, Signature={signature}",
        credentials.access_key()
    )
}

/// The key that is derived for a day, a region and a service.
fn key(secret: &str, day: &str, region: &str, service: &str) -> [u8; 32] {
    let start = mac(format!("AWS4{secret}").as_bytes(), day.as_bytes());
    [region, service, "aws4_request"].iter().fold(start, |key, part| mac(&key, part.as_bytes()))
}

fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may be of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "20150830T123600Z";
    const TOKEN: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

    fn example() -> Credentials {
        Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "").expect("credentials")
    }

    /// The published cases whose requests have the form of DynamoDB's: their names, and their signatures.
    #[test]
    fn the_published_cases_are_signed_as_published() {
        for (name, method, query, more, body, names, signature) in [
            (
                "get-vanilla",
                "GET",
                "",
                None,
                "",
                "host;x-amz-date",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            ),
            (
                "post-vanilla",
                "POST",
                "",
                None,
                "",
                "host;x-amz-date",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                "post-vanilla-query",
                "POST",
                "Param1=value1",
                None,
                "",
                "host;x-amz-date",
                "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
            ),
            (
                "post-x-www-form-urlencoded",
                "POST",
                "",
                Some(("content-type", "application/x-www-form-urlencoded")),
                "Param1=value1",
                "content-type;host;x-amz-date",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
            (
                "post-sts-header-before",
                "POST",
                "",
                Some(("x-amz-security-token", TOKEN)),
                "",
                "host;x-amz-date;x-amz-security-token",
                "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
            ),
        ] {
            let headers: Vec<(&str, &str)> =
                more.into_iter().chain([("x-amz-date", AT), ("host", "example.amazonaws.com")]).collect();
            let request = Signed { method, path: "/", query, headers: &headers, body: body.as_bytes() };
            let scope = Scope { at: AT, region: "us-east-1", service: "service" };
            let wanted = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={names}, Signature={signature}"
            );
            assert_eq!(authorization(&example(), scope, request), wanted, "{name}");
        }
    }

    /// As AWS's page on deriving a signing key has it.
    #[test]
    fn the_key_of_the_documentation_is_derived() {
        let key = key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830", "us-east-1", "iam");
        assert_eq!(hex(&key), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    }

    #[test]
    fn blanks_within_a_header_count_once() {
        let sign = |value| {
            let headers = [("host", "example.amazonaws.com"), ("my-header", value)];
            let request = Signed { method: "GET", path: "/", query: "", headers: &headers, body: b"" };
            authorization(&example(), Scope { at: AT, region: "us-east-1", service: "service" }, request)
        };
        assert_eq!(sign("  a   b "), sign("a b"));
        assert_ne!(sign("ab"), sign("a b"));
    }
}
