//! Ends a task once its strategy has what it needs, or finds that its answers differ.

mod cascade;

use crate::core::conflict::detect::{candidates, detect};
use crate::core::decide::cancel_calls;
use crate::core::decide::lesson::learn;
use crate::core::follow::plan::plan;
use crate::core::follow::standing::{Slot, Standing, slots, standing};
use crate::core::follow::think::think;
use crate::core::routing::{Routing, route, substitute, tried};
use crate::core::text::clipped;
use crate::core::{Answer, Basis, CallId, Event, Outcome, Phase, State, Strategy, Task};

/// The end of the first task that has come to one.
pub(super) fn next(state: &State) -> Vec<Event> {
    let under_way = state
        .routed_tasks()
        .filter(|task| matches!(task.phase, Phase::Queued | Phase::Working));
    under_way
        .map(|task| conclude(state, task))
        .find(|events| !events.is_empty())
        .unwrap_or_default()
}

pub(super) type Standings = [(Slot, Standing)];

fn conclude(state: &State, task: &Task) -> Vec<Event> {
    let standings: Vec<(Slot, Standing)> = slots(task)
        .into_iter()
        .map(|slot| {
            let standing = standing(state, task, &slot);
            (slot, standing)
        })
        .collect();
    match task.order.strategy {
        Strategy::Auto | Strategy::Solo => solo(state, task, &standings),
        Strategy::Race => race(state, task, &standings),
        Strategy::Council | Strategy::Debate => council(state, task, &standings),
        Strategy::Chain => chain(task, &standings),
        Strategy::Think => think(state, task, &standings),
        Strategy::Plan => plan(state, task, &standings),
    }
}

pub(super) fn solo(state: &State, task: &Task, standings: &Standings) -> Vec<Event> {
    match standings.first() {
        Some((_, Standing::Answered(call, answer))) => {
            vec![done(task, answer, vec![*call], Basis::Only)]
        }
        Some((_, Standing::Failed(_) | Standing::LoggedOut(_))) => reroute(state, task, standings),
        Some((_, Standing::Cancelled)) => vec![concluded(task, Outcome::Cancelled)],
        // Nobody needs to wait for a member that is paused while another one is free.
        Some((slot, Standing::Wanted | Standing::Again | Standing::Unreadable(_)))
            if task.order.members.is_empty() && is_paused(state, slot) =>
        {
            let events = reroute(state, task, standings);
            let moves = |event: &Event| matches!(event, Event::TaskRouted { .. });
            events.into_iter().filter(moves).collect()
        }
        Some((
            _,
            Standing::Wanted | Standing::Again | Standing::Running | Standing::Unreadable(_),
        ))
        | None => Vec::new(),
    }
}

/// When one member has failed for good, a solo task goes to the next best, or to the next that it
/// names.
fn reroute(state: &State, task: &Task, standings: &Standings) -> Vec<Event> {
    let mut barred = tried(state, task);
    barred.extend(task.council.iter().cloned());
    match route(state, &task.order, &barred) {
        Routing::Now(routed) => vec![Event::TaskRouted {
            task: task.id,
            council: routed.council,
            because: format!("{}, so {}", reasons(state, standings), routed.because),
            route: routed.route.map(Box::new),
            convened: None,
            forecast: None,
        }],
        Routing::Later => Vec::new(),
        Routing::Never(_) => unless_awaited(task, standings),
    }
}

fn is_paused(state: &State, slot: &Slot) -> bool {
    state
        .member(&slot.member)
        .is_some_and(|member| member.pause().is_some())
}

/// Puts another member into the place of one that has failed, where the operator named none.
fn replaced(state: &State, task: &Task, standings: &Standings) -> Option<Event> {
    let (gone, _) = standings
        .iter()
        .find(|(_, standing)| matches!(standing, Standing::Failed(_) | Standing::LoggedOut(_)))?;
    let routed = substitute(state, task)?;
    let next = routed.council.first()?;
    let council = task.council.iter().map(|name| {
        if *name == gone.member {
            next.clone()
        } else {
            name.clone()
        }
    });
    Some(Event::TaskRouted {
        task: task.id,
        council: council.collect(),
        because: format!("{}, so {}", reasons(state, standings), routed.because),
        route: routed.route.map(Box::new),
        convened: None,
        forecast: None,
    })
}

fn race(state: &State, task: &Task, standings: &Standings) -> Vec<Event> {
    let first = standings.iter().find_map(|(_, standing)| standing.answer());
    if let Some((call, answer)) = first {
        let mut events = cancel_calls(state, task);
        events.push(done(task, answer, vec![call], Basis::First));
        return events;
    }
    if let Some(replaced) = replaced(state, task, standings) {
        return vec![replaced];
    }
    without_answers(task, standings)
}

fn council(state: &State, task: &Task, standings: &Standings) -> Vec<Event> {
    if let Some(replaced) = replaced(state, task, standings) {
        return vec![replaced];
    }
    if !standings.iter().all(|(_, standing)| standing.is_settled()) {
        return Vec::new();
    }
    let answers: Vec<(CallId, &Answer)> = standings
        .iter()
        .filter_map(|(_, standing)| standing.answer())
        .collect();
    let Some((_, first)) = answers.first() else {
        return without_answers(task, standings);
    };
    // Of several that the room chose to ask, one that answers is as good as the one it would have asked.
    if let ([(call, answer)], Some(_)) = (answers.as_slice(), &task.convened) {
        return vec![done(task, answer, vec![*call], Basis::Only)];
    }
    let found = detect(task.order.prompt.as_str(), &answers);
    // Who says nothing is no vote for what the others say.
    let agreeing = found.candidates.iter().map(|one| one.calls.len());
    let agreeing: usize = agreeing.sum();
    let quorum = agreeing >= 2 && agreeing * 2 > standings.len();
    if let ([one], true) = (found.candidates.as_slice(), quorum) {
        let calls = one.calls.clone();
        let agreement = Event::AgreementFound {
            task: task.id,
            calls: calls.clone(),
        };
        let learned = learn(state, task.id, &first.text, &calls, Basis::Agreement);
        let mut events = vec![agreement, done(task, first, calls, Basis::Agreement)];
        events.extend(learned);
        return events;
    }
    if let Some(widened) = cascade::widened(state, task, &found) {
        return vec![widened];
    }
    vec![Event::ConflictFound {
        task: task.id,
        silent: found.silent.len(),
        nature: found.nature,
        candidates: candidates(found, &answers),
    }]
}

fn chain(task: &Task, standings: &Standings) -> Vec<Event> {
    for (_, standing) in standings {
        match standing {
            Standing::Answered(..) => {}
            Standing::Failed(_) => return vec![failed(task, standings)],
            Standing::Cancelled => return vec![concluded(task, Outcome::Cancelled)],
            Standing::Wanted
            | Standing::Again
            | Standing::Running
            | Standing::Unreadable(_)
            | Standing::LoggedOut(_) => return Vec::new(),
        }
    }
    let last = standings.last().and_then(|(_, standing)| standing.answer());
    last.map_or_else(Vec::new, |(call, answer)| {
        vec![done(task, answer, vec![call], Basis::LastStep)]
    })
}

/// The end of a task in which nobody answered, once nobody can any more.
fn without_answers(task: &Task, standings: &Standings) -> Vec<Event> {
    if standings.is_empty() || !standings.iter().all(|(_, standing)| standing.is_settled()) {
        return Vec::new();
    }
    if standings
        .iter()
        .all(|(_, standing)| *standing == Standing::Cancelled)
    {
        return vec![concluded(task, Outcome::Cancelled)];
    }
    unless_awaited(task, standings)
}

/// The end of a task without an answer, unless one of its members only needs to be logged in.
fn unless_awaited(task: &Task, standings: &Standings) -> Vec<Event> {
    let awaited = |(_, standing): &(Slot, Standing)| matches!(standing, Standing::LoggedOut(_));
    if standings.iter().any(awaited) {
        return Vec::new();
    }
    vec![failed(task, standings)]
}

pub(super) fn done(task: &Task, answer: &Answer, from: Vec<CallId>, basis: Basis) -> Event {
    concluded(
        task,
        Outcome::Done {
            result: answer.text.clone(),
            from,
            basis,
        },
    )
}

pub(super) fn failed(task: &Task, standings: &Standings) -> Event {
    let reasons: Vec<String> = standings
        .iter()
        .filter_map(|(slot, standing)| match standing {
            Standing::Failed(why) | Standing::LoggedOut(why) => {
                Some(format!("{}: {why}", slot.member))
            }
            Standing::Cancelled => Some(format!("{}: cancelled", slot.member)),
            Standing::Wanted
            | Standing::Again
            | Standing::Running
            | Standing::Unreadable(_)
            | Standing::Answered(..) => None,
        })
        .collect();
    concluded(
        task,
        Outcome::Failed {
            why: reasons.join("; "),
        },
    )
}

/// Why others than these are asked, in words.
fn reasons(state: &State, standings: &Standings) -> String {
    let each = standings.iter().filter_map(|(slot, standing)| {
        let why = match standing {
            Standing::Failed(why) | Standing::LoggedOut(why) => why,
            Standing::Wanted | Standing::Again => {
                &state.member(&slot.member)?.pause().as_ref()?.why
            }
            Standing::Running
            | Standing::Unreadable(_)
            | Standing::Answered(..)
            | Standing::Cancelled => return None,
        };
        Some(format!("{} failed ({})", slot.member, clipped(why, 300)))
    });
    each.collect::<Vec<_>>().join(", ")
}

fn concluded(task: &Task, outcome: Outcome) -> Event {
    Event::TaskConcluded {
        task: task.id,
        outcome,
    }
}

#[cfg(test)]
mod tests;
