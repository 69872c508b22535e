//! Which failed calls are made again, and when; and when a member is paused. Pure: what looks
//! random is a hash of the call's number, so that the same journal gives the same pauses.

use crate::core::hash::spread;
use crate::core::thinking::can_be_brief;
use crate::core::{
    Call, CallId, Ending, Failure, FailureKind, Kept, MemberName, Purpose, Span, State, Task, Text,
    TurnState,
};

/// How many times a call that failed for a passing reason is made again.
pub(crate) const RETRIES: u32 = 2;
/// The longest pause before a failed call is made again. Who asks for a longer one has failed.
pub(crate) const LONGEST_PAUSE: Span = Span::secs(300);
/// A member that asks for this much patience is given no call by any task until then.
pub(crate) const MEMBER_PAUSE: Span = Span::secs(10);
/// So many failures of a member in a row, whatever the tasks, open its breaker …
pub(crate) const BREAKER_FAILURES: u32 = 5;
/// … for so long; then one failure opens it again, and one answer closes it for good.
pub(crate) const BREAKER_PAUSE: Span = Span::secs(60);

/// Whether a slot whose latest call ended with `failure`, which is folded in, is worth another call
/// by itself. A lost login is no matter of trying again: see `Standing::LoggedOut`.
pub(crate) fn is_repeated(state: &State, task: &Task, call: &Call, failure: &Failure) -> bool {
    repeats_after(state, task, call, failure, 0)
}

/// The same before the end of the call is folded in.
pub(crate) fn will_be_repeated(state: &State, task: &Task, call: &Call, failure: &Failure) -> bool {
    repeats_after(state, task, call, failure, 1)
}

fn repeats_after(state: &State, task: &Task, call: &Call, failure: &Failure, more: u32) -> bool {
    match call.purpose {
        Purpose::Answer
        | Purpose::Council
        | Purpose::Step(_)
        | Purpose::Thought(_)
        | Purpose::ThoughtAgain(_)
        | Purpose::Conclude
        | Purpose::Plan
        | Purpose::PlanAgain
        | Purpose::Gather => {}
        Purpose::Repair => return false,
    }
    let alike = |kinds: fn(FailureKind) -> bool| {
        failures(state, task, &call.member, call.purpose, kinds).saturating_add(more)
    };
    if failure.kind == FailureKind::ContextTooLong {
        let before = alike(|kind| kind == FailureKind::ContextTooLong);
        return before <= 1 && can_be_shortened(state, task, call, more);
    }
    let too_long = failure
        .retry_after
        .is_some_and(|asked| asked > LONGEST_PAUSE);
    failure.kind.is_transient() && !too_long && alike(FailureKind::is_transient) <= RETRIES
}

/// How many calls of a slot failed with one of some kinds.
pub(crate) fn failures(
    state: &State,
    task: &Task,
    member: &MemberName,
    purpose: Purpose,
    kinds: fn(FailureKind) -> bool,
) -> u32 {
    let calls = task.calls.iter().filter_map(|call| state.call(*call));
    let failed = calls.filter(|call| {
        call.member == *member
            && call.purpose == purpose
            && matches!(call.ending(), Some(Ending::Failed { failure, .. }) if kinds(failure.kind))
    });
    u32::try_from(failed.count()).unwrap_or(u32::MAX)
}

/// How many calls of a task found that the model has no room for what it was told.
fn too_long(state: &State, task: &Task) -> u32 {
    let calls = task.calls.iter().filter_map(|call| state.call(*call));
    let found = calls.filter(|call| {
        matches!(call.ending(), Some(Ending::Failed { failure, .. }) if failure.kind == FailureKind::ContextTooLong)
    });
    u32::try_from(found.count()).unwrap_or(u32::MAX)
}

/// Whether the prompt of a call holds more than the operator's own words, which are never cut.
fn can_be_shortened(state: &State, task: &Task, call: &Call, more: u32) -> bool {
    let hands_on = match call.purpose {
        Purpose::Step(step) => step > 0,
        Purpose::Gather => true,
        Purpose::Answer
        | Purpose::Council
        | Purpose::Repair
        | Purpose::Plan
        | Purpose::PlanAgain => false,
        Purpose::Thought(_) | Purpose::ThoughtAgain(_) | Purpose::Conclude => {
            // What was too long before is told short already, to every member.
            if too_long(state, task).saturating_add(more) > 1 {
                return false;
            }
            can_be_brief(task.thinking.kept().iter().map(Kept::thought))
        }
    };
    let has_past = state.session(call.session).is_some_and(|session| {
        session
            .remembered()
            .any(|turn| turn.task != task.id && matches!(turn.state, TurnState::Answered { .. }))
    });
    hands_on || has_past || !task.order.after.is_empty()
}

/// Whether a call that may change files could have begun to when it failed like this. Most servers
/// say nothing of what they do before they answer, so silence proves nothing; only a login is
/// missed before anything else, or after words.
pub(crate) fn may_have_acted(failure: &Failure, partial: &Text) -> bool {
    if failure.unsent {
        return false;
    }
    match failure.kind {
        FailureKind::TimedOut
        | FailureKind::Crashed
        | FailureKind::Malformed
        | FailureKind::Protocol
        | FailureKind::RateLimited
        | FailureKind::Overloaded
        | FailureKind::ContextTooLong
        | FailureKind::Refused => true,
        FailureKind::Auth => !partial.is_empty(),
        FailureKind::NotInstalled | FailureKind::WrongVersion => false,
    }
}

/// The pause before a call is made again: 2, 4 s or as the server asks, and up to a quarter more, so
/// that calls which failed together do not come back together.
pub(crate) fn pause(call: CallId, before: u32, failure: &Failure) -> Span {
    let doubling = Span::secs(2_u64.saturating_pow(before.saturating_add(1)));
    let least = failure
        .retry_after
        .map_or(doubling, |asked| asked.min(LONGEST_PAUSE).max(doubling));
    Span(least.0 + jitter(call, least.0 / 4))
}

/// A number below `limit`, by the call alone.
fn jitter(call: CallId, limit: u64) -> u64 {
    spread(call.0).checked_rem(limit).unwrap_or_default()
}

/// How long a member is to be given no calls after a failure that follows `in_a_row` others.
pub(crate) fn member_pause(failure: &Failure, in_a_row: u32) -> Option<Span> {
    if failure.unsent || !failure.kind.is_transient() {
        return None;
    }
    let asked = failure.retry_after.filter(|asked| *asked >= MEMBER_PAUSE);
    let breaker = (in_a_row.saturating_add(1) >= BREAKER_FAILURES).then_some(BREAKER_PAUSE);
    asked.max(breaker)
}

#[cfg(test)]
mod tests {
    use super::{BREAKER_PAUSE, jitter, may_have_acted, member_pause, pause};
    use crate::core::{CallId, Failure, FailureKind, Span, Text};

    fn failure(kind: FailureKind, retry_after: Option<u64>) -> Failure {
        Failure {
            retry_after: retry_after.map(Span::secs),
            ..Failure::new(kind, "it went wrong")
        }
    }

    #[test]
    fn pauses_double_are_spread_and_never_shorter_than_asked() {
        let limited = |asked| failure(FailureKind::RateLimited, asked);
        for (before, asked, least) in [
            (0, None, 2_000),
            (1, None, 4_000),
            (0, Some(30), 30_000),
            (1, Some(1), 4_000),
            (0, Some(9_999), 300_000),
        ] {
            let pauses: Vec<u64> = (0..50)
                .map(|call| pause(CallId(call), before, &limited(asked)).0)
                .collect();
            assert!(
                pauses
                    .iter()
                    .all(|one| (least..=least * 5 / 4).contains(one))
            );
            let distinct: std::collections::BTreeSet<&u64> = pauses.iter().collect();
            assert!(distinct.len() > 40, "{pauses:?}");
        }
        assert_eq!(
            pause(CallId(7), 0, &limited(None)),
            pause(CallId(7), 0, &limited(None))
        );
        assert_eq!(jitter(CallId(1), 0), 0);
    }

    #[test]
    fn what_never_reached_the_server_did_nothing() {
        let nothing = Text::from("");
        let mut crashed = failure(FailureKind::Crashed, None);
        assert!(may_have_acted(&crashed, &nothing));
        crashed.unsent = true;
        assert!(!may_have_acted(&crashed, &nothing));
        // A command may have run before the limit was met, and most servers tell of none.
        assert!(may_have_acted(
            &failure(FailureKind::RateLimited, None),
            &nothing
        ));
        let login = failure(FailureKind::Auth, None);
        assert!(!may_have_acted(&login, &nothing));
        assert!(may_have_acted(&login, &Text::from("I have changed")));
    }

    #[test]
    fn a_member_is_paused_when_it_asks_for_it_or_fails_too_often() {
        let limited = |asked| failure(FailureKind::RateLimited, asked);
        assert_eq!(member_pause(&limited(Some(5)), 0), None);
        assert_eq!(member_pause(&limited(Some(30)), 0), Some(Span::secs(30)));
        assert_eq!(member_pause(&limited(None), 3), None);
        assert_eq!(member_pause(&limited(None), 4), Some(BREAKER_PAUSE));
        assert_eq!(member_pause(&failure(FailureKind::Refused, None), 9), None);
    }
}
