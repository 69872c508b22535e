//! Markdown that grows looks the same however it is cut, and loses nothing of the text.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::ui::ring::{Ring, Tone};

/// The text in a ring, in pieces of some size.
fn streamed(text: &str, size: usize) -> Ring {
    let (mut ring, mut prose) = (Ring::default(), Prose::default());
    ring.resize(40, 60);
    let mut from = ring.mark();
    let chars: Vec<char> = text.chars().collect();
    for piece in chars.chunks(size) {
        let piece: String = piece.iter().collect();
        let mut done = Vec::new();
        prose.push(&piece, &mut done);
        from = ring.lay(from, done, prose.tail());
    }
    ring.resize(40, 60);
    ring
}

fn shown(ring: &Ring) -> String {
    let rows = ring.window();
    let rows = rows.iter().map(|row| {
        let lead = if row.first || row.lead.contains('▎') {
            row.lead.to_owned()
        } else {
            " ".repeat(row.lead.chars().count())
        };
        let line = format!("{lead}{}", row.text);
        line.trim_end().to_owned() + "\n"
    });
    rows.collect()
}

const ANSWER: &str = "\n## What it is\nA *race*: the **timer** of\n`refresh` fires later.\n\n\n1. Read `login_test.rs`, which is a line that is longer than the pane is\n2. then\n   - wait\n   - subscribe\n\n   ```sh\n   cargo test # again\n   ```\n\n3. done\n\n> said\n> twice\n\n| who | what |\n|---|---|\n| codex | 42 |\n\n```rust\nfn main() {\n    let x = \"a\"; // note\n\n}\n```\nSee [here](https://x.example).\n";

#[test]
fn what_markdown_means_is_seen_while_it_streams() {
    insta::assert_snapshot!(shown(&streamed(ANSWER, 1)));
}

#[test]
fn what_came_is_what_is_copied() {
    assert_eq!(streamed(ANSWER, 3).text(), ANSWER);
    assert_eq!(streamed(ANSWER, 3).block_text(), None);
}

#[test]
fn a_finished_block_is_never_laid_again_and_the_open_one_is_bounded() {
    let mut prose = Prose::default();
    let mut done = Vec::new();
    for number in 0..500 {
        prose.push(&format!("Paragraph {number} of **many**.\n\n"), &mut done);
        assert!(prose.open.is_empty());
    }
    assert_eq!(done.len(), 1000);
    for open in [
        "word ",
        "x",
        "a\n",
        "- a",
        "> a\n",
        "```\nlong ",
        "日本",
        "| a | b |\n",
    ] {
        let mut prose = Prose::default();
        let mut done = Vec::new();
        for _ in 0..9000 {
            prose.push(open, &mut done);
            assert!(prose.open.len() <= LONG_MAX, "{open:?}");
            assert!(prose.open.len() <= OPEN_MAX || !open.starts_with(['a', 'w', 'x', '-', '>']));
        }
        let text: usize = done.iter().map(|line| line.text.len()).sum();
        assert!(text > 0, "{open:?}");
    }
}

#[test]
fn code_is_laid_line_by_line_and_highlighted() {
    let mut prose = Prose::default();
    let mut done = Vec::new();
    prose.push("```rust\n/* over\n", &mut done);
    assert_eq!((done.len(), prose.open.as_str()), (2, ""));
    prose.push("lines */ let", &mut done);
    assert_eq!(done.len(), 2);
    let [open] = &prose.tail()[..] else {
        panic!("{:?}", prose.tail())
    };
    assert_eq!(
        open.bits,
        [(8, Role::Muted), (9, Role::Text), (12, Role::Accent)]
    );
    assert_eq!((open.lead.as_str(), open.code), ("  ", true));
}

#[test]
fn hostile_text_is_no_escape_and_no_panic() {
    for text in [
        "\u{1b}[2J**a**",
        "```\u{1b}]0;x\u{7}\n\u{1b}[31mred\n",
        "[a]: https://x.example",
        "<b>\n</b>",
        "#",
        "-",
        "~~~~~",
        "|",
        "    code",
    ] {
        let ring = streamed(text, 1);
        assert!(!shown(&ring).contains('\u{1b}'), "{text:?}");
        assert!(
            !shown(&ring).trim().is_empty() || text.starts_with('~') || text == "<b>\n</b>",
            "{text:?}"
        );
    }
}

#[test]
fn a_reader_who_scrolled_back_stays_while_the_open_block_is_laid_anew() {
    let (mut ring, mut prose) = (Ring::default(), Prose::default());
    ring.resize(20, 4);
    ring.push(&"before\n".repeat(10), Tone::Asked);
    let mut from = ring.mark();
    let mut push = |ring: &mut Ring, piece: &str| {
        let mut done = Vec::new();
        prose.push(piece, &mut done);
        from = ring.lay(from, done, prose.tail());
        ring.resize(20, 4);
    };
    push(&mut ring, "one two **three");
    ring.scroll(2);
    let before = shown(&ring);
    for piece in [" four five** six", " seven\n", "\n- item\n", "- item\n"] {
        push(&mut ring, piece);
        assert_eq!(shown(&ring), before);
    }
}

proptest! {
    #[test]
    fn pieces_do_not_matter_and_nothing_is_lost(
        text in "([a-c*_`~#>|\\-1. ]{0,6}|\n|\n\n|```\n|```rust\n|   |- |1\\. ){0,40}",
        size in 1usize..9,
    ) {
        let whole = streamed(&text, usize::MAX);
        let pieces = streamed(&text, size);
        prop_assert_eq!(shown(&whole), shown(&pieces));
        let mut wanted = text.clone();
        if !wanted.is_empty() && !wanted.ends_with('\n') {
            wanted.push('\n');
        }
        prop_assert_eq!(pieces.text(), wanted);
    }
}

#[test]
fn a_table_is_laid_anew_at_another_width_and_found_in() {
    use crate::ui::seek::{Sought as _, Stand};

    let text = "| what | who |\n|---|---|\n| it races with the refresh of the token | codex |\n";
    let mut ring = streamed(text, 7);
    let narrow =
        "what                        who\nit races with the refresh   codex\nof the token\n";
    let wide = "what                                    who\n\
                it races with the refresh of the token  codex\n";
    ring.resize(33, 60);
    assert_eq!(shown(&ring), narrow);
    ring.seek(Some("codex"));
    assert!(ring.nearest(Stand::End));
    ring.resize(60, 60);
    ring.seek(Some("codex"));
    assert_eq!(shown(&ring), wide);
    let lit = |ring: &Ring| {
        let rows = ring.window();
        let hits = rows.iter().flat_map(|row| {
            let hits = row.hits.iter();
            hits.map(|(bytes, _)| row.text[bytes.clone()].to_owned())
        });
        hits.collect::<Vec<String>>()
    };
    assert_eq!(lit(&ring), ["codex"]);
    assert_eq!(ring.text(), text);
    ring.resize(33, 60);
    assert_eq!(shown(&ring), narrow);
}
