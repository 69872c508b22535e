//! The name of a kind of the room's own, of a fixed size so that kinds are copied like numbers.

use std::fmt;

/// The longest name of a kind, in bytes.
pub const NAME_MAX: usize = 24;

/// A name: a letter, then up to 23 more of `a-z`, `0-9`, `-`, `_`; none that every room has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindName {
    /// Zeros after the name, which sort before every letter.
    bytes: [u8; NAME_MAX],
}

/// A name that a kind cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no name for a kind of task: use a letter and up to 23 more of a-z, 0-9, - and _, and no \
     word that has a meaning already"
)]
pub struct BadKindName(pub String);

/// Whether a text is a letter and up to 23 more of `a-z`, `0-9`, `-`, `_`.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let allowed = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
    };
    let begins = name.starts_with(|first: char| first.is_ascii_lowercase());
    begins && name.len() <= NAME_MAX && name.bytes().all(allowed)
}

impl KindName {
    /// Checks and wraps a name.
    pub fn new(name: &str) -> Result<Self, BadKindName> {
        let bad = || BadKindName(name.chars().take(2 * NAME_MAX).collect());
        // What is set for all other kinds is set under `default`.
        let taken = name == "default" || super::TaskKind::built_in(name).is_some();
        if taken || !is_plain_name(name) {
            return Err(bad());
        }
        let mut bytes = [0; NAME_MAX];
        let place = bytes.get_mut(..name.len()).ok_or_else(bad)?;
        place.copy_from_slice(name.as_bytes());
        Ok(Self { bytes })
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let mut bytes = self.bytes.iter();
        let end = bytes.position(|byte| *byte == 0).unwrap_or(NAME_MAX);
        let name = self.bytes.get(..end).unwrap_or_default();
        // It was made of letters and digits.
        std::str::from_utf8(name).unwrap_or_default()
    }
}

impl fmt::Debug for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KindName({:?})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{KindName, NAME_MAX};

    #[test]
    fn names_are_checked() {
        for good in ["sql", "a", "x-1_y", &"x".repeat(NAME_MAX)] {
            assert_eq!(KindName::new(good).unwrap().as_str(), good);
        }
        let long = "x".repeat(NAME_MAX + 1);
        for bad in [
            "", "SQL", "1x", "-x", "a b", "ü", "a.b", "code", "plan", "planning", "default", &long,
        ] {
            assert!(KindName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn they_sort_as_their_texts_do() {
        let mut names = ["b", "ab", "a", "a-", "a0", "abc"];
        let mut wrapped = names.map(|name| KindName::new(name).unwrap());
        names.sort_unstable();
        wrapped.sort_unstable();
        assert_eq!(wrapped.map(|name| name.as_str().to_owned()), names);
    }
}
