//! How the hub stands with one document.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{BACKOFF, LATEST, READ_BACK, SPACING};
use crate::core::{DocumentInfo, Timestamp};
use crate::hub::memory::HubError;
use crate::hub::seal;

/// The longest text that is used as the needle of a swap: Serena makes a regular expression of it,
/// which takes 90 ms for 64 KiB and holds up everything else.
const SWAP_MAX: usize = 64 * 1024;
/// A text that is longer is forgotten once it was read back; before the next write it is read again.
const MIRROR_MAX: usize = 16 * 1024;

/// Whether a text can be the needle of a swap.
pub(super) fn can_be_swapped(old: &str) -> bool {
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
    /// It has this text, which no room wrote and which is not kept aside yet.
    Foreign(Arc<str>),
}

/// One document.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) known: Known,
    /// The revision of the text that the hub has, or of the last one that it is known to have had.
    pub(super) rev: u64,
    /// The state may ask for another text.
    pub(super) dirty: bool,
    /// A job is in flight.
    pub(super) busy: bool,
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
            dirty: false,
            busy: false,
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
        if self.dirty {
            Some(self.due)
        } else {
            self.read_back.map(|at| at.max(self.due))
        }
    }

    /// The hub may have any text now.
    pub(super) fn doubt(&mut self, now: Instant) {
        self.known = Known::Nothing;
        self.dirty = true;
        self.busy = false;
        self.due = now;
        self.read_back = None;
    }

    /// The hub has the text that it should have.
    pub(super) fn clean(&mut self) {
        self.dirty = false;
        self.trouble = None;
        self.failures = 0;
        if let Some(until) = self.may_come_late.take() {
            self.read_back = Some(until);
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
        self.known = match text {
            None => Known::Missing,
            Some(text) => {
                self.bytes = text.len();
                if let Some(rev) = seal::revision(&text) {
                    self.rev = rev;
                    Known::Text {
                        text: text.into(),
                        just_read: true,
                    }
                } else {
                    // Go on from whatever the text claims, within reason.
                    let claimed = seal::claimed(&text).filter(|rev| *rev < 1 << 53);
                    self.rev = self.rev.max(claimed.unwrap_or(0));
                    Known::Foreign(text.into())
                }
            }
        };
    }

    /// A write of ours went through.
    pub(super) fn written(&mut self, text: &Arc<str>, now: Instant, wall: Timestamp) {
        self.known = Known::Text {
            text: Arc::clone(text),
            just_read: false,
        };
        self.rev += 1;
        self.bytes = text.len();
        self.written_at = Some(wall);
        self.failures = 0;
        self.trouble = None;
        self.due = self.due.max(now + SPACING);
        self.read_back = Some(now + READ_BACK);
    }

    /// A job failed: wait longer each time.
    pub(super) fn back_off(&mut self, now: Instant, error: &HubError) {
        self.due = now + wait(self.failures, BACKOFF);
        self.failures = self.failures.saturating_add(1);
        self.trouble = Some(error.to_string());
    }

    pub(super) fn is_current(&self) -> bool {
        !self.dirty && !self.busy
    }

    /// Whether there is anything to show: a document that was marked but has no text is none.
    pub(super) fn is_shown(&self) -> bool {
        self.rev > 0 || self.trouble.is_some() || !self.is_current()
    }

    pub(super) fn info(&self, name: String) -> DocumentInfo {
        DocumentInfo {
            name,
            rev: self.rev,
            bytes: self.bytes,
            written_at: self.written_at,
            current: self.is_current(),
            trouble: self.trouble.clone(),
        }
    }
}

/// How long to wait when `failures` failures in a row came before this one: twice as long each
/// time, from the first to the second of a pair.
pub(in crate::hub) fn wait(failures: u32, (first, longest): (Duration, Duration)) -> Duration {
    let factor = 1_u32 << failures.min(16);
    first.saturating_mul(factor).min(longest)
}
