//! The machine: terminal, folder, disk, room.

use std::io::IsTerminal;

use crate::cli::Place;
use crate::cli::doctor::check::Check;
use crate::journal::sqlite::Reader;
use crate::link::{AttachError, Client};

/// Below this the journal will soon be full.
const DISK_LOW: u64 = 256 * 1024 * 1024;

/// What can be told without any server.
pub(super) async fn checks(place: &Place) -> Vec<Check> {
    let mut checks = vec![version(), terminal(place), folder(place)];
    checks.extend(journal(place));
    checks.push(room(place).await);
    checks
}

fn version() -> Check {
    Check::good("synod", env!("CARGO_PKG_VERSION"))
}

fn terminal(place: &Place) -> Check {
    let name = place.env.get("TERM").unwrap_or("not set");
    if !std::io::stdout().is_terminal() {
        return Check::good(
            "terminal",
            "none; only the commands without a screen work here",
        );
    }
    let Ok((columns, rows)) = crossterm::terminal::size() else {
        return Check::broken(
            "terminal",
            "its size cannot be read",
            "run synod in another terminal",
        );
    };
    let seen = format!("{name}, {columns}×{rows}");
    if name == "dumb" || name == "not set" {
        Check::broken(
            "terminal",
            seen,
            "set TERM to what your terminal is, for instance xterm-256color",
        )
    } else if columns < 60 || rows < 16 {
        Check::fair(
            "terminal",
            seen,
            "the console needs 60×16; 100×30 shows everything",
        )
    } else {
        Check::good("terminal", seen)
    }
}

fn folder(place: &Place) -> Check {
    let root = &place.project.root;
    let existing = if place.project.room.exists() {
        &place.project.room
    } else {
        root
    };
    if !existing.is_dir() {
        return Check::broken(
            "folder",
            format!("{} is no folder", existing.display()),
            "a room keeps its journal there: move it aside, or use --project with another folder",
        );
    }
    if rustix::fs::access(existing, rustix::fs::Access::WRITE_OK).is_err() {
        return Check::broken(
            "folder",
            format!("{} cannot be written", existing.display()),
            "a room needs a place to write: use --project with another folder, or change its permissions",
        );
    }
    let free =
        rustix::fs::statvfs(existing).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    match free {
        Ok(free) if free < DISK_LOW => {
            let detail = format!("{}, {} MiB free", root.display(), free / 1024 / 1024);
            Check::fair(
                "folder",
                detail,
                "free some space: a room stops when its journal cannot be written",
            )
        }
        Ok(free) => Check::good(
            "folder",
            format!("{}, {} GiB free", root.display(), free / 1024 / 1024 / 1024),
        ),
        Err(_) => Check::good("folder", root.display().to_string()),
    }
}

/// The journal, read to its end. Nothing to tell where there is none yet.
fn journal(place: &Place) -> Option<Check> {
    let file = place.project.room.join("room.db");
    if !file.is_file() {
        return None;
    }
    let fix = "put a backup in its place, or move it aside to begin a new room";
    let reader = match Reader::open(&place.project.room) {
        Ok(reader) => reader,
        Err(error) => return Some(Check::broken("journal", error.to_string(), fix)),
    };
    Some(match reader.verify() {
        Ok(verified) => Check::good(
            "journal",
            format!("{} events, the chain holds", verified.events),
        ),
        Err(error) => Check::broken("journal", error.to_string(), fix),
    })
}

async fn room(place: &Place) -> Check {
    match Client::connect(&place.project.socket).await {
        Ok(client) => {
            let state = client.state();
            let detail = format!(
                "runs as process {}; members: {}, open tasks: {}",
                client.pid(),
                state.members().len(),
                state.open_tasks().count()
            );
            Check::good("room", detail)
        }
        Err(AttachError::NoRoom) => Check::good("room", "does not run; `synod` starts it"),
        Err(error @ (AttachError::Declined { .. } | AttachError::Silent)) => {
            Check::broken("room", error.to_string(), "run `synod stop`, then `synod`")
        }
    }
}
