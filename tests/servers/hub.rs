//! The room's documents in a real hub: Serena, and the built-in memory in its place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pretty_assertions::assert_eq;
use synod::core::{
    Access, Answer, Basis, CallId, Ending, Event, HubKind, HubState, HubStatus, MemberName,
    MemberSpec, Outcome, Purpose, Reach, Recorded, SessionId, State, TaskId, TaskOrder, Text,
    Timestamp, Usage, evolve,
};
use synod::hub::project::{all, project};
use synod::hub::seal::revision;
use synod::hub::{Connector, Hub, HubError, Input, Memory, Prefix, builtin, serena};
use synod::mcp::{GuardCommand, Options, ServerSpec, Start, Subscribed, Supervisor};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::support::{provision, soon};

const SYNOD: &str = env!("CARGO_BIN_EXE_synod");

/// A project whose room keeps its documents in a real server.
struct Room {
    folder: TempDir,
    kind: HubKind,
    server: ServerSpec,
    state: State,
    inputs: mpsc::Sender<Input>,
    status: watch::Receiver<HubStatus>,
    shutdown: CancellationToken,
    run: JoinSet<()>,
    tasks: TaskTracker,
}

/// What both servers are tested with; Serena is left out when it cannot be installed here.
async fn servers(folder: &Path) -> Vec<(HubKind, ServerSpec)> {
    let builtin = builtin::spec(Path::new(SYNOD), folder, BTreeMap::new());
    let mut servers = vec![(HubKind::Builtin, builtin)];
    let program = tokio::task::spawn_blocking(provision::serena)
        .await
        .unwrap();
    if let Some(program) = program {
        let env = ["PATH", "HOME"].into_iter().filter_map(|name| {
            #[expect(clippy::disallowed_methods, reason = "Serena needs the user's Python")]
            let value = std::env::var(name).ok()?;
            Some((name.to_owned(), value))
        });
        let setup = serena::Setup {
            command: vec![program.display().to_string()],
            project: folder.to_owned(),
            room: folder.join(".synod"),
            env: env.collect(),
            lent: Vec::new(),
        };
        servers.push((HubKind::Serena, serena::prepare(&setup).unwrap()));
    }
    servers
}

fn supervisor(server: &ServerSpec, tasks: &TaskTracker) -> Supervisor {
    let guard = GuardCommand {
        program: PathBuf::from(SYNOD),
        args: vec!["guard".to_owned()],
    };
    Supervisor::start(server.clone(), Options::new(guard), Start::OnDemand, tasks)
}

impl Room {
    fn open(folder: TempDir, kind: HubKind, server: ServerSpec, state: State) -> Self {
        let tasks = TaskTracker::new();
        let (inputs, from_room) = mpsc::channel(64);
        let (to_screen, status) = watch::channel(HubStatus::starting(kind));
        let shutdown = CancellationToken::new();
        let hub = Hub {
            inputs: from_room,
            connector: supervisor(&server, &tasks),
            prefix: Prefix::default(),
            status: to_screen,
            shutdown: shutdown.clone(),
            wall: || Timestamp(1_795_339_467_000),
        };
        let mut run = JoinSet::new();
        run.spawn(hub.run());
        Self {
            folder,
            kind,
            server,
            state,
            inputs,
            status,
            shutdown,
            run,
            tasks,
        }
    }

    async fn give_state(&self) {
        let state = Box::new(self.state.clone());
        self.inputs.send(Input::State(state)).await.unwrap();
    }

    async fn tell(&mut self, events: Vec<Event>) {
        let mut told = Vec::new();
        for event in events {
            let seq = self.state.seq() + 1;
            let at = Timestamp(1_795_339_467_000 + seq * 1000);
            let recorded = Recorded { seq, at, event };
            evolve(&mut self.state, &recorded);
            told.push(recorded);
        }
        self.inputs
            .send(Input::Events(Arc::new(told)))
            .await
            .unwrap();
    }

    fn file(&self, name: &str) -> PathBuf {
        let memories = self.folder.path().join(".serena/memories");
        memories.join(format!("{name}.md"))
    }

    /// Waits until every document on disk is the projection of the state.
    async fn settle(&self) {
        let right = || {
            all(&self.state).iter().all(|document| {
                let text = fs::read_to_string(self.file(&document.to_string()));
                text.is_ok_and(|text| {
                    let rev = revision(&text);
                    rev.is_some_and(|rev| project(&self.state, document, rev) == Some(text))
                })
            })
        };
        let mut status = self.status.clone();
        let ready = status
            .wait_for(|status| status.state == HubState::Ready && status.pending == 0 && right());
        drop(soon("the documents are current", ready).await.unwrap());
    }

    /// Ends it in good order; nothing of its servers is left then.
    async fn close(mut self) -> (TempDir, HubKind, ServerSpec, State) {
        self.shutdown.cancel();
        soon("the hub ends", self.run.join_next())
            .await
            .unwrap()
            .unwrap();
        self.tasks.close();
        soon("the server ends", self.tasks.wait()).await;
        (self.folder, self.kind, self.server, self.state)
    }
}

fn codex() -> MemberName {
    MemberName::new("codex").unwrap()
}

fn morning() -> Vec<Event> {
    let spec = MemberSpec {
        name: codex(),
        family: "openai".to_owned(),
        strengths: BTreeMap::new(),
        parallel: 1,
        reach: Reach::Text,
        rehearsal: false,
        model: None,
    };
    vec![
        Event::RoomOpened {
            name: "my-app".to_owned(),
        },
        Event::MemberEnrolled { spec },
        Event::SessionOpened {
            session: SessionId(1),
            member: codex(),
            title: "codex".to_owned(),
        },
    ]
}

/// A task from its order to its result, which has what makes servers stumble.
fn task(number: u64) -> Vec<Event> {
    let (task, call) = (TaskId(number), CallId(number));
    let said = Text::from("Größe: 42 \\d+ $!1 $1\r\n---\r\nmem:task_queue.json\u{1b}[2J 🦀");
    let answer = Answer {
        text: said.clone(),
        block: None,
        usage: Usage::default(),
        first_text: None,
    };
    vec![
        Event::TaskAdded {
            task,
            order: TaskOrder::new("How many \\ $!1 legs?"),
        },
        Event::CallStarted {
            call,
            task,
            session: SessionId(1),
            purpose: Purpose::Answer,
            access: Access::Read,
            prompt: Text::from("How many \\ $!1 legs?"),
            inputs: Vec::new(),
        },
        Event::CallEnded {
            call,
            ending: Ending::Answered(answer),
        },
        Event::TaskConcluded {
            task,
            outcome: Outcome::Done {
                result: said,
                from: vec![call],
                basis: Basis::Only,
            },
        },
    ]
}

#[tokio::test]
async fn the_documents_appear_stay_current_and_outlive_the_room() {
    let probe = tempfile::tempdir().unwrap();
    let kinds = servers(probe.path()).await.len();
    for index in 0..kinds {
        let folder = tempfile::tempdir().unwrap();
        let (kind, server) = servers(folder.path()).await.swap_remove(index);
        let mut room = Room::open(folder, kind, server, State::new());
        room.tell(morning()).await;
        room.settle().await;
        room.tell(task(1)).await;
        room.settle().await;
        let result = fs::read_to_string(room.file("results/1")).unwrap();
        assert!(
            result.contains("Größe: 42 \\d+ $!1 $1\n---\nmem:task_queue.json 🦀"),
            "{result}"
        );

        // Another document of the project is none of our business.
        fs::write(room.file("notes"), "mine").unwrap();
        room.tell(task(2)).await;
        let (folder, kind, server, state) = room.close().await;
        let queue = folder.path().join(".serena/memories/task_queue.json.md");
        let queue = fs::read_to_string(queue).unwrap();
        assert!(
            queue.contains("results/2"),
            "written at the end ({kind:?}): {queue}"
        );

        // Somebody else writes while no room is there; the next room keeps that aside.
        let mut room = Room::open(folder, kind, server, state);
        fs::write(room.file("task_queue.json"), "not yours\n").unwrap();
        room.tell(task(3)).await;
        room.give_state().await;
        room.settle().await;
        let kept = fs::read_to_string(room.file("conflicts/memory/task_queue.json-1"));
        assert_eq!(kept.unwrap(), "not yours\n");
        assert_eq!(fs::read_to_string(room.file("notes")).unwrap(), "mine");
        let told = room.status.borrow().foreign.len();
        assert_eq!(told, 1, "only what was foreign is called so ({kind:?})");
        drop(room.close().await);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_that_is_killed_again_and_again_loses_nothing() {
    let probe = tempfile::tempdir().unwrap();
    let kinds = servers(probe.path()).await.len();
    for index in 0..kinds {
        let folder = tempfile::tempdir().unwrap();
        let (kind, server) = servers(folder.path()).await.swap_remove(index);
        let mut room = Room::open(folder, kind, server, State::new());
        room.tell(morning()).await;
        room.settle().await;
        for number in 1..=3 {
            room.tell(task(number)).await;
            kill(&room).await;
            room.tell(task(number + 10)).await;
            room.settle().await;
        }
        assert_eq!(room.status.borrow().foreign, []);
        drop(room.close().await);
    }
}

/// Kills the server of a room, as an out-of-memory killer would: whatever has its folder on the
/// command line, the guard above it aside.
#[cfg(target_os = "linux")]
async fn kill(room: &Room) {
    let down = |status: &HubStatus| matches!(status.state, HubState::Down { .. });
    let mut status = room.status.clone();
    let project = room.folder.path().display().to_string();
    let mut killed = 0;
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(line) = fs::read(entry.path().join("cmdline")) else {
            continue;
        };
        let line = String::from_utf8_lossy(&line).into_owned();
        let is_guard = line.contains("\0guard\0");
        if line.contains(&project) && !is_guard {
            let pid = entry.file_name().to_string_lossy().parse::<i32>().unwrap();
            let pid = rustix::process::Pid::from_raw(pid).unwrap();
            // It may have ended by itself meanwhile.
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).ok();
            killed += 1;
        }
    }
    assert!(killed > 0, "there is a server to kill");
    drop(
        soon("the loss is seen", status.wait_for(down))
            .await
            .unwrap(),
    );
}

#[tokio::test]
async fn errors_of_the_real_servers_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, server) in servers(folder.path()).await {
        let tasks = TaskTracker::new();
        let supervisor = supervisor(&server, &tasks);
        let hub = soon("connecting", supervisor.connect()).await.unwrap();
        let lost = |name: &str| HubError::Lost {
            name: name.to_owned(),
        };
        let missing = |name: &str| HubError::Missing {
            name: name.to_owned(),
        };
        assert_eq!(hub.read("nothing").await, Ok(None), "{kind:?}");
        assert_eq!(hub.edit("nothing", "a", "b").await, Err(missing("nothing")));
        assert_eq!(hub.write("a/b", "old\n").await, Ok(()));
        assert_eq!(hub.edit("a/b", "older\n", "new\n").await, Err(lost("a/b")));
        assert_eq!(hub.edit("a/b", "old\n", "$!1 \\1\n").await, Ok(()));
        assert_eq!(hub.read("a/b").await, Ok(Some("$!1 \\1\n".to_owned())));
        let long = "ä".repeat(400_000);
        assert_eq!(hub.write("long", &long).await, Ok(()));
        assert_eq!(hub.read("long").await, Ok(Some(long)));
        let taken = HubError::Taken {
            name: "a/b".to_owned(),
        };
        assert_eq!(hub.rename("long", "a/b").await, Err(taken));
        assert_eq!(hub.rename("long", "a/c").await, Ok(()));
        assert_eq!(
            hub.list("").await,
            Ok(vec!["a/b".to_owned(), "a/c".to_owned()])
        );
        let name = hub.write("../x", "out").await;
        assert!(matches!(name, Err(HubError::Name { .. })), "{name:?}");
        for name in ["a/b", "a/c"] {
            assert_eq!(
                hub.delete(name).await,
                Ok(synod::hub::memory::Removed::Gone)
            );
            let again = hub.delete(name).await;
            assert_eq!(again, Ok(synod::hub::memory::Removed::WasMissing));
        }
        soon("the server ends", supervisor.shutdown()).await;
        tasks.close();
        soon("all of it ends", tasks.wait()).await;
    }
}

#[tokio::test]
async fn serena_agrees_to_be_listened_to() {
    let folder = tempfile::tempdir().unwrap();
    let servers = servers(folder.path()).await;
    let Some((_, server)) = servers
        .iter()
        .find(|(kind, _)| matches!(kind, HubKind::Serena))
    else {
        return;
    };
    let tasks = TaskTracker::new();
    let supervisor = supervisor(server, &tasks);
    let connection = soon("serena", supervisor.get()).await.unwrap();
    assert_eq!(connection.protocol(), "2026-07-28");
    // It has no resources, and tells of those that it would have.
    let subscribed = soon("its agreement", connection.subscribe("demo://a")).await;
    assert_eq!(subscribed, Ok(Subscribed::Yes));
    let unsubscribed = soon("its agreement", connection.unsubscribe("demo://a")).await;
    assert_eq!(unsubscribed, Ok(Subscribed::Yes));
    assert_eq!(connection.strays().stale, 0, "{:?}", connection.strays());
    supervisor.shutdown().await;
    tasks.close();
    soon("the end of its processes", tasks.wait()).await;
}
