//! The loop against a memory that fails on order.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::{FLUSH_LIMIT, Hub, Input};
use crate::core::{
    AttentionId, CallId, Command, Event, HubKind, HubState, HubStatus, Old, Outcome, Reply, Report,
    SessionId, State, Strategy, Subject, TaskId, TaskOrder, Text, Timestamp, decide, note,
};
use crate::hub::document::{DocumentName, Prefix};
use crate::hub::fake::{Fake, Faults, World};
use crate::hub::parts::piece;
use crate::hub::project::{all, exists, is_gone, project};
use crate::hub::seal::revision;
use crate::hub::story::Story;

/// A hub loop on a fake server, fed by a story.
struct Stage {
    fake: Fake,
    story: Story,
    told: usize,
    inputs: mpsc::Sender<Input>,
    reports: mpsc::Receiver<Report>,
    /// What the operator says to foreign edits.
    reply: Reply,
    status: watch::Receiver<HubStatus>,
    shutdown: CancellationToken,
    run: JoinSet<()>,
}

impl Stage {
    fn new(fake: Fake, story: Story) -> Self {
        let (inputs, from_room) = mpsc::channel(64);
        let (to_room, reports) = mpsc::channel(64);
        let (to_screen, status) = watch::channel(HubStatus::starting(HubKind::Builtin));
        let shutdown = CancellationToken::new();
        let hub = Hub {
            inputs: from_room,
            connector: fake.clone(),
            prefix: Prefix::default(),
            watching: None,
            reports: to_room,
            status: to_screen,
            shutdown: shutdown.clone(),
            wall: || Timestamp(1_795_339_467_000),
        };
        let mut run = JoinSet::new();
        run.spawn(hub.run());
        let told = story.events.len();
        Self {
            fake,
            story,
            told,
            inputs,
            reports,
            reply: Reply::KeepAside,
            status,
            shutdown,
            run,
        }
    }

    /// With a room that has a member and two sessions, all of it in the hub.
    async fn ready(seed: u64) -> Self {
        let mut story = Story::default();
        story
            .enrol("codex")
            .enrol("gpt")
            .open(1, "codex")
            .open(2, "gpt");
        let mut stage = Self::new(Fake::new(seed), story);
        stage.give_state().await;
        stage.settle().await;
        stage
    }

    async fn give_state(&mut self) {
        let state = Box::new(self.story.state.clone());
        self.inputs.send(Input::State(state)).await.unwrap();
    }

    /// Hands on what was added to the story.
    async fn hand_on(&mut self) {
        let events = Arc::new(self.story.events[self.told..].to_vec());
        self.told = self.story.events.len();
        self.inputs.send(Input::Events(events)).await.unwrap();
    }

    /// Waits until the loop says that all is written and has nothing to tell.
    async fn settle(&mut self) {
        let ready = |status: &HubStatus| status.state == HubState::Ready && status.pending == 0;
        let limit = Instant::now() + Duration::from_mins(10);
        loop {
            let mut status = self.status.clone();
            let settled = async {
                loop {
                    drop(status.wait_for(ready).await.unwrap());
                    sleep(Duration::from_millis(500)).await;
                    if ready(&status.borrow()) {
                        return;
                    }
                }
            };
            tokio::select! {
                biased;
                Some(report) = self.reports.recv() => self.attend(&report).await,
                () = settled => return,
                () = sleep_until(limit) => panic!("it does not settle"),
            }
        }
    }

    /// Lets time pass; meanwhile the room attends to what it is told.
    async fn pass(&mut self, time: Duration) {
        let until = Instant::now() + time;
        loop {
            tokio::select! {
                biased;
                Some(report) = self.reports.recv() => self.attend(&report).await,
                () = sleep_until(until) => return,
            }
        }
    }

    /// The room notes a report, and the operator answers at once.
    async fn attend(&mut self, report: &Report) {
        let now = Timestamp(1_795_339_467_000);
        for event in note(&self.story.state, now, report) {
            self.story.tell(event);
        }
        let items = self.story.state.attention();
        let items: Vec<AttentionId> = items
            .filter(|item| matches!(item.subject, Subject::Edited { .. }))
            .map(|item| item.id)
            .collect();
        for attention in items {
            let reply = self.reply.clone();
            let answer = Command::Answer { attention, reply };
            for event in decide(&self.story.state, &answer).unwrap() {
                self.story.tell(event);
            }
        }
        self.hand_on().await;
    }

    fn wrong(&self) -> Vec<String> {
        let state = &self.story.state;
        let names = all(state);
        let wrong = names.iter().filter(|name| !self.is_right(state, name));
        let mut wrong: Vec<String> = wrong.map(ToString::to_string).collect();
        // Parts of ours that no index names are left over, and what was archived.
        self.fake.with(|world| {
            let left = world.documents.iter().filter(|(name, text)| {
                DocumentName::parse(name).is_some_and(|name| {
                    let of_whole =
                        matches!(&name, DocumentName::Part { of, .. } if exists(state, of));
                    (of_whole || is_gone(state, &name))
                        && !names.contains(&name)
                        && revision(text).is_some()
                })
            });
            wrong.extend(left.map(|(name, _)| name.clone()));
        });
        wrong
    }

    fn is_right(&self, state: &State, name: &DocumentName) -> bool {
        let there = self
            .fake
            .with(|world| world.documents.get(&name.to_string()).cloned());
        let Some(there) = there else {
            return project(state, name, 1).is_none();
        };
        revision(&there).is_some_and(|rev| project(state, name, rev) == Some(there))
    }
}

#[tokio::test(start_paused = true)]
async fn who_works_on_what_is_in_the_hub_within_a_second() {
    let mut stage = Stage::ready(11).await;
    let steps: [fn(&mut Story) -> &mut Story; 4] = [
        |story| story.add(1, "do it", Strategy::Solo),
        |story| story.route(1, &["codex"]),
        |story| story.call(1, 1, 1, crate::core::Purpose::Answer),
        |story| story.answer(1, "Done.", None).done(1, "Done.", 1),
    ];
    for (number, step) in (1..).zip(steps) {
        step(&mut stage.story);
        stage.hand_on().await;
        let told = Instant::now();
        let progress = [DocumentName::State, DocumentName::Queue];
        let state = stage.story.state.clone();
        while !progress.iter().all(|name| stage.is_right(&state, name)) {
            stage.pass(Duration::from_millis(10)).await;
            let waited = told.elapsed();
            assert!(waited < Duration::from_secs(1), "step {number}: {waited:?}");
        }
    }
    let text = stage
        .fake
        .with(|world| world.documents["task_queue.json"].clone());
    assert!(text.contains("\"outcome\": \"done\""), "{text}");
}

#[tokio::test(start_paused = true)]
async fn all_documents_appear_and_a_change_is_there_within_a_second() {
    let mut stage = Stage::ready(1).await;
    assert_eq!(stage.wrong(), Vec::<String>::new());
    for task in 1..=20 {
        stage.story.solo(task, task, 1, "codex");
        stage.hand_on().await;
        sleep(Duration::from_secs(1)).await;
        assert_eq!(stage.wrong(), Vec::<String>::new());
    }
    let world = stage.fake.world.lock().unwrap();
    assert!(world.documents.contains_key("results/20"));
    assert!(world.documents.contains_key("model_contexts/codex/s1.json"));
    assert_eq!(world.overlaps, 0);
}

#[tokio::test(start_paused = true)]
async fn a_burst_costs_few_writes() {
    let mut stage = Stage::ready(2).await;
    let before = stage.fake.with(|world| world.writes);
    let began = Instant::now();
    for task in 1..=1000 {
        stage.story.add(task, "more", Strategy::Solo);
        stage.hand_on().await;
        sleep(Duration::from_millis(10)).await;
    }
    stage.settle().await;
    assert!(began.elapsed() < Duration::from_secs(12));
    assert_eq!(stage.wrong(), Vec::<String>::new());
    let writes = stage.fake.with(|world| world.writes) - before;
    assert!(writes <= 60, "{writes}");
}

#[tokio::test(start_paused = true)]
async fn tasks_that_the_queue_has_no_room_for_are_in_pages_that_empty_again() {
    let mut stage = Stage::ready(11).await;
    for task in 1..=1200 {
        stage.story.add(task, "more", Strategy::Solo);
    }
    stage.hand_on().await;
    stage.settle().await;
    assert_eq!(stage.wrong(), Vec::<String>::new());
    let page = |stage: &Stage, page: u64| {
        let name = DocumentName::QueuePage(page).to_string();
        let text = stage.fake.with(|world| world.documents.get(&name).cloned());
        text.map(|text| text.matches("\"prompt\": ").count())
    };
    let found: Vec<_> = (0..4).map(|number| page(&stage, number)).collect();
    assert_eq!(found, [None, Some(499), Some(201), None]);
    for task in 1..=1000 {
        stage.story.conclude(task, Outcome::Cancelled);
    }
    stage.hand_on().await;
    stage.settle().await;
    assert_eq!(stage.wrong(), Vec::<String>::new());
    assert_eq!((page(&stage, 1), page(&stage, 2)), (Some(0), Some(0)));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_before_the_state_is_known() {
    let mut stage = Stage::new(Fake::new(3), Story::of_a_morning());
    sleep(Duration::from_mins(1)).await;
    assert_eq!(stage.fake.with(|world| world.documents.len()), 0);
    stage.give_state().await;
    stage.settle().await;
    assert_eq!(stage.wrong(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn the_room_goes_on_while_the_hub_is_away_and_the_hub_catches_up() {
    let mut stage = Stage::ready(4).await;
    stage.fake.with(|world| world.faults.no_connection = 1000);
    stage.fake.kill();
    let down = |status: &HubStatus| matches!(status.state, HubState::Down { .. });
    drop(stage.status.wait_for(down).await.unwrap());
    for task in 1..=50 {
        stage.story.solo(task, task, 1, "codex");
        stage.hand_on().await;
    }
    sleep(Duration::from_mins(5)).await;
    assert!(!stage.wrong().is_empty());
    stage.fake.with(|world| world.faults = Faults::default());
    stage.settle().await;
    assert_eq!(stage.wrong(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_hung_server_is_started_anew() {
    let mut stage = Stage::ready(5).await;
    stage.fake.with(|world| world.faults.dropped = 1000);
    stage.story.add(1, "more", Strategy::Solo);
    stage.hand_on().await;
    let down = |status: &HubStatus| matches!(status.state, HubState::Down { .. });
    let limit = Duration::from_secs(150);
    drop(
        timeout(limit, stage.status.wait_for(down))
            .await
            .unwrap()
            .unwrap(),
    );
    stage.fake.with(|world| world.faults = Faults::default());
    stage.settle().await;
    assert_eq!(stage.wrong(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn the_end_waits_for_the_last_documents_but_not_for_ever() {
    let mut stage = Stage::ready(6).await;
    stage.story.solo(1, 1, 1, "codex");
    stage.hand_on().await;
    stage.shutdown.cancel();
    let began = Instant::now();
    sleep(Duration::from_millis(50)).await;
    // The room's last words may come after the order to end.
    stage.story.tell(Event::RoomClosed);
    stage.hand_on().await;
    stage.run.join_next().await.unwrap().unwrap();
    assert!(began.elapsed() < FLUSH_LIMIT);
    assert_eq!(stage.wrong(), Vec::<String>::new());

    let mut stage = Stage::ready(7).await;
    stage.fake.with(|world| world.faults.dropped = 1000);
    stage.story.solo(1, 1, 1, "codex");
    stage.hand_on().await;
    stage.shutdown.cancel();
    let began = Instant::now();
    stage.run.join_next().await.unwrap().unwrap();
    assert_eq!(began.elapsed(), FLUSH_LIMIT);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_is_gone_ends_it_too() {
    let mut stage = Stage::ready(8).await;
    stage.story.solo(1, 1, 1, "codex");
    stage.hand_on().await;
    let (nobody, _) = mpsc::channel(1);
    stage.inputs = nobody;
    stage.run.join_next().await.unwrap().unwrap();
    assert_eq!(stage.wrong(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn foreign_edits_are_kept_aside_and_told() {
    let mut stage = Stage::ready(9).await;
    let name = "task_queue.json";
    let foreign = |stage: &Stage, change: fn(String) -> String| {
        stage.fake.with(|world| {
            let old = world.documents.remove(name).unwrap();
            let new = change(old);
            world.documents.insert(name.to_owned(), new.clone());
            new
        })
    };
    let replaced = foreign(&stage, |_| "{\"tasks\": []}".to_owned());
    stage.story.add(1, "more", Strategy::Solo);
    stage.hand_on().await;
    stage.pass(Duration::from_secs(5)).await;
    stage.settle().await;
    // A swap does not see what was put behind; reading back does.
    foreign(&stage, |old| format!("{old}note\n"));
    stage.story.add(2, "more", Strategy::Solo);
    stage.hand_on().await;
    stage.pass(Duration::from_secs(5)).await;
    stage.settle().await;

    assert_eq!(stage.wrong(), Vec::<String>::new());
    let told = stage.status.borrow().foreign.clone();
    let kept: Vec<&str> = told.iter().map(|edit| edit.kept_as.as_str()).collect();
    let expected = [
        "conflicts/memory/task_queue.json-1",
        "conflicts/memory/task_queue.json-2",
    ];
    assert_eq!(kept, expected);
    let world = stage.fake.world.lock().unwrap();
    assert_eq!(world.documents[expected[0]], replaced);
    assert!(world.documents[expected[1]].ends_with("note\n"));
}

#[tokio::test(start_paused = true)]
async fn texts_of_an_earlier_run_are_brought_up_to_date_and_nothing_is_kept_aside() {
    let mut first = Stage::ready(10).await;
    first.story.solo(1, 1, 1, "codex");
    first.hand_on().await;
    first.fake.kill();
    let mut second = Stage::new(first.fake.clone(), first.story.clone());
    drop(first);
    second.story.solo(2, 2, 2, "gpt");
    second.give_state().await;
    second.settle().await;
    assert_eq!(second.wrong(), Vec::<String>::new());
    assert_eq!(second.status.borrow().foreign, []);
}

#[tokio::test(start_paused = true)]
async fn a_long_result_is_kept_in_parts_that_come_before_the_index_and_go_after_it() {
    let mut stage = Stage::ready(12).await;
    let whole = |stage: &Stage| -> String {
        let parts = stage.fake.with(|world| {
            (1..)
                .map_while(|number| world.documents.get(&format!("results/1/part-{number}")))
                .cloned()
                .collect::<Vec<_>>()
        });
        parts.iter().map(|part| piece(part).unwrap()).collect()
    };
    let said = |lines: usize| "Größe: 42 \u{1f980}\n".repeat(lines);
    stage.story.solo(1, 1, 1, "codex");
    let result = Text::from(said(12_000));
    let task = TaskId(1);
    stage.story.tell(Event::ResultReplaced { task, result });
    stage.hand_on().await;
    stage.settle().await;
    assert_eq!(stage.wrong(), Vec::<String>::new());
    assert!(whole(&stage).ends_with(&said(12_000)));
    let names = || -> Vec<String> {
        let order = stage.fake.with(|world| world.order.clone());
        let ours = order
            .into_iter()
            .filter(|name| name.starts_with("results/1"));
        ours.collect()
    };
    let parts: Vec<String> = (1..=5).map(|n| format!("results/1/part-{n}")).collect();
    let written = names();
    assert_eq!(written.last().map(String::as_str), Some("results/1"));
    assert!(
        parts.iter().all(|part| written.contains(part)),
        "{written:?}"
    );

    // Of a shorter one only the last parts change and go; of a short one all go.
    for (lines, parts) in [(4_000, 2), (100, 0)] {
        let result = Text::from(said(lines));
        stage.story.tell(Event::ResultReplaced { task, result });
        stage.hand_on().await;
        stage.pass(Duration::from_secs(5)).await;
        stage.settle().await;
        assert_eq!(stage.wrong(), Vec::<String>::new());
        let there = stage.fake.with(|world| {
            let names = world.documents.keys();
            names.filter(|name| name.contains("/part-")).count()
        });
        assert_eq!(there, parts);
    }
    let last = stage.fake.with(|world| world.order.last().cloned());
    assert!(
        last.is_some_and(|name| name.contains("/part-")),
        "after the index"
    );
}

#[tokio::test(start_paused = true)]
async fn parts_of_an_earlier_run_that_are_not_needed_any_more_go_and_those_of_others_stay() {
    let mut first = Stage::ready(13).await;
    first.story.solo(1, 1, 1, "codex");
    first.hand_on().await;
    first.settle().await;
    let task = TaskId(1);
    let long = Text::from("long ".repeat(40_000));
    first
        .story
        .tell(Event::ResultReplaced { task, result: long });
    first.hand_on().await;
    first.settle().await;
    first.fake.kill();
    let mut second = Stage::new(first.fake.clone(), first.story.clone());
    drop(first);
    second.fake.with(|world| {
        let theirs = "results/1/part-9".to_owned();
        world.documents.insert(theirs, "mine".to_owned());
    });
    let short = Text::from("short");
    second.story.tell(Event::ResultReplaced {
        task,
        result: short,
    });
    second.give_state().await;
    second.settle().await;
    assert_eq!(second.wrong(), Vec::<String>::new());
    let parts: Vec<String> = second.fake.with(|world| {
        let names = world.documents.keys();
        names
            .filter(|name| name.contains("/part-"))
            .cloned()
            .collect()
    });
    assert_eq!(parts, ["results/1/part-9"]);
}

/// An old result is replaced by its summary, or by a row of the archive, with its parts and its
/// conflict; also one that the state has forgotten, that an earlier run wrote, and while the hub is away.
#[tokio::test(start_paused = true)]
async fn old_results_are_summarised_or_archived_and_nothing_of_them_is_left_over() {
    for old in [Old::Summary, Old::Archive] {
        for restarted in [false, true] {
            let mut stage = Stage::ready(14).await;
            let long = "long and sorry. ".repeat(12_000);
            for number in 1..=3 {
                stage.story.solo(number, number, 1, "codex");
            }
            let task = TaskId(2);
            let result = Text::from(long.as_str());
            stage.story.tell(Event::ResultReplaced { task, result });
            stage.hand_on().await;
            stage.pass(Duration::from_secs(5)).await;
            stage.settle().await;
            for number in 10..240 {
                stage.story.solo(number, number, 1, "codex");
            }
            stage.hand_on().await;
            stage.pass(Duration::from_secs(5)).await;
            stage.settle().await;
            assert_eq!(stage.story.state.task(task), None, "it is forgotten");
            let there = |stage: &Stage| -> Vec<String> {
                let world = stage.fake.world.lock().unwrap();
                let names = world.documents.keys();
                let of_two = names.filter(|name| {
                    let rest = name.strip_prefix("results/2");
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("/p"))
                });
                of_two.cloned().collect()
            };
            assert_eq!(there(&stage).len(), 5, "an index and its parts");
            if restarted {
                stage.fake.kill();
                stage = Stage::new(stage.fake.clone(), stage.story.clone());
                stage.fake.with(|world| world.faults.no_connection = 900);
            }
            stage.story.age(&[1, 2], old);
            if restarted {
                stage.give_state().await;
            } else {
                stage.hand_on().await;
            }
            stage.pass(Duration::from_secs(5)).await;
            stage.settle().await;
            assert_eq!(stage.wrong(), Vec::<String>::new());
            let unread = stage.fake.with(|world| world.snatched.clone());
            assert_eq!(
                unread,
                Vec::<String>::new(),
                "it is looked at before it goes"
            );
            let (left, archive) = stage.fake.with(|world| {
                let at = |name: &str| world.documents.get(name).cloned();
                (at("results/2"), at("results/archive/0"))
            });
            match old {
                Old::Summary => {
                    assert_eq!(there(&stage), ["results/2"]);
                    let left = left.unwrap();
                    assert!(
                        left.contains("`synod show 2`") && left.len() < 2000,
                        "{left}"
                    );
                    assert_eq!(archive, None);
                }
                Old::Archive => {
                    assert_eq!(there(&stage), Vec::<String>::new());
                    let archive = archive.unwrap();
                    assert!(
                        archive.contains("| 1 |") && archive.contains("| 2 |"),
                        "{archive}"
                    );
                }
            }
        }
    }
}

/// More may fall due while the hub is away than the state keeps ended tasks.
#[tokio::test(start_paused = true)]
async fn whatever_ages_while_the_hub_is_away_is_summarised_when_it_is_back() {
    let mut stage = Stage::ready(15).await;
    for tasks in [1..=225_u64, 226..=450] {
        for task in tasks {
            stage.story.solo(task, task, 1, "codex");
        }
        stage.hand_on().await;
        stage.pass(Duration::from_secs(5)).await;
        stage.settle().await;
    }
    stage.fake.with(|world| world.faults.no_connection = 1000);
    stage.fake.kill();
    let down = |status: &HubStatus| matches!(status.state, HubState::Down { .. });
    drop(stage.status.wait_for(down).await.unwrap());
    let tasks: Vec<u64> = (1..=450).collect();
    for batch in tasks.chunks(100) {
        stage.story.age(batch, Old::Summary);
    }
    stage.hand_on().await;
    stage.fake.with(|world| world.faults = Faults::default());
    stage.settle().await;
    let whole = stage.fake.with(|world| {
        let results = world.documents.iter();
        let whole = results.filter(|(name, text)| {
            name.starts_with("results/") && !text.contains("synod/result_summary/1")
        });
        whole.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    });
    assert_eq!(whole, Vec::<String>::new());
    // Summaries do not fill the memory: nothing more becomes of them.
    let meter = stage.status.borrow().meter;
    assert!(meter.bytes > 100_000 && meter.whole == 0, "{meter:?}");
}

/// What is young again leaves its row; a page without rows goes, also one of an earlier run.
#[tokio::test(start_paused = true)]
async fn a_page_of_the_archive_goes_with_its_last_row() {
    for restarted in [false, true] {
        let mut stage = Stage::ready(16).await;
        stage.story.solo(1, 1, 1, "codex").solo(2, 2, 1, "codex");
        stage.story.age(&[1, 2], Old::Archive);
        stage.hand_on().await;
        stage.pass(Duration::from_secs(5)).await;
        stage.settle().await;
        let page = |stage: &Stage| {
            let page = |world: &mut World| world.documents.get("results/archive/0").cloned();
            stage.fake.with(page)
        };
        assert!(page(&stage).is_some());
        if restarted {
            stage.fake.kill();
            stage = Stage::new(stage.fake.clone(), stage.story.clone());
        }
        stage.story.tell(Event::ResultReplaced {
            task: TaskId(1),
            result: Text::from("Eight."),
        });
        if restarted {
            stage.give_state().await;
        } else {
            stage.hand_on().await;
        }
        stage.pass(Duration::from_secs(5)).await;
        stage.settle().await;
        let left = page(&stage).unwrap();
        assert!(left.contains("| 2 |") && !left.contains("| 1 |"), "{left}");
        stage.told = stage.story.events.len();
        stage.story.tell(Event::TaskReopened {
            task: TaskId(2),
            order: TaskOrder::new("once more"),
        });
        stage.hand_on().await;
        stage.pass(Duration::from_secs(5)).await;
        stage.settle().await;
        assert_eq!(page(&stage), None);
        assert_eq!(stage.wrong(), Vec::<String>::new());
        // A later one on it brings it back.
        stage.story.age(&[1], Old::Archive);
        stage.hand_on().await;
        stage.pass(Duration::from_secs(5)).await;
        stage.settle().await;
        assert!(page(&stage).unwrap().contains("| 1 |"));
    }
}

/// What somebody else does to a document of ours.
fn meddle(fake: &Fake, dice: &mut fastrand::Rng) {
    fake.with(|world| {
        let mut names: Vec<String> = world.documents.keys().cloned().collect();
        names.retain(|name| !name.starts_with("conflicts/memory"));
        let Some(name) = dice.choice(names) else {
            return;
        };
        let text = world.documents.remove(&name).unwrap();
        let text = match dice.u8(0..4) {
            0 => return,
            1 => format!("{text}{}", dice.u64(..)),
            2 => format!("{}\n{text}", dice.u64(..)),
            _ => format!("{{\"rev\": {}}}", dice.u64(..)),
        };
        world.documents.insert(name, text);
    });
}

/// Whatever the hub does and whoever meddles: after quiet, the hub has what the state projects.
async fn converges(seed: u64) -> Result<(), String> {
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut stage = Stage::ready(seed).await;
    stage.fake.with(|world| {
        let mut share = |most| if dice.bool() { dice.u32(0..most) } else { 0 };
        world.faults = Faults {
            dropped: share(80),
            unanswered: share(80),
            late: share(80),
            refused: share(150),
            full: share(300),
            dies: share(100),
            no_connection: share(800),
        };
        // Up to 30 s a call.
        world.latency = *dice.choice([100, 1000, 8_000, 30_000].iter()).unwrap();
    });
    let meddles = dice.bool();
    if dice.bool() {
        let reason = String::new();
        stage.reply = Reply::Deny { reason };
    }
    for number in 1..=40 {
        stage.story.happen(&mut dice, number);
        stage.hand_on().await;
        let wait = Duration::from_millis(dice.u64(0..2500));
        stage.pass(wait).await;
        if meddles && dice.u8(0..6) == 0 {
            meddle(&stage.fake, &mut dice);
        }
        match dice.u8(0..40) {
            0 => stage.fake.kill(),
            1 => stage.fake.with(World::copy),
            2 => stage.fake.with(World::restore),
            _ => {}
        }
    }
    stage.fake.with(|world| {
        world.faults = Faults::default();
        world.latency = 110;
    });
    if meddles {
        // Without a watch, an edit of a quiet document is noticed when the hub comes back.
        stage.fake.kill();
    }
    stage.pass(Duration::from_secs(200)).await;
    stage.settle().await;
    let wrong = stage.wrong();
    let world = stage.fake.world.lock().unwrap();
    if wrong.is_empty() && world.overlaps == 0 && world.most_in_flight <= 8 {
        return Ok(());
    }
    let (overlaps, most) = (world.overlaps, world.most_in_flight);
    Err(format!(
        "seed {seed}: wrong {wrong:?}, overlaps {overlaps}, in flight {most}"
    ))
}

#[test]
fn after_quiet_the_hub_has_what_the_state_projects() {
    for seed in 0..48 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let result = runtime.block_on(converges(seed));
        assert_eq!(result, Ok(()));
    }
}

#[test]
fn the_last_words_name_calls_and_tasks_that_exist() {
    // Guards the story itself: a simulation that never changes a document proves nothing.
    let mut dice = fastrand::Rng::with_seed(1);
    let mut story = Story::default();
    story
        .enrol("codex")
        .enrol("gpt")
        .open(1, "codex")
        .open(2, "gpt");
    for number in 1..=40 {
        story.happen(&mut dice, number);
    }
    let done = story.state.counters().done;
    assert!(done > 5 && story.state.open_tasks().count() > 5, "{done}");
    assert!(
        story
            .state
            .session(SessionId(1))
            .is_some_and(|one| one.turns_ever() > 3)
    );
    let ended = |id| {
        story
            .state
            .call(CallId(id))
            .is_some_and(|call| call.ending().is_some())
    };
    assert!((1..=40).any(ended) && story.state.task(TaskId(1)).is_some());
}
