//! A terminal with the real console in it. Waits for what is on the screen, never for time.

use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::home::{Home, binary, text};

/// How long anything may take on a busy machine before the test fails.
const PATIENCE: Duration = Duration::from_mins(1);

/// Rows that the terminal keeps of what went off its top.
const SCROLL_BACK: usize = 400;

/// What the terminal received so far.
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    ended: bool,
}

/// A running console.
pub(crate) struct Screen {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
}

impl Screen {
    /// Opens `synod` with further arguments in a terminal of 100×30.
    pub(crate) fn open(home: &Home, args: &[&str]) -> Self {
        Self::sized(home, 100, 30, args)
    }

    /// The same with some variables set otherwise.
    pub(crate) fn with_env(home: &Home, args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(binary());
        command.args(args);
        Self::start(home, (100, 30), command, env)
    }

    /// The same in a terminal of so many columns and rows.
    pub(crate) fn sized(home: &Home, columns: u16, rows: u16, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new(binary());
        command.args(args);
        Self::start(home, (columns, rows), command, &[])
    }

    /// Opens a shell script in a terminal; `$SYNOD` is the program.
    pub(crate) fn shell(home: &Home, script: &str) -> Self {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", script]);
        Self::start(home, (100, 30), command, &[("SYNOD", binary())])
    }

    fn start(
        home: &Home,
        (columns, rows): (u16, u16),
        mut command: CommandBuilder,
        env: &[(&str, &str)],
    ) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        command.env_clear();
        for (name, value) in home.env() {
            command.env(name, value);
        }
        for (name, value) in env {
            command.env(name, value);
        }
        command.cwd(home.project());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = vt100::Parser::new(
            rows.try_into().unwrap(),
            columns.try_into().unwrap(),
            SCROLL_BACK,
        );
        let seen = Seen {
            parser,
            bytes: Vec::new(),
            ended: false,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || receive(reader, &shared));
        Self {
            seen,
            child,
            master: Some(pair.master),
            writer: Some(writer),
        }
    }

    /// Types bytes as a keyboard would.
    pub(crate) fn press(&mut self, keys: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Leaves the composer for the panes. A key that follows an escape at once would be taken for
    /// one key with Alt, as on any terminal; so this waits until the console has taken it in.
    pub(crate) fn leave_composer(&mut self) {
        self.press("\x1b");
        self.wait("the panes to have the keys", in_panes);
    }

    /// Closes by an escape what shows a text, and waits until that is gone: the next key would
    /// otherwise be taken for one with Alt.
    pub(crate) fn close(&mut self, text: &str) {
        self.press("\x1b");
        self.wait(&format!("{text:?} to be gone"), |it| !it.contains(text));
    }

    /// Composes a task and sends it.
    pub(crate) fn send(&mut self, task: &str) {
        self.press(task);
        self.press("\r");
    }

    /// Waits until the screen satisfies a condition.
    pub(crate) fn wait(&self, what: &str, condition: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            let screen = seen.parser.screen().contents();
            if condition(&screen) {
                return screen;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !seen.ended,
                "waited for {what}; the screen shows:\n{screen}"
            );
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Draws what the screen shows, where pictures are wanted.
    #[cfg(feature = "screenshots")]
    pub(crate) fn draw(&self, name: &str) {
        crate::picture::draw(self.seen.0.lock().unwrap().parser.screen(), name);
    }

    /// Whether the screen satisfies a condition right now.
    fn shows(&self, condition: impl Fn(&str) -> bool) -> bool {
        condition(&self.seen.0.lock().unwrap().parser.screen().contents())
    }

    /// Waits until the screen shows a text.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// The last rows that went off the top.
    pub(crate) fn scrolled_off(&self, rows: usize) -> Vec<String> {
        let mut seen = self.seen.0.lock().unwrap();
        let screen = seen.parser.screen_mut();
        let (height, width) = screen.size();
        let (height, width) = (usize::from(u16::from(height)), u16::from(width));
        screen.set_scrollback(rows);
        let off = screen.scrollback();
        let mut found: Vec<String> = Vec::new();
        let mut left = off;
        while left > 0 {
            screen.set_scrollback(left);
            let shown = screen.rows(0, width).take(left.min(height));
            found.extend(shown.map(|row| row.trim_end().to_owned()));
            left = left.saturating_sub(height);
        }
        screen.set_scrollback(0);
        found
    }

    /// The ground of the cell at the top left.
    pub(crate) fn ground(&self) -> vt100::Color {
        let seen = self.seen.0.lock().unwrap();
        seen.parser.screen().cell(0, 0).unwrap().bgcolor()
    }

    /// Leaves by `q`; the console must end well and give the terminal back.
    pub(crate) fn quit(mut self) {
        if !self.shows(in_panes) {
            self.leave_composer();
        }
        self.press("q");
        let (code, bytes) = self.wait_end();
        assert_eq!(code, 0);
        assert_restored(&bytes);
    }

    /// Waits until the program has ended; gives its exit code and all that it wrote.
    pub(crate) fn wait_end(mut self) -> (u32, String) {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        while !seen.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            let screen = seen.parser.screen().contents();
            assert!(
                !left.is_zero(),
                "it does not end; the screen shows:\n{screen}"
            );
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
        let bytes = text(&seen.bytes);
        drop(seen);
        (self.child.wait().unwrap().exit_code(), bytes)
    }

    /// Closes the terminal, as a dropped connection does, and waits until the console is gone.
    pub(crate) fn hang_up(mut self) {
        drop(self.writer.take());
        drop(self.master.take());
        crate::processes::kill(self.pid(), rustix::process::Signal::HUP);
        drop(self.child.wait().unwrap());
    }

    /// Makes the terminal another size.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let mut seen = self.seen.0.lock().unwrap();
        seen.parser
            .screen_mut()
            .set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        self.master
            .as_ref()
            .unwrap()
            .resize(size(columns, rows))
            .unwrap();
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.child.kill());
    }
}

/// The terminal is as it was, whatever was taken of it: main screen, no bracketed paste, no focus reports, a cursor.
pub(crate) fn assert_restored(bytes: &str) {
    for (on, off) in [
        ("\x1b[?1049h", "\x1b[?1049l"),
        ("\x1b[?2004h", "\x1b[?2004l"),
        ("\x1b[?1004h", "\x1b[?1004l"),
        ("\x1b[?25l", "\x1b[?25h"),
    ] {
        let on_last = bytes.rfind(on);
        assert!(
            on_last.is_none() || bytes.rfind(off) > on_last,
            "{off:?} does not follow {on:?}"
        );
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn receive(mut reader: Box<dyn Read + Send>, shared: &(Mutex<Seen>, Condvar)) {
    let mut buffer = [0; 8192];
    let mut held = Vec::new();
    loop {
        // The last one to close the other end makes this an error.
        let read = reader.read(&mut buffer).unwrap_or(0);
        let mut seen = shared.0.lock().unwrap();
        seen.bytes.extend_from_slice(&buffer[..read]);
        held.extend_from_slice(&buffer[..read]);
        let whole = if read == 0 { held.len() } else { whole(&held) };
        seen.parser.process(&held[..whole]);
        held.drain(..whole);
        seen.ended = read == 0;
        shared.1.notify_all();
        if read == 0 {
            return;
        }
    }
}

/// How many of the bytes a terminal shows already: a frame only when it has come whole, and no
/// sequence of which the end is missing.
fn whole(bytes: &[u8]) -> usize {
    let last = |mark: &[u8]| bytes.windows(mark.len()).rposition(|at| at == mark);
    let (begun, ended) = (last(b"\x1b[?2026h"), last(b"\x1b[?2026l"));
    match begun {
        Some(begun) if ended.is_none_or(|ended| ended < begun) => begun,
        Some(_) | None => {
            let tail = bytes.len().saturating_sub(b"\x1b[?2026h".len() - 1);
            let cut = bytes[tail..].iter().rposition(|byte| *byte == b'\x1b');
            cut.map_or(bytes.len(), |cut| tail + cut)
        }
    }
}

/// Whether the hints are those of the panes, of a live room or of one that has ended.
fn in_panes(screen: &str) -> bool {
    screen.contains("i write") || screen.contains(", q leaves")
}
