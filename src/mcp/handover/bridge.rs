//! One relay and its server: started or connected to when the relay comes, ended when it goes. Messages
//! are passed on as they are, in their order; noise between them is left out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use rmcp::model::ClientJsonRpcMessage;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use super::witness::Witness;
use super::{Slot, Standing};
use crate::mcp::connection::Options;
use crate::mcp::http::{self, Http};
use crate::mcp::lines::{Line, Lines};
use crate::mcp::log::Log;
use crate::mcp::process::{Process, Program, Running};
use crate::mcp::source::{Inbound, Source};
use crate::mcp::spec::{ServerSpec, Transport};

/// How long a server that closed its output may take to end by itself.
const EXITS: Duration = Duration::from_secs(2);
/// How long its last words may take to arrive.
const SETTLE: Duration = Duration::from_millis(300);
/// Last lines that are told of a server that ended.
const WORDS: usize = 4;
/// The notice with which an agent ends the handshake.
const GREETED: &str = "notifications/initialized";
/// The code of the error that an agent is told where its message did not reach the server.
const UNREACHED: i64 = -32_000;

/// The agent's side.
type FromAgent = Lines<OwnedReadHalf>;
/// A message on its way to a server, and whose answer it waits for.
type Sent = BoxFuture<'static, (Option<Value>, Result<(), String>)>;

/// Which side ended.
enum Ended {
    Agent,
    Server,
}

/// Carries messages until either side ends.
pub(super) async fn cross(
    (agent, to_agent): (FromAgent, OwnedWriteHalf),
    spec: &ServerSpec,
    slot: &Slot,
    options: &Options,
    tasks: &TaskTracker,
) {
    slot.stands(Standing::Coming);
    let bridge = Bridge {
        slot,
        log: Arc::new(Log::new(&spec.name, options.log.clone())),
        witness: Mutex::default(),
    };
    match &spec.transport {
        Transport::Stdio { command, env, cwd } => {
            let program = Program {
                server: &spec.name,
                command,
                env,
                cwd,
            };
            bridge
                .over_stdio(agent, to_agent, &program, options, tasks)
                .await;
        }
        Transport::Http { url, bearer } => {
            let source = http::source(url, bearer.as_ref(), options.line_limit);
            bridge.over_http(agent, to_agent, source).await;
        }
    }
}

struct Bridge<'a> {
    slot: &'a Slot,
    log: Arc<Log>,
    witness: Mutex<Witness>,
}

impl Bridge<'_> {
    async fn over_stdio(
        &self,
        agent: FromAgent,
        mut to_agent: OwnedWriteHalf,
        program: &Program<'_>,
        options: &Options,
        tasks: &TaskTracker,
    ) {
        let started = Process::start(program, &options.guard, options.registry.clone());
        let (process, streams) = match started {
            Ok(started) => started,
            Err(error) => return self.failed(&error.to_string()),
        };
        let mut process = Running::of(process, tasks);
        let log = Arc::clone(&self.log);
        tasks.spawn(async move { log.drain(streams.stderr).await });
        let server = Lines::new(streams.stdout, options.line_limit);
        let ended = tokio::select! {
            ended = self.there(agent, streams.stdin) => ended,
            ended = self.back(server, &mut to_agent) => ended,
        };
        match ended {
            Ended::Agent => self.left(),
            Ended::Server => {
                let code = timeout(EXITS, process.exited()).await.ok().flatten();
                drop(timeout(SETTLE, self.log.drained()).await);
                self.over(code);
            }
        }
        // Not before it is known how it stands.
        drop(to_agent);
        process.end().await;
    }

    /// From the agent to a process. A server that reads no more says so by its output.
    async fn there(&self, mut agent: FromAgent, mut to: impl AsyncWrite + Unpin) -> Ended {
        loop {
            match agent.next().await {
                Ok(Some(Line::Whole(mut line))) => {
                    self.witness().agent_says(&line);
                    line.push(b'\n');
                    if to.write_all(&line).await.is_err() || to.flush().await.is_err() {
                        return std::future::pending().await;
                    }
                }
                Ok(Some(Line::TooLong { bytes })) => self.too_long(bytes),
                Ok(None) | Err(_) => return Ended::Agent,
            }
        }
    }

    /// From a process to the agent.
    async fn back(
        &self,
        mut server: Lines<impl AsyncRead + Unpin>,
        to: &mut OwnedWriteHalf,
    ) -> Ended {
        loop {
            match server.next().await {
                Ok(Some(Line::Whole(line))) if is_message(&line) => {
                    if let Some(ended) = self.hand_back(line, to).await {
                        return ended;
                    }
                }
                Ok(Some(Line::Whole(line))) => self.log.noise(&line),
                Ok(Some(Line::TooLong { bytes })) => self.too_long(bytes),
                Ok(None) | Err(_) => return Ended::Server,
            }
        }
    }

    /// Over an address. Until the handshake is over each message waits for the one before: the client
    /// must be told of them in their order.
    async fn over_http(&self, mut agent: FromAgent, mut to: OwnedWriteHalf, mut server: Http) {
        let mut sent: FuturesUnordered<Sent> = FuturesUnordered::new();
        let mut greeted = false;
        let ended = loop {
            tokio::select! {
                line = agent.next(), if greeted || sent.is_empty() => match line {
                    Ok(Some(Line::Whole(line))) => {
                        self.witness().agent_says(&line);
                        let Ok(message) = serde_json::from_slice(&line) else {
                            self.log.noise(&line);
                            continue;
                        };
                        let envelope: Envelope = serde_json::from_slice(&line).unwrap_or_default();
                        greeted |= envelope.method.as_deref() == Some(GREETED);
                        sent.push(on_its_way(&mut server, message, envelope));
                    }
                    Ok(Some(Line::TooLong { bytes })) => self.too_long(bytes),
                    Ok(None) | Err(_) => break Ended::Agent,
                },
                Some((asked, outcome)) = sent.next(), if !sent.is_empty() => {
                    if let (Some(id), Err(why)) = (asked, outcome) {
                        let error = json!({"code": UNREACHED, "message": why});
                        let told = json!({"jsonrpc": "2.0", "id": id, "error": error});
                        if let Some(ended) = self.hand_back(told.to_string().into(), &mut to).await {
                            break ended;
                        }
                    }
                }
                inbound = server.receive() => match inbound {
                    Some(Inbound::Message(message)) => {
                        let line = serde_json::to_vec(&message).unwrap_or_default();
                        if let Some(ended) = self.hand_back(line, &mut to).await {
                            break ended;
                        }
                    }
                    Some(Inbound::TooLong { bytes }) => self.too_long(bytes),
                    None => break Ended::Server,
                },
            }
        };
        match ended {
            Ended::Agent => self.left(),
            Ended::Server => self.over(None),
        }
        drop(to);
        drop(server.close().await);
    }

    /// Gives the agent a message of the server, unless that must not be handed over; then it is an end.
    async fn hand_back(&self, mut line: Vec<u8>, to: &mut OwnedWriteHalf) -> Option<Ended> {
        let news = self.witness().server_says(&line);
        if let Some(standing) = news {
            let refused = matches!(standing, Standing::Refused(_));
            self.slot.stands(standing.clipped());
            if refused {
                return Some(Ended::Server);
            }
        }
        line.push(b'\n');
        let written = to.write_all(&line).await;
        written.is_err().then_some(Ended::Agent)
    }

    fn witness(&self) -> MutexGuard<'_, Witness> {
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn too_long(&self, bytes: usize) {
        let what = format!("a line of {bytes} bytes was over the limit");
        self.log.stale(&what);
    }

    /// The agent has gone.
    fn left(&self) {
        if self.slot.standing() == Standing::Coming {
            self.failed("the agent gave it up before it had answered the handshake");
        }
    }

    /// The server has ended.
    fn over(&self, code: Option<i32>) {
        // What was wrong before is why.
        if self.slot.standing().is_wrong() {
            return;
        }
        let how = match code {
            Some(code) => format!("it ended with exit code {code}"),
            None => "it ended".to_owned(),
        };
        let words = self.log.last_words(WORDS);
        if words.is_empty() {
            self.failed(&how);
        } else {
            self.failed(&format!("{how}: {words}"));
        }
    }

    fn failed(&self, why: &str) {
        self.slot.stands(Standing::Failed(why.to_owned()).clipped());
    }
}

/// What of a message says whose answer it waits for.
#[derive(Default, Deserialize)]
struct Envelope {
    id: Option<Value>,
    method: Option<String>,
}

fn on_its_way(server: &mut Http, message: ClientJsonRpcMessage, of: Envelope) -> Sent {
    let sending = server.send(message);
    // An answer of the agent waits for nothing.
    let asked = of.id.filter(|_| of.method.is_some());
    Box::pin(async move { (asked, sending.await.map_err(|error| error.to_string())) })
}

/// Whether a line can be a message: what servers write beside the protocol confuses some agents.
fn is_message(line: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(line).is_ok()
        && matches!(line.trim_ascii_start().first(), Some(b'{' | b'['))
}
