//! Sessions of real servers: listed, reset, put to rest and woken, taken up again after a restart.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use synod::core::session::Restored;
use synod::core::{
    CallOrder, Effect, Handle, Health, ListedSession, Listing, MemberName, PastTurn, Report, Text,
    Timestamp,
};
use synod::members::{Adapter, GenericOptions, Setup};

use super::codex::codex_mcp_server;
use super::{Heard, Stand, order, rehearsal, setup};
use crate::support::ground::Ground;

impl Stand {
    /// The sessions that a member's servers say they have.
    async fn listed(&mut self, member: &str) -> Listing {
        let asked = Timestamp(77);
        let member = MemberName::new(member).unwrap();
        let effect = Effect::ListSessions {
            member: member.clone(),
            asked,
        };
        self.order(effect).await;
        let report = self.report().await;
        let Report::Listed {
            member: of,
            asked: at,
            listing,
        } = report
        else {
            panic!("{report:?}");
        };
        assert_eq!((of, at), (member, asked));
        listing
    }

    async fn ready(&mut self) {
        self.health(|health| matches!(health, Health::Ready { .. }))
            .await;
    }

    async fn rest(&mut self, member: &str) {
        let member = MemberName::new(member).unwrap();
        self.order(Effect::Rest { member }).await;
    }
}

fn past(prompt: &str, answer: &str) -> PastTurn {
    PastTurn {
        prompt: Text::from(prompt),
        answer: Text::from(answer),
    }
}

fn listed(handle: &Handle, turns: u64) -> ListedSession {
    ListedSession {
        handle: handle.value.clone(),
        turns: Some(turns),
    }
}

pub(super) fn restored(heard: &Heard) -> Option<Restored> {
    heard.reports.iter().find_map(|report| {
        let Report::Restored { by, .. } = report else {
            return None;
        };
        Some(*by)
    })
}

/// How many processes have `mark` in their environment, guards and zombies left out.
fn processes(mark: &str) -> usize {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let marked = all.filter(|entry| {
        let environ = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let guard = line.split(|byte| *byte == 0).nth(1) == Some(b"guard".as_slice());
        !guard && String::from_utf8_lossy(&environ).contains(mark)
    });
    marked.count()
}

async fn until(what: &str, done: impl Fn() -> bool) {
    crate::support::soon(what, async {
        while !done() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn codex_mcp_server_lists_resets_rests_and_goes_on() {
    let ground = Ground::new().await;
    let Some(mut setup) = codex_mcp_server(&ground, "").await else {
        return;
    };
    let mark = format!("STUB_HOME_MARK={}", ground.home().display());
    if let synod::mcp::Transport::Stdio { env, .. } = &mut setup.server.transport {
        let home = ground.home().display().to_string();
        env.insert("STUB_HOME_MARK".to_owned(), home);
    }
    let mut stand = Stand::with(vec![setup]).await;
    stand.ready().await;
    assert_eq!(stand.listed("cli").await, Listing::Sessions(Vec::new()));

    let first = stand.work(order(1, "cli", "hello there")).await;
    let handle = first.handle().unwrap();
    let list = |turns| Listing::Sessions(vec![listed(&handle, turns)]);
    assert_eq!(stand.listed("cli").await, list(1));

    // It is told, under the same name: the server keeps no leftovers.
    let mut next = order(2, "cli", "and again");
    next.handle = Some(handle.clone());
    next.history = vec![past("hello there", "hi")];
    let second = stand.work(next.clone()).await;
    assert_eq!(restored(&second), Some(Restored::ByReplay));
    assert_eq!(second.handle(), Some(handle.clone()));
    let text = second.answer().text.as_str();
    assert!(text.starts_with("turn 1") && text.contains("hi"), "{text}");
    assert_eq!(stand.listed("cli").await, list(1));

    // After a reset nothing is told, and the server has forgotten too.
    let mut fresh = order(3, "cli", "begin anew");
    fresh.former = Some(handle.value.clone());
    let third = stand.work(fresh).await;
    assert_eq!(restored(&third), None);
    let text = third.answer().text.as_str();
    assert!(text.starts_with("turn 1: begin anew"), "{text}");
    assert!(!text.contains("hello there"), "{text}");
    assert_eq!(stand.listed("cli").await, list(1));

    // At rest no process is left; the next turn wakes it, and is told what was said.
    assert!(processes(&mark) > 0);
    stand.rest("cli").await;
    until("the end of the resting server", || processes(&mark) == 0).await;
    next.call.0 = 4;
    let woken = stand.work(next.clone()).await;
    assert_eq!(restored(&woken), Some(Restored::ByReplay));
    assert!(woken.answer().text.as_str().contains("hi"));
    assert_eq!(stand.listed("cli").await, list(1));

    // A restart loses what the server had, and the conversation goes on all the same.
    let member = MemberName::new("cli").unwrap();
    stand.order(Effect::Restart { member }).await;
    stand
        .health(|health| matches!(health, Health::Restarting { .. }))
        .await;
    stand.ready().await;
    assert_eq!(stand.listed("cli").await, Listing::Sessions(Vec::new()));
    next.call.0 = 5;
    let again = stand.work(next).await;
    assert!(again.answer().text.as_str().contains("hi"));
    assert_eq!(stand.close().await, []);
    assert_eq!(processes(&mark), 0);
}

#[tokio::test]
async fn a_call_that_is_ordered_after_the_rest_finds_a_server() {
    let mut stand = Stand::with(vec![rehearsal::member("terse")]).await;
    stand.ready().await;
    for call in 1..=5 {
        // No pause between the two: the order of the effects alone must do.
        stand.rest("terse").await;
        let heard = stand.work(order(call, "terse", "What is a room?")).await;
        heard.answer();
    }
    let Listing::Sessions(all) = stand.listed("terse").await else {
        panic!("no list");
    };
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_server_without_a_list_says_so() {
    let mut stand = Stand::with(vec![keeper("keeps")]).await;
    stand.ready().await;
    assert_eq!(stand.listed("keeper").await, Listing::Unsupported);
    assert_eq!(stand.close().await, []);
}

/// A server that claims to keep its sessions over a restart, and does as its argument says.
const KEEPER: &str = r#"
while IFS= read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *server/discover*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}\n' "$id"; continue;;
    *'"initialize"'*)
      result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"keeper","version":"1"}}';;
    *'"tools/list"'*)
      result='{"tools":[{"name":"ask","inputSchema":{"type":"object"}}]}';;
    *'"tools/call"'*)
      session=$(printf '%s' "$line" | sed -n 's/.*"session":"\([^"]*\)".*/\1/p')
      told=bare; case "$line" in *Hi-there*) told=told;; esac
      error=false
      case "$MODE:$session" in
        keeps:?*) ;;
        unknown:?*) error=true;;
        *) session=new;;
      esac
      if $error; then
        result='{"content":[{"type":"text","text":"Session not found"}],"isError":true}'
      else
        result='{"content":[{"type":"text","text":"{\"answer\":\"'$told'\",\"session\":\"'$session'\"}"}]}'
      fi;;
    *) continue;;
  esac
  [ -n "$id" ] && printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

fn keeper(mode: &str) -> Setup {
    let adapter = Adapter::Generic(GenericOptions {
        tool: "ask".to_owned(),
        prompt_argument: "prompt".to_owned(),
        session_argument: Some("session".to_owned()),
        session_pointer: Some("/session".to_owned()),
        answer_pointer: Some("/answer".to_owned()),
        sessions_survive: true,
        ..GenericOptions::default()
    });
    let env = BTreeMap::from([
        ("MODE".to_owned(), mode.to_owned()),
        ("PATH".to_owned(), "/usr/bin:/bin".to_owned()),
    ]);
    let command = ["/bin/sh", "-c", KEEPER].map(str::to_owned).to_vec();
    setup("keeper", adapter, command, env)
}

/// A turn of a session that another process of the server began.
fn taken_up() -> CallOrder {
    let mut asked = order(1, "keeper", "Go on.");
    asked.handle = Some(Handle {
        value: "old".to_owned(),
        survives_restart: true,
    });
    asked.history = vec![past("Hello", "Hi-there")];
    asked
}

#[tokio::test]
async fn a_handle_that_survives_is_taken_up_and_proved() {
    let mut stand = Stand::with(vec![keeper("keeps")]).await;
    let heard = stand.work(taken_up()).await;
    assert_eq!(heard.answer().text.as_str(), "bare");
    assert_eq!(restored(&heard), Some(Restored::ByHandle));
    assert!(!heard.was_unbound());
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_server_that_does_not_go_on_is_told_again() {
    // It says so, or it answers from another conversation.
    for mode in ["unknown", "other"] {
        let mut stand = Stand::with(vec![keeper(mode)]).await;
        let heard = stand.work(taken_up()).await;
        assert_eq!(heard.answer().text.as_str(), "told", "{mode}");
        assert_eq!(restored(&heard), Some(Restored::ByReplay), "{mode}");
        assert!(heard.was_unbound(), "{mode}");
        let handle = heard.handle().unwrap();
        assert_eq!(
            handle,
            Handle {
                value: "new".to_owned(),
                survives_restart: true
            }
        );
        assert_eq!(stand.close().await, []);
    }
}

#[tokio::test]
async fn what_was_written_elsewhere_is_not_written_twice() {
    let mut stand = Stand::with(vec![keeper("other")]).await;
    let mut writing = taken_up();
    writing.access = synod::core::Access::Write;
    let heard = stand.work(writing).await;
    assert_eq!(heard.answer().text.as_str(), "bare");
    assert_eq!(restored(&heard), Some(Restored::InDoubt));
    assert_eq!(stand.close().await, []);
}
