//! Why a theme cannot be used: which file, which line, which key, and what would be right.

use thiserror::Error;

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ThemeError {
    /// No theme has this name.
    #[error("there is no theme `{name}`{}; `synod themes` lists them, and a path to a .toml file works too", hint(.suggestion.as_deref()))]
    Unknown {
        /// The name asked for.
        name: String,
        /// The nearest name that there is.
        suggestion: Option<String>,
    },
    /// The file cannot be read.
    #[error("theme {file} cannot be read: {why}")]
    Unreadable {
        /// Path as given.
        file: String,
        /// What the system says.
        why: String,
    },
    /// The file is not TOML.
    #[error("theme {file}:{line} is not valid TOML: {why}")]
    Syntax {
        /// Path as given.
        file: String,
        /// Line, from 1.
        line: usize,
        /// The problem.
        why: String,
    },
    /// One key is wrong.
    #[error("theme {file}:{line}: `{key}` {why}{}", hint(.suggestion.as_deref()))]
    Key {
        /// Path as given.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Dotted key.
        key: String,
        /// What is wrong with it, and what is allowed.
        why: String,
        /// The nearest valid word.
        suggestion: Option<String>,
    },
}

fn hint(suggestion: Option<&str>) -> String {
    suggestion
        .map(|it| format!(" (did you mean `{it}`?)"))
        .unwrap_or_default()
}
