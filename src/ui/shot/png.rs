//! SVG to PNG with the embedded fonts.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};
use thiserror::Error;

const REGULAR: &[u8] = include_bytes!("fonts/DejaVuSansMono.ttf");
const BOLD: &[u8] = include_bytes!("fonts/DejaVuSansMono-Bold.ttf");

/// Why a picture could not be made.
#[derive(Debug, Error)]
pub enum ShotError {
    /// The SVG cannot be read.
    #[error("the picture cannot be drawn: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// The picture has no area or does not fit into memory.
    #[error("a picture of {0} × {1} pixels cannot be made")]
    Size(u32, u32),
    /// The PNG cannot be written.
    #[error("the picture cannot be encoded: {0}")]
    Encode(String),
}

/// The PNG of an SVG document.
///
/// # Errors
/// When the document is not valid or has no area.
pub fn png(svg: &str) -> Result<Vec<u8>, ShotError> {
    let mut fonts = Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    let options = Options {
        font_family: "DejaVu Sans Mono".to_owned(),
        fontdb: Arc::new(fonts),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options)?;
    let size = tree.size().to_int_size();
    let mut pixmap = Pixmap::new(size.width(), size.height())
        .ok_or(ShotError::Size(size.width(), size.height()))?;
    resvg::render(&tree, Transform::default(), &mut pixmap.as_mut());
    pixmap
        .encode_png()
        .map_err(|e| ShotError::Encode(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_svg_gives_the_same_bytes() {
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"30\"><text x=\"2\" y=\"20\" font-family=\"DejaVu Sans Mono\" font-size=\"20\">hi ●</text></svg>";
        let first = png(svg).unwrap();
        assert_eq!(first, png(svg).unwrap());
        assert_eq!(&first[1..4], b"PNG");
    }

    #[test]
    fn nonsense_is_an_error() {
        assert!(png("<svg").is_err());
    }
}
