//! Reads a ballot from a model's text. Lenient in the form, strict in the content: what is missing,
//! unknown, doubled or out of range is said, so that the voter can be asked once to mend it.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::ballot::in_range;
use super::{Abstention, Ballot, Fault, Faults, SCORE_MAX, Sheet, Vote};
use crate::core::text::{clipped, one_line};

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

/// The end of a longer text is what is read, in bytes.
const TEXT_MAX: usize = 256 * 1024;
/// How many places are tried as the beginning of an object.
const TRIES: usize = 256;
/// The longest label that is repeated in a fault, in bytes.
const LABEL_MAX: usize = 32;

/// Reads the last ballot of a text: an answer that is quoted before it may hold one as well.
pub fn read(sheet: &Sheet, text: &str) -> Result<Vote, Faults> {
    let fields = fields(text).ok_or_else(|| Faults(vec![Fault::NoBallot]))?;
    let reason = match fields.value("reason") {
        Some(Value::String(reason)) => reason,
        Some(_) | None => String::new(),
    };
    if says_yes(fields.value("abstain").as_ref()) {
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
        let label = one_line(&clipped(label, LABEL_MAX), LABEL_MAX);
        let fault = Fault::UnknownLabel { label };
        if !faults.0.contains(&fault) {
            faults.add(fault);
        }
    }
    candidate
}

fn scores(sheet: &Sheet, fields: &Fields, faults: &mut Faults) -> BTreeMap<usize, f64> {
    let mut scores = BTreeMap::new();
    for (label, written) in fields.pairs("scores") {
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

fn says_yes(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(word)) => {
            word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("yes")
        }
        Some(Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_)) | None => false,
    }
}

/// The fields of an object as they stand in the text, doubled ones included.
struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    fn raw(&self, name: &str) -> Option<&RawValue> {
        let mut fields = self.0.iter().rev();
        let (_, value) = fields.find(|(field, _)| field.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    fn value(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.raw(name)?.get()).ok()
    }

    /// Names and values of an object, or `{"label": …, "score": …}` in a list.
    fn pairs(&self, name: &str) -> Vec<(String, Value)> {
        let Some(raw) = self.raw(name) else {
            return Vec::new();
        };
        if let Ok(Self(pairs)) = serde_json::from_str::<Self>(raw.get()) {
            let value = |raw: &RawValue| serde_json::from_str(raw.get()).unwrap_or_default();
            return pairs
                .into_iter()
                .map(|(label, raw)| (label, value(&raw)))
                .collect();
        }
        let list: Vec<Value> = serde_json::from_str(raw.get()).unwrap_or_default();
        let pair = |one: &Value| {
            let label = ["label", "candidate"].iter().find_map(|it| one.get(it))?;
            Some((label.as_str()?.to_owned(), one.get("score")?.clone()))
        };
        list.iter().filter_map(pair).collect()
    }

    fn is_ballot(&self) -> bool {
        ["ranking", "scores", "abstain"]
            .iter()
            .any(|name| self.raw(name).is_some())
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// The last object of a text that looks like a ballot, fenced or bare.
fn fields(text: &str) -> Option<Fields> {
    let start = text.len().saturating_sub(TEXT_MAX);
    let start = (start..=text.len()).find(|at| text.is_char_boundary(*at))?;
    let text = mended(text.get(start..)?);
    let (mut found, mut from) = (None, 0);
    for _ in 0..TRIES {
        let Some(at) = text.get(from..).and_then(|rest| rest.find('{')) else {
            break;
        };
        from += at;
        let mut values =
            serde_json::Deserializer::from_str(text.get(from..)?).into_iter::<Fields>();
        match values.next() {
            Some(Ok(fields)) => {
                from += values.byte_offset();
                if fields.is_ballot() {
                    found = Some(fields);
                }
            }
            Some(Err(_)) | None => from += 1,
        }
    }
    found
}

/// The text with what models write and JSON does not know made readable: `NaN` and the infinite
/// numbers become null, which is no number either, and a comma before a closing bracket goes.
fn mended(text: &str) -> String {
    let mut fixed = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !in_string {
            let words = ["-Infinity", "+Infinity", "Infinity", "-NaN", "NaN"];
            if let Some(after) = words.iter().find_map(|word| rest.strip_prefix(word)) {
                fixed.push_str("null");
                rest = after;
                continue;
            }
            if matches!(c, '}' | ']') {
                let kept = fixed.trim_end();
                if kept.ends_with(',') {
                    fixed.truncate(kept.len() - 1);
                }
            }
        }
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && c == '\\' && !escaped;
        fixed.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    fixed
}
