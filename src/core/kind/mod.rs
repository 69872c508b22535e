//! What sort of work a task is: the kinds that every room has, and those of its own.
//!
//! A kind is a small value that is copied freely; its plain word is what is typed, stored and shown.
//! Which kinds of its own a room has now is the business of [`Kinds`]: a journal may speak of more, which
//! the configuration has lost since.

mod name;
mod own;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use name::is_plain_name;
pub use name::{BadKindName, KindName, NAME_MAX};
pub use own::{BadKinds, Kinds, MEANING_MAX, OWN_KINDS_MAX, OwnKind, WORD_MAX, WORDS_MAX};

use crate::core::task::UnknownWord;

/// What [`TaskKind::Planning`] was called in the first journals.
const PLAN: &str = "plan";

/// What sort of work a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// Anything else.
    General,
    /// Writing or changing programs.
    Code,
    /// Judging what exists.
    Review,
    /// Finding and mending what is broken.
    Debugging,
    /// Calculating and proving.
    Reasoning,
    /// Finding out how something is, and why.
    Analysis,
    /// Inventing.
    Creative,
    /// Questions with one right answer.
    Factual,
    /// Deciding what to do in which order.
    Planning,
    /// Running, deploying, configuring.
    Operations,
    /// A kind of the room's own.
    Own(KindName),
}

impl TaskKind {
    /// Those that every room has, in order.
    pub const ALL: &'static [Self] = &[
        Self::General,
        Self::Code,
        Self::Review,
        Self::Debugging,
        Self::Reasoning,
        Self::Analysis,
        Self::Creative,
        Self::Factual,
        Self::Planning,
        Self::Operations,
    ];

    /// The word for it, as typed and as stored.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::General => "general",
            Self::Code => "code",
            Self::Review => "review",
            Self::Debugging => "debugging",
            Self::Reasoning => "reasoning",
            Self::Analysis => "analysis",
            Self::Creative => "creative",
            Self::Factual => "factual",
            Self::Planning => "planning",
            Self::Operations => "operations",
            Self::Own(name) => name.as_str(),
        }
    }

    /// What is meant by it, in a few words; empty for a room's own, of which [`Kinds::means`] knows.
    #[must_use]
    pub fn means(self) -> &'static str {
        match self {
            Self::General => "anything else",
            Self::Code => "writing or changing programs",
            Self::Review => "judging what exists",
            Self::Debugging => "finding and mending what is broken",
            Self::Reasoning => "calculating and proving",
            Self::Analysis => "finding out how it is, and why",
            Self::Creative => "inventing",
            Self::Factual => "questions with one right answer",
            Self::Planning => "what to do in which order",
            Self::Operations => "running, deploying, configuring",
            Self::Own(_) => "",
        }
    }

    /// The kind that was once stored under a word, whether the room has it now or not.
    pub fn stored(word: &str) -> Result<Self, BadKindName> {
        match Self::built_in(word) {
            Some(kind) => Ok(kind),
            None => KindName::new(word).map(Self::Own),
        }
    }

    /// The folder of the lessons about it. It is called as it always was, so that a document that was
    /// written long ago is the same one today.
    #[must_use]
    pub fn folder(&self) -> &str {
        match self {
            Self::Planning => PLAN,
            Self::General
            | Self::Code
            | Self::Review
            | Self::Debugging
            | Self::Reasoning
            | Self::Analysis
            | Self::Creative
            | Self::Factual
            | Self::Operations
            | Self::Own(_) => self.word(),
        }
    }

    fn built_in(word: &str) -> Option<Self> {
        let word = if word == PLAN { "planning" } else { word };
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    fn unknown(word: &str, allowed: impl Iterator<Item = Self>) -> UnknownWord {
        let allowed: Vec<String> = allowed.map(|kind| kind.word().to_owned()).collect();
        UnknownWord {
            what: "kind of task",
            word: word.to_owned(),
            allowed: allowed.join(", "),
        }
    }
}

impl fmt::Display for TaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Of the kinds that every room has; [`Kinds::read`] knows a room's own as well.
impl FromStr for TaskKind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::built_in(word).ok_or_else(|| Self::unknown(word, Self::ALL.iter().copied()))
    }
}

impl Serialize for TaskKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for TaskKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::stored(&word).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::TaskKind;

    #[test]
    fn what_was_called_plan_is_planning_for_ever() {
        assert_eq!("plan".parse(), Ok(TaskKind::Planning));
        assert_eq!(TaskKind::stored("plan"), Ok(TaskKind::Planning));
        assert_eq!(TaskKind::Planning.to_string(), "planning");
    }

    #[test]
    fn a_word_that_is_none_is_refused_with_the_choice() {
        let refused = "poetry".parse::<TaskKind>().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`poetry` is no kind of task: use one of general, code, review, debugging, reasoning, \
             analysis, creative, factual, planning, operations"
        );
    }

    #[test]
    fn a_kind_is_stored_as_its_plain_word_also_as_a_key() {
        let own = TaskKind::stored("sql").unwrap();
        let map = BTreeMap::from([(TaskKind::Code, 1), (own, 2)]);
        let text = serde_json::to_string(&map).unwrap();
        assert_eq!(text, r#"{"code":1,"sql":2}"#);
        let read: BTreeMap<TaskKind, i32> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, map);
        assert!(serde_json::from_str::<TaskKind>(r#""Not one""#).is_err());
        for kind in TaskKind::ALL {
            assert_eq!(TaskKind::stored(kind.word()).as_ref(), Ok(kind));
            assert!(!kind.means().is_empty());
        }
    }
}
