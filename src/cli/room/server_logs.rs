//! What the servers write to stderr, and what they send that nobody can use, goes to
//! `.synod/logs/NAME.log`, one file a server, for `less` and `tail -f`.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::mcp::{LogLine, LogSource};

/// Lines that may wait for the disk; further ones are dropped and counted by the connection.
const WAITING: usize = 1024;
/// A longer file is put aside as `NAME.log.old`, in bytes.
const KEPT: u64 = 4 * 1024 * 1024;

/// Takes lines until the last connection is gone.
pub(super) fn keep(room: &Path, tasks: &TaskTracker) -> mpsc::Sender<LogLine> {
    let (sink, lines) = mpsc::channel(WAITING);
    let folder = room.join("logs");
    tasks.spawn_blocking(move || write_all(&folder, lines));
    sink
}

fn write_all(folder: &Path, mut lines: mpsc::Receiver<LogLine>) {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    if let Err(error) = made {
        tracing::warn!(%error, "the logs of the servers cannot be kept");
    }
    let mut files: BTreeMap<Arc<str>, LogFile> = BTreeMap::new();
    while let Some(line) = lines.blocking_recv() {
        let file = files
            .entry(Arc::clone(&line.server))
            .or_insert_with(|| LogFile::new(folder, &line.server));
        file.write(&line);
    }
}

/// The file of one server. Where it cannot be written, the room goes on without it.
struct LogFile {
    path: PathBuf,
    file: Option<File>,
    size: u64,
}

impl LogFile {
    fn new(folder: &Path, server: &str) -> Self {
        let path = folder.join(format!("{server}.log"));
        let mut log = Self {
            path,
            file: None,
            size: 0,
        };
        log.open();
        log
    }

    fn open(&mut self) {
        self.file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&self.path)
            .ok();
        let metadata = self.file.as_ref().and_then(|file| file.metadata().ok());
        self.size = metadata.map_or(0, |metadata| metadata.len());
    }

    fn write(&mut self, line: &LogLine) {
        if self.size > KEPT {
            drop(std::fs::rename(
                &self.path,
                self.path.with_extension("log.old"),
            ));
            self.open();
        }
        let mark = match line.source {
            LogSource::Stderr => "",
            LogSource::Noise => "(no message) ",
            LogSource::Stale => "(too late) ",
        };
        let text = format!("{mark}{}\n", crate::ui::text::line(&line.text));
        if let Some(file) = &mut self.file
            && file.write_all(text.as_bytes()).is_ok()
        {
            self.size += text.len() as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::task::TaskTracker;

    use super::keep;
    use crate::mcp::{LogLine, LogSource};

    #[tokio::test]
    async fn each_server_has_its_file_and_nothing_in_it_can_harm_a_terminal() {
        let room = tempfile::tempdir().unwrap();
        let tasks = TaskTracker::new();
        let sink = keep(room.path(), &tasks);
        for (server, source, text) in [
            ("codex", LogSource::Stderr, "\u{1b}[31mwarning\u{1b}[0m"),
            ("gpt", LogSource::Noise, "hello"),
            ("codex", LogSource::Stderr, "ready"),
        ] {
            let line = LogLine {
                server: server.into(),
                source,
                text: text.to_owned(),
            };
            sink.send(line).await.unwrap();
        }
        drop(sink);
        tasks.close();
        tasks.wait().await;
        let read =
            |name: &str| std::fs::read_to_string(room.path().join("logs").join(name)).unwrap();
        assert_eq!(read("codex.log"), "warning\nready\n");
        assert_eq!(read("gpt.log"), "(no message) hello\n");
    }
}
