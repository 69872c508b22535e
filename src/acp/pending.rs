//! What an agent has asked for and waits for: leave, or something to be done.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use serde_json::Value;
use tokio::sync::watch;

use super::PERMISSION;
use super::link::{Answer, No};
use super::reader::cancelled;
use super::services::{Service, Workbench};
use crate::mcp::{Ask, AskAnswer, AskReply, Signal};

/// The code of the error for what cannot be done now.
const FAILED: i64 = -32603;
/// Things that may be seen to at once for one turn.
const SERVED_MAX: usize = 16;

/// For whom a turn waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Open {
    /// Questions to people: the time of the turn stands still meanwhile.
    pub(super) asked: usize,
    /// Things that are seen to: the agent may be silent meanwhile.
    pub(super) served: usize,
}

/// The requests of one turn that are not answered yet.
pub(super) struct Pending {
    /// For whoever keeps the time.
    open: watch::Sender<Open>,
    asked: FuturesUnordered<BoxFuture<'static, Settled>>,
}

/// A request that has its answer.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) id: Value,
    pub(super) answer: Answer,
    of: Of,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Leave,
    Service,
}

impl Settled {
    /// Where the turn was given up meanwhile: leave that it had is none any more.
    pub(super) fn given_up(self) -> Self {
        let answer = match self.of {
            Of::Leave => Ok(cancelled()),
            Of::Service => self.answer,
        };
        Self { answer, ..self }
    }
}

impl Pending {
    pub(super) fn new(open: watch::Sender<Open>) -> Self {
        Self {
            open,
            asked: FuturesUnordered::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// Takes a question for leave, and gives what brings it to whoever answers it.
    pub(super) fn ask(&mut self, id: Value, params: Value, bench: Arc<Workbench>) -> Signal {
        let (reply, answer) = AskReply::channel();
        let asked = params.clone();
        self.open.send_modify(|open| open.asked += 1);
        self.asked.push(Box::pin(async move {
            let answer = bench.over().run_until_cancelled(answer).await;
            let answer = answered(answer.and_then(Result::ok));
            bench.note(&asked, &answer);
            Settled {
                id,
                answer: Ok(answer),
                of: Of::Leave,
            }
        }));
        Signal::Ask(Ask {
            method: PERMISSION.to_owned(),
            params,
            reply,
        })
    }

    /// Takes a request for something to be done.
    pub(super) fn serve(
        &mut self,
        id: Value,
        service: Service,
        params: Value,
        bench: Arc<Workbench>,
    ) {
        // What ends at once, and may end the others, is never one too many.
        let many = self.open.borrow().served >= SERVED_MAX
            && !matches!(service, Service::Output | Service::Kill | Service::Release);
        self.open.send_modify(|open| open.served += 1);
        self.asked.push(Box::pin(async move {
            let answer = if many {
                Err(No {
                    code: FAILED,
                    message: format!("{SERVED_MAX} requests of this turn are open: wait for one"),
                })
            } else {
                bench.serve(service, params).await
            };
            let of = Of::Service;
            Settled { id, answer, of }
        }));
    }

    /// The next answer; none where nothing is asked.
    pub(super) async fn next(&mut self) -> Option<Settled> {
        let next = self.asked.next().await?;
        self.open.send_modify(|open| match next.of {
            Of::Leave => open.asked -= 1,
            Of::Service => open.served -= 1,
        });
        Some(next)
    }
}

/// What goes back for a question: always a well-formed result, as anything else hangs some agents.
fn answered(answer: Option<AskAnswer>) -> Value {
    match answer {
        Some(AskAnswer::Result(result)) if result.is_object() => result,
        Some(AskAnswer::Result(_) | AskAnswer::Error { .. }) | None => cancelled(),
    }
}
