//! The reference server asks for everything that a server can ask for.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};
use synod::core::form::{FieldKind, Form};
use synod::core::{Actor, MemberName, Reply, Request, Sampling, Text};
use synod::mcp::Offers;
use synod::members::{Adapter, ChatOptions, GenericOptions, Setup};
use tempfile::TempDir;

use super::{Room, deny, project};
use crate::members::{rehearsal, setup};
use crate::support::provision;

/// A member for each tool: its name, the tool, the argument of the prompt, and fixed arguments.
fn member(name: &str, tool: &str, prompt: &str, arguments: &Value) -> Option<Setup> {
    let program = provision::everything()?.display().to_string();
    #[expect(
        clippy::disallowed_methods,
        reason = "npm's programs need the node on PATH"
    )]
    let path = std::env::var("PATH").unwrap();
    let options = GenericOptions {
        tool: tool.to_owned(),
        prompt_argument: prompt.to_owned(),
        arguments: arguments.as_object().cloned().unwrap_or_default(),
        ..GenericOptions::default()
    };
    let env = BTreeMap::from([("PATH".to_owned(), path)]);
    let command = vec![program, "stdio".to_owned()];
    Some(setup(name, Adapter::Generic(options), command, env))
}

async fn provisioned(
    name: &'static str,
    tool: &'static str,
    prompt: &'static str,
    arguments: Value,
) -> Option<Setup> {
    let member = move || member(name, tool, prompt, &arguments);
    tokio::task::spawn_blocking(member).await.unwrap()
}

fn name(name: &str) -> MemberName {
    MemberName::new(name).unwrap()
}

fn offers(folder: &TempDir) -> Offers {
    Offers {
        root: Some(folder.path().canonicalize().unwrap()),
        sampling: ["everything".to_owned()].into(),
        ..Offers::default()
    }
}

#[tokio::test]
async fn a_form_with_every_kind_of_field_is_filled_or_declined() {
    let folder = tempfile::tempdir().unwrap();
    let tool = "trigger-elicitation-request";
    let Some(member) = provisioned("everything", tool, "prompt", Value::Null).await else {
        return;
    };
    let policy = project(folder.path());
    let mut room = Room::start(vec![member], policy, offers(&folder)).await;

    let task = room.ask("everything", "hello").await;
    let (item, request) = room.question().await;
    let Request::Form { schema, .. } = request else {
        panic!("{request:?}");
    };
    let form = Form::read(schema.as_str()).unwrap();
    assert!(form.fields.len() >= 13, "{:?}", form.fields);
    let kinds = |wanted: fn(&FieldKind) -> bool| {
        form.fields
            .iter()
            .filter(|field| wanted(&field.kind))
            .count()
    };
    assert!(kinds(|kind| matches!(kind, FieldKind::One { .. })) >= 3);
    assert!(kinds(|kind| matches!(kind, FieldKind::Many { .. })) >= 2);
    assert!(kinds(|kind| matches!(kind, FieldKind::Number { .. })) == 2);

    // What does not fit goes to nobody.
    let mut content: Map<String, Value> = json!({
        "name": "Ada", "email": "ada@example", "integer": 7, "check": true,
        "titledSingleSelectEnum": "hero-2", "untitledMultipleSelectEnum": ["Piano", "Bass"],
        "birthdate": "1815-02-29",
    })
    .as_object()
    .cloned()
    .unwrap();
    let fill = |content: &Map<String, Value>| Reply::Fill {
        content: Text::from(Value::Object(content.clone()).to_string()),
    };
    let wrong = synod::core::Command::Answer {
        attention: item,
        reply: fill(&content),
    };
    let refused = room.handle.command(wrong).await.unwrap_err().to_string();
    assert!(refused.contains("birthdate: it is a date"), "{refused}");
    content.insert("birthdate".to_owned(), json!("1815-12-10"));
    room.answer(item, fill(&content)).await;
    let said = room.ended(task).await.unwrap();
    for part in ["Ada", "hero-2", "Piano", "1815-12-10"] {
        assert!(said.contains(part), "{said}");
    }

    let declined = room.ask("everything", "hello").await;
    let (item, _) = room.question().await;
    room.answer(item, deny("no")).await;
    let said = room.ended(declined).await.unwrap();
    assert!(said.contains("declined"), "{said}");
    room.close().await;
}

#[tokio::test]
async fn an_address_is_confirmed_in_either_way_of_asking() {
    let folder = tempfile::tempdir().unwrap();
    let tool = "trigger-url-elicitation";
    let fixed = json!({"elicitationId": "e1"});
    let Some(plain) = provisioned("everything", tool, "url", fixed).await else {
        return;
    };
    let fixed = json!({"elicitationId": "e2", "errorPath": true});
    let Some(refusing) = provisioned("refusing", tool, "url", fixed).await else {
        return;
    };
    let members = vec![plain, refusing];
    let mut room = Room::start(members, project(folder.path()), offers(&folder)).await;

    let address = "https://example.org/login";
    let task = room.ask("everything", address).await;
    let (item, request) = room.question().await;
    assert!(
        matches!(&request, Request::Url { url, .. } if url == address),
        "{request:?}"
    );
    room.answer(item, Reply::Allow).await;
    let said = room.ended(task).await.unwrap();
    assert!(said.contains("completed"), "{said}");

    // Here the server refuses the call until an address was visited; made again, it asks plainly.
    // An address that has no word of the first: a related result would be told before the prompt.
    let task = room.ask("refusing", "http://files.test/visit").await;
    let (item, request) = room.question().await;
    assert!(matches!(request, Request::Url { .. }), "{request:?}");
    room.answer(item, Reply::Allow).await;
    let (item, _) = room.question().await;
    room.answer(item, deny("enough")).await;
    let said = room.ended(task).await.unwrap();
    assert!(said.contains("declined"), "{said}");
    room.close().await;
}

#[tokio::test]
async fn a_model_is_lent_by_configuration_and_refused_without() {
    let folder = tempfile::tempdir().unwrap();
    let tool = "trigger-sampling-request";
    let Some(member) = provisioned("everything", tool, "prompt", Value::Null).await else {
        return;
    };
    let adapter = Adapter::Chat(ChatOptions::default());
    let command = rehearsal::command("terse");
    let lent = setup("terse", adapter, command, BTreeMap::new());
    let mut policy = project(folder.path());
    policy
        .sampling
        .insert(name("everything"), Sampling::Member(name("terse")));
    let mut room = Room::start(vec![member, lent], policy, offers(&folder)).await;

    let task = room.ask("everything", "what is new?").await;
    let said = room.ended(task).await.unwrap();
    assert!(said.contains("\"model\": \"terse\""), "{said}");
    assert!(said.contains("\"role\": \"assistant\""), "{said}");
    assert_eq!(room.last(), (Actor::Room, None));

    let refusing = project(folder.path());
    room.command(synod::core::Command::SetPolicy(refusing))
        .await;
    let task = room.ask("everything", "what is new?").await;
    let why = room.ended(task).await.unwrap_err();
    assert!(why.contains("answers no sampling requests"), "{why}");
    assert_eq!(room.last(), (Actor::Policy, Some("sampling is refused")));
    room.close().await;
}

#[tokio::test]
async fn the_project_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let Some(member) = provisioned("everything", "get-roots-list", "prompt", Value::Null).await
    else {
        return;
    };
    let offered = offers(&folder);
    let root = offered.root.clone().unwrap().display().to_string();
    let mut room = Room::start(vec![member], project(folder.path()), offered).await;
    let task = room.ask("everything", "where?").await;
    let said = room.ended(task).await.unwrap();
    assert!(said.contains(&format!("file://{root}")), "{said}");
    room.close().await;
}
