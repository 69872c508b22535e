//! One request in flight to a server: why it was made, what was handed on with it, how it ended.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::core::{
    Access, Answer, AskId, CallId, Failure, MemberName, SessionId, Span, TaskId, Text, Timestamp,
};

/// Why a call is made; from this and the task the prompt is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To answer the task alone or in a race.
    Answer,
    /// To answer the task as one of a council, with a typed final answer.
    Council,
    /// To take one step of a chain, counted from 0.
    Step(u32),
    /// To ask once more for a final answer that could not be read.
    Repair,
    /// To give the thought of this number of a thinking session.
    Thought(u32),
    /// To ask once more for a thought of this number that could not be read.
    ThoughtAgain(u32),
    /// To answer the task after the last thought.
    Conclude,
    /// To split the task into steps.
    Plan,
    /// To ask once more for a plan that could not be read.
    PlanAgain,
    /// To make one result of those of the steps.
    Gather,
}

impl Purpose {
    /// For what a member is asked once more whose typed answer could not be read.
    pub(crate) fn again(self) -> Option<Self> {
        match self {
            Self::Thought(number) => Some(Self::ThoughtAgain(number)),
            Self::Plan => Some(Self::PlanAgain),
            Self::Answer
            | Self::Council
            | Self::Step(_)
            | Self::Repair
            | Self::ThoughtAgain(_)
            | Self::Conclude
            | Self::PlanAgain
            | Self::Gather => None,
        }
    }
}

/// A call of an open task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub(crate) task: TaskId,
    pub(crate) session: SessionId,
    pub(crate) member: MemberName,
    pub(crate) purpose: Purpose,
    pub(crate) access: Access,
    pub(crate) started: Timestamp,
    pub(crate) asked: BTreeSet<AskId>,
    /// How long it waited for answers of the operator, up to the present wait …
    #[serde(default)]
    pub(crate) waited: Span,
    /// … which began here.
    #[serde(default)]
    pub(crate) waits_since: Option<Timestamp>,
    pub(crate) ended: Option<(Timestamp, Ending)>,
}

impl Call {
    /// The task for which it is made.
    #[must_use]
    pub fn task(&self) -> TaskId {
        self.task
    }

    /// The session in which it is a turn.
    #[must_use]
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// Who works it.
    #[must_use]
    pub fn member(&self) -> &MemberName {
        &self.member
    }

    /// Why it is made.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// What it may do to the world.
    #[must_use]
    pub fn access(&self) -> Access {
        self.access
    }

    /// When it began.
    #[must_use]
    pub fn started(&self) -> Timestamp {
        self.started
    }

    /// How much of the time up to `now` its member worked: not while the operator was asked.
    pub(crate) fn worked(&self, now: Timestamp) -> Span {
        let waiting = self.waits_since.map_or(Span(0), |since| now.since(since));
        let waited = self.waited.0.saturating_add(waiting.0);
        Span(now.since(self.started).0.saturating_sub(waited))
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn ending(&self) -> Option<&Ending> {
        self.ended.as_ref().map(|(_, ending)| ending)
    }
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// With an answer.
    Answered(Answer),
    /// Without.
    Failed {
        /// Why.
        failure: Failure,
        /// The text up to there; untrusted.
        partial: Text,
    },
    /// It was called off.
    Cancelled {
        /// The text up to there; untrusted.
        partial: Text,
    },
    /// The room process ended in the middle.
    Interrupted,
}

/// Earlier work that is handed on with a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The answer of a call of the same task.
    Answer(CallId),
    /// The result of a task that had to be done first.
    Result(TaskId),
}
