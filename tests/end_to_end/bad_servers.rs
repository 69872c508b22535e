//! Servers that do not do what a server does. Each is told about in one clear sentence, and the
//! room goes on with the others.

use crate::home::{Home, text};
use crate::screen::Screen;

/// A server in every respect but for what it does when its tool is called: `$id` is the request.
fn server(call: &str) -> String {
    server_with("", call)
}

/// The same, with more tools before its own, as the shell says them.
fn server_with(tools: &str, call: &str) -> String {
    format!(
        r#"
tools=$({tools})
reply() {{ printf '{{"jsonrpc":"2.0","id":%s,"result":%s}}\n' "$id" "$1"; }}
while read -r line; do
    id=${{line#*\"id\":}}; id=${{id%%[,\}}]*}}
    case $line in
    *'"initialize"'*) reply '{{"protocolVersion":"2025-06-18","capabilities":{{"tools":{{}}}},"serverInfo":{{"name":"odd","version":"1"}}}}' ;;
    *'"tools/list"'*) reply '{{"tools":['"$tools"'{{"name":"ask","inputSchema":{{"type":"object"}}}}]}}' ;;
    *'"tools/call"'*) {call} ;;
    *'"id"'*) printf '{{"jsonrpc":"2.0","id":%s,"error":{{"code":-32601,"message":"unknown"}}}}\n' "$id" ;;
    esac
done"#
    )
}

/// A server that answers everything with this text.
pub(crate) fn answering(text: &str) -> String {
    let answer = format!(r#"reply '{{"content":[{{"type":"text","text":"{text}"}}]}}'"#);
    server(&answer)
}

/// An answer in the form of a tool's result.
const ANSWER: &str = r#"reply '{"content":[{"type":"text","text":"heard"}]}'"#;

/// A room of the server that this script is, and of one member that behaves.
fn room_of(script: &str) -> Home {
    let home = Home::new();
    let server = home.install("server", script);
    room(home, &server)
}

fn room(home: Home, server: &str) -> Home {
    home.configure(&format!(
        "[[member]]\nname = \"odd\"\nadapter = \"generic\"\ncommand = [\"{server}\"]\ngeneric = {{ tool = \"ask\" }}\n\
         read_only = true\ntimeout = {{ idle = \"3s\", total = \"8s\" }}\n\
         [[member]]\nname = \"terse\"\nadapter = \"rehearsal\"\nrehearsal = {{ persona = \"terse\" }}\n"
    ));
    home
}

/// Asks the odd one and gives the exit code with all that was told; then the others still answer.
fn asked(home: &Home) -> (Option<i32>, String) {
    asked_for(home, "60")
}

/// The same, and gives up after so many seconds.
fn asked_for(home: &Home, seconds: &str) -> (Option<i32>, String) {
    let output = home.synod(&["run", "-m", "odd", "--timeout", seconds, "hello"]);
    let told = text(&output.stderr) + &text(&output.stdout);
    assert_eq!(
        home.ok(&["run", "-m", "terse", "[[say:the room goes on]]"]),
        "the room goes on\n"
    );
    (output.status.code(), told)
}

#[test]
fn a_command_that_is_not_there() {
    let home = room(Home::new(), "/nowhere/server");
    let output = home.synod(&["run", "-m", "odd", "hello"]);
    let told = text(&output.stderr);
    assert_ne!(output.status.code(), Some(0));
    assert!(
        told.contains("needs the program `/nowhere/server`, which is not there; install it"),
        "{told}"
    );
    assert_eq!(
        home.ok(&["run", "-m", "terse", "[[say:the room goes on]]"]),
        "the room goes on\n"
    );
    let console = Screen::open(&home, &[]);
    console.wait_for("needs the program `/nowhere/server`");
    console.quit();
    let output = home.synod(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("needs the program `/nowhere/server`"));
}

#[test]
fn nobody_at_all_can_be_started() {
    let home = Home::new();
    home.configure(
        "[[member]]\nname = \"odd\"\nadapter = \"codex\"\ncommand = [\"/nowhere/codex\"]\n",
    );
    let told = text(&home.synod(&["run", "hello"]).stderr);
    assert!(
        told.contains("needs the program `/nowhere/codex`"),
        "{told}"
    );
}

#[test]
fn noise_around_the_answers_does_no_harm() {
    let noisy = format!("echo; echo '[debug] thinking'; echo '{{ not json'; {ANSWER}; echo done");
    let home = room_of(&format!("echo 'Welcome!'; {}", server(&noisy)));
    let (code, told) = asked(&home);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.ends_with("heard\n"), "{told}");
}

#[test]
fn a_server_that_lists_five_thousand_tools() {
    let tools = r#"n=0; while [ $n -lt 5000 ]; do n=$((n + 1))
        printf '{"name":"t%d","inputSchema":{"type":"object"}},' $n; done"#;
    let home = room_of(&server_with(tools, ANSWER));
    // Its own tool is the last of all.
    let (code, told) = asked(&home);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.ends_with("heard\n"), "{told}");
    let told = text(&home.synod(&["doctor", "--json"]).stdout);
    assert!(
        told.contains(
            "it lists more than 1000 tools: the first 1000 are shown, any other is looked up when \
             it is called by name"
        ),
        "{told}"
    );
}

#[test]
fn a_server_that_needs_a_newer_node_or_python() {
    for words in [
        "SyntaxError: Unexpected token ??=",
        "ERROR: Package x requires a different Python: 3.9.2 not in >=3.11",
    ] {
        let home = room_of(&format!("echo '{words}' >&2; exit 1"));
        let output = home.synod(&["run", "--json", "-m", "odd", "hello"]);
        let told = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{told}");
        let said = format!("wrote: {words}; install the version that it asks for, or set its PATH");
        assert!(
            told.contains("wrong version") && told.contains(&said),
            "{told}"
        );
    }
}

#[test]
fn an_answer_that_is_an_error_in_disguise() {
    let disguised = r#"{\"error\":{\"message\":\"401 Unauthorized: this key is not known\"}}"#;
    let home = room_of(&answering(disguised));
    let (code, told) = asked(&home);
    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("this key is not known; log in or correct the key"),
        "{told}"
    );
}

#[test]
fn nonsense_instead_of_answers() {
    let home = room_of(&server("reply '{\"content\":42}'"));
    let (code, told) = asked(&home);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("odd"), "{told}");
}

#[test]
fn an_answer_of_ten_megabytes() {
    let home = room_of(&server(
        "text=0123456789; for more in 1 2 3 4 5 6; do \
         text=$text$text$text$text$text$text$text$text$text$text; done; \
         reply '{\"content\":[{\"type\":\"text\",\"text\":\"'$text'\"}]}'",
    ));
    let (code, told) = asked(&home);
    assert_eq!(code, Some(0), "{}", &told[..told.len().min(500)]);
    assert!(told.len() > 10_000_000, "{}", told.len());
}

#[test]
fn a_server_that_never_answers() {
    let home = room_of(&server(":"));
    let (code, told) = asked(&home);
    // Nobody knows what it did in that time, so it is not asked again by itself.
    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("odd was silent for 3 s; try again or raise the member's timeout"),
        "{told}"
    );
    assert!(told.contains("open `synod`"), "{told}");
}

#[test]
fn a_server_that_says_nothing_at_all() {
    let home = room_of("while read -r line; do :; done");
    let (code, told) = asked_for(&home, "20");
    assert_ne!(code, Some(0), "{told}");
    assert!(
        told.contains("its server was not ready before the deadline"),
        "{told}"
    );
}

#[test]
fn a_server_that_dies_at_once() {
    let home = room_of("echo 'no licence found' >&2; exit 3");
    // It never works, so nobody waits for it: no limit of ours is needed.
    let began = std::time::Instant::now();
    let output = home.synod(&["run", "-m", "odd", "hello"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("odd ended before it answered (exit code 3); it wrote: no licence found"),
        "{told}"
    );
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    assert_eq!(
        home.ok(&["run", "-m", "terse", "[[say:the room goes on]]"]),
        "the room goes on\n"
    );
}

#[test]
fn a_codex_from_which_the_server_was_removed() {
    let home = Home::new();
    let codex = home.install("codex", "echo 'Error: stdin is not a terminal' >&2; exit 1");
    home.configure(&format!(
        "[[member]]\nname = \"codex\"\nadapter = \"codex\"\ncommand = [\"{codex}\", \"mcp-server\"]\n"
    ));
    let output = home.synod(&["run", "--json", "-m", "codex", "hello"]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("0.153.4") && told.contains("codex-mcp-server"),
        "{told}"
    );
}

#[test]
fn the_noise_of_a_server_that_never_answers_is_quoted() {
    let home = room_of(&server("echo 'waiting for the licence server'"));
    let (_, told) = asked(&home);
    assert!(
        told.contains("on its stdout it wrote: waiting for the licence server"),
        "{told}"
    );
}
