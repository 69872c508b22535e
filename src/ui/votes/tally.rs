//! What the rules make of the ballots: the bars of one rule, the verdicts of all, and on what they rest.

use std::collections::BTreeMap;

use crate::core::MemberName;
use crate::core::ladder::{Contest, Course, Rung, Stage};
use crate::core::voting::{Ballots, Ground, NextStep, Outcome, Rule, Tally, label};
use crate::ui::action::{Action, Context, Dealing};
use crate::ui::model::Setup;
use crate::ui::page::{Page, PageLine};
use crate::ui::theme::Role;
use crate::ui::votes::standing::letters;
use crate::ui::votes::{Figures, Votes, standing};

/// Columns of one rule's verdict.
const VERDICT: usize = 19;
/// How many weights are named.
const WEIGHTS: usize = 12;

/// The page of a vote.
pub(super) fn page(
    contest: &Contest,
    votes: &Votes,
    hidden: bool,
    setup: &Setup,
    columns: u16,
) -> Page {
    let mut page = Page::default();
    let key = |action| setup.keymap.name(action, Context::List);
    if hidden {
        let (vote, look) = (
            key(Action::Conflict(Dealing::OwnBallot)),
            key(Action::Conflict(Dealing::Reveal)),
        );
        page.text("the vote goes on", Role::Title);
        page.text(
            &format!(
                "What it comes to is hidden until you have voted yourself ({vote}), or want to see \
                 it without that ({look})."
            ),
            Role::Muted,
        );
        return page;
    }
    let Some(figures) = votes.figures(contest) else {
        if contest.ballots().is_some() {
            page.text("the ballots are being counted …", Role::Muted);
        } else {
            heads(&mut page, contest, columns);
        }
        return page;
    };
    outcome(&mut page, contest, figures);
    rule(&mut page, contest, figures, setup);
    bars(&mut page, figures, columns);
    page.gap();
    strip(&mut page, figures, columns);
    page.gap();
    conditions(&mut page, contest, figures);
    independence(&mut page, contest, figures);
    page
}

/// Who stands for what, where no vote was held.
fn heads(page: &mut Page, contest: &Contest, columns: u16) {
    let why = standing::no_vote(contest);
    page.text(&format!("{why}; who stands for what:"), Role::Muted);
    page.gap();
    let heads: Vec<(usize, f64)> = (0..)
        .zip(contest.sides())
        .map(|(at, side)| (at, f64::from(u32::try_from(side.len()).unwrap_or(u32::MAX))))
        .collect();
    drawn(page, &heads, contest.leader().as_slice(), columns);
}

/// The outcome in one line, with how far it depends on the rule.
fn outcome(page: &mut Page, contest: &Contest, figures: &Figures) {
    if contest.course() == Some(Course::BrokenOff) {
        page.text(
            &format!("vote {} was broken off; so far", contest.epoch()),
            Role::Muted,
        );
    }
    let (words, role) = verdict(&figures.count.outcome);
    let mut line = PageLine::default();
    line.push(&words, role);
    // Once the conflict has left the vote, its steps tell what came next.
    if contest.stage() == Stage::On(Rung::Vote) {
        line.push(&next(&figures.count.outcome), role);
    }
    let robust = &figures.count.robustness;
    let winner = figures.count.outcome.winner();
    let (told, role) = match (robust.firm(), winner) {
        (Some((firm, wins)), Some(winner)) if firm == winner => {
            (format!(", under {wins} of 9 rules"), Role::Ok)
        }
        (Some((firm, wins)), _) => (
            format!("; {} wins under {wins} of 9 rules", label(firm)),
            Role::Warn,
        ),
        (None, _) => (format!("; {robust}"), Role::Warn),
    };
    line.push(&told, role);
    page.push(line);
    let closed = contest.closed().last();
    let closed = closed.filter(|it| it.epoch == contest.epoch());
    if let Some(closed) = closed.filter(|it| it.outcome.winner() != winner) {
        let (words, _) = verdict(&closed.outcome);
        page.text(
            &format!("this is another view: when it was closed, {words}"),
            Role::Muted,
        );
    }
    if let Some(ballots) = contest.ballots() {
        let [now, _, _] = ballots.revision();
        let more = match now.saturating_sub(figures.basis.ballots()) {
            0 => None,
            1 => Some("one ballot came since and is counted soon".to_owned()),
            more => Some(format!("{more} ballots came since and are counted soon")),
        };
        if let Some(more) = more {
            page.text(&more, Role::Muted);
        }
    }
    page.gap();
}

/// The rule that is looked at, its unit, and the weights.
fn rule(page: &mut Page, contest: &Contest, figures: &Figures, setup: &Setup) {
    let key = |action| setup.keymap.name(action, Context::List);
    let rule = figures.basis.rule();
    let mut line = PageLine::default();
    let turns = (
        key(Action::Conflict(Dealing::RulePrevious)),
        key(Action::Conflict(Dealing::RuleNext)),
    );
    line.push(&format!("{} ", turns.0), Role::Key);
    line.push(rule.word(), Role::Title);
    line.push(&format!(" {}", turns.1), Role::Key);
    line.push(&format!("  {}", rule.unit()), Role::Muted);
    page.push(line);
    let set = contest.terms().map(|terms| terms.setup.rule);
    if let Some(set) = set.filter(|set| *set != rule) {
        page.text(
            &format!("only a view: {set} is the rule that was set"),
            Role::Warn,
        );
    }
    let weights = contest.terms().map(|terms| &terms.weights);
    let weights = weights.filter(|it| rule == Rule::Weighted && !it.is_empty());
    if let Some(weights) = weights {
        let mut line = PageLine::default();
        line.push(
            &format!("{} ", key(Action::Conflict(Dealing::Weights))),
            Role::Key,
        );
        if figures.basis.is_equal() {
            line.push("weights: only a view: every vote weighs 1", Role::Warn);
        } else {
            line.push(
                &format!("weights: as earned: {}", earned(weights)),
                Role::Muted,
            );
        }
        page.push(line);
    }
    page.gap();
}

fn earned(weights: &BTreeMap<MemberName, f64>) -> String {
    let some = weights.iter().take(WEIGHTS);
    let some: Vec<String> = some
        .map(|(name, weight)| format!("{name} {weight:.2}"))
        .collect();
    let more = weights.len().saturating_sub(WEIGHTS);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{more}", some.join(", "))
}

fn bars(page: &mut Page, figures: &Figures, columns: u16) {
    let rule = figures.basis.rule();
    let mut tallies = figures.count.tallies.iter();
    let Some(tally): Option<&Tally> = tallies.find(|it| it.rule == rule) else {
        return;
    };
    let mut known: Vec<(usize, f64)> = (0..)
        .zip(&tally.bars)
        .filter_map(|(at, bar)| Some((at, (*bar)?)))
        .collect();
    known.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    drawn(page, &known, tally.standing.leaders(), columns);
    let unknown: Vec<usize> = (0..)
        .zip(&tally.bars)
        .filter_map(|(at, bar)| bar.is_none().then_some(at))
        .collect();
    if !unknown.is_empty() {
        page.text(
            &format!("nobody judged {}", letters(&unknown, ", ")),
            Role::Muted,
        );
    }
}

/// Bars with their numbers, the leaders in their role and with a mark.
fn drawn(page: &mut Page, bars: &[(usize, f64)], leaders: &[usize], columns: u16) {
    let least = bars.iter().map(|it| it.1).fold(0.0, f64::min);
    let most = bars.iter().map(|it| it.1).fold(0.0, f64::max);
    let room = columns.saturating_sub(17).min(80);
    for (at, value) in bars {
        let leads = leaders.contains(at);
        let (mark, role) = if leads {
            ("▸", Role::Ok)
        } else {
            (" ", Role::Accent)
        };
        let mut line = PageLine::default();
        line.push(
            &format!("{mark} {:<3} ", label(*at)),
            if leads { role } else { Role::Text },
        );
        line.push(&"█".repeat(length(*value, least, most, room)), role);
        line.push(&format!(" {}", figure(*value)), Role::Muted);
        page.push(line);
    }
}

/// How long a bar is: from the least to the most, the least being at most 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a width of the screen"
)]
fn length(value: f64, least: f64, most: f64, room: u16) -> usize {
    let span = most - least;
    if span <= 0.0 || !span.is_finite() {
        return 0;
    }
    let share = ((value - least) / span).clamp(0.0, 1.0);
    (share * f64::from(room)).round() as usize
}

/// A number of a tally: whole where it is whole.
fn figure(value: f64) -> String {
    if (value - value.round()).abs() < 1e-9 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

/// The verdict of every rule.
fn strip(page: &mut Page, figures: &Figures, columns: u16) {
    let robust = &figures.count.robustness;
    let firm = robust.firm().map(|(firm, _)| firm);
    page.text("every rule on the same ballots:", Role::Muted);
    let each = (usize::from(columns) / VERDICT).clamp(1, 9);
    let verdicts: Vec<(Rule, &Outcome)> = robust.verdicts().collect();
    for row in verdicts.chunks(each) {
        let mut line = PageLine::default();
        for (rule, outcome) in row {
            let (word, role) = match outcome {
                Outcome::Winner { candidate, .. } if firm == Some(*candidate) => {
                    (label(*candidate), Role::Ok)
                }
                Outcome::Winner { candidate, .. } => (label(*candidate), Role::Warn),
                Outcome::Tie { .. } => ("tie".to_owned(), Role::Warn),
                Outcome::NoDecision { .. } => ("none".to_owned(), Role::Muted),
            };
            let looked_at = *rule == figures.basis.rule();
            let name = if looked_at { Role::Title } else { Role::Muted };
            line.push(&format!("{:<12} ", rule.word()), name);
            line.push(&format!("{word:<5} "), role);
        }
        page.push(line);
    }
}

/// On what the outcome rests.
fn conditions(page: &mut Page, contest: &Contest, figures: &Figures) {
    let count = &figures.count;
    let (role, word) = if count.present < count.needed {
        (Role::Error, "lost")
    } else {
        (Role::Muted, "held")
    };
    page.text(
        &format!(
            "quorum {word}: {} present, {} needed",
            count.present, count.needed
        ),
        role,
    );
    if let Some(close) = &count.close {
        let again = match close.ask.len() {
            _ if contest.course() == Some(Course::BrokenOff) => String::new(),
            0 => ": nobody is left to be asked again".to_owned(),
            many => format!(": {many} can be asked again, in the reversed order"),
        };
        let between = letters(&close.between, " and ");
        page.text(&format!("close call between {between}{again}"), Role::Warn);
    }
    if count.with_own.winner() != count.outcome.winner() {
        let (words, _) = verdict(&count.with_own);
        page.text(
            &format!("with own answers first on their authors' ballots: {words}"),
            Role::Warn,
        );
    }
    if let Some(condorcet) = count.condorcet {
        let letter = label(condorcet);
        page.text(
            &format!("{letter} beats each other answer head to head"),
            Role::Muted,
        );
    }
    let refusals = contest.ballots().map_or(0, Ballots::refusals);
    if refusals > 0 {
        page.text(&format!("{refusals} refused, see the ballots"), Role::Warn);
    }
}

/// How independent the voters are, how steady, and how often they chose as the operator did.
fn independence(page: &mut Page, contest: &Contest, figures: &Figures) {
    let size = contest.ballots().map_or(0, |it| it.panel().size());
    match figures.worth {
        Some(worth) => page.text(
            &format!("effective voices: {worth:.1} of {size}, by how often they chose alike"),
            Role::Text,
        ),
        None => page.text(
            "effective voices: not known before each two shared 20 decisions",
            Role::Muted,
        ),
    }
    if let Some(lead) = figures.lead {
        let (share, right) = (100.0 * lead.share, 100.0 * lead.right);
        let said = format!(
            "the lead: {share:.0} % of the weights, and such a lead was your choice in {right:.0} % (n {:.0})",
            lead.n
        );
        page.text(&said, Role::Text);
    }
    if !figures.flips.is_empty() {
        let some = figures.flips.iter().take(WEIGHTS);
        let some: Vec<String> = some
            .map(|(name, it)| format!("{name} {} of {}", it.turned, it.asked))
            .collect();
        page.text(
            &format!("turned round when asked again: {}", some.join(", ")),
            Role::Text,
        );
    }
    if figures.agreement.is_empty() {
        return;
    }
    let some = figures.agreement.iter().take(WEIGHTS);
    let some: Vec<String> = some
        .map(|(name, it)| format!("{name} {} of {}", it.agreed, it.shared))
        .collect();
    page.text(
        &format!("chose as you did on this kind of task: {}", some.join(", ")),
        Role::Text,
    );
}

/// What is tried after a tie.
fn next(outcome: &Outcome) -> String {
    let steps = match outcome {
        Outcome::Tie { next, .. } => next.as_slice(),
        Outcome::Winner { .. } | Outcome::NoDecision { .. } => &[],
    };
    let steps: Vec<String> = steps.iter().map(NextStep::to_string).collect();
    if steps.is_empty() {
        return String::new();
    }
    format!(", next: {}", steps.join(", "))
}

/// An outcome in words.
pub(super) fn verdict(outcome: &Outcome) -> (String, Role) {
    match outcome {
        Outcome::Winner { candidate, ground } => {
            let ground = match ground {
                Ground::Heads(_) => " by the heads of its authors",
                Ground::Rule(_) => "",
                Ground::SecondRule(rule) => &*format!(" after a tie, by {rule}"),
                Ground::TwoToOne(_) => " by two voters to one, authors counted",
            };
            (format!("{} wins{ground}", label(*candidate)), Role::Ok)
        }
        Outcome::Tie { among, .. } => (format!("tied: {}", letters(among, " = ")), Role::Warn),
        Outcome::NoDecision { why } => (format!("no decision: {why}"), Role::Warn),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{figure, length};

    #[test]
    fn bars_begin_at_nought_or_below_it() {
        assert_eq!(length(3.0, 0.0, 3.0, 40), 40);
        assert_eq!(length(1.5, 0.0, 3.0, 40), 20);
        assert_eq!(length(-1.0, -1.0, 1.0, 40), 0);
        assert_eq!(length(0.0, -1.0, 1.0, 40), 20);
        assert_eq!(length(0.0, 0.0, 0.0, 40), 0);
        assert_eq!(length(f64::NAN, 0.0, f64::NAN, 40), 0);
    }

    #[test]
    fn numbers_are_whole_where_they_are() {
        assert_eq!(
            (figure(3.0), figure(0.125)),
            ("3".to_owned(), "0.12".to_owned())
        );
    }
}
