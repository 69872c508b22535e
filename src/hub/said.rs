//! What Serena (and the built-in server, which uses the same words) means by the text of a tool
//! error. Its errors have no codes, so the words are all there is.

use crate::core::text::one_line;
use crate::hub::memory::HubError;

/// How many bytes of a server's words are kept.
const SAID_MAX: usize = 300;

/// The error behind the text of a failed call of `tool` on the document `name`.
pub(crate) fn error(tool: &str, name: &str, said: &str) -> HubError {
    let name = || name.to_owned();
    let said_short = || shortened(said);
    let has = |words: &str| said.contains(words);
    if has("No active project") {
        HubError::NoProject { said: said_short() }
    } else if said.starts_with("Unknown tool") || has("ValueError: unknown tool") {
        HubError::NoTool {
            tool: tool.to_owned(),
        }
    } else if has("Tool execution timed out") {
        HubError::TimedOut {
            tool: tool.to_owned(),
        }
    } else if has("No matches of search expression found")
        || (has("Expression matches ") && has(" occurrences"))
        || has("Match is ambiguous")
    {
        HubError::Lost { name: name() }
    } else if has("FileExistsError") {
        HubError::Taken { name: name() }
    } else if has("FileNotFoundError") {
        HubError::Missing { name: name() }
    } else if has("is too long. Max length is") {
        HubError::TooLong { name: name() }
    } else if has("No space left on device") {
        HubError::DiskFull { name: name() }
    } else if has("Read-only file system") || has("PermissionError") || has("Permission denied") {
        HubError::ReadOnly { name: name() }
    } else if has("UnicodeDecodeError") || has("cannot be read:") {
        HubError::NotText { name: name() }
    } else if has("Memory name cannot")
        || has("is not a valid memory name")
        || has("File name too long")
        || has("embedded null byte")
        || has("ignored_memory_patterns")
    {
        HubError::Name {
            name: name(),
            said: said_short(),
        }
    } else {
        HubError::Refused {
            tool: tool.to_owned(),
            said: said_short(),
        }
    }
}

/// Enough of a server's words to act on, on one line.
pub(crate) fn shortened(said: &str) -> String {
    one_line(said, SAID_MAX)
}

#[cfg(test)]
mod tests {
    use super::error;
    use crate::hub::memory::HubError;

    #[test]
    fn the_words_of_serena_are_understood() {
        let doc = || "a/b".to_owned();
        let cases = [
            (
                "Error executing tool read_memory: FileNotFoundError: Memory named 'a/b' not found",
                HubError::Missing { name: doc() },
            ),
            (
                "Error executing tool edit_memory: FileNotFoundError: Memory a/b not found.",
                HubError::Missing { name: doc() },
            ),
            (
                "Error executing tool edit_memory: ValueError: Error: No matches of search expression found.",
                HubError::Lost { name: doc() },
            ),
            (
                "Error executing tool edit_memory: ValueError: Expression matches 3 occurrences. Please revise",
                HubError::Lost { name: doc() },
            ),
            (
                "Error executing tool rename_memory: FileExistsError: Memory a/b already exists.",
                HubError::Taken { name: doc() },
            ),
            (
                "Error executing tool write_memory: ValueError: Content for a/b is too long. Max length is 150000 characters. Please make the content shorter.",
                HubError::TooLong { name: doc() },
            ),
            (
                "Error executing tool write_memory: OSError: [Errno 28] No space left on device",
                HubError::DiskFull { name: doc() },
            ),
            (
                "Error executing tool write_memory: OSError: [Errno 30] Read-only file system: '/p/a.md.x.tmp'",
                HubError::ReadOnly { name: doc() },
            ),
            (
                "Error executing tool write_memory: PermissionError: Attempted to write to read_only memory: 'a/b')",
                HubError::ReadOnly { name: doc() },
            ),
            (
                "Error executing tool read_memory: UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
                HubError::NotText { name: doc() },
            ),
            (
                "Error executing tool edit_memory: Tool execution timed out after 0.05 seconds. ",
                HubError::TimedOut {
                    tool: "edit_memory".to_owned(),
                },
            ),
            (
                "Unknown tool: edit_memory",
                HubError::NoTool {
                    tool: "edit_memory".to_owned(),
                },
            ),
        ];
        for (said, meant) in cases {
            assert_eq!(error("edit_memory", "a/b", said), meant, "{said}");
        }
        let no_project = error("list_memories", "", "No active project. Ask the user to …");
        assert!(matches!(no_project, HubError::NoProject { .. }) && no_project.concerns_server());
        let name = error(
            "write_memory",
            "../x",
            "Error executing tool write_memory: ValueError: Memory name cannot contain '..' segments. Got: ../x",
        );
        assert!(matches!(name, HubError::Name { .. }));
    }

    #[test]
    fn unknown_words_are_kept_short_and_on_one_line() {
        let said = format!("Traceback\n\u{1b}[31m{}", "x ".repeat(500));
        let HubError::Refused { said, .. } = error("write_memory", "a", &said) else {
            panic!("not refused");
        };
        assert!(said.len() <= 300 + '…'.len_utf8() && said.starts_with("Traceback [31mx x"));
    }
}
