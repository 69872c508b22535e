//! A task once more: its text and its options as a new draft, for the operator to change and to send.

use crate::core::{KindBy, Priority, State, Strategy, Task};
use crate::ui::model::{Focus, Model};
use crate::ui::theme::Role;

/// Puts the task at hand into the composer. The draft that was there is the latest of the history.
pub(super) fn begin(model: &mut Model, state: &State) {
    let Some(task) = model.task(state) else {
        model.tell("no task is selected", Role::Muted);
        return;
    };
    if task.is_the_rooms() {
        let told = format!("{} is asked by the room itself, as it needs it", task.id());
        model.tell(told, Role::Muted);
        return;
    }
    let (head, prompt) = (head(task, state), task.order().prompt.clone());
    let told = format!("{} as a new draft; nothing is sent yet", task.id());
    let notice = model.composer.begin(&head, prompt.as_str());
    model.composer.refresh(&model.vocabulary);
    model.focus = Focus::Composer;
    model.tell(notice.unwrap_or(told), Role::Muted);
}

/// The options with which it was ordered, as they are typed. Its deadline was for the first time only.
fn head(task: &Task, state: &State) -> String {
    let order = task.order();
    let mut words: Vec<String> = order.members.iter().map(|it| format!("@{it}")).collect();
    let strategy = task.asked_strategy();
    if strategy != Strategy::usual(order.members.len()) {
        words.push(format!("/{strategy}"));
    }
    if matches!(order.kind_by, KindBy::Given | KindBy::Corrected) && strategy != Strategy::Plan {
        words.push(format!("#{}", order.kind));
    }
    if order.priority != Priority::Normal {
        words.push(format!("!{}", order.priority));
    }
    let known = order.after.iter().filter(|id| state.task(**id).is_some());
    words.extend(known.map(|id| format!("after:{id}")));
    words.extend(order.rule.map(|rule| format!("rule:{rule}")));
    words.extend(order.policy.map(|policy| format!("policy:{policy}")));
    words.extend(order.check.iter().map(|check| format!("check:{check}")));
    let mut head = words.join(" ");
    if !head.is_empty() {
        head.push(' ');
    }
    head
}
