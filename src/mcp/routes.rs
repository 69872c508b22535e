//! Which call a message belongs to.
//!
//! Owns the table of calls in flight on one connection. A call is entered by the tap at the moment
//! its request is handed to the transport, so before the server can know of it, and leaves when
//! its answer comes or when it is given up. Delivering (and waiting for room) is the tap's business.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rmcp::model::{ProgressToken, RequestId};
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::mcp::news::News;
use crate::mcp::signal::Signal;
use crate::mcp::source::whole;

/// What reaches a call through its channel, in wire order.
#[derive(Debug)]
pub(crate) enum Arrival {
    Signal(Signal),
    /// The answer; nothing follows.
    Reply(Reply),
    /// A message over the line limit was dropped, perhaps the answer.
    TooLong {
        bytes: usize,
    },
}

/// The answer to a request, raw.
#[derive(Debug)]
pub(crate) enum Reply {
    Result(Value),
    Error {
        code: i64,
        message: String,
        data: Value,
    },
}

/// The way to one call.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) to: mpsc::Sender<Arrival>,
    /// How many questions of the server the call has not answered yet.
    pub(crate) asks: Arc<watch::Sender<usize>>,
    /// It is no call of a person's but stands as long as the connection: what belongs to some call
    /// or to all of them is not for it.
    pub(crate) stands: bool,
}

/// Carries a route inside a request (rmcp's extensions never go on the wire) to the tap.
#[derive(Debug, Clone)]
pub(crate) struct Ticket(Arc<Mutex<Option<Route>>>);

impl Ticket {
    pub(crate) fn new(route: Route) -> Self {
        Self(Arc::new(Mutex::new(Some(route))))
    }

    fn redeem(&self) -> Option<Route> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The calls in flight on one connection.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    table: Mutex<Table>,
    ended: CancellationToken,
    /// What the server says has changed.
    pub(crate) news: watch::Sender<News>,
}

#[derive(Debug, Default)]
struct Table {
    /// By request id. Ours are always whole numbers, whatever a server makes of them.
    calls: BTreeMap<i64, Route>,
    /// Request id by progress token.
    tokens: BTreeMap<i64, i64>,
}

impl Routes {
    /// Enters the call whose request goes out now.
    pub(crate) fn enter(&self, id: &RequestId, token: Option<&ProgressToken>, ticket: &Ticket) {
        let (Some(route), Some(id)) = (ticket.redeem(), key(id)) else {
            return;
        };
        if self.ended.is_cancelled() {
            return;
        }
        let mut table = self.table();
        table.calls.insert(id, route);
        if let Some(token) = token.and_then(|token| key(&token.0)) {
            table.tokens.insert(token, id);
        }
    }

    /// Takes out the call, as its answer is here or it is given up.
    pub(crate) fn leave(&self, id: &RequestId) -> Option<Route> {
        let id = key(id)?;
        let mut table = self.table();
        table.tokens.retain(|_, call| *call != id);
        table.calls.remove(&id)
    }

    pub(crate) fn by_id(&self, id: &Value) -> Option<Route> {
        let id = value_key(id)?;
        self.table().calls.get(&id).cloned()
    }

    pub(crate) fn by_request_id(&self, id: &RequestId) -> Option<Route> {
        let id = key(id)?;
        self.table().calls.get(&id).cloned()
    }

    pub(crate) fn by_token(&self, token: &Value) -> Option<Route> {
        let token = value_key(token)?;
        let table = self.table();
        let id = table.tokens.get(&token)?;
        table.calls.get(id).cloned()
    }

    /// All calls that somebody still waits for.
    pub(crate) fn all(&self) -> Vec<Route> {
        let mut table = self.table();
        table.calls.retain(|_, route| !route.to.is_closed());
        let calls = table.calls.values().filter(|route| !route.stands);
        calls.cloned().collect()
    }

    /// The only call in flight, if there is exactly one.
    pub(crate) fn only(&self) -> Option<Route> {
        let mut all = self.all();
        let first = all.pop();
        if all.is_empty() { first } else { None }
    }

    /// The connection has ended: every call sees the end of its channel, every question is dropped.
    pub(crate) fn end(&self) {
        self.ended.cancel();
        let mut table = self.table();
        table.calls.clear();
        table.tokens.clear();
    }

    pub(crate) fn ended(&self) -> &CancellationToken {
        &self.ended
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(id: &RequestId) -> Option<i64> {
    match id {
        RequestId::Number(number) => Some(*number),
        RequestId::String(text) => text.parse().ok(),
    }
}

/// Servers echo ids and tokens as number, as `2.0` or as text.
fn value_key(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
