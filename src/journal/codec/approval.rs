//! What is answered without the operator: the policy, and members that were lent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::attention::Actor;
use super::wire_words;
use crate::core::{self, AttentionId, Event, MemberName, Span, TaskId};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicySet {
    rules: Vec<Rule>,
    project: String,
    patience_ms: Span,
    sampling: BTreeMap<MemberName, Sampling>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    member: Option<MemberName>,
    kind: RequestKind,
    prefix: Vec<String>,
    path: Option<String>,
    action: RuleAction,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Sampling {
    Refuse,
    Ask,
    Member(MemberName),
}

wire_words!(RequestKind = core::RequestKind {
    Exec = "exec",
    Patch = "patch",
    Form = "form",
    Url = "url",
    Sampling = "sampling",
    Tool = "tool",
});

wire_words!(RuleAction = core::RuleAction {
    Allow = "allow",
    Ask = "ask",
    Deny = "deny",
    Block = "block",
});

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelLent {
    attention: AttentionId,
    task: TaskId,
    by: Actor,
    lasting: bool,
}

impl ModelLent {
    pub(super) fn new(
        attention: AttentionId,
        task: TaskId,
        by: core::Actor,
        lasting: bool,
    ) -> Self {
        Self {
            attention,
            task,
            by: by.into(),
            lasting,
        }
    }
}

impl From<ModelLent> for Event {
    fn from(wire: ModelLent) -> Self {
        Self::ModelLent {
            attention: wire.attention,
            task: wire.task,
            by: wire.by.into(),
            lasting: wire.lasting,
        }
    }
}

impl From<&core::ApprovalPolicy> for PolicySet {
    fn from(policy: &core::ApprovalPolicy) -> Self {
        let core::ApprovalPolicy {
            rules,
            project,
            patience,
            sampling,
        } = policy.clone();
        Self {
            rules: rules.into_iter().map(Into::into).collect(),
            project,
            patience_ms: patience,
            sampling: sampling
                .into_iter()
                .map(|(member, sampling)| (member, sampling.into()))
                .collect(),
        }
    }
}

impl From<PolicySet> for Event {
    fn from(wire: PolicySet) -> Self {
        let sampling = wire.sampling.into_iter();
        let policy = core::ApprovalPolicy {
            rules: wire.rules.into_iter().map(Into::into).collect(),
            project: wire.project,
            patience: wire.patience_ms,
            sampling: sampling
                .map(|(member, sampling)| (member, sampling.into()))
                .collect(),
        };
        Self::PolicySet { policy }
    }
}

impl From<core::Rule> for Rule {
    fn from(rule: core::Rule) -> Self {
        let core::Rule {
            name,
            member,
            kind,
            prefix,
            path,
            action,
        } = rule;
        Self {
            name,
            member,
            kind: kind.into(),
            prefix,
            path,
            action: action.into(),
        }
    }
}

impl From<Rule> for core::Rule {
    fn from(wire: Rule) -> Self {
        Self {
            name: wire.name,
            member: wire.member,
            kind: wire.kind.into(),
            prefix: wire.prefix,
            path: wire.path,
            action: wire.action.into(),
        }
    }
}

impl From<core::Sampling> for Sampling {
    fn from(sampling: core::Sampling) -> Self {
        match sampling {
            core::Sampling::Refuse => Self::Refuse,
            core::Sampling::Ask => Self::Ask,
            core::Sampling::Member(member) => Self::Member(member),
        }
    }
}

impl From<Sampling> for core::Sampling {
    fn from(wire: Sampling) -> Self {
        match wire {
            Sampling::Refuse => Self::Refuse,
            Sampling::Ask => Self::Ask,
            Sampling::Member(member) => Self::Member(member),
        }
    }
}
