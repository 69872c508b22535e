//! Choices that are typed, stored and shown by one word each.
//!
//! Owns how such a choice is declared and read; which choices there are is said where each belongs.

/// A word that is none of those allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is no {what}: use one of {allowed}")]
pub struct UnknownWord {
    /// What kind of word was due.
    pub what: &'static str,
    /// The word.
    pub word: String,
    /// The words that are allowed.
    pub allowed: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it, as typed and as stored.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::core::task::UnknownWord;

            fn from_str(word: &str) -> Result<Self, $crate::core::task::UnknownWord> {
                Self::ALL.iter().copied().find(|one| one.word() == word).ok_or_else(|| $crate::core::task::UnknownWord {
                    what: $what,
                    word: word.to_owned(),
                    allowed: [$($word),+].join(", "),
                })
            }
        }
    };
}

pub(crate) use words;
