//! Which events of a journal make up which session. Holds places, not texts: a journal may be far
//! larger than memory.

use std::collections::BTreeMap;

use crate::core::{CallId, Event, MemberName, Recorded, SessionChange, SessionId, Timestamp};

/// All sessions that a journal ever had.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) sessions: BTreeMap<SessionId, Sketch>,
    calls: BTreeMap<CallId, SessionId>,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sketch {
    pub(super) member: MemberName,
    pub(super) title: String,
    pub(super) opened: Timestamp,
    pub(super) forked_from: Option<SessionId>,
    pub(super) archived: bool,
    pub(super) parts: Vec<Part>,
}

/// A piece of a session, by places in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A turn.
    Turn {
        call: CallId,
        start: u64,
        end: Option<u64>,
    },
    /// What stands above is not told any more.
    Reset { at: Timestamp },
}

impl Outline {
    /// Takes the next event in.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a transcript is made of these few events"
    )]
    pub(super) fn add(&mut self, recorded: &Recorded) {
        let (seq, at) = (recorded.seq, recorded.at);
        match &recorded.event {
            Event::SessionOpened {
                session,
                member,
                title,
            } => self.open(*session, at, member, title, None),
            Event::SessionForked {
                session,
                from,
                member,
                title,
            } => self.open(*session, at, member, title, Some(*from)),
            Event::SessionChanged { session, change } => {
                if let Some(sketch) = self.sessions.get_mut(session) {
                    sketch.change(at, change);
                }
            }
            Event::SessionClosed { session } => {
                if let Some(sketch) = self.sessions.get_mut(session) {
                    sketch.archived = true;
                }
            }
            Event::CallStarted { call, session, .. } => {
                self.calls.insert(*call, *session);
                if let Some(sketch) = self.sessions.get_mut(session) {
                    sketch.parts.push(Part::Turn {
                        call: *call,
                        start: seq,
                        end: None,
                    });
                }
            }
            Event::CallEnded { call, .. } => self.end(*call, seq),
            _ => {}
        }
    }

    fn end(&mut self, call: CallId, seq: u64) {
        let session = self.calls.remove(&call);
        let Some(sketch) = session.and_then(|id| self.sessions.get_mut(&id)) else {
            return;
        };
        for part in sketch.parts.iter_mut().rev() {
            if let Part::Turn { call: of, end, .. } = part
                && *of == call
            {
                *end = Some(seq);
                return;
            }
        }
    }

    fn open(
        &mut self,
        id: SessionId,
        at: Timestamp,
        member: &MemberName,
        title: &str,
        from: Option<SessionId>,
    ) {
        let origin = from.and_then(|from| self.sessions.get(&from));
        let parts = origin.map(Sketch::remembered).unwrap_or_default();
        let sketch = Sketch {
            member: member.clone(),
            title: title.to_owned(),
            opened: at,
            forked_from: from,
            archived: false,
            parts,
        };
        self.sessions.insert(id, sketch);
    }
}

impl Sketch {
    /// How many turns it has.
    pub(super) fn turns(&self) -> usize {
        let turns = self.parts.iter();
        turns
            .filter(|part| matches!(part, Part::Turn { .. }))
            .count()
    }

    /// The ended turns after the last reset, with which a fork begins.
    fn remembered(&self) -> Vec<Part> {
        let is_reset = |part: &Part| matches!(part, Part::Reset { .. });
        let from = self.parts.iter().rposition(is_reset).map_or(0, |i| i + 1);
        let rest = self.parts.iter().skip(from).copied();
        rest.filter(|part| matches!(part, Part::Turn { end: Some(_), .. }))
            .collect()
    }

    fn change(&mut self, at: Timestamp, change: &SessionChange) {
        match change {
            SessionChange::Renamed { title } => title.clone_into(&mut self.title),
            SessionChange::Archived { .. } => self.archived = true,
            SessionChange::Unarchived => self.archived = false,
            SessionChange::Reset => self.parts.push(Part::Reset { at }),
            SessionChange::Chosen
            | SessionChange::Restored { .. }
            | SessionChange::Handed { .. }
            | SessionChange::Dials { .. }
            | SessionChange::Dialled { .. }
            | SessionChange::Wished { .. }
            | SessionChange::Unfulfilled { .. } => {}
        }
    }
}
