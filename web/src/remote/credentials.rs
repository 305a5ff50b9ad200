//! An access key, its secret and, where they are temporary, their session token.
//!
//! Owns what is accepted and how the forms are read in which consoles and commands give them. Cannot be serialised, and prints
//! nothing of the secret.

use std::fmt;

use serde_json::Value;

/// What signs requests.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    access_key: String,
    secret: String,
    session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.hint())
    }
}

impl Credentials {
    /// Checks the parts; blanks around them are left out, and an empty session token is none.
    pub fn new(access_key: &str, secret: &str, session_token: &str) -> Result<Credentials, &'static str> {
        let (access_key, secret, token) = (access_key.trim(), secret.trim(), session_token.trim());
        let printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        match () {
            _ if access_key.is_empty() => Err("An access key is needed. DynamoDB Local takes any."),
            // The credential's scope is written behind it, apart by slashes, and the signature behind a comma.
            _ if !printable(access_key) || access_key.contains(['/', ',']) => {
                Err("An access key has no blanks, commas or slashes.")
            }
            _ if secret.is_empty() => Err("A secret access key is needed. DynamoDB Local takes any."),
            _ if !printable(secret) => Err("A secret access key has no blanks in it."),
            _ if !printable(token) => Err("A session token has no blanks in it."),
            _ => Ok(Credentials {
                access_key: access_key.to_owned(),
                secret: secret.to_owned(),
                session_token: (!token.is_empty()).then(|| token.to_owned()),
            }),
        }
    }

    /// The access key, which is no secret.
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// The access key's first letters.
    pub fn hint(&self) -> String {
        let head: String = self.access_key.chars().take(4).collect();
        format!("{head}…")
    }

    /// The secret.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// The session token of temporary credentials.
    pub(super) fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }
}

/// What a pasted text gives.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The access key.
    pub access_key: String,
    /// Its secret.
    pub secret: String,
    /// The session token; empty where there is none.
    pub session_token: String,
    /// The region, where the text names one.
    pub region: Option<String>,
}

impl Pasted {
    /// Reads the lines of a shell (`export AWS_ACCESS_KEY_ID=…`, PowerShell's and Windows' too), of a credentials file
    /// (`aws_access_key_id = …`), or what `aws sts assume-role` and `aws configure export-credentials` print. None where there is no
    /// access key with its secret in it.
    pub fn read(text: &str) -> Option<Pasted> {
        let pasted = match serde_json::from_str::<Value>(text.trim()) {
            Ok(value) => {
                Pasted::of_json(if value["Credentials"].is_object() { &value["Credentials"] } else { &value })
            }
            Err(_) => Pasted::of_lines(text),
        };
        (!pasted.access_key.is_empty() && !pasted.secret.is_empty()).then_some(pasted)
    }

    fn of_json(value: &Value) -> Pasted {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Pasted {
            access_key: text("AccessKeyId"),
            secret: text("SecretAccessKey"),
            session_token: text("SessionToken"),
            region: None,
        }
    }

    fn of_lines(text: &str) -> Pasted {
        let mut pasted = Pasted::default();
        for line in text.lines() {
            let Some((name, value)) = line.split_once('=') else { continue };
            let name = name.trim().to_ascii_lowercase();
            let name = ["export ", "set ", "$env:"]
                .iter()
                .fold(name.as_str(), |name, before| name.strip_prefix(before).unwrap_or(name));
            let value = value.trim().trim_end_matches(';').trim_matches(['"', '\'']).to_owned();
            match name.trim() {
                "aws_access_key_id" => pasted.access_key = value,
                "aws_secret_access_key" => pasted.secret = value,
                "aws_session_token" => pasted.session_token = value,
                "aws_region" | "aws_default_region" | "region" => pasted.region = Some(value),
                _ => {}
            }
        }
        pasted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_in_which_credentials_are_given_are_read() {
        let wanted = ("AKIA1", "s3/cret+=", "tok==", Some("eu-west-1"));
        for text in [
            "export AWS_ACCESS_KEY_ID=\"AKIA1\"\nexport AWS_SECRET_ACCESS_KEY=\"s3/cret+=\"\nexport AWS_SESSION_TOKEN=\"tok==\"\nexport AWS_REGION=eu-west-1",
            "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s3/cret+=\naws_session_token = tok==\nregion = eu-west-1\n",
            "$Env:AWS_ACCESS_KEY_ID=\"AKIA1\"\n$Env:AWS_SECRET_ACCESS_KEY=\"s3/cret+=\"\n$Env:AWS_SESSION_TOKEN=\"tok==\"\n$Env:AWS_DEFAULT_REGION=\"eu-west-1\"",
            "SET AWS_ACCESS_KEY_ID=AKIA1\r\nSET AWS_SECRET_ACCESS_KEY=s3/cret+=\r\nSET AWS_SESSION_TOKEN=tok==\r\nSET AWS_REGION=eu-west-1\r\n",
        ] {
            let pasted = Pasted::read(text).expect("credentials");
            let found = (
                pasted.access_key.as_str(),
                pasted.secret.as_str(),
                pasted.session_token.as_str(),
                pasted.region.as_deref(),
            );
            assert_eq!(found, wanted, "{text}");
        }
        let printed = r#"{ "Credentials": { "AccessKeyId": "ASIA1", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "…" } }"#;
        assert_eq!(Pasted::read(printed).expect("credentials").session_token, "t");
        for nothing in ["", "AKIA1", "{}", "aws_access_key_id = A", "a = b"] {
            assert!(Pasted::read(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused_and_nothing_of_the_secret_is_printed() {
        assert!(Credentials::new(" AKIAEXAMPLE ", "top secret", "").is_err());
        assert!(Credentials::new("", "s", "").is_err());
        assert!(Credentials::new("a/b", "s", "").is_err());
        assert!(Credentials::new("a", "", "").is_err());
        assert!(Credentials::new("a", "s", "é").is_err());
        let credentials = Credentials::new(" AKIAEXAMPLE ", " topsecret ", " token ").expect("credentials");
        assert_eq!(format!("{credentials:?}"), "Credentials(AKIA…)");
        assert_eq!((credentials.secret(), credentials.session_token()), ("topsecret", Some("token")));
    }
}
