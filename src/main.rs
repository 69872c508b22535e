//! The composition root: parse, wire, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    // The guard of a server is this same program, so that one file is all there is to install.
    // It must stay small: no runtime, no parser, nothing before it.
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|word| word == "guard") {
        return synod::mcp::guard::run(args);
    }
    synod::cli::run()
}
