//! Requests, notices and answers on their way to an agent. Every one of them has a deadline, or goes
//! at once or not at all.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::frame;
use super::routes::{Arrival, Routes, Waiter};
use crate::mcp::{CallError, Log, Services};

/// Lines that wait for an agent that does not read. One that has so many unread is stuck.
pub(super) const OUTBOX: usize = 256;
/// How long the last words on stderr may take to arrive.
const SETTLE: Duration = Duration::from_millis(300);
/// Last lines that are kept with an error.
const WORDS: usize = 8;

/// The code of the error for what nobody here does.
const NOT_OFFERED: i64 = -32601;

/// What a request of the agent is answered with: a result, or an error.
pub(super) type Answer = Result<Value, No>;

/// An error that a request of the agent is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct No {
    pub(super) code: i64,
    pub(super) message: String,
}

/// The way to one agent.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) server: String,
    pub(super) out: mpsc::Sender<Vec<u8>>,
    pub(super) routes: Arc<Routes>,
    pub(super) log: Arc<Log>,
    /// What is done for the agent.
    pub(super) services: Services,
    /// Falls when the connection is to end.
    pub(super) stop: CancellationToken,
}

impl Link {
    /// Asks, and waits for the reply.
    pub(super) async fn ask(
        &self,
        method: &str,
        params: &Value,
        within: Duration,
    ) -> Result<Value, CallError> {
        let (to, reply) = oneshot::channel();
        let id = self.routes.wait(Waiter::One(to));
        let line = frame::request(id, method, params);
        let asking = async {
            if self.out.send(line).await.is_err() {
                return Err(self.unsent().await);
            }
            match reply.await {
                Ok(Ok(result)) => Ok(result),
                Ok(Err(refused)) => Err(self.refused(refused)),
                Err(_) => Err(self.closed().await),
            }
        };
        let answered = tokio::time::timeout(within, asking).await;
        drop(self.routes.leave(id));
        answered.unwrap_or_else(|_| {
            Err(CallError::Idle {
                server: self.server.clone(),
                limit: within,
            })
        })
    }

    /// Prompts; the reply comes through the channel of the turn.
    pub(super) async fn prompt(
        &self,
        params: &Value,
        to: mpsc::Sender<Arrival>,
    ) -> Result<u64, CallError> {
        // Whoever gives the turn up before there is room for it leaves no waiter behind.
        let Ok(room) = self.out.reserve().await else {
            return Err(self.unsent().await);
        };
        let id = self.routes.wait(Waiter::Turn(to));
        room.send(frame::request(id, "session/prompt", params));
        Ok(id)
    }

    /// Tells something at once.
    pub(super) fn tell(&self, method: &str, params: &Value) {
        self.post(frame::notice(method, params));
    }

    /// Answers a request of the agent at once.
    pub(super) fn answer(&self, id: &Value, answer: &Answer) {
        self.post(match answer {
            Ok(result) => frame::result(id, result),
            Err(no) => frame::error(id, no.code, &no.message),
        });
    }

    /// Says at once that nobody here does what the agent asks for.
    pub(super) fn refuse(&self, id: &Value, method: &str) {
        let message = format!("{method} is not offered here");
        self.post(frame::error(id, NOT_OFFERED, &message));
    }

    /// An answer that does not reach the agent would hang it, so one that reads nothing is ended.
    fn post(&self, line: Vec<u8>) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.out.try_send(line) {
            self.log.stale("it does not read what it is told");
            self.stop.cancel();
        }
    }

    pub(super) fn refused(&self, refused: frame::Refused) -> CallError {
        CallError::Rpc {
            server: self.server.clone(),
            code: refused.code,
            message: refused.message,
        }
    }

    pub(super) fn malformed(&self, what: &str) -> CallError {
        CallError::Malformed {
            server: self.server.clone(),
            what: what.to_owned(),
        }
    }

    pub(super) async fn closed(&self) -> CallError {
        CallError::Closed {
            server: self.server.clone(),
            stderr: self.last_words().await,
        }
    }

    async fn unsent(&self) -> CallError {
        CallError::Unsent {
            server: self.server.clone(),
            stderr: self.last_words().await,
        }
    }

    /// What the agent wrote last beside the protocol, once it has arrived.
    pub(super) async fn last_words(&self) -> String {
        drop(tokio::time::timeout(SETTLE, self.log.drained()).await);
        self.log.last_words(WORDS)
    }
}

/// Writes lines until the connection is to end. Dropping `to` then is the order to end.
pub(super) async fn write(
    mut to: impl AsyncWrite + Unpin,
    mut lines: mpsc::Receiver<Vec<u8>>,
    stop: CancellationToken,
) {
    let work = async {
        while let Some(line) = lines.recv().await {
            if to.write_all(&line).await.is_err() || to.flush().await.is_err() {
                return;
            }
        }
    };
    stop.run_until_cancelled(work).await;
}
