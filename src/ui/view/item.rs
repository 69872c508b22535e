//! An inbox item as text: what is asked, for which task, and what can be said to it.

use crate::core::{
    Attention, Form, MemberName, OutsideEdit, Phase, Request, State, Subject, TaskOrder,
};
use crate::ui::action::{Action, Context};
use crate::ui::keymap::Keymap;
use crate::ui::lessons;
use crate::ui::ring::{Ring, Tone};
use crate::ui::status;
use crate::ui::view::detail::{gap, keys, plan, say};
use crate::ui::votes::dispute;

/// All about an inbox item.
pub(super) fn item(
    ring: &mut Ring,
    item: &Attention,
    state: &State,
    keymap: &Keymap,
    columns: usize,
) {
    let keys = |ring: &mut Ring, words: &[(Action, &str)]| keys(ring, words, keymap);
    match &item.subject {
        Subject::Asked { call, request, .. } => {
            question(ring, item, request, state, keymap);
            let task = state.call(*call).and_then(|c| state.task(c.task()));
            if let Some(task) = task {
                gap(ring);
                say(ring, Tone::Note, &format!("for {}", task.id()));
                say(ring, Tone::Asked, task.order().prompt.as_str());
            }
        }
        Subject::Choice { task } => {
            say(ring, Tone::Note, &format!("the answers to {task} differ"));
            if let Some(known) = state.task(*task) {
                gap(ring);
                say(ring, Tone::Asked, known.order().prompt.as_str());
                if let Phase::Deciding { candidates, .. } = known.phase() {
                    gap(ring);
                    for (number, candidate) in (1..).zip(candidates) {
                        let calls = candidate.calls.len();
                        say(
                            ring,
                            Tone::Said,
                            &format!("{number}  {calls} × {}", candidate.label),
                        );
                    }
                }
            }
            let side_by_side = (Action::Enter, "shows them side by side");
            let by_hand = (Action::Write, "writes the result by hand");
            keys(ring, &[side_by_side, by_hand, (Action::Deny, "takes none")]);
        }
        Subject::Interrupted { task } => {
            say(
                ring,
                Tone::Note,
                &format!("{task} was cut off, and may have changed files"),
            );
            if let Some(task) = state.task(*task) {
                gap(ring);
                say(ring, Tone::Asked, task.order().prompt.as_str());
            }
            let repeat = (Action::Allow, "repeats the call");
            keys(ring, &[repeat, (Action::Deny, "ends the task")]);
        }
        Subject::Edited { edit } => edited(ring, edit, &item.subject, keymap),
        Subject::Proposed { order } => proposed(ring, order, keymap),
        Subject::Plan { task } => {
            if let Some(known) = state.task(*task) {
                gap(ring);
                say(ring, Tone::Asked, known.order().prompt.as_str());
                plan(ring, known, state, columns);
            }
            let words = [
                (Action::Allow, "approves it: its steps go into the queue"),
                (Action::Write, "changes it"),
                (Action::Deny, "refuses it, which cancels the task"),
            ];
            keys(ring, &words);
        }
        Subject::Lessons { older, newer } => {
            say(ring, Tone::Note, &dispute::stands_still(&item.subject));
            for (word, id) in [("the older", *older), ("the newer", *newer)] {
                gap(ring);
                say(ring, Tone::Note, word);
                for line in lessons::told(state, id) {
                    say(ring, Tone::Said, &line);
                }
            }
            settled_by(ring, &item.subject, keymap);
        }
        Subject::LoggedOut { member, why } => logged_out(ring, member, why, keymap),
        Subject::Budget { limit } => {
            let what = limit.noun();
            say(
                ring,
                Tone::Note,
                &format!("{what} of the budget are used up; no further call starts"),
            );
            keys(
                ring,
                &[(Action::Allow, "raises the limit by as much again")],
            );
        }
    }
}

/// What a server asks, and what can be said to it.
fn question(ring: &mut Ring, item: &Attention, request: &Request, state: &State, keymap: &Keymap) {
    const ALLOW: (Action, &str) = (Action::Allow, "allows it once");
    const LASTING: (Action, &str) = (Action::AllowForSession, "allows it for the session");
    const DENY: (Action, &str) = (Action::Deny, "denies it, with a reason");
    const DECLINE: (Action, &str) = (Action::Deny, "declines");
    let keys = |ring: &mut Ring, words: &[(Action, &str)]| keys(ring, words, keymap);
    let asker = status::asker(item, state);
    match request {
        Request::Exec { command, cwd } => {
            say(
                ring,
                Tone::Note,
                &format!("{asker} asks to run this command in {cwd}"),
            );
            gap(ring);
            say(ring, Tone::Said, &status::shown_command(command));
            keys(ring, &[ALLOW, LASTING, DENY]);
        }
        Request::Patch { files, diff } => {
            say(
                ring,
                Tone::Note,
                &format!("{asker} asks to change {}", files.join(", ")),
            );
            gap(ring);
            say(ring, Tone::Said, diff.as_str());
            keys(ring, &[ALLOW, LASTING, DENY]);
        }
        Request::Tool {
            server,
            tool,
            arguments,
            ..
        } => {
            say(
                ring,
                Tone::Note,
                &format!("{asker} asks to call the tool {tool} of {server}"),
            );
            gap(ring);
            say(ring, Tone::Said, arguments.as_str());
            keys(ring, &[ALLOW, LASTING, DENY]);
        }
        Request::Form { message, schema } => {
            say(ring, Tone::Note, &format!("{asker} asks for input"));
            gap(ring);
            say(ring, Tone::Said, message.as_str());
            match Form::read(schema.as_str()) {
                Ok(_) => keys(ring, &[(Action::Enter, "answers it"), DECLINE]),
                Err(error) => {
                    gap(ring);
                    say(ring, Tone::Failure, &error.to_string());
                    keys(ring, &[DECLINE]);
                }
            }
        }
        Request::Url { message, url } => {
            say(
                ring,
                Tone::Note,
                &format!("{asker} asks you to open this address in a browser"),
            );
            gap(ring);
            say(ring, Tone::Said, url);
            gap(ring);
            say(ring, Tone::Said, message.as_str());
            let done = (Action::Allow, "says that it is done");
            keys(ring, &[(Action::Copy, "copies it"), done, DECLINE]);
        }
        Request::Sampling { prompt, .. } => {
            say(
                ring,
                Tone::Note,
                &format!("{asker} asks that a model of this room answers"),
            );
            gap(ring);
            say(ring, Tone::Said, prompt.as_str());
            if let Some(task) = state.lent_to(item.id) {
                gap(ring);
                say(ring, Tone::Note, &format!("{task} is at work on it"));
                keys(ring, &[(Action::Deny, "refuses")]);
            } else {
                let lend = (Action::Allow, "lends one once");
                keys(ring, &[lend, LASTING, (Action::Deny, "refuses")]);
            }
        }
    }
}

/// A document of the room that somebody else changed in the shared memory.
fn edited(ring: &mut Ring, edit: &OutsideEdit, subject: &Subject, keymap: &Keymap) {
    say(ring, Tone::Note, &dispute::stands_still(subject));
    gap(ring);
    say(ring, Tone::Said, edit.diff.as_str());
    gap(ring);
    say(ring, Tone::Note, &dispute::importable(edit));
    settled_by(ring, subject, keymap);
}

/// What can be said to two texts that contradict each other.
fn settled_by(ring: &mut Ring, subject: &Subject, keymap: &Keymap) {
    let answers = dispute::answers(subject).iter();
    let words: Vec<(Action, &str)> = answers.map(|(action, _, does)| (*action, *does)).collect();
    keys(ring, &words, keymap);
}

/// A task that somebody put into the queue's document.
fn proposed(ring: &mut Ring, order: &TaskOrder, keymap: &Keymap) {
    say(
        ring,
        Tone::Note,
        "somebody else put this task into the shared memory; it is worked only if you want it",
    );
    gap(ring);
    say(ring, Tone::Said, order.prompt.as_str());
    gap(ring);
    let members: Vec<&str> = order.members.iter().map(MemberName::as_str).collect();
    let by = if members.is_empty() {
        "whom the room chooses".to_owned()
    } else {
        members.join(" ")
    };
    let how = format!(
        "{}  {}  {} priority  by {by}",
        order.kind, order.strategy, order.priority
    );
    say(ring, Tone::Note, &how);
    let words = [
        (Action::Allow, "puts it into the queue"),
        (Action::Deny, "refuses it"),
    ];
    keys(ring, &words, keymap);
}

/// A member whose tasks wait until somebody has logged it in.
fn logged_out(ring: &mut Ring, member: &MemberName, why: &str, keymap: &Keymap) {
    say(
        ring,
        Tone::Note,
        &format!("{member} is given no calls until it is logged in; its tasks wait"),
    );
    gap(ring);
    say(ring, Tone::Failure, why);
    let without = format!(
        "does without it, until {} on it in Sessions tries again",
        keymap.name(Action::Retry, Context::List)
    );
    let words = [
        (Action::Allow, "tries again"),
        (Action::Deny, &without),
        (Action::Why, "shows all that was said"),
    ];
    keys(ring, &words, keymap);
}
