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
use crate::members::setup::{AcpAgent, AcpOptions, HandedOver};

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
    /// The tool of a server that the agent was handed, where it is about one.
    handed: Option<HandedTool>,
}

/// A tool of a server that an agent was handed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct HandedTool {
    server: String,
    tool: String,
    arguments: Value,
    reads: bool,
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
    pub(super) fn read(params: &Value, options: &AcpOptions, handed: &[&HandedOver]) -> Self {
        let option = |kind: &str| {
            let all = params.get("options").and_then(Value::as_array);
            let mut all = all.into_iter().flatten();
            let option = all.find(|option| text_at(option, "kind") == kind)?;
            Some(option.get("optionId")?.as_str()?.to_owned())
        };
        Self {
            agent: options.agent,
            cwd: options.cwd.to_string_lossy().into_owned(),
            handed: handed_tool(options.agent, params, handed),
            call: params.get("toolCall").cloned().unwrap_or_default(),
            options: LeaveOptions {
                allow: option("allow_once"),
                refuse: option("reject_once"),
            },
        }
    }

    /// Whether it is about a tool that only reads, by the operator's word.
    pub(super) fn only_reads(&self) -> bool {
        self.handed.as_ref().is_some_and(|tool| tool.reads)
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
        if let Some(handed) = &self.handed {
            return Request::Tool {
                server: handed.server.clone(),
                tool: one_line(&handed.tool, TITLE_MAX),
                arguments: Text::from(arguments(&handed.arguments)),
                reads: handed.reads,
            };
        }
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

/// The tool of a server that was handed over, in the words of each agent. What is no such tool for certain is
/// none: a command, an edit, a server of the agent's own.
fn handed_tool(agent: AcpAgent, params: &Value, handed: &[&HandedOver]) -> Option<HandedTool> {
    let call = params.get("toolCall")?;
    let input = call.get("rawInput").unwrap_or(&Value::Null);
    let title = text_at(call, "title");
    let (server, tool, arguments) = match (agent, text_at(call, "kind")) {
        (AcpAgent::Claude, "other") => {
            let (server, tool) = title.strip_prefix("mcp__")?.split_once("__")?;
            (server.to_owned(), tool.to_owned(), input.clone())
        }
        (AcpAgent::Gemini, "other") => {
            let (tool, server) = title.strip_suffix(" MCP Server)")?.rsplit_once(" (")?;
            (server.to_owned(), tool.to_owned(), told_arguments(call))
        }
        (AcpAgent::Codex, _) => {
            let request = input.get("request")?;
            let meta = request.get("_meta")?;
            if text_at(meta, "codex_approval_kind") != "mcp_tool_call" {
                return None;
            }
            let said = text_at(request, "message");
            let (_, tool) = said.strip_suffix("\"?")?.rsplit_once('"')?;
            let arguments = meta.get("tool_params").cloned().unwrap_or_default();
            (
                text_at(input, "server_name").to_owned(),
                tool.to_owned(),
                arguments,
            )
        }
        (AcpAgent::Opencode, "other") if !OPENCODE_OWN.contains(&title) => {
            // The longest name, where one begins with another.
            let of = |one: &&HandedOver| {
                let tool = title.strip_prefix(one.server.name.as_str())?;
                Some((one.server.name.clone(), tool.strip_prefix('_')?.to_owned()))
            };
            let named = handed.iter().filter_map(of);
            let (server, tool) = named.max_by_key(|(server, _)| server.len())?;
            (server, tool, input.clone())
        }
        (AcpAgent::Claude | AcpAgent::Gemini | AcpAgent::Opencode | AcpAgent::Other, _) => {
            return None;
        }
    };
    let known = handed.iter().find(|one| one.server.name == server)?;
    Some(HandedTool {
        server,
        tool,
        arguments,
        reads: known.reads,
    })
}

/// What opencode asks leave for of its own, which is no tool of any server.
const OPENCODE_OWN: [&str; 2] = ["external_directory", "doom_loop"];

/// Arguments that an agent tells as a text alone.
fn told_arguments(call: &Value) -> Value {
    let text = call.pointer("/content/0/content/text");
    let read = text.and_then(Value::as_str).map(serde_json::from_str);
    read.and_then(Result::ok).unwrap_or_default()
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
    use serde_json::{Value, json};

    use super::Leave;
    use crate::core::Request;
    use crate::mcp::{AskReply, ToHand};
    use crate::members::setup::{AcpAgent, AcpOptions, HandedOver};

    /// What each agent asks before it calls the tool `say` of the server `files`.
    fn of_files() -> [(AcpAgent, Value); 4] {
        let gemini = json!({"toolCall": {"kind": "other", "title": "say (files MCP Server)",
            "content": [{"type": "content", "content": {"type": "text", "text": "{\"a\":1}"}}]}});
        let codex = json!({"toolCall": {"title": "Approve MCP tool call", "rawInput": {
            "server_name": "files", "request": {
                "_meta": {"codex_approval_kind": "mcp_tool_call", "tool_params": {"a": 1}},
                "message": "Allow the files MCP server to run tool \"say\"?"}}}});
        let claude = json!({"toolCall": {"kind": "other", "title": "mcp__files__say",
            "rawInput": {"a": 1}}});
        let opencode =
            json!({"toolCall": {"kind": "other", "title": "files_say", "rawInput": {"a": 1}}});
        [
            (AcpAgent::Opencode, opencode),
            (AcpAgent::Gemini, gemini),
            (AcpAgent::Codex, codex),
            (AcpAgent::Claude, claude),
        ]
    }

    fn read(agent: AcpAgent, asked: &Value, handed: &[&HandedOver]) -> Leave {
        let options = AcpOptions {
            agent,
            ..AcpOptions::default()
        };
        Leave::read(asked, &options, handed)
    }

    #[test]
    fn a_tool_of_a_server_that_was_handed_over_is_asked_for_by_its_own_name() {
        let files = |reads| HandedOver {
            server: ToHand {
                name: "files".to_owned(),
                server: Err(String::new()),
            },
            reads,
        };
        for (agent, asked) in of_files() {
            for reads in [true, false] {
                let leave = read(agent, &asked, &[&files(reads)]);
                assert_eq!(leave.only_reads(), reads, "{agent:?}");
                let expected = Request::Tool {
                    server: "files".to_owned(),
                    tool: "say".to_owned(),
                    arguments: "{\"a\":1}".into(),
                    reads,
                };
                assert_eq!(leave.question(AskReply::channel().0).request, expected);
            }
            // Of a server of the agent's own nobody said that it only reads.
            assert!(!read(agent, &asked, &[]).only_reads());
        }
        // A command may be called anything.
        let command =
            json!({"toolCall": {"kind": "execute", "title": "rm -rf x (files MCP Server)"}});
        for agent in [
            AcpAgent::Gemini,
            AcpAgent::Claude,
            AcpAgent::Codex,
            AcpAgent::Opencode,
        ] {
            assert!(!read(agent, &command, &[&files(true)]).only_reads());
        }
    }

    #[test]
    fn a_command_that_is_told_by_its_title_is_judged_whole() {
        let line = format!("echo hi\nrm -rf src # {}", "x".repeat(500));
        let asked = json!({"toolCall": {"kind": "execute", "title": line}, "options": []});
        let leave = Leave::read(&asked, &AcpOptions::default(), &[]);
        assert!(leave.title().len() < 310);
        let request = leave.question(AskReply::channel().0).request;
        let expected = Request::Exec {
            command: vec!["sh".to_owned(), "-c".to_owned(), line],
            cwd: String::new(),
        };
        assert_eq!(request, expected);
    }
}
