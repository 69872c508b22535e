//! `sampling` of a `[[member]]`: who answers when its server wants a model of the room.

use super::item::Item;
use super::problem::Problem;
use super::value::Name;

/// What becomes of a server's wish that a model of the room answers something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Sampling {
    /// It is refused, and not offered in the first place.
    #[default]
    Refuse,
    /// The operator is asked.
    Ask,
    /// This member answers.
    Member(Name),
}

impl Sampling {
    pub(super) fn read(item: Item<'_>) -> Result<Self, Problem> {
        Ok(match item.as_str() {
            Some("refuse") => Self::Refuse,
            Some("ask") => Self::Ask,
            Some(_) | None => Self::Member(item.name()?),
        })
    }

    pub(super) fn word(&self) -> &str {
        match self {
            Self::Refuse => "refuse",
            Self::Ask => "ask",
            Self::Member(name) => name.as_str(),
        }
    }
}
