//! Sessions: opened, forked, bound to a server's handle, changed, put away.

use std::collections::VecDeque;

use crate::core::evolve::room::forget_sessions;
use crate::core::session::{AtServer, Restored};
use crate::core::{
    Allowed, Handle, MemberName, Session, SessionChange, SessionId, State, Timestamp, TurnState,
};

fn new(at: Timestamp, id: SessionId, member: &MemberName, title: &str) -> Session {
    Session {
        id,
        member: member.clone(),
        title: title.to_owned(),
        opened_at: at,
        touched: at,
        server: AtServer {
            handle: None,
            restored_by: Restored::Live,
            former: VecDeque::new(),
        },
        turns: VecDeque::new(),
        turns_ever: 0,
        busy: None,
        closed: false,
        archived: false,
        forgotten: 0,
        forked_from: None,
        chosen: 0,
        allowed: Allowed::default(),
    }
}

pub(super) fn opened(
    state: &mut State,
    at: Timestamp,
    id: SessionId,
    member: &MemberName,
    title: &str,
) {
    state.next.session = state.next.session.max(id.0.saturating_add(1));
    state
        .sessions
        .entry(id)
        .or_insert_with(|| new(at, id, member, title));
}

/// A fork begins with the ended turns that its origin would be told.
pub(super) fn forked(
    state: &mut State,
    at: Timestamp,
    id: SessionId,
    from: SessionId,
    member: &MemberName,
    title: &str,
) {
    state.next.session = state.next.session.max(id.0.saturating_add(1));
    let Some(origin) = state.sessions.get(&from) else {
        return;
    };
    if state.sessions.contains_key(&id) {
        return;
    }
    let ended = origin
        .remembered()
        .filter(|turn| turn.state != TurnState::Running);
    let mut session = new(at, id, member, title);
    session.turns = ended.cloned().collect();
    session.turns_ever = session.turns.len() as u64;
    session.server.restored_by = Restored::ByReplay;
    session.forked_from = Some(from);
    session.chosen = state.seq;
    state.sessions.insert(id, session);
}

pub(super) fn bound(state: &mut State, id: SessionId, handle: &Handle) {
    let Some(session) = state.sessions.get_mut(&id) else {
        return;
    };
    if session.server.handle.is_none() {
        // Only the turn in flight is known to the server: anything earlier had to be told.
        session.server.restored_by = if session.remembered().len() > 1 {
            Restored::ByReplay
        } else {
            Restored::Live
        };
    }
    session.let_go();
    session
        .server
        .former
        .retain(|former| *former != handle.value);
    session.server.handle = Some(handle.clone());
    let member = session.member.clone();
    if let Some(list) = state
        .members
        .get_mut(&member)
        .and_then(|member| member.listed.as_mut())
    {
        list.lost.remove(&id);
    }
}

pub(super) fn unbound(state: &mut State, id: SessionId) {
    if let Some(session) = state.sessions.get_mut(&id) {
        session.let_go();
        session.server.restored_by = Restored::InDoubt;
    }
}

pub(super) fn changed(state: &mut State, at: Timestamp, id: SessionId, change: &SessionChange) {
    let seq = state.seq;
    let Some(session) = state.sessions.get_mut(&id) else {
        return;
    };
    match change {
        SessionChange::Renamed { title } => title.clone_into(&mut session.title),
        SessionChange::Archived { .. } => session.archived = true,
        SessionChange::Unarchived => session.archived = false,
        SessionChange::Reset => {
            session.let_go();
            session.forgotten = session.turns_ever;
            session.server.restored_by = Restored::Live;
            session.allowed = Allowed::default();
        }
        SessionChange::Chosen => session.chosen = seq,
        SessionChange::Restored { by } => session.server.restored_by = *by,
    }
    session.touched = at;
    forget_sessions(state);
}

pub(super) fn closed(state: &mut State, id: SessionId) {
    if let Some(session) = state.sessions.get_mut(&id) {
        session.closed = true;
        session.let_go();
    }
    forget_sessions(state);
}
