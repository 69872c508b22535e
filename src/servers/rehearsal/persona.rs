//! The parts that a rehearsal member can play.

use std::str::FromStr;
use std::time::Duration;

/// A part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persona {
    /// Thinks aloud, then answers in a few paragraphs.
    Thoughtful,
    /// One sentence.
    Terse,
    /// Thoughtful, but five words a second.
    Slow,
    /// A long answer in a quick, even stream.
    Streaming,
    /// Sure of itself, and of another opinion than all the others.
    Wrong,
    /// Remembers nothing of earlier turns.
    Forgetful,
    /// Its process dies in the middle of the answer.
    Crashing,
    /// Begins and then says nothing more.
    Hanging,
    /// Answers far too much, as fast as it can.
    Flooding,
    /// Asks for permission before it answers.
    Asking,
}

impl Persona {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Thoughtful,
        Self::Terse,
        Self::Slow,
        Self::Streaming,
        Self::Wrong,
        Self::Forgetful,
        Self::Crashing,
        Self::Hanging,
        Self::Flooding,
        Self::Asking,
    ];

    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Thoughtful => "thoughtful",
            Self::Terse => "terse",
            Self::Slow => "slow",
            Self::Streaming => "streaming",
            Self::Wrong => "wrong",
            Self::Forgetful => "forgetful",
            Self::Crashing => "crashing",
            Self::Hanging => "hanging",
            Self::Flooding => "flooding",
            Self::Asking => "asking",
        }
    }

    /// Its own time per word.
    pub(super) fn pace(self) -> Duration {
        Duration::from_millis(match self {
            Self::Slow => 200,
            Self::Streaming => 10,
            Self::Flooding => 0,
            Self::Thoughtful
            | Self::Terse
            | Self::Wrong
            | Self::Forgetful
            | Self::Crashing
            | Self::Hanging
            | Self::Asking => 30,
        })
    }
}

impl FromStr for Persona {
    type Err = UnknownPersona;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|persona| persona.word() == word)
            .ok_or_else(|| UnknownPersona {
                word: word.to_owned(),
            })
    }
}

/// A word that names no part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is no persona; choose one of {}", Persona::ALL.map(Persona::word).join(", "))]
pub struct UnknownPersona {
    word: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back() {
        for persona in Persona::ALL {
            assert_eq!(persona.word().parse(), Ok(persona));
        }
        let error = "angry".parse::<Persona>().unwrap_err().to_string();
        assert!(error.contains("thoughtful"), "{error}");
    }
}
