//! Groups the answers of a council into candidates: equal final answers are one candidate.
//!
//! An answer without a final answer stands alone; unequal prose is never called equal.

use crate::core::text::clipped;
use crate::core::{Answer, CallId, Candidate};

/// The longest label of a candidate, in bytes.
const LABEL_MAX: usize = 512;

/// The distinct answers, most authors first, then in the order of their calls.
#[must_use]
pub fn candidates(answers: &[(CallId, &Answer)]) -> Vec<Candidate> {
    let mut found: Vec<(&Answer, Candidate)> = Vec::new();
    for (call, answer) in answers {
        let same = found.iter_mut().find(|(first, _)| agree(first, answer));
        match same {
            Some((_, candidate)) => candidate.calls.push(*call),
            None => found.push((
                answer,
                Candidate {
                    label: label(answer),
                    calls: vec![*call],
                },
            )),
        }
    }
    let mut candidates: Vec<Candidate> =
        found.into_iter().map(|(_, candidate)| candidate).collect();
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.calls.len()));
    candidates
}

fn agree(a: &Answer, b: &Answer) -> bool {
    match (&a.block, &b.block) {
        (Some(a), Some(b)) => a.kind == b.kind && a.key == b.key,
        (None, None) => a.text == b.text,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn label(answer: &Answer) -> String {
    let whole = match &answer.block {
        Some(block) => &block.value,
        None => answer.text.headline(),
    };
    clipped(whole, LABEL_MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::candidates;
    use crate::core::conflict::normal::final_answer;
    use crate::core::{Answer, AnswerKind, CallId, Text, Usage};

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
        let found = candidates(&[(CallId(1), &a), (CallId(2), &b), (CallId(3), &c)]);
        let shape: Vec<(&str, usize)> = found
            .iter()
            .map(|one| (one.label.as_str(), one.calls.len()))
            .collect();
        assert_eq!(shape, [("42", 2), ("41", 1)]);
    }

    #[test]
    fn prose_without_a_final_answer_agrees_with_nobody_but_its_twin() {
        let (a, b) = (answer("maybe", None), answer("perhaps", None));
        assert_eq!(candidates(&[(CallId(1), &a), (CallId(2), &b)]).len(), 2);
        assert_eq!(candidates(&[(CallId(1), &a), (CallId(2), &a)]).len(), 1);
    }
}
