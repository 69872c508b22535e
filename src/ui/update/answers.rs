//! Answering what waits for the operator: the selected item, or all that are marked at once.
//!
//! What a yes or a no means is a matter of the item's subject; those that want an answer of their own,
//! such as a form, are opened instead. Drawing is in `view`, the order of the list in `core::urgency`.

use crate::core::{
    Attention, AttentionId, Command, Form, Holds, Import, Reply, Request, RequestKind, State,
    Subject,
};
use crate::ui::action::{Action, Screen};
use crate::ui::form::{Filling, Goal};
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::overlay::{Choice, Confirm, Overlay, Verdict};
use crate::ui::status;
use crate::ui::text;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, plans};
use crate::ui::wrap;

/// Columns of a question.
const QUESTION_COLUMNS: u16 = 56;
/// Rows of a question at most, whatever the terminal has.
const QUESTION_ROWS: usize = 40;

/// What the operator says to an item, before it is known what that means for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// Go ahead, once.
    Yes,
    /// Go ahead, and for the rest of the session.
    YesForSession,
    /// No.
    No,
}

/// What saying so comes to.
enum Meant {
    /// This reply.
    Reply(Reply),
    /// A no, whose reason a model reads.
    Reason,
    /// Nothing yet: the item wants an answer of its own.
    Open,
    /// Nothing, for this reason.
    Nothing(String),
}

/// Opens what an item is about, where it is more than a yes or a no.
pub(super) fn open(model: &mut Model, state: &State, subject: &Subject) {
    match subject {
        Subject::Choice { task } => {
            if let Some(choice) = Choice::of(*task, state) {
                model.overlays.push(Overlay::Choice(choice));
            }
        }
        Subject::Asked {
            request: Request::Form { message, schema },
            ..
        } => {
            let Some(item) = model.asked(state) else {
                return;
            };
            match Form::read(schema.as_str()) {
                Ok(form) => {
                    let title = format!("{} asks", status::asker(item, state));
                    let goal = Goal::Answer(item.id);
                    let filling = Filling::of(goal, title, message.as_str(), form);
                    model.overlays.push(Overlay::Form(Box::new(filling)));
                }
                Err(error) => {
                    let decline = model.key(Action::Deny);
                    model.tell(format!("{error}; {decline} declines it"), Role::Warn);
                }
            }
        }
        Subject::Asked { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => {
            model.focus = Focus::Pane(1);
        }
    }
}

/// Goes to the inbox: to what is most urgent, or from item to item.
pub(super) fn attention(model: &mut Model, state: &State, action: Action) {
    model.lists.filters.remove(&Pane::Inbox);
    let keys = model.keys(Pane::Inbox, state);
    let Some(at) = model.place(Pane::Inbox, &keys) else {
        model.tell("nothing waits for you", Role::Muted);
        return;
    };
    let to = match (
        model.screen == Screen::Inbox,
        action == Action::NextAttention,
    ) {
        (false, _) => 0,
        (true, true) => (at + 1) % keys.len(),
        (true, false) => (at + keys.len() - 1) % keys.len(),
    };
    let cursor = model.cursor(Pane::Inbox, &keys, to);
    model.screen = Screen::Inbox;
    model.zoomed = false;
    model.focus = Focus::Pane(0);
    model.select(Pane::Inbox, cursor);
}

/// Says yes or no to the marked items, or to what the selected row asks.
pub(super) fn answer(model: &mut Model, state: &State, says: Says) -> Vec<Intent> {
    let marked = model.marked_items(state);
    if !marked.is_empty() {
        return to_all(model, state, &marked, says);
    }
    if model.has_lost_its_item(state) {
        let gone = "what was selected is settled: look at what is selected now";
        model.tell(gone, Role::Warn);
        return Vec::new();
    }
    let Some(item) = model.asked(state).cloned() else {
        let next = model.key(Action::NextAttention);
        model.tell(
            format!("the selected row asks nothing; {next} goes to what waits for you"),
            Role::Muted,
        );
        return Vec::new();
    };
    if let (Subject::Plan { task }, true) = (&item.subject, says != Says::No) {
        return plans::approve(model, state, *task);
    }
    match meant(model, &item, says) {
        Meant::Reply(reply) => return send(vec![(item.id, reply)]),
        Meant::Reason => {
            let (sort, line) = status::attention(&item, state);
            ask_why(model, vec![item.id], Vec::new(), format!("{sort} {line}"));
        }
        Meant::Open => open(model, state, &item.subject),
        Meant::Nothing(why) => model.tell(why, Role::Muted),
    }
    Vec::new()
}

/// The commands that say so.
pub(super) fn send(replies: Vec<(AttentionId, Reply)>) -> Vec<Intent> {
    let command = |(attention, reply)| Intent::Command(Command::Answer { attention, reply });
    replies.into_iter().map(command).collect()
}

/// Asks for the reason of a no; `also` is sent along with it.
fn ask_why(
    model: &mut Model,
    items: Vec<AttentionId>,
    also: Vec<(AttentionId, Reply)>,
    about: String,
) {
    model.overlays.push(Overlay::Reason {
        items,
        also,
        about,
        input: LineEdit::default(),
    });
}

/// Says the same to several items, after a question that shows each of them whole.
fn to_all(model: &mut Model, state: &State, marked: &[AttentionId], says: Says) -> Vec<Intent> {
    let (mut replies, mut reasons, mut said) = (Vec::new(), Vec::new(), Vec::new());
    let mut left = 0_usize;
    for item in marked.iter().filter_map(|id| state.attention_item(*id)) {
        let meant = if goes_with_others(&item.subject, says) {
            meant(model, item, says)
        } else {
            Meant::Open
        };
        match meant {
            Meant::Reply(reply) => replies.push((item.id, reply)),
            Meant::Reason => reasons.push(item.id),
            Meant::Open | Meant::Nothing(_) => {
                left += 1;
                continue;
            }
        }
        said.push(whole(item, state));
    }
    let (verb, word) = match says {
        Says::Yes => ("Allow", "Allow them"),
        Says::YesForSession => ("Allow for the session", "Allow them"),
        Says::No => ("Deny", "Deny them"),
    };
    let others = match left {
        0 => String::new(),
        1 => " (one more wants an answer of its own and is left alone)".to_owned(),
        n => format!(" ({n} more want answers of their own and are left alone)"),
    };
    let these = match said.len() {
        1 => "this one".to_owned(),
        n => format!("these {n}"),
    };
    let question = format!("{verb} {these}?{others}\n{}", said.join("\n"));
    if said.is_empty() {
        let none = "none of the marked items can be answered so: each wants an answer of its own";
        model.tell(none, Role::Muted);
    } else if rows(&question) > question_rows(model) {
        let fewer = "so many cannot be shown whole in one question: mark fewer of them";
        model.tell(fewer, Role::Muted);
    } else if reasons.is_empty() {
        let answers = vec![
            ("Look again".to_owned(), Verdict::Stay),
            (word.to_owned(), Verdict::Answer(replies)),
        ];
        model.overlays.push(Overlay::Confirm(Confirm {
            question,
            answers,
            chosen: 0,
        }));
    } else {
        ask_why(model, reasons, replies, question);
    }
    Vec::new()
}

/// How many rows a question has.
fn rows(question: &str) -> usize {
    let lines = question.lines();
    lines
        .map(|line| wrap::rows(line, QUESTION_COLUMNS).len())
        .sum()
}

/// How many rows of a question are in sight.
fn question_rows(model: &Model) -> usize {
    usize::from(model.size.height.saturating_sub(10)).min(QUESTION_ROWS)
}

/// Whether an item can be answered along with others: all that is to be known of it fits a question, and
/// the answer means no more than that it goes on or does not.
fn goes_with_others(subject: &Subject, says: Says) -> bool {
    match subject {
        Subject::Asked { request, .. } => match request {
            Request::Exec { .. } | Request::Tool { .. } => true,
            // What would change, what is to be typed and what was done elsewhere is looked at one by one.
            Request::Patch { .. }
            | Request::Form { .. }
            | Request::Url { .. }
            | Request::Sampling { .. } => says == Says::No,
        },
        Subject::Interrupted { .. } | Subject::LoggedOut { .. } | Subject::Proposed { .. } => true,
        Subject::Choice { .. }
        | Subject::Plan { .. }
        | Subject::Edited { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => false,
    }
}

/// An item with nothing left out.
fn whole(item: &Attention, state: &State) -> String {
    let (sort, line) = status::attention(item, state);
    let asker = status::asker(item, state);
    let line = match &item.subject {
        Subject::Asked {
            request: Request::Exec { command, cwd },
            ..
        } => format!("{} in {cwd}", status::shown_command(command)),
        Subject::Asked {
            request:
                Request::Tool {
                    server,
                    tool,
                    arguments,
                    ..
                },
            ..
        } => format!("{server}.{tool} {}", arguments.as_str()),
        Subject::Proposed { order } => order.prompt.as_str().to_owned(),
        Subject::Asked { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Choice { .. }
        | Subject::Plan { .. }
        | Subject::Edited { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => line,
    };
    text::line(&format!("{asker}: {sort} {line}")).into_owned()
}

fn meant(model: &Model, item: &Attention, says: Says) -> Meant {
    match says {
        Says::Yes => yes(model, &item.subject),
        Says::YesForSession => yes_for_session(model, &item.subject),
        Says::No => no(model, &item.subject),
    }
}

fn yes(model: &Model, subject: &Subject) -> Meant {
    match subject {
        // None of these can be allowed blindly: one wants a choice, one an answer, one a look.
        Subject::Asked {
            request: Request::Form { schema, .. },
            ..
        } if !has_no_fields(schema.as_str()) => Meant::Open,
        Subject::Choice { .. } | Subject::Plan { .. } => Meant::Open,
        Subject::Edited { edit } => match &edit.import {
            Import::Result { .. } => Meant::Reply(Reply::Allow),
            Import::Nothing { why } => {
                let (aside, over) = (model.key(Action::AllowForSession), model.key(Action::Deny));
                Meant::Nothing(format!(
                    "{why}; {aside} keeps it aside, {over} overwrites it"
                ))
            }
        },
        Subject::Lessons { .. } => Meant::Reply(Reply::Hold(Holds::Newer)),
        Subject::Asked { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Proposed { .. }
        | Subject::Budget { .. } => Meant::Reply(Reply::Allow),
    }
}

fn yes_for_session(model: &Model, subject: &Subject) -> Meant {
    match subject {
        Subject::Asked {
            request: Request::Form { .. },
            ..
        }
        | Subject::Choice { .. }
        | Subject::Plan { .. } => Meant::Open,
        Subject::Asked { request, .. } if RequestKind::of(request).lasts() => {
            Meant::Reply(Reply::AllowForSession)
        }
        Subject::Edited { .. } => Meant::Reply(Reply::KeepAside),
        Subject::Lessons { .. } => Meant::Reply(Reply::Hold(Holds::Both)),
        Subject::Asked { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Proposed { .. }
        | Subject::Budget { .. } => {
            let once = model.key(Action::Allow);
            Meant::Nothing(format!("it can only be allowed once; {once} does"))
        }
    }
}

fn no(model: &Model, subject: &Subject) -> Meant {
    match subject {
        Subject::Asked { .. } => Meant::Reason,
        Subject::Lessons { .. } => Meant::Reply(Reply::Hold(Holds::Older)),
        Subject::Budget { .. } => {
            let raise = model.key(Action::Allow);
            Meant::Nothing(format!(
                "nothing starts until the budget is raised; {raise} raises it"
            ))
        }
        Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Edited { .. }
        | Subject::Plan { .. }
        | Subject::Proposed { .. } => Meant::Reply(Reply::Deny {
            reason: String::new(),
        }),
    }
}

/// A form without fields is a question for a yes.
fn has_no_fields(schema: &str) -> bool {
    Form::read(schema).is_ok_and(|form| form.fields.is_empty())
}
