//! Whatever members say and whatever is pressed at whatever size, the console draws and stays calm.

use proptest::prelude::*;
use ratatui::backend::Backend as _;
use synod::core::{DeltaKind, Request};
use synod::ui::action::TABLE;
use synod::ui::key::Chord;
use synod::ui::stage::Stage;

use crate::player::Player;

/// No cell may hold what could move a cursor, hide or reorder text.
fn is_calm(player: &mut Player, columns: u16, rows: u16) {
    let terminal = player.terminal(columns, rows);
    assert_eq!(terminal.backend().size().unwrap().width, columns);
    for cell in terminal.backend().buffer().content() {
        let bad = |c: char| {
            c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!cell.symbol().chars().any(bad), "{:?}", cell.symbol());
    }
}

const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}txet desrever\u{2066} \u{200b}zero\u{0}\t日本語 👩\u{200d}👩\u{200d}👧 e\u{301}\u{301}\u{301} ﷽ \r\n";

#[test]
fn hostile_text_in_every_place() {
    let mut stage = Stage::demo().unwrap();
    stage.stream("streaming", DeltaKind::Answer, &HOSTILE.repeat(30));
    stage.stream("streaming", DeltaKind::Status, HOSTILE);
    stage.ask(
        "streaming",
        Request::Exec {
            command: vec![HOSTILE.to_owned(), "x".repeat(5_000)],
            cwd: HOSTILE.to_owned(),
        },
    );
    stage.ask(
        "thoughtful",
        Request::Form {
            message: HOSTILE.into(),
            schema: serde_json::json!({"properties": {HOSTILE: {"type": "string",
                "title": HOSTILE, "description": HOSTILE, "oneOf": [
                    {"const": HOSTILE, "title": HOSTILE}]}}, "required": [HOSTILE]})
            .to_string()
            .into(),
        },
    );
    let mut player = Player::new(stage);
    player.paste(&format!("{HOSTILE}hello")).play("<enter>");
    for screen in 1..=8 {
        for size in [(60, 16), (80, 24), (100, 30), (200, 60)] {
            player.play(&format!("<esc><esc><esc>{screen}<down><down><tab>"));
            is_calm(&mut player, size.0, size.1);
        }
    }
    player.play("<esc><esc>6G<enter>");
    is_calm(&mut player, 100, 30);
    player.play("<enter>").paste(HOSTILE);
    is_calm(&mut player, 60, 16);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_keys_at_any_size(
        keys in proptest::collection::vec((0..TABLE.len(), 0usize..2, any::<bool>()), 1..40),
        sizes in proptest::collection::vec((1u16..220, 1u16..70), 1..5),
        votes in any::<bool>(),
    ) {
        let mut player = Player::demo();
        if votes {
            player = Player::new(crate::votes::half());
            player.play("<esc>5");
        }
        for (i, (entry, key, type_too)) in keys.into_iter().enumerate() {
            let entry = &TABLE[entry];
            let key = entry.keys[key.min(entry.keys.len() - 1)];
            let chord: Chord = key.parse().unwrap();
            // In a script these two open and close a name.
            let script = match chord.to_string().as_str() {
                "<" => "<lt>".to_owned(),
                ">" => ">".to_owned(),
                chord => format!("<{chord}>"),
            };
            player.play(&script);
            if type_too {
                player.play("@t日");
            }
            let (columns, rows) = sizes[i % sizes.len()];
            is_calm(&mut player, columns, rows);
        }
    }
}
