//! Pictures of the screens: a drawn buffer becomes SVG, and SVG becomes PNG.
//!
//! Behind the cargo feature `screenshots`. The fonts are embedded, nothing is read from the
//! machine, so the same buffer gives the same bytes everywhere.

mod album;
mod png;
mod svg;

pub use album::{Picture, album};
pub use png::{ShotError, png};
pub use svg::svg;
