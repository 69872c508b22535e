//! The configuration as a whole, and how its layers are put together.
//!
//! A single value and a rule of a kind are replaced one by one. An entry of
//! `[[member]]`, `[[server]]` or `[[tools]]` is replaced as a whole by one of the same name in a later layer,
//! so that nobody has to guess which half of a command came from where. Policies of a later layer
//! come after those of an earlier one.

mod opentelemetry;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::advice::Advice;
use super::analysis::Analysis;
use super::check::{Check, twice_claimed};
use super::conflict::Conflict;
use super::console::{Ascii, Console};
use super::effective::{Effective, Origins, Row, Values};
use super::env::EnvSource;
use super::handed;
use super::item::one_of;
use super::kind::Kind;
use super::lessons::Lessons;
use super::member::Member;
use super::memory::Memory;
use super::place::{Layer, Origin, Place, SourceFile};
use super::policy::Policy;
use super::problem::{ConfigError, Fault, Problem, shown};
use super::read::{Notes, Table, parse};
use super::room::{Hub, RoomSettings};
use super::routing::Routing;
use super::sampling::Sampling;
use super::server::Server;
use super::telemetry::Telemetry;
use super::tools::Tools;
use super::value::Name;

/// The project's file, in the project's folder.
pub const PROJECT_FILE: &str = "synod.toml";

/// Longer files are refused: nobody writes a megabyte of configuration.
const MOST_BYTES: u64 = 1024 * 1024;

/// What a room is started with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// `[room]`
    pub room: RoomSettings,
    /// `[[member]]`
    pub members: Vec<Member>,
    /// `[[server]]`
    pub servers: Vec<Server>,
    /// `[[tools]]`
    pub tools: Vec<Tools>,
    /// `[kind.NAME]`, by name
    pub kinds: Vec<Kind>,
    /// `[check.NAME]`, by name
    pub checks: Vec<Check>,
    /// `[routing]`
    pub routing: Routing,
    /// `[analysis]`
    pub analysis: Analysis,
    /// `[advice]`
    pub advice: Advice,
    /// `[conflict]`
    pub conflict: Conflict,
    /// `[lessons]`
    pub lessons: Lessons,
    /// `[memory]`
    pub memory: Memory,
    /// `[telemetry]`
    pub telemetry: Telemetry,
    /// `[[policy]]`, the user's first.
    pub policies: Vec<Policy>,
    /// `[ui]`
    pub ui: Console,
}

/// What the command line sets; absent means not set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// `--hub`
    pub hub: Option<Hub>,
    /// `--theme`
    pub theme: Option<String>,
    /// `--no-alt-screen`
    pub no_alt_screen: bool,
    /// `--linear`
    pub linear: bool,
    /// `--ascii`
    pub ascii: bool,
    /// `--budget-tokens`
    pub budget_tokens: Option<u64>,
    /// `--budget-usd`
    pub budget_usd: Option<f64>,
}

/// A configuration with the origins of its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Where its values came from.
    pub origins: Origins,
    /// The files that were there and were read, weakest layer first.
    pub files: Vec<PathBuf>,
}

/// Reads all layers. Absent files are fine; every other problem of every layer is reported at once.
///
/// The variables are `SYNOD_HUB`, `SYNOD_THEME`, `SYNOD_BUDGET_TOKENS`, `SYNOD_BUDGET_USD`, as everywhere
/// `NO_COLOR`, and with the feature `otel` those of OpenTelemetry.
pub fn load(
    env: &EnvSource,
    project_dir: &Path,
    overrides: &Overrides,
) -> Result<Loaded, ConfigError> {
    let user = env.config_dir().map(|dir| dir.join("config.toml"));
    let project = project_dir.join(PROJECT_FILE);
    let mut builder = Builder::default();
    let layers = [(Layer::User, user), (Layer::Project, Some(project))];
    for (layer, path) in layers {
        let Some(path) = path else { continue };
        if let Some(text) = read_file(&path)? {
            builder.apply_file(&SourceFile::new(layer, path.clone(), text));
            builder.files.push(path);
        }
    }
    builder.apply_environment(env);
    builder.apply_overrides(overrides);
    builder.finish()
}

impl Loaded {
    /// Every value in force with the layer it came from.
    #[must_use]
    pub fn effective(&self) -> Effective {
        let config = &self.config;
        let sections = [
            config.room.values(),
            config.routing.values(),
            config.analysis.values(),
            config.advice.values(),
            config.conflict.values(),
            config.lessons.values(),
            config.memory.values(),
            config.telemetry.values(),
            config.ui.values(),
        ];
        let kinds = config.kinds.iter().map(Kind::values);
        let checks = config.checks.iter().map(Check::values);
        let members = config.members.iter().map(Member::values);
        let servers = config.servers.iter().map(Server::values);
        let tools = config.tools.iter().map(Tools::values);
        let values: Values = sections
            .into_iter()
            .chain(kinds)
            .chain(checks)
            .chain(members)
            .chain(servers)
            .chain(tools)
            .flatten()
            .collect();
        let mut rows: Vec<Row> = values
            .into_iter()
            .map(|(path, value)| {
                let origin = self.origins.of(&path);
                Row {
                    path,
                    value,
                    origin,
                }
            })
            .collect();
        for (policy, index) in config.policies.iter().zip(1..) {
            rows.push(Row {
                path: format!("policy.{index}"),
                value: policy.described(),
                origin: policy.origin.clone(),
            });
        }
        Effective { rows }
    }
}

#[derive(Default)]
struct Builder {
    config: Config,
    files: Vec<PathBuf>,
    notes: Notes,
}

impl Builder {
    fn apply_file(&mut self, file: &SourceFile) {
        let Some(parsed) = parse(file, &mut self.notes.problems) else {
            return;
        };
        let config = &mut self.config;
        let mut top = Table::of_file(parsed.get_ref(), file, &mut self.notes);
        top.table("room", |table| config.room.apply(table));
        // Before what is set for kinds.
        let kinds = top.table("kind", Kind::read_all).unwrap_or_default();
        top.know_kinds(kinds.iter().map(|kind| kind.name.clone()));
        for kind in kinds {
            replace(&mut config.kinds, kind, |a, b| a.name == b.name);
        }
        config.kinds.sort_by(|a, b| a.name.cmp(&b.name));
        let checks = top.table("check", Check::read_all).unwrap_or_default();
        for check in checks {
            replace(&mut config.checks, check, |a, b| a.name == b.name);
        }
        config
            .checks
            .sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
        let members = top.tables("member", Member::read);
        let servers = top.tables("server", Server::read);
        let tools = top.tables("tools", Tools::read);
        top.table("routing", |table| config.routing.apply(table));
        top.table("analysis", |table| config.analysis.apply(table));
        top.table("advice", |table| config.advice.apply(table));
        top.table("conflict", |table| config.conflict.apply(table));
        top.table("lessons", |table| config.lessons.apply(table));
        top.table("memory", |table| config.memory.apply(table));
        top.table("telemetry", |table| config.telemetry.apply(table));
        let policies = top.tables("policy", Policy::read);
        top.table("ui", |table| config.ui.apply(table));
        top.finish();
        // All of them share one name space: they are called by name on the same screens.
        let named = members.iter().map(|it| (&it.name, &it.origin));
        let named = named.chain(servers.iter().map(|it| (&it.name, &it.origin)));
        let named = named.chain(tools.iter().map(|it| (&it.name, &it.origin)));
        self.notes.problems.extend(duplicates(named));
        for member in members {
            self.config.servers.retain(|it| it.name != member.name);
            self.config.tools.retain(|it| it.name != member.name);
            replace(&mut self.config.members, member, |a, b| a.name == b.name);
        }
        for server in servers {
            self.config.members.retain(|it| it.name != server.name);
            self.config.tools.retain(|it| it.name != server.name);
            replace(&mut self.config.servers, server, |a, b| a.name == b.name);
        }
        for one in tools {
            self.config.members.retain(|it| it.name != one.name);
            self.config.servers.retain(|it| it.name != one.name);
            replace(&mut self.config.tools, one, |a, b| a.name == b.name);
        }
        self.config.policies.extend(policies);
    }

    fn apply_environment(&mut self, env: &EnvSource) {
        self.variable(env, "SYNOD_HUB", "room.hub", hub, |config, hub| {
            config.room.hub = hub;
        });
        let theme = |text: &str| Ok(text.to_owned());
        self.variable(env, "SYNOD_THEME", "ui.theme", theme, |config, theme| {
            config.ui.theme = theme;
        });
        // The convention of https://no-color.org: any value that is not empty.
        self.variable(
            env,
            "NO_COLOR",
            "ui.color",
            |_| Ok(()),
            |config, ()| {
                config.ui.color = false;
            },
        );
        let (tokens, usd) = ("room.budget.tokens", "room.budget.usd");
        self.variable(
            env,
            "SYNOD_BUDGET_TOKENS",
            tokens,
            whole,
            |config, limit| {
                config.room.budget.tokens = Some(limit);
            },
        );
        self.variable(env, "SYNOD_BUDGET_USD", usd, money, |config, limit| {
            config.room.budget.usd = Some(limit);
        });
        // They are set for other programs too: who sends nothing has nothing to say about them.
        if cfg!(feature = "otel") {
            self.apply_telemetry(env);
        }
    }

    fn variable<T>(
        &mut self,
        env: &EnvSource,
        name: &'static str,
        path: &str,
        convert: impl FnOnce(&str) -> Result<T, String>,
        set: impl FnOnce(&mut Config, T),
    ) {
        let Some(text) = env.get(name) else { return };
        let place = Place::Variable(name);
        match convert(text) {
            Ok(value) => {
                set(&mut self.config, value);
                let layer = Layer::Environment;
                self.notes.origins.record(path, Origin { layer, place });
            }
            Err(allowed) => {
                let fault = Fault::BadValue {
                    key: name.to_owned(),
                    found: format!("\"{}\"", shown(text)),
                    allowed,
                };
                self.notes.problems.push(Problem::new(place, fault));
            }
        }
    }

    fn apply_overrides(&mut self, overrides: &Overrides) {
        let Overrides {
            hub,
            theme,
            no_alt_screen,
            linear,
            ascii,
            budget_tokens,
            budget_usd,
        } = overrides.clone();
        let config = &mut self.config;
        let mut set = Vec::new();
        if let Some(hub) = hub {
            config.room.hub = hub;
            set.push(("room.hub", "--hub"));
        }
        if let Some(theme) = theme {
            config.ui.theme = theme;
            set.push(("ui.theme", "--theme"));
        }
        if no_alt_screen {
            config.ui.shown.alt_screen = false;
            set.push(("ui.alt_screen", "--no-alt-screen"));
        }
        if linear {
            config.ui.shown.linear = true;
            set.push(("ui.linear", "--linear"));
        }
        if ascii {
            config.ui.shown.ascii = Ascii::Only;
            set.push(("ui.ascii", "--ascii"));
        }
        if let Some(tokens) = budget_tokens {
            config.room.budget.tokens = Some(tokens);
            set.push(("room.budget.tokens", "--budget-tokens"));
        }
        if let Some(usd) = budget_usd {
            config.room.budget.usd = Some(usd);
            set.push(("room.budget.usd", "--budget-usd"));
        }
        for (path, flag) in set {
            let (layer, place) = (Layer::Flag, Place::Flag(flag));
            self.notes.origins.record(path, Origin { layer, place });
        }
    }

    fn finish(mut self) -> Result<Loaded, ConfigError> {
        let strangers: Vec<Problem> = self.strangers().collect();
        self.notes.problems.extend(strangers);
        let refused = handed::problems(&self.config);
        self.notes.problems.extend(refused);
        let claims = twice_claimed(&self.config.checks);
        self.notes.problems.extend(claims);
        if self.notes.problems.is_empty() {
            Ok(Loaded {
                config: self.config,
                origins: self.notes.origins,
                files: self.files,
            })
        } else {
            Err(ConfigError::Invalid(self.notes.problems))
        }
    }

    /// Names of members that nobody configured, where one is needed: typing errors with
    /// consequences.
    fn strangers(&self) -> impl Iterator<Item = Problem> {
        let members = &self.config.members;
        let policies = self.config.policies.iter();
        let in_policies = policies.filter_map(|policy| {
            let name = policy.member.as_ref()?;
            Some(("member", name, None, &policy.origin))
        });
        let in_members = members.iter().filter_map(|member| match &member.sampling {
            Sampling::Member(name) => Some(("sampling", name, Some(&member.name), &member.origin)),
            Sampling::Refuse | Sampling::Ask => None,
        });
        let in_tools = self.config.tools.iter().flat_map(|one| {
            let names = one.members.iter().flatten();
            names.map(|name| ("members", name, None, &one.origin))
        });
        let in_memory = self.config.memory.digest.iter();
        let in_memory = in_memory.map(|(name, origin)| ("digest", name, None, origin));
        let in_analysis = self.config.analysis.by.iter();
        let in_analysis = in_analysis.map(|(name, origin)| ("by", name, None, origin));
        let in_conflicts = self.config.conflict.named();
        let in_conflicts = in_conflicts.map(|(key, (name, origin))| (key, name, None, origin));
        let named = in_policies
            .chain(in_members)
            .chain(in_tools)
            .chain(in_memory)
            .chain(in_analysis)
            .chain(in_conflicts);
        named.filter_map(move |(key, name, but, origin)| {
            let names = members.iter().map(|it| &it.name);
            let names: Vec<&Name> = names.filter(|it| Some(*it) != but).collect();
            if names.contains(&name) {
                return None;
            }
            let names: Vec<&str> = names.into_iter().map(Name::as_str).collect();
            let other = if but.is_some() { "another" } else { "a" };
            let fault = Fault::BadValue {
                key: key.to_owned(),
                found: format!("\"{name}\""),
                allowed: format!("the name of {other} [[member]]: {}", one_of(&names)),
            };
            Some(Problem::new(origin.place.clone(), fault))
        })
    }
}

fn replace<T>(all: &mut Vec<T>, new: T, same: impl Fn(&T, &T) -> bool) {
    match all.iter_mut().find(|old| same(old, &new)) {
        Some(old) => *old = new,
        None => all.push(new),
    }
}

fn duplicates<'a>(named: impl Iterator<Item = (&'a Name, &'a Origin)>) -> Vec<Problem> {
    let mut seen: Vec<(&Name, &Origin)> = Vec::new();
    let mut problems = Vec::new();
    for (name, origin) in named {
        match seen.iter().find(|(other, _)| *other == name) {
            Some((_, first)) => {
                let fault = Fault::Duplicate {
                    name: name.to_string(),
                    first: first.place.clone(),
                };
                problems.push(Problem::new(origin.place.clone(), fault));
            }
            None => seen.push((name, origin)),
        }
    }
    problems
}

fn hub(text: &str) -> Result<Hub, String> {
    let words = Hub::WORDS;
    let found = words.iter().find(|(word, _)| *word == text);
    found
        .map(|(_, hub)| *hub)
        .ok_or_else(|| one_of(&words.map(|(word, _)| word)))
}

fn whole(text: &str) -> Result<u64, String> {
    let number = text.replace('_', "").parse().ok();
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| "a whole number of at least 1".to_owned())
}

fn money(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    number
        .filter(|number| number.is_finite() && *number >= 0.0)
        .ok_or_else(|| "a number of at least 0".to_owned())
}

/// The text of a file, `None` where there is no file.
pub(super) fn read_file(path: &Path) -> Result<Option<String>, ConfigError> {
    let unreadable = |reason: String| ConfigError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    // Opening a pipe would wait for its writer, and a device is read without end.
    match path.metadata() {
        Ok(meta) if meta.is_file() => {}
        Ok(_) => return Err(unreadable("it is not a regular file".to_owned())),
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(unreadable(error.to_string())),
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unreadable("it is longer than 1 MiB".to_owned()));
    }
    let text = String::from_utf8(bytes);
    text.map(Some)
        .map_err(|error| unreadable(format!("it is not UTF-8 text ({})", error.utf8_error())))
}

/// Whether an error says that there is simply no such file.
fn is_absent(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    let kind = error.kind();
    kind == NotFound || kind == NotADirectory
}

#[cfg(test)]
mod tests;
