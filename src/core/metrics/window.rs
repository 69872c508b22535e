//! How far back figures look.

use std::fmt;
use std::str::FromStr;

use crate::core::Span;
use crate::core::task::UnknownWord;

/// How far back figures look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Window {
    /// The last hour.
    Hour,
    /// The last 24 hours.
    Day,
    /// The last seven days.
    Week,
    /// The last thirty days.
    Month,
    /// Since the room was made.
    #[default]
    Ever,
}

impl Window {
    /// All of them, the shortest first.
    pub const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Ever];

    /// The word for it, as typed and as shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Ever => "ever",
        }
    }

    /// How far back; `None`: without end.
    #[must_use]
    pub fn span(self) -> Option<Span> {
        match self {
            Self::Hour => Some(Span::secs(3600)),
            Self::Day => Some(Span::DAY),
            Self::Week => Some(Span(7 * Span::DAY.0)),
            Self::Month => Some(Span(30 * Span::DAY.0)),
            Self::Ever => None,
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Window {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|one| one.word() == word);
        found.ok_or_else(|| UnknownWord {
            what: "window",
            word: word.to_owned(),
            allowed: Self::ALL.map(Self::word).join(", "),
        })
    }
}
