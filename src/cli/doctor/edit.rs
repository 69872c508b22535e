//! Sets one variable in a configuration file without touching anything else in it, comments
//! included.
//!
//! The text is changed by lines, and the result is only written when it reads as the same
//! configuration with that one value more. What is written in an unusual way is left to a person.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use toml::{Table, Value};

use crate::cli::doctor::fix::FixError;

/// Sets a variable in the `env` of the `[[member]]` or `[[server]]` of this name.
pub(super) fn set_variable(
    file: &Path,
    table: &str,
    owner: &str,
    variable: (&str, &str),
) -> Result<(), FixError> {
    let failed = |error| FixError::Io {
        path: file.to_owned(),
        error,
    };
    let text = fs::read_to_string(file).map_err(failed)?;
    let edited = with_variable(&text, table, owner, variable).ok_or_else(|| {
        let (name, value) = variable;
        FixError::ByHand {
            path: file.to_owned(),
            reason: format!("set {name} = \"{value}\" in the env of {table} {owner}"),
        }
    })?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let mode = fs::metadata(file).map_err(failed)?.permissions();
    let mut new = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    new.write_all(edited.as_bytes()).map_err(failed)?;
    new.as_file().set_permissions(mode).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    // A link stays a link: its target is what is replaced.
    let target = file.canonicalize().map_err(failed)?;
    new.persist(target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// The text with the variable set; `None` where that cannot be done safely.
fn with_variable(
    text: &str,
    table: &str,
    owner: &str,
    (name, value): (&str, &str),
) -> Option<String> {
    let before: Table = text.parse().ok()?;
    let entries = before.get(table)?.as_array()?;
    let place = entries
        .iter()
        .position(|entry| entry.get("name").and_then(Value::as_str) == Some(owner))?;
    let wanted = wanted(&before, table, place, name, value)?;

    // Line ends stay as they are, whichever they are; a new line has that of the first.
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let end = if text.contains("\r\n") { "\r" } else { "" };
    let header = format!("[[{table}]]");
    let heads = (0..lines.len()).filter(|at| is_header(&lines[*at], &header));
    let head = heads.clone().nth(place)?;
    let last = heads.clone().nth(place + 1).unwrap_or(lines.len());
    let sub = format!("[{table}.env]");
    let setting = format!("{name} = \"{value}\"");
    let tries = [
        // `[member.env]`
        (head..last)
            .find(|at| is_header(&lines[*at], &sub))
            .map(|at| (at + 1, None, setting.clone())),
        // `env = { … }`
        (head..last)
            .find(|at| is_inline(&lines[*at]))
            .and_then(|at| Some((at, Some(()), into_inline(&lines[at], &setting)?))),
        // No env at all.
        Some((head + 1, None, format!("env = {{ {setting} }}"))),
    ];
    for (at, replaces, line) in tries.into_iter().flatten() {
        let kept = lines.clone();
        match replaces {
            Some(()) => lines[at] = line,
            // After the last line, which has no end.
            None if at == lines.len() => {
                lines[at - 1].push_str(end);
                lines.push(line);
            }
            None => lines.insert(at, line + end),
        }
        let edited = lines.join("\n");
        if edited.parse::<Table>().is_ok_and(|after| after == wanted) {
            return Some(edited);
        }
        lines = kept;
    }
    None
}

/// What the file has to read as afterwards.
fn wanted(before: &Table, table: &str, place: usize, name: &str, value: &str) -> Option<Table> {
    let mut wanted = before.clone();
    let entry = wanted.get_mut(table)?.as_array_mut()?.get_mut(place)?;
    let env = entry
        .as_table_mut()?
        .entry("env")
        .or_insert_with(|| Value::Table(Table::new()));
    env.as_table_mut()?
        .insert(name.to_owned(), Value::String(value.to_owned()));
    Some(wanted)
}

fn is_header(line: &str, header: &str) -> bool {
    let line = line.trim_start();
    line.strip_prefix(header)
        .is_some_and(|rest| rest.trim_start().is_empty() || rest.trim_start().starts_with('#'))
}

fn is_inline(line: &str) -> bool {
    let rest = line.trim_start().strip_prefix("env");
    let rest = rest.and_then(|rest| rest.trim_start().strip_prefix('='));
    rest.is_some_and(|rest| rest.trim_start().starts_with('{'))
}

fn into_inline(line: &str, setting: &str) -> Option<String> {
    let (before, after) = line.split_once('{')?;
    let rest = after.trim_start();
    Some(if rest.starts_with('}') {
        format!("{before}{{ {setting} {rest}")
    } else {
        format!("{before}{{ {setting}, {rest}")
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use pretty_assertions::assert_eq;

    use super::{set_variable, with_variable};

    const BACKEND: (&str, &str) = ("GEMINI_MCP_BACKEND", "gemini");

    fn edited(text: &str) -> Option<String> {
        with_variable(text, "member", "gemini", BACKEND)
    }

    #[test]
    fn a_member_without_an_env_gets_one() {
        let text = "# mine\n[[member]] # the first\nname = \"codex\"\n\n[[member]]  # google\nname = \"gemini\" # here\ncommand = [\"gemini-mcp\"]\n";
        let expected = text.replace(
            "[[member]]  # google\n",
            "[[member]]  # google\nenv = { GEMINI_MCP_BACKEND = \"gemini\" }\n",
        );
        assert_eq!(edited(text).unwrap(), expected);
    }

    #[test]
    fn an_env_gets_one_more() {
        let text = "[[member]]\nname = \"gemini\"\nenv = { PATH = \"/x\", K = { from = \"env\" } } # secret\n[[member]]\nname = \"b\"";
        let after = edited(text).unwrap();
        assert!(
            after.contains("env = { GEMINI_MCP_BACKEND = \"gemini\", PATH = \"/x\""),
            "{after}"
        );
        assert!(
            after.contains("# secret") && !after.ends_with('\n'),
            "{after}"
        );
        let after = edited("[[member]]\nname = \"gemini\"\nenv = {}\n").unwrap();
        assert!(
            after.contains("env = { GEMINI_MCP_BACKEND = \"gemini\" }"),
            "{after}"
        );
        let text = "[[member]]\nname = \"gemini\"\n[member.generic]\ntool = \"x\"\n[member.env]\n# keys\nA = \"1\"\n";
        let after = edited(text).unwrap();
        assert!(
            after.contains("[member.env]\nGEMINI_MCP_BACKEND = \"gemini\"\n# keys\n"),
            "{after}"
        );
    }

    #[test]
    fn line_ends_stay_as_they_are() {
        let text = "# mine\r\n[[member]]\r\nname = \"gemini\"\r\n";
        let expected = "# mine\r\n[[member]]\r\nenv = { GEMINI_MCP_BACKEND = \"gemini\" }\r\n\
                        name = \"gemini\"\r\n";
        assert_eq!(edited(text).unwrap(), expected);
        let text = "[[member]]\r\nname = \"gemini\"\r\nenv = { A = \"1\" }\r\n";
        let expected = text.replace("{ A", "{ GEMINI_MCP_BACKEND = \"gemini\", A");
        assert_eq!(edited(text).unwrap(), expected);
        // Without a line end at the end it gets none.
        let last = "[[member]]\r\nname = \"gemini\"\r\n[member.env]";
        let expected = format!("{last}\r\nGEMINI_MCP_BACKEND = \"gemini\"");
        assert_eq!(edited(last).unwrap(), expected);
    }

    #[test]
    fn what_is_unusual_is_left_to_a_person() {
        // It is set already, to something else; the whole is one line; there is no such member.
        for text in [
            "[[member]]\nname = \"gemini\"\nenv = { GEMINI_MCP_BACKEND = \"agy\" }\n",
            "member = [{ name = \"gemini\" }]\n",
            "[[member]]\nname = \"other\"\n",
            "[[member]\nbroken",
        ] {
            assert_eq!(edited(text), None, "{text}");
        }
    }

    #[test]
    fn a_header_inside_a_text_is_not_taken_for_one() {
        let text = "note = \"\"\"\n[[member]]\n\"\"\"\n[[member]]\nname = \"gemini\"\n";
        // Counting headers goes wrong here; the check of the result sees it.
        assert_eq!(edited(text), None);
    }

    #[test]
    fn the_file_keeps_its_mode() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("synod.toml");
        fs::write(&file, "[[member]]\nname = \"gemini\"\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        set_variable(&file, "member", "gemini", BACKEND).unwrap();
        assert!(
            fs::read_to_string(&file)
                .unwrap()
                .contains("GEMINI_MCP_BACKEND")
        );
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o640
        );
        let error = set_variable(&file, "member", "nobody", BACKEND).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("set GEMINI_MCP_BACKEND = \"gemini\" in the env of member nobody"),
            "{error}"
        );
    }
}
