//! Roster, inbox and approvals.

use std::collections::BTreeMap;

use crate::core::evolve::call;
use crate::core::session::Restored;
use crate::core::state::SESSIONS_KEPT;
use crate::core::voting::Flips;
use crate::core::{
    Attention, AttentionId, CallId, Health, Listing, Member, MemberName, MemberSpec, Pause, Phase,
    Record, Reply, Request, Resolution, SessionId, State, Subject, TaskId, Timestamp, reconcile,
};

/// Handles that are still there are those by which a server says that it takes a conversation up
/// again; whether it does is seen at the next turn. Of the servers nothing is known any more.
pub(super) fn resumed(state: &mut State, at: Timestamp) {
    state.closing = false;
    for member in state.members.values_mut() {
        member.health = Health::Unknown;
        member.since = at;
        member.pause = None;
        member.failed_in_a_row = 0;
        member.active = at;
        member.resting = false;
        member.asked = false;
        member.listed = None;
    }
    // The servers are started anew, and perhaps with another login.
    state
        .attention
        .retain(|_, item| !matches!(item.subject, Subject::LoggedOut { .. }));
    for session in state
        .sessions
        .values_mut()
        .filter(|session| session.server.handle.is_some())
    {
        session.server.restored_by = Restored::InDoubt;
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
        active: at,
        resting: false,
        asked: false,
        listed: None,
        record: Record::default(),
        per_kind: BTreeMap::new(),
        flips: Flips::default(),
        pause: None,
        failed_in_a_row: 0,
    };
    state.members.insert(spec.name.clone(), member);
}

pub(super) fn left(state: &mut State, name: &MemberName) {
    member_resumed(state, name);
    state.members.remove(name);
    state.learning.left(name);
    state.foresight.latency.left(name);
    state.advice.left(name);
    for session in state
        .sessions
        .values_mut()
        .filter(|session| session.member == *name)
    {
        session.let_go();
    }
    forget_sessions(state);
}

/// Forgets sessions that nobody can go on with, beyond [`SESSIONS_KEPT`]: closed ones and those of
/// members that left before archived ones, those first that were not touched for longest.
pub(super) fn forget_sessions(state: &mut State) {
    let mut put_away: Vec<(bool, Timestamp, SessionId)> = state
        .sessions
        .values()
        .filter(|session| session.busy.is_none())
        .filter(|session| !session.takes_turns() || !state.members.contains_key(&session.member))
        .map(|session| {
            let comes_back = !session.closed && state.members.contains_key(&session.member);
            (comes_back, session.touched, session.id)
        })
        .collect();
    put_away.sort_unstable();
    let surplus = put_away.len().saturating_sub(SESSIONS_KEPT);
    for (_, _, id) in put_away.iter().take(surplus) {
        state.sessions.remove(id);
    }
}

pub(super) fn health(state: &mut State, at: Timestamp, name: &MemberName, health: &Health) {
    if let Some(member) = state.members.get_mut(name) {
        member.health = health.clone();
        member.since = at;
        member.active = at;
        member.resting = false;
    }
}

/// Nothing is heard of a server that rests until it is woken.
pub(super) fn rested(state: &mut State, at: Timestamp, name: &MemberName) {
    health(state, at, name, &Health::Unknown);
    if let Some(member) = state.members.get_mut(name) {
        member.resting = true;
        member.listed = None;
    }
}

pub(super) fn sessions_asked(state: &mut State, name: &MemberName) {
    if let Some(member) = state.members.get_mut(name) {
        member.asked = true;
    }
}

pub(super) fn sessions_listed(
    state: &mut State,
    name: &MemberName,
    asked: Timestamp,
    listing: &Listing,
) {
    let list = reconcile(state, name, asked, listing);
    if let Some(member) = state.members.get_mut(name) {
        member.asked = false;
        member.listed = Some(list);
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
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
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
        waiting.waits_since.get_or_insert(item.since);
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

pub(super) fn resolved(state: &mut State, at: Timestamp, attention: AttentionId, how: &Resolution) {
    let item = state.attention.remove(&attention);
    let Some(item) = item else {
        return;
    };
    if let Subject::Asked { call, .. } = item.subject {
        call::goes_on(state, at, call);
    }
    match item.subject {
        Subject::Interrupted { task } => {
            if let Some(task) = state.tasks.get_mut(&task)
                && task.phase == (Phase::Held { attention })
            {
                task.phase = Phase::Working;
            }
        }
        Subject::Asked { call, request, .. } if how.reply == Reply::AllowForSession => {
            allow_for_session(state, call, &request);
        }
        Subject::Asked { .. }
        | Subject::Choice { .. }
        | Subject::LoggedOut { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => {}
    }
}

/// Whoever is lent for it is called off by what follows.
pub(super) fn withdrawn(state: &mut State, at: Timestamp, attention: AttentionId) {
    let item = state.attention.remove(&attention);
    if let Some(Subject::Asked { call, .. }) = item.map(|item| item.subject) {
        call::goes_on(state, at, call);
    }
}

fn allow_for_session(state: &mut State, call: CallId, request: &Request) {
    let session = state.calls.get(&call).map(|call| call.session);
    if let Some(session) = session.and_then(|id| state.sessions.get_mut(&id)) {
        session.allowed.add(request);
    }
}

pub(super) fn lent(state: &mut State, attention: AttentionId, task: TaskId, lasting: bool) {
    let Some(item) = state.attention.get(&attention) else {
        return;
    };
    state.approvals.lent.insert(attention, task);
    if let (true, Subject::Asked { call, request, .. }) = (lasting, &item.subject) {
        let (call, request) = (*call, request.clone());
        allow_for_session(state, call, &request);
    }
}

/// Forgets loans of which nothing is left: the item is settled and the task is over.
pub(super) fn forget_lent(state: &mut State) {
    let State {
        approvals,
        attention,
        tasks,
        ..
    } = state;
    approvals.lent.retain(|item, task| {
        attention.contains_key(item) || tasks.get(task).is_some_and(|task| !task.is_ended())
    });
}
