//! A ring is bounded, wraps as its pane is wide, and stays where it was scrolled to.

mod cards;
mod search;
mod turns;

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

fn shown(ring: &Ring) -> Vec<&str> {
    ring.window().iter().map(|r| r.text).collect()
}

#[test]
fn pieces_join_into_lines() {
    let mut ring = Ring::default();
    ring.resize(10, 3);
    for piece in ["hel", "lo wor", "ld and", " more\nne", "xt"] {
        ring.push(piece, Tone::Said);
    }
    assert_eq!(shown(&ring), ["hello", "world and", "more", "next"][1..]);
    assert_eq!(ring.rows(), 4);
}

#[test]
fn empty_lines_are_kept() {
    let mut ring = Ring::default();
    ring.push("a\n\nb\n", Tone::Said);
    assert_eq!(shown(&ring), ["a", "", "b"]);
    ring.push("c", Tone::Said);
    assert_eq!(shown(&ring), ["a", "", "b", "c"]);
}

#[test]
fn scrolled_back_the_sight_stays_put() {
    let mut ring = Ring::default();
    ring.resize(20, 2);
    ring.push("1\n2\n3\n4\n", Tone::Said);
    ring.scroll(1);
    assert_eq!(shown(&ring), ["2", "3"]);
    ring.push("5\n6\n", Tone::Said);
    assert_eq!(shown(&ring), ["2", "3"]);
    ring.scroll_to_bottom();
    ring.push("7\n", Tone::Said);
    assert_eq!(shown(&ring), ["6", "7"]);
    ring.scroll_to_top();
    assert_eq!(shown(&ring), ["1", "2"]);
}

#[test]
fn a_new_width_keeps_the_place() {
    let mut ring = Ring::default();
    ring.resize(40, 2);
    for i in 0..50 {
        ring.push(&format!("line {i} with a few words to wrap\n"), Tone::Said);
    }
    ring.scroll(20);
    assert_eq!(shown(&ring)[0], "line 28 with a few words to wrap");
    ring.resize(12, 2);
    assert!(shown(&ring)[0].starts_with("line 28"), "{:?}", shown(&ring));
    ring.push("more\n", Tone::Said);
    ring.resize(40, 9);
    assert_eq!(shown(&ring)[0], "line 28 with a few words to wrap");
    ring.resize(40, 3);
    assert_eq!(shown(&ring)[0], "line 28 with a few words to wrap");
    assert_eq!(ring.fresh(), 1);
}

#[test]
fn only_what_is_in_sight_is_wrapped_on_resize() {
    let mut ring = Ring::default();
    ring.resize(40, 5);
    for _ in 0..1000 {
        ring.push("some words that will need two rows\n", Tone::Said);
    }
    ring.resize(20, 5);
    let wrapped = ring.lines.iter().filter(|l| l.columns == 20).count();
    assert!(wrapped <= 5, "{wrapped}");
    assert!(!ring.settle(10));
    assert!(ring.settle(usize::MAX));
    assert_eq!(ring.rows(), 2000);
}

#[test]
fn the_bound_holds_even_without_line_ends() {
    let mut ring = Ring::default();
    ring.resize(10, 5);
    for _ in 0..300 {
        ring.push(&"x".repeat(1000), Tone::Said);
    }
    assert!(ring.rows() <= ROWS_MAX, "{}", ring.rows());
    for _ in 0..20_000 {
        ring.push("y\n", Tone::Said);
    }
    assert_eq!(ring.rows(), ROWS_MAX);
}

#[test]
fn a_tone_change_opens_a_line() {
    let mut ring = Ring::default();
    ring.push("question", Tone::Asked);
    ring.push("answer", Tone::Said);
    ring.push_lines("restored", Tone::Note);
    let tones: Vec<_> = ring.window().iter().map(|r| (r.text, r.tone)).collect();
    assert_eq!(
        tones,
        [
            ("question", Tone::Asked),
            ("answer", Tone::Said),
            ("restored", Tone::Note)
        ]
    );
}

#[test]
fn a_cut_replaces_the_streamed_text() {
    let mut ring = Ring::default();
    ring.push_lines("question", Tone::Asked);
    let mark = ring.mark();
    ring.push("part of an ans", Tone::Said);
    ring.cut(mark);
    ring.push_lines("the whole answer", Tone::Said);
    assert_eq!(shown(&ring), ["question", "the whole answer"]);
}

#[test]
fn a_mark_survives_eviction() {
    let mut ring = Ring::default();
    ring.push_lines(&"old\n".repeat(ROWS_MAX), Tone::Said);
    let mark = ring.mark();
    ring.push_lines(&"new\n".repeat(100), Tone::Said);
    ring.cut(mark);
    assert_eq!(ring.rows(), ROWS_MAX - 100);
    assert!(shown(&ring).iter().all(|row| *row == "old"));
}

#[test]
fn unwrapped_lines_are_wrapped_in_sight() {
    let mut ring = Ring::default();
    ring.resize(10, 3);
    ring.push_unwrapped("one two three four\nfive", Tone::Said);
    ring.resize(10, 3);
    assert_eq!(shown(&ring), ["one two", "three four", "five"]);
}

proptest! {
    #[test]
    fn streamed_equals_whole(text in "[ab 日\n]{0,120}", cuts in proptest::collection::vec(0usize..20, 0..8), columns in 2u16..30) {
        let mut whole = Ring::default();
        whole.resize(columns, 500);
        whole.push(&text, Tone::Said);
        let mut streamed = Ring::default();
        streamed.resize(columns, 500);
        let mut chars = text.chars();
        for cut in cuts {
            let piece: String = chars.by_ref().take(cut).collect();
            streamed.push(&piece, Tone::Said);
        }
        streamed.push(chars.as_str(), Tone::Said);
        prop_assert_eq!(shown(&whole), shown(&streamed));
        prop_assert_eq!(whole.rows(), whole.window().len());
    }

    #[test]
    fn any_walk_keeps_the_counts(steps in proptest::collection::vec((0u8..4, 1u16..60), 1..40)) {
        let mut ring = Ring::default();
        for (what, n) in steps {
            match what {
                0 => ring.push(&"word ".repeat(usize::from(n)), Tone::Said),
                1 => ring.push("\nnext\n", Tone::Said),
                2 => ring.resize(n, n / 3 + 1),
                _ => ring.scroll(isize::try_from(n).unwrap() - 30),
            }
            prop_assert!(ring.window().len() <= usize::from(ring.height));
            prop_assert_eq!(ring.rows(), ring.lines.iter().map(Line::rows).sum::<usize>());
            prop_assert!(ring.back() <= ring.rows());
        }
    }
}
