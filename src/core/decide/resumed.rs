//! A room process takes a room up: for the first time, or after an end, good or bad.

use crate::core::decide::check;
use crate::core::decide::reported::forgotten_sessions;
use crate::core::{Access, Attention, AttentionId, Ending, Event, State, Subject, Timestamp};

/// Opens a new room under `name`, or takes up the one that is there: calls that were in flight are
/// interrupted and so is a check, handles that died with their servers are dropped, and what may have had effects is
/// held for the operator.
#[must_use]
pub fn resume(state: &State, now: Timestamp, name: &str) -> Vec<Event> {
    if state.seq() == 0 {
        return vec![
            Event::RoomOpened {
                name: name.to_owned(),
            },
            Event::RoomResumed,
        ];
    }
    let interrupted = state.calls_in_flight().map(|(call, _)| Event::CallEnded {
        call,
        ending: Ending::Interrupted,
    });
    let forgotten = state
        .members()
        .flat_map(|member| forgotten_sessions(state, &member.spec().name));
    let mut events: Vec<Event> = interrupted
        .chain(check::interrupted(state))
        .chain(forgotten)
        .collect();
    events.push(Event::RoomResumed);
    events.extend(held(state, now));
    events
}

/// One inbox item for each task whose last call was cut off while it could change files. Calls that
/// could only read are simply made again.
fn held(state: &State, now: Timestamp) -> Vec<Event> {
    let cut_off = state.open_tasks().filter(|task| {
        let last = task.calls().last().and_then(|call| state.call(*call));
        last.is_some_and(|call| {
            call.access() == Access::Write
                && matches!(call.ending(), None | Some(Ending::Interrupted))
        })
    });
    let already = |task| {
        state
            .attention()
            .any(|item| matches!(item.subject, Subject::Interrupted { task: held } if held == task))
    };
    let fresh = cut_off.filter(|task| !already(task.id()));
    fresh
        .zip(state.next.attention..)
        .map(|(task, id)| Event::AttentionRaised {
            attention: Attention {
                id: AttentionId(id),
                subject: Subject::Interrupted { task: task.id() },
                since: now,
                expires: None,
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::resume;
    use crate::core::fixture::{Room, name, order, started};
    use crate::core::session::Restored;
    use crate::core::{
        Attention, AttentionId, Command, Ending, Event, Handle, Health, Phase, Reach, Report,
        SessionId, State, Strategy, Subject, Timestamp,
    };

    #[test]
    fn a_new_room_is_opened() {
        let opened = Event::RoomOpened {
            name: "my-app".to_owned(),
        };
        let events = resume(&State::new(), Timestamp(1), "my-app");
        assert_eq!(events, [opened, Event::RoomResumed]);
    }

    #[test]
    fn what_was_in_flight_is_interrupted_and_read_calls_are_made_again() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(order(Strategy::Solo, &[]));
        room.bind(calls[0], "thread-1");
        room.down("codex");
        let events = resume(&room.state, room.now, "ignored");
        assert_eq!(
            events,
            [
                Event::CallEnded {
                    call: calls[0],
                    ending: Ending::Interrupted
                },
                Event::RoomResumed,
            ]
        );
        room.fold(events);
        let health = room.state.member(&name("codex")).unwrap().health().clone();
        assert_eq!(health, Health::Unknown);
        assert_eq!(started(&room.follow()).len(), 1);
        assert_eq!(*room.phase(task), Phase::Working);
    }

    #[test]
    fn only_handles_that_outlive_their_server_are_kept() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (_, calls) = room.add(order(Strategy::Race, &[]));
        room.bind(calls[0], "lost");
        room.report(&Report::Bound {
            call: calls[1],
            handle: Handle {
                value: "kept".to_owned(),
                survives_restart: true,
            },
        });
        room.fold(resume(&room.state, room.now, "ignored"));
        let restored = |session| {
            let session = room.state.session(SessionId(session)).unwrap();
            let handle = session.handle().map(|handle| handle.value.clone());
            (handle, session.restored_by())
        };
        assert_eq!(restored(1), (None, Restored::InDoubt));
        assert_eq!(restored(2), (Some("kept".to_owned()), Restored::InDoubt));
    }

    #[test]
    fn a_writing_call_is_held_whether_the_room_ended_well_or_not() {
        for closes in [true, false] {
            let mut room = Room::with(&[("codex", Reach::Sandboxed)]);
            let (task, _) = room.add(order(Strategy::Solo, &[]));
            if closes {
                room.command(&Command::CloseRoom);
            }
            let events = room.fold(resume(&room.state, room.now, "ignored"));
            let attention = Attention {
                id: AttentionId(1),
                subject: Subject::Interrupted { task },
                since: room.now,
                expires: None,
            };
            assert_eq!(events.last(), Some(&Event::AttentionRaised { attention }));
            assert_eq!(room.follow(), []);
            // Asked once, however often the room starts.
            let events = room.fold(resume(&room.state, room.now, "ignored"));
            assert_eq!(events, [Event::RoomResumed]);
        }
    }
}
