//! Takes the first task of the queue for which something can begin: routes it, finds or opens a
//! session, and starts one call. Ends tasks that nobody can ever begin.

use std::collections::BTreeSet;

use crate::core::follow::standing::{Slot, Standing, slots, standing};
use crate::core::routing::{Routing, access, can_begin, route};
use crate::core::{
    Access, Attention, AttentionId, CallId, Event, Health, Input, MemberName, Outcome, Phase,
    Purpose, Session, SessionId, State, Strategy, Subject, Task, TaskKind, Timestamp,
};

/// The next start, or the end of a task that can never start.
pub(super) fn next(state: &State, now: Timestamp) -> Vec<Event> {
    let broken = broken(state);
    if !broken.is_empty() {
        return broken;
    }
    if !worth_looking(state) {
        return Vec::new();
    }
    // Tasks that name nobody and are alike have to wait alike.
    let mut waits: BTreeSet<(Strategy, TaskKind)> = BTreeSet::new();
    for task in state.open_tasks() {
        let events = match task.phase {
            Phase::Queued if task.council.is_empty() => {
                let alike = (task.order.strategy, task.order.kind);
                let names_nobody = task.order.members.is_empty();
                if (names_nobody && waits.contains(&alike)) || !dependencies_met(state, task) {
                    continue;
                }
                let events = admit(state, now, task);
                if events.is_empty() && names_nobody {
                    waits.insert(alike);
                }
                events
            }
            Phase::Queued | Phase::Working => wanted(state, now, task)
                .map(|start| within_budget(state, now, || start.into_events(state, task)))
                .unwrap_or_default(),
            Phase::Deciding { .. } | Phase::Held { .. } | Phase::Ended { .. } => Vec::new(),
        };
        if !events.is_empty() {
            return events;
        }
    }
    Vec::new()
}

/// Somebody could be given a call, or somebody is out for good and tasks may have to be given up.
fn worth_looking(state: &State) -> bool {
    let mut members = state.members();
    members.len() == 0
        || members.any(|member| {
            matches!(member.health(), Health::Down { .. })
                || state.has_room_for_call(&member.spec().name)
        })
}

/// The end of the first task that waited for one that ended without a result.
fn broken(state: &State) -> Vec<Event> {
    let found = state.queue.waiting().find_map(|(on, id)| {
        let task = state.task(id).filter(|task| task.phase == Phase::Queued)?;
        match state.task(on)?.outcome()? {
            Outcome::Failed { .. } | Outcome::Cancelled => Some((task, on)),
            Outcome::Done { .. } => None,
        }
    });
    found.map_or_else(Vec::new, |(task, on)| {
        let why = format!("it waited for {on}, which ended without a result");
        vec![given_up(task, why)]
    })
}

fn given_up(task: &Task, why: String) -> Event {
    Event::TaskConcluded {
        task: task.id,
        outcome: Outcome::Failed { why },
    }
}

/// An ended task is remembered as long as an open one waits for it; so what is not known never was.
fn dependencies_met(state: &State, task: &Task) -> bool {
    let mut after = task.order.after.iter();
    after.all(|on| state.task(*on).is_none_or(Task::is_ended))
}

/// Gives a task its members.
fn admit(state: &State, now: Timestamp, task: &Task) -> Vec<Event> {
    match route(state, &task.order, &[]) {
        Routing::Now(routed) => within_budget(state, now, || {
            vec![Event::TaskRouted {
                task: task.id,
                council: routed.council,
                because: routed.because,
            }]
        }),
        Routing::Later => Vec::new(),
        Routing::Never(why) => vec![given_up(task, why)],
    }
}

/// What begins, or one inbox item in its place when the budget is used up.
fn within_budget(state: &State, now: Timestamp, begin: impl FnOnce() -> Vec<Event>) -> Vec<Event> {
    let Some(limit) = state.spend.exhausted(&state.budget, now) else {
        return begin();
    };
    if state.budget_item().is_some() {
        return Vec::new();
    }
    let attention = Attention {
        id: AttentionId(state.next.attention),
        subject: Subject::Budget { limit },
        since: now,
        expires: None,
    };
    vec![Event::AttentionRaised { attention }]
}

/// A call that can be made now.
struct Start {
    member: MemberName,
    purpose: Purpose,
    access: Access,
    session: Option<SessionId>,
    inputs: Vec<Input>,
}

fn wanted(state: &State, now: Timestamp, task: &Task) -> Option<Start> {
    let chain = task.order.strategy == Strategy::Chain;
    let results = task.order.after.iter().copied().map(Input::Result);
    let mut inputs: Vec<Input> = results.collect();
    for slot in &slots(task) {
        let start = match standing(state, task, slot) {
            Standing::Wanted => fresh(state, task, slot, &inputs),
            Standing::Again if task.not_before <= now => fresh(state, task, slot, &inputs),
            Standing::Unreadable(call) => repair(state, slot, call),
            Standing::Answered(call, _) if chain => {
                inputs.push(Input::Answer(call));
                continue;
            }
            Standing::Again
            | Standing::Running
            | Standing::Answered(..)
            | Standing::Failed(_)
            | Standing::Cancelled => None,
        };
        // A step of a chain waits for the one before it.
        if start.is_some() || chain {
            return start;
        }
    }
    None
}

fn fresh(state: &State, task: &Task, slot: &Slot, inputs: &[Input]) -> Option<Start> {
    let strategy = task.order.strategy;
    let member = state
        .member(&slot.member)
        .filter(|member| can_begin(state, strategy, member))?;
    let mut sessions = state.sessions();
    let idle = sessions.find(|session| {
        session.member() == &slot.member && session.busy().is_none() && !session.is_closed()
    });
    Some(Start {
        member: slot.member.clone(),
        purpose: slot.purpose,
        access: access(strategy, member.spec().reach),
        session: idle.map(Session::id),
        inputs: inputs.to_vec(),
    })
}

/// A repair goes to the session that gave the answer, once that is idle. Where another turn came in
/// between, the answer is handed on, so that it is clear which one is meant.
fn repair(state: &State, slot: &Slot, call: CallId) -> Option<Start> {
    let session = state.session(state.call(call)?.session())?;
    let ready =
        session.busy().is_none() && !session.is_closed() && state.has_room_for_call(&slot.member);
    let latest = session.turns().next_back().map(|turn| turn.call);
    let inputs = if latest == Some(call) {
        Vec::new()
    } else {
        vec![Input::Answer(call)]
    };
    ready.then(|| Start {
        member: slot.member.clone(),
        purpose: Purpose::Repair,
        access: Access::Read,
        session: Some(session.id()),
        inputs,
    })
}

impl Start {
    fn into_events(self, state: &State, task: &Task) -> Vec<Event> {
        let mut events = Vec::new();
        let session = self.session.unwrap_or_else(|| {
            let session = SessionId(state.next.session);
            let of_member = state.sessions().filter(|one| *one.member() == self.member);
            let title = match 1 + of_member.count() {
                1 => "main".to_owned(),
                number => number.to_string(),
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
