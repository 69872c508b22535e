//! What an agent has done by the room, a file or a command: the question for leave, and how it is told in lines.
//!
//! A file that is read is asked for as a tool that only reads, a file that is written as a change of files, a
//! command as a command: the same rules hold as where the agent does it by itself.

use serde_json::{Value, json};

use super::steps;
use crate::acp::{READ_FILE, RUN, WRITE_FILE};
use crate::core::text::{clipped, one_line};
use crate::core::{Request, Text};
use crate::members::dialect::text_at;
use crate::members::setup::AcpAgent;

/// The longest line, in bytes.
const LINE_MAX: usize = 300;
/// Last lines of a command that are shown.
const LINES_MAX: usize = 10;

/// What is asked for by `method`; none where that is no service of the room's.
pub(super) fn request(agent: AcpAgent, method: &str, params: &Value) -> Option<Request> {
    match method {
        READ_FILE => Some(Request::Tool {
            server: agent.word().to_owned(),
            tool: method.to_owned(),
            arguments: Text::from(params.to_string()),
            reads: true,
        }),
        WRITE_FILE => Some(Request::Patch {
            files: vec![text_at(params, "path").to_owned()],
            diff: Text::from(steps::diffs(&[as_diff(params)]).join("\n")),
        }),
        RUN => Some(Request::Exec {
            command: words(params),
            cwd: text_at(params, "cwd").to_owned(),
        }),
        _ => None,
    }
}

/// One line about what is asked for.
pub(super) fn title(method: &str, params: &Value) -> String {
    let what = match method {
        RUN => format!("to run {}", words(params).join(" ")),
        WRITE_FILE => format!("to write {}", text_at(params, "path")),
        _ => format!("to read {}", text_at(params, "path")),
    };
    one_line(&what, LINE_MAX)
}

/// What was done, or went wrong, in lines.
pub(super) fn told(params: &Value) -> Vec<String> {
    let line = |text: &str| one_line(text, LINE_MAX);
    match text_at(params, "did") {
        "read" if params.get("there") == Some(&Value::Bool(false)) => {
            let path = text_at(params, "path");
            vec![line(&format!("looks for {path}, which is not there"))]
        }
        "read" => vec![line(&format!(
            "reads {}{}",
            text_at(params, "path"),
            part(params)
        ))],
        // What it changes stood in the question.
        "write" => {
            let count = steps::count(&as_diff(params)).unwrap_or_default();
            vec![line(&format!("wrote {count}"))]
        }
        "run" => vec![line(&format!("$ {}", words(params).join(" ")))],
        "ran" => {
            let command = words(params).join(" ");
            let mut lines = vec![line(&format!("{}: {command}", text_at(params, "how")))];
            let wrote: Vec<&str> = text_at(params, "wrote").lines().collect();
            let from = wrote.len().saturating_sub(LINES_MAX);
            let last = wrote.get(from..).unwrap_or_default();
            lines.extend(last.iter().map(|line| clipped(line, LINE_MAX)));
            lines
        }
        _ => vec![line(&format!("failed: {}", text_at(params, "why")))],
    }
}

/// Which lines of a file were read, where not all.
fn part(params: &Value) -> String {
    let number = |key: &str| params.get(key).and_then(Value::as_u64);
    match (number("line"), number("limit")) {
        (None, None) => String::new(),
        (Some(line), None) => format!(" from line {line} on"),
        (line, Some(limit)) => format!(" from line {}, {limit} at most", line.unwrap_or(1)),
    }
}

/// A change in the words of the protocol's own diffs.
fn as_diff(params: &Value) -> Value {
    json!({
        "type": "diff",
        "path": params.get("path"),
        "oldText": params.get("old"),
        "newText": params.get("new"),
    })
}

fn words(params: &Value) -> Vec<String> {
    let words = params.get("command").and_then(Value::as_array);
    let words = words.into_iter().flatten();
    words.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::{request, title, told};
    use crate::acp::{READ_FILE, RUN, WRITE_FILE};
    use crate::core::Request;
    use crate::members::setup::AcpAgent;

    #[test]
    fn each_service_is_asked_for_in_the_words_of_the_rules() {
        let of = |method, params| request(AcpAgent::Other, method, &params);
        let Some(Request::Tool {
            server,
            tool,
            reads,
            ..
        }) = of(READ_FILE, json!({"path": "a"}))
        else {
            panic!("no tool");
        };
        assert_eq!(
            (server.as_str(), tool.as_str(), reads),
            ("agent", READ_FILE, true)
        );
        let write = json!({"path": "a", "old": "1\n", "new": "2\n"});
        let Some(Request::Patch { files, diff }) = of(WRITE_FILE, write) else {
            panic!("no patch");
        };
        assert_eq!(files, ["a"]);
        assert!(diff.as_str().contains("-1\n+2\n"), "{}", diff.as_str());
        let run = json!({"command": ["env", "A=1", "ls"], "cwd": "/w"});
        let expected = Request::Exec {
            command: ["env", "A=1", "ls"].map(str::to_owned).to_vec(),
            cwd: "/w".to_owned(),
        };
        assert_eq!(of(RUN, run), Some(expected));
        assert_eq!(of("fs/other", json!({})), None);
    }

    #[test]
    fn what_was_done_is_told_in_lines() {
        let read = json!({"did": "read", "path": "a", "line": 3, "limit": null});
        assert_eq!(told(&read), ["reads a from line 3 on"]);
        let none = json!({"did": "read", "path": "a", "there": false});
        assert_eq!(told(&none), ["looks for a, which is not there"]);
        let write = json!({"did": "write", "path": "a", "old": null, "new": "x\n"});
        assert_eq!(told(&write), ["wrote a (+1 -0)"]);
        let many = (0..30)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join("\n");
        let ran =
            json!({"did": "ran", "command": ["seq", "30"], "how": "exit code 0", "wrote": many});
        let lines = told(&ran);
        assert_eq!(lines[0], "exit code 0: seq 30");
        assert_eq!((lines.len(), lines[10].as_str()), (11, "29"));
        assert_eq!(
            told(&json!({"did": "fail", "why": "x\ny"})),
            ["failed: x y"]
        );
        assert_eq!(
            title(RUN, &json!({"command": ["ls", "-l"]})),
            "to run ls -l"
        );
    }
}
