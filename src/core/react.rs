//! An event becomes effects. Called with the state *after* the event was folded in.

use crate::core::{
    CallId, CallOrder, Effect, Ending, Event, HandedOn, Input, Outcome, PastTurn, Purpose,
    Recorded, Session, State, TurnState,
};

/// How many bytes of earlier turns a server that must be told them is told at most.
const HISTORY_MAX: usize = 48 * 1024;

/// What an event orders to be done.
#[must_use]
pub fn react(state: &State, recorded: &Recorded) -> Vec<Effect> {
    match &recorded.event {
        Event::CallStarted {
            call,
            purpose,
            inputs,
            ..
        } => call_order(state, *call, *purpose, inputs, &recorded.event)
            .into_iter()
            .collect(),
        Event::CallEnded {
            call,
            ending: Ending::Cancelled { .. },
        } => cancelled(state, *call).into_iter().collect(),
        Event::AttentionResolved {
            asked: Some((call, ask)),
            resolution,
            ..
        } => {
            vec![Effect::Reply {
                call: *call,
                ask: *ask,
                reply: resolution.reply.clone(),
            }]
        }
        Event::MemberEnrolled { spec } => vec![Effect::Connect {
            spec: Box::new(spec.clone()),
        }],
        Event::MemberLeft { member } => vec![Effect::Disconnect {
            member: member.clone(),
        }],
        Event::MemberRestarted { member } => vec![Effect::Restart {
            member: member.clone(),
        }],
        Event::RoomResumed => state
            .members()
            .map(|member| Effect::Connect {
                spec: Box::new(member.spec().clone()),
            })
            .collect(),
        Event::RoomClosed => vec![Effect::Shutdown],
        Event::RoomOpened { .. }
        | Event::BudgetSet { .. }
        | Event::MemberHealthChanged { .. }
        | Event::SessionOpened { .. }
        | Event::SessionBound { .. }
        | Event::SessionUnbound { .. }
        | Event::SessionClosed { .. }
        | Event::TaskAdded { .. }
        | Event::TaskReprioritised { .. }
        | Event::TaskRouted { .. }
        | Event::TaskDelayed { .. }
        | Event::TaskReopened { .. }
        | Event::TaskConcluded { .. }
        | Event::CallEnded { .. }
        | Event::AgreementFound { .. }
        | Event::ConflictFound { .. }
        | Event::Decided { .. }
        | Event::AttentionRaised { .. }
        | Event::AttentionResolved { asked: None, .. }
        | Event::ReportStale { .. } => Vec::new(),
    }
}

fn cancelled(state: &State, call: CallId) -> Option<Effect> {
    let member = state.call(call)?.member().clone();
    Some(Effect::CancelCall { call, member })
}

fn call_order(
    state: &State,
    id: CallId,
    purpose: Purpose,
    inputs: &[Input],
    event: &Event,
) -> Option<Effect> {
    let Event::CallStarted { prompt, .. } = event else {
        return None;
    };
    let call = state.call(id)?;
    let task = state.task(call.task())?;
    let session = state.session(call.session())?;
    Some(Effect::StartCall(Box::new(CallOrder {
        call: id,
        task: task.id(),
        kind: task.order().kind,
        session: session.id(),
        member: session.member().clone(),
        purpose,
        access: call.access(),
        prompt: prompt.clone(),
        inputs: inputs
            .iter()
            .filter_map(|input| handed_on(state, *input))
            .collect(),
        handle: session.handle().cloned(),
        history: history(session),
        deadline: task.order().deadline,
    })))
}

fn handed_on(state: &State, input: Input) -> Option<HandedOn> {
    match input {
        Input::Answer(call) => {
            let call = state.call(call)?;
            match call.ending()? {
                Ending::Answered(answer) => Some(HandedOn {
                    from: call.member().to_string(),
                    text: answer.text.clone(),
                }),
                Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
            }
        }
        Input::Result(task) => match state.task(task)?.outcome()? {
            Outcome::Done { result, .. } => Some(HandedOn {
                from: task.to_string(),
                text: result.clone(),
            }),
            Outcome::Failed { .. } | Outcome::Cancelled => None,
        },
    }
}

/// The latest answered turns that fit, oldest first. Whether the server must be told them is seen
/// by the adapter: it may have lost a conversation of which we still hold the handle.
fn history(session: &Session) -> Vec<PastTurn> {
    let mut room = HISTORY_MAX;
    let mut turns = Vec::new();
    for turn in session.turns().rev() {
        let TurnState::Answered { text, .. } = &turn.state else {
            continue;
        };
        let past = PastTurn {
            prompt: turn.prompt.excerpt(HISTORY_MAX / 8),
            answer: text.excerpt(HISTORY_MAX / 8),
        };
        let size = past.prompt.len() + past.answer.len();
        if size > room {
            break;
        }
        room -= size;
        turns.push(past);
    }
    turns.reverse();
    turns
}
