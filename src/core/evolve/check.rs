//! Checks of results: which are due, which runs, how each ended.

use crate::core::check::{CheckOver, Running, check_of};
use crate::core::evolve::learning;
use crate::core::{
    CheckEnd, CheckId, CheckName, CheckRun, Checked, Checks, Outcome, State, TaskId, Text,
    Timestamp,
};

pub(super) fn happened(state: &mut State, at: Timestamp, what: &Checked) {
    match what {
        Checked::Set { checks } => set(state, checks),
        Checked::Started { check, task, name } => started(state, at, *check, *task, name),
        Checked::Ended {
            check,
            task,
            end,
            tail,
        } => ended(state, at, *check, *task, (end, tail)),
    }
}

/// What is due stays so only where there is still a check for it.
fn set(state: &mut State, checks: &Checks) {
    state.checking.set.clone_from(checks);
    let mut due = std::mem::take(&mut state.checking.due);
    due.retain(|id| {
        let ended = state
            .task(*id)
            .and_then(|task| Some((task, task.outcome()?)));
        ended.is_some_and(|(task, outcome)| check_of(state, task, outcome).is_some())
    });
    state.checking.due = due;
}

/// A task is over: its result may have to be checked.
pub(super) fn concluded(state: &mut State, id: TaskId, outcome: &Outcome) {
    let task = state.task(id);
    if task.is_some_and(|task| check_of(state, task, outcome).is_some()) {
        state.checking.due.insert(id);
    }
}

/// A task is worked again, or is forgotten.
pub(super) fn forget(state: &mut State, id: TaskId) {
    state.checking.due.remove(&id);
}

fn started(state: &mut State, at: Timestamp, check: CheckId, id: TaskId, name: &CheckName) {
    let checking = &mut state.checking;
    if !checking.due.remove(&id) || checking.running.is_some() {
        return;
    }
    if let Some(task) = state.tasks.get_mut(&id) {
        checking.last = checking.last.max(check.0);
        checking.running = Some(Running { check, task: id });
        task.checked = Some(CheckRun {
            name: name.clone(),
            started: at,
            over: None,
        });
    }
}

/// What it says counts for the authors of the result.
fn ended(
    state: &mut State,
    at: Timestamp,
    check: CheckId,
    id: TaskId,
    (end, tail): (&CheckEnd, &Text),
) {
    if state.checking.running != Some(Running { check, task: id }) {
        return;
    }
    state.checking.running = None;
    let task = state.tasks.get_mut(&id);
    if let Some(checked) = task.and_then(|task| task.checked.as_mut()) {
        checked.over = Some(CheckOver {
            at,
            end: end.clone(),
            tail: tail.clone(),
        });
    }
    if let Some(passed) = end.says() {
        learning::checked(state, at, id, passed);
    }
}
