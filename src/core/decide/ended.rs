//! The end of a call: whether it is made again by itself, waits for the operator, or pauses its
//! member. What its task makes of it is in [`follow`](crate::core::follow()).

use crate::core::decide::reported::stale;
use crate::core::decide::unbind;
use crate::core::retry::{self, may_have_acted, member_pause, will_be_repeated};
use crate::core::routing::would_go_on;
use crate::core::{
    Access, Attention, AttentionId, Call, CallId, Ending, Event, Failure, FailureKind, State,
    Subject, TaskId, Text, Timestamp,
};

/// What the end of a call comes to.
pub(super) fn ended(state: &State, now: Timestamp, id: CallId, ending: &Ending) -> Vec<Event> {
    let Some(call) = state.call(id).filter(|call| call.ended.is_none()) else {
        return stale(format!("end of {id}"));
    };
    let mut events = vec![Event::CallEnded {
        call: id,
        ending: ending.clone(),
    }];
    match ending {
        Ending::Failed { failure, partial } => {
            let abandons = match failure.kind {
                // What the server knows of the conversation is in doubt, or too much.
                FailureKind::TimedOut | FailureKind::ContextTooLong => !failure.unsent,
                FailureKind::NotInstalled
                | FailureKind::WrongVersion
                | FailureKind::Auth
                | FailureKind::RateLimited
                | FailureKind::Overloaded
                | FailureKind::Refused
                | FailureKind::Malformed
                | FailureKind::Protocol
                | FailureKind::Crashed => false,
            };
            if abandons {
                events.extend(unbind(state, id));
            }
            let items = state.next.attention..;
            let paused = paused(state, now, call, failure, items.start);
            let next_item = items.start + u64::from(paused.len() > 1);
            events.extend(paused);
            events.extend(again(state, now, (id, call), failure, partial, next_item));
        }
        Ending::Interrupted if call.access == Access::Write => {
            events.push(held(now, call.task, state.next.attention));
        }
        Ending::Answered(_) | Ending::Cancelled { .. } | Ending::Interrupted => {}
    }
    events
}

/// What becomes of the task: it waits for its pause, or for the operator where the call may have
/// changed files already.
fn again(
    state: &State,
    now: Timestamp,
    (id, call): (CallId, &Call),
    failure: &Failure,
    partial: &Text,
    next_item: u64,
) -> Option<Event> {
    let task = state.task(call.task).filter(|task| !task.is_ended())?;
    let repeated = will_be_repeated(state, task, call, failure);
    let goes_on = repeated || failure.kind == FailureKind::Auth || would_go_on(state, task);
    if goes_on && call.access == Access::Write && may_have_acted(failure, partial) {
        return Some(held(now, call.task, next_item));
    }
    if !repeated || failure.kind == FailureKind::ContextTooLong {
        return None;
    }
    let before = retry::failures(
        state,
        task,
        &call.member,
        call.purpose,
        FailureKind::is_transient,
    );
    Some(Event::TaskDelayed {
        task: call.task,
        until: now.after(retry::pause(id, before, failure)),
    })
}

/// Pauses the member: until it is logged in again, or for a while. With a lost login comes an
/// inbox item.
fn paused(
    state: &State,
    now: Timestamp,
    call: &Call,
    failure: &Failure,
    next_item: u64,
) -> Vec<Event> {
    let Some(member) = state.member(&call.member) else {
        return Vec::new();
    };
    let name = call.member.clone();
    let waits_for_login = member.pause().is_some_and(|pause| pause.until.is_none());
    if waits_for_login {
        return Vec::new();
    }
    let paused = |until| Event::MemberPaused {
        member: name.clone(),
        why: failure.to_string(),
        until,
    };
    if failure.kind == FailureKind::Auth {
        let subject = Subject::LoggedOut {
            member: name.clone(),
            why: failure.message.clone(),
        };
        let attention = Attention {
            id: AttentionId(next_item),
            subject,
            since: now,
            expires: None,
        };
        return vec![paused(None), Event::AttentionRaised { attention }];
    }
    let until = member_pause(failure, member.failed_in_a_row).map(|span| now.after(span));
    let later = member.pause().and_then(|pause| pause.until);
    match until {
        Some(until) if later.is_none_or(|present| until > present) => vec![paused(Some(until))],
        Some(_) | None => Vec::new(),
    }
}

/// Holds a task for the operator: its call was cut off and may have had effects.
fn held(now: Timestamp, task: TaskId, item: u64) -> Event {
    let attention = Attention {
        id: AttentionId(item),
        subject: Subject::Interrupted { task },
        since: now,
        expires: None,
    };
    Event::AttentionRaised { attention }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, failed, name, order, said, started};
    use crate::core::{
        AttentionId, CallId, Command, Ending, Event, Failure, FailureKind, Phase, Purpose, Reach,
        Reply, Report, SessionId, Span, Strategy, Subject, TaskOrder, Text, Timestamp,
    };

    fn at_work() -> (Room, CallId) {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        (room, calls[0])
    }

    fn limited(room: &mut Room, call: CallId, retry_after: Option<Span>) -> Vec<Event> {
        let failure = Failure {
            retry_after,
            ..Failure::new(FailureKind::RateLimited, "wait")
        };
        let partial = Text::from("");
        room.report(&Report::Ended {
            call,
            ending: Ending::Failed { failure, partial },
        })
    }

    #[test]
    fn pauses_grow_and_heed_what_the_server_asks_for() {
        let (mut room, call) = at_work();
        let began = room.now;
        let events = limited(&mut room, call, None);
        let Some(Event::TaskDelayed { until, .. }) = events.last() else {
            panic!("{events:?}");
        };
        let first = until.since(began);
        assert!((2_000..=2_500).contains(&first.0), "{first:?}");
        room.now = *until;
        let again = started(&room.follow());
        let events = limited(&mut room, again[0], Some(Span::secs(8)));
        let Some(Event::TaskDelayed { until, .. }) = events.last() else {
            panic!("{events:?}");
        };
        let second = until.since(room.now);
        assert!((8_000..=10_000).contains(&second.0), "{second:?}");
    }

    #[test]
    fn who_asks_for_hours_has_failed_and_is_given_nothing_until_then() {
        let (mut room, call) = at_work();
        let until = room.now.after(Span::secs(7200));
        let events = limited(&mut room, call, Some(Span::secs(7200)));
        assert!(
            matches!(&events[1..], [Event::MemberPaused { until: at, .. }] if *at == Some(until)),
            "{events:?}"
        );
        assert_eq!(room.follow().len(), 1, "the task fails");
        // Nobody waits so long for it, and later it is as good as before.
        let (_, none) = room.add(TaskOrder::new("b"));
        assert_eq!((none, room.state.open_tasks().count()), (vec![], 0));
        room.now = until;
        room.expire();
        assert_eq!(room.add(TaskOrder::new("c")).1.len(), 1);
    }

    #[test]
    fn five_failures_in_a_row_open_the_breaker_and_an_answer_closes_it() {
        let mut room = Room::of(&["codex"]);
        let mut paused = Vec::new();
        let (_, mut calls) = room.add(TaskOrder::new("a"));
        for failure in 1..=6 {
            if calls.is_empty() {
                calls = room.add(TaskOrder::new("b")).1;
            }
            room.fail(calls[0], FailureKind::Overloaded);
            paused.push(room.state.member(&name("codex")).unwrap().pause().is_some());
            room.wait(Span::secs(61));
            room.expire();
            calls = started(&room.follow());
            assert_eq!(paused.len(), failure);
        }
        assert_eq!(paused, [false, false, false, false, true, true]);
        let (_, more) = room.add(TaskOrder::new("c"));
        room.answer(more[0], said("done"));
        assert_eq!(
            room.state.member(&name("codex")).unwrap().failed_in_a_row,
            0
        );
    }

    #[test]
    fn a_lost_login_waits_for_the_operator_and_the_task_goes_on_then() {
        let (mut room, call) = at_work();
        let events = room.report(&Report::Ended {
            call,
            ending: failed(FailureKind::Auth),
        });
        assert!(matches!(events[1], Event::MemberPaused { until: None, .. }));
        let item = room.state.attention().next().unwrap().clone();
        let member = name("codex");
        let why = "it went wrong".to_owned();
        assert_eq!(item.subject, Subject::LoggedOut { member, why });
        // Neither this task nor the next one fails meanwhile.
        assert_eq!(room.follow(), []);
        assert_eq!(room.add(TaskOrder::new("b")).1, []);
        let task = room.state.open_tasks().next().unwrap();
        assert_eq!(crate::core::login_awaited(&room.state, task), Some(&item));
        room.command(&Command::Answer {
            attention: item.id,
            reply: Reply::Allow,
        });
        assert_eq!(started(&room.follow()).len(), 1);
        assert_eq!(room.state.attention().len(), 0);
    }

    #[test]
    fn a_login_that_the_operator_gives_up_fails_its_tasks() {
        let (mut room, call) = at_work();
        room.fail(call, FailureKind::Auth);
        room.command(&Command::Answer {
            attention: AttentionId(1),
            reply: Reply::Deny {
                reason: String::new(),
            },
        });
        let events = room.follow();
        assert!(
            matches!(events.as_slice(), [Event::TaskConcluded { .. }]),
            "{events:?}"
        );
        // Restarting the member tries it again.
        room.command(&Command::RestartMember {
            member: name("codex"),
        });
        assert_eq!(room.add(TaskOrder::new("b")).1.len(), 1);
    }

    #[test]
    fn a_conversation_that_is_too_long_is_told_anew_once() {
        let (mut room, call) = at_work();
        room.bind(call, "thread-1");
        room.answer(call, said("done"));
        let (task, calls) = room.add(TaskOrder::new("b"));
        let session = SessionId(1);
        let events = room.report(&Report::Ended {
            call: calls[0],
            ending: failed(FailureKind::ContextTooLong),
        });
        assert_eq!(events[1..], [Event::SessionUnbound { session }]);
        let again = started(&room.follow());
        assert_eq!(again.len(), 1);
        room.fail(again[0], FailureKind::ContextTooLong);
        assert!(room.state.task(task).unwrap().is_ended());
    }

    #[test]
    fn the_operators_own_words_are_not_cut() {
        let (mut room, call) = at_work();
        let events = room.fail(call, FailureKind::ContextTooLong);
        assert!(matches!(events.as_slice(), [Event::TaskConcluded { .. }]));
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
        let held = |kind, partial: &str, unsent| {
            let mut room = Room::with(&[("codex", Reach::Unguarded)]);
            let (task, calls) = room.add(order(Strategy::Solo, &["codex"]));
            let failure = Failure {
                unsent,
                ..Failure::new(kind, "it went wrong")
            };
            room.report(&Report::Ended {
                call: calls[0],
                ending: Ending::Failed {
                    failure,
                    partial: Text::from(partial),
                },
            });
            matches!(room.phase(task), Phase::Held { .. })
        };
        assert!(held(FailureKind::TimedOut, "", false));
        assert!(held(FailureKind::Crashed, "", false));
        assert!(held(FailureKind::Overloaded, "I have changed", false));
        assert!(held(FailureKind::Auth, "I have changed", false));
        assert!(held(FailureKind::Overloaded, "", false));
        assert!(!held(FailureKind::Auth, "", false));
        // A call that was never sent is simply made again.
        assert!(!held(FailureKind::TimedOut, "", true));
        assert!(!held(FailureKind::Crashed, "", true));
    }

    #[test]
    fn what_another_member_would_do_again_is_held_too() {
        let mut room = Room::with(&[("codex", Reach::Sandboxed), ("gpt", Reach::Text)]);
        let (task, calls) = room.add(TaskOrder::new("a"));
        let by = room.state.call(calls[0]).unwrap().member().clone();
        assert_eq!(by, name("codex"));
        room.fail(calls[0], FailureKind::Malformed);
        assert!(matches!(room.phase(task), Phase::Held { .. }));
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
        assert_eq!(room.now, Timestamp(1_000_000));
    }
}
