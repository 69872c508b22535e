//! Known programs on PATH, and their versions when the caller wants them run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;

use super::{Found, FoundIn, Role, name_like};
use crate::config::adapter::Adapter;
use crate::config::env::EnvSource;
use crate::config::launch::Launch;
use crate::config::problem::shown;
use crate::config::resolve::find_program;
use crate::config::server::ServerAdapter;
use crate::config::value::{Reference, Secret};

/// Whether the programs found may be run with `--version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// Run them, 3 seconds each at most.
    Ask,
    /// Start nothing.
    Leave,
}

/// The sequential-thinking server as npm installs it. It takes no `--version`: it would begin to serve.
const THINKING: &str = "mcp-server-sequential-thinking";
/// The programs whose version is asked for.
const VERSIONED: [&str; 5] = ["codex", "gemini", "claude", "opencode", "serena"];
/// How long `--version` may take: the slowest real one is a Node program on a cold disk.
const VERSION_DEADLINE: Duration = Duration::from_secs(3);

/// The known programs that are on PATH.
pub async fn programs(env: &EnvSource, versions: Versions) -> Vec<Found> {
    let mut found = Vec::new();
    let bridges = BRIDGES.iter().map(|bridge| bridge.server);
    let known = ["codex", "gemini", "claude", "opencode"]
        .into_iter()
        .chain(["claude-agent-acp", "codex-acp"])
        .chain(bridges)
        .chain(["pal-mcp-server", "serena", THINKING]);
    for program in known {
        let Some(path) = locate(program, env) else {
            continue;
        };
        // Servers are left alone: no decision depends on their versions, and some take the word for
        // nothing and start.
        let version = match versions {
            Versions::Ask if VERSIONED.contains(&program) => version(&path, env).await,
            Versions::Ask | Versions::Leave => None,
        };
        let (role, arguments, note) = judge(program, version.as_deref(), env);
        let command = std::iter::once(program).chain(arguments.iter().copied());
        let bridge = BRIDGES.iter().find(|bridge| bridge.server == program);
        let agent = AGENTS.iter().find(|agent| agent.program == program);
        found.push(Found {
            what: match &version {
                Some(version) => format!("{program} {version}"),
                None => program.to_owned(),
            },
            origin: FoundIn::Program(path),
            name: name_like(match (bridge, agent) {
                (Some(bridge), _) => bridge.drives,
                (None, Some(agent)) => agent.is,
                (None, None) if program == "pal-mcp-server" => "pal",
                (None, None) if program == THINKING => "thinking",
                (None, None) => program,
            }),
            role,
            launch: Launch {
                command: command.map(str::to_owned).collect(),
                env: variables(program),
                ..Launch::default()
            },
            models: Vec::new(),
            note,
        });
    }
    found
}

/// An MCP server that drives a command line program.
struct Bridge {
    server: &'static str,
    /// The npm package of the agent that is the same program with live sessions.
    agent_package: &'static str,
    adapter: Adapter,
    /// The program.
    drives: &'static str,
    /// The program's npm package.
    driven_package: &'static str,
    /// What else is to be known of it.
    note: Option<&'static str>,
}

const BRIDGES: [Bridge; 3] = [
    Bridge {
        server: "codex-mcp-server",
        agent_package: "@zed-industries/codex-acp",
        adapter: Adapter::CodexMcpServer,
        drives: "codex",
        driven_package: "@openai/codex",
        note: None,
    },
    Bridge {
        server: "gemini-mcp",
        agent_package: "@google/gemini-cli",
        adapter: Adapter::Gemini,
        drives: "gemini",
        driven_package: "@google/gemini-cli",
        note: Some(
            "the Gemini CLI is told to trust this folder, so the folder's own .gemini settings \
             take effect",
        ),
    },
    Bridge {
        server: "claude-code-mcp",
        agent_package: "@zed-industries/claude-agent-acp",
        adapter: Adapter::Claude,
        drives: "claude",
        driven_package: "@anthropic-ai/claude-code",
        note: None,
    },
];

/// A program that is an agent, which speaks the Agent Client Protocol.
struct AgentProgram {
    program: &'static str,
    /// What makes it speak.
    arguments: &'static [&'static str],
    adapter: Adapter,
    /// The command line program that is the same agent.
    is: &'static str,
    note: Option<&'static str>,
}

const AGENTS: [AgentProgram; 4] = [
    AgentProgram {
        program: "gemini",
        arguments: &["--acp"],
        adapter: Adapter::GeminiAcp,
        is: "gemini",
        note: Some(
            "the Gemini CLI is told to trust this folder, so the folder's own .gemini settings \
             take effect",
        ),
    },
    AgentProgram {
        program: "claude-agent-acp",
        arguments: &[],
        adapter: Adapter::ClaudeAcp,
        is: "claude",
        note: None,
    },
    AgentProgram {
        program: "codex-acp",
        arguments: &[],
        adapter: Adapter::CodexAcp,
        is: "codex",
        note: None,
    },
    AgentProgram {
        program: "opencode",
        arguments: &["acp"],
        adapter: Adapter::Opencode,
        is: "opencode",
        note: None,
    },
];

/// The agent on PATH that is the same as a program, or as what a server drives.
fn agent_for(driven: &str, env: &EnvSource) -> Option<&'static AgentProgram> {
    let mut agents = AGENTS.iter();
    agents.find(|agent| agent.is == driven && locate(agent.program, env).is_some())
}

/// What a program is good for: its role, the arguments that make it a server, a note.
fn judge(
    program: &str,
    version: Option<&str>,
    env: &EnvSource,
) -> (Role, &'static [&'static str], Option<String>) {
    if let Some(agent) = AGENTS.iter().find(|agent| agent.program == program) {
        let note = agent.note.map(str::to_owned);
        return (Role::Member(agent.adapter), agent.arguments, note);
    }
    let driven = BRIDGES
        .iter()
        .find(|bridge| bridge.server == program || bridge.drives == program);
    if let Some(agent) = driven.and_then(|bridge| agent_for(bridge.drives, env)) {
        let note = format!("{} is the same as a live session", agent.program);
        return (Role::NotYet, &[], Some(note));
    }
    if let Some(bridge) = BRIDGES.iter().find(|bridge| bridge.server == program) {
        let missing = locate(bridge.drives, env).is_none().then(|| {
            format!(
                "it drives the `{}` command, which is not on PATH: install it with `npm install -g {}`",
                bridge.drives, bridge.driven_package
            )
        });
        let told = [bridge.adapter.warning(), bridge.note]
            .into_iter()
            .flatten();
        let notes: Vec<String> = missing.into_iter().chain(told.map(str::to_owned)).collect();
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        return (Role::Member(bridge.adapter), &[], note);
    }
    if let Some(bridge) = BRIDGES.iter().find(|bridge| bridge.drives == program) {
        let has_bridge = locate(bridge.server, env).is_some();
        if program == "codex" {
            return judge_codex(version, has_bridge);
        }
        let note = if has_bridge {
            format!("driven by {}, which is installed", bridge.server)
        } else {
            let package = bridge.agent_package;
            format!("`npm install -g {package}` brings the agent that is it, with live sessions")
        };
        return (Role::NotYet, &[], Some(note));
    }
    match program {
        "pal-mcp-server" => (Role::Member(Adapter::Pal), &[], None),
        "serena" => (Role::Hub, &["start-mcp-server"], None),
        THINKING => (Role::Tools(ServerAdapter::SequentialThinking), &[], None),
        _ => (Role::NotYet, &[], None),
    }
}

/// What a server is told that was found on PATH: keys that are set, by reference, and what its
/// program cannot work without.
fn variables(program: &str) -> BTreeMap<String, Reference> {
    let keys: &[&str] = match program {
        "gemini" | "gemini-mcp" => &["GEMINI_API_KEY"],
        "claude-agent-acp" | "claude-code-mcp" => &["ANTHROPIC_API_KEY"],
        "codex-acp" => &["CODEX_API_KEY", "OPENAI_API_KEY"],
        "opencode" => &["ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY"],
        "pal-mcp-server" => &[
            "GEMINI_API_KEY",
            "OPENAI_API_KEY",
            "OPENROUTER_API_KEY",
            "XAI_API_KEY",
            "CUSTOM_API_URL",
            "CUSTOM_API_KEY",
            "DEFAULT_MODEL",
        ],
        _ => &[],
    };
    let optional = |name: &&str| {
        let reference = Reference::Env {
            name: (*name).to_owned(),
            optional: true,
        };
        ((*name).to_owned(), reference)
    };
    let mut all: BTreeMap<String, Reference> = keys.iter().map(optional).collect();
    if ["gemini", "gemini-mcp"].contains(&program) {
        // Without a terminal the Gemini CLI works in no folder that it does not trust.
        let trust = Reference::Plain(Secret::new("true"));
        all.insert("GEMINI_CLI_TRUST_WORKSPACE".to_owned(), trust);
    }
    all
}

/// `codex mcp-server` is part of codex up to 0.153; a newer codex takes the word for a prompt.
fn judge_codex(
    version: Option<&str>,
    has_bridge: bool,
) -> (Role, &'static [&'static str], Option<String>) {
    const ARGUMENTS: &[&str] = &["mcp-server"];
    match version.map(|text| (text, numbers(text))) {
        Some((_, Some((0, minor)))) if minor <= 153 => {
            (Role::Member(Adapter::Codex), ARGUMENTS, None)
        }
        Some((text, Some(_))) => {
            let way = if has_bridge {
                "codex-mcp-server, which is installed, drives it"
            } else {
                "`npm install -g @zed-industries/codex-acp` brings the agent that is it, with live \
                 sessions"
            };
            let note =
                format!("codex {text} has no MCP server of its own (up to 0.153 it had); {way}");
            (Role::NotYet, &[], Some(note))
        }
        Some((_, None)) | None if has_bridge => {
            let note = "driven by codex-mcp-server, which is installed";
            (Role::NotYet, &[], Some(note.to_owned()))
        }
        Some((_, None)) | None => {
            let note = "its version is not known: up to 0.153 it is its own MCP server, for a \
                        newer one install @zed-industries/codex-acp with npm";
            (Role::NotYet, &[], Some(note.to_owned()))
        }
    }
}

/// Major and minor of `0.153.4`.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The first word of a `--version` line that looks like a version: `codex-cli 0.153.4`.
fn version_in(text: &str) -> Option<String> {
    let mut words = text.lines().flat_map(str::split_whitespace);
    let version = words.find_map(|word| {
        let word = word.trim_start_matches('v');
        numbers(word).map(|_| word)
    })?;
    Some(shown(version))
}

fn locate(program: &str, env: &EnvSource) -> Option<PathBuf> {
    find_program(program, env.path(), Path::new("/"))
}

/// Runs `PROGRAM --version`; `None` for everything that goes wrong, silence included.
async fn version(program: &Path, env: &EnvSource) -> Option<String> {
    version_within(program, env, VERSION_DEADLINE).await
}

/// The same with a patience of the caller's; its children end with it.
pub async fn version_within(program: &Path, env: &EnvSource, patience: Duration) -> Option<String> {
    const MOST_BYTES: u64 = 16 * 1024;
    let mut child = tokio::process::Command::new(program)
        .arg("--version")
        .env_clear()
        .envs(
            ["HOME", "LANG"]
                .iter()
                .filter_map(|name| Some((name, env.get(name)?))),
        )
        .env("PATH", env.path())
        .env("TERM", "dumb")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // A group of its own: wrappers start the real program as a child.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let group = child.id();
    let stdout = child.stdout.take()?;
    let mut text = Vec::new();
    let answer = async {
        stdout.take(MOST_BYTES).read_to_end(&mut text).await?;
        child.wait().await
    };
    let answered = tokio::time::timeout(patience, answer).await;
    if answered.is_err() {
        end_group(group);
        // Ends and reaps the program itself, so that no zombie is left.
        child.kill().await.ok()?;
        return None;
    }
    answered
        .ok()?
        .ok()
        .filter(std::process::ExitStatus::success)?;
    version_in(&String::from_utf8_lossy(&text))
}

fn end_group(group: Option<u32>) {
    let group = group.and_then(|id| i32::try_from(id).ok());
    if let Some(group) = group.and_then(rustix::process::Pid::from_raw) {
        // The group may be gone already, which is what is wanted.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::script::script;

    fn machine(programs: &[(&str, &str)]) -> (tempfile::TempDir, EnvSource) {
        let dir = tempfile::tempdir().unwrap();
        for (name, lines) in programs {
            script(&dir.path().join(name), lines);
        }
        // Only our programs: what this machine has must not be seen.
        let only = dir.path().display().to_string();
        (dir, EnvSource::of_pairs([("PATH", only)]))
    }

    #[tokio::test]
    async fn an_old_codex_is_its_own_server_and_a_new_one_needs_the_bridge() {
        let (_dir, env) = machine(&[("codex", "echo codex-cli 0.153.4")]);
        let found = programs(&env, Versions::Ask).await;
        assert_eq!(found[0].role, Role::Member(Adapter::Codex));
        assert_eq!(found[0].launch.command, ["codex", "mcp-server"]);

        let (_dir, env) = machine(&[("codex", "echo codex-cli 0.169.0")]);
        let found = programs(&env, Versions::Ask).await;
        assert_eq!(found[0].role, Role::NotYet);
        let note = found[0].note.as_deref().unwrap();
        assert!(
            note.contains("npm install -g @zed-industries/codex-acp"),
            "{note}"
        );

        let scripts = [
            ("codex", "echo codex-cli 0.169.0"),
            ("codex-mcp-server", "exit 9"),
        ];
        let (_dir, env) = machine(&scripts);
        let found = programs(&env, Versions::Ask).await;
        assert_eq!(found[1].role, Role::Member(Adapter::CodexMcpServer));
        assert_eq!(found[1].note, None);
    }

    #[tokio::test]
    async fn what_is_an_agent_is_preferred_to_a_server_that_drives_it() {
        let scripts = [
            ("gemini", "echo 0.61.0"),
            ("claude", "echo 2.1.197"),
            ("gemini-mcp", "exit 9"),
            ("opencode", "echo 1.18.33"),
        ];
        let (_dir, env) = machine(&scripts);
        let found = programs(&env, Versions::Ask).await;
        let note = |at: usize| found[at].note.clone().unwrap();
        assert_eq!(found[0].what, "gemini 0.61.0");
        assert_eq!(found[0].role, Role::Member(Adapter::GeminiAcp));
        assert_eq!(found[0].launch.command, ["gemini", "--acp"]);
        assert!(note(0).contains("trust this folder"));
        assert_eq!(
            found[0].launch.env["GEMINI_CLI_TRUST_WORKSPACE"],
            Reference::Plain(Secret::new("true"))
        );
        assert_eq!(found[1].role, Role::NotYet);
        assert!(note(1).contains("npm install -g @zed-industries/claude-agent-acp"));
        assert_eq!(found[2].role, Role::Member(Adapter::Opencode));
        assert_eq!(found[2].launch.command, ["opencode", "acp"]);
        assert_eq!(found[3].what, "gemini-mcp");
        assert_eq!(found[3].role, Role::NotYet);
        assert!(note(3).contains("gemini is the same as a live session"));

        let scripts = [
            ("codex", "echo codex-cli 0.153.4"),
            ("claude", "echo 2.1.197"),
            ("claude-agent-acp", "exit 9"),
            ("codex-acp", "exit 9"),
            ("claude-code-mcp", "exit 9"),
        ];
        let (_dir, env) = machine(&scripts);
        let found = programs(&env, Versions::Ask).await;
        let members: Vec<(&str, Role)> = found
            .iter()
            .filter(|found| found.role != Role::NotYet)
            .map(|found| (found.name.as_str(), found.role))
            .collect();
        assert_eq!(
            members,
            [
                ("claude", Role::Member(Adapter::ClaudeAcp)),
                ("codex", Role::Member(Adapter::CodexAcp))
            ]
        );
    }

    #[tokio::test]
    async fn claude_and_pal_are_members_by_the_servers_that_drive_them() {
        let scripts = [("claude-code-mcp", "exit 9"), ("pal-mcp-server", "exit 9")];
        let (_dir, env) = machine(&scripts);
        let found = programs(&env, Versions::Ask).await;
        assert_eq!(found[0].role, Role::Member(Adapter::Claude));
        let note = found[0].note.as_deref().unwrap();
        assert!(note.contains("--dangerously-skip-permissions"), "{note}");
        assert!(note.contains("npm install -g @anthropic-ai/claude-code"));
        assert_eq!(found[1].role, Role::Member(Adapter::Pal));
        assert_eq!(found[1].name.as_str(), "pal");
    }

    #[tokio::test]
    async fn nothing_is_started_unless_asked() {
        let (dir, env) = machine(&[]);
        let mark = dir.path().join("started");
        script(
            &dir.path().join("gemini"),
            &format!(": > {}", mark.display()),
        );
        let found = programs(&env, Versions::Leave).await;
        let role = Role::Member(Adapter::GeminiAcp);
        assert_eq!((found.len(), found[0].role), (1, role));
        assert!(!mark.exists());
        programs(&env, Versions::Ask).await;
        assert!(
            mark.exists(),
            "the probe of this test must be able to see a start"
        );
    }

    #[tokio::test]
    async fn a_hanging_program_is_ended_with_its_children() {
        let script = "/bin/sleep 600 & echo $! > \"$(/usr/bin/dirname \"$0\")/child\"; wait";
        let (dir, env) = machine(&[("claude", script)]);
        let found = programs(&env, Versions::Ask).await;
        assert_eq!(found[0].what, "claude");
        let child = std::fs::read_to_string(dir.path().join("child")).unwrap();
        let pid = rustix::process::Pid::from_raw(child.trim().parse().unwrap()).unwrap();
        // Its parent is dead, so somebody else reaps it: wait until that happened.
        let gone = async {
            while rustix::process::test_kill_process(pid).is_ok() && !is_zombie(pid) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), gone)
            .await
            .unwrap();
    }

    fn is_zombie(pid: rustix::process::Pid) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        stat.is_ok_and(|stat| stat.contains(") Z "))
    }

    #[test]
    fn versions_are_found_in_what_programs_print() {
        assert_eq!(
            version_in("codex-cli 0.153.4\n").as_deref(),
            Some("0.153.4")
        );
        assert_eq!(
            version_in("2.1.197 (Claude Code)").as_deref(),
            Some("2.1.197")
        );
        assert_eq!(version_in("v0.61.0").as_deref(), Some("0.61.0"));
        assert_eq!(version_in("no version here"), None);
    }
}
