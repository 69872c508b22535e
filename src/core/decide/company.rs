//! Commands about members and their conversations.

use crate::core::decide::command::known_member;
use crate::core::decide::reported::forgotten_sessions;
use crate::core::text::clipped;
use crate::core::{Event, MemberName, MemberSpec, Refusal, SessionId, State};

/// How many conversations with one member may be open when one more is asked for.
const OPEN_MAX: usize = 64;
/// The longest title of a conversation, in bytes.
const TITLE_MAX: usize = 200;

pub(super) fn open_session(
    state: &State,
    member: &MemberName,
    title: &str,
) -> Result<Vec<Event>, Refusal> {
    known_member(state, member)?;
    let open = state
        .sessions()
        .filter(|one| one.member() == member && !one.is_closed());
    if open.count() >= OPEN_MAX {
        return Err(Refusal::TooMany {
            what: format!("open sessions of {member}"),
            limit: OPEN_MAX,
        });
    }
    let session = SessionId(state.next.session);
    let title = if title.trim().is_empty() {
        session.to_string()
    } else {
        clipped(title.trim(), TITLE_MAX)
    };
    Ok(vec![Event::SessionOpened {
        session,
        member: member.clone(),
        title,
    }])
}

pub(super) fn close_session(state: &State, id: SessionId) -> Result<Vec<Event>, Refusal> {
    let session = state.session(id).filter(|session| !session.is_closed());
    let session = session.ok_or(Refusal::NoSuchSession { session: id })?;
    if session.busy().is_some() {
        return Err(Refusal::Busy {
            what: format!("session {id}"),
        });
    }
    Ok(vec![Event::SessionClosed { session: id }])
}

pub(super) fn enroll(state: &State, spec: &MemberSpec) -> Result<Vec<Event>, Refusal> {
    let bad = |why: &str| Refusal::BadMember {
        member: spec.name.clone(),
        why: why.to_owned(),
    };
    if spec.parallel == 0 {
        return Err(bad("`parallel` is at least 1"));
    }
    if spec
        .strengths
        .values()
        .any(|share| !(0.0..=1.0).contains(share))
    {
        return Err(bad("strengths are between 0 and 1"));
    }
    if state
        .member(&spec.name)
        .is_some_and(|known| known.spec == *spec)
    {
        return Ok(Vec::new());
    }
    Ok(vec![Event::MemberEnrolled { spec: spec.clone() }])
}

pub(super) fn dismiss(state: &State, name: &MemberName) -> Result<Vec<Event>, Refusal> {
    known_member(state, name)?;
    if state.load(name) > 0 {
        return Err(Refusal::Busy {
            what: name.to_string(),
        });
    }
    Ok(vec![Event::MemberLeft {
        member: name.clone(),
    }])
}

/// Ends a member's server, which forgets what it keeps in memory, and starts it again.
pub(super) fn restart(state: &State, name: &MemberName) -> Result<Vec<Event>, Refusal> {
    known_member(state, name)?;
    let restarted = Event::MemberRestarted {
        member: name.clone(),
    };
    Ok([restarted]
        .into_iter()
        .chain(forgotten_sessions(state, name))
        .collect())
}
