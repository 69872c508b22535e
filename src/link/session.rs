//! The room's side of one console, whatever the frames travel through.
//!
//! A slow console blocks only this session; once it is too far behind it gets a fresh snapshot.

use std::collections::BTreeMap;
use std::future::Future;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::core::HubStatus;
use crate::engine::{Feed, Handle, Subscription};
use crate::link::frame::{FromRoom, Query, QueryError, QueryReply, ToRoom, VERSION, Welcome};

/// How many requests of one console may be under way; further ones wait in the socket.
const UNDER_WAY: usize = 64;

/// Where what is no longer in the state is looked up.
pub trait Archive: Clone + Send + Sync + 'static {
    /// Answers a query.
    fn query(&self, query: Query) -> impl Future<Output = Result<QueryReply, QueryError>> + Send;
}

/// All that a session needs of the room.
#[derive(Debug, Clone)]
pub struct Desk<A> {
    /// The engine.
    pub engine: Handle,
    /// How the shared memory stands.
    pub hub: watch::Receiver<HubStatus>,
    /// Where old events are looked up.
    pub archive: A,
    /// How many consoles are attached.
    pub presence: watch::Receiver<usize>,
    /// Ends all sessions.
    pub stop: CancellationToken,
}

/// Why a session is over. The console is told what it can be told.
#[derive(Debug)]
struct Over;

/// Serves one console until it leaves or the room ends.
pub(super) async fn attend<A: Archive>(
    desk: Desk<A>,
    mut from: mpsc::Receiver<ToRoom>,
    to: mpsc::Sender<FromRoom>,
) {
    let hello = tokio::select! {
        hello = from.recv() => hello,
        () = desk.stop.cancelled() => None,
    };
    match hello {
        Some(ToRoom::Hello { version }) if version == VERSION => {}
        Some(ToRoom::Hello { version }) => {
            let why = format!(
                "the room runs synod {VERSION}, this console is {version}: stop the room with `synod stop` and start it again"
            );
            drop(to.send(FromRoom::Declined { why }).await);
            return;
        }
        Some(ToRoom::Command { .. } | ToRoom::Query { .. } | ToRoom::Withdraw { .. }) | None => {
            return;
        }
    }
    if let Ok(subscription) = desk.engine.subscribe().await {
        let session = Session {
            desk,
            to,
            feed: subscription.feed.resubscribe(),
            queries: BTreeMap::new(),
        };
        let Err(Over) = session.run(subscription, from).await;
    }
}

struct Session<A> {
    desk: Desk<A>,
    to: mpsc::Sender<FromRoom>,
    feed: broadcast::Receiver<Feed>,
    /// Gives up the query of an id.
    queries: BTreeMap<u64, CancellationToken>,
}

/// A query that was withdrawn has no reply.
type Replies = FuturesUnordered<BoxFuture<'static, Option<FromRoom>>>;

impl<A: Archive> Session<A> {
    async fn run(
        mut self,
        first: Subscription,
        mut from: mpsc::Receiver<ToRoom>,
    ) -> Result<std::convert::Infallible, Over> {
        let mut replies = Replies::new();
        self.welcome(first).await?;
        self.presence().await?;
        loop {
            tokio::select! {
                biased;
                () = self.desk.stop.cancelled() => {
                    self.send(FromRoom::Closed).await?;
                    return Err(Over);
                }
                Some(reply) = replies.next(), if !replies.is_empty() => self.reply(reply).await?,
                request = from.recv(), if replies.len() < UNDER_WAY => {
                    replies.extend(self.begin(request.ok_or(Over)?).await?);
                }
                fed = self.feed.recv() => self.fed(fed).await?,
                Ok(()) = self.desk.hub.changed() => {
                    let status = self.desk.hub.borrow_and_update().clone();
                    self.send(FromRoom::Hub(Box::new(status))).await?;
                }
                Ok(()) = self.desk.presence.changed() => self.presence().await?,
            }
        }
    }

    async fn reply(&mut self, reply: Option<FromRoom>) -> Result<(), Over> {
        let Some(reply) = reply else {
            return Ok(());
        };
        if let FromRoom::Answer { id, .. } = &reply {
            self.queries.remove(id);
        }
        self.send(reply).await
    }

    async fn send(&self, frame: FromRoom) -> Result<(), Over> {
        self.to.send(frame).await.map_err(|_| Over)
    }

    async fn presence(&mut self) -> Result<(), Over> {
        let consoles = *self.desk.presence.borrow_and_update();
        self.send(FromRoom::Presence { consoles }).await
    }

    async fn welcome(&mut self, subscription: Subscription) -> Result<(), Over> {
        self.feed = subscription.feed;
        let hub = self.desk.hub.borrow_and_update().clone();
        let welcome = Welcome {
            version: VERSION.to_owned(),
            pid: std::process::id(),
            state: *subscription.state,
            live: subscription.live,
            hub,
        };
        self.send(FromRoom::Welcome(Box::new(welcome))).await
    }

    /// Hands a request on in the order in which it came; its reply may overtake others.
    async fn begin(
        &mut self,
        request: ToRoom,
    ) -> Result<Option<BoxFuture<'static, Option<FromRoom>>>, Over> {
        match request {
            ToRoom::Hello { .. } => Err(Over),
            ToRoom::Command { id, command } => {
                let pending = self.desk.engine.begin(*command).await;
                Ok(Some(Box::pin(async move {
                    let result = pending.outcome().await;
                    Some(FromRoom::Reply { id, result })
                })))
            }
            ToRoom::Query { id, query } => {
                let archive = self.desk.archive.clone();
                let withdrawn = CancellationToken::new();
                self.queries.insert(id, withdrawn.clone());
                Ok(Some(Box::pin(async move {
                    let answering = archive.query(query);
                    let result = withdrawn.run_until_cancelled(answering).await?;
                    Some(FromRoom::Answer { id, result })
                })))
            }
            ToRoom::Withdraw { id } => {
                if let Some(query) = self.queries.remove(&id) {
                    query.cancel();
                }
                Ok(None)
            }
        }
    }

    async fn fed(&mut self, fed: Result<Feed, RecvError>) -> Result<(), Over> {
        match fed {
            Ok(Feed::Deltas(deltas)) => self.send(FromRoom::Deltas(deltas.as_ref().clone())).await,
            Ok(Feed::Events(events)) => self.send(FromRoom::Events(events.as_ref().clone())).await,
            Ok(Feed::Stalled { why }) => {
                self.send(FromRoom::Stalled {
                    why: why.to_string(),
                })
                .await
            }
            Ok(Feed::Recovered) => self.send(FromRoom::Recovered).await,
            Err(RecvError::Lagged(_)) => {
                let subscription = self.desk.engine.subscribe().await.map_err(|_| Over)?;
                self.welcome(subscription).await
            }
            Err(RecvError::Closed) => {
                self.send(FromRoom::Closed).await?;
                Err(Over)
            }
        }
    }
}
