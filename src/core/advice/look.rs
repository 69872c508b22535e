//! Which figures call for a recommendation: one rule a sort, each with a bound at which it appears and a
//! laxer one at which it goes.
//!
//! Owns the bounds. Each rule looks at what one key names, so that after an event only that is looked at
//! which the event touched.

use super::measure::{calls_of, less, timeouts_of, window_of};
use super::{About, Applied, Figures, is_worse};
use crate::core::metrics::{Figures as Figure, Share};
use crate::core::{
    LessonId, Limit, MemberName, Period, Session, SessionId, Span, Standing, State, Tally,
    TaskKind, Timestamp,
};

/// Fewest judged results on each side, before a member is held against the others on a kind.
pub const LEAST_RESULTS: u64 = 12;
/// Fewest answers with and without a lesson.
pub const LEAST_ANSWERS: u64 = 12;
/// Fewest councils on a kind.
pub const LEAST_COUNCILS: u64 = 20;
/// The share of councils that agree, of which the interval is wholly above.
pub const AGREES: f64 = 0.80;
/// Fewest votes of a voter.
pub const LEAST_VOTES: u64 = 24;
/// The share of votes that would end otherwise without a voter, of which the interval is wholly below.
pub const TURNS: f64 = 0.15;
/// Fewest calls, before a limit is called too short.
pub const LEAST_CALLS: u64 = 10;
/// The share of calls that run into the limit, of which the interval is wholly above.
pub const RUNS_OUT: f64 = 0.05;
/// Fewest answers, before a limit is called too long.
pub const LEAST_TIMED: u64 = 50;
/// A limit is too long that is so many times the time in which 99 of 100 answers came.
pub const TOO_LONG: u64 = 10;
/// A shorter limit is never too long.
pub const SHORT_LIMIT: Span = Span::secs(120);
/// The share of a window above which a session is nearly full.
pub const FULL: f64 = 0.85;
/// So many restarts in an hour are too many.
pub const RESTARTS: u64 = 4;
/// The time in which restarts are counted.
pub const RESTARTS_IN: Span = Span::secs(3600);
/// The share of a budget that must be spent before anything is said of its rate.
pub const SPENT: f64 = 0.50;
/// The shortest time over which a rate of spending is told.
pub const RATE_OVER: Span = Span::secs(30 * 60);
/// How long it is told that a member changed.
pub const CHANGE_TOLD: Span = Span(7 * Span::DAY.0);

/// What a look at a key comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Nothing is to be said.
    Gone,
    /// What stands may stay; what does not, does not appear.
    Stays(Figures),
    /// It appears.
    Shows(Figures),
}

impl Look {
    fn at(figures: Figures, shows: bool, stays: bool) -> Self {
        match (shows, stays) {
            (true, _) => Self::Shows(figures),
            (false, true) => Self::Stays(figures),
            (false, false) => Self::Gone,
        }
    }
}

/// Looks at what a key names, with what was applied and dismissed of it.
#[must_use]
pub fn look(state: &State, about: &About) -> Look {
    let found = figures(state, about);
    let figures = match found {
        Look::Gone => return Look::Gone,
        Look::Stays(figures) | Look::Shows(figures) => figures,
    };
    match state.advice().dismissal(about) {
        Some(then) if !is_worse(about, &then.figures, &figures) => Look::Gone,
        Some(_) | None => found,
    }
}

fn figures(state: &State, about: &About) -> Look {
    let applied = state.advice().in_force(about);
    match about {
        About::Budget { limit } => budget(state, *limit, applied),
        About::Context { session } => context(state, *session, applied),
        About::Restarts { member } => restarts(state, member, applied),
        About::Timeout { member } => timeout(state, member, applied),
        About::Kind { member, kind } if applied.is_none() => of_kind(state, member, *kind),
        About::Lesson { lesson } if applied.is_none() => of_lesson(state, *lesson),
        About::Council { kind } if applied.is_none() => council(state, *kind),
        About::Kind { .. } | About::Lesson { .. } | About::Council { .. } => Look::Gone,
        About::Change { member, at } => change(state, member, *at),
        About::Voter { member } => voter(state, member),
    }
}

fn low(share: Share) -> f64 {
    share.interval().map_or(0.0, |(low, _)| low)
}

fn high(share: Share) -> f64 {
    share.interval().map_or(1.0, |(_, high)| high)
}

fn rate(share: Share) -> f64 {
    share.rate().unwrap_or(0.0)
}

/// What was spent of a limit in the present period, and the limit.
pub(super) fn spent(state: &State, limit: Limit, now: Timestamp) -> Option<Share> {
    let (budget, spend) = (state.budget(), state.spend());
    let (spent, of) = match limit {
        Limit::Tokens => (spend.tokens, budget.tokens?),
        Limit::Money => (spend.micro_usd, budget.micro_usd?),
        Limit::Time => (spend.time.0, budget.time?.0),
    };
    let anew = budget.per == Period::Day && spend.day != now.day();
    (of > 0).then(|| Share {
        of: if anew { 0 } else { spent.min(of) },
        n: of,
    })
}

/// The rate of spending against what is left of the day. A budget for the life of the room has no end to
/// be held against: there it is what is left of it.
fn budget(state: &State, limit: Limit, applied: Option<&Applied>) -> Look {
    let now = state.at();
    let Some(seen) = spent(state, limit, now) else {
        return Look::Gone;
    };
    // It was applied, and the limit that comes with it has not.
    if applied.is_some_and(|one| one.figures.seen.n == seen.n) || seen.of >= seen.n {
        return Look::Gone;
    }
    let share = rate(seen);
    if state.budget().per == Period::Room {
        let figures = Figures {
            seen,
            ..Figures::default()
        };
        return Look::at(figures, share >= 0.80, share >= 0.75);
    }
    let took = Span(now.0 % Span::DAY.0);
    let left = Span(Span::DAY.0 - took.0);
    let whole = share * ratio(Span::DAY.0, took.0.max(1));
    let figures = Figures {
        seen,
        beside: None,
        took: Some(took),
        limit: Some(left),
    };
    let told = took >= RATE_OVER && share >= SPENT;
    Look::at(figures, told && whole >= 1.10, told && whole >= 1.0)
}

/// Only what was answered since it was last let go counts.
fn context(state: &State, id: SessionId, applied: Option<&Applied>) -> Look {
    let Some(session) = state.session(id) else {
        return Look::Gone;
    };
    let goes_on = session.takes_turns() && session.handle().is_some() && !session.is_the_rooms();
    let since = applied.map(|one| one.at);
    let Some(seen) = window_of(session, since).filter(|_| goes_on) else {
        return Look::Gone;
    };
    let figures = Figures {
        seen,
        ..Figures::default()
    };
    let share = rate(seen);
    Look::at(figures, share >= FULL, share >= FULL - 0.10)
}

fn restarts(state: &State, member: &MemberName, applied: Option<&Applied>) -> Look {
    let known = state.advice().restarts.get(member);
    let (Some(known), Some(_)) = (known, state.member(member)) else {
        return Look::Gone;
    };
    let since = applied.map_or(Timestamp(0), |one| one.at);
    let now = state.at();
    let within = |at: Timestamp| at > since && now.since(at) < RESTARTS_IN;
    let mut last = known.last.iter().filter(|(at, _)| within(*at)).peekable();
    let calls = last.peek().map_or(0, |(_, calls)| *calls);
    let count = u64::try_from(last.count()).unwrap_or(u64::MAX);
    let ended = calls_of(state, member).saturating_sub(calls);
    let figures = Figures {
        seen: Share {
            of: count,
            n: count.saturating_add(ended),
        },
        took: Some(RESTARTS_IN),
        ..Figures::default()
    };
    Look::at(figures, count >= RESTARTS, count >= RESTARTS / 2)
}

/// Calls that ran into a limit, of those that could have, since the limit was last changed here.
fn timeout(state: &State, member: &MemberName, applied: Option<&Applied>) -> Look {
    let limit = state.advice().limit_of(member);
    let (Some(limit), Some(_)) = (limit, state.member(member)) else {
        return Look::Gone;
    };
    let base = applied.map_or_else(Share::default, |one| one.base);
    let seen = less(timeouts_of(state, member), base);
    let timed = seen.n.saturating_sub(seen.of);
    if seen.n < LEAST_CALLS || (seen.of == 0 && timed < LEAST_TIMED) {
        return Look::Gone;
    }
    let Some(p99) = state.metrics().slowest(member) else {
        return Look::Gone;
    };
    let figures = Figures {
        seen,
        beside: None,
        took: Some(p99),
        limit: Some(limit),
    };
    // Where answers come in far less time, it is not this limit that calls run into.
    if p99.0.saturating_mul(2) >= limit.0 {
        let sure = low(seen);
        return Look::at(figures, sure >= RUNS_OUT, sure >= RUNS_OUT / 2.0);
    }
    let long = |times: u64| p99.0.saturating_mul(times) < limit.0;
    let told = timed >= LEAST_TIMED && limit > SHORT_LIMIT && applied.is_none();
    Look::at(
        figures,
        told && long(TOO_LONG),
        told && long(TOO_LONG * 3 / 4),
    )
}

/// Its results on the kind against those of the others.
fn of_kind(state: &State, member: &MemberName, kind: TaskKind) -> Look {
    let others = state
        .members()
        .filter(|one| one.spec().name != *member && !state.advice().bars(&one.spec().name, kind));
    if state.member(member).is_none() || state.advice().bars(member, kind) || others.count() == 0 {
        return Look::Gone;
    }
    let metrics = state.metrics();
    let own = metrics
        .on(member, kind)
        .map_or_else(Share::default, Figure::acceptance);
    let beside = less(metrics.acceptance_on(kind), own);
    if own.n < LEAST_RESULTS || beside.n < LEAST_RESULTS {
        return Look::Gone;
    }
    let figures = Figures {
        seen: own,
        beside: Some(beside),
        ..Figures::default()
    };
    let gap = rate(beside) - rate(own);
    let shows = high(own) < low(beside) && gap >= 0.15;
    Look::at(figures, shows, gap >= 0.10 && rate(own) < low(beside))
}

pub(super) fn tally(tally: Tally) -> Share {
    Share {
        of: tally.accepted,
        n: tally.answers(),
    }
}

/// Answers of those who were told against those of the others.
fn of_lesson(state: &State, id: LessonId) -> Look {
    let lesson = state.lesson(id);
    let Some(lesson) = lesson.filter(|one| one.standing() == Standing::Accepted) else {
        return Look::Gone;
    };
    let (seen, beside) = (tally(lesson.with()), tally(state.without_lesson(lesson)));
    if seen.n < LEAST_ANSWERS || beside.n < LEAST_ANSWERS || state.lesson_item(id).is_some() {
        return Look::Gone;
    }
    let figures = Figures {
        seen,
        beside: Some(beside),
        ..Figures::default()
    };
    let stays = rate(beside) - rate(seen) >= 0.05 && rate(seen) < low(beside);
    Look::at(figures, high(seen) < low(beside), stays)
}

fn change(state: &State, member: &MemberName, at: Timestamp) -> Look {
    let mut shifts = state.learning().shifts().iter();
    let found = shifts.find(|one| one.member == *member && one.at == at);
    let (Some(found), Some(_)) = (found, state.member(member)) else {
        return Look::Gone;
    };
    // A share that was expected, of a hundred results.
    let expected = (found.changed.from.clamp(0.0, 1.0) * 100.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 100"
    )]
    let of = expected as u64;
    let figures = Figures {
        seen: Share { of, n: 100 },
        // Whether it does better: so many of one.
        beside: Some(Share {
            of: u64::from(found.changed.better),
            n: 1,
        }),
        ..Figures::default()
    };
    let fresh = state.at().since(at) < CHANGE_TOLD;
    Look::at(figures, fresh, fresh)
}

/// Of several that add nothing one stands at a time: without it the others may.
fn voter(state: &State, member: &MemberName) -> Look {
    let advice = state.advice();
    let (Some(recent), Some(_)) = (advice.voters.get(member), state.member(member)) else {
        return Look::Gone;
    };
    let seen = recent.share();
    if seen.n < LEAST_VOTES {
        return Look::Gone;
    }
    let figures = Figures {
        seen,
        ..Figures::default()
    };
    let other = advice
        .standing
        .keys()
        .any(|one| matches!(one, About::Voter { member: standing } if standing != member));
    let sure = high(seen);
    Look::at(figures, !other && sure <= TURNS, sure <= TURNS + 0.10)
}

fn council(state: &State, kind: TaskKind) -> Look {
    let Some(recent) = state.advice().councils.get(&kind) else {
        return Look::Gone;
    };
    let seen = recent.share();
    if seen.n < LEAST_COUNCILS {
        return Look::Gone;
    }
    let figures = Figures {
        seen,
        ..Figures::default()
    };
    let sure = low(seen);
    Look::at(figures, sure >= AGREES, sure >= AGREES - 0.10)
}

/// The keys of all that there could be to say of a room, for whoever looks at all of it.
#[must_use]
pub fn all(state: &State) -> Vec<About> {
    let mut keys = Vec::new();
    keys.extend([Limit::Tokens, Limit::Money, Limit::Time].map(|limit| About::Budget { limit }));
    let sessions = state.sessions().map(Session::id);
    keys.extend(sessions.map(|session| About::Context { session }));
    for member in state.members().map(|one| &one.spec().name) {
        let member = || member.clone();
        keys.push(About::Restarts { member: member() });
        keys.push(About::Timeout { member: member() });
        keys.push(About::Voter { member: member() });
        let kinds = state.kinds().all();
        keys.extend(kinds.map(|kind| About::Kind {
            member: member(),
            kind,
        }));
    }
    keys.extend(
        state
            .lessons()
            .map(|one| About::Lesson { lesson: one.id() }),
    );
    keys.extend(state.learning().shifts().iter().map(|shift| About::Change {
        member: shift.member.clone(),
        at: shift.at,
    }));
    keys.extend(state.kinds().all().map(|kind| About::Council { kind }));
    keys
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a day")]
fn ratio(whole: u64, part: u64) -> f64 {
    whole as f64 / part as f64
}
