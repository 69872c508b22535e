//! A member that does nothing but stream: words of several calls, each word a notification of its
//! own, each at its time.
//!
//! Speaks the wire of the chat servers that come with Synod, with as little work of its own as can
//! be, so that the cost of a run is the cost of those who read. A reader that is slow holds the
//! words up and does not make them fewer: what was sent and what was due is written down.

use std::fmt::Write as _;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Between two words of a call: 100 a second.
pub(crate) const PACE: Duration = Duration::from_millis(10);
/// Between two notes of what was sent.
const NOTE: Duration = Duration::from_millis(200);
const WORDS: [&str; 12] = [
    "the ", "room ", "waits ", "for ", "an ", "answer ", "while ", "others ", "speak ", "of ",
    "it ", "too.\\n",
];

enum Heard {
    Call { id: Value, token: Value },
    Line(String),
    Cancelled(Value),
}

struct Stream {
    id: Value,
    token: Value,
    sent: usize,
}

/// Serves until stdin ends; writes sent and due words to `report`.
pub(crate) fn serve(report: &Path) {
    let (say, heard) = channel();
    let note = noting(report);
    std::thread::spawn(move || play(&heard, note));
    for line in std::io::stdin().lock().lines() {
        let Ok(message) = line.map(|line| serde_json::from_str::<Value>(&line).unwrap()) else {
            break;
        };
        let Some(next) = heard_in(&message) else {
            continue;
        };
        if say.send(next).is_err() {
            break;
        }
    }
    std::process::exit(0);
}

/// Writes sent and due words down, so that a reader never finds half of it.
fn noting(report: &Path) -> impl Fn(u64, u64) + use<> {
    let (report, half) = (report.to_owned(), report.with_extension("half"));
    move |sent, due| {
        std::fs::write(&half, format!("{sent} {due}")).unwrap();
        std::fs::rename(&half, &report).unwrap();
    }
}

fn heard_in(message: &Value) -> Option<Heard> {
    let id = message.get("id").cloned();
    let answer = |result: Value| {
        let reply = json!({"jsonrpc": "2.0", "id": id, "result": result});
        Some(Heard::Line(format!("{reply}\n")))
    };
    match message["method"].as_str()? {
        "initialize" => answer(json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "streamer", "version": "1"},
        })),
        "tools/list" => answer(json!({"tools": [{
            "name": "chat",
            "inputSchema": {"type": "object", "properties": {"prompt": {"type": "string"}}},
        }]})),
        "tools/call" => Some(Heard::Call {
            id: id?,
            token: message["params"]["_meta"]["progressToken"].clone(),
        }),
        "notifications/cancelled" => Some(Heard::Cancelled(message["params"]["requestId"].clone())),
        _ => {
            let error = json!({"code": -32_601, "message": "unknown"});
            let reply = json!({"jsonrpc": "2.0", "id": id?, "error": error});
            Some(Heard::Line(format!("{reply}\n")))
        }
    }
}

fn play(heard: &Receiver<Heard>, note: impl Fn(u64, u64)) {
    let mut streams: Vec<Stream> = Vec::new();
    let (mut out, mut lines) = (std::io::stdout().lock(), String::new());
    let (mut sent, mut noted) = (0, Instant::now());
    let mut next = Instant::now();
    loop {
        match heard.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(Heard::Line(line)) => out.write_all(line.as_bytes()).unwrap(),
            Ok(Heard::Call { id, token }) => streams.push(Stream { id, token, sent: 0 }),
            Ok(Heard::Cancelled(id)) => streams.retain(|stream| stream.id != id),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                // What came late is due all the same: each turn of this loop is one beat.
                next += PACE;
                lines.clear();
                for stream in &mut streams {
                    let word = WORDS[stream.sent % WORDS.len()];
                    stream.sent += 1;
                    writeln!(
                        lines,
                        r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"_meta":{{"synod/delta":"{word}"}},"message":"streaming","progress":{},"progressToken":{}}}}}"#,
                        stream.sent, stream.token
                    )
                    .unwrap();
                }
                if out
                    .write_all(lines.as_bytes())
                    .and_then(|()| out.flush())
                    .is_err()
                {
                    return;
                }
                let many = streams.len() as u64;
                let behind = next.elapsed().as_millis() / PACE.as_millis();
                sent += many;
                let due = sent + many * u64::try_from(behind).unwrap();
                if noted.elapsed() >= NOTE {
                    note(sent, due);
                    noted = Instant::now();
                }
            }
        }
    }
}
