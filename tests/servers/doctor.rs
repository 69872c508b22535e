//! The doctor with real servers: they are found, told apart, asked two real prompts, and the shared
//! memory gives back what was written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinSet;

use crate::support::model_api::ModelApi;
use crate::support::provision;

/// A machine with one project, a scripted model, and a home for Codex that knows nothing else.
struct Machine {
    folder: TempDir,
    model: ModelApi,
    path: Vec<PathBuf>,
}

impl Machine {
    async fn new() -> Self {
        let model = ModelApi::start().await;
        let folder = tempfile::tempdir().unwrap();
        for part in ["project", "home", "codex", "bin"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        let settings = format!(
            "model = \"stub-model\"\nmodel_provider = \"stub\"\n\
             [model_providers.stub]\nname = \"stub\"\nbase_url = \"{}\"\nenv_key = \"STUB_KEY\"\n\
             wire_api = \"responses\"\nrequest_max_retries = 1\nstream_max_retries = 1\n",
            model.base_url()
        );
        fs::write(folder.path().join("codex/config.toml"), settings).unwrap();
        Self {
            folder,
            model,
            path: Vec::new(),
        }
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// A member that speaks through Codex.
    fn codex(name: &str, adapter: &str, command: &[&str]) -> String {
        format!(
            "[[member]]\nname = \"{name}\"\nadapter = \"{adapter}\"\ncommand = {command:?}\n\
             env = {{ STUB_KEY = \"test\", CODEX_DEFAULT_MODEL = \"stub-model\" }}\n"
        )
    }

    async fn synod(&self, args: &[&str]) -> (Option<i32>, String) {
        let at = |part: &str| self.folder.path().join(part);
        let mut path = vec![at("bin")];
        path.extend(self.path.iter().cloned());
        path.extend(std::env::split_paths(&inherited("PATH")));
        let output = Command::new(env!("CARGO_BIN_EXE_synod"))
            .args(args)
            .env_clear()
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("HOME", at("home"))
            .env("CODEX_HOME", at("codex"))
            .env("XDG_RUNTIME_DIR", at("home"))
            .env("LANG", "C.UTF-8")
            .current_dir(self.project())
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), told)
    }

    /// Writes and confirms a configuration, then gives the findings about it.
    async fn examined(&self, config: &str, args: &[&str]) -> (Option<i32>, Vec<Value>) {
        fs::write(self.project().join("synod.toml"), config).unwrap();
        let (confirmed, _) = self.synod(&["init", "--yes"]).await;
        assert_eq!(confirmed, Some(0));
        let (code, told) = self.synod(&[&["doctor", "--json"], args].concat()).await;
        let found = told.lines().map(|line| serde_json::from_str(line).unwrap());
        (code, found.collect())
    }
}

fn inherited(name: &str) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "real servers need the machine's Node and Python"
    )]
    std::env::var(name).unwrap()
}

fn of<'f>(found: &'f [Value], subject: &str, check: &str) -> (&'f str, &'f str) {
    let one = found
        .iter()
        .find(|one| one["subject"] == subject && one["check"] == check)
        .unwrap_or_else(|| panic!("nothing about {subject} {check}: {found:#?}"));
    (
        one["state"].as_str().unwrap(),
        one["detail"].as_str().unwrap(),
    )
}

async fn installed<T: Send + 'static>(how: fn() -> Option<T>) -> Option<T> {
    tokio::task::spawn_blocking(how).await.unwrap()
}

#[tokio::test]
async fn real_codex_and_an_endpoint_answer_and_go_on() {
    let machine = Machine::new().await;
    let Some(program) = installed(provision::codex_with_mcp_server).await else {
        return;
    };
    let program = program.display().to_string();
    let config = format!(
        "{}[[member]]\nname = \"gpt\"\nadapter = \"openai\"\nurl = \"{}\"\nmodel = \"stub-model\"\n",
        Machine::codex("codex", "codex", &[&program, "mcp-server"]),
        machine.model.base_url()
    );
    let (code, found) = machine.examined(&config, &["--ask"]).await;
    assert_eq!(code, Some(0), "{found:#?}");
    assert_eq!(
        of(&found, "member codex", "version"),
        ("ok", "codex 0.153.4")
    );
    let (state, node) = of(&found, "member codex", "runtime");
    assert!(state == "ok" && node.starts_with("Node "), "{node}");
    assert_eq!(
        of(&found, "member codex", "tools"),
        ("ok", "codex, codex-reply (of 2 tools)")
    );
    for member in ["member codex", "member gpt"] {
        let (state, answer) = of(&found, member, "prompt");
        assert!(state == "ok" && answer.contains("turn 1: "), "{answer}");
        let (state, again) = of(&found, member, "session");
        let goes_on = again.contains("in the server's own session") && again.contains("turn 2: ");
        assert!(state == "ok" && goes_on, "{again}");
    }
    assert_eq!(of(&found, "member gpt", "port").0, "ok");
    assert_eq!(left_in(&machine.project()), [] as [u32; 0]);
}

#[tokio::test]
async fn a_codex_without_a_server_is_told_from_the_one_that_drives_it() {
    let mut machine = Machine::new().await;
    let Some(driven) = installed(provision::codex_mcp_server).await else {
        return;
    };
    machine.path.push(driven.bin.clone());
    let codex = driven.bin.join("codex").display().to_string();
    let server = driven.server.display().to_string();
    let config = format!(
        "{}{}{}",
        Machine::codex("new", "codex", &[&codex, "mcp-server"]),
        Machine::codex("bridge", "codex-mcp-server", &[&server]),
        Machine::codex("mistaken", "codex", &[&server]),
    );
    let (code, found) = machine.examined(&config, &["--ask"]).await;
    assert_eq!(code, Some(1));
    let (state, told) = of(&found, "member new", "version");
    assert!(
        state == "failed" && told.starts_with("codex 0.169.0 has no MCP server"),
        "{told}"
    );
    assert_eq!(
        of(&found, "member bridge", "version"),
        ("ok", "codex-mcp-server 1.4.10")
    );
    let (state, driven) = of(&found, "member bridge", "drives");
    assert!(state == "ok" && driven.ends_with("/codex"), "{driven}");
    let (state, answer) = of(&found, "member bridge", "prompt");
    assert!(state == "ok" && answer.contains("turn 1: "), "{answer}");
    assert_eq!(
        of(&found, "member bridge", "session"),
        ("ok", "it remembers, told again by Synod")
    );
    // Two servers have the same name; the tools tell them apart.
    let (state, told) = of(&found, "member mistaken", "tools");
    assert!(
        state == "failed" && told.contains("has no tool codex-reply"),
        "{told}"
    );
}

#[tokio::test]
async fn a_failing_provider_is_told_in_its_own_kind() {
    let machine = Machine::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let mut provider = JoinSet::new();
    provider.spawn(refuse_all(listener));
    let config = format!(
        "[[member]]\nname = \"gpt\"\nadapter = \"openai\"\nurl = \"{url}\"\nmodel = \"stub-model\"\n"
    );
    let (code, found) = machine.examined(&config, &["--ask"]).await;
    assert_eq!(code, Some(1), "{found:#?}");
    assert_eq!(of(&found, "member gpt", "port").0, "ok");
    let (state, told) = of(&found, "member gpt", "prompt");
    assert!(
        state == "failed" && told.starts_with("not logged in: "),
        "{told}"
    );
    assert_eq!(of(&found, "member gpt", "session").0, "skipped");
}

/// A provider that accepts no key.
async fn refuse_all(listener: TcpListener) {
    const REFUSAL: &str = "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\n\
        content-length: 33\r\nconnection: close\r\n\r\n{\"error\":{\"message\":\"no key\"}}   ";
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut request = [0; 16 * 1024];
        // Whoever only looks whether somebody listens says nothing.
        if stream.read(&mut request).await.is_ok_and(|bytes| bytes > 0) {
            drop(stream.write_all(REFUSAL.as_bytes()).await);
        }
    }
}

#[tokio::test]
async fn serena_gives_back_what_was_written_and_keeps_nothing_of_it() {
    let machine = Machine::new().await;
    let Some(program) = installed(provision::serena).await else {
        return;
    };
    let config = format!(
        "[room]\nhub = \"serena\"\nhub_command = [\"{}\"]\n\
         [[member]]\nname = \"ann\"\nadapter = \"rehearsal\"\nrehearsal = {{ persona = \"terse\" }}\n",
        program.display()
    );
    let (code, found) = machine.examined(&config, &[]).await;
    assert_eq!(code, Some(0), "{found:#?}");
    assert_eq!(of(&found, "hub", "version"), ("ok", "serena-agent 2.1.0"));
    let (state, python) = of(&found, "hub", "runtime");
    assert!(state == "ok" && python.starts_with("Python 3."), "{python}");
    let (state, told) = of(&found, "hub", "memory");
    assert!(
        state == "ok" && told.starts_with("serena: written and read back"),
        "{told}"
    );
    assert!(
        !machine.project().join(".serena").exists(),
        "it was tried elsewhere"
    );

    // In a project with a memory it is that one which is tried.
    fs::create_dir_all(machine.project().join(".serena/memories")).unwrap();
    fs::create_dir_all(machine.project().join(".synod")).unwrap();
    let (_, found) = machine.examined(&config, &[]).await;
    assert_eq!(of(&found, "hub", "memory").0, "ok");
    let left = fs::read_dir(machine.project().join(".serena/memories")).unwrap();
    assert_eq!(left.count(), 0);
    assert_eq!(left_in(&machine.project()), [] as [u32; 0]);
}

/// Processes whose folder is this one.
fn left_in(folder: &Path) -> Vec<u32> {
    let all = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let cwd = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
        (cwd == folder).then_some(pid)
    });
    all.collect()
}

#[tokio::test]
async fn the_wrong_backend_of_the_real_gemini_tool_is_found_and_mended() {
    let mut machine = Machine::new().await;
    let Some(driven) = installed(provision::gemini_mcp_tool).await else {
        return;
    };
    machine.path.push(driven.bin.clone());
    let config = format!(
        "# tried by hand\n[[member]]\nname = \"gemini\" # google\nadapter = \"generic\"\n\
         command = [\"{}\"]\ngeneric = {{ tool = \"ask-gemini\" }}\n",
        driven.server.display()
    );
    let (code, found) = machine.examined(&config, &[]).await;
    assert_eq!(code, Some(1), "{found:#?}");
    assert_eq!(of(&found, "member gemini", "start").0, "ok");
    assert_eq!(of(&found, "member gemini", "tools").0, "ok");
    let (state, told) = of(&found, "member gemini", "drives");
    assert!(
        state == "failed" && told.contains("looks for `agy`"),
        "{told}"
    );

    let (code, told) = machine.synod(&["doctor", "--fix", "--json"]).await;
    assert_eq!(code, Some(0), "{told}");
    let found: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(of(&found, "mended", "drives").0, "mended");
    let (_, version) = of(&found, "member gemini", "version");
    assert_eq!(version, "gemini-mcp-tool 1.1.8");
    let (state, driven) = of(&found, "member gemini", "drives");
    assert!(state == "ok" && driven.ends_with("/gemini"), "{driven}");
    let edited = fs::read_to_string(machine.project().join("synod.toml")).unwrap();
    let setting = "env = { GEMINI_MCP_BACKEND = \"gemini\" }\n";
    assert_eq!(edited.replace(setting, ""), config);
}
