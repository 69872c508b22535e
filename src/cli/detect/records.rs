//! What of a record the detector may see, and what is only for scoring.
//!
//! They are two types: [`Given`] has the answer and the text of a member, and nothing that says whether
//! they are right.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::cli::records::{Mark, present, word};

/// An item and the answers to it.
#[derive(Debug, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Record {
    /// Its name.
    pub(super) id: String,
    /// Its kind, such as `gsm`.
    pub(super) task: String,
    /// What was asked.
    pub(super) prompt: String,
    /// The answers, by member.
    pub(super) given: Vec<Given>,
    /// Whether each of them is right, where the record says so. Not for the detector.
    pub(super) right: Vec<Option<bool>>,
}

/// What a member gave: all that the detector sees of it.
#[derive(Debug)]
pub(super) struct Given {
    /// Who.
    pub(super) member: String,
    /// The final answer, where it was recorded apart.
    pub(super) answer: Option<String>,
    /// The whole text, where it was recorded.
    pub(super) text: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    prompt: String,
    answers: BTreeMap<String, WrittenAnswer>,
}

#[derive(Deserialize)]
struct WrittenAnswer {
    #[serde(default, deserialize_with = "present")]
    answer: Option<Value>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    official: Option<Mark>,
    #[serde(default)]
    correct: Option<Mark>,
}

impl From<Written> for Record {
    fn from(written: Written) -> Self {
        let mut record = Self {
            id: written.id.map(word).unwrap_or_default(),
            task: written.kind.unwrap_or_else(|| "general".to_owned()),
            prompt: written.prompt,
            given: Vec::new(),
            right: Vec::new(),
        };
        for (member, one) in written.answers {
            record
                .right
                .push(one.official.or(one.correct).map(Mark::is_right));
            record.given.push(Given {
                member,
                answer: one.answer.map(word),
                text: one.text,
            });
        }
        record
    }
}

#[cfg(test)]
mod tests {
    use super::Record;

    fn record(line: &str) -> Record {
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn the_authors_own_mark_counts_before_another_one() {
        let read = record(
            r#"{"id":"x","kind":"k","prompt":"p","gold":"5","answers":{
                "a":{"answer":"5","correct":1,"official":0,"normalised":"5"},
                "b":{"answer":5,"correct":true},
                "c":{"answer":null,"text":"t"}}}"#,
        );
        assert_eq!(read.right, [Some(false), Some(true), None]);
        let given: Vec<_> = read
            .given
            .iter()
            .map(|one| {
                (
                    one.member.as_str(),
                    one.answer.as_deref(),
                    one.text.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            given,
            [
                ("a", Some("5"), None),
                ("b", Some("5"), None),
                ("c", Some(""), Some("t"))
            ]
        );
    }

    #[test]
    fn a_record_needs_answers_and_little_else() {
        assert!(serde_json::from_str::<Record>("{}").is_err());
        assert_eq!(record(r#"{"id":7,"answers":{}}"#).id, "7");
    }
}
