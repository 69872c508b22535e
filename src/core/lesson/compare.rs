//! Whether two lessons say the same, or the contrary. Pure, by words alone: it errs to the side of a
//! question to the operator.

use crate::core::AnswerKind;
use crate::core::lesson::words::{Gist, overlap};
use crate::core::lesson::{Draft, Value};

/// From how many hundredths on two subjects are one …
const SUBJECT: usize = 60;
/// … two claims speak of the same thing …
const CLAIM: usize = 60;
/// … and two claims are one.
const EQUAL: usize = 80;

/// How a lesson stands to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It speaks of something else.
    Apart,
    /// It says the same.
    Same,
    /// It says the contrary: the negation, another number, another value.
    Contrary,
}

/// How `newer` stands to `older`.
#[must_use]
pub fn relation(older: &Draft, newer: &Draft) -> Relation {
    if older.topic != newer.topic || !same_subject(&older.subject, &newer.subject) {
        return Relation::Apart;
    }
    if let (Some(a), Some(b)) = (&older.value, &newer.value)
        && a.kind == b.kind
        && is_closed(a)
    {
        return if a.key == b.key {
            Relation::Same
        } else {
            Relation::Contrary
        };
    }
    claims(&older.claim, &newer.claim)
}

fn is_closed(value: &Value) -> bool {
    match value.kind {
        AnswerKind::Choice | AnswerKind::Number | AnswerKind::YesNo => true,
        AnswerKind::Code | AnswerKind::Json | AnswerKind::Text => false,
    }
}

fn same_subject(a: &str, b: &str) -> bool {
    let (a, b) = (Gist::of(a), Gist::of(b));
    a.numbers == b.numbers
        && a.negated == b.negated
        && !a.about.is_empty()
        && overlap(&a.about, &b.about) >= SUBJECT
}

fn claims(older: &str, newer: &str) -> Relation {
    let (a, b) = (Gist::of(older), Gist::of(newer));
    let common = overlap(&a.about, &b.about);
    if a == b || (common >= EQUAL && a.numbers == b.numbers && a.negated == b.negated) {
        return Relation::Same;
    }
    if common >= CLAIM && (a.negated != b.negated || other_numbers(&a, &b)) {
        return Relation::Contrary;
    }
    // One word in the place of another: `use tabs`, `use spaces`.
    let only = |x: &Gist, y: &Gist| x.about.difference(&y.about).count();
    let swapped = only(&a, &b) == 1 && only(&b, &a) == 1 && common > 0;
    if swapped && a.numbers == b.numbers && a.negated == b.negated {
        return Relation::Contrary;
    }
    Relation::Apart
}

/// Both have numbers, and neither only says more than the other.
fn other_numbers(a: &Gist, b: &Gist) -> bool {
    !a.numbers.is_subset(&b.numbers) && !b.numbers.is_subset(&a.numbers)
}

#[cfg(test)]
mod tests {
    use super::{Relation, relation};
    use crate::core::lesson::{Author, Draft, Value};
    use crate::core::{AnswerKind, TaskKind};

    fn draft(subject: &str, claim: &str) -> Draft {
        Draft {
            topic: TaskKind::Code,
            subject: subject.to_owned(),
            claim: claim.to_owned(),
            why: String::new(),
            dissent: String::new(),
            author: Author::Operator,
            value: None,
            evidence: None,
        }
    }

    fn of(a: &str, b: &str) -> Relation {
        let subject = "How does the login test wait?";
        relation(&draft(subject, a), &draft(subject, b))
    }

    fn typed(kind: AnswerKind, key: &str) -> Draft {
        let mut draft = draft("How many retries has the login?", key);
        draft.value = Some(Value {
            kind,
            key: key.to_owned(),
        });
        draft
    }

    #[test]
    fn the_same_in_other_writing_is_the_same() {
        for (a, b) in [
            (
                "It waits for the refresh event.",
                "it waits for the REFRESH events",
            ),
            ("Three retries are enough", "3.0 retries are enough!"),
            ("It does not block", "It doesn't block"),
        ] {
            assert_eq!(of(a, b), Relation::Same, "{a} / {b}");
        }
        let (a, b) = (
            typed(AnswerKind::Number, "3"),
            typed(AnswerKind::Number, "3"),
        );
        assert_eq!(relation(&a, &b), Relation::Same);
    }

    #[test]
    fn a_negation_another_number_and_another_value_are_contrary() {
        for (a, b) in [
            (
                "It waits for the refresh event",
                "It does not wait for the refresh event",
            ),
            (
                "The refresh event blocks the login",
                "The refresh event never blocks the login",
            ),
            ("Login takes 3 retries", "Login takes 5 retries"),
            ("Login takes 3 retries", "Login takes -3 retries"),
            ("Indent with tabs", "Indent with spaces"),
            ("yes", "no"),
            ("3", "4"),
        ] {
            assert_eq!(of(a, b), Relation::Contrary, "{a} / {b}");
            assert_eq!(of(b, a), Relation::Contrary, "{b} / {a}");
        }
        for kind in [AnswerKind::Number, AnswerKind::Choice, AnswerKind::YesNo] {
            let (a, b) = (typed(kind, "3"), typed(kind, "4"));
            assert_eq!(relation(&a, &b), Relation::Contrary);
        }
    }

    #[test]
    fn other_subjects_topics_and_claims_are_apart() {
        let a = draft("How many retries has the login?", "3");
        for subject in [
            "How many retries has the upload?",
            "How many retries has the login in version 2?",
            "Which colour has the button?",
        ] {
            assert_eq!(
                relation(&a, &draft(subject, "4")),
                Relation::Apart,
                "{subject}"
            );
        }
        let mut other = draft("How many retries has the login?", "4");
        other.topic = TaskKind::Review;
        assert_eq!(relation(&a, &other), Relation::Apart);
        for (a, b) in [
            (
                "It waits for the refresh event",
                "The token is cached on disk",
            ),
            (
                "It waits for 2 events",
                "It waits for 2 events, at most 5 seconds",
            ),
        ] {
            assert_eq!(of(a, b), Relation::Apart, "{a} / {b}");
        }
        // A number and a choice cannot be compared by their keys.
        let (a, b) = (typed(AnswerKind::Number, "3"), typed(AnswerKind::Code, "x"));
        assert_ne!(relation(&a, &b), Relation::Same);
    }

    #[test]
    fn a_subject_that_says_nothing_is_nobodys() {
        assert_eq!(
            relation(&draft("why?", "yes"), &draft("why?", "no")),
            Relation::Apart
        );
    }
}
