//! How the hub stands with one document.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{BACKOFF, DEBOUNCE, LATEST, READ_BACK};
use crate::core::{DocumentInfo, Timestamp};
use crate::hub::folder::{Look, Unfit};
use crate::hub::memory::HubError;
use crate::hub::outside::Foreign;
use crate::hub::seal;

/// The longest text that is used as the needle of a swap: Serena makes a regular expression of it,
/// which takes 90 ms for 64 KiB and holds up everything else.
const SWAP_MAX: usize = 64 * 1024;
/// A text that is longer is forgotten once it was read back; before the next write it is read again.
const MIRROR_MAX: usize = 16 * 1024;
/// How long after a foreign text was told the hub is asked whether it has it.
pub(super) const CONFIRM: Duration = Duration::from_secs(1);
/// What is told of a document that waits.
const HELD: &str = "somebody else changed it; the inbox asks what shall become of that";

/// Whether a text can be the needle of a swap.
pub(in crate::hub) fn can_be_swapped(old: &str) -> bool {
    !old.is_empty() && old.len() <= SWAP_MAX
}

/// What is known of the hub's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing; it must be read.
    Nothing,
    /// There is no such document.
    Missing,
    /// It has this text, ours or one that is kept aside.
    Text {
        text: Arc<str>,
        /// Nothing was done since it was read, so that it may be written over without a swap.
        just_read: bool,
    },
    /// It has this, which no room wrote; what becomes of it is not carried out yet.
    Foreign { foreign: Foreign, digest: String },
}

/// Whether a job is in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// None is.
    Idle,
    /// One is.
    Busy,
    /// One is, and something was seen meanwhile that may not be of it.
    Suspect,
}

/// What a document waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// An index for its parts, so many.
    ForParts(u32),
    /// A part that is to go for the index.
    ForIndex,
}

/// One document.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) known: Known,
    /// The revision of the text that the hub has, or of the last one that it is known to have had.
    pub(super) rev: u64,
    /// The last text of ours that it had, if it is short.
    pub(super) ours: Option<Arc<str>>,
    /// The state may ask for another text.
    pub(super) dirty: bool,
    /// It waits until somebody has said what becomes of a foreign text.
    held: bool,
    /// The foreign text that the room was told of.
    told: Option<String>,
    /// What must be in order first.
    pub(super) waits: Option<Wait>,
    pub(super) work: Work,
    /// Nothing is done before.
    pub(super) due: Instant,
    /// When it is read back if nothing happens before.
    pub(super) read_back: Option<Instant>,
    /// Until when a write that was given up may still take effect.
    may_come_late: Option<Instant>,
    bytes: usize,
    written_at: Option<Timestamp>,
    failures: u32,
    trouble: Option<String>,
}

impl Entry {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            known: Known::Nothing,
            rev: 0,
            ours: None,
            dirty: false,
            held: false,
            told: None,
            waits: None,
            work: Work::Idle,
            due: now,
            read_back: None,
            may_come_late: None,
            bytes: 0,
            written_at: None,
            failures: 0,
            trouble: None,
        }
    }

    /// When something is to be done.
    pub(super) fn due(&self) -> Option<Instant> {
        if self.waits.is_some() {
            None
        } else if self.dirty && !self.held {
            Some(self.due)
        } else {
            self.read_back.map(|at| at.max(self.due))
        }
    }

    /// Whether something is to be done now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.work == Work::Idle && self.due().is_some_and(|due| due <= now)
    }

    /// The hub may have any text now.
    pub(super) fn doubt(&mut self, now: Instant) {
        self.known = Known::Nothing;
        self.dirty = true;
        self.held = false;
        self.waits = None;
        self.work = Work::Idle;
        self.due = now;
        self.read_back = None;
    }

    /// The file was seen to have this. What no room wrote is believed at once; of the rest the hub is
    /// asked, for it may have been seen before our last write.
    pub(super) fn seen(&mut self, look: Look, now: Instant) {
        let text = match look {
            Look::Text(text) if self.has(&text) => return,
            Look::Missing if self.known == Known::Missing => return,
            Look::Text(text) => Some(text),
            Look::Missing | Look::Unfit(_) => None,
        };
        let ours = text
            .as_deref()
            .is_some_and(|text| seal::revision(text).is_some());
        if self.work != Work::Idle {
            if !ours {
                // Our own text, old or new, is what a job of ours is about.
                self.work = Work::Suspect;
            }
            return;
        }
        let due = if self.failures > 0 { self.due } else { now };
        match text {
            Some(text) if !ours => {
                self.learn(Some(text.as_ref().to_owned()));
                self.dirty = true;
            }
            Some(_) | None => self.doubt(now),
        }
        self.due = due;
    }

    fn has(&self, seen: &str) -> bool {
        match &self.known {
            Known::Text { text, .. }
            | Known::Foreign {
                foreign: Foreign::Text(text),
                ..
            } => **text == *seen,
            Known::Nothing | Known::Missing | Known::Foreign { .. } => false,
        }
    }

    /// What a look at the file brought: nothing that a document can be.
    pub(super) fn learn_unfit(&mut self, unfit: Unfit) {
        self.held = false;
        self.known = foreign(Foreign::Unfit(unfit));
    }

    fn remember(&mut self, text: &Arc<str>) {
        self.ours = (text.len() <= SWAP_MAX).then(|| Arc::clone(text));
    }

    /// Nothing is done until somebody has said what becomes of the foreign text; only whether it is
    /// still there is asked once. True when the room is to be told.
    pub(super) fn hold(&mut self, digest: String, now: Instant) -> bool {
        self.held = true;
        let fresh = self.told.as_ref() != Some(&digest);
        if fresh {
            self.told = Some(digest);
            self.read_back = Some(now + CONFIRM);
        }
        fresh
    }

    /// The foreign text that the room was told of is gone.
    pub(super) fn untell(&mut self) {
        self.told = None;
    }

    /// Something has changed that the document follows from.
    pub(super) fn mark(&mut self, now: Instant) {
        self.waits = None;
        if !self.dirty || self.held {
            self.dirty = true;
            self.held = false;
            self.due = self.due.max(now + DEBOUNCE);
        }
    }

    /// Whether only the reading back is due.
    pub(super) fn is_quiet(&self) -> bool {
        !self.dirty || self.held
    }

    /// The job is over. Whether the hub must be asked again because of what was seen meanwhile.
    pub(super) fn over(&mut self) -> bool {
        std::mem::replace(&mut self.work, Work::Idle) == Work::Suspect
    }

    /// The hub has the text that it should have.
    pub(super) fn clean(&mut self, now: Instant) {
        self.dirty = false;
        self.trouble = None;
        self.failures = 0;
        self.may_come_late = self.may_come_late.filter(|until| *until > now);
        if let Some(until) = self.may_come_late {
            self.read_back = Some(self.read_back.map_or(until, |at| at.min(until)));
        } else if self.read_back.is_none() && self.bytes > MIRROR_MAX {
            self.known = Known::Nothing;
        }
    }

    /// A write that was given up may still take effect for a while.
    pub(super) fn expect_latecomer(&mut self, now: Instant) {
        self.may_come_late = Some(now + LATEST);
    }

    /// A write with this text starts; changes from here on ask for another one.
    pub(super) fn start_write(&mut self, text: String) -> Arc<str> {
        self.dirty = false;
        self.read_back = None;
        text.into()
    }

    /// What a read brought.
    pub(super) fn learn(&mut self, text: Option<String>) {
        self.held = false;
        self.known = match text {
            None => {
                self.bytes = 0;
                Known::Missing
            }
            Some(text) => {
                self.bytes = text.len();
                if let Some(rev) = seal::revision(&text) {
                    self.rev = rev;
                    let text: Arc<str> = text.into();
                    self.remember(&text);
                    Known::Text {
                        text,
                        just_read: true,
                    }
                } else {
                    // Go on from whatever the text claims, within reason.
                    let claimed = seal::claimed(&text).filter(|rev| *rev < 1 << 53);
                    self.rev = self.rev.max(claimed.unwrap_or(0));
                    foreign(Foreign::Text(text.into()))
                }
            }
        };
    }

    /// A write of ours went through.
    pub(super) fn written(
        &mut self,
        text: &Arc<str>,
        now: Instant,
        wall: Timestamp,
        rest: Duration,
    ) {
        self.known = Known::Text {
            text: Arc::clone(text),
            just_read: false,
        };
        self.rev += 1;
        self.remember(text);
        self.bytes = text.len();
        self.written_at = Some(wall);
        self.failures = 0;
        self.trouble = None;
        self.due = self.due.max(now + rest);
        self.read_back = Some(now + READ_BACK);
    }

    /// A job failed: wait longer each time.
    pub(super) fn back_off(&mut self, now: Instant, error: &HubError) {
        self.due = now + wait(self.failures, BACKOFF);
        self.failures = self.failures.saturating_add(1);
        self.trouble = Some(error.to_string());
    }

    pub(super) fn is_current(&self) -> bool {
        !self.dirty && self.work == Work::Idle
    }

    /// Whether others need not wait for it: it is as it should be, or waits for somebody's word.
    pub(super) fn is_settled(&self) -> bool {
        self.is_current() || (self.held && self.work == Work::Idle)
    }

    /// It is not in the hub any more, and shall not be.
    pub(super) fn forget(&mut self, now: Instant) {
        self.rev = 0;
        self.ours = None;
        self.read_back = None;
        self.clean(now);
    }

    /// Whether the room has something to do for it.
    pub(super) fn is_pending(&self) -> bool {
        !self.is_current() && !self.held
    }

    /// Whether there is anything to show: a document that was marked but has no text is none.
    pub(super) fn is_shown(&self) -> bool {
        self.rev > 0 || self.trouble.is_some() || !self.is_current()
    }

    /// How many bytes it has.
    pub(super) fn bytes(&self) -> u64 {
        u64::try_from(self.bytes).unwrap_or(u64::MAX)
    }

    pub(super) fn info(&self, name: String) -> DocumentInfo {
        DocumentInfo {
            name,
            rev: self.rev,
            bytes: self.bytes,
            written_at: self.written_at,
            current: self.is_current(),
            trouble: match (&self.trouble, self.held) {
                (Some(trouble), _) => Some(trouble.clone()),
                (None, true) => Some(HELD.to_owned()),
                (None, false) => None,
            },
        }
    }
}

fn foreign(foreign: Foreign) -> Known {
    Known::Foreign {
        digest: foreign.digest(),
        foreign,
    }
}

/// How long to wait when `failures` failures in a row came before this one: twice as long each
/// time, from the first to the second of a pair.
pub(in crate::hub) fn wait(failures: u32, (first, longest): (Duration, Duration)) -> Duration {
    let factor = 1_u32 << failures.min(16);
    first.saturating_mul(factor).min(longest)
}
