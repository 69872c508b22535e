//! What the room tidies by itself: idle servers are put to rest, unused sessions are archived.
//!
//! Policy as data and when it falls due; doing it is the business of
//! [`expire`](crate::core::expire).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::{Health, Member, MemberName, Session, Span, State, Timestamp};

/// How long things may lie idle. The default is for ever.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Upkeep {
    /// After how long without work a member's server is ended; `None`: never.
    pub rest_after: Option<Span>,
    /// The same for single members, where it differs.
    pub rest_of: BTreeMap<MemberName, Option<Span>>,
    /// After how long without a turn a session is archived; `None`: never.
    pub archive_after: Option<Span>,
}

impl Upkeep {
    /// After how long without work this member's server is ended; `None`: never.
    #[must_use]
    pub fn rest_after(&self, member: &MemberName) -> Option<Span> {
        self.rest_of.get(member).copied().unwrap_or(self.rest_after)
    }
}

/// When a member's server is to be put to rest. Only one that runs and has nothing to do is.
pub(crate) fn rest_due(state: &State, member: &Member) -> Option<Timestamp> {
    let runs = matches!(member.health(), Health::Ready { .. });
    let name = &member.spec().name;
    let span = state.upkeep.rest_after(name)?;
    (runs && state.load(name) == 0).then(|| member.active.after(span))
}

/// When a session is to be archived.
pub(crate) fn archive_due(state: &State, session: &Session) -> Option<Timestamp> {
    let span = state.upkeep.archive_after?;
    (session.takes_turns() && session.busy().is_none()).then(|| session.touched().after(span))
}

/// When the next of these falls due.
pub(crate) fn next_due(state: &State) -> Option<Timestamp> {
    let rest = state.members().filter_map(|member| rest_due(state, member));
    let archive = state
        .sessions()
        .filter_map(|session| archive_due(state, session));
    rest.chain(archive).min()
}
