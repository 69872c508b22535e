//! The real ACP agents through the members' runner, with the scripted API behind them.
//!
//! What one of them does otherwise than the rest is told where it is tested. Bad input, which none of
//! them plays, is the business of the tests of the connection itself.

/// Runs each of these functions as one test for each agent.
macro_rules! for_each_agent {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            use synod::members::AcpAgent;

            #[tokio::test]
            async fn gemini() {
                super::$test(AcpAgent::Gemini).await;
            }

            #[tokio::test]
            async fn claude() {
                super::$test(AcpAgent::Claude).await;
            }

            #[tokio::test]
            async fn codex() {
                super::$test(AcpAgent::Codex).await;
            }

            #[tokio::test]
            async fn opencode() {
                super::$test(AcpAgent::Opencode).await;
            }
        }
    )+};
}

mod cancels;
mod dials;
mod failures;
mod forks;
mod handed;
mod kills;
mod leave;
mod restarts;
mod services;
mod turns;

use std::path::PathBuf;

use synod::config;
use synod::core::{CallId, CallOrder, Effect, Handle, MemberName, Reach};
use synod::members::{AcpAgent, AcpOptions, Adapter, Setup};

use super::{Stand, order, setup};
use crate::support::ground::Ground;
use crate::support::model_api::{Ending as ApiEnding, Recorded};

/// An agent as a room would have it, on a ground of its own.
struct Field {
    ground: Ground,
    setup: Setup,
    name: &'static str,
}

impl Field {
    /// None where the agent cannot be installed.
    async fn of(agent: AcpAgent) -> Option<Self> {
        let ground = Ground::new().await;
        let (launch, word) = match agent {
            AcpAgent::Gemini => (ground.gemini_acp(&[]).await?, config::Adapter::GeminiAcp),
            AcpAgent::Claude => (ground.claude_acp(&[]).await?, config::Adapter::ClaudeAcp),
            AcpAgent::Codex => (ground.codex_acp("").await?, config::Adapter::CodexAcp),
            AcpAgent::Opencode => (ground.opencode_acp(&[]).await?, config::Adapter::Opencode),
            AcpAgent::Other => return None,
        };
        let mut env = launch.env;
        for (key, value) in word.default_env() {
            env.entry((*key).to_owned())
                .or_insert_with(|| (*value).to_owned());
        }
        let (read, write) = agent.modes();
        let adapter = Adapter::Acp(AcpOptions {
            agent,
            cwd: ground.work(),
            model: None,
            read_mode: read.map(str::to_owned),
            write_mode: write.map(str::to_owned),
            servers: Vec::new(),
        });
        let name = agent.word();
        let mut setup = setup(name, adapter, launch.command, env);
        setup.spec.reach = Reach::Sandboxed;
        Some(Self {
            ground,
            setup,
            name,
        })
    }

    /// Starts the runner with the agent.
    async fn stand(&self) -> Stand {
        Stand::with(vec![self.setup.clone()]).await
    }

    /// A turn that goes on with a session, or begins one.
    fn turn(&self, call: u64, prompt: &str, handle: Option<&Handle>) -> CallOrder {
        let mut turn = order(call, self.name, prompt);
        turn.handle = handle.cloned();
        turn
    }

    async fn cancel(&self, stand: &Stand, call: u64) {
        let (call, member) = (CallId(call), MemberName::new(self.name).unwrap());
        stand.order(Effect::CancelCall { call, member }).await;
    }

    /// Waits until a turn of this prompt stands at the API as wanted.
    async fn at_the_model(&self, what: &str, prompt: &str, wanted: ApiEnding) {
        self.ground
            .model
            .wait_for(what, |requests| {
                let mut turns = requests.iter().filter(|one| is_turn(one, prompt));
                turns.any(|turn| turn.ending == wanted)
            })
            .await;
    }

    /// A file in the folder in which the agent works.
    fn file(&self, name: &str) -> PathBuf {
        self.ground.work().join(name)
    }
}

/// Whether a request is a turn of this prompt: agents have titles written for their sessions, too.
fn is_turn(request: &Recorded, prompt: &str) -> bool {
    let tools = request.body["tools"].as_array();
    tools.is_some_and(|tools| !tools.is_empty()) && request.body.to_string().contains(prompt)
}
