//! The memory folder itself, beside the hub server: which file a document is, and what it has.
//!
//! Everything here blocks for the time of a small file. Links that lead out of the folder are never
//! followed, files that are too large are never read, and nothing here puts a text of the room into
//! the folder: that is the hub server's business.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::core::document::{DocumentText, Oddity};

/// The largest file that is read; the longest document of ours is far below it.
pub const LOOK_MAX: u64 = 4 * 1024 * 1024;
/// The end of every file that is a document.
const SUFFIX: &str = ".md";

/// The folder in which a hub server keeps its documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

/// What a document's file has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// There is none.
    Missing,
    /// This text, with its line breaks as the hub server gives them.
    Text(Arc<str>),
    /// Something that cannot be taken for a document.
    Unfit(Unfit),
}

/// Why a file cannot be taken for a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Not UTF-8.
    #[error("it is no UTF-8 text")]
    NotText,
    /// Over [`LOOK_MAX`].
    #[error("it has {bytes} bytes; the most that is read is {LOOK_MAX}")]
    TooLong {
        /// Its size.
        bytes: u64,
    },
    /// It, or a folder above it, is a link to elsewhere.
    #[error("it is a link that leads out of the memory folder, and such links are not followed")]
    LeadsOut,
    /// A folder, a pipe or the like.
    #[error("it is no regular file")]
    NoFile,
    /// The system does not let us.
    #[error("it cannot be read: {why}")]
    Unreadable {
        /// What the system said.
        why: String,
    },
}

impl Folder {
    /// The folder with this path, which need not be there yet.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The same folder by its real path, as far as it is there.
    #[must_use]
    pub fn real(self) -> Self {
        let mut there = self.root.as_path();
        loop {
            if let Ok(real) = there.canonicalize() {
                let rest = self.root.strip_prefix(there);
                return rest.map_or(self.clone(), |rest| Self::new(real.join(rest)));
            }
            let Some(above) = there.parent() else {
                return self;
            };
            there = above;
        }
    }

    /// Where it is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file of the document with this name, which is in
    /// [`canonical`](crate::hub::document::canonical) form.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}{SUFFIX}"))
    }

    /// The name of the document whose file is at this path; `None` for files that are none.
    #[must_use]
    pub fn name(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.root).ok()?;
        let plain = below
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let name = below.to_str()?.strip_suffix(SUFFIX)?;
        (plain && !name.is_empty()).then(|| name.to_owned())
    }

    /// What the document with this name has.
    #[must_use]
    pub fn look(&self, name: &str) -> Look {
        match self.read(&self.path(name)) {
            Ok(look) => look,
            Err(error) if is_absent(&error) => Look::Missing,
            Err(error) => Look::Unfit(Unfit::Unreadable {
                why: error.to_string(),
            }),
        }
    }

    /// The beginning of a document in a form that can be shown, whatever it has. Links that lead out
    /// are not followed.
    #[must_use]
    pub fn peek(&self, name: &str, most: usize) -> DocumentText {
        let odd = |oddity, bytes| DocumentText {
            text: String::new(),
            bytes,
            oddities: vec![oddity],
        };
        let path = self.path(name);
        let unfit = |unfit: &Unfit| {
            let why = unfit.to_string();
            odd(Oddity::Unfit { why }, 0)
        };
        let mut bytes = Vec::new();
        let read = self.regular(&path).and_then(|about| match about {
            Ok(about) => {
                File::open(&path)?
                    .take(u64::try_from(most).unwrap_or(u64::MAX))
                    .read_to_end(&mut bytes)?;
                Ok(Ok(about.len()))
            }
            Err(unfit) => Ok(Err(unfit)),
        });
        match read {
            Ok(Ok(size)) => shown(bytes, size),
            Ok(Err(why)) => unfit(&why),
            Err(error) if is_absent(&error) => odd(Oddity::Missing, 0),
            Err(error) => unfit(&Unfit::Unreadable {
                why: error.to_string(),
            }),
        }
    }

    /// Whether a folder above the document is a link that leads out.
    #[must_use]
    pub fn lies_elsewhere(&self, name: &str) -> bool {
        let mut path = self.path(name);
        while path.pop() && path != self.root {
            if fs::symlink_metadata(&path).is_ok() {
                return self.is_elsewhere(&path);
            }
        }
        false
    }

    /// The first of these names that no file has.
    fn free<'a>(&self, names: &'a [String]) -> Option<&'a String> {
        let free = |name: &&String| {
            !self.lies_elsewhere(name) && fs::symlink_metadata(self.path(name)).is_err()
        };
        names.iter().find(free)
    }

    /// Gives the file of a document the first of these names that is free, else the last; says which.
    /// A link is moved itself.
    pub(super) fn move_aside(&self, name: &str, names: &[String]) -> io::Result<String> {
        let kept = self.free(names).or(names.last());
        let kept = kept.ok_or(io::ErrorKind::InvalidInput)?;
        if self.lies_elsewhere(kept) {
            return Err(io::Error::other(
                "the folder for it is a link that leads out",
            ));
        }
        let to = self.path(kept);
        if let Some(above) = to.parent() {
            fs::create_dir_all(above)?;
        }
        fs::rename(self.path(name), to)?;
        Ok(kept.clone())
    }

    /// Removes the file of a document, if it is there and has this text. Whatever else it has got stays under
    /// the first of these names that is free; says which. Where none is free it is removed unseen.
    pub(super) fn remove_text(
        &self,
        name: &str,
        text: &str,
        names: &[String],
    ) -> io::Result<Option<String>> {
        let Some(kept) = self.free(names) else {
            return self.remove(name).map(|()| None);
        };
        match self.move_aside(name, std::slice::from_ref(kept)) {
            Ok(_) if !matches!(self.look(kept), Look::Text(has) if *has == *text) => {
                return Ok(Some(kept.clone()));
            }
            Ok(_) => self.remove(kept)?,
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(error),
        }
        // The folders that were made for it go, as far as nothing else is in them.
        let mut above = self.path(kept);
        while above.pop() && above != self.root && fs::remove_dir(&above).is_ok() {}
        Ok(None)
    }

    /// Removes the file of a document, if it is there. A link is removed itself.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if is_absent(&error) => Ok(()),
            removed => removed,
        }
    }

    /// A file that may be opened, or why it may not.
    fn regular(&self, path: &Path) -> io::Result<Result<Metadata, Unfit>> {
        let about = fs::symlink_metadata(path)?;
        if self.is_elsewhere(path) {
            return Ok(Err(Unfit::LeadsOut));
        }
        let about = if about.is_symlink() {
            fs::metadata(path)?
        } else {
            about
        };
        if about.is_file() {
            Ok(Ok(about))
        } else {
            Ok(Err(Unfit::NoFile))
        }
    }

    fn read(&self, path: &Path) -> io::Result<Look> {
        let about = match self.regular(path)? {
            Ok(about) => about,
            Err(unfit) => return Ok(Look::Unfit(unfit)),
        };
        if about.len() > LOOK_MAX {
            let bytes = about.len();
            return Ok(Look::Unfit(Unfit::TooLong { bytes }));
        }
        let mut bytes = Vec::new();
        // It may grow while it is read.
        File::open(path)?
            .take(LOOK_MAX + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LOOK_MAX {
            let bytes = bytes.len() as u64;
            return Ok(Look::Unfit(Unfit::TooLong { bytes }));
        }
        Ok(match String::from_utf8(bytes) {
            Ok(text) => Look::Text(unbroken(text).into()),
            Err(_) => Look::Unfit(Unfit::NotText),
        })
    }

    /// Whether what is at the path really lies outside. A link to nowhere does.
    fn is_elsewhere(&self, path: &Path) -> bool {
        let Ok(root) = self.root.canonicalize() else {
            return false;
        };
        path.canonicalize()
            .map_or(true, |real| !real.starts_with(root))
    }
}

/// What was read of a file of a size, as text.
fn shown(mut bytes: Vec<u8>, size: u64) -> DocumentText {
    let mut oddities = Vec::new();
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if read < size {
        oddities.push(Oddity::Cut);
        // Not in the middle of a character, of which the others are four bytes at most.
        let end = bytes.len();
        let begins = |byte: &u8| byte & 0b1100_0000 != 0b1000_0000;
        let tail = bytes.iter().rev().take(4).position(begins);
        if let Some(last) = tail {
            let from = end - last - 1;
            if bytes
                .get(from..)
                .is_some_and(|tail| std::str::from_utf8(tail).is_err())
            {
                bytes.truncate(from);
            }
        }
    }
    if bytes.contains(&b'\r') {
        oddities.push(Oddity::CarriageReturns);
    }
    let text = String::from_utf8(bytes).unwrap_or_else(|error| {
        oddities.push(Oddity::NotText);
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    });
    DocumentText {
        text: unbroken(text),
        bytes: size,
        oddities,
    }
}

/// Serena reads every sort of line break as one.
pub(super) fn unbroken(text: String) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    }
}

/// Nothing there, or a file where a folder would have to be.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::{Folder, LOOK_MAX, Look, Unfit};
    use crate::core::document::Oddity;

    fn folder() -> (tempfile::TempDir, Folder) {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().canonicalize().unwrap().join("memories");
        fs::create_dir_all(root.join("results")).unwrap();
        (outer, Folder::new(root))
    }

    #[test]
    fn a_name_is_a_file_and_back() {
        let (_outer, folder) = folder();
        let path = folder.path("results/7");
        assert!(path.ends_with("memories/results/7.md"));
        assert_eq!(folder.name(&path).as_deref(), Some("results/7"));
        for other in ["results/7.md.x1.tmp", "results", "../7.md", ".md"] {
            let path = folder.root().join(other);
            assert_eq!(folder.name(&path), None, "{other}");
        }
    }

    #[test]
    fn a_text_is_given_with_plain_line_breaks() {
        let (_outer, folder) = folder();
        fs::write(folder.path("a"), "one\r\ntwo\rthree\n").unwrap();
        assert_eq!(folder.look("a"), Look::Text("one\ntwo\nthree\n".into()));
        assert_eq!(folder.look("b"), Look::Missing);
        assert_eq!(folder.look("a.md/b"), Look::Missing);
    }

    #[test]
    fn what_is_no_text_is_named_and_not_read() {
        let (_outer, folder) = folder();
        fs::write(folder.path("bytes"), [0xff, 0xfe]).unwrap();
        fs::create_dir(folder.path("folder")).unwrap();
        let long = fs::File::create(folder.path("long")).unwrap();
        long.set_len(20 * 1024 * 1024).unwrap();
        assert_eq!(folder.look("bytes"), Look::Unfit(Unfit::NotText));
        assert_eq!(folder.look("folder"), Look::Unfit(Unfit::NoFile));
        let Look::Unfit(long) = folder.look("long") else {
            panic!("it was read");
        };
        let bytes = 20 * 1024 * 1024;
        assert!(bytes > LOOK_MAX);
        assert_eq!(long, Unfit::TooLong { bytes });
    }

    #[test]
    fn whatever_a_document_has_is_shown_in_a_safe_form() {
        let (outer, folder) = folder();
        fs::write(folder.path("dos"), "one\r\ntwo\r\n").unwrap();
        let dos = folder.peek("dos", 100);
        assert_eq!((dos.text.as_str(), dos.bytes), ("one\ntwo\n", 10));
        assert_eq!(dos.oddities, [Oddity::CarriageReturns]);
        assert_eq!(dos.unchangeable(), None);
        fs::write(folder.path("bytes"), [b'a', 0xff, 0xfe, b'b']).unwrap();
        let bytes = folder.peek("bytes", 100);
        assert_eq!(bytes.text, "a\u{fffd}\u{fffd}b");
        assert_eq!(bytes.oddities, [Oddity::NotText]);
        let long = fs::File::create(folder.path("long")).unwrap();
        long.set_len(20 * 1024 * 1024).unwrap();
        let long = folder.peek("long", 1000);
        assert_eq!((long.text.len(), long.bytes), (1000, 20 * 1024 * 1024));
        assert!(long.unchangeable().unwrap().contains("too long"));
        // Cut in the middle of a character.
        fs::write(folder.path("wide"), "ää\u{1f980}").unwrap();
        for (most, text) in [(3, "ä"), (4, "ää"), (6, "ää"), (8, "ää\u{1f980}")] {
            assert_eq!(folder.peek("wide", most).text, text, "{most}");
        }
        fs::write(outer.path().join("secret.md"), "secret").unwrap();
        symlink(outer.path().join("secret.md"), folder.path("out")).unwrap();
        let out = folder.peek("out", 100);
        assert!(out.text.is_empty() && out.unchangeable().is_some());
        assert_eq!(folder.peek("none", 9).oddities, [Oddity::Missing]);
    }

    #[test]
    fn what_is_moved_aside_is_moved_itself() {
        let (outer, folder) = folder();
        let secret = outer.path().join("secret.md");
        fs::write(&secret, "secret").unwrap();
        symlink(&secret, folder.path("link")).unwrap();
        fs::write(folder.path("taken"), "x").unwrap();
        let names = ["taken".to_owned(), "aside/link-1".to_owned()];
        assert_eq!(folder.move_aside("link", &names).unwrap(), "aside/link-1");
        assert!(
            fs::symlink_metadata(folder.path("aside/link-1"))
                .unwrap()
                .is_symlink()
        );
        assert_eq!(folder.look("link"), Look::Missing);
        folder.remove("aside/link-1").unwrap();
        folder.remove("aside/link-1").unwrap();
        assert_eq!(fs::read_to_string(&secret).unwrap(), "secret");
    }

    #[test]
    fn only_the_text_that_is_meant_is_removed() {
        let (_outer, folder) = folder();
        let names = ["kept/deep/a-1".to_owned(), "kept/deep/a-2".to_owned()];
        let put = |text: &str| fs::write(folder.path("a"), text).unwrap();
        put("ours");
        assert_eq!(folder.remove_text("a", "ours", &names).unwrap(), None);
        assert_eq!(folder.remove_text("a", "ours", &names).unwrap(), None);
        assert!(
            !folder.root().join("kept").exists(),
            "no empty folder stays"
        );
        for kept in &names {
            put("theirs");
            let stays = folder.remove_text("a", "ours", &names).unwrap();
            assert_eq!(stays.as_ref(), Some(kept));
            assert_eq!(folder.look(kept), Look::Text("theirs".into()));
        }
        // What is kept already is not written over.
        put("ours");
        assert_eq!(folder.remove_text("a", "ours", &names).unwrap(), None);
        assert_eq!(folder.look("a"), Look::Missing);
        assert_eq!(folder.look(&names[1]), Look::Text("theirs".into()));
    }

    #[test]
    fn links_that_lead_out_are_not_followed() {
        let (outer, folder) = folder();
        let secret = outer.path().join("secret.md");
        fs::write(&secret, "secret").unwrap();
        symlink(&secret, folder.path("file")).unwrap();
        symlink(outer.path(), folder.root().join("up")).unwrap();
        symlink("/nowhere/at/all", folder.path("dangling")).unwrap();
        for name in ["file", "up/secret", "dangling"] {
            assert_eq!(folder.look(name), Look::Unfit(Unfit::LeadsOut), "{name}");
        }
        assert!(folder.lies_elsewhere("up/new/document") && folder.lies_elsewhere("up/secret"));
        assert!(!folder.lies_elsewhere("file") && !folder.lies_elsewhere("results/9/parts"));
        // A link to a neighbour is as good as the neighbour.
        fs::write(folder.path("real"), "x").unwrap();
        symlink("real.md", folder.path("alias")).unwrap();
        assert_eq!(folder.look("alias"), Look::Text("x".into()));
    }
}
