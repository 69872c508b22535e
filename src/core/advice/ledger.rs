//! What stands, what was applied and dismissed, and the counts that nobody else keeps.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{APPLIED_KEPT, About, DISMISSED_KEPT, Figures, Recent, Setting};
use crate::core::metrics::Share;
use crate::core::{Actor, MemberName, Span, TaskKind, Timestamp};

/// How many restarts of a server are remembered.
const RESTARTS_KEPT: usize = 16;

/// A recommendation that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is about.
    pub about: About,
    /// What it stands on, as last looked at.
    pub figures: Figures,
    /// Since when it stands.
    pub since: Timestamp,
}

/// One that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// What it is about.
    pub about: About,
    /// By whom.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What it stood on then.
    pub figures: Figures,
    /// The running total of what it is measured by, at that time.
    pub(crate) base: Share,
    /// The time limit that it replaced, where that was not the configured one.
    pub(crate) before: Option<Span>,
    /// When and by whom it was taken back, and how it had measured until then.
    pub taken_back: Option<(Timestamp, Actor, Share)>,
}

/// One that was dismissed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissed {
    /// What it is about.
    pub about: About,
    /// By whom.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What it stood on then.
    pub figures: Figures,
}

/// Restarts of a server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Restarts {
    /// Of all that there were.
    pub(crate) ever: u64,
    /// The last ones, oldest first: when, and how many calls of the member had ended by then.
    pub(crate) last: VecDeque<(Timestamp, u64)>,
}

impl Restarts {
    pub(crate) fn add(&mut self, at: Timestamp, calls: u64) {
        self.ever = self.ever.saturating_add(1);
        if self.last.len() >= RESTARTS_KEPT {
            self.last.pop_front();
        }
        self.last.push_back((at, calls));
    }
}

/// All about recommendations. Only `evolve` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Advice {
    pub(crate) setting: Setting,
    #[serde(with = "listed")]
    pub(crate) standing: BTreeMap<About, Entry>,
    pub(crate) applied: Vec<Applied>,
    pub(crate) dismissed: Vec<Dismissed>,
    pub(crate) bars: BTreeSet<(MemberName, TaskKind)>,
    pub(crate) limits: BTreeMap<MemberName, Span>,
    /// Of the last councils on a kind, whether their answers agreed.
    pub(crate) councils: BTreeMap<TaskKind, Recent>,
    /// Of the last votes of a member, whether they would have ended otherwise without it.
    pub(crate) voters: BTreeMap<MemberName, Recent>,
    pub(crate) restarts: BTreeMap<MemberName, Restarts>,
}

impl Advice {
    /// What is set.
    #[must_use]
    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// What stands, the most pressing first.
    #[must_use]
    pub fn standing(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.standing.values()
    }

    /// One that stands.
    #[must_use]
    pub fn entry(&self, about: &About) -> Option<&Entry> {
        self.standing.get(about)
    }

    /// What was applied, latest first.
    #[must_use]
    pub fn applied(&self) -> impl ExactSizeIterator<Item = &Applied> {
        self.applied.iter().rev()
    }

    /// One that was applied and not taken back.
    #[must_use]
    pub fn in_force(&self, about: &About) -> Option<&Applied> {
        let mut all = self.applied.iter();
        all.find(|one| one.about == *about && one.taken_back.is_none())
    }

    /// What was dismissed, latest first.
    #[must_use]
    pub fn dismissed(&self) -> impl ExactSizeIterator<Item = &Dismissed> {
        self.dismissed.iter().rev()
    }

    /// Whether a member is kept from tasks of a kind that name nobody.
    #[must_use]
    pub fn bars(&self, member: &MemberName, kind: TaskKind) -> bool {
        !self.bars.is_empty() && self.bars.contains(&(member.clone(), kind))
    }

    /// Who is kept from a kind.
    pub fn barred_from(&self, kind: TaskKind) -> impl Iterator<Item = &MemberName> {
        let bars = self.bars.iter();
        bars.filter(move |(_, one)| *one == kind)
            .map(|(member, _)| member)
    }

    /// The time limit of a member's calls where it is not the configured one.
    #[must_use]
    pub fn limit(&self, member: &MemberName) -> Option<Span> {
        self.limits.get(member).copied()
    }

    /// The time limit that holds for a member's calls, as far as it is known.
    #[must_use]
    pub fn limit_of(&self, member: &MemberName) -> Option<Span> {
        let configured = || self.setting.limits.get(member).copied();
        self.limit(member).or_else(configured)
    }

    pub(crate) fn dismissal(&self, about: &About) -> Option<&Dismissed> {
        self.dismissed.iter().find(|one| one.about == *about)
    }

    /// Remembers one that was applied, in the place of the time before.
    pub(crate) fn remember(&mut self, applied: Applied) {
        self.standing.remove(&applied.about);
        self.dismissed.retain(|one| one.about != applied.about);
        self.applied.retain(|one| one.about != applied.about);
        if self.applied.len() >= APPLIED_KEPT {
            // What can still be taken back is needed longest.
            let gone = self.applied.iter().position(|one| !self.holds(one));
            self.applied.remove(gone.unwrap_or(0));
        }
        self.applied.push(applied);
    }

    /// Whether a bar that was applied is still there.
    fn holds(&self, one: &Applied) -> bool {
        match &one.about {
            About::Kind { member, kind } => self.bars(member, *kind),
            About::Budget { .. }
            | About::Context { .. }
            | About::Restarts { .. }
            | About::Timeout { .. }
            | About::Lesson { .. }
            | About::Change { .. }
            | About::Voter { .. }
            | About::Council { .. } => false,
        }
    }

    pub(crate) fn dismiss(&mut self, dismissed: Dismissed) {
        self.standing.remove(&dismissed.about);
        self.dismissed.retain(|one| one.about != dismissed.about);
        if self.dismissed.len() >= DISMISSED_KEPT {
            self.dismissed.remove(0);
        }
        self.dismissed.push(dismissed);
    }

    /// A member left: what was kept of it goes with it.
    pub(crate) fn left(&mut self, member: &MemberName) {
        self.standing
            .retain(|about, _| about.member() != Some(member));
        self.applied
            .retain(|one| one.about.member() != Some(member));
        self.bars.retain(|(one, _)| one != member);
        self.limits.remove(member);
        self.voters.remove(member);
        self.restarts.remove(member);
    }
}

/// A map whose keys are no text, as the list of its values.
mod listed {
    use std::collections::BTreeMap;

    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{About, Entry};

    pub(super) fn serialize<S: Serializer>(
        map: &BTreeMap<About, Entry>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(map.values())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<About, Entry>, D::Error> {
        let entries = Vec::<Entry>::deserialize(from)?;
        Ok(entries
            .into_iter()
            .map(|entry| (entry.about.clone(), entry))
            .collect())
    }
}
