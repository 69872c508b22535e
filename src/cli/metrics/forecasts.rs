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

/// One object.
pub(super) fn json(turned: &Turned) -> String {
    let object = json!({
        "timed": turned.timed,
        "in_time": turned.in_time,
        "pace": turned.pace,
        "priced": turned.priced,
        "paid": turned.paid,
        "councils": turned.councils,
        "agreed": turned.agreed,
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
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    put(
        "time",
        turned.in_time.zip(turned.pace).map(|(in_time, pace)| {
            format!(
                "{} of {:.0} tasks kept what was said of nine in ten; they took {pace:.2} times what was likely",
                percent(in_time),
                turned.timed
            )
        }),
    );
    put(
        "price",
        turned.paid.map(|paid| {
            format!(
                "{:.0} tasks cost {paid:.2} times what was expected",
                turned.priced
            )
        }),
    );
    let councils = turned.agreed.zip(turned.expected).zip(turned.off);
    put(
        "agreement",
        councils.map(|((agreed, expected), off)| {
            format!(
                "{} of {:.0} councils agreed, {} were expected to; such a chance is off by {off:.2}",
                percent(agreed),
                turned.councils,
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
        assert_eq!(
            text(&track.turned()),
            "what was foretold of tasks, and what came of it\n\n\
             time        100 % of 1 tasks kept what was said of nine in ten; they took 2.00 times what was likely\n\
             price       1 tasks cost 2.50 times what was expected\n\
             agreement   100 % of 1 councils agreed, 50 % were expected to; such a chance is off by 0.50\n"
        );
    }
}
