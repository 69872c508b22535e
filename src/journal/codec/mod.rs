//! The stored form of events: a kind, a version, and a JSON body. Apart from the Rust types of the
//! core, so that those may change while every old journal stays readable.
//!
//! Each family of events has its own file with wire structs and conversions in both directions.
//! Names, numbers, times and texts (`TaskId`, `Timestamp`, `Text` …) are stored as the plain JSON
//! number or string that they wrap. What was once written never changes: the golden files in
//! `tests/golden/journal` hold every kind at every version. To change a kind, raise its version in
//! the table below, write an [`Upcast`] from the one before, and add new golden files
//! (`SYNOD_BLESS=1 cargo test golden_files_hold` writes missing ones and never overwrites any).

mod advice;
mod appraisal;
mod approval;
mod attention;
mod ballot;
mod call;
mod check;
mod claims;
mod conflict;
mod dial;
mod digest;
mod encode;
mod error;
#[cfg(test)]
mod golden;
mod inquiry;
mod kind;
mod ladder;
mod lesson;
mod memory;
mod plan;
mod room;
mod roster;
mod routing;
#[cfg(test)]
pub(crate) mod samples;
mod session;
mod task;
mod thinking;
mod upcast;
mod vote;
mod words;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::core::Event;

pub use encode::encode;
pub use error::DecodeError;
pub use upcast::{UPCASTS, Upcast};
use words::wire_words;

/// An event in its stored form.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    /// Which event it is.
    pub kind: &'static str,
    /// The version of the body's shape.
    pub version: u16,
    /// What happened.
    pub body: Value,
}

/// A wire struct: the body of one kind of event at the version that is written now.
trait Wire: Serialize + DeserializeOwned + Into<Event> {
    /// The kind's stored name.
    const KIND: &'static str;
    /// The version that is written now.
    const VERSION: u16;
}

macro_rules! kinds {
    ($($wire:ty = $kind:literal @ $version:literal),+ $(,)?) => {
        $(impl Wire for $wire {
            const KIND: &'static str = $kind;
            const VERSION: u16 = $version;
        })+

        /// Every kind of event, with the version that is written now.
        pub const KINDS: &[(&str, u16)] = &[$(($kind, $version)),+];

        fn read(kind: &str, body: Value) -> Option<Result<Event, serde_json::Error>> {
            match kind {
                $($kind => Some(serde_json::from_value::<$wire>(body).map(Into::into)),)+
                _ => None,
            }
        }
    };
}

kinds! {
    room::Opened = "room_opened" @ 1,
    room::Resumed = "room_resumed" @ 1,
    room::Closed = "room_closed" @ 1,
    room::BudgetSet = "budget_set" @ 1,
    room::UpkeepSet = "upkeep_set" @ 1,
    room::ReportStale = "report_stale" @ 1,
    advice::Set = "advice_set" @ 1,
    advice::Applied = "advice_applied" @ 1,
    advice::Dismissed = "advice_dismissed" @ 1,
    advice::Withdrawn = "advice_withdrawn" @ 1,
    advice::Barred = "member_barred" @ 1,
    advice::Limited = "time_limit_set" @ 1,
    approval::PolicySet = "policy_set" @ 2,
    approval::ModelLent = "model_lent" @ 1,
    kind::Set = "kinds_set" @ 1,
    check::Set = "checks_set" @ 1,
    roster::Enrolled = "member_enrolled" @ 2,
    roster::Left = "member_left" @ 1,
    roster::Restarted = "member_restarted" @ 1,
    roster::Rested = "member_rested" @ 1,
    roster::HealthChanged = "member_health_changed" @ 1,
    roster::Paused = "member_paused" @ 1,
    roster::MemberResumed = "member_resumed" @ 1,
    session::Opened = "session_opened" @ 1,
    session::Bound = "session_bound" @ 1,
    session::Unbound = "session_unbound" @ 1,
    session::Closed = "session_closed" @ 1,
    session::Forked = "session_forked" @ 1,
    session::Changed = "session_changed" @ 2,
    digest::DigesterSet = "digester_set" @ 1,
    digest::Ordered = "digest_ordered" @ 1,
    digest::Digested = "session_digested" @ 1,
    session::Asked = "sessions_asked" @ 1,
    session::Listed = "sessions_listed" @ 1,
    task::Added = "task_added" @ 9,
    task::Relabelled = "task_relabelled" @ 1,
    task::Reprioritised = "task_reprioritised" @ 1,
    task::Reworded = "task_reworded" @ 1,
    task::Moved = "task_moved" @ 1,
    task::Routed = "task_routed" @ 3,
    routing::Rated = "result_rated" @ 1,
    routing::Set = "routing_set" @ 3,
    task::Delayed = "task_delayed" @ 1,
    task::Reopened = "task_reopened" @ 9,
    task::Concluded = "task_concluded" @ 4,
    check::Started = "check_started" @ 1,
    check::Ended = "check_ended" @ 1,
    call::Started = "call_started" @ 3,
    call::Ended = "call_ended" @ 3,
    thinking::Bounded = "thoughts_bounded" @ 1,
    thinking::Proposed = "thought_proposed" @ 1,
    thinking::Recorded = "thought_recorded" @ 1,
    plan::Proposed = "plan_proposed" @ 1,
    plan::Edited = "plan_edited" @ 1,
    plan::Approved = "plan_approved" @ 1,
    plan::Resumed = "plan_resumed" @ 1,
    appraisal::Set = "appraisers_set" @ 1,
    appraisal::Asked = "appraisal_asked" @ 1,
    appraisal::Given = "appraisal_given" @ 1,
    appraisal::Without = "appraised_without" @ 1,
    conflict::AgreementFound = "agreement_found" @ 1,
    conflict::ConflictFound = "conflict_found" @ 2,
    conflict::Joined = "candidates_joined" @ 1,
    conflict::Decided = "decided" @ 2,
    ladder::Set = "ladder_set" @ 2,
    ladder::Climbed = "ladder_climbed" @ 1,
    ladder::OperatorVoted = "operator_voted" @ 1,
    ladder::VoteOpened = "vote_opened" @ 1,
    inquiry::Made = "inquiry_made" @ 1,
    inquiry::Answered = "inquiry_answered" @ 1,
    ladder::VoteClosed = "vote_closed" @ 1,
    attention::Raised = "attention_raised" @ 12,
    attention::Resolved = "attention_resolved" @ 4,
    memory::EditSettled = "edit_settled" @ 1,
    memory::ResultReplaced = "result_replaced" @ 1,
    memory::RetentionSet = "retention_set" @ 1,
    memory::ResultsAged = "results_aged" @ 1,
    memory::NoteOrdered = "note_ordered" @ 1,
    memory::NoteSettled = "note_settled" @ 1,
    attention::Withdrawn = "attention_withdrawn" @ 1,
    lesson::SharingSet = "sharing_set" @ 1,
    lesson::Proposed = "lesson_proposed" @ 3,
    lesson::Supported = "lesson_supported" @ 2,
    lesson::Accepted = "lesson_accepted" @ 1,
    lesson::Disputed = "lesson_disputed" @ 1,
    lesson::Retired = "lesson_retired" @ 1,
    lesson::ContextChosen = "context_chosen" @ 1,
    lesson::DocumentTold = "document_told" @ 1,
    lesson::Pinned = "document_pinned" @ 1,
    lesson::Unpinned = "document_unpinned" @ 1,
}

/// Reads a stored event of any version that was ever written.
pub fn decode(kind: &str, version: u16, body: Value) -> Result<Event, DecodeError> {
    decode_with(UPCASTS, kind, version, body)
}

fn decode_with(
    upcasts: &[Upcast],
    kind: &str,
    version: u16,
    body: Value,
) -> Result<Event, DecodeError> {
    let known = KINDS.iter().find(|(known, _)| *known == kind);
    let Some((_, known)) = known else {
        return Err(DecodeError::UnknownKind {
            kind: kind.to_owned(),
            version,
        });
    };
    if version > *known {
        return Err(DecodeError::NewerVersion {
            kind: kind.to_owned(),
            version,
            known: *known,
        });
    }
    let malformed = |why: String| DecodeError::Malformed {
        kind: kind.to_owned(),
        version,
        why,
    };
    let mut body = body;
    for step in version..*known {
        let upcast = upcasts
            .iter()
            .find(|upcast| upcast.kind == kind && upcast.from == step);
        let Some(upcast) = upcast else {
            return Err(DecodeError::NoSuchVersion {
                kind: kind.to_owned(),
                version,
            });
        };
        body = (upcast.apply)(body).map_err(|why| malformed(why.to_owned()))?;
    }
    match read(kind, body) {
        Some(Ok(event)) => Ok(event),
        Some(Err(error)) => Err(malformed(error.to_string())),
        None => Err(DecodeError::UnknownKind {
            kind: kind.to_owned(),
            version,
        }),
    }
}

fn pack<W: Wire>(wire: &W) -> Encoded {
    Encoded {
        kind: W::KIND,
        version: W::VERSION,
        // Wire structs are made of strings, numbers, lists and maps with string keys only, for
        // which this cannot fail; a test encodes every one of them.
        body: serde_json::to_value(wire).unwrap_or(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{DecodeError, KINDS, Upcast, decode, decode_with};
    use crate::core::Event;

    #[test]
    fn kinds_are_listed_once() {
        for (index, (kind, _)) in KINDS.iter().enumerate() {
            assert!(KINDS.iter().skip(index + 1).all(|(other, _)| other != kind));
        }
    }

    #[test]
    fn an_old_version_is_brought_up_to_date() {
        // Made up: in version 0 the name was called `title`.
        let upcasts = [Upcast {
            kind: "room_opened",
            from: 0,
            apply: |mut body| {
                let fields = body.as_object_mut().ok_or("no object")?;
                let title = fields.remove("title").ok_or("no title")?;
                fields.insert("name".to_owned(), title);
                Ok(body)
            },
        }];
        let read = |body| decode_with(&upcasts, "room_opened", 0, body);
        assert_eq!(
            read(json!({"title": "x"})),
            Ok(Event::RoomOpened {
                name: "x".to_owned()
            })
        );
        assert_eq!(
            read(json!({"name": "x"})).unwrap_err().to_string(),
            "its body is not that of a `room_opened` (version 0): no title"
        );
        assert!(matches!(
            decode("room_opened", 0, json!({"title": "x"})),
            Err(DecodeError::NoSuchVersion { version: 0, .. })
        ));
    }

    #[test]
    fn shares_are_read_back_to_the_last_bit() {
        // A state that is folded again must equal the one before; serde_json reads numbers like
        // that only with its feature `float_roundtrip`.
        for number in [31.245_270_191_439_438_f64, 121.487_919_511_619_45] {
            let text = serde_json::to_string(&number).unwrap();
            let read: f64 = serde_json::from_str(&text).unwrap();
            assert_eq!(read.to_bits(), number.to_bits(), "{text}");
        }
    }

    #[test]
    fn what_a_newer_synod_wrote_is_named() {
        let newer = decode("room_opened", 2, json!({"name": "x"})).unwrap_err();
        assert!(
            newer.to_string().contains("`room_opened` in version 2"),
            "{newer}"
        );
        let unknown = decode("moon_landed", 3, json!({})).unwrap_err();
        assert!(
            unknown.to_string().contains("`moon_landed` (version 3)"),
            "{unknown}"
        );
    }

    #[test]
    fn fields_that_are_missing_or_unknown_are_refused() {
        for body in [json!({}), json!({"name": "x", "more": 1}), json!(null)] {
            assert!(
                matches!(
                    decode("room_opened", 1, body.clone()),
                    Err(DecodeError::Malformed { .. })
                ),
                "{body}"
            );
        }
    }
}
