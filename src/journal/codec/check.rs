//! Checks of results: which there are, and each run of one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::kind::TaskKind;
use super::{Encoded, pack};
use crate::core::{self, CheckId, CheckName, Checked, Event, TaskId, Text};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    checks: Checks,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    kinds: BTreeSet<TaskKind>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<CheckName, Check>",
    into = "BTreeMap<CheckName, Check>"
)]
struct Checks(core::Checks);

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Started {
    check: CheckId,
    task: TaskId,
    name: CheckName,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ended {
    check: CheckId,
    task: TaskId,
    end: End,
    tail: Text,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum End {
    Passed,
    Failed { code: i32 },
    TimedOut,
    NotStarted { why: String },
    Interrupted,
}

impl TryFrom<BTreeMap<CheckName, Check>> for Checks {
    type Error = core::check::BadChecks;

    fn try_from(wire: BTreeMap<CheckName, Check>) -> Result<Self, Self::Error> {
        let all = wire.into_iter().map(|(name, check)| {
            let kinds = check.kinds.into_iter().map(Into::into);
            (name, kinds.collect())
        });
        core::Checks::new(all.collect()).map(Self)
    }
}

impl From<Checks> for BTreeMap<CheckName, Check> {
    fn from(checks: Checks) -> Self {
        let all = checks.0.all().iter().map(|(name, kinds)| {
            let kinds = kinds.iter().copied().map(Into::into).collect();
            (name.clone(), Check { kinds })
        });
        all.collect()
    }
}

pub(super) fn encode(what: &Checked) -> Encoded {
    match what {
        Checked::Set { checks } => pack(&Set {
            checks: Checks(checks.clone()),
        }),
        Checked::Started { check, task, name } => pack(&Started {
            check: *check,
            task: *task,
            name: name.clone(),
        }),
        Checked::Ended {
            check,
            task,
            end,
            tail,
        } => pack(&Ended {
            check: *check,
            task: *task,
            end: end.into(),
            tail: tail.clone(),
        }),
    }
}

impl From<Set> for Event {
    fn from(wire: Set) -> Self {
        Self::Checked {
            what: Checked::Set {
                checks: wire.checks.0,
            },
        }
    }
}

impl From<Started> for Event {
    fn from(wire: Started) -> Self {
        Self::Checked {
            what: Checked::Started {
                check: wire.check,
                task: wire.task,
                name: wire.name,
            },
        }
    }
}

impl From<Ended> for Event {
    fn from(wire: Ended) -> Self {
        Self::Checked {
            what: Checked::Ended {
                check: wire.check,
                task: wire.task,
                end: wire.end.into(),
                tail: wire.tail,
            },
        }
    }
}

impl From<&core::CheckEnd> for End {
    fn from(end: &core::CheckEnd) -> Self {
        match end {
            core::CheckEnd::Passed => Self::Passed,
            core::CheckEnd::Failed { code } => Self::Failed { code: *code },
            core::CheckEnd::TimedOut => Self::TimedOut,
            core::CheckEnd::NotStarted { why } => Self::NotStarted { why: why.clone() },
            core::CheckEnd::Interrupted => Self::Interrupted,
        }
    }
}

impl From<End> for core::CheckEnd {
    fn from(wire: End) -> Self {
        match wire {
            End::Passed => Self::Passed,
            End::Failed { code } => Self::Failed { code },
            End::TimedOut => Self::TimedOut,
            End::NotStarted { why } => Self::NotStarted { why },
            End::Interrupted => Self::Interrupted,
        }
    }
}
