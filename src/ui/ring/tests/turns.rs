//! One goes from turn to turn, and copies one or a part of it.

use pretty_assertions::assert_eq;

use super::*;
use crate::ui::prose;
use crate::ui::seek::Way;

/// A ring of four turns: a long one, two short ones, a long one.
pub(super) fn four_turns() -> Ring {
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
