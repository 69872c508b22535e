//! The writer against a memory that fails, on a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::entry::CONFIRM;
use super::{DEBOUNCE, IN_FLIGHT, LATEST, Notice, READ_BACK, SPACING, Telling, Writer};
use crate::core::{
    Attention, AttentionId, Event, OutsideEdit, SessionId, Settled, Strategy, Subject, TaskId,
    Timestamp,
};
use crate::hub::document::{DocumentName, Prefix};
use crate::hub::folder::{Look, Unfit};
use crate::hub::job::{Job, Outcome};
use crate::hub::memory::HubError;
use crate::hub::project::project;
use crate::hub::story::{Story, member};

/// A writer at a made-up time, with a story to write.
struct Desk {
    writer: Writer,
    story: Story,
    now: Instant,
}

impl Desk {
    fn new() -> Self {
        let mut story = Story::default();
        story.enrol("codex");
        Self {
            writer: Writer::new(Prefix::default()),
            story,
            now: Instant::now(),
        }
    }

    fn mark(&mut self, document: DocumentName) {
        self.writer.mark(document, self.now);
    }

    fn next(&mut self) -> Option<(DocumentName, Job)> {
        self.writer.next(&self.story.state, self.now)
    }

    fn job(&mut self) -> Job {
        self.next().expect("a job is due").1
    }

    fn finish(&mut self, job: &Job, outcome: Outcome) -> Notice {
        let at = Timestamp(1);
        self.writer
            .finished(&DocumentName::Queue, job, outcome, self.now, at)
    }

    fn seen(&mut self, look: Look) {
        let state = &self.story.state;
        self.writer.seen(DocumentName::Queue, look, state, self.now);
    }

    /// The foreign text that the room is told of now, and nothing else.
    fn told(&mut self) -> OutsideEdit {
        assert_eq!(self.next(), None, "it stands still");
        let tellings = self.writer.tellings();
        let [Telling::Edited(found)] = tellings.as_slice() else {
            panic!("not told: {tellings:?}");
        };
        found.edit.clone()
    }

    fn settle(&mut self, edit: &OutsideEdit, how: Settled) {
        let (document, digest) = (edit.document.clone(), edit.digest.clone());
        self.story.tell(Event::EditSettled {
            document,
            digest,
            how,
        });
        self.mark(DocumentName::Queue);
        self.pass(DEBOUNCE);
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    fn text(&self, rev: u64) -> Arc<str> {
        project(&self.story.state, &DocumentName::Queue, rev)
            .unwrap()
            .into()
    }

    /// The queue is in the hub at revision 1.
    fn written() -> Self {
        let mut desk = Self::new();
        desk.mark(DocumentName::Queue);
        desk.pass(DEBOUNCE);
        assert_eq!(desk.job(), Job::Read);
        desk.finish(&Job::Read, Outcome::Has(None));
        let write = desk.job();
        assert_eq!(write, Job::Write(desk.text(1)));
        desk.finish(&write, Outcome::Written);
        assert_eq!(desk.writer.pending(), 0);
        desk
    }

    /// The queue at revision 1 is to be swapped.
    fn swapping() -> (Self, Job) {
        let mut desk = Self::written();
        let old = desk.text(1);
        desk.story.add(1, "more", Strategy::Solo);
        desk.mark(DocumentName::Queue);
        desk.pass(SPACING);
        let swap = desk.job();
        let new = desk.text(2);
        assert_eq!(swap, Job::Swap { old, new });
        (desk, swap)
    }
}

fn timed_out() -> HubError {
    HubError::TimedOut {
        tool: "edit_memory".to_owned(),
    }
}

#[test]
fn a_document_is_read_then_written_then_swapped() {
    let (mut desk, swap) = Desk::swapping();
    assert_eq!(desk.next(), None, "one job a document");
    assert_eq!(desk.finish(&swap, Outcome::Written), Notice::Answered);
    assert_eq!(desk.writer.pending(), 0);
    assert_eq!(desk.writer.documents()[0].rev, 2);
}

#[test]
fn many_changes_wait_for_each_other_and_cost_one_write() {
    let mut desk = Desk::written();
    for task in 1..=100 {
        desk.story.add(task, "more", Strategy::Solo);
        desk.mark(DocumentName::Queue);
        assert_eq!(desk.next(), None);
    }
    assert_eq!(desk.writer.next_due(), Some(desk.now + SPACING));
    desk.pass(SPACING);
    let swap = desk.job();
    desk.finish(&swap, Outcome::Written);
    assert_eq!(desk.writer.documents()[0].rev, 2);
    assert_eq!(desk.writer.pending(), 0);
}

#[test]
fn a_change_during_a_write_leads_to_another_one() {
    let (mut desk, swap) = Desk::swapping();
    let old = desk.text(2);
    desk.story.add(2, "even more", Strategy::Solo);
    desk.mark(DocumentName::Queue);
    desk.finish(&swap, Outcome::Written);
    assert_eq!(desk.writer.pending(), 1);
    desk.pass(SPACING);
    let new = desk.text(3);
    assert_eq!(desk.job(), Job::Swap { old, new });
}

#[test]
fn what_is_there_already_is_not_written_again() {
    let mut desk = Desk::new();
    desk.mark(DocumentName::Queue);
    desk.pass(DEBOUNCE);
    let job = desk.job();
    let there = desk.text(41).to_string();
    desk.finish(&job, Outcome::Has(Some(there)));
    assert_eq!(desk.next(), None);
    assert_eq!(desk.writer.pending(), 0);
    assert_eq!(desk.writer.documents()[0].rev, 41);
}

#[test]
fn an_older_text_of_ours_is_swapped_and_not_kept_aside() {
    let mut desk = Desk::new();
    let old = desk.text(41);
    desk.story.add(1, "more", Strategy::Solo);
    desk.mark(DocumentName::Queue);
    desk.pass(DEBOUNCE);
    let job = desk.job();
    desk.finish(&job, Outcome::Has(Some(old.to_string())));
    let new = desk.text(42);
    assert_eq!(desk.job(), Job::Swap { old, new });
}

#[test]
fn after_a_timeout_the_hub_is_asked_what_it_has() {
    let (mut desk, swap) = Desk::swapping();
    let text = desk.text(2).to_string();
    assert_eq!(
        desk.finish(&swap, Outcome::Failed(timed_out())),
        Notice::Silent
    );
    assert_eq!(desk.next(), None, "not at once");
    assert!(desk.writer.documents()[0].trouble.is_some());
    desk.pass(Duration::from_millis(500));
    assert_eq!(desk.job(), Job::Read);
    // The write had gone through.
    desk.finish(&Job::Read, Outcome::Has(Some(text)));
    assert_eq!(desk.next(), None);
    assert_eq!(desk.writer.pending(), 0);
    assert_eq!(desk.writer.documents()[0].trouble, None);
    // It may go through a second time, over whatever was written by then.
    desk.pass(Duration::from_mins(1));
    assert_eq!(desk.job(), Job::Read);
}

#[test]
fn a_write_that_was_given_up_is_looked_for_also_after_a_later_one() {
    let (mut desk, swap) = Desk::swapping();
    let Job::Swap { old: there, .. } = &swap else {
        panic!("no swap");
    };
    desk.finish(&swap, Outcome::Failed(timed_out()));
    desk.pass(Duration::from_millis(500));
    assert_eq!(desk.job(), Job::Read);
    desk.finish(&Job::Read, Outcome::Has(Some(there.to_string())));
    let again = desk.job();
    desk.finish(&again, Outcome::Written);
    let ours = desk.text(2).to_string();
    desk.pass(READ_BACK);
    assert_eq!(desk.job(), Job::Read);
    desk.finish(&Job::Read, Outcome::Has(Some(ours.clone())));
    assert_eq!(desk.next(), None);
    desk.pass(LATEST.saturating_sub(READ_BACK));
    assert_eq!(desk.job(), Job::Read, "it may have come meanwhile");
    desk.finish(&Job::Read, Outcome::Has(Some(ours)));
    assert_eq!((desk.next(), desk.writer.next_due()), (None, None));
}

#[test]
fn a_write_that_was_in_flight_when_the_line_broke_is_looked_for_too() {
    let (mut desk, _swap) = Desk::swapping();
    desk.writer.doubt_everything(&desk.story.state, desk.now);
    assert_eq!(desk.next().map(|(name, _)| name), Some(DocumentName::State));
    assert_eq!(desk.job(), Job::Read);
    let ours = desk.text(2).to_string();
    desk.finish(&Job::Read, Outcome::Has(Some(ours)));
    assert_eq!(desk.next(), None);
    desk.pass(LATEST);
    assert_eq!(desk.job(), Job::Read);
}

#[test]
fn failures_are_tried_again_more_and_more_slowly() {
    let (mut desk, job) = Desk::swapping();
    let Job::Swap { old: there, .. } = &job else {
        panic!("no swap");
    };
    let mut waits = Vec::new();
    for _ in 0..9 {
        let full = HubError::DiskFull {
            name: "task_queue.json".to_owned(),
        };
        assert_eq!(desk.finish(&job, Outcome::Failed(full)), Notice::Answered);
        let due = desk.writer.next_due().unwrap();
        waits.push((due - desk.now).as_millis());
        desk.now = due;
        assert_eq!(desk.job(), Job::Read);
        desk.finish(&Job::Read, Outcome::Has(Some(there.to_string())));
        assert_eq!(desk.job(), job);
    }
    assert_eq!(
        waits,
        [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]
    );
}

#[test]
fn a_foreign_text_is_kept_before_ours_takes_its_place() {
    let (mut desk, swap) = Desk::swapping();
    let lost = HubError::Lost {
        name: "task_queue.json".to_owned(),
    };
    desk.finish(&swap, Outcome::Failed(lost));
    assert_eq!(desk.job(), Job::Read, "at once");
    let foreign: Arc<str> = "{\n  \"rev\": 7,\n  \"mine\": true\n}\n".into();
    desk.finish(&Job::Read, Outcome::Has(Some(foreign.to_string())));
    let edit = desk.told();
    assert_eq!(desk.writer.pending(), 0, "nothing is to be done for it");
    desk.settle(&edit, Settled::KeptAside);
    let keep = desk.job();
    assert_eq!(keep, Job::Keep(Arc::clone(&foreign)));
    let kept = "conflicts/memory/task_queue.json-1";
    let notice = desk.finish(&keep, Outcome::Kept(kept.to_owned()));
    let Notice::Foreign(edit) = notice else {
        panic!("not reported: {notice:?}");
    };
    assert_eq!(
        (edit.name.as_str(), edit.kept_as.as_str()),
        ("task_queue.json", kept)
    );
    let new = desk.text(8);
    assert_eq!(desk.job(), Job::Swap { old: foreign, new });
}

#[test]
fn an_empty_or_long_foreign_text_is_written_over_right_after_it_was_read() {
    for foreign in [String::new(), "x".repeat(70_000)] {
        let mut desk = Desk::new();
        desk.mark(DocumentName::Queue);
        desk.pass(DEBOUNCE);
        let job = desk.job();
        desk.finish(&job, Outcome::Has(Some(foreign)));
        let edit = desk.told();
        desk.settle(&edit, Settled::Overwritten);
        assert_eq!(desk.job(), Job::Write(desk.text(1)));
    }
}

#[test]
fn a_quiet_document_is_read_back_once() {
    let mut desk = Desk::written();
    assert_eq!(desk.next(), None);
    assert_eq!(desk.writer.next_due(), Some(desk.now + READ_BACK));
    desk.pass(READ_BACK);
    assert_eq!(desk.job(), Job::Read);
    let text = desk.text(1).to_string();
    desk.finish(&Job::Read, Outcome::Has(Some(text)));
    assert_eq!(desk.next(), None);
    assert_eq!(desk.writer.next_due(), None);
}

#[test]
fn only_so_many_jobs_are_in_flight() {
    let mut desk = Desk::new();
    for session in 1..=20 {
        desk.story.open(session, "codex");
        let member = member("codex");
        desk.mark(DocumentName::Context {
            member,
            session: SessionId(session),
        });
    }
    desk.pass(DEBOUNCE);
    let started = std::iter::from_fn(|| desk.next()).count();
    assert_eq!(started, IN_FLIGHT);
    assert_eq!(desk.writer.next_due(), None);
}

#[test]
fn documents_without_a_text_or_a_subject_are_neither_read_nor_shown() {
    let mut desk = Desk::new();
    desk.story.add(1, "open", Strategy::Solo);
    desk.mark(DocumentName::Result(TaskId(1)));
    desk.mark(DocumentName::Result(TaskId(99)));
    desk.pass(DEBOUNCE);
    assert_eq!(desk.next(), None);
    assert_eq!(desk.writer.pending(), 0);
    assert_eq!(desk.writer.documents(), []);
}

#[test]
fn a_new_connection_makes_everything_doubtful() {
    let (mut desk, _) = Desk::swapping();
    desk.writer.doubt_everything(&desk.story.state, desk.now);
    let mut jobs = std::iter::from_fn(|| desk.next()).collect::<Vec<_>>();
    jobs.sort_by(|(a, _), (b, _)| a.cmp(b));
    let expected = [
        (DocumentName::State, Job::Read),
        (DocumentName::Queue, Job::Read),
    ];
    assert_eq!(jobs, expected);
}

#[test]
fn a_foreign_text_that_is_seen_is_taken_up_at_once() {
    let mut desk = Desk::written();
    let foreign: Arc<str> = "{}".into();
    desk.seen(Look::Text(Arc::clone(&foreign)));
    let edit = desk.told();
    assert!(edit.diff.as_str().contains("+{}"));
    // Whether the hub has it as well is asked once.
    assert_eq!(desk.writer.next_due(), Some(desk.now + CONFIRM));
    desk.pass(CONFIRM);
    assert_eq!(desk.job(), Job::Read);
    desk.finish(&Job::Read, Outcome::Has(Some(foreign.to_string())));
    assert_eq!((desk.next(), desk.writer.tellings()), (None, vec![]));
    assert_eq!(desk.writer.next_due(), None);
    desk.settle(&edit, Settled::KeptAside);
    assert_eq!(desk.job(), Job::Keep(foreign));
}

/// The room has asked the operator about this.
fn raise(desk: &mut Desk, edit: &OutsideEdit) {
    let edit = Box::new(edit.clone());
    desk.story.tell(Event::AttentionRaised {
        attention: Attention {
            id: AttentionId(1),
            subject: Subject::Edited { edit },
            since: Timestamp(1),
            expires: None,
        },
    });
}

#[test]
fn a_foreign_text_that_is_gone_again_is_withdrawn() {
    let mut desk = Desk::written();
    desk.seen(Look::Text("{}".into()));
    let edit = desk.told();
    raise(&mut desk, &edit);
    desk.seen(Look::Text(desk.text(1)));
    assert_eq!(desk.job(), Job::Read);
    let ours = desk.text(1).to_string();
    desk.finish(&Job::Read, Outcome::Has(Some(ours)));
    assert_eq!(desk.next(), None);
    assert_eq!(desk.writer.tellings(), [Telling::Gone(DocumentName::Queue)]);
}

#[test]
fn after_a_restart_nobody_is_asked_again_and_the_last_word_is_carried_out() {
    let mut desk = Desk::written();
    let foreign: Arc<str> = "{}".into();
    desk.seen(Look::Text(Arc::clone(&foreign)));
    let edit = desk.told();
    raise(&mut desk, &edit);
    desk.writer = Writer::new(Prefix::default());
    desk.mark(DocumentName::Queue);
    desk.pass(DEBOUNCE);
    assert_eq!(desk.job(), Job::Read);
    desk.finish(&Job::Read, Outcome::Has(Some(foreign.to_string())));
    assert_eq!((desk.next(), desk.writer.tellings()), (None, vec![]));
    desk.settle(&edit, Settled::KeptAside);
    assert_eq!(desk.job(), Job::Keep(foreign));
}

#[test]
fn what_is_no_text_of_a_document_is_moved_aside_or_removed() {
    for (how, job, outcome) in [
        (
            Settled::KeptAside,
            Job::MoveAside,
            Outcome::Kept("elsewhere".to_owned()),
        ),
        (Settled::Overwritten, Job::Remove, Outcome::Removed),
    ] {
        let mut desk = Desk::written();
        desk.seen(Look::Unfit(Unfit::LeadsOut));
        assert_eq!(desk.job(), Job::Read);
        desk.finish(&Job::Read, Outcome::Unfit(Unfit::LeadsOut));
        let edit = desk.told();
        desk.settle(&edit, how);
        assert_eq!(desk.job(), job);
        desk.finish(&job, outcome);
        assert_eq!(desk.job(), Job::Write(desk.text(2)));
    }
}

#[test]
fn ones_own_write_that_is_seen_means_nothing() {
    let (mut desk, swap) = Desk::swapping();
    desk.seen(Look::Text(desk.text(1)));
    desk.seen(Look::Text(desk.text(2)));
    desk.finish(&swap, Outcome::Written);
    desk.seen(Look::Text(desk.text(2)));
    assert_eq!(desk.next(), None);
    assert_eq!(desk.writer.next_due(), Some(desk.now + READ_BACK));
    // Whatever became of a call, what it wrote is ours.
    let (mut desk, swap) = Desk::swapping();
    desk.finish(&swap, Outcome::Failed(timed_out()));
    desk.seen(Look::Text(desk.text(2)));
    desk.pass(Duration::from_millis(500));
    assert_eq!(desk.job(), Job::Read);
}

#[test]
fn what_is_seen_in_the_middle_of_a_write_is_asked_for_after_it() {
    for look in [
        Look::Text("{}".into()),
        Look::Missing,
        Look::Unfit(Unfit::NotText),
    ] {
        let (mut desk, swap) = Desk::swapping();
        desk.seen(look);
        assert_eq!(desk.next(), None);
        desk.finish(&swap, Outcome::Written);
        desk.pass(SPACING);
        assert_eq!(desk.job(), Job::Read);
    }
}

#[test]
fn a_document_that_somebody_removed_comes_back() {
    let mut desk = Desk::written();
    desk.seen(Look::Missing);
    assert_eq!(desk.job(), Job::Read);
    desk.finish(&Job::Read, Outcome::Has(None));
    assert_eq!(desk.job(), Job::Write(desk.text(2)));
}

#[test]
fn what_cannot_be_read_is_tried_again_and_again_but_not_faster_for_being_seen() {
    let mut desk = Desk::written();
    desk.seen(Look::Unfit(Unfit::NotText));
    assert_eq!(desk.job(), Job::Read);
    let bytes = HubError::NotText {
        name: "task_queue.json".to_owned(),
    };
    desk.finish(&Job::Read, Outcome::Failed(bytes));
    let due = desk.writer.next_due();
    desk.seen(Look::Unfit(Unfit::NotText));
    assert_eq!(desk.writer.next_due(), due);
}
