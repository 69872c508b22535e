//! Agents that speak the Agent Client Protocol.
//!
//! Text, thoughts, tools and plans stream as updates; the answer to the prompt only says why the turn
//! ended. What the four known agents do differently, and where they only seem to answer, is told here:
//! one sends warnings as text of the answer, one ends a turn without a word after a no, one stops the
//! turn at a no, and two take a stream that broke off for an end.
//!
//! A turn that may only read says no to every request for leave by itself.

mod leave;
mod messages;
mod served;
mod steps;
mod usage;

pub(super) use leave::LeaveOptions;

use serde::Deserialize as _;
use serde_json::Value;

use super::{Dialect, Finish, Heard, Opening, Question, ReplyStyle, Turn, failed, status, text_at};
use crate::acp::{
    BOUND, DIALS, HANDED, LOGIN_NEEDED, Order, PERMISSION, REFUSED, SERVED, SESSION_LOST, UPDATE,
};
use crate::core::text::one_line;
use crate::core::{Access, DeltaKind, Dial, DialWish, Failure, FailureKind, HandedServer};
use crate::mcp::{Ask, CallError, Signal, ToolReply};
use crate::members::failure::{self, Clues};
use crate::members::setup::{AcpAgent, AcpOptions, HandedOver};
use leave::Leave;
use messages::Messages;
use steps::Steps;
use usage::Tokens;

/// How Codex begins what it says of itself in the midst of an answer.
const CODEX_ASIDES: [&str; 2] = ["Model metadata for `", "Falling back from WebSockets"];

/// What Claude's adapter says when the program that works for it has ended; it starts another one.
const CHILD_GONE: &str = "process exited unexpectedly";

/// The longest line about what was said beside the answer, in bytes.
const LINE_MAX: usize = 300;

/// How often in a row it may ask for what is not offered here: one does with every file that it writes.
const REFUSED_MAX: usize = 64;

/// How often in a turn it is noted what a session can be set to: each is kept for good.
const DIALLED_MAX: usize = 32;

/// One turn of an agent.
#[derive(Debug)]
pub(super) struct Acp {
    options: AcpOptions,
    access: Access,
    continued: bool,
    session: Option<String>,
    messages: Messages,
    steps: Steps,
    tokens: Tokens,
    /// What it asked leave for last.
    asked: Option<String>,
    /// How often it asked for what is not offered here, since anything else came.
    refused: usize,
    /// How often it told what its session can be set to.
    dialled: usize,
}

impl Acp {
    pub(super) fn new(options: AcpOptions) -> Self {
        Self {
            options,
            access: Access::Read,
            continued: false,
            session: None,
            messages: Messages::default(),
            steps: Steps::default(),
            tokens: Tokens::default(),
            asked: None,
            refused: 0,
            dialled: 0,
        }
    }

    fn update(&mut self, update: &Value) -> Vec<Heard> {
        match text_at(update, "sessionUpdate") {
            "agent_message_chunk" => self.said(text_at(update, "messageId"), content(update)),
            "agent_thought_chunk" => {
                self.messages.part();
                piece(DeltaKind::Reasoning, content(update))
            }
            "tool_call" | "tool_call_update" => {
                self.messages.part();
                let lines = self.steps.tool(update);
                lines.into_iter().map(status).collect()
            }
            "plan" => {
                self.messages.part();
                self.steps.plan(update).map(status).into_iter().collect()
            }
            "usage_update" => {
                self.tokens.update(update);
                Vec::new()
            }
            // What it says of its settings and commands, of the past, and what nobody knows yet.
            _ => Vec::new(),
        }
    }

    fn said(&mut self, message: &str, text: String) -> Vec<Heard> {
        if self.options.agent == AcpAgent::Codex
            && self.messages.is_empty()
            && CODEX_ASIDES.iter().any(|begin| text.starts_with(begin))
        {
            return vec![status(one_line(&text, LINE_MAX))];
        }
        if text.is_empty() {
            return Vec::new();
        }
        let shown = self.messages.add(message, text);
        if self.messages.is_stuck() {
            let what = "its provider's stream breaks off again and again";
            return vec![Heard::GaveUp(failure::of_kind(FailureKind::Protocol, what))];
        }
        piece(DeltaKind::Answer, shown)
    }

    /// It asked for what is not offered here, or lies where nothing is done, and was told so.
    fn refused(&mut self, params: &Value) -> Heard {
        self.refused += 1;
        let method = text_at(params, "method");
        if self.refused > REFUSED_MAX {
            let what = format!("it asks again and again for {method}, which is refused");
            return Heard::GaveUp(failure::of_kind(FailureKind::Protocol, &what));
        }
        let line = match text_at(params, "why") {
            "" => {
                let path = text_at(params, "path");
                format!("refused: {method}, which is not offered here {path}")
            }
            why => format!("refused: {method}: {why}"),
        };
        status(one_line(&line, LINE_MAX))
    }

    /// It wants a file or a command seen to by the room.
    fn wanted(&mut self, ask: Ask) -> Heard {
        let Some(request) = served::request(self.options.agent, &ask.method, &ask.params) else {
            return super::asks::heard(ask);
        };
        if !request.only_reads() {
            self.asked = Some(served::title(&ask.method, &ask.params));
        }
        Heard::Asked(Question {
            request,
            style: ReplyStyle::Leave,
            reply: ask.reply,
        })
    }

    fn asked(&mut self, ask: Ask) -> Vec<Heard> {
        let handed: Vec<&HandedOver> = self.options.servers(self.access).collect();
        let leave = Leave::read(&ask.params, &self.options, &handed);
        self.asked = Some(leave.title());
        // Of a server that the operator says only reads, the rules or the operator say the rest.
        if self.access == Access::Read && !leave.only_reads() {
            let line = format!("refused, as this turn only reads: {}", leave.title());
            ask.reply.answer(leave.options().refuse());
            return vec![status(line)];
        }
        vec![Heard::Asked(leave.question(ask.reply))]
    }

    fn ended(&self, result: &Value) -> Finish {
        let refusal = |said: &str| failure::of_kind(FailureKind::Refused, said);
        let failure = match text_at(result, "stopReason") {
            "refusal" => refusal("the model refused to go on"),
            "cancelled" => match &self.asked {
                Some(what) => refusal(&format!("it stopped when it had asked for leave: {what}")),
                None => refusal("it ended the turn by itself before it had answered"),
            },
            "max_tokens" => cut("its answer was cut off at the model's limit of tokens"),
            "max_turn_requests" => {
                cut("it needed more requests to its model than it allows a turn")
            }
            _ if self.messages.is_empty() => match &self.asked {
                Some(what) => refusal(&format!(
                    "it ended without a word after it had asked for leave: {what}"
                )),
                None => failure::of_empty_answer(),
            },
            _ if self.tells_broken_off() && Tokens::is_broken_off(result) => {
                let what =
                    "its provider's stream seems to have broken off in the midst of the answer";
                failure::of_kind(FailureKind::Protocol, what)
            }
            _ => {
                return Finish::Answered {
                    text: self.messages.text(),
                    usage: self.tokens.of(result),
                    handle: self.session.clone(),
                };
            }
        };
        Finish::Failed(failure)
    }

    /// Whether an end without tokens is how this agent ends where its provider's stream broke off. Others
    /// may never count any.
    fn tells_broken_off(&self) -> bool {
        match self.options.agent {
            AcpAgent::Gemini | AcpAgent::Claude | AcpAgent::Opencode => true,
            AcpAgent::Codex | AcpAgent::Other => false,
        }
    }

    fn refused_call(&self, code: i64, message: &str) -> Finish {
        if code == SESSION_LOST && self.continued {
            return Finish::Forgotten;
        }
        if code == LOGIN_NEEDED {
            let what = "it wants somebody to log in";
            return Finish::Failed(failed(failure::of_kind(FailureKind::Auth, what), message));
        }
        if message.contains(CHILD_GONE) {
            let gone = CallError::Closed {
                server: self.options.agent.word().to_owned(),
                stderr: String::new(),
            };
            return Finish::Failed(failure::of_call(&gone));
        }
        let clues = Clues {
            status: u16::try_from(code)
                .ok()
                .filter(|code| (400..600).contains(code)),
            ..Clues::default()
        };
        Finish::Failed(failure::of_text(message, clues))
    }
}

impl Dialect for Acp {
    fn open(&mut self, turn: &Turn<'_>) -> Opening {
        self.access = turn.access;
        self.continued = turn.handle.is_some() || turn.fork.is_some();
        let mode = match turn.access {
            Access::Read => &self.options.read_mode,
            Access::Write => &self.options.write_mode,
        };
        Opening::Prompt(Order {
            session: turn.handle.map(str::to_owned),
            fork: turn.fork.map(str::to_owned),
            cwd: self.options.cwd.clone(),
            writes: turn.access == Access::Write,
            mode: mode.clone(),
            model: self.options.model.clone(),
            wishes: turn.wishes.to_vec(),
            settings: self.options.agent.settings(turn.access),
            servers: self
                .options
                .servers(turn.access)
                .map(|one| one.server.clone())
                .collect(),
            prompt: turn.prompt.to_owned(),
        })
    }

    fn hear(&mut self, signal: Signal) -> Vec<Heard> {
        match signal {
            Signal::Custom { method, params } => match method.as_str() {
                BOUND => {
                    let handle = text_at(&params, "sessionId").to_owned();
                    self.session = Some(handle.clone());
                    self.tokens.begun_at(params.get("spent"));
                    let mut heard = vec![Heard::Bound { handle }];
                    heard.extend(dials(&params));
                    heard
                }
                DIALS => {
                    self.dialled += 1;
                    // The next turn begins with how it stands then.
                    if self.dialled > DIALLED_MAX {
                        return Vec::new();
                    }
                    dials(&params)
                }
                UPDATE => {
                    self.refused = 0;
                    self.update(params.get("update").unwrap_or(&Value::Null))
                }
                HANDED => handed(&params),
                REFUSED => vec![self.refused(&params)],
                SERVED => {
                    self.refused = 0;
                    self.messages.part();
                    served::told(&params).into_iter().map(status).collect()
                }
                _ => Vec::new(),
            },
            Signal::Log { data, .. } => data
                .as_str()
                .map(|line| status(line.to_owned()))
                .into_iter()
                .collect(),
            Signal::Progress { .. } => Vec::new(),
            Signal::Ask(ask) if ask.method == PERMISSION => self.asked(ask),
            Signal::Ask(ask) => vec![self.wanted(ask)],
        }
    }

    fn finish(&mut self, outcome: Result<ToolReply, CallError>) -> Finish {
        match outcome {
            Ok(reply) => self.ended(&reply.structured.unwrap_or_default()),
            Err(CallError::Rpc { code, message, .. }) => self.refused_call(code, &message),
            Err(error) => Finish::Failed(failure::of_call(&error)),
        }
    }
}

/// How the servers stand; each that is not there in one line as well.
fn handed(params: &Value) -> Vec<Heard> {
    let all = params.get("servers").and_then(Value::as_array);
    let read = |one: &Value| {
        Some(HandedServer {
            name: one.get("name")?.as_str()?.to_owned(),
            trouble: one
                .get("trouble")
                .and_then(Value::as_str)
                .map(str::to_owned),
        })
    };
    let servers: Vec<HandedServer> = all.into_iter().flatten().filter_map(read).collect();
    let troubles = servers.iter().filter_map(HandedServer::told);
    let mut heard: Vec<Heard> = troubles.map(status).collect();
    heard.push(Heard::Handed { servers });
    heard
}

/// What the session can be set to; what was wished and cannot be had is told in a line each.
fn dials(params: &Value) -> Vec<Heard> {
    let dials = params.get("dials").map(Vec::<Dial>::deserialize);
    let unfulfilled = params.get("unfulfilled").map(Vec::<DialWish>::deserialize);
    let unfulfilled = unfulfilled.and_then(Result::ok).unwrap_or_default();
    let lines = unfulfilled.iter().map(|DialWish { dial, value }| {
        let line = format!("{dial} cannot be {value} any more, as you wished: it is left as it is");
        status(one_line(&line, LINE_MAX))
    });
    let mut heard: Vec<Heard> = lines.collect();
    if let Some(Ok(dials)) = dials {
        heard.push(Heard::Dials { dials, unfulfilled });
    }
    heard
}

fn cut(said: &str) -> Failure {
    failure::of_kind(FailureKind::Malformed, said)
}

fn piece(kind: DeltaKind, text: String) -> Vec<Heard> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![Heard::Text { kind, text }]
}

/// The text of a chunk; a label for what is no text.
fn content(update: &Value) -> String {
    let content = update.get("content").unwrap_or(&Value::Null);
    match text_at(content, "type") {
        "" | "text" => text_at(content, "text").to_owned(),
        "resource_link" => format!("[link: {}]", text_at(content, "uri")),
        other => format!("[{other}]"),
    }
}

#[cfg(test)]
mod tests;
