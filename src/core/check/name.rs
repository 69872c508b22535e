//! The name of a check.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::core::kind::is_plain_name;

/// A name: a letter, then up to 23 more of `a-z`, `0-9`, `-`, `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CheckName(Arc<str>);

/// A name that a check cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no name for a check: use a letter and up to 23 more of a-z, 0-9, - and _")]
pub struct BadCheckName(pub String);

impl CheckName {
    /// Checks and wraps a name.
    pub fn new(name: &str) -> Result<Self, BadCheckName> {
        if !is_plain_name(name) {
            return Err(BadCheckName(name.chars().take(48).collect()));
        }
        Ok(Self(name.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CheckName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl std::str::FromStr for CheckName {
    type Err = BadCheckName;

    fn from_str(name: &str) -> Result<Self, BadCheckName> {
        Self::new(name)
    }
}

impl TryFrom<String> for CheckName {
    type Error = BadCheckName;

    fn try_from(name: String) -> Result<Self, BadCheckName> {
        Self::new(&name)
    }
}

impl From<CheckName> for String {
    fn from(name: CheckName) -> Self {
        name.as_str().to_owned()
    }
}
