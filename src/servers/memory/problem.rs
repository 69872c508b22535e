//! What can go wrong with a memory, in the words that clients of Serena know.

use std::io;

/// A refusal or a failure of one tool call. Its text is what stands after
/// `Error executing tool <tool>: `.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// There is no such tool.
    #[error("unknown tool")]
    UnknownTool,
    /// The arguments do not fit the schema.
    #[error("ValueError: {0}")]
    Arguments(String),
    /// The name has a part that climbs out.
    #[error("ValueError: Memory name cannot contain '..' segments. Got: {0}")]
    NameClimbs(String),
    /// The name begins, ends or has a gap at a slash.
    #[error("ValueError: Memory name cannot be absolute or contain empty path segments. Got: {0}")]
    NameHasGaps(String),
    /// The name is refused for another reason.
    #[error("ValueError: Memory name cannot be used: {why}. Got: {name:?}")]
    Name {
        /// As given.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// `read_memory` found nothing.
    #[error("FileNotFoundError: Memory named '{0}' not found")]
    NothingToRead(String),
    /// `edit_memory` or `rename_memory` found nothing.
    #[error("FileNotFoundError: Memory {0} not found.")]
    NothingToChange(String),
    /// `rename_memory` would replace a document.
    #[error("FileExistsError: Memory {0} already exists.")]
    Exists(String),
    /// The needle is not there: compare-and-swap has lost.
    #[error("ValueError: Error: No matches of search expression found.")]
    NoMatch,
    /// The needle is there more than once.
    #[error(
        "ValueError: Expression matches {0} occurrences. Please revise the expression to be more \
         specific or enable allow_multiple_occurrences if this is expected."
    )]
    ManyMatches(usize),
    /// The text is longer than allowed.
    #[error(
        "ValueError: Content for {name} is too long. Max length is {max} characters. Please make \
         the content shorter."
    )]
    TooLong {
        /// The memory.
        name: String,
        /// Characters allowed.
        max: usize,
    },
    /// The path leaves the folder by a symbolic link.
    #[error("PermissionError: Memory {0} lies behind a link that leads out of the folder")]
    Outside(String),
    /// The file holds no text, or too much of it.
    #[error("ValueError: Memory {name} cannot be read: {why}")]
    Unreadable {
        /// The memory.
        name: String,
        /// What is wrong with the file.
        why: &'static str,
    },
    /// The system said no.
    #[error("OSError: {0}")]
    System(#[from] io::Error),
}
