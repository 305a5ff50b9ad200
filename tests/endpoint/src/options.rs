//! The endpoint's options: what the command line can say, and the engine's configuration that follows.

use engine::limits::ITEM_COLLECTION_BYTES;
use engine::world::Config;

/// What `--help` prints.
pub const USAGE: &str = "\
Serves DynamoDB's API from memory on 127.0.0.1, for real SDKs (any credentials).

usage: endpoint [options]
  --port N          the port (8000); 0 takes a free one
  --region NAME     the region of requests that name none (us-east-1)
  --account NUMBER  the account's number, part of every ARN (123456789012)
  --seed N          the seed of the engine's draws (1)
  --[no-]instant    tables, indexes and TTL settings change at once (on); only a vector index that is
                    added to a table is built in six seconds, through the phases a program waits for
  --[no-]lag        followers and global secondary indexes lag behind (off)
  --[no-]throttle   requests beyond the capacity are throttled (off)
  --collection-limit BYTES  how large an item collection of a table with a local secondary index may
                    become (10737418240, as in the service)
  --allow-unsigned  a request needs no Authorization (off: it is refused as the service does; any
                    credentials do, but the signature's form, its date and its scope are looked at)
  --help            this text

A GET tells that it is healthy. A request's region is that of its credential's scope; each region has
tables of its own. Requests may be compressed (Content-Encoding: gzip or deflate); answers of 4 KB or more are
when the client asks for it (Accept-Encoding). Pages of other origins may call. What is done is in
memory, and gone when the endpoint ends.";

/// How to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The region of requests that name none in their credential's scope.
    pub region: String,
    /// The account's number, part of every ARN.
    pub account_id: String,
    /// The seed of the engine's draws.
    pub seed: u64,
    /// Tables, indexes and TTL settings change at once.
    pub instant: bool,
    /// Followers and global secondary indexes lag behind.
    pub lag: bool,
    /// Requests beyond the capacity are throttled.
    pub throttle: bool,
    /// How large an item collection of a table with a local secondary index may become, in bytes.
    pub collection_limit_bytes: u64,
    /// A request without Authorization is answered all the same.
    pub allow_unsigned: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            port: 8000,
            region: "us-east-1".into(),
            // Not all zeros: client suites name that account where they mean somebody else's.
            account_id: "123456789012".into(),
            seed: 1,
            instant: true,
            lag: false,
            throttle: false,
            collection_limit_bytes: ITEM_COLLECTION_BYTES,
            allow_unsigned: false,
        }
    }
}

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// To serve.
    Serve(Options),
    /// To print [`USAGE`].
    Help,
}

impl Options {
    /// Reads the arguments behind the program's name; the error is a sentence for people.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, String> {
        let mut options = Options::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            // Both `--port 8000` and `--port=8000`.
            let (name, mut inline) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut value = || {
                inline
                    .take()
                    .or_else(|| arguments.next())
                    .ok_or_else(|| format!("{name} needs a value; see --help"))
            };
            match name.as_str() {
                "--port" => options.port = number(&name, &value()?)?,
                "--seed" => options.seed = number(&name, &value()?)?,
                "--collection-limit" => options.collection_limit_bytes = number(&name, &value()?)?,
                "--account" => options.account_id = value()?,
                "--region" => options.region = value()?,
                "--instant" => options.instant = true,
                "--no-instant" => options.instant = false,
                "--lag" => options.lag = true,
                "--no-lag" => options.lag = false,
                "--allow-unsigned" => options.allow_unsigned = true,
                "--throttle" => options.throttle = true,
                "--no-throttle" => options.throttle = false,
                "--help" | "-h" => return Ok(Command::Help),
                _ => return Err(format!("{name} is not an option; see --help")),
            }
            if inline.is_some() {
                return Err(format!("{name} takes no value; see --help"));
            }
        }
        Ok(Command::Serve(options))
    }

    pub(crate) fn config(&self) -> Config {
        Config {
            seed: self.seed,
            region: self.region.clone(),
            account_id: self.account_id.clone(),
            instant: self.instant,
            lag: self.lag,
            throttle: self.throttle,
            collection_limit_bytes: self.collection_limit_bytes,
        }
    }
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{name} takes a number in its range, not '{value}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_option_is_understood() {
        assert_eq!(parse(""), Ok(Command::Serve(Options::default())));
        let all = parse(
            "--port 0 --region=eu-west-1 --account 000000000001 --seed 7 --no-instant --lag --throttle --collection-limit 4096 --allow-unsigned",
        );
        let expected = Options {
            port: 0,
            region: "eu-west-1".into(),
            account_id: "000000000001".into(),
            seed: 7,
            instant: false,
            lag: true,
            throttle: true,
            collection_limit_bytes: 4096,
            allow_unsigned: true,
        };
        assert_eq!(all, Ok(Command::Serve(expected)));
        assert_eq!(parse("--lag --no-lag"), Ok(Command::Serve(Options::default())));
        assert_eq!(parse("--help --port"), Ok(Command::Help));
    }

    #[test]
    fn a_wrong_line_is_told_in_a_sentence() {
        for (line, sentence) in [
            ("--port", "--port needs a value; see --help"),
            ("--port 70000", "--port takes a number in its range, not '70000'"),
            ("--collection-limit 10GB", "--collection-limit takes a number in its range, not '10GB'"),
            ("--lag=on", "--lag takes no value; see --help"),
            ("8000", "8000 is not an option; see --help"),
        ] {
            assert_eq!(parse(line), Err(sentence.to_owned()), "{line}");
        }
    }
}
