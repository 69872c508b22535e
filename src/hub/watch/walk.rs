//! One pass over the memory folder, a bounded step at a time: what a watch has missed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata, ReadDir};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::Sighting;
use super::notes::{Size, Tally};
use crate::core::Timestamp;
use crate::hub::contents::Contents;
use crate::hub::document::{self, DocumentName, Prefix};
use crate::hub::folder::{Folder, Look};

/// How many entries of folders are looked at in one step: some milliseconds.
const STEP: usize = 512;
/// How deep folders are entered; no document of ours lies so deep.
const DEPTH: usize = 16;

/// By what a change of a file is known without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    bytes: u64,
    changed: (i64, i64),
}

impl Stamp {
    fn of(about: &Metadata) -> Self {
        Self {
            inode: about.ino(),
            bytes: about.size(),
            changed: (about.ctime(), about.ctime_nsec()),
        }
    }
}

/// What is known of the folder from one pass to the next.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) folder: Folder,
    pub(super) prefix: Prefix,
    stamps: BTreeMap<DocumentName, Stamp>,
    pub(super) notes: Tally,
    pub(super) contents: Contents,
    /// How many results and conflicts were told, with how many bytes.
    told: (usize, u64),
}

/// A pass that is under way.
#[derive(Debug)]
pub(super) struct Walk {
    open: Vec<(ReadDir, usize)>,
    met: BTreeSet<DocumentName>,
    notes: Tally,
    began: bool,
}

impl Walk {
    pub(super) fn new() -> Self {
        Self {
            open: Vec::new(),
            met: BTreeSet::new(),
            notes: Tally::default(),
            began: false,
        }
    }
}

impl Known {
    pub(super) fn new(folder: Folder, prefix: Prefix) -> Self {
        Self {
            folder,
            contents: Contents::new(prefix.clone()),
            prefix,
            stamps: BTreeMap::new(),
            notes: Tally::default(),
            told: (0, 0),
        }
    }

    /// Goes on with a pass; blocks. True when it is over.
    pub(super) fn step(&mut self, walk: &mut Walk, found: &mut Vec<Sighting>) -> bool {
        if !walk.began {
            walk.began = true;
            self.contents.begin_pass();
            // Without the folder there are no documents.
            walk.open
                .extend(fs::read_dir(self.folder.root()).ok().map(|root| (root, 0)));
        }
        for _ in 0..STEP {
            let Some((folder, depth)) = walk.open.last_mut() else {
                self.end(walk, found);
                return true;
            };
            let depth = *depth;
            match folder.next() {
                None => drop(walk.open.pop()),
                // It vanished meanwhile, or cannot be read; the next pass tries again.
                Some(Err(_)) => {}
                Some(Ok(entry)) => {
                    let path = entry.path();
                    // Links are not followed into folders.
                    if entry.file_type().is_ok_and(|kind| kind.is_dir())
                        && self.folder.name(&path).is_none()
                    {
                        if depth < DEPTH {
                            let inner = fs::read_dir(&path).ok();
                            walk.open.extend(inner.map(|inner| (inner, depth + 1)));
                        }
                    } else {
                        self.meet(&path, walk, found);
                    }
                }
            }
        }
        false
    }

    /// A file that a pass has come to.
    fn meet(&mut self, path: &Path, walk: &mut Walk, found: &mut Vec<Sighting>) {
        let Some(name) = self.folder.name(path) else {
            return;
        };
        let Ok(about) = fs::symlink_metadata(path) else {
            return;
        };
        let size = size(&about);
        self.contents.put(name.clone(), size.bytes, size.at);
        match self.prefix.document(&name) {
            Some(document) => {
                let stamp = Stamp::of(&about);
                if self.stamps.get(&document) != Some(&stamp) {
                    found.push(self.look(&document, &name, Some(stamp)));
                }
                walk.met.insert(document);
            }
            None if self.prefix.is_kept(&name) => {}
            None => walk.notes.put(name, size),
        }
    }

    fn end(&mut self, walk: &mut Walk, found: &mut Vec<Sighting>) {
        let gone: Vec<DocumentName> = self
            .stamps
            .keys()
            .filter(|document| !walk.met.contains(*document))
            .cloned()
            .collect();
        for document in gone {
            let name = self.prefix.name(&document);
            found.push(self.look(&document, &name, None));
        }
        self.contents.end_pass();
        self.notes = std::mem::take(&mut walk.notes);
        found.push(Sighting::Notes(Box::new(self.notes.told())));
        found.extend(self.results());
    }

    /// How many results and conflicts there are, where that has changed.
    fn results(&mut self) -> Option<Sighting> {
        let sizes = self.stamps.iter().map(|(name, stamp)| (name, stamp.bytes));
        let (documents, bytes) = document::results(sizes);
        if std::mem::replace(&mut self.told, (documents, bytes)) == (documents, bytes) {
            return None;
        }
        Some(Sighting::Results { documents, bytes })
    }

    /// Looks at paths of which something was heard; blocks. True when there may be more to see than
    /// these: a folder has come or gone.
    pub(super) fn heard(&mut self, paths: &[PathBuf], found: &mut Vec<Sighting>) -> bool {
        let (mut folders, mut notes, mut results) = (false, false, false);
        for path in paths {
            let about = fs::symlink_metadata(path);
            let Some(name) = self.folder.name(path) else {
                // What is gone and had no ending may have been a folder.
                folders |= about.map_or(path.extension().is_none(), |about| about.is_dir());
                continue;
            };
            match about.as_ref().map(size) {
                Ok(size) => self.contents.put(name.clone(), size.bytes, size.at),
                Err(_) => self.contents.remove(&name),
            }
            match self.prefix.document(&name) {
                Some(document) => {
                    results |= document.is_of_results();
                    let stamp = about.ok().as_ref().map(Stamp::of);
                    found.push(self.look(&document, &name, stamp));
                }
                None if self.prefix.is_kept(&name) => {}
                None => {
                    notes = true;
                    match about {
                        Ok(about) => self.notes.put(name, size(&about)),
                        Err(_) => self.notes.remove(&name),
                    }
                }
            }
        }
        if notes {
            found.push(Sighting::Notes(Box::new(self.notes.told())));
        }
        if results {
            found.extend(self.results());
        }
        folders
    }

    fn look(&mut self, document: &DocumentName, name: &str, stamp: Option<Stamp>) -> Sighting {
        let look = self.folder.look(name);
        match stamp {
            Some(stamp) if look != Look::Missing => {
                self.stamps.insert(document.clone(), stamp);
            }
            Some(_) | None => drop(self.stamps.remove(document)),
        }
        Sighting::Document {
            name: document.clone(),
            look,
        }
    }
}

fn size(about: &Metadata) -> Size {
    let age = about.modified().ok();
    let at = age.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    Size {
        bytes: about.len(),
        at: Timestamp(at.map_or(0, |at| u64::try_from(at.as_millis()).unwrap_or(u64::MAX))),
    }
}
