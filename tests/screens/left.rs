//! Conflicts that left a vote, were dropped, or have no vote yet: what the Votes screen says of them.

use synod::core::TaskId;
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;
use synod::ui::update::Intent;

use crate::votes::{CLOCK, EVENT, SLEEP, at_votes, half, votes, voting, with_clerk};

/// Three who rank each other's answers in a circle, and two of whom nothing is heard yet.
fn circle() -> Stage {
    let mut stage = voting();
    for (member, order) in [
        ("claude", [EVENT, CLOCK]),
        ("codex", [CLOCK, SLEEP]),
        ("gemini", [SLEEP, EVENT]),
    ] {
        votes(&mut stage, member, &order, &[6.0, 5.0], "");
    }
    stage
}

#[test]
fn a_vote_that_was_left_is_told_as_broken_off() {
    // What comes next is told while the vote goes on, and not after it.
    let mut player = at_votes(circle());
    player
        .play("B<right>")
        .shows("vote 1 open")
        .shows("is asked");
    player.play("<right>").shows("next: ").hides("broken off");
    player.play("dall wrong<enter>").shows("dropped");
    player.shows("vote 1 was broken off; so far");
    player.shows("tied: A = B = C").hides("next: ");
    player.hides("can be asked again");
    player.play("<left>").shows("vote 1 broken off");
    player.shows("was not asked to the end").hides("is asked");
    player.play("<left><left>");
    player
        .shows("Vote 1")
        .shows("broken off: it was not counted");
    player.play("E");
    let Some(Intent::Show(record)) = player.wanted.pop() else {
        panic!("{:?}", player.wanted);
    };
    assert!(record.contains("vote 1 broken off"), "{record}");
    assert!(
        record.contains("broken off: it was not counted"),
        "{record}"
    );
    // So it is with one that is left for another rung.
    let mut player = at_votes(half());
    player
        .play("x<right>")
        .shows("vote 1 broken off")
        .hides("is asked");
}

#[test]
fn whoever_leaves_a_blind_vote_is_told_that_it_is_shown() {
    for key in ["x", "O", "V"] {
        let mut player = at_votes(half());
        player.play(key);
        player.shows("vote 1 is left; its ballots are shown from now on");
        // Nothing is told that was seen before.
        let mut player = at_votes(half());
        player.play(&format!("B{key}")).hides("vote 1 is left");
    }
}

#[test]
fn no_vote_yet_while_the_answers_are_read() {
    let mut player = at_votes(with_clerk(Some("local")));
    player.play("<right>").shows("no vote yet");
    player
        .play("<right>")
        .shows("no vote yet; who stands for what");
    player
        .play(">")
        .shows("no vote yet: there is nothing to count");
}

#[test]
fn a_dropped_conflict_is_not_said_to_be_settled() {
    let mut player = at_votes(voting());
    player.play("dall wrong<enter>").shows("dropped");
    for key in ["m", "b", "x", "<tab><enter>"] {
        player.play(key);
        player.shows("#1 was dropped; r asks the members anew");
    }
    let mut player = at_votes(voting());
    player
        .play("dall wrong<enter>r")
        .shows("Ask the members of #1 anew?");
    player.play("<enter>").shows("dropped");
    player.play("r<right><enter>");
    assert!(!player.stage.state().task(TaskId(1)).unwrap().is_ended());
    assert!(player.stage.state().contest(TaskId(1)).is_none());
}
