//! The same server over streamable HTTP, from inside the room that it tells of, with an author for every call.
//!
//! It listens on a port of loopback that the system chooses, and attaches to the room from inside: that is no
//! console, and keeps no room awake. Every request stands alone, without a session: it is answered with
//! JSON, in the versions 2025-03-26 to 2025-11-25 of MCP, and in 2026-07-28 as a request says so itself.
//!
//! - `tokens`: who has which token, and the file in which they stand.
//! - `gate`: who is let in, by the head of a request alone.
//! - `refusal`: why one is not, and what the log hears of it.
//!
//! **Invariant:** everything is bounded: connections, heads, bodies, the time of each, and the end of all with the room.

mod gate;
mod refusal;
mod tokens;

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub use tokens::{forget, listens_at};

use self::gate::{BODY_MAX, Gate, PATH};
use self::refusal::{Refusal, Reply, Tally};
use self::tokens::{TokenFile, Tokens};
use super::handler::Room;
use super::liaison::{self, Inside};
use crate::core::MemberName;
use crate::link::{Archive, Desk};

/// Connections that are open at once.
const CONNECTIONS_MAX: usize = 128;
/// How long the head of a request may take to come, and how long a connection may be idle.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long the rest of a request and its answer may take; the room takes less for an answer.
const WITHIN: Duration = Duration::from_secs(30);
/// How long a connection may live: who does not take an answer holds it no longer.
const LIVES: Duration = Duration::from_mins(5);
/// The longest head, in bytes.
const HEAD_MAX: usize = 32 * 1024;
/// What one is told for whom there is no connection.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Why clients of MCP cannot come over HTTP.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// The system refused.
    #[error("nothing can listen on loopback: {0}; the room works without")]
    Listen(io::Error),
    /// The file of the tokens cannot be written.
    #[error("cannot write {}: {why}; change its permissions or those of its folder", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// There is no random number.
    #[error("the system gives no random numbers for tokens: {0}")]
    Chance(String),
}

/// The listening end of a room for clients of MCP.
#[derive(Debug)]
pub struct Endpoint {
    listener: TcpListener,
    gate: Gate,
    /// Gone with us.
    file: TokenFile,
}

impl Endpoint {
    /// Listens on loopback, and writes the address and the tokens of these members and of the operator into the
    /// folder of the room.
    ///
    /// # Errors
    /// See [`EndpointError`].
    pub fn open(
        room: &Path,
        members: impl IntoIterator<Item = MemberName>,
    ) -> Result<Self, EndpointError> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(EndpointError::Listen)?;
        let port = listener.local_addr().map_err(EndpointError::Listen)?.port();
        listener
            .set_nonblocking(true)
            .map_err(EndpointError::Listen)?;
        let tokens = Tokens::new(members)?;
        let file = TokenFile::write(room, &format!("http://127.0.0.1:{port}{PATH}"), &tokens)?;
        Ok(Self {
            listener,
            gate: Gate::new(port, tokens),
            file,
        })
    }

    /// The address, and the token by which a member is let in.
    #[must_use]
    pub fn way(&self, member: &MemberName) -> Option<(String, &str)> {
        self.gate.way(member)
    }

    /// Serves what the desk tells until the desk stops, and removes the file of the tokens.
    ///
    /// # Errors
    /// When the system does not tell of connections.
    pub async fn serve<A: Archive>(self, desk: Desk<A>) -> Result<(), EndpointError> {
        let Self {
            listener,
            gate,
            file,
        } = self;
        let listener =
            tokio::net::TcpListener::from_std(listener).map_err(EndpointError::Listen)?;
        let stop = desk.stop.clone();
        let (liaison, attached) = liaison::attach(Inside(desk));
        let mut settings = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_max_request_body_bytes(BODY_MAX)
            .with_cancellation_token(stop.child_token());
        settings.sse_retry = None;
        let room = move || Ok(Room::new(liaison.clone()));
        let counter = Arc::new(Counter {
            gate,
            service: StreamableHttpService::new(room, Arc::default(), settings),
            tally: Tally::default(),
        });
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            // Nobody of them ends before.
            () = attached => {}
            () = take_in(&listener, &counter) => {}
        }
        drop(file);
        Ok(())
    }
}

/// Where requests are handed in.
struct Counter {
    gate: Gate,
    service: StreamableHttpService<Room, NeverSessionManager>,
    tally: Tally,
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.tally.tell_rest();
    }
}

/// Takes connections in for ever. Dropping it ends all of them.
async fn take_in(listener: &tokio::net::TcpListener, counter: &Arc<Counter>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) if connections.len() < CONNECTIONS_MAX => {
                connections.spawn(converse(stream, Arc::clone(counter)));
            }
            Ok((stream, _)) => {
                counter.tally.count(Refusal::Full);
                // It fits or it does not; nobody waits for it.
                drop(stream.try_write(FULL));
            }
            Err(error) => {
                tracing::warn!(%error, "a client of MCP could not be taken in");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// One connection, until either side ends it or its time is over.
async fn converse(stream: TcpStream, counter: Arc<Counter>) {
    // Answers are short and waited for.
    drop(stream.set_nodelay(true));
    let service = service_fn(|request| counter.answer(request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = sleep(LIVES) => {
            connection.as_mut().graceful_shutdown();
            timeout(WITHIN, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a client of MCP has gone");
    }
}

impl Counter {
    async fn answer(&self, request: Request<Incoming>) -> Result<Reply, Infallible> {
        Ok(self.admitted(request).await.unwrap_or_else(|refusal| {
            self.tally.count(refusal);
            refusal.reply()
        }))
    }

    async fn admitted(&self, request: Request<Incoming>) -> Result<Reply, Refusal> {
        let (mut head, body) = request.into_parts();
        let caller = self.gate.admit(&mut head)?;
        head.extensions.insert(caller);
        let answering = self.service.handle(Request::from_parts(head, body));
        let reply = timeout(WITHIN, answering).await;
        let reply = reply.map_err(|_| Refusal::Late)?;
        if reply.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Err(Refusal::TooLong);
        }
        Ok(reply)
    }
}
