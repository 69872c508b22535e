//! How often members chose alike in the conflicts that are remembered: among themselves, and with the
//! operator. Pure, and made anew from the state whenever somebody asks.
//!
//! What a member chose is the candidate that it stands for, or where it stands for none, the one that
//! is alone at the top of its ballot. Answers that agreed from the start never were a conflict and are
//! not in it, so members look more independent here than they are.

use std::collections::{BTreeMap, BTreeSet};

use super::{Contest, Stage};
use crate::core::voting::{Ballots, Voices, Vote};
use crate::core::{Ground, MemberName, State, Task, TaskKind};

/// For larger panels nothing is counted: there are too many pairs, and too many names to read.
pub const PANEL_MAX: usize = 64;

/// How often a member chose as the operator did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    /// In how many conflicts both chose.
    pub shared: u64,
    /// In how many of them they chose alike.
    pub agreed: u64,
}

/// The agreement of the pairs of a panel, over the conflicts that are over; empty for a panel of more
/// than [`PANEL_MAX`].
#[must_use]
pub fn voices(state: &State, panel: &BTreeSet<MemberName>) -> Voices {
    let mut voices = Voices::default();
    if panel.len() > PANEL_MAX {
        return voices;
    }
    for contest in state.contests().filter(|it| it.stage() == Stage::Over) {
        let choices = panel.iter().filter_map(|name| {
            let choice = choice_of(contest, name)?;
            Some((name.clone(), choice))
        });
        let alternatives = u32::try_from(contest.sides().len()).unwrap_or(u32::MAX);
        voices.add(alternatives, &choices.collect());
    }
    voices
}

/// How often each of these members chose as the operator did, in conflicts on a kind of task; empty for
/// more than [`PANEL_MAX`] of them.
#[must_use]
pub fn agreement(
    state: &State,
    kind: TaskKind,
    members: &BTreeSet<MemberName>,
) -> BTreeMap<MemberName, Agreement> {
    let mut found: BTreeMap<MemberName, Agreement> = BTreeMap::new();
    if members.len() > PANEL_MAX {
        return found;
    }
    let of_kind = |contest: &&Contest| {
        let task = state.task(contest.task()).map(Task::order);
        task.is_some_and(|order| order.kind == kind)
    };
    for contest in state.contests().filter(of_kind) {
        let Some(own) = operators_choice(contest) else {
            continue;
        };
        for name in members {
            if let Some(choice) = choice_of(contest, name) {
                let agreement = found.entry(name.clone()).or_default();
                agreement.shared += 1;
                agreement.agreed += u64::from(choice == own);
            }
        }
    }
    found
}

/// The candidate that the operator put first, or where its ballot names none alone, the one that it chose.
fn operators_choice(contest: &Contest) -> Option<usize> {
    let ballot = contest.own_ballot();
    let first = ballot.and_then(|ballot| alone(&ballot.ranking));
    first.or_else(|| {
        let decision = contest.decision()?;
        decision
            .chosen
            .filter(|_| decision.ground == Ground::Operator)
    })
}

/// The candidate that a member chose.
fn choice_of(contest: &Contest, member: &MemberName) -> Option<usize> {
    let own = contest.side_of(member);
    own.or_else(|| contest.ballots().and_then(|it| top(it, member)))
}

/// The candidate that is alone at the top of a member's ballot.
fn top(ballots: &Ballots, member: &MemberName) -> Option<usize> {
    match ballots.vote(member)? {
        Vote::Ranked(ballot) => alone(ballot.ranking()),
        Vote::Abstained(_) => None,
    }
}

/// The candidate that is first without a tie.
fn alone(ranking: &[Vec<usize>]) -> Option<usize> {
    match ranking.first()?.as_slice() {
        [first] => Some(*first),
        [] | [_, _, ..] => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;

    use super::{Agreement, PANEL_MAX, Voices, agreement, voices};
    use crate::core::fixture::{Room, name, number, order};
    use crate::core::ladder::{ContestOrder, OperatorBallot};
    use crate::core::{Command, MemberName, Strategy, TaskKind};

    /// A room in which the operator chose so often between what `a` and `b` said, which `c` said too.
    fn divided(times: usize) -> Room {
        let mut room = Room::of(&["a", "b", "c"]);
        for _ in 0..times {
            let (task, calls) = room.add(order(Strategy::Council, &["a", "b", "c"]));
            for (call, text) in calls.iter().zip(["1", "2", "1"]) {
                room.answer(*call, number(text));
            }
            room.command(&Command::Choose {
                task,
                candidate: 0,
                among: None,
            });
            room.follow();
        }
        room
    }

    fn named(names: &[&str]) -> BTreeSet<MemberName> {
        names.iter().map(|it| name(it)).collect()
    }

    #[test]
    fn members_that_always_agree_are_one_voice_once_they_shared_enough() {
        let worth = |times, names: &[&str]| {
            let panel = named(names);
            let voices = voices(&divided(times).state, &panel);
            voices.worth(&panel.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(worth(19, &["a", "c"]), None);
        assert_eq!(worth(20, &["a", "c"]), Some(1.0));
        assert_eq!(worth(20, &["a", "b"]), Some(2.0));
    }

    #[test]
    fn who_chose_as_the_operator_did_is_counted_by_kind() {
        let state = divided(3).state;
        let agreed = agreement(&state, TaskKind::General, &named(&["a", "b", "d"]));
        let all = |shared, agreed| Agreement { shared, agreed };
        let expected = [(name("a"), all(3, 3)), (name("b"), all(3, 0))];
        assert_eq!(agreed.into_iter().collect::<Vec<_>>(), expected);
        assert!(agreement(&state, TaskKind::Code, &named(&["a"])).is_empty());
    }

    #[test]
    fn an_own_ballot_says_what_the_operator_chose_before_it_is_settled() {
        let mut room = divided(1);
        let (task, calls) = room.add(order(Strategy::Council, &["a", "b", "c"]));
        for (call, text) in calls.iter().zip(["1", "2", "1"]) {
            room.answer(*call, number(text));
        }
        let cast = |ranking: Vec<Vec<usize>>| {
            let mut room = room.clone();
            let order = ContestOrder::Ballot(OperatorBallot::ranked(ranking));
            room.command(&Command::Contest { task, order });
            agreement(&room.state, TaskKind::General, &named(&["b"]))[&name("b")]
        };
        let (shared, agreed) = (2, 1);
        assert_eq!(cast(vec![vec![1], vec![0]]), Agreement { shared, agreed });
        let (shared, agreed) = (1, 0);
        assert_eq!(cast(vec![vec![0, 1]]), Agreement { shared, agreed });
    }

    #[test]
    fn where_an_own_ballot_is_tied_at_the_top_the_choice_by_hand_says_it() {
        let mut room = Room::of(&["a", "b", "c"]);
        let (task, calls) = room.add(order(Strategy::Council, &["a", "b", "c"]));
        for (call, text) in calls.iter().zip(["1", "2", "1"]) {
            room.answer(*call, number(text));
        }
        let tied = ContestOrder::Ballot(OperatorBallot::ranked(vec![vec![0, 1]]));
        room.command(&Command::Contest { task, order: tied });
        room.command(&Command::Choose {
            task,
            candidate: 1,
            among: None,
        });
        room.follow();
        let agreed = agreement(&room.state, TaskKind::General, &named(&["a", "b"]));
        let all = |shared, agreed| Agreement { shared, agreed };
        let expected = [(name("a"), all(1, 0)), (name("b"), all(1, 1))];
        assert_eq!(agreed.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_panel_of_hundreds_is_not_counted() {
        let many = (0..=PANEL_MAX).map(|number| name(&format!("m{number}")));
        let many: BTreeSet<MemberName> = many.collect();
        assert_eq!(voices(&divided(1).state, &many), Voices::default());
    }
}
