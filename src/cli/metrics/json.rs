//! The figures as JSON, one object a line.
//!
//! | field | what |
//! |---|---|
//! | `window` | `hour`, `day`, `week`, `month` or `ever` |
//! | `member`, `here` | who, and whether it is in the room; null: all members together |
//! | `kind` | the kind of task; null: all kinds together |
//! | `tasks`, `calls`, `answered`, `cancelled`, `interrupted` | counts |
//! | `failures` | counts by kind of failure, those that there were |
//! | `accepted`, `council`, `operator`, `votes`, `flips` | `{"of", "n", "rate", "low", "high"}`: so many of `n`, and the interval of 95 %; `rate`, `low` and `high` are null where `n` is 0 |
//! | `answer_ms`, `first_text_ms` | `{"n", "p50", "p90", "p99"}` in milliseconds; null where nothing was timed |
//! | `tokens`, `estimated_tokens` | `{"calls", "input", "output"}` of the calls that reported them, and of those whose tokens are an estimate |
//! | `cached_input` | `{"of", "n"}`: tokens from a cache, of the input of calls whose server tells that |
//! | `micro_usd`, `estimated_micro_usd` | millionths of a dollar, by reported and by estimated tokens |
//! | `context` | `{"used", "window"}` in tokens at the last answer, of the member whatever the kind |
//!
//! What is not known is null.

use serde_json::{Value, json};

use super::{Asked, By, members};
use crate::core::metrics::{Figures, Histogram, Share, Table, Tokens};
use crate::core::{MemberName, State, TaskKind};

/// A line for each member on all kinds, then one for each kind, as far as they are asked for.
pub(super) fn lines(state: &State, figures: &Table, asked: &Asked) -> String {
    let mut to = String::new();
    if asked.by == By::Kind {
        for (kind, one) in figures.by_kind() {
            to.push_str(&line(state, asked, (None, Some(kind)), &one).to_string());
            to.push('\n');
        }
        return to;
    }
    for member in members(state) {
        if asked.member.as_ref().is_some_and(|it| it != member) {
            continue;
        }
        let mut put = |kind: Option<TaskKind>, figures: &Figures| {
            if asked.kind.is_none() || asked.kind == kind {
                to.push_str(&line(state, asked, (Some(member), kind), figures).to_string());
                to.push('\n');
            }
        };
        put(None, &figures.of_member(member));
        for (kind, one) in figures.kinds_of(member) {
            put(Some(kind), one);
        }
    }
    to
}

fn line(
    state: &State,
    asked: &Asked,
    (member, kind): (Option<&MemberName>, Option<TaskKind>),
    figures: &Figures,
) -> Value {
    let failures: serde_json::Map<String, Value> = figures
        .failures()
        .map(|(kind, count)| (kind.code().to_owned(), count.into()))
        .collect();
    let context = member.and_then(|name| state.metrics().context(name));
    json!({
        "window": asked.window.word(),
        "member": member.map(MemberName::as_str),
        "here": member.map(|name| state.member(name).is_some()),
        "kind": kind.map(|kind| kind.to_string()),
        "tasks": figures.tasks(),
        "calls": figures.calls(),
        "answered": figures.answered(),
        "cancelled": figures.cancelled(),
        "interrupted": figures.interrupted(),
        "failures": failures,
        "accepted": share(figures.acceptance()),
        "council": share(figures.with_council()),
        "operator": share(figures.with_operator()),
        "votes": share(figures.votes()),
        "flips": share(figures.flips()),
        "answer_ms": times(figures.latency()),
        "first_text_ms": times(figures.first_text()),
        "tokens": figures.tokens().map(tokens),
        "estimated_tokens": figures.estimated_tokens().map(tokens),
        "cached_input": figures.cached().map(|cached| json!({"of": cached.of, "n": cached.n})),
        "micro_usd": figures.micro_usd(),
        "estimated_micro_usd": figures.estimated_micro_usd(),
        "context": context.map(|it| json!({"used": it.used, "window": it.window})),
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

fn times(histogram: &Histogram) -> Option<Value> {
    let told = histogram.percentiles()?;
    Some(json!({
        "n": histogram.len(),
        "p50": told.p50.0,
        "p90": told.p90.0,
        "p99": told.p99.0,
    }))
}

fn tokens(tokens: Tokens) -> Value {
    json!({"calls": tokens.calls, "input": tokens.input, "output": tokens.output})
}
