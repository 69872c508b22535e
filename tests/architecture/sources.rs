//! The sources on disk.

use std::path::{Path, PathBuf};

use crate::lexer::{Token, tokens};

/// One Rust file.
pub(crate) struct Source {
    /// Path below the repository, with `/`.
    pub(crate) path: String,
    /// The text.
    pub(crate) text: String,
    /// Its words and signs.
    pub(crate) tokens: Vec<Token>,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            tokens: tokens(text),
        }
    }

    /// The token at an index, empty past the end.
    pub(crate) fn word(&self, index: usize) -> &str {
        self.tokens
            .get(index)
            .map_or("", |token| token.text.as_str())
    }

    /// `path:line` of the token at an index.
    pub(crate) fn place(&self, index: usize) -> String {
        let line = self.tokens.get(index).map_or(0, |token| token.line);
        format!("{}:{line}", self.path)
    }
}

/// The repository's folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder, in order. Folders with a `Cargo.toml` of their own are other
/// packages and left out, as are fixtures.
pub(crate) fn rust_files(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    walk(&root().join(folder), &mut files);
    files.sort();
    assert!(
        !files.is_empty(),
        "no sources below {folder}: the rules would hold for nothing"
    );
    let root = root();
    files
        .iter()
        .map(|path| {
            let below = path.strip_prefix(&root).unwrap();
            Source::new(
                below.to_str().unwrap(),
                &std::fs::read_to_string(path).unwrap(),
            )
        })
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_fixture = path.file_name().is_some_and(|name| name == "fixtures");
        if path.is_dir() && !is_fixture && !path.join("Cargo.toml").exists() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Fails with every violation on a line of its own.
pub(crate) fn none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}
