//! Plans in the simulation: what members answer, how the operator changes one, and what must hold.

use fastrand::Rng;
use serde_json::json;
use synod::core::plan::{PlanStage, Stands, planned, text};
use synod::core::{
    AttentionId, CallId, Command, Ending, Outcome, Plan, PlanOrder, Purpose, Reply, State,
    Strategy, Task, TaskId, Text, decide,
};

/// A plan, mostly one that can be worked.
pub(crate) fn answer(rng: &mut Rng) -> String {
    let steps = rng.usize(1..5);
    let steps: Vec<_> = (0..steps)
        .map(|at| {
            let after: Vec<String> = (0..at)
                .filter(|_| rng.bool())
                .map(|before| format!("s{before}"))
                .collect();
            let strategy = ["solo", "solo", "council", "think"][rng.usize(0..4)];
            json!({
                "key": format!("s{at}"),
                "prompt": format!("step {at}"),
                "after": after,
                "strategy": strategy,
                "accept": if rng.bool() { "it is there" } else { "" },
            })
        })
        .collect();
    match rng.u8(0..10) {
        0 => "First read, then write.".to_owned(),
        1 => json!({"steps": []}).to_string(),
        2 => json!({"steps": [{"key": "a", "prompt": "b", "after": ["c"]}]}).to_string(),
        _ => json!({"steps": steps}).to_string(),
    }
}

/// The operator drops the last step, or asks for what cannot be.
pub(crate) fn edit(state: &State, task: TaskId, pick: usize) -> Command {
    let planning = state.task(task).unwrap().planning();
    let steps = planning.plan().unwrap().steps();
    let kept = steps.len().saturating_sub(pick % 3).max(1);
    let plan = Plan(steps[..kept].to_vec());
    Command::Plan {
        task,
        order: PlanOrder::Edit {
            revision: planning.revision(),
            text: Text::from(text(&plan)),
        },
    }
}

/// The operator approves what can be worked, and refuses a plan for which the members are gone.
pub(crate) fn settled(state: &State, attention: AttentionId) -> Command {
    let answer = |reply| Command::Answer { attention, reply };
    let approve = answer(Reply::Allow);
    let reason = String::new();
    if decide(state, &approve).is_ok() {
        approve
    } else {
        answer(Reply::Deny { reason })
    }
}

pub(crate) fn is_due(task: &Task, purpose: Purpose) -> bool {
    let stage = if purpose == Purpose::Gather {
        PlanStage::Gather
    } else {
        PlanStage::Draft
    };
    task.order().strategy == Strategy::Plan && task.planning().stage() == stage
}

/// Whether a planned task waits for the operator or for a step.
pub(crate) fn waits(state: &State, task: &Task) -> bool {
    let mut steps = task.planning().placed().iter();
    state.plan_item(task.id()).is_some()
        || steps.any(|step| state.task(step.task).is_some_and(|it| !it.is_ended()))
}

fn staged(state: &State, task: TaskId, stage: PlanStage) -> Result<&Task, String> {
    let task = state.task(task).ok_or("a plan of no task")?;
    if task.order().strategy == Strategy::Plan && task.planning().stage() == stage {
        Ok(task)
    } else {
        Err(format!("a plan moves where {stage:?} is not due"))
    }
}

pub(crate) fn proposed(state: &State, task: TaskId, call: CallId) -> Result<(), String> {
    staged(state, task, PlanStage::Draft)?;
    let call = state.call(call).ok_or("a plan from no call")?;
    let asked = [Purpose::Plan, Purpose::PlanAgain].contains(&call.purpose());
    if call.task() == task && asked && matches!(call.ending(), Some(Ending::Answered(_))) {
        Ok(())
    } else {
        Err("a plan that nobody gave".to_owned())
    }
}

pub(crate) fn waits_for_leave(state: &State, task: TaskId) -> Result<(), String> {
    let task = staged(state, task, PlanStage::Approve)?;
    if task.is_ended() {
        return Err("a plan is changed after its task".to_owned());
    }
    Ok(())
}

pub(crate) fn approved(state: &State, task: TaskId, steps: &[TaskId]) -> Result<(), String> {
    waits_for_leave(state, task)?;
    let planned = state.task(task).unwrap().planning().plan().unwrap().steps();
    for (at, (step, id)) in planned.iter().zip(steps).enumerate() {
        let task = state.task(*id).ok_or("a step that was not added")?;
        let before = planned[..at].iter().zip(steps);
        let before: Vec<TaskId> = before
            .filter(|(one, _)| step.after.contains(&one.key))
            .map(|(_, id)| *id)
            .collect();
        if before.len() != step.after.len()
            || !before.iter().all(|on| task.order().after.contains(on))
        {
            return Err(format!("{id} does not wait for what its step is after"));
        }
    }
    if steps.len() == planned.len() {
        Ok(())
    } else {
        Err("some steps have no task".to_owned())
    }
}

pub(crate) fn resumed(state: &State, task: TaskId) -> Result<(), String> {
    let task = staged(state, task, PlanStage::Work)?;
    match task.outcome() {
        Some(Outcome::Failed { .. } | Outcome::Cancelled) => Ok(()),
        Some(Outcome::Done { .. }) | None => Err("a task that needs nothing goes on".to_owned()),
    }
}

/// What a planned task knows of its steps is so, and an open one remembers all of them.
pub(crate) fn are_as_their_steps(state: &State) -> Result<(), String> {
    for task in state.open_tasks() {
        for placed in task.planning().placed() {
            let Some(step) = state.task(placed.task) else {
                return Err(format!("{} forgot its step {}", task.id(), placed.task));
            };
            let stands = match step.outcome() {
                None => Stands::Open,
                Some(Outcome::Done { .. }) => Stands::Done,
                Some(Outcome::Failed { .. } | Outcome::Cancelled) => Stands::Broken,
            };
            if stands != placed.stands || planned(state, step.id()) != Some(task.id()) {
                return Err(format!("{} is not as {} says", step.id(), task.id()));
            }
        }
    }
    Ok(())
}
