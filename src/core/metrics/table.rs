//! Figures by member and kind, and their sums.

use std::collections::BTreeMap;

use super::figures::Figures;
use crate::core::{MemberName, TaskKind};

/// Figures by member and kind over some time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    cells: BTreeMap<MemberName, BTreeMap<TaskKind, Figures>>,
}

impl Table {
    pub(super) fn put(&mut self, member: &MemberName, kind: TaskKind, figures: Figures) {
        let kinds = self.cells.entry(member.clone()).or_default();
        kinds.insert(kind, figures);
    }

    /// Whether nothing happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Members of whom there are figures, with those on each kind.
    #[must_use]
    pub fn members(
        &self,
    ) -> impl ExactSizeIterator<Item = (&MemberName, &BTreeMap<TaskKind, Figures>)> {
        self.cells.iter()
    }

    /// Figures of a member by kind.
    pub fn kinds_of(&self, member: &MemberName) -> impl Iterator<Item = (TaskKind, &Figures)> {
        let kinds = self.cells.get(member).into_iter().flatten();
        kinds.map(|(kind, figures)| (*kind, figures))
    }

    /// What a member comes to on all kinds.
    #[must_use]
    pub fn of_member(&self, member: &MemberName) -> Figures {
        sum(self.kinds_of(member).map(|(_, figures)| figures))
    }

    /// What all members come to, by kind.
    #[must_use]
    pub fn by_kind(&self) -> BTreeMap<TaskKind, Figures> {
        let mut kinds: BTreeMap<TaskKind, Figures> = BTreeMap::new();
        for (kind, figures) in self.cells.values().flatten() {
            kinds.entry(*kind).or_default().merge(figures);
        }
        kinds
    }

    /// What all members come to on all kinds.
    #[must_use]
    pub fn total(&self) -> Figures {
        sum(self.cells.values().flat_map(BTreeMap::values))
    }
}

fn sum<'a>(figures: impl Iterator<Item = &'a Figures>) -> Figures {
    figures.fold(Figures::default(), |mut sum, one| {
        sum.merge(one);
        sum
    })
}
