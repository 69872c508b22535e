//! Why a stored event cannot be read, and what to do.

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
