//! The pure heart of a room: what there is, what may happen, and what follows.
//!
//! Owns the words of the domain, the state, and four pure functions:
//!
//! - [`decide`](decide()): an intent (a [`Command`]), an outcome (a [`Report`]) or the time becomes events, or a [`Refusal`];
//! - [`evolve`](evolve()): an event changes the state; total, never refused;
//! - [`follow`](follow()): what the room does next by itself (route, start calls, conclude tasks);
//! - [`react`](react()): an event becomes effects, which are orders to the engine.
//!
//! It reads no clock, rolls no dice, touches no file and awaits nothing: the time is a parameter and
//! every collection is ordered, so the same events always give the same state.

pub mod advice;
pub mod analysis;
pub mod answer;
pub mod appraisal;
pub mod approval;
pub mod attention;
pub mod awaited;
pub mod budget;
pub mod check;
pub mod checkup;
pub mod command;
pub mod concern;
pub mod conflict;
pub mod context;
pub mod decide;
pub mod delta;
pub mod dial;
mod digest;
pub mod document;
pub mod effect;
pub mod event;
pub mod evolve;
pub mod failure;
pub mod filter;
#[cfg(test)]
pub(crate) mod fixture;
pub mod follow;
pub mod forecast;
pub mod form;
pub mod handed;
pub(crate) mod hash;
pub mod history;
pub mod id;
pub(crate) mod json;
pub mod kind;
pub mod ladder;
pub mod lesson;
pub mod listing;
pub mod live;
pub mod memory;
pub mod metrics;
pub mod note;
pub mod offering;
pub mod plan;
pub mod react;
pub mod refusal;
pub mod report;
pub mod retention;
pub(crate) mod retry;
pub mod roster;
pub mod routing;
pub mod session;
pub mod state;
pub mod task;
pub mod text;
pub mod thinking;
pub mod time;
pub mod upkeep;
pub mod urgency;
pub mod voting;
pub mod waits;

pub use advice::{Advice, AdviceOrder, Advised};
pub use analysis::{Analysis, Guess};
pub use answer::{Answer, AnswerKind, ContextUse, FinalAnswer, Usage};
pub use approval::{Allowed, ApprovalPolicy, RequestKind, Rule, RuleAction, Sampling};
pub use attention::{Actor, Attention, Reply, Request, Resolution, Subject};
pub use awaited::{Awaited, Outlook};
pub use budget::{Budget, Limit, Period, Spend};
pub use check::{CheckEnd, CheckName, CheckOver, CheckRun, Checked, Checks};
pub use checkup::{Aspect, Check, CheckState, Checkup, Fix, Part};
pub use command::{Command, PlanOrder};
pub use concern::{By, Concern, Concerns};
pub use conflict::{Candidate, Decision, Dissent, Ground};
pub use context::{DocumentText, Piece, Shown};
pub use decide::{decide, expire, note, resume};
pub use delta::{Delta, DeltaKind};
pub use dial::{Dial, DialSort, DialValue, DialWish, Unasked};
pub use document::{DocumentReply, DocumentWish};
pub use effect::{
    CallOrder, Effect, HandedOn, PastTurn, PlanningOrder, RecordOrder, ThinkingOrder, ToDigest,
};
pub use event::{Event, Recorded};
pub use evolve::evolve;
pub use failure::{Failure, FailureKind};
pub use filter::{Filter, Term, What};
pub use follow::{follow, login_awaited};
pub use form::Form;
pub use handed::HandedServer;
pub use history::{DigestOrder, SessionDigest};
pub use id::{AskId, AttentionId, CallId, CheckId, LessonId, MemberName, SessionId, TaskId};
pub use kind::{KindName, Kinds, OwnKind, TaskKind};
pub use ladder::{
    About, Answered, Contest, ContestOrder, Fallback, Inquiry, InquiryOrder, Ladder, Rung, Stage,
};
pub use lesson::{Draft, Holds, Lesson, LessonOrder, Pin, Sharing, Standing, Tally};
pub use listing::{ListedSession, Listing, ServerSessions, reconcile};
pub use live::{LiveText, LiveTexts};
pub(crate) use memory::Verdict;
pub use memory::{
    DocumentInfo, ForeignEdit, HubKind, HubState, HubStatus, Import, Meter, Note, Notes,
    OutsideEdit, Settled,
};
pub use note::{NoteChange, NoteEnd, NoteOrder, Notebook, Step, Stepped};
pub use offering::{
    Granted, Offerer, Offering, Offerings, PromptOffer, PromptQuestion, ResourceEntry,
    ResourceOffer, Resources, Wish,
};
pub use plan::{Plan, PlanStage, PlanStep, Planned, Planning};
pub use react::react;
pub use refusal::Refusal;
pub use report::Report;
pub use retention::{Old, Retention};
pub use roster::{Health, Member, MemberSpec, Pause, Reach, Record};
pub use session::{Continuity, Handle, Session, SessionChange, SessionOrder, Turn, TurnState};
pub use state::State;
pub use task::{
    Access, Basis, Call, Ending, Input, KindBy, Origin, Outcome, Phase, Priority, Purpose, Spot,
    Strategy, Task, TaskOrder,
};
pub use text::Text;
pub use thinking::{Branch, Keeper, Kept, Thinking, Thought};
pub use time::{Span, Timestamp};
pub use upkeep::Upkeep;
pub use urgency::{Stake, Urgency, by_urgency};
pub use waits::{budget_awaited, hindrance};
