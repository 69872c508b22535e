//! Who waits for which reply, and which turn listens to which session.
//!
//! A prompt's reply comes through the channel of its turn, after all that came before it on the wire.
//! Delivering, and waiting for room, is the reader's business.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::frame::Refused;
use super::services::Service;

/// What reaches a turn through its channel, in wire order.
#[derive(Debug)]
pub(super) enum Arrival {
    /// The parameters of an update.
    Update(Value),
    /// The agent asks for leave; the id goes back with the answer.
    Asked { id: Value, params: Value },
    /// The agent wants something done that is offered; the id goes back with the answer.
    Wanted {
        id: Value,
        service: Service,
        params: Value,
    },
    /// The agent asked for something that is not offered, and was told so.
    Refused { method: String, params: Value },
    /// A line over the limit was dropped.
    TooLong { bytes: usize },
    /// The answer to the prompt; nothing follows.
    Reply(Result<Value, Refused>),
}

/// Who waits for a reply.
#[derive(Debug)]
pub(super) enum Waiter {
    One(oneshot::Sender<Result<Value, Refused>>),
    Turn(mpsc::Sender<Arrival>),
}

/// The tables of one connection.
#[derive(Debug, Default)]
pub(super) struct Routes {
    tables: Mutex<Tables>,
    ended: CancellationToken,
}

#[derive(Debug, Default)]
struct Tables {
    last: u64,
    waiting: BTreeMap<u64, Waiter>,
    turns: BTreeMap<String, mpsc::Sender<Arrival>>,
    settling: BTreeMap<String, oneshot::Sender<()>>,
    asides: BTreeMap<String, VecDeque<Value>>,
}

/// Sessions of which is kept what was said outside a turn …
const ASIDES_MAX: usize = 64;
/// … and how much of each, the last first of all.
const ASIDE_MAX: usize = 8;

impl Routes {
    /// Falls when the connection has ended.
    pub(super) fn ended(&self) -> &CancellationToken {
        &self.ended
    }

    /// Notes who waits for the reply to the next request, and gives its id.
    pub(super) fn wait(&self, waiter: Waiter) -> u64 {
        let mut tables = self.tables();
        tables.last += 1;
        let id = tables.last;
        // Once it is over nobody would be told.
        if !self.ended.is_cancelled() {
            tables.waiting.insert(id, waiter);
        }
        id
    }

    /// Takes out who waits for a reply.
    pub(super) fn leave(&self, id: u64) -> Option<Waiter> {
        self.tables().waiting.remove(&id)
    }

    /// Lets a turn listen to a session until the guard is dropped.
    pub(super) fn listen(self: &Arc<Self>, session: &str, to: mpsc::Sender<Arrival>) -> Listening {
        {
            let mut tables = self.tables();
            // Once it is over the turn has to see the end of its channel.
            if !self.ended.is_cancelled() {
                tables.turns.insert(session.to_owned(), to);
            }
        }
        Listening {
            routes: Arc::clone(self),
            session: session.to_owned(),
        }
    }

    /// The turn that listens to a session.
    pub(super) fn turn(&self, session: &str) -> Option<mpsc::Sender<Arrival>> {
        self.tables().turns.get(session).cloned()
    }

    /// All turns.
    pub(super) fn turns(&self) -> Vec<mpsc::Sender<Arrival>> {
        self.tables().turns.values().cloned().collect()
    }

    /// Told when a session that is loaded is through with telling its history.
    pub(super) fn settling(&self, session: &str) -> oneshot::Receiver<()> {
        let (told, settled) = oneshot::channel();
        self.tables().settling.insert(session.to_owned(), told);
        settled
    }

    /// Notes that a session is through with telling its history.
    pub(super) fn settled(&self, session: &str) {
        if let Some(told) = self.tables().settling.remove(session) {
            // Who waited may have lost patience.
            let _ = told.send(());
        }
    }

    /// Keeps what an agent says of a session's settings while no turn listens to it.
    pub(super) fn aside(&self, session: &str, update: Value) {
        let mut tables = self.tables();
        let asides = &mut tables.asides;
        if asides.len() >= ASIDES_MAX && !asides.contains_key(session) {
            asides.pop_first();
        }
        let said = asides.entry(session.to_owned()).or_default();
        said.push_back(update);
        if said.len() > ASIDE_MAX {
            said.pop_front();
        }
    }

    /// What was said of a session's settings since it was asked last, oldest first.
    pub(super) fn said_aside(&self, session: &str) -> VecDeque<Value> {
        self.tables().asides.remove(session).unwrap_or_default()
    }

    /// Ends all waiting: the connection is gone.
    pub(super) fn end(&self) {
        self.ended.cancel();
        let mut tables = self.tables();
        tables.waiting.clear();
        tables.turns.clear();
        tables.settling.clear();
        tables.asides.clear();
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A turn that listens to a session.
#[derive(Debug)]
pub(super) struct Listening {
    routes: Arc<Routes>,
    session: String,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.routes.tables().turns.remove(&self.session);
    }
}
