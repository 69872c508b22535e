//! What an operator who looks elsewhere is told: that something waits, and at which session.

use crate::core::{Attention, AttentionId, Call, Span, State, Subject, Timestamp};
use crate::ui::model::Model;
use crate::ui::status;
use crate::ui::update::Intent;

/// The least time between two notifications; what came in between is counted in the room's own line.
const QUIET: Span = Span::secs(5);

/// Tells of new items of the inbox when the terminal has not the keys, or does not.
pub(super) fn raised(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    items: &[AttentionId],
) -> Option<Intent> {
    let mut open = items.iter().filter_map(|id| state.attention_item(*id));
    let first = open.next()?;
    let was_told = model.presence.told;
    if !model.presence.away || was_told.is_some_and(|at| now.since(at) < QUIET) {
        return None;
    }
    model.presence.told = Some(now);
    let more = match open.count() {
        0 => String::new(),
        n => format!(" (and {n} more)"),
    };
    Some(Intent::Notify(format!("{}{more}", words(first, state))))
}

/// An item in one line, named after the session that waits for it.
fn words(item: &Attention, state: &State) -> String {
    let (sort, line) = status::attention(item, state);
    let asker = status::asker(item, state);
    let session = match &item.subject {
        Subject::Asked { call, .. } => state.call(*call).map(Call::session),
        Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Budget { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. } => None,
    };
    let who = match session.and_then(|id| state.session(id)) {
        Some(session) => format!("{asker} {} {}", session.id(), session.title()),
        None => asker,
    };
    format!("{} · {who} · {sort} {line}", state.name())
}
