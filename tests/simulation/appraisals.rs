//! Appraisals: what members say of tasks, and when one may be asked for, given or done without.

use fastrand::Rng;
use serde_json::json;
use synod::core::appraisal::{Appraised, Look};
use synod::core::{Origin, Phase, State, Task, TaskId, TaskKind};

/// What a member says, mostly so that it can be read.
pub(crate) fn reply(rng: &mut Rng) -> String {
    let stakes = ["low", "usual", "high"][rng.usize(0..3)];
    let kind = TaskKind::ALL[rng.usize(0..TaskKind::ALL.len())];
    match rng.u8(0..6) {
        0 => "It is large.".to_owned(),
        1 => json!({"kind": "poetry", "stakes": stakes}).to_string(),
        2 => {
            json!({"kind": kind, "stakes": stakes, "answer_tokens": rng.u64(1..9_000)}).to_string()
        }
        _ => json!({"kind": kind, "stakes": stakes}).to_string(),
    }
}

/// Asked for once more at most, and settled only where somebody waits for it.
pub(crate) fn may_happen(state: &State, what: &Appraised) -> Result<(), String> {
    match what {
        Appraised::Set { .. } => Ok(()),
        Appraised::Asked { task, asked } => {
            let (id, task) = (*task, waiting(state, *task)?);
            let by = state.task(asked.by).ok_or("an appraisal by no task")?;
            if by.is_ended() || by.order().origin != Origin::Room || by.order().deadline.is_none() {
                return Err(format!("{id} is looked at by {}", by.id()));
            }
            match (task.look(), asked.again) {
                (Some(Look::Asked(before)), Some(again))
                    if before.by == again && before.again.is_none() =>
                {
                    Ok(())
                }
                // It is asked anew when the room is taken up again.
                (None | Some(Look::Asked(_)), None) => Ok(()),
                (before, again) => Err(format!("{id}: {again:?} is asked again after {before:?}")),
            }
        }
        Appraised::Given { task, .. } => match waiting(state, *task)?.look() {
            Some(Look::Asked(_)) => Ok(()),
            other => Err(format!("{task} was looked at after {other:?}")),
        },
        Appraised::Without { task, .. } => waiting(state, *task).map(|_| ()),
    }
}

fn waiting(state: &State, id: TaskId) -> Result<&Task, String> {
    let task = state.task(id).ok_or("an appraisal of no task")?;
    if task.phase() == &Phase::Queued && task.council().is_empty() {
        Ok(task)
    } else {
        Err(format!("{id} is looked at when it is given out"))
    }
}

/// Whether a task asks for an appraisal that somebody waits for.
pub(crate) fn is_wanted(state: &State, by: TaskId) -> bool {
    let mut open = state.open_tasks();
    open.any(|task| matches!(task.look(), Some(Look::Asked(asked)) if asked.by == by))
}
