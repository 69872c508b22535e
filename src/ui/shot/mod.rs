//! Pictures of the screens: a drawn buffer becomes SVG, and SVG becomes PNG.
//!
//! Behind the cargo feature `screenshots`. The fonts are embedded, nothing is read from the
//! machine, so the same buffer gives the same bytes everywhere. A test without that feature holds that the
//! pictures of the repository are those that are drawn now.

mod album;
#[cfg(feature = "screenshots")]
mod png;
mod svg;

pub use album::{Picture, SIZE, album};
#[cfg(feature = "screenshots")]
pub use png::{ShotError, png};
pub use svg::svg;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use pretty_assertions::assert_eq;

    use super::{SIZE, album, svg};
    use crate::ui::console::Settings;
    use crate::ui::theme::Theme;

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
            let kept = fs::read_to_string(folder.join(format!("{}.svg", picture.name)));
            assert!(
                kept.is_ok_and(|kept| kept == svg(&picture.buffer, appearance)),
                "{} is stale: `cargo run --features screenshots -- screenshot` draws it anew",
                picture.name
            );
            names.insert(picture.name);
        }
        let stem = |entry: std::io::Result<fs::DirEntry>| {
            let path = entry.unwrap().path();
            path.file_stem().unwrap().to_str().unwrap().to_owned()
        };
        let kept: BTreeSet<String> = fs::read_dir(folder).unwrap().map(stem).collect();
        assert_eq!(kept, names, "a picture that nothing draws any more");
    }
}
