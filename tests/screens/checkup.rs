//! What the doctor finds, on the screen: at every size, and as it comes.

use pretty_assertions::assert_eq;
use synod::core::{Aspect, Check, Checkup};
use synod::link::{CheckupWish, Query};
use synod::ui::room::RoomEvent;
use synod::ui::update::Intent;

use crate::drawing::SIZES;
use crate::player::Player;

/// What a doctor may find, a server of many words included.
fn checkup() -> Checkup {
    let subjects = [
        "configuration",
        "folder",
        "hub",
        "member codex",
        "member gemini",
    ];
    let mut checkup = Checkup::of(subjects.map(str::to_owned));
    checkup.add(0, Check::ok(Aspect::Files, "/home/me/my-app/synod.toml"));
    checkup.add(1, Check::ok(Aspect::Space, "36 GiB free"));
    checkup.add(
        1,
        Check::ok(Aspect::Fsync, "3.3 ms until a write is durable"),
    );
    let advice = "chmod 700 '/home/me/my-app/.synod'";
    let open = Check::warning(Aspect::Modes, "others may look into it (0755)", advice);
    checkup.add(1, open.safe());
    checkup.add(
        2,
        Check::ok(Aspect::Memory, "serena: written and read back in 212 ms"),
    );
    checkup.add(3, Check::ok(Aspect::Found, "/usr/local/bin/codex"));
    checkup.add(
        3,
        Check::failed(
            Aspect::Version,
            "codex 0.169.0 has no MCP server of its own: the last one with it is 0.153.4",
            "`npm install -g @openai/codex@0.153.4`, or `npm install -g codex-mcp-server`",
        ),
    );
    checkup.add(3, Check::skipped(Aspect::Start, "it would fail"));
    checkup.add(
        4,
        Check::ok(Aspect::Start, "\u{1b}[31mred\u{1b}[0m, protocol 2025-06-18"),
    );
    let costs = "it may cost something: synod doctor --ask";
    checkup.add(4, Check::not_asked(Aspect::Prompt, costs));
    for part in 0..5 {
        checkup.close(part);
    }
    checkup
}

#[test]
fn what_the_doctor_finds_at_every_size() {
    for (columns, rows) in SIZES {
        let mut player = Player::demo();
        player.stage.examined(checkup());
        player.play("<esc>c");
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("check-{columns}x{rows}"), terminal.backend());
    }
}

#[test]
fn the_room_is_examined_on_a_key_and_told_as_it_comes() {
    let mut player = Player::demo();
    let mut checkup = Checkup::of(["folder", "member codex"].map(str::to_owned));
    player.stage.examined(checkup.clone());
    player
        .play("<esc>7c")
        .shows("─ Check ─")
        .shows("◐ checking")
        .shows("checking 2 of 2");
    // News comes unasked by a key, and more is asked for until nothing is missing.
    let space = Aspect::Space;
    checkup.add(0, Check::ok(space, "36 GiB free"));
    checkup.close(0);
    let news = RoomEvent::Checkup(checkup.clone());
    let asked = player.console.heard(&player.stage, news);
    let after = CheckupWish::After(checkup.revision());
    let next = Query::Checkup(after);
    assert_eq!(asked, [Intent::Ask(next)]);
    player.shows("✓ ok").shows("checking 1 of 2");
    checkup.close(1);
    let last = RoomEvent::Checkup(checkup.clone());
    assert_eq!(player.console.heard(&player.stage, last), []);
    player.shows("all well; c again, C with prompts");
    player.play("y").shows("copied");
    player.play("<enter>").hides("─ Check ─");
    // Nobody looks: nothing more is asked.
    let late = RoomEvent::Checkup(Checkup::of(["x".to_owned()]));
    assert_eq!(player.console.heard(&player.stage, late), []);
    player.play("<ctrl-p>check<enter>").shows("─ Check ─");
}
