//! A cursor over one TOML table: typed reads by key, every problem collected with its place, and
//! every key that nobody asked for reported. It knows no key of ours.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::effective::Origins;
use super::item::Item;
use super::place::{Origin, SourceFile};
use super::problem::{Fault, Problem, nearest, shown};

/// The label of a file's own table.
pub(super) const TOP: &str = "the file";

/// Parses one file; every syntax error is a problem.
pub(super) fn parse<'f>(
    file: &'f SourceFile,
    problems: &mut Vec<Problem>,
) -> Option<Spanned<DeTable<'f>>> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    if errors.is_empty() {
        return Some(table);
    }
    problems.extend(errors.iter().map(|error| {
        let place = file.place(error.span().map_or(0, |span| span.start));
        let message = shown(error.message());
        Problem::new(place, Fault::Syntax { message })
    }));
    None
}

/// What reading leaves behind, beside the values.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Everything that is wrong.
    pub(super) problems: Vec<Problem>,
    /// Where each value that was set stands.
    pub(super) origins: Origins,
    /// The room's own kinds of task that may be named.
    pub(super) kinds: Vec<String>,
}

/// A table being read. Call [`Table::finish`] at the end, or unknown keys stay unseen.
pub(super) struct Table<'a, 'p> {
    /// How people write this table: `[room]`.
    label: String,
    /// Dotted path of this table, with a dot at its end: `room.`; empty for the file.
    path: String,
    start: usize,
    entries: BTreeMap<&'a str, (usize, &'a Spanned<DeValue<'a>>)>,
    known: Vec<&'static str>,
    file: &'a SourceFile,
    notes: &'p mut Notes,
}

impl<'a, 'p> Table<'a, 'p> {
    /// The table of a whole file.
    pub(super) fn of_file(
        table: &'a DeTable<'a>,
        file: &'a SourceFile,
        notes: &'p mut Notes,
    ) -> Self {
        Self::new((TOP.to_owned(), String::new(), 0), table, file, notes)
    }

    fn new(
        (label, path, start): (String, String, usize),
        table: &'a DeTable<'a>,
        file: &'a SourceFile,
        notes: &'p mut Notes,
    ) -> Self {
        let entries = table
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), (key.span().start, value)))
            .collect();
        Self {
            label,
            path,
            start,
            entries,
            known: Vec::new(),
            file,
            notes,
        }
    }

    pub(super) fn origin(&self) -> Origin {
        self.file.origin(self.start)
    }

    /// The room's own kinds of task that may be named here.
    pub(super) fn kinds(&self) -> &[String] {
        &self.notes.kinds
    }

    /// From here on these kinds of task may be named as well.
    pub(super) fn know_kinds(&mut self, names: impl IntoIterator<Item = String>) {
        self.notes.kinds.extend(names);
    }

    /// Notes that an entry stands for what is called otherwise today.
    pub(super) fn known_as(&mut self, key: &str, item: Item<'a>) {
        let path = format!("{}{key}", self.path);
        self.notes.origins.record(path, item.origin());
    }

    /// Forgets where the values of a table below this one stood in earlier layers.
    pub(super) fn forget_below(&mut self, key: &str) {
        let path = format!("{}{key}.", self.path);
        self.notes.origins.forget_below(&path);
    }

    /// Takes the value under `key`, if there is one.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Item<'a>> {
        self.known.push(key);
        let (_, value) = self.entries.remove(key)?;
        let file = self.file;
        let item = Item { key, value, file };
        self.note_origin(item);
        Some(item)
    }

    fn note_origin(&mut self, item: Item<'a>) {
        let path = format!("{}{}", self.path, item.key);
        self.notes.origins.record(path, item.origin());
    }

    /// Takes every entry that is left, for tables whose keys are the user's own words.
    pub(super) fn take_all(&mut self) -> Vec<Item<'a>> {
        let file = self.file;
        let entries = std::mem::take(&mut self.entries).into_iter();
        let items: Vec<Item<'a>> = entries
            .map(|(key, (_, value))| Item { key, value, file })
            .collect();
        for item in &items {
            self.note_origin(*item);
        }
        items
    }

    /// Whether `key` is there.
    pub(super) fn asks(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Whether `key` is there and holds a table.
    pub(super) fn is_table(&self, key: &str) -> bool {
        let entry = self.entries.get(key);
        entry.is_some_and(|(_, value)| value.get_ref().as_table().is_some())
    }

    /// Takes `key` and converts it; a failed conversion is a problem and reads as absent.
    pub(super) fn get<T>(
        &mut self,
        key: &'static str,
        convert: impl FnOnce(Item<'a>) -> Result<T, Problem>,
    ) -> Option<T> {
        let item = self.take(key)?;
        self.keep(convert(item))
    }

    /// Reads `key` into `slot`, which keeps its value where the key is absent or wrong.
    pub(super) fn set<T>(
        &mut self,
        slot: &mut T,
        key: &'static str,
        convert: impl FnOnce(Item<'a>) -> Result<T, Problem>,
    ) {
        if let Some(value) = self.get(key, convert) {
            *slot = value;
        }
    }

    /// Unpacks a result into this table's list of problems.
    pub(super) fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result
            .map_err(|problem| self.notes.problems.push(problem))
            .ok()
    }

    pub(super) fn missing(&mut self, key: &'static str, why: &'static str) {
        let fault = Fault::Missing {
            table: self.label.clone(),
            key,
            why,
        };
        let place = self.file.place(self.start);
        self.notes.problems.push(Problem::new(place, fault));
    }

    /// Reads a table below this one.
    pub(super) fn table<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Table<'a, '_>) -> T,
    ) -> Option<T> {
        let item = self.take(key)?;
        let label = if self.label == TOP {
            format!("[{key}]")
        } else {
            format!("`{key}` of {}", self.label)
        };
        self.open(item, label, read)
    }

    /// Reads each table of an array of tables. What an earlier layer said of an entry of the same
    /// name is forgotten.
    pub(super) fn tables<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Table<'a, '_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(item) = self.take(key) else {
            return Vec::new();
        };
        let Some(array) = item.value.get_ref().as_array() else {
            self.notes
                .problems
                .push(item.bad(format!("a list of tables, each written `[[{key}]]`")));
            return Vec::new();
        };
        array
            .iter()
            .filter_map(|value| {
                let item = Item { value, ..item };
                let name = value
                    .get_ref()
                    .get("name")
                    .and_then(|it| it.get_ref().as_str());
                let path = format!("{key}.{}.", name.unwrap_or_default());
                self.notes.origins.forget_below(&path);
                self.open_at((format!("[[{key}]]"), path), item, &mut read)
                    .flatten()
            })
            .collect()
    }

    /// Reads a table value under a label of its own.
    pub(super) fn open<T>(
        &mut self,
        item: Item<'a>,
        label: String,
        read: impl FnOnce(&mut Table<'a, '_>) -> T,
    ) -> Option<T> {
        let path = format!("{}{}.", self.path, item.key);
        self.open_at((label, path), item, read)
    }

    fn open_at<T>(
        &mut self,
        (label, path): (String, String),
        item: Item<'a>,
        read: impl FnOnce(&mut Table<'a, '_>) -> T,
    ) -> Option<T> {
        let Some(table) = item.value.get_ref().as_table() else {
            self.notes.problems.push(item.bad("a table"));
            return None;
        };
        let start = item.value.span().start;
        let mut child = Table::new((label, path, start), table, self.file, self.notes);
        let read = read(&mut child);
        child.finish();
        Some(read)
    }

    /// Reports what nobody asked for.
    pub(super) fn finish(self) {
        for (key, (offset, _)) in self.entries {
            let fault = Fault::UnknownKey {
                key: shown(key),
                table: self.label.clone(),
                suggestion: nearest(key, &self.known).map(str::to_owned),
                known: self.known.clone(),
            };
            let place = self.file.place(offset);
            self.notes.problems.push(Problem::new(place, fault));
        }
    }
}
