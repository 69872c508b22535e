//! Reports of effects. What is late or unknown is counted, never applied.

use crate::core::decide::unbind;
use crate::core::follow::standing::{RETRIES, failures};
use crate::core::{
    Access, Actor, AskId, Attention, AttentionId, Call, CallId, Ending, Event, Failure,
    FailureKind, Health, MemberName, Purpose, Reply, Report, Request, Resolution, Span, State,
    Subject, TaskId, Text, Timestamp,
};

/// How long a server's question waits for the operator before it is denied.
const PATIENCE: Span = Span::secs(15 * 60);
/// How many questions of one call wait for the operator at most; further ones are denied.
const QUESTIONS_MAX: usize = 32;
/// The longest pause before a failed call is made again.
const LONGEST_PAUSE: Span = Span::secs(300);

/// What a report comes to. A room that is closing has counted all its calls as interrupted and
/// listens no more.
#[must_use]
pub fn note(state: &State, now: Timestamp, report: &Report) -> Vec<Event> {
    if state.is_closing() {
        return Vec::new();
    }
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
        Report::Unbound { call } => {
            if is_in_flight(state, *call) {
                unbind(state, *call).into_iter().collect()
            } else {
                stale(format!("loss of the handle for {call}"))
            }
        }
        Report::Asked { call, ask, request } => asked(state, now, *call, *ask, request),
        Report::Ended { call, ending } => ended(state, now, *call, ending),
        Report::Health { member, health } => health_changed(state, member, health),
    }
}

fn asked(state: &State, now: Timestamp, call: CallId, ask: AskId, request: &Request) -> Vec<Event> {
    let waits = state
        .call(call)
        .is_some_and(|call| call.ended.is_none() && !call.asked.contains(&ask));
    if !waits {
        return stale(format!("question {ask} of {call}"));
    }
    let id = AttentionId(state.next.attention);
    let attention = Attention {
        id,
        subject: Subject::Asked {
            call,
            ask,
            request: request.clone(),
        },
        since: now,
        expires: Some(now.after(PATIENCE)),
    };
    let mut events = vec![Event::AttentionRaised { attention }];
    let open = state.attention().filter(
        |item| matches!(item.subject, Subject::Asked { call: waiting, .. } if waiting == call),
    );
    if open.count() >= QUESTIONS_MAX {
        let reason = "it asks too many things at once".to_owned();
        events.push(Event::AttentionResolved {
            attention: id,
            asked: Some((call, ask)),
            resolution: Resolution {
                reply: Reply::Deny { reason },
                by: Actor::Room,
            },
        });
    }
    events
}

fn is_in_flight(state: &State, call: CallId) -> bool {
    state.call(call).is_some_and(|call| call.ended.is_none())
}

fn ended(state: &State, now: Timestamp, id: CallId, ending: &Ending) -> Vec<Event> {
    let Some(call) = state.call(id).filter(|call| call.ended.is_none()) else {
        return stale(format!("end of {id}"));
    };
    let mut events = vec![Event::CallEnded {
        call: id,
        ending: ending.clone(),
    }];
    match ending {
        Ending::Failed { failure, partial } => {
            if failure.kind == FailureKind::TimedOut {
                events.extend(unbind(state, id));
            }
            if will_repeat(state, call, failure) {
                if call.access == Access::Write && may_have_acted(failure.kind, partial) {
                    events.push(held(state, now, call.task));
                } else {
                    events.push(pause(state, now, call, failure));
                }
            }
        }
        Ending::Interrupted if call.access == Access::Write => {
            events.push(held(state, now, call.task));
        }
        Ending::Answered(_) | Ending::Cancelled { .. } | Ending::Interrupted => {}
    }
    events
}

/// Whether the room would make a call that fails like this again by itself.
fn will_repeat(state: &State, call: &Call, failure: &Failure) -> bool {
    let repeats = match call.purpose {
        Purpose::Answer | Purpose::Council | Purpose::Step(_) => failure.kind.is_transient(),
        Purpose::Repair => false,
    };
    repeats
        && state.task(call.task).is_some_and(|task| {
            !task.is_ended() && failures(state, task, &call.member, call.purpose) < RETRIES
        })
}

/// Whether a call that may change files could have begun to when it failed like this.
fn may_have_acted(kind: FailureKind, partial: &Text) -> bool {
    match kind {
        FailureKind::TimedOut => true,
        FailureKind::Crashed | FailureKind::Protocol => !partial.is_empty(),
        FailureKind::NotInstalled
        | FailureKind::Auth
        | FailureKind::RateLimited
        | FailureKind::Overloaded
        | FailureKind::ContextTooLong
        | FailureKind::Refused
        | FailureKind::Malformed => false,
    }
}

/// Holds a task for the operator: its call was cut off and may have had effects.
fn held(state: &State, now: Timestamp, task: TaskId) -> Event {
    let attention = Attention {
        id: AttentionId(state.next.attention),
        subject: Subject::Interrupted { task },
        since: now,
        expires: None,
    };
    Event::AttentionRaised { attention }
}

/// A passing failure puts the next try off: 2, 4, 8 … s, or as the server says.
fn pause(state: &State, now: Timestamp, call: &Call, failure: &Failure) -> Event {
    let before = state
        .task(call.task)
        .map_or(0, |task| failures(state, task, &call.member, call.purpose));
    let doubling = Span::secs(2_u64.saturating_pow(before.saturating_add(1)));
    let wait = failure
        .retry_after
        .map_or(doubling, |asked| asked.min(LONGEST_PAUSE).max(doubling));
    Event::TaskDelayed {
        task: call.task,
        until: now.after(wait),
    }
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
        Health::Starting | Health::Restarting { .. } | Health::Down { .. } => true,
        Health::Unknown | Health::Ready { .. } => false,
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
