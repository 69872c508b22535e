//! How a call or a connection ends. Data and errors only.

use std::time::Duration;

use serde_json::Value;

use crate::mcp::attachment::Attachment;

/// The result of `tools/call` as it came, `isError` included: adapters judge it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolReply {
    /// Content blocks in order.
    pub blocks: Vec<Block>,
    /// `structuredContent`, if any.
    pub structured: Option<Value>,
    /// `isError` as sent.
    pub is_error: bool,
}

impl ToolReply {
    /// The text blocks, joined by line breaks; when none says anything, the labels of what came
    /// instead.
    #[must_use]
    pub fn text(&self) -> String {
        let text = self.words();
        if text.trim().is_empty() {
            let labels = self.labels();
            if !labels.is_empty() {
                return labels.join("\n");
            }
        }
        text
    }

    /// A line for each image, sound, resource or link, in order.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        let others = self.blocks.iter().filter_map(|block| match block {
            Block::Text { .. } => None,
            Block::Other(attachment) => Some(attachment.label()),
        });
        others.collect()
    }

    /// The text blocks alone, joined by line breaks.
    #[must_use]
    pub fn words(&self) -> String {
        let texts: Vec<&str> = self
            .blocks
            .iter()
            .filter_map(|block| match block {
                Block::Text { text, .. } => Some(text.as_str()),
                Block::Other(_) => None,
            })
            .collect();
        texts.join("\n")
    }
}

/// One content block.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Text, with the block's `_meta` (null when absent).
    Text {
        /// The text; untrusted.
        text: String,
        /// `_meta` as sent.
        meta: Value,
    },
    /// Image, audio, resource or resource link.
    Other(Box<Attachment>),
}

/// Why a call has no reply.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CallError {
    /// The server answered with a JSON-RPC error.
    #[error("{server} refused the request: {message} (code {code})")]
    Rpc {
        /// Server name.
        server: String,
        /// JSON-RPC code.
        code: i64,
        /// Message as sent; untrusted.
        message: String,
    },
    /// No notification and no answer for the idle limit.
    #[error("{server} was silent for {} s", limit.as_secs())]
    Idle {
        /// Server name.
        server: String,
        /// The limit that ran out.
        limit: Duration,
    },
    /// The total limit ran out.
    #[error("{server} did not finish within {} s", limit.as_secs())]
    Deadline {
        /// Server name.
        server: String,
        /// The limit that ran out.
        limit: Duration,
    },
    /// We cancelled it.
    #[error("cancelled")]
    Cancelled,
    /// The connection ended while the call was in flight.
    #[error("{server} ended in the middle of the call{}", last_words(.stderr))]
    Closed {
        /// Server name.
        server: String,
        /// The last lines that it wrote beside the protocol; untrusted.
        stderr: String,
    },
    /// The connection had ended before the request left: the server never saw it.
    #[error("{server} had ended before the call was sent{}", last_words(.stderr))]
    Unsent {
        /// Server name.
        server: String,
        /// The last lines that it wrote beside the protocol; untrusted.
        stderr: String,
    },
    /// The line was longer than the limit, or the answer was no tool result.
    #[error("{server} sent something that is no answer: {what}")]
    Malformed {
        /// Server name.
        server: String,
        /// What was wrong.
        what: String,
    },
}

/// Why a server could not be connected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConnectError {
    /// The program is not there.
    #[error("cannot start {server}: `{program}` was not found on its PATH")]
    NotFound {
        /// Server name.
        server: String,
        /// Program as configured.
        program: String,
    },
    /// The program is there but could not be run.
    #[error("cannot start {server}: {why}")]
    Spawn {
        /// Server name.
        server: String,
        /// What the system said.
        why: String,
    },
    /// Its process ended before the handshake was over.
    #[error("{server} ended before it answered{}{}", exit_code(*.code), last_words(.stderr))]
    Ended {
        /// Server name.
        server: String,
        /// Its exit code (128 + n for signal n), if it has one.
        code: Option<i32>,
        /// The last lines that it wrote beside the protocol; untrusted.
        stderr: String,
    },
    /// It (or the network) broke off or never answered before the handshake was over.
    #[error("cannot connect to {server}: {why}{}", last_words(.stderr))]
    Handshake {
        /// Server name.
        server: String,
        /// What happened.
        why: String,
        /// The last lines that it wrote beside the protocol; untrusted.
        stderr: String,
    },
    /// The circuit breaker is open after repeated failures.
    #[error("{server} failed {failures} times, next try in {} s; last: {why}", retry_in.as_secs())]
    BreakerOpen {
        /// Server name.
        server: String,
        /// Failures in a row.
        failures: u32,
        /// Time until the next try.
        retry_in: Duration,
        /// What happened last; may hold untrusted text.
        why: String,
    },
}

fn exit_code(code: Option<i32>) -> String {
    code.map_or_else(String::new, |code| format!(" (exit code {code})"))
}

fn last_words(stderr: &str) -> String {
    if stderr.trim().is_empty() {
        String::new()
    } else {
        format!("; it wrote: {}", stderr.trim())
    }
}
