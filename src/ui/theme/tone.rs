//! What a colour is as red, green and blue, and how far two of them are apart for the eye.
//!
//! Only colours that every terminal shows alike have a tone: `#rrggbb`, and 16 to 255 of the 256. The
//! sixteen are what the user has set, and nobody else knows them.

use ratatui::style::Color;

/// Red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tone(pub(super) u8, pub(super) u8, pub(super) u8);

/// A place in the Oklab space, in which equal distances look equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) lightness: f64,
    pub(super) green_red: f64,
    pub(super) blue_yellow: f64,
}

impl Tone {
    /// The tone of a colour, where it is known.
    pub(super) fn of(color: Color) -> Option<Self> {
        match color {
            Color::Rgb(red, green, blue) => Some(Self(red, green, blue)),
            Color::Indexed(index) => Self::indexed(index),
            Color::Reset
            | Color::Black
            | Color::Red
            | Color::Green
            | Color::Yellow
            | Color::Blue
            | Color::Magenta
            | Color::Cyan
            | Color::Gray
            | Color::DarkGray
            | Color::LightRed
            | Color::LightGreen
            | Color::LightYellow
            | Color::LightBlue
            | Color::LightMagenta
            | Color::LightCyan
            | Color::White => None,
        }
    }

    /// The tone of one of the 256: the colour cube, then the ramp of greys.
    pub(super) fn indexed(index: u8) -> Option<Self> {
        match index {
            0..=15 => None,
            16..=231 => {
                let i = index - 16;
                let level = |n: u8| if n == 0 { 0 } else { 55 + n * 40 };
                Some(Self(level(i / 36), level(i / 6 % 6), level(i % 6)))
            }
            232..=255 => {
                let grey = 8 + (index - 232) * 10;
                Some(Self(grey, grey, grey))
            }
        }
    }

    /// Red, green and blue as amounts of light, from 0 to 1.
    pub(super) fn light(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|channel| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    /// Where it is in the Oklab space.
    pub(super) fn place(self) -> Place {
        let [red, green, blue] = self.light();
        let cone = |r: f64, g: f64, b: f64| (r * red + g * green + b * blue).cbrt();
        let long = cone(0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9);
        let middle = cone(0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6);
        let short = cone(0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5);
        let sum = |l: f64, m: f64, s: f64| l * long + m * middle + s * short;
        Place {
            lightness: sum(0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8),
            green_red: sum(1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9),
            blue_yellow: sum(0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0),
        }
    }
}

impl Place {
    /// How far it is to another.
    pub(super) fn distance(self, other: Self) -> f64 {
        let lightness = self.lightness - other.lightness;
        let (green_red, blue_yellow) = (
            self.green_red - other.green_red,
            self.blue_yellow - other.blue_yellow,
        );
        (lightness.powi(2) + green_red.powi(2) + blue_yellow.powi(2)).sqrt()
    }

    /// How far it is from grey.
    pub(super) fn chroma(self) -> f64 {
        self.green_red.hypot(self.blue_yellow)
    }

    /// The hue in degrees, 0 to 360.
    pub(super) fn hue(self) -> f64 {
        let degrees = self.blue_yellow.atan2(self.green_red).to_degrees();
        degrees.rem_euclid(360.0)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn the_256_are_the_cube_and_the_greys_and_the_sixteen_are_not_known() {
        assert_eq!(Tone::indexed(15), None);
        assert_eq!(Tone::of(Color::Red), None);
        assert_eq!(Tone::indexed(16), Some(Tone(0, 0, 0)));
        assert_eq!(Tone::indexed(208), Some(Tone(255, 135, 0)));
        assert_eq!(Tone::indexed(231), Some(Tone(255, 255, 255)));
        assert_eq!(Tone::indexed(255), Some(Tone(238, 238, 238)));
    }

    #[test]
    fn places_follow_the_eye() {
        let white = Tone(255, 255, 255).place();
        assert!((white.lightness - 1.0).abs() < 0.001 && white.chroma() < 0.001);
        // As published with the space: pure red lies at a hue of 29 degrees.
        let red = Tone(255, 0, 0).place();
        assert!((red.hue() - 29.2).abs() < 0.2, "{}", red.hue());
        assert!(red.distance(Tone(250, 0, 0).place()) < red.distance(Tone(0, 0, 255).place()));
    }
}
