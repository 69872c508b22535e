//! The room process writes its log to `room.log` in the room's folder.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Mutex;

use anyhow::Context;
use tracing_subscriber::EnvFilter;

/// A longer log is put aside at the next start as `room.log.old`.
const KEPT: u64 = 8 * 1024 * 1024;

/// Sends this process's log to the file.
pub(super) fn start(room: &Path) -> anyhow::Result<()> {
    let file = open(room).with_context(|| {
        format!(
            "the log {} cannot be written",
            room.join("room.log").display()
        )
    })?;
    // rmcp logs every notification at INFO.
    let filter = EnvFilter::new("info,rmcp=warn");
    let logger = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .finish();
    // Set already in tests only.
    drop(tracing::subscriber::set_global_default(logger));
    Ok(())
}

fn open(room: &Path) -> std::io::Result<File> {
    let path = room.join("room.log");
    if std::fs::metadata(&path).is_ok_and(|log| log.len() > KEPT) {
        std::fs::rename(&path, room.join("room.log.old"))?;
    }
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
}
