//! Who is configured and not in the room, and why: told wherever somebody may look for them.

use crate::cli::room::roster::{Roster, roster};
use crate::cli::{Place, confirm};
use crate::core::MemberName;
use crate::mcp::GuardCommand;

/// Who the configuration names as it is now, and what is wrong with those that cannot be started.
/// A broken configuration names nobody; it is told by who needs it.
pub(super) fn company(place: &Place) -> Roster {
    let Ok(loaded) = crate::config::load(&place.env, &place.project.root, &place.overrides) else {
        return Roster::default();
    };
    let Ok(own) = GuardCommand::own() else {
        return Roster::default();
    };
    roster(place, &loaded, &confirm::load(&place.env), &own)
}

/// One line on those that are left out of the room; `None` when all are there.
pub(super) fn line(place: &Place) -> Option<String> {
    let absent = company(place).left_out;
    match absent.as_slice() {
        [] => None,
        [(name, why)] => Some(format!("@{name} is left out: {why}")),
        [(_, why), rest @ ..] => Some(format!(
            "{} members are left out, `synod doctor` says why; first: {why}",
            rest.len() + 1
        )),
    }
}

/// Why nobody at all is in the room.
pub(super) fn nobody(place: &Place) -> Option<String> {
    let company = company(place);
    let reasons: Vec<&str> = company
        .left_out
        .iter()
        .map(|(_, why)| why.as_str())
        .collect();
    (company.setups.is_empty() && !reasons.is_empty()).then(|| reasons.join("; "))
}

/// Why a member that was named is not among those who are there.
pub(super) fn explain(place: &Place, name: &MemberName, there: &[&MemberName]) -> String {
    let company = company(place);
    if let Some((_, why)) = company.left_out.iter().find(|(absent, _)| absent == name) {
        return why.clone();
    }
    if company.setups.iter().any(|setup| setup.spec.name == *name) {
        return format!(
            "{name} was configured after the room had started: run `synod stop`, then this again"
        );
    }
    let there: Vec<&str> = there.iter().map(|name| name.as_str()).collect();
    format!("no member is called {name}; there are {}", there.join(", "))
}
