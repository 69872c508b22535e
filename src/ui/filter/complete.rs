//! What could be meant by the piece of a filter that is being typed, which is its last one.

use super::{Key, Piece, keyed, pieces};
use crate::core::{By, Session, State};
use crate::ui::composer::complete::rank;
use crate::ui::telling::KINDS;

/// At most so many are offered.
const OFFERED_MAX: usize = 12;

/// The names that values can have in a room.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    pub(crate) members: Vec<String>,
    /// Newest first.
    pub(crate) tasks: Vec<String>,
    /// Newest first.
    pub(crate) sessions: Vec<String>,
}

impl Names {
    pub(crate) fn of(state: &State) -> Self {
        let mut tasks: Vec<u64> = state.tasks().map(|it| it.id().0).collect();
        tasks.sort_unstable_by(|a, b| b.cmp(a));
        let mut sessions: Vec<_> = state.sessions().map(Session::id).collect();
        sessions.sort_unstable_by(|a, b| b.cmp(a));
        Self {
            members: state
                .members()
                .map(|it| it.spec().name.to_string())
                .collect(),
            tasks: tasks.iter().map(|id| format!("#{id}")).collect(),
            sessions: sessions.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What can be put in the place of what is being typed, best first: keys with their colon, or values.
pub(crate) fn offers(text: &str, names: &Names) -> Vec<String> {
    let last = last(text);
    let typed = last.map_or("", |it| it.body);
    if last.is_some_and(|it| it.quoted) {
        return Vec::new();
    }
    let Some((key, values)) = last.as_ref().and_then(keyed) else {
        // Any word is plain text; only one that begins a key may be meant as one.
        let keys = Key::ALL.map(|key| format!("{}:", key.word())).into_iter();
        return keys.filter(|key| key.starts_with(typed)).collect();
    };
    let Some(key) = Key::of(key) else {
        return Vec::new();
    };
    let (before, typed) = values.rsplit_once(',').unwrap_or(("", values));
    let mut known = match key {
        Key::Kind => KINDS.map(str::to_owned).to_vec(),
        Key::By => By::ALL.iter().map(|by| by.word().to_owned()).collect(),
        Key::Member => names.members.clone(),
        Key::Task => names.tasks.clone(),
        Key::Session => names.sessions.clone(),
        Key::Since => ["10m", "1h", "1d", "1w"].map(str::to_owned).to_vec(),
    };
    known.retain(|it| before.split(',').all(|before| before != it));
    let offered = rank(typed, known);
    if offered.first().is_some_and(|it| it == typed) {
        return Vec::new();
    }
    offered.into_iter().take(OFFERED_MAX).collect()
}

/// The text with the best offer in the place of what is being typed; none where nothing is offered.
pub(crate) fn complete(text: &str, names: &Names) -> Option<String> {
    let best = offers(text, names).into_iter().next()?;
    let kept = match last(text) {
        None => text.len(),
        Some(piece) => {
            let typed = match keyed(&piece) {
                Some((_, values)) => values.rsplit(',').next().unwrap_or_default(),
                None => piece.body,
            };
            text.len() - typed.len()
        }
    };
    text.get(..kept).map(|kept| format!("{kept}{best}"))
}

/// Whether a text ends with what may be the beginning of a key.
pub(crate) fn begins_key(text: &str) -> bool {
    last(text).is_some_and(|it| {
        let keys = Key::ALL.iter();
        keyed(&it).is_none()
            && !it.quoted
            && keys
                .map(|key| key.word())
                .any(|key| key.starts_with(it.body))
    })
}

/// The piece that is being typed; none behind a space.
fn last(text: &str) -> Option<Piece<'_>> {
    let last = pieces(text).into_iter().last()?;
    let open = last.quoted || !text.ends_with(char::is_whitespace);
    open.then_some(last)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn names() -> Names {
        let own = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        Names {
            members: own(&["claude", "codex"]),
            tasks: own(&["#12", "#3"]),
            sessions: own(&["s2", "s1"]),
        }
    }

    fn done(text: &str) -> Option<String> {
        complete(text, &names())
    }

    #[test]
    fn keys_and_values_are_completed() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(done("ki"), some("kind:"));
        assert_eq!(done("fix -me"), some("fix -member:"));
        assert_eq!(done("member:cx"), some("member:codex"));
        assert_eq!(done("member:codex,c"), some("member:codex,claude"));
        assert_eq!(done("-by:ro"), some("-by:room"));
        assert_eq!(done("task:"), some("task:#12"));
        assert_eq!(done("session:1"), some("session:s1"));
        assert_eq!(done("fix "), some("fix kind:"));
        assert_eq!(offers("", &names()).len(), Key::ALL.len());
    }

    #[test]
    fn a_word_that_begins_no_key_is_plain_text() {
        for text in ["fix", "kind:task", "\"ki", "x:y", "task:#12", "日"] {
            assert_eq!(done(text), None, "{text}");
        }
    }
}
