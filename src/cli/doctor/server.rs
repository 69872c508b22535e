//! One server: found, of a version that works, started, spoken to, and with the tools that are
//! called. Each step is only taken where those before it leave hope.

use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::cli::doctor::drives::{self, Surroundings};
use crate::cli::doctor::known::{Known, by_tools, install_of};
use crate::cli::doctor::sink::Sink;
use crate::cli::doctor::{lent, port, version};
use crate::config::EnvSource;
use crate::core::{Aspect, Check, CheckState};
use crate::mcp::{ConnectError, Connection, Options, ServerSpec, Transport, shown};

/// What is expected of a server.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    /// How it is started or reached.
    pub(super) server: ServerSpec,
    /// The tools that are called; empty where any will do.
    pub(super) tools: Vec<String>,
    /// By whom.
    pub(super) called: Called,
    /// Whether it is one of our own, which plays a model.
    pub(super) rehearsal: bool,
    /// The address behind a server of our own, if it has one.
    pub(super) api: Option<String>,
}

/// Who calls the tools of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    /// The room, by an adapter.
    ByTheRoom,
    /// Members, to whom they are lent by name.
    ByMembers,
}

/// How servers are started, and what everything started runs on.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    pub(super) options: Options,
    pub(super) tasks: TaskTracker,
    pub(super) user: EnvSource,
}

/// Looks at a server step by step. The connection is given back where it is fit to be asked
/// something; the caller closes it.
pub(super) async fn examine(
    expected: &Expected,
    ground: &Ground,
    sink: &Sink,
) -> Option<Connection> {
    let known = look_for(expected, sink).await?;
    let connection = start(expected, ground, sink).await?;
    let listed = connection.tools();
    let names: Vec<&str> = listed.iter().map(|tool| tool.name.as_str()).collect();
    let mut rest = vec![tools(expected, &connection, &names).await];
    rest.extend(second_writer(&expected.tools, &names));
    rest.extend(driven(expected, known, &names, &ground.user));
    if let Some(url) = &expected.api {
        rest.extend(port::check(url).await);
    }
    let fit = rest.iter().all(|check| check.state != CheckState::Failed);
    for check in rest {
        sink.add(check);
    }
    if fit {
        return Some(connection);
    }
    connection.close().await;
    None
}

/// Looks for what is to be started or reached, as far as that tells without starting it. None where
/// there is no hope; else the package that it is, where that is known.
pub(super) async fn look_for(expected: &Expected, sink: &Sink) -> Option<Option<&'static Known>> {
    let mut known = None;
    match &expected.server.transport {
        Transport::Stdio { command, env, cwd } => {
            let around = Surroundings { env, cwd };
            let own = command.first().is_some_and(|program| is_own(program));
            sink.add(if own {
                let label = if expected.rehearsal {
                    ", REHEARSAL"
                } else {
                    ""
                };
                Check::ok(Aspect::Found, format!("built in{label}"))
            } else {
                found(command)
            });
            if !own {
                let before = version::of_command(command, around).await;
                known = before.known;
                let hopeless = before.is_hopeless();
                before.checks.into_iter().for_each(|check| sink.add(check));
                if hopeless {
                    sink.add(Check::skipped(Aspect::Start, "it would fail"));
                    return None;
                }
            }
        }
        Transport::Http { url, .. } => {
            sink.add(Check::ok(Aspect::Found, shown(url)));
            if let Some(check) = port::check(url).await {
                let answers = check.fix.is_none();
                sink.add(check);
                if !answers {
                    sink.add(Check::skipped(Aspect::Start, "nobody is there"));
                    return None;
                }
            }
        }
    }
    Some(known)
}

/// The program behind a server of a known package, or one with the tools of a known server.
fn driven(
    expected: &Expected,
    known: Option<&'static Known>,
    tools: &[&str],
    user: &EnvSource,
) -> Option<Check> {
    let Transport::Stdio { env, cwd, .. } = &expected.server.transport else {
        return None;
    };
    let around = Surroundings { env, cwd };
    if let Some(known) = known {
        return drives::check(known, around, user);
    }
    let by_tools = by_tools(tools)?;
    let mut check = drives::check(by_tools, around, user)?;
    // What is only known from its tools is mended by hand.
    if let Some(fix) = &mut check.fix {
        fix.safe = false;
    }
    Some(check)
}

/// Whether a command is this very program.
fn is_own(program: &str) -> bool {
    program == "/proc/self/exe"
        || std::env::current_exe().is_ok_and(|own| own == std::path::Path::new(program))
}

fn found(command: &[String]) -> Check {
    match command.first() {
        Some(program) => Check::ok(Aspect::Found, program.clone()),
        None => Check::failed(Aspect::Found, "no command", "give it a `command`"),
    }
}

async fn start(expected: &Expected, ground: &Ground, sink: &Sink) -> Option<Connection> {
    let began = Instant::now();
    let opening = Connection::open(&expected.server, &ground.options, &ground.tasks);
    match opening.await {
        Ok(connection) => {
            let detail = format!(
                "in {:.1} s, protocol {}; says it is {} {}",
                began.elapsed().as_secs_f64(),
                connection.protocol(),
                or_nobody(connection.server_name()),
                connection.server_version(),
            );
            sink.add(Check::ok(Aspect::Start, detail.trim_end()));
            Some(connection)
        }
        Err(error) => {
            sink.add(unstarted(expected, &error));
            None
        }
    }
}

pub(super) fn or_nobody(name: &str) -> &str {
    if name.is_empty() { "nobody" } else { name }
}

pub(super) fn unstarted(expected: &Expected, error: &ConnectError) -> Check {
    let told = error.to_string();
    if told.contains("stdin is not a terminal") {
        return version::no_codex_server("of this version");
    }
    if let ConnectError::NotFound { program, .. } = error {
        let advice = install_of(program).map_or_else(
            || "install it, or put its full path into `command`".to_owned(),
            |install| format!("{install}, or put its full path into `command`"),
        );
        return Check::failed(Aspect::Found, told, advice);
    }
    let advice = match &expected.server.transport {
        Transport::Stdio { command, .. } => {
            format!("run it by hand to see more: {}", command.join(" "))
        }
        Transport::Http { .. } => {
            "correct `url` or `bearer`, or start what belongs there".to_owned()
        }
    };
    Check::failed(Aspect::Start, told, advice)
}

/// Looks for the tools that are called, on the server itself where its list is too long to be kept.
async fn tools(expected: &Expected, connection: &Connection, names: &[&str]) -> Check {
    let mut listed = names.to_vec();
    for tool in &expected.tools {
        if !names.contains(&tool.as_str()) && matches!(connection.tool(tool).await, Ok(Some(_))) {
            listed.push(tool);
        }
    }
    let mut check = judge_tools(&expected.tools, &listed, expected.called);
    if let Some(remark) = connection.listed().borrow().remark() {
        check.detail = format!("{}; {remark}", check.detail);
    }
    check
}

/// More names than fit into a finding.
const NAMES_MAX: usize = 12;

/// Whether it has the tools that are called. What it calls itself says nothing.
fn judge_tools(wanted: &[String], listed: &[&str], called: Called) -> Check {
    let missing: Vec<&str> = wanted
        .iter()
        .map(String::as_str)
        .filter(|tool| !listed.contains(tool))
        .collect();
    let count = listed.len();
    if missing.is_empty() && wanted.is_empty() {
        return Check::ok(Aspect::Tools, format!("{count} tools"));
    }
    if missing.is_empty() {
        let detail = format!("{} (of {count} tools)", wanted.join(", "));
        return Check::ok(Aspect::Tools, detail);
    }
    let mut names = listed
        .iter()
        .take(NAMES_MAX)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if count > NAMES_MAX {
        names.push_str(", …");
    }
    let names = if names.is_empty() { "none" } else { &names };
    let detail = format!(
        "has no tool {}; its tools are {names}",
        missing.join(" or ")
    );
    let advice = match by_tools(listed) {
        _ if called == Called::ByMembers => lent::advice(&missing, listed),
        Some(known) => format!(
            "these are the tools of {}: choose the adapter for that one",
            known.package
        ),
        None => "choose the adapter that fits its tools, or the command that starts the server \
                 meant"
            .to_owned(),
    };
    Check::failed(Aspect::Tools, detail, advice)
}

/// A server beside the hub that writes the same memory: neither sees what the other does.
fn second_writer(wanted: &[String], listed: &[&str]) -> Option<Check> {
    const WRITES: &str = "write_memory";
    let is_hub = wanted.iter().any(|tool| tool == WRITES);
    (!is_hub && listed.contains(&WRITES)).then(|| {
        Check::warning(
            Aspect::Memory,
            "writes memories beside the room's own hub, and may overwrite what that one writes",
            "start it with a --context file whose fixed_tools leave the memory tools out",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{Called, judge_tools, second_writer};
    use crate::core::CheckState;

    fn wanted(tools: &[&str]) -> Vec<String> {
        tools.iter().map(|tool| (*tool).to_owned()).collect()
    }

    #[test]
    fn a_second_writer_of_the_memory_is_warned_of() {
        let serena = ["read_file", "write_memory", "read_memory"];
        let told = second_writer(&[], &serena).unwrap();
        assert_eq!(told.state, CheckState::Warning);
        assert_eq!(second_writer(&wanted(&["write_memory"]), &serena), None);
        assert_eq!(second_writer(&[], &["read_memory"]), None);
    }

    #[test]
    fn a_server_is_told_by_its_tools() {
        let codex = wanted(&["codex", "codex-reply"]);
        let bridge = ["codex", "review", "ping", "help", "listSessions"];
        let told = judge_tools(&codex, &bridge, Called::ByTheRoom);
        assert_eq!(told.state, CheckState::Failed);
        assert!(
            told.detail
                .starts_with("has no tool codex-reply; its tools are codex, review")
        );
        assert!(
            told.fix
                .unwrap()
                .advice
                .contains("the tools of codex-mcp-server")
        );
        let told = judge_tools(&codex, &["codex", "codex-reply"], Called::ByTheRoom);
        assert_eq!(told.detail, "codex, codex-reply (of 2 tools)");
        assert_eq!(judge_tools(&[], &[], Called::ByTheRoom).detail, "0 tools");
        let many: Vec<String> = (0..5000).map(|n| format!("tool-{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let told = judge_tools(&codex, &many, Called::ByTheRoom);
        assert!(told.detail.len() < 200, "{}", told.detail);
        let told = judge_tools(&wanted(&["Raed"]), &["Read"], Called::ByMembers);
        assert!(told.fix.unwrap().advice.contains("write \"Read\""));
    }
}
