//! An agent's request for leave: what it wants to do, and how it is told yes or no.
//!
//! An option is chosen by its kind, never by its name or place. Only `allow_once` and `reject_once` are
//! ever chosen: what an agent keeps for longer it keeps in its own way, one for a whole tool and one in
//! a file for all processes to come. The room remembers a lasting yes itself.

use serde_json::{Value, json};

use crate::core::text::one_line;
use crate::core::{Reply, Request, Text};
use crate::mcp::{AskAnswer, AskReply};
use crate::members::dialect::{Question, ReplyStyle, text_at};
use crate::members::setup::{AcpAgent, AcpOptions};

/// The longest title that is shown, in bytes.
const TITLE_MAX: usize = 300;

/// What is asked.
#[derive(Debug)]
pub(super) struct Leave {
    agent: AcpAgent,
    /// The agent's folder, in which it does what names no other.
    cwd: String,
    call: Value,
    options: LeaveOptions,
}

/// The ways in which an agent can be told yes and no.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LeaveOptions {
    allow: Option<String>,
    refuse: Option<String>,
}

impl LeaveOptions {
    /// What tells the agent a reply.
    pub(crate) fn answer(&self, reply: &Reply) -> AskAnswer {
        match reply {
            Reply::Allow | Reply::AllowForSession => chosen(self.allow.as_deref()),
            Reply::Deny { .. } | Reply::Fill { .. } | Reply::KeepAside | Reply::Hold(_) => {
                self.refuse()
            }
        }
    }

    /// What tells it no.
    pub(crate) fn refuse(&self) -> AskAnswer {
        chosen(self.refuse.as_deref())
    }
}

/// An option, or where there is none of its kind, that nothing was chosen.
fn chosen(option: Option<&str>) -> AskAnswer {
    AskAnswer::Result(match option {
        Some(option) => json!({"outcome": {"outcome": "selected", "optionId": option}}),
        None => json!({"outcome": {"outcome": "cancelled"}}),
    })
}

impl Leave {
    pub(super) fn read(params: &Value, options: &AcpOptions) -> Self {
        let option = |kind: &str| {
            let all = params.get("options").and_then(Value::as_array);
            let mut all = all.into_iter().flatten();
            let option = all.find(|option| text_at(option, "kind") == kind)?;
            Some(option.get("optionId")?.as_str()?.to_owned())
        };
        Self {
            agent: options.agent,
            cwd: options.cwd.to_string_lossy().into_owned(),
            call: params.get("toolCall").cloned().unwrap_or_default(),
            options: LeaveOptions {
                allow: option("allow_once"),
                refuse: option("reject_once"),
            },
        }
    }

    pub(super) fn options(&self) -> &LeaveOptions {
        &self.options
    }

    /// One line about what is wanted.
    pub(super) fn title(&self) -> String {
        let title = text_at(&self.call, "title");
        let title = if title.is_empty() { "a tool" } else { title };
        one_line(title, TITLE_MAX)
    }

    pub(super) fn question(self, reply: AskReply) -> Question {
        Question {
            request: self.request(),
            style: ReplyStyle::Acp(self.options),
            reply,
        }
    }

    fn request(&self) -> Request {
        let input = self.call.get("rawInput").unwrap_or(&Value::Null);
        match text_at(&self.call, "kind") {
            "execute" => Request::Exec {
                command: command(input, text_at(&self.call, "title")),
                cwd: match text_at(input, "cwd") {
                    "" => self.cwd.clone(),
                    named => named.to_owned(),
                },
            },
            "edit" | "delete" | "move" => Request::Patch {
                files: self.files(),
                diff: Text::from(self.diff()),
            },
            _ => Request::Tool {
                server: self.agent.word().to_owned(),
                tool: self.title(),
                arguments: Text::from(arguments(input)),
                reads: false,
            },
        }
    }

    /// The files that it is about: those of its diffs, else the places that it names.
    fn files(&self) -> Vec<String> {
        let paths = |list: &str| -> Vec<String> {
            let all = self.call.get(list).and_then(Value::as_array);
            let all = all.into_iter().flatten();
            all.map(|one| text_at(one, "path").to_owned())
                .filter(|path| !path.is_empty())
                .collect()
        };
        let mut files = paths("content");
        if files.is_empty() {
            files = paths("locations");
        }
        files.dedup();
        files
    }

    fn diff(&self) -> String {
        let content = self.call.get("content").and_then(Value::as_array);
        let diffs = content.map_or_else(Vec::new, |content| super::steps::diffs(content));
        if diffs.is_empty() {
            let input = self.call.get("rawInput").unwrap_or(&Value::Null);
            return arguments(input);
        }
        diffs.join("\n")
    }
}

/// The words of a command: a list as it is, a line by a shell. Where an agent tells it by its title alone,
/// that is the whole command: rules and people judge all of it.
fn command(input: &Value, title: &str) -> Vec<String> {
    match input.get("command") {
        Some(Value::Array(words)) if !words.is_empty() => words
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(Value::String(line)) => shell(line),
        Some(_) | None => shell(title),
    }
}

fn shell(line: &str) -> Vec<String> {
    ["sh", "-c", line].map(str::to_owned).to_vec()
}

fn arguments(input: &Value) -> String {
    match input {
        Value::Object(_) => input.to_string(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            "{}".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::Leave;
    use crate::core::Request;
    use crate::mcp::AskReply;
    use crate::members::setup::AcpOptions;

    #[test]
    fn a_command_that_is_told_by_its_title_is_judged_whole() {
        let line = format!("echo hi\nrm -rf src # {}", "x".repeat(500));
        let asked = json!({"toolCall": {"kind": "execute", "title": line}, "options": []});
        let leave = Leave::read(&asked, &AcpOptions::default());
        assert!(leave.title().len() < 310);
        let request = leave.question(AskReply::channel().0).request;
        let expected = Request::Exec {
            command: vec!["sh".to_owned(), "-c".to_owned(), line],
            cwd: String::new(),
        };
        assert_eq!(request, expected);
    }
}
