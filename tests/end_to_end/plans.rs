//! Plans from end to end: on the command line, and in a console whose room is killed in the middle.

use rustix::process::Signal;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::home::{Home, lines, text};
use crate::journal;
use crate::processes::{ORPHAN, descendants, kill, room_of, wait_gone};
use crate::screen::Screen;
use crate::support::model_api::ModelApi;

const GOAL: &str = "Mend the login test";

fn of_type<'a>(told: &'a [Value], sort: &str) -> Vec<&'a Value> {
    told.iter().filter(|line| line["type"] == sort).collect()
}

#[test]
fn a_plan_that_is_approved_beforehand_is_worked_to_its_result() {
    let home = Home::new();
    let told = lines(&home.ok(&[
        "run",
        "--json",
        "--strategy",
        "plan",
        "--approve",
        "-m",
        "wrong",
        GOAL,
    ]));
    let [plan] = of_type(&told, "plan")[..] else {
        panic!("{told:?}");
    };
    assert_eq!(plan["steps"].as_array().unwrap().len(), 4);
    let steps = of_type(&told, "step");
    let keys: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["key"].as_str())
        .collect();
    assert_eq!((keys.len(), keys[0], keys[3]), (4, "look", "check"));
    assert!(steps.iter().all(|step| step["how"] == "done"), "{steps:?}");
    let last = told.last().unwrap();
    assert_eq!(
        (&last["type"], &last["basis"]),
        (&"done".into(), &"plan".into())
    );
    home.ok(&["stop"]);
    let journal = home.journal();
    // The first answer was prose, and was asked for once more.
    let asked: Vec<&Value> = journal::events(&journal, "call_started")
        .into_iter()
        .filter(|body| body["task"] == 1)
        .map(|body| &body["purpose"])
        .collect();
    assert_eq!(asked, ["plan", "plan_again", "gather"]);
    let result = std::fs::read_to_string(home.memory("results/1")).unwrap();
    assert!(result.contains(GOAL), "{result}");
    assert!(
        home.memory("results/5").exists(),
        "the results of steps are there too"
    );
}

/// The last prompt of each request that a model got.
fn prompts(model: &ModelApi) -> Vec<String> {
    let requests = model.requests().into_iter();
    let posts = requests.filter(|request| request.method == "POST");
    let last = posts.filter_map(|request| {
        let messages = request.body["messages"].as_array()?;
        Some(messages.last()?["content"].as_str()?.to_owned())
    });
    last.collect()
}

#[test]
fn a_model_behind_an_endpoint_is_told_of_each_step_what_it_needs() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = Home::new();
    home.configure(&format!(
        "[room]\nhub = \"builtin\"\n[[member]]\nname = \"gpt\"\nadapter = \"openai\"\n\
         model = \"gpt-model\"\nurl = \"{}\"\n",
        model.base_url()
    ));
    let plan = r#"{"steps":[{"key":"name","prompt":"Name a colour.","accept":"one word"},{"key":"use","prompt":"Say what has it.","after":["name"]}]}"#;
    let goal = format!("Paint the shed. [[say:{plan}]]");
    let told = home.ok(&["run", "--strategy", "plan", "--approve", &goal]);
    // It says the same to all that has the goal in it.
    assert_eq!(told.trim(), plan);
    let [asked, first, second, gathered] = &prompts(&model)[..] else {
        panic!("{:?}", prompts(&model));
    };
    assert!(
        asked.contains("at most 24") && asked.contains("\"maxItems\": 24"),
        "{asked}"
    );
    assert!(
        first.ends_with("Name a colour.\n\nDone when: one word"),
        "{first}"
    );
    assert!(!first.contains("Paint the shed"), "{first}");
    assert!(
        second.contains("~~~~ work of #2\nturn ") && second.ends_with("Say what has it."),
        "{second}"
    );
    for part in [
        "~~~~ work of #2\nturn ",
        "~~~~ work of #3\nturn ",
        "~~~~ plan\n",
        "#3 use, after name",
    ] {
        assert!(gathered.contains(part), "{part} in {gathered}");
    }
}

#[test]
fn a_plan_without_leave_is_printed_and_waits() {
    let home = Home::new();
    let output = home.synod(&["run", "--strategy", "plan", "-m", "terse", GOAL]);
    assert_eq!(output.status.code(), Some(3));
    let told = text(&output.stderr);
    assert!(
        told.contains("== check #review /solo after:build,describe"),
        "{told}"
    );
    assert!(told.contains("the plan of #1 waits for leave"), "{told}");
    assert_eq!(text(&output.stdout), "");
    let told = home.refused(2, &["run", "--approve", GOAL]);
    assert!(told.contains("--approve is for plans"), "{told}");
}

#[test]
fn a_plan_that_waited_when_its_room_was_killed_is_approved_and_worked_after() {
    let home = Home::new();
    home.configure(
        "[[member]]\nname = \"mira\"\nadapter = \"rehearsal\"\n\
         rehearsal = { persona = \"terse\", seed = 3 }\n",
    );
    let mut console = Screen::open(&home, &[]);
    console.wait_for("1 member");
    console.send(&format!("/plan {GOAL}"));
    console.wait_for("◐ #1 approve it");
    let room = room_of(home.project());
    let below = descendants(room);
    kill(room, Signal::KILL);
    wait_gone(&below, ORPHAN);
    console.wait_for("✕ room ended");
    console.quit();

    let mut again = Screen::open(&home, &[]);
    again.wait_for("◐ #1 approve it");
    again.leave_composer();
    again.press("3");
    again.wait_for("╰ ○ look");
    again.press("a");
    again.wait_for("#1 done  plan");
    again.quit();
    home.ok(&["stop"]);
    let journal = home.journal();
    let planned = journal::events(&journal, "planned");
    let of = |what: &str| {
        let all = planned.iter().map(|body| &body["what"][what]);
        all.filter(|body| !body.is_null()).collect::<Vec<_>>()
    };
    assert_eq!(of("proposed").len(), 1);
    assert_eq!(of("approved")[0]["steps"], serde_json::json!([2, 3, 4, 5]));
    let ended = journal::events(&journal, "task_concluded");
    assert_eq!(ended.len(), 5);
    assert!(
        ended.iter().all(|body| !body["outcome"]["done"].is_null()),
        "{ended:?}"
    );
}
