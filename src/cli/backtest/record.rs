//! What a replay reads of a record; the rest of a line is passed over.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::cli::records::{Mark, word};
use crate::core::conflict::question::Question;
use crate::core::conflict::reading::Reading;
use crate::core::conflict::verdict::groups;

/// An item and the answers to it.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    #[serde(default)]
    pub(super) id: Value,
    #[serde(default)]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) phase: Option<i64>,
    #[serde(default)]
    pub(super) prompt: String,
    #[serde(default)]
    pub(super) alternatives: Option<u32>,
    /// By member.
    pub(super) answers: BTreeMap<String, Answer>,
}

/// What a member gave.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    #[serde(default, rename = "answer")]
    said: Option<Value>,
    #[serde(default)]
    normalised: Option<Value>,
    #[serde(default)]
    correct: Option<Mark>,
    #[serde(default)]
    official: Option<Mark>,
    #[serde(default)]
    seconds: Option<f64>,
    #[serde(default)]
    cost: Option<f64>,
}

impl Answer {
    /// Whether it is right, where the record says so.
    pub(super) fn is_right(&self) -> Option<bool> {
        self.correct.or(self.official).map(Mark::is_right)
    }

    /// How long it took, and what it cost; and whether one of the two is no such number.
    pub(super) fn took(&self) -> (Option<f32>, Option<f32>, bool) {
        let (seconds, cost) = (sound(self.seconds), sound(self.cost));
        let is_odd =
            seconds.is_none() && self.seconds.is_some() || cost.is_none() && self.cost.is_some();
        (seconds, cost, is_odd)
    }
}

/// A number that can be a time or a price.
#[expect(
    clippy::cast_possible_truncation,
    reason = "times and prices, not accounts"
)]
fn sound(number: Option<f64>) -> Option<f32> {
    number
        .map(|number| number as f32)
        .filter(|number| number.is_finite() && *number >= 0.0)
}

/// Which group of equal answers each is in; none where it says nothing. Where all have a normal form,
/// that tells; else they are compared as a council's are.
pub(super) fn grouped(prompt: &str, answers: &[&Answer]) -> Vec<Option<u16>> {
    let is_null = |value: &Option<Value>| value.as_ref().is_none_or(Value::is_null);
    let says = |answer: &Answer| !is_null(&answer.said);
    let has_form = |answer: &Answer| !is_null(&answer.normalised);
    let mut given = vec![None; answers.len()];
    if answers
        .iter()
        .all(|answer| !says(answer) || has_form(answer))
    {
        let mut forms: Vec<String> = Vec::new();
        for (answer, group) in answers.iter().zip(&mut given) {
            let form = answer.normalised.clone().map(word).unwrap_or_default();
            if !says(answer) || form.is_empty() {
                continue;
            }
            let known = forms.iter().position(|one| *one == form);
            let place = known.unwrap_or_else(|| {
                forms.push(form);
                forms.len() - 1
            });
            *group = u16::try_from(place).ok();
        }
        return given;
    }
    let question = Question::of(prompt);
    let speaking: Vec<usize> = answers
        .iter()
        .enumerate()
        .filter(|(_, answer)| says(answer))
        .map(|(place, _)| place)
        .collect();
    let readings: Vec<Reading> = speaking
        .iter()
        .filter_map(|place| answers.get(*place))
        .map(|answer| {
            let form = answer.normalised.clone().filter(|form| !form.is_null());
            let said = form.or_else(|| answer.said.clone());
            Reading::of_field(&question, &said.map(word).unwrap_or_default())
        })
        .collect();
    for (number, group) in groups(&readings).into_iter().enumerate() {
        for place in group.iter().filter_map(|at| speaking.get(*at)) {
            if let Some(one) = given.get_mut(*place) {
                *one = u16::try_from(number).ok();
            }
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Record, grouped};

    fn groups(line: &str) -> Vec<Option<u16>> {
        let record: Record = serde_json::from_str(line).unwrap();
        let answers: Vec<_> = record.answers.values().collect();
        grouped(&record.prompt, &answers)
    }

    #[test]
    fn equal_answers_are_those_whose_normal_form_is() {
        assert_eq!(
            groups(
                r#"{"answers":{"a":{"answer":"1/2","normalised":"x"},"b":{"answer":"0.5","normalised":"y"},
                "c":{"answer":"half","normalised":"x"},"d":{"answer":null},"e":{"answer":"","normalised":""}}}"#
            ),
            [Some(0), Some(1), Some(0), None, None]
        );
    }

    #[test]
    fn without_one_they_are_compared_as_in_a_council() {
        assert_eq!(
            groups(
                r#"{"prompt":"How many eggs are 5 and 7?","answers":{"a":{"answer":"12"},"b":{"answer":"12 eggs"},
                "c":{"answer":13},"d":{},"e":{"answer":"twelve","normalised":"12.0"}}}"#
            ),
            [Some(0), Some(0), Some(1), None, Some(0)]
        );
    }

    #[test]
    fn what_is_no_time_and_no_price_is_unknown() {
        let took = |line: &str| {
            let record: Record = serde_json::from_str(line).unwrap();
            record.answers.values().next().unwrap().took()
        };
        assert_eq!(
            took(r#"{"answers":{"a":{"seconds":2,"cost":0}}}"#),
            (Some(2.0), Some(0.0), false)
        );
        assert_eq!(
            took(r#"{"answers":{"a":{"seconds":-2,"cost":1e300}}}"#),
            (None, None, true)
        );
        assert_eq!(
            took(r#"{"answers":{"a":{"seconds":null}}}"#),
            (None, None, false)
        );
        assert!(serde_json::from_str::<Record>(r#"{"answers":{"a":{"cost":NaN}}}"#).is_err());
    }
}
