//! The loop: take what has come, decide, append, publish, order.
//!
//! Everything that came while the disk was busy is decided together and written by one append. When
//! the journal cannot be written the staged events wait and are tried again; until they are on disk
//! nobody sees them and no effect is ordered, so a full disk stops the room and loses nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::core::{
    Command, Delta, Effect, Ending, Event, LiveTexts, Recorded, Report, State, TaskId, Timestamp,
    decide, expire, note, resume,
};
use crate::engine::clock::Clock;
use crate::engine::gather::Gather;
use crate::engine::handle::{Accepted, CommandError, Feed, Handle, Message, Subscription};
use crate::engine::stage::{Stage, Step};
use crate::journal::{AppendError, Batch, Journal};

/// How many inputs are decided together at most: the first waits for the disk until the last.
const TOGETHER: usize = 32;
/// Room for a slow console of half a minute of streaming, however many members stream, as their text is
/// gathered; who falls further behind starts again from a snapshot.
const FEED_ROOM: usize = 4096;
/// How long a failed append rests before it is tried again.
const APPEND_REST: Duration = Duration::from_secs(1);
/// How many pieces of live text are taken in at once: more than wait at any time.
const TEXTS: usize = 4096;
/// The longest sleep, so that a clock that was set is noticed.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// The channels between the engine and its hands.
#[derive(Debug)]
pub struct Ports {
    /// Where effects are ordered. Its reader must always drain it.
    pub effects: mpsc::Sender<Effect>,
    /// Where outcomes come from.
    pub reports: mpsc::Receiver<Report>,
    /// Where live text comes from.
    pub deltas: mpsc::Receiver<Delta>,
}

/// The owner of a room's time and order.
#[derive(Debug)]
pub struct Engine<J, C> {
    stage: Stage,
    journal: J,
    clock: C,
    messages: mpsc::Receiver<Message>,
    ports: Ports,
    feed: broadcast::Sender<Feed>,
    live: LiveTexts,
    gather: Gather,
    snapshot_every: u64,
    snapshot_at: u64,
}

/// Inputs that are decided together, and who waits for them.
#[derive(Default)]
struct Round {
    step: Step,
    batches: Vec<Batch>,
    commands: Vec<(oneshot::Sender<Result<Accepted, CommandError>>, Accepted)>,
    subscribers: Vec<oneshot::Sender<Subscription>>,
}

enum Woken {
    Message(Message),
    Report(Report),
    Text,
    Clock,
    Stop,
}

impl<J: Journal, C: Clock> Engine<J, C> {
    /// An engine on a state as loaded from the journal. A snapshot is stored every `snapshot_every`
    /// events.
    pub fn new(
        state: State,
        journal: J,
        clock: C,
        ports: Ports,
        snapshot_every: u64,
    ) -> (Self, Handle) {
        let (handle, messages) = Handle::channel();
        let (feed, _) = broadcast::channel(FEED_ROOM);
        let snapshot_at = state.seq() + snapshot_every;
        let stage = Stage::new(state);
        let live = LiveTexts::default();
        (
            Self {
                stage,
                journal,
                clock,
                messages,
                ports,
                feed,
                live,
                gather: Gather::default(),
                snapshot_every,
                snapshot_at,
            },
            handle,
        )
    }

    /// Takes the room up under `name` and runs it until it is closed or `stop` is cancelled, which
    /// closes it. Gives back the journal with all of it on disk.
    pub async fn run(mut self, name: &str, stop: CancellationToken) -> Result<J, AppendError> {
        let now = self.clock.now();
        let mut round = Round::default();
        let events = resume(self.stage.state(), now, name);
        self.take(now, events, &mut round);
        self.finish(round, &stop).await?;
        while !self.stage.state().is_closing() {
            let mut round = Round::default();
            let woken = self.wait(&stop).await;
            let now = self.clock.now();
            let due = expire(self.stage.state(), now);
            self.take(now, due, &mut round);
            self.note(woken, now, &mut round);
            self.drain(now, &mut round);
            self.finish(round, &stop).await?;
        }
        self.journal
            .snapshot(Box::new(self.stage.state().clone()))
            .await;
        Ok(self.journal)
    }

    /// Waits for the next thing that wakes the room. This is all that can.
    async fn wait(&mut self, stop: &CancellationToken) -> Woken {
        let now = self.clock.now();
        let due = self.stage.state().next_wakeup(now);
        let rest = due.map_or(LONGEST_SLEEP, |due| {
            Duration::from(due.since(now)).min(LONGEST_SLEEP)
        });
        let rests = Instant::now() + rest;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return Woken::Stop,
                Some(message) = self.messages.recv() => return Woken::Message(message),
                Some(report) = self.ports.reports.recv() => return Woken::Report(report),
                text = next_text(&mut self.ports.deltas, self.gather.due()) => match text {
                    Some(delta) => self.gather.add(delta, Instant::now()),
                    None => return Woken::Text,
                },
                () = sleep_until(rests) => return Woken::Clock,
            }
        }
    }

    /// Takes what else has come meanwhile, in fair order.
    fn drain(&mut self, now: Timestamp, round: &mut Round) {
        for _ in 0..TOGETHER {
            let mut idle = true;
            if let Ok(message) = self.messages.try_recv() {
                self.note(Woken::Message(message), now, round);
                idle = false;
            }
            if let Ok(report) = self.ports.reports.try_recv() {
                self.note(Woken::Report(report), now, round);
                idle = false;
            }
            if idle {
                return;
            }
        }
    }

    fn note(&mut self, woken: Woken, now: Timestamp, round: &mut Round) {
        match woken {
            Woken::Message(Message::Subscribe { reply }) => round.subscribers.push(reply),
            Woken::Message(Message::Command { command, reply }) => {
                self.command(&command, reply, now, round);
            }
            Woken::Report(report) => {
                // Text that came before the end of its call belongs before it.
                self.pass_text();
                let events = note(self.stage.state(), now, &report);
                self.take(now, events, round);
            }
            Woken::Text => self.pass_text(),
            Woken::Clock => {}
            Woken::Stop => {
                if let Ok(events) = decide(self.stage.state(), &Command::CloseRoom) {
                    self.take(now, events, round);
                }
            }
        }
    }

    fn command(
        &mut self,
        command: &Command,
        reply: oneshot::Sender<Result<Accepted, CommandError>>,
        now: Timestamp,
        round: &mut Round,
    ) {
        match decide(self.stage.state(), command) {
            Ok(events) => {
                let task = events.iter().find_map(added);
                self.take(now, events, round);
                round.commands.push((
                    reply,
                    Accepted {
                        seq: self.stage.state().seq(),
                        task,
                    },
                ));
            }
            Err(refusal) => drop(reply.send(Err(CommandError::Refused(refusal)))),
        }
    }

    /// Stages events; a cancelled call gets the text that it had.
    fn take(&mut self, now: Timestamp, mut events: Vec<Event>, round: &mut Round) {
        for event in &mut events {
            if let Event::CallEnded {
                call,
                ending: Ending::Cancelled { partial },
            } = event
            {
                self.pass_text();
                *partial = self.live.end(*call);
            }
        }
        let step = self.stage.take(now, events);
        if step.recorded.is_empty() {
            return;
        }
        for recorded in &step.recorded {
            if let Event::CallEnded { call, .. } = recorded.event {
                self.live.end(call);
            }
        }
        round.batches.push(Batch {
            at: now,
            events: step.recorded.iter().map(|one| one.event.clone()).collect(),
        });
        round.step.recorded.extend(step.recorded);
        round.step.effects.extend(step.effects);
    }

    /// Appends, then publishes, then orders effects and answers.
    async fn finish(&mut self, round: Round, stop: &CancellationToken) -> Result<(), AppendError> {
        let Round {
            step: Step { recorded, effects },
            batches,
            commands,
            subscribers,
        } = round;
        if !batches.is_empty() {
            self.append(batches, &recorded, stop).await?;
            self.publish(Feed::Events(Arc::new(recorded)));
        }
        for (reply, accepted) in commands {
            drop(reply.send(Ok(accepted)));
        }
        for effect in effects {
            // The hands end only after their last effect, `Shutdown`; nobody is left to do the rest.
            if self.ports.effects.send(effect).await.is_err() {
                break;
            }
        }
        for reply in subscribers {
            let state = Box::new(self.stage.state().clone());
            let subscription = Subscription {
                state,
                live: self.live.clone(),
                feed: self.feed.subscribe(),
            };
            drop(reply.send(subscription));
        }
        if self.stage.state().seq() >= self.snapshot_at {
            self.snapshot_at = self.stage.state().seq() + self.snapshot_every;
            self.journal
                .snapshot(Box::new(self.stage.state().clone()))
                .await;
        }
        Ok(())
    }

    /// Writes until it is written. Live text goes on meanwhile.
    async fn append(
        &mut self,
        batches: Vec<Batch>,
        recorded: &[Recorded],
        stop: &CancellationToken,
    ) -> Result<(), AppendError> {
        let expected = recorded.first().map_or(0, |first| first.seq - 1);
        let mut stalled = false;
        loop {
            let journal = self.journal.clone();
            let mut writing = std::pin::pin!(journal.append(expected, batches.clone()));
            let written = loop {
                tokio::select! {
                    written = &mut writing => break written,
                    text = next_text(&mut self.ports.deltas, self.gather.due()) => match text {
                        Some(delta) => self.gather.add(delta, Instant::now()),
                        None => self.pass_text(),
                    },
                }
            };
            match written {
                Ok(_) => {
                    if stalled {
                        self.publish(Feed::Recovered);
                    }
                    return Ok(());
                }
                // An append that failed may have been written all the same.
                Err(AppendError::Lost { .. })
                    if stalled && self.is_written(expected, recorded).await =>
                {
                    self.publish(Feed::Recovered);
                    return Ok(());
                }
                Err(error @ (AppendError::Lost { .. } | AppendError::Closed)) => return Err(error),
                Err(error) => {
                    tracing::error!(%error, "the journal cannot be written");
                    stalled = true;
                    self.publish(Feed::Stalled {
                        why: error.to_string().into(),
                    });
                    tokio::select! {
                        () = sleep(APPEND_REST) => {}
                        () = stop.cancelled() => return Err(error),
                    }
                }
            }
        }
    }

    /// Whether the journal holds exactly these events behind `expected`.
    async fn is_written(&self, expected: u64, recorded: &[Recorded]) -> bool {
        let read = self.journal.read(expected + 1, recorded.len() + 1).await;
        read.is_ok_and(|found| found == recorded)
    }

    /// Passes on what live text has come.
    fn pass_text(&mut self) {
        let now = Instant::now();
        for _ in 0..TEXTS {
            let Ok(delta) = self.ports.deltas.try_recv() else {
                break;
            };
            self.gather.add(delta, now);
        }
        let mut deltas = self.gather.take();
        // A call that is over has its text in an event.
        deltas.retain(|delta| {
            self.stage
                .state()
                .call(delta.call)
                .is_some_and(|call| call.ending().is_none())
        });
        if deltas.is_empty() {
            return;
        }
        for delta in &deltas {
            self.live.push(delta);
        }
        self.publish(Feed::Deltas(Arc::new(deltas)));
    }

    /// Nobody listening is no error.
    fn publish(&self, feed: Feed) {
        drop(self.feed.send(feed));
    }
}

/// The first piece of text after a pause; when it has waited for others long enough, nothing. Those
/// others stay in the channel until then and wake nobody.
async fn next_text(deltas: &mut mpsc::Receiver<Delta>, due: Option<Instant>) -> Option<Delta> {
    match due {
        Some(due) => {
            sleep_until(due).await;
            None
        }
        None => match deltas.recv().await {
            Some(delta) => Some(delta),
            None => std::future::pending().await,
        },
    }
}

fn added(event: &Event) -> Option<TaskId> {
    if let Event::TaskAdded { task, .. } = event {
        Some(*task)
    } else {
        None
    }
}
