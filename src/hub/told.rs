//! Which calls were told of a document or of a lesson, from the room's events. Pure: whoever has the
//! journal hands it in, page by page.
//!
//! What a call is told stands in the state when it begins. A pinned document is read after that, and
//! the journal has a fingerprint of its text; how long that text was is known where it is the present
//! one, or where it was written through the room.

use std::collections::VecDeque;

use crate::core::context::{DOCUMENT_TOLD, RESULT_TOLD, fingerprint};
use crate::core::document::{CALLS_MAX, CallTold, CallsTold, Extent, Way};
use crate::core::lesson::Shared;
use crate::core::react::is_handed_whole;
use crate::core::{
    CallId, DocumentText, Event, Input, LessonId, NoteChange, Outcome, Recorded, Shown, State,
    TaskId, Text, evolve,
};
use crate::hub::document::DocumentName;
use crate::hub::renamed::Named;

/// How many texts of a document are known by their fingerprints.
const TEXTS_MAX: usize = 200;

/// What is looked for in what calls were told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sought {
    lesson: Option<LessonId>,
    result: Option<TaskId>,
    /// The names of the document, the present one first.
    names: Vec<Named>,
}

/// Finds the calls.
#[derive(Debug)]
pub struct ToldTrail {
    sought: Sought,
    state: State,
    kept: VecDeque<Seen>,
    more: bool,
    /// Texts of the document with their lengths; the first is the present one.
    texts: VecDeque<(String, usize)>,
    /// The present text is among them.
    is_known: bool,
}

/// A call, and by what the text that it was told is known again.
#[derive(Debug)]
struct Seen {
    told: CallTold,
    digest: Option<String>,
    /// The name that the document had then.
    name: Option<String>,
}

impl Sought {
    /// A lesson, or the document of these names, the present one first, which is one of the room's or
    /// another one.
    #[must_use]
    pub fn of(lesson: Option<LessonId>, document: Option<DocumentName>, names: Vec<Named>) -> Self {
        let whole = match document {
            Some(DocumentName::Part { of, .. }) => Some(*of),
            other => other,
        };
        let (by_name, result) = match whole {
            Some(DocumentName::Lesson { lesson, .. }) => (Some(lesson), None),
            Some(DocumentName::Result(task)) => (None, Some(task)),
            Some(
                DocumentName::State
                | DocumentName::Queue
                | DocumentName::QueuePage(_)
                | DocumentName::Context { .. }
                | DocumentName::Conflict(_)
                | DocumentName::Archive(_)
                | DocumentName::Part { .. },
            )
            | None => (None, None),
        };
        Self {
            lesson: lesson.or(by_name),
            result,
            names,
        }
    }

    /// Whether a document that had this name then is the one.
    fn is_document(&self, name: &str, seq: u64) -> bool {
        let then = self.names.iter().find(|(since, _)| *since <= seq);
        then.is_some_and(|(_, known)| known == name)
    }
}

impl ToldTrail {
    /// Begins before the first event; `present` is the text that the document has now, where all of it
    /// is known.
    #[must_use]
    pub fn new(sought: Sought, present: Option<&str>) -> Self {
        let texts = present.iter().map(|text| (fingerprint(text), text.len()));
        Self {
            sought,
            state: State::new(),
            kept: VecDeque::new(),
            more: false,
            texts: texts.collect(),
            is_known: present.is_some(),
        }
    }

    /// The next event.
    pub fn take(&mut self, recorded: &Recorded) {
        evolve(&mut self.state, recorded);
        if let Event::CallStarted { call, inputs, .. } = &recorded.event {
            self.begun(recorded, *call, inputs);
        }
        if let Event::Shared {
            what:
                Shared::DocumentTold {
                    call,
                    document,
                    text,
                },
        } = &recorded.event
        {
            self.read(*call, document, text);
        }
        if let Event::NoteOrdered { order } = &recorded.event
            && let NoteChange::Write { after: text, .. } | NoteChange::Rename { text, .. } =
                &order.change
        {
            let to = match &order.change {
                NoteChange::Rename { to, .. } => to,
                NoteChange::Write { .. } | NoteChange::Delete { .. } => &order.name,
            };
            let named = |name: &str| self.sought.names.iter().any(|(_, known)| known == name);
            if named(to) {
                self.texts
                    .push_back((fingerprint(text.as_str()), text.len()));
                if self.texts.len() > TEXTS_MAX {
                    // The present one stays.
                    self.texts.remove(usize::from(self.is_known));
                }
            }
        }
    }

    fn begun(&mut self, recorded: &Recorded, call: CallId, inputs: &[Input]) {
        let Some(known) = self.state.call(call) else {
            return;
        };
        let seen = |way, extent, digest| Seen {
            told: CallTold {
                call,
                task: known.task(),
                member: known.member().clone(),
                at: recorded.at,
                way,
                extent,
                changed: false,
            },
            digest,
            name: None,
        };
        let mut found = Vec::new();
        for shown in self.state.shown_to(call) {
            match shown {
                Shown::Lesson(lesson) if self.sought.lesson == Some(*lesson) => {
                    found.push(seen(Way::Lesson, Extent::Whole, None));
                }
                Shown::Result { task, digest } if self.sought.result == Some(*task) => {
                    let length = result(&self.state, *task).map(Text::len);
                    let extent = told(length, RESULT_TOLD);
                    found.push(seen(Way::Result, extent, Some(digest.clone())));
                }
                Shown::Document { document, text }
                    if self.sought.is_document(document, recorded.seq) =>
                {
                    let (extent, digest) = self.extent(text);
                    found.push(Seen {
                        name: Some(document.clone()),
                        ..seen(Way::Pinned, extent, digest)
                    });
                }
                Shown::Lesson(_) | Shown::Result { .. } | Shown::Document { .. } => {}
            }
        }
        for input in inputs {
            if let Input::Result(task) = input
                && self.sought.result == Some(*task)
                && let Some(work) = result(&self.state, *task)
            {
                let extent = if is_handed_whole(&self.state, known, work) {
                    Extent::Whole
                } else {
                    Extent::Shortened
                };
                let digest = fingerprint(work.as_str());
                found.push(seen(Way::Handed, extent, Some(digest)));
            }
        }
        for seen in found {
            self.kept.push_front(seen);
        }
        self.more |= self.kept.len() > CALLS_MAX;
        self.kept.truncate(CALLS_MAX);
    }

    /// The text of a pinned document was read for a call, or could not be.
    fn read(&mut self, call: CallId, document: &str, text: &DocumentText) {
        let (extent, digest) = self.extent(text);
        let mut kept = self.kept.iter_mut();
        let seen = kept.find(|it| it.told.call == call && it.name.as_deref() == Some(document));
        if let Some(seen) = seen {
            seen.told.extent = extent;
            seen.digest = digest;
        }
    }

    fn extent(&self, text: &DocumentText) -> (Extent, Option<String>) {
        match text {
            DocumentText::Unread => (Extent::Unread, None),
            DocumentText::Unreadable { why } => (Extent::Unreadable { why: why.clone() }, None),
            DocumentText::Read { digest } => {
                let known = self.texts.iter().find(|(known, _)| known == digest);
                let extent = told(known.map(|(_, length)| *length), DOCUMENT_TOLD);
                (extent, Some(digest.clone()))
            }
        }
    }

    /// All that were found.
    #[must_use]
    pub fn calls(self) -> CallsTold {
        let present = self.texts.front().filter(|_| self.is_known);
        let present = present.map(|(digest, _)| digest.clone());
        let task = self
            .sought
            .result
            .and_then(|task| result(&self.state, task));
        let result = task.map(|text| fingerprint(text.as_str()));
        let calls = self.kept.into_iter().map(|Seen { told, digest, .. }| {
            let now = match told.way {
                Way::Lesson => &None,
                Way::Result | Way::Handed => &result,
                Way::Pinned => &present,
            };
            let pair = digest.as_ref().zip(now.as_ref());
            CallTold {
                changed: pair.is_some_and(|(then, now)| then != now),
                ..told
            }
        });
        CallsTold {
            calls: calls.collect(),
            more: self.more,
        }
    }
}

/// How much is told of a text of this length, of which so much is told at most.
fn told(length: Option<usize>, most: usize) -> Extent {
    match length {
        Some(length) if length <= most => Extent::Whole,
        Some(_) => Extent::Shortened,
        None => Extent::Unknown,
    }
}

fn result(state: &State, task: TaskId) -> Option<&Text> {
    match state.task(task)?.outcome()? {
        Outcome::Done { result, .. } => Some(result),
        Outcome::Failed { .. } | Outcome::Cancelled => None,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{CALLS_MAX, DOCUMENT_TOLD, Sought, ToldTrail, result};
    use crate::core::context::fingerprint;
    use crate::core::document::{CallsTold, Extent, Way};
    use crate::core::lesson::Shared;
    use crate::core::{
        Access, CallId, DocumentText, Event, Input, LessonId, NoteChange, NoteOrder, Purpose,
        SessionId, Shown, Strategy, TaskId, Text,
    };
    use crate::hub::document::DocumentName;
    use crate::hub::story::{Story, lesson};

    fn sought(name: &str) -> Sought {
        Sought::of(None, DocumentName::parse(name), vec![(0, name.to_owned())])
    }

    fn calls(story: &Story, sought: Sought, present: Option<&str>) -> CallsTold {
        let mut trail = ToldTrail::new(sought, present);
        for recorded in &story.events {
            trail.take(recorded);
        }
        trail.calls()
    }

    fn short(found: &CallsTold) -> Vec<(u64, u64, Way, Extent, bool)> {
        let calls = found.calls.iter();
        calls
            .map(|it| (it.call.0, it.task.0, it.way, it.extent.clone(), it.changed))
            .collect()
    }

    /// A task is worked by a call that was given this.
    fn work(story: &mut Story, number: u64, shown: Vec<Shown>, inputs: Vec<Input>) {
        story.add(number, "more", Strategy::Solo);
        let call = CallId(number);
        if !shown.is_empty() {
            story.tell(Event::Shared {
                what: Shared::ContextChosen { call, shown },
            });
        }
        story.tell(Event::CallStarted {
            call,
            task: TaskId(number),
            session: SessionId(2),
            purpose: Purpose::Answer,
            access: Access::Read,
            prompt: Text::from("more"),
            inputs,
        });
        story.answer(number, "Done.", None);
    }

    fn pinned(text: DocumentText) -> Shown {
        Shown::Document {
            document: "notes/a".to_owned(),
            text,
        }
    }

    fn read(story: &mut Story, call: u64, text: &str) {
        story.tell(Event::Shared {
            what: Shared::DocumentTold {
                call: CallId(call),
                document: "notes/a".to_owned(),
                text: DocumentText::Read {
                    digest: fingerprint(text),
                },
            },
        });
    }

    #[test]
    fn of_a_pinned_document_it_is_known_how_much_of_which_text_was_told() {
        let mut story = Story::of_a_morning();
        let long = "x".repeat(DOCUMENT_TOLD + 1);
        let order = NoteOrder {
            id: 1,
            name: "notes/a".to_owned(),
            change: NoteChange::Write {
                before: None,
                after: Text::from(long.as_str()),
            },
            undoes: None,
        };
        story.tell(Event::NoteOrdered { order });
        for (call, text) in [(101, long.as_str()), (102, "of others"), (103, "now")] {
            work(&mut story, call, vec![pinned(DocumentText::Unread)], vec![]);
            read(&mut story, call, text);
        }
        work(&mut story, 104, vec![pinned(DocumentText::Unread)], vec![]);
        let found = calls(&story, sought("notes/a"), Some("now"));
        assert_eq!(
            short(&found),
            [
                (104, 104, Way::Pinned, Extent::Unread, false),
                (103, 103, Way::Pinned, Extent::Whole, false),
                (102, 102, Way::Pinned, Extent::Unknown, true),
                (101, 101, Way::Pinned, Extent::Shortened, true),
            ]
        );
        assert!(!found.more);
        assert_eq!(calls(&story, sought("notes/b"), None), CallsTold::default());
    }

    #[test]
    fn a_document_that_was_renamed_was_told_under_its_earlier_name() {
        let mut story = Story::of_a_morning();
        work(&mut story, 101, vec![pinned(DocumentText::Unread)], vec![]);
        let renamed = story.state.seq() + 1;
        let names = vec![(renamed, "notes/b".to_owned()), (0, "notes/a".to_owned())];
        // It was read only after that.
        read(&mut story, 101, "now");
        work(&mut story, 102, vec![pinned(DocumentText::Unread)], vec![]);
        let found = calls(&story, Sought::of(None, None, names), Some("now"));
        assert_eq!(
            short(&found),
            [(101, 101, Way::Pinned, Extent::Whole, false)]
        );
    }

    #[test]
    fn a_result_is_seen_as_an_earlier_one_and_where_it_was_handed_on() {
        let mut story = Story::of_a_morning();
        story.settle();
        let task = TaskId(1);
        let digest = fingerprint(result(&story.state, task).unwrap().as_str());
        let shown = Shown::Result { task, digest };
        work(&mut story, 101, vec![shown], vec![]);
        work(&mut story, 102, vec![], vec![Input::Result(task)]);
        let found = calls(&story, sought("results/1"), None);
        assert_eq!(
            short(&found),
            [
                (102, 102, Way::Handed, Extent::Whole, false),
                (101, 101, Way::Result, Extent::Whole, false),
            ]
        );
        story.tell(Event::ResultReplaced {
            task,
            result: Text::from("Eight."),
        });
        let found = calls(&story, sought("results/1"), None);
        assert!(found.calls.iter().all(|it| it.changed), "{found:?}");
    }

    #[test]
    fn a_lesson_is_found_by_its_number_and_by_its_document() {
        let mut story = Story::of_a_morning();
        let id = LessonId(7);
        story.tell(Event::Shared {
            what: Shared::LessonProposed {
                lesson: id,
                draft: lesson(),
            },
        });
        work(&mut story, 101, vec![Shown::Lesson(id)], vec![]);
        let known = story.state.lesson(id).unwrap();
        let name = DocumentName::of_lesson(known).to_string();
        let by_number = Sought::of(Some(id), None, Vec::new());
        for sought in [by_number, sought(&name)] {
            let found = calls(&story, sought, None);
            assert_eq!(
                short(&found),
                [(101, 101, Way::Lesson, Extent::Whole, false)]
            );
        }
    }

    #[test]
    fn only_the_latest_calls_are_named() {
        let mut story = Story::of_a_morning();
        let last = 1000 + CALLS_MAX as u64;
        for number in 1000..=last {
            work(
                &mut story,
                number,
                vec![pinned(DocumentText::Unread)],
                vec![],
            );
        }
        let found = calls(&story, sought("notes/a"), None);
        assert_eq!((found.calls.len(), found.more), (CALLS_MAX, true));
        assert_eq!(found.calls[0].call, CallId(last));
    }
}
