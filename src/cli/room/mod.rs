//! The room process: `synod room`, started by consoles, and the same room inside a console.

mod advice;
mod analysis;
mod approvals;
mod archive;
mod assemble;
pub(super) mod checks;
mod checkups;
pub(super) mod configured;
mod conflicts;
pub(super) mod documents;
mod endpoint;
mod handed;
mod idle;
mod kinds;
mod library;
mod log;
mod offered;
mod past;
mod pinned;
mod reading;
pub(super) mod roster;
mod routing;
mod scratch;
mod server_logs;
pub(super) mod servers;
mod sieve;
mod telemetry;
pub(super) mod thinking;
pub(super) mod tools;

use std::io::Write;
use std::os::unix::fs::DirBuilderExt as _;
use std::process::ExitCode;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

pub(super) use assemble::Room;

use crate::cli::Place;
use crate::core::Timestamp;
use crate::engine::{self, Clock, SystemClock};
use crate::journal::sqlite::OpenError;

/// What the process says on stdout once it listens. Anything else it says is why it does not.
pub(super) const READY: &str = "ready";

/// How long a thread of the room may take to its end once all else is over.
const LAST: Duration = Duration::from_secs(5);

/// What stands before the reason when the room is run by another process already, so that the one
/// who started us may attach to that one.
pub(super) const TAKEN: &str = "taken: ";

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Runs the room until it is closed, told to end, or idle for long.
pub(super) fn run(place: &Place, _args: &Args) -> anyhow::Result<ExitCode> {
    // A session of its own, so that no terminal's end reaches it. Fails only where it leads one already.
    let _leader = rustix::process::setsid();
    let runtime = engine::runtime()?;
    let told = runtime.block_on(serve(place));
    runtime.shutdown_timeout(LAST);
    if let Err(error) = &told {
        // The console that started us reads one line.
        let line = format!("{error:#}").replace('\n', "; ");
        let owned = matches!(error.downcast_ref(), Some(OpenError::Owned { .. }));
        let mark = if owned { TAKEN } else { "" };
        drop(writeln!(std::io::stdout().lock(), "{mark}{line}"));
        tracing::error!(error = line, "the room ended");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(place: &Place) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // A terminal that goes away is none of our business.
    let _hangup = signal(SignalKind::hangup())?;
    make_folder(place)?;
    log::start(&place.project.room)?;
    let room = Room::start(place).await?;
    {
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{READY}")?;
        stdout.flush()?;
    }
    let desk = room.desk();
    tokio::select! {
        _ = terminate.recv() => tracing::info!("told to end"),
        _ = interrupt.recv() => tracing::info!("told to end"),
        () = idle::long(&desk) => tracing::info!("nobody is here and nothing is to be done"),
        () = room.closed() => tracing::info!("closed"),
    }
    drop(desk);
    room.end().await
}

/// Makes the room's folder, for nobody else to look into.
pub(super) fn make_folder(place: &Place) -> anyhow::Result<()> {
    let mut folder = std::fs::DirBuilder::new();
    let made = folder
        .recursive(true)
        .mode(0o700)
        .create(&place.project.room);
    made.map_err(|error| folder_error(place, &error))
}

fn folder_error(place: &Place, error: &std::io::Error) -> anyhow::Error {
    let room = place.project.room.display();
    if error.kind() == std::io::ErrorKind::AlreadyExists {
        return anyhow::anyhow!(
            "{room} is no folder, and the room keeps its journal in a folder of that name: move it aside, or name another project with --project"
        );
    }
    anyhow::anyhow!(
        "cannot make the room's folder {room}: {error}. A room needs a place to write: name another project with --project, or change the permissions"
    )
}

/// The time of day, for the parts that have no clock of their own.
pub(super) fn now() -> Timestamp {
    SystemClock::default().now()
}
