//! The option that a text names. The first one counts: what comes after an answer is often the
//! beginning of another question.

use super::marked::sentence;
use crate::core::conflict::question::Question;
use crate::core::text::head;

/// What comes before an option, in small letters.
const MARKS: [&str; 16] = [
    "answer is",
    "answer:",
    "answer**:",
    "answer would be",
    "answer should be",
    "answer must be",
    "correct option is",
    "correct choice is",
    "correct statement is",
    "correct option:",
    "correct choice:",
    "best option is",
    "best choice is",
    "option is",
    "choice is",
    "correct answer",
];
/// The longest text that is an option and nothing else, in bytes.
const SHORT: usize = 300;
/// How many marks of a text are tried.
const TRIES: usize = 64;
/// How much of a line can be the words of an option, in bytes.
const WORDS_MAX: usize = 1024;

/// The option that a text names.
#[must_use]
pub fn option(question: &Question, text: &str) -> Option<char> {
    if question.options.is_empty() {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let mut places: Vec<usize> = MARKS
        .iter()
        .flat_map(|mark| {
            lower
                .match_indices(mark)
                .take(TRIES)
                .map(|(at, mark)| at + mark.len())
        })
        .collect();
    places.sort_unstable();
    let behind = || places.iter().filter_map(|at| text.get(*at..));
    let letter = behind().find_map(|rest| at_the_beginning(question, rest));
    let words = || behind().find_map(|rest| by_words(question, rest));
    let whole = || {
        let bare = text.trim();
        (bare.len() <= SHORT)
            .then(|| at_the_beginning(question, bare))
            .flatten()
    };
    letter
        .or_else(words)
        .or_else(whole)
        .or_else(|| boxed(question, text))
        .or_else(|| after_colon(question, text))
        .or_else(|| in_brackets(question, text))
}

/// The option that a phrase begins with: `(B)`, `B.`, `**B**`, `option B`, `\text{B}`.
fn at_the_beginning(question: &Question, rest: &str) -> Option<char> {
    let mut rest = rest.trim_start();
    loop {
        let before = rest;
        rest = rest.trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, ':' | '*' | '"' | '\'' | '`' | '$' | '=' | '{')
        });
        for word in [
            "option ",
            "Option ",
            "choice ",
            "letter ",
            "\\boxed",
            "\\text",
            "\\mathbf",
            "\\mathrm",
            "indeed ",
            "therefore ",
            "is ",
        ] {
            rest = rest.strip_prefix(word).unwrap_or(rest);
        }
        if rest == before {
            break;
        }
    }
    let (inner, bracket) = match rest.strip_prefix(['(', '[']) {
        Some(inner) => (inner.trim_start_matches('*'), true),
        None => (rest, false),
    };
    let written = inner.chars().next()?;
    let letter = written.to_ascii_uppercase();
    if !question.options.iter().any(|(one, _)| *one == letter) || (!bracket && letter != written) {
        return None;
    }
    let after = inner.get(1..)?;
    if after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '\'' | '-' | '_')) {
        return None;
    }
    // `A` and `I` are words as well.
    let goes_on = after.strip_prefix(' ').is_some_and(|next| {
        next.starts_with(|c: char| c.is_alphanumeric())
            && !["because", "since", "as ", "for ", "and "]
                .iter()
                .any(|word| next.starts_with(word))
    });
    (bracket || !goes_on || !matches!(letter, 'A' | 'I')).then_some(letter)
}

/// The option whose words a phrase is.
fn by_words(question: &Question, rest: &str) -> Option<char> {
    let start = head(rest.trim_start_matches([' ', ':', '*']), WORDS_MAX);
    let line = start.lines().next()?;
    question
        .by_text(line)
        .or_else(|| question.by_text(sentence(line)))
}

fn boxed(question: &Question, text: &str) -> Option<char> {
    question.option(super::marked::boxed(text)?)
}

/// The last line that names an option by its letter and its words, or ends with that after a colon.
fn after_colon(question: &Question, text: &str) -> Option<char> {
    let named = |part: &str| {
        let bare = part.trim().trim_matches('*').trim();
        let (label, words) = bare.split_once([')', '.', ':'])?;
        let letter = label.trim_start_matches('(');
        let letter = letter.chars().next().filter(|_| letter.len() == 1)?;
        (question.by_text(words) == Some(letter)).then_some(letter)
    };
    text.lines().rev().take(TRIES).find_map(|line| {
        let tail = line.split_once(':').map(|(_, tail)| tail);
        named(line)
            .or_else(|| named(tail?))
            .or_else(|| question.by_text(tail?))
            .or_else(|| within(question, line))
    })
}

/// An option with its words at the end of a sentence: `It is best called B. blue sea.`
fn within(question: &Question, line: &str) -> Option<char> {
    let mut labels = question.options.iter();
    labels.find_map(|(letter, _)| {
        let (_, words) = line.rsplit_once(&format!(" {letter}. "))?;
        (question.by_text(words) == Some(*letter)).then_some(*letter)
    })
}

/// The one option in brackets that the last paragraph names.
fn in_brackets(question: &Question, text: &str) -> Option<char> {
    let last = text.trim().rsplit("\n\n").next()?;
    let mut found = None;
    for (at, _) in last.match_indices('(').take(TRIES) {
        let inner = last.get(at + 1..).unwrap_or_default();
        let letter = inner.chars().next().filter(char::is_ascii_uppercase);
        if let Some(letter) = letter
            && inner.get(1..).is_some_and(|rest| rest.starts_with(')'))
            && question.options.iter().any(|(one, _)| *one == letter)
        {
            if found.is_some_and(|one| one != letter) {
                return None;
            }
            found = Some(letter);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::option;
    use crate::core::conflict::question::Question;

    fn found(text: &str) -> Option<char> {
        let question = Question::of(
            "Which?\n(A) red wine\n(B) blue sea\n(C) green tea\n(D) none of these\n(E) x\n(F) y\n(G) z\n(H) q\n(I) w",
        );
        option(&question, text)
    }

    #[test]
    fn the_first_option_that_is_named_counts() {
        for (text, letter) in [
            (
                "So the answer is (B).\n\nQuestion: next? The answer is (C).",
                'B',
            ),
            ("The answer is B. blue sea", 'B'),
            ("The correct answer is: **C**", 'C'),
            ("Answer: (d)", 'D'),
            ("The correct option is option C because it is", 'C'),
            ("The answer is A because", 'A'),
            ("the answer is $\\boxed{\\text{C}}$", 'C'),
            ("Thus \\boxed{B}", 'B'),
            ("B", 'B'),
            ("(C) green tea", 'C'),
            ("The one that fits is: D. none of these", 'D'),
            ("The answer is blue sea.", 'B'),
            ("It is best called C. green tea.", 'C'),
            ("It can only be this one.\n\nTherefore (C) holds.", 'C'),
        ] {
            assert_eq!(found(text), Some(letter), "{text}");
        }
    }

    #[test]
    fn without_a_name_there_is_none() {
        for text in [
            "",
            "The answer is I think unclear",
            "The answer is a matter of taste",
            "The answer is (Z)",
            "Either (A) or (B)",
            "The answer cannot be determined.",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
