//! A terminal that shows ASCII only gets the same frames, cell by cell, with a twin for each glyph.

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use synod::ui::action::{Context, Screen, TABLE};
use synod::ui::console::Settings;
use synod::ui::key::Chord;
use synod::ui::stage::Stage;

use crate::player::Player;

fn in_ascii(stage: Stage) -> Player {
    let settings = Settings {
        ascii: true,
        ..Settings::default()
    };
    Player::with(stage, settings)
}

fn frame(player: &mut Player) -> Buffer {
    let (columns, rows) = player.size;
    player.terminal(columns, rows).backend().buffer().clone()
}

/// Plays the same on a console of each sort; the glyphs that were drawn and have no twin are given back.
fn same_but_for_glyphs(stage: &Stage, script: &str) -> BTreeSet<String> {
    let mut full = Player::new(stage.clone());
    let mut ascii = in_ascii(stage.clone());
    let full = frame(full.play(script));
    let ascii = frame(ascii.play(script));
    let mut without = BTreeSet::new();
    for (old, new) in full.content().iter().zip(ascii.content()) {
        let symbol = new.symbol();
        assert!(
            symbol.is_ascii() && symbol.len() == 1,
            "{symbol:?} after {script}"
        );
        assert_eq!(old.style(), new.style(), "{script}");
        if old.symbol().is_ascii() {
            assert_eq!(old.symbol(), symbol, "{script}");
        } else if symbol == "?" {
            without.insert(old.symbol().to_owned());
        }
    }
    without
}

/// What each action opens or changes, on each screen, in the demo room and in one that votes.
#[test]
fn no_frame_has_anything_else_and_every_glyph_has_a_twin() {
    let in_lists = |contexts: &[Context]| {
        contexts.contains(&Context::List) || contexts.contains(&Context::Pane)
    };
    let mut without = BTreeSet::new();
    for (stage, screens) in [
        (Stage::demo().unwrap(), &Screen::ALL[..]),
        (crate::votes::half(), &[Screen::Votes]),
    ] {
        for screen in screens {
            let entries = TABLE.iter().filter(|entry| in_lists(entry.contexts));
            for entry in entries {
                let chord: Chord = entry.keys[0].parse().unwrap();
                let key = match chord.to_string().as_str() {
                    "<" => "<lt>".to_owned(),
                    ">" => ">".to_owned(),
                    chord => format!("<{chord}>"),
                };
                let script = format!("<esc>{}<down>{key}", screen.number());
                without.extend(same_but_for_glyphs(&stage, &script));
            }
        }
    }
    for script in [
        "@thoughtful @terse /council #code why<alt-enter>slow?",
        "@th",
        "@nobody hello",
        "<esc>6G<enter>",
        "<esc>3<down><enter>",
        "<esc>3<down>wboth are wrong",
        "<ctrl-p>scr",
        "<esc>:met",
        "<esc>2<tab>z",
    ] {
        without.extend(same_but_for_glyphs(&Stage::demo().unwrap(), script));
    }
    assert_eq!(without, BTreeSet::new());
}

#[test]
fn every_screen_reads_as_it_does() {
    for screen in Screen::ALL {
        let mut player = in_ascii(Stage::demo().unwrap());
        player.play(&format!("<esc>{}", screen.number()));
        let name = format!("ascii-{}", screen.title().to_lowercase());
        insta::assert_snapshot!(name, player.screen());
    }
}

#[test]
fn text_of_others_keeps_its_columns() {
    let mut player = in_ascii(Stage::demo().unwrap());
    player.play("@thoughtful ");
    player.paste("日本 naïve → “so” 👩\u{200d}💻 end");
    player.shows("@thoughtful ???? na?ve > _so_ ?? end");
}
