//! A style as the sequence that turns it on, for lines that are printed and not drawn.

use ratatui::style::{Color, Modifier, Style};

/// Turns every style off.
const OFF: &str = "\u{1b}[0m";

/// Text in a style, with the sequences around it.
#[must_use]
pub fn printed(style: Style, text: &str) -> String {
    let mut on = String::from("0");
    let weights = [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
    ];
    for (modifier, code) in weights {
        if style.add_modifier.contains(modifier) {
            push(&mut on, &[code]);
        }
    }
    if let Some(ink) = style.fg {
        color(&mut on, ink, 30);
    }
    if let Some(ground) = style.bg {
        color(&mut on, ground, 40);
    }
    format!("\u{1b}[{on}m{text}{OFF}")
}

/// Ink from 30 on, ground from 40 on; the bright ones of the sixteen are 60 further.
fn color(on: &mut String, color: Color, from: u8) {
    let code = match color {
        Color::Rgb(red, green, blue) => return push(on, &[from + 8, 2, red, green, blue]),
        Color::Indexed(index) => return push(on, &[from + 8, 5, index]),
        Color::Reset => 9,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
    };
    push(on, &[from + code]);
}

fn push(on: &mut String, codes: &[u8]) {
    for code in codes {
        on.push(';');
        on.push_str(&code.to_string());
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_style_is_turned_on_and_off_again() {
        let style = Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::DarkGray);
        let style = style.add_modifier(Modifier::BOLD);
        let expected = "\u{1b}[0;1;38;2;1;2;3;100mx\u{1b}[0m";
        assert_eq!(printed(style, "x"), expected);
        let few = Style::new().fg(Color::Indexed(208)).bg(Color::Reset);
        assert_eq!(printed(few, "x"), "\u{1b}[0;38;5;208;49mx\u{1b}[0m");
        assert_eq!(printed(Style::new(), "x"), "\u{1b}[0mx\u{1b}[0m");
    }
}
