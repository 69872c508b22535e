//! A real prompt to a member, and a second one that proves that the conversation goes on: by the
//! same way that the room's calls go. It may cost something, so it is only done when asked for.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::cli::doctor::sink::Sink;
use crate::cli::room::now;
use crate::core::session::Restored;
use crate::core::{
    Access, AskId, Aspect, CallId, CallOrder, Check, Delta, Effect, Ending, Failure, Handle,
    PastTurn, Purpose, Reply, Report, SessionId, TaskId, TaskKind, Text,
};
use crate::mcp::Options;
use crate::members::{Members, Outlets, Setup};

/// How long one answer may take; a model on a slow machine reads a long prompt first.
const ANSWER_WITHIN: Duration = Duration::from_mins(3);
/// How much of an answer is shown, in characters.
const SHOWN: usize = 60;
/// One call at a time gives a handful of reports, and live text is thrown away as it comes.
const WAITING: usize = 16;

/// One member alone, asked as the room asks it.
struct Talk {
    setup: Setup,
    effects: mpsc::Sender<Effect>,
    reports: mpsc::Receiver<Report>,
    deltas: mpsc::Receiver<Delta>,
    running: JoinSet<()>,
}

/// How one turn went.
struct Turn {
    answer: String,
    handle: Option<Handle>,
    /// The server had lost the conversation and was told again.
    retold: bool,
    took: Duration,
}

/// Why there is no answer.
enum Silent {
    Failed(Failure),
    Late,
    /// Its runner ended.
    Gone,
}

/// Asks two prompts and tells how they went. Ends the server, whatever happened.
pub(super) async fn examine(setup: &Setup, options: &Options, sink: &Sink) {
    let mut talk = Talk::start(setup.clone(), options.clone());
    converse(&mut talk, sink).await;
    talk.end().await;
}

async fn converse(talk: &mut Talk, sink: &Sink) {
    let word = format!("amber-{:04}", fastrand::u32(1000..10_000));
    let first =
        format!("This is a connection check. Reply with this word and nothing else: {word}");
    let turn = match talk.turn(1, &first, None, Vec::new()).await {
        Ok(turn) => turn,
        Err(silent) => {
            sink.add(unanswered(Aspect::Prompt, &silent));
            sink.add(Check::skipped(Aspect::Session, "there was no first answer"));
            return;
        }
    };
    let detail = format!(
        "“{}” in {:.1} s",
        short(&turn.answer),
        turn.took.as_secs_f64()
    );
    sink.add(Check::ok(Aspect::Prompt, detail));
    let history = vec![PastTurn {
        prompt: Text::from(first.as_str()),
        answer: Text::from(turn.answer.as_str()),
    }];
    let again = "Which word did I ask you to reply with? Reply with that word and nothing else.";
    let held = turn.handle.is_some();
    sink.add(match talk.turn(2, again, turn.handle, history).await {
        Ok(second) => continued(&second, held, &word),
        Err(silent) => unanswered(Aspect::Session, &silent),
    });
}

/// What the second answer proves.
fn continued(turn: &Turn, held: bool, word: &str) -> Check {
    let how = if held && !turn.retold {
        "in the server's own session"
    } else {
        "told again by Synod"
    };
    let answer = short(&turn.answer);
    if turn.answer.contains(word) {
        Check::ok(Aspect::Session, format!("it remembers, {how}"))
    } else if held && !turn.retold {
        Check::ok(Aspect::Session, format!("goes on {how}: “{answer}”"))
    } else {
        Check::warning(
            Aspect::Session,
            format!("it does not repeat what was said before ({how}): “{answer}”"),
            "a small model may miss it; ask it something longer in the room to be sure",
        )
    }
}

fn unanswered(aspect: Aspect, silent: &Silent) -> Check {
    match silent {
        Silent::Failed(failure) => {
            // The sentence of a failure ends with what to do.
            let told = failure.message.rsplit_once("; ");
            let (detail, advice) =
                told.unwrap_or((&failure.message, "look at what the server said with `v`"));
            Check::failed(aspect, format!("{}: {detail}", failure.kind.word()), advice)
        }
        Silent::Late => Check::failed(
            aspect,
            format!("no answer within {} s", ANSWER_WITHIN.as_secs()),
            "look whether the model behind it answers at all",
        ),
        Silent::Gone => Check::skipped(aspect, "it was called off"),
    }
}

fn short(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = flat.chars().take(SHOWN).collect();
    if flat.chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}

impl Talk {
    fn start(mut setup: Setup, options: Options) -> Self {
        let limits = &mut setup.server.limits;
        limits.idle = limits.idle.min(ANSWER_WITHIN);
        limits.total = limits.total.min(ANSWER_WITHIN);
        let (effects, orders) = mpsc::channel(WAITING);
        let (reports_in, reports) = mpsc::channel(WAITING);
        let (deltas_in, deltas) = mpsc::channel(WAITING);
        let outlets = Outlets {
            reports: reports_in,
            deltas: deltas_in,
        };
        let members = Members::new(vec![setup.clone()], options, outlets, now);
        let mut running = JoinSet::new();
        running.spawn(members.run(orders));
        Self {
            setup,
            effects,
            reports,
            deltas,
            running,
        }
    }

    async fn turn(
        &mut self,
        number: u64,
        prompt: &str,
        handle: Option<Handle>,
        history: Vec<PastTurn>,
    ) -> Result<Turn, Silent> {
        let began = Instant::now();
        let spec = Box::new(self.setup.spec.clone());
        let order = CallOrder {
            call: CallId(number),
            task: TaskId(number),
            kind: TaskKind::General,
            session: SessionId(1),
            member: self.setup.spec.name.clone(),
            purpose: Purpose::Answer,
            access: Access::Read,
            prompt: Text::from(prompt),
            known: Vec::new(),
            documents: Vec::new(),
            inputs: Vec::new(),
            handle: handle.clone(),
            former: None,
            origin: None,
            earlier: None,
            history,
            limit: None,
            deadline: None,
            thinking: None,
            planning: None,
            digest: None,
            appraisal: None,
            wishes: Vec::new(),
            inquiry: None,
        };
        for effect in [Effect::Connect { spec }, Effect::StartCall(Box::new(order))] {
            self.effects.send(effect).await.map_err(|_| Silent::Gone)?;
        }
        // The runner has its own limits; this one holds even when they do not.
        let late = began + ANSWER_WITHIN + Duration::from_secs(30);
        let mut known = handle;
        let mut retold = false;
        loop {
            let report = tokio::select! {
                () = sleep_until(late) => return Err(Silent::Late),
                Some(_) = self.deltas.recv() => continue,
                report = self.reports.recv() => report.ok_or(Silent::Gone)?,
            };
            match report {
                Report::Bound { handle, .. } => known = Some(handle),
                Report::Unbound { .. } => {
                    known = None;
                    retold = true;
                }
                Report::Asked { call, ask, .. } => self.refuse(call, ask).await?,
                Report::Ended { ending, .. } => {
                    return match ending {
                        Ending::Answered(answer) => Ok(Turn {
                            answer: answer.text.as_str().to_owned(),
                            handle: known,
                            retold,
                            took: began.elapsed(),
                        }),
                        Ending::Failed { failure, .. } => Err(Silent::Failed(failure)),
                        Ending::Cancelled { .. } | Ending::Interrupted => Err(Silent::Gone),
                    };
                }
                Report::Restored { by, .. } => {
                    retold |= matches!(by, Restored::ByReplay | Restored::InDoubt);
                }
                Report::Withdrawn { .. }
                | Report::Dials { .. }
                | Report::Told { .. }
                | Report::Checked { .. }
                | Report::Health { .. }
                | Report::Listed { .. }
                | Report::Handed { .. }
                | Report::ThoughtRecorded { .. }
                | Report::Edited { .. }
                | Report::EditGone { .. }
                | Report::NoteSettled { .. } => {}
            }
        }
    }

    async fn refuse(&self, call: CallId, ask: AskId) -> Result<(), Silent> {
        let reply = Reply::Deny {
            reason: "a connection check allows nothing".to_owned(),
        };
        let reply = Effect::Reply { call, ask, reply };
        self.effects.send(reply).await.map_err(|_| Silent::Gone)
    }

    /// Ends the server and waits until its processes are gone.
    async fn end(mut self) {
        // Nobody is there to take it only when it has ended already.
        drop(self.effects.send(Effect::Shutdown).await);
        drop((self.reports, self.deltas));
        while self.running.join_next().await.is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Silent, Turn, continued, short, unanswered};
    use crate::core::{Aspect, CheckState, Failure, FailureKind};

    fn turn(answer: &str, retold: bool) -> Turn {
        Turn {
            answer: answer.to_owned(),
            handle: None,
            retold,
            took: Duration::ZERO,
        }
    }

    #[test]
    fn memory_is_proven_by_the_word_or_by_the_session() {
        let told = |answer, held, retold| continued(&turn(answer, retold), held, "amber-1234");
        assert_eq!(
            told("It was amber-1234.", false, false).state,
            CheckState::Ok
        );
        assert_eq!(told("turn 2", true, false).state, CheckState::Ok);
        assert_eq!(told("turn 1", true, true).state, CheckState::Warning);
        assert_eq!(told("no idea", false, false).state, CheckState::Warning);
    }

    #[test]
    fn a_failure_ends_with_what_to_do() {
        let failure = Failure::new(FailureKind::Auth, "the key is not accepted: 401; log in");
        let told = unanswered(Aspect::Prompt, &Silent::Failed(failure));
        assert_eq!(told.detail, "not logged in: the key is not accepted: 401");
        assert_eq!(told.fix.unwrap().advice, "log in");
    }

    #[test]
    fn answers_are_shown_in_short() {
        assert_eq!(short(" a\n b "), "a b");
        assert_eq!(short(&"x".repeat(61)).chars().count(), 61);
    }
}
