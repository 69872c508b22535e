//! Actions on sessions: fork, rename, archive, reset, use, set, list, export.

use crate::core::ladder::ContestOrder;
use crate::core::{Command, MemberName, Session, SessionId, SessionOrder, State, Text};
use crate::link::Query;
use crate::ui::action::{Action, Screen};
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::{Confirm, Overlay, Verdict, Wanted};
use crate::ui::theme::Role;
use crate::ui::update::{Intent, dials, lessons, notes, votes};

/// Does an action on the selected session, or says which it needs.
pub(super) fn act(model: &mut Model, state: &State, action: Action) -> Vec<Intent> {
    if model.list() != Pane::Sessions {
        let key = model.key(Action::Go(Screen::Sessions));
        model.tell(
            format!("that is for a session: {key} shows them"),
            Role::Muted,
        );
        return Vec::new();
    }
    let Some(seat) = model.seat(state) else {
        model.tell("no session is selected", Role::Muted);
        return Vec::new();
    };
    let member = seat.member.spec().name.clone();
    if action == Action::ListSessions {
        return vec![Intent::Command(Command::ListSessions { member })];
    }
    let Some(session) = seat.session else {
        model.tell(format!("@{member} was asked nothing yet"), Role::Muted);
        return Vec::new();
    };
    on(model, session, action)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only the actions on sessions come here"
)]
fn on(model: &mut Model, session: &Session, action: Action) -> Vec<Intent> {
    let id = session.id();
    let order = match action {
        Action::Fork => return ask(model, Wanted::Fork(id), ""),
        Action::Rename => return ask(model, Wanted::Rename(id), session.title()),
        Action::Export => return ask(model, Wanted::Export(id), ""),
        Action::Dials => {
            dials::begin(model, session);
            return Vec::new();
        }
        Action::ResetSession => {
            model.overlays.push(Overlay::Confirm(Confirm {
                question: format!(
                    "Forget the conversation of {id}? Its text stays, and is not told any more."
                ),
                answers: vec![
                    ("Keep".to_owned(), Verdict::Stay),
                    ("Forget".to_owned(), Verdict::Reset(id)),
                ],
                chosen: 0,
            }));
            return Vec::new();
        }
        Action::Archive if session.is_archived() => SessionOrder::Unarchive,
        Action::Archive => {
            if session.busy().is_none() {
                let key = model.key(Action::ShowArchived);
                model.tell(format!("{id} is archived; {key} shows it"), Role::Muted);
            }
            SessionOrder::Archive
        }
        Action::UseSession => {
            let member = session.member();
            if !session.is_archived() {
                model.tell(format!("the next turns of @{member} go to {id}"), Role::Ok);
            }
            SessionOrder::Choose
        }
        _ => return Vec::new(),
    };
    vec![ordered(id, order)]
}

fn ordered(session: SessionId, order: SessionOrder) -> Intent {
    Intent::Command(Command::Session { session, order })
}

pub(super) fn ask(model: &mut Model, wanted: Wanted, text: &str) -> Vec<Intent> {
    let mut input = LineEdit::default();
    input.paste(text);
    model.overlays.push(Overlay::Ask { wanted, input });
    Vec::new()
}

/// Shows archived sessions too, or no more.
pub(super) fn show_archived(model: &mut Model, state: &State) {
    model.lists.archived = !model.lists.archived;
    let archived = state.sessions().filter(|session| session.is_archived());
    let text = match (model.lists.archived, archived.count()) {
        (true, 0) => "no session is archived".to_owned(),
        (true, 1) => "one archived session is shown".to_owned(),
        (true, n) => format!("{n} archived sessions are shown"),
        (false, _) => "archived sessions are hidden".to_owned(),
    };
    model.tell(text, Role::Muted);
}

/// A line was typed, or is being typed.
pub(super) fn typed(
    model: &mut Model,
    wanted: Wanted,
    input: LineEdit,
    action: Action,
) -> Vec<Intent> {
    if action != Action::Enter {
        model.overlays.push(Overlay::Ask { wanted, input });
        return Vec::new();
    }
    let text = input.text().trim().to_owned();
    match wanted {
        Wanted::Fork(session) => match fork(&text) {
            Ok(order) => vec![ordered(session, order)],
            Err(error) => {
                model.tell(error, Role::Warn);
                model.overlays.push(Overlay::Ask { wanted, input });
                Vec::new()
            }
        },
        Wanted::Rename(session) => vec![ordered(session, SessionOrder::Rename { title: text })],
        Wanted::Export(session) => vec![Intent::Ask(Query::Export {
            session,
            path: text,
        })],
        Wanted::NewNote => {
            notes::named(model, &text);
            Vec::new()
        }
        Wanted::RenameNote { name, text: now } => notes::renamed(model, name, now, &text),
        Wanted::Dispute(lesson) => lessons::disputed(model, lesson, text),
        Wanted::Retire(lesson) => lessons::retired(lesson, text),
        Wanted::SendBack(_) if text.is_empty() => {
            model.tell("say what the members shall do otherwise", Role::Muted);
            model.overlays.push(Overlay::Ask { wanted, input });
            Vec::new()
        }
        Wanted::SendBack(task) => {
            let comment = Text::from(text);
            vec![votes::ordered(task, ContestOrder::SendBack { comment })]
        }
        Wanted::Drop(task) => {
            vec![votes::ordered(task, ContestOrder::Dismiss { reason: text })]
        }
        Wanted::Search if text.is_empty() => Vec::new(),
        Wanted::Search => vec![Intent::Ask(Query::Search { words: text })],
    }
}

/// `@member title`, each of which may be missing.
fn fork(text: &str) -> Result<SessionOrder, String> {
    let (member, title) = match text.strip_prefix('@') {
        Some(rest) => {
            let (name, title) = rest.split_once(' ').unwrap_or((rest, ""));
            let name = MemberName::new(name).map_err(|error| error.to_string())?;
            (Some(name), title)
        }
        None => (None, text),
    };
    Ok(SessionOrder::Fork {
        member,
        title: title.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::fork;
    use crate::core::{MemberName, SessionOrder};

    #[test]
    fn a_fork_may_name_a_member_and_a_title() {
        let order = |member: Option<&str>, title: &str| {
            Ok(SessionOrder::Fork {
                member: member.map(|name| MemberName::new(name).unwrap()),
                title: title.to_owned(),
            })
        };
        assert_eq!(fork(""), order(None, ""));
        assert_eq!(fork("another way"), order(None, "another way"));
        assert_eq!(fork("@gpt"), order(Some("gpt"), ""));
        assert_eq!(fork("@gpt  second try"), order(Some("gpt"), "second try"));
        assert!(fork("@GPT x").is_err());
    }
}
