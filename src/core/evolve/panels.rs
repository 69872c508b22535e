//! What the operator's choices say of panels: whether the weights of the whole panel led to what was
//! chosen, whether those of its best ones alone would have, and how sure such a lead is.
//!
//! Only the operator's own choice counts. A vote that is settled by these weights bears them out by
//! itself.

use std::collections::BTreeSet;

use crate::core::routing::trust::{SMALLER, weigh};
use crate::core::{Contest, Decision, Ground, MemberName, State, TaskId};

/// A conflict is about to be settled; the first choice of the operator is what counts.
pub(super) fn observed(state: &mut State, id: TaskId, decision: &Decision) {
    let (Ground::Operator, Some(chosen)) = (&decision.ground, decision.chosen) else {
        return;
    };
    let (Some(contest), Some(task)) = (state.contests.get(&id), state.tasks.get(&id)) else {
        return;
    };
    if is_chosen_before(contest) || task.is_the_rooms() {
        return;
    }
    let kind = task.order.kind;
    let sides = contest.sides();
    let voters: Vec<&MemberName> = sides.iter().flatten().collect();
    let outlook = state.learning().posterior().outlook();
    let estimates = voters
        .iter()
        .map(|voter| outlook.estimate(voter, kind, None));
    let estimates: Vec<_> = estimates.collect();
    let alternatives = u32::try_from(sides.len()).unwrap_or(u32::MAX);
    let led = |best| lead(sides, &weigh(&estimates, alternatives, best));
    let Some((whole, share)) = led(None) else {
        return;
    };
    let is_right = |best| led(Some(best)).is_some_and(|(side, _)| side == chosen);
    let smaller = SMALLER.map(is_right);
    let right = whole == chosen;
    state.learning.panel(kind, (share, right), smaller);
}

fn is_chosen_before(contest: &Contest) -> bool {
    let before = contest.decision.as_ref();
    before.is_some_and(|before| matches!(before.ground, Ground::Operator))
}

/// The side with the most weight, and its share of all; the weights stand in the order of the sides.
fn lead(sides: &[BTreeSet<MemberName>], weights: &[f64]) -> Option<(usize, f64)> {
    let mut rest = weights.iter();
    let sums = sides
        .iter()
        .map(|side| rest.by_ref().take(side.len()).sum::<f64>());
    let sums: Vec<f64> = sums.collect();
    let all: f64 = sums.iter().sum();
    let mut best: Option<(usize, f64)> = None;
    for (place, sum) in sums.into_iter().enumerate() {
        if best.is_none_or(|(_, most)| sum > most) {
            best = Some((place, sum));
        }
    }
    best.filter(|_| all > 0.0)
        .map(|(place, sum)| (place, sum / all))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;

    use super::lead;
    use crate::core::fixture::{Room, name};
    use crate::core::ladder::Rung;
    use crate::core::ladder::staged::{contest, divided, set};
    use crate::core::{Command, TaskId, TaskKind};

    #[test]
    fn the_side_with_the_most_weight_leads() {
        let side = |names: &[&str]| names.iter().map(|one| name(one)).collect::<BTreeSet<_>>();
        let sides = [side(&["a", "b"]), side(&["c"])];
        assert_eq!(lead(&sides, &[1.0, 1.0, 6.0]), Some((1, 0.75)));
        assert_eq!(lead(&sides, &[1.0, 1.0, 2.0]), Some((0, 0.5)));
        assert_eq!(lead(&sides, &[0.0; 3]), None);
        assert_eq!(lead(&[], &[]), None);
    }

    #[test]
    fn one_who_is_always_chosen_against_the_others_comes_to_weigh_more_than_they() {
        let mut room = Room::of(&["a", "b", "c", "d"]);
        set(&mut room, &[Rung::Operator], |_| {});
        for _ in 0..40 {
            let (task, _) = divided(&mut room, &["a", "b", "c", "d"], &["7", "8", "8", "8"]);
            choose(&mut room, task, "a");
        }
        let learning = room.state.learning();
        assert!((learning.calibration().len() - 40.0).abs() < 1e-9);
        let names = ["a", "b", "c", "d"].map(name);
        let voters: Vec<_> = names.iter().collect();
        let outlook = learning.posterior().outlook();
        let weights = learning
            .trust()
            .weights(&outlook, TaskKind::General, &voters, 2);
        let others: f64 = weights.each[1..].iter().sum();
        assert!(weights.each[0] > others, "{weights:?}");
    }

    fn choose(room: &mut Room, task: TaskId, member: &str) {
        let candidate = contest(room, task).side_of(&name(member)).unwrap();
        room.command(&Command::Choose {
            task,
            candidate,
            among: None,
        });
        room.follow();
    }
}
