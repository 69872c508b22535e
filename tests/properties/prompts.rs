//! Frames that no text can leave, and final answers that are read back whatever stands around them.

use proptest::prelude::*;
use synod::core::conflict::block::{parse, visible};
use synod::prompts::Frame;

/// Text that is full of what matters: marks, fences, braces, breaks.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("```final\n".to_owned()),
        Just("```".to_owned()),
        Just("~~~~".to_owned()),
        Just("\n".to_owned()),
        Just("{\"kind\":\"number\",\"value\":1}".to_owned()),
        Just("{".to_owned()),
        Just("}\n".to_owned()),
        Just(" end of work\n".to_owned()),
        "[ -~äß漢\n]{0,12}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_frame_is_left_only_at_its_end(text in nasty(), label in "[a-z~\n]{0,8}") {
        let frame = Frame::new(&label, &text).to_string();
        let mark: String = frame.chars().take_while(|c| *c == '~').collect();
        let lines: Vec<&str> = frame.lines().collect();
        let marked: Vec<usize> = (0..lines.len())
            .filter(|index| lines[*index].starts_with(&mark))
            .collect();
        prop_assert_eq!(marked, vec![0, lines.len() - 1]);
    }

    #[test]
    fn a_block_at_the_end_is_read_whatever_comes_before(prose in nasty(), value in -999_i64..999) {
        let answer = format!(
            "{prose}\n```final\n{{\"kind\":\"number\",\"value\":{value}}}\n```\n"
        );
        let parsed = parse(&answer);
        prop_assert_eq!(parsed.block.map(|block| block.key), Some(value.to_string()));
    }

    #[test]
    fn what_is_shown_is_a_beginning_and_never_the_block(prose in "[a-z \n]{0,40}", cut in 0_usize..80) {
        let answer = format!("{prose}\n```final\n{{\"kind\":\"text\",\"value\":\"v\"}}\n```");
        let so_far = answer.get(..cut.min(answer.len())).unwrap_or(&answer);
        let shown = visible(so_far);
        prop_assert!(so_far.starts_with(shown));
        prop_assert!(!shown.contains('`'), "{}", shown);
    }

    #[test]
    fn nothing_is_lost_where_nothing_is_read(text in nasty()) {
        let parsed = parse(&text);
        if parsed.block.is_none() {
            prop_assert_eq!(parsed.prose, text);
        }
    }
}
