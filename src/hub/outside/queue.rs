//! Tasks that somebody put into `task_queue.json`.

use serde_json::{Map, Value};

use crate::core::{KindBy, MemberName, Origin, State, TaskId, TaskOrder, Text};
use crate::hub::project::plain;

/// The longest prompt of a proposed task, in bytes.
const PROMPT_MAX: usize = 64 * 1024;
/// How many added tasks are read from one text.
const ADDED_MAX: usize = 200;
/// Fields that change with every revision.
const PASSING: [&str; 4] = ["rev", "sum", "open_left_out", "pages"];

/// What was added.
#[derive(Debug, Default)]
pub(super) struct Added {
    pub(super) orders: Vec<TaskOrder>,
    /// But for these the text is as it was.
    pub(super) nothing_else: bool,
}

/// Finds the entries of `open` that are no tasks of the room.
pub(super) fn added(state: &State, ours: &str, theirs: &str) -> Added {
    let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).ok();
    let Some(mut theirs) = read(theirs) else {
        return Added::default();
    };
    let mut orders = Vec::new();
    let mut whole = true;
    if let Some(open) = theirs.get_mut("open").and_then(Value::as_array_mut) {
        open.retain(|entry| {
            if is_ours(state, entry) {
                return true;
            }
            match order(state, entry) {
                Some(order) if orders.len() < ADDED_MAX => orders.push(order),
                Some(_) | None => whole = false,
            }
            false
        });
    }
    let same = read(ours).is_some_and(|ours| steady(ours) == steady(theirs));
    Added {
        nothing_else: whole && same && !orders.is_empty(),
        orders,
    }
}

/// Whether an entry has the number of a task that the room once gave.
fn is_ours(state: &State, entry: &Value) -> bool {
    let number = entry.get("task").and_then(Value::as_u64);
    number.is_some_and(|number| number > 0 && TaskId(number) < state.next_task())
}

/// The task that an entry asks for. Words that mean nothing here are passed over.
fn order(state: &State, entry: &Value) -> Option<TaskOrder> {
    let word = |name: &str| entry.get(name).and_then(Value::as_str);
    let prompt = plain::text(word("prompt")?);
    if prompt.trim().is_empty() || prompt.len() > PROMPT_MAX {
        return None;
    }
    let list = |name: &str| entry.get(name).and_then(Value::as_array);
    let wanted = ["wanted", "members", "assigned"];
    let members = wanted.into_iter().find_map(list).into_iter().flatten();
    let members = members
        .filter_map(Value::as_str)
        .filter_map(|name| MemberName::new(name).ok());
    let after = list("after").into_iter().flatten();
    let kind = word("kind").and_then(|word| state.kinds().read(word).ok());
    let usual = TaskOrder::new(Text::from(prompt));
    Some(TaskOrder {
        kind: kind.unwrap_or(usual.kind),
        kind_by: kind.map_or(KindBy::Open, |_| KindBy::Given),
        priority: word("priority")
            .map_or(Ok(usual.priority), str::parse)
            .unwrap_or(usual.priority),
        strategy: word("strategy")
            .map_or(Ok(usual.strategy), str::parse)
            .unwrap_or(usual.strategy),
        members: members
            .filter(|name| state.member(name).is_some())
            .collect(),
        after: after
            .filter_map(Value::as_u64)
            .map(TaskId)
            .filter(|task| state.task(*task).is_some())
            .collect(),
        origin: Origin::Hub,
        ..usual
    })
}

fn steady(mut fields: Map<String, Value>) -> Map<String, Value> {
    fields.retain(|name, _| !PASSING.contains(&name.as_str()));
    fields
}
