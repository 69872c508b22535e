//! Scripts of every sort: wide, combining, joined and right-to-left text breaks no column.

use pretty_assertions::assert_eq;
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;
use synod::core::{DeltaKind, Request};
use synod::ui::action::Screen;
use synod::ui::stage::Stage;
use synod::ui::text::width;

use crate::player::Player;

/// The same in letters and in other scripts; the layout shall be the same.
const SAMPLES: [&str; 7] = [
    "plain letters ",
    "日本語テキスト，全角ＡＢＣ ",
    "e\u{301}a\u{308}\u{323}o\u{302}\u{301}n\u{303} Zalgo\u{300}\u{301}\u{302}\u{303} ",
    "👩\u{200d}👩\u{200d}👧\u{200d}👦🏳\u{fe0f}\u{200d}🌈❤\u{fe0f}👍🏽🇯🇵 ",
    "שלום עולם مرحبا بالعالم ",
    "हिन्दी ไทย 한국어 ",
    "mixed日e\u{301}👩\u{200d}💻א ",
];

fn room(sample: &str) -> Player {
    let mut stage = Stage::demo().unwrap();
    stage.stream(
        "streaming",
        DeltaKind::Answer,
        &format!("\n{}\n", sample.repeat(30)),
    );
    stage.ask(
        "thoughtful",
        Request::Exec {
            command: vec![sample.repeat(3)],
            cwd: format!("/{sample}"),
        },
    );
    let mut player = Player::new(stage);
    for _ in 0..2 {
        player.paste(&sample.repeat(4)).play("<enter>");
    }
    player
}

fn frame(player: &mut Player, (columns, rows): (u16, u16)) -> Buffer {
    player.terminal(columns, rows).backend().buffer().clone()
}

/// Where frames stand; what stands in them is left out.
fn corners(buffer: &Buffer) -> Vec<(usize, String)> {
    let cells = buffer.content().iter().enumerate();
    cells
        .filter(|(_, cell)| ["╭", "╮", "╰", "╯", "│"].contains(&cell.symbol()))
        .map(|(at, cell)| (at, cell.symbol().to_owned()))
        .collect()
}

/// What is wider than a cell has as many cells, with nothing of their own in those that follow.
fn is_aligned(buffer: &Buffer, what: &str) {
    let area = buffer.area;
    for row in 0..area.height {
        let mut column = 0;
        while column < area.width {
            let symbol = buffer[(column, row)].symbol();
            let wide = u16::try_from(width(symbol).max(1)).unwrap();
            let end = column + wide;
            assert!(end <= area.width, "{symbol:?} of {what} is cut");
            for covered in column + 1..end {
                assert_eq!(buffer[(covered, row)].symbol(), " ", "{what}");
            }
            column = end;
        }
    }
}

#[test]
fn no_list_card_or_transcript_moves_its_frame() {
    for size in [(60, 20), (80, 24), (101, 31), (160, 48)] {
        for screen in Screen::ALL {
            let script = format!("<esc>{}", screen.number());
            let mut plain = room(SAMPLES[0]);
            let expected = corners(&frame(plain.play(&script), size));
            for sample in SAMPLES {
                let mut player = room(sample);
                let buffer = frame(player.play(&script), size);
                is_aligned(&buffer, sample);
                assert_eq!(corners(&buffer), expected, "{sample} on {}", screen.title());
            }
        }
    }
}

#[test]
fn the_cursor_of_the_composer_stands_behind_the_text() {
    for sample in SAMPLES {
        let mut player = Player::demo();
        player.paste(sample.trim_end());
        let buffer = frame(&mut player, (100, 30));
        let row = 27;
        is_aligned(&buffer, sample);
        let cursors: Vec<u16> = (1..99)
            .filter(|column| {
                let style = buffer[(*column, row)].style();
                style.add_modifier.contains(Modifier::REVERSED)
            })
            .collect();
        let behind = 2 + u16::try_from(width(sample.trim_end())).unwrap();
        assert_eq!(cursors, [behind], "{sample}");
    }
}
