//! The one that is attached to the room, for all calls: it keeps the replica up to date, asks what that does not
//! hold, lets go when nothing is asked for a while, and attaches again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::problem::Problem;
use crate::core::document::DocumentName;
use crate::core::{DocumentReply, DocumentWish, TaskId};
use crate::hub::project;
use crate::link::{Archive, AttachError, Client, Desk, Happening, Query, QueryError, QueryReply};

/// Calls that may wait to be taken.
const WAITING: usize = 64;
/// How long it stays attached after the last call: a replica takes memory, and by the socket the room counts it as
/// one who watches.
const STAYS: Duration = Duration::from_secs(30);
/// How long the room may take for an answer.
const WITHIN: Duration = Duration::from_secs(20);

/// How one attaches to the room.
pub(super) trait Way: Send + Sync {
    /// Attaches anew.
    fn attach(&self) -> impl Future<Output = Result<Client, AttachError>> + Send;
}

/// By the socket at which a room listens, from another process.
#[derive(Debug)]
pub(super) struct BySocket(pub(super) PathBuf);

impl Way for BySocket {
    async fn attach(&self) -> Result<Client, AttachError> {
        Client::connect(&self.0).await
    }
}

/// From within the process of the room, where nobody is counted.
#[derive(Debug)]
pub(super) struct Inside<A>(pub(super) Desk<A>);

impl<A: Archive> Way for Inside<A> {
    async fn attach(&self) -> Result<Client, AttachError> {
        Client::local(self.0.clone()).await
    }
}

/// The way to the one that is attached.
#[derive(Debug, Clone)]
pub(super) struct Liaison {
    asks: mpsc::Sender<Ask>,
}

/// What is wanted of the room.
#[derive(Debug)]
enum Ask {
    /// A document as the state says it.
    Projected {
        document: DocumentName,
        to: oneshot::Sender<Result<Option<String>, Problem>>,
    },
    /// Whether the state knows of a task.
    Knows {
        task: TaskId,
        to: oneshot::Sender<Result<bool, Problem>>,
    },
    /// The names of the conflicts.
    Conflicts {
        to: oneshot::Sender<Result<Vec<DocumentName>, Problem>>,
    },
    /// Something of the documents in the shared memory.
    Wish { wish: DocumentWish, to: Waiter },
}

type Waiter = oneshot::Sender<Result<DocumentReply, Problem>>;

/// A liaison that attaches by `way`, and the work that has to be driven meanwhile: it attaches as soon
/// as something is asked, and ends when nobody can ask any more.
pub(super) fn attach(way: impl Way) -> (Liaison, impl Future<Output = ()> + Send) {
    let (asks, inbox) = mpsc::channel(WAITING);
    (Liaison { asks }, run(way, inbox))
}

impl Liaison {
    /// A document as the room's state says it; none where it has nothing for it.
    pub(super) async fn projected(
        &self,
        document: DocumentName,
    ) -> Result<Option<String>, Problem> {
        self.ask(|to| Ask::Projected { document, to }).await
    }

    /// Whether the room knows of a task.
    pub(super) async fn knows(&self, task: TaskId) -> Result<bool, Problem> {
        self.ask(|to| Ask::Knows { task, to }).await
    }

    /// The documents of the conflicts, open and settled ones.
    pub(super) async fn conflicts(&self) -> Result<Vec<DocumentName>, Problem> {
        self.ask(|to| Ask::Conflicts { to }).await
    }

    /// Something of the documents in the shared memory.
    pub(super) async fn wish(&self, wish: DocumentWish) -> Result<DocumentReply, Problem> {
        self.ask(|to| Ask::Wish { wish, to }).await
    }

    async fn ask<T>(
        &self,
        asked: impl FnOnce(oneshot::Sender<Result<T, Problem>>) -> Ask,
    ) -> Result<T, Problem> {
        let (to, answer) = oneshot::channel();
        let asking = async {
            self.asks.send(asked(to)).await.ok()?;
            answer.await.ok()
        };
        match tokio::time::timeout(WITHIN, asking).await {
            Ok(Some(answer)) => answer,
            Ok(None) | Err(_) => Err(Problem::Silent),
        }
    }
}

/// Attached, with what is asked of the room and not answered yet.
struct Attached {
    client: Client,
    waiting: BTreeMap<u64, Waiter>,
    wishes: u64,
    /// When it was asked last; no answer takes longer than it stays.
    used: Instant,
}

async fn run(way: impl Way, mut asks: mpsc::Receiver<Ask>) {
    let mut attached: Option<Attached> = None;
    loop {
        let ask = match &mut attached {
            None => asks.recv().await,
            Some(room) => tokio::select! {
                ask = asks.recv() => ask,
                () = tokio::time::sleep_until(room.used + STAYS) => {
                    attached = None;
                    continue;
                }
                happening = room.client.next() => {
                    if !room.heard(happening) {
                        attached = None;
                    }
                    continue;
                }
            },
        };
        let Some(ask) = ask else {
            return;
        };
        if attached.is_none() {
            match Attached::by(&way).await {
                Ok(room) => attached = Some(room),
                Err(problem) => {
                    ask.refuse(problem);
                    continue;
                }
            }
        }
        if let Some(room) = &mut attached {
            room.serve(ask);
        }
    }
}

impl Ask {
    /// Nobody waits any more where that fails.
    fn refuse(self, problem: Problem) {
        match self {
            Self::Projected { to, .. } => drop(to.send(Err(problem))),
            Self::Knows { to, .. } => drop(to.send(Err(problem))),
            Self::Conflicts { to } => drop(to.send(Err(problem))),
            Self::Wish { to, .. } => drop(to.send(Err(problem))),
        }
    }
}

impl Attached {
    async fn by(way: &impl Way) -> Result<Self, Problem> {
        let client = way.attach().await;
        let client = client.map_err(|error| Problem::NoRoom(error.to_string()))?;
        Ok(Self {
            client,
            waiting: BTreeMap::new(),
            wishes: 0,
            used: Instant::now(),
        })
    }

    fn serve(&mut self, ask: Ask) {
        self.used = Instant::now();
        let state = self.client.state();
        match ask {
            Ask::Projected { document, to } => {
                drop(to.send(Ok(project::project(state, &document, 0))));
            }
            Ask::Knows { task, to } => {
                let knows = state.task(task).is_some() || state.aged(task).is_some();
                drop(to.send(Ok(knows)));
            }
            Ask::Conflicts { to } => {
                let all = project::all(state).into_iter();
                let conflicts = all.filter(|name| matches!(name, DocumentName::Conflict(_)));
                drop(to.send(Ok(conflicts.collect())));
            }
            Ask::Wish { wish, to } => {
                self.waiting.retain(|_, to| !to.is_closed());
                self.wishes += 1;
                let ask = self.wishes;
                match self.client.ask(Query::Documents { ask, wish }) {
                    Some(id) => drop(self.waiting.insert(id, to)),
                    None => drop(to.send(Err(Problem::Silent))),
                }
            }
        }
    }

    /// Takes in what the room tells. False when it tells nothing more.
    fn heard(&mut self, happening: Happening) -> bool {
        match happening {
            Happening::Answer { id, result } => {
                if let Some(to) = self.waiting.remove(&id) {
                    drop(to.send(documents(result)));
                }
                true
            }
            Happening::Closed | Happening::Declined { .. } => {
                let gone = || Problem::NoRoom("it has ended meanwhile".to_owned());
                for (_, to) in std::mem::take(&mut self.waiting) {
                    drop(to.send(Err(gone())));
                }
                false
            }
            Happening::Events(_)
            | Happening::Deltas(_)
            | Happening::Resynced
            | Happening::Reply { .. }
            | Happening::Hub
            | Happening::Presence
            | Happening::Stalled { .. }
            | Happening::Recovered => true,
        }
    }
}

fn documents(result: Result<QueryReply, QueryError>) -> Result<DocumentReply, Problem> {
    let refused = |error: QueryError| Problem::Refused(error.why);
    match result.map_err(refused)? {
        QueryReply::Documents { result, .. } => result.map_err(refused),
        QueryReply::Events(_)
        | QueryReply::Sifted { .. }
        | QueryReply::Past(_)
        | QueryReply::Checkup(_)
        | QueryReply::Found { .. }
        | QueryReply::Exported { .. }
        | QueryReply::Offerings(_)
        | QueryReply::Granted { .. } => Err(Problem::Silent),
    }
}
