//! Who runs: processes whose command line names a folder of the test.

use std::path::Path;
use std::time::{Duration, Instant};

/// The room process of a project.
pub(crate) fn room_of(project: &Path) -> u32 {
    let found = with_argument(project, |line| {
        line.last().is_some_and(|word| word == "room")
    });
    assert_eq!(found.len(), 1, "one room process is expected");
    found[0]
}

/// Every process below a process, itself left out.
pub(crate) fn descendants(pid: u32) -> Vec<u32> {
    let mut found = vec![pid];
    let mut index = 0;
    while let Some(parent) = found.get(index).copied() {
        found.extend(
            all()
                .into_iter()
                .filter(|pid| parent_of(*pid) == Some(parent)),
        );
        index += 1;
    }
    found.remove(0);
    found
}

/// Waits until none of these is alive.
pub(crate) fn wait_gone(pids: &[u32], within: Duration) -> Duration {
    let began = Instant::now();
    loop {
        let alive: Vec<u32> = pids.iter().copied().filter(|pid| is_alive(*pid)).collect();
        if alive.is_empty() {
            return began.elapsed();
        }
        assert!(
            began.elapsed() < within,
            "still alive after {within:?}: {alive:?}"
        );
        std::thread::yield_now();
    }
}

pub(crate) fn kill(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

fn is_alive(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !after_name(&stat).starts_with('Z'))
}

fn all() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

fn with_argument(folder: &Path, wanted: impl Fn(&[String]) -> bool) -> Vec<u32> {
    let words = |pid: &u32| -> Vec<String> {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0)
            .filter(|word| !word.is_empty())
            .map(crate::home::text)
            .collect()
    };
    let names = |words: &[String]| words.iter().any(|word| Path::new(word) == folder);
    all()
        .into_iter()
        .filter(|pid| {
            let words = words(pid);
            names(&words) && wanted(&words)
        })
        .collect()
}

fn parent_of(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    after_name(&stat).split_whitespace().nth(1)?.parse().ok()
}

/// What stands in `stat` behind the name, which may hold anything.
fn after_name(stat: &str) -> &str {
    stat.rsplit_once(") ").map_or("", |(_, rest)| rest)
}
