//! What servers offer beside tools, from the reference server `server-everything`: as a member's, as
//! one of the operator's own, as one whose tools are lent, and as the hub.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pretty_assertions::assert_eq;
use synod::core::{Effect, Granted, MemberName, Offerer, Offering, Offerings, Resources, Wish};
use synod::mcp::{Limits, Start, Supervisor};
use synod::members::{GenericOptions, Shelf, ToolHome, ToolServer};
use tokio_util::task::TaskTracker;

use super::driven::Ground;
use super::everything::{echo, everything, member};
use super::{Stand, options, order};
use crate::support::processes::{self, Running};
use crate::support::{provision, soon};

fn echo_name() -> MemberName {
    MemberName::new("echo").unwrap()
}

fn of_echo() -> Offerer {
    Offerer::Member(echo_name())
}

/// Waits until what the member's server offers satisfies a condition.
async fn offered(shelf: &Shelf, wanted: impl Fn(&Offering) -> bool) -> Offerings {
    offered_by(shelf, &of_echo(), wanted).await
}

/// Waits until what a server offers satisfies a condition.
async fn offered_by(
    shelf: &Shelf,
    from: &Offerer,
    wanted: impl Fn(&Offering) -> bool,
) -> Offerings {
    let mut revision = 0;
    loop {
        let all = soon("news of what is offered", shelf.after(revision)).await;
        if all.of(from).is_some_and(&wanted) {
            return all;
        }
        revision = all.revision();
    }
}

async fn granted(shelf: &Shelf, wish: Wish) -> Result<Granted, String> {
    granted_by(shelf, &of_echo(), wish).await
}

async fn granted_by(shelf: &Shelf, from: &Offerer, wish: Wish) -> Result<Granted, String> {
    let granted = soon("a wish", shelf.grant(from, wish)).await;
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
    let offering = all.of(&of_echo()).unwrap();
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
        loop {
            let all = shelf.after(revision).await;
            if all.of(&of_echo()).is_none() {
                return;
            }
            revision = all.revision();
        }
    };
    soon("nothing is offered", gone).await;
    let why = granted(&shelf, Wish::Resources).await.unwrap_err();
    assert_eq!(why, "@echo has no server in this room");
    ground.leave(stand).await;
}

/// How many processes of the server run.
fn serving(running: &[Running]) -> usize {
    let is_server = |one: &&Running| one.command.contains("everything");
    running.iter().filter(is_server).count()
}

#[tokio::test]
async fn servers_of_no_member_offer_theirs_as_well() {
    let ground = Ground::new().await;
    let Some(launch) = ground.program(provision::everything, &[]).await else {
        return;
    };
    let of = |name: &str| member(name, launch.clone(), echo());
    let server = |name: &str| Offerer::Server(name.to_owned());
    let tasks = TaskTracker::new();
    let hub = Supervisor::start(of("hub").server, options(), Start::Eagerly, &tasks);
    let hub = Arc::new(hub);
    let lent = ToolServer {
        name: "lent".to_owned(),
        home: ToolHome::Own(of("lent").server),
        allow: Vec::new(),
        reads: BTreeSet::new(),
        kinds: BTreeSet::new(),
        members: None,
        folder: ground.work(),
        limits: Limits::default(),
        remarks: BTreeMap::new(),
    };
    let stand = Stand::of(vec![of("echo")], |members| {
        let beside = (vec![of("files").server], Arc::downgrade(&hub));
        members.lending(vec![lent]).offering(beside.0, beside.1)
    })
    .await;
    let shelf = stand.shelf.clone();
    let has_prompts = |offering: &Offering| !offering.prompts.is_empty();
    for from in [server("files"), Offerer::Hub, of_echo()] {
        let all = offered_by(&shelf, &from, has_prompts).await;
        assert!(all.of(&from).unwrap().resources.is_some(), "{from}");
        let said = granted_by(&shelf, &from, prompt("args-prompt", &[("city", "Bern")])).await;
        let Ok(Granted::Text(text)) = said else {
            panic!("{from}: {said:?}");
        };
        assert!(text.contains("Bern"), "{text}");
    }
    // What is lent is started when it is needed, and not to see what else it has.
    let all = shelf.after(0).await;
    assert_eq!(all.of(&server("lent")), Some(&Offering::default()));
    let simple = || prompt("simple-prompt", &[]);
    granted_by(&shelf, &server("lent"), simple()).await.unwrap();
    offered_by(&shelf, &server("lent"), has_prompts).await;
    let why = granted_by(&shelf, &server("files"), prompt("no-such-prompt", &[])).await;
    let why = why.unwrap_err();
    assert!(
        why.starts_with("files: files refused the request: "),
        "{why}"
    );

    // With a member the servers rest, but the hub and one that is followed; a wish wakes them.
    let rests = |count: usize| move |running: &[Running]| serving(running) == count;
    let all = serving(&processes::at_home(ground.home()));
    let each = all / 4;
    let rest = || {
        let member = echo_name();
        stand.order(Effect::Rest { member })
    };
    rest().await;
    processes::until("all but the hub rest", ground.home(), rests(each)).await;
    granted_by(&shelf, &server("files"), simple())
        .await
        .unwrap();
    let listed = granted_by(&shelf, &server("files"), Wish::Resources).await;
    let Ok(Granted::Resources(Resources { kept, .. })) = listed else {
        panic!("{listed:?}");
    };
    let uri = kept[0].uri.clone();
    let follow = Wish::Follow { uri };
    granted_by(&shelf, &server("files"), follow).await.unwrap();
    granted_by(&shelf, &server("lent"), simple()).await.unwrap();
    rest().await;
    processes::until("all but two rest", ground.home(), rests(2 * each)).await;
    let uri = kept[0].uri.clone();
    let follow = Wish::Follow { uri };
    granted_by(&shelf, &server("lent"), follow).await.unwrap();
    rest().await;
    granted_by(&shelf, &of_echo(), simple()).await.unwrap();
    rest().await;
    processes::until("all but three rest", ground.home(), rests(3 * each)).await;

    hub.shutdown().await;
    let why = granted_by(&shelf, &Offerer::Hub, simple()).await;
    assert!(why.unwrap_err().contains("it has been shut down"));
    drop(hub);
    let why = granted_by(&shelf, &Offerer::Hub, simple()).await;
    assert_eq!(why.unwrap_err(), "the hub has no server in this room");
    ground.leave(stand).await;
    tasks.close();
    soon("the hub's end", tasks.wait()).await;
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
    let known = all.of(&of_echo()).unwrap().resources.clone().unwrap();
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
    let before = updates(all.of(&of_echo()).unwrap()).unwrap();

    let member = echo_name();
    stand.order(Effect::Restart { member }).await;
    let later = |offering: &Offering| updates(offering).is_some_and(|count| count > before);
    offered(&shelf, later).await;
    let unfollow = Wish::Unfollow { uri: uri.clone() };
    assert_eq!(granted(&shelf, unfollow).await, Ok(Granted::Unfollowed));
    offered(&shelf, |offering| updates(offering).is_none()).await;
    ground.leave(stand).await;
}
