//! Lessons, what calls were given, and pins.

use std::collections::BTreeMap;

use crate::core::lesson::Shared;
use crate::core::lesson::{Author, Evidence, Value};
use crate::core::{
    Actor, AnswerKind, Basis, CallId, DocumentText, Draft, Event, LessonId, MemberName, Sharing,
    Shown, Span, TaskId, TaskKind,
};

/// All of them.
#[expect(clippy::too_many_lines, reason = "one of every shape")]
pub(super) fn all() -> Vec<Event> {
    let name = |name: &str| MemberName::new(name).unwrap();
    let lesson = LessonId(7);
    let evidence = Evidence {
        task: TaskId(41),
        basis: Basis::Agreement,
    };
    let voted = Evidence {
        task: TaskId(43),
        basis: Basis::Vote,
    };
    let learned = Draft {
        topic: TaskKind::Code,
        subject: "How many retries has the login?".to_owned(),
        claim: "3".to_owned(),
        why: "2 of 3 agreed: the loop runs thrice".to_owned(),
        dissent: "claude: 5".to_owned(),
        author: Author::Members(vec![name("codex"), name("gpt")]),
        value: Some(Value {
            kind: AnswerKind::Number,
            key: "3".to_owned(),
        }),
        evidence: Some(evidence),
    };
    let written = Draft {
        author: Author::Operator,
        value: None,
        evidence: None,
        ..learned.clone()
    };
    let read = DocumentText::Read {
        digest: "00ff00ff00ff00ff".to_owned(),
    };
    let unreadable = DocumentText::Unreadable {
        why: "the hub is down".to_owned(),
    };
    let document = || "notes/style".to_owned();
    let told = |text| Event::Shared {
        what: Shared::DocumentTold {
            call: CallId(12),
            document: document(),
            text,
        },
    };
    let sharing = Sharing {
        accept_all: true,
        expiry: None,
        most: 3,
        budget: 2000,
        budget_of: BTreeMap::from([(name("codex"), 500)]),
    };
    vec![
        Event::Shared {
            what: Shared::SharingSet {
                sharing: Sharing {
                    expiry: Some(Span::DAY),
                    ..Sharing::default()
                },
            },
        },
        Event::Shared {
            what: Shared::SharingSet { sharing },
        },
        Event::Shared {
            what: Shared::LessonProposed {
                lesson,
                draft: learned.clone(),
            },
        },
        Event::Shared {
            what: Shared::LessonProposed {
                lesson,
                draft: written,
            },
        },
        Event::Shared {
            what: Shared::LessonProposed {
                lesson,
                draft: Draft {
                    evidence: Some(voted),
                    ..learned
                },
            },
        },
        Event::Shared {
            what: Shared::LessonSupported { lesson, evidence },
        },
        Event::Shared {
            what: Shared::LessonSupported {
                lesson,
                evidence: voted,
            },
        },
        Event::Shared {
            what: Shared::LessonAccepted {
                lesson,
                by: Actor::Policy,
            },
        },
        Event::Shared {
            what: Shared::LessonDisputed {
                lesson,
                why: "L3 says the contrary".to_owned(),
            },
        },
        Event::Shared {
            what: Shared::LessonRetired {
                lesson,
                why: "its time was over".to_owned(),
                by: Actor::Clock,
            },
        },
        Event::Shared {
            what: Shared::ContextChosen {
                call: CallId(12),
                shown: vec![
                    Shown::Document {
                        document: document(),
                        text: DocumentText::Unread,
                    },
                    Shown::Lesson(lesson),
                    Shown::Result {
                        task: TaskId(41),
                        digest: "00ff00ff00ff00ff".to_owned(),
                    },
                ],
            },
        },
        told(read),
        told(unreadable),
        Event::Shared {
            what: Shared::DocumentPinned {
                document: document(),
                task: Some(TaskId(41)),
            },
        },
        Event::Shared {
            what: Shared::DocumentPinned {
                document: document(),
                task: None,
            },
        },
        Event::Shared {
            what: Shared::DocumentUnpinned {
                document: document(),
                task: None,
            },
        },
    ]
}
