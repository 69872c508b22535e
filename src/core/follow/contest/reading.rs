//! Before the first rung: what is invented is merged, a judge says which answers mean the same, and a clerk
//! takes the rest apart into claims. Without a judge and a clerk the ladder begins at once.

use super::{Case, ask, settle};
use crate::core::conflict::question::Question;
use crate::core::conflict::reading::Reading;
use crate::core::conflict::verdict::{Verdict, verdict};
use crate::core::ladder::{About, Answered, Stage};
use crate::core::voting::{Nature, Sheet};
use crate::core::{Answer, Basis, Candidate, Ending, Event, MemberName, Outcome, TaskKind, Text};

/// So many candidates are compared by a judge at most: each with each other one.
const JUDGED_MAX: usize = 5;

/// What comes first.
pub(super) fn begin(case: &Case<'_>) -> Vec<Event> {
    if is_to_be_merged(case) {
        return settle::merged(case);
    }
    if doubts(case).is_empty() && clerk(case).is_none() {
        return case.climb(None, "");
    }
    vec![case.climbed(Stage::Reading, "the answers are compared by what they mean")]
}

pub(super) fn next(case: &Case<'_>) -> Option<Vec<Event>> {
    if case.contest.open().next().is_some() {
        return None;
    }
    let asked = |is_it: fn(About) -> bool| {
        let mut all = case.contest.inquiries().values();
        all.any(|inquiry| is_it(inquiry.about))
    };
    if !asked(|about| matches!(about, About::Same(..))) {
        let sheets = judges(case);
        if !sheets.is_empty() {
            return Some(sheets);
        }
    }
    if let Some(joined) = joined(case) {
        return Some(joined);
    }
    if let Some(agreed) = agreed(case) {
        return Some(agreed);
    }
    if !asked(|about| about == About::Claims)
        && let Some(clerk) = clerk(case)
    {
        let (candidates, seed) = (case.contest.sides().len(), case.state.seq());
        return Some(ask::all(case, About::Claims, [clerk], |name, task| {
            Some(Sheet::whole(candidates, name, task, seed))
        }));
    }
    Some(case.climb(None, ""))
}

/// Whether nothing is to be voted down: an inventive task, unless a rule was set for it or its kind.
fn is_to_be_merged(case: &Case<'_>) -> bool {
    let (kind, rule) = (case.task.order().kind, case.task.order().rule);
    let ladder = &case.state.ladder;
    let kinds = case.state.kinds();
    kinds.like(kind) == TaskKind::Creative
        && !ladder.rungs.is_empty()
        && ladder.rungs != [crate::core::Rung::Operator]
        && rule.is_none()
        && ladder.rule_of(kind, kinds).is_none()
        && case.contest.nature() == Nature::Open
        && case.contest.sides().len() > 1
}

/// The member that takes answers apart, where there is one and something to take apart.
fn clerk(case: &Case<'_>) -> Option<MemberName> {
    let clerk = case.state.ladder.clerk.as_ref()?;
    let wanted = case.contest.nature() == Nature::Open && case.contest.sides().len() > 1;
    (wanted && ask::can_be_asked(case.state, case.now, clerk)).then(|| clerk.clone())
}

/// The pairs of candidates of which only a reader can say whether they mean the same.
fn doubts(case: &Case<'_>) -> Vec<(usize, usize)> {
    let sides = case.contest.sides().len();
    let judge = case.state.ladder.judge.as_ref();
    if sides > JUDGED_MAX || !judge.is_some_and(|it| ask::can_be_asked(case.state, case.now, it)) {
        return Vec::new();
    }
    let question = Question::of(case.task.order().prompt.as_str());
    let readings: Vec<Option<Reading>> = case
        .candidates
        .iter()
        .take(sides)
        .map(|one| Some(Reading::of_answer(&question, answer(case, one)?)))
        .collect();
    let mut pairs = Vec::new();
    for (place, one) in readings.iter().enumerate() {
        for (other_place, other) in readings.iter().enumerate().skip(place + 1) {
            if let (Some(one), Some(other)) = (one, other)
                && matches!(verdict(one, other), Verdict::Doubt(_))
            {
                pairs.push((place, other_place));
            }
        }
    }
    pairs
}

fn answer<'a>(case: &Case<'a>, candidate: &Candidate) -> Option<&'a Answer> {
    match case.state.call(*candidate.calls.first()?)?.ending()? {
        Ending::Answered(answer) => Some(answer),
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
    }
}

fn judges(case: &Case<'_>) -> Vec<Event> {
    let Some(judge) = case.state.ladder.judge.clone() else {
        return Vec::new();
    };
    let mut events = Vec::new();
    let mut by = case.state.next_task();
    for (one, other) in doubts(case) {
        let mut sheet = Sheet::whole(2, &judge, by.0, case.state.seq());
        sheet.order = vec![one, other];
        events.extend(ask::made_with(case, About::Same(one, other), by, sheet));
        by = crate::core::TaskId(by.0.saturating_add(1));
    }
    events
}

/// The candidates with those joined that the judge said mean the same, if some do. All of a group mean the
/// same, each with each other one.
fn joined(case: &Case<'_>) -> Option<Vec<Event>> {
    let contest = case.contest;
    let same: Vec<(usize, usize)> = contest
        .inquiries()
        .values()
        .filter_map(
            |inquiry| match (inquiry.about, contest.answered(inquiry.by)?) {
                (About::Same(one, other), Answered::Same { same: true, .. }) => Some((one, other)),
                (_, _) => None,
            },
        )
        .collect();
    // Joined once, the numbers are others.
    if same.is_empty() || contest.candidates().len() != contest.found_candidates() {
        return None;
    }
    let mean_the_same =
        |one: usize, other: usize| same.contains(&(one, other)) || same.contains(&(other, one));
    let sides = contest.sides().len();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for place in 0..sides {
        let group = groups
            .iter_mut()
            .find(|group| group.iter().all(|other| mean_the_same(*other, place)));
        match group {
            Some(group) => group.push(place),
            None => groups.push(vec![place]),
        }
    }
    let mut candidates: Vec<Candidate> = groups
        .iter()
        .filter_map(|group| {
            let first = contest.candidates().get(*group.first()?)?;
            let all = group.iter().filter_map(|at| contest.candidates().get(*at));
            Some(Candidate {
                label: first.label.clone(),
                calls: all.flat_map(|one| one.calls.iter().copied()).collect(),
            })
        })
        .collect();
    candidates.sort_by_key(|one| std::cmp::Reverse(one.calls.len()));
    let silent = contest.candidates().len().saturating_sub(sides);
    candidates.extend(contest.candidates().iter().skip(sides).cloned());
    Some(vec![Event::CandidatesJoined {
        task: case.task.id(),
        candidates,
        silent,
    }])
}

/// The end, where all who said something mean the same and are more than half of the council.
fn agreed(case: &Case<'_>) -> Option<Vec<Event>> {
    let [side] = case.contest.sides() else {
        return None;
    };
    let enough = side.len() >= 2 && side.len() * 2 > case.task.council().len();
    let candidate = case.candidates.first().filter(|_| enough)?;
    let result = answer(case, candidate).map(|answer| answer.text.clone());
    let result: Text = result?;
    let calls = candidate.calls.clone();
    Some(vec![
        Event::AgreementFound {
            task: case.task.id(),
            calls: calls.clone(),
        },
        Event::TaskConcluded {
            task: case.task.id(),
            outcome: Outcome::Done {
                result,
                from: calls,
                basis: Basis::Agreement,
            },
        },
    ])
}
