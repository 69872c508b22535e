//! One attempt of a call while it runs: what the server sends is passed on, what the operator says
//! is handed in, and what takes too long is given up.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::Poll;

use tokio::time::{Instant, sleep_until};

use super::call::{CallTask, Cancelled, Footing, QUESTIONS_MAX, Talk, unsent};
use super::tools::Bench;
use super::wire::Flight;
use crate::core::{AskId, DeltaKind, Failure, FailureKind, Handle, Report, Span};
use crate::mcp::{AskReply, CallError, Signal, Step, ToolReply};
use crate::members::dialect::{
    Dialect, Finish, Heard, Question, ReplyStyle, ToolWish, Turn, dialect,
};
use crate::members::failure;
use crate::members::setup::Adapter;

/// What is known of the attempt under way.
pub(super) struct Progress {
    pub(super) dialect: Box<dyn Dialect>,
    /// The handle that was reported last.
    pub(super) bound: Option<String>,
    pub(super) first_text: Option<Span>,
    stuck_since: Option<Instant>,
}

/// How listening ended.
pub(super) enum Heeded {
    Finished {
        finish: Finish,
        left: Left,
    },
    /// We gave it up.
    GivenUp(Failure),
}

/// How the server was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// It has done with the call.
    Done,
    /// It may still work on the call.
    AtWork,
}

impl Left {
    fn by(outcome: &Result<ToolReply, CallError>) -> Self {
        match outcome {
            Ok(_)
            | Err(CallError::Rpc { .. } | CallError::Closed { .. } | CallError::Unsent { .. }) => {
                Self::Done
            }
            Err(
                CallError::Idle { .. }
                | CallError::Deadline { .. }
                | CallError::Cancelled
                | CallError::Malformed { .. },
            ) => Self::AtWork,
        }
    }
}

impl Progress {
    pub(super) fn new(adapter: &Adapter, bound: Option<String>) -> Self {
        Self {
            dialect: dialect(adapter),
            bound,
            first_text: None,
            stuck_since: None,
        }
    }
}

impl CallTask {
    /// Makes the call and listens to its end.
    pub(super) async fn converse(
        &mut self,
        prompt: &str,
        on: &Footing<'_>,
        progress: &mut Progress,
        talk: &mut Talk,
    ) -> Result<Heeded, Cancelled> {
        let mut bench = self.bench(talk).await?;
        let opening = progress.dialect.open(&Turn {
            prompt,
            handle: on.handle.as_deref(),
            fork: on.fork.as_deref(),
            fresh: &on.fresh,
            access: self.order.access,
            kind: self.order.kind,
            purpose: self.order.purpose,
            tools: &bench.offer.tools,
            wishes: &self.order.wishes,
        });
        let Some(limits) = talk.clock.limits(on.idle) else {
            let late = "its time was up before it was asked";
            return Ok(too_late(unsent(failure::of_kind(
                FailureKind::TimedOut,
                late,
            ))));
        };
        let calling = on.connection.begin(opening, limits);
        // Dropping the call tells the server that it was given up.
        let mut call = self.unless_cancelled(calling).await?;
        self.listen(&mut call, on, progress, talk, &mut bench).await
    }

    /// Listens until the call is over. The connection is read all the time: nothing here waits for
    /// a console.
    async fn listen(
        &mut self,
        call: &mut Flight,
        on: &Footing<'_>,
        progress: &mut Progress,
        talk: &mut Talk,
        bench: &mut Bench,
    ) -> Result<Heeded, Cancelled> {
        loop {
            talk.clock.ask(!talk.waiting.is_empty());
            let stuck_ends = progress.stuck_since.map(|since| since + on.idle);
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(Cancelled),
                Some((ask, reply)) = self.replies.recv() => {
                    talk.answer(ask, &reply);
                }
                () = sleep_or_never(stuck_ends) => return Ok(Heeded::GivenUp(stuck(progress))),
                step = call.next() => match step {
                    Step::Signal(signal) => {
                        if let Some(failure) = self.heed(signal, on, progress, talk).await? {
                            return Ok(Heeded::GivenUp(failure));
                        }
                    }
                    // Silence while it is stuck is told by what it said before.
                    Step::Done(Err(CallError::Idle { .. })) if progress.stuck_since.is_some() => {
                        return Ok(Heeded::GivenUp(stuck(progress)));
                    }
                    Step::Done(mut outcome) => {
                        if let Err(CallError::Deadline { limit, .. }) = &mut outcome {
                            // That of a further request was what the turn had left.
                            *limit = talk.clock.total();
                        }
                        if let Some(more) = progress.dialect.more(&outcome) {
                            let Some(limits) = talk.clock.limits(on.idle) else {
                                let late = "its answer came in pieces, and the time was up before the last";
                                return Ok(too_late(failure::of_kind(FailureKind::TimedOut, late)));
                            };
                            let calling =
                                on.connection.call(more, limits);
                            *call = self.unless_cancelled(calling).await?;
                            continue;
                        }
                        let wishes = progress.dialect.wishes(&outcome);
                        if !wishes.is_empty() {
                            let next = self.looked_up(wishes, on, progress, talk, bench);
                            match next.await? {
                                Ok(next) => *call = next,
                                Err(failure) => return Ok(Heeded::GivenUp(failure)),
                            }
                            continue;
                        }
                        let left = Left::by(&outcome);
                        let outcome = self.kept(outcome).await;
                        let labels = outcome.as_ref().map_or_else(|_| Vec::new(), ToolReply::labels);
                        let labels = [std::mem::take(&mut bench.labels), labels].concat();
                        let finish = progress.dialect.finish(outcome);
                        let finish = named(finish, &labels);
                        return Ok(Heeded::Finished { finish, left });
                    }
                },
                ask = taken_back(&mut talk.waiting) => {
                    talk.waiting.remove(&ask);
                    self.withdrawn(ask).await?;
                }
                () = talk.live.drained_some() => {}
            }
        }
    }

    /// Has the wishes of the model looked up, and makes the request that hands the results in. The
    /// time of a turn is that of all its requests and tools together.
    async fn looked_up(
        &mut self,
        wishes: Vec<ToolWish>,
        on: &Footing<'_>,
        progress: &mut Progress,
        talk: &mut Talk,
        bench: &mut Bench,
    ) -> Result<Result<Flight, Failure>, Cancelled> {
        if bench.is_used_up() {
            let endless = "it wants tools called without end, also when it is told to answer";
            return Ok(Err(failure::of_kind(FailureKind::Malformed, endless)));
        }
        let (results, more) = self.serve(wishes, bench, talk).await?;
        let (Some(limits), Some(request)) = (
            talk.clock.limits(on.idle),
            progress.dialect.go_on(results, more),
        ) else {
            let late = "its tools took all the time that the turn had";
            return Ok(Err(failure::of_kind(FailureKind::TimedOut, late)));
        };
        // What it said before is no part of what it says now.
        if !talk.live.answer().is_empty() {
            talk.live.push(DeltaKind::Answer, "\n\n".to_owned());
            talk.live.restart();
        }
        let calling = on.connection.call(request, limits);
        self.unless_cancelled(calling).await.map(Ok)
    }

    /// Writes what is no text in a reply to files.
    async fn kept(&self, outcome: Result<ToolReply, CallError>) -> Result<ToolReply, CallError> {
        match (&self.attachments, outcome) {
            (Some(attachments), Ok(reply)) => Ok(attachments.keep(reply).await),
            (_, outcome) => outcome,
        }
    }

    /// Acts on one signal. A failure means that the server gave the call up.
    async fn heed(
        &self,
        signal: Signal,
        on: &Footing<'_>,
        progress: &mut Progress,
        talk: &mut Talk,
    ) -> Result<Option<Failure>, Cancelled> {
        for heard in progress.dialect.hear(signal) {
            match heard {
                Heard::Text { kind, text } => {
                    if kind == DeltaKind::Answer {
                        progress
                            .first_text
                            .get_or_insert_with(|| talk.started.elapsed().into());
                    }
                    talk.live.push(kind, text);
                }
                Heard::Bound { handle } => self.bound(on, progress, handle).await?,
                Heard::Handed { servers } => {
                    let call = self.order.call;
                    self.report(Report::Handed { call, servers }).await?;
                }
                Heard::Dials { dials, unfulfilled } => {
                    let call = self.order.call;
                    let told = Report::Dials {
                        call,
                        dials,
                        unfulfilled,
                    };
                    self.report(told).await?;
                }
                Heard::Asked(question) if !talk.may_ask(&question.request) => {
                    let what = format!(
                        "it asked more than {QUESTIONS_MAX} questions in one turn; \
                         a rule in [[policy]] may answer what it needs"
                    );
                    return Ok(Some(failure::of_kind(FailureKind::Malformed, &what)));
                }
                Heard::Asked(question) => self.asked(question, talk).await?,
                Heard::GaveUp(failure) => return Ok(Some(failure)),
            }
        }
        progress.stuck_since = match progress.dialect.stuck() {
            Some(_) => progress.stuck_since.or_else(|| Some(Instant::now())),
            None => None,
        };
        Ok(None)
    }

    pub(super) async fn asked(&self, question: Question, talk: &mut Talk) -> Result<(), Cancelled> {
        talk.asked += 1;
        talk.reads += u64::from(question.request.only_reads());
        let ask = AskId(talk.asked);
        talk.waiting.insert(ask, (question.style, question.reply));
        self.report(Report::Asked {
            call: self.order.call,
            ask,
            request: question.request,
        })
        .await
    }

    /// The server waits for an answer no more.
    pub(super) async fn withdrawn(&self, ask: AskId) -> Result<(), Cancelled> {
        let call = self.order.call;
        self.report(Report::Withdrawn { call, ask }).await
    }

    /// Notes the handle of the conversation, and reports it when it is new.
    pub(super) async fn bound(
        &self,
        on: &Footing<'_>,
        progress: &mut Progress,
        handle: String,
    ) -> Result<(), Cancelled> {
        let home = on.seat.home(&on.connection, self.order.access);
        self.crew.settle(&handle, home);
        if progress.bound.as_ref() == Some(&handle) {
            return Ok(());
        }
        progress.bound = Some(handle.clone());
        self.report(Report::Bound {
            call: self.order.call,
            handle: Handle {
                value: handle,
                survives_restart: self.crew.setup().adapter.handles_survive(),
            },
        })
        .await
    }
}

/// The time was up while the server had nothing to do.
fn too_late(failure: Failure) -> Heeded {
    Heeded::Finished {
        finish: Finish::Failed(failure),
        left: Left::Done,
    }
}

/// Names in an answer what came with it, where the dialect did not.
fn named(finish: Finish, labels: &[String]) -> Finish {
    match finish {
        Finish::Answered {
            mut text,
            usage,
            handle,
        } => {
            for label in labels {
                if !text.contains(label) {
                    text.push_str(if text.is_empty() { "" } else { "\n\n" });
                    text.push_str(label);
                }
            }
            Finish::Answered {
                text,
                usage,
                handle,
            }
        }
        other @ (Finish::Failed(_) | Finish::Forgotten) => other,
    }
}

/// The next open question that its server takes back.
pub(super) async fn taken_back(waiting: &mut BTreeMap<AskId, (ReplyStyle, AskReply)>) -> AskId {
    poll_fn(|context| {
        for (ask, (_, reply)) in waiting.iter_mut() {
            if reply.poll_withdrawn(context).is_ready() {
                return Poll::Ready(*ask);
            }
        }
        Poll::Pending
    })
    .await
}

/// The failure of a server that makes no headway.
fn stuck(progress: &Progress) -> Failure {
    let why = progress.dialect.stuck().unwrap_or_default();
    failure::of_kind(FailureKind::Protocol, why)
}

async fn sleep_or_never(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Finish, named};

    #[test]
    fn what_came_with_an_answer_is_named_in_it_once() {
        let answered = |text: &str| Finish::Answered {
            text: text.to_owned(),
            usage: None,
            handle: None,
        };
        let labels = ["[image, 3 B: a]".to_owned(), "[audio, 4 B: b]".to_owned()];
        assert_eq!(
            named(answered("See [image, 3 B: a]"), &labels),
            answered("See [image, 3 B: a]\n\n[audio, 4 B: b]")
        );
        assert_eq!(named(Finish::Forgotten, &labels), Finish::Forgotten);
    }
}
