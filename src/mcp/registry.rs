//! Which guards a room has started, on disk: the net below the guard.
//!
//! Normally a guard ends its tree when the room dies. If the guard was killed as well, or hangs,
//! the next start of the room finds here what is left and kills it. The file is replaced as a
//! whole on every change. A pid is only believed together with its start time and the same boot.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::Signal;
use serde::{Deserialize, Serialize};

use crate::mcp::tree;

/// One guard that was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Name of the server that it guards.
    pub server: String,
    /// Pid of the guard.
    pub pid: i32,
    /// Its start time, in the system's own unit.
    pub started: u64,
    /// The mark in the environment of everything below the guard.
    pub mark: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    boot: String,
    #[serde(flatten)]
    started: Started,
}

/// Keeps the file of guards up to date. Writes are small (one line a server) and synchronous.
#[derive(Debug)]
pub struct Registry {
    path: PathBuf,
    running: Mutex<Vec<Started>>,
}

impl Registry {
    /// A registry that writes to `path`. Call [`sweep`] on the same path first.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            running: Mutex::default(),
        }
    }

    /// Notes a guard that has just been started.
    pub fn add(&self, started: Started) {
        let mut running = self.running();
        running.push(started);
        self.write(&running);
    }

    /// Forgets a guard that has ended with its tree.
    pub fn remove(&self, pid: i32) {
        let mut running = self.running();
        running.retain(|started| started.pid != pid);
        self.write(&running);
    }

    fn running(&self) -> MutexGuard<'_, Vec<Started>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A registry that cannot be written is no reason to stop: the guard is the real protection.
    fn write(&self, running: &[Started]) {
        if let Err(error) = replace(&self.path, running) {
            tracing::warn!(path = %self.path.display(), %error, "cannot note the running servers");
        }
    }
}

/// Kills what a dead room left behind according to `path`, and empties the file. Returns the
/// servers of which something was still alive. A missing or broken file is an empty one.
#[must_use = "what had been left behind is worth a note"]
pub fn sweep(path: &Path) -> Vec<Started> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let boot = boot();
    let mut swept = Vec::new();
    for line in text.lines() {
        let Ok(record) = serde_json::from_str::<Record>(line) else {
            continue;
        };
        if record.boot == boot && kill(&record.started) {
            swept.push(record.started);
        }
    }
    if !text.is_empty() {
        drop(fs::remove_file(path));
    }
    swept
}

/// True if anything was there to kill.
fn kill(old: &Started) -> bool {
    let mut pids = tree::marked(&old.mark);
    if tree::started(old.pid) == Some(old.started) {
        pids.extend(tree::descendants(old.pid).iter().map(|process| process.pid));
        pids.push(old.pid);
    }
    for pid in &pids {
        tree::signal(*pid, Signal::KILL);
    }
    !pids.is_empty()
}

fn replace(path: &Path, running: &[Started]) -> io::Result<()> {
    let boot = boot();
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    for started in running {
        let record = Record {
            boot: boot.clone(),
            started: started.clone(),
        };
        serde_json::to_writer(&mut file, &record)?;
        file.write_all(b"\n")?;
    }
    file.persist(path)?;
    Ok(())
}

/// Names this boot of the machine: pids and start times begin anew with each.
fn boot() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use pretty_assertions::assert_eq;

    use super::{Registry, Started, sweep};
    use crate::mcp::tree;

    fn started(pid: i32, started: u64) -> Started {
        Started {
            server: "s".to_owned(),
            pid,
            started,
            mark: tree::new_mark(),
        }
    }

    #[test]
    fn a_process_is_swept_only_if_its_start_time_matches() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("servers");
        let mut child = Command::new("sleep")
            .arg("1000")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let time = tree::started(pid).unwrap();

        Registry::new(path.clone()).add(started(pid, time + 1));
        assert_eq!(sweep(&path), []);
        assert_eq!(child.try_wait().unwrap(), None);

        let ours = started(pid, time);
        Registry::new(path.clone()).add(ours.clone());
        assert_eq!(sweep(&path), [ours]);
        assert!(!child.wait().unwrap().success());
        assert_eq!(sweep(&path), []);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_carries_the_mark_is_swept_although_its_guard_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("servers");
        let gone = started(i32::MAX, 1);
        let mut orphan = Command::new("sleep")
            .arg("1000")
            .env(tree::MARK, &gone.mark)
            .spawn()
            .unwrap();
        let registry = Registry::new(path.clone());
        registry.add(gone.clone());
        registry.add(started(i32::MAX - 1, 1));
        registry.remove(i32::MAX - 1);
        std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| std::io::Write::write_all(&mut file, b"{broken"))
            .unwrap();
        assert_eq!(sweep(&path), [gone]);
        assert!(!orphan.wait().unwrap().success());
    }
}
