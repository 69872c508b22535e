//! What the servers say and want to hear: one pure translator a server family.
//!
//! A dialect lives for one call: it makes the request, listens to the signals in wire order, and
//! judges the outcome. It awaits nothing, reads no clock and sends nothing; the
//! [`runner`](crate::members::runner) does that.

mod acp;
mod asks;
mod chat;
mod claude;
mod codex;
mod codex_events;
mod codex_mcp_server;
mod gemini;
mod generic;
mod pal;
mod sampling;
mod sessions;
#[cfg(test)]
mod wire;

pub(crate) use asks::{Question, ReplyStyle};
pub(crate) use sessions::{SessionList, session_list};

use std::fmt;

use serde_json::{Map, Value};

use crate::acp::Order;
use crate::core::{
    Access, DeltaKind, Dial, DialWish, Failure, HandedServer, Purpose, TaskKind, Usage,
};
use crate::mcp::{CallError, Signal, ToolReply};
use crate::members::failure;
use crate::members::setup::Adapter;

/// One call in the words of one server family.
pub(crate) trait Dialect: fmt::Debug + Send {
    /// What makes the call. Asked once.
    fn open(&mut self, turn: &Turn<'_>) -> Opening;

    /// What a signal means.
    fn hear(&mut self, signal: Signal) -> Vec<Heard>;

    /// A further request, on the same connection, where the outcome holds only a piece of the
    /// answer. Then this piece is not given to [`Dialect::finish`]; the last one is.
    fn more(&mut self, _outcome: &Result<ToolReply, CallError>) -> Option<ToolRequest> {
        None
    }

    /// The calls of tools that an outcome wants, where it is no answer yet. Then it is not given to
    /// [`Dialect::finish`]; the one after [`Dialect::go_on`] is.
    fn wishes(&mut self, _outcome: &Result<ToolReply, CallError>) -> Vec<ToolWish> {
        Vec::new()
    }

    /// The request that hands the results of all wishes in.
    fn go_on(&mut self, _results: Vec<ToolResult>, _more: MoreTools) -> Option<ToolRequest> {
        None
    }

    /// What the outcome means. Asked once, at the end.
    fn finish(&mut self, outcome: Result<ToolReply, CallError>) -> Finish;

    /// Why the server makes no headway although it sends signals, while that is so.
    fn stuck(&self) -> Option<&str> {
        None
    }
}

/// What is to be asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn<'a> {
    /// The whole prompt.
    pub(crate) prompt: &'a str,
    /// The server's handle of the conversation, when it knows it.
    pub(crate) handle: Option<&'a str>,
    /// The server's handle of another conversation, which the new one is to go on from; only where the
    /// server says that it can do so.
    pub(crate) fork: Option<&'a str>,
    /// A name for a new conversation, for servers that let the client choose: `[A-Za-z0-9_-]`.
    pub(crate) fresh: &'a str,
    /// What the call may do.
    pub(crate) access: Access,
    /// The kind of the task.
    pub(crate) kind: TaskKind,
    /// What the answer is for.
    pub(crate) purpose: Purpose,
    /// What the model may call, for servers that pass tools on to their model.
    pub(crate) tools: &'a [LentTool],
    /// What the session is to be set to, for agents that can be.
    pub(crate) wishes: &'a [DialWish],
}

/// A tool as a model is told of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LentTool {
    /// The name by which the model calls it: `[A-Za-z0-9_-]`, at most 64, no two alike.
    pub(crate) name: String,
    /// What its server says of it; untrusted.
    pub(crate) description: String,
    /// JSON Schema of its arguments: an object.
    pub(crate) input_schema: Value,
}

/// A call of a tool that a model wants made. All of it is untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolWish {
    /// Names the call.
    pub(crate) id: String,
    /// The tool, as the model knows it.
    pub(crate) name: String,
    /// Its arguments, as JSON text.
    pub(crate) arguments: String,
}

/// What came of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolResult {
    /// The call.
    pub(crate) id: String,
    /// What the model reads.
    pub(crate) content: String,
}

/// Whether a model may call further tools in its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoreTools {
    /// It may.
    Allowed,
    /// It has to answer now.
    UsedUp,
}

/// What makes a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Opening {
    /// A tool of an MCP server.
    Tool(ToolRequest),
    /// A prompt to an ACP agent.
    Prompt(Order),
}

/// A `tools/call` to be made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ToolRequest {
    pub(crate) tool: String,
    pub(crate) arguments: Map<String, Value>,
}

/// What a signal means.
#[derive(Debug)]
pub(crate) enum Heard {
    /// Live text.
    Text { kind: DeltaKind, text: String },
    /// The server's handle of the conversation.
    Bound { handle: String },
    /// How the servers stand that the conversation was handed.
    Handed { servers: Vec<HandedServer> },
    /// What the session can be set to, and is; and what was wished and cannot be had.
    Dials {
        dials: Vec<Dial>,
        unfulfilled: Vec<DialWish>,
    },
    /// A question that somebody must answer.
    Asked(Question),
    /// The server gave the call up and will not answer it.
    GaveUp(Failure),
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Finish {
    Answered {
        /// The whole answer.
        text: String,
        /// Tokens, when the server reported any.
        usage: Option<Usage>,
        /// The handle of the conversation that now holds this turn, when there is one.
        handle: Option<String>,
    },
    Failed(Failure),
    /// The server does not know the conversation of the handle it was given.
    Forgotten,
}

/// The dialect for one call of a member.
pub(crate) fn dialect(adapter: &Adapter) -> Box<dyn Dialect> {
    match adapter {
        Adapter::Chat(options) => Box::new(chat::Chat::new(options.clone())),
        Adapter::Codex(options) => Box::new(codex::Codex::new(options.clone())),
        Adapter::CodexMcpServer(options) => {
            Box::new(codex_mcp_server::CodexMcpServer::new(options.clone()))
        }
        Adapter::Gemini(options) => Box::new(gemini::Gemini::new(options.clone())),
        Adapter::Claude(options) => Box::new(claude::Claude::new(options.clone())),
        Adapter::Pal(options) => Box::new(pal::Pal::new(options.clone())),
        Adapter::Generic(options) => Box::new(generic::Generic::new(options.clone())),
        Adapter::Acp(options) => Box::new(acp::Acp::new(options.clone())),
    }
}

/// A whole line about what the server does.
fn status(text: impl Into<String>) -> Heard {
    Heard::Text {
        kind: DeltaKind::Status,
        text: text.into(),
    }
}

/// What is heard of a server that only says that it is at work, and asks.
pub(crate) fn signs_of_life(signal: Signal) -> Vec<Heard> {
    match signal {
        Signal::Progress {
            message,
            progress,
            total,
            ..
        } => {
            let message = message.filter(|message| !message.trim().is_empty());
            // Some servers count, and say nothing.
            let count = || Some(format!("{progress} of {}", total?));
            message.or_else(count).map(status).into_iter().collect()
        }
        Signal::Log { .. } | Signal::Custom { .. } => Vec::new(),
        Signal::Ask(ask) => vec![asks::heard(ask)],
    }
}

/// A failure together with all that the server said of it.
fn failed(failure: Failure, said: &str) -> Failure {
    Failure {
        said: failure::of_kind(failure.kind, said).said,
        ..failure
    }
}

/// Text at `key` of an object; empty when there is none.
fn text_at<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::Value;

    use super::{Heard, signs_of_life};
    use crate::mcp::Signal;

    #[test]
    fn progress_is_told_in_the_server_s_words_or_else_in_its_numbers() {
        let told = |message: Option<&str>, total: Option<f64>| -> Vec<String> {
            let heard = signs_of_life(Signal::Progress {
                progress: 3.0,
                total,
                message: message.map(str::to_owned),
                meta: Value::Null,
            });
            let text = |heard: Heard| match heard {
                Heard::Text { text, .. } => text,
                Heard::Bound { .. }
                | Heard::Dials { .. }
                | Heard::Handed { .. }
                | Heard::Asked(_)
                | Heard::GaveUp(_) => {
                    panic!("{heard:?}")
                }
            };
            heard.into_iter().map(text).collect()
        };
        assert_eq!(told(Some("reads"), Some(60.0)), ["reads"]);
        assert_eq!(told(Some(" "), Some(60.0)), ["3 of 60"]);
        assert_eq!(told(None, Some(0.5)), ["3 of 0.5"]);
        assert_eq!(told(None, None), [""; 0]);
    }
}
