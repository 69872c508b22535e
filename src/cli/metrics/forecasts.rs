//! How what was foretold of tasks turned out: times, prices, agreements.
//!
//! As JSON one object, whose shares are null without a case:
//!
//! | field | what |
//! |---|---|
//! | `timed`, `in_time`, `pace` | tasks whose time was foretold; the share that took no longer than was said of nine in ten; what they took over what was likely, in the geometric mean |
//! | `priced`, `paid` | tasks whose price was foretold; what was paid over what was expected |
//! | `councils`, `agreed`, `expected` | councils; the share that agreed; the share that was expected to |
//! | `brier`, `ece` | the mean square of the error of those chances; how far they are off, in the mean over ten bins |

use std::fmt::Write as _;

use serde_json::json;

use crate::core::forecast::Turned;
use crate::ui::metrics::column::percent;
use crate::ui::status::plural;

/// One object.
pub(super) fn json(turned: &Turned) -> String {
    let object = json!({
        "timed": turned.in_time.n,
        "in_time": turned.in_time.rate(),
        "pace": turned.pace,
        "priced": turned.priced,
        "paid": turned.paid,
        "councils": turned.agreed.n,
        "agreed": turned.agreed.rate(),
        "expected": turned.expected,
        "brier": turned.brier,
        "ece": turned.off,
    });
    format!("{object}\n")
}

/// A few sentences.
pub(super) fn text(turned: &Turned) -> String {
    let mut to = String::from("what was foretold of tasks, and what came of it\n\n");
    let mut put = |name: &str, said: Option<String>| {
        let said = said.unwrap_or_else(|| "nothing was foretold yet".to_owned());
        writeln!(to, "{name:11} {said}").unwrap_or_default();
    };
    let Turned {
        in_time, agreed, ..
    } = *turned;
    put(
        "time",
        in_time.rate().zip(turned.pace).map(|(rate, pace)| {
            format!(
                "{} of {} kept what was said of nine in ten; {} took {pace:.2} times what was likely",
                percent(rate),
                plural(in_time.n, "task"),
                if in_time.n == 1 { "it" } else { "they" }
            )
        }),
    );
    put(
        "price",
        turned.paid.map(|paid| {
            let tasks = plural(turned.priced, "task");
            format!("{tasks} cost {paid:.2} times what was expected")
        }),
    );
    let councils = agreed.rate().zip(turned.expected).zip(turned.off);
    put(
        "agreement",
        councils.map(|((rate, expected), off)| {
            format!(
                "{} of {} agreed, {} were expected to; such a chance is off by {off:.2}",
                percent(rate),
                plural(agreed.n, "council"),
                percent(expected)
            )
        }),
    );
    to
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{json, text};
    use crate::core::forecast::{Forecast, Foresight, Seconds, Track};

    #[test]
    fn without_a_case_nothing_is_said_and_nothing_is_zero() {
        let turned = Foresight::default().track().turned();
        assert_eq!(text(&turned).matches("nothing was foretold yet").count(), 3);
        let read: serde_json::Value = serde_json::from_str(&json(&turned)).unwrap();
        assert_eq!(read["in_time"], serde_json::Value::Null);
    }

    #[test]
    fn what_came_is_told() {
        let said = Forecast {
            seconds: Some(Seconds {
                likely: 10.0,
                most: 30.0,
            }),
            usd: Some(0.02),
            agree: Some(0.5),
        };
        let mut track = Track::default();
        track.took(&said, 20.0);
        track.paid(&said, 0.05);
        track.met(&said, true);
        let read: serde_json::Value = serde_json::from_str(&json(&track.turned())).unwrap();
        assert_eq!((&read["timed"], &read["agreed"]), (&1.into(), &1.0.into()));
        assert_eq!(
            text(&track.turned()),
            "what was foretold of tasks, and what came of it\n\n\
             time        100 % of 1 task kept what was said of nine in ten; it took 2.00 times what was likely\n\
             price       1 task cost 2.50 times what was expected\n\
             agreement   100 % of 1 council agreed, 50 % were expected to; such a chance is off by 0.50\n"
        );
    }

    #[test]
    fn several_are_told_as_several() {
        let said = Forecast {
            seconds: Some(Seconds {
                likely: 10.0,
                most: 30.0,
            }),
            ..Forecast::default()
        };
        let mut track = Track::default();
        track.took(&said, 20.0);
        track.took(&said, 20.0);
        let told = text(&track.turned());
        assert!(
            told.contains("100 % of 2 tasks kept what was said of nine in ten; they took 2.00")
        );
    }
}
