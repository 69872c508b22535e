//! The panel: the members that are registered for one vote, their families, and who of them may vote.
//! Whether one of them answered is the business of the [intake](super::intake).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::MemberName;

/// A member's place in a panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Who made its model. A blank family is shared with nobody.
    pub family: String,
    /// Whether it may vote. One that may not is still an author, whose answer then has no head.
    pub votes: bool,
}

/// The members registered for a vote. It is set up once: who comes later belongs to the next epoch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Panel {
    epoch: u64,
    seats: BTreeMap<MemberName, Seat>,
}

impl Panel {
    /// A panel of these members.
    #[must_use]
    pub fn new(epoch: u64, seats: impl IntoIterator<Item = (MemberName, Seat)>) -> Self {
        Self {
            epoch,
            seats: seats.into_iter().collect(),
        }
    }

    /// Which vote it is for. A ballot of another epoch is not of this panel.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// All seats, in the order of the names.
    pub fn seats(&self) -> impl Iterator<Item = (&MemberName, &Seat)> {
        self.seats.iter()
    }

    /// A member's seat.
    #[must_use]
    pub fn seat(&self, member: &MemberName) -> Option<&Seat> {
        self.seats.get(member)
    }

    /// Whether a member is registered and may vote.
    #[must_use]
    pub fn may_vote(&self, member: &MemberName) -> bool {
        self.seat(member).is_some_and(|seat| seat.votes)
    }

    /// Those who may vote, in the order of their names.
    pub fn voters(&self) -> impl Iterator<Item = &MemberName> {
        let voting = self.seats.iter().filter(|(_, seat)| seat.votes);
        voting.map(|(member, _)| member)
    }

    /// How many may vote.
    #[must_use]
    pub fn size(&self) -> usize {
        self.voters().count()
    }

    /// Whether two members are of one family. Each is of its own.
    #[must_use]
    pub fn related(&self, one: &MemberName, other: &MemberName) -> bool {
        let family = |member| {
            let seat = self.seat(member)?;
            let name = seat.family.trim();
            (!name.is_empty()).then_some(name)
        };
        one == other || family(one).is_some_and(|name| family(other) == Some(name))
    }
}
