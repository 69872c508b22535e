//! The tools of `synod mcp openai`.

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};
use tokio_util::sync::CancellationToken;

use super::options::OpenAiOptions;
use super::upstream::{Question, Upstream};
use crate::servers::ServeError;
use crate::servers::chat::{
    ChatArguments, DeltaSink, Failure, MAX_SESSIONS, Reply, Sessions, Talker, Turn, serve_call,
    tools,
};

/// The server.
#[derive(Debug)]
pub(super) struct OpenAi {
    upstream: Upstream,
    sessions: Sessions,
    options: OpenAiOptions,
    gone: CancellationToken,
}

impl OpenAi {
    /// `gone` falls when the client has left.
    pub(super) fn new(options: OpenAiOptions, gone: CancellationToken) -> Result<Self, ServeError> {
        Ok(Self {
            upstream: Upstream::new(&options)?,
            sessions: Sessions::new(MAX_SESSIONS),
            options,
            gone,
        })
    }
}

impl Talker for OpenAi {
    fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    async fn models(&self) -> Result<Vec<String>, Failure> {
        self.upstream.models().await
    }

    async fn chat(
        &self,
        arguments: ChatArguments,
        context: &RequestContext<RoleServer>,
    ) -> Result<Reply, Failure> {
        let ChatArguments {
            prompt,
            session_id,
            model,
            system,
            reset,
        } = arguments;
        let (session_id, mut talk) = self.sessions.open(session_id).await?;
        let (length, limit) = (prompt.chars().count(), self.options.max_history_chars);
        let model = model.unwrap_or_else(|| self.options.model.clone());
        let mut sink = DeltaSink::new(context);
        // The session itself changes only when there is an answer: a failed or cancelled turn
        // leaves it as it was.
        let (remembered, turns) = if reset {
            (None, &[][..])
        } else {
            (talk.system.as_deref(), talk.fitting(length, limit))
        };
        let own = self.options.system.as_deref();
        let question = Question {
            system: system.as_deref().or(remembered).or(own),
            turns,
            prompt: &prompt,
            model: &model,
        };
        let draft = self.upstream.ask(question, &mut sink).await?;
        if reset {
            talk.forget();
        }
        if system.is_some() {
            talk.system = system;
        }
        talk.make_room(length, limit);
        let turn = talk.next_turn();
        talk.remember(Turn {
            prompt,
            answer: draft.content.clone(),
        });
        Ok(Reply {
            session_id,
            content: draft.content,
            model: draft.model.unwrap_or(model),
            turn,
            usage: draft.usage,
            finish_reason: draft.finish_reason.unwrap_or_default(),
            dropped_turns: talk.dropped(),
        })
    }
}

impl ServerHandler for OpenAi {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        info.server_info = Implementation::new("synod-openai", env!("CARGO_PKG_VERSION"));
        info
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools(
            "Asks a model behind an OpenAI-compatible endpoint.",
        )))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        Ok(serve_call(self, request, context, &self.gone).await)
    }
}
