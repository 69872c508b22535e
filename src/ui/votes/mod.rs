//! The conflict at hand on the Votes screen: which part of it is looked at, under which rule, what was
//! counted, and the pages made from it.
//!
//! Everything here is made from the state and is only for show: looking at a vote under another rule
//! changes nothing in the room. It sends nothing; `update` does.

pub(crate) mod ballots;
mod candidates;
pub(crate) mod claims;
mod compare;
pub(crate) mod dispute;
mod figures;
pub(crate) mod own;
pub(crate) mod record;
pub(crate) mod standing;
mod steps;
mod tally;
pub(crate) mod veil;

use std::collections::BTreeSet;

use crate::core::ladder::{Contest, Rung, Stage};
use crate::core::voting::Rule;
use crate::core::{State, TaskId, Timestamp};
use crate::ui::model::Setup;
use crate::ui::page::Page;

pub(crate) use figures::Figures;
use figures::{Basis, is_light};
pub use figures::{Counted, Work};

/// A part of what is shown of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Part {
    /// The answers, two at a time.
    #[default]
    Candidates,
    /// What they claim, and who contradicts whom in it; only where a clerk took them apart.
    Claims,
    /// Who ranked them how.
    Ballots,
    /// What the rules make of that.
    Tally,
    /// What was done about it.
    Steps,
}

impl Part {
    /// All of them, from the left.
    const ALL: [Self; 5] = [
        Self::Candidates,
        Self::Claims,
        Self::Ballots,
        Self::Tally,
        Self::Steps,
    ];

    /// Those that a conflict has, from the left.
    pub(crate) fn of(contest: &Contest) -> Vec<Self> {
        let has = |part: &Self| *part != Self::Claims || contest.claims().is_some();
        Self::ALL.into_iter().filter(has).collect()
    }

    /// Its name.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Candidates => "Answers",
            Self::Claims => "Claims",
            Self::Ballots => "Ballots",
            Self::Tally => "Tally",
            Self::Steps => "Steps",
        }
    }

    /// The part of a conflict beside it; the last one is beside the first.
    fn beside(self, contest: &Contest, forward: bool) -> Self {
        let all = Self::of(contest);
        let at = all.iter().position(|part| *part == self).unwrap_or(0);
        let step = if forward { 1 } else { all.len() - 1 };
        all.get((at + step) % all.len()).copied().unwrap_or(self)
    }
}

/// What the page in sight was made from.
#[derive(Debug, Clone, PartialEq)]
struct Made {
    task: TaskId,
    /// When the conflict was found: a task that is asked anew may have another one.
    found: Timestamp,
    part: Part,
    /// How far the room was; the answers only change with the steps that a conflict takes.
    stamp: u64,
    columns: u16,
    at: usize,
    claim: usize,
    hidden: bool,
    /// What was counted.
    basis: Option<Basis>,
    /// What a count now would be about.
    current: Option<Basis>,
}

/// The conflict at hand, as this console looks at it.
#[derive(Debug, Default)]
pub(crate) struct Votes {
    task: Option<TaskId>,
    pub(crate) part: Part,
    /// Instead of the rule that was set.
    rule: Option<Rule>,
    /// Every vote weighs the same.
    equal: bool,
    /// The candidate that is looked at.
    at: usize,
    /// The claim that is looked at, by its place in the table.
    claim: usize,
    /// Votes whose ballots the operator looked at before they were counted.
    revealed: BTreeSet<(TaskId, Timestamp, u64)>,
    figures: Option<Figures>,
    /// A count that is wanted and too long for a frame.
    wanted: Option<Basis>,
    made: Option<Made>,
    pub(crate) page: Page,
    /// Rows of the table of ballots above the window.
    pub(crate) top: usize,
    /// Two texts of the shared memory, where they are looked at instead of a conflict.
    pub(crate) dispute: dispute::Sheet,
}

impl Votes {
    /// The conflict that is shown.
    pub(crate) fn contest<'s>(&self, state: &'s State) -> Option<&'s Contest> {
        state.contest(self.task?)
    }

    /// Looks at a conflict, or at none. What was chosen for another one is forgotten.
    pub(crate) fn look_at(&mut self, task: Option<TaskId>) {
        if self.task != task {
            self.task = task;
            (self.rule, self.equal) = (None, false);
            (self.at, self.claim, self.top) = (0, 0, 0);
            self.wanted = None;
        }
    }

    /// The candidate that is looked at.
    pub(crate) fn candidate(&self, contest: &Contest) -> usize {
        self.at.min(contest.candidates().len().saturating_sub(1))
    }

    /// Looks at the candidate beside it.
    pub(crate) fn step(&mut self, contest: &Contest, forward: bool) {
        let last = contest.candidates().len().saturating_sub(1);
        let at = self.candidate(contest);
        self.at = if forward {
            (at + 1).min(last)
        } else {
            at.saturating_sub(1)
        };
    }

    /// The claim that is looked at, by its place in the table.
    pub(crate) fn claim(&self, contest: &Contest) -> usize {
        let count = contest.claims().map_or(0, |it| it.claims().len());
        self.claim.min(count.saturating_sub(1))
    }

    /// Looks at the claim at a place.
    pub(crate) fn look_at_claim(&mut self, place: usize) {
        self.claim = place;
    }

    /// Looks at the part beside it.
    pub(crate) fn turn(&mut self, contest: &Contest, forward: bool) {
        self.part = self.part.beside(contest, forward);
    }

    /// The rule that is looked at.
    pub(crate) fn rule(&self, contest: &Contest) -> Option<Rule> {
        self.rule.or_else(|| Some(contest.terms()?.setup.rule))
    }

    /// Looks at the next rule, or the one before.
    pub(crate) fn other_rule(&mut self, contest: &Contest, forward: bool) -> Option<Rule> {
        let (all, rule) = (Rule::ALL, self.rule(contest)?);
        let at = all.iter().position(|it| *it == rule)?;
        let step = if forward { 1 } else { all.len() - 1 };
        self.rule = all.get((at + step) % all.len()).copied();
        self.rule
    }

    /// Has every vote weigh the same, or as earned again; which of the two is so now.
    pub(crate) fn other_weights(&mut self) -> bool {
        self.equal = !self.equal;
        self.equal
    }

    /// Whether what the ballots say is hidden: the vote goes on, and the operator has neither voted
    /// nor asked to see them.
    pub(crate) fn is_hidden(&self, contest: &Contest) -> bool {
        let open = contest.stage() == Stage::On(Rung::Vote) && !contest.is_closed();
        let seen = self.revealed.contains(&vote_of(contest));
        let voted = contest.own_ballot().is_some();
        open && contest.ballots().is_some() && !seen && !voted
    }

    /// Shows what the ballots of the present vote say.
    pub(crate) fn reveal(&mut self, contest: &Contest) {
        self.revealed.insert(vote_of(contest));
    }

    /// What was counted of the conflict at hand, where it was.
    pub(crate) fn figures(&self, contest: &Contest) -> Option<&Figures> {
        self.figures.as_ref().filter(|it| it.is_of(contest))
    }

    /// Counts what waited for it.
    pub(crate) fn settle(&mut self, state: &State) {
        if let Some(contest) = self.contest(state)
            && !self.is_hidden(contest)
        {
            self.count(contest, state, true);
        }
    }

    /// Counts where there is time for it; else has it counted where something new was asked for, or
    /// where it is time for what arrived by itself.
    fn count(&mut self, contest: &Contest, state: &State, is_due: bool) {
        let Some(basis) = Basis::of(contest, state, self.rule, self.equal) else {
            self.figures = None;
            return;
        };
        let last = self.figures.as_ref().map(|it| &it.basis);
        if last == Some(&basis) {
            self.wanted = None;
        } else if is_light(contest) {
            let counted = Work::of(contest, basis).map(Work::run);
            self.figures = counted.and_then(|it| Figures::of(contest, state, it));
        } else if is_due || last.is_none_or(|last| !last.asks_for(&basis)) {
            self.wanted = Some(basis);
        }
    }

    /// The count that is to be done beside the loop, if one is.
    pub(crate) fn work(&mut self, state: &State) -> Option<Work> {
        let basis = self.wanted.take()?;
        Work::of(self.contest(state)?, basis)
    }

    /// Takes in what was counted beside the loop, unless something else is looked at by now.
    pub(crate) fn counted(&mut self, state: &State, counted: Counted) {
        if let Some(contest) = self.contest(state)
            && let Some(basis) = Basis::of(contest, state, self.rule, self.equal)
            && counted.answers(&basis)
            && !self.is_hidden(contest)
        {
            self.figures = Figures::of(contest, state, counted);
            self.wanted = None;
        }
    }

    /// Makes what is to be drawn. Cheap when nothing changed.
    pub(crate) fn prepare(&mut self, state: &State, setup: &Setup, columns: u16, rows: u16) {
        let Some(contest) = self.contest(state) else {
            return;
        };
        if !Part::of(contest).contains(&self.part) {
            self.part = Part::default();
        }
        let hidden = self.is_hidden(contest);
        if hidden {
            (self.figures, self.wanted) = (None, None);
        } else {
            self.count(contest, state, false);
        }
        let most = ballots::rows(contest).saturating_sub(ballots::room(columns, rows));
        self.top = self.top.min(most);
        let made = Made {
            task: contest.task(),
            found: contest.found(),
            part: self.part,
            stamp: self.stamp(contest, state),
            columns,
            at: self.candidate(contest),
            claim: self.claim(contest),
            hidden,
            basis: self.figures.as_ref().map(|it| it.basis.clone()),
            current: Basis::of(contest, state, self.rule, self.equal),
        };
        if self.made.as_ref() != Some(&made) {
            let same = self.made.as_ref();
            let what = |it: &Made| (it.task, it.part, it.claim);
            let same = same.is_some_and(|it| what(it) == what(&made));
            let top = if same { self.page.top() } else { 0 };
            self.page = match self.part {
                Part::Candidates => candidates::page(contest, state, made.at, columns),
                Part::Claims => contest
                    .claims()
                    .map_or_else(Page::default, |it| claims::words(it, made.claim, made.at)),
                // A table of its own.
                Part::Ballots => Page::default(),
                Part::Tally => tally::page(contest, self, hidden, setup, columns),
                Part::Steps => steps::page(contest, setup),
            };
            self.page.go_once(top);
            self.made = Some(made);
        }
        let rows = rows.saturating_sub(HEAD);
        let rows = match (self.part, contest.claims()) {
            (Part::Claims, Some(it)) => claims::split(rows, claims::lines(it).len()).1,
            (
                Part::Candidates | Part::Claims | Part::Ballots | Part::Tally | Part::Steps,
                Some(_) | None,
            ) => rows,
        };
        self.page.resize(columns, rows);
    }

    fn stamp(&self, contest: &Contest, state: &State) -> u64 {
        match self.part {
            Part::Candidates | Part::Tally => {
                let rounds = contest.rounds().iter().map(|it| it.positions.len());
                let steps = contest.steps().len() + contest.closed().len();
                u64::try_from(steps + rounds.sum::<usize>()).unwrap_or(u64::MAX)
            }
            Part::Claims | Part::Ballots => 0,
            Part::Steps => state.seq(),
        }
    }
}

/// What names a vote: a task that is asked anew has another conflict, whose votes are counted from 1.
fn vote_of(contest: &Contest) -> (TaskId, Timestamp, u64) {
    (contest.task(), contest.found(), contest.epoch())
}

/// Rows above a part: the names of the parts, and an empty one.
pub(crate) const HEAD: u16 = 2;
