//! The table of ballots: what every voter said of every answer, or why it said nothing. Made row by row,
//! as it is drawn: there may be a thousand voters.

use crate::core::MemberName;
use crate::core::ladder::{About, Answered, Contest, Course, Inquiry, OperatorBallot};
use crate::core::voting::{Abstention, Ballot, Ballots, Outcome, RefusedBallot, Vote};
use crate::ui::theme::Role;
use crate::ui::votes::figures::WithYours;
use crate::ui::votes::tally::verdict;
use crate::ui::votes::{Figures, HEAD, standing};

/// From here on a ballot is one row; below it takes two.
const ONE_ROW: u16 = 72;
/// Rows above the ballots: what is told of the vote, and the letters.
pub(crate) const ABOVE: u16 = 2;

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// How it stands: glyph and role.
    pub(crate) mark: (&'static str, Role),
    pub(crate) name: String,
    /// What it says of each candidate from a place on: rank and score.
    pub(crate) cells: Vec<String>,
    /// How sure the voter says to be.
    pub(crate) sure: String,
    /// Its reason, or why there is no ballot.
    pub(crate) because: String,
    /// How that looks.
    pub(crate) role: Role,
}

/// Screen rows that a line takes.
pub(crate) fn height(columns: u16) -> u16 {
    if columns < ONE_ROW { 2 } else { 1 }
}

/// How many lines there are.
pub(crate) fn rows(contest: &Contest) -> usize {
    let ballots = contest.ballots();
    let own = usize::from(contest.own_ballot().is_some());
    ballots.map_or(0, |it| own + it.panel().size() + it.refused().len())
}

/// How many lines are in sight in a pane of so many columns and rows.
pub(crate) fn room(columns: u16, rows: u16) -> usize {
    usize::from(rows.saturating_sub(HEAD + ABOVE) / height(columns))
}

/// What is told of the vote in one line.
pub(crate) fn about(contest: &Contest) -> String {
    let (Some(ballots), Some(terms), Some(course)) =
        (contest.ballots(), contest.terms(), contest.course())
    else {
        return standing::no_vote(contest).to_owned();
    };
    let (panel, rule) = (ballots.panel(), terms.setup.rule);
    let by_heads = if standing::turnout(contest).is_none() {
        "  nobody had to be asked"
    } else {
        ""
    };
    let needed = terms.setup.quorum.needed(panel.size());
    let present = ballots.present();
    format!(
        "vote {} {}  {rule}  {present} present, {needed} needed{by_heads}",
        panel.epoch(),
        course.word()
    )
}

/// The lines in sight: `count` of them after `top`, with the candidates from a place on. What was counted
/// tells what the operator's own ballot would change.
pub(crate) fn lines(
    contest: &Contest,
    (hidden, figures): (bool, Option<&Figures>),
    (top, count): (usize, usize),
    candidates: &[usize],
) -> Vec<Line> {
    let Some(ballots) = contest.ballots() else {
        return Vec::new();
    };
    let yours = contest.own_ballot().map(Row::Yours);
    let voters = ballots.panel().voters().map(Row::Voter);
    let refused = ballots.refused().iter().map(Row::Refused);
    let rows = yours.into_iter().chain(voters).chain(refused);
    // Only what is in sight is made.
    let rows = rows.skip(top).take(count);
    rows.map(|row| match row {
        Row::Yours(own) => Line {
            mark: ("✓", Role::Accent),
            name: "you".to_owned(),
            cells: points(own, candidates),
            sure: own
                .confidence()
                .map_or_else(String::new, |sure| format!("{sure:.2}")),
            because: besides(figures),
            role: Role::Muted,
        },
        Row::Voter(name) => voter(contest, ballots, name, hidden, candidates),
        Row::Refused(refused) => Line {
            mark: ("✕", Role::Error),
            name: refused.voter.to_string(),
            cells: Vec::new(),
            sure: String::new(),
            because: format!("refused: {}", refused.why),
            role: Role::Error,
        },
    })
    .collect()
}

/// Of whom a line is.
enum Row<'a> {
    Yours(&'a OperatorBallot),
    Voter(&'a MemberName),
    Refused(&'a RefusedBallot),
}

fn voter(
    contest: &Contest,
    ballots: &Ballots,
    name: &MemberName,
    hidden: bool,
    candidates: &[usize],
) -> Line {
    let line = |mark, because: String, role| Line {
        mark,
        name: name.to_string(),
        cells: Vec::new(),
        sure: String::new(),
        because,
        role,
    };
    if ballots.has_departed(name) {
        let why = "has left; neither its ballot nor its answer counts".to_owned();
        return line(("✕", Role::Error), why, Role::Error);
    }
    match ballots.vote(name) {
        Some(_) if hidden => Line {
            cells: own(ballots, name, candidates),
            ..line(("✓", Role::Ok), "has voted".to_owned(), Role::Muted)
        },
        Some(Vote::Ranked(ballot)) => Line {
            cells: cells(ballots, name, ballot, candidates),
            sure: ballot
                .confidence()
                .map_or_else(String::new, |sure| format!("{sure:.2}")),
            ..line(("✓", Role::Ok), reason(ballots, name, ballot), Role::Text)
        },
        Some(Vote::Abstained(Abstention::Chosen { reason })) => {
            let because = match reason.as_str() {
                "" => "abstains".to_owned(),
                reason => format!("abstains: {reason}"),
            };
            line(("–", Role::Muted), because, Role::Muted)
        }
        Some(Vote::Abstained(Abstention::Unreadable { faults })) => line(
            ("✕", Role::Warn),
            format!("cannot be read, so it abstains: {faults}"),
            Role::Warn,
        ),
        None => {
            let (mark, because, role) = silent(contest, ballots, name);
            Line {
                cells: own(ballots, name, candidates),
                ..line(mark, because, role)
            }
        }
    }
}

/// What is told of a voter without a ballot.
fn silent(
    contest: &Contest,
    ballots: &Ballots,
    name: &MemberName,
) -> ((&'static str, Role), String, Role) {
    let asked: Option<&Inquiry> = contest
        .asked(About::Ballot)
        .filter(|it| it.member() == name)
        .last();
    match asked.map(|it| contest.answered(it.by)) {
        Some(Some(Answered::Nothing { why })) => {
            (("✕", Role::Warn), format!("no ballot: {why}"), Role::Warn)
        }
        Some(None) => match contest.course() {
            Some(Course::Open) => (("◌", Role::Accent), "is asked".to_owned(), Role::Muted),
            Some(Course::Closed) => (
                ("✕", Role::Warn),
                "did not answer in time".to_owned(),
                Role::Warn,
            ),
            Some(Course::BrokenOff) | None => (
                ("–", Role::Muted),
                "was not asked to the end".to_owned(),
                Role::Muted,
            ),
        },
        Some(Some(
            Answered::Vote(_)
            | Answered::Position(_)
            | Answered::Opinion { .. }
            | Answered::Same { .. }
            | Answered::Claims(_),
        )) => (
            ("✕", Role::Error),
            "its ballot was refused".to_owned(),
            Role::Error,
        ),
        None if ballots.slate().own(name).is_some() => (
            ("·", Role::Muted),
            "counts by its answer".to_owned(),
            Role::Muted,
        ),
        None => (("·", Role::Muted), "was not asked".to_owned(), Role::Muted),
    }
}

/// The reason of a ballot, with what the second look brought.
fn reason(ballots: &Ballots, name: &MemberName, ballot: &Ballot) -> String {
    let turned = ballots.vote_again(name).map(|_| {
        let counted = ballots.counted(name);
        let held = matches!(counted, Some(Vote::Ranked(counted)) if counted == *ballot);
        if held {
            "held when asked again; "
        } else {
            "turned when asked again; "
        }
    });
    format!("{}{}", turned.unwrap_or_default(), ballot.reason())
}

/// Rank and score of each candidate.
fn cells(
    ballots: &Ballots,
    name: &MemberName,
    ballot: &Ballot,
    candidates: &[usize],
) -> Vec<String> {
    let own = ballots.slate().own(name);
    let cell = |at: &usize| match ballot.level(*at) {
        Some(level) => {
            let tied = ballot.ranking().get(level).is_some_and(|it| it.len() > 1);
            let rank = format!("{}{}", level + 1, if tied { "=" } else { "" });
            let score = ballot.scores().get(at).copied();
            format!("{rank:<3}{}", score.map_or_else(String::new, scored))
        }
        None if own == Some(*at) => "own".to_owned(),
        None => "·".to_owned(),
    };
    candidates.iter().map(cell).collect()
}

/// The ranks and points that the operator gave.
fn points(own: &OperatorBallot, candidates: &[usize]) -> Vec<String> {
    let cell = |at: &usize| {
        let level = own.ranking.iter().position(|level| level.contains(at));
        let Some(level) = level else {
            return "·".to_owned();
        };
        let tied = own.ranking.get(level).is_some_and(|it| it.len() > 1);
        let rank = format!("{}{}", level + 1, if tied { "=" } else { "" });
        let score = own.scores.get(at);
        score.map_or_else(|| rank.clone(), |score| format!("{rank:<3}{score}"))
    };
    candidates.iter().map(cell).collect()
}

/// That the operator's own ballot is not counted, and what would come of it.
fn besides(figures: Option<&Figures>) -> String {
    let with = figures.and_then(|it| it.with_yours.as_ref());
    let Some(WithYours { outcome, wins }) = with else {
        return "your ballot; it is not counted".to_owned();
    };
    let (words, _) = verdict(outcome);
    match outcome {
        Outcome::Winner { .. } => format!("not counted; with it {words}, under {wins} of 9 rules"),
        Outcome::Tie { .. } | Outcome::NoDecision { .. } => format!("not counted; with it {words}"),
    }
}

fn own(ballots: &Ballots, name: &MemberName, candidates: &[usize]) -> Vec<String> {
    let own = ballots.slate().own(name);
    let cell = |at: &usize| if own == Some(*at) { "own" } else { "" };
    candidates.iter().map(|at| cell(at).to_owned()).collect()
}

fn scored(score: f64) -> String {
    if (score - score.round()).abs() < 1e-9 {
        format!("{score:.0}")
    } else {
        format!("{score:.1}")
    }
}
