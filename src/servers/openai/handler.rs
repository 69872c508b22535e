//! The tools of `synod mcp openai`.

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};
use tokio_util::sync::CancellationToken;

use super::draft::Draft;
use super::options::OpenAiOptions;
use super::upstream::{Question, Upstream};
use crate::servers::ServeError;
use crate::servers::chat::{
    ChatArguments, DeltaSink, Failure, FailureKind, Lending, MAX_SESSIONS, Pending, Reply,
    Sessions, Talker, ToolStep, Turn, serve_call, tools,
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

    fn lending(&self) -> Lending {
        Lending::Taken
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
            tools,
            tool_choice,
            tool_results,
        } = arguments;
        let (session_id, mut talk) = self.sessions.open(session_id).await?;
        let mut pending = if tool_results.is_empty() {
            Pending::new(prompt)
        } else {
            talk.resumed(tool_results)?
        };
        let (length, limit) = (pending.chars(), self.options.max_history_chars);
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
            prompt: &pending.prompt,
            steps: &pending.steps,
            tools: &tools,
            tool_choice,
            model: &model,
        };
        let draft = self.ask(question, &mut sink).await?;
        if reset {
            talk.forget();
        }
        if system.is_some() {
            talk.system = system;
        }
        talk.make_room(length, limit);
        let turn = talk.next_turn();
        if draft.calls.is_empty() {
            talk.remember(Turn {
                prompt: pending.prompt,
                steps: pending.steps,
                answer: draft.content.clone(),
            });
        } else {
            pending.steps.push(ToolStep {
                said: draft.content.clone(),
                calls: draft.calls.clone(),
                results: Vec::new(),
            });
            talk.wait(pending);
        }
        Ok(Reply {
            session_id,
            content: draft.content,
            model: draft.model.unwrap_or(model),
            turn,
            usage: draft.usage,
            tool_calls: draft.calls,
            finish_reason: draft.finish_reason.unwrap_or_default(),
            dropped_turns: talk.dropped(),
        })
    }
}

impl OpenAi {
    /// Asks; where the model turns out to take no tools, without them.
    async fn ask(&self, question: Question<'_>, sink: &mut DeltaSink) -> Result<Draft, Failure> {
        let outcome = self.upstream.ask(question, sink).await;
        match outcome {
            Err(failure)
                if !question.tools.is_empty()
                    && question.steps.is_empty()
                    && takes_no_tools(&failure) =>
            {
                let notice = format!("{} takes no tools; it is asked without", question.model);
                sink.notice(notice).await;
                let bare = Question {
                    tools: &[],
                    ..question
                };
                self.upstream.ask(bare, sink).await
            }
            outcome => outcome,
        }
    }
}

/// Whether an endpoint refused a question because of the tools in it. There is no code for it: some
/// say that the model does not support them, some that the field is not known.
fn takes_no_tools(failure: &Failure) -> bool {
    let about_tools = failure.message.to_lowercase().contains("tool");
    let refused = matches!(failure.status, Some(400 | 404 | 422));
    about_tools && refused && failure.kind == FailureKind::Refused
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
            self.lending(),
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
