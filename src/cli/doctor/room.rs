//! The room of the project: its journal, and its process.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::timeout;

use crate::cli::project::Project;
use crate::cli::room::configured;
use crate::core::{Aspect, Check, HubState, HubStatus, Member};
use crate::journal::sqlite::Reader;
use crate::link::{AttachError, Client};
use crate::servers::room::listens_at;

/// A million events are read in a few seconds.
const JOURNAL_WITHIN: Duration = Duration::from_mins(1);

/// The journal, read to its end. Nothing to tell where there is none yet.
pub(super) async fn journal(room: &Path) -> Option<Check> {
    if !room.join("room.db").is_file() {
        return None;
    }
    let room = room.to_owned();
    let reading = tokio::task::spawn_blocking(move || read(&room));
    Some(match timeout(JOURNAL_WITHIN, reading).await {
        Ok(Ok(check)) => check,
        Ok(Err(_)) | Err(_) => Check::warning(
            Aspect::Journal,
            format!("not read to its end within {} s", JOURNAL_WITHIN.as_secs()),
            "`synod journal` shows what is in it",
        ),
    })
}

fn read(room: &Path) -> Check {
    const FIX: &str = "put a backup in its place, or move it aside to begin a new room";
    let reader = match Reader::open(room) {
        Ok(reader) => reader,
        Err(error) => return Check::failed(Aspect::Journal, error.to_string(), FIX),
    };
    match reader.verify() {
        Ok(verified) => Check::ok(
            Aspect::Journal,
            format!("{} events, the chain holds", verified.events),
        ),
        Err(error) => Check::failed(Aspect::Journal, error.to_string(), FIX),
    }
}

/// A room that is alive.
#[derive(Debug)]
pub(super) struct Alive {
    /// How it stands, and what waits there for a person.
    pub(super) checks: Vec<Check>,
    /// How its shared memory stands.
    pub(super) hub: HubStatus,
}

/// The room's process, asked how it is.
pub(super) async fn process(project: &Project, files: &[PathBuf]) -> Result<Alive, Check> {
    match Client::connect(&project.socket).await {
        Ok(client) => {
            let state = client.state();
            let detail = format!(
                "runs as process {}; members: {}, open tasks: {}",
                client.pid(),
                state.members().len(),
                state.open_tasks().count()
            );
            let paused = state.members().filter_map(logged_out);
            let process = process_check(project, detail, files);
            Ok(Alive {
                checks: std::iter::once(process).chain(paused).collect(),
                hub: client.hub().clone(),
            })
        }
        Err(AttachError::NoRoom) => Err(Check::ok(
            Aspect::Process,
            "does not run; `synod` starts it",
        )),
        Err(error @ (AttachError::Declined { .. } | AttachError::Silent)) => Err(Check::failed(
            Aspect::Process,
            error.to_string(),
            "run `synod stop`, then `synod`",
        )),
    }
}

/// A room that is alive, told by `detail`: whether it still runs on what these files say.
pub(super) fn process_check(project: &Project, mut detail: String, files: &[PathBuf]) -> Check {
    if let Some(url) = listens_at(&project.room) {
        detail = format!("{detail}; MCP at {url}");
    }
    if configured::holds(&project.room, files) {
        return Check::ok(Aspect::Process, detail);
    }
    Check::warning(
        Aspect::Process,
        format!("{detail}; it still has the configuration from before the files were changed"),
        "run `synod stop`, then `synod`: open tasks go on with the new one",
    )
}

/// A member that is given no calls until somebody says that it is logged in.
fn logged_out(member: &Member) -> Option<Check> {
    let pause = member.pause().filter(|pause| pause.until.is_none())?;
    let name = &member.spec().name;
    Some(Check::warning(
        Aspect::Process,
        format!("{name} is given no calls: {}", pause.why),
        format!("log {name} in, then press `r` on it in Sessions"),
    ))
}

/// The shared memory of a room that is alive, as that room says. A second server beside it could
/// come in its way.
pub(super) fn hub_of(alive: &Alive) -> Check {
    let kind = alive.hub.kind.word();
    match &alive.hub.state {
        HubState::Ready => Check::ok(
            Aspect::Memory,
            format!(
                "{kind}, kept by the room; documents: {}",
                alive.hub.documents.len()
            ),
        ),
        HubState::Starting | HubState::CatchingUp { .. } => Check::ok(
            Aspect::Memory,
            format!("{kind}, kept by the room; it is catching up"),
        ),
        HubState::Down { why } => Check::failed(
            Aspect::Memory,
            format!("{kind}: {why}"),
            "the room tries again and loses nothing; `synod stop`, then `synod doctor` looks at the server alone",
        ),
    }
}
