//! Lessons in words: their events, and two of them side by side in an inbox item.

use crate::core::{
    Actor, CallId, DocumentText, Draft, Lesson, LessonId, Sharing, Shown, State, Task, TaskId,
};
use crate::ui::theme::Role;

/// The words for an event, as the Journal screen shows them.
pub(crate) type Told = (&'static str, String, Role);

pub(crate) fn shared(sharing: &Sharing) -> Told {
    let what = format!(
        "a call is told at most {} lessons and {} characters",
        sharing.most, sharing.budget
    );
    ("lesson", what, Role::Text)
}

pub(crate) fn proposed(lesson: LessonId, draft: &Draft) -> Told {
    let what = format!("{lesson} proposed: {}: {}", draft.subject, draft.claim);
    ("lesson", what, Role::Text)
}

pub(crate) fn supported(lesson: LessonId, task: TaskId) -> Told {
    (
        "lesson",
        format!("{lesson} is borne out by {task}"),
        Role::Text,
    )
}

pub(crate) fn accepted(lesson: LessonId, by: Actor) -> Told {
    let what = format!("{lesson} accepted{}", by_whom(by));
    ("lesson", what, Role::Ok)
}

pub(crate) fn disputed(lesson: LessonId, why: &str) -> Told {
    ("lesson", format!("{lesson} disputed: {why}"), Role::Warn)
}

pub(crate) fn retired(lesson: LessonId, why: &str, by: Actor) -> Told {
    let what = format!("{lesson} retired{}: {why}", by_whom(by));
    ("lesson", what, Role::Text)
}

pub(crate) fn chosen(call: CallId, shown: &[Shown]) -> Told {
    let names: Vec<String> = shown.iter().map(name).collect();
    let what = format!("{call} is told {}", names.join(", "));
    ("lesson", what, Role::Muted)
}

pub(crate) fn read(call: CallId, document: &str, text: &DocumentText) -> Told {
    match text {
        DocumentText::Unread | DocumentText::Read { .. } => {
            ("memory", format!("{call} is told {document}"), Role::Muted)
        }
        DocumentText::Unreadable { why } => (
            "memory",
            format!("{call} goes without {document}: {why}"),
            Role::Warn,
        ),
    }
}

pub(crate) fn pinned(document: &str, task: Option<TaskId>) -> Told {
    let whom = task.map_or_else(|| "all tasks".to_owned(), |task| task.to_string());
    (
        "memory",
        format!("{document} is told to {whom}"),
        Role::Text,
    )
}

pub(crate) fn unpinned(document: &str) -> Told {
    ("memory", format!("{document} is told no more"), Role::Text)
}

fn by_whom(by: Actor) -> &'static str {
    match by {
        Actor::Operator => "",
        Actor::Clock => " by the clock",
        Actor::Room => " by the room",
        Actor::Policy => " by the configuration",
    }
}

/// What something that a call was given is called.
fn name(shown: &Shown) -> String {
    match shown {
        Shown::Lesson(lesson) => lesson.to_string(),
        Shown::Result { task, .. } => format!("the result of {task}"),
        Shown::Document { document, .. } => document.clone(),
    }
}

/// What the calls of a task were given of what the room knows, a line a call.
pub(crate) fn given(state: &State, task: &Task) -> Vec<String> {
    let lines = task.calls().iter().filter_map(|id| {
        let shown = state.shown_to(*id);
        let member = state.call(*id)?.member();
        let names: Vec<String> = shown.iter().map(name).collect();
        (!names.is_empty()).then(|| format!("{id} {member} was told {}", names.join(", ")))
    });
    lines.collect()
}

/// One of two lessons that contradict each other, in lines.
pub(crate) fn told(state: &State, id: LessonId) -> Vec<String> {
    let Some(lesson) = state.lesson(id) else {
        return vec![format!("{id} is forgotten")];
    };
    lines(lesson)
}

fn lines(lesson: &Lesson) -> Vec<String> {
    let draft = lesson.draft();
    let mut lines = vec![
        format!("{}  {}", lesson.id(), draft.subject),
        draft.claim.clone(),
        format!("said by {}", draft.author),
    ];
    let parts = [("why", &draft.why), ("dissent", &draft.dissent)];
    for (word, part) in parts {
        if !part.is_empty() {
            lines.push(format!("{word}: {part}"));
        }
    }
    let tasks: Vec<String> = lesson
        .evidence()
        .iter()
        .map(|one| one.task.to_string())
        .collect();
    if !tasks.is_empty() {
        lines.push(format!("from {}", tasks.join(", ")));
    }
    lines
}
