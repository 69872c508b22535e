//! The mouse: clicks, the wheel, the edge between panes, and leaving it to the terminal.

use crossterm::event::{MouseButton, MouseEventKind};
use pretty_assertions::assert_eq;
use synod::core::{Event, Reply, Span};
use synod::ui::update::Intent;

use crate::keys::resolutions;
use crate::player::Player;

const DOWN: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
const DRAG: MouseEventKind = MouseEventKind::Drag(MouseButton::Left);
const UP: MouseEventKind = MouseEventKind::Up(MouseButton::Left);

#[test]
fn a_click_gives_a_pane_the_keys_and_selects_and_a_second_one_opens() {
    let mut player = Player::demo();
    player.click("#7 ").shows("Ctrl-C cancel");
    assert!(!player.screen().contains("Detail"));
    player.click("#7 ").shows("Detail");
}

#[test]
fn a_slow_second_click_only_selects() {
    let mut player = Player::demo();
    player.click("#7 ");
    player.stage.advance(Span::secs(1));
    player.click("#7 ");
    assert!(!player.screen().contains("Detail"));
    player.click("#7 ").shows("Detail");
}

#[test]
fn the_composer_gets_the_keys_back_by_a_click() {
    let mut player = Player::demo();
    player.click("#7 ").click("Ask the room");
    player.play("hello").shows("hello");
}

#[test]
fn the_wheel_moves_what_is_under_the_pointer_and_the_keys_stay() {
    let mut player = Player::demo();
    player.size = (100, 20);
    player.play("<esc>2<down><down><down>");
    let before = player.screen();
    let text = player.cell("╭─ streaming");
    let under = (text.0, text.1 + 2);
    player.mouse(MouseEventKind::ScrollUp, under);
    assert_ne!(player.screen(), before);
    player.mouse(MouseEventKind::ScrollDown, under);
    assert_eq!(player.screen(), before);
}

#[test]
fn the_edge_between_panes_is_dragged_and_stops_before_either_side_is_gone() {
    let mut player = Player::demo();
    let (queue, _) = player.cell("╭─ Queue");
    let edge = (queue, 5);
    player.mouse(DOWN, edge).mouse(DRAG, (40, 6));
    assert_eq!(player.cell("╭─ Queue").0, 40);
    player.mouse(DRAG, (99, 6));
    assert_eq!(player.cell("╭─ Queue").0, 80);
    player.mouse(DRAG, (0, 6)).mouse(UP, (0, 6));
    assert_eq!(player.cell("╭─ Queue").0, 20);
    // The button is up: nothing follows the pointer any more.
    player.mouse(DRAG, (60, 6));
    assert_eq!(player.cell("╭─ Queue").0, 20);
}

#[test]
fn words_that_lead_somewhere_are_clicked() {
    let mut player = Player::demo();
    player.click("need you").shows("the answers to #4 differ");
    player.click("7 8").shows("Metrics");
}

#[test]
fn an_answer_of_a_dialog_is_clicked_and_nothing_below_it() {
    let mut player = Player::demo();
    player.play("<esc>6<down>*a").shows("Allow this one?");
    player.click("choose").shows("Allow this one?");
    // The first click may only have been meant for the window.
    player.click("Allow them");
    assert_eq!(resolutions(&player), []);
    player.click("Allow them");
    assert_eq!(resolutions(&player)[0].reply, Reply::Allow);
}

#[test]
fn reports_from_outside_the_screen_do_nothing() {
    let mut player = Player::demo();
    let before = player.screen();
    for kind in [
        DOWN,
        DRAG,
        UP,
        MouseEventKind::ScrollUp,
        MouseEventKind::Moved,
    ] {
        for cell in [(100, 5), (5, 30), (u16::MAX, u16::MAX)] {
            player.mouse(kind, cell);
        }
    }
    assert_eq!(player.screen(), before);
    let commands = player.stage.recorded().iter();
    assert!(
        commands
            .clone()
            .all(|it| !matches!(it.event, Event::AttentionResolved { .. }))
    );
}

#[test]
fn the_mouse_is_left_to_the_terminal_to_select_text() {
    let mut player = Player::demo();
    player
        .play("<esc><alt-m>")
        .shows("the mouse points and scrolls");
    player.play("<alt-m>").shows("the mouse selects text");
    assert_eq!(player.wanted, [Intent::Mouse(true), Intent::Mouse(false)]);
}

#[test]
fn a_row_of_the_palette_is_selected_by_a_click_and_done_by_a_second_one_at_once() {
    let mut player = Player::demo();
    player.play("<ctrl-p>zoom");
    player.play("<backspace><backspace><backspace><backspace>screen");
    player.click("metrics").shows("─ Palette ─");
    player.stage.advance(Span::secs(1));
    // Too late for a second one: it may have been meant for another window again.
    player.click("metrics").shows("─ Palette ─");
    player
        .click("metrics")
        .hides("─ Palette ─")
        .shows("Metrics");
}

#[test]
fn menus_lists_and_themes_are_clicked_and_rolled() {
    let mut player = Player::demo();
    player.play("<esc>3.").shows("What can be done");
    let row = player.cell("What can be done");
    let second = (row.0 + 4, row.1 + 2);
    player.mouse(DOWN, second).mouse(UP, second);
    player.shows("What can be done");
    player.play("<esc>Z").shows("─ Themes ─");
    let theme = player.console.theme();
    player.click("gruvbox-dark").shows("─ Themes ─");
    assert_ne!(player.console.theme(), theme);
    assert_eq!(player.console.theme().name(), "gruvbox-dark");
    let on = player.cell("gruvbox-dark");
    player.mouse(MouseEventKind::ScrollDown, on);
    assert_eq!(player.console.theme().name(), "gruvbox-light");
    // A click beside the list does nothing, and a second one on a row keeps it.
    player
        .mouse(DOWN, (0, 1))
        .mouse(UP, (0, 1))
        .shows("─ Themes ─");
    player.click("nord").click("nord").hides("─ Themes ─");
    assert_eq!(player.console.theme().name(), "nord");
}

#[test]
fn answers_side_by_side_are_selected_by_a_click_and_only_taken_by_a_second_one_at_once() {
    let mut player = Player::demo();
    player.play("<esc>6<enter>").shows("take this");
    player.click("B  ").shows("take this");
    player.stage.advance(Span::secs(1));
    player.click("B  ").shows("take this");
    player.click("B  ").shows("took answer B");
}

#[test]
fn the_keys_of_the_hint_line_are_pressed_by_a_click() {
    let mut player = Player::demo();
    player.click("F1 keys").shows("─ Keys ─");
    player.click("Esc close ").hides("─ Keys ─");
    player.click("Esc back").shows("i write");
    player.click("i write");
    player.play("hello").click("Enter send").shows("hello");
}
