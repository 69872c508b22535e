//! Ends a task once its strategy has what it needs, or finds that its answers differ.

use crate::core::conflict::detect::candidates;
use crate::core::decide::cancel_calls;
use crate::core::follow::standing::{Slot, Standing, slots, standing};
use crate::core::routing::route;
use crate::core::{
    Answer, Attention, AttentionId, Basis, CallId, Event, Outcome, Phase, State, Strategy, Subject,
    Task,
};

/// The end of the first task that has come to one.
pub(super) fn next(state: &State) -> Vec<Event> {
    let at_work = state
        .open_tasks()
        .filter(|task| task.phase == Phase::Working);
    at_work
        .map(|task| conclude(state, task))
        .find(|events| !events.is_empty())
        .unwrap_or_default()
}

fn conclude(state: &State, task: &Task) -> Vec<Event> {
    let slots = slots(task);
    let standings: Vec<(&Slot, Standing<'_>)> = slots
        .iter()
        .map(|slot| (slot, standing(state, task, slot)))
        .collect();
    match task.order.strategy {
        Strategy::Solo => solo(state, task, &standings),
        Strategy::Race => race(state, task, &standings),
        Strategy::Council => council(state, task, &standings),
        Strategy::Chain => chain(task, &standings),
    }
}

type Standings<'a> = [(&'a Slot, Standing<'a>)];

fn solo(state: &State, task: &Task, standings: &Standings<'_>) -> Vec<Event> {
    match standings.first() {
        Some((_, Standing::Answered(call, answer))) => {
            vec![done(task, answer, vec![*call], Basis::Only)]
        }
        Some((_, Standing::Failed(_))) => {
            reroute(state, task).map_or_else(|| vec![failed(task, standings)], |event| vec![event])
        }
        Some((_, Standing::Cancelled)) => vec![concluded(task, Outcome::Cancelled)],
        Some((_, Standing::Wanted | Standing::Running | Standing::Unreadable(_))) | None => {
            Vec::new()
        }
    }
}

/// A solo task that names nobody goes to the next best member when one has failed for good.
fn reroute(state: &State, task: &Task) -> Option<Event> {
    if !task.order.members.is_empty() {
        return None;
    }
    let tried: Vec<_> = task
        .calls
        .iter()
        .filter_map(|call| state.call(*call))
        .map(|call| call.member.clone())
        .collect();
    let routed = route(state, &task.order, &tried)?;
    Some(Event::TaskRouted {
        task: task.id,
        council: routed.council,
        because: format!("after a failure, {}", routed.because),
    })
}

fn race(state: &State, task: &Task, standings: &Standings<'_>) -> Vec<Event> {
    let first = standings.iter().find_map(|(_, standing)| match standing {
        Standing::Answered(call, answer) => Some((*call, answer)),
        Standing::Wanted
        | Standing::Running
        | Standing::Unreadable(_)
        | Standing::Failed(_)
        | Standing::Cancelled => None,
    });
    if let Some((call, answer)) = first {
        let mut events = cancel_calls(state, task);
        events.push(done(task, answer, vec![call], Basis::First));
        return events;
    }
    without_answers(task, standings)
}

fn council(state: &State, task: &Task, standings: &Standings<'_>) -> Vec<Event> {
    if !standings.iter().all(|(_, standing)| is_settled(standing)) {
        return Vec::new();
    }
    let answers: Vec<(CallId, &Answer)> = standings
        .iter()
        .filter_map(|(_, standing)| match standing {
            Standing::Answered(call, answer) => Some((*call, answer)),
            Standing::Wanted
            | Standing::Running
            | Standing::Unreadable(_)
            | Standing::Failed(_)
            | Standing::Cancelled => None,
        })
        .collect();
    let Some((_, first)) = answers.first() else {
        return without_answers(task, standings);
    };
    let found = candidates(&answers);
    let quorum = answers.len() >= 2 && answers.len() * 2 > standings.len();
    if let ([one], true) = (found.as_slice(), quorum) {
        let calls = one.calls.clone();
        let agreement = Event::AgreementFound {
            task: task.id,
            calls: calls.clone(),
        };
        return vec![agreement, done(task, first, calls, Basis::Agreement)];
    }
    let since = state.calls_ended_at(task);
    let attention = Attention {
        id: AttentionId(state.next.attention),
        subject: Subject::Choice { task: task.id },
        since,
        expires: None,
    };
    vec![
        Event::ConflictFound {
            task: task.id,
            candidates: found,
        },
        Event::AttentionRaised { attention },
    ]
}

fn chain(task: &Task, standings: &Standings<'_>) -> Vec<Event> {
    for (_, standing) in standings {
        match standing {
            Standing::Answered(..) => {}
            Standing::Failed(_) => return vec![failed(task, standings)],
            Standing::Cancelled => return vec![concluded(task, Outcome::Cancelled)],
            Standing::Wanted | Standing::Running | Standing::Unreadable(_) => return Vec::new(),
        }
    }
    match standings.last() {
        Some((_, Standing::Answered(call, answer))) => {
            vec![done(task, answer, vec![*call], Basis::LastStep)]
        }
        Some(_) | None => Vec::new(),
    }
}

/// The end of a task in which nobody answered, once nobody can any more.
fn without_answers(task: &Task, standings: &Standings<'_>) -> Vec<Event> {
    if standings.is_empty() || !standings.iter().all(|(_, standing)| is_settled(standing)) {
        return Vec::new();
    }
    if standings
        .iter()
        .all(|(_, standing)| matches!(standing, Standing::Cancelled))
    {
        return vec![concluded(task, Outcome::Cancelled)];
    }
    vec![failed(task, standings)]
}

fn is_settled(standing: &Standing<'_>) -> bool {
    match standing {
        Standing::Answered(..) | Standing::Failed(_) | Standing::Cancelled => true,
        Standing::Wanted | Standing::Running | Standing::Unreadable(_) => false,
    }
}

fn done(task: &Task, answer: &Answer, from: Vec<CallId>, basis: Basis) -> Event {
    concluded(
        task,
        Outcome::Done {
            result: answer.text.clone(),
            from,
            basis,
        },
    )
}

fn failed(task: &Task, standings: &Standings<'_>) -> Event {
    let reasons: Vec<String> = standings
        .iter()
        .filter_map(|(slot, standing)| match standing {
            Standing::Failed(failure) => Some(format!("{}: {}", slot.member, failure.message)),
            Standing::Cancelled => Some(format!("{}: cancelled", slot.member)),
            Standing::Wanted
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

fn concluded(task: &Task, outcome: Outcome) -> Event {
    Event::TaskConcluded {
        task: task.id,
        outcome,
    }
}
