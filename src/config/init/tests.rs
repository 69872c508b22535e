//! The written file is what it should be, and it can be loaded.

use std::collections::BTreeMap;
use std::path::Path;

use pretty_assertions::assert_eq;

use super::*;
use crate::config::env::EnvSource;
use crate::config::layers::{Loaded, Overrides, load};
use crate::config::value::Secret;

fn loaded(text: &str) -> Loaded {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("synod.toml"), text).unwrap();
    let loaded = load(&EnvSource::default(), dir.path(), &Overrides::default());
    loaded.unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn words(words: &[&str]) -> Launch {
    Launch {
        command: words.iter().map(|word| (*word).to_owned()).collect(),
        ..Launch::default()
    }
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

#[test]
fn what_was_chosen_is_written_and_loads() {
    let plain = |text: &str| Reference::Plain(Secret::new(text));
    let env = BTreeMap::from([
        ("OPENAI_API_KEY".to_owned(), plain("sk-1")),
        ("CODEX_DEFAULT_MODEL".to_owned(), plain("gpt-5.3-codex")),
    ]);
    let codex = |launch| Choice::Member {
        name: name("codex"),
        adapter: Adapter::CodexMcpServer,
        launch,
        model: None,
        found_in: "/usr/bin/codex-mcp-server".to_owned(),
    };
    let choices = [
        Choice::Serena,
        codex(words(&["codex-mcp-server"])),
        codex(Launch {
            env,
            ..words(&["codex-mcp-server", "a \"quoted\" word"])
        }),
        Choice::Member {
            name: name("local-11434"),
            adapter: Adapter::Openai,
            launch: Launch {
                url: Some("http://127.0.0.1:11434/v1".to_owned()),
                ..Launch::default()
            },
            model: Some("qwen".to_owned()),
            found_in: "http://127.0.0.1:11434/v1".to_owned(),
        },
        Choice::Member {
            name: name("gemini"),
            adapter: Adapter::Gemini,
            launch: words(&["gemini-mcp"]),
            model: None,
            found_in: "/usr/bin/gemini-mcp".to_owned(),
        },
        Choice::Member {
            name: name("claude"),
            adapter: Adapter::Claude,
            launch: words(&["claude-code-mcp"]),
            model: None,
            found_in: "/usr/bin/claude-code-mcp".to_owned(),
        },
        Choice::Server {
            name: name("thinking"),
            adapter: ServerAdapter::SequentialThinking,
            launch: words(&["npx", "-y", "server"]),
            found_in: "evil\nname = \"x\"".to_owned(),
        },
        Choice::Mention(
            "gemini 0.61.0 (/usr/bin/gemini): gemini — driven by gemini-mcp, which is installed"
                .to_owned(),
        ),
    ];
    let text = render(&choices);
    insta::assert_snapshot!(text);
    assert!(!text.contains("sk-1"));
    let config = loaded(&text).config;
    let names: Vec<&str> = config.members.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        ["codex", "codex-2", "local-11434", "gemini", "claude"]
    );
    assert!(
        config.members[3].read_only,
        "a gemini of init sits in councils"
    );
    assert_eq!(config.members[1].launch.command[1], "a \"quoted\" word");
    assert_eq!(config.room.hub, Hub::Serena);
}

#[test]
fn a_claude_that_was_found_may_lend_its_tools() {
    let found = || Choice::Claude("claude 2.1.197 (/usr/bin/claude): claude".to_owned());
    let text = render(&[found()]);
    assert!(text.contains("# claude 2.1.197") && text.contains("# command = [\"claude\", \"mcp\""));
    assert_eq!(loaded(&text).config.tools, []);
    assert!(!render(&[]).contains("\"mcp\", \"serve\""));
}

#[test]
fn nothing_chosen_is_a_file_that_loads_to_the_defaults_with_the_built_in_hub() {
    let config = loaded(&render(&[])).config;
    assert_eq!(
        (config.room.hub, config.members),
        (Hub::Builtin, Vec::new())
    );
}

#[test]
fn the_commented_examples_are_true() {
    let dir = tempfile::tempdir().unwrap();
    // Uncomment every example: each line that is TOML behind its `# `.
    let examples = format!("{TAIL}{CLAUDE_TOOLS}");
    let lines = examples.lines().filter_map(|line| line.strip_prefix("# "));
    let of_member = lines.clone().filter(|line| line.starts_with("  "));
    let of_file = lines.filter(|line| !line.starts_with(' ') && !line.starts_with("What"));
    let member =
        "[[member]]\nname = \"codex\"\nadapter = \"openai\"\nurl = \"http://127.0.0.1:1/v1\"\n";
    let text: Vec<&str> = [member]
        .into_iter()
        .chain(of_member)
        .chain(of_file)
        .collect();
    std::fs::write(dir.path().join("synod.toml"), text.join("\n")).unwrap();
    load(
        &EnvSource::default(),
        Path::new(dir.path()),
        &Overrides::default(),
    )
    .unwrap();
    let config = loaded(&text.join("\n")).config;
    assert_eq!((config.members.len(), config.policies.len()), (1, 1));
    assert_eq!(config.members[0].parallel, 2);
    assert_eq!(config.tools.len(), 2);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(100))]

    /// Whatever another tool's configuration holds, the file that is written can be loaded.
    #[test]
    fn whatever_is_imported_loads_again(
        names in proptest::collection::vec("\\PC{0,12}|[a-z]{1,3}", 1..4),
        words in proptest::collection::vec("(?s).{0,12}", 1..4),
        variable in "[A-Z_]{1,6}|\\PC{0,6}",
        value in r"(?s).{0,12}|\$\{[A-Z]{1,3}\}",
        url in "https?://\\PC{1,9}",
    ) {
        let dir = tempfile::tempdir().unwrap();
        let servers: serde_json::Map<String, serde_json::Value> = names
            .iter()
            .zip(0..)
            .map(|(name, index)| {
                let entry = if index % 2 == 0 {
                    serde_json::json!({ "command": words[0], "args": words[1..], "env": { (variable.clone()): value } })
                } else {
                    serde_json::json!({ "url": url, "headers": { "Authorization": format!("Bearer {value}") } })
                };
                (name.clone(), entry)
            })
            .collect();
        let text = serde_json::json!({ "mcpServers": servers }).to_string();
        std::fs::write(dir.path().join(".mcp.json"), text).unwrap();
        let discovery = crate::config::discover::imports(&EnvSource::default(), dir.path());
        proptest::prop_assert_eq!(discovery.found.len() + discovery.broken.len(), servers.len());
        let choices: Vec<Choice> = discovery.found.iter().map(Choice::of).collect();
        let config = loaded(&render(&choices)).config;
        proptest::prop_assert_eq!(config.servers.len() + config.members.len(), choices.len());
    }
}
