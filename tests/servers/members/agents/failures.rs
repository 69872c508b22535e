//! Failures of the provider: each is told as what it is, and the session goes on after it.

use std::time::Duration;

use pretty_assertions::assert_eq;
use synod::core::FailureKind;
use synod::mcp::Transport;
use synod::members::AcpAgent;

use super::Field;

for_each_agent!(failures_are_typed, says_that_it_reaches_nobody);

async fn failures_are_typed(agent: AcpAgent) {
    let Some(mut field) = Field::of(agent).await else {
        return;
    };
    field.is_impatient(5);
    let mut stand = field.stand().await;
    let first = stand.work(field.turn(1, "[[say:first]]", None)).await;
    let mut handle = first.handle();
    for (call, (prompt, kind)) in (2..).step_by(2).zip(failures(agent)) {
        let failed = stand.work(field.turn(call, prompt, handle.as_ref())).await;
        let failure = failed.failure();
        assert_eq!(failure.kind, kind, "{prompt}: {failure}");
        // Whatever is done about a time-out begins anew.
        assert_eq!(failed.was_unbound(), kind == FailureKind::TimedOut);
        let word = format!("after {prompt}").replace(['[', ']'], "");
        // Some ask again what failed, before what is asked now.
        let next = format!("[[status:none]][[say:{word}]]");
        let next = stand
            .work(field.turn(call + 1, &next, handle.as_ref()))
            .await;
        assert_eq!(next.answer().text.as_str(), word);
        if kind != FailureKind::TimedOut {
            assert!(!next.was_unbound(), "{prompt}: {:?}", next.reports);
        }
        handle = next.handle().or(handle);
    }
    field.ground.leave(stand).await;
}

/// What the agents make of the provider's troubles.
fn failures(agent: AcpAgent) -> [(&'static str, FailureKind); 4] {
    let kinds = match agent {
        // It waits for a provider that is busy, and says nothing of it.
        AcpAgent::Gemini => [
            FailureKind::Auth,
            FailureKind::TimedOut,
            FailureKind::TimedOut,
            FailureKind::Protocol,
        ],
        // So does this one; and of the rest it tells the provider's words alone, here without a sense.
        AcpAgent::Opencode => [
            FailureKind::Refused,
            FailureKind::Refused,
            FailureKind::TimedOut,
            FailureKind::TimedOut,
        ],
        AcpAgent::Claude | AcpAgent::Codex | AcpAgent::Other => [
            FailureKind::Auth,
            FailureKind::RateLimited,
            FailureKind::Overloaded,
            FailureKind::Protocol,
        ],
    };
    let prompts = [
        "[[status:401]]",
        "[[status:429]]",
        "[[status:500]]",
        "[[cut]]",
    ];
    std::array::from_fn(|at| (prompts[at], kinds[at]))
}

/// Whether it tries again and again without a word when it does not reach its provider.
fn tries_in_silence(agent: AcpAgent) -> bool {
    matches!(agent, AcpAgent::Gemini | AcpAgent::Opencode)
}

async fn says_that_it_reaches_nobody(agent: AcpAgent) {
    let Some(mut field) = Field::of(agent).await else {
        return;
    };
    // A session has to be begun meanwhile.
    field.is_impatient(10);
    field.moves_the_provider_away();
    let mut stand = field.stand().await;
    let heard = stand.work(field.turn(1, "hello", None)).await;
    let failure = heard.failure();
    let kind = if tries_in_silence(agent) {
        FailureKind::TimedOut
    } else {
        FailureKind::Protocol
    };
    assert_eq!(failure.kind, kind, "{failure}");
    field.ground.leave(stand).await;
}

impl Field {
    /// Sets after how many seconds an agent is given up that says nothing of its troubles.
    fn is_impatient(&mut self, seconds: u64) {
        if ["gemini", "opencode"].contains(&self.name) {
            self.setup.server.limits.idle = Duration::from_secs(seconds);
        }
    }

    /// Has the agent look for its provider where nobody is.
    fn moves_the_provider_away(&mut self) {
        let (here, nowhere) = (self.ground.model.root_url(), "http://127.0.0.1:1");
        if let Transport::Stdio { env, .. } = &mut self.setup.server.transport {
            for value in env.values_mut() {
                *value = value.replace(&here, nowhere);
            }
        }
        for name in ["config.toml", ".config/opencode/opencode.json"] {
            if let Ok(settings) = std::fs::read_to_string(self.ground.home().join(name)) {
                self.ground.write(name, &settings.replace(&here, nowhere));
            }
        }
    }
}
