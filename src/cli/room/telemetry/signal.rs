//! What an event tells whoever watches the room with OpenTelemetry: a turn that ended, a task that ended.
//!
//! Pure, and without any text that a person or a model wrote: names, numbers and words of ours only. The
//! names follow the semantic conventions for generative AI, version 1.41.0; what they have no name for
//! begins with `synod.`. Identifiers are hashes of the room and of the numbers in its journal, so a trace that
//! was begun before a restart goes on after it.

use sha2::{Digest as _, Sha256};

use crate::core::{
    Call, CallId, Ending, Event, MemberSpec, Outcome, Reach, Recorded, State, Task, TaskId,
    Timestamp,
};

/// How far up a task is followed to the one for which it is worked.
const DEPTH: usize = 16;

/// Attributes in order.
pub(super) type Marks = Vec<(&'static str, Mark)>;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    Word(String),
    Count(u64),
}

impl From<&str> for Mark {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

/// A stretch of work, as a span has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Work {
    pub(super) trace: [u8; 16],
    pub(super) id: [u8; 8],
    pub(super) parent: Option<[u8; 8]>,
    pub(super) name: String,
    pub(super) marks: Marks,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    /// Whether a server of its own does it.
    pub(super) outside: bool,
    /// The word for what went wrong; one that was called off did not.
    pub(super) failed: Option<&'static str>,
}

/// What a turn adds to the metrics.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measure {
    /// Of all that is measured.
    pub(super) marks: Marks,
    /// The word for how it ended, where it brought no answer.
    pub(super) error: Option<&'static str>,
    /// How long the member worked, waits for the operator apart.
    pub(super) seconds: f64,
    /// After how long the first text came.
    pub(super) first: Option<f64>,
    /// Tokens read and written, where the server counts them.
    pub(super) tokens: Option<(u64, u64)>,
}

/// What is told of an event.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Signal {
    pub(super) work: Work,
    pub(super) measure: Option<Measure>,
}

/// What an event tells, by the state as it was before it.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the ends of turns and of tasks are told; nothing else is"
)]
pub(super) fn of(ids: &Ids, state: &State, recorded: &Recorded) -> Option<Signal> {
    let at = recorded.at;
    match &recorded.event {
        Event::CallEnded { call: id, ending } => {
            let call = state.call(*id).filter(|call| call.ending().is_none())?;
            Some(turn(ids, state, (*id, call), at, ending))
        }
        Event::TaskConcluded { task, outcome } => {
            let task = state.task(*task).filter(|task| !task.is_ended())?;
            let work = worked(ids, state, task, at, outcome);
            let measure = None;
            Some(Signal { work, measure })
        }
        _ => None,
    }
}

fn turn(
    ids: &Ids,
    state: &State,
    (id, call): (CallId, &Call),
    at: Timestamp,
    ending: &Ending,
) -> Signal {
    let (outcome, error, failed) = match ending {
        Ending::Answered(_) => ("answered", None, None),
        Ending::Failed { failure, .. } => {
            let code = failure.kind.code();
            ("failed", Some(code), Some(code))
        }
        Ending::Cancelled { .. } => ("cancelled", Some("cancelled"), None),
        Ending::Interrupted => ("interrupted", Some("interrupted"), Some("interrupted")),
    };
    let spec = state.member(call.member()).map(crate::core::Member::spec);
    let model = spec.and_then(|spec| spec.model.as_deref());
    // What takes text and gives text is a model; whatever looks around or acts is an agent.
    let chats = spec.is_some_and(|spec| spec.reach == Reach::Text);
    let (operation, name) = match model {
        Some(model) if chats => ("chat", model),
        Some(_) | None => ("invoke_agent", call.member().as_str()),
    };
    let mut common: Marks = vec![
        ("gen_ai.operation.name", operation.into()),
        ("gen_ai.provider.name", provider(spec).into()),
        ("gen_ai.agent.name", call.member().as_str().into()),
    ];
    common.extend(model.map(|model| ("gen_ai.request.model", model.into())));
    let mut marks = common.clone();
    marks.extend([
        (
            "gen_ai.conversation.id",
            Mark::Word(call.session().to_string()),
        ),
        ("synod.task.id", Mark::Count(call.task().0)),
        ("synod.turn.id", Mark::Count(id.0)),
        ("synod.turn.outcome", outcome.into()),
    ]);
    let mut measure = Measure {
        marks: common,
        error,
        seconds: seconds(call.worked(at).0),
        first: None,
        tokens: None,
    };
    if let Ending::Answered(answer) = ending {
        let usage = answer.usage;
        measure.first = answer.first_text.map(|first| seconds(first.0));
        // An estimate of the room is no count.
        if !usage.estimated {
            measure.tokens = Some((usage.input, usage.output));
            marks.extend([
                ("gen_ai.usage.input_tokens", Mark::Count(usage.input)),
                ("gen_ai.usage.output_tokens", Mark::Count(usage.output)),
            ]);
            let cached = usage.cached.map(Mark::Count);
            marks.extend(cached.map(|cached| ("gen_ai.usage.cache_read.input_tokens", cached)));
        }
    }
    marks.extend(error.map(|error| ("error.type", error.into())));
    let task = state.task(call.task());
    Signal {
        work: Work {
            trace: ids.trace(root(state, call.task())),
            id: ids.turn(id),
            parent: task.map(|task| ids.task(task)),
            name: format!("{operation} {name}"),
            marks,
            from: call.started(),
            to: at.max(call.started()),
            outside: true,
            failed,
        },
        measure: Some(measure),
    }
}

fn worked(ids: &Ids, state: &State, task: &Task, at: Timestamp, outcome: &Outcome) -> Work {
    let (word, failed) = match outcome {
        Outcome::Done { .. } => ("done", None),
        Outcome::Failed { .. } => ("failed", Some("failed")),
        Outcome::Cancelled => ("cancelled", None),
    };
    let strategy = task.order().strategy.word();
    let mut marks: Marks = vec![
        ("gen_ai.operation.name", "invoke_workflow".into()),
        ("gen_ai.workflow.name", strategy.into()),
        ("synod.task.id", Mark::Count(task.id().0)),
        ("synod.task.kind", task.order().kind.word().into()),
        ("synod.task.outcome", word.into()),
    ];
    marks.extend(failed.map(|error| ("error.type", error.into())));
    let from = task.started().unwrap_or(task.added());
    Work {
        trace: ids.trace(root(state, task.id())),
        id: ids.task(task),
        parent: above(state, task).map(|above| ids.task(above)),
        name: format!("invoke_workflow {strategy}"),
        marks,
        from,
        to: at.max(from),
        outside: false,
        failed,
    }
}

/// The task for which a task is worked: the plan of which it is a step, the conflict in which it asks.
fn above<'a>(state: &'a State, task: &Task) -> Option<&'a Task> {
    let asks = || {
        let mut contests = state.contests();
        contests.find(|contest| contest.inquiries().contains_key(&task.id()))
    };
    let above = match task.part() {
        Some(part) => part.of,
        None if task.is_the_rooms() => asks()?.task(),
        None => return None,
    };
    state.task(above)
}

/// The task that a person ordered.
fn root(state: &State, task: TaskId) -> TaskId {
    let mut root = task;
    for _ in 0..DEPTH {
        match state.task(root).and_then(|task| above(state, task)) {
            Some(above) => root = above.id(),
            None => break,
        }
    }
    root
}

/// Who made the model, by the conventions' word where they have one.
fn provider(spec: Option<&MemberSpec>) -> &str {
    match spec.map(|spec| spec.family.as_str()) {
        Some("google") => "gcp.gen_ai",
        Some("mistral") => "mistral_ai",
        Some("xai") => "x_ai",
        Some(family) => family,
        None => "_OTHER",
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of days")]
fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1e3
}

/// The identifiers of a room's traces and spans.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    room: String,
}

impl Ids {
    /// Of a room by its folder, and by when it was made.
    pub(super) fn of_room(folder: &str, made: Timestamp) -> Self {
        Self {
            room: format!("{}\0{folder}", made.0),
        }
    }

    fn trace(&self, task: TaskId) -> [u8; 16] {
        self.hash("trace", &[task.0])
    }

    /// A task that is worked again gets a span of its own.
    fn task(&self, task: &Task) -> [u8; 8] {
        let began = task.started().map_or(0, |began| began.0);
        self.hash("task", &[task.id().0, began])
    }

    fn turn(&self, call: CallId) -> [u8; 8] {
        self.hash("turn", &[call.0])
    }

    fn hash<const N: usize>(&self, sort: &str, numbers: &[u64]) -> [u8; N] {
        let mut hash = Sha256::new();
        hash.update(self.room.as_bytes());
        hash.update([0]);
        hash.update(sort.as_bytes());
        for number in numbers {
            hash.update(number.to_le_bytes());
        }
        let mut id = [0; N];
        for (to, from) in id.iter_mut().zip(hash.finalize()) {
            *to = from;
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Ids, Mark, Signal, of};
    use crate::core::fixture::{Room, number, order, said};
    use crate::core::{
        Answer, Command, FailureKind, Reach, Recorded, Span, State, Strategy, TaskOrder, Timestamp,
        Usage, evolve,
    };

    fn ids() -> Ids {
        Ids::of_room("/tmp/a", Timestamp(7))
    }

    /// All that a room's journal tells.
    fn told(room: &Room) -> Vec<Signal> {
        let mut state = State::new();
        let one = |recorded: &Recorded| {
            let signal = of(&ids(), &state, recorded);
            evolve(&mut state, recorded);
            signal
        };
        room.journal.iter().filter_map(one).collect()
    }

    fn mark(signal: &Signal, name: &str) -> Option<String> {
        let found = signal.work.marks.iter().find(|(one, _)| *one == name)?;
        Some(match &found.1 {
            Mark::Word(word) => word.clone(),
            Mark::Count(count) => count.to_string(),
        })
    }

    #[test]
    fn a_task_is_the_parent_of_its_turns_and_no_text_is_told() {
        let mut room = Room::of(&["codex"]);
        room.wait(Span::secs(1));
        let (_, calls) = room.add(TaskOrder::new("a secret question"));
        room.wait(Span::secs(3));
        let answer = Answer {
            usage: Usage {
                input: 10,
                output: 5,
                cached: Some(4),
                ..Usage::default()
            },
            first_text: Some(Span(400)),
            ..said("a secret answer")
        };
        room.answer(calls[0], answer);
        let told = told(&room);
        let [turn, task] = told.as_slice() else {
            panic!("{told:#?}");
        };
        assert_eq!(turn.work.name, "invoke_agent codex");
        assert_eq!(task.work.name, "invoke_workflow solo");
        assert_eq!(
            (turn.work.parent, task.work.parent),
            (Some(task.work.id), None)
        );
        assert_eq!(turn.work.trace, task.work.trace);
        assert!(turn.work.id != task.work.id && turn.work.outside && !task.work.outside);
        assert_eq!(turn.work.to.since(turn.work.from), Span::secs(3));
        for (name, value) in [
            ("gen_ai.operation.name", "invoke_agent"),
            ("gen_ai.provider.name", "codex"),
            ("gen_ai.agent.name", "codex"),
            ("gen_ai.conversation.id", "s1"),
            ("gen_ai.usage.input_tokens", "10"),
            ("gen_ai.usage.output_tokens", "5"),
            ("gen_ai.usage.cache_read.input_tokens", "4"),
            ("synod.turn.outcome", "answered"),
        ] {
            assert_eq!(mark(turn, name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(mark(turn, "gen_ai.request.model"), None);
        assert_eq!(mark(turn, "error.type"), None);
        assert_eq!(mark(task, "synod.task.outcome").as_deref(), Some("done"));
        let measure = turn.measure.as_ref().unwrap();
        assert_eq!((measure.tokens, measure.first), (Some((10, 5)), Some(0.4)));
        assert!((measure.seconds - 3.0).abs() < 1e-9);
        assert!(!format!("{told:?}").contains("secret"), "{told:#?}");
    }

    #[test]
    fn what_the_room_estimates_is_not_counted_and_a_model_chats() {
        let mut room = Room::with(&[("gpt", Reach::Text), ("codex", Reach::Unguarded)]);
        let specs: Vec<_> = room.state.members().map(|one| one.spec().clone()).collect();
        for mut spec in specs {
            spec.model = Some("gpt-5".to_owned());
            spec.family = "google".to_owned();
            room.command(&Command::Enroll(spec));
        }
        for member in ["gpt", "codex"] {
            let (_, calls) = room.add(order(Strategy::Solo, &[member]));
            let mut answer = said("so");
            answer.usage.estimated = true;
            room.answer(calls[0], answer);
        }
        let told = told(&room);
        let names: Vec<&str> = told.iter().map(|one| one.work.name.as_str()).collect();
        let task = "invoke_workflow solo";
        assert_eq!(names, ["chat gpt-5", task, "invoke_agent codex", task]);
        assert!(
            told.iter()
                .all(|one| mark(one, "gen_ai.usage.input_tokens").is_none())
        );
        let measure = told[0].measure.as_ref().unwrap();
        assert_eq!(measure.tokens, None);
        assert_eq!(
            mark(&told[0], "gen_ai.provider.name").as_deref(),
            Some("gcp.gen_ai")
        );
    }

    #[test]
    fn a_failure_has_its_code_and_what_was_called_off_is_no_failure() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.fail(calls[0], FailureKind::Refused);
        let (task, _) = room.add(order(Strategy::Solo, &["codex"]));
        room.command(&Command::CancelTask { task });
        let told = told(&room);
        let failed: Vec<_> = told
            .iter()
            .map(|one| (mark(one, "error.type"), one.work.failed))
            .collect();
        let word = |word: &str| Some(word.to_owned());
        assert_eq!(
            failed,
            [
                (word("refused"), Some("refused")),
                (word("failed"), Some("failed")),
                (word("cancelled"), None),
                (None, None),
            ]
        );
    }

    #[test]
    fn a_task_that_is_worked_again_goes_on_in_its_trace_with_a_span_of_its_own() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(TaskOrder::new("a"));
        room.fail(calls[0], FailureKind::Refused);
        room.wait(Span::secs(9));
        room.command(&Command::RetryTask { task });
        room.follow();
        let again = room.state.calls_in_flight().next().unwrap().0;
        room.answer(again, said("b"));
        let told = told(&room);
        let [first, failed, second, done] = told.as_slice() else {
            panic!("{told:#?}");
        };
        assert!(told.iter().all(|one| one.work.trace == first.work.trace));
        assert_eq!(first.work.parent, Some(failed.work.id));
        assert_eq!(second.work.parent, Some(done.work.id));
        assert_ne!(failed.work.id, done.work.id);
    }

    #[test]
    fn turns_of_a_council_are_siblings_and_rooms_share_no_identifier() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (_, calls) = room.add(order(Strategy::Council, &[]));
        for call in calls {
            room.answer(call, number("7"));
        }
        let told = told(&room);
        assert_eq!(told.len(), 3);
        assert_eq!(told[0].work.parent, told[1].work.parent);
        assert_ne!(told[0].work.id, told[1].work.id);
        let elsewhere = Ids::of_room("/tmp/b", Timestamp(7));
        let one = crate::core::TaskId(1);
        assert_ne!(elsewhere.trace(one), ids().trace(one));
    }
}
