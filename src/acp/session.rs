//! The sessions of one agent process: begun, taken up, set to a mode and a model. Whoever holds a
//! [`Seat`] is the only one that prompts in its session.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::OwnedMutexGuard;

use super::agent::{Ability, Agent};
use super::book::Book;
use super::handed::Kit;
use super::link::Link;
use super::services::Means;
use super::settings::Settings;
use super::turn::Order;
use super::{LOGIN_NEEDED, SESSION_LOST};
use crate::core::DialWish;
use crate::mcp::{CallError, Handover};

/// How long an agent may take to begin or take up a session: one starts a process for it.
const WITHIN: Duration = Duration::from_secs(30);
/// How long an agent may go on telling the history of a session after it says that it is loaded.
const SETTLE: Duration = Duration::from_millis(1500);
/// How long an agent may take to let go of a session that it has closed: the pauses before it is asked
/// again.
const LET_GO: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];
/// Sessions that lie idle and are kept open at an agent that can close them and take them up again: one
/// has a process of 200 MB for each.
const IDLE_KEPT: usize = 4;
/// How often something is set before a turn at most: an agent may set one thing for another back.
const SET_MAX: usize = 64;

/// What is known of a session.
#[derive(Debug)]
pub(super) struct Sitting {
    pub(super) id: String,
    /// Whether the agent has it open; one that it closed is taken up again.
    pub(super) open: bool,
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
    pub(super) kit: Kit,
    /// What it has cost since this process has it, in US dollars, where the agent says so; none where it
    /// is not known from when on it counts.
    pub(super) spent: Option<f64>,
}

impl Sitting {
    /// A session as the agent tells of it when it is begun or taken up.
    fn new(id: &str, facts: &Value, order: &Order, kit: Kit) -> Self {
        Self {
            id: id.to_owned(),
            open: true,
            doubtful: false,
            dials: Settings::of(facts),
            unfulfilled: Vec::new(),
            settings: order.settings.clone(),
            spent: (order.session.is_none() && order.fork.is_none()).then_some(0.0),
            kit,
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
    /// The way on which it is handed servers.
    pub(super) handover: Option<Handover>,
    /// With what things are done for it.
    pub(super) means: Arc<Means>,
    /// The way to log in by a key that the agent was given in its environment.
    pub(super) key: Option<String>,
}

impl Desk {
    /// The session that an order is for, set as it wants.
    pub(super) async fn seat(&self, order: &Order) -> Result<Seat, CallError> {
        let mut seat = match (&order.session, &order.fork) {
            (Some(id), _) => self.take_up(id, order).await?,
            (None, Some(origin)) => self.fork(origin, order).await?,
            (None, None) => self.begin(order).await?,
        };
        let prepared = self.prepare(&mut seat, order).await;
        if let (Err(_), None) = (&prepared, &order.session) {
            // Nobody will ever know of it.
            self.leave(&mut seat).await;
        }
        prepared.map(|()| seat)
    }

    /// Sets a session as an order wants it. A wish that cannot be had costs no turn.
    async fn prepare(&self, seat: &mut Seat, order: &Order) -> Result<(), CallError> {
        let mut wishes = order.wishes.clone();
        let mut refused = Vec::new();
        for _ in 0..SET_MAX {
            for update in self.link.routes.said_aside(&seat.id) {
                seat.dials.hear(&update);
            }
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
        let kit = self.kit(order);
        let params = json!({"cwd": order.cwd, "mcpServers": kit.message()});
        let params = with_settings(params, order);
        let begun = self.ask_logged_in("session/new", &params).await?;
        self.named(&begun, order, kit).await
    }

    /// Begins a session that knows what was said in another one.
    async fn fork(&self, origin: &str, order: &Order) -> Result<Seat, CallError> {
        if !self.agent.can(Ability::Fork) {
            return Err(self.lost("it cannot fork a session"));
        }
        // What is said in it meanwhile would be known as well, or in part.
        let held: Option<Seat> = match self.book.get(origin) {
            Some(known) => match tokio::time::timeout(SETTLE, known.lock_owned()).await {
                Ok(held) => Some(held),
                Err(_) => return Err(self.lost("the session to fork is at work")),
            },
            None => None,
        };
        let kit = self.kit(order);
        let params = json!({"sessionId": origin, "cwd": order.cwd, "mcpServers": kit.message()});
        let params = with_settings(params, order);
        let forked = self.ask_logged_in("session/fork", &params).await;
        match forked {
            Ok(forked) => {
                let mut seat = self.named(&forked, order, kit).await?;
                if let Some(held) = held {
                    seat.dials.goes_on_from(&held.dials);
                }
                Ok(seat)
            }
            Err(CallError::Rpc { code, message, .. }) if code != LOGIN_NEEDED => {
                Err(self.lost(&message))
            }
            Err(error) => Err(error),
        }
    }

    /// Knows a session that the agent has begun.
    async fn named(&self, begun: &Value, order: &Order, kit: Kit) -> Result<Seat, CallError> {
        match begun.get("sessionId").and_then(Value::as_str) {
            Some(id) if !id.is_empty() => Ok(self.enter(id, begun, order, kit).await),
            Some(_) | None => Err(self.link.malformed("a new session without an id")),
        }
    }

    async fn take_up(&self, id: &str, order: &Order) -> Result<Seat, CallError> {
        if let Some(open) = self.book.get(id) {
            let mut seat = open.lock_owned().await;
            let gone_on = self.go_on(&mut seat, order).await;
            if gone_on.is_err() {
                // Whoever wanted it begins another one.
                self.leave(&mut seat).await;
            }
            return gone_on.map(|()| seat);
        }
        let kit = self.kit(order);
        let taken_up = self.resume(id, order, &kit).await?;
        Ok(self.enter(id, &taken_up, order, kit).await)
    }

    /// Goes on with a session that is known, closed and taken up anew where it has to be.
    async fn go_on(&self, seat: &mut Sitting, order: &Order) -> Result<(), CallError> {
        let other = seat.settings != order.settings || !seat.kit.is_of(&order.servers);
        if other && !self.renews() {
            return Err(self.lost("it cannot be given other settings or servers"));
        }
        if seat.open && self.renews() && (other || seat.doubtful) {
            let lost = |error: CallError| self.lost(&error.to_string());
            self.close(seat).await.map_err(lost)?;
        }
        if !seat.open {
            let kit = self.kit(order);
            let again = self.resume_closed(&seat.id, order, &kit).await?;
            let mut again = Sitting::new(&seat.id, &again, order, kit);
            again.dials.goes_on_from(&seat.dials);
            *seat = again;
        }
        Ok(())
    }

    /// Takes up a session that was closed just now: one agent says that it is before it has let go
    /// of it.
    async fn resume_closed(&self, id: &str, order: &Order, kit: &Kit) -> Result<Value, CallError> {
        for pause in LET_GO {
            match self.resume(id, order, kit).await {
                Err(CallError::Rpc { code, .. }) if code == SESSION_LOST => {}
                other => return other,
            }
            tokio::time::sleep(pause).await;
        }
        self.resume(id, order, kit).await
    }

    /// Takes up a session that this process has not open.
    async fn resume(&self, id: &str, order: &Order, kit: &Kit) -> Result<Value, CallError> {
        let params = json!({"sessionId": id, "cwd": order.cwd, "mcpServers": kit.message()});
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

    /// Whether sessions can be closed and taken up again.
    fn renews(&self) -> bool {
        self.agent.can(Ability::Close) && self.agent.can(Ability::Resume)
    }

    /// Has the agent close a session that nobody goes on with, where it can.
    pub(super) async fn leave(&self, seat: &mut Sitting) {
        self.book.remove(&seat.id);
        if seat.open && self.agent.can(Ability::Close) && !self.link.stop.is_cancelled() {
            // It is forgotten here either way.
            drop(self.close(seat).await);
        }
        seat.kit.let_go();
    }

    /// Has the agent close a session in which no turn is made for now, or `for_good`. One that might not
    /// be taken up again stays open as long as somebody may want to.
    pub(super) async fn put_away(&self, id: &str, for_good: bool) {
        let known = if for_good {
            self.book.remove(id)
        } else {
            self.book.get(id).filter(|_| self.renews())
        };
        let Some(known) = known else {
            return;
        };
        // A turn that was given up is wound down first, and closes it by itself.
        if let Ok(mut seat) = tokio::time::timeout(WITHIN, known.lock_owned()).await
            && seat.open
            && self.agent.can(Ability::Close)
        {
            // What it does not close now it closes when it ends.
            drop(self.close(&mut seat).await);
        }
    }

    /// Has the agent close sessions that lie idle, those that were not used for longest, where it has
    /// many open.
    pub(super) async fn tidy(&self) {
        while self.renews()
            && let Some(mut seat) = self.book.surplus(IDLE_KEPT)
        {
            drop(self.close(&mut seat).await);
            if seat.open {
                return;
            }
        }
    }

    /// Has the agent close a session. One that the agent does not know, or does not close, is held for closed:
    /// there is nothing more that could be done about it.
    async fn close(&self, seat: &mut Sitting) -> Result<(), CallError> {
        let params = json!({"sessionId": seat.id});
        let closed = self.link.ask("session/close", &params, WITHIN).await;
        if matches!(closed, Ok(_) | Err(CallError::Rpc { .. })) {
            seat.open = false;
            seat.kit.let_go();
        }
        closed.map(drop)
    }

    fn kit(&self, order: &Order) -> Kit {
        let begun = order.session.is_none();
        Kit::new(
            &order.servers,
            self.handover.as_ref(),
            &self.link.stop,
            begun,
        )
    }

    async fn enter(&self, id: &str, facts: &Value, order: &Order, kit: Kit) -> Seat {
        // What was said before is told by what it says now.
        drop(self.link.routes.said_aside(id));
        let sitting = Sitting::new(id, facts, order, kit);
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

fn with_settings(mut params: Value, order: &Order) -> Value {
    if let (Value::Object(params), false) = (&mut params, order.settings.is_null()) {
        params.insert("_meta".to_owned(), order.settings.clone());
    }
    params
}
