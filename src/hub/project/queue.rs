//! `task_queue.json`: open tasks in the order of the queue with their assignments, and the last
//! ended ones. Open tasks for which it has no room are in pages `task_queue/<n>.json`, each with the
//! tasks of a range of numbers, so that a page changes only with its own tasks.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{calls, plain, standing, time};
use crate::core::plan::{PlanStage, Stands};
use crate::core::retention::Aged;
use crate::core::routing::policy::Policy;
use crate::core::voting::Rule;
use crate::core::{
    Basis, CheckName, MemberName, Origin, Outcome, Phase, State, Task, TaskId, Timestamp,
};
use crate::hub::document::DocumentName;

/// How many open tasks are listed.
const OPEN_SHOWN: usize = 500;
/// How many numbers of tasks a page is for.
const PAGE_NUMBERS: u64 = 500;
/// How many ended tasks are listed.
const ENDED_SHOWN: usize = 200;
/// How many calls of an open task are listed.
const CALLS_SHOWN: usize = 24;

pub(super) fn fields(state: &State) -> Map<String, Value> {
    let open_ever = state.open_ids().count();
    let open: Vec<Value> = state
        .open_tasks()
        .take(OPEN_SHOWN)
        .map(|task| open(state, task))
        .collect();
    let ended: Vec<Value> = state
        .ended_tasks()
        .filter(|task| !task.is_the_rooms())
        .take(ENDED_SHOWN)
        .filter_map(|task| ended(state, task))
        .collect();
    let mut fields = Map::new();
    let pages = pages(state).into_iter().map(DocumentName::QueuePage);
    let pages: Vec<String> = pages.map(|page| page.to_string()).collect();
    fields.insert("open_left_out".to_owned(), json!(open_ever - open.len()));
    fields.insert("pages".to_owned(), json!(pages));
    fields.insert("open".to_owned(), json!(open));
    fields.insert("ended".to_owned(), json!(ended));
    fields
}

/// The pages with open tasks for which the queue's document has no room.
pub(super) fn pages(state: &State) -> BTreeSet<u64> {
    left_out(state).map(page_of).collect()
}

/// The page that has a task, where the queue's document has no room for it.
pub(in crate::hub) fn page_of(task: TaskId) -> u64 {
    task.0 / PAGE_NUMBERS
}

/// The open tasks for which the queue's document has room.
pub(in crate::hub) fn shown(state: &State) -> BTreeSet<TaskId> {
    state.open_ids().take(OPEN_SHOWN).collect()
}

/// Whether there can be tasks with the numbers of a page.
pub(super) fn has_page(state: &State, page: u64) -> bool {
    page.saturating_mul(PAGE_NUMBERS) < state.next_task().0
}

/// The open tasks of a page, in the order of the queue.
pub(super) fn page(state: &State, page: u64) -> Map<String, Value> {
    let first = page.saturating_mul(PAGE_NUMBERS);
    let numbers = first..first.saturating_add(PAGE_NUMBERS);
    let open: Vec<Value> = left_out(state)
        .filter(|task| numbers.contains(&task.0))
        .filter_map(|task| Some(open(state, state.task(task)?)))
        .collect();
    let mut fields = Map::new();
    fields.insert("page".to_owned(), json!(page));
    fields.insert("from".to_owned(), json!(numbers.start));
    fields.insert("to".to_owned(), json!(numbers.end - 1));
    fields.insert("open".to_owned(), json!(open));
    fields
}

fn left_out(state: &State) -> impl Iterator<Item = TaskId> {
    state.open_ids().skip(OPEN_SHOWN)
}

fn open(state: &State, task: &Task) -> Value {
    let order = task.order();
    let after: Vec<u64> = order.after.iter().map(|task| task.0).collect();
    let work: Vec<Value> = calls(state, task)
        .rev()
        .take(CALLS_SHOWN)
        .map(|(id, call)| {
            json!({
                "call": id.to_string(),
                "member": call.member().as_str(),
                "session": call.session().to_string(),
                "state": standing(call),
                "since": time(call.started()),
            })
        })
        .collect();
    json!({
        "task": task.id().0,
        "prompt": plain::line(&order.prompt, 400),
        "kind": order.kind.word(),
        "priority": order.priority.word(),
        "strategy": order.strategy.word(),
        "wanted": names(&order.members),
        "after": after,
        "deadline": order.deadline.map(time),
        "rule": order.rule.map(Rule::word),
        "policy": order.policy.map(Policy::word),
        "check": order.check.as_ref().map(CheckName::as_str),
        "origin": origin(order.origin),
        "state": state_word(task),
        "part_of": task.part().map(|part| part.of.0),
        "plan": plan(task),
        "assigned": names(task.council()),
        "because": plain::word(task.routed_because(), 300),
        "not_before": (task.not_before() > Timestamp::default()).then(|| time(task.not_before())),
        "added": time(task.added()),
        "started": task.started().map(time),
        "work": work,
    })
}

fn ended(state: &State, task: &Task) -> Option<Value> {
    let Phase::Ended { at, outcome } = task.phase() else {
        return None;
    };
    let order = task.order();
    let mut entry = json!({
        "task": task.id().0,
        "prompt": plain::line(&order.prompt, 160),
        "kind": order.kind.word(),
        "strategy": order.strategy.word(),
        "members": names(task.council()),
        "outcome": super::queue::outcome(outcome),
        "at": time(*at),
    });
    match outcome {
        Outcome::Done { basis: why, .. } => {
            entry["basis"] = json!(basis(*why));
            if !task.is_the_rooms() {
                let archived = state.aged(task.id()).and_then(Aged::page);
                let result =
                    archived.map_or(DocumentName::Result(task.id()), DocumentName::Archive);
                entry["result"] = json!(result.to_string());
            }
        }
        Outcome::Failed { why } => entry["why"] = json!(plain::word(why, 300)),
        Outcome::Cancelled => {}
    }
    Some(entry)
}

fn names(members: &[MemberName]) -> Vec<&str> {
    members.iter().map(MemberName::as_str).collect()
}

/// How the steps of a plan stand, for a task that has one.
fn plan(task: &Task) -> Option<Value> {
    let planning = task.planning();
    let steps = planning.plan()?.steps().iter().zip(0..).map(|(step, at)| {
        let placed = planning.placed().get(at);
        json!({
            "key": step.key,
            "after": step.after,
            "kind": step.kind.map(|kind| kind.word().to_owned()),
            "task": placed.map(|placed| placed.task.0),
            "done": placed.map(|placed| placed.stands == Stands::Done),
        })
    });
    Some(json!(steps.collect::<Vec<Value>>()))
}

fn state_word(task: &Task) -> &'static str {
    if !task.is_ended() && task.planning().stage() == PlanStage::Approve {
        return "its plan waits for leave";
    }
    phase(task.phase())
}

fn phase(phase: &Phase) -> &'static str {
    match phase {
        Phase::Queued => "queued",
        Phase::Working => "working",
        Phase::Deciding { .. } => "waits for a decision",
        Phase::Held { .. } => "held",
        Phase::Ended { outcome: how, .. } => outcome(how),
    }
}

pub(super) fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done { .. } => "done",
        Outcome::Failed { .. } => "failed",
        Outcome::Cancelled => "cancelled",
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Operator => "operator",
        Origin::CommandLine => "command line",
        Origin::Hub => "hub",
        Origin::Room => "room",
    }
}

/// Why a result is the result, in words.
pub(super) fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Only => "the only answer",
        Basis::First => "the first answer of a race",
        Basis::Agreement => "the answers agree",
        Basis::LastStep => "the last step of a chain",
        Basis::Operator => "the operator's decision",
        Basis::Conclusion => "the conclusion of its thoughts",
        Basis::Plan => "made of the results of its plan's steps",
        Basis::Vote => "voted for",
        Basis::Consensus => "the members came to agree",
        Basis::Merged => "all answers merged",
        Basis::Expert => "the expert's choice",
        Basis::Fallback => "what is set for conflicts that nobody settles",
    }
}
