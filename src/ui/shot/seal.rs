//! Which SVG a PNG was made of: its hash in a text of the PNG, so that a stale one is found without drawing
//! it again.

use sha2::{Digest as _, Sha256};

/// The keyword of the text.
const KEYWORD: &[u8] = b"synod:source";
/// Signature and header of a PNG: 8 bytes, and a chunk of 13 with length, name and check sum.
const HEAD: usize = 8 + 12 + 13;

/// The PNG with the hash of the SVG that it was made of; what is no PNG stays as it is.
#[must_use]
pub fn sealed(png: &[u8], svg: &str) -> Vec<u8> {
    let Some((head, rest)) = png.split_at_checked(HEAD) else {
        return png.to_vec();
    };
    let mut body = b"tEXt".to_vec();
    body.extend(KEYWORD);
    body.push(0);
    body.extend(hash(svg).bytes());
    let length = u32::try_from(body.len() - 4).unwrap_or_default();
    let mut sum = flate2::Crc::new();
    sum.update(&body);
    let chunk = [
        &length.to_be_bytes()[..],
        &body,
        &sum.sum().to_be_bytes()[..],
    ]
    .concat();
    [head, &chunk, rest].concat()
}

/// Whether a PNG says that it was made of this SVG, and all its chunks are as they were written.
#[must_use]
pub fn is_of(png: &[u8], svg: &str) -> bool {
    let mut rest = png.get(8..).unwrap_or_default();
    let mut of = false;
    while let Some((chunk, after)) = chunk(rest) {
        let (name, text) = chunk.split_at(4);
        if name == b"tEXt" {
            let said = text
                .strip_prefix(KEYWORD)
                .and_then(|it| it.strip_prefix(b"\0"));
            of |= said.is_some_and(|it| it == hash(svg).as_bytes());
        }
        if name == b"IEND" {
            return of && after.is_empty();
        }
        rest = after;
    }
    false
}

/// Name and content of the first chunk, and what follows; none where its check sum is another.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (chunk, rest) = rest.split_at_checked(length.checked_add(4)?)?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let mut reckoned = flate2::Crc::new();
    reckoned.update(chunk);
    (reckoned.sum() == u32::from_be_bytes(*sum)).then_some((chunk, rest))
}

fn hash(svg: &str) -> String {
    format!("{:x}", Sha256::digest(svg.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG of one grey pixel.
    fn pixel() -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let chunks: [(&[u8], &[u8]); 3] = [
            (b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
            (
                b"IDAT",
                &[8, 0x1d, 1, 2, 0, 0xfd, 0xff, 0, 0x80, 1, 0x82, 0, 0x81],
            ),
            (b"IEND", &[]),
        ];
        for (name, content) in chunks {
            let body = [name, content].concat();
            let mut sum = flate2::Crc::new();
            sum.update(&body);
            png.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
            png.extend(&body);
            png.extend(sum.sum().to_be_bytes());
        }
        png
    }

    #[test]
    fn a_png_says_of_which_svg_it_is_and_a_touched_one_does_not() {
        let png = pixel();
        assert!(!is_of(&png, "<svg/>"));
        let sealed = sealed(&png, "<svg/>");
        assert!(is_of(&sealed, "<svg/>"));
        assert!(!is_of(&sealed, "<svg />"));
        assert!(!is_of(&sealed[..sealed.len() - 1], "<svg/>"));
        for at in 8..sealed.len() {
            let mut touched = sealed.clone();
            touched[at] ^= 1;
            assert!(!is_of(&touched, "<svg/>"), "byte {at}");
        }
        assert_eq!(super::sealed(b"no", "<svg/>"), b"no");
        assert!(!is_of(b"", "<svg/>"));
    }
}
