//! Changes of notes on their way into the hub: which is carried out when, and how. The texts that a
//! change goes from are held against what the hub has, so nothing is overwritten that was not seen.
//!
//! A change whose outcome is in doubt is tried again: what it wanted is then found done, or its note
//! as it was before.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::core::{NoteChange, NoteEnd, NoteOrder, Notebook, Text};
use crate::hub::document::Prefix;
use crate::hub::folder::{Folder, Look, unbroken};
use crate::hub::memory::{HubError, Memory};
use crate::hub::writer::entry::{can_be_swapped, wait};

/// How many changes are in flight at most; the room's own documents come first.
const IN_FLIGHT: usize = 2;
/// First and longest wait after a failure.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// The changes that the room wants carried out, by number.
#[derive(Debug, Default)]
pub(super) struct Desk {
    slips: BTreeMap<u64, Slip>,
}

#[derive(Debug)]
struct Slip {
    due: Instant,
    failures: u32,
    busy: bool,
    /// The room was told what became of it and has not taken note yet.
    told: bool,
}

impl Desk {
    /// Takes up what is new, and forgets what the room has taken note of.
    pub(super) fn sync(&mut self, book: &Notebook, now: Instant) {
        self.slips
            .retain(|id, slip| slip.busy || book.order(*id).is_some());
        for order in book.open() {
            self.slips.entry(order.id).or_insert(Slip {
                due: now,
                failures: 0,
                busy: false,
                told: false,
            });
        }
    }

    /// The next change that is due.
    pub(super) fn next(&mut self, book: &Notebook, now: Instant) -> Option<NoteOrder> {
        let busy = self.slips.values().filter(|slip| slip.busy).count();
        if busy >= IN_FLIGHT {
            return None;
        }
        let due = |slip: &Slip| !slip.busy && !slip.told && slip.due <= now;
        let (id, slip) = self.slips.iter_mut().find(|(_, slip)| due(slip))?;
        let order = book.order(*id)?.clone();
        slip.busy = true;
        Some(order)
    }

    /// When [`next`](Self::next) may have one at the earliest.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let waiting = self.slips.values().filter(|slip| !slip.busy && !slip.told);
        waiting.map(|slip| slip.due).min()
    }

    /// A try is over; what the room is to be told.
    pub(super) fn finished(
        &mut self,
        id: u64,
        done: &Result<NoteEnd, HubError>,
        now: Instant,
    ) -> Option<NoteEnd> {
        let slip = self.slips.get_mut(&id)?;
        slip.busy = false;
        let end = match done {
            Ok(end) => Some(end.clone()),
            Err(error) if is_final(error) => Some(NoteEnd::Refused {
                why: error.to_string(),
            }),
            Err(_) => {
                slip.due = now + wait(slip.failures, BACKOFF);
                slip.failures = slip.failures.saturating_add(1);
                None
            }
        };
        slip.told = end.is_some();
        end
    }

    /// What was in flight was given up.
    pub(super) fn given_up(&mut self, now: Instant) {
        for slip in self.slips.values_mut().filter(|slip| slip.busy) {
            slip.busy = false;
            slip.due = now;
        }
    }

    /// How many changes are not carried out yet.
    pub(super) fn pending(&self) -> usize {
        self.slips.values().filter(|slip| !slip.told).count()
    }
}

/// Whether another try would end in the same way.
fn is_final(error: &HubError) -> bool {
    match error {
        HubError::TooLong { .. }
        | HubError::Name { .. }
        | HubError::NotText { .. }
        | HubError::Unfit { .. }
        | HubError::LeadsOut { .. }
        | HubError::ReadOnly { .. }
        | HubError::Taken { .. }
        | HubError::Refused { .. } => true,
        // A full disk may have room again, and what is gone or another is looked at once more.
        HubError::Missing { .. }
        | HubError::Lost { .. }
        | HubError::DiskFull { .. }
        | HubError::NoProject { .. }
        | HubError::NoTool { .. }
        | HubError::TimedOut { .. }
        | HubError::Unreachable { .. } => false,
    }
}

/// Carries a change out, as far as the note is what it was to be changed from.
pub(super) async fn carry_out<M: Memory>(
    memory: &M,
    folder: Option<&Folder>,
    prefix: &Prefix,
    order: &NoteOrder,
) -> Result<NoteEnd, HubError> {
    let name = order.name.as_str();
    let target = match &order.change {
        NoteChange::Rename { to, .. } => Some(to.as_str()),
        NoteChange::Write { .. } | NoteChange::Delete { .. } => None,
    };
    for name in [Some(name), target].into_iter().flatten() {
        if prefix.document(name).is_some() {
            let why = "it is a document of the room, which follows from its journal";
            return Ok(NoteEnd::Refused {
                why: why.to_owned(),
            });
        }
        if let Some(why) = unfit(folder, name).await {
            return Ok(NoteEnd::Refused { why });
        }
    }
    // The built-in memory keeps carriage returns; a swap needs the text as the hub has it.
    let raw = memory.read(name).await?;
    let now = raw.clone().map(unbroken);
    match &order.change {
        NoteChange::Write { before, after } => {
            let (before, after) = (before.as_ref().map(Text::as_str), after.as_str());
            if now.as_deref() == Some(after) {
                return Ok(NoteEnd::Done);
            }
            if now.as_deref() != before {
                return Ok(NoteEnd::Changed);
            }
            match raw.as_deref().filter(|old| can_be_swapped(old)) {
                Some(old) => memory.edit(name, old, after).await?,
                None => memory.write(name, after).await?,
            }
            Ok(NoteEnd::Done)
        }
        NoteChange::Delete { before } => match now {
            None => Ok(NoteEnd::Done),
            Some(now) if now == before.as_str() => {
                memory.delete(name).await?;
                Ok(NoteEnd::Done)
            }
            Some(_) => Ok(NoteEnd::Changed),
        },
        NoteChange::Rename { to, text } => {
            let there = memory.read(to).await?.map(unbroken);
            let moved = there.as_deref() == Some(text.as_str());
            match (now, there) {
                (None, Some(_)) if moved => return Ok(NoteEnd::Done),
                (None, _) => return Ok(NoteEnd::Changed),
                (Some(now), _) if now != text.as_str() => return Ok(NoteEnd::Changed),
                (Some(_), Some(_)) if !moved => {
                    let why = format!("there is a note {to} already");
                    return Ok(NoteEnd::Refused { why });
                }
                // Serena's own renaming also changes every text that names the note.
                (Some(_), None) => memory.write(to, text.as_str()).await?,
                // An earlier try came this far.
                (Some(_), Some(_)) => {}
            }
            memory.delete(name).await?;
            Ok(NoteEnd::Done)
        }
    }
}

/// Why what is at a name must not be touched; on a thread that may wait for a disk.
async fn unfit(folder: Option<&Folder>, name: &str) -> Option<String> {
    let (folder, name) = (folder?.clone(), name.to_owned());
    let looking = tokio::task::spawn_blocking(move || match folder.look(&name) {
        Look::Unfit(unfit) => Some(unfit.to_string()),
        Look::Missing | Look::Text(_) => folder.lies_elsewhere(&name).then(|| {
            "the folder for it is a link that leads out; such links are not followed".to_owned()
        }),
    });
    looking.await.ok().flatten()
}

#[cfg(test)]
mod tests;
