//! How many colours a terminal shows, and a theme brought down to as many.
//!
//! Of 256 colours a tone gets the nearest for the eye in which text still reads, so that no two of
//! the roles that must be told apart fall together. Of 16 it gets the nearest hue and leaves its
//! ground to the terminal, because nobody else knows what those sixteen look like.

use ratatui::style::{Color, Modifier, Style};

use super::contrast::{TEXT, WRITTEN, ratio, seen};
use super::tone::Tone;
use super::{Role, Theme};
use crate::config::EnvSource;

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Depth {
    /// None: weight, underline and reverse are left.
    None,
    /// The sixteen of the terminal.
    Ansi16,
    /// Those, a cube and a ramp of greys.
    Palette256,
    /// All.
    #[default]
    TrueColor,
}

/// Beginnings of `TERM` of terminals that show all colours, also where nothing else says so, as
/// over SSH.
const ALL_COLOURS: [&str; 5] = [
    "xterm-kitty",
    "xterm-ghostty",
    "alacritty",
    "foot",
    "wezterm",
];

/// Roles that say what is what by their colour alone.
const TOLD_APART: [Role; 5] = [Role::Text, Role::Muted, Role::Ok, Role::Warn, Role::Error];

/// The states.
const STATES: [Role; 3] = [Role::Ok, Role::Warn, Role::Error];

/// The coloured ones of the sixteen, with the hue that they have by custom.
const HUES: [(Color, f64); 6] = [
    (Color::Red, 25.0),
    (Color::Yellow, 90.0),
    (Color::Green, 145.0),
    (Color::Cyan, 195.0),
    (Color::Blue, 260.0),
    (Color::Magenta, 320.0),
];

/// Below this a tone has no hue to speak of.
const GREY: f64 = 0.045;

impl Depth {
    /// What the environment says of the terminal. `wanted` is whether colours are wanted at all:
    /// the configuration knows, and it has read `NO_COLOR`.
    #[must_use]
    pub fn of(env: &EnvSource, wanted: bool) -> Self {
        let Some(term) = env.get("TERM").filter(|term| *term != "dumb") else {
            return Self::None;
        };
        // GNU screen takes a colour of 24 bits for something else, and hands `COLORTERM` on.
        let in_screen = env.get("STY").is_some();
        let says_all = matches!(env.get("COLORTERM"), Some("truecolor" | "24bit"))
            || term.ends_with("-direct")
            || ALL_COLOURS.iter().any(|it| term.starts_with(it));
        if !wanted {
            Self::None
        } else if says_all && !in_screen {
            Self::TrueColor
        } else if says_all || term.contains("256color") {
            Self::Palette256
        } else {
            Self::Ansi16
        }
    }
}

impl Theme {
    /// The theme as a terminal of so many colours shows it.
    #[must_use]
    pub fn at(self, depth: Depth) -> Self {
        match depth {
            Depth::TrueColor => self,
            Depth::Palette256 => self.in_256(),
            Depth::Ansi16 => self.in_16(),
            Depth::None => self.without_colours(),
        }
    }

    fn set(&mut self, role: Role, style: Style) {
        if let Some(old) = self.styles.get_mut(role as usize) {
            *old = style;
        }
    }

    fn without_colours(mut self) -> Self {
        for role in Role::ALL {
            let mut style = self.style(role);
            let coloured = style.bg.is_some_and(|it| it != Color::Reset);
            (style.fg, style.bg, style.underline_color) = (None, None, None);
            // A ground that carried meaning becomes reverse.
            if coloured && role == Role::Selection {
                style = style.add_modifier(Modifier::REVERSED);
            }
            self.set(role, style);
        }
        self
    }

    fn in_256(self) -> Self {
        let mut down = self.clone();
        // Grounds first: what reads depends on them.
        for role in Role::ALL {
            let mut style = self.style(role);
            if let Some(tone) = style.bg.and_then(Tone::of) {
                let screen = down.style(Role::Text).bg.filter(|_| role != Role::Text);
                style.bg = nearest(tone, |it| Some(it) != screen);
                down.set(role, style);
            }
        }
        let mut taken: Vec<Color> = Vec::new();
        for role in Role::ALL {
            let mut style = down.style(role);
            let Some(tone) = style.fg.and_then(Tone::of) else {
                continue;
            };
            let apart = TOLD_APART.contains(&role);
            let reads = |it: Color| {
                let mut tried = down.clone();
                tried.set(role, style.fg(it));
                let mut places = tried.written(role).into_iter().zip(self.written(role));
                // On a selected row of one colour this one is not seen.
                places.all(|(now, before)| match (seen(now), seen(before)) {
                    (Some((ink, ground)), Some((ink_before, ground_before))) => {
                        ratio(ink, ground) >= ratio(ink_before, ground_before).min(TEXT)
                    }
                    (_, _) => true,
                })
            };
            let free = |it: Color| !(apart && taken.contains(&it));
            let written = WRITTEN.contains(&role);
            style.fg = nearest(tone, |it| free(it) && (!written || reads(it)))
                .or_else(|| nearest(tone, free));
            taken.extend(style.fg.filter(|_| apart));
            down.set(role, style);
        }
        down
    }

    fn in_16(self) -> Self {
        let mut down = self.clone();
        for role in Role::ALL {
            let mut style = self.style(role);
            let ground = style.bg.and_then(Tone::of);
            if let Some(tone) = style.fg.and_then(Tone::of) {
                style.fg = Some(of_hue(tone, role));
            }
            if ground.is_some() {
                style.bg = None;
                // A ground that carried meaning becomes reverse, and that turns ink as well.
                match role {
                    Role::Text => style.bg = Some(Color::Reset),
                    Role::Selection
                    | Role::Muted
                    | Role::Accent
                    | Role::Ok
                    | Role::Warn
                    | Role::Error
                    | Role::Border
                    | Role::BorderFocus
                    | Role::Title
                    | Role::Badge
                    | Role::Bar
                    | Role::Key
                    | Role::Asked
                    | Role::Struck => {
                        style.fg = None;
                        style = style.add_modifier(Modifier::REVERSED);
                    }
                }
            }
            down.set(role, style);
        }
        down.states_apart(&self);
        down
    }

    /// Gives the states colours of their own where two would have the same: those that lie nearest
    /// to what all three had.
    fn states_apart(&mut self, before: &Self) {
        let [ok, warn, error] = STATES.map(|role| self.style(role).fg);
        if ok != warn && warn != error && ok != error {
            return;
        }
        let tones = STATES.map(|role| before.style(role).fg.and_then(Tone::of));
        let [Some(ok), Some(warn), Some(error)] = tones else {
            return;
        };
        let far = |tone: Tone, hue: f64| around(tone.place().hue(), hue);
        let mut best: Option<(f64, [Color; 3])> = None;
        for (one, first) in HUES {
            for (two, second) in HUES {
                for (three, third) in HUES {
                    let sum = far(ok, first) + far(warn, second) + far(error, third);
                    let apart = one != two && two != three && one != three;
                    if apart && best.is_none_or(|(least, _)| sum < least) {
                        best = Some((sum, [one, two, three]));
                    }
                }
            }
        }
        for (role, color) in STATES.into_iter().zip(best.into_iter().flat_map(|it| it.1)) {
            self.set(role, self.style(role).fg(color));
        }
    }
}

/// The nearest of the 256 that will do; the sixteen are not among them, as their tones are not known.
fn nearest(tone: Tone, will_do: impl Fn(Color) -> bool) -> Option<Color> {
    let place = tone.place();
    let known = (16..=255).filter_map(|index| {
        let candidate = Tone::indexed(index)?;
        let color = Color::Indexed(index);
        will_do(color).then(|| (candidate.place().distance(place), color))
    });
    let best = known.min_by(|one, other| one.0.total_cmp(&other.0));
    best.map(|(_, color)| color)
}

/// The one of the sixteen that has the hue of a tone; what has none is ink, or steps back.
fn of_hue(tone: Tone, role: Role) -> Color {
    let place = tone.place();
    if matches!(role, Role::Muted | Role::Border) {
        return Color::DarkGray;
    }
    if matches!(role, Role::Text | Role::Title | Role::Bar) || place.chroma() < GREY {
        return Color::Reset;
    }
    let hue = place.hue();
    let near = HUES
        .into_iter()
        .min_by(|one, other| around(one.1, hue).total_cmp(&around(other.1, hue)));
    near.map_or(Color::Reset, |(color, _)| color)
}

/// How far two hues are apart, the short way round.
fn around(one: f64, other: f64) -> f64 {
    let far = (one - other).abs();
    far.min(360.0 - far)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn depth(pairs: &[(&str, &str)]) -> Depth {
        Depth::of(&EnvSource::of_pairs(pairs.iter().copied()), true)
    }

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        let (term, colours) = ("TERM", "COLORTERM");
        assert_eq!(depth(&[]), Depth::None);
        assert_eq!(
            depth(&[(term, "dumb"), (colours, "truecolor")]),
            Depth::None
        );
        assert_eq!(depth(&[(term, "linux")]), Depth::Ansi16);
        assert_eq!(depth(&[(term, "xterm"), (colours, "yes")]), Depth::Ansi16);
        assert_eq!(depth(&[(term, "xterm-256color")]), Depth::Palette256);
        assert_eq!(
            depth(&[(term, "xterm"), (colours, "24bit")]),
            Depth::TrueColor
        );
        assert_eq!(depth(&[(term, "xterm-direct")]), Depth::TrueColor);
        assert_eq!(depth(&[(term, "xterm-kitty")]), Depth::TrueColor);
        let in_screen = [(term, "screen"), (colours, "truecolor"), ("STY", "1.pts")];
        assert_eq!(depth(&in_screen), Depth::Palette256);
        let env = EnvSource::of_pairs([(term, "xterm"), (colours, "truecolor")]);
        assert_eq!(Depth::of(&env, false), Depth::None);
    }

    /// Every shipped theme at a depth, with what it was.
    fn brought_to(depth: Depth) -> impl Iterator<Item = (Theme, Theme)> {
        Theme::shipped().map(move |name| {
            let theme = Theme::find(name).unwrap();
            (theme.clone(), theme.at(depth))
        })
    }

    fn states(theme: &Theme) -> [Style; 3] {
        STATES.map(|role| theme.style(role))
    }

    #[test]
    fn at_every_depth_states_focus_and_selection_are_told_apart() {
        for depth in [Depth::Palette256, Depth::Ansi16] {
            for (_, theme) in brought_to(depth) {
                let name = theme.name();
                let [ok, warn, error] = states(&theme);
                assert!(
                    ok != warn && warn != error && ok != error,
                    "{depth:?} {name}"
                );
                let differs = |one, other| theme.on_ground(one) != theme.on_ground(other);
                assert!(differs(Role::Border, Role::BorderFocus), "{depth:?} {name}");
                assert!(differs(Role::Text, Role::Muted), "{depth:?} {name}");
                let [plain, selected] = theme.written(Role::Text);
                let turned = selected.add_modifier.contains(Modifier::REVERSED);
                assert!(plain.bg != selected.bg || turned, "{depth:?} {name}");
            }
        }
    }

    #[test]
    fn of_256_colours_text_reads_as_it_did() {
        for (before, theme) in brought_to(Depth::Palette256) {
            for role in WRITTEN {
                for (now, before) in theme.written(role).into_iter().zip(before.written(role)) {
                    let (Some((ink, ground)), true) = (seen(now), seen(before).is_some()) else {
                        assert_eq!(seen(now), seen(before));
                        continue;
                    };
                    let found = ratio(ink, ground);
                    let (name, role) = (theme.name(), role.name());
                    assert!(found >= TEXT, "{name}: {role} has {found:.2}");
                }
            }
            for role in Role::ALL {
                for color in [theme.style(role).fg, theme.style(role).bg] {
                    assert!(!matches!(color, Some(Color::Rgb(..))), "{}", theme.name());
                }
            }
        }
    }

    #[test]
    fn of_256_colours_a_selection_near_the_ground_is_still_another() {
        let text = "name = 'x'\n[roles]\ntext = { fg = '#c0c0c0', bg = '#101010' }\n\
                    selection = { bg = '#121212' }";
        let theme = Theme::parse(text, "x.toml").unwrap();
        let [plain, selected] = theme.at(Depth::Palette256).written(Role::Text);
        assert_ne!(plain.bg, selected.bg);
    }

    #[test]
    fn of_16_colours_the_ground_is_the_terminals_own() {
        for (_, theme) in brought_to(Depth::Ansi16) {
            for role in Role::ALL {
                let style = theme.style(role);
                for color in [style.fg, style.bg] {
                    assert_eq!(color.and_then(Tone::of), None, "{}", theme.name());
                }
                // Whatever the sixteen are, none of them stands on another.
                assert!(
                    matches!(style.bg, None | Some(Color::Reset)),
                    "{}",
                    theme.name()
                );
            }
        }
        let dark = Theme::find("synod-dark").unwrap().at(Depth::Ansi16);
        assert_eq!(
            states(&dark).map(|style| style.fg.unwrap()),
            [Color::Green, Color::Yellow, Color::Red]
        );
    }

    #[test]
    fn states_of_one_hue_get_three() {
        let text = "name = 'x'\n[roles]\nok = '#e06c75'\nwarn = '#e05555'\nerror = '#ff0000'";
        let theme = Theme::parse(text, "x.toml").unwrap().at(Depth::Ansi16);
        let [ok, warn, error] = states(&theme).map(|style| style.fg.unwrap());
        assert!(ok != warn && warn != error && ok != error);
    }

    #[test]
    fn without_colours_none_is_left_and_the_selection_is_seen() {
        for (_, theme) in brought_to(Depth::None) {
            for role in Role::ALL {
                let style = theme.style(role);
                let colours = (style.fg, style.bg, style.underline_color);
                assert_eq!(colours, (None, None, None), "{}", theme.name());
            }
            assert_ne!(
                theme.style(Role::Selection),
                Style::new(),
                "{}",
                theme.name()
            );
        }
    }

    #[test]
    fn all_colours_are_left_as_they_are() {
        for (before, theme) in brought_to(Depth::TrueColor) {
            assert_eq!(before, theme);
        }
    }
}
