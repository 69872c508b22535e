//! What an agent sends with a request for something to be done, as read, and results and errors as it expects
//! them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::folder::Trouble;
use super::terminals::Terminal;
use crate::acp::SESSION_LOST;
use crate::acp::link::No;
use crate::mcp::Ran;

/// The code of the error for parameters that are none.
const INVALID: i64 = -32602;
/// The code of the error for all else.
const FAILED: i64 = -32603;
/// The code of the error for what is not there; the protocol has one for sessions, files and terminals.
const MISSING: i64 = SESSION_LOST;
/// Words and variables of one command.
const WORDS_MAX: usize = 1024;
/// The longest path, in bytes.
const PATH_MAX: usize = 4096;
/// The longest command, in bytes.
const COMMAND_MAX: usize = 128 * 1024;
/// What a shell ends with where it finds no command.
const NOT_FOUND: i32 = 127;

pub(super) fn text<'a>(params: &'a Value, key: &str) -> Result<&'a str, No> {
    let text = params.get(key).and_then(Value::as_str);
    text.ok_or_else(|| invalid(format!("`{key}` has to be a text")))
}

/// A path; one that is longer leads nowhere on any system.
pub(super) fn path<'a>(params: &'a Value, key: &str) -> Result<&'a str, No> {
    let path = text(params, key)?;
    if path.len() > PATH_MAX {
        return Err(invalid(format!("`{key}` is longer than {PATH_MAX} bytes")));
    }
    Ok(path)
}

/// Holds a command with all that belongs to it to a length that systems take and people can read.
pub(super) fn fits(command: &[String]) -> Result<(), No> {
    let length: usize = command.iter().map(String::len).sum();
    if length > COMMAND_MAX {
        let why = format!("the command with its variables is longer than {COMMAND_MAX} bytes");
        return Err(invalid(why));
    }
    Ok(())
}

pub(super) fn number(params: &Value, key: &str) -> Option<u64> {
    params.get(key).and_then(Value::as_u64)
}

/// The arguments of a command.
pub(super) fn words(params: &Value) -> Result<Vec<String>, No> {
    let words = match params.get("args") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(words) => words.as_array(),
    };
    let words = words.filter(|words| words.len() <= WORDS_MAX);
    let words: Option<Vec<String>> = words.and_then(|words| {
        let words = words.iter().map(|word| word.as_str().map(str::to_owned));
        words.collect()
    });
    words.ok_or_else(|| {
        invalid(format!(
            "`args` has to be a list of at most {WORDS_MAX} texts"
        ))
    })
}

/// The variables that a command is to have.
pub(super) fn variables(params: &Value) -> Result<BTreeMap<String, String>, No> {
    let all = match params.get("env") {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(all) => all.as_array().filter(|all| all.len() <= WORDS_MAX),
    };
    let pair = |one: &Value| {
        let name = one.get("name")?.as_str()?;
        let fits = !name.starts_with(|c: char| c.is_ascii_digit())
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let value = one.get("value")?.as_str()?;
        fits.then(|| (name.to_owned(), value.to_owned()))
    };
    let pairs = all.and_then(|all| all.iter().map(pair).collect());
    pairs.ok_or_else(|| {
        invalid(format!(
            "`env` has to be a list of at most {WORDS_MAX} objects of `name` (letters, digits and _) and `value`"
        ))
    })
}

/// What a command wrote so far, and how it ended where it has.
pub(super) fn output(terminal: &Terminal) -> Value {
    let (mut wrote, cut) = terminal.output();
    let ran = terminal.ran();
    if let Some(Ran::NotStarted(why)) = &ran {
        wrote.clone_from(why);
    }
    json!({"output": wrote, "truncated": cut, "exitStatus": ran.as_ref().map(exit)})
}

/// How a command ended.
pub(super) fn exit(ran: &Ran) -> Value {
    match ran {
        Ran::Ended(code) => json!({"exitCode": code, "signal": null}),
        Ran::TimedOut | Ran::Stopped => json!({"exitCode": null, "signal": "SIGTERM"}),
        Ran::NotStarted(_) => json!({"exitCode": NOT_FOUND, "signal": null}),
    }
}

pub(super) fn error(message: String) -> No {
    No {
        code: FAILED,
        message,
    }
}

pub(super) fn unknown(terminal: &str) -> No {
    No {
        code: MISSING,
        message: format!("there is no terminal {terminal} in this turn, or it was released"),
    }
}

pub(super) fn no(trouble: &Trouble) -> No {
    let code = match trouble {
        Trouble::Outside { .. } | Trouble::Rooms { .. } => INVALID,
        Trouble::Missing { .. } => MISSING,
        Trouble::Unfit { .. }
        | Trouble::Changed { .. }
        | Trouble::Over
        | Trouble::Hangs { .. }
        | Trouble::System { .. } => FAILED,
    };
    No {
        code,
        message: match trouble {
            // Some know it by these words of the protocol alone.
            Trouble::Missing { path } => format!("Resource not found: {path}"),
            Trouble::Outside { .. }
            | Trouble::Rooms { .. }
            | Trouble::Unfit { .. }
            | Trouble::Changed { .. }
            | Trouble::Over
            | Trouble::Hangs { .. }
            | Trouble::System { .. } => trouble.to_string(),
        },
    }
}

fn invalid(message: String) -> No {
    No {
        code: INVALID,
        message,
    }
}
