//! The project's commands: reads the command line, does nothing else.

use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use xtask::bundle::{self, Profile};
use xtask::report::{Failure, Result, fail, say};
use xtask::server::Server;
use xtask::setup::Setup;
use xtask::{bench, check, differential, docs, first_visit, fuzz, sizes, soak};

const USAGE: &str = "\
cargo xtask serve [--port N] [--debug] [--open]   build the site and serve it at http://127.0.0.1:8080
cargo xtask dist                                  build the site and its documentation into dist/, and print the sizes (needs Node.js)
cargo xtask test                                  every check and every test
cargo xtask bench [--browser] [NAME]              the benchmarks, or those whose name contains NAME; of the built site in a browser
cargo xtask differential [--seeds N] [--from SEED] [--survey]
                                                  N random scripts, compared with DynamoDB Local's answers (needs Java)
cargo xtask fuzz [--seconds N] [--from SEED] [TARGET…]
                                                  mutated requests, expressions, numbers and journals
cargo xtask first-visit                           watch a first visit, and list what it does not run
cargo xtask soak [--seeds N] [--from SEED]        random histories: 10,000 seeds of concurrent transactions, all else beside them, and of crashes";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match command(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(failure);
            ExitCode::FAILURE
        }
    }
}

fn command(arguments: &[String]) -> Result {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["serve", ref options @ ..] => serve(&Serve::parse(options)?),
        ["dist"] => dist(),
        ["test"] => check::test(),
        ["bench"] => bench::bench(None),
        ["bench", "--browser"] => bench::browser(None),
        ["bench", "--browser", name] => bench::browser(Some(name)),
        ["bench", name] if !name.starts_with('-') => bench::bench(Some(name)),
        ["differential", ref options @ ..] => differential::differential(options),
        ["fuzz", ref options @ ..] => fuzz::fuzz(options),
        ["first-visit"] => first_visit::first_visit(),
        ["soak", ref options @ ..] => soak::soak(options),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => fail(format!("unknown command `{}`. The commands are:\n{USAGE}", words.join(" "))),
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Serve {
    port: u16,
    profile: Profile,
    open: bool,
}

impl Serve {
    fn parse(options: &[&str]) -> Result<Serve> {
        let mut serve = Serve { port: 8080, profile: Profile::Release, open: false };
        let mut options = options.iter();
        while let Some(&option) = options.next() {
            match option {
                "--debug" => serve.profile = Profile::Debug,
                "--open" => serve.open = true,
                "--port" => {
                    let number = options.next().and_then(|n| n.parse().ok());
                    serve.port =
                        number.ok_or_else(|| Failure("--port needs a number from 0 to 65535".into()))?;
                }
                _ => return fail(format!("`serve` has no option `{option}`. The commands are:\n{USAGE}")),
            }
        }
        Ok(serve)
    }
}

fn serve(options: &Serve) -> Result {
    let taken = |e: std::io::Error| {
        Failure(format!("cannot serve on port {}: {e}; choose another with --port N", options.port))
    };
    // Known before the minutes of a first build.
    drop(TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).map_err(taken)?);
    let setup = Setup::prepare()?;
    let folder = bundle::build(&setup, options.profile)?;
    let server = Server::start(&folder, options.port, "/").map_err(taken)?;
    say(format_args!("Dynascope is at {} (Ctrl-C ends it)", server.url()));
    if options.open {
        bundle::open(&server.url());
    }
    server.wait();
    Ok(())
}

fn dist() -> Result {
    let setup = Setup::prepare()?;
    let folder = bundle::build(&setup, Profile::Release)?;
    docs::add_sdk(&folder)?;
    let sizes = sizes::measure(&folder)?;
    print!("{}", sizes::table(&sizes));
    sizes::keep_within(&sizes)?;
    say("the site is in dist/; it works from any path of any static host");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_options_of_serve() {
        let defaults = Serve { port: 8080, profile: Profile::Release, open: false };
        assert_eq!(Serve::parse(&[]).unwrap(), defaults);
        let all = Serve { port: 9000, profile: Profile::Debug, open: true };
        assert_eq!(Serve::parse(&["--port", "9000", "--debug", "--open"]).unwrap(), all);
        assert!(Serve::parse(&["--port"]).is_err());
        assert!(Serve::parse(&["--port", "70000"]).is_err());
        assert!(Serve::parse(&["--fast"]).is_err());
    }

    #[test]
    fn an_unknown_command_is_told_the_known_ones() {
        let said = command(&["server".into()]).unwrap_err().to_string();
        assert!(said.contains("server") && said.contains("cargo xtask serve"), "{said}");
    }
}
