//! The MCP servers that a session is begun or taken up with, and what becomes known of them: agents say
//! nothing of one that is dead.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::mcp::{Handed, Handover, ToHand};

/// How long after the hand-over a server may take to be there before the turn's end says that it is not.
const PATIENCE: Duration = Duration::from_secs(10);
/// Said where the room has nothing that an agent could reach.
const NO_WAY: &str =
    "the room could not open the socket on which it is reached; see .synod/room.log";

/// The servers of one session.
#[derive(Debug)]
pub(super) struct Kit {
    servers: Vec<ToHand>,
    handed: Option<Handed>,
    since: Instant,
    /// What was told of them last.
    told: Option<Value>,
}

impl Kit {
    /// Hands servers over, for a session that is begun or one that is taken up.
    pub(super) fn new(
        servers: &[ToHand],
        over: Option<&Handover>,
        ended: &CancellationToken,
        begun: bool,
    ) -> Self {
        Self {
            servers: servers.to_vec(),
            handed: over
                .filter(|_| !servers.is_empty())
                .map(|over| over.hand(servers, ended)),
            since: Instant::now(),
            // A new session without any has nothing to tell; an old one may have had some.
            told: (begun && servers.is_empty()).then(|| json!([])),
        }
    }

    /// As the agent is told of them.
    pub(super) fn message(&self) -> Value {
        self.handed
            .as_ref()
            .map_or_else(|| json!([]), Handed::message)
    }

    /// Whether these are what an order wants.
    pub(super) fn is_of(&self, servers: &[ToHand]) -> bool {
        self.servers == servers
    }

    /// Ends them: the session is closed.
    pub(super) fn let_go(&mut self) {
        self.handed = None;
    }

    /// How they stand, where that is news. The first time it waits a little for those that are slow.
    pub(super) async fn news(&mut self) -> Option<Value> {
        let until = match self.told {
            None => self.since + PATIENCE,
            Some(_) => Instant::now(),
        };
        let servers: Vec<Value> = if let Some(handed) = &self.handed {
            let all = handed.standings(until).await.into_iter();
            all.map(|(name, standing)| one(&name, standing.trouble().as_deref()))
                .collect()
        } else {
            let all = self.servers.iter();
            all.map(|server| one(&server.name, Some(NO_WAY))).collect()
        };
        let news = Value::Array(servers);
        if self.told.as_ref() == Some(&news) {
            return None;
        }
        self.told = Some(news.clone());
        Some(news)
    }
}

fn one(name: &str, trouble: Option<&str>) -> Value {
    json!({"name": name, "trouble": trouble})
}
