//! Every value in force with the layer it came from, for `synod config --effective`.

use std::collections::BTreeMap;
use std::fmt;

use super::place::{Origin, Place};

/// Where each set value came from, by its dotted path; what is absent is built in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(BTreeMap<String, Origin>);

impl Origins {
    /// The origin of the value at a dotted path such as `room.hub`.
    #[must_use]
    pub fn of(&self, path: &str) -> Origin {
        self.0.get(path).cloned().unwrap_or_else(Origin::built_in)
    }

    pub(super) fn record(&mut self, path: impl Into<String>, origin: Origin) {
        self.0.insert(path.into(), origin);
    }

    /// Forgets every path that starts like this.
    pub(super) fn forget_below(&mut self, prefix: &str) {
        self.0.retain(|path, _| !path.starts_with(prefix));
    }
}

/// One value in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Dotted path, for instance `room.budget.tokens` or `member.codex.command`.
    pub path: String,
    /// The value as it would be written; secrets are described, never shown.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// All values in force, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// The rows.
    pub rows: Vec<Row>,
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |of: fn(&Row) -> &str| {
            let lengths = self.rows.iter().map(|row| of(row).chars().count());
            lengths.max().unwrap_or(0).min(48)
        };
        let (path, value) = (width(|row| &row.path), width(|row| &row.value));
        for row in &self.rows {
            write!(
                f,
                "{:path$}  {:value$}  {}",
                row.path, row.value, row.origin.layer
            )?;
            if row.origin.place == Place::BuiltIn {
                writeln!(f)?;
            } else {
                writeln!(f, " ({})", row.origin.place)?;
            }
        }
        Ok(())
    }
}

/// The rows of a section before their origins are known: dotted path and value.
pub(super) type Values = Vec<(String, String)>;

/// Text in quotes, as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A list of quoted words.
pub(super) fn quoted_list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(quoted).collect();
    format!("[{}]", words.join(", "))
}

/// An optional value; `none` says what its absence means.
pub(super) fn or_none(value: Option<String>, none: &str) -> String {
    value.unwrap_or_else(|| format!("({none})"))
}
