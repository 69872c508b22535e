//! `knowledge/<topic>/<slug>`: a lesson in Markdown. First what the room says of it, then what it says.

use std::fmt::Write as _;

use super::queue::basis;
use super::{plain, time};
use crate::core::Lesson;
use crate::core::text::one_line;

/// How many bytes of each part are shown; no lesson has longer ones.
const SHOWN: usize = 1000;

/// Counts of uses are left out: a document changes with what it says, not with each call.
pub(super) fn draft(lesson: &Lesson) -> String {
    let draft = lesson.draft();
    let word = |text: &str| one_line(&plain::text(text), SHOWN);
    let mut head = format!(
        "---\nschema: synod/lesson/1\nrev: 0\nsum: \nlesson: {}\ntopic: {}\nstate: {}\n\
         author: {}\ncreated: {}\nchanged: {}\n",
        lesson.id().0,
        draft.topic,
        lesson.standing().word(),
        draft.author,
        time(lesson.created()),
        time(lesson.changed()),
    );
    if let Some(expires) = lesson.expires() {
        // Writing to a string cannot fail.
        writeln!(head, "expires: {}", time(expires)).ok();
    }
    if !lesson.because().is_empty() {
        writeln!(head, "because: {}", word(lesson.because())).ok();
    }
    let mut text = format!("{head}---\n\n# Lesson {}\n\n", lesson.id().0);
    let parts = [
        ("Asked", &draft.subject),
        ("Holds", &draft.claim),
        ("Why", &draft.why),
        ("Dissent", &draft.dissent),
    ];
    for (name, part) in parts {
        if !part.trim().is_empty() {
            writeln!(text, "{name}: {}\n", word(part)).ok();
        }
    }
    if lesson.evidence().is_empty() {
        text.push_str("Written by hand.\n");
    } else {
        text.push_str("| task | decided | result |\n|---|---|---|\n");
        for evidence in lesson.evidence() {
            let task = evidence.task;
            let how = basis(evidence.basis);
            writeln!(text, "| {task} | {how} | results/{} |", task.0).ok();
        }
    }
    text
}
