//! Which members a task may be given to at all: their reach, their servers, their pauses.
//!
//! Whom of them it is given to is the business of [`route`](super::route).

use super::policy::Weighed;
use crate::core::{Access, Health, Member, MemberName, Reach, State, Strategy, TaskKind};

/// Members whose configuration lets them be given such a task at all.
pub(crate) fn suited(state: &State, strategy: Strategy) -> impl Iterator<Item = &Member> {
    let real_ones = state.members().any(|member| !member.spec.rehearsal);
    let together = works_together(strategy);
    state.members().filter(move |member| {
        let stands_aside = member.spec.rehearsal && real_ones;
        let unheld = together && member.spec.reach == Reach::Unguarded;
        !stands_aside && !unheld
    })
}

/// Of these, those that are not kept from a kind; all of them where too few would be left to work it.
pub(crate) fn let_in<'a>(
    state: &State,
    kind: TaskKind,
    members: Vec<&'a Member>,
    needed: usize,
) -> Vec<&'a Member> {
    let mut rest = members.clone();
    rest.retain(|member| !state.advice().bars(&member.spec.name, kind));
    if rest.len() < needed { members } else { rest }
}

/// Who was left out because it is kept from a kind, in words.
pub(super) fn kept_out<'a>(
    state: &'a State,
    kind: TaskKind,
    ranked: &'a [Weighed],
) -> impl Iterator<Item = String> + 'a {
    let out = state.advice().barred_from(kind);
    out.filter(|name| ranked.iter().all(|one| one.name != **name))
        .map(move |name| format!("{name}: kept from {kind}"))
}

/// How many members a room has that may be given a task of a strategy when nobody is named.
#[must_use]
pub fn suited_to(state: &State, strategy: Strategy) -> usize {
    suited(state, strategy).count()
}

/// The fewest members with which a strategy makes sense.
#[must_use]
pub fn fewest(strategy: Strategy) -> usize {
    match strategy {
        Strategy::Auto | Strategy::Solo | Strategy::Think | Strategy::Plan => 1,
        Strategy::Race | Strategy::Council | Strategy::Debate | Strategy::Chain => 2,
    }
}

/// Why a member will not take a call of a strategy unless the operator does something; `None` when
/// it will, now or later.
#[must_use]
pub fn unusable(state: &State, strategy: Strategy, name: &MemberName) -> Option<String> {
    let Some(member) = state.member(name) else {
        return Some("it is no member any more".to_owned());
    };
    if works_together(strategy) && member.spec.reach == Reach::Unguarded {
        return Some("it acts without a sandbox, so it works alone".to_owned());
    }
    if let Some(pause) = &member.pause
        && (pause.is_long() || (pause.until.is_none() && state.login_item(name).is_none()))
    {
        return Some(pause.why.clone());
    }
    match &member.health {
        Health::Down { why } => Some(format!("it is down: {why}")),
        Health::Unknown | Health::Starting | Health::Ready { .. } | Health::Restarting { .. } => {
            None
        }
    }
}

/// What a member's call for a strategy may do: several at once only read, and so does one that
/// thinks or plans, where it can be held to that.
#[must_use]
pub fn access(strategy: Strategy, reach: Reach) -> Access {
    match (strategy, reach) {
        (Strategy::Race | Strategy::Council | Strategy::Debate, _)
        | (Strategy::Think | Strategy::Plan, Reach::Sandboxed)
        | (_, Reach::Text | Reach::Reads) => Access::Read,
        (
            Strategy::Auto | Strategy::Solo | Strategy::Chain,
            Reach::Sandboxed | Reach::Unguarded,
        )
        | (Strategy::Think | Strategy::Plan, Reach::Unguarded) => Access::Write,
    }
}

/// Whether a call of a strategy could be given to a member now.
pub(crate) fn can_begin(state: &State, strategy: Strategy, member: &Member) -> bool {
    state.has_room_for_call(&member.spec.name)
        && !(access(strategy, member.spec.reach) == Access::Write && state.files_in_use())
}

/// Whether a strategy has several members at work at once.
#[must_use]
pub fn works_together(strategy: Strategy) -> bool {
    match strategy {
        Strategy::Race | Strategy::Council | Strategy::Debate => true,
        Strategy::Auto | Strategy::Solo | Strategy::Chain | Strategy::Think | Strategy::Plan => {
            false
        }
    }
}

/// Whether one member works a task, and another only where that one fails.
pub(super) fn is_for_one(strategy: Strategy) -> bool {
    match strategy {
        Strategy::Auto | Strategy::Solo | Strategy::Think | Strategy::Plan => true,
        Strategy::Race | Strategy::Council | Strategy::Debate | Strategy::Chain => false,
    }
}
