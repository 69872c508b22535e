//! Reads the room's events from where the journal stood when the room was taken up, and hands on what they tell.

use tokio::sync::broadcast::error::RecvError;
use tokio_util::task::TaskTracker;

use crate::cli::Place;
use crate::cli::room::telemetry::is_wanted;
use crate::cli::room::telemetry::otlp::{Meters, Otlp};
use crate::cli::room::telemetry::post::{Post, Slot};
use crate::cli::room::telemetry::signal::{self, Ids};
use crate::config::{Loaded, Telemetry, Trust};
use crate::core::{Recorded, State, evolve};
use crate::engine::{Feed, Handle};
use crate::journal::Journal as _;
use crate::journal::sqlite::SqliteJournal;

/// Events that are read at once where the feed had gone on.
const PAGE: usize = 256;

/// A collector that is ready to be sent to.
#[derive(Debug)]
pub(in crate::cli::room) struct Export {
    set: Telemetry,
    collector: Otlp,
    meters: Meters,
    folder: String,
}

impl Export {
    /// Gets ready, where anything is to be sent.
    ///
    /// # Errors
    /// When what is set cannot be used.
    pub(in crate::cli::room) fn prepare(
        place: &Place,
        loaded: &Loaded,
        trust: &Trust,
    ) -> anyhow::Result<Option<Self>> {
        if !is_wanted(place, loaded, trust) {
            return Ok(None);
        }
        let set = loaded.config.telemetry.clone();
        let headers = set.resolve_headers(&place.env, &place.project.root)?;
        let (collector, meters) = Otlp::new(&set, &headers, &place.project.name())?;
        for to in [set.traces_to(), set.metrics_to()].into_iter().flatten() {
            tracing::info!(to, "telemetry is sent, without prompts and answers");
        }
        Ok(Some(Self {
            set,
            collector,
            meters,
            folder: place.project.root.to_string_lossy().into_owned(),
        }))
    }

    /// Follows the room from this state on until it has closed, and sends what there is to tell.
    pub(in crate::cli::room) fn start(
        self,
        state: State,
        journal: SqliteJournal,
        engine: Handle,
        tasks: &TaskTracker,
    ) {
        let (slot, post) = Post::new(self.collector, self.set.interval);
        let watch = Watch {
            folder: self.folder,
            ids: None,
            state,
            slot,
            meters: self.meters,
        };
        tasks.spawn(post.run());
        tasks.spawn(watch.follow(journal, engine));
    }
}

/// Follows the events.
#[derive(Debug)]
struct Watch {
    folder: String,
    ids: Option<Ids>,
    state: State,
    slot: Slot,
    meters: Meters,
}

impl Watch {
    async fn follow(mut self, journal: SqliteJournal, engine: Handle) {
        while let Ok(subscription) = engine.subscribe().await {
            let mut feed = subscription.feed;
            self.catch_up(&journal, *subscription.state).await;
            loop {
                match feed.recv().await {
                    Ok(Feed::Events(events)) => events.iter().for_each(|event| self.see(event)),
                    Ok(Feed::Deltas(_) | Feed::Stalled { .. } | Feed::Recovered) => {}
                    // The journal has what the feed has not any more.
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                }
            }
        }
    }

    /// Reads what happened up to a state; where it cannot be read, goes on from there.
    async fn catch_up(&mut self, journal: &SqliteJournal, now: State) {
        if self.ids.is_none()
            && let Ok(first) = journal.read(1, 1).await
            && let Some(first) = first.first()
        {
            self.ids = Some(Ids::of_room(&self.folder, first.at));
        }
        while self.state.seq() < now.seq() {
            match journal.read(self.state.seq() + 1, PAGE).await {
                Ok(page) if !page.is_empty() => page.iter().for_each(|event| self.see(event)),
                Ok(_) => self.state = now.clone(),
                Err(error) => {
                    tracing::warn!(%error, "a part of what happened is missing in the telemetry");
                    self.state = now.clone();
                }
            }
        }
    }

    fn see(&mut self, recorded: &Recorded) {
        if recorded.seq <= self.state.seq() {
            return;
        }
        let ids = self.ids.as_ref();
        if let Some(told) = ids.and_then(|ids| signal::of(ids, &self.state, recorded)) {
            if let Some(measure) = &told.measure {
                self.meters.add(measure);
            }
            self.slot.put(told.work);
        }
        evolve(&mut self.state, recorded);
    }
}
