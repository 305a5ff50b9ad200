//! The endpoint's command: `endpoint --port 8000`.

use endpoint::Endpoint;
use endpoint::options::{Command, Options, USAGE};
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Most of what a request costs beside the system's calls is memory for its values and events.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Command::Serve(options)) => options,
        Ok(Command::Help) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::from(2);
        }
    };
    match Endpoint::start(&options) {
        Ok(endpoint) => {
            println!("listening on http://{}", endpoint.address());
            loop {
                std::thread::park();
            }
        }
        Err(error) => {
            eprintln!("cannot listen on 127.0.0.1:{}: {error}", options.port);
            ExitCode::FAILURE
        }
    }
}
