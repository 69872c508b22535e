//! The link's replica as the console's [`Room`].

use std::collections::BTreeMap;

use futures_util::FutureExt as _;

use crate::core::{Command, HubStatus, LiveTexts, State, Timestamp};
use crate::link::{Client, Happening, Query, QueryReply, TRANSCRIPT_PAGE};
use crate::ui::room::{Room, RoomEvent, SendError};

/// A room at the other end of the link.
#[derive(Debug)]
pub struct Attached {
    client: Client,
    clock: fn() -> Timestamp,
    /// The room has told its end; it is told once.
    gone: bool,
    /// The link's number of each wish that is not granted yet, by the wish's own.
    wishes: BTreeMap<u64, u64>,
}

impl Attached {
    /// A room that was just attached to. Asks for the last events, for the Journal screen, and for
    /// what the members' servers offer. `clock` gives the time of the machine, on which room and
    /// console both run.
    #[must_use]
    pub fn new(mut client: Client, clock: fn() -> Timestamp) -> Self {
        let seq = client.state().seq();
        let page = u64::try_from(TRANSCRIPT_PAGE).unwrap_or(u64::MAX);
        let from = seq.saturating_sub(page) + 1;
        // Without room in the way there is no history on the screen, and nothing else is lost.
        let _ = client.ask(Query::Events {
            from,
            limit: TRANSCRIPT_PAGE,
        });
        let _ = client.ask(Query::Offerings { after: 0 });
        Self {
            client,
            clock,
            gone: false,
            wishes: BTreeMap::new(),
        }
    }

    /// Whether the room has ended.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.gone
    }

    fn told(&mut self, happening: Happening) -> Option<RoomEvent> {
        match happening {
            Happening::Events(events) => Some(RoomEvent::Events(events)),
            Happening::Deltas(deltas) => Some(RoomEvent::Deltas(deltas)),
            Happening::Resynced => Some(RoomEvent::Reset),
            Happening::Reply {
                result: Err(error), ..
            } => Some(RoomEvent::Refused(error.to_string())),
            Happening::Answer {
                result: Ok(QueryReply::Events(events)),
                ..
            } => Some(RoomEvent::History(events)),
            Happening::Answer {
                result: Ok(QueryReply::Sifted { ask, sifted }),
                ..
            } => Some(RoomEvent::Sifted { ask, sifted }),
            Happening::Answer {
                result: Ok(QueryReply::Past(past)),
                ..
            } => Some(RoomEvent::Past(past)),
            Happening::Answer {
                result: Ok(QueryReply::Found { words, places }),
                ..
            } => Some(RoomEvent::Found { words, places }),
            Happening::Answer {
                result: Ok(QueryReply::Exported { session, path }),
                ..
            } => Some(RoomEvent::Done(format!("{session} was written to {path}"))),
            Happening::Answer {
                result: Ok(QueryReply::Documents { ask, result }),
                ..
            } => {
                self.wishes.remove(&ask);
                Some(RoomEvent::Documents { ask, result })
            }
            Happening::Answer {
                result: Ok(QueryReply::Checkup(checkup)),
                ..
            } => Some(RoomEvent::Checkup(checkup)),
            Happening::Answer {
                result: Ok(QueryReply::Offerings(offerings)),
                ..
            } => {
                // The room answers when there is news again.
                let after = offerings.revision();
                let _ = self.client.ask(Query::Offerings { after });
                Some(RoomEvent::Offerings(offerings))
            }
            Happening::Answer {
                result: Ok(QueryReply::Granted { ask, result }),
                ..
            } => {
                self.wishes.remove(&ask);
                Some(RoomEvent::Granted { ask, result })
            }
            Happening::Answer {
                result: Err(error), ..
            } => Some(RoomEvent::Unanswered(error.to_string())),
            Happening::Hub => Some(RoomEvent::Hub),
            Happening::Presence | Happening::Reply { result: Ok(_), .. } => None,
            Happening::Stalled { why } => Some(RoomEvent::Told(why)),
            Happening::Recovered => {
                Some(RoomEvent::Told("the journal is written again".to_owned()))
            }
            Happening::Declined { why } => Some(RoomEvent::Gone { why: Some(why) }),
            Happening::Closed => Some(RoomEvent::Gone { why: None }),
        }
    }
}

impl Room for Attached {
    fn state(&self) -> &State {
        self.client.state()
    }

    fn live(&self) -> &LiveTexts {
        self.client.live()
    }

    fn hub(&self) -> &HubStatus {
        self.client.hub()
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    async fn next(&mut self) -> RoomEvent {
        if self.gone {
            return std::future::pending().await;
        }
        loop {
            let happening = self.client.next().await;
            if let Some(event) = self.told(happening) {
                self.gone = matches!(event, RoomEvent::Gone { .. });
                return event;
            }
        }
    }

    fn poll(&mut self) -> Option<RoomEvent> {
        if self.gone {
            return None;
        }
        self.next().now_or_never()
    }

    fn send(&mut self, command: Command) -> Result<(), SendError> {
        if self.gone {
            return Err(SendError::Gone);
        }
        self.client.send(command).map(drop).ok_or(SendError::Full)
    }

    fn query(&mut self, query: Query) -> Result<(), SendError> {
        if self.gone {
            return Err(SendError::Gone);
        }
        let wish = match &query {
            Query::Wish { ask, .. } | Query::Documents { ask, .. } => Some(*ask),
            Query::Events { .. }
            | Query::Sift { .. }
            | Query::Past { .. }
            | Query::Search { .. }
            | Query::Export { .. }
            | Query::Checkup(_)
            | Query::Offerings { .. } => None,
        };
        let id = self.client.ask(query).ok_or(SendError::Full)?;
        self.wishes.extend(wish.map(|ask| (ask, id)));
        Ok(())
    }

    fn withdraw(&mut self, ask: u64) {
        if let Some(id) = self.wishes.remove(&ask) {
            self.client.withdraw(id);
        }
    }
}
