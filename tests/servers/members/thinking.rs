//! Thinking sessions at the real sequential-thinking server, and rehearsal members that think.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use pretty_assertions::assert_eq;
use rustix::process::{Pid, Signal, kill_process};
use synod::core::thinking::Thinking;
use synod::core::{
    Branch, CallId, Effect, Keeper, Purpose, RecordOrder, Report, TaskId, Text, ThinkingOrder,
    Thought,
};
use synod::mcp::{Limits, ServerSpec, Transport};
use synod::members::{Adapter, ChatOptions, ThinkingTool};

use super::{Stand, order, setup};
use crate::support::{provision, soon};

/// The real server, its processes marked so that they can be found.
fn tool(mark: &str) -> Option<ThinkingTool> {
    let program = provision::sequential_thinking()?;
    Some(ThinkingTool::of(server(
        vec![program.to_string_lossy().into_owned()],
        mark,
    )))
}

#[expect(clippy::disallowed_methods, reason = "node is where PATH says")]
fn server(command: Vec<String>, mark: &str) -> ServerSpec {
    let path = std::env::var("PATH").unwrap();
    ServerSpec {
        name: "thinking".to_owned(),
        transport: Transport::Stdio {
            command,
            env: BTreeMap::from([
                ("PATH".to_owned(), path),
                ("TEST_MARK".to_owned(), mark.to_owned()),
            ]),
            cwd: std::env::temp_dir(),
        },
        limits: Limits {
            idle: Duration::from_secs(20),
            total: Duration::from_mins(1),
        },
    }
}

fn mark() -> String {
    format!("thinking-{:016x}", fastrand::u64(..))
}

/// The live processes that carry the mark.
fn alive(mark: &str) -> Vec<i32> {
    let wanted = format!("TEST_MARK={mark}");
    let carries = |folder: &Path| {
        let env = std::fs::read(folder.join("environ")).ok()?;
        let mut variables = env.split(|byte| *byte == 0);
        let ours = variables.any(|var| var == wanted.as_bytes());
        let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
        let pid = folder.file_name()?.to_str()?.parse().ok()?;
        (ours && !stat.contains(") Z ")).then_some(pid)
    };
    let folders = std::fs::read_dir("/proc").unwrap().flatten();
    folders.filter_map(|entry| carries(&entry.path())).collect()
}

/// Waits until no process carries the mark.
async fn gone(mark: &str) {
    let all_gone = async {
        while !alive(mark).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    soon("the end of the tool's processes", all_gone).await;
}

fn thought(number: u32, revises: Option<u32>, branch: Option<(&str, u32)>) -> Thought {
    Thought {
        number,
        text: Text::from(format!("thought {number} \u{1b}[31m with ünïcode")),
        revises,
        branch: branch.map(|(id, from)| Branch {
            id: id.to_owned(),
            from,
        }),
        total: number.max(4),
        needs_more: number == 6,
        more: true,
    }
}

/// Two plain thoughts, a revision, and two branches with names that break the bare server.
fn chain() -> Vec<Thought> {
    vec![
        thought(1, None, None),
        thought(2, None, None),
        thought(3, Some(1), None),
        thought(4, None, Some(("__proto__", 2))),
        thought(5, Some(4), Some(("__proto__", 2))),
        thought(6, None, Some(("constructor", 1))),
    ]
}

async fn record(stand: &mut Stand, task: u64, thoughts: &[Thought]) -> Keeper {
    let task = TaskId(task);
    let call = CallId(u64::from(thoughts.last().unwrap().number));
    let order = RecordOrder {
        task,
        call,
        thoughts: thoughts.to_vec(),
    };
    stand.order(Effect::RecordThought(Box::new(order))).await;
    match stand.report().await {
        Report::ThoughtRecorded {
            task: of,
            call: by,
            keeper,
        } => {
            assert_eq!((of, by), (task, call));
            keeper
        }
        other @ (Report::Bound { .. }
        | Report::Unbound { .. }
        | Report::Asked { .. }
        | Report::Withdrawn { .. }
        | Report::Told { .. }
        | Report::Checked { .. }
        | Report::Ended { .. }
        | Report::Restored { .. }
        | Report::Dials { .. }
        | Report::Listed { .. }
        | Report::Handed { .. }
        | Report::Edited { .. }
        | Report::EditGone { .. }
        | Report::NoteSettled { .. }
        | Report::Health { .. }) => panic!("{other:?}"),
    }
}

fn by_tool(history: u32, replayed: u32) -> Keeper {
    Keeper::Tool { history, replayed }
}

#[tokio::test]
async fn a_chain_with_a_revision_and_branches_is_recorded_thought_by_thought() {
    let mark = mark();
    let Some(tool) = tool(&mark) else { return };
    let mut stand = Stand::with_thinking(Vec::new(), tool).await;
    let chain = chain();
    for count in 1..=chain.len() {
        let keeper = record(&mut stand, 1, &chain[..count]).await;
        assert_eq!(keeper, by_tool(u32::try_from(count).unwrap(), 0));
    }
    assert!(!alive(&mark).is_empty());
    stand.order(Effect::EndThinking { task: TaskId(1) }).await;
    gone(&mark).await;
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_server_that_is_killed_is_followed_by_one_that_is_told_everything() {
    let mark = mark();
    let Some(tool) = tool(&mark) else { return };
    let mut stand = Stand::with_thinking(Vec::new(), tool).await;
    let chain = chain();
    record(&mut stand, 1, &chain[..3]).await;
    // The server and whatever its wrapper started; the guard carries no mark.
    for pid in alive(&mark) {
        let killed = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL);
        assert!(killed.is_ok() || !alive(&mark).contains(&pid));
    }
    let keeper = record(&mut stand, 1, &chain[..4]).await;
    assert_eq!(keeper, by_tool(4, 3));
    assert_eq!(record(&mut stand, 1, &chain[..5]).await, by_tool(5, 0));
    assert_eq!(stand.close().await, []);
    assert_eq!(alive(&mark), Vec::<i32>::new());
}

#[tokio::test]
async fn a_room_that_starts_again_tells_a_fresh_process_all_thoughts() {
    let mark = mark();
    let Some(tool) = tool(&mark) else { return };
    let chain = chain();
    let mut stand = Stand::with_thinking(Vec::new(), tool.clone()).await;
    record(&mut stand, 1, &chain[..2]).await;
    assert_eq!(stand.close().await, []);
    assert_eq!(alive(&mark), Vec::<i32>::new());
    let mut stand = Stand::with_thinking(Vec::new(), tool).await;
    assert_eq!(record(&mut stand, 1, &chain[..3]).await, by_tool(3, 2));
    assert_eq!(stand.close().await, []);
    assert_eq!(alive(&mark), Vec::<i32>::new());
}

#[tokio::test]
async fn sessions_at_the_same_time_do_not_mix() {
    let mark = mark();
    let Some(tool) = tool(&mark) else { return };
    let mut stand = Stand::with_thinking(Vec::new(), tool).await;
    let chain = chain();
    for count in 1..=2 {
        for task in [1, 2] {
            let keeper = record(&mut stand, task, &chain[..count]).await;
            assert_eq!(keeper, by_tool(u32::try_from(count).unwrap(), 0));
        }
    }
    stand.order(Effect::EndThinking { task: TaskId(1) }).await;
    assert_eq!(record(&mut stand, 2, &chain[..3]).await, by_tool(3, 0));
    assert_eq!(stand.close().await, []);
    assert_eq!(alive(&mark), Vec::<i32>::new());
}

#[tokio::test]
async fn without_a_tool_that_works_the_room_keeps_the_thoughts_and_says_why() {
    let no_program = ThinkingTool::of(server(vec!["no-such-program".to_owned()], "none"));
    let synod = env!("CARGO_BIN_EXE_synod").to_owned();
    let rehearsal = ["mcp", "rehearsal", "--persona", "terse", "--seed", "1"].map(str::to_owned);
    let other = [vec![synod], rehearsal.to_vec()].concat();
    let mark = mark();
    for (tool, wanted) in [
        (
            ThinkingTool::Absent("there is none".to_owned()),
            "there is none",
        ),
        (
            no_program,
            "the thinking tool failed 2 times: cannot start thinking",
        ),
        (
            ThinkingTool::of(server(other, &mark)),
            "has no tool `sequentialthinking`",
        ),
    ] {
        let mut stand = Stand::with_thinking(Vec::new(), tool).await;
        let chain = chain();
        for count in 1..=2 {
            let Keeper::Room { why } = record(&mut stand, 1, &chain[..count]).await else {
                panic!("recorded");
            };
            assert!(why.contains(wanted), "{why}");
        }
        assert_eq!(stand.close().await, []);
    }
    assert_eq!(alive(&mark), Vec::<i32>::new());
}

#[tokio::test]
async fn a_rehearsal_member_thinks_as_the_template_asks() {
    let command = |persona: &str| -> Vec<String> {
        let words = [
            "mcp",
            "rehearsal",
            "--persona",
            persona,
            "--seed",
            "7",
            "--pace",
            "0",
        ];
        let synod = std::iter::once(env!("CARGO_BIN_EXE_synod"));
        synod.chain(words).map(str::to_owned).collect()
    };
    let member = |persona: &str| {
        let adapter = Adapter::Chat(ChatOptions::default());
        setup(persona, adapter, command(persona), BTreeMap::new())
    };
    let mut stand = Stand::with(vec![member("terse"), member("wrong")]).await;
    let asked = |call: u64, who: &str, purpose, thoughts: &[Thought], flaw: Option<&str>| {
        let mut asked = order(call, who, "Why is it slow?");
        asked.purpose = purpose;
        asked.thinking = Some(Box::new(ThinkingOrder {
            thoughts: thoughts.to_vec(),
            most: 12,
            flaw: flaw.map(str::to_owned),
        }));
        asked
    };
    let thinking = Thinking::default();
    let heard = stand
        .work(asked(1, "terse", Purpose::Thought(1), &[], None))
        .await;
    let first = thinking.read(heard.answer().text.as_str()).unwrap();
    assert!(first.text.as_str().starts_with("REHEARSAL"), "{first:?}");
    let third = asked(2, "terse", Purpose::Thought(3), &chain()[..2], None);
    let heard = stand.work(third).await;
    assert!(heard.answer().text.as_str().contains("\"revises\":1"));

    let heard = stand
        .work(asked(3, "wrong", Purpose::Thought(1), &[], None))
        .await;
    let flaw = thinking.read(heard.answer().text.as_str()).unwrap_err();
    let again = asked(
        4,
        "wrong",
        Purpose::ThoughtAgain(1),
        &[],
        Some(&flaw.to_string()),
    );
    let heard = stand.work(again).await;
    assert!(thinking.read(heard.answer().text.as_str()).is_ok());

    let heard = stand
        .work(asked(5, "terse", Purpose::Conclude, &chain(), None))
        .await;
    let text = heard.answer().text.as_str();
    assert!(text.contains("You ask: “Why is it slow?”"), "{text}");
    assert_eq!(stand.close().await, []);
}
