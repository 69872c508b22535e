//! The typed final answer of a rehearsal, taken from the prompt alone. Pure.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// How a prompt shows that it wants a final block, and how the block opens.
const FENCE: &str = "```final";

/// Opinions for questions without choices.
const OPINIONS: [&str; 6] = [
    "Make the smallest change that can be measured.",
    "Keep the present way and write down why.",
    "Split the work in two and do the risky half first.",
    "Write the failing test before anything else.",
    "Ask the people who use it before changing it.",
    "Remove the old path once the new one has run for a week.",
];

/// A final answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    kind: &'static str,
    value: Value,
    confidence: f64,
}

impl Verdict {
    /// What everybody thinks of `prompt`.
    pub(super) fn of(prompt: &str) -> Self {
        Self::nth(prompt, 0)
    }

    /// What the one that is wrong thinks of it: always another value.
    pub(super) fn contrary(prompt: &str) -> Self {
        Self::nth(prompt, 1)
    }

    /// The value that a prompt orders; its kind follows from its look.
    pub(super) fn ordered(value: &str) -> Self {
        let value = value.trim();
        let parsed: Option<Value> = serde_json::from_str(value).ok();
        let (kind, value) = match parsed {
            Some(number @ Value::Number(_)) => ("number", number),
            Some(json @ (Value::Object(_) | Value::Array(_))) => ("json", json),
            Some(Value::Null | Value::Bool(_) | Value::String(_)) | None => {
                let kind = match value {
                    "yes" | "no" => "yesno",
                    letter if letter.len() == 1 => "choice",
                    _ => "text",
                };
                (kind, json!(value))
            }
        };
        Self {
            kind,
            value,
            confidence: 0.9,
        }
    }

    /// Whether `prompt` wants a final block.
    pub(super) fn is_wanted(prompt: &str) -> bool {
        prompt.contains(FENCE)
    }

    /// The value in a sentence.
    pub(super) fn spoken(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_)) => other.to_string(),
        }
    }

    /// The block that ends an answer.
    pub(super) fn block(&self) -> String {
        let body = json!({
            "kind": self.kind,
            "value": self.value,
            "confidence": self.confidence,
        });
        format!("{FENCE}\n{body}\n```")
    }

    /// The value `step` places after the one that everybody takes.
    fn nth(prompt: &str, step: u64) -> Self {
        let dice = number_of(prompt);
        let question = prompt.to_lowercase();
        let choices = choices(prompt);
        let (kind, value) = if choices.len() >= 2 {
            ("choice", json!(pick(&choices, dice, step)))
        } else if ["how many", "how much", "what number"]
            .iter()
            .any(|words| question.contains(words))
        {
            ("number", json!(dice % 90 + 10 + step))
        } else if asks_yes_or_no(&question) {
            ("yesno", json!(pick(&["yes", "no"], dice, step)))
        } else {
            ("text", json!(pick(&OPINIONS, dice, step)))
        };
        let confidence = [0.72, 0.78, 0.84, 0.9];
        Self {
            kind,
            value,
            confidence: *pick(&confidence, dice / 7, 0),
        }
    }
}

/// A number that stands for a text.
pub(super) fn number_of(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// The item that the dice show, or one `step` places later.
fn pick<T>(items: &[T], dice: u64, step: u64) -> &T {
    let count = items.len() as u64;
    let place = (dice % count + step) % count;
    &items[usize::try_from(place).unwrap_or_default()]
}

/// Letters of lines like `A) …`, `B. …` or `(C) …`, in order.
fn choices(prompt: &str) -> Vec<char> {
    let mut letters: Vec<char> = prompt
        .lines()
        .filter_map(|line| {
            let mut chars = line
                .trim_start()
                .trim_start_matches(['(', '-', ' '])
                .chars();
            match (chars.next(), chars.next()) {
                (Some(letter @ 'A'..='Z'), Some(')' | '.' | ':')) => Some(letter),
                _ => None,
            }
        })
        .collect();
    letters.dedup();
    letters
}

fn asks_yes_or_no(question: &str) -> bool {
    const OPENERS: [&str; 12] = [
        "is ", "are ", "does ", "do ", "did ", "can ", "could ", "should ", "will ", "would ",
        "has ", "shall ",
    ];
    question.contains("yes or no")
        || question
            .lines()
            .map(str::trim)
            .any(|line| line.ends_with('?') && OPENERS.iter().any(|word| line.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_follows_the_question() {
        for (prompt, kind) in [
            ("Is the sky blue?", "yesno"),
            ("Answer yes or no: shall we go", "yesno"),
            ("How many tests are slow?", "number"),
            ("Which?\nA) one\nB) two\n", "choice"),
            ("Name the bug.", "text"),
        ] {
            assert_eq!(Verdict::of(prompt).kind, kind, "{prompt}");
        }
    }

    #[test]
    fn the_contrary_is_another_value_of_the_same_kind() {
        for prompt in [
            "Is it?",
            "How many?",
            "A) x\nB) y",
            "Fix it.",
            "Fix it now.",
        ] {
            let (right, wrong) = (Verdict::of(prompt), Verdict::contrary(prompt));
            assert_eq!(right.kind, wrong.kind);
            assert_ne!(right.value, wrong.value);
        }
    }

    #[test]
    fn orders_are_typed_by_their_look() {
        for (order, kind, value) in [
            ("42", "number", json!(42)),
            ("yes", "yesno", json!("yes")),
            ("B", "choice", json!("B")),
            ("{\"a\":1}", "json", json!({"a": 1})),
            ("true story", "text", json!("true story")),
        ] {
            let verdict = Verdict::ordered(order);
            assert_eq!((verdict.kind, verdict.value), (kind, value));
        }
    }

    #[test]
    fn the_block_is_a_fence_around_one_line_of_json() {
        let block = Verdict::ordered("B").block();
        let body = block
            .strip_prefix("```final\n")
            .unwrap()
            .strip_suffix("\n```")
            .unwrap();
        let read: Value = serde_json::from_str(body).unwrap();
        assert_eq!(
            read,
            json!({"kind": "choice", "value": "B", "confidence": 0.9})
        );
    }
}
