//! Plans: written, approved, and how their steps stand.

use crate::core::plan::{Part, Placed, PlanStage, Stands};
use crate::core::task::Before;
use crate::core::{Outcome, Phase, Plan, State, Strategy, Task, TaskId};

/// A plan is there, the first one or a changed one.
pub(super) fn written(state: &mut State, id: TaskId, plan: &Plan) {
    let task = state.tasks.get_mut(&id).filter(|task| !task.is_ended());
    let task = task.filter(|task| task.order.strategy == Strategy::Plan);
    if let Some(task) = task {
        task.planning.write(plan);
        state.queue.plan(id, true);
    }
}

/// The steps were added and are worked from now on.
pub(super) fn approved(state: &mut State, id: TaskId, steps: &[TaskId]) {
    let known = steps.iter().all(|step| state.tasks.contains_key(step));
    let task = state.tasks.get_mut(&id).filter(|task| !task.is_ended());
    let Some(task) = task.filter(|_| known) else {
        return;
    };
    if !task.planning.place(steps) {
        return;
    }
    let plan = task.planning.plan().cloned();
    for (step, task) in plan.iter().flat_map(Plan::steps).zip(steps) {
        if let Some(task) = state.tasks.get_mut(task) {
            task.part = Some(Part {
                of: id,
                key: step.key.clone(),
            });
        }
    }
    state.queue.wait_for(steps, id);
}

/// A task that ended for want of some results goes on. It keeps what was routed and called for it.
pub(super) fn resumed(state: &mut State, id: TaskId) {
    let Some(task) = state.tasks.get_mut(&id) else {
        return;
    };
    let Phase::Ended { at, outcome } = &task.phase else {
        return;
    };
    if matches!(outcome, Outcome::Done { .. }) || task.planning.stage() != PlanStage::Work {
        return;
    }
    state.queue.revive(*at, id);
    state.ledger.forget(id);
    task.phase = Phase::Working;
    task.order.deadline = None;
    let (order, steps) = (task.order.clone(), steps(task));
    state.queue.put(id, &order, Before::Done);
    state.queue.route(id, &order);
    state.queue.wait_for(&steps, id);
    state.queue.plan(id, true);
}

/// A task is worked again: as a step of a plan it is open, and its own plan is gone.
pub(super) fn reopened(state: &mut State, id: TaskId) {
    state.queue.plan(id, false);
    stands(state, id, None);
}

/// A task is over: as a step of a plan it has a result or none, and its own plan waits for nothing.
pub(super) fn ended(state: &mut State, id: TaskId, outcome: &Outcome) {
    if let Some(steps) = state.tasks.get(&id).map(steps) {
        state.queue.wait_no_more(&steps, id);
        settle(state, id);
    }
    if let Some(of) = stands(state, id, Some(outcome)) {
        settle(state, of);
    }
}

/// Notes how a step stands; the planned task, if it is one.
fn stands(state: &mut State, id: TaskId, outcome: Option<&Outcome>) -> Option<TaskId> {
    let of = state.tasks.get(&id)?.part.as_ref()?.of;
    state.tasks.get_mut(&of)?.planning.stands(id, outcome);
    Some(of)
}

/// Nothing is left to be done about the plan of a task that is over once no step of it is open.
fn settle(state: &mut State, id: TaskId) {
    let over = state.tasks.get(&id).is_some_and(|task| {
        let mut placed = task.planning.placed().iter();
        task.is_ended() && !placed.any(|step| step.stands == Stands::Open)
    });
    if over {
        state.queue.plan(id, false);
    }
}

fn steps(task: &Task) -> Vec<TaskId> {
    let placed = task.planning.placed().iter();
    placed.map(|Placed { task, .. }| *task).collect()
}
