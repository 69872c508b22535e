//! What a prompt asks for: one of its options, a literal, yes or no, a number, code, a diff, or words.
//!
//! A guess from the prompt alone. It only decides how an answer is read where that is ambiguous.

use crate::core::conflict::prose::folded;
use crate::core::text::head;

/// How many bytes of a prompt are looked at, from its end.
const LOOKED_AT: usize = 64 * 1024;

/// What a prompt asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// What kind of answer it wants.
    pub expects: Expects,
    /// The options, when it lists some, each with its letter and its text in one form.
    pub options: Vec<(char, String)>,
    /// The base that its numbers are to be written in.
    base: Option<String>,
}

/// The kind of answer that a prompt wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expects {
    /// Anything.
    #[default]
    Open,
    /// One of the listed options.
    Choice,
    /// What a program gives, as a literal.
    Literal,
    /// Yes or no.
    YesNo,
    /// A number.
    Number,
    /// Program text.
    Code,
}

impl Question {
    /// Reads a prompt.
    #[must_use]
    pub fn of(prompt: &str) -> Self {
        let tail = prompt.len() - head_from_end(prompt);
        let prompt = prompt.get(tail..).unwrap_or(prompt);
        let options = options(prompt);
        let lower = prompt.to_lowercase();
        let expects = if options.len() > 1 {
            Expects::Choice
        } else if wants_literal(&lower) {
            Expects::Literal
        } else if wants_yes_or_no(&lower) {
            Expects::YesNo
        } else if wants_code(&lower) {
            Expects::Code
        } else if wants_number(&lower) {
            Expects::Number
        } else {
            Expects::Open
        };
        Self {
            expects,
            options: if expects == Expects::Choice {
                options
            } else {
                Vec::new()
            },
            base: base(&lower),
        }
    }

    /// The letter of the option that a text is, by its letter or by its words.
    #[must_use]
    pub fn option(&self, text: &str) -> Option<char> {
        let bare = text
            .trim()
            .trim_matches(['(', ')', '[', ']', '*', '.', ':', '"', '\'', '`', ' ', '$']);
        let mut chars = bare.chars();
        let known = |letter: char| self.options.iter().any(|(one, _)| *one == letter);
        let first = chars.next()?.to_ascii_uppercase();
        if known(first) {
            let rest = chars.as_str();
            let apart = rest.is_empty() || rest.starts_with([')', '.', ':', ']']);
            if apart {
                return Some(first);
            }
        }
        self.by_text(bare)
    }

    /// The option whose words a text is.
    #[must_use]
    pub fn by_text(&self, text: &str) -> Option<char> {
        let folded = folded(text);
        let mut same = self
            .options
            .iter()
            .filter(|(_, option)| !option.is_empty() && *option == folded);
        match (same.next(), same.next()) {
            (Some((letter, _)), None) => Some(*letter),
            (Some(_), Some(_)) | (None, _) => None,
        }
    }

    /// A number without the mark of the base that the question asks for anyway.
    #[must_use]
    pub fn without_base<'a>(&self, text: &'a str) -> &'a str {
        let Some(base) = &self.base else {
            return text;
        };
        let bare = text.trim().trim_end_matches(['$', ' ', '.']);
        let marks = [
            format!("_{base}"),
            format!("_{{{base}}}"),
            below_the_line(base),
        ];
        let without = marks
            .iter()
            .find_map(|mark| bare.strip_suffix(mark.as_str()));
        match without {
            Some(digits) => digits.trim_start_matches('$'),
            None => text,
        }
    }
}

fn head_from_end(text: &str) -> usize {
    if text.len() <= LOOKED_AT {
        return text.len();
    }
    text.len() - head(text, text.len() - LOOKED_AT).len()
}

/// The options of the last list that goes from A to B or on, each on a line of its own. An `A:` may also be
/// where the answer is to be written, so a list counts from its B on.
fn options(prompt: &str) -> Vec<(char, String)> {
    let mut found: Vec<(char, String)> = Vec::new();
    let mut first: Option<(char, String)> = None;
    for line in prompt.lines().map(str::trim) {
        if line.is_empty() || line == "A:" {
            continue;
        }
        let Some((letter, text)) = labelled(line) else {
            // An option may go on over more lines; its first one alone is then not what it says.
            if let Some((_, last)) = first.as_mut().or(found.last_mut()) {
                last.clear();
            }
            continue;
        };
        let option = (letter, folded(text));
        if letter == 'A' {
            first = Some(option);
        } else if letter == 'B' && first.is_some() {
            found = first.take().into_iter().collect();
            found.push(option);
        } else if found.last().is_some_and(|(last, _)| follows(*last, letter)) {
            found.push(option);
        }
    }
    found
}

fn follows(last: char, next: char) -> bool {
    u32::from(last) + 1 == u32::from(next)
}

/// `(A) text`, `A) text`, `A. text`, `A: text`.
fn labelled(line: &str) -> Option<(char, &str)> {
    let bare = line.trim_start_matches(['-', '*', ' ']);
    let inner = bare.strip_prefix('(').unwrap_or(bare);
    let letter = inner.chars().next().filter(char::is_ascii_uppercase)?;
    let rest = inner.get(1..)?;
    let rest = rest.strip_prefix([')', '.', ':'])?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| (letter, rest.trim()))
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

fn wants_literal(lower: &str) -> bool {
    lower.contains("== ??")
        || has(
            lower,
            &[
                "with a literal",
                "what does this code print",
                "what does the code print",
                "what is the output of",
                "what will be the output",
                "what does the function return",
                "output of the following code",
                "output of the following program",
            ],
        )
}

fn wants_yes_or_no(lower: &str) -> bool {
    has(
        lower,
        &[
            "yes or no",
            "yes/no",
            "\"[yes]\" or \"[no]\"",
            "[yes] or [no]",
            "\"yes\" or \"no\"",
            "'yes' or 'no'",
            "true or false",
        ],
    )
}

fn wants_code(lower: &str) -> bool {
    has(
        lower,
        &[
            "write a function",
            "write a program",
            "write a script",
            "write code",
            "implement ",
            "complete the function",
            "write a python",
            "write a rust",
        ],
    )
}

/// Words that ask for a number.
const COUNTS: [&str; 20] = [
    "how many",
    "how much",
    "how long",
    "how old",
    "how far",
    "how fast",
    "how tall",
    "how big",
    "how high",
    "how deep",
    "how wide",
    "how heavy",
    "what percent",
    "what fraction",
    "what number",
    "calculate ",
    "compute ",
    "evaluate ",
    "in dollars",
    "nearest integer",
];
/// Words that ask for something …
const ASKS: [&str; 9] = [
    "what is",
    "what's",
    "what was",
    "what were",
    "what will",
    "what would",
    "what are",
    "find ",
    "determine ",
];
/// … which is a number.
const MEASURES: [&str; 38] = [
    "total",
    "number",
    "sum",
    "average",
    "mean",
    "difference",
    "product",
    "quotient",
    "remainder",
    "maximum",
    "minimum",
    "value",
    "cost",
    "price",
    "profit",
    "salary",
    "amount",
    "weight",
    "weights",
    "height",
    "depth",
    "length",
    "width",
    "distance",
    "area",
    "volume",
    "perimeter",
    "radius",
    "speed",
    "rate",
    "age",
    "percentage",
    "probability",
    "chance",
    "score",
    "temperature",
    "count",
    "ratio",
];
/// `What is the reason that the total is off?` wants no number.
const FAULTS: [&str; 8] = [
    "reason", "cause", "bug", "error", "problem", "issue", "wrong", "fault",
];

fn wants_number(lower: &str) -> bool {
    // The question is mostly at the end; a long brief has many others.
    let end = lower.len() - head_from_end_of(lower, 400);
    let end = lower.get(end..).unwrap_or(lower);
    if has(end, &COUNTS)
        || MEASURES
            .iter()
            .any(|measure| end.contains(&format!("what {measure} ")))
    {
        return true;
    }
    let sentences = end
        .split(['?', '!', '\n'])
        .flat_map(|part| part.split(". "));
    sentences.into_iter().any(|sentence| {
        let asks = ASKS
            .iter()
            .filter_map(|ask| sentence.find(ask).map(|at| at + ask.len()));
        let rest = asks
            .min()
            .and_then(|at| sentence.get(at..))
            .unwrap_or_default();
        let words = rest
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        let mut words = words.take(5).take_while(|word| !FAULTS.contains(word));
        words.any(|word| MEASURES.contains(&word))
    })
}

fn head_from_end_of(text: &str, limit: usize) -> usize {
    if text.len() <= limit {
        return text.len();
    }
    text.len() - head(text, text.len() - limit).len()
}

/// The base that a prompt speaks of, when it is only one beside ten.
fn base(lower: &str) -> Option<String> {
    const WORDS: [&str; 8] = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    let mut found: Option<String> = None;
    for (at, _) in lower.match_indices("base") {
        let rest = lower.get(at + 4..).unwrap_or_default();
        let rest = rest.trim_start_matches([' ', '-', '$', '_', '{', '(']);
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let word = WORDS.iter().position(|word| rest.starts_with(word));
        let named = match word {
            Some(at) => (at + 2).to_string(),
            None => digits,
        };
        if named.is_empty() || named == "10" {
            continue;
        }
        if found.as_ref().is_some_and(|one| *one != named) {
            return None;
        }
        found = Some(named);
    }
    found
}

/// A number in the small digits that stand below the line.
fn below_the_line(base: &str) -> String {
    let small = |c: char| {
        c.to_digit(10)
            .and_then(|digit| char::from_u32(0x2080 + digit))
    };
    base.chars().filter_map(small).collect()
}

#[cfg(test)]
mod tests {
    use super::{Expects, Question};

    #[test]
    fn what_is_asked_for_is_seen() {
        for (prompt, expects) in [
            ("Which one?\n(A) red\n(B) blue\n(C) green", Expects::Choice),
            ("Which one?\nA. red\nB. blue\nC. green", Expects::Choice),
            ("assert f('a') == ??", Expects::Literal),
            (
                "Mend it so that this holds: assert f(1) == 2",
                Expects::Open,
            ),
            ("What is the reason that the total is off?", Expects::Open),
            ("Is 7 prime? Answer \"[Yes]\" or \"[No]\".", Expects::YesNo),
            ("How many eggs are left?", Expects::Number),
            ("Write a function that adds.", Expects::Code),
            ("What's her annual salary after 3 years?", Expects::Number),
            ("Find the price of the car.", Expects::Number),
            ("What is wrong here? The total is 5.", Expects::Open),
            ("Why is the sky blue?", Expects::Open),
            ("A. is only one", Expects::Open),
        ] {
            assert_eq!(Question::of(prompt).expects, expects, "{prompt}");
        }
    }

    #[test]
    fn an_option_is_its_letter_or_its_words() {
        let question = Question::of("Which one?\n(A) dark red\n(B) Blue.\n(C) a\n(D) a");
        for (text, letter) in [
            ("(A)", Some('A')),
            ("b", Some('B')),
            ("B. blue", Some('B')),
            ("**(A) dark red**", Some('A')),
            ("Dark  red", Some('A')),
            ("blue", Some('B')),
            ("green", None),
            ("", None),
            ("F", None),
        ] {
            assert_eq!(question.option(text), letter, "{text}");
        }
    }

    #[test]
    fn a_line_that_begins_with_a_is_no_list_before_its_b_comes() {
        for prompt in [
            "Q: Which one?\n(A) red\n(B) blue\nA:",
            "Q: Which one?\n(A) red\n(B) blue\n\nA: let us think",
            "A: so far\n\nQ: Which one?\n(A) red\n(B) blue\nA:\n",
        ] {
            let question = Question::of(prompt);
            assert_eq!(question.expects, Expects::Choice, "{prompt}");
            let letters: String = question.options.iter().map(|(letter, _)| letter).collect();
            assert_eq!(letters, "AB", "{prompt}");
        }
        let question = Question::of("Q\n(A) red\n(B) blue\nA: (A)\nQ\n(A) one\n(B) two\n(C) three");
        assert_eq!(question.option("three"), Some('C'));
        assert_eq!(question.option("red"), None);
        let question = Question::of("Which?\n(A)\nred\n(B)\nblue");
        assert_eq!(question.expects, Expects::Choice);
    }

    #[test]
    fn the_mark_of_the_asked_base_goes() {
        let question = Question::of("What is it in base $3$?");
        assert_eq!(question.without_base("1112_3"), "1112");
        assert_eq!(question.without_base("$1112_{3}$"), "1112");
        assert_eq!(question.without_base("1112_5"), "1112_5");
        let question = Question::of("In the base-three number system, what is it?");
        assert_eq!(question.without_base("1112₃"), "1112");
    }
}
