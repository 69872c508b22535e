//! All that is true in a room now: the fold of its events. Private; only `evolve` writes it.
//!
//! Bounded: of ended tasks the last [`ENDED_KEPT`] stay (and those for which an open one waits), and as
//! many of those that the room ordered for itself; of a session's turns the last
//! [`TURNS_KEPT`](crate::core::session::TURNS_KEPT); of sessions that were put away or archived the last
//! [`SESSIONS_KEPT`]. The journal keeps everything.

mod inbox;
mod shared;
mod tasks;
mod wakeup;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::advice::Advice;
use crate::core::analysis::Reader;
use crate::core::appraisal::Appraisals;
use crate::core::check::Checking;
use crate::core::forecast::Foresight;
use crate::core::history::Digests;
use crate::core::lesson::Knowledge;
use crate::core::metrics::Metrics;
use crate::core::retention::Ledger;
use crate::core::routing::learning::Learning;
use crate::core::thinking::MOST_THOUGHTS;
use crate::core::{
    ApprovalPolicy, Attention, AttentionId, Budget, Call, CallId, Contest, Kinds, Ladder, Member,
    MemberName, Notebook, Session, SessionId, Spend, Task, TaskId, Timestamp, Upkeep, Verdict,
    task::Queue,
};

/// How many ended tasks the state keeps.
pub const ENDED_KEPT: usize = 200;
/// How many sessions the state keeps that nobody goes on with: archived and closed ones, and
/// those of members that left.
pub const SESSIONS_KEPT: usize = 64;

/// How many last words on foreign texts the state keeps.
pub const VERDICTS_KEPT: usize = 256;

/// The state of a room.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct State {
    pub(crate) name: String,
    pub(crate) seq: u64,
    pub(crate) closing: bool,
    pub(crate) next: NextIds,
    pub(crate) budget: Budget,
    pub(crate) spend: Spend,
    pub(crate) upkeep: Upkeep,
    #[serde(default)]
    pub(crate) kinds: Kinds,
    /// What was learned of the texts of tasks.
    #[serde(default)]
    pub(crate) reader: Reader,
    pub(crate) thoughts: ThoughtsBound,
    pub(crate) members: BTreeMap<MemberName, Member>,
    pub(crate) sessions: BTreeMap<SessionId, Session>,
    pub(crate) tasks: BTreeMap<TaskId, Task>,
    pub(crate) queue: Queue,
    pub(crate) calls: BTreeMap<CallId, Call>,
    pub(crate) attention: BTreeMap<AttentionId, Attention>,
    pub(crate) counters: Counters,
    pub(crate) approvals: Approvals,
    #[serde(default)]
    pub(crate) verdicts: Vec<Verdict>,
    /// When the last event was decided.
    #[serde(default)]
    pub(crate) at: Timestamp,
    #[serde(default)]
    pub(crate) knowledge: Knowledge,
    #[serde(default)]
    pub(crate) notebook: Notebook,
    #[serde(default)]
    pub(crate) ledger: Ledger,
    #[serde(default)]
    pub(crate) digests: Digests,
    #[serde(default)]
    pub(crate) ladder: Ladder,
    #[serde(default)]
    pub(crate) learning: Learning,
    /// Conflicts of the tasks that are remembered.
    #[serde(default)]
    pub(crate) contests: BTreeMap<TaskId, Contest>,
    #[serde(default)]
    pub(crate) metrics: Metrics,
    /// Which results are to be checked.
    #[serde(default)]
    pub(crate) checking: Checking,
    #[serde(default)]
    pub(crate) foresight: Foresight,
    #[serde(default)]
    pub(crate) advice: Advice,
    #[serde(default)]
    pub(crate) appraisals: Appraisals,
}

/// What is answered without the operator, and what is being answered by members.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Approvals {
    pub(crate) policy: ApprovalPolicy,
    /// Tasks whose result answers an item; both may be over already.
    pub(crate) lent: BTreeMap<AttentionId, TaskId>,
}

/// The next free number of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NextIds {
    pub(crate) task: u64,
    pub(crate) session: u64,
    pub(crate) call: u64,
    pub(crate) attention: u64,
}

impl Default for NextIds {
    fn default() -> Self {
        Self {
            task: 1,
            session: 1,
            call: 1,
            attention: 1,
        }
    }
}

/// How many thoughts a thinking session takes at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ThoughtsBound(pub(crate) u32);

impl Default for ThoughtsBound {
    fn default() -> Self {
        Self(MOST_THOUGHTS)
    }
}

/// Counts since the room was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// Tasks with a result.
    pub done: u64,
    /// Tasks that failed.
    pub failed: u64,
    /// Tasks that were called off.
    pub cancelled: u64,
    /// Conflicts found.
    pub conflicts: u64,
    /// Reports that came too late or for nothing.
    pub stale: u64,
}

impl State {
    /// The state before the first event.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The room's name; empty before it was opened.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place of the last event that is folded in; 0 before the first.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// When the last event was decided.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Whether the room is being closed.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.closing
    }

    /// What may be spent.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// What was spent in the current period.
    #[must_use]
    pub fn spend(&self) -> &Spend {
        &self.spend
    }

    /// How long things may lie idle.
    #[must_use]
    pub fn upkeep(&self) -> &Upkeep {
        &self.upkeep
    }

    /// The kinds of task that the room has now.
    #[must_use]
    pub fn kinds(&self) -> &Kinds {
        &self.kinds
    }

    /// What the room has learned of the texts of tasks: it says what a text is about.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// How many thoughts a thinking session takes at most.
    #[must_use]
    pub fn most_thoughts(&self) -> u32 {
        self.thoughts.0
    }

    /// Members by name.
    #[must_use]
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.members.values()
    }

    /// One member.
    #[must_use]
    pub fn member(&self, name: &MemberName) -> Option<&Member> {
        self.members.get(name)
    }

    /// Sessions in the order in which they were opened.
    #[must_use]
    pub fn sessions(&self) -> impl ExactSizeIterator<Item = &Session> {
        self.sessions.values()
    }

    /// One session.
    #[must_use]
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id)
    }

    /// What was learned of the members, and how they are chosen.
    #[must_use]
    pub fn learning(&self) -> &Learning {
        &self.learning
    }

    /// What forecasts are made from, and how they turned out.
    #[must_use]
    pub fn foresight(&self) -> &Foresight {
        &self.foresight
    }

    /// How conflicts are settled.
    #[must_use]
    pub fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// Conflicts of the tasks that are remembered, by task.
    #[must_use]
    pub fn contests(&self) -> impl DoubleEndedIterator<Item = &Contest> + ExactSizeIterator {
        self.contests.values()
    }

    /// The conflict of a task.
    #[must_use]
    pub fn contest(&self, task: TaskId) -> Option<&Contest> {
        self.contests.get(&task)
    }

    /// What is answered without the operator.
    #[must_use]
    pub fn policy(&self) -> &ApprovalPolicy {
        &self.approvals.policy
    }

    /// Figures of members and kinds of tasks.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What the room recommends.
    #[must_use]
    pub fn advice(&self) -> &Advice {
        &self.advice
    }

    /// Counts since the room was made.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }
}
