//! Reports of effects. What is late or unknown is counted, never applied.

use crate::core::decide::approval::asked;
use crate::core::decide::ended::ended;
use crate::core::decide::outside::{edited, gone};
use crate::core::decide::{check, dial, note as notes, session, unbind};
use crate::core::lesson::Shared;
use crate::core::{
    AskId, CallId, DocumentText, Event, Health, Keeper, MemberName, Report, Shown, State, Subject,
    TaskId, Timestamp,
};

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
        Report::Withdrawn { call, ask } => withdrawn(state, *call, *ask),
        Report::Ended { call, ending } => ended(state, now, *call, ending),
        Report::ThoughtRecorded { task, call, keeper } => {
            thought_recorded(state, *task, *call, keeper)
        }
        Report::Edited {
            edit,
            proposals,
            only_proposals,
        } => edited(state, now, edit, proposals, *only_proposals),
        Report::EditGone { document } => gone(state, document),
        Report::Told {
            call,
            document,
            text,
        } => told(state, *call, document, text),
        Report::NoteSettled { order, end } => notes::settled(state, *order, end),
        Report::Checked { check, end, tail } => check::ended(state, *check, end, tail),
        Report::Health { member, health } => health_changed(state, member, health),
        Report::Restored { .. } => session::restored(state, report),
        Report::Handed { call, servers } => session::handed(state, *call, servers),
        Report::Dials {
            call,
            dials,
            unfulfilled,
        } => dial::told(state, *call, dials, unfulfilled),
        Report::Listed {
            member,
            asked,
            listing,
        } => session::listed(state, member, *asked, listing),
    }
}

/// Only a document that the call is given can be read for it.
fn told(state: &State, call: CallId, document: &str, text: &DocumentText) -> Vec<Event> {
    let waits = |shown: &Shown| match shown {
        Shown::Document {
            document: name,
            text,
        } => name == document && *text == DocumentText::Unread,
        Shown::Lesson(_) | Shown::Result { .. } => false,
    };
    if !state.shown_to(call).iter().any(waits) {
        return stale(format!("text of a document for {call}"));
    }
    vec![Event::Shared {
        what: Shared::DocumentTold {
            call,
            document: document.to_owned(),
            text: text.clone(),
        },
    }]
}

/// Only a question that still waits can be taken back.
fn withdrawn(state: &State, call: CallId, ask: AskId) -> Vec<Event> {
    let item = state.attention().find(|item| {
        matches!(item.subject, Subject::Asked { call: asking, ask: asked, .. }
            if (asking, asked) == (call, ask))
    });
    match item {
        Some(item) => vec![Event::AttentionWithdrawn {
            attention: item.id,
            call,
            ask,
        }],
        None => stale(format!("withdrawal of question {ask} of {call}")),
    }
}

fn is_in_flight(state: &State, call: CallId) -> bool {
    state.call(call).is_some_and(|call| call.ended.is_none())
}

/// Only the last thought of an open task waits for this, and only in the life in which it was given.
fn thought_recorded(state: &State, task: TaskId, call: CallId, keeper: &Keeper) -> Vec<Event> {
    let open = state.task(task).filter(|task| !task.is_ended());
    let last = open.and_then(|task| task.thinking.kept().last());
    let Some(waits) = last.filter(|last| last.call == call && last.keeper.is_none()) else {
        return stale(format!("record of a thought of {task} by {call}"));
    };
    vec![Event::ThoughtRecorded {
        task,
        number: waits.thought.number,
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

pub(super) fn stale(about: String) -> Vec<Event> {
    vec![Event::ReportStale { about }]
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::decide::approval::QUESTIONS_MAX;
    use crate::core::fixture::{Room, exec, handle, name, question, said};
    use crate::core::{
        Actor, AskId, Attention, AttentionId, CallId, Command, Ending, Event, Health, Refusal,
        Reply, Report, Resolution, SessionId, Span, Subject, TaskOrder,
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
    fn a_question_expires_no_later_than_its_task() {
        let mut room = Room::of(&["codex"]);
        let deadline = room.now.after(Span::secs(60));
        let (_, calls) = room.add(TaskOrder {
            deadline: Some(deadline),
            ..TaskOrder::new("a")
        });
        room.report(&question(calls[0], 1));
        let item = room.state.attention().next().unwrap();
        assert_eq!(item.expires, Some(deadline));
    }

    #[test]
    fn a_question_that_is_taken_back_waits_no_more() {
        let (mut room, call) = at_work();
        room.report(&question(call, 3));
        let ask = AskId(3);
        let withdrawn = Report::Withdrawn { call, ask };
        room.effects.clear();
        let attention = AttentionId(1);
        assert_eq!(
            room.report(&withdrawn),
            [Event::AttentionWithdrawn {
                attention,
                call,
                ask
            }]
        );
        // Nobody is told anything, and the call goes on.
        assert_eq!((room.state.attention().len(), room.effects.len()), (0, 0));
        assert_eq!(room.state.calls_in_flight().count(), 1);
        let late = stale("withdrawal of question q3 of c1");
        assert_eq!(room.report(&withdrawn), [late]);
        let reply = Reply::Allow;
        let refused = room.refused(&Command::Answer { attention, reply });
        assert!(
            matches!(refused, Refusal::NoSuchAttention { .. }),
            "{refused}"
        );
    }

    #[test]
    fn a_flood_of_questions_is_denied() {
        let (mut room, call) = at_work();
        for ask in 0..QUESTIONS_MAX as u64 {
            room.report(&question(call, ask));
        }
        let events = room.report(&question(call, 99));
        let reason = "it asks too many things at once".to_owned();
        let resolution = Resolution::by(Actor::Room, Reply::Deny { reason });
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
