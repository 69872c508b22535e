//! The room as it was: going there, moving along the events, and coming back without having done anything.

use crossterm::event::{MouseButton, MouseEventKind};
use pretty_assertions::assert_eq;
use synod::core::{DeltaKind, State, evolve};
use synod::ui::room::{Room as _, RoomEvent};

use crate::keys::resolutions;
use crate::player::Player;

/// The demo room, looked at from its journal as it was after the selected event.
fn travelling() -> Player {
    let mut player = Player::demo();
    player.play("<esc>8").shows("Journal");
    player
}

/// The numbers of tasks that are queued at the top, as the room was after an event.
fn queued_after(player: &Player, seq: u64) -> String {
    let mut state = State::new();
    let events = player.stage.recorded().iter();
    events
        .take_while(|it| it.seq <= seq)
        .for_each(|it| evolve(&mut state, it));
    format!("{} queued", state.queued().count())
}

#[test]
fn the_room_is_shown_as_it_was_after_an_event() {
    let mut player = travelling();
    let last = player.stage.state().seq();
    player.play("<up><up>@").shows("AS IT WAS");
    player.shows(&format!("event {} of {last}", last - 2));
    for (columns, rows) in [(100, 30), (160, 48), (60, 16)] {
        let name = format!("past-journal-{columns}x{rows}");
        insta::assert_snapshot!(name, player.terminal(columns, rows).backend());
    }
    player.play("1");
    insta::assert_snapshot!("past-room-100x30", player.terminal(100, 30).backend());
}

#[test]
fn every_event_can_be_gone_to_and_shows_what_the_room_was_then() {
    let mut player = travelling();
    let last = player.stage.state().seq();
    player.play("@g1");
    for seq in 1..=last {
        player.shows(&format!("event {seq} of {last}"));
        if seq > 1 {
            player.shows(&queued_after(&player, seq));
        }
        player.play("<right>");
    }
    player.shows(&format!("event {last} of {last}"));
    player
        .play("<left>")
        .shows(&format!("event {} of", last - 1));
}

#[test]
fn up_and_down_go_to_what_people_remember() {
    let mut player = travelling();
    player.play("@g<down><down>").shows("task  #1");
    let screen = player.screen();
    player.play("<down><up>");
    assert_eq!(player.screen(), screen);
}

#[test]
fn nothing_is_done_in_the_past() {
    let mut player = travelling();
    let before = player.stage.recorded().len();
    player.play("@<tab>6a").shows("nothing is done there");
    player.play("d").shows("nothing is done there");
    player.play("3D").shows("nothing is done there");
    player.play("4n").shows("nothing is done there");
    player.play(":retry<enter>").shows("nothing is done there");
    player.paste("a task").shows("AS IT WAS");
    assert_eq!(resolutions(&player), []);
    assert_eq!(player.stage.recorded().len(), before);
    assert_eq!(player.wanted, []);
}

#[test]
fn the_same_key_and_going_back_come_back_to_now() {
    for back in ["@", "<esc>", "q", "<ctrl-c>", "<tab>@"] {
        let mut player = travelling();
        let now = player.play("<esc>8").screen();
        player.play("@g").shows("AS IT WAS");
        player.play(back).shows("this is now");
        player.hides("AS IT WAS");
        player.play("<esc>8");
        assert_eq!(player.screen(), now, "after {back}");
        assert_eq!(player.wanted, []);
    }
}

#[test]
fn what_happens_meanwhile_is_there_afterwards() {
    let mut player = travelling();
    player.play("@g").shows("event 1 of");
    player
        .stage
        .answer("thoughtful", "meanwhile it was said", "", 10);
    player.listen();
    player.shows("event 1 of").play("12");
    player.hides("meanwhile it was said");
    player.play("<esc>2<end>").hides("AS IT WAS");
    player.shows("meanwhile it was said");
}

#[test]
fn where_the_journal_cannot_be_read_now_stays() {
    let mut player = travelling();
    let seq = player.stage.state().seq();
    let chord: synod::ui::key::Chord = "@".parse().unwrap();
    let asked = player.console.key(&player.stage, chord.event());
    assert_eq!(asked.len(), 1, "event {seq} is asked for once: {asked:?}");
    player.shows("the journal is being read");
    player.hear(RoomEvent::Unanswered("the disk is gone".to_owned()));
    player.shows("the disk is gone").hides("AS IT WAS");
}

#[test]
fn a_click_on_the_line_goes_there() {
    let mut player = travelling();
    let last = player.stage.state().seq();
    player.play("@g").shows("event 1 of");
    let (column, row) = player.cell("●──");
    player.mouse(MouseEventKind::Down(MouseButton::Left), (column + 12, row));
    player.hides("event 1 of").shows("AS IT WAS");
    player.shows(&format!("of {last}"));
}

#[test]
fn transcripts_and_marks_of_now_are_as_they_were_after_a_look_at_the_past() {
    let mut player = Player::demo();
    player
        .stage
        .stream("thoughtful", DeltaKind::Reasoning, "a thought\n");
    player.listen();
    player.play("<esc>3<space>2<end>");
    let now = player.shows("a thought").screen();
    player.play("@g").shows("AS IT WAS");
    player
        .stage
        .stream("thoughtful", DeltaKind::Answer, "said meanwhile");
    player.listen();
    player.hides("said meanwhile").play("@").hides("AS IT WAS");
    player.shows("a thought").shows("said meanwhile");
    player.play("3").shows("1 marked");
    assert!(!now.contains("said meanwhile"));
}

#[test]
fn a_way_back_to_now_is_shown_wherever_one_looks() {
    let mut player = travelling();
    for (columns, rows) in [(60, 16), (100, 30)] {
        player.size = (columns, rows);
        for screen in "12345678".chars() {
            player.play(&format!("@G<tab>{screen}"));
            player.shows("back to now").play("i").shows("Esc now");
            player.play("@").hides("AS IT WAS");
        }
    }
    player.play("1@G<tab><esc>").shows("Esc now");
}

#[test]
fn nobody_goes_back_beyond_the_first_event() {
    let mut player = travelling();
    let last = player.stage.state().seq();
    player.play("@g<left><left><up>");
    player.shows(&format!("event 1 of {last}")).hides("1970");
    player.play("<right>").shows(&format!("event 2 of {last}"));
}

#[test]
fn the_end_of_the_room_is_told_there_and_its_journal_stays() {
    let mut player = travelling();
    let told = |player: &mut Player| player.screen().matches("task").count();
    let before = told(&mut player);
    player.play("<up>@").shows("AS IT WAS");
    player
        .hear(RoomEvent::Gone { why: None })
        .shows("the room ended meanwhile");
    player.play("@8").hides("AS IT WAS");
    assert!(
        before > 0 && told(&mut player) >= before,
        "{}",
        player.screen()
    );
}
