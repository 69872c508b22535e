//! Asks the operator, once, for what a project's files want to have started.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use crate::config::{Confirmable, EnvSource, Loaded, Trust};

/// What a project's file asks for and the operator has not confirmed.
pub(super) fn unconfirmed(loaded: &Loaded, project: &Path, trust: &Trust) -> Vec<Confirmable> {
    Confirmable::of_project(loaded, project)
        .into_iter()
        .filter(|item| !trust.is_trusted(item))
        .collect()
}

/// What was confirmed before. Where it cannot be read, nothing was.
pub(super) fn load(env: &EnvSource) -> Trust {
    Trust::load(env).unwrap_or_else(|error| {
        drop(writeln!(std::io::stderr(), "synod: {error}"));
        Trust::for_this_run()
    })
}

/// Whether questions can be asked.
pub(super) fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Shows what is asked for and remembers a yes. Without a terminal it only shows it. Gives whether
/// all of it may be started.
pub(super) fn ask(items: &[Confirmable], trust: &mut Trust) -> anyhow::Result<bool> {
    if items.is_empty() {
        return Ok(true);
    }
    let mut stderr = std::io::stderr().lock();
    writeln!(
        stderr,
        "This project's synod.toml wants to start what you have not confirmed yet:\n"
    )?;
    for item in items {
        writeln!(stderr, "  {item}")?;
    }
    if !is_interactive() {
        writeln!(
            stderr,
            "\nUntil you confirm it in a terminal with `synod init`, the room works without."
        )?;
        return Ok(false);
    }
    drop(stderr);
    if !yes("\nStart these from now on?")? {
        return Ok(false);
    }
    for item in items {
        trust.confirm(item)?;
    }
    Ok(true)
}

/// Asks a question; only `y` and `yes` are a yes.
pub(super) fn yes(question: &str) -> anyhow::Result<bool> {
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{question} [y/N] ")?;
    stderr.flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}
