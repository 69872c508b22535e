//! Recommendations in words: their events.

use crate::core::Actor;
use crate::core::advice::{Advised, words};
use crate::ui::theme::Role;

/// The words for an event, as the Journal screen shows them.
pub(crate) fn told(what: &Advised) -> (&'static str, String, Role) {
    let (text, role) = match what {
        Advised::Set { setting } => {
            let sorts: Vec<&str> = setting.apply.iter().map(|sort| sort.word()).collect();
            let what = if sorts.is_empty() {
                "the room applies no advice by itself".to_owned()
            } else {
                format!("the room applies advice on {} by itself", sorts.join(", "))
            };
            (what, Role::Muted)
        }
        Advised::Applied { about, by, figures } => (
            format!(
                "applied{}: {}, because {}",
                by_whom(*by),
                words::proposal(about, figures),
                words::seen(about, figures)
            ),
            Role::Ok,
        ),
        Advised::Dismissed { about, by, figures } => (
            format!("dismissed{}: {}", by_whom(*by), words::line(about, figures)),
            Role::Text,
        ),
        Advised::Withdrawn { about, by, since } => {
            let since = match since.rate() {
                Some(_) => format!(
                    "; since then {} of {}: {}",
                    since.of,
                    since.n,
                    words::sure(*since)
                ),
                None => String::new(),
            };
            (
                format!("taken back{}: {about}{since}", by_whom(*by)),
                Role::Warn,
            )
        }
        Advised::Barred {
            member,
            kind,
            barred: true,
        } => (
            format!("{member} is given no more {kind} unless it is named"),
            Role::Text,
        ),
        Advised::Barred { member, kind, .. } => {
            (format!("{member} is given {kind} again"), Role::Text)
        }
        Advised::Limited {
            member,
            total: Some(total),
        } => (format!("calls of {member} may take {total}"), Role::Text),
        Advised::Limited {
            member,
            total: None,
        } => (
            format!("calls of {member} may take what is configured"),
            Role::Text,
        ),
    };
    ("advice", text, role)
}

fn by_whom(by: Actor) -> &'static str {
    match by {
        Actor::Operator => "",
        Actor::Clock => " by the clock",
        Actor::Room => " by the room",
        Actor::Policy => " by the configuration",
    }
}
