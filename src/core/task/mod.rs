//! Tasks and the calls made for them.

mod call;
pub mod order;
mod queue;
mod words;

use serde::{Deserialize, Serialize};

pub use call::{Call, Ending, Input, Purpose};
pub use order::{Access, KindBy, Origin, Priority, Strategy, TaskOrder};
pub use queue::Spot;
pub(crate) use queue::{Before, Place, Queue, Rank};
pub use words::UnknownWord;
pub(crate) use words::words;

use crate::core::appraisal::Look;
use crate::core::conflict::Candidate;
use crate::core::forecast::Forecast;
use crate::core::plan::{Part, Planning};
use crate::core::routing::chosen::Route;
use crate::core::routing::convene::Convening;
use crate::core::routing::whether::Convened;
use crate::core::{
    Analysis, AttentionId, CallId, CheckRun, MemberName, TaskId, Text, Thinking, Timestamp,
};

/// A piece of work in the queue. Stored and sent without what stands as it does in a task that was just added:
/// there may be very many of them, and a console waits for all before its first frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub(crate) id: TaskId,
    pub(crate) order: TaskOrder,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) analysis: Option<Analysis>,
    pub(crate) added: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) council: Vec<MemberName>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) routed_because: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) route: Option<Route>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) convened: Option<Convened>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) forecast: Option<Forecast>,
    /// What the operator says of its result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rated: Option<bool>,
    /// How its result was checked, or is being checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) checked: Option<CheckRun>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) calls: Vec<CallId>,
    #[serde(default, skip_serializing_if = "is_first")]
    pub(crate) not_before: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) started: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "is_first")]
    pub(crate) thinking: Thinking,
    #[serde(default, skip_serializing_if = "is_first")]
    pub(crate) planning: Planning,
    /// How far its appraisal is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) look: Option<Look>,
    /// Of which plan it is a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) part: Option<Part>,
    pub(crate) phase: Phase,
}

/// Whether something stands as it does at first.
fn is_first<T: Default + PartialEq>(it: &T) -> bool {
    *it == T::default()
}

/// Where a task stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Waits in the queue for its dependencies, its members or the budget.
    Queued,
    /// At least one call was made for it.
    Working,
    /// Its answers differ, and that is being settled.
    Deciding {
        /// The distinct answers.
        candidates: Vec<Candidate>,
        /// The inbox item, once the operator is asked.
        attention: Option<AttentionId>,
    },
    /// A call of it was interrupted, and the operator is asked whether to repeat it.
    Held {
        /// The inbox item.
        attention: AttentionId,
    },
    /// Over.
    Ended {
        /// When.
        at: Timestamp,
        /// How.
        outcome: Outcome,
    },
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It has a result.
    Done {
        /// The result; untrusted.
        result: Text,
        /// The calls on whose answers it stands.
        from: Vec<CallId>,
        /// Why this is the result.
        basis: Basis,
    },
    /// It has none.
    Failed {
        /// What happened and what to do.
        why: String,
    },
    /// It was called off.
    Cancelled,
}

/// Why a result is the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The only answer that was asked for.
    Only,
    /// The first of a race.
    First,
    /// The answers of a council agree.
    Agreement,
    /// The last step of a chain.
    LastStep,
    /// The conclusion of a thinking session.
    Conclusion,
    /// Made of the results of a plan's steps.
    Plan,
    /// The operator chose it.
    Operator,
    /// It was voted for.
    Vote,
    /// The members came to agree on it.
    Consensus,
    /// All answers were merged into it.
    Merged,
    /// An expert chose it.
    Expert,
    /// Nobody could settle it, and this was set for that.
    Fallback,
}

impl Task {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// Whether nobody was given its text yet, and nobody chosen for it: its text and its place in the queue
    /// can still be changed.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.phase == Phase::Queued && self.council.is_empty() && self.calls.is_empty()
    }

    /// What was ordered. Where it left open how it is worked, it says so once members are chosen.
    #[must_use]
    pub fn order(&self) -> &TaskOrder {
        &self.order
    }

    /// Whether the room ordered it for itself: its result is no document and nobody can ask for it anew.
    #[must_use]
    pub fn is_the_rooms(&self) -> bool {
        self.order.origin == Origin::Room
    }

    /// What its text said of it when it was added; absent for what the room ordered for itself, and for
    /// what was added before texts were analysed.
    #[must_use]
    pub fn analysis(&self) -> Option<&Analysis> {
        self.analysis.as_ref()
    }

    /// When it was added.
    #[must_use]
    pub fn added(&self) -> Timestamp {
        self.added
    }

    /// Who works it; empty until it is routed.
    #[must_use]
    pub fn council(&self) -> &[MemberName] {
        &self.council
    }

    /// Why these members, in words.
    #[must_use]
    pub fn routed_because(&self) -> &str {
        &self.routed_because
    }

    /// The members that came into question, with what they were weighed by; none where they were named.
    #[must_use]
    pub fn route(&self) -> Option<&Route> {
        self.route.as_ref()
    }

    /// How it was to be worked when it was ordered.
    #[must_use]
    pub fn asked_strategy(&self) -> Strategy {
        match self.convened {
            Some(_) => Strategy::Auto,
            None => self.order.strategy,
        }
    }

    /// Whether the room chose that one or several work it, and why; none where the order says so.
    #[must_use]
    pub fn convened(&self) -> Option<&Convened> {
        self.convened.as_ref()
    }

    /// Whether its council is a cascade that has grown beyond its beginning.
    pub(crate) fn is_widened(&self) -> bool {
        match self.convened.as_ref().map(|convened| convened.how) {
            Some(Convening::Cascade { first, .. }) => self.council.len() > first,
            Some(Convening::One | Convening::Everybody) | None => false,
        }
    }

    /// Whether its council is a cascade that a council of so many makes grow for the first time.
    pub(crate) fn is_widened_by(&self, council: usize) -> bool {
        let cascade = self.convened.as_ref().map(|convened| convened.how);
        matches!(cascade, Some(Convening::Cascade { .. }))
            && !self.is_widened()
            && council > self.council.len()
    }

    /// What it is expected to come to; none once other members were chosen.
    #[must_use]
    pub fn forecast(&self) -> Option<&Forecast> {
        self.forecast.as_ref()
    }

    /// Whether the operator says that its result is good.
    #[must_use]
    pub fn rated(&self) -> Option<bool> {
        self.rated
    }

    /// The check of its result, once it has begun.
    #[must_use]
    pub fn checked(&self) -> Option<&CheckRun> {
        self.checked.as_ref()
    }

    /// Its calls, oldest first.
    #[must_use]
    pub fn calls(&self) -> &[CallId] {
        &self.calls
    }

    /// Its thoughts, when it is worked by thinking.
    #[must_use]
    pub fn thinking(&self) -> &Thinking {
        &self.thinking
    }

    /// Its plan and the steps of that, when it is worked by one.
    #[must_use]
    pub fn planning(&self) -> &Planning {
        &self.planning
    }

    /// Of which plan it was added as a step.
    #[must_use]
    pub fn part(&self) -> Option<&Part> {
        self.part.as_ref()
    }

    /// Where it stands.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// When its first call began.
    #[must_use]
    pub fn started(&self) -> Option<Timestamp> {
        self.started
    }

    /// Before when no call is made for it, because a server asked for patience.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.phase {
            Phase::Ended { outcome, .. } => Some(outcome),
            Phase::Queued | Phase::Working | Phase::Deciding { .. } | Phase::Held { .. } => None,
        }
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.outcome().is_some()
    }
}
