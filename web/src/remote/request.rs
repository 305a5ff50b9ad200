//! One call as an HTTP request, and its answer as the page reads answers.
//!
//! Pure. Follows [the low-level API](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html) and
//! [Error handling](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html).

use serde_json::Value;

use super::Connection;
use super::sign::{Scope, Signed, authorization};
use crate::protocol::ClientError;

/// DynamoDB's own media type.
const MEDIA_TYPE: &str = "application/x-amz-json-1.0";
/// The operations of the streams' API.
const STREAMS: [&str; 4] = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
/// So much is repeated of an answer that is not DynamoDB's.
const REPEATED: usize = 200;

/// A request that can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Where to.
    pub url: String,
    /// Its headers but Host, which the browser writes itself.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// Signs a call. `now` is the time as `2015-08-30T12:36:00.000Z`.
pub fn prepare(connection: &Connection, operation: &str, body: String, now: &str) -> Prepared {
    let streams = STREAMS.contains(&operation);
    let endpoint = if streams { connection.endpoint.of_streams() } else { connection.endpoint.clone() };
    let api = if streams { "DynamoDBStreams_20120810" } else { "DynamoDB_20120810" };
    // `20150830T123600Z`
    let whole = now.split('.').next().unwrap_or(now).trim_end_matches('Z');
    let at: String = whole.chars().filter(|letter| !matches!(letter, '-' | ':')).chain(['Z']).collect();
    let mut headers = vec![
        ("content-type", MEDIA_TYPE.to_owned()),
        ("x-amz-date", at.clone()),
        ("x-amz-target", format!("{api}.{operation}")),
    ];
    let token = connection.credentials.session_token();
    headers.extend(token.map(|token| ("x-amz-security-token", token.to_owned())));
    let authority = endpoint.authority();
    let signed: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .chain([("host", authority.as_str())])
        .collect();
    let request = Signed { method: "POST", path: "/", query: "", headers: &signed, body: body.as_bytes() };
    let scope = Scope { at: &at, region: &connection.region, service: "dynamodb" };
    let authorization = authorization(&connection.credentials, scope, request);
    headers.push(("authorization", authorization));
    Prepared { url: format!("{}/", endpoint.url()), headers, body }
}

/// Reads an answer.
pub fn read(status: u16, body: String) -> Result<String, ClientError> {
    let value: Value = serde_json::from_str(&body).unwrap_or_default();
    if status == 200 && value.is_object() {
        return Ok(body);
    }
    let name = value["__type"].as_str().and_then(|name| name.rsplit('#').next());
    let Some(name) = name.filter(|_| status != 200).map(str::to_owned) else {
        let shown: String = body.chars().take(REPEATED).collect();
        let message = format!("It answers {status}, and not as DynamoDB does: {}", shown.trim());
        return Err(ClientError::Remote { message });
    };
    let message = ["message", "Message"].iter().find_map(|member| value[*member].as_str());
    let message = message.unwrap_or_default().to_owned();
    Err(ClientError::Api { name, message, body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::{Credentials, Endpoint};

    fn connection(token: &str) -> Connection {
        Connection {
            endpoint: Endpoint::parse("https://dynamodb.eu-west-1.amazonaws.com").expect("an endpoint"),
            region: "eu-west-1".into(),
            credentials: Credentials::new("AKIDEXAMPLE", "secretOfTheReader", token).expect("credentials"),
        }
    }

    #[test]
    fn a_call_is_signed_for_its_api_and_its_host() {
        let prepared = prepare(&connection("tok"), "ListTables", "{}".into(), "2015-08-30T12:36:00.123Z");
        assert_eq!(prepared.url, "https://dynamodb.eu-west-1.amazonaws.com/");
        let header = |name: &str| {
            prepared.headers.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_str())
        };
        assert_eq!(header("x-amz-date"), Some("20150830T123600Z"));
        assert_eq!(header("x-amz-target"), Some("DynamoDB_20120810.ListTables"));
        assert_eq!(header("x-amz-security-token"), Some("tok"));
        let authorization = header("authorization").unwrap_or_default();
        assert!(
            authorization.starts_with(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/dynamodb/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature="
            ),
            "{authorization}"
        );
        assert!(!format!("{prepared:?}").contains("secretOfTheReader"));
        let streams = prepare(&connection(""), "ListStreams", "{}".into(), "2015-08-30T12:36:00Z");
        assert_eq!(streams.url, "https://streams.dynamodb.eu-west-1.amazonaws.com/");
        assert!(streams.headers.contains(&("x-amz-target", "DynamoDBStreams_20120810.ListStreams".into())));
        assert!(streams.headers.contains(&("x-amz-date", "20150830T123600Z".into())));
    }

    #[test]
    fn answers_are_read_as_the_engines_are() {
        assert_eq!(read(200, r#"{"TableNames":[]}"#.into()), Ok(r#"{"TableNames":[]}"#.into()));
        let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"m"}"#;
        let refused = ClientError::Api {
            name: "ResourceNotFoundException".into(),
            message: "m".into(),
            body: body.into(),
        };
        assert_eq!(read(400, body.into()), Err(refused));
        let local = r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","Message":"M"}"#;
        assert!(matches!(read(400, local.into()), Err(ClientError::Api { name, message, .. })
            if name == "UnrecognizedClientException" && message == "M"));
        for (status, body) in [(200, "<html>"), (502, "Bad Gateway"), (200, "[]"), (404, "")] {
            let answer = read(status, body.into());
            assert!(
                matches!(&answer, Err(ClientError::Remote { message }) if message.contains(&status.to_string())),
                "{answer:?}"
            );
        }
    }

    #[test]
    fn a_secret_that_an_answer_repeats_is_left_out() {
        let connection =
            |token| connection(token).without_secrets("token:tokenOfTheReader tok secretOfTheReader".into());
        assert_eq!(connection("tokenOfTheReader"), "token:… tok …");
        // What is that short is a word that anybody's answer may have.
        assert_eq!(connection("tok"), "token:tokenOfTheReader tok …");
    }
}
