//! How a document came to be as it is, from the room's events. Pure: whoever has the journal hands it
//! in, page by page.
//!
//! The room's own documents are projections, so their earlier texts are made again from the state
//! then. First a [`Survey`] of all events finds where the last ones begin; then a [`Trail`] makes
//! those texts. Of notes the journal has the texts that were written through the room.

use std::collections::VecDeque;

use crate::core::document::{DocumentHistory, REVISIONS_MAX, Revision};
use crate::core::{Event, NoteChange, NoteEnd, NoteOrder, Recorded, State, Text, evolve};
use crate::hub::dirty::{self, Dirty};
use crate::hub::document::DocumentName;
use crate::hub::outside::difference::changed;
use crate::hub::project::project;
use crate::hub::seal;

/// Finds a state from which on the last revisions of a document can be made.
#[derive(Debug)]
pub struct Survey {
    document: DocumentName,
    state: State,
    touched: usize,
    /// The states before the last [`REVISIONS_MAX`] touches and before those.
    marks: [State; 2],
}

/// Makes the texts that a document had.
#[derive(Debug)]
pub struct Trail {
    document: DocumentName,
    state: State,
    text: Option<String>,
    kept: VecDeque<Revision>,
    more: bool,
}

/// What was done to a note through the room.
#[derive(Debug)]
pub struct NoteTrail {
    name: String,
    open: Vec<(u64, NoteOrder)>,
    text: Option<Text>,
    kept: VecDeque<Revision>,
    more: bool,
}

impl Survey {
    /// Begins before the first event.
    #[must_use]
    pub fn new(document: DocumentName) -> Self {
        Self {
            document,
            state: State::new(),
            touched: 0,
            marks: [State::new(), State::new()],
        }
    }

    /// The next event.
    pub fn take(&mut self, recorded: &Recorded) {
        if !touches(&self.document, &mut self.state, recorded) {
            return;
        }
        self.touched += 1;
        if self.touched.is_multiple_of(REVISIONS_MAX) {
            let [_, newer] = std::mem::replace(&mut self.marks, [State::new(), State::new()]);
            self.marks = [newer, self.state.clone()];
        }
    }

    /// What makes the revisions, from the event after [`Trail::seq`] on.
    #[must_use]
    pub fn trail(self) -> Trail {
        let [older, _] = self.marks;
        let more = older.seq() > 0;
        // Before the first event there is no document.
        let text = more.then(|| plain(&older, &self.document)).flatten();
        Trail {
            document: self.document,
            state: older,
            text,
            kept: VecDeque::new(),
            more,
        }
    }
}

impl Trail {
    /// The place of the last event that is in it.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.state.seq()
    }

    /// The next event; `tell` says it in words.
    pub fn take(&mut self, recorded: &Recorded, tell: impl Fn(&Recorded) -> String) {
        if !touches(&self.document, &mut self.state, recorded) {
            return;
        }
        let now = plain(&self.state, &self.document);
        if now == self.text {
            return;
        }
        let [before, after] = [&self.text, &now].map(|it| it.as_deref().unwrap_or_default());
        let revision = revision(recorded, tell(recorded), before, after);
        self.text = now;
        self.more |= keep(&mut self.kept, revision);
    }

    /// All that was found. `outside`: the document has another text now than the room gave it.
    #[must_use]
    pub fn history(self, outside: bool) -> DocumentHistory {
        found(self.kept, self.more, outside)
    }
}

impl NoteTrail {
    /// Begins before the first event.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            open: Vec::new(),
            text: None,
            kept: VecDeque::new(),
            more: false,
        }
    }

    /// The next event; `tell` says it in words.
    pub fn take(&mut self, recorded: &Recorded, tell: impl Fn(&Recorded) -> String) {
        if let Event::NoteOrdered { order } = &recorded.event {
            let to = matches!(&order.change, NoteChange::Rename { to, .. } if *to == self.name);
            if to || order.name == self.name {
                self.open.push((order.id, order.clone()));
            }
        }
        if let Event::NoteSettled { order, end } = &recorded.event
            && let Some(at) = self.open.iter().position(|(id, _)| id == order)
        {
            let (_, order) = self.open.remove(at);
            if *end == NoteEnd::Done {
                self.done(recorded, order, tell);
            }
        }
    }

    fn done(&mut self, recorded: &Recorded, order: NoteOrder, tell: impl Fn(&Recorded) -> String) {
        let ordered = Recorded {
            seq: recorded.seq,
            at: recorded.at,
            event: Event::NoteOrdered {
                order: order.clone(),
            },
        };
        let (before, after) = match order.change {
            NoteChange::Write { before, after } => (before, Some(after)),
            NoteChange::Delete { before } => (Some(before), None),
            NoteChange::Rename { to, text } if to == self.name => (None, Some(text)),
            NoteChange::Rename { text, .. } => (Some(text), None),
        };
        let [old, new] = [&before, &after].map(|it| it.as_ref().map_or("", |it| it.as_str()));
        let revision = revision(recorded, tell(&ordered), old, new);
        self.text = after;
        self.more |= keep(&mut self.kept, revision);
    }

    /// All that was found; `present` is the text that the note has now.
    #[must_use]
    pub fn history(self, present: &str) -> DocumentHistory {
        let known = self.text.as_ref().map_or("", |text| text.as_str());
        found(self.kept, self.more, known != present)
    }
}

/// Folds an event; whether it may have changed the document.
fn touches(document: &DocumentName, state: &mut State, recorded: &Recorded) -> bool {
    evolve(state, recorded);
    let mut marked = Dirty::default();
    dirty::mark(&mut marked, &recorded.event, state);
    let marked = marked.documents;
    // The queue's pages change with the queue.
    let queue = matches!(document, DocumentName::QueuePage(_));
    marked.contains(document) || (queue && marked.contains(&DocumentName::Queue))
}

/// A text without what changes with every revision.
fn plain(state: &State, document: &DocumentName) -> Option<String> {
    Some(seal::unsealed(&project(state, document, 0)?))
}

fn revision(recorded: &Recorded, made_by: String, before: &str, after: &str) -> Revision {
    Revision {
        seq: recorded.seq,
        at: recorded.at,
        made_by,
        diff: changed(before, after),
    }
}

/// Keeps the latest; whether an earlier one had to go.
fn keep(kept: &mut VecDeque<Revision>, revision: Revision) -> bool {
    kept.push_front(revision);
    let surplus = kept.len() > REVISIONS_MAX;
    kept.truncate(REVISIONS_MAX);
    surplus
}

fn found(kept: VecDeque<Revision>, more: bool, outside: bool) -> DocumentHistory {
    DocumentHistory {
        revisions: kept.into(),
        more,
        outside,
    }
}

#[cfg(test)]
mod tests {
    use super::{NoteTrail, REVISIONS_MAX, Survey};
    use crate::core::document::DocumentHistory;
    use crate::core::{Event, NoteChange, NoteEnd, NoteOrder, Recorded, Strategy, TaskId, Text};
    use crate::hub::document::DocumentName;
    use crate::hub::story::Story;

    fn tell(recorded: &Recorded) -> String {
        format!("event {}", recorded.seq)
    }

    fn history(events: &[Recorded], document: DocumentName) -> DocumentHistory {
        let mut survey = Survey::new(document);
        for recorded in events {
            survey.take(recorded);
        }
        let mut trail = survey.trail();
        let from = trail.seq();
        for recorded in events.iter().filter(|recorded| recorded.seq > from) {
            trail.take(recorded, tell);
        }
        trail.history(false)
    }

    #[test]
    fn a_document_has_a_revision_for_every_event_that_changed_it() {
        let mut story = Story::of_a_morning();
        story.settle();
        story.tell(Event::ResultReplaced {
            task: TaskId(1),
            result: Text::from("Eight."),
        });
        let found = history(&story.events, DocumentName::Result(TaskId(1)));
        assert_eq!((found.revisions.len(), found.more), (2, false));
        let [last, first] = &found.revisions[..] else {
            panic!("{found:?}")
        };
        assert_eq!(last.seq, story.state.seq());
        let diff = last.diff.as_str();
        assert!(diff.contains("+Eight.") && !diff.contains("sum:"), "{diff}");
        assert!(first.diff.as_str().contains("+A spider has eight legs."));
    }

    #[test]
    fn only_the_last_revisions_of_a_restless_document_are_made() {
        let mut story = Story::of_a_morning();
        for number in 100..600 {
            story.add(number, "more", Strategy::Solo);
        }
        let found = history(&story.events, DocumentName::Queue);
        assert_eq!((found.revisions.len(), found.more), (REVISIONS_MAX, true));
        assert_eq!(found.revisions[0].seq, story.state.seq());
        let pairs = found.revisions.windows(2);
        assert!(pairs.into_iter().all(|pair| pair[0].seq == pair[1].seq + 1));
    }

    #[test]
    fn of_a_note_the_changes_are_known_that_were_carried_out() {
        let mut story = Story::default();
        let write = |before: Option<&str>, after: &str| NoteChange::Write {
            before: before.map(Text::from),
            after: Text::from(after),
        };
        let rename = NoteChange::Rename {
            to: "b".to_owned(),
            text: Text::from("two\n"),
        };
        let steps = [
            (write(None, "one\n"), NoteEnd::Done),
            (write(Some("one\n"), "lost\n"), NoteEnd::Changed),
            (write(Some("one\n"), "two\n"), NoteEnd::Done),
            (rename, NoteEnd::Done),
        ];
        for (id, (change, end)) in (1..).zip(steps) {
            let order = NoteOrder {
                id,
                name: "a".to_owned(),
                change,
                undoes: None,
            };
            story.tell(Event::NoteOrdered { order });
            story.tell(Event::NoteSettled { order: id, end });
        }
        let of = |name: &str, present: &str| {
            let mut trail = NoteTrail::new(name);
            for recorded in &story.events {
                trail.take(recorded, tell);
            }
            trail.history(present)
        };
        let a = of("a", "");
        let diffs: Vec<&str> = a.revisions.iter().map(|it| it.diff.as_str()).collect();
        assert_eq!((diffs.len(), a.outside), (3, false));
        assert!(
            diffs[1].contains("-one") && diffs[1].contains("+two"),
            "{diffs:?}"
        );
        let b = of("b", "two\n");
        assert_eq!((b.revisions.len(), b.outside), (1, false));
        assert!(of("b", "three\n").outside);
    }
}
