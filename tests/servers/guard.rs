//! Real processes through the real guard: nothing outlives its server, its room, or its welcome.
//!
//! Every process of a test inherits one end of a pipe as its stderr, so the end of that stream
//! means that all of them are gone; an environment variable finds those that closed it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use pretty_assertions::assert_eq;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::{Map, Value};
use synod::mcp::{
    ActiveCall, CallError, ConnectError, Connection, GuardCommand, Health, Limits, Options,
    Registry, ServerSpec, Start, Step, Supervisor, ToolReply, Transport, sweep,
};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;

const SYNOD: &str = env!("CARGO_BIN_EXE_synod");

// ---- the guard alone ----------------------------------------------------------------------

/// A guard (or something that starts one) and the marks of all that comes from it.
struct Tree {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
    mark: String,
}

impl Tree {
    async fn start(program: &str, args: &[&str]) -> Self {
        let mark = format!("{:016x}", fastrand::u64(..));
        let mut child = Command::new(program)
            .args(args)
            .env("TEST_MARK", &mark)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(out.next_line().await.unwrap().unwrap(), "ready");
        Self { child, out, mark }
    }

    /// `script` runs in `sh` below a guard and says `ready` first.
    async fn guarded(script: &str) -> Self {
        Self::start(SYNOD, &["guard", "--", "sh", "-c", script]).await
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id().unwrap()).unwrap()).unwrap()
    }

    /// Waits until everything is gone; returns how long it took and the exit code.
    async fn gone(mut self) -> (Duration, Option<i32>) {
        let begun = Instant::now();
        let mut stderr = self.child.stderr.take().unwrap();
        let mut rest = Vec::new();
        let all = timeout(Duration::from_secs(6), stderr.read_to_end(&mut rest)).await;
        let took = begun.elapsed();
        assert!(all.is_ok(), "still alive: {:?}", alive(&self.mark));
        assert_eq!(alive(&self.mark), Vec::<String>::new());
        (took, self.child.wait().await.unwrap().code())
    }
}

/// Command lines of the live processes that carry the mark.
fn alive(mark: &str) -> Vec<String> {
    let wanted = format!("TEST_MARK={mark}");
    let carries = |folder: &Path| {
        let env = std::fs::read(folder.join("environ")).ok()?;
        let ours = env
            .split(|byte| *byte == 0)
            .any(|var| var == wanted.as_bytes());
        let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
        let command = std::fs::read(folder.join("cmdline")).ok()?;
        (ours && !stat.contains(") Z ")).then(|| String::from_utf8_lossy(&command).into_owned())
    };
    let folders = std::fs::read_dir("/proc").unwrap().flatten();
    folders.filter_map(|entry| carries(&entry.path())).collect()
}

const ORPHANS: &str = "setsid sleep 1000 & setsid sh -c 'sleep 1001 & sleep 1002' & \
    (setsid sh -c 'exec 2>/dev/null; sleep 1003' &) ; echo ready;";

#[tokio::test]
async fn orphans_in_other_sessions_end_when_the_input_ends() {
    let mut tree = Tree::guarded(&format!("{ORPHANS} cat; exit 3")).await;
    assert!(alive(&tree.mark).len() >= 5);
    drop(tree.child.stdin.take());
    let (took, code) = tree.gone().await;
    assert_eq!(code, Some(3));
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test]
async fn orphans_end_when_the_server_exits_by_itself() {
    let tree = Tree::guarded(&format!("{ORPHANS} exit 7")).await;
    let (took, code) = tree.gone().await;
    assert_eq!(code, Some(7));
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test]
async fn orphans_end_when_the_server_is_killed() {
    let tree = Tree::guarded(&format!("{ORPHANS} kill -9 $$")).await;
    let (_, code) = tree.gone().await;
    assert_eq!(code, Some(128 + 9));
}

#[tokio::test]
async fn a_tree_that_ignores_everything_is_killed_within_six_seconds() {
    let stubborn = "trap '' TERM INT HUP; (setsid sh -c \"trap '' TERM; sleep 1000\" &); \
        echo ready; while :; do sleep 1000; done";
    let mut tree = Tree::guarded(stubborn).await;
    drop(tree.child.stdin.take());
    let (took, _) = tree.gone().await;
    // Two seconds to notice the end of input, two to heed SIGTERM.
    assert!(took >= Duration::from_secs(3), "{took:?}");
}

#[tokio::test]
async fn the_guard_ends_its_tree_when_told_to() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let tree = Tree::guarded(&format!("{ORPHANS} cat")).await;
        kill_process(tree.pid(), signal).unwrap();
        let (took, _) = tree.gone().await;
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
}

/// A stand-in for the room: it holds the guard's stdin and is killed. `last` is its last command.
async fn room(server: &str, last: &str) -> (Tree, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    let script = format!(
        "mkfifo {fifo}; setsid {SYNOD} guard -- sh -c \"{server}\" <{fifo} & exec 3>{fifo}; {last}",
        fifo = fifo.display(),
    );
    (Tree::start("sh", &["-c", &script]).await, folder)
}

#[tokio::test]
async fn nothing_outlives_a_room_that_is_killed() {
    let (tree, _folder) = room("setsid sleep 1000 & echo ready; cat", "wait").await;
    kill_process(tree.pid(), Signal::KILL).unwrap();
    tree.gone().await;
}

#[tokio::test]
async fn a_server_that_reads_nothing_does_not_hide_the_death_of_the_room() {
    let flood = "head -c 1000000 /dev/zero >&3";
    let (tree, _folder) = room("echo ready; sleep 1000", flood).await;
    kill_process_group(tree.pid(), Signal::KILL).unwrap();
    tree.gone().await;
}

#[tokio::test]
async fn bytes_pass_unchanged_in_both_directions() {
    let mut tree = Tree::guarded("echo ready; cksum").await;
    let mut stdin = tree.child.stdin.take().unwrap();
    stdin.write_all(&vec![b'x'; 10_000_000]).await.unwrap();
    drop(stdin);
    let sum = tree.out.next_line().await.unwrap().unwrap();
    assert!(sum.ends_with(" 10000000"), "{sum}");
    assert_eq!(tree.gone().await.1, Some(0));
}

#[tokio::test]
async fn a_program_that_is_missing_is_said_so() {
    let output = Command::new(SYNOD)
        .args(["guard", "--", "no-such-program"])
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(127));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-program"));
}

// ---- connections --------------------------------------------------------------------------

/// An MCP server in `sh`. The tool's name says what it does.
const SERVER: &str = r#"
while read -r line; do
  id=${line#*\"id\":}; id=${id%%,*}
  case $line in
    *server/discover*) echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":{\"code\":-32601,\"message\":\"no\"}}";;
    *'"initialize"'*) echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"sh\",\"version\":\"1\"}}}";;
    *tools/list*) echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"tools\":[{\"name\":\"echo\"}]}}";;
    *'"name":"silent"'*) setsid sleep 1000 & ;;
    *'"name":"die"'*) echo "out of luck" >&2; kill -9 $$;;
    *'"name":"bye"'*) echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"content\":[]}}"; exit 5;;
    *'"name":"noise"'*) echo "noise"; printf '\033[31mred\033[0m\n{"foo":1}\n\377\376\n'; echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"content\":[]}}";;
    *'"name":"big-'*) size=${line#*\"big-}; size=${size%%\"*}
      printf '{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":"' $id
      head -c $size /dev/zero | tr '\0' x; printf '"}]}}\n';;
    *tools/call*) echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"$$\"}]}}";;
  esac
done
"#;

fn spec(command: &[&str]) -> (ServerSpec, String) {
    let mark = format!("{:016x}", fastrand::u64(..));
    let path = std::env::var_os("PATH").unwrap().into_string().unwrap();
    let env = BTreeMap::from([
        ("PATH".to_owned(), path),
        ("TEST_MARK".to_owned(), mark.clone()),
    ]);
    let transport = Transport::Stdio {
        command: command.iter().map(|&word| word.to_owned()).collect(),
        env,
        cwd: PathBuf::from("/"),
    };
    let spec = ServerSpec {
        name: "sh".to_owned(),
        transport,
        limits: Limits::default(),
    };
    (spec, mark)
}

fn options() -> Options {
    Options::new(GuardCommand {
        program: PathBuf::from(SYNOD),
        args: vec!["guard".to_owned()],
    })
}

async fn open(command: &[&str]) -> (Result<Connection, ConnectError>, String, TaskTracker) {
    let tasks = TaskTracker::new();
    let (spec, mark) = spec(command);
    (
        Connection::open(&spec, &options(), &tasks).await,
        mark,
        tasks,
    )
}

async fn call(connection: &Connection, tool: &str) -> Result<ToolReply, CallError> {
    let limits = Limits {
        idle: Duration::from_secs(30),
        total: Duration::from_secs(30),
    };
    outcome(connection.call(tool, Map::new(), limits).await).await
}

async fn outcome(mut call: ActiveCall) -> Result<ToolReply, CallError> {
    loop {
        match call.next().await {
            Step::Signal(_) => {}
            Step::Done(outcome) => return outcome,
        }
    }
}

/// All that was started for the connections has ended, background tasks included.
async fn settled(tasks: TaskTracker, mark: &str) {
    tasks.close();
    timeout(Duration::from_secs(8), tasks.wait()).await.unwrap();
    assert_eq!(alive(mark), Vec::<String>::new());
}

#[tokio::test]
async fn big_answers_arrive_and_overlong_ones_fail_the_call_only() {
    let (connection, mark, tasks) = open(&["sh", "-c", SERVER]).await;
    let connection = connection.unwrap();
    assert_eq!(connection.protocol(), "2025-11-25");
    assert_eq!(connection.tools()[0].name, "echo");
    let text = call(&connection, "big-17000000").await.unwrap().text();
    assert_eq!(text.len(), 17_000_000);
    let outcome = call(&connection, "big-68000000").await;
    assert!(
        matches!(outcome, Err(CallError::Malformed { .. })),
        "{outcome:?}"
    );
    assert!(call(&connection, "noise").await.is_ok());
    assert_eq!(connection.strays().noise, 4);
    connection.close().await;
    settled(tasks, &mark).await;
}

#[tokio::test]
async fn death_in_the_middle_of_a_call_is_told_with_the_last_words() {
    let (connection, mark, tasks) = open(&["sh", "-c", SERVER]).await;
    let connection = connection.unwrap();
    let error = call(&connection, "die").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "sh ended in the middle of the call; it wrote: out of luck"
    );
    drop(connection);
    settled(tasks, &mark).await;
}

#[tokio::test]
async fn a_silent_call_times_out_and_closing_ends_what_it_started() {
    let (connection, mark, tasks) = open(&["sh", "-c", SERVER]).await;
    let connection = connection.unwrap();
    let limits = Limits {
        idle: Duration::from_millis(200),
        total: Duration::from_secs(30),
    };
    let silent = connection.call("silent", Map::new(), limits).await;
    let outcome = outcome(silent).await;
    assert!(
        matches!(outcome, Err(CallError::Idle { .. })),
        "{outcome:?}"
    );
    connection.close().await;
    assert_eq!(alive(&mark), Vec::<String>::new());
    settled(tasks, &mark).await;
}

#[tokio::test]
async fn a_guard_that_is_killed_takes_its_server_with_it() {
    let (connection, mark, tasks) = open(&["sh", "-c", SERVER]).await;
    let connection = connection.unwrap();
    let limits = Limits::default();
    let silent = connection.call("silent", Map::new(), limits).await;
    assert!(call(&connection, "echo").await.is_ok());
    let guard = i32::try_from(connection.pid().unwrap()).unwrap();
    kill_process(Pid::from_raw(guard).unwrap(), Signal::KILL).unwrap();
    let outcome = outcome(silent).await;
    assert!(
        matches!(outcome, Err(CallError::Closed { .. })),
        "{outcome:?}"
    );
    drop(connection);
    settled(tasks, &mark).await;
}

#[tokio::test]
async fn an_answer_just_before_the_exit_is_not_lost() {
    for _ in 0..20 {
        let (connection, mark, tasks) = open(&["sh", "-c", SERVER]).await;
        let connection = connection.unwrap();
        call(&connection, "bye").await.unwrap();
        connection.close().await;
        assert_eq!(connection.exit_code(), Some(5));
        settled(tasks, &mark).await;
    }
}

#[tokio::test]
async fn what_cannot_be_started_is_explained() {
    let (missing, ..) = open(&["no-such-program"]).await;
    assert_eq!(
        missing.unwrap_err().to_string(),
        "cannot start sh: `no-such-program` was not found on its PATH"
    );
    let (broken, mark, tasks) = open(&["sh", "-c", "echo 'not today' >&2; exit 1"]).await;
    assert_eq!(
        broken.unwrap_err().to_string(),
        "sh ended before it answered (exit code 1); it wrote: not today"
    );
    settled(tasks, &mark).await;
}

#[tokio::test]
async fn a_server_that_ends_at_the_first_unknown_message_gets_the_old_handshake() {
    let picky = SERVER.replace("*server/discover*) echo", "*server/discover*) exit 1; echo");
    let (connection, mark, tasks) = open(&["sh", "-c", &picky]).await;
    let connection = connection.unwrap();
    assert_eq!(connection.protocol(), "2025-11-25");
    connection.close().await;
    settled(tasks, &mark).await;
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_and_ended() {
    let tasks = TaskTracker::new();
    let (spec, mark) = spec(&["sh", "-c", "setsid sleep 1000 & sleep 1000"]);
    let mut options = options();
    options.start_limit = Duration::from_millis(300);
    let error = Connection::open(&spec, &options, &tasks).await.unwrap_err();
    assert!(error.to_string().contains("no answer within"), "{error}");
    settled(tasks, &mark).await;
}

// ---- supervision --------------------------------------------------------------------------

async fn until(
    health: &mut tokio::sync::watch::Receiver<Health>,
    wanted: impl FnMut(&Health) -> bool,
) -> Health {
    let changed = timeout(Duration::from_secs(20), health.wait_for(wanted)).await;
    changed.unwrap().unwrap().clone()
}

fn text(reply: Result<ToolReply, CallError>) -> String {
    reply.unwrap().text()
}

#[tokio::test]
async fn a_supervised_server_comes_back_after_death_and_after_an_order() {
    let tasks = TaskTracker::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("servers");
    let (spec, mark) = spec(&["sh", "-c", SERVER]);
    let mut options = options();
    options.registry = Some(Registry::new(path.clone()).into());
    let server: Supervisor = Supervisor::start(spec, options, Start::OnDemand, &tasks);
    let mut health = server.health();
    assert_eq!(*health.borrow(), Health::Stopped);

    let connection = server.get().await.unwrap();
    let first = text(call(&connection, "echo").await);
    assert_eq!(
        text(call(&server.get().await.unwrap(), "echo").await),
        first
    );
    let noted: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(noted["pid"], connection.pid().unwrap());

    assert!(call(&connection, "die").await.is_err());
    let restarting = until(&mut health, |health| {
        matches!(health, Health::Restarting { .. })
    })
    .await;
    let Health::Restarting { why, .. } = restarting else {
        panic!("{restarting:?}");
    };
    assert_eq!(why, "it exited (137); its last words: out of luck");
    let connection = server.get().await.unwrap();
    let second = text(call(&connection, "echo").await);
    assert_ne!(second, first);

    // For a server that ignores cancellation: its processes end and a fresh one answers.
    let limits = Limits::default();
    let silent = connection.call("silent", Map::new(), limits).await;
    assert!(call(&connection, "echo").await.is_ok());
    server.restart().await;
    let connection = server.get().await.unwrap();
    assert!(matches!(
        outcome(silent).await,
        Err(CallError::Closed { .. })
    ));
    assert_ne!(text(call(&connection, "echo").await), second);

    server.shutdown().await;
    assert_eq!(*health.borrow(), Health::Stopped);
    assert!(server.get().await.is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
    assert_eq!(sweep(&path), []);
    settled(tasks, &mark).await;
}

#[tokio::test]
async fn a_server_that_cannot_be_found_is_not_tried_again_by_itself() {
    let tasks = TaskTracker::new();
    let (spec, _) = spec(&["no-such-program"]);
    let server: Supervisor = Supervisor::start(spec, options(), Start::Eagerly, &tasks);
    let mut health = server.health();
    let failed = until(&mut health, |health| {
        matches!(health, Health::Failed { .. })
    })
    .await;
    let why = "cannot start sh: `no-such-program` was not found on its PATH".to_owned();
    assert_eq!(failed, Health::Failed { why });
    assert!(matches!(
        server.get().await,
        Err(ConnectError::NotFound { .. })
    ));
    server.shutdown().await;
    tasks.close();
    tasks.wait().await;
}

#[tokio::test]
async fn a_server_that_keeps_failing_is_left_alone_for_a_while() {
    let tasks = TaskTracker::new();
    let (spec, mark) = spec(&["sh", "-c", "exit 1"]);
    let server: Supervisor = Supervisor::start(spec, options(), Start::Eagerly, &tasks);
    let mut health = server.health();
    until(&mut health, |health| {
        matches!(health, Health::Restarting { .. })
    })
    .await;
    // It never worked, so three tries are enough; pauses of at most 0.5 and 1 s lie between them.
    let open = until(&mut health, |health| {
        matches!(health, Health::BreakerOpen { .. })
    })
    .await;
    let Health::BreakerOpen { failures, why, .. } = open else {
        panic!("{open:?}");
    };
    assert_eq!(failures, 3);
    assert_eq!(why, "sh ended before it answered (exit code 1)");
    let error = server.get().await.unwrap_err();
    assert!(
        matches!(error, ConnectError::BreakerOpen { failures: 3, .. }),
        "{error}"
    );
    server.shutdown().await;
    settled(tasks, &mark).await;
}
