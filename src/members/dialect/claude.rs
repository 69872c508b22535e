//! The npm package `@steipete/claude-code-mcp`: each call runs `claude` with every permission.
//!
//! One tool, no sessions, nothing streams, no sign of life before the end. All failures are JSON-RPC
//! errors, whose text holds what the program wrote. What nobody tells: where the provider's stream
//! breaks off twice, the program ends well, and the piece passes for an answer.

use serde_json::Map;

use super::{Dialect, Finish, Heard, Opening, ToolRequest, Turn, asks, failed};
use crate::core::{Failure, FailureKind};
use crate::mcp::{CallError, Signal, ToolReply};
use crate::members::failure::{self, Clues};
use crate::members::setup::ClaudeOptions;

/// One call of `claude-code-mcp`.
#[derive(Debug)]
pub(super) struct Claude {
    options: ClaudeOptions,
}

impl Claude {
    pub(super) fn new(options: ClaudeOptions) -> Self {
        Self { options }
    }
}

impl Claude {
    fn request(&mut self, turn: &Turn<'_>) -> ToolRequest {
        // The prompt becomes an argument of a program: a dash at its beginning would make it an option.
        let guard = if turn.prompt.starts_with('-') {
            " "
        } else {
            ""
        };
        let folder = self.options.cwd.to_string_lossy().into_owned();
        let arguments = [
            (
                "prompt".to_owned(),
                format!("{guard}{}", turn.prompt).into(),
            ),
            ("workFolder".to_owned(), folder.into()),
        ];
        ToolRequest {
            tool: "claude_code".to_owned(),
            arguments: Map::from_iter(arguments),
        }
    }
}

impl Dialect for Claude {
    fn open(&mut self, turn: &Turn<'_>) -> Opening {
        Opening::Tool(self.request(turn))
    }

    fn hear(&mut self, signal: Signal) -> Vec<Heard> {
        match signal {
            Signal::Progress { .. } | Signal::Log { .. } | Signal::Custom { .. } => Vec::new(),
            Signal::Ask(ask) => vec![asks::heard(ask)],
        }
    }

    fn finish(&mut self, outcome: Result<ToolReply, CallError>) -> Finish {
        let reply = match outcome {
            Ok(reply) => reply,
            Err(CallError::Rpc { message, .. }) => return Finish::Failed(told(&message)),
            Err(
                error @ (CallError::Idle { .. }
                | CallError::Deadline { .. }
                | CallError::Cancelled
                | CallError::Closed { .. }
                | CallError::Unsent { .. }
                | CallError::Malformed { .. }),
            ) => return Finish::Failed(failure::of_call(&error)),
        };
        let text = reply.text();
        if reply.is_error {
            return Finish::Failed(told(&text));
        }
        let answer = text.trim_end();
        if answer.trim().is_empty() {
            return Finish::Failed(failure::of_empty_answer());
        }
        Finish::Answered {
            text: answer.to_owned(),
            usage: None,
            handle: None,
        }
    }
}

/// The failure in what the server says.
fn told(said: &str) -> Failure {
    // The program itself may miss a file, and says so in the same word.
    let unspawned = said.split_once("Spawn error: ").map(|(_, rest)| rest);
    if unspawned.is_some_and(|rest| rest.contains("ENOENT")) {
        let what = "the server finds no `claude`: `npm install -g @anthropic-ai/claude-code`";
        return failed(failure::of_kind(FailureKind::NotInstalled, what), said);
    }
    for (words, kind, what) in [
        (
            "--dangerously-skip-permissions cannot be used with root",
            FailureKind::Refused,
            "Claude does not work without permissions for root: run the room as another user, or, \
             only where this machine is a sandbox itself, put IS_SANDBOX = \"1\" into the member's \
             env",
        ),
        (
            "E2BIG",
            FailureKind::ContextTooLong,
            "the prompt is longer than an argument of a program may be",
        ),
        (
            "Tool claude_code not found",
            FailureKind::NotInstalled,
            OTHER_SERVER,
        ),
        (
            "Unknown tool: claude_code",
            FailureKind::NotInstalled,
            OTHER_SERVER,
        ),
    ] {
        if said.contains(words) {
            return failed(failure::of_kind(kind, what), said);
        }
    }
    let cause = printed(said);
    if cause.is_empty() {
        let what = "claude ended without a word";
        return failed(failure::of_kind(FailureKind::Malformed, what), said);
    }
    let unreached = ["Connection error", "Unable to connect", "ECONNREFUSED"];
    let kind = unreached
        .iter()
        .any(|words| cause.contains(words))
        .then_some(FailureKind::Protocol)
        .or_else(|| cause.contains("/login").then_some(FailureKind::Auth));
    let failure = if let Some(kind) = kind {
        failure::of_kind(kind, cause)
    } else {
        let clues = Clues {
            status: status_in(cause),
            ..Clues::default()
        };
        failure::of_text(cause, clues)
    };
    failed(failure, said)
}

const OTHER_SERVER: &str = "this server has no tool `claude_code`; `claude mcp serve` offers \
    Claude's tools and not the model: use npm @steipete/claude-code-mcp";

/// The status in `API Error: 529 …` and `API Error: Request rejected (429) …`.
fn status_in(cause: &str) -> Option<u16> {
    let (_, rest) = cause.split_once("API Error: ")?;
    let line = rest.lines().next()?;
    line.split(|c: char| !c.is_ascii_digit())
        .filter(|word| word.len() == 3)
        .filter_map(|word| word.parse().ok())
        .find(|status| (400..=599).contains(status))
}

/// What the program printed: to stdout, else to stderr, else the whole of what is said.
fn printed(said: &str) -> &str {
    let Some((_, rest)) = said.split_once("\nStderr:") else {
        return said.trim();
    };
    match rest.split_once("\nStdout:") {
        Some((stderr, stdout)) if stdout.trim().is_empty() => stderr.trim(),
        Some((_, stdout)) => stdout.trim(),
        None => rest.trim(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Claude, told};
    use crate::core::{Access, FailureKind, Purpose, TaskKind};
    use crate::mcp::{CallError, ToolReply};
    use crate::members::dialect::{Dialect, Finish, Turn};
    use crate::members::setup::ClaudeOptions;

    #[test]
    fn a_prompt_with_a_dash_is_no_option() {
        let mut claude = Claude::new(ClaudeOptions {
            cwd: "/work".into(),
        });
        let request = claude.request(&Turn {
            prompt: "--resume x",
            handle: None,
            fork: None,
            fresh: "fresh",
            access: Access::Write,
            kind: TaskKind::Code,
            purpose: Purpose::Answer,
            tools: &[],
            wishes: &[],
        });
        assert_eq!(
            json!(request.arguments),
            json!({"prompt": " --resume x", "workFolder": "/work"})
        );
    }

    #[test]
    fn failures_are_told_from_what_the_program_printed() {
        let exit = |stderr: &str, stdout: &str| {
            format!(
                "MCP error -32603: Claude CLI execution failed: Command failed with exit code 1\n\
                 Stderr: {stderr}\nStdout: {stdout}"
            )
        };
        for (said, kind, words) in [
            (
                exit("", "API Error: 400 stub error 400"),
                FailureKind::Refused,
                "stub error 400",
            ),
            (
                exit("", "API Error: 529 overloaded"),
                FailureKind::Overloaded,
                "529",
            ),
            (
                exit("", "API Error: Request rejected (429) · slow down"),
                FailureKind::RateLimited,
                "slow down",
            ),
            (
                exit("", "Invalid API key · Please run /login"),
                FailureKind::Auth,
                "Invalid API key",
            ),
            (
                exit(
                    "--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons",
                    "",
                ),
                FailureKind::Refused,
                "IS_SANDBOX",
            ),
            (exit("", ""), FailureKind::Malformed, "without a word"),
            (
                "MCP error -32603: Claude CLI execution failed: Spawn error: spawn claude ENOENT | Path: claude".to_owned(),
                FailureKind::NotInstalled,
                "npm install -g @anthropic-ai/claude-code",
            ),
            (
                exit("Error: ENOENT: no such file or directory, open '/h/.claude.json'", ""),
                FailureKind::Refused,
                "/h/.claude.json",
            ),
            (
                "MCP error -32603: Claude CLI execution failed: Spawn error: spawn E2BIG".to_owned(),
                FailureKind::ContextTooLong,
                "longer than an argument",
            ),
            (
                "Unknown tool: claude_code".to_owned(),
                FailureKind::NotInstalled,
                "claude mcp serve",
            ),
        ] {
            let failure = told(&said);
            assert_eq!(failure.kind, kind, "{failure}");
            assert!(failure.message.contains(words), "{failure}");
        }
    }

    #[test]
    fn silence_and_an_empty_answer_are_failures() {
        let mut claude = Claude::new(ClaudeOptions::default());
        let empty = ToolReply {
            blocks: Vec::new(),
            structured: None,
            is_error: false,
        };
        let closed = CallError::Closed {
            server: "claude".to_owned(),
            stderr: String::new(),
        };
        for (outcome, kind) in [
            (Ok(empty), FailureKind::Malformed),
            (Err(closed), FailureKind::Crashed),
        ] {
            let finish = claude.finish(outcome);
            assert!(
                matches!(&finish, Finish::Failed(failure) if failure.kind == kind),
                "{finish:?}"
            );
        }
    }
}
