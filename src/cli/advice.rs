//! `synod advice`: what the room recommends, from the journal, whether the room runs or not; and what is
//! done about it, by the room.
//!
//! With `--json` one object a line:
//!
//! | field | what |
//! |---|---|
//! | `key`, `sort` | what it is about, as it is typed, and its sort |
//! | `state` | `stands`, `applied` or `taken-back` |
//! | `line`, `seen`, `proposed`, `brings` | in words: in one line, what was seen, what is proposed, what it should bring |
//! | `deed` | what `apply` does; null where there is nothing to apply |
//! | `at` | since when it stands, or when it was applied, in milliseconds since 1970 |
//! | `by` | who applied it: `operator` or `room`; null where it stands |
//! | `figures` | `{"of", "n", "rate", "low", "high"}`: so many of `n`, and the interval of 95 % |
//! | `beside` | the same of what that is held against, or null |
//! | `took_ms`, `limit_ms` | times that belong to it, or null |
//! | `since` | `{"of", "n", "rate", "low", "high", "verdict"}` of what came since it was applied; `verdict` is `open`, `better` or `worse`; null before there is anything |

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::lesson::say;
use crate::cli::replayed::replayed;
use crate::cli::telling::plain;
use crate::cli::{Misused, Place};
use crate::core::advice::{About, Verdict, measured, words};
use crate::core::metrics::Share;
use crate::core::{Actor, AdviceOrder, Command, State};
use crate::ui::advice::{Row, rows};

/// The sorts of events that are told of what was done.
const TOLD: &[&str] = &["advice"];

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// All about the one of this key, such as kinds/codex/code; without it all are listed
    #[arg(value_name = "KEY", value_parser = key)]
    key: Option<About>,
    /// apply: do what it proposes; dismiss: leave it until its figures are clearly worse; take-back: undo
    /// what was applied
    #[arg(value_name = "WHAT", value_parser = deed, conflicts_with = "json")]
    what: Option<AdviceOrder>,
    /// One JSON object a line; what is not known is null
    #[arg(long)]
    json: bool,
}

/// What can be done, by its word.
const DEEDS: [(&str, AdviceOrder); 3] = [
    ("apply", AdviceOrder::Apply),
    ("dismiss", AdviceOrder::Dismiss),
    ("take-back", AdviceOrder::TakeBack),
];

fn deed(word: &str) -> Result<AdviceOrder, String> {
    let known = DEEDS.iter().find(|(name, _)| *name == word);
    known
        .map(|(_, order)| *order)
        .ok_or_else(|| "use apply, dismiss or take-back".to_owned())
}

fn key(word: &str) -> Result<About, String> {
    word.parse::<About>().map_err(|error| error.to_string())
}

/// Does what is wanted.
pub(super) fn advice(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    if let (Some(about), Some(order)) = (args.key.clone(), args.what) {
        return say(place, Command::Advice { about, order }, TOLD);
    }
    let state = replayed(place)?;
    let wanted = |row: &Row<'_>| args.key.as_ref().is_none_or(|key| row.about() == key);
    let found: Vec<Row<'_>> = rows(state.advice()).filter(wanted).collect();
    let mut stdout = std::io::stdout().lock();
    if found.is_empty() {
        if let Some(key) = &args.key {
            let why = format!("{key} is not recommended now, and was not applied");
            return Err(Misused(why).into());
        }
        let none = "nothing to recommend: no figures say for sure that something would go better \
                    otherwise";
        writeln!(std::io::stderr(), "{none}")?;
    }
    for row in found {
        match (args.json, &args.key) {
            (true, _) => writeln!(stdout, "{}", object(&state, row))?,
            (false, Some(_)) => whole(&mut stdout, &state, row)?,
            (false, None) => line(&mut stdout, &state, row)?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn word(row: Row<'_>) -> &'static str {
    match row {
        Row::Stands(_) => "stands",
        Row::Was(applied) if applied.taken_back.is_some() => "taken-back",
        Row::Was(_) => "applied",
    }
}

/// How it measures, where it was applied.
fn since(state: &State, row: Row<'_>) -> Option<String> {
    match row {
        Row::Stands(_) => None,
        Row::Was(applied) => {
            let measured = measured(state, applied);
            Some(words::since(&applied.about, measured.as_ref()))
        }
    }
}

fn line(to: &mut impl Write, state: &State, row: Row<'_>) -> std::io::Result<()> {
    let below = since(state, row).unwrap_or_else(|| words::seen(row.about(), row.figures()));
    let key = row.about().to_string();
    writeln!(to, "{key:<24}  {:<10}  {}", word(row), plain(&row.line()))?;
    writeln!(to, "{:<24}  {:<10}  {}", "", "", plain(&below))
}

fn whole(to: &mut impl Write, state: &State, row: Row<'_>) -> std::io::Result<()> {
    let (about, figures) = (row.about(), row.figures());
    let deed = match words::deed(about) {
        "" => format!("nothing to apply; `synod advice {about} dismiss` leaves it"),
        deed => format!("`synod advice {about} apply` does it ({deed}); dismiss leaves it"),
    };
    let mut lines = vec![
        format!("{about} {}", word(row)),
        format!("what      {}", words::line(about, figures)),
        format!("seen      {}", words::seen(about, figures)),
        format!("proposed  {}", words::proposal(about, figures)),
        format!("brings    {}", words::benefit(about, figures)),
    ];
    match since(state, row) {
        Some(since) => lines.push(format!("measured  {since}")),
        None => lines.push(format!("you       {deed}")),
    }
    for line in lines {
        writeln!(to, "{}", plain(&line))?;
    }
    Ok(())
}

fn object(state: &State, row: Row<'_>) -> Value {
    let (about, figures) = (row.about(), row.figures());
    let (at, by, since) = match row {
        Row::Stands(entry) => (entry.since, None, None),
        Row::Was(applied) => {
            let by = match applied.by {
                Actor::Operator => "operator",
                Actor::Clock | Actor::Room | Actor::Policy => "room",
            };
            (applied.at, Some(by), measured(state, applied))
        }
    };
    let since = since.map(|it| {
        let mut since = share(it.since);
        if let Some(fields) = since.as_object_mut() {
            let verdict = match it.verdict {
                Verdict::Open => "open",
                Verdict::Better => "better",
                Verdict::Worse => "worse",
            };
            fields.insert("verdict".to_owned(), verdict.into());
        }
        since
    });
    let deed = Some(words::deed(about)).filter(|deed| !deed.is_empty());
    json!({
        "key": about.to_string(),
        "sort": about.sort().word(),
        "state": word(row),
        "line": words::line(about, figures),
        "seen": words::seen(about, figures),
        "proposed": words::proposal(about, figures),
        "brings": words::benefit(about, figures),
        "deed": deed,
        "at": at.0,
        "by": by,
        "figures": share(figures.seen),
        "beside": figures.beside.map(share),
        "took_ms": figures.took.map(|span| span.0),
        "limit_ms": figures.limit.map(|span| span.0),
        "since": since,
    })
}

fn share(share: Share) -> Value {
    let interval = share.interval();
    json!({
        "of": share.of,
        "n": share.n,
        "rate": share.rate(),
        "low": interval.map(|(low, _)| low),
        "high": interval.map(|(_, high)| high),
    })
}
