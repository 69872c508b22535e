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
