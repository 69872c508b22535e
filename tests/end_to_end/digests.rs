//! A long session is digested by the member that is set for it, and the digest is what its server is told
//! when it has forgotten the conversation.

use std::fs;

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::journal;
use crate::lessons::room_with;
use crate::retention::until;
use crate::support::model_api::ModelApi;

const DIGEST: &str = "It was about the login.";

/// A task with a long answer of ann, of which ben makes little.
fn long(number: u32) -> String {
    let answer = format!("Turn {number}: {}", "it races with the token; ".repeat(235));
    format!("[[ann-model:{answer}]][[ben-model:{DIGEST}]]")
}

#[test]
fn a_member_digests_a_long_session_and_the_digest_is_told_after_a_restart() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = room_with(&model, "[memory]\ndigest = \"ben\"\n");
    for number in 1..=5 {
        home.ok(&["run", "--member", "ann", &long(number)]);
    }
    let context = home.memory("model_contexts/ann/s1.json");
    let document = || fs::read_to_string(&context).unwrap_or_default();
    until("it is digested", || {
        document().contains("\"digest_by\": \"ben\"")
    });
    let document: Value = serde_json::from_str(&document()).unwrap();
    assert_eq!(
        (&document["digest"], &document["digest_through"]),
        (&DIGEST.into(), &3.into())
    );
    let asked = model.requests().last().unwrap().body.to_string();
    assert!(
        asked.contains("~~~~ turn 3 answer") && asked.contains("Turn 1: it races"),
        "{asked}"
    );
    assert!(!asked.contains("turn 4"), "{asked}");
    home.ok(&["stop"]);
    home.ok(&[
        "run",
        "--member",
        "ann",
        "And now? [[ann-model:Now it waits.]]",
    ]);
    let told = model.requests().last().unwrap().body.to_string();
    assert!(
        told.contains("~~~~ digest of the turns before") && told.contains(DIGEST),
        "{told}"
    );
    assert!(
        told.contains("Turn 4: it races") && !told.contains("Turn 3: it races"),
        "{told}"
    );
    // The turns themselves stay in the journal.
    let written = home.journal();
    let answers = journal::events(&written, "call_ended");
    let whole = |body: &&&Value| body.to_string().contains("Turn 1: it races");
    assert_eq!(answers.iter().filter(whole).count(), 1);
    assert_eq!(journal::events(&written, "session_digested").len(), 1);
}
