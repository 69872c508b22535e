//! What the console does in a text: searching it, copying parts of a transcript, folding thoughts.

use pretty_assertions::assert_eq;
use synod::core::{Command, DeltaKind, MemberName, Span, TaskOrder};
use synod::ui::update::Intent;

use crate::player::Player;

/// The transcript of `terse` has the keys.
fn reading() -> Player {
    let mut player = Player::demo();
    player.play("<esc>2g<down><down><down><down><enter>");
    player.shows("─ terse ─");
    player
}

fn snapshot(player: &mut Player, name: &str) {
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!(name, terminal.backend());
}

#[test]
fn a_search_in_the_transcript_is_gone_through_and_ended() {
    let mut player = reading();
    player.play("/slee").shows("/slee▌").shows("/slee 1/2");
    player.play("<backspace><backspace>").shows("/sl 1/3");
    player
        .play("eep<enter>")
        .shows("/sleep 1/2")
        .shows("n next");
    snapshot(&mut player, "transcript-search");
    player.play("n").shows("/sleep 2/2");
    player.play("n").shows("/sleep 1/2");
    player.play("N").shows("/sleep 2/2");
    player.play("<alt-n>").shows("/sleep 1/2");
    // Elsewhere the keys mean what they mean there.
    player.play("<tab><tab>N").shows("Rename s").play("<esc>");
    player.play("<tab><esc>").hides("/sleep").hides("n next");
    // Nothing is begun by a key that went on with it.
    player
        .play("n")
        .shows("nothing is looked for: / in a text begins");
    player
        .play(":next-hit<enter>")
        .shows("nothing is looked for");
}

#[test]
fn a_search_that_is_given_up_leads_back() {
    let mut player = reading();
    player.size = (60, 20);
    player.screen();
    player.play("g").shows("add a --quiet");
    player
        .play("/longer")
        .shows("Make it longer")
        .hides("add a --quiet");
    player.play("<esc>").shows("add a --quiet").hides("longer");
    player.play("/Longer<enter>").shows("/Longer none");
    player.play("n").shows("it stands nowhere in this text");
}

#[test]
fn other_texts_are_searched_too() {
    let mut player = Player::demo();
    player.play("<esc>3<tab>/working");
    player
        .shows("/working 1/")
        .play("<enter><esc>")
        .hides("/working");
    player.play("4<tab>/the").shows("/the ").hides("search▌");
}

#[test]
fn a_turn_a_block_and_all_are_copied() {
    let mut player = reading();
    let copied = |player: &mut Player| match player.wanted.pop() {
        Some(Intent::Copy(text)) => text,
        other => format!("{other:?}"),
    };
    player.play("y").shows("copied the turn: 4 lines, ");
    let text = copied(&mut player);
    assert_eq!(text.lines().next(), Some("#4  council"), "{text}");
    player.play("((y").shows("copied the turn: 4 lines, ");
    let text = copied(&mut player);
    assert_eq!(text.lines().next(), Some("#2  council"), "{text}");
    player
        .play("Y")
        .shows("copied the whole transcript: 14 lines, ");
    assert!(copied(&mut player).starts_with("#1\n"));
    player
        .play("<alt-y>")
        .shows("the block of code is not there to copy");
    player.play("<esc><up>");
    let code = "\nTry\n\n```sh\ncargo test login\n```\n";
    player.stage.stream("streaming", DeltaKind::Answer, code);
    player.listen();
    player.screen();
    player
        .play("<alt-y>")
        .shows("copied the block of code: 1 line, ");
    assert_eq!(copied(&mut player), "cargo test login\n");
    player
        .play("3<alt-y>")
        .shows("that is for a transcript: 2 shows them");
}

#[test]
fn an_answer_is_drawn_as_markdown_while_it_streams() {
    let mut player = Player::demo();
    player.play("<esc>2g<down><down><down><enter>");
    let text = "\n\n## Why\nThe **timer** of `refresh` fires late:\n\n1. read `login_test.rs`\n2. wait\n   - for the event\n\n| file | line |\n|---|---|\n| login_test.rs | 42 |\n\n```rust\nlet mut events = auth.refreshed(); // first\n";
    for piece in text.split_inclusive(' ') {
        player.stage.stream("streaming", DeltaKind::Answer, piece);
        player.listen();
        player.screen();
    }
    snapshot(&mut player, "transcript-markdown");
    player.play("y").shows("copied the turn");
    let Some(Intent::Copy(copied)) = player.wanted.pop() else {
        panic!("nothing was copied")
    };
    assert!(copied.ends_with(text), "{copied}");
}

#[test]
fn thoughts_and_steps_are_one_line_each_once_they_ended() {
    let mut player = reading();
    let order = TaskOrder {
        members: vec![MemberName::new("terse").unwrap()],
        ..TaskOrder::new("is it a race?")
    };
    player.stage.command(&Command::AddTask(order)).unwrap();
    for line in 0..12 {
        let thought = format!("thought {line}\n");
        player.stage.stream("terse", DeltaKind::Reasoning, &thought);
        player.stage.advance(Span(190));
        player.listen();
    }
    player
        .shows("▾ thinking")
        .shows("thought 11")
        .hides("thought 7");
    snapshot(&mut player, "transcript-thinking");
    for step in 0..6 {
        let note = format!("$ cargo test part_{step}");
        player.stage.stream("terse", DeltaKind::Status, &note);
    }
    player
        .stage
        .stream("terse", DeltaKind::Answer, "It is **one**.\n");
    player.listen();
    player
        .shows("▸ thought · 12 lines · 2.0 s")
        .shows("▸ steps · 6 lines")
        .hides("thought 11");
    player.stage.answer("terse", "It is **one**.", "yes", 900);
    player.listen();
    player.shows("It is one.").shows("▸ thought · 12 lines");
    player.play("<left>").shows("┃▸ steps");
    player.play("<left>").shows("┃▸ thought");
    player
        .play("<left>")
        .shows("no thought and no steps stand there");
    player
        .play("<enter>")
        .shows("┃▾ thought")
        .shows("thought 11");
    snapshot(&mut player, "transcript-thought-open");
    player
        .play("<enter>")
        .hides("thought 11")
        .shows("┃▸ thought");
    player
        .play("<alt-o>")
        .shows("all thoughts and steps are open")
        .shows("part_5");
    player
        .play("<alt-o>")
        .shows("all thoughts and steps are closed")
        .hides("part_5");
    player
        .play("/part_3<enter>")
        .shows("part_3")
        .shows("/part_3 1/1");
    player.play("<esc>Y");
    let Some(Intent::Copy(copied)) = player.wanted.pop() else {
        panic!("nothing was copied")
    };
    assert!(
        copied.contains("thought 0\n") && copied.contains("part_0\n"),
        "{copied}"
    );
    assert!(
        copied.contains("It is **one**.\n") && !copied.contains('▸'),
        "{copied}"
    );
}
