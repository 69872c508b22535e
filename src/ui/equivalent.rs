//! The command line that does the same as an action, with the selected thing filled in.
//!
//! Which command that is stands in the table of actions; that it is one is held by a test of `cli`.

use std::collections::BTreeMap;

use crate::core::{State, Subject};
use crate::ui::action::Entry;
use crate::ui::model::{Model, Pane};
use crate::ui::pick::{Lead, at_cursor};

/// What is selected, as words for a command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selected(BTreeMap<&'static str, String>);

impl Selected {
    /// The words for what is under the cursor now. Not cheap where lists are long: once is enough for many
    /// commands.
    pub(crate) fn of(model: &Model, state: &State) -> Self {
        let thing = at_cursor(model, state);
        let task = model.task(state);
        let advice = model
            .recommended(state)
            .filter(|_| model.list() == Pane::Advice);
        let dispute = model
            .asked(state)
            .filter(|item| matches!(item.subject, Subject::Lessons { .. }));
        let mut words = BTreeMap::new();
        let mut put = |name: &'static str, word: Option<String>| {
            words.extend(word.and_then(|it| quoted(&it)).map(|it| (name, it)));
        };
        put("task", task.map(|it| it.id().0.to_string()));
        let waiting = task.filter(|it| it.is_waiting() && !it.is_the_rooms());
        put("waiting", waiting.map(|it| it.id().0.to_string()));
        let beside = |up: bool| {
            let at = model.lineup.position(waiting?.id())?;
            let at = if up { at.checked_sub(1)? } else { at + 1 };
            Some(model.lineup.rows().get(at)?.task().0.to_string())
        };
        put("above", beside(true));
        put("below", beside(false));
        put("kind", task.map(|it| it.order().kind.word().to_owned()));
        let (without, plain): (Vec<_>, Vec<_>) = filter(model)
            .into_iter()
            .partition(|it| it.starts_with('-'));
        put("filter", plain.into_iter().next());
        // A command line takes what begins so for an option.
        put("without", without.into_iter().next());
        put("advice", advice.map(|it| it.about().to_string()));
        put("dispute", dispute.map(|it| it.id.to_string()));
        match thing {
            Some(Lead::Session(session)) => put("session", Some(session.to_string())),
            Some(Lead::Conflict(task)) => put("conflict", Some(task.0.to_string())),
            Some(Lead::Lesson(lesson)) => put("lesson", Some(lesson.to_string())),
            Some(Lead::Document(name)) => put("document", Some(name)),
            Some(Lead::Task(_) | Lead::Item(_) | Lead::Member(_)) | None => {}
        }
        Self(words)
    }

    /// The command line of an action; none where there is none for what is selected.
    pub(crate) fn command(&self, entry: &Entry) -> Option<String> {
        entry.cli.iter().find_map(|template| self.filled(template))
    }

    /// A template with each `{word}` in it replaced; none where the selected thing is another one.
    fn filled(&self, template: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (word, after) = after.split_once('}')?;
            out.push_str(before);
            out.push_str(self.0.get(word)?);
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }
}

/// The filter of the Journal screen, where it is a good one.
fn filter(model: &Model) -> Option<String> {
    let typed = model.lists.filters.get(&Pane::Journal)?.text().trim();
    model.sieve.fault().is_none().then(|| typed.to_owned())
}

/// The command line that shows a thing, or the figures of a member.
pub(crate) fn of_thing(thing: &Lead) -> Option<String> {
    match thing {
        Lead::Task(task) => Some(format!("synod show {}", task.0)),
        Lead::Conflict(task) => Some(format!("synod verify {}", task.0)),
        Lead::Session(session) => Some(format!("synod session export {session}")),
        Lead::Lesson(lesson) => Some(format!("synod lesson show {lesson}")),
        Lead::Member(member) => Some(format!(
            "synod metrics --member {}",
            quoted(member.as_str())?
        )),
        Lead::Document(_) | Lead::Item(_) => None,
    }
}

/// A word as a shell reads it; none where it holds what no command line should.
fn quoted(word: &str) -> Option<String> {
    if word.is_empty() || word.chars().any(char::is_control) {
        return None;
    }
    let plain = |c: char| c.is_alphanumeric() || "-_./@:".contains(c);
    if word.chars().all(plain) && !word.starts_with('-') {
        return Some(word.to_owned());
    }
    Some(format!("'{}'", word.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_something_else() {
        let same = |word: &str| assert_eq!(quoted(word).as_deref(), Some(word));
        same("notes/style-2.md");
        same("größe");
        assert_eq!(quoted("a b").as_deref(), Some("'a b'"));
        assert_eq!(quoted("it's").as_deref(), Some("'it'\\''s'"));
        assert_eq!(quoted("$(rm)").as_deref(), Some("'$(rm)'"));
        assert_eq!(quoted("-x").as_deref(), Some("'-x'"));
        assert_eq!(quoted("a\nb"), None);
    }
}
