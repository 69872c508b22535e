//! Roster and inbox.

use std::collections::BTreeMap;

use crate::core::session::Restored;
use crate::core::{
    Attention, AttentionId, Health, Member, MemberName, MemberSpec, Phase, Record, State, Subject,
    TaskId, Timestamp,
};

/// Handles that are still there are those by which a server takes a conversation up again.
pub(super) fn resumed(state: &mut State) {
    state.closing = false;
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
        return;
    }
    let member = Member {
        spec: spec.clone(),
        health: Health::Unknown,
        since: at,
        record: Record::default(),
        per_kind: BTreeMap::new(),
    };
    state.members.insert(spec.name.clone(), member);
}

pub(super) fn left(state: &mut State, name: &MemberName) {
    state.members.remove(name);
    for session in state
        .sessions
        .values_mut()
        .filter(|session| session.member == *name)
    {
        session.handle = None;
    }
}

pub(super) fn health(state: &mut State, at: Timestamp, name: &MemberName, health: &Health) {
    if let Some(member) = state.members.get_mut(name) {
        member.health = health.clone();
        member.since = at;
    }
}

pub(super) fn raised(state: &mut State, item: &Attention) {
    state.next.attention = state.next.attention.max(item.id.0 + 1);
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
    state.attention.remove(&attention);
    let held = Phase::Held { attention };
    for task in state.tasks.values_mut().filter(|task| task.phase == held) {
        task.phase = Phase::Working;
    }
}
