//! What can be done with the conflict at hand: only what works now.

use super::Fit;
use crate::core::ladder::{Rung, Stage};
use crate::core::{Outcome, Phase, State};
use crate::ui::action::{Action, Dealing, Screen};
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::is_open;
use crate::ui::votes::Part;

/// Keys and words, the most needed first.
pub(super) fn fits(model: &Model, state: &State) -> Vec<Fit> {
    let mut keys = Vec::new();
    if model.list() != Pane::Votes {
        return keys;
    }
    let task = model.task(state);
    let Some((task, contest)) = task.and_then(|it| Some((it, state.contest(it.id())?))) else {
        return keys;
    };
    let votes = &model.votes;
    let open = is_open(task.id(), state);
    let deciding = matches!(task.phase(), Phase::Deciding { .. });
    if votes.is_hidden(contest) {
        keys.push((Action::Conflict(Dealing::OwnBallot), "vote"));
        keys.push((Action::Conflict(Dealing::Reveal), "look"));
    }
    if model.screen != Screen::Votes {
        return keys;
    }
    if open {
        keys.push((Action::Enter, "choose"));
        keys.push((Action::Conflict(Dealing::Merge), "merge"));
    }
    keys.push((Action::Right, "part"));
    match votes.part {
        Part::Tally if votes.figures(contest).is_some() => {
            keys.push((Action::Conflict(Dealing::RuleNext), "rule"));
            keys.push((Action::Conflict(Dealing::Weights), "weights"));
        }
        Part::Candidates | Part::Ballots if contest.candidates().len() > 2 => {
            keys.push((Action::Conflict(Dealing::NextAnswer), "answer"));
        }
        Part::Claims => {
            if model.main_pane() == Pane::Detail {
                keys.push((Action::Down, "claim"));
            }
            keys.push((Action::Conflict(Dealing::NextAnswer), "answer"));
        }
        Part::Candidates | Part::Ballots | Part::Tally | Part::Steps => {}
    }
    if deciding {
        let at = contest.stage();
        let rungs = [
            (Rung::Vote, Action::Conflict(Dealing::VoteAnew), "vote anew"),
            (Rung::Consensus, Action::Conflict(Dealing::Round), "round"),
            (Rung::Expert, Action::Conflict(Dealing::AskExpert), "expert"),
        ];
        for (rung, action, word) in rungs {
            if at != Stage::On(rung) {
                keys.push((action, word));
            }
        }
        keys.push((Action::Conflict(Dealing::SendBack), "send back"));
        keys.push((Action::Deny, "drop"));
    } else if !open && matches!(task.outcome(), Some(Outcome::Done { .. })) {
        keys.push((Action::Retry, "reopen"));
    }
    keys.push((Action::Export, "record"));
    keys
}
