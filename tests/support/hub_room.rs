//! A project whose room keeps its documents in a real hub server, without the rest of the room: for the
//! tests and the bench of the hub.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use synod::core::{
    Access, Answer, Basis, CallId, Command, Ending, Event, HubKind, HubState, HubStatus,
    MemberName, MemberSpec, NoteEnd, Outcome, Purpose, Reach, Recorded, Reply, Report, SessionId,
    State, TaskId, TaskOrder, Text, Timestamp, Usage, decide, evolve, note,
};
use synod::hub::folder::Folder;
use synod::hub::project::{all, project};
use synod::hub::seal::revision;
use synod::hub::{Connector, Contents, Hub, HubError, Input, Prefix, Watching, builtin, serena};
use synod::mcp::{GuardCommand, Options, ServerSpec, Start, Supervisor};
use tempfile::TempDir;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{provision, soon};

const SYNOD: &str = env!("CARGO_BIN_EXE_synod");

const NOW: Timestamp = Timestamp(1_795_339_467_000);
/// A project whose room keeps its documents in a real server.
pub(crate) struct Room {
    pub(crate) folder: TempDir,
    kind: HubKind,
    server: ServerSpec,
    pub(crate) state: State,
    inputs: mpsc::Sender<Input>,
    reports: mpsc::Receiver<Report>,
    pub(crate) contents: Contents,
    pub(crate) status: watch::Receiver<HubStatus>,
    shutdown: CancellationToken,
    run: JoinSet<()>,
    tasks: TaskTracker,
}

/// What both servers are tested with; Serena is left out when it cannot be installed here.
pub(crate) async fn servers(folder: &Path) -> Vec<(HubKind, ServerSpec)> {
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

pub(crate) fn supervisor(server: &ServerSpec, tasks: &TaskTracker) -> Supervisor {
    let guard = GuardCommand {
        program: PathBuf::from(SYNOD),
        args: vec!["guard".to_owned()],
    };
    Supervisor::start(server.clone(), Options::new(guard), Start::OnDemand, tasks)
}

/// A hub server under a new supervisor for each connection, so that one that is killed again and again
/// is not given time to rest.
pub(crate) struct Restless {
    server: ServerSpec,
    tasks: TaskTracker,
    current: Mutex<Option<Supervisor>>,
}

impl Connector for Restless {
    type Memory = <Supervisor as Connector>::Memory;

    async fn connect(&self) -> Result<Self::Memory, HubError> {
        let mut current = self.current.lock().await;
        if let Some(former) = current.take() {
            former.shutdown().await;
        }
        let next = current.insert(supervisor(&self.server, &self.tasks));
        Connector::connect(next).await
    }

    async fn restart(&self) {
        if let Some(current) = &*self.current.lock().await {
            Connector::restart(current).await;
        }
    }
}

impl Room {
    /// A room with a server as every room has it.
    pub(crate) fn open(folder: TempDir, kind: HubKind, server: ServerSpec, state: State) -> Self {
        let tasks = TaskTracker::new();
        let connector = supervisor(&server, &tasks);
        Self::with(folder, kind, server, state, connector, tasks)
    }

    /// A room with a server that can be killed as often as one likes.
    pub(crate) fn restless(folder: TempDir, kind: HubKind, server: ServerSpec) -> Self {
        let tasks = TaskTracker::new();
        let connector = Restless {
            server: server.clone(),
            tasks: tasks.clone(),
            current: Mutex::new(None),
        };
        Self::with(folder, kind, server, State::new(), connector, tasks)
    }

    fn with(
        folder: TempDir,
        kind: HubKind,
        server: ServerSpec,
        state: State,
        connector: impl Connector,
        tasks: TaskTracker,
    ) -> Self {
        let (inputs, from_room) = mpsc::channel(64);
        let (to_room, reports) = mpsc::channel(64);
        let (to_screen, status) = watch::channel(HubStatus::starting(kind));
        let shutdown = CancellationToken::new();
        let memories = Folder::new(folder.path().join(".serena/memories"));
        let watching = Watching::start(memories, Prefix::default(), &shutdown, &tasks);
        let contents = watching.contents();
        let hub = Hub {
            inputs: from_room,
            connector,
            prefix: Prefix::default(),
            watching: Some(watching),
            reports: to_room,
            status: to_screen,
            shutdown: shutdown.clone(),
            wall: || NOW,
        };
        let mut run = JoinSet::new();
        run.spawn(hub.run());
        Self {
            folder,
            kind,
            server,
            state,
            inputs,
            reports,
            contents,
            status,
            shutdown,
            run,
            tasks,
        }
    }

    pub(crate) async fn give_state(&self) {
        let state = Box::new(self.state.clone());
        self.inputs.send(Input::State(state)).await.unwrap();
    }

    pub(crate) async fn tell(&mut self, events: Vec<Event>) {
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

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        let memories = self.folder.path().join(".serena/memories");
        memories.join(format!("{name}.md"))
    }

    /// Waits until every document on disk is the projection of the state. Foreign edits that the
    /// room is told of meanwhile are kept aside.
    pub(crate) async fn settle(&mut self) {
        let work = async {
            let mut status = self.status.clone();
            while !(self.is_ready() && self.is_right()) {
                tokio::select! {
                    Some(report) = self.reports.recv() => self.attend(&report, &Reply::KeepAside).await,
                    changed = status.changed() => changed.unwrap(),
                }
            }
        };
        soon("the documents are current", work).await;
    }

    fn is_ready(&self) -> bool {
        let status = self.status.borrow();
        status.state == HubState::Ready && status.pending == 0
    }

    fn is_right(&self) -> bool {
        all(&self.state).iter().all(|document| {
            let text = fs::read_to_string(self.file(&document.to_string()));
            text.is_ok_and(|text| {
                let rev = revision(&text);
                rev.is_some_and(|rev| project(&self.state, document, rev) == Some(text))
            })
        })
    }

    /// The room notes what it is told, and the operator answers.
    pub(crate) async fn attend(&mut self, report: &Report, reply: &Reply) {
        let events = note(&self.state, NOW, report);
        self.tell(events).await;
        let items = self.state.attention().map(|item| item.id);
        for attention in items.collect::<Vec<_>>() {
            let reply = reply.clone();
            let answer = Command::Answer { attention, reply };
            let events = decide(&self.state, &answer).unwrap();
            self.tell(events).await;
        }
    }

    /// The operator changes a note; what became of that.
    pub(crate) async fn change(&mut self, command: &Command) -> NoteEnd {
        let events = decide(&self.state, command).unwrap();
        self.tell(events).await;
        self.changed().await
    }

    /// What became of the change that is on its way.
    pub(crate) async fn changed(&mut self) -> NoteEnd {
        loop {
            let report = self.edited().await;
            self.attend(&report, &Reply::KeepAside).await;
            if let Report::NoteSettled { end, .. } = report {
                return end;
            }
        }
    }

    /// What the room is told next of a foreign edit.
    pub(crate) async fn edited(&mut self) -> Report {
        soon("the room is told", self.reports.recv()).await.unwrap()
    }

    /// Ends it in good order; nothing of its servers is left then.
    pub(crate) async fn close(mut self) -> (TempDir, HubKind, ServerSpec, State) {
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

pub(crate) fn codex() -> MemberName {
    MemberName::new("codex").unwrap()
}

pub(crate) fn morning() -> Vec<Event> {
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
pub(crate) fn task(number: u64) -> Vec<Event> {
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
            analysis: None,
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

/// Kills the server of a room, as an out-of-memory killer would: whatever has its folder on the
/// command line, the guard above it aside.
#[cfg(target_os = "linux")]
pub(crate) async fn kill(room: &Room) {
    let down = |status: &HubStatus| matches!(status.state, HubState::Down { .. });
    let mut status = room.status.clone();
    let up = |status: &HubStatus| match status.state {
        HubState::CatchingUp { .. } | HubState::Ready => true,
        HubState::Starting | HubState::Down { .. } => false,
    };
    drop(soon("it is up", status.wait_for(up)).await.unwrap());
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
