//! What is wanted of the journal's events: terms, all of which have to hold.
//!
//! Pure. It is told the words in which an event is shown, as those are the console's; how a filter is typed is
//! [`ui::filter`](crate::ui::filter).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::core::{By, Concern, MemberName, SessionId, TaskId, Timestamp};

/// Terms that all have to hold. Without any every event passes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// In the order in which they were typed.
    pub terms: Vec<Term>,
}

/// What an event has to be, or must not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// It must not be so.
    pub not: bool,
    /// What.
    pub what: What,
}

/// What an event can be. Of several values one is enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// These letters occur in how it is told; in small ones.
    Says(String),
    /// It is told as one of these kinds.
    Kind(Vec<String>),
    /// One of these members is in it.
    Member(Vec<MemberName>),
    /// It is about one of these tasks.
    Task(Vec<TaskId>),
    /// It is about one of these conversations.
    Session(Vec<SessionId>),
    /// One of these brought it about.
    By(Vec<By>),
    /// It happened then or later.
    Since(Timestamp),
}

/// An event as a filter sees it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'e> {
    /// When it happened.
    pub at: Timestamp,
    /// Who and what it is about.
    pub concern: &'e Concern,
    /// The word for its kind.
    pub kind: &'e str,
    /// How it is told; none where that is not known here, and whoever knows it has to [look](Filter::says).
    pub told: Option<&'e str>,
}

impl Filter {
    /// Whether nothing is wanted in particular.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether an event passes.
    #[must_use]
    pub fn passes(&self, seen: Seen<'_>) -> bool {
        let others = self.terms.iter().all(|term| {
            let holds = match &term.what {
                What::Says(_) => return true,
                What::Kind(kinds) => kinds.iter().any(|kind| kind == seen.kind),
                What::Member(names) => any(names, &seen.concern.members),
                What::Task(tasks) => any(tasks, &seen.concern.tasks),
                What::Session(sessions) => any(sessions, &seen.concern.sessions),
                What::By(authors) => authors.contains(&seen.concern.by),
                What::Since(at) => seen.at >= *at,
            };
            holds != term.not
        });
        others && seen.told.is_none_or(|told| self.says(seen.kind, told))
    }

    /// Whether the words of the filter are in how an event is told.
    #[must_use]
    pub fn says(&self, kind: &str, told: &str) -> bool {
        let whole = format!("{kind} {told}").to_lowercase();
        self.terms.iter().all(|term| match &term.what {
            What::Says(word) => whole.contains(word.as_str()) != term.not,
            What::Kind(_)
            | What::Member(_)
            | What::Task(_)
            | What::Session(_)
            | What::By(_)
            | What::Since(_) => true,
        })
    }
}

fn any<'w, T: Ord + 'w>(wanted: impl IntoIterator<Item = &'w T>, there: &BTreeSet<T>) -> bool {
    wanted.into_iter().any(|it| there.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{Concerns, Event, TaskOrder};
    use crate::core::{Priority, fixture::Room};

    fn filter(terms: Vec<(bool, What)>) -> Filter {
        let terms = terms.into_iter().map(|(not, what)| Term { not, what });
        Filter {
            terms: terms.collect(),
        }
    }

    #[test]
    fn all_terms_have_to_hold_and_one_value_of_each() {
        let mut room = Room::of(&["codex"]);
        let (task, _) = room.add(TaskOrder::new("fix it"));
        let event = Event::TaskReprioritised {
            task,
            priority: Priority::High,
        };
        let concern = Concerns::default().of(&event);
        let seen = Seen {
            at: Timestamp(5),
            concern: &concern,
            kind: "task",
            told: Some("#1 is now HIGH"),
        };
        let passes = |terms| filter(terms).passes(seen);
        let says = |word: &str| What::Says(word.to_owned());
        let kinds = |all: &[&str]| What::Kind(all.iter().map(|it| (*it).to_owned()).collect());
        assert!(passes(vec![]));
        assert!(passes(vec![
            (false, says("high")),
            (false, says("task #1"))
        ]));
        assert!(!passes(vec![(false, says("high")), (false, says("low"))]));
        assert!(passes(vec![(true, says("low"))]));
        assert!(passes(vec![(false, kinds(&["vote", "task"]))]));
        assert!(!passes(vec![(true, kinds(&["vote", "task"]))]));
        assert!(passes(vec![(false, What::Task(vec![TaskId(9), task]))]));
        assert!(!passes(vec![(false, What::Task(vec![TaskId(9)]))]));
        assert!(passes(vec![(false, What::By(vec![By::Operator]))]));
        assert!(!passes(vec![(true, What::By(vec![By::Operator]))]));
        assert!(passes(vec![(false, What::Since(Timestamp(5)))]));
        assert!(!passes(vec![(false, What::Since(Timestamp(6)))]));
        assert!(passes(vec![(true, What::Since(Timestamp(6)))]));
        let veiled = Seen { told: None, ..seen };
        assert!(filter(vec![(false, says("nowhere"))]).passes(veiled));
        assert!(!filter(vec![(false, says("nowhere"))]).says("vote", "hidden"));
    }
}
