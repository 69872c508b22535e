//! What is ordered when a task is composed: prompt, kind, priority, strategy, members, dependencies.

use serde::{Deserialize, Serialize};

use super::words::words;
use crate::core::routing::policy::Policy;
use crate::core::voting::Rule;
use crate::core::{CheckName, MemberName, TaskId, TaskKind, Text, Timestamp};

/// The longest prompt that is taken, in bytes.
pub const PROMPT_MAX: usize = 1024 * 1024;

/// A task as the operator (or another program) orders it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskOrder {
    /// What is to be done.
    pub prompt: Text,
    /// What sort of work it is.
    pub kind: TaskKind,
    /// Who said so.
    pub kind_by: KindBy,
    /// How urgent it is.
    pub priority: Priority,
    /// How it is worked.
    pub strategy: Strategy,
    /// Who shall work it; empty leaves it to routing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberName>,
    /// Tasks that must be done first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<TaskId>,
    /// When it is too late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// How a vote on its answers is counted, instead of what is set for its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// By what its members are chosen, instead of what is set for its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// By what its result is checked, instead of what is set for its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckName>,
    /// Where it came from.
    pub origin: Origin,
}

impl TaskOrder {
    /// A task with nothing but a prompt: general, normal, solo, routed by the room.
    #[must_use]
    pub fn new(prompt: impl Into<Text>) -> Self {
        Self {
            prompt: prompt.into(),
            kind: TaskKind::General,
            kind_by: KindBy::Given,
            priority: Priority::Normal,
            strategy: Strategy::Solo,
            members: Vec::new(),
            after: Vec::new(),
            deadline: None,
            rule: None,
            policy: None,
            check: None,
            origin: Origin::Operator,
        }
    }
}

/// Where a task came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The composer of a console.
    Operator,
    /// `synod run`.
    CommandLine,
    /// A foreign edit of `task_queue.json`.
    Hub,
    /// The room itself: for the digest of a session, or to ask about the answers of a conflict.
    Room,
}

/// What a call may do to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Read only, held to it by the server's own sandbox.
    Read,
    /// Change files of the project; one such call at a time.
    Write,
}

words!(
    /// Who said of what kind a task is.
    KindBy, "source of a kind", {
        /// Whoever ordered it.
        Given = "given",
        /// Nobody yet: its text says it when it is added.
        Open = "open",
        /// Its text.
        Text = "text",
        /// The operator, afterwards.
        Corrected = "corrected",
    }
);

words!(
    /// How urgent a task is; later ones in this list go first.
    Priority, "priority", {
        /// When nothing else is due.
        Low = "low",
        /// The usual.
        Normal = "normal",
        /// Before the usual.
        High = "high",
        /// Before all others.
        Urgent = "urgent",
    }
);

words!(
    /// How a task is worked.
    Strategy, "strategy", {
        /// One member answers, or several: the room decides when the task is given out.
        Auto = "auto",
        /// One member answers.
        Solo = "solo",
        /// Several members start, the first answer stands, the others are cancelled.
        Race = "race",
        /// Several members answer; equal answers stand, others are a conflict.
        Council = "council",
        /// Several members answer; where they differ they talk it over first, then as a council.
        Debate = "debate",
        /// Members work one after the other, each on what the one before gave.
        Chain = "chain",
        /// One member thinks step by step, each thought recorded, and then concludes.
        Think = "think",
        /// One member splits it into steps; once the operator approves them they are worked as tasks of
        /// their own, and one result is made of theirs.
        Plan = "plan",
    }
);

impl Strategy {
    /// How a task that names so many members is worked unless it says how: several are a council, and
    /// where nobody is named the room decides.
    #[must_use]
    pub fn usual(members: usize) -> Self {
        match members {
            0 => Self::Auto,
            1 => Self::Solo,
            _ => Self::Council,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Priority, Strategy};

    #[test]
    fn words_are_read_back_and_others_refused_with_the_choice() {
        for strategy in Strategy::ALL {
            assert_eq!(strategy.word().parse::<Strategy>().as_ref(), Ok(strategy));
        }
        let refused = "sole".parse::<Strategy>().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`sole` is no strategy: use one of auto, solo, race, council, debate, chain, think, plan"
        );
    }

    #[test]
    fn urgent_outranks_low() {
        assert!(Priority::Urgent > Priority::Low);
    }
}
