//! What the policies are told of the members that come into question, and what is said of the chosen ones.
//!
//! Who comes into question is the business of [`route`](super::route), in which order that of the
//! [policies](super::policy).

use super::policy::{Contender, Desk, Policy, Weighed, rank};
use crate::core::analysis::Size;
use crate::core::{Member, State, TaskKind};

/// These members by a policy, best first.
pub(crate) fn ranked(
    state: &State,
    kind: TaskKind,
    policy: Policy,
    size: Size,
    members: &[&Member],
) -> Vec<Weighed> {
    let learning = state.learning();
    let contenders: Vec<Contender<'_>> = members
        .iter()
        .map(|member| {
            let name = &member.spec.name;
            let order = &learning.setting().order;
            Contender {
                name,
                strength: strength(state, member, kind),
                load: load(state, member),
                seconds: seconds(state, member, kind, size),
                price: price_on(member, kind),
                given: learning.given(name),
                place: order.iter().position(|one| one == name),
            }
        })
        .collect();
    let outlook = learning.posterior().outlook();
    let desk = Desk {
        kind,
        outlook: &outlook,
        seed: learning.routed(),
    };
    rank(policy, desk, &contenders)
}

#[expect(clippy::cast_precision_loss, reason = "a handful of calls")]
fn load(state: &State, member: &Member) -> f64 {
    state.load(&member.spec.name) as f64 / f64::from(member.spec.parallel.max(1))
}

/// What is declared for the kind, else for the one that it is like.
fn strength(state: &State, member: &Member, kind: TaskKind) -> Option<f64> {
    let declared = |kind: TaskKind| member.spec.strengths.get(&kind).copied();
    declared(kind).or_else(|| declared(state.kinds().like(kind)))
}

/// The time that it will likely take, in seconds; else the mean time of its answers on the kind, or on all.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of days")]
fn seconds(state: &State, member: &Member, kind: TaskKind, size: Size) -> Option<f64> {
    let latency = state.foresight().latency();
    if let Some(foretold) = latency.of(&member.spec.name, kind, size) {
        return Some(foretold.likely);
    }
    let here = member.record_on(kind).mean_time();
    let span = here.or_else(|| member.record().mean_time())?;
    Some(span.0 as f64 / 1e3)
}

/// The mean price of its answers on the kind, else on all, in US dollars; none where it has no price
/// and no answers.
#[expect(clippy::cast_precision_loss, reason = "an estimate, not an account")]
pub(crate) fn price_on(member: &Member, kind: TaskKind) -> Option<f64> {
    let here = member.record_on(kind);
    let record = if here.answered > 0 {
        here
    } else {
        member.record()
    };
    let priced = record.answered > 0 && record.micro_usd > 0;
    priced.then(|| record.micro_usd as f64 / 1e6 / record.answered as f64)
}

pub(super) fn reason(state: &State, kind: TaskKind, policy: Policy, one: &Weighed) -> String {
    let by = match policy {
        Policy::Fixed => "in the order that is set".to_owned(),
        Policy::RoundRobin => "its turn".to_owned(),
        Policy::Strength => {
            format!("strength {:.2} on {kind}", one.strength.unwrap_or(0.5))
        }
        Policy::LeastLoaded => "the least to do".to_owned(),
        Policy::Fastest => match one.seconds {
            Some(seconds) => format!("{seconds:.1} s an answer"),
            None => "not timed yet".to_owned(),
        },
        Policy::Cheapest => match one.price {
            Some(price) => format!("${price:.4} an answer"),
            None => "no price known".to_owned(),
        },
        Policy::Performance | Policy::Thompson | Policy::Learned => {
            let estimate = &one.estimate;
            format!(
                "expected {:.2} on {kind}, n = {:.1}",
                estimate.mean, estimate.n
            )
        }
    };
    format!("{}: {by}, {} in flight", one.name, state.load(&one.name))
}
