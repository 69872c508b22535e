//! What a terminal shows as a picture, drawn as those of the rehearsal are. Only where the folder for it is
//! named: `SYNOD_PICTURES=screenshots cargo test --features screenshots --test end_to_end four_agents`.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use synod::ui::shot;
use synod::ui::theme::Appearance;

/// Draws a screen into `NAME.svg` and `NAME.png` of the folder that is named, if one is.
pub(crate) fn draw(screen: &vt100::Screen, name: &str) {
    let Some(folder) = std::env::var_os("SYNOD_PICTURES").map(PathBuf::from) else {
        return;
    };
    let drawn = shot::svg(&buffer(screen), Appearance::Dark);
    std::fs::write(folder.join(format!("{name}.svg")), &drawn).unwrap();
    let png = shot::sealed(&shot::png(&drawn).unwrap(), &drawn);
    std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
}

fn buffer(screen: &vt100::Screen) -> Buffer {
    let (rows, columns) = screen.size();
    let (rows, columns) = (u16::from(rows), u16::from(columns));
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    for y in 0..rows {
        for x in 0..columns {
            let Some(cell) = screen.cell(y, x) else {
                continue;
            };
            if cell.is_wide_continuation() {
                continue;
            }
            let text = if cell.has_contents() {
                cell.contents()
            } else {
                " "
            };
            let drawn = &mut buffer[(x, y)];
            drawn.set_symbol(text).set_style(style(cell));
        }
    }
    buffer
}

fn style(cell: &vt100::Cell) -> Style {
    let modifiers = [
        (cell.bold(), Modifier::BOLD),
        (cell.dim(), Modifier::DIM),
        (cell.italic(), Modifier::ITALIC),
        (cell.underline(), Modifier::UNDERLINED),
        (cell.inverse(), Modifier::REVERSED),
    ];
    let set = modifiers.into_iter().filter(|(is_set, _)| *is_set);
    let set = set.fold(Modifier::empty(), |all, (_, one)| all | one);
    Style::new()
        .fg(color(cell.fgcolor()))
        .bg(color(cell.bgcolor()))
        .add_modifier(set)
}

fn color(color: vt100::Color) -> Color {
    match color {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(index) => Color::Indexed(index),
        vt100::Color::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}
