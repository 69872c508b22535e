//! Events in words, for the Journal screen.

use crate::core::Holds;
use crate::core::lesson::Shared;
use crate::core::session::Restored;
use crate::core::{
    Actor, Basis, Ending, Event, Health, KindName, Kinds, Listing, MemberName, NoteChange, NoteEnd,
    NoteOrder, Outcome, Planned, Recorded, Reply, SessionChange, SessionDigest, Settled, Span,
    Upkeep,
};
use crate::ui::advice;
use crate::ui::appraising;
use crate::ui::checks;
use crate::ui::dials;
use crate::ui::handed;
use crate::ui::lessons;
use crate::ui::retention;
use crate::ui::settling;
use crate::ui::status::{clock, count, shown_command, tokens};
use crate::ui::theme::Role;
use crate::ui::thinking;

/// The words for the kinds of events, of which [`tell_recorded`] gives one with each.
pub(crate) const KINDS: [&str; 18] = [
    "task", "call", "vote", "inbox", "member", "session", "room", "memory", "note", "lesson",
    "plan", "think", "check", "result", "advice", "budget", "policy", "stale",
];

/// What stands for the older turns of a session.
pub(crate) fn digested(digest: &SessionDigest) -> String {
    let by = author(digest.by.as_ref());
    format!("digest up to turn {}, by {by}", digest.through)
}

fn author(member: Option<&MemberName>) -> &str {
    member.map_or("the room's rules", MemberName::as_str)
}

/// As [`tell`], with what the place of the event adds.
pub(crate) fn tell_recorded(recorded: &Recorded) -> (&'static str, String, Role) {
    // Directly after its opening there was nothing to take up.
    if recorded.seq == 2 && recorded.event == Event::RoomResumed {
        return ("room", "begun".to_owned(), Role::Text);
    }
    tell(&recorded.event)
}

/// A short word for the sort of event, what happened, and how it looks.
#[expect(clippy::too_many_lines, reason = "one short arm an event")]
fn tell(event: &Event) -> (&'static str, String, Role) {
    match event {
        Event::RoomOpened { name } => ("room", format!("{name} opened"), Role::Text),
        Event::RoomResumed => ("room", "taken up again".to_owned(), Role::Text),
        Event::RoomClosed => ("room", "closed".to_owned(), Role::Text),
        Event::BudgetSet { budget } => {
            let tokens = budget
                .tokens
                .map_or_else(|| "no limit of".to_owned(), count);
            ("budget", format!("{tokens} tokens"), Role::Text)
        }
        Event::PolicySet { policy } => (
            "policy",
            format!(
                "{} rules; questions wait {}",
                policy.rules.len(),
                policy.patience
            ),
            Role::Text,
        ),
        Event::MemberEnrolled { spec } => ("member", format!("{} joined", spec.name), Role::Text),
        Event::MemberLeft { member } => ("member", format!("{member} left"), Role::Text),
        Event::MemberRestarted { member } => {
            ("member", format!("{member} is started again"), Role::Text)
        }
        Event::MemberRested { member } => (
            "member",
            format!("{member} rests until its next turn"),
            Role::Muted,
        ),
        Event::UpkeepSet { upkeep } => ("room", told_upkeep(upkeep), Role::Text),
        Event::MemberHealthChanged { member, health } => {
            let (what, role) = told_health(health);
            ("member", format!("{member} {what}"), role)
        }
        Event::MemberPaused { member, why, .. } => (
            "member",
            format!("{member} is given no calls: {why}"),
            Role::Warn,
        ),
        Event::MemberResumed { member } => (
            "member",
            format!("{member} is given calls again"),
            Role::Text,
        ),
        Event::SessionOpened {
            session,
            member,
            title,
        } => (
            "session",
            format!("{session} of {member} opened: {title}"),
            Role::Text,
        ),
        Event::SessionBound { session, .. } => (
            "session",
            format!("{session} is known to its server"),
            Role::Muted,
        ),
        Event::SessionUnbound { session } => (
            "session",
            format!("{session} will be told anew"),
            Role::Muted,
        ),
        Event::SessionForked {
            session,
            from,
            member,
            title,
        } => (
            "session",
            format!("{session} of {member} forked from {from}: {title}"),
            Role::Text,
        ),
        Event::SessionChanged { session, change } => {
            let (what, role) = told_change(change);
            ("session", format!("{session} {what}"), role)
        }
        Event::DigesterSet { member } => (
            "memory",
            format!("digests are written by {}", author(member.as_ref())),
            Role::Text,
        ),
        Event::DigestOrdered { session, order } => {
            let (task, through) = (order.task, order.through);
            let what = format!("{session} is digested up to turn {through} by {task}");
            ("memory", what, Role::Muted)
        }
        Event::SessionDigested { session, digest } => (
            "memory",
            format!("{session}: {}", digested(digest)),
            Role::Text,
        ),
        Event::SessionsAsked { member } => (
            "session",
            format!("the server of {member} is asked for its sessions"),
            Role::Muted,
        ),
        Event::SessionsListed {
            member, listing, ..
        } => (
            "session",
            format!("the server of {member} {}", told_listing(listing)),
            Role::Muted,
        ),
        Event::SessionClosed { session } => ("session", format!("{session} put away"), Role::Text),
        Event::TaskAdded { task, order, .. } => (
            "task",
            format!("{task} added: {}", order.prompt.headline()),
            Role::Text,
        ),
        Event::TaskReprioritised { task, priority } => {
            ("task", format!("{task} is now {priority}"), Role::Text)
        }
        Event::TaskReworded { task, prompt, .. } => (
            "task",
            format!("{task} says another thing now: {}", prompt.headline()),
            Role::Text,
        ),
        Event::TaskMoved { task, to } => ("task", format!("{task} moved {to}"), Role::Text),
        Event::TaskRelabelled { task, kind } => {
            ("task", format!("{task} is of kind {kind}"), Role::Text)
        }
        Event::TaskRouted {
            task,
            council,
            because,
            ..
        } => {
            let names: Vec<&str> = council.iter().map(MemberName::as_str).collect();
            (
                "task",
                format!("{task} goes to {}: {because}", names.join(" ")),
                Role::Text,
            )
        }
        Event::TaskDelayed { task, .. } => (
            "task",
            format!("{task} waits before it is tried again"),
            Role::Muted,
        ),
        Event::TaskReopened { task, .. } => ("task", format!("{task} is worked again"), Role::Text),
        Event::TaskConcluded { task, outcome } => {
            let (what, role) = told_outcome(outcome);
            ("task", format!("{task} {what}"), role)
        }
        Event::CallStarted {
            call,
            task,
            session,
            ..
        } => (
            "call",
            format!("{call} for {task} in {session}"),
            Role::Muted,
        ),
        Event::CallEnded { call, ending } => {
            let (what, role) = told_ending(ending);
            ("call", format!("{call} {what}"), role)
        }
        Event::ThoughtsBounded { most } => (
            "think",
            format!("a thinking session takes at most {most} thoughts"),
            Role::Text,
        ),
        Event::ThoughtProposed { task, thought, .. } => (
            "think",
            format!(
                "{task} {}: {}",
                thinking::heading(thought),
                thought.text.headline()
            ),
            Role::Text,
        ),
        Event::ThoughtRecorded {
            task,
            number,
            keeper,
        } => (
            "think",
            format!("{task} thought {number} {}", thinking::kept_by(keeper)),
            Role::Muted,
        ),
        Event::Planned {
            what: Planned::Proposed { task, plan, .. },
        } => (
            "plan",
            format!("{task} was split into {} steps", plan.steps().len()),
            Role::Text,
        ),
        Event::Planned {
            what: Planned::Edited { task, plan },
        } => (
            "plan",
            format!(
                "the plan of {task} was changed: {} steps",
                plan.steps().len()
            ),
            Role::Text,
        ),
        Event::Planned {
            what: Planned::Approved { task, .. },
        } => ("plan", format!("the plan of {task} was approved"), Role::Ok),
        Event::Planned {
            what: Planned::Resumed { task },
        } => ("plan", format!("{task} goes on with its plan"), Role::Text),
        Event::Appraised { what } => appraising::told(what),
        Event::AgreementFound { task, calls } => (
            "vote",
            format!("{task}: {} answers agree", calls.len()),
            Role::Ok,
        ),
        Event::ConflictFound {
            task, candidates, ..
        } => (
            "vote",
            format!("{task}: {} different answers", candidates.len()),
            Role::Warn,
        ),
        Event::RoutingSet { setting } => (
            "room",
            format!("members are chosen by {}", setting.policy),
            Role::Muted,
        ),
        Event::Advised { what } => advice::told(what),
        Event::ResultRated { task, good } => {
            let what = match good {
                Some(true) => "is praised",
                Some(false) => "is blamed",
                None => "is neither praised nor blamed any more",
            };
            ("task", format!("the result of {task} {what}"), Role::Text)
        }
        Event::Checked { what } => checks::told(what),
        Event::KindsSet { kinds } => ("room", own_kinds(kinds), Role::Muted),
        Event::LadderSet { ladder } => settling::set(ladder),
        Event::LadderClimbed {
            task, to, because, ..
        } => settling::climbed(*task, *to, because),
        Event::CandidatesJoined {
            task, candidates, ..
        } => settling::joined(*task, candidates.len()),
        Event::OperatorVoted { task, ballot } => settling::operator_voted(*task, ballot),
        Event::VoteOpened { task, panel, terms } => settling::opened(*task, panel, terms),
        Event::InquiryMade { task, inquiry } => settling::asked(*task, inquiry),
        Event::InquiryAnswered { task, answered, .. } => settling::answered(*task, answered),
        Event::VoteClosed { task, closed } => settling::closed(*task, closed),
        Event::Decided { task, decision } => settling::decided(*task, decision),
        Event::AttentionRaised { attention } => (
            "inbox",
            format!("{} {}", attention.id, told_subject(attention)),
            Role::Warn,
        ),
        Event::AttentionResolved {
            attention,
            asked,
            resolution,
        } => {
            let what = match &resolution.reply {
                // No server asked: a choice was made, or the room got its answer.
                Reply::Allow if asked.is_none() => "settled".to_owned(),
                Reply::Allow => "allowed".to_owned(),
                Reply::AllowForSession => "allowed for the session".to_owned(),
                Reply::Deny { reason } if reason.is_empty() => "denied".to_owned(),
                Reply::Deny { reason } => format!("denied: {reason}"),
                Reply::Fill { .. } => "answered".to_owned(),
                Reply::KeepAside => "kept aside".to_owned(),
                Reply::Hold(holds) => {
                    let what = match holds {
                        Holds::Older => "the older holds",
                        Holds::Newer => "the newer holds",
                        Holds::Both => "both hold",
                        Holds::Neither => "neither holds",
                    };
                    format!("settled: {what},")
                }
            };
            (
                "inbox",
                match &resolution.rule {
                    Some(rule) => format!("{attention} {what} by rule: {rule}"),
                    None => format!("{attention} {what} by {}", actor(resolution.by)),
                },
                Role::Text,
            )
        }
        Event::AttentionWithdrawn { attention, .. } => (
            "inbox",
            format!("{attention} taken back by the server"),
            Role::Text,
        ),
        Event::ModelLent {
            attention,
            task,
            by,
            ..
        } => (
            "inbox",
            format!("{attention} is answered by {task}, by {}", actor(*by)),
            Role::Text,
        ),
        Event::EditSettled { document, how, .. } => {
            let what = match how {
                Settled::Imported => "taken over",
                Settled::KeptAside => "kept aside",
                Settled::Overwritten => "written over",
            };
            (
                "memory",
                format!("{document}: what was changed from outside is {what}"),
                Role::Text,
            )
        }
        Event::ResultReplaced { task, result } => (
            "result",
            format!("{task}: written by hand: {}", result.headline()),
            Role::Ok,
        ),
        Event::RetentionSet { retention } => retention::set(retention),
        Event::ResultsAged { tasks, old } => retention::aged(tasks, *old),
        Event::Shared {
            what: Shared::SharingSet { sharing },
        } => lessons::shared(sharing),
        Event::Shared {
            what: Shared::LessonProposed { lesson, draft },
        } => lessons::proposed(*lesson, draft),
        Event::Shared {
            what: Shared::LessonSupported { lesson, evidence },
        } => lessons::supported(*lesson, evidence.task),
        Event::Shared {
            what: Shared::LessonAccepted { lesson, by },
        } => lessons::accepted(*lesson, *by),
        Event::Shared {
            what: Shared::LessonDisputed { lesson, why },
        } => lessons::disputed(*lesson, why),
        Event::Shared {
            what: Shared::LessonRetired { lesson, why, by },
        } => lessons::retired(*lesson, why, *by),
        Event::Shared {
            what: Shared::ContextChosen { call, shown },
        } => lessons::chosen(*call, shown),
        Event::Shared {
            what:
                Shared::DocumentTold {
                    call,
                    document,
                    text,
                },
        } => lessons::read(*call, document, text),
        Event::Shared {
            what: Shared::DocumentPinned { document, task },
        } => lessons::pinned(document, *task),
        Event::Shared {
            what: Shared::DocumentUnpinned { document, .. },
        } => lessons::unpinned(document),
        Event::NoteOrdered { order } => ("note", told_note(order), Role::Text),
        Event::NoteSettled { order, end } => match end {
            NoteEnd::Done => ("note", format!("change {order} is done"), Role::Muted),
            NoteEnd::Changed => (
                "note",
                format!("change {order} was not made: the note is another one meanwhile"),
                Role::Warn,
            ),
            NoteEnd::Refused { why } => (
                "note",
                format!("change {order} was not made: {why}"),
                Role::Warn,
            ),
        },
        Event::ReportStale { about } => ("stale", about.clone(), Role::Muted),
    }
}

/// What is done to a note, in words.
pub(crate) fn told_note(order: &NoteOrder) -> String {
    let NoteOrder { id, name, .. } = order;
    let what = match &order.change {
        NoteChange::Write { before: None, .. } => format!("{name} is written"),
        NoteChange::Write { .. } => format!("{name} is edited"),
        NoteChange::Rename { to, .. } => format!("{name} becomes {to}"),
        NoteChange::Delete { .. } => format!("{name} is removed"),
    };
    match order.undoes {
        Some(step) => format!("change {id}, which undoes {step}: {what}"),
        None => format!("change {id}: {what}"),
    }
}

fn told_change(change: &SessionChange) -> (String, Role) {
    let what = match change {
        SessionChange::Renamed { title } => format!("is called {title}"),
        SessionChange::Archived { by: Actor::Clock } => {
            "archived: it was not used for long".to_owned()
        }
        SessionChange::Archived {
            by: Actor::Operator | Actor::Room | Actor::Policy,
        } => "archived".to_owned(),
        SessionChange::Unarchived => "brought back".to_owned(),
        SessionChange::Reset => "reset: its next turn begins anew".to_owned(),
        SessionChange::Chosen => "takes the next turns of its member".to_owned(),
        SessionChange::Restored { by } => {
            let how = match by {
                Restored::Live | Restored::ByHandle => "is continued by its server",
                Restored::ByReplay => "was told again from the transcript",
                Restored::InDoubt => "is in doubt at its server",
            };
            return (how.to_owned(), Role::Muted);
        }
        SessionChange::Handed { servers } => return handed::told(servers),
        SessionChange::Dials { dials } => return (dials::told(dials), Role::Muted),
        SessionChange::Dialled { dial, value } => return (dials::turned(dial, value), Role::Muted),
        SessionChange::Wished { dial, value } => dials::shall(dial, value.as_deref()),
        SessionChange::Unfulfilled { wish } => return (dials::unfulfilled(wish), Role::Warn),
    };
    (what, Role::Text)
}

fn told_listing(listing: &Listing) -> String {
    match listing {
        Listing::Sessions(all) => match all.len() {
            0 => "has no sessions".to_owned(),
            1 => "has one session".to_owned(),
            n => format!("has {n} sessions"),
        },
        Listing::Unsupported => "keeps no list of sessions".to_owned(),
        Listing::Failed { why } => format!("gave no list of its sessions: {why}"),
    }
}

/// A length of time, in days where it has several.
pub(crate) fn days(span: Span) -> String {
    match span.0 / Span::DAY.0 {
        days if days > 1 => format!("{days} days"),
        _ => clock(span),
    }
}

/// The room's own kinds of task.
fn own_kinds(kinds: &Kinds) -> String {
    let names: Vec<&str> = kinds.own().keys().map(KindName::as_str).collect();
    if names.is_empty() {
        return "has no kinds of task of its own".to_owned();
    }
    format!("kinds of task of its own: {}", names.join(", "))
}

fn told_upkeep(upkeep: &Upkeep) -> String {
    let span = |span: Option<Span>| {
        span.map_or_else(
            || "never".to_owned(),
            |span| format!("after {}", days(span)),
        )
    };
    format!(
        "idle servers rest {}, unused sessions are archived {}",
        span(upkeep.rest_after),
        span(upkeep.archive_after)
    )
}

fn told_subject(item: &crate::core::Attention) -> String {
    use crate::core::{Request, Subject};
    match &item.subject {
        Subject::Asked { call, request, .. } => match request {
            Request::Exec { command, .. } => {
                format!("{call} wants to run {}", shown_command(command))
            }
            Request::Patch { files, .. } => format!("{call} wants to change {}", files.join(" ")),
            Request::Form { message, .. } => format!("{call} asks: {}", message.headline()),
            Request::Url { url, .. } => format!("{call} asks for a visit to {url}"),
            Request::Sampling { prompt, .. } => {
                format!("{call} wants a model's answer: {}", prompt.headline())
            }
            Request::Tool { server, tool, .. } => format!("{call} calls {server}.{tool}"),
        },
        Subject::Choice { task } => format!("{task} needs a choice"),
        Subject::Plan { task } => format!("the plan of {task} waits for leave"),
        Subject::Interrupted { task } => format!("{task} was interrupted; repeat it?"),
        Subject::LoggedOut { member, why } => format!("{member} is not logged in: {why}"),
        Subject::Budget { limit } => {
            format!("{} are used up", limit.noun())
        }
        Subject::Edited { edit } => format!("{} was changed from outside", edit.document),
        Subject::Lessons { older, newer } => {
            format!("{newer} says the contrary of {older}; which holds?")
        }
        Subject::Proposed { order } => {
            format!(
                "a task is proposed from outside: {}",
                order.prompt.headline()
            )
        }
    }
}

fn told_health(health: &Health) -> (String, Role) {
    match health {
        Health::Unknown => ("is unknown".to_owned(), Role::Muted),
        Health::Starting => ("is starting".to_owned(), Role::Muted),
        Health::Ready { protocol } => (format!("is ready ({protocol})"), Role::Text),
        Health::Restarting { why, .. } => (format!("restarts: {why}"), Role::Warn),
        Health::Down { why } => (format!("is down: {why}"), Role::Error),
    }
}

fn told_outcome(outcome: &Outcome) -> (String, Role) {
    match outcome {
        Outcome::Done { basis, .. } => (format!("done ({})", basis_word(*basis)), Role::Ok),
        Outcome::Failed { why } => (format!("failed: {why}"), Role::Error),
        Outcome::Cancelled => ("cancelled".to_owned(), Role::Muted),
    }
}

fn told_ending(ending: &Ending) -> (String, Role) {
    match ending {
        Ending::Answered(answer) => (
            format!("answered, {}", tokens(answer.usage.tokens())),
            Role::Muted,
        ),
        Ending::Failed { failure, .. } => (format!("failed: {failure}"), Role::Error),
        Ending::Cancelled { .. } => ("cancelled".to_owned(), Role::Muted),
        Ending::Interrupted => ("interrupted".to_owned(), Role::Warn),
    }
}

/// Why a result is the result.
pub(crate) fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Only => "the only answer",
        Basis::First => "the first answer",
        Basis::Agreement => "all agree",
        Basis::LastStep => "the last step",
        Basis::Operator => "your choice",
        Basis::Conclusion => "concluded from its thoughts",
        Basis::Plan => "made of its steps' results",
        Basis::Vote => "voted for",
        Basis::Consensus => "they came to agree",
        Basis::Merged => "all merged",
        Basis::Expert => "the expert's choice",
        Basis::Fallback => "the fallback",
    }
}

fn actor(actor: Actor) -> &'static str {
    match actor {
        Actor::Operator => "the operator",
        Actor::Clock => "the clock",
        Actor::Room => "the room",
        Actor::Policy => "a rule",
    }
}
