//! What the journal of a test's room holds.

use serde_json::Value;

/// The bodies of all events of this name; of those without a body the name.
pub(crate) fn events<'j>(journal: &'j [Value], name: &str) -> Vec<&'j Value> {
    let body = |line: &'j Value| {
        let event = &line["event"];
        event.get(name).or_else(|| (event == name).then_some(event))
    };
    journal.iter().filter_map(body).collect()
}

/// How a task ended.
pub(crate) fn outcome(journal: &[Value], task: u64) -> &Value {
    let ended = events(journal, "task_concluded");
    let of = |body: &&&Value| body["task"] == task;
    &ended
        .iter()
        .rfind(of)
        .unwrap_or_else(|| panic!("task {task} has not ended"))["outcome"]
}

/// The result of a task that is done.
pub(crate) fn result(journal: &[Value], task: u64) -> &str {
    outcome(journal, task)["done"]["result"].as_str().unwrap()
}

/// The prompts of all tasks added.
pub(crate) fn prompts(journal: &[Value]) -> Vec<&str> {
    events(journal, "task_added")
        .iter()
        .filter_map(|body| body["order"]["prompt"].as_str())
        .collect()
}
