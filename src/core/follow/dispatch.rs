//! Takes the first task of the queue for which something can begin: routes it, finds or opens a
//! session, and starts one call.

use crate::core::follow::standing::{Slot, Standing, access, slots, standing};
use crate::core::routing::route;
use crate::core::{
    Access, Attention, AttentionId, CallId, Event, Input, MemberName, Outcome, Phase, Purpose,
    SessionId, State, Strategy, Subject, Task, TaskId, Timestamp,
};

/// The next start, or the end of a task that can never start.
pub(super) fn next(state: &State, now: Timestamp) -> Vec<Event> {
    let writer_at_work = state.writer_at_work();
    let somebody_free = state
        .members()
        .any(|member| state.has_room_for_call(&member.spec().name));
    for task in state.open_tasks() {
        let events = match (&task.phase, dependencies(state, task)) {
            (Phase::Queued, Dependencies::Broken(on)) => vec![broken(task, on)],
            (Phase::Queued | Phase::Working, Dependencies::Met)
                if somebody_free && task.not_before <= now =>
            {
                begin(state, now, task, writer_at_work)
            }
            (
                Phase::Queued
                | Phase::Working
                | Phase::Deciding { .. }
                | Phase::Held { .. }
                | Phase::Ended { .. },
                _,
            ) => Vec::new(),
        };
        if !events.is_empty() {
            return events;
        }
    }
    Vec::new()
}

enum Dependencies {
    Met,
    Open,
    Broken(TaskId),
}

fn dependencies(state: &State, task: &Task) -> Dependencies {
    for on in &task.order.after {
        match state.task(*on).map(Task::outcome) {
            Some(Some(Outcome::Done { .. })) => {}
            Some(Some(Outcome::Failed { .. } | Outcome::Cancelled)) => {
                return Dependencies::Broken(*on);
            }
            Some(None) => return Dependencies::Open,
            None if state.unsuccessful.contains(on) => return Dependencies::Broken(*on),
            None => {}
        }
    }
    Dependencies::Met
}

fn broken(task: &Task, on: TaskId) -> Event {
    let why = format!("it waited for {on}, which ended without a result");
    Event::TaskConcluded {
        task: task.id,
        outcome: Outcome::Failed { why },
    }
}

fn begin(state: &State, now: Timestamp, task: &Task, writer_at_work: bool) -> Vec<Event> {
    if task.council.is_empty() {
        return route(state, &task.order, &[]).map_or_else(Vec::new, |routed| {
            vec![Event::TaskRouted {
                task: task.id,
                council: routed.council,
                because: routed.because,
            }]
        });
    }
    let Some(start) = wanted(state, task, writer_at_work) else {
        return Vec::new();
    };
    if let Some(limit) = state.spend.exhausted(&state.budget, now) {
        if state.budget_item().is_some() {
            return Vec::new();
        }
        let id = AttentionId(state.next.attention);
        let attention = Attention {
            id,
            subject: Subject::Budget { limit },
            since: now,
            expires: None,
        };
        return vec![Event::AttentionRaised { attention }];
    }
    start.into_events(state, task)
}

/// A call that can be made now.
struct Start {
    member: MemberName,
    purpose: Purpose,
    access: Access,
    session: Option<SessionId>,
    inputs: Vec<Input>,
}

fn wanted(state: &State, task: &Task, writer_at_work: bool) -> Option<Start> {
    let slots = slots(task);
    let mut inputs: Vec<Input> = task
        .order
        .after
        .iter()
        .copied()
        .map(Input::Result)
        .collect();
    for slot in &slots {
        match standing(state, task, slot) {
            Standing::Wanted => {
                if let Some(start) = fresh(state, task, slot, &inputs, writer_at_work) {
                    return Some(start);
                }
            }
            Standing::Unreadable(call) => {
                if let Some(start) = repair(state, slot, call) {
                    return Some(start);
                }
            }
            Standing::Answered(call, _) if task.order.strategy == Strategy::Chain => {
                inputs.push(Input::Answer(call));
                continue;
            }
            Standing::Running
            | Standing::Answered(..)
            | Standing::Failed(_)
            | Standing::Cancelled => {}
        }
        if task.order.strategy == Strategy::Chain {
            // A step waits for the one before it.
            return None;
        }
    }
    None
}

fn fresh(
    state: &State,
    task: &Task,
    slot: &Slot,
    inputs: &[Input],
    writer_at_work: bool,
) -> Option<Start> {
    let access = access(state, task, slot);
    if !state.has_room_for_call(&slot.member) || (access == Access::Write && writer_at_work) {
        return None;
    }
    let idle = state.sessions().find(|session| {
        session.member() == &slot.member && session.busy().is_none() && !session.is_closed()
    });
    Some(Start {
        member: slot.member.clone(),
        purpose: slot.purpose,
        access,
        session: idle.map(crate::core::Session::id),
        inputs: inputs.to_vec(),
    })
}

/// A repair goes to the session that gave the answer, once that is idle.
fn repair(state: &State, slot: &Slot, call: CallId) -> Option<Start> {
    let session = state.session(state.call(call)?.session())?;
    let ready =
        session.busy().is_none() && !session.is_closed() && state.has_room_for_call(&slot.member);
    ready.then(|| Start {
        member: slot.member.clone(),
        purpose: Purpose::Repair,
        access: Access::Read,
        session: Some(session.id()),
        inputs: Vec::new(),
    })
}

impl Start {
    fn into_events(self, state: &State, task: &Task) -> Vec<Event> {
        let mut events = Vec::new();
        let session = self.session.unwrap_or_else(|| {
            let session = SessionId(state.next.session);
            let number = 1 + state
                .sessions()
                .filter(|session| *session.member() == self.member)
                .count();
            let title = if number == 1 {
                "main".to_owned()
            } else {
                number.to_string()
            };
            events.push(Event::SessionOpened {
                session,
                member: self.member.clone(),
                title,
            });
            session
        });
        events.push(Event::CallStarted {
            call: CallId(state.next.call),
            task: task.id,
            session,
            purpose: self.purpose,
            access: self.access,
            prompt: task.order.prompt.clone(),
            inputs: self.inputs,
        });
        events
    }
}
