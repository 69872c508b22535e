//! What colour lies behind the text of a terminal: the question (OSC 11), and its answer among the keys.
//!
//! The answer comes on the same way as what is typed, and the reader of the keys takes it for keys:
//! `Alt-]`, `1`, `1`, `;` and so on. So it is looked for there. What turns out to be no answer is
//! handed on as the keys that it was; nothing is ever read that could be lost. An answer that comes
//! late is kept from the composer in the same way.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// What asks for it.
pub(crate) const QUESTION: &str = "\u{1b}]11;?\u{1b}\\";

/// How long the first frame waits for the answer.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

/// How long keys that may be the beginning of an answer are held back: it comes in one piece.
pub(crate) const HELD: Duration = Duration::from_millis(50);

/// What every answer begins with, after `Alt-]`.
const BEGINNING: [char; 3] = ['1', '1', ';'];

/// A longer answer is none.
const MOST_KEYS: usize = 64;

/// What is known of the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ground {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// The terminal did not say in time.
    Silent,
    /// It says that it is dark.
    Dark,
    /// It says that it is light.
    Light,
}

/// Whether the ground is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shade {
    /// Light ink reads on it.
    Dark,
    /// Dark ink reads on it.
    Light,
}

/// What becomes of a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sifted {
    /// It may belong to an answer and is held.
    Held,
    /// These are keys as all others.
    Keys(Vec<Event>),
    /// It was the end of the answer; `None` where that makes no sense.
    Answer(Option<Shade>),
}

/// Looks for one answer among the keys.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    held: Vec<Event>,
    payload: String,
}

/// What a key can be in an answer.
enum Part {
    Beginning,
    Letter(char),
    /// The first half of `ESC \`, where the two came apart.
    Escape,
    End,
    Other,
}

impl Sieve {
    /// Takes in what came from the terminal.
    pub(crate) fn sift(&mut self, event: Event) -> Sifted {
        let part = part(&event);
        let begun = self.held.len();
        let escaped = matches!(self.held.last().map(self::part), Some(Part::Escape));
        self.held.push(event);
        match (begun, part) {
            (0, Part::Beginning) => Sifted::Held,
            (1..=3, Part::Letter(letter)) if BEGINNING.get(begun - 1) == Some(&letter) => {
                Sifted::Held
            }
            (4..MOST_KEYS, Part::Letter('\\')) if escaped => self.answer(),
            (4..MOST_KEYS, Part::Letter(letter)) if !escaped => {
                self.payload.push(letter);
                Sifted::Held
            }
            (4..MOST_KEYS, Part::Escape) if !escaped => Sifted::Held,
            (4..MOST_KEYS, Part::End) if !escaped => self.answer(),
            // What was held is no answer, but this may be the beginning of one.
            (_, Part::Beginning) => {
                let new = self.held.pop();
                let keys = self.release();
                self.held.extend(new);
                Sifted::Keys(keys)
            }
            (_, Part::Letter(_) | Part::Escape | Part::End | Part::Other) => {
                Sifted::Keys(self.release())
            }
        }
    }

    /// Whether keys are held back.
    pub(crate) fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Lets go of what is held: no more of it came.
    pub(crate) fn release(&mut self) -> Vec<Event> {
        self.payload.clear();
        std::mem::take(&mut self.held)
    }

    fn answer(&mut self) -> Sifted {
        let shade = shade(&self.payload);
        drop(self.release());
        Sifted::Answer(shade)
    }
}

fn part(event: &Event) -> Part {
    let Event::Key(KeyEvent {
        code,
        modifiers,
        kind: KeyEventKind::Press,
        ..
    }) = event
    else {
        return Part::Other;
    };
    let plain = KeyModifiers::SHIFT.contains(*modifiers);
    match (*code, *modifiers) {
        (KeyCode::Char(']'), KeyModifiers::ALT) => Part::Beginning,
        (KeyCode::Char('\\'), KeyModifiers::ALT) | (KeyCode::Char('g'), KeyModifiers::CONTROL) => {
            Part::End
        }
        (KeyCode::Char(letter), _) if plain => Part::Letter(letter),
        (KeyCode::Esc, KeyModifiers::NONE) => Part::Escape,
        (_, _) => Part::Other,
    }
}

/// Reads `rgb:RRRR/GGGG/BBBB` with one to four digits each, or the same with an alpha.
fn shade(payload: &str) -> Option<Shade> {
    let digits = payload
        .strip_prefix("rgb:")
        .or_else(|| payload.strip_prefix("rgba:"))?;
    let mut channels = digits.split('/').map(|digits| {
        let most = match digits.len() {
            1..=4 => (1_u32 << (4 * digits.len())) - 1,
            _ => return None,
        };
        let value = u32::from_str_radix(digits, 16).ok()?;
        Some(f64::from(value) / f64::from(most))
    });
    let mut next = || channels.next().flatten();
    let (red, green, blue) = (next()?, next()?, next()?);
    // The brightness as it is perceived, near enough to tell night from day.
    let bright = 0.299 * red + 0.587 * green + 0.114 * blue;
    Some(if bright > 0.5 {
        Shade::Light
    } else {
        Shade::Dark
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    /// Events as the reader makes them of bytes: `ESC x` is Alt with x.
    fn events(bytes: &str) -> Vec<Event> {
        let mut events = Vec::new();
        let mut chars = bytes.chars();
        while let Some(c) = chars.next() {
            events.push(match c {
                '\u{1b}' => match chars.next() {
                    Some(c) => key(KeyCode::Char(c), KeyModifiers::ALT),
                    None => key(KeyCode::Esc, KeyModifiers::NONE),
                },
                '\u{7}' => key(KeyCode::Char('g'), KeyModifiers::CONTROL),
                c if c.is_uppercase() => key(KeyCode::Char(c), KeyModifiers::SHIFT),
                c => key(KeyCode::Char(c), KeyModifiers::NONE),
            });
        }
        events
    }

    /// What is handed on as keys, and the answers, in order.
    fn sifted(events: Vec<Event>) -> (Vec<Event>, Vec<Option<Shade>>) {
        let mut sieve = Sieve::default();
        let (mut keys, mut answers) = (Vec::new(), Vec::new());
        for event in events {
            match sieve.sift(event) {
                Sifted::Held => {}
                Sifted::Keys(some) => keys.extend(some),
                Sifted::Answer(shade) => answers.push(shade),
            }
        }
        keys.extend(sieve.release());
        (keys, answers)
    }

    #[test]
    fn an_answer_is_taken_out_of_what_is_typed_around_it() {
        for (answer, shade) in [
            ("\u{1b}]11;rgb:1414/1818/1f1f\u{1b}\\", Some(Shade::Dark)),
            ("\u{1b}]11;rgb:FBFB/fafa/f7f7\u{7}", Some(Shade::Light)),
            ("\u{1b}]11;rgb:f/f/f\u{7}", Some(Shade::Light)),
            ("\u{1b}]11;rgba:ff/ff/ff/00\u{7}", Some(Shade::Light)),
            ("\u{1b}]11;nonsense\u{7}", None),
            ("\u{1b}]11;rgb:12345/0/0\u{7}", None),
            ("\u{1b}]11;\u{7}", None),
        ] {
            let (keys, answers) = sifted(events(&format!("ab{answer}cd")));
            assert_eq!(keys, events("abcd"), "{answer:?}");
            assert_eq!(answers, [shade], "{answer:?}");
        }
    }

    #[test]
    fn an_answer_behind_a_key_like_its_beginning_is_found() {
        let (keys, answers) = sifted(events("\u{1b}]1\u{1b}]11;rgb:0/0/0\u{7}"));
        assert_eq!(
            (keys, answers),
            (events("\u{1b}]1"), vec![Some(Shade::Dark)])
        );
    }

    #[test]
    fn an_end_that_came_apart_is_an_end() {
        let mut apart = events("\u{1b}]11;rgb:0/0/0");
        apart.push(key(KeyCode::Esc, KeyModifiers::NONE));
        apart.push(key(KeyCode::Char('\\'), KeyModifiers::NONE));
        assert_eq!(sifted(apart), (Vec::new(), vec![Some(Shade::Dark)]));
    }

    #[test]
    fn what_is_no_answer_is_handed_on_whole() {
        let long = format!("\u{1b}]11;{}\u{7}", "f".repeat(100));
        for typed in [
            "hello",
            "\u{1b}]",
            "\u{1b}]1",
            "\u{1b}]12;rgb:0/0/0\u{7}",
            "\u{1b}]11;rgb:0/0",
            "\u{1b}]\u{1b}]",
            "\u{1b}]11;rgb:\u{1b}xyz",
            "\u{7}\u{1b}\\",
            &long,
        ] {
            let expected = (events(typed), Vec::new());
            assert_eq!(sifted(events(typed)), expected, "{typed:?}");
        }
        let mut apart = events("\u{1b}]11;rgb:0/0/0");
        apart.push(key(KeyCode::Esc, KeyModifiers::NONE));
        apart.push(key(KeyCode::Char('x'), KeyModifiers::NONE));
        assert_eq!(sifted(apart.clone()), (apart, Vec::new()));
    }
}
