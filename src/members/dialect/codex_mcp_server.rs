//! The npm package `codex-mcp-server`: each call runs `codex exec`.
//!
//! Nothing streams but fragments of the program's own output, which are shown as status lines.
//! Sessions are named by us and live in the server's memory. Resuming one ignores sandbox and
//! folder (seen: a reading call wrote, as the user's own default allowed it), so the runner never
//! does: every turn resets the server's session and is told what was said before; see [`Adapter::resumes`](crate::members::Adapter::resumes).
//! A failure of the provider comes back as a successful result that holds the whole stderr.

use serde_json::{Map, Value};

use super::{Dialect, Finish, Heard, Opening, ToolRequest, Turn, asks, status, text_at};
use crate::core::analysis::tokens;
use crate::core::{Access, Usage};
use crate::mcp::{Block, CallError, Signal, ToolReply};
use crate::members::failure::{self, Clues};
use crate::members::setup::CodexOptions;

/// The longest status line, in characters.
const LINE_MAX: usize = 300;
/// Beginnings of lines that say nothing to the operator.
const NOISE: [&str; 21] = [
    "Starting Codex execution",
    "[Completed]",
    "WARNING: proceeding",
    "Reading additional input",
    "OpenAI Codex v",
    "--------",
    "workdir:",
    "model:",
    "provider:",
    "approval:",
    "sandbox:",
    "reasoning effort:",
    "reasoning summaries:",
    "session id:",
    "warning: Codex could not find bubblewrap",
    "warning: Model metadata",
    "warning: `codex",
    "tokens used",
    "mcp startup:",
    "hook:",
    "deprecated:",
];

/// How a line begins that says that the provider is not reached. With no network such lines come for
/// ever, whatever number of retries is configured.
const RECONNECTING: &str = "ERROR: Reconnecting";
/// All that is left of such a line where Codex wrote it in two pieces: what follows a piece within 100 ms the
/// server passes on to nobody.
const CUT: &str = "ERROR:";

/// One call of `codex-mcp-server`.
#[derive(Debug)]
pub(super) struct CodexMcpServer {
    options: CodexOptions,
    prompt: String,
    section: Section,
    tokens: Option<u64>,
    /// What it last said, while it only tries to reach its provider.
    reconnecting: Option<String>,
}

/// Where in the output of `codex exec` we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Before, and in, the banner.
    Banner,
    /// The prompt, repeated.
    Prompt,
    /// What Codex does.
    Work,
    /// The line after `tokens used`.
    Tokens,
}

impl CodexMcpServer {
    pub(super) fn new(options: CodexOptions) -> Self {
        Self {
            options,
            prompt: String::new(),
            section: Section::Banner,
            tokens: None,
            reconnecting: None,
        }
    }

    /// One line of the program's output; what is worth showing of it.
    fn line(&mut self, line: &str) -> Option<String> {
        let line = line.trim();
        let heading = match line {
            "user" => Some(Section::Prompt),
            "codex" | "thinking" | "exec" => Some(Section::Work),
            "tokens used" => Some(Section::Tokens),
            _ => None,
        };
        if let Some(section) = heading {
            self.section = section;
            return None;
        }
        if self.section == Section::Tokens {
            let digits: String = line.chars().filter(char::is_ascii_digit).collect();
            self.tokens = digits.parse().ok().or(self.tokens);
            self.section = Section::Work;
            return None;
        }
        let quiet = self.section == Section::Prompt && self.prompt.contains(line);
        let noise = NOISE.iter().any(|begin| line.starts_with(begin));
        let shown: Option<String> =
            (!line.is_empty() && !quiet && !noise).then(|| line.chars().take(LINE_MAX).collect());
        if let Some(line) = &shown {
            let lost = line.starts_with(RECONNECTING) || line == CUT;
            let why = || format!("it does not reach its provider: {line}");
            self.reconnecting = lost.then(why);
        }
        shown
    }

    fn usage(&self, answer: &str) -> Option<Usage> {
        let all = self.tokens?;
        let output = tokens(answer).min(all);
        // Only the sum is reported; how it is shared is our estimate.
        Some(Usage {
            input: all - output,
            output,
            micro_usd: 0,
            estimated: true,
            ..Usage::default()
        })
    }
}

impl CodexMcpServer {
    fn request(&mut self, turn: &Turn<'_>) -> ToolRequest {
        turn.prompt.clone_into(&mut self.prompt);
        let sandbox = match turn.access {
            Access::Read => "read-only",
            Access::Write => "workspace-write",
        };
        let mut arguments = Map::new();
        arguments.insert("prompt".to_owned(), turn.prompt.into());
        let session = turn.handle.unwrap_or(turn.fresh);
        arguments.insert("sessionId".to_owned(), session.into());
        if turn.handle.is_none() {
            // A name that is used again begins anew; one that the server does not know is no error.
            arguments.insert("resetSession".to_owned(), true.into());
        }
        arguments.insert("sandbox".to_owned(), sandbox.into());
        arguments.insert(
            "workingDirectory".to_owned(),
            self.options.cwd.to_string_lossy().into_owned().into(),
        );
        if let Some(model) = &self.options.model {
            arguments.insert("model".to_owned(), model.as_str().into());
        }
        ToolRequest {
            tool: "codex".to_owned(),
            arguments,
        }
    }
}

impl Dialect for CodexMcpServer {
    fn open(&mut self, turn: &Turn<'_>) -> Opening {
        Opening::Tool(self.request(turn))
    }

    fn hear(&mut self, signal: Signal) -> Vec<Heard> {
        match signal {
            Signal::Progress { message, .. } => {
                let message = message.unwrap_or_default();
                let lines = message.lines().filter_map(|line| self.line(line));
                lines.map(status).collect()
            }
            Signal::Log { .. } | Signal::Custom { .. } => Vec::new(),
            Signal::Ask(ask) => vec![asks::heard(ask)],
        }
    }

    fn stuck(&self) -> Option<&str> {
        self.reconnecting.as_deref()
    }

    fn finish(&mut self, outcome: Result<ToolReply, CallError>) -> Finish {
        let reply = match outcome {
            Ok(reply) => reply,
            Err(error) => return Finish::Failed(failure::of_call(&error)),
        };
        let text = reply.text();
        if reply.is_error {
            return Finish::Failed(failure::of_text(&text, Clues::default()));
        }
        if let Some(error) = error_of_dump(&text) {
            return Finish::Failed(failure::of_text(error, Clues::default()));
        }
        let answer = text.trim_end();
        if answer.trim().is_empty() {
            return Finish::Failed(failure::of_empty_answer());
        }
        Finish::Answered {
            text: answer.to_owned(),
            usage: self.usage(answer),
            handle: session(&reply),
        }
    }
}

/// What went wrong, when a text is the stderr of a `codex exec` that failed and no answer. An
/// answer never has the banner before anything else, however much it speaks of errors.
fn error_of_dump(text: &str) -> Option<&str> {
    let banner = text.lines().map(str::trim).find(|line| {
        !line.is_empty()
            && !line.starts_with("WARNING: ")
            && !line.starts_with("Reading additional input")
    })?;
    let mut errors = text.lines().filter_map(|line| line.strip_prefix("ERROR: "));
    if banner.starts_with("OpenAI Codex v") {
        // No error line at all: Codex ended without a word.
        return Some(errors.next_back().unwrap_or("codex exec gave no answer"));
    }
    let all_errors = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .all(|line| line.starts_with("ERROR: ") || line.starts_with("WARNING: "));
    if all_errors { errors.next_back() } else { None }
}

/// The session that holds the turn, as the server says it.
fn session(reply: &ToolReply) -> Option<String> {
    let in_blocks = reply.blocks.iter().find_map(|block| match block {
        Block::Text { meta, .. } => meta.get("sessionId").and_then(Value::as_str),
        Block::Other(_) => None,
    });
    let structured = || {
        let facts = reply.structured.as_ref()?;
        Some(text_at(facts, "sessionId")).filter(|id| !id.is_empty())
    };
    in_blocks.or_else(structured).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::{CodexMcpServer, error_of_dump};
    use crate::core::{Access, FailureKind, Purpose, TaskKind, Usage};
    use crate::members::dialect::wire::{played, shown};
    use crate::members::dialect::{Dialect, Finish, Turn};
    use crate::members::setup::CodexOptions;

    const WIRE: &str = include_str!("../../../tests/golden/wire/codex-mcp-server.jsonl");

    fn asked(prompt: &str, access: Access) -> (CodexMcpServer, serde_json::Value) {
        let handle = match access {
            Access::Read => Some("old"),
            Access::Write => None,
        };
        let mut codex = CodexMcpServer::new(CodexOptions {
            cwd: "/w".into(),
            ..CodexOptions::default()
        });
        let request = codex.request(&Turn {
            prompt,
            handle,
            fork: None,
            fresh: "new",
            access,
            kind: TaskKind::General,
            purpose: Purpose::Answer,
            tools: &[],
            wishes: &[],
        });
        (codex, json!(request.arguments))
    }

    #[test]
    fn sessions_are_named_by_us_and_carry_their_sandbox() {
        let (_, arguments) = asked("Hi", Access::Read);
        assert_eq!(
            arguments,
            json!({"prompt": "Hi", "sessionId": "old", "sandbox": "read-only",
                "workingDirectory": "/w"})
        );
        let (_, arguments) = asked("Hi", Access::Write);
        assert_eq!(arguments["sessionId"], json!("new"));
        assert_eq!(arguments["resetSession"], json!(true));
        assert_eq!(arguments["sandbox"], json!("workspace-write"));
    }

    #[test]
    fn a_recorded_turn_shows_no_noise_and_counts_tokens() {
        let (mut codex, _) = asked("remember 42", Access::Read);
        let (heard, finish) = played(&mut codex, WIRE, 8);
        assert_eq!(shown(&heard), Vec::<String>::new());
        assert_eq!(
            finish,
            Finish::Answered {
                text: "STUB[1]: remember 42".to_owned(),
                usage: Some(Usage {
                    input: 109,
                    output: 5,
                    micro_usd: 0,
                    estimated: true,
                    ..Usage::default()
                }),
                handle: Some("s1".to_owned()),
            }
        );
    }

    #[test]
    fn the_echo_of_the_prompt_is_not_shown_and_the_work_is() {
        let (mut codex, _) = asked("fix it\nplease", Access::Read);
        let mut shown = Vec::new();
        for line in [
            "OpenAI Codex v0.169.0",
            "--------",
            "workdir: /w",
            "--------",
            "user",
            "fix it",
            "please",
            "exec",
            "/bin/bash -lc ls",
            "codex",
            "I look.",
            "tokens used",
            "1,114",
            "ERROR: Reconnecting... 1/1",
        ] {
            shown.extend(codex.line(line));
        }
        assert_eq!(
            shown,
            ["/bin/bash -lc ls", "I look.", "ERROR: Reconnecting... 1/1"]
        );
        assert_eq!(codex.tokens, Some(1114));
        let stuck = codex.stuck().unwrap();
        assert!(stuck.contains("Reconnecting... 1/1"), "{stuck}");
        codex.line("codex");
        codex.line("Here I am again.");
        assert_eq!(codex.stuck(), None);
        // Of a line in two pieces the server passes on the first.
        codex.line("ERROR:");
        assert!(codex.stuck().is_some());
    }

    #[test]
    fn failures_that_look_like_answers_are_found() {
        for (id, kind) in [
            (15, FailureKind::Auth),
            (16, FailureKind::RateLimited),
            (17, FailureKind::Overloaded),
            (18, FailureKind::Protocol),
            (2, FailureKind::NotInstalled),
        ] {
            let (mut codex, _) = asked("x", Access::Read);
            let (_, finish) = played(&mut codex, WIRE, id);
            let Finish::Failed(failure) = finish else {
                panic!("{id}: {finish:?}");
            };
            assert_eq!(failure.kind, kind, "{id}: {failure}");
        }
    }

    #[test]
    fn an_answer_that_speaks_of_errors_is_an_answer() {
        for text in [
            "The log says:\nERROR: unexpected status 401\nso set the key.",
            "It prints the banner:\nOpenAI Codex v0.169.0\n--------\nworkdir: /",
        ] {
            assert_eq!(error_of_dump(text), None, "{text}");
        }
    }
}
