//! Plans: changed, approved, refused, and gone on with after a step had no result.

use crate::core::decide::command::resolved_by_operator;
use crate::core::decide::queue::{analysed, check_order, known_kind};
use crate::core::plan::{self, PlanStage, Stands};
use crate::core::{
    AttentionId, Event, Outcome, PlanOrder, Planned, Refusal, Reply, State, Task, TaskId, TaskOrder,
};

/// Does what the operator wants with the plan of a task.
pub(super) fn order(state: &State, id: TaskId, order: &PlanOrder) -> Result<Vec<Event>, Refusal> {
    let task = awaiting(state, id)?;
    let (PlanOrder::Edit { revision, .. } | PlanOrder::Approve { revision }) = order;
    if *revision != task.planning.revision() {
        return Err(Refusal::PlanChanged { task: id });
    }
    match order {
        PlanOrder::Edit { text, .. } => {
            let plan = plan::written(state, text.as_str()).map_err(|flaws| Refusal::BadPlan {
                why: flaws.to_string(),
            })?;
            Ok(vec![Event::Planned {
                what: Planned::Edited { task: id, plan },
            }])
        }
        PlanOrder::Approve { .. } => approve(state, task),
    }
}

/// What the operator says to the item that asks for leave.
pub(super) fn answer(
    state: &State,
    item: AttentionId,
    id: TaskId,
    reply: &Reply,
) -> Result<Vec<Event>, Refusal> {
    match reply {
        Reply::Allow | Reply::AllowForSession => approve(state, awaiting(state, id)?),
        Reply::Deny { .. } => Ok(vec![
            resolved_by_operator(item, None, reply.clone()),
            Event::TaskConcluded {
                task: id,
                outcome: Outcome::Cancelled,
            },
        ]),
        Reply::KeepAside | Reply::Hold(_) | Reply::Fill { .. } => Err(Refusal::WrongReply {
            attention: item,
            why: "allow adds the steps to the queue, deny cancels the task".to_owned(),
        }),
    }
}

/// A task whose plan waits for leave.
fn awaiting(state: &State, id: TaskId) -> Result<&Task, Refusal> {
    let task = state.task(id).ok_or(Refusal::NoSuchTask { task: id })?;
    if task.is_ended() {
        return Err(Refusal::TaskOver { task: id });
    }
    match task.planning.stage() {
        PlanStage::Approve => Ok(task),
        PlanStage::Draft | PlanStage::Work | PlanStage::Gather | PlanStage::Broken => {
            Err(Refusal::NoPlan { task: id })
        }
    }
}

/// Adds the steps. The room may have changed since the plan was read, so each is held against it again.
fn approve(state: &State, task: &Task) -> Result<Vec<Event>, Refusal> {
    let id = task.id;
    let plan = task
        .planning
        .plan()
        .ok_or(Refusal::NoPlan { task: id })?
        .clone();
    let first = state.next_task();
    let orders = plan.orders(&task.order, first);
    for (step, order) in plan.steps().iter().zip(&orders) {
        let alone = TaskOrder {
            after: Vec::new(),
            ..order.clone()
        };
        let held = check_order(state, &alone).and_then(|()| known_kind(state, order.kind));
        held.map_err(|refusal| Refusal::BadPlan {
            why: plan::Flaw::Refused(step.key.clone(), refusal.to_string()).to_string(),
        })?;
    }
    let mut events = Vec::new();
    if let Some(item) = state.plan_item(id) {
        events.push(resolved_by_operator(item, None, Reply::Allow));
    }
    let mut steps = Vec::new();
    for (number, order) in (first.0..).zip(orders) {
        let step = TaskId(number);
        let (order, analysis) = analysed(state, order);
        // A kind that a plan says teaches the room nothing of texts.
        let analysis = plan
            .steps()
            .get(steps.len())
            .is_some_and(|step| step.kind.is_none())
            .then(|| Box::new(analysis));
        steps.push(step);
        events.push(Event::TaskAdded {
            task: step,
            order,
            analysis,
        });
    }
    events.push(Event::Planned {
        what: Planned::Approved { task: id, steps },
    });
    Ok(events)
}

/// Whether the room knows all steps of a plan: what those brought that it forgot cannot be handed on.
pub(super) fn remembers_steps(state: &State, id: TaskId) -> bool {
    let placed = state.task(id).map(|task| task.planning.placed());
    let mut placed = placed.into_iter().flatten();
    placed.all(|step| state.task(step.task).is_some())
}

/// The tasks that are worked again with a step, in the order of the plan, and whether the planned task is
/// over and goes on with them. `None`: it is no step of a plan that goes on.
pub(super) fn worked_again(state: &State, step: TaskId) -> Option<(Vec<TaskId>, Option<TaskId>)> {
    let of = plan::planned(state, step)?;
    let task = state.task(of)?;
    let plan = task.planning.plan()?;
    let over = match task.outcome() {
        Some(Outcome::Done { .. }) => return None,
        Some(Outcome::Failed { .. } | Outcome::Cancelled) => Some(of),
        None => None,
    };
    let mut keys: Vec<&str> = Vec::new();
    let mut again = Vec::new();
    for (one, placed) in plan.steps().iter().zip(task.planning.placed()) {
        let waited = one.after.iter().any(|key| keys.contains(&key.as_str()));
        let wanted = over.is_some() || waited || placed.task == step;
        if wanted && placed.stands == Stands::Broken {
            keys.push(&one.key);
            again.push(placed.task);
        }
    }
    Some((again, over))
}
