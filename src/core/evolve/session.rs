//! Sessions: opened, forked, bound to a server's handle, changed, put away.

use std::collections::VecDeque;

use crate::core::evolve::room::forget_sessions;
use crate::core::handed::kept;
use crate::core::history::DIGEST_MAX;
use crate::core::session::{AtServer, Forked, Restored};
use crate::core::{
    Allowed, DialWish, DigestOrder, Handle, MemberName, Session, SessionChange, SessionDigest,
    SessionId, State, Timestamp, TurnState,
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
            handed: Vec::new(),
        },
        turns: VecDeque::new(),
        turns_ever: 0,
        busy: None,
        closed: false,
        archived: false,
        forgotten: 0,
        forked: None,
        chosen: 0,
        allowed: Allowed::default(),
        own: false,
        digest: None,
        dials: Vec::new(),
        wishes: Vec::new(),
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
    let undigested = origin.undigested();
    let undigested = undigested.filter(|(_, turn)| turn.state != TurnState::Running);
    let undigested = undigested.count() as u64;
    session.turns = ended.cloned().collect();
    session.turns_ever = session.turns.len() as u64;
    session.digest = origin.digest.clone().map(|digest| SessionDigest {
        through: session.turns_ever - undigested,
        ..digest
    });
    session.server.restored_by = Restored::ByReplay;
    if origin.member == *member {
        session.dials.clone_from(&origin.dials);
        session.wishes.clone_from(&origin.wishes);
    }
    session.forked = Some(Forked {
        from,
        at: origin.busy.is_none().then_some(origin.turns_ever),
        inherited: session.turns_ever,
    });
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
            session.digest = None;
        }
        SessionChange::Chosen => session.chosen = seq,
        SessionChange::Restored { by } => session.server.restored_by = *by,
        SessionChange::Handed { servers } => session.server.handed = kept(servers),
        SessionChange::Dials { dials } => session.dials.clone_from(dials),
        SessionChange::Dialled { dial, value } => {
            let known = session.dials.iter_mut().find(|known| known.id == *dial);
            if let Some(known) = known {
                value.clone_into(&mut known.current);
            }
        }
        SessionChange::Wished { dial, value } => {
            session.wishes.retain(|wish| wish.dial != *dial);
            let wish = value.as_ref().map(|value| DialWish {
                dial: dial.clone(),
                value: value.clone(),
            });
            session.wishes.extend(wish);
        }
        // It may be another one by now.
        SessionChange::Unfulfilled { wish } => session.wishes.retain(|one| one != wish),
    }
    session.touched = at;
    forget_sessions(state);
}

/// A digest of fewer turns than one that is there, or of turns that are forgotten, is none.
pub(super) fn digested(state: &mut State, id: SessionId, digest: &SessionDigest) {
    state.digests.at_work.remove(&id);
    let session = state.sessions.get_mut(&id);
    if let Some(session) = session.filter(|one| one.wants_digest(digest.through)) {
        session.digest = Some(SessionDigest {
            text: digest.text.excerpt(DIGEST_MAX),
            ..digest.clone()
        });
    }
}

pub(super) fn digest_ordered(state: &mut State, id: SessionId, order: &DigestOrder) {
    if state.sessions.contains_key(&id) && state.tasks.contains_key(&order.task) {
        state.digests.at_work.insert(id, *order);
    }
}

/// Forgets digests of which nothing is left: nobody is told them, and the task is over.
pub(super) fn forget_digests(state: &mut State) {
    let State {
        digests,
        sessions,
        tasks,
        ..
    } = state;
    digests.at_work.retain(|id, order| {
        let session = sessions.get(id);
        session.is_some_and(|one| one.wants_digest(order.through))
            || tasks.get(&order.task).is_some_and(|task| !task.is_ended())
    });
}

pub(super) fn closed(state: &mut State, id: SessionId) {
    if let Some(session) = state.sessions.get_mut(&id) {
        session.closed = true;
        session.let_go();
    }
    forget_sessions(state);
}
