//! What is pressed for an action: one key, or two one after the other.
//!
//! Written forms: `q`, `ctrl-p`, `g g`. How one key is written is the business of `key`. Invariant: printing
//! and parsing are inverse.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::ui::key::{Chord, ChordError};

/// A key, or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequence {
    /// What is pressed first.
    pub first: Chord,
    /// What is pressed then, if anything.
    pub second: Option<Chord>,
}

/// A text that names neither a key nor two.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SequenceError {
    /// One of the keys cannot be read.
    #[error(transparent)]
    Key(#[from] ChordError),
    /// There is nothing, or too much.
    #[error("`{0}` is not one key or two with a space between them, as in `g g`")]
    Length(String),
}

impl Sequence {
    /// The form shown to people: `Ctrl-P`, `g g`.
    #[must_use]
    pub fn label(self) -> String {
        match self.second {
            None => self.first.label(),
            Some(second) => format!("{} {}", self.first.label(), second.label()),
        }
    }
}

impl From<Chord> for Sequence {
    fn from(first: Chord) -> Self {
        let second = None;
        Self { first, second }
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        self.second.map_or(Ok(()), |second| write!(f, " {second}"))
    }
}

impl FromStr for Sequence {
    type Err = SequenceError;

    fn from_str(text: &str) -> Result<Self, SequenceError> {
        let mut keys = text.split_whitespace();
        let (Some(first), second, None) = (keys.next(), keys.next(), keys.next()) else {
            return Err(SequenceError::Length(text.to_owned()));
        };
        let second = second.map(str::parse).transpose()?;
        let first = first.parse()?;
        Ok(Self { first, second })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_or_two() {
        for (text, label) in [
            ("q", "q"),
            ("g g", "g g"),
            ("ctrl-x alt-enter", "Ctrl-X Alt-Enter"),
        ] {
            let keys: Sequence = text.parse().unwrap();
            assert_eq!(
                (keys.to_string().as_str(), keys.label().as_str()),
                (text, label)
            );
        }
        assert_eq!(" g   g ".parse::<Sequence>().unwrap().to_string(), "g g");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", " ", "g g g", "g hyper-x"] {
            assert!(text.parse::<Sequence>().is_err(), "{text}");
        }
    }
}
