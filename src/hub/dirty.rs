//! Event → documents whose text it may change. Naming one too many costs a rendering; one too few
//! leaves the hub behind, so a property test compares this with the projection itself. Which pages of the
//! queue change is said by [`pages`](crate::hub::pages), of the tasks that are named here.

use std::collections::BTreeSet;

use crate::core::appraisal::Appraised;
use crate::core::lesson::Shared;
use crate::core::{
    Attention, CallId, Checked, Contest, Event, MemberName, Planned, SessionId, State, Subject,
    TaskId,
};
use crate::hub::document::DocumentName;
use crate::hub::project;

/// What events may have changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dirty {
    /// Documents, but for the pages of the queue.
    pub documents: BTreeSet<DocumentName>,
    /// Tasks of which the queue may tell something else.
    pub tasks: BTreeSet<TaskId>,
}

/// Adds what an event may have changed, as seen from the state after it.
pub fn mark(dirty: &mut Dirty, event: &Event, after: &State) {
    let Dirty { documents, tasks } = dirty;
    let mut marks = Marks {
        documents,
        tasks,
        after,
    };
    marks.add(event);
}

struct Marks<'a> {
    documents: &'a mut BTreeSet<DocumentName>,
    tasks: &'a mut BTreeSet<TaskId>,
    after: &'a State,
}

impl Marks<'_> {
    #[expect(clippy::too_many_lines, reason = "one short arm an event")]
    fn add(&mut self, event: &Event) {
        match event {
            Event::RoomOpened { .. }
            | Event::RoomClosed
            | Event::BudgetSet { .. }
            | Event::MemberRested { .. }
            | Event::PolicySet { .. }
            | Event::MemberEnrolled { .. }
            | Event::MemberRestarted { .. }
            | Event::MemberHealthChanged { .. }
            | Event::MemberPaused { .. }
            | Event::MemberResumed { .. }
            | Event::AgreementFound { .. }
            | Event::UpkeepSet { .. }
            | Event::SessionsAsked { .. }
            | Event::SessionsListed { .. }
            | Event::NoteOrdered { .. }
            | Event::NoteSettled { .. }
            | Event::ThoughtsBounded { .. }
            | Event::KindsSet { .. }
            | Event::Checked {
                what: Checked::Set { .. },
            }
            | Event::RoutingSet { .. }
            | Event::Advised { .. }
            | Event::ResultRated { .. }
            | Event::LadderSet { .. }
            | Event::ReportStale { .. } => self.state(),
            Event::RoomResumed => {
                self.state();
                self.contexts(None);
            }
            Event::MemberLeft { member } => {
                self.state();
                self.contexts(Some(member));
                // Its ballots do not count any more.
                let contests = self.after.contests();
                let open: Vec<TaskId> = contests.map(Contest::task).collect();
                let open = open.into_iter().map(DocumentName::Conflict);
                self.documents.extend(open);
            }
            Event::SessionOpened { session, .. }
            | Event::SessionBound { session, .. }
            | Event::SessionUnbound { session }
            | Event::SessionForked { session, .. }
            | Event::SessionChanged { session, .. }
            | Event::SessionDigested { session, .. }
            | Event::SessionClosed { session } => self.context(*session),
            Event::AttentionRaised {
                attention:
                    Attention {
                        subject: Subject::Edited { edit },
                        ..
                    },
            } => {
                self.queue();
                self.documents.extend(DocumentName::parse(&edit.document));
            }
            // A conflict that was opened again is over with its item.
            Event::AttentionResolved { .. } => {
                self.queue();
                let contests = self.after.contests();
                let moved = contests.filter(|one| {
                    let last = one.steps().last();
                    last.is_some_and(|step| step.at == self.after.at)
                });
                let moved: Vec<TaskId> = moved.map(Contest::task).collect();
                for task in moved {
                    self.task(task);
                }
            }
            Event::EditSettled { document, .. } => {
                self.documents.extend(DocumentName::parse(document));
            }
            Event::Shared {
                what:
                    Shared::LessonProposed { lesson, .. }
                    | Shared::LessonSupported { lesson, .. }
                    | Shared::LessonAccepted { lesson, .. }
                    | Shared::LessonDisputed { lesson, .. }
                    | Shared::LessonRetired { lesson, .. },
            } => {
                let lesson = self.after.lesson(*lesson);
                self.documents.extend(lesson.map(DocumentName::of_lesson));
            }
            // The provenance of results says what was seen, once they are there.
            Event::Shared {
                what:
                    Shared::SharingSet { .. }
                    | Shared::ContextChosen { .. }
                    | Shared::DocumentTold { .. }
                    | Shared::DocumentPinned { .. }
                    | Shared::DocumentUnpinned { .. },
            }
            | Event::RetentionSet { .. }
            | Event::DigesterSet { .. }
            | Event::DigestOrdered { .. }
            | Event::Appraised {
                what: Appraised::Set { .. } | Appraised::Asked { .. } | Appraised::Without { .. },
            }
            | Event::Checked {
                what: Checked::Started { .. },
            } => {}
            // Where it is kept in full, the result says how it was checked.
            Event::Checked {
                what: Checked::Ended { task, .. },
            } => self.task(*task),
            Event::ResultsAged { tasks, .. } => {
                self.queue();
                self.archive();
                for task in tasks {
                    self.task(*task);
                }
            }
            // What is young again leaves the archive.
            Event::ResultReplaced { task, .. }
            | Event::TaskRelabelled { task, .. }
            | Event::Planned {
                what: Planned::Resumed { task },
            }
            | Event::TaskReopened { task, .. } => {
                self.queue();
                self.archive();
                self.task(*task);
            }
            Event::AttentionRaised {
                attention:
                    Attention {
                        subject: Subject::Choice { task },
                        ..
                    },
            }
            | Event::TaskConcluded { task, .. }
            | Event::Planned {
                what:
                    Planned::Proposed { task, .. }
                    | Planned::Edited { task, .. }
                    | Planned::Approved { task, .. },
            }
            | Event::ConflictFound { task, .. }
            | Event::LadderClimbed { task, .. }
            | Event::VoteOpened { task, .. }
            | Event::InquiryMade { task, .. }
            | Event::InquiryAnswered { task, .. }
            | Event::CandidatesJoined { task, .. }
            | Event::OperatorVoted { task, .. }
            | Event::VoteClosed { task, .. }
            | Event::Decided { task, .. } => {
                self.queue();
                self.task(*task);
            }
            Event::TaskAdded { task, .. }
            | Event::Appraised {
                what: Appraised::Given { task, .. },
            }
            | Event::TaskReprioritised { task, .. }
            | Event::TaskReworded { task, .. }
            | Event::TaskMoved { task, .. }
            | Event::TaskRouted { task, .. }
            | Event::TaskDelayed { task, .. } => {
                self.queue();
                self.tasks.insert(*task);
            }
            // Of tasks that members were given to.
            Event::AttentionRaised { .. }
            | Event::AttentionWithdrawn { .. }
            | Event::ModelLent { .. } => self.queue(),
            Event::CallStarted { task, session, .. } => {
                self.queue();
                self.task(*task);
                self.context(*session);
            }
            Event::ThoughtProposed { task, .. } | Event::ThoughtRecorded { task, .. } => {
                self.state();
                self.task(*task);
            }
            Event::CallEnded { call, .. } => self.call(*call),
        }
    }

    fn state(&mut self) {
        self.documents.insert(DocumentName::State);
    }

    /// The queue, and with it the counters of the state.
    fn queue(&mut self) {
        self.state();
        self.documents.insert(DocumentName::Queue);
    }

    fn archive(&mut self) {
        self.documents.extend(project::archive(self.after));
        self.documents.extend(project::emptied(self.after));
    }

    fn task(&mut self, task: TaskId) {
        self.tasks.insert(task);
        self.documents.insert(DocumentName::Result(task));
        self.documents.insert(DocumentName::Conflict(task));
    }

    fn context(&mut self, id: SessionId) {
        if let Some(session) = self.after.session(id) {
            self.documents.insert(DocumentName::Context {
                member: session.member().clone(),
                session: id,
            });
        }
    }

    fn contexts(&mut self, member: Option<&MemberName>) {
        let sessions = self.after.sessions();
        let named = sessions.filter(|session| member.is_none_or(|one| one == session.member()));
        let ids: Vec<SessionId> = named.map(crate::core::Session::id).collect();
        for id in ids {
            self.context(id);
        }
    }

    /// A call whose task was forgotten is gone, but its turn is still in a session.
    fn call(&mut self, id: CallId) {
        self.queue();
        if let Some(call) = self.after.call(id) {
            self.task(call.task());
            self.context(call.session());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Dirty, mark};
    use crate::core::fixture::{Room, said};
    use crate::core::ladder::staged::{ALL, divided, set, voted, votes};
    use crate::core::lesson::Evidence;
    use crate::core::lesson::Shared;
    use crate::core::{
        Actor, Basis, Budget, Command, Event, LessonId, Old, Outcome, Priority, Recorded,
        SessionId, Spot, State, Strategy, TaskId, TaskKind, TaskOrder, Text, Timestamp, evolve,
    };
    use crate::hub::document::DocumentName;
    use crate::hub::pages::Pages;
    use crate::hub::project::{all, is_gone, project};
    use crate::hub::story::{Story, lesson, member};

    /// Folds the events and holds each against the projection before and after it.
    fn hold(events: &[Recorded]) {
        hold_from(events, 0);
    }

    /// The same from a place in the journal on.
    fn hold_from(events: &[Recorded], from: u64) {
        let (mut state, mut pages) = (State::new(), Pages::default());
        for recorded in events {
            let before = state.clone();
            evolve(&mut state, recorded);
            let mut dirty = Dirty::default();
            mark(&mut dirty, &recorded.event, &state);
            let mut marked = dirty.documents;
            let changed = pages.changed(&dirty.tasks, &state).into_keys();
            marked.extend(changed.map(DocumentName::QueuePage));
            if recorded.seq < from {
                continue;
            }
            let documents = all(&before).into_iter().chain(all(&state));
            for document in documents.collect::<BTreeSet<_>>() {
                let (old, new) = (
                    project(&before, &document, 1),
                    project(&state, &document, 1),
                );
                // A document of which the state forgot the subject stays as it is.
                let changes = new.is_some() || is_gone(&state, &document);
                if changes && old != new {
                    assert!(marked.contains(&document), "{document} after {recorded:?}");
                }
            }
        }
    }

    #[test]
    fn no_step_of_a_conflict_is_missed() {
        let (room, _) = voted();
        hold(&room.journal);
        let mut room = Room::of(&["a", "b", "c"]);
        set(&mut room, &ALL, |_| {});
        let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
        let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
        votes(&mut room, task, "a", 1);
        let member = member("a");
        room.command(&Command::Dismiss { member });
        let mut replies = 0;
        while let Some((call, _)) = { room.state.calls_in_flight().next() } {
            replies += 1;
            room.answer(call, said("I do not know."));
        }
        assert!(replies > 3, "{replies}");
        room.command(&Command::Choose {
            task,
            candidate: 0,
            among: None,
        });
        hold(&room.journal);
    }

    #[test]
    fn no_change_of_a_document_is_missed() {
        let mut story = Story::of_a_morning();
        story.settle();
        let session = SessionId(1);
        for event in [
            Event::SessionUnbound { session },
            Event::TaskReopened {
                task: TaskId(4),
                order: TaskOrder::new("once more"),
            },
            Event::TaskDelayed {
                task: TaskId(3),
                until: Timestamp(1_795_339_999_000),
            },
            Event::RoomClosed,
            Event::RoomResumed,
            Event::BudgetSet {
                budget: Budget {
                    tokens: Some(9),
                    ..Budget::default()
                },
            },
            Event::MemberRestarted {
                member: member("codex"),
            },
            Event::ReportStale {
                about: "c9".to_owned(),
            },
            Event::Shared {
                what: Shared::LessonProposed {
                    lesson: LessonId(1),
                    draft: lesson(),
                },
            },
            Event::Shared {
                what: Shared::LessonSupported {
                    lesson: LessonId(1),
                    evidence: Evidence {
                        task: TaskId(9),
                        basis: Basis::Operator,
                    },
                },
            },
            Event::Shared {
                what: Shared::LessonAccepted {
                    lesson: LessonId(1),
                    by: Actor::Operator,
                },
            },
            Event::Shared {
                what: Shared::LessonDisputed {
                    lesson: LessonId(1),
                    why: "it is doubted".to_owned(),
                },
            },
            Event::Shared {
                what: Shared::LessonRetired {
                    lesson: LessonId(1),
                    why: "it is outdated".to_owned(),
                    by: Actor::Clock,
                },
            },
            Event::ResultsAged {
                tasks: vec![TaskId(1)],
                old: Old::Archive,
            },
            Event::ResultReplaced {
                task: TaskId(1),
                result: Text::from("Eight."),
            },
            Event::ResultsAged {
                tasks: vec![TaskId(1)],
                old: Old::Summary,
            },
            Event::SessionClosed { session },
            Event::MemberLeft {
                member: member("gpt"),
            },
        ] {
            story.tell(event);
        }
        hold(&story.events);
    }

    #[test]
    fn no_change_of_a_document_is_missed_in_a_long_day() {
        let mut dice = fastrand::Rng::with_seed(7);
        let mut story = Story::default();
        story
            .enrol("codex")
            .enrol("gpt")
            .open(1, "codex")
            .open(2, "gpt");
        for number in 1..=40 {
            story.happen(&mut dice, number);
        }
        hold(&story.events);
    }

    #[test]
    fn no_page_of_the_queue_is_missed() {
        let mut dice = fastrand::Rng::with_seed(7);
        let mut story = Story::default();
        story
            .enrol("codex")
            .enrol("gpt")
            .open(1, "codex")
            .open(2, "gpt");
        for task in 1..=560 {
            story.add(task, "more", Strategy::Solo);
        }
        let from = story.state.seq();
        // Those that came last are worked, far behind the edge of the queue's document.
        for number in 561..=570 {
            story.happen(&mut dice, number);
        }
        let (first, last) = (TaskId(1), TaskId(560));
        for event in [
            Event::TaskMoved {
                task: last,
                to: Spot::Behind(TaskId(540)),
            },
            Event::TaskMoved {
                task: last,
                to: Spot::AheadOf(first),
            },
            Event::TaskReprioritised {
                task: TaskId(550),
                priority: Priority::High,
            },
            Event::TaskReprioritised {
                task: TaskId(2),
                priority: Priority::Low,
            },
            Event::TaskReworded {
                task: TaskId(545),
                prompt: Text::from("less"),
                kind: TaskKind::Code,
                analysis: None,
            },
            Event::TaskDelayed {
                task: TaskId(546),
                until: Timestamp(1_795_339_999_000),
            },
        ] {
            story.tell(event);
        }
        for task in [first.0, 530, 559] {
            story.conclude(task, Outcome::Cancelled);
        }
        hold_from(&story.events, from);
    }
}
