//! What can be wrong with a configuration, said to people: where, what, and what would be right.

use std::fmt;
use std::path::PathBuf;

use super::place::Place;

/// One thing that is wrong in one place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// What is wrong there. Boxed, because a good answer must not carry the room for a bad one.
    pub fault: Box<Fault>,
}

impl Problem {
    pub(super) fn new(place: Place, fault: Fault) -> Self {
        Self {
            place,
            fault: Box::new(fault),
        }
    }
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file is not TOML.
    #[error("this is not valid TOML: {message}")]
    Syntax {
        /// What the parser expected.
        message: String,
    },
    /// A key that nobody reads, most often a typing error.
    #[error("unknown key `{key}` in {table}{}", Suggestion(suggestion.as_deref(), known))]
    UnknownKey {
        /// The key.
        key: String,
        /// The table it stands in, as people write it: `[room]`.
        table: String,
        /// The known key that looks most like it.
        suggestion: Option<String>,
        /// All keys of that table.
        known: Vec<&'static str>,
    },
    /// A value that is not allowed there.
    #[error("`{key}` is {found}, but it must be {allowed}")]
    BadValue {
        /// The key it belongs to.
        key: String,
        /// The value, shortened and escaped.
        found: String,
        /// What is allowed.
        allowed: String,
    },
    /// A key that must be there and is not.
    #[error("{table} needs `{key}`: {why}")]
    Missing {
        /// The table.
        table: String,
        /// The key.
        key: &'static str,
        /// What it is for.
        why: &'static str,
    },
    /// Two entries of one name in one file.
    #[error("the name `{name}` is already taken at {first}; give one of them another name")]
    Duplicate {
        /// Their name.
        name: String,
        /// The first one; the problem's place is the second.
        first: Place,
    },
}

/// The tail of an unknown-key message: the likely key, or all of them when none is near.
struct Suggestion<'a>(Option<&'a str>, &'a [&'static str]);

impl fmt::Display for Suggestion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => write!(f, "; known keys are {}", self.1.join(", ")),
        }
    }
}

/// Why there is no configuration to work with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A file is there and cannot be read.
    #[error("cannot read {}: {reason}; make it readable or move it away", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Something in the files, variables or flags is wrong; all problems at once.
    #[error("{}", List(.0))]
    Invalid(Vec<Problem>),
}

struct List<'a>(&'a [Problem]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// Text from a file as it may be shown: control characters escaped, long text cut.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let cut: String = text.chars().take(MOST).collect();
    let dots = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{dots}", cut.escape_debug())
}

/// The candidate nearest to `word`, if one is near enough to be a typing error.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    const NEAR: f64 = 0.7;
    candidates
        .iter()
        .map(|candidate| {
            (
                strsim::normalized_damerau_levenshtein(word, candidate),
                *candidate,
            )
        })
        .filter(|(score, _)| *score >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_its_key_and_a_stranger_finds_none() {
        let keys = ["name", "adapter", "command", "strengths"];
        assert_eq!(nearest("comand", &keys), Some("command"));
        assert_eq!(nearest("strenghts", &keys), Some("strengths"));
        assert_eq!(nearest("zebra", &keys), None);
    }

    #[test]
    fn shown_text_is_escaped_and_cut() {
        assert_eq!(shown("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(shown(&"x".repeat(100)).chars().count(), 61);
    }
}
