//! The end of a conflict that no rung decided.

use std::collections::BTreeSet;

use super::{Case, settle};
use crate::core::ladder::{Contest, Fallback, Stage};
use crate::core::{
    Actor, Basis, Event, Ground, MemberName, Outcome, Phase, Reply, Resolution, State, Task,
};

/// How often the ladder is climbed again.
const AGAIN_MAX: usize = 3;

pub(super) fn settle(case: &Case<'_>) -> Vec<Event> {
    let fallback = case
        .state
        .ladder
        .fallback_of(case.task.order().kind, case.state.kinds());
    match fallback {
        Fallback::BestRecord => best_record(case),
        Fallback::StatusQuo => failed(case, "the answers differ, so nothing was changed"),
        Fallback::AskLater => later(case),
        Fallback::Fail => failed(case, "the answers differ, and nobody could settle it"),
    }
}

/// The answer of the author with the best record; where two are equal, nobody's.
fn best_record(case: &Case<'_>) -> Vec<Event> {
    match leader(case.state, case.task, case.contest) {
        Some(place) => {
            let ground = Ground::Fallback {
                fallback: Fallback::BestRecord,
            };
            settle::candidate(case, place, ground, Basis::Fallback)
        }
        None => failed(
            case,
            "the answers differ, and no author's record is better than the others'",
        ),
    }
}

/// The candidate whose author has the best record, where that is one alone.
pub(crate) fn leader(state: &State, task: &Task, contest: &Contest) -> Option<usize> {
    let kind = task.order().kind;
    let outlook = state.learning().posterior().outlook();
    let best = |side: &BTreeSet<MemberName>| {
        let means = side
            .iter()
            .map(|name| outlook.estimate(name, kind, None).mean);
        means.max_by(f64::total_cmp)
    };
    let sides = contest.sides().iter().enumerate();
    let means: Vec<(usize, f64)> = sides
        .filter_map(|(place, side)| Some((place, best(side)?)))
        .collect();
    let most = means.iter().map(|(_, mean)| *mean).max_by(f64::total_cmp)?;
    let mut leaders = means
        .iter()
        .filter(|(_, mean)| mean.total_cmp(&most).is_eq());
    match (leaders.next(), leaders.next()) {
        (Some((place, _)), None) => Some(*place),
        (_, _) => None,
    }
}

fn later(case: &Case<'_>) -> Vec<Event> {
    let steps = case.contest.steps().iter();
    let before = steps.filter(|step| matches!(step.to, Stage::Later(_)));
    if before.count() >= AGAIN_MAX {
        return failed(
            case,
            "the answers differ, and nobody could settle it, also not when it was tried again",
        );
    }
    let at = case.now.after(case.state.ladder.later);
    let mut events = withdrawn(case);
    events.push(case.climbed(Stage::Later(at), "it is tried again later"));
    events
}

/// The inbox item that nobody answered in time.
fn withdrawn(case: &Case<'_>) -> Vec<Event> {
    let Phase::Deciding { attention, .. } = case.task.phase() else {
        return Vec::new();
    };
    let open = attention.filter(|item| case.state.attention_item(*item).is_some());
    let reason = "nobody decided in time".to_owned();
    open.map(|attention| Event::AttentionResolved {
        attention,
        asked: None,
        resolution: Resolution::by(Actor::Clock, Reply::Deny { reason }),
    })
    .into_iter()
    .collect()
}

fn failed(case: &Case<'_>, why: &str) -> Vec<Event> {
    let mut events = withdrawn(case);
    events.push(Event::TaskConcluded {
        task: case.task.id(),
        outcome: Outcome::Failed {
            why: why.to_owned(),
        },
    });
    events
}
