//! Texts that decline to answer, and texts that end before they come to an answer.

use crate::core::conflict::reading::Silence;

/// The longest text that declines, in bytes; a longer one does something else as well.
const REFUSAL_MAX: usize = 1_500;
/// From how many bytes on a text without an end is one that was cut.
const CUT_FROM: usize = 120;

/// How a text that declines begins, in small letters.
const REFUSALS: [&str; 16] = [
    "i'm unable to",
    "i am unable to",
    "i'm not able to",
    "i am not able to",
    "i cannot help",
    "i can't help",
    "i cannot assist",
    "i can't assist",
    "i cannot provide",
    "i can't provide",
    "i must decline",
    "i won't be able to",
    "i won't help",
    "i won't assist",
    "i won't provide",
    "i won't answer",
];
/// How a text apologises; what declines comes right after it.
const APOLOGIES: [&str; 6] = [
    "i'm sorry, but ",
    "i am sorry, but ",
    "i'm sorry, ",
    "sorry, but ",
    "sorry, ",
    "i apologize, but ",
];
/// What declines after an apology.
const DECLINES: [&str; 3] = ["i can't", "i cannot", "i can not"];

/// Why a text without a final answer says nothing; `None` when it is a text like any other.
#[must_use]
pub fn of(front: &str, back: &str) -> Option<Silence> {
    if is_refusal(front) {
        return Some(Silence::Refused);
    }
    is_cut(back).then_some(Silence::CutOff)
}

fn is_refusal(text: &str) -> bool {
    let text = text.trim();
    if text.len() > REFUSAL_MAX {
        return false;
    }
    let plain = text.to_lowercase().replace('\u{2019}', "'");
    let begins = |text: &str| REFUSALS.iter().any(|words| text.starts_with(words));
    let sorry = APOLOGIES.iter().any(|sorry| {
        let rest = plain.strip_prefix(sorry).unwrap_or_default();
        DECLINES.iter().any(|words| rest.starts_with(words))
    });
    let as_model = |text: &str| {
        text.starts_with("as an ai") && (text.contains("cannot") || text.contains("can't"))
    };
    begins(&plain) || sorry || as_model(&plain)
}

/// Whether a text stops in the middle: of a JSON object, of a fence, or of a sentence.
fn is_cut(text: &str) -> bool {
    let text = text.trim_end();
    let start = text.trim_start();
    let is_object = start
        .trim_start_matches(['`', ' ', '\n'])
        .trim_start_matches("json")
        .trim_start()
        .starts_with("{\"")
        || start.contains("{\n");
    if is_object && !text.trim_end_matches(['`', '\n', ' ']).ends_with('}') && !text.contains('}') {
        return true;
    }
    let ticks = text
        .lines()
        .filter(|line| line.trim_start().starts_with("```"))
        .count();
    if ticks % 2 == 1 {
        return true;
    }
    if text.len() < CUT_FROM {
        return false;
    }
    let last = text.lines().next_back().unwrap_or_default();
    let listed = last
        .trim_start()
        .starts_with(['-', '*', '|', '#', '>', '`']);
    let Some(end) = text.chars().next_back() else {
        return false;
    };
    match end {
        ',' | '(' | '=' | '+' | '\\' | '{' | '[' | '&' => true,
        c if c.is_alphanumeric() => !listed && ends_openly(last),
        _ => false,
    }
}

/// Whether a line ends with a word that wants another one.
fn ends_openly(line: &str) -> bool {
    const OPEN: [&str; 28] = [
        "the", "a", "an", "of", "to", "and", "or", "is", "are", "was", "in", "on", "for", "with",
        "by", "that", "this", "we", "it", "be", "as", "at", "from", "if", "which", "will",
        "because", "can",
    ];
    let last = line.split_whitespace().next_back().unwrap_or_default();
    OPEN.contains(&last.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::core::conflict::reading::Silence;

    fn found(text: &str) -> Option<Silence> {
        of(text, text)
    }

    #[test]
    fn refusals_are_seen() {
        for text in [
            "I'm sorry, but I can't help with that.",
            "I\u{2019}m sorry, but I cannot do this.",
            "As an AI, I cannot say.",
            "Sorry, I can not do that.",
            "I won't help with this.",
            "I won\u{2019}t be able to say.",
        ] {
            assert_eq!(found(text), Some(Silence::Refused), "{text}");
        }
        for text in [
            "I'm sorry, but I can now say it is 12",
            "Sorry, I can see now that the lock is held twice.",
            "I won't repeat the proof, 12 eggs",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(found("I cannot recommend this library: it leaks."), None);
    }

    #[test]
    fn texts_that_stop_in_the_middle_are_seen() {
        let long = "The lock is held while the file is written. ".repeat(5);
        for text in [
            "{\"reasoning\": \"First we".to_owned(),
            "```json\n{\n \"reasoning\": \"First".to_owned(),
            "So:\n```rust\nfn a() {".to_owned(),
            format!("{long}This is because the"),
            format!("{long}It follows that x ="),
        ] {
            assert_eq!(found(&text), Some(Silence::CutOff), "{text}");
        }
        for text in [
            long.clone(),
            format!("{long}\n- one\n- the"),
            "short and".to_owned(),
        ] {
            assert_eq!(found(&text), None, "{text}");
        }
    }
}
