//! The processes that a test's servers started, told by the home that only they have.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// A living process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Running {
    pid: i32,
    /// Its command, words joined by spaces.
    pub(crate) command: String,
}

impl Running {
    /// Its memory in bytes, with its share of what it has in common with others; 0 where that is not told.
    pub(crate) fn memory(&self) -> u64 {
        let told = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.pid));
        let told = told.unwrap_or_default();
        let share = told.lines().find_map(|line| line.strip_prefix("Pss:"));
        let kilobytes = share.and_then(|share| share.trim().strip_suffix(" kB"));
        kilobytes.map_or(0, |count| count.parse::<u64>().unwrap_or_default() * 1024)
    }

    /// Ends it at once; it may have gone already.
    pub(crate) fn kill(&self) {
        if let Some(pid) = Pid::from_raw(self.pid) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// Every process whose HOME is `home`. Only Linux tells.
pub(crate) fn at_home(home: &Path) -> Vec<Running> {
    let wanted = format!("HOME={}", home.display());
    let Ok(all) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    all.flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let environ = std::fs::read(entry.path().join("environ")).ok()?;
            let mine = environ
                .split(|byte| *byte == 0)
                .any(|variable| variable == wanted.as_bytes());
            let command = std::fs::read(entry.path().join("cmdline")).ok()?;
            let command = String::from_utf8_lossy(&command).replace('\0', " ");
            mine.then_some(Running { pid, command })
        })
        .collect()
}

/// Waits until the processes at home are as wanted, and gives them.
pub(crate) async fn until(
    what: &str,
    home: &Path,
    wanted: impl Fn(&[Running]) -> bool,
) -> Vec<Running> {
    let watching = async {
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        loop {
            looks.tick().await;
            let running = at_home(home);
            if wanted(&running) {
                return running;
            }
        }
    };
    super::soon(what, watching).await
}
