//! Listening to a server of 2026-07-28: it says what has changed only to those who hold a
//! `subscriptions/listen` request open.
//!
//! Owns that one request: what it asks for, that it is made anew when it ends, and that what may
//! have been missed meanwhile counts as changed. The news themselves take the same way as those of
//! older servers, which need no such request: the tap puts them into [`News`](crate::mcp::News).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{
    ClientRequest, SubscriptionFilter, SubscriptionsListenRequest, SubscriptionsListenRequestParams,
};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::mcp::abilities::Changes;
use crate::mcp::link::{InFlight, Link};
use crate::mcp::lookup::LIMIT;
use crate::mcp::reply::CallError;
use crate::mcp::routes::{Arrival, Reply};
use crate::mcp::signal::Signal;

/// What comes first: the part of the request that the server will heed.
const AGREED: &str = "notifications/subscriptions/acknowledged";
/// The pause before a request that ended is made anew, at first.
const PAUSE_LEAST: Duration = Duration::from_secs(1);
/// The same after many that ended at once.
const PAUSE_MOST: Duration = Duration::from_mins(1);

/// What a server is to tell of, and what it has agreed to.
#[derive(Debug, Default)]
pub(crate) struct Ear {
    wanted: watch::Sender<Wanted>,
    agreed: watch::Sender<Agreed>,
}

#[derive(Debug, Clone, Default)]
struct Wanted {
    /// Goes up with each change.
    turn: u64,
    /// Resources whose updates are wanted.
    uris: BTreeSet<String>,
}

#[derive(Debug, Clone, Default)]
struct Agreed {
    /// The turn that this answers.
    turn: u64,
    /// The resources of which the server will tell.
    uris: BTreeSet<String>,
    /// Why it will tell of nothing.
    refusal: Option<CallError>,
}

impl Ear {
    /// Asks for news of `uri`; whether the server agreed.
    pub(crate) async fn add(&self, server: &str, uri: &str) -> Result<bool, CallError> {
        let turn = self.change(|uris| uris.insert(uri.to_owned()));
        let agreed = self.answer(server, turn).await;
        let told = matches!(&agreed, Ok(agreed) if agreed.uris.contains(uri));
        if !told {
            // The rest is to be told of all the same.
            self.change(|uris| uris.remove(uri));
        }
        match agreed?.refusal {
            Some(refusal) if !told => Err(refusal),
            Some(_) | None => Ok(told),
        }
    }

    /// Asks for no more news of `uri`.
    pub(crate) async fn remove(&self, server: &str, uri: &str) -> Result<(), CallError> {
        let turn = self.change(|uris| uris.remove(uri));
        self.answer(server, turn).await.map(drop)
    }

    /// Changes what is wanted; its turn.
    fn change(&self, change: impl FnOnce(&mut BTreeSet<String>) -> bool) -> u64 {
        let mut turn = 0;
        self.wanted.send_if_modified(|wanted| {
            let changed = change(&mut wanted.uris);
            wanted.turn += u64::from(changed);
            turn = wanted.turn;
            changed
        });
        turn
    }

    /// What the server says to what is wanted since `turn`.
    async fn answer(&self, server: &str, turn: u64) -> Result<Agreed, CallError> {
        let mut agreed = self.agreed.subscribe();
        match timeout(LIMIT, agreed.wait_for(|agreed| agreed.turn >= turn)).await {
            Ok(Ok(agreed)) => Ok(agreed.clone()),
            // The sender is ours and does not end before us.
            Ok(Err(_)) | Err(_) => Err(CallError::Idle {
                server: server.to_owned(),
                limit: LIMIT,
            }),
        }
    }
}

/// Listens for the changes of these lists, and of the resources that are asked for, until `ended`.
pub(crate) async fn listen(link: Arc<Link>, lists: Changes, ended: CancellationToken) {
    let listener = Listener {
        wanted: link.ear.wanted.subscribe(),
        link,
        lists,
        former: None,
        missed: false,
    };
    ended.run_until_cancelled(listener.run()).await;
}

struct Listener {
    link: Arc<Link>,
    lists: Changes,
    wanted: watch::Receiver<Wanted>,
    /// The request that the next one replaces as soon as the server has agreed to that.
    former: Option<InFlight>,
    /// Nobody listened for a while.
    missed: bool,
}

/// How it went with one request.
enum End {
    /// There is nothing to do before something else is wanted.
    Settled,
    /// Something else is wanted.
    Outdated,
    /// It ended, as connections do.
    Broken,
}

impl Listener {
    async fn run(mut self) {
        let mut pause = PAUSE_LEAST;
        loop {
            let wanted = self.wanted.borrow_and_update().clone();
            let end = if self.lists == Changes::default() && wanted.uris.is_empty() {
                self.settle(&wanted, None)
            } else {
                self.hold(&wanted, &mut pause).await
            };
            match end {
                End::Outdated => {}
                // The sender is in the link, which is held here.
                End::Settled => drop(self.wanted.changed().await),
                End::Broken => {
                    self.missed = true;
                    sleep(pause).await;
                    pause = (pause * 2).min(PAUSE_MOST);
                }
            }
        }
    }

    /// Makes the request and holds it until it ends, or until something else is wanted.
    async fn hold(&mut self, wanted: &Wanted, pause: &mut Duration) -> End {
        let Ok(mut call) = self.link.stand(request(self.lists, &wanted.uris)).await else {
            return End::Broken;
        };
        let uris = match timeout(LIMIT, self.agreement(&mut call)).await {
            Ok(Ok(uris)) => uris,
            Ok(Err(Some(refusal))) => return self.settle(wanted, Some(refusal)),
            Ok(Err(None)) => return End::Broken,
            Err(_) => {
                self.link.abandon(&call, "it was not agreed to");
                let server = self.link.server.clone();
                let limit = LIMIT;
                return self.settle(wanted, Some(CallError::Idle { server, limit }));
            }
        };
        *pause = PAUSE_LEAST;
        self.let_go();
        if std::mem::take(&mut self.missed) {
            let news = &self.link.routes.news;
            news.send_modify(|news| news.missed(self.lists, &uris));
        }
        self.agreed(wanted, uris, None);
        loop {
            tokio::select! {
                arrival = next(&self.link, &mut call) => match arrival {
                    Some(Arrival::Signal(_) | Arrival::TooLong { .. }) => {}
                    Some(Arrival::Reply(_)) | None => return End::Broken,
                },
                _ = self.wanted.changed() => {
                    self.former = Some(call);
                    return End::Outdated;
                }
            }
        }
    }

    /// What the server agrees to; if to nothing, why, where it says so.
    async fn agreement(&self, call: &mut InFlight) -> Result<BTreeSet<String>, Option<CallError>> {
        loop {
            match next(&self.link, call).await {
                Some(Arrival::Signal(Signal::Custom { method, params })) if method == AGREED => {
                    return Ok(resources(&params));
                }
                Some(Arrival::Signal(_) | Arrival::TooLong { .. }) => {}
                Some(Arrival::Reply(Reply::Error { code, message, .. })) => {
                    return Err(Some(CallError::Rpc {
                        server: self.link.server.clone(),
                        code,
                        message,
                    }));
                }
                Some(Arrival::Reply(Reply::Result(_))) | None => return Err(None),
            }
        }
    }

    /// Nothing is listened for, because nothing is wanted or the server will not tell.
    fn settle(&mut self, wanted: &Wanted, refusal: Option<CallError>) -> End {
        if let Some(refusal) = &refusal {
            let said = format!("it will not tell what changes: {refusal}");
            self.link.log.stale(&said);
        }
        self.let_go();
        self.agreed(wanted, BTreeSet::new(), refusal);
        End::Settled
    }

    fn agreed(&self, wanted: &Wanted, uris: BTreeSet<String>, refusal: Option<CallError>) {
        self.link.ear.agreed.send_replace(Agreed {
            turn: wanted.turn,
            uris,
            refusal,
        });
    }

    fn let_go(&mut self) {
        if let Some(former) = self.former.take() {
            self.link.abandon(&former, "another has taken its place");
        }
    }
}

/// What comes next of a request; none when it is over. Safe to cancel.
async fn next(link: &Link, call: &mut InFlight) -> Option<Arrival> {
    loop {
        tokio::select! {
            biased;
            arrival = call.arrivals.recv() => return arrival,
            // What is already under way still comes, and then the end of the channel.
            () = call.sending.over() => link.forget(call),
        }
    }
}

fn request(lists: Changes, uris: &BTreeSet<String>) -> ClientRequest {
    let mut filter = SubscriptionFilter::default();
    filter.tools_list_changed = lists.tools.then_some(true);
    filter.prompts_list_changed = lists.prompts.then_some(true);
    filter.resources_list_changed = lists.resources.then_some(true);
    if !uris.is_empty() {
        filter.resource_subscriptions = Some(uris.iter().cloned().collect());
    }
    let params = SubscriptionsListenRequestParams::new(filter);
    ClientRequest::SubscriptionsListenRequest(SubscriptionsListenRequest::new(params))
}

/// The resources in what the server agreed to.
fn resources(params: &Value) -> BTreeSet<String> {
    let listed = params.pointer("/notifications/resourceSubscriptions");
    let listed = listed.and_then(Value::as_array).into_iter().flatten();
    listed
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
