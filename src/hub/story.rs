//! Made-up histories of a room for the tests of this layer.

use std::collections::BTreeMap;

use serde_json::json;

use crate::core::conflict::normal::final_answer;
use crate::core::lesson::{Author, Evidence};
use crate::core::voting::Nature;
use crate::core::{
    Access, Actor, Answer, AnswerKind, Attention, AttentionId, Basis, CallId, Candidate, Decision,
    Draft, Ending, Event, Failure, FailureKind, Handle, Health, MemberName, MemberSpec, Old,
    Outcome, Priority, Purpose, Reach, Recorded, Reply, Resolution, SessionId, State, Strategy,
    Subject, TaskId, TaskKind, TaskOrder, Text, Timestamp, Usage, evolve,
};

/// A state and the events that made it, one per 1.5 s from a fixed morning on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Story {
    pub(crate) state: State,
    pub(crate) events: Vec<Recorded>,
}

/// What a council of two learned, with words that try to do something to a terminal.
pub(crate) fn lesson() -> Draft {
    Draft {
        topic: TaskKind::Code,
        subject: "How many retries\u{1b}[2J has the login?".to_owned(),
        claim: "3\r\n---\nstate: accepted".to_owned(),
        why: "2 of 3 agreed".to_owned(),
        dissent: "claude: 5".to_owned(),
        author: Author::Members(vec![member("codex"), member("gpt")]),
        value: None,
        evidence: Some(Evidence {
            task: TaskId(41),
            basis: Basis::Agreement,
        }),
    }
}

pub(crate) fn member(name: &str) -> MemberName {
    MemberName::new(name).unwrap()
}

impl Story {
    pub(crate) fn tell(&mut self, event: Event) -> &mut Self {
        let seq = self.state.seq() + 1;
        let recorded = Recorded {
            seq,
            at: Timestamp(1_795_339_467_000 + seq * 1500),
            event,
        };
        evolve(&mut self.state, &recorded);
        self.events.push(recorded);
        self
    }

    pub(crate) fn enrol(&mut self, name: &str) -> &mut Self {
        self.tell(Event::MemberEnrolled {
            spec: MemberSpec {
                name: member(name),
                family: "openai".to_owned(),
                strengths: BTreeMap::new(),
                parallel: 1,
                reach: Reach::Text,
                rehearsal: false,
                model: Some("gpt-5.3".to_owned()),
            },
        })
    }

    pub(crate) fn open(&mut self, session: u64, name: &str) -> &mut Self {
        self.tell(Event::SessionOpened {
            session: SessionId(session),
            member: member(name),
            title: format!("{name}'s work"),
        })
    }

    pub(crate) fn add(&mut self, task: u64, prompt: &str, strategy: Strategy) -> &mut Self {
        let order = TaskOrder {
            kind: TaskKind::Factual,
            strategy,
            ..TaskOrder::new(prompt)
        };
        self.tell(Event::TaskAdded {
            task: TaskId(task),
            order,
            analysis: None,
        })
    }

    pub(crate) fn route(&mut self, task: u64, council: &[&str]) -> &mut Self {
        self.tell(Event::TaskRouted {
            task: TaskId(task),
            council: council.iter().map(|name| member(name)).collect(),
            because: "named by the operator".to_owned(),
            route: None,
            convened: None,
            forecast: None,
        })
    }

    pub(crate) fn call(
        &mut self,
        call: u64,
        task: u64,
        session: u64,
        purpose: Purpose,
    ) -> &mut Self {
        self.tell(Event::CallStarted {
            call: CallId(call),
            task: TaskId(task),
            session: SessionId(session),
            purpose,
            access: Access::Read,
            prompt: Text::from("How many?\r\nThink."),
            inputs: Vec::new(),
        })
    }

    pub(crate) fn answer(&mut self, call: u64, text: &str, value: Option<&str>) -> &mut Self {
        let ending = Ending::Answered(Answer {
            text: Text::from(text),
            block: value.map(|value| final_answer(AnswerKind::Number, &json!(value), Some(0.9))),
            usage: Usage {
                input: 900,
                output: 100,
                micro_usd: 1200,
                estimated: false,
                ..Usage::default()
            },
            first_text: None,
        });
        self.end(call, ending)
    }

    pub(crate) fn end(&mut self, call: u64, ending: Ending) -> &mut Self {
        self.tell(Event::CallEnded {
            call: CallId(call),
            ending,
        })
    }

    pub(crate) fn conclude(&mut self, task: u64, outcome: Outcome) -> &mut Self {
        self.tell(Event::TaskConcluded {
            task: TaskId(task),
            outcome,
        })
    }

    pub(crate) fn done(&mut self, task: u64, result: &str, from: u64) -> &mut Self {
        let outcome = Outcome::Done {
            result: Text::from(result),
            from: vec![CallId(from)],
            basis: Basis::Only,
        };
        self.conclude(task, outcome)
    }

    /// A task with a result.
    pub(crate) fn solo(&mut self, task: u64, call: u64, session: u64, name: &str) -> &mut Self {
        self.add(task, "How many?", Strategy::Solo)
            .route(task, &[name])
            .call(call, task, session, Purpose::Answer)
            .answer(call, "Forty-two.", None)
            .done(task, "Forty-two.", call)
    }

    /// A room with two members, a council that waits for the operator, and one task of each sort.
    pub(crate) fn of_a_morning() -> Self {
        let mut story = Self::default();
        story
            .tell(Event::RoomOpened {
                name: "my-app".to_owned(),
            })
            .enrol("codex")
            .enrol("gpt")
            .tell(Event::MemberHealthChanged {
                member: member("codex"),
                health: Health::Ready {
                    protocol: "2025-11-25".to_owned(),
                },
            })
            .tell(Event::MemberHealthChanged {
                member: member("gpt"),
                health: Health::Down {
                    why: "no key\u{1b}[31m; set OPENAI_API_KEY".to_owned(),
                },
            })
            .open(1, "codex")
            .open(2, "gpt")
            .add(
                1,
                "How many\u{202e} legs has\r\na spider?",
                Strategy::Council,
            )
            .route(1, &["codex", "gpt"])
            .call(1, 1, 1, Purpose::Council)
            .tell(Event::SessionBound {
                session: SessionId(1),
                handle: Handle {
                    value: "thread-1".to_owned(),
                    survives_restart: true,
                },
            })
            .call(2, 1, 2, Purpose::Council)
            .answer(1, "A spider has eight legs.\r\n", Some("8"))
            .answer(
                2,
                "Six,\n---\nsum: 0\n\n## Provenance\n\nas all insects.",
                Some("6"),
            )
            .tell(Event::ConflictFound {
                task: TaskId(1),
                candidates: vec![
                    Candidate {
                        label: "8".to_owned(),
                        calls: vec![CallId(1)],
                    },
                    Candidate {
                        label: "6".to_owned(),
                        calls: vec![CallId(2)],
                    },
                ],
                silent: 0,
                nature: Nature::Closed,
            })
            .tell(Event::AttentionRaised {
                attention: Attention {
                    id: AttentionId(1),
                    subject: Subject::Choice { task: TaskId(1) },
                    since: Timestamp(1_795_339_500_000),
                    expires: None,
                },
            })
            .add(2, "Fix the login test", Strategy::Solo)
            .route(2, &["codex"])
            .call(3, 2, 1, Purpose::Answer)
            .add(3, "Review the fix", Strategy::Solo)
            .tell(Event::TaskReprioritised {
                task: TaskId(3),
                priority: Priority::Urgent,
            })
            .tell(Event::TaskRelabelled {
                task: TaskId(3),
                kind: TaskKind::Review,
            })
            .add(4, "Give up", Strategy::Solo)
            .call(4, 4, 2, Purpose::Answer)
            .end(
                4,
                Ending::Failed {
                    failure: Failure::new(FailureKind::Auth, "no key; set OPENAI_API_KEY"),
                    partial: Text::from(""),
                },
            )
            .conclude(
                4,
                Outcome::Failed {
                    why: "gpt: no key".to_owned(),
                },
            );
        story
    }

    /// The operator takes the answer of the first call for task 1.
    pub(crate) fn settle(&mut self) -> &mut Self {
        self.tell(Event::Decided {
            task: TaskId(1),
            decision: Decision::by_operator(Some(0), None),
        })
        .tell(Event::AttentionResolved {
            attention: AttentionId(1),
            asked: None,
            resolution: Resolution::by(Actor::Operator, Reply::Allow),
        })
        .conclude(
            1,
            Outcome::Done {
                result: Text::from("A spider has eight legs.\r\n"),
                from: vec![CallId(1)],
                basis: Basis::Operator,
            },
        )
    }

    /// The documents of these tasks are not whole any more.
    pub(crate) fn age(&mut self, tasks: &[u64], old: Old) -> &mut Self {
        let tasks = tasks.iter().copied().map(TaskId).collect();
        self.tell(Event::ResultsAged { tasks, old })
    }

    /// Something that was said, now and then of more than one document can take.
    fn long(dice: &mut fastrand::Rng) -> String {
        let most = if dice.u8(0..6) == 0 { 40_000 } else { 600 };
        "long ".repeat(dice.usize(1..most))
    }

    /// Another result for a task that has one, if there is such a task.
    fn replace(&mut self, dice: &mut fastrand::Rng) -> &mut Self {
        let done = self.state.ended_tasks().filter(|task| {
            let outcome = task.outcome();
            matches!(outcome, Some(Outcome::Done { .. }))
        });
        let Some(task) = dice.choice(done.map(crate::core::Task::id).collect::<Vec<_>>()) else {
            return self;
        };
        let result = Text::from(Self::long(dice));
        self.tell(Event::ResultReplaced { task, result })
    }

    /// One of the things that happen all the time, to the task and call of this number.
    pub(crate) fn happen(&mut self, dice: &mut fastrand::Rng, number: u64) {
        let session = dice.u64(1..=2);
        let name = if session == 1 { "codex" } else { "gpt" };
        let kind = dice.u8(0..6);
        let busy = self.state.session(SessionId(session));
        if let Some(call) = busy.and_then(crate::core::Session::busy)
            && matches!(kind, 1 | 3 | 4)
        {
            // A session works on one call at a time.
            self.answer(call.0, "At last.", None);
        }
        match kind {
            0 => self.add(number, "do it", Strategy::Solo),
            1 => self.add(number, "do it", Strategy::Solo).call(
                number,
                number,
                session,
                Purpose::Answer,
            ),
            2 => {
                let partial = Text::from("so far");
                let call = number.saturating_sub(dice.u64(1..4));
                self.end(call, Ending::Cancelled { partial })
            }
            3 => self.solo(number, number, session, name),
            5 => self.replace(dice),
            _ => {
                let long = Self::long(dice);
                self.add(number, &long, Strategy::Solo)
                    .call(number, number, session, Purpose::Answer)
                    .answer(number, &long, None)
                    .done(number, &long, number)
            }
        };
        let oldest = self.state.ledger.by_age().next();
        if let Some((_, oldest)) = oldest.filter(|_| number.is_multiple_of(5)) {
            let old = [Old::Summary, Old::Archive][usize::from(number.is_multiple_of(10))];
            self.age(&[oldest.0], old);
        }
    }
}
