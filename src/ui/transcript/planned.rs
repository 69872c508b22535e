//! The turn that made a plan: its steps as a list, and as they came below it, folded away.

use crate::core::plan;
use crate::core::{Plan, Purpose, State};
use crate::ui::ring::{Laid, Mark, Ring, Tone};
use crate::ui::status::plural;
use crate::ui::theme::Role;

/// What is shown while one is being written: what it is written in is not for people.
const BEING_WRITTEN: &str = "a plan is being written";
/// How its text is called once it is folded away.
const AS_IT_CAME: &str = "as it came";

/// Whether a turn brings a plan.
pub(super) fn brings(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Plan | Purpose::PlanAgain)
}

/// Shows that a plan is being written, after a mark; once.
pub(super) fn begin(ring: &mut Ring, from: Mark) {
    if ring.rows_after(from) == 0 {
        ring.push_lines(BEING_WRITTEN, Tone::Note);
    }
}

/// Shows a plan in place of all after a mark.
pub(super) fn end(ring: &mut Ring, from: Mark, text: &str, state: &State) {
    let lines = match plan::read(state, text) {
        Ok(plan) => steps(&plan),
        Err(_) => vec![Laid::of(
            "a plan that cannot be worked as it is",
            Role::Muted,
        )],
    };
    ring.settle_turn(from, lines);
    let card = ring.begin_card(AS_IT_CAME, 0);
    ring.push_lines(text.trim_end(), Tone::Note);
    ring.end_card(card, |lines| {
        format!("{AS_IT_CAME} · {}", plural(lines, "line"))
    });
}

/// The steps, each in a line: what it is, its kind, and after which others it comes.
fn steps(plan: &Plan) -> Vec<Laid> {
    let count = plural(plan.steps().len() as u64, "step");
    let mut lines = vec![Laid::of(&format!("a plan of {count}"), Role::Muted)];
    lines.extend((1..).zip(plan.steps()).map(|(number, step)| {
        let mut about = vec![step.key.clone()];
        about.extend(step.kind.as_ref().map(ToString::to_string));
        if !step.after.is_empty() {
            about.push(format!("after {}", step.after.join(", ")));
        }
        let title = crate::ui::text::line(step.prompt.headline()).into_owned();
        let about = crate::ui::text::line(&format!("  {}", about.join(" · "))).into_owned();
        let end = title.len();
        let text = title + &about;
        Laid {
            lead: format!("{number}. "),
            bits: vec![(end, Role::Text), (text.len(), Role::Muted)],
            text,
            ..Laid::default()
        }
    }));
    lines
}
