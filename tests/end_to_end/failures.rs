//! What providers refuse, through the room and the built-in server, with a scripted model API behind
//! it: each failure has its kind, its reason, and an end.

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::home::{Home, lines, text};
use crate::journal;
use crate::support::model_api::ModelApi;

/// A room with one real member, and one that is asked when the other fails.
fn room(model: &ModelApi) -> Home {
    let home = Home::new();
    let spare = home.install("spare", &crate::bad_servers::answering("spare answers"));
    home.configure(&format!(
        "[[member]]\nname = \"gpt\"\nadapter = \"openai\"\nmodel = \"m\"\nurl = \"{}\"\n\
         strengths = {{ general = 0.9 }}\n\
         [[member]]\nname = \"spare\"\nadapter = \"generic\"\ncommand = [\"{spare}\"]\n\
         generic = {{ tool = \"ask\" }}\nread_only = true\nstrengths = {{ general = 0.1 }}\n",
        model.base_url()
    ));
    home
}

/// Runs a task and gives its exit code and what it told.
fn run(home: &Home, args: &[&str]) -> (Option<i32>, Vec<Value>) {
    let output = home.synod(&[&["run", "--json"], args].concat());
    (output.status.code(), lines(&text(&output.stdout)))
}

fn of_type<'t>(told: &'t [Value], kind: &str) -> Vec<&'t Value> {
    told.iter().filter(|line| line["type"] == kind).collect()
}

#[test]
fn a_wrong_key_waits_for_the_operator_and_says_so() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = room(&model);
    let (code, told) = run(&home, &["-m", "gpt", "[[status:401]] hello"]);
    assert_eq!(code, Some(3), "{told:?}");
    let failed = of_type(&told, "call_ended")[0];
    assert_eq!(failed["kind"], "auth", "{failed}");
    assert!(
        failed["said"].as_str().unwrap().contains("stub error 401"),
        "{failed}"
    );
    let note = of_type(&told, "note")[0]["text"].as_str().unwrap();
    assert!(note.contains("waits until gpt is logged in"), "{note}");
    // The next one for it waits as well, and is not even tried.
    let (code, told) = run(&home, &["-m", "gpt", "hello again"]);
    assert_eq!((code, of_type(&told, "call_started").len()), (Some(3), 0));
    // Who names nobody is answered by the other one.
    let (code, told) = run(&home, &["hello"]);
    assert_eq!(code, Some(0), "{told:?}");
    let journal = home.journal();
    assert_eq!(journal::events(&journal, "attention_raised").len(), 1);
    assert_eq!(journal::events(&journal, "member_paused").len(), 1);
}

#[test]
fn a_limit_for_an_hour_hands_the_task_on_with_the_reason() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = room(&model);
    let (code, told) = run(&home, &["[[status:429]][[retry-after:3600]] hello"]);
    assert_eq!(code, Some(0), "{told:?}");
    let failed = of_type(&told, "call_ended")[0];
    assert_eq!(
        (&failed["kind"], &failed["retry_after_ms"]),
        (&Value::from("rate_limited"), &Value::from(3_600_000)),
        "{failed}"
    );
    let routed = of_type(&told, "routed");
    let because = routed[1]["because"].as_str().unwrap();
    assert!(
        because.starts_with("gpt failed (too many requests"),
        "{because}"
    );
    assert_eq!(told.last().unwrap()["result"], "spare answers");
    // Who insists on it is told at once why not.
    let (code, told) = run(&home, &["-m", "gpt", "hello"]);
    assert_eq!(code, Some(1), "{told:?}");
    let why = told.last().unwrap()["why"].as_str().unwrap();
    assert!(why.contains("rate limited"), "{why}");
}

#[test]
fn a_passing_failure_is_tried_again_after_a_pause() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = room(&model);
    // The server is patient with the endpoint by itself, so it takes more than a few.
    let (code, told) = run(
        &home,
        &["-m", "gpt", "[[status:500x5]][[say:at last]] hello"],
    );
    assert_eq!(code, Some(0), "{told:?}");
    assert_eq!(told.last().unwrap()["result"], "at last");
    let failed = of_type(&told, "call_ended")[0];
    assert_eq!(failed["kind"], "overloaded", "{failed}");
    assert_eq!(journal::events(&home.journal(), "task_delayed").len(), 1);
}

#[test]
fn a_conversation_that_is_too_long_goes_on_with_a_digest() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = room(&model);
    let (code, _) = run(&home, &["-m", "gpt", "[[big:60000]] tell me all"]);
    assert_eq!(code, Some(0));
    let (code, told) = run(&home, &["-m", "gpt", "[[window:20000]] and in short?"]);
    assert_eq!(code, Some(0), "{told:?}");
    let failed = of_type(&told, "call_ended")[0];
    assert_eq!(failed["kind"], "context_too_long", "{failed}");
    let last = model.requests().pop().unwrap().body.to_string();
    assert!(
        last.contains("This conversation goes on") && last.len() < 20_000,
        "{}",
        last.len()
    );
    // The operator's own words are never cut: that is a clear failure.
    let (code, told) = run(&home, &["-m", "gpt", "[[window:10]] and now?"]);
    assert_eq!(code, Some(1), "{told:?}");
    assert_eq!(of_type(&told, "call_started").len(), 2, "{told:?}");
}

#[test]
fn what_the_server_said_is_told_in_full_on_stderr() {
    let home = Home::new();
    let script = "echo 'reading the licence' >&2; echo 'Error: no licence found' >&2; exit 3";
    let server = home.install("server", script);
    home.configure(&format!(
        "[[member]]\nname = \"odd\"\nadapter = \"generic\"\ncommand = [\"{server}\"]\n\
         generic = {{ tool = \"ask\" }}\nread_only = true\n"
    ));
    let output = home.synod(&["run", "hello"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("  | reading the licence\n"), "{told}");
}
