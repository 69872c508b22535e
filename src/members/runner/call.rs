//! One call from its order to its end.
//!
//! **Invariant:** exactly one `Ended` is reported, as the last thing, unless the call was cancelled:
//! then nothing is reported any more.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::clock::Clock;
use super::crew::{Crew, Home, Seat};
use super::listen::{Heeded, Left, Progress};
use super::live::Live;
use super::wire::Wire;
use super::{Now, Outlets};
use crate::core::listing::OUR_NAMES;
use crate::core::session::Restored;
use crate::core::{
    Access, Answer, AskId, CallId, CallOrder, DeltaKind, Ending, Failure, FailureKind, Purpose,
    Reach, Reply, Report, Request, Span, Text, Usage,
};
use crate::mcp::{AskReply, LogSource};
use crate::members::attachments::Attachments;
use crate::members::dialect::{Finish, ReplyStyle};
use crate::members::library::Library;
use crate::members::tools::Toolbox;
use crate::members::{cost, failure, library};
use crate::prompts::{self, Knows, Leave, final_block};

/// How much of what was streamed is kept with a failure, in bytes.
const PARTIAL_MAX: usize = 256 * 1024;

/// How many lines that a server wrote beside the protocol are kept with a failure.
const WORDS_MAX: usize = 40;

/// How many questions one call may ask: further ones would fill the journal, and cost where a model
/// answers them. More than a turn may have tools called.
pub(super) const QUESTIONS_MAX: u64 = 64;
/// How many times one call may ask to read something, of which nearly all is allowed by itself.
const READS_MAX: u64 = 1024;

/// A call that was ordered.
#[derive(Debug)]
pub(super) struct CallTask {
    pub(super) order: CallOrder,
    pub(super) crew: Arc<Crew>,
    pub(super) toolbox: Arc<Toolbox>,
    pub(super) outlets: Outlets,
    /// What the operator says to questions of this call.
    pub(super) replies: mpsc::Receiver<(AskId, Reply)>,
    pub(super) cancel: CancellationToken,
    /// A name for the room process that no other has, for names of conversations.
    pub(super) nonce: Arc<str>,
    pub(super) now: Now,
    pub(super) attachments: Option<Attachments>,
    pub(super) library: Option<Arc<dyn Library>>,
}

/// The call was cancelled: nothing more is to be said.
pub(super) struct Cancelled;

/// How one attempt ended.
enum Attempt {
    Over(Box<Ending>),
    /// The server lost the conversation; the same call goes on with what was said before.
    Forgotten,
}

/// What one attempt is made with.
pub(super) struct Footing<'a> {
    pub(super) seat: &'a Seat<'a>,
    pub(super) connection: Wire,
    /// The handle of a conversation that the server should know.
    pub(super) handle: Option<String>,
    /// The handle of a conversation that it is to fork instead.
    pub(super) fork: Option<String>,
    /// It was started anew since it was given the handle.
    pub(super) taken_up: bool,
    /// The name of a new one.
    pub(super) fresh: String,
    /// How long it may be silent.
    pub(super) idle: Duration,
}

/// On what a turn goes on.
enum Basis {
    /// The server that held the conversation still runs.
    AtHome(String, Home),
    /// The server was started anew, and says that it keeps its conversations.
    TakenUp(String),
    /// The server may know another conversation that this one goes on from.
    Forked(String),
    /// The conversation begins, or is told anew.
    Nothing,
}

impl Basis {
    fn handle(self) -> Option<String> {
        match self {
            Self::AtHome(handle, _) | Self::TakenUp(handle) => Some(handle),
            Self::Forked(_) | Self::Nothing => None,
        }
    }
}

/// State that outlives an attempt.
pub(super) struct Talk {
    pub(super) live: Live,
    pub(super) asked: u64,
    /// How many of them were only to read something.
    pub(super) reads: u64,
    pub(super) waiting: BTreeMap<AskId, (ReplyStyle, AskReply)>,
    pub(super) started: Instant,
    pub(super) clock: Clock,
}

impl Talk {
    /// Hands what was said to whoever asked.
    pub(super) fn answer(&mut self, ask: AskId, reply: &Reply) {
        if let Some((style, to)) = self.waiting.remove(&ask) {
            to.answer(style.answer(reply));
        }
    }

    /// Whether this question may be asked in this call, too.
    pub(super) fn may_ask(&self, request: &Request) -> bool {
        if request.only_reads() {
            return self.reads < READS_MAX;
        }
        self.asked - self.reads < QUESTIONS_MAX
    }
}

impl CallTask {
    /// Takes the pinned documents in, before all else that is known; `None` when the call was
    /// cancelled meanwhile.
    async fn read_documents(&mut self) -> Option<()> {
        let cancel = self.cancel.clone();
        let mut pieces = Vec::new();
        for document in std::mem::take(&mut self.order.documents) {
            let library = self.library.as_deref();
            let told = async {
                let (piece, text) = library::tell(library, &document).await;
                pieces.push(piece);
                let call = self.order.call;
                let told = Report::Told {
                    call,
                    document: document.clone(),
                    text,
                };
                drop(self.outlets.reports.send(told).await);
            };
            cancel.run_until_cancelled(told).await?;
        }
        pieces.append(&mut self.order.known);
        self.order.known = pieces;
        Some(())
    }

    /// Works the call to its end.
    pub(super) async fn run(mut self) {
        let mut talk = Talk {
            live: Live::new(self.order.call, self.outlets.deltas.clone()),
            asked: 0,
            reads: 0,
            waiting: BTreeMap::new(),
            started: Instant::now(),
            clock: Clock::new(match self.order.limit {
                Some(limit) => limit.into(),
                None => self.crew.setup().server.limits.total,
            }),
        };
        let Some(()) = self.read_documents().await else {
            return;
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
        if let Some(deadline) = self.order.deadline {
            let left = deadline.since((self.now)());
            if left == Span(0) {
                let late = "the task's deadline has passed";
                let late = failure::of_kind(FailureKind::TimedOut, late);
                return Ok(failed(unsent(late), talk));
            }
            talk.clock.end_within(left.into());
        }
        let crew = Arc::clone(&self.crew);
        let mut home = self.order.handle.as_ref().and_then(|handle| {
            let home = crew.home(&handle.value, self.order.access)?;
            Some((handle.value.clone(), home))
        });
        let seat = crew.seat(home.as_ref().map(|(_, home)| home));
        let seat = self
            .unless_cancelled(timeout_at(talk.clock.ends(), seat))
            .await?;
        let Ok(seat) = seat else {
            let busy = "all its servers were at work until the deadline";
            let busy = failure::of_kind(FailureKind::TimedOut, busy);
            return Ok(failed(unsent(busy), talk));
        };
        home = home.filter(|(_, home)| seat.is_at(home));
        let mut basis = match (home, &self.order.handle) {
            (Some((handle, home)), _) => Basis::AtHome(handle, home),
            // One that another server gave, before the member was given this one, means nothing here.
            (None, Some(handle))
                if handle.survives_restart && crew.setup().adapter.handles_survive() =>
            {
                Basis::TakenUp(handle.value.clone())
            }
            (None, Some(lost)) => {
                // Where no conversation is ever gone on with, none is lost.
                if crew.setup().adapter.resumes() {
                    crew.forget(&lost.value);
                    self.unbound().await?;
                }
                Basis::Nothing
            }
            (None, None) => {
                let origin = self.order.origin.as_ref();
                origin.map_or(Basis::Nothing, |origin| Basis::Forked(origin.value.clone()))
            }
        };
        for attempt in 1_u32..=2 {
            let basis = std::mem::replace(&mut basis, Basis::Nothing);
            let footing = match self
                .footing(&seat, basis, attempt, talk.clock.ends())
                .await?
            {
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
                    let line = "the server does not know the conversation; it is told again";
                    talk.live.push(DeltaKind::Status, line.to_owned());
                }
            }
        }
        let lost = "it forgets every conversation at once";
        Ok(failed(failure::of_kind(FailureKind::Protocol, lost), talk))
    }

    /// Finds a connection: that of the conversation, or the present one of the lane.
    async fn footing<'a>(
        &self,
        seat: &'a Seat<'a>,
        basis: Basis,
        attempt: u32,
        ends: Instant,
    ) -> Result<Result<Footing<'a>, Failure>, Cancelled> {
        let call = self.order.call;
        let taken_up = matches!(basis, Basis::TakenUp(_));
        let origin = match &basis {
            Basis::Forked(origin) => Some(origin.clone()),
            Basis::AtHome(..) | Basis::TakenUp(_) | Basis::Nothing => None,
        };
        let (handle, connection) = match basis {
            Basis::AtHome(handle, home) => (Some(handle), Ok(Ok(home.connection().clone()))),
            Basis::TakenUp(_) | Basis::Forked(_) | Basis::Nothing => {
                let connecting = timeout_at(ends, seat.connection());
                let connected = self.unless_cancelled(connecting).await?;
                (basis.handle(), connected)
            }
        };
        let connection = match connection {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => {
                let adapter = &self.crew.setup().adapter;
                let failure = failure::of_connection(&error, adapter);
                return Ok(Err(failure::with_login(failure, adapter)));
            }
            Err(_) => {
                let late = "its server was not ready before the deadline";
                return Ok(Err(unsent(failure::of_kind(FailureKind::TimedOut, late))));
            }
        };
        Ok(Ok(Footing {
            seat,
            fork: origin.filter(|_| connection.can_fork()),
            connection,
            handle,
            taken_up,
            fresh: self.name(call, attempt),
            idle: self.crew.setup().server.limits.idle,
        }))
    }

    /// The name of a new conversation.
    fn name(&self, call: CallId, attempt: u32) -> String {
        let order = &self.order;
        let had = order.handle.as_ref().map(|handle| &handle.value);
        match had.or(order.former.as_ref()) {
            Some(name) if self.crew.setup().adapter.renews_by_name() => name.clone(),
            Some(_) | None => format!("{OUR_NAMES}{}-{call}-{attempt}", self.nonce),
        }
    }

    async fn attempt(&mut self, on: Footing<'_>, talk: &mut Talk) -> Result<Attempt, Cancelled> {
        let knows = match (&on.handle, &on.fork) {
            (None, None) => Knows::Nothing,
            (Some(_), _) | (None, Some(_)) => Knows::Conversation,
        };
        let prompt = prompts::render(&self.order, knows, self.leave());
        let mut progress = Progress::new(&self.crew.setup().adapter, on.handle.clone());
        let noise_before = on.connection.strays().noise;
        let heeded = self.converse(&prompt, &on, &mut progress, talk).await;
        let unanswered = std::mem::take(&mut talk.waiting);
        let unanswered: Vec<AskId> = unanswered.into_keys().collect();
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
            Finish::Forgotten => self.forgotten(unanswered).await,
            Finish::Failed(failure) => {
                let failure = self.told(failure, &on.connection, noise_before);
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
                let elsewhere = self.is_elsewhere(&on, handle.as_deref());
                if elsewhere && self.order.access == Access::Read {
                    return self.forgotten(unanswered).await;
                }
                if let Some(handle) = handle {
                    self.bound(&on, &mut progress, handle).await?;
                }
                self.restored(&on, elsewhere).await?;
                let usage = usage.unwrap_or_else(|| cost::estimate(&prompt, &text));
                let answer = self.answer(text, usage, progress.first_text);
                Ok(Attempt::Over(Box::new(Ending::Answered(answer))))
            }
        }
    }

    /// The call goes on, but not with what was asked before.
    async fn forgotten(&self, unanswered: Vec<AskId>) -> Result<Attempt, Cancelled> {
        for ask in unanswered {
            self.withdrawn(ask).await?;
        }
        Ok(Attempt::Forgotten)
    }

    /// A failure with what the server wrote beside the protocol, and with the way to log in.
    fn told(&self, failure: Failure, connection: &Wire, noise_before: u64) -> Failure {
        let strays = connection.strays();
        let noise = strays.last.iter().rev();
        let mut noise = noise.filter(|line| line.source == LogSource::Noise);
        let noise = noise.next().filter(|_| strays.noise > noise_before);
        let words = connection.last_words(WORDS_MAX);
        let failure = failure::with_words(failure, noise.map(|line| line.text.as_str()), &words);
        failure::with_login(failure, &self.crew.setup().adapter)
    }

    fn answer(&self, text: String, usage: Usage, first_text: Option<Span>) -> Answer {
        let (text, block) = match self.order.purpose {
            Purpose::Council | Purpose::Repair => {
                let parsed = final_block::parse(&text);
                (parsed.prose, parsed.block)
            }
            Purpose::Answer
            | Purpose::Step(_)
            | Purpose::Thought(_)
            | Purpose::ThoughtAgain(_)
            | Purpose::Conclude
            | Purpose::Plan
            | Purpose::PlanAgain
            | Purpose::Gather => (text, None),
        };
        Answer {
            text: Text::from(text),
            block,
            usage: self.crew.setup().prices.priced(usage),
            first_text,
        }
    }

    /// Whether the answer to a turn that went on belongs to another conversation.
    fn is_elsewhere(&self, on: &Footing<'_>, handle: Option<&str>) -> bool {
        let adapter = &self.crew.setup().adapter;
        match (on.handle.as_deref(), handle) {
            (Some(asked), Some(got)) => asked != got && (on.taken_up || adapter.keeps_handles()),
            (Some(_) | None, _) => false,
        }
    }

    /// Reports how the server came to know the conversation, where its handle does not tell.
    async fn restored(&self, on: &Footing<'_>, elsewhere: bool) -> Result<(), Cancelled> {
        let proved = self.crew.setup().adapter.proves_handles();
        let by = match &on.handle {
            // What was done cannot be done again; what it was done with is not known.
            Some(_) if elsewhere => Restored::InDoubt,
            Some(_) if on.taken_up && proved => Restored::ByHandle,
            Some(_) if on.taken_up => Restored::InDoubt,
            Some(_) => return Ok(()),
            None if on.fork.is_some() => Restored::ByHandle,
            None if self.order.history.is_empty() => return Ok(()),
            None => Restored::ByReplay,
        };
        let call = self.order.call;
        self.report(Report::Restored { call, by }).await
    }

    async fn unbound(&self) -> Result<(), Cancelled> {
        self.report(Report::Unbound {
            call: self.order.call,
        })
        .await
    }

    pub(super) async fn report(&self, report: Report) -> Result<(), Cancelled> {
        let sending = self.outlets.reports.send(report);
        // A room that is gone needs no report; the end of the effects ends this task as well.
        self.unless_cancelled(sending).await.map(drop)
    }

    pub(super) async fn unless_cancelled<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Cancelled> {
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

/// A failure before anything was sent.
pub(super) fn unsent(failure: Failure) -> Failure {
    Failure {
        unsent: true,
        ..failure
    }
}

fn failed(failure: Failure, talk: &Talk) -> Ending {
    Ending::Failed {
        failure,
        partial: Text::from(talk.live.answer()).excerpt(PARTIAL_MAX),
    }
}
