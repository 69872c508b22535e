//! A `[[tools]]` of the configuration: whether its server is there and has what is lent of it.

use std::path::Path;
use std::sync::Weak;

use crate::cli::Place;
use crate::cli::doctor::absent;
use crate::cli::doctor::server::{Called, Expected};
use crate::cli::room::documents::serena_command;
use crate::cli::room::tools::{
    confirmed, has_no_language, needs_languages, no_serena, spec, unconfirmed,
};
use crate::config::{Loaded, Tools, Trust, nearest};
use crate::core::{Aspect, Check};
use crate::mcp::Supervisor;

/// How an entry is looked at.
#[derive(Debug)]
pub(super) enum Look {
    /// It is known already.
    Known(Vec<Check>),
    /// Its server is started.
    Server(Expected),
    /// The hub is asked, where there is one.
    Hub(Tools),
}

/// What is to be looked at for an entry.
pub(super) fn look(tools: &Tools, place: &Place, loaded: &Loaded, trust: &Trust) -> Look {
    if !confirmed(place, loaded, trust).contains(&tools) {
        return Look::Known(vec![absent::told(&unconfirmed(&tools.name), false)]);
    }
    match tools.resolve(&place.env, &place.project.root) {
        Ok(Some(resolved)) => Look::Server(Expected {
            server: spec(tools, resolved),
            tools: tools.allow.clone(),
            called: Called::ByMembers,
            rehearsal: false,
            api: None,
        }),
        Ok(None) if serena_command(place, loaded, trust).is_none() => {
            Look::Known(vec![absent::told(&no_serena(&tools.name), false)])
        }
        Ok(None) => Look::Hub(tools.clone()),
        Err(error) => Look::Known(vec![absent::told(&error.to_string(), false)]),
    }
}

/// What is lent from a hub: checked where a room keeps one, told where the check of the hub itself
/// looks for the same tools.
pub(super) async fn of_hub(
    tools: &Tools,
    hub: Option<&Weak<Supervisor>>,
    root: &Path,
) -> Vec<Check> {
    let lent = tools.allow.join(", ");
    let mut checks = Vec::new();
    match hub.and_then(Weak::upgrade) {
        None => checks.push(Check::ok(
            Aspect::Tools,
            format!("lent from the hub: {lent}"),
        )),
        Some(hub) => match hub.get().await {
            Err(error) => checks.push(Check::failed(
                Aspect::Tools,
                error.to_string(),
                "see what the check of the hub says",
            )),
            Ok(connection) => {
                let listed = connection.tools();
                let names: Vec<&str> = listed.iter().map(|tool| tool.name.as_str()).collect();
                let missing = tools.allow.iter().map(String::as_str);
                let missing: Vec<&str> = missing.filter(|name| !names.contains(name)).collect();
                checks.push(if missing.is_empty() {
                    Check::ok(Aspect::Tools, format!("lent from the hub: {lent}"))
                } else {
                    Check::failed(
                        Aspect::Tools,
                        format!("the hub has no tool {}", missing.join(" or ")),
                        "restart the room: its hub was started before this was configured",
                    )
                });
            }
        },
    }
    if needs_languages(tools) && has_no_language(root) {
        checks.push(Check::warning(
            Aspect::Tools,
            "its tools for symbols find nothing: .serena/project.yml names no language server",
            "write for instance `language_servers: [rust]` there; the room keeps that file as it is",
        ));
    }
    checks
}

/// What to do about tools that `allow` names and the server lacks.
pub(super) fn advice(missing: &[&str], listed: &[&str]) -> String {
    let each = missing.iter().map(|name| match nearest(name, listed) {
        Some(near) => format!("write \"{near}\" for \"{name}\" in `allow`"),
        None => format!("take \"{name}\" out of `allow`"),
    });
    each.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn a_missing_tool_is_told_with_the_nearest() {
        assert_eq!(
            advice(&["Raed", "Paint"], &["Read", "Write"]),
            "write \"Read\" for \"Raed\" in `allow`, take \"Paint\" out of `allow`"
        );
    }
}
