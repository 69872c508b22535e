//! Opens one connection: find and run the server, shake hands, list its tools, hand it to rmcp.
//!
//! Also owns what stays behind the connection: the task that waits for its end and then for the
//! end of its processes. Deadlines are the caller's.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rmcp::model::ClientConfig;
use rmcp::service::{RoleClient, RunningService, serve_directly_with_ct};
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::mcp::connection::{Connection, End, Facts, Options};
use crate::mcp::ear::{self, Ear};
use crate::mcp::handshake::{Agreed, Disagreement, Opening, client_config, modern, shake};
use crate::mcp::link::{Link, send_cancels};
use crate::mcp::log::Log;
use crate::mcp::lookup;
use crate::mcp::process::{Process, Program, Running};
use crate::mcp::reply::{CallError, ConnectError};
use crate::mcp::routes::Routes;
use crate::mcp::source::{Source, Stdio};
use crate::mcp::spec::{ServerSpec, Transport};
use crate::mcp::tap::{Handler, Tap};
use crate::mcp::tools::{self, Tools};

/// What a server is to log, where it can be told: debugging it is not our business.
const LOG_LEVEL: &str = "info";
/// How long a reader may take for what a server wrote before it exited.
pub(crate) const LAST_WORDS: Duration = Duration::from_secs(5);

/// The parameters of one opening.
pub(crate) struct Opener<'a> {
    pub(crate) spec: &'a ServerSpec,
    pub(crate) options: &'a Options,
    pub(crate) tasks: &'a TaskTracker,
    pub(crate) log: Arc<Log>,
}

impl Opener<'_> {
    pub(crate) async fn open(&self) -> Result<Connection, ConnectError> {
        let discover = Opening::Discover {
            patience: self.options.discover_patience,
        };
        let first = self.attempt(discover).await;
        match first {
            Ok(connection) => Ok(connection),
            // Some servers end at the sight of a message that they do not know; a fresh one gets
            // the old handshake.
            Err(Failed::Shake(Disagreement::EndedAtDiscover)) => {
                self.settle().await;
                self.log.forget_tail();
                let second = self.attempt(Opening::Initialize).await;
                match second {
                    Ok(connection) => Ok(connection),
                    Err(failed) => Err(self.explain(failed).await),
                }
            }
            Err(failed) => Err(self.explain(failed).await),
        }
    }

    async fn attempt(&self, opening: Opening) -> Result<Connection, Failed> {
        match &self.spec.transport {
            Transport::Stdio { command, env, cwd } => {
                let program = Program {
                    server: &self.spec.name,
                    command,
                    env,
                    cwd,
                };
                let registry = self.options.registry.clone();
                let (process, streams) = Process::start(&program, &self.options.guard, registry)?;
                let process = Running::of(process, self.tasks);
                let log = Arc::clone(&self.log);
                self.tasks
                    .spawn(async move { log.drain(streams.stderr).await });
                let source = Stdio::new(
                    streams.stdout,
                    streams.stdin,
                    self.options.line_limit,
                    Arc::clone(&self.log),
                    self.tasks,
                );
                self.establish(source, opening, process).await
            }
            Transport::Http { url, bearer } => {
                let limit = self.options.line_limit;
                let source = crate::mcp::http::source(url, bearer.as_ref(), limit);
                let none = Running::none(self.tasks);
                self.establish(source, opening, none).await
            }
        }
    }

    async fn establish<S: Source>(
        &self,
        mut source: S,
        opening: Opening,
        mut process: Running,
    ) -> Result<Connection, Failed> {
        let agreed = match shake(&mut source, opening, &self.config(), &self.log).await {
            Ok(agreed) => agreed,
            Err(Disagreement::Ended | Disagreement::Broken(_)) if process.is_there() => {
                // It may have closed its stdout alone; its stdin is closed with the source.
                drop(source);
                let ended = tokio::time::timeout(LAST_WORDS, process.exited()).await;
                return Err(Failed::Ended(ended.ok().flatten()));
            }
            Err(disagreement) => return Err(disagreement.into()),
        };
        let pid = process.pid();
        let (link, end) = self.run(source, &agreed, process);
        // Until there is a `Connection`, giving up has to end what was started.
        let connecting = link.stop.clone().drop_guard();
        let tools = if agreed.abilities.tools {
            tools::read(&link).await.map_err(Failed::Tools)?
        } else {
            Tools::default()
        };
        connecting.disarm();
        let tools = watch::Sender::new(tools);
        self.attend(&link, &tools);
        let facts = Facts {
            protocol: agreed.info.protocol_version.to_string(),
            name: agreed.name,
            version: agreed.version,
        };
        Ok(Connection::assemble(link, facts, tools, pid, end))
    }

    /// Starts what is done beside the calls as long as the connection stands.
    fn attend(&self, link: &Arc<Link>, tools: &watch::Sender<Tools>) {
        let ended = link.routes.ended().clone();
        if link.abilities.tools {
            let news = link.routes.news.subscribe();
            let following = tools::follow(Arc::clone(link), tools.clone(), news, ended);
            self.tasks.spawn(following);
        }
        if let Some(lists) = link.abilities.changes {
            let ended = link.routes.ended().clone();
            self.tasks
                .spawn(ear::listen(Arc::clone(link), lists, ended));
        }
        if link.abilities.logging {
            let link = Arc::clone(link);
            self.tasks.spawn(async move {
                let level = lookup::raw("logging/setLevel", json!({"level": LOG_LEVEL}));
                if let Err(error) = lookup::ask(&link, level).await {
                    let said = format!("the level of its log could not be set: {error}");
                    link.log.stale(&said);
                }
            });
        }
    }

    /// Speaks over a pair of streams instead of a process.
    #[cfg(test)]
    pub(crate) async fn over<R, W>(&self, reader: R, writer: W) -> Result<Connection, ConnectError>
    where
        R: tokio::io::AsyncRead + Unpin + Send + 'static,
        W: tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let limit = self.options.line_limit;
        let source = Stdio::new(reader, writer, limit, Arc::clone(&self.log), self.tasks);
        let none = Running::none(self.tasks);
        let opening = Opening::Discover {
            patience: self.options.discover_patience,
        };
        match self.establish(source, opening, none).await {
            Ok(connection) => Ok(connection),
            Err(failed) => Err(self.explain(failed).await),
        }
    }

    /// Hands the source to rmcp and starts what keeps the connection.
    fn run<S: Source>(&self, source: S, agreed: &Agreed, process: Running) -> (Arc<Link>, End) {
        let routes = Arc::new(Routes::default());
        let stop = CancellationToken::new();
        let end = End::default();
        let tap = Tap::new(source, Arc::clone(&routes), Arc::clone(&self.log));
        let handler = Handler {
            // It goes with each request of 2026-07-28, and nowhere in older versions.
            info: modern(self.config()),
            roots: self.options.offers.roots(),
        };
        let info = Some(agreed.info.clone());
        let running = serve_directly_with_ct(handler, tap, info, stop.clone());
        let (cancels, inbox) = mpsc::unbounded_channel();
        let link = Arc::new(Link {
            server: self.spec.name.clone(),
            peer: running.peer().clone(),
            routes: Arc::clone(&routes),
            log: Arc::clone(&self.log),
            abilities: agreed.abilities,
            roots: self.options.offers.roots(),
            cancels,
            ear: Ear::default(),
            task_tools: Mutex::default(),
            stop: stop.clone(),
        });
        self.tasks.spawn(send_cancels(
            running.peer().clone(),
            inbox,
            routes.ended().clone(),
        ));
        self.tasks
            .spawn(keep(running, process, routes, stop, end.clone()));
        (link, end)
    }

    /// What Synod says of itself.
    fn config(&self) -> ClientConfig {
        client_config(&self.options.offers, &self.spec.name)
    }

    /// Gives the last words on stderr a moment to arrive.
    async fn settle(&self) {
        let patience = Duration::from_millis(300);
        drop(tokio::time::timeout(patience, self.log.drained()).await);
    }

    async fn explain(&self, failed: Failed) -> ConnectError {
        let why = match failed {
            Failed::Start(error) => return error,
            Failed::Ended(code) => {
                self.settle().await;
                return ConnectError::Ended {
                    server: self.spec.name.clone(),
                    code,
                    stderr: self.log.last_words(8),
                };
            }
            Failed::Shake(Disagreement::EndedAtDiscover) => Disagreement::Ended.to_string(),
            Failed::Shake(disagreement) => disagreement.to_string(),
            Failed::Tools(error) => format!("it could not list its tools: {error}"),
        };
        self.settle().await;
        ConnectError::Handshake {
            server: self.spec.name.clone(),
            why,
            stderr: self.log.last_words(8),
        }
    }
}

/// Why an attempt failed.
enum Failed {
    Start(ConnectError),
    /// Its process ended; its exit code.
    Ended(Option<i32>),
    Shake(Disagreement),
    Tools(CallError),
}

impl From<ConnectError> for Failed {
    fn from(error: ConnectError) -> Self {
        Self::Start(error)
    }
}

impl From<Disagreement> for Failed {
    fn from(disagreement: Disagreement) -> Self {
        Self::Shake(disagreement)
    }
}

/// Stays with a connection to its end.
async fn keep(
    running: RunningService<RoleClient, Handler>,
    mut process: Running,
    routes: Arc<Routes>,
    stop: CancellationToken,
    end: End,
) {
    let mut serving = std::pin::pin!(running.waiting());
    let exited = tokio::select! {
        _ = &mut serving => None,
        code = process.exited() => Some(code),
    };
    if let Some(code) = exited {
        // What the server wrote last is still in the pipe, and so is its end, unless the guard was
        // killed: then orphans may hold the pipe open for ever.
        let patience = if code.is_some() {
            LAST_WORDS
        } else {
            Duration::ZERO
        };
        if tokio::time::timeout(patience, &mut serving).await.is_err() {
            routes.end();
            stop.cancel();
            drop(serving.await);
        }
    }
    routes.end();
    // rmcp has dropped the tap, and with it the way to the server's stdin: the order to end.
    end.happened(process.end().await);
}
