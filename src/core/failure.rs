//! The one typed failure into which adapters turn the five ways in which servers fail.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::{Span, Text};

/// Why a call brought no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What sort of failure it is.
    pub kind: FailureKind,
    /// One sentence for the operator: what happened and what to do.
    pub message: String,
    /// What the server said in full; untrusted.
    pub said: Text,
    /// How long to wait before another try, when the server said so.
    pub retry_after: Option<Span>,
    /// Whether the call is known not to have reached the server: then it had no effect at all, and
    /// to make it again is always safe.
    pub unsent: bool,
}

/// The sorts of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The server or the program behind it is not there.
    NotInstalled,
    /// It is there, and too old or too new, or what it runs on is.
    WrongVersion,
    /// No key, a wrong key, or an expired login.
    Auth,
    /// Too many requests.
    RateLimited,
    /// The provider has no capacity.
    Overloaded,
    /// The prompt does not fit.
    ContextTooLong,
    /// The model or a policy refused.
    Refused,
    /// Silence, or a deadline passed.
    TimedOut,
    /// An answer that cannot be read, or an empty one.
    Malformed,
    /// The server broke the protocol, or cannot be reached.
    Protocol,
    /// The server's process ended.
    Crashed,
}

impl FailureKind {
    /// All of them, in order.
    pub const ALL: [Self; 11] = [
        Self::NotInstalled,
        Self::WrongVersion,
        Self::Auth,
        Self::RateLimited,
        Self::Overloaded,
        Self::ContextTooLong,
        Self::Refused,
        Self::TimedOut,
        Self::Malformed,
        Self::Protocol,
        Self::Crashed,
    ];

    /// Whether the same call may well succeed a little later.
    #[must_use]
    pub fn is_transient(self) -> bool {
        match self {
            Self::RateLimited
            | Self::Overloaded
            | Self::TimedOut
            | Self::Crashed
            | Self::Protocol => true,
            Self::NotInstalled
            | Self::WrongVersion
            | Self::Auth
            | Self::ContextTooLong
            | Self::Refused
            | Self::Malformed => false,
        }
    }

    /// The word for it in `--json` output; never changed.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotInstalled => "not_installed",
            Self::WrongVersion => "wrong_version",
            Self::Auth => "auth",
            Self::RateLimited => "rate_limited",
            Self::Overloaded => "overloaded",
            Self::ContextTooLong => "context_too_long",
            Self::Refused => "refused",
            Self::TimedOut => "timed_out",
            Self::Malformed => "malformed",
            Self::Protocol => "protocol",
            Self::Crashed => "crashed",
        }
    }

    /// The word for it, as shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotInstalled => "not installed",
            Self::WrongVersion => "wrong version",
            Self::Auth => "not logged in",
            Self::RateLimited => "rate limited",
            Self::Overloaded => "overloaded",
            Self::ContextTooLong => "context too long",
            Self::Refused => "refused",
            Self::TimedOut => "timed out",
            Self::Malformed => "malformed",
            Self::Protocol => "unreachable",
            Self::Crashed => "crashed",
        }
    }
}

impl Failure {
    /// A failure with nothing more from the server.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            said: Text::from(""),
            retry_after: None,
            unsent: false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.word(), self.message)
    }
}
