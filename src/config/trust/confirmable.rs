//! What has to be confirmed, exact and readable, with the hash under which it is remembered.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::config::launch::Launch;
use crate::config::layers::Loaded;
use crate::config::place::Layer;
use crate::config::policy::{Policy, PolicyAction};
use crate::config::room::Hub;
use crate::config::services::Service;
use crate::config::tools::{Tools, ToolsFrom};
use crate::config::value::{Name, Reference};

/// SHA-256 of what was confirmed, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint(String);

/// For whom something has to be confirmed. Its text is for reading only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The shared memory.
    Hub,
    /// A `[[member]]`.
    Member(Name),
    /// A `[[server]]`.
    Server(Name),
    /// A `[[tools]]`.
    Tools(Name),
    /// A `[check.NAME]`.
    Check(Name),
    /// A `[[policy]]`.
    Policy,
    /// `[telemetry]`.
    Telemetry,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hub => f.write_str("hub"),
            Self::Member(name) => write!(f, "member {name}"),
            Self::Server(name) => write!(f, "server {name}"),
            Self::Tools(name) => write!(f, "tools {name}"),
            Self::Check(name) => write!(f, "check {name}"),
            Self::Policy => f.write_str("policy"),
            Self::Telemetry => f.write_str("telemetry"),
        }
    }
}

/// One thing that has to be confirmed before it takes effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmable {
    /// Whose it is.
    pub owner: Owner,
    /// What the operator reads and confirms, exact: the command, or the address, or the leave.
    pub what: String,
    /// The names of the variables that are set for it, and where each comes from; no values.
    pub env: Vec<String>,
    /// What is remembered.
    pub fingerprint: Fingerprint,
}

impl Confirmable {
    /// All that a project's file asks for.
    #[must_use]
    pub fn of_project(loaded: &Loaded, project: &Path) -> Vec<Self> {
        let config = &loaded.config;
        let from_project = |layer: Layer| layer == Layer::Project;
        // A server of our own without any setting, such as a rehearsal, runs nothing of theirs.
        let asks = |launch: &Launch| *launch != Launch::default();
        let mut all = Vec::new();
        if let Some(command) = hub_command(loaded) {
            let launch = Launch {
                command,
                ..Launch::default()
            };
            all.push(Self::of_launch(Owner::Hub, &launch, project));
        }
        for member in &config.members {
            if from_project(member.origin.layer) && asks(&member.launch) {
                let owner = Owner::Member(member.name.clone());
                let item = Self::of_launch(owner, &member.launch, project);
                let item = item.handing(&member.servers, project);
                let mut item = item.serving(&member.services, project);
                if let Some(warning) = member.adapter.warning() {
                    item.what = format!("{} — {warning}", item.what);
                }
                all.push(item);
            }
        }
        for server in &config.servers {
            if from_project(server.origin.layer) && asks(&server.launch) {
                let owner = Owner::Server(server.name.clone());
                let item = Self::of_launch(owner, &server.launch, project);
                all.push(item.reading(server.reads, project));
            }
        }
        for tools in &config.tools {
            if from_project(tools.origin.layer) {
                all.push(Self::of_tools(tools, project));
            }
        }
        for check in &config.checks {
            if from_project(check.origin.layer) {
                let owner = Owner::Check(check.name.clone());
                all.push(Self::of_launch(owner, &check.launch, project));
            }
        }
        all.extend(Self::of_telemetry(loaded, project));
        for policy in &config.policies {
            if from_project(policy.origin.layer) && policy.action == PolicyAction::Allow {
                all.push(Self::of_policy(policy, project));
            }
        }
        all
    }

    /// The leave that a policy gives.
    #[must_use]
    pub fn of_policy(policy: &Policy, project: &Path) -> Self {
        let member = policy.member.as_ref().map_or("every member", Name::as_str);
        let path = policy.path.as_deref().unwrap_or_default();
        let what = match policy.prefix.as_slice() {
            [] => "everything".to_owned(),
            prefix => shell_words(prefix),
        };
        let place = match path {
            "" => String::new(),
            path => format!(" in {path}"),
        };
        let what = format!(
            "{member} may {} without asking: {what}{place}",
            policy.kind.word()
        );
        let mut hash = Hash::new("policy", project);
        hash.part(member).part(policy.kind.word());
        hash.parts(policy.prefix.iter().map(String::as_str));
        if !path.is_empty() {
            hash.part(path);
        }
        Self {
            owner: Owner::Policy,
            what: visible(&what),
            env: Vec::new(),
            fingerprint: hash.end(),
        }
    }

    /// Where a project's file has spans and metrics sent, and what goes with them: it may lead anywhere, and
    /// a header may hold a secret of the user's.
    fn of_telemetry(loaded: &Loaded, project: &Path) -> Option<Self> {
        let set = &loaded.config.telemetry;
        let headers = set.headers.keys();
        let mut paths = headers
            .map(|name| format!("telemetry.headers.{name}"))
            .chain(["telemetry.endpoint".to_owned()]);
        if !paths.any(|path| loaded.origins.of(&path).layer == Layer::Project) {
            return None;
        }
        let to = [set.traces_to(), set.metrics_to()];
        let to: Vec<String> = to.into_iter().flatten().collect();
        let launch = Launch {
            url: Some(to.join(" and ")).filter(|to| !to.is_empty()),
            env: set.headers.clone(),
            ..Launch::default()
        };
        launch.url.as_ref()?;
        let item = Self::of_launch(Owner::Telemetry, &launch, project);
        let what = item.what.replacen("connect", "send spans and metrics", 1);
        Some(Self { what, ..item })
    }

    /// A member with the servers that it is handed, where it is handed any.
    fn handing(self, servers: &[Name], project: &Path) -> Self {
        if servers.is_empty() {
            return self;
        }
        let mut hash = Hash::new("handed", project);
        hash.part(&self.fingerprint.0);
        hash.parts(servers.iter().map(Name::as_str));
        let names: Vec<&str> = servers.iter().map(Name::as_str).collect();
        Self {
            what: format!("{}; is handed {}", self.what, names.join(", ")),
            fingerprint: hash.end(),
            ..self
        }
    }

    /// A member with what the room does for it, where that is anything.
    fn serving(self, services: &[Service], project: &Path) -> Self {
        if services.is_empty() {
            return self;
        }
        let mut hash = Hash::new("served", project);
        hash.part(&self.fingerprint.0);
        let words: Vec<&str> = services.iter().map(|service| service.word()).collect();
        hash.parts(words.iter().copied());
        Self {
            what: format!("{}; has done by the room: {}", self.what, words.join(", ")),
            fingerprint: hash.end(),
            ..self
        }
    }

    /// A server with the word that it only reads, where that is given: turns that may only read have it.
    fn reading(self, reads: bool, project: &Path) -> Self {
        if !reads {
            return self;
        }
        let mut hash = Hash::new("reads", project);
        hash.part(&self.fingerprint.0);
        Self {
            what: format!("{}; said to only read", self.what),
            fingerprint: hash.end(),
            ..self
        }
    }

    /// A server of tools, and what of it is lent: both are confirmed, because a yes to reading is no
    /// yes to a shell.
    fn of_tools(tools: &Tools, project: &Path) -> Self {
        let Tools {
            name,
            from,
            allow,
            reads,
            kinds,
            members,
            ..
        } = tools;
        let owner = Owner::Tools(name.clone());
        let launched = match from {
            ToolsFrom::Hub => None,
            ToolsFrom::Own(launch) => Some(Self::of_launch(owner.clone(), launch, project)),
        };
        let mut hash = Hash::new("tools", project);
        hash.part(launched.as_ref().map_or("hub", |it| &it.fingerprint.0));
        hash.part(name.as_str());
        for list in [allow, reads, kinds] {
            hash.parts(list.iter().map(String::as_str));
        }
        let names = members.as_deref();
        hash.part(if names.is_some() { "some" } else { "all" });
        let names = names.unwrap_or_default();
        hash.parts(names.iter().map(Name::as_str));
        let (what, env) = launched.map_or_else(
            || ("the shared memory's own server".to_owned(), Vec::new()),
            |it| (it.what, it.env),
        );
        let to = match members {
            Some(names) => names
                .iter()
                .map(Name::as_str)
                .collect::<Vec<_>>()
                .join(", "),
            None => "every member".to_owned(),
        };
        let said = if reads.is_empty() {
            String::new()
        } else {
            format!(" ({} without asking you)", reads.join(", "))
        };
        let lent = format!(
            "lends {}{said} to {to}, in tasks of {}",
            allow.join(", "),
            kinds.join(", ")
        );
        Self {
            owner,
            what: format!("{what}; {}", visible(&lent)),
            env,
            fingerprint: hash.end(),
        }
    }

    pub(super) fn of_launch(owner: Owner, launch: &Launch, project: &Path) -> Self {
        let Launch {
            command,
            env,
            cwd,
            url,
            bearer,
        } = launch;
        let cwd_text = cwd.as_ref().map(|cwd| cwd.to_string_lossy());
        let mut hash = Hash::new("launch", project);
        hash.parts(command.iter().map(String::as_str));
        hash.part(url.as_deref().unwrap_or_default());
        hash.part(cwd_text.as_deref().unwrap_or_default());
        let bearer_name = bearer.iter().map(|bearer| ("bearer", bearer));
        let named = env.iter().map(|(name, value)| (name.as_str(), value));
        let mut listed = Vec::new();
        for (name, reference) in bearer_name.chain(named) {
            // Values count too: `LD_PRELOAD` or `NODE_OPTIONS` decide what a command does.
            hash.part(name);
            match reference {
                Reference::Plain(value) => hash.part("plain").part(value.reveal()),
                Reference::Env { name, .. } => hash.part("env").part(name),
                Reference::File { path, .. } => hash.part("file").part(&path.to_string_lossy()),
            };
            listed.push(format!("{name} {}", reference.described()));
        }
        let mut what = match url {
            Some(url) if command.is_empty() => format!("connect to {url}"),
            Some(url) => format!("{} (for {url})", shell_words(command)),
            None if command.is_empty() => "a server that is built into Synod".to_owned(),
            None => shell_words(command),
        };
        if let Some(cwd) = cwd_text {
            what = format!("{what} (in {cwd})");
        }
        Self {
            owner,
            what: visible(&what),
            env: listed,
            fingerprint: hash.end(),
        }
    }
}

/// What a project's file has started for the shared memory: its own command, or Serena by name.
fn hub_command(loaded: &Loaded) -> Option<Vec<String>> {
    let from_project = |path: &str| loaded.origins.of(path).layer == Layer::Project;
    let room = &loaded.config.room;
    match (&room.hub_command, room.hub) {
        (Some(command), _) => from_project("room.hub_command").then(|| command.clone()),
        (None, Hub::Serena) => from_project("room.hub").then(|| vec!["serena".to_owned()]),
        (None, Hub::Builtin) => None,
    }
}

impl fmt::Display for Confirmable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.owner, self.what)?;
        for variable in &self.env {
            write!(f, "\n    with {variable}")?;
        }
        Ok(())
    }
}

/// A hash over parts that cannot run into each other: each is preceded by its length.
struct Hash(Sha256);

impl Hash {
    fn new(kind: &str, project: &Path) -> Self {
        let mut hash = Self(Sha256::new());
        hash.part(kind).part(&project.to_string_lossy());
        hash
    }

    fn part(&mut self, part: &str) -> &mut Self {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part.as_bytes());
        self
    }

    fn parts<'a>(&mut self, parts: impl ExactSizeIterator<Item = &'a str>) {
        self.0.update((parts.len() as u64).to_le_bytes());
        for part in parts {
            self.part(part);
        }
    }

    fn end(self) -> Fingerprint {
        use fmt::Write as _;
        let mut hex = String::new();
        for byte in self.0.finalize() {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        Fingerprint(hex)
    }
}

/// A command as it could be typed into a shell: one look tells where each word ends.
pub(in crate::config) fn shell_words(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    let quote = |word: &String| {
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}

/// Control and invisible characters made visible, quotes left as they are.
fn visible(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '\'' | '"' | '\\' => shown.push(c),
            c => shown.extend(c.escape_debug()),
        }
    }
    shown
}
