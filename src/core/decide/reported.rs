//! Reports of effects. What is late or unknown is counted, never applied.

use crate::core::decide::unbind;
use crate::core::follow::standing::{RETRIES, failures};
use crate::core::{
    Access, Actor, AskId, Attention, AttentionId, Call, CallId, Ending, Event, Failure,
    FailureKind, Health, Keeper, MemberName, Purpose, Reply, Report, Request, Resolution, Span,
    State, Subject, TaskId, Text, Timestamp,
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
        Report::ThoughtRecorded {
            task,
            number,
            keeper,
        } => thought_recorded(state, *task, *number, keeper),
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
        Purpose::Answer
        | Purpose::Council
        | Purpose::Step(_)
        | Purpose::Thought(_)
        | Purpose::Conclude => failure.kind.is_transient(),
        Purpose::Repair | Purpose::ThoughtAgain(_) => false,
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

/// Only the last thought of an open task waits for this.
fn thought_recorded(state: &State, task: TaskId, number: u32, keeper: &Keeper) -> Vec<Event> {
    let open = state.task(task).filter(|task| !task.is_ended());
    let waits = open
        .and_then(|task| task.thinking.kept().last())
        .is_some_and(|last| last.thought.number == number && last.keeper.is_none());
    if !waits {
        return stale(format!("record of thought {number} of {task}"));
    }
    vec![Event::ThoughtRecorded {
        task,
        number,
        keeper: keeper.clone(),
    }]
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

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::QUESTIONS_MAX;
    use crate::core::fixture::{Room, exec, failed, handle, name, order, question, said};
    use crate::core::{
        Actor, AskId, Attention, AttentionId, CallId, Command, Ending, Event, Failure, FailureKind,
        Health, Phase, Purpose, Reach, Reply, Report, Resolution, SessionId, Span, Strategy,
        Subject, TaskOrder, Text, Timestamp,
    };

    fn stale(about: &str) -> Event {
        Event::ReportStale {
            about: about.to_owned(),
        }
    }

    fn at_work() -> (Room, CallId) {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        (room, calls[0])
    }

    #[test]
    fn late_and_unknown_reports_are_counted_and_not_applied() {
        let (mut room, call) = at_work();
        room.answer(call, said("done"));
        let before = room.state.clone();
        for (call, shown) in [(call, "c1"), (CallId(9), "c9")] {
            let bound = Report::Bound {
                call,
                handle: handle("late"),
            };
            let ended = Report::Ended {
                call,
                ending: Ending::Answered(said("late")),
            };
            assert_eq!(room.report(&bound), [stale(&format!("handle for {shown}"))]);
            let lost = stale(&format!("loss of the handle for {shown}"));
            assert_eq!(room.report(&Report::Unbound { call }), [lost]);
            let asked = stale(&format!("question q1 of {shown}"));
            assert_eq!(room.report(&question(call, 1)), [asked]);
            assert_eq!(room.report(&ended), [stale(&format!("end of {shown}"))]);
        }
        let health = Report::Health {
            member: name("nobody"),
            health: Health::Starting,
        };
        assert_eq!(room.report(&health), [stale("health of nobody")]);
        let mut expected = before;
        expected.seq += 9;
        expected.counters.stale += 9;
        assert_eq!(room.state, expected);
    }

    #[test]
    fn a_handle_is_bound_once_and_dropped_when_the_server_forgot_it() {
        let (mut room, call) = at_work();
        let session = SessionId(1);
        let bound = Report::Bound {
            call,
            handle: handle("thread-1"),
        };
        let handle = handle("thread-1");
        assert_eq!(
            room.report(&bound),
            [Event::SessionBound { session, handle }]
        );
        assert_eq!(room.report(&bound), []);
        let unbound = Report::Unbound { call };
        assert_eq!(room.report(&unbound), [Event::SessionUnbound { session }]);
        assert_eq!(room.report(&unbound), []);
    }

    #[test]
    fn a_question_waits_for_the_operator_and_is_taken_once() {
        let (mut room, call) = at_work();
        let attention = Attention {
            id: AttentionId(1),
            subject: Subject::Asked {
                call,
                ask: AskId(3),
                request: exec(),
            },
            since: room.now,
            expires: Some(room.now.after(Span::secs(900))),
        };
        let raised = Event::AttentionRaised { attention };
        assert_eq!(room.report(&question(call, 3)), [raised]);
        let again = [stale("question q3 of c1")];
        assert_eq!(room.report(&question(call, 3)), again);
        room.command(&Command::Answer {
            attention: AttentionId(1),
            reply: Reply::Allow,
        });
        assert_eq!(room.report(&question(call, 3)), again);
    }

    #[test]
    fn a_flood_of_questions_is_denied() {
        let (mut room, call) = at_work();
        for ask in 0..QUESTIONS_MAX as u64 {
            room.report(&question(call, ask));
        }
        let events = room.report(&question(call, 99));
        let resolution = Resolution {
            reply: Reply::Deny {
                reason: "it asks too many things at once".to_owned(),
            },
            by: Actor::Room,
        };
        assert_eq!(
            events[1..],
            [Event::AttentionResolved {
                attention: AttentionId(33),
                asked: Some((call, AskId(99))),
                resolution
            }]
        );
        assert_eq!(room.state.attention().len(), QUESTIONS_MAX);
    }

    #[test]
    fn pauses_grow_and_heed_what_the_server_asks_for() {
        let pause = |retry_after: Option<Span>, tries: u32| {
            let (mut room, mut call) = at_work();
            let mut until = Timestamp(0);
            for _ in 0..tries {
                let mut failure = Failure::new(FailureKind::RateLimited, "wait");
                failure.retry_after = retry_after;
                let ended = Report::Ended {
                    call,
                    ending: Ending::Failed {
                        failure,
                        partial: Text::from(""),
                    },
                };
                let events = room.report(&ended);
                let Some(Event::TaskDelayed { until: due, .. }) = events.last() else {
                    panic!("{events:?}");
                };
                until = *due;
                let began = room.now;
                room.now = until;
                call = CallId(call.0 + 1);
                assert_eq!(crate::core::fixture::started(&room.follow()), [call]);
                until = Timestamp(until.since(began).0);
            }
            until.0
        };
        assert_eq!((pause(None, 1), pause(None, 2)), (2_000, 4_000));
        assert_eq!(pause(Some(Span::secs(30)), 1), 30_000);
        assert_eq!(pause(Some(Span::secs(1)), 2), 4_000);
        assert_eq!(pause(Some(Span::secs(9_999)), 1), 300_000);
    }

    #[test]
    fn a_failure_that_lasts_or_comes_too_often_is_not_paused_for() {
        let (mut room, call) = at_work();
        let ended = |call, kind| Report::Ended {
            call,
            ending: failed(kind),
        };
        assert_eq!(room.report(&ended(call, FailureKind::Auth)).len(), 1);
    }

    #[test]
    fn a_timeout_abandons_the_servers_idea_of_the_conversation() {
        let (mut room, call) = at_work();
        room.bind(call, "thread-1");
        let events = room.report(&Report::Ended {
            call,
            ending: failed(FailureKind::TimedOut),
        });
        let session = SessionId(1);
        assert_eq!(events[1], Event::SessionUnbound { session });
    }

    #[test]
    fn a_writing_call_that_may_have_acted_is_held() {
        let held = |kind, partial: &str| {
            let mut room = Room::with(&[("codex", Reach::Sandboxed)]);
            let (task, calls) = room.add(order(Strategy::Solo, &["codex"]));
            let failure = Failure::new(kind, "it went wrong");
            room.report(&Report::Ended {
                call: calls[0],
                ending: Ending::Failed {
                    failure,
                    partial: Text::from(partial),
                },
            });
            matches!(room.phase(task), Phase::Held { .. })
        };
        assert!(held(FailureKind::TimedOut, ""));
        assert!(held(FailureKind::Crashed, "I have changed"));
        assert!(!held(FailureKind::Crashed, ""));
        assert!(!held(FailureKind::Overloaded, "I have changed"));
    }

    #[test]
    fn a_repair_that_fails_delays_nothing() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (_, calls) = room.add(order(Strategy::Council, &[]));
        room.answer(calls[0], said("prose"));
        let repair = CallId(3);
        assert_eq!(room.state.call(repair).unwrap().purpose(), Purpose::Repair);
        let ending = failed(FailureKind::Overloaded);
        let call = repair;
        let report = Report::Ended {
            call,
            ending: ending.clone(),
        };
        assert_eq!(room.report(&report), [Event::CallEnded { call, ending }]);
    }

    #[test]
    fn a_process_that_is_gone_takes_its_handles_along() {
        let (mut room, call) = at_work();
        room.bind(call, "thread-1");
        let report = |health| Report::Health {
            member: name("codex"),
            health,
        };
        let ready = Health::Ready {
            protocol: "2025-11-25".to_owned(),
        };
        let changed = |health| Event::MemberHealthChanged {
            member: name("codex"),
            health,
        };
        assert_eq!(
            room.report(&report(ready.clone())),
            [changed(ready.clone())]
        );
        assert_eq!(room.report(&report(ready)), []);
        let session = SessionId(1);
        assert_eq!(
            room.report(&report(Health::Starting)),
            [changed(Health::Starting), Event::SessionUnbound { session }]
        );
    }
}
