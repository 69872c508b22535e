//! Names of things. Numbers are handed out by the state, in order; they are never random.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

id_type!(
    /// A task of the queue, shown as `#41`.
    TaskId, "#"
);
id_type!(
    /// A member's conversation, shown as `s7`.
    SessionId, "s"
);
id_type!(
    /// One request in flight to a server, shown as `c12`. Also the id of the effect that starts it.
    CallId, "c"
);
id_type!(
    /// Something that waits for the operator, shown as `a3`.
    AttentionId, "a"
);
id_type!(
    /// Something that the room has learned, shown as `L5`.
    LessonId, "L"
);
id_type!(
    /// One run of a check, shown as `k4`. Also the id of the effect that starts it.
    CheckId, "k"
);
id_type!(
    /// What a server asked within one call; numbered by the adapter, unique within the call.
    AskId, "q"
);

/// The longest member name, in characters.
pub const MEMBER_NAME_MAX: usize = 32;

/// A member's name: 1 to 32 of `a-z`, `0-9`, `-`, `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MemberName(Arc<str>);

/// A member name that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no member name: use 1 to 32 of a-z, 0-9, - and _")]
pub struct BadName(pub String);

impl MemberName {
    /// Checks and wraps a name.
    pub fn new(name: &str) -> Result<Self, BadName> {
        let allowed =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if name.is_empty() || name.len() > MEMBER_NAME_MAX || !name.chars().all(allowed) {
            return Err(BadName(name.to_owned()));
        }
        Ok(Self(name.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MemberName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for MemberName {
    type Error = BadName;

    fn try_from(name: String) -> Result<Self, BadName> {
        Self::new(&name)
    }
}

impl From<MemberName> for String {
    fn from(name: MemberName) -> Self {
        name.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{MemberName, TaskId};

    #[test]
    fn names_are_checked() {
        assert!(MemberName::new("gpt-4_mini").is_ok());
        for bad in ["", "Codex", "a b", "ü", &"x".repeat(33)] {
            assert!(MemberName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_task_shows_as_its_number() {
        assert_eq!(TaskId(41).to_string(), "#41");
    }
}
