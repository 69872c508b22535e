//! Figures of the hub with real servers: a burst of 1,000 task updates, foreign edits, and 50 kills of
//! the server under load, after which nothing may be lost, twice or torn. Then how many calls one after
//! the other the built-in memory does for each of Serena's. `cargo bench --bench hub`; with words behind
//! `--` only these of `burst`, `edits`, `kills` and `ratio`.
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

use support::hub_room::{Room, kill, morning, servers, supervisor, task};
use synod::core::{Event, HubKind, Reply, TaskId, TaskOrder};
use synod::hub::{Connector, Memory};
use synod::mcp::ServerSpec;
use tokio::time::{Instant, sleep};
use tokio_util::task::TaskTracker;

/// Task updates in the burst.
const UPDATES: u64 = 1000;
/// Foreign edits of which the delay is taken.
const EDITS: usize = 20;
/// Kills of the server.
const KILLS: u64 = 50;

/// Rounds in which the servers are asked in turn.
const ROUNDS: usize = 5;
/// Documents that each is asked for in a round: a write and a read each.
const DOCUMENTS: usize = 20;

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wanted = |word: &str| words.is_empty() || words.contains(&word);
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
        if wanted("burst") {
            let (mut room, kind) = open().await;
            println!("{}", kind.word());
            burst(&mut room).await;
            drop(room.close().await);
        }
        if wanted("edits") {
            let (mut room, _) = open().await;
            edits(&mut room).await;
            drop(room.close().await);
        }
        if wanted("kills") {
            let (mut room, _) = open().await;
            kills(&mut room).await;
            drop(room.close().await);
        }
    }
    if wanted("ratio") {
        ratio().await;
    }
}

/// Calls one after the other, in rounds of each server in turn, so that other work of the machine
/// falls on all of them alike.
async fn ratio() {
    let folders: Vec<_> = (0..2).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut hubs = Vec::new();
    let tasks = TaskTracker::new();
    let mut supervisors = Vec::new();
    for folder in &folders {
        let kinds = servers(folder.path()).await;
        let Some((kind, server)) = kinds.into_iter().nth(hubs.len()) else {
            println!("ratio  left out: there is no Serena here");
            return;
        };
        let supervisor = supervisor(&server, &tasks);
        let hub = supervisor.connect().await.unwrap();
        hubs.push((kind, hub, Duration::ZERO));
        supervisors.push(supervisor);
    }
    let text = "0123456789abcdef".repeat(128);
    for _ in 0..ROUNDS {
        for (_, hub, took) in &mut hubs {
            let began = Instant::now();
            for number in 0..DOCUMENTS {
                let name = format!("document/{number}");
                hub.write(&name, &text).await.unwrap();
                let read = hub.read(&name).await.unwrap();
                assert_eq!(read.as_deref(), Some(text.as_str()));
            }
            *took += began.elapsed();
        }
    }
    let calls = 2 * ROUNDS * DOCUMENTS;
    for (kind, _, took) in &hubs {
        let rate = f64::from(u32::try_from(calls).unwrap()) / took.as_secs_f64();
        println!("{:8}  {calls} calls in turn  {rate:.0}/s", kind.word());
    }
    let took = |wanted: HubKind| {
        let found = hubs.iter().find(|(kind, ..)| *kind == wanted);
        found.unwrap().2.as_secs_f64()
    };
    let ratio = took(HubKind::Serena) / took(HubKind::Builtin);
    println!("built-in does {ratio:.0} calls for each of Serena's (2 KiB, one in flight)");
    for supervisor in supervisors {
        supervisor.shutdown().await;
    }
    tasks.close();
    tasks.wait().await;
    assert!(ratio >= 20.0, "{ratio:.1}");
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
        room.tell(vec![Event::TaskAdded {
            task,
            order,
            analysis: None,
        }])
        .await;
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
