//! What is set of routing: by which policy members are chosen, and what each outcome is worth.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::limits::Need;
use super::policy::Policy;
use super::whether::Several;
use crate::core::{MemberName, TaskKind};

/// How members are chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// The policy for kinds without one of their own.
    pub policy: Policy,
    /// The policy of a kind.
    pub kinds: BTreeMap<TaskKind, Policy>,
    /// The order of [`Policy::Fixed`]; who is not named comes last.
    pub order: Vec<MemberName>,
    /// How many further calls a task may cost on average that leaves open how many work it, 0 to
    /// [`Setting::FURTHER_MOST`].
    pub further: f64,
    /// Whether several may be asked about a kind; what is not here is as [usual](Several::usual).
    pub several: BTreeMap<TaskKind, Several>,
    /// What a kind needs of whoever works it; what is not here is worked with words.
    pub needs: BTreeMap<TaskKind, Need>,
    /// What an answer may cost at most, in US dollars; who costs more by its record is left out.
    pub most_usd: Option<f64>,
    /// What outcomes are worth.
    pub rewards: Rewards,
}

impl Default for Setting {
    /// What holds before anything was set: the best record, and nobody is tried out or asked besides.
    fn default() -> Self {
        Self {
            policy: Policy::Performance,
            kinds: BTreeMap::new(),
            order: Vec::new(),
            further: 0.0,
            several: BTreeMap::new(),
            needs: BTreeMap::new(),
            most_usd: None,
            rewards: Rewards::default(),
        }
    }
}

impl Setting {
    /// The most further calls that a task may cost on average.
    pub const FURTHER_MOST: f64 = 7.0;

    /// Whether it can work.
    ///
    /// # Errors
    /// A weight that is no number or out of bounds, a member with two places.
    pub fn check(&self) -> Result<(), BadSetting> {
        for (word, weight) in self.rewards.all() {
            if !(0.0..=Rewards::MOST).contains(&weight) {
                return Err(BadSetting::Weight { word, weight });
            }
        }
        if !(0.0..=Self::FURTHER_MOST).contains(&self.further) {
            let further = self.further;
            return Err(BadSetting::Further { further });
        }
        if let Some(most) = self.most_usd
            && !(most >= 0.0 && most.is_finite())
        {
            return Err(BadSetting::Price { most });
        }
        for (place, member) in self.order.iter().enumerate() {
            if self
                .order
                .iter()
                .skip(place + 1)
                .any(|other| other == member)
            {
                let member = member.clone();
                return Err(BadSetting::Twice { member });
            }
        }
        Ok(())
    }

    /// Whether several may be asked about a kind of task; a kind of the room's own is as the one that it
    /// is like.
    #[must_use]
    pub fn several_on(&self, kind: TaskKind, like: TaskKind) -> Several {
        let set = self.several.get(&kind).or_else(|| self.several.get(&like));
        set.copied().unwrap_or_else(|| Several::usual(like))
    }

    /// What a kind of task needs; a kind of the room's own is as the one that it is like.
    #[must_use]
    pub fn need_of(&self, kind: TaskKind, like: TaskKind) -> Need {
        let set = self.needs.get(&kind).or_else(|| self.needs.get(&like));
        set.copied().unwrap_or(Need::Words)
    }

    /// The policy for a kind of task.
    #[must_use]
    pub fn policy_for(&self, kind: TaskKind) -> Policy {
        self.kinds.get(&kind).copied().unwrap_or(self.policy)
    }
}

/// How much each outcome weighs, in results: 1 counts as a whole one, 0 not at all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rewards {
    /// The operator chose among answers.
    pub choice: f64,
    /// The operator praised or blamed a result.
    pub thumb: f64,
    /// A check of a result passed or failed.
    pub check: f64,
    /// The operator replaced a result by hand.
    pub replaced: f64,
    /// A vote or a consensus chose among answers.
    pub vote: f64,
    /// An expert chose among answers.
    pub expert: f64,
    /// The answers of a council agreed.
    pub agreement: f64,
    /// A call brought an answer that no council judges.
    pub answered: f64,
    /// A call failed.
    pub failed: f64,
}

/// A setting that cannot work.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BadSetting {
    /// A weight is no number or out of bounds.
    #[error(
        "`{word}` weighs {weight}, and an outcome weighs from 0 to {}",
        Rewards::MOST
    )]
    Weight {
        /// Of which outcome.
        word: &'static str,
        /// What it was to weigh.
        weight: f64,
    },
    /// Further calls that are no number or out of bounds.
    #[error(
        "a task may cost from 0 to {} further calls on average, not {further}",
        Setting::FURTHER_MOST
    )]
    Further {
        /// How many it was to cost.
        further: f64,
    },
    /// A price that is no number or negative.
    #[error("an answer may cost an amount of dollars, not {most}")]
    Price {
        /// The price.
        most: f64,
    },
    /// A member has two places in the order.
    #[error("{member} stands twice in the order")]
    Twice {
        /// Who.
        member: MemberName,
    },
}

impl Rewards {
    /// The most that an outcome may weigh.
    pub const MOST: f64 = 10.0;

    /// The weights with their words.
    #[must_use]
    pub fn all(&self) -> [(&'static str, f64); 9] {
        [
            ("choice", self.choice),
            ("thumb", self.thumb),
            ("check", self.check),
            ("replaced", self.replaced),
            ("vote", self.vote),
            ("expert", self.expert),
            ("agreement", self.agreement),
            ("answered", self.answered),
            ("failed", self.failed),
        ]
    }
}

impl Default for Rewards {
    /// The operator's word is a whole result, and so is what a check found. A result that was written by
    /// hand may have been nearly right. What models say of each other is less: the members of a
    /// panel err together. That a call brought an answer says little about the answer.
    fn default() -> Self {
        Self {
            choice: 1.0,
            thumb: 1.0,
            check: 1.0,
            replaced: 0.5,
            vote: 0.5,
            expert: 0.5,
            agreement: 0.3,
            answered: 0.1,
            failed: 0.5,
        }
    }
}
