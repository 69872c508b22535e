//! A tool call that the server works on as a task of its own (MCP 2025-11-25): how it stands, and
//! what to ask next. The asking is the call's business.

use std::time::Duration;

use rmcp::model::ClientRequest;
use serde_json::{Map, Value, json};

use crate::mcp::lookup;
use crate::mcp::signal::Signal;

/// How often a server is asked that does not say how often.
const POLL: Duration = Duration::from_secs(1);
const POLL_LEAST: Duration = Duration::from_millis(100);
const POLL_MOST: Duration = Duration::from_secs(5);

/// A task that runs on the server.
#[derive(Debug)]
pub(crate) struct RemoteTask {
    pub(crate) id: String,
    poll: Duration,
    stage: Stage,
    /// What the server said last about it.
    said: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// `tasks/get` is next or under way.
    Watching,
    /// `tasks/result` is next or under way.
    Fetching,
}

/// What an answer about a task means.
#[derive(Debug)]
pub(crate) enum Turn {
    /// Ask again after this time; something may be told meanwhile.
    Wait(Duration, Option<Signal>),
    /// It is the result of the tool.
    Result(Value),
    /// The task ended without one.
    Ended(String),
    /// It says nothing about the task.
    Senseless,
}

/// The request that makes a call a task.
pub(crate) fn request(tool: &str, arguments: &Map<String, Value>, keep: Duration) -> ClientRequest {
    let ttl = u64::try_from(keep.as_millis()).unwrap_or(u64::MAX);
    let params = json!({"name": tool, "arguments": arguments, "task": {"ttl": ttl}});
    lookup::raw("tools/call", params)
}

/// The request that ends a task.
pub(crate) fn cancel(id: &str) -> ClientRequest {
    lookup::raw("tasks/cancel", json!({ "taskId": id }))
}

/// A server that was called plainly may only then say that it wants a task.
pub(crate) fn is_wanted(said: &str) -> bool {
    said.contains("requires task augmentation")
}

impl RemoteTask {
    /// The task that `result` says was started.
    pub(crate) fn started(result: &Value) -> Option<Self> {
        let task = result.get("task")?;
        Some(Self {
            id: task.get("taskId")?.as_str()?.to_owned(),
            poll: poll(task),
            stage: Stage::Watching,
            said: String::new(),
        })
    }

    /// What to ask now.
    pub(crate) fn next(&self) -> ClientRequest {
        let method = match self.stage {
            Stage::Watching => "tasks/get",
            Stage::Fetching => "tasks/result",
        };
        lookup::raw(method, json!({ "taskId": self.id }))
    }

    /// How long to wait before the first question.
    pub(crate) fn pause(&self) -> Duration {
        self.poll
    }

    /// Takes the answer to [`next`](Self::next) in.
    pub(crate) fn answered(&mut self, result: Value) -> Turn {
        if self.stage == Stage::Fetching {
            return Turn::Result(result);
        }
        // Some servers wrap it as they do at the start.
        let task = result.get("task").unwrap_or(&result);
        let said = task.get("statusMessage").and_then(Value::as_str);
        let said = said.unwrap_or_default();
        match task.get("status").and_then(Value::as_str) {
            Some("working" | "submitted") => {
                self.poll = poll(task);
                let news = (!said.is_empty() && said != self.said).then(|| Signal::Progress {
                    progress: 0.0,
                    total: None,
                    message: Some(said.to_owned()),
                    meta: Value::Null,
                });
                said.clone_into(&mut self.said);
                Turn::Wait(self.poll, news)
            }
            // The questions of a task come while its result is waited for.
            Some("input_required" | "completed" | "failed") => {
                self.stage = Stage::Fetching;
                Turn::Wait(Duration::ZERO, None)
            }
            Some("cancelled") => Turn::Ended("it cancelled its task".to_owned()),
            Some(_) | None => Turn::Senseless,
        }
    }
}

fn poll(task: &Value) -> Duration {
    let asked = task.get("pollInterval").and_then(Value::as_u64);
    let asked = asked.map_or(POLL, Duration::from_millis);
    asked.clamp(POLL_LEAST, POLL_MOST)
}
