//! How a task stands with each of its members: a task has one slot for each call that its strategy
//! wants, and each slot is read from the calls made so far.

use crate::core::{
    Access, Answer, Call, CallId, Ending, Failure, MemberName, Purpose, Reach, State, Strategy,
    Task,
};

/// How many times a call that failed for a passing reason is made again.
pub(crate) const RETRIES: u32 = 2;

/// A call that the strategy of a task wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) member: MemberName,
    pub(crate) purpose: Purpose,
}

/// How a slot stands.
#[derive(Debug)]
pub(crate) enum Standing<'a> {
    /// A call should be made.
    Wanted,
    /// A call is in flight.
    Running,
    /// It has its answer, with the final answer of a repair if there was one.
    Answered(CallId, Answer),
    /// It has an answer without a readable final answer, and may be asked once more for it.
    Unreadable(CallId),
    /// It has no answer and will have none.
    Failed(&'a Failure),
    /// The operator cancelled its call.
    Cancelled,
}

/// The slots of a routed task, in order.
pub(crate) fn slots(task: &Task) -> Vec<Slot> {
    let with = |purpose: fn(u32) -> Purpose| {
        let numbered = task.council.iter().zip(0..);
        numbered
            .map(|(member, step)| Slot {
                member: member.clone(),
                purpose: purpose(step),
            })
            .collect()
    };
    match task.order.strategy {
        Strategy::Solo | Strategy::Race => with(|_| Purpose::Answer),
        Strategy::Council => with(|_| Purpose::Council),
        Strategy::Chain => with(Purpose::Step),
    }
}

/// What a call for a slot may do: several at once only read.
pub(crate) fn access(state: &State, task: &Task, slot: &Slot) -> Access {
    let acts = state.member(&slot.member).is_some_and(|member| match member.spec().reach {
        Reach::Text | Reach::Reads => false,
        Reach::Sandboxed | Reach::Unguarded => true,
    });
    match task.order.strategy {
        Strategy::Solo | Strategy::Chain if acts => Access::Write,
        Strategy::Solo | Strategy::Chain | Strategy::Race | Strategy::Council => Access::Read,
    }
}

/// How one slot stands.
pub(crate) fn standing<'a>(state: &'a State, task: &'a Task, slot: &Slot) -> Standing<'a> {
    let Some((id, call)) = last_call(state, task, slot) else {
        return Standing::Wanted;
    };
    match call.ending() {
        None => Standing::Running,
        Some(Ending::Answered(answer)) => answered(state, task, slot, id, answer),
        Some(Ending::Failed { failure, .. }) => {
            let again =
                failure.kind.is_transient() && failures(state, task, &slot.member) <= RETRIES;
            if again {
                Standing::Wanted
            } else {
                Standing::Failed(failure)
            }
        }
        Some(Ending::Cancelled { .. }) => Standing::Cancelled,
        Some(Ending::Interrupted) => Standing::Wanted,
    }
}

/// How many calls of a member failed at a task.
pub(crate) fn failures(state: &State, task: &Task, member: &MemberName) -> u32 {
    let calls = task.calls.iter().filter_map(|call| state.call(*call));
    let failed = calls.filter(|call| {
        call.member == *member && matches!(call.ending(), Some(Ending::Failed { .. }))
    });
    u32::try_from(failed.count()).unwrap_or(u32::MAX)
}

fn last_call<'a>(state: &'a State, task: &Task, slot: &Slot) -> Option<(CallId, &'a Call)> {
    let calls = task
        .calls
        .iter()
        .rev()
        .filter_map(|id| state.call(*id).map(|call| (*id, call)));
    calls
        .into_iter()
        .find(|(_, call)| call.member == slot.member && call.purpose == slot.purpose)
}

fn answered<'a>(
    state: &'a State,
    task: &'a Task,
    slot: &Slot,
    id: CallId,
    answer: &Answer,
) -> Standing<'a> {
    if slot.purpose != Purpose::Council || answer.block.is_some() {
        return Standing::Answered(id, answer.clone());
    }
    let repair = Slot {
        member: slot.member.clone(),
        purpose: Purpose::Repair,
    };
    match last_call(state, task, &repair).map(|(_, call)| call.ending()) {
        None => Standing::Unreadable(id),
        Some(None) => Standing::Running,
        Some(Some(Ending::Answered(repaired))) => Standing::Answered(
            id,
            Answer {
                block: repaired.block.clone(),
                ..answer.clone()
            },
        ),
        Some(Some(Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted)) => {
            Standing::Answered(id, answer.clone())
        }
    }
}
