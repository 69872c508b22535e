//! In which order the documents that belong together are written: the parts of a long one before its
//! index, and what is not needed any more after it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use tokio::time::Instant;

use super::entry::{Entry, Known, Wait};
use crate::core::State;
use crate::hub::document::DocumentName;
use crate::hub::project::Drafts;

type Entries = BTreeMap<DocumentName, Entry>;

fn part(of: &DocumentName, number: u32) -> DocumentName {
    let of = Box::new(of.clone());
    DocumentName::Part { of, number }
}

/// The range of all parts that a document can have.
pub(super) fn all_parts(of: &DocumentName) -> RangeInclusive<DocumentName> {
    part(of, 0)..=part(of, u32::MAX)
}

/// Makes sure that the parts of a document are looked after.
pub(super) fn add_parts(entries: &mut Entries, of: &DocumentName, count: u32, now: Instant) {
    for number in 1..=count {
        entries.entry(part(of, number)).or_insert_with(|| {
            let mut entry = Entry::new(now);
            entry.dirty = true;
            entry
        });
    }
}

/// What a document has to wait for before it is written or removed.
pub(super) fn wait(
    entries: &Entries,
    name: &DocumentName,
    state: &State,
    drafts: &mut Drafts,
) -> Option<Wait> {
    // To read it does no harm.
    if entries.get(name)?.known == Known::Nothing {
        return None;
    }
    let wait = match name {
        DocumentName::Part { .. } => drafts.is_surplus(state, name).then_some(Wait::ForIndex),
        DocumentName::State
        | DocumentName::Queue
        | DocumentName::QueuePage(_)
        | DocumentName::Context { .. }
        | DocumentName::Result(_)
        | DocumentName::Archive(_)
        | DocumentName::Lesson { .. }
        | DocumentName::Conflict(_) => match drafts.part_count(state, name) {
            0 => None,
            count => Some(Wait::ForParts(count)),
        },
    };
    wait.filter(|wait| !is_over(entries, name, *wait))
}

/// Whether all that a document waits for is in order.
fn is_over(entries: &Entries, name: &DocumentName, wait: Wait) -> bool {
    match (wait, name) {
        (Wait::ForIndex, DocumentName::Part { of, .. }) => {
            entries.get(of.as_ref()).is_none_or(Entry::is_settled)
        }
        (Wait::ForIndex, _) => true,
        (Wait::ForParts(count), _) => (1..=count).all(|number| {
            let part = entries.get(&part(name, number));
            part.is_some_and(Entry::is_settled)
        }),
    }
}

/// The documents that wait for nothing any more.
pub(super) fn waking(entries: &Entries) -> impl Iterator<Item = &DocumentName> {
    let over = entries.iter().filter(|(name, entry)| {
        let wait = entry.waits;
        wait.is_some_and(|wait| is_over(entries, name, wait))
    });
    over.map(|(name, _)| name)
}
