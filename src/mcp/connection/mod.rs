//! An open connection to one server, over a process or over HTTP.
//!
//! What can be done with it: call, look, close. How it comes to be is the opener's business, and
//! nothing here restarts anything: see [`Supervisor`](crate::mcp::Supervisor).

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::mcp::abilities::Abilities;
use crate::mcp::call::ActiveCall;
use crate::mcp::handover::Handover;
use crate::mcp::link::Link;
use crate::mcp::log::{Log, LogLine, Strays};
use crate::mcp::news::News;
use crate::mcp::offers::Offers;
use crate::mcp::opener::Opener;
use crate::mcp::process::GuardCommand;
use crate::mcp::registry::Registry;
use crate::mcp::reply::{CallError, ConnectError};
use crate::mcp::spec::{Limits, ServerSpec, ToolInfo};
use crate::mcp::tools::{self, Tools};

/// The longest line that a server may send, in bytes: four times the largest answer seen.
pub const LINE_LIMIT: usize = 64 * 1024 * 1024;
/// The guard's 6 s, and time to notice.
const CLOSE_LIMIT: Duration = Duration::from_secs(8);

/// How connections are made; the same for all servers of a room.
#[derive(Debug, Clone)]
pub struct Options {
    /// How the guard of a process is started.
    pub guard: GuardCommand,
    /// From the start of the process to the list of tools.
    pub start_limit: Duration,
    /// How long a server may be silent to `server/discover` before `initialize` is sent as well.
    pub discover_patience: Duration,
    /// The longest line, in bytes.
    pub line_limit: usize,
    /// Where stderr and stray lines are copied to; full means dropped and counted.
    pub log: Option<mpsc::Sender<LogLine>>,
    /// Where started guards are noted.
    pub registry: Option<Arc<Registry>>,
    /// What the servers are offered.
    pub offers: Offers,
    /// The way on which agents are handed servers; without it they are told that there is none.
    pub handover: Option<Handover>,
}

impl Options {
    /// The usual limits: 30 s to start, 2.5 s of silence, [`LINE_LIMIT`].
    #[must_use]
    pub fn new(guard: GuardCommand) -> Self {
        Self {
            guard,
            start_limit: Duration::from_secs(30),
            discover_patience: Duration::from_millis(2_500),
            line_limit: LINE_LIMIT,
            log: None,
            registry: None,
            offers: Offers::default(),
            handover: None,
        }
    }
}

/// A connection; clones are the same connection. When the last clone and
/// the last call are dropped, it is closed.
#[derive(Debug, Clone)]
pub struct Connection {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    link: Arc<Link>,
    facts: Facts,
    tools: watch::Sender<Tools>,
    pid: Option<u32>,
    end: End,
}

/// The end of a connection: everything of it is gone, its processes included.
#[derive(Debug, Clone, Default)]
pub(crate) struct End {
    happened: CancellationToken,
    code: Arc<OnceLock<i32>>,
}

impl End {
    /// Waits for it.
    pub(crate) async fn wait(&self) {
        self.happened.cancelled().await;
    }

    /// The exit code, once it is known.
    pub(crate) fn code(&self) -> Option<i32> {
        self.code.get().copied()
    }

    pub(crate) fn happened(&self, code: Option<i32>) {
        if let Some(code) = code {
            // Only said once, by the one task that stays to the end.
            let _ = self.code.set(code);
        }
        self.happened.cancel();
    }
}

/// What the server said of itself.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) protocol: String,
    pub(crate) name: String,
    pub(crate) version: String,
}

impl Connection {
    /// Connects to `spec`. Everything that must go on in the background runs on `tasks`.
    ///
    /// # Errors
    /// See [`ConnectError`]. What had been started is then being ended on `tasks`.
    pub async fn open(
        spec: &ServerSpec,
        options: &Options,
        tasks: &TaskTracker,
    ) -> Result<Self, ConnectError> {
        let log = Arc::new(Log::new(&spec.name, options.log.clone()));
        let opener = Opener {
            spec,
            options,
            tasks,
            log: Arc::clone(&log),
        };
        match tokio::time::timeout(options.start_limit, opener.open()).await {
            Ok(result) => result,
            Err(_) => Err(ConnectError::Handshake {
                server: spec.name.clone(),
                why: format!("no answer within {} s", options.start_limit.as_secs()),
                stderr: log.last_words(8),
            }),
        }
    }

    pub(crate) fn assemble(
        link: Arc<Link>,
        facts: Facts,
        tools: watch::Sender<Tools>,
        pid: Option<u32>,
        end: End,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                link,
                facts,
                tools,
                pid,
                end,
            }),
        }
    }

    /// The tools that the server listed last, the first 1,000 of them.
    #[must_use]
    pub fn tools(&self) -> Arc<[ToolInfo]> {
        Arc::clone(&self.shared.tools.borrow().kept)
    }

    /// The list of tools; wakes when it has been read again because the server said that it changed.
    #[must_use]
    pub fn listed(&self) -> watch::Receiver<Tools> {
        self.shared.tools.subscribe()
    }

    /// The tool `name`, looked up on the server when its list was too long to be kept.
    ///
    /// # Errors
    /// When it had to be looked up and the server did not answer.
    pub async fn tool(&self, name: &str) -> Result<Option<ToolInfo>, CallError> {
        tools::find(&self.shared.link, &self.shared.tools, name).await
    }

    /// What the server says has changed; wakes at each change.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<News> {
        self.shared.link.routes.news.subscribe()
    }

    pub(crate) fn link(&self) -> &Link {
        &self.shared.link
    }

    pub(crate) fn abilities(&self) -> Abilities {
        self.shared.link.abilities
    }

    /// The protocol version agreed on, for instance `2025-11-25`.
    #[must_use]
    pub fn protocol(&self) -> &str {
        &self.shared.facts.protocol
    }

    /// The server's name for itself; untrusted and often wrong.
    #[must_use]
    pub fn server_name(&self) -> &str {
        &self.shared.facts.name
    }

    /// The server's version as it says; untrusted and often wrong.
    #[must_use]
    pub fn server_version(&self) -> &str {
        &self.shared.facts.version
    }

    /// Calls `tool`. An error, also of the sending, comes as the call's outcome.
    pub async fn call(
        &self,
        tool: &str,
        arguments: Map<String, Value>,
        limits: Limits,
    ) -> ActiveCall {
        let link = Arc::clone(&self.shared.link);
        ActiveCall::start(self.clone(), link, tool, arguments, limits).await
    }

    /// Whether the connection has ended. Its processes may still be ending.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.link.routes.ended().is_cancelled()
    }

    /// Ends when the connection has ended, from either side.
    pub async fn closed(&self) {
        self.shared.link.routes.ended().cancelled().await;
    }

    /// The end of the server's stderr, up to 64 KiB; untrusted.
    #[must_use]
    pub fn stderr_tail(&self) -> String {
        self.shared.link.log.tail()
    }

    /// What came and could not be used.
    #[must_use]
    pub fn strays(&self) -> Strays {
        self.shared.link.log.strays()
    }

    /// The last `lines` lines that the server wrote beside the protocol, on stdout and stderr;
    /// untrusted.
    #[must_use]
    pub fn last_words(&self, lines: usize) -> String {
        self.shared.link.log.last_words(lines)
    }

    /// Pid of the guard above the server's processes; none over HTTP.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.shared.pid
    }

    /// The server's exit code (128 + n for signal n), once its processes are gone.
    #[must_use]
    pub fn exit_code(&self) -> Option<i32> {
        self.shared.end.code()
    }

    /// Ends the connection and waits until all of the server's processes are gone (6 s at most,
    /// usually milliseconds). Calls in flight end with [`CallError::Closed`].
    pub async fn close(&self) {
        self.shared.link.hang_up();
        drop(tokio::time::timeout(CLOSE_LIMIT, self.shared.end.wait()).await);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.link.hang_up();
    }
}

#[cfg(test)]
mod tests;
