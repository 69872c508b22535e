//! The room that pictures and screen tests show: rehearsal members in the middle of a morning.

use std::collections::BTreeMap;

use crate::core::{
    Command, DeltaKind, Ending, Failure, FailureKind, Health, LessonId, LessonOrder, MemberName,
    MemberSpec, Priority, Reach, Refusal, Request, Span, Strategy, TaskId, TaskKind, TaskOrder,
    Timestamp,
};
use crate::ui::room::Room as _;
use crate::ui::stage::Stage;

/// 2026-03-02 13:20 UTC.
pub(super) const OPENED: Timestamp = Timestamp(1_772_457_600_000);

/// A rehearsal member.
pub(super) fn member(name: &str, reach: Reach) -> Option<MemberSpec> {
    Some(MemberSpec {
        name: MemberName::new(name).ok()?,
        family: "rehearsal".to_owned(),
        strengths: BTreeMap::new(),
        parallel: 1,
        reach,
        rehearsal: true,
        model: None,
    })
}

impl Stage {
    /// The room of the pictures. Every run gives the same room.
    ///
    /// # Errors
    /// When the core refuses a step of the script: the script is then out of date.
    pub fn demo() -> Result<Self, Refusal> {
        let mut stage = Self::open("my-app", OPENED);
        for (name, reach) in [
            ("asking", Reach::Reads),
            ("crashing", Reach::Text),
            ("slow", Reach::Text),
            ("streaming", Reach::Sandboxed),
            ("terse", Reach::Text),
            ("thoughtful", Reach::Text),
        ] {
            if let Some(spec) = member(name, reach) {
                stage.seat(spec)?;
            }
        }
        stage.advance(Span::secs(40));
        stage.morning()?;
        stage.now_at_work()?;
        stage.documents();
        Ok(stage)
    }

    /// The same room after it has learned a few things.
    ///
    /// # Errors
    /// When the core refuses a step of the script: the script is then out of date.
    pub fn learned() -> Result<Self, Refusal> {
        let mut stage = Self::demo()?;
        let lessons = [
            (
                TaskKind::General,
                "where does the importer keep its settings?",
                "In importer.toml, and nowhere else",
                "the environment is not read",
            ),
            (
                TaskKind::Review,
                "length of a function",
                "No function is longer than a screen",
                "",
            ),
            (
                TaskKind::Code,
                "retries of the login",
                "The login takes 3 retries and then waits for a minute",
                "measured in login_test.rs",
            ),
        ];
        for (topic, subject, claim, why) in lessons {
            stage.command(&Command::Lesson(LessonOrder::Add {
                topic,
                subject: subject.to_owned(),
                claim: claim.to_owned(),
                why: why.to_owned(),
            }))?;
        }
        let orders = [
            LessonOrder::Accept {
                lesson: LessonId(1),
            },
            LessonOrder::Retire {
                lesson: LessonId(2),
                why: "the settings moved".to_owned(),
            },
            LessonOrder::Dispute {
                lesson: LessonId(3),
                why: "tables are longer, and better so".to_owned(),
            },
        ];
        for order in orders {
            stage.command(&Command::Lesson(order))?;
        }
        let council = TaskOrder {
            strategy: Strategy::Council,
            kind: TaskKind::Factual,
            ..TaskOrder::new("which HTTP status means that a resource is gone for good?")
        };
        stage.order(&["terse", "slow"], council)?;
        stage.advance(Span::secs(8));
        stage.answer("terse", "410", "410", 510);
        stage.advance(Span::secs(17));
        stage.answer("slow", "410, Gone.", "410", 1_940);
        stage.advance(Span::secs(95));
        Ok(stage)
    }

    fn order(&mut self, members: &[&str], order: TaskOrder) -> Result<(), Refusal> {
        let members = members
            .iter()
            .filter_map(|name| MemberName::new(name).ok())
            .collect();
        self.command(&Command::AddTask(TaskOrder { members, ..order }))
    }

    /// Work that is done already.
    fn morning(&mut self) -> Result<(), Refusal> {
        let code = |text: &str| TaskOrder {
            kind: TaskKind::Code,
            ..TaskOrder::new(text)
        };
        self.order(&["terse"], code("add a --quiet flag to the importer"))?;
        self.advance(Span::secs(31));
        self.answer(
            "terse",
            "Added `--quiet` to `importer/cli.rs`; it silences progress, not errors.",
            "done",
            3_812,
        );
        let council = TaskOrder {
            strategy: Strategy::Council,
            kind: TaskKind::Factual,
            ..TaskOrder::new("which HTTP status means that a resource is gone for good?")
        };
        self.order(&["terse", "thoughtful", "slow"], council)?;
        self.advance(Span::secs(12));
        self.answer("terse", "410", "410", 640);
        self.advance(Span::secs(20));
        self.answer("thoughtful", "410", "410", 2_204);
        self.advance(Span::secs(44));
        self.answer("slow", "410", "410", 1_020);
        self.order(
            &["crashing"],
            code("generate fixtures for the billing tests"),
        )?;
        self.advance(Span::secs(9));
        let failure = Failure::new(
            FailureKind::Refused,
            "the model refused: the fixtures hold real names; use made-up ones",
        );
        self.end(
            "crashing",
            Ending::Failed {
                failure,
                partial: "".into(),
            },
        );
        self.advance(Span::secs(300));
        Ok(())
    }

    /// Work in the middle.
    fn now_at_work(&mut self) -> Result<(), Refusal> {
        let code = |text: &str| TaskOrder {
            kind: TaskKind::Code,
            ..TaskOrder::new(text)
        };
        // A council whose answers differ waits for a choice.
        let council = TaskOrder {
            strategy: Strategy::Council,
            kind: TaskKind::Analysis,
            ..TaskOrder::new("why does the login test fail on slow machines?")
        };
        self.order(&["terse", "thoughtful", "slow"], council)?;
        self.advance(Span::secs(14));
        self.answer(
            "terse",
            "The sleep in login_test.rs is too short. Make it longer.",
            "sleep too short",
            910,
        );
        self.advance(Span::secs(21));
        self.answer(
            "thoughtful",
            "The test races with the token refresh.\n\n`login_test.rs` sleeps 50 ms and then expects a fresh token, but the refresh runs on a timer of its own. On a slow machine the timer fires later than the sleep ends.\n\nA longer sleep would only make it rarer. Wait for the refresh event instead: `session.refreshed().await` exists already and is not used here.",
            "race with the token refresh",
            4_410,
        );
        self.advance(Span::secs(33));
        self.answer(
            "slow",
            "It is a race between the test and the token refresh. Waiting for the refresh event removes it; the sleep can go.",
            "race with the token refresh",
            1_730,
        );
        self.order(
            &["streaming"],
            TaskOrder {
                priority: Priority::High,
                ..code("replace the sleep in login_test.rs by a wait on the refresh event")
            },
        )?;
        self.order(&["asking"], code("run the login tests and say what fails"))?;
        self.order(
            &["thoughtful"],
            TaskOrder::new("write release notes for 2.4 from the merged changes"),
        )?;
        self.order(
            &["terse"],
            TaskOrder {
                after: vec![TaskId(5)],
                kind: TaskKind::Review,
                ..TaskOrder::new("review the change of the login test")
            },
        )?;
        self.order(
            &["thoughtful"],
            TaskOrder {
                priority: Priority::Low,
                ..TaskOrder::new("suggest names for the new import command")
            },
        )?;
        self.advance(Span::secs(5));
        self.stream("thoughtful", DeltaKind::Answer, "## 2.4\n\n- The importer has a `--quiet` flag: it silences progress, never errors.\n- Refresh tokens are");
        self.stream(
            "asking",
            DeltaKind::Answer,
            "I will run the tests of the login module first.\n",
        );
        self.advance(Span::secs(18));
        self.ask(
            "asking",
            Request::Exec {
                command: ["cargo", "test", "login"].map(str::to_owned).to_vec(),
                cwd: "/home/me/my-app".to_owned(),
            },
        );
        if let Ok(crashing) = MemberName::new("crashing") {
            let at = self.now().after(Span::secs(24));
            self.health(
                &crashing,
                Health::Restarting {
                    why: "its server exited with code 1".to_owned(),
                    at,
                },
            );
        }
        self.advance(Span::secs(12));
        self.stream("streaming", DeltaKind::Reasoning, "The refresh event is a broadcast; the test must subscribe before it triggers the login.\n");
        self.stream("streaming", DeltaKind::Answer, "The sleep in login_test.rs races with the token refresh. I subscribe to the refresh event before the login and wait for it after, with a deadline of two seconds so that a lost event fails the test instead of hanging it.\n\n```rust\nlet mut refreshed = session.subscribe();\nlogin(&session).await?;\ntimeout(SECONDS_2, refreshed.recv()).await??;\n```\n\nThe other two sleeps in this file wait for the mail");
        self.stream(
            "thoughtful",
            DeltaKind::Answer,
            " now renewed before they expire, not after.",
        );
        self.advance(Span::secs(7));
        Ok(())
    }
}
