//! The folder of a session, and the text files in it: read and written, and nothing outside of it.
//!
//! A path is taken apart first, so that one that leads out is told so; whatever it still hides, a link for one,
//! the operating system resolves below the folder and nowhere else. Whether a file may be written at all is not
//! decided here.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt as _};
use rustix::fs::OFlags;

/// The largest file that is read or written, in bytes.
pub(super) const FILE_MAX: u64 = 8 * 1024 * 1024;

/// The folder of a room, in its project.
const ROOM: &str = ".synod";
/// A pipe that nobody writes to is opened at once.
const WITHOUT_WAITING: i32 = OFlags::NONBLOCK.bits().cast_signed();

/// Why a file is not read or written.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// It lies elsewhere.
    #[error(
        "{path} is outside of the session's folder {folder}: only what lies in it is read and written"
    )]
    Outside { path: String, folder: String },
    /// It lies in the folder of a room, where the tokens are by which callers are told apart.
    #[error("{path} belongs to the room itself, which gives and takes none of its own files")]
    Rooms { path: String },
    /// There is no such file.
    #[error("there is no file {path}")]
    Missing { path: String },
    /// It is no text file of a size that is taken.
    #[error("{path} {why}")]
    Unfit { path: String, why: String },
    /// Somebody else wrote it meanwhile.
    #[error("{path} was changed while leave was asked for: read it again, and write it on that")]
    Changed { path: String },
    /// The turn is over.
    #[error("the turn is over")]
    Over,
    /// The file system does not answer.
    #[error("the file system did not answer within {seconds} s")]
    Hangs { seconds: u64 },
    /// The system says no.
    #[error("{path}: {error}")]
    System { path: String, error: io::Error },
}

/// The folder of a session.
#[derive(Debug)]
pub(super) struct Folder {
    /// As the agent was told it, and without links.
    spellings: [PathBuf; 2],
    dir: Dir,
}

impl Folder {
    /// Opens it. Blocks, as all else here does.
    pub(super) fn open(path: &Path) -> Result<Self, Trouble> {
        let trouble = |error| Trouble::System {
            path: path.display().to_string(),
            error,
        };
        let real = path.canonicalize().map_err(trouble)?;
        let dir = Dir::open_ambient_dir(&real, ambient_authority()).map_err(trouble)?;
        Ok(Self {
            spellings: [path.to_owned(), real],
            dir,
        })
    }

    /// Where a path lies below the folder, without `.` and `..`.
    pub(super) fn below(&self, path: &str) -> Result<PathBuf, Trouble> {
        let outside = || Trouble::Outside {
            path: path.to_owned(),
            folder: self.spellings[0].display().to_string(),
        };
        let plain = plain(Path::new(path)).ok_or_else(outside)?;
        if plain.is_relative() {
            return Ok(plain);
        }
        let below = self
            .spellings
            .iter()
            .find_map(|folder| plain.strip_prefix(folder).ok());
        below.map(Path::to_owned).ok_or_else(outside)
    }

    /// The absolute path of a folder in it, without links.
    pub(super) fn real(&self, path: &Path) -> Result<PathBuf, Trouble> {
        let system = |error| Trouble::System {
            path: path.display().to_string(),
            error,
        };
        if path == Path::new("") {
            return Ok(self.spellings[1].clone());
        }
        let real = self.dir.canonicalize(path).map_err(system)?;
        if !self.dir.metadata(&real).map_err(system)?.is_dir() {
            return Err(system(ErrorKind::NotADirectory.into()));
        }
        Ok(self.spellings[1].join(real))
    }

    /// The text of a file, or some lines of it, from `line` on, the first of which is 1.
    pub(super) fn read(
        &self,
        path: &Path,
        line: Option<u64>,
        most: Option<u64>,
    ) -> Result<String, Trouble> {
        let text = self.text(path)?.ok_or_else(|| Trouble::Missing {
            path: path.display().to_string(),
        })?;
        if line.is_none() && most.is_none() {
            return Ok(text);
        }
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let before = count(line.unwrap_or(1).saturating_sub(1));
        let most = most.map_or(usize::MAX, count);
        let lines = text.split_inclusive('\n');
        Ok(lines.skip(before).take(most).collect())
    }

    /// The whole text of a file; none where there is no such file.
    pub(super) fn text(&self, path: &Path) -> Result<Option<String>, Trouble> {
        let name = path.display().to_string();
        let system = |error| Trouble::System {
            path: path.display().to_string(),
            error,
        };
        let unfit = |why: &str| Trouble::Unfit {
            path: path.display().to_string(),
            why: why.to_owned(),
        };
        // What is no file may never come to an end, nor let itself be opened.
        let mut options = OpenOptions::new();
        let options = options.read(true).custom_flags(WITHOUT_WAITING);
        let file = match self.dir.open_with(path, options) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(system(error)),
        };
        if !file.metadata().map_err(system)?.is_file() {
            return Err(unfit("is no file"));
        }
        let mut bytes = Vec::new();
        file.take(FILE_MAX + 1)
            .read_to_end(&mut bytes)
            .map_err(system)?;
        if bytes.len() as u64 > FILE_MAX {
            let why = format!("is larger than {} MiB", FILE_MAX >> 20);
            return Err(Trouble::Unfit { path: name, why });
        }
        let text = String::from_utf8(bytes).map_err(|_| unfit("is no UTF-8 text"))?;
        Ok(Some(text))
    }

    /// Which file a path stands for: of a link that leads to one in the folder that one, so that the link stays a
    /// link. What is not there yet lies below what is.
    pub(super) fn target(&self, path: &Path) -> Result<PathBuf, Trouble> {
        let target = self.resolved(path)?;
        let whole = self.absolute(&target);
        if whole.components().any(|part| part.as_os_str() == ROOM) {
            return Err(Trouble::Rooms {
                path: path.display().to_string(),
            });
        }
        Ok(target)
    }

    fn resolved(&self, path: &Path) -> Result<PathBuf, Trouble> {
        let (mut there, mut rest) = (path.to_owned(), Vec::new());
        loop {
            if there == Path::new("") {
                return Ok(rest.iter().rev().collect());
            }
            match self.dir.canonicalize(&there) {
                Ok(real) => return Ok(rest.iter().rev().fold(real, |path, part| path.join(part))),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    rest.extend(there.file_name().map(PathBuf::from));
                    there.pop();
                }
                Err(error) => {
                    return Err(Trouble::System {
                        path: path.display().to_string(),
                        error,
                    });
                }
            }
        }
    }

    /// The absolute path of what lies below it.
    pub(super) fn absolute(&self, target: &Path) -> PathBuf {
        self.spellings[1].join(target)
    }

    /// Writes a [target](Self::target) whole or not at all, where its text is still `old`; folders that it lies in
    /// are made.
    pub(super) fn write(
        &self,
        target: &Path,
        old: Option<&str>,
        text: &str,
    ) -> Result<(), Trouble> {
        let path = || target.display().to_string();
        if text.len() as u64 > FILE_MAX {
            let why = format!("would be larger than {} MiB", FILE_MAX >> 20);
            return Err(Trouble::Unfit { path: path(), why });
        }
        if self.text(target)?.as_deref() != old {
            return Err(Trouble::Changed { path: path() });
        }
        self.replace(target, text).map_err(|error| Trouble::System {
            path: path(),
            error,
        })
    }

    fn replace(&self, target: &Path, text: &str) -> io::Result<()> {
        let Some(name) = target.file_name() else {
            return Err(ErrorKind::IsADirectory.into());
        };
        let parent = target.parent().unwrap_or_else(|| Path::new(""));
        if parent != Path::new("") {
            self.dir.create_dir_all(parent)?;
        }
        let had = self.dir.metadata(target).ok();
        if had.as_ref().is_some_and(|had| !had.is_file()) {
            return Err(ErrorKind::IsADirectory.into());
        }
        let mut fresh = std::ffi::OsString::from(".");
        fresh.push(name);
        fresh.push(format!(".{:016x}", fastrand::u64(..)));
        let fresh = parent.join(fresh);
        let written = self.fill(&fresh, text, had.map(|had| had.permissions()));
        let written = written.and_then(|()| self.dir.rename(&fresh, &self.dir, target));
        if written.is_err() {
            // It may never have come to be.
            drop(self.dir.remove_file(&fresh));
        }
        written
    }

    fn fill(
        &self,
        fresh: &Path,
        text: &str,
        permissions: Option<cap_std::fs::Permissions>,
    ) -> io::Result<()> {
        let mut file = self
            .dir
            .open_with(fresh, OpenOptions::new().write(true).create_new(true))?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_data()
    }
}

/// A path without `.` and `..`; none where that leads above its beginning.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !plain.pop() {
                    return None;
                }
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::{Path, PathBuf};

    use pretty_assertions::assert_eq;

    use super::{FILE_MAX, Folder, Trouble};

    fn folder() -> (tempfile::TempDir, Folder) {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(place.path().join("w/src")).unwrap();
        std::fs::write(place.path().join("secret"), "s").unwrap();
        std::fs::write(place.path().join("w/src/a.rs"), "one\ntwo\r\nthree").unwrap();
        let folder = Folder::open(&place.path().join("w")).unwrap();
        (place, folder)
    }

    #[test]
    fn only_what_lies_in_the_folder_has_a_place() {
        let (place, folder) = folder();
        let root = place.path().join("w");
        let inside = |path: &str| folder.below(path).unwrap();
        assert_eq!(inside("src/a.rs"), PathBuf::from("src/a.rs"));
        assert_eq!(
            inside(&format!("{}/x/../src/./a.rs", root.display())),
            PathBuf::from("src/a.rs")
        );
        let next_to_it = format!("{}x/a", root.display());
        let above = format!("{}/../secret", root.display());
        for path in [
            "/etc/passwd",
            "..",
            "../secret",
            "src/../../secret",
            &next_to_it,
            &above,
        ] {
            let told = folder.below(path);
            assert!(
                matches!(told, Err(Trouble::Outside { .. })),
                "{path}: {told:?}"
            );
        }
    }

    #[test]
    fn a_link_that_leads_out_is_neither_read_nor_written_nor_replaced() {
        let (place, folder) = folder();
        symlink(place.path().join("secret"), place.path().join("w/out")).unwrap();
        symlink("../../secret", place.path().join("w/src/up")).unwrap();
        symlink(place.path(), place.path().join("w/all")).unwrap();
        for path in ["out", "src/up", "all/secret"] {
            let path = Path::new(path);
            folder.read(path, None, None).unwrap_err();
            folder.target(path).unwrap_err();
            folder.write(path, None, "x").unwrap_err();
        }
        assert_eq!(
            std::fs::read_to_string(place.path().join("secret")).unwrap(),
            "s"
        );
        assert!(place.path().join("w/out").is_symlink());
    }

    #[test]
    fn what_is_the_room_s_own_is_nobody_s() {
        let (place, folder) = folder();
        std::fs::create_dir(place.path().join("w/.synod")).unwrap();
        std::fs::write(place.path().join("w/.synod/room.tokens"), "t").unwrap();
        symlink(".synod", place.path().join("w/other")).unwrap();
        for path in [".synod/room.tokens", "other/room.tokens", ".synod/new"] {
            let told = folder.target(Path::new(path));
            assert!(
                matches!(told, Err(Trouble::Rooms { .. })),
                "{path}: {told:?}"
            );
        }
    }

    #[test]
    fn lines_are_counted_from_one() {
        let (_place, folder) = folder();
        let read = |line, most| folder.read(Path::new("src/a.rs"), line, most).unwrap();
        assert_eq!(read(None, None), "one\ntwo\r\nthree");
        assert_eq!(read(Some(2), Some(1)), "two\r\n");
        assert_eq!(read(Some(0), Some(1)), "one\n");
        assert_eq!(read(Some(3), None), "three");
        assert_eq!(read(Some(9), Some(u64::MAX)), "");
    }

    #[test]
    fn what_is_no_text_file_is_told_and_not_waited_for() {
        let (place, folder) = folder();
        let why = |path: &str| {
            folder
                .read(Path::new(path), None, None)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(why("nothing"), "there is no file nothing");
        assert_eq!(why("src"), "src is no file");
        std::fs::write(place.path().join("w/bin"), [0xff, 0xfe]).unwrap();
        assert_eq!(why("bin"), "bin is no UTF-8 text");
        let large = std::fs::File::create(place.path().join("w/large")).unwrap();
        large.set_len(FILE_MAX + 1).unwrap();
        assert_eq!(why("large"), "large is larger than 8 MiB");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            place.path().join("w/fifo"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        assert_eq!(why("fifo"), "fifo is no file");
    }

    #[test]
    fn a_file_is_written_whole_keeps_its_mode_and_leaves_nothing_beside_it() {
        let (place, folder) = folder();
        let at = |path: &str| place.path().join("w").join(path);
        std::fs::set_permissions(at("src/a.rs"), PermissionsExt::from_mode(0o640)).unwrap();
        symlink("src/a.rs", at("link")).unwrap();
        let old = "one\ntwo\r\nthree";
        let target = folder.target(Path::new("link")).unwrap();
        assert_eq!(target, Path::new("src/a.rs"));
        let changed = folder.write(&target, Some("another"), "new");
        assert!(
            matches!(changed, Err(Trouble::Changed { .. })),
            "{changed:?}"
        );
        folder.write(&target, Some(old), "new").unwrap();
        assert_eq!(std::fs::read_to_string(at("src/a.rs")).unwrap(), "new");
        assert!(at("link").is_symlink());
        let mode = std::fs::metadata(at("src/a.rs"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o640);
        symlink("src", at("to")).unwrap();
        let target = folder.target(Path::new("to/er/b")).unwrap();
        assert_eq!(target, Path::new("src/er/b"));
        folder.write(&target, None, "b").unwrap();
        assert_eq!(std::fs::read_to_string(at("src/er/b")).unwrap(), "b");
        folder.write(Path::new("src"), None, "x").unwrap_err();
        let left = std::fs::read_dir(at("src")).unwrap().count();
        assert_eq!(left, 2);
    }
}
