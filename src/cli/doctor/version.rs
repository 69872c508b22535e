//! The version of a server and of what it runs on, told before it is started where that is possible.

use std::path::Path;
use std::time::Duration;

use crate::cli::doctor::drives::Surroundings;
use crate::cli::doctor::known::{
    CODEX_WAYS, Known, LAST_CODEX_WITH_SERVER, by_package, is_codex_without_server,
};
use crate::cli::doctor::package::{self, Package, Runtime};
use crate::cli::doctor::range::fits;
use crate::config::EnvSource;
use crate::config::discover;
use crate::core::{Aspect, Check, CheckState};

/// How long `--version` may take: a busy machine with a cold disk is no reason to know nothing.
const WITHIN: Duration = Duration::from_secs(15);

/// What is known of a command before it is started.
#[derive(Debug)]
pub(super) struct Command {
    /// Which server it is, if it is one that people use.
    pub(super) known: Option<&'static Known>,
    /// What was found out.
    pub(super) checks: Vec<Check>,
}

impl Command {
    /// Whether there is no use in starting it.
    pub(super) fn is_hopeless(&self) -> bool {
        self.checks
            .iter()
            .any(|check| check.state == CheckState::Failed)
    }
}

/// Looks at the files of a command, and runs `codex` and `node` with `--version` where it needs them.
pub(super) async fn of_command(command: &[String], around: Surroundings<'_>) -> Command {
    let package = package::of(command);
    let mut known = package
        .as_ref()
        .and_then(|package| by_package(&package.name));
    let mut checks = Vec::new();
    let program = command.first().map(String::as_str).unwrap_or_default();
    let is_codex = Path::new(program)
        .file_name()
        .is_some_and(|name| name == "codex");
    if is_codex {
        known = by_package("@openai/codex");
        let env = EnvSource::of_pairs(around.env.clone());
        let version = discover::version_within(Path::new(program), &env, WITHIN).await;
        checks.push(of_codex(version.as_deref()));
    } else if let Some(package) = &package {
        checks.push(of_package(package, known));
    }
    if let Some(package) = &package {
        checks.extend(runtime(&package.runtime, around).await);
    }
    Command { known, checks }
}

fn of_codex(version: Option<&str>) -> Check {
    match version {
        Some(version) if is_codex_without_server(version) => no_codex_server(version),
        Some(version) => Check::ok(Aspect::Version, format!("codex {version}")),
        None => Check::ok(
            Aspect::Version,
            format!("codex does not tell; up to {LAST_CODEX_WITH_SERVER} it is an MCP server"),
        ),
    }
}

/// What to say of a `codex` that takes `mcp-server` for a prompt.
pub(super) fn no_codex_server(version: &str) -> Check {
    Check::failed(
        Aspect::Version,
        format!(
            "codex {version} has no MCP server of its own: the last one with it is \
             {LAST_CODEX_WITH_SERVER}"
        ),
        CODEX_WAYS,
    )
}

fn of_package(package: &Package, known: Option<&Known>) -> Check {
    let name = &package.name;
    let Some(version) = &package.version else {
        return Check::ok(Aspect::Version, format!("{name}, the newest at each start"));
    };
    if name == "@openai/codex" && is_codex_without_server(version) {
        return no_codex_server(version);
    }
    match known {
        Some(known) if known.tried != version => Check::ok(
            Aspect::Version,
            format!("{name} {version}; tried with {}", known.tried),
        ),
        Some(_) | None => Check::ok(Aspect::Version, format!("{name} {version}")),
    }
}

async fn runtime(runtime: &Runtime, around: Surroundings<'_>) -> Option<Check> {
    match runtime {
        Runtime::Node { needs } => {
            let Some(node) = around.find("node") else {
                return Some(Check::failed(
                    Aspect::Runtime,
                    "`node` is not on the server's PATH",
                    "install Node 20 or later, or put its folder into the server's PATH",
                ));
            };
            let env = EnvSource::of_pairs(around.env.clone());
            let version = discover::version_within(&node, &env, WITHIN).await?;
            Some(judge("Node", &version, needs.as_deref()))
        }
        Runtime::Python { needs, has } => Some(judge("Python", has.as_deref()?, needs.as_deref())),
    }
}

fn judge(what: &str, version: &str, needs: Option<&str>) -> Check {
    match needs {
        Some(needs) if !fits(version, needs) => Check::failed(
            Aspect::Runtime,
            format!("{what} {version}, and the server needs {needs}"),
            format!("install {what} {needs} and put it first on the server's PATH"),
        ),
        Some(needs) => Check::ok(Aspect::Runtime, format!("{what} {version} (needs {needs})")),
        None => Check::ok(Aspect::Runtime, format!("{what} {version}")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    use super::{Command, of_command};
    use crate::cli::doctor::drives::Surroundings;
    use crate::config::script::script;
    use crate::core::{Aspect, CheckState};

    async fn looked(home: &Path, command: &[&str]) -> Command {
        let env = BTreeMap::from([("PATH".to_owned(), home.join("bin").display().to_string())]);
        let around = Surroundings {
            env: &env,
            cwd: home,
        };
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        of_command(&command, around).await
    }

    #[tokio::test]
    async fn a_codex_that_is_too_new_is_not_worth_a_start() {
        let home = tempfile::tempdir().unwrap();
        let codex = home.path().join("bin/codex");
        script(&codex, "echo codex-cli 0.169.0");
        let program = codex.display().to_string();
        let found = looked(home.path(), &[&program, "mcp-server"]).await;
        assert!(found.is_hopeless());
        assert!(found.checks[0].detail.contains("0.169.0 has no MCP server"));
        script(&codex, "echo codex-cli 0.153.4");
        let found = looked(home.path(), &[&program, "mcp-server"]).await;
        assert!(!found.is_hopeless());
        assert_eq!(found.checks[0].detail, "codex 0.153.4");
    }

    #[tokio::test]
    async fn an_old_node_is_seen_before_the_start() {
        let home = tempfile::tempdir().unwrap();
        let server = home.path().join("lib/server/index.js");
        script(&server, "");
        let manifest =
            "{\"name\":\"codex-mcp-server\",\"version\":\"1.5.0\",\"engines\":{\"node\":\">=18\"}}";
        fs::write(home.path().join("lib/server/package.json"), manifest).unwrap();
        let program = server.display().to_string();
        let runtime = |found: &Command| {
            let of_runtime = |check: &&crate::core::Check| check.aspect == Aspect::Runtime;
            found.checks.iter().find(of_runtime).unwrap().clone()
        };
        let found = looked(home.path(), &[&program]).await;
        assert!(runtime(&found).detail.contains("`node` is not on"));
        script(&home.path().join("bin/node"), "echo v16.20.2");
        let found = looked(home.path(), &[&program]).await;
        assert_eq!(runtime(&found).state, CheckState::Failed);
        script(&home.path().join("bin/node"), "echo v20.1.0");
        let found = looked(home.path(), &[&program]).await;
        assert_eq!(runtime(&found).state, CheckState::Ok);
        assert_eq!(
            found.checks[0].detail,
            "codex-mcp-server 1.5.0; tried with 1.4.10"
        );
        assert_eq!(found.known.unwrap().package, "codex-mcp-server");
    }
}
