//! Conflicts: agreement or difference found, and how it was decided.

use serde::{Deserialize, Serialize};

use super::attention::Actor;
use crate::core::{self, CallId, Event, TaskId, Text};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgreementFound {
    pub(super) task: TaskId,
    pub(super) calls: Vec<CallId>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConflictFound {
    pub(super) task: TaskId,
    pub(super) candidates: Vec<Candidate>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Candidate {
    label: String,
    calls: Vec<CallId>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decided {
    task: TaskId,
    chosen: Option<usize>,
    text: Option<Text>,
    by: Actor,
}

impl Decided {
    pub(super) fn new(task: TaskId, decision: &core::Decision) -> Self {
        let core::Decision {
            chosen, text, by, ..
        } = decision;
        Self {
            task,
            chosen: *chosen,
            text: text.clone(),
            by: (*by).into(),
        }
    }
}

impl From<AgreementFound> for Event {
    fn from(wire: AgreementFound) -> Self {
        Self::AgreementFound {
            task: wire.task,
            calls: wire.calls,
        }
    }
}

impl From<ConflictFound> for Event {
    fn from(wire: ConflictFound) -> Self {
        Self::ConflictFound {
            task: wire.task,
            candidates: wire.candidates.into_iter().map(Into::into).collect(),
            silent: 0,
            nature: core::voting::Nature::Open,
        }
    }
}

impl From<&core::Candidate> for Candidate {
    fn from(candidate: &core::Candidate) -> Self {
        let core::Candidate { label, calls } = candidate;
        Self {
            label: label.clone(),
            calls: calls.clone(),
        }
    }
}

impl From<Candidate> for core::Candidate {
    fn from(wire: Candidate) -> Self {
        Self {
            label: wire.label,
            calls: wire.calls,
        }
    }
}

impl From<Decided> for Event {
    fn from(wire: Decided) -> Self {
        let decision = core::Decision {
            chosen: wire.chosen,
            text: wire.text,
            by: wire.by.into(),
            ground: core::Ground::Operator,
            dissent: Vec::new(),
            reopen_if: String::new(),
        };
        Self::Decided {
            task: wire.task,
            decision,
        }
    }
}
