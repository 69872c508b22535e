//! How a recount is printed: a table as it goes, or one object a line.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::cli::telling::plain;
use crate::core::ladder::record::ranking;
use crate::core::ladder::verify::{Checked, Found};
use crate::core::voting::{Ballots, Count, Outcome, Rule, Vote, label};
use crate::core::{Contest, Decision, Ground, Outcome as Ending};
use crate::journal::ReadError;
use crate::journal::sqlite::Verified;

/// Prints, one thing after the other; what it prints is not kept.
#[derive(Debug)]
pub(super) struct Told {
    form: Form,
    verbose: bool,
    /// Whether the head of the table is printed.
    begun: bool,
}

/// In what form it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A table, and lines below it.
    Table,
    /// One JSON object a line.
    Json,
    /// Only what does not add up, on stderr: the terminal is for something else.
    Quiet,
}

/// A conflict as it is shown in a row.
struct Row<'a> {
    seq: Option<u64>,
    contest: &'a Contest,
    decision: Option<&'a Decision>,
    /// Why nothing was decided.
    why: String,
}

impl Told {
    pub(super) fn new(form: Form, verbose: bool) -> Self {
        Self {
            form,
            verbose,
            begun: false,
        }
    }

    /// Something does not add up.
    pub(super) fn flaw(&self, found: &Found) -> io::Result<()> {
        let what = plain(&found.flaw.to_string());
        if self.form == Form::Json {
            let task = found.task.map(|task| task.0);
            return object(&json!({"flaw": what, "event": found.seq, "task": task}));
        }
        let task = found
            .task
            .map_or_else(String::new, |task| format!(" of {task}"));
        if self.form == Form::Quiet {
            return writeln!(io::stderr(), "✕ event {}{task}: {what}", found.seq);
        }
        writeln!(io::stdout(), "✕ event {}{task}: {what}", found.seq)
    }

    /// A conflict is over.
    pub(super) fn over(&mut self, checked: &Checked) -> io::Result<()> {
        let why = match &checked.outcome {
            Ending::Failed { why } => why.clone(),
            Ending::Cancelled | Ending::Done { .. } => "the task was called off".to_owned(),
        };
        let decided = checked.decision.as_ref();
        self.row(&Row {
            seq: Some(decided.map_or(checked.seq, |(seq, _)| *seq)),
            contest: &checked.contest,
            decision: decided.map(|(_, decision)| decision),
            why,
        })
    }

    /// A conflict is still open.
    pub(super) fn open(&mut self, contest: &Contest) -> io::Result<()> {
        self.row(&Row {
            seq: None,
            contest,
            decision: None,
            why: "it is still open".to_owned(),
        })
    }

    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        let count = row.contest.count();
        if self.form == Form::Json {
            return object(&row.json(count.as_ref()));
        }
        if self.form == Form::Quiet {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        if !self.begun {
            self.begun = true;
            writeln!(
                out,
                "{:>7}  {:<6}  {:<24}  {:<6}  {:<24}  refused",
                "event", "task", "ground", "stands", "rules"
            )?;
        }
        let seq = row
            .seq
            .map_or_else(|| "open".to_owned(), |seq| seq.to_string());
        let rules = count.as_ref().map_or_else(
            || "no vote".to_owned(),
            |count| robustness(row.chosen(), count),
        );
        let refused = row.contest.ballots().map_or(0, Ballots::refusals);
        let (ground, stands) = (row.ground(), row.stands());
        writeln!(
            out,
            "{seq:>7}  {:<6}  {ground:<24}  {stands:<6}  {rules:<24}  {refused}",
            row.contest.task().to_string(),
        )?;
        if self.verbose {
            row.details(count.as_ref(), &mut out)?;
        }
        Ok(())
    }

    /// The chain holds to its end.
    pub(super) fn chain(&self, verified: &Verified) -> io::Result<()> {
        let (events, head) = (verified.events, verified.head_hash);
        if self.form == Form::Json {
            return object(&json!({"events": events, "head": head.to_string()}));
        }
        if self.form == Form::Quiet {
            return Ok(());
        }
        writeln!(
            io::stdout(),
            "the chain of {events} events holds; its head is {head}"
        )
    }

    /// The chain does not hold, or an event cannot be read.
    pub(super) fn broken(&self, error: &ReadError) -> io::Result<()> {
        let why = plain(&error.to_string());
        if self.form == Form::Json {
            let event = match error {
                ReadError::Event { seq, .. } => Some(*seq),
                ReadError::Io { .. } | ReadError::Closed => None,
            };
            return object(&json!({"flaw": why, "event": event, "task": Value::Null}));
        }
        let told = format!("✕ {why}; what comes after it was not counted");
        if self.form == Form::Quiet {
            return writeln!(io::stderr(), "{told}");
        }
        writeln!(io::stdout(), "{told}")
    }

    /// What it comes to.
    pub(super) fn sum(&self, conflicts: usize, flaws: u64) -> io::Result<()> {
        if self.form != Form::Table {
            return Ok(());
        }
        let all = match conflicts {
            0 => "nothing was decided".to_owned(),
            1 => "one conflict was counted anew".to_owned(),
            more => format!("{more} conflicts were counted anew"),
        };
        let sum = match flaws {
            0 => "everything adds up".to_owned(),
            1 => "one thing does not add up".to_owned(),
            more => format!("{more} things do not add up"),
        };
        writeln!(io::stdout(), "{all}; {sum}")
    }
}

fn object(value: &Value) -> io::Result<()> {
    writeln!(io::stdout(), "{value}")
}

/// Under how many rules what stands wins; without it what the rules say together.
fn robustness(chosen: Option<usize>, count: &Count) -> String {
    match chosen {
        Some(chosen) => format!("wins under {} of 9", count.robustness.wins(chosen)),
        None => count.robustness.to_string(),
    }
}

fn says(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Winner { candidate, .. } => label(*candidate),
        Outcome::Tie { among, .. } => {
            let letters: Vec<String> = among.iter().map(|one| label(*one)).collect();
            letters.join(" = ")
        }
        Outcome::NoDecision { why } => format!("none: {why}"),
    }
}

impl Row<'_> {
    fn chosen(&self) -> Option<usize> {
        self.decision.and_then(|decision| decision.chosen)
    }

    fn ground(&self) -> String {
        match self.decision.map(|decision| &decision.ground) {
            None => "–".to_owned(),
            Some(Ground::Operator) => "operator".to_owned(),
            Some(Ground::Vote { rule }) => format!("vote, {rule}"),
            Some(Ground::Merged) => "merged".to_owned(),
            Some(Ground::Consensus { round }) => format!("consensus, round {round}"),
            Some(Ground::Expert { member }) => format!("expert, {member}"),
            Some(Ground::Fallback { fallback }) => format!("fallback, {}", fallback.word()),
        }
    }

    fn stands(&self) -> String {
        match self.decision {
            None => "none".to_owned(),
            Some(decision) => decision.chosen.map_or_else(|| "text".to_owned(), label),
        }
    }

    fn details(&self, count: Option<&Count>, out: &mut impl Write) -> io::Result<()> {
        if self.decision.is_none() {
            writeln!(out, "         nothing was decided: {}", plain(&self.why))?;
        }
        if let Some(count) = count {
            writeln!(
                out,
                "         {} voters responded where {} are needed",
                count.present, count.needed
            )?;
        }
        let ballots = self.contest.ballots();
        for (voter, vote) in ballots.into_iter().flat_map(Ballots::votes) {
            let vote = match vote {
                Vote::Ranked(ballot) => ranking(ballot.ranking()),
                Vote::Abstained(_) => "abstains".to_owned(),
            };
            writeln!(out, "         {voter}: {vote}")?;
        }
        for rule in Rule::ALL {
            let verdict = count.and_then(|count| count.robustness.verdict(rule));
            if let Some(verdict) = verdict {
                writeln!(out, "         {:<13} {}", rule.word(), says(verdict))?;
            }
        }
        for refused in ballots.map(Ballots::refused).unwrap_or_default() {
            let why = plain(&refused.why.to_string());
            writeln!(
                out,
                "         refused: a ballot of {}: {why}",
                refused.voter
            )?;
        }
        for dissent in self.decision.map(|one| &one.dissent).into_iter().flatten() {
            let (member, letter) = (&dissent.member, label(dissent.candidate));
            let because = match plain(&dissent.because) {
                because if because.is_empty() => because,
                because => format!(": {because}"),
            };
            writeln!(out, "         {member} stood for {letter}{because}")?;
        }
        Ok(())
    }

    fn json(&self, count: Option<&Count>) -> Value {
        let ballots = self.contest.ballots();
        let refused = ballots.map(Ballots::refused).unwrap_or_default();
        let refused = refused
            .iter()
            .map(|one| json!({"voter": one.voter.as_str(), "why": one.why.to_string()}));
        let rules = count.map(|count| {
            let verdicts = count.robustness.verdicts();
            let rules =
                verdicts.map(|(rule, outcome)| (rule.word().to_owned(), says(outcome).into()));
            Value::Object(rules.collect())
        });
        let chosen = self.chosen();
        json!({
            "task": self.contest.task().0,
            "event": self.seq,
            "ground": self.decision.map(|_| self.ground()),
            "stands": self.decision.map(|_| self.stands()),
            "why": self.decision.is_none().then_some(self.why.as_str()),
            "wins": chosen.and_then(|chosen| Some(count?.robustness.wins(chosen))),
            "present": count.map(|count| count.present),
            "needed": count.map(|count| count.needed),
            "rules": rules,
            "refused": refused.collect::<Vec<_>>(),
        })
    }
}
