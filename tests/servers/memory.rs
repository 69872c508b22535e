//! One suite over every memory server: ours, and the real Serena. Then what only ours promises.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::provision;
use crate::support::raw_mcp::{RawMcp, Start};

/// A connected memory server with its folder.
struct Memory {
    client: RawMcp,
    folder: PathBuf,
    _home: TempDir,
}

impl Memory {
    async fn ours() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("project/.serena/memories");
        let start = Start::synod(&["memory", "--dir", folder.to_str().unwrap()]);
        Self {
            client: RawMcp::connect(&start).await,
            folder,
            _home: home,
        }
    }

    /// The real one, set up to be nothing but a memory; `None` when skipped.
    async fn serena() -> Option<Self> {
        let program = tokio::task::spawn_blocking(provision::serena)
            .await
            .unwrap()?;
        let home = tempfile::tempdir().unwrap();
        let (settings, project) = (home.path().join("home"), home.path().join("project"));
        write(
            &settings.join("serena_config.yml"),
            "language_backend: LSP\nagent_interface: tools\nweb_dashboard: false\n\
             web_dashboard_open_on_launch: false\ngui_log_window: false\nlog_level: 40\n\
             tool_timeout: 240\ndefault_max_tool_answer_chars: 50000000\n\
             trusted_project_path_patterns: []\nprojects: []\n",
        );
        write(
            &settings.join("contexts/synod.yml"),
            "description: memory hub only\nprompt: null\nfixed_tools: [write_memory, read_memory, \
             list_memories, delete_memory, rename_memory, edit_memory]\nsingle_project: true\n",
        );
        write(
            &project.join(".serena/project.yml"),
            "project_name: synod\nlanguage_servers: []\nencoding: utf-8\n",
        );
        let start = Start::new(
            program,
            &["start-mcp-server", "--context", "synod", "--project"],
        );
        let mut start = start
            .with_env("SERENA_HOME", settings.display().to_string())
            .with_env("SERENA_USAGE_REPORTING", "false");
        start.command.push(project.display().to_string());
        Some(Self {
            client: RawMcp::connect(&start).await,
            folder: project.join(".serena/memories"),
            _home: home,
        })
    }

    /// The text of a call that must succeed.
    async fn ok(&mut self, tool: &str, arguments: Value) -> String {
        let done = self.client.call(tool, arguments).await;
        assert!(!done.is_error(), "{tool}: {}", done.result);
        let text = done.text().to_owned();
        assert_eq!(done.result["structuredContent"], json!({"result": text}));
        text
    }

    /// The text of a call that must fail.
    async fn err(&mut self, tool: &str, arguments: Value) -> String {
        let done = self.client.call(tool, arguments).await;
        assert!(done.is_error(), "{tool}: {}", done.result);
        done.text().to_owned()
    }

    async fn write(&mut self, name: &str, content: &str) -> String {
        self.ok(
            "write_memory",
            json!({"memory_name": name, "content": content}),
        )
        .await
    }

    async fn read(&mut self, name: &str) -> String {
        self.ok("read_memory", json!({"memory_name": name})).await
    }

    async fn list(&mut self) -> Value {
        let text = self.ok("list_memories", json!({})).await;
        serde_json::from_str(&text).unwrap()
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What a room relies on, whoever keeps the memory.
async fn suite(memory: &mut Memory) {
    the_six_tools_are_there(memory).await;
    documents_are_files(memory).await;
    the_list_is_sorted(memory).await;
    what_is_missing_is_said(memory).await;
    a_rename_moves_and_never_replaces(memory).await;
    edits_are_literal_and_unambiguous(memory).await;
    compare_and_swap_has_one_winner(memory).await;
    names_stay_inside(memory).await;
    large_documents_pass(memory).await;
}

#[tokio::test]
async fn ours_passes_the_suite() {
    let mut memory = Memory::ours().await;
    suite(&mut memory).await;
    assert!(memory.client.close().await.success());
}

#[tokio::test]
async fn serena_passes_the_suite() {
    let Some(mut memory) = Memory::serena().await else {
        return;
    };
    suite(&mut memory).await;
    assert!(memory.client.close().await.success());
}

async fn the_six_tools_are_there(memory: &mut Memory) {
    let listed = memory.client.request("tools/list", json!({})).await;
    let tools = listed["tools"].as_array().unwrap();
    let required = |name: &str| {
        let tool = tools.iter().find(|tool| tool["name"] == name).unwrap();
        assert_eq!(tool["outputSchema"]["required"], json!(["result"]));
        let mut keys: Vec<String> =
            serde_json::from_value(tool["inputSchema"]["required"].clone()).unwrap_or_default();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(required("write_memory"), "content memory_name");
    assert_eq!(required("read_memory"), "memory_name");
    assert_eq!(required("list_memories"), "");
    assert_eq!(required("delete_memory"), "memory_name");
    assert_eq!(required("rename_memory"), "new_name old_name");
    assert_eq!(required("edit_memory"), "memory_name mode needle repl");
    let unknown = memory.err("nosuch", json!({})).await;
    assert_eq!(unknown, "Unknown tool: nosuch");
}

async fn documents_are_files(memory: &mut Memory) {
    for (name, content) in [
        ("orchestration_state.json", "{\"rev\": 1}\n"),
        ("model_contexts/claude/ctx.json", ""),
        ("mit Leerzeichen/ünï-😀", "\u{feff}é\0  \n\n"),
    ] {
        let said = memory.write(name, content).await;
        assert_eq!(said, format!("Memory {name} written."));
        assert_eq!(memory.read(name).await, content);
        let file = memory.folder.join(format!("{name}.md"));
        assert_eq!(fs::read_to_string(file).unwrap(), content);
    }
    write(&memory.folder.join("by/hand.md"), "from outside");
    assert_eq!(memory.read("by/hand").await, "from outside");
    memory.write("by/hand", "second").await;
    assert_eq!(memory.read("by/hand").await, "second");
}

async fn the_list_is_sorted(memory: &mut Memory) {
    write(&memory.folder.join("raw.json"), "no memory");
    let names = json!([
        "by/hand",
        "mit Leerzeichen/ünï-😀",
        "model_contexts/claude/ctx.json",
        "orchestration_state.json"
    ]);
    assert_eq!(memory.list().await, json!({"memories": names}));
    let below = memory
        .ok("list_memories", json!({"topic": "model_contexts"}))
        .await;
    let below: Value = serde_json::from_str(&below).unwrap();
    assert_eq!(
        below,
        json!({"memories": ["model_contexts/claude/ctx.json"]})
    );
    let none = memory
        .ok("list_memories", json!({"topic": "nothing"}))
        .await;
    assert_eq!(none, "{}");
}

async fn what_is_missing_is_said(memory: &mut Memory) {
    let gone = json!({"memory_name": "nope"});
    assert_eq!(
        memory.err("read_memory", gone.clone()).await,
        "Error executing tool read_memory: FileNotFoundError: Memory named 'nope' not found"
    );
    assert_eq!(
        memory.ok("delete_memory", gone).await,
        "Memory nope not found."
    );
    let edit = json!({"memory_name": "nope", "needle": "a", "repl": "b", "mode": "literal"});
    let failed = memory.err("edit_memory", edit).await;
    assert!(
        failed.ends_with("FileNotFoundError: Memory nope not found."),
        "{failed}"
    );
    let rename = json!({"old_name": "nope", "new_name": "other"});
    let failed = memory.err("rename_memory", rename).await;
    assert!(
        failed.ends_with("FileNotFoundError: Memory nope not found."),
        "{failed}"
    );
}

async fn a_rename_moves_and_never_replaces(memory: &mut Memory) {
    memory.write("tmp/a", "1").await;
    memory.write("tmp/b", "2").await;
    let rename = |from: &str, to: &str| json!({"old_name": from, "new_name": to});
    let failed = memory.err("rename_memory", rename("tmp/a", "tmp/b")).await;
    assert!(
        failed.ends_with("FileExistsError: Memory tmp/b already exists."),
        "{failed}"
    );
    let moved = memory.ok("rename_memory", rename("tmp/a", "locks/L")).await;
    assert_eq!(moved, "Memory renamed from tmp/a to locks/L.");
    assert_eq!(memory.read("locks/L").await, "1");
    let deleted = memory
        .ok("delete_memory", json!({"memory_name": "locks/L"}))
        .await;
    assert_eq!(deleted, "Memory locks/L deleted.");
    assert!(!memory.folder.join("locks/L.md").exists());
    memory
        .ok("delete_memory", json!({"memory_name": "tmp/b"}))
        .await;
}

async fn edits_are_literal_and_unambiguous(memory: &mut Memory) {
    memory.write("edit", "a.c x x x abc").await;
    let edit = |needle: &str, repl: &str| json!({"memory_name": "edit", "needle": needle, "repl": repl, "mode": "literal"});
    let done = memory.ok("edit_memory", edit("a.c", "\\1$!1")).await;
    assert_eq!(done, "Memory edit edited successfully.");
    assert_eq!(memory.read("edit").await, "\\1$!1 x x x abc");
    let many = memory.err("edit_memory", edit("x", "y")).await;
    assert!(many.contains("Expression matches 3 occurrences."), "{many}");
    let mut all = edit("x", "y");
    all["allow_multiple_occurrences"] = json!(true);
    memory.ok("edit_memory", all).await;
    assert_eq!(memory.read("edit").await, "\\1$!1 y y y abc");
    memory.write("empty", "").await;
    let swap = json!({"memory_name": "empty", "needle": "\\A\\Z", "repl": "new", "mode": "regex"});
    memory.ok("edit_memory", swap).await;
    assert_eq!(memory.read("empty").await, "new");
}

/// Several editors swap the same old text at once: one wins, the others are told so.
async fn compare_and_swap_has_one_winner(memory: &mut Memory) {
    memory.write("cas.json", "{\"rev\": 0}").await;
    let mut calls = Vec::new();
    for editor in 0..12 {
        let swap = json!({"memory_name": "cas.json", "mode": "literal",
            "needle": "{\"rev\": 0}", "repl": format!("{{\"rev\": 1, \"by\": {editor}}}")});
        calls.push(memory.client.begin_call("edit_memory", swap).await);
    }
    let mut winners = Vec::new();
    for (editor, call) in calls.into_iter().enumerate() {
        let done = memory.client.finish(call).await;
        if done.is_error() {
            let lost = "No matches of search expression found.";
            assert!(done.text().contains(lost), "{}", done.text());
        } else {
            winners.push(editor);
        }
    }
    assert_eq!(winners.len(), 1);
    let text = memory.read("cas.json").await;
    assert_eq!(text, format!("{{\"rev\": 1, \"by\": {}}}", winners[0]));
}

async fn names_stay_inside(memory: &mut Memory) {
    for name in ["../x", "a/../../x", ".."] {
        let refused = memory
            .err("write_memory", json!({"memory_name": name, "content": "x"}))
            .await;
        let why = format!("Memory name cannot contain '..' segments. Got: {name}");
        assert!(refused.ends_with(&why), "{refused}");
    }
    for name in ["/etc/x", "a//b", "", "trailing/"] {
        let refused = memory
            .err("write_memory", json!({"memory_name": name, "content": "x"}))
            .await;
        let why = "Memory name cannot be absolute or contain empty path segments.";
        assert!(refused.contains(why), "{refused}");
    }
}

async fn large_documents_pass(memory: &mut Memory) {
    let content = "0123456789abcdef".repeat(1024 * 1024 / 16);
    memory.write("large", &content).await;
    assert!(
        memory.read("large").await == content,
        "1 MiB comes back as it was"
    );
    let limited = json!({"memory_name": "large", "content": content, "max_chars": 10});
    let refused = memory.err("write_memory", limited).await;
    assert!(
        refused.ends_with(
            "Content for large is too long. Max length is 10 characters. Please make the content \
             shorter."
        ),
        "{refused}"
    );
}

#[tokio::test]
async fn ours_keeps_every_byte_and_creates_nothing_when_reading() {
    let mut memory = Memory::ours().await;
    memory.write("crlf", "a\r\nb\rc\n").await;
    assert_eq!(memory.read("crlf").await, "a\r\nb\rc\n");
    memory
        .err("read_memory", json!({"memory_name": "does/not/exist"}))
        .await;
    assert!(!memory.folder.join("does").exists());
}

#[tokio::test]
async fn ours_refuses_aliases_and_ways_out() {
    let mut memory = Memory::ours().await;
    let outside = memory.folder.parent().unwrap().join("outside.md");
    write(&outside, "secret");
    std::os::unix::fs::symlink(&outside, memory.folder.join("link.md")).unwrap();
    for name in ["./a", "a/./b", "a\nb", "a\0b", "a\\b", "global/x", "link"] {
        for tool in ["write_memory", "read_memory"] {
            let arguments = json!({"memory_name": name, "content": "x"});
            memory.err(tool, arguments).await;
        }
    }
    let topic = memory.err("list_memories", json!({"topic": "../.."})).await;
    assert!(topic.contains("'..'"), "{topic}");
    assert_eq!(fs::read_to_string(outside).unwrap(), "secret");
}

#[tokio::test]
async fn ours_appends_from_many_callers_without_a_loss() {
    let mut memory = Memory::ours().await;
    memory.write("log", "end").await;
    let mut calls = Vec::new();
    for line in 0..40 {
        let edit = json!({"memory_name": "log", "mode": "literal", "needle": "end",
            "repl": format!("{line}\nend")});
        calls.push(memory.client.begin_call("edit_memory", edit).await);
    }
    for call in calls {
        assert!(!memory.client.finish(call).await.is_error());
    }
    let text = memory.read("log").await;
    let mut lines: Vec<u32> = text.lines().filter_map(|line| line.parse().ok()).collect();
    lines.sort_unstable();
    assert_eq!(lines, (0..40).collect::<Vec<u32>>());
}
