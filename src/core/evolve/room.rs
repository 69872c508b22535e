//! Roster and inbox.

use std::collections::BTreeMap;

use crate::core::session::Restored;
use crate::core::state::SESSIONS_KEPT;
use crate::core::{
    Attention, AttentionId, Health, Member, MemberName, MemberSpec, Pause, Phase, Record,
    SessionId, State, Subject, TaskId, Timestamp,
};

/// Handles that are still there are those by which a server takes a conversation up again. Of the
/// servers nothing is known any more.
pub(super) fn resumed(state: &mut State, at: Timestamp) {
    state.closing = false;
    for member in state.members.values_mut() {
        member.health = Health::Unknown;
        member.since = at;
        member.pause = None;
        member.failed_in_a_row = 0;
    }
    // The servers are started anew, and perhaps with another login.
    state
        .attention
        .retain(|_, item| !matches!(item.subject, Subject::LoggedOut { .. }));
    for session in state
        .sessions
        .values_mut()
        .filter(|session| session.handle.is_some())
    {
        session.restored_by = Restored::ByHandle;
    }
}

pub(super) fn enrolled(state: &mut State, at: Timestamp, spec: &MemberSpec) {
    if let Some(known) = state.members.get_mut(&spec.name) {
        known.spec = spec.clone();
        if matches!(known.health, Health::Down { .. }) {
            // Perhaps not with the new configuration.
            known.health = Health::Unknown;
            known.since = at;
        }
        member_resumed(state, &spec.name);
        return;
    }
    let member = Member {
        spec: spec.clone(),
        health: Health::Unknown,
        since: at,
        record: Record::default(),
        per_kind: BTreeMap::new(),
        pause: None,
        failed_in_a_row: 0,
    };
    state.members.insert(spec.name.clone(), member);
}

pub(super) fn left(state: &mut State, name: &MemberName) {
    member_resumed(state, name);
    state.members.remove(name);
    for session in state
        .sessions
        .values_mut()
        .filter(|session| session.member == *name)
    {
        session.handle = None;
    }
    forget_sessions(state);
}

/// Forgets the oldest sessions that nobody can go on with, beyond [`SESSIONS_KEPT`].
pub(super) fn forget_sessions(state: &mut State) {
    let put_away: Vec<SessionId> = state
        .sessions
        .values()
        .filter(|session| session.busy.is_none())
        .filter(|session| session.closed || !state.members.contains_key(&session.member))
        .map(|session| session.id)
        .collect();
    let surplus = put_away.len().saturating_sub(SESSIONS_KEPT);
    for id in put_away.iter().take(surplus) {
        state.sessions.remove(id);
    }
}

pub(super) fn health(state: &mut State, at: Timestamp, name: &MemberName, health: &Health) {
    if let Some(member) = state.members.get_mut(name) {
        member.health = health.clone();
        member.since = at;
    }
}

pub(super) fn restarted(state: &mut State, at: Timestamp, name: &MemberName) {
    health(state, at, name, &Health::Starting);
    member_resumed(state, name);
}

pub(super) fn paused(
    state: &mut State,
    at: Timestamp,
    name: &MemberName,
    why: &str,
    until: Option<Timestamp>,
) {
    if let Some(member) = state.members.get_mut(name) {
        member.pause = Some(Pause {
            why: why.to_owned(),
            since: at,
            until,
        });
    }
}

/// The member is tried again, so nobody needs to log it in.
pub(super) fn member_resumed(state: &mut State, name: &MemberName) {
    if let Some(member) = state.members.get_mut(name) {
        member.pause = None;
    }
    state.attention.retain(|_, item| match &item.subject {
        Subject::LoggedOut { member, .. } => member != name,
        Subject::Asked { .. }
        | Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::Budget { .. } => true,
    });
}

pub(super) fn raised(state: &mut State, item: &Attention) {
    state.next.attention = state.next.attention.max(item.id.0.saturating_add(1));
    if let Subject::Asked { call, ask, .. } = item.subject {
        let waiting = state
            .calls
            .get_mut(&call)
            .filter(|call| call.ended.is_none());
        let Some(waiting) = waiting else {
            return;
        };
        waiting.asked.insert(ask);
    }
    state.attention.insert(item.id, item.clone());
    if let Subject::Interrupted { task } = item.subject {
        hold(state, task, item.id);
    }
}

fn hold(state: &mut State, task: TaskId, attention: AttentionId) {
    if let Some(task) = state.tasks.get_mut(&task)
        && !task.is_ended()
    {
        task.phase = Phase::Held { attention };
    }
}

pub(super) fn resolved(state: &mut State, attention: AttentionId) {
    let item = state.attention.remove(&attention);
    let Some(item) = item else {
        return;
    };
    if let Subject::Interrupted { task } = item.subject
        && let Some(task) = state.tasks.get_mut(&task)
        && task.phase == (Phase::Held { attention })
    {
        task.phase = Phase::Working;
    }
}
