//! A journal as a busy room would have after a long time: tasks come, are answered and end, in one of
//! a few sessions; and at the end many more sessions were opened, and many more tasks came than could be worked.
//! Its last events are of now: a room archives sessions that were not used for long.

use std::collections::BTreeMap;
use std::path::Path;

use synod::core::{
    Answer, Command, Ending, Event, MemberName, MemberSpec, Reach, Report, SessionId, Span, TaskId,
    TaskOrder, Text, Timestamp, Usage, decide, note, resume,
};
use synod::engine::{Clock as _, Stage, Step, SystemClock};
use synod::journal::sqlite::SqliteJournal;
use synod::journal::{Batch, Journal};

/// Events that are appended at once.
const TOGETHER: usize = 2_000;

/// From one task to the next.
const BETWEEN: Span = Span(700);

/// Sessions that are open, beside those that worked.
const SESSIONS: u64 = 1_000;

/// Makes a journal of at least so many events, the last of which are tasks that wait; tells how much it holds.
pub(crate) fn make(folder: &Path, events: u64, waiting: u64) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(fill(folder, events, waiting))
}

async fn fill(folder: &Path, events: u64, open: u64) -> String {
    let opened = SqliteJournal::open(folder).unwrap();
    let journal = opened.journal;
    let mut stage = Stage::new(opened.state);
    // A task is at least four events.
    let wall = SystemClock::default().now();
    let mut now = Timestamp(wall.0 - BETWEEN.0 * (events / 4 + 1));
    let mut waiting: Vec<Batch> = Vec::new();
    let mut written = 0;
    let first = resume(stage.state(), now, "long");
    keep(&mut waiting, now, stage.take(now, first));
    let enrolled = decide(stage.state(), &Command::Enroll(spec())).unwrap();
    keep(&mut waiting, now, stage.take(now, enrolled));
    while stage.state().seq().saturating_add(open + SESSIONS) < events {
        now = now.after(BETWEEN);
        let order = TaskOrder::new(
            "Why does the login test fail on slow machines, and what would you change first?",
        );
        let added = decide(stage.state(), &Command::AddTask(order)).unwrap();
        keep(&mut waiting, now, stage.take(now, added));
        let calls: Vec<_> = stage
            .state()
            .calls_in_flight()
            .map(|(call, _)| call)
            .collect();
        for call in calls {
            let text = Text::from(
                "The sleep in the test races with the token refresh; wait for the event instead.",
            );
            let usage = Usage {
                input: 120,
                output: 40,
                ..Usage::default()
            };
            let ending = Ending::Answered(Answer {
                text,
                block: None,
                usage,
                first_text: Some(Span(90)),
            });
            let ended = note(stage.state(), now, &Report::Ended { call, ending });
            keep(&mut waiting, now, stage.take(now, ended));
        }
        let count: usize = waiting.iter().map(|batch| batch.events.len()).sum();
        if count >= TOGETHER {
            journal
                .append(written, std::mem::take(&mut waiting))
                .await
                .unwrap();
            written = stage.state().seq();
        }
    }
    let sessions = stage.state().sessions().map(|session| session.id().0);
    let first = sessions.max().unwrap_or(0) + 1;
    let opened = (first..first + SESSIONS).map(|number| Event::SessionOpened {
        session: SessionId(number),
        member: MemberName::new("terse").unwrap(),
        title: format!("the failing test of build {number}"),
    });
    keep(&mut waiting, now, stage.take(now, opened.collect()));
    let next = stage.state().next_task().0;
    let added: Vec<Event> = (next..next + open)
        .map(|number| Event::TaskAdded {
            task: TaskId(number),
            order: TaskOrder::new(format!(
                "look into the failing login test of build {number}"
            )),
            analysis: None,
        })
        .collect();
    for some in added.chunks(TOGETHER) {
        keep(&mut waiting, now, stage.take(now, some.to_vec()));
        let together = std::mem::take(&mut waiting);
        journal.append(written, together).await.unwrap();
        written = stage.state().seq();
    }
    journal.append(written, waiting).await.unwrap();
    journal.snapshot(Box::new(stage.state().clone())).await;
    journal.close().await;
    let state = stage.state();
    let (tasks, sessions) = (state.tasks().count(), state.sessions().count());
    format!("{} events, {tasks} tasks, {sessions} sessions", state.seq())
}

fn keep(waiting: &mut Vec<Batch>, at: Timestamp, step: Step) {
    let events = step.recorded.into_iter().map(|one| one.event).collect();
    waiting.push(Batch { at, events });
}

fn spec() -> MemberSpec {
    MemberSpec {
        name: MemberName::new("terse").unwrap(),
        family: "terse".to_owned(),
        strengths: BTreeMap::new(),
        parallel: 4,
        reach: Reach::Text,
        rehearsal: true,
        model: None,
    }
}
