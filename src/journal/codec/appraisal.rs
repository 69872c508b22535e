//! Appraisals: what is set of them, one that is asked for, one that was given, a task without one.

use serde::{Deserialize, Serialize};

use super::kind::TaskKind;
use crate::core::appraisal::{self, Appraised, Appraisers, Appraising};
use crate::core::{Event, MemberName, TaskId};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    above: Option<u64>,
    by: Option<MemberName>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    task: TaskId,
    by: TaskId,
    again: Option<TaskId>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    task: TaskId,
    by: MemberName,
    kind: TaskKind,
    answer: Option<u64>,
    stakes: Stakes,
    why: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Without {
    pub(super) task: TaskId,
    pub(super) why: String,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stakes {
    Low,
    Usual,
    High,
}

impl Set {
    pub(super) fn new(appraisers: &Appraisers) -> Self {
        let Appraisers { above, by } = appraisers.clone();
        Self { above, by }
    }
}

impl Asked {
    pub(super) fn new(task: TaskId, asked: Appraising) -> Self {
        let Appraising { by, again } = asked;
        Self { task, by, again }
    }
}

impl Given {
    pub(super) fn new(task: TaskId, appraisal: &appraisal::Appraisal) -> Self {
        let appraisal::Appraisal {
            by,
            kind,
            answer,
            stakes,
            why,
        } = appraisal.clone();
        Self {
            task,
            by,
            kind: kind.into(),
            answer,
            stakes: stakes.into(),
            why,
        }
    }
}

impl From<appraisal::Stakes> for Stakes {
    fn from(stakes: appraisal::Stakes) -> Self {
        match stakes {
            appraisal::Stakes::Low => Self::Low,
            appraisal::Stakes::Usual => Self::Usual,
            appraisal::Stakes::High => Self::High,
        }
    }
}

impl From<Stakes> for appraisal::Stakes {
    fn from(stakes: Stakes) -> Self {
        match stakes {
            Stakes::Low => Self::Low,
            Stakes::Usual => Self::Usual,
            Stakes::High => Self::High,
        }
    }
}

impl From<Set> for Event {
    fn from(wire: Set) -> Self {
        let Set { above, by } = wire;
        let appraisers = Appraisers { above, by };
        Self::Appraised {
            what: Appraised::Set { appraisers },
        }
    }
}

impl From<Asked> for Event {
    fn from(wire: Asked) -> Self {
        let Asked { task, by, again } = wire;
        let asked = Appraising { by, again };
        Self::Appraised {
            what: Appraised::Asked { task, asked },
        }
    }
}

impl From<Given> for Event {
    fn from(wire: Given) -> Self {
        Self::Appraised {
            what: Appraised::Given {
                task: wire.task,
                appraisal: appraisal::Appraisal {
                    by: wire.by,
                    kind: wire.kind.into(),
                    answer: wire.answer,
                    stakes: wire.stakes.into(),
                    why: wire.why,
                },
            },
        }
    }
}

impl From<Without> for Event {
    fn from(wire: Without) -> Self {
        let Without { task, why } = wire;
        Self::Appraised {
            what: Appraised::Without { task, why },
        }
    }
}
