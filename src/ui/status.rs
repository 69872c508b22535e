//! Words for how things stand: one glyph, one word and one role each, never colour alone.

use std::collections::BTreeMap;
use std::fmt;

use crate::core::PlanStage;
use crate::core::{
    Attention, Continuity, Health, Member, MemberName, Outcome, Phase, Request, Session, Span,
    Standing, State, Subject, Task, Timestamp, login_awaited,
};
use crate::ui::theme::Role;
use crate::ui::votes::standing;

/// A call without new text for this long is shown as silent, not as working.
const SILENT: Span = Span::secs(20);

/// How something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) glyph: &'static str,
    pub(crate) word: String,
    pub(crate) role: Role,
}

fn status(glyph: &'static str, word: impl Into<String>, role: Role) -> Status {
    Status {
        glyph,
        word: word.into(),
        role,
    }
}

/// A span as `00:42` or `1:02:07`, the same width for neighbours.
pub(crate) fn clock(span: Span) -> String {
    let s = span.0 / 1000;
    match s / 3600 {
        0 => format!("{:02}:{:02}", s / 60, s % 60),
        h => format!("{h}:{:02}:{:02}", s / 60 % 60, s % 60),
    }
}

/// How a lesson stands.
pub(crate) fn lesson(standing: Standing) -> Status {
    let (glyph, role) = match standing {
        Standing::Proposed => ("○", Role::Accent),
        Standing::Accepted => ("✓", Role::Ok),
        Standing::Disputed => ("▲", Role::Warn),
        Standing::Retired => ("▫", Role::Muted),
    };
    status(glyph, standing.word(), role)
}

/// A member with one of its conversations, or with none yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seat<'a> {
    pub(crate) member: &'a Member,
    pub(crate) session: Option<&'a Session>,
    /// Identity in lists.
    pub(crate) key: u64,
}

/// Members without a conversation are numbered from here.
const WITHOUT_SESSION: u64 = 1 << 62;

/// Everybody in the room, by name, each open conversation its own seat, and each archived one where
/// they are wanted too.
pub(crate) fn seats(state: &State, archived: bool) -> Vec<Seat<'_>> {
    let mut of_members: BTreeMap<&MemberName, Vec<&Session>> = BTreeMap::new();
    for session in state.sessions() {
        if session.takes_turns() || (archived && session.is_archived()) {
            of_members
                .entry(session.member())
                .or_default()
                .push(session);
        }
    }
    let mut out = Vec::new();
    for (i, member) in (0..).zip(state.members()) {
        let open = of_members.remove(&member.spec().name);
        let mut open = open.unwrap_or_default().into_iter().peekable();
        if open.peek().is_none() {
            out.push(Seat {
                member,
                session: None,
                key: WITHOUT_SESSION + i,
            });
        }
        out.extend(open.map(|s| Seat {
            member,
            session: Some(s),
            key: s.id().0,
        }));
    }
    out
}

impl Seat<'_> {
    /// What this seat asks of the operator.
    pub(crate) fn asks<'s>(&self, state: &'s State) -> Option<&'s Attention> {
        let call = self.session?.busy()?;
        state.attention().find(|item| match item.subject {
            Subject::Asked { call: asking, .. } => asking == call,
            Subject::Choice { .. }
            | Subject::Interrupted { .. }
            | Subject::LoggedOut { .. }
            | Subject::Edited { .. }
            | Subject::Proposed { .. }
            | Subject::Plan { .. }
            | Subject::Lessons { .. }
            | Subject::Budget { .. } => false,
        })
    }

    /// The task at hand.
    pub(crate) fn task<'s>(&self, state: &'s State) -> Option<&'s Task> {
        state.task(state.call(self.session?.busy()?)?.task())
    }

    /// How it stands; `heard` is when its current call last sent text.
    pub(crate) fn status(&self, state: &State, now: Timestamp, heard: Option<Timestamp>) -> Status {
        if let Some(item) = self.asks(state) {
            return status(
                "◐",
                format!("needs you {}", clock(now.since(item.since))),
                Role::Warn,
            );
        }
        if let Some(call) = self
            .session
            .and_then(Session::busy)
            .and_then(|c| state.call(c))
        {
            let worked = clock(now.since(call.started()));
            let quiet = now.since(heard.unwrap_or(call.started()));
            return if quiet < SILENT {
                status("●", format!("working   {worked}"), Role::Accent)
            } else {
                status("◍", format!("silent    {}", clock(quiet)), Role::Muted)
            };
        }
        if self.session.is_some_and(Session::is_archived) {
            return status("▫", "archived", Role::Muted);
        }
        if let Some(pause) = self
            .member
            .pause()
            .filter(|_| self.member.health().takes_calls())
        {
            return match pause.until {
                Some(until) => status(
                    "◌",
                    format!("paused    {}", clock(until.since(now))),
                    Role::Warn,
                ),
                None => status("✕", "logged out", Role::Error),
            };
        }
        if self.member.is_resting() {
            return status("◡", "resting", Role::Muted);
        }
        match self.member.health() {
            Health::Unknown => status("○", "not started", Role::Muted),
            Health::Starting => status("◌", "starting", Role::Muted),
            Health::Ready { .. } => status("○", "idle", Role::Muted),
            Health::Restarting { at, .. } => status(
                "✕",
                format!("restart   {}", clock(at.since(now))),
                Role::Warn,
            ),
            Health::Down { .. } => status("✕", "down", Role::Error),
        }
    }
}

/// How a task stands.
pub(crate) fn task(task: &Task, state: &State) -> Status {
    match task.phase() {
        Phase::Queued => {
            let waits = task.order().after.iter().find(|id| {
                !state
                    .task(**id)
                    .is_some_and(|t| matches!(t.outcome(), Some(Outcome::Done { .. })))
            });
            match waits {
                Some(id) => status("○", format!("after {id}"), Role::Muted),
                None => status("○", "queued", Role::Muted),
            }
        }
        Phase::Working if login_awaited(state, task).is_some() => status("◐", "login", Role::Warn),
        Phase::Working => match task.planning().stage() {
            PlanStage::Approve => status("◐", "approve it", Role::Warn),
            PlanStage::Work => {
                let (done, of) = task.planning().progress();
                status("●", format!("{done}/{of} steps"), Role::Accent)
            }
            PlanStage::Draft | PlanStage::Gather | PlanStage::Broken => {
                status("●", "working", Role::Accent)
            }
        },
        Phase::Deciding { .. } => match state.contest(task.id()) {
            Some(contest) => standing::brief(contest, state),
            None => status("◐", "you decide", Role::Warn),
        },
        Phase::Held { .. } => status("◐", "held", Role::Warn),
        Phase::Ended { outcome, .. } => match outcome {
            Outcome::Done { .. } => status("✓", "done", Role::Ok),
            Outcome::Failed { .. } => status("✕", "failed", Role::Error),
            Outcome::Cancelled => status("–", "cancelled", Role::Muted),
        },
    }
}

/// What an inbox item is: a word for the sort, and one line on it.
pub(crate) fn attention(item: &Attention, state: &State) -> (&'static str, String) {
    let headline = |id| {
        state
            .task(id)
            .map_or_else(String::new, |t| t.order().prompt.headline().to_owned())
    };
    match &item.subject {
        Subject::Asked { request, .. } => match request {
            Request::Exec { command, .. } => ("run", shown_command(command)),
            Request::Patch { files, .. } => ("change", files.join(" ")),
            Request::Form { message, .. } => ("asks", message.headline().to_owned()),
            Request::Url { url, .. } => ("visit", url.clone()),
            Request::Sampling { prompt, .. } => ("model", prompt.headline().to_owned()),
            Request::Tool {
                server,
                tool,
                arguments,
                ..
            } => ("tool", format!("{server}.{tool} {}", arguments.headline())),
        },
        Subject::Choice { task } => ("choose", format!("{task} {}", headline(*task))),
        Subject::Interrupted { task } => ("repeat", format!("{task} {}", headline(*task))),
        Subject::LoggedOut { why, .. } => ("login", why.clone()),
        Subject::Budget { limit } => ("budget", format!("{} are used up", limit.noun())),
        Subject::Edited { edit } => ("edited", edit.document.clone()),
        Subject::Proposed { order } => ("task", order.prompt.headline().to_owned()),
        Subject::Plan { task } => ("plan", format!("{task} {}", headline(*task))),
        Subject::Lessons { older, newer } => {
            ("lesson", format!("{newer} says the contrary of {older}"))
        }
    }
}

/// A command as one would type it: words with spaces are quoted, so that none hides in another.
pub(crate) fn shown_command(command: &[String]) -> String {
    let quoted: Vec<String> = command
        .iter()
        .map(|word| {
            let plain = !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_alphanumeric() || "-_./=:@%+,".contains(c));
            if plain {
                word.clone()
            } else {
                format!("'{}'", word.replace('\'', "'\\''"))
            }
        })
        .collect();
    quoted.join(" ")
}

/// Who asks, for an inbox item that a call waits for.
pub(crate) fn asker(item: &Attention, state: &State) -> String {
    match &item.subject {
        Subject::Asked { call, .. } => state
            .call(*call)
            .map_or_else(String::new, |c| c.member().to_string()),
        Subject::LoggedOut { member, .. } => member.to_string(),
        Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => "room".to_owned(),
        Subject::Edited { .. } | Subject::Proposed { .. } => "outside".to_owned(),
    }
}

/// How a session stands with its server.
pub(crate) fn continuity(session: &Session, member: &Member) -> Status {
    let lost = member
        .listed()
        .is_some_and(|list| list.lost.contains(&session.id()));
    if lost {
        return status("✕", "lost by its server", Role::Warn);
    }
    match session.continuity() {
        Continuity::New => status("◇", "new", Role::Muted),
        Continuity::Continued => status("◆", "continued", Role::Ok),
        Continuity::Replayed => status("↻", "replayed digest", Role::Muted),
        Continuity::InDoubt => status("?", "in doubt", Role::Warn),
    }
}

/// A count with its noun.
pub(crate) fn plural<N: Copy + fmt::Display + PartialEq + From<u8>>(n: N, noun: &str) -> String {
    if n == N::from(1) {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

/// So many tokens, as people read it: `1 token`, `18.2k tokens`.
pub(crate) fn tokens(n: u64) -> String {
    let noun = if n == 1 { "token" } else { "tokens" };
    format!("{} {noun}", count(n))
}

/// A count as people read it: `950`, `18.2k`, `1.4M`.
pub(crate) fn count(n: u64) -> String {
    let scaled = |unit: u64, name: &str| {
        let tenths = n / (unit / 10);
        match (tenths / 10, tenths % 10) {
            (whole, _) if whole >= 100 => format!("{whole}{name}"),
            (whole, 0) => format!("{whole}{name}"),
            (whole, tenth) => format!("{whole}.{tenth}{name}"),
        }
    };
    match n {
        0..1_000 => n.to_string(),
        1_000..1_000_000 => scaled(1_000, "k"),
        _ => scaled(1_000_000, "M"),
    }
}

/// Millionths of a dollar as `0.84`.
pub(crate) fn dollars(micro_usd: u64) -> String {
    let cents = (micro_usd + 5_000) / 10_000;
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn figures() {
        assert_eq!(plural(1_u64, "task"), "1 task");
        assert_eq!(plural(0_usize, "task"), "0 tasks");
        assert_eq!(count(950), "950");
        assert_eq!(count(18_240), "18.2k");
        assert_eq!(count(182_400), "182k");
        assert_eq!(count(1_000_000), "1M");
        assert_eq!(dollars(839_900), "0.84");
        assert_eq!(clock(Span(42_900)), "00:42");
        assert_eq!(clock(Span(3_727_000)), "1:02:07");
    }

    #[test]
    fn a_command_hides_nothing() {
        let words = |w: &[&str]| w.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            shown_command(&words(&["cargo", "test", "login"])),
            "cargo test login"
        );
        assert_eq!(
            shown_command(&words(&["bash", "-lc", "ls; rm -rf x", "it's"])),
            "bash -lc 'ls; rm -rf x' 'it'\\''s'"
        );
    }
}
