//! What the room's hands bring besides answers: lists of sessions, and checks of results.

use fastrand::Rng;
use synod::core::{
    CallId, CheckEnd, CheckId, HandedServer, ListedSession, Listing, MemberName, Report, Span,
    Text, Timestamp,
};

use super::World;

impl World<'_> {
    /// Passes, fails or does not start, sometimes only after long, and is sometimes told twice.
    pub(super) fn check(&mut self, check: CheckId) -> Result<(), String> {
        if let Some(running) = self.checking.replace(check) {
            return Err(format!("{check} begins while {running} runs"));
        }
        let end = match (self.plan.seed + check.0) % 6 {
            0..=1 => CheckEnd::Passed,
            2..=3 => CheckEnd::Failed { code: 1 },
            4 => CheckEnd::TimedOut,
            _ => CheckEnd::NotStarted {
                why: "there is no such program".to_owned(),
            },
        };
        let took = Span(match end {
            CheckEnd::TimedOut => 120_000,
            CheckEnd::NotStarted { .. } => 5,
            CheckEnd::Passed | CheckEnd::Failed { .. } | CheckEnd::Interrupted => {
                500 + 700 * (check.0 % 40)
            }
        });
        let tail = Text::from("and so on");
        let report = Report::Checked { check, end, tail };
        if check.0.is_multiple_of(5) {
            self.soon(Span(took.0 * 2), report.clone());
        }
        self.soon(took, report);
        Ok(())
    }

    /// What the agent of some calls has of the server that it was handed.
    pub(super) fn has_servers(&mut self, call: CallId, after: Span) {
        if call.0.is_multiple_of(3) {
            let dead = call.0.is_multiple_of(2);
            let servers = vec![HandedServer {
                name: "files".to_owned(),
                trouble: dead.then(|| "it ended".to_owned()),
            }];
            self.soon(after, Report::Handed { call, servers });
        }
    }

    /// Some of the sessions that it should have, and one of somebody else.
    pub(super) fn lists(&mut self, member: &MemberName, asked: Timestamp) {
        let mut rng = Rng::with_seed(self.plan.seed ^ asked.0);
        let ours = self.room.state.sessions();
        let mut handles: Vec<String> = ours
            .filter(|session| session.member() == member)
            .filter_map(|session| session.handle().map(|handle| handle.value.clone()))
            .collect();
        handles.retain(|_| rng.u8(0..4) > 0);
        handles.push("foreign".to_owned());
        let sessions = handles.into_iter().map(|handle| ListedSession {
            handle,
            turns: None,
        });
        let listing = match rng.u8(0..8) {
            0 => Listing::Unsupported,
            1 => Listing::Failed {
                why: "it was silent".to_owned(),
            },
            _ => Listing::Sessions(sessions.collect()),
        };
        let listed = Report::Listed {
            member: member.clone(),
            asked,
            listing,
        };
        self.soon(Span(rng.u64(1..200)), listed);
    }
}
