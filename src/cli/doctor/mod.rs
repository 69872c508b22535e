//! `synod doctor`: what is there, what works, and the exact fix for what does not.
//!
//! It starts each confirmed server once, alone, and ends it again; no prompt is sent, so nothing is
//! billed. A running room is left alone.

mod check;
mod machine;
mod members;

use std::io::Write;
use std::process::ExitCode;

use serde_json::json;

use crate::cli::Place;
use crate::cli::doctor::check::{Check, Verdict};

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One JSON array instead of a table
    #[arg(long)]
    json: bool,
}

/// Checks everything; fails when anything is broken.
pub(super) fn doctor(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let checks = super::runtime()?.block_on(examine(place));
    if args.json {
        let listed: Vec<_> = checks.iter().map(as_json).collect();
        writeln!(
            std::io::stdout().lock(),
            "{}",
            serde_json::to_string_pretty(&listed)?
        )?;
    } else {
        table(&checks)?;
    }
    let broken = checks
        .iter()
        .any(|check| matches!(check.verdict, Verdict::Broken { .. }));
    Ok(if broken {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

async fn examine(place: &Place) -> Vec<Check> {
    let mut checks = machine::checks(place).await;
    match crate::config::load(&place.env, &place.project.root, &place.overrides) {
        Ok(loaded) => {
            let files = loaded
                .files
                .iter()
                .map(|file| file.display().to_string())
                .collect::<Vec<_>>()
                .join(", ");
            let found = if files.is_empty() {
                "none; the room would be a rehearsal".to_owned()
            } else {
                files
            };
            checks.push(Check::good("configuration", found));
            checks.extend(members::checks(place, &loaded).await);
        }
        Err(error) => {
            checks.push(Check::broken(
                "configuration",
                error.to_string(),
                "mend the file where it says, then run this again",
            ));
        }
    }
    checks
}

fn table(checks: &[Check]) -> std::io::Result<()> {
    let width = checks
        .iter()
        .map(|check| check.subject.chars().count())
        .max()
        .unwrap_or(0);
    let mut stdout = std::io::stdout().lock();
    for Check { subject, verdict } in checks {
        let (mark, detail, fix) = verdict.parts();
        writeln!(stdout, "{mark}  {subject:width$}  {detail}")?;
        if let Some(fix) = fix {
            writeln!(stdout, "   {:width$}  → {fix}", "")?;
        }
    }
    Ok(())
}

fn as_json(check: &Check) -> serde_json::Value {
    let (_, detail, fix) = check.verdict.parts();
    json!({"subject": check.subject, "verdict": check.verdict.word(), "detail": detail, "fix": fix})
}
