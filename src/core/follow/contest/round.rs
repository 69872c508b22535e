//! The rung of consensus: rounds in which the authors hear what was said against their answers, and hold
//! or change. It ends at agreement, where nobody moves, or after the last round.
//!
//! After a round in which somebody moved it is voted anew, where the vote came before: who stands for
//! what has changed. Where it comes later, as in a debate, they talk on.

use super::{Case, ask, settle};
use crate::core::ladder::{About, Foreseen, ROUNDS_MAX, Round, Rung, Stage};
use crate::core::voting::Sheet;
use crate::core::{Basis, Event, Ground, MemberName};

pub(super) fn next(case: &Case<'_>) -> Option<Vec<Event>> {
    let contest = case.contest;
    if contest.open().next().is_some() {
        return None;
    }
    let number = last_round(case);
    if contest.fresh {
        return Some(another(case, number));
    }
    let council = case.task.council().len();
    if let Some(agreed) = contest.consensus(council) {
        let ground = Ground::Consensus { round: number };
        return Some(settle::candidate(case, agreed, ground, Basis::Consensus));
    }
    if let Some((_, few)) = contest.agreed() {
        let because = format!("only {few} of {council} agree");
        return Some(case.climb(Some(Rung::Consensus), &because));
    }
    if !contest.round(number).is_some_and(Round::moved) {
        return Some(case.climb(Some(Rung::Consensus), "nobody changed sides"));
    }
    if case.state.ladder.votes_first(case.task.order().strategy) {
        let because = "some changed sides, so it is voted on anew";
        return Some(vec![case.climbed(Stage::On(Rung::Vote), because)]);
    }
    Some(another(case, number))
}

/// The number of the last round; 0 before the first.
fn last_round(case: &Case<'_>) -> u32 {
    let inquiries = case.contest.inquiries().values();
    let rounds = inquiries.filter_map(|inquiry| match inquiry.about {
        About::Position(number) => Some(number),
        About::Ballot | About::SecondLook | About::Opinion | About::Same(..) | About::Claims => {
            None
        }
    });
    rounds.max().unwrap_or(0)
}

/// One more round, within what is set for each time that the ladder is climbed, and what the operator
/// ordered besides.
fn another(case: &Case<'_>, after: u32) -> Vec<Event> {
    let contest = case.contest;
    let besides = contest.rounds_ordered() + contest.rounds_before;
    let besides = u32::try_from(besides).unwrap_or(u32::MAX);
    let most = case.state.ladder.rounds.saturating_add(besides);
    if after < most.min(ROUNDS_MAX) {
        return begin(case, after + 1);
    }
    let because = match after {
        0 => "no rounds are wanted".to_owned(),
        1 => "they do not agree after one round".to_owned(),
        _ => format!("they do not agree after {after} rounds"),
    };
    case.climb(Some(Rung::Consensus), &because)
}

/// Asks everybody who stands for a candidate; climbs on where fewer than two can be asked.
fn begin(case: &Case<'_>, number: u32) -> Vec<Event> {
    let contest = case.contest;
    if contest.sides().len() < 2 {
        return case.climb(Some(Rung::Consensus), "there is nothing to talk over");
    }
    let authors = contest.sides().iter().flatten();
    let authors: Vec<MemberName> = authors
        .filter(|name| ask::can_be_asked(case.state, case.now, name))
        .cloned()
        .collect();
    if authors.len() < 2 {
        let because = "fewer than two of the authors can be asked again";
        return case.climb(Some(Rung::Consensus), because);
    }
    let foreseen = Foreseen::of(case.state, &authors);
    let because = format!("round {number}: {foreseen}");
    let mut events = vec![case.climbed(Stage::On(Rung::Consensus), &because)];
    let (candidates, seed) = (contest.sides().len(), case.state.seq());
    let about = About::Position(number);
    events.extend(ask::all(case, about, authors, |name, task| {
        Some(Sheet::whole(candidates, name, task, seed))
    }));
    events
}
