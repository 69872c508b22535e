//! The tools of a turn: what a model wants called is allowed, called and handed back, until it
//! answers or has had enough.
//!
//! Every wish becomes a question to the room, so that rules, the block list and the operator decide,
//! and the journal knows of each. Whatever goes wrong with a tool is told to the model as its result;
//! a turn ends early only for reasons of its own: it was cancelled, or its time is up.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::call::{CallTask, Cancelled, Talk};
use super::listen::taken_back;
use crate::core::text::one_line;
use crate::core::{DeltaKind, Purpose, Request};
use crate::mcp::{ActiveCall, AskAnswer, AskReply, CallError, Limits, Step, ToolReply};
use crate::members::dialect::{
    Heard, MoreTools, Question, ReplyStyle, ToolResult, ToolWish, signs_of_life,
};
use crate::members::tools::{Lent, Offer, failed, request, told};

/// How often a model may have tools called in one turn before it must answer.
const ROUNDS_MAX: u32 = 16;
/// How many calls it may have made in all; further ones are refused, and it is told.
const CALLS_MAX: u32 = 48;
/// How long servers may take to be ready before the model is asked without their tools; at most half
/// of what the turn has left.
const READY_WITHIN: Duration = Duration::from_secs(40);
/// The longest line about a call, in bytes.
const LINE_MAX: usize = 300;

/// What a turn has of tools, and what it used of it.
#[derive(Debug, Default)]
pub(super) struct Bench {
    pub(super) offer: Offer,
    rounds: u32,
    calls: u32,
    /// What came beside text.
    pub(super) labels: Vec<String>,
}

impl Bench {
    /// Whether a further round is one too many: it was told to answer and did not.
    pub(super) fn is_used_up(&self) -> bool {
        self.rounds >= ROUNDS_MAX
    }
}

impl CallTask {
    /// What the model may call in this turn.
    pub(super) async fn bench(&self, talk: &mut Talk) -> Result<Bench, Cancelled> {
        let order = &self.order;
        let looks = match order.purpose {
            Purpose::Answer | Purpose::Council | Purpose::Step(_) | Purpose::Plan => true,
            // These put into form what is known already.
            Purpose::Repair
            | Purpose::Thought(_)
            | Purpose::ThoughtAgain(_)
            | Purpose::Conclude
            | Purpose::PlanAgain
            | Purpose::Gather => false,
        };
        if !looks || !self.crew.setup().adapter.takes_tools() {
            return Ok(Bench::default());
        }
        let left = talk.clock.left().unwrap_or_default();
        let within = READY_WITHIN.min(left / 2);
        let missing = self.toolbox.not_ready(&order.member, order.kind);
        if !missing.is_empty() {
            let missing = missing.join(", ");
            let waits = format!(
                "waits for the tools of {missing}, {} s at most",
                within.as_secs()
            );
            talk.live
                .push(DeltaKind::Status, one_line(&waits, LINE_MAX));
        }
        let offering = self
            .toolbox
            .offer(&order.member, order.kind, order.access, within);
        let offer = self.unless_cancelled(offering).await?;
        for note in &offer.notes {
            talk.live.push(DeltaKind::Status, note.clone());
        }
        Ok(Bench {
            offer,
            ..Bench::default()
        })
    }

    /// Works all wishes of one answer, in order.
    pub(super) async fn serve(
        &mut self,
        wishes: Vec<ToolWish>,
        bench: &mut Bench,
        talk: &mut Talk,
    ) -> Result<(Vec<ToolResult>, MoreTools), Cancelled> {
        bench.rounds += 1;
        let mut results = Vec::new();
        for wish in wishes {
            let content = match talk.clock.left() {
                Some(_) => self.fulfil(&wish, bench, talk).await?,
                None => "There was no time left for this call.".to_owned(),
            };
            let id = wish.id;
            results.push(ToolResult { id, content });
        }
        let more = if bench.is_used_up() || bench.calls >= CALLS_MAX {
            MoreTools::UsedUp
        } else {
            MoreTools::Allowed
        };
        Ok((results, more))
    }

    /// One wish, up to what the model reads of it.
    async fn fulfil(
        &mut self,
        wish: &ToolWish,
        bench: &mut Bench,
        talk: &mut Talk,
    ) -> Result<String, Cancelled> {
        bench.calls += 1;
        if bench.calls > CALLS_MAX {
            return Ok("No further call was made: answer with what you have.".to_owned());
        }
        let Some(lent) = bench.offer.find(&wish.name).cloned() else {
            let names = bench.offer.names();
            return Ok(format!("There is no such tool. There are: {names}"));
        };
        let arguments = match read_arguments(&wish.arguments) {
            Ok(arguments) => self.toolbox.arguments(&lent, arguments),
            Err(why) => return Ok(why),
        };
        let request = match request(&lent, &arguments) {
            Ok(request) => request,
            Err(why) => return Ok(why),
        };
        let card = card(&lent, &request);
        let leave = self.leave_for(request, talk).await?;
        let say = |talk: &mut Talk, line: &str| {
            talk.live.push(DeltaKind::Status, one_line(line, LINE_MAX));
        };
        if let Err(reason) = leave {
            say(talk, &format!("not allowed: {card}"));
            return Ok(format!("This call was not allowed: {reason}"));
        }
        say(talk, &card);
        let outcome = self.call_tool(&lent, arguments, talk).await?;
        let mut result = match outcome {
            Ok(reply) => {
                let reply = match &self.attachments {
                    Some(attachments) => attachments.keep(reply).await,
                    None => reply,
                };
                bench.labels.extend(reply.labels());
                if reply.is_error {
                    say(talk, &format!("{} failed: {}", lent.label(), reply.text()));
                }
                told(&reply)
            }
            Err(why) => {
                say(talk, &format!("{}: {why}", lent.label()));
                why
            }
        };
        if let Some(remark) = &lent.remark {
            say(talk, remark);
            result.push_str("\n\n");
            result.push_str(remark);
        }
        Ok(result)
    }

    /// Asks the room for leave; the error is the reason of a no.
    async fn leave_for(
        &mut self,
        request: Request,
        talk: &mut Talk,
    ) -> Result<Result<(), String>, Cancelled> {
        let (reply, mut answer) = AskReply::channel();
        let style = ReplyStyle::Leave;
        let question = Question {
            request,
            style,
            reply,
        };
        self.asked(question, talk).await?;
        loop {
            talk.clock.ask(!talk.waiting.is_empty());
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(Cancelled),
                answer = &mut answer => {
                    talk.clock.ask(false);
                    return Ok(leave_of(answer));
                }
                Some((ask, reply)) = self.replies.recv() => talk.answer(ask, &reply),
                ask = taken_back(&mut talk.waiting) => {
                    talk.waiting.remove(&ask);
                    self.withdrawn(ask).await?;
                }
                () = talk.live.drained_some() => {}
            }
        }
    }

    /// Makes a call and listens to its end; the error is for the model.
    async fn call_tool(
        &mut self,
        lent: &Lent,
        arguments: Map<String, Value>,
        talk: &mut Talk,
    ) -> Result<Result<ToolReply, String>, Cancelled> {
        let ends = talk.clock.ends();
        let ready = async {
            let turn = self.toolbox.turn(lent).await;
            self.toolbox.connection(lent).await.map(|it| (it, turn))
        };
        let ready = tokio::time::timeout_at(ends, ready);
        // The permit is held to the end of the call.
        let (connection, _turn) = match self.unless_cancelled(ready).await? {
            Ok(Ok(ready)) => ready,
            Ok(Err(why)) => return Ok(Err(format!("The tool cannot be reached: {why}"))),
            Err(_) => return Ok(Err("The tool was not free in time.".to_owned())),
        };
        let left = ends.saturating_duration_since(Instant::now());
        let limits = Limits {
            idle: lent.limits.idle.min(left),
            total: lent.limits.total.min(left),
        };
        let calling = connection.call(&lent.tool, arguments, limits);
        let mut call = self.unless_cancelled(calling).await?;
        let heard = self.hear_tool(&mut call, talk).await;
        let is_over = match &heard {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => matches!(
                error,
                CallError::Rpc { .. } | CallError::Closed { .. } | CallError::Unsent { .. }
            ),
            Err(Cancelled) => false,
        };
        drop(call);
        if !is_over {
            self.toolbox.abandon(lent);
        }
        Ok(heard?.map_err(|error| failed(&error)))
    }

    /// Listens to the call of a tool. What its server asks goes the way of all questions.
    async fn hear_tool(
        &mut self,
        call: &mut ActiveCall,
        talk: &mut Talk,
    ) -> Result<Result<ToolReply, CallError>, Cancelled> {
        loop {
            talk.clock.ask(!talk.waiting.is_empty());
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(Cancelled),
                Some((ask, reply)) = self.replies.recv() => {
                    talk.answer(ask, &reply);
                }
                step = call.next() => match step {
                    Step::Done(outcome) => {
                        // The call is over, and so is what it asked.
                        for (ask, _) in std::mem::take(&mut talk.waiting) {
                            self.withdrawn(ask).await?;
                        }
                        talk.clock.ask(false);
                        return Ok(outcome);
                    }
                    Step::Signal(signal) => for heard in signs_of_life(signal) {
                        match heard {
                            Heard::Text { kind, text } => {
                                talk.live.push(kind, one_line(&text, LINE_MAX));
                            }
                            // Too many are declined by being dropped.
                            Heard::Asked(question) if talk.may_ask(&question.request) => {
                                self.asked(question, talk).await?;
                            }
                            Heard::Asked(_)
                            | Heard::Bound { .. }
                            | Heard::Handed { .. }
                            | Heard::Dials { .. }
                            | Heard::GaveUp(_) => {}
                        }
                    }
                },
                ask = taken_back(&mut talk.waiting) => {
                    talk.waiting.remove(&ask);
                    self.withdrawn(ask).await?;
                }
                () = talk.live.drained_some() => {}
            }
        }
    }
}

fn leave_of(answer: Result<AskAnswer, oneshot::error::RecvError>) -> Result<(), String> {
    match answer {
        Ok(AskAnswer::Result(_)) => Ok(()),
        Ok(AskAnswer::Error { message, .. }) => Err(message),
        Err(_) => Err("nobody answered".to_owned()),
    }
}

/// An empty text means no arguments: some models write nothing there.
fn read_arguments(text: &str) -> Result<Map<String, Value>, String> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_str(text)
        .map_err(|error| format!("The arguments are no JSON object ({error}); call it again."))
}

/// One line about a call, as other members' tools are shown.
fn card(lent: &Lent, request: &Request) -> String {
    match request {
        Request::Exec { command, .. } => match command.as_slice() {
            [_, flag, line] if flag == "-c" => format!("$ {line}"),
            words => format!("$ {}", words.join(" ")),
        },
        Request::Patch { files, .. } => format!("edits {}", files.join(", ")),
        Request::Tool { arguments, .. } => format!("calls {} {arguments}", lent.label()),
        Request::Form { .. } | Request::Url { .. } | Request::Sampling { .. } => lent.label(),
    }
}

#[cfg(test)]
mod tests {
    use super::{leave_of, read_arguments};
    use crate::core::Reply;
    use crate::members::dialect::ReplyStyle;

    #[test]
    fn arguments_are_an_object_or_nothing() {
        assert!(read_arguments(" ").unwrap().is_empty());
        assert_eq!(read_arguments("{\"a\":1}").unwrap().len(), 1);
        for wrong in ["[1]", "{half", "null"] {
            let why = read_arguments(wrong).unwrap_err();
            assert!(why.contains("no JSON object"), "{why}");
        }
    }

    #[test]
    fn a_no_has_its_reason_and_a_form_is_no_leave() {
        let said = |reply: Reply| leave_of(Ok(ReplyStyle::Leave.answer(&reply)));
        assert_eq!(said(Reply::Allow), Ok(()));
        assert_eq!(said(Reply::AllowForSession), Ok(()));
        let reason = "not that one".to_owned();
        assert_eq!(
            said(Reply::Deny {
                reason: reason.clone()
            }),
            Err(reason)
        );
        let content = crate::core::Text::from("{}");
        assert!(said(Reply::Fill { content }).is_err());
    }
}
