//! `synod mcp openai`: an MCP server in front of any OpenAI-compatible endpoint.
//!
//! Tools and results are those of the chat servers (`chat`, `list_sessions`, `reset_session`,
//! `list_models`). `chat` answers with one text block and with structured content
//! `{session_id, content, model, turn, usage?: {input_tokens, output_tokens, cached_tokens?},
//! finish_reason}`; `turn` is 1 when no earlier turn of the session was known, so a client sees
//! at once that a restart lost it. `_meta["synod/dropped_turns"]` counts turns that no longer fit.
//!
//! **Streaming.** With a progress token, each piece of new text is one `notifications/progress`
//! `{progressToken, progress: <characters sent so far>, message: "streaming",
//! _meta: {"synod/delta": "<new text>"}}`; reasoning is `_meta["synod/reasoning"]`. rmcp 3.9
//! carries that `_meta` on the wire as it is (the tests look at the raw bytes). The pieces, joined
//! in order, are the `content` of the result; at most about one goes out per 15 ms.
//!
//! **Tools.** `chat` takes `tools: [{name, description?, input_schema}]`. Where the model wants some
//! called, the result has `tool_calls: [{id, name, arguments}]` (`arguments` is the model's JSON text),
//! and the turn waits for a `chat` with `session_id` and `tool_results: [{id, content}]`, one for each
//! call, in the place of a prompt; `tool_choice: "none"` lets the model only answer. Nothing is called
//! here. A prompt in their place gives the waiting turn up. An endpoint that refuses tools is asked
//! again without them, with a notice. `usage` is that of one request.
//!
//! **Failures** are results with `isError`, one sentence as text, and structured content
//! `{error: {kind, status?, retry_after_s?, message}}`, kind being `auth`, `rate_limit`,
//! `overloaded`, `refused`, `context_too_long`, `network`, `malformed` or `timeout`. A failed or
//! cancelled turn leaves the session as it was.
//!
//! **Upstream.** History is resent with every request (many servers keep none). A request is
//! tried again only while no text has arrived. `notifications/cancelled`, or the end of stdin,
//! drops the HTTP request at once.
//!
//! Files: `options` what a person sets · `handler` the tools · `upstream` HTTP, retries, time
//! limits · `endpoint` address and client · `chat_completions` and `responses` the two dialects · `draft` what is known of an
//! answer so far · `sse` framing · `refusal` errors of the endpoint put into words.

mod chat_completions;
mod draft;
mod endpoint;
mod handler;
mod options;
mod refusal;
mod responses;
mod sse;
mod upstream;

use tokio_util::sync::CancellationToken;

pub use options::{Api, ApiKey, OpenAiOptions, Patience, UnknownApi};

use super::ServeError;

/// Serves on stdin and stdout until stdin ends.
pub async fn serve(options: OpenAiOptions) -> Result<(), ServeError> {
    // reqwest panics without a provider; a second installation is refused, which is fine.
    drop(rustls::crypto::ring::default_provider().install_default());
    let gone = CancellationToken::new();
    let handler = handler::OpenAi::new(options, gone.clone())?;
    super::stdio::serve(handler, gone).await
}
