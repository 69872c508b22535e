//! Conflicts: agreement or difference found, and how it was decided. What happens in between is
//! [next door](super::ladder).

use serde::{Deserialize, Serialize};

use super::attention::Actor;
use super::ladder::Fallback;
use super::vote::{Nature, Rule};
use crate::core::{self, CallId, Event, MemberName, TaskId, Text};

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
    pub(super) silent: usize,
    pub(super) nature: Nature,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Joined {
    pub(super) task: TaskId,
    pub(super) candidates: Vec<Candidate>,
    pub(super) silent: usize,
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
    ground: Ground,
    dissent: Vec<Dissent>,
    reopen_if: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Ground {
    Operator,
    Vote { rule: Rule },
    Merged,
    Consensus { round: u32 },
    Expert { member: MemberName },
    Fallback { fallback: Fallback },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dissent {
    member: MemberName,
    candidate: usize,
    because: String,
}

impl Decided {
    pub(super) fn new(task: TaskId, decision: &core::Decision) -> Self {
        let core::Decision {
            chosen,
            text,
            by,
            ground,
            dissent,
            reopen_if,
        } = decision.clone();
        Self {
            task,
            chosen,
            text,
            by: by.into(),
            ground: ground.into(),
            dissent: dissent.into_iter().map(Into::into).collect(),
            reopen_if,
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
            silent: wire.silent,
            nature: wire.nature.into(),
        }
    }
}

impl From<Joined> for Event {
    fn from(wire: Joined) -> Self {
        Self::CandidatesJoined {
            task: wire.task,
            candidates: wire.candidates.into_iter().map(Into::into).collect(),
            silent: wire.silent,
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
            ground: wire.ground.into(),
            dissent: wire.dissent.into_iter().map(Into::into).collect(),
            reopen_if: wire.reopen_if,
        };
        Self::Decided {
            task: wire.task,
            decision,
        }
    }
}

impl From<core::Ground> for Ground {
    fn from(ground: core::Ground) -> Self {
        match ground {
            core::Ground::Operator => Self::Operator,
            core::Ground::Vote { rule } => Self::Vote { rule: rule.into() },
            core::Ground::Merged => Self::Merged,
            core::Ground::Consensus { round } => Self::Consensus { round },
            core::Ground::Expert { member } => Self::Expert { member },
            core::Ground::Fallback { fallback } => Self::Fallback {
                fallback: fallback.into(),
            },
        }
    }
}

impl From<Ground> for core::Ground {
    fn from(wire: Ground) -> Self {
        match wire {
            Ground::Operator => Self::Operator,
            Ground::Vote { rule } => Self::Vote { rule: rule.into() },
            Ground::Merged => Self::Merged,
            Ground::Consensus { round } => Self::Consensus { round },
            Ground::Expert { member } => Self::Expert { member },
            Ground::Fallback { fallback } => Self::Fallback {
                fallback: fallback.into(),
            },
        }
    }
}

impl From<core::Dissent> for Dissent {
    fn from(dissent: core::Dissent) -> Self {
        let core::Dissent {
            member,
            candidate,
            because,
        } = dissent;
        Self {
            member,
            candidate,
            because,
        }
    }
}

impl From<Dissent> for core::Dissent {
    fn from(wire: Dissent) -> Self {
        Self {
            member: wire.member,
            candidate: wire.candidate,
            because: wire.because,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::core::voting::Nature;
    use crate::core::{Actor, Decision, Event, Ground, TaskId};
    use crate::journal::codec::decode;

    #[test]
    fn what_was_written_before_there_were_votes_was_for_the_operator() {
        let task = TaskId(41);
        let found = json!({"task": 41, "candidates": []});
        assert_eq!(
            decode("conflict_found", 1, found),
            Ok(Event::ConflictFound {
                task,
                candidates: Vec::new(),
                silent: 0,
                nature: Nature::Open,
            })
        );
        let decided = json!({"task": 41, "chosen": 1, "text": null, "by": "clock"});
        let decision = Decision {
            chosen: Some(1),
            text: None,
            by: Actor::Clock,
            ground: Ground::Operator,
            dissent: Vec::new(),
            reopen_if: String::new(),
        };
        assert_eq!(
            decode("decided", 1, decided),
            Ok(Event::Decided { task, decision })
        );
    }
}
