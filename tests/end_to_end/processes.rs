//! Who runs: the room process of a project, and what runs below it.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};

/// What the room's servers are given after its end.
pub(crate) const ORPHAN: Duration = Duration::from_secs(6);

/// The room process of a project.
pub(crate) fn room_of(project: &Path) -> u32 {
    let found = rooms_of(project);
    assert_eq!(found.len(), 1, "one room process is expected");
    found[0]
}

/// The room processes of a project; more than one would be a fault.
pub(crate) fn rooms_of(project: &Path) -> Vec<u32> {
    let is_room = |pid: &u32| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words: Vec<&[u8]> = line
            .split(|byte| *byte == 0)
            .filter(|word| !word.is_empty())
            .collect();
        words.ends_with(&[
            b"--project",
            project.as_os_str().as_encoded_bytes(),
            b"room",
        ])
    };
    all().into_iter().filter(is_room).collect()
}

/// Every process below a process, itself left out.
pub(crate) fn descendants(pid: u32) -> Vec<u32> {
    let mut found = vec![pid];
    let mut index = 0;
    while let Some(parent) = found.get(index).copied() {
        found.extend(children(parent));
        index += 1;
    }
    found.remove(0);
    found
}

/// Every process whose folder is this one.
pub(crate) fn working_in(folder: &Path) -> Vec<u32> {
    let is_there =
        |pid: &u32| std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == folder);
    all().into_iter().filter(is_there).collect()
}

/// The processes that a process started itself.
pub(crate) fn children(of: u32) -> Vec<u32> {
    all()
        .into_iter()
        .filter(|pid| parent_of(*pid) == Some(of))
        .collect()
}

/// Waits until none of these is alive.
pub(crate) fn wait_gone(pids: &[u32], within: Duration) {
    let deadline = Instant::now() + within;
    for pid in pids {
        // Who cannot be opened is gone already.
        let Some(handle) = open(*pid) else { continue };
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).unwrap();
        let ready = poll(
            &mut [PollFd::new(&handle.as_fd(), PollFlags::IN)],
            Some(&left),
        )
        .unwrap();
        assert_eq!(
            ready,
            1,
            "process {pid} is alive after {within:?}: {}",
            command_of(*pid)
        );
    }
}

pub(crate) fn kill(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), signal).unwrap();
}

fn open(pid: u32) -> Option<OwnedFd> {
    pidfd_open(Pid::from_raw(pid.cast_signed())?, PidfdFlags::empty()).ok()
}

fn all() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

pub(crate) fn command_of(pid: u32) -> String {
    let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    line.replace('\0', " ")
}

fn parent_of(pid: u32) -> Option<u32> {
    stat(pid, 1)?.parse().ok()
}

/// The letter of what the process does: `T` is stopped.
pub(crate) fn doing(pid: u32) -> Option<String> {
    stat(pid, 0)
}

/// A field of `stat` behind the name, which may hold anything.
fn stat(pid: u32, field: usize) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split_whitespace().nth(field).map(str::to_owned)
}
