//! What the doctor finds, as data: it crosses the socket to consoles and is printed by the command.
//!
//! Owns the words for what is looked at and how it is. Who looks, and how it is drawn, is the
//! business of others. Details may hold words of servers and are untrusted.

use serde::{Deserialize, Serialize};

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// The configuration's files.
    Files,
    /// Colours of the terminal.
    Colours,
    /// Size of the terminal.
    Size,
    /// Whether the terminal shows what is not ASCII.
    Unicode,
    /// What keys the terminal can tell apart.
    Keyboard,
    /// Free space on the disk.
    Space,
    /// Whether the room's folder can be written.
    Write,
    /// How long the disk takes to make something durable.
    Fsync,
    /// Who else may enter the room's folder.
    Modes,
    /// Where the room listens.
    Socket,
    /// Whether git passes over the room.
    Git,
    /// The journal, read to its end.
    Journal,
    /// The room's process.
    Process,
    /// Whether there is leave to start it, and whether it is there.
    Found,
    /// Its version.
    Version,
    /// The Node or Python that it runs on.
    Runtime,
    /// The program that it drives.
    Drives,
    /// An address on this machine answers.
    Port,
    /// It starts and agrees on a protocol version.
    Start,
    /// Somebody is logged in, as far as it tells before it is asked anything.
    Login,
    /// It has the tools that are called.
    Tools,
    /// It answers a real prompt.
    Prompt,
    /// A second turn knows of the first.
    Session,
    /// The shared memory gives back what was written.
    Memory,
}

impl Aspect {
    /// The word for it, shown and in `--json`; never changed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Colours => "colours",
            Self::Size => "size",
            Self::Unicode => "unicode",
            Self::Keyboard => "keyboard",
            Self::Space => "space",
            Self::Write => "write",
            Self::Fsync => "fsync",
            Self::Modes => "modes",
            Self::Socket => "socket",
            Self::Git => "git",
            Self::Journal => "journal",
            Self::Process => "process",
            Self::Found => "found",
            Self::Version => "version",
            Self::Runtime => "runtime",
            Self::Drives => "drives",
            Self::Port => "port",
            Self::Start => "start",
            Self::Login => "login",
            Self::Tools => "tools",
            Self::Prompt => "prompt",
            Self::Session => "session",
            Self::Memory => "memory",
        }
    }
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should be.
    Ok,
    /// It was wrong and has been mended just now.
    Mended,
    /// It works, but not as well as it could.
    Warning,
    /// It does not work.
    Failed,
    /// It costs something and was not asked for.
    NotAsked,
    /// It makes no sense after what was found before.
    Skipped,
}

impl CheckState {
    /// The word in `--json`; never changed.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Mended => "mended",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::NotAsked => "not_asked",
            Self::Skipped => "skipped",
        }
    }

    /// Glyph and word, as shown.
    #[must_use]
    pub fn shown(self) -> (&'static str, &'static str) {
        match self {
            Self::Ok => ("✓", "ok"),
            Self::Mended => ("✓", "mended"),
            Self::Warning => ("!", "warning"),
            Self::Failed => ("✕", "failed"),
            Self::NotAsked => ("○", "not asked"),
            Self::Skipped => ("–", "skipped"),
        }
    }
}

/// What to do about something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// The exact thing to do.
    pub advice: String,
    /// Whether `synod doctor --fix` does it.
    pub safe: bool,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was looked at.
    pub aspect: Aspect,
    /// How it is.
    pub state: CheckState,
    /// What was seen; may hold untrusted text.
    pub detail: String,
    /// What to do, where something is to be done.
    pub fix: Option<Fix>,
}

impl Check {
    fn new(aspect: Aspect, state: CheckState, detail: impl Into<String>) -> Self {
        Self {
            aspect,
            state,
            detail: detail.into(),
            fix: None,
        }
    }

    fn with(mut self, advice: impl Into<String>) -> Self {
        self.fix = Some(Fix {
            advice: advice.into(),
            safe: false,
        });
        self
    }

    /// As it should be.
    #[must_use]
    pub fn ok(aspect: Aspect, detail: impl Into<String>) -> Self {
        Self::new(aspect, CheckState::Ok, detail)
    }

    /// Mended just now.
    #[must_use]
    pub fn mended(aspect: Aspect, detail: impl Into<String>) -> Self {
        Self::new(aspect, CheckState::Mended, detail)
    }

    /// It could be better.
    #[must_use]
    pub fn warning(aspect: Aspect, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(aspect, CheckState::Warning, detail).with(advice)
    }

    /// It does not work.
    #[must_use]
    pub fn failed(aspect: Aspect, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(aspect, CheckState::Failed, detail).with(advice)
    }

    /// Not asked for; the detail says how it is.
    #[must_use]
    pub fn not_asked(aspect: Aspect, detail: impl Into<String>) -> Self {
        Self::new(aspect, CheckState::NotAsked, detail)
    }

    /// Pointless after what was found before.
    #[must_use]
    pub fn skipped(aspect: Aspect, detail: impl Into<String>) -> Self {
        Self::new(aspect, CheckState::Skipped, detail)
    }

    /// The same, and `synod doctor --fix` does what is to be done.
    #[must_use]
    pub fn safe(mut self) -> Self {
        if let Some(fix) = &mut self.fix {
            fix.safe = true;
        }
        self
    }
}

/// All findings about one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What they are about: `disk`, `member codex`.
    pub subject: String,
    /// What was found so far, in order.
    pub checks: Vec<Check>,
    /// Whether nothing more follows.
    pub done: bool,
}

/// A whole examination. Its parts stand in their order from the beginning, whatever ends first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkup {
    parts: Vec<Part>,
    /// How often it changed, so that a console can wait for news.
    revision: u64,
}

impl Checkup {
    /// An examination of these subjects, of which nothing is known yet.
    #[must_use]
    pub fn of(subjects: impl IntoIterator<Item = String>) -> Self {
        let part = |subject| Part {
            subject,
            checks: Vec::new(),
            done: false,
        };
        Self {
            parts: subjects.into_iter().map(part).collect(),
            revision: 0,
        }
    }

    /// Adds a finding to the part of this number.
    pub fn add(&mut self, part: usize, check: Check) {
        if let Some(part) = self.parts.get_mut(part) {
            part.checks.push(check);
            self.revision += 1;
        }
    }

    /// Nothing more follows in the part of this number.
    pub fn close(&mut self, part: usize) {
        if let Some(part) = self.parts.get_mut(part) {
            part.done = true;
            self.revision += 1;
        }
    }

    /// The parts in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// How often it changed.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether all is known.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.parts.iter().all(|part| part.done)
    }

    /// Every finding with what it is about, in order.
    pub fn checks(&self) -> impl Iterator<Item = (&str, &Check)> {
        self.parts.iter().flat_map(|part| {
            let subject = part.subject.as_str();
            part.checks.iter().map(move |check| (subject, check))
        })
    }

    /// How many findings are in this state.
    #[must_use]
    pub fn count(&self, state: CheckState) -> usize {
        self.checks()
            .filter(|(_, check)| check.state == state)
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::{Aspect, Check, CheckState, Checkup};

    #[test]
    fn parts_keep_their_order_whatever_ends_first() {
        let mut checkup = Checkup::of(["disk".to_owned(), "member codex".to_owned()]);
        checkup.add(1, Check::failed(Aspect::Found, "gone", "install it"));
        checkup.close(1);
        assert!(!checkup.is_over());
        checkup.add(0, Check::ok(Aspect::Space, "much"));
        checkup.close(0);
        assert!(checkup.is_over());
        let subjects: Vec<&str> = checkup.checks().map(|(subject, _)| subject).collect();
        assert_eq!(subjects, ["disk", "member codex"]);
        assert_eq!(checkup.count(CheckState::Failed), 1);
        assert_eq!(checkup.revision(), 4);
        checkup.add(7, Check::ok(Aspect::Space, "nobody is there"));
        assert_eq!(checkup.revision(), 4);
    }
}
