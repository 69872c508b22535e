//! Servers that do not do what a server does. Each is told about in one clear sentence, and the
//! room goes on with the others.

use crate::home::{Home, text};
use crate::screen::Screen;

/// What a server answers to the handshake, whatever the id of the request.
const HANDSHAKE: &str = r#"
read -r line; id=${line#*\"id\":}; id=${id%%[,\}]*}
echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"odd\",\"version\":\"1\"}}}"
read -r line
read -r line; id=${line#*\"id\":}; id=${id%%[,\}]*}
echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"tools\":[{\"name\":\"ask\",\"inputSchema\":{\"type\":\"object\"}}]}}"
read -r line; id=${line#*\"id\":}; id=${id%%[,\}]*}
"#;

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
    let output = home.synod(&["run", "-m", "odd", "hello"]);
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
    let home = room_of(&format!(
        "echo 'Welcome to this server!'; echo '{{ not json'; {HANDSHAKE}\necho; echo '[debug] thinking'\n\
         echo \"{{\\\"jsonrpc\\\":\\\"2.0\\\",\\\"id\\\":$id,\\\"result\\\":{{\\\"content\\\":[{{\\\"type\\\":\\\"text\\\",\\\"text\\\":\\\"heard\\\"}}]}}}}\"\n\
         while read -r line; do :; done"
    ));
    let (code, told) = asked(&home);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.ends_with("heard\n"), "{told}");
}

#[test]
fn nonsense_instead_of_answers() {
    let home = room_of(&format!(
        "{HANDSHAKE}\necho \"{{\\\"jsonrpc\\\":\\\"2.0\\\",\\\"id\\\":$id,\\\"result\\\":{{\\\"content\\\":42}}}}\"\nwhile read -r line; do :; done"
    ));
    let (code, told) = asked(&home);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("odd"), "{told}");
}

#[test]
fn an_answer_of_ten_megabytes() {
    let home = room_of(&format!(
        "{HANDSHAKE}\nprintf '{{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{{\"content\":[{{\"type\":\"text\",\"text\":\"' $id\n\
         piece=0123456789; piece=$piece$piece$piece$piece$piece$piece$piece$piece$piece$piece; piece=$piece$piece$piece$piece$piece$piece$piece$piece$piece$piece\n\
         i=0; while [ $i -lt 10000 ]; do printf %s $piece; i=$((i+1)); done; printf '\"}}]}}}}\\n'\nwhile read -r line; do :; done"
    ));
    let (code, told) = asked(&home);
    assert_eq!(code, Some(0), "{}", &told[..told.len().min(500)]);
    assert!(told.len() > 1_000_000, "{}", told.len());
}

#[test]
fn a_server_that_never_answers() {
    let home = room_of(&format!("{HANDSHAKE}\nwhile read -r line; do :; done"));
    let (code, told) = asked(&home);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("no sign of life for 3 s"), "{told}");
}

#[test]
fn a_server_that_dies_at_once() {
    let home = room_of("echo 'no licence found' >&2; exit 3");
    let (code, told) = asked(&home);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("ended before it answered"), "{told}");
}
