//! What is remembered of an ended task's documents: enough to make their summaries of.

use serde::{Deserialize, Serialize};

use crate::core::digest::digest;
use crate::core::text::{clipped, one_line};
use crate::core::{
    Basis, CallId, Candidate, Contest, Ending, Ground, MemberName, Outcome, Phase, SessionId,
    State, Strategy, Task, TaskId, TaskKind, Text, Timestamp,
};

/// How many bytes of a result the state keeps once the task is over.
pub(crate) const RESULT_KEPT: usize = 256 * 1024;
/// How many bytes of each answer the state keeps once the task is over.
pub(crate) const ANSWER_KEPT: usize = 8 * 1024;
/// How many bytes of the prompt's first line are kept.
const HEADLINE_KEPT: usize = 160;
/// How many bytes the summary of a result has at most.
const SUMMARY_MAX: usize = 1000;
/// How many bytes of a result the summary is made of.
const SUMMED_UP: usize = 16 * 1024;
/// How many bytes of a candidate's label are kept.
const LABEL_KEPT: usize = 200;
/// How many bytes a result has besides its text, the rows of its calls aside.
const RESULT_FRAME: usize = 700;
/// How many bytes of the prompt are in a result.
const PROMPT_SHOWN: usize = 4000;
/// How many bytes a call takes in a document besides its answer.
const ROW: usize = 120;
/// How many bytes a conflict has besides its answers.
const CONFLICT_FRAME: usize = 600;
/// How many bytes of it say what each rule says.
const RULES_FRAME: usize = 2500;
/// How many bytes a ballot, a position or an opinion takes in it.
const REPLY: usize = 500;
/// How many bytes a step takes in it.
const STEP: usize = 150;

/// An ended task whose result or conflict is in the shared memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leaf {
    pub(super) ended: Timestamp,
    pub(super) bytes: u64,
    headline: String,
    kind: TaskKind,
    strategy: Strategy,
    members: Vec<MemberName>,
    pub(super) result: Option<Gist>,
    dispute: Option<Dispute>,
}

/// What a result says, in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gist {
    /// The sentences that say most of it; untrusted.
    pub summary: Text,
    /// How many bytes the result has.
    pub bytes: usize,
    /// The calls on whose answers it stands.
    pub from: Vec<CallId>,
    /// Why this is the result.
    pub basis: Basis,
}

/// How the answers of a council differed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    /// The distinct answers.
    pub sides: Vec<Side>,
    /// The one that was chosen; `None` for words of the operator's own, or when none was.
    pub chosen: Option<usize>,
    /// Whether it was settled; otherwise it was dropped.
    pub settled: bool,
    /// On which ground it was settled; `None` where it was not.
    #[serde(default)]
    pub ground: Option<Ground>,
}

/// One of the distinct answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// What it comes to; untrusted.
    pub label: String,
    /// Who said so, and where.
    pub answers: Vec<(CallId, MemberName, SessionId)>,
}

impl Leaf {
    /// What is to be remembered of a task that ends now with this outcome; `None` when it leaves
    /// neither a result nor a conflict.
    pub(crate) fn of(state: &State, task: &Task, at: Timestamp, outcome: &Outcome) -> Option<Self> {
        let dispute = match &task.phase {
            Phase::Deciding { candidates, .. } => {
                Some(Dispute::of(state, task.id, candidates, outcome))
            }
            Phase::Queued | Phase::Working | Phase::Held { .. } | Phase::Ended { .. } => None,
        };
        let result = Gist::of(outcome);
        if result.is_none() && dispute.is_none() {
            return None;
        }
        let calls = || task.calls.iter().filter_map(|call| state.calls.get(call));
        let rows = calls().count() * ROW;
        let prompt = task.order.prompt.len().min(PROMPT_SHOWN);
        let of_result = result
            .as_ref()
            .map_or(0, |gist| RESULT_FRAME + prompt + rows + gist.bytes);
        let answered = |ending: Option<&Ending>| match ending {
            Some(Ending::Answered(answer)) => answer.text.len().min(ANSWER_KEPT),
            Some(Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted) | None => {
                0
            }
        };
        let answers: usize = calls().map(|call| answered(call.ending())).sum();
        let of_dispute = dispute
            .as_ref()
            .map_or(0, |_| CONFLICT_FRAME + prompt.min(1000) + rows + answers)
            + state.contest(task.id).map_or(0, reckoned);
        Some(Self {
            ended: at,
            bytes: u64::try_from(of_result + of_dispute).unwrap_or(u64::MAX),
            headline: one_line(task.order.prompt.headline(), HEADLINE_KEPT),
            kind: task.order.kind,
            strategy: task.order.strategy,
            members: task.council.clone(),
            result,
            dispute,
        })
    }

    /// The result was written anew by hand.
    pub(super) fn replace(&mut self, text: &Text) {
        let Some(gist) = &mut self.result else {
            return;
        };
        let before = u64::try_from(gist.bytes).unwrap_or(u64::MAX);
        gist.sum_up(text);
        gist.basis = Basis::Operator;
        let after = u64::try_from(gist.bytes).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_sub(before).saturating_add(after);
    }

    /// When the task ended, or its result was written anew.
    #[must_use]
    pub fn ended(&self) -> Timestamp {
        self.ended
    }

    /// How many bytes its documents have, as reckoned from their texts.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The first line of what was asked.
    #[must_use]
    pub fn headline(&self) -> &str {
        &self.headline
    }

    /// What sort of work it was.
    #[must_use]
    pub fn kind(&self) -> TaskKind {
        self.kind
    }

    pub(super) fn relabel(&mut self, kind: TaskKind) {
        self.kind = kind;
    }

    /// How it was worked.
    #[must_use]
    pub fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// By whom.
    #[must_use]
    pub fn members(&self) -> &[MemberName] {
        &self.members
    }

    /// What its result says, if it has one.
    #[must_use]
    pub fn result(&self) -> Option<&Gist> {
        self.result.as_ref()
    }

    /// How its answers differed, if they did.
    #[must_use]
    pub fn dispute(&self) -> Option<&Dispute> {
        self.dispute.as_ref()
    }
}

/// About how many bytes a document takes for what was done about a conflict: ballots and replies, the
/// rules for each candidate, and the steps.
fn reckoned(contest: &Contest) -> usize {
    let of_rules = contest.ballots().map_or(0, |_| RULES_FRAME);
    contest.inquiries().len() * REPLY + contest.steps().len() * STEP + of_rules
}

impl Gist {
    fn of(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Done {
                result,
                from,
                basis,
            } => {
                let mut gist = Self {
                    summary: Text::from(""),
                    bytes: 0,
                    from: from.clone(),
                    basis: *basis,
                };
                gist.sum_up(result);
                Some(gist)
            }
            Outcome::Failed { .. } | Outcome::Cancelled => None,
        }
    }

    fn sum_up(&mut self, result: &Text) {
        self.summary = digest(&result.excerpt(SUMMED_UP), SUMMARY_MAX);
        self.bytes = result.len().min(RESULT_KEPT);
    }
}

impl Dispute {
    fn of(state: &State, task: TaskId, candidates: &[Candidate], outcome: &Outcome) -> Self {
        let (settled, from): (bool, &[CallId]) = match outcome {
            Outcome::Done { from, .. } => (true, from),
            Outcome::Failed { .. } | Outcome::Cancelled => (false, &[]),
        };
        let sides = candidates.iter().map(|candidate| {
            let calls = candidate.calls.iter();
            let answers = calls.filter_map(|id| {
                let call = state.calls.get(id)?;
                Some((*id, call.member.clone(), call.session))
            });
            Side {
                label: clipped(&candidate.label, LABEL_KEPT),
                answers: answers.collect(),
            }
        });
        Self {
            sides: sides.collect(),
            chosen: candidates.iter().position(|one| one.calls == from),
            settled,
            ground: state
                .contest(task)
                .and_then(|contest| contest.decision())
                .map(|decision| decision.ground.clone()),
        }
    }
}
