//! One call from its order to its end.
//!
//! **Invariant:** exactly one `Ended` is reported, as the last thing, unless the call was cancelled:
//! then nothing is reported any more.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use super::crew::{Crew, Home, Seat};
use super::live::Live;
use super::{Now, Outlets};
use crate::core::{
    Access, Answer, AskId, CallOrder, DeltaKind, Ending, Failure, FailureKind, Handle, Purpose,
    Reach, Reply, Report, Span, Text, Usage,
};
use crate::mcp::{ActiveCall, AskReply, CallError, Connection, Limits, Signal, Step, ToolReply};
use crate::members::dialect::{Dialect, Finish, Heard, Question, ReplyStyle, Turn, dialect};
use crate::members::{cost, failure};
use crate::prompts::{self, Knows, Leave, final_block};

/// How much of what was streamed is kept with a failure, in bytes.
const PARTIAL_MAX: usize = 256 * 1024;

/// A call that was ordered.
#[derive(Debug)]
pub(super) struct CallTask {
    pub(super) order: CallOrder,
    pub(super) crew: Arc<Crew>,
    pub(super) outlets: Outlets,
    /// What the operator says to questions of this call.
    pub(super) replies: mpsc::Receiver<(AskId, Reply)>,
    pub(super) cancel: CancellationToken,
    /// A name for the room process that no other has, for names of conversations.
    pub(super) nonce: Arc<str>,
    pub(super) now: Now,
}

/// The call was cancelled: nothing more is to be said.
struct Cancelled;

/// How one attempt ended.
enum Attempt {
    Over(Box<Ending>),
    /// The server lost the conversation; the same call goes on with what was said before.
    Forgotten,
}

/// What one attempt is made with.
struct Footing<'a> {
    seat: &'a Seat<'a>,
    connection: Connection,
    /// The handle of a conversation that the server should know.
    handle: Option<String>,
    /// The name of a new one.
    fresh: String,
    limits: Limits,
}

/// What is known of the attempt under way.
struct Progress {
    dialect: Box<dyn Dialect>,
    /// The handle that was reported last.
    bound: Option<String>,
    first_text: Option<Span>,
    stuck_since: Option<Instant>,
}

/// State that outlives an attempt.
struct Talk {
    live: Live,
    asked: u64,
    waiting: BTreeMap<AskId, (ReplyStyle, AskReply)>,
    started: Instant,
}

impl CallTask {
    /// Works the call to its end.
    pub(super) async fn run(mut self) {
        let mut talk = Talk {
            live: Live::new(self.order.call, self.outlets.deltas.clone()),
            asked: 0,
            waiting: BTreeMap::new(),
            started: Instant::now(),
        };
        let Ok(ending) = self.work(&mut talk).await else {
            return;
        };
        let call = self.order.call;
        let end = async {
            talk.live.drained().await;
            let ended = Report::Ended { call, ending };
            // A room that is gone needs no report.
            drop(self.outlets.reports.send(ended).await);
        };
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => {}
            () = end => {}
        }
    }

    async fn work(&mut self, talk: &mut Talk) -> Result<Ending, Cancelled> {
        let Some(total) = self.time_left() else {
            let late = failure::of_kind(FailureKind::TimedOut, "the task's deadline has passed");
            return Ok(failed(late, talk));
        };
        let ends = talk.started + total;
        let crew = Arc::clone(&self.crew);
        let mut home = self.order.handle.as_ref().and_then(|handle| {
            let home = crew.home(&handle.value, self.order.access)?;
            Some((handle.value.clone(), home))
        });
        let seat = self
            .unless_cancelled(crew.seat(home.as_ref().map(|(_, home)| home)))
            .await?;
        home = home.filter(|(_, home)| seat.is_at(home));
        if self.order.handle.is_some() && home.is_none() {
            self.unbound().await?;
        }
        for attempt in 1_u32..=2 {
            let footing = match self.footing(&seat, home.take(), attempt, ends).await? {
                Ok(footing) => footing,
                Err(failure) => return Ok(failed(failure, talk)),
            };
            match self.attempt(footing, talk).await? {
                Attempt::Over(ending) => return Ok(*ending),
                Attempt::Forgotten => {
                    if let Some(handle) = &self.order.handle {
                        crew.forget(&handle.value);
                    }
                    self.unbound().await?;
                    talk.live.restart();
                    let line = "the server had lost the conversation; it is told again";
                    talk.live.push(DeltaKind::Status, line.to_owned());
                }
            }
        }
        let lost = "it forgets every conversation at once";
        Ok(failed(failure::of_kind(FailureKind::Protocol, lost), talk))
    }

    /// How long the call may take; none when its task's deadline has passed.
    fn time_left(&self) -> Option<std::time::Duration> {
        let usual = self.crew.setup().server.limits.total;
        match self.order.deadline {
            None => Some(usual),
            Some(deadline) => match deadline.since((self.now)()) {
                Span(0) => None,
                left => Some(usual.min(left.into())),
            },
        }
    }

    /// Finds a connection: that of the conversation, or the present one of the lane.
    async fn footing<'a>(
        &self,
        seat: &'a Seat<'a>,
        home: Option<(String, Home)>,
        attempt: u32,
        ends: Instant,
    ) -> Result<Result<Footing<'a>, Failure>, Cancelled> {
        let call = self.order.call;
        let (handle, connection) = if let Some((handle, home)) = home {
            (Some(handle), home.connection().clone())
        } else {
            let connecting = timeout_at(ends, seat.connection());
            match self.unless_cancelled(connecting).await? {
                Ok(Ok(connection)) => (None, connection),
                Ok(Err(error)) => return Ok(Err(failure::of_connection(&error))),
                Err(_) => {
                    let late = "its server was not ready before the deadline";
                    return Ok(Err(failure::of_kind(FailureKind::TimedOut, late)));
                }
            }
        };
        let limits = Limits {
            idle: self.crew.setup().server.limits.idle,
            total: ends.saturating_duration_since(Instant::now()),
        };
        Ok(Ok(Footing {
            seat,
            connection,
            handle,
            fresh: format!("synod-{}-{call}-{attempt}", self.nonce),
            limits,
        }))
    }

    async fn attempt(&mut self, on: Footing<'_>, talk: &mut Talk) -> Result<Attempt, Cancelled> {
        let knows = match on.handle {
            Some(_) => Knows::Conversation,
            None => Knows::Nothing,
        };
        let prompt = prompts::render(&self.order, knows, self.leave());
        let mut progress = Progress {
            dialect: dialect(&self.crew.setup().adapter),
            bound: on.handle.clone(),
            first_text: None,
            stuck_since: None,
        };
        let heeded = self.converse(&prompt, &on, &mut progress, talk).await;
        talk.waiting.clear();
        let left = match &heeded {
            Ok(Heeded::Finished { left, .. }) => *left,
            Ok(Heeded::GivenUp(_)) | Err(Cancelled) => Left::AtWork,
        };
        if left == Left::AtWork {
            on.seat.stop_work().await;
            // What such a conversation says next may belong to the call that was given up.
            if let Some(handle) = &progress.bound {
                self.crew.forget(handle);
            }
        }
        let finish = match heeded? {
            Heeded::Finished { finish, .. } => finish,
            Heeded::GivenUp(failure) => Finish::Failed(failure),
        };
        match finish {
            Finish::Forgotten => Ok(Attempt::Forgotten),
            Finish::Failed(failure) => {
                if left == Left::AtWork && progress.bound.is_some() {
                    self.unbound().await?;
                }
                Ok(Attempt::Over(Box::new(failed(failure, talk))))
            }
            Finish::Answered {
                text,
                usage,
                handle,
            } => {
                if let Some(handle) = handle {
                    self.bound(&on, &mut progress, handle).await?;
                }
                let usage = usage.unwrap_or_else(|| cost::estimate(&prompt, &text));
                let answer = self.answer(text, usage, progress.first_text);
                Ok(Attempt::Over(Box::new(Ending::Answered(answer))))
            }
        }
    }

    fn answer(&self, text: String, usage: Usage, first_text: Option<Span>) -> Answer {
        let (text, block) = match self.order.purpose {
            Purpose::Council | Purpose::Repair => {
                let parsed = final_block::parse(&text);
                (parsed.prose, parsed.block)
            }
            Purpose::Answer | Purpose::Step(_) => (text, None),
        };
        Answer {
            text: Text::from(text),
            block,
            usage: self.crew.setup().prices.priced(usage),
            first_text,
        }
    }

    /// Makes the call and listens to its end.
    async fn converse(
        &mut self,
        prompt: &str,
        on: &Footing<'_>,
        progress: &mut Progress,
        talk: &mut Talk,
    ) -> Result<Heeded, Cancelled> {
        let request = progress.dialect.request(&Turn {
            prompt,
            handle: on.handle.as_deref(),
            fresh: &on.fresh,
            access: self.order.access,
        });
        let calling = on
            .connection
            .call(&request.tool, request.arguments, on.limits);
        // Dropping the call tells the server that it was given up.
        let mut call = self.unless_cancelled(calling).await?;
        self.listen(&mut call, on, progress, talk).await
    }

    /// Listens until the call is over. The connection is read all the time: nothing here waits for
    /// a console.
    async fn listen(
        &mut self,
        call: &mut ActiveCall,
        on: &Footing<'_>,
        progress: &mut Progress,
        talk: &mut Talk,
    ) -> Result<Heeded, Cancelled> {
        loop {
            let stuck_ends = progress.stuck_since.map(|since| since + on.limits.idle);
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(Cancelled),
                Some((ask, reply)) = self.replies.recv() => {
                    if let Some((style, to)) = talk.waiting.remove(&ask) {
                        to.send(style.result(&reply));
                    }
                }
                () = sleep_or_never(stuck_ends) => {
                    let why = progress.dialect.stuck().unwrap_or_default();
                    let failure = failure::of_kind(FailureKind::Protocol, why);
                    return Ok(Heeded::GivenUp(failure));
                }
                step = call.next() => match step {
                    Step::Signal(signal) => {
                        if let Some(failure) = self.heed(signal, on, progress, talk).await? {
                            return Ok(Heeded::GivenUp(failure));
                        }
                    }
                    Step::Done(outcome) => {
                        let left = Left::by(&outcome);
                        let finish = progress.dialect.finish(outcome);
                        return Ok(Heeded::Finished { finish, left });
                    }
                },
                () = talk.live.drained_some() => {}
            }
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

    async fn asked(&self, question: Question, talk: &mut Talk) -> Result<(), Cancelled> {
        talk.asked += 1;
        let ask = AskId(talk.asked);
        talk.waiting.insert(ask, (question.style, question.reply));
        self.report(Report::Asked {
            call: self.order.call,
            ask,
            request: question.request,
        })
        .await
    }

    /// Notes the handle of the conversation, and reports it when it is new.
    async fn bound(
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
                survives_restart: false,
            },
        })
        .await
    }

    async fn unbound(&self) -> Result<(), Cancelled> {
        self.report(Report::Unbound {
            call: self.order.call,
        })
        .await
    }

    async fn report(&self, report: Report) -> Result<(), Cancelled> {
        let sending = self.outlets.reports.send(report);
        // A room that is gone needs no report; the end of the effects ends this task as well.
        self.unless_cancelled(sending).await.map(drop)
    }

    async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, Cancelled> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Cancelled),
            done = work => Ok(done),
        }
    }

    fn leave(&self) -> Leave {
        match (self.order.access, self.crew.setup().spec.reach) {
            (Access::Read, Reach::Reads | Reach::Sandboxed | Reach::Unguarded) => Leave::OnlyRead,
            (Access::Read, Reach::Text) | (Access::Write, _) => Leave::Unsaid,
        }
    }
}

/// How listening ended.
enum Heeded {
    Finished {
        finish: Finish,
        left: Left,
    },
    /// We gave it up.
    GivenUp(Failure),
}

/// How the server was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// It has done with the call.
    Done,
    /// It may still work on the call.
    AtWork,
}

impl Left {
    fn by(outcome: &Result<ToolReply, CallError>) -> Self {
        match outcome {
            Ok(_) | Err(CallError::Rpc { .. } | CallError::Closed { .. }) => Self::Done,
            Err(
                CallError::Idle { .. }
                | CallError::Deadline { .. }
                | CallError::Cancelled
                | CallError::Malformed { .. },
            ) => Self::AtWork,
        }
    }
}

fn failed(failure: Failure, talk: &Talk) -> Ending {
    Ending::Failed {
        failure,
        partial: Text::from(talk.live.answer()).excerpt(PARTIAL_MAX),
    }
}

async fn sleep_or_never(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}
