//! A terminal that measures: what a program writes into it, how many frames that is, and when a
//! text stands on its screen. It answers what programs ask a terminal when they start, and can read
//! as slowly as a poor line does, or not at all.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long anything may take before the bench gives up.
const PATIENCE: Duration = Duration::from_mins(2);
/// Where a frame begins, for programs that draw in one piece.
const FRAME: &[u8] = b"\x1b[?2026h";
/// Between two looks whether reading is allowed.
const LOOK: Duration = Duration::from_millis(50);
/// As many of them are a second.
const LOOKS: u64 = 20;

/// What programs ask a terminal, and what this one says: where the cursor is, what it is, which
/// colours it has, and that it knows no newer keyboard.
const ASKED: [(&[u8], &str); 5] = [
    (b"\x1b[6n", "\x1b[1;1R"),
    (b"\x1b[c", "\x1b[?62;22c"),
    (b"\x1b]10;?", "\x1b]10;rgb:cccc/cccc/cccc\x1b\\"),
    (b"\x1b]11;?", "\x1b]11;rgb:1111/1111/1111\x1b\\"),
    (b"\x1b[?u", "\x1b[?0u"),
];

type Writer = Arc<Mutex<Box<dyn Write + Send>>>;

/// What is started in the terminal.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) command: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
}

struct Seen {
    parser: vt100::Parser,
    bytes: u64,
    frames: u64,
    ended: bool,
}

/// Bytes a second that are read; 0 is none.
const FAST: u64 = u64::MAX;

/// A program in a terminal.
pub(crate) struct Terminal {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    rate: Arc<AtomicU64>,
    child: Box<dyn Child + Send + Sync>,
    writer: Writer,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    pub(crate) fn open(program: &Program, folder: &Path, columns: u16, rows: u16) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(&program.command[0]);
        command.args(&program.command[1..]);
        command.env_clear();
        for (name, value) in &program.env {
            command.env(name, value);
        }
        command.cwd(folder);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let seen = Seen {
            parser: vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0),
            bytes: 0,
            frames: 0,
            ended: false,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let rate = Arc::new(AtomicU64::new(FAST));
        let reader = pair.master.try_clone_reader().unwrap();
        let (shared, speed) = (Arc::clone(&seen), Arc::clone(&rate));
        let writer = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let replies = Arc::clone(&writer);
        std::thread::spawn(move || receive(reader, &shared, &speed, &replies));
        Self {
            seen,
            rate,
            child,
            writer,
            _master: pair.master,
        }
    }

    /// From now on reads at most so many bytes a second; 0 stops reading.
    pub(crate) fn read_at(&self, bytes_a_second: u64) {
        self.rate.store(bytes_a_second, Ordering::Relaxed);
    }

    pub(crate) fn press(&self, keys: &str) {
        write(&self.writer, keys);
    }

    /// Waits until the text stands on the screen.
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait(text, |screen| screen.contains(text));
    }

    /// Waits until the screen satisfies a condition.
    pub(crate) fn wait(&self, what: &str, condition: impl Fn(&str) -> bool) {
        self.wait_within(PATIENCE, what, condition);
    }

    /// The same, for no longer than so long.
    pub(crate) fn wait_within(
        &self,
        bound: Duration,
        what: &str,
        condition: impl Fn(&str) -> bool,
    ) {
        let deadline = Instant::now() + bound;
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            let screen = seen.parser.screen().contents();
            if condition(&screen) {
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !seen.ended,
                "waited {bound:?} for {what}; the screen shows:\n{screen}"
            );
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// What stands on the screen.
    pub(crate) fn screen(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// Bytes and frames written so far.
    pub(crate) fn written(&self) -> (u64, u64) {
        let seen = self.seen.0.lock().unwrap();
        (seen.bytes, seen.frames)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn write(writer: &Writer, text: &str) {
    let mut writer = writer.lock().unwrap();
    writer.write_all(text.as_bytes()).unwrap();
    writer.flush().unwrap();
}

fn receive(
    mut reader: Box<dyn Read + Send>,
    shared: &(Mutex<Seen>, Condvar),
    rate: &AtomicU64,
    replies: &Writer,
) {
    let mut buffer = [0; 16_384];
    let mut tail: Vec<u8> = Vec::new();
    loop {
        let most = match rate.load(Ordering::Relaxed) {
            FAST => buffer.len(),
            0 => {
                std::thread::sleep(LOOK);
                continue;
            }
            slow => {
                std::thread::sleep(LOOK);
                usize::try_from(slow / LOOKS)
                    .unwrap()
                    .clamp(1, buffer.len())
            }
        };
        // The last one to close the other end makes this an error.
        let read = reader.read(&mut buffer[..most]).unwrap_or(0);
        let new = tail.len();
        tail.extend_from_slice(&buffer[..read]);
        let count = |what: &[u8]| {
            let found = tail.windows(what.len()).enumerate();
            let ends_here = |at: usize| at + what.len() > new;
            found
                .filter(|(at, bytes)| *bytes == what && ends_here(*at))
                .count()
        };
        let begun = count(FRAME);
        for (question, answer) in ASKED {
            for _ in 0..count(question) {
                write(replies, answer);
            }
        }
        tail.drain(..tail.len().saturating_sub(FRAME.len()));
        let mut seen = shared.0.lock().unwrap();
        seen.parser.process(&buffer[..read]);
        seen.bytes += read as u64;
        seen.frames += begun as u64;
        seen.ended = read == 0;
        shared.1.notify_all();
        if read == 0 {
            return;
        }
    }
}
