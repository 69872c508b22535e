//! One conflict under way, and what was done about it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{About, Answered, Closed, Course, Inquiry, OperatorBallot, Rung, Stage, Taken, Terms};
use crate::core::conflict::claims::{Exhibits, Matrix};
use crate::core::voting::{Ballots, Count, Nature, Panel, Position, Slate, count};
use crate::core::{
    Actor, AttentionId, CallId, Candidate, Decision, Ground, MemberName, TaskId, Timestamp,
};

/// One consensus round.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Round {
    /// The candidate that most stood for before it, if it was one.
    pub before: Option<usize>,
    /// Where each member that was asked stands after it.
    pub positions: BTreeMap<MemberName, Option<Position>>,
}

impl Round {
    /// Whether somebody changed sides.
    #[must_use]
    pub fn moved(&self) -> bool {
        let mut positions = self.positions.values().flatten();
        positions.any(|position| matches!(position, Position::Changed { .. }))
    }
}

/// What an expert said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// Who.
    pub by: MemberName,
    /// The candidate that it chose, if one.
    pub choice: Option<usize>,
    /// Why; untrusted.
    pub because: String,
}

/// One conflict, from the differing answers to the decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contest {
    pub(crate) task: TaskId,
    pub(crate) found: Timestamp,
    pub(crate) nature: Nature,
    pub(crate) candidates: Vec<Candidate>,
    /// How many candidates there were at first.
    pub(crate) found_candidates: usize,
    /// Who stands for each candidate now.
    pub(crate) sides: Vec<BTreeSet<MemberName>>,
    pub(crate) stage: Stage,
    /// Whether nothing was done yet on the present rung.
    pub(crate) fresh: bool,
    pub(crate) steps: Vec<Taken>,
    pub(crate) terms: Option<Terms>,
    pub(crate) ballots: Option<Ballots>,
    pub(crate) closed: Vec<Closed>,
    pub(crate) inquiries: BTreeMap<TaskId, Inquiry>,
    pub(crate) answered: BTreeMap<TaskId, Answered>,
    pub(crate) rounds: Vec<Round>,
    /// How many rounds there were when it was last begun anew.
    pub(crate) rounds_before: usize,
    pub(crate) opinions: Vec<Opinion>,
    pub(crate) claims: Option<Matrix>,
    pub(crate) own_ballot: Option<OperatorBallot>,
    pub(crate) decision: Option<Decision>,
    pub(crate) reopened: Option<AttentionId>,
}

impl Contest {
    /// A conflict that was just found.
    pub(crate) fn new(
        task: TaskId,
        found: Timestamp,
        nature: Nature,
        candidates: Vec<Candidate>,
        sides: Vec<BTreeSet<MemberName>>,
    ) -> Self {
        Self {
            task,
            found,
            nature,
            found_candidates: candidates.len(),
            candidates,
            sides,
            stage: Stage::Found,
            fresh: true,
            steps: Vec::new(),
            terms: None,
            ballots: None,
            closed: Vec::new(),
            inquiries: BTreeMap::new(),
            answered: BTreeMap::new(),
            rounds: Vec::new(),
            rounds_before: 0,
            opinions: Vec::new(),
            claims: None,
            own_ballot: None,
            decision: None,
            reopened: None,
        }
    }

    /// The task whose answers differ.
    #[must_use]
    pub fn task(&self) -> TaskId {
        self.task
    }

    /// When that was found.
    #[must_use]
    pub fn found(&self) -> Timestamp {
        self.found
    }

    /// What sort of answers they are.
    #[must_use]
    pub fn nature(&self) -> Nature {
        self.nature
    }

    /// The distinct answers; those that say nothing stand last, and nobody can stand for them.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// How many candidates there were before a judge joined some.
    #[must_use]
    pub fn found_candidates(&self) -> usize {
        self.found_candidates
    }

    /// The answers taken apart into claims, where a clerk did.
    #[must_use]
    pub fn claims(&self) -> Option<&Matrix> {
        self.claims.as_ref()
    }

    /// What a voter is shown of the candidates in place of whole answers: what each says on what they
    /// contest.
    #[must_use]
    pub fn exhibits(&self) -> Option<Exhibits> {
        self.claims.as_ref()?.exhibits()
    }

    /// The operator's own ballot.
    #[must_use]
    pub fn own_ballot(&self) -> Option<&OperatorBallot> {
        self.own_ballot.as_ref()
    }

    /// How it was settled.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        self.decision.as_ref()
    }

    /// The inbox item, where it was opened again after its task was done.
    #[must_use]
    pub fn reopened(&self) -> Option<AttentionId> {
        self.reopened
    }

    /// How many consensus rounds the operator ordered.
    #[must_use]
    pub fn rounds_ordered(&self) -> usize {
        let steps = self.steps.iter();
        let rounds = steps.filter(|step| step.to == Stage::On(Rung::Consensus));
        rounds.filter(|step| step.by == Actor::Operator).count()
    }

    /// Who stands for each candidate now: its authors, but for those who changed sides in a round.
    #[must_use]
    pub fn sides(&self) -> &[BTreeSet<MemberName>] {
        &self.sides
    }

    /// The candidate that a member stands for.
    #[must_use]
    pub fn side_of(&self, member: &MemberName) -> Option<usize> {
        self.sides.iter().position(|side| side.contains(member))
    }

    /// Where it stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The steps that it took, first to last.
    #[must_use]
    pub fn steps(&self) -> &[Taken] {
        &self.steps
    }

    /// How its present or last vote is counted.
    #[must_use]
    pub fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref()
    }

    /// The ballots of its present or last vote.
    #[must_use]
    pub fn ballots(&self) -> Option<&Ballots> {
        self.ballots.as_ref()
    }

    /// Its votes that were closed, oldest first.
    #[must_use]
    pub fn closed(&self) -> &[Closed] {
        &self.closed
    }

    /// The number of its present or last vote; 0 before the first.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.ballots
            .as_ref()
            .map_or(0, |ballots| ballots.panel().epoch())
    }

    /// Whether its present vote is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let last = self.closed.last();
        last.is_some_and(|closed| closed.epoch == self.epoch())
    }

    /// How far its present or last vote went; `None` before the first.
    #[must_use]
    pub fn course(&self) -> Option<Course> {
        self.ballots.as_ref()?;
        Some(if self.is_closed() {
            Course::Closed
        } else if self.stage == Stage::On(Rung::Vote) && !self.fresh {
            Course::Open
        } else {
            Course::BrokenOff
        })
    }

    /// The numbers of its votes that it left before they were counted, lowest first.
    pub fn broken_off(&self) -> impl Iterator<Item = u64> {
        let is_open = self.course() == Some(Course::Open);
        let open = is_open.then(|| self.epoch());
        let closed = |number: u64| self.closed.iter().any(|it| it.epoch == number);
        // Each vote begins with a step, so there are no more of them.
        let all = (1..=self.epoch()).take(self.steps.len());
        all.filter(move |number| open != Some(*number) && !closed(*number))
    }

    /// Who was asked what, by the task that asks.
    #[must_use]
    pub fn inquiries(&self) -> &BTreeMap<TaskId, Inquiry> {
        &self.inquiries
    }

    /// What an inquiry brought.
    #[must_use]
    pub fn answered(&self, by: TaskId) -> Option<&Answered> {
        self.answered.get(&by)
    }

    /// The inquiries of its present vote, or about something else, of this sort.
    pub fn asked(&self, about: About) -> impl Iterator<Item = &Inquiry> {
        let epoch = self.epoch();
        let all = self.inquiries.values();
        all.filter(move |one| one.about == about && one.epoch == epoch)
    }

    /// Inquiries of which nothing was heard yet.
    pub fn open(&self) -> impl Iterator<Item = &Inquiry> {
        let all = self.inquiries.values();
        all.filter(|one| !self.answered.contains_key(&one.by))
    }

    /// Its consensus rounds, oldest first.
    #[must_use]
    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }

    /// The round of a number, from 1.
    #[must_use]
    pub fn round(&self, number: u32) -> Option<&Round> {
        let place = usize::try_from(number.checked_sub(1)?).ok()?;
        self.rounds.get(place)
    }

    /// The candidate that most stand for; `None` where several are equal.
    #[must_use]
    pub fn leader(&self) -> Option<usize> {
        let most = self.sides.iter().map(BTreeSet::len).max()?;
        let mut leaders = self.sides.iter().enumerate();
        let mut leaders = leaders.by_ref().filter(|(_, side)| side.len() == most);
        let (place, _) = leaders.next()?;
        leaders.next().is_none().then_some(place)
    }

    /// The candidate that all stand for who stand for one, and how many that are.
    #[must_use]
    pub fn agreed(&self) -> Option<(usize, usize)> {
        let mut sides = self.sides.iter().enumerate();
        let (place, side) = sides.find(|(_, side)| !side.is_empty())?;
        let alone = sides.all(|(_, side)| side.is_empty());
        alone.then_some((place, side.len()))
    }

    /// The candidate on which a council of so many agrees: nobody stands for another one, and more than
    /// half of the council stand for it.
    #[must_use]
    pub fn consensus(&self, council: usize) -> Option<usize> {
        let (place, stand) = self.agreed()?;
        (stand * 2 > council).then_some(place)
    }

    /// The calls on which what was decided stands: those of the chosen candidate, or all where the
    /// operator wrote the result.
    #[must_use]
    pub fn result_of(&self) -> Option<Vec<CallId>> {
        let decision = self.decision.as_ref()?;
        match decision.chosen {
            Some(chosen) => Some(self.candidates.get(chosen)?.calls.clone()),
            None if decision.ground == Ground::Operator => {
                let calls = self.candidates.iter().flat_map(|one| &one.calls);
                Some(calls.copied().collect())
            }
            None => None,
        }
    }

    /// Of each round that is over, whether another candidate stood first after it.
    pub fn round_changes(&self) -> impl Iterator<Item = bool> {
        let mut open = self.open();
        let last_is_open = open.any(|one| matches!(one.about, About::Position(_)));
        let over = self.rounds.len() - usize::from(last_is_open && !self.rounds.is_empty());
        let after = self.rounds.iter().skip(1).map(|round| round.before);
        let after = after.chain([self.leader()]);
        let rounds = self.rounds.iter().take(over).zip(after);
        rounds.map(|(round, after)| round.before != after)
    }

    /// What experts said, oldest first.
    #[must_use]
    pub fn opinions(&self) -> &[Opinion] {
        &self.opinions
    }

    /// Counts the present vote as it stands.
    #[must_use]
    pub fn count(&self) -> Option<Count> {
        let (ballots, terms) = (self.ballots.as_ref()?, self.terms.as_ref()?);
        Some(count(ballots, &terms.setup, &terms.weights))
    }

    /// The candidates as a vote sees them.
    pub(crate) fn slate(&self) -> Slate {
        Slate::new(self.sides.clone()).unwrap_or_default()
    }

    /// Begins a vote.
    pub(crate) fn begin(&mut self, panel: Panel, terms: Terms) {
        let ballots = Ballots::open(panel, self.slate(), Some(terms.closes));
        self.ballots = Some(ballots);
        self.terms = Some(terms);
        self.fresh = false;
    }
}
