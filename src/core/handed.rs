//! MCP servers that an agent is handed with a session, and whether it really has them. Agents say nothing of
//! one that is dead, so the room looks itself.

use serde::{Deserialize, Serialize};

use crate::core::text::clipped;

/// How many servers a session can have.
pub const HANDED_MAX: usize = 16;
/// The longest name and the longest reason that are kept, in bytes.
const WORDS_MAX: usize = 500;

/// A server as one session has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedServer {
    /// What the operator calls it.
    pub name: String,
    /// Why the agent has not got it; none where it has. May hold untrusted text.
    pub trouble: Option<String>,
}

impl HandedServer {
    /// What is said of one that is not there, and what to do about it.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let trouble = self.trouble.as_ref()?;
        Some(format!(
            "the agent has no tools of {}: {trouble} · see `synod doctor`, mend it, and start the room again",
            self.name
        ))
    }
}

/// What is kept of a report.
pub(crate) fn kept(servers: &[HandedServer]) -> Vec<HandedServer> {
    let servers = servers.iter().take(HANDED_MAX);
    let clip = |server: &HandedServer| HandedServer {
        name: clipped(&server.name, WORDS_MAX),
        trouble: server.trouble.as_deref().map(|it| clipped(it, WORDS_MAX)),
    };
    servers.map(clip).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{HANDED_MAX, HandedServer};
    use crate::core::fixture::{Room, said};
    use crate::core::{CallId, Event, Report, SessionChange, TaskOrder};

    fn files(trouble: Option<&str>) -> HandedServer {
        HandedServer {
            name: "files".to_owned(),
            trouble: trouble.map(str::to_owned),
        }
    }

    #[test]
    fn what_a_session_has_is_journalled_once_and_again_when_it_changes() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        let call = calls[0];
        let handed = |call, trouble| Report::Handed {
            call,
            servers: vec![files(trouble)],
        };
        let told = room.report(&handed(call, Some("it is dead")));
        let session = room.state.call(call).unwrap().session();
        let servers = vec![files(Some("it is dead"))];
        let change = SessionChange::Handed { servers };
        assert_eq!(told, [Event::SessionChanged { session, change }]);
        assert_eq!(room.report(&handed(call, Some("it is dead"))), []);
        assert_eq!(room.report(&handed(call, None)).len(), 1);
        let has = room.state.session(session).unwrap().handed();
        assert_eq!(has, [files(None)]);

        room.answer(call, said("done"));
        for call in [call, CallId(9)] {
            let late = room.report(&handed(call, None));
            assert!(matches!(late[..], [Event::ReportStale { .. }]), "{late:?}");
        }
    }

    #[test]
    fn too_much_is_not_kept() {
        let long = files(Some(&"x".repeat(10_000)));
        let kept = super::kept(&vec![long; 100]);
        assert_eq!(kept.len(), HANDED_MAX);
        assert!(kept[0].trouble.as_ref().unwrap().len() < 600);
    }
}
