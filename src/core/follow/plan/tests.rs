//! Tests of planned tasks, from the plan to the result.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::core::fixture::{Room, name, order, said, started, starts};
use crate::core::plan::{Part, PlanStage, planned, text};
use crate::core::{
    AttentionId, Basis, CallId, Command, Event, FailureKind, Input, KindBy, Outcome, Phase,
    PlanOrder, Planned, PlanningOrder, Purpose, Recorded, Refusal, Reply, Span, State, Strategy,
    Subject, TaskId, TaskKind, TaskOrder, Text, evolve, resume,
};

/// Reads, then two who judge what was read, then who writes from what both say.
fn answer() -> String {
    let step = |key: &str, after: &[&str]| json!({"key": key, "prompt": format!("do {key}"), "after": after, "strategy": "solo"});
    let mut read = step("read", &[]);
    read["kind"] = json!("analysis");
    read["accept"] = json!("all is read");
    let steps = [
        read,
        step("left", &["read"]),
        step("right", &["read"]),
        step("write", &["left", "right"]),
    ];
    json!({"steps": steps}).to_string()
}

const PLANNED: TaskId = TaskId(1);

/// A room whose first task has a plan that waits for leave.
fn waiting() -> Room {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, calls) = room.add(order(Strategy::Plan, &["codex"]));
    assert_eq!(task, PLANNED);
    room.answer(calls[0], said(&answer()));
    room
}

/// The same with the plan approved.
fn approved() -> (Room, Vec<CallId>) {
    let mut room = waiting();
    room.command(&approve(1));
    let calls = started(&room.follow());
    (room, calls)
}

fn approve(revision: u32) -> Command {
    Command::Plan {
        task: PLANNED,
        order: PlanOrder::Approve { revision },
    }
}

fn edit(revision: u32, text: &str) -> Command {
    Command::Plan {
        task: PLANNED,
        order: PlanOrder::Edit {
            revision,
            text: Text::from(text),
        },
    }
}

fn task(room: &Room, id: u64) -> &crate::core::Task {
    room.state.task(TaskId(id)).unwrap()
}

fn why(room: &Room, id: u64) -> String {
    match task(room, id).outcome() {
        Some(Outcome::Failed { why }) => why.clone(),
        other => panic!("{other:?}"),
    }
}

fn is_done(room: &Room, id: u64) -> bool {
    matches!(task(room, id).outcome(), Some(Outcome::Done { .. }))
}

/// The first call in flight, and its task.
fn in_flight(room: &Room) -> Option<(CallId, TaskId)> {
    let mut calls = room.state.calls_in_flight();
    calls.next().map(|(call, known)| (call, known.task()))
}

/// Answers the calls in flight until none is left.
fn work(room: &mut Room) {
    while let Some((call, _)) = in_flight(room) {
        let member = room.state.call(call).unwrap().member().to_string();
        room.answer(call, said(&format!("{member} did it")));
    }
}

#[test]
fn a_plan_waits_for_leave_and_nothing_of_it_runs_before() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (planned, calls) = room.add(TaskOrder {
        kind_by: KindBy::Open,
        ..order(Strategy::Plan, &[])
    });
    let known = task(&room, 1).order();
    assert_eq!(
        (known.kind, known.kind_by),
        (TaskKind::Planning, KindBy::Given)
    );
    assert_eq!(room.state.call(calls[0]).unwrap().purpose(), Purpose::Plan);
    let events = room.answer(calls[0], said(&answer()));
    let plan = task(&room, 1).planning().plan().unwrap().clone();
    let [
        Event::Planned {
            what:
                Planned::Proposed {
                    task: of,
                    call,
                    plan: proposed,
                },
        },
        Event::AttentionRaised { attention },
    ] = events.as_slice()
    else {
        panic!("{events:?}");
    };
    assert_eq!((*of, *call, proposed), (planned, calls[0], &plan));
    assert_eq!(attention.subject, Subject::Plan { task: planned });
    assert_eq!(room.state.tasks().len(), 1);
    assert_eq!(
        (room.follow(), room.state.calls_in_flight().count()),
        (vec![], 0)
    );
    assert_eq!(
        crate::core::waits::hindrance(&room.state, task(&room, 1)).as_deref(),
        Some("its plan waits for leave")
    );
}

#[test]
fn what_cannot_be_read_is_asked_for_once_more_with_the_reason() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (_, calls) = room.add(order(Strategy::Plan, &[]));
    let again = room.answer(calls[0], said("First read, then write."));
    assert_eq!(
        starts(&again),
        [(CallId(2), Purpose::PlanAgain, Vec::new())]
    );
    let Some(PlanningOrder::Draft {
        flaw,
        kinds,
        members,
    }) = room.last_order().planning.map(|it| *it)
    else {
        panic!("no plan is asked for");
    };
    let said_why = "there is no JSON object with a list of `steps` in it";
    assert_eq!(flaw.as_deref(), Some(said_why));
    assert_eq!(
        (kinds.len(), members),
        (10, vec![name("codex"), name("gpt")])
    );
    room.answer(CallId(2), said(r#"{"steps":[]}"#));
    assert_eq!(
        why(&room, 1),
        "codex: its plan cannot be read, also not when asked again: there is no step; give at \
         least one"
    );
}

#[test]
fn a_member_that_cannot_plan_is_followed_by_another() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (_, calls) = room.add(order(Strategy::Plan, &[]));
    let events = room.fail(calls[0], FailureKind::Refused);
    assert_eq!(starts(&events), [(CallId(2), Purpose::Plan, Vec::new())]);
    assert_eq!(*room.state.call(CallId(2)).unwrap().member(), name("gpt"));
}

#[test]
fn the_steps_are_tasks_that_wait_for_each_other_with_what_the_planned_one_says() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (before, calls) = room.add(TaskOrder::new("first"));
    room.answer(calls[0], said("groundwork"));
    let (_, calls) = room.add(TaskOrder {
        after: vec![before],
        priority: crate::core::Priority::High,
        origin: crate::core::Origin::CommandLine,
        deadline: Some(room.now.after(Span::DAY)),
        ..order(Strategy::Plan, &[])
    });
    room.answer(calls[0], said(&answer()));
    let deadline = task(&room, 2).order().deadline;
    let attention = room.state.plan_item(TaskId(2)).unwrap();
    room.command(&Command::Answer {
        attention,
        reply: Reply::Allow,
    });
    assert_eq!(room.state.attention().len(), 0);
    let read = task(&room, 3).order();
    assert_eq!(read.prompt, Text::from("do read\n\nDone when: all is read"));
    assert_eq!(
        (read.kind, read.kind_by),
        (TaskKind::Analysis, KindBy::Given)
    );
    assert_eq!(read.after, [before]);
    assert_eq!(
        (read.priority, read.origin),
        (
            crate::core::Priority::High,
            crate::core::Origin::CommandLine
        )
    );
    assert_eq!(read.deadline, deadline);
    let after = |id: u64| task(&room, id).order().after.clone();
    assert_eq!(after(4), [TaskId(3)]);
    assert_eq!(after(6), [TaskId(4), TaskId(5)]);
    // Its text says the kind of one that names none.
    assert_eq!(task(&room, 4).order().kind_by, KindBy::Text);
    let part = Part {
        of: TaskId(2),
        key: "left".to_owned(),
    };
    assert_eq!(task(&room, 4).part(), Some(&part));
    assert_eq!(planned(&room.state, TaskId(4)), Some(TaskId(2)));
}

#[test]
fn steps_are_handed_what_they_wait_for_and_one_result_is_made_of_theirs() {
    let (mut room, calls) = approved();
    assert_eq!(calls.len(), 1, "only the first step waits for nothing");
    assert_eq!(task(&room, 1).planning().stage(), PlanStage::Work);
    let both = room.answer(calls[0], said("it says so"));
    let handed = vec![Input::Result(TaskId(2))];
    let inputs: Vec<Vec<Input>> = starts(&both).into_iter().map(|start| start.2).collect();
    assert_eq!(inputs, [handed.clone(), handed]);
    assert_eq!(task(&room, 1).planning().progress(), (1, 4));
    room.answer(CallId(3), said("l"));
    room.answer(CallId(4), said("r"));
    let last = room.answer(CallId(5), said("w"));
    let all = [2, 3, 4, 5].map(|id| Input::Result(TaskId(id))).to_vec();
    assert_eq!(starts(&last), [(CallId(6), Purpose::Gather, all)]);
    let order = room.last_order();
    let texts: Vec<&str> = order.inputs.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["it says so", "l", "r", "w"]);
    let Some(PlanningOrder::Gather { steps, plan }) = order.planning.map(|it| *it) else {
        panic!("nothing is gathered");
    };
    assert_eq!(
        (steps, plan.steps().len()),
        ([2, 3, 4, 5].map(TaskId).to_vec(), 4)
    );
    let outcome = Outcome::Done {
        result: Text::from("all of it"),
        from: vec![CallId(6)],
        basis: Basis::Plan,
    };
    assert_eq!(
        room.answer(CallId(6), said("all of it")),
        [Event::TaskConcluded {
            task: PLANNED,
            outcome
        }]
    );
    assert_eq!(room.state.queue.planned().count(), 0);
}

#[test]
fn a_plan_is_changed_by_its_text_and_nobody_overwrites_or_approves_what_he_has_not_seen() {
    let mut room = waiting();
    let plan = task(&room, 1).planning().plan().unwrap().clone();
    let shorter = text(&plan).replace("== write /solo after:left,right\ndo write", "");
    let events = room.command(&edit(1, &shorter));
    assert!(matches!(
        events.as_slice(),
        [Event::Planned {
            what: Planned::Edited { .. }
        }]
    ));
    let planning = task(&room, 1).planning();
    assert_eq!(
        (planning.revision(), planning.plan().unwrap().steps().len()),
        (2, 3)
    );
    let changed = Refusal::PlanChanged { task: PLANNED };
    assert_eq!(room.refused(&edit(1, &shorter)), changed);
    assert_eq!(room.refused(&approve(1)), changed);
    // What depends on a step that was dropped is told.
    let broken = shorter.replace(
        "== read #analysis /solo\ndo read\nDone when: all is read",
        "",
    );
    let refused = room.refused(&edit(2, &broken)).to_string();
    assert!(refused.contains("step `left` is after `read`"), "{refused}");
    room.command(&approve(2));
    assert_eq!(room.state.tasks().len(), 4);
    let late = Refusal::NoPlan { task: PLANNED };
    assert_eq!(room.refused(&approve(2)), late);
    assert_eq!(room.refused(&edit(2, &shorter)), late);
    assert_eq!(
        room.refused(&Command::Plan {
            task: TaskId(2),
            order: PlanOrder::Approve { revision: 0 }
        }),
        Refusal::NoPlan { task: TaskId(2) }
    );
}

#[test]
fn a_plan_for_members_that_left_is_not_approved() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (_, calls) = room.add(order(Strategy::Plan, &["codex"]));
    let step = r#"{"steps":[{"key":"a","prompt":"b","members":["gpt"]}]}"#;
    room.answer(calls[0], said(step));
    room.command(&Command::Dismiss {
        member: name("gpt"),
    });
    let why = "step `a` cannot be worked: no member is called gpt".to_owned();
    assert_eq!(room.refused(&approve(1)), Refusal::BadPlan { why });
    assert_eq!(room.state.tasks().len(), 1);
}

#[test]
fn a_refused_plan_ends_its_task() {
    let mut room = waiting();
    let attention = room.state.plan_item(PLANNED).unwrap();
    let form = Command::Answer {
        attention,
        reply: Reply::KeepAside,
    };
    assert!(matches!(room.refused(&form), Refusal::WrongReply { .. }));
    let reason = String::new();
    room.command(&Command::Answer {
        attention,
        reply: Reply::Deny { reason },
    });
    assert_eq!(task(&room, 1).outcome(), Some(&Outcome::Cancelled));
    assert_eq!((room.follow(), room.state.attention().len()), (vec![], 0));
}

#[test]
fn a_step_without_a_result_ends_the_plan_once_the_others_are_through_and_says_what_is_kept() {
    let (mut room, calls) = approved();
    room.answer(calls[0], said("it says so"));
    room.fail(CallId(3), FailureKind::Refused);
    // The step goes to the other member before it is given up.
    while let Some((call, of)) = in_flight(&room) {
        if of == TaskId(3) {
            room.fail(call, FailureKind::Refused);
        } else {
            room.answer(call, said("done"));
        }
    }
    assert!(is_done(&room, 2) && is_done(&room, 4));
    assert_eq!(
        why(&room, 5),
        "it waited for #3, which ended without a result"
    );
    let why = why(&room, 1);
    assert!(why.starts_with("its step `left` (#3) failed: "), "{why}");
    assert!(
        why.ends_with(
            "; one more step has no result either; done and kept: `read` (#2), `right` (#4). Work \
             that step again, and the plan goes on"
        ),
        "{why}"
    );
    // So it does, with what waited for it.
    let again = room.command(&Command::RetryTask { task: TaskId(3) });
    let reopened = |id: u64| Event::TaskReopened {
        task: TaskId(id),
        order: task(&room, id).order().clone(),
    };
    let resumed = Event::Planned {
        what: Planned::Resumed { task: PLANNED },
    };
    assert_eq!(again, [reopened(3), reopened(5), resumed]);
    assert_eq!(*room.phase(PLANNED), Phase::Working);
    room.follow();
    work(&mut room);
    assert!((1..=5).all(|id| is_done(&room, id)));
}

#[test]
fn a_step_that_is_worked_again_while_others_are_at_work_takes_those_with_it_that_waited() {
    let (mut room, calls) = approved();
    room.answer(calls[0], said("it says so"));
    room.command(&Command::CancelTask { task: TaskId(3) });
    room.follow();
    assert_eq!(task(&room, 1).planning().stage(), PlanStage::Work);
    let again = room.command(&Command::RetryTask { task: TaskId(3) });
    assert_eq!(again.len(), 2, "{again:?}");
    room.follow();
    work(&mut room);
    assert!(is_done(&room, 1));
}

#[test]
fn what_is_open_of_a_plan_ends_with_its_task_and_a_reopened_task_plans_anew() {
    let (mut room, calls) = approved();
    room.answer(calls[0], said("it says so"));
    room.command(&Command::CancelTask { task: PLANNED });
    room.follow();
    assert!(is_done(&room, 2), "what is done stays");
    for id in 3..=5 {
        assert_eq!(
            task(&room, id).outcome(),
            Some(&Outcome::Cancelled),
            "#{id}"
        );
    }
    assert_eq!(room.state.calls_in_flight().count(), 0);
    assert_eq!(room.state.queue.planned().count(), 0);
    room.command(&Command::RetryTask { task: PLANNED });
    let calls = starts(&room.follow());
    assert_eq!(calls, [(CallId(5), Purpose::Plan, Vec::new())]);
    // A step of the plan before is a task like any other now.
    assert_eq!(planned(&room.state, TaskId(3)), None);
    let alone = room.command(&Command::RetryTask { task: TaskId(3) });
    assert!(matches!(alone.as_slice(), [Event::TaskReopened { .. }]));
}

#[test]
fn a_cancelled_plan_goes_on_when_one_of_its_steps_is_worked_again() {
    let (mut room, _) = approved();
    room.command(&Command::CancelTask { task: PLANNED });
    room.follow();
    room.command(&Command::RetryTask { task: TaskId(2) });
    room.follow();
    work(&mut room);
    assert!((1..=5).all(|id| is_done(&room, id)));
}

#[test]
fn a_deadline_ends_the_steps_too() {
    let mut room = Room::of(&["codex"]);
    let (_, calls) = room.add(TaskOrder {
        deadline: Some(room.now.after(Span::secs(60))),
        ..order(Strategy::Plan, &[])
    });
    room.answer(calls[0], said(&answer()));
    room.command(&approve(1));
    room.follow();
    room.wait(Span::secs(61));
    room.expire();
    room.follow();
    assert_eq!(room.state.open_tasks().count(), 0);
    assert!(
        why(&room, 1).starts_with("its deadline passed"),
        "{}",
        why(&room, 1)
    );
}

#[test]
fn a_plan_survives_the_end_of_the_room_and_its_journal_gives_it_back() {
    let (mut room, calls) = approved();
    room.answer(calls[0], said("it says so"));
    room.command(&Command::CloseRoom);
    room.fold(resume(&room.state, room.now, "ignored"));
    room.follow();
    work(&mut room);
    assert!(is_done(&room, 1));
    let mut again = State::new();
    for recorded in &room.journal {
        evolve(&mut again, recorded);
    }
    assert_eq!(again, room.state);
    let stored = serde_json::to_string(&room.state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&stored).unwrap(), room.state);
}

#[test]
fn no_step_is_forgotten_while_its_plan_is_open() {
    let (mut room, calls) = approved();
    room.answer(calls[0], said("it says so"));
    for _ in 0..crate::core::state::ENDED_KEPT + 10 {
        let task = room.state.next_task();
        room.command(&Command::AddTask(TaskOrder::new("x")));
        room.command(&Command::CancelTask { task });
    }
    assert!(is_done(&room, 2));
}

#[test]
fn events_of_plans_that_do_not_fit_change_nothing() {
    let (room, _) = approved();
    let plan = task(&room, 1).planning().plan().unwrap().clone();
    let none = TaskId(99);
    for event in [
        Event::Planned {
            what: Planned::Proposed {
                task: none,
                call: CallId(1),
                plan: plan.clone(),
            },
        },
        Event::Planned {
            what: Planned::Proposed {
                task: TaskId(2),
                call: CallId(1),
                plan: plan.clone(),
            },
        },
        Event::Planned {
            what: Planned::Approved {
                task: none,
                steps: vec![TaskId(2)],
            },
        },
        Event::Planned {
            what: Planned::Approved {
                task: PLANNED,
                steps: vec![none],
            },
        },
        Event::Planned {
            what: Planned::Resumed { task: none },
        },
        Event::Planned {
            what: Planned::Resumed { task: PLANNED },
        },
        Event::Planned {
            what: Planned::Resumed { task: TaskId(2) },
        },
    ] {
        let mut state = room.state.clone();
        let recorded = Recorded {
            seq: state.seq(),
            at: room.now,
            event: event.clone(),
        };
        evolve(&mut state, &recorded);
        assert_eq!(state, room.state, "{event:?}");
    }
    let edited = Event::Planned {
        what: Planned::Edited {
            task: PLANNED,
            plan: crate::core::Plan(Vec::new()),
        },
    };
    let mut state = room.state.clone();
    let recorded = Recorded {
        seq: state.seq(),
        at: room.now,
        event: edited,
    };
    evolve(&mut state, &recorded);
    assert_eq!(
        state.task(PLANNED).unwrap().planning(),
        task(&room, 1).planning()
    );
}

#[test]
fn a_plan_of_one_step_is_a_plan() {
    let mut room = Room::of(&["codex"]);
    let (_, calls) = room.add(order(Strategy::Plan, &[]));
    let one: Value = json!({"steps": [{"key": "all", "prompt": "do it"}]});
    room.answer(calls[0], said(&one.to_string()));
    room.command(&Command::Answer {
        attention: AttentionId(1),
        reply: Reply::Allow,
    });
    room.follow();
    work(&mut room);
    assert!(is_done(&room, 1) && is_done(&room, 2));
}

#[test]
fn a_planner_that_needed_two_tries_and_fails_at_the_end_is_followed_by_another() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (_, calls) = room.add(order(Strategy::Plan, &[]));
    let again = started(&room.answer(calls[0], said("no plan at all")));
    let step = json!({"steps": [{"key": "only", "prompt": "do it", "strategy": "solo"}]});
    room.answer(again[0], said(&step.to_string()));
    let planner = room.state.call(calls[0]).unwrap().member().clone();
    room.command(&approve(1));
    let only = started(&room.follow());
    let gather = started(&room.answer(only[0], said("done")));
    assert_eq!(gather.len(), 1);
    let next = started(&room.fail(gather[0], FailureKind::Refused));
    assert_eq!(next.len(), 1, "{:?}", task(&room, 1).phase());
    assert_ne!(*room.state.call(next[0]).unwrap().member(), planner);
}
