//! Sessions that grew long are digested: by the member that is set for it, through a task of the room's
//! own, or by the rules, where there is none, it cannot be asked, or it gave nothing that fits.
//!
//! The task is a race of one, as a loan is: its call is held to reading, stands in a session of its own
//! and counts like any call of its member.

use crate::core::decide::{call_off, close_sessions};
use crate::core::follow::own::{can_take, is_hopeless};
use crate::core::history::{DIGEST_MAX, by_rules, due, fits_whole};
use crate::core::{
    DigestOrder, Event, MemberName, Origin, Outcome, Priority, Session, SessionDigest, SessionId,
    Span, State, Strategy, Task, TaskId, TaskOrder, Text, Timestamp,
};

/// How long a digest is waited for, in the queue and at its member.
pub(crate) const PATIENCE: Span = Span::secs(300);

/// The next step of the first digest that has one, or the order of the next one.
pub(super) fn next(state: &State, now: Timestamp) -> Vec<Event> {
    let mut at_work = state.digests.at_work.iter();
    at_work
        .find_map(|(session, order)| step(state, now, *session, order))
        .or_else(|| state.sessions().find_map(|one| begin(state, now, one)))
        .unwrap_or_default()
}

fn begin(state: &State, now: Timestamp, session: &Session) -> Option<Vec<Event>> {
    if state.digest_order(session.id).is_some() {
        return None;
    }
    let through = due(session)?;
    let member = state.digester().filter(|it| can_take(state, now, it));
    Some(match member {
        Some(member) if !fits_whole(session, through) => {
            ordered(state, now, session.id, through, member, None)
        }
        Some(_) | None => vec![ruled(session, through)],
    })
}

fn step(state: &State, now: Timestamp, id: SessionId, order: &DigestOrder) -> Option<Vec<Event>> {
    let task = state.task(order.task);
    let session = state
        .session(id)
        .filter(|session| session.wants_digest(order.through));
    match (session, task, task.and_then(Task::outcome)) {
        // Nobody is told it any more.
        (None, Some(task), None) => Some(call_off(state, task)),
        (Some(_), Some(task), None) => is_hopeless(state, now, task).then(|| call_off(state, task)),
        (Some(session), Some(task), Some(outcome)) => {
            let mut events = settled(state, now, session, order, outcome);
            events.extend(close_sessions(state, task));
            Some(events)
        }
        (Some(session), None, _) => Some(vec![ruled(session, order.through)]),
        (None, _, _) => None,
    }
}

/// What comes of the task: its result, one more try, or what the rules make of the turns.
fn settled(
    state: &State,
    now: Timestamp,
    session: &Session,
    order: &DigestOrder,
    outcome: &Outcome,
) -> Vec<Event> {
    let given = match outcome {
        Outcome::Done { result, from, .. } => {
            let call = from.first().and_then(|call| state.call(*call));
            call.map(|call| (result.as_str().trim(), call.member()))
        }
        Outcome::Failed { .. } | Outcome::Cancelled => None,
    };
    match given {
        Some((text, by)) if !text.is_empty() && text.len() <= DIGEST_MAX => {
            vec![Event::SessionDigested {
                session: session.id,
                digest: SessionDigest {
                    through: order.through,
                    text: Text::from(text),
                    by: Some(by.clone()),
                },
            }]
        }
        Some((_, by)) if order.again.is_none() && can_take(state, now, by) => {
            let again = Some(order.task);
            ordered(state, now, session.id, order.through, by, again)
        }
        Some(_) | None => vec![ruled(session, order.through)],
    }
}

fn ruled(session: &Session, through: u64) -> Event {
    Event::SessionDigested {
        session: session.id,
        digest: SessionDigest {
            through,
            text: by_rules(session, through),
            by: None,
        },
    }
}

fn ordered(
    state: &State,
    now: Timestamp,
    session: SessionId,
    through: u64,
    member: &MemberName,
    again: Option<TaskId>,
) -> Vec<Event> {
    let task = state.next_task();
    let order = TaskOrder {
        strategy: Strategy::Race,
        priority: Priority::Low,
        members: vec![member.clone()],
        deadline: Some(now.after(PATIENCE)),
        origin: Origin::Room,
        ..TaskOrder::new(format!("Digest of session {session} up to turn {through}"))
    };
    let digest = DigestOrder {
        through,
        task,
        again,
    };
    vec![
        Event::TaskAdded {
            task,
            order,
            analysis: None,
        },
        Event::DigestOrdered {
            session,
            order: digest,
        },
    ]
}

#[cfg(test)]
mod tests;
