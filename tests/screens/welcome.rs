//! The welcome: its steps at every size, what is found as it comes, and the theme by the way.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crossterm::event::{MouseButton, MouseEventKind};
use pretty_assertions::assert_eq;
use ratatui::style::Color;
use synod::config::discover::{Broken, Discovery, Found, FoundIn, Role};
use synod::config::{Adapter, Launch, Name};
use synod::ui::console::Settings;
use synod::ui::ground::Ground;
use synod::ui::stage::Stage;
use synod::ui::theme::Theme;
use synod::ui::update::Intent;

use crate::drawing::SIZES;
use crate::player::Player;

const NORD: Color = Color::Rgb(0x2e, 0x34, 0x40);
const DARK: Color = Color::Rgb(0x14, 0x18, 0x1f);

fn found(what: &str, name: &str, at: FoundIn, role: Role, note: Option<&str>) -> Found {
    Found {
        what: what.to_owned(),
        origin: at,
        name: Name::new(name).unwrap(),
        role,
        launch: Launch {
            env: BTreeMap::new(),
            ..Launch::default()
        },
        models: Vec::new(),
        note: note.map(str::to_owned),
    }
}

/// What a machine may have, with words that nobody checked.
fn discovery() -> Discovery {
    let program = |path: &str| FoundIn::Program(PathBuf::from(path));
    Discovery {
        found: vec![
            found(
                "codex",
                "codex",
                program("/usr/local/bin/codex"),
                Role::NotYet,
                Some("driven by codex-mcp-server, which is installed"),
            ),
            found(
                "codex-mcp-server",
                "codex",
                program("/home/me/.npm/lib/node_modules/bin/codex-mcp-server"),
                Role::Member(Adapter::CodexMcpServer),
                None,
            ),
            found(
                "gemini",
                "gemini",
                program("/usr/local/bin/gemini"),
                Role::NotYet,
                Some("`npm install -g gemini-mcp-tool` brings the MCP server that drives it"),
            ),
            found(
                "ollama \u{1b}[31mred",
                "ollama",
                FoundIn::Endpoint("http://127.0.0.1:11434/v1".to_owned()),
                Role::Member(Adapter::Openai),
                Some("models: qwen3, llama4"),
            ),
            found(
                "serena",
                "serena",
                program("/home/me/.local/bin/serena"),
                Role::Hub,
                None,
            ),
        ],
        broken: vec![Broken {
            path: PathBuf::from("/home/me/.claude.json"),
            reason: "expected a value at line 3".to_owned(),
        }],
    }
}

fn welcomed() -> Player {
    let settings = Settings {
        theme: Theme::find("synod-dark").unwrap(),
        ground: Ground::Dark,
        ..Settings::default()
    };
    let mut player = Player::with(Stage::demo().unwrap(), settings);
    assert_eq!(player.console.welcome(), [Intent::LookAround]);
    player
}

fn ground(player: &mut Player) -> Color {
    let terminal = player.terminal(100, 30);
    terminal.backend().buffer().cell((0, 0)).unwrap().bg
}

#[test]
fn each_step_at_every_size() {
    let mut player = welcomed();
    player.console.found(discovery());
    for step in ["servers", "memory", "looks"] {
        for (columns, rows) in SIZES {
            let terminal = player.terminal(columns, rows);
            insta::assert_snapshot!(format!("{step}-{columns}x{rows}"), terminal.backend());
        }
        player.play("<right>");
    }
}

#[test]
fn what_is_found_comes_while_it_is_open_and_the_room_goes_on_below() {
    let mut player = welcomed();
    player
        .shows("1 of 3")
        .shows("◌ looking at programs")
        .shows("skip");
    player.console.found(discovery());
    player
        .shows("○ can join")
        .shows("! needs more")
        .hides("\u{1b}");
    player
        .play("<right>")
        .shows("2 of 3")
        .shows("Shared memory");
    player.play("<left>").shows("○ can join");
    // On a machine with nothing it says so.
    player.play("<esc>").hides("Welcome");
    player.play("<esc><f2>");
    assert_eq!(player.wanted.last(), Some(&Intent::LookAround));
    player.console.found(Discovery::default());
    player.shows("Found no codex, gemini, claude or serena");
    // What comes when it is closed changes nothing.
    player.play("<f2>").hides("Welcome");
    player.console.found(discovery());
    player.hides("can join");
}

#[test]
fn enter_goes_on_and_takes_the_theme_that_is_shown() {
    let mut player = welcomed();
    player.play("<enter><enter>").shows("3 of 3");
    player.shows("says that its ground is dark (OSC 11)");
    player.play("<down><down><down><down><down><down><down><down><down>");
    assert_eq!(ground(&mut player), NORD);
    // It is still only looked at.
    player.play("<left>").shows("2 of 3").play("<esc>");
    assert_eq!(ground(&mut player), DARK);
    player.shows("F2 or :welcome shows it again");
    player.play("<esc>:welcome<enter>").shows("1 of 3");
    player.play("<enter><enter>jjjjjjjjj<enter>");
    player.hides("Welcome");
    player.shows("nord until you leave; theme = \"nord\" below [ui] keeps it");
    assert_eq!(ground(&mut player), NORD);
}

#[test]
fn help_and_the_check_lie_above_it() {
    let mut player = welcomed();
    player
        .play("?")
        .shows("─ Keys ─")
        .play("<esc>")
        .shows("1 of 3");
    player
        .play("c")
        .shows("─ Check ─")
        .play("<esc>")
        .shows("1 of 3");
    // A key of a screen does nothing to what lies below.
    player.play("x5").shows("1 of 3");
}

#[test]
fn a_theme_is_pointed_at_and_what_lies_above_covers_it() {
    let mut player = welcomed();
    player.play("<right><right>").click("nord");
    assert_eq!(ground(&mut player), NORD);
    let on = player.cell("gruvbox-dark");
    player.play("?").shows("─ Keys ─");
    for kind in [
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Up(MouseButton::Left),
    ] {
        player.mouse(kind, on);
    }
    assert_eq!(ground(&mut player), NORD);
    player
        .click("Esc close ")
        .click("Enter done")
        .hides("Welcome");
    player.shows("nord until you leave");
}
