//! Who works a task that names nobody: by strength, record and load, with the reason in words.

pub mod calibration;
pub mod convene;
pub mod drift;
pub mod policy;
pub mod posterior;
pub mod record;
pub mod replay;
pub mod trust;

use crate::core::{
    Access, Health, Member, MemberName, Origin, Reach, State, Strategy, Task, TaskOrder,
};

/// How many members a race or a council is given when nobody is named.
pub const COUNCIL_SIZE: usize = 3;
/// How many steps a chain has when nobody is named.
pub const CHAIN_LENGTH: usize = 2;

/// What is said when there is nobody to say something about.
const NOBODY: &str = "no member of the room can work it";

/// Members for a task and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// Who, best first.
    pub council: Vec<MemberName>,
    /// Why, in words.
    pub because: String,
}

/// What routing comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Routing {
    /// These members; a first call can begin at once.
    Now(Routed),
    /// Members are busy or being started again.
    Later,
    /// It can not be worked as things stand; why, in words for the operator.
    Never(String),
}

/// Chooses members for a task, so late that a first call can begin at once: until then others may
/// become the better choice.
///
/// Rehearsal members are only considered in a room that has no others. Members in `barred` are left
/// out (they have failed at this task). A solo task that names several members takes the first of
/// them that is up.
#[must_use]
pub fn route(state: &State, order: &TaskOrder, barred: &[MemberName]) -> Routing {
    if order.members.is_empty() {
        by_merit(state, order, barred)
    } else {
        as_named(state, order, barred)
    }
}

fn as_named(state: &State, order: &TaskOrder, barred: &[MemberName]) -> Routing {
    let mut council: Vec<MemberName> = Vec::new();
    for name in &order.members {
        // A chain may come back to a member; anybody else is asked once.
        let again = order.strategy != Strategy::Chain && council.contains(name);
        if !again && !barred.contains(name) {
            council.push(name.clone());
        }
    }
    let (up, out): (Vec<MemberName>, Vec<MemberName>) = council
        .iter()
        .cloned()
        .partition(|name| unusable(state, order.strategy, name).is_none());
    let hopeless = match order.strategy {
        Strategy::Solo
        | Strategy::Think
        | Strategy::Race
        | Strategy::Council
        | Strategy::Debate => up.is_empty(),
        Strategy::Chain => !out.is_empty() || up.is_empty(),
    };
    if hopeless {
        let why = reasons(state, order.strategy, out.iter());
        return Routing::Never(if why.is_empty() {
            NOBODY.to_owned()
        } else {
            why
        });
    }
    if is_for_one(order.strategy) {
        let free = |name: &&MemberName| state.member(name).is_some_and(Member::takes_calls);
        let first = up.iter().find(free).or(up.first());
        council = first.cloned().into_iter().collect();
    }
    let by = match order.origin {
        Origin::Room => "asked by the room",
        Origin::Operator | Origin::CommandLine | Origin::Hub => "named by the operator",
    };
    now_or_later(state, order.strategy, council, || by.to_owned())
}

fn by_merit(state: &State, order: &TaskOrder, barred: &[MemberName]) -> Routing {
    let strategy = order.strategy;
    let (up, out): (Vec<&Member>, Vec<&Member>) = suited(state, strategy)
        .filter(|member| !barred.contains(&member.spec.name))
        .partition(|member| unusable(state, strategy, &member.spec.name).is_none());
    let needed = fewest(strategy);
    if up.len() < needed {
        let why = reasons(state, strategy, out.iter().map(|member| &member.spec.name));
        let up: Vec<&str> = up.iter().map(|member| member.spec.name.as_str()).collect();
        return Routing::Never(match (up.first(), why.as_str()) {
            (_, "") if needed == 1 => NOBODY.to_owned(),
            (_, why) if needed == 1 => why.to_owned(),
            (None, "") => format!("a {strategy} needs two members, and none can work it"),
            (None, why) => format!("a {strategy} needs two members, and none is up ({why})"),
            (Some(only), "") => {
                format!("a {strategy} needs two members, and {only} is the only one")
            }
            (Some(only), why) => {
                format!("a {strategy} needs two members, and only {only} is up ({why})")
            }
        });
    }
    let mut scored: Vec<(f64, &Member)> = up
        .into_iter()
        .filter(|member| member.takes_calls())
        .filter(|member| !is_for_one(strategy) || can_begin(state, strategy, member))
        .map(|member| (score(state, order, member), member))
        .collect();
    if scored.len() < needed {
        return Routing::Later;
    }
    scored.sort_by(|(a, first), (b, second)| {
        b.total_cmp(a)
            .then_with(|| first.spec.name.cmp(&second.spec.name))
    });
    let wanted = match strategy {
        Strategy::Solo | Strategy::Think => 1,
        Strategy::Race | Strategy::Council | Strategy::Debate => COUNCIL_SIZE,
        Strategy::Chain => CHAIN_LENGTH,
    };
    scored.truncate(wanted);
    let council = scored.iter().map(|(_, member)| member.spec.name.clone());
    now_or_later(state, strategy, council.collect(), || {
        let each = scored
            .iter()
            .map(|(_, member)| reason(state, order, member));
        each.collect::<Vec<_>>().join("; ")
    })
}

/// Whether a task of one member would go on with another one if its member failed for good now.
pub(crate) fn would_go_on(state: &State, task: &Task) -> bool {
    is_for_one(task.order.strategy)
        && !matches!(
            route(state, &task.order, &tried(state, task)),
            Routing::Never(_)
        )
}

/// The members that have been called for a task.
pub(crate) fn tried(state: &State, task: &Task) -> Vec<MemberName> {
    let calls = task.calls.iter().filter_map(|call| state.call(*call));
    calls.map(|call| call.member.clone()).collect()
}

/// The best member that could take the place of one that has failed, with the reason; none where the
/// operator named the members or nobody else is free.
pub(crate) fn substitute(state: &State, task: &Task) -> Option<(MemberName, String)> {
    let strategy = task.order.strategy;
    if !task.order.members.is_empty() {
        return None;
    }
    let barred = tried(state, task);
    let free = suited(state, strategy).filter(|member| {
        let name = &member.spec.name;
        !barred.contains(name)
            && !task.council.contains(name)
            && unusable(state, strategy, name).is_none()
            && can_begin(state, strategy, member)
    });
    let best = free.max_by(|a, b| {
        score(state, &task.order, a)
            .total_cmp(&score(state, &task.order, b))
            .then_with(|| b.spec.name.cmp(&a.spec.name))
    })?;
    Some((best.spec.name.clone(), reason(state, &task.order, best)))
}

fn now_or_later(
    state: &State,
    strategy: Strategy,
    council: Vec<MemberName>,
    because: impl FnOnce() -> String,
) -> Routing {
    let first = match strategy {
        Strategy::Solo | Strategy::Think | Strategy::Chain => 1,
        Strategy::Race | Strategy::Council | Strategy::Debate => council.len(),
    };
    let mut beginners = council.iter().take(first);
    let begins = beginners.any(|name| {
        let member = state.member(name);
        member.is_some_and(|member| can_begin(state, strategy, member))
    });
    if begins {
        let because = because();
        Routing::Now(Routed { council, because })
    } else {
        Routing::Later
    }
}

/// Members whose configuration lets them be given such a task at all.
pub(crate) fn suited(state: &State, strategy: Strategy) -> impl Iterator<Item = &Member> {
    let real_ones = state.members().any(|member| !member.spec.rehearsal);
    let together = works_together(strategy);
    state.members().filter(move |member| {
        let stands_aside = member.spec.rehearsal && real_ones;
        let unheld = together && member.spec.reach == Reach::Unguarded;
        !stands_aside && !unheld
    })
}

/// How many members a room has that may be given a task of a strategy when nobody is named.
#[must_use]
pub fn suited_to(state: &State, strategy: Strategy) -> usize {
    suited(state, strategy).count()
}

/// The fewest members with which a strategy makes sense.
#[must_use]
pub fn fewest(strategy: Strategy) -> usize {
    match strategy {
        Strategy::Solo | Strategy::Think => 1,
        Strategy::Race | Strategy::Council | Strategy::Debate | Strategy::Chain => 2,
    }
}

/// Why a member will not take a call of a strategy unless the operator does something; `None` when
/// it will, now or later.
#[must_use]
pub fn unusable(state: &State, strategy: Strategy, name: &MemberName) -> Option<String> {
    let Some(member) = state.member(name) else {
        return Some("it is no member any more".to_owned());
    };
    if works_together(strategy) && member.spec.reach == Reach::Unguarded {
        return Some("it acts without a sandbox, so it works alone".to_owned());
    }
    if let Some(pause) = &member.pause
        && (pause.is_long() || (pause.until.is_none() && state.login_item(name).is_none()))
    {
        return Some(pause.why.clone());
    }
    match &member.health {
        Health::Down { why } => Some(format!("it is down: {why}")),
        Health::Unknown | Health::Starting | Health::Ready { .. } | Health::Restarting { .. } => {
            None
        }
    }
}

fn reasons<'a>(
    state: &State,
    strategy: Strategy,
    names: impl Iterator<Item = &'a MemberName>,
) -> String {
    let each: Vec<String> = names
        .filter_map(|name| unusable(state, strategy, name).map(|why| format!("{name}: {why}")))
        .collect();
    each.join("; ")
}

/// What a member's call for a strategy may do: several at once only read, and so does one that
/// thinks, where it can be held to that.
#[must_use]
pub fn access(strategy: Strategy, reach: Reach) -> Access {
    match (strategy, reach) {
        (Strategy::Race | Strategy::Council | Strategy::Debate, _)
        | (Strategy::Think, Reach::Sandboxed)
        | (_, Reach::Text | Reach::Reads) => Access::Read,
        (Strategy::Solo | Strategy::Chain, Reach::Sandboxed | Reach::Unguarded)
        | (Strategy::Think, Reach::Unguarded) => Access::Write,
    }
}

/// Whether a call of a strategy could be given to a member now.
pub(crate) fn can_begin(state: &State, strategy: Strategy, member: &Member) -> bool {
    state.has_room_for_call(&member.spec.name)
        && !(access(strategy, member.spec.reach) == Access::Write && state.writer_at_work())
}

/// Whether a strategy has several members at work at once.
#[must_use]
pub fn works_together(strategy: Strategy) -> bool {
    match strategy {
        Strategy::Race | Strategy::Council | Strategy::Debate => true,
        Strategy::Solo | Strategy::Chain | Strategy::Think => false,
    }
}

/// Whether one member works a task, and another only where that one fails.
fn is_for_one(strategy: Strategy) -> bool {
    match strategy {
        Strategy::Solo | Strategy::Think => true,
        Strategy::Race | Strategy::Council | Strategy::Debate | Strategy::Chain => false,
    }
}

/// Strength 0 to 1, times how reliable the member proved on the kind, less up to 0.5 for load.
pub(crate) fn score(state: &State, order: &TaskOrder, member: &Member) -> f64 {
    strength(order, member) * member.record_on(order.kind).reliability() * 2.0
        - 0.5 * load(state, member)
}

fn strength(order: &TaskOrder, member: &Member) -> f64 {
    member
        .spec
        .strengths
        .get(&order.kind)
        .copied()
        .unwrap_or(0.5)
}

#[expect(clippy::cast_precision_loss, reason = "a handful of calls")]
fn load(state: &State, member: &Member) -> f64 {
    state.load(&member.spec.name) as f64 / f64::from(member.spec.parallel.max(1))
}

fn reason(state: &State, order: &TaskOrder, member: &Member) -> String {
    let record = member.record_on(order.kind);
    format!(
        "{}: strength {:.2} on {}, {} of {} answered, {} in flight",
        member.spec.name,
        strength(order, member),
        order.kind,
        record.answered,
        record.answered + record.failed,
        state.load(&member.spec.name),
    )
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Routed, Routing, route};
    use crate::core::fixture::{Room, name, order, said, spec};
    use crate::core::{
        Command, FailureKind, Health, MemberName, MemberSpec, Origin, Reach, Strategy, TaskKind,
        TaskOrder,
    };

    fn council(room: &Room, order: &TaskOrder) -> Vec<MemberName> {
        match route(&room.state, order, &[]) {
            Routing::Now(routed) => routed.council,
            other @ (Routing::Later | Routing::Never(_)) => panic!("{other:?}"),
        }
    }

    fn never(room: &Room, order: &TaskOrder) -> String {
        match route(&room.state, order, &[]) {
            Routing::Never(why) => why,
            other @ (Routing::Later | Routing::Now(_)) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_strongest_and_most_reliable_goes_first() {
        let mut room = Room::of(&["codex", "gpt", "claude", "gemini"]);
        let mut strong = spec("gemini", Reach::Text);
        strong.strengths.insert(TaskKind::Code, 0.9);
        room.command(&Command::Enroll(strong));
        let code = TaskOrder {
            kind: TaskKind::Code,
            ..order(Strategy::Council, &[])
        };
        let names = ["gemini", "claude", "codex"].map(name);
        assert_eq!(council(&room, &code), names);
        // A failure on this kind of work costs claude its place.
        let (_, calls) = room.add(TaskOrder {
            kind: TaskKind::Code,
            ..order(Strategy::Solo, &["claude"])
        });
        room.fail(calls[0], FailureKind::Refused);
        let names = ["gemini", "codex", "gpt"].map(name);
        assert_eq!(council(&room, &code), names);
    }

    #[test]
    fn who_is_busy_comes_later() {
        let mut room = Room::of(&["codex", "gpt"]);
        room.command(&Command::Enroll(MemberSpec {
            parallel: 2,
            ..spec("codex", Reach::Text)
        }));
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        let race = order(Strategy::Race, &[]);
        assert_eq!(council(&room, &race), ["gpt", "codex"].map(name));
        room.answer(calls[0], said("done"));
        let names = ["codex", "gpt"].map(name);
        assert_eq!(council(&room, &race), names);
    }

    #[test]
    fn those_who_are_named_work_each_once_and_the_reason_says_so() {
        let room = Room::of(&["codex", "gpt"]);
        let named = order(Strategy::Race, &["gpt", "codex", "gpt"]);
        let routed = Routed {
            council: ["gpt", "codex"].map(name).to_vec(),
            because: "named by the operator".to_owned(),
        };
        assert_eq!(route(&room.state, &named, &[]), Routing::Now(routed));
        let asked = TaskOrder {
            origin: Origin::Room,
            ..order(Strategy::Race, &["gpt"])
        };
        let routed = Routed {
            council: vec![name("gpt")],
            because: "asked by the room".to_owned(),
        };
        assert_eq!(route(&room.state, &asked, &[]), Routing::Now(routed));
    }

    #[test]
    fn a_rehearsal_member_never_stands_in_for_a_real_one() {
        let rehearsal = |name: &str| MemberSpec {
            rehearsal: true,
            ..spec(name, Reach::Text)
        };
        let mut room = Room::of(&[]);
        room.command(&Command::Enroll(rehearsal("actor")));
        let solo = order(Strategy::Solo, &[]);
        assert_eq!(council(&room, &solo), [name("actor")]);
        room.command(&Command::Enroll(spec("codex", Reach::Text)));
        room.down("codex");
        assert_eq!(never(&room, &solo), "codex: it is down: no such program");
    }

    #[test]
    fn nobody_works_unguarded_beside_others() {
        let room = Room::with(&[
            ("bare", Reach::Unguarded),
            ("codex", Reach::Text),
            ("gpt", Reach::Sandboxed),
        ]);
        let race = order(Strategy::Race, &[]);
        assert_eq!(council(&room, &race), ["codex", "gpt"].map(name));
        let room = Room::with(&[("bare", Reach::Unguarded), ("codex", Reach::Text)]);
        let why = "a race needs two members, and codex is the only one";
        assert_eq!(never(&room, &race), why);
        assert_eq!(
            council(&room, &order(Strategy::Solo, &["bare"])),
            [name("bare")]
        );
    }

    #[test]
    fn a_chain_needs_all_of_its_members() {
        let mut room = Room::of(&["codex", "gpt"]);
        room.down("gpt");
        let chain = order(Strategy::Chain, &["codex", "gpt"]);
        assert_eq!(never(&room, &chain), "gpt: it is down: no such program");
        let race = order(Strategy::Race, &["codex", "gpt"]);
        assert_eq!(council(&room, &race), ["codex", "gpt"].map(name));
    }

    #[test]
    fn a_task_waits_for_members_that_are_busy_or_being_started_again() {
        let mut room = Room::of(&["codex"]);
        room.add(order(Strategy::Solo, &[]));
        let solo = order(Strategy::Solo, &[]);
        assert_eq!(route(&room.state, &solo, &[]), Routing::Later);
        let mut room = Room::of(&["codex"]);
        room.report(&crate::core::Report::Health {
            member: name("codex"),
            health: Health::Restarting {
                why: "exited".to_owned(),
                at: room.now,
            },
        });
        assert_eq!(route(&room.state, &solo, &[]), Routing::Later);
        let codex = [name("codex")];
        let nobody = Routing::Never("no member of the room can work it".to_owned());
        assert_eq!(route(&room.state, &solo, &codex), nobody);
    }
}
