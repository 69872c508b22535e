//! What a task asks of whoever works it: that it can look around or act, that the prompt fits into its
//! window, that it does not cost too much.
//!
//! Owns why a member does not come into question for a task that names nobody. What its configuration
//! and its server let it do at all is the business of [`fit`](super::fit).

use super::price_on;
use super::setting::Setting;
use crate::core::analysis::Size;
use crate::core::task::words;
use crate::core::{Member, Reach, State, TaskKind};

/// How much of a member's window a prompt and its answer may take; the rest is for what the room and the
/// server tell besides.
const WINDOW_SHARE: u64 = 90;

words!(
    /// What a kind of task needs of whoever works it.
    Need, "need of a kind", {
        /// Words are enough.
        Words = "words",
        /// It has to look around in the project.
        Look = "look",
        /// It has to change files and run commands.
        Act = "act",
    }
);

impl Need {
    /// Whether a member of such a reach meets it.
    #[must_use]
    pub fn is_met_by(self, reach: Reach) -> bool {
        match (self, reach) {
            (Self::Words, _)
            | (Self::Look, Reach::Reads | Reach::Sandboxed | Reach::Unguarded)
            | (Self::Act, Reach::Sandboxed | Reach::Unguarded) => true,
            (Self::Look | Self::Act, Reach::Text) | (Self::Act, Reach::Reads) => false,
        }
    }
}

/// Why a member does not come into question for a task of a kind and size; `None` where it does. What is
/// not known of it is no reason.
#[must_use]
pub fn unfit(state: &State, member: &Member, kind: TaskKind, size: Size) -> Option<String> {
    let setting: &Setting = state.learning().setting();
    let need = setting.need_of(kind, state.kinds().like(kind));
    if !need.is_met_by(member.spec.reach) {
        let lacks = match need {
            Need::Act => "it cannot act",
            Need::Look | Need::Words => "it cannot look around",
        };
        return Some(format!("{lacks}, and {kind} needs that"));
    }
    let window = state
        .metrics()
        .context(&member.spec.name)
        .map(|it| it.window);
    if let Some(window) = window {
        let taken = size.prompt.saturating_add(size.answer);
        if taken > window.saturating_mul(WINDOW_SHARE) / 100 {
            return Some(format!(
                "its window has {window} tokens, and the task takes about {taken}"
            ));
        }
    }
    let (most, price) = (setting.most_usd?, price_on(member, kind)?);
    (price > most).then(|| format!("${price:.3} an answer is above the ${most:.3} that are set"))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Need;
    use crate::core::fixture::{Room, name, order, said};
    use crate::core::routing::setting::Setting;
    use crate::core::routing::whether::Several;
    use crate::core::routing::{Routing, route};
    use crate::core::{
        Answer, Command, ContextUse, FailureKind, Reach, Strategy, TaskKind, TaskOrder, Text,
        Usage, login_awaited,
    };

    fn set(room: &mut Room, more: impl FnOnce(&mut Setting)) {
        let mut setting = Setting::default();
        more(&mut setting);
        room.command(&Command::SetRouting(setting));
    }

    fn never(room: &Room, order: &TaskOrder) -> String {
        match route(&room.state, order, &[]) {
            Routing::Never(why) => why,
            other @ (Routing::Later | Routing::Now(_)) => panic!("{other:?}"),
        }
    }

    fn goes_to(room: &Room, order: &TaskOrder) -> String {
        match route(&room.state, order, &[]) {
            Routing::Now(routed) => routed.council[0].to_string(),
            other @ (Routing::Later | Routing::Never(_)) => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_cannot_act_is_not_given_what_needs_it() {
        let mut room = Room::with(&[
            ("a", Reach::Text),
            ("b", Reach::Reads),
            ("c", Reach::Sandboxed),
        ]);
        set(&mut room, |setting| {
            setting.needs.insert(TaskKind::Operations, Need::Act);
            setting.needs.insert(TaskKind::Analysis, Need::Look);
        });
        let of = |kind| TaskOrder {
            kind,
            ..TaskOrder::new("do it")
        };
        assert_eq!(goes_to(&room, &of(TaskKind::Operations)), "c");
        assert_eq!(goes_to(&room, &of(TaskKind::Analysis)), "b");
        assert_eq!(goes_to(&room, &of(TaskKind::Creative)), "a");
        let mut words = Room::of(&["a"]);
        set(&mut words, |setting| {
            setting.needs.insert(TaskKind::Operations, Need::Act);
        });
        let why = "a: it cannot act, and operations needs that";
        assert_eq!(never(&words, &of(TaskKind::Operations)), why);
        // Whoever is named works it.
        let named = TaskOrder {
            kind: TaskKind::Operations,
            ..order(Strategy::Solo, &["a"])
        };
        assert_eq!(goes_to(&words, &named), "a");
    }

    #[test]
    fn a_prompt_that_does_not_fit_goes_to_one_that_has_the_room() {
        let mut room = Room::of(&["a", "b"]);
        let (_, calls) = room.add(order(Strategy::Solo, &["a"]));
        let full = Usage {
            context: Some(ContextUse {
                used: 10,
                window: 1_000,
            }),
            ..Usage::default()
        };
        room.answer(
            calls[0],
            Answer {
                usage: full,
                ..said("so")
            },
        );
        let long = TaskOrder::new(Text::from("word ".repeat(2_000)));
        assert_eq!(goes_to(&room, &long), "b");
        assert_eq!(goes_to(&room, &TaskOrder::new("why?")), "a");
        room.down("b");
        let why = never(&room, &long);
        assert!(
            why.starts_with("a: its window has 1000 tokens, and the task takes about "),
            "{why}"
        );
    }

    #[test]
    fn who_costs_more_than_is_set_is_left_out_and_who_has_no_price_is_not() {
        let mut room = Room::of(&["a", "b"]);
        let (_, calls) = room.add(order(Strategy::Solo, &["a"]));
        let dear = Usage {
            micro_usd: 200_000,
            ..Usage::default()
        };
        room.answer(
            calls[0],
            Answer {
                usage: dear,
                ..said("so")
            },
        );
        set(&mut room, |setting| setting.most_usd = Some(0.1));
        assert_eq!(goes_to(&room, &TaskOrder::new("why?")), "b");
        room.down("b");
        let why = never(&room, &TaskOrder::new("why?"));
        assert!(
            why.starts_with("a: $0.200 an answer is above the $0.100 that are set"),
            "{why}"
        );
        let free = Setting {
            most_usd: Some(0.0),
            ..Setting::default()
        };
        assert_eq!(free.check(), Ok(()));
    }

    #[test]
    fn who_is_kept_from_a_kind_leaves_the_task_to_one_who_is_free() {
        let mut room = Room::of(&["a", "b", "c"]);
        let (_, calls) = room.add(order(Strategy::Solo, &["c"]));
        room.fail(calls[0], FailureKind::Auth);
        let kind = TaskKind::Factual;
        room.state.advice.bars.insert((name("a"), kind));
        set(&mut room, |setting| {
            setting.several.insert(kind, Several::Always);
        });
        let open = TaskOrder {
            kind,
            ..order(Strategy::Auto, &[])
        };
        assert_eq!(goes_to(&room, &open), "b");
        let named = TaskOrder {
            members: vec![name("c"), name("a"), name("b")],
            ..open
        };
        let Routing::Now(routed) = route(&room.state, &named, &[]) else {
            panic!("nobody");
        };
        assert!(!routed.council.contains(&name("c")), "{routed:?}");
    }

    #[test]
    fn a_task_that_only_one_may_work_who_is_not_logged_in_says_so() {
        let mut room = Room::of(&["a", "b"]);
        let (_, calls) = room.add(order(Strategy::Solo, &["a"]));
        let dear = Usage {
            micro_usd: 200_000,
            ..Usage::default()
        };
        let answer = Answer {
            usage: dear,
            ..said("so")
        };
        room.answer(calls[0], answer);
        let (_, calls) = room.add(order(Strategy::Solo, &["b"]));
        room.fail(calls[0], FailureKind::Auth);
        set(&mut room, |setting| setting.most_usd = Some(0.1));
        let (task, none) = room.add(TaskOrder::new("why?"));
        assert_eq!(none, []);
        let task = room.state.task(task).unwrap();
        assert!(login_awaited(&room.state, task).is_some());
    }
}
