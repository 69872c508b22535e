//! Snapshots of every screen at four sizes, and of the styles of the Room.

use std::fmt::Write as _;

use crossterm::event::Event;
use pretty_assertions::assert_eq;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use synod::core::Request;
use synod::ui::action::Screen;
use synod::ui::stage::Stage;
use synod::ui::update::Intent;

use crate::player::Player;

pub(crate) const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (100, 30), (160, 48)];

pub(crate) fn at_every_size(name: &str, script: &str) {
    for (columns, rows) in SIZES {
        let mut player = Player::demo();
        player.play(script);
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("{name}-{columns}x{rows}"), terminal.backend());
    }
}

#[test]
fn every_screen_at_every_size() {
    for screen in Screen::ALL {
        at_every_size(
            &screen.title().to_lowercase(),
            &format!("<esc>{}", screen.number()),
        );
    }
}

#[test]
fn the_room_while_writing() {
    at_every_size(
        "composing",
        "@thoughtful @terse /council #code why<alt-enter>is it slow?",
    );
    at_every_size("completing", "@th");
    at_every_size("mistaken", "@nobody hello");
}

#[test]
fn overlays_at_every_size() {
    at_every_size("help", "<esc>?");
    at_every_size("palette", "<ctrl-p>scr");
    at_every_size("command", "<esc>:met");
    at_every_size("quit", "<esc>q");
    at_every_size("choose", "<esc>3<down><enter>");
    at_every_size("zoom", "<esc>2<tab>z");
    at_every_size("write", "<esc>3<down>wboth are wrong");
}

#[test]
fn a_form_at_every_size() {
    let schema = r#"{"properties": {
        "name": {"type": "string", "title": "Full name", "minLength": 2, "maxLength": 40},
        "email": {"type": "string", "title": "E-mail", "format": "email",
            "description": "For the receipt, and for nothing else"},
        "seats": {"type": "integer", "title": "Seats", "minimum": 1, "maximum": 8, "default": 2},
        "news": {"type": "boolean", "title": "Send me news", "default": true},
        "plan": {"type": "string", "title": "Plan", "default": "team",
            "oneOf": [{"const": "solo", "title": "Solo"}, {"const": "team", "title": "Team"}]},
        "extras": {"type": "array", "title": "Extras", "minItems": 1, "maxItems": 2,
            "items": {"enum": ["backup", "support", "audit log"]}, "default": ["backup"]}
    }, "required": ["name", "email"]}"#;
    for (name, keys) in [
        ("form", "a"),
        ("form-wrong", "a<enter>me@<tab>A<enter>"),
        ("form-many", "a<tab><tab>"),
    ] {
        for (columns, rows) in SIZES {
            let mut stage = Stage::demo().unwrap();
            stage.ask(
                "streaming",
                Request::Form {
                    message: "To book a room I need to know a little more. Nothing is paid yet."
                        .into(),
                    schema: schema.into(),
                },
            );
            let mut player = Player::new(stage);
            player.play(&format!("<esc>6<end>{keys}"));
            let terminal = player.terminal(columns, rows);
            insta::assert_snapshot!(format!("{name}-{columns}x{rows}"), terminal.backend());
        }
    }
}

#[test]
fn a_denial_asks_for_a_reason() {
    at_every_size("deny", "<esc>6<down>dnot before the tests are green");
}

#[test]
fn empty_rooms_say_what_to_do() {
    for screen in Screen::ALL {
        let stage = Stage::open("empty", synod::core::Timestamp(1_772_457_600_000));
        let mut player = Player::new(stage);
        player.play(&format!("<esc>{}", screen.number()));
        let terminal = player.terminal(100, 30);
        let name = format!("empty-{}", screen.title().to_lowercase());
        insta::assert_snapshot!(name, terminal.backend());
    }
}

#[test]
fn too_small_says_so() {
    for (columns, rows) in [(59, 20), (60, 15), (20, 5), (1, 1)] {
        let mut player = Player::demo();
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("small-{columns}x{rows}"), terminal.backend());
    }
}

/// Runs of equal style a row: first column, length, colours, modifiers. Plain text is left out.
fn styles(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let row: Vec<_> = (0..buffer.area.width)
            .map(|x| buffer.cell((x, y)).unwrap())
            .collect();
        let mut x = 0;
        let mut line = String::new();
        for run in row.chunk_by(|a, b| (a.fg, a.bg, a.modifier) == (b.fg, b.bg, b.modifier)) {
            let cell = run[0];
            let plain =
                cell.fg == Color::Reset && cell.bg == Color::Reset && cell.modifier.is_empty();
            let blank = run.iter().all(|c| c.symbol() == " ")
                && !cell.modifier.contains(Modifier::REVERSED)
                && cell.bg == Color::Reset;
            if !plain && !blank {
                write!(line, " {x}+{}:{}", run.len(), cell.fg).unwrap();
                if cell.bg != Color::Reset {
                    write!(line, "/{}", cell.bg).unwrap();
                }
                if !cell.modifier.is_empty() {
                    write!(line, "/{:?}", cell.modifier).unwrap();
                }
            }
            x += run.len();
        }
        writeln!(out, "{y:>2}{line}").unwrap();
    }
    out
}

#[test]
fn the_styles_of_the_room() {
    let mut player = Player::demo();
    player.play("<esc>");
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!("room-styles", styles(terminal.backend().buffer()));
}

#[test]
fn a_room_that_ended_is_muted() {
    let mut player = Player::demo();
    player.play("<esc>");
    let gone = synod::ui::room::RoomEvent::Gone { why: None };
    assert_eq!(player.console.heard(&player.stage, gone), []);
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!("ended-100x30", terminal.backend());
    insta::assert_snapshot!("ended-styles", styles(terminal.backend().buffer()));
}

#[test]
fn a_size_that_is_the_same_again_is_drawn_whole() {
    let mut player = Player::demo();
    player.screen();
    for (columns, rows, wanted) in [(100, 30, vec![Intent::Redraw]), (80, 30, vec![])] {
        let event = Event::Resize(columns, rows);
        let intents = player.console.input(&player.stage, &event);
        assert_eq!(intents, wanted, "{columns}×{rows}");
    }
}
