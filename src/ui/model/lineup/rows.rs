//! Places of tasks in order, all together and by column. Knows nothing of tasks.

use super::{Entry, Place};

/// Tasks in order, all of them and by column.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) all: Vec<Place>,
    pub(super) columns: [Vec<Place>; 5],
}

impl Rows {
    pub(super) fn collect<'e>(entries: impl Iterator<Item = &'e Entry>) -> Self {
        let mut rows = Self::default();
        for entry in entries {
            rows.all.push(entry.place);
            if let Some(column) = rows.columns.get_mut(entry.column.index()) {
                column.push(entry.place);
            }
        }
        rows.all.sort_unstable();
        for column in &mut rows.columns {
            column.sort_unstable();
        }
        rows
    }

    pub(super) fn put(&mut self, entry: Entry) {
        put(&mut self.all, entry.place);
        if let Some(column) = self.columns.get_mut(entry.column.index()) {
            put(column, entry.place);
        }
    }

    pub(super) fn take(&mut self, entry: Entry) {
        take(&mut self.all, entry.place);
        if let Some(column) = self.columns.get_mut(entry.column.index()) {
            take(column, entry.place);
        }
    }
}

pub(super) fn put(places: &mut Vec<Place>, place: Place) {
    if let Err(at) = places.binary_search(&place) {
        places.insert(at, place);
    }
}

pub(super) fn take(places: &mut Vec<Place>, place: Place) {
    if let Ok(at) = places.binary_search(&place) {
        places.remove(at);
    }
}
