//! Commands about members and their conversations.

use crate::core::decide::command::known_member;
use crate::core::decide::reported::forgotten_sessions;
use crate::core::text::clipped;
use crate::core::{Event, MemberName, MemberSpec, Refusal, SessionId, State};

/// How many conversations with one member may be open when one more is asked for.
const OPEN_MAX: usize = 64;
/// The longest title of a conversation, in bytes.
const TITLE_MAX: usize = 200;

pub(super) fn open_session(
    state: &State,
    member: &MemberName,
    title: &str,
) -> Result<Vec<Event>, Refusal> {
    known_member(state, member)?;
    room_for_session(state, member)?;
    let session = SessionId(state.next.session);
    let title = match titled(title) {
        blank if blank.is_empty() => session.to_string(),
        title => title,
    };
    Ok(vec![Event::SessionOpened {
        session,
        member: member.clone(),
        title,
    }])
}

/// Whether a member may have one more open conversation.
pub(super) fn room_for_session(state: &State, member: &MemberName) -> Result<(), Refusal> {
    let open = state
        .sessions()
        .filter(|one| one.member() == member && one.takes_turns());
    if open.count() >= OPEN_MAX {
        return Err(Refusal::TooMany {
            what: format!("open sessions of {member}"),
            limit: OPEN_MAX,
        });
    }
    Ok(())
}

/// A title as it is kept.
pub(super) fn titled(title: &str) -> String {
    clipped(title.trim(), TITLE_MAX)
}

pub(super) fn close_session(state: &State, id: SessionId) -> Result<Vec<Event>, Refusal> {
    let session = state.session(id).filter(|session| !session.is_closed());
    let session = session.ok_or(Refusal::NoSuchSession { session: id })?;
    if session.busy().is_some() {
        return Err(Refusal::Busy {
            what: format!("session {id}"),
        });
    }
    Ok(vec![Event::SessionClosed { session: id }])
}

pub(super) fn enroll(state: &State, spec: &MemberSpec) -> Result<Vec<Event>, Refusal> {
    let bad = |why: &str| Refusal::BadMember {
        member: spec.name.clone(),
        why: why.to_owned(),
    };
    if spec.parallel == 0 {
        return Err(bad("`parallel` is at least 1"));
    }
    if spec
        .strengths
        .values()
        .any(|share| !(0.0..=1.0).contains(share))
    {
        return Err(bad("strengths are between 0 and 1"));
    }
    if state
        .member(&spec.name)
        .is_some_and(|known| known.spec == *spec)
    {
        return Ok(Vec::new());
    }
    Ok(vec![Event::MemberEnrolled { spec: spec.clone() }])
}

pub(super) fn dismiss(state: &State, name: &MemberName) -> Result<Vec<Event>, Refusal> {
    known_member(state, name)?;
    if state.load(name) > 0 {
        return Err(Refusal::Busy {
            what: name.to_string(),
        });
    }
    Ok(vec![Event::MemberLeft {
        member: name.clone(),
    }])
}

/// Ends a member's server, which forgets what it keeps in memory, and starts it again.
pub(super) fn restart(state: &State, name: &MemberName) -> Result<Vec<Event>, Refusal> {
    known_member(state, name)?;
    let restarted = Event::MemberRestarted {
        member: name.clone(),
    };
    Ok([restarted]
        .into_iter()
        .chain(forgotten_sessions(state, name))
        .collect())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::OPEN_MAX;
    use crate::core::fixture::{Room, name, order, said, spec};
    use crate::core::{
        Command, Effect, Event, Health, MemberSpec, Reach, Refusal, SessionId, Strategy, TaskKind,
    };

    fn open(title: &str) -> Command {
        Command::OpenSession {
            member: name("codex"),
            title: title.to_owned(),
        }
    }

    #[test]
    fn a_session_without_a_title_is_called_by_its_number() {
        let mut room = Room::of(&["codex"]);
        let opened = |session, title: &str| Event::SessionOpened {
            session: SessionId(session),
            member: name("codex"),
            title: title.to_owned(),
        };
        assert_eq!(room.command(&open(" ")), [opened(1, "s1")]);
        assert_eq!(room.command(&open(" tests ")), [opened(2, "tests")]);
        let long = "x".repeat(300);
        let cut = format!("{}…", "x".repeat(200));
        assert_eq!(room.command(&open(&long)), [opened(3, &cut)]);
    }

    #[test]
    fn sessions_are_bounded() {
        let mut room = Room::of(&["codex"]);
        for _ in 0..OPEN_MAX {
            room.command(&open("one more"));
        }
        assert_eq!(
            room.refused(&open("too many")),
            Refusal::TooMany {
                what: "open sessions of codex".to_owned(),
                limit: OPEN_MAX
            }
        );
        for id in 1..=OPEN_MAX as u64 {
            let session = SessionId(id);
            room.command(&Command::CloseSession { session });
        }
        for _ in 0..3 {
            room.command(&open("again"));
        }
        let session = SessionId(OPEN_MAX as u64 + 1);
        room.command(&Command::CloseSession { session });
        assert_eq!(room.state.sessions().len(), OPEN_MAX + 2);
        assert_eq!(room.state.session(SessionId(1)), None);
    }

    #[test]
    fn what_works_is_not_put_away() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(order(Strategy::Solo, &[]));
        let session = room.state.call(calls[0]).unwrap().session();
        let close = Command::CloseSession { session };
        let dismiss = Command::Dismiss {
            member: name("codex"),
        };
        let busy = |what: &str| Refusal::Busy {
            what: what.to_owned(),
        };
        assert_eq!(room.refused(&close), busy("session s1"));
        assert_eq!(room.refused(&dismiss), busy("codex"));
        room.answer(calls[0], said("done"));
        assert_eq!(room.command(&close), [Event::SessionClosed { session }]);
        assert_eq!(room.refused(&close), Refusal::NoSuchSession { session });
        let member = name("codex");
        assert_eq!(room.command(&dismiss), [Event::MemberLeft { member }]);
    }

    #[test]
    fn a_member_is_enrolled_when_its_configuration_is_sound_and_new() {
        let mut room = Room::of(&["codex"]);
        let same = spec("codex", Reach::Text);
        assert_eq!(room.command(&Command::Enroll(same.clone())), []);
        let bad = MemberSpec {
            parallel: 0,
            ..same.clone()
        };
        let why = "`parallel` is at least 1".to_owned();
        let member = name("codex");
        assert_eq!(
            room.refused(&Command::Enroll(bad)),
            Refusal::BadMember { member, why }
        );
        let mut bad = same.clone();
        bad.strengths.insert(TaskKind::Code, f64::NAN);
        let why = "strengths are between 0 and 1".to_owned();
        let member = name("codex");
        assert_eq!(
            room.refused(&Command::Enroll(bad)),
            Refusal::BadMember { member, why }
        );
        let spec = MemberSpec {
            parallel: 3,
            ..same
        };
        let events = room.command(&Command::Enroll(spec.clone()));
        assert_eq!(events, [Event::MemberEnrolled { spec: spec.clone() }]);
        let spec = Box::new(spec);
        assert_eq!(room.effects, [Effect::Connect { spec }]);
    }

    #[test]
    fn a_new_configuration_gives_a_member_that_was_down_another_chance() {
        let mut room = Room::of(&["codex"]);
        room.down("codex");
        let mut fixed = spec("codex", Reach::Text);
        fixed.model = Some("other".to_owned());
        room.command(&Command::Enroll(fixed));
        let health = room.state.member(&name("codex")).unwrap().health().clone();
        assert_eq!(health, Health::Unknown);
    }

    #[test]
    fn a_restart_forgets_handles_and_a_member_that_was_down_starts() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(order(Strategy::Solo, &[]));
        room.bind(calls[0], "thread-1");
        let member = name("codex");
        let restart = Command::RestartMember {
            member: member.clone(),
        };
        assert_eq!(
            room.command(&restart),
            [
                Event::MemberRestarted {
                    member: member.clone()
                },
                Event::SessionUnbound {
                    session: SessionId(1)
                }
            ]
        );
        let health = room.state.member(&member).unwrap().health().clone();
        assert_eq!(health, Health::Starting);
        assert_eq!(room.effects.last(), Some(&Effect::Restart { member }));
    }
}
