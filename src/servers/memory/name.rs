//! The name of a memory: one spelling, always inside the folder.

use std::path::PathBuf;

use super::problem::Problem;

/// A part of a name becomes a file name with `.md.<temporary>` behind it; 255 is the usual limit.
const MAX_PART_BYTES: usize = 220;
/// The whole of a name, well under the usual limit of a path.
const MAX_NAME_BYTES: usize = 1024;

/// A checked name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct MemoryName(String);

impl MemoryName {
    /// Checks a name. As in Serena, a leading `mem:` and trailing `.md` are no part of it.
    pub(super) fn parse(given: &str) -> Result<Self, Problem> {
        let mut name = given.strip_prefix("mem:").unwrap_or(given);
        while let Some(shorter) = name.strip_suffix(".md") {
            name = shorter;
        }
        let refuse = |why| {
            Err(Problem::Name {
                name: given.to_owned(),
                why,
            })
        };
        let parts = || name.split('/');
        if parts().any(|part| part == "..") {
            return Err(Problem::NameClimbs(given.to_owned()));
        }
        if parts().any(str::is_empty) {
            return Err(Problem::NameHasGaps(given.to_owned()));
        }
        if parts().any(|part| part == ".") {
            return refuse("a part of it is '.'");
        }
        if name.chars().any(|c| c.is_control() || c == '\\') {
            return refuse("it has a control character or a backslash");
        }
        if name.len() > MAX_NAME_BYTES || parts().any(|part| part.len() > MAX_PART_BYTES) {
            return refuse("it is too long (220 bytes a part, 1024 in all)");
        }
        if parts().next() == Some("global") {
            return refuse("this server has no global memories");
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as one string.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Where it lies below the folder.
    pub(super) fn relative_path(&self) -> PathBuf {
        PathBuf::from(format!("{}.md", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(given: &str) -> Option<String> {
        MemoryName::parse(given).ok().map(|name| name.0)
    }

    #[test]
    fn good_names_stay_as_they_are() {
        for name in [
            "orchestration_state.json",
            "model_contexts/claude/ctx.json",
            "mit Leerzeichen/ünï-😀",
            ".hidden",
            "a..b",
            "%2e%2e/x",
        ] {
            assert_eq!(spelled(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn one_spelling_each() {
        for alias in ["x", "x.md", "x.md.md", "mem:x"] {
            assert_eq!(spelled(alias).as_deref(), Some("x"), "{alias}");
        }
    }

    #[test]
    fn names_that_leave_or_confuse_are_refused() {
        let long = "x".repeat(MAX_PART_BYTES + 1);
        for name in [
            "",
            "..",
            "../x",
            "a/../../x",
            "a/..",
            "/etc/x",
            "a//b",
            "trailing/",
            ".",
            "./a",
            "a/./b",
            "a\nb",
            "a\0b",
            "a\\..\\b",
            "global",
            "global/x",
            ".md",
            &long,
        ] {
            assert_eq!(spelled(name), None, "{name:?}");
        }
    }

    #[test]
    fn the_texts_of_serena_are_kept() {
        assert_eq!(
            MemoryName::parse("../x").unwrap_err().to_string(),
            "ValueError: Memory name cannot contain '..' segments. Got: ../x"
        );
        assert_eq!(
            MemoryName::parse("/etc/x").unwrap_err().to_string(),
            "ValueError: Memory name cannot be absolute or contain empty path segments. Got: /etc/x"
        );
    }
}
