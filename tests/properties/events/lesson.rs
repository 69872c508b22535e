//! Lessons, what calls were given of them, and pins: any of each.

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use synod::core::lesson::Shared;
use synod::core::lesson::{Author, Evidence, Value};
use synod::core::{
    AnswerKind, DocumentText, Draft, Event, Holds, LessonId, Sharing, Shown, TaskKind,
};

use super::{actor, basis, call_id, name, span, task_id, words};

/// Any event about what is learned.
pub(super) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        sharing().prop_map(|sharing| Event::Shared {
            what: Shared::SharingSet { sharing }
        }),
        (id(), draft()).prop_map(|(lesson, draft)| Event::Shared {
            what: Shared::LessonProposed { lesson, draft }
        }),
        (id(), evidence()).prop_map(|(lesson, evidence)| Event::Shared {
            what: Shared::LessonSupported { lesson, evidence }
        }),
        (id(), actor()).prop_map(|(lesson, by)| Event::Shared {
            what: Shared::LessonAccepted { lesson, by }
        }),
        (id(), words()).prop_map(|(lesson, why)| Event::Shared {
            what: Shared::LessonDisputed { lesson, why }
        }),
        (id(), words(), actor()).prop_map(|(lesson, why, by)| Event::Shared {
            what: Shared::LessonRetired { lesson, why, by }
        }),
        (call_id(), vec(shown(), 0..4)).prop_map(|(call, shown)| Event::Shared {
            what: Shared::ContextChosen { call, shown }
        }),
        (call_id(), words(), document_text()).prop_map(|(call, document, text)| {
            Event::Shared {
                what: Shared::DocumentTold {
                    call,
                    document,
                    text,
                },
            }
        }),
        (words(), of(task_id())).prop_map(|(document, task)| Event::Shared {
            what: Shared::DocumentPinned { document, task }
        }),
        (words(), of(task_id())).prop_map(|(document, task)| Event::Shared {
            what: Shared::DocumentUnpinned { document, task }
        }),
    ]
}

pub(super) fn id() -> impl Strategy<Value = LessonId> {
    any::<u64>().prop_map(LessonId)
}

pub(super) fn holds() -> impl Strategy<Value = Holds> {
    select(Holds::WORDS.map(|(_, holds)| holds).to_vec())
}

fn sharing() -> impl Strategy<Value = Sharing> {
    let budgets = btree_map(name(), any::<u32>(), 0..3);
    let fields = (
        any::<bool>(),
        of(span()),
        any::<u32>(),
        any::<u32>(),
        budgets,
    );
    fields.prop_map(|(accept_all, expiry, most, budget, budget_of)| Sharing {
        accept_all,
        expiry,
        most,
        budget,
        budget_of,
    })
}

fn draft() -> impl Strategy<Value = Draft> {
    let author = prop_oneof![
        Just(Author::Operator),
        vec(name(), 0..3).prop_map(Author::Members),
    ];
    let kinds = vec![
        AnswerKind::Choice,
        AnswerKind::Number,
        AnswerKind::YesNo,
        AnswerKind::Code,
        AnswerKind::Json,
        AnswerKind::Text,
    ];
    let value = (select(kinds), words()).prop_map(|(kind, key)| Value { kind, key });
    let texts = (words(), words(), words(), words());
    let fields = (
        select(TaskKind::ALL),
        texts,
        author,
        of(value),
        of(evidence()),
    );
    fields.prop_map(
        |(topic, (subject, claim, why, dissent), author, value, evidence)| Draft {
            topic,
            subject,
            claim,
            why,
            dissent,
            author,
            value,
            evidence,
        },
    )
}

fn evidence() -> impl Strategy<Value = Evidence> {
    (task_id(), basis()).prop_map(|(task, basis)| Evidence { task, basis })
}

fn shown() -> impl Strategy<Value = Shown> {
    prop_oneof![
        id().prop_map(Shown::Lesson),
        (task_id(), words()).prop_map(|(task, digest)| Shown::Result { task, digest }),
        (words(), document_text()).prop_map(|(document, text)| Shown::Document { document, text }),
    ]
}

fn document_text() -> impl Strategy<Value = DocumentText> {
    prop_oneof![
        Just(DocumentText::Unread),
        words().prop_map(|digest| DocumentText::Read { digest }),
        words().prop_map(|why| DocumentText::Unreadable { why }),
    ]
}
