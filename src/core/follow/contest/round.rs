//! The rung of consensus: rounds in which the authors hear what was said against their answers, and hold
//! or change. It ends at agreement, where nobody moves, or after the last round.
//!
//! After a round in which somebody moved it is voted anew, where the ladder has votes: who stands for
//! what has changed.

use super::{Case, ask, settle};
use crate::core::ladder::{About, Foreseen, Rung, Stage};
use crate::core::voting::Sheet;
use crate::core::{Basis, Event, Ground, MemberName};

pub(super) fn next(case: &Case<'_>) -> Option<Vec<Event>> {
    let contest = case.contest;
    if contest.open().next().is_some() {
        return None;
    }
    let last = last_round(case);
    let Some((number, epoch)) = last else {
        return Some(begin(case, 1));
    };
    if epoch != contest.epoch() {
        // A vote came in between and decided nothing.
        return Some(another(case, number));
    }
    if let Some(agreed) = contest.agreed() {
        let ground = Ground::Consensus { round: number };
        return Some(settle::candidate(case, agreed, ground, Basis::Consensus));
    }
    if !contest.round(number).is_some_and(|round| round.moved()) {
        return Some(case.climb(Some(Rung::Consensus), "nobody changed sides"));
    }
    if case.state.ladder.has(Rung::Vote) {
        let because = "some changed sides, so it is voted on anew";
        return Some(vec![case.climbed(Stage::On(Rung::Vote), because)]);
    }
    Some(another(case, number))
}

/// The number of the last round, and the vote after which it was.
fn last_round(case: &Case<'_>) -> Option<(u32, u64)> {
    let inquiries = case.contest.inquiries().values();
    let rounds = inquiries.filter_map(|inquiry| match inquiry.about {
        About::Position(number) => Some((number, inquiry.epoch)),
        About::Ballot | About::SecondLook | About::Opinion => None,
    });
    rounds.max()
}

fn another(case: &Case<'_>, after: u32) -> Vec<Event> {
    if after < case.state.ladder.rounds {
        return begin(case, after + 1);
    }
    let rounds = if after == 1 {
        "one round".to_owned()
    } else {
        format!("{after} rounds")
    };
    case.climb(
        Some(Rung::Consensus),
        &format!("they do not agree after {rounds}"),
    )
}

/// Asks everybody who stands for a candidate; climbs on where fewer than two can be asked.
fn begin(case: &Case<'_>, number: u32) -> Vec<Event> {
    let contest = case.contest;
    if contest.sides().len() < 2 || case.state.ladder.rounds == 0 {
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
