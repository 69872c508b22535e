//! Keeps one server connected: starts it, restarts it when it falls, stops trying when it must.
//!
//! One task owns the connection; the handle only sends it orders. What the server *does* is not
//! looked at: a server that is connected and silent is healthy here. Which protocol it speaks is not
//! looked at either: see [`Connect`].

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::mcp::connection::{Connection, Options};
use crate::mcp::patience::{Backoff, Breaker};
use crate::mcp::reply::ConnectError;
use crate::mcp::spec::ServerSpec;

/// A connection that lasted this long wipes out the failures before it.
const PROVEN: Duration = Duration::from_mins(1);
/// More than the callers that could ask at the same time; a full queue only makes them wait.
const ORDERS: usize = 64;

/// A connection that can be kept up: clones are the same one.
pub trait Connect: Clone + Send + Sync + 'static {
    /// Connects to `spec`. Everything that must go on in the background runs on `tasks`.
    ///
    /// # Errors
    /// See [`ConnectError`]. What had been started is then being ended on `tasks`.
    fn open(
        spec: &ServerSpec,
        options: &Options,
        tasks: &TaskTracker,
    ) -> impl Future<Output = Result<Self, ConnectError>> + Send;

    /// The protocol version agreed on.
    fn protocol(&self) -> &str;

    /// Pid of the guard above the server's processes, if it has any.
    fn pid(&self) -> Option<u32>;

    /// Ends when the connection has ended, from either side.
    fn closed(&self) -> impl Future<Output = ()> + Send;

    /// Ends the connection and waits until all of the server's processes are gone.
    fn close(&self) -> impl Future<Output = ()> + Send;

    /// The last `lines` lines that the server wrote beside the protocol; untrusted.
    fn last_words(&self, lines: usize) -> String;

    /// The server's exit code (128 + n for signal n), once its processes are gone.
    fn exit_code(&self) -> Option<i32>;
}

impl Connect for Connection {
    async fn open(
        spec: &ServerSpec,
        options: &Options,
        tasks: &TaskTracker,
    ) -> Result<Self, ConnectError> {
        Self::open(spec, options, tasks).await
    }

    fn protocol(&self) -> &str {
        self.protocol()
    }

    fn pid(&self) -> Option<u32> {
        self.pid()
    }

    async fn closed(&self) {
        self.closed().await;
    }

    async fn close(&self) {
        self.close().await;
    }

    fn last_words(&self, lines: usize) -> String {
        self.last_words(lines)
    }

    fn exit_code(&self) -> Option<i32> {
        self.exit_code()
    }
}

/// How a supervised server is, as far as the connection shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Not started (yet), or shut down.
    Stopped,
    /// Being started right now.
    Starting,
    /// Connected.
    Ready {
        /// Protocol version agreed on.
        protocol: String,
        /// Pid of the guard; none over HTTP.
        pid: Option<u32>,
    },
    /// It fell or could not be started, and is tried again.
    Restarting {
        /// The pause before the next try, counted from this report.
        pause: Duration,
        /// What happened; may hold untrusted text.
        why: String,
    },
    /// It failed so often that nothing is tried for a while.
    BreakerOpen {
        /// Failures since it last worked.
        failures: u32,
        /// Time until the next try, counted from this report.
        retry_in: Duration,
        /// What happened last; may hold untrusted text.
        why: String,
    },
    /// It cannot be started as configured; only an order tries again.
    Failed {
        /// What is wrong.
        why: String,
    },
}

/// When a supervised server is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At once.
    Eagerly,
    /// At the first [`Supervisor::get`].
    OnDemand,
}

/// The handle of a supervised server. Dropping it ends the server without waiting.
#[derive(Debug)]
pub struct Supervisor<C: Connect = Connection> {
    orders: mpsc::Sender<Order<C>>,
    health: watch::Receiver<Health>,
    present: watch::Receiver<Option<C>>,
    stop: CancellationToken,
    stopped: CancellationToken,
    name: String,
}

#[derive(Debug)]
enum Order<C> {
    Get(oneshot::Sender<Result<C, ConnectError>>),
    Restart,
    Rest,
}

impl<C: Connect> Supervisor<C> {
    /// Takes `spec` into care. The supervising task and all that it starts run on `tasks`.
    #[must_use]
    pub fn start(spec: ServerSpec, options: Options, when: Start, tasks: &TaskTracker) -> Self {
        let (orders, inbox) = mpsc::channel(ORDERS);
        let (report, health) = watch::channel(Health::Stopped);
        let (connected, present) = watch::channel(None);
        let stop = CancellationToken::new();
        let stopped = CancellationToken::new();
        let name = spec.name.clone();
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let keeper = Keeper {
            spec,
            options,
            tasks: tasks.clone(),
            inbox,
            report,
            connected,
            stop: stop.clone(),
            waiting: Vec::new(),
            backoff: Backoff::new(hasher.finish()),
            breaker: Breaker::default(),
            last: String::new(),
        };
        tasks.spawn(keeper.run(when, stopped.clone().drop_guard()));
        Self {
            orders,
            health,
            present,
            stop,
            stopped,
            name,
        }
    }

    /// How the server is; wakes at every change.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Health> {
        self.health.clone()
    }

    /// The connection as long as there is one; wakes at every change and starts nothing.
    #[must_use]
    pub fn present(&self) -> watch::Receiver<Option<C>> {
        self.present.clone()
    }

    /// The present connection; starts the server if need be and waits for it.
    ///
    /// # Errors
    /// Why the try that this call waited for failed, or that the breaker is open.
    pub async fn get(&self) -> Result<C, ConnectError> {
        let (reply, answer) = oneshot::channel();
        let stopped = || ConnectError::Spawn {
            server: self.name.clone(),
            why: "it has been shut down".to_owned(),
        };
        if self.orders.send(Order::Get(reply)).await.is_err() {
            return Err(stopped());
        }
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Ends the server with all its processes and starts it again, also when it had failed. For
    /// servers that ignore cancellation. The next [`get`](Self::get) gives the new connection.
    pub async fn restart(&self) {
        drop(self.orders.send(Order::Restart).await);
    }

    /// Ends the server with all its processes until the next [`get`](Self::get). Does not wait: orders
    /// that are given after this one are carried out after it.
    pub fn rest(&self) {
        if self.orders.try_send(Order::Rest).is_err() {
            // So many wait for it that it has no rest, or it is over.
            tracing::debug!(server = self.name, "a server was not put to rest");
        }
    }

    /// Ends the server for good and waits until its processes are gone.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        self.stopped.cancelled().await;
    }
}

impl<C: Connect> Drop for Supervisor<C> {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What is to be done next.
enum Next {
    /// Wait for an order.
    Rest,
    /// Connect, but not before the time given, if any.
    Connect(Option<Instant>),
    Stop,
}

struct Keeper<C> {
    spec: ServerSpec,
    options: Options,
    tasks: TaskTracker,
    inbox: mpsc::Receiver<Order<C>>,
    report: watch::Sender<Health>,
    connected: watch::Sender<Option<C>>,
    stop: CancellationToken,
    /// Those who wait for a connection.
    waiting: Vec<oneshot::Sender<Result<C, ConnectError>>>,
    backoff: Backoff,
    breaker: Breaker,
    /// What happened at the last failure.
    last: String,
}

impl<C: Connect> Keeper<C> {
    async fn run(mut self, when: Start, _stopped: tokio_util::sync::DropGuard) {
        let mut next = match when {
            Start::Eagerly => Next::Connect(None),
            Start::OnDemand => Next::Rest,
        };
        loop {
            next = match next {
                Next::Rest => self.rest().await,
                Next::Connect(not_before) => self.connect(not_before).await,
                Next::Stop => break,
            };
        }
        self.report.send_replace(Health::Stopped);
    }

    async fn rest(&mut self) -> Next {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return Next::Stop,
                order = self.inbox.recv() => match order {
                    Some(Order::Get(reply)) => {
                        self.waiting.push(reply);
                        return Next::Connect(None);
                    }
                    Some(Order::Restart) => return Next::Connect(None),
                    Some(Order::Rest) => {}
                    None => return Next::Stop,
                },
            }
        }
    }

    /// Waits for its time, connects, and stays with the connection.
    async fn connect(&mut self, not_before: Option<Instant>) -> Next {
        if let Some(time) = not_before
            && !self.pause(time).await
        {
            return Next::Stop;
        }
        self.report.send_replace(Health::Starting);
        let began = Instant::now();
        let opened = {
            let opening = C::open(&self.spec, &self.options, &self.tasks);
            let mut opening = std::pin::pin!(opening);
            loop {
                tokio::select! {
                    () = self.stop.cancelled() => return Next::Stop,
                    opened = &mut opening => break opened,
                    order = self.inbox.recv() => match order {
                        Some(Order::Get(reply)) => self.waiting.push(reply),
                        // It is being started as it is.
                        Some(Order::Restart | Order::Rest) => {}
                        None => return Next::Stop,
                    },
                }
            }
        };
        match opened {
            Ok(connection) => {
                self.connected.send_replace(Some(connection.clone()));
                let next = self.stay(connection).await;
                self.connected.send_replace(None);
                next
            }
            Err(error) => {
                let mute = began.elapsed() >= self.options.start_limit;
                self.failed(&error, mute)
            }
        }
    }

    /// Waits until `time`; false if it is all over. An order to restart ends the pause.
    async fn pause(&mut self, time: Instant) -> bool {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return false,
                () = sleep_until(time) => return true,
                order = self.inbox.recv() => match order {
                    Some(Order::Get(reply)) => match self.breaker_error(Instant::now()) {
                        Some(error) => drop(reply.send(Err(error))),
                        None => self.waiting.push(reply),
                    },
                    Some(Order::Restart) => return true,
                    // It does not run.
                    Some(Order::Rest) => {}
                    None => return false,
                },
            }
        }
    }

    async fn stay(&mut self, connection: C) -> Next {
        let since = Instant::now();
        self.breaker.connected();
        self.report.send_replace(Health::Ready {
            protocol: connection.protocol().to_owned(),
            pid: connection.pid(),
        });
        for reply in self.waiting.drain(..) {
            drop(reply.send(Ok(connection.clone())));
        }
        loop {
            tokio::select! {
                // The end before the orders: nobody is to be given a connection that has ended.
                biased;
                () = self.stop.cancelled() => {
                    connection.close().await;
                    return Next::Stop;
                }
                () = connection.closed() => break,
                order = self.inbox.recv() => match order {
                    Some(Order::Get(reply)) => drop(reply.send(Ok(connection.clone()))),
                    Some(Order::Restart) => {
                        self.report.send_replace(Health::Restarting {
                            pause: Duration::ZERO,
                            why: "restart was ordered".to_owned(),
                        });
                        connection.close().await;
                        return Next::Connect(None);
                    }
                    Some(Order::Rest) => {
                        connection.close().await;
                        self.report.send_replace(Health::Stopped);
                        return Next::Rest;
                    }
                    None => {
                        connection.close().await;
                        return Next::Stop;
                    }
                },
            }
        }
        if since.elapsed() >= PROVEN {
            self.backoff.reset();
            self.breaker.recovered();
        }
        connection.close().await;
        let words = connection.last_words(1);
        let mut why = match connection.exit_code() {
            Some(code) => format!("it exited ({code})"),
            None => "it ended by itself".to_owned(),
        };
        if !words.is_empty() {
            why = format!("{why}; its last words: {words}");
        }
        self.again(why, false)
    }

    fn failed(&mut self, error: &ConnectError, mute: bool) -> Next {
        let why = error.to_string();
        for reply in self.waiting.drain(..) {
            drop(reply.send(Err(error.clone())));
        }
        match error {
            // Waiting does not install a program.
            ConnectError::NotFound { .. } | ConnectError::Spawn { .. } => {
                self.report.send_replace(Health::Failed { why });
                Next::Rest
            }
            ConnectError::Ended { .. }
            | ConnectError::Handshake { .. }
            | ConnectError::BreakerOpen { .. } => self.again(why, mute),
        }
    }

    /// Counts a failure and says when to try again.
    fn again(&mut self, why: String, mute: bool) -> Next {
        let now = Instant::now();
        self.last.clone_from(&why);
        self.breaker.failed(now);
        if mute {
            self.breaker.give_up(now);
        }
        let pause = self.backoff.next_pause();
        let until = if let Some(until) = self.breaker.open_until(now) {
            self.report.send_replace(Health::BreakerOpen {
                failures: self.breaker.failures(),
                retry_in: until.duration_since(now),
                why,
            });
            until
        } else {
            self.report.send_replace(Health::Restarting { pause, why });
            now + pause
        };
        Next::Connect(Some(until))
    }

    fn breaker_error(&self, now: Instant) -> Option<ConnectError> {
        let until = self.breaker.open_until(now)?;
        Some(ConnectError::BreakerOpen {
            server: self.spec.name.clone(),
            failures: self.breaker.failures(),
            retry_in: until.duration_since(now),
            why: self.last.clone(),
        })
    }
}
