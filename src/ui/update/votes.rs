//! Actions on the conflict at hand: what is looked at, the operator's own ballot, and what is done about
//! it.

use crate::core::ladder::record::claims;
use crate::core::ladder::{Contest, ContestOrder, Rung};
use crate::core::{Command, Outcome, State, Task, TaskId, Text};
use crate::ui::action::{Action, Context, Dealing, Screen};
use crate::ui::help::Help;
use crate::ui::library::editor::{Draft, Editor, Target};
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::{Choice, Confirm, Overlay, Verdict, Wanted, is_open};
use crate::ui::text::clean;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, disputes, library, lists};
use crate::ui::votes::own::OwnBallot;
use crate::ui::votes::{Part, ballots, record, standing};

/// Whether the keys are for a conflict.
fn at_hand(model: &Model, state: &State) -> bool {
    model.conflict(state).is_some()
}

/// Whether the keys are for the conflict beside the list.
pub(super) fn is_read(model: &Model, state: &State) -> bool {
    model.screen == Screen::Votes && model.main_pane() == Pane::Detail && at_hand(model, state)
}

/// Whether an action is for the conflict at hand.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a few actions are for a conflict where one is at hand; the others never are"
)]
pub(super) fn takes(model: &Model, state: &State, action: Action) -> bool {
    if disputes::refuses(model, state, action) {
        return true;
    }
    match action {
        Action::Conflict(_) => true,
        Action::Enter => is_read(model, state) || waits(model, state),
        Action::Left | Action::Right => model.screen == Screen::Votes && at_hand(model, state),
        Action::Deny | Action::Export => at_hand(model, state),
        Action::Retry => is_over(model, state),
        _ => false,
    }
}

/// Whether the selected row of the screen waits for a choice.
fn waits(model: &Model, state: &State) -> bool {
    let on_screen = model.screen == Screen::Votes && model.main_pane() == Pane::Votes;
    let task = model.conflict(state).map(Contest::task);
    on_screen && task.is_some_and(|task| is_open(task, state))
}

/// Whether the conflict at hand is settled or dropped.
fn is_over(model: &Model, state: &State) -> bool {
    let task = model.conflict(state).and_then(|it| state.task(it.task()));
    task.is_some_and(Task::is_ended)
}

/// Whether a conflict was dropped: its task failed or was cancelled.
fn is_dropped(state: &State, contest: &Contest) -> bool {
    let outcome = state.task(contest.task()).and_then(Task::outcome);
    matches!(outcome, Some(Outcome::Failed { .. } | Outcome::Cancelled))
}

/// Does an action on the conflict at hand, or says that there is none.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the caller gives a few actions; the others are not for a conflict"
)]
pub(super) fn act(model: &mut Model, state: &State, action: Action) -> Vec<Intent> {
    if disputes::refuses(model, state, action) {
        disputes::tell(model, state);
        return Vec::new();
    }
    if action == Action::Conflict(Dealing::Reveal)
        && let Some(contest) = model.veiled(state)
    {
        // The pages that were made without it are made anew.
        model.detail.of = None;
        reveal(model, contest);
        return Vec::new();
    }
    let Some(contest) = model.conflict(state) else {
        let votes = model.key(Action::Go(Screen::Votes));
        model.tell(
            format!("that is for answers that differ: {votes} shows them"),
            Role::Muted,
        );
        return Vec::new();
    };
    let task = contest.task();
    model.votes.look_at(Some(task));
    match action {
        Action::Conflict(dealing) => return deal(model, state, contest, dealing),
        Action::Enter => choose(model, state, contest),
        Action::Left | Action::Right => model.votes.turn(contest, action == Action::Right),
        Action::Deny => ask(model, state, contest, Wanted::Drop(task)),
        Action::Retry => reopen(model, state, contest),
        Action::Export => {
            model.votes.settle(state);
            let text = record::of(contest, state, &model.votes, &model.setup);
            return vec![Intent::Show(text)];
        }
        _ => {}
    }
    Vec::new()
}

fn deal(model: &mut Model, state: &State, contest: &Contest, dealing: Dealing) -> Vec<Intent> {
    let task = contest.task();
    match dealing {
        Dealing::PreviousAnswer => model.votes.step(contest, false),
        Dealing::NextAnswer => model.votes.step(contest, true),
        Dealing::RulePrevious => other_rule(model, contest, false),
        Dealing::RuleNext => other_rule(model, contest, true),
        Dealing::Weights => other_weights(model, contest),
        Dealing::Reveal => reveal(model, contest),
        Dealing::OwnBallot => begin_ballot(model, state, contest),
        Dealing::Merge => merge(model, state, contest),
        Dealing::VoteAnew => return climb(model, state, contest, Rung::Vote),
        Dealing::Round => return climb(model, state, contest, Rung::Consensus),
        Dealing::AskExpert => return climb(model, state, contest, Rung::Expert),
        Dealing::SendBack => ask(model, state, contest, Wanted::SendBack(task)),
    }
    Vec::new()
}

/// Looks at the vote under another rule; the room counts as before.
fn other_rule(model: &mut Model, contest: &Contest, forward: bool) {
    if !may_look(model, contest) {
        return;
    }
    if let Some(rule) = model.votes.other_rule(contest, forward) {
        model.tell(format!("counted by {rule}, in this view"), Role::Muted);
    }
}

/// Looks at the vote with other weights; the room counts as before.
fn other_weights(model: &mut Model, contest: &Contest) {
    if !may_look(model, contest) {
        return;
    }
    let words = if model.votes.other_weights() {
        "every vote weighs the same, in this view"
    } else {
        "votes weigh as earned"
    };
    model.tell(words, Role::Muted);
}

/// Whether there is a count to look at; then it is looked at.
fn may_look(model: &mut Model, contest: &Contest) -> bool {
    if model.votes.is_hidden(contest) {
        still_hidden(model);
        return false;
    }
    if contest.ballots().is_none() {
        let why = standing::no_vote(contest);
        model.tell(format!("{why}: there is nothing to count"), Role::Muted);
        return false;
    }
    model.votes.part = Part::Tally;
    true
}

fn still_hidden(model: &mut Model) {
    let (vote, look) = (
        model.key(Action::Conflict(Dealing::OwnBallot)),
        model.key(Action::Conflict(Dealing::Reveal)),
    );
    model.tell(
        format!("the ballots are hidden while the vote goes on: {vote} votes, {look} looks"),
        Role::Muted,
    );
}

fn reveal(model: &mut Model, contest: &Contest) {
    if model.votes.is_hidden(contest) {
        model.votes.reveal(contest);
        model.tell(
            "the ballots are shown; your own is not blind any more",
            Role::Muted,
        );
    } else {
        model.tell("no ballots are hidden", Role::Muted);
    }
}

fn begin_ballot(model: &mut Model, state: &State, contest: &Contest) {
    if contest.own_ballot().is_some() {
        model.tell(
            "you have voted already, and the first ballot stands",
            Role::Muted,
        );
    } else if may_move(model, state, contest) {
        match OwnBallot::of(contest) {
            Some(ballot) => model.overlays.push(Overlay::Ballot(ballot)),
            None => model.tell("there are not two answers to rank", Role::Muted),
        }
    }
}

/// Moves on the ballot, moves an answer on it, scores one, or casts it.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a dialog takes a few actions; the others do nothing in it"
)]
pub(super) fn rank(model: &mut Model, mut ballot: OwnBallot, action: Action) -> Vec<Intent> {
    match action {
        Action::Enter => {
            let task = ballot.task;
            model.tell(format!("your ballot on {task} is cast"), Role::Ok);
            return vec![ordered(task, ContestOrder::Ballot(ballot.cast()))];
        }
        Action::Raise => ballot.shift(true),
        Action::Lower => ballot.shift(false),
        Action::Mark => ballot.tie(),
        Action::Score(points) => ballot.digit(points),
        Action::Left => ballot.nudge(false),
        Action::Right => ballot.nudge(true),
        Action::Help => {
            model.overlays.push(Overlay::Ballot(ballot));
            let help = Help::over(Context::Overlay);
            model.overlays.push(Overlay::Help(help));
            return Vec::new();
        }
        _ => {
            let to = lists::target(ballot.chosen, ballot.rows(), 8, action);
            ballot.go(to.unwrap_or(ballot.chosen));
        }
    }
    model.overlays.push(Overlay::Ballot(ballot));
    Vec::new()
}

/// Opens all answers in the editor, to make one of them.
pub(super) fn merge(model: &mut Model, state: &State, contest: &Contest) {
    let task = contest.task();
    if !is_open(task, state) {
        let why = over(model, state, contest);
        model.tell(why, Role::Muted);
        return;
    }
    let buffer = record::buffer(contest, state);
    let draft = Draft {
        target: Target::Verdict(task),
        base: Some(Text::from(clean(&buffer).as_ref())),
    };
    match Editor::open(draft) {
        Ok(editor) => model.overlays.push(Overlay::Editor(Box::new(editor))),
        Err(why) => model.tell(why, Role::Warn),
    }
}

/// The answers of a task, each under a line that says whose it is; for an editor of one's own.
pub(super) fn buffer(state: &State, task: TaskId) -> String {
    let contest = state.contest(task);
    contest.map_or_else(String::new, |contest| record::buffer(contest, state))
}

/// Why nothing can be done about a conflict that does not wait for anything, and what can.
fn over(model: &Model, state: &State, contest: &Contest) -> String {
    let task = contest.task();
    let again = model.setup.keymap.name(Action::Retry, Context::List);
    match state.task(task).and_then(Task::outcome) {
        Some(Outcome::Failed { .. } | Outcome::Cancelled) => {
            format!("{task} was dropped; {again} asks the members anew")
        }
        Some(Outcome::Done { .. }) if standing::all_agree(contest, state) => {
            format!("all answers to {task} say the same: there is nothing to settle")
        }
        Some(Outcome::Done { .. }) | None => format!("{task} is settled; {again} opens it again"),
    }
}

/// Whether a conflict can be moved on: it is not settled. Where it is, that is told.
fn may_move(model: &mut Model, state: &State, contest: &Contest) -> bool {
    let task = contest.task();
    if !is_open(task, state) {
        let why = over(model, state, contest);
        model.tell(why, Role::Muted);
        return false;
    }
    let is_done = state.task(task).is_some_and(Task::is_ended);
    if is_done {
        let choose = model.setup.keymap.name(Action::Enter, Context::List);
        let write = model.setup.keymap.name(Action::Write, Context::List);
        model.tell(
            format!("its result stands until you choose ({choose}) or write ({write}) another"),
            Role::Muted,
        );
    }
    !is_done
}

/// Moves a conflict on. A vote that is left by that is blind no longer, which is told.
fn climb(model: &mut Model, state: &State, contest: &Contest, rung: Rung) -> Vec<Intent> {
    if !may_move(model, state, contest) {
        return Vec::new();
    }
    if model.votes.is_hidden(contest) {
        let vote = contest.epoch();
        model.tell(
            format!("vote {vote} is left; its ballots are shown from now on"),
            Role::Muted,
        );
    }
    vec![ordered(contest.task(), ContestOrder::Climb(rung))]
}

fn ask(model: &mut Model, state: &State, contest: &Contest, wanted: Wanted) {
    if may_move(model, state, contest) {
        let input = LineEdit::default();
        model.overlays.push(Overlay::Ask { wanted, input });
    }
}

fn reopen(model: &mut Model, state: &State, contest: &Contest) {
    let task = contest.task();
    if standing::all_agree(contest, state) {
        let why = over(model, state, contest);
        model.tell(why, Role::Muted);
        return;
    }
    let (question, yes, verdict) = if is_dropped(state, contest) {
        (
            format!("Ask the members of {task} anew? Their answers and ballots leave this screen."),
            "Ask them anew",
            Verdict::Retry(task),
        )
    } else {
        (
            format!(
                "Open the conflict of {task} again? Its result stands until you choose another."
            ),
            "Open it again",
            Verdict::Contest(task, ContestOrder::Reopen),
        )
    };
    model.overlays.push(Overlay::Confirm(Confirm {
        question,
        answers: vec![
            ("Leave it".to_owned(), Verdict::Stay),
            (yes.to_owned(), verdict),
        ],
        chosen: 0,
    }));
}

/// Asks the room to do something about a conflict.
pub(super) fn ordered(task: TaskId, order: ContestOrder) -> Intent {
    Intent::Command(Command::Contest { task, order })
}

/// Shows the answers side by side, at the one that is looked at.
fn choose(model: &mut Model, state: &State, contest: &Contest) {
    if let Some(mut choice) = Choice::of(contest.task(), state) {
        choice.chosen = model.votes.candidate(contest);
        model.overlays.push(Overlay::Choice(choice));
    } else {
        let why = over(model, state, contest);
        model.tell(why, Role::Muted);
    }
}

/// Scrolls the part that is looked at.
pub(super) fn scroll(model: &mut Model, state: &State, action: Action, half: usize) {
    let Some(contest) = model.conflict(state) else {
        return;
    };
    match model.votes.part {
        Part::Ballots => {
            let count = ballots::rows(contest);
            let to = lists::target(model.votes.top, count, half, action);
            model.votes.top = to.unwrap_or(model.votes.top);
        }
        Part::Claims => {
            let count = contest.claims().map_or(0, |it| it.claims().len());
            let at = model.votes.claim(contest);
            let to = lists::target(at, count, half, action);
            model.votes.look_at_claim(to.unwrap_or(at));
        }
        Part::Candidates | Part::Tally | Part::Steps => {
            library::scroll(&mut model.votes.page, action, half);
        }
    }
}

/// What is copied of the conflict: its answer that is looked at, the part in sight, or the record.
pub(super) fn text(model: &Model, state: &State) -> Option<String> {
    let contest = model.conflict(state)?;
    let votes = &model.votes;
    Some(match votes.part {
        Part::Candidates => {
            let candidate = contest.candidates().get(votes.candidate(contest))?;
            crate::ui::overlay::answer(*candidate.calls.first()?, state)?
        }
        Part::Claims => claims(contest)?,
        Part::Tally => votes.page.plain_text(),
        Part::Ballots | Part::Steps => record::of(contest, state, votes, &model.setup),
    })
}
