//! Process trees: who descends from whom, and how to signal them. Used by the guard and the sweep.
//!
//! Owns reading the process table. It decides nothing: when to end what is the guard's business.
//! A process is known by pid *and* start time, so that a reused pid is never mistaken for the old
//! process. Linux reads `/proc`; other systems ask `sysinfo`.

use std::collections::BTreeSet;

use rustix::process::{Pid, Signal};

/// One live process (zombies are left out: they are dead and only wait to be reaped).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process {
    /// Process id.
    pub(crate) pid: i32,
    /// Id of the parent.
    pub(crate) parent: i32,
    /// Start time in the system's own unit; only equality has a meaning.
    pub(crate) started: u64,
}

/// All live processes below `root`, without `root` itself, in no particular order.
pub(crate) fn descendants(root: i32) -> Vec<Process> {
    below(root, table())
}

/// Start time of `pid`, or none if there is no such live process.
pub(crate) fn started(pid: i32) -> Option<u64> {
    read(pid).map(|process| process.started)
}

/// Sends `signal`; a process that is gone is no error.
pub(crate) fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// Name of the environment variable that marks everything below one guard, wherever it went.
pub(crate) const MARK: &str = "SYNOD_GUARD_MARK";

/// A mark that no other guard has.
pub(crate) fn new_mark() -> String {
    format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..))
}

/// Pids of the live processes of this user whose environment carries `mark`.
#[cfg(target_os = "linux")]
pub(crate) fn marked(mark: &str) -> Vec<i32> {
    let wanted = format!("{MARK}={mark}");
    let carries = |pid: i32| {
        std::fs::read(format!("/proc/{pid}/environ")).is_ok_and(|env| {
            env.split(|byte| *byte == 0)
                .any(|var| var == wanted.as_bytes())
        })
    };
    table()
        .into_iter()
        .map(|process| process.pid)
        .filter(|pid| carries(*pid))
        .collect()
}

/// Other systems do not show the environment of a process: nothing is found.
#[cfg(not(target_os = "linux"))]
pub(crate) fn marked(_mark: &str) -> Vec<i32> {
    Vec::new()
}

fn below(root: i32, mut rest: Vec<Process>) -> Vec<Process> {
    let mut known = BTreeSet::from([root]);
    let mut found = Vec::new();
    loop {
        let before = found.len();
        rest.retain(|process| {
            let ours = process.pid != root && known.contains(&process.parent);
            if ours {
                known.insert(process.pid);
                found.push(*process);
            }
            !ours
        });
        if found.len() == before {
            return found;
        }
    }
}

#[cfg(target_os = "linux")]
fn table() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(read)
        .collect()
}

#[cfg(target_os = "linux")]
fn read(pid: i32) -> Option<Process> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    parse_stat(pid, &String::from_utf8_lossy(&stat))
}

/// `/proc/<pid>/stat` after the command name, which may itself hold spaces and brackets.
#[cfg(target_os = "linux")]
fn parse_stat(pid: i32, stat: &str) -> Option<Process> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    let parent = fields.next()?.parse().ok()?;
    // Field 22 of the file; 4 (the parent) was taken just now.
    let started = fields.nth(17)?.parse().ok()?;
    Some(Process {
        pid,
        parent,
        started,
    })
}

#[cfg(not(target_os = "linux"))]
fn table() -> Vec<Process> {
    let mut system = sysinfo::System::new();
    system.refresh_processes(sysinfo::ProcessesToUpdate::All, true);
    system.processes().values().filter_map(convert).collect()
}

#[cfg(not(target_os = "linux"))]
fn read(pid: i32) -> Option<Process> {
    let pid = sysinfo::Pid::from_u32(u32::try_from(pid).ok()?);
    let mut system = sysinfo::System::new();
    system.refresh_processes(sysinfo::ProcessesToUpdate::Some(&[pid]), true);
    system.process(pid).and_then(convert)
}

#[cfg(not(target_os = "linux"))]
fn convert(process: &sysinfo::Process) -> Option<Process> {
    if process.status() == sysinfo::ProcessStatus::Zombie {
        return None;
    }
    Some(Process {
        pid: i32::try_from(process.pid().as_u32()).ok()?,
        parent: i32::try_from(process.parent()?.as_u32()).ok()?,
        started: process.start_time(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Process, below};
    use pretty_assertions::assert_eq;

    fn process(pid: i32, parent: i32) -> Process {
        Process {
            pid,
            parent,
            started: 0,
        }
    }

    #[test]
    fn descendants_are_found_in_any_order_and_strangers_are_not() {
        let table = vec![
            process(40, 30),
            process(30, 20),
            process(20, 10),
            process(50, 1),
            process(10, 1),
        ];
        let mut pids: Vec<i32> = below(10, table).iter().map(|p| p.pid).collect();
        pids.sort_unstable();
        assert_eq!(pids, [20, 30, 40]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_command_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let stat = "7 (a) b (c) S 5 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 10 11";
        assert_eq!(
            super::parse_stat(7, stat),
            Some(Process {
                pid: 7,
                parent: 5,
                started: 987_654
            })
        );
        assert_eq!(super::parse_stat(7, &stat.replace(" S ", " Z ")), None);
    }

    #[test]
    fn this_process_has_a_start_time() {
        let own = i32::try_from(std::process::id()).unwrap();
        assert!(super::started(own).is_some());
        assert_eq!(super::started(own), super::started(own));
    }
}
