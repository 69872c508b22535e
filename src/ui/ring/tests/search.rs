//! Words are found in a ring, and the reader is led to them.

use pretty_assertions::assert_eq;

use super::turns::four_turns;
use super::*;
use crate::ui::seek::{Sought as _, Stand, Way};

/// The row that is looked at, and how the search stands.
pub(super) fn looked_at(ring: &Ring) -> (String, String) {
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
