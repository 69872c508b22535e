//! Over what a member's calls go: MCP or ACP. The rest of the runner does not know the difference.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::acp::{self, Ability};
use crate::core::listing::LISTED_MAX;
use crate::core::text::clipped;
use crate::core::{ListedSession, Listing};
use crate::mcp::{
    self, ActiveCall, CallError, Connect, ConnectError, Health, Limits, Options, ServerSpec, Start,
    Step, Strays, Supervisor,
};
use crate::members::dialect::{Opening, SessionList, ToolRequest};

/// A server of a member that is kept up.
#[derive(Debug)]
pub(super) enum Lane {
    Mcp(Arc<Supervisor>),
    Acp(Supervisor<acp::Connection>),
}

/// A connection to a server of a member.
#[derive(Debug, Clone)]
pub(super) enum Wire {
    Mcp(mcp::Connection),
    Acp(acp::Connection),
}

/// A call in flight.
#[derive(Debug)]
pub(super) enum Flight {
    Mcp(Box<ActiveCall>),
    Acp(Box<acp::Turn>),
    /// It could not be made.
    Never(Option<CallError>),
}

impl Lane {
    /// Keeps `spec` up.
    pub(super) fn start(
        spec: ServerSpec,
        options: Options,
        when: Start,
        tasks: &TaskTracker,
        agent: bool,
    ) -> Self {
        if agent {
            Self::Acp(Supervisor::start(spec, options, when, tasks))
        } else {
            Self::Mcp(Arc::new(Supervisor::start(spec, options, when, tasks)))
        }
    }

    pub(super) fn health(&self) -> watch::Receiver<Health> {
        match self {
            Self::Mcp(lane) => lane.health(),
            Self::Acp(lane) => lane.health(),
        }
    }

    pub(super) async fn get(&self) -> Result<Wire, ConnectError> {
        match self {
            Self::Mcp(lane) => lane.get().await.map(Wire::Mcp),
            Self::Acp(lane) => lane.get().await.map(Wire::Acp),
        }
    }

    pub(super) async fn restart(&self) {
        match self {
            Self::Mcp(lane) => lane.restart().await,
            Self::Acp(lane) => lane.restart().await,
        }
    }

    pub(super) fn rest(&self) {
        match self {
            Self::Mcp(lane) => lane.rest(),
            Self::Acp(lane) => lane.rest(),
        }
    }

    pub(super) async fn shutdown(&self) {
        match self {
            Self::Mcp(lane) => lane.shutdown().await,
            Self::Acp(lane) => lane.shutdown().await,
        }
    }
}

impl Wire {
    /// Makes a call.
    pub(super) async fn begin(&self, opening: Opening, limits: Limits) -> Flight {
        match (self, opening) {
            (Self::Mcp(_), Opening::Tool(request)) => self.call(request, limits).await,
            (Self::Acp(agent), Opening::Prompt(order)) => {
                Flight::Acp(Box::new(agent.turn(order, limits)))
            }
            (Self::Mcp(_), Opening::Prompt(_)) | (Self::Acp(_), Opening::Tool(_)) => {
                Flight::Never(Some(CallError::Malformed {
                    server: "the member".to_owned(),
                    what: "its adapter is for another protocol".to_owned(),
                }))
            }
        }
    }

    /// Calls a tool; an agent has none.
    pub(super) async fn call(&self, request: ToolRequest, limits: Limits) -> Flight {
        match self {
            Self::Mcp(server) => {
                let calling = server.call(&request.tool, request.arguments, limits);
                Flight::Mcp(Box::new(calling.await))
            }
            Self::Acp(_) => Flight::Never(Some(CallError::Malformed {
                server: "the member".to_owned(),
                what: "its adapter is for another protocol".to_owned(),
            })),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        match self {
            Self::Mcp(server) => server.is_closed(),
            Self::Acp(agent) => agent.is_closed(),
        }
    }

    pub(super) fn strays(&self) -> Strays {
        match self {
            Self::Mcp(server) => server.strays(),
            Self::Acp(agent) => agent.strays(),
        }
    }

    pub(super) fn last_words(&self, lines: usize) -> String {
        match self {
            Self::Mcp(server) => server.last_words(lines),
            Self::Acp(agent) => agent.last_words(lines),
        }
    }

    /// Whether it can begin a conversation that knows what was said in another.
    pub(super) fn can_fork(&self) -> bool {
        match self {
            Self::Mcp(_) => false,
            Self::Acp(agent) => agent.agent().can(Ability::Fork),
        }
    }

    /// Has an agent close a session in which no turn is made for now, or `for_good`. MCP knows of none.
    pub(super) async fn put_away(&self, handle: &str, for_good: bool) {
        match self {
            Self::Mcp(_) => {}
            Self::Acp(agent) => agent.put_away(handle, for_good).await,
        }
    }

    /// The sessions that the server says it has; for MCP by a tool of it.
    pub(super) async fn sessions(&self, list: Option<&SessionList>, within: Duration) -> Listing {
        let listed = match (self, list) {
            (Self::Mcp(_), None) => return Listing::Unsupported,
            (Self::Mcp(server), Some(list)) => listed(server, list, within).await,
            (Self::Acp(agent), _) => match agent.sessions(within).await {
                Ok(None) => return Listing::Unsupported,
                Ok(Some(sessions)) => Ok(sessions),
                Err(error) => Err(error.to_string()),
            },
        };
        match listed {
            Ok(mut sessions) => {
                sessions.truncate(LISTED_MAX);
                Listing::Sessions(sessions)
            }
            Err(why) => Listing::Failed { why },
        }
    }
}

impl Flight {
    /// The next signal, or the end.
    pub(super) async fn next(&mut self) -> Step {
        match self {
            Self::Mcp(call) => call.next().await,
            Self::Acp(turn) => turn.next().await,
            Self::Never(error) => Step::Done(Err(error.take().unwrap_or(CallError::Cancelled))),
        }
    }
}

async fn listed(
    server: &mcp::Connection,
    list: &SessionList,
    within: Duration,
) -> Result<Vec<ListedSession>, String> {
    let limits = Limits {
        idle: within,
        total: within,
    };
    let ToolRequest { tool, arguments } = list.request.clone();
    let mut call = server.call(&tool, arguments, limits).await;
    let reply = loop {
        match call.next().await {
            // Nothing that comes meanwhile is about the list.
            Step::Signal(_) => {}
            Step::Done(outcome) => break outcome.map_err(|error| error.to_string())?,
        }
    };
    if reply.is_error {
        return Err(clipped(&reply.text(), 300));
    }
    (list.read)(&reply).map_err(str::to_owned)
}
