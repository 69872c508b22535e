//! Whatever is done with sessions, no turn is lost, and each server is told what it should be told.
//!
//! A model of lists of calls is kept beside the room, and both must agree after every step.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use synod::core::{
    Answer, CallId, Command, Effect, Ending, Event, MemberName, MemberSpec, Reach, Recorded,
    Report, SessionChange, SessionId, SessionOrder, Span, State, TaskOrder, Text, Timestamp,
    TurnState, Upkeep, Usage, decide, evolve, expire, follow, note, react, resume,
};

/// What a session should hold.
#[derive(Debug, Clone, Default, PartialEq)]
struct Held {
    /// The answer of each turn; a fork begins with those of its origin.
    turns: Vec<String>,
    /// From which turn on they are told.
    told_from: usize,
    archived: bool,
}

struct Room {
    state: State,
    now: Timestamp,
    held: BTreeMap<SessionId, Held>,
    in_flight: Vec<(CallId, SessionId)>,
}

impl Room {
    fn new() -> Self {
        let mut room = Self {
            state: State::new(),
            now: Timestamp(1_000_000),
            held: BTreeMap::new(),
            in_flight: Vec::new(),
        };
        let opened = resume(&room.state, room.now, "room");
        room.fold(opened);
        for name in ["codex", "gpt"] {
            room.command(&Command::Enroll(MemberSpec {
                name: MemberName::new(name).unwrap(),
                family: name.to_owned(),
                strengths: BTreeMap::new(),
                parallel: 2,
                reach: Reach::Text,
                rehearsal: false,
                model: None,
            }));
        }
        room.command(&Command::SetUpkeep(Upkeep {
            archive_after: Some(Span::secs(100)),
            ..Upkeep::default()
        }));
        room
    }

    fn command(&mut self, command: &Command) {
        let events = decide(&self.state, command).unwrap_or_default();
        self.fold(events);
    }

    fn fold(&mut self, events: Vec<Event>) {
        for event in events {
            let recorded = Recorded {
                seq: self.state.seq() + 1,
                at: self.now,
                event,
            };
            self.model(&recorded.event);
            evolve(&mut self.state, &recorded);
            for effect in react(&self.state, &recorded) {
                if let Effect::StartCall(order) = effect {
                    let held = &self.held[&order.session];
                    let told: Vec<&str> = order.history.iter().map(|p| p.answer.as_str()).collect();
                    assert_eq!(told, held.turns[held.told_from..]);
                }
            }
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "only these change what a session holds"
    )]
    fn model(&mut self, event: &Event) {
        match event {
            Event::SessionOpened { session, .. } => {
                self.held.insert(*session, Held::default());
            }
            Event::SessionForked { session, from, .. } => {
                let origin = &self.held[from];
                let turns = origin.turns[origin.told_from..].to_vec();
                let held = Held {
                    turns,
                    ..Held::default()
                };
                self.held.insert(*session, held);
            }
            Event::SessionChanged { session, change } => {
                let held = self.held.get_mut(session).unwrap();
                match change {
                    SessionChange::Archived { .. } => held.archived = true,
                    SessionChange::Unarchived => held.archived = false,
                    SessionChange::Reset => held.told_from = held.turns.len(),
                    SessionChange::Renamed { .. }
                    | SessionChange::Chosen
                    | SessionChange::Restored { .. }
                    | SessionChange::Handed { .. }
                    | SessionChange::Dials { .. }
                    | SessionChange::Dialled { .. }
                    | SessionChange::Wished { .. }
                    | SessionChange::Unfulfilled { .. } => {}
                }
            }
            Event::CallStarted { call, session, .. } => {
                assert!(!self.held[session].archived);
                self.in_flight.push((*call, *session));
            }
            Event::CallEnded { call, .. } => {
                let at = self
                    .in_flight
                    .iter()
                    .position(|(one, _)| one == call)
                    .unwrap();
                let (call, session) = self.in_flight.remove(at);
                let held = self.held.get_mut(&session).unwrap();
                held.turns.push(format!("answer {call}"));
            }
            _ => {}
        }
    }

    fn take(&mut self, what: u8, a: u8) {
        let session = SessionId(u64::from(a % 8) + 1);
        let member = MemberName::new(["codex", "gpt"][usize::from(a % 2)]).unwrap();
        let title = a.to_string();
        match what % 10 {
            0..=1 => self.command(&Command::AddTask(TaskOrder {
                members: vec![member],
                ..TaskOrder::new("a")
            })),
            2..=3 => {
                if let Some((call, _)) = self.in_flight.first().copied() {
                    let ending = Ending::Answered(Answer {
                        text: Text::from(format!("answer {call}")),
                        block: None,
                        usage: Usage::default(),
                        first_text: None,
                    });
                    let ended = Report::Ended { call, ending };
                    let events = note(&self.state, self.now, &ended);
                    self.fold(events);
                }
            }
            4 => {
                self.now = self.now.after(Span::secs(u64::from(a)));
                let events = expire(&self.state, self.now);
                self.fold(events);
            }
            other => {
                let order = match other {
                    5 => SessionOrder::Fork {
                        member: (a > 128).then_some(member),
                        title,
                    },
                    6 => SessionOrder::Reset,
                    7 => SessionOrder::Archive,
                    8 => SessionOrder::Unarchive,
                    _ if a > 128 => SessionOrder::Rename { title },
                    _ => SessionOrder::Choose,
                };
                self.command(&Command::Session { session, order });
            }
        }
        loop {
            let events = follow(&self.state, self.now);
            if events.is_empty() {
                return;
            }
            self.fold(events);
        }
    }

    fn agrees(&self) {
        assert_eq!(self.state.sessions().len(), self.held.len());
        for session in self.state.sessions() {
            let held = &self.held[&session.id()];
            let ended = session.turns().filter_map(|turn| {
                let TurnState::Answered { text, .. } = &turn.state else {
                    return None;
                };
                Some(text.as_str())
            });
            assert_eq!(ended.collect::<Vec<_>>(), held.turns, "{}", session.id());
            assert_eq!(session.is_archived(), held.archived);
        }
    }
}

proptest! {
    #[test]
    fn fork_reset_and_archive_never_lose_a_turn(steps in vec(any::<(u8, u8)>(), 0..80)) {
        let mut room = Room::new();
        for (what, a) in steps {
            room.take(what, a);
            room.agrees();
        }
    }
}
