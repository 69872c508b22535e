//! The figures since ever in the text format of Prometheus, version 0.0.4.
//!
//! Names follow its rules: base units (`_seconds`, `_tokens`, `_usd`), `_total` for what only grows. What can be
//! taken back, because a conflict is settled anew, is a gauge. A series whose value is not known is left out.
//!
//! | name | type | labels beside `member` and `kind` |
//! |---|---|---|
//! | `synod_tasks_total` | counter | |
//! | `synod_calls_total` | counter | `outcome`: answered, failed, cancelled, interrupted |
//! | `synod_call_failures_total` | counter | `failure` |
//! | `synod_answers_judged`, `synod_answers_accepted` | gauge | |
//! | `synod_councils`, `synod_councils_agreed` | gauge | |
//! | `synod_operator_choices`, `synod_operator_choices_agreed` | gauge | |
//! | `synod_votes`, `synod_votes_won` | gauge | |
//! | `synod_second_ballots_total`, `synod_second_ballots_turned_total` | counter | |
//! | `synod_tokens_total` | counter | `direction`: input, output; `source`: reported, estimated |
//! | `synod_cacheable_input_tokens_total`, `synod_cached_input_tokens_total` | counter | |
//! | `synod_cost_usd_total` | counter | `source`: reported, estimated |
//! | `synod_answer_seconds`, `synod_first_text_seconds` | histogram | `le` |
//! | `synod_context_used_tokens`, `synod_context_window_tokens` | gauge | `member` alone |
//! | `synod_forecast_timed_tasks_total`, `synod_forecast_kept_times_total` | counter | none; nor of the next two rows |
//! | `synod_forecast_priced_tasks_total`, `synod_forecast_councils_total`, `synod_forecast_councils_agreed_total` | counter | |
//! | `synod_forecast_time_ratio`, `synod_forecast_price_ratio`, `synod_forecast_agreement_expected`, `synod_forecast_agreement_brier`, `synod_forecast_agreement_error` | gauge | |
//! | `synod_room_tasks_total` | counter | `outcome` alone |
//! | `synod_room_conflicts_total`, `synod_room_late_reports_total`, `synod_journal_events_total` | counter | none |

mod forecasts;

use std::fmt::Write as _;

use crate::core::metrics::{Figures, Histogram, Share, Tokens, Window};
use crate::core::{ContextUse, MemberName, Span, State, TaskKind};

/// Bounds of the histograms, in milliseconds: powers of two, which the room's own buckets meet exactly; from
/// an eighth of a second to an hour.
const BOUNDS: [u64; 16] = [
    128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288,
    1_048_576, 2_097_152, 4_194_304,
];

/// All figures of a room.
pub(super) fn text(state: &State) -> String {
    let table = state.metrics().over(Window::Ever, state.at());
    let cells: Vec<Cell<'_>> = table
        .members()
        .flat_map(|(member, kinds)| kinds.iter().map(move |(kind, it)| (member, *kind, it)))
        .collect();
    let mut to = Text::default();
    of_room(&mut to, state);
    of_calls(&mut to, &cells);
    of_answers(&mut to, &cells);
    of_usage(&mut to, &cells);
    let timed: [(&str, &str, Timed); 2] = [
        (
            "synod_answer_seconds",
            "How long answers took, waits for the operator apart.",
            (Figures::latency, Figures::worked),
        ),
        (
            "synod_first_text_seconds",
            "How long it took to the first text of a streamed answer.",
            (Figures::first_text, Figures::first_text_sum),
        ),
    ];
    for (name, help, of) in timed {
        histogram(&mut to, name, help, &cells, of);
    }
    of_context(&mut to, state);
    forecasts::write(&mut to, &state.foresight().track().turned());
    to.0
}

type OfShare = fn(Share) -> u64;
type OfContext = fn(&ContextUse) -> u64;
/// Name, help and value.
type Family<F> = (&'static str, &'static str, F);
type Cell<'a> = (&'a MemberName, TaskKind, &'a Figures);
type Timed = (fn(&Figures) -> &Histogram, fn(&Figures) -> Span);

fn of_room(to: &mut Text, state: &State) {
    let counters = state.counters();
    to.family("synod_room_tasks_total", "counter", "Tasks that ended.");
    for (outcome, count) in [
        ("done", counters.done),
        ("failed", counters.failed),
        ("cancelled", counters.cancelled),
    ] {
        to.sample("synod_room_tasks_total", &[("outcome", outcome)], count);
    }
    for (name, help, count) in [
        (
            "synod_room_conflicts_total",
            "Conflicts that were found.",
            counters.conflicts,
        ),
        (
            "synod_room_late_reports_total",
            "Reports that came too late or for nothing.",
            counters.stale,
        ),
        (
            "synod_journal_events_total",
            "Events in the journal.",
            state.seq(),
        ),
    ] {
        to.family(name, "counter", help);
        to.sample(name, &[], count);
    }
}

fn of_calls(to: &mut Text, cells: &[Cell<'_>]) {
    let name = "synod_tasks_total";
    to.family(
        name,
        "counter",
        "Tasks that ended in which the member made a call.",
    );
    for (member, kind, figures) in cells {
        to.of(name, (member, *kind), &[], figures.tasks());
    }
    let name = "synod_calls_total";
    to.family(name, "counter", "Calls that ended.");
    for (member, kind, figures) in cells {
        for (outcome, count) in [
            ("answered", figures.answered()),
            ("failed", figures.failed()),
            ("cancelled", figures.cancelled()),
            ("interrupted", figures.interrupted()),
        ] {
            to.of(name, (member, *kind), &[("outcome", outcome)], count);
        }
    }
    let name = "synod_call_failures_total";
    to.family(name, "counter", "Calls that failed, by kind of failure.");
    for (member, kind, figures) in cells {
        for (failure, count) in figures.failures() {
            let label = [("failure", failure.code())];
            to.of(name, (member, *kind), &label, count);
        }
    }
}

/// Names and words of those that are counted and those that won, and the share of both.
type Judging = (
    (&'static str, &'static str),
    (&'static str, &'static str),
    fn(&Figures) -> Share,
);

fn of_answers(to: &mut Text, cells: &[Cell<'_>]) {
    let gauges: [Judging; 4] = [
        (
            (
                "synod_answers_judged",
                "Results by which an answer of the member was judged.",
            ),
            (
                "synod_answers_accepted",
                "Those of them that rest on its answer.",
            ),
            Figures::acceptance,
        ),
        (
            (
                "synod_councils",
                "Councils that came to an end by themselves.",
            ),
            (
                "synod_councils_agreed",
                "Those of them in which its answer won.",
            ),
            Figures::with_council,
        ),
        (
            (
                "synod_operator_choices",
                "Conflicts that the operator settled.",
            ),
            (
                "synod_operator_choices_agreed",
                "Those of them in which its answer was taken.",
            ),
            Figures::with_operator,
        ),
        (
            (
                "synod_votes",
                "Votes in which its answer stood for election.",
            ),
            ("synod_votes_won", "Those of them that its answer won."),
            Figures::votes,
        ),
    ];
    for (n, of, share) in gauges {
        shares(to, cells, "gauge", (n, of, share));
    }
    let flips: Judging = (
        (
            "synod_second_ballots_total",
            "Times it was asked again in the reversed order.",
        ),
        (
            "synod_second_ballots_turned_total",
            "Those in which its ballot turned round.",
        ),
        Figures::flips,
    );
    shares(to, cells, "counter", flips);
}

fn shares(to: &mut Text, cells: &[Cell<'_>], sort: &str, (n, of, share): Judging) {
    for ((name, help), count) in [(n, (|it| it.n) as OfShare), (of, |it| it.of)] {
        to.family(name, sort, help);
        for (member, kind, figures) in cells {
            let share = share(figures);
            if share.n > 0 {
                to.of(name, (member, *kind), &[], count(share));
            }
        }
    }
}

fn of_usage(to: &mut Text, cells: &[Cell<'_>]) {
    let name = "synod_tokens_total";
    to.family(name, "counter", "Tokens read and written.");
    for (member, kind, figures) in cells {
        for (source, tokens) in [
            ("reported", figures.tokens()),
            ("estimated", figures.estimated_tokens()),
        ] {
            let Some(Tokens { input, output, .. }) = tokens else {
                continue;
            };
            for (direction, count) in [("input", input), ("output", output)] {
                let labels = [("direction", direction), ("source", source)];
                to.of(name, (member, *kind), &labels, count);
            }
        }
    }
    let cache: [Family<OfShare>; 2] = [
        (
            "synod_cacheable_input_tokens_total",
            "Tokens read by calls whose server tells of a cache.",
            |it| it.n,
        ),
        (
            "synod_cached_input_tokens_total",
            "Those of them that came from the cache.",
            |it| it.of,
        ),
    ];
    for (name, help, count) in cache {
        to.family(name, "counter", help);
        for (member, kind, figures) in cells {
            if let Some(cached) = figures.cached() {
                to.of(name, (member, *kind), &[], count(cached));
            }
        }
    }
    let name = "synod_cost_usd_total";
    to.family(
        name,
        "counter",
        "Money by the member's prices, in US dollars.",
    );
    for (member, kind, figures) in cells {
        for (source, money) in [
            ("reported", figures.micro_usd()),
            ("estimated", figures.estimated_micro_usd()),
        ] {
            if let Some(money) = money {
                let labels = [("source", source)];
                to.of(name, (member, *kind), &labels, parts(money, 1_000_000));
            }
        }
    }
}

fn histogram(to: &mut Text, name: &str, help: &str, cells: &[Cell<'_>], (of, sum): Timed) {
    to.family(name, "histogram", help);
    let (bucket, total, count) = (
        format!("{name}_bucket"),
        format!("{name}_sum"),
        format!("{name}_count"),
    );
    for (member, kind, figures) in cells {
        let (histogram, whose) = (of(figures), (*member, *kind));
        if histogram.is_empty() {
            continue;
        }
        for bound in BOUNDS {
            let le = parts(bound, 1_000);
            to.of(&bucket, whose, &[("le", &le)], histogram.below(Span(bound)));
        }
        to.of(&bucket, whose, &[("le", "+Inf")], histogram.len());
        to.of(&total, whose, &[], parts(sum(figures).0, 1_000));
        to.of(&count, whose, &[], histogram.len());
    }
}

fn of_context(to: &mut Text, state: &State) {
    let known: Vec<(&MemberName, ContextUse)> = state
        .metrics()
        .members()
        .filter_map(|member| Some((member, state.metrics().context(member)?)))
        .collect();
    let gauges: [Family<OfContext>; 2] = [
        (
            "synod_context_used_tokens",
            "Tokens of the window that were taken at the last answer.",
            |it| it.used,
        ),
        (
            "synod_context_window_tokens",
            "Tokens that the window has room for.",
            |it| it.window,
        ),
    ];
    for (name, help, value) in gauges {
        to.family(name, "gauge", help);
        for (member, context) in &known {
            to.sample(name, &[("member", member.as_str())], value(context));
        }
    }
}

/// So many parts of a whole as a decimal number, exactly: `12.5`.
fn parts(count: u64, of: u64) -> String {
    let digits = of.ilog10() as usize;
    let (whole, rest) = (count / of, count % of);
    let text = format!("{whole}.{rest:0digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The text so far.
#[derive(Debug, Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, sort: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {sort}"));
    }

    /// A value of a member on a kind.
    fn of(
        &mut self,
        name: &str,
        (member, kind): (&MemberName, TaskKind),
        labels: &[(&str, &str)],
        value: impl std::fmt::Display,
    ) {
        let kind = kind.to_string();
        let whose = [("member", member.as_str()), ("kind", &*kind)];
        self.sample(name, &[&whose[..], labels].concat(), value);
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> = labels
            .iter()
            .map(|(label, value)| format!("{label}=\"{}\"", escaped(value)))
            .collect();
        let labels = labels.join(",");
        if labels.is_empty() {
            self.line(format_args!("{name} {value}"));
        } else {
            self.line(format_args!("{name}{{{labels}}} {value}"));
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // A text takes whatever is written to it.
        writeln!(self.0, "{line}").unwrap_or_default();
    }
}

/// A label's value as it stands between quotes.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests;
