//! Checks: commands of the configuration that say whether the result of a task works. Owns their names,
//! which tasks have which, and how a check of a result ends.
//!
//! The commands themselves are no business of the core: it orders a check by its name, and the hands
//! know what is to be run. So nothing that comes from a model, a document or a console can do more than
//! name one.

mod event;
mod name;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use event::Checked;
pub use name::{BadCheckName, CheckName};

use crate::core::{
    Access, Call, CheckId, Ending, Kinds, MemberName, Outcome, State, Task, TaskId, TaskKind, Text,
    Timestamp,
};

/// The most checks that a room has.
pub const CHECKS_MAX: usize = 16;
/// How much is kept of the end of what a check wrote, in bytes.
pub const TAIL_MAX: usize = 4 * 1024;

/// The checks of a room, each with the kinds of task whose results it checks unasked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<CheckName, BTreeSet<TaskKind>>")]
pub struct Checks(BTreeMap<CheckName, BTreeSet<TaskKind>>);

/// Checks that a room cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadChecks {
    /// Too many.
    #[error("{CHECKS_MAX} checks are the most that a room has, not {0}")]
    TooMany(usize),
    /// A kind has two.
    #[error("{0} tasks are checked by `{1}` already: a kind has one check")]
    KindTwice(TaskKind, CheckName),
}

/// A check that the room does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownCheck {
    /// It has no check at all.
    #[error("`{0}` is no check: there is none yet; add a [check.{0}] with its `run` to synod.toml")]
    None(String),
    /// It has others.
    #[error("`{0}` is no check: use one of {1}")]
    Other(String, String),
}

impl Checks {
    /// These, if a room can have them.
    pub fn new(all: BTreeMap<CheckName, BTreeSet<TaskKind>>) -> Result<Self, BadChecks> {
        if all.len() > CHECKS_MAX {
            return Err(BadChecks::TooMany(all.len()));
        }
        let mut taken: BTreeMap<TaskKind, &CheckName> = BTreeMap::new();
        for (name, kinds) in &all {
            for kind in kinds {
                if let Some(first) = taken.insert(*kind, name) {
                    return Err(BadChecks::KindTwice(*kind, first.clone()));
                }
            }
        }
        Ok(Self(all))
    }

    /// All of them with their kinds, by name.
    #[must_use]
    pub fn all(&self) -> &BTreeMap<CheckName, BTreeSet<TaskKind>> {
        &self.0
    }

    /// The check of a name.
    pub fn read(&self, word: &str) -> Result<CheckName, UnknownCheck> {
        let mut names = self.0.keys();
        if let Some(name) = names.find(|name| name.as_str() == word) {
            return Ok(name.clone());
        }
        let word = word.chars().take(48).collect();
        let names: Vec<&str> = self.0.keys().map(CheckName::as_str).collect();
        Err(match names.as_slice() {
            [] => UnknownCheck::None(word),
            names => UnknownCheck::Other(word, names.join(", ")),
        })
    }

    /// The check that results of a kind have unasked; a kind of the room's own is as the one that it is
    /// like.
    #[must_use]
    pub fn of_kind(&self, kind: TaskKind, kinds: &Kinds) -> Option<&CheckName> {
        let with = |kind: TaskKind| {
            let mut all = self.0.iter();
            all.find(|(_, of)| of.contains(&kind)).map(|(name, _)| name)
        };
        with(kind).or_else(|| with(kinds.like(kind)))
    }
}

impl TryFrom<BTreeMap<CheckName, BTreeSet<TaskKind>>> for Checks {
    type Error = BadChecks;

    fn try_from(all: BTreeMap<CheckName, BTreeSet<TaskKind>>) -> Result<Self, BadChecks> {
        Self::new(all)
    }
}

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckEnd {
    /// Its command ended with 0.
    Passed,
    /// Its command ended with another number.
    Failed {
        /// The number; 128 and more where a signal ended it.
        code: i32,
    },
    /// Its command took too long and was ended.
    TimedOut,
    /// Its command could not be run.
    NotStarted {
        /// Why, and what to do.
        why: String,
    },
    /// It was stopped, or the room ended meanwhile.
    Interrupted,
}

impl CheckEnd {
    /// What it says of the result; nothing where the command came to no end of its own.
    #[must_use]
    pub fn says(&self) -> Option<bool> {
        match self {
            Self::Passed => Some(true),
            Self::Failed { .. } => Some(false),
            Self::TimedOut | Self::NotStarted { .. } | Self::Interrupted => None,
        }
    }
}

/// In words, as it stands behind the name of the check.
impl std::fmt::Display for CheckEnd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Failed { code } => write!(f, "failed (exit {code})"),
            Self::TimedOut => f.write_str("timed out"),
            Self::NotStarted { .. } => f.write_str("not started"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

/// A run of a check on the result of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRun {
    pub(crate) name: CheckName,
    pub(crate) started: Timestamp,
    pub(crate) over: Option<CheckOver>,
}

/// A check that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckOver {
    /// When it ended.
    pub at: Timestamp,
    /// How.
    pub end: CheckEnd,
    /// The end of what its command wrote; untrusted.
    pub tail: Text,
}

impl CheckRun {
    /// Which check.
    #[must_use]
    pub fn name(&self) -> &CheckName {
        &self.name
    }

    /// When it began.
    #[must_use]
    pub fn started(&self) -> Timestamp {
        self.started
    }

    /// How it ended, once it did.
    #[must_use]
    pub fn over(&self) -> Option<&CheckOver> {
        self.over.as_ref()
    }
}

/// Which results are to be checked, and which is being checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Checking {
    pub(crate) set: Checks,
    /// Tasks with a result whose check has not begun; gone with the task.
    pub(crate) due: BTreeSet<TaskId>,
    pub(crate) running: Option<Running>,
    /// The number of the last check.
    pub(crate) last: u64,
}

/// The check that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Running {
    pub(crate) check: CheckId,
    pub(crate) task: TaskId,
}

impl State {
    /// The checks that the room has.
    #[must_use]
    pub fn checks(&self) -> &Checks {
        &self.checking.set
    }

    /// The task whose result is being checked.
    #[must_use]
    pub fn being_checked(&self) -> Option<TaskId> {
        self.checking.running.map(|running| running.task)
    }

    /// Whether the result of a task is being checked, or is still to be.
    #[must_use]
    pub fn awaits_check(&self, task: TaskId) -> bool {
        self.checking.due.contains(&task) || self.being_checked() == Some(task)
    }

    /// The next result that is to be checked, and by what.
    pub(crate) fn check_due(&self) -> Option<(TaskId, CheckName)> {
        let mut tasks = self.checking.due.iter().filter_map(|id| self.task(*id));
        tasks.find_map(|task| Some((task.id, check_of(self, task, task.outcome()?)?)))
    }
}

/// By what a result is checked: the check that the task names, else that of its kind where somebody who
/// could change files worked it.
pub(crate) fn check_of(state: &State, task: &Task, outcome: &Outcome) -> Option<CheckName> {
    if task.is_the_rooms() || !matches!(outcome, Outcome::Done { .. }) {
        return None;
    }
    if task.order.check.is_some() {
        return task.order.check.clone();
    }
    let name = state.checks().of_kind(task.order.kind, state.kinds());
    name.filter(|_| writers(state, task).next().is_some())
        .cloned()
}

/// Who answered for a task and could change files meanwhile: in a chain these need not be the authors of
/// the result.
pub(crate) fn writers<'a>(
    state: &'a State,
    task: &'a Task,
) -> impl Iterator<Item = &'a MemberName> {
    let calls = task.calls.iter().filter_map(|call| state.call(*call));
    let wrote = calls.filter(|call| {
        call.access == Access::Write && matches!(call.ending(), Some(Ending::Answered(_)))
    });
    wrote.map(Call::member)
}

#[cfg(test)]
mod tests;
