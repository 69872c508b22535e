//! What one task teaches is found in the real prompt of the next, and what the operator says of
//! lessons on the command line holds; the console says who was told.

use std::fs;

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::home::{Home, lines};
use crate::journal;
use crate::screen::Screen;
use crate::support::model_api::ModelApi;

/// Two members behind one scripted model API.
fn room(model: &ModelApi) -> Home {
    room_with(model, "")
}

/// The same with more in its configuration.
pub(crate) fn room_with(model: &ModelApi, more: &str) -> Home {
    let home = Home::new();
    let member = |name: &str| {
        format!(
            "[[member]]\nname = \"{name}\"\nadapter = \"openai\"\nmodel = \"{name}-model\"\n\
             url = \"{}\"\n",
            model.base_url()
        )
    };
    home.configure(&format!(
        "[room]\nhub = \"builtin\"\n[conflict]\nladder = [\"operator\"]\n{more}{}{}",
        member("ann"),
        member("ben")
    ));
    home
}

/// A council's task in which both say a number. What directs the model stands so far behind that no
/// lesson repeats it.
fn council(question: &str, number: u32) -> String {
    let block = format!(
        "The loop runs so often.\n\n```final\n{{\"kind\":\"number\",\"value\":{number},\
         \"confidence\":0.9}}\n```"
    );
    format!(
        "{question} {}\n[[ann-model:{block}]][[ben-model:{block}]]",
        ".".repeat(240)
    )
}

/// Everything that the model was last asked.
fn last_prompt(model: &ModelApi) -> String {
    model.requests().last().unwrap().body.to_string()
}

#[test]
fn a_lesson_that_was_accepted_is_in_the_real_prompt_of_the_next_task() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = room(&model);
    let asked = council("How many retries has the login?", 3);
    home.ok(&["run", "--strategy", "council", &asked]);
    let listed = lines(&home.ok(&["lesson", "list", "--json"]));
    assert_eq!(
        (&listed[0]["state"], &listed[0]["claim"]),
        (&"proposed".into(), &"3".into())
    );

    let next = "Does the login need more retries? [[say:no]]";
    home.ok(&["run", "-m", "ann", next]);
    assert!(
        !last_prompt(&model).contains("lesson L1"),
        "nobody has accepted it"
    );
    assert_eq!(home.ok(&["lesson", "accept", "L1"]), "L1 accepted\n");
    home.ok(&["run", "-m", "ben", next]);
    let prompt = last_prompt(&model);
    assert!(prompt.contains("~~~~ lesson L1"), "{prompt}");
    assert!(prompt.contains("Holds: 3"), "{prompt}");
    assert!(prompt.contains("Source: ann, ben, #1"), "{prompt}");

    let journal = home.journal();
    let chosen = journal::events(&journal, "context_chosen");
    let told = |shown: &Value| shown["lesson"] == 1;
    let shown = chosen.last().unwrap()["shown"].as_array().unwrap();
    assert!(shown.iter().any(told), "{chosen:?}");
    let shown = home.ok(&["lesson", "show", "l1"]);
    assert!(
        shown.contains("L1 is accepted") && shown.contains("seen by  ben"),
        "{shown}"
    );

    home.ok(&["stop"]);
    let folder = home.memory("knowledge/general/x");
    let document = fs::read_dir(folder.parent().unwrap())
        .unwrap()
        .next()
        .unwrap();
    let text = fs::read_to_string(document.unwrap().path()).unwrap();
    assert!(
        text.contains("state: accepted") && text.contains("Holds: 3"),
        "{text}"
    );
    assert!(
        text.contains("| #1 | the answers agree | results/1 |"),
        "{text}"
    );
}

#[test]
fn lessons_are_written_disputed_settled_and_retired_on_the_command_line() {
    let home = Home::new();
    let add = |claim: &str| home.ok(&["lesson", "add", "retries of the login", claim]);
    let told = add("the login takes 3 retries");
    assert!(told.ends_with("L1 accepted\n"), "{told}");
    let told = add("the login takes 5 retries");
    assert!(told.contains("L1 disputed: L2 says the contrary"), "{told}");
    assert!(
        told.contains("a1 L2 says the contrary of L1; which holds?"),
        "{told}"
    );
    let why = home.refused(2, &["lesson", "accept", "L1"]);
    assert!(why.contains("settle a1 in the inbox"), "{why}");
    let told = home.ok(&["lesson", "settle", "a1", "newer"]);
    assert!(told.contains("L1 retired: L2 holds in its place"), "{told}");
    let states = lines(&home.ok(&["lesson", "list", "--json"]));
    let states: Vec<&Value> = states.iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["retired", "accepted"]);
    home.ok(&["lesson", "dispute", "L2", "I doubt it"]);
    home.ok(&["lesson", "retire", "L2", "it is outdated"]);
    let shown = home.ok(&["lesson", "list", "--state", "accepted"]);
    assert_eq!(shown, "");
    let why = home.refused(2, &["lesson", "retire", "L9", "x"]);
    assert!(why.contains("there is no lesson L9"), "{why}");
}

#[test]
fn a_pinned_document_is_in_the_real_prompt_and_one_that_is_gone_is_said_to_be() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = room(&model);
    let note = home.memory("notes/style");
    fs::create_dir_all(note.parent().unwrap()).unwrap();
    fs::write(&note, "Answer in rhymes.\n").unwrap();
    let told = home.ok(&["pin", "notes/style"]);
    assert_eq!(told, "notes/style is told to all tasks\n");
    home.ok(&["run", "-m", "ann", "Hello. [[say:hi]]"]);
    let prompt = last_prompt(&model);
    assert!(
        prompt.contains("document notes.style") && prompt.contains("in rhymes"),
        "{prompt}"
    );
    fs::remove_file(&note).unwrap();
    home.ok(&["run", "-m", "ben", "Hello. [[say:hi]]"]);
    let prompt = last_prompt(&model);
    assert!(
        prompt.contains("could not be read: there is no such document"),
        "{prompt}"
    );
    let journal = home.journal();
    let read = journal::events(&journal, "document_told");
    assert!(read[0]["text"]["read"]["digest"].is_string(), "{read:?}");
    assert_eq!(
        read[1]["text"]["unreadable"]["why"],
        "there is no such document"
    );
    home.ok(&["unpin", "notes/style"]);
    home.ok(&["run", "-m", "ann", "Hello. [[say:hi]]"]);
    let prompt = last_prompt(&model);
    // Only in what was said before.
    let times = prompt.matches("~~~~ document notes.style").count();
    assert_eq!(times, 1, "{prompt}");
    let refused = home.refused(2, &["pin", "../x"]);
    assert!(
        refused.contains("cannot be the name of a document"),
        "{refused}"
    );
    home.ok(&["stop"]);
    let result = fs::read_to_string(home.memory("results/1")).unwrap();
    assert!(result.contains("c1 was told: notes/style ("), "{result}");
}

#[test]
fn the_console_says_which_calls_were_told_and_pins_by_a_key() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = room(&model);
    let note = home.memory("notes/style");
    fs::create_dir_all(note.parent().unwrap()).unwrap();
    fs::write(&note, "Answer in rhymes.\n").unwrap();
    home.ok(&[
        "lesson",
        "add",
        "retries of the login",
        "the login takes 3 retries",
    ]);
    let mut screen = Screen::open(&home, &[]);
    screen.leave_composer();
    screen.press("4");
    screen.wait_for("style");
    screen.press("/rhymes\r");
    // Only what is found is listed under its whole name; the first letters find more.
    screen.wait("the note alone", |seen| {
        seen.contains("1 found") && seen.contains("│ notes/style")
    });
    screen.press("p");
    screen.wait_for("every task, those to come as well");
    screen.press("\r");
    screen.wait_for("◉ pinned to every task");
    home.ok(&[
        "run",
        "-m",
        "ann",
        "How many retries has the login? [[say:3]]",
    ]);
    assert!(last_prompt(&model).contains("in rhymes"));
    // The list of pins is closed by the key that opened it.
    screen.press("pW");
    screen.wait_for("●  whole       pinned     #1     ann");
    fs::write(&note, "Answer in prose.\n").unwrap();
    screen.press("WW");
    screen.wait("the call", |seen| {
        seen.contains("pinned     #1     ann") && seen.contains("it has another text now")
    });
    screen.press("WKW");
    screen.wait("the lesson's call", |seen| {
        seen.contains("Who was told of L1") && seen.contains("as lesson  #1     ann")
    });
    screen.press("\r");
    screen.wait_for("c1 ann was told notes/style, L1");
    screen.press("o");
    screen.wait_for("document  results/1");
    screen.press("\r");
    screen.wait_for("─ results/1 ─");
    screen.quit();
}
