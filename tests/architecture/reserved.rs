//! Words that only some files may say, because one place owns what they stand for.

use crate::sources::{Source, none, rust_files};

/// A path that is owned, who may name it, and why.
struct Reserved {
    /// The tokens, such as `Color ::`.
    words: &'static [&'static str],
    /// Beginnings of the paths that may say it.
    owners: &'static [&'static str],
    why: &'static str,
}

const RESERVED: [Reserved; 6] = [
    Reserved {
        words: &["rmcp"],
        owners: &["src/mcp/", "src/servers/"],
        why: "only the connections and our own servers speak MCP",
    },
    Reserved {
        words: &["SystemTime"],
        owners: &["src/engine/clock.rs"],
        why: "the engine's clock owns the time of day",
    },
    Reserved {
        words: &["Color", "::"],
        owners: &["src/ui/theme"],
        why: "the rest names roles of the theme",
    },
    Reserved {
        words: &["rusqlite"],
        owners: &["src/journal/"],
        why: "the journal owns the database",
    },
    Reserved {
        words: &["std", "::", "env", "::", "vars_os"],
        owners: &["src/config/env.rs"],
        why: "the environment is read in one place",
    },
    Reserved {
        words: &["std", "::", "env", "::", "var_os"],
        owners: &["src/config/env.rs"],
        why: "the environment is read in one place",
    },
];

/// What the pure core must not know, by the first word of the path.
const IMPURE: [&str; 8] = [
    "tokio", "fastrand", "HashMap", "HashSet", "Instant", "fs", "net", "process",
];

fn violations(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for index in 0..source.tokens.len() {
            for reserved in &RESERVED {
                let mut words = reserved.words.iter().enumerate();
                let said = words.all(|(ahead, word)| source.word(index + ahead) == *word);
                let owned = reserved
                    .owners
                    .iter()
                    .any(|owner| source.path.starts_with(owner));
                if said && !owned {
                    let (place, words) = (source.place(index), reserved.words.concat());
                    found.push(format!(
                        "{place}: `{words}` is not for this file: {}",
                        reserved.why
                    ));
                }
            }
            let word = source.word(index);
            let in_path = source.word(index + 1) == "::"
                || index
                    .checked_sub(1)
                    .is_some_and(|it| source.word(it) == "::");
            if source.path.starts_with("src/core/") && in_path && IMPURE.contains(&word) {
                let place = source.place(index);
                found.push(format!(
                    "{place}: the core is pure and must not know `{word}`"
                ));
            }
        }
    }
    found
}

#[test]
fn owned_words_stay_with_their_owners() {
    none(&violations(&rust_files("src")));
}

#[test]
fn stray_words_are_seen() {
    for (path, text) in [
        ("src/members/codex.rs", "use rmcp::model::Tool;"),
        ("src/members/codex.rs", "fn f(t: rmcp::model::Tool) {}"),
        (
            "src/engine/queue.rs",
            "use std::time::{Duration, SystemTime};",
        ),
        ("src/ui/panes/a.rs", "let c = ratatui::style::Color::Red;"),
        ("src/cli/a.rs", "rusqlite::Connection::open()"),
        ("src/cli/a.rs", "std::env::var_os(\"X\")"),
        ("src/core/a.rs", "use std::collections::HashMap;"),
        ("src/core/a.rs", "std::fs::read(p)"),
    ] {
        let found = violations(&[Source::new(path, text)]);
        assert_eq!(found.len(), 1, "{text}\n{found:?}");
        assert!(found[0].starts_with(&format!("{path}:1: ")), "{found:?}");
    }
}

#[test]
fn owners_and_mere_text_pass() {
    for (path, text) in [
        ("src/mcp/a.rs", "use rmcp::model::Tool;"),
        ("src/engine/clock.rs", "SystemTime::now()"),
        ("src/ui/theme.rs", "Color::Red"),
        ("src/ui/theme/roles.rs", "Color::Red"),
        (
            "src/ui/a.rs",
            "//! rmcp\nconst A: &str = \"Color::Red\"; fn f(c: Color) {}",
        ),
        ("src/core/a.rs", "let process = 1; struct net;"),
    ] {
        assert_eq!(
            violations(&[Source::new(path, text)]),
            Vec::<String>::new(),
            "{text}"
        );
    }
}
