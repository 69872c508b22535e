//! Whole and half broken configurations of other tools.

use pretty_assertions::assert_eq;

use super::*;

struct Machine {
    dir: tempfile::TempDir,
}

impl Machine {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let project = dir.path().join("project").display().to_string();
            std::fs::write(path, text.replace("PROJECT", &project)).unwrap();
        }
        Self { dir }
    }

    fn read(&self) -> Discovery {
        let home = self.dir.path().join("home").display().to_string();
        let env = EnvSource::of_pairs([("HOME", home)]);
        imports(&env, &self.dir.path().join("project"))
    }
}

fn shown(discovery: &Discovery, machine: &Machine) -> String {
    let lines = discovery.found.iter().map(ToString::to_string);
    let lines = lines.chain(discovery.broken.iter().map(ToString::to_string));
    let text = lines.collect::<Vec<_>>().join("\n");
    text.replace(&format!("{}/", machine.dir.path().display()), "")
}

#[test]
fn every_tool_is_read() {
    let machine = Machine::new(&[
        (
            "project/.mcp.json",
            r#"{"mcpServers":{"serena":{"command":"uvx","args":["--from","serena-agent","serena","start-mcp-server"]}}}"#,
        ),
        (
            "project/.cursor/mcp.json",
            r#"{"mcpServers":{"remote":{"url":"https://mcp.example/mcp","headers":{"Authorization":"Bearer ${env:TOKEN}"}}}}"#,
        ),
        (
            "home/.claude.json",
            r#"{"mcpServers":{"thinking":{"command":"npx","args":["-y","@modelcontextprotocol/server-sequential-thinking@1"]}},
            "projects":{"PROJECT":{"mcpServers":{"Codex Bridge":{"command":"codex-mcp-server","env":{"A":"${B}","C":"d"}}}},"/other":{"mcpServers":{"no":{"command":"no"}}}}}"#,
        ),
        (
            "home/.codex/config.toml",
            "model = \"x\"\n[mcp_servers.gem]\ncommand = \"npx\"\nargs = [\"gemini-mcp-tool\"]\n[mcp_servers.web]\nurl = \"http://127.0.0.1:3/mcp\"\nbearer_token_env_var = \"WEB\"\nenabled = false\n",
        ),
        (
            "home/.gemini/settings.json",
            r#"{"mcpServers":{"old":{"command":"codex","args":["mcp-server"]},
            "code":{"command":"npx","args":["-y","@steipete/claude-code-mcp@latest"]},
            "hands":{"command":"claude","args":["mcp","serve"]},
            "pal":{"command":"uvx","args":["pal-mcp-server"]}}}"#,
        ),
        ("home/.cursor/mcp.json", ""),
    ]);
    let discovery = machine.read();
    insta::assert_snapshot!(shown(&discovery, &machine));
    let bridge = discovery
        .found
        .iter()
        .find(|it| it.name.as_str() == "codex-bridge")
        .unwrap();
    let variable = |name: &str| Reference::Env {
        name: name.to_owned(),
        optional: false,
    };
    assert_eq!(bridge.launch.env["A"], variable("B"));
    assert_eq!(bridge.launch.env["C"], Reference::Plain(Secret::new("d")));
    let remote = discovery
        .found
        .iter()
        .find(|it| it.name.as_str() == "remote")
        .unwrap();
    assert_eq!(remote.launch.bearer, Some(variable("TOKEN")));
}

#[test]
fn the_good_parts_of_a_half_broken_file_are_listed() {
    let machine = Machine::new(&[
        (
            "project/.mcp.json",
            r#"{"mcpServers":{"good":{"command":"x"},"list":[],"empty":{},"args":{"command":"x","args":"y"},
            "env":{"command":"x","env":{"A":[]}},"url":{"url":"file:///x"},"sse":{"type":"sse","url":"http://x"}}}"#,
        ),
        ("home/.claude.json", "{\n \"mcpServers\": {"),
        ("home/.codex/config.toml", "a = 1\nb = \n"),
        ("home/.gemini/settings.json", r#"{"mcpServers":[1]}"#),
        (
            "home/.cursor/mcp.json",
            "\u{feff}{\"mcpServers\":{\"bom\":{\"command\":\"y\"}}}",
        ),
    ]);
    let discovery = machine.read();
    insta::assert_snapshot!(shown(&discovery, &machine));
}

#[test]
fn nothing_is_there_and_nobody_has_a_home() {
    assert_eq!(Machine::new(&[]).read(), Discovery::default());
    let nowhere = imports(&EnvSource::default(), Path::new("/nonexistent"));
    assert_eq!(nowhere, Discovery::default());
}
