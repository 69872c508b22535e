//! The generic adapter by configuration alone: the reference server `server-everything`, whose tool
//! `echo` takes a message and gives it back.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use synod::core::{
    Effect, FailureKind, Granted, Health, MemberName, Offering, Offerings, Report, Resources, Wish,
};
use synod::members::{Adapter, GenericOptions, Setup, Shelf};

use super::driven::{self, Ground};
use super::{Stand, order, setup};
use crate::support::ground::Launch;
use crate::support::{provision, soon};

async fn everything(ground: &Ground, options: GenericOptions) -> Option<Setup> {
    let launch = ground.program(provision::everything, &[]).await?;
    Some(member("echo", launch, options))
}

fn member(name: &str, launch: Launch, options: GenericOptions) -> Setup {
    let adapter = Adapter::Generic(options);
    setup(name, adapter, launch.command, launch.env)
}

fn echo() -> GenericOptions {
    GenericOptions {
        tool: "echo".to_owned(),
        prompt_argument: "message".to_owned(),
        answer_prefix: Some("Echo: ".to_owned()),
        ..GenericOptions::default()
    }
}

#[tokio::test]
async fn echo_is_a_member_that_is_told_what_was_said_before() {
    let ground = Ground::new().await;
    let Some(setup) = everything(&ground, echo()).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup.clone()]).await;
    let first = stand.work(order(1, "echo", "hello there")).await;
    assert_eq!(first.answer().text.as_str(), "hello there");
    let next = driven::continued(2, "echo", "and again", first.answer());
    let second = stand.work(next).await;
    let text = second.answer().text.as_str();
    assert!(
        text.contains("hello there") && text.ends_with("and again"),
        "{text}"
    );
    let big = "line\n".repeat(60_000);
    let heard = stand.work(order(3, "echo", &big)).await;
    assert_eq!(heard.answer().text.as_str(), big.trim_end());
    stand.start(order(4, "echo", "one")).await;
    stand.start(order(5, "echo", "two")).await;
    assert_eq!(stand.all_ended(2).await.len(), 2);
    ground.leave(stand).await;
}

#[tokio::test]
async fn an_old_server_and_two_that_call_themselves_the_same_work_side_by_side() {
    let ground = Ground::new().await;
    let old = ground.program(provision::everything_of_2024, &[]).await;
    let new = ground.program(provision::everything, &[]).await;
    let (Some(old), Some(new)) = (old, new) else {
        return;
    };
    let members = [("old", old), ("left", new.clone()), ("right", new)];
    let setups = members.map(|(name, launch)| member(name, launch, echo()));
    let mut stand = Stand::with(setups.to_vec()).await;
    let mut spoken = BTreeMap::new();
    while spoken.len() < 3 {
        let report = soon("a change of health", stand.reports.recv()).await;
        if let Some(Report::Health { member, health }) = report
            && let Health::Ready { protocol, .. } = health
        {
            spoken.insert(member.as_str().to_owned(), protocol);
        }
    }
    let versions: Vec<&str> = spoken.values().map(String::as_str).collect();
    assert_eq!(versions, ["2025-11-25", "2024-11-05", "2025-11-25"]);
    for (call, name) in [(1, "old"), (2, "left"), (3, "right")] {
        let heard = stand.work(order(call, name, name)).await;
        assert_eq!(heard.answer().text.as_str(), name);
    }
    ground.leave(stand).await;
}

#[tokio::test]
async fn a_tool_that_is_not_there_or_takes_something_else_is_a_failure() {
    let ground = Ground::new().await;
    for options in [
        GenericOptions {
            tool: "ask".to_owned(),
            ..echo()
        },
        GenericOptions {
            prompt_argument: "prompt".to_owned(),
            ..echo()
        },
    ] {
        let Some(setup) = everything(&ground, options).await else {
            return;
        };
        let mut stand = Stand::with(vec![setup]).await;
        let heard = stand.work(order(1, "echo", "hello")).await;
        let failure = heard.failure();
        assert_eq!(failure.kind, FailureKind::Refused, "{failure}");
        ground.leave(stand).await;
    }
}

fn echo_name() -> MemberName {
    MemberName::new("echo").unwrap()
}

/// Waits until what the member's server offers satisfies a condition.
async fn offered(shelf: &Shelf, wanted: impl Fn(&Offering) -> bool) -> Offerings {
    let mut revision = 0;
    loop {
        let all = soon("news of what is offered", shelf.after(revision)).await;
        if all.of(&echo_name()).is_some_and(&wanted) {
            return all;
        }
        revision = all.revision();
    }
}

async fn granted(shelf: &Shelf, wish: Wish) -> Result<Granted, String> {
    let granted = soon("a wish", shelf.grant(&echo_name(), wish)).await;
    granted.map_err(|error| error.to_string())
}

fn prompt(name: &str, arguments: &[(&str, &str)]) -> Wish {
    let arguments = arguments.iter();
    Wish::Prompt {
        name: name.to_owned(),
        arguments: arguments
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    }
}

async fn text(shelf: &Shelf, wish: Wish) -> String {
    match granted(shelf, wish).await {
        Ok(Granted::Text(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn its_prompts_are_offered_and_had() {
    let ground = Ground::new().await;
    let Some(setup) = everything(&ground, echo()).await else {
        return;
    };
    let stand = Stand::with(vec![setup]).await;
    let shelf = stand.shelf.clone();
    let all = offered(&shelf, |offering| !offering.prompts.is_empty()).await;
    let offering = all.of(&echo_name()).unwrap();
    let arguments = offering.prompts.iter().find(|it| it.name == "args-prompt");
    let arguments = arguments.unwrap();
    assert_eq!(arguments.called(), "Arguments Prompt");
    let fields = arguments.form().fields;
    let fields: Vec<(&str, bool)> = fields
        .iter()
        .map(|it| (it.name.as_str(), it.required))
        .collect();
    assert_eq!(fields, [("city", true), ("state", false)]);

    let said = text(&shelf, prompt("args-prompt", &[("city", "Bern")])).await;
    assert!(said.contains("Bern"), "{said}");
    let with_resource = [("resourceType", "Text"), ("resourceId", "1")];
    let said = text(&shelf, prompt("resource-prompt", &with_resource)).await;
    assert!(said.contains("[resource text/plain"), "{said}");
    assert!(said.contains("Resource 1"), "{said}");
    for wrong in [prompt("args-prompt", &[]), prompt("no-such-prompt", &[])] {
        let why = granted(&shelf, wrong).await.unwrap_err();
        assert!(
            why.starts_with("@echo: echo refused the request: "),
            "{why}"
        );
        assert_eq!(why.lines().count(), 1);
    }

    let complete = |argument: &str, typed: &str, others: &[(&str, &str)]| Wish::Complete {
        name: "completable-prompt".to_owned(),
        argument: argument.to_owned(),
        typed: typed.to_owned(),
        others: others
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    };
    let words = |words: &[&str]| {
        let words = words.iter().map(|word| (*word).to_owned());
        Ok(Granted::Words(words.collect()))
    };
    assert!(offering.completes);
    let department = granted(&shelf, complete("department", "E", &[])).await;
    assert_eq!(department, words(&["Engineering"]));
    let engineering = [("department", "Engineering")];
    let name = granted(&shelf, complete("name", "A", &engineering)).await;
    assert_eq!(name, words(&["Alice"]));

    // It rests: what it offered stays, and a wish wakes it.
    let member = echo_name();
    stand.order(Effect::Rest { member }).await;
    let said = text(&shelf, prompt("simple-prompt", &[])).await;
    assert!(!said.is_empty());
    let member = echo_name();
    stand.order(Effect::Disconnect { member }).await;
    let gone = async {
        let mut revision = 0;
        while shelf.after(revision).await.of(&echo_name()).is_some() {
            revision = shelf.after(revision).await.revision();
        }
    };
    soon("nothing is offered", gone).await;
    let why = granted(&shelf, Wish::Resources).await.unwrap_err();
    assert_eq!(why, "@echo has no server in this room");
    ground.leave(stand).await;
}

#[tokio::test]
async fn its_resources_are_listed_read_and_followed_beyond_a_restart() {
    let ground = Ground::new().await;
    // A member whose calls have the server tell of changes.
    let options = GenericOptions {
        tool: "toggle-subscriber-updates".to_owned(),
        prompt_argument: "unused".to_owned(),
        ..GenericOptions::default()
    };
    let Some(setup) = everything(&ground, options).await else {
        return;
    };
    let mut stand = Stand::with(vec![setup]).await;
    let shelf = stand.shelf.clone();
    let all = offered(&shelf, |offering| offering.resources.is_some()).await;
    let known = all.of(&echo_name()).unwrap().resources.clone().unwrap();
    assert!(known.can_follow && known.followed.is_empty());

    let listed = granted(&shelf, Wish::Resources).await;
    let Ok(Granted::Resources(Resources { kept, more: false })) = listed else {
        panic!("{listed:?}");
    };
    let document = kept
        .iter()
        .find(|it| it.mime.as_deref() == Some("text/markdown"));
    let uri = document.unwrap().uri.clone();
    let read = |uri: &str| Wish::Read {
        uri: uri.to_owned(),
    };
    assert!(text(&shelf, read(&uri)).await.lines().count() > 3);
    let binary = text(&shelf, read("demo://resource/dynamic/blob/1")).await;
    assert!(binary.starts_with("[resource text/plain, "), "{binary}");
    let why = granted(&shelf, read("demo://no-such-thing")).await;
    assert!(why.unwrap_err().starts_with("@echo: "));

    let follow = Wish::Follow { uri: uri.clone() };
    assert_eq!(granted(&shelf, follow).await, Ok(Granted::Followed));
    let updates = |offering: &Offering| {
        let resources = offering.resources.as_ref();
        resources.and_then(|it| it.followed.get(&uri).copied())
    };
    offered(&shelf, |offering| updates(offering) == Some(0)).await;
    stand.work(order(1, "echo", "tell")).await;
    let changed = |offering: &Offering| updates(offering).is_some_and(|count| count > 0);
    let all = offered(&shelf, changed).await;
    let before = updates(all.of(&echo_name()).unwrap()).unwrap();

    let member = echo_name();
    stand.order(Effect::Restart { member }).await;
    let later = |offering: &Offering| updates(offering).is_some_and(|count| count > before);
    offered(&shelf, later).await;
    let unfollow = Wish::Unfollow { uri: uri.clone() };
    assert_eq!(granted(&shelf, unfollow).await, Ok(Granted::Unfollowed));
    offered(&shelf, |offering| updates(offering).is_none()).await;
    ground.leave(stand).await;
}
