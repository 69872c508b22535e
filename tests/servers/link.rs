//! A console over the socket, with a room behind it whose servers are played: wishes are handed on,
//! answered, and given up when nobody waits for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use pretty_assertions::assert_eq;
use synod::core::{Granted, HubKind, HubStatus, Offerer, Offerings, State, Timestamp, Wish};
use synod::engine::{Engine, Ports, SystemClock};
use synod::journal::memory::MemoryJournal;
use synod::link::{Archive, Client, Desk, Query, QueryError, QueryReply, Server, Sifted};
use synod::ui::Attached;
use synod::ui::room::{Room as _, RoomEvent};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::soon;

/// Servers that offer what the test says, and never answer a prompt.
#[derive(Clone)]
struct Played {
    offerings: watch::Receiver<Offerings>,
    /// How many prompts are being asked for.
    asking: Arc<watch::Sender<usize>>,
}

/// Counts a prompt as long as somebody waits for it.
struct Asking(Arc<watch::Sender<usize>>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl Archive for Played {
    async fn query(&self, query: Query) -> Result<QueryReply, QueryError> {
        match query {
            Query::Offerings { after } => {
                let mut seen = self.offerings.clone();
                let now = seen.wait_for(|now| now.revision() != after).await;
                Ok(QueryReply::Offerings(now.unwrap().clone()))
            }
            Query::Wish { ask, wish, .. } => {
                if let Wish::Prompt { .. } = wish {
                    self.asking.send_modify(|count| *count += 1);
                    let _asking = Asking(Arc::clone(&self.asking));
                    return std::future::pending().await;
                }
                let result = Ok(Granted::Text("here".to_owned()));
                Ok(QueryReply::Granted { ask, result })
            }
            Query::Events { .. } => Ok(QueryReply::Events(Vec::new())),
            Query::Sift { ask, from, .. } => Ok(QueryReply::Sifted {
                ask,
                sifted: Sifted {
                    first: 1,
                    last: from,
                    events: Vec::new(),
                },
            }),
            Query::Documents { .. }
            | Query::Search { .. }
            | Query::Past { .. }
            | Query::Export { .. }
            | Query::Checkup(_) => panic!("nobody asks for {query:?}"),
        }
    }
}

/// The next thing that is about what servers offer.
async fn told(room: &mut Attached) -> RoomEvent {
    loop {
        let event = soon("news", room.next()).await;
        assert!(!matches!(event, RoomEvent::Gone { .. }), "the room is gone");
        if matches!(event, RoomEvent::Offerings(_) | RoomEvent::Granted { .. }) {
            return event;
        }
    }
}

fn wish(ask: u64, wish: Wish) -> Query {
    let from = Offerer::Hub;
    Query::Wish { ask, from, wish }
}

#[tokio::test]
async fn wishes_cross_the_socket_and_are_given_up() {
    let (effects, _orders) = mpsc::channel(8);
    let (_reports, reports) = mpsc::channel(8);
    let (_deltas, deltas) = mpsc::channel(8);
    let ports = Ports {
        effects,
        reports,
        deltas,
    };
    let clock = SystemClock::default();
    let (engine, handle) = Engine::new(State::new(), MemoryJournal::new(), clock, ports, 1_000);
    let stop = CancellationToken::new();
    let mut running = JoinSet::new();
    let ended = stop.clone();
    running.spawn(async move { drop(engine.run("test", ended).await) });
    let (offer, offerings) = watch::channel(Offerings::default());
    let (asking, mut asked) = watch::channel(0);
    let archive = Played {
        offerings,
        asking: Arc::new(asking),
    };
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("room.sock");
    let (server, presence) = Server::bind(&socket).await.unwrap();
    let (_hub, hub) = watch::channel(HubStatus::starting(HubKind::Builtin));
    let desk = Desk {
        engine: handle,
        hub,
        archive,
        presence,
        stop: stop.clone(),
    };
    running.spawn(server.run(desk));
    let client = soon("a room", Client::connect(&socket)).await.unwrap();
    let mut room = Attached::new(client, || Timestamp(0));

    // Each change is told, and only changes are.
    for name in ["codex", "gpt"] {
        offer.send_modify(|now| now.enter(Offerer::Server(name.to_owned())));
        let event = told(&mut room).await;
        let RoomEvent::Offerings(offerings) = event else {
            panic!("{event:?}");
        };
        assert_eq!(offerings, offer.borrow().clone());
    }

    let prompt = Wish::Prompt {
        name: "slow".to_owned(),
        arguments: BTreeMap::new(),
    };
    room.query(wish(1, prompt.clone())).unwrap();
    room.query(wish(2, prompt)).unwrap();
    room.query(wish(3, Wish::Resources)).unwrap();
    let event = told(&mut room).await;
    let RoomEvent::Granted { ask, result } = event else {
        panic!("{event:?}");
    };
    assert_eq!((ask, result), (3, Ok(Granted::Text("here".to_owned()))));
    drop(
        soon("two prompts", asked.wait_for(|count| *count == 2))
            .await
            .unwrap(),
    );
    room.withdraw(1);
    drop(
        soon("one of them", asked.wait_for(|count| *count == 1))
            .await
            .unwrap(),
    );
    // What is not known, or was answered, is nothing.
    room.withdraw(1);
    room.withdraw(3);
    room.withdraw(2);
    drop(
        soon("none of them", asked.wait_for(|count| *count == 0))
            .await
            .unwrap(),
    );
    room.query(wish(4, Wish::Resources)).unwrap();
    assert!(matches!(
        told(&mut room).await,
        RoomEvent::Granted { ask: 4, .. }
    ));

    stop.cancel();
    soon("the end", running.join_all()).await;
}
