//! What the documents are called that a room keeps in the shared memory, without the prefix that they
//! may have there.

use std::fmt;

use crate::core::{Lesson, LessonId, MemberName, SessionId, TaskId, TaskKind};

/// What stands between the name of a long document and the number of a part.
const PART: &str = "/part-";

/// One document of the room.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentName {
    /// `orchestration_state.json`: room, members, what runs, counters.
    State,
    /// `task_queue.json`: open tasks and the last ended ones.
    Queue,
    /// `task_queue/<n>.json`: open tasks for which the queue has no room, those with numbers from
    /// 500 times `n` on.
    QueuePage(u64),
    /// `model_contexts/<member>/<session>.json`: what a session is about.
    Context {
        /// Whose session.
        member: MemberName,
        /// Which.
        session: SessionId,
    },
    /// `results/<task>`: a result in Markdown, with where it came from.
    Result(TaskId),
    /// `results/archive/<n>`: a line each for a hundred tasks whose documents were removed.
    Archive(u64),
    /// `conflicts/<task>.json`: the distinct answers, and how it ended.
    Conflict(TaskId),
    /// `knowledge/<topic>/<slug>`: a lesson in Markdown. The slug begins with the lesson's number.
    Lesson {
        /// What it is about.
        topic: TaskKind,
        /// Which.
        lesson: LessonId,
        /// What follows the number; empty, or words in small letters with `-` before each.
        words: String,
    },
    /// `<document>/part-<number>`: a piece of a document that is too long to be one.
    Part {
        /// Of which; never a part itself.
        of: Box<Self>,
        /// Which, from 1 on.
        number: u32,
    },
}

impl DocumentName {
    /// The document of a lesson.
    #[must_use]
    pub fn of_lesson(lesson: &Lesson) -> Self {
        let slug = lesson.slug();
        let words = slug.trim_start_matches(|c: char| c.is_ascii_digit());
        Self::Lesson {
            topic: lesson.draft().topic,
            lesson: lesson.id(),
            words: words.to_owned(),
        }
    }

    /// The document with this name, if it can be one of a room; without any prefix.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if let Some(part) = Self::part(name) {
            return Some(part);
        }
        let number = |digits: &str| digits.parse::<u64>().ok();
        let parts: Vec<&str> = name.split('/').collect();
        let document = match parts.as_slice() {
            ["orchestration_state.json"] => Self::State,
            ["task_queue.json"] => Self::Queue,
            ["task_queue", page] => Self::QueuePage(number(page.strip_suffix(".json")?)?),
            ["model_contexts", member, session] => Self::Context {
                member: MemberName::new(member).ok()?,
                session: SessionId(number(session.strip_prefix('s')?.strip_suffix(".json")?)?),
            },
            ["results", "archive", page] => Self::Archive(number(page)?),
            ["results", task] => Self::Result(TaskId(number(task)?)),
            ["knowledge", topic, slug] => {
                let end = slug
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(slug.len());
                let (digits, words) = slug.split_at_checked(end)?;
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                if !words.chars().all(plain) {
                    return None;
                }
                Self::Lesson {
                    topic: TaskKind::stored(topic).ok()?,
                    lesson: LessonId(number(digits)?),
                    words: words.to_owned(),
                }
            }
            ["conflicts", task] => Self::Conflict(TaskId(number(task.strip_suffix(".json")?)?)),
            _ => return None,
        };
        // `results/007` is somebody else's.
        (document.to_string() == name).then_some(document)
    }

    /// Whether it holds what becomes old: a result or a conflict, a part of one, or the archive.
    #[must_use]
    pub fn is_of_results(&self) -> bool {
        match self {
            Self::Result(_) | Self::Archive(_) | Self::Conflict(_) => true,
            Self::Part { of, .. } => of.is_of_results(),
            Self::State
            | Self::Queue
            | Self::QueuePage(_)
            | Self::Context { .. }
            | Self::Lesson { .. } => false,
        }
    }

    /// The document itself, or the one that it is a part of.
    #[must_use]
    pub fn whole(&self) -> &Self {
        match self {
            Self::Part { of, .. } => of,
            Self::State
            | Self::Queue
            | Self::QueuePage(_)
            | Self::Context { .. }
            | Self::Result(_)
            | Self::Archive(_)
            | Self::Conflict(_)
            | Self::Lesson { .. } => self,
        }
    }

    fn part(name: &str) -> Option<Self> {
        let (of, number) = name.rsplit_once(PART)?;
        let number = number.parse().ok().filter(|number| *number > 0)?;
        let of = Self::parse(of).filter(|of| !matches!(of, Self::Part { .. }))?;
        let of = Box::new(of);
        let part = Self::Part { of, number };
        (part.to_string() == name).then_some(part)
    }
}

impl fmt::Display for DocumentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State => f.write_str("orchestration_state.json"),
            Self::Queue => f.write_str("task_queue.json"),
            Self::QueuePage(page) => write!(f, "task_queue/{page}.json"),
            Self::Context { member, session } => {
                write!(f, "model_contexts/{member}/{session}.json")
            }
            Self::Result(task) => write!(f, "results/{}", task.0),
            Self::Archive(page) => write!(f, "results/archive/{page}"),
            Self::Conflict(task) => write!(f, "conflicts/{}.json", task.0),
            Self::Lesson {
                topic,
                lesson,
                words,
            } => write!(f, "knowledge/{}/{}{words}", topic.folder(), lesson.0),
            Self::Part { of, number } => write!(f, "{of}{PART}{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DocumentName;

    #[test]
    fn a_member_may_be_called_like_a_part() {
        let name = "model_contexts/part-1/s1.json";
        assert!(matches!(
            DocumentName::parse(name),
            Some(DocumentName::Context { .. })
        ));
    }

    #[test]
    fn names_that_only_look_like_ours_are_not() {
        for name in [
            "results/007",
            "results/+7",
            "results/7.md",
            "conflicts/7",
            "results/7/part-0",
            "results/7/part-01",
            "results/7/part-1/part-1",
            "notes/part-1",
            "model_contexts/A B/s1.json",
            "model_contexts/codex/1.json",
            "task_queue.json/x",
            "synod/task_queue.json",
            "knowledge/code/login",
            "knowledge/code/7-Login",
            "knowledge/Cooking/7-login",
            "knowledge/planning/7-login",
            "knowledge/7-login",
            "",
        ] {
            assert_eq!(DocumentName::parse(name), None, "{name}");
        }
    }
}
