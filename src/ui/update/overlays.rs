//! Actions and typing while an overlay is open. The overlay was taken off the stack by the caller;
//! what stays open is put back.

use crossterm::event::{KeyCode, KeyEvent};

use crate::core::voting::label;
use crate::core::{Command, Reply, SessionOrder, State, Timestamp};
use crate::ui::action::{Action, Context, Dealing, TABLE};
use crate::ui::form::{Filling, Goal};
use crate::ui::help::Help;
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Link, Model, Pane};
use crate::ui::overlay::{Choice, Confirm, Overlay, Verdict, answers, candidates, is_open};
use crate::ui::said::Said;
use crate::ui::suggest::nearest;
use crate::ui::theme::Role;
use crate::ui::update::{
    Intent, act as act_below, answers, checkup, dials, editing, library, lists, looks, menu, notes,
    offers, palette, pick, resources, result, search, seeking, sessions, sifting, votes, welcome,
};
use crate::ui::votes::own::OwnBallot;

/// What an overlay made of an action.
pub(super) enum Handled {
    /// It was for the overlay.
    Consumed(Vec<Intent>),
    /// It is for what lies below; an overlay that stays open is back on the stack.
    Ignored,
}

/// Gives an action to the overlay that was on top. What it waited for is taken back with it.
pub(super) fn act(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    overlay: Overlay,
    action: Action,
) -> Handled {
    let waited = overlay.waits_for();
    let mut handled = on_top(model, state, now, overlay, action);
    if let Handled::Consumed(intents) = &mut handled {
        intents.extend(withdrawn(model, waited));
    }
    handled
}

/// Takes back what an overlay waited for, once none does any more.
fn withdrawn(model: &Model, waited: Option<u64>) -> Option<Intent> {
    let waits = |ask| model.overlays.iter().any(|it| it.waits_for() == Some(ask));
    waited.filter(|ask| !waits(*ask)).map(Intent::Withdraw)
}

fn on_top(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    overlay: Overlay,
    action: Action,
) -> Handled {
    if matches!(action, Action::Redraw | Action::Suspend) {
        model.overlays.push(overlay);
        return Handled::Ignored;
    }
    if let Overlay::Menu(menu) = &overlay
        && menu.cancels(action)
    {
        return Handled::Ignored;
    }
    if matches!(action, Action::Back | Action::Cancel) {
        if matches!(overlay, Overlay::Filter) {
            let pane = model.list();
            model.lists.filters.remove(&pane);
        }
        if matches!(overlay, Overlay::Seek) {
            seeking::leave(model, state);
        }
        if matches!(overlay, Overlay::Lookup) {
            return Handled::Consumed(library::end_search(model).into_iter().collect());
        }
        if let Overlay::Editor(editor) = overlay {
            editing::leave(model, editor);
            return Handled::Consumed(Vec::new());
        }
        if let Overlay::Pick(it) = &overlay {
            looks::leave(model, it);
        }
        if let Overlay::Welcome(it) = &overlay {
            welcome::leave(model, it);
        }
        if let Overlay::Resources(browse) = overlay {
            let stays = resources::back(browse).map(Overlay::Resources);
            model.overlays.extend(stays);
        } else if let Overlay::Help(mut help) = overlay
            && help.unfilter()
        {
            model.overlays.push(Overlay::Help(help));
        }
        return Handled::Consumed(Vec::new());
    }
    Handled::Consumed(match overlay {
        Overlay::Help(it) => help(model, it, action),
        Overlay::Palette(it) => palette::act(model, state, now, it, action),
        Overlay::CommandLine { input } => return command_line(model, state, now, input, action),
        Overlay::Filter => filter(model, state, now, action),
        Overlay::Seek => seeking::act(model, state, action),
        Overlay::Form(filling) => filled(model, filling, action),
        Overlay::Reason {
            items,
            also,
            about,
            input,
        } => {
            if action == Action::Enter {
                model.lists.marked_items.clear();
                let reason = input.text().trim().to_owned();
                let no = |item| {
                    (
                        item,
                        Reply::Deny {
                            reason: reason.clone(),
                        },
                    )
                };
                answers::send(items.into_iter().map(no).chain(also).collect())
            } else {
                model.overlays.push(Overlay::Reason {
                    items,
                    also,
                    about,
                    input,
                });
                Vec::new()
            }
        }
        Overlay::Ask { wanted, input } => sessions::typed(model, wanted, input, action),
        Overlay::Results(results) => search::look(model, state, results, action),
        Overlay::Write { task, input } => result::act(model, state, (task, input), action),
        Overlay::Document(document) => resources::reading(model, document, action),
        Overlay::Lookup => {
            library::looking(model, action);
            Vec::new()
        }
        Overlay::History(history) => library::reading(model, history, action),
        Overlay::Editor(editor) => editing::act(model, editor, action),
        Overlay::Resources(browse) => resources::act(model, browse, action),
        // Only going back is possible.
        Overlay::Fetching(fetching) => {
            model.overlays.push(Overlay::Fetching(fetching));
            Vec::new()
        }
        Overlay::Checkup(examination) => checkup::act(model, examination, action),
        Overlay::Confirm(confirm) => confirmed(model, state, confirm, action),
        Overlay::Choice(choice) => choosing(model, state, choice, action),
        Overlay::Said(said) => reading(model, said, action),
        Overlay::Pick(it) => pick::act(model, state, it, action),
        Overlay::Ballot(ballot) => votes::rank(model, ballot, action),
        Overlay::Menu(menu) => return menu::act(model, state, now, menu, action),
        Overlay::Welcome(it) => welcome::act(model, state, it, action),
    })
}

fn reading(model: &mut Model, mut said: Said, action: Action) -> Vec<Intent> {
    // The key that opened it closes it, and so does Enter.
    if matches!(action, Action::Why | Action::Enter) {
        return Vec::new();
    }
    let mut intents = Vec::new();
    if action == Action::Copy {
        intents.push(Intent::Copy(said.ring.text()));
    } else {
        let page = usize::from(model.size.height / 2).max(1);
        lists::scroll(&mut said.ring, action, page);
    }
    model.overlays.push(Overlay::Said(said));
    intents
}

/// Opens the help for the place at hand.
pub(super) fn open_help(model: &mut Model, state: &State) {
    let help = Help::of(model, state);
    model.overlays.push(Overlay::Help(help));
}

/// Scrolls, finds or closes the help. The key that opened it closes it, and so does Enter.
fn help(model: &mut Model, mut help: Help, action: Action) -> Vec<Intent> {
    if action == Action::Enter && help.typing {
        help.typing = false;
    } else if matches!(action, Action::Help | Action::Enter) {
        return Vec::new();
    } else if action == Action::Filter {
        help.typing = true;
    } else {
        let page = usize::from(model.size.height / 2).max(1);
        let rows = help.rows(&model.setup.keymap).len();
        help.scroll = lists::target(help.scroll, rows, page, action).unwrap_or(help.scroll);
    }
    model.overlays.push(Overlay::Help(help));
    Vec::new()
}

fn command_line(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    input: LineEdit,
    action: Action,
) -> Handled {
    if action != Action::Enter {
        model.overlays.push(Overlay::CommandLine { input });
        return Handled::Consumed(Vec::new());
    }
    let name = input.text().trim();
    if let Some(("theme", theme)) = name.split_once(char::is_whitespace) {
        looks::wear(model, theme.trim());
        return Handled::Consumed(Vec::new());
    }
    let name = if name == "q" { "quit" } else { name };
    Handled::Consumed(match Action::named(name) {
        Some(action) => act_below(model, state, now, action),
        None if name.is_empty() => Vec::new(),
        None => {
            let near = nearest(name, TABLE.iter().map(|e| e.name));
            let hint = near
                .map(|n| format!("; did you mean :{n}?"))
                .unwrap_or_default();
            model.tell(format!("there is no command `{name}`{hint}"), Role::Warn);
            Vec::new()
        }
    })
}

fn filter(model: &mut Model, state: &State, now: Timestamp, action: Action) -> Vec<Intent> {
    let pane = model.list();
    if action == Action::CopyCommand && pane == Pane::Journal {
        model.overlays.push(Overlay::Filter);
        return palette::copy_of(model, state, Action::Filter);
    }
    if action == Action::Enter && pane == Pane::Journal {
        sifting::read(model, state, now);
        if let Some(fault) = model.sieve.fault() {
            let fault = fault.to_string();
            model.tell(fault, Role::Warn);
            model.overlays.push(Overlay::Filter);
            return Vec::new();
        }
    }
    if action == Action::Enter {
        if model
            .lists
            .filters
            .get(&pane)
            .is_some_and(|f| f.text().trim().is_empty())
        {
            model.lists.filters.remove(&pane);
        }
    } else {
        model.overlays.push(Overlay::Filter);
    }
    Vec::new()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a dialog takes a few actions; the others do nothing in it"
)]
fn confirmed(
    model: &mut Model,
    state: &State,
    mut confirm: Confirm,
    action: Action,
) -> Vec<Intent> {
    if action != Action::Enter {
        let step = match action {
            Action::Right => Action::Down,
            Action::Left => Action::Up,
            _ => action,
        };
        if let Some(to) = lists::target(confirm.chosen, confirm.answers.len(), 9, step) {
            confirm.chosen = to;
        }
        model.overlays.push(Overlay::Confirm(confirm));
        return Vec::new();
    }
    match confirm
        .answers
        .into_iter()
        .nth(confirm.chosen)
        .map(|(_, verdict)| verdict)
    {
        None | Some(Verdict::Stay) => Vec::new(),
        Some(Verdict::Leave) => vec![Intent::Quit],
        Some(Verdict::Stop) => {
            // The console leaves when the room says that it has ended: nothing is cut off.
            model.tie.link = Link::Stopping;
            let leave = model.key(Action::Quit);
            model.tell(
                format!("stopping the room; {leave} leaves at once"),
                Role::Muted,
            );
            vec![Intent::Command(Command::CloseRoom)]
        }
        Some(Verdict::Reset(session)) => vec![Intent::Command(Command::Session {
            session,
            order: SessionOrder::Reset,
        })],
        Some(Verdict::Set {
            session,
            dial,
            value,
        }) => vec![dials::set(session, dial, Some(value))],
        Some(Verdict::RemoveNote { name, before }) => notes::remove(model, name, before),
        Some(Verdict::DropDraft) => {
            editing::throw_away(model);
            Vec::new()
        }
        Some(Verdict::Contest(task, order)) => vec![votes::ordered(task, order)],
        Some(Verdict::Retry(task)) => vec![Intent::Command(Command::RetryTask { task })],
        Some(Verdict::Answer(mut replies)) => {
            model.lists.marked_items.clear();
            // What was settled meanwhile wants no answer any more.
            replies.retain(|(item, _)| state.attention_item(*item).is_some());
            answers::send(replies)
        }
        Some(Verdict::RetryTasks(tasks)) => {
            model.lists.marked.clear();
            let retry = |task| Intent::Command(Command::RetryTask { task });
            tasks.into_iter().map(retry).collect()
        }
        Some(Verdict::Prioritise(tasks)) => {
            let set = |(task, priority)| Intent::Command(Command::SetPriority { task, priority });
            tasks.into_iter().map(set).collect()
        }
        Some(Verdict::CancelTasks(tasks)) => {
            model.lists.marked.clear();
            // Whoever waits for another goes first: else it would end without a result, and not by your word.
            tasks
                .into_iter()
                .rev()
                .map(|task| Intent::Command(Command::CancelTask { task }))
                .collect()
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a dialog takes a few actions; the others do nothing in it"
)]
fn choosing(model: &mut Model, state: &State, mut choice: Choice, action: Action) -> Vec<Intent> {
    let last = choice.columns.len().saturating_sub(1);
    let mut intents = Vec::new();
    match action {
        Action::Enter => return take(model, &choice),
        Action::Choose(number) => {
            let candidate = usize::from(number).saturating_sub(1);
            if candidate <= last {
                choice.chosen = candidate;
            } else {
                model.tell(format!("there are {} answers", last + 1), Role::Muted);
            }
        }
        Action::Left => choice.chosen = choice.chosen.saturating_sub(1),
        Action::Right => choice.chosen = (choice.chosen + 1).min(last),
        Action::Copy => {
            intents.extend(
                choice
                    .columns
                    .get(choice.chosen)
                    .map(|c| Intent::Copy(c.ring.text())),
            );
        }
        Action::Conflict(Dealing::Merge) => {
            let task = choice.task;
            model.overlays.push(Overlay::Choice(choice));
            if let Some(contest) = state.contest(task) {
                votes::merge(model, state, contest);
            }
            return Vec::new();
        }
        Action::Write => {
            let (task, input) = (choice.task, LineEdit::default());
            model.overlays.push(Overlay::Choice(choice));
            model.overlays.push(Overlay::Write { task, input });
            return Vec::new();
        }
        Action::Help => {
            model.overlays.push(Overlay::Choice(choice));
            let help = Help::over(Context::Choice);
            model.overlays.push(Overlay::Help(help));
            return Vec::new();
        }
        _ => {
            let page = usize::from(model.size.height / 2).max(1);
            if let Some(column) = choice.columns.get_mut(choice.chosen) {
                lists::scroll(&mut column.ring, action, page);
            }
        }
    }
    if state.task(choice.task).is_some() {
        model.overlays.push(Overlay::Choice(choice));
    }
    intents
}

/// Takes the answer that is selected and says which it was.
fn take(model: &mut Model, choice: &Choice) -> Vec<Intent> {
    let (task, candidate) = (choice.task, choice.chosen);
    let by = choice.columns.get(candidate).map(|c| c.by.join(", "));
    let by = by.unwrap_or_default();
    model.tell(
        format!("took answer {} of {by} for {task}", label(candidate)),
        Role::Ok,
    );
    let among = Some(choice.columns.len());
    vec![Intent::Command(Command::Choose {
        task,
        candidate,
        among,
    })]
}

/// Moves between the fields of a form, or sends it when everything fits.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a form takes a few actions; the others do nothing in it"
)]
fn filled(model: &mut Model, mut filling: Box<Filling>, action: Action) -> Vec<Intent> {
    match action {
        Action::Enter => match filling.goal {
            Goal::Answer(attention) => {
                if let Some(content) = filling.answer() {
                    let reply = Reply::Fill { content };
                    return vec![Intent::Command(Command::Answer { attention, reply })];
                }
            }
            Goal::Prompt { .. } => {
                if let Some(content) = filling.content() {
                    return offers::filled(model, filling, content);
                }
            }
        },
        Action::Down => filling.step(true),
        Action::Up => filling.step(false),
        _ => {}
    }
    model.overlays.push(Overlay::Form(filling));
    offers::complete(model)
}

/// A key that has no meaning of its own goes into the line being typed.
pub(super) fn typed(model: &mut Model, state: &State, event: KeyEvent) -> Vec<Intent> {
    let pane = model.list();
    match model.overlays.last_mut() {
        Some(Overlay::Form(filling)) => {
            filling.input(event);
            return completing(model);
        }
        Some(Overlay::Filter) if event.code == KeyCode::Tab => sifting::complete(model, state),
        Some(Overlay::Filter) => {
            model.lists.filters.entry(pane).or_default().input(event);
        }
        Some(Overlay::Seek) => seeking::typed(model, |words| words.input(event)),
        Some(Overlay::Lookup) => {
            let search = model.library.search.get_or_insert_default();
            if search.input.input(event) {
                return library::look_up(model);
            }
        }
        Some(overlay) => {
            let changed = overlay.line().is_some_and(|line| line.input(event));
            if changed {
                overlay.begin_anew();
            }
        }
        None => {}
    }
    Vec::new()
}

/// The form on top holds something else: what completed it before is nothing now.
fn completing(model: &mut Model) -> Vec<Intent> {
    let waited = model.overlays.last().and_then(Overlay::waits_for);
    let mut intents = offers::complete(model);
    intents.extend(withdrawn(model, waited));
    intents
}

/// A paste into the line being typed.
pub(super) fn pasted(model: &mut Model, text: &str) {
    let pane = model.list();
    match model.overlays.last_mut() {
        // What could complete it is asked for with the next key.
        Some(Overlay::Form(filling)) => filling.paste(text),
        Some(Overlay::Filter) => model.lists.filters.entry(pane).or_default().paste(text),
        Some(Overlay::Seek) => seeking::typed(model, |words| {
            words.paste(text);
            true
        }),
        // What it finds is asked for with the next key.
        Some(Overlay::Lookup) => {
            model
                .library
                .search
                .get_or_insert_default()
                .input
                .paste(text);
        }
        Some(overlay) => {
            if let Some(line) = overlay.line() {
                line.paste(text);
                overlay.begin_anew();
            }
        }
        None => {}
    }
}

/// Closes overlays whose subject is gone: somebody else may have settled it.
pub(super) fn follow(model: &mut Model, state: &State) {
    let mut settled = None;
    let stale = model
        .overlays
        .iter()
        .any(|overlay| matches!(overlay, Overlay::Menu(menu) if menu.is_stale(model, state)));
    model.overlays.retain(|overlay| {
        let gone = match overlay {
            Overlay::Choice(choice) => candidates(choice.task, state) != Some(choice.columns.len()),
            Overlay::Write { task, .. } => !is_open(*task, state),
            Overlay::Ballot(ballot) => answers(ballot.task, state) != Some(ballot.places.len()),
            Overlay::Form(filling) => match filling.goal {
                Goal::Answer(attention) => state.attention_item(attention).is_none(),
                Goal::Prompt { .. } => false,
            },
            Overlay::Reason { items, .. } => items
                .iter()
                .all(|item| state.attention_item(*item).is_none()),
            Overlay::Menu(_) => stale,
            Overlay::Help(_)
            | Overlay::Palette(_)
            | Overlay::CommandLine { .. }
            | Overlay::Filter
            | Overlay::Seek
            | Overlay::Lookup
            | Overlay::History(_)
            | Overlay::Editor(_)
            | Overlay::Said(_)
            | Overlay::Pick(_)
            | Overlay::Ask { .. }
            | Overlay::Results(_)
            | Overlay::Document(_)
            | Overlay::Fetching(_)
            | Overlay::Resources(_)
            | Overlay::Checkup(_)
            | Overlay::Welcome(_)
            | Overlay::Confirm(_) => false,
        };
        if gone {
            settled = Some(match overlay {
                Overlay::Choice(Choice { task, .. })
                | Overlay::Write { task, .. }
                | Overlay::Ballot(OwnBallot { task, .. }) => {
                    if is_open(*task, state) {
                        format!("some answers to {task} say the same and were joined: look again")
                    } else {
                        format!("{task} was settled elsewhere")
                    }
                }
                Overlay::Menu(_) => "the row of the menu is not selected any more".to_owned(),
                Overlay::Form(_)
                | Overlay::Reason { .. }
                | Overlay::Help(_)
                | Overlay::Palette(_)
                | Overlay::CommandLine { .. }
                | Overlay::Filter
                | Overlay::Seek
                | Overlay::Lookup
                | Overlay::History(_)
                | Overlay::Editor(_)
                | Overlay::Said(_)
                | Overlay::Pick(_)
                | Overlay::Ask { .. }
                | Overlay::Results(_)
                | Overlay::Document(_)
                | Overlay::Fetching(_)
                | Overlay::Resources(_)
                | Overlay::Checkup(_)
                | Overlay::Welcome(_)
                | Overlay::Confirm(_) => "the question was settled elsewhere".to_owned(),
            });
        }
        !gone
    });
    if let Some(settled) = settled {
        model.tell(settled, Role::Warn);
    }
}
