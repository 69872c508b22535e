//! Figures of the hub with real servers: a burst of 1,000 task updates, foreign edits, and 50 kills of
//! the server under load, after which nothing may be lost, twice or torn. `cargo bench --bench hub`.
//!
//! Serena is left out when it cannot be installed here.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test of its own kind"
)]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "other levels use the rest")]
mod support;

use std::fs;
use std::time::Duration;

use support::hub_room::{Room, kill, morning, servers, task};
use synod::core::{Event, HubKind, Reply, TaskId, TaskOrder};
use synod::mcp::ServerSpec;
use tokio::time::{Instant, sleep};

/// Task updates in the burst.
const UPDATES: u64 = 1000;
/// Foreign edits of which the delay is taken.
const EDITS: usize = 20;
/// Kills of the server.
const KILLS: u64 = 50;

#[tokio::main]
async fn main() {
    let probe = tempfile::tempdir().unwrap();
    let kinds = servers(probe.path()).await.len();
    for index in 0..kinds {
        let open = || async {
            let folder = tempfile::tempdir().unwrap();
            let (kind, server): (HubKind, ServerSpec) =
                servers(folder.path()).await.swap_remove(index);
            let mut room = Room::restless(folder, kind, server);
            room.tell(morning()).await;
            room.settle().await;
            (room, kind)
        };
        let (mut room, kind) = open().await;
        println!("{}", kind.word());
        burst(&mut room).await;
        drop(room.close().await);
        let (mut room, _) = open().await;
        edits(&mut room).await;
        drop(room.close().await);
        let (mut room, _) = open().await;
        kills(&mut room).await;
        drop(room.close().await);
    }
}

/// How long until the last of many updates is in the hub, how many writes that takes, and how old the
/// queue's document gets meanwhile.
async fn burst(room: &mut Room) {
    let began = Instant::now();
    let revisions = |room: &Room| -> u64 {
        let status = room.status.borrow();
        status.documents.iter().map(|document| document.rev).sum()
    };
    let (before, mut stalest) = (revisions(room), Duration::ZERO);
    let (mut fresh, mut last) = (Instant::now(), revisions(room));
    for number in 1..=UPDATES {
        let (task, order) = (TaskId(number), TaskOrder::new("more"));
        room.tell(vec![Event::TaskAdded { task, order }]).await;
        sleep(Duration::from_millis(10)).await;
        let now = revisions(room);
        if now != last {
            stalest = stalest.max(fresh.elapsed());
            (fresh, last) = (Instant::now(), now);
        }
    }
    room.settle().await;
    println!(
        "  {UPDATES} updates  {:.1?}  {} writes  longest time between two {stalest:.0?}",
        began.elapsed(),
        revisions(room) - before,
    );
}

/// How long until the room knows of a foreign edit.
async fn edits(room: &mut Room) {
    let mut delays = Vec::new();
    for number in 0..EDITS {
        let path = room.file("task_queue.json");
        let beside = path.with_extension("new");
        fs::write(&beside, format!("{{\"mine\": {number}}}\n")).unwrap();
        let began = Instant::now();
        fs::rename(beside, &path).unwrap();
        let report = room.edited().await;
        delays.push(began.elapsed());
        room.attend(&report, &Reply::KeepAside).await;
        room.settle().await;
    }
    delays.sort();
    println!(
        "  foreign edit known after  p50 {:.0?}  most {:.0?}",
        delays[EDITS / 2],
        delays[EDITS - 1]
    );
}

/// Kills the server again and again in the middle of writes.
async fn kills(room: &mut Room) {
    let began = Instant::now();
    for number in 1..=KILLS {
        room.tell(task(number)).await;
        kill(room).await;
        room.tell(task(number + KILLS)).await;
    }
    room.settle().await;
    let folder = room.file("results/1").parent().unwrap().to_owned();
    let results = fs::read_dir(folder).unwrap().filter(|file| {
        let path = file.as_ref().unwrap().path();
        path.extension().is_some_and(|ending| ending == "md")
    });
    let (results, foreign) = (results.count(), room.status.borrow().foreign.len());
    println!(
        "  {KILLS} kills  {:.0?}  {results} of {} results whole, {foreign} taken for foreign",
        began.elapsed(),
        2 * KILLS,
    );
    assert_eq!((results as u64, foreign), (2 * KILLS, 0));
}
