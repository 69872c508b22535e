//! The texts of one state before they are split or sealed, each rendered once: whether a document is
//! long, what its parts are and what it says at a revision all follow from the same text.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{draft, is_gone};
use crate::core::State;
use crate::hub::document::DocumentName;
use crate::hub::parts;
use crate::hub::seal::seal_at;

/// How many bytes of texts are remembered.
const KEPT_MAX: usize = 8 * 1024 * 1024;

/// What was rendered of a state. One that went on is rendered anew.
#[derive(Debug, Default)]
pub(in crate::hub) struct Drafts {
    /// The state's place in the journal.
    seq: u64,
    bytes: usize,
    texts: BTreeMap<DocumentName, Option<Arc<str>>>,
}

impl Drafts {
    /// The text of a document at a revision; `None` when the state has nothing for it (any more).
    pub(in crate::hub) fn project(
        &mut self,
        state: &State,
        document: &DocumentName,
        rev: u64,
    ) -> Option<String> {
        if let DocumentName::Part { of, number } = document {
            let whole = self.long(state, of)?;
            let before = usize::try_from(number.checked_sub(1)?).ok()?;
            let piece = parts::pieces(&whole).nth(before)?;
            return Some(parts::part(of, *number, piece, rev));
        }
        let whole = self.draft(state, document)?;
        if whole.len() > parts::whole_max(document) {
            return Some(parts::index(document, &whole, rev));
        }
        Some(seal_at(&whole, rev))
    }

    /// In how many parts a document is kept; 0 for one that is whole or not there.
    pub(in crate::hub) fn part_count(&mut self, state: &State, document: &DocumentName) -> u32 {
        let whole = self.long(state, document);
        whole.map_or(0, |whole| parts::count(&whole))
    }

    /// Whether a state has a text for a document.
    pub(in crate::hub) fn exists(&mut self, state: &State, document: &DocumentName) -> bool {
        match document {
            DocumentName::Part { of, number } => *number <= self.part_count(state, of),
            DocumentName::State
            | DocumentName::Queue
            | DocumentName::QueuePage(_)
            | DocumentName::Context { .. }
            | DocumentName::Result(_)
            | DocumentName::Conflict(_)
            | DocumentName::Archive(_)
            | DocumentName::Lesson { .. } => super::exists(state, document),
        }
    }

    /// Whether a document is to go: by itself, or as a part that the one it is of does not have any
    /// more.
    pub(in crate::hub) fn is_surplus(&mut self, state: &State, document: &DocumentName) -> bool {
        match document {
            DocumentName::Part { of, .. } => {
                is_gone(state, of) || (self.exists(state, of) && !self.exists(state, document))
            }
            DocumentName::State
            | DocumentName::Queue
            | DocumentName::QueuePage(_)
            | DocumentName::Context { .. }
            | DocumentName::Result(_)
            | DocumentName::Conflict(_)
            | DocumentName::Archive(_)
            | DocumentName::Lesson { .. } => is_gone(state, document),
        }
    }

    /// The whole of a document that is too long to be one.
    fn long(&mut self, state: &State, document: &DocumentName) -> Option<Arc<str>> {
        let whole = self.draft(state, document)?;
        (whole.len() > parts::whole_max(document)).then_some(whole)
    }

    fn draft(&mut self, state: &State, document: &DocumentName) -> Option<Arc<str>> {
        if self.seq != state.seq() || self.bytes > KEPT_MAX {
            self.texts.clear();
            (self.seq, self.bytes) = (state.seq(), 0);
        }
        if let Some(text) = self.texts.get(document) {
            return text.clone();
        }
        let text: Option<Arc<str>> = draft(state, document).map(Into::into);
        self.bytes += text.as_ref().map_or(0, |text| text.len());
        self.texts.insert(document.clone(), text.clone());
        text
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Drafts;
    use crate::core::{Event, TaskId, Text};
    use crate::hub::document::DocumentName;
    use crate::hub::story::Story;

    #[test]
    fn a_text_is_rendered_once_while_the_state_stands_still() {
        let mut story = Story::default();
        story.enrol("codex").open(1, "codex").solo(1, 1, 1, "codex");
        let task = TaskId(1);
        let result = Text::from("long and sorry. ".repeat(12_000));
        story.tell(Event::ResultReplaced { task, result });
        let name = DocumentName::Result(task);
        let mut drafts = Drafts::default();
        let count = drafts.part_count(&story.state, &name);
        assert_eq!(count, 4);
        let first = drafts.long(&story.state, &name).unwrap();
        for number in 1..=count {
            let of = Box::new(name.clone());
            let part = DocumentName::Part { of, number };
            assert!(drafts.project(&story.state, &part, 7).is_some());
            assert!(!drafts.is_surplus(&story.state, &part));
        }
        let again = drafts.long(&story.state, &name).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let result = Text::from("short");
        story.tell(Event::ResultReplaced { task, result });
        assert_eq!(drafts.part_count(&story.state, &name), 0);
        assert!(drafts.exists(&story.state, &name));
    }
}
