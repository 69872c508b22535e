//! Before and after: how what was applied measures, and whether what was dismissed is worse now.

use super::look::{spent, tally};
use super::{About, Applied, Figures};
use crate::core::metrics::Share;
use crate::core::{LessonId, MemberName, Session, State, Timestamp, TurnState};

/// How many of what it is measured by must have come since, before anything is said for sure.
pub const LEAST_SINCE: u64 = 12;

/// What two shares may differ by without being said to.
const NOTHING: f64 = 0.005;

/// How what was applied measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// What it stood on.
    pub before: Share,
    /// The same of what came since.
    pub since: Share,
    /// Whether less of it is better.
    pub less_is_better: bool,
    /// What that says.
    pub verdict: Verdict,
}

/// What a measure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Too little came since, or it could be luck.
    Open,
    /// It is better now for sure.
    Better,
    /// It is worse now for sure.
    Worse,
}

/// How one that was applied measures: a share of what came since against the one it stood on. It is better
/// or worse once [`LEAST_SINCE`] came and the two intervals do not meet; what is no sample is compared as it
/// is. `None` while there is nothing since.
#[must_use]
pub fn measured(state: &State, applied: &Applied) -> Option<Measured> {
    let about = &applied.about;
    let before = applied.figures.seen;
    let exact = is_exact(about);
    let since = match (about, applied.taken_back) {
        (_, Some((_, _, since))) => since,
        (About::Context { session }, None) => {
            window_of(state.session(*session)?, Some(applied.at))?
        }
        (About::Budget { limit }, None) => spent(state, *limit, state.at())?,
        (
            About::Kind { .. }
            | About::Timeout { .. }
            | About::Restarts { .. }
            | About::Lesson { .. }
            | About::Change { .. }
            | About::Voter { .. }
            | About::Council { .. },
            None,
        ) => less(total(state, about), applied.base),
    };
    if since.n == 0 {
        return None;
    }
    let less_is_better = is_bad(about);
    let verdict = if exact {
        match (since.rate()?, before.rate()?) {
            (now, then) if now < then && matches!(about, About::Context { .. }) => Verdict::Better,
            (_, _) => Verdict::Open,
        }
    } else {
        let ((low, high), (low_then, high_then)) = (since.interval()?, before.interval()?);
        match (high < low_then, low > high_then) {
            _ if since.n < LEAST_SINCE => Verdict::Open,
            (true, _) if less_is_better => Verdict::Better,
            (_, true) if less_is_better => Verdict::Worse,
            (true, _) => Verdict::Worse,
            (_, true) => Verdict::Better,
            (false, false) => Verdict::Open,
        }
    };
    Some(Measured {
        before,
        since,
        less_is_better,
        verdict,
    })
}

/// Whether the figures of a recommendation are clearly worse than they were when it was dismissed: a share
/// lies beyond the far end of the interval that it had then; what is no sample is ten points of a hundred
/// worse; restarts are twice as many. That a member changed is said once.
#[must_use]
pub fn is_worse(about: &About, then: &Figures, now: &Figures) -> bool {
    let (Some(before), Some(rate)) = (then.seen.rate(), now.seen.rate()) else {
        return false;
    };
    let interval = then.seen.interval().unwrap_or((0.0, 1.0));
    match about {
        About::Change { .. } => false,
        About::Restarts { .. } => now.seen.of >= then.seen.of.saturating_mul(2),
        About::Budget { .. } | About::Context { .. } => rate >= before + 0.10,
        About::Kind { .. } | About::Lesson { .. } | About::Voter { .. } => {
            rate + NOTHING < interval.0
        }
        About::Timeout { .. } | About::Council { .. } => rate > interval.1 + NOTHING,
    }
}

/// Whether more of the share that it stands on is worse.
fn is_bad(about: &About) -> bool {
    match about {
        About::Budget { .. }
        | About::Context { .. }
        | About::Restarts { .. }
        | About::Timeout { .. } => true,
        About::Kind { .. }
        | About::Lesson { .. }
        | About::Change { .. }
        | About::Voter { .. }
        | About::Council { .. } => false,
    }
}

/// Whether its share is no sample, but what there is.
pub(super) fn is_exact(about: &About) -> bool {
    matches!(about, About::Budget { .. } | About::Context { .. })
}

/// The running total of what a recommendation is measured by; what came since is the difference.
///
/// - A member kept from a kind: results of all on the kind that stood.
/// - A time limit: the member's calls that ran into a limit.
/// - Restarts: those of the server, beside the calls that ended.
/// - A lesson: answers of councils on its topic that were accepted.
#[must_use]
pub fn total(state: &State, about: &About) -> Share {
    match about {
        About::Kind { kind, .. } => state.metrics().acceptance_on(*kind),
        About::Timeout { member } => timeouts_of(state, member),
        About::Restarts { member } => {
            let known = state.advice().restarts.get(member);
            let ever = known.map_or(0, |it| it.ever);
            Share {
                of: ever,
                n: ever.saturating_add(calls_of(state, member)),
            }
        }
        About::Lesson { lesson } => answers_on_topic(state, *lesson),
        About::Budget { .. }
        | About::Context { .. }
        | About::Change { .. }
        | About::Voter { .. }
        | About::Council { .. } => Share::default(),
    }
}

fn answers_on_topic(state: &State, lesson: LessonId) -> Share {
    let lesson = state.lesson(lesson);
    let all = lesson.map(|lesson| {
        let (with, without) = (lesson.with(), state.without_lesson(lesson));
        let (with, without) = (tally(with), tally(without));
        Share {
            of: with.of.saturating_add(without.of),
            n: with.n.saturating_add(without.n),
        }
    });
    all.unwrap_or_default()
}

/// What one share has more than another one.
pub(super) fn less(share: Share, base: Share) -> Share {
    let n = share.n.saturating_sub(base.n);
    Share {
        of: share.of.saturating_sub(base.of).min(n),
        n,
    }
}

/// Calls of a member that ran into a time limit, of these and those that were answered.
pub(super) fn timeouts_of(state: &State, member: &MemberName) -> Share {
    state.metrics().timeouts(member)
}

/// Calls of a member that ended.
pub(super) fn calls_of(state: &State, member: &MemberName) -> u64 {
    state.metrics().calls_of(member)
}

/// How full a session's window was at the end of its last answer of which its server told that, after a
/// time.
pub(super) fn window_of(session: &Session, since: Option<Timestamp>) -> Option<Share> {
    let last = session
        .remembered()
        .rev()
        .find_map(|turn| match &turn.state {
            TurnState::Answered { at, usage, .. } => Some((*at, usage.context)),
            TurnState::Running
            | TurnState::Failed { .. }
            | TurnState::Cancelled { .. }
            | TurnState::Interrupted { .. } => None,
        });
    let (at, context) = last?;
    let context = context.filter(|_| since.is_none_or(|since| at > since))?;
    Some(Share {
        of: context.used.min(context.window),
        n: context.window,
    })
}
