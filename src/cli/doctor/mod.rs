//! `synod doctor`: what is there, what works, and the exact fix for what does not.
//!
//! It starts each confirmed server once, beside those of a room that runs, and ends it again. Real
//! prompts are only sent when asked for. The room runs the same examination for its consoles.
//!
//! One file a family: [`folder`], [`room`], [`terminal`] for the machine; [`version`], [`server`],
//! [`drives`], [`port`], [`talk`], [`hub`] for servers; [`fix`] and [`edit`] mend. What is found is
//! data of the core, and drawn elsewhere.

mod absent;
mod agent;
mod drives;
mod edit;
mod examine;
mod fix;
mod folder;
mod handed;
mod hub;
mod known;
mod lent;
mod package;
mod port;
mod range;
mod room;
mod server;
mod sink;
mod talk;
mod terminal;
mod tool_server;
mod version;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

pub(super) use examine::{By, Plan, Prompts, Scope};

use crate::cli::doctor::fix::{Finding, Remedy, mend};
use crate::cli::{Place, confirm};
use crate::config::{Loaded, Owner};
use crate::core::{Check, CheckState, Checkup};
use crate::mcp::{GuardCommand, Options, install_tls};
use crate::ui::checkup::{part_rows, plain, summary};

/// The width of the table, where the terminal has as much.
const COLUMNS: u16 = 100;
/// Below this a table is no table.
const COLUMNS_LEAST: u16 = 60;

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Mend what can be mended without losing anything, and say what was done
    #[arg(long)]
    fix: bool,
    /// Send each member two real prompts, which may cost something
    #[arg(long, visible_alias = "prompt")]
    ask: bool,
    /// One object a check, a line each, instead of a table
    #[arg(long)]
    json: bool,
}

/// Checks everything; fails when anything fails.
pub(super) fn doctor(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let mended = if args.fix {
        mend_all(place)
    } else {
        Vec::new()
    };
    let checkup = super::runtime()?.block_on(examine(place, args, mended))?;
    let mut stdout = std::io::stdout().lock();
    if args.json {
        for (subject, check) in checkup.checks() {
            writeln!(stdout, "{}", as_json(subject, check))?;
        }
    } else {
        writeln!(stdout, "\n{}", summary(&checkup))?;
    }
    Ok(if checkup.count(CheckState::Failed) > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

async fn examine(place: &Place, args: &Args, mended: Vec<Check>) -> anyhow::Result<Checkup> {
    install_tls();
    let own = GuardCommand::own().context("this program's own file cannot be found")?;
    let tasks = TaskTracker::new();
    let scope = Scope {
        place: place.clone(),
        prompts: if args.ask {
            Prompts::Send
        } else {
            Prompts::Leave
        },
        by: By::Command,
        options: Options::new(own),
        tasks: tasks.clone(),
    };
    let plan = Plan::new(scope, mended);
    let (checkup, mut seen) = watch::channel(plan.checkup());
    let mut running = std::pin::pin!(plan.run(checkup));
    let mut printed = 0;
    let mut over = false;
    // Each part as soon as it and all before it are known: a slow server hides nothing.
    while !over {
        tokio::select! {
            () = &mut running => over = true,
            Ok(()) = seen.changed() => {}
        }
        if !args.json {
            printed = print(&seen.borrow_and_update(), printed)?;
        }
    }
    tasks.close();
    tasks.wait().await;
    Ok(seen.borrow().clone())
}

/// Prints the parts that are known, from one on; gives the first that is not printed.
fn print(checkup: &Checkup, from: usize) -> std::io::Result<usize> {
    let columns = if std::io::stdout().is_terminal() {
        crossterm::terminal::size().map_or(COLUMNS, |(columns, _)| columns)
    } else {
        COLUMNS
    };
    let columns = columns.clamp(COLUMNS_LEAST, COLUMNS);
    let mut stdout = std::io::stdout().lock();
    let mut next = from;
    while checkup.parts().get(next).is_some_and(|part| part.done) {
        for row in part_rows(checkup, next, columns) {
            writeln!(stdout, "{}", plain(&row))?;
        }
        next += 1;
    }
    stdout.flush()?;
    Ok(next)
}

fn as_json(subject: &str, check: &Check) -> serde_json::Value {
    json!({
        "subject": subject,
        "check": check.aspect.word(),
        "state": check.state.code(),
        "detail": check.detail,
        "fix": check.fix.as_ref().map(|fix| fix.advice.as_str()),
    })
}

/// Does what is safe; what was done, and what could not be.
fn mend_all(place: &Place) -> Vec<Check> {
    let found = folder::findings(&place.project);
    let local: Vec<Remedy> = found
        .into_iter()
        .filter_map(|Finding { remedy, .. }| remedy)
        .collect();
    let mut mended = mend(&local);
    // A broken configuration is told by the checks.
    let Ok(loaded) = crate::config::load(&place.env, &place.project.root, &place.overrides) else {
        return mended;
    };
    let trust = confirm::load(&place.env);
    let before = confirm::unconfirmed(&loaded, &place.project.root, &trust);
    for (owner, remedy) in absent::remedies(place, &loaded) {
        let trusted = before.iter().all(|item| item.owner != owner);
        let done = mend(&[remedy]);
        if trusted && done.iter().all(|check| check.state == CheckState::Mended) {
            confirm_again(place, &loaded, &owner);
        }
        mended.extend(done);
    }
    mended
}

/// The operator had confirmed how it is started and has asked for this one change of it.
fn confirm_again(place: &Place, before: &Loaded, owner: &Owner) {
    let Ok(after) = crate::config::load(&place.env, &place.project.root, &place.overrides) else {
        return;
    };
    if after == *before {
        return;
    }
    let mut trust = confirm::load(&place.env);
    let items = confirm::unconfirmed(&after, &place.project.root, &trust);
    for item in items.iter().filter(|item| item.owner == *owner) {
        // Where it cannot be remembered, `synod init` asks once more.
        drop(trust.confirm(item));
    }
}
