//! Groups the answers of a council into candidates.
//!
//! A council on live members and recorded data are read by the same [`Reading`] and grouped by the same
//! [`groups`]; only where the answers come from differs.

use crate::core::conflict::question::Question;
use crate::core::conflict::reading::{Reading, Silence};
use crate::core::conflict::verdict::groups;
use crate::core::text::clipped;
use crate::core::voting::Nature;
use crate::core::{Answer, CallId, Candidate};

/// The longest label of a candidate, in bytes.
const LABEL_MAX: usize = 512;

/// What a council came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// The distinct answers, most authors first, then in the order of their calls.
    pub candidates: Vec<Candidate>,
    /// Calls whose answer says nothing that could be compared.
    pub silent: Vec<(CallId, Silence)>,
    /// Closed where every answer that says something is a closed one.
    pub nature: Nature,
}

/// Reads and groups the answers to a prompt.
#[must_use]
pub fn detect(prompt: &str, answers: &[(CallId, &Answer)]) -> Detected {
    let question = Question::of(prompt);
    let readings: Vec<Reading> = answers
        .iter()
        .map(|(_, answer)| Reading::of_answer(&question, answer))
        .collect();
    let mut candidates: Vec<Candidate> = groups(&readings)
        .into_iter()
        .filter_map(|group| {
            let members = || group.iter().filter_map(|at| answers.get(*at));
            let (_, first) = members().next()?;
            Some(Candidate {
                label: label(first, readings.get(*group.first()?)?),
                calls: members().map(|(call, _)| *call).collect(),
            })
        })
        .collect();
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.calls.len()));
    let silent = answers
        .iter()
        .zip(&readings)
        .filter_map(|((call, _), reading)| match reading {
            Reading::Said(_) => None,
            Reading::Silent(silence) => Some((*call, *silence)),
        });
    let is_closed = |reading: &Reading| match reading {
        Reading::Said(said) => said.form.is_closed(),
        Reading::Silent(_) => true,
    };
    let closed = !candidates.is_empty() && readings.iter().all(is_closed);
    Detected {
        candidates,
        silent: silent.collect(),
        nature: if closed { Nature::Closed } else { Nature::Open },
    }
}

/// All that an operator can choose from: the distinct answers, then each answer that says nothing, with
/// what is the matter with it.
#[must_use]
pub fn candidates(found: Detected, answers: &[(CallId, &Answer)]) -> Vec<Candidate> {
    let Detected {
        mut candidates,
        silent,
        ..
    } = found;
    candidates.extend(silent.into_iter().map(|(call, silence)| {
        let text = answers
            .iter()
            .find(|(one, _)| *one == call)
            .map(|(_, answer)| answer.text.headline());
        let headline = text.unwrap_or_default();
        Candidate {
            label: clipped(
                format!("({}) {headline}", silence.word()).trim_end(),
                LABEL_MAX,
            ),
            calls: vec![call],
        }
    }));
    candidates
}

/// The final answer as it was written, or the first line of a text that has none apart from itself.
fn label(answer: &Answer, reading: &Reading) -> String {
    let whole = match (&answer.block, reading) {
        (Some(block), _) => &block.value,
        (None, Reading::Said(said))
            if !answer
                .text
                .as_str()
                .trim()
                .starts_with(said.written.trim_end_matches('…')) =>
        {
            &said.written
        }
        (None, Reading::Said(_) | Reading::Silent(_)) => answer.text.headline(),
    };
    clipped(whole, LABEL_MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{candidates, detect};
    use crate::core::conflict::normal::final_answer;
    use crate::core::conflict::reading::Silence;
    use crate::core::{Answer, AnswerKind, CallId, Candidate, Text, Usage};

    fn all(prompt: &str, answers: &[(CallId, &Answer)]) -> Vec<Candidate> {
        candidates(detect(prompt, answers), answers)
    }

    fn answer(text: &str, value: Option<&str>) -> Answer {
        Answer {
            text: Text::from(text),
            block: value.map(|value| final_answer(AnswerKind::Number, &json!(value), None)),
            usage: Usage::default(),
            first_text: None,
        }
    }

    #[test]
    fn equal_finals_are_one_candidate_and_the_larger_one_comes_first() {
        let (a, b, c) = (
            answer("so 41", Some("41")),
            answer("it is 42", Some("42")),
            answer("42!", Some("42.0")),
        );
        let found = all("", &[(CallId(1), &a), (CallId(2), &b), (CallId(3), &c)]);
        let shape: Vec<(&str, usize)> = found
            .iter()
            .map(|one| (one.label.as_str(), one.calls.len()))
            .collect();
        assert_eq!(shape, [("42", 2), ("41", 1)]);
    }

    #[test]
    fn prose_without_a_final_answer_agrees_with_nobody_but_its_twin() {
        let (a, b) = (answer("maybe", None), answer("perhaps", None));
        assert_eq!(all("", &[(CallId(1), &a), (CallId(2), &b)]).len(), 2);
        assert_eq!(all("", &[(CallId(1), &a), (CallId(2), &a)]).len(), 1);
    }

    #[test]
    fn a_text_with_its_final_answer_stands_with_a_block_of_the_same() {
        let (a, b) = (
            answer("{\"answer\": \"42\"}", None),
            answer("so", Some("42")),
        );
        assert_eq!(
            all("How many?", &[(CallId(1), &a), (CallId(2), &b)]).len(),
            1
        );
    }

    #[test]
    fn an_answer_that_says_nothing_is_shown_but_no_candidate() {
        let (a, b, c) = (
            answer("42", Some("42")),
            answer("I'm sorry, but I can't help with that.", None),
            answer("  ", None),
        );
        let all = [(CallId(1), &a), (CallId(2), &b), (CallId(3), &c)];
        let found = detect("", &all);
        assert_eq!(found.candidates.len(), 1);
        assert_eq!(
            found.silent,
            [(CallId(2), Silence::Refused), (CallId(3), Silence::Empty)]
        );
        let labels: Vec<String> = candidates(found, &all)
            .into_iter()
            .map(|one| one.label)
            .collect();
        assert_eq!(
            labels,
            [
                "42",
                "(refused) I'm sorry, but I can't help with that.",
                "(empty)"
            ]
        );
    }
}
