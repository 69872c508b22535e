//! Where a value was written: which layer, and which file, line and column. Owns no reading.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The layers, weakest first: a later layer wins over an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// What the program brings.
    BuiltIn,
    /// The user's own `config.toml`.
    User,
    /// The project's `synod.toml`. Not written by the operator, as a rule: see `Trust`.
    Project,
    /// A `SYNOD_*` variable.
    Environment,
    /// A flag of the command line.
    Flag,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BuiltIn => "built-in",
            Self::User => "user",
            Self::Project => "project",
            Self::Environment => "environment",
            Self::Flag => "flag",
        })
    }
}

/// A position that a person can go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file.
    File {
        /// The file, as it was opened.
        path: Arc<Path>,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
    },
    /// An environment variable, by name.
    Variable(&'static str),
    /// A command line flag, by name.
    Flag(&'static str),
    /// Nowhere: a built-in value.
    BuiltIn,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, column } => {
                write!(f, "{}:{line}:{column}", path.display())
            }
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}

/// Which layer gave a value, and where it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The layer.
    pub layer: Layer,
    /// The position in it.
    pub place: Place,
}

impl Origin {
    /// The origin of a default.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            layer: Layer::BuiltIn,
            place: Place::BuiltIn,
        }
    }
}

/// One configuration file's text, which turns byte offsets into places.
#[derive(Debug)]
pub(super) struct SourceFile {
    pub(super) layer: Layer,
    path: Arc<Path>,
    pub(super) text: String,
}

impl SourceFile {
    pub(super) fn new(layer: Layer, path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            layer,
            path: Arc::from(path.into()),
            text: text.into(),
        }
    }

    /// The line and column of the byte at `offset`; an offset past the end is the end.
    pub(super) fn place(&self, offset: usize) -> Place {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(..end).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place::File {
            path: Arc::clone(&self.path),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }

    pub(super) fn origin(&self, offset: usize) -> Origin {
        Origin {
            layer: self.layer,
            place: self.place(offset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_columns_in_characters() {
        let file = SourceFile::new(Layer::User, "c.toml", "a = 1\nü = 2\n");
        let at = |offset| file.place(offset).to_string();
        assert_eq!(at(0), "c.toml:1:1");
        assert_eq!(at(6), "c.toml:2:1");
        assert_eq!(at(8), "c.toml:2:2");
        assert_eq!(
            at(7),
            "c.toml:2:1",
            "the middle of a character is its start"
        );
        assert_eq!(at(999), "c.toml:3:1");
    }

    #[test]
    fn later_layers_are_stronger() {
        assert!(Layer::BuiltIn < Layer::User && Layer::User < Layer::Project);
        assert!(Layer::Project < Layer::Environment && Layer::Environment < Layer::Flag);
    }
}
