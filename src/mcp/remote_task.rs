//! A tool call that the server works on as a task of its own: how it stands, and what to ask next.
//! The asking is the call's business.
//!
//! In MCP 2025-11-25 the client makes the call a task, fetches the result when it is there, and is
//! asked by requests of the server. In 2026-07-28 (an extension) the server decides; one answer tells
//! how the task stands, what it wants to know, or what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rmcp::model::ClientRequest;
use serde_json::{Map, Value, json};

use crate::mcp::answer::{self, Questions};
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
    made_by: MadeBy,
    /// The keys of the questions that have been answered; the server may still show them.
    answered: BTreeSet<String>,
    /// What the server said last about it.
    said: String,
}

/// Who made the call a task, which is also how it is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MadeBy {
    /// We, by 2025-11-25.
    Client,
    /// It, by the extension of 2026-07-28.
    Server,
}

#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// `tasks/get` is next or under way.
    Watching,
    /// `tasks/result` is next or under way.
    Fetching,
    /// `tasks/update` with these answers is next or under way.
    Telling(BTreeMap<String, Value>),
}

/// What an answer about a task means.
#[derive(Debug)]
pub(crate) enum Turn {
    /// Ask again after this time; something may be told meanwhile.
    Wait(Duration, Option<Signal>),
    /// It is the result of the tool.
    Result(Value),
    /// It wants to know something; the answers are for [`RemoteTask::tell`].
    Input(Questions),
    /// The task ended without one: the code and the words of its error.
    Ended(i64, String),
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
    /// The task that `result` says was started, as we wished.
    pub(crate) fn started(result: &Value) -> Option<Self> {
        Self::of(result.get("task")?, MadeBy::Client)
    }

    /// The task that `result` says the server made of a plain call.
    pub(crate) fn made(result: &Value) -> Option<Self> {
        let kind = result.get("resultType").and_then(Value::as_str);
        (kind == Some("task")).then(|| Self::of(result, MadeBy::Server))?
    }

    fn of(task: &Value, made_by: MadeBy) -> Option<Self> {
        Some(Self {
            id: task.get("taskId")?.as_str()?.to_owned(),
            poll: poll(task),
            stage: Stage::Watching,
            made_by,
            answered: BTreeSet::new(),
            said: String::new(),
        })
    }

    /// What to ask now.
    pub(crate) fn next(&self) -> ClientRequest {
        let (method, answers) = match &self.stage {
            Stage::Watching => ("tasks/get", None),
            Stage::Fetching => ("tasks/result", None),
            Stage::Telling(answers) => ("tasks/update", Some(answers)),
        };
        let mut params = json!({ "taskId": self.id });
        if let Some(answers) = answers {
            params["inputResponses"] = json!(answers);
        }
        lookup::raw(method, params)
    }

    /// The answers to [`Turn::Input`] are to be told next.
    pub(crate) fn tell(&mut self, answers: BTreeMap<String, Value>) {
        self.answered.extend(answers.keys().cloned());
        self.stage = Stage::Telling(answers);
    }

    /// How long to wait before the first question.
    pub(crate) fn pause(&self) -> Duration {
        self.poll
    }

    /// Takes the answer to [`next`](Self::next) in.
    pub(crate) fn answered(&mut self, mut result: Value) -> Turn {
        match self.stage {
            Stage::Watching => {}
            Stage::Fetching => return Turn::Result(result),
            Stage::Telling(_) => {
                self.stage = Stage::Watching;
                return Turn::Wait(Duration::ZERO, None);
            }
        }
        // Some servers wrap it as they do at the start.
        let mut task = match result.get_mut("task").map(Value::take) {
            Some(task) => task,
            None => result,
        };
        let status = task.get("status").and_then(Value::as_str);
        let status = status.unwrap_or_default().to_owned();
        match (status.as_str(), self.made_by) {
            ("working" | "submitted", _) => self.working(&task),
            // The questions of a task come while its result is waited for.
            ("input_required" | "completed" | "failed", MadeBy::Client) => {
                self.stage = Stage::Fetching;
                Turn::Wait(Duration::ZERO, None)
            }
            ("input_required", MadeBy::Server) => {
                let mut questions = answer::asked(task.get_mut("inputRequests").map(Value::take));
                questions.retain(|key, _| !self.answered.contains(key));
                if questions.is_empty() {
                    return self.working(&task);
                }
                Turn::Input(questions)
            }
            ("completed", MadeBy::Server) => match task.get_mut("result").map(Value::take) {
                Some(result) => Turn::Result(result),
                None => Turn::Senseless,
            },
            ("failed", MadeBy::Server) => {
                let error = task.get("error").unwrap_or(&Value::Null);
                let said = error.get("message").and_then(Value::as_str);
                let code = error.get("code").and_then(Value::as_i64);
                let said = said.unwrap_or("its task failed, and it does not say why");
                Turn::Ended(code.unwrap_or_default(), said.to_owned())
            }
            ("cancelled", _) => Turn::Ended(0, "it cancelled its task".to_owned()),
            _ => Turn::Senseless,
        }
    }

    /// It goes on; what is new of it is told.
    fn working(&mut self, task: &Value) -> Turn {
        self.poll = poll(task);
        let said = task.get("statusMessage").and_then(Value::as_str);
        let said = said.unwrap_or_default();
        let news = (!said.is_empty() && said != self.said).then(|| Signal::Progress {
            progress: 0.0,
            total: None,
            message: Some(said.to_owned()),
            meta: Value::Null,
        });
        said.clone_into(&mut self.said);
        Turn::Wait(self.poll, news)
    }
}

fn poll(task: &Value) -> Duration {
    let asked = task.get("pollInterval").or(task.get("pollIntervalMs"));
    let asked = asked.and_then(Value::as_u64);
    let asked = asked.map_or(POLL, Duration::from_millis);
    asked.clamp(POLL_LEAST, POLL_MOST)
}
