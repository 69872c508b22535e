//! What a session can be set to, in words, and the lists from which it is chosen.

use crate::core::dial::{MODE, MODEL};
use crate::core::{Dial, DialSort, DialWish, Session, Unasked};

/// What is said where there is nothing to be set.
pub(crate) const NONE: &str =
    "has nothing to be set: an agent that speaks ACP tells with its first turn what it has";
/// What is said of a setting that bears on what an agent may do.
pub(crate) const HELD: &str =
    "it counts in turns that may write; those that only read keep what holds them to it";
/// The first of the values, which is none of the agent's.
pub(crate) const UNSET: &str = "as configured";
/// What that one does.
pub(crate) const TAKEN_BACK: &str = "takes your wish back";

/// The settings that are shown without being asked for.
const SHOWN: [&str; 2] = [MODE, MODEL];
/// Mode and model of so many bytes stand in one line.
const LINE: usize = 44;

/// What an agent said that its session can be set to.
pub(crate) fn told(dials: &[Dial]) -> String {
    if dials.is_empty() {
        return "can be set to nothing any more".to_owned();
    }
    let all = dials
        .iter()
        .map(|dial| format!("{} is {}", dial.id, dial.current));
    format!("can be set: {}", all.collect::<Vec<_>>().join(", "))
}

/// A setting is another one now.
pub(crate) fn turned(dial: &str, value: &str) -> String {
    format!("{dial} is {value} now")
}

/// What the operator wishes of a setting.
pub(crate) fn shall(dial: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("{dial} shall be {value} from its next turn on"),
        None => format!("{dial} is left to the configuration and the agent"),
    }
}

/// A wish that came to nothing.
pub(crate) fn unfulfilled(wish: &DialWish) -> String {
    let DialWish { dial, value } = wish;
    format!("{dial} cannot be {value} any more: it is wished no longer")
}

/// What mode and model a session has; none where nobody knows.
pub(crate) fn set(session: &Session) -> Vec<String> {
    let shown = SHOWN.iter().filter_map(|id| session.dial(id));
    let words: Vec<String> = shown
        .map(|dial| format!("{} {}", dial.id, dial.current))
        .collect();
    if words.iter().map(String::len).sum::<usize>() > LINE {
        return words;
    }
    let line = words.join(", ");
    Some(line).filter(|it| !it.is_empty()).into_iter().collect()
}

/// What is wished and not set yet.
pub(crate) fn awaited(session: &Session) -> Vec<String> {
    let dials = session.dials().iter();
    let awaited = dials.filter_map(|dial| Some((dial, session.awaits(dial)?)));
    awaited
        .map(|(dial, value)| format!("{} → {value}, {}", dial.id, when(dial.sort)))
        .collect()
}

/// When a wish is fulfilled.
pub(crate) fn when(sort: DialSort) -> &'static str {
    if sort.is_harmless() {
        "with the next turn"
    } else {
        "with the next turn that may write"
    }
}

/// How far a mode goes without asking.
pub(crate) fn unasked(unasked: Unasked) -> &'static str {
    match unasked {
        Unasked::Edits => "edits files without asking",
        Unasked::Everything => "does everything without asking",
    }
}

/// The settings of a session, in their order.
pub(crate) fn ids(session: &Session) -> Vec<String> {
    session.dials().iter().map(|dial| dial.id.clone()).collect()
}

/// What a setting can be set to; the first one takes a wish back, where there is one.
pub(crate) fn values(session: &Session, dial: &Dial) -> Vec<Option<String>> {
    let back = session.wished(&dial.id).map(|_| None);
    let values = dial.values.iter().map(|one| Some(one.value.clone()));
    back.into_iter().chain(values).collect()
}

/// A setting in a line, with what it is and will be.
pub(crate) fn row(session: Option<&Session>, id: &str) -> String {
    let Some((session, dial)) = session.and_then(|it| Some((it, it.dial(id)?))) else {
        return format!("{id}: it is there no more");
    };
    let awaited = session.awaits(dial);
    let awaited = awaited.map(|value| format!(" → {value}, {}", when(dial.sort)));
    format!("{id}: {}{}", dial.current, awaited.unwrap_or_default())
}

/// A value in a line, with what the agent calls it and what is known of it.
pub(crate) fn value(session: Option<&Session>, id: &str, value: Option<&str>) -> String {
    let Some(value) = value else {
        return format!("{UNSET}: {TAKEN_BACK}");
    };
    let dial = session.and_then(|it| it.dial(id));
    let known = dial.and_then(|dial| dial.unasked(value));
    let called = dial.map_or(value, |dial| dial.called(value));
    let now = dial.is_some_and(|dial| dial.current == value);
    let about = match known {
        Some(known) => format!(": {}", unasked(known)),
        None if called == value => String::new(),
        None => format!(": {called}"),
    };
    format!("{value}{about}{}", if now { " (now)" } else { "" })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{awaited, row, set, told, value, values};
    use crate::core::fixture::Room;
    use crate::core::{
        Command, Dial, DialSort, DialValue, Report, Session, SessionId, SessionOrder, TaskOrder,
    };

    fn dial(id: &str, sort: DialSort, current: &str, other: &str) -> Dial {
        let value = |word: &str| DialValue {
            value: word.to_owned(),
            name: word.to_owned(),
        };
        Dial {
            id: id.to_owned(),
            name: id.to_owned(),
            sort,
            current: current.to_owned(),
            values: vec![value(current), value(other)],
        }
    }

    #[test]
    fn mode_and_model_are_told_and_what_is_wished_of_all() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        let session =
            |room: &Room| -> Session { room.state.session(SessionId(1)).unwrap().clone() };
        assert_eq!(set(&session(&room)), [""; 0]);
        let dials = vec![
            dial("mode", DialSort::Mode, "plan", "auto"),
            dial("model", DialSort::Model, "small", "large"),
            dial("effort", DialSort::Thought, "low", "high"),
        ];
        let line = "can be set: mode is plan, model is small, effort is low";
        assert_eq!(told(&dials), line);
        room.report(&Report::Dials {
            call: calls[0],
            dials,
            unfulfilled: Vec::new(),
        });
        for (dial, value) in [("mode", "auto"), ("effort", "high"), ("model", "small")] {
            room.command(&Command::Session {
                session: SessionId(1),
                order: SessionOrder::Set {
                    dial: dial.to_owned(),
                    value: Some(value.to_owned()),
                },
            });
        }
        let known = session(&room);
        assert_eq!(set(&known), ["mode plan, model small"]);
        assert_eq!(
            awaited(&known),
            [
                "mode → auto, with the next turn that may write",
                "effort → high, with the next turn",
            ]
        );
        let effort = known.dial("effort").unwrap();
        let word = |it: &str| Some(it.to_owned());
        assert_eq!(values(&known, effort), [None, word("low"), word("high")]);
        let known = Some(&known);
        let line = "mode: plan → auto, with the next turn that may write";
        assert_eq!(row(known, "mode"), line);
        assert_eq!(row(known, "model"), "model: small");
        assert_eq!(row(None, "model"), "model: it is there no more");
        let line = "auto: edits files without asking";
        assert_eq!(value(known, "mode", Some("auto")), line);
        assert_eq!(value(known, "mode", Some("plan")), "plan (now)");
        let line = "as configured: takes your wish back";
        assert_eq!(value(known, "mode", None), line);

        let long = "a-provider/with-a-model/of-a-long-name";
        let dials = vec![
            dial("mode", DialSort::Mode, "plan", "auto"),
            dial("model", DialSort::Model, long, "large"),
        ];
        room.report(&Report::Dials {
            call: calls[0],
            dials,
            unfulfilled: Vec::new(),
        });
        let model = format!("model {long}");
        assert_eq!(set(&session(&room)), ["mode plan", model.as_str()]);
    }
}
