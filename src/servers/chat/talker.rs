//! The four tools of a chat server, whoever answers behind them.

use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, CallToolResponse, CallToolResult};
use rmcp::service::RequestContext;
use tokio_util::sync::CancellationToken;

use super::arguments::ChatArguments;
use super::failure::{Failure, FailureKind};
use super::reply::{Reply, listed_models, listed_sessions, was_reset};
use super::sessions::Sessions;

/// Whether a model takes tools of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::servers) enum Lending {
    /// It does.
    Taken,
    /// It has no use for them.
    Refused,
}

/// Who answers the tools.
pub(in crate::servers) trait Talker: Sync {
    /// The conversations in memory.
    fn sessions(&self) -> &Sessions;

    /// Whether its model can be lent tools.
    fn lending(&self) -> Lending {
        Lending::Refused
    }

    /// The models that can be asked.
    fn models(&self) -> impl Future<Output = Result<Vec<String>, Failure>> + Send;

    /// Answers a prompt.
    fn chat(
        &self,
        arguments: ChatArguments,
        context: &RequestContext<RoleServer>,
    ) -> impl Future<Output = Result<Reply, Failure>> + Send;
}

/// Serves one call of a tool until it is answered, cancelled, or the client is `gone`.
pub(in crate::servers) async fn serve_call(
    talker: &impl Talker,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
    gone: &CancellationToken,
) -> CallToolResponse {
    let left = || Failure::new(FailureKind::Refused, "the client cancelled the call");
    let outcome = tokio::select! {
        outcome = dispatch(talker, request, &context) => outcome,
        // Nobody waits any more: what is dropped here ends the work behind it.
        () = context.ct.cancelled() => Err(left()),
        () = gone.cancelled() => Err(left()),
    };
    outcome.unwrap_or_else(Failure::into_result).into()
}

async fn dispatch(
    talker: &impl Talker,
    request: CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResult, Failure> {
    match request.name.as_ref() {
        "chat" => {
            let arguments = ChatArguments::read(request.arguments)?;
            let lent = !arguments.tools.is_empty() || !arguments.tool_results.is_empty();
            if lent && talker.lending() == Lending::Refused {
                let why = "this server has no model that could use tools";
                return Err(Failure::new(FailureKind::Refused, why));
            }
            Ok(talker.chat(arguments, context).await?.into_result())
        }
        "list_sessions" => Ok(listed_sessions(&talker.sessions().list())),
        "reset_session" => {
            let id = ChatArguments::read_reset(request.arguments)?;
            Ok(was_reset(&id, talker.sessions().remove(&id)))
        }
        "list_models" => Ok(listed_models(&talker.models().await?)),
        other => Err(Failure::new(
            FailureKind::Refused,
            format!("Unknown tool: {other}"),
        )),
    }
}
