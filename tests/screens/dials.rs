//! What a session can be set to: seen above its text, opened as a list, and chosen from it.

use pretty_assertions::assert_eq;
use synod::core::{Dial, DialSort, DialValue, DialWish, Event, Report, SessionChange};

use crate::player::Player;

fn dial(id: &str, name: &str, sort: DialSort, values: &[(&str, &str)]) -> Dial {
    let value = |(value, name): &(&str, &str)| DialValue {
        value: (*value).to_owned(),
        name: (*name).to_owned(),
    };
    Dial {
        id: id.to_owned(),
        name: name.to_owned(),
        sort,
        current: values[0].0.to_owned(),
        values: values.iter().map(value).collect(),
    }
}

/// What an agent has.
fn dials() -> Vec<Dial> {
    let modes = [
        ("default", "Always Ask"),
        ("acceptEdits", "Accept Edits"),
        ("plan", "Plan Mode"),
        ("bypassPermissions", "Bypass \u{1b}[31mPermissions"),
    ];
    let models = [("sonnet", "Sonnet 4.6"), ("haiku", "Haiku 4.5")];
    let efforts = [("low", "low"), ("high", "high")];
    vec![
        dial("mode", "Session Mode", DialSort::Mode, &modes),
        dial("model", "Model", DialSort::Model, &models),
        dial("effort", "Reasoning effort", DialSort::Thought, &efforts),
    ]
}

/// What the agent of a member at work tells of its session.
fn tell(player: &mut Player, member: &str, unfulfilled: Vec<DialWish>) {
    let call = player.stage.call_of(member).unwrap();
    player.stage.report(&Report::Dials {
        call,
        dials: dials(),
        unfulfilled,
    });
    player.listen();
}

/// The Sessions screen with a session at work whose agent told what it has.
fn told() -> Player {
    let mut player = Player::demo();
    tell(&mut player, "streaming", Vec::new());
    player.play("<esc>2g");
    while !player.screen().contains("─ streaming ─") {
        player.play("<down>");
    }
    player
}

fn changes(player: &Player) -> Vec<SessionChange> {
    let events = player.stage.recorded().iter();
    let changes = events.filter_map(|recorded| {
        let Event::SessionChanged { change, .. } = &recorded.event else {
            return None;
        };
        Some(change.clone())
    });
    changes
        .filter(|it| !matches!(it, SessionChange::Dials { .. }))
        .collect()
}

fn wished(dial: &str, value: Option<&str>) -> SessionChange {
    SessionChange::Wished {
        dial: dial.to_owned(),
        value: value.map(str::to_owned),
    }
}

fn snapshot(player: &mut Player, name: &str) {
    let terminal = player.terminal(100, 30);
    insta::assert_snapshot!(name, terminal.backend());
}

#[test]
fn what_a_session_is_set_to_is_shown_and_a_wish_with_it() {
    let mut player = told();
    player.shows("mode default, model sonnet");
    player.play("<alt-s>").shows("Settings of s");
    player.play("<down><enter>").shows("model of s");
    player.play("<down><enter>");
    assert_eq!(changes(&player), [wished("model", Some("haiku"))]);
    player.shows("→ haiku, with the next turn");
    player.play("<up><enter><down><enter>");
    snapshot(&mut player, "dials");
    player
        .play("<esc>")
        .hides("Settings of s")
        .shows("model → haiku, with the next turn")
        .shows("mode → acceptEdits, with the next turn that may write");
    snapshot(&mut player, "dials-pane");
    // Taken back.
    player.play("<alt-s><down><enter>").shows("→  next  haiku");
    player.play("<home><enter>");
    assert_eq!(changes(&player).last(), Some(&wished("model", None)));
    player.play("<alt-s>").hides("Settings of s");
    // What the agent cannot do is told, and wished no more.
    let wish = DialWish {
        dial: "mode".to_owned(),
        value: "acceptEdits".to_owned(),
    };
    tell(&mut player, "streaming", vec![wish]);
    player.hides("acceptEdits, with");
    player.play("8").shows("mode cannot be acceptEdits any");
}

#[test]
fn a_mode_that_asks_for_nothing_is_asked_about_first() {
    let mut player = told();
    player.play(".").shows("settings").play("<esc>");
    player.play("<alt-s><enter>");
    player
        .shows("does everything without asking")
        .shows("edits files without asking")
        .shows("it counts in turns that may write");
    snapshot(&mut player, "dials-modes");
    player.play("<end><enter>");
    player
        .shows("to bypassPermissions? In turns that may write")
        .shows("its agent then does everything without asking.");
    player.play("<enter>");
    assert_eq!(changes(&player), []);
    player.play("<enter><end><enter><right><enter>");
    assert_eq!(
        changes(&player),
        [wished("mode", Some("bypassPermissions"))]
    );
}

#[test]
fn a_session_without_settings_says_so() {
    let mut player = Player::demo();
    player.play("<esc>2g<alt-s>");
    player.hides("Settings of s").shows("has nothing to be set");
    player.play("3<alt-s>").shows("that is for a session");
}
