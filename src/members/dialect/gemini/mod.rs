//! The npm package `gemini-mcp-tool`: each call runs the Gemini CLI without a terminal.
//!
//! There are no sessions and nothing streams: progress is a sign of life every 25 s. Creative tasks
//! go to the server's `brainstorm`. In change mode the answer comes in pieces, which are fetched one
//! by one. What fails is told as the CLI's whole stderr, in which the cause is one line. What nobody
//! tells: where the provider's stream breaks off, the CLI ends well, and the piece passes for an answer.
//!
//! A prompt goes to the CLI as one argument: see [`argument`] for what must not stand in it.

use serde_json::{Map, Value};

use super::{Dialect, Finish, Heard, Opening, ToolRequest, Turn, asks, failed, status, text_at};
use crate::core::{Failure, FailureKind, Purpose, TaskKind};
use crate::mcp::{CallError, Signal, ToolReply};
use crate::members::failure::{self, Clues};
use crate::members::setup::GeminiOptions;

/// What the server puts before an answer.
const PREFIX: &str = "Gemini response:\n";
/// What the server puts before the answer when it found no edits in it.
const NO_EDITS: &str = "No edits found in Gemini's response.";
/// How a text goes on after its last edit, when more pieces follow.
const NEXT_PIECE: &str = "\n---\n**Next Step**:";
/// Signs of life that say nothing to the operator.
const QUIET: [&str; 3] = ["🔍 Starting", "✅", "❌"];
/// An argument of a program may not be longer on Linux (128 KiB); some room is left for the frame of
/// `brainstorm`. Longer prompts go through stdin, which the server does for prompts with an `@`.
const ARGUMENT_MAX: usize = 120 * 1024;
/// Pieces of an answer that are fetched at most.
const PIECES_MAX: usize = 1000;
/// Beginnings of lines of stderr that tell no cause.
const NOISE: [&str; 9] = [
    "Warning: ",
    "Security Warning: ",
    "Ripgrep is not available",
    "[STARTUP]",
    "Approval mode overridden",
    "Loaded cached credentials",
    "at ",
    "status: ",
    "}",
];

/// One call of `gemini-mcp-tool`.
#[derive(Debug)]
pub(super) struct Gemini {
    options: GeminiOptions,
    asked: Asked,
    /// Pieces of the answer so far.
    pieces: Vec<String>,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Answer,
    Ideas,
    Edits,
}

impl Gemini {
    pub(super) fn new(options: GeminiOptions) -> Self {
        Self {
            options,
            asked: Asked::Answer,
            pieces: Vec::new(),
        }
    }
}

impl Gemini {
    fn request(&mut self, turn: &Turn<'_>) -> ToolRequest {
        // A council or a chain wants its own form of answer.
        let free = turn.purpose == Purpose::Answer;
        if free && turn.kind == TaskKind::Creative {
            self.asked = Asked::Ideas;
        } else if free && turn.kind == TaskKind::Code && self.options.change_mode {
            self.asked = Asked::Edits;
        }
        let mut arguments = Map::new();
        arguments.insert("prompt".to_owned(), argument(turn.prompt).into());
        if let Some(model) = &self.options.model {
            arguments.insert("model".to_owned(), model.as_str().into());
        }
        if self.asked == Asked::Edits {
            arguments.insert("changeMode".to_owned(), true.into());
        }
        let tool = match self.asked {
            Asked::Answer | Asked::Edits => "ask-gemini",
            Asked::Ideas => "brainstorm",
        };
        ToolRequest {
            tool: tool.to_owned(),
            arguments,
        }
    }
}

impl Dialect for Gemini {
    fn open(&mut self, turn: &Turn<'_>) -> Opening {
        Opening::Tool(self.request(turn))
    }

    fn hear(&mut self, signal: Signal) -> Vec<Heard> {
        match signal {
            Signal::Progress { message, .. } => message
                .filter(|message| !QUIET.iter().any(|begin| message.starts_with(begin)))
                .map(|message| status(message.replace('\n', " ")))
                .into_iter()
                .collect(),
            Signal::Log { .. } | Signal::Custom { .. } => Vec::new(),
            Signal::Ask(ask) => vec![asks::heard(ask)],
        }
    }

    fn more(&mut self, outcome: &Result<ToolReply, CallError>) -> Option<ToolRequest> {
        let reply = outcome.as_ref().ok().filter(|reply| !reply.is_error)?;
        if self.asked != Asked::Edits || self.pieces.len() >= PIECES_MAX {
            return None;
        }
        let text = reply.text();
        let (piece, hint) = text.rsplit_once(NEXT_PIECE)?;
        let (key, number) = next_piece(hint)?;
        self.pieces.push(piece.trim_end().to_owned());
        let arguments = [
            ("cacheKey".to_owned(), Value::from(key)),
            ("chunkIndex".to_owned(), Value::from(number)),
        ];
        Some(ToolRequest {
            tool: "fetch-chunk".to_owned(),
            arguments: arguments.into_iter().collect(),
        })
    }

    fn finish(&mut self, outcome: Result<ToolReply, CallError>) -> Finish {
        let reply = match outcome {
            Ok(reply) => reply,
            Err(error) => return Finish::Failed(failure::of_call(&error)),
        };
        let text = reply.text();
        if reply.is_error {
            return Finish::Failed(told(&text));
        }
        if !self.pieces.is_empty() && text.starts_with('❌') {
            let why = "the server lost the rest of its edits";
            return Finish::Failed(failure::of_kind(FailureKind::Malformed, why));
        }
        self.pieces.push(bare(&text).trim_end().to_owned());
        let answer = self.pieces.join("\n\n");
        if answer.trim().is_empty() {
            return Finish::Failed(failure::of_empty_answer());
        }
        Finish::Answered {
            text: answer,
            usage: None,
            handle: None,
        }
    }
}

/// A prompt that the CLI takes for a prompt, and that the server does not refuse:
/// not as an option, though it begins with a dash; not as a file outside the project, though it
/// speaks of `@/lib` or `@../lib` (the server refuses such a prompt as a whole); and through stdin
/// when it is too long to be an argument.
fn argument(prompt: &str) -> String {
    let mut safe = String::new();
    if prompt.starts_with('-') {
        safe.push(' ');
    }
    let mut rest = prompt;
    while let Some((before, after)) = rest.split_once('@') {
        safe.push_str(before);
        safe.push('@');
        let file = after.split(char::is_whitespace).next().unwrap_or_default();
        if file.starts_with(['/', '~']) || file.contains("..") {
            safe.push(' ');
        }
        rest = after;
    }
    safe.push_str(rest);
    if safe.len() > ARGUMENT_MAX && !safe.contains('@') {
        safe.push_str("\n@\n");
    }
    safe
}

/// Key and number in `fetch-chunk cacheKey="7b333c40" chunkIndex=2`.
fn next_piece(hint: &str) -> Option<(&str, u64)> {
    let (_, rest) = hint.split_once("fetch-chunk cacheKey=\"")?;
    let (key, rest) = rest.split_once("\" chunkIndex=")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((key, digits.parse().ok()?))
}

/// An answer without what the server puts before it: notices of its own, then a heading.
fn bare(text: &str) -> &str {
    let text = match text.split_once("\n\n") {
        Some((notices, rest)) if notices.lines().all(|line| line.starts_with("⚠️ ")) => rest,
        Some(_) | None => text,
    };
    if let Some(rest) = text.strip_prefix(NO_EDITS) {
        return rest.split_once("\n\n").map_or(rest, |(_, answer)| answer);
    }
    text.strip_prefix(PREFIX).unwrap_or(text)
}

/// The failure in what the server says, which is the CLI's whole stderr.
fn told(said: &str) -> Failure {
    let known = |kind, what: &str| failed(failure::of_kind(kind, what), said);
    for (word, what) in [
        (
            "Could not find the \"gemini\" executable",
            "the server finds no `gemini` on its PATH: `npm install -g @google/gemini-cli`",
        ),
        (
            "Could not find the \"agy\" executable",
            "the server finds no `agy` on its PATH; GEMINI_MCP_BACKEND = \"gemini\" in the \
             member's env makes it use the Gemini CLI",
        ),
    ] {
        if said.contains(word) {
            return known(FailureKind::NotInstalled, what);
        }
    }
    if said.contains("not running in a trusted directory") {
        let what = "the Gemini CLI does not trust this folder: run `gemini` in it once and trust \
                    it, or put GEMINI_CLI_TRUST_WORKSPACE = \"true\" into the member's env";
        return known(FailureKind::Refused, what);
    }
    if said.contains("Please set an Auth method") || said.contains("you must specify the GEMINI_") {
        let what = "the Gemini CLI is not logged in: run `gemini` once, or put GEMINI_API_KEY into \
                    the member's env";
        return known(FailureKind::Auth, what);
    }
    if let Some(error) = embedded_error(said) {
        return failed(of_provider(&error), said);
    }
    if said.contains("fetch failed") || said.contains("ECONNREFUSED") {
        let what = "the Gemini CLI cannot reach its provider";
        return known(FailureKind::Protocol, what);
    }
    match cause(said) {
        Some(line) => {
            let clues = Clues {
                status: status_line(said),
                ..Clues::default()
            };
            failed(failure::of_text(line, clues), said)
        }
        None => known(
            FailureKind::Malformed,
            "the Gemini CLI ended without an answer",
        ),
    }
}

/// A failure from the provider's own words.
fn of_provider(error: &Value) -> Failure {
    let message = text_at(error, "message");
    let code = error.get("code").and_then(Value::as_u64);
    let details = error.get("details").and_then(Value::as_array);
    let pause = details.into_iter().flatten().find_map(|detail| {
        let seconds = text_at(detail, "retryDelay").strip_suffix('s')?;
        seconds.parse::<f64>().ok()
    });
    let rejected = message.to_lowercase().contains("api key not valid");
    let clues = Clues {
        status: code.and_then(|code| u16::try_from(code).ok()),
        word: rejected.then_some("invalid_api_key"),
        retry_after: pause,
    };
    failure::of_text(message, clues)
}

/// The last `{"error":{"code":…,"message":…}}` in a text.
fn embedded_error(said: &str) -> Option<Value> {
    said.rmatch_indices("{\"error\"").find_map(|(at, _)| {
        let body = said.get(at..)?;
        let mut values = serde_json::Deserializer::from_str(body).into_iter::<Value>();
        let mut body = values.next()?.ok()?;
        body.get_mut("error").map(Value::take)
    })
}

/// The last line `status: 503` of an error that the CLI printed as an object.
fn status_line(said: &str) -> Option<u16> {
    said.lines().rev().find_map(|line| {
        let status = line.trim().strip_prefix("status: ")?;
        status.trim_end_matches(',').parse().ok()
    })
}

/// The first line that tells something.
fn cause(said: &str) -> Option<&str> {
    let said = match said.split_once(": ") {
        Some((begin, rest)) if begin.starts_with("Error executing ") => rest,
        Some(_) | None => said,
    };
    let said = match said.split_once(": ") {
        Some((begin, rest)) if begin.starts_with("Command failed with exit code") => rest,
        Some(_) | None => said,
    };
    said.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !NOISE.iter().any(|begin| line.starts_with(begin)))
}

#[cfg(test)]
mod tests;
