//! A row of figures: whose they are, and what it is called.

use crate::core::hash::fnv;
use crate::core::metrics::{Figures, Whose};
use crate::core::{ContextUse, MemberName, State, TaskKind};

/// Row number of what all members come to. That of a single row is odd.
const EVERYBODY: u64 = 0;
/// Row number of what all kinds come to.
const EVERYTHING: u64 = 2;

/// A row of figures.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Stays the same while members come and go.
    pub(crate) key: u64,
    pub(crate) whose: Whose,
    /// Whether it is in the room.
    pub(crate) here: bool,
    /// Not of a real model, while others in the room are.
    pub(crate) rehearsal: bool,
    pub(crate) figures: Figures,
    pub(crate) context: Option<ContextUse>,
}

impl Row {
    /// What a member comes to.
    pub(crate) fn of_member(state: &State, name: &MemberName, figures: Figures) -> Self {
        let member = state.member(name);
        let plays = member.is_some_and(|member| member.spec().rehearsal);
        Self {
            key: fnv(0, name.as_str().bytes()) | 1,
            here: member.is_some(),
            rehearsal: plays && !all_rehearse(state),
            context: state.metrics().context(name),
            whose: Whose::Member(name.clone()),
            figures,
        }
    }

    /// What all members come to on a kind of task.
    pub(crate) fn of_kind(kind: TaskKind, figures: Figures) -> Self {
        Self::without_context(fnv(1, kind.word().bytes()) | 1, Whose::Kind(kind), figures)
    }

    /// What all come to, of rows that are kinds or members.
    pub(crate) fn of_all(by_kind: bool, figures: Figures) -> Self {
        let key = if by_kind { EVERYTHING } else { EVERYBODY };
        Self::without_context(key, Whose::All, figures)
    }

    fn without_context(key: u64, whose: Whose, figures: Figures) -> Self {
        Self {
            key,
            whose,
            here: true,
            rehearsal: false,
            figures,
            context: None,
        }
    }

    /// The member that it is of.
    pub(crate) fn member(&self) -> Option<&MemberName> {
        match &self.whose {
            Whose::Member(name) => Some(name),
            Whose::All | Whose::Kind(_) => None,
        }
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        match &self.whose {
            Whose::Member(name) => name.as_str(),
            Whose::Kind(kind) => kind.word(),
            Whose::All if self.key == EVERYTHING => "all kinds",
            Whose::All => "all members",
        }
    }

    /// Its name, with a word where it is not in the room any more or is no real model.
    pub(crate) fn title(&self) -> String {
        let word = match (self.here, self.rehearsal) {
            (false, _) => " (left)",
            (true, true) => " (rehearsal)",
            (true, false) => "",
        };
        format!("{}{word}", self.name())
    }
}

/// Whether no member of the room is a real model.
pub(crate) fn all_rehearse(state: &State) -> bool {
    let mut members = state.members();
    members.len() > 0 && members.all(|member| member.spec().rehearsal)
}
