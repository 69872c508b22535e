//! Reads a ballot from a model's text. Lenient in the form, strict in the content: what is missing,
//! unknown, doubled or out of range is said, so that the voter can be asked once to mend it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ballot::in_range;
use super::{Abstention, Ballot, Fault, Faults, SCORE_MAX, Sheet, Vote, sheet};
use crate::core::json::{Fields, last_object, truth};
use crate::core::text::one_line;

/// The form of a ballot, for the prompt.
pub const SCHEMA: &str = r#"{
  "type": "object",
  "properties": {
    "ranking": {
      "description": "all labels, best first; labels in one inner list are tied",
      "type": "array",
      "items": {"type": "array", "minItems": 1, "items": {"type": "string"}}
    },
    "scores": {
      "description": "a score for each label",
      "type": "object",
      "additionalProperties": {"type": "number", "minimum": 0, "maximum": 10}
    },
    "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    "reason": {"description": "one line", "type": "string", "maxLength": 400},
    "abstain": {"type": "boolean"}
  },
  "required": ["ranking", "scores", "confidence", "reason"],
  "additionalProperties": false
}"#;

/// Reads the last ballot of a text: an answer that is quoted before it may hold one as well.
pub fn read(sheet: &Sheet, text: &str) -> Result<Vote, Faults> {
    let fields = last_object(text, is_ballot).ok_or_else(|| Faults(vec![Fault::NoBallot]))?;
    let reason = fields.text("reason");
    if fields.value("abstain").as_ref().and_then(truth) == Some(true) {
        let reason = one_line(&reason, super::ballot::REASON_MAX);
        return Ok(Vote::Abstained(Abstention::Chosen { reason }));
    }
    let mut faults = Faults::default();
    let scores = scores(sheet, &fields, &mut faults);
    let ranking = match fields.value("ranking") {
        Some(Value::Null) | None if scores.is_empty() => return Err(Faults(vec![Fault::NoBallot])),
        Some(Value::Null) | None => by_score(&scores),
        Some(written) => ranking(sheet, &written, &mut faults),
    };
    let confidence = fields
        .value("confidence")
        .filter(|written| !written.is_null())
        .and_then(|written| number(&written, "the confidence", 1.0, &mut faults));
    match Ballot::new(sheet, ranking, scores, confidence, &reason) {
        Ok(ballot) if faults.0.is_empty() => Ok(Vote::Ranked(ballot)),
        Ok(_) => Err(faults),
        Err(more) => {
            for fault in more.0 {
                let told = faults.0.iter().any(|before| same_label(before, &fault));
                if !told {
                    faults.add(fault);
                }
            }
            Err(faults)
        }
    }
}

fn is_ballot(fields: &Fields) -> bool {
    let names = ["ranking", "scores", "abstain"];
    names.iter().any(|name| fields.has(name))
}

/// Whether an earlier fault says already why a score is missing.
fn same_label(before: &Fault, fault: &Fault) -> bool {
    let Fault::Unscored { label } = fault else {
        return before == fault;
    };
    let score = score_of(label);
    matches!(before, Fault::NotANumber { what } | Fault::OutOfRange { what, .. } if *what == score)
        || before == fault
}

fn score_of(label: &str) -> String {
    format!("the score of `{label}`")
}

fn by_score(scores: &BTreeMap<usize, f64>) -> Vec<Vec<usize>> {
    let mut order: Vec<(usize, f64)> = scores.iter().map(|(it, score)| (*it, *score)).collect();
    order.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let levels = order.chunk_by(|(_, one), (_, other)| one.total_cmp(other).is_eq());
    levels
        .map(|level| level.iter().map(|(candidate, _)| *candidate).collect())
        .collect()
}

/// A list of labels or of lists of them, or `A > B = C` in one text.
fn ranking(sheet: &Sheet, written: &Value, faults: &mut Faults) -> Vec<Vec<usize>> {
    let text;
    let levels: Vec<Vec<&str>> = match written {
        Value::Array(levels) => levels.iter().map(labels_of).collect(),
        Value::String(line) => {
            text = line.replace(['>', ','], "\n");
            let levels = text.lines().map(|level| level.split('=').collect());
            levels.collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    };
    let mut ranking = Vec::new();
    for level in levels {
        if faults.is_full() {
            break;
        }
        let known = level
            .into_iter()
            .filter_map(|label| known(sheet, label, faults));
        ranking.push(known.collect());
    }
    ranking
}

fn labels_of(level: &Value) -> Vec<&str> {
    match level {
        Value::Array(labels) => labels.iter().filter_map(Value::as_str).collect(),
        Value::String(label) => vec![label],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

/// The candidate under a label; a label of nobody is a fault.
fn known(sheet: &Sheet, label: &str, faults: &mut Faults) -> Option<usize> {
    let candidate = sheet.candidate(label);
    if candidate.is_none() && !faults.is_full() {
        let label = sheet::repeated(label);
        let fault = Fault::UnknownLabel { label };
        if !faults.0.contains(&fault) {
            faults.add(fault);
        }
    }
    candidate
}

fn scores(sheet: &Sheet, fields: &Fields, faults: &mut Faults) -> BTreeMap<usize, f64> {
    let mut scores = BTreeMap::new();
    for (label, written) in pairs(fields) {
        if faults.is_full() {
            break;
        }
        let Some(candidate) = known(sheet, &label, faults) else {
            continue;
        };
        let label = sheet.label_of(candidate).unwrap_or(label);
        let what = score_of(&label);
        if let Some(score) = number(&written, &what, SCORE_MAX, faults)
            && scores.insert(candidate, score).is_some()
        {
            faults.add(Fault::ScoredTwice { label });
        }
    }
    scores
}

/// Names and values of an object, or `{"label": …, "score": …}` in a list.
fn pairs(fields: &Fields) -> Vec<(String, Value)> {
    if let Some(scores) = fields.fields("scores") {
        return scores.into_pairs().collect();
    }
    let list = fields.list("scores").unwrap_or_default();
    let pair = |one: Fields| {
        let mut labels = ["label", "candidate"].iter().map(|name| one.text(name));
        let label = labels.find(|label| !label.is_empty())?;
        Some((label, one.value("score")?))
    };
    list.into_iter().flatten().filter_map(pair).collect()
}

/// A number from 0 to `most`: 7, "7", "7/10", "70%".
fn number(written: &Value, what: &str, most: f64, faults: &mut Faults) -> Option<f64> {
    let value = match written {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => spoken(text.trim(), most),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let fault = match value {
        Some(value) => in_range(what, value, most),
        None => Some(Fault::NotANumber {
            what: what.to_owned(),
        }),
    };
    match fault {
        Some(fault) => {
            faults.add(fault);
            None
        }
        None => value,
    }
}

fn spoken(text: &str, most: f64) -> Option<f64> {
    if let Some(percent) = text.strip_suffix('%') {
        return Some(percent.trim().parse::<f64>().ok()? / 100.0 * most);
    }
    match text.split_once('/') {
        Some((part, whole)) => {
            let (part, whole): (f64, f64) = (part.trim().parse().ok()?, whole.trim().parse().ok()?);
            Some(part / whole * most)
        }
        None => text.parse().ok(),
    }
}
