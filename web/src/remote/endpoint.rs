//! The address of an endpoint.
//!
//! Owns what is accepted: `https` anywhere, `http` on this machine alone, as the page's content security policy has it; no path, no user.
//! Follows [DynamoDB endpoints](https://docs.aws.amazon.com/general/latest/gr/ddb.html).

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    secure: bool,
    host: String,
    port: Option<u16>,
}

/// The hosts that may be asked without encryption.
const THIS_MACHINE: [&str; 2] = ["localhost", "127.0.0.1"];

/// The ends of the names of DynamoDB's own hosts.
const SERVICE: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"];

impl Endpoint {
    /// Reads an address; without a scheme it is `https`, on this machine `http`.
    pub fn parse(text: &str) -> Result<Endpoint, &'static str> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.is_empty() {
            return Err(
                "Give the endpoint’s address: https://dynamodb.eu-west-1.amazonaws.com or http://localhost:8000.",
            );
        }
        if rest.contains(['/', '?', '#']) {
            return Err("An endpoint’s address ends with its host and port: there is no path.");
        }
        if rest.contains('@') {
            return Err("Credentials do not belong in the address: give them below.");
        }
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) => {
                (host, Some(port.parse::<u16>().map_err(|_| "The port is a number up to 65535.")?))
            }
            None => (rest, None),
        };
        let host = host.to_ascii_lowercase();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if host.is_empty() || !host.bytes().all(plain) {
            return Err("The host has letters, digits, hyphens and dots.");
        }
        let local = THIS_MACHINE.contains(&host.as_str());
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "" => !local,
            "http" if local => false,
            "http" => {
                return Err(
                    "Without encryption only this machine can be asked (http://localhost or http://127.0.0.1): elsewhere use https.",
                );
            }
            _ => return Err("An endpoint’s address begins with https:// or http://."),
        };
        // The browser leaves these out of the Host header, which is signed.
        let port = port.filter(|port| *port != if secure { 443 } else { 80 });
        Ok(Endpoint { secure, host, port })
    }

    /// The host and the port, as the Host header has them.
    pub fn authority(&self) -> String {
        self.port.map_or_else(|| self.host.clone(), |port| format!("{}:{port}", self.host))
    }

    /// `https://dynamodb.eu-west-1.amazonaws.com`.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.authority())
    }

    /// Whether it is DynamoDB itself.
    pub fn is_service(&self) -> bool {
        SERVICE.iter().any(|end| self.host.ends_with(end))
    }

    /// The region in the name of one of DynamoDB's own hosts.
    pub fn region(&self) -> Option<&str> {
        let mut labels = self.host.split('.').filter(|_| self.is_service());
        labels.find(|label| matches!(*label, "dynamodb" | "dynamodb-fips" | "ddb" | "streams-dynamodb"))?;
        labels.next()
    }

    /// Where the operations of DynamoDB Streams are answered: the service has a host of their own for them.
    pub fn of_streams(&self) -> Endpoint {
        let Some(region) = self.region() else { return self.clone() };
        let host = match SERVICE.iter().find(|end| self.host.ends_with(*end)) {
            Some(&".api.aws") => format!("streams-dynamodb.{region}.api.aws"),
            Some(end) => format!("streams.dynamodb.{region}{end}"),
            None => self.host.clone(),
        };
        Endpoint { host, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, url, region, streams) in [
            (
                "https://dynamodb.eu-west-1.amazonaws.com/",
                "https://dynamodb.eu-west-1.amazonaws.com",
                Some("eu-west-1"),
                "https://streams.dynamodb.eu-west-1.amazonaws.com",
            ),
            (
                "DynamoDB.us-east-1.amazonaws.com:443",
                "https://dynamodb.us-east-1.amazonaws.com",
                Some("us-east-1"),
                "https://streams.dynamodb.us-east-1.amazonaws.com",
            ),
            (
                "https://123456789012.ddb.us-east-2.amazonaws.com",
                "https://123456789012.ddb.us-east-2.amazonaws.com",
                Some("us-east-2"),
                "https://streams.dynamodb.us-east-2.amazonaws.com",
            ),
            (
                "https://dynamodb.cn-north-1.amazonaws.com.cn",
                "https://dynamodb.cn-north-1.amazonaws.com.cn",
                Some("cn-north-1"),
                "https://streams.dynamodb.cn-north-1.amazonaws.com.cn",
            ),
            (
                "https://dynamodb.us-west-2.api.aws",
                "https://dynamodb.us-west-2.api.aws",
                Some("us-west-2"),
                "https://streams-dynamodb.us-west-2.api.aws",
            ),
            ("localhost:8000", "http://localhost:8000", None, "http://localhost:8000"),
            ("http://127.0.0.1:80", "http://127.0.0.1", None, "http://127.0.0.1"),
            (
                "https://alternator.example:8043",
                "https://alternator.example:8043",
                None,
                "https://alternator.example:8043",
            ),
        ] {
            let endpoint = Endpoint::parse(text).expect(text);
            assert_eq!((endpoint.url().as_str(), endpoint.region()), (url, region), "{text}");
            assert_eq!(endpoint.of_streams().url(), streams, "{text}");
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for text in [
            "",
            "https://",
            "http://dynamodb.eu-west-1.amazonaws.com",
            "ftp://localhost",
            "https://key:secret@localhost",
            "https://host/path",
            "https://host?x",
            "https://host:99999",
            "https://ho st",
            "https://:8000",
        ] {
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }
}
