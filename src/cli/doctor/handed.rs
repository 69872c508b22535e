//! The servers that an agent is handed: which, in which turns, and which it cannot be. Whether each works is
//! looked at where the server itself is.

use crate::core::{Aspect, Check};
use crate::members::{Adapter, HandedOver};

/// What is told of a member.
pub(super) fn of(adapter: &Adapter) -> Vec<Check> {
    let Adapter::Acp(options) = adapter else {
        return Vec::new();
    };
    let (there, not): (Vec<&HandedOver>, Vec<&HandedOver>) = options
        .servers
        .iter()
        .partition(|one| one.server.server.is_ok());
    let mut checks: Vec<Check> = not.into_iter().filter_map(absent).collect();
    if !there.is_empty() {
        let named: Vec<String> = there.into_iter().map(named).collect();
        let told = format!("is handed {}", named.join(", "));
        checks.push(Check::ok(Aspect::Tools, told));
    }
    checks
}

fn named(one: &HandedOver) -> String {
    let name = &one.server.name;
    if one.reads {
        name.clone()
    } else {
        format!("{name} (in turns that may write)")
    }
}

fn absent(one: &HandedOver) -> Option<Check> {
    let why = one.server.server.as_ref().err()?;
    let name = &one.server.name;
    Some(Check::failed(
        Aspect::Tools,
        format!("is not handed {name}: {why}"),
        format!("mend [[server]] {name}, or take it out of `servers`"),
    ))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::of;
    use crate::core::CheckState;
    use crate::mcp::{Limits, ServerSpec, ToHand, Transport};
    use crate::members::{AcpOptions, Adapter, HandedOver};

    #[test]
    fn who_has_which_server_in_which_turns_is_told() {
        let spec = |name: &str| ServerSpec {
            name: name.to_owned(),
            transport: Transport::Http {
                url: "http://127.0.0.1:1/mcp".to_owned(),
                bearer: None,
            },
            limits: Limits::default(),
        };
        let one = |name: &str, reads, server| HandedOver {
            server: ToHand {
                name: name.to_owned(),
                server,
            },
            reads,
        };
        let servers = vec![
            one("files", true, Ok(spec("files"))),
            one("web", false, Ok(spec("web"))),
            one("mail", false, Err("KEY is not set".to_owned())),
        ];
        let checks = of(&Adapter::Acp(AcpOptions {
            servers,
            ..AcpOptions::default()
        }));
        let told: Vec<(CheckState, &str)> = checks
            .iter()
            .map(|check| (check.state, check.detail.as_str()))
            .collect();
        let expected = [
            (CheckState::Failed, "is not handed mail: KEY is not set"),
            (
                CheckState::Ok,
                "is handed files, web (in turns that may write)",
            ),
        ];
        assert_eq!(told, expected);
        assert_eq!(of(&Adapter::Acp(AcpOptions::default())), []);
    }
}
