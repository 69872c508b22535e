//! What a server that does not know a conversation is told of it: a digest of the older turns, and the
//! later ones as they are. And when the older turns are too many to be told, so that they are digested.
//!
//! Pure. Who is asked for a digest, and what becomes of it, is the business of
//! [`follow`](crate::core::follow()).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::digest::digest;
use crate::core::{
    MemberName, Outcome, PastTurn, Purpose, Session, SessionId, State, TaskId, Text, ToDigest,
    Turn, TurnState,
};

/// How long a digest is at most, in bytes.
pub const DIGEST_MAX: usize = 8 * 1024;
/// How many bytes of earlier turns a server that must be told them is told at most …
pub(crate) const HISTORY_MAX: usize = 48 * 1024;
/// … of one prompt or answer …
const TURN_MAX: usize = HISTORY_MAX / 8;
/// … and of all of it where the whole was too long for the model.
const BRIEF_MAX: usize = 8 * 1024;
/// How many turns are told as they are before the older ones are digested.
const TURNS_MOST: usize = 32;
/// How many of the latest turns are told as they are then …
const TURNS_FRESH: usize = 8;
/// … and in how many bytes.
const FRESH_MAX: usize = HISTORY_MAX / 2;

/// What stands for the older turns of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionDigest {
    /// The last turn that it covers, counted from 1 over all that there ever were.
    pub through: u64,
    /// What it says, at most [`DIGEST_MAX`] bytes; untrusted.
    pub text: Text,
    /// Who wrote it; `None`: the room, by its rules.
    pub by: Option<MemberName>,
}

/// A digest that a member is asked for: the result of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestOrder {
    /// The last turn that it shall cover, counted from 1 over all that there ever were.
    pub through: u64,
    /// The task that was added for it.
    pub task: TaskId,
    /// The task whose result did not fit, when it is asked for once more.
    pub again: Option<TaskId>,
}

/// Who writes digests, and those that are being written: at most one a session.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Digests {
    pub(crate) by: Option<MemberName>,
    pub(crate) at_work: BTreeMap<SessionId, DigestOrder>,
}

impl Digests {
    /// The session whose digest a task gives.
    pub(crate) fn session_of(&self, task: TaskId) -> Option<SessionId> {
        let mut at_work = self.at_work.iter();
        let found = at_work.find(|(_, order)| order.task == task);
        found.map(|(session, _)| *session)
    }
}

/// What is told of a conversation.
pub(crate) struct Told {
    /// The digest of the turns before.
    pub(crate) earlier: Option<Text>,
    /// The latest turns that fit, oldest first.
    pub(crate) turns: Vec<PastTurn>,
}

/// What is told of a session in full, or in short where the whole was too long. Whether the server
/// must be told it is seen by the adapter: it may have lost a conversation of which we still hold the
/// handle.
pub(crate) fn history(session: &Session, brief: bool, told_apart: Option<TaskId>) -> Told {
    let mut room = if brief { BRIEF_MAX } else { HISTORY_MAX };
    let short = |text: &Text| {
        if brief {
            digest(text, BRIEF_MAX / 8)
        } else {
            text.excerpt(TURN_MAX)
        }
    };
    let earlier = session.digest().map(|it| {
        let limit = if brief { BRIEF_MAX / 2 } else { DIGEST_MAX };
        digest(&it.text, limit)
    });
    room -= earlier.as_ref().map_or(0, Text::len).min(room);
    let mut turns = Vec::new();
    for (_, turn, text) in tellable(session).rev() {
        if Some(turn.task) == told_apart {
            continue;
        }
        let past = PastTurn {
            prompt: short(&turn.prompt),
            answer: short(text),
        };
        let size = past.prompt.len() + past.answer.len();
        if size > room {
            break;
        }
        room -= size;
        turns.push(past);
    }
    turns.reverse();
    Told { earlier, turns }
}

/// The turns up to which a session is to be digested now: those that would not all be told, without
/// the latest, and not more at once than are told in full.
pub(crate) fn due(session: &Session) -> Option<u64> {
    if !session.takes_turns() {
        return None;
    }
    let sized = || {
        tellable(session).map(|(number, turn, text)| {
            let size = turn.prompt.len().min(TURN_MAX) + text.len().min(TURN_MAX);
            (number, size)
        })
    };
    // Asked at every step, and nearly always for nothing.
    let earlier = session.digest().map_or(0, |it| it.text.len());
    let count = |(count, sum): (usize, usize), (_, size)| (count + 1, sum + size);
    let (count, bytes) = sized().fold((0, earlier), count);
    if count <= TURNS_MOST && bytes <= HISTORY_MAX {
        return None;
    }
    let turns: Vec<(u64, usize)> = sized().collect();
    let latest = turns.iter().rev().take(TURNS_FRESH);
    let old = turns.len() - fitting(latest, FRESH_MAX);
    let batch = fitting(turns.iter().take(old), HISTORY_MAX).max(1);
    turns.get(batch - 1).map(|(number, _)| *number)
}

/// How many of these turns, from the first on, take at most `room` bytes together.
fn fitting<'a>(turns: impl Iterator<Item = &'a (u64, usize)>, mut room: usize) -> usize {
    let fits = |(_, size): &&(u64, usize)| {
        let left = room.checked_sub(*size);
        room = left.unwrap_or(room);
        left.is_some()
    };
    turns.take_while(fits).count()
}

/// The digest of a session's turns up to one by the rules, with what its digest until now says.
pub(crate) fn by_rules(session: &Session, through: u64) -> Text {
    digest(&whole(session, through), DIGEST_MAX)
}

/// Whether nothing is left out of the digest by the rules.
pub(crate) fn fits_whole(session: &Session, through: u64) -> bool {
    whole(session, through).len() <= DIGEST_MAX
}

fn whole(session: &Session, through: u64) -> Text {
    let mut said: Vec<String> = Vec::new();
    said.extend(session.digest().map(|it| it.text.as_str().to_owned()));
    said.extend(covered(session, through).map(|turn| {
        let (asked, answered) = (turn.prompt.as_str(), turn.answer.as_str());
        format!("Asked: {asked}\nAnswered: {answered}")
    }));
    Text::from(said.join("\n"))
}

/// What the call of a task that gives a digest is told, if it is one.
pub(crate) fn to_digest(state: &State, task: TaskId) -> Option<ToDigest> {
    let id = state.digests.session_of(task)?;
    let order = state.digest_order(id)?;
    let session = state.session(id)?;
    let former = order.again.and_then(|task| state.task(task)?.outcome());
    let former = match former {
        Some(Outcome::Done { result, .. }) => Some(result.clone()),
        Some(Outcome::Failed { .. } | Outcome::Cancelled) | None => None,
    };
    Some(ToDigest {
        earlier: session.digest().map(|it| it.text.clone()),
        turns: covered(session, order.through).collect(),
        too_long: former.filter(|text| !text.is_empty()),
    })
}

/// The turns up to one that no digest covers yet, as they are told.
fn covered(session: &Session, through: u64) -> impl Iterator<Item = PastTurn> {
    let turns = tellable(session).take_while(move |(number, ..)| *number <= through);
    turns.map(|(_, turn, text)| PastTurn {
        prompt: turn.prompt.excerpt(TURN_MAX),
        answer: text.excerpt(TURN_MAX),
    })
}

/// The answered turns that no digest covers, with their numbers, oldest first. Of thinking sessions
/// the conclusion is enough.
fn tellable(session: &Session) -> impl DoubleEndedIterator<Item = (u64, &Turn, &Text)> {
    let is_thought = |purpose| matches!(purpose, Purpose::Thought(_) | Purpose::ThoughtAgain(_));
    session.undigested().filter_map(move |(number, turn)| {
        let TurnState::Answered { text, .. } = &turn.state else {
            return None;
        };
        (!is_thought(turn.purpose)).then_some((number, turn, text))
    })
}

#[cfg(test)]
mod tests {
    use super::{DIGEST_MAX, HISTORY_MAX, TURNS_FRESH, TURNS_MOST, by_rules, due, history};
    use crate::core::fixture::{Room, said};
    use crate::core::{Command, Event, SessionId, SessionOrder, TaskOrder};

    fn talk(room: &mut Room, turns: usize, text: &str) -> Vec<Event> {
        let mut events = Vec::new();
        for _ in 0..turns {
            let (_, calls) = room.add(TaskOrder::new(text));
            events.extend(room.answer(calls[0], said(text)));
        }
        events
    }

    /// The state before the room digested it.
    fn undigested(turns: usize, text: &str) -> crate::core::Session {
        let mut room = Room::of(&["codex"]);
        talk(&mut room, turns - 1, text);
        let (_, calls) = room.add(TaskOrder::new(text));
        let ending = crate::core::Ending::Answered(said(text));
        room.report(&crate::core::Report::Ended {
            call: calls[0],
            ending,
        });
        room.state.session(SessionId(1)).unwrap().clone()
    }

    #[test]
    fn turns_are_digested_when_they_are_too_many_or_too_long_to_be_told() {
        assert_eq!(due(&undigested(TURNS_MOST, "a")), None);
        let many = due(&undigested(TURNS_MOST + 1, "a"));
        assert_eq!(many, Some((TURNS_MOST + 1 - TURNS_FRESH) as u64));
        // Twelve KiB each, as told: four are told, the fifth is one too many, two are fresh.
        let long = "x".repeat(HISTORY_MAX);
        assert_eq!(due(&undigested(4, &long[..HISTORY_MAX / 8])), None);
        assert_eq!(due(&undigested(5, &long)), Some(3));
        let mut closed = undigested(5, &long);
        closed.archived = true;
        assert_eq!(due(&closed), None);
    }

    #[test]
    fn without_a_member_the_rules_digest_and_the_rest_is_told_after_it() {
        let mut room = Room::of(&["codex"]);
        let line = "The login test waits for the token. ".repeat(100);
        let events = talk(&mut room, 8, &line);
        let digested = |event: &Event| matches!(event, Event::SessionDigested { digest, .. } if digest.by.is_none());
        assert_eq!(events.iter().filter(|event| digested(event)).count(), 1);
        let session = room.state.session(SessionId(1)).unwrap();
        let digest = session.digest().unwrap();
        assert_eq!(digest.through, 4);
        let told = history(session, false, None);
        assert_eq!(told.turns.len(), 4);
        let earlier = told.earlier.unwrap();
        assert!((1..=DIGEST_MAX).contains(&earlier.len()), "{earlier:?}");
        let brief = history(session, true, None);
        let bytes = brief.earlier.unwrap().len();
        assert!(bytes <= DIGEST_MAX / 2 && bytes <= earlier.len(), "{bytes}");
        // A second digest takes the first in.
        let next = by_rules(session, 8);
        assert!(
            next.as_str()
                .starts_with(earlier.as_str().lines().next().unwrap())
        );
    }

    #[test]
    fn a_fork_keeps_the_digest_and_a_reset_forgets_it() {
        let mut room = Room::of(&["codex"]);
        talk(&mut room, TURNS_MOST + 1, "a");
        let session = SessionId(1);
        let order = SessionOrder::Fork {
            member: None,
            title: String::new(),
        };
        room.command(&Command::Session { session, order });
        let told = |id| history(room.state.session(id).unwrap(), false, None);
        let (origin, fork) = (told(session), told(SessionId(2)));
        assert_eq!(origin.earlier, fork.earlier);
        assert_eq!(
            (origin.turns.len(), fork.turns.len()),
            (TURNS_FRESH, TURNS_FRESH)
        );
        let order = SessionOrder::Reset;
        room.command(&Command::Session { session, order });
        let told = history(room.state.session(session).unwrap(), false, None);
        assert_eq!((told.earlier, told.turns.len()), (None, 0));
    }
}
