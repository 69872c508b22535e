//! A task as it was written: the names that may be used, what was understood, what was wrong with
//! it, and the order that it becomes. The words themselves are the business of `parse`.

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;

use crate::core::analysis::Reader;
use crate::core::routing::policy::Policy;
use crate::core::voting::Rule;
use crate::core::{
    KindBy, MemberName, Priority, Span, State, Strategy, TaskId, TaskKind, TaskOrder, Text,
    Timestamp,
};

/// The names that options may have right now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Members of the roster.
    pub members: Vec<String>,
    /// Strategies that can be asked for.
    pub strategies: Vec<String>,
    /// Kinds of task.
    pub kinds: Vec<String>,
    /// What a kind means, by its name, where that is known.
    pub meanings: BTreeMap<String, String>,
    /// What the room has learned of texts, for the kind that a draft seems to be of.
    pub reader: Reader,
    /// Priorities, lowest first.
    pub priorities: Vec<String>,
    /// Rules by which votes can be counted.
    pub rules: Vec<String>,
    /// Policies by which members can be chosen.
    pub policies: Vec<String>,
    /// Checks that a result can have.
    pub checks: Vec<String>,
    /// Numbers of the tasks that can be waited for.
    pub tasks: Vec<u64>,
}

impl Vocabulary {
    /// The names of a room.
    #[must_use]
    pub fn of(state: &State) -> Self {
        let known = state.kinds();
        // Whoever made kinds for this room is after them first.
        let (own, common): (Vec<TaskKind>, Vec<TaskKind>) = known
            .all()
            .partition(|kind| matches!(kind, TaskKind::Own(_)));
        let kinds: Vec<TaskKind> = own.into_iter().chain(common).collect();
        let meanings = kinds.iter().filter_map(|kind| {
            let means = known.means(*kind);
            (!means.is_empty()).then(|| (kind.word().to_owned(), means.to_owned()))
        });
        Self {
            members: state.members().map(|m| m.spec().name.to_string()).collect(),
            strategies: Strategy::ALL.iter().map(|s| s.word().to_owned()).collect(),
            kinds: kinds.iter().map(|k| k.word().to_owned()).collect(),
            meanings: meanings.collect(),
            reader: state.reader().clone(),
            priorities: Priority::ALL.iter().map(|p| p.word().to_owned()).collect(),
            rules: Rule::ALL.iter().map(|r| r.word().to_owned()).collect(),
            policies: Policy::ALL.iter().map(|p| p.word().to_owned()).collect(),
            checks: state
                .checks()
                .all()
                .keys()
                .map(ToString::to_string)
                .collect(),
            tasks: state.tasks().map(|t| t.id().0).collect(),
        }
    }

    /// Whether a word is a kind, by the name that it has or had.
    #[must_use]
    pub fn has_kind(&self, word: &str) -> bool {
        let has = |word: &str| self.kinds.iter().any(|kind| kind == word);
        has(word) || TaskKind::stored(word).is_ok_and(|kind| has(kind.word()))
    }
}

/// What kind of option a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sigil {
    /// `@member`
    Member,
    /// `/strategy`
    Strategy,
    /// `#kind`
    Kind,
    /// `!priority`
    Priority,
    /// `after:#n`
    After,
    /// `deadline:10m`
    Deadline,
    /// `rule:borda`
    Rule,
    /// `policy:fastest`
    Policy,
    /// `check:tests`
    Check,
}

impl Sigil {
    /// The characters before the name.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Member => "@",
            Self::Strategy => "/",
            Self::Kind => "#",
            Self::Priority => "!",
            Self::After => "after:#",
            Self::Deadline => "deadline:",
            Self::Rule => "rule:",
            Self::Policy => "policy:",
            Self::Check => "check:",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Strategy => "strategy",
            Self::Kind => "kind",
            Self::Priority => "priority",
            Self::After => "open task",
            Self::Deadline => "duration",
            Self::Rule => "rule",
            Self::Policy => "policy",
            Self::Check => "check",
        }
    }
}

/// What the operator wrote, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The prompt, without the options.
    pub prompt: String,
    /// Members addressed, in order, each once.
    pub members: Vec<String>,
    /// The strategy asked for.
    pub strategy: Option<String>,
    /// The kind of task.
    pub kind: Option<String>,
    /// The priority.
    pub priority: Option<String>,
    /// Tasks to wait for, each once.
    pub after: Vec<u64>,
    /// Time until the task must be done, from when it is sent.
    pub deadline: Option<Duration>,
    /// How a vote on the answers is counted.
    pub rule: Option<String>,
    /// By what members are chosen.
    pub policy: Option<String>,
    /// By what the result is checked.
    pub check: Option<String>,
}

impl Draft {
    /// The task that it orders, now. Several members without a strategy are a council.
    #[must_use]
    pub fn order(&self, now: Timestamp) -> TaskOrder {
        TaskOrder {
            prompt: Text::from(self.prompt.as_str()),
            ..self.outline(now)
        }
    }

    /// The same without its prompt, which may be long.
    #[must_use]
    pub fn outline(&self, now: Timestamp) -> TaskOrder {
        let mut order = TaskOrder::new("");
        order.members = self
            .members
            .iter()
            .filter_map(|name| MemberName::new(name).ok())
            .collect();
        // The vocabulary came from the same words, so they parse.
        let strategy = self.strategy.as_ref().and_then(|word| word.parse().ok());
        order.strategy = strategy.unwrap_or_else(|| Strategy::usual(order.members.len()));
        order.kind_by = KindBy::Open;
        let kind = self.kind.as_ref();
        if let Some(kind) = kind.and_then(|word| TaskKind::stored(word).ok()) {
            order.kind = kind;
            order.kind_by = KindBy::Given;
        }
        if let Some(priority) = self.priority.as_ref().and_then(|word| word.parse().ok()) {
            order.priority = priority;
        }
        order.after = self.after.iter().copied().map(TaskId).collect();
        order.deadline = self.deadline.map(|d| now.after(Span::from(d)));
        order.check = self.check.as_ref().and_then(|word| word.parse().ok());
        order.policy = self.policy.as_ref().and_then(|word| word.parse().ok());
        order.rule = self.rule.as_ref().and_then(|word| word.parse().ok());
        order
    }
}

/// Why a draft cannot be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DraftError {
    /// A well-formed option with a name that nobody has.
    #[error("there is no {} `{name}`{}; write \\{}{name} to say it literally",
        .sigil.noun(),
        .suggestion.as_deref().map(|s| format!(" (did you mean {}{s}?)", .sigil.mark())).unwrap_or_default(),
        .sigil.mark())]
    Unknown {
        /// The kind of option.
        sigil: Sigil,
        /// The name written.
        name: String,
        /// The nearest name there is.
        suggestion: Option<String>,
    },
    /// An option that can be given once was given twice, differently.
    #[error("{} is given twice: {}{first} and {}{second}; keep one", .sigil.noun(), .sigil.mark(), .sigil.mark())]
    Twice {
        /// The kind of option.
        sigil: Sigil,
        /// The first name.
        first: String,
        /// The second name.
        second: String,
    },
    /// A deadline that is no duration.
    #[error(
        "`{0}` is not a duration; write for instance deadline:90s, deadline:10m or deadline:2h"
    )]
    BadDeadline(String),
    /// Options only.
    #[error("there is nothing to ask yet: write the task after its options")]
    NoPrompt,
}
