//! Appraisals: what a member says of a large task before it is given out.
//!
//! Owns what is set of them, which tasks they are for, what one says, and how far that of a task is. How one
//! is read is the business of [`read`](read()); who is asked and when, that of
//! [`follow`](crate::core::follow()).
//!
//! **Invariant:** an appraisal helps and never hinders: where none can be had, the task is given out as its
//! text says.

mod read;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use read::{ANSWER_MOST, Flaw, Reading, SCHEMA, read};

use crate::core::task::words;
use crate::core::{
    KindBy, MemberName, Origin, Outcome, State, Strategy, Task, TaskId, TaskKind, TaskOrder, Text,
};

/// The longest reason of an appraisal that is kept, in bytes.
pub const WHY_MAX: usize = 200;

words!(
    /// How much depends on a task.
    Stakes, "word for how much depends on a task", {
        /// Little: one member is enough.
        Low = "low",
        /// As much as on most.
        Usual = "usual",
        /// Much: several members are worth their calls.
        High = "high",
    }
);

/// Which tasks are appraised, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Appraisers {
    /// From how many tokens of a prompt on; none are without it.
    pub above: Option<u64>,
    /// Who is asked; without it whoever is best at analysis.
    pub by: Option<MemberName>,
}

/// What a member says of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appraisal {
    /// Who says it.
    pub by: MemberName,
    /// Of what kind the task is.
    pub kind: TaskKind,
    /// How many tokens an answer will have, where it says so.
    pub answer: Option<u64>,
    /// How much depends on it.
    pub stakes: Stakes,
    /// Why, in words, at most [`WHY_MAX`] bytes; untrusted.
    pub why: String,
}

/// A member that is asked for an appraisal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appraising {
    /// The task that was added for it.
    pub by: TaskId,
    /// The task whose result could not be read, when it is asked for once more.
    pub again: Option<TaskId>,
}

/// What happened to an appraisal, or to what is set of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Appraised {
    /// Which tasks are appraised, and by whom, was set.
    Set {
        /// All of it.
        appraisers: Appraisers,
    },
    /// A member is asked about a task. The task that asks it was added just before.
    Asked {
        /// About which task.
        task: TaskId,
        /// How.
        asked: Appraising,
    },
    /// A member said what it thinks of a task.
    Given {
        /// Of which.
        task: TaskId,
        /// What it said.
        appraisal: Appraisal,
    },
    /// A task is given out without an appraisal.
    Without {
        /// Which.
        task: TaskId,
        /// Why there is none, in words.
        why: String,
    },
}

/// How far the appraisal of a task is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// A member is asked.
    Asked(Appraising),
    /// It was given.
    Given(Appraisal),
    /// There is none.
    Without {
        /// Why, in words.
        why: String,
    },
}

impl Look {
    /// What the member said, once it has.
    #[must_use]
    pub fn given(&self) -> Option<&Appraisal> {
        match self {
            Self::Given(appraisal) => Some(appraisal),
            Self::Asked(_) | Self::Without { .. } => None,
        }
    }

    /// Whether nothing more is expected.
    fn is_over(&self) -> bool {
        match self {
            Self::Given(_) | Self::Without { .. } => true,
            Self::Asked(_) => false,
        }
    }
}

/// What is set, and what is being asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Appraisals {
    pub(crate) set: Appraisers,
    /// By the task that is appraised.
    pub(crate) at_work: BTreeMap<TaskId, Appraising>,
}

impl Appraisals {
    /// The task about which another one asks.
    pub(crate) fn asked_by(&self, by: TaskId) -> Option<TaskId> {
        let mut at_work = self.at_work.iter();
        let found = at_work.find(|(_, asked)| asked.by == by);
        found.map(|(task, _)| *task)
    }
}

impl Appraisers {
    /// Whether a task is appraised before it is given out: a large one of which nobody said of what kind it
    /// is, or whether one or several shall work it.
    pub(crate) fn want(&self, order: &TaskOrder, look: Option<&Look>) -> bool {
        let open = order.kind_by == KindBy::Text || order.strategy == Strategy::Auto;
        let tokens = order.prompt.len() as u64 / 4;
        order.origin != Origin::Room
            && open
            && !look.is_some_and(Look::is_over)
            && self.above.is_some_and(|above| tokens >= above)
    }
}

impl Task {
    /// How far its appraisal is; none where it needs none or nobody was asked yet.
    #[must_use]
    pub fn look(&self) -> Option<&Look> {
        self.look.as_ref()
    }

    /// What a member said of it before it was given out.
    #[must_use]
    pub fn appraisal(&self) -> Option<&Appraisal> {
        self.look.as_ref().and_then(Look::given)
    }
}

impl State {
    /// Which tasks are appraised, and by whom.
    #[must_use]
    pub fn appraisers(&self) -> &Appraisers {
        &self.appraisals.set
    }
}

/// What a call that appraises a task is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToAppraise {
    /// The task as it was typed.
    pub prompt: Text,
    /// Of what kinds it can be, each with what is meant by it.
    pub kinds: Vec<(TaskKind, String)>,
    /// What is to be mended in the last answer, when it is asked for again.
    pub flaw: Option<String>,
}

/// What a task of the room's own is given that asks for an appraisal.
pub(crate) fn to_appraise(state: &State, by: TaskId) -> Option<ToAppraise> {
    let task = state.task(state.appraisals.asked_by(by)?)?;
    let asked = state.appraisals.at_work.get(&task.id)?;
    let former = asked.again.and_then(|before| state.task(before)?.outcome());
    let flaw = match former {
        Some(Outcome::Done { result, .. }) => read(state.kinds(), result.as_str()).err(),
        Some(Outcome::Failed { .. } | Outcome::Cancelled) | None => None,
    };
    let kinds = state.kinds();
    Some(ToAppraise {
        prompt: task.order.prompt.clone(),
        kinds: kinds
            .all()
            .map(|kind| (kind, kinds.means(kind).to_owned()))
            .collect(),
        flaw: flaw.map(|flaw| flaw.to_string()),
    })
}

#[cfg(test)]
mod tests;
