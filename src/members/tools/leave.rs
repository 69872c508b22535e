//! What a call of a tool asks leave for, in the words that the operator and the rules know: a
//! command, a change of files, or the tool itself. Pure.
//!
//! A command line and a change are told by their arguments, whatever the tool is called, so that the
//! block list and the rules for commands hold for every server that runs them. Nothing is asked for
//! that is not shown: an argument that such a question would hide is refused.

use serde_json::{Map, Value};

use super::Lent;
use crate::core::{Request, Text};

/// Arguments that are a command line.
const COMMAND: [&str; 3] = ["command", "cmd", "shell_command"];
/// Arguments that say where a command runs.
const FOLDER: [&str; 4] = ["cwd", "workdir", "working_directory", "working_dir"];
/// Arguments beside a command that change nothing of what it does.
const BESIDE_COMMAND: [&str; 3] = ["description", "timeout", "timeout_ms"];
/// Arguments that are the path of a file.
const FILE: [&str; 2] = ["file_path", "notebook_path"];
/// Texts of a change, and the signs before their lines.
const TEXTS: [(&str, char); 4] = [
    ("old_string", '-'),
    ("new_string", '+'),
    ("content", '+'),
    ("new_source", '+'),
];
/// Arguments beside a change that are shown with it.
const BESIDE_CHANGE: [&str; 4] = ["replace_all", "cell_id", "cell_type", "edit_mode"];

/// The question that a call comes to; the error says to the model why it cannot be asked.
pub(in crate::members) fn request(
    lent: &Lent,
    arguments: &Map<String, Value>,
) -> Result<Request, String> {
    if !lent.reads {
        if let Some(command) = COMMAND.iter().find_map(|name| words(arguments.get(*name)?)) {
            return exec(lent, arguments, command);
        }
        if let Some(name) = COMMAND.iter().find(|name| is_odd_command(arguments, name)) {
            return Err(format!(
                "the argument `{name}` has to be a text or a list of texts: call the tool again"
            ));
        }
        if let Some(file) = text_of(arguments, &FILE) {
            let changes = TEXTS.iter().any(|(name, _)| arguments.contains_key(*name));
            if changes || arguments.contains_key("edit_mode") {
                return patch(lent, arguments, file);
            }
        }
    }
    Ok(Request::Tool {
        server: lent.server.clone(),
        tool: lent.tool.clone(),
        arguments: Text::from(Value::Object(arguments.clone()).to_string()),
        reads: lent.reads,
    })
}

fn exec(
    lent: &Lent,
    arguments: &Map<String, Value>,
    command: Vec<String>,
) -> Result<Request, String> {
    let shown = [&COMMAND[..], &FOLDER, &BESIDE_COMMAND].concat();
    nothing_hidden(arguments, &shown)?;
    one_of(arguments, &COMMAND)?;
    one_of(arguments, &FOLDER)?;
    all_texts(arguments, &FOLDER)?;
    let cwd = text_of(arguments, &FOLDER)
        .map_or_else(|| lent.folder.clone(), |written| lent.folder.join(written));
    Ok(Request::Exec {
        command,
        cwd: cwd.to_string_lossy().into_owned(),
    })
}

/// One string is a line for a shell, a list is a program with its arguments.
fn words(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(line) => Some(["bash", "-c", line].map(str::to_owned).to_vec()),
        Value::Array(words) => {
            let words = words.iter().map(|word| word.as_str().map(str::to_owned));
            words.collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

/// Whether something is to be run that cannot be told as a command.
fn is_odd_command(arguments: &Map<String, Value>, name: &str) -> bool {
    let value = arguments.get(name);
    value.is_some_and(|it| matches!(it, Value::Array(_) | Value::Object(_)) && words(it).is_none())
}

fn patch(lent: &Lent, arguments: &Map<String, Value>, file: &str) -> Result<Request, String> {
    let texts = TEXTS.map(|(name, _)| name);
    let shown = [&FILE[..], &texts, &BESIDE_CHANGE].concat();
    nothing_hidden(arguments, &shown)?;
    one_of(arguments, &FILE)?;
    all_texts(arguments, &[&FILE[..], &texts].concat())?;
    let path = lent.folder.join(file).to_string_lossy().into_owned();
    let mut diff = format!("{} {path}\n", lent.tool);
    for name in BESIDE_CHANGE {
        if let Some(value) = arguments.get(name) {
            diff.extend([name, ": ", &value.to_string(), "\n"]);
        }
    }
    for (name, sign) in TEXTS {
        for line in text_of(arguments, &[name]).unwrap_or_default().lines() {
            diff.push(sign);
            diff.push_str(line);
            diff.push('\n');
        }
    }
    Ok(Request::Patch {
        files: vec![path],
        diff: Text::from(diff),
    })
}

fn nothing_hidden(arguments: &Map<String, Value>, shown: &[&str]) -> Result<(), String> {
    let hidden = arguments
        .iter()
        .find(|(name, value)| !shown.contains(&name.as_str()) && !is_idle(value));
    match hidden {
        None => Ok(()),
        Some((name, _)) => Err(format!(
            "the argument `{name}` is not allowed here: call the tool again without it"
        )),
    }
}

/// Two arguments that mean the same: which of them the server heeds is not known.
fn one_of(arguments: &Map<String, Value>, names: &[&str]) -> Result<(), String> {
    let given = |name: &&&str| arguments.get(**name).is_some_and(|it| !is_idle(it));
    let mut given = names.iter().filter(given);
    match (given.next(), given.next()) {
        (Some(one), Some(other)) => Err(format!(
            "`{one}` and `{other}` are not allowed together: call the tool again with one of them"
        )),
        (Some(_) | None, _) => Ok(()),
    }
}

/// What is shown as text has to be text.
fn all_texts(arguments: &Map<String, Value>, names: &[&str]) -> Result<(), String> {
    let is_odd = |name: &&&str| {
        let value = arguments.get(**name);
        value.is_some_and(|it| !it.is_string() && !is_idle(it))
    };
    match names.iter().find(is_odd) {
        None => Ok(()),
        Some(name) => Err(format!(
            "the argument `{name}` has to be a text: call the tool again"
        )),
    }
}

/// Says as much as an argument that is not there.
fn is_idle(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false))
}

fn text_of<'a>(arguments: &'a Map<String, Value>, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| arguments.get(*name)?.as_str())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Map, Value, json};

    use super::request;
    use crate::core::{Access, Request, Text};
    use crate::mcp::{Limits, TaskSupport, ToolInfo};
    use crate::members::tools::{Lent, Offer, ToolHome, ToolServer};

    fn lent(tool: &str, reads: bool) -> Lent {
        let server = ToolServer {
            name: "claude".to_owned(),
            home: ToolHome::Absent(String::new()),
            allow: vec![tool.to_owned()],
            reads: std::collections::BTreeSet::new(),
            kinds: std::collections::BTreeSet::new(),
            members: None,
            folder: "/w".into(),
            limits: Limits::default(),
            remarks: std::collections::BTreeMap::new(),
        };
        let info = ToolInfo {
            name: tool.to_owned(),
            description: String::new(),
            input_schema: Value::Null,
            task: TaskSupport::None,
            reads,
        };
        let mut offer = Offer::default();
        offer.add(&server, &[info], Access::Write);
        offer.find(tool).unwrap().clone()
    }

    fn asked(tool: &str, arguments: Value) -> Result<Request, String> {
        let arguments: Map<String, Value> = serde_json::from_value(arguments).unwrap();
        request(&lent(tool, false), &arguments)
    }

    fn exec(command: &[&str], cwd: &str) -> Request {
        Request::Exec {
            command: command.iter().map(|word| (*word).to_owned()).collect(),
            cwd: cwd.to_owned(),
        }
    }

    #[test]
    fn a_command_is_asked_for_as_one_whatever_the_tool_is_called() {
        assert_eq!(
            asked(
                "Bash",
                json!({"command": "ls", "description": "Lists", "timeout": 5})
            ),
            Ok(exec(&["bash", "-c", "ls"], "/w"))
        );
        assert_eq!(
            asked("run", json!({"cmd": ["git", "status"], "cwd": "sub"})),
            Ok(exec(&["git", "status"], "/w/sub"))
        );
        assert_eq!(
            asked("Bash", json!({"command": "ls", "run_in_background": false})),
            Ok(exec(&["bash", "-c", "ls"], "/w"))
        );
        let hidden = json!({"command": "ls", "dangerouslyDisableSandbox": true});
        let why = asked("Bash", hidden).unwrap_err();
        assert!(why.contains("`dangerouslyDisableSandbox`"), "{why}");
    }

    #[test]
    fn nothing_hides_behind_an_argument_of_the_same_meaning_or_of_another_shape() {
        for (hidden, name) in [
            (json!({"command": "ls", "cmd": "rm -rf /"}), "`cmd`"),
            (
                json!({"cmd": "ls", "command": {"run": "rm -rf /"}}),
                "`command`",
            ),
            (json!({"command": ["rm", 1]}), "`command`"),
            (json!({"command": {"run": "rm -rf /"}}), "`command`"),
            (
                json!({"command": "ls", "cwd": "a", "workdir": "/etc"}),
                "`workdir`",
            ),
            (json!({"command": "ls", "cwd": ["/etc"]}), "`cwd`"),
            (
                json!({"file_path": "a", "notebook_path": "/etc/passwd", "content": "x"}),
                "`notebook_path`",
            ),
            (
                json!({"file_path": "a", "content": {"text": "x"}}),
                "`content`",
            ),
            (
                json!({"file_path": "a", "old_string": "x", "new_string": ["y"]}),
                "`new_string`",
            ),
        ] {
            let told = asked("Any", hidden.clone());
            let why = told.expect_err(&hidden.to_string());
            assert!(why.contains(name), "{why}");
        }
        let idle = json!({"command": "ls", "cmd": null, "cwd": null});
        assert_eq!(asked("Any", idle), Ok(exec(&["bash", "-c", "ls"], "/w")));
    }

    #[test]
    fn a_change_shows_the_file_and_what_goes_in_and_out() {
        let edit = json!({"file_path": "src/a.rs", "old_string": "x\ny", "new_string": "z",
            "replace_all": true});
        assert_eq!(
            asked("Edit", edit),
            Ok(Request::Patch {
                files: vec!["/w/src/a.rs".to_owned()],
                diff: Text::from("Edit /w/src/a.rs\nreplace_all: true\n-x\n-y\n+z\n"),
            })
        );
        let write = json!({"file_path": "/etc/passwd", "content": "me"});
        assert_eq!(
            asked("Write", write),
            Ok(Request::Patch {
                files: vec!["/etc/passwd".to_owned()],
                diff: Text::from("Write /etc/passwd\n+me\n"),
            })
        );
    }

    #[test]
    fn anything_else_is_asked_for_by_its_name_with_all_its_arguments() {
        let arguments = json!({"url": "https://example.org"});
        let tool = |tool: &str, arguments: &Value, reads| Request::Tool {
            server: "claude".to_owned(),
            tool: tool.to_owned(),
            arguments: Text::from(arguments.to_string()),
            reads,
        };
        assert_eq!(
            asked("WebFetch", arguments.clone()),
            Ok(tool("WebFetch", &arguments, false))
        );
        // What only reads is no change, whatever its arguments are called.
        let arguments = json!({"file_path": "a", "content": "needle"});
        let map: Map<String, Value> = serde_json::from_value(arguments.clone()).unwrap();
        assert_eq!(
            request(&lent("Find", true), &map),
            Ok(tool("Find", &arguments, true))
        );
    }
}
