//! The real room without a console: engine, SQLite journal, members under their guards.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use synod::core::{
    Command, Event, Health, MemberName, MemberSpec, Reach, Recorded, Sharing, State, TaskOrder,
    Timestamp, evolve,
};
use synod::engine::{Clock, Engine, Feed, Handle, Ports, Subscription, SystemClock};
use synod::journal::sqlite::SqliteJournal;
use synod::journal::{AppendError, Batch, Hit, Journal, ReadError};
use synod::mcp::{GuardCommand, Limits, Options, ServerSpec, Transport};
use synod::members::{Adapter, ChatOptions, Members, Outlets, Prices, Setup};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Plan;

/// The real journal, with its appends counted.
#[derive(Clone)]
struct Counted {
    journal: SqliteJournal,
    appends: Arc<AtomicU32>,
}

impl Journal for Counted {
    async fn append(
        &self,
        expected: u64,
        batches: Vec<Batch>,
    ) -> Result<Vec<Recorded>, AppendError> {
        self.appends.fetch_add(1, Ordering::Relaxed);
        self.journal.append(expected, batches).await
    }

    async fn snapshot(&self, state: Box<State>) {
        self.journal.snapshot(state).await;
    }

    async fn read(&self, from: u64, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        self.journal.read(from, limit).await
    }

    async fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, ReadError> {
        self.journal.search(query, limit).await
    }

    async fn close(&self) {
        self.journal.close().await;
    }
}

/// How long the tasks took from the first command to the last result, and with how many appends.
pub(crate) async fn run(plan: &Plan) -> (Duration, u32) {
    let folder = tempfile::tempdir().unwrap();
    let opened = SqliteJournal::open(folder.path()).unwrap();
    let appends = Arc::new(AtomicU32::new(0));
    let journal = Counted {
        journal: opened.journal,
        appends: Arc::clone(&appends),
    };
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    let setups: Vec<Setup> = (0..plan.servers).map(setup).collect();
    let handle = start(setups.clone(), journal.clone(), opened.state, &stop, &tasks);
    // The loop has no earlier results to tell.
    let alone = Sharing {
        budget: 0,
        ..Sharing::default()
    };
    handle.command(Command::SetSharing(alone)).await.unwrap();
    for setup in setups {
        handle.command(Command::Enroll(setup.spec)).await.unwrap();
    }
    let Subscription {
        state, mut feed, ..
    } = handle.subscribe().await.unwrap();
    let mut state = *state;
    until(&mut state, &mut feed, |state| {
        state
            .members()
            .all(|member| matches!(member.health(), Health::Ready { .. }))
    })
    .await;

    let before = appends.load(Ordering::Relaxed);
    let began = Instant::now();
    let mut sent = Vec::new();
    for _ in 0..plan.tasks {
        let order = TaskOrder::new(plan.prompt());
        sent.push(handle.begin(Command::AddTask(order)).await);
    }
    for pending in sent {
        pending.outcome().await.unwrap();
    }
    until(&mut state, &mut feed, |state| {
        state.counters().done == u64::from(plan.tasks)
    })
    .await;
    let took = began.elapsed();
    let made = appends.load(Ordering::Relaxed) - before;

    stop.cancel();
    tasks.close();
    tasks.wait().await;
    journal.close().await;
    (took, made)
}

fn start(
    setups: Vec<Setup>,
    journal: Counted,
    state: State,
    stop: &CancellationToken,
    tasks: &TaskTracker,
) -> Handle {
    let (effects, orders) = mpsc::channel(1024);
    let (report, reports) = mpsc::channel(1024);
    let (say, deltas) = mpsc::channel(1024);
    let guard = GuardCommand {
        program: PathBuf::from(env!("CARGO_BIN_EXE_synod")),
        args: vec!["guard".to_owned()],
    };
    let members = Members::new(
        setups,
        Options::new(guard),
        Outlets {
            reports: report,
            deltas: say,
        },
        now,
    );
    tasks.spawn(members.run(orders));
    let ports = Ports {
        effects,
        reports,
        deltas,
    };
    let (engine, handle) = Engine::new(state, journal, SystemClock::default(), ports, 1_000_000);
    let stop = stop.clone();
    tasks.spawn(async move {
        engine.run("bench", stop).await.unwrap();
    });
    handle
}

fn now() -> Timestamp {
    SystemClock::default().now()
}

fn setup(number: u32) -> Setup {
    let name = format!("m{number}");
    let spec = MemberSpec {
        name: MemberName::new(&name).unwrap(),
        family: name.clone(),
        strengths: BTreeMap::new(),
        parallel: 1,
        reach: Reach::Text,
        rehearsal: true,
        model: None,
    };
    let server = ServerSpec {
        name: name.clone(),
        transport: Transport::Stdio {
            command: Plan::server(&name),
            env: BTreeMap::new(),
            cwd: std::env::temp_dir(),
        },
        limits: Limits::default(),
    };
    Setup {
        spec,
        adapter: Adapter::Chat(ChatOptions::default()),
        server,
        prices: Prices::default(),
    }
}

async fn until(
    state: &mut State,
    feed: &mut tokio::sync::broadcast::Receiver<Feed>,
    reached: impl Fn(&State) -> bool,
) {
    while !reached(state) {
        if let Feed::Events(events) = feed.recv().await.unwrap() {
            for recorded in events.iter() {
                if let Event::CallEnded { ending, .. } = &recorded.event {
                    assert!(
                        matches!(ending, synod::core::Ending::Answered(_)),
                        "{ending:?}"
                    );
                }
                evolve(state, recorded);
            }
        }
    }
}
