//! Questions of real servers in a real room: who answers them, what the server hears, and what the
//! journal keeps.

mod codex;
mod everything;

use std::path::{Path, PathBuf};

use synod::core::{
    Actor, ApprovalPolicy, AttentionId, Command, Event, MemberName, Outcome, Recorded, Reply,
    Request, Resolution, State, Subject, TaskId, TaskOrder, evolve,
};
use synod::engine::{Clock as _, Engine, Feed, Handle, Ports, Subscription, SystemClock};
use synod::journal::Journal as _;
use synod::journal::sqlite::SqliteJournal;
use synod::mcp::{GuardCommand, Offers, Options};
use synod::members::{Members, Outlets, Setup};
use tempfile::TempDir;
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::support::soon;

/// A room with an operator who may answer.
struct Room {
    handle: Handle,
    state: State,
    feed: broadcast::Receiver<Feed>,
    /// Everything that happened since the start.
    heard: Vec<Event>,
    journal: SqliteJournal,
    stop: CancellationToken,
    tasks: TaskTracker,
    _folder: TempDir,
}

impl Room {
    /// Starts a room in `project` with these members, to whose servers `offers` are made.
    async fn start(setups: Vec<Setup>, policy: ApprovalPolicy, offers: Offers) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let opened = SqliteJournal::open(folder.path()).unwrap();
        let (effects, orders) = mpsc::channel(1024);
        let (report, reports) = mpsc::channel(1024);
        let (say, deltas) = mpsc::channel(1024);
        let mut options = Options::new(GuardCommand {
            program: PathBuf::from(env!("CARGO_BIN_EXE_synod")),
            args: vec!["guard".to_owned()],
        });
        options.offers = offers;
        let outlets = Outlets {
            reports: report,
            deltas: say,
        };
        let tasks = TaskTracker::new();
        let members = Members::new(setups.clone(), options, outlets, || {
            SystemClock::default().now()
        });
        tasks.spawn(members.run(orders));
        let ports = Ports {
            effects,
            reports,
            deltas,
        };
        let journal = opened.journal;
        let clock = SystemClock::default();
        let (engine, handle) = Engine::new(opened.state, journal.clone(), clock, ports, 1_000_000);
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        tasks.spawn(async move {
            engine.run("test", stopped).await.unwrap();
        });
        let Subscription { state, feed, .. } = handle.subscribe().await.unwrap();
        let room = Self {
            handle,
            state: *state,
            feed,
            heard: Vec::new(),
            journal,
            stop,
            tasks,
            _folder: folder,
        };
        room.command(Command::SetPolicy(policy)).await;
        for setup in setups {
            room.command(Command::Enroll(setup.spec)).await;
        }
        room
    }

    async fn command(&self, command: Command) {
        self.handle.command(command).await.unwrap();
    }

    /// Takes in what happens until `found` says so.
    async fn until<T>(&mut self, what: &str, found: impl Fn(&Self) -> Option<T>) -> T {
        let hearing = async {
            loop {
                if let Some(found) = found(self) {
                    return found;
                }
                if let Feed::Events(events) = self.feed.recv().await.unwrap() {
                    for recorded in events.iter() {
                        self.take(recorded);
                    }
                }
            }
        };
        soon(what, hearing).await
    }

    fn take(&mut self, recorded: &Recorded) {
        evolve(&mut self.state, recorded);
        self.heard.push(recorded.event.clone());
    }

    /// Adds a task for one member.
    async fn ask(&mut self, member: &str, prompt: &str) -> TaskId {
        let order = TaskOrder {
            members: vec![MemberName::new(member).unwrap()],
            ..TaskOrder::new(prompt)
        };
        let accepted = self.handle.command(Command::AddTask(order)).await.unwrap();
        accepted.task.unwrap()
    }

    /// The next question that waits for the operator.
    async fn question(&mut self) -> (AttentionId, Request) {
        self.until("a question", |room| {
            room.state.attention().find_map(|item| {
                let Subject::Asked { request, .. } = &item.subject else {
                    return None;
                };
                Some((item.id, request.clone()))
            })
        })
        .await
    }

    /// Answers, and waits until that is known here.
    async fn answer(&mut self, attention: AttentionId, reply: Reply) {
        self.command(Command::Answer { attention, reply }).await;
        self.until("the answer", |room| {
            let settled = room.state.attention_item(attention).is_none();
            settled.then_some(())
        })
        .await;
    }

    /// How a task ended: its result, or why it has none.
    async fn ended(&mut self, task: TaskId) -> Result<String, String> {
        self.until("the end of a task", |room| {
            match room.state.task(task)?.outcome()? {
                Outcome::Done { result, .. } => Some(Ok(result.as_str().to_owned())),
                Outcome::Failed { why } => Some(Err(why.clone())),
                Outcome::Cancelled => Some(Err("cancelled".to_owned())),
            }
        })
        .await
    }

    /// How the questions were settled so far, as the journal has it.
    fn settled(&self) -> Vec<&Resolution> {
        let events = self.heard.iter().filter_map(|event| {
            let Event::AttentionResolved { resolution, .. } = event else {
                return None;
            };
            Some(resolution)
        });
        events.collect()
    }

    /// Who settled the last question, and by which rule.
    fn last(&self) -> (Actor, Option<&str>) {
        let last = self.settled().pop().unwrap();
        (last.by, last.rule.as_deref())
    }

    async fn close(self) {
        self.stop.cancel();
        self.tasks.close();
        soon("the end of the room", self.tasks.wait()).await;
        self.journal.close().await;
    }
}

fn project(folder: &Path) -> ApprovalPolicy {
    ApprovalPolicy {
        project: folder.canonicalize().unwrap().display().to_string(),
        ..ApprovalPolicy::default()
    }
}

fn deny(reason: &str) -> Reply {
    Reply::Deny {
        reason: reason.to_owned(),
    }
}
