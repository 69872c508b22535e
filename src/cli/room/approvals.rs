//! From the configuration to what is answered without the operator.

use std::collections::BTreeSet;

use crate::cli::Place;
use crate::config::{
    Confirmable, Layer, Loaded, Policy, PolicyAction, PolicyKind, Sampling as Wanted, Service,
    Trust, common_environment,
};
use crate::core::{ApprovalPolicy, MemberName, RequestKind, Rule, RuleAction, Sampling, Span};
use crate::mcp::{Offers, Services};

/// What decides questions, from all layers. A leave that the project's file gives counts only once
/// it was confirmed; what it forbids counts at once.
pub(in crate::cli) fn policy(place: &Place, loaded: &Loaded, trust: &Trust) -> ApprovalPolicy {
    let root = &place.project.root;
    let rules = loaded.config.policies.iter().filter(|policy| {
        policy.action != PolicyAction::Allow
            || policy.origin.layer != Layer::Project
            || trust.is_trusted(&Confirmable::of_policy(policy, root))
    });
    // Servers tell paths without links.
    let project = root.canonicalize().unwrap_or_else(|_| root.clone());
    let sampling = loaded.config.members.iter().filter_map(|member| {
        let name = MemberName::new(member.name.as_str()).ok()?;
        let sampling = match &member.sampling {
            Wanted::Refuse => return None,
            Wanted::Ask => Sampling::Ask,
            Wanted::Member(other) => Sampling::Member(MemberName::new(other.as_str()).ok()?),
        };
        Some((name, sampling))
    });
    ApprovalPolicy {
        rules: rules.filter_map(rule).collect(),
        project: project.to_string_lossy().into_owned(),
        patience: Span::from(loaded.config.room.approval_timeout),
        sampling: sampling.collect(),
    }
}

/// What the members' servers are offered.
pub(in crate::cli) fn offers(place: &Place, loaded: &Loaded, policy: &ApprovalPolicy) -> Offers {
    let sampling: BTreeSet<String> = policy.sampling.keys().map(ToString::to_string).collect();
    let services = loaded.config.members.iter().map(|member| {
        let has = |service| member.services.contains(&service);
        let services = Services {
            reads: has(Service::Read),
            writes: has(Service::Write),
            terminals: has(Service::Terminal),
        };
        (member.name.to_string(), services)
    });
    Offers {
        root: Some(place.project.root.clone()),
        sampling,
        services: services.collect(),
        command_env: common_environment(&place.env),
    }
}

/// A rule for a member whose name is none fits nobody.
fn rule(policy: &Policy) -> Option<Rule> {
    let member = match &policy.member {
        Some(name) => Some(MemberName::new(name.as_str()).ok()?),
        None => None,
    };
    Some(Rule {
        name: policy.name(),
        member,
        kind: match policy.kind {
            PolicyKind::Exec => RequestKind::Exec,
            PolicyKind::Patch => RequestKind::Patch,
            PolicyKind::Form => RequestKind::Form,
            PolicyKind::Url => RequestKind::Url,
            PolicyKind::Tool => RequestKind::Tool,
        },
        prefix: policy.prefix.clone(),
        path: policy.path.clone(),
        action: match policy.action {
            PolicyAction::Allow => RuleAction::Allow,
            PolicyAction::Ask => RuleAction::Ask,
            PolicyAction::Deny => RuleAction::Deny,
            PolicyAction::Block => RuleAction::Block,
        },
    })
}
