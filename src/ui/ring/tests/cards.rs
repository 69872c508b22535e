//! Cards fold lines away, and lose none of them.

use pretty_assertions::assert_eq;

use super::search::looked_at;
use super::*;
use crate::ui::seek::{Sought as _, Stand, Way};

/// A card of ten lines between two lines of text.
fn with_a_card() -> (Ring, u64) {
    let mut ring = Ring::default();
    ring.resize(20, 30);
    ring.push("before\n", Tone::Said);
    let card = ring.begin_card("thinking", 0);
    for line in 0..10 {
        ring.push(&format!("thought {line}\n"), Tone::Thought);
        ring.grow_card(card);
    }
    (ring, card)
}

#[test]
fn a_card_shows_its_last_lines_while_it_grows_and_closes_then() {
    let (mut ring, card) = with_a_card();
    assert_eq!(
        shown(&ring),
        [
            "before",
            "▾ thinking",
            "thought 6",
            "thought 7",
            "thought 8",
            "thought 9"
        ]
    );
    ring.end_card(card, |lines| format!("thought · {lines} lines"));
    ring.push("after\n", Tone::Said);
    assert_eq!(shown(&ring), ["before", "▸ thought · 10 lines", "after"]);
    assert_eq!(ring.rows(), 3);
    assert_eq!(ring.text().lines().count(), 12);
    assert!(ring.turn_card());
    assert_eq!(
        (shown(&ring).len(), shown(&ring)[1]),
        (13, "▾ thought · 10 lines")
    );
    assert!(ring.turn_card());
    assert_eq!(shown(&ring).len(), 3);
    assert_eq!(ring.turn_cards(), Some(true));
    assert_eq!(ring.turn_cards(), Some(false));
    assert_eq!(Ring::default().turn_cards(), None);
    assert!(!Ring::default().turn_card());
}

#[test]
fn a_card_that_is_opened_comes_into_sight_from_its_first_row_on() {
    let (mut ring, card) = with_a_card();
    ring.end_card(card, |_| "thought".to_owned());
    ring.push("after\n", Tone::Said);
    ring.resize(20, 5);
    assert!(ring.turn_card());
    assert_eq!(shown(&ring)[..2], ["▾ thought", "thought 0"]);
    assert!(ring.turn_card());
    assert!(ring.follows());
    ring.resize(20, 12);
    assert!(ring.turn_card());
    assert_eq!((shown(&ring)[0], shown(&ring)[11]), ("before", "thought 9"));
}

#[test]
fn a_card_that_was_opened_stays_open_while_it_grows() {
    let (mut ring, card) = with_a_card();
    assert!(ring.turn_card());
    ring.push("thought 10\n", Tone::Thought);
    ring.grow_card(card);
    assert_eq!(shown(&ring).len(), 13);
    ring.end_card(card, |_| "thought".to_owned());
    assert_eq!(shown(&ring).len(), 13);
}

#[test]
fn a_brief_thought_is_no_card_and_a_long_one_is() {
    for (text, rows) in [("It is a race.", 1), (&*"It is a race. ".repeat(20), 1)] {
        let mut ring = Ring::default();
        ring.resize(400, 9);
        let card = ring.begin_card("thinking", 0);
        ring.push(text, Tone::Thought);
        ring.grow_card(card);
        ring.end_card(card, |_| "thought".to_owned());
        assert_eq!(ring.rows(), rows);
        assert_eq!(ring.turn_card(), text.len() > 100);
    }
}

#[test]
fn few_notes_are_no_card() {
    let mut ring = Ring::default();
    let card = ring.begin_card("at work", 3);
    for line in 0..3 {
        ring.push_lines(&format!("note {line}"), Tone::Note);
        ring.grow_card(card);
    }
    ring.end_card(card, |_| String::new());
    assert_eq!(shown(&ring), ["note 0", "note 1", "note 2"]);
    assert!(!ring.turn_card());
}

#[test]
fn what_is_folded_away_is_found_and_opened() {
    let (mut ring, card) = with_a_card();
    ring.end_card(card, |_| "thought".to_owned());
    ring.seek(Some("thought 3"));
    ring.nearest(Stand::End);
    assert_eq!(looked_at(&ring).0, "thought 3");
}

#[test]
fn cards_stay_when_the_answer_takes_the_place_of_what_streamed() {
    let mut ring = Ring::default();
    ring.resize(20, 30);
    let mark = ring.mark();
    ring.push("first try\n", Tone::Said);
    let card = ring.begin_card("thinking", 0);
    ring.push_lines("a\nb\nc\nd\ne\nf", Tone::Thought);
    ring.grow_card(card);
    ring.end_card(card, |_| "thought".to_owned());
    ring.push("second try\n", Tone::Said);
    ring.settle_turn(mark, vec![Laid::of("the answer", Role::Text)]);
    assert_eq!(shown(&ring), ["▸ thought", "the answer"]);
    assert!(ring.turn_card());
    assert_eq!(shown(&ring).len(), 8);
    assert_eq!(ring.rows(), 8);
    assert!(!ring.go_to_card(Way::Older));
}

#[test]
fn a_reader_who_scrolled_back_stays_while_a_card_folds() {
    let (mut ring, card) = with_a_card();
    ring.resize(20, 3);
    ring.scroll(3);
    let before: Vec<String> = shown(&ring).iter().map(|it| (*it).to_owned()).collect();
    assert_eq!(before, ["before", "▾ thinking", "thought 6"]);
    ring.push("thought 10\n", Tone::Thought);
    ring.grow_card(card);
    assert_eq!(shown(&ring)[..2], before[..2]);
    ring.end_card(card, |_| "thought".to_owned());
    ring.push("after\nthat\nand\nthat\n", Tone::Said);
    assert_eq!(shown(&ring), ["before", "▸ thought", "after"]);
}

#[test]
fn there_is_an_end_to_what_is_folded_away() {
    let mut ring = Ring::default();
    let card = ring.begin_card("thinking", 0);
    for _ in 0..3 * LINES_MAX {
        ring.push("thought\n", Tone::Thought);
        ring.grow_card(card);
    }
    assert!(ring.lines.len() <= LINES_MAX, "{}", ring.lines.len());
}
