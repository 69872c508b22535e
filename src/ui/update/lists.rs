//! Moving in lists and scrolling in texts.

use crate::core::{SessionId, State};
use crate::ui::action::Action;
use crate::ui::log::Towards;
use crate::ui::model::{Model, Pane};
use crate::ui::ring::Ring;
use crate::ui::update::{Intent, board, disputes, library, metrics, tiles, transcripts, votes};

/// So near to an end of the events at hand the next page is asked for.
const NEAR: usize = 50;

/// Moves the selection, or scrolls the text that has the keys.
pub(super) fn go(model: &mut Model, state: &State, action: Action) -> Vec<Intent> {
    let pane = model.main_pane();
    let half = usize::from(model.size.height / 2).max(1);
    match pane {
        Pane::Transcript if tiles::go(model, state, action) => {}
        Pane::Transcript if matches!(action, Action::Left | Action::Right) => {
            transcripts::go_to_card(model, state, action);
        }
        Pane::Transcript => {
            let session = model
                .seat(state)
                .and_then(|s| s.session)
                .map(crate::core::Session::id);
            if let Some(ring) = session.and_then(|s: SessionId| model.transcripts.ring_mut(s)) {
                let page = half.min(ring.height().saturating_sub(1)).max(1);
                scroll(ring, action, page);
            }
        }
        Pane::Detail if votes::is_read(model, state) => votes::scroll(model, state, action, half),
        Pane::Detail if disputes::is_read(model, state) => {
            library::scroll(&mut model.votes.dispute.page, action, half);
        }
        Pane::Detail => scroll(&mut model.detail.ring, action, half),
        Pane::Figures => metrics::scroll(model, action, half),
        Pane::Queue if board::at_hand(model) => board::go(model, state, action),
        Pane::Library => library::go(model, action),
        Pane::Reader => library::scroll(&mut model.library.reader.page, action, half),
        Pane::Sessions
        | Pane::Queue
        | Pane::Memory
        | Pane::Lessons
        | Pane::Votes
        | Pane::Inbox
        | Pane::Metrics
        | Pane::Advice
        | Pane::Journal => {
            let keys = model.keys(pane, state);
            let at = model.place(pane, &keys);
            let count = keys.len();
            let to = at.and_then(|at| target(at, count, half, action));
            let cursor = to.map(|to| model.cursor(pane, &keys, to));
            if let Some(cursor) = cursor {
                model.select(pane, cursor);
                metrics::selected(model, pane);
            }
            if pane == Pane::Journal {
                return further(model, state, count, to.unwrap_or(0), action);
            }
        }
    }
    Vec::new()
}

/// Asks for the events beyond those at hand when a move comes near to them.
fn further(
    model: &mut Model,
    state: &State,
    count: usize,
    at: usize,
    action: Action,
) -> Vec<Intent> {
    let page = usize::from(model.size.height / 2).max(1);
    let towards = match rows(action, page) {
        Some(Move::By(n)) if n < 0 && at < NEAR => Towards::Older,
        Some(Move::By(n)) if n > 0 && at + NEAR >= count => Towards::Newer,
        Some(Move::First) => Towards::Beginning,
        Some(Move::Last) => Towards::End,
        Some(Move::By(_)) | None => return Vec::new(),
    };
    if model.sieve.filters() {
        if towards == Towards::End {
            model.select_last(Pane::Journal);
        }
        model.sieve.go(towards);
        return Vec::new();
    }
    let query = model.log.ask(towards, state.seq());
    if query.is_some() && towards == Towards::End {
        model.select_last(Pane::Journal);
    }
    query.map(Intent::Ask).into_iter().collect()
}

/// Where a move leads in a list of `count` rows.
pub(super) fn target(at: usize, count: usize, page: usize, action: Action) -> Option<usize> {
    let last = count.saturating_sub(1);
    Some(match rows(action, page)? {
        Move::By(n) => at.saturating_add_signed(n).min(last),
        Move::First => 0,
        Move::Last => last,
    })
}

/// Scrolls a text.
pub(super) fn scroll(ring: &mut Ring, action: Action, page: usize) {
    match rows(action, page) {
        Some(Move::By(n)) => ring.scroll(-n),
        Some(Move::First) => ring.scroll_to_top(),
        Some(Move::Last) => ring.scroll_to_bottom(),
        None => {}
    }
}

enum Move {
    By(isize),
    First,
    Last,
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only six of all actions move; the rest do not"
)]
fn rows(action: Action, page: usize) -> Option<Move> {
    let page = isize::try_from(page).unwrap_or(1);
    Some(match action {
        Action::Up => Move::By(-1),
        Action::Down => Move::By(1),
        Action::PageUp => Move::By(-page),
        Action::PageDown => Move::By(page),
        Action::Top => Move::First,
        Action::Bottom => Move::Last,
        _ => return None,
    })
}
