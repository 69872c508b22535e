//! The doctor on machines on which something is broken: what it tells, what it mends, and how it
//! ends.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;

use serde_json::Value;

use crate::home::{Home, lines, text};
use crate::processes::{command_of, descendants, working_in};
use crate::screen::Screen;

/// A codex of today: it takes `mcp-server` for a prompt.
const NEW_CODEX: &str = "case $1 in --version) echo codex-cli 0.169.0 ;; \
    *) echo 'Error: stdin is not a terminal' >&2; exit 1 ;; esac";

/// One that does not even tell its version.
const SILENT_CODEX: &str = "echo 'Error: stdin is not a terminal' >&2; exit 1";

/// A `gemini-mcp-tool` as far as its hand can be seen: it starts without the program that it drives.
const GEMINI_TOOL: &str = r#"
reply() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
while read -r line; do
    id=${line#*\"id\":}; id=${id%%[,\}]*}
    case $line in
    *'"initialize"'*) reply '{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"gemini-cli-mcp","version":"1.1.4"}}' ;;
    *'"tools/list"'*) reply '{"tools":[{"name":"ask-gemini","inputSchema":{"type":"object"}},{"name":"fetch-chunk","inputSchema":{"type":"object"}}]}' ;;
    *'"id"'*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"unknown"}}\n' "$id" ;;
    esac
done"#;

fn rehearsal(name: &str) -> String {
    format!(
        "[[member]]\nname = \"{name}\"\nadapter = \"rehearsal\"\nrehearsal = {{ persona = \"terse\" }}\n"
    )
}

fn codex(program: &str) -> String {
    format!(
        "[[member]]\nname = \"codex\"\nadapter = \"codex\"\ncommand = [\"{program}\", \"mcp-server\"]\n"
    )
}

/// All findings and the exit code.
fn examined(home: &Home, args: &[&str]) -> (Option<i32>, Vec<Value>) {
    let all = [&["doctor", "--json"], args].concat();
    let output = home.synod(&all);
    (output.status.code(), lines(&text(&output.stdout)))
}

fn of<'f>(found: &'f [Value], subject: &str, check: &str) -> &'f Value {
    found
        .iter()
        .find(|one| one["subject"] == subject && one["check"] == check)
        .unwrap_or_else(|| panic!("nothing about {subject} {check}: {found:#?}"))
}

#[test]
fn all_is_well_and_nothing_is_left_behind() {
    let home = Home::new();
    home.configure(&format!("[room]\nhub = \"builtin\"\n{}", rehearsal("ann")));
    let (code, found) = examined(&home, &["--ask"]);
    assert_eq!(code, Some(0), "{found:#?}");
    for (subject, check) in [
        ("configuration", "files"),
        ("folder", "write"),
        ("folder", "space"),
        ("folder", "fsync"),
        ("folder", "socket"),
        ("room", "process"),
        ("hub", "memory"),
        ("member ann", "start"),
        ("member ann", "tools"),
        ("member ann", "prompt"),
        ("member ann", "session"),
    ] {
        assert_eq!(
            of(&found, subject, check)["state"],
            "ok",
            "{subject} {check}"
        );
    }
    let (code, found) = examined(&home, &[]);
    assert_eq!(code, Some(0));
    assert_eq!(of(&found, "member ann", "prompt")["state"], "not_asked");
    assert!(!home.room("").exists(), "the doctor opens no room");
    assert!(!home.project().join(".serena").exists(), "nor a memory");
    assert_eq!(working_in(home.project()), [] as [u32; 0]);
}

#[test]
fn the_table_keeps_to_its_columns_and_tells_the_exact_fix() {
    let home = Home::new();
    let program = home.install("codex", NEW_CODEX);
    home.configure(&format!("{}{}", codex(&program), rehearsal("ann")));
    let output = home.synod(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    let table = text(&output.stdout);
    for line in table.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    for told in [
        "✕ failed     member codex   version   codex 0.169.0 has no MCP server of its own",
        "→ `npm install -g @openai/codex@0.153.4`",
        "– skipped    member codex   start",
        "✓ ok         member ann     start",
        "○ not asked  member ann     prompt    it may cost something: synod doctor --ask",
        "\nfailed: 1",
    ] {
        assert!(table.contains(told), "{told}\n{table}");
    }
    // The order is that of the configuration, whoever ends first.
    assert!(table.find("member codex") < table.find("member ann"));
}

#[test]
fn a_codex_that_hides_its_version_is_known_by_its_last_words() {
    let home = Home::new();
    let program = home.install("codex", SILENT_CODEX);
    home.configure(&codex(&program));
    let (code, found) = examined(&home, &[]);
    assert_eq!(code, Some(1));
    let told = found
        .iter()
        .find(|one| one["subject"] == "member codex" && one["state"] == "failed")
        .unwrap();
    assert_eq!(told["check"], "version");
    assert!(
        told["fix"]
            .as_str()
            .unwrap()
            .contains("npm install -g codex-mcp-server"),
        "{told}"
    );
}

#[test]
fn usage_is_told_from_failure() {
    let home = Home::new();
    assert_eq!(home.synod(&["doctor", "--nonsense"]).status.code(), Some(2));
    assert_eq!(home.synod(&["doctor"]).status.code(), Some(0));
}

#[test]
fn what_is_not_confirmed_is_not_started() {
    let home = Home::new();
    let mark = home.project().join("started");
    let script = format!(": > {}", mark.display());
    let program = home.install("codex", &script);
    home.write_config(&format!(
        "{}[[server]]\nname = \"tools\"\ncommand = [\"{program}\"]\n",
        codex(&program)
    ));
    let (code, found) = examined(&home, &["--fix", "--ask"]);
    assert_eq!(code, Some(1));
    for subject in ["member codex", "server tools"] {
        let told = of(&found, subject, "found");
        assert!(
            told["detail"]
                .as_str()
                .unwrap()
                .contains("have not confirmed"),
            "{told}"
        );
        assert_eq!(told["fix"], "run `synod init` and confirm it");
    }
    assert!(!mark.exists());
}

#[test]
fn a_broken_folder_is_mended() {
    let home = Home::new();
    fs::create_dir_all(home.room("")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(home.room(""), fs::Permissions::from_mode(0o777)).unwrap();
    drop(UnixListener::bind(home.room("room.sock")).unwrap());
    home.configure(&format!("{}cwd = \"src/deep\"\n", rehearsal("ann")));
    fs::create_dir_all(home.project().join(".git/info")).unwrap();

    let (code, found) = examined(&home, &[]);
    assert_eq!(code, Some(1), "a member without its folder");
    for check in ["modes", "socket", "git"] {
        assert_eq!(of(&found, "folder", check)["state"], "warning");
    }
    assert_eq!(mode(&home.room("")), 0o777, "only --fix changes anything");

    let (code, found) = examined(&home, &["--fix"]);
    assert_eq!(code, Some(0), "{found:#?}");
    for check in ["modes", "socket", "git", "found"] {
        assert_eq!(of(&found, "mended", check)["state"], "mended");
    }
    for check in ["modes", "socket", "git"] {
        assert_eq!(of(&found, "folder", check)["state"], "ok");
    }
    assert_eq!(mode(&home.room("")), 0o700);
    assert!(!home.room("room.sock").exists());
    let exclude = fs::read_to_string(home.project().join(".git/info/exclude")).unwrap();
    assert!(exclude.contains(".synod/"), "{exclude}");
    assert!(home.project().join("src/deep").is_dir());
    let (_, again) = examined(&home, &["--fix"]);
    assert!(
        again.iter().all(|one| one["subject"] != "mended"),
        "{again:#?}"
    );
}

#[test]
fn the_wrong_backend_of_the_gemini_tool_is_mended_and_stays_confirmed() {
    let home = Home::new();
    // As npm installs it: a link into a package.
    let package = home.user().join("lib/node_modules/gemini-mcp-tool");
    fs::create_dir_all(&package).unwrap();
    let manifest = "{\"name\":\"gemini-mcp-tool\",\"version\":\"1.1.8\"}";
    fs::write(package.join("package.json"), manifest).unwrap();
    let script = home.install("gemini-mcp", GEMINI_TOOL);
    fs::rename(&script, package.join("index.js")).unwrap();
    std::os::unix::fs::symlink(package.join("index.js"), &script).unwrap();
    home.install("node", "echo v22.1.0");
    home.install("gemini", "exit 0");
    let config = format!(
        "# my models\n[[member]] # google\nname = \"gemini\"\nadapter = \"generic\"\ncommand = [\"{script}\"]\n\
         generic = {{ tool = \"ask-gemini\" }} # one tool\n"
    );
    home.configure(&config);

    let (code, found) = examined(&home, &[]);
    assert_eq!(code, Some(1));
    let told = of(&found, "member gemini", "drives");
    assert_eq!(told["state"], "failed");
    assert!(
        told["detail"].as_str().unwrap().contains("ENOENT"),
        "{told}"
    );
    assert!(
        told["fix"].as_str().unwrap().contains("GEMINI_MCP_BACKEND"),
        "{told}"
    );

    let (code, found) = examined(&home, &["--fix"]);
    assert_eq!(code, Some(0), "{found:#?}");
    assert_eq!(of(&found, "mended", "drives")["state"], "mended");
    let driven = of(&found, "member gemini", "drives")["detail"]
        .as_str()
        .unwrap();
    assert!(driven.ends_with("/gemini"), "{driven}");
    let edited = fs::read_to_string(home.project().join("synod.toml")).unwrap();
    let setting = "env = { GEMINI_MCP_BACKEND = \"gemini\" }\n";
    assert_eq!(
        edited.replace(setting, ""),
        config,
        "comments and all the rest stay"
    );
    assert!(edited.contains(setting));

    // A program that only the server does not find is named with its folder.
    home.write_config(&config.replace(
        "# one tool",
        "\nenv = { GEMINI_MCP_BACKEND = \"gemini\", PATH = \"/nowhere\" }",
    ));
    home.ok(&["init", "--yes"]);
    let (_, found) = examined(&home, &[]);
    let told = of(&found, "member gemini", "runtime");
    assert!(
        told["detail"]
            .as_str()
            .unwrap()
            .contains("`node` is not on"),
        "{told}"
    );
}

#[test]
fn a_fault_that_stands_in_several_places_is_told_once() {
    let home = Home::new();
    let member = |name: &str| format!("{}modell = \"x\"\n", rehearsal(name));
    home.write_config(&format!("[rooms]\n{}{}", member("ann"), member("bob")));
    let (code, found) = examined(&home, &[]);
    assert_eq!(code, Some(1));
    let told: Vec<&Value> = found.iter().filter(|one| one["check"] == "files").collect();
    assert_eq!(told.len(), 2, "{told:#?}");
    let about = |what: &str| {
        let found = told
            .iter()
            .find(|one| one["detail"].as_str().unwrap().contains(what));
        found.unwrap_or_else(|| panic!("{what}: {told:#?}"))["detail"]
            .as_str()
            .unwrap()
    };
    let twice = about("unknown key `modell`");
    assert_eq!(twice.matches("unknown key").count(), 1, "{twice}");
    assert_eq!(twice.matches("synod.toml:").count(), 2, "{twice}");
    about("`rooms`");
    assert_eq!(told.iter().filter(|one| !one["fix"].is_null()).count(), 1);
}

#[test]
fn several_broken_servers_do_not_wait_for_each_other() {
    let home = Home::new();
    let silent = home.install("silent", "while read -r line; do :; done");
    let mut config = rehearsal("ann");
    for name in ["one", "two", "three"] {
        let member = format!(
            "[[member]]\nname = \"{name}\"\nadapter = \"generic\"\ncommand = [\"{silent}\"]\ngeneric = {{ tool = \"ask\" }}\n"
        );
        config.push_str(&member);
    }
    config += "[[member]]\nname = \"local\"\nadapter = \"openai\"\nurl = \"http://127.0.0.1:9/v1\"\nmodel = \"m\"\n";
    home.configure(&config);
    let began = std::time::Instant::now();
    let (code, found) = examined(&home, &[]);
    // Each is given 30 s to begin to speak; one after the other it would be three times that.
    assert!(began.elapsed().as_secs() < 75, "{:?}", began.elapsed());
    assert_eq!(code, Some(1));
    for name in ["one", "two", "three"] {
        let told = of(&found, &format!("member {name}"), "start");
        assert_eq!(told["state"], "failed");
        assert!(told["fix"].as_str().unwrap().contains(&silent), "{told}");
    }
    let told = of(&found, "member local", "port");
    assert!(
        told["detail"].as_str().unwrap().contains("127.0.0.1:9"),
        "{told}"
    );
    assert_eq!(of(&found, "member ann", "start")["state"], "ok");
}

#[test]
fn the_room_examines_itself_on_a_key() {
    let home = Home::new();
    let program = home.install("codex", NEW_CODEX);
    home.configure(&format!(
        "[room]\nhub = \"builtin\"\n{}{}",
        rehearsal("ann"),
        codex(&program)
    ));
    let mut console = Screen::open(&home, &[]);
    console.wait_for("2 members");
    console.leave_composer();
    console.press("c");
    console.wait_for("failed: 1");
    console.wait_for("codex 0.169.0 has no MCP server");
    // It is over: what was started for it has ended.
    console.wait_for("c again");
    let room = crate::processes::room_of(home.project());
    // The broken one is tried again now and then, so that it may be there at any time.
    let servers = || {
        let all = descendants(room).into_iter().map(command_of);
        all.filter(|command| !command.contains(&program)).count()
    };
    let before = servers();
    console.press("C");
    console.wait_for("goes on in the server's own session");
    console.wait_for("failed: 1");
    console.close("─ Check ─");
    // A command beside it leaves the memory to the room.
    let (_, found) = examined(&home, &[]);
    let told = of(&found, "hub", "memory")["detail"].as_str().unwrap();
    assert!(told.contains("kept by the room"), "{told}");
    assert_eq!(servers(), before, "what was started has ended");
    assert_eq!(of(&found, "room", "process")["state"], "ok");
    // The room goes on with what it began with, and says so here and there.
    home.write_config(&format!("[room]\nhub = \"builtin\"\n{}", rehearsal("bob")));
    let (_, found) = examined(&home, &[]);
    let told = of(&found, "room", "process");
    assert_eq!(told["state"], "warning", "{told}");
    assert!(
        told["fix"].as_str().unwrap().contains("`synod stop`"),
        "{told}"
    );
    console.press("c");
    console.wait_for("run `synod stop`, then `synod`");
    console.wait_for("c again");
    console.close("─ Check ─");
    let left = fs::read_dir(home.project().join(".serena/memories")).unwrap();
    let names = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !name.contains("doctor")));
    console.quit();
}
