//! What a room has learned of its members, and from which outcomes.
//!
//! Owns the evidence that each remembered task has added, so that an outcome which comes late, comes
//! twice or is taken back counts once and as it stands last. It is folded from the journal by `evolve`
//! and holds no second truth: the same events give the same figures, bit for bit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use super::convene::Purse;
use super::posterior::{Changed, Mark, Posterior};
use super::setting::{Rewards, Setting};
use super::trust::{SMALLER, Trust};
use super::whether::{Convened, Harmony};
use crate::core::{CallId, MemberName, TaskId, TaskKind, Timestamp};

/// How many changes of members are remembered.
const CHANGES_KEPT: usize = 32;

/// What an outcome is, which says how much it weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// A call brought an answer that no council judges.
    Answered,
    /// A call failed.
    Failed,
    /// The answers of a council agreed.
    Agreement,
    /// A vote or a consensus chose.
    Vote,
    /// An expert chose.
    Expert,
    /// The operator chose.
    Choice,
    /// The operator praised or blamed the result.
    Thumb,
    /// A check of the result passed or failed.
    Check,
    /// The operator replaced the result by another one by hand.
    Replaced,
}

impl Signal {
    fn weight(self, rewards: &Rewards) -> f64 {
        match self {
            Self::Answered => rewards.answered,
            Self::Failed => rewards.failed,
            Self::Agreement => rewards.agreement,
            Self::Vote => rewards.vote,
            Self::Expert => rewards.expert,
            Self::Choice => rewards.choice,
            Self::Thumb => rewards.thumb,
            Self::Check => rewards.check,
            Self::Replaced => rewards.replaced,
        }
    }
}

/// What is judged: a call for itself, or the answer of a member to the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum About {
    Call(CallId),
    Answer,
    Thumb,
    Check,
    Replaced,
}

/// Evidence that was added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Credit {
    member: MemberName,
    kind: TaskKind,
    about: About,
    mark: Mark,
}

/// A member that changed, as its results say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// Who.
    pub member: MemberName,
    /// When it was found out.
    pub at: Timestamp,
    /// From what, and whether to the better.
    pub changed: Changed,
}

/// What is known of all members.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Learning {
    pub(crate) setting: Setting,
    posterior: Posterior,
    /// By task; gone with the task.
    credits: BTreeMap<TaskId, Vec<Credit>>,
    /// When each member was last given a task, counted in tasks.
    given: BTreeMap<MemberName, u64>,
    routed: u64,
    shifts: Vec<Shift>,
    /// The further calls that are saved up.
    #[serde(default)]
    purse: Purse,
    /// How often councils agreed.
    #[serde(default)]
    harmony: Harmony,
    /// The task that is done and whose conflict was settled anew: its next result comes from that.
    #[serde(default)]
    settled: Option<TaskId>,
    /// How the smaller panels did.
    #[serde(default)]
    trust: Trust,
    /// How sure a lead is.
    #[serde(default)]
    calibration: Calibration,
}

impl Learning {
    /// What is set.
    #[must_use]
    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// What outcomes say of the members.
    #[must_use]
    pub fn posterior(&self) -> &Posterior {
        &self.posterior
    }

    /// How many tasks were given to members.
    #[must_use]
    pub fn routed(&self) -> u64 {
        self.routed
    }

    /// When a member was last given a task, counted in tasks; 0 for never.
    #[must_use]
    pub fn given(&self, member: &MemberName) -> u64 {
        self.given.get(member).copied().unwrap_or_default()
    }

    /// The last members that were found to have changed, oldest first.
    #[must_use]
    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    /// The further calls that are saved up.
    #[must_use]
    pub fn purse(&self) -> &Purse {
        &self.purse
    }

    /// How often councils agreed.
    #[must_use]
    pub fn harmony(&self) -> &Harmony {
        &self.harmony
    }

    /// What the votes of panels weigh.
    #[must_use]
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// How sure a share of the weights is.
    #[must_use]
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// It came out who was right where a panel was divided: with which share of its weights it led and
    /// whether that was right, and whether each of the smaller ones was.
    pub(crate) fn panel(
        &mut self,
        kind: TaskKind,
        (share, right): (f64, bool),
        smaller: [bool; SMALLER.len()],
    ) {
        self.trust.observe(kind, right, smaller);
        self.calibration.observe(share, right);
    }

    /// It was settled how many are asked about a task that left it open, and so many are.
    pub(crate) fn convened(&mut self, convened: &Convened, asked: usize) {
        self.purse.pay(self.setting.further, convened.how, asked);
    }

    /// So many more are asked about a task that left it open.
    pub(crate) fn widened(&mut self, further: usize) {
        self.purse.spend(further);
    }

    /// The answers of a council were compared.
    pub(crate) fn met(&mut self, kind: TaskKind, members: usize, differed: bool) {
        self.harmony.met(kind, members, differed);
    }

    /// A task was given to members.
    pub(crate) fn gave(&mut self, council: &[MemberName]) {
        self.routed = self.routed.saturating_add(1);
        for member in council {
            self.given.insert(member.clone(), self.routed);
        }
    }

    /// A call ended, with an answer or by a failure of its member.
    pub(crate) fn call(&mut self, at: Timestamp, of: Judged<'_>, call: CallId, answered: bool) {
        let signal = if answered {
            Signal::Answered
        } else {
            Signal::Failed
        };
        self.credit(at, of, About::Call(call), signal, answered);
    }

    /// It came out whether an answer stands. What was said of it before is taken back.
    pub(crate) fn answer(&mut self, at: Timestamp, of: Judged<'_>, signal: Signal, stands: bool) {
        self.credit(at, of, About::Answer, signal, stands);
    }

    /// The operator praised or blamed a result, or took that back.
    pub(crate) fn thumb(&mut self, at: Timestamp, of: Judged<'_>, good: Option<bool>) {
        match good {
            Some(good) => self.credit(at, of, About::Thumb, Signal::Thumb, good),
            None => self.take_back(of.task, Some(of.member), About::Thumb),
        }
    }

    /// A check of a result came to an end. A later one counts instead.
    pub(crate) fn checked(&mut self, at: Timestamp, of: Judged<'_>, passed: bool) {
        self.credit(at, of, About::Check, Signal::Check, passed);
    }

    /// The operator replaced a result by hand, or took that back.
    pub(crate) fn replaced(&mut self, at: Timestamp, of: Judged<'_>, stands: bool) {
        if stands {
            self.credit(at, of, About::Replaced, Signal::Replaced, false);
        } else {
            self.take_back(of.task, Some(of.member), About::Replaced);
        }
    }

    /// The conflict of a task that is done was settled anew, and another result follows from it.
    pub(crate) fn settled_anew(&mut self, task: TaskId) {
        self.settled = Some(task);
    }

    /// Whether the result that comes now follows from a conflict that was settled anew. Said once.
    pub(crate) fn take_settled(&mut self, task: TaskId) -> bool {
        self.settled.take() == Some(task)
    }

    /// What was said of the answers to a task holds no more.
    pub(crate) fn unsettle(&mut self, task: TaskId) {
        self.take_back(task, None, About::Answer);
    }

    /// A task turned out to be of another kind.
    pub(crate) fn relabel(&mut self, task: TaskId, kind: TaskKind) {
        for credit in self.credits.get_mut(&task).into_iter().flatten() {
            let kinds = (credit.kind, kind);
            credit.mark = self.posterior.relabel(&credit.member, kinds, credit.mark);
            credit.kind = kind;
        }
    }

    /// Nothing more will become known of a task: what it added stays.
    pub(crate) fn forget(&mut self, task: TaskId) {
        self.credits.remove(&task);
    }

    /// Members that left are not known as given to.
    pub(crate) fn left(&mut self, member: &MemberName) {
        self.given.remove(member);
    }

    fn take_back(&mut self, task: TaskId, member: Option<&MemberName>, about: About) {
        let Some(credits) = self.credits.get_mut(&task) else {
            return;
        };
        let posterior = &mut self.posterior;
        credits.retain(|credit| {
            let gone = credit.about == about && member.is_none_or(|one| credit.member == *one);
            if gone {
                posterior.take_back(&credit.member, credit.kind, credit.mark);
            }
            !gone
        });
    }

    fn credit(&mut self, at: Timestamp, of: Judged<'_>, about: About, signal: Signal, good: bool) {
        self.take_back(of.task, Some(of.member), about);
        let weight = signal.weight(&self.setting.rewards);
        let value = f64::from(u8::from(good));
        let seen = self.posterior.observe(of.member, of.kind, value, weight);
        let Some((mark, changed)) = seen else {
            return;
        };
        if let Some(changed) = changed {
            if self.shifts.len() >= CHANGES_KEPT {
                self.shifts.remove(0);
            }
            self.shifts.push(Shift {
                member: of.member.clone(),
                at,
                changed,
            });
        }
        self.credits.entry(of.task).or_default().push(Credit {
            member: of.member.clone(),
            kind: of.kind,
            about,
            mark,
        });
    }
}

/// Whose work on what an outcome is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged<'a> {
    pub(crate) member: &'a MemberName,
    pub(crate) task: TaskId,
    pub(crate) kind: TaskKind,
}
