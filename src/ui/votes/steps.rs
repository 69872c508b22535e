//! What was done about a conflict, and why: the decision, the steps, the votes, the rounds, the expert.

use crate::core::ladder::{Closed, Contest, Stage};
use crate::core::voting::{Nature, Position, label};
use crate::core::{Decision, Ground};
use crate::ui::model::Setup;
use crate::ui::page::{Page, PageLine};
use crate::ui::settling;
use crate::ui::theme::Role;
use crate::ui::votes::standing;
use crate::ui::votes::tally::verdict;

/// The page of a conflict's story.
pub(super) fn page(contest: &Contest, setup: &Setup) -> Page {
    let mut page = Page::default();
    if let Some(decision) = contest.decision() {
        decided(&mut page, decision);
        page.gap();
    }
    steps(&mut page, contest, setup);
    votes(&mut page, contest);
    rounds(&mut page, contest);
    opinions(&mut page, contest);
    page
}

fn decided(page: &mut Page, decision: &Decision) {
    let ground = settling::ground(&decision.ground);
    match (decision.chosen, &decision.text) {
        (Some(chosen), _) => {
            page.text(
                &format!("✓ answer {} stands, {ground}", label(chosen)),
                Role::Ok,
            );
        }
        (None, text) => {
            let what = if decision.ground == Ground::Merged {
                "all answers".to_owned()
            } else {
                "written by hand".to_owned()
            };
            page.text(&format!("✓ {what}, {ground}"), Role::Ok);
            if let Some(text) = text {
                page.text(text.as_str(), Role::Text);
            }
        }
    }
    for dissent in &decision.dissent {
        let letter = label(dissent.candidate);
        let mut line = PageLine::after("  ");
        line.push(
            &format!("{} stood for {letter}", dissent.member),
            Role::Warn,
        );
        if !dissent.because.is_empty() {
            line.push(&format!(": {}", dissent.because), Role::Text);
        }
        page.push(line);
    }
    if !decision.reopen_if.is_empty() {
        let mut line = PageLine::after("  ");
        line.push(&format!("reopen if {}", decision.reopen_if), Role::Muted);
        page.push(line);
    }
}

fn steps(page: &mut Page, contest: &Contest, setup: &Setup) {
    page.text("Steps", Role::Title);
    let nature = match contest.nature() {
        Nature::Closed => "that can be counted as they are",
        Nature::Open => "that have to be judged",
    };
    let found = format!("{} {nature}", standing::answers(contest));
    let time = |at| setup.formatted(at, "%H:%M:%S");
    step(page, &time(contest.found()), &found, "");
    for taken in contest.steps() {
        let to = match taken.to {
            Stage::On(rung) => rung.word().to_owned(),
            Stage::Later(at) => format!("waits until {}", setup.formatted(at, "%H:%M")),
            Stage::Found | Stage::Reading | Stage::Fallback | Stage::Over => {
                settling::stage(taken.to)
            }
        };
        step(page, &time(taken.at), &to, &taken.because);
    }
}

fn step(page: &mut Page, time: &str, to: &str, because: &str) {
    let mut line = PageLine::after(&format!("{time}  "));
    line.push(to, Role::Text);
    if !because.is_empty() {
        line.push(&format!(": {because}"), Role::Muted);
    }
    page.push(line);
}

fn votes(page: &mut Page, contest: &Contest) {
    let closed = contest.closed().iter().map(|it| (it.epoch, Some(it)));
    let broken_off = contest.broken_off().map(|number| (number, None));
    let mut votes: Vec<(u64, Option<&Closed>)> = closed.chain(broken_off).collect();
    votes.sort_by_key(|(number, _)| *number);
    for (number, closed) in votes {
        page.gap();
        page.text(&format!("Vote {number}"), Role::Title);
        let Some(closed) = closed else {
            page.text("broken off: it was not counted", Role::Muted);
            continue;
        };
        let (words, role) = verdict(&closed.outcome);
        page.text(&words, role);
        let by: Vec<String> = closed
            .winners
            .iter()
            .map(|(rule, winner)| format!("{rule} {}", label(*winner)))
            .collect();
        if !by.is_empty() {
            page.text(&by.join(", "), Role::Muted);
        }
    }
}

fn rounds(page: &mut Page, contest: &Contest) {
    for (number, round) in (1..).zip(contest.rounds()) {
        page.gap();
        let before = match round.before {
            Some(before) => format!("before it {} stood first", label(before)),
            None => "before it none stood first".to_owned(),
        };
        let mut line = PageLine::default();
        line.push(&format!("Round {number}"), Role::Title);
        line.push(&format!("  {before}"), Role::Muted);
        page.push(line);
        for (name, position) in &round.positions {
            let (words, role) = match position {
                Some(Position::Held) => ("holds".to_owned(), Role::Muted),
                Some(Position::Changed { to, because }) => (
                    format!("comes over to {}: {because}", label(*to)),
                    Role::Text,
                ),
                None => (
                    "holds, as what it said cannot be read".to_owned(),
                    Role::Warn,
                ),
            };
            let mut line = PageLine::after("  ");
            line.push(&format!("{name} "), Role::Text);
            line.push(&words, role);
            page.push(line);
        }
    }
}

fn opinions(page: &mut Page, contest: &Contest) {
    for opinion in contest.opinions() {
        page.gap();
        let chosen = match opinion.choice {
            Some(choice) => format!("judges for {}", label(choice)),
            None => "judges for none".to_owned(),
        };
        let mut line = PageLine::default();
        line.push("Expert", Role::Title);
        line.push(&format!("  {} {chosen}", opinion.by), Role::Text);
        page.push(line);
        page.text(&opinion.because, Role::Muted);
    }
}
