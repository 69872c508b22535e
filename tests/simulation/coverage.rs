//! Which events and endings a set of runs has seen, and which it should.

use std::collections::BTreeSet;

use synod::core::{
    Actor, Ending, Event, Keeper, Old, Outcome, Purpose, Recorded, SessionChange, Shown, Subject,
};

/// Which events and endings a set of runs has seen.
#[derive(Default)]
pub(crate) struct Coverage(BTreeSet<&'static str>);

const WANTED: &[&str] = &[
    "room opened",
    "room resumed",
    "room closed",
    "budget set",
    "member enrolled",
    "member left",
    "member restarted",
    "member paused",
    "member resumed",
    "health changed",
    "session opened",
    "session bound",
    "session unbound",
    "session closed",
    "session forked",
    "renamed",
    "archived",
    "archived by the clock",
    "unarchived",
    "reset",
    "chosen",
    "restored",
    "sessions asked",
    "sessions listed",
    "upkeep set",
    "member rested",
    "task added",
    "task reprioritised",
    "task routed",
    "task rerouted",
    "task delayed",
    "task reopened",
    "done",
    "failed",
    "cancelled",
    "call started",
    "repair",
    "answered",
    "call failed",
    "call cancelled",
    "interrupted",
    "agreement",
    "conflict",
    "decided",
    "asked",
    "choice",
    "held",
    "logged out",
    "budget used up",
    "resolved",
    "edited outside",
    "proposed outside",
    "edit settled",
    "result replaced",
    "stale",
    "retention set",
    "digester set",
    "digest ordered",
    "digest ordered again",
    "digested by a member",
    "digested by the rules",
    "results summarised",
    "results archived",
    "sharing set",
    "lesson learned",
    "lesson by hand",
    "lesson accepted by policy",
    "lesson accepted",
    "lesson disputed",
    "lessons contradict",
    "lesson expired",
    "lesson retired",
    "lesson told",
    "result told",
    "document told",
    "document read",
    "document pinned",
    "thoughts bounded",
    "thought",
    "revision",
    "branch",
    "thought repair",
    "recorded",
    "replayed",
    "kept by the room",
    "conclusion",
];

impl Coverage {
    pub(crate) fn add(&mut self, journal: &[Recorded]) {
        for recorded in journal {
            self.0.insert(word(&recorded.event));
        }
    }

    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let missing = WANTED.iter().copied();
        missing.filter(|word| !self.0.contains(word)).collect()
    }
}

#[expect(clippy::too_many_lines, reason = "one short arm an event")]
fn word(event: &Event) -> &'static str {
    match event {
        Event::RoomOpened { .. } => "room opened",
        Event::RoomResumed => "room resumed",
        Event::RoomClosed => "room closed",
        Event::BudgetSet { .. } => "budget set",
        Event::PolicySet { .. } => "policy set",
        Event::AttentionWithdrawn { .. } => "attention withdrawn",
        Event::ModelLent { .. } => "model lent",
        Event::MemberEnrolled { .. } => "member enrolled",
        Event::MemberLeft { .. } => "member left",
        Event::MemberRestarted { .. } => "member restarted",
        Event::MemberHealthChanged { .. } => "health changed",
        Event::MemberPaused { .. } => "member paused",
        Event::MemberResumed { .. } => "member resumed",
        Event::SessionOpened { .. } => "session opened",
        Event::SessionBound { .. } => "session bound",
        Event::SessionUnbound { .. } => "session unbound",
        Event::SessionClosed { .. } => "session closed",
        Event::SessionForked { .. } => "session forked",
        Event::SessionChanged { change, .. } => match change {
            SessionChange::Renamed { .. } => "renamed",
            SessionChange::Archived { by: Actor::Clock } => "archived by the clock",
            SessionChange::Archived {
                by: Actor::Operator | Actor::Room | Actor::Policy,
            } => "archived",
            SessionChange::Unarchived => "unarchived",
            SessionChange::Reset => "reset",
            SessionChange::Chosen => "chosen",
            SessionChange::Restored { .. } => "restored",
        },
        Event::SessionsAsked { .. } => "sessions asked",
        Event::SessionsListed { .. } => "sessions listed",
        Event::UpkeepSet { .. } => "upkeep set",
        Event::MemberRested { .. } => "member rested",
        Event::TaskAdded { .. } => "task added",
        Event::TaskReprioritised { .. } => "task reprioritised",
        Event::TaskRouted { because, .. } if because.contains(" failed (") => "task rerouted",
        Event::TaskRouted { .. } => "task routed",
        Event::TaskDelayed { .. } => "task delayed",
        Event::TaskReopened { .. } => "task reopened",
        Event::TaskConcluded { outcome, .. } => match outcome {
            Outcome::Done { .. } => "done",
            Outcome::Failed { .. } => "failed",
            Outcome::Cancelled => "cancelled",
        },
        Event::CallStarted { purpose, .. } => match purpose {
            Purpose::Repair => "repair",
            Purpose::Answer | Purpose::Council | Purpose::Step(_) | Purpose::Thought(_) => {
                "call started"
            }
            Purpose::ThoughtAgain(_) => "thought repair",
            Purpose::Conclude => "conclusion",
        },
        Event::CallEnded { ending, .. } => match ending {
            Ending::Answered(_) => "answered",
            Ending::Failed { .. } => "call failed",
            Ending::Cancelled { .. } => "call cancelled",
            Ending::Interrupted => "interrupted",
        },
        Event::ThoughtsBounded { .. } => "thoughts bounded",
        Event::ThoughtProposed { thought, .. } => match (&thought.branch, thought.revises) {
            (Some(_), _) => "branch",
            (None, Some(_)) => "revision",
            (None, None) => "thought",
        },
        Event::ThoughtRecorded { keeper, .. } => match keeper {
            Keeper::Tool { replayed: 0, .. } => "recorded",
            Keeper::Tool { .. } => "replayed",
            Keeper::Room { .. } => "kept by the room",
        },
        Event::AgreementFound { .. } => "agreement",
        Event::ConflictFound { .. } => "conflict",
        Event::Decided { .. } => "decided",
        Event::AttentionRaised { attention } => match attention.subject {
            Subject::Asked { .. } => "asked",
            Subject::Choice { .. } => "choice",
            Subject::Interrupted { .. } => "held",
            Subject::LoggedOut { .. } => "logged out",
            Subject::Budget { .. } => "budget used up",
            Subject::Edited { .. } => "edited outside",
            Subject::Proposed { .. } => "proposed outside",
            Subject::Lessons { .. } => "lessons contradict",
        },
        Event::AttentionResolved { .. } => "resolved",
        Event::EditSettled { .. } => "edit settled",
        Event::RetentionSet { .. } => "retention set",
        Event::DigesterSet { .. } => "digester set",
        Event::DigestOrdered { order, .. } if order.again.is_some() => "digest ordered again",
        Event::DigestOrdered { .. } => "digest ordered",
        Event::SessionDigested { digest, .. } if digest.by.is_some() => "digested by a member",
        Event::SessionDigested { .. } => "digested by the rules",
        Event::ResultsAged { old, .. } => match old {
            Old::Summary => "results summarised",
            Old::Archive => "results archived",
        },
        Event::SharingSet { .. } => "sharing set",
        Event::LessonProposed { draft, .. } if draft.evidence.is_some() => "lesson learned",
        Event::LessonProposed { .. } => "lesson by hand",
        Event::LessonSupported { .. } => "lesson supported",
        Event::LessonAccepted { by, .. } => match by {
            Actor::Policy => "lesson accepted by policy",
            Actor::Operator | Actor::Clock | Actor::Room => "lesson accepted",
        },
        Event::LessonDisputed { .. } => "lesson disputed",
        Event::LessonRetired { by, .. } => match by {
            Actor::Clock => "lesson expired",
            Actor::Operator | Actor::Policy | Actor::Room => "lesson retired",
        },
        Event::ContextChosen { shown, .. } => match shown.last() {
            Some(Shown::Lesson(_)) => "lesson told",
            Some(Shown::Result { .. }) => "result told",
            Some(Shown::Document { .. }) | None => "document told",
        },
        Event::DocumentTold { .. } => "document read",
        Event::DocumentPinned { .. } => "document pinned",
        Event::DocumentUnpinned { .. } => "document unpinned",
        Event::ResultReplaced { .. } => "result replaced",
        Event::NoteOrdered { .. } => "note ordered",
        Event::NoteSettled { .. } => "note settled",
        Event::ReportStale { .. } => "stale",
    }
}
