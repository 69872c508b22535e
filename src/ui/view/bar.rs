//! The line at the top: where you are, what goes on, what it costs.

use ratatui::layout::Rect;

use crate::core::memory::HubState;
use crate::core::{Budget, HubStatus, Offerings, Spend};
use crate::ui::action::{Action, Screen};
use crate::ui::advice::amount;
use crate::ui::hits::Target;
use crate::ui::model::lineup::Column;
use crate::ui::status::{count, dollars, plural};
use crate::ui::text::{cells, clip, width};
use crate::ui::theme::Role;
use crate::ui::view::{Paint, Scene};

/// A piece of the line; those of the highest rank go first when it is too narrow.
struct Piece {
    rank: u8,
    text: String,
    role: Role,
    /// Where a click on it leads.
    leads: Option<Action>,
}

fn piece(rank: u8, text: impl Into<String>, role: Role) -> Piece {
    Piece {
        rank,
        text: text.into(),
        role,
        leads: None,
    }
}

/// Columns of the room's name at most; a longer one would drive everything else away.
const NAME_MAX: usize = 24;
/// Columns between pieces: at best, and before one of them has to go.
const GAPS: [u16; 2] = [3, 2];

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let inside = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let mut left = left(scene);
    let mut right = right(scene);
    let gap = GAPS
        .into_iter()
        .find(|gap| total(&left, *gap) + total(&right, *gap) <= usize::from(inside.width + gap))
        .unwrap_or(GAPS[1]);
    while total(&left, gap) + total(&right, gap) > usize::from(inside.width + gap) {
        let worst = left.iter().chain(&right).map(|p| p.rank).max().unwrap_or(0);
        if worst == 0 {
            break;
        }
        left.retain(|p| p.rank != worst);
        right.retain(|p| p.rank != worst);
    }
    let mut column = 0;
    for p in &left {
        let used = paint.text(inside, 0, column, &p.text, p.role);
        if let Some(action) = p.leads {
            let word = Rect {
                x: inside.x + column,
                width: used,
                ..inside
            };
            paint.hits.put(word, Target::Action(action));
        }
        column += used + gap;
    }
    let columns = total(&right, gap).saturating_sub(usize::from(gap));
    let mut column = inside.width.saturating_sub(cells(columns));
    for p in &right {
        column += paint.text(inside, 0, column, &p.text, p.role) + gap;
    }
}

/// The columns of pieces, each with the gap behind it.
fn total(pieces: &[Piece], gap: u16) -> usize {
    let columns = pieces.iter().map(|p| width(&p.text) + usize::from(gap));
    columns.sum()
}

fn left(scene: Scene<'_>) -> Vec<Piece> {
    let Scene { model, state, .. } = scene;
    let mut out = vec![piece(7, "synod", Role::Bar)];
    if !state.name().is_empty() {
        out.push(piece(1, clip(state.name(), NAME_MAX), Role::Text));
    }
    let members = state.members().len();
    if members > 0 && state.members().all(|m| m.spec().rehearsal) {
        out.push(piece(0, "REHEARSAL", Role::Badge));
    }
    if model.screen != Screen::Room {
        out.push(piece(0, model.screen.title(), Role::Accent));
    }
    if model.travel.is_some() {
        out.push(piece(0, "AS IT WAS", Role::Badge));
    }
    if model.has_ended() && model.travel.is_none() {
        out.push(piece(0, "✕ room ended", Role::Error));
        return out;
    }
    out.push(hub(&model.beside.hub));
    out.extend(servers(&model.beside.offerings));
    out.push(piece(9, plural(members, "member"), Role::Text));
    let working = state.calls_in_flight().count();
    let role = if working > 0 {
        Role::Accent
    } else {
        Role::Muted
    };
    out.push(piece(2, format!("{working} working"), role));
    let lineup = &model.lineup;
    let queued = lineup.count(Column::Waiting) + lineup.count(Column::Ready);
    let role = if queued > 0 { Role::Text } else { Role::Muted };
    out.push(piece(3, format!("{queued} queued"), role));
    let waiting = state.attention().len();
    if waiting > 0 {
        let leads = Some(Action::NextAttention);
        let badge = piece(
            0,
            format!(
                "▲ {waiting} {} you",
                if waiting == 1 { "needs" } else { "need" }
            ),
            Role::Warn,
        );
        out.push(Piece { leads, ..badge });
    }
    out.extend(amount(state).map(|text| piece(8, text, Role::Muted)));
    out
}

/// The shared memory in a word; what needs the operator stays when the line is narrow.
fn hub(hub: &HubStatus) -> Piece {
    let name = hub.kind.word();
    match &hub.state {
        HubState::Starting => piece(4, format!("◌ {name}"), Role::Muted),
        HubState::Ready if hub.pending == 0 => piece(4, format!("● {name}"), Role::Text),
        // How much is pending stands with the documents: here it would push the other figures about.
        HubState::Ready | HubState::CatchingUp { .. } => piece(4, format!("◍ {name}"), Role::Text),
        HubState::Down { .. } => piece(0, format!("✕ {name} down"), Role::Warn),
    }
}

/// The servers of the operator's own that cannot be used; nothing while all can.
fn servers(offerings: &Offerings) -> Option<Piece> {
    let down = offerings.iter().filter(|(_, it)| it.trouble.is_some());
    let down: Vec<String> = down.map(|(from, _)| from.to_string()).collect();
    let what = match down.as_slice() {
        [] => return None,
        [only] => clip(only, NAME_MAX).into_owned(),
        more => format!("{} servers", more.len()),
    };
    Some(piece(0, format!("✕ {what} down"), Role::Warn))
}

fn right(scene: Scene<'_>) -> Vec<Piece> {
    let Scene {
        model, state, now, ..
    } = scene;
    let (budget, spend) = (state.budget(), state.spend());
    let over = spend.exhausted(budget, now).is_some();
    // Nothing starts while the budget is used up: then it stays in sight.
    let (role, tokens_rank, money_rank) = if over {
        (Role::Error, 0, 0)
    } else {
        (Role::Text, 6, 5)
    };
    vec![
        piece(tokens_rank, tokens(budget, spend), role),
        piece(money_rank, money(budget, spend), role),
        piece(8, model.time_of_day(now), Role::Muted),
    ]
}

fn tokens(budget: &Budget, spend: &Spend) -> String {
    match budget.tokens {
        Some(limit) => format!("{}/{} tok", count(spend.tokens), count(limit)),
        None => format!("{} tok", count(spend.tokens)),
    }
}

fn money(budget: &Budget, spend: &Spend) -> String {
    match budget.micro_usd {
        Some(limit) => format!("${}/{}", dollars(spend.micro_usd), dollars(limit)),
        None => format!("${}", dollars(spend.micro_usd)),
    }
}
