//! The sessions of one agent process: begun, taken up, set to a mode and a model. Whoever holds a
//! [`Seat`] is the only one that prompts in its session.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::OwnedMutexGuard;

use super::agent::{Ability, Agent};
use super::link::Link;
use super::settings::Settings;
use super::turn::Order;
use super::{LOGIN_NEEDED, SESSION_LOST};
use crate::core::DialWish;
use crate::mcp::CallError;

/// How long an agent may take to begin or take up a session: one starts a process for it.
const WITHIN: Duration = Duration::from_secs(30);
/// How long an agent may go on telling the history of a session after it says that it is loaded.
const SETTLE: Duration = Duration::from_millis(1500);
/// How long an agent may take to let go of a session that it has closed: the pauses before it is asked
/// again.
const LET_GO: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];
/// How often something is set before a turn at most: an agent may set one thing for another back.
const SET_MAX: usize = 64;
/// Sessions that are remembered as open; the agent itself forgets none.
const OPEN_MAX: usize = 4096;

/// The open sessions of one agent process.
#[derive(Debug, Default)]
pub(super) struct Book {
    open: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<Sitting>>>>,
}

/// What is known of an open session.
#[derive(Debug)]
pub(super) struct Sitting {
    pub(super) id: String,
    /// Its last turn was cancelled or failed: one agent answers the next prompt with what belonged to
    /// that turn, and gives each later prompt the answer to the one before, until the session is closed
    /// and taken up again.
    pub(super) doubtful: bool,
    /// What it can be set to, and is.
    pub(super) dials: Settings,
    /// What the order at hand wishes and cannot have.
    pub(super) unfulfilled: Vec<DialWish>,
    /// What it was begun or taken up with.
    settings: Value,
    /// What it has cost since this process has it, in US dollars, where the agent says so; none where it
    /// is not known from when on it counts.
    pub(super) spent: Option<f64>,
}

impl Sitting {
    /// A session as the agent tells of it when it is begun or taken up.
    fn new(id: &str, facts: &Value, order: &Order) -> Self {
        Self {
            id: id.to_owned(),
            doubtful: false,
            dials: Settings::of(facts),
            unfulfilled: Vec::new(),
            settings: order.settings.clone(),
            spent: order.session.is_none().then_some(0.0),
        }
    }
}

/// A session held for one turn.
pub(super) type Seat = OwnedMutexGuard<Sitting>;

/// An agent and its sessions.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) link: Arc<Link>,
    pub(super) agent: Agent,
    pub(super) book: Book,
    /// The way to log in by a key that the agent was given in its environment.
    pub(super) key: Option<String>,
}

impl Desk {
    /// The session that an order is for, set as it wants.
    pub(super) async fn seat(&self, order: &Order) -> Result<Seat, CallError> {
        let mut seat = match &order.session {
            Some(id) => self.take_up(id, order).await?,
            None => self.begin(order).await?,
        };
        let prepared = self.prepare(&mut seat, order).await;
        if let (Err(_), None) = (&prepared, &order.session) {
            // Nobody will ever know of it.
            self.leave(&seat.id).await;
        }
        prepared.map(|()| seat)
    }

    /// Sets a session as an order wants it. A wish that cannot be had costs no turn.
    async fn prepare(&self, seat: &mut Seat, order: &Order) -> Result<(), CallError> {
        let mut wishes = order.wishes.clone();
        let mut refused = Vec::new();
        for _ in 0..SET_MAX {
            let next = seat.dials.next(order, &wishes);
            let Some(step) = next.map_err(|why| self.not_offered(why))? else {
                // What one setting offers may depend on another one, so that only now is known what there is.
                wishes.retain(|wish| !seat.dials.has(wish));
                seat.unfulfilled = [refused, wishes].concat();
                return Ok(());
            };
            let Some((method, params)) = seat.dials.request(&seat.id, &step) else {
                break;
            };
            match (self.link.ask(method, &params, WITHIN).await, &step.wish) {
                (Ok(answer), _) => seat.dials.done(&step, &answer),
                (Err(CallError::Rpc { .. }), Some(wish)) => {
                    wishes.retain(|one| one != wish);
                    refused.push(wish.clone());
                }
                (Err(error), _) => return Err(error),
            }
        }
        Err(self.not_offered("it does not stay set to what it is set to".to_owned()))
    }

    async fn begin(&self, order: &Order) -> Result<Seat, CallError> {
        let params = with_settings(json!({"cwd": order.cwd, "mcpServers": []}), order);
        let begun = self.ask_logged_in("session/new", &params).await?;
        match begun.get("sessionId").and_then(Value::as_str) {
            Some(id) if !id.is_empty() => Ok(self.enter(id, &begun, order).await),
            Some(_) | None => Err(self.link.malformed("a new session without an id")),
        }
    }

    async fn take_up(&self, id: &str, order: &Order) -> Result<Seat, CallError> {
        if let Some(open) = self.book.get(id) {
            let mut seat = open.lock_owned().await;
            let other = seat.settings != order.settings;
            let renews = self.agent.can(Ability::Close) && self.agent.can(Ability::Resume);
            if other && !renews {
                return Err(self.lost("it cannot be given other settings"));
            }
            if renews && (other || seat.doubtful) {
                let lost = |error: CallError| self.lost(&error.to_string());
                self.close(id).await.map_err(lost)?;
                let again = self.resume_closed(id, order).await?;
                *seat = Sitting::new(id, &again, order);
            }
            return Ok(seat);
        }
        let taken_up = self.resume(id, order).await?;
        Ok(self.enter(id, &taken_up, order).await)
    }

    /// Takes up a session that was closed just now: one agent says that it is before it has let go
    /// of it.
    async fn resume_closed(&self, id: &str, order: &Order) -> Result<Value, CallError> {
        for pause in LET_GO {
            match self.resume(id, order).await {
                Err(CallError::Rpc { code, .. }) if code == SESSION_LOST => {}
                other => return other,
            }
            tokio::time::sleep(pause).await;
        }
        self.resume(id, order).await
    }

    /// Takes up a session that this process has not open.
    async fn resume(&self, id: &str, order: &Order) -> Result<Value, CallError> {
        let params = json!({"sessionId": id, "cwd": order.cwd, "mcpServers": []});
        let params = with_settings(params, order);
        let taken_up = if self.agent.can(Ability::Resume) {
            self.ask_logged_in("session/resume", &params).await
        } else if self.agent.can(Ability::Load) {
            let settled = self.link.routes.settling(id);
            let loaded = self.ask_logged_in("session/load", &params).await;
            if loaded.is_ok() {
                // What it tells of the past after its answer is no part of the next turn.
                drop(tokio::time::timeout(SETTLE, settled).await);
            }
            self.link.routes.settled(id);
            loaded
        } else {
            return Err(self.lost("it cannot take up a session"));
        };
        match taken_up {
            Err(CallError::Rpc { code, message, .. }) if code != LOGIN_NEEDED => {
                Err(self.lost(&message))
            }
            other => other,
        }
    }

    /// Closes a session that nobody goes on with, where the agent can.
    pub(super) async fn leave(&self, id: &str) {
        self.book.remove(id);
        if self.agent.can(Ability::Close) && !self.link.stop.is_cancelled() {
            // It is forgotten here either way.
            drop(self.close(id).await);
        }
    }

    async fn close(&self, id: &str) -> Result<(), CallError> {
        let params = json!({"sessionId": id});
        let closed = self.link.ask("session/close", &params, WITHIN).await;
        closed.map(drop)
    }

    async fn enter(&self, id: &str, facts: &Value, order: &Order) -> Seat {
        let sitting = Sitting::new(id, facts, order);
        self.book.add(sitting).lock_owned().await
    }

    /// Asks; an agent that wants a login first, and was given a key for it, is told to take the key.
    async fn ask_logged_in(&self, method: &str, params: &Value) -> Result<Value, CallError> {
        let first = self.link.ask(method, params, WITHIN).await;
        let (Err(CallError::Rpc { code, .. }), Some(way)) = (&first, &self.key) else {
            return first;
        };
        if *code != LOGIN_NEEDED {
            return first;
        }
        let by_key = json!({"methodId": way});
        self.link.ask("authenticate", &by_key, WITHIN).await?;
        self.link.ask(method, params, WITHIN).await
    }

    fn not_offered(&self, why: String) -> CallError {
        CallError::Rpc {
            server: self.link.server.clone(),
            code: 0,
            message: why,
        }
    }

    fn lost(&self, why: &str) -> CallError {
        CallError::Rpc {
            server: self.link.server.clone(),
            code: SESSION_LOST,
            message: why.to_owned(),
        }
    }
}

impl Book {
    fn get(&self, id: &str) -> Option<Arc<tokio::sync::Mutex<Sitting>>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(id).map(Arc::clone)
    }

    fn remove(&self, id: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(id);
    }

    fn add(&self, sitting: Sitting) -> Arc<tokio::sync::Mutex<Sitting>> {
        let id = sitting.id.clone();
        let entry = Arc::new(tokio::sync::Mutex::new(sitting));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= OPEN_MAX {
            open.pop_first();
        }
        open.insert(id, Arc::clone(&entry));
        entry
    }
}

fn with_settings(mut params: Value, order: &Order) -> Value {
    if let (Value::Object(params), false) = (&mut params, order.settings.is_null()) {
        params.insert("_meta".to_owned(), order.settings.clone());
    }
    params
}
