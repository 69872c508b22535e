//! How measured times are spread.

use std::time::Duration;

/// Median, 99th percentile and maximum.
pub(crate) fn stats(mut of: Vec<Duration>) -> String {
    of.sort();
    let at = |share: usize| of[(of.len() * share / 100).min(of.len() - 1)];
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    format!(
        "p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms of {}",
        ms(at(50)),
        ms(at(99)),
        ms(at(100)),
        of.len()
    )
}
