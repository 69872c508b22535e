//! How what was foretold of tasks turned out, of the room as a whole: counts, and what they come to as gauges.

use super::Text;
use crate::core::forecast::Turned;

/// How what was foretold of tasks turned out.
pub(super) fn write(to: &mut Text, turned: &Turned) {
    let Turned {
        in_time, agreed, ..
    } = *turned;
    for (name, help, count) in [
        (
            "synod_forecast_timed_tasks_total",
            "Tasks whose time was foretold.",
            in_time.n,
        ),
        (
            "synod_forecast_kept_times_total",
            "Those of them that took no longer than was said of nine in ten.",
            in_time.of,
        ),
        (
            "synod_forecast_priced_tasks_total",
            "Tasks whose price was foretold.",
            turned.priced,
        ),
        (
            "synod_forecast_councils_total",
            "Councils of which the chance to agree was foretold.",
            agreed.n,
        ),
        (
            "synod_forecast_councils_agreed_total",
            "Those of them that agreed.",
            agreed.of,
        ),
    ] {
        to.family(name, "counter", help);
        to.sample(name, &[], count);
    }
    for (name, help, value) in [
        (
            "synod_forecast_time_ratio",
            "What tasks took over what was likely, in the geometric mean.",
            turned.pace,
        ),
        (
            "synod_forecast_price_ratio",
            "What was paid over what was expected.",
            turned.paid,
        ),
        (
            "synod_forecast_agreement_expected",
            "The share of councils that was expected to agree.",
            turned.expected,
        ),
        (
            "synod_forecast_agreement_brier",
            "The mean square of the error of these chances.",
            turned.brier,
        ),
        (
            "synod_forecast_agreement_error",
            "How far these chances are off, in the mean over ten bins.",
            turned.off,
        ),
    ] {
        to.family(name, "gauge", help);
        if let Some(value) = value {
            to.sample(name, &[], value);
        }
    }
}
