//! Sessions: opened, bound to a server's handle, put away.

use std::collections::{BTreeSet, VecDeque};

use crate::core::evolve::room::forget_sessions;
use crate::core::session::Restored;
use crate::core::{Handle, MemberName, Session, SessionId, State, Timestamp};

pub(super) fn opened(
    state: &mut State,
    at: Timestamp,
    id: SessionId,
    member: &MemberName,
    title: &str,
) {
    state.next.session = state.next.session.max(id.0.saturating_add(1));
    if state.sessions.contains_key(&id) {
        return;
    }
    let session = Session {
        id,
        member: member.clone(),
        title: title.to_owned(),
        opened_at: at,
        handle: None,
        restored_by: Restored::Live,
        turns: VecDeque::new(),
        turns_ever: 0,
        busy: None,
        closed: false,
        allowed: BTreeSet::new(),
    };
    state.sessions.insert(id, session);
}

pub(super) fn bound(state: &mut State, id: SessionId, handle: &Handle) {
    let Some(session) = state.sessions.get_mut(&id) else {
        return;
    };
    if session.handle.is_none() {
        // Only the turn in flight is known to the server: anything earlier had to be told.
        session.restored_by = if session.turns_ever > 1 {
            Restored::ByReplay
        } else {
            Restored::Live
        };
    }
    session.handle = Some(handle.clone());
}

pub(super) fn unbound(state: &mut State, id: SessionId) {
    if let Some(session) = state.sessions.get_mut(&id) {
        session.handle = None;
    }
}

pub(super) fn closed(state: &mut State, id: SessionId) {
    if let Some(session) = state.sessions.get_mut(&id) {
        session.closed = true;
        session.handle = None;
    }
    forget_sessions(state);
}
