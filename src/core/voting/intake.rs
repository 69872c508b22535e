//! Takes ballots in. A ballot counts once, from the voter that its sheet was given to, while the vote is
//! open; every other one is refused, kept and shown.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::close::settled;
use super::{Abstention, Faults, Panel, Sheet, Slate, Vote};
use crate::core::{MemberName, Timestamp};

/// How many refused ballots are kept whole; of more only the number is.
pub const REFUSED_MAX: usize = 256;

/// A ballot as it arrives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cast {
    /// Who says to have cast it.
    pub voter: MemberName,
    /// The number of its sheet.
    pub sheet: u64,
    /// The epoch that it is for.
    pub epoch: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// What it says.
    pub vote: Vote,
}

/// Why a ballot does not count.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// Its voter is not registered for this vote, may not vote, or means another vote.
    #[error("not of this panel")]
    NotOfThisPanel,
    /// Its sheet was never given out, or to somebody else.
    #[error("forged: its sheet was not given to this voter")]
    Forged,
    /// Its voter has left.
    #[error("departed: its voter has left the panel")]
    Departed,
    /// The vote was over.
    #[error("late: the vote was closed before it came")]
    Late,
    /// Its voter has a ballot already. The first one stands.
    #[error("duplicate: its voter has voted already, and the first ballot stands")]
    Duplicate,
    /// It does not fit its sheet.
    #[error("malformed: {faults}")]
    Malformed {
        /// What is wrong.
        faults: Faults,
    },
}

/// A refused ballot, kept to be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusedBallot {
    /// Who says to have cast it.
    pub voter: MemberName,
    /// The number of the sheet that it names.
    pub sheet: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// Why it does not count.
    pub why: Refused,
}

/// The ballots of one vote, and all that decides whether a ballot counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ballots {
    panel: Panel,
    slate: Slate,
    closes: Option<Timestamp>,
    closed: bool,
    sheets: BTreeMap<u64, Sheet>,
    votes: BTreeMap<MemberName, Vote>,
    again: BTreeMap<MemberName, Vote>,
    departed: BTreeSet<MemberName>,
    refused: Vec<RefusedBallot>,
    refused_more: u64,
}

impl Ballots {
    /// An open vote, which takes ballots until a time, or until it is closed.
    #[must_use]
    pub fn open(panel: Panel, slate: Slate, closes: Option<Timestamp>) -> Self {
        Self {
            panel,
            slate,
            closes,
            closed: false,
            sheets: BTreeMap::new(),
            votes: BTreeMap::new(),
            again: BTreeMap::new(),
            departed: BTreeSet::new(),
            refused: Vec::new(),
            refused_more: 0,
        }
    }

    /// Records that a sheet was given out. A number that is taken already keeps its first sheet.
    pub fn give(&mut self, sheet: Sheet) {
        self.sheets.entry(sheet.number).or_insert(sheet);
    }

    /// Takes a ballot in, or keeps it among the refused ones and says why. What is asked, in this
    /// order: is it of this panel, is its sheet its voter's, has the voter left, is it in time, is it
    /// the first, and does it fit the sheet.
    pub fn admit(&mut self, cast: Cast) -> Result<(), Refused> {
        match self.refusal(&cast) {
            None => {
                let again = self.sheets.get(&cast.sheet).is_some_and(|it| it.again);
                let votes = if again {
                    &mut self.again
                } else {
                    &mut self.votes
                };
                votes.insert(cast.voter, cast.vote);
                Ok(())
            }
            Some(why) => {
                self.keep(cast.voter, cast.sheet, cast.at, why.clone());
                Err(why)
            }
        }
    }

    fn refusal(&self, cast: &Cast) -> Option<Refused> {
        if cast.epoch != self.panel.epoch() || !self.panel.may_vote(&cast.voter) {
            return Some(Refused::NotOfThisPanel);
        }
        let sheet = self.sheets.get(&cast.sheet);
        let Some(sheet) = sheet.filter(|sheet| sheet.voter == cast.voter) else {
            return Some(Refused::Forged);
        };
        if self.departed.contains(&cast.voter) {
            return Some(Refused::Departed);
        }
        if self.closed || self.closes.is_some_and(|closes| cast.at > closes) {
            return Some(Refused::Late);
        }
        let votes = if sheet.again {
            &self.again
        } else {
            &self.votes
        };
        if votes.contains_key(&cast.voter) {
            return Some(Refused::Duplicate);
        }
        match &cast.vote {
            Vote::Ranked(ballot) => {
                let faults = ballot.check(sheet).err()?;
                Some(Refused::Malformed { faults })
            }
            Vote::Abstained(_) => None,
        }
    }

    fn keep(&mut self, voter: MemberName, sheet: u64, at: Timestamp, why: Refused) {
        if self.refused.len() < REFUSED_MAX {
            self.refused.push(RefusedBallot {
                voter,
                sheet,
                at,
                why,
            });
        } else {
            self.refused_more = self.refused_more.saturating_add(1);
        }
    }

    /// A member has left the panel for good, as when it is taken off the roster: neither its ballot
    /// nor its authorship counts, and a ballot that was taken in is kept among the refused ones. A
    /// member whose server merely died after it voted has not left: its ballot stands.
    pub fn depart(&mut self, member: &MemberName, at: Timestamp) {
        // What is counted stays so.
        if self.closed || self.panel.seat(member).is_none() || !self.departed.insert(member.clone())
        {
            return;
        }
        for again in [false, true] {
            let votes = if again {
                &mut self.again
            } else {
                &mut self.votes
            };
            if votes.remove(member).is_some() {
                let mut sheets = self.sheets.values();
                let sheet = sheets.find(|it| it.voter == *member && it.again == again);
                let number = sheet.map_or(0, |sheet| sheet.number);
                self.keep(member.clone(), number, at, Refused::Departed);
            }
        }
    }

    /// The same vote as if a member had left before it was closed.
    #[must_use]
    pub fn without(&self, member: &MemberName, at: Timestamp) -> Self {
        let mut others = self.clone();
        others.closed = false;
        others.depart(member, at);
        others.closed = self.closed;
        others
    }

    /// Takes no more ballots.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Takes ballots again until a time, or until it is closed: for a close call or a further round.
    pub fn reopen(&mut self, closes: Option<Timestamp>) {
        self.closed = false;
        self.closes = closes;
    }

    /// The panel of the vote.
    #[must_use]
    pub fn panel(&self) -> &Panel {
        &self.panel
    }

    /// The candidates of the vote.
    #[must_use]
    pub fn slate(&self) -> &Slate {
        &self.slate
    }

    /// The sheets that were given out, by number.
    pub fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.sheets.values()
    }

    /// What each voter answered first.
    pub fn votes(&self) -> impl Iterator<Item = (&MemberName, &Vote)> {
        self.votes.iter()
    }

    /// A voter's first answer.
    #[must_use]
    pub fn vote(&self, voter: &MemberName) -> Option<&Vote> {
        self.votes.get(voter)
    }

    /// What a voter answered when it was asked again in the reversed order.
    #[must_use]
    pub fn vote_again(&self, voter: &MemberName) -> Option<&Vote> {
        self.again.get(voter)
    }

    /// A voter's answer as it is counted: where it changed its mind with the order of the candidates,
    /// those are on one level.
    #[must_use]
    pub fn counted(&self, voter: &MemberName) -> Option<Vote> {
        let vote = self.votes.get(voter)?;
        match (vote, self.again.get(voter)) {
            (Vote::Ranked(first), Some(Vote::Ranked(again))) => {
                Some(Vote::Ranked(settled(first, again)))
            }
            (_, Some(Vote::Ranked(_) | Vote::Abstained(_)) | None) => Some(vote.clone()),
        }
    }

    /// What tells two states of one vote apart: as long as it is the same, so is the count.
    #[must_use]
    pub fn revision(&self) -> [usize; 3] {
        [self.votes.len(), self.again.len(), self.departed.len()]
    }

    /// Whether a member has left.
    #[must_use]
    pub fn has_departed(&self, member: &MemberName) -> bool {
        self.departed.contains(member)
    }

    /// The refused ballots that were kept, oldest first.
    #[must_use]
    pub fn refused(&self) -> &[RefusedBallot] {
        &self.refused
    }

    /// How many ballots were refused in all.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.refused_more
            .saturating_add(u64::try_from(self.refused.len()).unwrap_or(u64::MAX))
    }

    /// Whether a voter responded: it stands behind a candidate, or it voted or chose to abstain.
    #[must_use]
    pub fn is_present(&self, voter: &MemberName) -> bool {
        if !self.panel.may_vote(voter) || self.has_departed(voter) {
            return false;
        }
        let answered = match self.votes.get(voter) {
            Some(Vote::Ranked(_) | Vote::Abstained(Abstention::Chosen { .. })) => true,
            Some(Vote::Abstained(Abstention::Unreadable { .. })) | None => false,
        };
        answered || self.slate.own(voter).is_some()
    }

    /// How many voters responded.
    #[must_use]
    pub fn present(&self) -> usize {
        let voters = self.panel.voters();
        voters.filter(|voter| self.is_present(voter)).count()
    }
}
