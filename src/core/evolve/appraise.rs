//! Appraisals: asked for, given, done without. What one says goes into the task, unless somebody said it.

use crate::core::appraisal::{Appraised, Appraising, Look};
use crate::core::evolve::lesson::set_apart;
use crate::core::{KindBy, Phase, State, Task, TaskId};

pub(super) fn noted(state: &mut State, what: &Appraised) {
    match what {
        Appraised::Set { appraisers } => state.appraisals.set.clone_from(appraisers),
        Appraised::Asked { task, asked } => begun(state, *task, *asked),
        Appraised::Given { task, appraisal } => {
            settled(state, *task, Look::Given(appraisal.clone()));
        }
        Appraised::Without { task, why } => {
            settled(state, *task, Look::Without { why: why.clone() });
        }
    }
}

fn begun(state: &mut State, id: TaskId, asked: Appraising) {
    set_apart(state, asked.by);
    let task = state.tasks.get_mut(&id).filter(|task| !task.is_ended());
    if let Some(task) = task {
        task.look = Some(Look::Asked(asked));
        state.appraisals.at_work.insert(id, asked);
    }
}

fn settled(state: &mut State, id: TaskId, look: Look) {
    state.appraisals.at_work.remove(&id);
    let task = state.tasks.get_mut(&id);
    let Some(task) = task.filter(|task| task.phase == Phase::Queued && task.council.is_empty())
    else {
        return;
    };
    if let Some(appraisal) = look.given()
        && task.order.kind_by == KindBy::Text
    {
        task.order.kind = appraisal.kind;
    }
    task.look = Some(look);
    state.queue.read(id, &task.order);
}

/// A task is over: nothing is asked about it any more, or by it about one that is over.
pub(super) fn concluded(state: &mut State, id: TaskId) {
    let is_over = |state: &State, id: TaskId| state.tasks.get(&id).is_none_or(Task::is_ended);
    let asked_by_it = state.appraisals.asked_by(id);
    let asked_about_it = state.appraisals.at_work.get(&id).map(|asked| asked.by);
    if asked_about_it.is_some_and(|by| is_over(state, by)) {
        state.appraisals.at_work.remove(&id);
    }
    if let Some(about) = asked_by_it.filter(|about| is_over(state, *about)) {
        state.appraisals.at_work.remove(&about);
    }
}
