//! The Memory screen's own state: a replica of the list of documents, the tree over it, the document
//! that is looked at, and a search. It asks for nothing itself; `update` does.

pub(crate) mod editor;
mod reader;
pub(crate) mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::core::document::{
    DocumentName, DocumentOwner, DocumentPage, DocumentRow, DocumentsFound,
};
use crate::core::{DocumentInfo, HubStatus, NoteOrder, Notebook, Outcome, State, TaskId, Text};
use crate::ui::line_edit::LineEdit;
pub(crate) use reader::Reader;
use tree::{Name, TreeRow};

/// The documents as this console knows them.
#[derive(Debug, Default)]
pub(crate) struct Library {
    documents: BTreeMap<Name, DocumentRow>,
    /// Up to which place of the order of change they are known.
    pub(crate) upto: u64,
    /// The wish for what changes next.
    pub(crate) listing: Option<u64>,
    /// All that there were have come once.
    pub(crate) complete: bool,
    bytes: u64,
    rows: Vec<TreeRow>,
    folded: BTreeSet<Arc<str>>,
    /// The rows are to be made again.
    stale: bool,
    at: usize,
    /// What is selected, by its path, and whether that is a folder.
    selected: Option<(Arc<str>, bool)>,
    pub(crate) search: Option<Search>,
    pub(crate) reader: Reader,
    /// What was last handed to `$EDITOR`.
    pub(crate) lent: Option<editor::Lent>,
    /// The note of which a change was sent and is not ordered yet.
    pub(crate) awaited: Option<String>,
    /// Changes of this console that are on their way.
    pub(crate) mine: BTreeMap<u64, NoteOrder>,
}

/// A search in all documents.
#[derive(Debug, Default)]
pub(crate) struct Search {
    pub(crate) input: LineEdit,
    /// The wish that is to bring what is found.
    pub(crate) ask: Option<u64>,
    pub(crate) found: DocumentsFound,
    /// The words that brought it.
    pub(crate) words: String,
    pub(crate) chosen: usize,
    pub(crate) failed: Option<String>,
}

/// How a document stands, as a glyph and a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The room's, and the hub has it.
    Current,
    /// On its way into the hub.
    Pending,
    /// It could not be written.
    Trouble,
    /// A foreign text that was kept aside.
    KeptAside,
    /// A note.
    Note,
}

impl Library {
    /// A part of the list came.
    pub(crate) fn take(&mut self, page: DocumentPage) {
        if page.anew {
            self.documents.clear();
            self.bytes = 0;
        }
        for name in page.gone {
            let gone = self.documents.remove(&Name(name.into()));
            self.bytes -= gone.map_or(0, |gone| gone.bytes);
        }
        for row in page.rows {
            self.bytes += row.bytes;
            let name = Name(row.name.as_str().into());
            let before = self.documents.insert(name, row);
            self.bytes -= before.map_or(0, |before| before.bytes);
        }
        self.upto = page.upto;
        self.complete |= !page.more;
        self.stale = true;
    }

    /// Folders and documents in sight of the tree, made again if something has changed. The selection
    /// stays on its row.
    pub(crate) fn settle(&mut self) {
        if std::mem::take(&mut self.stale) {
            self.rows = tree::rows(&self.documents, &self.folded);
            let is_it = |row: &TreeRow| {
                let (path, folder) = row.key();
                let selected = self.selected.as_ref();
                selected.is_some_and(|(at, is)| (&**at, *is) == (path, folder))
            };
            if let Some(at) = self.rows.iter().position(is_it) {
                self.at = at;
            } else if self.selected.is_none() {
                let document = |row: &TreeRow| matches!(row, TreeRow::Document { .. });
                self.at = self.rows.iter().position(document).unwrap_or(0);
            }
            self.at = self.at.min(self.rows.len().saturating_sub(1));
        }
    }

    /// The rows as they were made last.
    pub(crate) fn rows(&self) -> &[TreeRow] {
        &self.rows
    }

    /// How many documents there are, and their size together in bytes.
    pub(crate) fn size(&self) -> (usize, u64) {
        (self.documents.len(), self.bytes)
    }

    /// The place of the selected row.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Selects a row.
    pub(crate) fn go(&mut self, at: usize) {
        self.settle();
        self.at = at.min(self.rows.len().saturating_sub(1));
        self.selected = self.rows.get(self.at).map(|row| {
            let (path, folder) = row.key();
            (path.into(), folder)
        });
    }

    /// Selects a document, once it is there; unfolds what is around it.
    pub(crate) fn select(&mut self, name: &str) {
        self.selected = Some((name.into(), false));
        self.folded.retain(|path| {
            let below = name.strip_prefix(&**path);
            !below.is_some_and(|rest| rest.starts_with('/'))
        });
        self.stale = true;
        self.settle();
    }

    /// The selected row of the tree.
    pub(crate) fn row(&self) -> Option<&TreeRow> {
        self.rows.get(self.at)
    }

    /// What is known of a document.
    pub(crate) fn document(&self, name: &str) -> Option<&DocumentRow> {
        self.documents.get(&Name(name.into()))
    }

    /// The document that is looked at: of the search while there is one, else of the tree.
    pub(crate) fn chosen(&self) -> Option<&str> {
        if let Some(search) = &self.search
            && !search.words.is_empty()
        {
            let place = search.found.places.get(search.chosen)?;
            return Some(&place.name);
        }
        match self.row()? {
            TreeRow::Document { name, .. } => Some(name),
            TreeRow::Folder { .. } => None,
        }
    }

    /// The folder in which a new note would lie, with a slash at its end.
    pub(crate) fn folder(&self) -> String {
        let path = match self.row() {
            Some(TreeRow::Folder { path, .. }) => Some(&**path),
            Some(TreeRow::Document { name, .. }) => name.rsplit_once('/').map(|(path, _)| path),
            None => None,
        };
        path.map(|path| format!("{path}/")).unwrap_or_default()
    }

    /// Folds or unfolds the selected folder; on anything else, folds the folder around it or does
    /// nothing.
    pub(crate) fn fold(&mut self, fold: bool) {
        let path: Option<Arc<str>> = match self.row() {
            Some(TreeRow::Folder { path, folded, .. }) if *folded != fold => Some(Arc::clone(path)),
            Some(TreeRow::Folder { path: name, .. } | TreeRow::Document { name, .. }) if fold => {
                name.rsplit_once('/').map(|(path, _)| path.into())
            }
            Some(_) | None => None,
        };
        let Some(path) = path else {
            return;
        };
        if fold {
            self.folded.insert(Arc::clone(&path));
        } else {
            self.folded.remove(&path);
        }
        self.selected = Some((path, true));
        self.stale = true;
        self.settle();
    }
}

/// How a document stands.
pub(crate) fn standing(
    row: &DocumentRow,
    info: Option<&DocumentInfo>,
    book: &Notebook,
) -> Standing {
    match (row.owner, info) {
        (DocumentOwner::Room, Some(info)) if info.trouble.is_some() => Standing::Trouble,
        (DocumentOwner::Room, Some(info)) if !info.current => Standing::Pending,
        (DocumentOwner::Room, _) => Standing::Current,
        (DocumentOwner::KeptAside | DocumentOwner::Note, _) if book.is_moving(&row.name) => {
            Standing::Pending
        }
        (DocumentOwner::KeptAside, _) => Standing::KeptAside,
        (DocumentOwner::Note, _) => Standing::Note,
    }
}

/// Who wrote a document last, as far as that is known.
pub(crate) fn author(row: &DocumentRow, book: &Notebook) -> &'static str {
    let here = book.written(&row.name);
    let same = here.is_some_and(|it| row.at <= it.at && row.bytes == it.bytes as u64);
    match row.owner {
        DocumentOwner::Room => "the room",
        DocumentOwner::KeptAside | DocumentOwner::Note if same => "you",
        DocumentOwner::KeptAside | DocumentOwner::Note => "outside",
    }
}

/// What the hub says of a document of the room.
pub(crate) fn info<'h>(hub: &'h HubStatus, name: &str) -> Option<&'h DocumentInfo> {
    hub.documents.iter().find(|document| document.name == name)
}

/// The task whose result a document is, and that result.
pub(crate) fn result_of(state: &State, name: &str) -> Option<(TaskId, Text)> {
    let Some(DocumentName::Result(task)) = DocumentName::parse(name) else {
        return None;
    };
    match state.task(task)?.outcome()? {
        Outcome::Done { result, .. } => Some((task, result.clone())),
        Outcome::Failed { .. } | Outcome::Cancelled => None,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Library;
    use crate::core::Timestamp;
    use crate::core::document::{DocumentOwner, DocumentPage, DocumentRow};

    fn page(names: &[&str], gone: &[&str]) -> DocumentPage {
        let row = |name: &&str| DocumentRow {
            name: (*name).to_owned(),
            bytes: 2,
            at: Timestamp(1),
            owner: DocumentOwner::Note,
        };
        DocumentPage {
            rows: names.iter().map(row).collect(),
            gone: gone.iter().map(|name| (*name).to_owned()).collect(),
            upto: 1,
            ..DocumentPage::default()
        }
    }

    #[test]
    fn the_selection_stays_on_its_document_while_others_come_and_go() {
        let mut library = Library::default();
        library.take(page(&["b", "d/e"], &[]));
        library.settle();
        assert_eq!(library.chosen(), Some("b"));
        library.go(2);
        library.take(page(&["a", "c"], &[]));
        library.settle();
        assert_eq!((library.chosen(), library.size()), (Some("d/e"), (4, 8)));
        library.take(page(&[], &["d/e", "nothing"]));
        library.settle();
        assert_eq!((library.chosen(), library.size()), (Some("c"), (3, 6)));
    }

    #[test]
    fn a_folder_folds_from_within() {
        let mut library = Library::default();
        library.take(page(&["a/b/c", "a/d"], &[]));
        library.settle();
        library.select("a/b/c");
        assert_eq!(library.folder(), "a/b/");
        library.fold(true);
        assert_eq!((library.chosen(), library.rows().len()), (None, 3));
        library.fold(true);
        assert_eq!((library.folder().as_str(), library.rows().len()), ("a/", 1));
        library.select("a/b/c");
        assert_eq!((library.chosen(), library.rows().len()), (Some("a/b/c"), 4));
    }
}
