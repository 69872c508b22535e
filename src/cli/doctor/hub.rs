//! The shared memory: its server, and a document of the doctor's own that is written, read back and
//! removed again.

use std::path::Path;
use std::sync::Weak;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{Instant, timeout};

use crate::cli::doctor::server::{Called, Expected, Ground, examine as examine_server};
use crate::cli::doctor::sink::Sink;
use crate::cli::room::documents::{Folders, choose_in};
use crate::cli::room::tools::of_hub;
use crate::cli::{Place, confirm};
use crate::config::{Hub as Wanted, Layer, Loaded};
use crate::core::{Aspect, Check, HubKind, Meter};
use crate::hub::connect::speak;
use crate::hub::gateway::TOOLS;
use crate::hub::{Connector, HubError, Memory};
use crate::mcp::Supervisor;
use crate::ui::retention;

/// How long the round trip may take; Serena takes a few hundred milliseconds.
const WITHIN: Duration = Duration::from_mins(1);

/// Looks at the server that a room would start, while no room runs.
pub(super) async fn examine(
    place: &Place,
    loaded: &Loaded,
    program: &Path,
    ground: &Ground,
    sink: &Sink,
) {
    // Where there is no room yet, none is begun: a folder of the doctor's own does as well.
    let aside = match aside(place) {
        Ok(aside) => aside,
        Err(error) => {
            sink.add(Check::failed(
                Aspect::Memory,
                format!("no folder to try it in: {error}"),
                "make TMPDIR writable",
            ));
            return;
        }
    };
    let of = |folder: &str| aside.as_ref().map(|aside| aside.path().join(folder));
    let project = of("project").unwrap_or_else(|| place.project.root.clone());
    let room = of("project/.synod").unwrap_or_else(|| place.project.room.clone());
    let folders = Folders {
        project: &project,
        room: &room,
    };
    let trust = confirm::load(&place.env);
    let memory = choose_in(folders, place, loaded, &trust, program);
    let asked = loaded.origins.of("room.hub").layer != Layer::BuiltIn;
    if loaded.config.room.hub == Wanted::Serena && asked && memory.kind() == HubKind::Builtin {
        sink.add(Check::warning(
            Aspect::Found,
            "serena is wanted, and is not on PATH or not confirmed: the built-in memory stands in",
            "`uv tool install serena-agent`, then `synod init` to confirm it",
        ));
    }
    let mut wanted = TOOLS.map(str::to_owned).to_vec();
    if memory.kind() == HubKind::Serena {
        wanted.extend(of_hub(place, loaded, &trust));
    }
    let expected = Expected {
        server: memory.server().clone(),
        tools: wanted,
        called: Called::ByTheRoom,
        rehearsal: false,
        api: None,
    };
    let Some(connection) = examine_server(&expected, ground, sink).await else {
        return;
    };
    let round = match speak(connection.clone()).await {
        Ok(memory) => round_trip(&memory).await,
        Err(error) => Err(error),
    };
    connection.close().await;
    sink.add(told(memory.kind(), round));
}

/// A folder of the doctor's own where the project has no shared memory yet.
fn aside(place: &Place) -> std::io::Result<Option<TempDir>> {
    let there = place.project.root.join(".serena").is_dir() && place.project.room.is_dir();
    if there {
        return Ok(None);
    }
    let aside = TempDir::with_prefix("synod-doctor")?;
    std::fs::create_dir_all(aside.path().join("project/.synod"))?;
    Ok(Some(aside))
}

/// Asks the server that a running room keeps: a second one could come in its way.
pub(super) async fn examine_kept(
    hub: &Weak<Supervisor>,
    kind: HubKind,
    meter: &Meter,
    sink: &Sink,
) {
    let Some(hub) = hub.upgrade() else {
        sink.add(Check::skipped(Aspect::Memory, "the room ends"));
        return;
    };
    let round = match timeout(WITHIN, Connector::connect(&*hub)).await {
        Ok(Ok(memory)) => round_trip(&memory).await,
        Ok(Err(error)) => Err(error),
        Err(_) => Err(HubError::TimedOut {
            tool: "initialize".to_owned(),
        }),
    };
    sink.add(told(kind, round));
    sink.add(fullness(meter));
}

/// How much room is left for results and conflicts. Full is no failure: the oldest give way.
pub(super) fn fullness(meter: &Meter) -> Check {
    let detail = retention::measured(meter);
    if !meter.is_nearly_full() {
        return Check::ok(Aspect::Memory, detail);
    }
    Check::warning(
        Aspect::Memory,
        format!("{detail}: nearly full, so the oldest give way before their time"),
        "raise `most` of `[memory]` to keep more of them whole; the journal keeps all of it",
    )
}

/// Writes, reads back, removes. The document is removed whatever came before.
async fn round_trip(memory: &impl Memory) -> Result<Duration, HubError> {
    let name = format!("synod_doctor_{:08x}", fastrand::u32(..));
    let text = format!("{{\"written by\": \"synod doctor\", \"as\": \"{name}\"}}\n");
    let began = Instant::now();
    let round = async {
        memory.write(&name, &text).await?;
        let read = memory.read(&name).await?;
        if read.as_deref().map(str::trim_end) == Some(text.trim_end()) {
            Ok(began.elapsed())
        } else {
            Err(HubError::Lost { name: name.clone() })
        }
    };
    let round = timeout(WITHIN, round).await.unwrap_or_else(|_| {
        Err(HubError::TimedOut {
            tool: "write_memory".to_owned(),
        })
    });
    let removed = memory.delete(&name).await;
    let took = round?;
    removed?;
    Ok(took)
}

fn told(kind: HubKind, round: Result<Duration, HubError>) -> Check {
    match round {
        Ok(took) => Check::ok(
            Aspect::Memory,
            format!(
                "{}: written and read back in {} ms",
                kind.word(),
                took.as_millis()
            ),
        ),
        Err(error) => {
            let said = error.to_string();
            let (detail, advice) = said.split_once("; ").unwrap_or((
                &said,
                "see its log in .synod/logs, or use `--hub builtin` meanwhile",
            ));
            Check::failed(Aspect::Memory, format!("{}: {detail}", kind.word()), advice)
        }
    }
}
