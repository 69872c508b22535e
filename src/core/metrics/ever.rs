//! Single figures since ever, read without making a table of all of them.

use super::{Figures, Histogram, Metrics, Share};
use crate::core::{MemberName, Span, TaskKind};

impl Metrics {
    /// Figures of a member on a kind since ever; `None` where there are none.
    #[must_use]
    pub fn on(&self, member: &MemberName, kind: TaskKind) -> Option<&Figures> {
        let member = self.members.get(member)?.number;
        let kind = self.kinds.iter().position(|known| *known == kind)?;
        self.ever.get(&(member, u16::try_from(kind).ok()?))
    }

    /// The acceptance of all members together on a kind since ever.
    #[must_use]
    pub fn acceptance_on(&self, kind: TaskKind) -> Share {
        let all = self.members.keys().filter_map(|name| self.on(name, kind));
        Share::sum(all.map(Figures::acceptance))
    }

    /// Figures of a member on each kind since ever.
    fn ever_of(&self, member: &MemberName) -> impl Iterator<Item = &Figures> {
        let number = self.members.get(member).map(|known| known.number);
        let cells = number.map(|number| self.ever.range((number, 0)..=(number, u16::MAX)));
        cells.into_iter().flatten().map(|(_, figures)| figures)
    }

    /// Calls of a member that ended since ever, in whatever way.
    #[must_use]
    pub fn calls_of(&self, member: &MemberName) -> u64 {
        self.ever_of(member).map(Figures::calls).sum()
    }

    /// Calls of a member that ran out of time since ever, of these and those that were answered.
    #[must_use]
    pub fn timeouts(&self, member: &MemberName) -> Share {
        Share::sum(self.ever_of(member).map(Figures::timeouts))
    }

    /// The time in which 99 of 100 answers of a member came since ever; `None` before the first.
    #[must_use]
    pub fn slowest(&self, member: &MemberName) -> Option<Span> {
        let mut all = Histogram::default();
        for figures in self.ever_of(member) {
            all.merge(figures.latency());
        }
        all.quantile(990)
    }
}
