//! A large task from end to end: a member looks at it before it is given out, and what it says of it holds.

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::home::lines;
use crate::journal;
use crate::lessons::room_with;
use crate::support::model_api::ModelApi;

const SAID: &str = r#"{"kind": "review", "stakes": "low", "why": "It only reads."}"#;

#[test]
fn a_large_task_is_looked_at_first_and_a_small_one_is_not() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = room_with(&model, "[analysis]\nabove = 200\nby = \"ben\"\n");
    let code = "let x = 1; ".repeat(90);
    let large = format!("{code}[[ben-model:{SAID}]][[ann-model:It is fine.]]");
    let told = lines(&home.ok(&["run", "--json", &large]));
    assert_eq!(told.last().unwrap()["type"], "done", "{told:?}");
    let asked = &model.requests()[0].body.to_string();
    assert!(
        asked.contains("~~~~ task") && asked.contains("Do not do it"),
        "{asked}"
    );
    home.ok(&["run", "Say hello"]);
    home.ok(&["stop"]);
    let journal = home.journal();
    let appraised = journal::events(&journal, "appraised");
    let of = |what: &str| -> Vec<&Value> {
        let all = appraised.iter().map(|body| &body["what"][what]);
        all.filter(|body| !body.is_null()).collect()
    };
    let [given] = of("given")[..] else {
        panic!("{appraised:?}");
    };
    let said = &given["appraisal"];
    assert_eq!(
        (&given["task"], &said["by"], &said["kind"], &said["stakes"]),
        (&1.into(), &"ben".into(), &"review".into(), &"low".into())
    );
    assert_eq!(of("asked").len(), 1);
    assert_eq!(journal::events(&journal, "task_added").len(), 3);
}
