//! What a task is expected to come to, in words: beside the composer before it is sent, and on its detail.
//!
//! Owns the words. What is expected is the business of [`core::forecast`](crate::core::forecast).

use crate::core::analysis::Size;
use crate::core::forecast::{Forecast, foretold, size_of};
use crate::core::routing::{Routing, route_sized};
use crate::core::{Guess, MemberName, Span, State, Strategy, TaskKind, Timestamp};
use crate::ui::composer::Draft;

/// What a draft would come to if it were sent now.
pub(crate) struct Foretold {
    /// To whom it would go.
    pub(crate) to: String,
    /// What is expected, as far as that is known.
    pub(crate) expected: Vec<String>,
}

/// What a draft would come to now; nothing while nobody can take it.
pub(crate) fn of_draft(state: &State, draft: &Draft, guess: Option<&Guess>) -> Option<Foretold> {
    let mut order = draft.outline(Timestamp::default());
    if draft.kind.is_none() {
        order.kind = match order.strategy {
            // To make a plan is planning, whatever it is about.
            Strategy::Plan => TaskKind::Planning,
            Strategy::Auto
            | Strategy::Solo
            | Strategy::Race
            | Strategy::Council
            | Strategy::Debate
            | Strategy::Chain
            | Strategy::Think => guess.map_or(TaskKind::General, Guess::taken),
        };
    }
    // The prompt may be long, and only its length is asked for.
    let size = Size {
        prompt: draft.prompt.len() as u64 / 4,
        ..size_of(state, &order)
    };
    let Routing::Now(routed) = route_sized(state, &order, size, &[]) else {
        return None;
    };
    let foretold = foretold(state, &order, size, &routed);
    let names: Vec<&str> = routed.council.iter().map(MemberName::as_str).collect();
    let seconds = foretold.seconds.map(|it| format!("~{}", span(it.likely)));
    let parts = [seconds, foretold.usd.map(usd), foretold.agree.map(agree)];
    Some(Foretold {
        to: names.join(" "),
        expected: parts.into_iter().flatten().collect(),
    })
}

/// What a task was expected to come to when it was given out; nothing where nothing was.
pub(crate) fn of_task(forecast: &Forecast) -> Option<String> {
    let seconds = forecast.seconds.map(|it| {
        let (likely, most) = (span(it.likely), span(it.most));
        format!("about {likely}, nine of ten within {most}")
    });
    let parts = [seconds, forecast.usd.map(usd), forecast.agree.map(agree)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("expected: {}", parts.join(" · ")))
}

fn agree(chance: f64) -> String {
    format!("agree {:.0} %", chance * 100.0)
}

fn usd(usd: f64) -> String {
    if usd < 0.1 {
        format!("${usd:.3}")
    } else {
        format!("${usd:.2}")
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds above 0; what is too large ends at the largest"
)]
fn span(seconds: f64) -> Span {
    Span((seconds * 1e3) as u64)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::of_task;
    use crate::core::forecast::{Forecast, Seconds};

    #[test]
    fn what_is_not_known_is_not_said() {
        assert_eq!(of_task(&Forecast::default()), None);
        let all = Forecast {
            seconds: Some(Seconds {
                likely: 12.4,
                most: 95.0,
            }),
            usd: Some(0.0123),
            agree: Some(0.625),
        };
        let said = "expected: about 12 s, nine of ten within 1:35 · $0.012 · agree 62 %";
        assert_eq!(of_task(&all).as_deref(), Some(said));
        let endless = Forecast {
            seconds: Some(Seconds {
                likely: f64::INFINITY,
                most: f64::NAN,
            }),
            ..Forecast::default()
        };
        assert!(of_task(&endless).is_some());
    }
}
