//! An open connection to one agent: opened, used, closed. Nothing here restarts anything: that is the
//! [`Supervisor`](crate::mcp::Supervisor)'s.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::agent::{Ability, Agent, Login, hello};
use super::book::Book;
use super::link::{Link, OUTBOX, write};
use super::reader::read;
use super::routes::Routes;
use super::services::Means;
use super::session::Desk;
use super::turn::{Order, Turn};
use crate::core::ListedSession;
use crate::core::listing::LISTED_MAX;
use crate::core::text::one_line;
use crate::mcp::{
    CallError, Connect, ConnectError, ConnectionEnd, Limits, Log, Options, Process, Program,
    Running, ServerSpec, Strays, Transport,
};

/// The guard's 6 s, and time to notice.
const CLOSE_LIMIT: Duration = Duration::from_secs(8);
/// How long the reader may take for what an agent wrote before it exited.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How much of its words is kept where it refuses the handshake, in bytes.
const REFUSAL_MAX: usize = 160;
/// The longest name of a session that is kept, in characters.
const NAME_MAX: usize = 256;

/// A connection; clones are the same one. When the last clone is dropped, it is closed.
#[derive(Debug, Clone)]
pub struct Connection {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    desk: Arc<Desk>,
    tasks: TaskTracker,
    /// Where it was started.
    folder: PathBuf,
    pid: Option<u32>,
    end: ConnectionEnd,
}

impl Connection {
    /// What the agent said of itself.
    #[must_use]
    pub fn agent(&self) -> &Agent {
        &self.shared.desk.agent
    }

    /// Begins a turn.
    #[must_use]
    pub fn turn(&self, order: Order, limits: Limits) -> Turn {
        let desk = Arc::clone(&self.shared.desk);
        Turn::start(desk, order, limits, &self.shared.tasks)
    }

    /// Begins a session and closes it again, where the agent can: what it needs for that is there.
    ///
    /// # Errors
    /// When it begins none: with the code [`LOGIN_NEEDED`](super::LOGIN_NEEDED) when nobody is logged in.
    pub async fn begins(&self) -> Result<(), CallError> {
        let desk = &self.shared.desk;
        let order = Order {
            session: None,
            fork: None,
            cwd: self.shared.folder.clone(),
            writes: false,
            mode: None,
            model: None,
            wishes: Vec::new(),
            settings: Value::Null,
            servers: Vec::new(),
            prompt: String::new(),
        };
        let mut seat = desk.seat(&order).await?;
        desk.leave(&mut seat).await;
        Ok(())
    }

    /// Has the agent close a session in which no turn is made for now, or `for_good`, where it can; one
    /// that it could not take up again it keeps open unless it is for good.
    pub async fn put_away(&self, session: &str, for_good: bool) {
        self.shared.desk.put_away(session, for_good).await;
    }

    /// The sessions that the agent says it has in its folder, the first [`LISTED_MAX`]; `None` where it
    /// cannot tell. Agents keep those of all folders, of all their lives.
    ///
    /// # Errors
    /// When it does not answer within `within`, or with an error.
    pub async fn sessions(
        &self,
        within: Duration,
    ) -> Result<Option<Vec<ListedSession>>, CallError> {
        if !self.agent().can(Ability::List) {
            return Ok(None);
        }
        let link = &self.shared.desk.link;
        let folder = &self.shared.folder;
        let listed = link
            .ask("session/list", &json!({"cwd": folder}), within)
            .await?;
        let all = listed.get("sessions").and_then(Value::as_array);
        let all = all.ok_or_else(|| link.malformed("its list of sessions is no list"))?;
        let named = all.iter().filter_map(|one| {
            let elsewhere = one.get("cwd").and_then(Value::as_str);
            if elsewhere.is_some_and(|cwd| Path::new(cwd) != folder) {
                return None;
            }
            let handle = one.get("sessionId")?.as_str()?;
            Some(ListedSession {
                handle: handle.chars().take(NAME_MAX).collect(),
                turns: None,
            })
        });
        Ok(Some(named.take(LISTED_MAX).collect()))
    }

    /// Whether the connection has ended. Its processes may still be ending.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.desk.link.routes.ended().is_cancelled()
    }

    /// What came and could not be used.
    #[must_use]
    pub fn strays(&self) -> Strays {
        self.shared.desk.link.log.strays()
    }

    async fn establish(
        spec: &ServerSpec,
        options: &Options,
        tasks: &TaskTracker,
        log: Arc<Log>,
    ) -> Result<Self, ConnectError> {
        let server = spec.name.clone();
        let Transport::Stdio { command, env, cwd } = &spec.transport else {
            let why = "an agent is a program: give it a `command` instead of a `url`".to_owned();
            return Err(ConnectError::Spawn { server, why });
        };
        let program = Program {
            server: &spec.name,
            command,
            env,
            cwd,
        };
        let (process, streams) =
            Process::start(&program, &options.guard, options.registry.clone())?;
        let draining = Arc::clone(&log);
        tasks.spawn(async move { draining.drain(streams.stderr).await });
        let process = Running::of(process, tasks);
        let meeting = Meeting {
            server,
            folder: cwd,
            env,
            options,
            tasks,
            log,
        };
        meeting.meet(streams.stdout, streams.stdin, process).await
    }

    /// Speaks over a pair of streams instead of a process.
    #[cfg(test)]
    pub(super) async fn over<R, W>(
        reader: R,
        writer: W,
        env: &Env,
        options: &Options,
    ) -> Result<Self, ConnectError>
    where
        R: AsyncRead + Unpin + Send + 'static,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let tasks = TaskTracker::new();
        let meeting = Meeting {
            server: "agent".to_owned(),
            folder: Path::new("/w"),
            env,
            options,
            tasks: &tasks,
            log: Arc::new(Log::new("agent", None)),
        };
        meeting.meet(reader, writer, Running::none(&tasks)).await
    }
}

/// The environment of an agent.
type Env = BTreeMap<String, String>;

/// The first words with an agent.
struct Meeting<'a> {
    server: String,
    folder: &'a Path,
    env: &'a Env,
    options: &'a Options,
    tasks: &'a TaskTracker,
    log: Arc<Log>,
}

impl Meeting<'_> {
    async fn meet<R, W>(
        self,
        reader: R,
        writer: W,
        process: Running,
    ) -> Result<Connection, ConnectError>
    where
        R: AsyncRead + Unpin + Send + 'static,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let Self {
            server,
            folder,
            env,
            options,
            tasks,
            log,
        } = self;
        let pid = process.pid();
        let (out, lines) = mpsc::channel(OUTBOX);
        let link = Arc::new(Link {
            out,
            routes: Arc::default(),
            log,
            services: options.offers.services(&server),
            stop: CancellationToken::new(),
            server,
        });
        let connecting = link.stop.clone().drop_guard();
        tasks.spawn(write(writer, lines, link.stop.clone()));
        let (limit, reading) = (options.line_limit, Arc::clone(&link));
        tasks.spawn(async move { read(reader, limit, &reading).await });
        let end = ConnectionEnd::default();
        tasks.spawn(keep(
            process,
            Arc::clone(&link.routes),
            link.stop.clone(),
            end.clone(),
        ));
        let agent = match link
            .ask("initialize", &hello(link.services), options.start_limit)
            .await
        {
            Ok(answer) => Agent::of(&answer),
            Err(CallError::Closed { stderr, .. } | CallError::Unsent { stderr, .. }) => {
                drop(tokio::time::timeout(LAST_WORDS, end.wait()).await);
                return Err(ConnectError::Ended {
                    server: link.server.clone(),
                    code: end.code(),
                    stderr,
                });
            }
            Err(CallError::Rpc { message, .. }) => Err(format!(
                "it does not take the handshake of the Agent Client Protocol: {}",
                one_line(&message, REFUSAL_MAX)
            )),
            Err(error) => Err(error.to_string()),
        };
        let agent = match agent {
            Ok(agent) => agent,
            Err(why) => {
                return Err(ConnectError::Handshake {
                    server: link.server.clone(),
                    why,
                    stderr: link.last_words().await,
                });
            }
        };
        connecting.disarm();
        let has_key = |login: &&Login| {
            !login.variables.is_empty() && login.variables.iter().all(|name| env.contains_key(name))
        };
        let key = agent.logins.iter().find(has_key);
        let key = key.map(|login| login.id.clone());
        Ok(Connection {
            shared: Arc::new(Shared {
                desk: Arc::new(Desk {
                    means: Arc::new(Means::new(&link.server, options)),
                    link,
                    agent,
                    book: Book::default(),
                    handover: options.handover.clone(),
                    key,
                }),
                tasks: tasks.clone(),
                folder: folder.to_owned(),
                pid,
                end,
            }),
        })
    }
}

impl Connect for Connection {
    async fn open(
        spec: &ServerSpec,
        options: &Options,
        tasks: &TaskTracker,
    ) -> Result<Self, ConnectError> {
        let log = Arc::new(Log::new(&spec.name, options.log.clone()));
        let opening = Self::establish(spec, options, tasks, Arc::clone(&log));
        match tokio::time::timeout(options.start_limit, opening).await {
            Ok(result) => result,
            Err(_) => Err(ConnectError::Handshake {
                server: spec.name.clone(),
                why: format!("no answer within {} s", options.start_limit.as_secs()),
                stderr: log.last_words(8),
            }),
        }
    }

    fn protocol(&self) -> &'static str {
        "ACP 1"
    }

    fn pid(&self) -> Option<u32> {
        self.shared.pid
    }

    async fn closed(&self) {
        self.shared.desk.link.routes.ended().cancelled().await;
    }

    async fn close(&self) {
        self.shared.desk.link.stop.cancel();
        drop(tokio::time::timeout(CLOSE_LIMIT, self.shared.end.wait()).await);
    }

    fn last_words(&self, lines: usize) -> String {
        self.shared.desk.link.log.last_words(lines)
    }

    fn exit_code(&self) -> Option<i32> {
        self.shared.end.code()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.desk.link.stop.cancel();
    }
}

/// Stays with an agent's processes to their end.
async fn keep(
    mut process: Running,
    routes: Arc<Routes>,
    stop: CancellationToken,
    end: ConnectionEnd,
) {
    let exited = tokio::select! {
        () = routes.ended().cancelled() => None,
        code = process.exited() => Some(code),
    };
    if let Some(Some(_)) = exited {
        // What it wrote last is still in the pipe; without a guard orphans may hold that open for ever.
        drop(tokio::time::timeout(LAST_WORDS, routes.ended().cancelled()).await);
    }
    routes.end();
    stop.cancel();
    end.happened(process.end().await);
}
