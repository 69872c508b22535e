//! Whether a vote was opened as it must be, its sheets given out fairly, and its ballots counted rightly.

use super::{Flaw, Flaws};
use crate::core::ladder::{About, Answered, Closed, Contest, Inquiry};
use crate::core::voting::{Ballots, Outcome, Panel, Rule, Sheet};
use crate::core::{State, Task, TaskId};

/// A vote is opened: it is the next one, and whoever may vote is a member.
pub(super) fn opened(state: &State, task: TaskId, panel: &Panel, flaws: &mut Flaws<'_>) {
    let Some(contest) = state.contest(task) else {
        return flaws.add(Flaw::NoVote);
    };
    let due = contest.epoch() + 1;
    if panel.epoch() != due {
        let given = panel.epoch();
        flaws.add(Flaw::WrongNumber { given, due });
    }
    for voter in panel.voters() {
        if state.member(voter).is_none() {
            let voter = voter.clone();
            flaws.add(Flaw::StrangeVoter { voter });
        }
    }
}

/// A member is asked: by a task of its own, about the present vote, on the sheet that it must be given.
pub(super) fn inquired(state: &State, task: TaskId, inquiry: &Inquiry, flaws: &mut Flaws<'_>) {
    let (member, by) = (inquiry.member().clone(), inquiry.by);
    let Some(contest) = state.contest(task) else {
        return flaws.add(Flaw::NeverAsked { by });
    };
    let for_it_alone = |task: &Task| {
        task.is_the_rooms() && !task.is_ended() && task.order().members == [member.clone()]
    };
    if !state.task(by).is_some_and(for_it_alone) {
        let member = member.clone();
        flaws.add(Flaw::AskedByNobody { member, by });
    }
    if inquiry.epoch != contest.epoch() {
        flaws.add(Flaw::WrongVote {
            member: member.clone(),
            by,
            given: inquiry.epoch,
            due: contest.epoch(),
        });
    }
    if let Some(why) = wrong_sheet(contest, inquiry) {
        flaws.add(Flaw::WrongSheet { member, by, why });
    }
}

/// What is the matter with a sheet, if something is.
fn wrong_sheet(contest: &Contest, inquiry: &Inquiry) -> Option<&'static str> {
    let given = &inquiry.sheet;
    if let Some(again) = inquiry.again {
        let first = contest.inquiries().get(&again).map(|first| &first.sheet);
        return (first != Some(given)).then_some("it is another one than at the first time");
    }
    let right = match inquiry.about {
        About::Ballot => contest.ballots().and_then(|ballots| dealt(ballots, given)),
        About::SecondLook => contest.ballots().and_then(|ballots| {
            let mut sheets = ballots.sheets();
            let first = sheets.find(|one| one.voter == given.voter && !one.again)?;
            first.reversed(given.number, &given.order)
        }),
        About::Same(one, other) => Some(Sheet {
            order: vec![one, other],
            ..given.clone()
        }),
        About::Position(_) | About::Opinion | About::Claims => {
            let candidates = contest.sides().len();
            let whole = Sheet::whole(candidates, &given.voter, given.number, given.seed);
            Some(whole)
        }
    };
    (right.as_ref() != Some(given))
        .then_some("it is not what its seed draws from all that it may see")
}

fn dealt(ballots: &Ballots, given: &Sheet) -> Option<Sheet> {
    let (slate, panel) = (ballots.slate(), ballots.panel());
    Sheet::deal(slate, panel, &given.voter, given.number, given.seed)
}

/// A vote is closed: the ballots, counted anew, come to what is recorded.
pub(super) fn closed(state: &State, task: TaskId, closed: &Closed, flaws: &mut Flaws<'_>) {
    let contest = state.contest(task).filter(|one| !one.is_closed());
    let Some((contest, count)) = contest.and_then(|one| Some((one, one.count()?))) else {
        return flaws.add(Flaw::NoVote);
    };
    if closed.epoch != contest.epoch() {
        flaws.add(Flaw::WrongClosed {
            given: closed.epoch,
            due: contest.epoch(),
        });
    }
    sheets_of_their_own(contest, flaws);
    if count.outcome != closed.outcome {
        flaws.add(Flaw::Outcome {
            recorded: closed.outcome.clone(),
            counted: count.outcome.clone(),
        });
    }
    for rule in Rule::ALL {
        let verdict = count.robustness.verdict(rule);
        let counted = verdict.and_then(Outcome::winner);
        let recorded = closed.winners.get(&rule).copied();
        if counted != recorded {
            flaws.add(Flaw::Winner {
                rule,
                recorded,
                counted,
            });
        }
    }
}

/// Each ballot that is counted was given by its voter when it was asked in this vote.
fn sheets_of_their_own(contest: &Contest, flaws: &mut Flaws<'_>) {
    let Some(ballots) = contest.ballots() else {
        return;
    };
    for (voter, vote) in ballots.votes() {
        let asked = |about| contest.asked(about).filter(|one| one.member() == voter);
        let mut first = asked(About::Ballot);
        let given = first.any(|one| match contest.answered(one.by) {
            Some(Answered::Vote(given)) => given == vote,
            Some(
                Answered::Position(_)
                | Answered::Opinion { .. }
                | Answered::Same { .. }
                | Answered::Claims(_)
                | Answered::Nothing { .. },
            )
            | None => false,
        });
        if !given || ballots.has_departed(voter) || !ballots.panel().may_vote(voter) {
            let voter = voter.clone();
            flaws.add(Flaw::NoSheet { voter });
        }
    }
}
