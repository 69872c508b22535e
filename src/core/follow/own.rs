//! What holds of the tasks that the room orders for itself: whether a member can take one, and whether one
//! waits in vain.

use crate::core::routing::unusable;
use crate::core::{Member, MemberName, State, Strategy, Task, Timestamp};

/// Whether a member takes a call of the room's now, or when it is free.
pub(super) fn can_take(state: &State, now: Timestamp, name: &MemberName) -> bool {
    state.member(name).is_some_and(Member::takes_calls)
        && unusable(state, Strategy::Race, name).is_none()
        && state.spend.exhausted(&state.budget, now).is_none()
}

/// Whether a task waits for a call that its member cannot be given.
pub(super) fn is_hopeless(state: &State, now: Timestamp, task: &Task) -> bool {
    let calls = task.calls.iter().filter_map(|call| state.call(*call));
    let mut running = calls.filter(|call| call.ended.is_none());
    let mut members = task.order.members.iter();
    running.next().is_none() && !members.all(|name| can_take(state, now, name))
}
