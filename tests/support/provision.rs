//! The real servers, installed once per user from the ordinary registries.
//!
//! They live in `$XDG_CACHE_HOME/synod/servers/<name>-<version>/` (`~/.cache` by default). A file
//! lock lets one test install while others wait; a marker written last tells a whole installation
//! from a torn one, which is made anew. (Not a rename: a Python environment knows its own path.)
//!
//! Without Node or Python, or without a registry, the reason is printed and the test passes over
//! its subject; under `CI=true` that is a failure.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const CODEX_WITH_SERVER: &str = "0.153.4";
const CODEX_LATEST: &str = "0.169.0";
const CODEX_MCP_SERVER: &str = "1.4.10";
const GEMINI_MCP_TOOL: &str = "1.1.8";
const GEMINI_CLI: &str = "0.61.0";
const CLAUDE_CODE_MCP: &str = "1.10.12";
const CLAUDE_CODE: &str = "2.1.197";
const PAL: &str = "11.8.2";
const EVERYTHING: &str = "2026.8.31";
/// Made with an SDK that knows no protocol but the first, 2024-11-05.
const EVERYTHING_OF_2024: &str = "0.6.2";
const SERENA: &str = "2.1.0";
const CONFORMANCE: &str = "0.1.16";
/// The suite needs Node 22 or newer, whatever the machine has.
const NODE: &str = "22.23.3";
const SEQUENTIAL_THINKING: &str = "2026.8.31";
const OPENCODE: &str = "1.18.33";
const CLAUDE_AGENT_ACP: &str = "0.23.1";
const CODEX_ACP: &str = "0.16.0";
const COMPLETE: &str = ".complete";

/// A server and the command line program that it calls.
#[derive(Debug, Clone)]
pub(crate) struct Driven {
    /// The server.
    pub(crate) server: PathBuf,
    /// The folder to put first on PATH, in which the program is.
    pub(crate) bin: PathBuf,
}

/// `codex` that still has the word `mcp-server`; `None` when skipped.
pub(crate) fn codex_with_mcp_server() -> Option<PathBuf> {
    let package = format!("@openai/codex@{CODEX_WITH_SERVER}");
    let home = npm(&format!("codex-{CODEX_WITH_SERVER}"), &[&package])?;
    Some(home.join("node_modules/.bin/codex"))
}

/// `codex-mcp-server` beside the latest codex; `None` when skipped.
pub(crate) fn codex_mcp_server() -> Option<Driven> {
    driven(
        "codex-mcp-server",
        &format!("codex-mcp-server-{CODEX_MCP_SERVER}-codex-{CODEX_LATEST}"),
        [
            &format!("codex-mcp-server@{CODEX_MCP_SERVER}"),
            &format!("@openai/codex@{CODEX_LATEST}"),
        ],
    )
}

/// `gemini-mcp` of `gemini-mcp-tool` beside the Gemini CLI; `None` when skipped.
pub(crate) fn gemini_mcp_tool() -> Option<Driven> {
    driven(
        "gemini-mcp",
        &format!("gemini-mcp-tool-{GEMINI_MCP_TOOL}-gemini-cli-{GEMINI_CLI}"),
        [
            &format!("gemini-mcp-tool@{GEMINI_MCP_TOOL}"),
            &format!("@google/gemini-cli@{GEMINI_CLI}"),
        ],
    )
}

/// `gemini` itself, out of the same installation; `None` when skipped.
pub(crate) fn gemini_cli() -> Option<PathBuf> {
    Some(gemini_mcp_tool()?.bin.join("gemini"))
}

/// `claude-code-mcp` beside Claude Code; `None` when skipped.
pub(crate) fn claude_code_mcp() -> Option<Driven> {
    driven(
        "claude-code-mcp",
        &format!("claude-code-mcp-{CLAUDE_CODE_MCP}-claude-code-{CLAUDE_CODE}"),
        [
            &format!("@steipete/claude-code-mcp@{CLAUDE_CODE_MCP}"),
            &format!("@anthropic-ai/claude-code@{CLAUDE_CODE}"),
        ],
    )
}

fn driven(server: &str, name: &str, packages: [&str; 2]) -> Option<Driven> {
    let bin = npm(name, &packages)?.join("node_modules/.bin");
    Some(Driven {
        server: bin.join(server),
        bin,
    })
}

/// `mcp-server-everything`; `None` when skipped.
pub(crate) fn everything() -> Option<PathBuf> {
    everything_at(EVERYTHING)
}

/// The same server when there was only one version of the protocol; `None` when skipped.
pub(crate) fn everything_of_2024() -> Option<PathBuf> {
    everything_at(EVERYTHING_OF_2024)
}

fn everything_at(version: &str) -> Option<PathBuf> {
    let package = format!("@modelcontextprotocol/server-everything@{version}");
    let home = npm(&format!("server-everything-{version}"), &[&package])?;
    Some(home.join("node_modules/.bin/mcp-server-everything"))
}

/// `pal-mcp-server`; `None` when skipped.
pub(crate) fn pal() -> Option<PathBuf> {
    let home = installed(&format!("pal-mcp-server-{PAL}"), |home| {
        environment(home, &format!("pal-mcp-server=={PAL}"))
    })?;
    Some(home.join("bin/pal-mcp-server"))
}

/// The sequential-thinking server; `None` when skipped.
pub(crate) fn sequential_thinking() -> Option<PathBuf> {
    let package = format!("@modelcontextprotocol/server-sequential-thinking@{SEQUENTIAL_THINKING}");
    let name = format!("server-sequential-thinking-{SEQUENTIAL_THINKING}");
    let home = npm(&name, &[&package])?;
    Some(home.join("node_modules/.bin/mcp-server-sequential-thinking"))
}

/// `opencode`; `None` when skipped.
pub(crate) fn opencode() -> Option<PathBuf> {
    let package = format!("opencode-ai@{OPENCODE}");
    let home = npm(&format!("opencode-{OPENCODE}"), &[&package])?;
    Some(home.join("node_modules/.bin/opencode"))
}

/// `claude-agent-acp`, which brings a Claude Code of its own; `None` when skipped.
pub(crate) fn claude_agent_acp() -> Option<PathBuf> {
    let package = format!("@zed-industries/claude-agent-acp@{CLAUDE_AGENT_ACP}");
    let home = npm(&format!("claude-agent-acp-{CLAUDE_AGENT_ACP}"), &[&package])?;
    Some(home.join("node_modules/.bin/claude-agent-acp"))
}

/// `codex-acp`, which has Codex built in; `None` when skipped.
///
/// It is the program of the machine's own package: the script before it leaves that behind when it is ended.
pub(crate) fn codex_acp() -> Option<PathBuf> {
    let package = format!("@zed-industries/codex-acp@{CODEX_ACP}");
    let home = npm(&format!("codex-acp-{CODEX_ACP}"), &[&package])?;
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let native = format!("node_modules/@zed-industries/codex-acp-{system}-{machine}");
    Some(home.join(native).join("bin/codex-acp"))
}

/// `serena`; `None` when skipped.
pub(crate) fn serena() -> Option<PathBuf> {
    let home = installed(&format!("serena-{SERENA}"), |home| {
        environment(home, &format!("serena-agent=={SERENA}"))
    })?;
    Some(home.join("bin/serena"))
}

/// The conformance suite, and the Node that can run it.
#[derive(Debug, Clone)]
pub(crate) struct Conformance {
    /// Node 22.
    pub(crate) node: PathBuf,
    /// The suite's script.
    pub(crate) suite: PathBuf,
}

/// `@modelcontextprotocol/conformance` with a Node of its own; `None` when skipped.
pub(crate) fn conformance() -> Option<Conformance> {
    let suite = format!("@modelcontextprotocol/conformance@{CONFORMANCE}");
    let node = format!("node@{NODE}");
    let name = format!("conformance-{CONFORMANCE}-node-{NODE}");
    let modules = npm(&name, &[&suite, &node])?.join("node_modules");
    Some(Conformance {
        node: modules.join(".bin/node"),
        suite: modules.join("@modelcontextprotocol/conformance/dist/index.js"),
    })
}

fn npm(name: &str, packages: &[&str]) -> Option<PathBuf> {
    installed(name, |home| {
        // npm takes the nearest folder with a package.json for its own.
        fs::write(home.join("package.json"), "{\"private\":true}").map_err(|e| e.to_string())?;
        run(Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--no-save"])
            .args(packages)
            .current_dir(home))
        .map_err(|why| format!("Node with npm is needed: {why}"))
    })
}

/// A Python environment with one package in it.
fn environment(home: &Path, package: &str) -> Result<(), String> {
    run(Command::new(python()?).arg("-m").arg("venv").arg(home))?;
    run(Command::new(home.join("bin/pip")).args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        package,
    ]))
}

/// A Python that Serena accepts.
fn python() -> Result<&'static str, String> {
    let check = "import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))";
    for name in ["python3", "python3.13", "python3.12", "python3.11"] {
        if run(Command::new(name).args(["-c", check])).is_ok() {
            return Ok(name);
        }
    }
    Err("Python 3.11 to 3.14 with venv is needed".to_owned())
}

/// The folder `name` in the cache, filled by `install` unless it already was.
fn installed(name: &str, install: impl FnOnce(&Path) -> Result<(), String>) -> Option<PathBuf> {
    let outcome = cache().and_then(|cache| {
        fs::create_dir_all(&cache).map_err(|error| error.to_string())?;
        let lock = File::create(cache.join(format!("{name}.lock"))).map_err(|e| e.to_string())?;
        lock.lock().map_err(|error| error.to_string())?;
        let home = cache.join(name);
        if home.join(COMPLETE).exists() {
            return Ok(home);
        }
        if home.exists() {
            fs::remove_dir_all(&home).map_err(|error| error.to_string())?;
        }
        fs::create_dir_all(&home).map_err(|error| error.to_string())?;
        say(&format!("installing {name} into {}", home.display()));
        install(&home)?;
        File::create(home.join(COMPLETE)).map_err(|error| error.to_string())?;
        Ok(home)
    });
    match outcome {
        Ok(home) => Some(home),
        Err(why) => {
            assert!(
                variable("CI").as_deref() != Some("true"),
                "{name} could not be installed, and under CI=true nothing is skipped: {why}"
            );
            say(&format!("SKIPPED {name}: {why}"));
            None
        }
    }
}

fn cache() -> Result<PathBuf, String> {
    let base = variable("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .ok_or("there is neither XDG_CACHE_HOME nor HOME")?;
    Ok(base.join("synod/servers"))
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().display().to_string();
    let output = command
        .output()
        .map_err(|error| format!("cannot run {program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.lines().rev().take(5).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    Err(format!(
        "{program}: {}; {}",
        output.status,
        last.join(" | ")
    ))
}

/// Past the capture of the test harness, which hides what a passing test prints.
fn say(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

#[expect(
    clippy::disallowed_methods,
    reason = "the cache belongs to the user who runs the tests"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
