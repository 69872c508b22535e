//! What a session can be set to: what its agent said of it, and what the operator wishes.

use crate::core::text::clipped;
use crate::core::{
    CallId, Dial, DialWish, Event, Refusal, Session, SessionChange, SessionId, State,
};

/// How many bytes of what there is to choose from are told with a refusal.
const KNOWN_MAX: usize = 400;

/// The operator wishes a dial to be set from the next turn on, or wishes nothing of it any more.
pub(super) fn wished(
    session: &Session,
    dial: &str,
    value: Option<&str>,
) -> Result<Vec<Event>, Refusal> {
    let wish = session.wished(dial);
    let known = session.dial(dial);
    // A wish can be taken back also where the agent has no such dial any more.
    if known.is_none() && !(value.is_none() && wish.is_some()) {
        return Err(Refusal::NoSuchDial {
            session: session.id(),
            dial: dial.to_owned(),
            known: dials(session),
        });
    }
    if let (Some(known), Some(value)) = (known, value)
        && !known.has(value)
    {
        let words = known.values.iter().map(|one| one.value.as_str());
        return Err(Refusal::NoSuchValue {
            session: session.id(),
            dial: dial.to_owned(),
            value: value.to_owned(),
            known: listed(words),
        });
    }
    if wish == value {
        return Ok(Vec::new());
    }
    let change = SessionChange::Wished {
        dial: dial.to_owned(),
        value: value.map(str::to_owned),
    };
    Ok(vec![changed(session.id(), change)])
}

fn dials(session: &Session) -> String {
    if session.dials().is_empty() {
        return "agents that speak ACP tell with their first turn what they have".to_owned();
    }
    let words = session.dials().iter().map(|dial| dial.id.as_str());
    format!("it has {}", listed(words))
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    clipped(&words.collect::<Vec<_>>().join(", "), KNOWN_MAX)
}

/// What an agent said of the session of a call. Only what differs from what is known is an event: most turns
/// tell nothing new.
pub(super) fn told(
    state: &State,
    call: CallId,
    dials: &[Dial],
    unfulfilled: &[DialWish],
) -> Vec<Event> {
    let in_flight = state.call(call).filter(|call| call.ended.is_none());
    let Some(session) = in_flight.and_then(|call| state.session(call.session)) else {
        return super::reported::stale(format!("what the session of {call} can be set to"));
    };
    let given_up = unfulfilled
        .iter()
        .filter(|wish| session.wishes().contains(wish));
    let given_up = given_up.map(|wish| SessionChange::Unfulfilled { wish: wish.clone() });
    news(session.dials(), dials)
        .into_iter()
        .chain(given_up)
        .map(|change| changed(session.id(), change))
        .collect()
}

fn news(known: &[Dial], told: &[Dial]) -> Vec<SessionChange> {
    let alike = |(known, told): (&Dial, &Dial)| {
        known.id == told.id
            && known.name == told.name
            && known.sort == told.sort
            && known.values == told.values
    };
    if known.len() != told.len() || !known.iter().zip(told).all(alike) {
        let dials = told.to_vec();
        return vec![SessionChange::Dials { dials }];
    }
    let turned = known.iter().zip(told);
    let turned = turned.filter(|(known, told)| known.current != told.current);
    turned
        .map(|(_, told)| SessionChange::Dialled {
            dial: told.id.clone(),
            value: told.current.clone(),
        })
        .collect()
}

fn changed(session: SessionId, change: SessionChange) -> Event {
    Event::SessionChanged { session, change }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::dial::{MODE, MODEL};
    use crate::core::fixture::{Room, said};
    use crate::core::{
        CallId, Command, Dial, DialSort, DialValue, DialWish, Event, Refusal, Report, Session,
        SessionChange, SessionId, SessionOrder, TaskOrder,
    };

    const S1: SessionId = SessionId(1);

    fn dial(id: &str, current: &str, values: &[&str]) -> Dial {
        let value = |word: &&str| DialValue {
            value: (*word).to_owned(),
            name: (*word).to_owned(),
        };
        Dial {
            id: id.to_owned(),
            name: id.to_owned(),
            sort: if id == MODE {
                DialSort::Mode
            } else {
                DialSort::Model
            },
            current: current.to_owned(),
            values: values.iter().map(value).collect(),
        }
    }

    fn known(mode: &str) -> Vec<Dial> {
        vec![
            dial(MODE, mode, &["default", "plan"]),
            dial(MODEL, "small", &["small", "large"]),
        ]
    }

    fn told(room: &mut Room, call: CallId, dials: Vec<Dial>, not: &[DialWish]) -> Vec<Event> {
        room.report(&Report::Dials {
            call,
            dials,
            unfulfilled: not.to_vec(),
        })
    }

    fn set(dial: &str, value: Option<&str>) -> Command {
        Command::Session {
            session: S1,
            order: SessionOrder::Set {
                dial: dial.to_owned(),
                value: value.map(str::to_owned),
            },
        }
    }

    fn wish(dial: &str, value: &str) -> DialWish {
        DialWish {
            dial: dial.to_owned(),
            value: value.to_owned(),
        }
    }

    fn change(change: SessionChange) -> Event {
        Event::SessionChanged {
            session: S1,
            change,
        }
    }

    fn session(room: &Room) -> &Session {
        room.state.session(S1).unwrap()
    }

    /// A room whose only session was asked once, by an agent that said what it has.
    fn asked() -> (Room, CallId) {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        told(&mut room, calls[0], known("plan"), &[]);
        (room, calls[0])
    }

    #[test]
    fn what_an_agent_has_is_an_event_only_where_it_is_news() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        let dials = known("plan");
        assert_eq!(
            told(&mut room, calls[0], dials.clone(), &[]),
            [change(SessionChange::Dials {
                dials: dials.clone()
            })]
        );
        assert_eq!(session(&room).dials(), dials);
        assert_eq!(told(&mut room, calls[0], dials, &[]), []);
        assert_eq!(
            told(&mut room, calls[0], known("default"), &[]),
            [change(SessionChange::Dialled {
                dial: MODE.to_owned(),
                value: "default".to_owned(),
            })]
        );
        assert_eq!(session(&room).dial(MODE).unwrap().current, "default");
        room.answer(calls[0], said("b"));
        let late = told(&mut room, calls[0], known("plan"), &[]);
        assert!(matches!(late[0], Event::ReportStale { .. }));
    }

    #[test]
    fn a_wish_goes_with_every_turn_until_it_is_taken_back() {
        let (mut room, call) = asked();
        // Also while the session works.
        assert_eq!(
            room.command(&set(MODEL, Some("large"))),
            [change(SessionChange::Wished {
                dial: MODEL.to_owned(),
                value: Some("large".to_owned()),
            })]
        );
        assert_eq!(room.command(&set(MODEL, Some("large"))), []);
        let model = session(&room).dial(MODEL).unwrap();
        assert_eq!(session(&room).awaits(model), Some("large"));
        room.answer(call, said("b"));
        room.command(&set(MODE, Some("default")));
        room.add(TaskOrder::new("b"));
        let wishes = [wish(MODEL, "large"), wish(MODE, "default")];
        assert_eq!(room.last_order().wishes, wishes);
        room.command(&set(MODEL, None));
        assert_eq!(session(&room).wishes(), [wish(MODE, "default")]);
    }

    #[test]
    fn what_a_session_does_not_have_is_refused() {
        let (mut room, call) = asked();
        let refused = |room: &mut Room, order: &Command| room.refused(order).to_string();
        assert_eq!(
            refused(&mut room, &set("mood", Some("good"))),
            "session s1 has no setting \"mood\"; it has mode, model"
        );
        assert_eq!(
            refused(&mut room, &set(MODE, Some("yolo"))),
            "mode of session s1 cannot be \"yolo\"; it can be default, plan"
        );
        room.answer(call, said("b"));
        let close = Command::CloseSession { session: S1 };
        room.command(&close);
        let refused = room.refused(&set(MODE, Some("plan")));
        assert_eq!(refused, Refusal::NoSuchSession { session: S1 });

        let mut room = Room::of(&["gpt"]);
        room.add(TaskOrder::new("a"));
        let refused = room.refused(&set(MODE, Some("plan"))).to_string();
        assert!(
            refused.contains("tell with their first turn what they have"),
            "{refused}"
        );
    }

    #[test]
    fn a_wish_that_an_agent_has_no_more_is_given_up_and_a_newer_one_is_not() {
        let (mut room, call) = asked();
        room.command(&set(MODEL, Some("large")));
        room.command(&set(MODE, Some("plan")));
        let gone = vec![dial(MODE, "default", &["default"])];
        let not = [wish(MODEL, "large"), wish(MODE, "default")];
        assert_eq!(
            told(&mut room, call, gone.clone(), &not),
            [
                change(SessionChange::Dials { dials: gone }),
                change(SessionChange::Unfulfilled {
                    wish: wish(MODEL, "large")
                }),
            ]
        );
        assert_eq!(session(&room).wishes(), [wish(MODE, "plan")]);
    }

    #[test]
    fn a_fork_with_the_same_member_is_set_alike() {
        let (mut room, call) = asked();
        room.answer(call, said("b"));
        room.command(&set(MODEL, Some("large")));
        let fork = SessionOrder::Fork {
            member: None,
            title: String::new(),
        };
        room.command(&Command::Session {
            session: S1,
            order: fork,
        });
        let fork = room.state.session(SessionId(2)).unwrap();
        assert_eq!(fork.wishes(), [wish(MODEL, "large")]);
        assert_eq!(fork.dials(), known("plan"));
    }
}
