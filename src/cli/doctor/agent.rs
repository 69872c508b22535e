//! One agent that speaks the Agent Client Protocol: found, started, spoken to, and with a session begun in it
//! that is closed at once. It has no tools of its own to be called.

use tokio::time::Instant;

use crate::acp::{Connection, LOGIN_NEEDED};
use crate::cli::doctor::drives::Surroundings;
use crate::cli::doctor::server::{Expected, Ground, look_for, or_nobody, unstarted};
use crate::cli::doctor::sink::Sink;
use crate::core::{Aspect, Check, CheckState};
use crate::mcp::{CallError, Connect as _, Transport};
use crate::members::Adapter;

/// Looks at an agent step by step. Whether it is fit to be asked something.
pub(super) async fn examine(
    expected: &Expected,
    adapter: &Adapter,
    ground: &Ground,
    sink: &Sink,
) -> bool {
    if look_for(expected, sink).await.is_none() {
        return false;
    }
    let began = Instant::now();
    let opening = Connection::open(&expected.server, &ground.options, &ground.tasks);
    let connection = match opening.await {
        Ok(connection) => connection,
        Err(error) => {
            sink.add(unstarted(expected, &error));
            return false;
        }
    };
    let agent = connection.agent();
    let goes_on = if adapter.handles_survive() && agent.takes_up() {
        "its sessions can go on after a restart"
    } else {
        "its sessions end with it, and are told again"
    };
    let detail = format!(
        "in {:.1} s, protocol {}; says it is {} {}; {goes_on}",
        began.elapsed().as_secs_f64(),
        connection.protocol(),
        or_nobody(&agent.name),
        agent.version,
    );
    sink.add(Check::ok(Aspect::Start, detail));
    if let Some(check) = sandbox(expected, &agent.name) {
        sink.add(check);
    }
    let login = login(connection.begins().await, adapter);
    connection.close().await;
    let fit = login.state != CheckState::Failed;
    sink.add(login);
    fit
}

/// What it comes to whether a session could be begun. Some say only at a prompt that nobody is logged in.
fn login(begun: Result<(), CallError>, adapter: &Adapter) -> Check {
    let error = match begun {
        Ok(()) => return Check::ok(Aspect::Login, "it begins a session"),
        Err(error) => error,
    };
    let CallError::Rpc {
        code: LOGIN_NEEDED,
        message,
        ..
    } = error
    else {
        let told = format!("it begins no session: {error}");
        return Check::failed(Aspect::Login, told, "see what it says, and correct that");
    };
    let by_key = "give it its key in the member's `env`";
    let advice = adapter.login().map_or_else(
        || by_key.to_owned(),
        |command| format!("run `{command}`, or {by_key}"),
    );
    let told = format!("it wants somebody to log in: {message}");
    Check::failed(Aspect::Login, told, advice)
}

/// The sandbox of Codex: on Linux, without its program, every command that it would run there fails.
fn sandbox(expected: &Expected, agent: &str) -> Option<Check> {
    let Transport::Stdio { env, cwd, .. } = &expected.server.transport else {
        return None;
    };
    let around = Surroundings { env, cwd };
    let needs = cfg!(target_os = "linux") && agent == "codex-acp";
    (needs && around.find("bwrap").is_none()).then(|| {
        Check::warning(
            Aspect::Drives,
            "`bwrap` is not on its PATH: Codex can run no command in its sandbox, and asks leave to \
             run one outside of it, or gives up",
            "install bubblewrap",
        )
    })
}
