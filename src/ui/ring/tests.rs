//! A ring is bounded, wraps as its pane is wide, and stays where it was scrolled to.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::ui::prose;
use crate::ui::seek::{Sought as _, Stand, Way};

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

/// A ring of four turns: a long one, two short ones, a long one.
fn four_turns() -> Ring {
    let mut ring = Ring::default();
    ring.resize(20, 4);
    for (turn, lines) in [(1, 9), (2, 1), (3, 1), (4, 9)] {
        ring.begin_turn();
        ring.push_unwrapped(&format!("turn {turn}"), Tone::Asked);
        for line in 0..lines {
            ring.push(&format!("answer {turn}, line {line}\n"), Tone::Said);
        }
    }
    ring
}

/// The row at the top, and the one that is marked.
fn stands(ring: &Ring) -> (&str, Option<&str>) {
    let rows = ring.window();
    let marked = rows.iter().find(|row| row.marked).map(|row| row.text);
    (rows.first().map_or("", |row| row.text), marked)
}

#[test]
fn one_goes_from_turn_to_turn_and_stays_there() {
    let mut ring = four_turns();
    for turn in ["turn 4", "turn 3", "turn 2", "turn 1"] {
        assert!(ring.go_to_turn(Way::Older));
        assert_eq!(stands(&ring), (turn, Some(turn)));
    }
    assert!(!ring.go_to_turn(Way::Older));
    assert!(ring.go_to_turn(Way::Newer));
    assert_eq!(stands(&ring), ("turn 2", Some("turn 2")));
    ring.push("more of it\n", Tone::Said);
    ring.resize(9, 5);
    assert_eq!(stands(&ring), ("turn 2", Some("turn 2")));
    for turn in ["turn 3", "turn 4"] {
        assert!(ring.go_to_turn(Way::Newer));
        assert_eq!(stands(&ring), (turn, Some(turn)));
    }
    assert!(ring.go_to_turn(Way::Newer));
    assert!(ring.follows() && ring.fresh() == 0);
    assert!(!ring.go_to_turn(Way::Newer));
}

#[test]
fn from_within_a_turn_the_one_before_is_its_own_beginning() {
    let mut ring = four_turns();
    ring.scroll(14);
    assert_eq!(stands(&ring), ("answer 1, line 5", None));
    assert!(ring.go_to_turn(Way::Newer));
    assert_eq!(stands(&ring), ("turn 2", Some("turn 2")));
    ring.scroll(4);
    assert!(ring.go_to_turn(Way::Older));
    assert_eq!(stands(&ring), ("turn 1", Some("turn 1")));
}

#[test]
fn a_turn_whose_end_is_in_sight_stays_put_while_text_comes() {
    let mut ring = four_turns();
    ring.resize(20, 15);
    assert!(ring.go_to_turn(Way::Older) && ring.go_to_turn(Way::Older));
    assert_eq!(ring.back(), 0);
    let before = stands(&ring).0.to_owned();
    ring.push("more\nand more\n", Tone::Said);
    assert_eq!(stands(&ring), (before.as_str(), Some("turn 3")));
    assert_eq!((ring.back(), ring.fresh()), (2, 2));
}

#[test]
fn turns_go_with_the_oldest_lines() {
    let mut ring = four_turns();
    ring.push_lines(&"x\n".repeat(ROWS_MAX - 14), Tone::Said);
    assert!(ring.go_to_turn(Way::Older));
    assert_eq!(stands(&ring), ("turn 4", Some("turn 4")));
    assert!(ring.go_to_turn(Way::Older));
    assert_eq!(stands(&ring), ("turn 3", Some("turn 3")));
    ring.push("y\n".repeat(9).as_str(), Tone::Said);
    assert!(!ring.go_to_turn(Way::Older));
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

/// The row that is looked at, and how the search stands.
fn looked_at(ring: &Ring) -> (String, String) {
    let rows = ring.window();
    let at = rows.iter().find(|row| row.hits.iter().any(|(_, at)| *at));
    let at = at.map_or("", |row| row.text).to_owned();
    (at, ring.sought())
}

#[test]
fn a_search_begins_near_and_goes_round() {
    let mut ring = four_turns();
    let at = |row: &str, told: &str| (row.to_owned(), told.to_owned());
    ring.seek(Some("line 1"));
    ring.nearest(Stand::End);
    assert_eq!(looked_at(&ring), at("answer 4, line 1", "2/2"));
    assert!(ring.step(Way::Newer));
    assert_eq!(looked_at(&ring), at("answer 1, line 1", "1/2"));
    let stood = ring.stand();
    ring.seek(Some("answer 3"));
    ring.nearest(stood);
    assert_eq!(looked_at(&ring), at("answer 3, line 0", "1/1"));
    ring.seek(Some("nowhere"));
    ring.nearest(stood);
    assert_eq!((ring.stand(), ring.sought()), (stood, "none".to_owned()));
    assert!(!ring.step(Way::Older));
    ring.stand_at(Stand::End);
    assert!(ring.follows());
}

#[test]
fn what_is_in_sight_stays_put_in_a_search() {
    let mut ring = four_turns();
    ring.scroll(5);
    let before = ring.stand();
    ring.seek(Some("answer 4"));
    ring.nearest(before);
    assert_eq!(ring.stand(), before);
    assert!(ring.step(Way::Newer));
    assert_eq!(ring.stand(), before);
    ring.push("answer 4 at last\n", Tone::Said);
    ring.seek(Some("answer 4"));
    assert_eq!((ring.stand(), ring.sought().as_str()), (before, "2/10"));
}

#[test]
fn a_search_in_what_streams_looks_through_what_came_only() {
    let mut ring = Ring::default();
    for _ in 0..200_000 {
        ring.push("a needle in it\n", Tone::Said);
    }
    ring.seek(Some("needle"));
    let upto = |ring: &Ring| ring.hits.as_ref().map_or(0, |hits| hits.upto());
    assert_eq!(upto(&ring), 199_999);
    ring.push("another need", Tone::Said);
    ring.seek(Some("needle"));
    assert_eq!((upto(&ring), ring.sought().as_str()), (200_000, "9999"));
    ring.push("le", Tone::Said);
    ring.seek(Some("needle"));
    assert_eq!(ring.sought(), "10000+");
    ring.seek(None);
    assert!(ring.window().iter().all(|row| row.hits.is_empty()));
}

#[test]
fn the_turn_at_hand_is_copied() {
    let mut ring = four_turns();
    let copied = |ring: &Ring| ring.turn_text().unwrap().lines().next().map(str::to_owned);
    let turn = |number: u8| Some(format!("turn {number}"));
    assert_eq!(copied(&ring), turn(4));
    ring.scroll(14);
    assert_eq!(copied(&ring), turn(1));
    assert!(ring.go_to_turn(Way::Newer));
    assert_eq!(ring.turn_text().unwrap(), "turn 2\nanswer 2, line 0\n");
    ring.resize(20, 15);
    assert_eq!(ring.turn_text().unwrap(), "turn 2\nanswer 2, line 0\n");
    assert_eq!(Ring::default().turn_text(), None);
}

#[test]
fn the_block_of_code_at_hand_is_copied() {
    let mut ring = Ring::default();
    ring.resize(30, 4);
    ring.begin_turn();
    let text = "Do\n```sh\nfirst\n```\nand\n\n```\nsecond\n  more\n```\nor\n```rust\nthird";
    let mark = ring.mark();
    ring.lay(mark, prose::whole(text), Vec::new());
    assert_eq!(ring.turn_text().unwrap(), format!("{text}\n"));
    assert_eq!(ring.block_text().unwrap(), "third\n");
    ring.scroll_to_top();
    assert_eq!(ring.block_text().unwrap(), "first\n");
    ring.scroll(-4);
    assert_eq!(ring.block_text().unwrap(), "second\n  more\n");
    ring.begin_turn();
    ring.push("none here\n", Tone::Said);
    ring.scroll_to_bottom();
    assert_eq!(ring.block_text(), None);
}

#[test]
fn a_line_that_was_cut_in_two_is_copied_as_one() {
    let long = "x".repeat(2 * LINE_MAX + 5);
    let mut ring = Ring::default();
    ring.push(&long, Tone::Said);
    ring.push_unwrapped(&long, Tone::Said);
    assert_eq!(ring.text(), format!("{long}\n{long}\n"));
}
