//! What is shown of an answer while it grows: all but the final-answer block, which is for the room
//! and stands as one line below the answer once that is whole. Owns no text that was shown.

use crate::core::conflict::block::visible;

/// One growing answer.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    /// The present line, while it may yet open the block.
    held: String,
    /// The present line was shown: it is none that opens the block.
    shown: bool,
    /// The block was opened; nothing after it is shown.
    closed: bool,
}

impl Growing {
    /// Takes the next piece in; gives what can be shown now.
    pub(crate) fn push(&mut self, piece: &str) -> String {
        let mut out = String::new();
        for part in piece.split_inclusive('\n') {
            if self.closed {
                break;
            }
            if self.shown {
                out.push_str(part);
            } else {
                self.held.push_str(part);
                if visible(&self.held).len() == self.held.len() {
                    out.push_str(&self.held);
                    self.held.clear();
                    self.shown = true;
                } else if part.ends_with('\n') {
                    self.closed = true;
                }
            }
            self.shown &= !part.ends_with('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Growing;

    fn shown<'a>(pieces: impl IntoIterator<Item = &'a str>) -> String {
        let mut growing = Growing::default();
        pieces.into_iter().map(|p| growing.push(p)).collect()
    }

    #[test]
    fn the_final_block_is_not_shown_however_it_is_cut() {
        let whole = "Because `x`.\n```rust\nlet y;\n```\n\n```final\n{\"value\":1}\n```\n";
        let wanted = "Because `x`.\n```rust\nlet y;\n```\n\n";
        assert_eq!(shown([whole]), wanted);
        for size in 1..9 {
            let chars: Vec<char> = whole.chars().collect();
            let pieces: Vec<String> = chars.chunks(size).map(|c| c.iter().collect()).collect();
            let told = shown(pieces.iter().map(String::as_str));
            assert_eq!(told, wanted, "in pieces of {size}");
        }
    }

    #[test]
    fn what_only_looked_like_it_is_shown_late_and_whole() {
        assert_eq!(shown(["a\n``", "`fin"]), "a\n");
        assert_eq!(shown(["a\n``", "`fin", "e\nb"]), "a\n```fine\nb");
    }
}
