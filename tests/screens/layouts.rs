//! The Sessions screen as tabs, in columns and in a grid.

use crossterm::event::MouseEventKind;
use pretty_assertions::assert_eq;
use synod::core::DeltaKind;
use synod::ui::action::Tiling;
use synod::ui::console::Settings;
use synod::ui::stage::Stage;

use crate::player::Player;

/// Sizes at which each layout is looked at.
const SIZES: [(u16, u16); 4] = [(80, 24), (100, 30), (160, 48), (220, 60)];

/// The Sessions screen of the demo room in a layout.
fn laid(script: &str, size: (u16, u16)) -> Player {
    let mut player = Player::demo();
    player.size = size;
    player.play("<esc>2").play(script);
    player
}

/// A long text in the session that streams, numbered line by line.
fn stream(player: &mut Player, member: &str, lines: usize) {
    for line in 0..lines {
        let text = format!("{member} line {line}\n\n");
        player.stage.stream(member, DeltaKind::Answer, &text);
    }
    player.listen();
}

#[test]
fn layouts_at_every_size() {
    for (name, script) in [
        ("tabs", "<alt-t>"),
        ("columns", "<alt-c>"),
        ("grid", "<alt-g>"),
    ] {
        for (columns, rows) in SIZES {
            let mut player = laid(script, (columns, rows));
            player.play("<right>");
            let terminal = player.terminal(columns, rows);
            insta::assert_snapshot!(
                format!("layout-{name}-{columns}x{rows}"),
                terminal.backend()
            );
        }
    }
}

#[test]
fn one_key_goes_from_layout_to_layout_and_back_to_the_list() {
    let mut player = laid("", (160, 48));
    player.shows("─ Sessions ─");
    for word in ["as tabs", "in columns", "in a grid"] {
        player.play("\\").shows(&format!("the sessions {word}"));
        player.hides("─ Sessions ─");
    }
    player.play("\\").shows("the sessions as a list");
    player.shows("─ Sessions ─");
    // By its name, from anywhere.
    player.play("3:layout-columns<enter>");
    player.shows("the sessions in columns").shows("○ slow");
}

#[test]
fn a_layout_is_kept_while_other_screens_are_looked_at_and_can_be_set() {
    let mut player = laid("<alt-c>", (160, 48));
    player.play("12").hides("─ Sessions ─").shows("○ slow");
    let settings = Settings {
        tiling: Tiling::Grid,
        ..Settings::default()
    };
    let mut player = Player::with(Stage::demo().unwrap(), settings);
    player.size = (160, 48);
    player.play("<esc>2").hides("─ Sessions ─").shows("○ slow");
    // Opened from the room it has the keys at once.
    player.play("1<enter>").shows("╭─ ◐ asking");
    player.shows("session");
}

#[test]
fn what_does_not_fit_is_a_page_further_and_says_so() {
    let mut player = laid("<alt-c>", (100, 30));
    player.shows("1–2 of 6").shows("asking").shows("crashing");
    player.play("<right>").shows("1–2 of 6");
    player.play("<right>").shows("3–4 of 6").shows("○ slow");
    player.hides("─ ◐ asking");
    player.play("<left><left><left>").shows("1–2 of 6");
    // Nowhere is a session that is not there.
    player.play("l".repeat(20).as_str()).shows("5–6 of 6");
    player.play("<alt-t>").shows("6 of 6");
}

#[test]
fn a_terminal_that_is_too_narrow_shows_one_at_a_time() {
    let mut player = laid("<alt-c>", (80, 24));
    player.shows("here is room for one of them at a time");
    player.play("<right>").shows("2 of 6");
    player.size = (100, 30);
    player.shows("1–2 of 6");
}

#[test]
fn every_transcript_keeps_its_own_place() {
    let mut player = laid("<alt-c>", (160, 48));
    player.play("<right><right><right>").shows("4–6 of 6");
    stream(&mut player, "streaming", 60);
    stream(&mut player, "thoughtful", 60);
    player
        .shows("streaming line 59")
        .shows("thoughtful line 59");
    player.play("<right><right><up><up>");
    player
        .shows("held: 2 rows below")
        .hides("thoughtful line 59");
    stream(&mut player, "streaming", 62);
    player.shows("held: 2 rows below");
    player.shows("streaming line 61");
    // Back from another page it is where it was.
    player.play("<left><left><left>").shows("1–3 of 6");
    player
        .play("<right><right><right>")
        .shows("held: 2 rows below");
    player.play("G").hides("held").shows("thoughtful line 59");
}

#[test]
fn every_transcript_has_its_own_search() {
    let mut player = laid("<alt-c>", (160, 48));
    player.play("<right><right><right>");
    stream(&mut player, "streaming", 60);
    stream(&mut player, "thoughtful", 60);
    player.play("/line 7<enter>").shows("/line 7 ");
    player.play("<right><right>").shows("/line 7 ");
    player.play("/line 9<enter>");
    player.shows("/line 7 ").shows("/line 9 ");
    player.play("<esc>").shows("/line 7 ").hides("/line 9 ");
    player.play("<left><left>n").shows("/line 7 ");
    player.play("<esc>").hides("/line 7 ");
}

#[test]
fn the_wheel_moves_what_is_under_the_pointer_and_a_click_gives_it_the_keys() {
    let mut player = laid("<alt-c><right><right><right>", (160, 48));
    stream(&mut player, "thoughtful", 90);
    let (column, row) = player.cell("thoughtful line 80");
    player.mouse(MouseEventKind::ScrollUp, (column, row));
    player.shows("held: 3 rows below");
    player.shows("╭─ ● thoughtful");
    let before = player.cell("thoughtful line 80");
    assert_eq!(before, (column, row + 3));
    // The keys are still for the first one.
    player.play("<right>");
    player.click("thoughtful line 80").play("<down>");
    player.shows("held: 2 rows below");
}

#[test]
fn a_tab_is_clicked_and_turned_to_by_the_wheel() {
    let mut player = laid("<alt-t>", (100, 30));
    player.click("thoughtful").shows("╭─ ● thoughtful");
    let tab = player.cell("streaming");
    player.mouse(MouseEventKind::ScrollUp, tab);
    player.shows("╭─ ○ terse");
}

#[test]
fn marked_sessions_are_what_is_shown() {
    let mut player = laid("<down> <down> ", (160, 48));
    player.shows("◆ crashing").shows("2 marked");
    // The cursor went on to one that is not marked.
    player.play("<alt-g>");
    player.shows("✕ crashing").shows("● streaming");
    player.hides("○ terse").hides("asking  ");
    player.play("<alt-l>").shows("2 marked");
    player.play("<esc>").hides("2 marked");
    player.play("<alt-g>").shows("○ terse");
    // All that work, by one key.
    player
        .play("<alt-l>ggg*")
        .shows("marked 3 sessions: at work");
}

#[test]
fn a_transcript_is_zoomed_and_there_the_keys_go_to_its_cards() {
    let mut player = laid("<alt-c><right>", (160, 48));
    player.play("z").shows("╭─ ✕ crashing").shows("2 of 6");
    player.hides("asking");
    player.play("<right>").shows("no thought and no steps");
    player.play("<esc>").shows("asking");
    player.play("<esc>").shows("─ Queue ─");
}

#[test]
fn the_tab_key_goes_through_what_is_in_sight_to_the_composer() {
    let mut player = laid("<alt-c>", (100, 30));
    player.shows("1–2 of 6").play("<tab>").shows("╭─ ◐ asking");
    player.play("<tab>typed here").shows("typed here");
    player.shows("╭─ ▸ ✕ crashing");
    player.play("<ctrl-c><shift-tab>z").shows("2 of 6");
    player.play("<esc><shift-tab>z").shows("1 of 6");
}

#[test]
fn nobody_who_passes_the_filter_is_said() {
    let mut player = laid("/nobody<enter><alt-c>", (100, 30));
    player.shows("no session is selected");
}
