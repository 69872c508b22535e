//! What may be spent, and one more helping of it.

use crate::core::decide::command::resolved_by_operator;
use crate::core::{Attention, Budget, Event, Limit, Refusal, Reply, Span, State};

/// Allowing more spends the limit once more on top of what was spent.
pub(super) fn raise_budget(
    state: &State,
    item: &Attention,
    limit: Limit,
) -> Result<Vec<Event>, Refusal> {
    let spent = state.spend;
    let mut budget = state.budget;
    let more = match limit {
        Limit::Tokens => {
            let more = budget.tokens;
            budget.tokens = more.map(|more| spent.tokens.saturating_add(more));
            more
        }
        Limit::Money => {
            let more = budget.micro_usd;
            budget.micro_usd = more.map(|more| spent.micro_usd.saturating_add(more));
            more
        }
        Limit::Time => {
            let more = budget.time;
            budget.time = more.map(|more| Span(spent.time.0.saturating_add(more.0)));
            more.map(|more| more.0)
        }
    };
    if more == Some(0) {
        return Err(Refusal::WrongReply {
            attention: item.id,
            why: "the limit is zero, and as much again is nothing; set another budget".to_owned(),
        });
    }
    Ok(vec![
        Event::BudgetSet { budget },
        resolved_by_operator(item.id, None, Reply::Allow),
    ])
}

/// Sets the limits, and settles the item about those before.
pub(super) fn set_budget(state: &State, budget: Budget) -> Vec<Event> {
    let mut events = vec![Event::BudgetSet { budget }];
    // The room raises it again at the next call if the new limits are used up as well.
    if let Some((id, _)) = state.budget_item() {
        events.push(resolved_by_operator(id, None, Reply::Allow));
    }
    events
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, started, used};
    use crate::core::{
        Actor, AttentionId, Budget, Command, Event, Period, Refusal, Reply, Resolution, Span,
        TaskOrder,
    };

    fn tokens(limit: u64) -> Budget {
        Budget {
            tokens: Some(limit),
            per: Period::Room,
            ..Budget::default()
        }
    }

    fn allow() -> Command {
        Command::Answer {
            attention: AttentionId(1),
            reply: Reply::Allow,
        }
    }

    /// A room that has used up its budget while a task waits.
    fn stopped(budget: Budget) -> Room {
        let mut room = Room::of(&["codex"]);
        room.command(&Command::SetBudget(budget));
        let (_, calls) = room.add(TaskOrder::new("a"));
        room.add(TaskOrder::new("b"));
        room.wait(Span::secs(10));
        if let [call] = calls.as_slice() {
            room.answer(*call, used(120));
        }
        assert_eq!(room.state.attention().len(), 1);
        room
    }

    fn settled() -> Event {
        Event::AttentionResolved {
            attention: AttentionId(1),
            asked: None,
            resolution: Resolution::by(Actor::Operator, Reply::Allow),
        }
    }

    #[test]
    fn allowing_more_adds_the_limit_to_what_was_spent() {
        let mut room = stopped(tokens(100));
        let budget = tokens(220);
        assert_eq!(
            room.command(&allow()),
            [Event::BudgetSet { budget }, settled()]
        );
        assert_eq!(started(&room.follow()).len(), 1);
    }

    #[test]
    fn working_time_is_a_limit_too() {
        let budget = Budget {
            time: Some(Span::secs(4)),
            per: Period::Room,
            ..Budget::default()
        };
        let mut room = stopped(budget);
        let budget = Budget {
            time: Some(Span::secs(14)),
            ..budget
        };
        assert_eq!(
            room.command(&allow()),
            [Event::BudgetSet { budget }, settled()]
        );
    }

    #[test]
    fn a_budget_of_nothing_stops_everything_and_cannot_be_doubled() {
        let room = stopped(Budget {
            per: Period::Day,
            ..tokens(0)
        });
        assert_eq!(room.state.calls_in_flight().count(), 0);
        assert!(matches!(room.refused(&allow()), Refusal::WrongReply { .. }));
        // No midnight will change that.
        assert_eq!(room.state.next_wakeup(room.now), None);
    }

    #[test]
    fn a_budget_is_not_denied() {
        let room = stopped(tokens(100));
        let deny = Command::Answer {
            attention: AttentionId(1),
            reply: Reply::Deny {
                reason: "no".to_owned(),
            },
        };
        assert!(matches!(room.refused(&deny), Refusal::WrongReply { .. }));
    }

    #[test]
    fn new_limits_settle_the_old_item() {
        let mut room = stopped(tokens(100));
        let budget = tokens(1_000);
        let events = room.command(&Command::SetBudget(budget));
        assert_eq!(events, [Event::BudgetSet { budget }, settled()]);
    }
}
