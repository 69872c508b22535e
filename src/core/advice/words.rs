//! What is said of a recommendation, for every surface the same: one line, what was seen, what is proposed,
//! what that should bring, and how it measures since.
//!
//! Names of members, kinds and sessions are the room's own; nothing here is text of a model.

use super::measure::is_exact;
use super::{About, Figures, Measured, PAUSE, Verdict};
use crate::core::metrics::Share;
use crate::core::{Limit, Span};

/// Limits are set in steps of so much.
const STEP: Span = Span::secs(30);

/// In one line, without figures.
#[must_use]
pub fn line(about: &About, figures: &Figures) -> String {
    match about {
        About::Budget { limit } => {
            let what = match limit {
                Limit::Tokens => "tokens",
                Limit::Money => "dollars",
                Limit::Time => "working hours",
            };
            format!("{what} run out {}", when(figures))
        }
        About::Context { session } => {
            format!("the window of {session} is {} full", percent(figures.seen))
        }
        About::Restarts { member } => {
            format!("{member}: {} restarts of its server", figures.seen.of)
        }
        About::Timeout { member } if is_short(figures) => {
            format!("the time of {member} is too short")
        }
        About::Timeout { member } => format!("the time of {member} is far too long"),
        About::Kind { member, kind } => format!("{kind} goes better without {member}"),
        About::Lesson { lesson } => format!("lesson {lesson} makes answers worse"),
        About::Change { member, .. } if does_better(figures) => {
            format!("{member} does better than it did")
        }
        About::Change { member, .. } => format!("{member} does worse than it did"),
        About::Voter { member } => format!("the vote of {member} adds nothing"),
        About::Council { kind } => format!("councils on {kind} always agree"),
    }
}

/// What was seen, with the numbers.
#[must_use]
pub fn seen(about: &About, figures: &Figures) -> String {
    let Figures {
        seen,
        beside,
        took,
        limit,
    } = *figures;
    let beside = beside.unwrap_or_default();
    let (took, limit) = (took.unwrap_or_default(), limit.unwrap_or_default());
    match about {
        About::Budget { limit: of } => {
            let amounts = amounts(*of, seen);
            match figures.took {
                Some(_) => format!(
                    "{amounts} ({}) are spent {} into the day, with {} left of it",
                    percent(seen),
                    rough(took),
                    rough(limit)
                ),
                None => format!("{amounts} ({}) are spent", percent(seen)),
            }
        }
        About::Context { .. } => format!(
            "{} of {} tokens were taken at its last answer",
            seen.of, seen.n
        ),
        About::Restarts { .. } => format!(
            "{} restarts in the last hour, beside {} that ended",
            seen.of,
            many(seen.n.saturating_sub(seen.of), "call")
        ),
        About::Timeout { .. } => format!(
            "{} of {} ran out of time: {}; of 100 answers 99 came within {took}, and the limit is {limit}",
            seen.of,
            many(seen.n, "call"),
            sure(seen)
        ),
        About::Kind { kind, .. } => format!(
            "{} of {} of its results on {kind} stood: {}; of the others {} of {}: {}",
            seen.of,
            seen.n,
            sure(seen),
            beside.of,
            beside.n,
            sure(beside)
        ),
        About::Lesson { .. } => format!(
            "{} of {} answers were accepted of those who were told: {}; of the others {} of {}: {}",
            seen.of,
            seen.n,
            sure(seen),
            beside.of,
            beside.n,
            sure(beside)
        ),
        About::Change { .. } => format!(
            "{} of its results were expected to stand, and for a while clearly {} did",
            percent(seen),
            if does_better(figures) {
                "more"
            } else {
                "fewer"
            }
        ),
        About::Voter { .. } => format!(
            "{} of its last {} would have ended otherwise without it: {}",
            seen.of,
            many(seen.n, "vote"),
            sure(seen)
        ),
        About::Council { .. } => format!(
            "in {} of the last {} all answers agreed: {}",
            seen.of,
            many(seen.n, "council"),
            sure(seen)
        ),
    }
}

/// What was seen, as short as it can be told.
#[must_use]
pub fn brief(about: &About, figures: &Figures) -> String {
    let Figures {
        seen, beside, took, ..
    } = *figures;
    let others = sure(beside.unwrap_or_default());
    match about {
        About::Budget { .. } => match took {
            Some(took) => format!("{} is spent {} into the day", percent(seen), rough(took)),
            None => format!("{} is spent", percent(seen)),
        },
        About::Context { .. } => format!("{} of {} tokens are taken", seen.of, seen.n),
        About::Restarts { .. } => {
            let calls = seen.n.saturating_sub(seen.of);
            format!("{} restarts beside {}", seen.of, many(calls, "call"))
        }
        About::Timeout { .. } => {
            format!("{} of {} ran out of time", sure(seen), many(seen.n, "call"))
        }
        About::Kind { .. } => format!("{} of {} stood, of others {others}", sure(seen), seen.n),
        About::Lesson { .. } => {
            format!("{} of {} accepted, without it {others}", sure(seen), seen.n)
        }
        About::Change { .. } => {
            let word = if does_better(figures) {
                "more"
            } else {
                "fewer"
            };
            format!("{} were expected to stand, {word} do", percent(seen))
        }
        About::Voter { .. } => format!("{} of {} turned on it", sure(seen), many(seen.n, "vote")),
        About::Council { .. } => format!("{} of {} agreed", sure(seen), many(seen.n, "council")),
    }
}

/// What is proposed.
#[must_use]
pub fn proposal(about: &About, figures: &Figures) -> String {
    match about {
        About::Budget { limit } => format!(
            "raise the limit to {}",
            amount(*limit, budget_wanted(figures))
        ),
        About::Context { session } => format!(
            "let {session} go at its server: the next turn tells it a digest and the last turns"
        ),
        About::Restarts { member } => format!("pause {member} for {PAUSE} and look at its log"),
        About::Timeout { member } => format!(
            "give calls of {member} {} in place of {}",
            limit_wanted(figures),
            figures.limit.unwrap_or_default()
        ),
        About::Kind { member, kind } => {
            format!("give {member} no more {kind}, unless you name it")
        }
        About::Lesson { lesson } => format!("dispute {lesson}: nobody is told of it meanwhile"),
        About::Change { member, .. } if does_better(figures) => {
            format!("nothing is to be done: {member} is given more by the policy `learned`")
        }
        About::Change { member, .. } => format!(
            "look whether the model behind {member} was changed; the policy `learned` starts its \
             record anew"
        ),
        About::Voter { member } => {
            format!("leave {member} out of councils, by naming others or by a smaller council")
        }
        About::Council { kind } => {
            format!("do not convene on {kind}: one member will do, unless you ask for several")
        }
    }
}

/// What that should bring.
#[must_use]
pub fn benefit(about: &About, figures: &Figures) -> String {
    let gap = || {
        let beside = figures.beside.unwrap_or_default().rate();
        let gap = beside.unwrap_or(0.0) - figures.seen.rate().unwrap_or(0.0);
        (gap.max(0.0) * 100.0).round()
    };
    match about {
        About::Budget { .. } => "work goes on to the end of the period at the present rate",
        About::Context { .. } => {
            "room for further turns, at the price of what the digest leaves out"
        }
        About::Restarts { .. } => "tasks go to members that are up, and its calls fail no more",
        About::Timeout { .. } if is_short(figures) => "answers that take long come through",
        About::Timeout { .. } => "a call that hangs is given up sooner",
        About::Kind { .. } => {
            return format!("some {:.0} more of 100 such results should stand", gap());
        }
        About::Lesson { .. } => {
            return format!("some {:.0} more of 100 answers should be accepted", gap());
        }
        About::Change { .. } => "you know why its figures move",
        About::Voter { .. } => "one call less a vote, for the same results",
        About::Council { .. } => "one call in place of several, for the same results",
    }
    .to_owned()
}

/// What a key does about it, in a word or two; empty where nothing can be applied.
#[must_use]
pub fn deed(about: &About) -> &'static str {
    match about {
        About::Budget { .. } => "raise the limit",
        About::Context { .. } => "let it go",
        About::Restarts { .. } => "pause it",
        About::Timeout { .. } => "change the limit",
        About::Kind { .. } => "bar it",
        About::Lesson { .. } => "dispute it",
        About::Council { .. } => "ask one",
        About::Change { .. } | About::Voter { .. } => "",
    }
}

/// How it measures since it was applied.
#[must_use]
pub fn since(about: &About, measured: Option<&Measured>) -> String {
    let Some(it) = measured else {
        return NOTHING_YET.to_owned();
    };
    let of_what = match about {
        About::Budget { .. } => "of the limit is spent",
        About::Context { .. } => "of the window is taken",
        About::Restarts { .. } => "of what it did was a restart",
        About::Timeout { .. } => "of its calls ran out of time",
        About::Kind { .. } => "of the results on the kind stood",
        About::Lesson { .. } => "of the answers on the topic were accepted",
        About::Change { .. } | About::Voter { .. } | About::Council { .. } => "",
    };
    let told = |share: Share| {
        if is_exact(about) {
            percent(share)
        } else {
            format!("{} of {}: {}", share.of, share.n, sure(share))
        }
    };
    let verdict = verdict(about, it);
    let (now, before) = (told(it.since), told(it.before));
    format!("since then {now} {of_what}, before {before}{verdict}")
}

/// The same as short as it can be told.
#[must_use]
pub fn since_brief(about: &About, measured: Option<&Measured>) -> String {
    measured.map_or_else(
        || NOTHING_YET.to_owned(),
        |it| {
            let (now, before) = (percent(it.since), percent(it.before));
            let verdict = verdict(about, it);
            format!("since then {now}, before {before}{verdict}")
        },
    )
}

const NOTHING_YET: &str = "since then: nothing yet to measure it by";

fn verdict(about: &About, measured: &Measured) -> &'static str {
    match (about, measured.verdict) {
        // A higher limit is less used up, which is no merit.
        (About::Budget { .. }, _) => "",
        (_, Verdict::Open) if is_exact(about) => ": no better yet",
        (_, Verdict::Open) => ": too early to say",
        (_, Verdict::Better) => ": better",
        (_, Verdict::Worse) => ": worse",
    }
}

/// Whether a time limit is too short, and not too long.
pub(crate) fn is_short(figures: &Figures) -> bool {
    let (took, limit) = (
        figures.took.unwrap_or_default(),
        figures.limit.unwrap_or_default(),
    );
    took.0.saturating_mul(2) >= limit.0
}

fn does_better(figures: &Figures) -> bool {
    figures.beside.is_some_and(|share| share.of > 0)
}

/// The time limit that is proposed: twice the present one, or four times what 99 of 100 answers took.
pub(crate) fn limit_wanted(figures: &Figures) -> Span {
    let (took, limit) = (
        figures.took.unwrap_or_default(),
        figures.limit.unwrap_or_default(),
    );
    let wanted = if is_short(figures) {
        limit.0.saturating_mul(2)
    } else {
        took.0.saturating_mul(4).max(2 * STEP.0)
    };
    Span(wanted.div_ceil(STEP.0).saturating_mul(STEP.0))
}

/// The limit of a budget that is proposed: what the present rate comes to by the end of the day and a tenth
/// more; for the life of a room half as much again.
pub(crate) fn budget_wanted(figures: &Figures) -> u64 {
    let seen = figures.seen;
    let wanted = match (figures.took, figures.limit) {
        (Some(took), Some(left)) => {
            let whole = u128::from(took.0) + u128::from(left.0);
            let spent = u128::from(seen.of).saturating_mul(whole) / u128::from(took.0.max(1));
            spent.saturating_add(spent / 10)
        }
        (_, _) => u128::from(seen.n) + u128::from(seen.n / 2),
    };
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    // Two digits say enough.
    let step = 10_u64.saturating_pow(wanted.checked_ilog10().unwrap_or(0).saturating_sub(1));
    let rounded = wanted.div_ceil(step.max(1)).saturating_mul(step.max(1));
    rounded.max(seen.n.saturating_add(1))
}

fn when(figures: &Figures) -> String {
    match figures.took {
        Some(took) => {
            let (of, n) = (
                u128::from(figures.seen.of.max(1)),
                u128::from(figures.seen.n),
            );
            let left = n.saturating_sub(of) * u128::from(took.0) / of;
            let left = Span(u64::try_from(left).unwrap_or(u64::MAX));
            format!("in {} at this rate", rough(left))
        }
        None => "soon".to_owned(),
    }
}

/// A length of time as people say it.
fn rough(span: Span) -> String {
    let minutes = span.0 / 60_000;
    match minutes {
        0..=99 => format!("{minutes} min"),
        _ => format!("{} h", minutes / 60),
    }
}

/// So much of so much of what a limit counts.
fn amounts(limit: Limit, share: Share) -> String {
    match limit {
        Limit::Tokens => format!("{} of {} tokens", share.of, share.n),
        Limit::Money | Limit::Time => {
            format!("{} of {}", amount(limit, share.of), amount(limit, share.n))
        }
    }
}

/// An amount of what a limit counts.
fn amount(limit: Limit, of: u64) -> String {
    match limit {
        Limit::Tokens => format!("{of} tokens"),
        Limit::Money => {
            let cents = of / 10_000;
            format!("${}.{:02}", cents / 100, cents % 100)
        }
        Limit::Time => format!("{} of work", Span(of)),
    }
}

fn many(n: u64, noun: &str) -> String {
    let many = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{many}")
}

fn percent(share: Share) -> String {
    match share.rate() {
        Some(rate) => format!("{:.0} %", rate * 100.0),
        None => "–".to_owned(),
    }
}

/// A share with its interval: `30 % (18 to 45)`.
#[must_use]
pub fn sure(share: Share) -> String {
    match share.interval() {
        Some((low, high)) => format!(
            "{} ({:.0} to {:.0})",
            percent(share),
            low * 100.0,
            high * 100.0
        ),
        None => percent(share),
    }
}

#[cfg(test)]
mod tests {
    use super::{budget_wanted, limit_wanted};
    use crate::core::Span;
    use crate::core::advice::Figures;
    use crate::core::metrics::Share;

    #[test]
    fn what_is_proposed_is_round_and_never_less_than_what_there_is() {
        let figures = |of, n, took, limit| Figures {
            seen: Share { of, n },
            beside: None,
            took,
            limit,
        };
        let half_a_day = Some(Span(Span::DAY.0 / 2));
        assert_eq!(
            budget_wanted(&figures(700, 1000, half_a_day, half_a_day)),
            1600
        );
        assert_eq!(budget_wanted(&figures(820, 1000, None, None)), 1500);
        assert_eq!(budget_wanted(&figures(0, 0, half_a_day, half_a_day)), 1);
        assert_eq!(
            budget_wanted(&figures(1, 5, Some(Span(0)), Some(Span(u64::MAX)))),
            u64::MAX
        );
        let timed = |took, limit| {
            limit_wanted(&figures(
                0,
                1,
                Some(Span::secs(took)),
                Some(Span::secs(limit)),
            ))
        };
        assert_eq!(timed(500, 600), Span::secs(1200));
        assert_eq!(timed(9, 1800), Span::secs(60));
        assert_eq!(timed(40, 1800), Span::secs(180));
    }
}
