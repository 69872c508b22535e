//! The rung of the vote: the panel, the sheets, a second look at close calls, the count.

use std::collections::BTreeMap;

use super::{Case, ask, settle};
use crate::core::ladder::{About, Closed, Jury, Rung, Terms};
use crate::core::voting::{Count, Outcome, Panel, Seat, Sheet};
use crate::core::{Basis, Event, Ground, MemberName};

pub(super) fn next(case: &Case<'_>) -> Option<Vec<Event>> {
    let contest = case.contest;
    if contest.fresh {
        return Some(vec![opened(case)]);
    }
    if contest.is_closed() {
        return contest
            .closed()
            .last()
            .map(|closed| concluded(case, closed));
    }
    if contest.open().next().is_some() {
        return None;
    }
    let count = contest.count()?;
    let asked = |about| contest.asked(about).next().is_some();
    if !asked(About::Ballot) {
        let sheets = sheets(case, &count);
        if !sheets.is_empty() {
            return Some(sheets);
        }
    }
    if !asked(About::SecondLook) {
        let sheets = second_look(case, &count);
        if !sheets.is_empty() {
            return Some(sheets);
        }
    }
    Some(vec![closed(case, &count)])
}

fn opened(case: &Case<'_>) -> Event {
    let (state, contest) = (case.state, case.contest);
    let mut seats: BTreeMap<MemberName, Seat> = BTreeMap::new();
    let council = case.task.council().iter().cloned();
    let jury: Vec<MemberName> = match state.ladder.jury {
        Jury::Council => Vec::new(),
        Jury::Room => state
            .members()
            .map(|member| member.spec().name.clone())
            .filter(|name| ask::can_be_asked(state, case.now, name))
            .collect(),
    };
    for name in council.chain(jury) {
        let family = state
            .member(&name)
            .map_or_else(String::new, |member| member.spec().family.clone());
        let votes = state.member(&name).is_some();
        seats.insert(name, Seat { family, votes });
    }
    let panel = Panel::new(contest.epoch().saturating_add(1), seats);
    let kind = case.task.order().kind;
    let outlook = state.learning().posterior().outlook();
    let sides = u32::try_from(contest.sides().len()).unwrap_or(u32::MAX);
    let voters: Vec<&MemberName> = panel.voters().collect();
    let weights = state
        .learning()
        .trust()
        .weights(&outlook, kind, &voters, sides);
    let weights = voters.iter().copied().cloned().zip(weights.each);
    let terms = Terms {
        setup: state.ladder.setup(
            case.task.order(),
            case.state.kinds(),
            contest.nature(),
            panel.size(),
        ),
        weights: weights.collect(),
        closes: case.now.after(state.ladder.patience),
    };
    Event::VoteOpened {
        task: case.task.id(),
        panel,
        terms,
    }
}

/// Sheets for all who can judge, unless the heads of the authors decide alone.
fn sheets(case: &Case<'_>, count: &Count) -> Vec<Event> {
    let decided = count.outcome.winner().is_some() && count.close.is_none();
    let Some(ballots) = case.contest.ballots() else {
        return Vec::new();
    };
    if decided && case.contest.nature() == crate::core::voting::Nature::Closed {
        return Vec::new();
    }
    let (slate, panel) = (ballots.slate(), ballots.panel());
    let voters = panel
        .voters()
        .filter(|name| ask::can_be_asked(case.state, case.now, name));
    let seed = case.state.seq();
    ask::all(case, About::Ballot, voters.cloned(), |name, number| {
        Sheet::deal(slate, panel, name, number, seed)
    })
}

fn second_look(case: &Case<'_>, count: &Count) -> Vec<Event> {
    let (Some(close), Some(ballots)) = (&count.close, case.contest.ballots()) else {
        return Vec::new();
    };
    let voters = close
        .ask
        .iter()
        .filter(|name| ask::can_be_asked(case.state, case.now, name));
    ask::all(case, About::SecondLook, voters.cloned(), |name, number| {
        let mut sheets = ballots.sheets();
        let first = sheets.find(|sheet| sheet.voter == *name && !sheet.again)?;
        first.reversed(number, &close.between)
    })
}

fn closed(case: &Case<'_>, count: &Count) -> Event {
    let verdicts = count.robustness.verdicts();
    Event::VoteClosed {
        task: case.task.id(),
        closed: Closed {
            epoch: case.contest.epoch(),
            outcome: count.outcome.clone(),
            winners: verdicts
                .filter_map(|(rule, outcome)| Some((rule, outcome.winner()?)))
                .collect(),
        },
    }
}

/// What the count comes to: a decision, or the next rung and why.
fn concluded(case: &Case<'_>, closed: &Closed) -> Vec<Event> {
    let rule = case.contest.terms().map(|terms| terms.setup.rule);
    match (&closed.outcome, rule) {
        (Outcome::Winner { candidate, .. }, Some(rule)) => {
            settle::candidate(case, *candidate, Ground::Vote { rule }, Basis::Vote)
        }
        (Outcome::Tie { among, .. }, _) => {
            let letters: Vec<String> = among.iter().map(|one| settle::letter(*one)).collect();
            let because = format!("the vote is tied between {}", letters.join(" and "));
            case.climb(Some(Rung::Vote), &because)
        }
        (Outcome::NoDecision { why }, _) => case.climb(
            Some(Rung::Vote),
            &format!("the vote decides nothing: {why}"),
        ),
        (Outcome::Winner { .. }, None) => {
            case.climb(Some(Rung::Vote), "the terms of the vote are not known")
        }
    }
}
