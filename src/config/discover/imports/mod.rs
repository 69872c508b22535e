//! MCP servers that other tools are configured with: Claude, Codex, Gemini, Cursor.
//!
//! Their files are read as they are and never written. They may be half broken; each bad part is
//! one sentence and the good parts are listed all the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::{Broken, Discovery, Found, FoundIn, Role, name_like};
use crate::config::adapter::Adapter;
use crate::config::env::EnvSource;
use crate::config::launch::{Launch, is_variable_name};
use crate::config::layers::read_file;
use crate::config::problem::shown;
use crate::config::server::ServerAdapter;
use crate::config::value::{Reference, Secret, is_http_url};

/// Reads the configurations that exist.
#[must_use]
pub fn imports(env: &EnvSource, project: &Path) -> Discovery {
    let mut reader = Reader::default();
    reader.json(&project.join(".mcp.json"), |reader, root| {
        reader.servers(root.get("mcpServers"), "mcpServers");
    });
    reader.json(&project.join(".cursor/mcp.json"), |reader, root| {
        reader.servers(root.get("mcpServers"), "mcpServers");
    });
    let Some(home) = env.home() else {
        return reader.discovery;
    };
    reader.json(&home.join(".claude.json"), |reader, root| {
        reader.servers(root.get("mcpServers"), "mcpServers");
        let of_project = root
            .get("projects")
            .and_then(|projects| projects.get(project.to_string_lossy().as_ref()))
            .and_then(|here| here.get("mcpServers"));
        reader.servers(of_project, "mcpServers of this project");
    });
    let codex = env.get("CODEX_HOME").map(PathBuf::from);
    let codex = codex.unwrap_or_else(|| home.join(".codex"));
    reader.toml(&codex.join("config.toml"), |reader, root| {
        reader.servers(root.get("mcp_servers"), "mcp_servers");
    });
    for file in [".gemini/settings.json", ".cursor/mcp.json"] {
        reader.json(&home.join(file), |reader, root| {
            reader.servers(root.get("mcpServers"), "mcpServers");
        });
    }
    reader.discovery
}

#[derive(Default)]
struct Reader {
    discovery: Discovery,
    path: PathBuf,
}

impl Reader {
    fn json(&mut self, path: &Path, read: impl FnOnce(&mut Self, &Value)) {
        self.file(path, read, |text| {
            serde_json::from_str(text).map_err(|error| {
                let (line, column) = (error.line(), error.column());
                format!("it is not valid JSON (line {line}, column {column}); skipped")
            })
        });
    }

    fn toml(&mut self, path: &Path, read: impl FnOnce(&mut Self, &Value)) {
        self.file(path, read, |text| {
            toml::from_str::<Value>(text).map_err(|error| {
                let start = error.span().map_or(0, |span| span.start);
                let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
                format!("it is not valid TOML (line {line}); skipped")
            })
        });
    }

    fn file(
        &mut self,
        path: &Path,
        read: impl FnOnce(&mut Self, &Value),
        parse: impl FnOnce(&str) -> Result<Value, String>,
    ) {
        path.clone_into(&mut self.path);
        let text = match read_file(path) {
            Ok(Some(text)) => text,
            Ok(None) => return,
            Err(error) => return self.broken(error.to_string()),
        };
        // Some editors write a byte order mark; an empty file says nothing.
        let text = text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return;
        }
        match parse(text) {
            Ok(root) => read(self, &root),
            Err(reason) => self.broken(reason),
        }
    }

    fn broken(&mut self, reason: String) {
        self.discovery.broken.push(Broken {
            path: self.path.clone(),
            reason,
        });
    }

    fn servers(&mut self, table: Option<&Value>, key: &str) {
        match table {
            None | Some(Value::Null) => {}
            Some(Value::Object(servers)) => {
                for (name, entry) in servers {
                    match entry
                        .as_object()
                        .ok_or("it is not a table")
                        .and_then(launch)
                    {
                        Ok(launch) => self.found(name, launch, entry),
                        Err(reason) => {
                            let name = shown(name);
                            self.broken(format!("the server `{name}` was skipped: {reason}"));
                        }
                    }
                }
            }
            Some(_) => self.broken(format!("`{key}` is not a table of servers; skipped")),
        }
    }

    fn found(&mut self, name: &str, launch: Launch, entry: &Value) {
        let (role, mut notes) = recognise(&launch);
        let disabled = entry.get("disabled") == Some(&Value::Bool(true))
            || entry.get("enabled") == Some(&Value::Bool(false));
        if disabled {
            notes.push("it is switched off there");
        }
        if launch_has_placeholder(&launch) {
            notes.push("it uses ${…} inside a text, which Synod does not fill in");
        }
        self.discovery.found.push(Found {
            what: format!("MCP server `{}`", shown(name)),
            origin: FoundIn::File(self.path.clone()),
            name: name_like(name),
            role,
            launch,
            models: Vec::new(),
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        });
    }
}

/// One server entry; the tools agree on most names.
fn launch(entry: &Map<String, Value>) -> Result<Launch, &'static str> {
    let mut command = Vec::new();
    match entry.get("command") {
        None | Some(Value::Null) => {}
        Some(Value::String(program)) if !program.trim().is_empty() => command.push(program.clone()),
        Some(_) => return Err("its `command` is not the name of a program"),
    }
    match entry.get("args") {
        None | Some(Value::Null) => {}
        Some(Value::Array(words)) => {
            for word in words {
                let word = word.as_str().ok_or("its `args` are not all texts")?;
                command.push(word.to_owned());
            }
        }
        Some(_) => return Err("its `args` are not a list"),
    }
    let url = ["url", "httpUrl", "serverUrl"]
        .iter()
        .find_map(|key| entry.get(*key));
    let url = match url {
        None | Some(Value::Null) => None,
        Some(Value::String(url)) if is_http_url(url) => Some(url.clone()),
        Some(_) => return Err("its address does not start with http:// or https://"),
    };
    if command.is_empty() && url.is_none() {
        return Err("it has neither a command nor an address");
    }
    if command.iter().any(|word| word.contains('\0')) {
        return Err("its command holds a NUL character");
    }
    if entry.get("type").and_then(Value::as_str) == Some("sse") {
        return Err("it uses the old SSE transport, which Synod does not speak");
    }
    Ok(Launch {
        command,
        env: environment(entry.get("env"))?,
        cwd: entry.get("cwd").and_then(Value::as_str).map(PathBuf::from),
        url,
        bearer: bearer(entry),
    })
}

fn environment(env: Option<&Value>) -> Result<BTreeMap<String, Reference>, &'static str> {
    let mut all = BTreeMap::new();
    match env {
        None | Some(Value::Null) => {}
        Some(Value::Object(variables)) => {
            for (name, value) in variables {
                let value = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(number) => number.to_string(),
                    Value::Bool(flag) => flag.to_string(),
                    Value::Null | Value::Array(_) | Value::Object(_) => {
                        return Err("a variable of its `env` is not a text");
                    }
                };
                if !is_variable_name(name) || value.contains('\0') {
                    return Err("a variable of its `env` cannot be one");
                }
                all.insert(name.clone(), reference(&value));
            }
        }
        Some(_) => return Err("its `env` is not a table"),
    }
    Ok(all)
}

fn bearer(entry: &Map<String, Value>) -> Option<Reference> {
    if let Some(variable) = entry.get("bearer_token_env_var").and_then(Value::as_str) {
        return is_variable_name(variable).then(|| Reference::Env {
            name: variable.to_owned(),
            optional: false,
        });
    }
    let headers = entry.get("headers").or_else(|| entry.get("http_headers"))?;
    let mut headers = headers.as_object()?.iter();
    let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    let value = value.as_str()?;
    let token = value.strip_prefix("Bearer ").unwrap_or(value);
    (!token.contains('\0')).then(|| reference(token))
}

/// A text that is nothing but `${X}`, `${env:X}` or `$X` names a variable.
fn reference(value: &str) -> Reference {
    let inner = value
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .map(|inner| inner.strip_prefix("env:").unwrap_or(inner))
        .or_else(|| value.strip_prefix('$'));
    match inner.filter(|name| is_variable_name(name)) {
        Some(name) => Reference::Env {
            name: name.to_owned(),
            optional: false,
        },
        None => Reference::Plain(Secret::new(value)),
    }
}

fn launch_has_placeholder(launch: &Launch) -> bool {
    let plain = launch.env.values().filter_map(|value| match value {
        Reference::Plain(secret) => Some(secret.reveal()),
        Reference::Env { .. } | Reference::File { .. } => None,
    });
    let words = launch.command.iter().chain(&launch.url).map(String::as_str);
    words.chain(plain).any(|text| text.contains("${"))
}

/// What a server is, by the program or package that its command names.
fn recognise(launch: &Launch) -> (Role, Vec<&'static str>) {
    let words: Vec<&str> = launch.command.iter().map(|word| package(word)).collect();
    let has = |word: &str| words.contains(&word);
    if has("codex-mcp-server") {
        (Role::Member(Adapter::CodexMcpServer), Vec::new())
    } else if has("codex") && has("mcp-server") {
        let note = "only a codex up to 0.153 has this server";
        (Role::Member(Adapter::Codex), vec![note])
    } else if has("gemini-mcp-tool") || has("gemini-mcp") {
        (Role::Member(Adapter::Gemini), Vec::new())
    } else if has("claude-code-mcp") {
        let warning = Adapter::Claude.warning();
        (Role::Member(Adapter::Claude), warning.into_iter().collect())
    } else if has("pal-mcp-server") {
        (Role::Member(Adapter::Pal), Vec::new())
    } else if has("claude") && has("serve") {
        let note = "these are Claude's tools and not its model, so it is no member; [[tools]] \
                    lends them to members";
        (Role::Tools(ServerAdapter::Generic), vec![note])
    } else if has("server-sequential-thinking") || has("mcp-server-sequential-thinking") {
        (Role::Tools(ServerAdapter::SequentialThinking), Vec::new())
    } else if has("serena") || has("serena-agent") || has("serena-mcp-server") {
        (Role::Hub, Vec::new())
    } else {
        (Role::Tools(ServerAdapter::Generic), Vec::new())
    }
}

/// `@scope/name@1.2` and `/usr/bin/name` as `name`.
fn package(word: &str) -> &str {
    let last = word.rsplit('/').next().unwrap_or(word);
    last.split('@').next().unwrap_or(last)
}

#[cfg(test)]
mod tests;
