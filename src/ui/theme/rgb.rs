//! What a colour is in pixels, for screenshots: the sixteen ANSI colours of a calm dark terminal, and
//! what is the same on every terminal.

use ratatui::style::Color;

use super::tone::Tone;

/// The ground that the default colours of a picture stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appearance {
    /// Light ink on a dark ground.
    Dark,
    /// Dark ink on a light ground.
    Light,
}

impl Appearance {
    /// Default foreground and background.
    pub(crate) fn defaults(self) -> ((u8, u8, u8), (u8, u8, u8)) {
        match self {
            Self::Dark => ((0xc9, 0xd1, 0xdb), (0x14, 0x18, 0x1f)),
            Self::Light => ((0x2c, 0x33, 0x3c), (0xfb, 0xfa, 0xf7)),
        }
    }
}

/// The pixel colour; `None` means the default of its place (foreground or background).
pub(crate) fn rgb(color: Color) -> Option<(u8, u8, u8)> {
    let index = match color {
        Color::Reset => return None,
        Color::Rgb(r, g, b) => return Some((r, g, b)),
        Color::Indexed(i) => i,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    Some(indexed(index))
}

/// The first sixteen colours; a terminal of quiet contrast.
const ANSI: [(u8, u8, u8); 16] = [
    (0x1b, 0x1f, 0x27),
    (0xe0, 0x6c, 0x75),
    (0x8f, 0xbf, 0x7f),
    (0xd9, 0xb0, 0x6a),
    (0x6f, 0xa3, 0xd8),
    (0xb4, 0x8e, 0xca),
    (0x56, 0xb6, 0xb0),
    (0xc3, 0xca, 0xd5),
    (0x68, 0x72, 0x82),
    (0xf0, 0x84, 0x8c),
    (0xa6, 0xd3, 0x97),
    (0xec, 0xc8, 0x82),
    (0x8b, 0xbb, 0xee),
    (0xcb, 0xa6, 0xe0),
    (0x72, 0xd0, 0xca),
    (0xf2, 0xf4, 0xf8),
];

fn indexed(index: u8) -> (u8, u8, u8) {
    let own = || ANSI.get(usize::from(index)).copied();
    let toned = Tone::indexed(index).map(|Tone(red, green, blue)| (red, green, blue));
    toned.or_else(own).unwrap_or_default()
}
