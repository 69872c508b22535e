//! Wire enums whose variants are plain words, with conversions in both directions.

/// A wire enum of plain words, with conversions in both directions.
macro_rules! wire_words {
    ($(#[$doc:meta])* $name:ident = $core:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub(super) enum $name { $(#[serde(rename = $word)] $variant),+ }

        impl From<$core> for $name {
            fn from(core: $core) -> Self {
                match core { $(<$core>::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for $core {
            fn from(wire: $name) -> Self {
                match wire { $($name::$variant => <$core>::$variant),+ }
            }
        }
    };
}
pub(super) use wire_words;
