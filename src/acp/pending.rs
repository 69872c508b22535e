//! What an agent has asked for and waits for: leave, or something to be done.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use serde_json::Value;
use tokio::sync::watch;

use super::PERMISSION;
use super::link::Answer;
use super::reader::cancelled;
use super::services::{Service, Workbench};
use crate::mcp::{Ask, AskAnswer, AskReply, Signal};

/// The requests of one turn that are not answered yet.
pub(super) struct Pending {
    /// How many there are, for whoever keeps the time.
    open: watch::Sender<usize>,
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
    pub(super) fn new(open: watch::Sender<usize>) -> Self {
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
        self.add(async move {
            let answer = answered(answer.await.ok());
            bench.note(&asked, &answer);
            Settled {
                id,
                answer: Ok(answer),
                of: Of::Leave,
            }
        });
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
        self.add(async move {
            let answer = bench.serve(service, params).await;
            let of = Of::Service;
            Settled { id, answer, of }
        });
    }

    /// The next answer; none where nothing is asked.
    pub(super) async fn next(&mut self) -> Option<Settled> {
        let next = self.asked.next().await?;
        self.open.send_modify(|open| *open = open.saturating_sub(1));
        Some(next)
    }

    fn add(&mut self, work: impl Future<Output = Settled> + Send + 'static) {
        self.open.send_modify(|open| *open += 1);
        self.asked.push(Box::pin(work));
    }
}

/// What goes back for a question: always a well-formed result, as anything else hangs some agents.
fn answered(answer: Option<AskAnswer>) -> Value {
    match answer {
        Some(AskAnswer::Result(result)) if result.is_object() => result,
        Some(AskAnswer::Result(_) | AskAnswer::Error { .. }) | None => cancelled(),
    }
}
