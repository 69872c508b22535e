//! Crashes: a log that was cut anywhere, and a process that was killed anywhere.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use pretty_assertions::assert_eq;

use super::{batch, fold, open, room, task};
use crate::journal::Journal;

/// The file whose presence in the working folder makes [`killed_child`] write.
const ARMED: &str = "armed";

#[tokio::test]
async fn a_log_that_was_cut_anywhere_gives_a_true_beginning() {
    let dir = room();
    let journal = open(dir.path()).journal;
    let mut all = Vec::new();
    for number in 0..30_u64 {
        // Now and then a text that fills pages of its own.
        let prompt = format!("task {number} ").repeat(if number % 7 == 3 { 900 } else { 1 });
        let event = task(number + 1, &prompt);
        all.extend(journal.append(number, batch([event])).await.unwrap());
    }
    // The room is at work: nothing of this is in the main file yet.
    let wal = fs::read(dir.path().join("room.db-wal")).unwrap();
    let main = fs::read(dir.path().join("room.db")).unwrap();
    let mut last = 0;
    // A stride that is no multiple of a frame cuts headers and pages alike.
    for cut in (0..=wal.len()).step_by(20_011).chain([wal.len()]) {
        let copy = room();
        fs::write(copy.path().join("room.db"), &main).unwrap();
        fs::write(copy.path().join("room.db-wal"), &wal[..cut]).unwrap();
        let opened = open(copy.path());
        let seq = opened.state.seq();
        let kept = usize::try_from(seq).unwrap();
        assert!(seq >= last, "cut at {cut}: {seq} after {last}");
        assert_eq!(opened.state, fold(&all[..kept]), "cut at {cut}");
        let next = opened.journal.append(seq, batch([task(99, "on")])).await;
        assert_eq!(next.unwrap()[0].seq, seq + 1);
        opened.journal.close().await;
        last = seq;
    }
    assert_eq!(last, 30);
}

#[tokio::test]
async fn a_killed_writer_loses_nothing_it_reported() {
    for reports in [1, 7, 40] {
        let dir = room();
        fs::write(dir.path().join(ARMED), "").unwrap();
        let reported = kill_after(dir.path(), reports);
        let opened = open(&dir.path().join(".synod"));
        assert!(opened.state.seq() >= reported, "{reported} were reported");
        let verified = opened.journal.verify_chain().await.unwrap();
        assert_eq!(verified.events, opened.state.seq());
        opened.journal.close().await;
    }
}

/// Lets a child process write in `dir`, kills it after some reports, and returns the last one.
fn kill_after(dir: &Path, reports: usize) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture"])
        .arg("journal::sqlite::tests::crash::killed_child")
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let durable = lines.filter_map(|line| line.unwrap().strip_prefix("durable ")?.parse().ok());
    let last = durable.take(reports).last();
    child.kill().unwrap();
    child.wait().unwrap();
    last.unwrap()
}

#[tokio::test]
#[ignore = "the child of the test above, which kills it; does nothing by itself"]
async fn killed_child() {
    if !Path::new(ARMED).exists() {
        return;
    }
    let opened = open(Path::new(".synod"));
    let mut seq = opened.state.seq();
    // Ends by itself should nobody kill it.
    for number in 1..100_000 {
        let events = [task(number, "one"), task(number, &"x".repeat(3000))];
        let done = opened.journal.append(seq, batch(events)).await.unwrap();
        seq = done.last().unwrap().seq;
        if opened.journal.read(seq, 1).await.is_err() {
            return;
        }
        writeln!(std::io::stdout(), "\ndurable {seq}").unwrap();
    }
}
