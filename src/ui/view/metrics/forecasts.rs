//! How what was foretold of tasks turned out: beside the figures of all members together.

use crate::core::forecast::Turned;
use crate::ui::metrics::column::{UNKNOWN, percent};
use crate::ui::status::count;
use crate::ui::view::metrics::line::Line;
use crate::ui::view::metrics::member::shares;

/// How what was foretold of tasks turned out, whatever the window.
pub(super) fn put(lines: &mut Vec<Line>, turned: &Turned, columns: u16) {
    let known = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
    lines.push(Line::Head("forecasts", "since ever".to_owned()));
    shares(lines, columns, [("in time", turned.in_time)]);
    let pace = turned
        .pace
        .map(|pace| format!("{pace:.2} × the likely time"));
    lines.push(Line::Fact("took", known(pace)));
    let priced = count(turned.priced);
    let paid = turned
        .paid
        .map(|paid| format!("{paid:.2} × expected, of {priced}"));
    lines.push(Line::Fact("price", known(paid)));
    shares(lines, columns, [("agreed", turned.agreed)]);
    let chance = turned.expected.zip(turned.off);
    let chance = chance.map(|(all, off)| format!("{}, off by {off:.2}", percent(all)));
    lines.push(Line::Fact("expected", known(chance)));
}
