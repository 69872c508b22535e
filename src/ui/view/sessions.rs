//! Who is in the room and what they do: cards with live text, or a list.

use ratatui::layout::Rect;

use crate::core::dial::MODEL;
use crate::core::{Health, Session, SessionId, State};
use crate::ui::action::{Action, Screen};
use crate::ui::hits::Target;
use crate::ui::model::{Keys, Model, Pane};
use crate::ui::status::{Seat, Status, continuity};
use crate::ui::text::{cells, columns, width};
use crate::ui::theme::Role;
use crate::ui::view::paint::{Title, window};
use crate::ui::view::transcript::cursor;
use crate::ui::view::{Paint, Scene};

/// Columns before the text of a card.
pub(super) const INDENT: u16 = 2;
/// Rows of live text on one card at most.
pub(super) const TAIL_MAX: u16 = 12;
/// Fewer columns than these show no title.
const TITLE_MIN: u16 = 8;
/// Columns for a status word with its time.
const STATUS: u16 = 15;

/// Rows that each seat takes on the cards: text below its header, and air below the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Share {
    text: u16,
    air: u16,
}

/// Shares `rows` out among the seats: a header each, then live text to those that work, row by
/// row, then their last answers to the others, with air below where all of it fits.
fn share(model: &Model, state: &State, seats: &[Seat<'_>], rows: u16) -> Vec<Share> {
    let count = cells(seats.len());
    let mut left = rows.saturating_sub(count);
    let text = |seat: &Seat<'_>| {
        let session = shown_text(model, state, seat).map(Session::id);
        let rows = session.map_or(0, |s| model.transcripts.fresh_rows(s));
        cells(rows)
    };
    let works = |seat: &Seat<'_>| seat.session.is_some_and(|s| s.busy().is_some());
    let mut out = vec![Share::default(); seats.len()];
    // Those at work are served first.
    for at_work in [true, false] {
        let speaks = |seat: &Seat<'_>| works(seat) == at_work && text(seat) > 0;
        let speaking = seats.iter().filter(|s| speaks(s)).count();
        let air = cells(speaking);
        // Air only where it does not cost the text more than half of its rows.
        let airy = left >= air.saturating_mul(4);
        if airy {
            left -= air;
        }
        let mut grew = true;
        while left > 0 && grew {
            grew = false;
            for (share, seat) in out.iter_mut().zip(seats) {
                if speaks(seat) && share.text < TAIL_MAX.min(text(seat)) && left > 0 {
                    share.text += 1;
                    left -= 1;
                    grew = true;
                }
            }
        }
        for (share, seat) in out.iter_mut().zip(seats) {
            if speaks(seat) {
                share.air = u16::from(airy && share.text > 0);
            }
        }
    }
    out
}

/// The session of a seat whose text may be shown: no blind vote hides it.
fn shown_text<'a>(model: &Model, state: &State, seat: &Seat<'a>) -> Option<&'a Session> {
    let shown = |session: &&Session| model.votes.veils_session(state, session).is_none();
    seat.session.filter(shown)
}

/// The sessions whose text may show on cards of so many rows in all: none where their headers take them.
pub(super) fn on_cards(model: &Model, state: &State, rows: u16) -> Vec<SessionId> {
    let seats = model.seats(state);
    if seats.len() >= usize::from(rows) {
        return Vec::new();
    }
    seats
        .iter()
        .filter_map(|seat| Some(seat.session?.id()))
        .collect()
}

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Scene { model, state, .. } = scene;
    let seats = model.seats(state);
    let filter = super::hints::filter_of(model, Pane::Sessions);
    let marked = &model.lists.marked_seats;
    let marked = seats.iter().filter(|seat| marked.contains(&seat.key));
    let right = match (filter.is_empty(), marked.count()) {
        (_, 0) => filter.clone(),
        (true, marked) => format!("{marked} marked"),
        (false, marked) => format!("{filter}  {marked} marked"),
    };
    let inside = paint.frame(
        area,
        Title {
            name: "Sessions",
            right: &right,
        },
        scene.has_keys(Pane::Sessions),
    );
    if seats.is_empty() {
        let nobody = if filter.is_empty() {
            "nobody is here yet: `synod init` finds members".to_owned()
        } else {
            let clear = scene.key(Action::Back);
            format!("nobody passes the filter; {clear} clears it")
        };
        paint.empty(inside, &nobody);
        return;
    }
    let keys = Keys::Listed(seats.iter().map(|s| s.key).collect());
    let selected = model.place(Pane::Sessions, &keys);
    let cards = model.screen == Screen::Room;
    let shares = if cards {
        share(model, state, &seats, inside.height)
    } else {
        Vec::new()
    };
    let in_sight = if seats.len() > usize::from(inside.height) {
        window(seats.len(), inside.height, selected)
    } else {
        0..seats.len()
    };
    let names = seats
        .iter()
        .map(|s| columns(s.member.spec().name.as_str()))
        .max()
        .unwrap_or(0);
    let names = names.clamp(6, 14);
    let mut row = 0;
    for i in in_sight {
        let Some(seat) = seats.get(i) else { continue };
        let chosen = selected == Some(i) && (scene.has_keys(Pane::Sessions) || !cards);
        header(paint, inside, row, seat, names, scene);
        if chosen && scene.has_keys(Pane::Sessions) {
            let wide = Rect {
                x: inside.x - 1,
                width: inside.width + 2,
                ..inside
            };
            paint.select(wide, row);
        } else if chosen {
            let margin = Rect {
                x: inside.x - 1,
                width: 1,
                ..inside
            };
            paint.text(margin, row, 0, "▸", Role::Accent);
        }
        let first = row;
        row += 1;
        let share = shares.get(i).copied().unwrap_or_default();
        row += tail(paint, inside, row, seat, share.text, scene);
        let target = Target::Row(Pane::Sessions, seat.key);
        paint.hits.row(inside, first, row - first, target);
        row += share.air;
    }
}

/// One line on a seat: state, name, time, task, model.
fn header(
    paint: &mut Paint<'_>,
    area: Rect,
    row: u16,
    seat: &Seat<'_>,
    names: u16,
    scene: Scene<'_>,
) {
    let Scene { model, state, .. } = scene;
    let spec = seat.member.spec();
    let status = shown(seat, scene);
    paint.text(area, row, 0, status.glyph, status.role);
    let name = Rect {
        width: names.min(area.width),
        ..area
    };
    paint.text(
        Rect {
            x: area.x + 2,
            ..name
        },
        row,
        0,
        spec.name.as_str(),
        Role::Title,
    );
    let word = names + 4;
    let word_area = Rect {
        x: area.x + word,
        width: STATUS.min(area.width.saturating_sub(word)),
        ..area
    };
    paint.text(word_area, row, 0, &status.word, status.role);
    let listed = model.screen == Screen::Sessions;
    let mut column = if listed && seat.task(state).is_none() {
        // Beside a text there is little room, and no other status to stand below.
        word + u16::try_from(width(&status.word)).unwrap_or(STATUS) + 2
    } else {
        word + STATUS + 1
    };
    let rest = |column: u16, end: u16| Rect {
        x: area.x + column.min(area.width),
        width: area.width.saturating_sub(column + end),
        ..area
    };
    let label = label(seat, state);
    let mut end = 0;
    let room = area.width.saturating_sub(column);
    if !label.is_empty() && usize::from(room) > width(&label) + 24 {
        let role = if spec.rehearsal {
            Role::Badge
        } else {
            Role::Muted
        };
        end = paint.right(area, row, &label, role) + 2;
    }
    if let Some(item) = seat.asks(state) {
        let (sort, line) = crate::ui::status::attention(item, state);
        column += paint.text(rest(column, end), row, 0, &format!("{sort} "), Role::Warn);
        paint.text(rest(column, end), row, 0, &line, Role::Text);
        return;
    }
    if !listed && is_one_of_several(seat, state) {
        column += told_apart(paint, rest(column, end), row, seat, state);
    }
    if let Some(session) = seat.session.filter(|_| listed) {
        let how = continuity(session, seat.member);
        let more = seat.task(state).is_some() || !why(seat).is_empty();
        let tight = more && rest(column, end).width < 40;
        let shown = if tight {
            how.glyph.to_owned()
        } else {
            fitted(&how, rest(column, end).width)
        };
        column += paint.text(rest(column, end), row, 0, &shown, how.role) + 1;
        if seat.task(state).is_none() && why(seat).is_empty() {
            column += 1;
            let name = if rest(column, end).width >= TITLE_MIN {
                session.title().to_owned()
            } else if is_one_of_several(seat, state) {
                session.id().to_string()
            } else {
                String::new()
            };
            paint.text(rest(column, end), row, 0, &name, Role::Muted);
            return;
        }
    }
    if let Some(task) = seat.task(state) {
        column += paint.text(
            rest(column, end),
            row,
            0,
            &format!("{} ", task.id()),
            Role::Muted,
        );
        paint.text(
            rest(column, end),
            row,
            0,
            task.order().prompt.headline(),
            Role::Text,
        );
        return;
    }
    paint.text(rest(column, end), row, 0, why(seat), Role::Muted);
}

/// How a seat stands; a marked one has that in place of its glyph.
fn shown(seat: &Seat<'_>, scene: Scene<'_>) -> Status {
    let Scene { model, state, now } = scene;
    let heard = seat.session.and_then(|s| model.transcripts.heard(s.id()));
    let mut status = seat.status(state, now, heard);
    if model.lists.marked_seats.contains(&seat.key) {
        status.glyph = "◆";
    }
    status
}

/// Glyph and words, or only the first word where there is no room for all.
fn fitted(how: &Status, room: u16) -> String {
    let whole = format!("{} {}", how.glyph, how.word);
    if columns(&whole) <= room {
        return whole;
    }
    let first = how.word.split(' ').next().unwrap_or_default();
    format!("{} {first}", how.glyph)
}

/// Whether its member has other open sessions, from which its row must be told apart.
fn is_one_of_several(seat: &Seat<'_>, state: &State) -> bool {
    let name = &seat.member.spec().name;
    let open = state
        .sessions()
        .filter(|one| one.takes_turns() && one.member() == name);
    open.count() > 1
}

/// Names the session of a seat; gives the columns used.
fn told_apart(paint: &mut Paint<'_>, area: Rect, row: u16, seat: &Seat<'_>, state: &State) -> u16 {
    let Some(session) = seat.session else {
        return 0;
    };
    let idle = seat.task(state).is_none() && why(seat).is_empty();
    let name = if idle {
        format!("{} {}", session.id(), session.title())
    } else {
        format!("{} ", session.id())
    };
    paint.text(area, row, 0, &name, Role::Muted)
}

/// What is wrong with the server of a seat.
fn why<'a>(seat: &Seat<'a>) -> &'a str {
    match seat.member.health() {
        Health::Restarting { why, .. } | Health::Down { why } => why.as_str(),
        Health::Unknown | Health::Starting | Health::Ready { .. } => "",
    }
}

/// The model, as the agent says it or as it is configured, or that there is none; the line at the top says it once where it is so for all.
fn label(seat: &Seat<'_>, state: &State) -> String {
    let spec = seat.member.spec();
    let set = seat.session.and_then(|it| it.dial(MODEL));
    if let Some(model) = set {
        model.current.clone()
    } else if !spec.rehearsal {
        spec.model.clone().unwrap_or_default()
    } else if state.members().all(|m| m.spec().rehearsal) {
        String::new()
    } else {
        "rehearsal".to_owned()
    }
}

/// The last rows of a seat's text; gives how many.
fn tail(
    paint: &mut Paint<'_>,
    area: Rect,
    row: u16,
    seat: &Seat<'_>,
    lines: u16,
    scene: Scene<'_>,
) -> u16 {
    let lines = lines.min(area.height.saturating_sub(row));
    let ring = shown_text(scene.model, scene.state, seat)
        .and_then(|s| scene.model.transcripts.ring(s.id()));
    let Some(ring) = ring.filter(|_| lines > 0) else {
        return 0;
    };
    let rows = ring.last_rows(usize::from(lines));
    let below = Rect {
        x: area.x + INDENT,
        y: area.y + row,
        width: area.width.saturating_sub(INDENT),
        height: lines,
    };
    let busy = seat.session.is_some_and(|s| s.busy().is_some());
    if busy {
        paint.rows(below, &rows);
        cursor(paint, below, &rows);
    } else {
        paint.quiet_rows(below, &rows);
    }
    cells(rows.len())
}
