//! What a server said beside the protocol: stderr, noise on stdout, and messages nobody waits for.
//!
//! Owns the bounded memory of these lines and the optional live copy to the session's log. Nothing
//! here is trusted or interpreted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::AsyncRead;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::core::text::clipped;
use crate::mcp::lines::{Line, Lines};

/// How much of stderr is kept, in bytes.
const TAIL: usize = 64 * 1024;
/// A line of stderr beyond this many bytes is dropped and its size noted.
const STDERR_LINE: usize = 32 * 1024;
/// How many noise lines and stale messages are kept: enough to see a pattern.
const STRAYS: usize = 32;
/// How much of each of them is kept, in bytes.
const STRAY_TEXT: usize = 400;

/// Where a log line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogSource {
    /// The server's stderr.
    Stderr,
    /// A line on stdout that is no message of the protocol.
    Noise,
    /// A message that no call waits for (late, unknown, or for a cancelled call).
    Stale,
}

/// One line for the log of a server; untrusted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Name of the server.
    pub server: Arc<str>,
    /// Where it came from.
    pub source: LogSource,
    /// The line, perhaps shortened.
    pub text: String,
}

/// Counts and the last few lines of what could not be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strays {
    /// Lines on stdout that were no message.
    pub noise: u64,
    /// Messages that nobody waited for.
    pub stale: u64,
    /// Log lines that the session's log was too slow to take.
    pub dropped: u64,
    /// The last noise lines and stale messages, oldest first.
    pub last: VecDeque<LogLine>,
}

/// Collects the lines of one connection.
#[derive(Debug)]
pub(crate) struct Log {
    server: Arc<str>,
    kept: Mutex<Kept>,
    sink: Option<mpsc::Sender<LogLine>>,
    /// The readers of stderr that have not seen its end.
    readers: TaskTracker,
}

#[derive(Debug, Default)]
struct Kept {
    strays: Strays,
    tail: VecDeque<String>,
    tail_bytes: usize,
    /// There is a stderr that fills the tail.
    stderr: bool,
}

impl Log {
    pub(crate) fn new(server: &str, sink: Option<mpsc::Sender<LogLine>>) -> Self {
        let readers = TaskTracker::new();
        readers.close();
        Self {
            server: server.into(),
            kept: Mutex::default(),
            sink,
            readers,
        }
    }

    /// Reads stderr to its end; must always run, as a full pipe would stop the server.
    pub(crate) async fn drain(&self, stderr: impl AsyncRead + Unpin) {
        let _reading = self.readers.token();
        self.kept().stderr = true;
        let mut lines = Lines::new(stderr, STDERR_LINE);
        while let Ok(Some(line)) = lines.next().await {
            let text = match line {
                Line::Whole(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Line::TooLong { bytes } => format!("(a line of {bytes} bytes)"),
            };
            self.kept().push_tail(text.clone());
            self.publish(LogSource::Stderr, text);
        }
    }

    /// Forgets what a first try wrote.
    pub(crate) fn forget_tail(&self) {
        let mut kept = self.kept();
        kept.strays.last.clear();
        kept.tail.clear();
        kept.tail_bytes = 0;
    }

    /// Ends when stderr has been read to its end, at once if there is none.
    pub(crate) async fn drained(&self) {
        self.readers.wait().await;
    }

    /// A line of our own among the last words, where there is no stderr to explain an end (HTTP).
    pub(crate) fn note(&self, text: &str) {
        {
            let mut kept = self.kept();
            if !kept.stderr {
                // Nothing else explains anything here, and older notes explain older ends.
                kept.tail.clear();
                kept.tail_bytes = 0;
            }
            kept.push_tail(clipped(text, STRAY_TEXT));
        }
        self.publish(LogSource::Stale, clipped(text, STRAY_TEXT));
    }

    pub(crate) fn noise(&self, line: &[u8]) {
        let head = line.get(..STRAY_TEXT * 2).unwrap_or(line);
        let text = clipped(&String::from_utf8_lossy(head), STRAY_TEXT);
        let line = LogLine {
            server: Arc::clone(&self.server),
            source: LogSource::Noise,
            text: text.clone(),
        };
        {
            let mut kept = self.kept();
            kept.strays.noise += 1;
            kept.strays.remember(line);
        }
        self.publish(LogSource::Noise, text);
    }

    pub(crate) fn stale(&self, what: &str) {
        let text = clipped(what, STRAY_TEXT);
        let line = LogLine {
            server: Arc::clone(&self.server),
            source: LogSource::Stale,
            text: text.clone(),
        };
        {
            let mut kept = self.kept();
            kept.strays.stale += 1;
            kept.strays.remember(line);
        }
        self.publish(LogSource::Stale, text);
    }

    pub(crate) fn strays(&self) -> Strays {
        self.kept().strays.clone()
    }

    /// The end of stderr, up to 64 KiB.
    pub(crate) fn tail(&self) -> String {
        let kept = self.kept();
        let lines: Vec<&str> = kept.tail.iter().map(String::as_str).collect();
        lines.join("\n")
    }

    /// The last `lines` lines that it wrote beside the protocol, for an error message: noise on
    /// stdout, then stderr, where the reason for an end usually stands.
    pub(crate) fn last_words(&self, lines: usize) -> String {
        let kept = self.kept();
        let noise = kept.strays.last.iter();
        let noise = noise.filter(|line| line.source == LogSource::Noise);
        let noise = noise.map(|line| line.text.as_str());
        let all: Vec<&str> = noise
            .chain(kept.tail.iter().map(String::as_str))
            .filter(|line| !line.trim().is_empty())
            .collect();
        let last = all
            .get(all.len().saturating_sub(lines)..)
            .unwrap_or_default();
        let last: Vec<String> = last.iter().map(|line| clipped(line, STRAY_TEXT)).collect();
        last.join("\n")
    }

    fn publish(&self, source: LogSource, text: String) {
        if let Some(sink) = &self.sink
            && sink
                .try_send(LogLine {
                    server: Arc::clone(&self.server),
                    source,
                    text,
                })
                .is_err()
        {
            self.kept().strays.dropped += 1;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn push_tail(&mut self, line: String) {
        self.tail_bytes += line.len() + 1;
        self.tail.push_back(line);
        while self.tail_bytes > TAIL
            && let Some(first) = self.tail.pop_front()
        {
            self.tail_bytes -= first.len() + 1;
        }
    }
}

impl Strays {
    fn remember(&mut self, line: LogLine) {
        if self.last.len() == STRAYS {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }
}

#[cfg(test)]
mod tests {
    use super::{Log, LogSource};
    use pretty_assertions::assert_eq;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn stderr_is_read_to_its_end_and_only_the_tail_is_kept() {
        let (sink, mut lines) = mpsc::channel(10);
        let log = Log::new("s", Some(sink));
        let input: Vec<String> = (0..20_000).map(|n| format!("line {n}")).collect();
        log.drain(input.join("\n").as_bytes()).await;
        log.drained().await;
        assert!(log.tail().len() <= 64 * 1024);
        assert!(log.tail().ends_with("line 19999"));
        assert_eq!(log.last_words(2), "line 19998\nline 19999");
        assert_eq!(lines.recv().await.unwrap().text, "line 0");
        assert_eq!(log.strays().dropped, 19_990);
        log.noise(b"Welcome!");
        log.noise(b"");
        assert!(log.last_words(usize::MAX).starts_with("Welcome!\nline "));
    }

    #[test]
    fn noise_and_stale_messages_are_counted_and_bounded() {
        let log = Log::new("s", None);
        for n in 0..100 {
            log.noise(format!("{n} \u{1b}[31m{}", "x".repeat(10_000)).as_bytes());
        }
        log.noise(&[0xff, 0xfe]);
        log.stale("late");
        let strays = log.strays();
        assert_eq!(
            (strays.noise, strays.stale, strays.last.len()),
            (101, 1, 32)
        );
        assert_eq!(strays.last.back().unwrap().source, LogSource::Stale);
        assert!(
            strays
                .last
                .iter()
                .all(|line| line.text.chars().count() <= 401)
        );
    }
}
