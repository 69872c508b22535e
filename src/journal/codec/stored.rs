//! What is stored of an event, and why a stored one cannot be read.

use serde_json::Value;

/// An event in its stored form.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    /// Which event it is.
    pub kind: &'static str,
    /// The version of the body's shape.
    pub version: u16,
    /// What happened.
    pub body: Value,
}

/// A stored event that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The kind is not known.
    #[error("its kind `{kind}` (version {version}) is not known; a newer Synod wrote it: use that")]
    UnknownKind {
        /// The kind.
        kind: String,
        /// The version.
        version: u16,
    },
    /// The kind is known, but not in this version.
    #[error(
        "it is of kind `{kind}` in version {version}, and this Synod knows it up to version {known}; a newer Synod wrote it: use that"
    )]
    NewerVersion {
        /// The kind.
        kind: String,
        /// The version.
        version: u16,
        /// The version that is written now.
        known: u16,
    },
    /// No step leads from the old version to the one that is written now.
    #[error("it is of kind `{kind}` in version {version}, which no Synod ever wrote")]
    NoSuchVersion {
        /// The kind.
        kind: String,
        /// The version.
        version: u16,
    },
    /// The body does not have the shape of its kind and version.
    #[error("its body is not that of a `{kind}` (version {version}): {why}")]
    Malformed {
        /// The kind.
        kind: String,
        /// The version.
        version: u16,
        /// What is wrong.
        why: String,
    },
}
