//! How well text reads: the contrast ratio of WCAG 2.2 (§1.4.3, by relative luminance), and the
//! pairs of a theme that it is asked of.
//!
//! It judges; it changes nothing.

use ratatui::style::{Color, Modifier, Style};

use super::tone::Tone;
use super::{Role, Theme};

/// What text needs at least: level AA.
pub(super) const TEXT: f64 = 4.5;

/// The roles in which text is written. The frame of a pane that has no keys is none; the name of
/// the pane that has them is written in the colour of its frame.
pub(super) const WRITTEN: [Role; 12] = [
    Role::Text,
    Role::Muted,
    Role::Accent,
    Role::Ok,
    Role::Warn,
    Role::Error,
    Role::BorderFocus,
    Role::Title,
    Role::Badge,
    Role::Bar,
    Role::Key,
    Role::Asked,
];

/// How bright a tone is to the eye, from 0 to 1.
fn luminance(tone: Tone) -> f64 {
    let [red, green, blue] = tone.light();
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The contrast of two tones, from 1 to 21; their order does not matter.
pub(super) fn ratio(one: Tone, other: Tone) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Ink and ground of a style as they are seen; `None` where the terminal decides.
pub(super) fn seen(style: Style) -> Option<(Tone, Tone)> {
    let tone = |color: Option<Color>| color.and_then(Tone::of);
    let (ink, ground) = (tone(style.fg)?, tone(style.bg)?);
    let turned = style.add_modifier.contains(Modifier::REVERSED);
    Some(if turned { (ground, ink) } else { (ink, ground) })
}

impl Theme {
    /// The style of text of a role on the ground of the screen, and on a selected row.
    pub(super) fn written(&self, role: Role) -> [Style; 2] {
        let plain = self.on_ground(role);
        [plain, plain.patch(self.selection())]
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    /// Themes of no colours of their own, which no arithmetic reaches.
    const OF_THE_TERMINAL: [&str; 2] = ["ansi", "mono"];

    #[test]
    fn the_ratio_is_that_of_the_standard() {
        let (black, white) = (Tone(0, 0, 0), Tone(255, 255, 255));
        assert!((ratio(black, white) - 21.0).abs() < 1e-9);
        assert!((ratio(white, white) - 1.0).abs() < 1e-9);
        // The lightest grey that passes on white, as every checker has it.
        assert!(ratio(Tone(0x76, 0x76, 0x76), white) >= TEXT);
        assert!(ratio(Tone(0x77, 0x77, 0x77), white) < TEXT);
    }

    fn toned() -> impl Iterator<Item = Theme> {
        Theme::shipped()
            .filter(|name| !OF_THE_TERMINAL.contains(name))
            .map(|name| Theme::find(name).unwrap())
    }

    #[test]
    fn text_of_every_role_reads_on_the_ground_and_on_a_selected_row() {
        let mut short = Vec::new();
        for theme in toned() {
            for role in WRITTEN {
                for (style, place) in theme.written(role).into_iter().zip(["ground", "row"]) {
                    let (ink, ground) = seen(style).unwrap();
                    let found = ratio(ink, ground);
                    if found < TEXT {
                        let (theme, role) = (theme.name(), role.name());
                        short.push(format!("{theme}: {role} on the {place} has {found:.2}"));
                    }
                }
            }
        }
        assert_eq!(short, Vec::<String>::new());
    }

    #[test]
    fn the_frame_with_the_keys_is_seen_and_what_steps_back_does() {
        for theme in toned() {
            let of = |role| {
                let (ink, ground) = seen(theme.on_ground(role)).unwrap();
                ratio(ink, ground)
            };
            let name = theme.name();
            assert!(of(Role::BorderFocus) >= 3.0, "{name}");
            assert!(of(Role::BorderFocus) > of(Role::Border), "{name}");
            assert!(of(Role::Muted) * 1.15 < of(Role::Text), "{name}");
        }
    }

    #[test]
    fn the_selected_row_is_seen() {
        for theme in toned() {
            let [plain, selected] = theme.written(Role::Text).map(|it| seen(it).unwrap().1);
            assert!(ratio(plain, selected) > 1.1, "{}", theme.name());
        }
    }

    #[test]
    fn themes_of_the_terminal_name_no_tone() {
        for name in OF_THE_TERMINAL {
            let theme = Theme::find(name).unwrap();
            for role in Role::ALL {
                for color in [theme.style(role).fg, theme.style(role).bg] {
                    assert_eq!(color.and_then(Tone::of), None, "{name}: {}", role.name());
                }
            }
            // A ground of the terminal's own is only ever turned round.
            let turned = theme.selection().add_modifier.contains(Modifier::REVERSED);
            assert!(turned, "{name}");
        }
        let mono = Theme::find("mono").unwrap();
        for role in Role::ALL {
            let style = mono.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{}", role.name());
        }
        // Without colours the states differ by weight and line.
        let [ok, warn, error] = [Role::Ok, Role::Warn, Role::Error].map(|it| mono.style(it));
        assert!(ok != warn && warn != error && ok != error);
    }
}
