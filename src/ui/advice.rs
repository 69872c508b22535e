//! Recommendations in words: their events, and the rows of their list.

use crate::core::advice::{About, Advice, Advised, Applied, Entry, Figures, words};
use crate::core::hash::fnv;
use crate::core::{Actor, State};
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

/// By whom, where it was not the operator.
pub(crate) fn by_whom(by: Actor) -> &'static str {
    match by {
        Actor::Operator => "",
        Actor::Clock => " by the clock",
        Actor::Room => " by the room",
        Actor::Policy => " by the configuration",
    }
}

/// A row of the list: one that stands, or one that was applied.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Row<'s> {
    Stands(&'s Entry),
    Was(&'s Applied),
}

impl<'s> Row<'s> {
    pub(crate) fn about(self) -> &'s About {
        match self {
            Self::Stands(entry) => &entry.about,
            Self::Was(applied) => &applied.about,
        }
    }

    pub(crate) fn figures(self) -> &'s Figures {
        match self {
            Self::Stands(entry) => &entry.figures,
            Self::Was(applied) => &applied.figures,
        }
    }

    /// Stays the same while others come and go. One that stands again after it was applied is another row.
    pub(crate) fn key(self) -> u64 {
        let was = matches!(self, Self::Was(_));
        fnv(u64::from(was), self.about().to_string().bytes())
    }

    pub(crate) fn line(self) -> String {
        words::line(self.about(), self.figures())
    }
}

/// All rows: what stands, the most pressing first; then what was applied, latest first.
pub(crate) fn rows(advice: &Advice) -> impl Iterator<Item = Row<'_>> {
    let applied = advice.applied().map(Row::Was);
    advice.standing().map(Row::Stands).chain(applied)
}

/// `2 advices`, for a place where there is little room; `None` where nothing stands.
pub(crate) fn amount(state: &State) -> Option<String> {
    match state.advice().standing().len() {
        0 => None,
        1 => Some("1 advice".to_owned()),
        n => Some(format!("{n} advices")),
    }
}
