//! Large tasks are looked at before they are given out: by the member that is set for it or that is best at
//! analysis, through a task of the room's own, as digests are written. What cannot be had is done without.

use crate::core::appraisal::{Appraisal, Appraised, Appraising, Look, read};
use crate::core::decide::{call_off, close_sessions};
use crate::core::follow::own::{can_take, is_hopeless};
use crate::core::forecast::size_of;
use crate::core::routing::best_free;
use crate::core::text::one_line;
use crate::core::{
    Event, MemberName, Origin, Outcome, Phase, Span, State, Strategy, Task, TaskId, TaskKind,
    TaskOrder, Timestamp,
};

/// How long an appraisal is waited for, in the queue and at its member.
pub(crate) const PATIENCE: Span = Span::secs(120);
/// How many are asked for at the same time; further tasks wait.
const AT_ONCE: usize = 8;
/// How much of a reason is told, in bytes.
const WHY_MAX: usize = 300;

/// The next step of the first appraisal that has one, or the order of the next one.
pub(super) fn next(state: &State, now: Timestamp) -> Vec<Event> {
    let mut at_work = state.appraisals.at_work.iter();
    at_work
        .find_map(|(task, asked)| step(state, now, *task, *asked))
        .or_else(|| begin(state, now))
        .unwrap_or_default()
}

fn begin(state: &State, now: Timestamp) -> Option<Vec<Event>> {
    let at_work = &state.appraisals.at_work;
    let mut unread = state.queue.unread();
    let id = unread.find(|id| !at_work.contains_key(id))?;
    let task = state.task(id)?;
    let set = &state.appraisals.set;
    if !set.want(&task.order, task.look.as_ref()) {
        return Some(vec![without(id, "nobody looks at tasks any more")]);
    }
    if at_work.len() >= AT_ONCE {
        return None;
    }
    let named = set.by.as_ref();
    let by = match named {
        Some(name) => Some(name.clone()),
        None => best_free(
            state,
            Strategy::Race,
            TaskKind::Analysis,
            size_of(state, &task.order),
        ),
    };
    let by = by.filter(|name| can_take(state, now, name));
    Some(match (by, named) {
        (Some(name), _) => asked(state, now, task, &name, None),
        (None, Some(name)) => vec![without(id, &format!("{name} cannot be asked now"))],
        (None, None) => vec![without(id, "nobody can be asked now")],
    })
}

fn step(state: &State, now: Timestamp, id: TaskId, asked: Appraising) -> Option<Vec<Event>> {
    let by = state.task(asked.by);
    let task = state.task(id).filter(|task| awaits(task));
    match (task, by, by.and_then(Task::outcome)) {
        // Nobody waits for it any more.
        (None, Some(by), None) => Some(call_off(state, by)),
        (Some(_), Some(by), None) => is_hopeless(state, now, by).then(|| call_off(state, by)),
        (Some(task), Some(by), Some(outcome)) => {
            let mut events = settled(state, now, task, asked, outcome);
            events.extend(close_sessions(state, by));
            Some(events)
        }
        (Some(_), None, _) => Some(vec![without(id, "the room forgot whom it had asked")]),
        (None, _, _) => None,
    }
}

/// Whether a task still waits for its appraisal.
fn awaits(task: &Task) -> bool {
    task.phase == Phase::Queued && matches!(task.look, Some(Look::Asked(_)))
}

/// What comes of the task that asked: an appraisal, one more try, or none.
fn settled(
    state: &State,
    now: Timestamp,
    task: &Task,
    asking: Appraising,
    outcome: &Outcome,
) -> Vec<Event> {
    let (result, by) = match outcome {
        Outcome::Done { result, from, .. } => {
            let call = from.first().and_then(|call| state.call(*call));
            match call {
                Some(call) => (result, call.member()),
                None => return vec![without(task.id, "the room forgot who answered")],
            }
        }
        Outcome::Failed { why } => return vec![without(task.id, why)],
        Outcome::Cancelled => return vec![without(task.id, "the question was called off")],
    };
    match read(state.kinds(), result.as_str()) {
        Ok(reading) => vec![Event::Appraised {
            what: Appraised::Given {
                task: task.id,
                appraisal: Appraisal {
                    by: by.clone(),
                    kind: reading.kind,
                    answer: reading.answer,
                    stakes: reading.stakes,
                    why: reading.why,
                },
            },
        }],
        Err(_) if asking.again.is_none() && can_take(state, now, by) => {
            asked(state, now, task, by, Some(asking.by))
        }
        Err(flaw) => vec![without(
            task.id,
            &format!("what {by} said cannot be read: {flaw}"),
        )],
    }
}

fn without(task: TaskId, why: &str) -> Event {
    Event::Appraised {
        what: Appraised::Without {
            task,
            why: one_line(why, WHY_MAX),
        },
    }
}

fn asked(
    state: &State,
    now: Timestamp,
    about: &Task,
    member: &MemberName,
    again: Option<TaskId>,
) -> Vec<Event> {
    let by = state.next_task();
    let order = TaskOrder {
        strategy: Strategy::Race,
        kind: TaskKind::Analysis,
        priority: about.order.priority,
        members: vec![member.clone()],
        deadline: Some(now.after(PATIENCE)),
        origin: Origin::Room,
        ..TaskOrder::new(format!("Appraisal of {}", about.id))
    };
    vec![
        Event::TaskAdded {
            task: by,
            order,
            analysis: None,
        },
        Event::Appraised {
            what: Appraised::Asked {
                task: about.id,
                asked: Appraising { by, again },
            },
        },
    ]
}

#[cfg(test)]
mod tests;
