//! The room's documents in a real hub: Serena, and the built-in memory in its place.

use std::fs;
use std::path::Path;
use std::time::Duration;

use pretty_assertions::assert_eq;
use synod::core::{Event, HubKind, Import, Old, Reply, Report, State, TaskId, Text};
use synod::hub::{Connector, HubError, Memory};
use synod::mcp::Subscribed;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

#[cfg(target_os = "linux")]
use crate::support::hub_room::kill;
use crate::support::hub_room::{Room, morning, servers, supervisor, task};
use crate::support::soon;

/// Within which a foreign edit is known.
const KNOWN_WITHIN: Duration = Duration::from_millis(300);
/// How often the server is killed under load; the bench does it 50 times.
#[cfg(target_os = "linux")]
const KILLS: u64 = 4;

#[tokio::test]
async fn the_documents_appear_stay_current_and_outlive_the_room() {
    let probe = tempfile::tempdir().unwrap();
    let kinds = servers(probe.path()).await.len();
    for index in 0..kinds {
        let folder = tempfile::tempdir().unwrap();
        let (kind, server) = servers(folder.path()).await.swap_remove(index);
        let mut room = Room::open(folder, kind, server, State::new());
        room.tell(morning()).await;
        room.settle().await;
        room.tell(task(1)).await;
        room.settle().await;
        let result = fs::read_to_string(room.file("results/1")).unwrap();
        assert!(
            result.contains("Größe: 42 \\d+ $!1 $1\n---\nmem:task_queue.json 🦀"),
            "{result}"
        );

        // Another document of the project is none of our business.
        fs::write(room.file("notes"), "mine").unwrap();
        room.tell(task(2)).await;
        let (folder, kind, server, state) = room.close().await;
        let queue = folder.path().join(".serena/memories/task_queue.json.md");
        let queue = fs::read_to_string(queue).unwrap();
        assert!(
            queue.contains("results/2"),
            "written at the end ({kind:?}): {queue}"
        );

        // Somebody else writes while no room is there; the next room keeps that aside.
        let mut room = Room::open(folder, kind, server, state);
        fs::write(room.file("task_queue.json"), "not yours\n").unwrap();
        room.tell(task(3)).await;
        room.give_state().await;
        room.settle().await;
        let kept = fs::read_to_string(room.file("conflicts/memory/task_queue.json-1"));
        assert_eq!(kept.unwrap(), "not yours\n");
        assert_eq!(fs::read_to_string(room.file("notes")).unwrap(), "mine");
        let told = room.status.borrow().foreign.len();
        assert_eq!(told, 1, "only what was foreign is called so ({kind:?})");
        drop(room.close().await);
    }
}

/// Summaries and rows of the archive stand for old results, also for one that was kept in parts. The
/// events still have all of it.
#[tokio::test]
async fn old_results_are_summarised_and_archived_in_the_real_hub() {
    let probe = tempfile::tempdir().unwrap();
    let kinds = servers(probe.path()).await.len();
    for index in 0..kinds {
        let folder = tempfile::tempdir().unwrap();
        let (kind, server) = servers(folder.path()).await.swap_remove(index);
        let mut room = Room::open(folder, kind, server, State::new());
        room.tell(morning()).await;
        for number in 1..=3 {
            room.tell(task(number)).await;
        }
        let result = Text::from("It waits for the token. ".repeat(8_000));
        for task in [TaskId(1), TaskId(2)] {
            let result = result.clone();
            let replaced = Event::ResultReplaced { task, result };
            room.tell(vec![replaced]).await;
        }
        room.settle().await;
        let part = |number| room.file(&format!("results/{number}/part-2"));
        assert!(part(1).exists() && part(2).exists(), "{kind:?}");
        let (summed_up, archived) = (part(1), part(2));
        room.status
            .wait_for(|status| status.meter.bytes > 380_000)
            .await
            .unwrap();
        let aged = |tasks: &[u64], old| Event::ResultsAged {
            tasks: tasks.iter().copied().map(TaskId).collect(),
            old,
        };
        room.tell(vec![aged(&[1], Old::Summary), aged(&[2, 3], Old::Archive)])
            .await;
        room.settle().await;
        let summary = fs::read_to_string(room.file("results/1")).unwrap();
        assert!(
            summary.contains("schema: synod/result_summary/1"),
            "{summary}"
        );
        assert!(
            summary.contains("`synod show 1`") && summary.len() < 2_000,
            "{summary}"
        );
        for gone in [
            room.file("results/2"),
            room.file("results/3"),
            summed_up,
            archived,
        ] {
            assert!(!gone.exists(), "{} ({kind:?})", gone.display());
        }
        let archive = fs::read_to_string(room.file("results/archive/0")).unwrap();
        assert!(
            archive.contains("| 2 |") && archive.contains("| 3 |"),
            "{archive}"
        );
        // The meter follows the folder.
        room.status
            .wait_for(|status| status.meter.documents == 2 && status.meter.bytes < 4_000)
            .await
            .unwrap();
        assert_eq!(room.status.borrow().foreign, []);
        drop(room.close().await);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_that_is_killed_again_and_again_loses_nothing() {
    let probe = tempfile::tempdir().unwrap();
    let kinds = servers(probe.path()).await.len();
    for index in 0..kinds {
        let folder = tempfile::tempdir().unwrap();
        let (kind, server) = servers(folder.path()).await.swap_remove(index);
        let mut room = Room::open(folder, kind, server, State::new());
        room.tell(morning()).await;
        room.settle().await;
        for number in 1..=KILLS {
            // Its death comes in the middle of these writes.
            room.tell(task(number)).await;
            kill(&room).await;
            room.tell(task(number + KILLS)).await;
        }
        room.settle().await;
        let results = fs::read_dir(room.file("results/1").parent().unwrap()).unwrap();
        let whole = results.filter(|file| {
            let path = file.as_ref().unwrap().path();
            path.extension().is_some_and(|ending| ending == "md")
        });
        assert_eq!(whole.count() as u64, 2 * KILLS, "none lost, none twice");
        assert_eq!(room.status.borrow().foreign, []);
        drop(room.close().await);
    }
}

#[tokio::test]
async fn errors_of_the_real_servers_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, server) in servers(folder.path()).await {
        let tasks = TaskTracker::new();
        let supervisor = supervisor(&server, &tasks);
        let hub = soon("connecting", supervisor.connect()).await.unwrap();
        let lost = |name: &str| HubError::Lost {
            name: name.to_owned(),
        };
        let missing = |name: &str| HubError::Missing {
            name: name.to_owned(),
        };
        assert_eq!(hub.read("nothing").await, Ok(None), "{kind:?}");
        assert_eq!(hub.edit("nothing", "a", "b").await, Err(missing("nothing")));
        assert_eq!(hub.write("a/b", "old\n").await, Ok(()));
        assert_eq!(hub.edit("a/b", "older\n", "new\n").await, Err(lost("a/b")));
        assert_eq!(hub.edit("a/b", "old\n", "$!1 \\1\n").await, Ok(()));
        assert_eq!(hub.read("a/b").await, Ok(Some("$!1 \\1\n".to_owned())));
        let long = "ä".repeat(400_000);
        assert_eq!(hub.write("long", &long).await, Ok(()));
        assert_eq!(hub.read("long").await, Ok(Some(long)));
        let taken = HubError::Taken {
            name: "a/b".to_owned(),
        };
        assert_eq!(hub.rename("long", "a/b").await, Err(taken));
        assert_eq!(hub.rename("long", "a/c").await, Ok(()));
        assert_eq!(
            hub.list("").await,
            Ok(vec!["a/b".to_owned(), "a/c".to_owned()])
        );
        let name = hub.write("../x", "out").await;
        assert!(matches!(name, Err(HubError::Name { .. })), "{name:?}");
        for name in ["a/b", "a/c"] {
            assert_eq!(
                hub.delete(name).await,
                Ok(synod::hub::memory::Removed::Gone)
            );
            let again = hub.delete(name).await;
            assert_eq!(again, Ok(synod::hub::memory::Removed::WasMissing));
        }
        soon("the server ends", supervisor.shutdown()).await;
        tasks.close();
        soon("all of it ends", tasks.wait()).await;
    }
}

fn write(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, path).unwrap();
}

/// The shortest of some times counts: what takes longer is the machine's other work.
#[tokio::test]
async fn a_foreign_edit_is_known_at_once_and_its_import_is_the_result() {
    let probe = tempfile::tempdir().unwrap();
    let kinds = servers(probe.path()).await.len();
    for index in 0..kinds {
        let folder = tempfile::tempdir().unwrap();
        let (kind, server) = servers(folder.path()).await.swap_remove(index);
        let mut room = Room::open(folder, kind, server, State::new());
        room.tell(morning()).await;
        room.tell(task(1)).await;
        room.settle().await;

        let mut shortest = Duration::MAX;
        for number in 0..5 {
            let path = room.file("results/1");
            let ours = fs::read_to_string(&path).unwrap();
            let began = Instant::now();
            write(&path, &format!("{ours}By hand, {number}.\n"));
            let report = room.edited().await;
            shortest = shortest.min(began.elapsed());
            let Report::Edited { edit, .. } = &report else {
                panic!("{report:?}");
            };
            assert!(edit.diff.as_str().contains("+By hand, "), "{edit:?}");
            assert!(matches!(edit.import, Import::Result { .. }), "{edit:?}");
            room.attend(&report, &Reply::Allow).await;
            room.settle().await;
            let imported = fs::read_to_string(&path).unwrap();
            assert!(imported.contains(&format!("By hand, {number}.\n")));
            assert!(imported.contains("basis: the operator's decision"));
        }
        assert!(shortest < KNOWN_WITHIN, "{shortest:?} ({kind:?})");
        drop(room.close().await);
    }
}

#[tokio::test]
async fn a_task_from_outside_is_proposed_and_the_queue_is_put_right() {
    let folder = tempfile::tempdir().unwrap();
    let (kind, server) = servers(folder.path()).await.swap_remove(0);
    let mut room = Room::open(folder, kind, server, State::new());
    room.tell(morning()).await;
    room.settle().await;
    let path = room.file("task_queue.json");
    let queue = fs::read_to_string(&path).unwrap();
    let added = queue.replace(
        "\"open\": []",
        "\"open\": [{\"prompt\": \"look at the tests\"}]",
    );
    assert_ne!(queue, added);
    write(&path, &added);
    let report = room.edited().await;
    room.attend(&report, &Reply::Allow).await;
    room.settle().await;
    let task = room.state.task(TaskId(1)).unwrap();
    assert_eq!(task.order().prompt.as_str(), "look at the tests");
    drop(room.close().await);
}

/// Makes something of a file, with a secret elsewhere at hand.
type Spoil = fn(&Path, &Path);

#[tokio::test]
async fn what_is_no_document_is_moved_aside_and_nothing_else_is_harmed() {
    use std::os::unix::fs::symlink;

    let probe = tempfile::tempdir().unwrap();
    let kinds = servers(probe.path()).await.len();
    for index in 0..kinds {
        let folder = tempfile::tempdir().unwrap();
        let (kind, server) = servers(folder.path()).await.swap_remove(index);
        let mut room = Room::open(folder, kind, server, State::new());
        room.tell(morning()).await;
        room.tell(task(1)).await;
        room.settle().await;
        let secret = room.folder.path().join("secret");
        fs::write(&secret, "secret").unwrap();
        let queue = room.file("task_queue.json");
        let spoils: [(&str, Spoil); 3] = [
            ("no UTF-8", |path, _| fs::write(path, [0xff, 0xfe]).unwrap()),
            ("20971520 bytes", |path, _| {
                fs::File::create(path).unwrap().set_len(20 << 20).unwrap();
            }),
            ("leads out", |path, secret| {
                fs::remove_file(path).unwrap();
                symlink(secret, path).unwrap();
            }),
        ];
        for (number, (word, spoil)) in (1..).zip(spoils) {
            spoil(&queue, &secret);
            let report = room.edited().await;
            let Report::Edited { edit, .. } = &report else {
                panic!("{report:?}");
            };
            let Import::Nothing { why } = &edit.import else {
                panic!("{edit:?}");
            };
            assert!(why.contains(word), "{why}");
            room.attend(&report, &Reply::KeepAside).await;
            // The rest goes on meanwhile.
            room.tell(task(number + 1)).await;
            room.settle().await;
            let kept = room.file(&format!("conflicts/memory/task_queue.json-{number}"));
            assert!(fs::symlink_metadata(kept).is_ok(), "{word} ({kind:?})");
        }
        assert_eq!(fs::read_to_string(&secret).unwrap(), "secret");
        drop(room.close().await);
    }
}

#[tokio::test]
async fn serena_agrees_to_be_listened_to() {
    let folder = tempfile::tempdir().unwrap();
    let servers = servers(folder.path()).await;
    let Some((_, server)) = servers
        .iter()
        .find(|(kind, _)| matches!(kind, HubKind::Serena))
    else {
        return;
    };
    let tasks = TaskTracker::new();
    let supervisor = supervisor(server, &tasks);
    let connection = soon("serena", supervisor.get()).await.unwrap();
    assert_eq!(connection.protocol(), "2026-07-28");
    // It has no resources, and tells of those that it would have.
    let subscribed = soon("its agreement", connection.subscribe("demo://a")).await;
    assert_eq!(subscribed, Ok(Subscribed::Yes));
    let unsubscribed = soon("its agreement", connection.unsubscribe("demo://a")).await;
    assert_eq!(unsubscribed, Ok(Subscribed::Yes));
    assert_eq!(connection.strays().stale, 0, "{:?}", connection.strays());
    supervisor.shutdown().await;
    tasks.close();
    soon("the end of its processes", tasks.wait()).await;
}
