//! Who works a task that names nobody: by strength, record and load, with the reason in words.

use crate::core::{Member, MemberName, Reach, State, Strategy, TaskOrder};

/// How many members a race or a council is given when nobody is named.
pub const COUNCIL_SIZE: usize = 3;
/// How many steps a chain has when nobody is named.
pub const CHAIN_LENGTH: usize = 2;

/// Members for a task and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// Who, best first.
    pub council: Vec<MemberName>,
    /// Why, in words.
    pub because: String,
}

/// Chooses members for a task; `None` while nobody suitable could begin now.
///
/// Rehearsal members are only considered in a room that has no others. Members in `barred` are left
/// out (they have failed at this task).
#[must_use]
pub fn route(state: &State, order: &TaskOrder, barred: &[MemberName]) -> Option<Routed> {
    if !order.members.is_empty() {
        return Some(Routed {
            council: order.members.clone(),
            because: "named by the operator".to_owned(),
        });
    }
    let mut scored: Vec<(f64, &Member)> = eligible(state, order)
        .filter(|member| !barred.contains(&member.spec.name))
        .filter(|member| {
            order.strategy != Strategy::Solo || state.has_room_for_call(&member.spec.name)
        })
        .map(|member| (score(state, order, member), member))
        .collect();
    scored.sort_by(|(a, first), (b, second)| {
        b.total_cmp(a)
            .then_with(|| first.spec.name.cmp(&second.spec.name))
    });
    let wanted = match order.strategy {
        Strategy::Solo => 1,
        Strategy::Race | Strategy::Council => COUNCIL_SIZE,
        Strategy::Chain => CHAIN_LENGTH,
    };
    let chosen: Vec<&Member> = scored
        .iter()
        .map(|(_, member)| *member)
        .take(wanted)
        .collect();
    chosen.first()?;
    let because = chosen
        .iter()
        .map(|member| reason(state, order, member))
        .collect::<Vec<_>>()
        .join("; ");
    Some(Routed {
        council: chosen
            .iter()
            .map(|member| member.spec.name.clone())
            .collect(),
        because,
    })
}

/// Members who may be given such a task at all.
fn eligible<'a>(state: &'a State, order: &TaskOrder) -> impl Iterator<Item = &'a Member> {
    let real_ones = state.members().any(|member| !member.spec.rehearsal);
    let together = works_together(order.strategy);
    state.members().filter(move |member| {
        (!member.spec.rehearsal || !real_ones)
            && member.health.takes_calls()
            && !(together && member.spec.reach == Reach::Unguarded)
    })
}

/// Whether a strategy has several members at work at once.
#[must_use]
pub fn works_together(strategy: Strategy) -> bool {
    match strategy {
        Strategy::Race | Strategy::Council => true,
        Strategy::Solo | Strategy::Chain => false,
    }
}

/// Strength 0 to 1, times how reliable the member proved on the kind, less up to 0.5 for load.
fn score(state: &State, order: &TaskOrder, member: &Member) -> f64 {
    strength(order, member) * member.record_on(order.kind).reliability() * 2.0
        - 0.5 * load(state, member)
}

fn strength(order: &TaskOrder, member: &Member) -> f64 {
    member
        .spec
        .strengths
        .get(&order.kind)
        .copied()
        .unwrap_or(0.5)
}

#[expect(clippy::cast_precision_loss, reason = "a handful of calls")]
fn load(state: &State, member: &Member) -> f64 {
    state.load(&member.spec.name) as f64 / f64::from(member.spec.parallel.max(1))
}

fn reason(state: &State, order: &TaskOrder, member: &Member) -> String {
    let record = member.record_on(order.kind);
    format!(
        "{}: strength {:.2} on {}, {} of {} answered, {} in flight",
        member.spec.name,
        strength(order, member),
        order.kind,
        record.answered,
        record.answered + record.failed,
        state.load(&member.spec.name),
    )
}
