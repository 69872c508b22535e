//! Each member's server: found, confirmed, starts, speaks, and has the tool that is called.

use tokio_util::task::TaskTracker;

use crate::cli::doctor::check::Check;
use crate::cli::room::roster::{Roster, roster};
use crate::cli::{Place, confirm};
use crate::config::Loaded;
use crate::mcp::{Connection, GuardCommand, Options, install_tls};
use crate::members::Setup;

/// So many tools of a server are named.
const SHOWN: usize = 20;

/// One finding a member.
pub(super) async fn checks(place: &Place, loaded: &Loaded) -> Vec<Check> {
    install_tls();
    let Ok(own) = GuardCommand::own() else {
        return vec![Check::broken(
            "members",
            "this program's own file cannot be found",
            "install synod again",
        )];
    };
    let program = GuardCommand {
        program: own.program.clone(),
        args: Vec::new(),
    };
    let trust = confirm::load(&place.env);
    let Roster { setups, left_out } = roster(place, loaded, &trust, &program);
    let mut checks: Vec<Check> = left_out
        .into_iter()
        .map(|(name, why)| Check::broken(format!("member {name}"), "is left out of the room", why))
        .collect();
    let tasks = TaskTracker::new();
    for setup in setups {
        checks.push(member(&setup, &Options::new(own.clone()), &tasks).await);
    }
    tasks.close();
    tasks.wait().await;
    checks
}

async fn member(setup: &Setup, options: &Options, tasks: &TaskTracker) -> Check {
    let subject = format!("member {}", setup.spec.name);
    let connection = match Connection::open(&setup.server, options, tasks).await {
        Ok(connection) => connection,
        Err(error) => {
            return Check::broken(
                subject,
                error.to_string(),
                "run its command by hand to see more",
            );
        }
    };
    let wanted = setup.adapter.tools();
    let listed = connection.tools();
    let tools: Vec<&str> = listed.iter().map(|tool| tool.name.as_str()).collect();
    let mut missing = Vec::new();
    for tool in wanted {
        if !matches!(connection.tool(tool).await, Ok(Some(_))) {
            missing.push(tool);
        }
    }
    let mut seen = format!(
        "{} {}, protocol {}",
        connection.server_name(),
        connection.server_version(),
        connection.protocol()
    );
    if let Some(remark) = connection.listed().borrow().remark() {
        seen = format!("{seen}; {remark}");
    }
    let check = if missing.is_empty() {
        let label = if setup.spec.rehearsal {
            "REHEARSAL, "
        } else {
            ""
        };
        Check::good(subject, format!("{label}{seen}"))
    } else {
        let detail = format!("{seen}, has no tool {}", missing.join(" or "));
        let fix = format!(
            "its tools are {}: choose the adapter that fits them",
            tools.get(..SHOWN).map_or_else(
                || tools.join(", "),
                |first| format!("{} and {} more", first.join(", "), tools.len() - SHOWN)
            )
        );
        Check::broken(subject, detail, fix)
    };
    connection.close().await;
    check
}
