//! From what is written to what can be started: the program found, references read, the whole
//! environment of the server listed. Starts nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::check::Check;
use super::env::EnvSource;
use super::launch::Launch;
use super::member::Member;
use super::server::Server;
use super::telemetry::Telemetry;
use super::tools::Tools;
use super::value::{Name, Reference, Secret};

/// What every server is given of the user's environment, where it is set. All the rest is withheld.
const HANDED_ON: [&str; 26] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
    "CODEX_HOME",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// What every process that the room starts is given of the user's environment.
#[must_use]
pub fn common_environment(env: &EnvSource) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = HANDED_ON
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), env.get(name)?.to_owned())))
        .collect();
    all.entry("PATH".to_owned())
        .or_insert_with(|| env.path().to_owned());
    // Colours and cursor movements would be noise in a log.
    all.insert("TERM".to_owned(), "dumb".to_owned());
    all
}

/// A server that can be started or connected to.
#[derive(Clone, PartialEq, Eq)]
pub struct ResolvedServer {
    /// Process, address or a server of our own.
    pub reach: Reach,
    /// The whole environment of its process. Holds secrets: `Debug` shows the names only.
    pub env: BTreeMap<String, String>,
    /// Its working directory, absolute where the project's path is.
    pub cwd: PathBuf,
}

/// How a resolved server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// A child process; the first word is the path of a program that is there.
    Process {
        /// Program and arguments.
        command: Vec<String>,
    },
    /// An MCP server that speaks HTTP.
    Http {
        /// Its address.
        url: String,
        /// Its bearer token.
        bearer: Option<Secret>,
    },
    /// A server that ships inside this binary.
    BuiltIn {
        /// The address of the API behind it, if it has one.
        url: Option<String>,
        /// The key of that API.
        bearer: Option<Secret>,
    },
}

/// Why a server cannot be started as written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// There is no such program.
    #[error(
        "`{owner}` needs the program `{program}`, which is not {}; install it, or put its full \
         path into `command`", if program.contains('/') { "there" } else { "on PATH" }
    )]
    NoProgram {
        /// The member or server.
        owner: Name,
        /// The first word of its command.
        program: String,
    },
    /// A referenced variable is not set.
    #[error(
        "`{owner}` needs the environment variable {variable} (for `{key}`), which is not set; set \
         it, or write `optional = true` beside it"
    )]
    NoVariable {
        /// The member or server.
        owner: Name,
        /// What it is needed for.
        key: String,
        /// The variable.
        variable: String,
    },
    /// A referenced file cannot be read.
    #[error("`{owner}` cannot read {} (for `{key}`): {reason}", path.display())]
    NoFile {
        /// The member or server.
        owner: Name,
        /// What it is needed for.
        key: String,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The working directory is not there.
    #[error("`{owner}` is to work in {}, which is not a folder", cwd.display())]
    NoFolder {
        /// The member or server.
        owner: Name,
        /// The folder.
        cwd: PathBuf,
    },
    /// A path starts with `~/` and there is no home.
    #[error("`{owner}` names {}, and there is no home directory: HOME is not set", path.display())]
    NoHome {
        /// The member or server.
        owner: Name,
        /// The path as written.
        path: PathBuf,
    },
    /// Neither a command nor an address, and not built in.
    #[error("`{owner}` has neither `command` nor `url`")]
    Unreachable {
        /// The member or server.
        owner: Name,
    },
}

impl Member {
    /// What has to be started or connected to for this member.
    pub fn resolve(&self, env: &EnvSource, project: &Path) -> Result<ResolvedServer, ResolveError> {
        let owner = Owner {
            name: &self.name,
            env,
            project,
        };
        owner.resolve(&self.launch, self.adapter.is_built_in())
    }
}

impl Server {
    /// What has to be started or connected to for this server.
    pub fn resolve(&self, env: &EnvSource, project: &Path) -> Result<ResolvedServer, ResolveError> {
        let owner = Owner {
            name: &self.name,
            env,
            project,
        };
        owner.resolve(&self.launch, false)
    }
}

impl Check {
    /// What has to be run for this check.
    pub fn resolve(&self, env: &EnvSource, project: &Path) -> Result<ResolvedServer, ResolveError> {
        let owner = Owner {
            name: &self.name,
            env,
            project,
        };
        owner.resolve(&self.launch, false)
    }
}

impl Tools {
    /// What has to be started or connected to for these tools; nothing for those of the hub.
    pub fn resolve(
        &self,
        env: &EnvSource,
        project: &Path,
    ) -> Result<Option<ResolvedServer>, ResolveError> {
        let owner = Owner {
            name: &self.name,
            env,
            project,
        };
        let launch = self.launch();
        launch
            .map(|launch| owner.resolve(launch, false))
            .transpose()
    }
}

impl Telemetry {
    /// The headers with their values, those left out whose value is optional and absent.
    pub fn resolve_headers(
        &self,
        env: &EnvSource,
        project: &Path,
    ) -> Result<Vec<(String, Secret)>, ResolveError> {
        let name = &Name::new("telemetry").unwrap_or_else(Name::fallback);
        let owner = Owner { name, env, project };
        let read = |(key, value): (&String, &Reference)| {
            let value = owner.read(key, value).transpose()?;
            Some(value.map(|value| (key.clone(), value)))
        };
        self.headers.iter().filter_map(read).collect()
    }
}

/// Finds a program: a name with `/` is a path (relative to `cwd`), any other is looked for in the
/// folders of `path`, as the system itself does it.
#[must_use]
pub fn find_program(name: &str, path: &str, cwd: &Path) -> Option<PathBuf> {
    if name.contains('/') {
        let program = cwd.join(name);
        return is_program(&program).then_some(program);
    }
    // An empty or relative folder in PATH would mean "wherever we happen to be": skipped.
    std::env::split_paths(path)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join(name))
        .find(|program| !name.is_empty() && is_program(program))
}

fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Whose launch is being resolved, and against what.
#[derive(Clone, Copy)]
struct Owner<'a> {
    name: &'a Name,
    env: &'a EnvSource,
    project: &'a Path,
}

impl Owner<'_> {
    fn resolve(&self, launch: &Launch, built_in: bool) -> Result<ResolvedServer, ResolveError> {
        let cwd = match &launch.cwd {
            Some(cwd) => self.absolute(cwd)?,
            None => self.project.to_owned(),
        };
        if !cwd.is_dir() {
            let owner = self.name.clone();
            return Err(ResolveError::NoFolder { owner, cwd });
        }
        let env = self.environment(launch)?;
        let bearer = match &launch.bearer {
            Some(bearer) => self.read("bearer", bearer)?,
            None => None,
        };
        let url = launch.url.clone();
        let reach = match (launch.command.split_first(), url) {
            (Some((program, arguments)), _) => {
                let path = env
                    .get("PATH")
                    .map_or_else(|| self.env.path(), String::as_str);
                let found = find_program(program, path, &cwd);
                let found = found.ok_or_else(|| ResolveError::NoProgram {
                    owner: self.name.clone(),
                    program: program.clone(),
                })?;
                let mut command = vec![found.to_string_lossy().into_owned()];
                command.extend_from_slice(arguments);
                Reach::Process { command }
            }
            (None, url) if built_in => Reach::BuiltIn { url, bearer },
            (None, Some(url)) => Reach::Http { url, bearer },
            (None, None) => {
                return Err(ResolveError::Unreachable {
                    owner: self.name.clone(),
                });
            }
        };
        Ok(ResolvedServer { reach, env, cwd })
    }

    /// The whole environment: the few that every server needs, then what is configured.
    fn environment(&self, launch: &Launch) -> Result<BTreeMap<String, String>, ResolveError> {
        let mut all = common_environment(self.env);
        for (name, reference) in &launch.env {
            if let Some(value) = self.read(name, reference)? {
                all.insert(name.clone(), value.reveal().to_owned());
            }
        }
        Ok(all)
    }

    fn read(&self, key: &str, reference: &Reference) -> Result<Option<Secret>, ResolveError> {
        match reference {
            Reference::Plain(value) => Ok(Some(value.clone())),
            Reference::Env { name, optional } => match self.env.get(name) {
                Some(value) => Ok(Some(Secret::new(value))),
                None if *optional => Ok(None),
                None => Err(ResolveError::NoVariable {
                    owner: self.name.clone(),
                    key: key.to_owned(),
                    variable: name.clone(),
                }),
            },
            Reference::File { path, optional } => {
                let path = self.absolute(path)?;
                match read_secret(&path) {
                    Ok(value) => Ok(Some(value)),
                    Err(error) if *optional && error.kind() == std::io::ErrorKind::NotFound => {
                        Ok(None)
                    }
                    Err(error) => Err(ResolveError::NoFile {
                        owner: self.name.clone(),
                        key: key.to_owned(),
                        path,
                        reason: error.to_string(),
                    }),
                }
            }
        }
    }

    /// `~/x` is in the home, a relative path in the project.
    fn absolute(&self, path: &Path) -> Result<PathBuf, ResolveError> {
        match path.strip_prefix("~") {
            Ok(rest) => match self.env.home() {
                Some(home) => Ok(home.join(rest)),
                None => Err(ResolveError::NoHome {
                    owner: self.name.clone(),
                    path: path.to_owned(),
                }),
            },
            Err(_) => Ok(self.project.join(path)),
        }
    }
}

/// The content of a secret's file without the line end after it.
fn read_secret(path: &Path) -> std::io::Result<Secret> {
    const MOST: u64 = 64 * 1024;
    let invalid = |reason| std::io::Error::new(std::io::ErrorKind::InvalidData, reason);
    // Opening a pipe would wait for its writer.
    if !path.metadata()?.is_file() {
        return Err(invalid("it is not a regular file"));
    }
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    file.take(MOST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST {
        return Err(invalid("it is longer than 64 KiB"));
    }
    let text = text.trim_end_matches(['\r', '\n']);
    if text.contains('\0') {
        return Err(invalid("it holds a NUL byte"));
    }
    Ok(Secret::new(text))
}

impl fmt::Debug for ResolvedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.env.keys().map(String::as_str).collect();
        f.debug_struct("ResolvedServer")
            .field("reach", &self.reach)
            .field("env", &names)
            .field("cwd", &self.cwd)
            .finish()
    }
}

#[cfg(test)]
mod tests;
