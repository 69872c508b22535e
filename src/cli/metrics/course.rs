//! What calls that ended came to, step by step: what the Metrics screen draws over time, as a table or as JSON.

use serde_json::json;

use super::Asked;
use super::table::laid_out;
use crate::cli::Misused;
use crate::core::metrics::{Beat, Metrics, Whose, step};
use crate::core::{Timestamp, metrics::Window};
use crate::ui::metrics::course::{Course, long};
use crate::ui::metrics::window_name;

/// What a row tells.
const COURSES: [Course; 5] = [
    Course::Calls,
    Course::Failed,
    Course::Time,
    Course::Tokens,
    Course::Cost,
];

/// The steps in which something ended, oldest first.
pub(super) fn told(
    metrics: &Metrics,
    asked: &Asked,
    now: Timestamp,
    as_json: bool,
) -> Result<String, Misused> {
    let whose = match (&asked.member, asked.kind) {
        (None, None) => Whose::All,
        (Some(member), None) => Whose::Member(member.clone()),
        (None, Some(kind)) => Whose::Kind(kind),
        (Some(_), Some(_)) => {
            let why =
                "what a member did on one kind is not kept step by step: leave out one of both";
            return Err(Misused(why.to_owned()));
        }
    };
    let beats = metrics.pulse(&whose, asked.window, now);
    let ago = (1..=beats.len()).rev();
    let steps = ago
        .zip(&beats)
        .filter(|(_, beat)| **beat != Beat::default());
    if as_json {
        let lines = steps.map(|(ago, beat)| line(asked, now, ago, *beat));
        return Ok(lines.collect());
    }
    let name = match &whose {
        Whose::All => "all calls",
        Whose::Member(member) => member.as_str(),
        Whose::Kind(kind) => kind.word(),
    };
    let each = long(asked.window, 1);
    let window = window_name(match asked.window {
        Window::Ever => Window::Month,
        window @ (Window::Hour | Window::Day | Window::Week | Window::Month) => window,
    });
    let head = format!("{name} in steps of {each}, {window}\n\n");
    let headings = COURSES.map(|course| course.name().to_owned());
    let mut cells = vec![row("begun", headings)];
    cells.extend(steps.map(|(ago, beat)| {
        let texts = COURSES.map(|course| course.text(course.value(*beat)));
        row(&format!("{} ago", long(asked.window, ago)), texts)
    }));
    if cells.len() == 1 {
        return Ok(format!("{head}no calls ended in this time\n"));
    }
    Ok(format!("{head}{}\n", laid_out(&cells).join("\n")))
}

fn row(first: &str, texts: [String; 5]) -> Vec<String> {
    std::iter::once(first.to_owned()).chain(texts).collect()
}

fn line(asked: &Asked, now: Timestamp, ago: usize, beat: Beat) -> String {
    let width = step(asked.window).0;
    let back = u64::try_from(ago).unwrap_or(u64::MAX).saturating_sub(1);
    let begun = (now.0 / width).saturating_sub(back).saturating_mul(width);
    let line = json!({
        "window": asked.window.word(),
        "member": asked.member.as_ref().map(ToString::to_string),
        "kind": asked.kind.map(|kind| kind.to_string()),
        "begun": begun,
        "step_ms": width,
        "answered": beat.answered,
        "failed": beat.failed,
        "worked_ms": beat.worked.0,
        "tokens": beat.tokens,
        "micro_usd": beat.micro_usd,
    });
    format!("{line}\n")
}
