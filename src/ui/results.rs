//! What a search found, in one list: places in the transcripts and in the documents, which the room looks
//! up, and decisions and lessons, which are in the state.
//!
//! Owns the list and what of the state belongs into it. It searches nothing on disk and goes nowhere.

use crate::core::{CallId, Contest, Lesson, State, Timestamp};
use crate::link::Found;
use crate::ui::pick::Lead;

/// How many decisions and lessons are looked through, the newest ones.
const LOOKED_THROUGH: usize = 1_000;
/// How many of each are listed.
const LISTED: usize = 20;

/// The places that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Results {
    pub(crate) words: String,
    pub(crate) places: Vec<Spot>,
    pub(crate) chosen: usize,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    /// When it was said; not known of documents.
    pub(crate) at: Option<Timestamp>,
    /// Where it leads.
    pub(crate) lead: Option<Lead>,
    /// The turn of a session in which it stands.
    pub(crate) turn: Option<CallId>,
    /// In which sort of thing it was found.
    pub(crate) sort: &'static str,
    /// The thing.
    pub(crate) of: String,
    /// The text around it; untrusted.
    pub(crate) excerpt: String,
}

impl Results {
    /// Decisions and lessons that have all words, then what the room found.
    pub(crate) fn new(words: String, found: Vec<Found>, state: &State) -> Self {
        let sought = split(&words);
        let contests = state.contests().rev().take(LOOKED_THROUGH);
        let decided = contests.filter_map(|it| decision(it, state, &sought));
        let lessons = state.lessons().rev().take(LOOKED_THROUGH);
        let learned = lessons.filter_map(|it| lesson(it, &sought));
        let known = decided.take(LISTED).chain(learned.take(LISTED));
        let found = best_of_each_task(found, &words);
        let places = known.chain(found.into_iter().map(|it| told(it, state)));
        Self {
            places: places.collect(),
            words,
            chosen: 0,
        }
    }
}

/// Of several places of one task the best: the first one that has the words as they were typed, or else the first.
fn best_of_each_task(found: Vec<Found>, words: &str) -> Vec<Found> {
    let whole = words.trim().to_lowercase();
    let has_whole = |it: &Found| it.excerpt.to_lowercase().contains(&whole);
    let mut best: Vec<Found> = Vec::new();
    for place in found {
        let same =
            |it: &&mut Found| it.task.is_some() && it.task == place.task && it.document.is_none();
        match best.iter_mut().find(same) {
            Some(known) if place.document.is_none() => {
                if has_whole(&place) && !has_whole(known) {
                    *known = place;
                }
            }
            Some(_) | None => best.push(place),
        }
    }
    best
}

/// What to look for in a text that was found by these words: all of them as they were typed, or else each.
pub(crate) fn needles(words: &str) -> Vec<String> {
    let mut all = vec![words.trim().to_lowercase()];
    all.extend(split(words));
    all.dedup();
    all
}

/// What the room found.
fn told(found: Found, state: &State) -> Spot {
    let (sort, of, lead) = match (found.document, found.session, found.task) {
        (Some(name), _, _) => ("document", name.clone(), Some(Lead::Document(name))),
        (None, Some(id), task) => {
            let member = state.session(id).map_or("", |it| it.member().as_str());
            let task = task.map_or_else(String::new, |it| it.to_string());
            let of = format!("{id} {member} {task}");
            ("said", of.trim_end().to_owned(), Some(Lead::Session(id)))
        }
        (None, None, Some(task)) => ("task", task.to_string(), Some(Lead::Task(task))),
        (None, None, None) => ("said", String::new(), None),
    };
    let turn = found.call.or_else(|| {
        // A prompt stands in the first turn of its task.
        let session = state.session(found.session?)?;
        let mut turns = session.turns();
        turns
            .find(|turn| Some(turn.task) == found.task)
            .map(|turn| turn.call)
    });
    Spot {
        at: found.at,
        lead,
        turn,
        sort,
        of,
        excerpt: found.excerpt,
    }
}

fn decision(contest: &Contest, state: &State, sought: &[String]) -> Option<Spot> {
    let decision = contest.decision()?;
    let task = contest.task();
    let chosen = decision.chosen.and_then(|it| contest.candidates().get(it));
    let stands = match (&decision.text, chosen) {
        (Some(text), _) => text.headline().to_owned(),
        (None, Some(candidate)) => candidate.label.clone(),
        (None, None) => String::new(),
    };
    let about = state.task(task).map(|it| it.order().prompt.headline());
    let text = format!("{stands} ({})", about.unwrap_or_default());
    has_all(&text, sought).then(|| Spot {
        at: Some(contest.found()),
        lead: Some(Lead::Conflict(task)),
        turn: None,
        sort: "decision",
        of: task.to_string(),
        excerpt: text,
    })
}

fn lesson(lesson: &Lesson, sought: &[String]) -> Option<Spot> {
    let draft = lesson.draft();
    let text = format!("{} ({})", draft.claim, draft.subject);
    has_all(&text, sought).then(|| Spot {
        at: None,
        lead: Some(Lead::Lesson(lesson.id())),
        turn: None,
        sort: "lesson",
        of: lesson.id().to_string(),
        excerpt: text,
    })
}

/// The words of a text, in lower case.
fn split(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether a text has all words; the last one may be a beginning.
fn has_all(text: &str, sought: &[String]) -> bool {
    let words = split(text);
    let Some((last, whole)) = sought.split_last() else {
        return false;
    };
    whole.iter().all(|word| words.contains(word)) && words.iter().any(|word| word.starts_with(last))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{best_of_each_task, has_all, needles, split};
    use crate::core::TaskId;
    use crate::link::Found;

    #[test]
    fn a_task_is_told_once_with_its_best_line() {
        let found = |task: Option<u64>, excerpt: &str| Found {
            at: None,
            task: task.map(TaskId),
            session: None,
            call: None,
            document: None,
            excerpt: excerpt.to_owned(),
        };
        let places = vec![
            found(Some(2), "a refresh of the token"),
            found(Some(1), "the token refresh"),
            found(None, "token, refresh"),
            found(Some(2), "the token refresh races"),
            found(None, "refresh, token"),
            found(Some(1), "the token refresh again"),
        ];
        let best = best_of_each_task(places, "Token refresh ");
        let lines: Vec<&str> = best.iter().map(|it| it.excerpt.as_str()).collect();
        assert_eq!(
            lines,
            [
                "the token refresh races",
                "the token refresh",
                "token, refresh",
                "refresh, token",
            ]
        );
    }

    #[test]
    fn the_words_as_typed_are_looked_for_first() {
        assert_eq!(needles(" Token re"), ["token re", "token", "re"]);
        assert_eq!(needles("token"), ["token"]);
    }

    #[test]
    fn all_words_must_be_there_and_the_last_may_be_a_beginning() {
        let text = "The sleep races with the token refresh.";
        for (words, found) in [
            ("token", true),
            ("TOKEN ref", true),
            ("ref token", false),
            ("token refreshes", false),
            ("races, sleep", true),
            ("", false),
        ] {
            assert_eq!(has_all(text, &split(words)), found, "{words}");
        }
    }
}
