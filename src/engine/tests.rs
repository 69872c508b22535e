//! The engine with a journal in memory, scripted hands and a clock that stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pretty_assertions::assert_eq;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::core::{
    Answer, CallId, Command, Delta, DeltaKind, Effect, Ending, Event, MemberName, MemberSpec,
    Reach, Recorded, Report, State, TaskId, TaskOrder, Text, Timestamp, Usage,
};
use crate::engine::{Clock, CommandError, Engine, Feed, Handle, Ports};
use crate::journal::memory::{Fault, MemoryJournal};
use crate::journal::{AppendError, Journal};

#[derive(Clone, Default)]
struct StandingClock(Arc<AtomicU64>);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

/// A running engine and all its ends.
struct Room {
    handle: Handle,
    journal: MemoryJournal,
    effects: mpsc::Receiver<Effect>,
    reports: mpsc::Sender<Report>,
    deltas: mpsc::Sender<Delta>,
    stop: CancellationToken,
    engine: JoinHandle<Result<MemoryJournal, AppendError>>,
}

impl Room {
    fn start(journal: MemoryJournal) -> Self {
        let (orders, effects) = mpsc::channel(64);
        let (reports, outcomes) = mpsc::channel(64);
        let (deltas, texts) = mpsc::channel(64);
        let ports = Ports {
            effects: orders,
            reports: outcomes,
            deltas: texts,
        };
        let (engine, handle) = Engine::new(
            journal.replay(),
            journal.clone(),
            StandingClock::default(),
            ports,
            1000,
        );
        let stop = CancellationToken::new();
        let running = engine.run("test", stop.clone());
        #[expect(clippy::disallowed_methods, reason = "the test awaits it")]
        let engine = tokio::spawn(running);
        Self {
            handle,
            journal,
            effects,
            reports,
            deltas,
            stop,
            engine,
        }
    }

    /// A room with one member that has one call in flight.
    async fn at_work() -> Self {
        let mut room = Self::start(MemoryJournal::new());
        room.handle
            .command(Command::Enroll(spec("ada")))
            .await
            .unwrap();
        room.handle
            .command(Command::AddTask(TaskOrder::new("why?")))
            .await
            .unwrap();
        loop {
            if let Some(Effect::StartCall(order)) = room.effects.recv().await {
                assert_eq!(order.call, CallId(1));
                return room;
            }
        }
    }

    async fn end(self) -> Vec<Recorded> {
        self.stop.cancel();
        let journal = self.engine.await.unwrap().unwrap();
        journal.events()
    }
}

fn spec(name: &str) -> MemberSpec {
    MemberSpec {
        name: MemberName::new(name).unwrap(),
        family: name.to_owned(),
        strengths: std::collections::BTreeMap::new(),
        parallel: 1,
        reach: Reach::Text,
        rehearsal: false,
        model: None,
    }
}

fn answered(text: &str) -> Report {
    let answer = Answer {
        text: Text::from(text),
        block: None,
        usage: Usage::default(),
        first_text: None,
    };
    Report::Ended {
        call: CallId(1),
        ending: Ending::Answered(answer),
    }
}

fn full() -> AppendError {
    AppendError::Io {
        why: "no space left on device".to_owned(),
    }
}

async fn next_events(feed: &mut tokio::sync::broadcast::Receiver<Feed>) -> Vec<Event> {
    loop {
        if let Feed::Events(events) = feed.recv().await.unwrap() {
            return events.iter().map(|one| one.event.clone()).collect();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_accepted_command_is_in_the_journal_and_its_task_is_named() {
    let room = Room::at_work().await;
    let accepted = room
        .handle
        .command(Command::AddTask(TaskOrder::new("and?")))
        .await
        .unwrap();
    assert_eq!(accepted.task, Some(TaskId(2)));
    assert_eq!(room.journal.replay().seq(), accepted.seq);
    assert!(room.journal.replay().task(TaskId(2)).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_refused_command_leaves_no_trace() {
    let room = Room::at_work().await;
    let before = room.journal.events();
    let refused = room
        .handle
        .command(Command::AddTask(TaskOrder::new("  ")))
        .await;
    assert!(
        matches!(refused, Err(CommandError::Refused(_))),
        "{refused:?}"
    );
    assert_eq!(room.journal.events(), before);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_cannot_be_written_holds_everything_back_and_loses_nothing() {
    let mut room = Room::at_work().await;
    let mut feed = room.handle.subscribe().await.unwrap().feed;
    room.journal.inject(Fault::Refused(full()));
    room.reports.send(answered("because")).await.unwrap();
    let Feed::Stalled { why } = feed.recv().await.unwrap() else {
        panic!("nothing may be published before it is durable")
    };
    assert!(why.contains("no space left"), "{why}");
    assert!(room.effects.try_recv().is_err());
    assert!(matches!(feed.recv().await.unwrap(), Feed::Recovered));
    let events = next_events(&mut feed).await;
    assert!(
        matches!(
            events.as_slice(),
            [Event::CallEnded { .. }, Event::TaskConcluded { .. }]
        ),
        "{events:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_append_that_was_written_but_reported_as_failed_is_not_written_twice() {
    let room = Room::at_work().await;
    let mut feed = room.handle.subscribe().await.unwrap().feed;
    room.journal.inject(Fault::Unreported(full()));
    room.reports.send(answered("because")).await.unwrap();
    let events = next_events(&mut feed).await;
    assert_eq!(events.len(), 2);
    let journal = room.end().await;
    let ends = journal
        .iter()
        .filter(|one| matches!(one.event, Event::CallEnded { .. }))
        .count();
    assert_eq!(ends, 1);
}

#[tokio::test(start_paused = true)]
async fn a_lost_race_ends_the_engine() {
    let room = Room::at_work().await;
    let batch = crate::journal::Batch {
        at: Timestamp(0),
        events: vec![Event::RoomResumed],
    };
    room.journal.intrude(batch);
    let command = room
        .handle
        .command(Command::AddTask(TaskOrder::new("x")))
        .await;
    assert_eq!(command, Err(CommandError::Stopped));
    assert!(matches!(
        room.engine.await.unwrap(),
        Err(AppendError::Lost { .. })
    ));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_keeps_the_text_that_it_had() {
    let room = Room::at_work().await;
    let mut feed = room.handle.subscribe().await.unwrap().feed;
    for piece in ["the sleep ", "races"] {
        let delta = Delta {
            call: CallId(1),
            kind: DeltaKind::Answer,
            text: piece.to_owned(),
        };
        room.deltas.send(delta).await.unwrap();
    }
    room.handle
        .command(Command::CancelCall { call: CallId(1) })
        .await
        .unwrap();
    let events = next_events(&mut feed).await;
    let partial = Text::from("the sleep races");
    assert_eq!(
        events[0],
        Event::CallEnded {
            call: CallId(1),
            ending: Ending::Cancelled { partial }
        }
    );
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_sees_no_gap() {
    let room = Room::at_work().await;
    let subscription = room.handle.subscribe().await.unwrap();
    let (mut state, mut feed): (State, _) = (*subscription.state, subscription.feed);
    room.handle
        .command(Command::AddTask(TaskOrder::new("a")))
        .await
        .unwrap();
    room.reports.send(answered("because")).await.unwrap();
    let last = room
        .handle
        .command(Command::AddTask(TaskOrder::new("b")))
        .await
        .unwrap()
        .seq;
    while state.seq() < last {
        if let Feed::Events(events) = feed.recv().await.unwrap() {
            for recorded in events.iter() {
                assert_eq!(recorded.seq, state.seq() + 1);
                crate::core::evolve(&mut state, recorded);
            }
        }
    }
    assert_eq!(state, room.journal.replay());
}

#[tokio::test(start_paused = true)]
async fn a_stop_interrupts_calls_and_closes_the_room() {
    let mut room = Room::at_work().await;
    room.stop.cancel();
    let mut effects = Vec::new();
    while let Some(effect) = room.effects.recv().await {
        effects.push(effect);
    }
    assert_eq!(effects, [Effect::Shutdown]);
    let journal = room.end().await;
    let last: Vec<&Event> = journal.iter().rev().take(2).map(|one| &one.event).collect();
    assert_eq!(
        last,
        [
            &Event::RoomClosed,
            &Event::CallEnded {
                call: CallId(1),
                ending: Ending::Interrupted
            }
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_room_that_is_taken_up_again_makes_its_interrupted_calls_anew() {
    let room = Room::at_work().await;
    let journal = room.journal.clone();
    room.end().await;
    journal.reopen();
    let mut again = Room::start(journal);
    let mut started = Vec::new();
    while started.is_empty() {
        if let Some(Effect::StartCall(order)) = again.effects.recv().await {
            started.push((order.call, order.task));
        }
    }
    assert_eq!(started, [(CallId(2), TaskId(1))]);
    let state: State = again.journal.replay();
    assert_eq!(state.calls_in_flight().count(), 1);
    Journal::close(&again.journal).await;
}
