//! What the operator wants of sessions: fork, rename, archive, reset, choose, set; and lists of servers.

use crate::core::decide::command::known_member;
use crate::core::decide::company::{room_for_session, titled};
use crate::core::decide::dial;
use crate::core::handed::kept;
use crate::core::{
    Actor, CallId, Event, HandedServer, Health, Listing, MemberName, Refusal, Report, Session,
    SessionChange, SessionId, SessionOrder, State, Timestamp, reconcile,
};

pub(super) fn order(
    state: &State,
    id: SessionId,
    order: &SessionOrder,
) -> Result<Vec<Event>, Refusal> {
    let session = state.session(id).filter(|session| !session.is_closed());
    let session = session.ok_or(Refusal::NoSuchSession { session: id })?;
    let change = match order {
        SessionOrder::Fork { member, title } => {
            return fork(state, session, member.as_ref(), title);
        }
        SessionOrder::Set { dial, value } => {
            return dial::wished(session, dial, value.as_deref());
        }
        SessionOrder::Rename { title } => rename(session, title)?,
        SessionOrder::Archive => {
            idle(session)?;
            if session.is_archived() {
                return Err(unfit(id, "it is archived already"));
            }
            SessionChange::Archived {
                by: Actor::Operator,
            }
        }
        SessionOrder::Unarchive => {
            if !session.is_archived() {
                return Err(unfit(id, "it is not archived"));
            }
            room_for_session(state, session.member())?;
            SessionChange::Unarchived
        }
        SessionOrder::Reset => {
            idle(session)?;
            if session.remembered().len() == 0 {
                return Err(unfit(id, "there is nothing to forget"));
            }
            SessionChange::Reset
        }
        SessionOrder::Choose => {
            if session.is_archived() {
                return Err(unfit(id, "it is archived; bring it back first"));
            }
            SessionChange::Chosen
        }
    };
    Ok(vec![Event::SessionChanged {
        session: id,
        change,
    }])
}

fn fork(
    state: &State,
    origin: &Session,
    member: Option<&MemberName>,
    title: &str,
) -> Result<Vec<Event>, Refusal> {
    let member = member.unwrap_or(origin.member());
    known_member(state, member)?;
    room_for_session(state, member)?;
    let title = if title.trim().is_empty() {
        titled(&format!("fork of {}", origin.title()))
    } else {
        titled(title)
    };
    Ok(vec![Event::SessionForked {
        session: SessionId(state.next.session),
        from: origin.id(),
        member: member.clone(),
        title,
    }])
}

fn rename(session: &Session, title: &str) -> Result<SessionChange, Refusal> {
    let title = titled(title);
    if title.is_empty() {
        return Err(unfit(session.id(), "a session needs a name"));
    }
    if title == session.title() {
        return Err(unfit(session.id(), "it is called that already"));
    }
    Ok(SessionChange::Renamed { title })
}

fn idle(session: &Session) -> Result<(), Refusal> {
    match session.busy() {
        None => Ok(()),
        Some(_) => Err(Refusal::Busy {
            what: format!("session {}", session.id()),
        }),
    }
}

fn unfit(session: SessionId, why: &str) -> Refusal {
    Refusal::UnfitSession {
        session,
        why: why.to_owned(),
    }
}

/// Asks a server for its sessions. One that does not run has none.
pub(super) fn list(state: &State, name: &MemberName) -> Result<Vec<Event>, Refusal> {
    let member = known_member(state, name)?;
    match member.health() {
        Health::Ready { .. } => Ok(vec![Event::SessionsAsked {
            member: name.clone(),
        }]),
        Health::Unknown | Health::Starting | Health::Restarting { .. } | Health::Down { .. } => {
            Err(Refusal::ServerNotRunning {
                member: name.clone(),
            })
        }
    }
}

/// What a list comes to: it is noted when it is news or was asked for, and sessions that the server
/// lost are told anew.
pub(super) fn listed(
    state: &State,
    name: &MemberName,
    asked: Timestamp,
    listing: &Listing,
) -> Vec<Event> {
    let Some(member) = state.member(name) else {
        return super::reported::stale(format!("sessions of {name}"));
    };
    let told = member.listed.as_ref().map(|list| &list.listing);
    let news = match listing {
        Listing::Sessions(_) => told != Some(listing),
        Listing::Unsupported | Listing::Failed { .. } => false,
    };
    if !news && !member.asked {
        return Vec::new();
    }
    let lost = reconcile(state, name, asked, listing).lost;
    let listed = Event::SessionsListed {
        member: name.clone(),
        asked,
        listing: listing.clone(),
    };
    let unbound = lost
        .into_iter()
        .map(|session| Event::SessionUnbound { session });
    [listed].into_iter().chain(unbound).collect()
}

/// What it comes to how a session was restored for a call.
pub(super) fn restored(state: &State, report: &Report) -> Vec<Event> {
    let Report::Restored { call, by } = report else {
        return Vec::new();
    };
    let in_flight = state.call(*call).filter(|call| call.ended.is_none());
    let Some(session) = in_flight.and_then(|call| state.session(call.session)) else {
        return super::reported::stale(format!("how the session of {call} was restored"));
    };
    if session.restored_by() == *by {
        return Vec::new();
    }
    vec![Event::SessionChanged {
        session: session.id(),
        change: SessionChange::Restored { by: *by },
    }]
}

/// What it comes to how the servers stand that the session of a call was handed.
pub(super) fn handed(state: &State, call: CallId, servers: &[HandedServer]) -> Vec<Event> {
    let in_flight = state.call(call).filter(|call| call.ended.is_none());
    let Some(session) = in_flight.and_then(|call| state.session(call.session)) else {
        return super::reported::stale(format!("servers of the session of {call}"));
    };
    let servers = kept(servers);
    if session.handed() == servers {
        return Vec::new();
    }
    vec![Event::SessionChanged {
        session: session.id(),
        change: SessionChange::Handed { servers },
    }]
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, handle, name, order, said};
    use crate::core::session::{Continuity, Restored};
    use crate::core::state::SESSIONS_KEPT;
    use crate::core::{
        Actor, Command, Effect, Event, Refusal, Report, Session, SessionChange, SessionId,
        SessionOrder, Span, Strategy, TaskOrder,
    };

    const S1: SessionId = SessionId(1);

    fn session(room: &Room, id: u64) -> &Session {
        room.state.session(SessionId(id)).unwrap()
    }

    fn to(session: SessionId, order: SessionOrder) -> Command {
        Command::Session { session, order }
    }

    fn fork(member: Option<&str>) -> Command {
        let member = member.map(name);
        let title = String::new();
        to(S1, SessionOrder::Fork { member, title })
    }

    /// A member that answered `turns` prompts in its one session.
    fn talked(members: &[&str], turns: usize) -> Room {
        let mut room = Room::of(members);
        for turn in 0..turns {
            let (_, calls) = room.add(order(Strategy::Solo, &members[..1]));
            room.bind(calls[0], "thread-1");
            room.answer(calls[0], said(&format!("answer {turn}")));
        }
        room
    }

    /// What the last call was told of earlier turns.
    fn told(room: &Room) -> Vec<String> {
        let order = room.effects.iter().rev().find_map(|effect| {
            let Effect::StartCall(order) = effect else {
                return None;
            };
            Some(order)
        });
        let history = &order.unwrap().history;
        history.iter().map(|turn| turn.answer.to_string()).collect()
    }

    #[test]
    fn a_fork_knows_what_was_said_and_takes_the_next_turn() {
        let mut room = talked(&["codex"], 2);
        let title = "fork of main".to_owned();
        assert_eq!(
            room.command(&fork(None)),
            [Event::SessionForked {
                session: SessionId(2),
                from: S1,
                member: name("codex"),
                title
            }]
        );
        room.add(TaskOrder::new("go on"));
        assert!(session(&room, 2).busy().is_some());
        assert_eq!(told(&room), ["answer 0", "answer 1"]);
        assert_eq!(session(&room, 2).continuity(), Continuity::Replayed);
        assert_eq!(session(&room, 2).forked_from(), Some(S1));
        assert_eq!(session(&room, 1).turns_ever(), 2);
    }

    #[test]
    fn a_fork_is_made_by_the_server_while_it_knows_just_what_the_fork_is_to_know() {
        let origin = |room: &Room| room.last_order().origin;
        let forked = || {
            let mut room = talked(&["codex", "gpt"], 2);
            room.command(&fork(None));
            room
        };
        let mut room = forked();
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        assert_eq!(origin(&room), Some(handle("thread-1")));
        // Its second turn goes on with its own conversation, or is told it.
        room.answer(calls[0], said("forked"));
        room.add(order(Strategy::Solo, &["codex"]));
        assert_eq!(origin(&room), None);

        // More was said in its origin meanwhile.
        let mut room = forked();
        room.command(&to(S1, SessionOrder::Choose));
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.answer(calls[0], said("more"));
        room.command(&to(SessionId(2), SessionOrder::Choose));
        room.add(order(Strategy::Solo, &["codex"]));
        assert_eq!(origin(&room), None);

        // Its origin was forgotten, or is another member's.
        let mut room = forked();
        room.command(&to(S1, SessionOrder::Reset));
        room.add(order(Strategy::Solo, &["codex"]));
        assert_eq!(origin(&room), None);
        let mut room = talked(&["codex", "gpt"], 1);
        room.command(&fork(Some("gpt")));
        room.add(order(Strategy::Solo, &["gpt"]));
        assert_eq!(origin(&room), None);

        // It was forked in the midst of a turn.
        let mut room = talked(&["codex"], 1);
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.command(&fork(None));
        room.answer(calls[0], said("late"));
        room.add(order(Strategy::Solo, &["codex"]));
        assert_eq!(origin(&room), None);
    }

    #[test]
    fn a_server_puts_away_what_no_turn_is_made_in() {
        let put_away = |room: &Room, for_good| {
            let wanted = Effect::PutAway {
                member: name("codex"),
                handle: "thread-1".to_owned(),
                for_good,
            };
            let mut effects = room.effects.iter();
            effects.any(|effect| *effect == wanted)
        };
        let mut room = talked(&["codex"], 1);
        assert!(!put_away(&room, true) && !put_away(&room, false));
        room.command(&to(S1, SessionOrder::Archive));
        assert!(put_away(&room, false) && !put_away(&room, true));
        let mut room = talked(&["codex"], 1);
        room.command(&to(S1, SessionOrder::Reset));
        assert!(put_away(&room, true));
        let mut room = talked(&["codex"], 1);
        room.command(&Command::CloseSession { session: S1 });
        assert!(put_away(&room, true));
    }

    #[test]
    fn a_fork_may_be_of_another_member_and_leaves_out_what_is_not_ended() {
        let mut room = talked(&["codex", "gpt"], 1);
        room.add(order(Strategy::Solo, &["codex"]));
        room.command(&fork(Some("gpt")));
        assert_eq!(session(&room, 2).member(), &name("gpt"));
        assert_eq!(session(&room, 2).turns().len(), 1);
        assert_eq!(
            room.refused(&fork(Some("nobody"))),
            Refusal::NoSuchMember {
                member: name("nobody")
            }
        );
    }

    #[test]
    fn a_reset_forgets_at_the_server_and_keeps_the_transcript() {
        let mut room = talked(&["codex"], 2);
        assert_eq!(session(&room, 1).continuity(), Continuity::Continued);
        room.command(&to(S1, SessionOrder::Reset));
        assert_eq!(session(&room, 1).handle(), None);
        assert_eq!(session(&room, 1).former_handle(), Some("thread-1"));
        assert_eq!(session(&room, 1).continuity(), Continuity::New);
        assert_eq!(session(&room, 1).turns().len(), 2);
        let again = room.refused(&to(S1, SessionOrder::Reset));
        let why = "there is nothing to forget".to_owned();
        assert_eq!(again, Refusal::UnfitSession { session: S1, why });
        let (_, calls) = room.add(TaskOrder::new("a"));
        assert_eq!(told(&room), [""; 0]);
        room.bind(calls[0], "thread-2");
        room.answer(calls[0], said("fresh"));
        room.add(TaskOrder::new("b"));
        assert_eq!(told(&room), ["fresh"]);
        assert_eq!(session(&room, 1).handle(), Some(&handle("thread-2")));
    }

    #[test]
    fn an_archived_session_takes_no_turns_until_it_is_brought_back() {
        let mut room = talked(&["codex"], 1);
        let by = Actor::Operator;
        let archived = Event::SessionChanged {
            session: S1,
            change: SessionChange::Archived { by },
        };
        assert_eq!(room.command(&to(S1, SessionOrder::Archive)), [archived]);
        for order in [SessionOrder::Archive, SessionOrder::Choose] {
            let refused = room.refused(&to(S1, order));
            assert!(matches!(refused, Refusal::UnfitSession { .. }));
        }
        let (_, calls) = room.add(TaskOrder::new("b"));
        assert_eq!(room.state.call(calls[0]).unwrap().session(), SessionId(2));
        room.answer(calls[0], said("b"));
        room.command(&to(S1, SessionOrder::Unarchive));
        let (_, calls) = room.add(TaskOrder::new("c"));
        assert_eq!(room.state.call(calls[0]).unwrap().session(), S1);
    }

    #[test]
    fn what_was_archived_last_is_there_to_be_brought_back() {
        let mut room = talked(&["codex"], 1);
        for number in 2..=u64::try_from(SESSIONS_KEPT).unwrap() + 1 {
            room.command(&fork(None));
            room.command(&to(SessionId(number), SessionOrder::Archive));
            room.wait(Span::secs(1));
        }
        room.command(&to(S1, SessionOrder::Archive));
        assert!(room.state.session(SessionId(2)).is_none());
        room.command(&to(S1, SessionOrder::Unarchive));
        assert!(session(&room, 1).takes_turns());
    }

    #[test]
    fn what_works_is_neither_archived_nor_reset() {
        let mut room = talked(&["codex"], 1);
        room.add(TaskOrder::new("b"));
        for order in [SessionOrder::Archive, SessionOrder::Reset] {
            let refused = room.refused(&to(S1, order));
            let what = "session s1".to_owned();
            assert_eq!(refused, Refusal::Busy { what });
        }
        let title = "  login ".to_owned();
        room.command(&to(S1, SessionOrder::Rename { title }));
        assert_eq!(session(&room, 1).title(), "login");
        for title in [" ", "login"] {
            let title = title.to_owned();
            let refused = room.refused(&to(S1, SessionOrder::Rename { title }));
            assert!(matches!(refused, Refusal::UnfitSession { .. }));
        }
    }

    #[test]
    fn the_session_chosen_last_takes_the_next_turn() {
        let mut room = talked(&["codex"], 1);
        room.command(&fork(None));
        room.command(&to(S1, SessionOrder::Choose));
        let (_, calls) = room.add(TaskOrder::new("b"));
        assert_eq!(room.state.call(calls[0]).unwrap().session(), S1);
    }

    #[test]
    fn how_a_session_was_restored_is_noted_once() {
        let mut room = talked(&["codex"], 1);
        let (_, calls) = room.add(TaskOrder::new("b"));
        let report = |call, by| Report::Restored { call, by };
        assert_eq!(
            room.report(&report(calls[0], Restored::ByReplay)),
            [Event::SessionChanged {
                session: S1,
                change: SessionChange::Restored {
                    by: Restored::ByReplay
                },
            }]
        );
        assert_eq!(room.report(&report(calls[0], Restored::ByReplay)), []);
        assert_eq!(session(&room, 1).continuity(), Continuity::Replayed);
        room.answer(calls[0], said("b"));
        let late = room.report(&report(calls[0], Restored::InDoubt));
        assert!(matches!(late[0], Event::ReportStale { .. }));
    }
}
