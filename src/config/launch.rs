//! How a member or a server is reached: its command and environment, or its address. What is
//! written only; [`super::resolve`] looks at the machine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::effective::{Values, or_none, quoted, quoted_list};
use super::item::Item;
use super::problem::{Problem, shown};
use super::read::Table;
use super::value::{Reference, Secret, duration_text};

/// How one server is reached, as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Launch {
    /// Program and arguments; empty where an address or a built-in server takes its place.
    pub command: Vec<String>,
    /// What is added to the server's environment.
    pub env: BTreeMap<String, Reference>,
    /// Working directory; a relative one is the project's. Absent: the project.
    pub cwd: Option<PathBuf>,
    /// Address of a server that speaks HTTP, or of the API behind a built-in server.
    pub url: Option<String>,
    /// Bearer token of the address.
    pub bearer: Option<Reference>,
}

impl Launch {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Self {
        let command = table.get("command", Item::command).unwrap_or_default();
        let cwd = table.get("cwd", Item::path);
        let url = table.get("url", Item::url);
        let bearer = table
            .take("bearer")
            .and_then(|item| reference(table, item, None));
        let env = environment(table);
        Self {
            command,
            env,
            cwd,
            url,
            bearer,
        }
    }

    pub(super) fn values(&self, owner: &str) -> Values {
        let path = |key: &str| format!("{owner}.{key}");
        let mut rows = Vec::new();
        if !self.command.is_empty() {
            let words = self.command.iter().map(String::as_str);
            rows.push((path("command"), quoted_list(words)));
        }
        if let Some(url) = &self.url {
            rows.push((path("url"), quoted(url)));
        }
        if let Some(bearer) = &self.bearer {
            rows.push((path("bearer"), bearer.described()));
        }
        for (name, value) in &self.env {
            rows.push((path(&format!("env.{name}")), value.described()));
        }
        let cwd = self.cwd.as_ref();
        let cwd = cwd.map(|cwd| quoted(&cwd.to_string_lossy()));
        rows.push((path("cwd"), or_none(cwd, "the project")));
        rows
    }
}

/// Reads the table `env`.
pub(super) fn environment(table: &mut Table<'_, '_>) -> BTreeMap<String, Reference> {
    let mut env = BTreeMap::new();
    table.table("env", |table| {
        for item in table.take_all() {
            if !is_variable_name(item.key) {
                let problem = item.bad_hidden("under a name made of letters, digits and _ only");
                let _: Option<()> = table.keep(Err(problem));
            } else if let Some(value) = reference(table, item, Some(item.key)) {
                env.insert(item.key.to_owned(), value);
            }
        }
    });
    env
}

/// How patient Synod is with a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeout {
    /// How long a call may be silent.
    pub idle: Duration,
    /// How long a call may take in all.
    pub total: Duration,
}

impl Default for Timeout {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(90),
            total: Duration::from_mins(30),
        }
    }
}

impl Timeout {
    /// For the call of a tool, behind which is a program and no model.
    pub(super) fn of_tools() -> Self {
        Self {
            idle: Duration::from_mins(2),
            total: Duration::from_mins(10),
        }
    }

    /// What is not written is as in `default`.
    pub(super) fn read(table: &mut Table<'_, '_>, default: Self) -> Self {
        table
            .table("timeout", |table| Self {
                idle: table.get("idle", Item::duration).unwrap_or(default.idle),
                total: table.get("total", Item::duration).unwrap_or(default.total),
            })
            .unwrap_or(default)
    }

    pub(super) fn values(self, owner: &str) -> Values {
        vec![
            (
                format!("{owner}.timeout.idle"),
                quoted(&duration_text(self.idle)),
            ),
            (
                format!("{owner}.timeout.total"),
                quoted(&duration_text(self.total)),
            ),
        ]
    }
}

/// Reads a plain text or a `{ from = … }` table. `default_name` is the variable that `from = "env"`
/// means when it names none.
pub(super) fn reference<'a>(
    table: &mut Table<'a, '_>,
    item: Item<'a>,
    default_name: Option<&str>,
) -> Option<Reference> {
    const ALLOWED: &str = "text in quotes, { from = \"env\", name = \"X\" } or \
                           { from = \"file\", path = \"…\" }";
    if !item.is_table() {
        let text = item.as_str().filter(|text| !text.contains('\0'));
        let found = text.map(|text| Reference::Plain(Secret::new(text)));
        return table.keep(found.ok_or_else(|| item.bad_hidden(ALLOWED)));
    }
    table
        .open(item, format!("`{}`", shown(item.key)), |table| {
            let from = table.get("from", |item| {
                item.word(&[("env", From::Env), ("file", From::File)])
            });
            let name = table.get("name", variable_name);
            let path = table.get("path", Item::path);
            let optional = table.get("optional", Item::flag).unwrap_or(false);
            match from {
                Some(From::Env) => {
                    let name = name.or_else(|| default_name.map(str::to_owned));
                    if name.is_none() {
                        table.missing("name", "the environment variable to read");
                    }
                    name.map(|name| Reference::Env { name, optional })
                }
                Some(From::File) => {
                    if path.is_none() {
                        table.missing("path", "the file to read");
                    }
                    path.map(|path| Reference::File { path, optional })
                }
                None => {
                    table.missing("from", "where the value comes from: \"env\" or \"file\"");
                    None
                }
            }
        })
        .flatten()
}

#[derive(Clone, Copy)]
enum From {
    Env,
    File,
}

fn variable_name(item: Item<'_>) -> Result<String, Problem> {
    match item.as_str() {
        Some(name) if is_variable_name(name) => Ok(name.to_owned()),
        _ => Err(item.bad("the name of an environment variable: letters, digits and _")),
    }
}

/// Whether a text can be the name of an environment variable.
pub(super) fn is_variable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
