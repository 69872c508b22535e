//! Keeps the room and its shared memory out of the user's git, by `.git/info/exclude`.
//!
//! Only ever adds lines, and each only once; a tracked file stays tracked.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What is kept out.
const LINES: [&str; 2] = [".synod/", ".serena/"];
/// What stands above it.
const HEADING: &str = "# Synod's room and the shared memory of its models";

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Excluded {
    /// Lines were added to this file; to be said once.
    Added(PathBuf),
    /// All was as it should be already.
    Already,
    /// The project is not in a git repository.
    NoRepository,
}

/// Makes sure that git passes over `.synod/` and `.serena/` in the repository around `project`.
///
/// # Errors
/// When the file cannot be read or written.
pub fn exclude(project: &Path) -> io::Result<Excluded> {
    let Some(Lacking {
        git,
        file,
        present,
        missing,
    }) = lacking(project)?
    else {
        return Ok(Excluded::NoRepository);
    };
    if missing.is_empty() {
        return Ok(Excluded::Already);
    }
    let gap = if present.is_empty() || present.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    fs::create_dir_all(git.join("info"))?;
    let mut target = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&file)?;
    target.write_all(format!("{gap}{HEADING}\n{}\n", missing.join("\n")).as_bytes())?;
    Ok(Excluded::Added(file))
}

/// Whether git passes over the room already; `None` outside a repository.
///
/// # Errors
/// When the file cannot be read.
pub fn is_excluded(project: &Path) -> io::Result<Option<bool>> {
    Ok(lacking(project)?.map(|lacking| lacking.missing.is_empty()))
}

/// What the excludes of a repository lack.
struct Lacking {
    git: PathBuf,
    file: PathBuf,
    present: String,
    missing: Vec<&'static str>,
}

fn lacking(project: &Path) -> io::Result<Option<Lacking>> {
    let Some(git) = project.ancestors().find_map(git_folder) else {
        return Ok(None);
    };
    let file = git.join("info").join("exclude");
    let present = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let missing = LINES
        .into_iter()
        .filter(|line| !present.lines().any(|one| one.trim() == *line))
        .collect();
    Ok(Some(Lacking {
        git,
        file,
        present,
        missing,
    }))
}

/// The folder with git's own files that a folder has: `.git`, or what a `.git` file of a worktree
/// or submodule points to.
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let pointer = fs::read_to_string(&git).ok()?;
    let target = folder.join(pointer.strip_prefix("gitdir:")?.trim());
    // A worktree shares the excludes of its repository.
    let shared = fs::read_to_string(target.join("commondir"));
    let common = shared.map_or_else(|_| target.clone(), |to| target.join(to.trim()));
    common.is_dir().then_some(common)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Excluded, exclude};

    #[test]
    fn lines_are_added_once_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let info = folder.path().join(".git/info");
        fs::create_dir_all(&info).unwrap();
        fs::write(info.join("exclude"), "*.log\n.serena/").unwrap();
        let below = folder.path().join("sub/project");
        fs::create_dir_all(&below).unwrap();

        assert_eq!(
            exclude(&below).unwrap(),
            Excluded::Added(info.join("exclude"))
        );
        let text = fs::read_to_string(info.join("exclude")).unwrap();
        assert_eq!(
            text,
            "*.log\n.serena/\n# Synod's room and the shared memory of its models\n.synod/\n"
        );
        assert_eq!(exclude(&below).unwrap(), Excluded::Already);
        assert_eq!(fs::read_to_string(info.join("exclude")).unwrap(), text);
    }

    #[test]
    fn a_worktree_uses_the_excludes_of_its_repository() {
        let folder = tempfile::tempdir().unwrap();
        let git = folder.path().join("main/.git");
        let own = git.join("worktrees/side");
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("commondir"), "../..\n").unwrap();
        let side = folder.path().join("side");
        fs::create_dir_all(&side).unwrap();
        fs::write(side.join(".git"), format!("gitdir: {}\n", own.display())).unwrap();

        assert!(matches!(exclude(&side).unwrap(), Excluded::Added(_)));
        assert!(git.join("info/exclude").is_file());
    }

    #[test]
    fn without_a_repository_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        // A pointer to nowhere is no repository either.
        fs::write(folder.path().join(".git"), "gitdir: nowhere\n").unwrap();
        let in_repository = folder
            .path()
            .ancestors()
            .skip(1)
            .any(|up| up.join(".git").exists());
        if !in_repository {
            assert_eq!(exclude(folder.path()).unwrap(), Excluded::NoRepository);
        }
    }
}
