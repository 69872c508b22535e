//! Keeps the room's documents in the shared memory: chooses Serena or the built-in memory, starts it
//! under a supervisor, and feeds the hub with what happens.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cli::room::library::Library;
use crate::cli::room::tools;
use crate::cli::{Place, confirm, git};
use crate::config::{Hub as Wanted, Layer, Loaded, Owner, Trust, find_program};
use crate::core::{HubKind, HubStatus, Lesson, Report, State};
use crate::engine::{Feed, Handle};
use crate::hub::claim::{Claim, ClaimError};
use crate::hub::document::DocumentName;
use crate::hub::folder::Folder;
use crate::hub::{Hub, Input, Prefix, Watching, builtin, project, serena};
use crate::mcp::{Options, ServerSpec, Start, Supervisor};

/// Batches that may wait for the hub; when it is further behind it is given the whole state.
const INPUTS: usize = 256;

/// The shared memory that the room will use.
#[derive(Debug)]
pub(in crate::cli) struct Memory {
    kind: HubKind,
    server: ServerSpec,
}

/// The folders that a shared memory works in.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Folders<'a> {
    /// Whose documents it keeps.
    pub(in crate::cli) project: &'a Path,
    /// Where its own settings are.
    pub(in crate::cli) room: &'a Path,
}

/// Serena where it is wanted, installed and confirmed, else the built-in memory.
pub(super) fn choose(place: &Place, loaded: &Loaded, trust: &Trust, program: &Path) -> Memory {
    let folders = Folders {
        project: &place.project.root,
        room: &place.project.room,
    };
    choose_in(folders, place, loaded, trust, program)
}

/// The same for other folders than those of the place.
pub(in crate::cli) fn choose_in(
    folders: Folders<'_>,
    place: &Place,
    loaded: &Loaded,
    trust: &Trust,
    program: &Path,
) -> Memory {
    let env = environment(place);
    if let Some(command) = serena_command(place, loaded, trust) {
        let setup = serena::Setup {
            command,
            project: folders.project.to_owned(),
            room: folders.room.to_owned(),
            env: env.clone(),
            lent: tools::of_hub(place, loaded, trust),
        };
        match serena::prepare(&setup) {
            Ok(server) => {
                return Memory {
                    kind: HubKind::Serena,
                    server,
                };
            }
            Err(error) => tracing::warn!(%error, "the built-in memory is used"),
        }
    }
    Memory {
        kind: HubKind::Builtin,
        server: builtin::spec(program, folders.project, env),
    }
}

/// How Serena is started where it is wanted, found and confirmed.
pub(in crate::cli) fn serena_command(
    place: &Place,
    loaded: &Loaded,
    trust: &Trust,
) -> Option<Vec<String>> {
    match loaded.config.room.hub {
        Wanted::Builtin => return None,
        Wanted::Serena => {}
    }
    // Found is not wanted: without a word of the operator nothing that happens to be there is run.
    if loaded.origins.of("room.hub").layer == Layer::BuiltIn
        && loaded.config.room.hub_command.is_none()
    {
        return None;
    }
    let unconfirmed = confirm::unconfirmed(loaded, &place.project.root, trust);
    if unconfirmed.iter().any(|item| item.owner == Owner::Hub) {
        tracing::warn!(
            "the shared memory is not confirmed, the built-in one is used: run `synod init`"
        );
        return None;
    }
    if let Some(command) = &loaded.config.room.hub_command {
        return Some(command.clone());
    }
    let found = find_program("serena", place.env.path(), &place.project.root)?;
    Some(vec![found.to_string_lossy().into_owned()])
}

fn environment(place: &Place) -> BTreeMap<String, String> {
    let names = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME"];
    names
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), place.env.get(name)?.to_owned())))
        .collect()
}

impl Memory {
    /// Which one it is.
    pub(in crate::cli) fn kind(&self) -> HubKind {
        self.kind
    }

    /// How it is started.
    pub(in crate::cli) fn server(&self) -> &ServerSpec {
        &self.server
    }

    /// How it stands before anything was heard of it.
    pub(super) fn status(&self) -> HubStatus {
        HubStatus::starting(self.kind)
    }

    /// Starts it. There is one process of it, for the documents and for all that is lent.
    pub(super) fn start(
        &self,
        place: &Place,
        options: Options,
        tasks: &TaskTracker,
    ) -> Arc<Supervisor> {
        // Who opened the room was told already, if it was by a console or by `run`.
        if let Some(line) = git::keep_out(place) {
            tracing::info!("{line}");
        }
        let server = self.server.clone();
        Arc::new(Supervisor::start(server, options, Start::Eagerly, tasks))
    }

    /// Keeps the documents of a project current until `stop`, and ends the server then. What others do
    /// to them is reported. Gives what consoles can ask for of them.
    pub(super) fn keep(
        connector: Arc<Supervisor>,
        (project, reports): (&Path, mpsc::Sender<Report>),
        engine: &Handle,
        status: watch::Sender<HubStatus>,
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Library {
        let (input, inputs) = mpsc::channel(INPUTS);
        let shutdown = stop.clone();
        let folder = Folder::new(folder(project));
        let watching = Watching::start(folder.clone(), prefix(), stop, tasks);
        let library = Library::open(watching.contents(), folder.real(), stop, tasks);
        let hub = Hub {
            inputs,
            connector,
            prefix: prefix(),
            watching: Some(watching),
            reports,
            status,
            shutdown,
            wall: super::now,
        };
        // A thread of its own: to render long documents takes time, and the room has one thread.
        let runtime = tokio::runtime::Handle::current();
        tasks.spawn_blocking(move || runtime.block_on(hub.run()));
        tasks.spawn(feed(engine.clone(), input));
        library
    }
}

/// Makes the memory folder this room's. Where it cannot be written the room goes on, and the hub says
/// what is wrong.
///
/// # Errors
/// When another room has it.
pub(super) fn claim(place: &Place) -> Result<Option<Claim>, ClaimError> {
    let memories = folder(&place.project.root);
    match Claim::take(&memories, &place.project.room) {
        Err(error @ ClaimError::Unusable { .. }) => {
            tracing::warn!(%error, "the memory folder is not ours alone");
            Ok(None)
        }
        claim => claim,
    }
}

/// Where a project's shared memory is, whichever server keeps it.
pub(super) fn folder(project: &Path) -> PathBuf {
    project.join(".serena").join("memories")
}

/// What stands before the names of this room's documents.
fn prefix() -> Prefix {
    Prefix::default()
}

/// The document of this room that has a name, if it can be one.
pub(super) fn of_room(name: &str) -> Option<DocumentName> {
    prefix().document(name)
}

/// The name of the document of a lesson.
pub(super) fn of_lesson(lesson: &Lesson) -> String {
    prefix().name(&DocumentName::of_lesson(lesson))
}

/// The text of a document as the room has it, at a revision.
pub(super) fn text(state: &State, name: &str, rev: u64) -> Option<String> {
    let prefix = prefix();
    let document = project::all(state)
        .into_iter()
        .find(|document| prefix.name(document) == name)?;
    project::project(state, &document, rev)
}

/// Hands the hub the state, then every event; the whole state again when it fell behind.
async fn feed(engine: Handle, input: mpsc::Sender<Input>) {
    while let Ok(subscription) = engine.subscribe().await {
        let mut feed = subscription.feed;
        if input.send(Input::State(subscription.state)).await.is_err() {
            return;
        }
        loop {
            match feed.recv().await {
                Ok(Feed::Events(events)) => {
                    if input
                        .send(Input::Events(Arc::clone(&events)))
                        .await
                        .is_err()
                    {
                        return;
                    }
                }
                Ok(Feed::Deltas(_) | Feed::Stalled { .. } | Feed::Recovered) => {}
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::core::State;

    #[test]
    fn a_document_is_read_by_the_name_it_has_in_the_hub() {
        let queue = text(&State::new(), "task_queue.json", 3).unwrap();
        assert!(queue.contains("\"rev\": 3"), "{queue}");
        assert_eq!(text(&State::new(), "results/1", 1), None);
    }
}
