//! Memories as files: resolved inside the folder, written whole or not at all.
//!
//! Everything here blocks and belongs on a blocking thread. It does not order calls; that is the
//! business of [`super::locks`].

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::name::MemoryName;
use super::problem::Problem;

/// The largest file that is read; a larger one cannot be a memory.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The folder of the memories.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Opens the folder and makes it when it is not there.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let root = dir.canonicalize()?;
        Ok(Self { root })
    }

    /// The text of a memory, byte for byte; `None` when there is none.
    pub(super) fn read(&self, name: &MemoryName) -> Result<Option<String>, Problem> {
        let path = self.resolve(name)?;
        let unreadable = |why| Problem::Unreadable {
            name: name.as_str().to_owned(),
            why,
        };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(unreadable("it is no regular file"));
        }
        if about.len() > MAX_FILE_BYTES {
            return Err(unreadable("its file is larger than 64 MiB"));
        }
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
        let text = String::from_utf8(bytes).map_err(|_bad| unreadable("its file is no UTF-8"))?;
        Ok(Some(text))
    }

    /// Writes a memory whole: after an error or a power cut there is the old text or the new.
    pub(super) fn write(&self, name: &MemoryName, text: &str) -> Result<(), Problem> {
        let path = self.resolve(name)?;
        let parent = path.parent().unwrap_or(&self.root);
        self.make_folders(parent)?;
        let file_name = path.file_name().unwrap_or_default();
        let mut temporary = tempfile::Builder::new()
            .prefix(&prefix_of(file_name))
            .suffix(".tmp")
            // Narrowed by the umask, as for any new file.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(parent)?;
        temporary.write_all(text.as_bytes())?;
        match fs::metadata(&path) {
            Ok(old) => temporary.as_file().set_permissions(old.permissions())?,
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(error.into()),
        }
        temporary.as_file().sync_all()?;
        temporary.persist(&path).map_err(|failed| failed.error)?;
        sync_folder(parent)?;
        Ok(())
    }

    /// Removes a memory; tells whether it was there.
    pub(super) fn remove(&self, name: &MemoryName) -> Result<bool, Problem> {
        let path = self.resolve(name)?;
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if is_absent(&error) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        sync_folder(path.parent().unwrap_or(&self.root))?;
        Ok(true)
    }

    /// Gives a memory another name that is free.
    pub(super) fn rename(&self, old: &MemoryName, new: &MemoryName) -> Result<(), Problem> {
        let from = self.resolve(old)?;
        let to = self.resolve(new)?;
        if !from.try_exists()? {
            return Err(Problem::NothingToChange(old.as_str().to_owned()));
        }
        let exists = || Problem::Exists(new.as_str().to_owned());
        if fs::symlink_metadata(&to).is_ok() {
            return Err(exists());
        }
        let target_folder = to.parent().unwrap_or(&self.root);
        self.make_folders(target_folder)?;
        if let Err(error) = move_to_free_place(&from, &to) {
            return Err(if error.kind() == io::ErrorKind::AlreadyExists {
                exists()
            } else {
                error.into()
            });
        }
        sync_folder(target_folder)?;
        sync_folder(from.parent().unwrap_or(&self.root))?;
        Ok(())
    }

    /// The names of all memories, sorted; with a topic, those below it.
    pub(super) fn list(&self, topic: &str) -> Result<Vec<String>, Problem> {
        let topic = topic.trim_end_matches('/');
        let mut prefix = String::new();
        let mut start = self.root.clone();
        if !topic.is_empty() {
            let checked = MemoryName::parse(topic)?;
            start.push(checked.as_str());
            prefix = format!("{}/", checked.as_str());
            match start.canonicalize() {
                Ok(real) if real.starts_with(&self.root) => {}
                Ok(_) => return Err(Problem::Outside(topic.to_owned())),
                Err(error) if is_absent(&error) => return Ok(Vec::new()),
                Err(error) => return Err(error.into()),
            }
        }
        let mut names = Vec::new();
        let mut waiting = vec![(start, prefix)];
        while let Some((folder, prefix)) = waiting.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                // What is no text was not written by a client.
                let Some(file_name) = entry.file_name().to_str().map(str::to_owned) else {
                    continue;
                };
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    waiting.push((entry.path(), format!("{prefix}{file_name}/")));
                } else if let Some(stem) = file_name.strip_suffix(".md") {
                    let name = format!("{prefix}{stem}");
                    if self.is_readable(&name, kind.is_symlink()) {
                        names.push(name);
                    }
                }
            }
        }
        names.sort();
        Ok(names)
    }

    /// Whether a listed name could be read again under the same spelling.
    fn is_readable(&self, name: &str, linked: bool) -> bool {
        match MemoryName::parse(name) {
            Ok(parsed) if parsed.as_str() == name => !linked || self.resolve(&parsed).is_ok(),
            Ok(_) | Err(_) => false,
        }
    }

    /// The real path of a memory. What exists of it lies inside the folder, links followed.
    fn resolve(&self, name: &MemoryName) -> Result<PathBuf, Problem> {
        let mut existing = self.root.join(name.relative_path());
        let mut missing = Vec::new();
        while let Err(error) = fs::symlink_metadata(&existing) {
            if !is_absent(&error) {
                return Err(error.into());
            }
            let Some(last) = existing.file_name().map(OsStr::to_owned) else {
                return Err(error.into());
            };
            missing.push(last);
            existing.pop();
        }
        let outside = || Problem::Outside(name.as_str().to_owned());
        // A dangling link has no real path; writing through it would make a file elsewhere.
        let mut real = existing.canonicalize().map_err(|_dangling| outside())?;
        if !real.starts_with(&self.root) {
            return Err(outside());
        }
        real.extend(missing.iter().rev());
        Ok(real)
    }

    fn make_folders(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() || folder == self.root {
            return Ok(());
        }
        let parent = folder.parent().unwrap_or(&self.root);
        self.make_folders(parent)?;
        match fs::create_dir(folder) {
            Ok(()) => sync_folder(parent),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// A temporary file is recognised by its target's name, and is no memory by its own.
fn prefix_of(file_name: &OsStr) -> std::ffi::OsString {
    let mut prefix = file_name.to_owned();
    prefix.push(".");
    prefix
}

/// Renames, but fails where something has appeared at `to` meanwhile.
fn move_to_free_place(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some network folders cannot do it in one step; the caller has looked just before.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => fs::rename(from, to),
        outcome => Ok(outcome?),
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Nothing there, or a file where a folder would have to be.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn name(text: &str) -> MemoryName {
        MemoryName::parse(text).unwrap()
    }

    fn folder() -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(&dir.path().join("memories")).unwrap();
        (dir, folder)
    }

    #[test]
    fn every_byte_comes_back() {
        let (_dir, folder) = folder();
        for text in ["", "a\r\nb\rc\n", "\u{feff}bom", "nul\0", "é😀", "  \n"] {
            folder.write(&name("a/b"), text).unwrap();
            assert_eq!(folder.read(&name("a/b")).unwrap().as_deref(), Some(text));
        }
        let left: Vec<_> = fs::read_dir(folder.root.join("a")).unwrap().collect();
        assert_eq!(left.len(), 1, "no temporary file stays");
    }

    #[test]
    fn reading_creates_nothing() {
        let (_dir, folder) = folder();
        assert_eq!(folder.read(&name("does/not/exist")).unwrap(), None);
        assert!(!folder.root.join("does").exists());
    }

    #[test]
    fn links_out_of_the_folder_are_refused() {
        let (dir, folder) = folder();
        let secret = dir.path().join("secret.md");
        fs::write(&secret, "secret").unwrap();
        symlink(&secret, folder.root.join("file.md")).unwrap();
        symlink(dir.path(), folder.root.join("up")).unwrap();
        symlink("/nonexistent/x", folder.root.join("dangling.md")).unwrap();
        for bad in ["file", "up/secret", "up/new/er", "dangling"] {
            let bad = name(bad);
            assert!(matches!(folder.read(&bad), Err(Problem::Outside(_))));
            assert!(matches!(folder.write(&bad, "x"), Err(Problem::Outside(_))));
            assert!(matches!(folder.remove(&bad), Err(Problem::Outside(_))));
        }
        assert_eq!(folder.list("").unwrap(), Vec::<String>::new());
        assert!(matches!(folder.list("up"), Err(Problem::Outside(_))));
        assert_eq!(fs::read_to_string(&secret).unwrap(), "secret");
    }

    #[test]
    fn links_inside_the_folder_are_followed() {
        let (_dir, folder) = folder();
        folder.write(&name("real"), "x").unwrap();
        symlink("real.md", folder.root.join("alias.md")).unwrap();
        folder.write(&name("alias"), "y").unwrap();
        assert_eq!(folder.read(&name("real")).unwrap().as_deref(), Some("y"));
        assert_eq!(folder.list("").unwrap(), ["alias", "real"]);
    }

    #[test]
    fn a_rename_never_replaces() {
        let (_dir, folder) = folder();
        folder.write(&name("a"), "1").unwrap();
        folder.write(&name("b"), "2").unwrap();
        assert!(matches!(
            folder.rename(&name("a"), &name("b")),
            Err(Problem::Exists(_))
        ));
        assert!(matches!(
            folder.rename(&name("c"), &name("d")),
            Err(Problem::NothingToChange(_))
        ));
        folder.rename(&name("a"), &name("deep/er")).unwrap();
        assert_eq!(folder.list("").unwrap(), ["b", "deep/er"]);
        assert_eq!(folder.list("deep").unwrap(), ["deep/er"]);
        assert_eq!(folder.list("nothing/here").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn the_mode_of_a_file_is_kept() {
        let (_dir, folder) = folder();
        folder.write(&name("a"), "1").unwrap();
        let path = folder.root.join("a.md");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        folder.write(&name("a"), "2").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }

    #[test]
    fn what_is_no_text_is_named() {
        let (_dir, folder) = folder();
        fs::write(folder.root.join("x.md"), [0xff, 0xfe]).unwrap();
        let problem = folder.read(&name("x")).unwrap_err().to_string();
        assert_eq!(
            problem,
            "ValueError: Memory x cannot be read: its file is no UTF-8"
        );
    }
}
