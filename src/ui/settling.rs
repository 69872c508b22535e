//! The words for what is done about a conflict, as the journal tells it.

use crate::core::ladder::{About, Answered, Closed, Inquiry, Ladder, OperatorBallot, Stage, Terms};
use crate::core::text::one_line;
use crate::core::voting::{Abstention, Outcome, Panel, Position, Vote, label};
use crate::core::{Decision, Ground, TaskId};
use crate::ui::theme::Role;

/// How much of a reason is told, in bytes.
const REASON: usize = 120;

/// A line of the journal: the sort of event, the words, and how they look.
pub(super) type Line = (&'static str, String, Role);

pub(super) fn set(ladder: &Ladder) -> Line {
    let rungs: Vec<&str> = ladder.rungs.iter().map(|rung| rung.word()).collect();
    let words = format!("conflicts are settled by {}", rungs.join(", "));
    ("vote", words, Role::Muted)
}

pub(super) fn climbed(task: TaskId, to: Stage, because: &str) -> Line {
    let because = if because.is_empty() {
        String::new()
    } else {
        format!(": {because}")
    };
    ("vote", format!("{task} {}{because}", stage(to)), Role::Text)
}

/// Where a conflict stands, in words.
pub(crate) fn stage(stage: Stage) -> String {
    match stage {
        Stage::Found => "answers differ".to_owned(),
        Stage::Reading => "is read".to_owned(),
        Stage::On(rung) => format!("goes to {}", rung.word()),
        Stage::Fallback => "falls back".to_owned(),
        Stage::Later(_) => "waits to be tried again".to_owned(),
        Stage::Over => "is over".to_owned(),
    }
}

pub(super) fn opened(task: TaskId, panel: &Panel, terms: &Terms) -> Line {
    let words = format!(
        "{task} vote {}: {} may vote, {} needed, by {}",
        panel.epoch(),
        panel.size(),
        terms.setup.quorum.needed(panel.size()),
        terms.setup.rule
    );
    ("vote", words, Role::Text)
}

pub(super) fn asked(task: TaskId, inquiry: &Inquiry) -> Line {
    let what = match inquiry.about {
        About::Ballot => "is given a ballot",
        About::SecondLook => "is given a second ballot, in the reversed order",
        About::Position(_) => "is asked to hold or to change",
        About::Opinion => "is asked to judge",
        About::Same(..) => "is asked whether two answers mean the same",
        About::Claims => "is asked to take the answers apart",
    };
    let again = if inquiry.again.is_some() {
        " once more, as it could not be read"
    } else {
        ""
    };
    let words = format!("{task} {} {what}{again}", inquiry.member());
    ("vote", words, Role::Muted)
}

pub(super) fn answered(task: TaskId, answered: &Answered) -> Line {
    let because = |reason: &str| match one_line(reason, REASON) {
        reason if reason.is_empty() => String::new(),
        reason => format!(": {reason}"),
    };
    let (words, role) = match answered {
        Answered::Vote(Vote::Ranked(ballot)) => {
            let first = ballot.ranking().first();
            let first = first.map_or_else(String::new, |level| letters(level, " = "));
            (
                format!("ballot for {first}{}", because(ballot.reason())),
                Role::Text,
            )
        }
        Answered::Vote(Vote::Abstained(Abstention::Chosen { reason })) => {
            (format!("abstains{}", because(reason)), Role::Muted)
        }
        Answered::Vote(Vote::Abstained(Abstention::Unreadable { .. })) => (
            "abstains, as its ballot cannot be read".to_owned(),
            Role::Warn,
        ),
        Answered::Position(Some(Position::Held)) => ("holds its answer".to_owned(), Role::Text),
        Answered::Position(Some(Position::Changed { to, because: why })) => (
            format!("changes to {}{}", label(*to), because(why)),
            Role::Text,
        ),
        Answered::Position(None) => (
            "holds its answer, as what it said cannot be read".to_owned(),
            Role::Warn,
        ),
        Answered::Opinion {
            choice: Some(choice),
            because: why,
        } => (
            format!("judges for {}{}", label(*choice), because(why)),
            Role::Text,
        ),
        Answered::Opinion {
            choice: None,
            because: why,
        } => (format!("judges for none{}", because(why)), Role::Warn),
        Answered::Same { same, because: why } => {
            let words = if *same {
                "they mean the same"
            } else {
                "they do not mean the same"
            };
            (format!("{words}{}", because(why)), Role::Text)
        }
        Answered::Claims(matrix) => (
            format!(
                "{} claims, {} of them contested",
                matrix.claims().len(),
                matrix.contested().len()
            ),
            Role::Text,
        ),
        Answered::Nothing { why } => (format!("says nothing{}", because(why)), Role::Warn),
    };
    ("vote", format!("{task} {words}"), role)
}

pub(super) fn joined(task: TaskId, candidates: usize) -> Line {
    let words = format!("{task} a judge found the same in other words: {candidates} are left");
    ("vote", words, Role::Text)
}

pub(super) fn operator_voted(task: TaskId, ballot: &OperatorBallot) -> Line {
    let levels = ballot.ranking.iter();
    let levels: Vec<String> = levels.map(|level| letters(level, " = ")).collect();
    let words = format!("{task} the operator ranks {}", levels.join(" > "));
    ("vote", words, Role::Text)
}

pub(super) fn closed(task: TaskId, closed: &Closed) -> Line {
    let (words, role) = match &closed.outcome {
        Outcome::Winner { candidate, .. } => {
            let of = closed.winners.values().filter(|one| *one == candidate);
            (
                format!(
                    "{} wins, under {} of 9 rules",
                    label(*candidate),
                    of.count()
                ),
                Role::Ok,
            )
        }
        Outcome::Tie { among, .. } => (format!("tied: {}", letters(among, " = ")), Role::Warn),
        Outcome::NoDecision { why } => (format!("no decision: {why}"), Role::Warn),
    };
    let words = format!("{task} vote {}: {words}", closed.epoch);
    ("vote", words, role)
}

pub(super) fn decided(task: TaskId, decision: &Decision) -> Line {
    let what = match decision.chosen {
        Some(chosen) => format!("answer {} stands", label(chosen)),
        None => "written by hand".to_owned(),
    };
    let words = format!("{task}: {what}, {}", ground(&decision.ground));
    ("vote", words, Role::Ok)
}

/// On which ground it was settled, in words.
pub(crate) fn ground(ground: &Ground) -> String {
    ground.to_string()
}

fn letters(candidates: &[usize], between: &str) -> String {
    let letters: Vec<String> = candidates.iter().map(|one| label(*one)).collect();
    letters.join(between)
}
