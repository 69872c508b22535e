//! Thinking sessions: a thought is there, and somebody keeps it.

use crate::core::thinking::Step;
use crate::core::{CallId, Keeper, Kept, State, Strategy, TaskId, Thought};

pub(super) fn proposed(state: &mut State, id: TaskId, call: CallId, thought: &Thought) {
    let Some(member) = state.calls.get(&call).map(|call| call.member.clone()) else {
        return;
    };
    let task = state.tasks.get_mut(&id).filter(|task| !task.is_ended());
    if let Some(task) = task.filter(|task| task.order.strategy == Strategy::Think) {
        task.thinking.push(Kept {
            thought: thought.clone(),
            call,
            member,
            keeper: None,
        });
    }
}

pub(super) fn recorded(state: &mut State, id: TaskId, number: u32, keeper: &Keeper) {
    if let Some(task) = state.tasks.get_mut(&id) {
        task.thinking.record(number, keeper);
    }
}

/// The tool's processes ended with the room process, and with them all that they held.
pub(super) fn resumed(state: &mut State) {
    let open: Vec<TaskId> = state.queue.open().collect();
    for id in open {
        let Some(task) = state.tasks.get_mut(&id) else {
            continue;
        };
        match task.thinking.step() {
            Step::Think(_) => task.thinking.tool_is_gone(),
            // Nobody needs the tool for the conclusion.
            Step::Record | Step::Conclude => {}
        }
    }
}
