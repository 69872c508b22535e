//! The documents as a tree: folders that fold, and names in the order in which people read them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::core::document::DocumentRow;

/// A document's name, which sorts part by part, and numbers in it by their value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(pub(crate) Arc<str>);

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut ours, mut theirs) = (self.0.split('/'), other.0.split('/'));
        loop {
            let order = match (ours.next(), theirs.next()) {
                (None, None) => return self.0.cmp(&other.0),
                (None, Some(_)) => Ordering::Less,
                (Some(_), None) => Ordering::Greater,
                (Some(one), Some(other)) => natural(one, other),
            };
            if order != Ordering::Equal {
                return order;
            }
        }
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares two parts of names; `9` comes before `10`.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let lengths = (digits(one), digits(other));
        let order = if lengths.0 > 0 && lengths.1 > 0 {
            let (left, rest_one) = one.split_at(lengths.0);
            let (right, rest_other) = other.split_at(lengths.1);
            (one, other) = (rest_one, rest_other);
            let (left, right) = (bare(left), bare(right));
            left.len().cmp(&right.len()).then_with(|| left.cmp(right))
        } else {
            match (one.split_first(), other.split_first()) {
                (None, None) => return Ordering::Equal,
                (None, Some(_)) => return Ordering::Less,
                (Some(_), None) => return Ordering::Greater,
                (Some((left, rest_one)), Some((right, rest_other))) => {
                    (one, other) = (rest_one, rest_other);
                    left.cmp(right)
                }
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// A number without the zeros before it.
fn bare(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.split_at(zeros).1
}

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TreeRow {
    /// A folder.
    Folder {
        /// Its path, without a slash at the end.
        path: Arc<str>,
        /// How deep it lies.
        depth: usize,
        /// How many documents are below it.
        count: usize,
        /// They are hidden.
        folded: bool,
    },
    /// A document.
    Document {
        /// Its name.
        name: Arc<str>,
        /// How deep it lies.
        depth: usize,
    },
}

impl TreeRow {
    /// By what the row is known again.
    pub(crate) fn key(&self) -> (&str, bool) {
        match self {
            Self::Folder { path, .. } => (path, true),
            Self::Document { name, .. } => (name, false),
        }
    }

    /// The last part of its name, and how deep it lies.
    pub(crate) fn label(&self) -> (&str, usize) {
        let (Self::Folder {
            path: name, depth, ..
        }
        | Self::Document { name, depth }) = self;
        (name.rsplit('/').next().unwrap_or(name), *depth)
    }
}

/// All rows that are in sight with these folders folded.
pub(crate) fn rows(
    documents: &BTreeMap<Name, DocumentRow>,
    folded: &BTreeSet<Arc<str>>,
) -> Vec<TreeRow> {
    let mut rows = Vec::new();
    // The folders around the present document, and where their rows are.
    let mut around: Vec<(Arc<str>, Option<usize>, bool)> = Vec::new();
    for Name(name) in documents.keys() {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        while around.last().is_some_and(|(path, ..)| !holds(path, folder)) {
            around.pop();
        }
        loop {
            let path = around.last().map_or("", |(path, ..)| path);
            if path == folder {
                break;
            }
            let from = if path.is_empty() { 0 } else { path.len() + 1 };
            let rest = folder.get(from..).unwrap_or_default();
            let end = match rest.find('/') {
                Some(at) if at > 0 => from + at,
                Some(_) | None => folder.len(),
            };
            let path: Arc<str> = folder.get(..end).unwrap_or_default().into();
            let hidden = around.last().is_some_and(|(_, _, hidden)| *hidden);
            let is_folded = folded.contains(&path);
            let row = (!hidden).then(|| {
                rows.push(TreeRow::Folder {
                    path: Arc::clone(&path),
                    depth: around.len(),
                    count: 0,
                    folded: is_folded,
                });
                rows.len() - 1
            });
            around.push((path, row, hidden || is_folded));
        }
        for (_, row, _) in &around {
            if let Some(TreeRow::Folder { count, .. }) = row.and_then(|row| rows.get_mut(row)) {
                *count += 1;
            }
        }
        if !around.last().is_some_and(|(_, _, hidden)| *hidden) {
            rows.push(TreeRow::Document {
                name: Arc::clone(name),
                depth: around.len(),
            });
        }
    }
    rows
}

/// Whether a folder is another one or lies above it.
fn holds(path: &str, folder: &str) -> bool {
    folder
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use pretty_assertions::assert_eq;

    use super::{Name, TreeRow, rows};
    use crate::core::Timestamp;
    use crate::core::document::{DocumentOwner, DocumentRow};

    fn tree(names: &[&str], folded: &[&str]) -> Vec<String> {
        let row = |name: &str| DocumentRow {
            name: name.to_owned(),
            bytes: 1,
            at: Timestamp(1),
            owner: DocumentOwner::Note,
        };
        let documents: BTreeMap<Name, DocumentRow> = names
            .iter()
            .map(|name| (Name((*name).into()), row(name)))
            .collect();
        let folded: BTreeSet<_> = folded.iter().map(|path| (*path).into()).collect();
        let line = |row: &TreeRow| {
            let (label, depth) = row.label();
            let set_in = "  ".repeat(depth);
            match row {
                TreeRow::Folder { count, folded, .. } => {
                    format!(
                        "{set_in}{} {label} {count}",
                        if *folded { "+" } else { "-" }
                    )
                }
                TreeRow::Document { .. } => format!("{set_in}{label}"),
            }
        };
        rows(&documents, &folded).iter().map(line).collect()
    }

    const NAMES: [&str; 8] = [
        "results/10",
        "results/9",
        "a",
        "a/b/c",
        "a/b/d",
        "a-b",
        "results/007",
        "a/e",
    ];

    #[test]
    fn folders_stand_above_what_is_in_them_and_numbers_count() {
        assert_eq!(
            tree(&NAMES, &[]),
            [
                "a",
                "- a 3",
                "  - b 2",
                "    c",
                "    d",
                "  e",
                "a-b",
                "- results 3",
                "  007",
                "  9",
                "  10",
            ]
        );
    }

    #[test]
    fn what_is_folded_is_counted_and_hidden() {
        assert_eq!(
            tree(&NAMES, &["a", "a/b"]),
            ["a", "+ a 3", "a-b", "- results 3", "  007", "  9", "  10"]
        );
        assert_eq!(tree(&[], &["a"]), [""; 0]);
    }

    #[test]
    fn odd_names_have_an_order_too() {
        for names in [["/", "//"], ["a//b", "a/"], ["", "x"]] {
            assert!(tree(&names, &[]).len() >= 2, "{names:?}");
        }
    }
}
