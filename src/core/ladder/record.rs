//! A conflict as a document for people: what was asked, who said what, who voted how, and what was decided.
//!
//! Markdown. What models wrote stands in quotations and cells that it cannot leave, without control
//! characters. Times are counted from when the conflict was found.

mod claims;

use super::verify::told;
use super::{About, Contest, Course, OperatorBallot, Stage};
use crate::core::text::{one_line, turns};
use crate::core::voting::{Abstention, Ballots, Count, Position, Vote, label};
use crate::core::{
    CallId, Decision, Dissent, Ending, Ground, MemberName, Outcome, State, Task, TaskId, Text,
    Timestamp,
};

pub use claims::claims;

/// How many bytes of the question and of each answer are shown.
const TEXT_SHOWN: usize = 8 * 1024;
/// How many bytes of a reason are shown.
const REASON_SHOWN: usize = 400;
/// How many refused ballots are shown.
const REFUSED_SHOWN: usize = 50;

/// The last event of the journal from which a record was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head<'a> {
    /// Its place.
    pub seq: u64,
    /// Its hash, in hexadecimal digits.
    pub hash: &'a str,
}

/// The record of a task's conflict; `None` where it had none, or the state has forgotten it. With the
/// head of the journal a later reader can tell that nothing before it was rewritten.
#[must_use]
pub fn record(state: &State, task: TaskId, head: Option<Head<'_>>) -> Option<String> {
    let (contest, task) = (state.contest(task)?, state.task(task)?);
    let mut page = Page {
        found: contest.found(),
        text: String::new(),
    };
    page.opening(contest, task);
    page.candidates(state, contest);
    if let Some(claims) = claims(contest) {
        page.heading("Claims");
        page.text.push_str(&claims);
    }
    page.vote(contest);
    page.rounds(contest);
    page.opinions(contest);
    page.steps(contest);
    page.ending(contest, task);
    if let Some(Head { seq, hash }) = head {
        page.heading("Journal");
        page.line(&format!(
            "Taken from the journal up to event {seq}, whose hash is `{hash}`. `synod verify {}` \
             counts it anew.",
            task.id().0
        ));
    }
    Some(page.text)
}

/// The letters of a ranking, the best first: `B > A = C`.
#[must_use]
pub fn ranking(levels: &[Vec<usize>]) -> String {
    let levels = levels.iter().map(|level| {
        let letters: Vec<String> = level.iter().map(|one| label(*one)).collect();
        letters.join(" = ")
    });
    levels.collect::<Vec<_>>().join(" > ")
}

/// The operator's own ballot: `B > A = C; B 9, A 3; sure 0.8`.
#[must_use]
pub fn voted(own: &OperatorBallot) -> String {
    let mut told = ranking(&own.ranking);
    let scores = own.scores.iter();
    let scores: Vec<String> = scores
        .map(|(one, score)| format!("{} {score}", label(*one)))
        .collect();
    if !scores.is_empty() {
        told = format!("{told}; {}", scores.join(", "));
    }
    match own.confidence() {
        Some(confidence) => format!("{told}; sure {confidence:.1}"),
        None => told,
    }
}

fn answer(state: &State, call: CallId) -> Option<(&MemberName, &Text)> {
    let call = state.call(call)?;
    match call.ending()? {
        Ending::Answered(answer) => Some((call.member(), &answer.text)),
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
    }
}

fn names<'a>(names: impl IntoIterator<Item = &'a MemberName>) -> String {
    let names: Vec<&str> = names.into_iter().map(MemberName::as_str).collect();
    names.join(", ")
}

/// One line of foreign text, for a sentence or a cell.
fn cell(text: &str) -> String {
    let line: String = one_line(text, REASON_SHOWN)
        .chars()
        .filter(|c| !turns(*c))
        .collect();
    line.replace('\\', "\\\\").replace('|', "\\|")
}

/// The document while it is written.
struct Page {
    found: Timestamp,
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        self.line(&format!("\n## {heading}\n"));
    }

    fn quoted(&mut self, whole: &Text) {
        let shown = whole.excerpt(TEXT_SHOWN);
        for line in shown.as_str().lines() {
            let plain = |c: &char| *c == '\t' || !(c.is_control() || turns(*c));
            let line: String = line.chars().filter(plain).collect();
            self.line(format!("> {line}").trim_end());
        }
    }

    fn since(&self, at: Timestamp) -> String {
        let seconds = at.since(self.found).0 / 1000;
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }

    fn opening(&mut self, contest: &Contest, task: &Task) {
        self.line(&format!("# Conflict on task {}\n", task.id().0));
        self.quoted(&task.order().prompt);
        let nature = match contest.nature() {
            crate::core::voting::Nature::Closed => "closed",
            crate::core::voting::Nature::Open => "open",
        };
        self.line(&format!(
            "\nA {} of {} on a task of kind {}; the answers are {nature}.",
            task.order().strategy,
            names(task.council()),
            task.order().kind,
        ));
    }

    fn candidates(&mut self, state: &State, contest: &Contest) {
        self.heading("Candidates");
        for (place, candidate) in contest.candidates().iter().enumerate() {
            let said: Vec<_> = candidate
                .calls
                .iter()
                .filter_map(|call| answer(state, *call))
                .collect();
            let authors = names(said.iter().map(|(member, _)| *member));
            let silent = if place < contest.sides().len() {
                ""
            } else {
                ", which says nothing and is not voted on"
            };
            let between = if place == 0 { "" } else { "\n" };
            let letter = label(place);
            self.line(&format!("{between}### {letter}: {authors}{silent}\n"));
            match said.first() {
                Some((_, text)) => self.quoted(text),
                None => self.line(&format!("> {}", cell(&candidate.label))),
            }
        }
    }

    fn vote(&mut self, contest: &Contest) {
        let (Some(ballots), Some(terms), Some(count)) =
            (contest.ballots(), contest.terms(), contest.count())
        else {
            return;
        };
        self.heading(&format!("Vote {}", contest.epoch()));
        self.line(&format!(
            "By {}, a tie by {}; {} of {} voters had to respond, and {} did.\n",
            terms.setup.rule,
            terms.setup.second,
            count.needed,
            ballots.panel().size(),
            count.present,
        ));
        self.line("| voter | stands for | ranking | scores | confidence | reason |");
        self.line("|---|---|---|---|---|---|");
        for voter in ballots.panel().voters() {
            self.voter(contest, ballots, voter);
        }
        if let Some(own) = contest.own_ballot() {
            self.line(&format!(
                "\nThe operator's own ballot, which is not counted: {}.",
                voted(own)
            ));
        }
        for one in ballots.refused().iter().take(REFUSED_SHOWN) {
            let (voter, why) = (&one.voter, cell(&one.why.to_string()));
            self.line(&format!("\nA ballot of {voter} was refused: {why}."));
        }
        let more = ballots
            .refusals()
            .saturating_sub(u64::try_from(REFUSED_SHOWN).unwrap_or(u64::MAX));
        if more > 0 {
            self.line(&format!("\n{more} more were refused."));
        }
        self.tally(contest, &count);
    }

    fn voter(&mut self, contest: &Contest, ballots: &Ballots, voter: &MemberName) {
        let side = ballots.slate().own(voter).map_or_else(String::new, label);
        let cells = match ballots.counted(voter) {
            Some(Vote::Ranked(ballot)) => {
                let scores = ballot.scores().iter();
                let scores = scores.map(|(one, score)| format!("{} {score}", label(*one)));
                let confidence = ballot.confidence();
                format!(
                    "{} | {} | {} | {}",
                    ranking(ballot.ranking()),
                    scores.collect::<Vec<_>>().join(", "),
                    confidence.map_or_else(String::new, |it| it.to_string()),
                    cell(ballot.reason()),
                )
            }
            Some(Vote::Abstained(Abstention::Chosen { reason })) => {
                format!("abstains | | | {}", cell(&reason))
            }
            Some(Vote::Abstained(Abstention::Unreadable { .. })) => {
                "cannot be read | | |".to_owned()
            }
            None if ballots.has_departed(voter) => "has left | | |".to_owned(),
            None => format!("{} | | |", silent(contest, voter)),
        };
        self.line(&format!("| {voter} | {side} | {cells} |"));
    }

    fn tally(&mut self, contest: &Contest, count: &Count) {
        self.line(&format!(
            "\nThe count: {}. By all nine rules: {}.\n",
            told(&count.outcome),
            count.robustness
        ));
        let letters: Vec<String> = (0..contest.sides().len()).map(label).collect();
        self.line(&format!(
            "| rule | says | {} | counts |",
            letters.join(" | ")
        ));
        self.line(&format!("|---|---|{}---|", "---|".repeat(letters.len())));
        for tally in &count.tallies {
            let says = count.robustness.verdict(tally.rule).map(told);
            let bars = tally.bars.iter().map(|bar| match bar {
                Some(bar) => format!("{bar:.2}"),
                None => "–".to_owned(),
            });
            self.line(&format!(
                "| {} | {} | {} | {} |",
                tally.rule,
                says.unwrap_or_default(),
                bars.collect::<Vec<_>>().join(" | "),
                tally.rule.unit(),
            ));
        }
        for closed in contest.closed() {
            let (number, outcome) = (closed.epoch, told(&closed.outcome));
            self.line(&format!("\nVote {number} was closed: {outcome}."));
        }
        for number in contest.broken_off() {
            self.line(&format!(
                "\nVote {number} was broken off: it was not counted."
            ));
        }
    }

    fn rounds(&mut self, contest: &Contest) {
        for (number, round) in (1..).zip(contest.rounds()) {
            self.heading(&format!("Round {number}"));
            for (member, position) in &round.positions {
                let stands = match position {
                    Some(Position::Held) => "holds its answer".to_owned(),
                    Some(Position::Changed { to, because }) => {
                        format!("changes to {}: {}", label(*to), cell(because))
                    }
                    None => "could not be read, and holds its answer".to_owned(),
                };
                self.line(&format!("- {member} {stands}"));
            }
        }
    }

    fn opinions(&mut self, contest: &Contest) {
        if contest.opinions().is_empty() {
            return;
        }
        self.heading("Expert");
        for opinion in contest.opinions() {
            let choice = opinion
                .choice
                .map_or_else(|| "none of them".to_owned(), label);
            let because = cell(&opinion.because);
            self.line(&format!("- {} judges for {choice}: {because}", opinion.by));
        }
    }

    fn steps(&mut self, contest: &Contest) {
        self.heading("Steps");
        self.line("- 0:00 the answers differ");
        for step in contest.steps() {
            let because = match step.because.as_str() {
                "" => String::new(),
                because => format!(": {}", cell(because)),
            };
            let at = self.since(step.at);
            self.line(&format!("- {at} {}{because}", words(step.to)));
        }
    }

    fn ending(&mut self, contest: &Contest, task: &Task) {
        self.heading("Decision");
        let Some(decision) = contest.decision() else {
            let ending = match task.outcome() {
                None => "It is not decided yet.".to_owned(),
                Some(Outcome::Failed { why }) => format!("Nothing was decided: {}.", cell(why)),
                Some(Outcome::Done { .. }) => {
                    "Nothing was to be decided: all that answered say the same.".to_owned()
                }
                Some(Outcome::Cancelled) => {
                    "Nothing was decided: the task was called off.".to_owned()
                }
            };
            return self.line(&ending);
        };
        let Decision {
            chosen,
            ground,
            dissent,
            reopen_if,
            ..
        } = decision;
        let what = match chosen {
            Some(chosen) => format!("**{}** stands", label(*chosen)),
            None if *ground == Ground::Merged => "All answers were merged".to_owned(),
            None => "The result was written by hand".to_owned(),
        };
        let mut steps = contest.steps().iter().rev();
        let over = steps.find(|step| step.to == Stage::Over);
        let after = over.map_or_else(String::new, |step| {
            format!(", after {}", self.since(step.at))
        });
        self.line(&format!("{what}, {ground}{after}."));
        if contest.reopened().is_some() {
            self.line("\nIt was opened again, and waits for the operator.");
        }
        if !dissent.is_empty() {
            self.line("");
        }
        for Dissent {
            member,
            candidate,
            because,
        } in dissent
        {
            let because = match because.as_str() {
                "" => String::new(),
                because => format!(": {}", cell(because)),
            };
            let letter = label(*candidate);
            self.line(&format!("- {member} stood for {letter}{because}"));
        }
        if !reopen_if.is_empty() {
            let reopen_if = cell(reopen_if);
            self.line(&format!("\nTo be opened anew if {reopen_if}."));
        }
        if chosen.is_none()
            && let Some(Outcome::Done { result, .. }) = task.outcome()
        {
            self.line("");
            self.quoted(result);
        }
    }
}

/// Why a voter has no ballot, in words.
fn silent(contest: &Contest, voter: &MemberName) -> &'static str {
    let asked = contest.asked(About::Ballot);
    match asked.filter(|one| one.member() == voter).last() {
        None => "was not asked",
        Some(one) if contest.answered(one.by).is_some() => "gave no ballot",
        Some(_) => match contest.course() {
            Some(Course::Open) => "is asked",
            Some(Course::Closed) => "gave no ballot",
            Some(Course::BrokenOff) | None => "was not asked to the end",
        },
    }
}

/// Where a conflict goes, in words.
fn words(stage: Stage) -> String {
    match stage {
        Stage::Found => "the answers differ".to_owned(),
        Stage::Reading => "is read: what means the same, and what is contested".to_owned(),
        Stage::On(rung) => format!("goes to {}", rung.word()),
        Stage::Fallback => "falls back on what is set".to_owned(),
        Stage::Later(_) => "waits to be tried again".to_owned(),
        Stage::Over => "is over".to_owned(),
    }
}

#[cfg(test)]
mod tests;
