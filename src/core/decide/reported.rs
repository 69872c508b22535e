//! Reports of effects. What is late or unknown is counted, never applied.

use crate::core::decide::unbind;
use crate::core::follow::standing::{RETRIES, failures};
use crate::core::{
    AskId, Attention, AttentionId, CallId, Ending, Event, Failure, FailureKind, Health, MemberName,
    Report, Request, Span, State, Subject, TaskId, Timestamp,
};

/// How long a server's question waits for the operator before it is denied.
const PATIENCE: Span = Span::secs(15 * 60);
/// The longest pause before a failed call is made again.
const LONGEST_PAUSE: Span = Span::secs(300);

/// What a report comes to.
#[must_use]
pub fn note(state: &State, now: Timestamp, report: &Report) -> Vec<Event> {
    match report {
        Report::Bound { call, handle } => match state.call(*call) {
            Some(known) if known.ended.is_none() => {
                let session = state.session(known.session);
                if session.is_some_and(|session| session.handle() == Some(handle)) {
                    return Vec::new();
                }
                vec![Event::SessionBound {
                    session: known.session,
                    handle: handle.clone(),
                }]
            }
            Some(_) | None => stale(format!("handle for {call}")),
        },
        Report::Unbound { call } => unbind(state, *call).into_iter().collect(),
        Report::Asked { call, ask, request } => asked(state, now, *call, *ask, request),
        Report::Ended { call, ending } => ended(state, now, *call, ending),
        Report::Health { member, health } => health_changed(state, member, health),
    }
}

fn asked(state: &State, now: Timestamp, call: CallId, ask: AskId, request: &Request) -> Vec<Event> {
    if state.call(call).is_none_or(|call| call.ended.is_some()) {
        return stale(format!("question {ask} of {call}"));
    }
    let attention = Attention {
        id: AttentionId(state.next.attention),
        subject: Subject::Asked {
            call,
            ask,
            request: request.clone(),
        },
        since: now,
        expires: Some(now.after(PATIENCE)),
    };
    vec![Event::AttentionRaised { attention }]
}

fn ended(state: &State, now: Timestamp, id: CallId, ending: &Ending) -> Vec<Event> {
    let Some(call) = state.call(id).filter(|call| call.ended.is_none()) else {
        return stale(format!("end of {id}"));
    };
    let mut events = vec![Event::CallEnded {
        call: id,
        ending: ending.clone(),
    }];
    if let Ending::Failed { failure, .. } = ending {
        if failure.kind == FailureKind::TimedOut {
            events.extend(unbind(state, id));
        }
        events.extend(pause(state, now, call.task, call.member(), failure));
    }
    events
}

/// A transient failure that leaves tries over puts the task off: 2, 4, 8 … s, or as the server says.
fn pause(
    state: &State,
    now: Timestamp,
    task: TaskId,
    member: &MemberName,
    failure: &Failure,
) -> Option<Event> {
    let task = state.task(task)?;
    let before = failures(state, task, member);
    if !failure.kind.is_transient() || before >= RETRIES || task.is_ended() {
        return None;
    }
    let doubling = Span::secs(2_u64.saturating_pow(before + 1));
    let wait = failure
        .retry_after
        .map_or(doubling, |asked| asked.min(LONGEST_PAUSE).max(doubling));
    Some(Event::TaskDelayed {
        task: task.id(),
        until: now.after(wait),
    })
}

fn health_changed(state: &State, name: &MemberName, health: &Health) -> Vec<Event> {
    let Some(member) = state.member(name) else {
        return stale(format!("health of {name}"));
    };
    if member.health() == health {
        return Vec::new();
    }
    let mut events = vec![Event::MemberHealthChanged {
        member: name.clone(),
        health: health.clone(),
    }];
    let process_is_gone = match health {
        Health::Restarting { .. } | Health::Down { .. } => true,
        Health::Unknown | Health::Starting | Health::Ready { .. } => false,
    };
    if process_is_gone {
        events.extend(forgotten_sessions(state, name));
    }
    events
}

/// Sessions of a member that its server has forgotten with the end of its process.
pub(super) fn forgotten_sessions<'a>(
    state: &'a State,
    name: &'a MemberName,
) -> impl Iterator<Item = Event> + 'a {
    let of_member = state
        .sessions()
        .filter(move |session| session.member() == name);
    of_member
        .filter(|session| {
            session
                .handle()
                .is_some_and(|handle| !handle.survives_restart)
        })
        .map(|session| Event::SessionUnbound {
            session: session.id(),
        })
}

fn stale(about: String) -> Vec<Event> {
    vec![Event::ReportStale { about }]
}
