//! The operator's own files of keys and of a theme: no text of them panics, and whatever is wrong is told with
//! the file and a line of it.

use proptest::collection::vec;
use proptest::prelude::*;
use synod::ui::action::TABLE;
use synod::ui::keymap::{Keymap, KeymapError};
use synod::ui::theme::{Role, Theme, ThemeError};

const FILE: &str = "/home/me/it.toml";

/// A word that has a meaning in one of the files, or none.
fn word() -> impl Strategy<Value = String> {
    let names: Vec<&str> = TABLE.iter().map(|it| it.name).collect();
    let roles: Vec<&str> = Role::ALL.iter().map(|it| it.name()).collect();
    prop_oneof![
        prop::sample::select(names).prop_map(str::to_owned),
        prop::sample::select(roles).prop_map(str::to_owned),
        prop::sample::select(vec![
            "none",
            "everywhere",
            "lists",
            "composer",
            "palette",
            "roles",
            "extends",
            "about",
            "nord",
            "fg",
            "bg",
            "bold",
            "ctrl-g",
            "g g",
            "esc",
            "g esc",
            "g g g",
            "alt-é",
            "f99",
            "#d08770",
            "#12",
            "red",
            "ansi-256",
            "",
            "\u{202e}",
        ])
        .prop_map(str::to_owned),
        "(?s).{0,10}",
    ]
}

/// A line that is nearly one of such a file, or nothing like it.
fn line() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        word().prop_map(|it| format!("{it:?}")),
        word().prop_map(|it| format!("'{it}'")),
        (word(), word()).prop_map(|(key, value)| format!("{{ {key} = {value:?} }}")),
        prop::sample::select(vec![
            "true",
            "3",
            "[]",
            "{}",
            "1979-05-27",
            "{ fg = 1, bold = 'x' }",
            "\"\"\""
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![
        word().prop_map(|it| format!("[{it}]")),
        word().prop_map(|it| format!("[[{it}]]")),
        (word(), value.clone()).prop_map(|(key, value)| format!("{key:?} = {value}")),
        (word(), value).prop_map(|(key, value)| format!("{key} = {value}")),
        word().prop_map(|it| format!("# {it}")),
        "(?s).{0,30}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    vec(line(), 0..12).prop_map(|lines| lines.join("\n"))
}

/// Whether a line is one of the text, or the one behind its end.
fn is_of(line: usize, text: &str) -> bool {
    (1..=text.split('\n').count() + 1).contains(&line)
}

fn keys(text: &str) -> Result<(), TestCaseError> {
    match Keymap::parse(text, FILE) {
        Ok(_) => Ok(()),
        Err(KeymapError::Unreadable { .. }) => Err(TestCaseError::fail("it was read")),
        Err(error @ KeymapError::Faulty { .. }) => {
            let each = error.each();
            let KeymapError::Faulty { problems, .. } = error else {
                return Ok(());
            };
            prop_assert!(!problems.is_empty());
            for (problem, told) in problems.iter().zip(each) {
                prop_assert!(is_of(problem.line, text), "{told}");
                let place = format!("{FILE}:{}: ", problem.line);
                prop_assert!(told.starts_with(&place), "{told}");
            }
            Ok(())
        }
    }
}

fn theme(text: &str) -> Result<(), TestCaseError> {
    let Err(error) = Theme::parse(text, FILE) else {
        return Ok(());
    };
    let told = error.to_string();
    let (ThemeError::Syntax { line, .. } | ThemeError::Key { line, .. }) = error else {
        return Err(TestCaseError::fail(format!("no line is told: {told}")));
    };
    prop_assert!(is_of(line, text), "{told}");
    prop_assert!(told.starts_with(&format!("theme {FILE}:{line}")), "{told}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_file_of_keys_panics_and_each_fault_has_its_line(text in text()) {
        keys(&text)?;
    }

    #[test]
    fn no_file_of_a_theme_panics_and_a_fault_has_its_line(text in text()) {
        theme(&text)?;
    }

    #[test]
    fn nor_does_any_text_at_all(text in "(?s).{0,200}") {
        keys(&text)?;
        theme(&text)?;
    }
}
