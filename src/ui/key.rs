//! One key press with its modifiers: how it is written, read, and taken from the terminal.
//!
//! Written forms: `q`, `G`, `?`, `ctrl-p`, `alt-enter`, `shift-tab`, `f1`, `space`, `minus`.
//! Invariant: a chord is always in one normal form, so printing and parsing are inverse.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use thiserror::Error;

/// A key with its modifiers, in normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd)]
pub struct Chord {
    code: KeyCode,
    mods: KeyModifiers,
}

/// A text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a key; write for instance q, G, ctrl-p, alt-enter, shift-tab, f1 or space")]
pub struct ChordError(String);

const NAMED: [(&str, KeyCode); 16] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("space", KeyCode::Char(' ')),
    ("minus", KeyCode::Char('-')),
];

const MODS: [(&str, KeyModifiers); 3] = [
    ("ctrl-", KeyModifiers::CONTROL),
    ("alt-", KeyModifiers::ALT),
    ("shift-", KeyModifiers::SHIFT),
];

/// The key that a control character is on most terminals. Those that tell the two apart are used by the
/// same hands.
fn twin(c: char) -> Option<KeyCode> {
    match c {
        '[' => Some(KeyCode::Esc),
        'i' | 'I' => Some(KeyCode::Tab),
        'm' | 'M' => Some(KeyCode::Enter),
        _ => None,
    }
}

impl Chord {
    /// A chord in normal form: shift is part of a character, `ctrl` letters are lower case.
    #[must_use]
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other keys of crossterm need nothing here"
    )]
    pub fn new(code: KeyCode, mods: KeyModifiers) -> Self {
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let mut mods = mods & known;
        let code = match code {
            KeyCode::BackTab => {
                mods |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(c) => {
                let shifted = mods.contains(KeyModifiers::SHIFT);
                mods -= KeyModifiers::SHIFT;
                if let Some(twin) = twin(c).filter(|_| mods == KeyModifiers::CONTROL) {
                    mods = KeyModifiers::NONE;
                    twin
                } else if mods.contains(KeyModifiers::CONTROL) {
                    KeyCode::Char(c.to_ascii_lowercase())
                } else if shifted {
                    KeyCode::Char(c.to_ascii_uppercase())
                } else {
                    KeyCode::Char(c)
                }
            }
            code => code,
        };
        Self { code, mods }
    }

    /// The chord of a key event; `None` for the release of a key.
    #[must_use]
    pub fn of(event: &KeyEvent) -> Option<Self> {
        match event.kind {
            KeyEventKind::Press | KeyEventKind::Repeat => {
                Some(Self::new(event.code, event.modifiers))
            }
            KeyEventKind::Release => None,
        }
    }

    /// Whether the chord would be typed into a text: such a chord is never bound there.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.mods.is_empty()
    }

    /// The event that a terminal would send for it.
    #[must_use]
    pub fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.mods)
    }

    /// The form shown to people: `Ctrl-P`, `Esc`, `↑`, `?`.
    #[must_use]
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other keys of crossterm need nothing here"
    )]
    pub fn label(self) -> String {
        let mut out = String::new();
        for (mask, name) in [
            (KeyModifiers::CONTROL, "Ctrl-"),
            (KeyModifiers::ALT, "Alt-"),
            (KeyModifiers::SHIFT, "Shift-"),
        ] {
            if self.mods.contains(mask) {
                out.push_str(name);
            }
        }
        match self.code {
            KeyCode::Up => out.push('↑'),
            KeyCode::Down => out.push('↓'),
            KeyCode::Left => out.push('←'),
            KeyCode::Right => out.push('→'),
            KeyCode::PageUp => out.push_str("PgUp"),
            KeyCode::PageDown => out.push_str("PgDn"),
            KeyCode::Char('-') => out.push('-'),
            KeyCode::Char(c) if c != ' ' && !self.mods.is_empty() => {
                out.extend(c.to_uppercase());
            }
            KeyCode::Char(c) if c != ' ' => out.push(c),
            _ => {
                let name = self.key_name();
                let mut chars = name.chars();
                out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
                out.extend(chars);
            }
        }
        out
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other keys of crossterm need nothing here"
    )]
    fn key_name(self) -> String {
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            return (*name).to_owned();
        }
        match self.code {
            KeyCode::Char(c) => c.to_string(),
            KeyCode::F(n) => format!("f{n}"),
            code => format!("{code:?}").to_lowercase(),
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, mask) in MODS {
            if self.mods.contains(mask) {
                f.write_str(name)?;
            }
        }
        f.write_str(&self.key_name())
    }
}

impl FromStr for Chord {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Self, ChordError> {
        let error = || ChordError(text.to_owned());
        let mut rest = text;
        let mut mods = KeyModifiers::NONE;
        while let Some((mask, after)) = MODS.iter().find_map(|(name, mask)| {
            let head = rest.get(..name.len())?;
            head.eq_ignore_ascii_case(name)
                .then(|| (*mask, &rest[name.len()..]))
        }) {
            mods |= mask;
            rest = after;
        }
        let lower = rest.to_ascii_lowercase();
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() => KeyCode::Char(c),
            _ => match NAMED.iter().find(|(name, _)| *name == lower) {
                Some((_, code)) => *code,
                None => lower
                    .strip_prefix('f')
                    .and_then(|n| n.parse().ok())
                    .filter(|n| (1..=24).contains(n))
                    .map(KeyCode::F)
                    .ok_or_else(error)?,
            },
        };
        Ok(Self::new(code, mods))
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    fn chord(text: &str) -> Chord {
        text.parse().unwrap()
    }

    #[test]
    fn control_characters_mean_what_they_do_where_they_are_one_byte() {
        assert_eq!(chord("ctrl-["), chord("esc"));
        assert_eq!(chord("ctrl-i"), chord("tab"));
        assert_eq!(chord("ctrl-m"), chord("enter"));
        assert_ne!(chord("ctrl-alt-i"), chord("alt-tab"));
        assert_ne!(chord("ctrl-j"), chord("enter"));
    }

    #[test]
    fn forms() {
        for (text, label) in [
            ("q", "q"),
            ("G", "G"),
            ("ctrl-p", "Ctrl-P"),
            ("alt-enter", "Alt-Enter"),
            ("shift-tab", "Shift-Tab"),
            ("f1", "F1"),
            ("space", "Space"),
            ("minus", "-"),
            ("up", "↑"),
            ("]", "]"),
        ] {
            assert_eq!(chord(text).to_string(), text);
            assert_eq!(chord(text).label(), label);
        }
    }

    #[test]
    fn the_terminal_says_the_same_key_in_several_ways() {
        let press = |code, mods| Chord::of(&KeyEvent::new(code, mods)).unwrap();
        assert_eq!(
            press(KeyCode::BackTab, KeyModifiers::SHIFT),
            chord("shift-tab")
        );
        assert_eq!(
            press(KeyCode::BackTab, KeyModifiers::NONE),
            chord("shift-tab")
        );
        assert_eq!(press(KeyCode::Char('G'), KeyModifiers::SHIFT), chord("G"));
        assert_eq!(
            press(KeyCode::Char('P'), KeyModifiers::CONTROL),
            chord("ctrl-p")
        );
        assert_eq!(press(KeyCode::Char('?'), KeyModifiers::SHIFT), chord("?"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "ctrl-", "f99", "hyper-x", "enterr"] {
            assert!(text.parse::<Chord>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn print_then_parse_is_the_same(c in any::<char>(), named in 0usize..40, mods in 0u8..8) {
            let code = match named {
                n if n < NAMED.len() => NAMED[n].1,
                n if n < NAMED.len() + 12 => KeyCode::F(u8::try_from(n - NAMED.len() + 1).unwrap()),
                _ => KeyCode::Char(c),
            };
            prop_assume!(!matches!(code, KeyCode::Char(c) if c.is_control()));
            let chord = Chord::new(code, KeyModifiers::from_bits_truncate(mods));
            prop_assert_eq!(chord.to_string().parse::<Chord>().unwrap(), chord);
        }
    }
}
