//! What a document of the shared memory may be called.
//!
//! A name must mean the same file to every server: Serena strips `mem:` and `.md`, takes `./`, and
//! makes `a/./b` and `a/b` one file. So only names in [`canonical`] form are ever used.

/// The longest name in bytes: the file name on disk gets 17 more, and file systems take 255.
pub const NAME_MAX: usize = 200;
/// What the room keeps at the top of the folder, and so gives to no note.
const OF_THE_ROOM: [&str; 6] = [
    "orchestration_state.json",
    "task_queue.json",
    "task_queue",
    "model_contexts",
    "results",
    "conflicts",
];
/// What some systems take for devices, whatever stands behind a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name that does not mean the same to every server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} cannot be the name of a document: {why}")]
pub struct BadName {
    /// The name.
    pub name: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl BadName {
    pub(crate) fn new(name: &str, why: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            why,
        }
    }
}

/// The one form of a name: without `mem:`, `.md` and `./`. Names that no server can be trusted
/// with are refused: `..`, gaps, absolute ones, control characters, backslashes, hidden files,
/// `global` (which leaves the project), and names over [`NAME_MAX`] bytes.
pub fn canonical(name: &str) -> Result<String, BadName> {
    let refuse = |why| Err(BadName::new(name, why));
    let mut bare = name.strip_prefix("mem:").unwrap_or(name);
    while let Some(shorter) = bare.strip_suffix(".md") {
        bare = shorter;
    }
    if bare.chars().any(|c| c.is_control() || c == '\\') {
        return refuse("it has a control character or a backslash");
    }
    let parts: Vec<&str> = bare.split('/').filter(|part| *part != ".").collect();
    if parts.iter().any(|part| part.trim().is_empty()) {
        return refuse("a part of it is empty");
    }
    if parts.iter().any(|part| part.starts_with('.')) {
        return refuse("a part of it begins with a dot");
    }
    if parts.first().is_none_or(|first| *first == "global") {
        return refuse("it lies outside the project");
    }
    let whole = parts.join("/");
    if whole.len() > NAME_MAX {
        return refuse("it is longer than 200 bytes");
    }
    Ok(whole)
}

/// The [`canonical`] form of a name for something new: also no name that the room keeps for its own
/// documents, and none that other systems cannot have as a file.
pub fn fresh(name: &str) -> Result<String, BadName> {
    let whole = canonical(name.trim())?;
    let refuse = |why| Err(BadName::new(name, why));
    let first = whole.split('/').next().unwrap_or_default();
    if OF_THE_ROOM.contains(&first) {
        return refuse("the room keeps that place for its own documents");
    }
    if whole.split('/').any(is_device) {
        return refuse("a part of it is the name of a device on some systems");
    }
    if whole.split('/').any(|part| part.ends_with(['.', ' '])) {
        return refuse("a part of it ends with a dot or a blank, which some systems drop");
    }
    Ok(whole)
}

/// Whether a document of this name is to be JSON.
#[must_use]
pub fn is_json(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| ending == "json")
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_ascii_lowercase();
    let port = stem
        .strip_prefix("com")
        .or_else(|| stem.strip_prefix("lpt"))
        .is_some_and(|number| number.len() == 1 && number.chars().all(|c| c.is_ascii_digit()));
    port || DEVICES.contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use super::{canonical, fresh};

    #[test]
    fn aliases_become_one_name() {
        for alias in ["a/b", "mem:a/b", "a/./b", "./a/b.md", "a/b.md.md"] {
            assert_eq!(canonical(alias).as_deref(), Ok("a/b"), "{alias}");
            assert_eq!(fresh(alias).as_deref(), Ok("a/b"), "{alias}");
        }
    }

    #[test]
    fn names_that_mean_something_else_elsewhere_are_refused() {
        let (long, longer) = ("x".repeat(201), "x".repeat(300));
        for bad in [
            "",
            "..",
            "../x",
            "a/../b",
            "/etc/x",
            "a//b",
            "a/",
            "global",
            "global/x",
            ".hidden",
            "a\\b",
            "a\nb",
            "\0",
            "\u{1b}[2J",
            ".md",
            long.as_str(),
            longer.as_str(),
        ] {
            assert!(canonical(bad).is_err(), "{bad:?}");
            assert!(fresh(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn nothing_new_takes_a_place_of_the_room_or_of_a_device() {
        for bad in [
            "results/9",
            "results/of/mine",
            "task_queue.json",
            "task_queue.json/x",
            "conflicts/memory/x-1",
            "CON",
            "con.txt",
            "a/NUL.json/b",
            "com7",
            "a./b",
            "a /b",
        ] {
            assert!(canonical(bad).is_ok(), "{bad:?}");
            assert!(fresh(bad).is_err(), "{bad:?}");
        }
        for good in ["results-2026", "console", "com77", "notes/auxiliary"] {
            assert_eq!(fresh(good).as_deref(), Ok(good));
        }
    }
}
