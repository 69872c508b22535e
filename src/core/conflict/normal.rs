//! Normal forms of final answers by their kind, so that equal answers compare equal.
//!
//! Measured on recorded data, the typed normal form of an answer field finds conflicts far better
//! than any comparison of prose; so prose is not compared here at all.

use serde_json::Value;

use crate::core::{AnswerKind, FinalAnswer};

/// Makes a final answer of a kind and a value as written.
#[must_use]
pub fn final_answer(kind: AnswerKind, value: &Value, confidence: Option<f64>) -> FinalAnswer {
    let written = match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    };
    FinalAnswer {
        key: key(kind, &written, value),
        kind,
        value: written,
        confidence: confidence.filter(|share| (0.0..=1.0).contains(share)),
    }
}

fn key(kind: AnswerKind, written: &str, value: &Value) -> String {
    match kind {
        AnswerKind::Choice => choice(written),
        AnswerKind::Number => number(written),
        AnswerKind::YesNo => yes_no(written),
        AnswerKind::Code => code(written),
        AnswerKind::Json => json(written, value),
        AnswerKind::Text => prose(written),
    }
}

/// `(b)`, `B.` and `b` are the same choice.
fn choice(written: &str) -> String {
    written
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '.' | ':' | '[' | ']'))
        .to_uppercase()
}

/// `1,000.50` and `$1000.5` are the same number; what is no number stays prose. `1,5` is none: it
/// may mean one and a half, and two different numbers must never become equal.
fn number(written: &str) -> String {
    let bare = written
        .trim()
        .trim_start_matches(['$', '€', '£', '=', ' '])
        .trim_end_matches(['%', '.', ' '])
        .replace('\u{2212}', "-");
    let Some(digits) = without_separators(&bare) else {
        return prose(written);
    };
    if let Some(whole) = whole_number(&digits) {
        return whole;
    }
    match digits.parse::<f64>() {
        Ok(number) if number.is_finite() => {
            let number = if number == 0.0 { 0.0 } else { number };
            format!("{number}")
        }
        Ok(_) | Err(_) => prose(written),
    }
}

/// Drops `,`, `_`, `'` and blanks where they part groups of three digits before the point.
fn without_separators(bare: &str) -> Option<String> {
    let (whole, rest) = bare.split_at(bare.find('.').unwrap_or(bare.len()));
    let is_separator = |c: char| matches!(c, ',' | '_' | '\'') || c.is_whitespace();
    if rest.contains(is_separator) {
        return None;
    }
    let mut groups = whole.split(is_separator);
    let first = groups.next()?;
    let mut joined = first.to_owned();
    let lead = first.trim_start_matches(['-', '+']).len();
    for group in groups {
        let is_group = group.len() == 3 && group.chars().all(|c| c.is_ascii_digit());
        if !is_group || !(1..=3).contains(&lead) {
            return None;
        }
        joined.push_str(group);
    }
    joined.push_str(rest);
    Some(joined)
}

/// A whole number digit by digit, so that large neighbours stay apart.
fn whole_number(digits: &str) -> Option<String> {
    let (sign, bare) = match digits.strip_prefix('-') {
        Some(bare) => ("-", bare),
        None => ("", digits.strip_prefix('+').unwrap_or(digits)),
    };
    if bare.is_empty() || !bare.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    Some(match bare.trim_start_matches('0') {
        "" => "0".to_owned(),
        significant => format!("{sign}{significant}"),
    })
}

fn yes_no(written: &str) -> String {
    let word: String = written
        .trim()
        .to_lowercase()
        .chars()
        .take_while(|c| c.is_alphabetic())
        .collect();
    match word.as_str() {
        "yes" | "y" | "true" | "correct" => "yes".to_owned(),
        "no" | "n" | "false" | "incorrect" => "no".to_owned(),
        _ => prose(written),
    }
}

/// Code without blank lines and trailing blanks; indentation counts.
fn code(written: &str) -> String {
    let lines: Vec<&str> = written
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

/// Objects compare whatever the order of their keys: `serde_json` keeps them sorted.
fn json(written: &str, value: &Value) -> String {
    match value {
        Value::String(text) => serde_json::from_str::<Value>(text)
            .map_or_else(|_| prose(written), |inner| inner.to_string()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

fn prose(written: &str) -> String {
    let words: Vec<String> = written.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_end_matches(['.', '!', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::final_answer;
    use crate::core::AnswerKind::{self, Choice, Code, Json, Number, Text, YesNo};

    fn same(kind: AnswerKind, a: &serde_json::Value, b: &serde_json::Value) -> bool {
        final_answer(kind, a, None).key == final_answer(kind, b, None).key
    }

    #[test]
    fn equal_answers_have_equal_keys_however_they_are_written() {
        assert!(same(Choice, &json!("(b)"), &json!("B.")));
        assert!(same(Number, &json!("1,000.50"), &json!(1000.5)));
        assert!(same(Number, &json!("-0"), &json!(0)));
        assert!(same(Number, &json!("1e3"), &json!("1 000")));
        assert!(same(Number, &json!("\u{2212}7"), &json!(-7.0)));
        assert!(same(YesNo, &json!("Yes, it does"), &json!(true)));
        assert!(same(Code, &json!("a = 1  \n\nb\n"), &json!("a = 1\nb")));
        assert!(same(
            Json,
            &json!({"b": 1, "a": 2}),
            &json!("{\"a\":2,\"b\":1}")
        ));
        assert!(same(Text, &json!("The  Sun."), &json!("the sun")));
    }

    #[test]
    fn different_answers_have_different_keys() {
        assert!(!same(Choice, &json!("A"), &json!("B")));
        assert!(!same(Number, &json!("1000"), &json!("100.0")));
        assert!(!same(Number, &json!("1,5"), &json!("15")));
        assert!(!same(Number, &json!("1 2"), &json!("12")));
        assert!(!same(
            Number,
            &json!("9007199254740993"),
            &json!("9007199254740992")
        ));
        assert!(!same(YesNo, &json!("yes"), &json!("no")));
        assert!(!same(Code, &json!("  a"), &json!("a")));
    }

    #[test]
    fn a_confidence_out_of_range_is_dropped() {
        assert_eq!(final_answer(Text, &json!("x"), Some(7.0)).confidence, None);
        assert_eq!(
            final_answer(Text, &json!("x"), Some(0.5)).confidence,
            Some(0.5)
        );
    }
}
