//! The sessions that a server says it has, held against ours.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::core::{MemberName, SessionId, State, Timestamp};

/// How many sessions of a list are kept.
pub const LISTED_MAX: usize = 200;
/// How every name begins that the room gives to a conversation.
pub const OUR_NAMES: &str = "synod-";

/// A session as a server lists it; untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedSession {
    /// The server's name for it.
    pub handle: String,
    /// How many turns it had, if the server says.
    pub turns: Option<u64>,
}

/// What a server answers when it is asked for its sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// These, at most [`LISTED_MAX`].
    Sessions(Vec<ListedSession>),
    /// Servers of this family keep no list.
    Unsupported,
    /// It could not be asked, or gave no list.
    Failed {
        /// Why; may hold untrusted text.
        why: String,
    },
}

/// A member's list, held against our sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerSessions {
    /// When it was asked for.
    pub at: Timestamp,
    /// What the server said.
    pub listing: Listing,
    /// Ours that the server should have and has not. One that is told anew is not lost any more.
    pub lost: BTreeSet<SessionId>,
    /// Those of the server that are not ours.
    pub foreign: Vec<ListedSession>,
    /// Those of the server that were ours and that no session uses any more.
    pub stale: Vec<ListedSession>,
}

/// Holds a member's list, asked for at `at`, against our sessions. Sessions at work, or used since,
/// cannot be judged by it.
#[must_use]
pub fn reconcile(
    state: &State,
    member: &MemberName,
    at: Timestamp,
    listing: &Listing,
) -> ServerSessions {
    let mut found = ServerSessions {
        at,
        listing: listing.clone(),
        lost: BTreeSet::new(),
        foreign: Vec::new(),
        stale: Vec::new(),
    };
    let Listing::Sessions(listed) = listing else {
        return found;
    };
    let ours = || {
        state
            .sessions()
            .filter(|session| session.member() == member)
    };
    let has = |handle: &str| listed.iter().any(|one| one.handle == handle);
    found.lost = ours()
        .filter(|session| session.busy().is_none() && session.touched() <= at)
        .filter(|session| session.handle().is_some_and(|handle| !has(&handle.value)))
        .map(crate::core::Session::id)
        .collect();
    for one in listed {
        let used = ours().any(|session| {
            session
                .handle()
                .is_some_and(|handle| handle.value == one.handle)
        });
        let busy = ours().any(|session| session.busy().is_some());
        let named_here = one.handle.starts_with(OUR_NAMES);
        if used || (named_here && busy) {
            // The name of a turn in flight is not known yet.
            continue;
        }
        if named_here || ours().any(|session| session.had_handle(&one.handle)) {
            found.stale.push(one.clone());
        } else {
            found.foreign.push(one.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{ListedSession, Listing, reconcile};
    use crate::core::fixture::{Room, name, said};
    use crate::core::{Command, Event, Health, Refusal, Report, SessionId, Span, TaskOrder};

    fn listed(handles: &[&str]) -> Listing {
        let one = |handle: &&str| ListedSession {
            handle: (*handle).to_owned(),
            turns: Some(1),
        };
        Listing::Sessions(handles.iter().map(one).collect())
    }

    fn handles(sessions: &[ListedSession]) -> Vec<&str> {
        sessions.iter().map(|one| one.handle.as_str()).collect()
    }

    /// One session that its server knows as `synod-1`.
    fn bound() -> Room {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        room.bind(calls[0], "synod-1");
        room.answer(calls[0], said("yes"));
        room.wait(Span::secs(1));
        room
    }

    fn report(room: &mut Room, listing: Listing) -> Vec<Event> {
        room.report(&Report::Listed {
            member: name("codex"),
            asked: room.now,
            listing,
        })
    }

    #[test]
    fn lost_foreign_and_stale_ones_are_told_apart() {
        let room = bound();
        let list = listed(&["synod-0", "someone-else"]);
        let found = reconcile(&room.state, &name("codex"), room.now, &list);
        assert_eq!(found.lost.into_iter().collect::<Vec<_>>(), [SessionId(1)]);
        assert_eq!(handles(&found.foreign), ["someone-else"]);
        assert_eq!(handles(&found.stale), ["synod-0"]);
        let all = reconcile(&room.state, &name("codex"), room.now, &listed(&["synod-1"]));
        assert!(all.lost.is_empty() && all.foreign.is_empty() && all.stale.is_empty());
    }

    #[test]
    fn a_session_used_after_the_list_was_asked_for_is_not_lost() {
        let mut room = bound();
        let asked = room.now;
        room.wait(Span::secs(1));
        let (_, calls) = room.add(TaskOrder::new("b"));
        let empty = listed(&[]);
        let lost = |room: &Room| reconcile(&room.state, &name("codex"), asked, &empty).lost;
        assert!(lost(&room).is_empty());
        room.answer(calls[0], said("yes"));
        assert!(lost(&room).is_empty());
    }

    #[test]
    fn a_lost_session_is_told_anew_and_then_lost_no_more() {
        let mut room = bound();
        let events = report(&mut room, listed(&[]));
        let session = SessionId(1);
        assert_eq!(events.last(), Some(&Event::SessionUnbound { session }));
        let lost = |room: &Room| {
            let member = room.state.member(&name("codex")).unwrap();
            member.listed().unwrap().lost.len()
        };
        assert_eq!(lost(&room), 1);
        // The same list again is no news.
        assert_eq!(report(&mut room, listed(&[])), []);
        let (_, calls) = room.add(TaskOrder::new("b"));
        room.bind(calls[0], "synod-2");
        assert_eq!(lost(&room), 0);
    }

    #[test]
    fn a_list_that_is_asked_for_is_answered_whatever_it_is() {
        let mut room = Room::of(&["codex"]);
        let ask = Command::ListSessions {
            member: name("codex"),
        };
        assert!(matches!(
            room.refused(&ask),
            Refusal::ServerNotRunning { .. }
        ));
        room.report(&Report::Health {
            member: name("codex"),
            health: Health::Ready {
                protocol: "2025-11-25".to_owned(),
            },
        });
        assert_eq!(report(&mut room, Listing::Unsupported), []);
        room.command(&ask);
        assert_eq!(report(&mut room, Listing::Unsupported).len(), 1);
        assert_eq!(report(&mut room, Listing::Unsupported), []);
    }
}
