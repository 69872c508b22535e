//! Pictures of the screens: a drawn buffer becomes SVG, SVG becomes PNG, and many of them an animated SVG and a
//! recording of a terminal.
//!
//! Behind the cargo feature `screenshots`. The fonts are embedded, nothing is read from the
//! machine, so the same buffer gives the same bytes everywhere. A test without that feature holds that the
//! pictures of the repository are those that are drawn now.

mod album;
mod cast;
mod film;
#[cfg(feature = "screenshots")]
mod png;
mod seal;
mod svg;
mod tour;

pub use album::{Picture, SIZE, album};
pub use cast::cast;
pub use film::film;
#[cfg(feature = "screenshots")]
pub use png::{ShotError, png};
pub use seal::{is_of, sealed};
pub use svg::svg;
pub use tour::{Frame, TOUR, tour};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use pretty_assertions::assert_eq;

    use super::{SIZE, album, cast, film, is_of, svg, tour};
    use crate::ui::console::Settings;
    use crate::ui::theme::Theme;

    const STALE: &str = "is stale: `cargo run --features screenshots -- screenshot` draws it anew";

    /// Bytes that the film may have: it is loaded with the page that shows it.
    const FILM_MOST: usize = 2 << 20;

    #[test]
    fn the_tour_of_the_repository_is_the_one_that_is_drawn_now() {
        let theme = Theme::find("synod-dark").unwrap();
        let appearance = theme.appearance();
        let settings = Settings {
            theme,
            ..Settings::default()
        };
        let frames = tour(&settings).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
        let (film, cast) = (film(&frames, appearance), cast(&frames, "Synod"));
        for (name, drawn) in [("tour.svg", &film), ("tour.cast", &cast)] {
            let kept = fs::read_to_string(folder.join(name));
            assert!(kept.is_ok_and(|kept| kept == *drawn), "{name} {STALE}");
        }
        assert!(film.len() < FILM_MOST, "{} bytes", film.len());
    }

    #[test]
    fn the_pictures_of_the_repository_show_what_is_drawn_now() {
        let theme = Theme::find("synod-dark").unwrap();
        let appearance = theme.appearance();
        let settings = Settings {
            theme,
            ..Settings::default()
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
        let (columns, rows) = SIZE;
        let mut names = BTreeSet::new();
        for picture in album(&settings, columns, rows).unwrap() {
            let drawn = svg(&picture.buffer, appearance);
            let kept = fs::read_to_string(folder.join(format!("{}.svg", picture.name)));
            let name = &picture.name;
            assert!(kept.is_ok_and(|kept| kept == drawn), "{name}.svg {STALE}");
            let png = fs::read(folder.join(format!("{name}.png")));
            assert!(png.is_ok_and(|it| is_of(&it, &drawn)), "{name}.png {STALE}");
            names.insert(picture.name);
        }
        names.insert("tour".to_owned());
        // Of real agents, which never stand quite the same; a test of theirs draws it.
        let drawn = fs::read_to_string(folder.join("council-of-agents.svg")).unwrap();
        let png = fs::read(folder.join("council-of-agents.png")).unwrap();
        assert!(is_of(&png, &drawn), "council-of-agents.png {STALE}");
        names.insert("council-of-agents".to_owned());
        let stem = |entry: std::io::Result<fs::DirEntry>| {
            let path = entry.unwrap().path();
            path.file_stem().unwrap().to_str().unwrap().to_owned()
        };
        let kept: BTreeSet<String> = fs::read_dir(folder).unwrap().map(stem).collect();
        assert_eq!(kept, names, "a picture that nothing draws any more");
    }
}
