//! An event changes the state. Total: an event that does not fit changes nothing.
//!
//! Owns every write to [`State`]. It decides nothing: what an event means for the future is the
//! business of [`follow`](crate::core::follow()) and [`react`](crate::core::react()).

mod call;
mod room;
mod session;
mod task;

use crate::core::{Event, Health, Recorded, State};

/// Folds one event into the state.
pub fn evolve(state: &mut State, recorded: &Recorded) {
    let at = recorded.at;
    state.seq = recorded.seq;
    match &recorded.event {
        Event::RoomOpened { name } => name.clone_into(&mut state.name),
        Event::RoomResumed => room::resumed(state, at),
        Event::RoomClosed => state.closing = true,
        Event::BudgetSet { budget } => state.budget = *budget,
        Event::MemberEnrolled { spec } => room::enrolled(state, at, spec),
        Event::MemberLeft { member } => room::left(state, member),
        Event::MemberRestarted { member } => room::health(state, at, member, &Health::Starting),
        Event::MemberHealthChanged { member, health } => room::health(state, at, member, health),
        Event::SessionOpened {
            session,
            member,
            title,
        } => session::opened(state, at, *session, member, title),
        Event::SessionBound { session, handle } => session::bound(state, *session, handle),
        Event::SessionUnbound { session } => session::unbound(state, *session),
        Event::SessionClosed { session } => session::closed(state, *session),
        Event::TaskAdded { task, order } => task::added(state, at, *task, order),
        Event::TaskReprioritised { task, priority } => task::reprioritised(state, *task, *priority),
        Event::TaskRouted {
            task,
            council,
            because,
        } => task::routed(state, *task, council, because),
        Event::TaskDelayed { task, until } => task::delayed(state, *task, *until),
        Event::TaskReopened { task, order } => task::reopened(state, *task, order),
        Event::TaskConcluded { task, outcome } => task::concluded(state, at, *task, outcome),
        Event::CallStarted {
            call,
            task,
            session,
            purpose,
            access,
            prompt,
            ..
        } => {
            let start = call::Start {
                task: *task,
                session: *session,
                purpose: *purpose,
                access: *access,
            };
            call::started(state, at, *call, &start, prompt);
        }
        Event::CallEnded { call, ending } => call::ended(state, at, *call, ending),
        Event::AgreementFound { task, calls } => task::agreed(state, *task, calls),
        Event::ConflictFound { task, candidates } => task::conflict(state, *task, candidates),
        Event::Decided { task, decision } => task::decided(state, *task, decision),
        Event::AttentionRaised { attention } => room::raised(state, attention),
        Event::AttentionResolved { attention, .. } => room::resolved(state, *attention),
        Event::ReportStale { .. } => state.counters.stale += 1,
    }
}
