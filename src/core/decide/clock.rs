//! What falls due with the time: deadlines, unanswered questions, a new budget period, upkeep,
//! old results.

use std::collections::BTreeSet;

use crate::core::decide::outside::expired;
use crate::core::decide::reported::forgotten_sessions;
use crate::core::decide::{cancel_calls, lesson};
use crate::core::retention;
use crate::core::upkeep::{archive_due, rest_due};
use crate::core::waits::hindrance;
use crate::core::{
    Actor, Attention, CallId, Event, Member, Outcome, Reply, Resolution, SessionChange, State,
    Subject, Task, Timestamp,
};

/// What is due at `now`. Always to the safe side: an unanswered question is denied.
#[must_use]
pub fn expire(state: &State, now: Timestamp) -> Vec<Event> {
    if state.is_closing() {
        return Vec::new();
    }
    let deadlines = state.queue.deadlines();
    let due = deadlines.take_while(|(deadline, _)| *deadline <= now);
    let late: Vec<&Task> = due.filter_map(|(_, id)| state.task(id)).collect();
    let calls = late.iter().flat_map(|task| task.calls().iter().copied());
    let called_off: BTreeSet<CallId> = calls.collect();
    let mut events: Vec<Event> = late.iter().flat_map(|task| too_late(state, task)).collect();
    events.extend(state.members().filter_map(|member| pause_over(now, member)));
    let items = state.attention();
    events.extend(items.flat_map(|item| settled(state, now, item, &called_off)));
    events.extend(tidied(state, now));
    events.extend(lesson::expired(state, now));
    events.extend(retention::aged(state, now));
    events
}

/// Servers that are put to rest, and sessions that are archived.
fn tidied(state: &State, now: Timestamp) -> Vec<Event> {
    let is_due = |due: Option<Timestamp>| due.is_some_and(|due| due <= now);
    let mut events = Vec::new();
    for member in state.members().filter(|one| is_due(rest_due(state, one))) {
        let name = &member.spec().name;
        events.push(Event::MemberRested {
            member: name.clone(),
        });
        events.extend(forgotten_sessions(state, name));
    }
    let unused = state
        .sessions()
        .filter(|one| is_due(archive_due(state, one)));
    events.extend(unused.map(|session| Event::SessionChanged {
        session: session.id(),
        change: SessionChange::Archived { by: Actor::Clock },
    }));
    events
}

/// A member whose pause is over.
fn pause_over(now: Timestamp, member: &Member) -> Option<Event> {
    let until = member.pause()?.until?;
    (until <= now).then(|| Event::MemberResumed {
        member: member.spec().name.clone(),
    })
}

const LATE: &str = "its deadline passed before it was done";

fn too_late(state: &State, task: &Task) -> Vec<Event> {
    let mut events = cancel_calls(state, task);
    events.push(Event::TaskConcluded {
        task: task.id(),
        outcome: Outcome::Failed {
            why: match hindrance(state, task) {
                Some(why) => format!("{LATE}: {why}"),
                None => LATE.to_owned(),
            },
        },
    });
    events
}

/// How the time settles an item, if it does. Questions of calls that are called off at the same time
/// go with them.
fn settled(
    state: &State,
    now: Timestamp,
    item: &Attention,
    called_off: &BTreeSet<CallId>,
) -> Vec<Event> {
    let due = item.expires.is_some_and(|expires| expires <= now);
    let (asked, reply) = match &item.subject {
        Subject::Asked { call, ask, .. } if due && !called_off.contains(call) => {
            let reason = "nobody answered in time".to_owned();
            (Some((*call, *ask)), Reply::Deny { reason })
        }
        Subject::Budget { .. } if state.spend.exhausted(&state.budget, now).is_none() => {
            (None, Reply::Allow)
        }
        Subject::Edited { edit } if due => return expired(item, edit).into(),
        Subject::Asked { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. }
        | Subject::Choice { .. }
        | Subject::LoggedOut { .. }
        | Subject::Interrupted { .. } => return Vec::new(),
    };
    vec![Event::AttentionResolved {
        attention: item.id,
        asked,
        resolution: Resolution::by(Actor::Clock, reply),
    }]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::LATE;
    use crate::core::fixture::{Room, cancelled, name, order, question, said, used};
    use crate::core::{
        Actor, AskId, AttentionId, Budget, Command, Effect, Ending, Event, Failure, FailureKind,
        Health, Outcome, Reply, Report, Resolution, SessionChange, SessionId, SessionOrder, Span,
        Strategy, TaskOrder, Text, Timestamp, Upkeep,
    };

    fn settled(item: u64, asked: Option<(crate::core::CallId, AskId)>, reply: Reply) -> Event {
        Event::AttentionResolved {
            attention: AttentionId(item),
            asked,
            resolution: Resolution::by(Actor::Clock, reply),
        }
    }

    #[test]
    fn a_task_that_is_too_late_says_what_kept_it() {
        let late = |meets: &dyn Fn(&mut Room, crate::core::CallId)| {
            let mut room = Room::of(&["codex"]);
            let deadline = room.now.after(Span::secs(20));
            let (task, calls) = room.add(TaskOrder {
                deadline: Some(deadline),
                ..TaskOrder::new("a")
            });
            meets(&mut room, calls[0]);
            room.now = deadline;
            room.expire();
            match room.state.task(task).unwrap().outcome() {
                Some(Outcome::Failed { why }) => why.clone(),
                other => panic!("{other:?}"),
            }
        };
        let limited = |room: &mut Room, call| {
            let failure = Failure {
                retry_after: Some(Span::secs(30)),
                ..Failure::new(FailureKind::RateLimited, "too many requests")
            };
            let partial = Text::from("");
            room.end(call, Ending::Failed { failure, partial });
        };
        assert_eq!(
            late(&limited),
            format!("{LATE}: codex: rate limited: too many requests (waiting 33 s)")
        );
        assert_eq!(late(&|_, _| ()), LATE);
        let asks = |room: &mut Room, call| drop(room.report(&question(call, 1)));
        assert_eq!(
            late(&asks),
            format!("{LATE}: codex asked something, and nobody answered")
        );
        let login = |room: &mut Room, call| drop(room.fail(call, FailureKind::Auth));
        assert_eq!(
            late(&login),
            format!("{LATE}: codex: not logged in: it went wrong")
        );
        let spent = |room: &mut Room, call| {
            room.command(&Command::SetBudget(Budget {
                tokens: Some(5),
                ..Budget::default()
            }));
            room.fail(call, FailureKind::Overloaded);
            room.wait(Span::secs(5));
            room.state.spend.tokens = 9;
            room.state.spend.day = room.now.day();
            room.follow();
        };
        assert_eq!(
            late(&spent),
            format!("{LATE}: the tokens of the budget are used up")
        );
    }

    #[test]
    fn a_task_that_is_too_late_fails_with_its_calls_and_their_questions() {
        let mut room = Room::of(&["codex"]);
        let deadline = room.now.after(Span::secs(15 * 60));
        let (task, calls) = room.add(TaskOrder {
            deadline: Some(deadline),
            ..TaskOrder::new("a")
        });
        room.report(&question(calls[0], 1));
        assert_eq!(room.state.next_wakeup(room.now), Some(deadline));
        assert_eq!(room.expire(), []);
        // The question falls due at the same time, but nobody waits for its answer any more.
        room.now = deadline;
        let why = format!("{LATE}: codex asked something, and nobody answered");
        assert_eq!(
            room.expire(),
            [
                Event::CallEnded {
                    call: calls[0],
                    ending: cancelled()
                },
                Event::TaskConcluded {
                    task,
                    outcome: Outcome::Failed { why }
                },
            ]
        );
        assert_eq!(room.state.next_wakeup(room.now), None);
    }

    #[test]
    fn a_question_that_nobody_answers_is_denied() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        room.report(&question(calls[0], 5));
        let due = room.now.after(Span::secs(15 * 60));
        assert_eq!(room.state.next_wakeup(room.now), Some(due));
        room.now = due;
        let reply = Reply::Deny {
            reason: "nobody answered in time".to_owned(),
        };
        let event = settled(1, Some((calls[0], AskId(5))), reply.clone());
        assert_eq!(room.expire(), [event]);
        let told = Effect::Reply {
            call: calls[0],
            ask: AskId(5),
            reply,
        };
        assert_eq!(room.effects.last(), Some(&told));
        assert_eq!(room.state.next_wakeup(room.now), None);
    }

    #[test]
    fn an_idle_server_rests_and_wakes_with_the_next_turn() {
        let mut room = Room::of(&["codex", "gpt"]);
        room.command(&Command::SetUpkeep(Upkeep {
            rest_after: Some(Span::secs(60)),
            rest_of: BTreeMap::from([(name("gpt"), None)]),
            archive_after: None,
        }));
        let ready = |room: &mut Room, member: &str| {
            room.report(&Report::Health {
                member: name(member),
                health: Health::Ready {
                    protocol: "2025-11-25".to_owned(),
                },
            })
        };
        ready(&mut room, "codex");
        ready(&mut room, "gpt");
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.bind(calls[0], "thread-1");
        room.wait(Span::secs(600));
        assert_eq!(
            (room.state.next_wakeup(room.now), room.expire()),
            (None, vec![])
        );
        room.answer(calls[0], said("yes"));
        let due = room.now.after(Span::secs(60));
        assert_eq!(room.state.next_wakeup(room.now), Some(due));
        room.now = due;
        let member = name("codex");
        let session = SessionId(1);
        let events = [
            Event::MemberRested {
                member: member.clone(),
            },
            Event::SessionUnbound { session },
        ];
        assert_eq!(room.expire(), events);
        assert_eq!(room.effects.last(), Some(&Effect::Rest { member }));
        assert_eq!(room.state.next_wakeup(room.now), None);
        assert!(room.state.member(&name("codex")).unwrap().is_resting());
        // A turn wakes it by itself.
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        assert_eq!(calls.len(), 1);
        ready(&mut room, "codex");
        assert!(!room.state.member(&name("codex")).unwrap().is_resting());
    }

    #[test]
    fn a_session_without_turns_is_archived_and_once_brought_back_stays_for_as_long() {
        let mut room = Room::of(&["codex"]);
        let after = Span::secs(3600);
        room.command(&Command::SetUpkeep(Upkeep {
            archive_after: Some(after),
            ..Upkeep::default()
        }));
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.wait(Span::secs(5000));
        assert_eq!(room.expire(), []);
        room.answer(calls[0], said("yes"));
        room.wait(after);
        let session = SessionId(1);
        let by = Actor::Clock;
        let change = SessionChange::Archived { by };
        assert_eq!(room.expire(), [Event::SessionChanged { session, change }]);
        assert_eq!(room.state.next_wakeup(room.now), None);
        let order = SessionOrder::Unarchive;
        room.command(&Command::Session { session, order });
        let due = room.now.after(after);
        assert_eq!(room.state.next_wakeup(room.now), Some(due));
    }

    #[test]
    fn a_new_day_settles_the_item_about_a_daily_budget() {
        let mut room = Room::of(&["codex"]);
        room.command(&Command::SetBudget(Budget {
            tokens: Some(10),
            ..Budget::default()
        }));
        let (_, calls) = room.add(TaskOrder::new("a"));
        room.add(TaskOrder::new("b"));
        room.answer(calls[0], used(10));
        assert_eq!(room.expire(), []);
        let midnight = Timestamp((room.now.day() + 1) * Span::DAY.0);
        assert_eq!(room.state.next_wakeup(room.now), Some(midnight));
        room.now = midnight;
        assert_eq!(room.expire(), [settled(1, None, Reply::Allow)]);
        assert_eq!(room.state.next_wakeup(room.now), None);
    }
}
