//! Words for the MCP servers that a session's agent was handed, and for those of them that it has not.

use crate::core::HandedServer;
use crate::ui::theme::Role;

/// What became known of them, as the journal tells it.
pub(crate) fn told(servers: &[HandedServer]) -> (String, Role) {
    let mut troubles = servers.iter().filter_map(HandedServer::told);
    if let Some(first) = troubles.next() {
        let told = troubles.fold(first, |all, one| format!("{all}; {one}"));
        return (told, Role::Warn);
    }
    (has(servers), Role::Muted)
}

/// The lines above a session: those that its agent has in one, of each other one why not.
pub(crate) fn notes(servers: &[HandedServer]) -> Vec<(String, Role)> {
    let all = servers.iter().cloned();
    let (there, not): (Vec<_>, Vec<_>) = all.partition(|it| it.trouble.is_none());
    let mut notes = Vec::new();
    if !there.is_empty() {
        notes.push((has(&there), Role::Muted));
    }
    let troubles = not.iter().filter_map(HandedServer::told);
    notes.extend(troubles.map(|told| (told, Role::Warn)));
    notes
}

/// Which servers an agent has, where it has all of these.
fn has(servers: &[HandedServer]) -> String {
    let names: Vec<&str> = servers.iter().map(|it| it.name.as_str()).collect();
    match names.as_slice() {
        [] => "its agent is handed no servers".to_owned(),
        names => format!("its agent has the servers {}", names.join(", ")),
    }
}
